"""A loss in exact arithmetic, and how far ours is from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from measure import exact, worst
from mpmath import fsum, mpf

from actloss.function import Loss

Terms = list[mpf]
"""What a result is the sum of."""


@dataclass(frozen=True)
class Reference:
    """A loss, its definition, and where it is measured.

    value, gradient : the exact terms of one value of the loss, and of its gradient. Over elements,
        functions of numbers; over classes, of lists of numbers (the gradient then gives a list).
    inputs : arrays of a dtype, as `loss` takes them; over classes, rows of classes.
    goal : the largest error allowed, of value and gradient, in units in the last place...
    of_terms : ... of the result or, where results cross zero, of the sum of the absolute terms.
    """

    loss: Loss
    value: Callable[..., Terms]
    gradient: Callable[..., Any]
    inputs: Callable[[type], list[tuple[np.ndarray, ...]]]
    goal: tuple[float, float]
    of_terms: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    wrt: str | None = None
    title: str = ""

    @property
    def name(self) -> str:
        return self.title or self.loss.__name__

    def errors(self, dtype: type) -> tuple[float, float]:
        """The largest error of the value and of the gradient, in ulp."""
        values, gradients = [], []
        for arrays in self.inputs(dtype):
            kind = {"axis": -1} if self.loss.over == "axis" else {"reduction": "none"}
            ours = self.loss(*arrays, **self.options, **kind)
            slopes = self.loss.gradient(*arrays, wrt=self.wrt, **self.options, **kind)
            assert ours.dtype == slopes.dtype == dtype
            if arrays[1].ndim >= arrays[0].ndim:  # fewer axes: labels, one for each row
                arrays = np.broadcast_arrays(*arrays)
            examples = list(zip(*[_numbers(a) for a in arrays], strict=True))
            terms = [self.value(*example, **self.options) for example in examples]
            values.append(self._worst(ours, terms))
            terms = [self.gradient(*example, **self.options) for example in examples]
            if slopes.ndim > 1:
                terms = [one for row in terms for one in row]
            gradients.append(self._worst(slopes, terms))
        return max(values), max(gradients)

    def _worst(self, results: np.ndarray, terms: list[Terms]) -> float:
        truths = [fsum(one) for one in terms]
        scales = [fsum(one, absolute=True) for one in terms] if self.of_terms else None
        return worst(results, truths, scales)[0]


def _numbers(array: np.ndarray) -> list:
    """An array as exact numbers, or a matrix as rows of them."""
    return [_numbers(row) if row.ndim else exact(row) for row in array]


def rows(references: list[Reference]) -> Iterator[tuple[str, str, float, float, float, float]]:
    """(name, dtype, error of the value, of the gradient, their goals), in ulp."""
    for reference in references:
        for dtype in (np.float64, np.float32):
            yield (reference.name, dtype.__name__, *reference.errors(dtype), *reference.goal)
