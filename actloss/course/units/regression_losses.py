"""Unit 05: losses for continuous values, their gradients, and what each makes of an outlier."""

from __future__ import annotations

import math

import numpy as np

from actloss import losses
from actloss.course.exercise import Unit, option, probe
from actloss.course.values import is_numeric

UNIT = Unit(
    number=5,
    slug="regression-losses",
    title="Regression losses",
    question="How wrong is a predicted number, and how much should one outlier count?",
    minutes=150,
)

# What the taught formulas lose to rounding, far below anything that the unit is about.
ROUNDING = 1e-12
EPS = float(np.finfo(float).eps)  # by which 1 differs from the next number

# The example of most exercises: one prediction is 1 too high, the other 2 too low.
PREDICTION = [2.0, 1.0]
TARGET = [1.0, 3.0]


def tables(rng):
    """Random predictions and targets, of one shape."""
    return rng.normal(scale=3, size=(4, 3)), rng.normal(scale=3, size=(4, 3))


def first_cases():
    """The example of the text, then one value at a time."""
    return [
        probe(PREDICTION, TARGET, shown=True),
        probe([5.5], [3.0], note="one value, predicted too high"),
        probe([3.0], [5.5], note="one value, predicted too low"),
        probe([4.0], [4.0], note="a perfect prediction"),
    ]


def more_cases():
    """Several values, of any shape and size."""
    return [
        probe([1.5, 2.5, -0.5], [1.0, 2.5, 1.0], note="the second is perfect"),
        probe([[1, 5, 2], [0, -3, 7]], [[2, 5, 0], [4, -1, 7]], note="a table of whole numbers"),
        probe(
            [[[0.5, -1.5, 2.0]], [[1.0, 0.25, -2.0]]],
            [[[1.0, 1.0, 2.0]], [[-1.0, 0.0, -2.75]]],
            note="arrays with three axes",
        ),
        probe([2049.0, 3000.0], [2048.0, 3001.0], note="small residuals of large values"),
        probe([4e7, -0.25, 700.0], [0.0, 0.5, 600.0], note="large residuals"),
        probe([1, 2], [0.75, 2.75], note="whole numbers predicted, decimals measured"),
        probe([0.005, 0.0], [0.0, 0.0], note="a small residual"),
        probe([1000000.5, 999999.0, 1000002.0], [1e6, 1e6, 1e6], note="all values large"),
        probe(
            [[1.5, 2.0, 0.25], [3.0, -1.0, 4.0]],
            [[1.5, 2.0, 0.25], [3.0, -1.0, 4.0]],
            note="a table of perfect predictions",
        ),
    ]


# A slope, unlike a loss, may be large where the residuals are tiny.
NEARLY_PERFECT = [
    probe([3e-15, 0.0], [0.0, -1e-15], note="nearly perfect"),
    probe([3e-18, 0.0], [0.0, -1e-18], note="nearer still"),
]


def residuals_of(prediction, target):
    """The residuals as a plain list, for answers that loop."""
    return [
        float(p) - float(t) for p, t in zip(np.ravel(prediction), np.ravel(target), strict=True)
    ]


def shaped_like(values, prediction):
    """A list of numbers in the shape of the prediction."""
    return np.reshape(values, np.shape(prediction))


def in_float32(prediction, target):
    """The residuals in seven digits."""
    return np.asarray(prediction, np.float32) - np.asarray(target, np.float32)


NOT_REDUCED = (
    "You return one number for each value. A loss is one number for all of them: end with `np.mean`"
)
LENGTH_COUNTS_ROWS = (
    "`len` counts the rows of a table, not its numbers: a table of 2 rows and 3 columns has 6. "
    "`np.mean` divides by all of them, and `prediction.size` is how many there are."
)
ONE_NUMBER = (
    "You return one number. The gradient has one number for each prediction, in the shape of "
    "`prediction`: it says how the loss changes when that one prediction changes."
)
WITHOUT_N = (
    "You divide by nothing. The loss is a mean over n values, so each value has a share of 1/n in "
    "it, and each slope is divided by n: `prediction.size`."
)
ROW_LOOP = (
    "Of a table, a loop hands you one row after another, and an `if` on a row cannot decide for "
    "all its numbers. `np.where` chooses number by number, without a loop."
)
IF_ON_AN_ARRAY = (
    "An `if` decides once, for the whole array. With several values Python cannot know which way "
    "to go. {} works value by value."
)
WHOLE_NUMBERS_KEPT = (
    "Where the predictions are whole numbers, `np.zeros_like(prediction)` holds whole numbers, "
    "too, and cuts off what you write into it. Say `dtype=float`."
)
CARET = "In Python the power is written `**`. The sign ^ means another thing."
SIGN_TURNED = (
    "The sign is turned round: this points to where the loss falls, and is the way a step of "
    "training goes. The gradient points to where the loss grows: where a prediction is too high, "
    "it is positive."
)


# --- mean squared error -------------------------------------------------------------------------

mean_squared_error = UNIT.exercise(
    "mean-squared-error",
    signature="mean_squared_error(prediction, target)",
    points=1,
    difficulty=1,
    reference=losses.mean_squared_error,
    probes=[*first_cases(), *more_cases()],
    random=tables,
    hints=[
        "The residual of each value is `prediction - target`. Square each, then average.",
        "`np.mean` averages all numbers of an array, whatever its shape. "
        "In Python the square of r is `r**2`.",
    ],
)


@mean_squared_error.misconception(
    "You have added the squares up. That is the loss called L2; the *mean* squared error divides "
    "by how many there are."
)
def squares_summed(prediction, target):
    return np.sum((prediction - target) ** 2)


@mean_squared_error.misconception(
    "You have averaged first and squared then. In the mean of the residuals, one that is too high "
    "and one that is too low cancel. Square each residual first."
)
def averaged_then_squared(prediction, target):
    return np.mean(prediction - target) ** 2


@mean_squared_error.misconception(
    "Half of it: some books put 1/2 in front, so that the 2 of the slope goes away. PyTorch, "
    "Keras and this course do not."
)
def half_of_it(prediction, target):
    return np.mean((prediction - target) ** 2) / 2


@mean_squared_error.misconception(
    "That is the mean absolute error. Here the residuals are squared, so that a residual twice as "
    "large costs four times as much."
)
def absolute_instead(prediction, target):
    return np.mean(np.abs(prediction - target))


@mean_squared_error.misconception(
    "You have taken the root: that is the root mean squared error, the next exercise but one."
)
def root_taken(prediction, target):
    return np.sqrt(np.mean((prediction - target) ** 2))


@mean_squared_error.misconception(f"{NOT_REDUCED}.")
def squares_not_averaged(prediction, target):
    return (prediction - target) ** 2


@mean_squared_error.misconception(LENGTH_COUNTS_ROWS)
def squares_by_length(prediction, target):
    return np.sum((prediction - target) ** 2) / len(prediction)


@mean_squared_error.misconception(
    "Python's own `sum` adds up the rows of a table and returns a row. `np.sum` and `np.mean`, "
    "without an `axis`, take all numbers."
)
def squares_by_pythons_sum(prediction, target):
    return sum((prediction - target) ** 2) / prediction.size


@mean_squared_error.misconception(CARET)
def caret(prediction, target):
    return np.mean((prediction - target) ^ 2)


@mean_squared_error.misconception(
    "One star multiplies: `r * 2` is twice the residual. The square is written with two, `r**2`."
)
def one_star(prediction, target):
    return np.mean((prediction - target) * 2)


@mean_squared_error.misconception(
    "Of a table you have averaged the rows, and the result is a row. A loop over a table and "
    "Python's own `sum` go through its rows, and so does `axis=0`. `np.mean` without an `axis` "
    "takes all numbers."
)
def row_by_row(prediction, target):
    total = 0
    for i in range(len(prediction)):
        total += (prediction[i] - target[i]) ** 2
    return total / len(prediction)


@mean_squared_error.misconception(
    "Brackets are missing: `prediction - target**2` squares the target alone. "
    "Write `(prediction - target) ** 2`."
)
def brackets_forgotten(prediction, target):
    return np.mean(prediction - target**2)


@mean_squared_error.misconception(
    "A difference of squares is not the square of a difference: for 3 and 2 the one is 5, the "
    "other 1. Subtract first, then square."
)
def difference_of_squares(prediction, target):
    return np.mean(prediction**2 - target**2)


@mean_squared_error.misconception(
    "That is the mean of the residuals themselves, their *bias*. Too high and too low cancel in "
    "it. Square each residual first."
)
def residuals_not_squared(prediction, target):
    return np.mean(prediction - target)


@mean_squared_error.misconception(
    "You have averaged each row by itself. One number for all is asked for: leave the `axis` out."
)
def one_mean_for_each_row(prediction, target):
    return np.mean((prediction - target) ** 2, axis=-1)


@mean_squared_error.alternative
def mean_of_squares(prediction, target):
    return np.mean((prediction - target) ** 2)


@mean_squared_error.alternative
def sum_over_size(prediction, target):
    residual = np.ravel(target - prediction)
    return residual @ residual / residual.size


@mean_squared_error.alternative
def squares_one_by_one(prediction, target):
    total, count = 0.0, 0
    for residual in residuals_of(prediction, target):
        total += residual * residual
        count += 1
    return total / count


@mean_squared_error.alternative
def squares_in_single_precision(prediction, target):
    return np.square(in_float32(prediction, target)).mean()


@mean_squared_error.alternative
def spread_and_bias(prediction, target):
    residual = np.subtract(prediction, target, dtype=float)
    return residual.var() + residual.mean() ** 2


# --- its gradient -------------------------------------------------------------------------------

mean_squared_error_gradient = UNIT.exercise(
    "mean-squared-error-gradient",
    signature="mean_squared_error_gradient(prediction, target)",
    points=2,
    difficulty=1,
    reference=losses.mean_squared_error.gradient,
    probes=[*first_cases(), *more_cases()],
    random=tables,
    hints=[
        "Change one prediction and leave the others as they are. Only its own square changes. "
        "The slope of r squared is 2r.",
        "The loss is a mean, so each square has a share of 1/n in it, and so has its slope: "
        "2r / n, where n is `prediction.size`.",
    ],
)


@mean_squared_error_gradient.misconception(WITHOUT_N)
def squares_without_n(prediction, target):
    return 2 * (prediction - target)


@mean_squared_error_gradient.misconception(
    "The 2 is missing: the slope of r squared is 2r. (It goes away only where the loss is defined "
    "as half the square.)"
)
def without_two(prediction, target):
    return (prediction - target) / prediction.size


@mean_squared_error_gradient.misconception(
    "Two factors are missing: the slope of r squared is 2r, and the mean over n values divides "
    "it by n."
)
def residual_alone(prediction, target):
    return prediction - target


@mean_squared_error_gradient.misconception(SIGN_TURNED)
def squares_sign_turned(prediction, target):
    return 2 * (target - prediction) / prediction.size


@mean_squared_error_gradient.misconception(LENGTH_COUNTS_ROWS)
def gradient_by_length(prediction, target):
    return 2 * (prediction - target) / len(prediction)


@mean_squared_error_gradient.misconception(ONE_NUMBER)
def gradient_averaged(prediction, target):
    return np.mean(2 * (prediction - target))


@mean_squared_error_gradient.misconception(
    "A gradient has a sign: it is negative where the prediction is too low, since the loss falls "
    "when that prediction rises. Take no absolute value."
)
def gradient_without_sign(prediction, target):
    return 2 * np.abs(prediction - target) / prediction.size


@mean_squared_error_gradient.misconception(
    "These are the squares, each with its share of the mean: the loss, not its slope. The slope of "
    "r squared is 2r."
)
def squares_for_slopes(prediction, target):
    return (prediction - target) ** 2 / prediction.size


@mean_squared_error_gradient.alternative
def twice_the_residual_over_n(prediction, target):
    return 2 / prediction.size * (prediction - target)


@mean_squared_error_gradient.alternative
def slope_by_slope(prediction, target):
    residuals = residuals_of(prediction, target)
    return shaped_like([2 * r / len(residuals) for r in residuals], prediction)


@mean_squared_error_gradient.alternative
def slopes_in_single_precision(prediction, target):
    return 2 * in_float32(prediction, target) / np.float32(np.size(prediction))


@mean_squared_error_gradient.alternative
def as_nested_lists(prediction, target):
    return (2 * (prediction - target) / np.size(target)).tolist()


# --- root mean squared error --------------------------------------------------------------------

root_mean_squared_error = UNIT.exercise(
    "root-mean-squared-error",
    signature="root_mean_squared_error(prediction, target)",
    points=1,
    difficulty=1,
    reference=losses.root_mean_squared_error,
    probes=[*first_cases(), *more_cases()],
    random=tables,
    hints=[
        "The name is to be read from the right: error, squared, mean, root. That is the order.",
        "There is one root, taken at the end, of one number: `np.sqrt` of the mean squared error.",
    ],
)


@root_mean_squared_error.misconception(
    "That is a mean of roots. The root of a square is the absolute value, so you have the mean "
    "absolute error. Take one root, after the mean."
)
def mean_of_roots(prediction, target):
    return np.mean(np.sqrt((prediction - target) ** 2))


@root_mean_squared_error.misconception(
    "The root is missing. Without it the result is in squared units: grams squared for grams."
)
def root_forgotten(prediction, target):
    return np.mean((prediction - target) ** 2)


@root_mean_squared_error.misconception(
    "You have taken the root of the sum. Divide by how many values there are first: the mean is "
    "under the root."
)
def root_of_the_sum(prediction, target):
    return np.sqrt(np.sum((prediction - target) ** 2))


@root_mean_squared_error.misconception(
    "The division by n belongs under the root. Outside it you would have to divide by the root "
    "of n."
)
def root_then_divided(prediction, target):
    return np.sqrt(np.sum((prediction - target) ** 2)) / prediction.size


@root_mean_squared_error.misconception(
    "You have taken a root for each row and averaged those. A mean of roots is not the root of "
    "the mean: one root, over all values."
)
def root_of_each_row(prediction, target):
    return np.mean(np.sqrt(np.mean((prediction - target) ** 2, axis=-1)))


@root_mean_squared_error.misconception(
    "You have taken a root for each column and averaged those. A mean of roots is not the root "
    "of the mean: one root, over all values."
)
def root_of_each_column(prediction, target):
    return np.mean(np.sqrt(np.mean((prediction - target) ** 2, axis=0)))


@root_mean_squared_error.misconception(
    "Python takes the power first: `m**1 / 2` is half of m. Write `m ** (1 / 2)`, or `np.sqrt(m)`."
)
def half_for_a_root(prediction, target):
    return np.mean((prediction - target) ** 2) ** 1 / 2


@root_mean_squared_error.misconception(
    "You have averaged before squaring, so that too high and too low cancel. "
    "The order is: square, mean, root."
)
def mean_before_the_square(prediction, target):
    return np.sqrt(np.mean(prediction - target) ** 2)


@root_mean_squared_error.misconception(
    "That is the standard deviation of the residuals: it takes their mean off first. Predictions "
    "that are all too high by 5 would count as perfect."
)
def standard_deviation(prediction, target):
    return np.std(prediction - target)


@root_mean_squared_error.misconception(
    "n - 1 belongs to a standard deviation, where a mean has been estimated from the same values. "
    "Here nothing was estimated: divide by n."
)
def one_less(prediction, target):
    return np.sqrt(np.sum((prediction - target) ** 2) / (prediction.size - 1))


@root_mean_squared_error.misconception(LENGTH_COUNTS_ROWS)
def root_by_length(prediction, target):
    return np.sqrt(np.sum((prediction - target) ** 2) / len(prediction))


@root_mean_squared_error.alternative
def root_of_the_mean(prediction, target):
    return np.sqrt(np.mean((prediction - target) ** 2))


@root_mean_squared_error.alternative
def norm_over_root_n(prediction, target):
    return np.linalg.norm(np.ravel(prediction - target)) / math.sqrt(np.size(prediction))


@root_mean_squared_error.alternative
def root_after_a_loop(prediction, target):
    residuals = residuals_of(prediction, target)
    return (sum(r * r for r in residuals) / len(residuals)) ** 0.5


@root_mean_squared_error.alternative
def scaled_by_the_largest(prediction, target):
    residual = np.abs(np.subtract(prediction, target, dtype=float))
    largest = residual.max() or 1.0
    return largest * np.sqrt(np.mean((residual / largest) ** 2))


@root_mean_squared_error.alternative
def root_in_single_precision(prediction, target):
    return np.sqrt(np.mean(np.square(in_float32(prediction, target))))


# --- its gradient -------------------------------------------------------------------------------


def rmse(prediction, target):
    """The root mean squared error, on which the functions below build."""
    return np.sqrt(np.mean((prediction - target) ** 2))


root_mean_squared_error_gradient = UNIT.exercise(
    "root-mean-squared-error-gradient",
    signature="root_mean_squared_error_gradient(prediction, target)",
    points=2,
    difficulty=3,
    reference=losses.root_mean_squared_error.gradient,
    probes=[
        *first_cases(),
        probe([2.5, 0.5, -1.0], [2.5, 0.5, -1.0], note="all predictions are perfect"),
        *more_cases(),
        *NEARLY_PERFECT,
    ],
    random=tables,
    silent=True,
    hints=[
        "Let m be the mean squared error. The loss is the root of m. The slope of a root is 1 over "
        "twice the root, and the slope of m is 2r/n. The chain rule multiplies them.",
        "The two twos cancel: r / (n * rmse). Which input makes that 0 divided by 0?",
        "Where the loss is 0 every residual is 0, and we return zeros. An `if` may decide that, "
        "since the loss is one number: `if loss == 0: return np.zeros(prediction.shape)`.",
    ],
)


@root_mean_squared_error_gradient.misconception(
    "The formula is right. But where all predictions are perfect it divides 0 by 0, which is nan. "
    "Return zeros there: at the bottom there is nowhere to go."
)
def nothing_divided_by_nothing(prediction, target):
    return (prediction - target) / (prediction.size * rmse(prediction, target))


@root_mean_squared_error_gradient.misconception(
    "The values are right, also zeros where all is perfect. But NumPy has divided 0 by 0 on the "
    "way and warns: `np.where` and `np.nan_to_num` come too late. Ask first whether the loss is 0."
)
def mended_too_late(prediction, target):
    loss = rmse(prediction, target)
    residual = prediction - target
    return np.where(loss == 0, 0, residual / (residual.size * loss))


@root_mean_squared_error_gradient.misconception(
    "That is the gradient of the mean squared error. The root has a slope as well: multiply by "
    "1 over twice the root."
)
def root_left_out(prediction, target):
    return 2 * (prediction - target) / prediction.size


@root_mean_squared_error_gradient.misconception(
    "A 2 is left over: the slope of the root is 1 / (2 * rmse), and its 2 cancels that of 2r/n."
)
def two_left_over(prediction, target):
    loss = rmse(prediction, target)
    return 2 * (prediction - target) / (prediction.size * (loss if loss > 0 else 1))


@root_mean_squared_error_gradient.misconception(
    "The 2 of 2r/n has been lost: it cancels the 2 of 1 / (2 * rmse), and r / (n * rmse) is left."
)
def two_lost(prediction, target):
    loss = rmse(prediction, target)
    return (prediction - target) / (2 * prediction.size * (loss if loss > 0 else 1))


@root_mean_squared_error_gradient.misconception(
    "The n of the mean is missing: the mean squared error has the slope 2r/n along each prediction."
)
def root_without_n(prediction, target):
    loss = rmse(prediction, target)
    return (prediction - target) / (loss if loss > 0 else 1)


@root_mean_squared_error_gradient.misconception(
    "That is the gradient of the root of the *sum* of squares. With the mean, n stands below: "
    "r / (n * rmse)."
)
def gradient_of_the_norm(prediction, target):
    return root_without_n(prediction, target) / math.sqrt(prediction.size)


@root_mean_squared_error_gradient.misconception(
    "That is the gradient of the mean absolute error. The root is not taken of each square: the "
    "slope is r / (n * rmse), and a larger residual has a larger share of it."
)
def signs_for_slopes(prediction, target):
    return np.sign(prediction - target) / prediction.size


@root_mean_squared_error_gradient.misconception(SIGN_TURNED)
def root_sign_turned(prediction, target):
    loss = rmse(prediction, target)
    return (target - prediction) / (prediction.size * (loss if loss > 0 else 1))


@root_mean_squared_error_gradient.misconception(LENGTH_COUNTS_ROWS)
def root_gradient_by_length(prediction, target):
    loss = rmse(prediction, target)
    return (prediction - target) / (len(prediction) * (loss if loss > 0 else 1))


SMALL_ROOT = (
    "The small number keeps you from dividing by 0, and a network would hardly notice. But where "
    "the residuals are no larger than it is, the gradient is wrong: however small they are, only "
    "their shares count. Treat a loss of exactly 0 by itself."
)


def below(small, prediction, target):
    return (prediction - target) / (prediction.size * (rmse(prediction, target) + small))


def under_the_root(small, prediction, target):
    loss = np.sqrt(np.mean((prediction - target) ** 2) + small)
    return (prediction - target) / (prediction.size * loss)


def times_n_and(small, prediction, target):
    return (prediction - target) / (prediction.size * rmse(prediction, target) + small)


def no_less_than(small, prediction, target):
    loss = np.maximum(rmse(prediction, target), small)
    return (prediction - target) / (prediction.size * loss)


def zeros_below(small, prediction, target):
    loss = rmse(prediction, target)
    residual = prediction - target
    return residual / (residual.size * loss) if loss > small else np.zeros_like(residual)


root_mean_squared_error_gradient.misconceptions_with(
    (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, EPS),
    [below, under_the_root, times_n_and],
    SMALL_ROOT,
)
root_mean_squared_error_gradient.misconceptions_with(
    (1e-7, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, EPS), [no_less_than], SMALL_ROOT
)
root_mean_squared_error_gradient.misconceptions_with((1e-12, 1e-16), [zeros_below], SMALL_ROOT)


@root_mean_squared_error_gradient.alternative
def zeros_first(prediction, target):
    residual = np.subtract(prediction, target, dtype=float)
    loss = np.sqrt(np.mean(residual**2))
    if loss == 0:
        return np.zeros_like(residual)
    return residual / (residual.size * loss)


@root_mean_squared_error_gradient.alternative
def chain_rule_in_two_steps(prediction, target):
    loss = rmse(prediction, target)
    outer = 1 / (2 * loss) if loss > 0 else 0.0
    return outer * 2 * (prediction - target) / prediction.size


@root_mean_squared_error_gradient.alternative
def by_the_root_of_n(prediction, target):
    residual = prediction - target
    length = np.linalg.norm(np.ravel(residual))
    return residual / (max(length, 5e-324) * math.sqrt(residual.size))


@root_mean_squared_error_gradient.alternative
def shares_one_by_one(prediction, target):
    residuals = residuals_of(prediction, target)
    loss = math.sqrt(sum(r * r for r in residuals) / len(residuals))
    shares = [r / (len(residuals) * loss) if r else 0.0 for r in residuals]
    return shaped_like(shares, prediction)


# --- mean absolute error ------------------------------------------------------------------------

mean_absolute_error = UNIT.exercise(
    "mean-absolute-error",
    signature="mean_absolute_error(prediction, target)",
    points=1,
    difficulty=1,
    reference=losses.mean_absolute_error,
    probes=[*first_cases(), *more_cases()],
    random=tables,
    hints=[
        "Each residual counts without its sign. Which NumPy function takes a sign away?",
        "`np.abs` of the residuals first, then their mean. The other way round they would cancel.",
    ],
)


@mean_absolute_error.misconception(
    "The residuals keep their signs, so one that is too high and one that is too low cancel. Take "
    "the absolute value of each."
)
def signs_kept(prediction, target):
    return np.mean(prediction - target)


@mean_absolute_error.misconception(
    "The absolute value comes too late: in the mean, too high and too low have cancelled already. "
    "Take it of each residual, before the mean."
)
def absolute_of_the_mean(prediction, target):
    return np.abs(np.mean(prediction - target))


@mean_absolute_error.misconception(
    "You have added them up. That is also called L1, and is an exercise of its own; the *mean* "
    "absolute error divides by how many there are."
)
def absolutes_summed(prediction, target):
    return np.sum(np.abs(prediction - target))


@mean_absolute_error.misconception(
    "That is the mean squared error. Here a residual twice as large costs twice as much, not four "
    "times."
)
def squared_instead(prediction, target):
    return np.mean((prediction - target) ** 2)


@mean_absolute_error.misconception(
    "That is the root mean squared error. A mean of absolute values needs no root."
)
def root_mean_square_instead(prediction, target):
    return rmse(prediction, target)


@mean_absolute_error.misconception(
    "That is the median of the absolute residuals. The median turns up in this unit as the "
    "constant that this loss likes best, but the loss itself is a mean."
)
def median_of_absolutes(prediction, target):
    return np.median(np.abs(prediction - target))


@mean_absolute_error.misconception(f"{NOT_REDUCED}.")
def absolutes_not_averaged(prediction, target):
    return np.abs(prediction - target)


@mean_absolute_error.misconception(LENGTH_COUNTS_ROWS)
def absolutes_by_length(prediction, target):
    return np.sum(np.abs(prediction - target)) / len(prediction)


@mean_absolute_error.misconception(
    "That is the difference of two absolute values: for 2 and -2 it is 0, though they are 4 apart. "
    "Subtract first."
)
def absolutes_subtracted(prediction, target):
    return np.mean(np.abs(prediction) - np.abs(target))


@mean_absolute_error.misconception(IF_ON_AN_ARRAY.format("`np.abs`"))
def if_for_the_size(prediction, target):
    residual = prediction - target
    return np.mean(residual) if residual > 0 else np.mean(-residual)


@mean_absolute_error.alternative
def mean_of_absolutes(prediction, target):
    return np.mean(np.abs(prediction - target))


@mean_absolute_error.alternative
def roots_of_squares(prediction, target):
    return np.sqrt((prediction - target) ** 2).mean()


@mean_absolute_error.alternative
def absolutes_one_by_one(prediction, target):
    residuals = residuals_of(prediction, target)
    return sum(abs(r) for r in residuals) / len(residuals)


@mean_absolute_error.alternative
def larger_minus_smaller(prediction, target):
    return np.mean(np.maximum(prediction, target) - np.minimum(prediction, target))


@mean_absolute_error.alternative
def absolutes_in_single_precision(prediction, target):
    return np.abs(in_float32(prediction, target)).mean()


# --- its gradient -------------------------------------------------------------------------------

ONE_AT_THE_KINK = (
    "Right but for perfect predictions. There the curve has a kink: to the left its slope is "
    "negative, to the right positive. We take 0, which asks for no change: `np.sign(0)` is 0."
)
NAN_AT_THE_KINK = (
    "r / |r| is the sign of r, but for a perfect prediction it is 0 divided by 0, which is nan. "
    "`np.sign` gives 0 there."
)


def signs_without_a_middle(residual, at_zero):
    """The sign of each residual, with a choice at 0."""
    return np.where(residual > 0, 1.0, np.where(residual < 0, -1.0, at_zero))


mean_absolute_error_gradient = UNIT.exercise(
    "mean-absolute-error-gradient",
    signature="mean_absolute_error_gradient(prediction, target)",
    points=2,
    difficulty=2,
    reference=losses.mean_absolute_error.gradient,
    probes=[*first_cases(), *more_cases(), *NEARLY_PERFECT],
    random=tables,
    silent=True,
    hints=[
        "The slope of |r| is 1 to the right of 0 and -1 to the left, whatever the size of r. "
        "Which NumPy function gives 1, -1, and 0 at 0?",
        "`np.sign(prediction - target)`, and the mean divides it by `prediction.size`.",
    ],
)


@mean_absolute_error_gradient.misconception(ONE_AT_THE_KINK)
def plus_one_at_zero(prediction, target):
    return signs_without_a_middle(prediction - target, 1.0) / prediction.size


@mean_absolute_error_gradient.misconception(ONE_AT_THE_KINK)
def minus_one_at_zero(prediction, target):
    return signs_without_a_middle(prediction - target, -1.0) / prediction.size


SMALL_NUMBER_BELOW = (
    "The small number keeps you from dividing by 0. But the slope of |r| is 1 or -1 however small "
    "r is, and beside a residual as small as your number it comes out too small. `np.sign` knows "
    "all three cases."
)


def with_a_small_number(exercise, small, share):
    """The slope of |r| as r / |r|, with a small number below the line, times each one's share."""

    def small_number_below(prediction, target):
        residual = prediction - target
        return residual / (np.abs(residual) + small) * share(prediction)

    def no_smaller_below(prediction, target):
        residual = prediction - target
        return residual / np.maximum(np.abs(residual), small) * share(prediction)

    for way in (small_number_below, no_smaller_below):
        way.__name__ = f"{way.__name__}_{small:g}"
        exercise.misconception(SMALL_NUMBER_BELOW)(way)


SMALL_NUMBERS = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, EPS)

for usual in SMALL_NUMBERS:
    with_a_small_number(mean_absolute_error_gradient, usual, lambda prediction: 1 / prediction.size)


@mean_absolute_error_gradient.misconception(f"{ONE_AT_THE_KINK} Also: {LENGTH_COUNTS_ROWS}")
def plus_one_at_zero_by_length(prediction, target):
    return signs_without_a_middle(prediction - target, 1.0) / len(prediction)


@mean_absolute_error_gradient.misconception(f"{ONE_AT_THE_KINK} Also: {LENGTH_COUNTS_ROWS}")
def minus_one_at_zero_by_length(prediction, target):
    return signs_without_a_middle(prediction - target, -1.0) / len(prediction)


@mean_absolute_error_gradient.misconception(NAN_AT_THE_KINK)
def residual_over_its_size(prediction, target):
    residual = prediction - target
    return residual / np.abs(residual) / prediction.size


@mean_absolute_error_gradient.misconception(WITHOUT_N)
def signs_without_n(prediction, target):
    return np.sign(prediction - target)


@mean_absolute_error_gradient.misconception(SIGN_TURNED)
def signs_turned(prediction, target):
    return np.sign(target - prediction) / prediction.size


@mean_absolute_error_gradient.misconception(LENGTH_COUNTS_ROWS)
def signs_by_length(prediction, target):
    return np.sign(prediction - target) / len(prediction)


@mean_absolute_error_gradient.misconception(ONE_NUMBER)
def signs_averaged(prediction, target):
    return np.mean(np.sign(prediction - target))


@mean_absolute_error_gradient.misconception(
    "This grows with the residual, as for squares. The slope of |r| is 1 or -1, however large r "
    "is: that is why an outlier pulls no harder than its neighbours."
)
def grows_with_the_residual(prediction, target):
    return (prediction - target) / prediction.size


@mean_absolute_error_gradient.misconception(
    "A 2 belongs to squares: the slope of r squared is 2r. The slope of |r| is 1 or -1."
)
def twice_the_sign(prediction, target):
    return 2 * np.sign(prediction - target) / prediction.size


@mean_absolute_error_gradient.misconception(
    "That is 1/n for every prediction, without the sign. Where a prediction is too low, the loss "
    "falls as it rises: the slope there is negative."
)
def ones_everywhere(prediction, target):
    return np.ones(prediction.shape) / prediction.size


@mean_absolute_error_gradient.misconception(IF_ON_AN_ARRAY.format("`np.sign`"))
def if_for_the_sign(prediction, target):
    residual = prediction - target
    return 1 / residual.size if residual > 0 else -1 / residual.size


@mean_absolute_error_gradient.misconception(WHOLE_NUMBERS_KEPT)
def slopes_in_whole_numbers(prediction, target):
    slopes = np.zeros_like(prediction)
    slopes[prediction > target] = 1 / prediction.size
    slopes[prediction < target] = -1 / prediction.size
    return slopes


@mean_absolute_error_gradient.alternative
def sign_over_n(prediction, target):
    return np.sign(prediction - target) / prediction.size


@mean_absolute_error_gradient.alternative
def comparisons_subtracted(prediction, target):
    above = (prediction > target).astype(float)
    return (above - (prediction < target)) / np.size(target)


@mean_absolute_error_gradient.alternative
def sign_by_sign(prediction, target):
    residuals = residuals_of(prediction, target)
    return shaped_like([((r > 0) - (r < 0)) / len(residuals) for r in residuals], prediction)


@mean_absolute_error_gradient.alternative
def signs_in_single_precision(prediction, target):
    return np.sign(in_float32(prediction, target)) / np.float32(np.size(prediction))


# --- L1 -----------------------------------------------------------------------------------------

AVERAGED = (
    "You have averaged, and you are in good company: PyTorch's `l1_loss` and `mse_loss` do so "
    "unless told otherwise. Textbooks mean the sum by L1 and L2, and so do we here. It is a "
    "convention: a factor of n. Say which one you use."
)

l1 = UNIT.exercise(
    "l1",
    signature="l1(prediction, target)",
    points=1,
    difficulty=1,
    reference=losses.l1,
    probes=[*first_cases(), *more_cases()],
    random=tables,
    hints=[
        "As the mean absolute error, but added up, not averaged.",
        "`np.sum` adds up all numbers of an array. Take the absolute values before.",
    ],
)


@l1.misconception(AVERAGED)
def l1_averaged(prediction, target):
    return np.mean(np.abs(prediction - target))


@l1.misconception(
    "The residuals keep their signs, so too high and too low cancel. Take the absolute value of "
    "each before you add."
)
def l1_signs_kept(prediction, target):
    return np.sum(prediction - target)


@l1.misconception(
    "The absolute value comes too late: in the sum, too high and too low have cancelled already. "
    "Take it of each residual."
)
def absolute_of_the_sum(prediction, target):
    return np.abs(np.sum(prediction - target))


@l1.misconception("That is L2, the sum of squares. L1 adds up absolute values.")
def l2_for_l1(prediction, target):
    return np.sum((prediction - target) ** 2)


@l1.misconception(
    "You return one number for each value. A loss is one number for all: end with `np.sum`."
)
def l1_not_summed(prediction, target):
    return np.abs(prediction - target)


@l1.misconception(
    "Of a table you have added up the rows, and the result is a row. Python's own `sum` does that, "
    "and so does `axis=0`. `np.sum` without an `axis` takes all numbers."
)
def l1_by_pythons_sum(prediction, target):
    return sum(np.abs(prediction - target))


@l1.misconception(
    "`np.linalg.norm(table, 1)` is another thing: the largest of the column sums. Flatten first, "
    "or use `np.sum(np.abs(...))`."
)
def norm_of_a_table(prediction, target):
    return np.linalg.norm(prediction - target, 1)


@l1.alternative
def sum_of_absolutes(prediction, target):
    return np.sum(np.abs(prediction - target))


@l1.alternative
def norm_of_order_one(prediction, target):
    return np.linalg.norm(np.ravel(prediction - target), 1)


@l1.alternative
def l1_one_by_one(prediction, target):
    return sum(abs(r) for r in residuals_of(prediction, target))


@l1.alternative
def mean_times_n(prediction, target):
    return np.mean(np.abs(prediction - target)) * np.size(prediction)


@l1.alternative
def l1_in_single_precision(prediction, target):
    return np.abs(in_float32(prediction, target)).sum()


l1_gradient = UNIT.exercise(
    "l1-gradient",
    signature="l1_gradient(prediction, target)",
    points=1,
    difficulty=1,
    reference=losses.l1.gradient,
    probes=[*first_cases(), *more_cases(), *NEARLY_PERFECT],
    random=tables,
    silent=True,
    hints=[
        "It differs from the gradient of the mean absolute error by a factor. By which?",
        "A sum divides by nothing, and neither do its slopes. `np.sign` is 0 at 0.",
    ],
)


@l1_gradient.misconception(
    "You divide by n, as for the mean absolute error, which PyTorch calls `l1_loss`. L1 in this "
    "course is the sum, and divides by nothing. It is a convention, and it makes steps n times "
    "as large."
)
def l1_slopes_averaged(prediction, target):
    return np.sign(prediction - target) / prediction.size


@l1_gradient.misconception(ONE_AT_THE_KINK)
def l1_plus_one_at_zero(prediction, target):
    return signs_without_a_middle(prediction - target, 1.0)


@l1_gradient.misconception(ONE_AT_THE_KINK)
def l1_minus_one_at_zero(prediction, target):
    return signs_without_a_middle(prediction - target, -1.0)


for usual in SMALL_NUMBERS:
    with_a_small_number(l1_gradient, usual, lambda prediction: 1)


@l1_gradient.misconception(NAN_AT_THE_KINK)
def l1_residual_over_its_size(prediction, target):
    residual = prediction - target
    return residual / np.abs(residual)


@l1_gradient.misconception(SIGN_TURNED)
def l1_signs_turned(prediction, target):
    return np.sign(target - prediction)


@l1_gradient.misconception(
    "You have added the slopes up. The gradient has one number for each prediction, in the shape "
    "of `prediction`."
)
def l1_slopes_summed(prediction, target):
    return np.sum(np.sign(prediction - target))


@l1_gradient.misconception(
    "This grows with the residual, as half the square does. The slope of |r| is 1 or -1, however "
    "large r is."
)
def l1_grows_with_the_residual(prediction, target):
    return prediction - target


@l1_gradient.misconception(
    "The sign is lost: where a prediction is too low, the loss falls as it rises, and the slope "
    "is -1."
)
def l1_sign_lost(prediction, target):
    return np.abs(np.sign(prediction - target))


@l1_gradient.alternative
def l1_sign(prediction, target):
    return np.sign(prediction - target)


@l1_gradient.alternative
def l1_sign_by_sign(prediction, target):
    signs = [math.copysign(1, r) if r else 0.0 for r in residuals_of(prediction, target)]
    return shaped_like(signs, prediction)


@l1_gradient.alternative
def l1_as_whole_numbers(prediction, target):
    return (prediction > target).astype(int) - (prediction < target).astype(int)


# --- L2 -----------------------------------------------------------------------------------------

l2 = UNIT.exercise(
    "l2",
    signature="l2(prediction, target)",
    points=1,
    difficulty=1,
    reference=losses.l2,
    probes=[*first_cases(), *more_cases()],
    random=tables,
    hints=[
        "As the mean squared error, but added up, not averaged.",
        "No root is taken, and nothing is halved: `np.sum` of the squares.",
    ],
)


@l2.misconception(AVERAGED)
def l2_averaged(prediction, target):
    return np.mean((prediction - target) ** 2)


@l2.misconception(
    "The root makes it a length, which mathematicians call the L2 *norm*. The L2 loss is its "
    "square: the sum of squares, without a root."
)
def l2_with_a_root(prediction, target):
    return np.sqrt(np.sum((prediction - target) ** 2))


@l2.misconception(
    "Half of it, as `tf.nn.l2_loss` has it, so that the slope is r and not 2r. That is a "
    "convention; the one of this course has no half."
)
def l2_halved(prediction, target):
    return np.sum((prediction - target) ** 2) / 2


@l2.misconception("That is L1, the sum of absolute values. L2 adds up squares.")
def l1_for_l2(prediction, target):
    return np.sum(np.abs(prediction - target))


@l2.misconception(
    "You have added up first and squared then, so that too high and too low cancel. Square each "
    "residual first."
)
def summed_then_squared(prediction, target):
    return np.sum(prediction - target) ** 2


@l2.misconception(
    "You return one number for each value. A loss is one number for all: end with `np.sum`."
)
def l2_not_summed(prediction, target):
    return (prediction - target) ** 2


@l2.misconception(
    "Of a table you have added up the rows, and the result is a row. Python's own `sum` does that, "
    "and so does `axis=0`. `np.sum` without an `axis` takes all numbers."
)
def l2_by_pythons_sum(prediction, target):
    return sum((prediction - target) ** 2)


@l2.misconception(CARET)
def l2_with_a_caret(prediction, target):
    return np.sum((prediction - target) ^ 2)


@l2.alternative
def sum_of_squares(prediction, target):
    return np.sum((prediction - target) ** 2)


@l2.alternative
def product_with_itself(prediction, target):
    residual = np.ravel(prediction - target)
    return residual @ residual


@l2.alternative
def norm_squared(prediction, target):
    return np.linalg.norm(prediction - target) ** 2


@l2.alternative
def l2_one_by_one(prediction, target):
    return sum(r**2 for r in residuals_of(prediction, target))


@l2.alternative
def l2_in_single_precision(prediction, target):
    return np.square(in_float32(prediction, target)).sum()


l2_gradient = UNIT.exercise(
    "l2-gradient",
    signature="l2_gradient(prediction, target)",
    points=1,
    difficulty=1,
    reference=losses.l2.gradient,
    probes=[*first_cases(), *more_cases()],
    random=tables,
    hints=[
        "It differs from the gradient of the mean squared error by a factor. By which?",
        "The slope of r squared is 2r. A sum divides it by nothing.",
    ],
)


@l2_gradient.misconception(
    "You divide by n, as for the mean squared error. L2 in this course is the sum, and divides by "
    "nothing. It is a convention, and it makes steps n times as large."
)
def l2_slopes_averaged(prediction, target):
    return 2 * (prediction - target) / prediction.size


@l2_gradient.misconception(
    "The 2 is missing: the slope of r squared is 2r. (`tf.nn.l2_loss` is half the sum, so there "
    "the slope is r.)"
)
def l2_without_two(prediction, target):
    return prediction - target


@l2_gradient.misconception(SIGN_TURNED)
def l2_sign_turned(prediction, target):
    return 2 * (target - prediction)


@l2_gradient.misconception(
    "You have added the slopes up. The gradient has one number for each prediction, in the shape "
    "of `prediction`."
)
def l2_slopes_summed(prediction, target):
    return np.sum(2 * (prediction - target))


@l2_gradient.misconception(
    "A gradient has a sign: it is negative where the prediction is too low. Take no absolute value."
)
def l2_sign_lost(prediction, target):
    return 2 * np.abs(prediction - target)


@l2_gradient.misconception(
    "These are the squares: the loss, not its slope. The slope of r squared is 2r."
)
def l2_squares_for_slopes(prediction, target):
    return (prediction - target) ** 2


@l2_gradient.alternative
def twice_the_residual(prediction, target):
    return 2 * (prediction - target)


@l2_gradient.alternative
def residual_added_to_itself(prediction, target):
    residual = np.subtract(prediction, target)
    return residual + residual


@l2_gradient.alternative
def l2_slope_by_slope(prediction, target):
    return shaped_like([2 * r for r in residuals_of(prediction, target)], prediction)


@l2_gradient.alternative
def l2_slopes_in_single_precision(prediction, target):
    return 2 * in_float32(prediction, target)


# --- mean or sum --------------------------------------------------------------------------------

UNIT.quiz(
    "mean-or-sum",
    question=(
        "You train with the L2 loss, the sum of squares, and a fixed learning rate on batches of "
        "32 genes. All goes well. To save time you take batches of 320 genes, and change nothing "
        "else. What happens to the steps?"
    ),
    options=[
        option(
            "a",
            "They stay as large as they were: a gradient does not depend on the batch",
            "That is so, on average, with a mean. A sum over ten times as many genes has about ten "
            "times the gradient.",
        ),
        option(
            "b",
            "They become about ten times as large, and training may fly apart",
            "Each weight's slope is a sum over the genes of the batch.",
            right=True,
        ),
        option(
            "c",
            "They become about ten times smaller, since each gene has a smaller share",
            "A share of 1/n is what a mean gives. A sum divides by nothing.",
        ),
        option(
            "d",
            "They become a hundred times as large, since residuals are squared",
            "Each residual is squared by itself, and stays as large as it was. There are ten times "
            "as many of them.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "A step is the learning rate times the gradient. What is the gradient of a sum?",
        "The gradient of a sum is the sum of the gradients. How many more of them are there?",
    ],
)


# --- Huber --------------------------------------------------------------------------------------


def size_of(prediction, target):
    """The size of each residual."""
    return np.abs(prediction - target)


def huber_of(size, delta):
    """Huber's loss of each residual's size."""
    near = np.minimum(size, delta)
    return near * (size - near / 2)


huber = UNIT.exercise(
    "huber",
    signature="huber(prediction, target, delta=1.0)",
    points=2,
    difficulty=2,
    reference=losses.huber,
    probes=[
        *first_cases(),
        probe([5.5], [3.0], 3.0, note="delta 3, and a residual below it"),
        probe([5.5], [3.0], 0.5, note="delta 0.5, and a residual above it"),
        probe([3.0], [5.5], 0.5, note="the same, too low"),
        probe([3.0, -3.0], [1.0, -1.0], delta=2.0, note="residuals as large as delta"),
        probe([3.01, 2.99], [1.0, 1.0], delta=2.0, note="just beside delta"),
        *more_cases(),
        probe([0.5, 1.0, -4.0], [0.0, 3.0, 4.0], 5.0, note="some below delta, some above"),
        probe([[1, 5, 2], [0, -3, 7]], [[2, 5, 0], [4, -1, 7]], 3, note="delta a whole number"),
    ],
    random=lambda rng: (*tables(rng), float(rng.uniform(0.3, 5))),
    hints=[
        "Work with the size of the residual, `size = np.abs(prediction - target)`. Where it is at "
        "most delta, the loss is half its square.",
        "Beyond delta the loss goes on as a straight line with slope delta: `delta * size` less "
        "something, so that the two pieces meet at delta.",
        "At delta the parabola has reached delta**2 / 2, and delta * delta is twice that. So the "
        "line is `delta * (size - delta / 2)`. `np.where` chooses, `np.mean` averages.",
    ],
)

DELTA_IN_ONE_BRANCH = (
    "delta must stand in both pieces. Where delta is 1 this is right, and hides the mistake. For "
    "other deltas the line does not meet the parabola: it is `delta * (size - delta / 2)`."
)


def wrong_pieces(name, sentence, near, far):
    """A Huber's loss of two wrong pieces, with `<=` and with `<`: they differ where pieces jump."""

    def up_to(prediction, target, delta=1.0):
        size = size_of(prediction, target)
        return np.mean(np.where(size <= delta, near(size, delta), far(size, delta)))

    def below(prediction, target, delta=1.0):
        size = size_of(prediction, target)
        return np.mean(np.where(size < delta, near(size, delta), far(size, delta)))

    up_to.__name__, below.__name__ = name, f"{name}_from_delta_on"
    huber.misconception(sentence)(up_to)
    huber.misconception(sentence)(below)


def half_the_square(size, delta):
    return size**2 / 2


def rest_of_the_line(size, delta):
    return delta * (size - delta / 2)


wrong_pieces(
    "line_for_delta_one", DELTA_IN_ONE_BRANCH, half_the_square, lambda size, delta: size - 0.5
)
wrong_pieces(
    "line_of_slope_one", DELTA_IN_ONE_BRANCH, half_the_square, lambda size, delta: size - delta / 2
)
wrong_pieces(
    "line_shifted_for_delta_one",
    DELTA_IN_ONE_BRANCH,
    half_the_square,
    lambda size, delta: delta * (size - 0.5),
)
wrong_pieces(
    "line_with_delta_once",
    DELTA_IN_ONE_BRANCH,
    half_the_square,
    lambda size, delta: delta * size - 0.5,
)
wrong_pieces(
    "pieces_do_not_meet",
    "The two pieces do not meet: at delta the parabola has reached delta**2 / 2, and the line "
    "begins at delta**2. Take off what is too much: `delta * (size - delta / 2)`.",
    half_the_square,
    lambda size, delta: delta * size,
)
wrong_pieces(
    "squares_then_absolutes",
    "That switches from squares to absolute values, and jumps where it switches. Huber's line "
    "goes on from the parabola's end, in its direction: `delta * (size - delta / 2)`.",
    half_the_square,
    lambda size, delta: size,
)
wrong_pieces(
    "whole_square",
    "Near the target Huber's loss is *half* the square. With the whole square the two pieces do "
    "not meet at delta.",
    lambda size, delta: size**2,
    rest_of_the_line,
)
wrong_pieces(
    "line_with_all_of_delta_off",
    "Too much is taken off: the line begins at 0, where the parabola has reached delta**2 / 2 "
    "already. Take off half of delta: `delta * (size - delta / 2)`.",
    half_the_square,
    lambda size, delta: delta * (size - delta),
)


@huber.misconception(
    "delta is an argument, and you do not use it: the corner is always at 1. Put delta where the "
    "corner is, and into the straight line."
)
def delta_ignored(prediction, target, delta=1.0):
    return np.mean(huber_of(size_of(prediction, target), 1.0))


@huber.misconception(
    "Twice Huber's loss. It may look neater, with the whole square near the target, but Huber, "
    "PyTorch, Keras and this course halve the square."
)
def twice_huber(prediction, target, delta=1.0):
    return 2 * np.mean(huber_of(size_of(prediction, target), delta))


@huber.misconception(
    "You compare the residual itself with delta. A prediction that is far too low has a large "
    "negative residual, which is below delta, and so it is squared. Compare its size: `np.abs`."
)
def residual_for_size(prediction, target, delta=1.0):
    residual = prediction - target
    line = delta * (np.abs(residual) - delta / 2)
    return np.mean(np.where(residual <= delta, residual**2 / 2, line))


@huber.misconception(
    "Beyond delta the size of the residual counts, without its sign. Here predictions that are too "
    "low get a negative loss."
)
def line_with_a_sign(prediction, target, delta=1.0):
    residual = prediction - target
    line = delta * (residual - delta / 2)
    return np.mean(np.where(np.abs(residual) <= delta, residual**2 / 2, line))


@huber.misconception(
    "From delta on the size of the residual counts, without its sign. Here predictions that are "
    "too low get a negative loss."
)
def line_with_a_sign_from_delta_on(prediction, target, delta=1.0):
    residual = prediction - target
    line = delta * (residual - delta / 2)
    return np.mean(np.where(np.abs(residual) < delta, residual**2 / 2, line))


@huber.misconception(
    "That is Huber's loss divided by delta, which PyTorch calls `smooth_l1_loss`. It goes on with "
    "slope 1. Huber's own goes on with slope delta."
)
def smooth_l1(prediction, target, delta=1.0):
    return np.mean(huber_of(size_of(prediction, target), delta)) / delta


@huber.misconception(
    "The two pieces are exchanged: squares near the target, the straight line far from it."
)
def pieces_exchanged(prediction, target, delta=1.0):
    size = size_of(prediction, target)
    return np.mean(np.where(size <= delta, delta * (size - delta / 2), size**2 / 2))


@huber.misconception(
    "Beyond delta your loss is flat: an outlier costs as much wherever it lies, and its slope is "
    "0. Huber's loss goes on growing, as a straight line."
)
def flat_beyond(prediction, target, delta=1.0):
    return np.mean(np.minimum(size_of(prediction, target), delta) ** 2 / 2)


@huber.misconception(
    "An `if` decides once, for the whole array, and so do Python's own `min` and `max`. With "
    "several values Python cannot know which way to go. Choose value by value: "
    "`np.where(size <= delta, ..., ...)`."
)
def if_for_an_array(prediction, target, delta=1.0):
    size = size_of(prediction, target)
    if size <= delta:
        return np.mean(size**2 / 2)
    return np.mean(delta * (size - delta / 2))


@huber.misconception(
    "You have averaged first and chosen the piece then, once for all values. Each residual has its "
    "own piece: choose for each, then average."
)
def piece_for_the_mean(prediction, target, delta=1.0):
    return huber_of(np.mean(size_of(prediction, target)), delta)


@huber.misconception(f"{NOT_REDUCED}.")
def huber_not_averaged(prediction, target, delta=1.0):
    return huber_of(size_of(prediction, target), delta)


@huber.misconception(
    "You have added them up. That is a convention, too, but asked for is the mean, as PyTorch and "
    "Keras have it."
)
def huber_summed(prediction, target, delta=1.0):
    return np.sum(huber_of(size_of(prediction, target), delta))


@huber.misconception(ROW_LOOP)
def huber_row_by_row(prediction, target, delta=1.0):
    total = 0.0
    for p, t in zip(prediction, target, strict=True):
        size = np.abs(p - t)
        total += size**2 / 2 if size <= delta else delta * (size - delta / 2)
    return total / len(prediction)


@huber.alternative
def two_pieces(prediction, target, delta=1.0):
    size = size_of(prediction, target)
    return np.mean(np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta)))


@huber.alternative
def part_on_the_parabola(prediction, target, delta=1.0):
    size = size_of(prediction, target)
    near = np.minimum(size, delta)
    return np.mean(near**2 / 2 + delta * (size - near))


@huber.alternative
def huber_one_by_one(prediction, target, delta=1.0):
    total = 0.0
    residuals = residuals_of(prediction, target)
    for r in residuals:
        total += r * r / 2 if abs(r) < delta else delta * abs(r) - delta**2 / 2
    return total / len(residuals)


@huber.alternative
def with_masks(prediction, target, delta=1.0):
    size = np.asarray(size_of(prediction, target), dtype=float)
    far = size > delta
    value = size**2 / 2
    value[far] = delta * (size[far] - delta / 2)
    return value.mean()


@huber.alternative
def huber_in_single_precision(prediction, target, delta=1.0):
    return huber_of(np.abs(in_float32(prediction, target)), np.float32(delta)).mean()


# --- its gradient -------------------------------------------------------------------------------

huber_gradient = UNIT.exercise(
    "huber-gradient",
    signature="huber_gradient(prediction, target, delta=1.0)",
    points=2,
    difficulty=2,
    reference=losses.huber.gradient,
    probes=[
        *first_cases(),
        probe([5.5], [3.0], 3.0, note="delta 3, and a residual below it"),
        probe([5.5], [3.0], 0.5, note="delta 0.5, and a residual above it"),
        probe([3.0], [5.5], 0.5, note="the same, too low"),
        probe([3.0, -3.0], [1.0, -1.0], delta=2.0, note="residuals as large as delta"),
        probe([3.01, 2.99], [1.0, 1.0], delta=2.0, note="just beside delta"),
        *more_cases(),
        probe([4e6, 0.5], [0.0, 3.0], 3e6, note="a large delta"),
        probe([0.5, 1.0, -4.0], [0.0, 3.0, 4.0], 5.0, note="some below delta, some above"),
        probe([[1, 5, 2], [0, -3, 7]], [[2, 5, 0], [4, -1, 7]], 3, note="delta a whole number"),
        probe([[5, 0], [0, 1]], [[0, 0], [4, 0]], 1.5, note="whole numbers, cut off at a decimal"),
    ],
    random=lambda rng: (*tables(rng), float(rng.uniform(0.3, 5))),
    hints=[
        "The slope of half the square is the residual itself. On the straight lines it is delta on "
        "the right, and -delta on the left.",
        "So the slope is the residual, but never above delta and never below -delta. "
        "Which NumPy function cuts off at both ends?",
        "`np.clip(prediction - target, -delta, delta)`, and the mean divides by `prediction.size`.",
    ],
)


@huber_gradient.misconception(WITHOUT_N)
def huber_without_n(prediction, target, delta=1.0):
    return np.clip(prediction - target, -delta, delta)


@huber_gradient.misconception(
    "Beyond delta the slope is delta or -delta, not 1 or -1. Where delta is 1 this is right, and "
    "hides the mistake."
)
def sign_beyond(prediction, target, delta=1.0):
    residual = prediction - target
    slope = np.where(np.abs(residual) <= delta, residual, np.sign(residual))
    return slope / prediction.size


@huber_gradient.misconception(
    "delta is an argument, and you do not use it: the slope is always cut off at 1."
)
def slope_without_delta(prediction, target, delta=1.0):
    return np.clip(prediction - target, -1, 1) / prediction.size


@huber_gradient.misconception(
    "Far too low needs a slope of -delta: the loss falls as that prediction rises. You have delta "
    "on both sides."
)
def delta_on_both_sides(prediction, target, delta=1.0):
    residual = prediction - target
    return np.where(np.abs(residual) <= delta, residual, delta) / prediction.size


@huber_gradient.misconception(
    "Cut off above only. Predictions that are far too low must not pull harder than -delta "
    "either: `np.clip` does both ends."
)
def cut_off_above_only(prediction, target, delta=1.0):
    return np.minimum(prediction - target, delta) / prediction.size


@huber_gradient.misconception(
    "Beyond delta your slope is 0: such a point would be ignored. Huber's loss goes on growing "
    "there, with the slope delta."
)
def nothing_beyond(prediction, target, delta=1.0):
    residual = prediction - target
    return np.where(np.abs(residual) <= delta, residual, 0.0) / prediction.size


@huber_gradient.misconception(
    "Huber's loss has *half* the square near the target. Its slope there is r, not 2r: the pieces "
    "then meet in direction, too."
)
def twice_near_the_target(prediction, target, delta=1.0):
    residual = prediction - target
    slope = np.where(np.abs(residual) <= delta, 2 * residual, delta * np.sign(residual))
    return slope / prediction.size


@huber_gradient.misconception(
    "That is the gradient of PyTorch's `smooth_l1_loss`, Huber's loss divided by delta."
)
def slope_of_smooth_l1(prediction, target, delta=1.0):
    return np.clip(prediction - target, -delta, delta) / delta / prediction.size


@huber_gradient.misconception(SIGN_TURNED)
def huber_sign_turned(prediction, target, delta=1.0):
    return np.clip(target - prediction, -delta, delta) / prediction.size


@huber_gradient.misconception(LENGTH_COUNTS_ROWS)
def huber_by_length(prediction, target, delta=1.0):
    return np.clip(prediction - target, -delta, delta) / len(prediction)


@huber_gradient.misconception(ONE_NUMBER)
def huber_slopes_averaged(prediction, target, delta=1.0):
    return np.mean(np.clip(prediction - target, -delta, delta))


@huber_gradient.misconception(
    "You have divided first and cut off then. Cut off each residual at delta, then divide by n."
)
def divided_before_the_cut(prediction, target, delta=1.0):
    return np.clip((prediction - target) / prediction.size, -delta, delta)


@huber_gradient.misconception(
    "You cut off nothing: that is the slope of half the square everywhere. Beyond delta the loss "
    "is a straight line, and its slope stays at delta or -delta."
)
def never_cut_off(prediction, target, delta=1.0):
    return (prediction - target) / prediction.size


@huber_gradient.misconception(WHOLE_NUMBERS_KEPT)
def clipped_into_whole_numbers(prediction, target, delta=1.0):
    slopes = np.zeros_like(prediction)
    slopes[:] = np.clip(prediction - target, -delta, delta) / prediction.size
    return slopes


@huber_gradient.alternative
def residual_cut_off(prediction, target, delta=1.0):
    return np.clip(prediction - target, -delta, delta) / prediction.size


@huber_gradient.alternative
def three_pieces(prediction, target, delta=1.0):
    residual = prediction - target
    slope = np.where(residual > delta, delta, np.where(residual < -delta, -delta, residual))
    return slope / np.size(target)


@huber_gradient.alternative
def sign_times_the_smaller(prediction, target, delta=1.0):
    residual = prediction - target
    return np.sign(residual) * np.minimum(np.abs(residual), delta) / residual.size


@huber_gradient.alternative
def huber_slope_by_slope(prediction, target, delta=1.0):
    residuals = residuals_of(prediction, target)
    slopes = [min(max(r, -delta), delta) / len(residuals) for r in residuals]
    return shaped_like(slopes, prediction)


@huber_gradient.alternative
def huber_slopes_in_single_precision(prediction, target, delta=1.0):
    cut = np.clip(in_float32(prediction, target), np.float32(-delta), np.float32(delta))
    return cut / np.float32(cut.size)


# --- log-cosh -----------------------------------------------------------------------------------

LOG_TWO = math.log(2)


def log_cosh_of(residual):
    """log cosh of each residual, without overflow."""
    return np.logaddexp(residual, -residual) - LOG_TWO


log_cosh = UNIT.exercise(
    "log-cosh",
    signature="log_cosh(prediction, target)",
    points=3,
    difficulty=3,
    reference=losses.log_cosh,
    probes=[
        *first_cases(),
        probe([1000.0], [0.0], note="far too high"),
        probe([0.0], [1000.0], note="far too low"),
        probe([8.5, 0.0], [0.0, 12.5], note="rather far"),
        probe([[800.0, 3.0], [-2.5, 1.0]], [[0.0, 3.5], [2.5, -800.0]], note="near and far"),
        *more_cases(),
    ],
    random=tables,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "cosh(r) is (e^r + e^(-r)) / 2. At r = 1000, e^r is more than a computer can hold. "
        "Take |r| first: cosh is the same at r and at -r.",
        "Divide the bracket by e^|r| and multiply by it again: cosh(r) is "
        "e^|r| * (1 + e^(-2|r|)) / 2. Take the logarithm of that with pencil and paper.",
        "With `size = np.abs(prediction - target)` it is "
        "`size + np.log1p(np.exp(-2 * size)) - np.log(2)`, averaged.",
    ],
)


@log_cosh.misconception(
    "That is the definition. But at a residual of 1000, e^1000 overflows to infinity, inside "
    "`np.cosh` too, and so does the loss; the true value is about 999.3. Take the logarithm with "
    "pencil and paper first."
)
def cosh_overflows(prediction, target):
    return np.mean(np.log(np.cosh(prediction - target)))


@log_cosh.misconception(
    "Right for predictions that are too high. For one that is far too low, e^(-2r) overflows. "
    "Work with the size of the residual, `np.abs`: cosh is the same on both sides."
)
def overflows_on_the_left(prediction, target):
    residual = prediction - target
    return np.mean(residual + np.log1p(np.exp(-2 * residual)) - LOG_TWO)


@log_cosh.misconception(
    "Right for predictions that are too low. For one that is far too high, e^(2r) overflows. "
    "Work with the size of the residual, `np.abs`: cosh is the same on both sides."
)
def overflows_on_the_right(prediction, target):
    residual = prediction - target
    return np.mean(np.log1p(np.exp(2 * residual)) - residual - LOG_TWO)


@log_cosh.misconception(
    "log 2 is missing: cosh has a division by 2. A perfect prediction must cost 0, and yours costs "
    "0.693."
)
def log_two_forgotten(prediction, target):
    return np.mean(log_cosh_of(prediction - target)) + LOG_TWO


@log_cosh.misconception(
    "log 2 is added where it should be taken off: the division by 2 inside the logarithm becomes a "
    "subtraction. A perfect prediction must cost 0."
)
def log_two_added(prediction, target):
    return np.mean(log_cosh_of(prediction - target)) + 2 * LOG_TWO


@log_cosh.misconception(
    "In the power a 2 is missing. e^(-|r|) / e^|r| is e^(-2|r|): `np.exp(-2 * size)`."
)
def two_in_the_power_forgotten(prediction, target):
    size = size_of(prediction, target)
    return np.mean(size + np.log1p(np.exp(-size)) - LOG_TWO)


@log_cosh.misconception(
    "The size of the residual is missing in front: the logarithm of e^|r| is |r|, and it stays."
)
def size_forgotten(prediction, target):
    return np.mean(np.log1p(np.exp(-2 * size_of(prediction, target))) - LOG_TWO)


@log_cosh.misconception(
    "Each formula is right on its side. But `np.where` chooses only after both have been computed "
    "for every value, also where cosh overflows. Find one formula for all."
)
def chosen_too_late(prediction, target):
    size = size_of(prediction, target)
    return np.mean(np.where(size < 20, np.log(np.cosh(size)), size - LOG_TWO))


@log_cosh.misconception(
    "Far out it is |r| - log 2, but near the target it is not: a perfect prediction must cost 0. "
    "What is missing is log(1 + e^(-2|r|))."
)
def straight_everywhere(prediction, target):
    return np.mean(size_of(prediction, target)) - LOG_TWO


def cut_at(limit, prediction, target):
    return np.mean(np.log(np.cosh(np.clip(prediction - target, -limit, limit))))


for usual_limit in (20, 50, 100, 500, 700, 709, 710):
    log_cosh.misconceptions_with(
        [usual_limit],
        [cut_at],
        f"Cutting the residuals off at {usual_limit} stops the overflow, and the loss with it: "
        "farther out it stays the same, however wrong a prediction is. Take the logarithm with "
        "pencil and paper first; then nothing needs cutting.",
    )


@log_cosh.misconception(
    "The logarithm of the mean is not the mean of the logarithms. Take the logarithm of each cosh, "
    "then average."
)
def logarithm_of_the_mean(prediction, target):
    return np.log(np.mean(np.cosh(prediction - target)))


@log_cosh.misconception(
    "You have averaged the residuals first, so that too high and too low cancel. Average last."
)
def log_cosh_of_the_mean(prediction, target):
    return log_cosh_of(np.mean(prediction - target))


@log_cosh.misconception(
    "That is a logarithm to base 10. In this field log means the natural one, to base e: `np.log`."
)
def log_cosh_base_ten(prediction, target):
    return np.mean(log_cosh_of(prediction - target)) / math.log(10)


@log_cosh.misconception(f"{NOT_REDUCED}.")
def log_cosh_not_averaged(prediction, target):
    return log_cosh_of(prediction - target)


@log_cosh.misconception("You have added them up. Asked for is the mean.")
def log_cosh_summed(prediction, target):
    return np.sum(log_cosh_of(prediction - target))


@log_cosh.alternative
def exponential_taken_out(prediction, target):
    size = size_of(prediction, target)
    return np.mean(size + np.log1p(np.exp(-2 * size)) - np.log(2))


@log_cosh.alternative
def logarithm_of_a_sum_of_exponentials(prediction, target):
    residual = target - prediction
    return np.mean(np.logaddexp(residual, -residual)) - np.log(2)


@log_cosh.alternative
def with_all_digits_near_zero(prediction, target):
    size = size_of(prediction, target)
    near = np.minimum(size, 20)
    return np.mean(np.log1p(2 * np.sinh(near / 2) ** 2) + (size - near))


@log_cosh.alternative
def log_cosh_one_by_one(prediction, target):
    values = [
        math.log(math.cosh(r)) if abs(r) < 300 else abs(r) - LOG_TWO
        for r in residuals_of(prediction, target)
    ]
    return sum(values) / len(values)


@log_cosh.alternative
def log_cosh_with_masks(prediction, target):
    size = np.asarray(size_of(prediction, target), dtype=float)
    value = size - LOG_TWO
    value[size < 300] = np.log(np.cosh(size[size < 300]))
    return value.mean()


@log_cosh.alternative
def log_cosh_in_single_precision(prediction, target):
    size = np.abs(in_float32(prediction, target))
    return np.mean(size + np.log1p(np.exp(-2 * size)) - np.float32(LOG_TWO))


# --- its gradient -------------------------------------------------------------------------------

log_cosh_gradient = UNIT.exercise(
    "log-cosh-gradient",
    signature="log_cosh_gradient(prediction, target)",
    points=2,
    difficulty=2,
    reference=losses.log_cosh.gradient,
    probes=[
        *first_cases(),
        probe([1000.0], [0.0], note="far too high"),
        probe([0.0], [1000.0], note="far too low"),
        probe([8.5, 0.0], [0.0, 12.5], note="rather far"),
        probe([0.001, 3.0], [0.0, 3.0], note="nearly perfect"),
        probe([1e-5, 0.0], [0.0, 0.0], note="more nearly perfect"),
        *more_cases(),
    ],
    random=tables,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "The slope of a logarithm is 1 over what is inside, and the slope of cosh is sinh. The "
        "chain rule gives sinh(r) / cosh(r). Which function of NumPy is that?",
        "sinh over cosh is tanh: `np.tanh` of each residual, divided by `prediction.size`.",
    ],
)


@log_cosh_gradient.misconception(WITHOUT_N)
def tanh_without_n(prediction, target):
    return np.tanh(prediction - target)


@log_cosh_gradient.misconception(
    "Right by the chain rule. But at a residual of 1000 both overflow, and infinity divided by "
    "infinity is nan. `np.tanh` is the same number, and safe."
)
def sinh_over_cosh(prediction, target):
    residual = prediction - target
    return np.sinh(residual) / np.cosh(residual) / prediction.size


@log_cosh_gradient.misconception(
    "The slope of the logarithm is 1 / cosh(r). Multiply it by the slope of what is inside: "
    "the slope of cosh is sinh, and sinh / cosh is tanh."
)
def inner_slope_forgotten(prediction, target):
    return 1 / np.cosh(np.clip(prediction - target, -700, 700)) / prediction.size


@log_cosh_gradient.misconception(SIGN_TURNED)
def tanh_sign_turned(prediction, target):
    return np.tanh(target - prediction) / prediction.size


@log_cosh_gradient.misconception(
    "The sign is lost: where a prediction is too low, the loss falls as it rises, and the slope is "
    "negative. tanh keeps the sign of the residual by itself."
)
def tanh_of_the_size(prediction, target):
    return np.tanh(np.abs(prediction - target)) / prediction.size


@log_cosh_gradient.misconception(
    "1 - tanh squared is the slope of tanh: the *second* derivative of this loss. Its first is "
    "tanh."
)
def second_derivative(prediction, target):
    return (1 - np.tanh(prediction - target) ** 2) / prediction.size


@log_cosh_gradient.misconception(
    "That is Huber's gradient for delta = 1. log-cosh looks much the same, but it bends smoothly: "
    "its slope is tanh."
)
def clipped_for_tanh(prediction, target):
    return np.clip(prediction - target, -1, 1) / prediction.size


@log_cosh_gradient.misconception(ONE_NUMBER)
def tanh_averaged(prediction, target):
    return np.mean(np.tanh(prediction - target))


@log_cosh_gradient.misconception(LENGTH_COUNTS_ROWS)
def tanh_by_length(prediction, target):
    return np.tanh(prediction - target) / len(prediction)


@log_cosh_gradient.alternative
def tanh_over_n(prediction, target):
    return np.tanh(prediction - target) / prediction.size


@log_cosh_gradient.alternative
def through_a_small_exponential(prediction, target):
    residual = prediction - target
    small = np.exp(-2 * np.abs(residual))
    return np.sign(residual) * (1 - small) / (1 + small) / residual.size


@log_cosh_gradient.alternative
def tanh_one_by_one(prediction, target):
    residuals = residuals_of(prediction, target)
    return shaped_like([math.tanh(r) / len(residuals) for r in residuals], prediction)


@log_cosh_gradient.alternative
def tanh_in_single_precision(prediction, target):
    return np.tanh(in_float32(prediction, target)) / np.float32(np.size(prediction))


# --- quantile -----------------------------------------------------------------------------------


def pinball(residual, q):
    """The pinball loss of each residual, prediction - target."""
    return np.maximum((1 - q) * residual, -q * residual)


def with_shares(cases):
    """The same inputs, each with a q."""
    shares = [0.9, 0.9, 0.9, 0.5, 0.1, 0.75, 0.25, 0.3, 0.6, 0.8, 0.7, 0.35, 0.4]
    return [
        probe(*case.args, q, note=case.note, shown=case.shown)
        for case, q in zip(cases, shares, strict=True)
    ]


quantile = UNIT.exercise(
    "quantile",
    signature="quantile(prediction, target, q)",
    points=2,
    difficulty=2,
    reference=losses.quantile,
    probes=[
        *with_shares([*first_cases(), *more_cases()]),
        probe([2.0, 1.0], [1.0, 3.0], 0.5, note="q of 1/2: half the mean absolute error"),
        probe([2.0, 1.0], [1.0, 3.0], 0.05, note="a small q"),
    ],
    random=lambda rng: (*tables(rng), float(rng.uniform(0.05, 0.95))),
    hints=[
        "Call `shortfall = target - prediction`. A positive shortfall (predicted too low) costs q "
        "a unit. A negative one (predicted too high) costs 1 - q a unit.",
        "A loss is never negative: for a negative shortfall the cost is (q - 1) * shortfall, a "
        "product of two negative numbers.",
        "`np.maximum(q * shortfall, (q - 1) * shortfall)` picks the right one by itself. "
        "Then average.",
    ],
)


@quantile.misconception(
    "q and 1 - q are exchanged. With q = 0.9 the prediction should end up high, so being too low "
    "must be what is dear: it costs 0.9 a unit."
)
def shares_exchanged(prediction, target, q):
    return np.mean(pinball(target - prediction, q))


@quantile.misconception(
    "Where the prediction is too high your loss is negative. Either (1 - q) times the size, or "
    "(q - 1) times the negative shortfall."
)
def negative_above(prediction, target, q):
    shortfall = target - prediction
    return np.mean(np.where(shortfall > 0, q * shortfall, (1 - q) * shortfall))


@quantile.misconception(
    "Both sides cost q here. The point of this loss is that the two sides differ: too high costs "
    "1 - q a unit."
)
def q_on_both_sides(prediction, target, q):
    return np.mean(q * np.abs(prediction - target))


@quantile.misconception(
    "Where the prediction is too high your loss is 0, so that a prediction of a million would be "
    "free for a small target. Too high costs 1 - q a unit."
)
def nothing_above(prediction, target, q):
    return np.mean(q * np.maximum(target - prediction, 0))


@quantile.misconception(
    "The smaller of the two is the negative one. The loss is the larger: `np.maximum`."
)
def smaller_of_the_two(prediction, target, q):
    shortfall = target - prediction
    return np.mean(np.minimum(q * shortfall, (q - 1) * shortfall))


@quantile.misconception(
    "Twice the loss. With q = 1/2 that would be the mean absolute error itself, which is neat; the "
    "usual definition, and ours, gives half of it."
)
def twice_the_pinball(prediction, target, q):
    return 2 * np.mean(pinball(prediction - target, q))


@quantile.misconception(
    "That is the mean absolute error: q is not used. Too low costs q a unit, too high 1 - q."
)
def q_ignored(prediction, target, q):
    return np.mean(np.abs(prediction - target))


@quantile.misconception(
    "`np.quantile` finds a quantile of numbers that you have. This is the loss by which a model "
    "*learns* one: it weighs too low by q, and too high by 1 - q."
)
def quantile_of_the_sizes(prediction, target, q):
    return np.quantile(np.abs(prediction - target), q)


@quantile.misconception(
    "The sides are weighted rightly, but the residuals are squared. This loss takes their size."
)
def weighted_squares(prediction, target, q):
    residual = prediction - target
    return np.mean(np.where(residual > 0, 1 - q, q) * residual**2)


@quantile.misconception(f"{NOT_REDUCED}.")
def pinball_not_averaged(prediction, target, q):
    return pinball(prediction - target, q)


@quantile.misconception("You have added them up. Asked for is the mean.")
def pinball_summed(prediction, target, q):
    return np.sum(pinball(prediction - target, q))


@quantile.misconception(LENGTH_COUNTS_ROWS)
def pinball_by_length(prediction, target, q):
    return np.sum(pinball(prediction - target, q)) / len(prediction)


@quantile.misconception(
    "An `if` decides once, for the whole array, and so do Python's own `min` and `max`. With "
    "several values Python cannot know which way to go. Choose value by value: `np.where`, or "
    "`np.maximum` of the two products."
)
def if_for_both_sides(prediction, target, q):
    if prediction > target:
        return np.mean((1 - q) * (prediction - target))
    return np.mean(q * (target - prediction))


@quantile.misconception(ROW_LOOP)
def pinball_row_by_row(prediction, target, q):
    total = 0.0
    for p, t in zip(prediction, target, strict=True):
        total += (1 - q) * (p - t) if p > t else q * (t - p)
    return total / len(prediction)


@quantile.misconception(
    "A loss is never negative. Where the prediction is too low the residual is, so that cost must "
    "be q times the *size* of the residual: q * (target - prediction)."
)
def negative_where_too_low(prediction, target, q):
    residual = prediction - target
    return np.mean(np.where(residual > 0, (1 - q) * residual, q * residual))


@quantile.misconception(
    "`np.max` looks for the largest number of one array; what comes second is taken for an axis. "
    "`np.maximum` compares two arrays, number by number."
)
def np_max_of_two(prediction, target, q):
    shortfall = target - prediction
    return np.mean(np.max(q * shortfall, (q - 1) * shortfall))


@quantile.misconception(
    "Both products have the same sign here, so the larger is always taken. Where the prediction is "
    "too high, target - prediction is negative: it needs the negative factor q - 1."
)
def factor_never_negative(prediction, target, q):
    shortfall = target - prediction
    return np.mean(np.maximum(q * shortfall, (1 - q) * shortfall))


@quantile.alternative
def larger_of_the_two(prediction, target, q):
    shortfall = target - prediction
    return np.mean(np.maximum(q * shortfall, (q - 1) * shortfall))


@quantile.alternative
def side_by_side(prediction, target, q):
    too_high = np.maximum(prediction - target, 0)
    too_low = np.maximum(target - prediction, 0)
    return np.mean((1 - q) * too_high + q * too_low)


@quantile.alternative
def half_the_size_and_a_tilt(prediction, target, q):
    residual = prediction - target
    return np.mean(np.abs(residual) / 2 + (0.5 - q) * residual)


@quantile.alternative
def weights_by_where(prediction, target, q):
    weights = np.where(prediction > target, 1 - q, q)
    return np.mean(weights * np.abs(prediction - target))


@quantile.alternative
def pinball_one_by_one(prediction, target, q):
    costs = [(1 - q) * r if r > 0 else -q * r for r in residuals_of(prediction, target)]
    return sum(costs) / len(costs)


@quantile.alternative
def pinball_in_single_precision(prediction, target, q):
    return pinball(in_float32(prediction, target), np.float32(q)).mean()


# --- its gradient -------------------------------------------------------------------------------


def pinball_slopes(residual, q, at_zero=0.0):
    """The slope along each prediction, with a choice at the kink."""
    return np.where(residual > 0, 1 - q, np.where(residual < 0, -q, at_zero))


quantile_gradient = UNIT.exercise(
    "quantile-gradient",
    signature="quantile_gradient(prediction, target, q)",
    points=2,
    difficulty=2,
    reference=losses.quantile.gradient,
    probes=[
        *with_shares([*first_cases(), *more_cases()]),
        *(probe(*near.args, 0.3, note=near.note) for near in NEARLY_PERFECT),
        probe([2.0, 1.0], [1.0, 3.0], 0.05, note="a small q"),
        probe([2.0, 1.0], [2.0, 3.0], 0.3, note="the first is perfect"),
    ],
    random=lambda rng: (*tables(rng), float(rng.uniform(0.05, 0.95))),
    hints=[
        "A prediction that is too high costs 1 - q a unit: raising it further raises the loss by "
        "that. One that is too low costs q a unit: raising it *lowers* the loss.",
        "So the slope is 1 - q where the prediction is too high, -q where it is too low, and by "
        "our convention 0 where it is perfect.",
        "Two `np.where`, one inside the other, make three cases. The mean divides by "
        "`prediction.size`.",
    ],
)

AT_THE_PINBALLS_KINK = (
    "Right but for perfect predictions. There the curve has a kink, with -q to the left and 1 - q "
    "to the right. By our convention the slope there is 0, which asks for no change."
)


@quantile_gradient.misconception(AT_THE_PINBALLS_KINK)
def left_slope_at_the_kink(prediction, target, q):
    return pinball_slopes(prediction - target, q, -q) / prediction.size


@quantile_gradient.misconception(AT_THE_PINBALLS_KINK)
def right_slope_at_the_kink(prediction, target, q):
    return pinball_slopes(prediction - target, q, 1 - q) / prediction.size


@quantile_gradient.misconception(
    "q and 1 - q are exchanged. Too low costs q a unit, so the slope there is -q; too high costs "
    "1 - q a unit."
)
def slopes_exchanged(prediction, target, q):
    return pinball_slopes(prediction - target, 1 - q) / prediction.size


@quantile_gradient.misconception(SIGN_TURNED)
def pinball_sign_turned(prediction, target, q):
    return -pinball_slopes(prediction - target, q) / prediction.size


@quantile_gradient.misconception(
    "The sign is lost: where a prediction is too low, the loss falls as it rises. There the slope "
    "is -q."
)
def pinball_sign_lost(prediction, target, q):
    return np.abs(pinball_slopes(prediction - target, q)) / prediction.size


@quantile_gradient.misconception(WITHOUT_N)
def pinball_without_n(prediction, target, q):
    return pinball_slopes(prediction - target, q)


@quantile_gradient.misconception(LENGTH_COUNTS_ROWS)
def pinball_slopes_by_length(prediction, target, q):
    return pinball_slopes(prediction - target, q) / len(prediction)


@quantile_gradient.misconception(ONE_NUMBER)
def pinball_slopes_averaged(prediction, target, q):
    return np.mean(pinball_slopes(prediction - target, q))


@quantile_gradient.misconception(
    "This grows with the residual. The two sides are straight lines: their slopes are 1 - q and "
    "-q, however far off the prediction is."
)
def pinball_grows(prediction, target, q):
    residual = prediction - target
    return pinball_slopes(residual, q) * np.abs(residual) / prediction.size


@quantile_gradient.misconception("That is the gradient of the mean absolute error: q is not used.")
def signs_for_pinball(prediction, target, q):
    return np.sign(prediction - target) / prediction.size


@quantile_gradient.alternative
def three_cases(prediction, target, q):
    slope = np.where(prediction > target, 1 - q, np.where(prediction < target, -q, 0))
    return slope / prediction.size


@quantile_gradient.alternative
def comparisons_weighted(prediction, target, q):
    too_high, too_low = prediction > target, prediction < target
    return ((1 - q) * too_high - q * too_low) / np.size(target)


@quantile_gradient.alternative
def sign_and_a_tilt(prediction, target, q):
    sign = np.sign(prediction - target)
    return (sign / 2 + (0.5 - q) * np.abs(sign)) / sign.size


@quantile_gradient.alternative
def pinball_slope_by_slope(prediction, target, q):
    residuals = residuals_of(prediction, target)
    slopes = [(1 - q) * (r > 0) - q * (r < 0) for r in residuals]
    return shaped_like([slope / len(residuals) for slope in slopes], prediction)


# --- the best constant --------------------------------------------------------------------------

MEANS = ("mean_squared_error", "root_mean_squared_error", "l2")
MEDIANS = ("mean_absolute_error", "l1")


def stretch_of_best(target, loss, q=0.5):
    """The lowest and the highest constant for which the loss is as small as it can be."""
    if loss in MEANS:
        return np.mean(target), np.mean(target)
    ordered = np.sort(target)
    share = len(ordered) * (0.5 if loss in MEDIANS else q)
    if abs(share - round(share)) < 1e-9:  # as good as it gets between two of the values
        return ordered[round(share) - 1], ordered[round(share)]
    return (ordered[math.ceil(share) - 1],) * 2


def middle_of_best(target, loss, q=0.5):
    """The middle of that stretch."""
    return float(np.mean(stretch_of_best(target, loss, q)))


NEARLY_BEST = (
    "Near, but not the best. If you have tried many constants: it can be found exactly, without "
    "trying, from where the pulls of all the values balance."
)


def as_good_as_it_gets(came, expected, target, loss, q=0.5):
    """Whether no other constant has a smaller loss."""
    if not is_numeric(came) or np.shape(came) != ():
        return "One number is asked for, the constant."
    low, high = stretch_of_best(target, loss, q)
    digits = 1e-6 if np.asarray(came).dtype == np.float32 else 1e-8
    margin = digits * max(1.0, abs(low), abs(high))
    if low - margin <= float(came) <= high + margin:
        return True
    if min(abs(came - low), abs(came - high)) < 0.01 * (np.max(target) - np.min(target)):
        return NEARLY_BEST
    return False


best_constant = UNIT.exercise(
    "best-constant",
    signature="best_constant(target, loss, q=0.5)",
    points=3,
    difficulty=3,
    reference=middle_of_best,
    agrees=as_good_as_it_gets,
    probes=[
        probe([1.0, 2.0, 6.0], "mean_squared_error", shown=True),
        probe([1.0, 2.0, 6.0], "mean_absolute_error", note="the same values, another loss"),
        probe([4.5], "mean_squared_error", note="a single value"),
        probe([4.5], "mean_absolute_error", note="a single value"),
        probe([1.0, 2.0, 6.0], "root_mean_squared_error"),
        probe([1.0, 2.0, 6.0], "l2"),
        probe([1.0, 2.0, 6.0], "l1"),
        probe([6.0, -1.0, 2.0, 5.0], "mean_absolute_error", note="an even number of values"),
        probe([7.0, 1.0, 30.0, 2.0, 6.0], "mean_absolute_error", note="not in their order"),
        probe([7.0, 1.0, 30.0, 2.0, 6.0], "mean_squared_error", note="not in their order"),
        probe([1.0, 2.0, 6.0], "quantile", 0.5, note="q of 1/2"),
        probe([7.0, 1.0, 30.0, 2.0, 6.0], "quantile", 0.9, note="a large q"),
        probe([7.0, 1.0, 30.0, 2.0, 6.0], "quantile", q=0.3, note="a small q"),
        probe([0.5, 9.0, 4.0, 7.5, 2.5, 1.5, 8.0], "quantile", 0.25, note="seven values"),
        probe([7.0, 1.0, 30.0, 2.0, 6.0], "quantile", note="without q: it is 0.5"),
        probe([7.0, 1.0, 30.0, 2.0, 6.0], "l1", 0.9, note="q does not matter to this loss"),
        probe([7.0, 1.0, 30.0, 2.0, 6.0], "mean_absolute_error", 0.1, note="nor to this one"),
        probe([4e6, 5e6, 9e6], "mean_squared_error", note="large values"),
        probe([-4e6, -5e6, -9e6], "mean_absolute_error", note="large negative values"),
        probe([-4e6, -5e6, -9e6], "quantile", 0.8, note="large negative values"),
        probe([0.12345678, 0.1234562, 7.0], "mean_absolute_error", note="many digits"),
        probe([0.12345678, 0.1234562, 7.0], "quantile", 0.6, note="many digits"),
        probe([3, 4, 4, 9, 1], "l1", note="whole numbers, two of them equal"),
        probe([3, 4, 4, 9, 1], "l2", note="whole numbers, two of them equal"),
        probe([1, 4, 4, 4, 9], "quantile", 0.7, note="whole numbers, three of them equal"),
        probe([9, 2, 7, 4, 5, 6, 3, 8, 1], "quantile", note="nine values, without q"),
    ],
    random=lambda rng: (
        rng.normal(scale=5, size=int(rng.integers(3, 9))),
        str(rng.choice([*MEANS, *MEDIANS, "quantile"])),
        float(rng.uniform(0.15, 0.85)),
    ),
    hints=[
        "A constant is best where the slopes of all points add up to 0: there moving it, up or "
        "down, makes nothing better. For squares these slopes are 2 (c - y), one for each value y.",
        "For squares that gives the mean, with a root and without, summed or averaged. For "
        "absolute values each slope is 1 or -1: as many values must lie below as above.",
        "For the quantile loss a share q of the values lies below. `np.quantile(target, q)` draws "
        'a straight line between two values by default; `method="inverted_cdf"` takes one of them.',
    ],
)


def by_loss(mean, median, share):
    """An answer made of three: for squares, for absolute values, for the quantile loss."""

    def answer(target, loss, q=0.5):
        if loss in MEANS:
            return mean(target)
        return median(target) if loss in MEDIANS else share(target, q)

    return answer


def right_quantile(target, q):
    return np.quantile(target, q, method="inverted_cdf")


@best_constant.misconception(
    "You return the mean for every loss. Absolute values pull alike from near and far, so they "
    "balance where as many values lie below as above: at the median."
)
def always_the_mean(target, loss, q=0.5):
    return np.mean(target)


@best_constant.misconception(
    "You return the median for every loss. Squares pull the harder the farther away a value is, "
    "and balance at the mean."
)
def always_the_median(target, loss, q=0.5):
    return np.median(target)


@best_constant.misconception(
    "The two are exchanged: squares are balanced at the mean, absolute values at the median."
)
def mean_and_median_exchanged(target, loss, q=0.5):
    return by_loss(np.median, np.mean, right_quantile)(target, loss, q)


@best_constant.misconception(
    "A root changes how large the loss is, not where it is smallest: of two constants, the one "
    "with the smaller mean square also has the smaller root. For `root_mean_squared_error` the "
    "mean is best, too."
)
def root_of_the_best(target, loss, q=0.5):
    if loss == "root_mean_squared_error":
        return np.sqrt(np.abs(np.mean(target)))
    return by_loss(np.mean, np.median, right_quantile)(target, loss, q)


@best_constant.misconception(
    "A sum is n times the mean: it is smallest for the same constant. For `l1` and `l2` return the "
    "median and the mean as well, not n times them."
)
def summed_for_the_sums(target, loss, q=0.5):
    best = by_loss(np.mean, np.median, right_quantile)(target, loss, q)
    return best * len(target) if loss in ("l1", "l2") else best


@best_constant.misconception(
    "Nearly. `np.quantile` goes along a straight line between two of the values by default. The "
    'quantile loss has its smallest value at one of them: add `method="inverted_cdf"`. (With '
    "hundreds of values the difference does not matter.)"
)
def quantile_between_values(target, loss, q=0.5):
    return by_loss(np.mean, np.median, np.quantile)(target, loss, q)


@best_constant.misconception(
    "For the quantile loss a share q of the values lies *below* the best constant, and you have "
    "put it above. With q = 0.9 the constant is high."
)
def share_above(target, loss, q=0.5):
    return by_loss(np.mean, np.median, lambda t, s: right_quantile(t, 1 - s))(target, loss, q)


@best_constant.misconception(
    "For the quantile loss you return the median, whatever q is. That is right for q = 0.5 alone: "
    "a share q of the values lies below the best constant."
)
def median_for_quantiles(target, loss, q=0.5):
    return by_loss(np.mean, np.median, lambda t, s: np.median(t))(target, loss, q)


@best_constant.misconception(
    "The quantile is right where the loss is `quantile`. The other losses do not look at q: for "
    "`mean_absolute_error` and `l1` the median is best."
)
def q_for_absolutes(target, loss, q=0.5):
    return np.mean(target) if loss in MEANS else right_quantile(target, q)


@best_constant.misconception(
    "The middle of the list is the median only where the values are in order: sort them first, or "
    "use `np.median`."
)
def middle_of_the_list(target, loss, q=0.5):
    return by_loss(np.mean, lambda t: t[len(t) // 2], right_quantile)(target, loss, q)


@best_constant.misconception(
    "You return the loss at its smallest. Asked for is the constant at which it is smallest."
)
def smallest_loss(target, loss, q=0.5):
    best = by_loss(np.mean, np.median, right_quantile)(target, loss, q)
    options = {"quantile": q} if loss == "quantile" else {}
    return getattr(losses, loss)(np.full(len(target), best), target, **options)


@best_constant.misconception(
    "Halfway between the smallest and the largest value is best for a loss that looks at the "
    "largest residual alone. None of these does."
)
def middle_of_the_range(target, loss, q=0.5):
    halfway = (np.min(target) + np.max(target)) / 2
    return (
        halfway if loss in MEANS else by_loss(np.mean, np.median, right_quantile)(target, loss, q)
    )


@best_constant.alternative
def by_name(target, loss, q=0.5):
    if loss in ("mean_squared_error", "root_mean_squared_error", "l2"):
        return np.mean(target)
    share = q if loss == "quantile" else 0.5
    return np.quantile(target, share, method="inverted_cdf")


@best_constant.alternative
def upper_median(target, loss, q=0.5):
    return by_loss(np.mean, lambda t: sorted(t)[len(t) // 2], right_quantile)(target, loss, q)


@best_constant.alternative
def best_of_the_values(target, loss, q=0.5):
    if loss in MEANS:
        return sum(target) / len(target)
    share = 0.5 if loss in MEDIANS else q
    costs = [pinball(candidate - target, share).sum() for candidate in target]
    return target[int(np.argmin(costs))]


@best_constant.alternative
def until_the_pulls_balance(target, loss, q=0.5):
    share = q if loss == "quantile" else 0.5
    low, high = float(np.min(target)), float(np.max(target))
    for _ in range(200):
        middle = (low + high) / 2
        residual = middle - target
        slope = residual.sum() if loss in MEANS else pinball_slopes(residual, share).sum()
        if slope > 0:
            high = middle
        else:
            low = middle
    return middle


# --- the pull of an outlier ---------------------------------------------------------------------


def move(target, outlier, loss):
    """How far the mean or the median moves when a value is added."""
    best = np.mean if loss in MEANS else np.median
    return float(best([*np.ravel(target), outlier]) - best(target))


outlier_pull = UNIT.exercise(
    "outlier-pull",
    signature="outlier_pull(target, outlier, loss)",
    points=2,
    difficulty=2,
    reference=move,
    probes=[
        probe([1.0, 2.0, 6.0], 11.0, "mean_squared_error", shown=True),
        probe([1.0, 2.0, 6.0], 11.0, "mean_absolute_error", note="the same, another loss"),
        probe([1.0, 2.0, 6.0], 1e9, "mean_squared_error", note="a huge outlier"),
        probe([1.0, 2.0, 6.0], 1e9, "mean_absolute_error", note="a huge outlier"),
        probe([1.0, 2.0, 6.0], -11.0, "mean_squared_error", note="below the others"),
        probe([1.0, 2.0, 6.0], -11.0, "mean_absolute_error", note="below the others"),
        probe([6.0, 1.5, 2.0, 5.0], 40.0, "mean_absolute_error", note="an even number of values"),
        probe([6.0, 1.5, 2.0, 5.0], 40.0, "mean_squared_error", note="an even number of values"),
        probe([4.0], 10.0, "mean_squared_error", note="a single value, then two"),
        probe([4.0], 10.0, "mean_absolute_error", note="a single value, then two"),
        probe([3, 4, 4, 9, 1], 100, "mean_squared_error", note="whole numbers"),
        probe([3, 4, 4, 9, 1], 100.5, "mean_squared_error", note="whole numbers but for one"),
        probe([-4e8, -9e8, -8e8], 4e8, "mean_absolute_error", note="large values"),
    ],
    random=lambda rng: (
        rng.normal(10, 3, size=int(rng.integers(2, 9))),
        float(rng.normal(50, 10)),
        str(rng.choice(["mean_squared_error", "mean_absolute_error"])),
    ),
    tolerance=1e-8,
    absolute=1e-9,
    hints=[
        "Find the best constant twice: without the outlier, and with it. The answer is the "
        "difference, after minus before.",
        "`np.append(target, outlier)` returns a new array with the outlier at its end, and leaves "
        "`target` as it is.",
        "The best constant is `np.mean` for squares and `np.median` for absolute values.",
    ],
)


@outlier_pull.misconception(
    "Before minus after has the wrong sign: an outlier above the others pulls upwards, which "
    "should be positive."
)
def before_minus_after(target, outlier, loss):
    return -move(target, outlier, loss)


@outlier_pull.misconception(
    "That is where the best constant lies afterwards. Asked for is how far it has moved: take off "
    "where it was before."
)
def where_it_lies_now(target, outlier, loss):
    best = np.mean if loss in MEANS else np.median
    return best(np.append(target, outlier))


@outlier_pull.misconception(
    "For absolute values the best constant is the median, and it moves no farther than to the next "
    "value, however far out the outlier is. You have used the mean for both losses."
)
def mean_for_both(target, outlier, loss):
    return move(target, outlier, "mean_squared_error")


@outlier_pull.misconception(
    "For squares the best constant is the mean. You have used the median for both losses."
)
def median_for_both(target, outlier, loss):
    return move(target, outlier, "mean_absolute_error")


@outlier_pull.misconception(
    "Mean and median are exchanged: squares are balanced at the mean, absolute values at the "
    "median."
)
def losses_exchanged(target, outlier, loss):
    other = "mean_absolute_error" if loss in MEANS else "mean_squared_error"
    return move(target, outlier, other)


@outlier_pull.misconception(
    "That is a distance, without its sign. An outlier below the others pulls downwards: negative."
)
def distance_moved(target, outlier, loss):
    return abs(move(target, outlier, loss))


@outlier_pull.misconception(
    "With the outlier there is one value more: the mean moves by (outlier - mean) / (n + 1), not "
    "divided by n."
)
def divided_by_the_old_number(target, outlier, loss):
    moved = move(target, outlier, loss)
    return moved * (len(target) + 1) / len(target) if loss in MEANS else moved


@outlier_pull.misconception(
    "That is the outlier's own residual, its distance from the old best constant. It pulls, "
    "and the others hold: the constant moves by a part of that only."
)
def residual_of_the_outlier(target, outlier, loss):
    best = np.mean if loss in MEANS else np.median
    return outlier - best(target)


@outlier_pull.misconception(
    "`target + outlier` adds the outlier to every value. To put it at the end, use "
    "`np.append(target, outlier)`."
)
def added_to_every_value(target, outlier, loss):
    best = np.mean if loss in MEANS else np.median
    return best(target + outlier) - best(target)


@outlier_pull.alternative
def appended(target, outlier, loss):
    best = np.mean if loss == "mean_squared_error" else np.median
    return best(np.append(target, outlier)) - best(target)


@outlier_pull.alternative
def formula_for_the_mean(target, outlier, loss):
    if loss == "mean_squared_error":
        return (outlier - np.mean(target)) / (len(target) + 1)
    return np.median(np.concatenate([[outlier], target])) - np.median(target)


@outlier_pull.alternative
def sorted_by_hand(target, outlier, loss):
    def best(values):
        values = sorted(values)
        n = len(values)
        if loss == "mean_squared_error":
            return sum(values) / n
        return (values[(n - 1) // 2] + values[n // 2]) / 2

    before = [float(value) for value in target]
    return best([*before, float(outlier)]) - best(before)


# --- sensitivity --------------------------------------------------------------------------------

UNIT.quiz(
    "sensitivity",
    question=(
        "Twenty samples have expression values between 9 and 11. In a twenty-first a decimal point "
        "slipped, and 100 stands there in place of 10. Now let it be worse: 100,000 in place of "
        "100. Under which of these losses does the best constant move by more than 0.1 from the "
        "one error to the other? Choose all."
    ),
    options=[
        option("a", "mean squared error", "The mean follows the outlier, however far.", right=True),
        option(
            "b",
            "root mean squared error",
            "The root changes how large the loss is, not where it is smallest: the best constant "
            "is the mean, as for the mean squared error.",
            right=True,
        ),
        option(
            "c",
            "mean absolute error",
            "The best constant is the median. The slipped value lies above it in both cases, and "
            "how far above does not count.",
        ),
        option(
            "d",
            "Huber's loss with delta = 1",
            "Beyond delta each point pulls with the strength delta, whether it is 90 away or "
            "99,990. The best constant stays where it is.",
        ),
        option(
            "e",
            "log-cosh",
            "A point's pull is tanh of its residual. It is 1 to many digits at 90 already, and "
            "grows no further.",
        ),
        option(
            "f",
            "quantile loss with q = 0.5",
            "With q = 1/2 it is half the mean absolute error, so the median is best. A value far "
            "above it pulls like one close above it.",
        ),
    ],
    points=2,
    difficulty=2,
    hints=[
        "How hard a point pulls is the slope of its loss. For which of these does the slope grow "
        "with the residual, without an end?",
        "The slope is 2r for squares, at most delta for Huber's loss, at most 1 for the absolute "
        "value and log-cosh. Which constant is best under a root of something?",
    ],
)
