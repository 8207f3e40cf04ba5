"""The regression losses: right to the last bits, at their kinks and ends, and where peers fail."""

from __future__ import annotations

import numpy as np
import pytest
from losses.reference_regression import REFERENCES

from actloss.losses import (
    huber,
    l1,
    l2,
    log_cosh,
    mean_absolute_error,
    mean_squared_error,
    quantile,
    root_mean_squared_error,
)

inf, nan = np.inf, np.nan
OVER_ELEMENTS = [mean_squared_error, l2, mean_absolute_error, l1, huber, log_cosh, quantile]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_accuracy(reference, dtype):
    value, gradient = reference.errors(dtype)
    assert value <= reference.goal[0]
    assert gradient <= reference.goal[1]


# --- at the kinks and at the ends ----------------------------------------------------------------


@pytest.mark.parametrize("loss", OVER_ELEMENTS)
def test_nothing_wrong_costs_nothing_and_pulls_nowhere(loss):
    assert loss(1.5, 1.5) == 0
    assert loss.gradient(1.5, 1.5) == 0


@pytest.mark.parametrize(
    ("loss", "slope"),
    [
        (mean_squared_error, inf),
        (mean_absolute_error, 1),
        (huber, 1),
        (log_cosh, 1),
        (quantile, 0.5),
    ],
)
def test_infinite_residuals(loss, slope):
    assert loss(inf, 0.0) == loss(-inf, 0.0) == loss(0.0, inf) == inf
    assert loss.gradient(inf, 0.0) == slope
    assert loss.gradient(-inf, 0.0) == -slope
    assert np.isnan(loss(inf, inf))
    assert np.isnan(loss.gradient(inf, inf))


@pytest.mark.parametrize("loss", OVER_ELEMENTS)
def test_gradient_of_nan_is_nan(loss):
    np.testing.assert_array_equal(
        np.isnan(loss.gradient([nan, 1, 2], [0, nan, 0], reduction="sum")), [True, True, False]
    )


def test_l1_and_l2_sum_by_default():
    assert l1([1, -2], 0) == mean_absolute_error([1, -2], 0) * 2 == 3
    assert l2([1, -2], 0) == mean_squared_error([1, -2], 0) * 2 == 5
    np.testing.assert_array_equal(l2.gradient([1, -2], 0), [2, -4])


def test_huber_is_half_the_square_then_a_line():
    np.testing.assert_array_equal(
        huber([0.5, 2, 3, -7], 0, delta=2, reduction="none"), [0.125, 2, 4, 12]
    )
    np.testing.assert_array_equal(
        huber.gradient([0.5, 2, 3, -7], 0, delta=2, reduction="none"), [0.5, 2, 2, -2]
    )


def test_quantile_charges_by_side():
    np.testing.assert_allclose(quantile([1, 3], 2, quantile=0.9, reduction="none"), [0.9, 0.1])
    np.testing.assert_allclose(
        quantile.gradient([1, 2, 3], 2, quantile=0.9, reduction="none"), [-0.9, 0, 0.1]
    )


def test_a_quantile_for_each_column():
    """As a model with several quantiles for outputs is trained."""
    values = quantile(np.zeros((3, 2)), np.ones((3, 2)), quantile=[0.1, 0.9], reduction="none")
    np.testing.assert_array_equal(values, np.tile([0.1, 0.9], (3, 1)))


@pytest.mark.parametrize("wrong", [0, -1, [1, 0]])
def test_huber_needs_a_positive_delta(wrong):
    with pytest.raises(ValueError, match="delta must be positive"):
        huber([1.0, 2.0], 0, delta=wrong)


@pytest.mark.parametrize("wrong", [-0.1, 1.1])
def test_a_quantile_is_between_0_and_1(wrong):
    with pytest.raises(ValueError, match="quantile must be"):
        quantile(1.0, 0.0, quantile=wrong)


# --- the root of the mean ------------------------------------------------------------------------


def test_rmse_takes_the_root_after_the_mean():
    residuals = np.array([[3.0, 4], [0, 0], [-1, 1]])
    assert root_mean_squared_error(residuals, 0) == np.sqrt(27 / 6)
    by_row = root_mean_squared_error(residuals, 0, axis=1)
    np.testing.assert_array_equal(by_row, [np.sqrt(12.5), 0, 1])
    np.testing.assert_array_equal(
        root_mean_squared_error.gradient(residuals, 0, axis=1)[1:], [[0, 0], [-0.5, 0.5]]
    )


def test_rmse_has_no_reduction():
    with pytest.raises(TypeError):
        root_mean_squared_error([1.0], [2.0], reduction="none")


def test_rmse_of_infinite_residuals_and_nan():
    rows = np.array([[inf, 1], [nan, 1], [nan, inf]])
    np.testing.assert_array_equal(root_mean_squared_error(rows, 0, axis=1), [inf, nan, nan])
    gradient = root_mean_squared_error.gradient(rows, 0, axis=1)
    assert gradient[0, 1] == 0
    assert np.isnan(gradient[1:]).all()


# --- where peers fail ----------------------------------------------------------------------------


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_rmse_has_a_gradient_where_pytorch_and_tensorflow_have_nan(framework):
    np.testing.assert_array_equal(root_mean_squared_error.gradient(np.ones(3), 1), np.zeros(3))
    compared = root_mean_squared_error.compare(np.ones(3), np.ones(3))
    np.testing.assert_array_equal(compared.gradients[framework], np.zeros(3))


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_rmse_where_pytorchs_squares_overflow_and_vanish(size):
    assert root_mean_squared_error(np.full(4, size), 0) == size
    assert root_mean_squared_error.torch(np.full(4, size), 0).item() == size
    assert root_mean_squared_error.tensorflow(np.full(4, size), 0).numpy() == size
    np.testing.assert_array_equal(root_mean_squared_error.gradient(np.full(4, size), 0), 0.25)


def test_log_cosh_is_positive_where_keras_is_negative():
    assert log_cosh(1e-5, 0) == pytest.approx(5e-11, rel=1e-10)
    assert log_cosh(np.float32(1e-5), 0) == pytest.approx(5e-11, rel=1e-6)


def test_log_cosh_where_the_cosh_overflows():
    assert log_cosh(1e4, 0) == 1e4 - np.log(2)
    assert log_cosh(-1e308, 0) == 1e308


def test_huber_is_not_divided_by_delta_as_pytorchs_smooth_l1_is():
    assert huber(3, 0, delta=2) == 4
    assert huber.torch(3, 0, delta=2) == 4


def test_l2_is_not_halved_as_tensorflows_is():
    assert l2([3, 4], 0) == 25
    assert l2.tensorflow([3, 4], 0).numpy() == 25
