"""Whether everyone can read a figure: contrast as it is drawn, and nothing by colour alone.

    problems(figure)   ->   sentences, each about one thing that is wrong; none where all is well

Contrast is WCAG's: 4.5 to 1 for text, 3 to 1 for lines, markers, bars and shades, or their edges.
Lines and points are compared with what they cover most of, bars and shades with their panel.
Lines, groups of bars, groups of points, and whatever else a legend names in one panel must differ
in more than their colour: dashes, markers, hatches, or beside a line a text in its own colour. Of
widths only one counts: a line of a point or less is a guide, and no curve.

Not looked at: what an image shows by its colours, which is left to its alternative text; what lies
on the figure outside all axes, but for text; arrows of annotations; and whether two axes in one
place (`twinx`) differ from each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import rcParams
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
THIN = (Line2D, PathCollection)  # lines with or without markers, and points
GUIDE = 1.0  # points: how wide a line may be that is a guide
STEPS = 200  # points of a line to look at
CLOSE = 3  # pixels


def problems(figure: Figure) -> list[str]:
    """What someone could not see or tell apart in a figure."""
    panels = list(_drawn_axes(figure.axes))
    found = _faint_marks(figure, panels) + _faint_texts(figure)  # as drawn: all has its place now
    for axes in panels:
        found += _told_by_colour_alone(axes)
    return found


def _drawn_axes(some: Iterable[Any]) -> Iterator[Axes]:
    """The axes that can be seen, and those inside them."""
    for axes in some:
        if axes.get_visible():
            yield axes
            yield from _drawn_axes(axes.child_axes)


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
        if artist.axes.axison:
            yield from (artist.label, artist.offsetText, *artist.get_ticklabels(which="both"))
    else:
        for child in artist.get_children():
            yield from _texts(child)


def _faint_marks(figure: Figure, panels: list[Axes]) -> list[str]:
    """Lines, markers, bars, shades and points that do not stand out from what lies behind them."""
    marks = [mark for axes in panels for mark in _marks(axes) if _is_drawn(mark)]
    thin = [mark for mark in marks if isinstance(mark, THIN)]
    with _without(marks):
        empty = _Page(figure)
    with _without(thin):
        page = _Page(figure)
    found = []
    for mark in marks:
        is_thin = isinstance(mark, THIN)
        behind = page.colour_at(_places(mark)) if is_thin else empty.colour_in(mark.axes.bbox)
        if behind and not _stands_out(_colours(mark), behind, GRAPHICS):
            found.append(
                f"{_name(mark)} is too faint on {behind}: give it a darker colour or edge."
            )
    return found


def _marks(axes: Axes) -> list[Any]:
    marks = [*axes.lines, *axes.patches, *axes.collections]
    return [mark for mark in marks if mark.get_visible()]


def _places(mark: Any) -> NDArray:
    """Some points of the page, of shape (number, 2), that a line or group of points covers."""
    if isinstance(mark, PathCollection):
        places = mark.get_offset_transform().transform(mark.get_offsets())
    else:
        path = mark.get_transform().transform_path(mark.get_path())
        steps = 1 if mark.get_linestyle() in NOTHING else 1 + STEPS // len(path.vertices)
        places = path.interpolated(steps).vertices
    inside = mark.axes.bbox.padded(1)
    some = places[:: 1 + len(places) // STEPS]
    return np.array([place for place in some if inside.contains(*place)])


def _is_drawn(mark: Any) -> bool:
    if not _colours(mark):
        return False
    if isinstance(mark, Line2D):
        return bool(np.isfinite(mark.get_xydata()).all(axis=1).any())
    if isinstance(mark, Patch):
        return bool(mark.get_window_extent().width and mark.get_window_extent().height)
    return bool(len(mark.get_paths()) and mark.get_array() is None)  # an array is shown by colours


def _colours(mark: Any) -> list[Any]:
    """The colours that a mark is drawn in; one of them must stand out."""
    alpha = mark.get_alpha()
    if isinstance(mark, Line2D):
        colours = [mark.get_color()] if _has_stroke(mark) else []
        if mark.get_marker() not in NOTHING:
            edge = [mark.get_markeredgecolor()] if mark.get_markeredgewidth() else []
            colours += [mark.get_markerfacecolor(), *edge]
        return [to_rgba(colour, alpha) for colour in colours if str(colour) not in NOTHING]
    if isinstance(mark, Patch):
        edge = [mark.get_edgecolor()] if mark.get_linewidth() else []
        return [*([mark.get_facecolor()] if mark.get_fill() else []), *edge]
    return [*mark.get_facecolor(), *(mark.get_edgecolor() if any(mark.get_linewidth()) else [])]


def _has_stroke(line: Line2D) -> bool:
    return line.get_linestyle() not in NOTHING and line.get_linewidth() > 0


class _Page:
    """A figure as it is drawn, to ask what colour it has where."""

    def __init__(self, figure: Figure):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        self._pixels = np.asarray(canvas.buffer_rgba())[::-1, :, :3]  # from the bottom up

    def colour_in(self, box: Any) -> str:
        """The most frequent colour in a box of the page; "" outside it."""
        height, width, _ = self._pixels.shape
        left, bottom = max(0, int(box.x0)), max(0, int(box.y0))
        right, top = min(width, int(np.ceil(box.x1))), min(height, int(np.ceil(box.y1)))
        return _most_frequent(self._pixels[bottom:top, left:right])

    def colour_at(self, places: NDArray) -> str:
        """The most frequent colour close to some points of the page; "" without any."""
        height, width, _ = self._pixels.shape
        near = np.arange(-CLOSE, CLOSE + 1)
        x, y = places.reshape(-1, 2).T.astype(int)
        columns = np.clip(x[:, None, None] + near, 0, width - 1)
        rows = np.clip(y[:, None, None] + near[:, None], 0, height - 1)
        return _most_frequent(self._pixels[rows, columns])


def _most_frequent(colours: NDArray) -> str:
    different, counts = np.unique(colours.reshape(-1, 3), axis=0, return_counts=True)
    return to_hex(different[counts.argmax()] / 255) if len(counts) else ""


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
    groups: dict[Hashable, dict[str, str]] = defaultdict(dict)  # what looks alike but for colour
    for look, colour, name in [*_lines(axes), *_bars(axes), *_points(axes), *_others(axes)]:
        groups[look].setdefault(colour, name)
    return [
        f"{' and '.join(group.values())} differ in colour alone."
        for group in groups.values()
        if len(group) > 1
    ]


def _lines(axes: Axes) -> Iterator[tuple[Hashable, str, str]]:
    for line in axes.lines:
        if line.get_visible() and _is_drawn(line) and not _is_named_beside(line):
            # Nothing public tells the dashes, before they are stretched with the line's width.
            pattern = line._unscaled_dash_pattern  # type: ignore[attr-defined]
            dashes = str(pattern) if _has_stroke(line) else ""
            marker = line.get_marker() if line.get_marker() not in NOTHING else ""
            hollow = marker and line.get_markerfacecolor() != line.get_color()
            look = ("line", dashes, str(marker), hollow, line.get_linewidth() <= GUIDE)
            yield look, to_hex(line.get_color()), _name(line)


def _is_named_beside(line: Any) -> bool:
    """Whether a text close to a line has the line's colour, which is not any text's."""
    colour = to_hex(line.get_color())
    path = line.get_transform().transform_path(line.get_path())
    return colour != to_hex(rcParams["text.color"]) and any(
        to_hex(text.get_color()) == colour and path.intersects_bbox(_room(text), filled=False)
        for text in line.axes.texts
        if text.get_visible() and text.get_text().strip()
    )


def _room(text: Text) -> Any:
    """A text's box, with about a line of text around it."""
    return text.get_window_extent().padded(2 * float(text.get_fontsize()))


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


def _others(axes: Axes) -> Iterator[tuple[Hashable, str, str]]:
    """Single bars, bands, outlines and sets of lines, where a legend tells what each is."""
    for mark in _marks(axes):
        if not isinstance(mark, THIN) and _label(mark) and _is_drawn(mark):
            look = (type(mark), str(mark.get_linestyle()), mark.get_hatch())
            yield look, to_hex(_colours(mark)[0]), _name(mark)


def _name(mark: Line2D | Patch | Collection) -> str:
    """What to call a mark in a message."""
    return repr(_label(mark)) if _label(mark) else f"A {type(mark).__name__}"


def _label(mark: Artist) -> str:
    """What a legend calls a mark; "" where it has no name."""
    label = str(mark.get_label())
    return "" if label.startswith("_") else label
