"""The command line: one clear sentence for every mistake, and exit statuses to rely on."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from actloss.cli import main
from actloss.course import installation

ROOT = Path(__file__).parents[1]
RIGHT = "def first_check(dna):\n    return sum(letter in 'GC' for letter in dna)\n"
ID = "start-here/first-check"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ACTLOSS_STRICT", raising=False)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


def grade(folder, text, name="answer.py", exercise=ID):
    """The exit status and the JSON of `actloss check --exercise` on a file."""
    (folder / name).write_text(text)
    done = run("check", "--exercise", exercise, folder / name, "--json")
    return done.exit_code, json.loads(done.stdout)


# --- Lists ------------------------------------------------------------------------------------


def test_the_list_for_programs_has_the_form_that_is_promised():
    listed = json.loads(run("list", "--json").stdout)
    assert set(listed) == {"units", "exercises"}
    keys = {"id", "unit", "kind", "answer", "points", "difficulty", "signature"}
    assert all(set(exercise) == keys for exercise in listed["exercises"])
    first = next(one for one in listed["exercises"] if one["id"] == ID)
    assert first == {
        "id": ID,
        "unit": "start-here",
        "kind": "function",
        "answer": "first_check",
        "points": 1,
        "difficulty": 1,
        "signature": "first_check(dna)",
    }
    numbers = [unit["number"] for unit in listed["units"]]
    assert numbers == sorted(numbers)


def test_the_list_for_people_names_every_exercise():
    shown = run("list").stdout
    for exercise in json.loads(run("list", "--json").stdout)["exercises"]:
        assert exercise["id"] in shown


# --- One answer in a file ---------------------------------------------------------------------


def test_a_right_file(folder):
    assert grade(folder, RIGHT) == (
        0,
        {"exercise": ID, "correct": True, "misconception": None, "message": "Right."},
    )


def test_a_misconception(folder):
    status, verdict = grade(folder, "def first_check(dna):\n    return dna.count('G')\n")
    assert (status, verdict["correct"], verdict["misconception"]) == (1, False, "g_alone")
    assert "left out the Cs" in verdict["message"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is no `first_check` yet"),
        ("first_check = ...", "Not answered yet"),
        ("def first_check(dna):\n    return ...", "Not answered yet"),
        ("first_check = 3", "should be a function"),
        ("def first_check(dna):\n    return dna.cuont('G')", "dna.cuont"),
        ("1 / 0", "ZeroDivisionError"),
        ("exit()", "SystemExit"),
        ("import os\nos._exit(0)", "ended Python"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "ended Python"),
        ("def first_check(dna):\n    import os\n    os._exit(0)", "ended Python"),
        ("def first_check(dna):\n    while True: pass", "5 seconds"),
        ("import json\njson.dumps = str\nfirst_check = 3", "ended Python"),
        ("print('{}' * 10**6)\nfirst_check = 3", "should be a function"),
        ("import sys\nsys.stdout.close(); sys.stdin.read()\nfirst_check = 3", "function"),
    ],
)
def test_a_wrong_file_is_told_why(folder, text, words):
    status, verdict = grade(folder, text)
    assert status == 1
    assert verdict["correct"] is False
    assert words in verdict["message"]


@pytest.mark.parametrize(
    "after",
    [
        "1 / 0",
        "exit()",
        "print('}' * 10**6)",
        "raise BaseException",
        "import threading, time\nthreading.Thread(target=time.sleep, args=[600]).start()",
        "import atexit, time\natexit.register(time.sleep, 600)",
        "import os\nos.closerange(0, 100)",
    ],
)
def test_what_comes_after_the_answer_does_not_spoil_it(folder, after):
    assert grade(folder, RIGHT + after)[0] == 0


def test_a_file_that_does_not_end(folder, monkeypatch):
    from actloss.course import file_check

    monkeypatch.setattr(file_check, "FILE_SECONDS", 0.0)
    monkeypatch.setattr(file_check, "START_SECONDS", -3.0)
    begin = time.monotonic()
    status, verdict = grade(folder, "while True:\n    try:\n        pass\n    except: pass")
    assert status == 1
    assert "had not finished" in verdict["message"]
    assert time.monotonic() - begin < 10


def test_a_call_that_nothing_interrupts_is_ended(folder, monkeypatch):
    from actloss.course import file_check

    monkeypatch.setattr(file_check, "FILE_SECONDS", 0.5)
    monkeypatch.setattr(file_check, "GRACE_SECONDS", 0.5)
    (folder / "answer.py").write_text("import itertools\nsum(itertools.count())")
    child = os.fork()
    if child == 0:
        file_check.main(ID, str(folder / "answer.py"), str(folder / "verdict.json"))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert file_check._ran_late(folder / "verdict.json")


@pytest.mark.parametrize("text", ["", "def first_check(dna):\n    ..."])
def test_nobody_is_sent_to_a_cell_of_a_file(folder, text):
    assert "cell" not in grade(folder, text)[1]["message"]


def test_a_file_may_import_its_neighbours_but_not_replace_modules(folder):
    (folder / "helper.py").write_text("LETTERS = 'GC'\n")
    (folder / "random.py").write_text("raise SystemExit('this is not the random module')\n")
    text = (
        "import random\nfrom helper import LETTERS\n"
        "def first_check(dna):\n    return sum(letter in LETTERS for letter in dna)\n"
    )
    assert grade(folder, text)[0] == 0


@pytest.mark.parametrize(
    ("name", "text", "exercise", "words"),
    [
        ("answer.py", "def (", ID, "is not Python, line 1"),
        ("answer.py", "x = '\x00'", ID, "is not Python: source"),
        ("answer.py", "-" * 100_000 + "1", ID, "nested too deeply"),
        ("answer.ipynb", "{}", ID, "is a notebook"),
        ("answer.py", RIGHT, "start-here/frist-check", "Did you mean 'start-here/first-check'"),
        ("answer.py", RIGHT, "nonsense", "There is no exercise 'nonsense'"),
    ],
)
def test_what_cannot_be_graded(folder, name, text, exercise, words):
    (folder / name).write_text(text)
    done = run("check", "--exercise", exercise, folder / name)
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    status, verdict = grade(folder, text, name, exercise)
    assert status == 2
    assert verdict["correct"] is None
    assert words in verdict["message"]


def test_a_file_that_is_not_there(folder):
    for path in (folder / "nothing.py", folder):
        done = run("check", "--exercise", ID, path)
        assert done.exit_code == 2
        assert "There is no file" in done.stderr


# --- Notebooks --------------------------------------------------------------------------------


@pytest.fixture
def mine(folder):
    """A learner's exercises with one right answer, one wrong and one untouched."""
    run("start", "start-here")
    path = folder / "work" / "00-start-here-exercises.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.source.startswith("def first_check"):
            cell.source = RIGHT
        elif cell.source.startswith("slopes"):
            cell.source = 'slopes = "a"'
        elif cell.source.startswith("check("):
            cell.source = "raise SystemExit('an edited check')"
    nbformat.write(notebook, path)
    return path


def test_a_notebook_is_checked_whatever_became_of_its_checks(mine):
    before = mine.read_bytes()
    done = run("check")
    assert done.exit_code == 1
    assert "1 of 3 right" in done.stdout
    assert "✓ start-here/first-check: Right." in done.stdout
    assert "✗ start-here/slopes" in done.stdout
    assert "○ start-here/skip-ahead" in done.stdout
    assert mine.read_bytes() == before
    assert "\x1b[" not in done.stdout


def test_a_notebook_that_kills_its_kernel(mine):
    notebook = nbformat.read(mine, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import os\nos._exit(1)"))
    nbformat.write(notebook, mine)
    done = run("check", mine)
    assert done.exit_code == 2
    assert "kernel died" in done.stderr


@pytest.mark.parametrize("text", ["", "{}", "not JSON", '{"cells": 3}', "\x00"])
def test_what_is_no_notebook(folder, text):
    (folder / "odd.ipynb").write_text(text)
    done = run("check", "odd.ipynb")
    assert done.exit_code == 2
    assert "is not a notebook" in done.stderr


def test_a_notebook_of_something_else(folder):
    nbformat.write(nbformat.v4.new_notebook(), folder / "other.ipynb")
    assert "not a notebook of this course" in run("check", "other.ipynb").stderr


# --- Copies and progress ----------------------------------------------------------------------


def test_start_copies_what_is_missing(folder):
    done = run("start", "00")
    assert done.exit_code == 0
    assert "work/00-start-here.ipynb" in done.stdout
    assert (folder / "work" / "00-start-here-exercises.ipynb").exists()
    assert "Nothing was overwritten" in run("start", "start-here").stdout
    assert "up to date" in run("update").stdout


def test_progress_is_shown(folder):
    assert "exercises" in run("progress").stdout
    assert "start-here/first-check" in run("progress", "start-here").stdout


def test_lab_opens_the_first_notebook(folder, monkeypatch):
    import webbrowser

    calls = []

    def fake(command, **options):
        calls.append((command, options))
        return subprocess.CompletedProcess(command, 0)

    def no_browser():
        raise webbrowser.Error

    monkeypatch.setattr(subprocess, "run", fake)
    monkeypatch.setattr(webbrowser, "get", no_browser)
    done = run("lab", "--port=8889")
    ((command, options),) = calls
    assert command[1:5] == ["-m", "jupyterlab", "00-start-here.ipynb", "--port=8889"]
    assert command[-1] == "--no-browser"
    assert Path(options["cwd"]).resolve() == folder / "work"
    assert (folder / "work" / "00-start-here.ipynb").exists()
    assert "no browser here" in done.stdout


# --- Mistakes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["start", "nowhere"], "There is no unit 'nowhere'"),
        (["start", "squahsing"], "Did you mean 'squashing'?"),
        (["progress", "nowhere"], "There is no unit 'nowhere'"),
        (["check"], "actloss start"),
        (["check", "nothing.ipynb"], "cannot be read"),
        (["check", "--json"], "--json needs --exercise"),
        (["check", "--exercise", ID], "name one Python file"),
        (["build", "nowhere"], "There is no text"),
        (["bild"], "No such command"),
        (["list", "--jsn"], "No such option"),
    ],
)
def test_a_mistake_gets_a_sentence_and_status_two(arguments, words):
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.output


def test_start_in_a_folder_that_cannot_be_written(folder):
    (folder / "work").write_text("a file where the folder should be")
    done = run("start")
    assert done.exit_code == 2
    assert done.stderr.startswith("actloss: ")


# --- The installation -------------------------------------------------------------------------


def test_the_doctor_finds_the_core(folder):
    done = run("doctor")
    assert done.exit_code == 0, done.stdout
    (core,) = [line for line in done.stdout.splitlines() if "The course itself" in line]
    assert core.startswith("✓")
    assert "numpy 2" in core
    assert "Everything that the course needs is here" in done.stdout


def test_the_doctor_says_what_to_type(folder, monkeypatch):
    versions = installation._version
    missing = {"torch": "", "numpy": "1.0"}
    monkeypatch.setattr(
        installation, "_version", lambda name: missing[name] if name in missing else versions(name)
    )
    done = run("doctor")
    assert done.exit_code == 1
    assert "numpy>=2.0 (found 1.0)" in done.stdout
    assert "pip install 'numpy>=2.0'" in done.stdout
    assert "pip install 'torch" in done.stdout


def test_the_doctor_without_the_package(folder, monkeypatch):
    def nothing(name):
        raise installation.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installation.metadata, "requires", nothing)
    done = run("doctor")
    assert done.exit_code == 1
    assert "pip install -e ." in done.stdout


def test_the_command_starts_quickly():
    code = (
        "import sys; import actloss.cli\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "heavy = {'numpy', 'torch', 'tensorflow', 'rich', 'nbformat', 'IPython', 'jupytext'}\n"
        "assert not loaded & heavy, loaded & heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})


def test_build_says_what_disagrees(monkeypatch):
    from actloss.course import build

    target = build.Target("00-start-here", build.EXERCISES)
    monkeypatch.setattr(build, "targets", lambda units: [target])
    monkeypatch.setattr(build, "disagreement", lambda target: "It disagrees.")
    done = run("build", "--check")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == ["It disagrees.", "To build them, type: actloss build"]
    monkeypatch.setattr(build, "disagreement", lambda target: "")
    assert run("build", "--check").exit_code == 0
