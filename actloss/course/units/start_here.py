"""Unit 00: how the course works, and a first answer to try it on."""

from __future__ import annotations

import numpy as np

from actloss.course.exercise import Unit, option, probe

UNIT = Unit(
    number=0,
    slug="start-here",
    title="Start here",
    question="How does this course work, and where do you begin?",
    minutes=5,
)


def count_g_and_c(dna):
    """How many letters of a DNA sequence are G or C."""
    return dna.count("G") + dna.count("C")


first_check = UNIT.exercise(
    "first-check",
    signature="first_check(dna)",
    points=1,
    difficulty=1,
    reference=count_g_and_c,
    probes=[
        probe("G"),
        probe("C"),
        probe("A"),
        probe("GATTACA", shown=True),
        probe("GCGC"),
        probe("TTTT", note="no G and no C"),
        probe("ATGGCCAAGTAA"),
        probe("", note="an empty sequence"),
        probe("ATGC" * 30, note="a long sequence"),
    ],
    random=lambda rng: ("".join(rng.choice(list("ACGT"), size=12)),),
    hints=[
        'A string can count: `"GATTACA".count("A")` is 3. Try it in a new cell.',
        "Count the Gs, count the Cs, and add the two counts.",
        'The first half of the line is `return dna.count("G")`, and a plus sign follows.',
    ],
)


@first_check.misconception(
    "You have counted the Gs and left out the Cs. Add them. "
    '(If you wrote `count("G" or "C")`: Python reads `"G" or "C"` as `"G"` alone.)'
)
def g_alone(dna):
    return dna.count("G")


@first_check.misconception("You have counted the Cs and left out the Gs. Add them.")
def c_alone(dna):
    return dna.count("C")


@first_check.misconception(
    '`count("GC")` looks for a G with a C right after it: the step that is called GpC. '
    "Here each letter counts for itself, so count the two letters one by one."
)
def g_followed_by_c(dna):
    return dna.count("GC")


@first_check.misconception(
    "You have counted the As and the Ts, which are all the others. Count the Gs and the Cs."
)
def a_and_t(dna):
    return dna.count("A") + dna.count("T")


@first_check.misconception(
    "You have divided by the length, which gives the GC content, a fraction between 0 and 1. "
    "Here the count itself is asked for: leave the division out."
)
def fraction(dna):
    return (dna.count("G") + dna.count("C")) / len(dna)


@first_check.misconception(
    "You have given a percentage. Here the count itself is asked for: "
    "leave the division and the factor of 100 out."
)
def percentage(dna):
    return 100 * (dna.count("G") + dna.count("C")) / len(dna)


@first_check.misconception(
    "That is the length of the whole sequence. Count only G and C. "
    '(If you wrote `letter == "G" or "C"`: Python reads `(letter == "G") or "C"`, and `"C"` by '
    'itself counts as true. `letter in "GC"` is what you mean.)'
)
def whole_length(dna):
    return len(dna)


@first_check.misconception(
    "Your loop ends too early: a `return` inside a loop gives its answer at the first letter. "
    "Move it below the loop, to the left."
)
def returns_inside_the_loop(dna):
    total = 0
    for letter in dna:
        if letter in "GC":
            total += 1
        return total


@first_check.misconception(
    "Your count never gets beyond 1. `total =+ 1` sets it to 1 each time; `total += 1` adds 1."
)
def set_to_one(dna):
    total = 0
    for letter in dna:
        if letter in "GC":
            total = +1
    return total


@first_check.misconception(
    "Between two numbers, `or` does not add: it gives the first one that is not 0. Use a plus sign."
)
def joined_by_or(dna):
    return dna.count("G") or dna.count("C")


@first_check.misconception("Between two numbers, `and` does not add. Use a plus sign.")
def joined_by_and(dna):
    return dna.count("G") and dna.count("C")


@first_check.misconception(
    "Your answer is True or False: whether there is any G or C. "
    "How many there are is asked for, so count them."
)
def any_at_all(dna):
    return "G" in dna or "C" in dna


@first_check.alternative
def with_a_loop(dna):
    total = 0
    for letter in dna:
        if letter in "GC":
            total += 1
    return total


@first_check.alternative
def with_a_sum(dna):
    return sum(letter == "G" or letter == "C" for letter in dna)


@first_check.alternative
def as_a_weighted_sum(dna):
    weights = {"A": 0.0, "C": 1.0, "G": 1.0, "T": 0.0}
    return sum(weights[letter] for letter in dna)


@first_check.alternative
def with_numpy(dna):
    return np.isin(list(dna), ["G", "C"]).sum()


UNIT.quiz(
    "slopes",
    question="What is the slope of (3x + 1)² at x = 1?",
    options=[
        option(
            "a",
            "8",
            "That is the slope of the outer function alone: u squared has slope 2u, and u is 4. "
            "By how much does u itself change when x does?",
        ),
        option(
            "b",
            "16",
            "That is the height of the curve at x = 1, not its slope.",
        ),
        option("c", "24", right=True),
        option(
            "d",
            "11",
            "You have added the two slopes, 8 and 3. In a chain they multiply: "
            "a change is passed on by one factor, then by the next.",
        ),
        option(
            "e",
            "6",
            "You have put the inner slope, 3, into the outer slope 2u in place of u. "
            "There u is the inner function's value, 3x + 1.",
        ),
    ],
    points=1,
    difficulty=1,
    hints=[
        "Call the inside u = 3x + 1. What is u at x = 1?",
        "The slope of u squared is 2u. The slope of 3x + 1 is 3. The chain rule multiplies them.",
    ],
)

UNIT.quiz(
    "skip-ahead",
    question="Which of these are true? Choose all of them.",
    options=[
        option(
            "a",
            "Ten layers without activations can draw a curve that one such layer cannot.",
            "Without activations any number of layers multiplies out to a single one, so they draw "
            "what one layer draws. Begin with unit 01.",
        ),
        option("b", "The sigmoid is nowhere steeper than 1/4.", right=True),
        option(
            "c", "The class with the largest logit has the largest softmax probability.", right=True
        ),
        option(
            "d",
            "The constant with the smallest mean squared error is the median.",
            "It is the mean. The median is what the mean absolute error leads to. "
            "Begin with unit 05, or earlier.",
        ),
        option(
            "e",
            "A variant may have several consequences at once, so softmax should predict them.",
            "Softmax makes the classes compete for one whole, and these do not exclude one "
            "another: one sigmoid each. Begin with unit 06, or earlier.",
        ),
        option(
            "f",
            "For a sigmoid with binary cross-entropy, the slope of the loss along the logit is "
            "prediction minus target.",
            right=True,
        ),
    ],
    points=1,
    difficulty=2,
    hints=[
        "Three of the six are true.",
        "Two of the false ones can be refuted with pencil and paper: multiply two matrices for a; "
        "for d take the numbers 0, 0 and 3 and try their median and their mean.",
    ],
)
