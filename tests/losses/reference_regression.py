"""The regression losses in exact arithmetic."""

from __future__ import annotations

from functools import partial

import mpmath
import numpy as np
from losses.reference import Reference
from losses.reference import rows as _rows
from measure import whole_range
from mpmath import mpf

from actloss.losses import (
    huber,
    l1,
    l2,
    log_cosh,
    mean_absolute_error,
    mean_squared_error,
    quantile,
    root_mean_squared_error,
)


def pairs(dtype: type) -> list[tuple[np.ndarray, ...]]:
    """Residuals over the whole range, and predictions and targets of everyday sizes."""
    rng = np.random.default_rng(1)
    everyday = rng.normal(0, 5, (2, 200)).astype(dtype)
    everyday[1, ::7] = everyday[0, ::7]  # nothing left over
    everyday[1, ::5] = np.nextafter(everyday[0, ::5], dtype(0))
    return [(whole_range(dtype, 100), np.zeros(1, dtype)), tuple(everyday)]


def rows_of_pairs(dtype: type) -> list[tuple[np.ndarray, ...]]:
    """Rows whose residuals are all of one size, from subnormal to largest, or of several."""
    rng = np.random.default_rng(2)
    sizes = np.abs(whole_range(dtype, 60))[::11, np.newaxis]
    made = []
    for n in (1, 2, 10, 100):
        residuals = sizes * rng.uniform(-1, 1, (len(sizes), n)).astype(dtype)
        mixed = rng.permutation(residuals.ravel()).reshape(residuals.shape)
        made += [(residuals, np.zeros_like(residuals)), (mixed, np.zeros_like(mixed))]
        if n == 10:
            made.append((residuals, residuals))
            made.append(tuple(rng.normal(0, 5, (2, 40, n)).astype(dtype)))
    return made


def sign(x: mpf) -> mpf:
    return mpmath.sign(x)


def huber_value(p: mpf, t: mpf, delta: float = 1.0) -> list[mpf]:
    r = abs(p - t)
    return [r * r / 2 if r <= delta else delta * (r - mpf(delta) / 2)]


def huber_gradient(p: mpf, t: mpf, delta: float = 1.0) -> list[mpf]:
    return [max(-mpf(delta), min(mpf(delta), p - t))]


def log_cosh_value(p: mpf, t: mpf) -> list[mpf]:
    r = abs(p - t)
    if r < mpf("1e-10"):
        return [r**2 / 2 - r**4 / 12]
    return [r + mpmath.log1p(mpmath.expm1(-2 * r) / 2)]


def quantile_value(p: mpf, t: mpf, quantile: float = 0.5) -> list[mpf]:
    return [max(quantile * (t - p), (mpf(quantile) - 1) * (t - p))]


def quantile_gradient(p: mpf, t: mpf, quantile: float = 0.5) -> list[mpf]:
    return [-mpf(quantile) if p < t else 1 - mpf(quantile) if p > t else mpf(0)]


def rmse_value(p: list[mpf], t: list[mpf]) -> list[mpf]:
    squares = [(a - b) ** 2 for a, b in zip(p, t, strict=True)]
    return [mpmath.sqrt(mpmath.fsum(squares) / len(p))]


def rmse_gradient(p: list[mpf], t: list[mpf]) -> list[list[mpf]]:
    (root,) = rmse_value(p, t)
    return [[(a - b) / (len(p) * root) if root else mpf(0)] for a, b in zip(p, t, strict=True)]


def squared(p: mpf, t: mpf) -> list[mpf]:
    return [(p - t) ** 2]


def squared_slope(p: mpf, t: mpf) -> list[mpf]:
    return [2 * (p - t)]


def absolute(p: mpf, t: mpf) -> list[mpf]:
    return [abs(p - t)]


def absolute_slope(p: mpf, t: mpf) -> list[mpf]:
    return [sign(p - t)]


def tanh(p: mpf, t: mpf) -> list[mpf]:
    return [mpmath.tanh(p - t)]


REFERENCES = [
    Reference(mean_squared_error, squared, squared_slope, pairs, goal=(2, 2)),
    Reference(l2, squared, squared_slope, pairs, goal=(2, 2)),
    Reference(root_mean_squared_error, rmse_value, rmse_gradient, rows_of_pairs, goal=(3, 4)),
    Reference(mean_absolute_error, absolute, absolute_slope, pairs, goal=(2, 2)),
    Reference(l1, absolute, absolute_slope, pairs, goal=(2, 2)),
    Reference(huber, huber_value, huber_gradient, pairs, goal=(2, 2)),
    Reference(
        huber,
        huber_value,
        huber_gradient,
        pairs,
        goal=(2, 2),
        options={"delta": 2.0**-30},
        title="huber, delta 1e-9",
    ),
    Reference(
        huber,
        huber_value,
        huber_gradient,
        pairs,
        goal=(2, 2),
        options={"delta": 2.0**100},
        title="huber, delta 1e30",
    ),
    Reference(log_cosh, log_cosh_value, tanh, pairs, goal=(4, 4)),
    Reference(quantile, quantile_value, quantile_gradient, pairs, goal=(8, 8)),
    Reference(
        quantile,
        quantile_value,
        quantile_gradient,
        pairs,
        goal=(8, 8),
        options={"quantile": 0.9375},
        title="quantile 0.94",
    ),
]

rows = partial(_rows, REFERENCES)
