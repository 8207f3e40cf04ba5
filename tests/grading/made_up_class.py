"""A made-up class for tests of what is written about one: rows as a gradebook gives them."""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from dataclasses import asdict, replace

from actloss.course.checking import check_answer
from actloss.course.exercise import Exercise
from actloss.course.feedback import Verdict
from actloss.course.units import find_unit
from actloss.grading.records import (
    MISSING,
    NOT_GRADED,
    RIGHT,
    UNANSWERED,
    UNREADABLE,
    WRONG,
    Person,
    Row,
    Run,
)

RUN = Run(
    when="23 November 2025, 08:15",
    sandbox="Learners' code ran in bubblewrap, without network, files or a second process.",
    seed=20251123,
    version="0.1.0",
    notes=("Bea Okafor handed in 02-squashing twice: the later one counts.",),
)
HOSTILE = (
    "<script>alert('x')</script>",
    "=cmd|' /C calc'!A0",
    'Robert"); DROP TABLE grades;--',
    "Zoë 🧬👩🏽‍🔬 Ångström",
    "شهرزاد \u202eevil",
    "new\nline\ttab\x00null\x1besc",
    "W" * 5000,
    "Points Possible",
    "{{ 7 * 7 }}{% raw %}",
    "]]><!-- & -->",
    "\udcff undecodable",
    "@SUM(1+1)",
)
NAMES = (
    "Ada Byron", "Bea Okafor", "Chen Wei", "Dmitri Ivanov", "Elif Şahin", "Farah Haddad",
    "Grace Hopper", "Hana Kim", "Ines García", "Jonas Müller", "Kofi Mensah", "Lea Dubois",
    "Mia Rossi", "Noah Smith", "Olga Petrova", "Priya Nair", "Quentin Roy", "Rosa Luz",
)  # fmt: skip


@functools.cache
def verdicts(unit: str) -> dict[str, list[Verdict]]:
    """Real verdicts on misconceptions of a unit's exercises, and on a few other answers."""
    return {one.id: _verdicts_on(one) for one in find_unit(unit).exercises}


def _verdicts_on(exercise: Exercise) -> list[Verdict]:
    if exercise.kind == "quiz":
        answers: list[object] = [choice.letter for choice in exercise.options] + ["z", 3]
    else:
        mistakes = [mistake.function for mistake in exercise.misconceptions[:6]]
        answers = [*mistakes, *_ODD] if exercise.kind == "function" else [one() for one in mistakes]
    found = [check_answer(exercise, answer, seed=0) for answer in answers]
    return [verdict for verdict in found if verdict.state == "wrong"]


def _raises(x):
    raise ValueError(f"<b>{x}</b> is not a number")


def _prints(x):
    print(f"the input is {x}")


def _echoes(x):
    return x


def _with_inputs(x, and_more):
    return x


_ODD = (_raises, _prints, _echoes, _with_inputs, 3.5)


def a_row(
    person: Person,
    exercise: Exercise,
    state: str,
    verdict: Verdict | None = None,
    **changes: object,
) -> Row:
    """A row as the gradebook makes it."""
    points = {RIGHT: exercise.points, NOT_GRADED: None}.get(state, 0)
    said = {
        MISSING: f"Nothing was handed in for {exercise.unit}.",
        UNREADABLE: "The file is not a notebook: it begins with `%PDF`.",
        NOT_GRADED: "The grader stopped with an error of its own. Grade this notebook again.",
        UNANSWERED: "Not answered yet.",
        RIGHT: "Right.",
    }
    made = Row(
        person=person,
        unit=exercise.unit,
        exercise=exercise.id,
        points=points,
        out_of=exercise.points,
        state=state,
        reason=verdict.sentence if verdict else said.get(state, "Wrong."),
        misconception=verdict.misconception if verdict else None,
        verdict=asdict(verdict) if verdict else None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def a_class(
    units: Sequence[str] = ("squashing",), names: Sequence[str] = NAMES + HOSTILE
) -> list[Row]:
    """About thirty learners, some with names that nobody should have."""
    rng = random.Random(0)
    rows: list[Row] = []
    for i, name in enumerate(names):
        person = Person(
            f"{name}-{i}" if name in HOSTILE else f"learner{i:02d}", name, f"l{i}@uni.example"
        )
        for unit in units:
            rows += _notebook(rng, person, unit, i)
    return rows


def _notebook(rng: random.Random, person: Person, unit: str, i: int) -> list[Row]:
    exercises = find_unit(unit).exercises
    if i in (3, 17):
        return [a_row(person, one, MISSING) for one in exercises]
    if i == 5:
        return [a_row(person, one, UNREADABLE, points=None) for one in exercises]
    skill = rng.uniform(0.3, 1)
    notes = ("Cell 3 was skipped: it never ended.",) if i % 7 == 2 else ()
    made = [replace(_answer(rng, person, one, skill), notes=notes) for one in exercises]
    if i == 9:
        made[2] = a_row(person, exercises[2], NOT_GRADED)
    if i == 4:
        made[1] = replace(made[1], points=made[1].out_of, correction="Right on paper, shown to me.")
    return made


def _answer(rng: random.Random, person: Person, exercise: Exercise, skill: float) -> Row:
    if rng.random() < skill:
        return a_row(person, exercise, RIGHT)
    if rng.random() < 0.2:
        return a_row(person, exercise, UNANSWERED)
    possible = verdicts(exercise.unit)[exercise.id]
    # A few mistakes are common, the others rare.
    verdict = possible[min(int(rng.expovariate(0.7)), len(possible) - 1)]
    return a_row(person, exercise, WRONG, verdict)
