"""The notebooks that `benchmarks.grading` has graded, and what everybody should give for them."""

from __future__ import annotations

import copy
import functools
import json
import textwrap
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from actloss.course.units import find_exercise, find_unit

ROOT = Path(__file__).parents[1]
UNIT = find_unit("squashing")

# Answers to each exercise, in turn: all graders have to tell right from wrong alike.
RIGHT, WRONG = True, False
ANSWERS: dict[str, list[tuple[bool, str]]] = {
    "sigmoid": [
        (RIGHT, "e = np.exp(-np.abs(x))\nreturn np.where(x >= 0, 1, e) / (1 + e)"),
        (RIGHT, "return (1 + np.tanh(x / 2)) / 2"),
        (WRONG, "return 1 / (1 + np.exp(x))"),
        (RIGHT, "return np.exp(-np.logaddexp(0, -x))"),
        (WRONG, "return np.tanh(x)"),
    ],
    "tanh": [
        (RIGHT, "e = np.exp(-2 * np.abs(x))\nreturn np.sign(x) * (1 - e) / (1 + e)"),
        (WRONG, "return 2 * x - 1"),
        (RIGHT, "return 1 - 2 / (1 + np.exp(np.minimum(2 * x, 700)))"),
        (WRONG, "return sigmoids(x)"),
    ],
    "hard-sigmoid": [
        (RIGHT, "return np.clip(x / 6 + 0.5, 0, 1)"),
        (WRONG, "return ..."),
        (RIGHT, "return np.minimum(np.maximum(np.asarray(x) + 3, 0), 6) / 6"),
    ],
}
INPUTS = ([0.0], [2.5, -3.5, 0.25, -0.75], [1000.0], [-1000.0], [[-2, 0, 3], [1, -1, 20]])


def hand_in(folder: Path, count: int, whole: bool = False) -> None:
    """Write the notebooks of `count` learners, and the tests for the peers."""
    for number in range(count):
        place = folder / "submissions" / learner(number)
        place.mkdir(parents=True)
        (place / f"{UNIT.stem}.ipynb").write_text(json.dumps(notebook(number, whole)))
    (folder / "tests.json").write_text(json.dumps({name: tests(name) for name in ANSWERS}))


def learner(number: int) -> str:
    return f"learner-{number:04}"


def notebook(number: int, whole: bool) -> Any:
    """The three exercises with this learner's answers, and the others solved where it is whole."""
    made, solved = copy.deepcopy(read("exercises")), read("solutions")
    cells = [cell for cell in made.cells if cell.cell_type == "code"]
    solutions = [cell for cell in solved.cells if cell.cell_type == "code"]
    for cell, solution in zip(cells, solutions, strict=True):
        cell.source = solution.source
    answers = {name: chosen(name, number)[1] for name in ANSWERS}
    kept = [cells[0]]
    for heading, answer, check in zip(made.cells, made.cells[1:], made.cells[2:], strict=False):
        for name, lines in answers.items():
            head = f"def {function(name)}(x):"
            if answer.cell_type == "code" and answer.source.startswith(head):
                answer.source = f"{head}\n{textwrap.indent(lines, '    ')}"
                kept += [heading, answer, check]
                if not whole:
                    mark_for_nbgrader(answer, check, name)
    if not whole:
        cells[0].source = "import numpy as np"
        made.cells = kept
    cells[0].source += f"\n\n# {learner(number)}"  # no two are the same
    return made


@functools.cache
def read(kind: str) -> Any:
    return nbformat.read(ROOT / kind / f"{UNIT.stem}.ipynb", as_version=4)


def mark_for_nbgrader(answer: Any, check: Any, name: str) -> None:
    """The cells as nbgrader releases them: an answer, and a locked cell for hidden tests."""
    points = find_exercise(f"squashing/{name}").points
    for cell, grade_id, tested in ((answer, name, False), (check, f"{name}-tests", True)):
        cell.metadata["nbgrader"] = {
            "schema_version": 3,
            "grade_id": grade_id,
            "solution": not tested,
            "grade": tested,
            "locked": tested,
        }
    check.metadata["nbgrader"]["points"] = points
    check.source = "# The tests stand here."


def chosen(name: str, number: int) -> tuple[bool, str]:
    return ANSWERS[name][number % len(ANSWERS[name])]


def function(name: str) -> str:
    return find_exercise(f"squashing/{name}").answer


def tests(name: str) -> dict[str, Any]:
    """The peers' tests of one exercise: five inputs, with what is expected."""
    exercise = find_exercise(f"squashing/{name}")
    lines = []
    for given in INPUTS:
        expected = exercise.reference(np.array(given)).tolist()
        call = f"{exercise.answer}(np.array({given}))"
        lines.append(f"np.testing.assert_allclose({call}, {expected}, rtol=1e-9, atol=1e-12)")
    return {"points": exercise.points, "lines": lines}


def expected_points(count: int) -> dict[str, dict[str, float]]:
    """{learner: {exercise: points}}, whoever grades."""
    return {
        learner(number): {
            name: find_exercise(f"squashing/{name}").points * chosen(name, number)[0]
            for name in ANSWERS
        }
        for number in range(count)
    }
