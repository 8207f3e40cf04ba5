"""Grades in the formats of others are read there as they are here."""

import csv
import json
import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from grading.made_up_class import HOSTILE, RUN, a_class, a_row, verdicts
from hypothesis import given
from hypothesis import strategies as st

from actloss.course.units import find_unit
from actloss.grading.exports import COLUMNS, EXPORTS, cell, write_grades
from actloss.grading.names import safe_name
from actloss.grading.records import (
    MISSING,
    NOT_GRADED,
    RIGHT,
    UNANSWERED,
    UNREADABLE,
    WRONG,
    Person,
)

UNITS = ("start-here", "squashing")
ROWS = a_class(UNITS)
SQUASHING = find_unit("squashing").exercises
ADA = Person("ada", "Ada Byron", "ada@uni.example")
BEA = Person("bea", "Bea Okafor", "bea@uni.example")
CHEN = Person("chen", "Chen Wei", "chen@uni.example")


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def notebook(person, *states, **changes):
    """A learner's unit; the first exercises have these states, the others are right."""
    all_states = [*states, *[RIGHT] * (len(SQUASHING) - len(states))]
    return [
        a_row(person, one, state, **changes)
        for one, state in zip(SQUASHING, all_states, strict=True)
    ]


# --- grades.csv ---


def test_grades_have_a_line_for_each_learner_and_exercise(tmp_path):
    path = write_grades(tmp_path / "grades.csv", ROWS)
    header, *lines = read(path)
    assert tuple(header) == COLUMNS
    assert path.read_bytes().startswith(
        b"learner,unit,exercise,points,out_of,state,reason,misconception\n"
    )
    assert len(path.read_text(encoding="utf-8").split("\n")) == len(ROWS) + 2  # one line each
    for line, row in zip(lines, ROWS, strict=True):
        assert line[1:3] == [row.unit, row.exercise]
        assert line[3] == ("" if row.points is None else f"{row.points:g}")
        assert float(line[4]) == row.out_of
        assert line[5] == row.state
        assert line[7] == (row.misconception or "")
    assert b"\r" not in path.read_bytes()
    assert b"\0" not in path.read_bytes()


def test_a_correction_shows_in_points_and_reason(tmp_path):
    row = a_row(ADA, SQUASHING[0], WRONG, points=1.5, correction="Half,\nas we agreed.")
    _, line = read(write_grades(tmp_path / "grades.csv", [row]))
    assert line[3] == "1.5"
    assert line[6] == "Corrected by hand: Half, as we agreed."


def test_harmless_ids_are_read_back_as_they_were(tmp_path):
    ids = ["ada", "Zoë Ångström 🧬", 'a "quoted", one', "-5", "+4412345", "o'neil", "'quoted'", ""]
    rows = [a_row(replace(ADA, learner=one), SQUASHING[0], RIGHT) for one in ids]
    _, *lines = read(write_grades(tmp_path / "grades.csv", rows))
    assert [line[0] for line in lines] == ids


@given(st.text(alphabet=st.sampled_from("=+-@'\t\r\n＝＠ a1.,\u2028"), max_size=6))
def test_no_cell_is_a_formula_or_has_two_lines(text):
    written = cell(text)
    assert len(written.splitlines()) <= 1
    assert not re.match("[=+@＝＋－＠\t\r-]", written) or re.fullmatch(
        "[+-][0-9]+([.,][0-9]+)?", written
    )


@given(st.text(alphabet=st.sampled_from("=+-@'＝＠ a1.,"), max_size=6))
def test_a_program_can_take_the_mark_of_a_formula_off_again(text):
    written = cell(text)
    assert text == (written[1:] if re.match("'+[=+@＝＋－＠-]", written) else written)


# --- Written whole or not at all ---


def test_a_failed_write_leaves_what_was_there_and_nothing_beside_it(tmp_path):
    place = tmp_path / "grades.csv"
    (place / "in the way").mkdir(parents=True)
    with pytest.raises(OSError):
        write_grades(place, ROWS)
    assert [one.name for one in tmp_path.iterdir()] == ["grades.csv"]
    assert (place / "in the way").is_dir()


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_says_what_it_wrote_and_writes_the_same_again(name, tmp_path):
    first = {path: path.read_bytes() for path in EXPORTS[name](tmp_path, ROWS, RUN)}
    assert first
    assert set(first) == {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {path: path.read_bytes() for path in EXPORTS[name](tmp_path, ROWS, RUN)} == first


# --- Moodle and Canvas ---


def moodle_imports(path, known, before):
    """What Moodle's grade import does with a file: `load_data.php`, as it was read."""
    (header, _), *lines = read(path)
    grades, learner = dict(before), None
    for identifier, points in lines:
        if identifier:  # else the points go to the learner of the line above
            assert identifier in known[header], f"the import stops at {identifier!r}"
            learner = known[header][identifier]
        grades[learner] = None if points in ("", "-") else float(points)
    return grades


def canvas_imports(path, known, before):
    """What Canvas's gradebook import does with a file: `gradebook_importer.rb`, as it was read."""
    header, *lines = read(path)
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert header[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    assert len(header) == 6
    grades = dict(before)
    for line in lines:
        if "Points Possible" in line[0]:
            assert float(line[5]) == sum(one.points for one in SQUASHING)
            continue
        by = [("ID", line[1]), ("SIS User ID", line[2]), ("SIS Login ID", line[3])]
        learner = next(known[key][value] for key, value in by if value in known.get(key, {}))
        grades[learner] = float(line[5]) if line[5] else None
    return grades


def class_of_five():
    """One is graded, one corrected; the others need a person, and have a grade from before."""
    dora = Person("dora", "Dora Stranger", "dora@else.example", on_roster=False)
    eve = Person("eve", "Points Possible", "eve@uni.example")
    return [
        *notebook(ADA, WRONG, UNANSWERED),
        *notebook(BEA, *[MISSING] * 10),
        *notebook(CHEN, NOT_GRADED),
        *notebook(dora),
        *notebook(eve, *[UNREADABLE] * 10, points=1, correction="Told me the answers."),
    ]


def test_an_import_into_moodle_changes_nobody_who_has_to_be_looked_at(tmp_path):
    *files, left_out = EXPORTS["moodle"](tmp_path, class_of_five(), RUN)
    before = dict.fromkeys(("ada", "bea", "chen", "dora", "eve"), 7.0)
    emails = {f"{one}@uni.example": one for one in ("ada", "bea", "chen", "eve")}
    (file,) = files
    after = moodle_imports(file, {"Email address": emails}, before)
    wrong = SQUASHING[0].points + SQUASHING[1].points
    assert after == before | {"ada": sum(one.points for one in SQUASHING) - wrong, "eve": 10.0}
    assert read(file)[0][1] == "02-squashing (out of 18)"
    said = left_out.read_text(encoding="utf-8")
    assert all(name in said for name in ("Bea Okafor", "Chen Wei", "Dora Stranger"))
    assert not any(name in said for name in ("Ada Byron", "eve"))


def test_an_import_into_canvas_changes_nobody_who_has_to_be_looked_at(tmp_path):
    (file, _) = EXPORTS["canvas"](tmp_path, class_of_five(), RUN)
    before = dict.fromkeys(("ada", "bea", "chen", "dora", "eve"), 7.0)
    after = canvas_imports(file, {"SIS Login ID": {one: one for one in before}}, before)
    wrong = SQUASHING[0].points + SQUASHING[1].points
    assert after == before | {"ada": sum(one.points for one in SQUASHING) - wrong, "eve": 10.0}


def test_moodle_gets_an_identifier_that_everybody_has_alone(tmp_path):
    def header(people):
        rows = [row for person in people for row in notebook(person)]
        (file, _) = EXPORTS["moodle"](tmp_path, rows, RUN)
        return [line[0] for line in read(file)]

    named = [
        replace(person, other={"username ": f"{person.learner}1", "ID number": "7"})
        for person in (ADA, BEA)
    ]
    assert header(named) == ["Email address", "ada@uni.example", "bea@uni.example"]
    without = [named[0], replace(named[1], email="")]
    assert header(without) == ["Username", "ada1", "bea1"]
    shared = [replace(person, email="class@uni.example", other={}) for person in named]
    assert header(shared) == ["Username", "ada", "bea"]
    in_roster = [
        replace(person, email="", other={"Email address": person.email}) for person in named
    ]
    assert header(in_roster) == ["Email address", "ada@uni.example", "bea@uni.example"]


def test_canvas_gets_its_own_columns_back(tmp_path):
    other = {
        "Student": "Byron, Ada",
        "ID": "1815",
        "SIS User ID": "u1",
        "SIS Login ID": "ada@x",
        "Section": "Tuesday",
        "Something else (11)": "",
        "squashing functions (4711)": "",
    }
    (file, _) = EXPORTS["canvas"](tmp_path, notebook(replace(ADA, other=other)), RUN)
    header, possible, line = read(file)
    assert header[5] == "squashing functions (4711)"
    assert possible == ["Points Possible", "", "", "", "", "18"]
    assert line == ["Byron, Ada", "1815", "u1", "ada@x", "Tuesday", "18"]


def test_where_nobody_is_graded_the_file_of_an_earlier_run_is_not_left(tmp_path):
    for name in ("moodle", "canvas"):
        EXPORTS[name](tmp_path, notebook(ADA), RUN)
        (file, _) = EXPORTS[name](tmp_path, notebook(ADA, NOT_GRADED), RUN)
        assert len(read(file)) == 1


@pytest.mark.parametrize("name", ["moodle", "canvas"])
def test_hostile_names_stay_in_their_cells(name, tmp_path):
    *files, _ = EXPORTS[name](tmp_path, ROWS, RUN)
    assert len(files) == len(UNITS)
    for file in files:
        header, *lines = read(file)
        assert {len(line) for line in lines} == {len(header)}
        assert all(line[-1] and math.isfinite(float(line[-1])) for line in lines)
        for line in lines:
            assert not any(re.match("[=+@-]", one) for one in line)


# --- JUnit XML ---

# Jenkins' junit-10.xsd, as far as it is used here: attributes (those with ! are required), children
SCHEMA = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name!", "tests!", "failures!", "errors!", "skipped", "time", "timestamp", "hostname"},
        {"testcase", "properties"},
    ),
    "testcase": ({"name!", "time", "classname"}, {"skipped", "error", "failure"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
}
XML_1_0 = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


def test_junit_is_what_jenkins_reads(tmp_path):
    (path,) = EXPORTS["junit"](tmp_path, ROWS, RUN)
    text = path.read_text(encoding="utf-8")
    assert XML_1_0.fullmatch(text)
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = SCHEMA[element.tag]
        assert set(element.keys()) <= {name.rstrip("!") for name in attributes}
        assert {name[:-1] for name in attributes if name.endswith("!")} <= set(element.keys())
        assert {child.tag for child in element} <= children
    suites = list(root)
    assert len(suites) == len({(row.person.learner, row.unit) for row in ROWS})
    assert sum(int(suite.get("tests")) for suite in suites) == len(ROWS)
    for suite in suites:
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(kind)) == len(suite.findall(f"testcase/{tag}"))


def test_junit_says_what_became_of_each_exercise(tmp_path):
    verdict = next(one for one in verdicts("squashing")["squashing/sigmoid"] if one.lesson)
    rows = notebook(ADA, RIGHT, UNANSWERED, MISSING, UNREADABLE, NOT_GRADED)
    rows[0] = a_row(ADA, SQUASHING[0], WRONG, verdict)
    rows[5] = replace(rows[5], state=WRONG, correction="Right after all.")
    (path,) = EXPORTS["junit"](tmp_path, rows, RUN)
    cases = ElementTree.parse(path).findall("testsuite/testcase")
    found = [case[0].tag if len(case) else "" for case in cases]
    assert found == ["failure", "failure", "skipped", "error", "error", *[""] * 5]
    assert cases[0].get("name") == "squashing/sigmoid"
    failure = cases[0][0]
    assert failure.get("message") == verdict.sentence
    for said in (verdict.sentence, verdict.lesson, *(text for _, text in verdict.rows)):
        assert said in failure.text


# --- Gradescope ---

DOCUMENTED = {
    *("score", "execution_time", "output", "output_format", "test_output_format"),
    *("test_name_format", "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard"),
}
DOCUMENTED_FOR_TESTS = {
    *("score", "max_score", "status", "name", "name_format", "number", "output", "output_format"),
    *("tags", "visibility", "extra_data"),
}


def test_gradescope_gets_the_fields_that_it_documents(tmp_path):
    paths = EXPORTS["gradescope"](tmp_path, ROWS, RUN)
    for path in paths:
        results = json.loads(path.read_text(encoding="utf-8"))
        assert results.keys() <= DOCUMENTED
        assert results["output_format"] == "text"  # the default would take HTML
        for test in results["tests"]:
            assert test.keys() <= DOCUMENTED_FOR_TESTS
            assert test["status"] in ("passed", "failed")
            assert test["visibility"] == "visible"
            assert test["output_format"] == "text"
            assert 0 <= test["score"] <= test["max_score"]


def test_gradescope_gets_the_points_and_no_inputs(tmp_path):
    verdict = next(one for one in verdicts("squashing")["squashing/tanh"] if one.lesson)
    rows = notebook(ADA, WRONG)
    tanh = next(i for i, one in enumerate(SQUASHING) if one.slug == "tanh")
    marked = replace(verdict, rows=(("Input", "secret input"), ("Expected", "secret value")))
    rows[tanh] = a_row(ADA, SQUASHING[tanh], WRONG, marked)
    rows = [replace(row, notes=("Cell 3 was skipped.",)) for row in rows]
    (path,) = EXPORTS["gradescope"](tmp_path, rows, RUN)
    assert path == tmp_path / "gradescope" / "ada" / "02-squashing" / "results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    assert sum(test["score"] for test in results["tests"]) == sum(row.points for row in rows)
    assert "secret" not in path.read_text(encoding="utf-8")
    assert verdict.lesson in results["tests"][tanh]["output"]
    assert results["tests"][tanh]["status"] == "failed"
    assert results["output"] == "Cell 3 was skipped."


@pytest.mark.parametrize("state", [MISSING, UNREADABLE, NOT_GRADED])
def test_gradescope_gets_no_zero_where_a_person_has_to_look(state, tmp_path):
    (path,) = EXPORTS["gradescope"](tmp_path, notebook(ADA), RUN)
    assert EXPORTS["gradescope"](tmp_path, notebook(ADA, state), RUN) == []
    assert not path.exists()


def test_every_learner_has_files_of_her_own(tmp_path):
    paths = EXPORTS["gradescope"](tmp_path, ROWS, RUN)
    learners = {row.person.learner for row in ROWS}
    assert len({path.parts[-3] for path in paths}) > len(HOSTILE)
    assert {path.parts[-3] for path in paths} <= {safe_name(one) for one in learners}
    assert all(path.is_relative_to(tmp_path / "gradescope") for path in paths)
