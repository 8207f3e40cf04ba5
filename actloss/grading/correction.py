"""Points given by hand: checked, kept in the gradebook, and shown in all the files."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from actloss.course.exercise import Exercise
from actloss.course.units import find_exercise, find_unit
from actloss.grading.database import NAME
from actloss.grading.files import write_files
from actloss.grading.gradebook import Gradebook, LastRun
from actloss.grading.records import GradingError
from actloss.grading.tally import number


def correct(
    folder: Path,
    learner: str,
    exercise_id: str,
    points: float,
    comment: str,
    who: str,
    database: str | None,
) -> str:
    """Give a learner points for an exercise, and write the files of the last run again.

    Returns a sentence that says what was done.
    """
    exercise = find_exercise(exercise_id)
    if not 0 <= points <= exercise.points:  # nor is "not a number" between them
        raise GradingError(
            f"{number(points)} points came for {exercise.id}; it is worth 0 to {exercise.points}."
        )
    if not comment.strip():
        raise GradingError("The comment is empty. Say in a few words why: the learner reads it.")
    if database is None and not (folder / NAME).exists():
        raise GradingError(
            f"{folder} holds no gradebook. Name the folder of `actloss grade --out`."
        )
    with Gradebook(folder, database) as gradebook:
        _check_part_of(gradebook.last_run(), learner, exercise)
        gradebook.correct(learner, exercise.id, points, comment, who)
        write_files(folder, gradebook)
    given = f"{number(points)} of {exercise.points} points"
    return f"{learner} now has {given} for {exercise.id}. The files in {folder} say so."


def _check_part_of(last: LastRun, learner: str, exercise: Exercise) -> None:
    learners = [person.learner for person in last.people]
    if learner not in learners:
        raise GradingError(
            f"There is no learner {learner!r} in the grades.{_hint(learner, learners)}"
        )
    if exercise.unit not in last.units:
        unit = find_unit(exercise.unit)
        raise GradingError(f"{unit.number:02d} {unit.title} is not in the grades. Grade it first.")


def _hint(learner: str, learners: Sequence[str]) -> str:
    close = difflib.get_close_matches(learner, learners, n=1)
    return f" Did you mean {close[0]!r}?" if close else " grades.csv lists them all."
