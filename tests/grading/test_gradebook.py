"""The gradebook: nothing is lost, nothing counts twice, nothing is silently 0."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from fake_grading import RUN, graded, intake_of, submission
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import CreateTable

import actloss
from actloss.course.units import find_unit
from actloss.grading import database, tables, versions
from actloss.grading.gradebook import Gradebook
from actloss.grading.records import (
    MISSING,
    NOT_GRADED,
    RIGHT,
    UNANSWERED,
    WRONG,
    Graded,
    GradingError,
    Intake,
    Person,
    Result,
)
from actloss.grading.versions import specification_version

ROOT = Path(__file__).parents[2]
SQUASHING = find_unit("squashing")
START = find_unit("start-here")
ADA, BOB = (
    Person("ada", "Ada Byron", "ada@x.org", True, {"ID": "7"}),
    Person("bob", on_roster=False),
)


@pytest.fixture
def gradebook(tmp_path):
    with Gradebook(tmp_path) as book:
        book.start_run(RUN, intake_of(submission("ada")), ["squashing"], {})
        yield book


def record(gradebook, learner, state=RIGHT, sha="1", unit="squashing", version="v", notes=()):
    gradebook.record(1, submission(learner, unit), sha, version, graded(unit, state, notes))


def states(rows):
    return Counter((row.person.learner, row.state, row.points) for row in rows)


def table(gradebook, query):
    with gradebook._transaction() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


# --- Rows -------------------------------------------------------------------------------------


def test_everybody_has_a_row_for_every_exercise_in_their_order(gradebook):
    record(gradebook, "ada", notes=["Cell 3 was skipped."])
    rows = gradebook.rows([BOB, ADA], [START, SQUASHING])
    assert [(row.person, row.unit, row.exercise) for row in rows] == [
        (person, unit.slug, exercise.id)
        for person in (BOB, ADA)
        for unit in (START, SQUASHING)
        for exercise in unit.exercises
    ]
    given = rows[-1]
    assert (given.state, given.points, given.out_of) == (RIGHT, given.out_of, given.out_of)
    assert (given.reason, given.notes) == ("It says right.", ("Cell 3 was skipped.",))
    assert given.verdict["sentence"] == "It says right."


def test_who_handed_in_nothing_is_told_so(gradebook):
    rows = gradebook.rows([BOB], [SQUASHING])
    assert {(row.points, row.state) for row in rows} == {(0, MISSING)}
    assert {row.reason for row in rows} == {"Nothing was handed in for 02 Squashing functions."}


def test_what_was_not_graded_has_no_points(gradebook):
    record(gradebook, "ada", NOT_GRADED)
    assert {(row.points, row.state) for row in gradebook.rows([ADA], [SQUASHING])} == {
        (None, NOT_GRADED)
    }


def test_what_waits_for_its_turn_is_not_missing(gradebook):
    rows = gradebook.rows([ADA], [SQUASHING])
    assert {(row.points, row.state) for row in rows} == {(None, NOT_GRADED)}
    assert "stopped before this notebook's turn" in rows[0].reason


def test_an_exercise_that_is_newer_than_the_grading_is_not_silently_nothing(gradebook):
    results = graded().results
    gradebook.record(1, submission("ada"), "1", "v", Graded("squashing", results[:-1]))
    *old, new = gradebook.rows([ADA], [SQUASHING])
    assert {row.state for row in old} == {RIGHT}
    assert (new.exercise, new.points, new.state) == (results[-1].exercise, None, NOT_GRADED)
    assert "newer" in new.reason


# --- Attempts ---------------------------------------------------------------------------------


def test_every_attempt_is_kept_and_the_newest_counts(gradebook, tmp_path):
    record(gradebook, "ada", WRONG, "1")
    record(gradebook, "bob", WRONG, "1")
    record(gradebook, "ada", RIGHT, "2")
    assert {row.state for row in gradebook.rows([ADA], [SQUASHING])} == {RIGHT}
    kept = table(gradebook, "select learner, sha256, counts from attempts order by id")
    assert kept == [("ada", "1", None), ("bob", "1", 1), ("ada", "2", 1)]
    (results,) = table(gradebook, "select count(*) from results")
    assert results == (3 * len(SQUASHING.exercises),)


def test_an_attempt_that_was_made_before_can_count_again(gradebook, tmp_path):
    record(gradebook, "ada", WRONG, "1")
    record(gradebook, "ada", RIGHT, "2")
    for _ in range(2):
        gradebook.let_count(1)
        assert {row.state for row in gradebook.rows([ADA], [SQUASHING])} == {WRONG}
    assert table(gradebook, "select counts from attempts order by id") == [(1,), (None,)]


def test_attempts_are_finished_for_their_content_and_version_unless_the_grader_failed(gradebook):
    record(gradebook, "ada", sha="1")
    record(gradebook, "ada", sha="2", version="older")
    record(gradebook, "bob", NOT_GRADED, sha="1")
    record(gradebook, "bob", sha="1", unit="start-here", version="w")
    record(gradebook, "ada", UNANSWERED, sha="3")
    assert gradebook.finished({"squashing": "v", "start-here": "w"}) == {
        ("ada", "squashing", "1"): 1,
        ("bob", "start-here", "1"): 4,
        ("ada", "squashing", "3"): 5,
    }
    assert gradebook.finished({}) == {}


def test_an_attempt_its_results_and_what_counts_are_written_together_or_not_at_all(
    gradebook, tmp_path
):
    record(gradebook, "ada", WRONG, "1")
    results = graded().results
    with pytest.raises(GradingError):  # one exercise twice is no result: the table refuses it
        gradebook.record(1, submission("ada"), "2", "v", Graded("squashing", results + results))
    assert table(gradebook, "select sha256, counts from attempts") == [("1", 1)]
    assert {row.state for row in gradebook.rows([ADA], [SQUASHING])} == {WRONG}


def test_the_database_itself_lets_no_two_attempts_count(gradebook, tmp_path):
    record(gradebook, "ada", sha="1")
    record(gradebook, "ada", sha="2")
    with pytest.raises(GradingError, match="UNIQUE constraint failed: attempts"):
        table(gradebook, "update attempts set counts = 1")


@pytest.fixture(scope="module")
def patient_gradebook(tmp_path_factory):
    with Gradebook(tmp_path_factory.mktemp("patient")) as book:
        yield book


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_whatever_learners_write_is_kept(patient_gradebook, text):
    book = patient_gradebook
    wild = text + "\ud800\0'; drop table attempts; --\u202e<script>=cmd"
    person = Person(wild, wild, wild, True, {wild: wild})
    result = Result(SQUASHING.exercises[0].id, 0, 1, WRONG, wild, "option_a", {"came": wild})
    intake = Intake((person,), (submission(wild),))
    book.start_run(replace(RUN, notes=(wild,)), intake, ["squashing"], {})
    book.record(1, submission(wild), "1", "v", Graded("squashing", (result,), (wild,)))
    book.correct(wild, SQUASHING.exercises[1].id, 1, wild)
    first, second, *_ = book.rows([person], [SQUASHING])
    assert (first.person, first.state) == (person, WRONG)
    storable = tables.storable(wild)
    storable.encode()
    assert [first.reason, second.correction, book.last_run().people[0].name] == [storable] * 3
    for text in (first.verdict["came"], first.notes[0], book.last_run().run.notes[0]):
        assert text.replace("\0", "?") == storable


# --- Corrections ------------------------------------------------------------------------------


def test_a_correction_outlives_every_grading(gradebook):
    exercise = SQUASHING.exercises[0].id
    gradebook.correct("ada", exercise, 0.5, "Nearly.")
    for state in (WRONG, RIGHT, NOT_GRADED):
        record(gradebook, "ada", state)
        row, other, *_ = gradebook.rows([ADA], [SQUASHING])
        assert (row.points, row.state, row.correction) == (0.5, state, "Nearly.")
        assert (other.state, other.correction) == (state, "")


def test_a_newer_correction_counts_and_the_older_one_is_kept(gradebook, tmp_path):
    exercise = SQUASHING.exercises[0].id
    gradebook.correct("ada", exercise, 1, "Yes.", "Grace")
    gradebook.correct("ada", exercise, 0, "No.", "Alan")
    assert gradebook.rows([ADA], [SQUASHING])[0].points == 0
    kept = table(gradebook, "select points, comment, who from corrections order by id")
    assert kept == [(1.0, "Yes.", "Grace"), (0.0, "No.", "Alan")]


def test_one_who_handed_in_nothing_can_be_given_points(gradebook):
    gradebook.correct("bob", SQUASHING.exercises[0].id, 1, "On paper.")
    row, other, *_ = gradebook.rows([BOB], [SQUASHING])
    assert (row.points, row.state) == (1, MISSING)
    assert (other.points, other.state) == (0, MISSING)


# --- Runs -------------------------------------------------------------------------------------


def test_the_last_run_is_remembered(gradebook, tmp_path):
    intake = Intake((ADA, BOB), (submission("bob"),))
    run = replace(RUN, seed=2**53, notes=("A stranger.",))
    gradebook.start_run(run, intake, ["start-here", "squashing"], {"exports": ["moodle"]})
    gradebook.close()
    with Gradebook(tmp_path) as again:
        last = again.last_run()
    assert (last.run, last.people) == (run, (ADA, BOB))
    assert (last.units, last.files) == (("start-here", "squashing"), {"exports": ["moodle"]})


def test_what_the_files_leave_out_is_said(gradebook):
    record(gradebook, "ada")
    record(gradebook, "eve", unit="start-here")
    assert gradebook.left_out([ADA, Person("eve")], ["squashing", "start-here"]) == ()
    people, units = gradebook.left_out([ADA], ["squashing"])
    assert "'eve'" in people
    assert units.endswith("--unit start-here")


# --- Opening ----------------------------------------------------------------------------------


def test_two_cannot_grade_into_one_gradebook_at_once(gradebook, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    with pytest.raises(GradingError, match=r"Somebody else has the gradebook .*sqlite open"):
        Gradebook(tmp_path)
    gradebook.close()
    Gradebook(tmp_path).close()


def test_a_killed_grader_leaves_no_lock(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(f"""
            import time
            from pathlib import Path
            from actloss.grading.gradebook import Gradebook
            book = Gradebook(Path({str(tmp_path)!r}))
            print("open", flush=True)
            time.sleep(60)
        """)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )  # fmt: skip
    assert holder.stdout.readline() == b"open\n"
    with pytest.raises(GradingError, match="Somebody else"):
        Gradebook(tmp_path)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    Gradebook(tmp_path).close()


def test_it_waits_for_a_reader_but_not_for_ever(tmp_path, monkeypatch):
    Gradebook(tmp_path).close()
    reader = sqlite3.connect(tmp_path / "gradebook.sqlite", check_same_thread=False)
    reader.execute("begin")
    reader.execute("select * from attempts").fetchall()
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    with pytest.raises(GradingError, match="Somebody else has the gradebook"):
        Gradebook(tmp_path)
    monkeypatch.undo()
    threading.Timer(0.3, reader.close).start()
    Gradebook(tmp_path).close()


def test_one_ordinary_file_is_left(gradebook, tmp_path):
    record(gradebook, "ada")
    gradebook.close()
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.sqlite"]
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as anybody:
        assert anybody.execute("pragma journal_mode").fetchone() == ("delete",)
        assert anybody.execute("select count(*) from attempts").fetchone() == (1,)


def test_another_layout_is_not_touched(tmp_path):
    Gradebook(tmp_path).close()
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as connection:
        connection.execute("update about set schema_version = 99")
    with pytest.raises(GradingError, match="layout 99, and this actloss knows layout 1"):
        Gradebook(tmp_path)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "not the URL of a database"),
        ("sqlite://", "keeps nothing"),
        ("nonsense://host/name", "cannot be reached"),
        ("sqlite:////nowhere/at/all.sqlite", "cannot be used: unable to open"),
    ],
)
def test_a_database_that_is_none(tmp_path, url, words):
    with pytest.raises(GradingError, match=words):
        Gradebook(tmp_path, url)


def test_a_file_that_is_no_gradebook_is_left_alone(tmp_path):
    (tmp_path / "gradebook.sqlite").write_text("My notes on the class, at some length. " * 50)
    with pytest.raises(GradingError, match="file is not a database"):
        Gradebook(tmp_path)
    assert (tmp_path / "gradebook.sqlite").read_text().startswith("My notes")


def test_a_password_is_not_shown(tmp_path):
    url = "sqlite://someone:secret@/nowhere/at/all.sqlite"
    with pytest.raises(GradingError) as caught:
        Gradebook(tmp_path, url)
    assert "secret" not in str(caught.value)


def test_another_database_by_its_url(tmp_path):
    Gradebook(tmp_path / "grades", f"sqlite:///{tmp_path}/elsewhere.sqlite").close()
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere.sqlite"]


@pytest.mark.parametrize("dialect", [postgresql.dialect(), mysql.dialect()], ids=lambda d: d.name)
def test_other_databases_can_have_these_tables(dialect):
    for one in tables.TABLES.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(one).compile(dialect=dialect))


FULL_DISK = """
import json, resource, shutil, signal, sys
from pathlib import Path
sys.path.insert(0, "tests")
from actloss.course.units import find_unit
from actloss.grading.gradebook import Gradebook
from actloss.grading.records import GradingError, Person
from fake_grading import RUN, graded, intake_of, submission

folder, way = Path(sys.argv[1]), sys.argv[2]
kept = 0
with Gradebook(folder) as book:
    run = book.start_run(RUN, intake_of(submission("0")), ["squashing"], {})
    size = (folder / "gradebook.sqlite").stat().st_size
    if way == "disk":
        filler = folder / "filler"
        filler.write_bytes(b"x" * (shutil.disk_usage(folder).free - 60_000))
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 60_000, resource.RLIM_INFINITY))
    try:
        while kept < 1000:
            book.record(run, submission(str(kept)), "1", "v", graded())
            kept += 1
    except GradingError as problem:
        said = str(problem)
if way == "disk":
    filler.unlink()
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with Gradebook(folder) as book:
    found = len(book.finished({"squashing": "v"}))
    book.record(run, submission(str(kept)), "1", "v", graded())
    people = [Person(str(i)) for i in range(kept + 1)]
    states = {row.state for row in book.rows(people, [find_unit("squashing")])}
print(json.dumps({"kept": kept, "found": found, "said": said, "states": sorted(states)}))
"""


def in_a_small_disk(folder, *command):
    """Run a command where `folder` is a disk of half a megabyte, if the system permits."""
    mount = f'mount -t tmpfs -o size=512k none "{folder}" && exec "$0" "$@"'
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def test_a_full_disk_loses_nothing(tmp_path):
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    done = in_a_small_disk(tmp_path, *command, "disk")
    if done.returncode and "mount" in done.stderr + str(shutil.which("unshare")):
        done = subprocess.run([*command, "limit"], capture_output=True, text=True, cwd=ROOT)
    assert not done.returncode, done.stderr
    told = json.loads(done.stdout)
    assert 0 < told["kept"] == told["found"] < 1000
    assert told["states"] == [RIGHT]
    assert "gradebook.sqlite cannot be used: " in told["said"]
    assert "What it holds is kept." in told["said"]


# --- Versions ---------------------------------------------------------------------------------


def test_the_version_follows_what_decides_a_grade_and_nothing_else(tmp_path, monkeypatch):
    package = tmp_path / "actloss"
    source = Path(actloss.__file__).parent
    for part in ("course", "grading"):
        shutil.copytree(source / part, package / part, ignore=shutil.ignore_patterns("__pyc*"))
    monkeypatch.setattr(actloss, "__file__", str(package / "__init__.py"))

    def version(*units):
        specification_version.cache_clear()
        return specification_version(*units)

    seen = [version("squashing")]
    for name in ("course/units/squashing.py", "course/values.py", "grading/judge.py"):
        path = package / name
        path.write_text(path.read_text() + "\n# changed\n")
        seen.append(version("squashing"))
    assert len(set(seen)) == 4
    for name in ("course/units/promoters.py", "grading/pages.py"):
        (package / name).write_text("changed")
    crlf = package / "course/values.py"
    crlf.write_bytes(crlf.read_bytes().replace(b"\n", b"\r\n"))
    assert version("squashing") == seen[-1]
    assert version("start-here") != version("squashing") != version("start-here", "squashing")
    monkeypatch.setattr(actloss, "__version__", "99")
    assert version("squashing") != seen[-1]
    specification_version.cache_clear()


def test_all_that_decides_is_there():
    package = Path(actloss.__file__).parent
    assert [name for name in versions.DECIDING if not (package / name).is_file()] == []
