"""What an answer does when it is called once: returns, raises, prints, warns, never ends."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import linecache
import os
import sysconfig
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from actloss.course.exercise import Probe
from actloss.course.timelimit import TimeLimit, TooSlow
from actloss.course.values import plain

# How the names of files begin that are not a learner's: this package's, Python's, libraries'.
NOT_A_LEARNERS = (
    os.path.join(Path(__file__).parent.parent, ""),
    *(os.path.join(sysconfig.get_path(name), "") for name in ("stdlib", "purelib", "platlib")),
    "<frozen",
)


@dataclass(frozen=True)
class Outcome:
    """What one call did. `value` is plain data; `error` is the name of what was raised."""

    value: Any = None
    error: str = ""
    error_message: str = ""
    line: str = ""
    too_slow: bool = False
    warned: str = ""
    printed: str = ""
    mutated: bool = False


class Printed(io.StringIO):
    """Keeps the first characters that are printed, and lets a flood go by."""

    def write(self, text: str) -> int:
        if self.tell() < 2000:
            super().write(text[:2000])
        return len(text)


def observe(function: Callable, probe: Probe, seconds: float = 60.0) -> Outcome:
    """Call a function on fresh copies of a probe's inputs, and say what it did."""
    args, kwargs = copy.deepcopy((probe.args, probe.kwargs))
    value, error, printed = None, None, Printed()
    with (
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(record=True) as caught,
        np.errstate(divide="warn", over="warn", invalid="warn", under="ignore"),
    ):
        warnings.simplefilter("always")
        with TimeLimit(seconds) as limit:
            try:
                value = plain(function(*args, **kwargs))
            except (KeyboardInterrupt, TooSlow):
                raise
            except BaseException as problem:  # exit() in an answer must not end the check
                error = problem
    if limit.expired:
        return Outcome(too_slow=True, printed=printed.getvalue())
    warned = [str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)]
    return Outcome(
        value=value,
        error=type(error).__name__ if error else "",
        error_message=_message(error),
        line=learners_line(error.__traceback__) if error else "",
        warned=warned[0] if warned else "",
        printed=printed.getvalue(),
        mutated=not (same(args, probe.args) and same(kwargs, probe.kwargs)),
    )


def _message(error: BaseException | None) -> str:
    try:
        return str(error) if error else ""
    except Exception:
        return ""


def learners_line(trace: TracebackType | None) -> str:
    """The last line of the learner's own code that a traceback passes through."""
    line = ""
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if not filename.startswith(NOT_A_LEARNERS):
            line = linecache.getline(filename, trace.tb_lineno).strip() or line
        trace = trace.tb_next
    return line


def same(left: Any, right: Any) -> bool:
    """Whether two inputs are the same to the last bit (functions are not looked into)."""
    if isinstance(left, np.ndarray):
        return (
            left.shape == right.shape
            and left.dtype == right.dtype
            and (left.tobytes() == right.tobytes())
        )
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, (str, bytes, int, float, set, frozenset)):
        return left == right or left != left
    return True


def holds_ellipsis(value: Any) -> bool:
    """Whether a `...` is left anywhere in a value."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(holds_ellipsis(item) for item in value)
    if isinstance(value, dict):
        return any(holds_ellipsis(item) for item in value.values())
    return value is Ellipsis


def takes(function: Callable, probe: Probe) -> bool:
    """Whether a function can be called with as many inputs as a probe has."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return True  # some built-in functions do not say
    try:
        signature.bind(*probe.args, **probe.kwargs)
    except TypeError:
        return False
    return True
