"""`actloss grade` and `actloss correct`: files, exit statuses, a sentence for each mistake."""

import contextlib
import csv
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import fake_grading
import nbformat
import pytest
from click.testing import CliRunner
from distributed import LocalCluster
from fake_grading import hand_in

from actloss.cli import main
from actloss.course.units import find_unit
from actloss.grading import grader
from actloss.grading.gradebook import Gradebook
from actloss.grading.records import MISSING, NOT_GRADED, RIGHT, UNREADABLE, WRONG

ROOT = Path(__file__).parents[2]
UNIT = "start-here"
EXERCISES = [exercise.id for exercise in find_unit(UNIT).exercises]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to be in, and a grader that runs nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(grader, "grade", fake_grading.grade)
    return tmp_path


def type_in(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


def grade(*options, status=0):
    done = type_in("grade", "class", "--out", "grades", *options)
    assert done.exit_code == status, done.output
    return done


def notebook(learner, *orders, unit=UNIT):
    return hand_in(Path("class"), learner, *orders, unit=unit)


def rows(folder="grades"):
    with open(Path(folder, "grades.csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(folder, query):
    """What another program reads in the gradebook."""
    with contextlib.closing(sqlite3.connect(Path(folder, "gradebook.sqlite"))) as gradebook:
        return gradebook.execute(query).fetchall()


def states(folder="grades"):
    return Counter((row["learner"], row["state"], row["points"]) for row in rows(folder))


# --- What an instructor gets ------------------------------------------------------------------


def test_a_folder_becomes_grades(here):
    notebook("ada", RIGHT)
    notebook("bob", WRONG)
    Path("roster.csv").write_text("learner,name\nada,Ada Byron\neve,Eve\nbob,Bob\n")
    done = grade("--roster", "roster.csv")
    assert [(row["learner"], row["exercise"]) for row in rows()] == [
        (learner, exercise) for learner in ("ada", "eve", "bob") for exercise in EXERCISES
    ]
    assert states() == {
        ("ada", RIGHT, "1"): 3,
        ("bob", WRONG, "0"): 3,
        ("eve", MISSING, "0"): 3,
    }
    assert {path.name for path in Path("grades").iterdir()} == {
        "feedback", "grades.csv", "gradebook.sqlite", "report.html"
    }  # fmt: skip
    assert len(list(Path("grades/feedback").iterdir())) == 3
    assert "2 graded, 0 unchanged, 0 problems" in done.stdout
    assert "3 people: 3 right, 3 wrong, 3 missing" in done.stdout
    assert "start-here/first-check, 1 of " in done.stdout
    assert "grades/report.html" in done.stdout
    assert done.stderr == ""


def test_what_is_unchanged_is_not_graded_again(here):
    notebook("ada", f"log {here}/log")
    grade()
    assert "0 graded, 1 unchanged" in grade().stdout
    assert "1 graded, 0 unchanged" in grade("--regrade").stdout
    assert Path("log").read_text() == ".."


def test_a_zip_is_graded_and_leaves_nothing_lying_about(here):
    notebook("ada", RIGHT)
    with zipfile.ZipFile("class.zip", "w") as archive:
        archive.write("class/ada/00-start-here.ipynb", "ada/00-start-here.ipynb")
    Path("grades/.unpacked/of a killed run").mkdir(parents=True)
    assert type_in("grade", "class.zip", "--out", "grades").exit_code == 0
    assert states() == {("ada", RIGHT, "1"): 3}
    assert not Path("grades/.unpacked").exists()


def test_units_are_those_that_were_handed_in_or_asked_for(here):
    notebook("ada", RIGHT)
    notebook("ada", RIGHT, unit="squashing")
    grade()
    assert list(dict.fromkeys(row["unit"] for row in rows())) == ["start-here", "squashing"]
    done = grade("--unit", "15", "--unit", "squashing")
    assert list(dict.fromkeys(row["unit"] for row in rows())) == ["squashing", "promoters"]
    assert "To add them: --unit start-here" in done.stdout


def test_grades_among_the_submissions_are_nobodys(here):
    notebook("ada", RIGHT)
    for _ in range(2):
        assert type_in("grade", "class", "--out", "class/grades", "--export", "gradescope")
    assert states("class/grades") == {("ada", RIGHT, "1"): 3}


def test_feedback_can_be_brief_or_none(here):
    notebook("ada", WRONG)
    grade("--feedback", "none")
    assert not Path("grades/feedback").exists()
    grade("--feedback", "brief")
    assert Path("grades/feedback/ada.html").exists()


def test_pages_of_people_who_left_are_removed(here):
    notebook("ada", RIGHT)
    bob = notebook("bob", RIGHT)
    grade()
    bob.path.unlink()
    done = grade()
    assert [path.name for path in Path("grades/feedback").iterdir()] == ["ada.html"]
    assert "1 other person handed in earlier" in done.stdout


def test_exports_are_written_where_asked(here):
    notebook("ada", RIGHT)
    grade("--export", "moodle", "--export", "canvas", "--export", "junit", "--export", "gradescope")
    for name in ("moodle", "canvas", "junit.xml", "gradescope"):
        assert Path("grades", name).exists()


def test_a_class_has_one_seed_until_another_is_given(here):
    notebook("ada", RIGHT)
    grade()
    grade()
    type_in("grade", "class", "--out", "of another class")
    (first,), (second,) = table("grades", "select seed from runs")
    ((other,),) = table("of another class", "select seed from runs")
    assert first == second != other
    grade("--seed", "5")
    assert table("grades", "select seed from runs")[2] == (5,)
    assert "seed 5" in Path("grades/report.html").read_text()


def test_what_was_exported_before_is_written_again_and_feedback_stays_brief(here):
    notebook("ada", WRONG)
    grade("--export", "moodle", "--feedback", "none")
    (sheet,) = Path("grades/moodle").glob("*.csv")
    before = sheet.read_text()
    notebook("ada", RIGHT)
    grade()
    assert sheet.read_text() != before
    assert not Path("grades/feedback").exists()
    grade("--feedback", "full")
    assert Path("grades/feedback/ada.html").exists()


def test_a_roster_of_which_nobody_handed_in_anything_stops_it(here):
    notebook("ada", RIGHT)
    Path("roster.csv").write_text("learner\nTeilnehmer/in1\nTeilnehmer/in2\n")
    said = grade("--roster", "roster.csv", status=2).output
    assert "of anybody on the roster (2 people)" in said
    assert not Path("grades/grades.csv").exists()


def test_what_learners_write_cannot_reach_the_terminal(here):
    notebook("ada\x1b[2J\u202e", RIGHT)
    notebook("ada\x1b[2J\u202e", RIGHT, unit="squashing").path.write_text("")
    assert not re.search("[\x1b\u202e]", grade().output)


def test_the_real_grader(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for learner, folder in (("ada", "solutions"), ("bob", "exercises")):
        Path("class", learner).mkdir(parents=True)
        copy = nbformat.read(ROOT / folder / "00-start-here.ipynb", as_version=4)
        copy.metadata["actloss"]["kind"] = "exercises"
        nbformat.write(copy, f"class/{learner}/00-start-here.ipynb")
    done = grade("--workers", "1", "--cell-seconds", "30", "--memory", "900")
    assert states() == {("ada", RIGHT, "1"): 3, ("bob", "not answered", "0"): 3}
    assert "bubblewrap" in done.stdout


# --- Exit statuses ----------------------------------------------------------------------------


def test_what_could_not_be_graded_ends_with_1_until_a_person_has_looked(here):
    notebook("ada", "raise")
    notebook("bob", RIGHT)
    grade(status=1)
    assert states() == {("ada", NOT_GRADED, ""): 3, ("bob", RIGHT, "1"): 3}
    for exercise in EXERCISES:
        type_in("correct", "grades", "ada", exercise, 1, "--comment", "I looked.")
    grade()
    assert states()["ada", NOT_GRADED, "1"] == 3


def test_an_unreadable_notebook_is_dealt_with(here):
    notebook("ada").path.write_text("not a notebook")
    grade()
    assert states() == {("ada", UNREADABLE, "0"): 3}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "--out", "grades"), "no folder or zip"),
        (("class", "--out", "class"), "need a folder of their own"),
        (("class", "--out", "grades", "--unit", "squash"), "There is no unit 'squash'"),
        (("class", "--out", "grades", "--roster", "none.csv"), "roster"),
        (("class", "--out", "grades", "--database", "nonsense"), "not the URL of a database"),
        (("class", "--out", "grades", "--dask", "nonsense"), "no Dask scheduler"),
        (("class", "--out", "roster.csv"), "is a file"),
        (("empty", "--out", "grades"), "no notebook"),
    ],
)
def test_what_the_instructor_must_put_right_ends_with_2(here, arguments, words):
    notebook("ada", RIGHT)
    Path("empty").mkdir()
    Path("roster.csv").write_text("learner\nada\n")
    done = type_in("grade", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert not Path("grades/grades.csv").exists()


def test_without_bubblewrap_it_stops_unless_told_otherwise(here, monkeypatch):
    notebook("ada", RIGHT)
    monkeypatch.setenv("PATH", str(here))
    assert "bubblewrap is not installed" in grade(status=2).stderr
    assert "no sandbox (--no-sandbox)" in grade("--no-sandbox").stdout
    assert "no sandbox (--no-sandbox)" in Path("grades/report.html").read_text()


def test_two_at_once(here):
    notebook("ada", RIGHT)
    Path("grades").mkdir()
    with Gradebook(Path("grades")):
        assert "Somebody else has the gradebook" in grade(status=2).stderr


def test_files_that_cannot_be_written(here):
    notebook("ada", RIGHT)
    Path("grades/grades.csv").mkdir(parents=True)
    assert "The grades are safe in the gradebook" in grade(status=2).stderr
    Path("grades/grades.csv").rmdir()
    assert "0 graded, 1 unchanged" in grade().stdout


@pytest.mark.parametrize("package", ["sqlalchemy", "joblib", "jinja2"])
def test_packages_that_are_not_installed(here, package):
    code = f"import sys; sys.modules[{package!r}] = None; from actloss.cli import main; main()"
    command = [sys.executable, "-c", code]
    shown = subprocess.run([*command, "--help"], capture_output=True, text=True)
    assert (shown.returncode, shown.stderr) == (0, "")
    done = subprocess.run(
        [*command, "grade", "class", "--out", "grades"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f'actloss: {package} is not installed. Type: pip install "actloss[grading]"\n'
    )


# --- Stopping ---------------------------------------------------------------------------------

SLOW = """
import sys
sys.path.insert(0, "tests")
import fake_grading
from actloss.grading import grader
grader.grade = fake_grading.grade
from actloss.cli import main
main(sys.argv[1:])
"""


def start_slowly(folder):
    """A run in a process of its own, in the middle of its work."""
    begun = subprocess.Popen(
        [sys.executable, "-c", SLOW, "grade", f"{folder}/class", "--out", f"{folder}/grades"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    while not Path(folder, "log").exists() or Path(folder, "log").stat().st_size < 9:
        assert begun.poll() is None, begun.communicate()
        time.sleep(0.02)
    return begun


def count_attempts(folder):
    return table(folder / "grades", "select count(*) from attempts")[0][0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_writes_what_there_is_and_goes_on_next_time(here, number):
    for i in range(100):
        notebook(f"learner{i}", "slow", f"log {here}/log")
    begun = start_slowly(here)
    begun.send_signal(number)
    _, said = begun.communicate(timeout=60)
    assert begun.returncode == 130
    assert said.splitlines()[-1] == (
        "actloss: Stopped. What was graded is kept in the gradebook. To go on, type the same "
        "command again."
    )
    kept = count_attempts(here)
    assert 3 <= kept < 100
    given = Counter((row["state"], row["points"]) for row in rows())
    assert given == {(RIGHT, "1"): 3 * kept, (NOT_GRADED, ""): 3 * (100 - kept)}
    assert f"{100 - kept} graded, {kept} unchanged" in grade().stdout
    assert Counter(row["state"] for row in rows()) == {RIGHT: 300}
    assert count_attempts(here) == 100


def test_killed_it_goes_on_next_time(here):
    for i in range(60):
        notebook(f"learner{i}", "slow", f"log {here}/log")
    begun = start_slowly(here)
    begun.kill()
    begun.communicate()
    kept = count_attempts(here)
    assert f"{60 - kept} graded, {kept} unchanged" in grade().stdout
    assert count_attempts(here) == 60


def test_on_a_dask_cluster(here):
    notebook("ada", RIGHT)
    notebook("bob", WRONG)
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        grade("--dask", cluster.scheduler_address)
    assert states() == {("ada", RIGHT, "1"): 3, ("bob", WRONG, "0"): 3}


# --- Corrections ------------------------------------------------------------------------------


def correct(*arguments, comment="On paper."):
    return type_in("correct", *arguments, "--comment", comment)


def test_a_correction_is_in_all_files_and_outlives_grading(here):
    notebook("ada", WRONG)
    grade("--export", "junit")
    done = correct("grades", "ada", EXERCISES[0], 0.5)
    assert (done.exit_code, done.stdout) == (
        0,
        "ada now has 0.5 of 1 points for start-here/first-check. The files in grades say so.\n",
    )
    for _ in range(2):
        first, second, *_ = rows()
        assert (first["points"], first["state"]) == ("0.5", WRONG)
        assert "On paper." in first["reason"]
        assert second["points"] == "0"
        for name in ("junit.xml", "report.html", "feedback/ada.html"):
            assert "On paper." in Path("grades", name).read_text() or name == "report.html"
        grade("--regrade", "--export", "junit")
    assert len(table("grades", "select * from corrections")) == 1


def test_who_corrected_is_kept(here, monkeypatch):
    notebook("ada", WRONG)
    grade()
    monkeypatch.setenv("USER", "grace")
    correct("grades", "ada", EXERCISES[0], 1)
    correct("grades", "ada", EXERCISES[0], 0, "--by", "Alan")
    assert table("grades", "select who, points from corrections") == [("grace", 1.0), ("Alan", 0.0)]
    assert rows()[0]["points"] == "0"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("grades", "adda", EXERCISES[0], 1),
            "no learner 'adda' in the grades. Did you mean 'ada'?",
        ),
        (("grades", "ada", "start-here/first", 1), "There is no exercise 'start-here/first'"),
        (("grades", "ada", "squashing/tanh", 1), "02 Squashing functions is not in the grades"),
        (("grades", "ada", EXERCISES[0], 1.5), "1.5 points came"),
        (("grades", "ada", EXERCISES[0], "nan"), "nan points came"),
        (("grades", "ada", EXERCISES[0], "--", "-1"), "worth 0 to 1"),
        (("class", "ada", EXERCISES[0], 1), "class holds no gradebook"),
        (("nowhere", "ada", EXERCISES[0], 1), "nowhere holds no gradebook"),
    ],
)
def test_a_correction_that_cannot_be(here, arguments, words):
    notebook("ada", RIGHT)
    grade()
    before = Path("grades/grades.csv").read_bytes()
    done = type_in("correct", "--comment", "On paper.", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert Path("grades/grades.csv").read_bytes() == before
    assert not Path("class/gradebook.sqlite").exists()


def test_a_correction_says_why(here):
    notebook("ada", RIGHT)
    grade()
    assert "The comment is empty" in correct("grades", "ada", EXERCISES[0], 1, comment=" ").stderr
