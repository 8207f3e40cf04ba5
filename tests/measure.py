"""How far a floating-point result is from the exact one, in units in the last place (ulp)."""

from __future__ import annotations

from collections.abc import Iterable

import mpmath
import numpy as np

mpmath.mp.dps = 60  # digits of the exact values; raise it locally where more cancel


def exact(x: float | np.generic) -> mpmath.mpf:
    """The number that `x` is, without rounding: a float32 is converted as it stands."""
    return mpmath.mpf(float(x))


def ulp(magnitude: mpmath.mpf, dtype: np.dtype) -> mpmath.mpf:
    """The distance between neighbouring numbers of `dtype` near `magnitude` (not below the
    smallest subnormal number)."""
    info = np.finfo(dtype)
    smallest = mpmath.mpf(2) ** (info.minexp - info.nmant)
    magnitude = abs(magnitude)
    if magnitude < mpmath.mpf(2) ** info.minexp:
        return smallest
    exponent = min(mpmath.mag(magnitude) - 1, info.maxexp - 1)
    return mpmath.mpf(2) ** (exponent - info.nmant)


def ulps(value: np.generic, truth: mpmath.mpf, scale: mpmath.mpf | None = None) -> float:
    """The error of `value`, in ulp of the truth or, for a difference that crosses zero, in ulp of
    `scale`, the sum of its absolute terms. Infinity where only one of the two is NaN or infinite.
    """
    dtype = np.asarray(value).dtype
    largest = mpmath.mpf(float(np.finfo(dtype).max))
    if mpmath.isnan(truth) or np.isnan(value):
        return 0.0 if mpmath.isnan(truth) and np.isnan(value) else float("inf")
    if np.isinf(value) or mpmath.isinf(truth):
        beyond = abs(truth) > largest * (1 + mpmath.mpf(2) ** -(np.finfo(dtype).nmant + 2))
        same_sign = (truth > 0) == (value > 0)
        return 0.0 if np.isinf(value) and beyond and same_sign else float("inf")
    unit = ulp(truth if scale is None else max(abs(scale), abs(truth)), dtype)
    return float(abs(exact(value) - truth) / unit)


def worst(
    values: np.ndarray,
    truths: Iterable[mpmath.mpf],
    scales: Iterable[mpmath.mpf] | None = None,
) -> tuple[float, int]:
    """The largest error in ulp over an array, and the flat index where it stands."""
    flat = np.asarray(values).reshape(-1)
    scales = [None] * len(flat) if scales is None else scales
    errors = [ulps(*row) for row in zip(flat, truths, scales, strict=True)]
    index = int(np.argmax(errors))
    return errors[index], index


def whole_range(dtype: type[np.floating], n: int = 400, seed: int = 0) -> np.ndarray:
    """Numbers of both signs over all exponents of `dtype`, subnormal to largest, with the ones near
    which functions change their ways; no NaN or infinity (those have tests of their own)."""
    info = np.finfo(dtype)
    rng = np.random.default_rng(seed)
    exponents = rng.uniform(info.minexp - info.nmant, info.maxexp - 0.01, n)
    wide = np.exp2(exponents.astype(np.longdouble)).astype(dtype)
    everyday = np.abs(rng.normal(0, 5, n)).astype(dtype)
    far = rng.uniform(0, 1e4, n // 4).astype(dtype)
    underflow = np.linspace(80, 760, n // 2).astype(dtype)
    special = np.array(
        [0, 1e-8, 0.5, 1, 2, 3, 6, 17, 20, info.tiny, info.smallest_subnormal, info.eps, info.max],
        dtype,
    )
    positive = np.concatenate([wide, everyday, far, underflow, special])
    return np.concatenate([positive, -positive])
