"""dtypes, shapes, memory layouts and blocks: a result does not depend on how its input is kept."""

import numpy as np
import pytest

from actloss import activations
from actloss.activations import argmax, gelu, log_softmax, logsumexp, prelu, softmax

NAMES = [n for n in activations.__all__ if n not in ("argmax", "logsumexp")]
EACH = pytest.mark.parametrize("name", NAMES)
RNG = np.random.default_rng(0)


def calls(name):
    """value, backward and, over elements, derivative, as functions of x alone."""
    function = getattr(activations, name)
    more = (0.25,) if name == "prelu" else ()
    yield lambda x: function(x, *more)
    yield lambda x: function.backward(x, *more, np.ones(np.shape(x)))
    if function.over == "elements":
        yield lambda x: function.derivative(x, *more)


@EACH
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_numbers_keep_their_dtype(name, dtype):
    x = RNG.normal(size=(3, 4)).astype(dtype)
    for call in calls(name):
        assert call(x).dtype == dtype
        assert call(x).shape == x.shape


@EACH
def test_float16_is_computed_in_float32(name):
    x = (4 * RNG.normal(size=(50, 4))).astype(np.float16)
    for call in calls(name):
        np.testing.assert_array_equal(call(x), call(x.astype(np.float32)).astype(np.float16))


@EACH
def test_whole_numbers_booleans_and_lists_become_float64(name):
    for x in ([[1, -2], [0, 3]], np.array([[1, 0]], np.int8), np.array([[True, False]])):
        for call in calls(name):
            result = call(x)
            assert result.dtype == np.float64
            np.testing.assert_array_equal(result, call(np.array(x, np.float64)))


@EACH
def test_a_number_gives_a_number(name):
    if getattr(activations, name).over == "classes":
        with pytest.raises(ValueError, match="no axis"):
            getattr(activations, name)(1.0)
        return
    for x in (0.5, np.float64(0.5), np.array(0.5), 1):
        for call in calls(name):
            assert type(call(x)) is np.float64
    for call in calls(name):
        assert type(call(np.float32(0.5))) is np.float32


@EACH
def test_layout_does_not_matter(name):
    x = RNG.normal(0, 3, (6, 8, 4))
    for call in calls(name):
        expected = call(x)
        strided = np.repeat(np.repeat(x, 2, axis=1), 3, axis=2)[:, ::2, ::3]
        np.testing.assert_array_equal(call(strided), expected)
        np.testing.assert_array_equal(call(np.asfortranarray(x)), expected)
        np.testing.assert_array_equal(call(x[::-1])[::-1], expected)


@EACH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_do_not_matter(name, dtype):
    large = RNG.normal(0, 3, (40_000, 5)).astype(dtype)
    some = slice(12_345, 12_400)
    for call in calls(name):
        np.testing.assert_array_equal(call(large)[some], call(large[some]))


@EACH
def test_empty_gives_empty(name):
    for call in calls(name):
        assert call(np.empty((0, 3), np.float32)).shape == (0, 3)
        assert call(np.empty((0, 3), np.float32)).dtype == np.float32


@EACH
def test_inputs_are_left_as_they_are(name):
    x = RNG.normal(size=(5, 3))
    before = x.copy()
    for call in calls(name):
        call(x)
        np.testing.assert_array_equal(x, before)


@EACH
def test_backward_is_upstream_times_derivative(name):
    function = getattr(activations, name)
    if function.over == "classes" or name == "prelu":
        return
    x, upstream = RNG.normal(0, 3, (2, 30))
    np.testing.assert_array_equal(function.backward(x, upstream), upstream * function.derivative(x))


def test_prelu_sums_the_gradient_of_a_shared_slope():
    x, upstream = RNG.normal(size=(2, 6, 3))
    each = np.minimum(x, 0) * upstream
    for slope, expected in (
        (np.float64(0.1), each.sum()),
        (np.full(3, 0.1), each.sum(axis=0)),
        (np.full((6, 1), 0.1), each.sum(axis=1, keepdims=True)),
    ):
        gradient = prelu.backward(x, slope, upstream, wrt="slope")
        assert np.shape(gradient) == np.shape(slope)
        np.testing.assert_allclose(gradient, expected, rtol=1e-14)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_any_axis_may_hold_the_classes(function, axis):
    z, upstream = RNG.normal(size=(2, 4, 40, 3))
    moved = [np.moveaxis(a, axis, -1) for a in (z, upstream)]
    np.testing.assert_allclose(
        np.moveaxis(function(z, axis=axis), axis, -1), function(moved[0]), rtol=1e-14
    )
    np.testing.assert_allclose(
        np.moveaxis(function.backward(z, upstream, axis=axis), axis, -1),
        function.backward(*moved),
        rtol=1e-12,
        atol=1e-15,
    )
    n = z.shape[axis]
    assert function.derivative(z, axis=axis).shape == (*moved[0].shape[:-1], n, n)


def test_helpers_over_classes():
    z = RNG.normal(0, 50, (4, 5, 3))
    for axis in (0, 1, -1):
        np.testing.assert_array_equal(argmax(z, axis=axis), z.argmax(axis=axis))
        np.testing.assert_array_equal(argmax(softmax(z, axis=axis), axis=axis), z.argmax(axis=axis))
        np.testing.assert_allclose(
            logsumexp(z, axis=axis), np.log(np.exp(z).sum(axis=axis)), rtol=1e-12
        )
    assert logsumexp(z.astype(np.float16)).dtype == np.float16
    assert logsumexp(np.ones((2, 3), int)).dtype == np.float64
    assert type(logsumexp([1.0, 2.0])) is np.float64
    assert argmax([[1, 2]]).dtype.kind == "i"
    assert logsumexp(np.empty((0, 3))).shape == (0,)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match="no axis 3"):
        logsumexp([1.0, 2.0], axis=3)
    with pytest.raises(ValueError, match="no entry along axis"):
        argmax(np.empty((3, 0)))
    with pytest.raises(TypeError, match="real numbers"):
        logsumexp([1j])
    with pytest.raises(ValueError, match="'none' or 'tanh'"):
        gelu([1.0], approximate="sigmoid")
    with pytest.raises(ValueError, match="positive"):
        softmax([1.0, 2.0], temperature=0)
    with pytest.raises(ValueError, match="positive"):
        activations.elu([1.0], alpha=-1)
