"""A quiz can be read on paper, and answered by keyboard, by mouse and by typing."""

from pathlib import Path

import pytest

import actloss.course.quizzes
from actloss.course import check, quiz
from actloss.course.display import VERDICT_TYPE

SCRIPT = Path(actloss.course.quizzes.__file__).with_name("quiz.js").read_text(encoding="utf-8")


def bundle(shown):
    made = shown._repr_mimebundle_()
    return made[0] if isinstance(made, tuple) else made


def test_a_quiz_is_a_widget_that_can_also_be_read(toy):
    made = bundle(quiz("toy/range"))
    assert "application/vnd.jupyter.widget-view+json" in made
    for form in ("text/plain", "text/html"):
        assert "Which numbers can a sigmoid return?" in made[form]
        assert "numbers between 0 and 1" in made[form]
        assert "range_" in made[form]


def test_a_quiz_without_widgets_is_still_readable(toy, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    made = bundle(quiz("toy/kin"))
    assert set(made) == {"text/plain", "text/html"}
    assert 'kin = {"a", "b"}' in made["text/plain"]


def test_the_example_does_not_give_the_answer_away(toy):
    toy.exercises[3].options.reverse()
    for form in ("text/plain", "text/html"):
        assert "for example" in bundle(quiz("toy/range"))[form]


def test_a_choice_is_answered_at_once(toy):
    widget = quiz("toy/range")
    widget.chosen = ["a"]
    assert widget.reply["state"] == "wrong"
    assert "stays below 1" in widget.reply["text"]
    assert 'range_ = "a"' in widget.reply["text"]
    widget.chosen = ["b"]
    assert widget.reply["state"] == "right"
    assert 'range_ = "b"' in widget.reply["text"]


def test_a_choice_is_remembered_until_the_line_is_written(toy):
    widget = quiz("toy/range")
    widget.chosen = ["b"]
    verdict = check("toy/range", ...)
    assert bundle(verdict)[VERDICT_TYPE]["correct"]
    assert 'write `range_ = "b"`' in str(verdict)
    assert not bundle(check("toy/range", "a"))[VERDICT_TYPE]["correct"], "the cell is what counts"


def test_several_options_can_be_chosen(toy):
    widget = quiz("toy/kin")
    assert widget.several
    widget.chosen = ["a"]
    assert "there is more" in widget.reply["text"]
    widget.chosen = ["a", "c"]
    assert widget.reply["state"] == "right"
    assert 'kin = {"a", "c"}' in widget.reply["text"]


def test_no_choice_is_no_answer(toy):
    widget = quiz("toy/range")
    widget.chosen = ["a"]
    widget.chosen = []
    assert widget.reply["text"] == "Choose an option first."


@pytest.mark.parametrize("name", ["toy/constant", "toy/nothing", "nothing"])
def test_what_is_no_quiz_is_said_to_be_none(toy, name):
    assert "no " in str(quiz(name))


@pytest.mark.parametrize(
    "needed",
    [
        *['"fieldset"', '"legend"', '"radio"', '"checkbox"', '"output"', '"label"', "aria-live"],
        '"keydown", (event) => event.stopPropagation()',
    ],
)
def test_the_widget_is_made_for_keyboards_and_screen_readers(needed):
    assert needed in SCRIPT


def test_the_widget_puts_no_text_into_the_page_as_html():
    assert "innerHTML" not in SCRIPT
