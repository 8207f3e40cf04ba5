"""Pages that belong to no unit: the glossary and the cheat sheet.

A page's text, `source/NAME.md`, is a Jinja template, so that what the catalogue and the map know
is never typed twice. In it stand

    {{ unit(3) }}             a link to the unit's lesson, where it is written
    {{ formula("relu") }}     the function's formula, for MathJax
    {{ function | unit_of }}  the number of the unit that teaches a function
    activations, losses       the functions, to loop over
    places                    the units of the map, written or not

and, as filters, what `actloss.course.cheat_sheet` can say of a function.
"""

from __future__ import annotations

import re
from pathlib import Path

from actloss.course.map import PLACES
from actloss.function import Activation, Loss

# The unit that teaches each family of functions, and the functions that another one does.
UNITS = {
    **{"sigmoidal": 2, "rectifiers": 3, "smooth": 3, "softmax": 4},
    **{"regression": 5, "classification": 6, "margin": 6, "distributions": 7},
}
ELSEWHERE = {"linear": 1, "step": 1, "exponential": 8}


def is_page(stem: str) -> bool:
    """Whether a notebook's name is a page's: a unit's begins with its number, as in "02-"."""
    return not re.match(r"\d\d-", stem)


def names(source: Path) -> list[str]:
    """The pages that have a text in this folder."""
    return sorted(path.stem for path in source.glob("*.md"))


def titles(source: Path) -> dict[str, str]:
    """The pages with their titles."""
    return {name: _title(source / f"{name}.md") for name in names(source)}


def _title(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    found = re.search(r"^# (.+)", prose, flags=re.MULTILINE)
    if not found:
        raise ValueError(f"{page.parent.name}/{page.name} has no title, a line that begins with #.")
    return found[1]


def filled_in(text: str) -> str:
    """A page's text with what the catalogue and the map know in its places."""
    import jinja2

    from actloss.card import summary
    from actloss.catalogue import catalog
    from actloss.course import cheat_sheet

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # it makes Markdown; what is HTML in it escapes by itself
    )
    environment.filters.update(
        {name: getattr(cheat_sheet, name) for name in cheat_sheet.FILTERS},
        summary=summary,
        unit_of=unit_of,
    )
    return environment.from_string(text).render(
        unit=unit_link,
        formula=formula,
        activations=list(catalog(kind="activation")),
        losses=list(catalog(kind="loss")),
        places=PLACES,
    )


def unit_of(function: Activation | Loss) -> int:
    """The number of the unit that teaches a function."""
    family = function.__module__.rpartition(".")[2]
    return ELSEWHERE.get(function.__name__, UNITS[family])


def unit_link(number: int) -> str:
    """A unit's number, as a link to its lesson where that is written."""
    from actloss.course.units import all_units

    if number not in {place.number for place in PLACES}:
        raise ValueError(f"There is no unit {number} on the map.")
    stems = {unit.number: unit.stem for unit in all_units()}
    return f"[{number:02d}]({stems[number]}.ipynb)" if number in stems else f"{number:02d}"


def formula(name: str) -> str:
    """The formula of a function of the catalogue."""
    from actloss.catalogue import catalog

    return f"${catalog()[name].facts.formula}$"
