"""A grader that runs nothing: what a notebook gets is written in it. For tests of what is around.

Dask's workers and processes that are to be killed import it, so it stands in a file of its own.
"""

import json
import os
import signal
import time
from dataclasses import asdict
from pathlib import Path

from actloss.course import feedback
from actloss.course.feedback import Verdict
from actloss.course.units import find_unit
from actloss.grading.records import (
    NOT_GRADED,
    RIGHT,
    UNANSWERED,
    WRONG,
    Graded,
    GradingError,
    Intake,
    Person,
    Result,
    Run,
    Submission,
)

POINTS = {RIGHT: 1.0, WRONG: 0.0, UNANSWERED: 0.0, NOT_GRADED: None}
VERDICTS = {RIGHT: feedback.RIGHT, WRONG: feedback.WRONG, UNANSWERED: feedback.UNANSWERED}
RUN = Run("2026-11-23 08:00", "No sandbox: nothing was run.", 7, "abc")


def graded(unit="squashing", state=RIGHT, notes=()):
    """All exercises of a unit in one state."""
    results = [_result(exercise, state) for exercise in find_unit(unit).exercises]
    return Graded(unit, tuple(results), tuple(notes), 0.5)


def _result(exercise, state):
    sentence = f"It says {state}."
    verdict = Verdict(exercise.id, VERDICTS.get(state, ""), sentence)
    return Result(
        exercise=exercise.id,
        points=POINTS[state] and float(exercise.points),
        out_of=exercise.points,
        state=state,
        reason=sentence,
        misconception=exercise.misconceptions[0].name
        if state == WRONG and exercise.misconceptions
        else None,
        verdict=asdict(verdict) if state in VERDICTS else None,
    )


def grade(content, unit, seed=0, settings=None):
    """Do what a notebook says: get a state, or bring down the grader.

    "slow" takes a while, "raise" fails, "stop" cannot go on, "kill PATH" kills its process where
    there is no such file yet, "kill" always does, "log PATH" adds a line to a file.
    """
    state = RIGHT
    for line in json.loads(content)["orders"]:
        order, _, argument = line.partition(" ")
        if line in POINTS:
            state = line
        elif order == "slow":
            time.sleep(0.05)
        elif order == "raise":
            raise ValueError("over\ntwo lines")
        elif order == "stop":
            raise GradingError("There is something to put right.")
        elif order == "log":
            with open(argument, "a") as log:
                log.write(".")
        elif order == "kill" and not (argument and Path(argument).exists()):
            argument and Path(argument).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return graded(unit, state)


def submission(learner, unit="squashing", path=Path("none")):
    """What intake makes of a file."""
    return Submission(learner, unit, path, f"{learner}/{unit}.ipynb", 1.0)


def hand_in(folder, learner, *orders, unit="squashing"):
    """Write a learner's notebook that tells the fake grader what to do."""
    path = folder / learner / f"{find_unit(unit).stem}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = {"metadata": {"actloss": {"unit": unit}}, "cells": [], "orders": orders}
    path.write_text(json.dumps(notebook))
    return submission(learner, unit, path)


def intake_of(*submissions):
    """These submissions, and their learners."""
    learners = dict.fromkeys(one.learner for one in submissions)
    return Intake(tuple(map(Person, learners)), tuple(submissions))
