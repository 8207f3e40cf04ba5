"""Checks the answer in a plain Python file, in a process that the file may print in, exit or kill.

`check_file` starts this module as a program. The verdict comes back in a file of its own, so
nothing that the learner's code prints can spoil it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

from actloss.course import display
from actloss.course.exercise import Exercise
from actloss.course.feedback import WRONG, Verdict
from actloss.course.notebook import verdict_on
from actloss.course.outcome import learners_line
from actloss.course.timelimit import TimeLimit, TooSlow
from actloss.course.units import find_exercise

FILE_SECONDS = 20.0  # to run the file itself; each exercise has a limit of its own
START_SECONDS = 60.0  # to start Python and import what the unit needs


class CannotGrade(Exception):
    """There is no file to grade, or it is not Python."""


def check_file(exercise: Exercise, path: Path) -> dict[str, Any]:
    """The verdict on the answer that a Python file defines."""
    _refuse_what_is_not_python(path)
    with tempfile.TemporaryDirectory(prefix="actloss-") as folder:
        result = Path(folder) / "verdict.json"
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, exercise.id, str(path.resolve()), str(result)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(START_SECONDS + FILE_SECONDS + exercise.time_limit)
        except subprocess.TimeoutExpired:
            return _verdict(exercise, "Your file had not finished when its time was up.")
        finally:
            _end(process)
        if not result.exists():
            return _verdict(exercise, "Your file ended Python before its answer could be checked.")
        return json.loads(result.read_text(encoding="utf-8"))


def _refuse_what_is_not_python(path: Path) -> None:
    if not path.is_file():
        raise CannotGrade(f"There is no file {str(path)!r}.")
    if path.suffix == ".ipynb":
        raise CannotGrade(f"{path.name} is a notebook. Check it with: actloss check {path}")
    try:
        compile(path.read_bytes(), path.name, "exec")
    except OSError as problem:
        raise CannotGrade(f"{path.name} cannot be read: {problem.strerror}.") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        line = f", line {problem.lineno}" if isinstance(problem, SyntaxError) else ""
        what = problem.msg if isinstance(problem, SyntaxError) else str(problem)
        raise CannotGrade(f"{path.name} is not Python{line}: {what}.") from None


def _end(process: subprocess.Popen) -> None:
    """End the process and whatever it started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, 9)
        else:
            process.kill()
    process.wait()


def _verdict(exercise: Exercise, sentence: str) -> dict[str, Any]:
    return display.verdict_data(Verdict(exercise.id, WRONG, sentence))


def main(exercise_id: str, path: str, result: str) -> None:
    """Run a file, judge its answer and write the verdict to `result`."""
    exercise = find_exercise(exercise_id)
    names, problem = run_file(Path(path))
    verdict = verdict_on(exercise, names)
    if problem and exercise.answer not in names:
        verdict = Verdict(exercise.id, WRONG, problem)
    complete = Path(result).with_suffix(".part")
    complete.write_text(json.dumps(display.verdict_data(verdict)), encoding="utf-8")
    complete.replace(result)


def run_file(path: Path) -> tuple[dict[str, Any], str]:
    """The names that a file defines, and what stopped it, if anything did."""
    module = types.ModuleType("answer")
    module.__file__ = str(path)
    sys.modules["answer"] = module
    sys.path.append(str(path.parent))
    sys.argv = [str(path)]
    problem = ""
    with TimeLimit(FILE_SECONDS) as limit:
        try:
            exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
        except TooSlow:
            raise
        except BaseException as error:  # exit() too: what was defined before it is judged
            line = learners_line(error.__traceback__)
            problem = (
                f"Your file stops before it defines its answer, with {type(error).__name__}: "
                f"{error}" + (f"\n  In your line:  {line}" if line else "")
            )
    if limit.expired:
        problem = (
            f"Your file had not finished after {FILE_SECONDS:g} seconds, before it defined its "
            "answer. Is there a loop that never ends?"
        )
    return module.__dict__, problem


if __name__ == "__main__":
    main(*sys.argv[1:])
