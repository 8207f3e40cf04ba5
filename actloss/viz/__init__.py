"""Pictures of functions, sequences and training: `show`, curves, logos and explorers."""

from actloss.viz.figure import show, subplots

__all__ = ["show", "subplots"]
