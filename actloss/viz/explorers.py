"""Explorers: sliders beside a picture that follows them.

    figure, axes = subplots()
    (line,) = axes.plot(x, sigmoid(x))

    def steeper(steepness):
        line.set_ydata(sigmoid(steepness * x))
        return f"With steepness {steepness:g} the largest slope is {steepness / 4:g}."

    explore(figure, steeper, steepness=slider("steepness", 0.5, 8, value=1, step=0.5))

Moving what is already drawn, instead of drawing a new figure, keeps the picture close behind the
slider. The sentence that the function returns stands under it and is read aloud.

Widgets need a running kernel: put a picture by `show` beside each, for paper.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import matplotlib.pyplot as plt
import traitlets
from matplotlib.figure import Figure

from actloss.viz.figure import as_source, check_alt, check_figure, is_strict, width_on_page

ON_PAPER = (
    "An explorer appears here when you run this cell in JupyterLab. It has a slider for each of: "
    "{labels}. On paper, the figure near it shows what it is about."
)
STOPPED = (
    "The explorer has stopped ({problem}). A later cell may have used one of its names for "
    "something else: run this cell again."
)


@dataclasses.dataclass(frozen=True)
class Slider:
    """A labelled slider, moved with the mouse or the arrow keys."""

    label: str
    low: float
    high: float
    value: float
    step: float


def slider(label: str, low: float, high: float, *, value: float, step: float) -> Slider:
    """Make a slider from low to high that begins at `value`; whole numbers if all four are."""
    if not low <= value <= high:
        raise ValueError(f"{label} begins at {value:g}, which is not between {low:g} and {high:g}.")
    return Slider(label, low, high, value, step)


class Explorer(anywidget.AnyWidget):
    """Sliders, and a picture that is drawn anew when one moves."""

    _esm = Path(__file__).with_name("explorer.js")
    sliders = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int().tag(sync=True)

    def __init__(self, figure: Figure, update: Callable[..., str], sliders: dict[str, Slider]):
        super().__init__(
            sliders={name: dataclasses.asdict(one) for name, one in sliders.items()},
            values={name: one.value for name, one in sliders.items()},
            width=width_on_page(figure),
        )
        self._figure, self._update = figure, update
        if is_strict():
            self._check_both_ends(sliders)
        as_source(figure, quickly=True)  # finds the places of all parts,
        figure.set_layout_engine("none")  # which would take longest to find again
        plt.close(figure)
        self._redraw()
        self.observe(self._follow, names="values")

    def _check_both_ends(self, sliders: dict[str, Slider]) -> None:
        """Refuse a figure that not everyone can read, also at the ends of its sliders."""
        for place in ("low", "high", "value"):
            self._update(**{name: getattr(one, place) for name, one in sliders.items()})
            check_figure(self._figure)

    def _redraw(self) -> None:
        sentence = self._update(**self.values)
        check_alt(sentence)
        with self.hold_sync():
            self.sentence = sentence
            self.picture = as_source(self._figure, quickly=True)

    def _follow(self, change: Any) -> None:
        try:
            self._redraw()
        except Exception as problem:  # a widget's errors are shown nowhere else
            self.sentence = STOPPED.format(problem=f"{type(problem).__name__}: {problem}")

    def _repr_mimebundle_(self, **options: Any) -> Any:
        words = ON_PAPER.format(labels=", ".join(one["label"] for one in self.sliders.values()))
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return {**bundle, "text/plain": words, "text/html": f"<p><em>{words}</em></p>"}, metadata


def explore(figure: Figure, update: Callable[..., str], **sliders: Slider) -> Explorer:
    """Let sliders move what is drawn in `figure`; on the last line of a cell, it shows.

    update : a function that takes each slider's value by name, moves the curves (`set_ydata`), and
        returns a sentence that says what can be seen now.
    sliders : made by `slider`, under the names of `update`'s arguments.
    """
    return Explorer(figure, update, sliders)
