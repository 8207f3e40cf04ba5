"""Neurons and layers: what they compute, beside both frameworks, and what they refuse."""

import inspect
import re

import keras
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from actloss.activations import linear, relu, sigmoid, step
from actloss.nn import Dense, Neuron, neuron

SIZES = st.integers(1, 6)
SEEDS = st.integers(0, 2**32 - 1)
ROUNDING = {np.float32: 1e-5, np.float64: 1e-13}
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def made_up(seed, *shapes, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


# --- What they compute --------------------------------------------------------------------------


@given(SEEDS, SIZES, SIZES)
def test_a_neuron_is_a_weighted_sum_through_an_activation(seed, examples, inputs):
    x, w, b = made_up(seed, (examples, inputs), inputs, ())
    expected = [
        1 / (1 + np.exp(-sum(x[i, j] * w[j] for j in range(inputs)) - b)) for i in range(examples)
    ]
    np.testing.assert_allclose(Neuron(w, b, sigmoid)(x), expected, rtol=1e-12)


@given(SEEDS, SIZES, SIZES, SIZES)
def test_a_layer_is_its_neurons_side_by_side(seed, examples, inputs, outputs):
    x, w, b = made_up(seed, (examples, inputs), (inputs, outputs), outputs)
    side_by_side = [Neuron(w[:, k], b[k], relu)(x) for k in range(outputs)]
    layer = Dense(w, b, relu)(x)
    assert layer.shape == (examples, outputs)
    np.testing.assert_allclose(layer, np.stack(side_by_side, axis=1), rtol=1e-12, atol=1e-13)


@given(SEEDS, SIZES, SIZES, SIZES)
def test_each_example_of_a_batch_is_computed_for_itself(seed, examples, inputs, outputs):
    x, w, b = made_up(seed, (examples, inputs), (inputs, outputs), outputs)
    for made in (Neuron(w[:, 0], b[0], sigmoid), Dense(w, b, sigmoid)):
        one_by_one = [made(row) for row in x]
        np.testing.assert_allclose(made(x), one_by_one, rtol=1e-12)


@given(SEEDS, SIZES, SIZES, SIZES, SIZES)
def test_layers_without_activation_are_one_layer(seed, examples, inputs, middle, outputs):
    x, w1, b1, w2, b2 = made_up(
        seed, (examples, inputs), (inputs, middle), middle, (middle, outputs), outputs
    )
    two = Dense(w2, b2)(Dense(w1, b1)(x))
    one = Dense(w1 @ w2, b1 @ w2 + b2)(x)
    np.testing.assert_allclose(one, two, rtol=1e-11, atol=1e-12)


def test_the_sum_without_its_activation_can_be_had():
    assert Neuron([1, 2], -4, step).score([3, 1]) == 1
    assert Dense([[1], [2]], [-4], step).score([3, 1]) == [1]
    assert linear is inspect.signature(Dense).parameters["activation"].default


def test_more_axes_of_examples_are_kept():
    (x, w, b) = made_up(0, (2, 5, 3), (3, 4), 4)
    assert Dense(w, b)(x).shape == (2, 5, 4)
    assert Neuron(w[:, 0], b[0])(x).shape == (2, 5)


def test_an_empty_batch_gives_no_results():
    assert Dense([[1.0, 2.0]], [0, 0])(np.zeros((0, 1))).shape == (0, 2)
    assert Neuron([1.0], 0)(np.zeros((0, 1))).shape == (0,)


# --- Beside the frameworks ----------------------------------------------------------------------


@DTYPES
@pytest.mark.parametrize("shape", [(7, 3), (3,), (2, 5, 3)], ids=str)
def test_the_same_as_in_pytorch(dtype, shape):
    x, w, b = made_up(1, shape, (3, 4), 4, dtype=dtype)
    theirs = torch.nn.Linear(3, 4, dtype=torch.from_numpy(x).dtype)
    with torch.no_grad():
        theirs.weight.copy_(torch.from_numpy(w.T))
        theirs.bias.copy_(torch.from_numpy(b))
        expected = torch.relu(theirs(torch.from_numpy(x))).numpy()
    ours = Dense(w, b, relu)(x)
    assert ours.dtype == dtype
    np.testing.assert_allclose(ours, expected, rtol=ROUNDING[dtype], atol=ROUNDING[dtype])


@DTYPES
@pytest.mark.parametrize("shape", [(7, 3), (2, 5, 3)], ids=str)
def test_the_same_as_in_keras(dtype, shape):
    x, w, b = made_up(2, shape, (3, 4), 4, dtype=dtype)
    theirs = keras.layers.Dense(4, activation="sigmoid", dtype=np.dtype(dtype).name)
    theirs.build(shape)
    theirs.set_weights([w, b])
    ours = Dense(w, b, sigmoid)(x)
    expected = keras.ops.convert_to_numpy(theirs(x))
    assert ours.dtype == expected.dtype == dtype
    np.testing.assert_allclose(ours, expected, rtol=ROUNDING[dtype])


# --- Dtypes and ownership -----------------------------------------------------------------------


@DTYPES
def test_parameters_keep_their_dtype(dtype):
    w, b = made_up(3, (2, 2), 2, dtype=dtype)
    assert Dense(w, b).weights.dtype == dtype
    assert Neuron(w[0], b[0]).bias.dtype == dtype


def test_whole_numbers_become_floating():
    for made in (Neuron([1, 2], 3), Dense([[1, 2]], [3, 4])):
        assert made.weights.dtype == made.bias.dtype == np.float64


def test_nobody_elses_array_is_changed():
    w, b, x = np.ones((2, 2)), np.zeros(2), np.ones((3, 2))
    layer, neuron = Dense(w, b), Neuron(w[0], b[0])
    layer(x), neuron(x)
    layer.weights += 1
    layer.bias += 1
    neuron.weights += 1
    assert np.all(w == 1)
    assert np.all(b == 0)
    assert np.all(x == 1)


# --- What they refuse ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Neuron([[1, 2]], 0), "a neuron's weights must have shape (inputs,), .* (1, 2)."),
        (lambda: Neuron(1, 0), "a neuron's weights must have shape (inputs,), .* ()."),
        (lambda: Neuron([1, 2], [0]), "a neuron's bias must have shape (), .* (1,)."),
        (
            lambda: Dense([1, 2], [0]),
            "a layer's weights must have shape (inputs, outputs), .* (2,).",
        ),
        (lambda: Dense([[1, 2]], [0]), "this layer's bias must have shape (2,), .* (1,)."),
        (lambda: Dense([[1, 2]], [[0], [0]]), "this layer's bias must have shape (2,), .* (2, 1)."),
        (lambda: Dense([[1, 2]], 0), "this layer's bias must have shape (2,), .* ()."),
    ],
)
def test_parameters_that_do_not_fit_are_refused(make, message):
    with pytest.raises(ValueError, match=pattern(message)):
        make()


@pytest.mark.parametrize("x", [np.ones((5, 2)), np.ones((3, 5)), np.ones(2), 1.0, np.ones((5, 0))])
def test_inputs_that_do_not_fit_are_refused(x):
    came = re.escape(f"came with shape {np.shape(x)}.")
    for made, name in [
        (Neuron([1, 2, 3], 0), "neuron"),
        (Dense(np.ones((3, 4)), [0] * 4), "layer"),
    ]:
        expected = re.escape(
            f"this {name} has 3 inputs, so x must have shape (examples, 3), or (3,)"
        )
        with pytest.raises(ValueError, match=f"^{expected}.*{came}$"):
            made(x)
        with pytest.raises(ValueError, match=came):
            made.score(x)


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="weights must hold real numbers"):
        Neuron(["A", "C"], 0)
    with pytest.raises(TypeError, match="bias must hold real numbers"):
        Dense([[1, 2]], ["0", "1"])
    with pytest.raises(TypeError, match="x must hold real numbers"):
        Dense([[1, 2]], [0, 1])([["A"]])


def pattern(message):
    """The message as a regular expression; ".*" in it stands for anything."""
    return "^" + ".*".join(re.escape(part) for part in message.split(".*")) + "$"


# --- For readers --------------------------------------------------------------------------------


def test_they_say_what_they_are():
    assert repr(Neuron([1, 2], 0, step)) == "Neuron(2 inputs, step)"
    assert repr(Dense([[1, 2]], [0, 0], relu)) == "Dense(1 input, 2 outputs, relu)"
    assert repr(Dense([[1]], [0])) == "Dense(1 input, 1 output, linear)"


def test_the_examples_of_the_docstrings_are_true():
    for made in (Neuron, Dense):
        call, shown = re.search(r">>> (.+)\n\s*(array.+)", made.__doc__).groups()
        came = eval(call, vars(neuron))
        assert repr(came) == shown
