"""Finds the files in a folder or zip, and in zips inside it.

Links are never followed, and nothing but plain files is opened. Notebooks in zips are unpacked
into a folder of ours; those in folders stay where they are.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from actloss.grading.cells import MOST_BYTES
from actloss.grading.intake import archives
from actloss.grading.intake.archives import Budget
from actloss.grading.intake.reading import (
    LINK,
    SPECIAL,
    UnreadableSubmission,
    open_regular,
    too_large,
)
from actloss.grading.names import listed, shown
from actloss.grading.records import GradingError

NOTEBOOK, ZIP = ".ipynb", ".zip"
TIMESTAMP = "timestamp.txt"  # nbgrader writes into it when something was handed in
TIMESTAMP_BYTES = 1_000
IGNORED = ("__macosx", "__pycache__")

ALL_BYTES = 8 * 2**30  # of what all zips together unpack to
DEEPEST = 2  # a download in a folder, and a learner's zip in the download


@dataclass(frozen=True)
class Limits:
    """How much a zip may hold."""

    packed: int  # bytes of the zip itself
    unpacked: float  # bytes of what is taken out of it
    files: int


# Downloads of a class lie at the top, a learner's zip in her folder.
CLASS = Limits(packed=2**60, unpacked=ALL_BYTES, files=400_000)
LEARNER = Limits(packed=100 * 2**20, unpacked=200 * 2**20, files=20_000)


@dataclass(frozen=True)
class Found:
    """A file, and the names of the folders and zips that lead to it."""

    parts: tuple[str, ...]
    origin: str  # where the instructor finds it
    received: float
    path: Path  # where to read it, unless there is a problem
    problem: str = ""

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]

    @property
    def is_notebook(self) -> bool:
        """Whether it is handed in as a notebook, or as a zip that could not be opened."""
        return self.name.casefold().endswith((NOTEBOOK, ZIP))


def find_files(source: Path, into: Path) -> tuple[list[Found], list[str]]:
    """What lies in a folder or zip, and sentences about what was left out.

    Of files that are no notebooks it is enough to know one in a folder.
    """
    search = _Search(into)
    try:
        if source.is_dir():
            search.folder(source)
        elif source.is_file():
            handle = os.open(source, os.O_RDONLY)
            search.archive(handle, Found((), shown(source.name), 0.0, source), CLASS, depth=0)
        else:
            raise GradingError(f"There is no folder or zip {str(source)!r}.")
    except OSError as problem:
        raise GradingError(f"{str(source)!r} cannot be read: {problem.strerror}.") from None
    except UnreadableSubmission as problem:
        raise GradingError(
            f"{str(source)!r} is no folder, and no zip of notebooks. {problem.reason}"
        ) from None
    return search.found, [
        f"{why} Left out: {listed(what)}." for why, what in search.left_out.items()
    ]


class _Search:
    """What was found so far. Nothing that a learner made ends it."""

    def __init__(self, into: Path) -> None:
        self.into = into
        self.found: list[Found] = []
        self.left_out: dict[str, list[str]] = defaultdict(list)
        self._budget = Budget(ALL_BYTES)
        self._seen: set[tuple[str, ...]] = set()
        self._count = 0

    def folder(self, root: Path) -> None:
        """Find what lies in a folder."""
        for entry, parts in self._walk(root):
            found = Found(parts, shown("/".join(parts)), 0.0, Path(entry.path))
            try:
                status = entry.stat(follow_symlinks=False)
                found = replace(found, received=status.st_mtime)
                if stat.S_ISLNK(status.st_mode):
                    raise UnreadableSubmission(LINK)
                if stat.S_ISDIR(status.st_mode):
                    raise UnreadableSubmission("It is a folder, not a file.")
                if not stat.S_ISREG(status.st_mode):
                    raise UnreadableSubmission(SPECIAL)
                if found.name.casefold().endswith(ZIP):
                    limits = CLASS if len(parts) == 1 else LEARNER
                    self.archive(open_regular(found.path), found, limits, depth=1)
                else:
                    self._keep(found)
            except UnreadableSubmission as problem:
                self._keep(replace(found, problem=problem.reason))
            except OSError as problem:
                self._keep(replace(found, problem=f"It cannot be read: {problem.strerror}."))

    def _walk(self, root: Path) -> Iterator[tuple[os.DirEntry[str], tuple[str, ...]]]:
        waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
        while waiting:
            folder, parts = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as problem:
                if not parts:
                    raise
                why = f"A folder cannot be opened: {problem.strerror}."
                self.left_out[why].append(shown("/".join(parts)))
                continue
            for entry in entries:
                if _is_ignored(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False) and not _is_notebook(entry.name):
                    waiting.append((Path(entry.path), (*parts, entry.name)))
                else:
                    yield entry, (*parts, entry.name)

    def _keep(self, found: Found) -> None:
        if found.is_notebook or found.name == TIMESTAMP:
            self.found.append(found)
        elif found.problem:
            self.left_out[found.problem].append(found.origin)
        elif len(found.parts) == 1 or found.parts[:-1] not in self._seen:
            self._seen.add(found.parts[:-1])
            self.found.append(found)

    def archive(self, handle: int, outer: Found, limits: Limits, depth: int) -> None:
        """Find what lies in a zip."""
        size = os.fstat(handle).st_size
        before = len(self.found)
        with archives.opened(handle, limits.files) as archive:
            if size > limits.packed:
                raise UnreadableSubmission(too_large(limits.packed))
            budget = self._budget.of_zip(size, limits.unpacked)
            # The smallest first: what is too large takes no room away from them.
            for member in sorted(
                archive.infolist(),
                key=lambda one: (one.filename.casefold().endswith(ZIP), one.file_size),
            ):
                self._member(archive, member, outer, budget, depth)
        if not any(found.is_notebook for found in self.found[before:]):
            raise UnreadableSubmission("There is no notebook in it.")

    def _member(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        outer: Found,
        budget: Budget,
        depth: int,
    ) -> None:
        inner = archives.path_in(member)
        is_folder = member.filename.endswith(("/", "\\"))
        if is_folder or not inner or any(map(_is_ignored, inner)):
            return
        found = Found(
            parts=(*outer.parts, *inner),
            origin=f"{outer.origin}: {shown('/'.join(inner))}",
            received=archives.date_of(member),
            path=outer.path,
            problem=archives.problem_of(member),
        )
        try:
            if not found.problem and (found.is_notebook or found.name == TIMESTAMP):
                self._unpack(archive, member, found, budget, depth)
            else:
                self._keep(found)
        except UnreadableSubmission as reason:
            self._keep(replace(found, problem=reason.reason))

    def _unpack(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        found: Found,
        budget: Budget,
        depth: int,
    ) -> None:
        self._count += 1
        target = self.into / f"{self._count:06d}"
        if not found.name.casefold().endswith(ZIP):
            limit = MOST_BYTES if found.is_notebook else TIMESTAMP_BYTES
            archives.unpack(archive, member, target, limit, budget)
            self._keep(replace(found, path=target))
            return
        if depth == DEEPEST:
            raise UnreadableSubmission("It is a zip in a zip in a zip.")
        archives.unpack(archive, member, target, LEARNER.packed, budget)
        try:
            self.archive(open_regular(target), found, LEARNER, depth + 1)
        finally:
            target.unlink()


def _is_notebook(name: str) -> bool:
    return name.casefold().endswith(NOTEBOOK)


def _is_ignored(name: str) -> bool:
    """Whether a program made it for itself, as .git and .ipynb_checkpoints."""
    return name.casefold() in IGNORED or (name.startswith(".") and not name.startswith(".."))
