"""What a learner calls in a notebook: `check`, `hint` and `progress`."""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actloss.course import display, feedback, progress_file
from actloss.course.checking import check_answer
from actloss.course.exercise import Exercise, Unit
from actloss.course.feedback import RIGHT, UNANSWERED, Verdict
from actloss.course.units import Unknown, all_units, find_exercise, find_unit

_MISSING = object()
_hints_given: dict[str, int] = {}
_chosen: dict[str, frozenset[str]] = {}  # by quiz: what was chosen in its widget


class NotSolved(AssertionError):
    """Raised by a check in a graded run, where the exercise is not solved."""

    def _render_traceback_(self) -> list[str]:
        """Spare the notebook a traceback: the message says it all."""
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class Shown:
    """Something to be displayed: as text, as HTML and, for programs, as data."""

    text: str
    html: str
    data: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": self.text, "text/html": self.html}
        if self.data is not None:
            bundle[display.VERDICT_TYPE] = self.data
        return bundle


def check(exercise_id: str, answer: Any = _MISSING) -> Shown:
    """Check an answer, and say at once what is right or wrong with it.

    Without `answer` it looks up the exercise's own name where it is called. It never raises,
    unless the environment has `ACTLOSS_STRICT=1`: then what is not right raises `NotSolved`.
    """
    verdict = _verdict(exercise_id, answer, sys._getframe(1).f_globals)
    if os.environ.get("ACTLOSS_STRICT") == "1":
        if not verdict.correct:
            raise NotSolved(display.verdict_text(verdict))
    else:
        complaint = progress_file.record(verdict, progress_file.workspace_to_record_in())
        verdict = replace(verdict, notes=(*verdict.notes, *filter(None, [complaint])))
    return Shown(
        display.verdict_text(verdict), display.verdict_html(verdict), display.verdict_data(verdict)
    )


def _verdict(exercise_id: str, answer: Any, names: Mapping[str, Any]) -> Verdict:
    try:
        exercise = find_exercise(exercise_id)
    except Unknown as problem:
        return Verdict(str(exercise_id), UNANSWERED, str(problem))
    return verdict_on(exercise, names, answer)


def verdict_on(exercise: Exercise, names: Mapping[str, Any], answer: Any = _MISSING) -> Verdict:
    """The verdict on an answer, or on what bears its name where none is given."""
    if answer is _MISSING:
        answer = names.get(exercise.answer, _MISSING)
    if exercise.id in _chosen and (answer is _MISSING or answer is Ellipsis):
        return verdict_on_choice(exercise, _chosen[exercise.id])
    if answer is _MISSING:
        return feedback.not_defined(exercise)
    try:
        return check_answer(exercise, answer)
    except Exception as problem:
        return Verdict(
            exercise.id,
            UNANSWERED,
            "The check itself failed, which is our mistake and not yours. Please report it: "
            f"{type(problem).__name__}: {problem}",
        )


def verdict_on_choice(exercise: Exercise, letters: frozenset[str]) -> Verdict:
    """The verdict on what was chosen in a quiz's widget, and how to keep the answer."""
    _chosen[exercise.id] = letters
    verdict = check_answer(exercise, letters)
    line = f"`{exercise.answer} = {as_code(letters)}`"
    note = f"This is what you chose. To keep it in the notebook, write {line} in the answer's cell."
    return replace(verdict, notes=(*verdict.notes, note)) if letters else verdict


def as_code(letters: frozenset[str]) -> str:
    """The letters of a quiz's answer as they are typed."""
    quoted = [f'"{letter}"' for letter in sorted(letters)]
    return quoted[0] if len(quoted) == 1 else "{" + ", ".join(quoted) + "}"


def verdicts(unit_name: str, names: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The verdict on every answer of a unit that a namespace holds, for programs."""
    unit = find_unit(unit_name)
    return [display.verdict_data(verdict_on(exercise, names)) for exercise in unit.exercises]


def hint(exercise_id: str, number: int | None = None) -> Shown:
    """Show the next hint of an exercise, or the one with this number (the first is 1)."""
    try:
        exercise = find_exercise(exercise_id)
    except Unknown as problem:
        return _note(str(problem))
    count = len(exercise.hints)
    if number is None:
        number = _hints_given.get(exercise.id, 0) + 1
    if number > count:
        stem = find_unit(exercise.unit).stem
        return _note(
            f"That was the last of {count} hints for {exercise.id}. The worked solution is in "
            f"`solutions/{stem}.ipynb`: try once more before you look."
        )
    if number < 1:
        return _note(f"Hints are numbered from 1 to {count}.")
    _hints_given[exercise.id] = number
    text = f"Hint {number} of {count} for {exercise.id}: {exercise.hints[number - 1]}"
    return _note(text)


def _note(text: str) -> Shown:
    return Shown(text, display.panel(display.COLOURS[UNANSWERED], display.paragraphs([text])))


def progress(unit_name: str | None = None) -> Shown:
    """Show what is solved: of every unit, or of one unit exercise by exercise."""
    workspace = progress_file.find_workspace()
    states = progress_file.states(workspace)
    try:
        rows = _rows_of_unit(unit_name, states) if unit_name else _rows_of_course(states)
    except Unknown as problem:
        return _note(str(problem))
    forgets = "" if workspace else (
        "Progress lasts only as long as this notebook runs. In a folder made by `actloss start` "
        "it is kept."
    )  # fmt: skip
    width = max(len(label) for label, _ in rows)
    text = "\n".join([*(f"{label:{width}}  {what}" for label, what in rows), forgets]).rstrip()
    body = _progress_table(rows) + display.paragraphs(filter(None, [forgets]))
    return Shown(text, display.panel(display.COLOURS[UNANSWERED], body))


def _rows_of_course(states: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(f"{unit.number:02d} {unit.title}", _summary(unit, states)) for unit in all_units()]


def _summary(unit: Unit, states: Mapping[str, str]) -> str:
    solved = [one for one in unit.exercises if states.get(one.id) == RIGHT]
    points = sum(one.points for one in solved)
    of_points = sum(one.points for one in unit.exercises)
    return f"{len(solved)} of {len(unit.exercises)} exercises, {points} of {of_points} points"


def _rows_of_unit(unit_name: str, states: Mapping[str, str]) -> list[tuple[str, str]]:
    unit = find_unit(unit_name)
    rows = []
    for exercise in unit.exercises:
        state = states.get(exercise.id, UNANSWERED)
        rows.append((exercise.id, f"{display.SYMBOLS[state]} {state}"))
    return [*rows, ("together", _summary(unit, states))]


def _progress_table(rows: list[tuple[str, str]]) -> str:
    made = "".join(
        f'<tr><th scope="row" style="text-align: left">{html.escape(label)}</th>'
        f'<td style="text-align: left">{html.escape(what)}</td></tr>'
        for label, what in rows
    )
    return f'<table style="color: inherit"><tbody>{made}</tbody></table>'
