"""Finds answers that call a ready-made function where the exercise is to write it."""

from __future__ import annotations

import contextlib
import dis
import functools
import re
import sys
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from actloss.course.outcome import NOT_A_LEARNERS


def shortcut(answer: Any, forbidden: Sequence[str]) -> str:
    """Name what the answer is, or calls, that `forbidden` lists; "" where it does its own work.

    `forbidden` holds names of packages ("scipy") and of single functions ("numpy.tanh").
    """
    for thing in _reachable(answer):
        for name in _names(thing):
            if any(f"{name}.".startswith(f"{rule}.") for rule in forbidden):
                return name
    return ""


def _names(thing: Any) -> Iterator[str]:
    """The dotted names under which a thing may be forbidden."""
    if isinstance(thing, str):  # the name in an `import`
        yield thing
    elif isinstance(thing, ModuleType):
        yield thing.__name__
    elif isinstance(thing, np.ufunc):  # does not say whose it is: look where it can be found
        for home in ("numpy", "scipy.special"):
            name = getattr(thing, "__name__", "")
            if getattr(sys.modules.get(home), name, None) is thing:
                yield f"{home}.{name}"
    elif callable(thing):
        home = getattr(thing, "__module__", None) or type(thing).__module__
        if not str(home).startswith("actloss.course.units."):  # its examples are no shortcuts
            yield f"{home}.{getattr(thing, '__name__', type(thing).__name__)}"


def _reachable(answer: Any) -> Iterator[Any]:
    """The answer, and whatever its code and its helpers' code refer to."""
    waiting, seen = [answer], set()
    while waiting:
        thing = waiting.pop()
        if id(thing) not in seen:
            seen.add(id(thing))
            yield thing
            waiting += _inside(thing)


def _inside(thing: Any) -> list[Any]:
    if isinstance(thing, functools.partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    if isinstance(thing, np.vectorize):
        return [thing.pyfunc]
    if isinstance(thing, MethodType):
        return [thing.__func__, thing.__self__]
    if isinstance(thing, FunctionType):
        if thing.__code__.co_filename.startswith(NOT_A_LEARNERS):
            return []
        held = [*_closure(thing), *(thing.__defaults__ or ())]
        return [*held, *_mentioned(thing.__code__, thing.__globals__)]
    return [call for call in [vars(type(thing)).get("__call__")] if isinstance(call, FunctionType)]


def _closure(function: FunctionType) -> list[Any]:
    cells = []
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # a name that its function has not yet set
            cells.append(cell.cell_contents)
    return cells


def _local_variables(step: dis.Instruction) -> Iterator[tuple[str, str]]:
    """What a step does to local variables; from Python 3.13 one step may do two things."""
    names = step.argval if isinstance(step.argval, tuple) else (step.argval,)
    return zip(re.findall("(LOAD|STORE)_FAST", step.opname), names, strict=False)


def _mentioned(code: CodeType, names: dict[str, Any]) -> list[Any]:
    """The globals, their attributes and the imports that a function's code mentions."""
    found: list[Any] = []
    local_modules: dict[str, Any] = {}
    owner: Any = None  # what the code last loaded, to follow `np.linalg.norm` through its dots
    home = ""  # the module of the `import` that is being read
    for step in dis.get_instructions(code):
        name = step.argval
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            owner = names.get(name)
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            owner = getattr(owner, name, None) if isinstance(owner, ModuleType) else None
        elif step.opname == "IMPORT_NAME":
            home, owner = name, sys.modules.get(name)
            found.append(home)
        elif step.opname == "IMPORT_FROM":
            owner = getattr(sys.modules.get(home), name, None)
            found.append(f"{home}.{name}")
        for verb, variable in _local_variables(step):
            if verb == "STORE":
                local_modules[variable] = owner
            else:
                owner = local_modules.get(variable)
        found.append(owner)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found += _mentioned(constant, names)
    if {"__import__", "import_module"} & set(code.co_names):
        found += [text for text in code.co_consts if isinstance(text, str)]
    return found
