"""Unit 04: scores, probabilities and decisions among several classes; softmax and its slopes."""

from __future__ import annotations

import math

import numpy as np

from actloss import activations
from actloss.course.exercise import Unit, option, probe
from actloss.course.values import as_lists, is_numeric, kind_of

UNIT = Unit(
    number=4,
    slug="softmax",
    title="Softmax",
    question="How do several scores become one decision, and how sure is it?",
    minutes=120,
)

# What the taught formulas lose to rounding, far below anything that the unit is about.
ROUNDING = 1e-12

ONE_CLASS = probe([5.0], note="one class only")
ONE_EXAMPLE = probe([[0.5, 2.0, -1.0]], note="a batch of one example")
RULED_OUT = probe([-np.inf, 0.0, 1.0], note="a class that is ruled out: minus infinity")


def table(rng):
    """Random logits of four examples and three classes."""
    return (rng.normal(scale=3, size=(4, 3)),)


def first_cases(**shown):
    """The example of the text, then one example at a time."""
    return [
        probe([2.0, 1.0, 0.0], **shown),
        probe([1.0, -1.0], note="two classes"),
        probe([0.5, 0.5, 0.5, 0.5], note="four equal logits"),
    ]


def batches():
    """Tables and higher: classes are always on the last axis."""
    return [
        probe([[2.0, 1.0, 0.0], [-1.0, 0.5, 3.0]], note="a batch of two examples"),
        probe([[1.0, 2.0], [4.0, -1.0]], note="as many examples as classes"),
        ONE_EXAMPLE,
        probe([[3, 0, 1], [0, 2, 2]], note="a table of whole numbers"),
        probe(
            [[[0.5, -0.5, 1.0], [2.0, 0.0, 0.0]], [[1.5, -2.5, 0.0], [0.0, 0.0, 4.0]]],
            note="an array with three axes",
        ),
        probe(np.array([1.5, -0.5, 0.25], np.float32), note="in float32"),
    ]


def far_out():
    """What overflows or underflows without a shift, or with one for the whole batch."""
    return [
        probe([1000.0, 999.0, 0.0], note="far above 0"),
        probe([-1000.0, -1001.0, -2000.0], note="all far below 0"),
        probe([[0.0, 1.0], [-1000.0, -1001.0]], note="the second row lies far below the first"),
        probe([1000.0, -1000.0], note="far to both sides"),
        probe(
            [[1000.0, 999.0, 0.0], [-1000.0, -1001.0, -999.0], [1.0, 2.0, 3.0]],
            note="rows that lie far apart",
        ),
        probe([0.0, -14.0, -20.0], note="two classes that are hardly possible"),
        probe([0.0, 12.0, -0.3], note="one class that is nearly certain"),
    ]


def stable(z):
    """Softmax, on which the answers below build."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def rows_of(z):
    """The examples of a batch as plain lists, for answers that loop."""
    return np.reshape(z, (-1, np.shape(z)[-1])).tolist()


def row_by_row(of_one, z):
    """What a function gives for each example, in the shape of the batch."""
    made = np.array([of_one(row) for row in rows_of(z)])
    return made.reshape(np.shape(z)[:-1] + made.shape[1:])


def softmax_of_row(row):
    """Softmax of one list of numbers."""
    largest = max(row)
    e = [math.exp(number - largest) for number in row]
    return [number / sum(e) for number in e]


def hide_the_zero(exercise, remedy, clipped, added, small):
    """The two usual ways around the logarithm of 0, with one of the usual small numbers."""
    clipped.__name__, added.__name__ = f"clipped_at_{small:g}", f"{small:g}_added"
    exercise.misconception(SMALL_NUMBER + remedy)(clipped)
    if small >= 1e-12:  # a smaller one does what clipping does
        exercise.misconception(SMALL_NUMBER + remedy)(added)


WRONG_AXIS = (
    "The axis is wrong. `axis=0` goes down the table, through the examples. The classes of one "
    "example stand side by side, on the last axis: `axis=-1`."
)
SECOND_AXIS = (
    "`axis=1` fails for a single example, which has one axis only, and is wrong for three axes. "
    "The last one is always `axis=-1`."
)
WHOLE_BATCH = (
    "Each example is a question of its own. Without an axis NumPy takes all numbers of the batch "
    "together: use `axis=-1`."
)
BATCH_MAXIMUM = (
    "Right on paper: any constant may be subtracted. But one maximum for the whole batch helps "
    "only the rows near it. A row that lies 1000 below it becomes all zeros, and 0 / 0 is nan. "
    "Subtract each row's own maximum: `axis=-1, keepdims=True`."
)
OVERFLOWS = (
    "That is the formula of the definition, and right on paper. But `np.exp(1000)` overflows to "
    "infinity, and `np.exp(-1000)` is stored as 0. Subtract the row's largest logit first: it "
    "changes nothing, and no exponential is then above 1."
)
KEEPDIMS = (
    "Without `keepdims=True` the maximum or the sum of a table is a plain list of numbers, one for "
    "each example, and NumPy lays it along the classes. `keepdims=True` keeps it a column."
)
PYTHONS_OWN = (
    "Python's own `max` and `index`, and an `if`, compare single numbers. The rows of a table are "
    "no numbers: `np.max` and `np.argmax`, with `axis=-1`, work for one example and for a batch."
)
ONE_AT_A_TIME = (
    "Right for one example. The rows of a batch are arrays, which `math.exp` does not take. "
    "`np.exp` works on every number of an array, and `np.sum` with `axis=-1` row by row."
)
SMALL_NUMBER = (
    "A small number hides the trouble: wherever the true one is smaller still, you return the "
    "logarithm of your small number. "
)
NOT_NATURAL = "In this field log is the natural logarithm, to base e: `np.log`."


# --- softmax ------------------------------------------------------------------------------------

softmax = UNIT.exercise(
    "softmax",
    signature="softmax(z)",
    points=3,
    difficulty=2,
    reference=activations.softmax,
    probes=[*first_cases(shown=True), ONE_CLASS, *batches(), *far_out(), RULED_OUT],
    random=table,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Take e to the power of each logit, then divide by the sum of these. "
        "Try [1000, 999, 0] before you go on.",
        "Subtract each example's largest logit first. `np.max(z, axis=-1, keepdims=True)` finds "
        "it, and keeps the shape so that NumPy can subtract it from its own row.",
        "`e = np.exp(z - np.max(z, axis=-1, keepdims=True))`. The sum needs `axis=-1` and "
        "`keepdims=True` as well.",
    ],
)


@softmax.misconception(OVERFLOWS)
def softmax_overflows(z):
    return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)


@softmax.misconception(WRONG_AXIS)
def over_the_examples(z):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


@softmax.misconception(
    f"{WRONG_AXIS} (Python's own `sum` and `max` go down the table, too: `np.sum` and `np.max` "
    "take an axis.) And at 1000 the exponential overflows: subtract the largest logit first."
)
def over_the_examples_and_overflows(z):
    return np.exp(z) / np.sum(np.exp(z), axis=0)


@softmax.misconception(WRONG_AXIS)
def sum_over_the_examples(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=0)


@softmax.misconception(SECOND_AXIS)
def over_the_second_axis(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


@softmax.misconception(WHOLE_BATCH)
def over_the_whole_batch(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


@softmax.misconception(WHOLE_BATCH)
def over_the_whole_batch_and_overflows(z):
    return np.exp(z) / np.sum(np.exp(z))


@softmax.misconception(BATCH_MAXIMUM)
def maximum_of_the_whole_batch(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e, axis=-1, keepdims=True)


@softmax.misconception(
    "The maximum of a column is no shift of an example: its logits get different numbers "
    "subtracted. Take the maximum over the classes, `axis=-1`."
)
def maximum_of_the_column(z):
    e = np.exp(z - np.max(z, axis=0))
    return e / np.sum(e, axis=-1, keepdims=True)


@softmax.misconception(KEEPDIMS)
def without_keepdims(z):
    e = np.exp(z - np.max(z, axis=-1))
    return e / np.sum(e, axis=-1)


@softmax.misconception(KEEPDIMS)
def sum_without_keepdims(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1)


@softmax.misconception(
    "You divide by the largest exponential, so the largest result is 1. Divide by their sum, so "
    "that all results add up to 1."
)
def divided_by_the_largest(z):
    return np.exp(z - np.max(z, axis=-1, keepdims=True))


@softmax.misconception(
    "Those are shares of the logits themselves. Logits may be negative or 0, and then shares are "
    "too, or divide by 0. Take exponentials first: they are positive."
)
def shares_of_the_logits(z):
    return z / np.sum(z, axis=-1, keepdims=True)


@softmax.misconception(
    "That is a sigmoid of each logit by itself. Each is a number between 0 and 1, but they do not "
    "add up to 1: the classes do not compete. Divide each exponential by the sum of all."
)
def sigmoid_of_each(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


@softmax.misconception(
    "Subtracting the smallest logit makes all others positive, so that 1000 still overflows. "
    "Subtract the largest: then no power is above 0."
)
def smallest_subtracted(z):
    e = np.exp(z - np.min(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@softmax.misconception(
    "Subtracting the mean is right on paper. But a logit may lie 1000 above the mean of its row, "
    "and its exponential overflows. Subtract the largest."
)
def mean_subtracted(z):
    e = np.exp(z - np.mean(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@softmax.misconception(
    "Dividing by the largest logit changes the result: softmax stays the same when a constant is "
    "subtracted, not when it is divided by one (that is a temperature). Subtract it."
)
def largest_divided_out(z):
    e = np.exp(z / np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@softmax.misconception(
    "Cutting the logits off stops the overflow and changes the answer: 1000 and 999 both become "
    "the limit, and look alike. Subtract the row's largest logit: that changes nothing."
)
def logits_cut_off(z):
    e = np.exp(np.clip(z, -500, 500))
    return e / np.sum(e, axis=-1, keepdims=True)


def small_number_below(small, z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / (np.sum(e, axis=-1, keepdims=True) + small)


softmax.misconceptions_with(
    (1e-3, 1e-5, 1e-6, 1e-7, 1e-8),
    [small_number_below],
    "The sum cannot be 0: the largest logit's own exponential is in it, and that is e^0 = 1. So "
    "the small number protects from nothing, and the results no longer add up to 1.",
)


@softmax.misconception(
    "That is the decision, a 1 for the largest and a 0 for all others. Softmax is softer: it says "
    "by how much the largest wins."
)
def one_hot(z):
    return np.eye(np.shape(z)[-1])[np.argmax(z, axis=-1)]


@softmax.misconception(
    "That is the logarithm of softmax, which comes later in this notebook. Leave the logarithm out."
)
def logarithm_taken(z):
    return np.log(stable(z))


@softmax.misconception(ONE_AT_A_TIME)
def number_by_number(z):
    return [math.exp(number) / sum(math.exp(other) for other in z) for number in z]


@softmax.misconception(
    "A function came to an input that it cannot take. If it was `math.exp`: it takes a single "
    "number, where `np.exp` takes an array and works on each of its elements."
)
def exponential_of_one_number(z):
    return math.exp(z) / sum(math.exp(z))


@softmax.misconception(PYTHONS_OWN)
def pythons_own_max(z):
    e = np.exp(z - max(z))
    return e / np.sum(e)


@softmax.alternative
def largest_subtracted(z):
    return stable(z)


@softmax.alternative
def through_the_logarithm(z):
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


@softmax.alternative
def softmax_row_by_row(z):
    return row_by_row(softmax_of_row, z)


@softmax.alternative
def softmax_as_a_list(z):
    return row_by_row(softmax_of_row, z).tolist()


@softmax.alternative
def softmax_in_single_precision(z):
    return stable(np.asarray(z, dtype=np.float32))


@softmax.alternative
def classes_first(z):
    columns = np.moveaxis(np.asarray(z, dtype=float), -1, 0)
    e = np.exp(columns - columns.max(axis=0))
    return np.moveaxis(e / e.sum(axis=0), 0, -1)


# --- logits or probabilities --------------------------------------------------------------------

UNIT.quiz(
    "logits-or-probabilities",
    question="A colleague writes: 'My model returns logits: 10% T cell, 70% B cell, 20% monocyte', "
    "and gives 0.1, 0.7 and 0.2 to softmax. What comes out?",
    options=[
        option(
            "a",
            "0.1, 0.7 and 0.2 again, since they add up to 1 already",
            "Softmax does not look at the sum. It takes exponentials first: e^0.7 is 2.01 and "
            "e^0.1 is 1.11, and 2.01 is not seven times 1.11.",
        ),
        option(
            "b",
            "the same order, but much less sure: about 0.25, 0.46 and 0.28",
            right=True,
        ),
        option(
            "c",
            "something more sure: the 70% gets nearly everything",
            "Only differences of logits count, and here the largest is 0.6. e^0.6 is less than 2, "
            "so no class gets even twice as much as another.",
        ),
        option(
            "d",
            "an error: softmax takes logits only",
            "Nothing can tell. Any row of numbers may be logits, and these are three numbers.",
        ),
        option(
            "e",
            "another order: B cells need not win any more",
            "A larger number has a larger exponential, so the order stays.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "What counts for softmax is the difference between two logits. How large is it here?",
        "Two classes whose logits differ by d have probabilities in the ratio e^d. "
        "Compare e^(0.7 - 0.1) with 0.7 / 0.1.",
    ],
)


# --- logits from percentages --------------------------------------------------------------------


def same_percentages(came, expected, percentages):
    """Logits are right if softmax makes the percentages of them: a shift does no harm."""
    came = as_lists(came)
    if not is_numeric(came):
        return f"It is {kind_of(came)}, but an array of shape {percentages.shape} is expected."
    given = np.asarray(came)
    if given.dtype.kind == "c":
        return "It holds complex numbers. A percentage is positive, and its logarithm is real."
    if given.shape != percentages.shape:
        return f"It has shape {given.shape}, but {percentages.shape} is expected."
    tolerance = 1e-4 if given.dtype == np.float32 else 1e-9
    with np.errstate(all="ignore"):
        returned = 100 * stable(given.astype(float))
    if np.allclose(returned, percentages, rtol=tolerance, atol=0):
        return True
    shown = np.array2string(returned, precision=2, suppress_small=True)
    return f"Softmax turns your logits into these percentages: {shown}."


logits_from_percentages = UNIT.exercise(
    "logits-from-percentages",
    signature="logits_from_percentages(percentages)",
    points=2,
    difficulty=2,
    reference=np.log,
    probes=[
        probe([10.0, 70.0, 20.0], shown=True),
        probe([50.0, 50.0], note="two equal shares"),
        probe([99.999, 0.001], note="nearly certain"),
        probe([100 - 1e-6, 1e-6], note="more nearly certain"),
        probe([25, 25, 40, 10], note="whole numbers"),
        probe([[10.0, 70.0, 20.0], [1.0, 1.5, 97.5]], note="a batch of two cells"),
        probe([[60.0, 40.0], [5.0, 95.0]], note="as many cells as types"),
        probe([[[12.5, 87.5]], [[30.0, 70.0]]], note="an array with three axes"),
    ],
    random=lambda rng: (100 * rng.dirichlet([2.0, 2.0, 2.0], size=4),),
    agrees=same_percentages,
    hints=[
        "Softmax takes exponentials. What undoes an exponential?",
        "If e^z is the percentage, softmax divides it by the sum of all percentages, which is 100.",
    ],
)


@logits_from_percentages.misconception(
    "You have returned the percentages themselves. Softmax would take e to the power of 70. Undo "
    "the exponential first: take the logarithm."
)
def percentages_themselves(percentages):
    return percentages


@logits_from_percentages.misconception(
    "Now they are probabilities, but not logits yet. Softmax takes exponentials of what it is "
    "given; undo that with a logarithm."
)
def probabilities_for_logits(percentages):
    return percentages / 100


@logits_from_percentages.misconception(
    "That is the logit of one class against all others, which a sigmoid undoes, class by class. "
    "Softmax divides by a sum of exponentials: it needs the plain logarithm of each share."
)
def logit_of_each(percentages):
    return np.log(percentages / (100 - percentages))


BASE_TEN = (
    f"A logarithm to base 10 is undone by 10 to a power. Softmax has e to a power. {NOT_NATURAL}"
)
BASE_TWO = (
    f"A logarithm to base 2 is undone by 2 to a power. Softmax has e to a power. {NOT_NATURAL}"
)


@logits_from_percentages.misconception(BASE_TEN)
def base_ten(percentages):
    return np.log10(percentages)


@logits_from_percentages.misconception(BASE_TEN)
def base_ten_of_shares(percentages):
    return np.log10(percentages / 100)


@logits_from_percentages.misconception(BASE_TWO)
def base_two(percentages):
    return np.log2(percentages)


@logits_from_percentages.misconception(BASE_TWO)
def base_two_of_shares(percentages):
    return np.log2(percentages / 100)


@logits_from_percentages.misconception(
    "That is softmax. You are asked for the way back: logits that softmax turns into these "
    "percentages."
)
def softmax_of_percentages(percentages):
    return stable(percentages)


@logits_from_percentages.misconception(
    "`np.log1p` adds 1 before it takes the logarithm. Here the plain `np.log` is needed."
)
def one_added(percentages):
    return np.log1p(percentages)


@logits_from_percentages.misconception(
    "The sign is turned, so that the rarest type would win. A share below 1 has a negative "
    "logarithm, and that is as it should be."
)
def sign_turned_round(percentages):
    return -np.log(percentages / 100)


@logits_from_percentages.alternative
def logarithm_of_shares(percentages):
    return np.log(percentages / 100)


@logits_from_percentages.alternative
def against_the_first(percentages):
    return np.log(percentages / percentages[..., :1])


@logits_from_percentages.alternative
def logarithms_one_by_one(percentages):
    return row_by_row(lambda row: [math.log(p) for p in row], percentages).tolist()


@logits_from_percentages.alternative
def logarithms_in_float32(percentages):
    return np.log(np.asarray(percentages, np.float32))


# --- the decision -------------------------------------------------------------------------------


def decision_cases():
    """Batches, ties and logits so far out that their probabilities are all alike."""
    return [
        probe([[2.0, 1.0, 0.0], [-1.0, 0.5, 3.0]], note="a batch of two examples"),
        probe([[1.0, 2.0], [4.0, -1.0]], note="as many examples as classes"),
        probe([0.2, 0.1, 0.5, 0.4], note="no class has even half of the probability"),
        probe([-3, -5, -4], note="negative whole numbers"),
        probe([[[0, 2, 1], [5, 3, 4]], [[1, 1, 2], [0, 0, -1]]], note="an array with three axes"),
        ONE_CLASS,
        ONE_EXAMPLE,
    ]


predict = UNIT.exercise(
    "predict",
    signature="predict(z)",
    points=1,
    difficulty=1,
    reference=activations.argmax,
    probes=[
        probe([2.0, 1.0, 0.0]),
        probe([-1.0, 0.5, 3.0], shown=True),
        *decision_cases(),
        probe([1.0, 3.0, 3.0], note="a tie"),
        probe([[2, 2, 1, 2], [0, 4, 4, 0]], note="ties in a batch"),
        probe([-1000.0, -900.0, 1000.0], note="far apart"),
        probe([600.0, 700.0, 40.0], note="all far above 0"),
        probe([-1000.0, -900.0], note="all far below 0"),
        probe([1.0001, 1.0002, 1.0], note="close together"),
        probe([1000.3, 1001.2], note="close together, and far above 0"),
        probe([0.0, 1e-7, 0.0], note="nearly equal"),
    ],
    random=table,
    silent=True,
    hints=[
        "Softmax keeps the order, so you need not compute it: the largest logit has the largest "
        "probability. NumPy knows a function for the position of the largest value.",
        "`np.argmax` takes an `axis`, as `np.max` does. Of equals, the first wins.",
    ],
)


@predict.misconception(WHOLE_BATCH)
def largest_of_all(z):
    return np.argmax(z)


@predict.misconception(WRONG_AXIS)
def largest_example(z):
    return np.argmax(z, axis=0)


@predict.misconception(SECOND_AXIS)
def largest_on_the_second_axis(z):
    return np.argmax(z, axis=1)


@predict.misconception(
    "Where two are equal you take the last. The lowest position is asked for, which is what "
    "`np.argmax` takes."
)
def last_of_equals(z):
    return np.shape(z)[-1] - 1 - np.argmax(np.flip(z, axis=-1), axis=-1)


@predict.misconception(
    "That is the largest logit itself. Its position is asked for: `np.argmax`, not `np.max`."
)
def largest_value(z):
    return np.max(z, axis=-1)


@predict.misconception(
    "That is the largest probability. The position of the class is asked for: `np.argmax`."
)
def largest_probability(z):
    return np.max(stable(z), axis=-1)


@predict.misconception(
    "Those are probabilities, one for each class. One whole number for each example is asked for: "
    "the position of the largest."
)
def probabilities(z):
    return stable(z)


@predict.misconception(
    "A 1 and zeros for each example is called one-hot. Here the position of the 1 is asked for."
)
def decision_one_hot(z):
    return np.eye(np.shape(z)[-1])[np.argmax(z, axis=-1)]


@predict.misconception(
    "Python counts from 0, so the first class is 0. (R counts from 1.) Add nothing."
)
def counted_from_one(z):
    return np.argmax(z, axis=-1) + 1


@predict.misconception(
    "One half is the right threshold for two classes. With more, the winner may have less than "
    "half: take the largest, however small."
)
def above_one_half(z):
    return np.argmax(stable(z) > 0.5, axis=-1)


@predict.misconception("That is the smallest logit. A larger logit means a likelier class.")
def smallest(z):
    return np.argmin(z, axis=-1)


@predict.misconception(
    "The sign of a logit does not matter, only which is the largest: -3 is larger than -5. Leave "
    "`abs` out."
)
def largest_size(z):
    return np.argmax(np.abs(z), axis=-1)


@predict.misconception(PYTHONS_OWN)
def position_by_pythons_max(z):
    return list(z).index(max(z))


ROWS_ONLY = (
    "A loop over `z` goes through the examples of a batch. A single example has none: there it "
    "goes through the logits. `np.argmax` with `axis=-1` does both, without a loop."
)


@predict.misconception(ROWS_ONLY)
def each_row_by_argmax(z):
    return [np.argmax(row) for row in z]


@predict.misconception(ROWS_ONLY)
def each_row_by_index(z):
    return np.array([list(row).index(max(row)) for row in z])


@predict.alternative
def position_of_the_largest(z):
    return np.argmax(z, axis=-1)


@predict.alternative
def of_the_probabilities(z):
    return np.argmax(stable(z), axis=-1)


@predict.alternative
def positions_row_by_row(z):
    return row_by_row(lambda row: row.index(max(row)), z)


# --- a decision that may be withheld ------------------------------------------------------------


def class_or_abstain(z, threshold):
    """The most probable class, or -1 where its probability is below the threshold."""
    p = stable(z)
    return np.where(np.max(p, axis=-1) < threshold, -1, np.argmax(p, axis=-1))


def with_thresholds(rng):
    """Random logits and a threshold that some of them reach."""
    return rng.normal(scale=2, size=(8, 3)), float(rng.uniform(0.4, 0.9))


abstain = UNIT.exercise(
    "abstain",
    signature="abstain(z, threshold)",
    points=2,
    difficulty=2,
    reference=class_or_abstain,
    probes=[
        probe([[2.0, 1.0, 0.0], [0.2, 0.1, 0.0]], 0.6, shown=True),
        probe([2.0, 1.0, 0.0], 0.6, note="one example, sure enough"),
        probe([2.0, 1.0, 0.0], 0.7, note="one example, not sure enough"),
        probe([0.0, 0.0], 0.5, note="exactly at the threshold"),
        probe([[0, 0, 0, 0], [0, 0, 0, 0]], 0.25, note="ties exactly at the threshold"),
        probe([0.0, 0.4], 0.6, note="just below the threshold"),
        probe([[0.0, 1.0, 0.9], [3.0, 3.1, 0.0]], 0.3, note="two classes above the threshold"),
        probe([[0.3, 0.2], [5.0, 9.0]], 0.9, note="large logits are not large probabilities"),
        probe([[5.0, 4.9, 4.8], [-5.0, -9.0, -9.0]], 0.5, note="nor are negative ones small"),
        probe([[1000, 0, 0], [-1000, -1000, -900]], 0.99, note="whole numbers far from 0"),
        probe([[[0.0, 4.0], [1.0, 1.5]], [[2.0, 0.0], [0.1, 0.0]]], 0.8, note="three axes"),
        probe([[0.0, 1.0], [-1000.0, -1003.0]], 0.7, note="the second row lies far below"),
        probe([[0.2, 0.1, 0.0], [0.0, 0.1, 0.0]], 0.6, note="nobody is sure"),
        probe([100.3, 101.2, 99.3], 0.6, note="one example, far above 0"),
        probe([4.0, 0.0, 0.0], 0.0, note="a threshold of 0: never abstain"),
        probe([[1.0001, 1.0002, 1.0]], 0.3, note="one example, its logits close together"),
        probe([4.0, 0.0, 0.0], 1.0, note="a threshold of 1: be certain"),
    ],
    random=with_thresholds,
    silent=True,
    hints=[
        "Two questions for each example: which class has the largest probability, and how large "
        "is it? Take your `softmax`, then `np.max` and `np.argmax`, both with `axis=-1`.",
        "`np.where(condition, a, b)` takes a where the condition holds, and b elsewhere. Abstain "
        "where the largest probability is below the threshold; at the threshold itself, decide.",
    ],
)


@abstain.misconception(
    "You compare logits with the threshold. A threshold is a probability: take softmax first."
)
def threshold_on_logits(z, threshold):
    return np.where(np.max(z, axis=-1) < threshold, -1, np.argmax(z, axis=-1))


@abstain.misconception(
    "At the threshold itself the class is reported: 0.5 is not below 0.5. Write `>=` to report a "
    "class, or `<` to abstain."
)
def abstains_at_the_threshold(z, threshold):
    p = stable(z)
    return np.where(np.max(p, axis=-1) <= threshold, -1, np.argmax(p, axis=-1))


@abstain.misconception(
    "The two are exchanged: you report a class where you are unsure, and abstain where you are "
    "sure."
)
def exchanged(z, threshold):
    p = stable(z)
    return np.where(np.max(p, axis=-1) < threshold, np.argmax(p, axis=-1), -1)


@abstain.misconception(
    "You take the first class that reaches the threshold. A later one may be more probable: take "
    "the largest, then look whether it reaches the threshold."
)
def first_above(z, threshold):
    reached = stable(z) >= threshold
    return np.where(reached.any(axis=-1), np.argmax(reached, axis=-1), -1)


@abstain.misconception(
    "Where no class reaches the threshold you report class 0: `np.argmax` of nothing but False is "
    "0. An abstention is -1."
)
def zero_for_nothing(z, threshold):
    return np.argmax(stable(z) >= threshold, axis=-1)


@abstain.misconception("You never abstain: the threshold has not been used.")
def never_abstains(z, threshold):
    return np.argmax(z, axis=-1)


@abstain.misconception(
    "An `if` decides once, for the whole batch. Choose example by example: `np.where`."
)
def if_decides_once(z, threshold):
    p = stable(z)
    if np.max(p, axis=-1) < threshold:
        return -1
    return np.argmax(p, axis=-1)


@abstain.misconception(
    "An `if` decides once, for the whole batch: if one example is sure, all get a class. Choose "
    "example by example: `np.where`."
)
def one_if_for_all(z, threshold):
    p = stable(z)
    return -1 if np.max(p) < threshold else np.argmax(p, axis=-1)


@abstain.misconception(
    "The largest probability of the whole batch decides for all examples. Each decides for itself: "
    "`np.max(p, axis=-1)`."
)
def batch_decides(z, threshold):
    p = stable(z)
    return np.where(np.max(p) < threshold, -1, np.argmax(p, axis=-1))


@abstain.misconception(
    "That is a sigmoid of the largest logit, which does not know of the other classes. Take "
    "softmax, in which they compete."
)
def sigmoid_of_the_largest(z, threshold):
    largest = np.max(z, axis=-1)
    p = (1 + np.tanh(largest / 2)) / 2
    return np.where(p < threshold, -1, np.argmax(z, axis=-1))


@abstain.misconception(
    "A loop over the probabilities goes through the examples of a batch. A single example has "
    "none: there it goes through its numbers. `np.max` and `np.argmax` with `axis=-1` do both."
)
def each_row_decides(z, threshold):
    return np.array([np.argmax(p) if p.max() >= threshold else -1 for p in stable(z)])


@abstain.misconception(SECOND_AXIS)
def decided_on_the_second_axis(z, threshold):
    p = stable(z)
    return np.where(np.max(p, axis=1) >= threshold, np.argmax(p, axis=1), -1)


@abstain.alternative
def abstain_by_mask(z, threshold):
    p = stable(z)
    classes = np.array(np.argmax(p, axis=-1))
    classes[np.max(p, axis=-1) < threshold] = -1
    return classes


@abstain.alternative
def abstain_row_by_row(z, threshold):
    def of_one(row):
        p = softmax_of_row(row)
        return p.index(max(p)) if max(p) >= threshold else -1

    return row_by_row(of_one, z)


@abstain.alternative
def decision_from_logits(z, threshold):
    sure = np.max(stable(z), axis=-1) >= threshold
    return np.where(sure, np.argmax(z, axis=-1), -1)


# --- temperature --------------------------------------------------------------------------------

temperature = UNIT.exercise(
    "temperature",
    signature="temperature(z, T)",
    points=2,
    difficulty=2,
    reference=activations.softmax,
    probes=[
        probe([2.0, 1.0, 0.0], 1.0, note="temperature 1 changes nothing"),
        probe([2.0, 1.0, 0.0], 2.0, shown=True),
        probe([2.0, 1.0, 0.0], 0.5, note="a low temperature sharpens"),
        probe([3, 1, 2], 2, note="whole numbers"),
        probe([1.0, 3.0, -2.0], 100.0, note="a very high temperature"),
        probe([1000.0, 0.0, 0.0], 1000.0, note="far above 0, and as hot"),
        probe([1.0, 3.0, 2.5], 0.001, note="a very low temperature"),
        probe([1.0, 0.0, -1.0], 0.001, note="the same, to both sides"),
        probe([0.0, -8.0], 0.5, note="a class that is hardly possible"),
        probe([2e-6, 1e-6, 0.0], 1e-6, note="tiny logits, and as cold"),
        probe([[2.0, 1.0, 0.0], [-1.0, 0.5, 3.0]], 3.0, note="a batch of two examples"),
        probe([[1.0, 2.0], [4.0, -1.0]], 0.7, note="as many examples as classes"),
        probe([[[0.5, -0.5]], [[1.5, -2.5]]], 1.5, note="an array with three axes"),
        probe([1500.0, 1498.5, 0.0], 1.5, note="far above 0"),
        probe([[0.0, 1.0], [-1000.0, -1001.0]], 0.5, note="the second row lies far below"),
        probe([-np.inf, 0.0, 1.0], 2.0, note="a class that is ruled out: minus infinity"),
    ],
    random=lambda rng: (rng.normal(scale=3, size=(4, 3)), float(rng.uniform(0.3, 4))),
    tolerance=1e-7,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Divide the logits by T, then take your softmax.",
        "A high temperature makes the logits small, so that all probabilities come near each "
        "other. If yours does the opposite, you have multiplied.",
    ],
)


@temperature.misconception(
    "You multiply by T, so a high temperature sharpens. It should even out, as heat does: divide."
)
def multiplied(z, T):
    return stable(z * T)


@temperature.misconception(
    "You have divided the probabilities by T, after softmax. They no longer add up to 1. Divide "
    "the logits, before softmax."
)
def probabilities_divided(z, T):
    return stable(z) / T


@temperature.misconception(
    "A good thought: probabilities to the power of 1/T have the right ratios. But they no longer "
    "add up to 1. It is easier to divide the logits by T, before softmax."
)
def powers_without_a_sum(z, T):
    return stable(z) ** (1 / T)


@temperature.misconception(
    "The temperature has had no effect. Dividing probabilities by T and then by their sum takes it "
    "out again, and so does subtracting it from all logits. Divide the logits."
)
def no_effect(z, T):
    return stable(z)


@temperature.misconception(
    "A second softmax on top of the probabilities is no temperature. Divide the logits by T, and "
    "take softmax once."
)
def softmax_twice(z, T):
    return stable(stable(z) / T)


@temperature.misconception(
    "Right on paper, but at 1000, or at a temperature of 0.001, the exponential overflows. Divide "
    "the logits first, then use your own stable `softmax`."
)
def temperature_overflows(z, T):
    e = np.exp(z / T)
    return e / np.sum(e, axis=-1, keepdims=True)


@temperature.misconception(
    "You subtract the largest logit as it was before the division. Right on paper, but the largest "
    "power is then not 0, and overflows or underflows. Divide first, then subtract the largest of "
    "what you have."
)
def largest_not_divided(z, T):
    e = np.exp(z / T - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@temperature.misconception(BATCH_MAXIMUM)
def temperature_with_batch_maximum(z, T):
    e = np.exp((z - np.max(z)) / T)
    return e / np.sum(e, axis=-1, keepdims=True)


@temperature.misconception(WHOLE_BATCH)
def temperature_over_the_batch(z, T):
    e = np.exp((z - np.max(z)) / T)
    return e / np.sum(e)


@temperature.misconception(WRONG_AXIS)
def temperature_over_the_examples(z, T):
    e = np.exp((z - np.max(z, axis=0)) / T)
    return e / np.sum(e, axis=0)


@temperature.misconception(
    "Brackets are missing: `z - largest / T` divides the largest logit alone. Divide the whole "
    "difference: `(z - largest) / T`."
)
def brackets_missing(z, T):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True) / T)
    return e / np.sum(e, axis=-1, keepdims=True)


@temperature.misconception("`//` divides and throws the remainder away. Divide with a single `/`.")
def remainder_thrown_away(z, T):
    return stable(z // T)


@temperature.misconception(KEEPDIMS)
def cooled_without_keepdims(z, T):
    z = z / T
    e = np.exp(z - np.max(z, axis=-1))
    return e / np.sum(e, axis=-1)


@temperature.misconception(SECOND_AXIS)
def cooled_over_the_second_axis(z, T):
    z = z / T
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


@temperature.alternative
def logits_divided(z, T):
    return stable(z / T)


@temperature.alternative
def difference_divided(z, T):
    e = np.exp((z - np.max(z, axis=-1, keepdims=True)) / T)
    return e / np.sum(e, axis=-1, keepdims=True)


@temperature.alternative
def temperature_row_by_row(z, T):
    return row_by_row(lambda row: softmax_of_row([number / T for number in row]), z)


# --- two classes --------------------------------------------------------------------------------

two_classes = UNIT.exercise(
    "two-classes",
    signature="two_classes(z)",
    points=2,
    difficulty=2,
    reference=lambda z: activations.sigmoid(z[..., 1] - z[..., 0]),
    probes=[
        probe([1.0, 3.0], shown=True),
        probe([3.0, 1.0], note="the first class has the larger logit"),
        probe([0.0, 0.0], note="two equal logits"),
        probe([-2.0, -1.5], note="both negative"),
        probe([2, -1], note="whole numbers"),
        probe([[1.0, 3.0], [0.5, -0.5], [0.0, 1.0]], note="a batch of three examples"),
        probe([[2.0, 2.5], [-1.0, 3.0]], note="as many examples as classes"),
        probe([[[0.5, -0.5]], [[1.5, 2.5]]], note="an array with three axes"),
        probe([-500.0, 500.0], note="far apart"),
        probe([500.0, -500.0], note="far apart, the other way round"),
        probe([1000.0, 1001.0], note="both far above 0"),
        probe([-1001.0, -1000.0], note="both far below 0"),
        probe([15.0, 0.0], note="the second is hardly possible"),
        probe([[0.0, 1.0], [-1000.0, -1001.0]], note="the second row lies far below the first"),
    ],
    random=lambda rng: (rng.normal(scale=3, size=(5, 2)),),
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Write the softmax of the second class, and divide above and below by its exponential. "
        "What remains below is 1 plus one exponential.",
        "It is the sigmoid of `z[..., 1] - z[..., 0]`. The three dots stand for all axes before "
        "the last.",
        "Use the stable sigmoid of unit 02: `small = np.exp(-np.abs(d))`, with 1 on top where d "
        "is 0 or more, and `small` elsewhere.",
    ],
)


@two_classes.misconception(
    "That is the probability of the first class, number 0. The second is asked for: exchange the "
    "two in the difference."
)
def first_class(z):
    return stable(z)[..., 0]


@two_classes.misconception(
    "That is the sigmoid of the second logit alone. What counts is how far it lies above the "
    "first: subtract `z[..., 0]`."
)
def second_logit_alone(z):
    return (1 + np.tanh(np.asarray(z)[..., 1] / 2)) / 2


@two_classes.misconception(
    "Both probabilities come back. The second is asked for, one number for each example."
)
def both_probabilities(z):
    return stable(z)


@two_classes.misconception(
    "Right on paper, but `np.exp(1000)` overflows. Take the difference of the two logits first, "
    "and the stable sigmoid of it."
)
def two_exponentials_overflow(z):
    e = np.exp(z)
    return e[..., 1] / (e[..., 0] + e[..., 1])


@two_classes.misconception(
    "The difference is right, and the sigmoid's formula as well. But where the first logit is far "
    "larger, `np.exp` overflows. Use the stable form of unit 02, with `np.exp(-np.abs(d))`."
)
def sigmoid_overflows(z):
    return 1 / (1 + np.exp(z[..., 0] - z[..., 1]))


@two_classes.misconception(
    "Right for a single example. In a batch `z[1]` is the second example, not the second class: "
    "write `z[..., 1]`."
)
def second_example(z):
    d = z[1] - z[0]
    return (1 + np.tanh(d / 2)) / 2


@two_classes.misconception(
    "Right for a single example. In a batch `z[1]` is the second example, not the second class: "
    "write `z[..., 1]`. And where the first logit is far larger, `np.exp` overflows: use the "
    "stable sigmoid of unit 02."
)
def second_example_and_overflows(z):
    return 1 / (1 + np.exp(z[0] - z[1]))


@two_classes.misconception(
    "Right for a single example. In a batch `softmax(z)[1]` is the second example, not the second "
    "class: write `[..., 1]`."
)
def second_row(z):
    return stable(z)[1]


@two_classes.misconception(
    "That is a sigmoid of each logit by itself. One number is asked for: the sigmoid of how far "
    "the second lies above the first."
)
def sigmoid_of_both(z):
    return 1 / (1 + np.exp(np.negative(z)))


@two_classes.misconception(
    "A single example has one axis only. `z[..., 1]` is the second class whatever stands before."
)
def second_column(z):
    d = z[:, 1] - z[:, 0]
    return (1 + np.tanh(d / 2)) / 2


@two_classes.misconception(
    "That is tanh of the difference, which runs from -1 to 1. A probability runs from 0 to 1: take "
    "the sigmoid."
)
def tanh_for_sigmoid(z):
    return np.tanh(z[..., 1] - z[..., 0])


@two_classes.misconception(
    "The logits have been added. A constant added to both must change nothing, so the difference "
    "counts."
)
def logits_added(z):
    return (1 + np.tanh((z[..., 1] + z[..., 0]) / 2)) / 2


@two_classes.misconception(
    "That is the share of the second logit itself. Logits may be negative: take exponentials, or "
    "the sigmoid of the difference."
)
def share_of_the_logit(z):
    return z[..., 1] / (z[..., 0] + z[..., 1])


@two_classes.misconception(
    "That is the decision, 0 or 1. The probability of the second class is asked for."
)
def decision_of_two(z):
    return np.argmax(z, axis=-1)


@two_classes.alternative
def sigmoid_of_the_difference(z):
    d = z[..., 1] - z[..., 0]
    small = np.exp(-np.abs(d))
    return np.where(d >= 0, 1, small) / (1 + small)


@two_classes.alternative
def second_of_softmax(z):
    return stable(z)[..., 1]


@two_classes.alternative
def what_the_first_leaves(z):
    return 1 - stable(z)[..., 0]


@two_classes.alternative
def by_logaddexp(z):
    return np.exp(-np.logaddexp(0, z[..., 0] - z[..., 1]))


@two_classes.alternative
def two_by_two(z):
    return row_by_row(lambda row: softmax_of_row(row)[1], z)


# --- quality of a base call ---------------------------------------------------------------------


def quality(z):
    """Phred quality of the called letter, from the sum of the others' probabilities."""
    p = np.sort(stable(z), axis=-1)
    return -10 * np.log10(np.sum(p[..., :-1], axis=-1))


phred = UNIT.exercise(
    "phred",
    signature="phred(z)",
    points=3,
    difficulty=3,
    reference=quality,
    probes=[
        probe([4.0, 0.0, 1.0, 0.0], shown=True),
        probe([0.0, 0.0, 0.0, 0.0], note="nothing is known"),
        probe([0.0, 1.0, 6.0, 0.0], note="a G"),
        probe([3, 9, 1, 2], note="whole numbers"),
        probe([[4.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 7.0]], note="two places of a read"),
        probe(
            [[8, 1, 0, 0], [0, 5, 0, 1], [0, 1, 0, 0], [2, 0, 0, 9]],
            note="as many places as letters",
        ),
        probe([[[4.0, 0.0, 1.0, 0.5]], [[0.0, 2.0, 0.0, 1.0]]], note="two reads of one place"),
        probe([6.0, 5.5, -9.0, -9.0], note="two letters that are nearly equal"),
        probe([30.0, 0.0, 1.0, 0.0], note="very sure"),
        probe([0.0, 50.0, 0.0, 0.0], note="surer still"),
        probe([0.0, 690.0, 1.0, 0.0], note="as sure as the formula allows"),
        probe([1080.0, 1000.0, 1000.0, 1001.0], note="large logits"),
        probe([-99.7, -98.8, -100.7, -100.2], note="logits far below 0"),
    ],
    random=lambda rng: (rng.normal(scale=3, size=(5, 4)),),
    silent=True,
    hints=[
        "The letter that is called is the most probable one. The error is the probability that it "
        "is any of the others. Q is -10 times the logarithm to base 10 of the error.",
        "At a lead of 50 the probability is stored as 1, and 1 - 1 is 0. So do not subtract: add "
        "up the probabilities of the other three letters.",
        "`np.sort(p, axis=-1)` puts the largest last, and `[..., :-1]` is all but the last.",
    ],
)


@phred.misconception(
    "Right for most letters. But at a lead of 50 the probability is stored as 1, and 1 - 1 is 0: "
    "the quality becomes infinite. Already at 30 most digits are gone. Add up the probabilities of "
    "the other letters instead."
)
def subtracted_from_one(z):
    return -10 * np.log10(1 - np.max(stable(z), axis=-1))


for small in (1e-10, 1e-12, 1e-15, 1e-16):
    hide_the_zero(
        phred,
        "Add up the probabilities of the other letters, and nothing is lost.",
        lambda z, s=small: -10 * np.log10(np.maximum(1 - np.max(stable(z), axis=-1), s)),
        lambda z, s=small: -10 * np.log10(1 - np.max(stable(z), axis=-1) + s),
        small,
    )


@phred.misconception(
    "That is the logarithm of the probability that the call is right. Phred takes the probability "
    "that it is wrong."
)
def of_the_right_letter(z):
    return -10 * np.log10(np.max(stable(z), axis=-1))


@phred.misconception(
    "Here the logarithm has base 10, unlike nearly everywhere else in this course: `np.log10`. "
    "Then Q 20 is one error in a hundred, and Q 30 one in a thousand."
)
def natural_logarithm(z):
    return quality(z) * math.log(10)


@phred.misconception("The factor of 10 is missing: an error of 0.01 is Q 20, not Q 2.")
def without_ten(z):
    return quality(z) / 10


@phred.misconception(
    "The sign is turned. The logarithm of an error below 1 is negative; the minus makes Q positive."
)
def negative_quality(z):
    return -quality(z)


@phred.misconception(
    "That counts the second-best letter only. The call is also wrong if it is one of the other "
    "two: add up all three."
)
def second_best_only(z):
    return -10 * np.log10(np.sort(stable(z), axis=-1)[..., -2])


@phred.misconception(
    "That is -10 times the logarithm of the odds, error / (1 - error), as early Solexa files had "
    "it. For small errors it is nearly the same. Phred takes the error itself."
)
def solexa(z):
    p = np.sort(stable(z), axis=-1)
    return -10 * np.log10(np.sum(p[..., :-1], axis=-1) / p[..., -1])


@phred.misconception(
    "You take the first letter for the one that is called. It is the most probable one: sort, or "
    "use `np.max`."
)
def first_letter_called(z):
    return -10 * np.log10(1 - stable(z)[..., 0])


@phred.misconception(
    "Each letter gets a quality of its own. Only the one that is called is asked for: one number "
    "for each place."
)
def quality_of_each(z):
    return -10 * np.log10(1 - stable(z))


@phred.misconception(
    "The errors of all places have been added up. Each place has its own quality: `axis=-1`."
)
def places_added(z):
    return -10 * np.log10(np.sum(np.sort(stable(z), axis=-1)[..., :-1]))


@phred.misconception(
    "You take the best call of the whole batch. Each place has its own quality: `axis=-1`."
)
def best_of_all_places(z):
    return -10 * np.log10(1 - np.max(stable(z)))


@phred.misconception(
    "Files store whole numbers, but here the quality is asked for as it is. Do not round."
)
def rounded(z):
    return np.round(quality(z))


@phred.misconception(
    "Where two letters share the first place, you leave out both. The call is one letter, and the "
    "other one's probability belongs to the error: sort, and add up all but the last."
)
def all_that_are_below_the_largest(z):
    p = stable(z)
    below = p < np.max(p, axis=-1, keepdims=True)
    return -10 * np.log10(np.sum(np.where(below, p, 0), axis=-1))


@phred.alternative
def others_added_up(z):
    p = stable(z)
    called = np.arange(np.shape(z)[-1]) == np.argmax(p, axis=-1)[..., None]
    return -10 * np.log10(np.sum(np.where(called, 0, p), axis=-1))


@phred.alternative
def from_logarithms(z):
    ordered = np.sort(np.asarray(z, dtype=float), axis=-1)
    others = np.logaddexp.reduce(ordered[..., :-1], axis=-1)
    everything = np.logaddexp.reduce(ordered, axis=-1)
    return -10 / math.log(10) * (others - everything)


@phred.alternative
def quality_place_by_place(z):
    return row_by_row(lambda row: -10 * math.log10(sum(sorted(softmax_of_row(row))[:-1])), z)


# --- log-sum-exp --------------------------------------------------------------------------------

logsumexp = UNIT.exercise(
    "logsumexp",
    signature="logsumexp(z)",
    points=2,
    difficulty=2,
    reference=activations.logsumexp,
    probes=[
        *first_cases(shown=True),
        ONE_CLASS,
        *batches(),
        *far_out(),
        RULED_OUT,
        probe([3e6, 0.0], note="farther still"),
    ],
    random=table,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "If c is subtracted from all logits, the sum of exponentials is divided by e^c, and its "
        "logarithm is smaller by c. So add c again at the end.",
        "c is each example's largest logit. `np.max(z, axis=-1)` has no class axis any more; "
        "`[..., None]` gives it one of length 1, to subtract it from z.",
    ],
)


@logsumexp.misconception(
    "Right on paper. But `np.exp(1000)` overflows, and at -1000 all exponentials are stored as 0, "
    "whose logarithm is minus infinity. Subtract the largest logit first, and add it again at the "
    "end."
)
def sum_overflows(z):
    return np.log(np.sum(np.exp(z), axis=-1))


@logsumexp.misconception(
    "The largest logit has been subtracted, but not added again. Softmax is the same after a "
    "shift; log-sum-exp moves with it."
)
def not_added_again(z):
    return np.log(np.sum(np.exp(z - np.max(z, axis=-1, keepdims=True)), axis=-1))


@logsumexp.misconception(
    "Right on paper, but a row that lies far below the largest logit of the whole batch has only "
    "zeros for exponentials, and the logarithm of 0 is minus infinity. Take each row's own maximum."
)
def sum_with_batch_maximum(z):
    return np.max(z) + np.log(np.sum(np.exp(z - np.max(z)), axis=-1))


@logsumexp.misconception(
    "The logarithm of e^z is z again, so that is the plain sum. Add the exponentials up first, "
    "and take the logarithm of the sum."
)
def logarithms_summed(z):
    return np.sum(z, axis=-1)


@logsumexp.misconception(
    "That is the largest logit. Log-sum-exp is a smooth maximum and a little larger: two equal "
    "logits of 0 give log 2."
)
def plain_maximum(z):
    return np.max(z, axis=-1)


@logsumexp.misconception(
    "You have averaged the exponentials. The sum is asked for; the mean is smaller by the "
    "logarithm of the number of classes."
)
def logarithm_of_the_mean(z):
    return np.logaddexp.reduce(z, axis=-1) - math.log(np.shape(z)[-1])


@logsumexp.misconception(
    "A class axis of length 1 is left over. One number for each example is asked for: leave out "
    "`keepdims=True` in the end."
)
def axis_left_over(z):
    return np.logaddexp.reduce(z, axis=-1, keepdims=True)


@logsumexp.misconception(
    "The maximum keeps its class axis here, and the logarithm of the sum has none, so that NumPy "
    "makes a table of the two. `keepdims=True` is needed to subtract from z. Add the maximum "
    "without it: `largest[..., 0]`."
)
def maximum_kept_a_column(z):
    largest = np.max(z, axis=-1, keepdims=True)
    return largest + np.log(np.sum(np.exp(z - largest), axis=-1))


@logsumexp.misconception(WRONG_AXIS)
def sum_over_the_examples_axis(z):
    return np.logaddexp.reduce(z, axis=0)


@logsumexp.misconception(WHOLE_BATCH)
def sum_over_the_batch(z):
    return np.max(z) + np.log(np.sum(np.exp(z - np.max(z))))


@logsumexp.misconception(f"{WHOLE_BATCH} And at 1000 the exponential overflows.")
def sum_over_the_batch_overflows(z):
    return np.log(np.sum(np.exp(z)))


@logsumexp.misconception(SECOND_AXIS)
def sum_over_the_second_axis(z):
    return np.logaddexp.reduce(z, axis=1)


@logsumexp.misconception(f"{WRONG_AXIS} And at 1000 the exponential overflows.")
def sum_over_the_examples_overflows(z):
    return np.log(np.sum(np.exp(z), axis=0))


@logsumexp.misconception(
    "`np.log1p` adds 1 to the sum. The largest logit's exponential is that 1 already, and it is in "
    "your sum: `np.log`, or leave the largest out of the sum."
)
def one_too_many(z):
    largest = np.max(z, axis=-1)
    return largest + np.log1p(np.sum(np.exp(z - largest[..., None]), axis=-1))


@logsumexp.misconception(f"That is a logarithm to base 10. {NOT_NATURAL}")
def sum_to_base_ten(z):
    largest = np.max(z, axis=-1)
    return largest + np.log10(np.sum(np.exp(z - largest[..., None]), axis=-1))


@logsumexp.misconception(f"That is a logarithm to base 2. {NOT_NATURAL}")
def sum_to_base_two(z):
    largest = np.max(z, axis=-1)
    return largest + np.log2(np.sum(np.exp(z - largest[..., None]), axis=-1))


@logsumexp.misconception(KEEPDIMS)
def maximum_without_keepdims(z):
    largest = np.max(z, axis=-1)
    return largest + np.log(np.sum(np.exp(z - largest), axis=-1))


@logsumexp.alternative
def two_at_a_time(z):
    return np.logaddexp.reduce(z, axis=-1)


@logsumexp.alternative
def with_keepdims(z):
    largest = np.max(z, axis=-1, keepdims=True)
    sums = np.sum(np.exp(z - largest), axis=-1, keepdims=True)
    return np.squeeze(largest + np.log(sums), axis=-1)


@logsumexp.alternative
def sums_row_by_row(z):
    return row_by_row(lambda row: max(row) + math.log(sum(math.exp(n - max(row)) for n in row)), z)


# --- log-softmax --------------------------------------------------------------------------------

log_softmax = UNIT.exercise(
    "log-softmax",
    signature="log_softmax(z)",
    points=2,
    difficulty=2,
    reference=activations.log_softmax,
    probes=[*first_cases(shown=True), ONE_CLASS, *batches(), *far_out(), RULED_OUT],
    random=table,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Take the logarithm of the formula with pencil and paper first: the logarithm of a "
        "fraction is that of the top minus that of the bottom.",
        "The logarithm of e^z is z. The logarithm of the bottom is your `logsumexp`. It has no "
        "class axis any more: `[..., None]` gives it one.",
    ],
)


@log_softmax.misconception(
    "Where a probability is stored as 0, its logarithm is minus infinity: at [1000, 999, 0] the "
    "last should be about -1000. Take the logarithm of the formula first: z minus log-sum-exp."
)
def logarithm_afterwards(z):
    return np.log(stable(z))


@log_softmax.misconception(
    "Right on paper, but `np.exp(1000)` overflows, and at -1000 the sum is stored as 0. Use your "
    "stable `logsumexp`, or subtract the row's largest logit first."
)
def bottom_overflows(z):
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


@log_softmax.misconception(
    "You have subtracted the largest logit inside the sum only. Then it must be added to the "
    "logarithm again, or be subtracted from z as well."
)
def shifted_in_one_place(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return z - np.log(np.sum(e, axis=-1, keepdims=True))


@log_softmax.misconception(
    "The largest logit is subtracted twice: once in front, and once in log-sum-exp, which contains "
    "it already. Once is enough."
)
def shifted_twice(z):
    largest = np.max(z, axis=-1, keepdims=True)
    return z - largest - np.logaddexp.reduce(z, axis=-1, keepdims=True)


@log_softmax.misconception(
    "The logarithm of the sum is missing: the largest comes out as 0, which would be a probability "
    "of 1. Subtract log-sum-exp, which is a little more than the largest logit."
)
def largest_for_the_sum(z):
    return z - np.max(z, axis=-1, keepdims=True)


@log_softmax.misconception(BATCH_MAXIMUM.replace("0 / 0 is nan", "the logarithm of 0 is infinite"))
def log_with_batch_maximum(z):
    shifted = z - np.max(z)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


@log_softmax.misconception(WRONG_AXIS)
def log_over_the_examples(z):
    return z - np.logaddexp.reduce(z, axis=0)


@log_softmax.misconception(WHOLE_BATCH)
def log_over_the_batch(z):
    shifted = z - np.max(z)
    return shifted - np.log(np.sum(np.exp(shifted)))


@log_softmax.misconception(
    "Log-sum-exp is one number for each example, and NumPy lays these along the classes. Give them "
    "a class axis of length 1: `logsumexp(z)[..., None]`."
)
def log_without_keepdims(z):
    return z - np.logaddexp.reduce(z, axis=-1)


@log_softmax.misconception(
    "The sign is turned. The logarithm of a probability is negative, or 0 for a certain class."
)
def log_sign_turned(z):
    return np.logaddexp.reduce(z, axis=-1, keepdims=True) - z


@log_softmax.misconception(f"That is a logarithm to base 10. {NOT_NATURAL}")
def log_to_base_ten(z):
    return (z - np.logaddexp.reduce(z, axis=-1, keepdims=True)) / math.log(10)


@log_softmax.misconception(f"That is a logarithm to base 2. {NOT_NATURAL}")
def log_to_base_two(z):
    return (z - np.logaddexp.reduce(z, axis=-1, keepdims=True)) / math.log(2)


@log_softmax.misconception("That is softmax itself. Its logarithm is asked for.")
def no_logarithm(z):
    return stable(z)


for small in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-30, 1e-100, 1e-300):
    hide_the_zero(
        log_softmax,
        "Take the logarithm of the formula first, with pencil and paper.",
        lambda z, s=small: np.log(np.maximum(stable(z), s)),
        lambda z, s=small: np.log(stable(z) + s),
        small,
    )


@log_softmax.misconception(
    "That is the logarithm of the formula in the definition. `np.exp(1000)` overflows, and a "
    "probability that is stored as 0 has no logarithm. Work with logarithms from the start: z "
    "minus log-sum-exp."
)
def logarithm_of_the_definition(z):
    return np.log(np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True))


@log_softmax.alternative
def minus_log_sum_exp(z):
    return z - np.logaddexp.reduce(z, axis=-1)[..., None]


@log_softmax.alternative
def shifted_first(z):
    shifted = z - np.max(z, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


@log_softmax.alternative
def log_row_by_row(z):
    def of_one(row):
        below = math.log(sum(math.exp(number - max(row)) for number in row))
        return [number - max(row) - below for number in row]

    return row_by_row(of_one, z).tolist()


@log_softmax.alternative
def log_in_single_precision(z):
    return shifted_first(np.asarray(z, dtype=np.float32))


# --- the Jacobian -------------------------------------------------------------------------------


def table_of_slopes(s):
    """s_i (1 if i is j, else 0, minus s_j), for probabilities s of any batch."""
    return s[..., :, None] * (np.eye(s.shape[-1]) - s[..., None, :])


jacobian = UNIT.exercise(
    "jacobian",
    signature="jacobian(z)",
    points=3,
    difficulty=3,
    reference=activations.softmax.derivative,
    probes=[
        probe([0.0, 0.0], shown=True),
        *first_cases(),
        ONE_CLASS,
        *batches(),
        *far_out(),
    ],
    random=table,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Row i, column j holds the slope of s_i with respect to z_j. On the diagonal it is "
        "s_i (1 - s_i), elsewhere -s_i s_j. One formula for both: s_i (d - s_j), with d = 1 on "
        "the diagonal and 0 elsewhere.",
        "`np.eye(3)` is the table with 1 on the diagonal. For one example, `s[:, None]` is s as a "
        "column, and `s[None, :]` as a row.",
        "For a batch, put the new axes at the end: `s[..., :, None]` has shape (..., classes, 1), "
        "and `s[..., None, :]` has shape (..., 1, classes).",
    ],
)


@jacobian.misconception(
    "That is the diagonal alone, s(1 - s), as for a sigmoid. Here each logit moves every "
    "probability, since they share one sum: raise one logit, and all other classes lose. Fill in "
    "-s_i s_j beside the diagonal."
)
def diagonal_only(z):
    s = stable(z)
    return np.eye(s.shape[-1]) * (s * (1 - s))[..., None, :]


@jacobian.misconception(
    "That is the diagonal alone, and for one example only. Each logit moves every probability, "
    "since they share one sum: fill in -s_i s_j beside the diagonal. For a batch, `np.diag` does "
    "something else: `np.eye` and `s[..., :, None]` make a table for each example."
)
def diagonal_of_one_example(z):
    s = stable(z)
    return np.diag(s * (1 - s))


@jacobian.misconception(
    "You return one slope for each class, s(1 - s), as for a sigmoid. Each of the probabilities "
    "depends on each of the logits, so there is a table of slopes for each example."
)
def slopes_as_for_a_sigmoid(z):
    s = stable(z)
    return s * (1 - s)


@jacobian.misconception(
    "The diagonal is wrong: -s_i s_j holds where i and j differ. Where they are the same it is "
    "s_i - s_i s_i, since raising a logit raises its own class."
)
def without_the_diagonal(z):
    s = stable(z)
    return -s[..., :, None] * s[..., None, :]


@jacobian.misconception(
    "The sign is turned: raising a logit raises its own class, so the diagonal is positive, and "
    "lowers the others."
)
def slopes_turned(z):
    return -table_of_slopes(stable(z))


@jacobian.misconception(
    "A sign is wrong beside the diagonal: raising one logit takes probability away from the "
    "others, so those slopes are negative. Each row adds up to 0."
)
def others_gain(z):
    s = stable(z)
    return s[..., :, None] * (np.eye(s.shape[-1]) + s[..., None, :])


@jacobian.misconception(
    "That is the Jacobian of log-softmax, where the 1 stands without s_i. For softmax itself, row "
    "i is multiplied by s_i."
)
def of_log_softmax(z):
    s = stable(z)
    return np.eye(s.shape[-1]) - np.zeros_like(s)[..., :, None] - s[..., None, :]


@jacobian.misconception(
    "The 1 stands on the diagonal only. Elsewhere the slope is -s_i s_j: raising one logit takes "
    "probability away from the others. Put `np.eye` where you have 1."
)
def ones_everywhere(z):
    s = stable(z)
    return s[..., :, None] * (1 - s[..., None, :])


@jacobian.misconception(
    "Two pieces are mixed up: the 1 on the diagonal must be multiplied by s_i as well. "
    "s_i (d - s_j) is s_i d - s_i s_j."
)
def ones_on_the_diagonal(z):
    s = stable(z)
    return np.eye(s.shape[-1]) - s[..., :, None] * s[..., None, :]


@jacobian.misconception(
    "You have put the logits where the probabilities belong. Compute `s = softmax(z)` first."
)
def logits_for_probabilities(z):
    return table_of_slopes(np.asarray(z, dtype=float))


@jacobian.misconception(
    "Right for one example. For a batch `np.outer` and `np.diag` mix the examples. "
    "`s[..., :, None] * s[..., None, :]` makes a table for each."
)
def one_example_only(z):
    s = stable(z)
    return np.diag(s) - np.outer(s, s)


@jacobian.misconception(
    "Right for one example. For a batch `s[:, None]` puts the new axis before the classes. Put it "
    "at the end: `s[..., :, None]` and `s[..., None, :]`."
)
def new_axes_in_front(z):
    s = stable(z)
    return s[:, None] * (np.eye(s.shape[-1]) - s[None, :])


S_J_TOO = (
    "Right for one example. In a batch s_j needs an axis of its own as well, for the rows of each "
    "table: `s[..., None, :]`. "
)


@jacobian.misconception(S_J_TOO + "`s[..., :, None]` is then s_i.")
def axis_for_the_rows_alone(z):
    s = stable(z)
    return s[..., None] * (np.eye(s.shape[-1]) - s)


LEN_COUNTS_EXAMPLES = (
    "s_i is `s[..., :, None]`. And the number of classes is `s.shape[-1]`: of a batch, `len` "
    "counts the examples."
)


@jacobian.misconception(S_J_TOO + LEN_COUNTS_EXAMPLES)
def as_for_one_example(z):
    s = stable(z)
    return s[:, None] * (np.eye(len(s)) - s)


@jacobian.misconception(S_J_TOO + LEN_COUNTS_EXAMPLES)
def axis_for_the_rows_and_len(z):
    s = stable(z)
    return s[..., None] * (np.eye(len(s)) - s)


@jacobian.misconception(
    "Right for one example. Of a batch `np.diag` takes the diagonal, and `s[:, None]` puts the new "
    "axis before the classes. Use `np.eye(s.shape[-1])`, `s[..., :, None]` and `s[..., None, :]`."
)
def diagonal_minus_products_of_one(z):
    s = stable(z)
    return np.diag(s) - s[:, None] * s


@jacobian.misconception(
    "Probabilities far from 1 are right. But your softmax inside overflows at 1000: use the stable "
    "one."
)
def jacobian_overflows(z):
    e = np.exp(z)
    return table_of_slopes(e / np.sum(e, axis=-1, keepdims=True))


@jacobian.misconception(
    "`s.shape[0]` and `len(s)` count the examples of a batch. The table of slopes has a row and a "
    "column for each class: `np.eye(s.shape[-1])`."
)
def as_many_as_examples(z):
    s = stable(z)
    return s[..., :, None] * (np.eye(s.shape[0]) - s[..., None, :])


@jacobian.alternative
def diagonal_minus_products(z):
    s = stable(z)
    return np.eye(s.shape[-1]) * s[..., None, :] - np.einsum("...i,...j->...ij", s, s)


@jacobian.alternative
def slope_by_slope(z):
    def of_one(row):
        s = softmax_of_row(row)
        n = range(len(s))
        return [[s[i] * ((i == j) - s[j]) for j in n] for i in n]

    return row_by_row(of_one, z)


@jacobian.alternative
def table_by_table(z):
    def of_one(row):
        s = np.array(softmax_of_row(row))
        return np.diag(s) - np.outer(s, s)

    return row_by_row(of_one, z).tolist()


@jacobian.alternative
def slopes_in_single_precision(z):
    return table_of_slopes(stable(np.asarray(z, dtype=np.float32))).astype(np.float32)


# --- vector times Jacobian ----------------------------------------------------------------------

vector_jacobian = UNIT.exercise(
    "vector-jacobian",
    signature="vector_jacobian(z, upstream)",
    points=3,
    difficulty=3,
    reference=activations.softmax.backward,
    probes=[
        probe([0.0, 0.0], [1.0, 0.0], shown=True),
        probe([2.0, 1.0, 0.0], [1.0, 0.0, 0.0], note="upstream asks for the first class"),
        probe([2.0, 1.0, 0.0], [0.5, -1.0, 2.0]),
        probe([2.0, 1.0, 0.0], [3.0, 3.0, 3.0], note="all classes are asked for alike"),
        probe([5.0], [2.0], note="one class only"),
        probe([[2.0, 1.0, 0.0], [-1.0, 0.5, 3.0]], [[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]),
        probe([[1.0, 2.0], [4.0, -1.0]], [[1.0, -1.0], [2.0, 0.5]], note="as many as classes"),
        probe([[3, 0, 1], [0, 2, 2]], [[1, 0, 2], [4, -1, 0]], note="whole numbers"),
        probe(
            [[[0.5, -0.5]], [[1.5, -2.5]]], [[[1.0, 2.0]], [[-3.0, 0.5]]], note="with three axes"
        ),
        probe([1000.0, 999.0, 0.0], [1.0, -1.0, 2.0], note="far above 0"),
        probe([[0.0, 1.0], [-1000.0, -1001.0]], [[1.0, 0.0], [1.0, 0.0]], note="a row far below"),
        probe([1.0, 0.0, 2.0], [4e7, -8e7, 0.0], note="large slopes upstream"),
    ],
    random=lambda rng: (rng.normal(scale=2, size=(4, 3)), rng.normal(size=(4, 3))),
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Write out the sum over i of u_i s_i (d_ij - s_j). In the first part only i = j remains: "
        "u_j s_j. In the second, s_j does not depend on i and comes out of the sum.",
        "What remains is s_j times (u_j minus the sum over i of s_i u_i). That sum is one number "
        "for each example.",
        "`np.sum(s * upstream, axis=-1, keepdims=True)` is that number, kept as a column.",
    ],
)


@vector_jacobian.misconception(
    "That is the diagonal alone, u s(1 - s), as for a sigmoid. Each logit moves the other classes "
    "as well, and what upstream asks of them counts, too: subtract the sum over all classes."
)
def upstream_times_diagonal(z, upstream):
    s = stable(z)
    return upstream * s * (1 - s)


@vector_jacobian.misconception(
    "The first part only: u_j s_j. The second is missing, in which raising a logit lowers all "
    "classes. Subtract the sum of s u from u before you multiply by s."
)
def first_part_only(z, upstream):
    return stable(z) * upstream


@vector_jacobian.misconception(
    "That is the rule of log-softmax: u minus s times the sum of u. For softmax it is s times (u "
    "minus the sum of s u)."
)
def rule_of_log_softmax(z, upstream):
    return upstream - stable(z) * np.sum(upstream, axis=-1, keepdims=True)


@vector_jacobian.misconception(
    "Inside the sum s is missing. The average of upstream is weighted with the probabilities: the "
    "sum of s u."
)
def sum_without_weights(z, upstream):
    return stable(z) * (upstream - np.sum(upstream, axis=-1, keepdims=True))


@vector_jacobian.misconception(
    "You subtract the plain mean of upstream. The mean must be weighted with the probabilities: "
    "the sum of s u."
)
def plain_mean(z, upstream):
    return stable(z) * (upstream - np.mean(upstream, axis=-1, keepdims=True))


@vector_jacobian.misconception(
    "The factor s in front is missing: s_j (u_j - sum of s u). A class without probability cannot "
    "lose or gain."
)
def factor_missing(z, upstream):
    return upstream - np.sum(stable(z) * upstream, axis=-1, keepdims=True)


@vector_jacobian.misconception(
    "The sum runs over the whole batch, so that examples change each other's slopes: `axis=-1`."
)
def upstream_over_the_batch(z, upstream):
    s = stable(z)
    return s * (upstream - np.sum(s * upstream))


@vector_jacobian.misconception(WRONG_AXIS)
def upstream_over_the_examples(z, upstream):
    s = stable(z)
    return s * (upstream - np.sum(s * upstream, axis=0))


@vector_jacobian.misconception(KEEPDIMS)
def upstream_without_keepdims(z, upstream):
    s = stable(z)
    return s * (upstream - np.sum(s * upstream, axis=-1))


@vector_jacobian.misconception(
    "The sign is turned: where upstream asks for more of a class, its logit's slope is positive."
)
def upstream_turned(z, upstream):
    return -_backward(stable(z), upstream)


@vector_jacobian.misconception(
    "You have put the logits where the probabilities belong. Compute `s = softmax(z)` first."
)
def logits_where_probabilities_belong(z, upstream):
    return _backward(z, upstream)


@vector_jacobian.misconception(
    "The two inputs are exchanged: softmax is taken of z, and upstream stays as it is."
)
def inputs_exchanged(z, upstream):
    return _backward(stable(upstream), z)


@vector_jacobian.misconception(
    "Right for one example. For a batch, `@`, `np.diag` and `np.outer` mix the examples. With "
    "s * (u - sum of s u) you need no table at all."
)
def table_of_one_example(z, upstream):
    s = stable(z)
    return upstream @ (np.diag(s) - np.outer(s, s))


@vector_jacobian.misconception(
    "Right for one example. Of a batch, `@` multiplies each row of upstream with the tables of all "
    "the others, too. With s * (u - sum of s u) you need no table at all."
)
def every_row_times_every_table(z, upstream):
    return upstream @ table_of_slopes(stable(z))


@vector_jacobian.misconception(
    "`np.dot` and `@` of two examples are the one number that is needed, but of two batches they "
    "are something else, or fail. Write `np.sum(s * upstream, axis=-1, keepdims=True)`."
)
def dot_of_batches(z, upstream):
    s = stable(z)
    return s * (upstream - s @ upstream)


@vector_jacobian.misconception(
    "That is the whole table, each row times upstream. Add up its columns, or leave the table out: "
    "s * (u - sum of s u)."
)
def table_not_summed(z, upstream):
    return upstream[..., :, None] * table_of_slopes(stable(z))


def _backward(s, upstream):
    return s * (upstream - np.sum(s * upstream, axis=-1, keepdims=True))


@vector_jacobian.alternative
def weighted_mean_subtracted(z, upstream):
    return _backward(stable(z), upstream)


@vector_jacobian.alternative
def two_parts(z, upstream):
    s = stable(z)
    weighted = upstream * s
    return weighted - s * weighted.sum(axis=-1)[..., None]


@vector_jacobian.alternative
def through_the_table(z, upstream):
    return np.einsum("...i,...ij->...j", upstream, table_of_slopes(stable(z)))


@vector_jacobian.alternative
def product_by_product(z, upstream):
    made = []
    for row, asked in zip(rows_of(z), rows_of(upstream), strict=True):
        s = softmax_of_row(row)
        mean = sum(p * u for p, u in zip(s, asked, strict=True))
        made.append([p * (u - mean) for p, u in zip(s, asked, strict=True)])
    return np.reshape(made, np.shape(z))
