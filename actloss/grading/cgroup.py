"""Bounds on a whole sandbox, where the machine lets us set them: memory, and its share of time.

The limits of a single process do not add up to a bound: many processes may each stay below
theirs, and together take most of the processors' time from a neighbour. Only a control group
counts them together. Linux has had two kinds of these, one tree for everything and one for each
resource; either needs a folder under `/sys/fs/cgroup` that we may write to.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
_numbers = itertools.count(1)


class Cgroup:
    """Control groups of our own, one or one for each resource; `remove` removes their folders."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders

    def enter(self) -> None:
        """Put the calling process, and all that it will start, into the group."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text("0")

    def remove(self) -> None:
        """Remove the group, once its processes have gone."""
        for turn in range(50):
            for folder in self.folders:
                with contextlib.suppress(OSError):
                    folder.rmdir()
            if not any(folder.exists() for folder in self.folders):
                return
            time.sleep(min(0.001 * 2**turn, 0.02))


def bounded(memory: int) -> Cgroup | None:
    """A new group that may use `memory` bytes, and as much time as any other that wants some.

    None where the machine does not let us bound memory.
    """
    name = f"actloss-{os.getpid()}-{next(_numbers)}"
    made: list[Path] = []
    for parent in _parents():
        _sweep(parent)
        with contextlib.suppress(OSError):
            (parent / name).mkdir()
            made.append(parent / name)
    group = Cgroup(made)
    if not any(_bound_memory(folder, memory) for folder in made):
        group.remove()
        return None
    return group


def _bound_memory(folder: Path, memory: int) -> bool:
    for bound, with_swap, swap in (
        ("memory.max", "memory.swap.max", 0),
        ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", memory),
    ):
        if (folder / bound).exists():
            (folder / bound).write_text(str(memory))
            if (folder / with_swap).exists():
                (folder / with_swap).write_text(str(swap))
            return True
    return False


def _sweep(parent: Path) -> None:
    """Remove the groups of graders that were killed."""
    for folder in parent.glob("actloss-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _parents() -> list[Path]:
    """The groups in which ours could be made: one, or one each for memory and for time."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, controllers, own = line.split(":", 2)
        tree = next((c for c in controllers.split(",") if c in ("memory", "cpu")), None)
        if tree:
            found.append(MOUNT / tree / own.lstrip("/"))
        elif not controllers:
            # A group that holds processes may not divide its memory: ours becomes a sibling.
            group = MOUNT / own.lstrip("/")
            found += [g for g in (group, group.parent) if "memory" in _given_on(g)][:1]
    return found


def _given_on(folder: Path) -> list[str]:
    """What a group of the newer kind hands on to the groups within it."""
    try:
        return (folder / "cgroup.subtree_control").read_text().split()
    except OSError:
        return []
