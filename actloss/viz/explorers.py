"""Explorers: sliders beside a picture that follows them.

    figure, axes = subplots()
    (line,) = axes.plot(x, sigmoid(x))

    def steeper(steepness):
        line.set_ydata(sigmoid(steepness * x))
        return f"With steepness {steepness:g} the largest slope is {steepness / 4:g}."

    explore(figure, steeper, steepness=slider("steepness", 0.5, 8, value=1, step=0.5))

Moving what is already drawn, instead of drawing a new figure, keeps the picture close behind the
slider. The sentence that the function returns is its caption and its alternative text.

Widgets need a running kernel: put a picture by `show` beside each, for paper.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from actloss.viz.figure import as_html, check_alt

WITHOUT_KERNEL = (
    "An explorer appears here when you run this cell in JupyterLab. It has a slider for each of: "
    "{labels}. On paper, the figure near it shows what it is about."
)


def slider(label: str, low: float, high: float, *, value: float, step: float) -> Any:
    """A labelled slider. Arrow keys move it by one step, Page Up and Page Down by more."""
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=label,
        style={"description_width": "initial"},
        layout={"width": "32em", "max_width": "100%"},
    )


class Explorer:
    """Sliders, and a picture that is drawn anew when one moves."""

    def __init__(self, figure: Figure, update: Callable[..., str], sliders: dict[str, Any]):
        self.figure, self.update, self.sliders = figure, update, sliders
        self.picture = ipywidgets.HTML()
        self.box = ipywidgets.VBox([*sliders.values(), self.picture])
        as_html(figure, "", quickly=True)
        figure.set_layout_engine("none")  # its places are found; finding them again takes longest
        plt.close(figure)
        for control in sliders.values():
            control.observe(self.redraw, names="value")
        self.redraw()

    def redraw(self, change: Any = None) -> None:
        """Move the curves to where the sliders are."""
        sentence = self.update(**{name: control.value for name, control in self.sliders.items()})
        check_alt(sentence)
        self.picture.value = as_html(self.figure, sentence, caption=sentence, quickly=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        labels = ", ".join(control.description for control in self.sliders.values())
        words = WITHOUT_KERNEL.format(labels=labels)
        live = self.box._repr_mimebundle_(**kwargs)
        return {**live, "text/plain": words, "text/html": f"<p><em>{words}</em></p>"}


def explore(figure: Figure, update: Callable[..., str], **sliders: Any) -> Explorer:
    """Let sliders move what is drawn in `figure`; on the last line of a cell, it shows.

    update : a function that takes each slider's value by name, moves the curves (`set_ydata`), and
        returns a sentence that says what can be seen now.
    sliders : made by `slider`, under the names of `update`'s arguments.
    """
    return Explorer(figure, update, sliders)
