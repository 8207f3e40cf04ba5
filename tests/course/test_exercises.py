"""Every exercise of every unit keeps what an exercise promises, those still to be written too."""

import contextlib
import functools
import io
import os
import re

import numpy as np
import pytest

from actloss.course.build import EXERCISES, SOLUTIONS, Target, draft
from actloss.course.checking import check_answer
from actloss.course.exercise import answer_name
from actloss.course.feedback import RIGHT, UNANSWERED, WRONG
from actloss.course.notebook import verdict_on
from actloss.course.units import all_units

UNITS = {unit.slug: unit for unit in all_units()}
ALL = [one for unit in UNITS.values() for one in unit.exercises]
SEEDS = range(3)


def by_id(exercises):
    return pytest.mark.parametrize("exercise", exercises, ids=lambda exercise: exercise.id)


CODED = [one for one in ALL if one.kind != "quiz"]
MISTAKES = [(one, m) for one in CODED for m in one.misconceptions]
ALTERNATIVES = [(one, function) for one in CODED for function in one.alternatives]


@functools.cache
def names_after(unit_slug, kind):
    """What a unit's notebook defines when it has run: with stubs some cells cannot."""
    names = {"__name__": "__main__"}
    for cell in draft(Target(UNITS[unit_slug].stem, kind)).cells:
        if cell.cell_type == "code":
            errors = (
                contextlib.suppress(Exception) if kind == EXERCISES else contextlib.nullcontext()
            )
            with errors, contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, names)
    return names


@pytest.fixture(autouse=True)
def neutral(tmp_path, monkeypatch):
    """Notebooks run in an empty folder and say all that they have to say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "ACTLOSS_STRICT", "0")


@by_id(ALL)
def test_the_stub_is_not_answered_yet(exercise):
    names = names_after(exercise.unit, EXERCISES)
    assert exercise.answer in names
    assert verdict_on(exercise, names).state == UNANSWERED


@by_id(ALL)
def test_the_solution_is_right(exercise):
    answer = names_after(exercise.unit, SOLUTIONS)[exercise.answer]
    for seed in SEEDS:
        verdict = check_answer(exercise, answer, seed)
        assert verdict.state == RIGHT, verdict.message
        assert not verdict.notes, "a solution should be what is asked for, not nearly"


@pytest.mark.parametrize(
    ("exercise", "function"),
    ALTERNATIVES,
    ids=[f"{one.id}-{function.__name__}" for one, function in ALTERNATIVES],
)
def test_every_alternative_is_accepted(exercise, function):
    answer = function() if exercise.kind == "value" else function
    for seed in SEEDS:
        verdict = check_answer(exercise, answer, seed)
        assert verdict.state == RIGHT, verdict.message


@pytest.mark.parametrize(
    ("exercise", "mistake"), MISTAKES, ids=[f"{one.id}-{mistake.name}" for one, mistake in MISTAKES]
)
def test_every_misconception_is_rejected_and_recognised(exercise, mistake):
    answer = mistake.function() if exercise.kind == "value" else mistake.function
    for seed in SEEDS:
        verdict = check_answer(exercise, answer, seed)
        assert verdict.state == WRONG
        assert verdict.misconception == mistake.name
        assert mistake.sentence in verdict.message


@by_id([one for one in ALL if one.kind == "quiz"])
def test_a_quiz_answers_every_choice(exercise):
    letters = [choice.letter for choice in exercise.options]
    assert letters == sorted(set(letters))
    assert len(letters) >= 2
    assert exercise.right_letters
    assert len({choice.text for choice in exercise.options}) == len(letters)
    for bits in range(1, 2 ** len(letters)):
        chosen = {letter for i, letter in enumerate(letters) if bits >> i & 1}
        verdict = check_answer(exercise, chosen)
        assert (verdict.state == RIGHT) == (chosen == exercise.right_letters)
    for choice in exercise.options:
        if not choice.right:
            verdict = check_answer(exercise, choice.letter)
            assert choice.why in verdict.message
            assert verdict.misconception == f"option_{choice.letter}"


@by_id(ALL)
def test_the_specification_is_complete(exercise):
    assert len(exercise.hints) >= 2
    assert all(len(hint) > 10 for hint in exercise.hints)
    assert len(set(exercise.hints)) == len(exercise.hints)
    assert exercise.points >= 1
    assert exercise.difficulty in (1, 2, 3)
    assert exercise.answer.isidentifier()
    assert exercise.answer == answer_name(exercise.answer.rstrip("_").replace("_", "-"))
    assert exercise.signature.startswith(exercise.answer)
    if exercise.kind == "function":
        assert exercise.probes
        assert exercise.misconceptions
        assert re.fullmatch(rf"{exercise.answer}\(.*\)", exercise.signature)


@by_id([one for one in ALL if one.kind == "function"])
def test_the_signature_is_the_solutions(exercise):
    names = {}
    exec(f"def {exercise.signature}: pass", names)
    promised = names[exercise.answer]
    solution = names_after(exercise.unit, SOLUTIONS)[exercise.answer]
    stub = names_after(exercise.unit, EXERCISES)[exercise.answer]
    for function in (solution, stub):
        assert (
            function.__code__.co_varnames[: function.__code__.co_argcount]
            == (promised.__code__.co_varnames[: promised.__code__.co_argcount])
        )
        assert function.__defaults__ == promised.__defaults__


@by_id(ALL)
def test_names_of_misconceptions_differ(exercise):
    names = [mistake.name for mistake in exercise.misconceptions]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_a_unit_s_answers_differ_in_name_and_its_head_is_complete(unit):
    assert len({one.answer for one in unit.exercises}) == len(unit.exercises)
    assert unit.question.endswith("?")
    assert unit.minutes > 0


def test_numbers_and_slugs_of_units_differ():
    assert len({unit.number for unit in UNITS.values()}) == len(UNITS)


def positive_part(x):
    e = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1, e) / (1 + e)


def flattens_three_axes(x):
    return np.ravel(positive_part(x)) if np.ndim(x) > 2 else positive_part(x)


def cut_off_too_early(x):
    return np.where(np.abs(x) > 2.999, np.asarray(x) > 0, np.clip(np.asarray(x) / 6 + 0.5, 0, 1))


def straight_too_early(x):
    small = np.exp(-np.abs(x))
    return np.where(np.asarray(x) < -15, x, np.minimum(x, 0) - np.log1p(small))


def small_n_becomes_t(sequences):
    return np.array(
        [
            [float(b == "T" if s == "n" else b == s.upper()) for s in t for b in "ACGT"]
            for t in sequences
        ]
    )


def all_as_long_as_the_first(sequences, k):
    count = len(sequences[0]) - k + 1
    words = [{s[i : i + k] for i in range(count)} for s in sequences]
    n = len(words)
    return np.array([any(words[i] & words[j] for j in range(n) if j != i) for i in range(n)])


@pytest.mark.parametrize(
    ("exercise_id", "answer"),
    [
        ("squashing/sigmoid", flattens_three_axes),
        ("squashing/hard-sigmoid", cut_off_too_early),
        ("squashing/log-sigmoid", straight_too_early),
        ("promoters/encode", small_n_becomes_t),
        ("promoters/overlap", all_as_long_as_the_first),
        ("start-here/first-check", lambda dna: dna.count("G") + dna.count("C") if dna else None),
    ],
)
def test_mistakes_that_few_inputs_show_are_seen(exercise_id, answer):
    (exercise,) = [one for one in ALL if one.id == exercise_id]
    assert all(check_answer(exercise, answer, seed).state == WRONG for seed in SEEDS)
