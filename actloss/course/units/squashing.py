"""Unit 02: sigmoid, tanh and their kin; their slopes, and where those vanish."""

from __future__ import annotations

import math

import numpy as np

from actloss import activations
from actloss.course.exercise import FRAMEWORKS, Unit, option, probe

UNIT = Unit(
    number=2,
    slug="squashing",
    title="Squashing functions",
    question="Why do we squash numbers, and what does it cost?",
    minutes=90,
)

# What the taught formula loses to rounding, far below anything that the unit is about.
ROUNDING = 1e-12


def values(rng):
    """A table of random inputs, most of them where the curves bend."""
    return (rng.normal(scale=3, size=(4, 3)),)


def edge_cases():
    """What every function of the unit must take: anything far out, of any shape."""
    return [
        probe([2.5, -3.5, 0.25, -0.75]),
        probe([1000.0], note="far to the right"),
        probe([-1000.0], note="far to the left"),
        probe([[-2, 0, 3], [1, -1, 20]], note="a table of whole numbers"),
        probe(1.5, note="a single number, not an array"),
        probe([[[0.5, -0.5]], [[1.5, -2.5]]], note="an array with three axes"),
        probe([np.inf, -np.inf], note="the two infinities"),
    ]


def stable(x):
    """The sigmoid on which the alternatives below build."""
    e = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1, e) / (1 + e)


def slope_of(x):
    """The sigmoid's slope, on which the alternatives below build."""
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


# --- sigmoid ------------------------------------------------------------------------------------

sigmoid = UNIT.exercise(
    "sigmoid",
    signature="sigmoid(x)",
    points=2,
    difficulty=2,
    reference=activations.sigmoid,
    probes=[
        probe([0.0], shown=True),
        probe([1.0, -1.0]),
        probe([0.001, -0.001, 1e-6, -1e-6], note="just beside 0"),
        *edge_cases(),
    ],
    random=values,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Type the formula as it stands, and try it at -1000. What is e to the power of 1000?",
        "Give `np.exp` no positive number, then it cannot overflow: `e = np.exp(-np.abs(x))`.",
        "Where x is 0 or more, the sigmoid is `1 / (1 + e)`; elsewhere it is `e / (1 + e)`. "
        "`np.where` chooses between 1 and e.",
    ],
)


@sigmoid.misconception(
    "`np.exp(1000)` is more than a computer can hold. It becomes infinity, and infinity divided "
    "by infinity is not a number (nan). Divide above and below by e^x: that gives "
    "1 / (1 + e^(-x)), which is right for positive x."
)
def exponential_overflows(x):
    return np.exp(x) / (1 + np.exp(x))


@sigmoid.misconception(
    "That is the formula of the definition. Its values are right, but at -1000 it computes "
    "`np.exp(1000)`, which overflows. For negative x use e^x / (1 + e^x), which is the same number."
)
def reciprocal_overflows(x):
    return 1 / (1 + np.exp(-x))


@sigmoid.misconception(
    "Both formulas are right, each on its side. But `np.where` chooses only after both have been "
    "computed for every input, also where they overflow. Compute `e = np.exp(-np.abs(x))` once, "
    "which is never above 1, and use it on both sides."
)
def where_computes_both(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@sigmoid.misconception(
    "An `if` decides once, for the whole array. With several inputs Python cannot know which way "
    "to go. Choose element by element: `np.where(x >= 0, ..., ...)`."
)
def if_decides_once(x):
    if x >= 0:
        return 1 / (1 + np.exp(-x))
    return np.exp(x) / (1 + np.exp(x))


@sigmoid.misconception(
    "`math.exp` takes a single number. `np.exp` takes an array and works on each of its elements."
)
def exponential_of_one_number(x):
    return 1 / (1 + math.exp(-x))


@sigmoid.misconception(
    "A minus sign is missing: this curve falls. In the definition the power is -x, so that a large "
    "x makes e^(-x) small and the sigmoid nearly 1."
)
def falls(x):
    return 1 / (1 + np.exp(x))


@sigmoid.misconception(
    "Division comes before addition: `1 / 1 + e` is 1 + e. Put brackets around the sum."
)
def brackets_missing(x):
    return 1 / 1 + np.exp(-x)


@sigmoid.misconception(
    "That is right for positive x only. With e = e^(-|x|), the sigmoid of a negative x is "
    "e / (1 + e), which is below 1/2."
)
def right_side_everywhere(x):
    return 1 / (1 + np.exp(-np.abs(x)))


@sigmoid.misconception(
    "That is right for negative x only. With e = e^(-|x|), the sigmoid of a positive x is "
    "1 / (1 + e), which is above 1/2."
)
def left_side_everywhere(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e)


@sigmoid.misconception("The two sides are exchanged: at 1 the sigmoid is above 1/2, at -1 below.")
def sides_exchanged(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, e, 1) / (1 + e)


@sigmoid.misconception(
    "That is tanh, which runs from -1 to 1. The sigmoid runs from 0 to 1, and is 1/2 at 0."
)
def tanh_instead(x):
    return np.tanh(x)


@sigmoid.misconception(
    "Half the way: sigmoid(x) is (1 + tanh(x / 2)) / 2. Without halving x the curve is twice as "
    "steep."
)
def tanh_not_halved(x):
    return (1 + np.tanh(x)) / 2


@sigmoid.misconception(
    "Your result is an array of whole numbers where x is, so that 0.88 becomes 0. "
    "`np.zeros_like(x)` copies the type of x, too: add `dtype=float`."
)
def whole_numbers_stay_whole(x):
    return stable(x).astype(np.asarray(x).dtype)


@sigmoid.alternative
def exponential_never_grows(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


@sigmoid.alternative
def through_tanh(x):
    return (1 + np.tanh(x / 2)) / 2


@sigmoid.alternative
def through_logarithms(x):
    return np.exp(-np.logaddexp(0, -x))


@sigmoid.alternative
def with_masks(x):
    x = np.asarray(x, dtype=float)
    result = np.empty_like(x)
    positive = x >= 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    result[~positive] = np.exp(x[~positive]) / (1 + np.exp(x[~positive]))
    return result


@sigmoid.alternative
def with_a_clipped_input(x):
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


@sigmoid.alternative
def number_by_number(x):
    def of_one(number):
        if number >= 0:
            return 1 / (1 + math.exp(-number))
        return math.exp(number) / (1 + math.exp(number))

    flat = [of_one(number) for number in np.ravel(x)]
    return np.reshape(flat, np.shape(x))


@sigmoid.alternative
def in_single_precision(x):
    return stable(np.asarray(x, dtype=np.float32))


@sigmoid.alternative
def as_a_list(x):
    return stable(x).tolist()


# --- range --------------------------------------------------------------------------------------

UNIT.quiz(
    "range",
    question="Which numbers can the sigmoid return, in exact arithmetic?",
    options=[
        option(
            "a",
            "every number",
            "The bottom of the fraction, 1 + e^(-x), is always more than 1. So the sigmoid is "
            "always less than 1.",
        ),
        option(
            "b",
            "all numbers between -1 and 1",
            "That is tanh. A sigmoid divides a positive number by a positive number, so it is "
            "never negative.",
        ),
        option(
            "c",
            "all numbers between 0 and 1, but not 0 and 1 themselves",
            "e^(-x) is positive for every x, however large.",
            right=True,
        ),
        option(
            "d",
            "all numbers between 0 and 1, and 0 and 1 themselves",
            "In exact arithmetic e^(-x) is never 0, so 1 is never reached. A computer does print "
            "1.0 for x = 40: it rounds, since it keeps about 16 digits.",
        ),
        option(
            "e",
            "only 0 and 1",
            "That is the step of a perceptron. The sigmoid goes from one to the other gradually: "
            "at 0 it is 1/2.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "Can e^(-x) be 0? Can it be negative?",
        "Since e^(-x) is a positive number, 1 + e^(-x) is more than 1. What does that make of "
        "1 / (1 + e^(-x))?",
    ],
)


# --- the sigmoid's derivative -------------------------------------------------------------------

sigmoid_derivative = UNIT.exercise(
    "sigmoid-derivative",
    signature="sigmoid_derivative(x)",
    points=2,
    difficulty=1,
    reference=activations.sigmoid.derivative,
    probes=[probe([0.0], shown=True), probe([1.0]), probe([-1.0]), *edge_cases()],
    random=values,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "The slope is the sigmoid times what is missing from it to 1.",
        "Compute `s = sigmoid(x)` first. The slope is made of s alone.",
        "Check yours at 0: s is 1/2 there, and the slope is 1/2 times 1/2.",
    ],
)


@sigmoid_derivative.misconception(
    "1 - s is what is missing to 1, and it is only one of two factors. The slope is s times it, "
    "s(1 - s): at 0 the curve rises by 1/4, not by 1/2, and far to the left it is flat."
)
def one_minus_sigmoid(x):
    return 1 - stable(x)


@sigmoid_derivative.misconception(
    "A sign is wrong: s(1 + s) is 3/4 at 0, and 2 far to the right, where the curve is flat. "
    "The slope is s(1 - s)."
)
def one_plus_sigmoid(x):
    return stable(x) * (1 + stable(x))


@sigmoid_derivative.misconception(
    "You have put x itself where the output belongs. `x * (1 - x)` is right if x is already a "
    "sigmoid's output. Here x is the input: compute `s = sigmoid(x)` first, then `s * (1 - s)`."
)
def output_for_input(x):
    return x * (1 - x)


@sigmoid_derivative.misconception(
    "The sigmoid has been applied twice. Where s = sigmoid(x) is known, the slope is s * (1 - s), "
    "with s as it is."
)
def sigmoid_twice(x):
    return stable(stable(x)) * (1 - stable(stable(x)))


@sigmoid_derivative.misconception(
    "That is the sigmoid itself, its height. The slope at 0 is 1/4: s times (1 - s)."
)
def the_sigmoid_itself(x):
    return stable(x)


@sigmoid_derivative.misconception(
    "1 - s^2 is tanh's rule, 1 - t^2, with the sigmoid in it. The sigmoid's own is s - s^2, "
    "that is s(1 - s)."
)
def rule_of_tanh(x):
    return 1 - stable(x) ** 2


@sigmoid_derivative.misconception(
    "The slope of 1/u is -1/u^2, and that of e^(-x) is -e^(-x): the two minus signs cancel. "
    "A sigmoid never falls, so its slope is never negative."
)
def sign_turned(x):
    return -stable(x) * (1 - stable(x))


@sigmoid_derivative.misconception(
    "Brackets are missing: Python reads `s * 1 - s` as s - s, which is 0. Write `s * (1 - s)`."
)
def brackets_forgotten(x):
    s = stable(x)
    return s * 1 - s


@sigmoid_derivative.misconception(
    "Half of the chain rule: -1/u^2 is the slope of 1/u. Multiply it by the slope of what is "
    "inside, u = 1 + e^(-x), which is -e^(-x)."
)
def inner_slope_left_out(x):
    return -1 / (1 + np.exp(-x)) ** 2


@sigmoid_derivative.misconception(
    "Right by the chain rule, but at -1000 it divides infinity by infinity. The curve is as steep "
    "at -x as at x, so you may use e = e^(-|x|). Or build on your sigmoid: s(1 - s)."
)
def quotient_overflows(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@sigmoid_derivative.alternative
def product(x):
    s = stable(x)
    return s * (1 - s)


@sigmoid_derivative.alternative
def difference(x):
    s = stable(x)
    return s - s**2


@sigmoid_derivative.alternative
def from_both_sides(x):
    return stable(x) * stable(np.negative(x))


@sigmoid_derivative.alternative
def quarter_through_tanh(x):
    return (1 - np.tanh(x / 2) ** 2) / 4


@sigmoid_derivative.alternative
def slope_number_by_number(x):
    flat = [float(stable(number)) * float(stable(-number)) for number in np.ravel(x)]
    return np.reshape(flat, np.shape(x))


@sigmoid_derivative.alternative
def slope_in_single_precision(x):
    s = stable(np.asarray(x, dtype=np.float32))
    return s * (1 - s)


# --- the derivative far out ---------------------------------------------------------------------

far_derivative = UNIT.exercise(
    "far-derivative",
    signature="far_derivative(x)",
    points=2,
    difficulty=3,
    reference=activations.sigmoid.derivative,
    probes=[
        probe([0.0], shown=True),
        probe([1.0, -1.0]),
        probe([40.0], note="far to the right"),
        probe([-40.0], note="far to the left"),
        probe([100.0, 300.0, 700.0]),
        probe([-100.0, -300.0, -700.0]),
        *edge_cases(),
    ],
    random=lambda rng: (rng.uniform(-600, 600, size=(4, 3)),),
    silent=True,
    hints=[
        "At 40 the sigmoid is so near to 1 that it is stored as 1. What does that make of 1 - s?",
        "Write s as 1 / (1 + e) and 1 - s as e / (1 + e), with the same e. Multiply the two "
        "fractions with pencil and paper: there is no subtraction left.",
        "The slope is `e / (1 + e) ** 2`, with `e = np.exp(-np.abs(x))`: "
        "the curve is as steep at -x as at x.",
    ],
)


@far_derivative.misconception(
    "In exact arithmetic that is the slope. But at 40, s is stored as 1, so that 1 - s is 0, and "
    "all digits are lost. Find a form without the subtraction."
)
def digits_lost(x):
    return stable(x) * (1 - stable(x))


@far_derivative.misconception(
    "s - s^2 is the slope in exact arithmetic. At 40, s and s^2 are both stored as 1, and their "
    "difference is 0. Find a form without the subtraction."
)
def digits_lost_in_a_difference(x):
    return stable(x) - stable(x) ** 2


@far_derivative.misconception(
    "The form is right: it subtracts nothing. But at -700 the square of 1 + e^700 overflows. "
    "The curve is as steep at -x as at x: use e^(-|x|) in place of e^(-x)."
)
def square_overflows(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@far_derivative.misconception(
    "The form is right: it subtracts nothing. But at 700 the square of 1 + e^700 overflows. "
    "The curve is as steep at -x as at x: use e^(-|x|) in place of e^x."
)
def square_overflows_on_the_right(x):
    return np.exp(x) / (1 + np.exp(x)) ** 2


@far_derivative.misconception(
    "Far out that is nearly right, since 1 + e is nearly 1 there. At 0 it is 1, and the slope is "
    "1/4: divide by (1 + e)^2."
)
def tail_alone(x):
    return np.exp(-np.abs(x))


@far_derivative.misconception(
    "The square is missing. s is 1 / (1 + e) and 1 - s is e / (1 + e): in their product "
    "(1 + e) stands below twice."
)
def square_forgotten(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e)


@far_derivative.alternative
def without_subtraction(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


@far_derivative.alternative
def two_sigmoids(x):
    return stable(x) * stable(np.negative(x))


@far_derivative.alternative
def two_fractions(x):
    e = np.exp(-np.abs(x))
    return (1 / (1 + e)) * (e / (1 + e))


@far_derivative.alternative
def tail_number_by_number(x):
    flat = []
    for number in np.ravel(x):
        e = math.exp(-abs(number))
        flat.append(e / (1 + e) ** 2)
    return np.reshape(flat, np.shape(x))


# --- saturation ---------------------------------------------------------------------------------

saturation = UNIT.exercise(
    "saturation",
    answer="saturated",
    signature="saturated(x, tolerance)",
    points=2,
    difficulty=2,
    reference=lambda x, tolerance: np.less(activations.sigmoid.derivative(x), tolerance),
    probes=[
        probe([0.0, 10.0], 0.01, shown=True),
        probe([-10.0, -5.0, -4.0, 4.0, 5.0, 10.0], 0.01, note="both sides"),
        probe([0.0], 0.3, note="no slope of a sigmoid is 0.3 or more"),
        probe([0.0], 0.25, note="a slope equal to the tolerance is not below it"),
        probe([1.0, 2.0, -3.0], 0.1),
        probe([[-2, 0, 3], [1, -1, 20]], 0.15, note="a table of whole numbers"),
        probe([1000.0, -1000.0], 1e-6, note="far out"),
        probe(7.0, 0.001, note="a single number, not an array"),
    ],
    random=lambda rng: (rng.normal(scale=4, size=(5, 4)), float(rng.uniform(0.001, 0.24))),
    hints=[
        "You have the slope at each input already: your `sigmoid_derivative`.",
        "A comparison of an array with a number, `array < number`, gives True or False for each "
        "element. That is the answer; no `if` is needed.",
    ],
)


@saturation.misconception(
    "You have found where the curve is steep. Saturated is where it is flat: where the slope is "
    "below the tolerance."
)
def steep_ones(x, tolerance):
    return slope_of(x) >= tolerance


@saturation.misconception(
    "You have found where the curve is steep. Saturated is where it is flat: where the slope is "
    "below the tolerance."
)
def steeper_ones(x, tolerance):
    return slope_of(x) > tolerance


@saturation.misconception(
    "Nearly: below means `<`. An input whose slope is equal to the tolerance does not count."
)
def equal_counts(x, tolerance):
    return slope_of(x) <= tolerance


@saturation.misconception(
    "You have compared the output with 0 and 1. That says how near it is to its ends, and the "
    "question is how steep it is there: compare the slope, s(1 - s)."
)
def near_the_ends(x, tolerance):
    s = stable(x)
    return (s < tolerance) | (s > 1 - tolerance)


@saturation.misconception(
    "A sigmoid saturates on both sides. You have found the right side only; "
    "far to the left it is as flat."
)
def right_side_alone(x, tolerance):
    return (slope_of(x) < tolerance) & (np.asarray(x) > 0)


@saturation.misconception(
    "You have compared the sigmoid itself with the tolerance. Saturation is about its slope: a "
    "change of x then hardly changes the output."
)
def height_for_slope(x, tolerance):
    return stable(x) < tolerance


@saturation.misconception(
    "You have compared the inputs with the tolerance. It is meant for the slope at each input."
)
def input_for_slope(x, tolerance):
    return np.abs(x) < tolerance


@saturation.misconception(
    "That is how many are saturated. Which ones are asked for: True or False for each input. "
    "Leave the sum out."
)
def how_many(x, tolerance):
    return np.sum(slope_of(x) < tolerance)


@saturation.misconception(
    "That is the share of saturated inputs. Which ones are asked for: True or False for each "
    "input. Leave the mean out."
)
def what_share(x, tolerance):
    return np.mean(slope_of(x) < tolerance)


@saturation.misconception(
    "You have returned the inputs themselves. Return True or False for each input, in the shape "
    "of x: the comparison alone."
)
def the_inputs_themselves(x, tolerance):
    return np.asarray(x)[slope_of(x) < tolerance]


@saturation.misconception("That is the slope of tanh. Here the sigmoid's slope is meant, s(1 - s).")
def slope_of_tanh(x, tolerance):
    return 1 - np.tanh(x) ** 2 < tolerance


@saturation.alternative
def by_comparison(x, tolerance):
    s = stable(x)
    return s * (1 - s) < tolerance


@saturation.alternative
def element_by_element(x, tolerance):
    flat = [bool(slope_of(number) < tolerance) for number in np.ravel(x)]
    return np.reshape(flat, np.shape(x))


@saturation.alternative
def by_the_inputs_beyond(x, tolerance):
    if tolerance > 0.25:
        return np.full(np.shape(x), True)
    root = math.sqrt(1 - 4 * tolerance)
    return np.abs(x) > math.log((1 + root) / (1 - root))


# --- tanh ---------------------------------------------------------------------------------------

READY_MADE_TANH = ("numpy.tanh", "math.tanh", "cmath.tanh")

tanh = UNIT.exercise(
    "tanh",
    signature="tanh(x)",
    points=1,
    difficulty=1,
    reference=activations.tanh,
    probes=[probe([0.0], shown=True), probe([1.0]), probe([-1.0]), *edge_cases()],
    random=values,
    absolute=ROUNDING,
    silent=True,
    forbidden=("actloss", *FRAMEWORKS, *READY_MADE_TANH),
    hints=[
        "tanh is a sigmoid, stretched to twice its height, shifted down, and twice as quick.",
        "Twice as quick: give `sigmoid` the number `2 * x`. "
        "What must you do to the result so that it runs from -1 to 1?",
    ],
)


@tanh.misconception(
    "Your result runs from 0 to 1. tanh runs from -1 to 1: stretch it to twice its height, "
    "then subtract 1."
)
def from_zero_to_one(x):
    return stable(2 * x)


@tanh.misconception(
    "That is the sigmoid itself, between 0 and 1. tanh runs from -1 to 1 and is twice as quick."
)
def sigmoid_instead(x):
    return stable(x)


@tanh.misconception(
    "From -1 to 1, but too slow: this is tanh(x / 2). Give the sigmoid 2x in place of x."
)
def too_slow(x):
    return 2 * stable(x) - 1


@tanh.misconception("Your result runs from 0 to 2. Subtract 1 from it, so that tanh(0) is 0.")
def from_zero_to_two(x):
    return 2 * stable(2 * x)


@tanh.misconception(
    "You have shifted before stretching: 2(s - 1) runs from -2 to 0. Stretch first: 2s - 1."
)
def shifted_first(x):
    return 2 * (stable(2 * x) - 1)


@tanh.misconception(
    "The 1 is subtracted from the input here. It belongs outside: 2 * sigmoid(2 * x) - 1."
)
def one_inside(x):
    return 2 * stable(2 * np.asarray(x) - 1)


@tanh.misconception(
    "A sign is turned: your curve falls. tanh rises from -1 to 1, so 1 is subtracted from 2s."
)
def turned_over(x):
    return 1 - 2 * stable(2 * x)


@tanh.misconception(
    "That is the definition, sinh(x) / cosh(x), and at 1000 it divides infinity by infinity. "
    "Your sigmoid does not overflow: 2 * sigmoid(2 * x) - 1."
)
def definition_overflows(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@tanh.misconception(
    "That is tanh with one fraction less, and at 1000 it still divides infinity by infinity. "
    "Your sigmoid does not overflow: 2 * sigmoid(2 * x) - 1."
)
def square_of_exponential_overflows(x):
    return (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)


@tanh.misconception(
    "The values are right, but at -1000 this computes e^2000, which overflows. "
    "Your sigmoid does not: 2 * sigmoid(2 * x) - 1."
)
def unstable_sigmoid(x):
    return 2 / (1 + np.exp(-2 * x)) - 1


@tanh.alternative
def from_the_sigmoid(x):
    return 2 * stable(2 * x) - 1


@tanh.alternative
def difference_of_sigmoids(x):
    return stable(2 * x) - stable(-2 * x)


@tanh.alternative
def with_full_precision_near_zero(x):
    e = np.expm1(-2 * np.abs(x))
    return np.sign(x) * -e / (2 + e)


@tanh.alternative
def tanh_number_by_number(x):
    flat = [2 * float(stable(2 * number)) - 1 for number in np.ravel(x)]
    return np.reshape(flat, np.shape(x)).tolist()


@tanh.alternative
def tanh_in_single_precision(x):
    return 2 * stable(2 * np.asarray(x, dtype=np.float32)) - 1


# --- tanh's derivative --------------------------------------------------------------------------

tanh_derivative = UNIT.exercise(
    "tanh-derivative",
    signature="tanh_derivative(x)",
    points=1,
    difficulty=1,
    reference=activations.tanh.derivative,
    probes=[probe([0.0], shown=True), probe([1.0]), probe([-1.0]), *edge_cases()],
    random=values,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "As for the sigmoid, the slope can be had from the output: compute `t = tanh(x)` first.",
        "At 0 the output is 0 and the slope is 1. Far out the output is 1 or -1, and the slope 0. "
        "What does the square of t do?",
    ],
)


@tanh_derivative.misconception(
    "The square is missing: far to the left t is -1, and 1 - t would be a slope of 2 where the "
    "curve is flat. The slope is 1 - t^2."
)
def one_minus_tanh(x):
    return 1 - np.tanh(x)


@tanh_derivative.misconception(
    "t(1 - t) is the sigmoid's rule. At 0 it gives 0, where tanh is steepest. "
    "For tanh the slope is 1 - t^2."
)
def rule_of_the_sigmoid(x):
    return np.tanh(x) * (1 - np.tanh(x))


@tanh_derivative.misconception(
    "You have put x itself where the output belongs. Here x is the input: compute `t = tanh(x)` "
    "first, then `1 - t ** 2`."
)
def tanh_output_for_input(x):
    return 1.0 - np.square(x)


@tanh_derivative.misconception(
    "A sign is wrong: 1 + t^2 grows to 2 where the curve is flat. The slope is 1 - t^2."
)
def one_plus_square(x):
    return 1 + np.tanh(x) ** 2


@tanh_derivative.misconception(
    "A sign is turned: tanh never falls, so its slope is never negative. It is 1 - t^2."
)
def square_minus_one(x):
    return np.tanh(x) ** 2 - 1


@tanh_derivative.misconception(
    "That is tanh itself, its height. The slope at 0 is 1, where tanh(0) is 0."
)
def the_tanh_itself(x):
    return np.tanh(x)


@tanh_derivative.misconception(
    "That is the sigmoid's slope, at most 1/4. tanh(x) is 2 sigmoid(2x) - 1, so the chain rule "
    "gives a factor of 2 twice: 4 times the sigmoid's slope, taken at 2x."
)
def slope_of_the_sigmoid(x):
    return slope_of(x)


@tanh_derivative.misconception(
    "A factor of 4 is missing: 2 from the height, and 2 from the 2x inside."
)
def both_factors_forgotten(x):
    return slope_of(2 * x)


@tanh_derivative.misconception(
    "A factor of 2 is missing. tanh(x) is 2 sigmoid(2x) - 1: one 2 comes from the height, and the "
    "chain rule brings another from the 2x inside."
)
def inner_factor_forgotten(x):
    return 2 * slope_of(2 * x)


@tanh_derivative.misconception(
    "The values are right, but cosh overflows at 1000. `1 - np.tanh(x) ** 2` does not."
)
def cosh_overflows(x):
    return 1 / np.cosh(x) ** 2


@tanh_derivative.alternative
def one_minus_square(x):
    return 1 - np.tanh(x) ** 2


@tanh_derivative.alternative
def two_factors(x):
    t = np.tanh(x)
    return (1 - t) * (1 + t)


@tanh_derivative.alternative
def four_sigmoid_slopes(x):
    s = stable(2 * x)
    return 4 * s * (1 - s)


@tanh_derivative.alternative
def tanh_slope_number_by_number(x):
    flat = [1 - math.tanh(number) ** 2 for number in np.ravel(x)]
    return np.reshape(flat, np.shape(x))


# --- a slope through layers ---------------------------------------------------------------------


def through_layers(x, weight, layers):
    """The derivative of `layers` layers, x -> sigmoid(weight * x), with respect to x."""
    slope = 1.0
    for _ in range(layers):
        before = weight * np.asarray(x)
        slope = slope * weight * slope_of(before)
        x = stable(before)
    return slope


slope_through_layers = UNIT.exercise(
    "slope-through-layers",
    signature="slope_through_layers(x, weight, layers)",
    points=3,
    difficulty=3,
    reference=through_layers,
    probes=[
        probe([0.0], 1.0, 1, note="one layer, weight 1"),
        probe([0.0], 1.0, 2, shown=True),
        probe([0.0], 4.0, 1, note="one layer, weight 4"),
        probe([0.5], 4.0, 2),
        probe([-1.0, 0.0, 2.0], 1.0, 10),
        probe([-1.0, 0.0, 2.0], -3.0, 3, note="a negative weight"),
        probe([[0.3, -0.2], [0.1, 0.6]], 5.0, 4, note="a table of inputs"),
        probe([1, -2], 2.0, 3, note="whole numbers"),
        probe(0.25, 2.0, 5, note="a single number, not an array"),
        probe([0.1], 3.0, 25, note="many layers"),
    ],
    random=lambda rng: (rng.normal(size=4), float(rng.uniform(0.5, 6)), int(rng.integers(2, 7))),
    tolerance=1e-6,
    hints=[
        "The chain rule multiplies the slopes of all steps. One layer is two steps: "
        "times the weight, then through the sigmoid.",
        "Go through the layers in a loop and keep two numbers: the value that enters the next "
        "layer, and the product of the slopes so far. It begins with 1.",
        "In each layer: `before = weight * x`, then multiply the slope by "
        "`weight * sigmoid_derivative(before)`, then `x = sigmoid(before)`.",
    ],
)


@slope_through_layers.misconception(
    "The weights are missing. A layer first multiplies by the weight, and the slope of that step "
    "is the weight: each layer's factor is weight times the sigmoid's slope."
)
def without_weights(x, weight, layers):
    slope = 1.0
    for _ in range(layers):
        before = weight * np.asarray(x)
        slope = slope * slope_of(before)
        x = stable(before)
    return slope


@slope_through_layers.misconception(
    "You have taken the slope of the first layer for all layers. The second layer is given the "
    "first one's output, so its slope is taken there: update x in the loop."
)
def first_slope_for_all(x, weight, layers):
    return (weight * slope_of(weight * np.asarray(x))) ** layers


@slope_through_layers.misconception(
    "1/4 is the largest slope a sigmoid can have, so that is a bound. The slope itself depends on "
    "where each layer's input lies: compute it there."
)
def the_bound(x, weight, layers):
    return np.full(np.shape(x), (weight / 4) ** layers)


@slope_through_layers.misconception(
    "The slopes have been added. Slopes of steps one after another multiply."
)
def slopes_added(x, weight, layers):
    slope = 0.0
    for _ in range(layers):
        before = weight * np.asarray(x)
        slope = slope + weight * slope_of(before)
        x = stable(before)
    return slope


@slope_through_layers.misconception(
    "The slope is taken at the layer's output. It belongs at what enters the sigmoid: weight * x."
)
def slope_at_the_output(x, weight, layers):
    slope = 1.0
    for _ in range(layers):
        before = weight * np.asarray(x)
        x = stable(before)
        slope = slope * weight * slope_of(x)
    return slope


@slope_through_layers.misconception(
    "The slope is taken at x. What enters the sigmoid is weight * x: take it there."
)
def slope_before_the_weight(x, weight, layers):
    slope = 1.0
    for _ in range(layers):
        slope = slope * weight * slope_of(x)
        x = stable(weight * np.asarray(x))
    return slope


@slope_through_layers.misconception(
    "That is the output of the last layer. Its slope with respect to x is asked for: "
    "collect a factor in each layer."
)
def output_of_the_last(x, weight, layers):
    for _ in range(layers):
        x = stable(weight * np.asarray(x))
    return x


@slope_through_layers.misconception(
    "The weight has been multiplied in once. Every layer has it: one factor in each."
)
def weight_once(x, weight, layers):
    return weight * without_weights(x, weight, layers)


@slope_through_layers.misconception(
    "That is the slope of the last layer alone. Multiply it by those of the layers before."
)
def last_layer_alone(x, weight, layers):
    for _ in range(layers):
        before = weight * np.asarray(x)
        slope = weight * slope_of(before)
        x = stable(before)
    return slope


@slope_through_layers.alternative
def slopes_from_outputs(x, weight, layers):
    slope = np.ones(np.shape(x))
    for _ in range(layers):
        x = stable(weight * np.asarray(x))
        slope *= weight * x * (1 - x)
    return slope


@slope_through_layers.alternative
def by_recursion(x, weight, layers):
    if layers == 0:
        return np.ones(np.shape(x))
    before = weight * np.asarray(x)
    return weight * slope_of(before) * by_recursion(stable(before), weight, layers - 1)


@slope_through_layers.alternative
def all_outputs_first(x, weight, layers):
    outputs = [np.asarray(x, dtype=float)]
    for _ in range(layers):
        outputs.append(stable(weight * outputs[-1]))
    return np.prod([weight * slope_of(weight * output) for output in outputs[:-1]], axis=0)


# --- log-sigmoid --------------------------------------------------------------------------------

log_sigmoid = UNIT.exercise(
    "log-sigmoid",
    signature="log_sigmoid(x)",
    points=3,
    difficulty=3,
    reference=activations.log_sigmoid,
    probes=[
        probe([0.0], shown=True),
        probe([1.0, -1.0]),
        probe([-1000.0], note="far to the left"),
        probe([40.0], note="far to the right"),
        *edge_cases(),
        probe([-16.0, 16.0], note="between near and far"),
        probe([-40.0, 100.0, 700.0]),
    ],
    random=values,
    silent=True,
    hints=[
        "For x of 0 or more, log(1 / (1 + e)) is -log(1 + e), with e = e^(-x). "
        "For negative x the sigmoid is e / (1 + e), with e = e^x. What is the logarithm of that?",
        "With `e = np.exp(-np.abs(x))` both sides hold -log(1 + e). On the left side, x is added: "
        "`np.minimum(x, 0)` is x on the left and 0 on the right.",
        "At 40, e is so small that 1 + e is stored as 1. `np.log1p(e)` is the logarithm of 1 + e "
        "without forming the sum.",
    ],
)


@log_sigmoid.misconception(
    "At -1000 the sigmoid is stored as 0, and the logarithm of 0 is minus infinity. The true "
    "value is -1000. Take the logarithm of the formula first, with pencil and paper."
)
def logarithm_afterwards(x):
    return np.log(stable(x))


@log_sigmoid.misconception(
    "At -1000, e^1000 overflows, and the result is minus infinity in place of -1000. "
    "Use e^(-|x|), which is never above 1, and add x where x is negative."
)
def exponential_inside_overflows(x):
    return -np.log(1 + np.exp(-x))


@log_sigmoid.misconception(
    "At -1000, e^1000 overflows, and the result is minus infinity in place of -1000: `np.log1p` "
    "saves digits, but not that. Use e^(-|x|), and add x where x is negative."
)
def log1p_of_an_overflow(x):
    return -np.log1p(np.exp(-x))


@log_sigmoid.misconception(
    "Right for negative x. At 40, x and log(1 + e^x) have the same 16 digits and cancel to 0; at "
    "1000, e^1000 overflows. Use e^(-|x|) in place of e^x, and let only negative x stand in front: "
    "np.minimum(x, 0)."
)
def overflows_on_the_right(x):
    return x - np.log1p(np.exp(x))


CHOSEN_AFTERWARDS = (
    "Each formula is right on its side. But `np.where` chooses only after both have been computed "
    "for every input, also where they fail. Find one formula for all: `e = np.exp(-np.abs(x))` is "
    "never above 1."
)


@log_sigmoid.misconception(CHOSEN_AFTERWARDS)
def overflows_where_it_is_not_chosen(x):
    return np.where(np.less(x, 0), x - np.log1p(np.exp(x)), -np.log1p(np.exp(np.negative(x))))


@log_sigmoid.misconception(CHOSEN_AFTERWARDS)
def logarithm_of_zero_not_chosen(x):
    return np.where(np.less(x, -30), x, np.log(stable(x)))


@log_sigmoid.misconception(
    "You no longer overflow. But at 40, 1 + e is stored as 1, since e is smaller than the 16th "
    "digit, and the logarithm becomes 0. `np.log1p(e)` is log(1 + e) with all its digits."
)
def small_numbers_lost(x):
    return np.minimum(x, 0) - np.log(1 + np.exp(-np.abs(x)))


def hide_the_zero(small):
    """The two usual ways around the logarithm of 0, with one of the usual small numbers."""

    def clipped(x):
        return np.log(np.maximum(stable(x), small))

    def added(x):
        return np.log(stable(x) + small)

    clipped.__name__, added.__name__ = f"clipped_at_{small:g}", f"{small:g}_added"
    log_sigmoid.misconception(
        "A smallest probability hides the trouble: at -1000 you return the logarithm of that "
        "number, not -1000, and the slope there becomes 0. Take the logarithm of the formula first."
    )(clipped)
    log_sigmoid.misconception(
        "A small number inside the logarithm changes every result a little, and at -1000 all of "
        "it. The true value there is -1000. Take the logarithm of the formula first."
    )(added)


for usual in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15):
    hide_the_zero(usual)


@log_sigmoid.misconception(
    "The sign is turned: this is softplus of -x, which is positive. The logarithm of a number "
    "below 1 is negative."
)
def sign_forgotten(x):
    return np.logaddexp(0, np.negative(x))


@log_sigmoid.misconception(
    "That is log(1 - sigmoid(x)), the log-probability of the other class. Exchange x and -x."
)
def other_class(x):
    return -np.logaddexp(0, x)


@log_sigmoid.misconception(
    "On the left, x is missing: there the sigmoid is e / (1 + e), and the logarithm of e is x. "
    "Add np.minimum(x, 0)."
)
def left_side_forgotten(x):
    return -np.log1p(np.exp(-np.abs(x)))


@log_sigmoid.misconception(
    "x may only be added where it is negative. On the right the sigmoid is 1 / (1 + e), and x "
    "does not occur: np.minimum(x, 0)."
)
def x_added_everywhere(x):
    return x - np.log1p(np.exp(-np.abs(x)))


@log_sigmoid.misconception(
    "That is a logarithm to base 10. In this field log means the natural one, to base e: `np.log`."
)
def base_ten(x):
    return -np.logaddexp(0, np.negative(x)) / math.log(10)


@log_sigmoid.misconception(
    "That is a logarithm to base 2. In this field log means the natural one, to base e: `np.log`."
)
def base_two(x):
    return -np.logaddexp(0, np.negative(x)) / math.log(2)


@log_sigmoid.alternative
def split_at_zero(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


@log_sigmoid.alternative
def logarithm_of_a_sum_of_exponentials(x):
    return -np.logaddexp(0, np.negative(x))


@log_sigmoid.alternative
def log_number_by_number(x):
    flat = [min(number, 0.0) - math.log1p(math.exp(-abs(number))) for number in np.ravel(x)]
    return np.reshape(flat, np.shape(x))


@log_sigmoid.alternative
def chosen_by_where(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, x, 0) - np.log1p(e)


# --- hard sigmoid -------------------------------------------------------------------------------

hard_sigmoid = UNIT.exercise(
    "hard-sigmoid",
    signature="hard_sigmoid(x)",
    points=1,
    difficulty=1,
    reference=activations.hard_sigmoid,
    probes=[
        probe([0.0], shown=True),
        probe([1.0]),
        probe([-1.5]),
        probe([3.0, -3.0], note="the two corners"),
        probe([2.9, -2.9, 3.1, -3.1]),
        probe([2.9999, -2.9999, 3.0001, -3.0001], note="just beside the corners"),
        *edge_cases(),
    ],
    random=values,
    silent=True,
    hints=[
        "It is a straight line through 1/2 at 0, cut off below 0 and above 1.",
        "The line reaches 0 at -3 and 1 at 3, so it rises by 1 over a run of 6. "
        "`np.clip` cuts it off.",
    ],
)


@hard_sigmoid.misconception(
    "That is the straight line without its ends. Cut it off, so that nothing is below 0 or above 1."
)
def not_cut_off(x):
    return x / 6 + 0.5


@hard_sigmoid.misconception(
    "That is the definition of early Keras, 0.2x + 0.5. PyTorch, and Keras today, use x/6 + 1/2, "
    "which is what is asked for here."
)
def early_keras(x):
    return np.clip(0.2 * x + 0.5, 0, 1)


@hard_sigmoid.misconception(
    "The line is not shifted: at 0 a sigmoid is 1/2. Add 1/2 before you cut the line off."
)
def not_shifted(x):
    return np.clip(x / 6, 0, 1)


@hard_sigmoid.misconception(
    "You have cut x off at its corners, which is a good way. But your result runs from -1/2 to "
    "1/2: add 1/2, so that it runs from 0 to 1."
)
def corners_cut_but_not_shifted(x):
    return np.clip(x, -3, 3) / 6


@hard_sigmoid.misconception(
    "`max` and `min` compare two single numbers. `np.maximum`, `np.minimum` and `np.clip` compare "
    "the elements of arrays, one by one."
)
def for_single_numbers_only(x):
    return max(0, min(1, x / 6 + 0.5))


@hard_sigmoid.misconception(
    "You have cut off first and shifted then, so that the result runs from 1/2 to 3/2. Shift first."
)
def cut_off_too_early(x):
    return np.clip(x / 6, 0, 1) + 0.5


@hard_sigmoid.misconception("That runs from -1 to 1, like tanh. A sigmoid runs from 0 to 1.")
def hard_tanh(x):
    return np.clip(x, -1, 1)


@hard_sigmoid.misconception(
    "The line is too steep: between its corners at -3 and 3 it rises by 1 over a run of 6."
)
def too_steep(x):
    return np.clip(x + 0.5, 0, 1)


@hard_sigmoid.misconception(
    "A slope of 1/4 is the sigmoid's own at 0. The hard sigmoid's is 1/6: it rises from 0 to 1 "
    "between -3 and 3."
)
def slope_of_a_quarter(x):
    return np.clip(x / 4 + 0.5, 0, 1)


@hard_sigmoid.misconception("Above 1 it is not cut off. `np.clip(..., 0, 1)` does both ends.")
def open_above(x):
    return np.maximum(x / 6 + 0.5, 0)


@hard_sigmoid.misconception("Below 0 it is not cut off. `np.clip(..., 0, 1)` does both ends.")
def open_below(x):
    return np.minimum(x / 6 + 0.5, 1)


@hard_sigmoid.misconception(
    "That is six times too large: it is the numerator, cut off at 0 and 6. Divide it by 6."
)
def not_divided(x):
    return np.clip(np.asarray(x) + 3, 0, 6)


@hard_sigmoid.misconception(
    "That is the smooth sigmoid. The hard one imitates it with straight lines, without an "
    "exponential."
)
def the_smooth_one(x):
    return stable(x)


@hard_sigmoid.alternative
def cut_off_at_both_ends(x):
    return np.clip(x / 6 + 0.5, 0, 1)


@hard_sigmoid.alternative
def divided_last(x):
    return np.minimum(np.maximum(np.asarray(x) + 3, 0), 6) / 6


@hard_sigmoid.alternative
def hard_number_by_number(x):
    flat = []
    for number in np.ravel(x):
        if number <= -3:
            flat.append(0.0)
        elif number >= 3:
            flat.append(1.0)
        else:
            flat.append((number + 3) / 6)
    return np.reshape(flat, np.shape(x))


@hard_sigmoid.alternative
def by_where(x):
    x = np.asarray(x, dtype=np.float32)
    line = x / 6 + 0.5
    return np.where(line < 0, 0, np.where(line > 1, 1, line))
