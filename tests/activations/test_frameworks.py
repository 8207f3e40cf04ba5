"""The PyTorch and TensorFlow equivalents: the same values and the same gradients as ours."""

import numpy as np
import pytest
import tensorflow as tf
import torch

from actloss import activations

INF = np.inf
ELEMENTS = [
    name
    for name in activations.__all__
    if hasattr(getattr(activations, name), "facts")
    and getattr(activations, name).over == "elements"
]
CALLS = [(name, {}) for name in ELEMENTS] + [
    ("leaky_relu", {"slope": 0.2}),
    ("elu", {"alpha": 0.3}),
    ("celu", {"alpha": 0.3}),
    ("gelu", {"approximate": "tanh"}),
]
ROWS = [("softmax", {}), ("softmax", {"temperature": 0.5}), ("log_softmax", {})]
FRAMEWORKS = pytest.mark.parametrize("framework", ["torch", "tensorflow"])
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])

# The points where a framework takes another slope than ours, and which.
OTHER_CONVENTION = {
    ("relu6", "torch"): {6: 0},
    ("relu6", "tensorflow"): {6: 0},
    ("hard_sigmoid", "torch"): {3: 0},
    ("hard_sigmoid", "tensorflow"): {3: 0},
    ("hard_swish", "torch"): {-3: -0.5},
    ("hard_swish", "tensorflow"): {-3: -0.5},
}


def in_torch(function, arrays, upstream, options):
    """The value and the gradients with respect to every array."""
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    value = function.torch(*tensors, **options)
    value.backward(torch.tensor(upstream))
    return value.detach().numpy(), [t.grad.numpy() for t in tensors]


def in_tensorflow(function, arrays, upstream, options):
    tensors = [tf.constant(a) for a in arrays]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function.tensorflow(*tensors, **options)
    gradients = tape.gradient(value, tensors, tf.constant(upstream))
    return value.numpy(), [g.numpy() for g in gradients]


RUN = {"torch": in_torch, "tensorflow": in_tensorflow}


DIGITS_LOST = {np.float32: 200, np.float64: 2000}
"""ulp; a framework's exp(-700.1) is some hundreds off."""


def assert_close(ours, theirs, dtype, scale=0.0):
    """Equal to some hundreds of ulp, or to some ulp of `scale`, the size of what was subtracted.

    Frameworks may flush subnormals to zero, and what is made of them.
    """
    info = np.finfo(dtype)
    assert theirs.dtype == dtype
    ours, theirs = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    with np.errstate(invalid="ignore"):
        apart = np.where(ours == theirs, 0, np.abs(ours - theirs))
        allowed = DIGITS_LOST[dtype] * info.eps * np.abs(ours) + 16 * info.eps * scale
    wrong = ~(apart <= allowed + 100 * info.tiny)
    assert not wrong.any(), list(zip(np.argwhere(wrong), ours[wrong], theirs[wrong], strict=True))


def points(dtype):
    rng = np.random.default_rng(0)
    everyday = rng.normal(0, 4, 300)
    far = [9.1, 17, 20.5, 30, 36.9, 40, 80, 500, 700, 1e4, 1e12, 1e30, INF]
    small = [1e-8, 1e-20, 1e-30, 0.75, 1, 3, 6]
    both = np.array([*far, *small])
    return np.concatenate([everyday, both, -both, [0.0]]).astype(dtype)


@FRAMEWORKS
@DTYPES
@pytest.mark.parametrize(("name", "options"), CALLS)
def test_value_and_gradient(name, options, dtype, framework):
    function = getattr(activations, name)
    x = points(dtype)
    x = x[~np.isin(x, list(OTHER_CONVENTION.get((name, framework), {})))]
    arrays = [x, np.full_like(x, 0.25)] if name == "prelu" else [x]
    upstream = np.random.default_rng(1).normal(size=x.shape).astype(dtype)
    value, gradients = RUN[framework](function, arrays, upstream, options)
    assert_close(function(*arrays, **options), value, dtype)
    ours = function.backward(*arrays, upstream, **options)
    near_a_root = np.abs(ours / upstream) < 0.1 * (np.abs(x) < 3)
    assert_close(ours, gradients[0], dtype, scale=near_a_root)
    if name == "prelu":
        assert_close(function.backward(*arrays, upstream, wrt="slope"), gradients[1], dtype)


@pytest.mark.parametrize(("name", "framework"), OTHER_CONVENTION)
def test_another_convention_at_a_kink(name, framework):
    function = getattr(activations, name)
    for x, slope in OTHER_CONVENTION[name, framework].items():
        at = np.array([x], np.float64)
        value, (gradient,) = RUN[framework](function, [at], np.ones(1), {})
        assert value == function(at)
        assert gradient == slope != function.derivative(at)


@FRAMEWORKS
@pytest.mark.parametrize("name", ELEMENTS)
def test_nan_in_gives_nan_out(name, framework):
    function = getattr(activations, name)
    more = (0.25,) if name == "prelu" else ()
    assert np.isnan(getattr(function, framework)([np.nan, 1.0], *more).numpy()).tolist() == [
        True,
        False,
    ]


@FRAMEWORKS
@DTYPES
@pytest.mark.parametrize("spread", [1, 20, 300])
@pytest.mark.parametrize(("name", "options"), ROWS)
def test_over_classes(name, options, spread, dtype, framework):
    function = getattr(activations, name)
    rng = np.random.default_rng(0)
    z = rng.normal(0, spread, (6, 5, 4)).astype(dtype)
    upstream = rng.normal(size=z.shape).astype(dtype)
    for axis in (-1, 0, 1):
        value, (gradient,) = RUN[framework](function, [z], upstream, {**options, "axis": axis})
        assert_close(function(z, axis=axis, **options), value, dtype)
        ours = function.backward(z, upstream, axis=axis, **options)
        terms = function.backward(z, np.abs(upstream), axis=axis, **options)
        assert_close(ours, gradient, dtype, scale=np.abs(ours) + np.abs(terms) + np.abs(ours).max())


@FRAMEWORKS
@DTYPES
def test_a_nearly_certain_class_keeps_its_digits(dtype, framework):
    z = np.array([[17, 0, 0], [0, 30, 0]], dtype)
    chosen = np.array([[1, 0, 0], [0, 1, 0]], dtype)
    for name in ("softmax", "log_softmax"):
        function = getattr(activations, name)
        value, (gradient,) = RUN[framework](function, [z], chosen, {})
        assert_close(function(z), value, dtype)
        assert_close(function.backward(z, chosen), gradient, dtype)


@FRAMEWORKS
def test_masked_logits(framework):
    z = np.array([[-INF, 0.0, 1.0]])
    for name in ("softmax", "log_softmax"):
        function = getattr(activations, name)
        value, (gradient,) = RUN[framework](function, [z], np.array([[0.0, 1.0, -2.0]]), {})
        assert_close(function(z), value, np.float64)
        assert_close(function.backward(z, [[0.0, 1.0, -2.0]]), gradient, np.float64)


@FRAMEWORKS
def test_prelu_with_a_slope_for_each_channel(framework):
    rng = np.random.default_rng(0)
    x, upstream, slope = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.random(3)
    function = activations.prelu
    value, gradients = RUN[framework](function, [x, slope], upstream, {})
    assert_close(function(x, slope), value, np.float64)
    assert_close(function.backward(x, slope, upstream), gradients[0], np.float64)
    ours = function.backward(x, slope, upstream, wrt="slope")
    assert_close(ours, gradients[1], np.float64)


@FRAMEWORKS
def test_second_derivatives_pass_through_our_slopes(framework):
    x = np.array([-1.5, 0.5, 2.0])
    s = activations.sigmoid(x)
    truth = s * (1 - s) * (1 - 2 * s)
    if framework == "torch":
        t = torch.tensor(x, requires_grad=True)
        (slope,) = torch.autograd.grad(activations.sigmoid.torch(t).sum(), t, create_graph=True)
        (second,) = torch.autograd.grad(slope.sum(), t)
    else:
        t = tf.constant(x)
        with tf.GradientTape() as outer:
            outer.watch(t)
            with tf.GradientTape() as inner:
                inner.watch(t)
                value = activations.sigmoid.tensorflow(t)
            slope = inner.gradient(value, t)
        second = outer.gradient(slope, t)
    np.testing.assert_allclose(second.numpy(), truth, rtol=1e-12)


def test_inside_a_tf_function():
    compiled = tf.function(activations.gelu.tensorflow)
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(compiled(tf.constant(x)), activations.gelu(x), rtol=1e-12)
    shapeless = tf.function(
        activations.log_softmax.tensorflow, input_signature=[tf.TensorSpec([None, None])]
    )
    z = np.ones((2, 3), np.float32)
    np.testing.assert_allclose(shapeless(z), activations.log_softmax(z), rtol=1e-6)
