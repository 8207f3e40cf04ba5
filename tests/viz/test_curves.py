"""Curves show the functions' own values and slopes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from actloss.activations import sigmoid, tanh
from actloss.viz import plot_activations


def test_each_function_has_its_value_left_and_its_slope_right():
    figure = plot_activations(sigmoid, tanh, low=-2, high=3)
    left, right = figure.axes
    for function, value, slope in zip(
        (sigmoid, tanh), left.get_lines(), right.get_lines(), strict=True
    ):
        x = value.get_xdata()
        assert (x[0], x[-1]) == (-2, 3)
        np.testing.assert_array_equal(value.get_ydata(), function(x))
        np.testing.assert_array_equal(slope.get_ydata(), function.derivative(x))
        assert value.get_label() == slope.get_label() == function.__name__
    assert left.get_legend() is not None
    assert right.get_legend() is not None
    plt.close(figure)


def test_a_range_that_is_none_is_refused():
    with pytest.raises(ValueError, match="below"):
        plot_activations(sigmoid, low=3, high=3)
