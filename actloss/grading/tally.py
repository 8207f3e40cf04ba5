"""What rows add up to: states that count, totals, and the order of the course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from actloss.course.exercise import Exercise, Unit
from actloss.course.units import Unknown, all_units, find_exercise, find_unit
from actloss.grading.names import clean
from actloss.grading.records import RIGHT, UNANSWERED, WRONG, Person, Row
from actloss.grading.textfiles import shortened

JUDGED = (RIGHT, WRONG, UNANSWERED)


def standing(row: Row) -> str:
    """The state that counts: after a correction it is the points that say right or wrong."""
    if not row.correction or row.points is None:
        return row.state
    return RIGHT if row.points >= row.out_of else WRONG


def settled(row: Row) -> bool:
    """Whether the row's points can be used without a person looking at it first."""
    return row.points is not None and (bool(row.correction) or row.state in JUDGED)


@dataclass(frozen=True)
class Score:
    """What some rows add up to. Rows that are not settled are counted in `waiting` alone."""

    points: float
    out_of: float
    right: int
    exercises: int
    waiting: int

    @property
    def graded(self) -> bool:
        """Whether there is anything to add up."""
        return self.waiting < self.exercises


def score(rows: Sequence[Row]) -> Score:
    """The total of some rows."""
    return Score(
        points=sum(row.points or 0 for row in rows if settled(row)),
        out_of=sum(row.out_of for row in rows),
        right=sum(standing(row) == RIGHT for row in rows),
        exercises=len(rows),
        waiting=sum(not settled(row) for row in rows),
    )


def number(points: float) -> str:
    """Points as people write them: 2, 1.5."""
    return f"{points:.10g}"


def points_text(row: Row) -> str:
    """The points of a row; blank, never 0, where it has none."""
    return "" if row.points is None else number(row.points)


# --- In the order of the course ---


@cache
def unit_of(slug: str) -> Unit | None:
    """The unit, or None where the gradebook knows one that the course no longer has."""
    try:
        return find_unit(slug)
    except Unknown:
        return None


@cache
def exercise_of(exercise_id: str) -> Exercise | None:
    """The exercise, or None where the gradebook knows one that the course no longer has."""
    try:
        return find_exercise(exercise_id)
    except Unknown:
        return None


@cache
def stem_of(slug: str) -> str:
    """The name of a unit's notebooks: "02-squashing"."""
    unit = unit_of(slug)
    return unit.stem if unit else slug


@cache
def _place(exercise_id: str) -> tuple[float, float, str]:
    """Where an exercise stands in the course; what the course no longer has comes last."""
    for unit in all_units():
        for i, exercise in enumerate(unit.exercises):
            if exercise.id == exercise_id:
                return (unit.number, i, exercise_id)
    return (float("inf"), 0, exercise_id)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows in the order of the course."""
    return sorted(rows, key=lambda row: _place(row.exercise))


def by_unit(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by the slug of their unit, both in the order of the course."""
    units: dict[str, list[Row]] = {}
    for row in in_order(rows):
        units.setdefault(row.unit, []).append(row)
    return units


def by_learner(rows: Iterable[Row]) -> list[tuple[Person, list[Row]]]:
    """Rows by learner, the learners by name."""
    learners: dict[str, list[Row]] = {}
    for row in rows:
        learners.setdefault(row.person.learner, []).append(row)
    groups = [(rows[0].person, rows) for rows in learners.values()]
    return sorted(groups, key=lambda group: (label(group[0]).casefold(), group[0].learner))


def submissions(rows: Iterable[Row]) -> list[tuple[str, Person, list[Row]]]:
    """Rows by unit, then by learner: what each of them handed in, or did not."""
    return [
        (unit, person, mine)
        for unit, theirs in by_unit(rows).items()
        for person, mine in by_learner(theirs)
    ]


def label(person: Person) -> str:
    """What a person is called on a page: her name, or else the learner's id."""
    # Cut before it is cleaned too: a name may be as long as a book.
    name = clean(person.name[:1000]) or clean(person.learner[:1000])
    return shortened(name or "(no name)", 80)


def labels(people: Iterable[Person]) -> dict[str, str]:
    """What each learner is called; those who share a name have their id behind it."""
    people = {person.learner: person for person in people}.values()
    shared = Counter(label(person) for person in people)
    return {
        person.learner: label(person)
        if shared[label(person)] == 1
        else f"{label(person)} ({shortened(clean(person.learner[:1000]), 40)})"
        for person in people
    }
