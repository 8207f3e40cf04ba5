"""Which misconception an answer holds: told from what the answer did, never from its text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from actloss.course.exercise import Exercise, Misconception
from actloss.course.feedback import Finding
from actloss.course.outcome import Outcome
from actloss.course.values import compare, is_numeric

# Errors that say where they come from. A TypeError has too many causes.
TELLING_ERRORS = ("AxisError", "IndexError", "ValueError")

Held = tuple[Misconception | None, frozenset[int]]


def recognise(
    exercise: Exercise,
    mistaken: Sequence[tuple[Misconception, Sequence[Outcome]]],
    outcomes: Sequence[Outcome],
    findings: Sequence[Finding],
) -> Held:
    """The misconception that a wrong answer holds, and the probes on which it does the same.

    The first is taken that does the same on every probe. An answer may make a second mistake in
    some edge case, so the next is one that gives the same wrong numbers for all random inputs,
    and elsewhere too, but where one of the two breaks down. The last is one that stops with the
    same error on the same probes as the answer at first.
    """
    if len(outcomes) < len(findings):
        return None, frozenset()
    same = [_alike(exercise, outcomes, did) for _, did in mistaken]
    everywhere = frozenset(range(len(outcomes)))
    drawn = frozenset(range(len(exercise.probes), len(outcomes)))
    others = everywhere - drawn
    grounds = [[alike == everywhere for alike in same]]
    if any(_is_telling(outcomes[i], findings[i]) for i in drawn):
        grounds.append(
            [
                alike >= drawn
                and all(_breaks_down(outcomes[i]) or _breaks_down(did[i]) for i in others - alike)
                for alike, (_, did) in zip(same, mistaken, strict=True)
            ]
        )
    failed = next(i for i, finding in enumerate(findings) if finding.kind != "right")
    error = outcomes[failed].error
    if error in TELLING_ERRORS:
        stopped = _stopped(outcomes, error)
        grounds.append([stopped == _stopped(did, error) for _, did in mistaken])
    for holds in grounds:
        if any(holds):
            first = holds.index(True)
            return mistaken[first][0], same[first]
    return None, frozenset()


def _alike(
    exercise: Exercise, outcomes: Sequence[Outcome], others: Sequence[Outcome]
) -> frozenset[int]:
    pairs = enumerate(zip(outcomes, others, strict=False))
    return frozenset(i for i, (came, like) in pairs if _behave_alike(exercise, came, like))


def _stopped(outcomes: Sequence[Outcome], error: str) -> dict[int, str]:
    """On which probes this error came, and in what words: they name the shapes that do not fit."""
    return {i: came.error_message for i, came in enumerate(outcomes) if came.error == error}


def _is_telling(came: Outcome, finding: Finding) -> bool:
    """Whether a result is wrong by a number that another mistake would hardly give by chance.

    NaN, or a 0 where 1 is right, has too many causes.
    """
    if finding.comparison is None or finding.kind != "differs":
        return False
    if finding.comparison.at is not None:
        return _has_a_fraction(finding.comparison.came)
    return isinstance(came.value, np.ndarray) and any(map(_has_a_fraction, came.value.flat))


def _breaks_down(came: Outcome) -> bool:
    """Whether a call gave no number to be compared."""
    if came.error or came.warned or came.value is None:
        return True
    numbers = np.asarray(came.value) if is_numeric(came.value) else np.array([])
    return not np.all(np.isfinite(numbers))


def _has_a_fraction(number: object) -> bool:
    return isinstance(number, float) and math.isfinite(number) and number != round(number)


def _behave_alike(exercise: Exercise, came: Outcome, mistaken: Outcome) -> bool:
    if came.error or mistaken.error:
        same_words = _much_alike(came.error_message, mistaken.error_message)
        return came.error == mistaken.error and same_words
    if came.mutated != mistaken.mutated:
        return False
    if exercise.silent and bool(came.warned) != bool(mistaken.warned):
        return False
    like = mistaken.value
    if isinstance(like, np.ndarray) and like.dtype.kind in "iu":
        like = like.astype(float)  # then both whole numbers and decimals agree with it
    return compare(came.value, like, exercise.tolerance, exercise.absolute).agree


def _much_alike(message: str, other: str) -> bool:
    """Whether two errors say nearly the same: names and sizes in them may differ."""
    words, others = set(message.split()), set(other.split())
    return 2 * len(words & others) >= min(len(words), len(others))
