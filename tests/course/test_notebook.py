"""What a learner sees when she checks an answer, asks for a hint or for her progress."""

import json
import os
import re
import subprocess
import sys
import time

import pytest

from actloss.course import NotSolved, check, hint, progress
from actloss.course.display import VERDICT_TYPE
from actloss.course.notebook import verdicts


def bundle(shown):
    return shown._repr_mimebundle_()


def test_a_verdict_is_text_html_and_data(toy):
    made = bundle(check("toy/constant", 0.25))
    assert made["text/plain"] == "✓ toy/constant: Right."
    assert 'role="status"' in made["text/html"]
    assert made[VERDICT_TYPE] == {
        "exercise": "toy/constant",
        "correct": True,
        "state": "right",
        "misconception": None,
        "message": "Right.",
    }
    json.dumps(made)


@pytest.mark.parametrize(
    ("answer", "symbol", "words"),
    [(0.25, "✓", "Right."), (0.5, "✗", "Not right yet."), (..., "○", "Not answered yet.")],
)
def test_symbol_and_words_say_what_the_colour_says(toy, answer, symbol, words):
    page = bundle(check("toy/constant", answer))["text/html"]
    assert symbol in page
    assert words in page
    assert re.search(r"var\(--jp-\w+-color1, #\w+\)", page)
    assert "background" not in page.replace("background: none", ""), "the theme decides"
    assert " color: inherit" in page


def test_what_a_learner_writes_is_not_taken_for_html(toy):
    page = bundle(check("toy/constant", "<script>alert(1)</script>"))["text/html"]
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_same_answer_gets_the_same_words(toy):
    def half(x):
        return x / 2

    assert str(check("toy/sigmoid", half)) == str(check("toy/sigmoid", half))


def test_without_an_answer_its_name_is_looked_up(toy):
    names = {"check": check, "constant": 0.25}
    exec("one = check('toy/constant'); two = check('toy/range')", names)
    assert "Right" in str(names["one"])
    assert "There is no `range_` yet" in str(names["two"])


@pytest.mark.parametrize("name", ["toy/constnt", "ty/constant", "constant", "", "a/b/c", None, 7])
def test_an_unknown_name_is_answered_too(toy, name):
    assert "There is no exercise" in str(check(name, 1))
    assert "There is no exercise" in str(hint(name))


def test_a_near_miss_is_guessed(toy):
    assert "'toy/constant'" in str(check("toy/constnt", 1))


def test_a_check_that_fails_itself_says_so(toy):
    toy.exercises[2].tolerance = "wide"
    assert "our mistake and not yours" in str(check("toy/constant", 0.25))


@pytest.mark.parametrize(("answer", "solved"), [(0.25, True), (0.5, False), (..., False)])
def test_a_strict_check_raises(toy, monkeypatch, answer, solved):
    monkeypatch.setenv("ACTLOSS_STRICT", "1")
    if solved:
        assert "Right" in str(check("toy/constant", answer))
        return
    with pytest.raises(NotSolved, match="toy/constant") as raised:
        check("toy/constant", answer)
    assert len(raised.value._render_traceback_()) == 1


def test_a_strict_check_of_an_unknown_exercise_raises(toy, monkeypatch):
    monkeypatch.setenv("ACTLOSS_STRICT", "1")
    with pytest.raises(NotSolved, match="Did you mean"):
        check("toy/constnt", 0.25)


def test_hints_come_one_by_one(toy):
    assert str(hint("toy/constant")).endswith("Where is the slope largest?")
    assert str(hint("toy/constant")).endswith("At 0.")
    assert "solutions/02-toy.ipynb" in str(hint("toy/constant"))
    assert str(hint("toy/constant", 1)).startswith("Hint 1 of 2 for toy/constant: Where")
    assert "numbered from 1 to 2" in str(hint("toy/constant", 0))


def test_progress_counts_exercises_and_points(toy):
    check("toy/constant", 0.25)
    check("toy/sigmoid", lambda x: x)
    assert re.search(r"02 Toy +1 of 5 exercises, 1 of 6 points", str(progress()))
    text = str(progress("toy"))
    assert re.search(r"toy/constant +✓ right", text)
    assert re.search(r"toy/sigmoid +✗ wrong", text)
    assert re.search(r"toy/range +○ not answered yet", text)
    assert "only as long as this notebook runs" in text
    assert "There is no unit" in str(progress("nowhere"))


def test_a_program_can_ask_for_all_verdicts(toy):
    found = verdicts("toy", {"constant": 0.25, "range_": "a"})
    assert [verdict["state"] for verdict in found] == [
        "not answered yet",
        "not answered yet",
        "right",
        "wrong",
        "not answered yet",
    ]


def test_the_import_is_cheap():
    code = (
        "import time, sys, numpy; begin = time.perf_counter()\n"
        "from actloss.course import check, hint, progress, quiz\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "heavy = {'torch', 'tensorflow', 'matplotlib', 'scipy', 'anywidget', 'nbformat', 'rich'}\n"
        "assert not loaded & heavy, loaded & heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)


def test_a_check_answers_at_once(toy):
    check("toy/constant", 0.25)
    begin = time.perf_counter()
    check("toy/sigmoid", lambda x: 1 / (1 + x))
    assert time.perf_counter() - begin < 0.2
