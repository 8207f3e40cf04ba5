"""Reads a file that a learner handed in: no links, no devices, and no more than a limit."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from actloss.grading.cells import MOST_BYTES
from actloss.grading.records import Submission

LINK = "It is a link, and links are not followed."
SPECIAL = "It is not a file but a pipe, a device or the like."


class UnreadableSubmission(Exception):
    """A submission cannot be read; says why in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_submission(submission: Submission, limit: int = MOST_BYTES) -> bytes:
    """The bytes of a submission, at most `limit` of them."""
    if submission.problem:
        raise UnreadableSubmission(submission.problem)
    return read_file(submission.path, limit)


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of a regular file, at most `limit` of them."""
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            content = file.read(limit + 1)
    except OSError as problem:
        raise UnreadableSubmission(f"It cannot be read: {problem.strerror}.") from None
    if len(content) > limit:
        raise UnreadableSubmission(too_large(limit))
    return content


def open_regular(path: Path) -> int:
    """Open a file without following a link, and without waiting for a pipe."""
    _refuse_odd(os.lstat(path).st_mode)  # to open a device may do something
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as problem:
        if problem.errno == errno.ELOOP:  # it was put there just now
            raise UnreadableSubmission(LINK) from None
        raise
    try:
        _refuse_odd(os.fstat(handle).st_mode)
    except UnreadableSubmission:
        os.close(handle)
        raise
    return handle


def _refuse_odd(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise UnreadableSubmission(LINK)
    if not stat.S_ISREG(mode):
        raise UnreadableSubmission(SPECIAL)


def too_large(limit: int) -> str:
    """The sentence about a file that is larger than a limit."""
    return f"It is larger than {limit / 2**20:g} MB."
