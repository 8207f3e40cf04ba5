"""An explorer's picture follows its sliders, quickly, and says what it shows."""

import time

import numpy as np
import pytest

from actloss.viz import explore, slider, subplots

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def made():
    figure, axes = subplots()
    x = np.linspace(0, 1)
    (line,) = axes.plot(x, x)

    def bend(power, height):
        line.set_ydata(height * x**power)
        return f"The curve rises to {height:g} with the power {power}."

    return explore(
        figure,
        bend,
        power=slider("power of x", 1, 5, value=2, step=1),
        height=slider("height", 0.5, 1.0, value=1.0, step=0.25),
    )


def test_the_picture_follows_a_slider(made):
    before = made.picture.value
    made.sliders["power"].value = 4
    assert made.picture.value != before
    assert 'alt="The curve rises to 1 with the power 4."' in made.picture.value
    assert "<figcaption>The curve rises to 1 with the power 4.</figcaption>" in made.picture.value
    made.sliders["power"].value = 2
    assert made.picture.value == before


def test_it_starts_where_the_sliders_start(made):
    assert "the power 2" in made.picture.value
    assert made.figure.axes[0].get_lines()[0].get_ydata()[-1] == 1


def test_sliders_are_labelled_and_keep_whole_numbers_whole(made):
    assert [control.description for control in made.sliders.values()] == ["power of x", "height"]
    assert isinstance(made.sliders["power"].value, int)
    made.sliders["power"].value = 99
    assert made.sliders["power"].value == 5


def test_without_a_kernel_it_says_so_in_words_that_never_change(made):
    data = made._repr_mimebundle_()
    assert WIDGET in data
    assert "power of x, height" in data["text/plain"]
    made.sliders["power"].value = 4
    again = made._repr_mimebundle_()
    assert {k: v for k, v in data.items() if k != WIDGET} == {
        k: v for k, v in again.items() if k != WIDGET
    }


def test_it_answers_within_150_milliseconds(made):
    times = []
    for power in (1, 2, 3, 4, 5, 4, 3):
        start = time.perf_counter()
        made.sliders["power"].value = power
        times.append(time.perf_counter() - start)
    assert min(times) < 0.15  # the least: another process may hold the processor in any one


def test_an_update_that_says_nothing_is_refused():
    figure, _ = subplots()
    with pytest.raises(ValueError, match="sentence"):
        explore(figure, lambda power: None, power=slider("power", 1, 2, value=1, step=1))
