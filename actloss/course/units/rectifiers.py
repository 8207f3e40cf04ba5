"""Unit 03: ReLU, the units that die with it, and the functions that mend it."""

from __future__ import annotations

import math

import numpy as np

from actloss import activations
from actloss.course.exercise import FRAMEWORKS, Unit, option, probe

UNIT = Unit(
    number=3,
    slug="rectifiers",
    title="Rectifiers",
    question="Why does a function that throws half of its inputs away work, and what mends it?",
    minutes=100,
)

# What the taught formulas lose to rounding, far below anything that the unit is about.
ROUNDING = 1e-12
SCALE, ALPHA = 1.0507009873554804934, 1.6732632423543772848  # SELU's lambda and alpha


def values(rng):
    """A table of random inputs on both sides of the kink."""
    return (rng.normal(scale=3, size=(4, 3)),)


def edge_cases(**parameters):
    """What every function of the unit must take: anything far out, of any shape."""
    return [
        probe([2.5, -3.5, 0.25, -0.75], **parameters),
        probe([0.0], note="at the kink", **parameters),
        probe([1e-9, -1e-9, 1e-30, -1e-30, 2.0], note="just beside the kink", **parameters),
        probe([1000.0, -1000.0], note="far out", **parameters),
        probe([[-2, 0, 3], [1, -1, 20]], note="a table of whole numbers", **parameters),
        probe(1.5, note="a single number, not an array", **parameters),
        probe(-1.5, note="a single negative number", **parameters),
        probe([[[0.5, -0.5]], [[1.5, -2.5]]], note="an array with three axes", **parameters),
        probe(np.array([1.5, -0.5, 0.25], np.float32), note="in float32", **parameters),
    ]


def each(of_one, x):
    """What a function of one number makes of each, in the shape of x, for answers that loop."""
    return np.reshape([of_one(number) for number in np.ravel(x).tolist()], np.shape(x))


def negatives_decay(x, alpha):
    """ELU, on which the answers below build."""
    return np.where(np.asarray(x) > 0, x, alpha * np.expm1(np.minimum(x, 0)))


DECIDED_ONCE = (
    "An `if` decides once, for the whole array, and so do Python's own `max` and `min`. With "
    "several inputs Python cannot know which way to go. `np.maximum`, `np.minimum` and "
    "`np.where(x > 0, ..., ...)` choose element by element."
)
LOOPS_OVER_ROWS = (
    "A loop over x, or over `range(len(x))`, goes through the rows of a table, not through its "
    "numbers, and a single number cannot be gone through at all. `np.maximum`, `np.minimum` and "
    "`np.where(x > 0, ..., ...)` take any shape, without a loop."
)
COMPUTES_BOTH = (
    "Right on paper. But both sides are computed for every input, before one of them is chosen: "
    "at 1000, e^1000 overflows, though nobody wants it. Give the exponential `np.minimum(x, 0)`, "
    "which is never positive."
)
ALPHA_AND_OVERFLOW = (
    "alpha multiplies the whole bracket, alpha (e^x - 1). And at 1000 the exponential overflows, "
    "though nobody wants it there: give it `np.minimum(x, 0)`."
)
ARRAYS_ONLY = (
    "Right for arrays. But x may be a single number, which has no `.copy()` and no `.shape`, and "
    "for which `x > 0` is a plain True, without `.astype`. "
)
OF_ONE_NUMBER = (
    "Python's `math` takes a single number. NumPy has functions of the same names that take an "
    "array and work on each of its elements: here `np.exp` or `np.expm1`. (Give it "
    "`np.minimum(x, 0)`, so that it cannot overflow.)"
)
WHOLE_NUMBERS = (
    "An array made of whole numbers, as `np.array(x)`, `x.copy()` and `np.zeros_like(x)` make it, "
    "holds no decimals: they are cut off, or NumPy refuses to write them. Say `dtype=float`, or "
    "choose with `np.where`."
)
CHOSEN_THE_OTHER_WAY = "The two sides are exchanged: "


# --- relu ---------------------------------------------------------------------------------------

relu = UNIT.exercise(
    "relu",
    signature="relu(x)",
    points=1,
    difficulty=1,
    reference=activations.relu,
    probes=[
        probe([2.0, -3.0], shown=True),
        *edge_cases(),
        probe([1e30, -1e30], note="very far out"),
        probe([-0.75, 2.5], note="the first is negative"),
        probe([1e-9, -1e-9], note="both just beside 0"),
    ],
    random=values,
    silent=True,
    hints=[
        "A positive number stays as it is; all others become 0. Which is the larger of x and 0?",
        "`np.maximum(a, b)` takes the larger of two, element by element. `np.max` does something "
        "else: it looks for the largest element of one array.",
    ],
)


@relu.misconception(
    "ReLU has no upper end: 2 stays 2, and 1000 stays 1000. A function that ends at 1 squashes "
    "(unit 02). ReLU cuts off on one side only."
)
def ends_at_one(x):
    return np.clip(x, 0, 1)


@relu.misconception("ReLU has no upper end. One that stops at 6 is ReLU6.")
def ends_at_six(x):
    return np.clip(x, 0, 6)


@relu.misconception(
    "That is |x|: it turns -3 into 3. ReLU does not change the sign of a negative number, it "
    "replaces the number by 0."
)
def absolute_value(x):
    return np.abs(x)


@relu.misconception(
    "That says *whether* x is positive, as the step of a perceptron does. It is ReLU's slope. "
    "ReLU itself returns x where x is positive."
)
def step_instead(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


@relu.misconception(
    "Larger and smaller are exchanged: you have kept the negatives and cut the positives."
)
def negatives_kept(x):
    return np.minimum(x, 0)


@relu.misconception(
    "In `np.max(x, 0)` the 0 is an axis: it returns the largest element along it. "
    "`np.maximum(x, 0)` compares each element with 0."
)
def largest_along_an_axis(x):
    return np.max(x, 0)


@relu.misconception(DECIDED_ONCE)
def pythons_own_max(x):
    return max(x, 0)


@relu.misconception(DECIDED_ONCE)
def if_decides_once(x):
    if x > 0:
        return x
    return 0


@relu.misconception(
    "You have left the negatives out, so the result is shorter than the input. Every unit must "
    "keep its place: replace negatives by 0."
)
def negatives_left_out(x):
    x = np.asarray(x)
    return x[x > 0]


@relu.misconception(ARRAYS_ONLY + "`np.maximum(x, 0)` takes both.")
def copied_by_a_method(x):
    result = x.copy()
    result[result < 0] = 0
    return result


@relu.misconception(LOOPS_OVER_ROWS)
def loop_over_rows(x):
    return [max(number, 0.0) for number in x]


@relu.misconception("A little of the negatives leaks through. That is leaky ReLU. ReLU gives 0.")
def leaks(x):
    return np.where(np.asarray(x) > 0, x, 0.01 * np.asarray(x))


@relu.misconception(
    "That is softplus, which rounds the corner off: at 0 it is 0.69, and it is never quite 0."
)
def softplus_instead(x):
    return np.logaddexp(0, x)


@relu.misconception(
    "`np.vectorize` takes the type of its result from the first number. Where that gives a whole "
    "0, all decimals that follow are cut off: return `0.0`, or use `np.maximum`."
)
def vectorized_with_a_whole_zero(x):
    return np.vectorize(lambda number: number if number > 0 else 0)(x)


@relu.alternative
def larger_of_two(x):
    return np.maximum(0.0, x)


@relu.alternative
def chosen(x):
    return np.where(np.asarray(x) > 0, x, 0)


@relu.alternative
def times_its_slope(x):
    return np.asarray(x) * (np.asarray(x) > 0)


@relu.alternative
def half_of_both(x):
    return (x + np.abs(x)) / 2


@relu.alternative
def clipped_below(x):
    return np.clip(x, 0, None)


@relu.alternative
def written_into_a_copy(x):
    x = np.array(x)
    x[x < 0] = 0
    return x


@relu.alternative
def relu_number_by_number(x):
    return each(lambda number: max(number, 0), x)


@relu.alternative
def relu_as_a_list(x):
    return np.maximum(x, 0).tolist()


@relu.alternative
def relu_in_single_precision(x):
    return np.maximum(np.asarray(x, dtype=np.float32), 0)


# --- range --------------------------------------------------------------------------------------

UNIT.quiz(
    "range",
    question="Which numbers can ReLU return?",
    options=[
        option(
            "a",
            "all numbers from 0 to 1",
            "That is often said of activations in general, and it is true of the sigmoid. ReLU of "
            "2 is 2, and ReLU of 1000 is 1000: there is no upper end.",
        ),
        option("b", "0 and all positive numbers", right=True),
        option(
            "c",
            "all positive numbers, but not 0",
            "Every negative input gives 0 exactly. The function that comes near to 0 and never "
            "reaches it is softplus.",
        ),
        option(
            "d",
            "only 0 and 1",
            "Those are the values of its slope, and of the step. ReLU returns x itself where x is "
            "positive.",
        ),
        option(
            "e",
            "every number",
            "A negative one never comes out. Leaky ReLU can return every number.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "What are ReLU of -3, of 0.5 and of 40?",
        "Is there a number that is so large that ReLU changes it?",
    ],
)


# --- the derivative of relu ---------------------------------------------------------------------

relu_derivative = UNIT.exercise(
    "relu-derivative",
    signature="relu_derivative(x)",
    points=1,
    difficulty=1,
    reference=activations.relu.derivative,
    probes=[
        probe([2.0, -3.0], shown=True),
        *edge_cases(),
    ],
    random=values,
    silent=True,
    hints=[
        "To the right of 0 the curve rises by 1 for each 1. To the left it is flat.",
        "At 0 itself take the slope on the left, as PyTorch and TensorFlow do. So: for which x is "
        "the slope 1? `np.where(x > 0, ..., ...)` chooses.",
    ],
)

AT_THE_KINK = (
    "All right, except at 0. There the curve has a corner, so no slope is *the* slope, and a "
    "convention is needed. "
)


@relu_derivative.misconception(
    AT_THE_KINK + "PyTorch and TensorFlow take 0, and so do we. Yours is 1: write `>` for `>=`."
)
def one_at_the_kink(x):
    return np.where(np.asarray(x) >= 0, 1.0, 0.0)


@relu_derivative.misconception(
    "At the kink we take the slope on the left, 0: write `>` for `>=`. And a single number is no "
    "array: `x >= 0` is then a plain True, without `.astype`. `np.where(x > 0, 1.0, 0.0)` takes "
    "both."
)
def one_at_the_kink_by_a_method(x):
    return (x >= 0).astype(float)


@relu_derivative.misconception(
    AT_THE_KINK + "PyTorch and TensorFlow take the slope on the left, 0, and so do we. Yours is "
    "1/2, halfway between both sides, as a difference quotient gives."
)
def half_at_the_kink(x):
    return np.heaviside(x, 0.5)


@relu_derivative.misconception(
    "That is ReLU itself. Its slope does not grow with x: on the right it is 1 everywhere."
)
def value_instead(x):
    return np.maximum(x, 0)


@relu_derivative.misconception(
    "On the left ReLU is flat, and its slope is 0. Your -1 is the slope of |x|, which falls there."
)
def slope_of_the_absolute_value(x):
    return np.sign(x)


@relu_derivative.misconception(
    "The slope is 1 only where x is positive. On the left ReLU is flat: its slope is 0."
)
def one_everywhere(x):
    return np.ones(np.shape(x))


@relu_derivative.misconception(
    CHOSEN_THE_OTHER_WAY + "the slope is 1 on the right, where ReLU rises."
)
def slopes_exchanged(x):
    return np.where(np.asarray(x) > 0, 0.0, 1.0)


@relu_derivative.misconception(
    "ReLU(x) divided by x is right for all x but one: at 0 it is 0 / 0, which is nan. Ask whether "
    "x is positive instead."
)
def quotient(x):
    return np.maximum(x, 0) / x


@relu_derivative.misconception(
    "That is the slope of leaky ReLU. ReLU is quite flat on the left: 0."
)
def slope_of_leaky_relu(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.01)


@relu_derivative.misconception(DECIDED_ONCE)
def slope_decided_once(x):
    if x > 0:
        return 1.0
    return 0.0


@relu_derivative.misconception(ARRAYS_ONLY + "`np.where(x > 0, 1.0, 0.0)` takes both.")
def slope_by_a_method(x):
    return (x > 0).astype(float)


@relu_derivative.misconception(
    "`float` and `int` make one number of one number. x may be an array: "
    "`np.where(x > 0, 1.0, 0.0)` makes a number of each element."
)
def slope_of_one_number(x):
    return float(x > 0)


@relu_derivative.misconception(LOOPS_OVER_ROWS)
def slope_row_by_row(x):
    return [1.0 if number > 0 else 0.0 for number in x]


@relu_derivative.misconception(
    "Right in every place, but as True and False. A slope is a number: `np.where(x > 0, 1.0, 0.0)`."
)
def truth_values(x):
    return np.asarray(x) > 0


@relu_derivative.alternative
def step_of_numpy(x):
    return np.heaviside(x, 0)


@relu_derivative.alternative
def sign_of_relu(x):
    return np.sign(np.maximum(x, 0))


@relu_derivative.alternative
def slope_number_by_number(x):
    return each(lambda number: 1 if number > 0 else 0, x)


@relu_derivative.alternative
def slope_as_a_list(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0).tolist()


# --- half active --------------------------------------------------------------------------------

UNIT.quiz(
    "half-active",
    question="'About half of the units of a ReLU layer are active.' When does that hold?",
    options=[
        option(
            "a",
            "always: half of all numbers are positive",
            "Pre-activations are not drawn from all numbers. A bias of -3 makes most of them "
            "negative, and training moves biases and weights wherever the loss wants them.",
        ),
        option(
            "b",
            "before training, if weights are drawn symmetrically around 0 and biases are 0: "
            "a pre-activation is then as often positive as negative",
            right=True,
        ),
        option(
            "c",
            "after training, since an optimiser balances the units",
            "No loss asks for balance. In the lesson the share was a half after gentle training, "
            "and nearly 0 where the first step was too large.",
        ),
        option(
            "d",
            "before training, and the other half is dead",
            "A unit that is inactive for one example may be active for the next. Dead is a unit "
            "that is inactive for all.",
        ),
        option(
            "e",
            "if the layer's inputs have mean 0, whatever the weights and biases are",
            "The weighted sums then have the bias as their mean. A bias of -3 still silences most "
            "of them.",
        ),
    ],
    points=1,
    difficulty=2,
    hints=[
        "A unit's pre-activation is a weighted sum. What happens to its sign if the sign of every "
        "weight is turned? And if there is a bias?",
        "If w and -w are equally likely, and the bias is 0, then so are z and -z.",
    ],
)


# --- dead units ---------------------------------------------------------------------------------


def share_of_dead_units(pre_activations):
    return float(np.mean(np.all(np.asarray(pre_activations) <= 0, axis=0)))


dead_fraction = UNIT.exercise(
    "dead-fraction",
    signature="dead_fraction(pre_activations)",
    points=2,
    difficulty=2,
    reference=share_of_dead_units,
    probes=[
        probe([[1.0, -2.0, -1.0, 3.0], [-1.0, -3.0, 2.0, 0.5]], shown=True),
        probe([[-1.0, 2.0], [-0.5, -2.0], [-3.0, 1.0]], note="three examples, two units"),
        probe([[-1.0, 2.0, -1.0], [1.0, 1.0, -2.0], [2.0, 1.0, -0.5]], note="as many as units"),
        probe([[-1.0, 0.0], [0.0, 2.0]], note="pre-activations of exactly 0"),
        probe([[0.5, 2.0, 1.0], [0.5, -2.0, 1.0]], note="no dead unit"),
        probe([[-0.5, -2.0], [-0.5, -2.0], [-3.0, -1.0]], note="all units dead"),
        probe([[-1.0, 2.0, -3.0]], note="a batch of one example"),
        probe([[-1.0], [-2.0]], note="a single unit"),
        probe([[-1, 2, 0], [-2, 1, 0]], note="whole numbers"),
        probe(
            [*[[-9.0, -9.0]] * 7, [1.0, -9.0], [-9.0, -9.0]],
            note="active for one of nine examples, and far below 0 for the others",
        ),
        probe([[1e-30, -1e-30], [-1e-30, -1e-30]], note="just beside the kink"),
    ],
    random=lambda rng: (rng.normal(loc=-1, size=(4, 7)),),
    hints=[
        "A unit is dead if its pre-activation is 0 or less for *every* example. Units are columns.",
        "`np.all(..., axis=0)` asks down each column whether all is true.",
        "The mean of truth values is the share of those that are true.",
    ],
)


@dead_fraction.misconception(
    "A unit that is inactive for one example is not dead: another example may activate it, and it "
    "learns from that. Dead means inactive for all examples: `np.all(z <= 0)`, or not "
    "`np.any(z > 0)`."
)
def inactive_for_one_example(pre_activations):
    return np.mean(np.any(pre_activations <= 0, axis=0))


@dead_fraction.misconception(
    "That is the share of zeros in the layer's output. At the beginning it is about a half in a "
    "healthy layer. Ask for each unit, down its column, whether it is inactive for all examples."
)
def share_of_zeros(pre_activations):
    return np.mean(pre_activations <= 0)


@dead_fraction.misconception(
    "You have asked which *examples* activate no unit. Units are columns: `axis=0` goes down a "
    "column, through the examples."
)
def silent_examples(pre_activations):
    return np.mean(np.all(pre_activations <= 0, axis=1))


@dead_fraction.misconception(
    "At exactly 0 a unit gives 0, and its slope is 0 by our convention: it is inactive. "
    "Write `<=` for `<`."
)
def zero_counted_as_active(pre_activations):
    return np.mean(np.all(pre_activations < 0, axis=0))


@dead_fraction.misconception(
    "You ask for zeros, which is right for what comes out *after* ReLU. These are pre-activations: "
    "the inactive ones are negative, or 0."
)
def zeros_before_the_activation(pre_activations):
    return np.mean(np.all(pre_activations == 0, axis=0))


@dead_fraction.misconception("That is how many units are dead. Divide by the number of units.")
def counted(pre_activations):
    return np.sum(np.all(pre_activations <= 0, axis=0))


@dead_fraction.misconception("That is a percentage. A share lies between 0 and 1.")
def in_per_cent(pre_activations):
    return 100 * share_of_dead_units(pre_activations)


@dead_fraction.misconception(
    "A bracket closes too early: `np.all(z, axis=0)` asks whether all numbers of a column differ "
    "from 0. Compare first: `np.all(z <= 0, axis=0)`."
)
def compared_too_late(pre_activations):
    return np.mean(np.all(pre_activations, axis=0) <= 0)


@dead_fraction.misconception("That is the share of units that live. Dead are the others.")
def share_of_the_living(pre_activations):
    return np.mean(np.any(pre_activations > 0, axis=0))


@dead_fraction.misconception(
    "You have divided by the number of examples. The share is one of units, and their number is "
    "`pre_activations.shape[1]`."
)
def divided_by_examples(pre_activations):
    return np.sum(np.all(pre_activations <= 0, axis=0)) / len(pre_activations)


@dead_fraction.misconception(
    "A unit whose mean is negative may still be active for some examples, and learns from those. "
    "Look at each example: is any above 0?"
)
def negative_on_average(pre_activations):
    return np.mean(np.mean(pre_activations, axis=0) <= 0)


@dead_fraction.misconception(
    "You look at the first example only. Another may activate the unit: ask all rows."
)
def first_example_only(pre_activations):
    return np.mean(pre_activations[0] <= 0)


@dead_fraction.misconception(
    "Without an axis, `np.all` asks one question of the whole table. Ask each unit for itself: "
    "`axis=0`."
)
def whole_table_at_once(pre_activations):
    return float(np.all(pre_activations <= 0))


@dead_fraction.misconception(
    "That tells for each unit whether it is dead. The share is the mean of these."
)
def one_answer_for_each_unit(pre_activations):
    return np.all(pre_activations <= 0, axis=0)


@dead_fraction.misconception(
    "Python's own `all` and an `if` want single numbers. `np.all(..., axis=0)` asks for each unit "
    "whether all examples agree."
)
def pythons_all(pre_activations):
    return 1.0 if all(pre_activations <= 0) else 0.0


@dead_fraction.alternative
def largest_is_not_positive(pre_activations):
    return np.mean(np.max(pre_activations, axis=0) <= 0)


@dead_fraction.alternative
def output_is_always_zero(pre_activations):
    return np.mean(np.maximum(pre_activations, 0).sum(axis=0) == 0)


@dead_fraction.alternative
def unit_by_unit(pre_activations):
    columns = list(zip(*pre_activations.tolist(), strict=True))
    return sum(all(number <= 0 for number in column) for column in columns) / len(columns)


# --- leaky relu ---------------------------------------------------------------------------------

leaky_relu = UNIT.exercise(
    "leaky-relu",
    signature="leaky_relu(x, slope=0.01)",
    points=1,
    difficulty=1,
    reference=activations.leaky_relu,
    probes=[
        probe([2.0, -3.0], slope=0.1, shown=True),
        probe([2.0, -3.0], note="the slope left to its default"),
        *edge_cases(slope=0.2),
        probe([5.0, -5.0], slope=0.0, note="no leak at all"),
        probe([1e30, -1e30], slope=0.99, note="very far out"),
    ],
    random=lambda rng: (rng.normal(scale=3, size=(4, 3)), rng.uniform(0.01, 0.9)),
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Positives stay as they are. Negatives are multiplied by the slope.",
        "`np.where(x > 0, ..., ...)` chooses element by element.",
    ],
)


@leaky_relu.misconception(
    CHOSEN_THE_OTHER_WAY + "the leak is for negatives. Positives pass unchanged. (If you have used "
    "`np.minimum`: of x and slope times x, take the larger.)"
)
def leak_applied_to_positives(x, slope=0.01):
    return np.where(np.asarray(x) > 0, slope * np.asarray(x), x)


@leaky_relu.misconception(
    "Now positives get a leak on top: 2 becomes 2 + 2 slope. Add the slope times the *negative* "
    "part, `np.minimum(x, 0)`."
)
def leak_added_everywhere(x, slope=0.01):
    return np.maximum(x, 0) + slope * np.asarray(x)


@leaky_relu.misconception(
    "You have multiplied all numbers by the slope: that is a straight line. Positives pass "
    "unchanged."
)
def slope_everywhere(x, slope=0.01):
    return slope * np.asarray(x)


@leaky_relu.misconception(
    "You have written 0.01 where `slope` belongs, so that the second input changes nothing."
)
def slope_ignored(x, slope=0.01):
    return np.where(np.asarray(x) > 0, x, 0.01 * np.asarray(x))


@leaky_relu.misconception(
    "For negative x you return the slope itself, a positive constant. The slope times x is wanted."
)
def slope_for_value(x, slope=0.01):
    return np.where(np.asarray(x) > 0, x, slope)


@leaky_relu.misconception(
    "The leak has the wrong sign: a negative number stays negative, only smaller."
)
def leak_turned(x, slope=0.01):
    return np.where(np.asarray(x) > 0, x, -slope * np.asarray(x))


@leaky_relu.misconception(
    "`np.maximum(x, slope)` compares x with the slope: a floor, below which nothing goes. "
    "The leak is slope times x."
)
def slope_as_a_floor(x, slope=0.01):
    return np.maximum(x, slope)


@leaky_relu.misconception("That is plain ReLU. For negative x return slope times x, not 0.")
def no_leak(x, slope=0.01):
    return np.maximum(x, 0)


@leaky_relu.misconception(WHOLE_NUMBERS)
def leak_written_into_a_copy(x, slope=0.01):
    result = x.copy()
    result[x < 0] = slope * x[x < 0]
    return result


@leaky_relu.misconception(WHOLE_NUMBERS)
def array_multiplied_in_place(x, slope=0.01):
    result = np.array(x)
    result[result < 0] *= slope
    return result


@leaky_relu.misconception(WHOLE_NUMBERS)
def copy_multiplied_in_place(x, slope=0.01):
    result = x.copy()
    result[x < 0] *= slope
    return result


@leaky_relu.misconception(DECIDED_ONCE)
def leak_decided_once(x, slope=0.01):
    if x > 0:
        return x
    return slope * x


@leaky_relu.misconception(LOOPS_OVER_ROWS)
def leak_row_by_row(x, slope=0.01):
    return [number if number > 0 else slope * number for number in x]


@leaky_relu.misconception(WHOLE_NUMBERS)
def zeros_like_whole_numbers(x, slope=0.01):
    result = np.zeros_like(x)
    result[x > 0] = x[x > 0]
    result[x <= 0] = slope * x[x <= 0]
    return result


@leaky_relu.alternative
def leak_chosen(x, slope=0.01):
    return np.where(np.asarray(x) > 0, x, slope * np.asarray(x))


@leaky_relu.alternative
def two_parts(x, slope=0.01):
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


@leaky_relu.alternative
def larger_of_the_two(x, slope=0.01):
    return np.maximum(x, slope * np.asarray(x))


@leaky_relu.alternative
def leak_number_by_number(x, slope=0.01):
    return each(lambda number: number if number > 0 else slope * number, x)


@leaky_relu.alternative
def leak_in_single_precision(x, slope=0.01):
    x = np.asarray(x, dtype=np.float32)
    return np.where(x > 0, x, np.float32(slope) * x)


# --- the gradient for prelu's slope -------------------------------------------------------------

prelu_gradient = UNIT.exercise(
    "prelu-gradient",
    signature="prelu_gradient(x, upstream)",
    points=2,
    difficulty=3,
    reference=lambda x, upstream: np.sum(upstream * np.minimum(x, 0), axis=0, dtype=float),
    probes=[
        probe([[2.0, -3.0], [-1.0, -2.0]], [[1.0, 1.0], [10.0, 0.5]], shown=True),
        probe([[-1.0, 2.0, -3.0]], [[2.0, 2.0, -1.0]], note="a batch of one example"),
        probe(
            [[-1.0, 2.0], [-2.0, -3.0]], [[1e-4, 1.0], [1.0, -1e-4]], note="small slopes upstream"
        ),
        probe(
            [[-1.0, 0.5], [-2.0, -0.5], [3.0, -4.0]],
            [[1.0, -1.0], [0.5, 2.0], [1.0, 1.0]],
            note="three examples, two units",
        ),
        probe(
            [[-1.0], [-2.0], [3.0], [-4.0], [0.5], [-6.0], [-7.0]],
            [[3.0], [4.0], [1.0], [-1.0], [2.0], [1.0], [0.5]],
            note="seven examples, a single unit",
        ),
        probe([[1.0, 2.0], [3.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]], note="nothing negative"),
        probe([[-2, 0], [1, -1]], [[1, 2], [3, 4]], note="whole numbers"),
        probe([[-1.2345e-9, 1e-9]], [[1.0, 1.0]], note="just beside the kink"),
        probe([[-1e7, 1e7, -1.0]], [[2e6, 3.0, -2e6]], note="far out"),
    ],
    random=lambda rng: (rng.normal(size=(5, 3)), rng.normal(size=(5, 3))),
    absolute=ROUNDING,
    hints=[
        "How does a unit's output change when its slope a changes, and x stays? Where x is "
        "positive, not at all. Where x is negative, the output is a x.",
        "So each example contributes its upstream times x where x is negative, and 0 elsewhere: "
        "`upstream * np.minimum(x, 0)`.",
        "All examples share the unit's one slope, so their contributions add up: `axis=0`.",
    ],
)


@prelu_gradient.misconception(
    "You have taken the mean over the examples. The chain rule adds up. (Where a loss is a mean, "
    "its 1/n is in `upstream` already.)"
)
def mean_over_examples(x, upstream):
    return np.mean(upstream * np.minimum(x, 0), axis=0)


@prelu_gradient.misconception(
    "That is each example's contribution. A unit has one slope for all examples, so it gets one "
    "number: their sum, with `axis=0`."
)
def not_added_up(x, upstream):
    return upstream * np.minimum(x, 0)


@prelu_gradient.misconception(
    "You have added up over the units. Each unit has its own slope, and the examples share it: "
    "`axis=0`."
)
def added_over_units(x, upstream):
    return np.sum(upstream * np.minimum(x, 0), axis=1)


@prelu_gradient.misconception(
    "You have added up everything, which is right if one slope serves the whole layer. Here each "
    "unit has its own: `axis=0`."
)
def one_slope_for_all(x, upstream):
    return np.sum(upstream * np.minimum(x, 0))


@prelu_gradient.misconception(
    "You have kept the positives. There the output is x, and the slope a has no part in it. "
    "Take `np.minimum(x, 0)`."
)
def positives_kept(x, upstream):
    return np.sum(upstream * np.maximum(x, 0), axis=0)


@prelu_gradient.misconception(
    "Where x is positive the output is x, whatever the slope a is: those examples contribute "
    "nothing. Take `np.minimum(x, 0)` for x."
)
def positives_counted(x, upstream):
    return np.sum(upstream * x, axis=0)


@prelu_gradient.misconception(
    "Where x is positive you count upstream as it is, which belongs to the gradient for x. The "
    "slope a has no part in those outputs: they contribute 0. Take `np.minimum(x, 0)`."
)
def one_where_positive(x, upstream):
    return np.sum(upstream * np.where(x > 0, 1, x), axis=0)


@prelu_gradient.misconception(
    "You know where the slope acts. How strongly? The output is a x there, and changes with a by "
    "x, not by 1."
)
def one_for_x(x, upstream):
    return np.sum(upstream * (x < 0), axis=0)


@prelu_gradient.misconception(
    "You count upstream as it is wherever x is not positive. How strongly does the slope act "
    "there? The output is a x, and changes with a by x, not by 1."
)
def one_for_x_and_for_zero(x, upstream):
    return np.sum(upstream * (x <= 0), axis=0)


@prelu_gradient.misconception(
    "That is ReLU's gate, which belongs to the gradient for x. How does the output change with the "
    "slope a?"
)
def gradient_for_x(x, upstream):
    return np.sum(upstream * (x > 0), axis=0)


@prelu_gradient.misconception(
    "Upstream is missing: it says how much the loss cares for each output. Multiply by it before "
    "you add up."
)
def upstream_missing(x, upstream):
    return np.sum(np.minimum(x, 0), axis=0)


@prelu_gradient.misconception(
    "The sign is turned. x is negative where the slope acts: a larger slope makes the output more "
    "negative."
)
def sign_lost(x, upstream):
    return np.sum(upstream * np.abs(np.minimum(x, 0)), axis=0)


@prelu_gradient.misconception(
    "The inputs have changed places. `x` comes first, then `upstream`, and only x is cut at 0."
)
def inputs_exchanged(x, upstream):
    return np.sum(x * np.minimum(upstream, 0), axis=0)


@prelu_gradient.misconception(
    "In `np.min(x, 0)` the 0 is an axis: it returns the smallest number of each column. "
    "`np.minimum(x, 0)` compares each element with 0."
)
def smallest_of_each_column(x, upstream):
    return np.sum(upstream * np.min(x, 0), axis=0)


@prelu_gradient.misconception(
    "That is the slope for x: 1, or a. Asked for is the slope for a: how much does the output "
    "change if a changes, and x stays? You do not need the value of a."
)
def slope_for_x(x, upstream):
    return np.sum(upstream * np.where(x > 0, 1, 0.25), axis=0)


@prelu_gradient.misconception(
    "You add up first and multiply then. Each example has its own upstream and its own x: multiply "
    "these, and then add up the products."
)
def added_up_too_early(x, upstream):
    return np.sum(upstream, axis=0) * np.sum(np.minimum(x, 0), axis=0)


@prelu_gradient.misconception(
    "The numbers are right, but stand in a table of one row. Shape `(units,)` is asked for: "
    "without `keepdims`."
)
def axis_kept(x, upstream):
    return np.sum(upstream * np.minimum(x, 0), axis=0, keepdims=True)


@prelu_gradient.misconception(
    "A matrix product sets every unit against every other. Multiply element by element, `*`, then "
    "add up down each column."
)
def matrix_product(x, upstream):
    return np.minimum(x, 0).T @ upstream


@prelu_gradient.misconception(DECIDED_ONCE)
def smaller_decided_once(x, upstream):
    return sum(upstream * min(x, 0))


@prelu_gradient.alternative
def negative_part_by_where(x, upstream):
    return np.where(x < 0, x * upstream, 0).sum(axis=0)


@prelu_gradient.alternative
def by_einsum(x, upstream):
    return np.einsum("eu,eu->u", upstream, np.minimum(x, 0))


@prelu_gradient.alternative
def example_by_example(x, upstream):
    total = [0.0] * x.shape[1]
    for row, asked in zip(x.tolist(), upstream.tolist(), strict=True):
        for unit, number in enumerate(row):
            if number < 0:
                total[unit] += asked[unit] * number
    return total


# --- elu ----------------------------------------------------------------------------------------

LARGER_OF_BOTH_SIDES = (
    "The larger of the two sides is not always the one that is wanted: at 2, e^x - 1 is 6.4, and "
    "just left of 0 alpha (e^x - 1) lies below x if alpha is above 1. Choose by the sign of x: "
    "`np.where(x > 0, ..., ...)`."
)

elu = UNIT.exercise(
    "elu",
    signature="elu(x, alpha=1.0)",
    points=2,
    difficulty=2,
    reference=activations.elu,
    probes=[
        probe([2.0, -1.0], shown=True),
        probe([2.0, -1.0], alpha=0.1, note="with an alpha of 0.1"),
        probe([-9.0], note="well to the left"),
        *edge_cases(alpha=1.5),
        probe([1e30, -1e30, -1.0], alpha=20.0, note="very far out, with a large alpha"),
    ],
    random=lambda rng: (rng.normal(scale=3, size=(4, 3)), rng.uniform(0.05, 5)),
    absolute=ROUNDING,
    silent=True,
    hints=[
        "Positives stay. Negatives become alpha times (e^x - 1). `np.where` chooses; but try 1000.",
        "`np.where` computes both sides everywhere. Which input can you give the exponential so "
        "that it cannot overflow, and is still right where it is used?",
        "`np.minimum(x, 0)` is x where x is negative, and 0 elsewhere.",
    ],
)


@elu.misconception(COMPUTES_BOTH)
def elu_computes_both(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * (np.exp(x) - 1))


@elu.misconception(
    "alpha multiplies the whole bracket: alpha (e^x - 1). In alpha e^x - 1 the curve jumps at 0, "
    "unless alpha is 1, and on the far left it ends at -1 instead of -alpha."
)
def alpha_outside_the_bracket(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * np.exp(np.minimum(x, 0)) - 1)


@elu.misconception(ALPHA_AND_OVERFLOW)
def alpha_outside_the_bracket_and_overflows(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * np.exp(x) - 1)


@elu.misconception(ALPHA_AND_OVERFLOW)
def alpha_outside_the_bracket_below_zero(x, alpha=1.0):
    return np.where(np.asarray(x) < 0, alpha * np.exp(x) - 1, x)


@elu.misconception(
    "alpha stands in the exponent. It belongs in front: alpha (e^x - 1), so that the curve ends at "
    "-alpha on the far left."
)
def alpha_in_the_exponent(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, np.expm1(alpha * np.minimum(x, 0)))


@elu.misconception(
    "You have left alpha out: right only for alpha = 1. On the far left ELU ends at -alpha."
)
def alpha_left_out(x, alpha=1.0):
    return negatives_decay(x, 1.0)


@elu.misconception("alpha acts on the negatives alone. Positives pass unchanged.")
def alpha_on_positives_too(x, alpha=1.0):
    return alpha * negatives_decay(x, 1.0)


@elu.misconception(
    "The -1 is missing. Then the curve is alpha at 0, where it should meet the line at 0."
)
def minus_one_missing(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * np.exp(np.minimum(x, 0)))


@elu.misconception(
    "The exponential needs the *smaller* of x and 0. You have given it the larger, which is 0 "
    "where x is negative, so that the left side is 0 everywhere."
)
def larger_of_x_and_zero(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * (np.exp(np.maximum(x, 0)) - 1))


@elu.misconception(
    "The sign is turned on the left. e^x is below 1 there, so e^x - 1 is negative: not 1 - e^x."
)
def one_minus_exponential(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, -alpha * np.expm1(np.minimum(x, 0)))


@elu.misconception(
    "That is CELU, which divides by alpha inside the exponential. ELU is alpha (e^x - 1)."
)
def celu_instead(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


@elu.misconception(
    "e^x - 1 is not e^(x - 1): the 1 stands outside the exponent. Close the bracket earlier, "
    "`np.exp(x) - 1`."
)
def one_in_the_exponent(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * np.exp(x - 1))


@elu.misconception(LARGER_OF_BOTH_SIDES)
def larger_of_both_sides(x, alpha=1.0):
    return np.maximum(x, alpha * np.expm1(x))


@elu.misconception(LARGER_OF_BOTH_SIDES)
def larger_of_both_sides_without_overflow(x, alpha=1.0):
    return np.maximum(x, alpha * np.expm1(np.minimum(x, 0)))


@elu.misconception(OF_ONE_NUMBER)
def elu_of_one_number(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * (math.exp(x) - 1))


@elu.misconception(WHOLE_NUMBERS)
def written_into_a_copy_by_a_method(x, alpha=1.0):
    result = x.copy()
    result[x < 0] = alpha * np.expm1(x[x < 0])
    return result


@elu.misconception(WHOLE_NUMBERS)
def written_into_whole_numbers(x, alpha=1.0):
    result = np.array(x)
    below = result < 0
    result[below] = alpha * np.expm1(result[below])
    return result


@elu.misconception(DECIDED_ONCE)
def elu_decided_once(x, alpha=1.0):
    if x > 0:
        return x
    return alpha * np.expm1(x)


@elu.misconception(LOOPS_OVER_ROWS)
def elu_row_by_row(x, alpha=1.0):
    return [number if number > 0 else alpha * np.expm1(number) for number in x]


@elu.alternative
def exponential_of_the_negative_part(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))


@elu.alternative
def elu_in_two_parts(x, alpha=1.0):
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


@elu.alternative
def exponent_limited(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * (np.exp(np.clip(x, -700, 700)) - 1))


@elu.alternative
def elu_number_by_number(x, alpha=1.0):
    return each(lambda number: number if number > 0 else alpha * math.expm1(number), x)


@elu.alternative
def elu_with_masks(x, alpha=1.0):
    result = np.array(x, dtype=float)
    below = result < 0
    result[below] = alpha * (np.exp(result[below]) - 1)
    return result


@elu.alternative
def elu_in_single_precision(x, alpha=1.0):
    x = np.asarray(x, dtype=np.float32)
    return np.where(x > 0, x, np.float32(alpha) * np.expm1(np.minimum(x, 0)))


# --- the derivative of elu ----------------------------------------------------------------------

elu_derivative = UNIT.exercise(
    "elu-derivative",
    signature="elu_derivative(x, alpha=1.0)",
    points=2,
    difficulty=2,
    reference=activations.elu.derivative,
    probes=[
        probe([2.0, -1.0], shown=True),
        probe([2.0, -1.0], alpha=0.1, note="with an alpha of 0.1"),
        probe([-9.0, -20.0], note="well to the left"),
        *edge_cases(alpha=1.5),
        probe([2.0, 0.0, -1.0], alpha=20.0, note="with a large alpha"),
    ],
    random=lambda rng: (rng.normal(scale=3, size=(4, 3)), rng.uniform(0.05, 5)),
    absolute=1e-14,
    silent=True,
    hints=[
        "On the right ELU is x. On the left it is alpha e^x - alpha: what is the slope of each?",
        "At 0 itself take the slope on the left. And keep the exponential from overflowing.",
        "`np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))`",
    ],
)


@elu_derivative.misconception(COMPUTES_BOTH)
def slope_computes_both(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1.0, alpha * np.exp(x))


@elu_derivative.misconception(
    "All right, except at 0, where the two sides differ unless alpha is 1. Take the slope on the "
    "left, alpha: `x > 0`, not `x >= 0`."
)
def right_slope_at_the_kink(x, alpha=1.0):
    return np.where(np.asarray(x) >= 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


@elu_derivative.misconception(
    "Two things. At 0 take the slope on the left, alpha: `x > 0`, not `x >= 0`. And at 1000 the "
    "exponential overflows, though nobody wants it there: give it `np.minimum(x, 0)`."
)
def right_slope_and_overflow(x, alpha=1.0):
    return np.where(np.asarray(x) >= 0, 1.0, alpha * np.exp(x))


@elu_derivative.misconception(
    "alpha is missing: the slope of alpha e^x is alpha e^x. Yours is right for alpha = 1 only (and "
    "is the reason why ELU has a corner for any other alpha)."
)
def alpha_missing_in_the_slope(x, alpha=1.0):
    return np.exp(np.minimum(x, 0))


@elu_derivative.misconception("On the right ELU is x itself, and the slope of x is 1.")
def x_on_the_right(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, x, alpha * np.exp(x))


@elu_derivative.misconception("On the right ELU is x, and its slope there is 1, not 0.")
def flat_on_the_right(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 0, alpha * np.exp(np.minimum(x, 0)))


@elu_derivative.misconception("ELU rises on the left, too: its slope is alpha e^x, with no minus.")
def falls_on_the_left(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1, -alpha * np.exp(x))


@elu_derivative.misconception(
    "The slope of e^x is e^x itself. (The rule that brings the exponent down, of x^n to "
    "n x^(n - 1), is for powers, with x below.)"
)
def rule_for_powers(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1, alpha * x * np.exp(x))


@elu_derivative.misconception(
    "A -1 is left on the left side. alpha e^x - alpha has the slope alpha e^x: that of a constant "
    "is 0."
)
def minus_one_kept(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1, alpha * np.exp(x) - 1)


@elu_derivative.misconception(OF_ONE_NUMBER)
def elu_slope_of_one_number(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1, alpha * math.exp(x))


@elu_derivative.misconception(
    "The -alpha is a constant, and its slope is 0. What is left of alpha e^x - alpha is alpha e^x."
)
def constant_kept(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1.0, alpha * np.expm1(np.minimum(x, 0)))


@elu_derivative.misconception(
    "Value plus alpha is the slope on the left only. On the right the slope is 1."
)
def value_plus_alpha(x, alpha=1.0):
    return negatives_decay(x, alpha) + alpha


@elu_derivative.misconception(
    "The slope on the right is 1, whatever alpha is. alpha multiplies the left side only."
)
def alpha_on_the_right_too(x, alpha=1.0):
    return alpha * np.exp(np.minimum(x, 0))


@elu_derivative.misconception(
    "On the left ELU is not flat, as ReLU is: its slope is alpha e^x, which fades gradually."
)
def slope_of_relu(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


@elu_derivative.misconception(
    "On the left ELU is no straight line, as leaky ReLU is. Its slope is alpha e^x."
)
def slope_of_a_line(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1.0, alpha)


@elu_derivative.misconception(DECIDED_ONCE)
def elu_slope_decided_once(x, alpha=1.0):
    if x > 0:
        return 1.0
    return alpha * np.exp(x)


@elu_derivative.misconception(LOOPS_OVER_ROWS)
def elu_slope_row_by_row(x, alpha=1.0):
    return np.array([1 if number > 0 else alpha * np.exp(number) for number in x], x.dtype)


@elu_derivative.misconception("That is ELU itself. Its slope is asked for.")
def elu_for_its_slope(x, alpha=1.0):
    return negatives_decay(x, alpha)


@elu_derivative.alternative
def elu_slope_chosen(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1, alpha * np.exp(np.minimum(x, 0)))


@elu_derivative.alternative
def elu_slope_from_the_value(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1, negatives_decay(x, alpha) + alpha)


@elu_derivative.alternative
def elu_slope_number_by_number(x, alpha=1.0):
    return each(lambda number: 1.0 if number > 0 else alpha * math.exp(number), x)


# --- selu through depth -------------------------------------------------------------------------


def moments_of(x, weights, activation=activations.selu, after=lambda a: (a.mean(), a.var())):
    """What `after` makes of each layer's outputs."""
    rows = []
    for matrix in weights:
        x = activation(x @ matrix)
        rows.append(after(x))
    return np.array(rows)


selu_moments = UNIT.exercise(
    "selu-moments",
    signature="selu_moments(x, weights)",
    points=3,
    difficulty=3,
    reference=moments_of,
    probes=[
        probe([[1.0, -1.0], [0.5, 2.0]], ([[1.0, 0.0], [0.0, 1.0]],), shown=True),
        probe(
            [[1.0, -1.0], [0.5, 2.0], [-2.0, 0.25]],
            ([[0.5, -0.5, 1.0], [0.5, 0.5, -2.0]], [[1.0, -1.0], [-0.5, 0.25], [0.5, 0.75]]),
            note="two layers",
        ),
        probe(
            [[1.0, -1.0, 0.5]],
            (
                [[0.5, -0.5], [0.5, 0.5], [-1.0, 1.0]],
                [[1.0, -1.0, 0.5, 2.0], [-0.5, 0.25, 0.0, 1.0]],
            ),
            note="one example, and layers of different widths",
        ),
        probe([[2.0], [2.5]], ([[1.0]],), note="two numbers close together"),
        probe(
            [[-1.0], [2.0], [0.5]],
            ([[1.0]], [[-1.0]], [[0.5]], [[2.0]], [[-1.0]], [[1.0]]),
            note="six layers of one unit",
        ),
        probe([[1000.0], [-1000.0]], ([[1.0]],), note="far out"),
        probe([[2e6]], ([[1.0, -1.0]],), note="very far out"),
        probe([[2, -1], [0, 1]], ([[1, 0], [1, -1]],), note="whole numbers"),
    ],
    random=lambda rng: (
        rng.normal(size=(6, 4)),
        tuple(rng.normal(size=shape) / 2 for shape in [(4, 5), (5, 3), (3, 3)]),
    ),
    tolerance=1e-7,  # seven decimals of lambda and alpha are enough
    absolute=1e-7,
    silent=True,
    hints=[
        "A layer here is `x = selu(x @ matrix)`. Go through the matrices in a loop; what comes out "
        "of one layer goes into the next.",
        "After each layer append the pair of `np.mean(x)` and `np.var(x)`, over all numbers.",
        "SELU is lambda times ELU with alpha. Write it so that e^1000 is never computed.",
    ],
)


@selu_moments.misconception(
    "The second column is the standard deviation. The variance is its square: `np.var`."
)
def standard_deviation(x, weights):
    return moments_of(x, weights, after=lambda a: (a.mean(), a.std()))


@selu_moments.misconception(
    "`ddof=1` divides by one less than the number of values. Here the plain mean of squared "
    "distances is meant, which `np.var` gives by itself."
)
def sample_variance(x, weights):
    return moments_of(x, weights, after=lambda a: (a.mean(), a.var(ddof=1)))


@selu_moments.misconception(
    "That is the mean of squares. The variance is taken around the mean: `np.var`."
)
def mean_of_squares(x, weights):
    return moments_of(x, weights, after=lambda a: (a.mean(), (a**2).mean()))


@selu_moments.misconception(
    "Those are the moments of the weighted sums, before SELU. Take them of what leaves the layer."
)
def before_the_activation(x, weights):
    rows = []
    for matrix in weights:
        z = x @ matrix
        rows.append((z.mean(), z.var()))
        x = activations.selu(z)
    return np.array(rows)


@selu_moments.misconception(
    "What leaves one layer must enter the next, in the order of `weights`: `x = selu(x @ matrix)`. "
    "(Does each of your layers begin with the first input again?)"
)
def every_layer_begins_anew(x, weights):
    outputs = [activations.selu(x @ matrix) for matrix in weights]
    return np.array([(a.mean(), a.var()) for a in outputs])


@selu_moments.misconception(
    "Only the last layer is in your result. Give one row for each layer: append inside the loop."
)
def last_layer_only(x, weights):
    return moments_of(x, weights)[-1]


@selu_moments.misconception(
    "Only the last layer is in your result. Give one row for each layer: append inside the loop."
)
def last_row_only(x, weights):
    return moments_of(x, weights)[-1:]


@selu_moments.misconception(
    "Only the first layer is in your result. Does `return` stand inside the loop? It ends the "
    "function at once: put it below the loop."
)
def first_layer_only(x, weights):
    return moments_of(x, weights[:1])


@selu_moments.misconception(
    "`weights` is a list, with a matrix for each layer, and these differ in shape: they are no one "
    "array. Go through the list as it is, `for matrix in weights`, and let each make a new x."
)
def no_loop(x, weights):
    outputs = activations.selu(x @ weights)
    return np.array([outputs.mean(), outputs.var()])


@selu_moments.misconception(
    "The activation is missing: your layers are matrix products alone. Each is `selu(x @ matrix)`."
)
def no_activation(x, weights):
    return moments_of(x, weights, lambda z: z)


@selu_moments.misconception(
    "You have included the input itself as the first row. One row for each layer is asked for."
)
def input_included(x, weights):
    return np.concatenate([[(np.mean(x), np.var(x))], moments_of(x, weights)])


@selu_moments.misconception(
    "The two columns are exchanged: the mean comes first, then the variance."
)
def variance_first(x, weights):
    return moments_of(x, weights)[:, ::-1]


@selu_moments.misconception(
    "Means stand in the first row and variances in the second. One row for each layer is asked "
    "for, with two columns: return the transpose."
)
def columns_for_rows(x, weights):
    return moments_of(x, weights).T


@selu_moments.misconception("That is ELU with SELU's alpha. The factor lambda is missing.")
def lambda_missing(x, weights):
    return moments_of(x, weights, lambda z: negatives_decay(z, ALPHA))


@selu_moments.misconception(
    "lambda multiplies both sides. On the left you have alpha (e^x - 1) without it."
)
def lambda_on_the_right_only(x, weights):
    return moments_of(x, weights, lambda z: np.where(z > 0, SCALE * z, negatives_decay(z, ALPHA)))


@selu_moments.misconception("lambda multiplies both sides. On the right you have x without it.")
def lambda_on_the_left_only(x, weights):
    return moments_of(x, weights, lambda z: np.where(z > 0, z, SCALE * negatives_decay(z, ALPHA)))


@selu_moments.misconception(
    "lambda and alpha are exchanged: lambda is 1.05, and alpha 1.67. lambda multiplies everything."
)
def constants_exchanged(x, weights):
    return moments_of(x, weights, lambda z: ALPHA * negatives_decay(z, SCALE))


@selu_moments.misconception(
    "alpha multiplies the whole bracket on the left: alpha (e^x - 1), not alpha e^x - 1."
)
def selu_outside_the_bracket(x, weights):
    return moments_of(x, weights, lambda z: SCALE * np.where(z > 0, z, ALPHA * np.exp(z) - 1))


@selu_moments.misconception(
    "The way is right, but lambda and alpha are rounded to four decimals. Copy all their digits "
    "from the text: through many layers small errors add up."
)
def constants_rounded(x, weights):
    return moments_of(x, weights, lambda z: 1.0507 * negatives_decay(z, 1.6733))


@selu_moments.misconception("That is ELU with alpha = 1. SELU needs its own alpha, and lambda.")
def elu_instead(x, weights):
    return moments_of(x, weights, activations.elu)


@selu_moments.misconception("These are the moments through ReLU layers. Put SELU in its place.")
def relu_instead(x, weights):
    return moments_of(x, weights, activations.relu)


@selu_moments.misconception(COMPUTES_BOTH)
def selu_computes_both(x, weights):
    return moments_of(x, weights, lambda z: SCALE * np.where(z > 0, z, ALPHA * (np.exp(z) - 1)))


@selu_moments.misconception(
    "A layer is a matrix product, `x @ matrix`. `*` multiplies element by element."
)
def element_by_element(x, weights):
    rows = []
    for matrix in weights:
        x = activations.selu(x * matrix)
        rows.append((x.mean(), x.var()))
    return np.array(rows)


@selu_moments.misconception(
    "A layer is `x @ matrix`, and the order counts: rows of x are examples, and each meets every "
    "column of the matrix."
)
def matrix_first(x, weights):
    rows = []
    for matrix in weights:
        x = activations.selu(matrix @ x)
        rows.append((x.mean(), x.var()))
    return np.array(rows)


@selu_moments.misconception(
    "You have turned the matrix round with `.T`. Here each *column* belongs to a unit of the "
    "layer: `x @ matrix`."
)
def matrix_transposed(x, weights):
    return moments_of(x, [matrix.T for matrix in weights])


@selu_moments.misconception(
    "Those are the moments of each unit, down its column. One mean and one variance are asked for, "
    "over all numbers that leave the layer: no `axis`."
)
def for_each_unit(x, weights):
    return moments_of(x, weights, after=lambda a: (a.mean(axis=0), a.var(axis=0)))


@selu_moments.misconception(DECIDED_ONCE)
def selu_decided_once(x, weights):
    return moments_of(x, weights, lambda z: SCALE * (z if z > 0 else ALPHA * np.expm1(z)))


@selu_moments.misconception(
    "lambda and alpha have too few decimals: through many layers the small difference adds up. "
    "They are 1.0507009873554805 and 1.6732632423543772."
)
def constants_of_five_decimals(x, weights):
    return moments_of(x, weights, lambda z: 1.0507 * negatives_decay(z, 1.67326))


@selu_moments.alternative
def with_own_selu(x, weights):
    return moments_of(x, weights, lambda z: SCALE * negatives_decay(z, ALPHA))


@selu_moments.alternative
def variance_from_squares(x, weights):
    return moments_of(x, weights, after=lambda a: (a.mean(), ((a - a.mean()) ** 2).mean()))


@selu_moments.alternative
def list_of_pairs(x, weights):
    return [tuple(row) for row in moments_of(x, weights).tolist()]


@selu_moments.alternative
def constants_of_seven_decimals(x, weights):
    return moments_of(x, weights, lambda z: 1.0507010 * negatives_decay(z, 1.6732632))


# --- gelu ---------------------------------------------------------------------------------------

gelu = UNIT.exercise(
    "gelu",
    signature="gelu(x)",
    points=3,
    difficulty=3,
    reference=activations.gelu,
    probes=[
        probe([1.0, -1.0], shown=True),
        *edge_cases(),
        probe([-5.0, -6.0, -12.0], note="where digits are easily lost"),
        probe([-8.0], note="far to the left"),
        probe([-2.3, -0.3], note="two negative numbers"),
        probe([-8.0, 5.1, 8.0], note="on both sides"),
        probe([1e-6, -1e-6], note="just beside 0"),
        probe([1e30], note="very far to the right"),
    ],
    random=lambda rng: (rng.normal(size=(4, 3)),),  # the far left has probes of its own
    tolerance=1e-7,
    absolute=1e-36,
    silent=True,
    forbidden=("actloss", *(package for package in FRAMEWORKS if package != "scipy")),
    hints=[
        "Phi(x) is (1 + erf(x / sqrt(2))) / 2. At -8 that is 1 minus nearly 1, and few digits are "
        "left of it.",
        "`erfc(t)` is 1 - erf(t), computed without the subtraction. And erf(-t) = -erf(t). What is "
        "1 + erf(t), written with `erfc`?",
        "1 + erf(t) = 1 - erf(-t) = erfc(-t), with t = x / sqrt(2).",
    ],
)


def chance_below(x):
    """Phi, the share of a standard normal distribution below x."""
    from scipy.special import ndtr

    return ndtr(x)


def error_function(x):
    from scipy.special import erf

    return erf(x)


@gelu.misconception(
    "The definition, and right on paper. But at -5, erf is so near to -1 that 1 + erf keeps only "
    "some ten of its 16 digits, and at -8 hardly one. Write the sum as `erfc(-x / np.sqrt(2))`."
)
def digits_cancel(x):
    return np.asarray(x) * (1 + error_function(np.asarray(x) / np.sqrt(2))) / 2


@gelu.misconception(
    "Right on paper. But at -8 the gate is 6e-16, and you compute it as 1 minus nearly 1, which "
    "keeps hardly a digit of it. `erfc(-x / np.sqrt(2)) / 2` is the gate without a subtraction."
)
def complement_cancels(x):
    return np.asarray(x) * (1 - chance_below(-np.asarray(x)))


@gelu.misconception("That is the gate, Phi(x). GELU multiplies x by it.")
def gate_alone(x):
    return chance_below(x)


@gelu.misconception(
    "Inside erf and erfc x is divided by the square root of 2. They belong to another bell curve "
    "than the standard normal one, a narrower one."
)
def root_of_two_missing(x):
    return np.asarray(x) * chance_below(np.sqrt(2) * np.asarray(x))


@gelu.misconception("x is *divided* by the square root of 2. You multiply by it.")
def multiplied_by_the_root(x):
    return np.asarray(x) * chance_below(2 * np.asarray(x))


@gelu.misconception(
    "erf alone runs from -1 to 1, and a gate has to run from 0 to 1: (1 + erf(x / sqrt(2))) / 2, "
    "which is erfc(-x / sqrt(2)) / 2."
)
def error_function_for_gate(x):
    return np.asarray(x) * error_function(np.asarray(x) / np.sqrt(2))


@gelu.misconception(
    "A bracket is missing: `*` binds more strongly than `+`. The sum 1 + erf(...) as a whole is "
    "multiplied by x / 2. (Or write it as one number, `erfc(-x / np.sqrt(2))`.)"
)
def bracket_missing(x):
    return np.asarray(x) / 2 * 1 + error_function(np.asarray(x) / np.sqrt(2))


@gelu.misconception("The sign is turned: GELU of 1 is 0.841, above 0. Is there a minus in front?")
def sign_turned(x):
    return -np.asarray(x) * chance_below(x)


@gelu.misconception(
    "Your gate falls from 1 to 0 as x grows, and it has to rise from 0 to 1. (erfc falls, so the "
    "x inside it needs a minus.)"
)
def gate_falls(x):
    return np.asarray(x) * chance_below(-np.asarray(x))


@gelu.misconception(
    "The half is missing. erfc and 1 + erf run up to 2, and the gate only to 1: GELU of 1000 is "
    "1000."
)
def half_missing(x):
    return 2 * np.asarray(x) * chance_below(x)


@gelu.misconception(
    "You have multiplied by the height of the bell curve. The gate is the area to the left of x."
)
def density_for_area(x):
    return np.asarray(x) * np.exp(-(np.asarray(x) ** 2) / 2) / np.sqrt(2 * np.pi)


@gelu.misconception(
    "That is the approximation with tanh, which goes by the same name (JAX takes it by default). "
    "It differs by up to 0.0005, and far out on the left it has no digit right. The exact one is "
    "asked for: x Phi(x)."
)
def tanh_form(x):
    x = np.asarray(x, dtype=float)
    return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2


@gelu.misconception(
    "That is SiLU: the gate is a sigmoid. GELU's gate is Phi, the area under the bell curve."
)
def silu_instead(x):
    return np.asarray(x) * np.exp(-np.logaddexp(0, -np.asarray(x)))


@gelu.misconception(
    "That is the rough approximation x sigmoid(1.702 x), off by up to 0.02. The exact GELU is "
    "asked for: x Phi(x)."
)
def rough_form(x):
    return np.asarray(x) * np.exp(-np.logaddexp(0, -1.702 * np.asarray(x)))


@gelu.misconception(
    "Python's `math` takes a single number. `scipy.special` has functions of the same names that "
    "take an array and work on each of its elements; for gelu it is `erfc`."
)
def of_one_number(x):
    return x / 2 * math.erfc(-x / math.sqrt(2))


@gelu.misconception("Without the gate's slope on the left, that is ReLU. GELU is x Phi(x).")
def relu_for_gelu(x):
    return np.maximum(x, 0)


@gelu.alternative
def complement_of_the_error_function(x):
    from scipy.special import erfc

    x = np.asarray(x)
    return x / 2 * erfc(-x / np.sqrt(2))


@gelu.alternative
def with_the_normal_distribution(x):
    return x * chance_below(x)


@gelu.alternative
def gelu_number_by_number(x):
    return each(lambda number: number / 2 * math.erfc(-number / math.sqrt(2)), x)
