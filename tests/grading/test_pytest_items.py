"""`pytest --actloss` grades learners' notebooks, and runs nothing of theirs outside the sandbox."""

import json
import shutil
from xml.etree import ElementTree

import psutil
import pytest
from grading.handed_in import folder, notebook

from actloss.course.units import all_units, find_unit
from actloss.grading import pytest_items
from actloss.grading.judge import no_result
from actloss.grading.records import NOT_GRADED, UNANSWERED, Graded

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("_quick")

STEM = "00-start-here.ipynb"
EXERCISES = [exercise.id for exercise in all_units()[0].exercises]
RIGHT = ["def first_check(dna):\n    return sum(b in 'GC' for b in dna)", "slopes = 'c'"]


@pytest.fixture
def _quick(pytester, monkeypatch):
    """Run pytest in pytest without what has nothing to do with it, and takes a second each time."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:cacheprovider")


def answers(*cells):
    made = json.loads(notebook("start-here"))
    made["cells"] = [{**made["cells"][0], "id": f"c{i}", "source": c} for i, c in enumerate(cells)]
    return json.dumps(made)


@pytest.fixture
def submissions(pytester):
    """A class of two in the folder where pytest is started; ada has two of three answers."""
    wrong = "slopes = 'a'"
    return folder(
        pytester.path / "class",
        {f"ada/{STEM}": answers(*RIGHT), f"bob/{STEM}": answers(RIGHT[0], wrong)},
    )


@pytest.fixture
def told(monkeypatch):
    """A judge that finds every exercise in the state that is told, and counts notebooks."""

    class Judge:
        state = UNANSWERED
        notebooks = 0

        def grade(self, content, unit, seed, settings):
            self.notebooks += 1
            self.settings = settings
            exercises = find_unit(unit).exercises
            return Graded(unit, tuple(no_result(one, self.state, "As told.") for one in exercises))

    judge = Judge()
    monkeypatch.setattr(pytest_items, "grade", judge.grade)
    return judge


class Interleaved:
    """The tests of one notebook between those of another."""

    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda item: item.name)


def grade(pytester, *options, **named):
    return pytester.inline_run("--actloss", *options, **named)


def states(run):
    passed, skipped, failed = run.listoutcomes()
    assert not skipped
    named = {"passed": passed, "failed": failed}
    return {
        report.nodeid: word if report.when == "call" else "error"
        for word, reports in named.items()
        for report in reports
    }


def test_a_test_for_each_exercise_with_points_and_what_the_learner_reads(
    pytester, submissions, monkeypatch
):
    graded = []
    judge = pytest_items.grade
    monkeypatch.setattr(pytest_items, "grade", lambda *a: graded.append(a) or judge(*a))

    run = grade(pytester, "class", "--junitxml=points.xml", plugins=[Interleaved()])

    ada, bob = f"class/ada/{STEM}::start-here/", f"class/bob/{STEM}::start-here/"
    assert states(run) == {
        f"{ada}first-check": "passed",
        f"{bob}first-check": "passed",
        f"{ada}slopes": "passed",
        f"{bob}slopes": "failed",
        f"{ada}skip-ahead": "failed",
        f"{bob}skip-ahead": "failed",
    }
    assert len(graded) == 2  # each notebook once
    failed = {report.nodeid: str(report.longrepr) for report in run.listoutcomes()[2]}
    assert failed[f"{bob}slopes"].startswith("Not right yet. About option a:\n")
    assert failed[f"{ada}skip-ahead"] == "Not answered: no cell defines `skip_ahead`."
    cases = ElementTree.parse(pytester.path / "points.xml").iter("testcase")
    properties = {
        (case.get("classname"), case.get("name")): {
            one.get("name"): one.get("value") for one in case.iter("property")
        }
        for case in cases
    }
    assert properties[f"class.ada.{STEM}", EXERCISES[0]] == {"points": "1", "out_of": "1"}
    assert properties[f"class.bob.{STEM}", EXERCISES[1]] == {
        "points": "0",
        "out_of": "1",
        "misconception": "option_a",
    }
    assert not [one for one in psutil.Process().children() if "actloss" in str(one.cmdline())]


def test_that_the_grader_fails_is_an_error_and_not_a_failure(pytester, submissions, told):
    told.state = NOT_GRADED
    run = grade(pytester, "class/ada")
    assert set(states(run).values()) == {"error"}
    assert {str(report.longrepr) for report in run.listoutcomes()[2]} == {"As told."}


def test_one_exercise_or_the_first_failure_can_be_asked_for(pytester, submissions, told):
    slopes = f"class/ada/{STEM}::start-here/slopes"
    assert list(states(grade(pytester, slopes))) == [slopes]
    assert len(states(grade(pytester, "class", "-k", "start-here/slopes"))) == 2
    assert len(states(grade(pytester, "class", "-x"))) == 1


def test_collecting_runs_nothing(pytester, told):
    odd = "eve\n\x1b[31m"
    folder(pytester.path / "class", {f"{odd}/{STEM}": "{", f"ada/{STEM}": answers("1 / 0")})
    done = pytester.runpytest_inprocess("--actloss", "class", "--collect-only", "-q")
    assert told.notebooks == 0
    listed = done.outlines[:6]
    assert listed == [
        f"class/{name}/{STEM}::{exercise}"
        for name in ("ada", "eve\\n\\x1b[31m")
        for exercise in EXERCISES
    ]


def test_nothing_of_learners_is_run_by_pytest_itself(pytester, submissions, told):
    mark = pytester.path / "mark"
    spoil = f"open({str(mark)!r}, 'w')"
    theirs = submissions / "ada"
    for name in ("conftest.py", "__init__.py", "test_mine.py"):
        (theirs / name).write_text(spoil)
    (theirs / "test_mine.txt").write_text(f">>> {spoil}\n")
    (theirs / "round").symlink_to(submissions, target_is_directory=True)

    assert len(states(grade(pytester, "class"))) == 6
    for path in theirs.glob("*.*"):
        grade(pytester, str(path))  # not even if it is named
    assert not mark.exists()
    pytester.inline_run("class/ada/test_mine.py")
    assert mark.exists()  # without the option, pytest is as ever


def test_what_is_no_exercise_notebook_is_said_and_not_graded(pytester, told):
    folder(
        pytester.path / "class",
        {
            f"ada/{STEM}": notebook("start-here", kind="notebooks"),
            "ada/mine.ipynb": notebook(""),
            f"bob/{STEM}": "no JSON",
        },
    )
    (pytester.path / "class" / "eve").mkdir()
    (pytester.path / "class" / "eve" / STEM).symlink_to(pytester.path / "class" / "bob" / STEM)

    done = pytester.runpytest_inprocess("--actloss", "class", "-v")
    text = done.stdout.str()
    assert f"'{STEM}' is left out: it holds the lesson, not the exercises." in text
    assert "Nothing says for which unit 'mine.ipynb' is." in text
    done.assert_outcomes(failed=6, warnings=2)
    assert "The file cannot be read. It is a link, and links are not followed." in text
    assert told.notebooks == 1  # bob's: what the judge says of it is the judge's
    done = pytester.runpytest_inprocess("--actloss", "class/ada/mine.ipynb")
    done.assert_outcomes(errors=1)
    assert len(states(grade(pytester, f"class/ada/{STEM}"))) == 3  # since it was asked for


def test_it_stops_without_a_sandbox_unless_it_is_told_not_to(
    pytester, submissions, told, monkeypatch
):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    done = pytester.runpytest_inprocess("--actloss", "class")
    assert done.ret == pytest.ExitCode.USAGE_ERROR == 4
    assert "bubblewrap is not installed" in done.stderr.str()
    assert done.stderr.str().rstrip().endswith("--actloss-no-sandbox.")
    done = pytester.runpytest_inprocess("--actloss", "--actloss-no-sandbox", "class")
    done.assert_outcomes(failed=6)
    assert "There was no sandbox (--actloss-no-sandbox)" in done.stdout.str()
    assert not told.settings.sandboxed


def test_it_works_beside_nbval(pytester, submissions, told):
    run = grade(pytester, "class/ada", "--nbval", "--nbval-cell-timeout=60")
    assert [name.partition("::")[2] for name in sorted(states(run))] == [
        "Cell 0",
        "Cell 1",
        *sorted(EXERCISES),
    ]
