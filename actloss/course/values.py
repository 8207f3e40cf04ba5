"""Answers as plain data, and whether two of them agree.

Nothing that a learner's object says about itself is believed: it is copied into built-in types
and plain arrays first, and only those are compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

FLOAT32_TOLERANCE = 1e-5
FLOAT32_COARSER = 1e5  # how much more float32 loses, at least, where digits cancel
MOST_ITEMS = 1_000_000
MOST_BITS = 10_000


@dataclass(frozen=True)
class Opaque:
    """Stands for an object that is not data; knows what to call it."""

    description: str


def plain(value: Any) -> Any:
    """Copy a value into built-in types and plain arrays; `Opaque` where it is neither."""
    try:
        return _plain(value)
    except RecursionError:
        return Opaque("something that holds itself, or things in things without an end")


def _plain(value: Any) -> Any:
    if type(value) is Opaque:
        return value
    if value is None or value is Ellipsis or value is NotImplemented or type(value) is bool:
        return value
    for kind in (int, float, complex):
        if isinstance(value, kind) and not isinstance(value, np.generic):
            return _plain_number(getattr(kind, f"__{kind.__name__}__")(value))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain_array(value)
    if isinstance(value, dict):
        return {plain_key(key): _plain(item) for key, item in dict.items(value)}
    if isinstance(value, (set, frozenset)):
        return frozenset(plain_key(item) for item in value)
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in tuple.__iter__(value))
    if isinstance(value, list):
        return [_plain(item) for item in list.__iter__(value)]
    if isinstance(value, (Iterator, range)):
        return [_plain(item) for item in itertools.islice(value, MOST_ITEMS)]
    return _from_elsewhere(value)


def plain_key(key: Any) -> Any:
    """A dictionary's key or a set's item as plain data that can be hashed."""
    if isinstance(key, tuple):
        return tuple(plain_key(item) for item in tuple.__iter__(key))
    made = _plain(key)
    return made.item() if isinstance(made, np.ndarray) and made.ndim == 0 else made


def _plain_number(number: int | float | complex) -> Any:
    if isinstance(number, int) and number.bit_length() > MOST_BITS:
        return Opaque("a whole number of thousands of digits")  # Python will not even print it
    return number


def _plain_array(value: Any) -> Any:
    array = np.array(value, subok=False)
    if array.dtype in (np.longdouble, np.clongdouble):  # Python has no number of so many digits
        array = array.astype(float if array.dtype == np.longdouble else complex)
    if array.dtype.kind in "biufcU":
        return array.astype(array.dtype.newbyteorder("="), copy=False)
    if array.dtype.kind == "O":
        if any(item is Ellipsis for item in array.flat):
            return Ellipsis
        return Opaque("an array of Python objects (its dtype is object)")
    return Opaque(f"an array of dtype {array.dtype}")


def _from_elsewhere(value: Any) -> Any:
    """Tensors and data frames become arrays; anything else stays what it is."""
    home = type(value).__module__.partition(".")[0]
    if home == "torch" and hasattr(value, "detach"):
        return _plain_array(value.detach().cpu().numpy())
    if home in ("tensorflow", "jax", "jaxlib", "pandas") and hasattr(value, "__array__"):
        return _plain_array(np.asarray(value))
    if callable(value):
        return Opaque("a function")
    return Opaque(f"an object of type {type(value).__name__}")


@dataclass(frozen=True)
class Comparison:
    """Whether two values agree; else what is wrong, and at which element."""

    agree: bool
    problem: str = ""
    at: tuple[int, ...] | None = None
    came: Any = None
    expected: Any = None
    notes: tuple[str, ...] = ()


AGREE = Comparison(True)


def compare(came: Any, expected: Any, tolerance: float, absolute: float) -> Comparison:
    """Compare plain data with the plain data expected.

    Numbers may differ by `tolerance * |expected| + absolute`. NaN agrees with NaN. Lists of
    numbers pass for arrays, and float32 passes with the tolerance that it can keep.
    """
    if _is_text_array(expected) and expected.ndim == 0:
        expected = expected.item()
    if is_numeric(expected) and not _is_ragged(expected):
        return _compare_numbers(came, expected, tolerance, absolute)
    if isinstance(expected, (tuple, list)) or _is_text_array(expected):
        return _compare_sequences(came, expected, tolerance, absolute)
    if isinstance(expected, dict):
        return _compare_dictionaries(came, expected, tolerance, absolute)
    if type(came) is type(expected) and came == expected:
        return AGREE
    if isinstance(came, np.ndarray) and came.ndim == 0 and came.item() == expected:
        return AGREE
    if type(came) is type(expected) or isinstance(expected, str):
        return Comparison(False, "differs", came=came, expected=expected)
    return Comparison(False, f"is {kind_of(came)}, but {kind_of(expected)} is expected")


def is_numeric(value: Any) -> bool:
    """Whether a value is a number, an array of numbers or a (nested) list of numbers."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufc"
    if isinstance(value, list):
        return bool(value) and all(is_numeric(item) for item in value)
    return isinstance(value, (bool, int, float, complex))


def _is_ragged(value: Any) -> bool:
    try:
        np.asarray(value)
    except ValueError:
        return True
    return False


def _is_text_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "U"


def kind_of(value: Any) -> str:
    """What a value is, in words."""
    if isinstance(value, Opaque):
        return value.description
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return kind_of(value.item())
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    names = {
        type(None): "None",
        bool: "True or False",
        int: "a whole number",
        float: "a number",
        complex: "a complex number",
        str: "text",
        list: "a list",
        tuple: f"a tuple of {len(value)}" if isinstance(value, tuple) else "",
        dict: "a dictionary",
        frozenset: "a set",
        type(Ellipsis): "`...`",
    }
    return names.get(type(value), f"an object of type {type(value).__name__}")


def _compare_numbers(came: Any, expected: Any, tolerance: float, absolute: float) -> Comparison:
    wanted = np.asarray(expected)
    numbers = as_lists(came)
    if isinstance(numbers, list) and not numbers:
        numbers = np.array([])
    if not is_numeric(numbers):
        return Comparison(False, f"is {kind_of(came)}, but {_wanted_kind(wanted)} is expected")
    if _is_ragged(numbers):
        return Comparison(False, f"is {kind_of(came)} whose rows have different lengths")
    try:
        given = np.asarray(numbers)
    except OverflowError:
        return Comparison(False, "holds a whole number too large for an array")
    if given.dtype.kind == "O":
        return Comparison(False, "holds whole numbers too large for an array")
    if given.shape != wanted.shape:
        return Comparison(False, _shape_problem(given, wanted))
    at = _first_difference(given, wanted, tolerance, absolute)
    if at is not None:
        return Comparison(False, "differs", at, given[at].item(), wanted[at].item())
    problem = _dtype_problem(given, wanted)
    if problem:
        return Comparison(False, problem)
    return Comparison(True, notes=_notes(came, given, wanted))


def as_lists(value: Any) -> Any:
    """Tuples of numbers, nested or not, as lists: rows may come as either."""
    if isinstance(value, (tuple, list)):
        return [as_lists(item) for item in value]
    return value


def _wanted_kind(wanted: np.ndarray) -> str:
    if wanted.ndim == 0:
        return "True or False" if wanted.dtype.kind == "b" else "a single number"
    return f"an array of shape {wanted.shape}"


def _shape_problem(given: np.ndarray, wanted: np.ndarray) -> str:
    if wanted.ndim == 0:
        return f"has shape {given.shape}, but a single number is expected"
    if given.ndim == 0:
        return f"is a single number, but an array of shape {wanted.shape} is expected"
    return f"has shape {given.shape}, but {wanted.shape} is expected"


def _first_difference(
    given: np.ndarray, wanted: np.ndarray, tolerance: float, absolute: float
) -> tuple[int, ...] | None:
    if given.dtype.kind in "biu" and wanted.dtype.kind in "biu":
        close = given == wanted
    else:
        tolerance, absolute = _for_precision(given, wanted, tolerance, absolute)
        kind = complex if "c" in given.dtype.kind + wanted.dtype.kind else float
        given, wanted = given.astype(kind), wanted.astype(kind)
        with np.errstate(all="ignore"):
            near = np.abs(given - wanted) <= tolerance * np.abs(wanted) + absolute
        both_finite = np.isfinite(given) & np.isfinite(wanted)
        both_nan = np.isnan(given) & np.isnan(wanted)
        close = (given == wanted) | both_nan | (near & both_finite)
    if np.all(close):
        return None
    return tuple(int(i) for i in np.argwhere(~np.atleast_1d(close))[0])[: wanted.ndim]


def _for_precision(
    given: np.ndarray, wanted: np.ndarray, tolerance: float, absolute: float
) -> tuple[float, float]:
    """Allow a result in float32 the digits that float32 has."""
    if not any(array.dtype in (np.float16, np.float32) for array in (given, wanted)):
        return tolerance, absolute
    finite = np.abs(wanted[np.isfinite(wanted)], dtype=float)
    scale = float(finite.max()) if finite.size else 0.0
    rounding = min(absolute * FLOAT32_COARSER, 1e-6)
    return max(tolerance, FLOAT32_TOLERANCE), max(absolute, rounding, scale * 1e-6, 1e-37)


def _dtype_problem(given: np.ndarray, wanted: np.ndarray) -> str:
    if given.dtype.kind == "c" and wanted.dtype.kind != "c":
        return "holds complex numbers"
    if wanted.dtype.kind == "b" and given.dtype.kind != "b":
        return "holds numbers, but True and False are expected (as a comparison gives)"
    if given.dtype.kind == "b" and wanted.dtype.kind != "b":
        return "holds True and False, but numbers are expected"
    if wanted.dtype.kind in "iu" and given.dtype.kind == "f" and wanted.ndim:
        return "holds numbers with a decimal point, but whole numbers (integers) are expected"
    return ""


def _notes(came: Any, given: np.ndarray, wanted: np.ndarray) -> tuple[str, ...]:
    if isinstance(came, (list, tuple)) and wanted.ndim:
        kind = "list" if isinstance(came, list) else "tuple"
        return (f"Your answer is a {kind}. An array would let NumPy compute with it.",)
    if given.dtype in (np.float16, np.float32) and wanted.dtype == np.float64:
        return (f"Your answer is in {given.dtype}, which keeps fewer digits than its input.",)
    return ()


def _compare_sequences(came: Any, expected: Any, tolerance: float, absolute: float) -> Comparison:
    single = isinstance(came, np.ndarray) and came.ndim == 0
    if single or not isinstance(came, (tuple, list, np.ndarray)):
        return Comparison(False, f"is {kind_of(came)}, but {_sequence_kind(expected)} is expected")
    if len(came) != len(expected) and isinstance(came, np.ndarray):
        return Comparison(False, f"is {kind_of(came)}, but {_sequence_kind(expected)} is expected")
    if len(came) != len(expected):
        items = "1 item" if len(came) == 1 else f"{len(came)} items"
        return Comparison(False, f"has {items}, but {len(expected)} are expected")
    notes: tuple[str, ...] = ()
    for i in range(len(expected)):
        found = compare(plain(came[i]), plain(expected[i]), tolerance, absolute)
        notes += found.notes
        if not found.agree:
            return _inside(f"item [{i}]", found)
    return Comparison(True, notes=tuple(dict.fromkeys(notes)))


def _sequence_kind(expected: Any) -> str:
    return f"{'a tuple' if isinstance(expected, tuple) else 'a list'} of {len(expected)}"


def _compare_dictionaries(
    came: Any, expected: dict, tolerance: float, absolute: float
) -> Comparison:
    if not isinstance(came, dict):
        return Comparison(False, f"is {kind_of(came)}, but a dictionary is expected")
    for key in expected:
        if key not in came:
            return Comparison(False, f"has no key {key!r}")
    for key in came:
        if key not in expected:
            return Comparison(False, f"has a key too many: {key!r}")
    for key in expected:
        found = compare(came[key], expected[key], tolerance, absolute)
        if not found.agree:
            return _inside(f"item [{key!r}]", found)
    return AGREE


def _inside(place: str, found: Comparison) -> Comparison:
    """The same finding, saying in which item it was made."""
    if found.problem == "differs":
        where = f"{place}" if found.at in (None, ()) else f"{place}, element {list(found.at)}"
        return Comparison(False, f"differs in {where}", None, found.came, found.expected)
    return Comparison(False, f"is wrong in {place}: it {found.problem}", None)
