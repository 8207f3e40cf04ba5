"""Networks small enough to read: neurons and layers, made of the library's functions."""

from actloss.nn.neuron import Dense, Neuron

__all__ = ["Dense", "Neuron"]
