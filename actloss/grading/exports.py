"""Grades in the formats of others: CSV, Moodle, Canvas, JUnit XML and Gradescope.

Moodle and Canvas take a blank cell for an order to delete the grade that is there: Moodle's
import stores "no grade" (`update_grade_item` in its `grade/import/csv/classes/load_data.php`),
Canvas's shows it as a change and posts it (`process_gradebook_upload`). Both leave a learner alone
who is not in the file. So there is one file for each unit, and it holds those alone whose grade
is settled. Who is left out, and why, stands in a text beside it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree

from actloss.grading.names import safe_name
from actloss.grading.records import MISSING, RIGHT, UNANSWERED, WRONG, Person, Row, Run
from actloss.grading.tally import (
    Score,
    label,
    number,
    points_text,
    score,
    settled,
    standing,
    stem_of,
    submissions,
    unit_of,
)
from actloss.grading.textfiles import one_line, write_whole

COLUMNS = ("learner", "unit", "exercise", "points", "out_of", "state", "reason", "misconception")

# A spreadsheet takes a cell that begins so for a formula, the full-width forms in some languages
# too. It would then run a learner's formula on the instructor's computer.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def cell(text: str) -> str:
    """Text for a spreadsheet: on one line, and never a formula.

    Quotes around a cell do not help, a spreadsheet takes them off. An apostrophe before it does,
    and a program that reads the file can take that one off again. All else is read back as it
    was, line breaks apart, and so are numbers such as -5: there is nothing to run.
    """
    formula = FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text)
    return one_line(f"'{text}" if formula else text)


def write_grades(path: Path, rows: Iterable[Row]) -> Path:
    """Write grades.csv: one line for each learner and exercise."""
    return _write_table(
        path,
        COLUMNS,
        (
            (
                row.person.learner,
                row.unit,
                row.exercise,
                points_text(row),
                number(row.out_of),
                row.state,
                reason(row),
                row.misconception or "",
            )
            for row in rows
        ),
    )


def reason(row: Row) -> str:
    """Why a row has its points."""
    return f"Corrected by hand: {row.correction}" if row.correction else row.reason


def _write_table(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell(item) for item in line] for line in lines)
    return write_whole(path, text.getvalue())


# --- Moodle and Canvas ---

Graded = list[tuple[Person, Score]]

MOODLE_IDENTIFIERS = ("Email address", "Username", "ID number")


def write_moodle(folder: Path, rows: Sequence[Row], run: Run) -> list[Path]:
    """Write a CSV for each unit, as Moodle's grade import takes it.

    There, map the first column to the user's field of that name, and the second to a grade item
    with that maximum: the maximum of a new item would be 100.
    """
    written = []
    for unit, graded in _importable(rows).items():
        identifier, values = _moodle_identifiers([person for person, _ in graded])
        out_of = f" (out of {number(graded[0][1].out_of)})" if graded else ""
        points = [number(total.points) for _, total in graded]
        path = folder / "moodle" / f"{stem_of(unit)}.csv"
        header = (identifier, f"{stem_of(unit)}{out_of}")
        written.append(_write_table(path, header, zip(values, points, strict=True)))
    return [*written, _write_left_out(folder / "moodle", rows)]


def _moodle_identifiers(people: Sequence[Person]) -> tuple[str, list[str]]:
    """What Moodle knows these people by, and its header.

    Every line needs one, and one of its own: Moodle gives the points of a line without to the
    learner of the line above, and stops the whole import at a name that it does not know.
    """
    for header in MOODLE_IDENTIFIERS:
        values = [_from_roster(person, header) for person in people]
        if header == "Email address":
            values = [person.email or value for person, value in zip(people, values, strict=True)]
        if all(value and cell(value) == value for value in values) and _all_differ(values):
            return header, values
    return "Username", [person.learner for person in people]


def _all_differ(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values)


def write_canvas(folder: Path, rows: Sequence[Row], run: Run) -> list[Path]:
    """Write a CSV for each unit, as Canvas's gradebook import takes it.

    Canvas finds a learner by ID, SIS User ID or SIS Login ID, and an assignment by the header of
    its own export, "Title (number)": that one is used where the roster has it.
    """
    written = []
    for unit, graded in _importable(rows).items():
        header = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
        lines = [(*_canvas_person(person), number(total.points)) for person, total in graded]
        if graded:
            possible = ("Points Possible", "", "", "", "", number(graded[0][1].out_of))
            lines.insert(0, possible)
        path = folder / "canvas" / f"{stem_of(unit)}.csv"
        written.append(_write_table(path, (*header, _canvas_assignment(unit, graded)), lines))
    return [*written, _write_left_out(folder / "canvas", rows)]


def _canvas_person(person: Person) -> tuple[str, str, str, str, str]:
    student = _from_roster(person, "Student") or person.name or person.learner
    known = [_from_roster(person, header) for header in ("ID", "SIS User ID", "SIS Login ID")]
    if not any(known):
        known[2] = person.learner
    # Canvas takes a line for the maximum points when its first cell has these words.
    student = student.replace("Points Possible", "points possible")
    return (student, known[0], known[1], known[2], _from_roster(person, "Section"))


def _canvas_assignment(unit: str, graded: Graded) -> str:
    known = unit_of(unit)
    titles = {unit, stem_of(unit)} | ({known.title} if known else set())
    for header in graded[0][0].other if graded else ():
        title = re.sub(r"\s\(\d+\)$", "", header.strip())
        if title.casefold() in {one.casefold() for one in titles}:
            return header.strip()
    return stem_of(unit)


def _from_roster(person: Person, header: str) -> str:
    """What the roster says under a header, in whatever letters it is written there."""
    for written, value in person.other.items():
        if written.strip().casefold() == header.casefold():
            return value.strip()
    return ""


def _importable(rows: Iterable[Row]) -> dict[str, Graded]:
    """By unit: who has a grade that can be imported, and which."""
    units: dict[str, Graded] = {}
    for unit, person, mine in submissions(rows):
        graded = units.setdefault(unit, [])
        if person.on_roster and all(map(settled, mine)):
            graded.append((person, score(mine)))
    return units


def _write_left_out(folder: Path, rows: Iterable[Row]) -> Path:
    """Write down who is in none of the files beside it, and why."""
    lines = ["These are left out, so that an import leaves what is there for them as it is."]
    for unit, person, mine in submissions(rows):
        open_ones = [row for row in mine if not settled(row)]
        why = "" if person.on_roster else "Not on the roster."
        if open_ones:
            why = f"{open_ones[0].state.capitalize()}: {reason(open_ones[0])}"
        if why:
            lines.append(f"{stem_of(unit)}, {label(person)} ({person.learner}): {why}")
    if len(lines) == 1:
        lines = ["Nobody is left out."]
    return write_whole(folder / "left-out.txt", "".join(f"{one_line(line)}\n" for line in lines))


# --- JUnit XML ---


def write_junit(folder: Path, rows: Sequence[Row], run: Run) -> list[Path]:
    """Write junit.xml: a test suite for each learner and unit, a test case for each exercise.

    As in the course's own plugin for pytest, what is not answered fails. Where nothing was handed
    in nothing was tested: skipped. Where a person has to look: an error.
    """
    root = ElementTree.Element("testsuites", name=f"actloss grade, {run.when}")
    for unit, person, mine in submissions(rows):
        suite = ElementTree.SubElement(root, "testsuite")
        cases = [_test_case(row) for row in mine]
        suite.extend(cases)
        outcomes = [child.tag for case in cases for child in case]
        suite.attrib = {
            "name": f"{stem_of(unit)} {person.learner}",
            "tests": str(len(cases)),
            "failures": str(outcomes.count("failure")),
            "errors": str(outcomes.count("error")),
            "skipped": str(outcomes.count("skipped")),
        }
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return [write_whole(folder / "junit.xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')]


def _test_case(row: Row) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=row.person.learner, name=row.exercise)
    state = standing(row)
    if state != RIGHT:
        tag = {WRONG: "failure", UNANSWERED: "failure", MISSING: "skipped"}.get(state, "error")
        message = one_line(reason(row))
        outcome = ElementTree.SubElement(case, tag, type=state, message=message)
        outcome.text = _whole_verdict(row)
    return case


def _whole_verdict(row: Row) -> str:
    """All that the learner reads in her notebook, as text."""
    verdict = row.verdict or {}
    table = [f"  {label}: {text}" for label, text in verdict.get("rows", ())]
    return "\n".join([*_said(row), *table, *verdict.get("notes", ())])


def _said(row: Row) -> list[str]:
    """What is said about a row, without inputs and values."""
    verdict = row.verdict or {}
    if row.correction or not verdict:
        return [reason(row)]
    return list(filter(None, [verdict["sentence"], verdict["lesson"]]))


# --- Gradescope ---


def write_gradescope(folder: Path, rows: Sequence[Row], run: Run) -> list[Path]:
    """Write a results.json for each learner and unit, in Gradescope's documented fields.

    There is none where a person has to look first: Gradescope would count what is open as 0.
    Learners see the outputs, so they show no inputs.
    """
    written = []
    for unit, person, mine in submissions(rows):
        path = folder / "gradescope" / safe_name(person.learner) / stem_of(unit) / "results.json"
        if all(map(settled, mine)):
            written.append(write_whole(path, _results_json(mine)))
        else:
            path.unlink(missing_ok=True)  # that of an earlier run is no longer true
    return written


def _results_json(rows: Sequence[Row]) -> str:
    results = {
        "output": "\n".join(rows[0].notes),
        "output_format": "text",
        "tests": [
            {
                "name": row.exercise,
                "score": row.points,
                "max_score": row.out_of,
                "status": "passed" if standing(row) == RIGHT else "failed",
                "output": "\n".join(_said(row)),
                "output_format": "text",
                "visibility": "visible",
            }
            for row in rows
        ],
    }
    return json.dumps(results, ensure_ascii=False, indent=1)


Export = Callable[[Path, Sequence[Row], Run], list[Path]]

EXPORTS: dict[str, Export] = {
    "moodle": write_moodle,
    "canvas": write_canvas,
    "junit": write_junit,
    "gradescope": write_gradescope,
}
