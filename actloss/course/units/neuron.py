"""Unit 01: one neuron, a layer of neurons, and why two layers need a bend between them."""

from __future__ import annotations

import itertools

import numpy as np

from actloss import activations
from actloss.course.exercise import Unit, option, probe
from actloss.nn import Dense, Neuron

UNIT = Unit(
    number=1,
    slug="neuron",
    title="One neuron",
    question="What does an artificial neuron compute, and why is one not enough?",
    minutes=90,
)

# What sums lose to rounding where their terms cancel, far below anything that the unit is about.
ROUNDING = 1e-10

FOUR_INPUTS = [probe([0, 0]), probe([0, 1]), probe([1, 0]), probe([1, 1])]

# What is handed to answers as `activation`; a learner sees these names.


def identity(z):
    return z


def step(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.0)


def square(z):
    return np.asarray(z) ** 2


def opposite(z):
    return 1 - z


def tanh(z):
    return np.tanh(z)


# --- weighted sum -------------------------------------------------------------------------------

weighted_sum = UNIT.exercise(
    "weighted-sum",
    signature="weighted_sum(x, w, b)",
    points=1,
    difficulty=1,
    reference=lambda x, w, b: float(np.dot(x, w) + b),
    probes=[
        probe([1.0], [2.0], 0.0, note="one input, no bias"),
        probe([1.0], [2.0], 3.0, note="one input and a bias"),
        probe([1.0, 2.0], [3.0, 4.0], 0.5, shown=True),
        probe([1.0, 1.0], [1.0, -1.0], 0.0, note="a negative weight"),
        probe([0.0, 0.0, 0.0], [5.0, 6.0, 7.0], -2.0, note="all inputs are 0"),
        probe([1, 0, 1, 1], [2, 3, -1, 4], -2, note="whole numbers"),
        probe([1, 0, 1], [0.75, 0.5, -0.25], 0.5, note="inputs 0 or 1, decimal weights"),
        probe([0.75, 0.5, -0.25], [1, 0, 2], 1, note="decimal inputs, weights of whole numbers"),
        probe([0.25, -0.5, 0.25], [0.5, 1.5, -2.5], 0.75),
        probe([3e7, -2000.0], [0.5, 0.125], 1.0, note="large inputs"),
        probe([1.0, np.nan], [0.5, 2.0], 1.0, note="a missing input (nan): so is the sum"),
        probe([1.0, 0.0] * 20, [0.25] * 40, -4.5, note="forty inputs"),
    ],
    random=lambda rng: (*rng.normal(size=(2, int(rng.integers(2, 9)))), float(rng.normal())),
    absolute=ROUNDING,
    hints=[
        "Each input is multiplied by its own weight. What happens to the products, and what comes "
        "last?",
        "`x * w` is an array of all the products. `np.sum` adds them up, or a loop does. "
        "Add the bias to the sum, once.",
    ],
)


@weighted_sum.misconception(
    "The bias is missing. Add it to the sum: with all inputs at 0, it is all that is left."
)
def bias_forgotten(x, w, b):
    return float(np.dot(x, w))


@weighted_sum.misconception(
    "The bias has been added to every product, so it counts as often as there are inputs. "
    "A neuron has one bias: add it once, after the sum."
)
def bias_in_every_product(x, w, b):
    return float(np.sum(x * w + b))


@weighted_sum.misconception(
    "You have the products, one for each input, and they are not added up yet. A weighted sum is "
    "one number: `np.sum(x * w)`."
)
def products_not_added(x, w, b):
    return x * w + b


@weighted_sum.misconception(
    "You have the products, one for each input. Add them up, `np.sum(x * w)`, and then add the "
    "bias, once."
)
def products_alone(x, w, b):
    return x * w


@weighted_sum.misconception(
    "You have added first and multiplied then. Each input has its own weight: multiply the pairs "
    "first, `x * w`, and add up the products."
)
def sums_multiplied(x, w, b):
    return float(np.sum(x) * np.sum(w) + b)


@weighted_sum.misconception("A weight is a factor: multiply each input by its weight.")
def weights_added(x, w, b):
    return float(np.sum(x + w) + b)


@weighted_sum.misconception(
    "The bias is subtracted. Some texts write a threshold, which is subtracted; a bias is minus "
    "that threshold, and is added."
)
def bias_subtracted(x, w, b):
    return float(np.dot(x, w) - b)


@weighted_sum.misconception("The bias is no factor. Add it to the sum.")
def bias_as_a_factor(x, w, b):
    return float(np.dot(x, w) * b)


@weighted_sum.misconception(
    "The bias has been added to the inputs, so that it is weighted, too. Add it once, after the "
    "products have been added up."
)
def bias_added_to_the_inputs(x, w, b):
    return float(np.sum((x + b) * w))


@weighted_sum.misconception(
    "That is the mean of the products. A neuron adds them up: use `np.sum` in place of `np.mean`."
)
def mean_of_the_products(x, w, b):
    return float(np.mean(x * w) + b)


@weighted_sum.misconception(
    "The sum has been divided by the sum of the weights, as for a weighted mean. "
    "A neuron's weighted sum is not divided by anything."
)
def weighted_mean(x, w, b):
    return float(np.dot(x, w) / np.sum(w) + b)


@weighted_sum.misconception(
    "A `return` inside the loop gives its answer after the first input. "
    "Move it below the loop, to the left."
)
def returns_inside_the_loop(x, w, b):
    return float(x[0] * w[0] + b)


@weighted_sum.misconception(
    "Only the last product is left: `total = x * w` starts anew in each round of the loop. "
    "`total = total + x * w` adds to what is there."
)
def only_the_last_product(x, w, b):
    return float(x[-1] * w[-1] + b)


@weighted_sum.misconception(
    "You have applied the step. Here the sum itself is asked for; the activation comes in the next "
    "exercise."
)
def step_applied(x, w, b):
    return float(np.dot(x, w) + b > 0)


@weighted_sum.misconception(
    "Every input has been multiplied by every weight. Each input has one weight of its own: the "
    "first times the first, the second times the second."
)
def every_input_with_every_weight(x, w, b):
    return np.outer(x, w) + b


@weighted_sum.misconception(
    "`for i in x` hands you the numbers in x, one after another, not their positions. "
    "`for i in range(len(x))` gives the positions, which `x[i]` and `w[i]` need."
)
def numbers_for_positions(x, w, b):
    total = 0
    for i in x:
        total += x[i] * w[i]
    return total + b


@weighted_sum.misconception(
    "A negative sum has become 0. That is an activation, ReLU. Here the sum itself is asked for."
)
def rectifier_applied(x, w, b):
    return max(0.0, float(np.dot(x, w) + b))


@weighted_sum.misconception(
    "You have put the sum through a sigmoid. That is an activation; here the sum itself is asked "
    "for."
)
def sigmoid_applied(x, w, b):
    return 1 / (1 + np.exp(-(np.dot(x, w) + b)))


@weighted_sum.alternative
def with_a_matrix_product(x, w, b):
    return x @ w + b


@weighted_sum.alternative
def with_a_loop(x, w, b):
    total = b
    for value, weight in zip(x, w, strict=True):
        total += value * weight
    return total


@weighted_sum.alternative
def with_a_neuron_whose_bias_is_a_weight(x, w, b):
    return np.dot(np.append(x, 1), np.append(w, b))


@weighted_sum.alternative
def in_single_precision(x, w, b):
    return np.sum(np.float32(x) * np.float32(w)) + np.float32(b)


# --- neuron -------------------------------------------------------------------------------------

neuron = UNIT.exercise(
    "neuron",
    signature="neuron(x, w, b, activation)",
    points=1,
    difficulty=1,
    reference=lambda x, w, b, activation: float(activation(np.dot(x, w) + b)),
    probes=[
        probe([1.0], [2.0], 0.5, identity, note="`identity` returns what it is given"),
        probe([1.0, 2.0], [3.0, 4.0], 0.5, identity),
        probe([1.0, 2.0], [3.0, 4.0], 0.5, square, note="`square` returns z * z", shown=True),
        probe([1.0, 2.0], [3.0, 4.0], 0.5, opposite, note="`opposite` returns 1 - z"),
        probe([1.0, 1.0], [1.0, 1.0], -1.5, step, note="`step` returns 1 above 0, else 0"),
        probe([1.0, 0.0], [1.0, 1.0], -1.5, step),
        probe([0.0, 0.0], [1.0, 1.0], 0.5, step, note="all inputs are 0"),
        probe([1.0, -1.0, 0.5], [0.25, 0.5, -1.5], 0.375, tanh),
        probe([2, 0, -1], [1, 4, 3], 2, square, note="whole numbers"),
        probe([30.0, 0.1, -40.0], [0.5, 2.0, 0.25], -4.0, tanh),
        probe([6e7, -800.0], [0.5, 0.25], 3.5, identity, note="large inputs"),
        probe([1.0, np.nan], [0.5, 2.0], 1.0, square, note="a missing input (nan)"),
    ],
    random=lambda rng: (*rng.normal(size=(2, 4)), float(rng.normal()), tanh),
    absolute=ROUNDING,
    hints=[
        "`activation` is a function, handed to yours like any other value. You call it as "
        "`activation(...)`.",
        "What does it get? The weighted sum with the bias, which your `weighted_sum(x, w, b)` "
        "returns. What comes back is the neuron's output.",
    ],
)


@neuron.misconception(
    "That is the weighted sum, before the activation. Hand it to `activation` and return what "
    "comes back."
)
def activation_forgotten(x, w, b, activation):
    return float(np.dot(x, w) + b)


@neuron.misconception(
    "The bias is added after the activation. It belongs inside, to the weighted sum: it moves the "
    "place where the activation bends."
)
def bias_after_the_activation(x, w, b, activation):
    return float(activation(np.dot(x, w)) + b)


@neuron.misconception("The bias is missing: the activation gets the weighted sum *with* the bias.")
def bias_left_out(x, w, b, activation):
    return float(activation(np.dot(x, w)))


@neuron.misconception(
    "The activation has been applied to the inputs. It comes last: first the weighted sum with its "
    "bias, then the activation."
)
def activation_of_the_inputs(x, w, b, activation):
    return float(np.dot(activation(x), w) + b)


@neuron.misconception(
    "The activation has been applied to each product, and the results were added up. A neuron adds "
    "first, and bends the sum once."
)
def activation_of_each_product(x, w, b, activation):
    return float(np.sum(activation(x * w)) + b)


@neuron.misconception(
    "You return one number for each input: the products are bent, each by itself. Add them up "
    "first, then apply the activation to that one sum."
)
def one_output_for_each_input(x, w, b, activation):
    return activation(x * w + b)


@neuron.misconception(
    "You return one number for each input: the products are bent, each by itself, and then the "
    "bias is added. Add up the products and the bias first, then apply the activation to that one "
    "sum."
)
def one_output_and_a_late_bias(x, w, b, activation):
    return activation(x * w) + b


@neuron.misconception(
    "Your neuron has a step in any case. Which activation it has is for the caller to say: call "
    "`activation`."
)
def always_a_step(x, w, b, activation):
    return float(np.dot(x, w) + b > 0)


@neuron.misconception(
    "Your neuron has a sigmoid in any case. Which activation it has is for the caller to say: call "
    "`activation`."
)
def always_a_sigmoid(x, w, b, activation):
    return float(activations.sigmoid(np.dot(x, w) + b))


@neuron.misconception(
    "Your neuron has a rectifier in any case. Which activation it has is for the caller to say: "
    "call `activation`."
)
def always_a_rectifier(x, w, b, activation):
    return max(float(np.dot(x, w) + b), 0.0)


@neuron.misconception("The activation has been applied twice. Once is right: to the weighted sum.")
def activation_twice(x, w, b, activation):
    return float(activation(activation(np.dot(x, w) + b)))


@neuron.misconception(
    "`activation` is a function, not a number, so nothing can be multiplied with it or added to "
    "it. Call it with brackets after its name: `activation(z)`."
)
def multiplied_by_a_function(x, w, b, activation):
    return activation * (np.dot(x, w) + b)


@neuron.misconception(
    "You return the sum and the output. The neuron's output alone is asked for: what `activation` "
    "gives back."
)
def sum_and_output(x, w, b, activation):
    z = float(np.dot(x, w) + b)
    return z, float(activation(z))


@neuron.misconception(
    "You have activated each product, with the bias added to each, and summed up afterwards. A "
    "neuron has one sum: add the products and the bias first, then activate once."
)
def sum_of_activations(x, w, b, activation):
    return np.sum(activation(x * w + b))


@neuron.misconception("`weighted_sum` takes three inputs, x, w and b: it adds the bias itself.")
def weighted_sum_without_bias(x, w, b, activation):
    def weighted_sum(x, w, b):
        return np.dot(x, w) + b

    return activation(weighted_sum(x, w) + b)


@neuron.misconception(
    "You square the sum, whatever `activation` is. `square` is an example only: call the "
    "`activation` that comes in."
)
def always_a_square(x, w, b, activation):
    return float(np.dot(x, w) + b) ** 2


@neuron.alternative
def in_one_line(x, w, b, activation):
    return activation(x @ w + b)


@neuron.alternative
def by_a_loop(x, w, b, activation):
    total = b
    for i in range(len(x)):
        total = total + x[i] * w[i]
    return activation(total)


@neuron.alternative
def as_a_batch_of_one(x, w, b, activation):
    return activation(x[np.newaxis] @ w + b)[0]


# --- AND gate -----------------------------------------------------------------------------------


def firmly(z):
    """A step that takes for 0 what only rounding keeps from it, as 0.1 + 0.2 - 0.3."""
    return activations.step(np.where(np.abs(z) < 1e-12, 0.0, z))


def fires(answer, x):
    """What a neuron with a step makes of one input."""
    if len(answer) != 2:
        raise ValueError(f"two things are needed, the weights and the bias, but {len(answer)} came")
    weights, bias = answer
    return float(Neuron(np.ravel(weights), np.squeeze(bias), firmly)(x))


and_gate = UNIT.value(
    "and-gate",
    signature="and_gate = (weights, bias)",
    points=1,
    difficulty=1,
    reference=([1.0, 1.0], -1.5),
    use=fires,
    probes=FOUR_INPUTS,
    hints=[
        "Give both inputs the weight 1. What is the weighted sum for each of the four inputs?",
        "The sums are 0, 1, 1 and 2. With the bias, only the last may be above 0.",
    ],
)

SILENT_AT_ZERO = "Remember that a sum of exactly 0 does not fire."
WRONG_GATES = {
    "never": (
        [1.0, 1.0],
        -2.0,
        "Your neuron never fires. With both inputs at 1, the two weights and the bias must add up "
        f"to more than 0. {SILENT_AT_ZERO}",
    ),
    "always": (
        [1.0, 1.0],
        0.5,
        "Your neuron always fires, even without any input. A bias above 0 is enough for that: an "
        "AND needs a negative bias.",
    ),
    "or_gate": (
        [1.0, 1.0],
        -0.5,
        "That is an OR: one input is enough to fire it. Make the bias so negative that a single "
        "weight does not outweigh it, and both together do.",
    ),
    "nand_gate": (
        [-1.0, -1.0],
        1.5,
        "That is the opposite, a NAND: silent where both inputs are 1, firing elsewhere. Turn the "
        "signs of the weights and of the bias.",
    ),
    "nor_gate": (
        [-1.0, -1.0],
        0.5,
        "That is a NOR: it fires only where both inputs are 0. The weights must be positive, so "
        "that an input speaks for firing.",
    ),
    "first_input_alone": (
        [1.0, 0.0],
        -0.5,
        "Your neuron fires wherever the first input is 1, whatever the second one is. One input "
        "must not be enough: give both a positive weight, and make the bias so negative that "
        "neither weight outweighs it alone.",
    ),
    "second_input_alone": (
        [0.0, 1.0],
        -0.5,
        "Your neuron fires wherever the second input is 1, whatever the first one is. One input "
        "must not be enough: give both a positive weight, and make the bias so negative that "
        "neither weight outweighs it alone.",
    ),
    "first_without_second": (
        [1.0, -1.0],
        -0.5,
        "Your neuron fires for the first input without the second: the second speaks against it. "
        "Both weights must be positive.",
    ),
    "second_without_first": (
        [-1.0, 1.0],
        -0.5,
        "Your neuron fires for the second input without the first: the first speaks against it. "
        "Both weights must be positive.",
    ),
    "not_the_first": (
        [-1.0, 0.0],
        0.5,
        "Your neuron fires where the first input is 0. A positive weight lets an input speak for "
        "firing, a negative one against it.",
    ),
    "not_the_second": (
        [0.0, -1.0],
        0.5,
        "Your neuron fires where the second input is 0. A positive weight lets an input speak for "
        "firing, a negative one against it.",
    ),
    "first_or_not_second": (
        [1.0, -1.0],
        0.5,
        "Your neuron is silent only where the second input comes alone. It should be silent for "
        "three of the four: make both weights positive and the bias negative.",
    ),
    "second_or_not_first": (
        [-1.0, 1.0],
        0.5,
        "Your neuron is silent only where the first input comes alone. It should be silent for "
        "three of the four: make both weights positive and the bias negative.",
    ),
}


def _wrong_gate(name, weights, bias, sentence):
    def wrong():
        return weights, bias

    wrong.__name__ = name
    and_gate.misconception(sentence)(wrong)


for gate_name, gate in WRONG_GATES.items():
    _wrong_gate(gate_name, *gate)


@and_gate.alternative
def other_weights():
    return [2.0, 3.0], -4.0


@and_gate.alternative
def as_arrays():
    return np.array([0.7, 0.7]), np.array([-1.0])


@and_gate.alternative
def whole_numbers_in_lists():
    return [[1, 1], -1]


# --- boundary -----------------------------------------------------------------------------------

boundary = UNIT.exercise(
    "boundary",
    signature="boundary(x1, w, b)",
    points=2,
    difficulty=2,
    reference=lambda x1, w, b: -(w[0] * np.asarray(x1) + b) / w[1],
    probes=[
        probe([0.0], [1.0, 1.0], -1.0),
        probe([0.0, 1.0], [1.0, 1.0], -1.5, shown=True),
        probe([0.0], [1.0, 2.0], 3.0, note="at x1 = 0 the bias and the second weight decide"),
        probe([1.0, 2.0, 3.0], [2.0, 4.0], 0.0, note="no bias"),
        probe([-1.0, 0.5], [1.0, -2.0], 0.5, note="a negative weight"),
        probe([-3.0, 2.5], [0.0, 4.0], -2.0, note="the first weight is 0: a level line"),
        probe([2, 0, 1, 1], [3, 5], -4, note="whole numbers"),
        probe(0.25, [1.5, 0.5], -2.0, note="a single number, not an array"),
        probe([[0.5, -0.5], [np.nan, -6e7]], [-0.25, 0.75], 1.0, note="a table, with nan in it"),
        probe([[[0.5, -0.5]], [[2.0, 1.5]]], [1.0, 2.0], 1.0, note="an array with three axes"),
    ],
    random=lambda rng: (rng.normal(size=4), rng.uniform(0.5, 3, 2), float(rng.normal())),
    absolute=ROUNDING,
    silent=True,
    hints=[
        "On the boundary the weighted sum with the bias is 0: w[0] * x1 + w[1] * x2 + b = 0. "
        "Solve that for x2.",
        "Bring everything without x2 to the other side: w[1] * x2 = -(w[0] * x1 + b). "
        "One division is left.",
    ],
)


@boundary.misconception(
    "A sign is lost. What changes sides of the equation changes its sign: "
    "w[1] * x2 = -(w[0] * x1 + b)."
)
def sign_lost(x1, w, b):
    return (w[0] * np.asarray(x1) + b) / w[1]


@boundary.misconception(
    "The minus sign reaches the first term only. Put brackets around the sum: -(w[0] * x1 + b)."
)
def minus_for_the_first_term(x1, w, b):
    return (-w[0] * np.asarray(x1) + b) / w[1]


@boundary.misconception(
    "The bias is not divided. Both terms are divided by w[1]: put brackets around the sum."
)
def bias_not_divided(x1, w, b):
    return -w[0] * np.asarray(x1) / w[1] - b


@boundary.misconception(
    "The bias changes sides, too, and is divided by w[1] like the rest: -(w[0] * x1 + b) / w[1], "
    "with brackets around the sum."
)
def bias_left_behind(x1, w, b):
    return -w[0] * np.asarray(x1) / w[1] + b


@boundary.misconception("The bias is missing: without it, every boundary passes through (0, 0).")
def boundary_without_bias(x1, w, b):
    return -w[0] * np.asarray(x1) / w[1]


@boundary.misconception(
    "The weights are exchanged. The weight of x1 stays with x1, and the weight of x2 divides."
)
def weights_exchanged(x1, w, b):
    return -(w[1] * np.asarray(x1) + b) / w[0]


@boundary.misconception(
    "You have multiplied by w[1] where you should divide: w[1] times x2 is what stands on the "
    "other side."
)
def multiplied_by_the_weight(x1, w, b):
    return -(w[0] * np.asarray(x1) + b) * w[1]


@boundary.misconception(
    "The division by w[1] is missing: w[1] times x2 is what stands on the other side."
)
def not_divided(x1, w, b):
    return -(w[0] * np.asarray(x1) + b)


@boundary.misconception(
    "That is the slope of the boundary, -w[0] / w[1]. Its height above x1 is asked for, and the "
    "bias enters that, too."
)
def slope_of_the_boundary(x1, w, b):
    return np.full(np.shape(x1), -w[0] / w[1])


@boundary.misconception(
    "You have taken the weights for slope and height, as in y = w[0] * x + w[1]. They are the "
    "weights of x1 and x2: solve w[0] * x1 + w[1] * x2 + b = 0 for x2."
)
def weights_for_slope_and_height(x1, w, b):
    return w[0] * np.asarray(x1) + w[1]


@boundary.misconception(
    "You divide the bias alone. Both terms are divided by w[1]: `-(w[0] * x1 + b) / w[1]`."
)
def bias_alone_divided(x1, w, b):
    return -w[0] * np.asarray(x1) - b / w[1]


@boundary.misconception(
    "You have solved for x1, or divided by its weight. The height x2 is asked for: divide by w[1]."
)
def divided_by_the_first_weight(x1, w, b):
    return -(w[1] * np.asarray(x1) + b) / np.where(w[0] == 0, np.nan, w[0])


@boundary.alternative
def slope_and_height(x1, w, b):
    slope, height = -w[0] / w[1], -b / w[1]
    return slope * np.asarray(x1) + height


@boundary.alternative
def number_by_number(x1, w, b):
    flat = [(-b - w[0] * number) / w[1] for number in np.ravel(x1)]
    return np.reshape(flat, np.shape(x1)).tolist()


@boundary.alternative
def boundary_in_single_precision(x1, w, b):
    return -(np.float32(w[0]) * np.asarray(x1, np.float32) + np.float32(b)) / np.float32(w[1])


# --- the perceptron's rule ----------------------------------------------------------------------


def rosenblatt(x, target, w, b):
    """One step of the perceptron's rule, from one example."""
    error = target - float(np.dot(x, w) + b > 0)
    return w + error * x, b + error


perceptron_rule = UNIT.exercise(
    "perceptron-rule",
    signature="perceptron_rule(x, target, w, b)",
    points=2,
    difficulty=2,
    reference=rosenblatt,
    probes=[
        probe([1.0, 0.0], 1, [0.0, 0.0], 0.0, note="silent, and should fire", shown=True),
        probe([1.0, 2.0], 0, [1.0, 1.0], 0.0, note="fires, and should not"),
        probe([1.0, 2.0], 1, [1.0, 1.0], 0.0, note="fires, and should"),
        probe([1.0, 2.0], 0, [-1.0, -1.0], 0.5, note="silent, and should be"),
        probe([0.5, -1.5], 1, [2.0, 3.0], 0.25, note="silent, and should fire"),
        probe([0.5, -1.5], 0, [2.0, 3.0], 4.0, note="fires, and should not"),
        probe([0.0, 0.0], 1, [3.0, -1.0], 0.0, note="a sum of exactly 0 does not fire"),
        probe([2, 1], 0, [1, -2], 0, note="a sum of exactly 0, and whole numbers"),
        probe([1, 3, 2], 0, [4, 0, 1], -2, note="three inputs, whole numbers"),
        probe([40.0, 0.25, -700.0], 1, [1.0, 0.5, 0.25], 2.0, note="large inputs"),
        probe([0.5, -1.5], 1, [0, 0], 0, note="weights that begin as whole numbers"),
        probe([-1.0, -1.0, 1.0, 1.0], 1, [2.5, 0.0, 1.5, 0.0], 1.25, note="fires for its bias"),
        probe([1.0, 0.5], 1, [-5.0, 0.0], 0.25, note="one step is too few, but asked for"),
        probe([0.25, 0.5], 0, [0.25, -0.125], 0.03125, note="a sum just above 0"),
        probe([1.0, -1.0], 0, [1.0, 2.0], 4.0, note="fires for its bias, and should not"),
        probe([1.0, 0.5], 0, [1.0, 0.0], 2.0, note="fires, and should not"),
    ],
    random=lambda rng: (
        rng.normal(size=3),
        int(rng.integers(0, 2)),
        rng.normal(size=3),
        float(rng.normal()),
    ),
    absolute=ROUNDING,
    hints=[
        "First find the neuron's output, 1 or 0, with the step. The error is `target - output`: "
        "1, 0 or -1.",
        "The weights change by the error times the input, the bias by the error alone. Where the "
        "error is 0, nothing changes.",
        "Return both: `return w + error * x, b + error`.",
    ],
)


@perceptron_rule.misconception(
    "Your neuron learns the wrong way: it has the sign of the error turned. The error is target "
    "minus output. A neuron that should have fired needs more weight on what was there."
)
def error_turned(x, target, w, b):
    error = float(np.dot(x, w) + b > 0) - target
    return w + error * x, b + error


@perceptron_rule.misconception(
    "The bias must learn as well. Think of it as the weight of an input that is always 1: it "
    "changes by the error times 1."
)
def bias_does_not_learn(x, target, w, b):
    return rosenblatt(x, target, w, b)[0], b


@perceptron_rule.misconception(
    "The weights are to change by the error times the input. Without the input, all weights move "
    "together, also those whose input was 0 and had no part in the error."
)
def input_forgotten(x, target, w, b):
    error = target - float(np.dot(x, w) + b > 0)
    return w + error, b + error


@perceptron_rule.misconception(
    "You have taken the error of the sum: target minus weighted sum. That is another rule, by "
    "Widrow and Hoff. The perceptron's error is target minus *output*, after the step."
)
def error_of_the_sum(x, target, w, b):
    error = target - float(np.dot(x, w) + b)
    return w + error * x, b + error


@perceptron_rule.misconception(
    "You have the output of a sigmoid. A perceptron has a step: its output is 1 or 0, and its "
    "error 1, 0 or -1."
)
def error_of_a_sigmoid(x, target, w, b):
    error = target - float(activations.sigmoid(np.dot(x, w) + b))
    return w + error * x, b + error


@perceptron_rule.misconception(
    "You change the weights also where the neuron is right already. The error is target minus "
    "output, and is 0 there."
)
def learns_when_right(x, target, w, b):
    direction = 1 if target == 1 else -1
    return w + direction * x, b + direction


@perceptron_rule.misconception(
    "You change the weights only where the neuron should have fired. Where it fires and should "
    "not, the error is -1, and they must change as well."
)
def learns_from_missed_ones_only(x, target, w, b):
    error = max(target - float(np.dot(x, w) + b > 0), 0)
    return w + error * x, b + error


@perceptron_rule.misconception(
    "You always add, whether the neuron was silent and should fire or the other way round. Where "
    "it fires and should not, the error is -1: the input is subtracted."
)
def always_adds(x, target, w, b):
    error = abs(target - float(np.dot(x, w) + b > 0))
    return w + error * x, b + error


@perceptron_rule.misconception(
    "Nearly. At a sum of exactly 0 our step gives 0, and yours gives 1: write `> 0`, not `>= 0`."
)
def fires_at_zero(x, target, w, b):
    error = target - float(np.dot(x, w) + b >= 0)
    return w + error * x, b + error


@perceptron_rule.misconception(
    "The bias is added to the sum. You take it off, which is the same as comparing the sum of the "
    "products with b."
)
def decides_with_the_bias_turned(x, target, w, b):
    error = target - float(np.dot(x, w) > b)
    return w + error * x, b + error


@perceptron_rule.misconception(
    "Your function goes on until the neuron is right. The rule takes one step for each example "
    "that it meets, and comes back to it later."
)
def learns_until_right(x, target, w, b):
    for _ in range(1000):
        error = target - float(np.dot(x, w) + b > 0)
        w, b = w + error * x, b + error
    return w, b


@perceptron_rule.misconception(
    "The bias is missing from the sum that decides whether the neuron fires."
)
def decides_without_bias(x, target, w, b):
    error = target - float(np.dot(x, w) > 0)
    return w + error * x, b + error


def _with_a_rate(rate):
    """Rosenblatt's rule with one of the usual learning rates."""

    def slower(x, target, w, b):
        error = rate * (target - float(np.dot(x, w) + b > 0))
        return w + error * x, b + error

    slower.__name__ = f"learning_rate_of_{rate:g}".replace(".", "_")
    perceptron_rule.misconception(
        "You have a learning rate. It does no harm, and here there is none: the weights change by "
        "the whole error times the input."
    )(slower)


for usual_rate in (0.01, 0.1, 0.5):
    _with_a_rate(usual_rate)


@perceptron_rule.misconception(
    "You return by how much weights and bias change. Return the new ones: what they were plus the "
    "change."
)
def the_change_alone(x, target, w, b):
    error = target - float(np.dot(x, w) + b > 0)
    return error * x, error


@perceptron_rule.misconception(
    "Your targets are -1 and 1. Here they are 0 and 1, as the step's outputs."
)
def targets_of_minus_one_and_one(x, target, w, b):
    error = target - float(np.sign(np.dot(x, w) + b))
    return w + error * x, b + error


@perceptron_rule.misconception("The new weights come first, then the new bias.")
def bias_before_the_weights(x, target, w, b):
    return rosenblatt(x, target, w, b)[::-1]


@perceptron_rule.misconception("You return the weights alone. The bias has changed, too.")
def weights_alone(x, target, w, b):
    return rosenblatt(x, target, w, b)[0]


@perceptron_rule.misconception(
    "The bias has no input, so it changes by the error alone: `b + error`, one number."
)
def bias_times_the_input(x, target, w, b):
    error = target - float(np.dot(x, w) + b > 0)
    return w + error * x, b + error * x


@perceptron_rule.alternative
def by_cases(x, target, w, b):
    output = 1 if np.dot(x, w) + b > 0 else 0
    if output == target:
        return w, b
    if target == 1:
        return w + x, b + 1
    return w - x, b - 1


@perceptron_rule.alternative
def weight_by_weight(x, target, w, b):
    total = b + sum(value * weight for value, weight in zip(x, w, strict=True))
    error = target - int(total > 0)
    return [weight + error * value for value, weight in zip(x, w, strict=True)], b + error


@perceptron_rule.alternative
def bias_as_a_weight(x, target, w, b):
    inputs, weights = np.append(x, 1.0), np.append(w, b)
    weights = weights + (target - np.heaviside(inputs @ weights, 0)) * inputs
    return [weights[:-1], weights[-1]]


# --- layer --------------------------------------------------------------------------------------

layer = UNIT.exercise(
    "layer",
    answer="dense",
    signature="dense(x, W, b)",
    points=2,
    difficulty=2,
    reference=lambda x, W, b: 1.0 * (np.dot(x, W) + b),
    probes=[
        probe([[1.0]], [[2.0]], [0.5], note="one example, one input, one neuron"),
        probe([[1.0, 2.0]], [[3.0], [4.0]], [0.5], note="one example, one neuron"),
        probe([[1.0, 2.0]], [[3.0, 5.0], [4.0, 6.0]], [0.5, -0.5], note="two neurons"),
        probe([[1, 0], [0, 1]], [[0.75, 0.5], [0.25, 2.5]], [0, 1], note="inputs 0 or 1, as DNA"),
        probe(
            [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
            [[1.0, -1.0], [2.0, 0.5]],
            [0.0, 10.0],
            note="a batch of three",
            shown=True,
        ),
        probe(
            [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
            [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5]],
            [0.25, -0.25],
            note="three inputs, two neurons",
        ),
        probe(
            [[1.0, 2.0], [3.0, 4.0]],
            [[0.0, 1.0], [-2.0, 0.5]],
            [10.0, 20.0],
            note="as many examples as inputs and neurons",
        ),
        probe(
            [[1, 0], [0, 1], [2, 3], [1, 0]],
            [[1, 2, 3], [4, 5, 6]],
            [7, 8, 9],
            note="whole numbers",
        ),
        probe(np.zeros((3, 2)).tolist(), [[1.0, 2.0], [3.0, 4.0]], [5.0, -6.0], note="zeros"),
        probe([[9e7, -0.1], [-40.0, np.nan]], [[0.1], [1.5]], [-2.0], note="large, and nan"),
    ],
    random=lambda rng: (rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)),
    absolute=ROUNDING,
    hints=[
        "Begin with the shapes. x is (examples, inputs), W is (inputs, outputs), and the result is "
        "(examples, outputs). Which operation makes that of the two?",
        "The matrix product `x @ W`. Element [i, k] of it is the weighted sum of example i by "
        "neuron k. What is still missing is b, one number for each neuron.",
    ],
)


@layer.misconception(
    "The biases are missing. Add b: NumPy adds the first bias to the first column, and so on."
)
def layer_without_bias(x, W, b):
    return np.dot(x, W)


@layer.misconception(
    "W has been turned over. In this course it has a row for each input and a column for each "
    "neuron, so that `x @ W` fits as it is. (PyTorch keeps it the other way round.) Where W is "
    "square, the turned product fits, too, and is wrong: that mistake makes no noise."
)
def weights_turned_over(x, W, b):
    return x @ W.T + b


@layer.misconception(
    "The order of the two is exchanged. The examples are rows of x, and rows stand on the left: "
    "`x @ W`. Where the shapes are square, `W @ x` runs, too, and is wrong."
)
def factors_exchanged(x, W, b):
    return W @ x + b


@layer.misconception(
    "`*` multiplies element by element. A weighted sum multiplies and adds up: that is the matrix "
    "product, `@`."
)
def element_by_element(x, W, b):
    return x * W + b


@layer.misconception(
    "The biases have been laid along the examples. There is one for each neuron, which is a "
    "column: plain `+ b` does it."
)
def biases_along_the_examples(x, W, b):
    return x @ W + b[:, np.newaxis]


@layer.misconception(
    "The bias has been added before the matrix product, so that it is weighted, too. "
    "Add it afterwards."
)
def bias_before_the_weights_of_a_layer(x, W, b):
    return (x + b) @ W


@layer.misconception(
    "Rows and columns of your result are exchanged: there should be a row for each example and a "
    "column for each neuron. `x @ W + b` gives that."
)
def result_turned_over(x, W, b):
    return (x @ W + b).T


@layer.misconception(
    "All biases have been added to every neuron. Each neuron has its own: `x @ W + b`."
)
def sum_of_the_biases(x, W, b):
    return x @ W + np.sum(b)


@layer.misconception(
    "That is the first neuron's output alone. The layer has one neuron for each column of W."
)
def first_neuron_alone(x, W, b):
    return x @ W[:, 0] + b[0]


@layer.misconception(
    "That is the first example's result alone. Compute a row for every example of the batch."
)
def first_example_alone(x, W, b):
    return x[0] @ W + b


@layer.misconception(
    "You have added up over the examples, so that they are mixed. Each example is computed for "
    "itself, and gets its own row."
)
def examples_added_up(x, W, b):
    return np.sum(x, axis=0) @ W + b


@layer.misconception(
    "You have applied a rectifier. Here the layer has no activation: its weighted sums are asked "
    "for, negative ones too."
)
def with_a_rectifier(x, W, b):
    return np.maximum(x @ W + b, 0)


@layer.misconception(
    "You have applied a sigmoid. Here the layer has no activation: its weighted sums are asked for."
)
def with_a_sigmoid(x, W, b):
    return activations.sigmoid(x @ W + b)


@layer.misconception(
    "You have let each neuron decide with a step. The sums themselves are asked for here, without "
    "an activation."
)
def with_a_step(x, W, b):
    return np.where(np.dot(x, W) + b > 0, 1.0, 0.0)


@layer.alternative
def three_loops(x, W, b):
    result = np.zeros((len(x), len(b)))
    for i in range(len(x)):
        for k in range(len(b)):
            result[i, k] = b[k]
            for j in range(len(W)):
                result[i, k] += x[i, j] * W[j, k]
    return result


@layer.alternative
def neuron_by_neuron(x, W, b):
    return np.stack([x @ W[:, k] + b[k] for k in range(len(b))], axis=1)


@layer.alternative
def example_by_example(x, W, b):
    return [(row @ W + b).tolist() for row in x]


@layer.alternative
def by_einsum(x, W, b):
    return np.einsum("ij,jk->ik", x, W) + b


@layer.alternative
def layer_in_single_precision(x, W, b):
    return np.float32(x) @ np.float32(W) + np.float32(b)


# --- parameters ---------------------------------------------------------------------------------


def count_parameters(sizes):
    """Weights and biases of a network of dense layers."""
    return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(sizes))


parameters = UNIT.exercise(
    "parameters",
    signature="parameters(sizes)",
    points=1,
    difficulty=2,
    reference=count_parameters,
    probes=[
        probe((1, 1), note="one input, one neuron"),
        probe((2, 1), note="two inputs, one neuron"),
        probe((2, 3), note="two inputs, a layer of three neurons"),
        probe((2, 2, 1), note="a hidden layer of two", shown=True),
        probe((228, 1), note="one neuron that reads 57 bases"),
        probe((3, 1, 4)),
        probe((3, 3, 3), note="layers of one size"),
        probe((228, 10, 1), note="with a hidden layer of ten"),
        probe((1000, 64, 32, 10), note="two hidden layers"),
        probe((5, 4, 3, 2, 1)),
    ],
    random=lambda rng: (tuple(int(n) for n in rng.integers(1, 20, size=int(rng.integers(3, 6)))),),
    hints=[
        "Take one layer first, with 3 inputs and 2 neurons. What shape has W, and what shape has "
        "b? How many numbers are in each?",
        "A layer has `inputs * outputs` weights and `outputs` biases. A layer's inputs are the "
        "outputs of the one before.",
        "Go through the pairs of neighbours: `for i in range(len(sizes) - 1):`, with "
        "`inputs = sizes[i]` and `outputs = sizes[i + 1]`, and add up.",
    ],
)


@parameters.misconception(
    "The biases are missing. Every neuron has one: add the number of outputs of each layer."
)
def without_biases(sizes):
    return sum(inputs * outputs for inputs, outputs in itertools.pairwise(sizes))


@parameters.misconception(
    "You have one bias for each layer. Every *neuron* has one of its own: as many as the layer has "
    "outputs."
)
def one_bias_a_layer(sizes):
    return without_biases(sizes) + len(sizes) - 1


@parameters.misconception(
    "You have given the inputs biases, too. They are not neurons: the first number of `sizes` is "
    "how many numbers come in."
)
def biases_for_the_inputs(sizes):
    return without_biases(sizes) + sum(sizes)


@parameters.misconception(
    "All sizes have been multiplied together. Each layer has weights to its neighbour alone: "
    "multiply the pairs of neighbours, and add up the layers."
)
def all_multiplied(sizes):
    return int(np.prod(sizes))


@parameters.misconception(
    "You have counted neurons and inputs. A parameter is a weight or a bias: "
    "between two layers of 2 and 3 there are 2 times 3 weights."
)
def neurons_counted(sizes):
    return sum(sizes)


@parameters.misconception(
    "You have counted the biases alone, one for each neuron. The weights are missing."
)
def biases_alone(sizes):
    return sum(sizes[1:])


@parameters.misconception(
    "The biases belong to the neurons that a layer puts out, not to the inputs that it reads: "
    "a layer has `inputs * outputs + outputs` parameters."
)
def biases_on_the_wrong_side(sizes):
    return sum(inputs * outputs + inputs for inputs, outputs in itertools.pairwise(sizes))


@parameters.misconception(
    "Only the first layer has been counted. Add up over all pairs of neighbours. (Is there a "
    "`return` inside your loop?)"
)
def first_layer_alone(sizes):
    return count_parameters(sizes[:2])


@parameters.misconception(
    "The last layer is missing. There is one pair of neighbours less than there are sizes: "
    "`range(len(sizes) - 1)`."
)
def last_layer_missing(sizes):
    return count_parameters(sizes[:-1])


@parameters.misconception(
    "Only the last layer has been counted: the loop makes a new total each time round. Begin with "
    "`total = 0` before it, and write `total += ...` inside."
)
def last_layer_alone_counted(sizes):
    for inputs, outputs in itertools.pairwise(sizes):
        total = inputs * outputs + outputs
    return total


@parameters.misconception(
    "The loop goes one step too far. Three sizes have two pairs of neighbours: "
    "`range(len(sizes) - 1)`."
)
def one_pair_too_many(sizes):
    return sum(sizes[i] * sizes[i + 1] + sizes[i + 1] for i in range(len(sizes)))


@parameters.alternative
def with_indices(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1] + sizes[i + 1]
    return total


@parameters.alternative
def with_arrays_that_are_counted(sizes):
    total = 0
    for inputs, outputs in itertools.pairwise(sizes):
        total += np.zeros((inputs, outputs)).size + np.zeros(outputs).size
    return total


@parameters.alternative
def as_a_product_of_arrays(sizes):
    sizes = np.array(sizes)
    return np.dot(sizes[:-1] + 1, sizes[1:])


# --- XOR ----------------------------------------------------------------------------------------


def two_layers(answer, x):
    """What a network of two layers with steps makes of one input."""
    if len(answer) != 4:
        raise ValueError(f"four things are needed, W1, b1, W2 and b2, but {len(answer)} came")
    W1, b1, W2, b2 = answer
    hidden = Dense(W1, np.atleast_1d(b1), firmly)(x)
    return float(Neuron(np.ravel(W2), np.squeeze(b2), firmly)(hidden))


xor = UNIT.value(
    "xor",
    signature="xor = (W1, b1, W2, b2)",
    points=3,
    difficulty=3,
    reference=([[1.0, 1.0], [1.0, 1.0]], [-0.5, -1.5], [[1.0], [-1.0]], [-0.5]),
    use=two_layers,
    probes=FOUR_INPUTS,
    hints=[
        "Say it in words that one neuron understands: one input or the other, but not both. "
        "Which two hidden neurons would you like to have?",
        "An OR and an AND. Give the first hidden neuron the weights 1 and 1 and a bias of -0.5, "
        "the second the same weights and a bias of -1.5. A neuron's weights are a column of W1.",
        "The output neuron should fire where the OR fires and the AND does not: a positive weight "
        "for the first, a negative one for the second, and a bias between.",
    ],
)

PATTERNS = [(0, 0), (0, 1), (1, 0), (1, 1)]
WRONG_NETWORKS = {
    "network_never_fires": (
        (0, 0, 0, 0),
        "Your network never fires. Look at the output neuron first: with one input at 1, its "
        f"weighted sum must be above 0. {SILENT_AT_ZERO} Print the hidden layer's output for "
        "[1, 0].",
    ),
    "network_always_fires": (
        (1, 1, 1, 1),
        "Your network always fires. Look at its output neuron for [0, 0]: what do the hidden "
        "neurons send it there? With its bias that must not be above 0.",
    ),
    "network_is_or": (
        (0, 1, 1, 1),
        "That is an OR: your network fires for [1, 1], too. Let a hidden neuron notice that both "
        "inputs are there, and give it a negative weight on its way to the output.",
    ),
    "network_is_and": (
        (0, 0, 0, 1),
        "That is an AND. XOR is to fire where exactly one input is 1, and to be silent for [1, 1].",
    ),
    "network_is_opposite": (
        (1, 0, 0, 1),
        "That is the exact opposite of XOR: your network fires where both inputs are the same. "
        "Turn the signs of W2 and of b2.",
    ),
    "network_is_nand": (
        (1, 1, 1, 0),
        "That is a NAND: your network fires for [0, 0], too. It should fire where the NAND *and* "
        "an OR fire.",
    ),
    "network_is_nor": (
        (1, 0, 0, 0),
        "That is a NOR: your network fires only where both inputs are 0. XOR is to fire where "
        "exactly one input is 1.",
    ),
    "network_misses_the_first": (
        (0, 1, 0, 0),
        "Your network fires for [0, 1] and misses [1, 0]. XOR treats both inputs alike; the other "
        "case needs a hidden neuron, too. (The weights of a hidden neuron are a column of W1, not "
        "a row.)",
    ),
    "network_misses_the_second": (
        (0, 0, 1, 0),
        "Your network fires for [1, 0] and misses [0, 1]. XOR treats both inputs alike; the other "
        "case needs a hidden neuron, too. (The weights of a hidden neuron are a column of W1, not "
        "a row.)",
    ),
    "network_reads_the_first_alone": (
        (0, 0, 1, 1),
        "Your network repeats the first input. For [1, 1] it should be silent, and for [0, 1] it "
        "should fire. (The weights of a hidden neuron are a column of W1, not a row.)",
    ),
    "network_reads_the_second_alone": (
        (0, 1, 0, 1),
        "Your network repeats the second input. For [1, 1] it should be silent, and for [1, 0] it "
        "should fire. (The weights of a hidden neuron are a column of W1, not a row.)",
    ),
}


def _wrong_network(name, outputs, sentence):
    """A network that has these outputs: one hidden neuron for each input, an OR of some."""
    signs = 2.0 * np.array(PATTERNS) - 1  # (4, 2): what speaks for each of the four inputs
    biases = 0.5 - np.sum(PATTERNS, axis=1)

    def wrong():
        return signs.T, biases, np.array(outputs, float), -0.5

    wrong.__name__ = name
    xor.misconception(sentence)(wrong)


for network_name, network in WRONG_NETWORKS.items():
    _wrong_network(network_name, *network)


@xor.alternative
def or_and_nand():
    return [[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-1.5]


@xor.alternative
def each_case_by_itself():
    return np.array([[1, -1], [-1, 1]]), np.array([-0.5, -0.5]), np.array([1, 1]), -0.5


@xor.alternative
def known_from_rectifiers():
    return [[1, 1], [1, 1]], [0, -1], [1, -2], 0


@xor.alternative
def three_hidden_neurons():
    return (
        [[1, 1, -1], [1, 1, -1]],
        [-0.5, -1.5, 0.5],
        [[1.0], [-2.0], [-1.0]],
        [-0.5],
    )


# --- collapse -----------------------------------------------------------------------------------


def multiplied_out(layers):
    W, b = (1.0 * array for array in layers[0])
    for next_W, next_b in layers[1:]:
        W, b = np.dot(W, next_W), np.dot(b, next_W) + next_b
    return W, b


def random_layers(rng):
    sizes = rng.integers(1, 5, size=4)
    pairs = itertools.pairwise(sizes)
    return ([(rng.normal(size=(m, n)), rng.normal(size=n)) for m, n in pairs],)


SQUARE = ([[1.0, 2.0], [3.0, 4.0]], [1.0, -1.0])
TURNING = ([[0.0, 1.0], [-1.0, 0.5]], [0.5, 2.0])

collapse = UNIT.exercise(
    "collapse",
    signature="collapse(layers)",
    points=3,
    difficulty=3,
    reference=multiplied_out,
    probes=[
        probe([([[2.0]], [1.0])], note="a single layer"),
        probe([([[2.0]], [0.0]), ([[3.0]], [0.0])], note="two layers without bias"),
        probe([([[2.0]], [1.0]), ([[3.0]], [0.5])], note="two layers", shown=True),
        probe([([[2.0]], [1.0]), ([[3.0]], [0.5]), ([[-1.0]], [4.0])], note="three layers"),
        probe([SQUARE, TURNING], note="two inputs, two neurons in each layer"),
        probe([TURNING, SQUARE], note="the same two layers in the other order"),
        probe(
            [
                ([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]], [0.5, 0.0, 1.0]),
                ([[1.0], [2.0], [3.0]], [0.25]),
            ],
            note="two inputs, three hidden neurons, one output",
        ),
        probe(
            [([[1, 2], [0, 1]], [3, -1]), ([[2, 0], [1, 1]], [0, 5]), ([[1, 1], [0, 2]], [1, 0])],
            note="whole numbers",
        ),
        probe([SQUARE, TURNING, SQUARE, ([[1.0], [-2.0]], [0.125])], note="four layers"),
    ],
    random=random_layers,
    absolute=1e-8,
    hints=[
        "Take two layers and write them out: (x @ W1 + b1) @ W2 + b2. Multiply the bracket out.",
        "x @ (W1 @ W2) + (b1 @ W2 + b2). So the new W is `W1 @ W2`. What is the new b?",
        "Begin with `W, b = layers[0]`. For each further layer, W becomes `W @ next_W` and b "
        "becomes `b @ next_W + next_b`.",
    ],
)


@collapse.misconception(
    "The biases have only been added up. An earlier bias goes through the later layers like "
    "everything else: b1 @ W2 + b2. (Where the layers have different sizes, adding even fails.)"
)
def biases_only_added(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = W @ next_W, b + next_b
    return W, b


@collapse.misconception(
    "Only the last bias is left. The earlier ones go through the later layers and arrive at the "
    "output, too: b1 @ W2 + b2."
)
def last_bias_alone(layers):
    W, _ = multiplied_out(layers)
    return W, layers[-1][1]


@collapse.misconception(
    "The biases of the later layers are missing. Each layer adds its own: b1 @ W2 + b2."
)
def later_biases_missing(layers):
    W, b = layers[0]
    for next_W, _ in layers[1:]:
        W, b = W @ next_W, b @ next_W
    return W, b


@collapse.misconception(
    "The order is reversed. An example meets W1 first, and examples stand on the left: W1 @ W2. "
    "For matrices the order matters, even where both orders fit."
)
def order_reversed(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = next_W @ W, b @ next_W + next_b
    return W, b


@collapse.misconception(
    "That is right where a weight matrix stands on the left of its input, as in many books. In "
    "this course the examples are rows and stand on the left, so the first layer's weights come "
    "first: `W @ next_W`, and `b @ next_W + next_b`."
)
def weights_on_the_left(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = next_W @ W, next_W @ b + next_b
    return W, b


@collapse.misconception(
    "The bias must go through the later weights as W does, from the left: `b @ next_W`. "
    "`next_W @ b` mixes rows and columns."
)
def bias_from_the_right(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = W @ next_W, next_W @ b + next_b
    return W, b


@collapse.misconception(
    "The bias of each round was computed with the product of *all* weights so far. It has been "
    "through the earlier layers already: multiply it by the next layer's weights alone. (Do you "
    "change W before you use it for b?)"
)
def bias_times_the_whole_product(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W = W @ next_W
        b = b @ W + next_b
    return W, b


@collapse.misconception(
    "`*` multiplies element by element. One layer after another is the matrix product, `@`."
)
def multiplied_element_by_element(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = W * next_W, b * next_W + next_b
    return W, b


@collapse.misconception(
    "The weights have been added. Layers come one after another, so their weights multiply."
)
def weights_of_layers_added(layers):
    return sum(W for W, _ in layers), sum(b for _, b in layers)


@collapse.misconception(
    "That is the last layer by itself. The layers before it change what arrives there."
)
def last_layer_alone(layers):
    return layers[-1]


@collapse.misconception(
    "Only the first two layers have been multiplied out. Do it in a loop, for as many as there are."
)
def two_layers_alone(layers):
    return multiplied_out(layers[:2])


@collapse.misconception(
    "Your function wants exactly two layers. There may be one, or ten: begin with the first, and "
    "multiply the others in one by one, in a loop over `layers[1:]`."
)
def exactly_two_layers(layers):
    W1, b1 = layers[0]
    W2, b2 = layers[1]
    return W1 @ W2, b1 @ W2 + b2


@collapse.misconception(
    "`(W1, b1), (W2, b2) = layers` wants exactly two layers. There may be one, or ten: begin with "
    "the first, and multiply the others in one by one, in a loop over `layers[1:]`."
)
def unpacks_two_layers(layers):
    (W1, b1), (W2, b2) = layers
    return W1 @ W2, b1 @ W2 + b2


@collapse.misconception(
    "The first layer has been counted twice. If you begin with it, the loop goes over the others: "
    "`layers[1:]`. (Where it is not square, counting it twice even fails.)"
)
def first_layer_twice(layers):
    W, b = layers[0]
    for next_W, next_b in layers:
        W, b = W @ next_W, b @ next_W + next_b
    return W, b


@collapse.misconception("The weights come first, then the bias: return W, b.")
def bias_first(layers):
    return multiplied_out(layers)[::-1]


@collapse.alternative
def from_the_back(layers):
    W, b = layers[-1]
    for earlier_W, earlier_b in reversed(layers[:-1]):
        b = earlier_b @ W + b
        W = earlier_W @ W
    return W, b


@collapse.alternative
def by_asking_the_network(layers):
    def network(x):
        for W, b in layers:
            x = x @ W + b
        return x

    inputs = len(layers[0][0])
    b = network(np.zeros(inputs))
    return network(np.eye(inputs)) - b, b


@collapse.alternative
def with_the_bias_as_a_row(layers):
    whole = np.eye(len(layers[0][0]) + 1)
    for W, b in layers:
        block = np.zeros((W.shape[0] + 1, W.shape[1] + 1))
        block[:-1, :-1], block[-1, :-1], block[-1, -1] = W, b, 1
        whole = whole @ block
    return [whole[:-1, :-1].tolist(), whole[-1, :-1].tolist()]


# --- why non-linear -----------------------------------------------------------------------------

UNIT.quiz(
    "why-nonlinear",
    question="Two dense layers follow one another. What is lost without an activation between "
    "them?",
    options=[
        option(
            "a",
            "Nothing, as long as the second layer has an activation.",
            "The second layer's activation gets one weighted sum of the inputs, whatever the first "
            "layer did. So the network is one layer with that activation, and draws a straight "
            "boundary: it cannot compute XOR.",
        ),
        option(
            "b",
            "Some strength, which further layers would make up for.",
            "No number of layers makes up for it. Two multiply out to one, that one and the third "
            "multiply out to one again, and so on.",
        ),
        option(
            "c",
            "All that two layers can do and one cannot.",
            right=True,
        ),
        option(
            "d",
            "A limit on the numbers, which could then grow without end.",
            "Most activations that are used between layers set no such limit: ReLU returns any "
            "positive number unchanged. What it adds is a bend.",
        ),
        option(
            "e",
            "The probabilities: they come from the activation between layers.",
            "A probability comes from the activation at the *end*, such as a sigmoid. Between "
            "layers nothing needs to be a probability.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "What did you find in the exercise before: how many layers are left when you multiply two "
        "layers out?",
        "One layer, always. So what can the two layers do that a single one cannot?",
    ],
)
