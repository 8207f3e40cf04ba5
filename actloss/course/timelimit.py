"""A time limit for code that may never end, and may catch whatever is thrown at it.

The limit needs SIGALRM, so it works in the main thread on Linux and macOS. Elsewhere the code
runs without one. Time in which other programs kept the processors busy does not count, where
the system tells (Linux).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Any

AGAIN = 0.005  # seconds until the alarm rings again, in case the first was swallowed


def own_time() -> float:
    """The seconds that have gone by, less those for which this process waited for a processor."""
    try:
        counts = os.open("/proc/self/schedstat", os.O_RDONLY)  # a third of the time of `open`
    except OSError:
        return time.monotonic()
    try:
        waited = int(os.read(counts, 100).split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        waited = 0.0
    finally:
        os.close(counts)
    return time.monotonic() - waited


class TooSlow(BaseException):
    """Raised inside code that has used up its time; no `except Exception` catches it."""

    def __init__(self, limit: TimeLimit, frames: list[FrameType]) -> None:
        self.limit = limit
        self.frames = frames

    def __del__(self) -> None:
        """A bare `except` swallowed it: strike again, before its loop can go round."""
        self.limit.strike_at_next_line(self.frames)


class TimeLimit:
    """`with TimeLimit(2.0) as limit: ...` stops its body after 2 s and sets `limit.expired`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self.running = False

    def __enter__(self) -> TimeLimit:
        if hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread():
            self.body = sys._getframe(1)
            self.previous_trace = sys.gettrace()
            self.previous_hook, sys.unraisablehook = sys.unraisablehook, self._hush
            self.previous_handler = signal.signal(signal.SIGALRM, self._ring)
            self.running = True
            seconds = max(self.seconds, AGAIN)
            self.end = own_time() + seconds
            self.previous_timer = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if self.running:
            self.running = False
            signal.setitimer(signal.ITIMER_REAL, *self.previous_timer)
            signal.signal(signal.SIGALRM, self.previous_handler)
            sys.unraisablehook = self.previous_hook
            if self.expired:
                sys.settrace(self.previous_trace)
        return kind is TooSlow

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if not self.running or (frame and frame.f_code.co_filename == __file__):
            return
        left = self.end - own_time()
        if left > 0 and not self.expired:
            signal.setitimer(signal.ITIMER_REAL, max(left, AGAIN), AGAIN)
            return
        self.expired = True
        frames = self._frames_of_the_body(frame)
        self.strike_at_next_line(frames)  # in case this is caught and kept
        raise TooSlow(self, frames)

    def _hush(self, problem: Any) -> None:
        """Python reports what is raised where nothing can catch it; it will be raised again."""
        if not isinstance(problem.exc_value, TooSlow):
            self.previous_hook(problem)

    def _frames_of_the_body(self, frame: FrameType | None) -> list[FrameType]:
        frames = []
        while frame is not None and frame is not self.body:
            frames.append(frame)
            frame = frame.f_back
        return frames

    def strike_at_next_line(self, frames: list[FrameType]) -> None:
        """Make the next line that any of these frames runs raise `TooSlow`."""
        if not self.running:
            return
        for frame in frames:
            frame.f_trace = self._strike
        sys.settrace(lambda *event: None)

    def _strike(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self.running and event == "line":
            raise TooSlow(self, self._frames_of_the_body(frame))
        return self._strike
