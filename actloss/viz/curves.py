"""Curves of the library's functions, with their slopes beside them."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from actloss.function import Activation
from actloss.viz.figure import subplots

POINTS = 401  # odd, so that zero is one of them where the range is symmetric


def plot_activations(*functions: Activation, low: float = -6.0, high: float = 6.0) -> Figure:
    """Plot activations for inputs from low to high (left), and their derivatives (right)."""
    if not low < high:
        raise ValueError(f"low must be below high; they are {low:g} and {high:g}.")
    x = np.linspace(low, high, POINTS)
    figure, (values, slopes) = subplots(1, 2)
    for function in functions:
        values.plot(x, function(x), label=function.__name__)
        slopes.plot(x, function.derivative(x), label=function.__name__)
    values.set(title="value", xlabel="input")
    slopes.set(title="slope (derivative)", xlabel="input")
    values.legend()
    slopes.legend()
    return figure
