"""Figures carry alternative text, are the same every time, and can be read by everyone."""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from PIL import Image

from actloss.viz import figure as figures
from actloss.viz import show, subplots
from actloss.viz.accessibility import contrast

ALT = 'A line that rises from 0 to 1, marked "up".'


@pytest.fixture(autouse=True)
def shell():
    """IPython's `display` captures nothing without a shell."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def a_figure():
    figure, axes = subplots()
    for power in range(1, 6):
        axes.plot(np.linspace(0, 1) ** power, label=f"power {power}")
    axes.legend()
    return figure


def shown(figure, *args):
    with capture_output() as captured:
        show(figure, *args)
    (output,) = captured.outputs
    return output.data


def image_in(page):
    data = re.search(r'src="data:image/png;base64,([^"]+)"', page)[1]
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_alternative_text_and_caption_reach_the_page_and_are_escaped():
    data = shown(a_figure(), ALT, "n < 3")
    assert data["text/plain"] == ALT
    assert 'alt="A line that rises from 0 to 1, marked &quot;up&quot;."' in data["text/html"]
    assert "<figcaption>n &lt; 3</figcaption>" in data["text/html"]


@pytest.mark.parametrize("alt", ["", "plot", "Sigmoid and its derivative", None, "A plot."])
def test_a_figure_without_a_sentence_is_refused(alt):
    with pytest.raises(ValueError, match="sentence"):
        show(a_figure(), alt)


def test_what_is_no_figure_is_refused():
    with pytest.raises(TypeError, match="Axes"):
        show(a_figure().axes[0], ALT)


def test_the_same_figure_gives_the_same_page():
    assert shown(a_figure(), ALT) == shown(a_figure(), ALT)


def test_a_figure_is_small_and_as_wide_as_its_size_says():
    data = shown(a_figure(), ALT)
    assert len(data["text/html"]) < 30_000
    assert 'width="614"' in data["text/html"]  # 6.4 inches of 96 pixels
    assert image_in(data["text/html"]).width == pytest.approx(614 * figures.SHARPNESS, abs=2)


def test_few_colours_still_show_every_line():
    image = np.array(image_in(shown(a_figure(), ALT)["text/html"]).convert("RGB")).reshape(-1, 3)
    for colour in figures.COLOURS:
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(image - wanted).max(axis=1).min() <= 6, colour


def test_a_shown_figure_is_closed():
    before = plt.get_fignums()
    shown(a_figure(), ALT)
    assert plt.get_fignums() == before


def test_what_is_drawn_later_is_in_the_style():
    plt.rcdefaults()
    figure, axes = subplots()
    (line,) = axes.plot([0, 1], label="line")
    legend, text = axes.legend(), axes.text(0, 0, "text")
    title = figure.suptitle("title")
    plt.close(figure)
    assert line.get_linewidth() == figures.STYLE["lines.linewidth"]
    assert legend.get_frame().get_alpha() == figures.STYLE["legend.framealpha"]
    assert text.get_fontsize() == figures.STYLE["font.size"]
    assert {part.get_color() for part in (text, title, *legend.texts)} == {figures.INK}


def test_lines_differ_in_dashes_and_stand_out_from_the_background():
    lines = a_figure().axes[0].get_lines()
    assert len({str(line._dash_pattern) for line in lines}) == len(lines) == len(figures.COLOURS)
    for colour in figures.COLOURS:
        assert contrast(colour, figures.BACKGROUND) > 4.5


def test_a_legend_has_room_for_all_of_the_dashes():
    figure = a_figure()
    for line in figure.axes[0].get_legend().get_lines():
        _, dashes = line._dash_pattern
        assert max(line.get_xdata()) >= sum(dashes or ()) - 0.5
    plt.close(figure)


def test_text_is_large_enough():
    figure = a_figure()
    axes = figure.axes[0]
    texts = [axes.title, axes.xaxis.label, *axes.get_xticklabels(), *axes.get_legend().texts]
    assert min(text.get_fontsize() for text in texts) >= 10
    plt.close(figure)
