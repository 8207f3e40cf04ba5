"""The files of GRADES, all of them written from the gradebook: they can be made again any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from actloss.course.units import find_unit
from actloss.grading.exports import EXPORTS, write_grades
from actloss.grading.gradebook import Gradebook
from actloss.grading.pages import write_feedback, write_report
from actloss.grading.records import GradingError, Row, Run

FULL, BRIEF, NONE = "full", "brief", "none"  # how much feedback learners get


@dataclass(frozen=True)
class Written:
    """What the files say, and where they are."""

    rows: Sequence[Row]
    run: Run
    paths: tuple[Path, ...]


def write_files(folder: Path, gradebook: Gradebook) -> Written:
    """Write what the last run asked for; each file is replaced as a whole."""
    last = gradebook.last_run()
    rows = gradebook.rows(last.people, [find_unit(slug) for slug in last.units])
    paths = [folder / "grades.csv", folder / "report.html"]
    try:
        write_grades(paths[0], rows)
        write_report(paths[1], rows, last.run)
        if last.files["feedback"] != NONE:
            pages = write_feedback(folder, rows, last.run, brief=last.files["feedback"] == BRIEF)
            _remove_others(folder / "feedback", pages)
            paths.append(folder / "feedback")
        for name in last.files["exports"]:
            made = EXPORTS[name](folder, rows, last.run)
            paths.append(made[0] if len(made) == 1 else folder / name)
    except OSError as problem:
        raise GradingError(
            f"The files in {folder} could not all be written: {problem.strerror}. The grades are "
            "safe in the gradebook. Put that right, then type the same command again."
        ) from None
    return Written(rows, last.run, tuple(paths))


def _remove_others(folder: Path, pages: Sequence[Path]) -> None:
    """Remove the pages of people who are no longer there."""
    for path in set(folder.glob("*.html")) - set(pages):
        path.unlink()
