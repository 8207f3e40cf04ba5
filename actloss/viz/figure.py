"""Figures that can be read by everyone: one style, and alternative text on each.

    figure, axes = subplots()
    axes.plot(x, sigmoid(x), label="sigmoid")
    show(figure, alt="The sigmoid rises from 0 to 1 and is steepest at 0.")

Lines differ in dashes as well as in colour. A figure is a light card, so that it also reads in a
dark theme. Where the variable ACTLOSS_FIGURES is "strict", as when the course's notebooks are built
and tested, a figure that not everyone can read is refused (`actloss.viz.accessibility`).
"""

from __future__ import annotations

import base64
import html
import io
import os
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

BACKGROUND = "#ffffff"
INK = "#222222"
# Okabe and Ito's palette without its pale colours, which are hard to see on white.
COLOURS = ("#0072b2", "#c04f00", "#007a5a", "#a03d80", "#222222")
DASHES = ("-", "--", "-.", ":", (0, (8, 2, 1, 2, 1, 2)))
STYLE: Any = {
    "axes.edgecolor": INK,
    "axes.facecolor": BACKGROUND,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 11,
    "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=DASHES),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": BACKGROUND,
    "font.size": 10,  # that of ticks, legends and texts; a title is "large", which is 12
    "grid.color": "#e2e2e2",
    "legend.framealpha": 1.0,
    "legend.handlelength": 3.2,  # room for all of the longest dashes
    "lines.linewidth": 2.0,
    "text.color": INK,
}
PIXELS_PER_INCH = 96  # on the page
SHARPNESS = 1.5  # pixels of the image to one of the page
PALETTE = 64  # colours kept: flat areas, few lines and their soft edges need no more
FEWEST_WORDS = 6


def subplots(
    rows: int = 1,
    columns: int = 1,
    size: tuple[float, float] | None = None,
    **options: Any,
) -> tuple[Figure, Any]:
    """Make a figure and its axes as `matplotlib.pyplot.subplots` does, in the course's style.

    `size` is (width, height) in inches; a page is about 9 inches wide. matplotlib asks for its
    settings whenever a line, a text or a legend is made. So the style stays on for all that you
    draw from here, also without this function; `matplotlib.rcdefaults()` ends it.
    """
    if size is None:
        size = (6.4 if columns == 1 else 9.0, 3.4 * rows)
    matplotlib.rcParams.update(STYLE)
    return plt.subplots(rows, columns, figsize=size, layout="constrained", **options)


def show(figure: Figure, alt: str, caption: str | None = None) -> None:
    """Display a figure with its alternative text, then close it.

    alt : one or more sentences that say what a reader should see in it: screen readers say them,
        and they stand where the image cannot.
    caption : a line under it.
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"show needs a matplotlib figure, not {type(figure).__name__}.")
    check_alt(alt)
    if is_strict():
        check_figure(figure)
    page = as_html(figure, alt, caption)
    plt.close(figure)
    display({"text/plain": alt, "text/html": page}, raw=True)


def check_alt(alt: str) -> None:
    """Refuse an alternative text that is no sentence."""
    words = alt.split() if isinstance(alt, str) else []
    if len(words) < FEWEST_WORDS or not words[-1].endswith((".", "!", "?")):
        raise ValueError(
            f"alt came as {alt!r}. It must be a sentence of at least {FEWEST_WORDS} words, with "
            "its full stop, that tells a reader who cannot see the figure what it shows."
        )


def is_strict() -> bool:
    """Whether figures that not everyone can read are refused."""
    return os.environ.get("ACTLOSS_FIGURES") == "strict"


def check_figure(figure: Figure) -> None:
    """Refuse a figure that not everyone can read."""
    from actloss.viz.accessibility import problems

    if found := problems(figure):
        raise ValueError("Not everyone can read this figure. " + " ".join(found))


def as_html(figure: Figure, alt: str, caption: str | None = None) -> str:
    """The figure as an HTML element that needs no other file."""
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure style="margin:0"><img alt="{html.escape(alt)}" width="{width_on_page(figure)}" '
        f'style="max-width:100%;height:auto" src="{as_source(figure)}">{below}</figure>'
    )


def width_on_page(figure: Figure) -> int:
    """How many pixels of the page a figure is wide, where there is room."""
    return round(figure.get_figwidth() * PIXELS_PER_INCH)


def as_source(figure: Figure, quickly: bool = False) -> str:
    """The figure as what an image's `src` takes."""
    return f"data:image/png;base64,{base64.b64encode(png(figure, quickly)).decode()}"


def png(figure: Figure, quickly: bool = False) -> bytes:
    """The figure as a PNG: of few colours, which is a quarter of the size, unless `quickly`.

    It holds no date and no version, so that the same figure gives the same bytes.
    """
    figure.set_dpi(PIXELS_PER_INCH * SHARPNESS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    packed = io.BytesIO()
    if quickly:
        drawn.save(packed, format="png", compress_level=1)
    else:
        few = drawn.quantize(PALETTE, dither=Image.Dither.NONE)
        few.save(packed, format="png", optimize=True)
    return packed.getvalue()
