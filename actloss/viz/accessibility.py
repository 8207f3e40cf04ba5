"""Whether everyone can read a figure: contrast as it is drawn, and nothing by colour alone.

    problems(figure)   ->   sentences, each about one thing that is wrong; none where all is well

Contrast is WCAG's: 4.5 to 1 for text, 3 to 1 for lines, markers, bars and shades, or their edges.
Lines, groups of bars and groups of points in one panel must differ in more than their colour:
dashes, markers, hatches, or a text in the line's own colour beside it. What an image shows by its
colours is left to its alternative text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, PathCollection
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from numpy.typing import NDArray

TEXT, GRAPHICS = 4.5, 3.0  # WCAG 2.2, criteria 1.4.3 and 1.4.11
NOTHING = ("None", "none", " ", "")


def problems(figure: Figure) -> list[str]:
    """What someone could not see or tell apart in a figure."""
    found = []
    for axes in figure.axes:
        found += _told_by_colour_alone(axes)
    return found + _faint_marks(figure) + _faint_texts(figure)


# --- Contrast -------------------------------------------------------------------------------------


def contrast(one: Any, other: Any) -> float:
    """WCAG's contrast ratio of two colours: from 1 for the same to 21 for black on white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: Any) -> float:
    """WCAG's relative luminance: 0 for black, 1 for white."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _stands_out(colours: Iterable[Any], behind: Any, wanted: float) -> bool:
    """Whether one of the colours, as it shows through, has the contrast that is wanted."""
    return any(contrast(_over(colour, behind), behind) >= wanted for colour in colours)


def _over(colour: Any, behind: Any) -> NDArray:
    """A colour that is partly transparent, on another."""
    *channels, alpha = to_rgba(colour)
    return alpha * np.array(channels) + (1 - alpha) * np.array(to_rgb(behind))


def _faint_texts(figure: Figure) -> list[str]:
    texts = [text for text in _texts(figure) if text.get_text().strip()]
    colours = [to_rgba(text.get_color(), text.get_alpha()) for text in texts]
    with _without(texts):
        page = _Page(figure)
        places = [page.colour_in(text.get_window_extent()) for text in texts]
    return [
        f"The text {text.get_text()!r} is too faint on {behind}."
        for text, colour, behind in zip(texts, colours, places, strict=True)
        if behind and not _stands_out([colour], behind, TEXT)
    ]


def _texts(artist: Artist) -> Iterator[Text]:
    """The texts that are drawn; an axis also keeps some that are not."""
    if not artist.get_visible():
        return
    if isinstance(artist, Text):
        yield artist
    elif isinstance(artist, Axis):
        yield from (artist.label, *artist.get_ticklabels(which="both"))
    else:
        for child in artist.get_children():
            yield from _texts(child)


def _faint_marks(figure: Figure) -> list[str]:
    """Lines, markers, bars, shades and points that do not stand out from what lies behind them."""
    marks: list[Any] = [mark for axes in figure.axes for mark in _marks(axes)]
    with _without(marks):
        page = _Page(figure)
    found = []
    for mark in marks:
        behind = page.colour_in(mark.axes.bbox)
        faint = behind and not _stands_out(_colours(mark), behind, GRAPHICS)
        if faint and _is_drawn(mark):
            found.append(
                f"{_name(mark)} is too faint on {behind}: give it a darker colour or edge."
            )
    return found


def _marks(axes: Axes) -> list[Any]:
    marks = [*axes.lines, *axes.patches, *axes.collections]
    return [mark for mark in marks if mark.get_visible()]


def _is_drawn(mark: Any) -> bool:
    if isinstance(mark, Line2D):
        return bool(np.isfinite(mark.get_xydata()).all(axis=1).any())
    if isinstance(mark, Patch):
        return bool(mark.get_window_extent().width and mark.get_window_extent().height)
    return bool(len(mark.get_paths()) and mark.get_array() is None)  # an array is shown by colours


def _colours(mark: Any) -> list[Any]:
    """The colours that a mark is drawn in; one of them must stand out."""
    alpha = mark.get_alpha()
    if isinstance(mark, Line2D):
        colours = [mark.get_color()] if mark.get_linestyle() not in NOTHING else []
        if mark.get_marker() not in NOTHING:
            colours += [mark.get_markerfacecolor(), mark.get_markeredgecolor()]
        return [to_rgba(colour, alpha) for colour in colours if str(colour) not in NOTHING]
    if isinstance(mark, Patch):
        edge = [mark.get_edgecolor()] if mark.get_linewidth() else []
        return [*([mark.get_facecolor()] if mark.get_fill() else []), *edge]
    return [*mark.get_facecolor(), *(mark.get_edgecolor() if any(mark.get_linewidth()) else [])]


class _Page:
    """A figure as it is drawn, to ask what colour it has where."""

    def __init__(self, figure: Figure):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        self._pixels = np.asarray(canvas.buffer_rgba())[::-1, :, :3]  # from the bottom up

    def colour_in(self, box: Any) -> str:
        """The most frequent colour in a part of the page; "" outside it."""
        height, width, _ = self._pixels.shape
        left, bottom = max(0, int(box.x0)), max(0, int(box.y0))
        right, top = min(width, int(np.ceil(box.x1))), min(height, int(np.ceil(box.y1)))
        part = self._pixels[bottom:top, left:right].reshape(-1, 3)
        if not part.size:
            return ""
        colours, counts = np.unique(part, axis=0, return_counts=True)
        return to_hex(colours[counts.argmax()] / 255)


@contextmanager
def _without(artists: list[Any]) -> Iterator[None]:
    """Let artists keep their places, and be drawn without colour."""
    before = [artist.get_alpha() for artist in artists]
    for artist in artists:
        artist.set_alpha(0)
    try:
        yield
    finally:
        for artist, alpha in zip(artists, before, strict=True):
            artist.set_alpha(alpha)


# --- Not by colour alone --------------------------------------------------------------------------


def _told_by_colour_alone(axes: Axes) -> list[str]:
    named = {to_hex(text.get_color()) for text in axes.texts}
    groups: dict[Hashable, dict[str, str]] = defaultdict(dict)  # what looks alike but for colour
    for look, colour, name in [*_lines(axes), *_bars(axes), *_points(axes)]:
        if colour not in named:
            groups[look].setdefault(colour, name)
    return [
        f"{' and '.join(group.values())} differ in colour alone."
        for group in groups.values()
        if len(group) > 1
    ]


def _lines(axes: Axes) -> Iterator[tuple[Hashable, str, str]]:
    for line in axes.lines:
        if line.get_visible() and _is_drawn(line):
            pattern = line._dash_pattern  # type: ignore[attr-defined]  # nothing public tells it
            dashes = str(pattern) if line.get_linestyle() not in NOTHING else ""
            marker = line.get_marker() if line.get_marker() not in NOTHING else ""
            hollow = marker and line.get_markerfacecolor() != line.get_color()
            look = ("line", dashes, str(marker), hollow, line.get_linewidth())
            yield look, to_hex(line.get_color()), _name(line)


def _bars(axes: Axes) -> Iterator[tuple[Hashable, str, str]]:
    for container in axes.containers:
        if isinstance(container, BarContainer) and len(container.patches):
            bar, name = container.patches[0], repr(container.get_label())
            yield ("bar", bar.get_hatch()), to_hex(bar.get_facecolor()), name


def _points(axes: Axes) -> Iterator[tuple[Hashable, str, str]]:
    for points in axes.collections:
        if isinstance(points, PathCollection) and points.get_array() is None:
            shape = str([path.vertices for path in points.get_paths()[:1]])
            faces, edges = points.get_facecolor(), points.get_edgecolor()
            hollow = not np.array_equal(faces, edges)
            for colour in np.unique(edges if hollow else faces, axis=0):
                yield ("point", shape, hollow), to_hex(colour), _name(points)


def _name(mark: Line2D | Patch | Collection) -> str:
    """What to call a mark in a message."""
    label = str(mark.get_label())
    return f"A {type(mark).__name__}" if label.startswith("_") or not label else repr(label)
