"""Unit 08: which output activation, loss and labels go together, and what happens if they don't."""

from __future__ import annotations

import math

import numpy as np

from actloss import losses
from actloss.course.exercise import Unit, option, probe

UNIT = Unit(
    number=8,
    slug="pairings",
    title="Pairings",
    question="Which output, loss and labels go together, and how do you notice that they do not?",
    minutes=120,
)

# What the taught formulas lose to rounding, far below anything that the unit is about.
ROUNDING = 1e-12

SUMMED = "You have added up. The loss is a mean over all examples: end with `np.mean`."
NOT_AVERAGED = (
    "You return one number for each example. The loss is one number for all of them: end with "
    "`np.mean`."
)
ONE_FOR_EACH = (
    "You have averaged. The text asks for one slope for each score, in the shape of `score`, "
    "before any averaging."
)
SIGN_TURNED = (
    "The sign is turned round. Where the prediction is too low, the loss falls when the score "
    "rises, so the slope is negative there: prediction minus target."
)


# What is handed to answers as `activation`; a learner sees these names.


def identity(z):
    return z


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def exponential(z):
    return np.exp(z)


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softplus(z):
    """log(1 + e^z), on which references and alternatives below build."""
    return np.logaddexp(0, z)


def one_by_one(of_one, score, target):
    """A function of one score and its target, applied in a loop; in the shape of the scores."""
    flat = [
        of_one(float(z), float(y)) for z, y in zip(np.ravel(score), np.ravel(target), strict=True)
    ]
    return np.reshape(flat, np.shape(score))


def scores_and_labels(rng):
    """Random scores, most of them where the curves bend, and their labels."""
    return rng.normal(scale=3, size=(4, 3)), rng.integers(2, size=(4, 3)).astype(float)


# --- choose -------------------------------------------------------------------------------------

# What each pair can say, and what each task needs. A wrong choice is told both.
OFFERS = {
    "a": "a linear output with a squared loss predicts one number of any sign, with errors of one "
    "size.",
    "b": "a single sigmoid gives one probability, for one question with yes or no.",
    "c": "a softmax with one right class gives probabilities that add up to 1, for classes that "
    "exclude one another.",
    "d": "several sigmoids give several probabilities, each for itself, which need not add up "
    "to 1.",
    "e": "a positive rate with the Poisson loss predicts how many there are, one count at a time.",
    "f": "a softmax over positions with the multinomial loss says where a given number of reads "
    "fall, and not how many there are.",
    "g": "a softmax with shares as targets is for rows of shares, which add up to 1 and do not say "
    "of how many.",
}
NEEDS = {
    "promoter": ("bc", "one yes or no for each sequence."),
    "chromatin": ("d", "919 answers, and a sequence may have many of the features at once."),
    "splice": ("c", "one of three classes: no position is a donor and an acceptor at once."),
    "genotype": ("c", "one of three genotypes, and one only is right."),
    "growth": ("a", "a measured number that may be negative, with errors of one size."),
    "coverage": ("e", "a count, 0 or above, that varies more where it is larger."),
    "profile": ("f", "where a known number of reads fall. Its targets are counts, not shares."),
    "ancestry": ("g", "three shares that add up to 1; the targets are shares themselves."),
}


def letter_for(answer, task):
    """The letter chosen for a task."""
    if not isinstance(answer, dict):
        raise TypeError("this is no dictionary, in which a letter could be looked up by its task")
    return str(answer.get(task, "nothing")).strip()


def fits(came, expected, task):
    """Whether the chosen pair fits the task, or the sentence that says why it does not."""
    right, needs = NEEDS[task]
    letter = came.lower()
    if letter not in OFFERS:
        return f"For {task!r} there should be one of the letters a to g, in quotes."
    if letter in right:
        return True
    return f"For {task!r}, {letter!r} does not fit: {OFFERS[letter]} This task asks for {needs}"


choose = UNIT.value(
    "choose",
    signature='choose = {"promoter": "b", ...}',
    points=4,
    difficulty=2,
    reference={task: right[0] for task, (right, _) in NEEDS.items()},
    use=letter_for,
    agrees=fits,
    probes=[probe(task) for task in NEEDS],
    hints=[
        "For each task ask first what one target looks like: one number, one 0 or 1, a row of "
        "them, one class, a count, a row of counts, a row of shares?",
        "Then ask what may be true at once. Classes that exclude one another share one softmax. "
        "Labels that do not exclude one another have a sigmoid each.",
        "Two tasks are about counts. In one the question is how many, in the other where. One task "
        "has targets such as 0.7, 0.2 and 0.1.",
    ],
)


def chosen(**changed):
    """The right choices, but for those named."""
    return {task: right[0] for task, (right, _) in NEEDS.items()} | changed


@choose.misconception(
    "A sigmoid and a yes or no are the right pair for one of these tasks only. Look at what a "
    "target looks like in each of the others."
)
def yes_or_no_for_all():
    return dict.fromkeys(NEEDS, "b")


@choose.misconception(
    "A softmax lets one feature rise only if another falls. Open chromatin does not forbid a bound "
    "factor, so the features must not compete."
)
def softmax_for_many_labels():
    return chosen(chromatin="c")


@choose.misconception(
    "To make a class of a person with the shares 0.5, 0.3 and 0.2 you would have to round them to "
    "1, 0 and 0, and throw the answer away."
)
def shares_made_classes():
    return chosen(ancestry="c")


@choose.misconception(
    "Squared errors take a miss of 10 reads to be as bad at 10 as at 1,000. Counts vary more where "
    "they are large, and are never negative."
)
def counts_taken_for_measurements():
    return chosen(coverage="a")


@choose.misconception(
    "Where reads fall and how many there are are two questions. Here the number is given, and only "
    "the places are asked for."
)
def profile_taken_for_coverage():
    return chosen(profile="e")


@choose.misconception(
    "Close: f and g share the softmax, and with the total fixed their slopes differ by a factor "
    "only. But the targets here are counts, and every read counts: the multinomial loss takes them "
    "as they are."
)
def counts_made_shares():
    return chosen(profile="g")


@choose.alternative
def with_spaces():
    return {task: f"{letter} " for task, letter in chosen().items()}


@choose.alternative
def softmax_of_two_classes():
    return chosen(promoter="c")


@choose.alternative
def in_capital_letters():
    return {task: letter.upper() for task, letter in chosen().items()}


# --- canonical pairs ----------------------------------------------------------------------------

UNIT.quiz(
    "canonical-pairs",
    question="For which pairs is the slope of the loss of one example, with respect to the score, "
    "exactly the prediction minus the target? Choose every one.",
    options=[
        option("a", "linear output, half the squared error", right=True),
        option(
            "b",
            "linear output, squared error",
            "The slope of the square r^2 is 2r: twice the prediction minus the target. Half the "
            "square has the slope r.",
        ),
        option("c", "sigmoid, binary cross-entropy", right=True),
        option(
            "d",
            "sigmoid, half the squared error",
            "The chain rule brings the sigmoid's slope as a factor: (p - y) p (1 - p). That factor "
            "is what stalls.",
        ),
        option("e", "softmax, categorical cross-entropy", right=True),
        option("f", "exponential, Poisson loss", right=True),
        option(
            "g",
            "softplus, Poisson loss",
            "The Poisson loss has the slope 1 - y/rate, and softplus the slope sigmoid(z). Their "
            "product is (rate - y) times sigmoid(z)/rate, which is not 1.",
        ),
    ],
    points=1,
    difficulty=2,
    hints=[
        "Multiply two slopes: that of the loss along the prediction, and that of the activation "
        "along the score.",
        "It comes out where the activation's slope is just the denominator in the slope of the "
        "loss: 1 for linear, p(1 - p) for the sigmoid, the rate itself for the exponential. "
        "There are four.",
    ],
)


# --- canonical gradient -------------------------------------------------------------------------

canonical_gradient = UNIT.exercise(
    "canonical-gradient",
    signature="canonical_gradient(score, target, activation)",
    points=2,
    difficulty=1,
    reference=lambda score, target, activation: activation(score) - target,
    probes=[
        probe([1.5], [1.0], identity, note="`identity` returns what it is given"),
        probe([0.0, 2.0], [1.0, 0.0], sigmoid, shown=True),
        probe([-8.0], [1.0], sigmoid, note="confidently wrong"),
        probe([1.0, 0.0], [3.0, 0.0], exponential, note="counts"),
        probe([[1.0, 2.0, 0.5]], [[0.0, 1.0, 0.0]], softmax, note="one example, three classes"),
        probe([[2, 0, -1], [0, 3, 1]], [[1, 0, 0], [0, 0, 1]], softmax, note="whole numbers"),
        probe([[0.5, -1.0, 0.25]], [[0.7, 0.2, 0.1]], softmax, note="shares as targets"),
        probe([[-99.5, -101.0, -99.75]], [[0.7, 0.2, 0.1]], softmax, note="scores far below 0"),
        probe(
            [[[0.5, -1.5]], [[2.5, 0.25]]], [[[1.0, 0.0]], [[0.0, 1.0]]], sigmoid, note="three axes"
        ),
        probe([1000.0, -1000.0], [0.0, 1.0], sigmoid, note="far out"),
        probe([3e7, -0.5, 250.0], [2.0, -1.5, 249.0], identity, note="large numbers"),
    ],
    random=lambda rng: (*scores_and_labels(rng), sigmoid),
    absolute=ROUNDING,
    hints=[
        "`activation` is a function, handed to yours. `activation(score)` is the prediction.",
        "For all four pairs the slope is the same: the prediction minus the target. You need no "
        "`if`, and not even the name of the loss.",
    ],
)


@canonical_gradient.misconception(SIGN_TURNED)
def target_minus_prediction(score, target, activation):
    return target - activation(score)


@canonical_gradient.misconception(
    "That is the score minus the target. The score goes through the activation first: that makes "
    "the prediction."
)
def score_minus_target(score, target, activation):
    return score - target


@canonical_gradient.misconception(
    "The factor p(1 - p) has been taken twice. The slope of the loss has p(1 - p) below the line, "
    "the sigmoid's slope has it above, and they cancel: only p - y is left."
)
def times_the_slope(score, target, activation):
    p = activation(score)
    return (p - target) * p * (1 - p)


@canonical_gradient.misconception(
    "There is a 2 too many. It belongs to the squared error itself; the canonical loss of a linear "
    "output is half the square."
)
def with_a_two(score, target, activation):
    return 2 * (activation(score) - target)


@canonical_gradient.misconception(ONE_FOR_EACH)
def slopes_averaged(score, target, activation):
    return np.mean(activation(score) - target)


@canonical_gradient.misconception(
    "You have divided by the number of scores, as a mean over the batch would. Here the slope of "
    "each example's own loss is asked for."
)
def divided_by_n(score, target, activation):
    return (activation(score) - target) / np.size(score)


@canonical_gradient.misconception(
    "The activation has been applied to the target, too. A target is a prediction's equal already: "
    "a 0 or 1, a count, a row that adds up to 1."
)
def activation_of_the_target(score, target, activation):
    return activation(score) - activation(target)


@canonical_gradient.misconception(
    "That is the prediction. What teaches is its distance from the target: subtract it."
)
def prediction_alone(score, target, activation):
    return activation(score)


@canonical_gradient.misconception(
    "You have subtracted before the activation. The score and the target are no equals: only the "
    "prediction can be compared with the target."
)
def subtracted_inside(score, target, activation):
    return activation(score - target)


@canonical_gradient.misconception(
    "A slope has a sign: it says which way the score should go. Take no absolute value."
)
def distance_without_sign(score, target, activation):
    return np.abs(activation(score) - target)


@canonical_gradient.alternative
def difference(score, target, activation):
    return np.subtract(activation(score), target)


@canonical_gradient.alternative
def minus_turned(score, target, activation):
    return -(target - activation(score))


@canonical_gradient.alternative
def canonical_in_single_precision(score, target, activation):
    return np.float32(activation(score)) - np.float32(target)


@canonical_gradient.alternative
def canonical_as_a_list(score, target, activation):
    return np.asarray(activation(score) - target).tolist()


# --- sigmoid and squared error: stalled ---------------------------------------------------------

stalled = UNIT.exercise(
    "stalled",
    signature="stalled(score, target)",
    points=2,
    difficulty=2,
    reference=lambda score, target: (
        2 * (sigmoid(score) - target) * sigmoid(score) * sigmoid(np.negative(score))
    ),
    probes=[
        probe([0.0], [1.0], shown=True),
        probe([-8.0], [1.0], note="confidently wrong"),
        probe([8.0], [0.0], note="confidently wrong, the other way"),
        probe([8.0], [1.0], note="confidently right"),
        probe([1.0, -1.0, 0.5, 2.0], [0.0, 0.0, 1.0, 1.0]),
        probe([[2, 0, -3], [1, -1, 0]], [[1, 0, 1], [0, 1, 0]], note="a table of whole numbers"),
        probe([0.5, -0.25], [0.7, 0.2], note="shares as targets"),
        probe([[[0.5, -0.5]], [[1.5, -2.5]]], [[[1.0, 0.0]], [[0.0, 1.0]]], note="three axes"),
        probe([1000.0, -1000.0], [0.0, 1.0], note="far out"),
        probe([-12.0, 12.0, -18.0], [1.0, 0.0, 1.0], note="slopes that are small, but not 0"),
    ],
    random=scores_and_labels,
    absolute=2e-12,
    silent=True,
    hints=[
        "Two steps, two slopes: the square has 2(p - y), the sigmoid p(1 - p). The chain rule "
        "multiplies them.",
        "Compute `p = sigmoid(score)` once, with the `sigmoid` from the top of the notebook. Then "
        "`2 * (p - target) * p * (1 - p)`.",
    ],
)


@stalled.misconception(
    "That is the slope under cross-entropy, p - y. Under squares the sigmoid's slope p(1 - p) "
    "stays as a factor, and so does the 2."
)
def slope_of_cross_entropy(score, target):
    return sigmoid(score) - target


@stalled.misconception(
    "Half the chain rule: 2(p - y) is the slope along the prediction. Multiply it by the slope of "
    "the prediction along the score, p(1 - p)."
)
def sigmoid_slope_left_out(score, target):
    return 2 * (sigmoid(score) - target)


@stalled.misconception(
    "The 2 is missing: the slope of (p - y)^2 is 2(p - y). Only half the square is without it."
)
def two_left_out(score, target):
    p = sigmoid(score)
    return (p - target) * p * (1 - p)


@stalled.misconception(SIGN_TURNED)
def stalled_sign_turned(score, target):
    p = sigmoid(score)
    return 2 * (target - p) * p * (1 - p)


@stalled.misconception(ONE_FOR_EACH)
def stalled_averaged(score, target):
    p = sigmoid(score)
    return np.mean(2 * (p - target) * p * (1 - p))


@stalled.misconception("1 - p^2 is tanh's rule. The sigmoid's slope is p - p^2, that is p(1 - p).")
def slope_of_tanh(score, target):
    p = sigmoid(score)
    return 2 * (p - target) * (1 - p**2)


@stalled.misconception(
    "You have put the score where the prediction belongs: the sigmoid's slope is p(1 - p), with "
    "the sigmoid's *output* p."
)
def score_for_output(score, target):
    return 2 * (sigmoid(score) - target) * score * (1 - score)


@stalled.misconception("That is the loss, (p - y)^2. Its slope along the score is asked for.")
def loss_for_slope(score, target):
    return (sigmoid(score) - target) ** 2


@stalled.misconception(
    "The formula is right, but `np.exp(1000)` overflows on the way. Use the `sigmoid` from the top "
    "of the notebook."
)
def overflows_on_the_way(score, target):
    p = 1 / (1 + np.exp(-score))
    return 2 * (p - target) * p * (1 - p)


@stalled.alternative
def chain_rule(score, target):
    p = sigmoid(score)
    return 2 * (p - target) * p * (1 - p)


@stalled.alternative
def without_subtraction(score, target):
    return 2 * (sigmoid(score) - target) * sigmoid(score) * sigmoid(np.negative(score))


@stalled.alternative
def by_masks(score, target):
    score = np.asarray(score, dtype=float)
    p = np.zeros(score.shape)
    p[score >= 0] = 1 / (1 + np.exp(-score[score >= 0]))
    p[score < 0] = np.exp(score[score < 0]) / (1 + np.exp(score[score < 0]))
    return 2 * (p - target) * p * (1 - p)


@stalled.alternative
def by_logaddexp(score, target):
    p = np.exp(-np.logaddexp(0, -np.asarray(score)))
    return 2 * (p - target) * p * (1 - p)


@stalled.alternative
def stalled_one_by_one(score, target):
    def of_one(z, y):
        p = float(sigmoid(z))
        return 2 * (p - y) * p * (1 - p)

    return one_by_one(of_one, score, target)


@stalled.alternative
def stalled_in_single_precision(score, target):
    p = sigmoid(np.float32(score))
    return 2 * (p - np.float32(target)) * p * (1 - p)


# --- tanh and binary cross-entropy --------------------------------------------------------------

tanh_bce = UNIT.exercise(
    "tanh-bce",
    signature="tanh_bce(score, target)",
    points=3,
    difficulty=3,
    reference=lambda score, target: losses.binary_cross_entropy_with_logits(
        2 * np.asarray(score), target
    ),
    probes=[
        probe([0.0], [1.0], shown=True),
        probe([1.0], [1.0]),
        probe([1.0], [0.0]),
        probe([-1.0], [1.0], note="tanh is negative here"),
        probe([-6.0], [0.0], note="right, and rather sure"),
        probe([0.5, -2.0, 1.5], [1.0, 0.0, 0.0], note="three examples"),
        probe([[2, 0, -1], [1, 3, -2]], [[1, 0, 0], [0, 1, 1]], note="a table of whole numbers"),
        probe([0.5, -0.25], [0.7, 0.2], note="shares as targets"),
        probe([[[0.5, -0.5]], [[1.5, -2.5]]], [[[1.0, 0.0]], [[0.0, 1.0]]], note="three axes"),
        probe([1000.0, -1000.0], [1.0, 0.0], note="far out, and right"),
        probe([1000.0, -1000.0], [0.0, 1.0], note="far out, and wrong"),
        probe([3e6, -1.0], [0.0, 1.0], note="farther out, and wrong"),
    ],
    random=scores_and_labels,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "tanh runs from -1 to 1. Which shift and which factor make it run from 0 to 1?",
        "(1 + tanh(z)) / 2 is the sigmoid of 2z. So this is the cross-entropy of a sigmoid whose "
        "score is 2z, and the form from the score needs no logarithm of 0.",
        "`cross_entropy_with_logits(score, target)` at the top of the notebook is that form. Which "
        "score do you give it?",
    ],
)


def cross_entropy(p, target):
    """As typed naively, from probabilities."""
    return -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p))


@tanh_bce.misconception(
    "Where tanh is negative its logarithm does not exist, and the loss is nan. Bring it to between "
    "0 and 1 first."
)
def not_rescaled(score, target):
    return cross_entropy(np.tanh(score), target)


@tanh_bce.misconception(
    "Shifted, but not halved: tanh + 1 runs from 0 to 2. Above 1 the logarithm of 1 - p does not "
    "exist. Divide by 2."
)
def not_halved(score, target):
    return cross_entropy(1 + np.tanh(score), target)


@tanh_bce.misconception(
    "An absolute value folds the curve: then a score of -3 and a score of 3 predict the same. "
    "Shift and halve instead: (1 + tanh) / 2."
)
def folded(score, target):
    return cross_entropy(np.abs(np.tanh(score)), target)


@tanh_bce.misconception(
    "That is the sigmoid's own loss. The rescaled tanh is twice as steep: (1 + tanh(z)) / 2 is the "
    "sigmoid of 2z."
)
def sigmoid_of_the_score(score, target):
    return np.mean(softplus(score) - target * score)


@tanh_bce.misconception(
    "Half of z, where twice z is needed: (1 + tanh(z)) / 2 is the sigmoid of 2z. (The other way "
    "round, the sigmoid of z is (1 + tanh(z / 2)) / 2.)"
)
def sigmoid_of_half_the_score(score, target):
    return np.mean(softplus(score / 2) - target * score / 2)


@tanh_bce.misconception(
    "You have rescaled the labels to -1 and 1. Rescale the prediction instead: in cross-entropy "
    "the labels are weights, and a weight of -1 rewards being wrong."
)
def labels_rescaled(score, target):
    p = sigmoid(2 * np.asarray(score))
    return cross_entropy(p, 2 * np.asarray(target) - 1)


@tanh_bce.misconception(
    "Right on paper. But at 1000, p is stored as exactly 1, and 0 times the logarithm of 0 is "
    "nan. Compute it from the score: it is the cross-entropy of a sigmoid of 2z."
)
def logarithm_of_zero(score, target):
    return cross_entropy((1 + np.tanh(score)) / 2, target)


NOT_HIDDEN = (
    "Clipping, or something small added in the logarithm, hides the problem and changes the "
    "answer: a confident mistake at 1000 costs 2000, not a few tens. Compute it from the score: it "
    "is the cross-entropy of a sigmoid of 2z."
)


def clipped(digits, score, target):
    small = 10.0**-digits
    return cross_entropy(np.clip(sigmoid(2 * np.asarray(score)), small, 1 - small), target)


def added(digits, score, target):
    small = 10.0**-digits
    p = sigmoid(2 * np.asarray(score))
    target = np.asarray(target)
    return -np.mean(target * np.log(p + small) + (1 - target) * np.log(1 - p + small))


DIGITS_OF_SMALL_NUMBERS = (6, 7, 8, 9, 10, 12, 15, 16)
tanh_bce.misconceptions_with(DIGITS_OF_SMALL_NUMBERS, [clipped, added], NOT_HIDDEN)


@tanh_bce.misconception(
    "`np.tanh` has been applied, and then the form that expects a score and applies a sigmoid by "
    "itself. That squashes twice. Give it 2z, not tanh."
)
def squashed_twice(score, target):
    t = np.tanh(score)
    return np.mean(softplus(t) - target * t)


@tanh_bce.misconception(
    "That p is a probability already, and the form that starts from the score applies a sigmoid to "
    "it. That squashes twice. Give it the score that belongs to p: 2z."
)
def rescaled_and_squashed_again(score, target):
    p = (1 + np.tanh(score)) / 2
    return np.mean(softplus(p) - target * p)


@tanh_bce.misconception(SUMMED)
def tanh_bce_summed(score, target):
    return np.sum(softplus(2 * np.asarray(score)) - 2 * np.asarray(score) * target)


@tanh_bce.misconception(NOT_AVERAGED)
def tanh_bce_not_averaged(score, target):
    return softplus(2 * np.asarray(score)) - 2 * np.asarray(score) * target


@tanh_bce.misconception(
    "The sign is turned round: a loss is minus the logarithm of the probability, and never below 0."
)
def log_likelihood(score, target):
    return np.mean(2 * np.asarray(score) * target - softplus(2 * np.asarray(score)))


@tanh_bce.alternative
def from_twice_the_score(score, target):
    z = 2 * np.asarray(score)
    return np.mean(softplus(z) - target * z)


@tanh_bce.alternative
def by_maximum(score, target):
    z = 2.0 * np.asarray(score)
    return np.mean(np.maximum(z, 0) - z * target + np.log1p(np.exp(-np.abs(z))))


@tanh_bce.alternative
def tanh_bce_one_by_one(score, target):
    def of_one(z, y):
        return max(2 * z, 0) - 2 * z * y + math.log1p(math.exp(-abs(2 * z)))

    return float(one_by_one(of_one, score, target).mean())


@tanh_bce.alternative
def tanh_bce_in_single_precision(score, target):
    z = 2 * np.asarray(score, dtype=np.float32)
    return np.mean(softplus(z) - np.float32(target) * z)


# --- stuck loss ---------------------------------------------------------------------------------

UNIT.quiz(
    "stuck-loss",
    question="A network tells human from worm DNA; half of the test sequences are of each. It "
    "reports an accuracy of 0.93 and a binary cross-entropy of 0.54. More training changes "
    "neither much. Its outputs lie between 0 and 1, many of them near 0 and 1. What is the most "
    "likely cause?",
    options=[
        option(
            "a",
            "the learning rate is too low",
            "Then the accuracy would be low as well. Here the network has learned: 93 of 100 are "
            "right, and the outputs are near 0 and 1.",
        ),
        option(
            "b",
            "the loss applies a sigmoid to outputs that come out of a sigmoid",
            right=True,
        ),
        option(
            "c",
            "the classes are unbalanced",
            "Half of the sequences are of each class. And imbalance would rather lower the loss: "
            "a model that always says the more frequent class is then surprised less often.",
        ),
        option(
            "d",
            "it is sure of itself where it is wrong",
            "Seven mistakes in a hundred could bring the mean to 0.54 if each cost nearly 8. But "
            "then all others would have to cost almost nothing, and more training would change "
            "the number. Look at what a right answer costs first.",
        ),
        option(
            "e",
            "nothing is wrong: 0.54 is a good loss for an accuracy of 0.93",
            "A model that says 0.93 for its answer each time, and is right 93 times in 100, has a "
            "loss of 0.25. Saying 0.5 each time costs 0.69.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "What does one confident, right answer cost here? Put an output of 1 into log(1 + e^(-1)).",
        "With outputs between 0 and 1 a second sigmoid gives between 0.5 and 0.731. Compute the "
        "lowest possible mean loss on balanced data from that, and compare it with 0.54.",
    ],
)


# --- the floor of the double sigmoid ------------------------------------------------------------

FLOOR_YES, FLOOR_NO = math.log(1 + math.exp(-1)), math.log(2)

double_sigmoid_floor = UNIT.exercise(
    "double-sigmoid-floor",
    signature="double_sigmoid_floor(labels)",
    points=2,
    difficulty=2,
    reference=lambda labels: float(np.mean(np.where(np.asarray(labels) == 1, FLOOR_YES, FLOOR_NO))),
    probes=[
        probe([0, 1], shown=True),
        probe([1], note="all positive"),
        probe([0], note="all negative"),
        probe([1, 0, 0, 0], note="one in four is positive"),
        probe([1.0, 1.0, 0.0], note="labels as numbers with a decimal point"),
        probe([[1, 0, 0], [0, 0, 0]], note="a table: several labels for each example"),
        probe([[0.0], [1.0], [1.0], [1.0], [1.0]], note="a column"),
        probe([1] + [0] * 999, note="one in a thousand is positive"),
    ],
    random=lambda rng: (rng.integers(2, size=rng.integers(3, 30)),),
    absolute=ROUNDING,
    hints=[
        "The model's outputs lie between 0 and 1. Which of them is best for a positive example, "
        "and which for a negative one?",
        "A positive costs log(1 + e^(-1)) at best, where the output is 1. A negative costs log(2) "
        "at best, where it is 0. Average over the labels.",
        "With `share = np.mean(labels)` it is share times the first plus (1 - share) times the "
        "second.",
    ],
)


BALANCED_ONLY = (
    "0.5032 is the floor for balanced labels only. It depends on the share of positives, since a "
    "positive costs 0.3133 at best and a negative 0.6931."
)
FOUR_DIGITS = (
    "The thought is right, but the numbers of the text are rounded to four digits. Let NumPy "
    "compute them: `np.log(1 + np.exp(-1))` for a positive, `np.log(2)` for a negative."
)


@double_sigmoid_floor.misconception(BALANCED_ONLY)
def balanced_always(labels):
    return (FLOOR_YES + FLOOR_NO) / 2


@double_sigmoid_floor.misconception(BALANCED_ONLY)
def balanced_always_in_six_digits(labels):
    return 0.503204


@double_sigmoid_floor.misconception(BALANCED_ONLY)
def balanced_always_in_four_digits(labels):
    return 0.5032


@double_sigmoid_floor.misconception(FOUR_DIGITS)
def line_in_four_digits(labels):
    return 0.6931 - 0.3799 * np.mean(labels)


@double_sigmoid_floor.misconception(FOUR_DIGITS)
def costs_in_four_digits(labels):
    return 0.3133 * np.mean(labels) + 0.6931 * (1 - np.mean(labels))


@double_sigmoid_floor.misconception(
    "Cross-entropy alone can come down to 0. Here its input is between 0 and 1, since a sigmoid "
    "has made it: the second sigmoid then never gives less than 0.5 or more than 0.731."
)
def no_floor(labels):
    return 0.0


@double_sigmoid_floor.misconception(
    "The two classes are exchanged. A positive can bring the second sigmoid up to 0.731 and costs "
    "0.3133; a negative can bring it down to 0.5 only, and costs 0.6931."
)
def classes_exchanged(labels):
    share = np.mean(labels)
    return share * FLOOR_NO + (1 - share) * FLOOR_YES


@double_sigmoid_floor.misconception(
    "These are probabilities, 0.731 and 0.5. The loss of an example is minus the logarithm of the "
    "probability that is given to its label."
)
def probabilities_averaged(labels):
    share = np.mean(labels)
    return share / (1 + math.exp(-1)) + (1 - share) / 2


@double_sigmoid_floor.misconception(
    "That is log(1 + e), the cost of the worst output: 1 for a negative. The best for a positive "
    "is log(1 + e^(-1)), with a minus sign."
)
def minus_left_out(labels):
    share = np.mean(labels)
    return share * math.log(1 + math.e) + (1 - share) * FLOOR_NO


@double_sigmoid_floor.misconception(
    "That is the share of positives' entropy, what a model that knows only the share would cost. "
    "Here the model may be as good as you like; its pair is the limit."
)
def entropy_of_the_share(labels):
    share = np.clip(np.mean(labels), 1e-15, 1 - 1e-15)
    return -(share * np.log(share) + (1 - share) * np.log(1 - share))


@double_sigmoid_floor.misconception(
    "You have used logarithms to base 2. The losses of this course, of PyTorch and of TensorFlow "
    "use the natural logarithm, `np.log`."
)
def in_bits(labels):
    share = np.mean(labels)
    return (share * FLOOR_YES + (1 - share) * FLOOR_NO) / math.log(2)


@double_sigmoid_floor.misconception(
    "You have added up over the examples. The loss is a mean: use the *share* of positives, not "
    "their number."
)
def floor_summed(labels):
    return np.sum(np.where(np.asarray(labels) == 1, FLOOR_YES, FLOOR_NO))


@double_sigmoid_floor.misconception(
    "`len` counts the rows of a table, not its labels. `np.mean(labels)` is the share of ones "
    "among all of them."
)
def share_by_length(labels):
    share = np.sum(labels) / len(labels)
    return share * FLOOR_YES + (1 - share) * FLOOR_NO


@double_sigmoid_floor.alternative
def from_the_share(labels):
    return FLOOR_NO - (FLOOR_NO - FLOOR_YES) * np.mean(labels)


@double_sigmoid_floor.alternative
def as_a_loss_of_the_labels(labels):
    labels = np.asarray(labels, dtype=float)
    return np.mean(softplus(labels) - labels * labels)


@double_sigmoid_floor.alternative
def label_by_label(labels):
    costs = [FLOOR_YES if label == 1 else FLOOR_NO for label in np.ravel(labels)]
    return sum(costs) / len(costs)


# --- where the double sigmoid settles -----------------------------------------------------------

settled_output = UNIT.exercise(
    "settled-output",
    signature="settled_output(share)",
    points=3,
    difficulty=3,
    reference=lambda share: np.clip(
        np.log(np.clip(share, 0.25, 0.75)) - np.log1p(-np.clip(share, 0.25, 0.75)), 0, 1
    ),
    probes=[
        probe([0.6], shown=True),
        probe([0.5, 0.55, 0.65, 0.7]),
        probe([0.4, 0.2], note="fewer than half are positive"),
        probe([0.8, 0.95], note="most are positive"),
        probe([0.0, 1.0], note="none, and all"),
        probe(0.7, note="a single number, not an array"),
        probe([[0.1, 0.58], [0.73, 0.74]], note="a table"),
        probe([0, 1], note="whole numbers"),
        probe([0.731, 0.732, 0.5001, 0.4999], note="near the corners"),
    ],
    random=lambda rng: (rng.uniform(0.4, 0.85, size=(4, 3)),),
    absolute=5e-8,  # the lowest point of a curve, found from its values, is no better
    silent=True,
    hints=[
        "Let p be the output. The loss of the group is share * log(1 + e^(-p)) + (1 - share) * "
        "log(1 + e^p). What is its slope along p?",
        "The slope is sigmoid(p) - share. It is 0 where sigmoid(p) is the share: p = log(share / "
        "(1 - share)).",
        "But p came out of a sigmoid: it cannot be below 0 or above 1, so cut it off there. To "
        "keep 0 out of the logarithm, clip the share to between 0.5 and 0.75 first: what is "
        "outside ends at 0 or 1 all the same.",
    ],
)


@settled_output.misconception(
    "That is what a proper pair would do: say 0.6 where 60 % are positive. Here a second sigmoid "
    "stands behind the output, and *it* ends up at the share, as far as it can."
)
def says_the_share(share):
    return np.asarray(share, dtype=float)


@settled_output.misconception(
    "That would be right for a score, which may be any number. The output of a sigmoid lies "
    "between 0 and 1: cut it off there."
)
def not_cut_off(share):
    inside = np.clip(share, 1e-300, 1 - 1e-16)
    return np.log(inside) - np.log1p(-inside)


@settled_output.misconception(
    "That is where sigmoid(p) is the share. But p came out of a sigmoid itself: it cannot be below "
    "0 or above 1, so cut it off there. (And for a share of 0 or 1 the logarithm is not defined: "
    "clip the share to between 0.5 and 0.75 first.)"
)
def neither_cut_off_nor_clipped(share):
    return np.log(share / np.subtract(1, share))


@settled_output.misconception(
    "Nearly. But 0.731 is rounded, so that the largest output comes to 0.9997, where it should be "
    "1. Clip the share a little farther out, at 0.75, and cut the output off at 1: "
    "`np.minimum(..., 1)`."
)
def clipped_at_a_rounded_end(share):
    inside = np.clip(share, 0.5, 0.731)
    return np.log(inside / (1 - inside))


@settled_output.misconception(
    "The values are right. But at 0 and 1 the logarithm and the division are not defined, and "
    "NumPy warns. Clip the share to between 0.5 and 0.75 first, where it makes no difference."
)
def warned_at_the_ends(share):
    share = np.asarray(share, dtype=float)
    return np.clip(np.log(share / (1 - share)), 0, 1)


AFTER_THE_SECOND = (
    "That is what the second sigmoid ends up with, between 0.5 and 0.731. The output is what it "
    "is given: the number whose sigmoid this is."
)


@settled_output.misconception(AFTER_THE_SECOND)
def second_sigmoid(share):
    return np.clip(share, 0.5, sigmoid(1.0))


@settled_output.misconception(AFTER_THE_SECOND)
def second_sigmoid_rounded(share):
    return np.clip(share, 0.5, 0.731)


@settled_output.misconception(
    "Between a share of 0.5 and one of 0.731 the output is neither 0 nor 1: it is the number whose "
    "sigmoid is the share."
)
def all_or_nothing(share):
    return np.where(np.asarray(share) > 0.5, 1.0, 0.0)


@settled_output.misconception(
    "You have applied the sigmoid to the share. It has to be undone: the output is the number "
    "whose sigmoid is the share, log(share / (1 - share))."
)
def sigmoid_of_the_share(share):
    return sigmoid(share)


@settled_output.misconception(
    "The fraction is upside down: log((1 - share) / share) falls where the share rises."
)
def upside_down(share):
    inside = np.clip(share, 0.25, 0.75)
    return np.clip(np.log((1 - inside) / inside), 0, 1)


@settled_output.misconception(
    "The logarithm is missing: share / (1 - share) are the odds. The number whose sigmoid is the "
    "share is their logarithm."
)
def odds(share):
    inside = np.clip(share, 0.25, 0.75)
    return np.clip(inside / (1 - inside), 0, 1)


@settled_output.alternative
def clipped_twice(share):
    inside = np.clip(share, 0.5, 0.75)
    return np.clip(np.log(inside / (1 - inside)), 0, 1)


@settled_output.alternative
def with_cases(share):
    flat = []
    for number in np.ravel(share):
        if number <= 0.5:
            flat.append(0.0)
        elif number >= math.e / (1 + math.e):
            flat.append(1.0)
        else:
            flat.append(math.log(number / (1 - number)))
    return np.reshape(flat, np.shape(share))


@settled_output.alternative
def from_the_loss_alone(share):
    share = np.asarray(share)

    def cost(p):
        return share * np.log(1 + np.exp(-p)) + (1 - share) * np.log(1 + np.exp(p))

    low, high = np.zeros(share.shape), np.ones(share.shape)
    for _ in range(100):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        falls = cost(left) > cost(right)
        low, high = np.where(falls, left, low), np.where(falls, high, right)
    return (low + high) / 2


@settled_output.alternative
def by_trying(share):
    low, high = np.zeros(np.shape(share)), np.ones(np.shape(share))
    for _ in range(60):
        middle = (low + high) / 2
        low = np.where(sigmoid(middle) < share, middle, low)
        high = np.where(sigmoid(middle) < share, high, middle)
    return (low + high) / 2


# --- the double sigmoid, mended -----------------------------------------------------------------

double_sigmoid = UNIT.exercise(
    "double-sigmoid",
    signature="double_sigmoid(score, target)",
    points=3,
    difficulty=2,
    reference=lambda score, target: (
        float(losses.binary_cross_entropy_with_logits(score, target)),
        float(np.mean((np.asarray(score) > 0) == (np.asarray(target) == 1))),
    ),
    probes=[
        probe([-6.0, 6.0], [0.0, 1.0], note="confident and right"),
        probe([-6.0, 6.0], [1.0, 0.0], note="confident and wrong"),
        probe([0.3, -0.2], [1.0, 0.0], note="right, and not sure of it"),
        probe([9.0, -9.0], [1.0, 0.0], note="right, and rather sure of it"),
        probe([0.3, 0.7, -0.4, -0.6], [1.0, 0.0, 0.0, 1.0]),
        probe([2.0, -3.0, 1.0], [1.0, 0.0, 0.0]),
        probe([[2.5], [-0.5], [1.5]], [[1.0], [1.0], [0.0]], note="columns"),
        probe([[2.0, -1.0, 0.5], [-3.0, 0.8, -0.2]], [[1, 0, 0], [1, 1, 0]], note="a table"),
        probe([[[0.5, -0.5]], [[1.5, -2.5]]], [[[1.0, 0.0]], [[0.0, 1.0]]], note="three axes"),
        probe([1e-6, -1e-6], [1.0, 0.0], note="right, and hardly sure of it"),
        probe([3, -2, 1, -1], [1, 0, 0, 0], note="whole numbers"),
        probe([0.0, 2.0], [0.0, 1.0], note="a score of exactly 0 counts as no"),
        probe([1000.0, -1000.0], [1.0, 0.0], note="far out, and right"),
        probe([1000.0, -1000.0], [0.0, 1.0], note="far out, and wrong"),
    ],
    random=scores_and_labels,
    absolute=ROUNDING,
    silent=True,
    hints=[
        "`cross_entropy_with_logits` applies a sigmoid by itself. What should it be given?",
        "Once the sigmoid is gone, rounding makes no yes or no any more: a score of 0.3 rounds to "
        "0, though its sigmoid is above 0.5. Which scores have a sigmoid above 0.5?",
        "The score itself goes to the loss, and `score > 0` is the decision.",
    ],
)


def decides(score, target):
    """The accuracy of a decision at a score of 0."""
    return np.mean((np.asarray(score) > 0) == np.asarray(target))


def from_score(score, target):
    """Binary cross-entropy from the score."""
    return np.mean(softplus(score) - np.asarray(target) * score)


@double_sigmoid.misconception(
    "That is still the old report: the loss squashes an output that has been squashed already, so "
    "that even a perfect model costs 0.3133 or more. Hand it the score."
)
def still_doubled(score, target):
    return from_score(sigmoid(score), target), decides(score, target)


@double_sigmoid.misconception(
    "The loss is mended. But the accuracy rounds the score: 0.3 becomes 0, though its sigmoid is "
    "above 0.5, and -6 is no answer at all. Decide by `score > 0`."
)
def rounds_the_score(score, target):
    return from_score(score, target), np.mean(np.round(score) == target)


@double_sigmoid.misconception(
    "The loss is mended. But 0.5 is the threshold for a probability. The sigmoid is above 0.5 "
    "where the *score* is above 0."
)
def threshold_of_a_half(score, target):
    return from_score(score, target), np.mean((np.asarray(score) > 0.5) == np.asarray(target))


@double_sigmoid.misconception(
    "Nearly. But a score of exactly 0 counts as a no, as it did in the old report, where 0.5 was "
    "rounded to 0. Decide by `score > 0`."
)
def zero_counts_as_yes(score, target):
    return from_score(score, target), np.mean((np.asarray(score) >= 0) == np.asarray(target))


@double_sigmoid.misconception(
    "The decision is mended. But the loss takes the logarithm of a probability that is stored as "
    "exactly 0 or 1 far out. Give the score to `cross_entropy_with_logits`, which knows better."
)
def loss_from_rounded_probabilities(score, target):
    return cross_entropy(sigmoid(score), target), decides(score, target)


@double_sigmoid.misconception(
    "The order is turned round: return the loss first, then the accuracy."
)
def order_turned(score, target):
    return decides(score, target), from_score(score, target)


@double_sigmoid.misconception("The accuracy is missing: return two numbers, `loss, accuracy`.")
def loss_alone(score, target):
    return from_score(score, target)


@double_sigmoid.misconception(
    "A loss and an accuracy are means over the examples. You have counted the right answers: "
    "divide by how many examples there are."
)
def right_answers_counted(score, target):
    return from_score(score, target), np.sum((np.asarray(score) > 0) == np.asarray(target))


@double_sigmoid.misconception(
    "`len` counts the rows of a table, not its numbers. Loss and accuracy are means over all of "
    "them: `np.mean`, or a division by `np.size(score)`."
)
def divided_by_length(score, target):
    score, target = np.asarray(score), np.asarray(target)
    rows = len(score)
    return np.sum(softplus(score) - target * score) / rows, np.sum((score > 0) == target) / rows


def clipped_report(digits, score, target):
    small = 10.0**-digits
    p = np.clip(sigmoid(score), small, 1 - small)
    return float(cross_entropy(p, target)), float(np.mean((p > 0.5) == np.asarray(target)))


double_sigmoid.misconceptions_with(
    DIGITS_OF_SMALL_NUMBERS,
    [clipped_report],
    "One sigmoid, and its probability is clipped so that the logarithm holds. That changes the "
    "loss of a confident mistake. `cross_entropy_with_logits` needs no probability: give it the "
    "score.",
)


@double_sigmoid.alternative
def mended(score, target):
    return from_score(score, target), decides(score, target)


@double_sigmoid.alternative
def rounds_the_probability(score, target):
    return from_score(score, target), np.mean(np.round(sigmoid(score)) == target)


@double_sigmoid.alternative
def mended_one_by_one(score, target):
    pairs = list(zip(np.ravel(score).tolist(), np.ravel(target).tolist(), strict=True))
    costs = [max(z, 0) - z * y + math.log1p(math.exp(-abs(z))) for z, y in pairs]
    return [sum(costs) / len(pairs), sum((z > 0) == (y == 1) for z, y in pairs) / len(pairs)]


# --- softmax twice ------------------------------------------------------------------------------

double_softmax = UNIT.exercise(
    "double-softmax",
    signature="double_softmax(classes)",
    points=2,
    difficulty=2,
    reference=lambda classes: np.log1p((np.asarray(classes) - 1) / math.e),
    probes=[
        probe(3, shown=True),
        probe(2, note="two classes"),
        probe(10, note="ten classes"),
        probe(1, note="one class: nothing to choose"),
        probe(1000, note="a thousand classes"),
        probe(33),
        probe([2, 5, 20], note="several numbers of classes at once"),
        probe([7], note="an array with one number"),
    ],
    random=lambda rng: (int(rng.integers(2, 500)),),
    absolute=ROUNDING,
    hints=[
        "Let the first softmax be perfect: it gives 1 to the true class and 0 to the others. What "
        "does the second softmax give to the true class?",
        "e^1 for the true class, e^0 = 1 for each of the K - 1 others: e / (e + K - 1). The loss "
        "is minus the logarithm of that.",
    ],
)


@double_softmax.misconception(
    "log(K) is the loss of a model that knows nothing, and gives each class 1/K. The floor is "
    "lower: the first softmax may be perfect, 1 for the true class and 0 for the others."
)
def knows_nothing(classes):
    return np.log(classes)


@double_softmax.misconception(
    "Without the second softmax that would be right. With it, the true class gets e / (e + K - 1) "
    "at most, which is below 1."
)
def softmax_no_floor(classes):
    return 0.0 * np.asarray(classes)


@double_softmax.misconception(
    "That is the probability that the second softmax gives to the true class. The loss is minus "
    "its logarithm."
)
def probability_of_the_true_class(classes):
    return math.e / (math.e + np.asarray(classes) - 1)


@double_softmax.misconception(
    "That is the logarithm of the sum, e + K - 1. The true class's own e is above the line: "
    "subtract its logarithm, which is 1."
)
def own_share_left_out(classes):
    return np.log(math.e + np.asarray(classes) - 1)


@double_softmax.misconception(
    "There are K - 1 other classes, not K: the true class does not compete with itself."
)
def one_class_too_many(classes):
    return np.log1p(np.asarray(classes) / math.e)


@double_softmax.misconception(
    "The others are divided by e, not multiplied: the true class has e^1 and each of the others "
    "e^0 = 1. So their sum is (K - 1)/e times the true class's part."
)
def multiplied_by_e(classes):
    return np.log1p((np.asarray(classes) - 1) * math.e)


@double_softmax.misconception(
    "You have used logarithms to base 2. Use the natural logarithm, `np.log`."
)
def softmax_in_bits(classes):
    return np.log2(1 + (np.asarray(classes) - 1) / math.e)


@double_softmax.misconception(
    "The sign is missing: the logarithm of a probability is below 0, and the loss is minus it."
)
def sign_missing(classes):
    return np.log(math.e / (math.e + np.asarray(classes) - 1))


@double_softmax.alternative
def minus_the_logarithm(classes):
    return -np.log(math.e / (math.e + np.asarray(classes) - 1))


@double_softmax.alternative
def sum_minus_one(classes):
    return np.log(math.e + np.asarray(classes) - 1) - 1


@double_softmax.alternative
def by_doing_it(classes):
    def of_one(count):
        z = np.zeros(int(count))
        z[0] = 1.0
        return -math.log(softmax(z)[0])

    return np.reshape([of_one(count) for count in np.ravel(classes)], np.shape(classes))


# --- label formats ------------------------------------------------------------------------------

SITES = ("neither", "acceptor", "donor")
YES_NO = ("background", "promoter")


def numbered(labels, classes):
    """The number of each label, on which references and mistakes build."""
    return np.array([classes.index(label) for label in labels])


def in_form(numbers, classes, loss):
    """Class numbers in the form that a loss wants."""
    if loss == "sparse":
        return numbers
    if loss == "categorical":
        return np.eye(len(classes))[numbers]
    return numbers[:, np.newaxis].astype(float)


def formatted(labels, classes, loss):
    """The labels in the form that a loss wants."""
    return in_form(numbered(labels, classes), classes, loss)


def random_labels(rng):
    """Classes in any order, and a few labels of them."""
    loss = ("sparse", "categorical", "binary")[rng.integers(3)]
    names = rng.permutation(["tumour", "normal", "liver", "brain", "blood"]).tolist()
    classes = tuple(names[: 2 if loss == "binary" else rng.integers(2, 6)])
    return [classes[i] for i in rng.integers(len(classes), size=6)], classes, loss


label_format = UNIT.exercise(
    "label-format",
    signature="label_format(labels, classes, loss)",
    points=3,
    difficulty=2,
    reference=formatted,
    probes=[
        probe(["donor", "neither"], SITES, "sparse", shown=True),
        probe(["donor", "neither"], SITES, "categorical"),
        probe(["promoter", "background", "promoter"], YES_NO, "binary"),
        probe(["acceptor"], SITES, "sparse", note="one label; two of the classes do not occur"),
        probe(["acceptor"], SITES, "categorical", note="two of the classes do not occur"),
        probe(["promoter", "promoter"], YES_NO, "binary", note="one of the classes does not occur"),
        probe(["background", "promoter", "promoter", "background", "background"], YES_NO, "binary"),
        probe(["promoter", "background", "background"], YES_NO, "binary"),
        probe(["normal", "tumour"], ("normal", "tumour"), "binary", note="other names"),
        probe(
            ["normal", "tumour", "normal"],
            ("tumour", "normal"),
            "binary",
            note="`normal` is the second class here",
        ),
        probe(["background"], YES_NO, "sparse", note="two classes"),
        probe(["promoter", "background"], YES_NO, "categorical", note="two classes"),
        probe(["T", "A", "G", "A", "C"], ("A", "C", "G", "T"), "categorical", note="bases"),
        probe(["T", "A", "G", "A", "C"], ("A", "C", "G", "T"), "sparse"),
    ],
    random=random_labels,
    hints=[
        "Number the labels first: `classes.index(label)` is the place of a label in the tuple of "
        "classes, counted from 0.",
        "`np.eye(len(classes))` has a one-hot row for each class. Pick rows by the numbers: "
        "`np.eye(len(classes))[numbers]`.",
        'For "binary" there are two classes, with the numbers 0 and 1 already. Make a column of '
        "them: `numbers[:, np.newaxis]`.",
    ],
)


BY_WHAT_OCCURS = (
    "You have numbered the labels that occur, in the order of the alphabet. Then a batch without "
    "donors numbers its classes differently from the next. The order is that of `classes`."
)
FROM_ZERO = (
    "Classes are numbered from 0, as Python counts: with three classes a 3 names a class that is "
    "not there."
)


@label_format.misconception(BY_WHAT_OCCURS)
def numbered_by_what_occurs(labels, classes, loss):
    present = sorted(set(labels))
    return formatted(labels, present, loss)


@label_format.misconception(BY_WHAT_OCCURS)
def numbered_by_what_occurs_in_full_rows(labels, classes, loss):
    return in_form(numbered(labels, sorted(set(labels))), classes, loss)


@label_format.misconception(
    "You have sorted the classes by the alphabet. Their order is that of `classes`, as it is "
    'given: "neither" comes first there, so its number is 0.'
)
def classes_sorted(labels, classes, loss):
    return formatted(labels, sorted(classes), loss)


@label_format.misconception(FROM_ZERO)
def numbered_from_one(labels, classes, loss):
    made = formatted(labels, classes, loss)
    return made if loss == "categorical" else made + 1


@label_format.misconception(FROM_ZERO)
def all_numbered_from_one(labels, classes, loss):
    return in_form(numbered(labels, classes) + 1, classes, loss)


@label_format.misconception(FROM_ZERO)
def sparse_numbered_from_one(labels, classes, loss):
    made = formatted(labels, classes, loss)
    return made + 1 if loss == "sparse" else made


@label_format.misconception(
    "The table lies on its side: there should be one row for each example and one column for each "
    "class."
)
def on_its_side(labels, classes, loss):
    made = formatted(labels, classes, loss)
    return made.T if loss == "categorical" else made


@label_format.misconception(
    'For "binary" the second of the classes is the yes, with the label 1. You have numbered them '
    "the other way round."
)
def first_class_is_yes(labels, classes, loss):
    made = formatted(labels, classes, loss)
    return 1 - made if loss == "binary" else made


@label_format.misconception(
    'For "binary" the yes is the second of `classes` in the order that is given, `classes[1]`, and '
    "not the later one in the alphabet."
)
def later_in_the_alphabet_is_yes(labels, classes, loss):
    if loss != "binary":
        return formatted(labels, classes, loss)
    return np.array([[float(label == max(classes))] for label in labels])


@label_format.misconception(
    'You ask for the name "promoter". For "binary" the yes is the second class whatever its name: '
    "`classes[1]`."
)
def promoter_is_yes(labels, classes, loss):
    if loss != "binary":
        return formatted(labels, classes, loss)
    return np.array([[float(label == "promoter")] for label in labels])


@label_format.misconception(BY_WHAT_OCCURS)
def rows_numbered_by_what_occurs(labels, classes, loss):
    present = sorted(set(labels)) if loss == "categorical" else classes
    return in_form(numbered(labels, present), classes, loss)


@label_format.misconception(
    "You have sorted the classes by the alphabet for the one-hot rows. Their columns stand in the "
    "order of `classes`, as it is given."
)
def columns_sorted(labels, classes, loss):
    return formatted(labels, sorted(classes) if loss == "categorical" else classes, loss)


@label_format.misconception(BY_WHAT_OCCURS)
def sparse_numbered_by_what_occurs(labels, classes, loss):
    present = sorted(set(labels)) if loss == "sparse" else classes
    return in_form(numbered(labels, present), classes, loss)


@label_format.misconception(
    'For "binary" a column is wanted, shape (examples, 1), like the output of a network with one '
    "unit. A flat array of shape (examples,) against such a column makes a table of all pairs."
)
def flat_for_binary(labels, classes, loss):
    made = formatted(labels, classes, loss)
    return made.ravel() if loss == "binary" else made


@label_format.misconception(
    "In this course, and for binary cross-entropy everywhere, the labels are 0 and 1. -1 and 1 are "
    "for some hinge losses."
)
def minus_one_and_one(labels, classes, loss):
    made = formatted(labels, classes, loss)
    return 2 * made - 1 if loss == "binary" else made


@label_format.misconception(
    "The sparse loss wants one whole number for each example, not a row of 0s and a 1. `loss == "
    '"sparse"` returns the numbers as they are.'
)
def one_hot_for_all(labels, classes, loss):
    return np.eye(len(classes))[numbered(labels, classes)]


@label_format.misconception(
    "Class numbers alone are for the sparse loss. The categorical one compares whole rows: one "
    "column for each class, 1 at the true one."
)
def numbers_for_all(labels, classes, loss):
    return numbered(labels, classes)


@label_format.misconception(
    "Only the classes up to the last that occurs have got a column. There is one for each class, "
    "whether it occurs or not: `np.eye(len(classes))`."
)
def columns_for_what_occurs(labels, classes, loss):
    numbers = np.array([classes.index(label) for label in labels])
    return (
        np.eye(np.max(numbers) + 1)[numbers]
        if loss == "categorical"
        else formatted(labels, classes, loss)
    )


@label_format.alternative
def by_comparing(labels, classes, loss):
    rows = np.array(labels)[:, None] == np.array(classes)[None, :]
    if loss == "categorical":
        return rows.astype(float)
    numbers = rows.argmax(axis=1)
    return numbers if loss == "sparse" else numbers[:, None].astype(np.float32)


@label_format.alternative
def with_loops(labels, classes, loss):
    made = []
    for label in labels:
        if loss == "sparse":
            made.append(list(classes).index(label))
        elif loss == "categorical":
            made.append([1 if label == name else 0 for name in classes])
        else:
            made.append([1.0 if label == classes[1] else 0.0])
    return made


@label_format.alternative
def by_a_dictionary(labels, classes, loss):
    places = {name: place for place, name in enumerate(classes)}
    numbers = np.array([places[label] for label in labels])
    if loss == "sparse":
        return numbers
    if loss == "binary":
        return numbers[:, np.newaxis]
    rows = np.zeros((len(labels), len(classes)))
    rows[np.arange(len(labels)), numbers] = 1
    return rows
