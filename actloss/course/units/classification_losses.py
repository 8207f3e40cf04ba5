"""Unit 06: losses for classes, their gradients, and which fits which kind of label."""

from __future__ import annotations

import math
import sys

import numpy as np

from actloss import losses
from actloss.course.exercise import Unit, option, probe

UNIT = Unit(
    number=6,
    slug="classification-losses",
    title="Classification losses",
    question="How wrong is a predicted class, and which loss fits which kind of label?",
    minutes=120,
)

# What the taught formulas lose to rounding, far below anything that the unit is about.
ROUNDING = 1e-12
DIGITS = 9e-7  # relative: an answer that turns its input into float32 is right
EPSILON = float(np.finfo(float).eps)
# What people clip at, or add, to keep a logarithm finite.
SMALL_NUMBERS = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, EPSILON, 1e-20)
SINGLE = np.float32
TINY, TINIEST = 2.0**-53, 2.0**-100  # powers of 2: 1 - TINY is exact, and float32 holds both
NEARLY_ONE = 1 - 2.0**-24  # the largest number below 1 in float32

NOT_REDUCED = (
    "You return one number for each value. A loss is one number for all of them: end with `np.mean`"
)
SUMMED = "You have added up. The loss is the mean: divide by how many there are, with `np.mean`."
SIGN_FORGOTTEN = (
    "The sign is turned: a minus is missing, or there is one too many. The logarithm of a number "
    "below 1 is negative, and a loss is not."
)
BASE_TWO = (
    "That is a logarithm to base 2, which counts in bits: every value is 1.44 times too large. In "
    "this field log means the natural one, to base e: `np.log`."
)
BASE_TEN = (
    "That is a logarithm to base 10. In this field log means the natural one, to base e: `np.log`."
)
LENGTH_COUNTS_ROWS = (
    "`len` counts the rows of a table, not its numbers: a table of 2 rows and 3 columns has 6. "
    "`np.mean` divides by all of them, and `prediction.size` is how many there are."
)
CLIPPED = (
    "A smallest probability sets a limit, whether you clip at it or add it: beyond it, a worse "
    "prediction counts no more. What the truth was given is never exactly 0 here, so take each "
    "probability as it is."
)
ADDED = (
    "You add a small number to the probability. That changes the results, most of all where the "
    "truth was given very little. It is never exactly 0 here, so take each probability as it is."
)
PRODUCT = (
    "You multiply the probabilities and take one logarithm. The product of a thousand can be too "
    "small to be stored, and becomes 0. Take the logarithm of each, and the mean of those."
)
ONE_NUMBER = (
    "You return one number. The gradient has one number for each prediction, in the shape of "
    "`prediction`: it says how the loss changes when that one prediction changes."
)
WITHOUT_N = (
    "You divide by nothing. The loss is a mean over n values, so each value has a share of 1/n in "
    "it, and each slope is divided by n: `prediction.size`."
)
SIGN_TURNED = (
    "The sign is turned round: this points to where the loss falls, and is the way a step of "
    "training goes. The gradient points to where the loss grows: where the answer is yes, it is "
    "negative."
)
AND_BY_N = "And divide by n, `prediction.size`: the loss is a mean over n values."
BY_FIRST_AXIS = (
    "You divide by the length of the first axis, which counts the examples of a table only. Where "
    "each sequence has several positions, each position is an example, and a single row is one: "
    "`prediction[..., 0].size`."
)
SHARES_TOO = (
    "A target may be a share in between, such as 0.25, and then both count: y of the one for yes, "
    "and 1 - y of the one for no."
)
DECIDES_ONCE = (
    "`if`, `max`, `and` and their like decide once, about a single number, and here is a whole "
    "array. For each element there are `np.where(condition, ..., ...)` and `np.maximum`."
)
NUMBERS_ALONE = (
    "An array stands where a single number is wanted. `float`, `math.log` and `math.exp` take one "
    "number: for each element of an array there are `np.log` and `np.exp`. The second argument of "
    "`np.max` and `np.mean` is the number of an axis: `np.maximum` compares element by element."
)
ROW_BY_ROW = (
    "A loop, `sum` and `axis=0` go along the first axis. In a table they take whole rows, and not "
    "its numbers: `np.ravel` puts all numbers in one line, and `np.mean` averages them all."
)
ZERO_IS_AN_AXIS = (
    "The 0 in `np.max(..., 0)` is the number of an axis. `np.maximum(0, ...)` compares with 0, "
    "element by element."
)


def mean_of(function):
    """A loss that averages what a function makes of each value."""
    return lambda prediction, target: np.mean(function(prediction, target))


def each_of(prediction, target):
    """The pairs as plain numbers, for answers that loop."""
    pairs = zip(np.ravel(prediction), np.ravel(target), strict=True)
    return [(float(p), float(y)) for p, y in pairs]


def given_to_truth(prediction, target):
    """The probability that each prediction gives to what is true."""
    return np.where(target == 1, prediction, 1 - prediction)


def name_slips(exercise, result, each=None):
    """Name what stops on an array as mistakes of an exercise, and what takes rows for numbers.

    `result` is a right answer; a loss is the mean of `each`.
    """

    @exercise.misconception(DECIDES_ONCE)
    def decides_once(prediction, target, *gamma):
        return result(prediction, target, *gamma) if target >= 0 else None

    @exercise.misconception(NUMBERS_ALONE)
    def numbers_alone(prediction, target, *gamma):
        return float(prediction)

    @exercise.misconception(ROW_BY_ROW)
    def decides_for_a_row(prediction, target, *gamma):
        return result(prediction, target, *gamma) if all(y >= 0 for y in target) else None

    @exercise.misconception(ROW_BY_ROW)
    def numbers_in_a_row(prediction, target, *gamma):
        return result(np.array([float(p) for p in prediction]), target, *gamma)

    if each is not None:

        @exercise.misconception(ROW_BY_ROW)
        def averaged_row_by_row(prediction, target, *gamma):
            return np.mean(each(prediction, target, *gamma), axis=0)


# --- binary cross entropy -----------------------------------------------------------------------


def surprises(prediction, target):
    """The binary cross entropy of each value."""
    return -(target * np.log(prediction) + (1 - target) * np.log(1 - prediction))


# Two thousand probabilities of a yes, and whether it came.
MANY = np.linspace(0.05, 0.95, 2000), np.arange(2000) % 2


def probability_cases():
    """Probabilities with labels, simplest first."""
    return [
        probe([0.9, 0.2], [1, 0], shown=True),
        probe([0.8], [1], note="one value, the answer is yes"),
        probe([0.8], [0], note="one value, the answer is no"),
        probe([0.7, 0.4, 0.1], [1, 1, 0], note="three values"),
        probe([[0.6, 0.3, 0.2], [0.9, 0.5, 0.1]], [[1, 0, 0], [1, 1, 0]], note="a table"),
        probe([[[0.6, 0.25]], [[0.984375, 0.1]]], [[[1, 0]], [[0, 0]]], note="three axes"),
        probe([TINY, 1e-9], [1, 0], note="very small probabilities"),
        probe([TINIEST], [1], note="smaller still"),
        probe([0.96875, 0.75], [0, 1], note="large probabilities"),
        probe([NEARLY_ONE], [0], note="nearly sure, and wrong"),
        probe([1 - 2.0**-16, 2.0**-16], [1, 0], note="nearly sure, and right"),
        probe(*MANY, note="2000 values"),
        probe(np.array([0.9, 0.25, 0.4], SINGLE), np.array([1, 0, 1], SINGLE), note="float32"),
    ]


SOFT = probe([0.25, 0.6, 0.9], [0.25, 1.0, 0.55], note="targets between 0 and 1")


def labelled(rng):
    """Random probabilities and labels, of one shape."""
    return rng.uniform(0.05, 0.95, size=(4, 3)), rng.integers(0, 2, size=(4, 3))


binary_cross_entropy = UNIT.exercise(
    "binary-cross-entropy",
    signature="binary_cross_entropy(prediction, target)",
    points=2,
    difficulty=1,
    reference=losses.binary_cross_entropy,
    probes=[*probability_cases(), SOFT],
    random=labelled,
    tolerance=DIGITS,
    absolute=ROUNDING,
    hints=[
        "Where the answer is yes, the loss is minus the logarithm of p. Where it is no, of 1 - p.",
        "One formula for both: y log p + (1 - y) log(1 - p). Where y is 1 the second part is gone, "
        "where y is 0 the first. Then the minus sign, and `np.mean`.",
    ],
)


@binary_cross_entropy.misconception(BASE_TWO)
def in_bits(prediction, target):
    return np.mean(surprises(prediction, target)) / math.log(2)


@binary_cross_entropy.misconception(BASE_TEN)
def in_tens(prediction, target):
    return np.mean(surprises(prediction, target)) / math.log(10)


@binary_cross_entropy.misconception(SIGN_FORGOTTEN)
def negative(prediction, target):
    return -np.mean(surprises(prediction, target))


@binary_cross_entropy.misconception(SUMMED)
def added_up(prediction, target):
    return np.sum(surprises(prediction, target))


@binary_cross_entropy.misconception(f"{NOT_REDUCED}.")
def one_for_each(prediction, target):
    return surprises(prediction, target)


@binary_cross_entropy.misconception(LENGTH_COUNTS_ROWS)
def by_length(prediction, target):
    return np.sum(surprises(prediction, target)) / len(prediction)


@binary_cross_entropy.misconception(
    "Half of it is missing: where the answer is no, y is 0, and your loss is 0 whatever p is. "
    "A model that says yes to everything would be perfect. Add (1 - y) log(1 - p)."
)
def yes_alone(prediction, target):
    return -np.mean(target * np.log(prediction))


@binary_cross_entropy.misconception(
    "Half of it is missing: where the answer is yes, 1 - y is 0, and your loss is 0 whatever p is. "
    "Add y log p."
)
def no_alone(prediction, target):
    return -np.mean((1 - target) * np.log(1 - prediction))


@binary_cross_entropy.misconception(
    "You take the logarithm of p for every value. Where the answer is no, the truth was given the "
    "probability 1 - p: take the logarithm of that."
)
def always_of_p(prediction, target):
    return -np.mean(np.log(prediction))


@binary_cross_entropy.misconception(
    "Yes and no are exchanged: the logarithm of p belongs to targets of 1, that of 1 - p to "
    "targets of 0."
)
def yes_and_no_exchanged(prediction, target):
    return np.mean(surprises(1 - prediction, target))


@binary_cross_entropy.misconception(
    "A sign inside is wrong. Both parts are added: y log p + (1 - y) log(1 - p), and one minus "
    "sign stands before the whole."
)
def parts_subtracted(prediction, target):
    return -np.mean(target * np.log(prediction) - (1 - target) * np.log(1 - prediction))


@binary_cross_entropy.misconception(
    "The two arguments are exchanged: you take the logarithm of the target. It is 0 or 1, and the "
    "logarithm of 0 is minus infinity. Take the logarithm of `prediction`."
)
def arguments_exchanged(prediction, target):
    return np.mean(surprises(target, prediction))


@binary_cross_entropy.misconception(
    "That is the mean square of p - y, the Brier score. A confident error costs at most 1 there. "
    "Here a prediction costs minus the logarithm of what it gave to the truth."
)
def brier_score(prediction, target):
    return np.mean((prediction - target) ** 2)


@binary_cross_entropy.misconception(
    "The logarithm is missing: you average by how much p misses the target."
)
def without_logarithm(prediction, target):
    return np.mean(np.abs(prediction - target))


@binary_cross_entropy.misconception(
    "You have averaged first and taken the logarithm then. One very bad prediction disappears in "
    "that mean. The logarithm of each comes first."
)
def logarithm_of_the_mean(prediction, target):
    return -np.log(np.mean(given_to_truth(prediction, target)))


@binary_cross_entropy.misconception(
    "You decide first, with a threshold of 1/2, and count mistakes. The loss looks at how sure a "
    "prediction was: 0.51 and 0.99 are not the same."
)
def mistakes_counted(prediction, target):
    return np.mean((prediction > 0.5) != (target > 0.5))


@binary_cross_entropy.misconception(
    f"You choose one of the two logarithms for each value. {SHARES_TOO}"
)
def one_of_the_two(prediction, target):
    return -np.mean(np.log(given_to_truth(prediction, target)))


@binary_cross_entropy.misconception(PRODUCT)
def product_of_likelihoods(prediction, target):
    return -np.log(np.prod(given_to_truth(prediction, target))) / prediction.size


def keep_from_zero(
    exercise, result, limited_below=0, but=(), also="", how="", smalls=SMALL_NUMBERS
):
    """Name the usual ways around the logarithm of 0 as mistakes of an exercise.

    The first `limited_below` small numbers are clipped at on one side alone as well. Those in `but`
    are not added, since clipping does the same. `also` is a second sentence, `how` ends the names.
    """
    for small in smalls:

        def clipped(prediction, target, *gamma, small=small):
            return result(np.clip(prediction, small, 1 - small), target, 0, *gamma)

        def added(prediction, target, *gamma, small=small):
            return result(prediction, target, small, *gamma)

        def raised(prediction, target, *gamma, small=small):
            return result(np.maximum(prediction, small), target, 0, *gamma)

        clipped.__name__, added.__name__ = f"clipped_at_{small:g}{how}", f"{small:g}_added{how}"
        raised.__name__ = f"raised_to_{small:g}"
        exercise.misconception(f"{CLIPPED} {also}".rstrip())(clipped)
        if small not in but:
            exercise.misconception(f"{ADDED} {also}".rstrip())(added)
        if small in SMALL_NUMBERS[:limited_below]:
            exercise.misconception(CLIPPED)(raised)


def binary_with(prediction, target, small):
    """Binary cross entropy with a small number added in both logarithms."""
    yes, no = np.log(prediction + small), np.log(1 - prediction + small)
    return -np.mean(target * yes + (1 - target) * no)


keep_from_zero(binary_cross_entropy, binary_with, limited_below=2)
name_slips(binary_cross_entropy, mean_of(surprises), surprises)


@binary_cross_entropy.alternative
def both_parts(prediction, target):
    return -(target * np.log(prediction) + (1 - target) * np.log1p(-prediction)).mean()


@binary_cross_entropy.alternative
def pair_by_pair(prediction, target):
    total = 0.0
    for p, y in each_of(prediction, target):
        total -= y * math.log(p) + (1 - y) * math.log(1 - p)
    return total / np.size(prediction)


@binary_cross_entropy.alternative
def parts_averaged_apart(prediction, target):
    yes = np.average(target * np.log(prediction))
    return -yes - np.average((1 - target) * np.log(1 - prediction))


@binary_cross_entropy.alternative
def prediction_in_single_precision(prediction, target):
    return np.mean(surprises(prediction.astype(SINGLE), target))


@binary_cross_entropy.alternative
def in_single_precision(prediction, target):
    p, y = np.asarray(prediction, SINGLE), np.asarray(target, SINGLE)
    return np.mean(surprises(p, y))


# --- its gradient -------------------------------------------------------------------------------

binary_cross_entropy_gradient = UNIT.exercise(
    "binary-cross-entropy-gradient",
    signature="binary_cross_entropy_gradient(prediction, target)",
    points=2,
    difficulty=2,
    reference=losses.binary_cross_entropy.gradient,
    probes=[*probability_cases(), SOFT],
    random=labelled,
    tolerance=DIGITS,
    absolute=ROUNDING,
    hints=[
        "The slope of log p is 1/p. By the chain rule the slope of log(1 - p) is -1/(1 - p).",
        "Put them into -(y log p + (1 - y) log(1 - p)): the slope is (1 - y)/(1 - p) - y/p. "
        "The mean divides it by n, `prediction.size`.",
    ],
)


def slopes(prediction, target):
    """The slope of the binary cross entropy of each value."""
    return (1 - target) / (1 - prediction) - target / prediction


@binary_cross_entropy_gradient.misconception(WITHOUT_N)
def slopes_without_n(prediction, target):
    return slopes(prediction, target)


def by_n_or_not(exercise, sentence):
    """Register a mistake in each slope: divided by n, and not."""

    def register(function):
        def divided(prediction, target):
            return function(prediction, target) / prediction.size

        def undivided(prediction, target):
            return function(prediction, target)

        divided.__name__ = function.__name__
        undivided.__name__ = f"{function.__name__}_without_n"
        exercise.misconception(sentence)(divided)
        exercise.misconception(f"{sentence} {AND_BY_N}")(undivided)
        return function

    return register


@by_n_or_not(
    binary_cross_entropy_gradient,
    "p - y is the slope along the score before the sigmoid. Here the probability itself is moved, "
    "so p(1 - p) stays below the line.",
)
def slope_along_the_score(prediction, target):
    return prediction - target


@by_n_or_not(
    binary_cross_entropy_gradient,
    "Brackets are missing: `/ p * (1 - p)` divides by p, and then multiplies by 1 - p. Both stand "
    "below the line: `/ (p * (1 - p))`.",
)
def brackets_forgotten(prediction, target):
    return (prediction - target) / prediction * (1 - prediction)


@by_n_or_not(binary_cross_entropy_gradient, SIGN_TURNED)
def slopes_turned(prediction, target):
    return -slopes(prediction, target)


@by_n_or_not(
    binary_cross_entropy_gradient,
    f"You choose one of the two slopes for each value. {SHARES_TOO}",
)
def one_of_the_two_slopes(prediction, target):
    return np.where(target == 1, -1 / prediction, 1 / (1 - prediction))


@by_n_or_not(
    binary_cross_entropy_gradient,
    "The target does not occur: -1/p is the slope where the answer is yes. Where it is no, it is "
    "1/(1 - p).",
)
def slope_of_a_yes_for_all(prediction, target):
    return -1 / prediction


@by_n_or_not(
    binary_cross_entropy_gradient,
    "A sign is wrong: the slope of log(1 - p) is -1/(1 - p), since 1 - p falls when p rises. With "
    "the minus before the whole, (1 - y)/(1 - p) is positive.",
)
def inner_slope_forgotten(prediction, target):
    return -(target / prediction + (1 - target) / (1 - prediction))


@by_n_or_not(
    binary_cross_entropy_gradient,
    "Where the answer is no your gradient is 0, so nothing would ever lower a p that is too high. "
    "Add (1 - y)/(1 - p).",
)
def slopes_of_yes(prediction, target):
    return -target / prediction


@binary_cross_entropy_gradient.misconception(ONE_NUMBER)
def slopes_averaged(prediction, target):
    return np.mean(slopes(prediction, target))


@binary_cross_entropy_gradient.misconception(LENGTH_COUNTS_ROWS)
def slopes_by_length(prediction, target):
    return slopes(prediction, target) / len(prediction)


@binary_cross_entropy_gradient.misconception(
    "That is the slope of the mean squared error. The slope of minus log p is -1/p: the surer a "
    "wrong prediction is, the steeper."
)
def slopes_of_squares(prediction, target):
    return 2 * (prediction - target) / prediction.size


@binary_cross_entropy_gradient.misconception(
    "These are the losses, each with its share of the mean, and not their slopes. The slope of "
    "log p is 1/p."
)
def losses_for_slopes(prediction, target):
    return surprises(prediction, target) / prediction.size


@binary_cross_entropy_gradient.misconception(
    "That is the slope of a logarithm to base 2. The slope of the natural logarithm is 1/p, "
    "without a factor."
)
def slopes_in_bits(prediction, target):
    return slopes(prediction, target) / prediction.size / math.log(2)


@binary_cross_entropy_gradient.misconception(
    "The loss falls with p where the answer is yes, so the slope has a sign. Take no absolute "
    "value."
)
def slopes_without_sign(prediction, target):
    return np.abs(slopes(prediction, target)) / prediction.size


def slopes_with(prediction, target, small):
    """The gradient with a small number added to what is divided by."""
    yes, no = target / (prediction + small), (1 - target) / (1 - prediction + small)
    return (no - yes) / prediction.size


keep_from_zero(binary_cross_entropy_gradient, slopes_with, limited_below=2)
name_slips(binary_cross_entropy_gradient, losses.binary_cross_entropy.gradient)


@binary_cross_entropy_gradient.alternative
def over_p_and_one_minus_p(prediction, target):
    return (prediction - target) / (prediction * (1 - prediction)) / prediction.size


@binary_cross_entropy_gradient.alternative
def slope_by_slope(prediction, target):
    flat = [(1 - y) / (1 - p) - y / p for p, y in each_of(prediction, target)]
    return np.reshape(flat, np.shape(prediction)) / len(flat)


@binary_cross_entropy_gradient.alternative
def slopes_in_single_precision(prediction, target):
    p, y = np.asarray(prediction, SINGLE), np.asarray(target, SINGLE)
    return slopes(p, y) / SINGLE(p.size)


@binary_cross_entropy_gradient.alternative
def prediction_alone_in_single_precision(prediction, target):
    return slopes(prediction.astype(SINGLE), target) / prediction.size


@binary_cross_entropy_gradient.alternative
def slopes_as_lists(prediction, target):
    return (slopes(prediction, target) / np.size(target)).tolist()


# --- binary cross entropy from logits -----------------------------------------------------------


def logit_cases(*unsure):
    """Scores with labels, simplest first; far from 0 as well.

    `unsure` stand beside the sure ones with a label of 1. A gradient needs one: float32 keeps its
    digits of the largest slope only.
    """
    return [
        probe([2.0, -1.0], [1, 0], shown=True),
        probe([0.0], [1], note="one value, the answer is yes"),
        probe([1.5], [0], note="one value, the answer is no"),
        probe([-1.5], [1], note="a negative logit, the answer is yes"),
        probe([1000.0], [0], note="sure and wrong: the answer is no"),
        probe([-1000.0], [1], note="sure and wrong: the answer is yes"),
        probe([1000.0, -1000.0], [1, 0], note="sure and right"),
        probe([1000.0], [1.0], note="sure and right, labels as floats"),
        probe([[1, -2, 3], [0, 4, -1]], [[0, 0, 1], [1, 0, 0]], note="a table of whole numbers"),
        probe([[[0.5, -1.5]], [[2.0, 0.25]]], [[[1, 0]], [[0, 1]]], note="three axes"),
        probe([10.0, -12.0, 18.0, *unsure], [1, 0, 1, *[1 for _ in unsure]], note="rather sure"),
        probe([24.0, -24.0, *unsure], [1, 0, *[1 for _ in unsure]], note="surer"),
        probe([40.0, -40.0, 4e7], [0, 1, 0], note="far from zero"),
        probe([-4e7, 0.5], [1, 1], note="far below zero"),
        probe([0.5, -2.0, 60.0], [0.25, 0.9, 0.5], note="targets between 0 and 1"),
        probe(np.array([2.5, -0.5, 3.0], SINGLE), np.array([1, 1, 0], SINGLE), note="float32"),
        probe(np.array([100, -200], SINGLE), np.array([0, 1], SINGLE), note="large, in float32"),
    ]


def scored(rng):
    """Random scores and labels, of one shape."""
    return rng.normal(scale=4, size=(4, 3)), rng.integers(0, 2, size=(4, 3))


def stable_sigmoid(x):
    """The sigmoid, without an overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def plain_sigmoid(x):
    """The sigmoid as its formula stands, which overflows."""
    return 1 / (1 + np.exp(-x))


def softplus(x):
    """log(1 + e^x), without an overflow."""
    return np.logaddexp(0, x)


def logit_surprises(prediction, target):
    """The binary cross entropy of each logit."""
    return target * softplus(-prediction) + (1 - target) * softplus(prediction)


bce_with_logits = UNIT.exercise(
    "bce-with-logits",
    signature="bce_with_logits(prediction, target)",
    points=3,
    difficulty=3,
    reference=losses.binary_cross_entropy_with_logits,
    probes=logit_cases(),
    random=scored,
    tolerance=DIGITS,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Do not compute the sigmoid: at 1000 it is stored as 1, and the logarithm of 1 - 1 is "
        "minus infinity. Take the logarithm of the formula with pencil and paper: minus log of "
        "1/(1 + e^-z) is log(1 + e^-z).",
        "log(1 + e^z) is max(z, 0) + log(1 + e^-|z|), and log(1 + e^-z) is the same minus z. "
        "The first belongs to no, the second to yes.",
        "Together: `np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))`, and the mean of it.",
    ],
)


THROUGH_THE_PROBABILITY = (
    "At 1000 the sigmoid is stored as 1, and the logarithm of 1 - 1 is minus infinity; the true "
    "loss of a no is 1000. Do not go through the probability: take the logarithm of the formula."
)


@bce_with_logits.misconception(THROUGH_THE_PROBABILITY)
def logarithm_of_the_sigmoid(prediction, target):
    return np.mean(surprises(stable_sigmoid(prediction), target))


@bce_with_logits.misconception(THROUGH_THE_PROBABILITY)
def one_of_two_logarithms_of_the_sigmoid(prediction, target):
    p = plain_sigmoid(prediction)
    return np.mean(np.where(target == 1, -np.log(p), -np.log(1 - p)))


def hide_the_infinity(small, sigmoid):
    """A smallest probability, which makes the loss finite and wrong."""

    def clipped(prediction, target):
        p = np.clip(sigmoid(prediction), small, 1 - small)
        return np.mean(surprises(p, target))

    def added(prediction, target):
        return binary_with(sigmoid(prediction), target, small)

    how = f"{small:g}_with_{sigmoid.__name__}"
    clipped.__name__, added.__name__ = f"kept_away_{how}", f"added_{how}"
    sentence = (
        "A smallest probability hides the trouble: a logit of 1000 where the answer is no should "
        "cost 1000, and costs about minus the logarithm of your small number. The slope becomes 0. "
        "Take the logarithm of the formula first."
    )
    bce_with_logits.misconception(sentence)(clipped)
    bce_with_logits.misconception(sentence)(added)


for usual in SMALL_NUMBERS[1:-2]:
    for squash in (stable_sigmoid, plain_sigmoid):
        hide_the_infinity(usual, squash)


def cut_logits(limit):
    """Name ways to cut logits off at a limit, so that nothing overflows, as mistakes."""

    def into_probabilities(prediction, target):
        p = plain_sigmoid(np.clip(prediction, -limit, limit))
        return np.mean(surprises(p, target))

    def into_exponential(prediction, target):
        z = np.clip(prediction, -limit, limit)
        return np.mean(np.log1p(np.exp(z)) - z * target)

    def in_exponential_alone(prediction, target):
        z = np.clip(prediction, -limit, limit)
        return np.mean(np.log1p(np.exp(z)) - prediction * target)

    def into_stable_form(prediction, target):
        return np.mean(logit_surprises(np.clip(prediction, -limit, limit), target))

    ways = [into_probabilities, into_exponential, in_exponential_alone]
    if limit >= 100:  # below, no exponential overflows, and the stable form does the same
        ways.append(into_stable_form)
    for way in ways:
        way.__name__ = f"cut_at_{limit}_{way.__name__}"
        bce_with_logits.misconception(
            "Do not cut the logits off at a limit: a logit of 1000 where the answer is no costs "
            "1000. With e^(-|z|), which is never above 1, no limit is needed."
        )(way)


for usual in (20, 30, 50, 100, 500, 700):
    cut_logits(usual)


@bce_with_logits.misconception(
    "The formula is right, but for a logit of 1000 e^1000 overflows. log(1 + e^z) is max(z, 0) + "
    "log(1 + e^-|z|), whose exponential is never above 1."
)
def overflows_in_one_formula(prediction, target):
    return np.mean(np.log(1 + np.exp(prediction)) - prediction * target)


@bce_with_logits.misconception(
    "You no longer take the sigmoid, but e^1000 overflows, and the loss is infinite. Use e^(-|z|), "
    "which is never above 1, and put max(z, 0) in front."
)
def exponential_overflows(prediction, target):
    yes, no = np.log(1 + np.exp(-prediction)), np.log(1 + np.exp(prediction))
    return np.mean(target * yes + (1 - target) * no)


@bce_with_logits.misconception(
    "For a logit of -1000, e^1000 overflows. The formula is right on the other side. Use e^(-|z|), "
    "and max(z, 0) in place of z."
)
def overflows_on_one_side(prediction, target):
    return np.mean(prediction - prediction * target + np.log1p(np.exp(-prediction)))


@bce_with_logits.misconception(
    "You treat the logits as probabilities. They are scores, any real numbers, and the logarithm "
    "of a negative one is nan. The sigmoid is part of this loss."
)
def logits_taken_for_probabilities(prediction, target):
    return np.mean(surprises(prediction, target))


@bce_with_logits.misconception(
    "The sigmoid is applied twice: this loss has it inside already. Twice squashed, every "
    "probability lies between 0.5 and 0.73."
)
def sigmoid_twice(prediction, target):
    return np.mean(logit_surprises(stable_sigmoid(prediction), target))


@bce_with_logits.misconception(
    "log(1 + e^-|z|) is only the part that both answers share. It is nearly 0 far from 0, and a "
    "sure wrong answer costs nothing. Add max(z, 0) - z y."
)
def shared_part_alone(prediction, target):
    return np.mean(np.log1p(np.exp(-np.abs(prediction))))


@bce_with_logits.misconception(
    "The target does not occur: that is the loss of a no for every value. Take z y off."
)
def always_no(prediction, target):
    return np.mean(softplus(prediction))


@bce_with_logits.misconception(
    "The target does not occur: that is the loss of a yes for every value."
)
def always_yes(prediction, target):
    return np.mean(softplus(-prediction))


@bce_with_logits.misconception(
    "You take z y off from z; take it off from max(z, 0). With e^-|z|, only positive z may stand "
    "in front: `np.maximum(z, 0)`."
)
def maximum_forgotten(prediction, target):
    z = prediction
    return np.mean(z - z * target + np.log1p(np.exp(-np.abs(z))))


@bce_with_logits.misconception(
    "The exponential belongs to -|z|, minus the absolute value, with max(z, 0) in front: it is "
    "then never above 1, whatever sign z has. Yours grows without limit on one side."
)
def absolute_value_forgotten(prediction, target):
    z = prediction
    return np.mean(np.maximum(z, 0) - z * target + np.log1p(np.exp(-z)))


@bce_with_logits.misconception(
    "A minus is missing in the exponential: with -|z| it is never above 1. Yours is never below 1, "
    "and overflows."
)
def exponent_positive(prediction, target):
    z = prediction
    return np.mean(np.maximum(z, 0) - z * target + np.log1p(np.exp(np.abs(z))))


@bce_with_logits.misconception(ZERO_IS_AN_AXIS)
def largest_along_an_axis(prediction, target):
    z = prediction
    return np.mean(np.max(z, 0) - z * target + np.log1p(np.exp(-np.abs(z))))


@bce_with_logits.misconception(f"You choose one of the two losses for each value. {SHARES_TOO}")
def one_of_the_two_losses(prediction, target):
    return np.mean(np.where(target == 1, softplus(-prediction), softplus(prediction)))


@bce_with_logits.misconception(
    "A sign is wrong: a yes makes a large logit cheap, so z y is taken off, not added."
)
def product_added(prediction, target):
    return np.mean(softplus(prediction) + prediction * target)


@bce_with_logits.misconception(
    "Yes and no are exchanged: a large logit should be cheap where the target is 1."
)
def labels_exchanged(prediction, target):
    return np.mean(logit_surprises(-prediction, target))


@bce_with_logits.misconception(
    "The two arguments are exchanged: the exponential is taken of the logits, and the targets "
    "multiply."
)
def logits_exchanged_with_targets(prediction, target):
    return np.mean(softplus(target) - prediction * target)


@bce_with_logits.misconception(BASE_TWO)
def logits_in_bits(prediction, target):
    return np.mean(logit_surprises(prediction, target)) / math.log(2)


@bce_with_logits.misconception(SIGN_FORGOTTEN)
def negative_with_logits(prediction, target):
    return -np.mean(logit_surprises(prediction, target))


@bce_with_logits.misconception(SUMMED)
def logits_added_up(prediction, target):
    return np.sum(logit_surprises(prediction, target))


@bce_with_logits.misconception(f"{NOT_REDUCED}.")
def one_for_each_logit(prediction, target):
    return logit_surprises(prediction, target)


@bce_with_logits.misconception(LENGTH_COUNTS_ROWS)
def logits_by_length(prediction, target):
    return np.sum(logit_surprises(prediction, target)) / len(prediction)


name_slips(bce_with_logits, mean_of(logit_surprises), logit_surprises)


@bce_with_logits.misconception(
    "In front stands max(z, 0), not |z|: where z is negative, nothing but the logarithm and -z y "
    "is left."
)
def size_for_the_positive_part(prediction, target):
    z = prediction
    return np.mean(np.abs(z) - z * target + np.log1p(np.exp(-np.abs(z))))


@bce_with_logits.alternative
def in_one_formula(prediction, target):
    z = prediction
    return np.mean(np.maximum(z, 0) - z * target + np.log1p(np.exp(-np.abs(z))))


@bce_with_logits.alternative
def sum_of_exponentials(prediction, target):
    return np.mean(np.logaddexp(0, prediction) - prediction * target)


@bce_with_logits.alternative
def without_log1p(prediction, target):
    both = np.log(1 + np.exp(-np.abs(prediction)))
    yes, no = np.maximum(-prediction, 0) + both, np.maximum(prediction, 0) + both
    return (target * yes + (1 - target) * no).mean()


@bce_with_logits.alternative
def logit_by_logit(prediction, target):
    total = 0.0
    for z, y in each_of(prediction, target):
        total += max(z, 0) - z * y + math.log1p(math.exp(-abs(z)))
    return total / np.size(prediction)


@bce_with_logits.alternative
def logits_alone_in_single_precision(prediction, target):
    return in_one_formula(prediction.astype(SINGLE), target)


@bce_with_logits.alternative
def logits_in_single_precision(prediction, target):
    z, y = np.asarray(prediction, SINGLE), np.asarray(target, SINGLE)
    return np.mean(logit_surprises(z, y))


# --- its gradient -------------------------------------------------------------------------------

bce_logit_gradient = UNIT.exercise(
    "bce-logit-gradient",
    signature="bce_logit_gradient(prediction, target)",
    points=2,
    difficulty=2,
    reference=losses.binary_cross_entropy_with_logits.gradient,
    probes=logit_cases(-1.0),
    random=scored,
    tolerance=DIGITS,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "The chain rule: the slope of the loss along p is (p - y) / (p (1 - p)), and the slope of "
        "the sigmoid is p (1 - p). What is their product?",
        "p - y, where p is the sigmoid of the logit, divided by n: the loss is a mean. Write the "
        "sigmoid with e^(-|z|), as in unit 02, so that it does not overflow.",
    ],
)


@bce_logit_gradient.misconception(WITHOUT_N)
def difference_without_n(prediction, target):
    return stable_sigmoid(prediction) - target


@bce_logit_gradient.misconception(
    "Two things. The loss is a mean over n values, so each slope is divided by n: "
    "`prediction.size`. And at -1000, e^1000 overflows on the way: write the sigmoid with e^(-|z|)."
)
def overflows_without_n(prediction, target):
    return 1 / (1 + np.exp(-prediction)) - target


@by_n_or_not(bce_logit_gradient, SIGN_TURNED)
def difference_turned(prediction, target):
    return target - stable_sigmoid(prediction)


@by_n_or_not(
    bce_logit_gradient,
    "The sigmoid's slope p (1 - p) should be gone: the slope of the loss along p has it below the "
    "line, and they cancel. With it left in, a sure wrong answer would teach nothing.",
)
def slope_of_the_sigmoid_left(prediction, target):
    p = stable_sigmoid(prediction)
    return (p - target) * p * (1 - p)


@by_n_or_not(
    bce_logit_gradient,
    "That is the slope along the probability. One step is missing in the chain: multiply by the "
    "slope of the sigmoid, p (1 - p), with pencil and paper, where it cancels.",
)
def slope_along_the_probability(prediction, target):
    p = stable_sigmoid(prediction)
    return (p - target) / (p * (1 - p))


@by_n_or_not(
    bce_logit_gradient,
    "You compare the logit itself with the target. The sigmoid belongs in between: its output is "
    "compared.",
)
def logit_minus_target(prediction, target):
    return prediction - target


@by_n_or_not(
    bce_logit_gradient,
    f"You choose one of the two slopes for each value. {SHARES_TOO}",
)
def one_of_the_two_differences(prediction, target):
    p = stable_sigmoid(prediction)
    return np.where(target == 1, p - 1, p)


@bce_logit_gradient.misconception(ONE_NUMBER)
def differences_averaged(prediction, target):
    return np.mean(stable_sigmoid(prediction) - target)


@bce_logit_gradient.misconception(LENGTH_COUNTS_ROWS)
def differences_by_length(prediction, target):
    return (stable_sigmoid(prediction) - target) / len(prediction)


@bce_logit_gradient.misconception(
    "You round to a decision first. How sure the prediction was is what the gradient is about."
)
def decision_minus_target(prediction, target):
    return ((prediction > 0) - np.asarray(target)) / prediction.size


@bce_logit_gradient.misconception(
    "The 2 belongs to squares. The slope here is p - y, without a factor."
)
def twice_the_difference(prediction, target):
    return 2 * (stable_sigmoid(prediction) - target) / prediction.size


@bce_logit_gradient.misconception(
    "Where the answer is no your gradient is 0. The slope is p - y for both answers."
)
def yes_moves_alone(prediction, target):
    return target * (stable_sigmoid(prediction) - 1) / prediction.size


@bce_logit_gradient.misconception(
    "The values are right, but at -1000 the exponential e^1000 overflows on the way. Write the "
    "sigmoid with e^(-|z|), which is never above 1."
)
def overflows_on_the_way(prediction, target):
    return (1 / (1 + np.exp(-prediction)) - target) / prediction.size


@bce_logit_gradient.misconception(
    "Two things. At -1000, e^1000 overflows on the way: write the sigmoid with e^(-|z|). And for a "
    "table you divide by too little: `len` counts its rows, not its numbers, `prediction.size`."
)
def overflows_by_length(prediction, target):
    return (plain_sigmoid(prediction) - target) / len(prediction)


@bce_logit_gradient.misconception(
    "At 1000 you divide infinity by infinity, which is nan. Write the sigmoid with e^(-|z|), which "
    "is never above 1."
)
def infinity_by_infinity(prediction, target):
    return (np.exp(prediction) / (1 + np.exp(prediction)) - target) / prediction.size


name_slips(bce_logit_gradient, losses.binary_cross_entropy_with_logits.gradient)


@bce_logit_gradient.misconception(
    "Right on paper. But `np.where` computes both sides for every score before it chooses: at "
    "1000, e^1000 overflows, though nobody wants it. Give the exponential -|z|, which is never "
    "positive."
)
def both_sides_computed(prediction, target):
    z = prediction
    e = np.exp(z)
    return (np.where(z >= 0, 1 / (1 + np.exp(-z)), e / (1 + e)) - target) / np.size(z)


@bce_logit_gradient.alternative
def by_the_stable_sigmoid(prediction, target):
    return (stable_sigmoid(prediction) - target) / prediction.size


@bce_logit_gradient.alternative
def through_tanh(prediction, target):
    return ((1 + np.tanh(prediction / 2)) / 2 - target) / np.size(target)


@bce_logit_gradient.alternative
def logit_slope_by_slope(prediction, target):
    flat = [(1 + math.tanh(z / 2)) / 2 - y for z, y in each_of(prediction, target)]
    return np.reshape(flat, np.shape(prediction)) / len(flat)


@bce_logit_gradient.alternative
def logit_slopes_in_single_precision(prediction, target):
    z = np.asarray(prediction, SINGLE)
    return (stable_sigmoid(z) - np.asarray(target, SINGLE)) / SINGLE(z.size)


# --- categorical cross entropy ------------------------------------------------------------------

ROWS = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]
MANY_ROWS = np.stack([1 - MANY[0], MANY[0]], axis=-1)


def class_cases():
    """Rows of probabilities with one-hot rows, simplest first."""
    return [
        probe(ROWS, [[1, 0, 0], [0, 1, 0]], shown=True),
        probe([[0.5, 0.3, 0.2]], [[0, 0, 1]], note="one example"),
        probe([0.1, 0.6, 0.3], [0, 1, 0], note="a single row, not a table"),
        probe(
            [[0.4, 0.3, 0.2, 0.1], [0.25, 0.25, 0.25, 0.25], [0.05, 0.05, 0.1, 0.8]],
            [[0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]],
            note="three examples, four classes",
        ),
        probe(
            [[[0.9, 0.1], [0.6, 0.4], [0.5, 0.5]], [[0.2, 0.8], [0.3, 0.7], [0.99, 0.01]]],
            [[[1, 0], [0, 1], [1, 0]], [[1, 0], [0, 1], [1, 0]]],
            note="two sequences of three positions",
        ),
        probe([[[0.7, 0.3]], [[0.4, 0.6]]], [[[1, 0]], [[0, 1]]], note="two of one position"),
        probe([[0.5, 0.4, 0.1]], [[0.6, 0.3, 0.1]], note="a target of proportions"),
        probe([[TINY, 1 - TINY], [0.5, 0.5]], [[1, 0], [0, 1]], note="a very small one"),
        probe([[TINIEST, 0.5, 0.5]], [[1, 0, 0]], note="smaller still"),
        probe([[2.0**-16, 1 - 2.0**-16]], [[0, 1]], note="nearly sure, and right"),
        probe(MANY_ROWS, np.eye(2)[MANY[1]], note="2000 rows"),
        probe(np.array(ROWS, SINGLE), np.array([[0, 0, 1], [1, 0, 0]], SINGLE), note="float32"),
    ]


def class_rows(rng):
    """Random rows of probabilities and one-hot rows."""
    return rng.dirichlet(np.full(4, 2.0), size=5), np.eye(4)[rng.integers(0, 4, size=5)]


def row_surprises(prediction, target):
    """The categorical cross entropy of each row."""
    return -np.sum(target * np.log(prediction), axis=-1)


categorical_cross_entropy = UNIT.exercise(
    "categorical-cross-entropy",
    signature="categorical_cross_entropy(prediction, target)",
    points=2,
    difficulty=2,
    reference=losses.categorical_cross_entropy,
    probes=class_cases(),
    random=class_rows,
    tolerance=DIGITS,
    absolute=ROUNDING,
    hints=[
        "In each row, multiply the target by the logarithm of the prediction and add up: a one-hot "
        "row picks the logarithm of the true class's probability.",
        "The classes are along the last axis, so the sum is `np.sum(..., axis=-1)`. Then one minus "
        "sign, and the mean over what is left: the examples.",
    ],
)


@categorical_cross_entropy.misconception(
    "You have averaged over the classes as well. The zeros of a one-hot row are no values of their "
    "own: add up over the classes, and average over the examples only. (With twice as many classes "
    "your loss would be half as large.)"
)
def mean_over_classes(prediction, target):
    return -np.mean(target * np.log(prediction))


@categorical_cross_entropy.misconception(
    "You have added up everything. Add up over the classes, and average over the examples."
)
def rows_added_up(prediction, target):
    return np.sum(row_surprises(prediction, target))


@categorical_cross_entropy.misconception(
    "You return one number for each example. A loss is one number for all of them: end with "
    "`np.mean`."
)
def one_for_each_row(prediction, target):
    return row_surprises(prediction, target)


@categorical_cross_entropy.misconception(SIGN_FORGOTTEN)
def negative_rows(prediction, target):
    return -np.mean(row_surprises(prediction, target))


@categorical_cross_entropy.misconception(BASE_TWO)
def rows_in_bits(prediction, target):
    return np.mean(row_surprises(prediction, target)) / math.log(2)


@categorical_cross_entropy.misconception(BASE_TEN)
def rows_in_tens(prediction, target):
    return np.mean(row_surprises(prediction, target)) / math.log(10)


@categorical_cross_entropy.misconception(
    "That is the sum of binary cross entropies: you also charge the other classes, by log(1 - p). "
    "In a row that adds up to 1 they have been charged already. Only y log p is summed."
)
def binary_for_each_class(prediction, target):
    return np.mean(np.sum(surprises(prediction, target), axis=-1))


@categorical_cross_entropy.misconception(
    "That is the binary cross entropy of every number. In a row that adds up to 1, only the true "
    "class's logarithm counts: sum y log p over the classes, then average over the examples."
)
def binary_cross_entropy_instead(prediction, target):
    return np.mean(surprises(prediction, target))


@categorical_cross_entropy.misconception(
    "You add up over the examples and average over the classes. It is the other way round: add up "
    "along the last axis, where the classes are, with `axis=-1`, and average over the examples."
)
def wrong_axis(prediction, target):
    return -np.mean(np.sum(target * np.log(prediction), axis=0))


@categorical_cross_entropy.misconception(
    "`axis=1` is the last axis of a table only. Predictions for every position of a sequence have "
    "three axes, and a single row has one: `axis=-1` is the last one of any."
)
def second_axis(prediction, target):
    return -np.mean(np.sum(target * np.log(prediction), axis=1))


@categorical_cross_entropy.misconception(
    f"{BY_FIRST_AXIS} Or take the mean of all that is left after the sum over the classes."
)
def rows_by_length(prediction, target):
    return np.sum(row_surprises(prediction, target)) / len(prediction)


@categorical_cross_entropy.misconception(
    "You apply a softmax first. These rows are probabilities already, and add up to 1: a softmax "
    "makes them nearly equal. Take their logarithm as they are."
)
def softmax_first(prediction, target):
    e = np.exp(prediction)
    return np.mean(row_surprises(e / np.sum(e, axis=-1, keepdims=True), target))


ONE_LOGARITHM = (
    "You take one logarithm in each row. A target may hold proportions, and then every class has "
    "its part: multiply each logarithm by its target, and add up."
)


@categorical_cross_entropy.misconception(ONE_LOGARITHM)
def logarithm_of_the_sum(prediction, target):
    return -np.mean(np.log(np.sum(target * prediction, axis=-1)))


@categorical_cross_entropy.misconception(ONE_LOGARITHM)
def ones_alone_picked(prediction, target):
    return -np.mean(np.log(prediction[target == 1]))


@categorical_cross_entropy.misconception(ONE_LOGARITHM)
def largest_target_picked(prediction, target):
    largest = np.argmax(target, axis=-1)[..., None]
    return -np.mean(np.log(np.take_along_axis(prediction, largest, axis=-1)))


@categorical_cross_entropy.misconception(
    "You take the largest probability of each row. Whether that class is the true one does not "
    "enter: a sure wrong answer would be the best."
)
def largest_for_the_true(prediction, target):
    return -np.mean(np.log(np.max(prediction, axis=-1)))


@categorical_cross_entropy.misconception(
    "You average the true class's probabilities first and take the logarithm then. The logarithm "
    "of each comes first."
)
def log_of_the_mean_row(prediction, target):
    return -np.log(np.mean(np.sum(target * prediction, axis=-1)))


@categorical_cross_entropy.misconception(
    "The logarithm is missing: you average the true class's probabilities."
)
def mean_probability(prediction, target):
    return np.mean(np.sum(target * prediction, axis=-1))


@categorical_cross_entropy.misconception(
    "The two arguments are exchanged: you take the logarithm of the target, which is mostly 0."
)
def rows_exchanged(prediction, target):
    return np.mean(row_surprises(target, prediction))


@categorical_cross_entropy.misconception(
    "That is a sum of squares. Here an example costs minus the logarithm of what its true class "
    "was given."
)
def squares_of_rows(prediction, target):
    return np.mean(np.sum((prediction - target) ** 2, axis=-1))


def rows_with(prediction, target, small):
    """Categorical cross entropy with a small number added in the logarithm."""
    return np.mean(row_surprises(prediction + small, target))


keep_from_zero(categorical_cross_entropy, rows_with)


@categorical_cross_entropy.misconception(PRODUCT)
def product_of_rows(prediction, target):
    given = np.sum(target * prediction, axis=-1)
    return -np.log(np.prod(given)) / np.size(given)


@categorical_cross_entropy.misconception(NUMBERS_ALONE)
def logarithm_of_one_number(prediction, target):
    return -np.mean(target * math.log(prediction))


@categorical_cross_entropy.alternative
def summed_and_averaged(prediction, target):
    return (-target * np.log(prediction)).sum(-1).mean()


@categorical_cross_entropy.alternative
def all_over_examples(prediction, target):
    examples = np.size(prediction) / np.shape(prediction)[-1]
    return -np.sum(target * np.log(prediction)) / examples


@categorical_cross_entropy.alternative
def row_by_row(prediction, target):
    flat = [-y * math.log(p) for p, y in each_of(prediction, target)]
    return math.fsum(flat) * np.shape(prediction)[-1] / len(flat)


@categorical_cross_entropy.alternative
def rows_alone_in_single_precision(prediction, target):
    return np.mean(row_surprises(prediction.astype(SINGLE), target))


@categorical_cross_entropy.alternative
def rows_in_single_precision(prediction, target):
    p, y = np.asarray(prediction, SINGLE), np.asarray(target, SINGLE)
    return np.mean(row_surprises(p, y))


# --- its gradient -------------------------------------------------------------------------------

UINT8_MINUS = (
    "Mind targets of type uint8, which has no negative numbers: minus 1 is 255 there. Divide "
    "first, and put the minus before the quotient: `-(target / prediction)`."
)


categorical_cross_entropy_gradient = UNIT.exercise(
    "categorical-cross-entropy-gradient",
    signature="categorical_cross_entropy_gradient(prediction, target)",
    points=2,
    difficulty=2,
    # Adding 0 makes 0 of -0.
    reference=lambda prediction, target: (
        losses.categorical_cross_entropy.gradient(prediction, target) + 0.0
    ),
    probes=[
        *class_cases(),
        probe(ROWS, np.array([[1, 0, 0], [0, 1, 0]], np.uint8), note="a target in uint8"),
    ],
    random=class_rows,
    tolerance=DIGITS,
    absolute=ROUNDING,
    hints=[
        "In y log p, only p moves, and the slope of log p is 1/p. The minus sign stays.",
        "The loss is a mean over examples, not over all numbers: divide by how many rows there "
        "are. `prediction[..., 0]` has one number of each row.",
    ],
)


def examples_in(prediction):
    """How many rows of classes there are."""
    return prediction.size / prediction.shape[-1]


def with_minus_target(sentence):
    """Register a mistake made of -target, in floats and as uint8 would have it."""

    def register(function):
        def in_floats(prediction, target):
            return function(prediction, -1.0 * target)

        def as_it_comes(prediction, target):
            return function(prediction, -target)

        in_floats.__name__ = function.__name__
        as_it_comes.__name__ = f"{function.__name__}_as_it_comes"
        categorical_cross_entropy_gradient.misconception(sentence)(in_floats)
        categorical_cross_entropy_gradient.misconception(f"{sentence} {UINT8_MINUS}")(as_it_comes)
        return function

    return register


@categorical_cross_entropy_gradient.misconception(UINT8_MINUS)
def minus_in_uint8(prediction, target):
    return -target / prediction / examples_in(prediction)


@with_minus_target(
    "You divide by how many numbers there are. The loss was averaged over the examples, each of "
    "which has one number for every class: divide by the number of rows."
)
def by_all_numbers(prediction, minus):
    return minus / prediction / prediction.size


@with_minus_target(
    "You divide by nothing. The loss is a mean over the examples: divide by how many there are."
)
def without_examples(prediction, minus):
    return minus / prediction


@with_minus_target(BY_FIRST_AXIS)
def by_first_axis(prediction, minus):
    return minus / prediction / len(prediction)


@with_minus_target(
    "You divide by how many classes there are. The loss is a mean over the examples: divide by the "
    "number of rows."
)
def by_classes(prediction, minus):
    return minus / prediction / prediction.shape[-1]


@with_minus_target("The slope of log p is 1/p: divide by the probability, do not multiply.")
def multiplied(prediction, minus):
    return minus * prediction / examples_in(prediction)


@with_minus_target("These are the parts of the loss, not their slopes: the slope of log p is 1/p.")
def parts_of_the_loss(prediction, minus):
    return minus * np.log(prediction) / examples_in(prediction)


@with_minus_target(
    "You return one number for each row. The gradient has one for every class of it, in the shape "
    "of `prediction`."
)
def slopes_of_rows_added(prediction, minus):
    return np.sum(minus / prediction, axis=-1) / examples_in(prediction)


def divided_by(count, name, and_rows=""):
    """Wrong slopes, divided by some count of things, and what is to be said of that."""

    def along_logits(prediction, target):
        return (prediction - target) / count(prediction)

    def upside_down(prediction, target):
        return target / prediction / count(prediction)

    def for_all_classes(prediction, target):
        return -1 / prediction / count(prediction)

    along_logits.__name__ = f"slope_along_logits_{name}"
    upside_down.__name__ = f"upside_down_{name}"
    for_all_classes.__name__ = f"target_forgotten_{name}"
    categorical_cross_entropy_gradient.misconception(
        "p - y is the slope along the logits before the softmax. Here the probabilities themselves "
        f"are moved: the slope is -y/p.{and_rows}"
    )(along_logits)
    categorical_cross_entropy_gradient.misconception(
        "The minus sign is missing: raising the true class's probability makes the loss smaller, "
        f"so that slope is negative.{and_rows}"
    )(upside_down)
    categorical_cross_entropy_gradient.misconception(
        "The target does not occur. A class whose target is 0 is not in the loss, and its slope is "
        f"0: it is -y/p.{and_rows}"
    )(for_all_classes)


BY_ROWS = " And divide by the number of rows: the loss is their mean."
divided_by(examples_in, "by_rows")
divided_by(lambda prediction: 1, "by_nothing", BY_ROWS)
divided_by(len, "by_length", " And `len` counts the rows of a table only. A single row is one.")
divided_by(np.size, "by_size", BY_ROWS)


NOT_A_MEAN = (
    "You take a mean of slopes. The gradient has one number for every class of every row, in the "
    "shape of `prediction`: divide each by the number of rows, and keep them all."
)


@categorical_cross_entropy_gradient.misconception(NOT_A_MEAN)
def class_slopes_averaged(prediction, target):
    return -np.mean(target / prediction)


@categorical_cross_entropy_gradient.misconception(NOT_A_MEAN)
def class_slopes_averaged_over_rows(prediction, target):
    return -np.mean(target / prediction, axis=0)


@categorical_cross_entropy_gradient.misconception(
    "That is the binary loss's slope. In a sum of y log p over the classes a class whose target is "
    "0 does not occur, and its slope is 0."
)
def binary_slopes(prediction, target):
    return slopes(prediction, target) / examples_in(prediction)


@categorical_cross_entropy_gradient.misconception(
    "That is nearly the slope of the binary loss, whose brackets are missing besides. In a sum of "
    "y log p over the classes there is no 1 - p: the slope is -y/p."
)
def binary_slopes_without_brackets(prediction, target):
    return (prediction - target) / prediction * (1 - prediction) / examples_in(prediction)


def class_slopes_with(prediction, target, small):
    """The gradient with a small number added to what is divided by."""
    return -(target / (prediction + small)) / examples_in(prediction)


def class_slopes_of_minus_target(prediction, target, small):
    """The same with -target, which goes wrong in uint8."""
    return -target / (prediction + small) / examples_in(prediction)


keep_from_zero(categorical_cross_entropy_gradient, class_slopes_with, but=(1e-8, 1e-9))
keep_from_zero(
    categorical_cross_entropy_gradient,
    class_slopes_of_minus_target,
    but=(1e-8, 1e-9),
    also=UINT8_MINUS,
    how="_minus",
)


@categorical_cross_entropy_gradient.alternative
def over_the_rows(prediction, target):
    rows = np.reshape(prediction, (-1, np.shape(prediction)[-1]))
    return -(target / prediction) / len(rows)


@categorical_cross_entropy_gradient.alternative
def slopes_of_all_classes(prediction, target):
    flat = [-y / p for p, y in each_of(prediction, target)]
    return np.reshape(flat, np.shape(prediction)) / examples_in(prediction)


@categorical_cross_entropy_gradient.alternative
def class_slopes_in_single_precision(prediction, target):
    p, y = np.asarray(prediction, SINGLE), np.asarray(target, SINGLE)
    return -y / p / SINGLE(examples_in(p))


# --- sparse labels ------------------------------------------------------------------------------

sparse = UNIT.exercise(
    "sparse",
    signature="sparse(prediction, target)",
    points=2,
    difficulty=2,
    reference=losses.sparse_categorical_cross_entropy,
    probes=[
        probe(ROWS, [0, 1], shown=True),
        probe([[0.5, 0.3, 0.2]], [2], note="one example"),
        probe(ROWS, [2, 2], note="the same label twice"),
        probe(
            [[0.4, 0.3, 0.2, 0.1], [0.25, 0.15, 0.35, 0.25], [0.05, 0.05, 0.1, 0.8]],
            [3, 0, 1],
            note="three examples, four classes",
        ),
        probe([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]], [0, 1], note="other classes have exactly 0"),
        probe([[TINY, 1 - TINY], [0.5, 0.5]], [0, 1], note="a very small probability"),
        probe([[TINIEST, 0.5, 0.5]], [0], note="smaller still"),
        probe([[2.0**-16, 1 - 2.0**-16]], [1], note="nearly sure, and right"),
        probe([[0.9, 0.1], [0.2, 0.8]], np.array([1, 1], np.uint8), note="labels in uint8"),
        probe(np.array(ROWS, SINGLE), [1, 0], note="float32"),
        probe(np.arange(1, 601).reshape(2, 300) / 180300, [150, 299], note="300 classes"),
        probe(MANY_ROWS, MANY[1], note="2000 rows"),
    ],
    random=lambda rng: (rng.dirichlet(np.full(4, 2.0), size=5), rng.integers(0, 4, size=5)),
    tolerance=DIGITS,
    absolute=ROUNDING,
    hints=[
        "A label says in which column the true class's probability stands. Take that one number "
        "out of each row; the rest of the row is not needed.",
        "`prediction[rows, target]` with `rows = np.arange(len(target))` takes column target[0] of "
        "row 0, column target[1] of row 1, and so on.",
    ],
)


def of_the_true(prediction, target):
    """Each row's probability of its true class."""
    return prediction[np.arange(len(target)), target]


@sparse.misconception(
    "A label is a name, not an amount: class 3 is not three times class 1. You have multiplied by "
    "it. Use it to say where in the row to look."
)
def labels_as_factors(prediction, target):
    return -np.mean(target[:, None] * np.log(prediction))


@sparse.misconception(
    "You add labels up and average them as if they were numbers. Class 2 is not nearer to class 1 "
    "than to class 0. Use a label to say where in the row to look."
)
def labels_as_numbers(prediction, target):
    return np.mean((np.argmax(prediction, axis=-1) - target.astype(float)) ** 2)


@sparse.misconception(
    "The mean of the classes' numbers, weighted by their probabilities, is the number of no class, "
    "and its distance from a label means nothing: labels are names. Use a label to say where in "
    "the row to look."
)
def mean_class_number(prediction, target):
    expected = prediction @ np.arange(prediction.shape[-1])
    return np.mean((expected - target) ** 2)


@sparse.misconception("You count the classes from 1. In Python, label 0 is the first column.")
def counted_from_one(prediction, target):
    return -np.mean(np.log(prediction[np.arange(len(target)), target.astype(int) - 1]))


@sparse.misconception(
    "`prediction[:, target]` takes the columns of all labels in every row, a table of n times n "
    "numbers. To pair row with label, give the rows too: `prediction[np.arange(len(target)), "
    "target]`."
)
def every_row_with_every_label(prediction, target):
    return -np.mean(np.log(prediction[:, target]))


@sparse.misconception(
    "`prediction[target]` takes rows: those whose numbers are the labels. A label is the number of "
    "a column: `prediction[np.arange(len(target)), target]`."
)
def labels_for_rows(prediction, target):
    return -np.mean(np.log(prediction[target]))


@sparse.misconception(
    "Rows and columns are exchanged: a label is the number of a column, and stands second: "
    "`prediction[np.arange(len(target)), target]`."
)
def rows_and_columns_exchanged(prediction, target):
    return -np.mean(np.log(prediction[target, np.arange(len(target))]))


@sparse.misconception(
    "`np.arange` should count the rows, one for each label, and counts the classes here: "
    "`np.arange(len(target))`."
)
def classes_for_rows(prediction, target):
    return -np.mean(np.log(prediction[np.arange(prediction.shape[1]), target]))


@sparse.misconception(
    "You multiply a table by labels. They are numbers of classes, not one-hot rows: use a label to "
    "say where in the row to look, `prediction[np.arange(len(target)), target]`."
)
def labels_for_one_hot_rows(prediction, target):
    return -np.mean(target * np.log(prediction))


@sparse.misconception(
    "You make one-hot rows and multiply. Where another class has a probability of exactly 0, its "
    "logarithm is minus infinity, and 0 times that is nan. Take the true class's number out, and "
    "no other logarithm is needed."
)
def one_hot_times_logarithm(prediction, target):
    one_hot = np.eye(prediction.shape[-1])[target]
    return -np.mean(np.sum(one_hot * np.log(prediction), axis=-1))


@sparse.misconception(
    "You divide by the number of classes as well. Each example has one value: average those."
)
def divided_by_classes(prediction, target):
    return -np.sum(np.log(of_the_true(prediction, target))) / prediction.size


@sparse.misconception(SUMMED)
def true_ones_added_up(prediction, target):
    return -np.sum(np.log(of_the_true(prediction, target)))


@sparse.misconception(f"{NOT_REDUCED}.")
def one_for_each_label(prediction, target):
    return -np.log(of_the_true(prediction, target))


@sparse.misconception(SIGN_FORGOTTEN)
def negative_labels(prediction, target):
    return np.mean(np.log(of_the_true(prediction, target)))


@sparse.misconception(BASE_TWO)
def labels_in_bits(prediction, target):
    return -np.mean(np.log2(of_the_true(prediction, target)))


@sparse.misconception(BASE_TEN)
def labels_in_tens(prediction, target):
    return -np.mean(np.log10(of_the_true(prediction, target)))


@sparse.misconception("The logarithm is missing: you average the true classes' probabilities.")
def probability_of_the_true(prediction, target):
    return np.mean(of_the_true(prediction, target))


@sparse.misconception(
    "You average the true classes' probabilities first and take the logarithm then. The logarithm "
    "of each comes first."
)
def log_of_the_mean_of_the_true(prediction, target):
    return -np.log(np.mean(of_the_true(prediction, target)))


@sparse.misconception(
    "You take the largest probability of each row, whichever class is true. A sure wrong answer "
    "would be the best."
)
def largest_of_the_row(prediction, target):
    return -np.mean(np.log(np.max(prediction, axis=-1)))


@sparse.misconception(
    "You count wrong decisions. The loss looks at how much the true class was given."
)
def wrong_decisions(prediction, target):
    return np.mean(np.argmax(prediction, axis=-1) != target)


def labels_with(prediction, target, small):
    """Sparse cross entropy with a small number added in the logarithm."""
    return -np.mean(np.log(of_the_true(prediction, target) + small))


keep_from_zero(sparse, labels_with, limited_below=1)


@sparse.misconception(PRODUCT)
def product_of_the_true(prediction, target):
    return -np.log(np.prod(of_the_true(prediction, target))) / len(target)


@sparse.misconception(NUMBERS_ALONE)
def logarithm_of_one_of_the_true(prediction, target):
    return -np.mean(math.log(of_the_true(prediction, target)))


@sparse.alternative
def picked(prediction, target):
    return -np.mean(np.log(prediction[range(len(target)), target]))


@sparse.alternative
def along_the_axis(prediction, target):
    true = np.take_along_axis(prediction, target[:, None].astype(int), axis=-1)
    return -np.log(true).mean()


@sparse.alternative
def by_a_one_hot_sum(prediction, target):
    one_hot = np.eye(prediction.shape[-1])[target]
    return -np.mean(np.log(np.sum(one_hot * prediction, axis=-1)))


@sparse.alternative
def label_by_label(prediction, target):
    found = [-math.log(row[label]) for row, label in zip(prediction, target, strict=True)]
    return sum(found) / len(found)


@sparse.alternative
def labels_in_single_precision(prediction, target):
    return float(-np.mean(np.log(of_the_true(prediction.astype(SINGLE), target))))


# --- what one-hot rows cost ---------------------------------------------------------------------


def bytes_needed(labels, n_classes, bytes_each=4):
    """The bytes of one-hot rows, and of the labels themselves."""
    return labels.size * n_classes * bytes_each, labels.nbytes


one_hot_memory = UNIT.exercise(
    "one-hot-memory",
    signature="one_hot_memory(labels, n_classes)",
    points=1,
    difficulty=1,
    reference=bytes_needed,
    probes=[
        probe([2, 0, 1, 1], 3, shown=True),
        probe(np.array([2, 0, 1, 1], np.uint8), 3, note="labels of one byte each"),
        probe([0, 0], 1, note="a single class"),
        probe(np.array([7, 2], np.int16), 2700, note="labels of two bytes, many classes"),
        probe(np.array([[0, 1, 2], [2, 1, 0]], np.uint8), 3, note="a label for every position"),
        probe(np.zeros(1000, np.int32), 20, note="a thousand labels, all 0"),
        probe(np.arange(24, dtype=np.uint8).reshape(2, 3, 4) % 3, 3, note="three axes"),
        probe(np.array(2, np.int16), 3, note="a single label, without an axis"),
        probe(np.zeros(0, np.int32), 5, note="no labels"),
    ],
    hints=[
        "A one-hot row has one number for each class, and each float32 takes 32 bits. "
        "How many bytes is that?",
        "`labels.size` is how many labels there are, whatever their shape. `labels.nbytes` is how "
        "many bytes they take: it knows how many each of them needs.",
    ],
)


@one_hot_memory.misconception(
    "That is the memory of one-hot rows in float64, 8 bytes a number. float32 has 32 bits: 4 bytes."
)
def in_float64(labels, n_classes):
    return bytes_needed(labels, n_classes, 8)


@one_hot_memory.misconception("These are bits. A byte has 8 of them.")
def bits_for_bytes(labels, n_classes):
    rows, own = bytes_needed(labels, n_classes)
    return 8 * rows, 8 * own


@one_hot_memory.misconception(
    "The rows are counted in bits, 32 for a number. A byte has 8 bits, so a float32 takes 4 bytes."
)
def rows_in_bits_of_memory(labels, n_classes):
    return bytes_needed(labels, n_classes, 32)


@one_hot_memory.misconception(
    "You have counted numbers, not bytes: a float32 takes 4, and a label as many as its type says."
)
def numbers_for_bytes(labels, n_classes):
    return labels.size * n_classes, labels.size


@one_hot_memory.misconception(
    "The rows are counted in numbers, not bytes: a float32 takes 4 bytes."
)
def one_byte_each(labels, n_classes):
    return bytes_needed(labels, n_classes, 1)


@one_hot_memory.misconception(
    "The labels are not always 8 bytes each: it depends on their type. `labels.nbytes` knows."
)
def eight_bytes_a_label(labels, n_classes):
    return labels.size * n_classes * 4, labels.size * 8


@one_hot_memory.misconception(
    "The labels are not always 4 bytes each: it depends on their type. `labels.nbytes` knows."
)
def four_bytes_a_label(labels, n_classes):
    return labels.size * n_classes * 4, labels.size * 4


@one_hot_memory.misconception(
    "The rows hold float32, 4 bytes a number, whatever type the labels have."
)
def rows_in_the_labels_type(labels, n_classes):
    return labels.size * n_classes * labels.itemsize, labels.nbytes


@one_hot_memory.misconception(
    "The rows are right. `labels.itemsize` is what one label takes: all of them take "
    "`labels.nbytes`."
)
def one_label(labels, n_classes):
    return labels.size * n_classes * 4, labels.itemsize


@one_hot_memory.misconception(
    "Two things. The labels are not always 8 bytes each: `labels.nbytes` knows. And `len` counts "
    "along the first axis only: `labels.size`."
)
def length_and_eight_bytes(labels, n_classes):
    return len(labels) * n_classes * 4, len(labels) * 8


@one_hot_memory.misconception(
    "`len` counts along the first axis only. Where each position of a sequence has a label, there "
    "are more: `labels.size`."
)
def length_of_labels(labels, n_classes):
    return len(labels) * n_classes * 4, labels.nbytes


@one_hot_memory.misconception(
    "A one-hot row stores its zeros as well: it has one number for every class."
)
def ones_alone(labels, n_classes):
    return labels.size * 4, labels.nbytes


LARGEST_LABEL = (
    "The largest label that occurs says nothing about how many classes there are: a rare class may "
    "be missing, or all labels. Use `n_classes`."
)


@one_hot_memory.misconception(LARGEST_LABEL)
def classes_that_occur(labels, n_classes):
    return labels.size * (int(np.max(labels)) + 1) * 4, labels.nbytes


@one_hot_memory.misconception(LARGEST_LABEL)
def classes_that_occur_in_uint8(labels, n_classes):
    return labels.size * (labels.max() + 1) * 4, labels.nbytes


@one_hot_memory.misconception(
    "The number of different labels that occur is not how many classes there are: a rare class may "
    "be missing. Use `n_classes`."
)
def classes_seen(labels, n_classes):
    return labels.size * len(np.unique(labels)) * 4, labels.nbytes


@one_hot_memory.misconception(
    "The rows are right. The labels are counted, not their bytes: `labels.nbytes`."
)
def labels_counted(labels, n_classes):
    return labels.size * n_classes * 4, labels.size


@one_hot_memory.misconception(
    "These are bits: a byte has 8 of them. And a label does not always take 64 bits: it depends on "
    "its type, and `labels.nbytes` knows."
)
def bits_of_int64(labels, n_classes):
    return labels.size * n_classes * 32, labels.size * 64


@one_hot_memory.misconception(
    "The rows are right. `sys.getsizeof` counts what Python needs to keep an array as well. Its "
    "numbers alone take `labels.nbytes`."
)
def size_of_the_object(labels, n_classes):
    return labels.size * n_classes * 4, sys.getsizeof(labels)


@one_hot_memory.misconception(
    "`len` counts along the first axis only, in both of your numbers. Where each position of a "
    "sequence has a label, there are more: `labels.size`, and `labels.nbytes` for their bytes."
)
def length_twice(labels, n_classes):
    return len(labels) * n_classes * 4, len(labels) * labels.itemsize


@one_hot_memory.misconception("The two are exchanged: first the one-hot rows, then the labels.")
def sizes_exchanged(labels, n_classes):
    rows, own = bytes_needed(labels, n_classes)
    return own, rows


@one_hot_memory.misconception(
    "Two things. A float32 has 32 bits, which are 4 bytes, not 8. And the labels are to be counted "
    "in bytes, too: `labels.nbytes`."
)
def float64_and_numbers(labels, n_classes):
    return labels.size * n_classes * 8, labels.size


@one_hot_memory.misconception(
    "You return the bytes of the rows alone. Return both: `(rows, labels)`."
)
def rows_alone(labels, n_classes):
    return bytes_needed(labels, n_classes)[0]


@one_hot_memory.alternative
def measured(labels, n_classes):
    return np.eye(n_classes, dtype=np.float32)[labels].nbytes, labels.nbytes


@one_hot_memory.alternative
def counted_as_a_list(labels, n_classes):
    return [4 * n_classes * labels.size, labels.size * labels.itemsize]


# --- focal loss ---------------------------------------------------------------------------------


def focal_loss(prediction, target, gamma=2.0):
    """The binary focal loss, without alpha."""
    return losses.focal(prediction, target, gamma=gamma)


focal = UNIT.exercise(
    "focal",
    signature="focal(prediction, target, gamma=2.0)",
    points=3,
    difficulty=2,
    reference=focal_loss,
    probes=[
        probe([0.9, 0.2], [1, 0], shown=True),
        probe([0.8], [1], 1.0, note="gamma 1, the answer is yes"),
        probe([0.8], [0], 1.0, note="gamma 1, the answer is no"),
        probe([0.9, 0.2, 0.3], [1, 0, 1], 0.0, note="gamma 0: plain cross entropy"),
        probe([0.9, 0.2, 0.3], [1, 0, 1], 0.5, note="gamma 1/2"),
        probe([0.9, 0.2, 0.3], [1, 0, 1], 5.0, note="gamma 5"),
        probe([[0.6, 0.3, 0.2], [0.9, 0.5, 0.1]], [[1, 0, 0], [1, 1, 0]], 3.0, note="a table"),
        probe([[[0.6, 0.25]], [[0.984375, 0.1]]], [[[1, 0]], [[0, 0]]], note="three axes"),
        probe([TINY, 0.25], [1, 0], 2.0, note="a very small probability"),
        probe([1 - 2.0**-10, 0.7], [0, 1], 2.0, note="sure and wrong"),
        probe([NEARLY_ONE], [0], 2.0, note="surer, and wrong"),
        probe([1 - 2.0**-16, 2.0**-16], [1, 0], 0.5, note="sure and right"),
        probe([0.9, 0.75], [1, 0], 9.0, note="gamma 9"),
        probe(*MANY, 2.0, note="2000 values"),
        probe(np.array([0.9, 0.25], SINGLE), np.array([1, 0], SINGLE), 2.0, note="float32"),
    ],
    random=lambda rng: (*labelled(rng), float(rng.uniform(0.5, 4))),
    tolerance=DIGITS,
    absolute=ROUNDING,
    hints=[
        "Find for each value the probability that was given to the truth: p where the target is 1, "
        "1 - p where it is 0. `np.where(target == 1, ..., ...)` chooses.",
        "Call it t. The plain cross entropy is -log t. Multiply it by (1 - t) ** gamma, which is "
        "small where t is near 1, and average.",
    ],
)


def focal_with(weight):
    """An answer whose factor is made from p, from what the truth was given, and from gamma."""

    def answer(prediction, target, gamma=2.0):
        t = given_to_truth(prediction, target)
        return np.mean(weight(prediction, t, gamma) * -np.log(t))

    return answer


@focal.misconception(
    "The focusing factor is on the wrong probability: t ** gamma is near 1 for easy examples and "
    "small for hard ones, the reverse of what it is for. It is (1 - t) ** gamma."
)
def focus_on_the_easy(prediction, target, gamma=2.0):
    return focal_with(lambda p, t, g: t**g)(prediction, target, gamma)


@focal.misconception(
    "The factor is on the wrong probability where the answer is no. There the truth was given "
    "1 - p, and the factor is p ** gamma. You use (1 - p) ** gamma for both answers."
)
def one_minus_p_for_both(prediction, target, gamma=2.0):
    return focal_with(lambda p, t, g: (1 - p) ** g)(prediction, target, gamma)


@focal.misconception(
    "The factor is on the wrong probability where the answer is yes. There the truth was given p, "
    "and the factor is (1 - p) ** gamma. You use p ** gamma for both answers."
)
def p_for_both(prediction, target, gamma=2.0):
    return focal_with(lambda p, t, g: p**g)(prediction, target, gamma)


@focal.misconception("That is plain cross entropy: the factor (1 - t) ** gamma is missing.")
def no_factor(prediction, target, gamma=2.0):
    return np.mean(surprises(prediction, target))


@focal.misconception("Gamma is always 2 in your answer. Use the argument `gamma`.")
def gamma_always_two(prediction, target, gamma=2.0):
    return focal_loss(prediction, target, 2.0)


@focal.misconception("Gamma is a power, not a factor: (1 - t) ** gamma.")
def gamma_times(prediction, target, gamma=2.0):
    return focal_with(lambda p, t, g: g * (1 - t))(prediction, target, gamma)


@focal.misconception("The power belongs to 1 - t, not to t: (1 - t) ** gamma, not 1 - t ** gamma.")
def power_inside(prediction, target, gamma=2.0):
    return focal_with(lambda p, t, g: 1 - t**g)(prediction, target, gamma)


@focal.misconception(
    "The power is on the logarithm. The factor is (1 - t) ** gamma, and -log t stays as it is."
)
def power_of_the_logarithm(prediction, target, gamma=2.0):
    return np.mean((-np.log(given_to_truth(prediction, target))) ** gamma)


@focal.misconception(
    "You average first and multiply by one factor then. Each value has a factor of its own."
)
def one_factor_for_all(prediction, target, gamma=2.0):
    t = given_to_truth(prediction, target)
    return np.mean(1 - t) ** gamma * np.mean(-np.log(t))


@focal.misconception(
    "You divide by the sum of the factors. Then easy examples would count in full again as soon as "
    "all are easy. The focal loss divides by the number of values: `np.mean`."
)
def divided_by_factors(prediction, target, gamma=2.0):
    t = given_to_truth(prediction, target)
    factors = (1 - t) ** gamma
    return np.sum(factors * -np.log(t)) / np.sum(factors)


@focal.misconception(
    "You count the values whose answer is yes alone. The others need their part, with p ** gamma "
    "and log(1 - p)."
)
def focal_of_yes(prediction, target, gamma=2.0):
    return np.mean(-target * (1 - prediction) ** gamma * np.log(prediction))


@focal.misconception(
    "A weight of 1/4 for yes and 3/4 for no, alpha, goes with this loss in many programs. Here it "
    "is left out: both weigh 1."
)
def with_alpha(prediction, target, gamma=2.0):
    return losses.focal(prediction, target, gamma=gamma, alpha=0.25)


@focal.misconception(
    "You take log p and (1 - p) ** gamma for every value. Where the answer is no, the truth was "
    "given 1 - p: log(1 - p) and p ** gamma belong there."
)
def focal_always_of_p(prediction, target, gamma=2.0):
    return -np.mean((1 - prediction) ** gamma * np.log(prediction))


@focal.misconception(
    "Yes and no are exchanged: where the target is 1, the truth was given p, and where it is 0, "
    "1 - p."
)
def focal_exchanged(prediction, target, gamma=2.0):
    return focal_loss(1 - prediction, target, gamma)


@focal.misconception(
    "p + y - 1 is what the truth was given, up to a sign, but it loses a very small p: 1 + 1e-16 "
    "is rounded to 1. Choose with `np.where(target == 1, ..., ...)`."
)
def small_ones_lost(prediction, target, gamma=2.0):
    return focal_loss(np.abs(prediction + target - 1), 1, gamma)


@focal.misconception("There is no weight here: leave the factor of 1/4 out.")
def a_quarter_of_all(prediction, target, gamma=2.0):
    return 0.25 * focal_loss(prediction, target, gamma)


@focal.misconception(
    "You average the cross entropy first and make one factor from that mean. Each value has a "
    "factor of its own: multiply first, then average."
)
def factor_of_the_mean(prediction, target, gamma=2.0):
    surprise = np.mean(-np.log(given_to_truth(prediction, target)))
    return (1 - np.exp(-surprise)) ** gamma * surprise


def focal_with_small(prediction, target, small, gamma=2.0):
    """The focal loss with a small number added in the logarithm."""
    t = given_to_truth(prediction, target)
    return -np.mean((1 - t) ** gamma * np.log(t + small))


keep_from_zero(focal, focal_with_small, limited_below=2, smalls=SMALL_NUMBERS[:-1])


@focal.misconception("In Python a power is `**`. `^` compares the bits of whole numbers.")
def caret_for_a_power(prediction, target, gamma=2.0):
    return focal_with(lambda p, t, g: np.bitwise_xor(1 - t, g))(prediction, target, gamma)


NEGATIVE_BASE = (
    "You raise a negative number to a power. For gamma 2 its sign is lost, and for 0.5 the result "
    "is nan. Raise 1 - t to it, and put the minus before the whole."
)


@focal.misconception(NEGATIVE_BASE)
def minus_in_the_power(prediction, target, gamma=2.0):
    return -focal_with(lambda p, t, g: (t - 1) ** g)(prediction, target, gamma)


@focal.misconception(NEGATIVE_BASE)
def turned_in_the_power(prediction, target, gamma=2.0):
    return focal_with(lambda p, t, g: (t - 1) ** g)(prediction, target, gamma)


@focal.misconception(BASE_TWO)
def focal_in_bits(prediction, target, gamma=2.0):
    return focal_loss(prediction, target, gamma) / math.log(2)


@focal.misconception(SIGN_FORGOTTEN)
def negative_focal(prediction, target, gamma=2.0):
    return -focal_loss(prediction, target, gamma)


@focal.misconception(SUMMED)
def focal_added_up(prediction, target, gamma=2.0):
    return focal_loss(prediction, target, gamma) * np.size(prediction)


@focal.misconception(f"{NOT_REDUCED}.")
def focal_for_each(prediction, target, gamma=2.0):
    t = given_to_truth(prediction, target)
    return -((1 - t) ** gamma) * np.log(t)


name_slips(focal, focal_loss, focal_for_each)


@focal.misconception(LENGTH_COUNTS_ROWS)
def focal_by_length(prediction, target, gamma=2.0):
    return focal_loss(prediction, target, gamma) * np.size(prediction) / len(prediction)


@focal.alternative
def by_the_distance(prediction, target, gamma=2.0):
    t = 1 - np.abs(target - prediction)
    return -np.mean((1 - t) ** gamma * np.log(t))


@focal.alternative
def by_what_was_missed(prediction, target, gamma=2.0):
    missed = np.where(target == 1, 1 - prediction, prediction)
    return -np.mean(missed**gamma * np.log1p(-missed))


@focal.alternative
def two_parts(prediction, target, gamma=2.0):
    yes = target * (1 - prediction) ** gamma * np.log(prediction)
    no = (1 - target) * prediction**gamma * np.log(1 - prediction)
    return -(yes + no).mean()


@focal.alternative
def focal_pair_by_pair(prediction, target, gamma=2.0):
    total = 0.0
    for p, y in each_of(prediction, target):
        t = p if y == 1 else 1 - p
        total -= (1 - t) ** gamma * math.log(t)
    return total / np.size(prediction)


@focal.alternative
def through_the_cross_entropy(prediction, target, gamma=2.0):
    surprise = surprises(prediction, target)
    return np.mean((1 - np.exp(-surprise)) ** gamma * surprise)


@focal.alternative
def focal_in_single_precision(prediction, target, gamma=2.0):
    t = given_to_truth(np.asarray(prediction, SINGLE), np.asarray(target))
    return np.mean((1 - t) ** SINGLE(gamma) * -np.log(t))


# --- hinge --------------------------------------------------------------------------------------


def score_cases():
    """Scores with labels, simplest first; at the margin as well."""
    return [
        probe([2.0, -0.5], [1, 0], shown=True),
        probe([0.5], [1], note="one score, the answer is yes"),
        probe([0.5], [0], note="one score, the answer is no"),
        probe([-0.5], [1], note="on the wrong side, the answer is yes"),
        probe([1.0, -1.0], [1, 0], note="exactly at the margin"),
        probe([3.0, -3.0, 0.0], [0, 0, 1], note="three scores"),
        probe([0.9999, 1.0001, -0.9999, 3.0], [1, 1, 0, 0], note="just beside the margin"),
        probe([[1, -2, 3], [0, 4, -1]], [[0, 0, 1], [1, 0, 0]], note="a table of whole numbers"),
        probe([[[0.5, -1.5]], [[2.0, 0.25]]], [[[1, 0]], [[0, 1]]], note="three axes"),
        probe([1 - 2.0**-20], [1], note="a hair beside the margin"),
        probe([1000.0, -1000.0, 2e6], [0, 0, 0], note="far from zero"),
        probe([-1000.0, -2e7], [1, 1], note="far from zero, the answer is yes"),
        probe(np.array([0.5, -0.25], SINGLE), np.array([1, 0], SINGLE), note="float32"),
        probe([2.0, 0.5, -0.25], np.array([1, 0, 0], np.uint8), note="labels in uint8"),
    ]


UINT8_SIDES = (
    "Mind labels of type uint8, which has no negative numbers: 2 * 0 - 1 is 255 there. A 2.0 makes "
    "floats of them: `side = 2.0 * target - 1`."
)


def sides(target):
    """Labels 0/1 as -1/+1."""
    return 2.0 * target - 1


def with_sides(exercise, sentence):
    """Register a mistake made of scores and sides; the sides in floats, and as uint8 has them."""

    def register(function):
        def in_floats(prediction, target):
            return function(prediction, sides(target))

        def as_they_come(prediction, target):
            return function(prediction, 2 * target - 1)

        in_floats.__name__ = function.__name__
        as_they_come.__name__ = f"{function.__name__}_as_they_come"
        exercise.misconception(sentence)(in_floats)
        exercise.misconception(f"{sentence} {UINT8_SIDES}")(as_they_come)
        return function

    return register


hinge = UNIT.exercise(
    "hinge",
    signature="hinge(prediction, target)",
    points=2,
    difficulty=1,
    reference=losses.hinge,
    probes=score_cases(),
    random=scored,
    tolerance=DIGITS,
    hints=[
        "The formula wants labels of -1 and +1, and these are 0 and 1. Which straight line goes "
        "through both: 0 to -1, and 1 to +1?",
        "`side = 2.0 * target - 1`. What a score lacks is 1 - side * score, or 0 if that is "
        "negative: `np.maximum(0, ...)`. Then the mean.",
    ],
)


@hinge.misconception(
    "The labels are 0 and 1, and the formula wants -1 and +1. With a 0 in it, an example of class "
    "0 costs 1 whatever its score is. Map them first: 2.0 * target - 1."
)
def labels_not_mapped(prediction, target):
    return np.mean(np.maximum(0, 1 - target * prediction))


@with_sides(
    hinge,
    "Nothing holds the loss at 0: scores beyond the margin become negative and pay for the bad "
    "ones. `np.maximum(0, ...)` of each.",
)
def no_floor(prediction, side):
    return np.mean(1 - side * prediction)


@with_sides(
    hinge,
    "The margin is missing: right by a hair is not enough. It is max(0, 1 - side * score).",
)
def no_margin(prediction, side):
    return np.mean(np.maximum(0, -side * prediction))


@with_sides(
    hinge,
    "A sign is turned: scores on the right side should cost nothing. It is 1 - side * score, with "
    "side +1 for yes.",
)
def side_turned(prediction, side):
    return np.mean(np.maximum(0, 1 + side * prediction))


@hinge.misconception("That maps 0 and 1 to 0 and 2. Take 1 off: 2.0 * target - 1 is -1 and +1.")
def mapped_to_two(prediction, target):
    return np.mean(np.maximum(0, 1 - 2 * target * prediction))


@hinge.misconception("That maps 0 and 1 to -1 and 0. Twice the target, minus 1, is -1 and +1.")
def mapped_to_minus_one(prediction, target):
    return np.mean(np.maximum(0, 1 - (target - 1.0) * prediction))


@with_sides(hinge, "That is the squared hinge. The hinge grows in a straight line.")
def squared(prediction, side):
    return np.mean(np.maximum(0, 1 - side * prediction) ** 2)


@with_sides(
    hinge,
    "You squash the scores first. The hinge takes them as they are: the margin of 1 is meant for "
    "scores that may be any number.",
)
def squashed_first(prediction, side):
    return np.mean(np.maximum(0, 1 - side * stable_sigmoid(prediction)))


@with_sides(
    hinge,
    "The floor stands under the mean in your answer: max(0, mean). Scores far beyond the margin "
    "then pay for the bad ones. The floor belongs to each.",
)
def floor_after_the_mean(prediction, side):
    return np.maximum(0, np.mean(1 - side * prediction))


@with_sides(
    hinge,
    "An absolute value punishes scores beyond the margin. They cost nothing: `np.maximum(0, ...)`.",
)
def size_of_the_lack(prediction, side):
    return np.mean(np.abs(1 - side * prediction))


@with_sides(
    hinge,
    "You count the examples that lack something. The hinge adds up how much they lack.",
)
def lacking_counted(prediction, side):
    return np.mean(side * prediction < 1)


@hinge.misconception(ZERO_IS_AN_AXIS)
def largest_lack_along_an_axis(prediction, target):
    return np.mean(np.max(1 - sides(target) * prediction, 0))


@hinge.misconception(
    "`np.minimum` keeps what is below 0, and that is how far a score lies beyond the margin. What "
    "it lacks is above 0: `np.maximum(0, ...)`."
)
def minimum_for_maximum(prediction, target):
    return np.mean(np.minimum(0, 1 - sides(target) * prediction))


@hinge.misconception(
    "The two arguments are exchanged: you map the scores to sides. `prediction` holds the scores, "
    "and `target` the labels 0 and 1: 2.0 * target - 1."
)
def scores_mapped(prediction, target):
    return np.mean(np.maximum(0, 1 - sides(prediction) * target))


@with_sides(hinge, SUMMED)
def lacks_added_up(prediction, side):
    return np.sum(np.maximum(0, 1 - side * prediction))


@with_sides(hinge, f"{NOT_REDUCED}.")
def lack_of_each(prediction, side):
    return np.maximum(0, 1 - side * prediction)


@with_sides(hinge, LENGTH_COUNTS_ROWS)
def lacks_by_length(prediction, side):
    return np.sum(np.maximum(0, 1 - side * prediction)) / len(prediction)


name_slips(hinge, losses.hinge, lambda p, y: np.maximum(0, 1 - sides(y) * p))


@hinge.misconception(UINT8_SIDES)
def sides_in_uint8(prediction, target):
    return np.mean(np.maximum(0, 1 - (2 * target - 1) * prediction))


@hinge.alternative
def mapped_by_where(prediction, target):
    side = np.where(target == 1, 1, -1)
    return np.maximum(1 - side * prediction, 0).mean()


@hinge.alternative
def two_hinges(prediction, target):
    yes, no = np.clip(1 - prediction, 0, None), np.clip(1 + prediction, 0, None)
    return np.mean(target * yes + (1 - target) * no)


@hinge.alternative
def score_by_score(prediction, target):
    found = [max(0.0, 1 - z if y else 1 + z) for z, y in each_of(prediction, target)]
    return sum(found) / len(found)


@hinge.alternative
def scores_alone_in_single_precision(prediction, target):
    return np.mean(np.maximum(0, 1 - sides(target) * prediction.astype(SINGLE)))


@hinge.alternative
def hinge_in_single_precision(prediction, target):
    z, y = np.asarray(prediction, SINGLE), np.asarray(target, SINGLE)
    return np.mean(np.maximum(0, 1 - sides(y) * z))


# --- its subgradient ----------------------------------------------------------------------------

hinge_subgradient = UNIT.exercise(
    "hinge-subgradient",
    signature="hinge_subgradient(prediction, target)",
    points=2,
    difficulty=2,
    # Adding 0 makes 0 of -0.
    reference=lambda prediction, target: losses.hinge.gradient(prediction, target) + 0.0,
    probes=score_cases(),
    random=scored,
    hints=[
        "Where a score lacks something, the loss is 1 - side * score, a straight line. What is its "
        "slope along the score? And where it lacks nothing?",
        "-side where side * score < 1, and 0 elsewhere, at the margin too. Each is divided by n: "
        "the loss is a mean.",
    ],
)


def pulls(prediction, side):
    """-side where the score lacks something, else 0."""
    return np.where(side * prediction < 1, -side, 0.0)


@hinge_subgradient.misconception(
    "The labels are 0 and 1, and the formula wants -1 and +1. With a 0 in it, an example of class "
    "0 never pulls. Map them first: 2.0 * target - 1."
)
def pulls_not_mapped(prediction, target):
    return pulls(prediction, target) / prediction.size


@with_sides(hinge_subgradient, WITHOUT_N)
def pulls_without_n(prediction, side):
    return pulls(prediction, side)


@with_sides(
    hinge_subgradient,
    "At the margin itself there is a kink. Any slope between the two sides would do; this course "
    "takes 0 there. Compare with <, not with <=.",
)
def kink_included(prediction, side):
    return np.where(side * prediction <= 1, -side, 0.0) / prediction.size


@with_sides(hinge_subgradient, SIGN_TURNED)
def pulls_turned(prediction, side):
    return np.where(side * prediction < 1, side, 0.0) / prediction.size


@with_sides(
    hinge_subgradient,
    "Beyond the margin the loss is 0 and flat: an example there does not pull. You let all pull.",
)
def all_pull(prediction, side):
    return -side / prediction.size


@with_sides(
    hinge_subgradient,
    "Only scores on the wrong side pull in your answer. A score that is right by less than the "
    "margin of 1 lacks something, too: compare side * score with 1, not with 0.",
)
def mistakes_pull_alone(prediction, side):
    return np.where(side * prediction < 0, -side, 0.0) / prediction.size


@hinge_subgradient.misconception(
    "You compare the score itself with 1. For an answer of no it is -score that must reach the "
    "margin: compare side * score."
)
def side_left_out_of_the_comparison(prediction, target):
    return np.where(prediction < 1, -sides(target), 0.0) / prediction.size


@with_sides(
    hinge_subgradient,
    "The slope of 1 - side * score along the score is -side. The score itself does not remain.",
)
def score_remains(prediction, side):
    return np.where(side * prediction < 1, -side * prediction, 0.0) / prediction.size


@with_sides(
    hinge_subgradient,
    "That is the slope of the squared hinge, which grows with what is lacking. The hinge pulls "
    "with one strength.",
)
def squared_pulls(prediction, side):
    return -2 * side * np.maximum(0, 1 - side * prediction) / prediction.size


@with_sides(
    hinge_subgradient,
    "You divide by how many examples pull. The loss is a mean over all of them, those that cost "
    "nothing included: `prediction.size`.",
)
def shared_by_those_that_pull(prediction, side):
    pull = pulls(prediction, side)
    return pull / max(np.count_nonzero(pull), 1)


@with_sides(
    hinge_subgradient,
    "These are the losses, each with its share of the mean, and not their slopes.",
)
def lacks_for_slopes(prediction, side):
    return np.maximum(0, 1 - side * prediction) / prediction.size


@hinge_subgradient.misconception(
    "-1 is the slope where the answer is yes. Where it is no, a higher score costs more: the slope "
    "is -side for both."
)
def slope_of_yes_for_all(prediction, target):
    return np.where(sides(target) * prediction < 1, -1.0, 0.0) / prediction.size


@with_sides(hinge_subgradient, ONE_NUMBER)
def pulls_averaged(prediction, side):
    return np.mean(pulls(prediction, side))


@with_sides(hinge_subgradient, LENGTH_COUNTS_ROWS)
def pulls_by_length(prediction, side):
    return pulls(prediction, side) / len(prediction)


name_slips(hinge_subgradient, hinge_subgradient.reference)


@hinge_subgradient.misconception(UINT8_SIDES)
def pulls_in_uint8(prediction, target):
    return pulls(prediction, 2 * target - 1) / prediction.size


@hinge_subgradient.alternative
def times_a_condition(prediction, target):
    side = np.where(target == 1, 1, -1)
    return -side * (1 - side * prediction > 0) / np.size(target)


@hinge_subgradient.alternative
def by_the_sign_of_the_lack(prediction, target):
    side = 2.0 * target - 1
    return -side * np.sign(np.maximum(1 - side * prediction, 0)) / prediction.size


@hinge_subgradient.alternative
def pull_by_pull(prediction, target):
    flat = []
    for z, y in each_of(prediction, target):
        if y == 1:
            flat.append(-1 if z < 1 else 0)
        else:
            flat.append(1 if z > -1 else 0)
    return np.reshape(flat, np.shape(prediction)) / len(flat)


@hinge_subgradient.alternative
def pulls_in_single_precision(prediction, target):
    z, side = np.asarray(prediction, SINGLE), sides(np.asarray(target, SINGLE))
    return np.where(side * z < 1, -side, SINGLE(0)) / SINGLE(z.size)


# --- which loss for several labels --------------------------------------------------------------

UNIT.quiz(
    "multi-label",
    question=(
        "A model reads a variant and predicts which of twelve consequences it has. A variant may "
        "have one of them, or several at once: missense and in a splice region. You want to know "
        "all. Which output and loss fit?"
    ),
    options=[
        option(
            "a",
            "a softmax over the twelve, and categorical cross entropy",
            "A softmax shares out a total of 1. Of two consequences that are both certain, neither "
            "can get more than the other leaves: at best 1/2 each. Categorical cross entropy is "
            "for classes that exclude one another.",
        ),
        option(
            "b",
            "a softmax, and sparse categorical cross entropy with a number for each variant",
            "A label that is one number names one class. The second consequence has no place in "
            "it, and the softmax shares out a total of 1 as well.",
        ),
        option(
            "c",
            "twelve sigmoids, and binary cross entropy of each",
            "Each consequence is a question of its own, answered by yes or no.",
            right=True,
        ),
        option(
            "d",
            "a softmax over the twelve, with the most severe consequence as the only label",
            "That throws the others away, and how severe a consequence is was somebody's judgement "
            "in the first place. You wanted to know all.",
        ),
        option(
            "e",
            "one output, and the mean squared error to the consequence's number",
            "The numbers of classes are names. Consequence 4 is not twice consequence 2, and "
            "between 2 and 4 there is nothing.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "Ask of two consequences: if one is certain, can the other be certain, too?",
        "A softmax makes its outputs add up to 1. Sigmoids know nothing of one another.",
    ],
)
