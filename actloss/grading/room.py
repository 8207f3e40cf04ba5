"""What a class adds up to: how it went, who needs a person, what the room believes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median

from actloss.grading.records import MISSING, NOT_GRADED, RIGHT, UNANSWERED, UNREADABLE, WRONG, Row
from actloss.grading.tally import (
    JUDGED,
    exercise_of,
    in_order,
    score,
    settled,
    standing,
    submissions,
)

# --- How it went, and who needs a person ---


@dataclass(frozen=True)
class Summary:
    """How a unit went."""

    unit: str
    learners: int
    handed_in: int
    missing: int
    unreadable: int
    not_graded: int
    median: float | None  # of those that are graded
    out_of: float


def summaries(rows: Iterable[Row]) -> list[Summary]:
    """Each unit in numbers."""
    units: dict[str, list[list[Row]]] = {}
    for unit, _, mine in submissions(rows):
        units.setdefault(unit, []).append(mine)
    return [_summary(unit, theirs) for unit, theirs in units.items()]


def _summary(unit: str, theirs: Sequence[Sequence[Row]]) -> Summary:
    missing = sum(all(standing(row) == MISSING for row in mine) for mine in theirs)
    points = [score(mine).points for mine in theirs if all(map(settled, mine))]
    return Summary(
        unit=unit,
        learners=len(theirs),
        handed_in=len(theirs) - missing,
        missing=missing,
        unreadable=sum(any(standing(row) == UNREADABLE for row in mine) for mine in theirs),
        not_graded=sum(any(standing(row) == NOT_GRADED for row in mine) for mine in theirs),
        median=median(points) if points else None,
        out_of=score(theirs[0]).out_of,
    )


@dataclass(frozen=True)
class Concern:
    """Submissions of one unit that a person has to look at for one reason."""

    unit: str
    exercises: tuple[str, ...]  # empty where it is all of the unit's
    reason: str
    names: tuple[str, ...]


def concerns(rows: Iterable[Row], names: dict[str, str]) -> dict[str, list[Concern]]:
    """What a person has to look at, by the state that asks for it, the most urgent first."""
    found = {state: _concerns(state, rows, names) for state in (NOT_GRADED, UNREADABLE, MISSING)}
    return {state: listed for state, listed in found.items() if listed}


def _concerns(state: str, rows: Iterable[Row], names: dict[str, str]) -> list[Concern]:
    who: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for unit, person, mine in submissions(rows):
        those = [row for row in mine if standing(row) == state]
        if those:
            some = tuple(row.exercise for row in those) if len(those) < len(mine) else ()
            who.setdefault((unit, some, those[0].reason), []).append(names[person.learner])
    return [Concern(*what, names=tuple(theirs)) for what, theirs in who.items()]


# --- What is hard, and what the room believes ---


@dataclass(frozen=True)
class Belief:
    """A misconception, and who holds it."""

    exercise: str
    chosen: str  # the option of a quiz that was chosen
    sentence: str  # what sets its believer right
    holders: tuple[str, ...]
    answered: int  # how many answered the exercise, rightly or wrongly


@dataclass(frozen=True)
class Difficulty:
    """How many stand where with one exercise."""

    exercise: str
    right: int
    wrong: int
    unanswered: int
    without: int  # no grade: missing, unreadable or not graded
    unnamed: int  # of the wrong ones: in no way that the course has a name for

    @property
    def handed_in(self) -> int:
        """How many handed in a notebook that could be judged."""
        return self.right + self.wrong + self.unanswered

    @property
    def share(self) -> float:
        """The part of them that got it right."""
        return self.right / self.handed_in if self.handed_in else 0.0


def difficulties(rows: Iterable[Row]) -> list[Difficulty]:
    """The exercises, the one that fewest got right first."""
    counts: dict[str, Counter[str]] = {}
    for row in in_order(rows):
        count = counts.setdefault(row.exercise, Counter())
        count[standing(row)] += 1
        count["unnamed"] += standing(row) == WRONG and not row.misconception
    made = [
        Difficulty(
            exercise=exercise,
            right=count[RIGHT],
            wrong=count[WRONG],
            unanswered=count[UNANSWERED],
            without=count.total() - count["unnamed"] - sum(count[state] for state in JUDGED),
            unnamed=count["unnamed"],
        )
        for exercise, count in counts.items()
    ]
    return sorted(made, key=attrgetter("share"))


def beliefs(rows: Sequence[Row], names: dict[str, str]) -> list[Belief]:
    """The misconceptions in the room, the commonest first."""
    answered = Counter(row.exercise for row in rows if standing(row) in (RIGHT, WRONG))
    holders: dict[tuple[str, str], list[Row]] = {}
    for row in in_order(rows):
        if row.misconception and standing(row) == WRONG:
            holders.setdefault((row.exercise, row.misconception), []).append(row)
    made = [
        Belief(
            exercise=exercise,
            chosen=_option(exercise, misconception)[0],
            sentence=_sentence(held[0]),
            holders=tuple(names[row.person.learner] for row in held),
            answered=answered[exercise],
        )
        for (exercise, misconception), held in holders.items()
    ]
    return sorted(made, key=lambda belief: -len(belief.holders))


def _sentence(row: Row) -> str:
    """What the specification says to this misconception; a verdict of an older one said it too."""
    exercise = exercise_of(row.exercise)
    for mistake in exercise.misconceptions if exercise else ():
        if mistake.name == row.misconception:
            return mistake.sentence
    said = (row.verdict or {}).get("lesson", "")
    return _option(row.exercise, row.misconception or "")[1] or said or str(row.misconception)


def _option(exercise_id: str, misconception: str) -> tuple[str, str]:
    """The option of a quiz that a misconception names, and why it is wrong."""
    exercise = exercise_of(exercise_id)
    for choice in exercise.options if exercise else ():
        if misconception == f"option_{choice.letter}":
            return f"{choice.letter}: {choice.text}", choice.why
    return "", ""
