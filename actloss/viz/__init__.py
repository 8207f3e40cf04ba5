"""Pictures of functions, sequences and training: `show`, curves, logos and explorers."""

from actloss.viz.curves import plot_activations
from actloss.viz.explorers import explore, slider
from actloss.viz.figure import show, subplots

__all__ = ["explore", "plot_activations", "show", "slider", "subplots"]
