"""The classification losses in exact arithmetic."""

from __future__ import annotations

from functools import partial
from typing import Any

import mpmath
import numpy as np
from losses.reference import Reference
from losses.reference import rows as _rows
from measure import whole_range
from mpmath import mpf

from actloss.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    categorical_cross_entropy,
    categorical_cross_entropy_with_logits,
    focal,
    focal_with_logits,
    sparse_categorical_cross_entropy,
    sparse_categorical_cross_entropy_with_logits,
)

# --- where they are measured ---------------------------------------------------------------------


def probabilities(dtype: type) -> np.ndarray:
    """Over all exponents, and as close to 1 as a number can be; 0 and 1."""
    info, rng = np.finfo(dtype), np.random.default_rng(3)
    smallest = np.exp2(rng.uniform(info.minexp - info.nmant, 0, 150).astype(np.longdouble))
    near_one = 1 - np.exp2(rng.uniform(-info.nmant - 1, 0, 100))
    special = [0, 1, 0.5, info.tiny, info.smallest_subnormal, 1 - info.epsneg, 0.78327800]
    return np.concatenate([rng.uniform(0, 1, 200), smallest, near_one, special]).astype(dtype)


TARGETS = (0, 1, 0.5, 0.3, 1e-9, 1 - 2**-20)


def with_targets(prediction: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    return [(prediction, np.array([target], prediction.dtype)) for target in TARGETS]


def probability_pairs(dtype: type) -> list[tuple[np.ndarray, ...]]:
    return with_targets(probabilities(dtype))


def logit_pairs(dtype: type) -> list[tuple[np.ndarray, ...]]:
    return with_targets(whole_range(dtype, 60))


def probability_rows(dtype: type) -> np.ndarray:
    rng = np.random.default_rng(4)
    return rng.permutation(probabilities(dtype))[:450].reshape(-1, 5)


def logit_rows(dtype: type) -> list[np.ndarray]:
    """Logits of everyday size, far apart, nearly or wholly alike, and of the whole range."""
    rng = np.random.default_rng(5)
    rows = [rng.normal(0, 4, (12, n)) for n in (1, 2, 3, 10, 60)]
    rows += [rng.uniform(-scale, scale, (10, 4)) for scale in (30, 100, 750, 1e4, 1e-9)]
    confident = np.array(
        [[17.0, 0, 0], [40, 0, -1], [700.1, 0.3, -3], [-0.3, -88, -102], [0, 0, 0]]
    )
    whole = rng.permutation(whole_range(dtype, 40))[:60].reshape(-1, 3)
    return [a.astype(dtype) for a in [*rows, confident, whole]]


def labelled(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row as often as it has classes, once with each label (a few of them, of many)."""
    n, classes = rows.shape
    labels = np.tile(np.arange(min(classes, 4)), n)
    likely = rows.argmax(axis=1)
    labels[: len(likely)] = likely[: len(labels)]
    return np.repeat(rows, min(classes, 4), axis=0), labels


def one_hot(rows: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return rows, np.eye(rows.shape[1], dtype=rows.dtype)[labels]


def softly_labelled(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Targets that are spread, nearly one-hot, the prediction itself, and partly 0."""
    rng = np.random.default_rng(6)
    n, classes = rows.shape
    spread = rng.dirichlet(np.ones(classes), n)
    near = np.eye(classes)[rows.argmax(axis=1)] * (1 - 1e-6) + 1e-6 * spread
    e = np.exp(rows.astype(float) - rows.max(axis=1, keepdims=True))
    same = e / e.sum(axis=1, keepdims=True)
    sparse = spread * (spread > 0.2)
    targets = np.concatenate([spread, near, same, sparse]).astype(rows.dtype)
    return np.tile(rows, (4, 1)), targets


def labelled_logits(dtype: type) -> list[tuple[np.ndarray, ...]]:
    return [labelled(rows) for rows in logit_rows(dtype)]


def one_hot_logits(dtype: type) -> list[tuple[np.ndarray, ...]]:
    return [one_hot(*labelled(rows)) for rows in logit_rows(dtype)]


def soft_logits(dtype: type) -> list[tuple[np.ndarray, ...]]:
    return [softly_labelled(rows) for rows in logit_rows(dtype)]


def three_classes(make: Any) -> Any:
    """Those inputs that have three classes."""
    return lambda dtype: [pair for pair in make(dtype) if pair[0].shape[1] == 3]


# --- what they are -------------------------------------------------------------------------------


def times(weight: mpf, number: mpf) -> mpf:
    """Where the weight is 0, 0: of infinity too."""
    return weight * number if weight else mpf(0)


def surprise(p: mpf) -> mpf:
    return -mpmath.log(p) if p else mpmath.inf


def over(p: mpf) -> mpf:
    return 1 / p if p else mpmath.inf


def log1p_exp(z: mpf) -> mpf:
    return max(z, mpf(0)) + mpmath.log1p(mpmath.exp(-abs(z)))


def sigmoid(z: mpf) -> mpf:
    e = mpmath.exp(-abs(z))
    return (1 if z >= 0 else e) / (1 + e)


def binary_value(p: mpf, y: mpf) -> list[mpf]:
    return [times(y, surprise(p)), times(1 - y, surprise(1 - p) if p > 0.1 else -mpmath.log1p(-p))]


def binary_gradient(p: mpf, y: mpf) -> list[mpf]:
    return [times(1 - y, over(1 - p)), -times(y, over(p))]


def logit_value(z: mpf, y: mpf, pos_weight: float = 1.0) -> list[mpf]:
    return [pos_weight * y * log1p_exp(-z), (1 - y) * log1p_exp(z)]


def logit_gradient(z: mpf, y: mpf, pos_weight: float = 1.0) -> list[mpf]:
    return [(1 - y) * sigmoid(z), -pos_weight * y * sigmoid(-z)]


def targets_of(y: Any, n: int, weights: Any = None, smoothing: float = 0.0) -> list[mpf]:
    """A row of targets or a label as a row of weighted and smoothed targets."""
    row = y if isinstance(y, list) else [mpf(k == y) for k in range(n)]
    weights = [1] * n if weights is None else weights
    smoothing = mpf(smoothing)
    return [w * ((1 - smoothing) * t + smoothing / n) for w, t in zip(weights, row, strict=True)]


def categorical_value(p: list[mpf], y: Any, class_weights: Any = None) -> list[mpf]:
    y = targets_of(y, len(p), class_weights)
    return [times(b, surprise(a)) for a, b in zip(p, y, strict=True)]


def categorical_gradient(p: list[mpf], y: Any, class_weights: Any = None) -> list[list[mpf]]:
    y = targets_of(y, len(p), class_weights)
    return [[-times(b, over(a))] for a, b in zip(p, y, strict=True)]


def softmax_parts(z: list[mpf]) -> tuple[list[mpf], list[mpf], list[mpf]]:
    """Of each class: p, 1 - p, -log p."""
    top = max(range(len(z)), key=lambda k: z[k])
    e = [mpmath.exp(a - z[top]) for a in z]
    rest = mpmath.fsum(a for k, a in enumerate(e) if k != top)
    others = [rest if k == top else 1 + rest - a for k, a in enumerate(e)]
    total = 1 + rest
    surprises = [z[top] - a + mpmath.log1p(rest) for a in z]
    return [a / total for a in e], [a / total for a in others], surprises


def pulls(p: list[mpf], q: list[mpf], y: list[mpf]) -> list[list[mpf]]:
    """p times the sum of y, less y; without rounding where all of y stands in one class."""
    others = [mpmath.fsum(b for j, b in enumerate(y) if j != k) for k in range(len(y))]
    return [
        [p[k] * (others[k] + y[k]), -y[k]]
        if others[k] and y[k]
        else [p[k] * others[k], -y[k] * q[k]]
        for k in range(len(y))
    ]


def softmax_value(
    z: list[mpf], y: Any, class_weights: Any = None, label_smoothing: float = 0.0
) -> list[mpf]:
    y = targets_of(y, len(z), class_weights, label_smoothing)
    return [b * s for b, s in zip(y, softmax_parts(z)[2], strict=True)]


def softmax_gradient(
    z: list[mpf], y: Any, class_weights: Any = None, label_smoothing: float = 0.0
) -> list[list[mpf]]:
    p, q, _ = softmax_parts(z)
    return pulls(p, q, targets_of(y, len(z), class_weights, label_smoothing))


def yes_and_no(y: mpf, alpha: float | None) -> tuple[mpf, mpf]:
    return (y, 1 - y) if alpha is None else (alpha * y, (1 - mpf(alpha)) * (1 - y))


def faded(p: mpf, q: mpf, surprise: mpf, gamma: mpf) -> mpf:
    return times(q**gamma, surprise)


def faded_slope(p: mpf, q: mpf, surprise: mpf, gamma: mpf) -> mpf:
    """Minus the derivative with respect to p."""
    by_factor = gamma * q ** (gamma - 1) * surprise if q else mpf(0)
    return by_factor + times(q**gamma, over(p))


def focal_value(p: mpf, y: mpf, gamma: float = 2.0, alpha: float | None = None) -> list[mpf]:
    (yes, no), g = yes_and_no(y, alpha), mpf(gamma)
    against = -mpmath.log1p(-p) if p < 1 else mpmath.inf
    return [
        times(yes, faded(p, 1 - p, surprise(p), g)),
        times(no, faded(1 - p, p, against, g)),
    ]


def focal_gradient(p: mpf, y: mpf, gamma: float = 2.0, alpha: float | None = None) -> list[mpf]:
    (yes, no), g = yes_and_no(y, alpha), mpf(gamma)
    against = -mpmath.log1p(-p) if p < 1 else mpmath.inf
    return [
        times(no, faded_slope(1 - p, p, against, g)),
        -times(yes, faded_slope(p, 1 - p, surprise(p), g)),
    ]


def focal_logit_value(z: mpf, y: mpf, gamma: float = 2.0, alpha: float | None = None) -> list[mpf]:
    yes, no = yes_and_no(y, alpha)
    p, q = sigmoid(z), sigmoid(-z)
    return [yes * q ** mpf(gamma) * log1p_exp(-z), no * p ** mpf(gamma) * log1p_exp(z)]


def focal_logit_gradient(
    z: mpf, y: mpf, gamma: float = 2.0, alpha: float | None = None
) -> list[mpf]:
    yes, no = yes_and_no(y, alpha)
    p, q, g = sigmoid(z), sigmoid(-z), mpf(gamma)
    return [
        no * p**g * (g * q * log1p_exp(z) + p),
        -yes * q**g * (g * p * log1p_exp(-z) + q),
    ]


def class_alphas(y: Any, n: int, alpha: Any) -> list[mpf]:
    weights = [mpf(alpha)] * n if isinstance(alpha, float) else alpha
    return targets_of(y, n, weights)


def focal_rows_value(
    p: list[mpf], y: Any, mode: str, gamma: float = 2.0, alpha: Any = None
) -> list[mpf]:
    y = class_alphas(y, len(p), alpha)
    return [times(b, faded(a, 1 - a, surprise(a), mpf(gamma))) for a, b in zip(p, y, strict=True)]


def focal_rows_gradient(
    p: list[mpf], y: Any, mode: str, gamma: float = 2.0, alpha: Any = None
) -> list[list[mpf]]:
    y = class_alphas(y, len(p), alpha)
    return [
        [-times(b, faded_slope(a, 1 - a, surprise(a), mpf(gamma)))]
        for a, b in zip(p, y, strict=True)
    ]


def focal_softmax_value(
    z: list[mpf], y: Any, mode: str, gamma: float = 2.0, alpha: Any = None
) -> list[mpf]:
    y = class_alphas(y, len(z), alpha)
    _, q, surprises = softmax_parts(z)
    return [b * c ** mpf(gamma) * s for b, c, s in zip(y, q, surprises, strict=True)]


def focal_softmax_gradient(
    z: list[mpf], y: Any, mode: str, gamma: float = 2.0, alpha: Any = None
) -> list[list[mpf]]:
    y, g = class_alphas(y, len(z), alpha), mpf(gamma)
    p, q, s = softmax_parts(z)
    pull = [
        y[k] * (g * p[k] * (q[k] ** (g - 1) if q[k] else mpf(0)) * s[k] + q[k] ** g)
        for k in range(len(z))
    ]
    return pulls(p, q, pull)


# --- the goals -----------------------------------------------------------------------------------

WEIGHTS = [0.25, 1.0, 7.0]

REFERENCES = [
    Reference(
        binary_cross_entropy,
        binary_value,
        binary_gradient,
        probability_pairs,
        goal=(3, 8),
        of_terms=True,
    ),
    Reference(
        binary_cross_entropy_with_logits,
        logit_value,
        logit_gradient,
        logit_pairs,
        goal=(3, 8),
        of_terms=True,
    ),
    Reference(
        binary_cross_entropy_with_logits,
        logit_value,
        logit_gradient,
        logit_pairs,
        goal=(3, 8),
        of_terms=True,
        options={"pos_weight": 7.0},
        title="binary_cross_entropy_with_logits, pos_weight 7",
    ),
    Reference(
        categorical_cross_entropy,
        categorical_value,
        categorical_gradient,
        lambda dtype: [softly_labelled(probability_rows(dtype))],
        goal=(3, 8),
    ),
    Reference(
        sparse_categorical_cross_entropy,
        categorical_value,
        categorical_gradient,
        lambda dtype: [labelled(probability_rows(dtype))],
        goal=(3, 8),
    ),
    Reference(
        categorical_cross_entropy_with_logits,
        softmax_value,
        softmax_gradient,
        one_hot_logits,
        goal=(4, 4),
    ),
    Reference(
        categorical_cross_entropy_with_logits,
        softmax_value,
        softmax_gradient,
        soft_logits,
        goal=(4, 8),
        of_terms=True,
        title="categorical_cross_entropy_with_logits, soft targets",
    ),
    Reference(
        categorical_cross_entropy_with_logits,
        softmax_value,
        softmax_gradient,
        three_classes(one_hot_logits),
        goal=(4, 8),
        of_terms=True,
        options={"class_weights": WEIGHTS, "label_smoothing": 0.1},
        title="categorical_cross_entropy_with_logits, weighted and smoothed",
    ),
    Reference(
        sparse_categorical_cross_entropy_with_logits,
        softmax_value,
        softmax_gradient,
        labelled_logits,
        goal=(4, 4),
    ),
    Reference(
        focal,
        focal_value,
        focal_gradient,
        probability_pairs,
        goal=(8, 8),
        of_terms=True,
    ),
    Reference(
        focal,
        focal_value,
        focal_gradient,
        probability_pairs,
        goal=(8, 8),
        of_terms=True,
        options={"gamma": 0.5, "alpha": 0.25},
        title="focal, gamma 0.5, alpha 0.25",
    ),
    Reference(
        focal_with_logits,
        focal_logit_value,
        focal_logit_gradient,
        logit_pairs,
        goal=(8, 8),
        of_terms=True,
    ),
    Reference(
        focal_with_logits,
        focal_logit_value,
        focal_logit_gradient,
        logit_pairs,
        goal=(8, 8),
        of_terms=True,
        options={"gamma": 0.5, "alpha": 0.25},
        title="focal_with_logits, gamma 0.5, alpha 0.25",
    ),
    Reference(
        focal,
        focal_rows_value,
        focal_rows_gradient,
        lambda dtype: [softly_labelled(probability_rows(dtype))],
        goal=(8, 8),
        options={"mode": "categorical"},
        title="focal, categorical",
    ),
    Reference(
        focal_with_logits,
        focal_softmax_value,
        focal_softmax_gradient,
        labelled_logits,
        goal=(8, 8),
        of_terms=True,
        options={"mode": "categorical"},
        title="focal_with_logits, categorical",
    ),
    Reference(
        focal_with_logits,
        focal_softmax_value,
        focal_softmax_gradient,
        three_classes(soft_logits),
        goal=(8, 8),
        of_terms=True,
        options={"mode": "categorical", "alpha": WEIGHTS},
        title="focal_with_logits, categorical, soft targets, alpha",
    ),
]

rows = partial(_rows, REFERENCES)
