"""Unit 15: one neuron on real DNA, and how to know how good it is."""

from __future__ import annotations

import numpy as np

from actloss.course.exercise import FRAMEWORKS, Unit, option, probe

UNIT = Unit(
    number=15,
    slug="promoters",
    title="Promoters: one neuron reads DNA",
    question="How far does one neuron get on real DNA, and how would you know?",
    minutes=90,
)

# What the answers below are built from. A learner may use NumPy, and what she wrote before.


def sigmoid(logit):
    e = np.exp(-np.abs(logit))  # never overflows
    return np.where(logit >= 0, 1, e) / (1 + e)


def mean_loss(logit, target):
    return np.mean(np.logaddexp(0, logit) - target * logit)


def slopes(x, target, w, b, l2):
    difference = (sigmoid(x @ w + b) - target) / len(target)
    return x.T @ difference + l2 * w, np.sum(difference)


def descend(x, target, steps=200, learning_rate=0.2, l2=0.01, w=0.0, b=0.0):
    """Gradient descent from the given start."""
    w = np.zeros(x.shape[1]) + w
    for _ in range(steps):
        slope_w, slope_b = slopes(x, target, w, b, l2)
        w = w - learning_rate * slope_w
        b = b - learning_rate * slope_b
    return w, b


def random_dna(rng, letters="ACGT", length=8):
    return "".join(rng.choice(list(letters), size=length))


def random_examples(rng, n=6, columns=5):
    """Inputs of any size, and labels of both classes."""
    return rng.normal(size=(n, columns)), rng.permutation(np.arange(n) % 2)


LARGE = ([[1000.0], [-900.0], [800.0]], [1, 0, 1])


# --------------------------------------------------------------------------------------------------
# promoters/encode


def one_hot_rows(sequences, alphabet="ACGT"):
    """One row a sequence; four columns a position."""
    rows = [[float(s == base) for s in text.upper() for base in alphabet] for text in sequences]
    return np.array(rows)


encode = UNIT.exercise(
    "encode",
    signature="encode(sequences)",
    points=2,
    difficulty=1,
    reference=one_hot_rows,
    probes=[
        probe(["G"]),
        probe(["GA"], shown=True),
        probe(["ACGT"]),
        probe(["AC", "GT", "TT"], note="three sequences, so three rows"),
        probe(["ANT"], note="N is a base that is not known"),
        probe(["acgt"], note="small letters"),
        probe(["gnt"], note="a small N"),
        probe(["TTGACA" * 9 + "TAT", "N" * 57]),
    ],
    random=lambda rng: ([random_dna(rng, "ACGTN"), random_dna(rng, "ACGTacgt")],),
    forbidden=("actloss", *FRAMEWORKS, "pandas", "sklearn"),
    hints=[
        "Take one letter first. Which four numbers stand for it? `letter == base` is True or "
        "False, and `float` makes 1.0 or 0.0 of that.",
        "Three loops: over the sequences, over the letters of one, over the four bases "
        '`"ACGT"`. Each sequence fills one flat list of numbers.',
        'The innermost line is `row.append(float(letter == base))`. `"acgt".upper()` is '
        '`"ACGT"`. An N equals none of the four, so its zeros come by themselves.',
    ],
)


@encode.misconception(
    "You have numbered the letters 0, 1, 2, 3. A neuron would take that for an amount: T would be "
    "three times C, and G halfway between. Give each letter a column of its own."
)
def numbers_for_letters(sequences):
    return np.array([["ACGTN".index(s) % 4 for s in text.upper()] for text in sequences], float)


ANOTHER_ORDER = (
    "Each letter has a column of its own, but in another order. Which order is a mere convention, "
    "as long as everybody keeps it: here A, C, G, T, the order of the alphabet."
)


@encode.misconception(ANOTHER_ORDER)
def order_atgc(sequences):
    return one_hot_rows(sequences, "ATGC")


@encode.misconception(ANOTHER_ORDER)
def order_atcg(sequences):
    return one_hot_rows(sequences, "ATCG")


@encode.misconception(ANOTHER_ORDER)
def order_agct(sequences):
    return one_hot_rows(sequences, "AGCT")


@encode.misconception(
    "You have put the columns of all the As first, then all the Cs, and so on. Nothing is lost "
    "that way, but here the four columns of one position stand together: position first, then "
    "letter."
)
def letters_before_positions(sequences):
    rows = one_hot_rows(sequences)
    return rows.reshape(len(sequences), -1, 4).transpose(0, 2, 1).reshape(len(sequences), -1)


@encode.misconception(
    "Your array has three axes: sequence, position, letter. A neuron takes one row of numbers for "
    "each example, so join the last two axes: `.reshape(len(sequences), -1)`."
)
def three_axes(sequences):
    return one_hot_rows(sequences).reshape(len(sequences), -1, 4)


@encode.misconception(
    "You give an N a quarter of each letter. That is a convention too, and a sensible one: each "
    "base is as likely. Here an N is four zeros: it adds nothing to the neuron's sum."
)
def quarters_for_n(sequences):
    rows = one_hot_rows(sequences).reshape(len(sequences), -1, 4)
    rows[rows.sum(axis=2) == 0] = 0.25
    return rows.reshape(len(sequences), -1)


@encode.misconception(
    "Your N becomes an A. A base that is not known should add nothing: four zeros."
)
def unknown_becomes_a(sequences):
    return one_hot_rows([text.upper().replace("N", "A") for text in sequences])


@encode.misconception(
    "Small letters become zeros. Genome files write repeats in small letters, and they are the "
    "same bases: begin with `sequence.upper()`."
)
def blind_to_small_letters(sequences):
    return np.array([[float(s == base) for s in text for base in "ACGT"] for text in sequences])


@encode.misconception(
    "A list grows on where it should begin anew. Start an empty row for *each* sequence, inside "
    "the first loop, and add it to the rows when the sequence is done."
)
def row_never_emptied(sequences):
    rows, row = [], []
    for text in sequences:
        for letter in text.upper():
            row.extend(float(letter == base) for base in "ACGT")
        rows.append(row)
    return np.array(rows)


@encode.misconception(
    "All your numbers stand in one long list. Each sequence needs a row of its own: start an empty "
    "row for each sequence, and collect the rows in a list."
)
def one_list_for_all(sequences):
    return one_hot_rows(["".join(sequences)])[0]


@encode.alternative
def rows_of_an_identity(sequences):
    rows = np.vstack([np.eye(4), np.zeros(4)])
    return np.array([rows[["ACGTN".index(s) for s in text.upper()]].ravel() for text in sequences])


@encode.alternative
def by_comparing_arrays(sequences):
    letters = np.array([list(text.upper()) for text in sequences])
    hot = letters[:, :, np.newaxis] == np.array(list("ACGT"))
    return hot.reshape(len(sequences), -1).astype(np.float32)


@encode.alternative
def whole_numbers_in_lists(sequences):
    return [[int(s == base) for s in text.upper() for base in "ACGT"] for text in sequences]


# --------------------------------------------------------------------------------------------------
# promoters/loss-and-gradient


def loss_and_slopes(x, target, w, b, l2):
    loss = mean_loss(x @ w + b, target) + l2 / 2 * np.sum(w**2)
    return loss, *slopes(x, target, w, b, l2)


loss_and_gradient = UNIT.exercise(
    "loss-and-gradient",
    signature="loss_and_gradient(x, target, w, b, l2)",
    points=3,
    difficulty=2,
    reference=loss_and_slopes,
    probes=[
        probe([[1.0, 0.0]], [1], [0.0, 0.0], 0.0, 0.0, note="one example, and all weights are 0"),
        probe([[1.0, 0.0]], [0], [0.0, 0.0], 0.0, 0.0),
        probe([[1.0, 0.0], [0.0, 1.0]], [1, 0], [1.0, -1.0], 0.5, 0.0),
        probe([[1.0, 0.0], [0.0, 1.0]], [1, 0], [1.0, -1.0], 0.5, 0.1, note="with a penalty"),
        probe([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]], [1, 1, 0], [0.5, 2.0], -1.0, 0.3),
        probe([[1.0], [1.0]], [1, 0], [1000.0], 0.0, 0.0, note="logits of 1000"),
        probe([[1.0], [1.0]], [1, 0], [-1000.0], 0.0, 0.0, note="logits of -1000"),
        probe([[1000.0], [-1000.0]], [1, 0], [-1.0], 0.0, 0.0, note="logits of -1000 and 1000"),
        probe([[1.0], [1.0]], [1, 0], [0.0], 1000.0, 0.0, note="a bias of 1000"),
        probe([[1.0], [1.0]], [1, 0], [0.0], -1000.0, 0.0, note="a bias of -1000"),
    ],
    random=lambda rng: (*random_examples(rng), rng.normal(size=5), rng.normal(), rng.uniform()),
    absolute=1e-12,
    silent=True,
    hints=[
        "First the logits: `logit = x @ w + b`, one number for each example. The mean loss of "
        "logits is the mean of `np.logaddexp(0, logit) - target * logit`.",
        "The slope of one example's loss along its logit is `sigmoid(logit) - target`. Each "
        "example counts 1/n, because the loss is a mean.",
        "A weight moves the logit by its input, so its slope adds up input times slope over the "
        "examples: `x.T @ difference`. The bias always has input 1: `difference.sum()`.",
        "The penalty is `l2 / 2 * np.sum(w ** 2)`. Its slope along w is `l2 * w`, and along b "
        "it is 0.",
    ],
)


@loss_and_gradient.misconception(
    "You add up over the examples where the mean is asked for. Divide by their number, in the loss "
    "and in both slopes; otherwise the best learning rate depends on how many examples you have."
)
def sums_over_examples(x, target, w, b, l2):
    n = len(target)
    loss, slope_w, slope_b = loss_and_slopes(x, target, w, b, 0.0)
    return n * loss + l2 / 2 * np.sum(w**2), n * slope_w + l2 * w, n * slope_b


@loss_and_gradient.misconception(
    "The loss is the mean over the examples, but your slopes are sums. They must be the slopes of "
    "that very loss: divide by the number of examples."
)
def slopes_not_averaged(x, target, w, b, l2):
    n = len(target)
    loss, _, _ = loss_and_slopes(x, target, w, b, l2)
    _, slope_w, slope_b = loss_and_slopes(x, target, w, b, 0.0)
    return loss, n * slope_w + l2 * w, n * slope_b


@loss_and_gradient.misconception(
    "The sign of your slopes is turned round. They point the way up the loss: prediction minus "
    "target. The minus sign of going down comes later, in the training step."
)
def target_minus_prediction(x, target, w, b, l2):
    loss, _, _ = loss_and_slopes(x, target, w, b, l2)
    _, slope_w, slope_b = loss_and_slopes(x, target, w, b, 0.0)
    return loss, -slope_w + l2 * w, -slope_b


@loss_and_gradient.misconception(
    "There is a factor p (1 - p) too much in your slopes, the slope of the sigmoid. It belongs to "
    "the squared error. In the cross-entropy it cancels, which is why the two are paired: what "
    "remains is prediction minus target."
)
def keeps_the_slope_of_the_sigmoid(x, target, w, b, l2):
    loss, _, _ = loss_and_slopes(x, target, w, b, l2)
    probability = sigmoid(x @ w + b)
    slope = (probability - target) * probability * (1 - probability) / len(target)
    return loss, x.T @ slope + l2 * w, np.sum(slope)


@loss_and_gradient.misconception(
    "Your penalty is l2 times the sum of squares, with slope 2 l2 w. Some programs define it so. "
    "Here there is a half in front, so that the slope is just l2 w."
)
def penalty_without_the_half(x, target, w, b, l2):
    return loss_and_slopes(x, target, w, b, 2 * l2)


@loss_and_gradient.misconception(
    "The penalty is in your loss, and its slope is missing. Add `l2 * w` to the slope of the "
    "weights."
)
def penalty_without_its_slope(x, target, w, b, l2):
    loss, _, _ = loss_and_slopes(x, target, w, b, l2)
    return (loss, *loss_and_slopes(x, target, w, b, 0.0)[1:])


@loss_and_gradient.misconception(
    "The penalty is missing in the loss or in the slope. Add `l2 / 2 * np.sum(w ** 2)` to the loss "
    "and `l2 * w` to the slope of the weights."
)
def no_penalty(x, target, w, b, l2):
    return loss_and_slopes(x, target, w, b, 0.0)


@loss_and_gradient.misconception(
    "You penalise the bias as well. It only says how common promoters are, and pulling it to zero "
    "would say that half of all DNA is promoters. Penalise the weights alone."
)
def penalises_the_bias(x, target, w, b, l2):
    loss, slope_w, slope_b = loss_and_slopes(x, target, w, b, l2)
    return loss + l2 / 2 * b**2, slope_w, slope_b + l2 * b


@loss_and_gradient.misconception(
    "Your loss takes the logarithm of a probability that has been rounded to 0 or 1, and breaks "
    "at a logit of 1000. Compute it from the logit: `np.logaddexp(0, logit) - target * logit`."
)
def logarithm_of_a_rounded_probability(x, target, w, b, l2):
    probability = sigmoid(x @ w + b)
    loss = -np.mean(target * np.log(probability) + (1 - target) * np.log(1 - probability))
    return (loss + l2 / 2 * np.sum(w**2), *loss_and_slopes(x, target, w, b, l2)[1:])


@loss_and_gradient.misconception(
    "That is the formula as it stands, but at a logit of 1000 it computes e^1000, and the loss "
    "becomes infinite. `np.logaddexp(0, logit)` is the same number without the overflow."
)
def formula_as_it_stands(x, target, w, b, l2):
    logit = x @ w + b
    loss = np.mean(np.log(1 + np.exp(logit)) - target * logit) + l2 / 2 * np.sum(w**2)
    return (loss, *loss_and_slopes(x, target, w, b, l2)[1:])


@loss_and_gradient.alternative
def one_example_at_a_time(x, target, w, b, l2):
    n = len(target)
    loss, slope_w, slope_b = 0.0, np.zeros(len(w)), 0.0
    for row, label in zip(x, target, strict=True):
        logit = np.sum(row * w) + b
        loss += (max(logit, 0) - label * logit + np.log1p(np.exp(-abs(logit)))) / n
        difference = (sigmoid(logit) - label) / n
        slope_w += difference * row
        slope_b += difference
    return loss + l2 / 2 * float(w @ w), slope_w + l2 * w, slope_b


@loss_and_gradient.alternative
def through_tanh(x, target, w, b, l2):
    logit = np.dot(x, w) + b
    difference = 0.5 + 0.5 * np.tanh(logit / 2) - target
    loss = np.logaddexp(0, np.where(target == 1, -logit, logit)).mean()
    slope_w = (difference[:, np.newaxis] * x).mean(axis=0) + l2 * w
    return [loss + 0.5 * l2 * (w**2).sum(), slope_w, difference.mean()]


# --------------------------------------------------------------------------------------------------
# promoters/train


TWO = ([[1.0, 0.0], [0.0, 1.0]], [1, 0])
FOUR = ([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]], [1, 1, 0, 1])

train = UNIT.exercise(
    "train",
    signature="train(x, target, steps=200, learning_rate=0.2, l2=0.01)",
    points=3,
    difficulty=2,
    reference=lambda x, target, steps=200, learning_rate=0.2, l2=0.01: descend(
        x, target, steps, learning_rate, l2
    ),
    probes=[
        probe(*FOUR, 0, 1.0, 0.0, note="no step yet"),
        probe(*TWO, 1, 1.0, 0.0, note="one step"),
        probe(*FOUR, 1, 1.0, 0.0, note="one step"),
        probe(*FOUR, 2, 1.0, 0.0, note="two steps"),
        probe(*FOUR, 3, 0.5, 0.2, note="with a penalty"),
        probe(*FOUR, steps=5, learning_rate=0.1, l2=0.0),
        probe([[1.0]], [1], 1, 1.0, 0.0, note="a single example"),
        probe(*LARGE, 2, 1e-6, 0.0, note="large inputs, small steps"),
        probe(*FOUR, note="the inputs that have a default left out"),
    ],
    random=lambda rng: (*random_examples(rng), int(rng.integers(5, 20)), 0.3, rng.uniform(0, 0.2)),
    absolute=1e-12,
    hints=[
        "Begin with `w = np.zeros(x.shape[1])` and `b = 0.0`. Then do one step: what does your "
        "`loss_and_gradient` return, and which way is down?",
        "One step is `w = w - learning_rate * gradient_w`, and the same for b. Compute both "
        "gradients before you change either.",
        "Repeat with `for step in range(steps):` and return both at the end: `return w, b`.",
    ],
)


@train.misconception(
    "Your neuron climbs. The gradient points the way up the loss, so take a step against it: "
    "subtract."
)
def climbs(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return descend(x, target, steps, -learning_rate, l2)


@train.misconception(
    "You change the one and then compute the other's gradient where you have arrived. Both belong "
    "to one step from one place: compute both gradients first, then change w and b."
)
def bias_after_the_weights(x, target, steps=200, learning_rate=0.2, l2=0.01):
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        w = w - learning_rate * slopes(x, target, w, b, l2)[0]
        b = b - learning_rate * slopes(x, target, w, b, l2)[1]
    return w, b


@train.misconception(
    "The bias stays 0. It is learned as well, with its own gradient: "
    "`b = b - learning_rate * gradient_b`."
)
def bias_left_alone(x, target, steps=200, learning_rate=0.2, l2=0.01):
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        w = w - learning_rate * slopes(x, target, w, b, l2)[0]
    return w, b


@train.misconception(
    "You take one step more than asked for. `range(steps)` counts 0, 1, ... up to steps - 1, which "
    "is already `steps` rounds."
)
def one_step_more(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return descend(x, target, steps + 1, learning_rate, l2)


@train.misconception(
    "You take one step fewer than asked for. `range(1, steps)` leaves the last one out."
)
def one_step_fewer(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return descend(x, target, max(steps - 1, 0), learning_rate, l2)


@train.misconception(
    "You stop after one step: is your `return` inside the loop? Move it to the left, below the "
    "loop."
)
def returns_inside_the_loop(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return descend(x, target, min(steps, 1), learning_rate, l2)


@train.misconception(
    "You compute the gradient once and take every step along it. It changes with each step: call "
    "`loss_and_gradient` inside the loop."
)
def gradient_of_the_start(x, target, steps=200, learning_rate=0.2, l2=0.01):
    w, b = np.zeros(x.shape[1]), 0.0
    slope_w, slope_b = slopes(x, target, w, b, l2)
    return w - steps * learning_rate * slope_w, b - steps * learning_rate * slope_b


@train.misconception(
    "You return the weights alone. The bias belongs to the neuron as well: `return w, b`."
)
def weights_alone(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return descend(x, target, steps, learning_rate, l2)[0]


@train.misconception(
    "Start from zeros. Random starts matter in a layer, whose neurons would otherwise all learn "
    "the same. This one is alone, and its loss has a single valley."
)
def starts_at_random(x, target, steps=200, learning_rate=0.2, l2=0.01):
    start = np.random.default_rng(0).normal(scale=0.01, size=x.shape[1])
    return descend(x, target, steps, learning_rate, l2, w=start)


@train.misconception(
    "Your weights start at one. Start from zeros, where the neuron says one half to everything."
)
def starts_at_one(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return descend(x, target, steps, learning_rate, l2, w=1.0)


@train.misconception("The penalty never reaches your step: hand `l2` on to `loss_and_gradient`.")
def drops_the_penalty(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return descend(x, target, steps, learning_rate, 0.0)


@train.misconception("The learning rate is missing: a step is learning rate times gradient.")
def steps_of_the_gradient_itself(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return descend(x, target, steps, 1.0, l2)


@train.alternative
def bias_as_one_more_weight(x, target, steps=200, learning_rate=0.2, l2=0.01):
    x = np.column_stack([x, np.ones(len(x))])
    both = np.zeros(x.shape[1])
    decay = np.full(x.shape[1], l2)
    decay[-1] = 0
    for _ in range(steps):
        slope = x.T @ (sigmoid(x @ both) - target) / len(target) + decay * both
        both = both - learning_rate * slope
    return both[:-1], both[-1]


# --------------------------------------------------------------------------------------------------
# promoters/leave-one-out


def held_out(x, target, groups, steps, learning_rate, l2):
    """For each example the probability from a neuron that has seen nothing of its group."""
    probability = np.zeros(len(target))
    for group in np.unique(groups):
        test = groups == group
        w, b = descend(x[~test], target[~test], steps, learning_rate, l2)
        probability[test] = sigmoid(x[test] @ w + b)
    return probability


def each_left_out(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return held_out(x, target, np.arange(len(target)), steps, learning_rate, l2)


TWINS = ([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], [1, 1, 0, 0])

leave_one_out = UNIT.exercise(
    "leave-one-out",
    signature="leave_one_out(x, target, steps=200, learning_rate=0.2, l2=0.01)",
    points=2,
    difficulty=3,
    reference=each_left_out,
    probes=[
        probe([[1.0], [1.0], [0.0]], [1, 1, 0], 1, 1.0, 0.0, note="three examples, one step"),
        probe(*TWINS, 3, 0.5, 0.0, note="each example has a twin"),
        probe(*FOUR, 3, 0.5, 0.0),
        probe(*FOUR, 3, 0.5, 0.3, note="with a penalty"),
        probe(*FOUR, steps=5, learning_rate=1.0, l2=0.0),
        probe(*LARGE, 2, 1e-6, 0.0, note="large inputs, small steps"),
        probe(*LARGE, 2, 0.5, 0.0, note="a neuron that is very sure"),
        probe(*TWO, note="the inputs that have a default left out"),
    ],
    random=lambda rng: (*random_examples(rng), int(rng.integers(2, 5)), 0.3, rng.uniform(0, 0.2)),
    absolute=1e-12,
    hints=[
        "For each example: train a new neuron on all the others, then ask it about this one.",
        "`others = np.arange(len(target)) != i` is True for everybody but i, and `x[others]` "
        "picks those rows.",
        "Hand the settings on: `train(x[others], target[others], steps, learning_rate, l2)`. Then "
        "store `sigmoid(x[i] @ w + b)` in place i of an array of zeros.",
    ],
)


@leave_one_out.misconception(
    "Each neuron has seen the example that it is asked about: you train on all of them. Leave "
    "example i out of both `x` and `target` before you train."
)
def trained_on_all(x, target, steps=200, learning_rate=0.2, l2=0.01):
    w, b = descend(x, target, steps, learning_rate, l2)
    return sigmoid(x @ w + b)


@leave_one_out.misconception(
    "You begin each training where the last one ended, at weights that have seen the example which "
    "is now left out. Start anew each time."
)
def goes_on_from_the_last_neuron(x, target, steps=200, learning_rate=0.2, l2=0.01):
    w, b, probability = 0.0, 0.0, np.zeros(len(target))
    for i in range(len(target)):
        others = np.arange(len(target)) != i
        w, b = descend(x[others], target[others], steps, learning_rate, l2, w, b)
        probability[i] = sigmoid(x[i] @ w + b)
    return probability


@leave_one_out.misconception(
    "You train on the one example and ask about it too. It is the other way round: train on all "
    "the others."
)
def trained_on_the_one(x, target, steps=200, learning_rate=0.2, l2=0.01):
    probability = np.zeros(len(target))
    for i in range(len(target)):
        w, b = descend(x[[i]], target[[i]], steps, learning_rate, l2)
        probability[i] = sigmoid(x[i] @ w + b)
    return probability


@leave_one_out.misconception(
    "You return logits. Put each through the sigmoid: a probability is asked for."
)
def logits(x, target, steps=200, learning_rate=0.2, l2=0.01):
    probability = each_left_out(x, target, steps, learning_rate, l2)
    return np.log(probability / (1 - probability))


@leave_one_out.misconception(
    "You return the decision, 0 or 1. Return the probability itself: whoever calls can compare it "
    "with one half, and see how sure the neuron was."
)
def decisions(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return (each_left_out(x, target, steps, learning_rate, l2) > 0.5).astype(float)


@leave_one_out.misconception(
    "You return one number, the share of errors. Return each example's probability: the errors can "
    "be counted from them, and not the other way round."
)
def share_of_errors(x, target, steps=200, learning_rate=0.2, l2=0.01):
    decided = each_left_out(x, target, steps, learning_rate, l2) > 0.5
    return np.mean(decided != (target == 1))


@leave_one_out.misconception(
    "Your neurons use the settings' defaults. Hand `steps`, `learning_rate` and `l2` on to `train`."
)
def settings_not_handed_on(x, target, steps=200, learning_rate=0.2, l2=0.01):
    return each_left_out(x, target)


@leave_one_out.alternative
def by_deleting_rows(x, target, steps=200, learning_rate=0.2, l2=0.01):
    found = []
    for i in range(len(x)):
        rest, labels = np.delete(x, i, axis=0), np.delete(target, i)
        w, b = descend(rest, labels, steps, learning_rate, l2)
        found.append(float(sigmoid(np.sum(x[i] * w) + b)))
    return found


@leave_one_out.alternative
def all_neurons_at_once(x, target, steps=200, learning_rate=0.2, l2=0.01):
    n = len(target)
    seen = 1 - np.eye(n)  # row i: what neuron i is trained on
    weights, biases = np.zeros((n, x.shape[1])), np.zeros((n, 1))
    for _ in range(steps):
        difference = (sigmoid(weights @ x.T + biases) - target) * seen / (n - 1)
        weights = weights - learning_rate * (difference @ x + l2 * weights)
        biases = biases - learning_rate * difference.sum(axis=1, keepdims=True)
    return sigmoid(np.sum(weights * x, axis=1) + biases[:, 0])


# --------------------------------------------------------------------------------------------------
# promoters/error-interval


def wilson(errors, total, z=1.96):
    rate = errors / total
    centre = rate + z**2 / (2 * total)
    reach = z * np.sqrt(rate * (1 - rate) / total + z**2 / (4 * total**2))
    return (centre - reach) / (1 + z**2 / total), (centre + reach) / (1 + z**2 / total)


error_interval = UNIT.exercise(
    "error-interval",
    signature="error_interval(errors, total)",
    points=2,
    difficulty=2,
    reference=wilson,
    probes=[
        probe(1, 2),
        probe(5, 10, shown=True),
        probe(0, 10, note="no error at all"),
        probe(10, 10, note="nothing but errors"),
        probe(3, 1000),
        probe(12, 106),
    ],
    random=lambda rng: (int(rng.integers(0, 50)), 50),
    tolerance=1e-4,  # so that 1.95996 does as well as 1.96
    absolute=1e-9,
    hints=[
        "Write the formula down in three pieces: `rate`, `centre` and `reach`. With z = 1.96 and "
        "5 errors in 10, centre over its denominator is exactly one half.",
        "The denominator is `1 + z ** 2 / total`, and both ends are divided by it.",
        "`reach = z * np.sqrt(rate * (1 - rate) / total + z ** 2 / (4 * total ** 2))`. Return the "
        "lower end first.",
    ],
)


@error_interval.misconception(
    "That is the textbook interval, rate plus or minus 1.96 standard errors. With few errors it "
    "fails: after 0 errors in 10 it says that the error rate is certainly 0. Use Wilson's."
)
def textbook_interval(errors, total):
    rate = errors / total
    reach = 1.96 * np.sqrt(rate * (1 - rate) / total)
    return rate - reach, rate + reach


@error_interval.misconception(
    "That is the textbook interval, cut off at 0 and 1. Cutting hides that it fails: after 0 "
    "errors in 10 it still says that the error rate is certainly 0. Use Wilson's."
)
def textbook_interval_cut_off(errors, total):
    low, high = textbook_interval(errors, total)
    return max(low, 0.0), min(high, 1.0)


@error_interval.misconception("You return per cent. Return fractions, between 0 and 1.")
def per_cent(errors, total):
    low, high = wilson(errors, total)
    return 100 * low, 100 * high


@error_interval.misconception(
    "That is the interval for the right answers. Count the errors: rate = errors / total."
)
def interval_of_accuracy(errors, total):
    return wilson(total - errors, total)


@error_interval.misconception(
    "Your z is 1.645. With it 5% of the cases lie outside on each side, 10% together. For 95% "
    "inside, 2.5% lie outside on each side: z = 1.96."
)
def ninety_per_cent(errors, total):
    return wilson(errors, total, z=1.645)


@error_interval.misconception(
    "Brackets are missing: Python divides before it adds, so `a / 1 + b` is a + b. Put brackets "
    "around all of `1 + z ** 2 / total`."
)
def brackets_forgotten(errors, total, z=1.96):
    rate = errors / total
    centre = rate + z**2 / (2 * total)
    reach = z * np.sqrt(rate * (1 - rate) / total + z**2 / (4 * total**2))
    return (centre - reach) / 1 + z**2 / total, (centre + reach) / 1 + z**2 / total


@error_interval.misconception("Your two ends are exchanged. Give the lower one first.")
def upper_end_first(errors, total):
    return wilson(errors, total)[::-1]


@error_interval.misconception(
    "Divide both ends by `1 + z ** 2 / total`. That is what draws the interval towards one half."
)
def no_denominator(errors, total):
    low, high = wilson(errors, total)
    return low * (1 + 1.96**2 / total), high * (1 + 1.96**2 / total)


@error_interval.alternative
def ends_of_a_quadratic(errors, total):
    # All rates r with (rate - r)^2 <= z^2 r (1 - r) / total
    rate, q = errors / total, 1.96**2 / total
    return np.sort(np.roots([1 + q, -(2 * rate + q), rate**2]).real)


# --------------------------------------------------------------------------------------------------

UNIT.quiz(
    "know-nothing",
    question=(
        "A neuron that ignores the sequence and only learns its bias says whatever was more common "
        "in training. Of the 106 pieces 53 are promoters. How many errors does leave-one-out count?"
    ),
    options=[
        option(
            "a",
            "about 53, because it is right half of the time",
            "That is what it would make on new data. Leave one promoter out and count what is "
            "left: 52 promoters and 53 others. What does the neuron say about the promoter?",
        ),
        option("b", "106: it is wrong every time", right=True),
        option(
            "c",
            "0: it is right every time",
            "Leave one promoter out: 52 promoters and 53 others are left. "
            "Which of the two is more common, and which one is asked about?",
        ),
        option(
            "d",
            "53 exactly, all of them promoters",
            "It would be, if the neuron said the same each time. But what is more common changes "
            "with what you leave out.",
        ),
    ],
    points=1,
    difficulty=2,
    hints=[
        "Leave out a promoter. How many promoters and how many others are left?",
        "52 and 53. Now leave out one of the others, and count again.",
    ],
)

# --------------------------------------------------------------------------------------------------
# promoters/read-the-weights


def letters_of(w, positions, start, length, choose=np.argmax, alphabet="ACGT"):
    rows = w.reshape(len(positions), 4)
    first = list(positions).index(start)
    return "".join(alphabet[choose(row)] for row in rows[first : first + length])


MINUS_2_TO_2 = (-2, -1, 1, 2)  # has the method `index`, as the notebook's list
SOME_WEIGHTS = [
    *[0.1, -0.9, 0.3, 0.2],  # -2: G, though C is the largest regardless of sign
    *[-0.5, -0.1, -0.2, -0.4],  # -1: C, the least unwelcome
    *[0.0, 0.1, 0.2, 0.7],  # +1: T
    *[0.6, 0.5, -0.8, 0.4],  # +2: A
]

read_the_weights = UNIT.exercise(
    "read-the-weights",
    signature="read_the_weights(w, positions, start, length)",
    points=2,
    difficulty=2,
    reference=letters_of,
    probes=[
        probe([0.0, 0.0, 1.0, 0.0], (1,), 1, 1),
        probe(SOME_WEIGHTS, MINUS_2_TO_2, -2, 2, shown=True),
        probe(SOME_WEIGHTS, MINUS_2_TO_2, -1, 1),
        probe(SOME_WEIGHTS, MINUS_2_TO_2, 1, 2, note="there is no position 0"),
        probe(SOME_WEIGHTS, MINUS_2_TO_2, -1, 3, note="across the start of transcription"),
        probe(SOME_WEIGHTS, MINUS_2_TO_2, -2, 4),
        probe([600.0, 0.1, 600.01, 0.2, *SOME_WEIGHTS[4:8]], (-50, -49), -50, 2, note="far out"),
    ],
    random=lambda rng: (rng.normal(size=28), (-4, -3, -2, -1, 1, 2, 3), int(rng.integers(1, 3)), 2),
    hints=[
        "`w.reshape(len(positions), 4)` has one row for each position, and its columns are A, C, "
        "G, T. Which row is that of `start`?",
        "`list(positions).index(start)` finds the row. Do not compute it from the number: -1 and "
        "+1 are neighbours.",
        '`"ACGT"[row.argmax()]` is the letter with the largest weight of a row, and '
        '`"".join(letters)` makes one text of a list of letters.',
    ],
)


@read_the_weights.misconception(
    "You have taken the weights as four rows, one a letter. `encode` put the four letters of one "
    "position together, so the weights are one row a position: `w.reshape(len(positions), 4)`."
)
def rows_are_letters(w, positions, start, length):
    return letters_of(w.reshape(4, len(positions)).T.ravel(), positions, start, length)


@read_the_weights.misconception(
    "You take the weight that is largest regardless of its sign. A large negative weight names the "
    "letter that speaks most against a promoter. Take the largest with its sign."
)
def largest_regardless_of_sign(w, positions, start, length):
    return letters_of(np.abs(w), positions, start, length)


@read_the_weights.misconception(
    "You take the smallest weight, the letter that speaks most against a promoter. Take the "
    "largest."
)
def smallest_weight(w, positions, start, length):
    return letters_of(w, positions, start, length, choose=np.argmin)


@read_the_weights.misconception(
    "From +1 on you read one position too far, as if there were a position 0. Biologists go from "
    "-1 to +1. Look the place up in `positions`."
)
def counts_a_position_zero(w, positions, start, length):
    first = start - positions[0]
    rows = w.reshape(len(positions), 4)
    return "".join("ACGT"[np.argmax(row)] for row in rows[first : first + length])


@read_the_weights.misconception(
    "Each position has four weights: those of row i begin at place 4 * i of `w`, not at i. "
    "`w.reshape(len(positions), 4)` spares you the counting."
)
def one_weight_a_position(w, positions, start, length):
    first = list(positions).index(start)
    return "".join("ACGT"[np.argmax(w[i : i + 4])] for i in range(first, first + length))


@read_the_weights.misconception(
    "You begin one position too late: Python counts from 0. `list(positions).index(start)` is the "
    "row itself."
)
def one_position_late(w, positions, start, length):
    first = list(positions).index(start) + 1
    rows = w.reshape(len(positions), 4)
    return "".join("ACGT"[np.argmax(row)] for row in rows[first : first + length])


@read_the_weights.misconception(
    "Your columns are A, T, G, C. `encode` wrote them in the order of the alphabet: A, C, G, T."
)
def columns_atgc(w, positions, start, length):
    return letters_of(w, positions, start, length, alphabet="ATGC")


@read_the_weights.alternative
def with_a_loop_and_max(w, positions, start, length):
    first = int(np.flatnonzero(np.asarray(positions) == start)[0])
    text = ""
    for i in range(first, first + length):
        four = [float(number) for number in w[4 * i : 4 * i + 4]]
        text += "ACGT"[four.index(max(four))]
    return text


# --------------------------------------------------------------------------------------------------
# promoters/overlap


def windows(sequence, k):
    return {sequence[i : i + k] for i in range(len(sequence) - k + 1)}


def shares_a_word(sequences, k):
    words = [windows(sequence, k) for sequence in sequences]
    return np.array(
        [
            any(words[i] & words[j] for j in range(len(words)) if j != i)
            for i in range(len(sequences))
        ]
    )


overlap = UNIT.exercise(
    "overlap",
    signature="overlap(sequences, k)",
    points=2,
    difficulty=2,
    reference=shares_a_word,
    probes=[
        probe(["AAA", "CCC"], 3, note="nothing in common"),
        probe(["GATTACA", "TTACAGG", "CCCCCCC"], 5, shown=True),
        probe(["GATTACA", "CCCCCCC", "TTACAGG"], 5, note="another order"),
        probe(["GATTACA", "TTACAGG", "CCCCCCC"], 6),
        probe(["ACGTA", "ACGTC", "GGGGG"], 4, note="the same word in the same place"),
        probe(["ACGTT", "GCGTT", "TACGA"], 3, note="also at the very end"),
        probe(["AAAA", "CCCC"], 2, note="a word that one sequence has twice"),
        probe(["AC", "AC"], 3, note="no sequence has a word of three letters"),
        probe(["AAAA"], 2, note="one sequence alone"),
        probe(["ACGT", "ACGT", "TTTT"], 3, note="the same sequence twice"),
        probe(["GAT", "CCCGAT", "AAAAAAA"], 3, note="sequences of different lengths"),
    ],
    random=lambda rng: ([random_dna(rng, "ACGT", 9) for _ in range(6)], int(rng.integers(3, 5))),
    hints=[
        "Make a set of all the words of k letters for each sequence. The word that starts at i is "
        "`sequence[i:i + k]`, and the last one starts at `len(sequence) - k`.",
        "Two sets share something if `first & second` is not empty. Compare each sequence with "
        "every *other* one: it always shares everything with itself.",
        "`any(words[i] & words[j] for j in range(len(words)) if j != i)` is one entry of the "
        "answer.",
    ],
)


@overlap.misconception(
    "You compare each sequence with itself too, and there it always agrees. Leave j == i out."
)
def compared_with_itself(sequences, k):
    return np.array([len(sequence) >= k for sequence in sequences])


@overlap.misconception(
    "You find words that are shared in the same place only. A window that was cut three bases "
    "further along has the same words in other places. Compare every word with every word."
)
def in_the_same_place(sequences, k):
    def placed(sequence):
        return {(i, sequence[i : i + k]) for i in range(len(sequence) - k + 1)}

    words = [placed(sequence) for sequence in sequences]
    n = len(words)
    return np.array([any(words[i] & words[j] for j in range(n) if j != i) for i in range(n)])


@overlap.misconception(
    "You miss the last word of each sequence. There are length - k + 1 of them: the last one "
    "starts at length - k, and `range` stops before its end."
)
def last_word_missed(sequences, k):
    words = [{sequence[i : i + k] for i in range(len(sequence) - k)} for sequence in sequences]
    n = len(words)
    return np.array([any(words[i] & words[j] for j in range(n) if j != i) for i in range(n)])


@overlap.misconception(
    "You compare each sequence with those before it only, so the first of two that overlap is "
    "missed. Compare with all the others, on both sides."
)
def only_with_those_before(sequences, k):
    words = [windows(sequence, k) for sequence in sequences]
    return np.array([any(words[i] & words[j] for j in range(i)) for i in range(len(words))])


@overlap.misconception(
    "You compare neighbours in the list only. The order of the list means nothing: compare every "
    "sequence with every other."
)
def only_neighbours(sequences, k):
    words = [windows(sequence, k) for sequence in sequences]
    n = len(words)
    return np.array(
        [any(words[i] & words[j] for j in (i - 1, i + 1) if 0 <= j < n) for i in range(n)]
    )


@overlap.misconception(
    "A word that one sequence has twice counts for you as shared. Count in how many *sequences* a "
    "word is: make a set of each sequence's words first."
)
def repeats_within_one(sequences, k):
    every = [s[i : i + k] for s in sequences for i in range(len(s) - k + 1)]
    return np.array([any(every.count(word) > 1 for word in windows(s, k)) for s in sequences])


@overlap.misconception(
    "You tell the others by their text, so two sequences that are the same do not count as two. "
    "They are the closest relatives of all. Tell them by their place in the list: j != i."
)
def others_told_by_their_text(sequences, k):
    return np.array(
        [
            any(windows(mine, k) & windows(other, k) for other in sequences if other != mine)
            for mine in sequences
        ]
    )


@overlap.misconception(
    "You count single letters or wholes, not words of k letters. Cut each sequence into all its "
    "windows of k letters: `sequence[i:i + k]`."
)
def whole_sequences(sequences, k):
    return np.array([sequences.count(sequence) > 1 for sequence in sequences])


@overlap.alternative
def by_counting_owners(sequences, k):
    owners = {}
    for number, sequence in enumerate(sequences):
        for start in range(len(sequence) - k + 1):
            owners.setdefault(sequence[start : start + k], set()).add(number)
    shared = {number for numbers in owners.values() if len(numbers) > 1 for number in numbers}
    return [number in shared for number in range(len(sequences))]


@overlap.alternative
def by_searching_texts(sequences, k):
    found = np.zeros(len(sequences), dtype=bool)
    for i, mine in enumerate(sequences):
        for j, other in enumerate(sequences):
            for start in range(len(mine) - k + 1):
                if i != j and mine[start : start + k] in other:
                    found[i] = True
    return found


# --------------------------------------------------------------------------------------------------
# promoters/leave-group-out


def each_group_left_out(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    return held_out(x, target, groups, steps, learning_rate, l2)


PAIRS = (*TWINS, [0, 0, 1, 1])
SIX = (
    [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]],
    [1, 1, 0, 0, 0, 1],
    [7, 3, 3, 9, 7, 9],
)

leave_group_out = UNIT.exercise(
    "leave-group-out",
    signature="leave_group_out(x, target, groups, steps=200, learning_rate=0.2, l2=0.01)",
    points=2,
    difficulty=3,
    reference=each_group_left_out,
    probes=[
        probe([[1.0], [1.0], [0.0]], [1, 1, 0], [0, 0, 1], 1, 1.0, 0.0, note="two groups"),
        probe(*FOUR, [0, 1, 2, 3], 3, 0.5, 0.0, note="each is a group of its own"),
        probe(*PAIRS, 3, 0.5, 0.0),
        probe(*SIX, 3, 0.5, 0.0, note="groups may have any numbers, in any order"),
        probe(*SIX, 3, 0.5, 0.3, note="with a penalty"),
        probe(*SIX, steps=5, learning_rate=1.0, l2=0.0),
        probe(*FOUR, [-900, 900, 70000, 70001], 2, 0.5, 0.0, note="four groups of one"),
        probe(*LARGE, [1, 1, 2], 2, 1e-6, 0.0, note="large inputs, small steps"),
        probe(*LARGE, [1, 1, 2], 2, 0.5, 0.0, note="a neuron that is very sure"),
        probe(*TWO, [2, 5], note="the inputs that have a default left out"),
    ],
    random=lambda rng: (
        *random_examples(rng),
        rng.permutation([4, 4, 2, 2, 8, 8]),
        int(rng.integers(2, 5)),
        0.3,
        rng.uniform(0, 0.2),
    ),
    absolute=1e-12,
    hints=[
        "As `leave_one_out`, but each round leaves out a whole group: "
        "`for group in np.unique(groups):`.",
        "`test = groups == group` is True for its members. Train on `x[~test]`, ask about "
        "`x[test]`.",
        "Store all the group's probabilities at once, each in its own place: "
        "`probability[test] = sigmoid(x[test] @ w + b)`.",
    ],
)


@leave_group_out.misconception(
    "You leave out one example at a time, and the rest of its group stays in training. That is "
    "leave-one-out, with the leak that this is to close."
)
def leaves_one_out(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    return each_left_out(x, target, steps, learning_rate, l2)


@leave_group_out.misconception(
    "You train on the group and ask about the group. It is the other way round: `x[~test]` are "
    "those to train on."
)
def trained_on_the_group(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    probability = np.zeros(len(target))
    for group in np.unique(groups):
        test = groups == group
        w, b = descend(x[test], target[test], steps, learning_rate, l2)
        probability[test] = sigmoid(x[test] @ w + b)
    return probability


@leave_group_out.misconception(
    "You train on everything, the group included. Leave it out of `x` and of `target`."
)
def no_group_left_out(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    return trained_on_all(x, target, steps, learning_rate, l2)


@leave_group_out.misconception(
    "You return logits. Put each through the sigmoid: a probability is asked for."
)
def group_logits(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    probability = each_group_left_out(x, target, groups, steps, learning_rate, l2)
    return np.log(probability / (1 - probability))


@leave_group_out.misconception(
    "The probabilities are right, but in the order of the groups. Put each where its example is: "
    "`probability[test] = ...`, not `append` or `concatenate`."
)
def in_the_order_of_groups(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    probability = each_group_left_out(x, target, groups, steps, learning_rate, l2)
    return np.concatenate([probability[groups == group] for group in np.unique(groups)])


@leave_group_out.misconception(
    "You count the groups 0, 1, 2 and so on, and never meet one that is numbered 7. "
    "`np.unique(groups)` lists those that there are."
)
def groups_counted_from_zero(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    probability = np.zeros(len(target))
    for group in range(len(np.unique(groups))):
        test = groups == group
        if test.any():
            w, b = descend(x[~test], target[~test], steps, learning_rate, l2)
            probability[test] = sigmoid(x[test] @ w + b)
    return probability


@leave_group_out.misconception(
    "Your neurons use the settings' defaults. Hand `steps`, `learning_rate` and `l2` on to `train`."
)
def defaults_for_all(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    return each_group_left_out(x, target, groups)


@leave_group_out.alternative
def one_after_the_other(x, target, groups, steps=200, learning_rate=0.2, l2=0.01):
    found = []
    for i in range(len(target)):  # trains more often than need be, and is right
        others = [j for j in range(len(target)) if groups[j] != groups[i]]
        w, b = descend(x[others], target[others], steps, learning_rate, l2)
        found.append(sigmoid(x[i] @ w + b))
    return np.array(found)


# --------------------------------------------------------------------------------------------------

UNIT.quiz(
    "what-leaks",
    question=(
        "Two neurons on the same 106 pieces. The one that reads a letter at each position makes 8 "
        "errors, whether one piece or one group is left out. The one that is told which words of "
        "five letters occur makes 2 and then 20. What explains the difference?"
    ),
    options=[
        option(
            "a",
            "It has 1,024 weights instead of 228, and more weights always overfit.",
            "More weights make it easier to learn by heart. But leave-one-out would show that as "
            "errors, and it shows 2. What has the neuron seen when one piece of a group is left "
            "out?",
        ),
        option(
            "b",
            "A word is the same word wherever it lies, so an overlapping piece is known by its "
            "words; by position, a shifted piece looks new.",
            right=True,
        ),
        option(
            "c",
            "Leaving groups out leaves fewer pieces to train on.",
            "The lesson checked that: with groups of the same sizes drawn at random it still makes "
            "2 errors. So it is not how many are left out, but which ones.",
        ),
        option(
            "d",
            "The promoters overlap one another as well.",
            "Eight of the 53 do, in pairs. But 19 of the 20 errors are pieces that are no "
            "promoters, taken for promoters.",
        ),
    ],
    points=1,
    difficulty=2,
    hints=[
        "Take ACGTACCA and shift it by one: CGTACCAG. How many positions agree? How many words of "
        "five letters do the two have in common?",
        "A leak needs two things: a relative of the test piece in training, and a model that can "
        "recognise a relative.",
    ],
)
