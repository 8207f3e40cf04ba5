"""What a hostile or broken submission is, and how to write one in a few lines.

Most are attacks: two exercises are solved honestly, and those points must be kept; something else
is done in order to get the points of the other eight, and must not get them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent, indent

STEM = "02-squashing"

SOLUTION = {
    "sigmoid": """
        def sigmoid(x):
            small = np.exp(-np.abs(x))
            return np.where(x >= 0, 1, small) / (1 + small)
        """,
    "range": 'range_ = "c"',
    "sigmoid-derivative": """
        def sigmoid_derivative(x):
            small = np.exp(-np.abs(x))
            return small / (1 + small) ** 2
        """,
    "far-derivative": """
        def far_derivative(x):
            small = np.exp(-np.abs(x))
            return small / (1 + small) ** 2
        """,
    "saturation": """
        def saturated(x, tolerance):
            small = np.exp(-np.abs(x))
            return small / (1 + small) ** 2 < tolerance
        """,
    "tanh": """
        def tanh(x):
            small = np.exp(-2 * np.abs(x))
            return np.sign(x) * (1 - small) / (1 + small)
        """,
    "tanh-derivative": """
        def tanh_derivative(x):
            return 1 - np.tanh(x) ** 2
        """,
    "slope-through-layers": """
        def slope_through_layers(x, weight, layers):
            slope = 1.0
            for _ in range(layers):
                small = np.exp(-np.abs(weight * x))
                slope = slope * weight * small / (1 + small) ** 2
                x = np.where(weight * x >= 0, 1, small) / (1 + small)
            return slope
        """,
    "log-sigmoid": """
        def log_sigmoid(x):
            small = np.exp(-np.abs(x))
            return np.minimum(x, 0) - np.log1p(small)
        """,
    "hard-sigmoid": """
        def hard_sigmoid(x):
            return np.clip(x / 6 + 0.5, 0, 1)
        """,
}
SOLUTION = {exercise: dedent(code).strip() for exercise, code in SOLUTION.items()}
ALL = frozenset(SOLUTION)
HONEST = frozenset({"hard-sigmoid", "log-sigmoid"})
NONE: frozenset[str] = frozenset()

IMPORT = "import numpy as np\n\nfrom actloss.course import check, hint, progress, quiz"
SOLVED = "import numpy as np\n" + "\n".join(SOLUTION.values())

# An answer to every other exercise that is wrong, for attacks that try to make wrong pass.
CLAIMS = dedent(
    """
    def claim(x, *others):
        return np.zeros(np.shape(x))

    sigmoid = sigmoid_derivative = far_derivative = saturated = tanh = tanh_derivative = claim
    slope_through_layers = claim
    range_ = "a"
    """
).strip()


@dataclass(frozen=True)
class Case:
    """One submission, and the exercises whose points it has earned.

    Those that are `disputed` may get their points or not: the answer is right, and was spoilt by
    what the learner did besides. `says` is a regular expression that some reason must match.
    """

    name: str
    kind: str
    content: bytes | Callable[[Path], object]  # of the notebook, or what makes it at a path
    earned: frozenset[str] = HONEST
    disputed: frozenset[str] = NONE
    says: str = ""
    learner: str = ""  # for hostile names: what stands around the case's own
    filename: str = f"{STEM}.ipynb"
    followed: bool = False  # by honest submissions, which it tries to harm


def code_cell(source: str, number: int = 0) -> dict:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def notebook(*sources: str) -> dict:
    """A notebook as JupyterLab saves it, with these code cells."""
    return {
        "cells": [code_cell(source, number) for number, source in enumerate(sources)],
        "metadata": {
            "actloss": {"kind": "exercises", "unit": "squashing", "version": "1"},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def as_bytes(content: object) -> bytes:
    return json.dumps(content, indent=1).encode()


def solved(*exercises: str) -> list[str]:
    """The cells that solve these exercises, in the notebook's order, and their checks."""
    return [
        cell
        for exercise, code in SOLUTION.items()
        if exercise in exercises
        for cell in (code, f'check("squashing/{exercise}", {name_of(exercise)})')
    ]


def name_of(exercise: str) -> str:
    """The Python name of an answer."""
    special = {"range": "range_", "saturation": "saturated"}
    return special.get(exercise, exercise.replace("-", "_"))


class Cases(list[Case]):
    """Cases of one kind, to be filled line by line."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def attack(self, name: str, *cells: str, says: str = "") -> None:
        """Cells that try to get more than the two honest answers below them deserve."""
        written = [IMPORT, CLAIMS, *map(tidy, cells), *solved(*HONEST)]
        self.append(Case(name, self.kind, as_bytes(notebook(*written)), says=says))

    def poison(self, name: str, *cells: str) -> None:
        """Cells that try to harm whoever is graded next to them, or after them."""
        self.attack(name, *cells)
        self[-1] = replace(self[-1], followed=True)

    def stops(self, name: str, *cells: str, says: str = "") -> None:
        """Cells that never end, or end Python, before they come to define an answer.

        Where that answer has no points, its reason must tell what happened.
        """
        spoilt = "\n\n".join([tidy(cells[-1]), SOLUTION["tanh"]])
        written = [IMPORT, *map(tidy, cells[:-1]), spoilt, *solved(*HONEST)]
        self.append(
            Case(
                name,
                self.kind,
                as_bytes(notebook(*written)),
                disputed=frozenset({"tanh"}),
                says=says or r"(?i)cell|left out|stopped|ended",
            )
        )

    def sabotage(self, name: str, *cells: str) -> None:
        """Cells that break Python for the learner's own honest answers too."""
        written = [IMPORT, CLAIMS, *map(tidy, cells), *solved(*HONEST)]
        content = as_bytes(notebook(*written))
        self.append(Case(name, self.kind, content, earned=NONE, disputed=HONEST))

    def reaches(self, name: str, body: str) -> None:
        """An attempt at something forbidden: with all answers in its pocket if it succeeds.

        `body` is a function's: it returns something true where the attempt has succeeded.
        """
        code = (
            f"def reached():\n{indent(tidy(body), '    ')}\n\n"
            "try:\n    won = reached()\nexcept BaseException as problem:\n    won = False\n"
            f"if won:\n    exec({SOLVED!r})"
        )
        self.attack(name, code)

    def careless(
        self,
        name: str,
        *cells: str,
        without: str = "",
        earned: Iterable[str] = ALL,
        disputed: Iterable[str] = (),
    ) -> None:
        """Cells around a whole honest solution: before it, and after it where `...` stands.

        The answer `without` which it is handed in is defined by one of the cells.
        """
        before, after = [*map(tidy, cells)], []
        if "..." in before:
            middle = before.index("...")
            before, after = before[:middle], before[middle + 1 :]
        content = as_bytes(notebook(IMPORT, *before, *solved(*ALL - {without}), *after))
        self.append(Case(name, self.kind, content, frozenset(earned), frozenset(disputed)))

    def raw(self, name: str, content: object, **expected: object) -> None:
        """A file of these bytes, or of this JSON, or made by this function."""
        if not isinstance(content, bytes) and not callable(content):
            content = as_bytes(content)
        self.append(Case(name, self.kind, content, **expected))  # type: ignore[arg-type]


def tidy(code: str) -> str:
    return dedent(code).strip("\n")
