"""The learner's own copies of the notebooks, in the folder `work/`.

    work/02-squashing.ipynb              the lesson
    work/02-squashing-exercises.ipynb    its exercises
    work/solutions/02-squashing.ipynb    the worked solutions
    work/glossary.ipynb                  a page that belongs to no unit
    work/.actloss/progress.json          what is solved

`make lab` opens `work/00-start-here.ipynb`. Nothing in the folder is ever overwritten: where the
course has changed, `actloss update` puts the new notebook beside the learner's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actloss.course.build import EXERCISES, LESSON, ROOT, SOLUTIONS
from actloss.course.pages import is_page
from actloss.course.progress_file import MARK

INSTALLED = Path(__file__).parent.parent / "_course"
COPIES = {
    LESSON: "{stem}.ipynb",
    EXERCISES: "{stem}-exercises.ipynb",
    SOLUTIONS: "solutions/{stem}.ipynb",
}


LINK = re.compile(
    r"\]\((?:\.\./(?P<kind>notebooks|exercises|solutions)/)?(?P<stem>[a-z0-9-]+)\.ipynb"
)


@dataclass(frozen=True)
class Copy:
    """A notebook of the course, and where the learner's copy of it lies."""

    original: Path
    kind: str
    path: Path


@dataclass(frozen=True)
class Change:
    """A notebook that has changed since the learner copied it."""

    path: Path
    new: Path
    cells: list[str]


def shipped(kind: str) -> Path:
    """The folder of the course's notebooks of a kind: in the checkout, or in the package."""
    installed = INSTALLED / kind
    return installed if installed.is_dir() else ROOT / kind


def copies(workspace: Path, stem: str | None = None) -> list[Copy]:
    """The notebooks of the course, or of one unit and the pages that it links to; their copies."""
    found = []
    for kind, pattern in COPIES.items():
        for original in sorted(shipped(kind).glob("*.ipynb")):
            if stem in (None, original.stem) or is_page(original.stem):
                path = workspace / pattern.format(stem=original.stem)
                found.append(Copy(original, kind, path))
    return found


def start(workspace: Path, stem: str | None = None) -> list[Path]:
    """Copy what is missing, and nothing else. Returns what was copied."""
    (workspace / MARK).mkdir(parents=True, exist_ok=True)
    made = []
    for copy in copies(workspace, stem):
        if not copy.path.exists():
            write_copy(copy, copy.path)
            made.append(copy.path)
    return made


def write_copy(copy: Copy, path: Path) -> None:
    """Copy a notebook to a path that is free, with links that lead to the learner's copies."""
    text = copy.original.read_text(encoding="utf-8")
    linked = LINK.sub(lambda link: f"]({_link(link['kind'] or copy.kind, link, copy)}", text)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("x", encoding="utf-8")
    try:
        with file:
            file.write(linked)
    except OSError:
        path.unlink(missing_ok=True)  # half a notebook would never be copied again
        raise


def _link(kind: str, link: re.Match, copy: Copy) -> str:
    """Where a link to a notebook of this kind leads from the learner's copy."""
    target = COPIES[kind].format(stem=link["stem"])
    return f"../{target}" if copy.kind == SOLUTIONS else target


def update(workspace: Path) -> list[Change]:
    """Put the new notebook beside each copy whose original has changed since."""
    changes = []
    for copy in copies(workspace):
        if not copy.path.exists():
            continue
        mine, new = _read(copy.path), _read(copy.original)
        if _version(mine) == _version(new):
            continue
        path = _place_beside(copy.path, _version(new))
        if not path.exists():
            write_copy(copy, path)
        changes.append(Change(copy.path, path, _changed_cells(mine, new)))
    return changes


def _place_beside(path: Path, version: str) -> Path:
    """The first free name, or the name of an update that has this version already."""
    number = 1
    while True:
        place = path.with_name(f"{path.stem}-update-{number}.ipynb")
        if not place.exists() or _version(_read(place)) == version:
            return place
        number += 1


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        known = isinstance(notebook["metadata"], dict) and isinstance(notebook["cells"], list)
    except (ValueError, KeyError, TypeError, RecursionError):
        known = False
    return notebook if known else {}  # the learner's copy is damaged: offer a new one


def _version(notebook: dict[str, Any]) -> str:
    return notebook.get("metadata", {}).get("actloss", {}).get("version", "")


def _changed_cells(mine: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The first lines of the cells that are new or changed; a cell's id follows its text."""
    known = {cell.get("id") for cell in mine.get("cells", [])}
    changed = [cell for cell in new["cells"] if cell["id"] not in known]
    return ["".join(cell["source"]).strip().partition("\n")[0] for cell in changed]
