"""Losses for classes: cross entropies of probabilities and of logits, and focal losses.

A logit is a score before the sigmoid or the softmax. Where a model gives logits, use the loss "with
logits": it knows how far from 0 or 1 a probability is that is rounded to 0 or 1.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actloss.arrays import NON_NEGATIVE, PROBABILITY, Domain
from actloss.exact import log, shifted_exponentials, sum_of_others, without_largest
from actloss.frameworks import tf, torch
from actloss.function import gradient_of, in_tensorflow, in_torch, loss, weights_of

CLIP = Domain("a small probability", 0, 0.5)


def _times(weight: NDArray, surprise: NDArray, at_least: NDArray) -> NDArray:
    """weight * surprise, where a weight of 0 takes away even an infinite surprise.

    0 * inf is NaN, which fmax passes over for its other argument. `at_least` is finite, and never
    above the surprise, so that it changes nothing else; and NaN where the surprise is NaN.
    """
    return np.fmax(weight * surprise, weight * at_least)


def _share(target: NDArray, probability: NDArray) -> NDArray:
    """target / probability, and 0 where both are 0; NaN where the probability is NaN."""
    return np.fmax(target / probability, target * probability)


# --- two classes, or several labels that do not exclude one another ------------------------------


@loss(
    domains={"prediction": PROBABILITY, "target": PROBABILITY, "clip": CLIP},
    formula=r"-\left[ y \log p + (1 - y) \log (1 - p) \right]",
    derivative_formula=r"\frac{1 - y}{1 - p} - \frac{y}{p}",
    output_range=(0, inf),
    introduced="",
    smooth=True,
    convex=True,
    used_in="",
    goes_wrong="",
    plot_range=(0, 1),
    plot_with={"target": 1},
)
def binary_cross_entropy(prediction: NDArray, target: NDArray, clip: float = 0.0) -> NDArray:
    """How surprising a yes or no is to a predicted probability of yes, in nats.

    prediction : probabilities p. Exactly 0 and 1 are allowed; if wrong, they cost infinity.
    target : labels 0/1, or probabilities.
    clip : bring p to at least this and at most one minus this first (Keras: 1e-7).
    """
    p, y = _clipped(prediction, clip), target
    return _times(y, -log(p), 1 - p) + _times(1 - y, -np.log1p(-p), p)


@gradient_of(binary_cross_entropy)
def _(prediction: NDArray, target: NDArray, clip: float = 0.0) -> NDArray:
    """0 where p was clipped."""
    p, y = _clipped(prediction, clip), target
    q = 1 - p
    return (p == prediction) * (_share(1 - y, q) - _share(y, p))


def _clipped(probability: NDArray, clip: float) -> NDArray:
    return np.clip(probability, clip, 1 - clip) if clip else probability


@loss(
    domains={"target": PROBABILITY, "pos_weight": NON_NEGATIVE},
    formula=r"w\,y \log(1 + e^{-z}) + (1 - y) \log(1 + e^{z})",
    derivative_formula=r"(1 - y)\,\sigma(z) - w\,y\,\sigma(-z), \text{ which is } \sigma(z) - y "
    r"\text{ for } w = 1",
    output_range=(0, inf),
    introduced="",
    smooth=True,
    convex=True,
    used_in="",
    goes_wrong="",
    plot_with={"target": 1},
)
def binary_cross_entropy_with_logits(
    prediction: NDArray, target: NDArray, pos_weight: ArrayLike = 1.0
) -> NDArray:
    """Binary cross entropy of sigmoid(z), computed from the logit z.

    prediction : logits, any real numbers.
    target : labels 0/1, or probabilities.
    pos_weight : w, how much more a yes counts than a no; a number, or one for each label.
    """
    z, y = prediction, target
    both = np.log1p(np.exp(-np.abs(z)))  # log(1 + e^z) = max(z, 0) + both, without overflow
    if_no = _times(1 - y, np.maximum(z, 0) + both, both)
    if_yes = _times(y, np.maximum(-z, 0) + both, both)
    return pos_weight * if_yes + if_no


@gradient_of(binary_cross_entropy_with_logits)
def _(prediction: NDArray, target: NDArray, pos_weight: ArrayLike = 1.0) -> NDArray:
    z, y = prediction, target
    up, down = np.exp(np.minimum(z, 0)), np.exp(-np.maximum(z, 0))  # e^z = up / down
    return ((1 - y) * up - pos_weight * y * down) / (1 + up * down)
