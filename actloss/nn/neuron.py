"""One neuron, and a layer of them: a weighted sum, a bias and an activation.

    both = Neuron(weights=[1, 1], bias=-1.5, activation=step)
    both([1, 1])                                # 1.0: it fires only if both inputs are there

    hidden = Dense(weights, bias, sigmoid)      # weights (inputs, outputs), bias (outputs,)
    output = Dense(...)
    output(hidden(batch))                       # a network is a function of a function

`batch` has one row for each example. A single example, without the axis of the batch, is as good.
"""

from __future__ import annotations

from collections.abc import Callable

from numpy.typing import ArrayLike, NDArray

from actloss.activations import linear
from actloss.arrays import as_numbers, result_dtype


class Neuron:
    """activation(x @ weights + bias).

    Parameters
    ----------
    weights : one for each input, shape (inputs,).
    bias : a single number.
    activation : a function of one array, such as those of `actloss.activations`.

    >>> Neuron([2, -1], 0.5)([[1, 1], [0, 1]])
    array([ 1.5, -0.5])
    """

    def __init__(self, weights: ArrayLike, bias: ArrayLike, activation: Callable = linear):
        self.weights = _parameter(weights, "weights")
        self.bias = _parameter(bias, "bias")
        self.activation = activation
        _expect_shape(self.weights, "(inputs,)", self.weights.ndim == 1, "a neuron's weights")
        _expect_shape(self.bias, "(), a single number", self.bias.ndim == 0, "a neuron's bias")

    def score(self, x: ArrayLike) -> NDArray:
        """The weighted sum with the bias, before the activation."""
        x = _inputs(x, len(self.weights), "this neuron")
        return x @ self.weights + self.bias  # (examples, inputs) @ (inputs,) + a number

    def __call__(self, x: ArrayLike) -> NDArray:
        """The outputs: x (examples, inputs) gives (examples,), one example (inputs,) a number."""
        return self.activation(self.score(x))

    def __repr__(self) -> str:
        return f"Neuron({_count(len(self.weights), 'input')}, {_name(self.activation)})"


class Dense:
    """A layer: neurons side by side that read the same inputs. activation(x @ weights + bias).

    Parameters
    ----------
    weights : one column for each neuron, shape (inputs, outputs). (PyTorch keeps one row for each
        neuron, Keras one column as we do.)
    bias : one for each neuron, shape (outputs,).
    activation : a function of one array, such as those of `actloss.activations`.

    >>> Dense([[1, 0, 2], [1, -1, 0]], [0, 0.5, 0])([[3, 4]])
    array([[ 7. , -3.5,  6. ]])
    """

    def __init__(self, weights: ArrayLike, bias: ArrayLike, activation: Callable = linear):
        self.weights = _parameter(weights, "weights")
        self.bias = _parameter(bias, "bias")
        self.activation = activation
        _expect_shape(
            self.weights, "(inputs, outputs)", self.weights.ndim == 2, "a layer's weights"
        )
        outputs = self.weights.shape[1]
        fits = self.bias.shape == (outputs,)
        _expect_shape(self.bias, f"({outputs},), one for each neuron", fits, "this layer's bias")

    def score(self, x: ArrayLike) -> NDArray:
        """The weighted sums with their biases, before the activation."""
        x = _inputs(x, len(self.weights), "this layer")
        return x @ self.weights + self.bias  # (examples, inputs) @ (inputs, outputs) + (outputs,)

    def __call__(self, x: ArrayLike) -> NDArray:
        """The outputs: x (examples, inputs) gives (examples, outputs), (inputs,) a row of them."""
        return self.activation(self.score(x))

    def __repr__(self) -> str:
        inputs = _count(self.weights.shape[0], "input")
        outputs = _count(self.weights.shape[1], "output")
        return f"Dense({inputs}, {outputs}, {_name(self.activation)})"


def _parameter(values: ArrayLike, name: str) -> NDArray:
    """A copy of its own, so that nobody else's array changes when a network learns."""
    array = as_numbers(values, name)
    return array.astype(result_dtype(array))


def _expect_shape(array: NDArray, expected: str, fits: bool, name: str) -> None:
    if not fits:
        raise ValueError(f"{name} must have shape {expected}, but came with shape {array.shape}.")


def _inputs(x: ArrayLike, inputs: int, name: str) -> NDArray:
    """`x` as numbers, if its last axis is as long as there are weights to multiply it with."""
    x = as_numbers(x, "x")
    if x.ndim == 0 or x.shape[-1] != inputs:
        raise ValueError(
            f"{name} has {_count(inputs, 'input')}, so x must have shape (examples, {inputs}), "
            f"or ({inputs},) for one example, but came with shape {x.shape}."
        )
    return x


def _name(activation: Callable) -> str:
    return getattr(activation, "__name__", repr(activation))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
