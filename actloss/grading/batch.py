"""Grades many submissions at once, and writes each result into the gradebook as it comes.

Threads are enough: the work is done in other processes, on this machine or on a Dask cluster
(see `cluster`). A submission is read when its turn comes, so that no more of them are in memory
than are being graded.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from joblib import Parallel, delayed
from tqdm import tqdm

from actloss.course.units import find_unit
from actloss.grading.gradebook import Gradebook
from actloss.grading.intake.reading import UnreadableSubmission, read_submission
from actloss.grading.records import (
    NOT_GRADED,
    UNREADABLE,
    Graded,
    GradingError,
    Result,
    Submission,
)
from actloss.grading.tables import storable
from actloss.grading.versions import specification_version

Grade = Callable[[bytes, str], Graded]  # from the content of a notebook and its unit
Finished = Mapping[tuple[str, str, str], int]


@dataclass
class Progress:
    """How many submissions were dealt with, and how."""

    graded: int = 0
    unchanged: int = 0
    problems: int = 0  # a person has to look

    def __str__(self) -> str:
        return f"{self.graded} graded, {self.unchanged} unchanged, {self.problems} problems"


@dataclass(frozen=True)
class Done:
    """A submission that was dealt with: graded now, or in an attempt before."""

    submission: Submission
    sha256: str
    graded: Graded | None = None
    attempt: int = 0


def grade_all(
    submissions: Sequence[Submission],
    gradebook: Gradebook,
    run: int,
    grade: Grade,
    *,
    workers: int,
    regrade: bool = False,
) -> Progress:
    """Grade what was not graded before. What is done stays done, however this ends."""
    versions = {one.unit: specification_version(one.unit) for one in submissions}
    finished = {} if regrade else gradebook.finished(versions)
    progress = Progress()
    parallel = Parallel(n_jobs=workers, prefer="threads", return_as="generator_unordered")
    stream = parallel(delayed(_deal_with)(one, finished, grade) for one in submissions)
    bar = tqdm(total=len(submissions), unit="", disable=None, dynamic_ncols=True)
    with contextlib.closing(stream), bar:
        for done in stream:
            if done.graded is None:
                gradebook.let_count(done.attempt)
                progress.unchanged += 1
            else:
                version = versions[done.submission.unit]
                gradebook.record(run, done.submission, done.sha256, version, done.graded)
                progress.graded += 1
                progress.problems += needs_a_person(done.graded)
            bar.set_postfix_str(str(progress), refresh=False)
            bar.update()
    return progress


def needs_a_person(graded: Graded) -> bool:
    """Whether some of it could not be judged."""
    return any(result.state in (NOT_GRADED, UNREADABLE) for result in graded.results)


def _deal_with(submission: Submission, finished: Finished, grade: Grade) -> Done:
    """Read one submission and grade it, unless that was done before."""
    try:
        content, problem = read_submission(submission), ""
    except UnreadableSubmission as unreadable:
        content, problem = b"", str(unreadable)
    # What cannot be read has no content to know it by: the reason stands for it.
    sha256 = hashlib.sha256(content or problem.encode("utf-8", "replace")).hexdigest()
    attempt = finished.get((storable(submission.learner), submission.unit, sha256))
    if attempt is not None:
        return Done(submission, sha256, attempt=attempt)
    if problem:
        return Done(submission, sha256, _all_the_same(submission.unit, UNREADABLE, 0, problem))
    return Done(submission, sha256, _graded(content, submission.unit, grade))


def _graded(content: bytes, unit: str, grade: Grade) -> Graded:
    """What the grader says. Where it fails itself, that costs nobody else's grade."""
    try:
        return grade(content, unit)
    except GradingError:
        raise
    except Exception as problem:
        reason = f"The grader itself failed: {type(problem).__name__}: {problem}"
        return _all_the_same(unit, NOT_GRADED, None, " ".join(reason.split())[:600])


def _all_the_same(unit: str, state: str, points: float | None, reason: str) -> Graded:
    exercises = find_unit(unit).exercises
    return Graded(
        unit, tuple(Result(one.id, points, one.points, state, reason) for one in exercises)
    )
