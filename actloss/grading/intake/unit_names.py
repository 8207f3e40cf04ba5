"""Which unit the name of a file or folder says, and what it says besides.

"ada_02-squashing-exercises (1)" names the unit squashing and, besides, "ada". Browsers, Jupyter
and Canvas put numbers and words after a name that is taken: those say nothing about a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actloss.course.exercise import Unit

# What is added to a name that is taken: "a (1)", "a-1", "a-Copy1", "a - Copy (2)", "a copy".
COPY = r"(?:\s*\(\d{1,3}\)|-\d{1,2}(?![^\W_])|[\s_-]*copy\s?\d{0,3}(?![^\W_])|-update-\d{1,3})"
AFTER_UNIT = re.compile(rf"(?:[\s_-]*exercises?(?![^\W_]))?{COPY}*", re.IGNORECASE)
BEFORE_UNIT = re.compile(r"(?:(?<![^\W_])(?:copy of|exercises?)[\s_-]*)+$", re.IGNORECASE)
BEFORE_NAME = re.compile(r"copy of\s+", re.IGNORECASE)
AFTER_NAME = re.compile(r"(?:\s*\(\d{1,3}\)|\s+-\s+copy|-copy\d{1,3})+$", re.IGNORECASE)
VERSION = re.compile(r"(?:\((\d{1,3})\)|-(\d{1,2})|copy\s?(\d{1,3}))$", re.IGNORECASE)
SEPARATORS = " _-\t"


@dataclass(frozen=True)
class Named:
    """What a name says: a unit's slug, whether its number is there, and what stands around it."""

    unit: str
    numbered: bool
    parts: tuple[str, ...]

    @property
    def besides(self) -> str:
        """What stands before and after the unit, together."""
        return "_".join(self.parts)


class UnitNames:
    """Finds the units of the course in names."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._slugs = {unit.slug.replace("-", ""): unit.slug for unit in units}
        longest_first = sorted((unit.slug for unit in units), key=len, reverse=True)
        slugs = "|".join(slug.replace("-", r"[\s_-]*") for slug in longest_first)
        self._pattern = re.compile(
            rf"(?<![^\W_])(?:unit[\s_-]*)?(?P<number>\d{{1,2}}[\s._-]*)?"
            rf"(?P<slug>{slugs})(?![^\W\d_])",
            re.IGNORECASE,
        )

    def find(self, name: str) -> Named | None:
        """The one unit that a name says, if it says one."""
        found = list(self._pattern.finditer(name))
        if len({self._slug(match) for match in found}) != 1:
            return None
        match = found[-1]
        after = name[match.end() :]
        after = after[AFTER_UNIT.match(after).end() :]  # type: ignore[union-attr]
        before = BEFORE_UNIT.sub("", name[: match.start()])
        parts = filter(None, (before.strip(SEPARATORS), after.strip(SEPARATORS)))
        return Named(self._slug(match), match["number"] is not None, tuple(parts))

    def _slug(self, match: re.Match[str]) -> str:
        return self._slugs[re.sub(r"[\s_-]", "", match["slug"]).casefold()]


def without_copies(stem: str) -> str:
    """A name without what a browser or a desktop adds to one that is taken."""
    start = BEFORE_NAME.match(stem)
    return AFTER_NAME.sub("", stem[start.end() if start else 0 :]).strip(SEPARATORS)


def version(stem: str) -> int:
    """The number of a copy: 2 for "02-squashing (2)", "02-squashing-2", "02-squashing-Copy2"."""
    found = VERSION.search(stem)
    return int(next(filter(None, found.groups()))) if found else 0
