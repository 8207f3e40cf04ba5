"""A small unit whose exercises stand for those of the course."""

import numpy as np
import pytest

from actloss.course import notebook, progress_file
from actloss.course import units as catalogue
from actloss.course.exercise import Unit, option, probe


def stable_sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


@pytest.fixture
def unit():
    unit = Unit(number=2, slug="toy", title="Toy", question="Does it work?", minutes=1)
    sigmoid = unit.exercise(
        "sigmoid",
        signature="sigmoid(x)",
        points=2,
        difficulty=2,
        reference=stable_sigmoid,
        probes=[
            probe([0.0], shown=True),
            probe([1.0, -1.0]),
            probe([-1000.0, 1000.0], note="far from zero"),
        ],
        random=lambda rng: (rng.normal(size=(4, 3)),),
        silent=True,
        time_limit=0.5,
        hints=["What is e to the power of 1000?", "Give exp a negative number only."],
    )

    @sigmoid.misconception("One half of a sigmoid is not a sigmoid.")
    def halved(x):
        return stable_sigmoid(x) / 2

    @sigmoid.misconception("e to the power of 1000 is more than a computer can hold.")
    def exponential_overflows(x):
        return np.exp(x) / (1 + np.exp(x))

    gate = unit.value(
        "and-gate",
        signature="and_gate = (weights, bias)",
        points=1,
        difficulty=1,
        reference=([1.0, 1.0], -1.5),
        use=lambda answer, x: float(np.dot(x, answer[0]) + answer[1] > 0),
        probes=[probe([a, b]) for a in (0.0, 1.0) for b in (0.0, 1.0)],
        hints=["Two inputs must be enough.", "One input must not."],
    )

    @gate.misconception("That neuron fires for one input alone: it is an OR.")
    def or_gate():
        return [1.0, 1.0], -0.5

    unit.value(
        "constant",
        signature="constant",
        points=1,
        difficulty=1,
        reference=0.25,
        hints=["Where is the slope largest?", "At 0."],
    )
    unit.quiz(
        "range",
        question="Which numbers can a sigmoid return?",
        options=[
            option("a", "any number", "Try x = 50: the result stays below 1."),
            option("b", "numbers between 0 and 1", right=True),
        ],
        points=1,
        difficulty=1,
        hints=["Try 50.", "Try -50."],
    )
    unit.quiz(
        "kin",
        question="Which of these squash?",
        options=[
            option("a", "tanh", right=True),
            option("b", "the identity", "It returns what it is given."),
            option("c", "softsign", right=True),
        ],
        points=1,
        difficulty=1,
        hints=["One does nothing.", "There are two."],
    )
    return unit


@pytest.fixture
def toy(unit, monkeypatch, tmp_path):
    """The toy unit, found by its name as a unit of the course, in an empty folder."""
    load = catalogue._load
    monkeypatch.setattr(catalogue, "_load", lambda name: unit if name == "toy" else load(name))
    names = [*catalogue.pkgutil.iter_modules(catalogue.__path__)]
    names.append(type(names[0])(None, "toy", False))
    monkeypatch.setattr(catalogue.pkgutil, "iter_modules", lambda path: names)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ACTLOSS_STRICT", raising=False)
    for memory in (notebook._chosen, notebook._hints_given, progress_file._this_session):
        monkeypatch.setattr(*_owner(memory), {})
    return unit


def _owner(memory):
    for module in (notebook, progress_file):
        for name, value in vars(module).items():
            if value is memory and name.startswith("_"):
                return module, name
    raise LookupError
