"""The judge's end of the socket to one session in a sandbox: it asks, and believes nothing."""

from __future__ import annotations

import contextlib
import secrets
import socket
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from actloss.course.checking import AnswerKey
from actloss.course.outcome import Outcome
from actloss.course.report import (
    FUNCTION,
    MISFIT,
    MISSING,
    SHORTCUT,
    UNANSWERED,
    VALUE,
    Report,
)
from actloss.course.timelimit import TimeLimit
from actloss.course.values import Opaque, plain
from actloss.grading import wire

GRACE = 3.0  # seconds beyond a limit that the session keeps itself
WAITING = 2  # times as long it may take where others keep the processors busy
FORMS = (MISSING, UNANSWERED, VALUE, FUNCTION, SHORTCUT, MISFIT)
OUTCOME = {
    "error": str,
    "error_message": str,
    "line": str,
    "too_slow": bool,
    "warned": str,
    "printed": str,
    "mutated": bool,
}
LONGEST_TEXT = 2000
MOST_NAMES = 100
ENDED = "ended Python itself"


class Lost(Exception):
    """The session is gone, or hangs, or speaks nonsense. The message completes a sentence."""


class Ended(Exception):
    """The fork that answers has ended; the session lives."""


class Question:
    """What a session is asked about one exercise: the same for every notebook."""

    def __init__(self, key: AnswerKey) -> None:
        self.key = key
        self.blobs: list[bytes] = []
        self.functions: list[Any] = []
        exercise = key.exercise
        tried = key.probes if exercise.kind == "function" else []
        self.asked = {
            "do": "report",
            "name": exercise.answer,
            "kind": exercise.kind,
            "forbidden": list(exercise.forbidden),
            "probes": wire.encode([[p.args, p.kwargs] for p in tried], self.blobs, self.functions),
            "seconds": exercise.time_limit,
        }


class Ran(NamedTuple):
    """How a cell went."""

    in_time: bool
    problem: str  # the first error, in words


class Told(NamedTuple):
    """What a session told about an answer."""

    report: Report
    calls: frozenset[str]  # the other answers that its code mentions
    older: int  # where an older version of it is to be asked for; 0 where there is none


class Session:
    """Asks one session to run cells and to report on answers."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.apart = -1  # the number of the request that made the fork
        self._used_hidden = False

    def hide(self, functions: Sequence[str]) -> None:
        """Hide single functions, before anything of the notebook has run."""
        self._ask({"do": "hide", "functions": list(functions)}, [], GRACE)

    def run(self, number: int, source: str, seconds: float, answers: list[str]) -> Ran:
        """Run a cell; where its time is up, it is stopped.

        Raises `Lost` where it ends the session, or cannot be stopped.
        """
        what = {"do": "run", "number": number, "source": source, "seconds": seconds}
        header, _ = self._ask({**what, "answers": answers}, [], seconds)
        return Ran(not header.get("stopped"), _text(header.get("problem")))

    def run_again(self, seconds: float, answers: list[str]) -> None:
        """Run what failed for want of a name that a later cell defines."""
        self._ask({"do": "again", "seconds": seconds, "answers": answers}, [], 2 * seconds)

    def used_hidden(self) -> bool:
        """Whether something hidden was used since this was last asked."""
        used, self._used_hidden = self._used_hidden, False
        return used

    def begin_apart(self) -> None:
        """Have a fork of the session answer from now on. What it does is undone by its end."""
        self.apart = secrets.randbits(53)
        self._send({"do": "apart", "id": self.apart}, [])

    def end_apart(self) -> None:
        """Go back to the session as it was."""
        self._send({"do": "done"}, [])
        with contextlib.suppress(Ended):
            self._hear(-1, GRACE)

    def report(self, question: Question, since: int = 0) -> Told:
        """The report on an answer, or on an older version of it.

        Raises `Ended` where the call ends the fork, or `Lost`.
        """
        asked = {**question.asked, "since": since}
        seconds = question.key.exercise.time_limit
        header, came = self._ask(asked, question.blobs, seconds, question.functions)
        try:
            return Told(
                read_report(header, came, question.key),
                frozenset(map(str, list(header.get("calls", ()))[:MOST_NAMES])),
                wire.count(header.get("older", 0)),
            )
        except Exception as problem:  # whatever a forged report makes stumble
            raise Lost(f"sent something that is no report ({problem})") from None

    def _ask(
        self,
        what: dict[str, Any],
        blobs: list[bytes],
        seconds: float,
        functions: list[Any] | None = None,
    ) -> tuple[dict[str, Any], list[bytes]]:
        number = secrets.randbits(53)
        self._send({"id": number, **what}, blobs)
        return self._hear(number, WAITING * seconds + GRACE, functions)

    def _send(self, what: dict[str, Any], blobs: list[bytes]) -> None:
        self.channel.settimeout(GRACE)
        try:
            wire.send(self.channel, what, blobs)
        except OSError:
            raise Lost(ENDED) from None
        except ValueError as problem:
            raise Lost(f"is {problem}") from None

    def _hear(
        self, number: int, seconds: float, functions: list[Any] | None = None
    ) -> tuple[dict[str, Any], list[bytes]]:
        """The answer to a request; until it comes, functions that were given are called."""
        end = time.monotonic() + seconds
        while True:
            try:
                header, blobs = wire.receive(self.channel, end)
            except TimeoutError:
                raise Lost("never ended, whatever was done to stop it") from None
            except EOFError:
                raise Lost(ENDED) from None
            except wire.Malformed as problem:
                raise Lost(f"sent something that is no answer ({problem})") from None
            self._used_hidden |= bool(header.get("used"))
            if header.get("id") == self.apart and header.get("ended"):
                raise Ended
            if header.get("id") != number:
                continue
            if "call" not in header:
                return header, blobs
            self._call(header, blobs, functions or [], number)

    def _call(
        self, header: dict[str, Any], blobs: list[bytes], functions: list[Any], number: int
    ) -> None:
        """Call one of our own functions for an answer that was given it as an input."""
        sent: list[bytes] = []
        reply: dict[str, Any] = {"raised": "TimeoutError", "message": "It took too long."}
        try:
            with TimeLimit(1.0):
                inputs, named = wire.decode(header.get("inputs"), blobs)
                function = functions[wire.count(header["call"], len(functions) - 1)]
                reply = {"value": wire.encode(plain(function(*inputs, **named)), sent)}
        except Exception as problem:
            reply = {"raised": type(problem).__name__, "message": str(problem)[:200]}
        try:
            wire.send(self.channel, {"id": number, **reply}, sent)
        except (OSError, ValueError):
            raise Lost("did not wait for an answer") from None


def read_report(header: dict[str, Any], blobs: list[bytes], key: AnswerKey) -> Report:
    """A report from a sandbox. Raises `Malformed` where it is none."""
    if header.get("too_large"):
        return Report(VALUE, Opaque("something too large to look at"))
    fields = wire.decode(header.get("report"), blobs)
    form = fields.get("form") if isinstance(fields, dict) else None
    if not isinstance(form, str) or form not in FORMS:
        raise wire.Malformed("a form that there is not")
    came = fields.get("outcomes")
    outcomes = tuple(map(_outcome, came if isinstance(came, list) else []))
    if form == FUNCTION:
        complete = len(outcomes) == len(key.probes) or (outcomes and outcomes[-1].too_slow)
        if not complete or len(outcomes) > len(key.probes):
            raise wire.Malformed("not one outcome for each input")
    return Report(form, fields.get("value"), _text(fields.get("detail")), outcomes)


def _outcome(fields: Any) -> Outcome:
    if not isinstance(fields, dict):
        raise wire.Malformed("an outcome that is none")
    made: dict[str, Any] = {name: fields.get(name, kind()) for name, kind in OUTCOME.items()}
    for name, kind in OUTCOME.items():
        if type(made[name]) is not kind:
            raise wire.Malformed(f"an outcome whose {name} is none")
    texts = {name: _text(value) for name, value in made.items() if isinstance(value, str)}
    return Outcome(**{**made, **texts, "value": fields.get("value")})


def _text(value: Any) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""
