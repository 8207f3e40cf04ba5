"""What people read: a page of feedback for each learner, and the report on the class.

Each page is one file that loads nothing and runs nothing, so it can be mailed, printed and kept.
What learners wrote goes through Jinja's escaping; a content security policy stands behind it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from actloss.course import display
from actloss.grading.names import safe_name
from actloss.grading.records import (
    MISSING,
    NOT_GRADED,
    RIGHT,
    UNANSWERED,
    UNREADABLE,
    WRONG,
    Row,
    Run,
)
from actloss.grading.room import beliefs, concerns, difficulties, summaries
from actloss.grading.tally import (
    JUDGED,
    Score,
    by_learner,
    by_unit,
    in_order,
    label,
    labels,
    number,
    score,
    standing,
    unit_of,
)
from actloss.grading.textfiles import shortened, write_whole

TEMPLATES = Path(__file__).with_name("templates")
LONGEST_TEXT = 2000  # of what a learner's code made: it may be of any length
LEARNERS_IN_A_MAP = 100  # more are folded into maps of so many, so that the page still opens


@dataclass(frozen=True)
class Sign:
    """How a state is shown: by a symbol, a word and a colour."""

    symbol: str
    word: str
    style: str  # its class in the style sheet
    cell: str  # the same, in one letter: a heat map may have 200,000 cells


SIGNS = {
    RIGHT: Sign("✓", "right", "right", "r"),
    WRONG: Sign("✗", "wrong", "wrong", "w"),
    UNANSWERED: Sign("○", "not answered", "unanswered", "o"),
    MISSING: Sign("–", "nothing handed in", "missing", "m"),
    UNREADABLE: Sign("?", "unreadable", "unreadable", "x"),
    NOT_GRADED: Sign("!", "not graded yet", "not-graded", "n"),
}


@functools.cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "rich": _rich,
        "short": _short,
        "number": number,
        "counted": _counted,
        "title_of": _title_of,
    }
    environment.globals |= {"signs": SIGNS, "standing": standing}
    return environment.get_template(name)


def _rich(text: str) -> Markup:
    """Text with `code` between backticks."""
    return Markup(display.rich(_short(text)))


def _short(text: str) -> str:
    return shortened(text, LONGEST_TEXT)


def _counted(count: float, thing: str) -> str:
    """1 exercise, 2 exercises."""
    return f"{number(count)} {thing}" + ("" if count == 1 else "s")


def _title_of(slug: str) -> str:
    unit = unit_of(slug)
    return f"{unit.number:02d} {unit.title}" if unit else slug


# --- Feedback for a learner ---


@dataclass(frozen=True)
class Card:
    """What is said about an exercise that is not right, or about several that share a fate."""

    exercises: tuple[str, ...]
    row: Row
    verdict: dict[str, Any] | None


@dataclass(frozen=True)
class UnitFeedback:
    """A learner's unit."""

    slug: str
    title: str
    score: Score
    right: tuple[Row, ...]
    cards: tuple[Card, ...]
    notes: tuple[str, ...]


def write_feedback(folder: Path, rows: Iterable[Row], run: Run, brief: bool = False) -> list[Path]:
    """Write feedback/<learner>.html for each learner; `brief` shows no inputs and no values."""
    template = _template("feedback.html")
    written = []
    for person, mine in by_learner(rows):
        mine = in_order(mine)
        page = template.render(
            name=label(person),
            score=score(mine),
            units=[_unit_feedback(unit, theirs, brief) for unit, theirs in by_unit(mine).items()],
            advice=_advice(mine),
            run=run,
        )
        path = folder / "feedback" / f"{safe_name(person.learner)}.html"
        written.append(write_whole(path, page))
    return written


def _unit_feedback(unit: str, rows: Sequence[Row], brief: bool) -> UnitFeedback:
    return UnitFeedback(
        slug=unit,
        title=_title_of(unit),
        score=score(rows),
        right=tuple(row for row in rows if standing(row) == RIGHT),
        cards=tuple(_cards([row for row in rows if standing(row) != RIGHT], brief)),
        notes=tuple(dict.fromkeys(note for row in rows for note in row.notes)),
    )


def _cards(rows: Iterable[Row], brief: bool) -> Iterable[Card]:
    """A card for each exercise; those that nobody could judge, for one reason, share one."""
    cards: dict[tuple[str, str], Card] = {}
    for row in rows:
        alone = standing(row) in JUDGED
        key = (row.exercise, "") if alone else (row.state, row.reason)
        before = cards.get(key)
        if before:
            cards[key] = replace(before, exercises=(*before.exercises, row.exercise))
        else:
            cards[key] = Card((row.exercise,), row, _shown(row.verdict, brief))
    return cards.values()


def _shown(verdict: dict[str, Any] | None, brief: bool) -> dict[str, Any] | None:
    # Not only "Input" and "Expected" give values away: a function that returns, prints or raises
    # its own input shows it in the other lines.
    return verdict | {"rows": []} if verdict and brief else verdict


def _advice(rows: Sequence[Row]) -> str:
    """One calm line on what to try next."""
    wrong = [row for row in rows if standing(row) == WRONG]
    named = [row for row in wrong if row.misconception]
    unanswered = [row for row in rows if standing(row) == UNANSWERED]
    if wrong:
        return (
            f"Begin with `{(named or wrong)[0].exercise}`. Open its cell, change one thing, and "
            "run its check again. You can run it as often as you like."
        )
    if unanswered:
        return (
            f"Go on with `{unanswered[0].exercise}`. Write what you think, even if you are not "
            "sure, and run its check: it tells you what is still missing."
        )
    if all(standing(row) == RIGHT for row in rows):
        return "All of it is right. Go on to the next unit when you like."
    return (
        "If you did hand in what is missing here, tell your instructor, and keep your notebook "
        "as it is."
    )


# --- The report on a class ---


@dataclass(frozen=True)
class HeatRow:
    """A learner's line in the heat map."""

    name: str
    score: Score
    cells: tuple[Row | None, ...]


def write_report(path: Path, rows: Iterable[Row], run: Run) -> Path:
    """Write the report on a class: what to talk about, who needs a person, who stands where."""
    rows = in_order(rows)
    people = {row.person.learner: row.person for row in rows}
    names = labels(people.values())
    exercises = list(dict.fromkeys(row.exercise for row in rows))
    heat = [_heat_row(names[person.learner], mine, exercises) for person, mine in by_learner(rows)]
    page = _template("report.html").render(
        run=run,
        learners=len(people),
        strangers=[names[one.learner] for one in people.values() if not one.on_roster],
        summaries=summaries(rows),
        concerns=concerns(rows, names),
        beliefs=beliefs(rows, names),
        difficulties=difficulties(rows),
        exercises=exercises,
        maps=[heat[i : i + LEARNERS_IN_A_MAP] for i in range(0, len(heat), LEARNERS_IN_A_MAP)],
    )
    return write_whole(path, page)


def _heat_row(name: str, rows: Sequence[Row], exercises: Sequence[str]) -> HeatRow:
    mine = {row.exercise: row for row in rows}
    return HeatRow(name, score(rows), tuple(mine.get(exercise) for exercise in exercises))
