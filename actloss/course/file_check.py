"""Checks the answer in a plain Python file, in a process that the file may print in, exit or kill.

`check_file` starts this module as a program. The verdict comes back in a file of its own, so
nothing that the learner's code prints can spoil it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import subprocess
import sys
import tempfile
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

from actloss.course import display, feedback
from actloss.course.exercise import Exercise
from actloss.course.feedback import WRONG, Verdict
from actloss.course.notebook import verdict_on
from actloss.course.outcome import learners_line
from actloss.course.timelimit import TimeLimit, TooSlow
from actloss.course.units import find_exercise

FILE_SECONDS = 20.0  # to run the file itself; each exercise has a limit of its own
START_SECONDS = 60.0  # to start Python and import what the unit needs
GRACE_SECONDS = 15.0  # to judge what was found; then code that nothing interrupts is ended
NOT_FINISHED = "Your file had not finished when its time was up. Is there a loop that never ends?"
ENDED = "Your file ended Python before its answer could be checked."


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
            sentence = NOT_FINISHED if _ran_late(result) else ENDED
        except subprocess.TimeoutExpired:
            sentence = NOT_FINISHED
        finally:
            _end(process)
        try:
            return json.loads(result.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # there is none, or the file meddled with it
            return _verdict(exercise, sentence)


def _late(result: Path) -> Path:
    return result.with_suffix(".late")


def _ran_late(result: Path) -> bool:
    return _late(result).exists() and _late(result).stat().st_size > 0


def _refuse_what_is_not_python(path: Path) -> None:
    if not path.is_file():
        raise CannotGrade(f"There is no file {str(path)!r}.")
    if path.suffix == ".ipynb":
        raise CannotGrade(f"{path.name} is a notebook. Check it with: actloss check {path}")
    try:
        compile(path.read_bytes(), path.name, "exec")
    except OSError as problem:
        raise CannotGrade(f"{path.name} cannot be read: {problem.strerror}.") from None
    except SyntaxError as problem:
        at = f", line {problem.lineno}" if problem.lineno else ""
        raise CannotGrade(f"{path.name} is not Python{at}: {problem.msg}.") from None
    except (RecursionError, MemoryError):
        raise CannotGrade(f"{path.name} is not Python: it is nested too deeply.") from None
    except ValueError as problem:
        raise CannotGrade(f"{path.name} is not Python: {problem}.") from None


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
    late = os.open(_late(Path(result)), os.O_WRONLY | os.O_CREAT)
    # The time limits within cannot interrupt a call that never comes back, such as
    # sum(itertools.count()). This ends the process, and leaves a trace in the file `late`.
    faulthandler.dump_traceback_later(FILE_SECONDS + GRACE_SECONDS, exit=True, file=late)
    names, problem = run_file(Path(path))
    faulthandler.dump_traceback_later(exercise.time_limit + GRACE_SECONDS, exit=True, file=late)
    verdict = _without_cells(verdict_on(exercise, names))
    faulthandler.cancel_dump_traceback_later()
    if problem and exercise.answer not in names:
        verdict = Verdict(exercise.id, WRONG, problem)
    complete = Path(result).with_suffix(".part")
    complete.write_text(json.dumps(display.verdict_data(verdict)), encoding="utf-8")
    complete.replace(result)


def _without_cells(verdict: Verdict) -> Verdict:
    """A verdict as it is said of a file."""
    sentence = verdict.sentence
    for words in (feedback.RUN_THAT_CELL, feedback.RUN_THE_CELL):
        sentence = sentence.replace(words, "")
    return replace(verdict, sentence=sentence)


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
                "Your file stops before it defines its answer, with "
                + f"{type(error).__name__}: {error}".removesuffix(": ")
                + (f"\n  In your line:  {line}" if line else "")
            )
    if limit.expired:
        problem = (
            f"Your file had not finished after {FILE_SECONDS:g} seconds, before it defined its "
            "answer. Is there a loop that never ends?"
        )
    return module.__dict__, problem


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # the verdict is written; threads that the file left behind need not end
