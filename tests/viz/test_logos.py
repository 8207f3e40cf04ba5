"""A logo shows each letter at its place and with its height."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from actloss.viz import draw_logo
from actloss.viz.logos import COLOURS


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def boxes(axes):
    return [patch.get_path().get_extents() for patch in axes.patches]


def test_a_letter_is_as_high_as_its_weight(axes):
    draw_logo(axes, np.array([[0, 0, 2.5, 0]]), [1])
    (box,) = boxes(axes)
    assert box.height == pytest.approx(2.5)
    assert box.y0 == pytest.approx(0)
    assert box.x0 == pytest.approx(-box.x1)


def test_each_letter_has_its_colour(axes):
    draw_logo(axes, np.eye(4), [-2, -1, 1, 2])
    colours = [matplotlib.colors.to_hex(patch.get_facecolor()) for patch in axes.patches]
    assert colours == [COLOURS[letter] for letter in "ACGT"]


def test_letters_are_stacked_smallest_first_and_negative_ones_hang_down(axes):
    draw_logo(axes, np.array([[3.0, 1.0, -2.0, 0.0]]), [1])
    spans = sorted((round(box.y0, 6), round(box.y1, 6)) for box in boxes(axes))
    assert spans == [(-2, 0), (0, 1), (1, 4)]
    low, high = axes.get_ylim()
    assert low < -2
    assert high > 4


def test_columns_stand_side_by_side_across_the_missing_zero(axes):
    draw_logo(axes, np.ones((2, 4)), [-1, 1])
    assert {round((box.x0 + box.x1) / 2) for box in boxes(axes)} == {0, 1}


def test_a_logo_without_heights_is_drawn(axes):
    draw_logo(axes, np.zeros((3, 4)), [1, 2, 3])
    assert not axes.patches


def test_heights_of_the_wrong_shape_are_refused(axes):
    with pytest.raises(ValueError, match=r"expected heights of shape \(57, 4\).*got \(4, 57\)"):
        draw_logo(axes, np.zeros((4, 57)), range(57))
