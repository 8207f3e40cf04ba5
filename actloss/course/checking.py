"""Judges an answer against its specification.

The verdict is made from a report on the answer, which is data, and from an `AnswerKey`: what the
reference and the known mistakes do on the same probes. No learner's code runs here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from actloss.course import feedback
from actloss.course.exercise import Exercise, Misconception, Probe, with_arrays
from actloss.course.feedback import Finding, Verdict
from actloss.course.outcome import Outcome, observe
from actloss.course.recognition import recognise
from actloss.course.report import (
    MISFIT,
    MISSING,
    SHORTCUT,
    UNANSWERED,
    VALUE,
    Report,
    outcomes_of,
    report_on_function,
    report_on_value,
)
from actloss.course.values import compare, kind_of, plain

RANDOM_PROBES = 4


class AnswerKey:
    """The probes of an exercise, and what the reference and its misconceptions do on them.

    Random inputs are fresh for each key, unless a seed is given. What is worked out is kept: a
    grader judges a whole class with one key.
    """

    def __init__(self, exercise: Exercise, seed: int | None = None) -> None:
        self.exercise = exercise
        self.probes = probes_for(exercise, seed)

    @cached_property
    def expected(self) -> list[Outcome]:
        """What the reference does on each probe."""
        return [observe(reference_of(self.exercise), probe) for probe in self.probes]

    @cached_property
    def mistaken(self) -> list[tuple[Misconception, list[Outcome]]]:
        """What each misconception does on each probe."""
        return [
            (mistake, [observe(_in_force(self.exercise, mistake), probe) for probe in self.probes])
            for mistake in self.exercise.misconceptions
        ]


def check_answer(exercise: Exercise, answer: Any, seed: int | None = None) -> Verdict:
    """Judge an answer: a function, a value, or the letters of a quiz.

    Random inputs are fresh each time, unless a seed is given.
    """
    key = AnswerKey(exercise, seed)
    if exercise.kind == "function":
        limit = exercise.time_limit
        report = report_on_function(answer, exercise.forbidden, key.probes, limit)
    else:
        report = report_on_value(answer)
    return verdict_on_report(key, report)


def verdict_on_report(key: AnswerKey, report: Report) -> Verdict:
    """Judge what was reported of an answer."""
    exercise = key.exercise
    if report.form == MISSING:
        return feedback.not_defined(exercise)
    if report.form == UNANSWERED:
        return feedback.not_answered(exercise)
    if exercise.kind == "quiz":
        return check_choice(exercise, report.value)
    if exercise.kind == "value":
        use = in_use(exercise, report.value)
        return judge(key, outcomes_of(use, key.probes, exercise.time_limit))
    if report.form == VALUE:
        return feedback.not_a_function(exercise, report.value)
    if report.form == SHORTCUT:
        return feedback.shortcut_taken(exercise, report.detail)
    if report.form == MISFIT:
        return feedback.wrong_inputs(exercise, report.detail)
    return judge(key, report.outcomes)


def check_choice(exercise: Exercise, answer: Any) -> Verdict:
    """Judge the letters chosen in a quiz."""
    letters = letters_in(answer)
    if letters is None:
        return feedback.no_letter(exercise, answer)
    if not letters:
        return feedback.not_answered(exercise)
    known = {choice.letter for choice in exercise.options}
    if not letters <= known:
        return feedback.unknown_letter(exercise, min(letters - known))
    if letters == exercise.right_letters:
        return feedback.right(exercise)
    return feedback.wrong_choice(exercise, letters)


def letters_in(answer: Any) -> frozenset[str] | None:
    """The letters of "b", "ac", "a and c", {"a", "c"} or ["a", "c"]; None where it is none."""
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    items = [answer] if isinstance(answer, str) or answer is None else answer
    if answer is None:
        return frozenset()
    if not isinstance(items, (list, tuple, set, frozenset)):
        return None
    if not all(isinstance(item, str) for item in items):
        return None
    words = [word for item in items for word in re.findall(r"\w+", item.lower())]
    if isinstance(answer, str) and len(words) > 1:  # of "a and c", the letters that stand alone
        words = [word for word in words if len(word) == 1]
    return frozenset(letter for letter in "".join(words) if letter.isalnum())


def probes_for(exercise: Exercise, seed: int | None = None) -> list[Probe]:
    """The fixed probes of an exercise, simplest first, then fresh random ones."""
    probes = list(exercise.probes)
    if exercise.random is not None:
        rng = np.random.default_rng(seed)
        drawn = [exercise.random(rng) for _ in range(RANDOM_PROBES)]
        probes += [Probe(tuple(with_arrays(value) for value in args)) for args in drawn]
    return probes or [Probe(())]


def in_use(exercise: Exercise, value: Any) -> Callable:
    """A value as a function of the probes: what it is used for, or else just the value."""
    use = exercise.use
    if use is None:
        return lambda: value
    return lambda *inputs, **named: use(value, *inputs, **named)


def judge(key: AnswerKey, outcomes: Sequence[Outcome]) -> Verdict:
    """Compare what an answer did on the probes with what the reference does on them."""
    exercise = key.exercise
    if not outcomes or (len(outcomes) < len(key.probes) and not outcomes[-1].too_slow):
        raise ValueError("there is not one outcome for each input")
    findings = [
        examine(exercise, probe, came, wanted)
        for probe, came, wanted in zip(key.probes, outcomes, key.expected, strict=False)
    ]
    failing = [i for i, finding in enumerate(findings) if finding.kind != "right"]
    if not failing:
        return feedback.right(exercise, [note for found in findings for note in found.notes])
    misconception, alike = recognise(exercise, key.mistaken, outcomes, findings)
    failed = next((i for i in failing if i in alike), failing[0])
    return feedback.wrong(
        exercise,
        probe=key.probes[failed],
        came=outcomes[failed],
        expected=key.expected[failed],
        finding=findings[failed],
        misconception=misconception,
        only_the_example=findings[failed].kind in ("differs", "disagrees")
        and _only_the_example(key.probes, findings),
    )


def reference_of(exercise: Exercise) -> Callable:
    """The reference as a function of the probes."""
    if exercise.kind == "value":
        return in_use(exercise, plain(exercise.reference))
    return exercise.reference


def examine(exercise: Exercise, probe: Probe, came: Outcome, expected: Outcome) -> Finding:
    """What is wrong, if anything, with what an answer did on one probe."""
    if came.too_slow:
        return Finding("too slow")
    if came.error or expected.error:
        return Finding("right" if came.error == expected.error else "error")
    if came.value is None and expected.value is not None:
        return Finding("printed" if came.printed else "nothing")
    finding = _compare(exercise, probe, came.value, expected.value)
    if finding.kind == "right" and came.mutated:
        return Finding("mutated")
    if finding.kind == "right" and came.warned and exercise.silent:
        return Finding("warned")
    return finding


def _compare(exercise: Exercise, probe: Probe, came: Any, expected: Any) -> Finding:
    if exercise.agrees is None:
        found = compare(came, expected, exercise.tolerance, exercise.absolute)
        return Finding("right" if found.agree else "differs", comparison=found, notes=found.notes)
    try:
        says = exercise.agrees(came, expected, *probe.args, **probe.kwargs)
    except Exception:  # the answer has not even the form that `agrees` reads
        kind, wanted = kind_of(came), kind_of(expected)
        says = kind != wanted and f"It is {kind}, where {wanted} is expected."
    if says is True or says is np.True_:
        return Finding("right")
    return Finding("disagrees", sentence=says if isinstance(says, str) else "")


def _in_force(exercise: Exercise, misconception: Misconception) -> Callable:
    """A misconception as a function of the probes."""
    if exercise.kind == "value":
        return in_use(exercise, plain(misconception.function()))
    return misconception.function


def _only_the_example(probes: Sequence[Probe], findings: Sequence[Finding]) -> bool:
    """Whether an answer is right for what the text shows, and for nothing else."""
    shown = [found.kind == "right" for p, found in zip(probes, findings, strict=False) if p.shown]
    other = [
        found.kind == "right" for p, found in zip(probes, findings, strict=False) if not p.shown
    ]
    return bool(shown) and bool(other) and all(shown) and not any(other)
