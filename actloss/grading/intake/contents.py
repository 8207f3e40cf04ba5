"""Which unit a notebook is for, and what else it says about itself.

The file's name says the unit. Failing that, the notebook's metadata do, then the checks in its
cells, then the names of its folders.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from actloss.grading.cells import MOST_BYTES, Unreadable, code_cells
from actloss.grading.intake.finding import TIMESTAMP_BYTES
from actloss.grading.intake.layouts import Placed
from actloss.grading.intake.reading import UnreadableSubmission, read_file
from actloss.grading.intake.unit_names import UnitNames

CHECK = re.compile(r"""\bcheck\(\s*["']([a-z0-9-]+)/""")
METADATA = re.compile(rb'"actloss"\s*:\s*(\{[^{}]*\})')
NBGRADER_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) ?(\S*)")


@dataclass(frozen=True)
class Content:
    """What a notebook that was handed in is."""

    unit: str  # its slug; empty where nothing tells
    kind: str = ""  # as the course's own notebooks say it
    problem: str = ""
    made_for: str = ""  # the unit that its metadata say


def content_of(placed: Placed, units: UnitNames, known: Container[str]) -> Content:
    """Look into a notebook, and tell its unit."""
    cells: Sequence[str] = ()
    ours: dict[str, str] = {}
    problem = placed.file.problem
    if not problem:
        try:
            content = read_file(placed.file.path, MOST_BYTES)
            cells, ours = code_cells(content), _metadata(content)
        except (UnreadableSubmission, Unreadable) as reason:
            problem = str(reason)
    made_for = ours.get("unit", "")
    unit = next((unit for unit in _units(placed, made_for, cells, units) if unit in known), "")
    return Content(unit, ours.get("kind", ""), problem, made_for if made_for in known else "")


def _units(placed: Placed, made_for: str, cells: Sequence[str], units: UnitNames) -> Iterator[str]:
    """What may be the unit, the surest first."""
    if named := units.find(placed.label.name.rpartition(".")[0]):
        yield named.unit
    yield made_for
    checks = Counter(unit for cell in cells for unit in CHECK.findall(cell))
    yield from (unit for unit, _ in checks.most_common())
    for folder in placed.folders:
        if named := units.find(folder):
            yield named.unit


def _metadata(content: bytes) -> dict[str, str]:
    """What the course wrote into a notebook's metadata, which follow its cells.

    No text in a notebook can look like it: in JSON, quotes in a text have a backslash.
    """
    written = METADATA.findall(content)
    try:
        ours = json.loads(written[-1]) if written else {}
    except ValueError:
        return {}
    return {name: value for name, value in ours.items() if isinstance(value, str)}


def nbgrader_time(placed: Placed) -> float | None:
    """When something was handed in, as nbgrader's timestamp.txt says it."""
    try:
        text = read_file(placed.file.path, TIMESTAMP_BYTES).decode(errors="replace")
    except UnreadableSubmission:
        return None
    match = NBGRADER_TIME.match(text.strip())
    if not match:
        return None
    try:
        zone = ZoneInfo(match[2] or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")  # as nbgrader does
    try:
        return datetime.fromisoformat(match[1]).replace(tzinfo=zone).timestamp()
    except (ValueError, OverflowError):
        return None
