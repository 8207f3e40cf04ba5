"""What all functions share: calls, dtypes, shapes, blocks, reductions, errors, documentation."""

import copy
import inspect
import pickle

import numpy as np
import pytest
from silence import warnings_are_errors

import actloss
from actloss import arrays
from actloss.activations import leaky_relu, linear, prelu, relu, sigmoid, softmax
from actloss.losses import (
    binary_cross_entropy,
    categorical_cross_entropy,
    focal,
    huber,
    mean_absolute_error,
    mean_squared_error,
    root_mean_squared_error,
    sparse_categorical_cross_entropy,
    sparse_categorical_cross_entropy_with_logits,
)

FUNCTIONS = list(actloss.catalog())
NAMES = actloss.catalog().names()


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_is_a_function_that_pickles_by_name(function):
    assert inspect.isfunction(function)
    assert pickle.loads(pickle.dumps(function)) is function
    assert copy.deepcopy(function) is function
    slope = function.derivative if function.kind == "activation" else function.gradient
    assert pickle.loads(pickle.dumps(slope)) is slope


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_source_shows_the_formula_and_help_the_shared_options(function):
    assert f"def {function.__name__}(" in inspect.getsource(function)
    assert len(function.__doc__.strip()) > 30
    parameters = inspect.signature(function).parameters
    if function.kind == "loss" and function.over in ("elements", "classes", "examples"):
        assert parameters["reduction"].default in ("mean", "sum")
    for parameter in parameters.values():
        assert parameter.kind is not parameter.VAR_KEYWORD


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        ([1, 2, -3], np.float64),
        ([True, False], np.float64),
        (np.array([1, -2], np.int8), np.float64),
        (np.array([1, 2], np.uint64), np.float64),
        (np.array([1.0, -2], np.float16), np.float16),
        (np.array([1.0, -2], np.float32), np.float32),
        (np.array([1.0, -2], np.float64), np.float64),
        (np.array([1.0, -2], ">f8"), np.float64),
        (np.array([1.0, -2], np.longdouble), np.float64),
    ],
)
def test_the_predictions_dtype_decides(given, dtype):
    assert relu(given).dtype == dtype
    assert relu.derivative(given).dtype == dtype
    labels = np.zeros(np.shape(given), np.int64)
    assert mean_squared_error(given, labels).dtype == dtype
    assert mean_squared_error.gradient(given, labels.astype(float)).dtype == dtype


def test_a_scalar_gives_a_numpy_scalar():
    for x, dtype in ((2, np.float64), (np.float32(2), np.float32), (np.array(2.0), np.float64)):
        for result in (relu(x), relu.derivative(x), relu.backward(x, 3.0), huber(x, 0)):
            assert type(result) is dtype


def test_a_result_is_never_the_callers_array_and_inputs_stay_as_they_are():
    x = np.array([1.0, -2.0])
    before = x.copy()
    for function in (linear, relu, leaky_relu, softmax, sigmoid):
        out = function(x)
        assert not np.shares_memory(out, x)
        out += 1
        np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("shape", [(0,), (1,), (3, 0), (2, 3, 4), (50_000,), (200, 300)])
def test_any_shape_and_layout(shape):
    x = np.random.default_rng(0).normal(size=shape)
    np.testing.assert_array_equal(relu(x), np.maximum(x, 0))
    np.testing.assert_array_equal(relu(x.T), np.maximum(x.T, 0))
    if x.ndim > 1:
        np.testing.assert_array_equal(relu(x[:, ::-1]), np.maximum(x[:, ::-1], 0))
        assert softmax(x).shape == x.shape if x.shape[-1] else True


def test_blocks_do_not_change_results(monkeypatch):
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(700, 10)), rng.normal(size=(700, 10))
    labels = rng.integers(0, 10, 700)

    def results():
        return [
            sigmoid(x),
            softmax(x),
            softmax(x, axis=0),
            softmax.backward(x, target),
            huber(x, target, reduction="none"),
            huber.gradient(x, target),
            sparse_categorical_cross_entropy_with_logits(x, labels, reduction="none"),
            sparse_categorical_cross_entropy_with_logits.gradient(x, labels),
        ]

    monkeypatch.setattr(arrays, "BLOCK_BYTES", 2**30)
    whole = results()
    monkeypatch.setattr(arrays, "BLOCK_BYTES", 1000)
    for a, b in zip(whole, results(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-15)


def test_broadcasting_and_its_gradients():
    rng = np.random.default_rng(0)
    column, row = rng.normal(size=(4, 1)), rng.normal(size=(1, 3))
    table = mean_squared_error(column, row, reduction="none")
    np.testing.assert_allclose(table, (column - row) ** 2)
    gradient = mean_squared_error.gradient(column, row, reduction="sum")
    np.testing.assert_allclose(gradient, (2 * (column - row)).sum(axis=1, keepdims=True))
    slope = np.array([0.1, 0.2, 0.3])
    x = -np.ones((5, 3))
    np.testing.assert_allclose(prelu(x, slope), x * slope)
    np.testing.assert_allclose(prelu.backward(x, slope, 1.0, wrt="slope"), [-5, -5, -5])


def test_reductions_agree():
    rng = np.random.default_rng(0)
    p, t = rng.normal(size=(6, 5)), rng.normal(size=(6, 5))
    values = huber(p, t, reduction="none")
    assert np.isclose(huber(p, t), values.mean())
    assert np.isclose(huber(p, t, reduction="sum"), values.sum())
    upstream = rng.normal(size=values.shape)
    np.testing.assert_allclose(
        huber.backward(p, t, upstream, reduction="none"),
        huber.gradient(p, t, reduction="sum") * upstream,
    )
    np.testing.assert_allclose(huber.backward(p, t, 3.0), 3 * huber.gradient(p, t))
    assert np.isnan(huber([], []))
    assert huber([], [], reduction="sum") == 0


def test_a_mean_does_not_overflow_where_no_value_does():
    large = np.full(4, 1e308)
    assert mean_absolute_error(large, np.zeros(4)) == 1e308
    assert mean_absolute_error(np.full(300_000, 1e308), 0.0) == pytest.approx(1e308)


def test_options_by_position_and_by_name():
    assert huber(3.0, 0.0, 2.0) == huber(3.0, 0.0, delta=2.0)
    assert huber(prediction=3.0, target=0.0) == huber(3.0, 0.0)
    assert prelu(-1.0, slope=0.5) == -0.5
    assert root_mean_squared_error([[3.0, 4.0]], [[0.0, 0.0]], axis=1).shape == (1,)


def test_everything_public_is_there():
    for name in actloss.__all__:
        assert getattr(actloss, name)


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
@pytest.mark.parametrize("framework", [None, "torch", "tensorflow"])
def test_a_wrong_call_of_any_kind_is_refused(function, framework):
    call = getattr(function, framework) if framework else function
    first, *others = function.definition.array_names
    arrays = [[[0.2, 0.8]]] * (1 + len(others))
    with pytest.raises(TypeError, match=f"{function.__name__} has no option 'colour'. Its"):
        call(*arrays, colour="red")
    with pytest.raises(TypeError, match=f"got {first} twice"):
        call(*arrays, **{first: [[0.2, 0.8]]})
    with pytest.raises(TypeError, match="too many"):
        call(*arrays, *range(9))
    if function.kind == "loss" and function.over != "axis":
        with pytest.raises(ValueError, match="mean, sum, none"):
            call(*arrays, reduction="average")


def test_several_class_axes_at_once_and_axes_of_any_whole_number():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    both = softmax(x.reshape(2, 12)).reshape(x.shape)
    np.testing.assert_allclose(softmax(x, axis=(1, 2)), both)
    np.testing.assert_allclose(softmax(x, axis=[-2, -1]), both)
    np.testing.assert_array_equal(softmax(x, axis=np.int64(1)), softmax(x, axis=1))


def test_upstream_of_one_number_may_have_axes():
    assert huber.backward(1.0, 3.0, np.ones((1, 1))) == -1
    loss = sparse_categorical_cross_entropy_with_logits
    np.testing.assert_allclose(loss.backward([0.0, 0.0], 1, [2.0]), [1, -1])


def test_rows_are_validated_to_the_digits_that_they_have():
    third = np.full((2, 3), 1 / 3)
    categorical_cross_entropy(third, third.astype(np.float32), validate=True)
    sparse_categorical_cross_entropy(third, [0, 2], validate=True)
    focal(third, [0, 2], mode="categorical", validate=True)
    for call, target in (
        (categorical_cross_entropy, third),
        (sparse_categorical_cross_entropy, [0, 2]),
    ):
        with pytest.raises(ValueError, match=r"prediction must sum to 1.*sums to 0\.5"):
            call(third / 2, target, validate=True)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: relu("text"), TypeError, "real numbers"),
        (lambda: relu(1j), TypeError, "complex"),
        (lambda: relu([None]), TypeError, "object"),
        (lambda: relu([[1], [1, 2]]), ValueError, "inhomogeneous"),
        (lambda: relu(), TypeError, "x is missing"),
        (lambda: relu(1, 2, 3), TypeError, "too many"),
        (lambda: huber(1), TypeError, "target is missing"),
        (lambda: huber(1, 2, foo=3), TypeError, "foo"),
        (lambda: huber(1, 2, reduction="average"), ValueError, "mean, sum, none"),
        (lambda: huber(1, 2, delta=-1), ValueError, "delta"),
        (lambda: huber(np.ones(3), np.ones(4)), ValueError, r"\(3,\).*\(4,\)"),
        (lambda: huber(np.ones((3, 1)), np.ones(3)), ValueError, "reshape"),
        (lambda: huber.backward([1.0], [2.0], [1.0, 2.0]), ValueError, "one number"),
        (lambda: softmax(1.0), ValueError, "axis"),
        (lambda: softmax([1.0], axis=1), ValueError, "axis 1"),
        (lambda: softmax(np.ones((2, 0))), ValueError, "no entry"),
        (lambda: softmax([1.0, 2.0], temperature=0), ValueError, "temperature"),
        (lambda: softmax.backward(np.ones((2, 3)), np.ones((3, 2))), ValueError, "upstream"),
        (lambda: binary_cross_entropy([0.5, 1.5], [0, 1]), ValueError, r"1\.5 at index 1"),
        (
            lambda: categorical_cross_entropy([[0.5, 0.4]], [[0, 1]], validate=True),
            ValueError,
            ".9",
        ),
        (
            lambda: sparse_categorical_cross_entropy_with_logits(np.ones((2, 3)), [0, 3]),
            ValueError,
            "between 0 and 2.*number 1 is 3",
        ),
        (
            lambda: sparse_categorical_cross_entropy_with_logits(np.ones((2, 3)), np.ones((2, 3))),
            ValueError,
            "one-hot",
        ),
        (
            lambda: sparse_categorical_cross_entropy_with_logits(np.ones((2, 3)), [0.5, 1]),
            ValueError,
            "whole numbers",
        ),
        (lambda: relu.derivative(1.0, wrt="slope"), ValueError, "slope"),
        (lambda: softmax.backward([1.0, 2.0], 1.0, wrt="temperature"), ValueError, "temperature"),
        (lambda: relu.backward(np.ones(3), np.ones((2, 3))), ValueError, r"upstream.*\(2, 3\)"),
        (lambda: prelu.backward(np.ones(3), 0.1, np.ones((3, 1))), ValueError, "upstream"),
        (lambda: softmax(np.ones((2, 3)), axis=(0, -2)), ValueError, "twice"),
        (lambda: softmax(np.ones((2, 3)), axis=1.5), TypeError, "integer"),
        (lambda: softmax(np.ones((2, 2)), temperature=[1, 2]), ValueError, "temperature.*one"),
        (
            lambda: focal(np.ones((2, 2)), [0, 1], mode="categorical", gamma=[1, 2]),
            ValueError,
            "gamma.*one number",
        ),
        (
            lambda: focal(np.ones((2, 2)), [0, 1], mode="categorical", alpha=[1, -2]),
            ValueError,
            "alpha.*-2 at index 1",
        ),
        (
            lambda: focal(np.ones((2, 4, 3)), [5, 1, 1], mode="categorical"),
            ValueError,
            "target.*5 at index 0",
        ),
        (
            lambda: mean_squared_error(np.ma.array([1.0, 99], mask=[0, 1]), [1.0, 1]),
            TypeError,
            "prediction.*masked",
        ),
    ],
)
def test_errors_say_what_came_and_what_was_expected(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_nan_is_not_outside_a_domain_but_hides_nothing():
    assert np.isnan(binary_cross_entropy([np.nan, 0.5], [0, 1]))
    with pytest.raises(ValueError, match="index 1"):
        binary_cross_entropy([np.nan, 1.5], [0, 1])


def test_the_callers_floating_point_settings_neither_matter_nor_change():
    with warnings_are_errors():
        sigmoid([-1e4, 1e4])
        relu.backward(np.float32([1e38]), [1e38])
        assert np.geterr()["over"] == "raise"
