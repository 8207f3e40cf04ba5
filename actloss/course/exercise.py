"""What an exercise is: its reference, its probes, its hints and the mistakes it recognises.

One specification serves the learner's check, the grader and the tests. A unit's module in
`actloss/course/units/` holds one `UNIT` and declares its exercises on it:

    import numpy as np

    from actloss import activations
    from actloss.course.exercise import Unit, option, probe

    UNIT = Unit(
        number=2,
        slug="squashing",
        title="Squashing functions",
        question="Why do we squash numbers, and what does it cost?",
        minutes=60,
    )

    sigmoid = UNIT.exercise(
        "sigmoid",                                  # the id becomes "squashing/sigmoid"
        signature="sigmoid(x)",
        points=2,
        difficulty=2,                               # 1 easy, 2 medium, 3 hard
        reference=activations.sigmoid,
        probes=[
            probe([0.0], shown=True),               # the example that the text shows
            probe([1.0, -1.0]),                     # simplest first
            probe([-1000.0, 1000.0], note="far from zero"),
        ],
        random=lambda rng: (rng.normal(size=(4, 3)),),
        silent=True,                                # a floating-point warning is a mistake
        hints=["What is e to the power of 1000?", "Give exp a negative number only."],
    )

    @sigmoid.misconception("e to the power of 1000 is more than a computer can hold: ...")
    def exponential_overflows(x):
        return np.exp(x) / (1 + np.exp(x))

    @sigmoid.alternative
    def through_tanh(x):
        return (1 + np.tanh(x / 2)) / 2

    gate = UNIT.value(                              # the answer is a value, not a function
        "and-gate",                                 # answered by `and_gate = ...`
        signature="and_gate = (weights, bias)",
        points=1,
        difficulty=1,
        reference=([1.0, 1.0], -1.5),               # one value that is right
        use=lambda answer, x: float(np.dot(x, answer[0]) + answer[1] > 0),
        probes=[probe([0.0, 0.0]), probe([0.0, 1.0]), probe([1.0, 0.0]), probe([1.0, 1.0])],
        hints=["...", "..."],
    )

    @gate.misconception("That neuron fires for one input alone: it is an OR.")
    def or_gate():                                  # returns the wrong value
        return [1.0, 1.0], -0.5

    UNIT.quiz(
        "range",                                    # answered by `range_ = "b"` (PEP 8)
        question="Which numbers can a sigmoid return?",
        options=[
            option("a", "any number", "Try x = 50: the result stays below 1."),
            option("b", "numbers between 0 and 1", right=True),
        ],
        points=1,
        difficulty=1,
        hints=["...", "..."],
    )

Rules for authors
-----------------
- In a probe a list of numbers, nested or not, becomes a NumPy array; tuples, strings, numbers
  and functions stay what they are. Every call gets fresh copies.
- Probes are tried in their order, then fresh random inputs. The learner is shown the first that
  fails, so begin small. All must pass. Fixed probes hold the edge cases: random ones miss them.
- A number agrees when it differs from the reference by at most
  `tolerance * |expected| + absolute`. Give `absolute` where a right answer is a difference that
  may cross zero, or where the taught formula loses digits there.
- `agrees(came, expected, *inputs)` replaces that comparison where many answers are right. It
  returns True, or False, or a sentence that says what is wrong.
- `use(answer, *inputs)` says what a value is good for. It is then judged by what it does on the
  probes, and a value that does the same as the reference is right.
- A misconception is the wrong answer itself, as a function (for a value: a function without
  arguments that returns it), with the sentence that sets its believer right. It must differ from
  the reference on some probe, and from the other misconceptions. Write it as a learner would, and
  a sentence that is true of all who do the same: `recognition` says when it is given.
- An alternative is another right answer. Loops, other formulas and lists should pass, and so
  should float32, where the exercise is not about the digits that it loses.
- `forbidden` names packages ("scipy") or single functions ("numpy.tanh") that the answer must
  not call, since they are the exercise.
"""

from __future__ import annotations

import builtins
import functools
import keyword
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

# What else has the course's functions ready-made.
FRAMEWORKS = ("scipy", "torch", "tensorflow", "keras", "jax", "mpmath", "sympy")


@dataclass(frozen=True)
class Probe:
    """One input on which an answer is tried."""

    args: tuple
    kwargs: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    shown: bool = False


def probe(*args: Any, note: str = "", shown: bool = False, **kwargs: Any) -> Probe:
    """Make a probe; `note` says what is special about it, `shown` that the text shows it."""
    return Probe(
        args=tuple(with_arrays(value) for value in args),
        kwargs={name: with_arrays(value) for name, value in kwargs.items()},
        note=note,
        shown=shown,
    )


@dataclass(frozen=True)
class Misconception:
    """A wrong answer as a function, and the sentence that sets its believer right."""

    name: str
    sentence: str
    function: Callable


@dataclass(frozen=True)
class Option:
    """One option of a quiz; a wrong one says why it is wrong."""

    letter: str
    text: str
    why: str = ""
    right: bool = False


def option(letter: str, text: str, why: str = "", *, right: bool = False) -> Option:
    """Make an option of a quiz; `why` is what the learner who chose it wrongly is told."""
    if not right and not why:
        raise ValueError(f"option {letter!r} is wrong, so it needs a sentence that says why")
    return Option(letter, text, why, right)


@dataclass
class Exercise:
    """The specification of one exercise. Make it with `Unit.exercise`, `.value` or `.quiz`."""

    unit: str
    slug: str
    kind: str
    signature: str
    points: int
    difficulty: int
    hints: Sequence[str]
    answer: str = ""
    reference: Any = None
    probes: Sequence[Probe] = ()
    random: Callable[[np.random.Generator], tuple] | None = None
    tolerance: float = 1e-9
    absolute: float = 0.0
    silent: bool = False
    forbidden: Sequence[str] = ("actloss", *FRAMEWORKS)
    use: Callable | None = None
    agrees: Callable | None = None
    time_limit: float = 5.0
    question: str = ""
    options: Sequence[Option] = ()
    misconceptions: list[Misconception] = field(default_factory=list)
    alternatives: list[Callable] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answer = self.answer or answer_name(self.slug)
        self.signature = self.signature or self.answer

    @property
    def id(self) -> str:
        """The name by which graders and progress files know it: `unit/exercise`."""
        return f"{self.unit}/{self.slug}"

    @property
    def right_letters(self) -> frozenset[str]:
        """The letters that answer a quiz."""
        return frozenset(choice.letter for choice in self.options if choice.right)

    def misconception(self, sentence: str) -> Callable[[Callable], Callable]:
        """Register the function below as a mistake, with the sentence that answers it."""

        def register(function: Callable) -> Callable:
            self.misconceptions.append(Misconception(function.__name__, sentence, function))
            return function

        return register

    def misconceptions_with(
        self, numbers: Sequence[float], ways: Sequence[Callable], sentence: str
    ) -> None:
        """Register each way to go wrong with each of the numbers that it takes first."""
        for way in ways:
            for number in numbers:
                wrong = functools.partial(way, number)
                wrong.__name__ = f"{way.__name__}_{number:g}"  # type: ignore[attr-defined]
                self.misconception(sentence)(wrong)

    def alternative(self, function: Callable) -> Callable:
        """Register the function below as another right answer (for a value: it returns one)."""
        self.alternatives.append(function)
        return function


@dataclass
class Unit:
    """A unit of the course and its exercises, in the order of its notebook."""

    number: int
    slug: str
    title: str
    question: str
    minutes: int
    exercises: list[Exercise] = field(default_factory=list)

    @property
    def stem(self) -> str:
        """The name of its notebooks, without their ending."""
        return f"{self.number:02d}-{self.slug}"

    def exercise(self, slug: str, **specification: Any) -> Exercise:
        """Declare an exercise that is answered by a function."""
        return self._add(slug, "function", specification)

    def value(self, slug: str, **specification: Any) -> Exercise:
        """Declare an exercise that is answered by a value."""
        specification["reference"] = with_arrays(specification["reference"])
        return self._add(slug, "value", specification)

    def quiz(self, slug: str, **specification: Any) -> Exercise:
        """Declare a question that is answered by the letter of an option, or a set of letters."""
        specification.setdefault("signature", "")
        return self._add(slug, "quiz", specification)

    def _add(self, slug: str, kind: str, specification: dict[str, Any]) -> Exercise:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
            raise ValueError(f"an exercise is named in small letters and hyphens, not {slug!r}")
        if any(exercise.slug == slug for exercise in self.exercises):
            raise ValueError(f"{self.slug}/{slug} is declared twice")
        exercise = Exercise(unit=self.slug, slug=slug, kind=kind, **specification)
        self.exercises.append(exercise)
        return exercise


def answer_name(slug: str) -> str:
    """The Python name of an answer: underscores, and one at the end where Python has the name."""
    name = slug.replace("-", "_")
    taken = keyword.iskeyword(name) or hasattr(builtins, name)
    return f"{name}_" if taken else name


def with_arrays(value: Any) -> Any:
    """Turn lists of numbers into arrays, inside tuples, lists and dictionaries too."""
    if isinstance(value, list) and _all_numbers(value):
        return np.array(value)
    if isinstance(value, (list, tuple)):
        return type(value)(with_arrays(item) for item in value)
    if isinstance(value, dict):
        return {key: with_arrays(item) for key, item in value.items()}
    return value


def _all_numbers(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_all_numbers(item) for item in value)
    return isinstance(value, (bool, int, float, np.number, np.bool_))
