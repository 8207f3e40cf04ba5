"""One call of a loss: its values, their sum and its gradient, over elements or over examples."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actloss import arrays as _arrays
from actloss.arrays import PROBABILITY, Rows, check_broadcast, classes_first, fitted


def times_upstream(derivative: Callable) -> Callable:
    """A body whose last array is the upstream gradient."""

    def product(*inputs: NDArray, **options: Any) -> NDArray:
        return derivative(*inputs[:-1], **options) * inputs[-1]

    return product


class ElementsCall:
    """Every element of the prediction, with its target, has a value of its own."""

    def __init__(
        self, definition: Any, over: str, given: list, dtype: np.dtype, options: dict, shared: dict
    ):
        # An option that is an array (a weight for every label) is cut into blocks with the others.
        listed = {k: np.asarray(v) for k, v in options.items() if np.ndim(v) > 0}
        self.options = {k: v for k, v in options.items() if k not in listed}
        self.listed = tuple(listed)
        given = [*given, *listed.values()]
        check_broadcast(given, (*definition.array_names, *listed), definition.name)
        self.definition, self.given, self.dtype = definition, given, dtype
        self.body = self._with_options(definition.body)
        self.shape = _arrays.broadcast_shape(given)

    def _with_options(self, body: Callable) -> Callable:
        if self.options:
            body = functools.partial(body, **self.options)
        if not self.listed:
            return body
        n = len(self.definition.array_names)
        return lambda *inputs: body(*inputs[:n], **dict(zip(self.listed, inputs[n:], strict=True)))

    def values(self) -> NDArray:
        return _arrays.elementwise(self.body, self.given, self.dtype)

    def count(self) -> float:
        return math.prod(self.shape)

    def total(self) -> tuple[float, float]:
        return _arrays.elementwise_sum(self.body, self.given, self.dtype), self.count()

    def gradient(self, slope: Callable, index: int, upstream: NDArray) -> NDArray:
        body = times_upstream(self._with_options(slope))
        upstream = fitted(upstream, self.shape, self.definition.name, "upstream")
        out = _arrays.elementwise(body, [*self.given, upstream], self.dtype)
        return _arrays.sum_to_shape(out, self.given[index].shape)


class RowsCall:
    """Every example has one value, made from all its classes."""

    def __init__(
        self, definition: Any, over: str, given: list, dtype: np.dtype, options: dict, shared: dict
    ):
        check_single(options, definition.name)
        self.definition, self.options, self.dtype = definition, options, dtype
        self.working = _arrays.working_dtype(dtype)
        prediction, target = given
        name = definition.name
        self.stretched_from = prediction.shape
        axis = _axes(over, prediction, shared)
        self.by_labels = definition.target == "labels" or (
            definition.target == "either" and target.ndim == prediction.ndim - 1
        )
        if not self.by_labels:
            check_broadcast(given, definition.array_names, name)
            common = _arrays.broadcast_shape(given)
            prediction = fitted(prediction, common, name, "prediction")
            target = fitted(target, common, name, "target")
        self.rows = Rows(prediction, axis, name)
        self.prediction = self.rows.flatten(prediction)
        self.kept: NDArray | None = None
        if self.by_labels:
            ignored = shared.get("ignore_index")
            self.target, self.kept = _labels(target, self.rows, ignored, name)
        else:
            self.target = self.rows.flatten(target)
        if shared.get("validate"):
            self._check_rows_sum_to_one()

    def values(self) -> NDArray:
        out = np.empty(self.rows.n_examples, self.working)
        for part in self.rows.blocks(self.working):
            out[part] = self._block_values(part)
        return out.reshape(self.rows.kept)

    def total(self) -> tuple[float, float]:
        blocks = self.rows.blocks(self.working)
        sums = [_arrays.total(self._block_values(part)) for part in blocks]
        return _arrays.add_up(sums), self.count()

    def count(self) -> float:
        """What the mean divides by: the examples kept, or the sum of their weights."""
        weigh = self.definition.weights.get(None)
        blocks = self.rows.blocks(self.working)
        weights = [self._block_weights(weigh, part) for part in blocks] if weigh else []
        sums = [_arrays.total(w) for w in weights if w is not None]
        if sums:
            return _arrays.add_up(sums)
        return self.rows.n_examples if self.kept is None else int(np.count_nonzero(self.kept))

    def gradient(self, slope: Callable, index: int, upstream: NDArray) -> NDArray:
        out = np.empty((self.rows.n_examples, self.rows.n_classes), self.working)
        upstream = fitted(upstream, self.rows.kept, self.definition.name, "upstream").reshape(-1)
        for part in self.rows.blocks(self.working):
            slopes = slope(*self._block(part), **self.options)
            slopes = slopes * upstream[part].astype(self.working)
            if self.kept is not None:
                slopes = np.where(self.kept[part], slopes, 0)
            out[part] = slopes.T
        return _arrays.sum_to_shape(self.rows.restore(out), self.stretched_from)

    def _block(self, part: slice) -> tuple[NDArray, NDArray]:
        prediction = classes_first(self.prediction[part], self.working)
        if not self.by_labels:
            return prediction, classes_first(self.target[part], self.working)
        if self.definition.target == "labels":
            return prediction, self.target[part]
        one_hot = np.arange(self.rows.n_classes)[:, np.newaxis] == self.target[part]
        return prediction, one_hot.astype(self.working)

    def _block_values(self, part: slice) -> NDArray:
        values = self.definition.body(*self._block(part), **self.options)
        return values if self.kept is None else np.where(self.kept[part], values, 0)

    def _block_weights(self, weigh: Callable, part: slice) -> NDArray | None:
        weights = weigh(*self._block(part), **self.options)
        if weights is None or self.kept is None:
            return weights
        return np.where(self.kept[part], weights, 0)

    def _check_rows_sum_to_one(self) -> None:
        for name in ("prediction",) if self.by_labels else ("prediction", "target"):
            if self.definition.domains.get(name) is not PROBABILITY:
                continue
            rows = getattr(self, name)
            sums = rows.sum(axis=1, dtype=np.float64)
            off = np.abs(sums - 1) > {2: 1e-3, 4: 1e-5}.get(rows.dtype.itemsize, 1e-9)
            if off.any():
                raise ValueError(
                    f"{self.definition.name}: each {name} must sum to 1 over its classes, but "
                    f"example {int(np.argmax(off))} sums to {sums[off][0]:.10g}."
                )


PER_CLASS = ("class_weights", "alpha")


def check_single(options: dict[str, Any], name: str) -> None:
    """ValueError for an option of several numbers where only a weight may differ by class."""
    for option, value in options.items():
        if np.ndim(value) > 0 and option not in PER_CLASS:
            raise ValueError(f"{name}: {option} must be one number, but is {value!r}.")


def _axes(over: str, prediction: NDArray, shared: dict) -> Any:
    if over == "examples":
        return tuple(range(1, prediction.ndim)) if prediction.ndim > 1 else ()
    return shared["axis"]


def _labels(
    target: NDArray, rows: Rows, ignored: int | None, name: str
) -> tuple[NDArray, NDArray | None]:
    """Labels as a flat vector of class numbers, and which of them are kept (None: all)."""
    if target.shape != rows.kept:
        raise ValueError(
            f"{name}: labels must have the prediction's shape without its class axis, {rows.kept}, "
            f"but have shape {target.shape}. A one-hot target belongs to the categorical losses."
        )
    with np.errstate(invalid="ignore"):  # NaN is no label, as is seen below
        labels = target.reshape(-1).astype(np.intp)
    if target.dtype.kind == "f" and not np.array_equal(labels, target.reshape(-1)):
        raise ValueError(f"{name}: labels must be whole numbers, the classes' positions.")
    kept = None if ignored is None else labels != ignored
    labels = labels if kept is None else np.where(kept, labels, 0)
    outside = (labels < 0) | (labels >= rows.n_classes)
    if outside.any():
        raise ValueError(
            f"{name}: labels must be between 0 and {rows.n_classes - 1}, but label number "
            f"{int(np.argmax(outside))} is {labels[outside][0]}."
        )
    return labels, kept
