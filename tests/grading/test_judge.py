"""A notebook gets the points that its answers earn, whatever else is in it."""

import json
from pathlib import Path

import nbformat
import pytest

from actloss.course.units import all_units, find_unit
from actloss.grading.judge import Judge
from actloss.grading.records import NOT_GRADED, RIGHT, UNANSWERED, UNREADABLE, WRONG
from actloss.grading.sandbox import Profile, Sandbox, Settings

ROOT = Path(__file__).parent.parent.parent
SIGMOID = (
    "def sigmoid(x):\n    e = np.exp(-np.abs(x))\n    return np.where(x >= 0, 1, e) / (1 + e)\n"
)
HARD = "def hard_sigmoid(x):\n    return np.clip(x / 6 + 0.5, 0, 1)\n"


@pytest.fixture(scope="module")
def judge():
    judge = Judge(Settings(cell_seconds=2), seed=1)
    yield judge
    judge.close()


def notebook(*cells):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    return nbformat.writes(made).encode()


def states(graded):
    return {result.exercise.partition("/")[2]: result.state for result in graded.results}


def right(graded):
    return {exercise for exercise, state in states(graded).items() if state == RIGHT}


@pytest.mark.parametrize("unit", all_units(), ids=lambda unit: unit.stem)
def test_the_worked_solutions_get_full_marks_and_the_stubs_none(judge, unit):
    solved = judge.grade((ROOT / "solutions" / f"{unit.stem}.ipynb").read_bytes(), unit.slug)
    assert [r.reason for r in solved.results if r.state != RIGHT] == []
    assert sum(r.points for r in solved.results) == sum(e.points for e in unit.exercises)
    untouched = judge.grade((ROOT / "exercises" / f"{unit.stem}.ipynb").read_bytes(), unit.slug)
    assert set(states(untouched).values()) == {UNANSWERED}
    assert {r.points for r in untouched.results} == {0}
    assert untouched.notes == ()


@pytest.mark.parametrize("unit", all_units(), ids=lambda unit: unit.stem)
def test_misconceptions_are_recognised_as_in_a_notebook(judge, unit):
    """The first misconception of each exercise, as the grader sees it: by what it does."""
    from actloss.course.checking import verdict_on_report
    from actloss.course.report import FUNCTION, VALUE, Report, outcomes_of
    from actloss.course.values import plain

    for exercise in unit.exercises:
        for misconception in exercise.misconceptions[:1]:
            key = judge.key(exercise)
            if exercise.kind == "value":
                report = Report(VALUE, plain(misconception.function()))
            else:
                outcomes = outcomes_of(misconception.function, key.probes, 5)
                report = Report(FUNCTION, outcomes=tuple(outcomes))
            assert verdict_on_report(key, report).misconception == misconception.name


def test_a_wrong_answer_is_told_what_is_wrong(judge):
    naive = "def sigmoid(x):\n    return np.exp(x) / (1 + np.exp(x))"
    graded = judge.grade(notebook("import numpy as np", naive), "squashing")
    result = graded.results[0]
    assert result.state == WRONG
    assert result.points == 0
    assert result.misconception is not None
    assert "computer can hold" in result.reason
    assert result.verdict["rows"]


ONCE = ["import numpy as np", SIGMOID, HARD]
ORDINARY = {
    "as it should be": ONCE,
    "the import comes last": [SIGMOID, HARD, "x = np.zeros(3)", "import numpy as np"],
    "a stub is pasted over it": [*ONCE, "def sigmoid(x):\n    return ..."],
    "an ellipsis is pasted over it": [*ONCE, "sigmoid = ..."],
    "everything is pasted twice": [*ONCE, *ONCE],
    "an error stands before it in the cell": ["import numpy as np\n1 / 0\n" + SIGMOID, HARD],
    "a syntax error in another cell": ["import numpy as np", "def (:", SIGMOID, HARD],
    "all in one cell": ["\n".join(ONCE)],
    "a loop that never ends": ["import numpy as np", "while True: pass", SIGMOID, HARD],
    "a process that ends": ["import numpy as np", SIGMOID, "import os; os._exit(0)", HARD],
    "sys.exit": ["import numpy as np", SIGMOID, "import sys; sys.exit()", HARD],
    "magic": ["%matplotlib inline\nimport numpy as np", "%%time\n" + SIGMOID, "!pip list", HARD],
    "capture": ["%%capture out\nimport numpy as np\n" + SIGMOID, HARD + "%time y = 3"],
    "await": ["import numpy as np, asyncio", "await asyncio.sleep(0)\n" + SIGMOID, HARD],
    "plots": ["import numpy as np\nimport matplotlib.pyplot as plt", "plt.plot([1])", *ONCE],
    "display": [*ONCE, "display(sigmoid)\nget_ipython().ast_node_interactivity = 'all'"],
    "prints and warnings": [*ONCE, "print('x' * 10**6)\nimport warnings\nwarnings.warn('!')"],
    "a hidden package": ["import numpy as np, torch, scipy.special as sp", "torch.zeros(3)", *ONCE],
    "checks": [
        "from actloss.course import check, hint, quiz\nimport numpy as np",
        "check('x')",
        *ONCE,
    ],
    "an input": [*ONCE, "name = input('?')"],
    "an assertion that fails": [*ONCE, "assert sigmoid(0.0) == 7"],
    "raised interrupts": [*ONCE, "raise KeyboardInterrupt", "raise GeneratorExit"],
    "a file": [
        "%%writefile own.py\n" + "import numpy as np\n" + SIGMOID,
        "from own import *",
        *ONCE[::2],
    ],
    "a file that is run": ["%%writefile own.py\n" + SIGMOID, "%run own.py", *ONCE[::2]],
    "a library that needs what is hidden": ["import numpy as np, sklearn.metrics", *ONCE],
    "a fork": [*ONCE, "import os\nos.fork()"],
    "many forks": [*ONCE, "import os, time\nfor _ in range(9): os.fork() or time.sleep(99)"],
    "sixteen exits": [*ONCE, *["import os; os._exit(0)"] * 16],
    "a cell of 5 MB": [*ONCE, "x = '" + "x" * 5_000_000 + "'"],
    "from the future": ["from __future__ import annotations\nimport numpy as np", *ONCE],
}


@pytest.mark.parametrize("cells", ORDINARY.values(), ids=ORDINARY)
def test_what_else_is_in_a_notebook_changes_no_grade(judge, cells):
    assert right(judge.grade(notebook(*cells), "squashing")) == {"sigmoid", "hard-sigmoid"}


SLOPE = "def sigmoid_derivative(x):\n    return sigmoid(x) * (1 - sigmoid(x))"
SPOILS = {
    "a wrong one for comparison": "def sigmoid(x):\n    return 0 * x",
    "a value under its name": "sigmoid = sigmoid(np.linspace(-3, 3, 7))",
    "a stub": "def sigmoid(x):\n    return ...",
    "the module's name": "np = None",
    "one that ends Python": "import os\ndef sigmoid(x):\n    os._exit(1)",
    "it is gone": "del sigmoid",
}


@pytest.mark.parametrize("later", SPOILS.values(), ids=SPOILS)
def test_what_comes_after_an_answer_does_not_spoil_it_or_what_calls_it(judge, later):
    cells = [*ONCE, SLOPE, later]
    wanted = {"sigmoid", "sigmoid-derivative", "hard-sigmoid"}
    assert right(judge.grade(notebook(*cells), "squashing")) == wanted


def test_of_several_answers_that_are_wrong_the_last_is_spoken_of(judge):
    first, last = "def sigmoid(x):\n    return 0 * x", "def sigmoid(x):\n    return np.tanh(x)"
    graded = judge.grade(notebook(ONCE[0], first, last), "squashing")
    assert graded.results[0].misconception == "tanh_instead"


def test_a_later_letter_counts_in_a_quiz(judge):
    assert right(judge.grade(notebook("range_ = 'a'", "range_ = 'c'"), "squashing")) == {"range"}
    assert right(judge.grade(notebook("range_ = 'c'", "range_ = 'a'"), "squashing")) == set()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("def sigmoid(x)\n    return x", "cell 2, which should define `sigmoid`, fails. SyntaxErr"),
        ("sigmoid = nothing", "cell 2, which should define `sigmoid`, fails. NameError: name 'not"),
        ("x = 3", "Not answered: no cell defines `sigmoid`."),
    ],
)
def test_a_cell_that_fails_is_named_as_the_reason(judge, cell, reason):
    graded = judge.grade(notebook("import numpy as np", cell), "squashing")
    assert reason in graded.results[0].reason
    assert graded.results[0].state == UNANSWERED


def test_whoever_calls_an_answer_that_is_not_right_is_told_so(judge):
    graded = judge.grade(notebook(ONCE[0], "def sigmoid(x)\n    pass", SLOPE), "squashing")
    result = {r.exercise: r for r in graded.results}["squashing/sigmoid-derivative"]
    assert "(NameError). It calls your `sigmoid`, which is not right yet" in result.reason
    assert "mend that first" in result.verdict["notes"][-1]


def test_what_is_left_out_or_stopped_is_said(judge):
    graded = judge.grade(notebook(*ONCE, "import os\nos._exit(1)"), "squashing")
    assert graded.notes == ("Cell 4 was left out: it ended Python itself.",)
    graded = judge.grade(notebook(*ONCE, "while True: pass"), "squashing")
    assert graded.notes == ("Cell 4 was stopped: it took too long.",)


def test_a_call_that_kills_costs_only_its_own_points(judge):
    killer = "import os\ndef tanh(x):\n    os.kill(os.getpid(), 9)"
    graded = judge.grade(notebook(*ONCE, killer), "squashing")
    assert right(graded) == {"sigmoid", "hard-sigmoid"}
    reason = {r.exercise: r.reason for r in graded.results}["squashing/tanh"]
    assert reason == "When it was tried, your `tanh` ended Python itself."


def test_an_answer_that_spoils_another_when_called_does_so_only_there(judge):
    spoils = "def sigmoid(x):\n    np.clip = None\n    return x"
    graded = judge.grade(notebook("import numpy as np", spoils, HARD), "squashing")
    assert right(graded) == {"hard-sigmoid"}


TANH = "(1 + np.tanh(np.asarray(x) / 2)) / 2"
USES = {
    "in a fork": "import json, os\ndef sigmoid(x):\n    ours, theirs = os.pipe()\n"
    f"    if os.fork() == 0:\n        os.write(theirs, json.dumps(({TANH}).tolist()).encode())\n"
    "        os._exit(0)\n    os.close(theirs)\n"
    "    return np.array(json.loads(os.read(ours, 9999)))",
    "if it is what it seems": "f = np.tanh if isinstance(np.tanh, np.ufunc) else np.sin\n"
    "def sigmoid(x):\n    return (1 + f(np.asarray(x) / 2)) / 2",
    "or ends": f"import os\ndef sigmoid(x):\n    try:\n        return {TANH}\n"
    "    except Exception:\n        os._exit(1)",
    "or says it is not written": f"def sigmoid(x):\n    try:\n        return {TANH}\n"
    "    except Exception:\n        raise NotImplementedError",
    "while it is defined": "def sigmoid(x):\n    return ...\ndef with_a_trial(f):\n    f(1.0)\n"
    f"    return lambda g: g\n@with_a_trial(np.tanh)\ndef sigmoid(x):\n    return {TANH}",
}


@pytest.mark.parametrize("code", USES.values(), ids=USES)
def test_however_an_answer_uses_what_another_must_not_it_is_judged_again(judge, code):
    assert right(judge.grade(notebook("import numpy as np", code), "squashing")) == {"sigmoid"}


def test_what_an_exercise_forbids_is_not_there_and_another_may_use_it(judge):
    slope = "def tanh_derivative(x):\n    return 1 - np.tanh(x) ** 2"
    sneaky = "def tanh(x):\n    return getattr(np, 'ta' + 'nh')(x)"
    graded = judge.grade(notebook("import numpy as np", sneaky, slope), "squashing")
    assert right(graded) == {"tanh-derivative"}


@pytest.mark.parametrize(
    "sneaky",
    [
        "from scipy.special import expit as sigmoid",
        "import importlib\nsigmoid = importlib.import_module('scipy.special').expit",
        "import actloss.activations\nsigmoid = actloss.activations.sigmoid",
        "import torch\ndef sigmoid(x):\n    return torch.sigmoid(torch.tensor(x)).numpy()",
        "from actloss.course.units.squashing import sigmoid as e\nsigmoid = e.reference",
    ],
)
def test_a_ready_made_answer_earns_nothing(judge, sneaky):
    graded = judge.grade(notebook("import numpy as np", sneaky, HARD), "squashing")
    assert right(graded) == {"hard-sigmoid"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "It is empty."),
        (b"\x89PNG\r\n\x1a\n\x00", "is not JSON"),
        (b'{"cells": []', "is not JSON"),
        (b"[" * 10**5, "is not JSON"),
        (b"[" * 10**6, "more parts than any notebook"),
        (b"[]", "not an object with cells"),
        (b"null", "not an object with cells"),
        (b"{}", "it has no cells"),
        (b'{"cells": 3}', "it has no cells"),
        (b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "for r, not for Python"),
        (b" " * (21 * 2**20), "21 MB"),
    ],
)
def test_what_is_no_notebook_is_unreadable_and_says_why(judge, content, reason):
    graded = judge.grade(content, "squashing")
    assert set(states(graded).values()) == {UNREADABLE}
    assert all(reason in result.reason for result in graded.results)


def test_old_new_and_damaged_formats_are_read(judge):
    cells = [
        {"cell_type": "code", "input": ONCE[0].splitlines(True), "language": "python"},
        {"cell_type": "code", "input": SIGMOID},
        {"cell_type": "code", "source": [HARD, 3, None], "id": "same"},
        {"cell_type": "code", "source": 7, "id": "same"},
        {"cell_type": "markdown", "source": "text"},
        "no cell",
    ]
    for version in ({"worksheets": [{"cells": cells}], "nbformat": 3}, {"cells": cells}):
        graded = judge.grade(json.dumps({**version, "metadata": 3}).encode(), "squashing")
        assert right(graded) == {"sigmoid", "hard-sigmoid"}


def test_no_cells_means_no_answers_and_not_an_error(judge):
    assert set(states(judge.grade(b'{"cells": []}', "squashing")).values()) == {UNANSWERED}


def test_text_from_another_encoding_is_read(judge):
    with_mark = notebook(*ONCE, "# caf\u00e9").decode().encode("utf-8-sig")
    windows = notebook(*ONCE).replace(b"import numpy", b"# caf\xe9\\nimport numpy")
    for content in (with_mark, windows):
        assert right(judge.grade(content, "squashing")) == {"sigmoid", "hard-sigmoid"}


def test_the_same_seed_gives_the_same_inputs_and_another_others():
    exercise = find_unit("squashing").exercises[0]
    same = [Judge(Settings(), seed).key(exercise).probes[-1].args[0].tolist() for seed in (1, 1, 2)]
    assert same[0] == same[1] != same[2]


def test_a_grader_that_cannot_start_its_sandbox_says_so_and_gives_no_zero(monkeypatch):
    judge = Judge(Settings(), 1)
    monkeypatch.setattr("actloss.grading.sandbox.sys.executable", "/no/such/python")
    graded = judge.grade(notebook(*ONCE), "squashing")
    assert set(states(graded).values()) == {NOT_GRADED}
    assert {result.points for result in graded.results} == {None}


@pytest.mark.parametrize(
    "settings",
    [Settings(warm=False, cell_seconds=1), Settings(sandboxed=False, cell_seconds=1)],
)
def test_a_cold_judge_and_one_without_a_sandbox_give_the_same_grades(settings):
    judge = Judge(settings, 1)
    try:
        cells = ["import numpy as np", "while True: pass", SIGMOID, "import os; os._exit(0)", HARD]
        assert right(judge.grade(notebook(*cells), "squashing")) == {"sigmoid", "hard-sigmoid"}
    finally:
        judge.close()


def test_a_sandbox_is_used_again_only_when_nothing_was_left_behind():
    sandbox = Sandbox(Profile(preload=("numpy",)), Settings())
    try:
        sandbox.session().close()
        assert sandbox.clear()
        channel = sandbox.session()
        from actloss.grading.session import Session

        assert Session(channel).run(1, "open('left', 'w').write('here')", 2, [])
        channel.close()
        assert not sandbox.clear()
    finally:
        sandbox.close()
