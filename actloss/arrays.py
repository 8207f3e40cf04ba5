"""What every function does to its arrays before and after the mathematics.

Which dtype a result has, which values are allowed, and how a large array is worked through: a block
at a time, so that the temporaries of a formula of several steps stay in the processor's cache.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

BLOCK_BYTES = 2**18  # an array of this size, and the temporaries beside it, fit in a core's cache
FEW_CLASSES = 32


# --- dtypes -------------------------------------------------------------------------------------


def as_numbers(x: ArrayLike, name: str) -> NDArray:
    """`x` as an array of real numbers; TypeError for text, complex numbers and objects."""
    if type(x) is not np.ndarray and isinstance(x, np.ndarray) and np.ma.is_masked(x):
        raise TypeError(
            f"{name} is an array with masked values, which would count like all others. "
            "Fill them first, for example with .filled(np.nan), or leave them out."
        )
    array = x if type(x) is np.ndarray else np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name} must hold real numbers, but has dtype {array.dtype}. "
            "Convert it first, for example with np.asarray(..., dtype=float)."
        )
    return array


def result_dtype(array: NDArray) -> np.dtype:
    """Floating arrays keep their dtype; integers, booleans, lists and longdouble become float64.

    longdouble has more digits than the formulas keep, and SciPy and the frameworks do not know it.
    """
    if array.dtype.kind != "f" or array.dtype.itemsize > 8:
        return np.dtype(np.float64)
    return array.dtype if array.dtype.isnative else array.dtype.newbyteorder("=")


def working_dtype(dtype: np.dtype) -> np.dtype:
    """float16 has too few digits and too small a range to compute in: float32 does its work."""
    return np.dtype(np.float32) if dtype.itemsize < 4 else dtype


# --- which values are allowed -------------------------------------------------------------------


@dataclass(frozen=True)
class Domain:
    """The values that an argument may take. NaN is always allowed: NaN in, NaN out."""

    meaning: str
    low: float = -math.inf
    high: float = math.inf
    without_low: bool = False

    def __str__(self) -> str:
        left = "(" if self.without_low or self.low == -math.inf else "["
        right = ")" if self.high == math.inf else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"

    def contains(self, values: NDArray) -> NDArray:
        above = values > self.low if self.without_low else values >= self.low
        return (above & (values <= self.high)) | np.isnan(values)

    def check(self, values: NDArray, name: str) -> None:
        """ValueError that names the first value outside and where it stands."""
        if values.size == 0 or (self.low == -math.inf and self.high == math.inf):
            return
        low, high = values.min(), values.max()
        if (low > self.low if self.without_low else low >= self.low) and high <= self.high:
            return
        outside = ~self.contains(values)
        if outside.any():
            where = tuple(int(i) for i in np.argwhere(outside)[0])
            place = f" at index {where if len(where) > 1 else where[0]}" if where else ""
            raise ValueError(
                f"{name} must be {self.meaning}, in {self}, but holds {values[where]:g}{place}."
            )


REAL = Domain("a real number")
PROBABILITY = Domain("a probability", 0, 1)
POSITIVE = Domain("positive", 0, without_low=True)
NON_NEGATIVE = Domain("zero or positive", 0)


# --- shapes -------------------------------------------------------------------------------------


def check_broadcast(arrays: list[NDArray], names: tuple[str, ...], function: str) -> None:
    """ValueError where the shapes do not fit, or fit by an accident that NumPy lets pass.

    A column (n, 1) beside a vector (n,) silently becomes an n by n table. Broadcasting of both
    arrays at once is taken as meant only where they have the same number of axes.
    """
    first = arrays[0].shape
    if all(a.shape == first or a.ndim == 0 for a in arrays[1:]):
        return
    shapes = ", ".join(f"{name} {a.shape}" for name, a in zip(names, arrays, strict=True))
    try:
        common = np.broadcast_shapes(*(a.shape for a in arrays))
    except ValueError:
        raise ValueError(f"{function}: these shapes do not fit together: {shapes}.") from None
    for other in arrays[1:]:
        pair = math.prod(np.broadcast_shapes(first, other.shape))
        if other.ndim != len(first) and pair > max(arrays[0].size, other.size):
            raise ValueError(
                f"{function}: {shapes} would be broadcast to {common}, every value of one against "
                "every value of the other. Give both the same shape, for example with .reshape(-1)."
            )


def fitted(array: NDArray, shape: tuple[int, ...], function: str, name: str) -> NDArray:
    """`array` broadcast to `shape`, which may not grow for it."""
    if array.shape == shape:
        return array
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(
            f"{function}: {name} has shape {array.shape}, which does not fit {shape}."
        ) from None


def finished(out: NDArray, dtype: np.dtype) -> NDArray | np.generic:
    """The result in its dtype; an array without axes becomes a NumPy scalar."""
    out = out if out.dtype == dtype else out.astype(dtype)
    return out if out.ndim else out[()]


# --- working element by element -----------------------------------------------------------------


def elementwise(body: Callable, arrays: list[NDArray], dtype: np.dtype) -> NDArray:
    """`body(*arrays)` for arrays that broadcast, in blocks where they are large."""
    dtype = working_dtype(dtype)
    if _one_block(arrays, dtype):
        out = np.asarray(body(*_cast(arrays, dtype)), dtype)
        # A result never is, nor is a view of, the caller's own array.
        return out.copy() if out is arrays[0] or out.base is not None else out
    walk = _walk([*arrays, None], dtype)
    for *blocks, out in walk:
        out[...] = body(*blocks)
    return walk.operands[-1]


def elementwise_sum(body: Callable, arrays: list[NDArray], dtype: np.dtype) -> float:
    """The sum of `body(*arrays)`, added in float64, without holding all the values at once."""
    dtype = working_dtype(dtype)
    blocks = [_cast(arrays, dtype)] if _one_block(arrays, dtype) else _walk(arrays, dtype)
    return add_up([total(body(*block)) for block in blocks])


def total(values: NDArray) -> float:
    """The sum of a block, in float64: float32 values lose nothing, however many there are."""
    return float(np.add.reduce(values, axis=None, dtype=np.float64))


def add_up(totals: list[float]) -> float:
    """The sum of the blocks' sums."""
    return totals[0] if len(totals) == 1 else total(np.array(totals))


def _one_block(arrays: list[NDArray], dtype: np.dtype) -> bool:
    """Whether one call will do."""
    return math.prod(broadcast_shape(arrays)) * dtype.itemsize <= BLOCK_BYTES


def _cast(arrays: list[NDArray], dtype: np.dtype) -> list[NDArray]:
    return [a if a.dtype == dtype else a.astype(dtype) for a in arrays]


def _walk(arrays: Sequence[NDArray | None], dtype: np.dtype) -> np.nditer:
    """One-dimensional blocks of all the arrays side by side; None stands for a new result."""
    access: list[Any] = [["writeonly", "allocate"] if a is None else ["readonly"] for a in arrays]
    return np.nditer(
        arrays,
        flags=["external_loop", "buffered"],
        op_flags=access,
        op_dtypes=[dtype] * len(arrays),
        casting="unsafe",  # labels become numbers of the prediction's dtype, whatever they were
        buffersize=BLOCK_BYTES // dtype.itemsize,
    )


def broadcast_shape(arrays: list[NDArray]) -> tuple[int, ...]:
    """The common shape; for one array, or arrays of one shape, without asking NumPy."""
    first = arrays[0].shape
    if len(arrays) == 1 or all(a.shape == first for a in arrays[1:]):
        return first
    return np.broadcast_shapes(*(a.shape for a in arrays))


def sum_to_shape(gradient: NDArray, shape: tuple[int, ...]) -> NDArray:
    """Undo broadcasting: an element used several times gets the sum of its gradients."""
    if gradient.shape == shape:
        return gradient
    extra = gradient.ndim - len(shape)
    stretched = tuple(
        axis for axis in range(gradient.ndim) if axis < extra or shape[axis - extra] == 1
    )
    return gradient.sum(axis=stretched).reshape(shape)


# --- working example by example, with the classes along one axis --------------------------------


class Rows:
    """An array seen as examples times classes, whatever its shape and wherever its class axis.

    A formula over classes is written for a block with the classes *first*: `z[k]` holds class k of
    every example in the block, `z.max(axis=0)` each example's largest, and both broadcast as they
    stand.
    """

    def __init__(self, x: NDArray, axis: int | tuple[int, ...] | None, function: str):
        axes = tuple(range(x.ndim)) if axis is None else axis
        axes = axes if isinstance(axes, tuple | list) else (axes,)
        if any(not -x.ndim <= operator.index(a) < x.ndim for a in axes):
            raise ValueError(f"{function}: there is no axis {axis} in an array of shape {x.shape}.")
        self.shape, self.axes = x.shape, tuple(a % x.ndim for a in axes)
        if len(set(self.axes)) < len(self.axes):
            raise ValueError(f"{function}: axis {axis} names an axis of {x.shape} twice.")
        self.kept = tuple(n for a, n in enumerate(x.shape) if a not in self.axes)
        self.classes = tuple(x.shape[a] for a in self.axes)
        self.n_examples, self.n_classes = math.prod(self.kept), math.prod(self.classes)
        self._last = tuple(range(len(self.kept), x.ndim))
        if self.n_classes == 0:
            raise ValueError(f"{function}: shape {x.shape} has no entry along axis {axis}.")

    def flatten(self, x: NDArray) -> NDArray:
        """The array as (examples, classes)."""
        if self.axes != self._last:
            x = np.moveaxis(x, self.axes, self._last)
        return x.reshape(self.n_examples, self.n_classes)

    def restore(self, rows: NDArray) -> NDArray:
        """Rows of (examples, classes) in the original shape again."""
        if self.axes == self._last:
            return rows.reshape(self.shape)
        return np.moveaxis(rows.reshape(self.kept + self.classes), self._last, self.axes)

    def blocks(self, dtype: np.dtype) -> Iterator[slice]:
        """Slices of the examples that fit the cache."""
        step = max(1, BLOCK_BYTES // (self.n_classes * dtype.itemsize))
        for start in range(0, self.n_examples, step):
            yield slice(start, min(start + step, self.n_examples))

    def map(
        self, body: Callable, arrays: list[NDArray], dtype: np.dtype, jacobian: bool = False
    ) -> NDArray:
        """`body` of blocks (classes, examples); its results, the examples first again."""
        dtype = working_dtype(dtype)
        flat = [self.flatten(a) for a in arrays]
        square = (self.n_classes,) if jacobian else ()
        out = np.empty((self.n_examples, self.n_classes, *square), dtype)
        for part in self.blocks(dtype):
            result = body(*[classes_first(rows[part], dtype) for rows in flat])
            out[part] = np.moveaxis(result, -1, 0) if jacobian else result.T
        if jacobian:
            return out.reshape(*self.kept, self.n_classes, self.n_classes)
        return self.restore(out)


def classes_first(rows: NDArray, dtype: np.dtype) -> NDArray:
    """A block of rows as (classes, examples).

    NumPy adds up many rows of few classes quickest when the examples lie side by side in memory.
    With many classes it is as quick, and more accurate, when each example's classes do.
    """
    if rows.shape[1] <= FEW_CLASSES:
        return np.ascontiguousarray(rows.T, dtype)
    return rows.astype(dtype, copy=False).T
