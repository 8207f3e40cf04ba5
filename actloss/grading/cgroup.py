"""A bound on the memory of a whole sandbox, where the machine lets us set one.

The limits of a single process do not add up to a bound: many processes may each stay below
theirs. Only a control group counts them together. Linux has had two kinds of these; either needs
a folder under `/sys/fs/cgroup` that we may write to.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
_numbers = itertools.count(1)


class Cgroup:
    """A control group of our own; its folder is removed by `remove`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def enter(self) -> None:
        """Put the calling process, and all that it will start, into the group."""
        (self.folder / "cgroup.procs").write_text("0")

    def remove(self) -> None:
        """Remove the group, once its processes have gone."""
        for _ in range(50):
            with contextlib.suppress(OSError):
                self.folder.rmdir()
            if not self.folder.exists():
                return
            time.sleep(0.02)


def bounded(memory: int) -> Cgroup | None:
    """A new group whose processes may use `memory` bytes together; None where that is not ours."""
    parent = _parent()
    if parent is None:
        return None
    _sweep(parent)
    folder = parent / f"actloss-{os.getpid()}-{next(_numbers)}"
    try:
        folder.mkdir()
        if (folder / "memory.max").exists():
            (folder / "memory.max").write_text(str(memory))
            _write_if_there(folder / "memory.swap.max", "0")
        else:
            (folder / "memory.limit_in_bytes").write_text(str(memory))
            _write_if_there(folder / "memory.memsw.limit_in_bytes", str(memory))
    except OSError:
        with contextlib.suppress(OSError):
            folder.rmdir()
        return None
    return Cgroup(folder)


def _sweep(parent: Path) -> None:
    """Remove the groups of graders that were killed."""
    for folder in parent.glob("actloss-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _write_if_there(path: Path, text: str) -> None:
    if path.exists():
        path.write_text(text)


def _parent() -> Path | None:
    """The group in which ours could be made, in the older kind or the newer one."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        _, controllers, own = line.split(":", 2)
        if "memory" in controllers.split(","):
            return MOUNT / "memory" / own.lstrip("/")
        if not controllers:
            # A group that holds processes may not divide its memory: ours becomes a sibling.
            group = MOUNT / own.lstrip("/")
            return next((g for g in (group, group.parent) if "memory" in _given_on(g)), None)
    return None


def _given_on(folder: Path) -> list[str]:
    """What a group of the newer kind hands on to the groups within it."""
    try:
        return (folder / "cgroup.subtree_control").read_text().split()
    except OSError:
        return []
