"""A question with options: a widget where there is one, and words that can be read without.

The answer that counts is the one in the notebook, `range_ = "b"`. A choice made in the widget is
answered at once, and remembered by the kernel until that line is written.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from actloss.course import display
from actloss.course.exercise import Exercise
from actloss.course.feedback import Verdict
from actloss.course.notebook import Shown, as_code, verdict_on_choice
from actloss.course.units import Unknown, find_exercise


def quiz(exercise_id: str) -> Any:
    """Show a question and its options, to be answered by keyboard, mouse or typing."""
    try:
        exercise = find_exercise(exercise_id)
    except Unknown as problem:
        return Shown(str(problem), display.panel("currentColor", display.rich(str(problem))))
    if exercise.kind != "quiz":
        text = f"{exercise.id} has no options to choose from. Answer with `{exercise.signature}`."
        return Shown(text, display.panel("currentColor", display.rich(text)))
    shown = Shown(question_text(exercise), question_html(exercise))
    try:
        import anywidget  # noqa: F401
    except ImportError:
        return shown
    return _widget(exercise, shown)


def question_text(exercise: Exercise) -> str:
    """The question and its options as text."""
    options = [f"  {choice.letter}  {choice.text}" for choice in exercise.options]
    return "\n".join([exercise.question, *options, how_to_answer(exercise)])


def question_html(exercise: Exercise) -> str:
    """The question and its options for paper, and for pages without a kernel."""
    options = "".join(
        f"<li><strong>{choice.letter}</strong> {display.rich(choice.text)}</li>"
        for choice in exercise.options
    )
    body = (
        f"<p>{display.rich(exercise.question)}</p>"
        f'<ul style="list-style: none">{options}</ul>'
        f"<p>{display.rich(how_to_answer(exercise))}</p>"
    )
    return display.panel("var(--jp-info-color1, #0277bd)", body, role="group")


def how_to_answer(exercise: Exercise) -> str:
    """The line that answers, with letters that need not be right."""
    letters = [choice.letter for choice in exercise.options]
    several = len(exercise.right_letters) > 1
    example = as_code(frozenset(letters[: 2 if several else 1]))
    which = "every option that is right" if several else "one option"
    return f"Choose {which}. In code: `{exercise.answer} = {example}`, for example."


def reply_to(exercise: Exercise, letters: list[str]) -> dict[str, str]:
    """What the widget says to a choice."""
    if not letters:
        return {"state": "", "text": "Choose an option first."}
    verdict: Verdict = verdict_on_choice(exercise, frozenset(letters))
    text = f"{display.SYMBOLS[verdict.state]} {verdict.message}"
    return {"state": verdict.state, "text": text.replace("`", "")}


def _widget(exercise: Exercise, shown: Shown) -> Any:
    import anywidget
    import traitlets

    class Quiz(anywidget.AnyWidget):
        """Radio buttons or checkboxes that report to the kernel."""

        _esm = Path(__file__).with_name("quiz.js")
        question = traitlets.Unicode().tag(sync=True)
        options: Any = traitlets.List().tag(sync=True)
        several = traitlets.Bool().tag(sync=True)
        chosen: Any = traitlets.List().tag(sync=True)
        reply = traitlets.Dict().tag(sync=True)

        @traitlets.observe("chosen")
        def _answer(self, change: Any) -> None:
            self.reply = reply_to(exercise, change["new"])

        def __repr__(self) -> str:
            return shown.text

        def _repr_mimebundle_(self, **options: Any) -> Any:
            bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
            return {**bundle, "text/plain": shown.text, "text/html": shown.html}, metadata

    return Quiz(
        question=html.unescape(exercise.question),
        options=[{"letter": choice.letter, "text": choice.text} for choice in exercise.options],
        several=len(exercise.right_letters) > 1,
    )
