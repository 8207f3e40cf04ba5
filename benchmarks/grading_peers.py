"""The graders that `benchmarks.grading` measures beside ours. It runs this file by their Python.

    python grading_peers.py PEER FOLDER LEARNER...

FOLDER holds `submissions/LEARNER/02-squashing.ipynb` and `tests.json`. This makes what PEER needs,
grades the first notebook to warm up, prints "ready" and waits for a line. Then it grades the
notebooks of all these learners and prints what each got, as JSON: {LEARNER: {EXERCISE: POINTS}}.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

Grade = Callable[[list[str]], dict[str, dict[str, float]]]
ASSIGNMENT = "squashing"
NOTEBOOK = "02-squashing"


def nbclient(folder: Path, everybody: list[str]) -> Grade:
    """Execute the notebooks and grade nothing: the floor of all graders that execute."""
    import nbformat
    from nbclient import NotebookClient

    def grade(learners: list[str]) -> dict:
        for learner in learners:
            notebook = nbformat.read(handed_in(folder, learner), as_version=4)
            NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
        return {}

    return grade


def nbgrader(folder: Path, everybody: list[str]) -> Grade:
    """A course of nbgrader's with the tests in locked cells, graded by its own interface."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    course = Path(tempfile.mkdtemp(dir=folder))
    make_nbgrader_course(course, folder, everybody)
    interface = NbGraderAPI(config=Config(CourseDirectory={"root": str(course)}))
    succeed(interface.generate_assignment(ASSIGNMENT))

    def grade(learners: list[str]) -> dict:
        # One call for the class is faster than one a learner, or than the command.
        succeed(interface.autograde(ASSIGNMENT, "*" if len(learners) > 1 else learners[0]))
        return {learner: points(learner) for learner in learners}

    def points(learner: str) -> dict[str, float]:
        with interface.gradebook as gradebook:
            graded = gradebook.find_submission_notebook(NOTEBOOK, ASSIGNMENT, learner).grades
            return {grade.name.removesuffix("-tests"): grade.score for grade in graded}

    return grade


def succeed(outcome: dict[str, Any]) -> None:
    """Stop where nbgrader's interface says that it failed."""
    if not outcome["success"]:
        raise RuntimeError(outcome.get("error") or outcome.get("log"))


def make_nbgrader_course(course: Path, folder: Path, everybody: list[str]) -> None:
    """The instructor's version, with the tests, and what was handed in."""
    import nbformat

    instructor = course / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    instructor.parent.mkdir(parents=True)
    notebook = nbformat.read(handed_in(folder, everybody[0]), as_version=4)
    for cell in notebook.cells:
        role = cell.metadata.get("nbgrader", {})
        if role.get("grade"):
            cell.source = "\n".join(tests(folder)[role["grade_id"].removesuffix("-tests")]["lines"])
    nbformat.write(notebook, instructor)
    for learner in everybody:
        place = course / "submitted" / learner / ASSIGNMENT
        place.mkdir(parents=True)
        shutil.copy(handed_in(folder, learner), place)


def otter(folder: Path, everybody: list[str]) -> Grade:
    """An archive of Otter's with one hidden test an exercise, graded by `grade_submission`."""
    from otter.api import grade_submission
    from otter.generate import main as generate

    place = Path(tempfile.mkdtemp(dir=folder))
    archive = str(place / "autograder.zip")
    for exercise, test in tests(folder).items():
        case = {"code": textwrap.indent("\n".join(test["lines"]), ">>> "), "hidden": True}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        described = {"name": exercise, "points": test["points"], "suites": [suite]}
        (place / f"{exercise}.py").write_text(f"OK_FORMAT = True\ntest = {described!r}\n")
    generate(
        tests_dir=str(place),
        output_path=archive,
        no_config=True,
        no_requirements=True,
        no_environment=True,
        files=[],
    )

    def grade(learners: list[str]) -> dict:
        return {learner: points(learner) for learner in learners}

    def points(learner: str) -> dict[str, float]:
        graded = grade_submission(str(handed_in(folder, learner)), archive, quiet=True)
        return {name: result.score for name, result in graded.results.items()}

    return grade


def handed_in(folder: Path, learner: str) -> Path:
    return folder / "submissions" / learner / f"{NOTEBOOK}.ipynb"


def tests(folder: Path) -> dict[str, dict[str, Any]]:
    """{exercise: {"points": number, "lines": its tests}}"""
    return json.loads((folder / "tests.json").read_text())


def main() -> None:
    peer, folder, learners = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    # What a peer or a notebook prints goes to stderr: stdout is for the answer.
    with os.fdopen(os.dup(1), "w") as answers, contextlib.redirect_stdout(sys.stderr):
        os.dup2(2, 1)
        grade = {"nbclient": nbclient, "nbgrader": nbgrader, "otter": otter}[peer](folder, learners)
        grade(learners[:1])
        print("ready", file=answers, flush=True)
        sys.stdin.readline()
        json.dump(grade(learners), answers)


if __name__ == "__main__":
    main()
