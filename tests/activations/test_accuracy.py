"""Values and derivatives against exact arithmetic, over the whole range, to the last bits."""

import mpmath as mp
import numpy as np
import pytest
from activations.reference import (
    REFERENCES,
    ROWS_REFERENCES,
    gelu,
    log_softmax,
    logits,
    sigmoid,
    softmax,
)
from measure import exact, whole_range, worst

from actloss import activations

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@DTYPES
@pytest.mark.parametrize("reference", REFERENCES, ids=lambda r: r.name)
def test_value_and_derivative(reference, dtype):
    value, slope = reference.errors(dtype, whole_range(dtype, n=150))
    assert value <= reference.goal[0]
    assert slope <= reference.goal[1]


@DTYPES
@pytest.mark.parametrize("reference", ROWS_REFERENCES, ids=lambda r: r.name)
def test_value_and_vector_jacobian_product(reference, dtype):
    value, product = reference.errors(dtype, n_examples=15)
    assert value <= reference.goal[0]
    assert product <= reference.goal[1]


def test_every_activation_is_measured():
    measured = {r.function.__name__ for r in [*REFERENCES, *ROWS_REFERENCES]} | {"prelu"}
    assert measured == set(activations.__all__) - {"argmax", "logsumexp"}


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda r: r.name)
def test_the_reference_itself_has_the_right_derivative(reference):
    options = {k: exact(v) if isinstance(v, float) else v for k, v in reference.options.items()}
    for x in (-4.5, -2.25, -0.7, 0.3, 1.5, 2.9, 7.25):
        numerical = mp.diff(lambda v: reference.value(v, **options), mp.mpf(x))
        assert abs(mp.fsum(reference.slope(mp.mpf(x), **options)) - numerical) < 1e-15


def test_gelu_in_float32_is_right_to_the_last_bit():
    reference = next(r for r in REFERENCES if r.name == "gelu")
    assert max(reference.errors(np.float32, whole_range(np.float32, n=50))) <= 1


@DTYPES
def test_prelu(dtype):
    x = whole_range(dtype, n=100)
    slope = np.random.default_rng(2).uniform(-1, 2, x.shape).astype(dtype)
    pairs = [(exact(a), exact(s)) for a, s in zip(x, slope, strict=True)]
    truth = [a if a > 0 else a * s for a, s in pairs]
    assert worst(activations.prelu(x, slope), truth)[0] <= 0.51
    np.testing.assert_array_equal(
        activations.prelu.derivative(x, slope), np.where(x > 0, dtype(1), slope)
    )
    np.testing.assert_array_equal(
        activations.prelu.derivative(x, slope, wrt="slope"), np.minimum(x, 0)
    )


@DTYPES
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_jacobian(name, dtype):
    function = getattr(activations, name)
    for z, _ in logits(dtype, 3):
        for row, jacobian in zip(z[:, :10], function.derivative(z[:, :10]), strict=True):
            s = softmax([exact(v) for v in row])
            for i in range(len(s)):
                for j in range(len(s)):
                    others = mp.fsum(s[:i] + s[i + 1 :])
                    inner = others if i == j else -s[j]
                    truth = s[i] * inner if name == "softmax" else inner
                    assert worst(jacobian[i, j], [truth])[0] <= 8


@DTYPES
def test_jacobian_and_product_agree(dtype):
    rng = np.random.default_rng(0)
    z, upstream = rng.normal(0, 2, (2, 7, 5)).astype(dtype)
    for name, options in (("softmax", {"temperature": 0.5}), ("log_softmax", {})):
        function = getattr(activations, name)
        jacobian = function.derivative(z, **options)
        product = np.einsum("ni,nij->nj", upstream, jacobian)
        np.testing.assert_allclose(
            function.backward(z, upstream, **options), product, rtol=0, atol=8 * np.finfo(dtype).eps
        )


@DTYPES
def test_logsumexp(dtype):
    for z, _ in logits(dtype, 10):
        truths = []
        for row in z:
            at = [exact(v) for v in row]
            truths.append(max(at) - log_softmax(at)[at.index(max(at))])
        scales = [abs(exact(v)) + 1 for v in z.max(axis=-1)]
        assert worst(activations.logsumexp(z), truths, scales)[0] <= 3


# Cases in which a library that many use is wrong, or was when this was written: NumPy written
# naively, SciPy 1.17, PyTorch 2.13, TensorFlow 2.21, JAX 0.10.
HARD = [
    ("naive: exp overflows", "sigmoid", "value", -1000.0, np.float64, mp.mpf(0)),
    ("PyTorch: 0", "sigmoid", "derivative", 17.0, np.float32, sigmoid(17) * sigmoid(-17)),
    ("PyTorch, TensorFlow: 0", "sigmoid", "derivative", 40.0, np.float64, sigmoid(-40)),
    ("PyTorch, TensorFlow: 0", "tanh", "derivative", 9.125, np.float32, mp.sech(9.125) ** 2),
    ("PyTorch, TensorFlow: 0", "tanh", "derivative", -20.0, np.float64, mp.sech(20) ** 2),
    ("naive: -inf", "log_sigmoid", "value", -800.0, np.float64, mp.mpf(-800)),
    ("PyTorch: threshold", "softplus", "value", 20.5, np.float64, mp.log1p(mp.exp(20.5))),
    ("PyTorch: 1 above the threshold", "softplus", "derivative", 20.5, np.float64, sigmoid(20.5)),
    ("PyTorch: 4% off", "gelu", "value", -5.0, np.float32, gelu(mp.mpf(-5))),
    ("PyTorch: no digit right", "gelu", "value", -6.0, np.float32, gelu(mp.mpf(-6))),
    ("TensorFlow: 0", "gelu", "value", -20.0, np.float64, gelu(mp.mpf(-20))),
    ("TensorFlow: 0", "elu", "value", -1e-8, np.float32, mp.expm1(exact(np.float32(-1e-8)))),
    ("PyTorch: 0", "softsign", "derivative", 1e12, np.float64, (1 + mp.mpf(10) ** 12) ** -2),
    ("JAX: (1 + x)^2 overflows", "softsign", "derivative", 1e160, np.float64, exact(1e160) ** -2),
]


@pytest.mark.parametrize(("who", "name", "what", "x", "dtype", "truth"), HARD)
def test_where_others_lose_digits(who, name, what, x, dtype, truth):
    function = getattr(activations, name)
    ours = (function if what == "value" else function.derivative)(dtype(x))
    assert worst(ours, [truth])[0] <= 8


@DTYPES
def test_log_softmax_of_a_nearly_certain_class(dtype):
    """PyTorch, TensorFlow and SciPy give 0 for the first, and so does cross entropy made of it."""
    margin = 17 if dtype == np.float32 else 40
    z = np.array([margin, 0, 0], dtype)
    truth = log_softmax([exact(v) for v in z])
    assert worst(activations.log_softmax(z), truth)[0] <= 4
    chosen = np.array([1, 0, 0], dtype)
    gradient = activations.log_softmax.backward(z, chosen)
    s = softmax([exact(v) for v in z])
    assert worst(gradient, [s[1] + s[2], -s[1], -s[2]])[0] <= 4


@DTYPES
def test_softmax_of_logits_far_apart(dtype):
    """Without what the shift rounds away, logits 700 apart lose two to three digits (360 ulp)."""
    z = np.array([0.1, -0.1 - (80 if dtype == np.float32 else 700)], dtype)
    assert worst(activations.softmax(z), softmax([exact(v) for v in z]))[0] <= 4


@DTYPES
def test_softmax_sums_to_one_over_a_thousand_classes(dtype):
    z = np.random.default_rng(0).normal(size=(20, 1000)).astype(dtype)
    s = activations.softmax(z)
    np.testing.assert_allclose(np.sum(s, axis=-1, dtype=np.float64), 1, atol=np.finfo(dtype).eps)
    truth = softmax([exact(v) for v in z[0]])
    assert worst(s[0], truth)[0] <= 4
