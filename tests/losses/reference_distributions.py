"""The losses of distributions and counts in exact arithmetic, as the sums that they are."""

from __future__ import annotations

from functools import partial

import mpmath
import numpy as np
from losses.reference import Reference
from losses.reference import rows as _rows
from measure import whole_range
from mpmath import fsum, log, log1p, loggamma, mpf

from actloss.losses import (
    dice,
    gaussian_nll,
    kl_divergence,
    multinomial_nll,
    negative_binomial_nll,
    poisson_nll,
)

ZERO = mpf(0)


def positive(dtype: type, n: int = 60) -> np.ndarray:
    """Positive numbers of all sizes."""
    x = whole_range(dtype, n)
    return x[x > 0]


# --- where they are measured ---------------------------------------------------------------------


def distributions(dtype: type) -> list[tuple[np.ndarray, ...]]:
    """Rows of probabilities: alike, nearly alike, sharp, with zeros, down to subnormal numbers."""
    rng = np.random.default_rng(4)
    info = np.finfo(dtype)
    made = []
    for n in (2, 4, 20, 60):
        for concentration in (0.05, 1, 50):
            p = rng.dirichlet(np.full(n, concentration), 6).astype(dtype)
            y = rng.dirichlet(np.full(n, concentration), 6).astype(dtype)
            y[rng.random(y.shape) < 0.2] = 0
            p = np.maximum(p, info.smallest_subnormal)
            near = np.clip(p * (1 + rng.normal(0, 1, p.shape) * 10.0 ** rng.uniform(-16, -1)), 0, 1)
            made += [(p, y), (p, p), (p, near.astype(dtype))]
    low = info.minexp - info.nmant
    p, y = np.exp2(rng.uniform(low, 0, (2, 60, 3)).astype(np.longdouble)).astype(dtype)
    return [*made, (np.maximum(p, info.smallest_subnormal), y)]


def predictions_with_variance(dtype: type) -> list[tuple[np.ndarray, ...]]:
    rng = np.random.default_rng(5)
    residual = whole_range(dtype, 60)
    variance = rng.permutation(np.resize(positive(dtype), residual.shape))
    alike = np.square(residual.astype(np.longdouble)) * rng.uniform(0.5, 2, residual.shape)
    tiny, huge = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).max
    alike = np.clip(alike, tiny, huge).astype(dtype)
    everyday = rng.normal(0, 3, (2, 100)).astype(dtype)
    zero = np.zeros(1, dtype)
    return [
        (residual, zero, variance),
        (residual, zero, alike),
        (*everyday, rng.gamma(1, 2, 100).astype(dtype)),
    ]


def counts(rng: np.random.Generator, n: int, largest: float, dtype: type) -> np.ndarray:
    """Whole numbers from 0, small ones and, as many, ones up to the largest."""
    small = rng.integers(0, 12, n // 2)
    return np.concatenate([small, np.floor(largest ** rng.random(n - n // 2))]).astype(dtype)


def rates_and_counts(dtype: type) -> list[tuple[np.ndarray, ...]]:
    rng = np.random.default_rng(6)
    rates = positive(dtype)
    y = counts(rng, 300, 1e7, dtype)
    near = (y * rng.uniform(0.9, 1.1, 300) + (y == 0)).astype(dtype)
    zero = np.zeros(1, dtype)
    return [(rates, counts(rng, len(rates), 1e6, dtype)), (near, y), (rates, zero), (zero, zero)]


def log_rates_and_counts(dtype: type) -> list[tuple[np.ndarray, ...]]:
    rng = np.random.default_rng(7)
    log_rates = np.concatenate([whole_range(dtype, 60), rng.normal(0, 5, 200).astype(dtype)])
    return [(log_rates, counts(rng, len(log_rates), 1e6, dtype)), (log_rates, np.zeros(1, dtype))]


def means_counts_dispersions(dtype: type) -> list[tuple[np.ndarray, ...]]:
    """Dispersions from none through tiny to large, means near the count and far from it."""
    rng = np.random.default_rng(8)
    n = 120
    y = rng.permutation(counts(rng, n, 1e5, dtype))
    near = (y * rng.uniform(0.5, 2, n) + (y == 0)).astype(dtype)
    far = np.exp2(rng.uniform(-120, 60, n)).astype(dtype)
    small = 10 ** rng.uniform(-30, -0.5, n)
    usual = 10 ** rng.uniform(-2, 2, n)
    edge = rng.choice([0, 1e-12, 0.1, 0.125, 0.126, 0.5, 1, 2, 1e6], n)
    made = []
    for dispersion in (small, usual, edge):
        made += [(near, y, dispersion.astype(dtype)), (far, y, dispersion.astype(dtype))]
    zero, small = np.zeros(50, dtype), small[:50].astype(dtype)
    return [*made, (zero, zero, small), (far[:50], zero, small)]


def logits_and_counts(dtype: type) -> list[tuple[np.ndarray, ...]]:
    """Logits close together and far apart; counts everywhere, and in the likeliest class only.

    Not so far that a probability is subnormal: counts multiply what rounding takes from it.
    """
    rng = np.random.default_rng(9)
    far = -np.log(np.finfo(dtype).tiny) / 6
    made = []
    for n in (2, 5, 60):
        for spread in (1e-9, 1, far, 1e6):
            logits = (spread * rng.normal(size=(4, n))).astype(dtype)
            made.append((logits, rng.poisson(3, (4, n)).astype(dtype)))
            made.append((logits, (5 * (logits == logits.max(1, keepdims=True))).astype(dtype)))
    return made


def overlaps(dtype: type) -> list[tuple[np.ndarray, ...]]:
    """Wrong and right and unsure, of few pixels and of many."""
    rng = np.random.default_rng(10)
    made = []
    for n in (1, 3, 50):
        y = (rng.random((6, n)) < 0.3).astype(dtype)
        sure = np.abs(y - 10 ** rng.uniform(-30, -3, (6, n))).clip(0, 1).astype(dtype)
        made += [(rng.random((6, n)).astype(dtype), y), (sure, y), (y, y), (np.zeros_like(y), y)]
    return made


# --- what they are -------------------------------------------------------------------------------


def kl_value(p: list[mpf], y: list[mpf]) -> list[mpf]:
    return [b * log(b / a) if b else ZERO for a, b in zip(p, y, strict=True)]


def kl_gradient(p: list[mpf], y: list[mpf]) -> list[list[mpf]]:
    return [[-b / a if b else ZERO] for a, b in zip(p, y, strict=True)]


def gaussian_value(p: mpf, t: mpf, v: mpf, full: bool = False) -> list[mpf]:
    return [log(v) / 2, (p - t) ** 2 / (2 * v), log(2 * mpmath.pi) / 2 if full else ZERO]


def gaussian_gradient(p: mpf, t: mpf, v: mpf, full: bool = False) -> list[mpf]:
    return [(p - t) / v]


def gaussian_variance_gradient(p: mpf, t: mpf, v: mpf, full: bool = False) -> list[mpf]:
    return [1 / (2 * v), -((p - t) ** 2) / (2 * v * v)]


def times_log(y: mpf, x: mpf) -> mpf:
    return y * log(x) if y else ZERO


def poisson_value(m: mpf, y: mpf, log_input: bool = False, full: bool = False) -> list[mpf]:
    rate, product = (_exp(m), y * m) if log_input else (m, times_log(y, m))
    return [rate, -product, loggamma(y + 1) if full else ZERO]


def poisson_gradient(m: mpf, y: mpf, log_input: bool = False, full: bool = False) -> list[mpf]:
    return [_exp(m), -y] if log_input else [mpf(1), -y / m if y else ZERO]


def _exp(x: mpf) -> mpf:
    """Beyond 1e5 the exponent itself is too large for mpmath; inf or nothing is what it is."""
    return mpmath.exp(min(max(x, mpf(-1e5)), mpf(1e5)))


def log_rising(y: mpf, a: mpf) -> mpf:
    """log of 1 (1 + a) ... (1 + (y - 1) a)."""
    if y < 40:
        return fsum(log1p(a * k) for k in range(int(y)))
    if not a:
        return ZERO
    with mpmath.workdps(100):
        r = 1 / a
        return loggamma(y + r) - loggamma(r) - y * log(r)


def negative_binomial_value(m: mpf, y: mpf, a: mpf) -> list[mpf]:
    zeros = log1p(a * m) / a if a else m
    joint = y * log1p(a * m)
    return [zeros, joint, -times_log(y, m), loggamma(y + 1), -log_rising(y, a)]


def negative_binomial_gradient(m: mpf, y: mpf, a: mpf) -> list[mpf]:
    return [1 / (1 + a * m), -(y / m) / (1 + a * m) if y else ZERO]


def log1p_ratio_slope(x: mpf) -> mpf:
    """The derivative of log(1 + x) / x."""
    if x < mpf("1e-20"):
        return -mpf(1) / 2 + 2 * x / 3
    with mpmath.workdps(100):
        return (x / (1 + x) - log1p(x)) / x**2


def negative_binomial_dispersion_gradient(m: mpf, y: mpf, a: mpf) -> list[mpf]:
    """For a = 0 the terms are those of (y - (y - m)^2) / 2."""
    if y < 40:
        slopes = [-k / (1 + a * k) for k in range(int(y))]
    elif not a:
        slopes = [-y * (y - 1) / 2]
    else:
        with mpmath.workdps(120):
            r = 1 / a
            slopes = [-r * (y - r * (mpmath.digamma(y + r) - mpmath.digamma(r)))]
    own = y / (1 + a * y)
    return [m * m * log1p_ratio_slope(a * m), y * m / (1 + a * m), *slopes, own, -own]


def softmax(z: list[mpf]) -> list[mpf]:
    e = [mpmath.exp(x - max(z)) for x in z]
    total = fsum(e)
    return [x / total for x in e]


def surprises(z: list[mpf]) -> list[mpf]:
    """-log softmax(z), where 1 - 1e-1000 counts as what it is."""
    largest = max(z)
    others = fsum(mpmath.exp(x - largest) for k, x in enumerate(z) if k != z.index(largest))
    return [largest - x + log1p(others) for x in z]


def multinomial_value(z: list[mpf], c: list[mpf], full: bool = False) -> list[mpf]:
    terms = [n * surprise for n, surprise in zip(c, surprises(z), strict=True)]
    if full:
        terms += [-loggamma(fsum(c) + 1), *(loggamma(n + 1) for n in c)]
    return terms


def multinomial_gradient(z: list[mpf], c: list[mpf], full: bool = False) -> list[list[mpf]]:
    return [[fsum(c) * p, -n] for n, p in zip(c, softmax(z), strict=True)]


def dice_value(p: list[mpf], y: list[mpf], smoothing: float = 1) -> list[mpf]:
    shared = 2 * fsum(a * b for a, b in zip(p, y, strict=True)) + smoothing
    return [1 - shared / (fsum(p) + fsum(y) + smoothing)]


def dice_gradient(p: list[mpf], y: list[mpf], smoothing: float = 1) -> list[list[mpf]]:
    shared = 2 * fsum(a * b for a, b in zip(p, y, strict=True)) + smoothing
    total = fsum(p) + fsum(y) + smoothing
    return [[shared / total**2, -2 * b / total] for b in y]


REFERENCES = [
    Reference(kl_divergence, kl_value, kl_gradient, distributions, goal=(3, 4), of_terms=True),
    Reference(
        gaussian_nll,
        gaussian_value,
        gaussian_gradient,
        predictions_with_variance,
        goal=(8, 8),
        of_terms=True,
    ),
    Reference(
        gaussian_nll,
        gaussian_value,
        gaussian_variance_gradient,
        predictions_with_variance,
        goal=(8, 8),
        of_terms=True,
        options={"full": True},
        wrt="variance",
        title="gaussian_nll, full; by variance",
    ),
    Reference(
        poisson_nll, poisson_value, poisson_gradient, rates_and_counts, goal=(8, 8), of_terms=True
    ),
    Reference(
        poisson_nll,
        poisson_value,
        poisson_gradient,
        log_rates_and_counts,
        goal=(8, 8),
        of_terms=True,
        options={"log_input": True, "full": True},
        title="poisson_nll of log rates, full",
    ),
    Reference(
        negative_binomial_nll,
        negative_binomial_value,
        negative_binomial_gradient,
        means_counts_dispersions,
        goal=(8, 8),
        of_terms=True,
    ),
    Reference(
        negative_binomial_nll,
        negative_binomial_value,
        negative_binomial_dispersion_gradient,
        means_counts_dispersions,
        goal=(8, 8),
        of_terms=True,
        wrt="dispersion",
        title="negative_binomial_nll; by dispersion",
    ),
    Reference(
        multinomial_nll,
        multinomial_value,
        multinomial_gradient,
        logits_and_counts,
        goal=(8, 8),
        of_terms=True,
    ),
    Reference(
        multinomial_nll,
        multinomial_value,
        multinomial_gradient,
        logits_and_counts,
        goal=(8, 8),
        of_terms=True,
        options={"full": True},
        title="multinomial_nll, full",
    ),
    Reference(dice, dice_value, dice_gradient, overlaps, goal=(8, 8), of_terms=True),
    Reference(
        dice,
        dice_value,
        dice_gradient,
        overlaps,
        goal=(8, 8),
        of_terms=True,
        options={"smoothing": 1e-3},
        title="dice, smoothing 1e-3",
    ),
]

rows = partial(_rows, REFERENCES)
