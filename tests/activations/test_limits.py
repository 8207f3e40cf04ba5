"""Infinities, NaN and kinks: the limit where there is one, NaN where there is none, no warning."""

import math

import numpy as np
import pytest
from silence import warnings_are_errors

from actloss import activations
from actloss.activations import argmax, log_softmax, logsumexp, prelu, softmax

INF, NAN = math.inf, math.nan
DTYPES = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])

LIMITS = {  # f(-inf), f(inf), f'(-inf), f'(inf)
    "linear": (-INF, INF, 1, 1),
    "step": (0, 1, 0, 0),
    "exponential": (0, INF, 0, INF),
    "relu": (0, INF, 0, 1),
    "leaky_relu": (-INF, INF, 0.01, 1),
    "relu6": (0, 6, 0, 0),
    "elu": (-1, INF, 0, 1),
    "celu": (-1, INF, 0, 1),
    "selu": (-1.7580993408473768, INF, 0, 1.0507009873554805),
    "softplus": (0, INF, 0, 1),
    "gelu": (0, INF, 0, 1),
    "silu": (0, INF, 0, 1),
    "mish": (0, INF, 0, 1),
    "sigmoid": (0, 1, 0, 0),
    "hard_sigmoid": (0, 1, 0, 0),
    "log_sigmoid": (-INF, 0, 1, 0),
    "tanh": (-1, 1, 0, 0),
    "softsign": (-1, 1, 0, 0),
    "hard_swish": (0, INF, 0, 1),
}

KINKS = {  # the slope on the left, where it is not the slope on the right
    "relu": {0: 0},
    "leaky_relu": {0: 0.01},
    "relu6": {0: 0, 6: 1},
    "selu": {0: 1.7580993408473768},
    "hard_sigmoid": {-3: 0, 3: 1 / 6},
    "hard_swish": {-3: 0, 3: 1.5},
}

AWKWARD = [
    -INF,
    -1e308,
    -1e4,
    -745.2,
    -104,
    -89,
    -1,
    -1e-310,
    -0.0,
    0,
    5e-324,
    3,
    89,
    710,
    INF,
    NAN,
]


def test_every_activation_over_elements_has_its_limits():
    ours = [getattr(activations, name) for name in activations.__all__]
    names = {f.__name__ for f in ours if getattr(f, "over", "") == "elements"}
    assert {*LIMITS, "prelu"} == names  # prelu, with its two arrays, has tests of its own


@pytest.fixture(autouse=True)
def _silent():
    with warnings_are_errors():
        yield


def cast(values, dtype):
    with np.errstate(all="ignore"):
        return np.array(values).astype(dtype)


@DTYPES
@pytest.mark.parametrize("name", LIMITS)
def test_infinities_give_the_limits(name, dtype):
    function = getattr(activations, name)
    ends = np.array([-INF, INF], dtype)
    given = np.array([function(ends), function.derivative(ends)]).ravel()
    np.testing.assert_array_equal(given, np.array(LIMITS[name], dtype))


@DTYPES
def test_the_other_gelu_has_the_same_limits(dtype):
    ends = np.array([-INF, INF], dtype)
    given = [f(ends, approximate="tanh") for f in (activations.gelu, activations.gelu.derivative)]
    np.testing.assert_array_equal(np.ravel(given), LIMITS["gelu"])


@DTYPES
@pytest.mark.parametrize("name", LIMITS)
def test_nan_in_gives_nan_out(name, dtype):
    function = getattr(activations, name)
    x = np.array([NAN, 1], dtype)
    for result in (function(x), function.derivative(x), function.backward(x, [1, 1])):
        np.testing.assert_array_equal(np.isnan(result), [True, False])


@DTYPES
@pytest.mark.parametrize("name", LIMITS)
def test_no_warning_and_no_new_nan_anywhere(name, dtype):
    function = getattr(activations, name)
    x = cast([*AWKWARD, NAN], dtype)
    for result in (function(x), function.derivative(x), function.backward(x, np.ones_like(x))):
        assert result.dtype == dtype
        np.testing.assert_array_equal(np.isnan(result), np.isnan(x))


@pytest.mark.parametrize("name", LIMITS)
def test_at_a_kink_the_slope_on_the_left(name):
    function = getattr(activations, name)
    for x, slope in KINKS.get(name, {}).items():
        assert function.derivative(float(x)) == slope
        assert function.backward(float(x), 2.5) == 2.5 * slope


def test_elu_and_celu_at_their_kink():
    assert activations.elu.derivative(0.0, alpha=0.3) == 0.3
    assert activations.celu.derivative(0.0, alpha=0.3) == 1


def test_step_is_zero_at_zero():
    assert activations.step(0.0) == 0


@DTYPES
def test_prelu_at_the_ends_and_the_kink(dtype):
    x = np.array([-INF, 0, INF], dtype)
    slope = dtype(0.25)
    np.testing.assert_array_equal(prelu(x, slope), [-INF, 0, INF])
    np.testing.assert_array_equal(prelu.derivative(x, slope), [0.25, 0.25, 1])
    np.testing.assert_array_equal(prelu.derivative(x, slope, wrt="slope"), [-INF, 0, 0])


INFINITE_ROWS = [  # logits, softmax, log_softmax, logsumexp
    ([INF, 5, -2], [1, 0, 0], [0, -INF, -INF], INF),
    ([-INF, 0, 0], [0, 0.5, 0.5], [-INF, -np.log(2), -np.log(2)], np.log(2)),
    ([-INF, -INF, 3], [0, 0, 1], [-INF, -INF, 0], 3),
    ([INF, -INF, 0], [1, 0, 0], [0, -INF, -INF], INF),
    ([INF, INF, 0], [NAN] * 3, [NAN] * 3, INF),
    ([-INF, -INF, -INF], [NAN] * 3, [NAN] * 3, -INF),
    ([NAN, 0, 1], [NAN] * 3, [NAN] * 3, NAN),
]


@DTYPES
@pytest.mark.parametrize(("z", "probabilities", "logs", "total"), INFINITE_ROWS)
def test_infinite_logits(z, probabilities, logs, total, dtype):
    z = np.array(z, dtype)
    np.testing.assert_allclose(softmax(z), np.array(probabilities, dtype), rtol=1e-3)
    np.testing.assert_allclose(log_softmax(z), np.array(logs, dtype), rtol=1e-3)
    np.testing.assert_allclose(logsumexp(z), np.array(total, dtype), rtol=1e-3)
    assert softmax.backward(z, np.ones(3, dtype)).dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_any_size(dtype):
    largest = np.finfo(dtype).max
    for row in ([largest, -largest, 0], [1e4, -1e4, 0], [-largest, -largest, -largest]):
        z = np.array(row, dtype)
        assert abs(softmax(z).sum() - 1) < 1e-6
        assert not np.isnan(log_softmax(z)).any()
        assert logsumexp(z) >= z.max()


def test_temperature_goes_to_its_limits():
    z = [1.0, 2.0, 4.0]
    np.testing.assert_allclose(softmax(z, temperature=1e-300), [0, 0, 1])
    np.testing.assert_allclose(softmax(z, temperature=1e300), [1 / 3] * 3)
    np.testing.assert_allclose(softmax(z, temperature=INF), [1 / 3] * 3)


def test_argmax_ties_go_to_the_lowest():
    assert argmax([3, 7, 7]) == 1
    np.testing.assert_array_equal(argmax([[0, 0], [1, 2]]), [0, 1])
    np.testing.assert_array_equal(argmax([[0, 5], [1, 2]], axis=0), [1, 0])
