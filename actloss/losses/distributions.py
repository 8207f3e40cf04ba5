"""Losses that are distances between distributions, or negative log-likelihoods of one.

The last ones are what published genomics models train on: counts, and their profiles along DNA.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actloss.arrays import NON_NEGATIVE, POSITIVE, PROBABILITY
from actloss.frameworks import tf, torch
from actloss.function import gradient_of, in_tensorflow, in_torch, loss

# --- Kullback and Leibler's divergence -----------------------------------------------------------


@loss(
    over="classes",
    domains={"prediction": PROBABILITY, "target": PROBABILITY},
    formula=r"\mathrm{KL}(y \,\|\, \hat{y}) = \sum_k y_k \log \frac{y_k}{\hat{y}_k}",
    derivative_formula=r"-\frac{y_k}{\hat{y}_k}",
    output_range=(0, inf),
    introduced="Kullback & Leibler (1951)",
    smooth=True,
    convex=True,
    used_in="targets that are distributions; variational autoencoders",
    goes_wrong="The two arguments are not alike: swapped, it is another number. Infinite where "
    "something that occurs was given probability 0.",
    references=("Kullback & Leibler (1951), On Information and Sufficiency",),
)
def kl_divergence(prediction: NDArray, target: NDArray) -> NDArray:
    """How many nats the prediction costs more than the target itself would: KL(target || ...).

    prediction, target : probabilities of the classes along `axis`.
    """
    from scipy.special import rel_entr

    # y log(y / p): 0 where y is 0, and accurate also where y and p are close or y / p overflows.
    return rel_entr(target, prediction).sum(axis=0)


@gradient_of(kl_divergence)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    """0 where the target is 0, even where the prediction is 0 too."""
    both_zero = (prediction == 0) & (target == 0)
    return -target / (prediction + both_zero)


@in_torch(kl_divergence)
def _(prediction: Any, target: Any, axis: int = -1) -> Any:
    """`kl_div(log p, y)` takes log-probabilities, prediction first, and y log y - y log p cancels.

    Its "mean" divides by all elements ("batchmean" by the examples).
    """
    occurs = target > 0
    y, p = torch.where(occurs, target, 1), torch.where(occurs, prediction, 1)
    close = (y < 2 * p) & (p < 2 * y)
    near = torch.where(close, p, y)  # keeps autograd away from the branch not taken
    log_ratio = torch.where(close, torch.log1p((y - near) / near), torch.log(y) - torch.log(p))
    return (y * log_ratio).sum(axis)


@in_tensorflow(kl_divergence)
def _(prediction: Any, target: Any, axis: int = -1) -> Any:
    """Keras's takes (y_true, y_pred) and clips both to 1e-7, so that it can be negative."""
    one = tf.ones_like(prediction)
    occurs = target > 0
    y, p = tf.where(occurs, target, one), tf.where(occurs, prediction, one)
    close = (y < 2 * p) & (p < 2 * y)
    near = tf.where(close, p, y)  # keeps the tape away from the branch not taken
    log_ratio = tf.where(close, tf.math.log1p((y - near) / near), tf.math.log(y) - tf.math.log(p))
    return tf.reduce_sum(y * log_ratio, axis)


# --- continuous values ---------------------------------------------------------------------------

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


@loss(
    domains={"variance": POSITIVE},
    formula=r"\tfrac{1}{2} \log v + \frac{(\hat{y} - y)^2}{2 v}",
    derivative_formula=r"\frac{\hat{y} - y}{v}",
    output_range=(-inf, inf),
    introduced="Nix & Weigend (1994), for networks that also predict the variance v",
    smooth=True,
    used_in="regression where some targets are noisier than others",
    goes_wrong="A variance near 0 makes the loss fall without bound where the fit is exact.",
    references=(
        "Nix & Weigend (1994), Estimating the Mean and Variance of the Target Probability "
        "Distribution",
    ),
    plot_range=(-3, 3),
    plot_with={"target": 0, "variance": 1},
)
def gaussian_nll(
    prediction: NDArray, target: NDArray, variance: NDArray, full: bool = False
) -> NDArray:
    """-log of a normal density whose mean is the prediction.

    variance : of each target, above 0, in the target's unit squared. It has a gradient too.
    full : add the constant log(2 pi) / 2.
    """
    deviations = (prediction - target) / np.sqrt(variance)  # so that 1e200 need not be squared
    value = 0.5 * (np.log(variance) + deviations * deviations)
    return value + HALF_LOG_2PI if full else value


@gradient_of(gaussian_nll)
def _(prediction: NDArray, target: NDArray, variance: NDArray, full: bool = False) -> NDArray:
    return (prediction - target) / variance


@gradient_of(gaussian_nll, wrt="variance")
def _(prediction: NDArray, target: NDArray, variance: NDArray, full: bool = False) -> NDArray:
    deviations = (prediction - target) / np.sqrt(variance)
    return 0.5 * (1 - deviations * deviations) / variance


@in_torch(gaussian_nll)
def _(prediction: Any, target: Any, variance: Any, full: bool = False) -> Any:
    """`gaussian_nll_loss` silently raises variances below eps = 1e-6 to it."""
    deviations = (prediction - target) / torch.sqrt(variance)
    return 0.5 * (torch.log(variance) + deviations**2) + full * HALF_LOG_2PI


@in_tensorflow(gaussian_nll)
def _(prediction: Any, target: Any, variance: Any, full: bool = False) -> Any:
    """TensorFlow and Keras have none."""
    deviations = (prediction - target) / tf.sqrt(variance)
    return 0.5 * (tf.math.log(variance) + deviations**2) + full * HALF_LOG_2PI


# --- counts --------------------------------------------------------------------------------------


def _check_rate(rate: NDArray) -> None:
    if (rate < 0).any():
        raise ValueError(
            "poisson_nll: a rate cannot be negative, but the prediction holds "
            f"{rate[rate < 0][0]:g}. If it holds log rates, say log_input=True."
        )


@loss(
    domains={"target": NON_NEGATIVE},
    formula=r"\hat{y} - y \log \hat{y}",
    derivative_formula=r"1 - \frac{y}{\hat{y}}",
    output_range=(-inf, inf),
    introduced="Poisson (1837), the distribution",
    smooth=True,
    convex=True,
    used_in="counts: Basenji's and Enformer's coverage tracks",
    goes_wrong="Real counts vary more than a Poisson allows (variance above the mean).",
    plot_range=(0.1, 10),
    plot_with={"target": 3},
)
def poisson_nll(
    prediction: NDArray, target: NDArray, log_input: bool = False, full: bool = False
) -> NDArray:
    """-log of the Poisson probability of a count, whose rate is the prediction.

    prediction : the rate, zero or above; its logarithm with log_input=True.
    target : counts.
    full : add log(count!), which no prediction changes.
    """
    from scipy.special import gammaln, xlogy

    if log_input:
        # With a count of 0, 0 times minus infinity is 0. Where the rate is inf, so is the loss.
        log_rate = np.where(target == 0, 0, np.minimum(prediction, OVERFLOWS))
        value = np.exp(prediction) - target * log_rate
    else:
        _check_rate(prediction)
        value = prediction - xlogy(target, np.minimum(prediction, np.finfo(prediction.dtype).max))
    return value + gammaln(target + 1) if full else value


OVERFLOWS = 1e4  # any number whose exponential is infinite


@gradient_of(poisson_nll)
def _(prediction: NDArray, target: NDArray, log_input: bool = False, full: bool = False) -> NDArray:
    """1 where count and rate are both 0."""
    if log_input:
        return np.exp(prediction) - target
    _check_rate(prediction)
    both_zero = (prediction == 0) & (target == 0)
    return 1 - target / (prediction + both_zero)


@in_torch(poisson_nll)
def _(prediction: Any, target: Any, log_input: bool = False, full: bool = False) -> Any:
    """`poisson_nll_loss` has log_input=True by default; without, it adds eps = 1e-8 to the rate.

    Its `full` is Stirling's approximation, and nothing for counts of 1 and 0.
    """
    if log_input:
        log_rate = torch.where(target == 0, 0, torch.clamp(prediction, max=OVERFLOWS))
        value = torch.exp(prediction) - target * log_rate
    else:
        rate = torch.where(target == 0, 1, prediction)
        value = prediction - target * torch.log(rate)
    return value + torch.lgamma(target + 1) if full else value


@in_tensorflow(poisson_nll)
def _(prediction: Any, target: Any, log_input: bool = False, full: bool = False) -> Any:
    """Keras's `poisson` adds 1e-7 to the rate; `tf.nn.log_poisson_loss` takes log rates only."""
    if log_input:
        capped = tf.minimum(prediction, tf.cast(OVERFLOWS, prediction.dtype))
        log_rate = tf.where(target == 0, tf.zeros_like(prediction), capped)
        value = tf.exp(prediction) - target * log_rate
    else:
        rate = tf.where(target == 0, tf.ones_like(prediction), prediction)
        value = prediction - target * tf.math.log(rate)
    return value + tf.math.lgamma(target + 1) if full else value


@loss(
    domains={"mean": NON_NEGATIVE, "target": NON_NEGATIVE, "dispersion": NON_NEGATIVE},
    formula=r"-\log \left[ \frac{\Gamma(y + 1/a)}{\Gamma(1/a)\, y!} "
    r"\left(\frac{1}{1 + a m}\right)^{1/a} \left(\frac{a m}{1 + a m}\right)^{y} \right]",
    derivative_formula=r"\frac{1 - y/m}{1 + a m}",
    output_range=(0, inf),
    introduced="Greenwood & Yule (1920), for counts of accidents",
    smooth=True,
    convex=False,
    used_in="RNA-seq counts: scVI",
    goes_wrong="log Gamma(y + 1/a) - log Gamma(1/a), as written, cancels for a small dispersion a.",
    plot_range=(0.1, 10),
    plot_with={"target": 3, "dispersion": 0.5},
)
def negative_binomial_nll(mean: NDArray, target: NDArray, dispersion: NDArray) -> NDArray:
    """-log of the negative binomial probability of a count; its variance is m + a m^2.

    mean : m, zero or above.
    target : counts y.
    dispersion : a, zero (then this is the full Poisson loss) or above. It has a gradient too.
    """
    from scipy.special import gammaln, xlogy

    dispersed = dispersion * mean
    value = (
        mean * _log1p_ratio(dispersed)  # (1/a) log(1 + a m), which is m for no dispersion
        + target * np.log1p(dispersed)
        - xlogy(target, mean)
        + gammaln(target + 1)
        - _log_rising(target, dispersion)
    )
    return np.where(np.isinf(mean), mean, value)


def _log1p_ratio(x: NDArray) -> NDArray:
    """log(1 + x) / x, and its limit 1 at 0."""
    zero = x == 0
    return np.log1p(x) / (x + zero) + zero


SMALL_DISPERSION = 1 / 8


def _log_rising(count: NDArray, dispersion: NDArray) -> NDArray:
    """log Gamma(y + 1/a) - log Gamma(1/a) + y log a.

    For whole y it is the logarithm of 1 (1 + a) (1 + 2a) ... (1 + (y - 1) a), so 0 for a = 0, where
    both log Gammas are infinite. There, Stirling's series stands for both, its terms subtracted one
    by one.
    """
    from scipy.special import gammaln

    a = np.maximum(dispersion, SMALL_DISPERSION)
    direct = gammaln(count + 1 / a) - gammaln(1 / a) + count * np.log(a)
    a = np.minimum(dispersion, SMALL_DISPERSION)
    series = (
        count * (_log1p_ratio(a * count) - 1)
        + (count - 0.5) * np.log1p(a * count)
        + _stirling(a / (1 + a * count))
        - _stirling(a)
    )
    return np.where(dispersion > SMALL_DISPERSION, direct, series)


def _stirling(t: NDArray) -> NDArray:
    """The rest of Stirling's formula: log Gamma(x) - (x - 1/2) log x + x - log(2 pi) / 2, t = 1/x.

    Correct to the last bit of a float64 near 1 from t = 1/8 down.
    """
    powers = t * t
    tail = 1 / 156 - powers * 3617 / 122400
    for coefficient in (-691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12):
        tail = coefficient + powers * tail
    return t * tail


@gradient_of(negative_binomial_nll)
def _(mean: NDArray, target: NDArray, dispersion: NDArray) -> NDArray:
    """1 where count and mean are both 0."""
    both_zero = (mean == 0) & (target == 0)
    return (1 - target / (mean + both_zero)) / (1 + dispersion * mean)


# --- counts that share a total -------------------------------------------------------------------


@loss(
    over="classes",
    domains={"counts": NON_NEGATIVE},
    formula=r"-\sum_k c_k \log \operatorname{softmax}(z)_k",
    derivative_formula=r"N \operatorname{softmax}(z)_k - c_k, \quad N = \sum_k c_k",
    output_range=(0, inf),
    introduced="",
    smooth=True,
    convex=True,
    used_in="profiles of reads along DNA: BPNet",
    goes_wrong="It sees only the shape of a profile: the total needs a loss of its own.",
)
def multinomial_nll(logits: NDArray, counts: NDArray, full: bool = False) -> NDArray:
    """-log of the multinomial probability of counts over classes, given their logits.

    logits : scores before the softmax, classes (positions) along `axis`.
    counts : how many fell into each class, zero or above.
    full : with the multinomial coefficient, which no prediction changes.
    """
    from scipy.special import gammaln

    surprise = -_log_softmax(logits)
    value = np.where(counts == 0, 0, counts * surprise).sum(axis=0)
    if full:
        value = value - gammaln(counts.sum(axis=0) + 1) + gammaln(counts + 1).sum(axis=0)
    return value


@gradient_of(multinomial_nll)
def _(logits: NDArray, counts: NDArray, full: bool = False) -> NDArray:
    return counts.sum(axis=0) * np.exp(_log_softmax(logits)) - counts


def _log_softmax(logits: NDArray) -> NDArray:
    shifted = logits - logits.max(axis=0)
    return shifted - np.log(np.exp(shifted).sum(axis=0))


# --- overlap -------------------------------------------------------------------------------------


@loss(
    over="examples",
    domains={"probability": PROBABILITY, "target": PROBABILITY, "smoothing": NON_NEGATIVE},
    formula=r"1 - \frac{2 \sum_i p_i y_i + s}{\sum_i p_i + \sum_i y_i + s}",
    derivative_formula=r"\frac{D - 2 y_i}{\sum_j p_j + \sum_j y_j + s}, \quad "
    r"D = \frac{2 \sum_j p_j y_j + s}{\sum_j p_j + \sum_j y_j + s}",
    output_range=(0, 1),
    introduced="Milletari, Navab & Ahmadi (2016), with squares in the denominator, from Dice's "
    "coefficient (1945)",
    smooth=True,
    convex=False,
    used_in="segmentation of images, where most pixels are background",
    goes_wrong="An example without any positive has no overlap to speak of: smoothing decides.",
    references=(
        "Dice (1945), Measures of the Amount of Ecologic Association Between Species",
        "Milletari, Navab & Ahmadi (2016), V-Net",
    ),
)
def dice(probability: NDArray, target: NDArray, smoothing: float = 1) -> NDArray:
    """1 - Dice's coefficient of each example, over all axes but the first.

    probability, target : between 0 and 1.
    smoothing : added above and below, so that two empty examples agree (loss 0).
    """
    # 1 - D, written as a sum of what differs: no digits are lost where D is nearly 1.
    differs = probability * (1 - target) + target * (1 - probability)
    return differs.sum(axis=0) / _total(probability, target, smoothing)


@gradient_of(dice)
def _(probability: NDArray, target: NDArray, smoothing: float = 1) -> NDArray:
    total = _total(probability, target, smoothing)
    coefficient = (2 * (probability * target).sum(axis=0) + smoothing) / total
    return (coefficient - 2 * target) / total


def _total(probability: NDArray, target: NDArray, smoothing: float) -> NDArray:
    return (probability + target).sum(axis=0) + smoothing


@in_torch(dice)
def _(probability: Any, target: Any, smoothing: float = 1) -> Any:
    """PyTorch has none."""
    axes = tuple(range(1, probability.ndim))
    differs = probability * (1 - target) + target * (1 - probability)
    return differs.sum(axes) / ((probability + target).sum(axes) + smoothing)


@in_tensorflow(dice)
def _(probability: Any, target: Any, smoothing: float = 1) -> Any:
    """Keras's `dice` adds 1e-7 above and below, and sums over the examples too."""
    axes = tuple(range(1, probability.ndim))
    differs = probability * (1 - target) + target * (1 - probability)
    return tf.reduce_sum(differs, axes) / (tf.reduce_sum(probability + target, axes) + smoothing)
