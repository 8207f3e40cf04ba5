"""Unit 00, start here: one exercise, to see how answering and checking work."""

from __future__ import annotations

from actloss.course.exercise import Unit, probe

UNIT = Unit(
    number=0,
    slug="start-here",
    title="Start here",
    question="How does this course work?",
    minutes=5,
)


def _twice_plus_one(x):
    return 2 * x + 1


first_check = UNIT.exercise(
    "first-check",
    signature="first_check(x)",
    points=1,
    difficulty=1,
    reference=_twice_plus_one,
    probes=[
        probe([3.0], shown=True, note="the example in the text"),
        probe([0.0]),
        probe([1.0, -2.0, 0.5]),
    ],
    random=lambda rng: (rng.normal(size=5),),
    hints=[
        "In Python, `2 * x` doubles every number of an array at once.",
        "First double, then add: `2 * x + 1`. Put `return` before it.",
    ],
)


@first_check.misconception(
    "You add 1 first and double the sum, so the 1 is doubled too. Double `x` alone, then add 1."
)
def adds_before_doubling(x):
    return 2 * (x + 1)


@first_check.misconception(
    "`x ** 2` is `x` times itself, the square. Doubling is `2 * x`. The two agree at 2 alone."
)
def squares(x):
    return x**2 + 1


@first_check.alternative
def adds_to_itself(x):
    return x + x + 1


@first_check.alternative
def one_by_one(x):
    return [2 * number + 1 for number in x]
