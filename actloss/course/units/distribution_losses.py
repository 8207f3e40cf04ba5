"""Unit 07: losses as negative log-likelihoods: of distributions, of counts and of profiles."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy import special

from actloss import losses
from actloss.course.exercise import FRAMEWORKS, Unit, option, probe

UNIT = Unit(
    number=7,
    slug="distribution-losses",
    title="Distribution losses",
    question="Where do losses come from, and which one fits which kind of data?",
    minutes=180,
)

# What the taught formulas lose to rounding, far below anything that the unit is about.
ROUNDING = 1e-12

# Where log-factorials are needed, SciPy's special functions are welcome; its distributions are not.
NO_DISTRIBUTIONS = ("actloss", "scipy.stats", *(name for name in FRAMEWORKS if name != "scipy"))


def shares(rng, shape):
    """Random distributions along the last axis."""
    weights = rng.exponential(size=shape) + 0.01
    return weights / weights.sum(axis=-1, keepdims=True)


def pairs(rng):
    """Random predictions and targets without a 0.

    So an answer that stumbles over 0 log 0 as well is still known by its other mistake.
    """
    return shares(rng, (4, 3)), shares(rng, (4, 3))


def short(*lists):
    """Inputs that keep seven digits."""
    return [np.array(values, np.float32) for values in lists]


def weighted_logs(weights, values):
    """weights * log(values), which is 0 where the weight is 0."""
    with np.errstate(divide="ignore"):
        return weights * np.log(np.where(np.asarray(weights) > 0, values, 1))


def examples(prediction, target):
    """Pairs of plain lists, one for each example, for answers that loop."""
    k = np.shape(target)[-1]
    rows = zip(np.reshape(prediction, (-1, k)), np.reshape(target, (-1, k)), strict=True)
    return [(p.tolist(), t.tolist()) for p, t in rows]


SMALL_NUMBERS = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16)

SUMMED = (
    "You add the examples up. A loss is their mean here, so that it does not grow with a batch."
)
NOT_AVERAGED = (
    "You return one number for each example. Asked for is one number for all of them: their mean."
)
AVERAGED_OVER_ALL = (
    "You average over the classes as well. The terms of one example belong together: add them up "
    "along the last axis, then average over the examples."
)
IN_BITS = "That is in bits: you have used the logarithm to base 2. `np.log` counts in nats."
COLUMNS = (
    "You add up along the wrong axis. The probabilities of one distribution lie along the last "
    "axis: `axis=-1`."
)
ZERO_TIMES_MINUS_INFINITY = (
    "Where a probability is 0, you compute 0 times log(0). That is 0 times minus infinity, `nan`. "
    "What never occurs contributes nothing: that term is 0."
)
SECOND_AXIS = (
    "`axis=1` is the last axis of a table, and of nothing else: a single list has no second axis, "
    "and an array with three axes goes on behind it. `axis=-1` is always the last one."
)
ROW_AS_A_NUMBER = (
    "In a table, `for` hands you a whole row, and `if` cannot decide about many numbers at once. "
    "Work on whole arrays, with `np.where(... > 0, ..., 1)`, or loop over the rows as well."
)
KEPT_FINITE = (
    "Where something that occurs was given probability 0, the loss is infinite. The small number "
    "that you add, or clip to, sets an end to it (1e-7 at about 16 nats), and may shift other "
    "results a little. Treat a target of 0 by itself, and let a prediction of 0 be."
)


# --- which losses are likelihoods ---------------------------------------------------------------

UNIT.quiz(
    "likelihoods",
    question=(
        "Which of these losses, up to a constant and a factor, are the negative logarithm of a "
        "probability (or density) that a model gives to the target? Choose all."
    ),
    options=[
        option("a", "mean squared error", right=True),
        option("b", "mean absolute error", right=True),
        option(
            "c",
            "hinge loss",
            "Turn it back into probabilities: e to the power of minus the hinge loss, for both "
            "labels. At score 0 the two add up to 0.74, at score 1 to 1.14. Probabilities of all "
            "that can happen add up to the same number, whatever the score.",
        ),
        option("d", "binary cross-entropy", right=True),
        option(
            "e",
            "focal loss with gamma = 2",
            "Turn it back into probabilities: for p = 0.5 the two labels would get 1.68 together, "
            "for p = 0.9 it is 1.15. Probabilities of all that can happen add up to the same "
            "number, whatever the prediction.",
        ),
        option(
            "f",
            "dice loss",
            "A likelihood of independent pixels is a product, so its logarithm is a sum with one "
            "term for each pixel. Dice is a ratio over all of them, and does not fall apart.",
        ),
    ],
    points=1,
    difficulty=2,
    hints=[
        "Take e to the power of minus the loss. For a likelihood, these numbers add up (or "
        "integrate) over all possible targets to the same constant, whatever the prediction is.",
        "A bell gives squares, a tent-shaped density gives absolute values, a coin gives the "
        "binary cross-entropy.",
    ],
)


# --- Gaussian -----------------------------------------------------------------------------------

gaussian_nll = UNIT.exercise(
    "gaussian-nll",
    signature="gaussian_nll(prediction, target, variance)",
    points=2,
    difficulty=2,
    reference=losses.gaussian_nll,
    absolute=ROUNDING,
    probes=[
        probe([2.0, 1.0], [1.0, 3.0], [1.0, 4.0], shown=True),
        probe([5.0], [3.0], [1.0], note="one value, variance 1"),
        probe([5.0], [3.0], [0.25], note="one value, a small variance"),
        probe([3.0], [3.0], [9.0], note="a perfect prediction, a large variance"),
        probe([3.0], [3.0], [1e-12], note="a perfect prediction, and very sure of it"),
        probe([3.0], [3.125], [2.0**-23], note="very sure, and a little off"),
        probe([3.0, 4.0], [3.5, 2.0], 2.0, note="one variance for all"),
        probe([[1, 5, 2], [0, -3, 7]], [[2, 5, 0], [4, -1, 7]], [[1, 2, 3], [4, 5, 6]]),
        probe(
            [[[0.5, -1.5, 2.0]], [[1.0, 0.25, -2.0]]],
            [[[1.0, 1.0, 2.0]], [[-1.0, 0.0, -2.75]]],
            [[[0.1, 1.0, 2.0]], [[1.5, 0.5, 30.0]]],
            note="arrays with three axes",
        ),
        probe([2e4, -0.25], [0.0, 0.5], [1e8, 1e-3], note="large and small"),
        probe([3e4], [1e4], [1e-2], note="far off, and very sure"),
        probe(*short([2.5, 1.0], [1.0, 3.0], [0.5, 4.0]), note="in seven digits"),
    ],
    random=lambda rng: (
        rng.normal(scale=3, size=(4, 3)),
        rng.normal(scale=3, size=(4, 3)),
        rng.uniform(0.2, 4, size=(4, 3)),
    ),
    hints=[
        "Two terms for each value: half the logarithm of the variance, and the squared residual "
        "over twice the variance. Then take the mean.",
        "`np.log(variance) / 2 + (prediction - target) ** 2 / (2 * variance)`: mind the brackets "
        "around `2 * variance`.",
    ],
)


def gaussian_terms(prediction, target, variance):
    """What the mean is taken of."""
    return np.log(variance) / 2 + (prediction - target) ** 2 / (2 * np.asarray(variance, float))


SQUARED_AGAIN = (
    "You treat the variance as a standard deviation, and square it. The variance is the square "
    "already: divide by it as it is."
)


@gaussian_nll.misconception(SQUARED_AGAIN)
def variance_squared(prediction, target, variance):
    return np.mean(np.log(variance) + (prediction - target) ** 2 / (2 * np.square(variance)))


@gaussian_nll.misconception(SQUARED_AGAIN)
def divided_by_the_square(prediction, target, variance):
    return np.mean(np.log(variance) / 2 + (prediction - target) ** 2 / (2 * np.square(variance)))


@gaussian_nll.misconception(
    "You take `variance` for its logarithm, as in the lesson's form for a network's output. Here "
    "the variance itself comes: take its logarithm in the first term, and divide by it as it is."
)
def taken_for_the_log_variance(prediction, target, variance):
    return np.mean(variance + (prediction - target) ** 2 * np.exp(-np.asarray(variance))) / 2


@gaussian_nll.misconception(
    "The residual is to be squared: an error of -2 counts as one of 2 does, and a large one counts "
    "more than in proportion."
)
def square_forgotten(prediction, target, variance):
    return np.mean(np.log(variance) / 2 + (prediction - target) / (2 * variance))


@gaussian_nll.misconception(
    "The formula is right, and the density underflows: far from the middle it is stored as 0, and "
    "the logarithm of 0 is minus infinity. Take the logarithm with pencil and paper; no "
    "exponential is left then."
)
def density_first(prediction, target, variance):
    density = np.exp(-((prediction - target) ** 2) / (2 * variance)) / np.sqrt(variance)
    return -np.mean(np.log(density))


@gaussian_nll.misconception(
    "`math.log` takes a single number, and `variance` may be an array. `np.log` takes both."
)
def math_log_of_an_array(prediction, target, variance):
    return np.mean(math.log(variance) / 2 + (prediction - target) ** 2 / (2 * variance))


VALUE_BY_VALUE = (
    "A loop over the first axis meets two cases that it cannot handle: `variance` may be a single "
    "number for all, and a table hands you its rows. You need no loop: NumPy's arithmetic and "
    "`np.log` work on whole arrays, and on a single number beside them."
)


@gaussian_nll.misconception(VALUE_BY_VALUE)
def value_by_value(prediction, target, variance):
    triples = zip(prediction, target, variance, strict=True)
    return np.mean([np.log(v) / 2 + (p - t) ** 2 / (2 * v) for p, t, v in triples])


@gaussian_nll.misconception(VALUE_BY_VALUE)
def value_by_value_with_math_log(prediction, target, variance):
    triples = zip(prediction, target, variance, strict=True)
    return np.mean([math.log(v) / 2 + (p - t) ** 2 / (2 * v) for p, t, v in triples])


@gaussian_nll.misconception(
    "The logarithm belongs to the standard deviation: log of sigma is *half* the logarithm of "
    "sigma squared, the variance."
)
def log_not_halved(prediction, target, variance):
    return np.mean(np.log(variance) + (prediction - target) ** 2 / (2 * variance))


@gaussian_nll.misconception(
    "The squared residual is divided by *twice* the variance: the bell is e to the power of "
    "-r**2 / (2 v)."
)
def square_not_halved(prediction, target, variance):
    return np.mean(np.log(variance) / 2 + (prediction - target) ** 2 / variance)


@gaussian_nll.misconception(
    "`a / 2 * b` is a half of a, times b. To divide by both, put them in brackets: `a / (2 * b)`."
)
def brackets_missing(prediction, target, variance):
    return np.mean(np.log(variance) / 2 + (prediction - target) ** 2 / 2 * variance)


@gaussian_nll.misconception(
    "Without the logarithm of the variance, a model makes this loss as small as it likes by "
    "predicting a huge variance. The log is the price of being unsure."
)
def without_the_log(prediction, target, variance):
    return np.mean((prediction - target) ** 2 / (2 * variance))


@gaussian_nll.misconception(
    "That has the constant log(2 pi) / 2 in it, which no prediction changes. Here it is left out."
)
def with_the_constant(prediction, target, variance):
    return np.mean(gaussian_terms(prediction, target, variance)) + math.log(2 * math.pi) / 2


@gaussian_nll.misconception("That is the mean squared error: the variance has not been used.")
def variance_ignored(prediction, target, variance):
    return np.mean((prediction - target) ** 2)


@gaussian_nll.misconception(
    "The residual is not squared. An absolute residual belongs to Laplace's density."
)
def residual_not_squared(prediction, target, variance):
    return np.mean(np.log(variance) / 2 + np.abs(prediction - target) / (2 * variance))


@gaussian_nll.misconception(
    "The sign is turned: this is the log-likelihood, which is to be large. A loss is to be small, "
    "so it is minus that."
)
def sign_turned(prediction, target, variance):
    return -np.mean(gaussian_terms(prediction, target, variance))


@gaussian_nll.misconception(
    "The logarithm has the wrong sign. A wide bell is flat: its density is lower everywhere near "
    "the middle, so a larger variance costs, and log(variance) / 2 is added."
)
def log_subtracted(prediction, target, variance):
    return np.mean((prediction - target) ** 2 / (2 * variance) - np.log(variance) / 2)


@gaussian_nll.misconception(
    "You average the variances first. Each value has a variance of its own: finish its two terms, "
    "and average last."
)
def variances_averaged(prediction, target, variance):
    return np.mean(gaussian_terms(prediction, target, np.mean(variance)))


def small_variances_raised(small, prediction, target, variance):
    return np.mean(gaussian_terms(prediction, target, np.maximum(variance, small)))


def small_variance_added(small, prediction, target, variance):
    return np.mean(gaussian_terms(prediction, target, variance + small))


RAISED = (
    "You raise small variances (as PyTorch does, to 1e-6, without a word). Here every variance "
    "above 0 is taken as it is."
)
gaussian_nll.misconceptions_with(SMALL_NUMBERS[:5], [small_variances_raised], RAISED)
gaussian_nll.misconceptions_with(SMALL_NUMBERS, [small_variance_added], RAISED)


@gaussian_nll.misconception("You have added up. The loss is the mean over all values.")
def gaussian_summed(prediction, target, variance):
    return np.sum(gaussian_terms(prediction, target, variance))


@gaussian_nll.misconception(
    "You return one number for each value. The loss is one number: end with `np.mean`."
)
def gaussian_not_averaged(prediction, target, variance):
    return gaussian_terms(prediction, target, variance)


@gaussian_nll.misconception(
    "That is twice the loss: the logarithm of the density has a half in front of both terms."
)
def both_not_halved(prediction, target, variance):
    return np.mean(np.log(variance) + (prediction - target) ** 2 / variance)


@gaussian_nll.alternative
def by_the_standard_deviation(prediction, target, variance):
    deviation = np.sqrt(variance)
    return np.mean(np.log(deviation) + 0.5 * ((target - prediction) / deviation) ** 2)


@gaussian_nll.alternative
def bell_by_bell(prediction, target, variance):
    values = np.broadcast_arrays(prediction, target, variance)
    total, count = 0.0, 0
    for p, t, v in zip(*(np.ravel(value).tolist() for value in values), strict=True):
        total += 0.5 * (math.log(v) + (p - t) ** 2 / v)
        count += 1
    return total / count


@gaussian_nll.alternative
def in_single_precision(prediction, target, variance):
    p, t, v = (np.asarray(value, np.float32) for value in (prediction, target, variance))
    return np.mean((np.log(v) + (p - t) * (p - t) / v) / 2)


# --- entropy ------------------------------------------------------------------------------------

entropy = UNIT.exercise(
    "entropy",
    signature="entropy(p)",
    points=2,
    difficulty=2,
    reference=lambda p: special.entr(p).sum(axis=-1),
    absolute=1e-12,
    silent=True,
    probes=[
        probe([0.5, 0.5], shown=True),
        probe([0.25, 0.25, 0.25, 0.25], note="four bases, equally frequent"),
        probe([0.7, 0.1, 0.1, 0.1]),
        probe([1.0, 0.0, 0.0, 0.0], note="always the first"),
        probe([0.5, 0.0, 0.5], note="one of three never occurs"),
        probe([[0.2, 0.8], [0.9, 0.1], [0.5, 0.5]], note="three distributions"),
        probe([[1, 0, 0], [0, 0, 1]], note="whole numbers"),
        probe([[0.1, 0.4, 0.5]], note="one distribution, in a table"),
        probe([1.0], note="one outcome alone"),
        probe(
            [[[0.6, 0.4], [0.3, 0.7]], [[0.9, 0.1], [1.0, 0.0]], [[0.2, 0.8], [0.55, 0.45]]],
            note="an array with three axes",
        ),
        probe([1e-300, 1.0], note="a very small probability"),
        probe([1e-4, 1 - 1e-4], note="one in ten thousand"),
        probe([1e-8, 1 - 1e-8], note="one in a hundred million"),
        probe([1e-11, 1 - 1e-11], note="rarer still"),
    ],
    random=lambda rng: (shares(rng, (3, 4)),),
    hints=[
        "The entropy is the mean surprise: each outcome's surprise is -log(p), and it comes up "
        "with the probability p. Add up p times the surprise, along the last axis.",
        "Where p is 0 the term is 0, but 0 times log(0) is `nan`. Give the logarithm another "
        "number there, whose log you know: `np.where(p > 0, p, 1)`.",
    ],
)


def entropies(p):
    """One entropy for each distribution."""
    return special.entr(p).sum(axis=-1)


@entropy.misconception(IN_BITS)
def entropy_in_bits(p):
    return entropies(p) / np.log(2)


@entropy.misconception("You have used the logarithm to base 10. In this course it is `np.log`.")
def entropy_to_base_ten(p):
    return entropies(p) / np.log(10)


@entropy.misconception(
    "The minus is missing. Logarithms of probabilities are negative; surprise is minus them, and "
    "no entropy of such a distribution lies below 0."
)
def entropy_without_minus(p):
    return -entropies(p)


@entropy.misconception(ZERO_TIMES_MINUS_INFINITY)
def zero_times_log_zero(p):
    return -np.sum(p * np.log(p), axis=-1)


@entropy.misconception(
    "The values are right, and NumPy still warns of log(0): the logarithm is computed everywhere, "
    "and what you throw away afterwards has been computed. Change what you give to `np.log`: "
    "`np.where(p > 0, p, 1)`."
)
def thrown_away_afterwards(p):
    return -np.sum(np.where(p > 0, p * np.log(p), 0), axis=-1)


@entropy.misconception(
    "You return one number for all. The last axis is summed, and each distribution keeps an "
    "entropy of its own."
)
def everything_summed(p):
    return np.sum(entropies(p))


@entropy.misconception(
    "You average over the distributions. Entropy is no loss: each distribution keeps its own."
)
def entropies_averaged(p):
    return np.mean(entropies(p))


@entropy.misconception(COLUMNS)
def entropy_of_columns(p):
    return special.entr(p).sum(axis=0)


@entropy.misconception(SECOND_AXIS)
def entropy_along_the_second_axis(p):
    return special.entr(p).sum(axis=1)


@entropy.misconception(ROW_AS_A_NUMBER)
def entropy_of_rows_as_numbers(p):
    return -sum(x * np.log(x) for x in p if x > 0)


@entropy.misconception(
    "You divide by the number of outcomes. The probabilities are the weights of this mean already: "
    "add up."
)
def mean_of_the_terms(p):
    return special.entr(p).mean(axis=-1)


@entropy.misconception(
    "The surprises are added up without weights. A surprise that comes up rarely counts little: "
    "multiply each by its p."
)
def without_weights(p):
    return -np.sum(np.log(np.where(p > 0, p, 1)), axis=-1)


def small_number_inside(small, p):
    return -np.sum(p * np.log(p + small), axis=-1)


def kept_above(small, p):
    p = np.clip(p, small, 1)
    return -np.sum(p * np.log(p), axis=-1)


def logarithm_kept_above(small, p):
    return -np.sum(p * np.log(np.maximum(p, small)), axis=-1)


entropy.misconceptions_with(
    [1e-6, 1e-7, 1e-8, 1e-9, 1e-10],
    [small_number_inside, kept_above, logarithm_kept_above],
    "A small number that is added, or clipped to, keeps `nan` away, and shifts results: one "
    "outcome that is certain has an entropy of exactly 0. Treat p = 0 by itself.",
)


@entropy.misconception(
    "That is how far the entropy stays below its largest value, log(K) for K outcomes. In a "
    "sequence logo it is called information content."
)
def information_content(p):
    return np.log(np.shape(p)[-1]) - entropies(p)


@entropy.misconception(
    "That is divided by its largest value, log(K), so that it lies between 0 and 1. Here the "
    "entropy is left in nats."
)
def relative_to_the_largest(p):
    return entropies(p) / np.log(np.shape(p)[-1])


@entropy.misconception(
    "That is 1 minus the sum of squares, the chance that two draws differ (Gini and Simpson's "
    "index). It is a relative of entropy without a logarithm."
)
def chance_that_two_differ(p):
    return 1 - np.sum(np.square(p, dtype=float), axis=-1)


@entropy.alternative
def entropy_row_by_row(p):
    rows = [
        -sum(x * math.log(x) for x in row if x > 0)
        for row in np.reshape(p, (-1, np.shape(p)[-1])).tolist()
    ]
    return np.reshape(rows, np.shape(p)[:-1])


@entropy.alternative
def with_the_warning_silenced(p):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.nansum(p * np.log(p), axis=-1)


@entropy.alternative
def tiny_number_inside(p):
    return -np.sum(p * np.log(p + 1e-300), axis=-1)


@entropy.alternative
def entropy_in_lists(p):
    return (-(p * np.log(np.maximum(p, 1e-300))).sum(axis=-1)).tolist()


# --- cross-entropy ------------------------------------------------------------------------------


def distribution_cases():
    """Predictions and targets of every shape; no predicted 0."""
    return [
        probe([0.9, 0.1], [0.5, 0.5], shown=True),
        probe([0.5, 0.5], [0.9, 0.1], note="the two exchanged"),
        probe([0.2, 0.3, 0.5], [0.2, 0.3, 0.5], note="a perfect prediction"),
        probe([0.7, 0.2, 0.1], [0.0, 1.0, 0.0], note="the target is certain"),
        probe([0.7, 0.2, 0.1], [0.3, 0.7, 0.0], note="the third never occurs"),
        probe([[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]], [[0.1, 0.9], [0.7, 0.3], [1.0, 0.0]]),
        probe([[0.25, 0.25, 0.5], [0.1, 0.6, 0.3]], [[0, 0, 1], [1, 0, 0]], note="whole numbers"),
        probe(
            [[[0.6, 0.4], [0.3, 0.7]], [[0.9, 0.1], [0.8, 0.2]], [[0.2, 0.8], [0.55, 0.45]]],
            [[[0.5, 0.5], [1.0, 0.0]], [[0.25, 0.75], [0.4, 0.6]], [[0.2, 0.8], [0.0, 1.0]]],
            note="arrays with three axes",
        ),
        probe(
            [[[0.6, 0.4]], [[0.1, 0.9]]], [[[0.5, 0.5]], [[0.3, 0.7]]], note="an axis of length 1"
        ),
        probe([[1e-12, 1 - 1e-12]], [[0.5, 0.5]], note="a very small prediction"),
        probe([0.5, 0.5], [1e-4, 1 - 1e-4], note="a rare class among the targets"),
        probe([0.5, 0.5], [1e-7, 1 - 1e-7], note="a very rare class among the targets"),
        probe([0.3, 0.7], [1 - 1e-10, 1e-10], note="one that hardly ever occurs"),
        probe(*short([0.75, 0.25], [0.5, 0.5]), note="in seven digits"),
        probe([0.0, 0.5, 0.5], [0.0, 0.2, 0.8], note="what never occurs is predicted never"),
        probe([1.0, 0.0], [0.5, 0.5], note="the second occurs and was given probability 0"),
    ]


cross_entropy = UNIT.exercise(
    "cross-entropy",
    signature="cross_entropy(prediction, target)",
    points=2,
    difficulty=2,
    reference=losses.categorical_cross_entropy,
    absolute=1e-9,
    probes=distribution_cases(),
    random=pairs,
    hints=[
        "The outcomes come up as the target says, and the surprise at each is -log of what was "
        "predicted. Add up target times surprise along the last axis, then average.",
        "Where the target is 0 the term is 0, whatever was predicted: give the logarithm a 1 "
        "there, with `np.where(target > 0, prediction, 1)`.",
    ],
)


def cross_entropies(prediction, target):
    """One cross-entropy for each example."""
    return -weighted_logs(target, prediction).sum(axis=-1)


@cross_entropy.misconception(
    "The two are exchanged: the logarithm is taken of the prediction, and weighted with the target."
)
def logarithm_of_the_target(prediction, target):
    return np.mean(cross_entropies(target, prediction))


@cross_entropy.misconception(IN_BITS)
def cross_entropy_in_bits(prediction, target):
    return np.mean(cross_entropies(prediction, target)) / np.log(2)


@cross_entropy.misconception(
    "The minus is missing. Logarithms of probabilities are negative, and the loss is minus them."
)
def cross_entropy_without_minus(prediction, target):
    return -np.mean(cross_entropies(prediction, target))


@cross_entropy.misconception(ZERO_TIMES_MINUS_INFINITY)
def zero_times_log(prediction, target):
    return -np.mean(np.sum(target * np.log(prediction), axis=-1))


def prediction_kept_above(small, prediction, target):
    return np.mean(cross_entropies(np.maximum(prediction, small), target))


def small_number_added(small, prediction, target):
    return np.mean(cross_entropies(prediction + small, target))


def kept_within(small, prediction, target):
    return np.mean(cross_entropies(np.clip(prediction, small, 1 - small), target))


cross_entropy.misconceptions_with(
    SMALL_NUMBERS, [prediction_kept_above, small_number_added], KEPT_FINITE
)
cross_entropy.misconceptions_with([1e-6, 1e-7], [kept_within], KEPT_FINITE)


@cross_entropy.misconception(COLUMNS)
def cross_entropy_of_columns(prediction, target):
    return np.mean(-weighted_logs(target, prediction).sum(axis=0))


@cross_entropy.misconception(SECOND_AXIS)
def cross_entropy_along_the_second_axis(prediction, target):
    return np.mean(-weighted_logs(target, prediction).sum(axis=1))


@cross_entropy.misconception(ROW_AS_A_NUMBER)
def cross_entropy_of_rows_as_numbers(prediction, target):
    return -sum(t * np.log(p) for p, t in zip(prediction, target, strict=True) if t > 0)


@cross_entropy.misconception(AVERAGED_OVER_ALL)
def cross_entropy_over_all(prediction, target):
    return -np.mean(weighted_logs(target, prediction))


@cross_entropy.misconception(SUMMED)
def cross_entropy_summed(prediction, target):
    return np.sum(cross_entropies(prediction, target))


@cross_entropy.misconception(NOT_AVERAGED)
def cross_entropy_of_each(prediction, target):
    return cross_entropies(prediction, target)


@cross_entropy.misconception("That is the entropy of the target: the prediction has not been used.")
def entropy_of_the_target(prediction, target):
    return np.mean(entropies(target))


@cross_entropy.misconception("That is the entropy of the prediction: the target has not been used.")
def entropy_of_the_prediction(prediction, target):
    return np.mean(entropies(prediction))


@cross_entropy.misconception(
    "You have taken off the target's entropy: that is the KL divergence, the next exercise. A "
    "perfect prediction still costs the target's entropy here."
)
def divergence_instead(prediction, target):
    return losses.kl_divergence(prediction, target)


@cross_entropy.misconception(
    "You add (1 - target) log(1 - prediction) for every class. That is the binary cross-entropy, "
    "for labels that do not exclude one another. Classes that do are counted once."
)
def binary_instead(prediction, target):
    others = weighted_logs(1 - np.asarray(target), 1 - np.asarray(prediction))
    return np.mean(cross_entropies(prediction, target) - others.sum(axis=-1))


@cross_entropy.misconception(
    "You take the logarithm of a mean probability. The surprise of each class comes first, its "
    "weighted mean second."
)
def logarithm_of_a_mean(prediction, target):
    return -np.mean(np.log(np.sum(target * prediction, axis=-1)))


@cross_entropy.misconception(
    "You look at the most probable class alone. The target is a whole distribution: every class "
    "counts by its share."
)
def most_probable_class(prediction, target):
    label = np.argmax(target, axis=-1)[..., None]
    with np.errstate(divide="ignore"):
        return -np.mean(np.log(np.take_along_axis(np.asarray(prediction), label, axis=-1)))


@cross_entropy.alternative
def example_by_example(prediction, target):
    total = [
        sum((-t * math.log(p) if p > 0 else math.inf) for p, t in zip(*rows, strict=True) if t > 0)
        for rows in examples(prediction, target)
    ]
    return sum(total) / len(total)


@cross_entropy.alternative
def logarithm_and_choice(prediction, target):
    with np.errstate(all="ignore"):
        terms = np.where(target == 0, 0, -target * np.log(prediction))
    return terms.sum() / np.sum(target, axis=-1).size


@cross_entropy.alternative
def entropy_plus_divergence(prediction, target):
    return np.mean(entropies(target)) + losses.kl_divergence(prediction, target)


@cross_entropy.alternative
def cross_entropy_in_single_precision(prediction, target):
    p, t = np.asarray(prediction, np.float32), np.asarray(target, np.float32)
    return np.mean(-np.sum(weighted_logs(t, p), axis=-1))


# --- Kullback and Leibler's divergence ----------------------------------------------------------

kl_divergence = UNIT.exercise(
    "kl-divergence",
    signature="kl_divergence(prediction, target)",
    points=3,
    difficulty=2,
    reference=losses.kl_divergence,
    absolute=1e-9,
    probes=distribution_cases(),
    random=pairs,
    hints=[
        "KL(target || prediction) is the target's mean of log(target / prediction): add up "
        "target times that logarithm along the last axis, then average over the examples.",
        "Where the target is 0 the term is 0. Give the logarithm a 1 there, before it is taken: "
        "`np.where(target > 0, target, 1) / np.where(target > 0, prediction, 1)`.",
        "Or use that it is the cross-entropy of the two, less the entropy of the target.",
    ],
)


@kl_divergence.misconception(
    "The direction is turned round: this is KL(prediction || target). The weights are the "
    "target's, since it says what occurs."
)
def other_direction(prediction, target):
    return losses.kl_divergence(target, prediction)


@kl_divergence.misconception(
    "That is the cross-entropy. Take off the target's own entropy: a perfect prediction has a "
    "divergence of 0."
)
def entropy_not_taken_off(prediction, target):
    return np.mean(cross_entropies(prediction, target))


@kl_divergence.misconception(
    "The sign is turned: the ratio is upside down, or a minus stands in front. It is "
    "log(target / prediction), without a minus, and a divergence is never below 0."
)
def ratio_upside_down(prediction, target):
    return -np.asarray(losses.kl_divergence(prediction, target))


@kl_divergence.misconception(ZERO_TIMES_MINUS_INFINITY)
def zero_times_log_of_ratio(prediction, target):
    return np.mean(np.sum(target * np.log(target / prediction), axis=-1))


@kl_divergence.misconception(IN_BITS)
def divergence_in_bits(prediction, target):
    return losses.kl_divergence(prediction, target) / np.log(2)


@kl_divergence.misconception(AVERAGED_OVER_ALL)
def divergence_over_all(prediction, target):
    return losses.kl_divergence(prediction, target) / np.shape(target)[-1]


@kl_divergence.misconception(SUMMED)
def divergence_summed(prediction, target):
    return losses.kl_divergence(prediction, target, reduction="sum")


@kl_divergence.misconception(NOT_AVERAGED)
def divergence_of_each(prediction, target):
    return losses.kl_divergence(prediction, target, reduction="none")


def ratio_with_small_numbers(small, prediction, target):
    return np.mean(np.sum(target * np.log((target + small) / (prediction + small)), axis=-1))


def ratio_kept_above(small, prediction, target):
    p, t = np.maximum(prediction, small), np.maximum(target, small)
    return np.mean(np.sum(target * np.log(t / p), axis=-1))


def both_with_small_numbers(small, prediction, target):
    p, t = prediction + small, target + small
    return np.mean(np.sum(t * np.log(t / p), axis=-1))


def both_kept_above(small, prediction, target):
    p, t = np.maximum(prediction, small), np.maximum(target, small)
    return np.mean(np.sum(t * np.log(t / p), axis=-1))


kl_divergence.misconceptions_with(
    SMALL_NUMBERS, [ratio_with_small_numbers, ratio_kept_above], KEPT_FINITE
)
kl_divergence.misconceptions_with(
    SMALL_NUMBERS[:4], [both_with_small_numbers, both_kept_above], KEPT_FINITE
)


@kl_divergence.misconception(COLUMNS)
def divergence_of_columns(prediction, target):
    return np.mean(special.rel_entr(target, prediction).sum(axis=0))


@kl_divergence.misconception(SECOND_AXIS)
def divergence_along_the_second_axis(prediction, target):
    return np.mean(special.rel_entr(target, prediction).sum(axis=1))


@kl_divergence.misconception(ROW_AS_A_NUMBER)
def divergence_of_rows_as_numbers(prediction, target):
    return sum(t * np.log(t / p) for p, t in zip(prediction, target, strict=True) if t > 0)


@kl_divergence.misconception(
    "You take the absolute value of every term. Single terms may be negative, where more was "
    "predicted than occurs; only their sum never is."
)
def absolute_terms(prediction, target):
    with np.errstate(divide="ignore"):
        return np.mean(np.sum(np.abs(special.rel_entr(target, prediction)), axis=-1))


@kl_divergence.misconception(
    "That is the mean of both directions. KL has a direction, and here it is from the target: "
    "KL(target || prediction) alone."
)
def both_directions(prediction, target):
    there = losses.kl_divergence(prediction, target)
    return (there + losses.kl_divergence(target, prediction)) / 2


@kl_divergence.misconception(
    "The prediction's logarithm is missing: you subtract the probability itself. PyTorch's "
    "`kl_div` expects log-probabilities, and with raw ones it computes just this."
)
def logarithm_forgotten(prediction, target):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.mean(np.sum(weighted_logs(target, target) - target * prediction, axis=-1))


@kl_divergence.misconception(
    "The logarithms are not weighted. Each counts by how often it occurs: multiply by the target."
)
def ratios_not_weighted(prediction, target):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.mean(np.sum(np.log(target / np.asarray(prediction)), axis=-1))


@kl_divergence.alternative
def cross_entropy_less_entropy(prediction, target):
    return np.mean(cross_entropies(prediction, target)) - np.mean(entropies(target))


@kl_divergence.alternative
def ratio_by_ratio(prediction, target):
    values = [
        sum(t * math.log(t / p) if p > 0 else math.inf for p, t in zip(*rows, strict=True) if t > 0)
        for rows in examples(prediction, target)
    ]
    return sum(values) / len(values)


@kl_divergence.alternative
def ratio_and_choice(prediction, target):
    with np.errstate(all="ignore"):
        terms = np.where(target > 0, target * np.log(target / prediction), 0.0)
    return np.mean(terms.sum(axis=-1))


@kl_divergence.alternative
def divergence_in_single_precision(prediction, target):
    p, t = np.asarray(prediction, np.float32), np.asarray(target, np.float32)
    return np.mean(np.sum(weighted_logs(t, t) - weighted_logs(t, p), axis=-1))


# --- its two directions -------------------------------------------------------------------------

asymmetry = UNIT.exercise(
    "asymmetry",
    signature="asymmetry(p, q)",
    points=2,
    difficulty=2,
    reference=lambda p, q: (special.rel_entr(p, q) - special.rel_entr(q, p)).sum(axis=-1),
    absolute=2e-7,  # what single precision leaves of a difference near 0
    probes=[
        probe([0.5, 0.5], [0.9, 0.1], shown=True),
        probe([0.9, 0.1], [0.5, 0.5], note="the two exchanged"),
        probe([0.2, 0.8], [0.8, 0.2], note="mirror images of one another"),
        probe([0.3, 0.7], [0.3, 0.7], note="twice the same"),
        probe([0.7, 0.2, 0.1], [0.1, 0.1, 0.8]),
        probe([[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]], [[0.1, 0.9], [0.7, 0.3], [0.99, 0.01]]),
        probe([[0.25, 0.25, 0.5]], [[0.1, 0.3, 0.6]], note="one pair, in tables"),
        probe(
            [[[0.6, 0.4], [0.3, 0.7]], [[0.9, 0.1], [0.8, 0.2]], [[0.2, 0.8], [0.55, 0.45]]],
            [[[0.5, 0.5], [0.9, 0.1]], [[0.25, 0.75], [0.4, 0.6]], [[0.2, 0.8], [0.1, 0.9]]],
            note="arrays with three axes",
        ),
        probe(
            [[[0.6, 0.4]], [[0.1, 0.9]]], [[[0.5, 0.5]], [[0.3, 0.7]]], note="an axis of length 1"
        ),
        probe([0.5, 0.5], [1e-12, 1 - 1e-12], note="a very small probability"),
        probe([1e-12, 1 - 1e-12], [0.3, 0.7], note="a very small probability"),
    ],
    random=pairs,
    hints=[
        "Compute both directions, each along the last axis: KL(p || q) weighs log(p / q) with p, "
        "and KL(q || p) weighs log(q / p) with q. Subtract the second from the first.",
        "log(q / p) is minus log(p / q). So the difference is one sum: (p + q) log(p / q).",
    ],
)


def divergences(p, q):
    """KL(p || q) of each pair."""
    return special.rel_entr(p, q).sum(axis=-1)


@asymmetry.misconception("The sign is turned: KL(p || q) comes first, and KL(q || p) is taken off.")
def second_less_first(p, q):
    return divergences(q, p) - divergences(p, q)


@asymmetry.misconception("That is KL(p || q) alone. Take off the other direction, KL(q || p).")
def one_direction(p, q):
    return divergences(p, q)


@asymmetry.misconception("That is KL(q || p) alone. Asked for is KL(p || q), less that.")
def the_other_direction(p, q):
    return divergences(q, p)


@asymmetry.misconception(
    "That is the sum of the two directions: it is symmetric, and called Jeffreys' divergence. "
    "Asked for is their difference. (The second has the ratio q / p.)"
)
def directions_added(p, q):
    return divergences(p, q) + divergences(q, p)


@asymmetry.misconception("Keep the sign: it says which of the two directions is the larger one.")
def without_its_sign(p, q):
    return np.abs(divergences(p, q) - divergences(q, p))


@asymmetry.misconception(
    "You have turned the ratio in the second part and kept the weights: log(q / p) weighted with "
    "p is just minus KL(p || q). In KL(q || p) the weights are those of q."
)
def weights_kept(p, q):
    return 2 * divergences(p, q)


@asymmetry.misconception(
    "You return one number for all pairs. Each pair of distributions has its own: add up along "
    "the last axis only."
)
def one_for_all_pairs(p, q):
    return np.sum(divergences(p, q) - divergences(q, p))


@asymmetry.misconception(
    "You average over the pairs. Each pair of distributions keeps a number of its own."
)
def pairs_averaged(p, q):
    return np.mean(divergences(p, q) - divergences(q, p))


@asymmetry.misconception(COLUMNS)
def asymmetry_of_columns(p, q):
    return ((p + q) * np.log(p / q)).sum(axis=0)


@asymmetry.misconception(SECOND_AXIS)
def asymmetry_along_the_second_axis(p, q):
    return ((p + q) * np.log(p / q)).sum(axis=1)


@asymmetry.misconception(
    "You average over the classes. Their terms are weighted with probabilities already: add up."
)
def classes_averaged(p, q):
    return (divergences(p, q) - divergences(q, p)) / np.shape(p)[-1]


@asymmetry.misconception(IN_BITS)
def asymmetry_in_bits(p, q):
    return (divergences(p, q) - divergences(q, p)) / np.log(2)


@asymmetry.misconception(
    "The difference of two entropies leaves out the cross terms. Each direction is a mean of the "
    "logarithm of a ratio."
)
def difference_of_entropies(p, q):
    return entropies(q) - entropies(p)


@asymmetry.alternative
def asymmetry_in_single_precision(p, q):
    p, q = np.asarray(p, np.float32), np.asarray(q, np.float32)
    return np.sum((p + q) * np.log(p / q), axis=-1)


@asymmetry.alternative
def in_one_sum(p, q):
    return ((p + q) * np.log(p / q)).sum(axis=-1)


@asymmetry.alternative
def one_less_the_other(p, q):
    forward = np.sum(p * (np.log(p) - np.log(q)), axis=-1)
    return forward - np.sum(q * (np.log(q) - np.log(p)), axis=-1)


@asymmetry.alternative
def pair_by_pair(p, q):
    values = [
        sum((a + b) * math.log(a / b) for a, b in zip(*rows, strict=True))
        for rows in examples(p, q)
    ]
    return np.reshape(values, np.shape(p)[:-1])


UNIT.quiz(
    "which-direction",
    question=(
        "The target p has two separate humps, equally high. You fit one bell q to it, by making "
        "KL(q || p) as small as possible: the weights are those of q. Where does q end up?"
    ),
    options=[
        option(
            "a",
            "Wide, over both humps, with its middle in the valley between them",
            "That is what KL(p || q) does: its weights are those of p, so both humps must be "
            "covered. Here the weights are those of q, and a q in the valley lies where p is "
            "nearly 0: log(q / p) is huge there.",
        ),
        option("b", "On one of the two humps, about as wide as that hump", right=True),
        option(
            "c",
            "Narrow, in the valley between the humps",
            "In the valley p is nearly 0, so log(q / p) is huge just where q has its weight. That "
            "is the dearest place of all.",
        ),
        option(
            "d",
            "In the same place as with KL(p || q): it is the same number",
            "KL is not symmetric. Look at the two fits in the lesson's figure.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "In KL(q || p) each place counts by how much q is there. Where must q not be?",
        "Leaving out a hump of p costs nothing here, where q is nearly 0. Sitting where p is "
        "nearly 0 costs very much.",
    ],
)


# --- log-factorials -----------------------------------------------------------------------------

log_factorial = UNIT.exercise(
    "log-factorial",
    signature="log_factorial(n)",
    points=1,
    difficulty=1,
    reference=lambda n: special.gammaln(np.asarray(n, float) + 1),
    absolute=ROUNDING,
    tolerance=1e-8,
    forbidden=NO_DISTRIBUTIONS,
    probes=[
        probe([0, 1, 5], shown=True),
        probe([2]),
        probe([3.0, 4.0], note="counts as floats"),
        probe([[10, 20], [30, 0]], note="a table"),
        probe([170, 171], note="171! is more than a computer's number can be"),
        probe([100000], note="a large count"),
        probe(6, note="a single number"),
        probe([[[1, 2, 3]], [[4, 5, 6]]], note="an array with three axes"),
    ],
    random=lambda rng: (rng.integers(2, 400, size=6),),
    hints=[
        "n! itself is too large from 171 on, so its logarithm must be found without it.",
        "`gammaln` from `scipy.special` computes the logarithm of the gamma function, and "
        "Gamma(n + 1) is n!.",
    ],
)


@log_factorial.misconception(
    "Gamma(n) is (n - 1)!, so you are one behind. The logarithm of n! is `gammaln(n + 1)`."
)
def one_behind(n):
    return special.gammaln(np.asarray(n, float))


@log_factorial.misconception(
    "171! is larger than the largest number that a computer keeps (about 10 to the power of 308), "
    "so it becomes infinity before its logarithm is taken. Never compute n! itself: use `gammaln`."
)
def factorial_first(n):
    return np.log(special.factorial(n))


ONE_AT_A_TIME = (
    "`math.factorial`, `math.lgamma`, `int`, `range` and `np.arange`, an `if` and a `while` take "
    "one number at a time, and n may be an array. Go through it in a loop, or use "
    "`gammaln(n + 1)`, which takes arrays."
)


@log_factorial.misconception(ONE_AT_A_TIME)
def factorial_of_an_array(n):
    return math.log(math.factorial(n))


@log_factorial.misconception(ONE_AT_A_TIME)
def arange_of_an_array(n):
    return np.sum(np.log(np.arange(1, n + 1)))


COUNT_BY_COUNT = (
    "In a table, `for` hands you a whole row (and a single number cannot be looped over). Loop "
    "over `np.ravel(n)` and give the result the shape of n with `np.reshape(..., np.shape(n))`, "
    "or use `gammaln(n + 1)`, which needs no loop."
)


@log_factorial.misconception(COUNT_BY_COUNT)
def row_by_row(n):
    return np.array([math.lgamma(one + 1) for one in n])


@log_factorial.misconception(COUNT_BY_COUNT)
def row_by_row_with_arange(n):
    return np.array([np.sum(np.log(np.arange(1, one + 1))) for one in n])


@log_factorial.misconception(
    COUNT_BY_COUNT + " Counts may come as floats: `range` and `math.factorial` want `int(...)`."
)
def row_by_row_in_whole_numbers(n):
    return np.array([sum(math.log(k) for k in range(1, one + 1)) for one in n])


@log_factorial.misconception(
    "`gammaln` is the logarithm of the gamma function already. Do not take it again."
)
def logarithm_twice(n):
    with np.errstate(divide="ignore"):
        return np.log(special.gammaln(np.asarray(n, float) + 1))


@log_factorial.misconception(
    "That is n! (where it fits). Asked for is its logarithm, which is of a manageable size."
)
def factorial_itself(n):
    return special.factorial(n)


@log_factorial.misconception(
    "That is the beginning of Stirling's formula, n log(n) - n. It is good for large n only, and "
    "lacks half the logarithm of 2 pi n."
)
def first_of_stirling(n):
    return special.xlogy(n, n) - n


@log_factorial.misconception(
    "That is Stirling's formula, as PyTorch's `poisson_nll_loss` uses it: for small counts it is "
    "off by several per cent."
)
def stirling(n):
    n = np.asarray(n, float)
    formula = special.xlogy(n, n) - n + np.log(2 * np.pi * np.maximum(n, 1)) / 2
    return np.where(n > 1, formula, 0)


@log_factorial.misconception(
    "The logarithm of a product is the *sum* of the logarithms of its factors 1, 2, ..., n: not n "
    "times the logarithm of n."
)
def every_factor_is_n(n):
    return special.xlogy(n, n)


@log_factorial.misconception(IN_BITS)
def log_factorial_in_bits(n):
    return special.gammaln(np.asarray(n, float) + 1) / np.log(2)


@log_factorial.misconception(
    "You return one number for all. Each count keeps the logarithm of its own factorial."
)
def log_factorials_added(n):
    return np.sum(special.gammaln(np.asarray(n, float) + 1))


@log_factorial.alternative
def by_the_standard_library(n):
    return np.reshape([math.lgamma(one + 1) for one in np.ravel(n)], np.shape(n))


@log_factorial.alternative
def logarithms_added_up(n):
    sums = [np.log(np.arange(1, one + 1)).sum() for one in np.ravel(n)]
    return np.reshape(sums, np.shape(n))


@log_factorial.alternative
def whole_numbers_of_any_size(n):
    values = [math.log(math.factorial(int(one))) for one in np.ravel(n)]
    return np.reshape(values, np.shape(n)).tolist()


@log_factorial.alternative
def log_factorial_in_single_precision(n):
    return special.gammaln(np.asarray(n, np.float32) + 1)


# --- Poisson ------------------------------------------------------------------------------------

poisson_nll = UNIT.exercise(
    "poisson-nll",
    signature="poisson_nll(prediction, target, log_input=False)",
    points=3,
    difficulty=2,
    reference=losses.poisson_nll,
    absolute=ROUNDING,
    forbidden=NO_DISTRIBUTIONS,
    probes=[
        probe([2.0], [3.0], shown=True),
        probe([2.0], [3.0], log_input=True, note="the same numbers, as log rates"),
        probe([4.0], [0.0], note="a count of 0"),
        probe([2.5, 10.0, 0.5], [3.0, 7.0, 0.0]),
        probe([0.7, 2.0, -1.5], [3.0, 7.0, 0.0], log_input=True, note="log rates"),
        probe([0.0], [0.0], note="a rate of 0 and a count of 0: as it must be"),
        probe([0.0, 1.0], [0.0, 2.0], note="one rate and one count are 0"),
        probe([0.0, 1.0], [2.0, 2.0], note="a rate of 0, and still a count"),
        probe([0.0, 2.0], [1, 1], note="a rate of 0, and a count of 1"),
        probe([[1, 5, 2], [4, 3, 7]], [[2, 5, 0], [4, 1, 7]], note="a table of whole numbers"),
        probe([[1, 0], [2, -3]], [[2, 5], [0, 4]], True, note="a table of log rates"),
        probe(
            [[[0.5, 1.5, 2.0]], [[1.0, 0.25, 12.0]]],
            [[[1.0, 1.0, 2.0]], [[0.0, 0.0, 15.0]]],
            note="arrays with three axes",
        ),
        probe([1e5, 3e-9], [99000.0, 0.0], note="large and small rates"),
        probe([-30.0, 30.0], [2.0, 5.0], log_input=True, note="log rates far from zero"),
        probe([-300.0], [2.0], log_input=True, note="a log rate far below zero"),
        probe([-20.0], [0], log_input=True, note="a low log rate, and no count"),
        probe([60.0], [5.0], log_input=True, note="a log rate far above zero"),
        probe([200.0], [171.0], note="171! would overflow, and is not needed"),
    ],
    random=lambda rng: (
        rng.exponential(scale=4, size=(4, 3)),
        rng.integers(1, 12, size=(4, 3)),
        bool(rng.integers(2)),
    ),
    hints=[
        "For each count: the rate, less the count times the logarithm of the rate. Then the mean.",
        "With log_input=True the prediction *is* the logarithm of the rate, so the rate is "
        "`np.exp(prediction)`.",
        "Rate 0 and count 0 give 0 times log(0), `nan`. Where the count is 0, let the logarithm be "
        "taken of 1: `np.where(target > 0, prediction, 1)`.",
    ],
)


def poisson_terms(prediction, target, log_input=False):
    """What the mean is taken of."""
    return losses.poisson_nll(prediction, target, log_input=log_input, reduction="none")


@poisson_nll.misconception(
    "Where rate and count are both 0 you compute 0 times log(0), which is `nan`. A count of 0 "
    "leaves just the rate: give the logarithm a 1 there."
)
def zero_rate_zero_count(prediction, target, log_input=False):
    if log_input:
        return np.mean(np.exp(prediction) - target * prediction)
    return np.mean(prediction - target * np.log(prediction))


@poisson_nll.misconception(
    "You do not look at `log_input`. Where it is True, the prediction is the logarithm of the "
    "rate: the rate is `np.exp(prediction)`, and no further logarithm is needed."
)
def log_input_ignored(prediction, target, log_input=False):
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(target > 0, prediction, 1))
    return np.mean(prediction - target * logs)


@poisson_nll.misconception(
    "Your function has no `log_input` in its first line: "
    "`def poisson_nll(prediction, target, log_input=False):`. Where it is True, the prediction is "
    "the logarithm of the rate."
)
def without_log_input(prediction, target):
    return np.mean(prediction - target * np.log(prediction))


@poisson_nll.misconception(
    "You treat every prediction as a logarithm, as PyTorch does unless told otherwise. Here "
    "`log_input` is False by default: the prediction is the rate."
)
def always_log_input(prediction, target, log_input=False):
    return np.mean(np.exp(prediction) - target * prediction)


@poisson_nll.misconception(
    "The two cases are exchanged: with log_input=True the prediction is the logarithm of the rate."
)
def cases_exchanged(prediction, target, log_input=False):
    if not log_input:
        return np.mean(np.exp(prediction) - target * prediction)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.mean(prediction - target * np.log(np.where(target > 0, prediction, 1)))


@poisson_nll.misconception(
    "With log_input=True you forget to turn the first term back into a rate: it is "
    "`np.exp(prediction)`."
)
def exponential_forgotten(prediction, target, log_input=False):
    if log_input:
        return np.mean(prediction - target * prediction)
    return np.mean(poisson_terms(prediction, target))


@poisson_nll.misconception(
    "The two are exchanged: the logarithm is taken of the rate, the prediction, and multiplied "
    "with the count."
)
def count_and_rate_exchanged(prediction, target, log_input=False):
    rate = np.exp(prediction) if log_input else np.asarray(prediction)
    return np.mean(target - special.xlogy(rate, target))


@poisson_nll.misconception(
    "That has the logarithm of the factorial in it, which no prediction changes. Here it is left "
    "out."
)
def with_the_factorial(prediction, target, log_input=False):
    return losses.poisson_nll(prediction, target, log_input=log_input, full=True)


@poisson_nll.misconception(
    "The rate itself is missing. Without it, a larger rate is always better: e to the power of "
    "minus the rate is the price of predicting much."
)
def without_the_rate(prediction, target, log_input=False):
    rate = np.exp(prediction) if log_input else prediction
    return np.mean(poisson_terms(prediction, target, log_input) - rate)


@poisson_nll.misconception(
    "The sign is turned: this is the log-likelihood, and the loss is minus that."
)
def poisson_sign_turned(prediction, target, log_input=False):
    return -np.mean(poisson_terms(prediction, target, log_input))


def small_number_in_the_log(small, prediction, target, log_input=False):
    if log_input:
        return np.mean(np.exp(prediction) - target * prediction)
    return np.mean(prediction - target * np.log(prediction + small))


def rate_kept_above(small, prediction, target, log_input=False):
    if log_input:
        return np.mean(np.exp(prediction) - target * prediction)
    return np.mean(prediction - target * np.log(np.maximum(prediction, small)))


ANOTHER_RATE = (
    "A small number that is added, or clipped to, keeps `nan` away, and changes results. Where the "
    "count is 0 there is no logarithm to take; where it is not and the rate is 0, the loss is "
    "infinite."
)
poisson_nll.misconceptions_with(SMALL_NUMBERS, [small_number_in_the_log], ANOTHER_RATE)
poisson_nll.misconceptions_with(SMALL_NUMBERS[:5], [rate_kept_above], ANOTHER_RATE)


@poisson_nll.misconception(
    "With log_input=True the prediction is a logarithm already, and you take it again. The rate is "
    "`np.exp(prediction)`, and its logarithm the prediction as it is."
)
def logarithm_taken_twice(prediction, target, log_input=False):
    rate = np.log(prediction) if log_input else prediction
    return np.mean(rate - target * np.log(rate))


@poisson_nll.misconception("You have added up. The loss is the mean over all counts.")
def poisson_summed(prediction, target, log_input=False):
    return np.sum(poisson_terms(prediction, target, log_input))


@poisson_nll.misconception(
    "You return one number for each count. The loss is one number: end with `np.mean`."
)
def poisson_not_averaged(prediction, target, log_input=False):
    return poisson_terms(prediction, target, log_input)


@poisson_nll.alternative
def count_by_count(prediction, target, log_input=False):
    total, count = 0.0, 0
    for value, y in zip(np.ravel(prediction).tolist(), np.ravel(target).tolist(), strict=True):
        rate = math.exp(value) if log_input else value
        if y > 0:
            total -= y * math.log(rate) if rate > 0 else -math.inf
        total += rate
        count += 1
    return total / count


@poisson_nll.alternative
def where_after_the_logarithm(prediction, target, log_input=False):
    rate = np.exp(prediction) if log_input else prediction
    with np.errstate(all="ignore"):
        logs = prediction if log_input else np.log(prediction)
        return np.mean(rate - np.where(target == 0, 0.0, target * logs))


@poisson_nll.alternative
def poisson_in_single_precision(prediction, target, log_input=False):
    value, y = np.asarray(prediction, np.float32), np.asarray(target, np.float32)
    rate = np.exp(value) if log_input else value
    with np.errstate(divide="ignore"):
        return np.mean(rate - y * (value if log_input else np.log(np.where(y > 0, rate, 1))))


# --- overdispersion -----------------------------------------------------------------------------


def excess(counts, ddof=1):
    """(variance - mean) / mean^2 of each row, at least 0, and 0 where all counts are 0."""
    counts = np.asarray(counts, float)
    mean = counts.mean(axis=-1)
    over = np.maximum(counts.var(axis=-1, ddof=ddof) - mean, 0)
    return over / np.where(mean > 0, mean, 1) ** 2


overdispersion = UNIT.exercise(
    "overdispersion",
    signature="overdispersion(counts)",
    points=2,
    difficulty=2,
    reference=excess,
    absolute=ROUNDING,
    probes=[
        probe([[0, 4, 8]], shown=True),
        probe([[10, 40, 10, 40]], note="four replicates"),
        probe([[10, 11, 9, 10]], note="less spread than a Poisson has"),
        probe([[0, 0, 0, 0]], note="a gene without any count"),
        probe([[0, 4, 8], [100, 300, 200], [5, 5, 5], [0, 0, 0]], note="four genes"),
        probe([[3, 30, 12, 0, 7]], note="five replicates"),
        probe([[2, 9], [40, 1]], note="as many genes as replicates"),
        probe([[0, 0, 2], [1, 0, 4]], note="mean counts below 2"),
        probe([[0.0, 0.5, 9.5]], note="counts as floats"),
        probe([[30000, 50000, 65535]], note="large counts"),
        probe([[0, 0, 0, 0, 0, 2]], note="a mean count of 1/3"),
        probe([[0] * 39 + [3]], note="all counts in one of forty replicates"),
        probe([[0] * 99 + [3]], note="all counts in one of a hundred replicates"),
        probe([[0] * 19 + [9]], note="all counts in one replicate"),
        probe(
            np.array([[200, 250, 20], [9, 90, 180], [0, 200, 250]], dtype=np.uint8),
            note="numbers without a sign, up to 255",
        ),
    ],
    random=lambda rng: (rng.negative_binomial(2, [[0.1], [0.1], [0.9], [0.9]], size=(4, 5)) + 1,),
    hints=[
        "A Poisson has a variance of m, a negative binomial one of m + a m^2. Solve the second "
        "for a.",
        "The variance of replicates: `counts.var(axis=1, ddof=1)`. Where it lies below the mean, "
        "return 0: `np.maximum(..., 0)`.",
        "Where all counts are 0, you would divide 0 by 0. Divide by another number there: "
        "`np.where(mean > 0, mean, 1)`.",
    ],
)


@overdispersion.misconception(
    "You divide by n in the variance. A few replicates lie nearer to their own mean than to the "
    "true one, so divide by n - 1: `ddof=1`."
)
def divided_by_n(counts):
    return excess(counts, ddof=0)


@overdispersion.misconception(
    "That is variance over mean. It is 1 for a Poisson, and grows with the mean for a fixed "
    "dispersion. Asked for is (variance - mean) / mean^2."
)
def variance_over_mean(counts):
    mean = np.mean(counts, axis=-1)
    return np.var(counts, axis=-1, ddof=1) / np.where(mean > 0, mean, 1)


@overdispersion.misconception(
    "You divide by the mean once. The extra variance grows with the *square* of the mean."
)
def divided_by_the_mean(counts):
    return excess(counts) * np.mean(counts, axis=-1)


@overdispersion.misconception(
    "That is how much variance there is beyond a Poisson's. Divide it by the mean's square: "
    "that is the dispersion."
)
def extra_variance(counts):
    return excess(counts) * np.mean(counts, axis=-1) ** 2


@overdispersion.misconception(
    "You do not take the mean off. Even without any dispersion, a Poisson has a variance of m."
)
def poisson_part_kept(counts):
    mean = np.mean(counts, axis=-1)
    return np.var(counts, axis=-1, ddof=1) / np.where(mean > 0, mean, 1) ** 2


@overdispersion.misconception(
    "A dispersion below 0 means nothing: no such negative binomial exists. Where the variance is "
    "below the mean, return 0."
)
def below_zero(counts):
    mean = np.mean(counts, axis=-1)
    return (np.var(counts, axis=-1, ddof=1) - mean) / np.where(mean > 0, mean, 1) ** 2


@overdispersion.misconception(
    "A variance below the mean does not show as much dispersion as one above it: where the "
    "dispersion would lie below 0, return 0, not its size without the sign."
)
def without_the_sign(counts):
    mean = np.mean(counts, axis=-1)
    return np.abs(np.var(counts, axis=-1, ddof=1) - mean) / mean**2


@overdispersion.misconception(
    "Python's `max` and `if` decide about a single number, and here each gene has its own. For "
    "arrays there are `np.maximum(..., 0)` and `np.where(mean > 0, ..., ...)`. Think of a gene "
    "without any count, too."
)
def maximum_of_single_numbers(counts):
    mean = np.mean(counts, axis=1)
    return max((np.var(counts, axis=1, ddof=1) - mean) / mean**2, 0)


@overdispersion.misconception(
    "For a gene without any count you divide 0 by 0, which is `nan`. Return 0 there."
)
def zero_over_zero(counts):
    mean = np.mean(counts, axis=-1)
    return np.maximum(np.var(counts, axis=-1, ddof=1) - mean, 0) / mean**2


@overdispersion.misconception(
    "The formula is right, and two cases are left: a variance below the mean gives a dispersion "
    "below 0, and a gene without any count divides 0 by 0. Return 0 for both."
)
def formula_as_it_stands(counts):
    mean = np.mean(counts, axis=1)
    return (np.var(counts, axis=1, ddof=1) - mean) / mean**2


@overdispersion.misconception(
    "NumPy's variance divides by n unless told otherwise: say `ddof=1`. Then two cases are left: "
    "where the variance is below the mean, and where all counts are 0, return 0."
)
def formula_with_numpys_variance(counts):
    mean = np.mean(counts, axis=1)
    return (np.var(counts, axis=1) - mean) / mean**2


@overdispersion.misconception(
    "You use the standard deviation. It is the variance, its square, that is m + a m^2."
)
def standard_deviation_used(counts):
    mean = np.mean(counts, axis=-1)
    over = np.maximum(np.std(counts, axis=-1, ddof=1) - mean, 0)
    return over / np.where(mean > 0, mean, 1) ** 2


OVER_THE_GENES = (
    "Mean and variance are taken over the genes. The replicates of one gene stand in its row: "
    "`axis=1`."
)
ONE_FOR_THE_TABLE = (
    "You return one number for the whole table. Each gene has a dispersion of its own: `axis=1`."
)
AND_NUMPYS_VARIANCE = " And NumPy's variance divides by n unless told otherwise: say `ddof=1`."


@overdispersion.misconception(OVER_THE_GENES)
def over_the_genes(counts):
    return excess(np.transpose(counts))


@overdispersion.misconception(OVER_THE_GENES + AND_NUMPYS_VARIANCE)
def over_the_genes_by_n(counts):
    return excess(np.transpose(counts), ddof=0)


@overdispersion.misconception(ONE_FOR_THE_TABLE)
def one_for_the_table(counts):
    return excess(np.ravel(counts))


@overdispersion.misconception(ONE_FOR_THE_TABLE + AND_NUMPYS_VARIANCE)
def one_for_the_table_by_n(counts):
    return excess(np.ravel(counts), ddof=0)


@overdispersion.misconception(
    "You average over the genes. Each gene keeps a dispersion of its own."
)
def averaged_over_genes(counts):
    return np.mean(excess(counts))


@overdispersion.misconception(
    "Brackets are missing: the mean's square divides the whole difference, (variance - mean) / "
    "mean**2."
)
def mean_alone_divided(counts):
    mean, variance = np.mean(counts, axis=-1), np.var(counts, axis=-1, ddof=1)
    return np.maximum(variance - mean / np.where(mean > 0, mean, 1) ** 2, 0)


@overdispersion.alternative
def gene_by_gene(counts):
    found = []
    for row in np.reshape(counts, (-1, np.shape(counts)[-1])).tolist():
        m = sum(row) / len(row)
        v = sum((y - m) ** 2 for y in row) / (len(row) - 1)
        found.append(max(v - m, 0) / m**2 if m > 0 else 0.0)
    return np.reshape(found, np.shape(counts)[:-1])


@overdispersion.alternative
def with_where(counts):
    m, v = counts.mean(axis=-1), counts.var(axis=-1, ddof=1)
    with np.errstate(all="ignore"):
        return np.where(v > m, (v - m) / m / m, 0.0)


@overdispersion.alternative
def dispersion_in_single_precision(counts):
    return excess(counts).astype(np.float32)


# --- negative binomial --------------------------------------------------------------------------

negative_binomial_nll = UNIT.exercise(
    "negative-binomial-nll",
    signature="negative_binomial_nll(mean, target, dispersion)",
    points=4,
    difficulty=3,
    reference=losses.negative_binomial_nll,
    tolerance=1e-8,
    absolute=1e-8,
    forbidden=NO_DISTRIBUTIONS,
    probes=[
        probe([2.0], [3.0], [0.5], shown=True),
        probe([2.0], [0.0], [0.5], note="a count of 0"),
        probe([2.0], [1.0], [0.5], note="a count of 1"),
        probe([10.0], [25.0], [1.0], note="dispersion 1"),
        probe([12.2, 12.2, 12.2], [0.0, 1.0, 151.0], 4.0, note="one dispersion for all"),
        probe([0.0], [0.0], [0.5], note="a mean of 0 and a count of 0: as it must be"),
        probe([0.0, 3.0], [2.0, 2.0], [0.5, 0.5], note="a mean of 0, and still a count"),
        probe([[1, 5, 2], [4, 3, 7]], [[2, 5, 0], [4, 1, 7]], [[1, 2, 3], [4, 5, 6]]),
        probe(
            [[[0.5, 1.5, 2.0]], [[1.0, 0.25, 12.0]]],
            [[[1.0, 1.0, 2.0]], [[0.0, 0.0, 15.0]]],
            [[[0.1, 1.0, 2.0]], [[1.5, 0.5, 30.0]]],
            note="arrays with three axes",
        ),
        probe([300.0, 2500.0], [171.0, 2049.0], 0.05, note="large counts"),
        probe(
            [3.0, 8.0],
            [7.0, 5.0],
            1e-20,
            note="nearly a Poisson: log Gammas of 1/dispersion have lost all digits",
        ),
        probe([8.0], [20.0], [0.01], note="a little more spread than a Poisson has"),
        probe([8.0, 300.0], [20.0, 340.0], [1e-3, 1e-5], note="hardly more spread than a Poisson"),
        probe([3.0, 8.0], [7.0, 5.0], [1e-12, 1e-14], note="nearly a Poisson"),
    ],
    random=lambda rng: (
        rng.exponential(scale=6, size=(3, 2)) + 0.1,
        rng.integers(0, 30, size=(3, 2)),
        rng.uniform(0.05, 3, size=(3, 2)),
    ),
    hints=[
        "Write the five terms down one after the other, with m for the mean, y for the count and a "
        "for the dispersion. `np.log1p(a * m)` is log(1 + a m), exact for small a m, too.",
        "The last term is the sum of log(1 + k a) for k = 0, 1, ..., y - 1. Every count has its "
        "own number of terms: loop k up to the largest count, and add "
        "`np.where(k < target, np.log1p(k * dispersion), 0)`.",
        "Where the count is 0 there is no y log(m), not even for m = 0: take the logarithm of "
        "`np.where(target > 0, mean, 1)`. `gammaln(target + 1)` from `scipy.special` is log(y!).",
    ],
)


def negative_binomial_terms(mean, target, dispersion):
    """What the mean is taken of."""
    return losses.negative_binomial_nll(mean, target, dispersion, reduction="none")


def rising(target, dispersion, first=0, after=0):
    """The sum of log(1 + k a) for k from `first` up to the count (and `after` more)."""
    y, a = np.broadcast_arrays(np.asarray(target, float), np.asarray(dispersion, float))
    total = np.zeros(y.shape)
    for k in range(first, int(y.max()) + after):
        total += np.where(k < y + after, np.log1p(k * a), 0)
    return total


GAMMAS = (
    "The formula is right, and the computer runs out of digits: for a small dispersion, "
    "gammaln(y + 1/a) and gammaln(1/a) are huge and nearly the same, and their difference is noise "
    "or 0. Their difference is the sum of log(1/a + k) for k below y. Take 1/a out of each factor "
    "with pencil and paper, and log(1 + k a) is left. (And where mean and count are both 0, the "
    "loss is 0, not `nan`.)"
)


def by_ratios(m, r):
    return np.log(r / (r + m)), np.log(m / (r + m))


def by_probability(m, r):
    p = r / (r + m)
    return np.log(p), np.log(1 - p)


def by_log1p(m, r):
    return -np.log1p(m / r), np.log(m / r) - np.log1p(m / r)


def inverse_first(y, r):
    return special.gammaln(y + r) - special.gammaln(r) - special.gammaln(y + 1)


def inverse_last(y, r):
    return special.gammaln(y + r) - special.gammaln(y + 1) - special.gammaln(r)


def as_it_stands(y, logs):
    return y * logs


def zeros_minded(y, logs):
    return np.where(y > 0, y * logs, 0)


def log_gammas(logs, order, product):
    """The textbooks' formula with log Gammas, as one of the many ways to write it."""

    def wrong(mean, target, dispersion):
        y, r = np.asarray(target, float), 1 / np.asarray(dispersion, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            failure, success = logs(mean, r)
            return -np.mean(order(y, r) + r * failure + product(y, success))

    wrong.__name__ = "_".join(["log_gammas", *(one.__name__ for one in (logs, order, product))])
    return wrong


for ways in itertools.product(
    [by_ratios, by_probability, by_log1p],
    [inverse_first, inverse_last],
    [as_it_stands, zeros_minded],
):
    negative_binomial_nll.misconception(GAMMAS)(log_gammas(*ways))


@negative_binomial_nll.misconception(GAMMAS + " And the loss is one number: end with `np.mean`.")
def log_gammas_not_averaged(mean, target, dispersion):
    r = 1 / np.asarray(dispersion, float)
    failure, success = by_ratios(mean, r)
    return -(inverse_first(np.asarray(target, float), r) + r * failure + target * success)


def log_of_one_plus(product):
    """The form that holds, but for log1p."""

    def wrong(mean, target, dispersion):
        spread = np.log(1 + np.multiply(mean, dispersion))
        with np.errstate(divide="ignore", invalid="ignore"):
            log_mean = product(np.asarray(target), np.log(mean))
        rest = special.gammaln(np.add(target, 1.0)) - rising(target, dispersion)
        return np.mean(spread / dispersion + target * spread - log_mean + rest)

    wrong.__name__ = f"log_of_one_plus_{product.__name__}"
    return wrong


for product in (as_it_stands, zeros_minded):
    negative_binomial_nll.misconception(
        "For a small dispersion a, 1 + a m keeps hardly a digit of a m, and its logarithm is "
        "divided by a. `np.log1p(a * m)` is log(1 + a m), exact for small a m, too. (And where "
        "mean and count are both 0, the loss is 0, not `nan`.)"
    )(log_of_one_plus(product))


RANGE = (
    "`range` takes one whole number. Here `target` is an array, whose counts may be floats: go "
    "through it count by count with `range(int(y))`, or loop k up to the largest count and add "
    "`np.where(k < target, np.log1p(k * dispersion), 0)`."
)


@negative_binomial_nll.misconception(RANGE)
def range_of_an_array(mean, target, dispersion):
    return sum(np.log1p(k * dispersion) for k in range(target))


@negative_binomial_nll.misconception(RANGE)
def range_of_a_float(mean, target, dispersion):
    pairs = zip(target, dispersion, strict=True)
    return sum(np.log1p(k * a) for y, a in pairs for k in range(y))


@negative_binomial_nll.misconception(
    "You take the dispersion for its inverse. Here the variance is m + a m^2: a small a means "
    "nearly a Poisson. (scVI's `theta` and R's `size` are 1/a.)"
)
def inverse_dispersion(mean, target, dispersion):
    return np.mean(negative_binomial_terms(mean, target, 1 / np.asarray(dispersion, float)))


@negative_binomial_nll.misconception(
    "That is the Poisson's loss: the dispersion has not been used."
)
def dispersion_ignored(mean, target, dispersion):
    return losses.poisson_nll(mean, target, full=True)


@negative_binomial_nll.misconception(
    "log(y!) is missing. No prediction changes it, but this loss is the full one: with it, e to "
    "the power of minus the loss is a probability."
)
def without_the_log_factorial(mean, target, dispersion):
    return np.mean(
        negative_binomial_terms(mean, target, dispersion) - special.gammaln(np.add(target, 1.0))
    )


@negative_binomial_nll.misconception(
    "log(y!) is `gammaln(y + 1)`: you have `gammaln(y)`, which is log((y - 1)!)."
)
def factorial_one_behind(mean, target, dispersion):
    y = np.asarray(target, float)
    change = special.gammaln(y) - special.gammaln(y + 1)
    return np.mean(negative_binomial_terms(mean, target, dispersion) + change)


@negative_binomial_nll.misconception(
    "Your product has a factor too many: k runs from 0 to y - 1. A count of 0 has no factor at "
    "all, a count of 1 only the factor 1."
)
def one_factor_too_many(mean, target, dispersion):
    change = rising(target, dispersion) - rising(target, dispersion, after=1)
    return np.mean(negative_binomial_terms(mean, target, dispersion) + change)


@negative_binomial_nll.misconception(
    "You add as many terms log(1 + k a) for each count as the largest one has. Every count has its "
    "own number of them: `np.where(k < target, np.log1p(k * dispersion), 0)`."
)
def as_many_factors_for_all(mean, target, dispersion):
    largest = np.full(np.shape(target), np.max(target))
    change = rising(target, dispersion) - rising(largest, dispersion)
    return np.mean(negative_binomial_terms(mean, target, dispersion) + change)


@negative_binomial_nll.misconception(
    "The last term, the sum of log(1 + k a) for k below the count, is missing."
)
def rising_product_missing(mean, target, dispersion):
    terms = negative_binomial_terms(mean, target, dispersion)
    return np.mean(terms + rising(target, dispersion))


@negative_binomial_nll.misconception(
    "Where mean and count are both 0 you compute 0 times log(0), which is `nan`. A count of 0 "
    "leaves no logarithm to take."
)
def zero_mean_zero_count(mean, target, dispersion):
    terms = negative_binomial_terms(mean, target, dispersion)
    return np.mean(np.where(np.add(mean, target) > 0, terms, np.nan))


@negative_binomial_nll.misconception(
    "The sign is turned: this is the log-likelihood, and the loss is minus that."
)
def negative_binomial_sign_turned(mean, target, dispersion):
    return -np.mean(negative_binomial_terms(mean, target, dispersion))


@negative_binomial_nll.misconception("You have added up. The loss is the mean over all counts.")
def negative_binomial_summed(mean, target, dispersion):
    return np.sum(negative_binomial_terms(mean, target, dispersion))


@negative_binomial_nll.misconception(
    "You return one number for each count. The loss is one number: end with `np.mean`."
)
def negative_binomial_not_averaged(mean, target, dispersion):
    return negative_binomial_terms(mean, target, dispersion)


@negative_binomial_nll.alternative
def factor_by_factor(mean, target, dispersion):
    values = np.broadcast_arrays(mean, target, dispersion)
    terms = []
    for m, y, a in zip(*(np.ravel(value).tolist() for value in values), strict=True):
        term = math.log1p(a * m) / a + y * math.log1p(a * m) + math.lgamma(y + 1)
        if y > 0:
            term -= y * math.log(m) if m > 0 else -math.inf
        terms.append(term - sum(math.log1p(k * a) for k in range(int(y))))
    return sum(terms) / len(terms)


@negative_binomial_nll.alternative
def poisson_where_the_dispersion_is_small(mean, target, dispersion):
    a = np.broadcast_to(np.asarray(dispersion, float), np.shape(target))
    r = 1 / np.maximum(a, 1e-8)
    logs = weighted_logs(target, mean)
    poisson = mean - logs + special.gammaln(target + 1.0)
    gammas = special.gammaln(r) + special.gammaln(target + 1.0) - special.gammaln(target + r)
    general = gammas + r * np.log1p(mean / r) + target * np.log(mean + r) - logs
    return np.mean(np.where(a < 1e-8, poisson, general))


# --- multinomial --------------------------------------------------------------------------------

multinomial_nll = UNIT.exercise(
    "multinomial-nll",
    signature="multinomial_nll(logits, counts)",
    points=3,
    difficulty=3,
    reference=losses.multinomial_nll,
    absolute=1e-9,
    silent=True,
    forbidden=NO_DISTRIBUTIONS,
    probes=[
        probe([0.0, 0.0], [3, 1], shown=True),
        probe([1.0, 0.0], [3, 1]),
        probe([[2.0, 1.0, -1.0]], [[5, 0, 2]], note="one profile, in a table"),
        probe([2.0, 1.0, -1.0], [0, 0, 0], note="no reads at all"),
        probe([[0.5, 1.5], [3.0, -2.0], [0.0, 0.0]], [[4, 1], [10, 0], [2, 2]], note="a batch"),
        probe([[1, 0, 2], [0, 3, 0]], [[1, 2, 30], [0, 7, 1]], note="whole numbers"),
        probe([1000.0, 0.0, 999.0], [3, 0, 2], note="logits far from zero"),
        probe([-1000.0, -1001.0], [4, 1], note="logits far below zero"),
        probe([-1000.0, 1000.0], [1, 2], note="logits far to both sides"),
        probe([[2.0, 1.0], [0.5, 0.0]], [[3, 1], [0, 0]], note="one profile without reads"),
        probe([1000.0, 0.0], [1, 2], note="reads where none were predicted"),
        probe([[1000.0, 999.0], [-1000.0, -999.0]], [[2, 1], [2, 1]], note="both in one batch"),
        probe(
            [[[0.5, -1.5], [2.0, 1.0]], [[0.25, -2.0], [0.0, 0.0]], [[3.0, 1.0], [-1.0, 1.0]]],
            [[[1, 0], [2, 8]], [[0, 3], [5, 5]], [[20, 1], [1, 1]]],
            note="arrays with three axes",
        ),
        probe([[[0.6, 0.4]], [[-1.0, 2.0]]], [[[4, 3]], [[2, 1]]], note="an axis of length 1"),
        probe([1.0, 0.0], [3000000, 500000], note="millions of reads"),
        probe(*short([200.0, 199.0]), [4, 1], note="in seven digits"),
        probe([0.5, -0.5, 0.0], [100, 80, 171], note="171! would overflow, and is not needed"),
    ],
    random=lambda rng: (rng.normal(scale=2, size=(3, 4)), rng.integers(0, 9, size=(3, 4))),
    hints=[
        "You need the logarithm of the softmax along the last axis. Then it is minus the sum of "
        "count times that logarithm, and the mean over the profiles.",
        "log softmax is the logit, less the logarithm of the sum of all exponentials. Before you "
        "take exponentials, take off each profile's largest logit: "
        "`logits - np.max(logits, axis=-1, keepdims=True)`.",
    ],
)


def log_softmax(logits, axis=-1):
    """The logarithm of the softmax, without overflow."""
    return special.log_softmax(np.asarray(logits, float), axis=axis)


OVERFLOW = (
    "e to the power of 1000 overflows. Take the largest logit of each profile off first: "
    "probabilities stay the same, and no exponential is larger than 1."
)


@multinomial_nll.misconception(OVERFLOW)
def log_of_the_sum_overflows(logits, counts):
    log_p = logits - np.log(np.sum(np.exp(logits), axis=-1, keepdims=True))
    return -np.mean(np.sum(counts * log_p, axis=-1))


@multinomial_nll.misconception(OVERFLOW)
def exponential_overflows(logits, counts):
    p = np.exp(logits) / np.sum(np.exp(logits), axis=-1, keepdims=True)
    return -np.mean(np.sum(counts * np.log(p), axis=-1))


@multinomial_nll.misconception(
    "The softmax is safe, and its logarithm is not: a probability far below the others is stored "
    "as 0, and its logarithm is minus infinity. Take the logarithm with pencil and paper: shifted "
    "logit, less the log of the sum."
)
def logarithm_of_a_stored_zero(logits, counts):
    p = special.softmax(logits, axis=-1)
    return -np.mean(np.sum(counts * np.log(p), axis=-1))


def small_number_in_the_softmax(small, logits, counts):
    p = special.softmax(logits, axis=-1)
    return -np.mean(np.sum(counts * np.log(p + small), axis=-1))


def softmax_kept_above(small, logits, counts):
    p = special.softmax(logits, axis=-1)
    return -np.mean(np.sum(counts * np.log(np.maximum(p, small)), axis=-1))


SMALL_COST = (
    "A probability far below the others is stored as 0. The small number that you add, or clip to, "
    "keeps its logarithm finite and makes it far too small a cost. Take the logarithm with pencil "
    "and paper: shifted logit, less the log of the sum."
)
multinomial_nll.misconceptions_with(SMALL_NUMBERS, [small_number_in_the_softmax], SMALL_COST)
multinomial_nll.misconceptions_with(SMALL_NUMBERS[:5], [softmax_kept_above], SMALL_COST)


@multinomial_nll.misconception(
    "You take one largest logit for the whole batch. In a profile that lies far below it, every "
    "exponential is 0. Each profile needs its own: `axis=-1, keepdims=True`."
)
def one_largest_for_the_batch(logits, counts):
    shifted = logits - np.max(logits)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
    return -np.mean(np.sum(counts * log_p, axis=-1))


@multinomial_nll.misconception(
    "That holds for one profile. In a table, every row needs its own maximum and its own sums: "
    "`axis=-1, keepdims=True` within the logarithm, `axis=-1` for the terms, and then the mean."
)
def as_for_one_profile(logits, counts):
    return -np.sum(counts * log_softmax(logits, axis=None))


@multinomial_nll.misconception(SECOND_AXIS)
def multinomial_along_the_second_axis(logits, counts):
    return -np.mean(np.sum(counts * log_softmax(logits, axis=1), axis=1))


@multinomial_nll.misconception(
    "You divide the counts by their total. That is the cross-entropy of the shape, in which a "
    "profile of ten reads counts as much as one of ten thousand. Here every read counts."
)
def counts_made_shares(logits, counts):
    share = counts / np.maximum(np.sum(counts, axis=-1, keepdims=True), 1)
    return -np.mean(np.sum(share * log_softmax(logits), axis=-1))


@multinomial_nll.misconception(
    "That has the multinomial coefficient in it, which no prediction changes. Here it is left out."
)
def with_the_coefficient(logits, counts):
    return losses.multinomial_nll(logits, counts, full=True)


@multinomial_nll.misconception(
    "You average over the positions as well. One profile's reads are one observation: add up along "
    "the last axis, then average over the profiles."
)
def averaged_over_positions(logits, counts):
    return -np.mean(counts * log_softmax(logits))


@multinomial_nll.misconception("You add the profiles up. The loss is their mean.")
def profiles_summed(logits, counts):
    return -np.sum(counts * log_softmax(logits))


@multinomial_nll.misconception(
    "You return one number for each profile. Asked for is one number for all: their mean."
)
def one_for_each_profile(logits, counts):
    return -np.sum(counts * log_softmax(logits), axis=-1)


@multinomial_nll.misconception(
    "The softmax runs down the batch, so that positions of different profiles compete. The "
    "positions of one profile lie along the last axis."
)
def softmax_down_the_batch(logits, counts):
    return -np.mean(np.sum(counts * log_softmax(logits, axis=0), axis=-1))


@multinomial_nll.misconception(
    "The softmax runs over the whole batch. Each profile is a distribution of its own: `axis=-1`, "
    "with `keepdims=True` so that shapes fit."
)
def softmax_over_everything(logits, counts):
    return -np.mean(np.sum(counts * log_softmax(logits, axis=None), axis=-1))


@multinomial_nll.misconception(
    "The minus is missing. Logarithms of probabilities are negative, and the loss is minus them."
)
def multinomial_without_minus(logits, counts):
    return np.mean(np.sum(counts * log_softmax(logits), axis=-1))


@multinomial_nll.misconception(
    "These are raw logits, not logarithms of probabilities: the log of the sum of all exponentials "
    "has not been taken off. A model would make this as small as it likes with large logits."
)
def logits_as_log_probabilities(logits, counts):
    return -np.mean(np.sum(counts * np.asarray(logits, float), axis=-1))


@multinomial_nll.misconception(
    "The log of the sum is taken off once, for the whole profile, and every read needs it: it is "
    "multiplied with the total of the counts."
)
def normalised_once(logits, counts):
    top = np.max(logits, axis=-1)
    log_sum = top + np.log(np.sum(np.exp(logits - top[..., None]), axis=-1))
    return np.mean(log_sum - np.sum(counts * logits, axis=-1))


@multinomial_nll.misconception(
    "You have taken off the largest logit for the exponentials, and forgotten it in the other "
    "place. Shift once, and use the shifted logits in both."
)
def shifted_in_one_place(logits, counts):
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
    return -np.mean(np.sum(counts * (logits - log_sum), axis=-1))


@multinomial_nll.misconception(IN_BITS)
def multinomial_in_bits(logits, counts):
    return -np.mean(np.sum(counts * log_softmax(logits), axis=-1)) / np.log(2)


@multinomial_nll.misconception(
    "You take a softmax of the counts, too. Counts are what was seen: they are used as they are."
)
def softmax_of_the_counts(logits, counts):
    seen = special.softmax(np.asarray(counts, float), axis=-1)
    return -np.mean(np.sum(seen * log_softmax(logits), axis=-1))


@multinomial_nll.misconception(
    "Without `keepdims=True` the maximum and the sum of each profile have lost their last axis, "
    "and NumPy lays them along the positions. `keepdims=True` keeps each beside its own profile."
)
def sums_without_keepdims(logits, counts):
    p = np.exp(logits - np.max(logits)) / np.sum(np.exp(logits - np.max(logits)), axis=-1)
    return -np.mean(np.sum(counts * np.log(p), axis=-1))


@multinomial_nll.alternative
def total_times_log_sum(logits, counts):
    log_sum = np.logaddexp.reduce(logits, axis=-1)
    return np.mean(np.sum(counts, axis=-1) * log_sum - np.sum(counts * logits, axis=-1))


@multinomial_nll.alternative
def profile_by_profile(logits, counts):
    total = []
    for z, c in examples(logits, counts):
        top = max(z)
        log_sum = top + math.log(sum(math.exp(one - top) for one in z))
        total.append(sum(count * (log_sum - one) for one, count in zip(z, c, strict=True)))
    return sum(total) / len(total)


@multinomial_nll.alternative
def multinomial_in_single_precision(logits, counts):
    z = np.asarray(logits, np.float32)
    z = z - z.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -np.mean((counts.astype(np.float32) * log_p).sum(axis=-1))
