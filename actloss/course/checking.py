"""Judges an answer against its specification.

`check_answer` runs a learner's answer here, in this process. A grader that runs it elsewhere
makes the same judgement in three steps: `probes_for` an exercise, the `Outcome` of the answer on
each of them, then `judge`, which calls no code of the learner's.
"""

from __future__ import annotations

import dis
import time
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

import numpy as np

from actloss.course import feedback
from actloss.course.exercise import Exercise, Misconception, Probe, with_arrays
from actloss.course.feedback import Finding, Verdict
from actloss.course.outcome import Outcome, holds_ellipsis, observe, takes
from actloss.course.shortcuts import shortcut
from actloss.course.values import compare, kind_of, plain

RANDOM_PROBES = 4


def check_answer(exercise: Exercise, answer: Any, seed: int | None = None) -> Verdict:
    """Judge an answer: a function, a value, or the letters of a quiz.

    Random inputs are fresh each time, unless a seed is given.
    """
    if holds_ellipsis(answer):
        return feedback.not_answered(exercise)
    if exercise.kind == "quiz":
        return check_choice(exercise, answer)
    if exercise.kind == "value":
        return check_value(exercise, answer, seed)
    return check_function(exercise, answer, seed)


def check_function(exercise: Exercise, answer: Any, seed: int | None = None) -> Verdict:
    """Judge an answer that should be a function."""
    if not callable(answer):
        return feedback.not_a_function(exercise, plain(answer))
    name = shortcut(answer, exercise.forbidden)
    if name:
        return feedback.shortcut_taken(exercise, name)
    probes = probes_for(exercise, seed)
    if not takes(answer, probes[0]):
        return feedback.wrong_inputs(exercise, answer)
    outcomes = outcomes_of(answer, probes, exercise.time_limit)
    if is_stub(answer, outcomes[0]):
        return feedback.not_answered(exercise)
    return judge(exercise, probes, outcomes)


def check_value(exercise: Exercise, answer: Any, seed: int | None = None) -> Verdict:
    """Judge an answer that should be a value: by what it does, where the exercise says what."""
    value = plain(answer)
    if value is None or holds_ellipsis(value):
        return feedback.not_answered(exercise)
    probes = probes_for(exercise, seed)
    outcomes = outcomes_of(in_use(exercise, value), probes, exercise.time_limit)
    return judge(exercise, probes, outcomes)


def check_choice(exercise: Exercise, answer: Any) -> Verdict:
    """Judge the letters chosen in a quiz."""
    letters = letters_in(answer)
    if letters is None:
        return feedback.no_letter(exercise, plain(answer))
    if not letters:
        return feedback.not_answered(exercise)
    known = {choice.letter for choice in exercise.options}
    if not letters <= known:
        return feedback.unknown_letter(exercise, min(letters - known))
    if letters == exercise.right_letters:
        return feedback.right(exercise)
    return feedback.wrong_choice(exercise, letters)


def letters_in(answer: Any) -> frozenset[str] | None:
    """The letters of "b", "ac", {"a", "c"} or ["a", "c"]; None where it is none of these."""
    answer = plain(answer)
    items = [answer] if isinstance(answer, str) or answer is None else answer
    if answer is None:
        return frozenset()
    if not isinstance(items, (list, tuple, frozenset)):
        return None
    if not all(isinstance(item, str) for item in items):
        return None
    return frozenset(letter for letter in "".join(items).lower() if letter.isalnum())


def probes_for(exercise: Exercise, seed: int | None = None) -> list[Probe]:
    """The fixed probes of an exercise, simplest first, then fresh random ones."""
    probes = list(exercise.probes)
    if exercise.random is not None:
        rng = np.random.default_rng(seed)
        drawn = [exercise.random(rng) for _ in range(RANDOM_PROBES)]
        probes += [Probe(tuple(with_arrays(value) for value in args)) for args in drawn]
    return probes or [Probe(())]


def outcomes_of(function: Callable, probes: Sequence[Probe], seconds: float) -> list[Outcome]:
    """What a function does on each probe, up to the first on which its time runs out."""
    outcomes = []
    end = time.monotonic() + seconds
    for probe in probes:
        outcomes.append(observe(function, probe, end - time.monotonic()))
        if outcomes[-1].too_slow:
            break
    return outcomes


def in_use(exercise: Exercise, value: Any) -> Callable:
    """A value as a function of the probes: what it is used for, or else just the value."""
    use = exercise.use
    if use is None:
        return lambda: value
    return lambda *inputs, **named: use(value, *inputs, **named)


def is_stub(answer: Callable, first: Outcome) -> bool:
    """Whether a function has been left as it was handed out."""
    if first.error == "NotImplementedError" or holds_ellipsis(first.value):
        return True
    code = getattr(answer, "__code__", None)
    return first.value is None and not first.error and code is not None and _is_empty(code)


def _is_empty(code: CodeType) -> bool:
    steps = {step.opname for step in dis.get_instructions(code)}
    return steps <= {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def judge(exercise: Exercise, probes: Sequence[Probe], outcomes: Sequence[Outcome]) -> Verdict:
    """Compare what an answer did on the probes with what the reference does on them."""
    expected = [observe(reference_of(exercise), probe) for probe in probes]
    findings = [
        examine(exercise, probe, came, wanted)
        for probe, came, wanted in zip(probes, outcomes, expected, strict=False)
    ]
    failed = next((i for i, finding in enumerate(findings) if finding.kind != "right"), None)
    if failed is None:
        return feedback.right(exercise, [note for found in findings for note in found.notes])
    return feedback.wrong(
        exercise,
        probe=probes[failed],
        came=outcomes[failed],
        expected=expected[failed],
        finding=findings[failed],
        misconception=recognise(exercise, probes, outcomes),
        only_the_example=findings[failed].kind in ("differs", "disagrees")
        and _only_the_example(probes, findings),
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
        says = f"It is {kind_of(came)}, where {kind_of(expected)} is expected."
    if says is True or says is np.True_:
        return Finding("right")
    return Finding("disagrees", sentence=says if isinstance(says, str) else "")


def recognise(
    exercise: Exercise, probes: Sequence[Probe], outcomes: Sequence[Outcome]
) -> Misconception | None:
    """The first misconception that does the same as the answer on every probe."""
    if len(outcomes) < len(probes):
        return None
    for misconception in exercise.misconceptions:
        mistaken = misconception.function
        if exercise.kind == "value":
            mistaken = in_use(exercise, plain(mistaken()))
        if all(
            _behave_alike(exercise, came, observe(mistaken, probe))
            for probe, came in zip(probes, outcomes, strict=True)
        ):
            return misconception
    return None


def _behave_alike(exercise: Exercise, came: Outcome, mistaken: Outcome) -> bool:
    if came.error or mistaken.error:
        return came.error == mistaken.error
    if came.mutated != mistaken.mutated:
        return False
    if exercise.silent and bool(came.warned) != bool(mistaken.warned):
        return False
    return compare(came.value, mistaken.value, exercise.tolerance, exercise.absolute).agree


def _only_the_example(probes: Sequence[Probe], findings: Sequence[Finding]) -> bool:
    """Whether an answer is right for what the text shows, and for nothing else."""
    shown = [found.kind == "right" for p, found in zip(probes, findings, strict=False) if p.shown]
    other = [
        found.kind == "right" for p, found in zip(probes, findings, strict=False) if not p.shown
    ]
    return bool(shown) and bool(other) and all(shown) and not any(other)
