"""What the parts of the grader hand to each other: people, submissions, results, rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RIGHT = "right"
WRONG = "wrong"
UNANSWERED = "not answered"
MISSING = "missing"  # nothing was handed in
UNREADABLE = "unreadable"  # something was, but it is not a notebook of the course
NOT_GRADED = "not graded"  # the grader failed: a person has to look
STATES = (RIGHT, WRONG, UNANSWERED, MISSING, UNREADABLE, NOT_GRADED)


class GradingError(Exception):
    """Something that the instructor can put right; the message says how."""


@dataclass(frozen=True)
class Person:
    """A learner, as the roster or a folder's name knows her."""

    learner: str
    name: str = ""
    email: str = ""
    on_roster: bool = True
    other: dict[str, str] = field(default_factory=dict)  # the roster's other columns, for exports


@dataclass(frozen=True)
class Submission:
    """One notebook that a learner handed in for one unit."""

    learner: str
    unit: str  # the unit's slug
    path: Path
    origin: str  # where the instructor finds it: "moodle.zip: Ada Byron_12/02-squashing.ipynb"
    received: float  # seconds since 1970, as far as it can be told
    problem: str = ""  # why it cannot be read, where it cannot


@dataclass(frozen=True)
class Intake:
    """What was found in a folder or zip: who, what, and what is odd about it."""

    people: tuple[Person, ...]
    submissions: tuple[Submission, ...]  # those that count: one for each learner and unit
    notes: tuple[str, ...] = ()  # duplicates, strangers, files that were left out, in sentences


@dataclass(frozen=True)
class Result:
    """What became of one exercise. `points` is None where a person has to look."""

    exercise: str
    points: float | None
    out_of: float
    state: str
    reason: str  # one line
    misconception: str | None = None
    verdict: dict[str, Any] | None = None  # the parts of `feedback.Verdict`, for the page


@dataclass(frozen=True)
class Graded:
    """What became of one submission."""

    unit: str
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()  # what happened on the way: "Cell 3 was skipped: it never ended."
    seconds: float = 0.0


@dataclass(frozen=True)
class Row:
    """One line of grades.csv, with what the pages show besides."""

    person: Person
    unit: str
    exercise: str
    points: float | None
    out_of: float
    state: str
    reason: str
    misconception: str | None = None
    verdict: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()  # those of the whole submission
    correction: str = ""  # the comment of a manual correction, where there is one


@dataclass(frozen=True)
class Run:
    """How the grades came about, for the reports."""

    when: str  # local time, to the minute
    sandbox: str  # one sentence: what held the learners' code
    seed: int
    version: str  # of the specifications
    notes: tuple[str, ...] = ()
