"""What a learner is told about an answer: the verdict, in words."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from actloss.course.exercise import Exercise, Misconception, Probe
from actloss.course.outcome import Outcome
from actloss.course.values import Comparison, Opaque, kind_of

RIGHT, UNANSWERED, WRONG = "right", "not answered yet", "wrong"


@dataclass(frozen=True)
class Verdict:
    """The judgement of one answer, in the parts that a learner reads."""

    exercise: str
    state: str
    sentence: str
    rows: tuple[tuple[str, str], ...] = ()
    lesson: str = ""
    misconception: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def correct(self) -> bool:
        """Whether the answer is right."""
        return self.state == RIGHT

    @property
    def message(self) -> str:
        """The whole verdict as plain text."""
        width = max((len(label) for label, _ in self.rows), default=0)
        indent = "\n" + " " * (width + 5)
        rows = [
            f"  {label + ':':{width + 1}}  {text.replace(chr(10), indent)}"
            for label, text in self.rows
        ]
        return "\n".join([self.sentence, *rows, *filter(None, [self.lesson]), *self.notes])


@dataclass(frozen=True)
class Finding:
    """What was found on one probe. `kind` is "right", or what is wrong."""

    kind: str
    comparison: Comparison | None = None
    sentence: str = ""
    notes: tuple[str, ...] = ()


def right(exercise: Exercise, notes: Iterable[str] = ()) -> Verdict:
    """The answer is right."""
    return Verdict(exercise.id, RIGHT, "Right.", notes=tuple(dict.fromkeys(notes)))


# What is said in a notebook only: a file has no cells.
RUN_THAT_CELL = ", run that cell, then this one"
RUN_THE_CELL = " Run the cell that defines it, then this one."


def not_answered(exercise: Exercise) -> Verdict:
    """The stub is still there."""
    if exercise.kind == "quiz":
        what = f"Write {_letters_wanted(exercise)} in place of the `...`"
    elif exercise.kind == "value":
        what = f"Write your values in place of the `...` of `{exercise.answer}`"
    else:
        what = f"Write your code for `{exercise.signature}` in place of the `...`"
    return Verdict(exercise.id, UNANSWERED, f"Not answered yet. {what}{RUN_THAT_CELL}.")


def not_defined(exercise: Exercise) -> Verdict:
    """The notebook has no such name."""
    return Verdict(
        exercise.id,
        UNANSWERED,
        f"There is no `{exercise.answer}` yet.{RUN_THE_CELL}",
    )


def not_a_function(exercise: Exercise, value: Any) -> Verdict:
    """The answer should be a function and is something else."""
    return Verdict(
        exercise.id,
        WRONG,
        f"`{exercise.answer}` should be a function, to be called as `{exercise.signature}`. "
        f"What came is {kind_of(value)}. "
        f"Give the function itself, without brackets: `{exercise.answer}`.",
    )


def wrong_inputs(exercise: Exercise, taken: str) -> Verdict:
    """The answer takes other inputs than the exercise says."""
    return Verdict(
        exercise.id,
        WRONG,
        f"Your function should be called as `{exercise.signature}`, but it is defined to take "
        f"`{taken}`. Change its first line to `def {exercise.signature}:`.",
    )


def shortcut_taken(exercise: Exercise, name: str) -> Verdict:
    """The answer calls what it should be."""
    name = name.replace("numpy.", "np.")
    return Verdict(
        exercise.id,
        WRONG,
        f"Your answer uses `{name}`. That is a good call in your own work. Here the exercise is "
        "to write it yourself, so that you know what happens inside.",
    )


def no_letter(exercise: Exercise, value: Any) -> Verdict:
    """The answer to a quiz is not made of letters."""
    return Verdict(
        exercise.id,
        WRONG,
        f"What came is {kind_of(value)}. Answer with {_letters_wanted(exercise)}.",
    )


def unknown_letter(exercise: Exercise, letter: str) -> Verdict:
    """The answer to a quiz names an option that is not there."""
    return Verdict(
        exercise.id,
        WRONG,
        f"There is no option {letter!r}. Answer with {_letters_wanted(exercise)}.",
    )


def _letters_wanted(exercise: Exercise) -> str:
    letters = [choice.letter for choice in exercise.options]
    listed = ", ".join(letters[:-1]) + f" or {letters[-1]}"
    if len(exercise.right_letters) > 1:
        return f'a set of the letters {listed}, such as {{"{letters[0]}", "{letters[1]}"}}'
    return f'one of the letters {listed}, such as "{letters[0]}"'


def wrong_choice(exercise: Exercise, letters: frozenset[str]) -> Verdict:
    """The answer to a quiz is not the right one: say why for the first wrong option."""
    chosen_wrongly = [
        choice for choice in exercise.options if choice.letter in letters and not choice.right
    ]
    if not chosen_wrongly:
        return Verdict(
            exercise.id, WRONG, "Not complete yet. What you chose is right, and there is more."
        )
    if len(letters) > 1 and len(exercise.right_letters) == 1:
        return Verdict(exercise.id, WRONG, "Not right yet. Choose one option, the best one.")
    first = chosen_wrongly[0]
    return Verdict(
        exercise.id,
        WRONG,
        f"Not right yet. About option {first.letter}:",
        lesson=first.why,
        misconception=f"option_{first.letter}",
    )


def wrong(
    exercise: Exercise,
    *,
    probe: Probe,
    came: Outcome,
    expected: Outcome,
    finding: Finding,
    misconception: Misconception | None,
    only_the_example: bool,
) -> Verdict:
    """The answer is wrong: show the simplest input that it fails on, and what to learn from it."""
    sentence = _sentence(exercise, came, expected, finding)
    if only_the_example and misconception is None:
        sentence = (
            "Right for the example that the text shows, but for none of the other inputs tried. "
            + sentence
        )
    else:
        sentence = "Not right yet. " + sentence
    return Verdict(
        exercise.id,
        WRONG,
        sentence,
        rows=tuple(_rows(exercise, probe, came, expected, finding)),
        lesson=misconception.sentence if misconception else "",
        misconception=misconception.name if misconception else None,
    )


def _sentence(exercise: Exercise, came: Outcome, expected: Outcome, finding: Finding) -> str:
    if exercise.kind == "value":
        return _sentence_about_a_value(exercise, came, finding)
    if finding.kind == "too slow":
        return (
            f"Your function had not finished after {exercise.time_limit:g} seconds. "
            "Is there a loop that never ends?"
        )
    if finding.kind == "error" and not came.error:
        return f"This input should raise {expected.error}, and your function returns a result."
    if came.error == "RecursionError":
        return "Your function calls itself, and never stops doing so."
    if finding.kind == "error":
        return f"Your function stops with an error ({came.error[:60]})."
    if finding.kind == "printed":
        return (
            "Your function prints its result and returns nothing (None). "
            "End it with `return` and the result, so that others can compute with it."
        )
    if finding.kind == "nothing":
        return "Your function returns nothing (None). Does it end with `return` and the result?"
    if finding.kind == "mutated":
        return (
            "The result is right, but your function changes the input that it was given, and "
            "the caller's data with it. Compute a new array, or begin with a copy of what came in, "
            "as `np.array(x, dtype=float)` makes one of x."
        )
    if finding.kind == "warned":
        return (
            "The values are right for this input, but NumPy warns on the way, and you would not "
            "know that you may ignore it. Find a way that never computes what it warns of."
        )
    return _sentence_about_values("Your result", finding)


def _sentence_about_a_value(exercise: Exercise, came: Outcome, finding: Finding) -> str:
    if finding.kind == "too slow":
        return f"Trying `{exercise.answer}` had not ended after {exercise.time_limit:g} seconds."
    if came.error:
        return f"`{exercise.answer}` cannot be used in the form `{exercise.signature}`."
    return _sentence_about_values(
        f"Your `{exercise.answer}`" if exercise.use is None else "What your answer does", finding
    )


def _sentence_about_values(subject: str, finding: Finding) -> str:
    if finding.sentence:
        return finding.sentence
    if finding.comparison is None or finding.comparison.problem == "differs":
        return f"{subject} differs from what is expected."
    return f"{subject} {finding.comparison.problem}."


def _rows(
    exercise: Exercise, probe: Probe, came: Outcome, expected: Outcome, finding: Finding
) -> Iterable[tuple[str, str]]:
    yours = "Your answer" if exercise.kind == "value" and exercise.use is None else "Your result"
    if probe.args or probe.kwargs:
        note = f"  ({probe.note})" if probe.note else ""
        yield "Input", call_text(exercise, probe) + note
    if came.error and finding.kind == "error":
        yield "Error", f"{came.error}: {came.error_message}"[:300].rstrip(": ")
        if came.line:
            yield "In your line", came.line
    elif finding.kind == "error":
        yield yours, show(came.value)
    elif finding.kind == "warned":
        yield "Warning", came.warned
    elif finding.kind in ("differs", "disagrees"):
        yield from _came_and_expected(yours, probe, came.value, expected.value, finding)
    if came.printed and finding.kind != "right":
        yield "It printed", came.printed[:200].rstrip()


def _came_and_expected(
    yours: str, probe: Probe, came: Any, expected: Any, finding: Finding
) -> Iterable[tuple[str, str]]:
    found = finding.comparison
    if found is not None and found.expected is not None:
        left, right_ = show_pair(found.came, found.expected)
        if found.at and expected.size > 1:
            yield "At", _place(probe, expected, found.at)
        yield yours, left
        yield "Expected", right_
        return
    if not isinstance(came, Opaque):
        yield yours, show(came)
    if not finding.sentence:
        yield "Expected", show(expected)


def _place(probe: Probe, expected: np.ndarray, at: tuple[int, ...]) -> str:
    """Which element, and what the input is there where it has the same shape."""
    first = probe.args[0] if probe.args else None
    if isinstance(first, np.ndarray) and first.shape == expected.shape:
        return f"element {list(at)}, where the input is {show(first[at])}"
    return f"element {list(at)}"


def call_text(exercise: Exercise, probe: Probe) -> str:
    """The call that was made, as the learner could type it while its inputs are short."""
    typed = exercise.kind == "function"
    parts = [show(value, typed) for value in probe.args]
    parts += [f"{key}={show(value, typed)}" for key, value in probe.kwargs.items()]
    one_line = ", ".join(parts)
    if typed:
        one_line = f"{exercise.answer}({one_line})"
    if len(one_line) <= 80 and "\n" not in one_line:
        return one_line
    return "\n".join(_named(exercise, probe))


def _named(exercise: Exercise, probe: Probe) -> Iterable[str]:
    for name, value in zip(_input_names(exercise), probe.args, strict=False):
        yield f"{name} = {_indented(show(value), len(name) + 3)}"
    for key, value in probe.kwargs.items():
        yield f"{key} = {_indented(show(value), len(key) + 3)}"


def _input_names(exercise: Exercise) -> list[str]:
    if exercise.kind == "value":  # the first input of `use` is the answer
        return list(inspect.signature(exercise.use).parameters)[1:] if exercise.use else []
    definition = ast.parse(f"def {exercise.signature}: ...").body[0]
    assert isinstance(definition, ast.FunctionDef)
    return [argument.arg for argument in definition.args.args]


def _indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


def show(value: Any, typed: bool = False) -> str:
    """A value in few characters; `typed` writes small arrays as the code that makes them."""
    if isinstance(value, Opaque):
        return value.description
    if isinstance(value, (np.ndarray, np.generic)) and value.ndim == 0:
        return show(value.item())
    if isinstance(value, np.ndarray):
        return _show_array(value, typed)
    if isinstance(value, float):
        return _short(value)
    if isinstance(value, (list, tuple)):
        shown = [show(item, typed) for item in value[:6]] + ["..."] * (len(value) > 6)
        inside = ", ".join(shown) + ("," if isinstance(value, tuple) and len(value) == 1 else "")
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, dict):
        items = [f"{key!r}: {show(item)}" for key, item in list(value.items())[:6]]
        return "{" + ", ".join(items + ["..."] * (len(value) > 6)) + "}"
    if callable(value):
        return getattr(value, "__name__", "a function")
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _show_array(array: np.ndarray, typed: bool) -> str:
    text = np.array2string(
        array,
        separator=", ",
        threshold=24,
        edgeitems=2,
        max_line_width=72,
        formatter={"float_kind": lambda number: _short(float(number))},
    )
    if typed and array.size <= 12:
        dtype = "" if array.dtype in (float, int, bool) else f", dtype=np.{array.dtype}"
        return f"np.array({text}{dtype})"
    return text if array.size <= 24 else f"{text}\nof shape {array.shape}"


def _short(number: float) -> str:
    text = repr(number)
    if len(text) > 8:
        text = f"{number:.6g}"
    return text if set(text) & set(".en") else f"{text}.0"  # 1.000002 is no whole number


def show_pair(came: Any, expected: Any) -> tuple[str, str]:
    """Two values that differ, with as many digits as it takes to see it."""
    left, right_ = show(came), show(expected)
    if left == right_:
        left, right_ = repr(came), repr(expected)
    return left, right_
