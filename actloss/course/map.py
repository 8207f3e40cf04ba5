"""The map of the course: all its units, what they are about, what they need, which are there."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from actloss.course.notebook import Shown
from actloss.course.units import all_units

PARTS = {0: "Part I. Functions", 9: "Part II. Learning", 14: "Part III. Genomics"}
TENSORBOARD = "TensorBoard"
BOTH = "PyTorch and TensorFlow"
EITHER = "PyTorch or TensorFlow"
TO_COME = "to come"
COLUMNS = ("Unit", "What it is about", "Needs besides NumPy", "Time")


@dataclass(frozen=True)
class Place:
    """A unit's place on the map, whether it has been written yet or not."""

    number: int
    slug: str
    title: str
    content: str
    needs: str = ""

    @property
    def stem(self) -> str:
        """The name of its notebooks, without their ending."""
        return f"{self.number:02d}-{self.slug}"


PLACES = (
    Place(0, "start-here", "Start here", "Run a cell, answer, check; a refresher of slopes"),
    Place(1, "neuron", "One neuron", "Weighted sums, layers, and why they need an activation"),
    Place(2, "squashing", "Squashing functions", "Sigmoid, tanh and their kin, and saturation"),
    Place(3, "rectifiers", "Rectifiers", "ReLU, what goes wrong with it, and what mended it"),
    Place(4, "softmax", "Softmax", "Scores, probabilities and decisions among several classes"),
    Place(
        5, "regression-losses", "Regression losses", "How wrong is a number, and what outliers do"
    ),
    Place(
        6, "classification-losses", "Classification losses", "Cross-entropies, focal loss and hinge"
    ),
    Place(
        7,
        "distribution-losses",
        "Distribution losses",
        "Losses as likelihoods; counts and profiles",
    ),
    Place(8, "pairings", "Pairings", "Which output, loss and labels go together"),
    Place(9, "backprop", "Backpropagation", "The chain rule through a network, checked by numbers"),
    Place(10, "training", "Training", "Gradient descent, momentum, Adam; when to stop"),
    Place(
        11,
        "failure-modes",
        "Failure modes",
        "Vanishing gradients, dead units, and their remedies",
        TENSORBOARD,
    ),
    Place(12, "frameworks", "Frameworks", "The same functions in PyTorch and TensorFlow", BOTH),
    Place(13, "claims", "Claims", "What is said about these functions, put on trial"),
    Place(14, "sequences", "Sequences", "DNA as numbers; which examples must not be parted"),
    Place(
        15,
        "promoters",
        "Promoters: one neuron reads DNA",
        "106 real sequences of E. coli; a lesson in honesty",
    ),
    Place(16, "splice", "Splice sites", "Donor, acceptor or neither, by four networks", EITHER),
    Place(17, "motifs", "Motifs", "Convolutions that find transcription factors' motifs", EITHER),
    Place(18, "expression", "Expression", "Traits and counts: which loss for which noise", EITHER),
    Place(19, "variants", "Variants", "Real or error, where one in a thousand is real", EITHER),
    Place(20, "cell-types", "Cell types", "Ten kinds of blood cell, some of them rare", EITHER),
    Place(21, "ancestry", "Ancestry", "Labels that are proportions, and what they do not say"),
    Place(22, "capstone", "Capstone", "Six unseen tasks: you choose, train and explain", EITHER),
)


def course_map() -> Shown:
    """The map as a table for a notebook; the units that are there are links to their lessons."""
    return Shown(as_text(), as_html())


def rows() -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Each place with the cells of its row, under `COLUMNS`."""
    minutes = {unit.slug: f"{unit.minutes} min" for unit in all_units()}
    for place in PLACES:
        name = f"{place.number:02d} {place.title}"
        time = minutes.get(place.slug, TO_COME)
        yield place, (name, place.content, place.needs or "nothing", time)


def as_text() -> str:
    """The map for a terminal, or to be read aloud."""
    table = [COLUMNS, *(cells for _, cells in rows())]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in table
    ]
    for number in sorted(PARTS, reverse=True):
        lines.insert(number + 1, PARTS[number])
    return "\n".join(lines)


def as_html() -> str:
    """The map for a notebook."""
    made = _html_row("th", COLUMNS)
    for place, (name, *cells) in rows():
        if place.number in PARTS:
            made += (
                f'<tr><th colspan="{len(COLUMNS)}" scope="colgroup" style="text-align: left">'
                f"{html.escape(PARTS[place.number])}</th></tr>"
            )
        there = cells[-1] != TO_COME
        named = f'<a href="{place.stem}.ipynb">{html.escape(name)}</a>' if there else name
        made += _html_row("td", [named, *map(html.escape, cells)])
    return f'<table style="color: inherit"><tbody>{made}</tbody></table>'


def _html_row(kind: str, cells: Iterable[str]) -> str:
    made = "".join(f'<{kind} style="text-align: left">{cell}</{kind}>' for cell in cells)
    return f"<tr>{made}</tr>"


def as_markdown(folder: str = "notebooks") -> str:
    """The map for a README, with the units that are there as links into `folder`."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    for place, (name, *cells) in rows():
        if place.number in PARTS:
            lines.append(f"| **{PARTS[place.number]}** |" + " |" * (len(COLUMNS) - 1))
        there = cells[-1] != TO_COME
        named = f"[{name}]({folder}/{place.stem}.ipynb)" if there else name
        lines.append("| " + " | ".join([named, *cells]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown())
