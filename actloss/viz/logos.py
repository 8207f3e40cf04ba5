"""Logos: what each position of a sequence asks for, drawn as letters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

# Dark enough to be read on white, and told apart with any kind of colour vision by their shape.
COLOURS = {"A": "#1b7837", "C": "#2166ac", "G": "#b35806", "T": "#b2182b"}
BOLD = FontProperties(family="DejaVu Sans", weight="bold")


def draw_logo(
    axes: Axes, heights: np.ndarray, positions: Sequence[int], alphabet: str = "ACGT"
) -> None:
    """Draw a letter of the given height for each position and letter.

    Positive heights are stacked upwards from zero and negative ones downwards, the largest
    farthest from zero.

    Parameters
    ----------
    heights : array of shape (length, letters), such as a neuron's weights or bits of information.
    positions : the number written under each of the columns; the columns stand side by side
        whatever their numbers are, since -1 and +1 are neighbours on DNA.
    """
    heights = np.asarray(heights, dtype=float)
    if heights.shape != (len(positions), len(alphabet)):
        raise ValueError(
            f"expected heights of shape ({len(positions)}, {len(alphabet)}), one row a position "
            f"and one column a letter, got {heights.shape}"
        )
    for column, row in enumerate(heights):
        top, bottom = 0.0, 0.0
        for i in np.argsort(np.abs(row)):
            if row[i] > 0:
                _draw_letter(axes, alphabet[i], column, top, row[i])
                top += row[i]
            elif row[i] < 0:
                bottom += row[i]
                _draw_letter(axes, alphabet[i], column, bottom, -row[i])
    axes.set_xlim(-0.6, len(positions) - 0.4)
    axes.set_ylim(*_limits(heights))
    shown = [i for i, position in enumerate(positions) if position % 5 == 0 or position == 1]
    axes.set_xticks(shown, [f"{positions[i]:+d}" for i in shown])
    axes.axhline(0, color="black", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_letter(axes: Axes, letter: str, column: int, bottom: float, height: float) -> None:
    """Stretch a letter over the box one column wide that stands on `bottom`."""
    shape = TextPath((0, 0), letter, size=1, prop=BOLD)
    box = shape.get_extents()
    to_box = (
        Affine2D()
        .translate(-box.x0, -box.y0)
        .scale(0.9 / box.width, height / box.height)
        .translate(column - 0.45, bottom)
    )
    colour = COLOURS.get(letter, "#444444")
    axes.add_patch(PathPatch(to_box.transform_path(shape), facecolor=colour, linewidth=0))


def _limits(heights: np.ndarray) -> tuple[float, float]:
    """From the lowest stack to the highest, with a little room."""
    highest = np.maximum(heights, 0).sum(axis=1).max(initial=0.0)
    lowest = np.minimum(heights, 0).sum(axis=1).min(initial=0.0)
    room = 0.05 * (highest - lowest) or 1.0
    return (lowest - room if lowest < 0 else 0.0, highest + room)
