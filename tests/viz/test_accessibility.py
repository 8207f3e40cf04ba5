"""A figure that someone cannot read is noticed, and one that everyone can read is not."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle

from actloss.viz import explore, figure, show, slider, subplots
from actloss.viz.accessibility import contrast, problems

ALT = "Two lines that rise from the left to the right."
FAINT = "#bbbbbb"  # 1.9 to 1 on white


@pytest.fixture
def drawing():
    """A figure and its axes."""
    figure, axes = subplots()
    yield figure, axes
    plt.close(figure)


def test_contrast_is_that_of_wcag():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("white", "white") == 1
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.01)  # WCAG's own example


def test_what_the_course_s_style_draws_is_fine(drawing):
    fig, axes = drawing
    for power in range(1, 6):
        axes.plot(np.linspace(0, 1) ** power, label=f"power {power}")
    axes.legend()
    axes.set(title="Powers", xlabel="x", ylabel="x to the power")
    assert problems(fig) == []


FINE = {
    "dashes": lambda axes: [
        axes.plot([0, 1], [0, n], dash) for n, dash in enumerate(("r-", "b--"))
    ],
    "markers": lambda axes: [
        axes.plot([0, 1], [0, n], mark) for n, mark in enumerate(("ro", "bs"))
    ],
    "a curve and its guide": lambda axes: [
        axes.plot([0, n], f"{c}-", linewidth=n) for n, c in enumerate("kb", start=1)
    ],
    "hollow": lambda axes: [
        axes.plot([n], "o", c="k", mfc=c) for n, c in enumerate(("k", "white"))
    ],
    "the same colour": lambda axes: [axes.plot([0, 1], [0, n], "k-") for n in range(3)],
    "named in their colour": lambda axes: [
        (axes.plot([0, 1], [0, n], "-", color=c), axes.text(1, n, c, color=c))
        for n, c in enumerate(("#0072b2", "#a03d80"))
    ],
    "two panels' worth of nothing": lambda axes: [axes.plot([], [], "r-"), axes.plot([], [], "b-")],
    "hatched bars": lambda axes: [
        axes.bar([n], 1, color=c, hatch=h) for n, (c, h) in enumerate((("b", ""), ("g", "//")))
    ],
    "bars with their own places": lambda axes: axes.bar(
        [0, 1], [1, 2], color=["#0072b2", "#a03d80"]
    ),
    "points of two shapes": lambda axes: [
        axes.scatter([n], [n], marker=m) for n, m in enumerate("os")
    ],
    "hollow points": lambda axes: [
        axes.scatter([n], [n], fc=c, ec="#0072b2") for n, c in enumerate(("#0072b2", "white"))
    ],
    "points of a scale": lambda axes: axes.scatter([0, 1], [0, 1], c=[0.0, 1.0]),
    "a pale shade with an edge": lambda axes: axes.axvspan(0, 1, fc=FAINT, ec="#777777"),
    "white text on a bar": lambda axes: (
        axes.bar([0], [1], color="#222222"),
        axes.text(0, 0.5, "one", color="white", ha="center"),
    ),
    "a white line on a dark bar": lambda axes: (
        axes.bar([0], [1], color="#222222"),
        axes.plot([-0.3, 0.3], [0.5, 0.5], color="white"),
    ),
    "a line around its area": lambda axes: (
        axes.fill_between([0, 1], [0, 1], color="#0072b2", alpha=0.8),
        axes.plot([0, 1], color="#0072b2"),
    ),
    "bands with their own hatches": lambda axes: [
        axes.fill_between([0, 1], [n, n], hatch=h, color=c, ec="white", label=c)
        for n, (c, h) in enumerate((("k", ""), ("b", "//")))
    ],
    "bars of one axis": lambda axes: axes.bar([0, 1], [1, 2], color=["b", "k"], label="both"),
    "shapes without a name": lambda axes: [
        axes.add_patch(Circle((n, n), color=c)) for n, c in enumerate("kb")
    ],
    "an image": lambda axes: axes.imshow([[0, 1], [1, 0]]),
    "hidden things": lambda axes: axes.plot([0, 1], color=FAINT, visible=False),
    "hidden axes": lambda axes: (axes.plot([0, 1], color=FAINT), axes.set_visible(False)),
    "labels of axes that are off": lambda axes: (
        axes.tick_params(labelcolor=FAINT),
        axes.set_axis_off(),
    ),
    "nothing at all": lambda axes: (
        axes.plot([0, 1], ""),
        axes.plot([0, 1], "-", color=FAINT, linewidth=0),
        axes.bar([0], [1], fill=False, linewidth=0),
    ),
}
FAULTY = {
    "colour alone": (
        lambda axes: [axes.plot([0, 1], [0, n], f"{c}-", label=c) for n, c in enumerate("kb")],
        "'k' and 'b' differ in colour alone",
    ),
    "colour alone, one named": (
        lambda axes: (
            [axes.plot([0, 1], [0, n], f"{c}-", label=c) for n, c in enumerate("kbr")]
            + [axes.text(0, 0, "black", color="k")]
        ),
        "'b' and 'r' differ in colour alone",
    ),
    "colour alone, one named far away": (
        lambda axes: (
            [axes.plot([0, 1], [0, n], f"{c}-", label=c) for n, c in enumerate("kb")]
            + [axes.text(0.1, 0.9, "black", color="k")]
        ),
        "'k' and 'b' differ in colour alone",
    ),
    "colour alone, a text in the colour of all texts": (
        lambda axes: (
            [axes.plot([0, 1], [0, n], "-", color=c) for n, c in enumerate(("#222222", "b"))]
            + [axes.text(0, 0, "n = 20")]
        ),
        "differ in colour alone",
    ),
    "colour alone, hardly thicker": (
        lambda axes: [
            axes.plot([0, n], f"{c}--", linewidth=2 + n / 100, label=c) for n, c in enumerate("kb")
        ],
        "'k' and 'b' differ in colour alone",
    ),
    "colour alone in an inset": (
        lambda axes: [
            inset.plot([0, n], f"{c}-", label=c)
            for inset in [axes.inset_axes([0.5, 0.5, 0.4, 0.4])]
            for n, c in enumerate("kb")
        ],
        "'k' and 'b' differ in colour alone",
    ),
    "bands in colour alone": (
        lambda axes: [
            axes.fill_between([0, 1], [n, n], color=c, label=c) for n, c in enumerate("kb")
        ],
        "'k' and 'b' differ in colour alone",
    ),
    "sets of lines in colour alone": (
        lambda axes: [axes.vlines([n], 0, 1, color=c, label=c) for n, c in enumerate("kb")],
        "'k' and 'b' differ in colour alone",
    ),
    "outlines in colour alone": (
        lambda axes: [
            axes.hist([0, n, n], histtype="step", linestyle="-", color=c, label=c)
            for n, c in enumerate("kb")
        ],
        "'k' and 'b' differ in colour alone",
    ),
    "single bars in colour alone": (
        lambda axes: axes.bar([0, 1], [1, 2], color=["k", "b"], label=["k", "b"]),
        "'k' and 'b' differ in colour alone",
    ),
    "markers in colour alone": (
        lambda axes: [axes.plot([n], f"{c}o", label=c) for n, c in enumerate("kb")],
        "differ in colour alone",
    ),
    "bars in colour alone": (
        lambda axes: [axes.bar([n], 1, color=c, label=c) for n, c in enumerate("kb")],
        "'k' and 'b' differ in colour alone",
    ),
    "points in colour alone": (
        lambda axes: axes.scatter([0, 1], [0, 1], c=["k", "b"]),
        "differ in colour alone",
    ),
    "a faint line": (lambda axes: axes.plot([0, 1], color=FAINT, label="it"), "'it' is too faint"),
    "a line that shines through": (
        lambda axes: axes.plot([0, 1], color="k", alpha=0.2),
        "A Line2D is too faint",
    ),
    "a dark line on a dark shade": (
        lambda axes: (
            axes.axvspan(0.4, 0.6, color="#222222"),
            axes.plot([0.4, 0.6], [0.5, 0.5], color="#222222", label="it"),
            axes.set_xlim(0, 1),
        ),
        "'it' is too faint on #222222",
    ),
    "dark points on a dark bar": (
        lambda axes: (axes.bar([0], [1], color="#222222"), axes.scatter([0], [0.5], c="#222222")),
        "too faint on #222222",
    ),
    "markers whose dark edge is not drawn": (
        lambda axes: axes.plot([0.5], "o", mfc=FAINT, mec="k", mew=0, label="it"),
        "'it' is too faint",
    ),
    "a faint bar": (lambda axes: axes.bar([0], [1], color=FAINT), "A Rectangle is too faint"),
    "a pale shade": (lambda axes: axes.axvspan(0, 1, color=FAINT), "too faint"),
    "a pale band": (lambda axes: axes.fill_between([0, 1], [0, 1], color=FAINT), "too faint"),
    "faint points": (lambda axes: axes.scatter([0], [0], color=FAINT), "too faint"),
    "faint text": (
        lambda axes: axes.text(0.5, 0.5, "hard to read", color="#888888"),
        "hard to read",
    ),
    "text that shines through": (lambda axes: axes.set_title("pale", alpha=0.4), "'pale'"),
    "faint tick labels": (lambda axes: axes.tick_params(labelcolor=FAINT), "The text '0.0'"),
    "a faint factor of an axis": (
        lambda axes: (axes.plot([0, 1e9]), axes.yaxis.offsetText.set_color(FAINT)),
        "The text '1e9'",
    ),
    "a faint title": (lambda axes: axes.set_title("a title", color=FAINT), "'a title'"),
    "text on a dark bar": (
        lambda axes: (axes.bar([0], [1], color="#222222"), axes.text(0, 0.5, "one", ha="center")),
        "'one' is too faint on #222222",
    ),
}


@pytest.mark.parametrize("name", FINE)
def test_what_everyone_can_read(drawing, name):
    fig, axes = drawing
    FINE[name](axes)
    assert problems(fig) == []


@pytest.mark.parametrize("name", FAULTY)
def test_what_someone_cannot_read(drawing, name):
    fig, axes = drawing
    draw, expected = FAULTY[name]
    draw(axes)
    found = problems(fig)
    assert len(found) >= 1
    assert any(expected in problem for problem in found), found


def test_looking_at_a_figure_leaves_it_as_it_was(drawing):
    fig, axes = drawing
    axes.plot([0, 1], label="line")
    axes.axvspan(0, 0.5, alpha=0.5, color="#555555")
    axes.legend()
    before = figure.png(fig)
    problems(fig)
    assert figure.png(fig) == before


# --- Where it is asked for ------------------------------------------------------------------------


def test_a_learner_may_draw_what_she_likes(drawing, monkeypatch):
    fig, axes = drawing
    axes.plot([0, 1], color=FAINT)
    with pytest.raises(ValueError, match="Not everyone can read this figure"):
        show(fig, ALT)  # tests are strict: see tests/conftest.py
    monkeypatch.delenv("ACTLOSS_FIGURES")
    show(fig, ALT)


def test_an_explorer_is_looked_at_at_both_ends_of_its_sliders(drawing):
    fig, axes = drawing
    (line,) = axes.plot([0, 1])
    (other,) = axes.plot([], [], "-", label="other")

    def appear(share):
        line.set_ydata([0, share])
        other.set_data([0, share], [1, 1 - share])
        return f"The other line covers {share:g} of the width now."

    with pytest.raises(ValueError, match="'other' differ in colour alone"):
        explore(fig, appear, share=slider("share", 0, 1, value=0, step=0.5))
    other.set_linestyle("--")
    made = explore(fig, appear, share=slider("share", 0, 1, value=0.5, step=0.5))
    assert made.sentence == "The other line covers 0.5 of the width now."
