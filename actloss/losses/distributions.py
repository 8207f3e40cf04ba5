"""Losses that are distances between distributions, or negative log-likelihoods of one.

The last ones are what published genomics models train on: counts, and their profiles along DNA.
"""

from __future__ import annotations

import math
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actloss.arrays import NON_NEGATIVE, POSITIVE, PROBABILITY
from actloss.frameworks import tf, torch
from actloss.function import gradient_of, in_tensorflow, in_torch, loss
from actloss.losses.classification import categorical_cross_entropy_with_logits

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
    plot_range=(0.01, 0.99),
    plot_with={"target": [0.6, 0.2, 0.2]},
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
    # 0 / 0 is NaN, which fmax passes over for 0 * 0; else the product of the two is the smaller.
    return -np.fmax(target / prediction, target * prediction)


@in_torch(kl_divergence, "torch.nn.functional.kl_div")
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


@in_tensorflow(kl_divergence, "tf.keras.losses.KLDivergence")
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
    convex=True,
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
    value = 0.5 * np.log(variance) + 0.5 * deviations * deviations
    return value + HALF_LOG_2PI if full else value


@gradient_of(gaussian_nll)
def _(prediction: NDArray, target: NDArray, variance: NDArray, full: bool = False) -> NDArray:
    return (prediction - target) / variance


@gradient_of(gaussian_nll, wrt="variance")
def _(prediction: NDArray, target: NDArray, variance: NDArray, full: bool = False) -> NDArray:
    scale = np.sqrt(variance)
    deviations = (prediction - target) / scale
    # (1 - deviations^2) / (2 v), in two factors that overflow only where it does.
    return 0.5 * ((1 - deviations) / scale) * ((1 + deviations) / scale)


@in_torch(gaussian_nll, "torch.nn.functional.gaussian_nll_loss")
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
    used_in="counts of reads along DNA: Basenji and Enformer",
    goes_wrong="Real counts often vary more than it allows: their variance is above their mean.",
    references=(
        "Kelley et al. (2018), Sequential Regulatory Activity Prediction Across Chromosomes with "
        "Convolutional Neural Networks (Basenji)",
        "Avsec et al. (2021), Effective Gene Expression Prediction from Sequence by Integrating "
        "Long-Range Interactions (Enformer)",
    ),
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


@in_torch(poisson_nll, "torch.nn.functional.poisson_nll_loss")
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


@in_tensorflow(poisson_nll, "tf.keras.losses.Poisson")
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
    introduced="Greenwood & Yule (1920), for repeated accidents",
    smooth=True,
    convex=False,
    used_in="RNA-seq counts; scVI for single cells, by default with extra zeros",
    goes_wrong="log Gamma(y + 1/a) - log Gamma(1/a), as written, cancels for a small dispersion a.",
    references=(
        "Lopez et al. (2018), Deep Generative Modeling for Single-Cell Transcriptomics (scVI)",
    ),
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

    m, y, a = mean, target, dispersion
    value = (
        _log1p_over(m, a, np)
        + y * np.log1p(a * m)
        - xlogy(y, m)
        + gammaln(y + 1)
        - _log_rising(y, a, np)
    )
    return np.where(np.isinf(m), m, value)


@gradient_of(negative_binomial_nll)
def _(mean: NDArray, target: NDArray, dispersion: NDArray) -> NDArray:
    """1 where count and mean are both 0."""
    both_zero = (mean == 0) & (target == 0)
    return (1 - target / (mean + both_zero)) / (1 + dispersion * mean)


@gradient_of(negative_binomial_nll, wrt="dispersion")
def _(mean: NDArray, target: NDArray, dispersion: NDArray) -> NDArray:
    """For a = 0 it is (y - (y - m)^2) / 2: below 0 where the count is far off for a Poisson."""
    m, y, a = mean, target, dispersion
    return _log1p_over_slope(m, a) + y * m / (1 + a * m) - _log_rising_slope(y, a)


@in_torch(negative_binomial_nll, "torch.distributions.NegativeBinomial")
def _(mean: Any, target: Any, dispersion: Any) -> Any:
    """`torch.distributions.NegativeBinomial` subtracts log Gammas, which cancel for a small a.

    Autograd by the dispersion loses digits for a small a; by the mean it does not.
    """
    m, y, a = torch.broadcast_tensors(mean, target, dispersion)
    zeros = torch.where(a == 0, m, torch.log1p(a * m) / torch.where(a == 0, 1, a))
    log_mean = torch.log(torch.where(y == 0, 1, m))
    rising = _log_rising(y, a, torch)
    return zeros + y * torch.log1p(a * m) - y * log_mean + torch.lgamma(y + 1) - rising


@in_tensorflow(negative_binomial_nll)
def _(mean: Any, target: Any, dispersion: Any) -> Any:
    """TensorFlow and Keras have none.

    The tape's gradient by the dispersion loses digits for a small a; by the mean it does not.
    """
    m, y, a, log1p = mean, target, dispersion, tf.math.log1p
    zeros = tf.where(a == 0, m, log1p(a * m) / tf.where(a == 0, tf.ones_like(a), a))
    log_mean = tf.math.log(tf.where(y == 0, tf.ones_like(m), m))
    rising = _log_rising(y, a, tf.experimental.numpy)
    return zeros + y * log1p(a * m) - y * log_mean + tf.math.lgamma(y + 1) - rising


# The product 1 (1 + a) (1 + 2a) ... (1 + (y - 1) a) is Gamma(y + r) / Gamma(r) / r^y, r = 1/a. Its
# logarithm is small for a small a, and 0 for a = 0, where both Gammas are infinite. So Stirling's
# formula stands for both, its terms subtracted one by one. That is exact enough from r = 8 up;
# eight factors more make any r that large, and are taken off again.

STEPS = 8
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400)


def _log_rising(count: Any, a: Any, xp: Any) -> Any:
    """log of 1 (1 + a) (1 + 2a) ... (1 + (y - 1) a), for any y.

    xp : np, torch or TensorFlow's np, whose functions are used.
    """
    t = a / (1 + STEPS * a)  # 1 / (r + STEPS)
    stirling = (
        (_log1p_over(count, t, xp) - count)
        + (count - 0.5) * xp.log1p(t * count)
        + _stirling(t / (1 + t * count))
        - _stirling(t)
    )
    steps = [1 + a * count / (1 + k * a) for k in range(STEPS)]
    taken_off = xp.log(math.prod(steps[:4])) + xp.log(math.prod(steps[4:]))
    return stirling - (taken_off - count * xp.log1p(STEPS * a))


def _log_rising_slope(count: NDArray, a: NDArray) -> NDArray:
    """The derivative of `_log_rising` by a, term by term."""
    t, slope_of_t = a / (1 + STEPS * a), 1 / (1 + STEPS * a) ** 2
    stirling = (
        _log1p_over_slope(count, t)
        + (count - 0.5) * count / (1 + t * count)
        + _stirling_slope(t / (1 + t * count)) / (1 + t * count) ** 2
        - _stirling_slope(t)
    )
    # Each factor's slope less what STEPS a grows by: over one denominator, 1 - 1 need not cancel.
    factors = sum(
        a
        * count
        * (STEPS - count - 2 * k - k * (k + count) * a)
        / ((1 + STEPS * a) * (1 + k * a) * (1 + (k + count) * a))
        for k in range(STEPS)
    )
    return stirling * slope_of_t - factors


def _stirling(t: Any) -> Any:
    """What Stirling's formula leaves of log Gamma(1/t), for t up to 1/8."""
    total = 0 * t
    for coefficient in reversed(STIRLING):
        total = coefficient + t * t * total
    return t * total


def _stirling_slope(t: NDArray) -> NDArray:
    total = 0 * t
    for k in reversed(range(len(STIRLING))):
        total = (2 * k + 1) * STIRLING[k] + t * t * total
    return total


def _log1p_over(x: Any, a: Any, xp: Any) -> Any:
    """log(1 + a x) / a, which is x for a = 0."""
    ax = a * x
    return x * xp.where(ax == 0, 1 - ax / 2, xp.log1p(ax) / xp.where(ax == 0, 1 + ax, ax))


def _log1p_over_slope(x: NDArray, a: NDArray) -> NDArray:
    """The derivative of log(1 + a x) / a by a: a series up to a x = 1, where the terms cancel."""
    from scipy.special import hyp2f1

    ax = a * x
    series = -0.5 * x * x * hyp2f1(2, 2, 3, -np.minimum(ax, 1))
    return np.where(ax < 1, series, (ax / (1 + ax) - np.log1p(ax)) / a / a)


# --- counts that share a total -------------------------------------------------------------------


# Its formula is that of categorical cross entropy, with counts where that has probabilities.
cross_entropy = categorical_cross_entropy_with_logits.definition


@loss(
    over="classes",
    domains={"counts": NON_NEGATIVE},
    formula=r"-\sum_k c_k \log \operatorname{softmax}(z)_k",
    derivative_formula=r"N \operatorname{softmax}(z)_k - c_k, \quad N = \sum_k c_k",
    output_range=(0, inf),
    introduced="",
    smooth=True,
    convex=True,
    used_in="profiles of reads along DNA: BPNet, beside the squared error of the log total",
    goes_wrong="It sees only the shape of a profile: the total needs a loss of its own.",
    references=(
        "Avsec et al. (2021), Base-Resolution Models of Transcription-Factor Binding Reveal Soft "
        "Motif Syntax (BPNet)",
    ),
    plot_with={"counts": [2, 1, 0]},
)
def multinomial_nll(logits: NDArray, counts: NDArray, full: bool = False) -> NDArray:
    """-log of the multinomial probability of counts over classes, given their logits.

    logits : scores before the softmax, classes (positions) along `axis`.
    counts : how many fell into each class, zero or above.
    full : with the multinomial coefficient, which no prediction changes.
    """
    from scipy.special import gammaln

    value = cross_entropy.body(logits, counts)
    if full:
        value = value - gammaln(counts.sum(axis=0) + 1) + gammaln(counts + 1).sum(axis=0)
    return value


@gradient_of(multinomial_nll)
def _(logits: NDArray, counts: NDArray, full: bool = False) -> NDArray:
    return cross_entropy.derivatives[None](logits, counts)


@in_torch(multinomial_nll, "torch.distributions.Multinomial")
def _(logits: Any, counts: Any, full: bool = False, axis: int = -1) -> Any:
    """The cross entropy with logits again; `torch.distributions.Multinomial` wants equal totals."""
    value = cross_entropy.frameworks["torch"](logits, counts, axis=axis, reduction="none")
    if full:
        value = value - torch.lgamma(counts.sum(axis) + 1) + torch.lgamma(counts + 1).sum(axis)
    return value


@in_tensorflow(multinomial_nll)
def _(logits: Any, counts: Any, full: bool = False, axis: int = -1) -> Any:
    """The cross entropy with logits again; TensorFlow and Keras have none."""
    value = cross_entropy.frameworks["tensorflow"](logits, counts, axis=axis, reduction="none")
    if full:
        total = tf.reduce_sum(counts, axis)
        each = tf.reduce_sum(tf.math.lgamma(counts + 1), axis)
        value = value - tf.math.lgamma(total + 1) + each
    return value


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
    plot_range=(0, 1),
    plot_with={"target": [1, 0, 0]},
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

    def added_up(x: Any) -> Any:
        return x.reshape(len(x), -1).sum(1)

    differs = probability * (1 - target) + target * (1 - probability)
    return added_up(differs) / (added_up(probability + target) + smoothing)


@in_tensorflow(dice, "tf.keras.losses.Dice")
def _(probability: Any, target: Any, smoothing: float = 1) -> Any:
    """Keras's `dice` adds 1e-7 above and below, and sums over the examples too."""

    def added_up(x: Any) -> Any:
        return tf.reduce_sum(tf.reshape(x, (len(x), -1)), 1)

    differs = probability * (1 - target) + target * (1 - probability)
    return added_up(differs) / (added_up(probability + target) + smoothing)
