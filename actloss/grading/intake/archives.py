"""Unpacks a zip that somebody else made.

A name in a zip is a label and nothing more: what is unpacked gets a name of ours. Sizes in its
headers are not believed: bytes are counted while they are read.
"""

from __future__ import annotations

import contextlib
import io
import re
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from actloss.grading.intake.reading import LINK, SPECIAL, UnreadableSubmission, too_large
from actloss.grading.records import GradingError

RATIO = 100  # a class's notebooks pack 2 to 50 times
SMALL = 1_000_000  # bytes; so much may come out of any zip
CHUNK = 65_536
CONTENTS_BYTES = 200  # what a zip's list of contents has for one file
NAME_BYTES = 255  # as long as a name can be in a folder
PATH_PARTS = 50
UNPACKABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may need gigabytes of memory
ENCRYPTED = 0x1
TOO_MANY = "It is a zip of too many files."

# What zipfile raises at a zip that is damaged, or made to do damage.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
)


class Budget:
    """How many bytes may still be unpacked, here and in what this is a part of."""

    def __init__(self, most: float, within: Budget | None = None) -> None:
        self._left = most
        self._within = within

    def of_zip(self, size: int, most: float) -> Budget:
        """The budget of a zip of this size, of which at most `most` bytes may be unpacked."""
        return Budget(min(most, max(SMALL, RATIO * size)), within=self)

    def take(self, count: int) -> None:
        """Take so many bytes, or refuse."""
        self._left -= count
        if self._left < 0:
            raise UnreadableSubmission("The zip unpacks to more than is allowed.")
        if self._within:
            self._within.take(count)


class _Wary(io.BufferedReader):
    """A file of which no more than so many bytes are read at once.

    Python reads a zip's list of contents at once, and needs five times the memory for it.
    """

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(self.most + 1 if size is None or size < 0 else size)
        if len(content) > self.most:
            raise UnreadableSubmission(TOO_MANY)
        return content


@contextlib.contextmanager
def opened(handle: int, most_files: int) -> Iterator[zipfile.ZipFile]:
    """Open a zip with no more than so many files in it."""
    with _Wary(io.FileIO(handle)) as file:
        file.most = max(CONTENTS_BYTES * most_files, 3 * CHUNK)
        try:
            archive = zipfile.ZipFile(file)
        except DAMAGED:
            raise UnreadableSubmission("It is not a zip, or a damaged one.") from None
        with archive:
            if len(archive.filelist) > most_files:
                raise UnreadableSubmission(TOO_MANY)
            yield archive


def path_in(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folders that a zip says lead to a file, and its own name; only that if they mislead."""
    parts = _parts(member)
    if _leads_out(member) or _is_too_long(parts):
        return tuple(part[-NAME_BYTES // 4 :] for part in parts[-1:])
    return parts


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    # Some programs on Windows write backslashes.
    parts = member.filename.replace("\\", "/").split("/")
    return tuple(part for part in parts if part not in ("", "."))


def _leads_out(member: zipfile.ZipInfo) -> bool:
    return bool(re.match(r"[/\\]|[A-Za-z]:", member.filename)) or ".." in _parts(member)


def _is_too_long(parts: tuple[str, ...]) -> bool:
    longest = max((len(part.encode("utf-8", "replace")) for part in parts), default=0)
    return len(parts) > PATH_PARTS or longest > NAME_BYTES


def problem_of(member: zipfile.ZipInfo) -> str:
    """Why a file in a zip is not unpacked; nothing if it can be."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if _leads_out(member):
        return "Its path in the zip leads out of the zip."
    if _is_too_long(_parts(member)):
        return "Its path in the zip is too long."
    if kind == stat.S_IFLNK:
        return LINK
    if kind not in (0, stat.S_IFREG):
        return SPECIAL
    if member.flag_bits & ENCRYPTED:
        return "It is encrypted in the zip."
    if member.compress_type not in UNPACKABLE:
        return "It is packed in a way that is not read here. Zip it in the usual way."
    return ""


def date_of(member: zipfile.ZipInfo) -> float:
    """When a file was written, as the zip says it."""
    return time.mktime((*member.date_time, 0, 0, -1))


def unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limit: int, budget: Budget
) -> None:
    """Write a file of at most `limit` bytes to `target`, a name that nothing in the zip chose."""
    try:
        with target.open("xb") as out:
            _copy(archive, member, out, limit, budget)
    except OSError as problem:
        raise GradingError(
            f"A zip cannot be unpacked in {str(target.parent)!r}: {problem.strerror}. "
            "Make room there, or name another folder in TMPDIR."
        ) from None
    except UnreadableSubmission:
        target.unlink()
        raise


def _copy(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    out: io.BufferedWriter,
    limit: int,
    budget: Budget,
) -> None:
    written = 0
    for chunk in _chunks(archive, member):
        written += len(chunk)
        if written > limit:
            raise UnreadableSubmission(too_large(limit))
        budget.take(len(chunk))
        out.write(chunk)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as packed:
            while chunk := packed.read(CHUNK):
                yield chunk
    except DAMAGED:
        raise UnreadableSubmission("It is damaged in the zip.") from None
