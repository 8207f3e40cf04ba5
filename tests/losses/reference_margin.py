"""The margin losses in exact arithmetic."""

from __future__ import annotations

from functools import partial

import mpmath
import numpy as np
from losses.reference import Reference
from losses.reference import rows as _rows
from measure import whole_range
from mpmath import mpf

from actloss.losses import hinge, multiclass_hinge, squared_hinge


def scores_and_labels(dtype: type) -> list[tuple[np.ndarray, ...]]:
    """Scores over the whole range and close to the margin, for either label."""
    near = np.array([1, -1, 1 + np.finfo(dtype).eps, 1 - np.finfo(dtype).eps], dtype)
    scores = np.concatenate([whole_range(dtype, 100), near, -near])
    return [(scores, np.zeros(1, dtype)), (scores, np.ones(1, dtype))]


def class_scores(dtype: type) -> list[tuple[np.ndarray, ...]]:
    """Rows of scores of one size, from subnormal to 1e30, and everyday ones; one-hot targets."""
    rng = np.random.default_rng(3)
    made = []
    for n in (2, 3, 10, 40):
        sizes = np.exp2(rng.uniform(-140, 100, (12, 1)))
        for spread in (sizes, 3):
            scores = (spread * rng.normal(size=(12, n))).astype(dtype)
            made.append((scores, np.eye(n, dtype=dtype)[rng.integers(0, n, 12)]))
    return made


def sign_of(label: mpf) -> mpf:
    return 2 * label - 1


def hinge_value(p: mpf, y: mpf) -> list[mpf]:
    return [max(mpf(0), 1 - sign_of(y) * p)]


def hinge_gradient(p: mpf, y: mpf) -> list[mpf]:
    return [-sign_of(y) if sign_of(y) * p < 1 else mpf(0)]


def squared_hinge_value(p: mpf, y: mpf) -> list[mpf]:
    return [max(mpf(0), 1 - sign_of(y) * p) ** 2]


def squared_hinge_gradient(p: mpf, y: mpf) -> list[mpf]:
    return [-2 * sign_of(y) * max(mpf(0), 1 - sign_of(y) * p)]


def shortfalls(z: list[mpf], one_hot: list[mpf]) -> list[mpf]:
    right = z[one_hot.index(1)]
    return [mpf(0) if y else max(mpf(0), 1 + s - right) for s, y in zip(z, one_hot, strict=True)]


def multiclass_value(z: list[mpf], y: list[mpf], weston_watkins: bool = False) -> list[mpf]:
    lacks = shortfalls(z, y)
    total = mpmath.fsum(lacks) if weston_watkins else max(lacks)
    scale = max(map(abs, z)) if total else mpf(0)  # what the result is a difference of
    return [total, scale, -scale]


def multiclass_gradient(
    z: list[mpf], y: list[mpf], weston_watkins: bool = False
) -> list[list[mpf]]:
    lacks = shortfalls(z, y)
    pulled = [mpf(lack > 0) for lack in lacks]
    if not weston_watkins:
        worst = lacks.index(max(lacks))
        pulled = [pull if k == worst else mpf(0) for k, pull in enumerate(pulled)]
    total = sum(pulled)
    return [[pull - one * total] for pull, one in zip(pulled, y, strict=True)]


REFERENCES = [
    Reference(hinge, hinge_value, hinge_gradient, scores_and_labels, goal=(2, 2)),
    Reference(
        squared_hinge,
        squared_hinge_value,
        squared_hinge_gradient,
        scores_and_labels,
        goal=(2, 2),
    ),
    Reference(
        multiclass_hinge,
        multiclass_value,
        multiclass_gradient,
        class_scores,
        goal=(2, 2),
        of_terms=True,
    ),
    Reference(
        multiclass_hinge,
        multiclass_value,
        multiclass_gradient,
        class_scores,
        goal=(2, 2),
        of_terms=True,
        options={"weston_watkins": True},
        title="multiclass_hinge, summed",
    ),
]

rows = partial(_rows, REFERENCES)
