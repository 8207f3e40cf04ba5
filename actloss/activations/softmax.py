"""Functions over classes: softmax, its logarithm, and their neighbours argmax and logsumexp."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actloss.arrays import (
    POSITIVE,
    Rows,
    as_numbers,
    classes_first,
    finished,
    result_dtype,
    working_dtype,
)
from actloss.exact import shifted_exponentials, total, without_largest
from actloss.frameworks import tensorflow_with_backward, tf, torch, torch_with_backward
from actloss.function import activation, backward_of, derivative_of, in_tensorflow, in_torch

# A body gets its logits z with the classes first: z[k] holds class k of every example.


def balance(gradient: NDArray, z: NDArray) -> NDArray:
    """Make each example's gradient sum to zero, by the entry of its largest logit.

    Adding one constant to all logits changes nothing, so the entries must sum to zero. Computed by
    itself, the largest logit's would be a difference of nearly equal numbers.
    """
    largest = z.argmax(axis=0)[np.newaxis]
    np.put_along_axis(gradient, largest, 0, axis=0)
    np.put_along_axis(gradient, largest, -gradient.sum(axis=0, keepdims=True), axis=0)
    return gradient


# --- softmax ------------------------------------------------------------------------------------


@activation(
    over="classes",
    formula=r"s_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}",
    derivative_formula=r"\frac{\partial s_i}{\partial z_j} = \frac{1}{T} s_i (\delta_{ij} - s_j)",
    output_range=(0, 1),
    domains={"temperature": POSITIVE},
    zero_centred=False,
    monotonic=True,
    smooth=True,
    saturates=True,
    used_in="The output of a classifier with exclusive classes; the weights of attention.",
    goes_wrong="Given to a loss that expects logits it is applied twice, and learning stalls.",
    introduced="Boltzmann (1868), in statistical mechanics",
    popularised="Bridle (1989), who named it",
    references=(
        "Bridle (1989), Training Stochastic Model Recognition Algorithms as Networks can Lead to "
        "Maximum Mutual Information Estimation of Parameters",
        "Hinton, Vinyals & Dean (2015), Distilling the Knowledge in a Neural Network "
        "(for the temperature)",
    ),
)
def softmax(z, temperature=1.0):
    """Turns logits into probabilities that sum to 1 over the classes.

    temperature : T. Above 1 it evens the probabilities out, below 1 it sharpens them.
    """
    _, e = shifted_exponentials(z, temperature)
    return e / total(e)


@derivative_of(softmax)
def _(z, temperature=1.0):
    """The Jacobian. Each row sums to zero: its diagonal is minus the sum of the others."""
    _, e = shifted_exponentials(z, temperature)
    s = e / total(e)
    return zero_row_sums(-s[:, np.newaxis] * s) / np.float64(temperature)


@backward_of(softmax)
def _(z, upstream, temperature=1.0):
    """Upstream gradients u times the Jacobian: s_i (u_i - sum_j s_j u_j) / T."""
    _, e = shifted_exponentials(z, temperature)
    s = e / total(e)
    return balance(s * (upstream - total(s * upstream)), z) / np.float64(temperature)


def zero_row_sums(jacobian: NDArray) -> NDArray:
    """Set the diagonal so that each row sums to zero: 1 - s is then never computed near s = 1."""
    diagonal = np.arange(len(jacobian))
    jacobian[diagonal, diagonal] = 0
    jacobian[diagonal, diagonal] = -jacobian.sum(axis=1)
    return jacobian


@in_torch(softmax, "torch.nn.functional.softmax")
def _(z, temperature=1.0, axis=-1):
    """torch.nn.functional.softmax of z / T, whose gradient loses its digits near certainty.

    The gradient is replaced by one whose largest entry is minus the sum of the others.
    """

    def value(z):
        return torch.nn.functional.softmax((z - z.amax(axis, keepdim=True)) / temperature, axis)

    def backward(z, upstream):
        s = value(z)
        gradient = s * (upstream - (s * upstream).sum(axis, keepdim=True))
        return torch_balance(gradient, z, axis) / temperature

    return torch_with_backward(value, backward, z)


def torch_balance(gradient, z, axis):
    """`balance` for PyTorch."""
    largest = z.argmax(axis, keepdim=True)
    others = gradient.scatter(axis, largest, 0)
    return others.scatter(axis, largest, -others.sum(axis, keepdim=True))


@in_tensorflow(softmax, "tf.nn.softmax")
def _(z, temperature=1.0, axis=-1):
    """tf.nn.softmax of z / T, whose gradient loses its digits near certainty.

    The gradient is replaced by one whose largest entry is minus the sum of the others.
    """

    def value(z):
        return tf.nn.softmax((z - tf.reduce_max(z, axis, keepdims=True)) / temperature, axis)

    def backward(z, upstream):
        s = value(z)
        gradient = s * (upstream - tf.reduce_sum(s * upstream, axis, keepdims=True))
        return tensorflow_balance(gradient, z, axis) / temperature

    return tensorflow_with_backward(value, backward, z)


def tensorflow_balance(gradient, z, axis):
    """`balance` for TensorFlow."""
    others = gradient * (1 - tensorflow_first_largest(z, axis))
    total = tf.reduce_sum(others, axis, keepdims=True)
    return others - total * tensorflow_first_largest(z, axis)


def tensorflow_first_largest(z, axis):
    """1 at the first of each example's largest logits, 0 elsewhere."""
    return tf.one_hot(tf.argmax(z, axis), tf.shape(z)[axis], axis=axis, dtype=z.dtype)


# --- log softmax --------------------------------------------------------------------------------


@activation(
    over="classes",
    formula=r"z_i - \log \sum_j e^{z_j}",
    derivative_formula=r"\frac{\partial}{\partial z_j} = \delta_{ij} - s_j, "
    r"\quad s = \mathrm{softmax}(z)",
    output_range=(-inf, 0),
    zero_centred=False,
    monotonic=True,
    smooth=True,
    saturates=False,
    used_in="Inside cross entropy from logits: log-probabilities without a rounded probability.",
    goes_wrong="Computed as log(softmax(z)) it is minus infinity once a probability rounds to 0.",
    introduced="",
)
def log_softmax(z):
    """Logarithm of softmax, exact where a probability would be rounded to 0 or 1."""
    # The largest logit's exponential is 1, so the sum is 1 + the others'. Where one class is
    # nearly certain, the others are lost beside the 1, but not in log1p of their own sum.
    below, e = shifted_exponentials(z)
    _, others = without_largest(e)
    return below - np.log1p(others)


@derivative_of(log_softmax)
def _(z):
    """The Jacobian. Each row sums to zero: its diagonal is minus the sum of the others."""
    _, e = shifted_exponentials(z)
    s = e / total(e)
    return zero_row_sums(np.repeat(-s[np.newaxis], len(s), axis=0))


@backward_of(log_softmax)
def _(z, upstream):
    """Upstream gradients u times the Jacobian: u_i - s_i sum_j u_j."""
    _, e = shifted_exponentials(z)
    s = e / total(e)
    return balance(upstream - s * total(upstream), z)


@in_torch(log_softmax, "torch.nn.functional.log_softmax")
def _(z, axis=-1):
    """torch.nn.functional.log_softmax is 0 where one class is nearly certain (float32, 17 apart).

    Written with log1p of the other classes' sum, and with a gradient that keeps its digits there.
    """

    def value(z):
        distance = z - z.amax(axis, keepdim=True)
        others = torch.exp(distance).scatter(axis, z.argmax(axis, keepdim=True), 0)
        return distance - torch.log1p(others.sum(axis, keepdim=True))

    def backward(z, upstream):
        s = torch.nn.functional.softmax(z, axis)
        return torch_balance(upstream - s * upstream.sum(axis, keepdim=True), z, axis)

    return torch_with_backward(value, backward, z)


@in_tensorflow(log_softmax, "tf.nn.log_softmax")
def _(z, axis=-1):
    """tf.nn.log_softmax is 0 where one class is nearly certain (float32, 17 apart).

    Written with log1p of the other classes' sum, and with a gradient that keeps its digits there.
    """

    def value(z):
        distance = z - tf.reduce_max(z, axis, keepdims=True)
        others = tf.exp(distance) * (1 - tensorflow_first_largest(z, axis))
        return distance - tf.math.log1p(tf.reduce_sum(others, axis, keepdims=True))

    def backward(z, upstream):
        s = tf.nn.softmax(z, axis)
        gradient = upstream - s * tf.reduce_sum(upstream, axis, keepdims=True)
        return tensorflow_balance(gradient, z, axis)

    return tensorflow_with_backward(value, backward, z)


# --- helpers of the same family -----------------------------------------------------------------


def argmax(x: ArrayLike, axis: int = -1) -> NDArray | np.generic:
    """The position of the largest value along `axis`: the class that a classifier decides for.

    Ties go to the lowest position. Any order-preserving function (softmax is one) leaves it as it
    is, so a decision needs no probabilities. It has no useful slope: a small change of x changes
    nothing, or jumps.

    x : array of any shape. Returns whole numbers, in x's shape without `axis`.
    """
    x = as_numbers(x, "x")
    Rows(x, axis, "argmax")  # says what is wrong with an axis that is not there, or is empty
    return x.argmax(axis=axis)


def logsumexp(x: ArrayLike, axis: int = -1) -> NDArray | np.generic:
    """log(sum(exp(x))) along `axis`: a smooth maximum, and the normaliser of softmax.

    Its gradient is softmax(x). It lies between max(x) and max(x) + log(the number of values).

    x : array of any shape. Returns floating numbers, in x's shape without `axis`.
    """
    x = as_numbers(x, "x")
    dtype = result_dtype(x)
    rows = Rows(x, axis, "logsumexp")
    flat, out = rows.flatten(x), np.empty(rows.n_examples, working_dtype(dtype))
    with np.errstate(all="ignore"):
        for part in rows.blocks(out.dtype):
            out[part] = _logsumexp(classes_first(flat[part], out.dtype))
    return finished(out.reshape(rows.kept), dtype)


def _logsumexp(z: NDArray) -> NDArray:
    """As in log_softmax: the largest, and log1p of what the others add to it."""
    largest = z.max(axis=0)
    _, e = shifted_exponentials(z)
    _, others = without_largest(e)
    return np.where(np.isinf(largest), largest, largest + np.log1p(others))
