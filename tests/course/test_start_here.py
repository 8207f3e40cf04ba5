"""The first unit: what a learner meets in her first minutes, and what she looks up later."""

import re
from pathlib import Path

import jupytext
import nbformat
import numpy as np
import pytest

from actloss.course import map as course_map
from actloss.course import notebook
from actloss.course.checking import check_answer
from actloss.course.units import find_exercise

ROOT = Path(__file__).parents[2]
LESSON = (ROOT / "source/00-start-here/lesson.md").read_text(encoding="utf-8")
CELLS = jupytext.reads(LESSON, fmt="md:myst").cells
CODE = [cell.source for cell in CELLS if cell.cell_type == "code"]
BUILT = nbformat.read(ROOT / "notebooks/00-start-here.ipynb", as_version=4)


@pytest.fixture
def answered(monkeypatch, tmp_path):
    """Run the lesson's first answer, after an edit; return what the check shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ACTLOSS_STRICT", raising=False)
    (source,) = [source for source in CODE if source.startswith("def first_check")]

    def run(old, new):
        definition, _, call = source.replace(old, new).rpartition("\n")
        names = {"check": notebook.check}
        exec(definition, names)
        return eval(call, names)

    return run


def test_the_first_answer_is_wrong_in_a_way_that_the_check_knows(answered):
    shown = answered("", "")
    assert shown.data["misconception"] == "g_alone"
    assert "left out the Cs" in shown.text


def test_the_first_answer_turns_right_when_it_is_mended(answered):
    shown = answered('dna.count("G")', 'dna.count("G") + dna.count("C")')
    assert shown.data["correct"]


def test_what_the_reader_runs_first_has_no_output_before_she_does():
    first = [cell for cell in BUILT.cells if cell.cell_type == "code"][:3]
    assert all(not cell.outputs and cell.execution_count is None for cell in first)


def test_no_output_says_what_the_authors_machine_has_installed():
    for cell in BUILT.cells:
        if cell.cell_type == "code" and re.search(r"\b(doctor|progress)\(\)", cell.source):
            assert not cell.outputs


def test_the_built_lesson_shows_the_map_as_it_is_now():
    (cell,) = [cell for cell in BUILT.cells if "course_map()" in cell.source]
    assert cell.outputs[0].data["text/plain"] == course_map.as_text(), (
        "a unit has been added or renamed: run `actloss build --all 00`"
    )


def test_the_refresher_is_folded_away():
    folded = [cell for cell in BUILT.cells if cell.metadata.get("jp-MarkdownHeadingCollapsed")]
    assert [cell.source.splitlines()[0] for cell in folded] == [
        "## Refresher: slopes and the chain rule"
    ]


def test_the_glossary_is_a_link():
    assert "(glossary.ipynb)" in LESSON.partition("## Words and symbols")[2].partition("## ")[0]


SLOPES = {
    "$c$": (lambda x: 3 + 0 * x, lambda x: 0 * x),
    r"$c\,x$": (lambda x: 3 * x, lambda x: 3 + 0 * x),
    "$x^2$": (lambda x: x**2, lambda x: 2 * x),
    "$1/x$": (lambda x: 1 / x, lambda x: -1 / x**2),
    "$e^x$": (np.exp, np.exp),
    r"$\log x$": (np.log, lambda x: 1 / x),
    "$f + g$": (lambda x: x**2 + np.exp(x), lambda x: 2 * x + np.exp(x)),
    r"$f \cdot g$": (lambda x: x**2 * np.exp(x), lambda x: 2 * x * np.exp(x) + x**2 * np.exp(x)),
}


def test_the_table_of_slopes_is_right():
    table = re.findall(r"^\| (\$.+?\$) \| \$(.+?)\$ \|", LESSON, flags=re.M)
    assert [function for function, _ in table] == list(SLOPES)
    x, run = np.array([0.5, 1.0, 2.0]), 1e-6
    for function, slope in SLOPES.values():
        estimate = (function(x + run) - function(x - run)) / (2 * run)
        np.testing.assert_allclose(estimate, slope(x), atol=1e-8, rtol=1e-8)


def test_the_quiz_about_slopes_has_the_right_answer_and_the_mistakes_it_names():
    quiz = find_exercise("start-here/slopes")
    texts = {choice.letter: float(choice.text) for choice in quiz.options}
    u, outer, inner = 3 * 1 + 1, 2 * (3 * 1 + 1), 3
    assert texts == {"a": outer, "b": u**2, "c": outer * inner, "d": outer + inner, "e": 2 * inner}
    assert check_answer(quiz, "c").correct


def test_whoever_may_not_skip_ahead_is_told_where_to_begin():
    quiz = find_exercise("start-here/skip-ahead")
    for choice in quiz.options:
        if not choice.right:
            named = re.search(r"unit (\d\d)", check_answer(quiz, {choice.letter}).message)
            assert 1 <= int(named[1]) < 9
