"""Activation and loss functions to learn from: in NumPy, with derivatives, beside the frameworks.

    from actloss.activations import relu
    from actloss.losses import huber
    from actloss.nn import Dense
    import actloss; actloss.catalog()

Importing this costs little more than NumPy. The parts, and PyTorch, TensorFlow and matplotlib, are
imported when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from actloss import activations, course, genomics, losses, nn, viz
    from actloss.catalogue import catalog

__version__ = "0.1.0"

__all__ = ["activations", "catalog", "course", "genomics", "losses", "nn", "viz"]


def __getattr__(name: str) -> Any:
    if name == "catalog":
        return importlib.import_module("actloss.catalogue").catalog
    if name in __all__:
        return importlib.import_module(f"actloss.{name}")
    raise AttributeError(f"module 'actloss' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
