"""Figures that everyone can read: curves of functions, logos of sequences, and explorers."""

from actloss.viz.curves import plot_activations
from actloss.viz.explorers import explore, slider
from actloss.viz.figure import show, subplots
from actloss.viz.logos import draw_logo

__all__ = ["draw_logo", "explore", "plot_activations", "show", "slider", "subplots"]
