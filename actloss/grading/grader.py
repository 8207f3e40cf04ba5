"""A judge in a process of its own, which may be slow, die or be killed without harm to others.

The judge runs no learner's code, but it looks at data that an enemy has made. Should that ever
keep it busy for ever or bring it down, one notebook is not graded, and the next gets a new judge.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any

from actloss.course.units import find_unit
from actloss.grading.judge import Judge, no_result
from actloss.grading.records import NOT_GRADED, Graded, Result
from actloss.grading.sandbox import Settings

PATIENCE = 5  # times the seconds that a notebook may take, before its judge is given up

_graders: dict[int, Grader] = {}  # by thread
_lock = threading.Lock()


def grade(content: bytes, unit: str, seed: int, settings: Settings) -> Graded:
    """Grade a notebook for a unit. Never raises because of what is in the notebook."""
    me = threading.get_ident()
    with _lock:
        grader = _graders.setdefault(me, Grader())
    try:
        return grader.grade(content, unit, seed, settings)
    except JudgeLost as problem:
        exercises = find_unit(unit).exercises
        return Graded(unit, tuple(no_result(e, NOT_GRADED, str(problem)) for e in exercises))


def close_all() -> None:
    """End the judges of all threads, and their sandboxes."""
    with _lock:
        for grader in _graders.values():
            grader.close()
        _graders.clear()


class JudgeLost(Exception):
    """A judge died or took too long."""


class Grader:
    """One judge's process, started when it is first needed."""

    def __init__(self) -> None:
        self.process: Any = None  # a subprocess.Popen, while there is one

    def grade(self, content: bytes, unit: str, seed: int, settings: Settings) -> Graded:
        """Have the judge grade a notebook. Raises `JudgeLost`."""
        request = {
            "content": base64.b64encode(content).decode(),
            "unit": unit,
            "seed": seed,
            "settings": asdict(settings),
        }
        try:
            answer = self._ask(json.dumps(request), PATIENCE * settings.seconds)
        except (JudgeLost, OSError, ValueError) as problem:
            self.close()
            raise JudgeLost(f"The judge of this notebook failed: {problem}.") from None
        except BaseException:  # Ctrl-C while it works: its answer must not reach the next request
            self.close()
            raise
        results = tuple(Result(**result) for result in answer.pop("results"))
        return Graded(results=results, notes=tuple(answer.pop("notes")), **answer)

    def _ask(self, request: str, seconds: float) -> dict[str, Any]:
        if self.process is None:
            self._start()
        self.process.stdin.write(request.encode() + b"\n")
        self.process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                raise JudgeLost(f"it took more than {seconds:.0f} seconds")
        line = self.process.stdout.readline()
        if not line:
            raise JudgeLost("it ended without an answer")
        return json.loads(line)

    def _start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "actloss.grading.grader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C is for the grader, which then ends its judges
        )

    def close(self) -> None:
        """End the process; its sandboxes end with it."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process = None


# --- In the judge's process ----------------------------------------------------------------------


def main() -> None:
    """Answer one request a line, until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that is printed here gets between the answers
    _end_when_orphaned()
    judge: Judge | None = None
    for line in sys.stdin.buffer:
        if not line.endswith(b"\n"):  # the grader was killed while it wrote
            break
        request = json.loads(line)
        settings = Settings(**request["settings"])
        if judge is None or (judge.settings, judge.seed) != (settings, request["seed"]):
            if judge:
                judge.close()
            judge = Judge(settings, request["seed"])
        graded = judge.grade(base64.b64decode(request["content"]), request["unit"])
        answers.write(json.dumps(asdict(graded)).encode() + b"\n")
        answers.flush()
    if judge:
        judge.close()


def _end_when_orphaned() -> None:
    """End at once when the grader is gone, however it went: its end of the pipe tells."""
    parent = os.getppid()

    def look(*_: Any) -> None:
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(signal.SIGIO, look)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)


if __name__ == "__main__":
    main()
