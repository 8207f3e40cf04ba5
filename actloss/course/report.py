"""What an answer is and what it does, as data.

This half of a check runs the learner's code, and knows nothing of what is right. The other half,
`checking`, makes the verdict from the report and runs no learner's code. A grader runs the two in
different processes.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

from actloss.course.exercise import Probe
from actloss.course.outcome import Outcome, holds_ellipsis, observe, takes
from actloss.course.shortcuts import shortcut
from actloss.course.timelimit import own_time
from actloss.course.values import Opaque, plain

# What an answer may be found to be. The first two need a word to the learner and no judgement.
MISSING, UNANSWERED = "missing", "unanswered"
VALUE, FUNCTION, SHORTCUT, MISFIT = "value", "function", "shortcut", "misfit"


@dataclass(frozen=True)
class Report:
    """An answer as data: a value, or what a function did on each probe."""

    form: str
    value: Any = None
    detail: str = ""  # the name of the shortcut; the inputs that a misfit takes
    outcomes: tuple[Outcome, ...] = ()


def report_on_value(answer: Any) -> Report:
    """Report on an answer that should be a value."""
    value = _as_data(answer)
    return Report(UNANSWERED) if value is None or holds_ellipsis(value) else Report(VALUE, value)


def report_on_function(
    answer: Any, forbidden: Sequence[str], probes: Sequence[Probe], seconds: float
) -> Report:
    """Report on an answer that should be a function: call it on each probe."""
    if holds_ellipsis(answer):
        return Report(UNANSWERED)
    if not callable(answer):
        return Report(VALUE, _as_data(answer))
    name = shortcut(answer, forbidden)
    if name:
        return Report(SHORTCUT, detail=name)
    if not takes(answer, probes[0]):
        return Report(MISFIT, detail=str(inspect.signature(answer)))
    outcomes = outcomes_of(answer, probes, seconds)
    if is_stub(answer, outcomes[0]):
        return Report(UNANSWERED)
    return Report(FUNCTION, outcomes=tuple(outcomes))


def _as_data(answer: Any) -> Any:
    """An answer that is no function, as data, whatever happens when it is read."""
    try:
        return plain(answer)
    except Exception as problem:  # a generator runs its code when it is read
        return Opaque(f"something that stops with {type(problem).__name__} when it is read")


def outcomes_of(function: Callable, probes: Sequence[Probe], seconds: float) -> list[Outcome]:
    """What a function does on each probe, up to the first on which its time runs out."""
    outcomes = []
    end = own_time() + seconds
    for probe in probes:
        outcomes.append(observe(function, probe, end - own_time()))
        if outcomes[-1].too_slow:
            break
    return outcomes


def is_stub(answer: Callable, first: Outcome) -> bool:
    """Whether a function has been left as it was handed out."""
    if first.error == "NotImplementedError" or holds_ellipsis(first.value):
        return True
    code = getattr(answer, "__code__", None)
    return first.value is None and not first.error and code is not None and _is_empty(code)


def _is_empty(code: CodeType) -> bool:
    steps = {step.opname for step in dis.get_instructions(code)}
    return steps <= {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
