"""Remembers which exercises are solved, in `.actloss/progress.json` beside the learner's copies.

`actloss start` makes the folder `.actloss` in `work/`. A notebook that runs in or below a folder
that has one writes its progress there; anywhere else, and in the worked solutions, progress lasts
as long as the kernel. A graded run (`ACTLOSS_STRICT=1`) writes nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from actloss.course.feedback import RIGHT, Verdict

MARK = ".actloss"
NAME = "progress.json"

_this_session: dict[str, str] = {}


def find_workspace(start: Path | None = None) -> Path | None:
    """The folder of the learner's copies that holds `start`, or lies in it as `work`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        for candidate in (folder, folder / "work"):
            if (candidate / MARK).is_dir():
                return candidate
    return None


def workspace_to_record_in() -> Path | None:
    """Where a check writes: nowhere from the worked solutions, which are not the learner's own."""
    return None if Path.cwd().name == "solutions" else find_workspace()


def record(verdict: Verdict, workspace: Path | None) -> str:
    """Remember a verdict; what is right once stays so. Returns a sentence if it was not saved."""
    if _this_session.get(verdict.exercise) != RIGHT:
        _this_session[verdict.exercise] = verdict.state
    if workspace is None or os.environ.get("ACTLOSS_STRICT") == "1":
        return ""
    with _one_at_a_time(workspace):
        saved, complaint = load(workspace)
        merged = _merge(saved, _this_session)
        if merged == saved and not complaint:
            return ""
        if complaint and (workspace / MARK / NAME).exists():
            return complaint  # never write over what could not be read
        return _save(workspace, merged) or complaint


@contextlib.contextmanager
def _one_at_a_time(workspace: Path) -> Iterator[None]:
    """Let other notebooks finish reading and writing first; wait for a second at most.

    Without locks, as on Windows, two checks in the same instant may lose one's news until that
    notebook's next check.
    """
    folder = None
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        folder = os.open(workspace / MARK, os.O_RDONLY)
        for _ in range(100):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.01)
    try:
        yield
    finally:
        if folder is not None:
            os.close(folder)


def states(workspace: Path | None) -> dict[str, str]:
    """The state of every exercise that was checked: saved ones and those of this session."""
    saved = load(workspace)[0] if workspace else {}
    return _merge(saved, _this_session)


def _merge(saved: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    kept = {name: state for name, state in saved.items() if state == RIGHT}
    return {**saved, **new, **kept}


def load(workspace: Path) -> tuple[dict[str, str], str]:
    """The saved states, and a sentence if the file cannot be read.

    A damaged file is put aside, not overwritten.
    """
    path = workspace / MARK / NAME
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        return {str(name): str(state) for name, state in saved.items()}, ""
    except FileNotFoundError:
        return {}, ""
    except OSError as problem:
        return {}, f"Your saved progress cannot be read ({problem.strerror}): {_path(path)}."
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, _put_aside(path)


def _put_aside(path: Path) -> str:
    number = 1
    while (aside := path.with_name(f"progress-damaged-{number}.json")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError:
        return f"Your saved progress is damaged and cannot be moved aside: {_path(path)}."
    return (
        f"Your saved progress was damaged. It is kept as {_path(aside)}, and a new file is begun. "
        "Run your notebooks' checks again to fill it."
    )


def _save(workspace: Path, states: dict[str, str]) -> str:
    """Write the whole file beside the old one, then put it in its place."""
    path = workspace / MARK / NAME
    text = json.dumps({"version": 1, "exercises": dict(sorted(states.items()))}, indent=1)
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=NAME, delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as problem:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
        return (
            f"Your progress could not be saved ({problem.strerror}). What was saved before is "
            "still there, and this notebook remembers the rest until you close it."
        )
    return ""


def _path(path: Path) -> str:
    return f"`{path.parent.parent.name}/{MARK}/{path.name}`"
