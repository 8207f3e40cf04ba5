"""What the cheat sheet says of a function, in a few words, all of it from the function's facts."""

from __future__ import annotations

import html
import math
import re

from actloss.arrays import PROBABILITY
from actloss.card import QUESTIONS
from actloss.formulas import in_html
from actloss.function import Activation, Loss

FILTERS = (
    "value",
    "slope",
    "span",
    "properties",
    "takes",
    "used_in",
    "goes_wrong",
    "called",
    "breakable",
)
ANY = "any number"
SHORTER = {"torch.nn.functional.": "F.", "tf.keras.": "keras."}


def value(function: Activation | Loss) -> str:
    """The formula, as HTML."""
    return in_html(function.facts.formula)


def slope(function: Activation | Loss) -> str:
    """The derivative's or gradient's formula, as HTML."""
    return in_html(function.facts.derivative_formula)


def span(function: Activation | Loss) -> str:
    """From the lowest to the highest output."""
    low, high = map(_number, function.facts.output_range)
    return f"{low} to {high}"


def _number(number: float) -> str:
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    return f"{number:.3g}".replace("-", "−")


def properties(function: Activation | Loss) -> str:
    """What holds, of all that a card has an answer to."""
    holds = [label for fact, label in QUESTIONS.items() if getattr(function.facts, fact)]
    return ", ".join(label.removesuffix(" in the prediction") for label in holds)


def takes(function: Loss) -> str:
    """What a loss wants for its prediction, its target and its other arrays."""
    definition = function.definition
    prediction, target, *others = definition.array_names
    wants = [_prediction(function, prediction), _target(function, target)]
    if wants == [ANY, ANY]:
        wants = [f"{ANY}s"]
    return "; ".join([*wants, *(f"{name} {definition.domains[name].meaning}" for name in others)])


def _prediction(function: Loss, name: str) -> str:
    """One number, or a row of one for each class."""
    if "log_input" in function.definition.option_names:
        return "a rate, or its logarithm (log_input)"
    domain = function.definition.domains.get(name)
    if domain:
        one = domain.meaning if domain == PROBABILITY else f"{name} {domain.meaning}"
    else:
        one = "a logit" if "logits" in (name, function.__name__.rpartition("_")[2]) else ANY
    many = {"a probability": "probabilities", "a logit": "logits", ANY: "scores"}
    return f"a row of {many[one]}" if function.over == "classes" else one


def _target(function: Loss, name: str) -> str:
    definition = function.definition
    domain = definition.domains.get(name)
    if name in definition.prepare:
        return "labels 0 or 1 (or −1 and +1)"
    if function.over == "classes":
        by_kind = {"labels": "class numbers", "either": "one-hot rows or class numbers"}
        rows = "one-hot or soft rows" if domain == PROBABILITY else "rows of counts"
        return by_kind.get(definition.target, rows)
    if domain is None:
        return ANY
    return "labels from 0 to 1" if domain == PROBABILITY else f"{name} {domain.meaning}"


def used_in(function: Activation | Loss) -> str:
    """Where it is used, in its first clause."""
    return _first_clause(function.facts.used_in)


def goes_wrong(function: Activation | Loss) -> str:
    """What goes wrong with it, in its first clause."""
    return _first_clause(function.facts.goes_wrong)


def _first_clause(text: str) -> str:
    clause = re.split(r"[.;](?=\s|$)", text)[0]
    return html.escape(clause[:1].upper() + clause[1:])


def called(function: Activation | Loss, framework: str) -> str:
    """What a framework calls its own, without the part that the sheet's head explains; as HTML."""
    name = function.definition.framework_names[framework]
    for long, short in SHORTER.items():
        name = name.replace(long, short)
    return breakable(name)


def breakable(name: str) -> str:
    """A name in code, as HTML that may go on in a new line after each of its parts."""
    return re.sub(r"([._])(?=\w)", r"\1<wbr>", name)
