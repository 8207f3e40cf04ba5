"""Losses for continuous values. Each looks at the residual, prediction - target."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actloss.arrays import POSITIVE, PROBABILITY
from actloss.frameworks import tensorflow_with_slope, tf, torch, torch_with_slope
from actloss.function import gradient_of, in_tensorflow, in_torch, loss

# --- squares -------------------------------------------------------------------------------------


@loss(
    formula=r"(\hat{y} - y)^2, \text{ averaged}",
    derivative_formula=r"2\,(\hat{y} - y)",
    output_range=(0, inf),
    introduced="Legendre (1805), as the method of least squares",
    popularised="Gauss (1809), who derived it from normally distributed errors",
    smooth=True,
    convex=True,
    used_in="regression with errors of one size; estimates the mean",
    goes_wrong="One outlier outweighs many good points: its pull grows with its residual.",
    references=(
        "Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes",
        "Gauss (1809), Theoria motus corporum coelestium",
    ),
    plot_range=(-3, 3),
    plot_with={"target": 0},
)
def mean_squared_error(prediction: NDArray, target: NDArray) -> NDArray:
    """Squared residuals, averaged."""
    residual = prediction - target
    return residual * residual


@gradient_of(mean_squared_error)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    return 2 * (prediction - target)


@in_torch(mean_squared_error, "torch.nn.functional.mse_loss")
def _(prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """PyTorch's own. It warns about broadcasting, so the shapes are made equal first."""
    prediction, target = torch.broadcast_tensors(prediction, target)
    return torch.nn.functional.mse_loss(prediction, target, reduction=reduction)


@in_tensorflow(mean_squared_error, "tf.keras.losses.MeanSquaredError")
def _(prediction: Any, target: Any) -> Any:
    """Keras's `mean_squared_error` averages the last axis and no other; this, all or none."""
    return tf.math.squared_difference(prediction, target)


@loss(
    over="axis",
    formula=r"\sqrt{\frac{1}{n} \sum_i (\hat{y}_i - y_i)^2}",
    derivative_formula=r"\frac{\hat{y}_i - y_i}{n \cdot \mathrm{RMSE}}",
    output_range=(0, inf),
    introduced="Gauss (1823), as the mean error",
    smooth=False,
    convex=True,
    used_in="reporting: it has the unit of the target",
    goes_wrong="At zero residual it has a kink; written naively its gradient there is 0/0.",
    references=("Gauss (1823), Theoria combinationis observationum erroribus minimis obnoxiae",),
    plot_range=(-3, 3),
    plot_with={"target": 0},
)
def root_mean_squared_error(prediction: NDArray, target: NDArray) -> NDArray:
    """The root of the mean squared residual, over everything or over `axis`; no reduction."""
    residual = prediction - target
    scale = _largest(residual)
    return scale * np.sqrt(np.mean(np.square(residual / scale), axis=0))


@gradient_of(root_mean_squared_error)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    """0 where all residuals are 0. PyTorch and TensorFlow, typed naively, give NaN."""
    residual = prediction - target
    scaled = residual / _largest(residual)
    root = np.sqrt(np.mean(np.square(scaled), axis=0))
    return scaled / (len(scaled) * (root + (root == 0)))


def _largest(residual: NDArray) -> NDArray:
    """What to divide the residuals by, so that 1e200 or 1e-200 can be squared; 1 where nothing."""
    largest = np.max(np.abs(residual), axis=0)
    return np.where((largest == 0) | np.isinf(largest), 1, largest)


@in_torch(root_mean_squared_error)
def _(prediction: Any, target: Any, axis: Any = None) -> Any:
    """PyTorch has none. The slope of its root is inf at 0 (times 0: NaN), so none is taken of 0."""
    residual = prediction - target
    axes = tuple(range(residual.ndim)) if axis is None else axis
    largest = torch.amax(residual.detach().abs(), axes, keepdim=True)
    scale = torch.where((largest == 0) | torch.isinf(largest), 1, largest)
    mean = torch.mean(torch.square(residual / scale), axes)
    root = torch.where(mean == 0, 0, torch.sqrt(torch.where(mean == 0, 1, mean)))
    return scale.reshape(root.shape) * root


@in_tensorflow(root_mean_squared_error, "tf.keras.metrics.RootMeanSquaredError")
def _(prediction: Any, target: Any, axis: Any = None) -> Any:
    """Keras has a metric only. As in PyTorch, no root is taken of 0."""
    residual = prediction - target
    largest = tf.reduce_max(tf.abs(tf.stop_gradient(residual)), axis, keepdims=True)
    scale = tf.where((largest == 0) | tf.math.is_inf(largest), tf.ones_like(largest), largest)
    mean = tf.reduce_mean(tf.square(residual / scale), axis)
    root = tf.sqrt(tf.where(mean == 0, tf.ones_like(mean), mean))
    root = tf.where(mean == 0, tf.zeros_like(mean), root)
    return tf.reshape(scale, tf.shape(root)) * root


@loss(
    reduction="sum",
    formula=r"(\hat{y} - y)^2, \text{ summed}",
    derivative_formula=r"2\,(\hat{y} - y)",
    output_range=(0, inf),
    introduced="Legendre (1805), as the method of least squares",
    smooth=True,
    convex=True,
    used_in="ridge penalties on weights (then the target is 0)",
    goes_wrong="Grows with the number of values, and so does the step it asks for.",
    references=(
        "Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes",
    ),
    plot_range=(-3, 3),
    plot_with={"target": 0},
)
def l2(prediction: NDArray, target: NDArray) -> NDArray:
    """Squared residuals, summed. No root is taken: this is the squared Euclidean norm."""
    residual = prediction - target
    return residual * residual


@gradient_of(l2)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    return 2 * (prediction - target)


@in_torch(l2, "torch.nn.functional.mse_loss")
def _(prediction: Any, target: Any, reduction: str = "sum") -> Any:
    prediction, target = torch.broadcast_tensors(prediction, target)
    return torch.nn.functional.mse_loss(prediction, target, reduction=reduction)


@in_tensorflow(l2, "tf.nn.l2_loss")
def _(prediction: Any, target: Any) -> Any:
    """`tf.nn.l2_loss` is half of this."""
    return tf.math.squared_difference(prediction, target)


# --- absolute values -----------------------------------------------------------------------------


@loss(
    formula=r"|\hat{y} - y|, \text{ averaged}",
    derivative_formula=r"\operatorname{sign}(\hat{y} - y), \text{ 0 at the kink}",
    output_range=(0, inf),
    introduced="Boscovich (1757), as least absolute deviations",
    smooth=False,
    convex=True,
    used_in="regression with outliers; estimates the median",
    goes_wrong="Its slope does not shrink near the target, so a fixed step overshoots for ever.",
    references=("Stigler (1986), The History of Statistics",),
    plot_range=(-3, 3),
    plot_with={"target": 0},
)
def mean_absolute_error(prediction: NDArray, target: NDArray) -> NDArray:
    """Absolute residuals, averaged."""
    return np.abs(prediction - target)


@gradient_of(mean_absolute_error)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    return np.sign(prediction - target)


@in_torch(mean_absolute_error, "torch.nn.functional.l1_loss")
def _(prediction: Any, target: Any, reduction: str = "mean") -> Any:
    """PyTorch's own. It warns about broadcasting, so the shapes are made equal first."""
    prediction, target = torch.broadcast_tensors(prediction, target)
    return torch.nn.functional.l1_loss(prediction, target, reduction=reduction)


@in_tensorflow(mean_absolute_error, "tf.keras.losses.MeanAbsoluteError")
def _(prediction: Any, target: Any) -> Any:
    """Keras's `mean_absolute_error` averages the last axis and no other; this, all or none."""
    return tf.abs(prediction - target)


@loss(
    reduction="sum",
    formula=r"|\hat{y} - y|, \text{ summed}",
    derivative_formula=r"\operatorname{sign}(\hat{y} - y), \text{ 0 at the kink}",
    output_range=(0, inf),
    introduced="Boscovich (1757), as least absolute deviations",
    popularised="Tibshirani (1996), as the lasso's penalty on weights",
    smooth=False,
    convex=True,
    used_in="penalties that make weights exactly 0 (then the target is 0)",
    goes_wrong="Grows with the number of values. PyTorch's `l1_loss` averages unless told.",
    references=("Tibshirani (1996), Regression Shrinkage and Selection via the Lasso",),
    plot_range=(-3, 3),
    plot_with={"target": 0},
)
def l1(prediction: NDArray, target: NDArray) -> NDArray:
    """Absolute residuals, summed."""
    return np.abs(prediction - target)


@gradient_of(l1)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    return np.sign(prediction - target)


@in_torch(l1, "torch.nn.functional.l1_loss")
def _(prediction: Any, target: Any, reduction: str = "sum") -> Any:
    """PyTorch's own averages unless told to sum."""
    prediction, target = torch.broadcast_tensors(prediction, target)
    return torch.nn.functional.l1_loss(prediction, target, reduction=reduction)


@in_tensorflow(l1)
def _(prediction: Any, target: Any) -> Any:
    return tf.abs(prediction - target)


# --- between the two -----------------------------------------------------------------------------


@loss(
    domains={"delta": POSITIVE},
    formula=r"\tfrac{1}{2} r^2 \text{ if } |r| \le \delta \text{ else } "
    r"\delta\,(|r| - \tfrac{1}{2}\delta), \quad r = \hat{y} - y",
    derivative_formula=r"\max(-\delta, \min(\delta, \hat{y} - y))",
    output_range=(0, inf),
    introduced="Huber (1964)",
    smooth=False,
    convex=True,
    used_in="regression with outliers: squares near the target, absolute values far from it",
    goes_wrong="delta is in the unit of the target: 1 is large for one trait, small for another.",
    references=("Huber (1964), Robust Estimation of a Location Parameter",),
    plot_range=(-3, 3),
    plot_with={"target": 0},
)
def huber(prediction: NDArray, target: NDArray, delta: float = 1.0) -> NDArray:
    """Half the square up to `delta` (a residual), a straight line beyond it."""
    residual = np.abs(prediction - target)
    near = np.minimum(residual, delta)  # the part of the residual on the parabola
    return near * (residual - near / 2)


@gradient_of(huber)
def _(prediction: NDArray, target: NDArray, delta: float = 1.0) -> NDArray:
    return np.clip(prediction - target, -delta, delta)


@in_torch(huber, "torch.nn.functional.huber_loss")
def _(prediction: Any, target: Any, delta: float = 1.0, reduction: str = "mean") -> Any:
    """`huber_loss`. Its sister `smooth_l1_loss(beta=delta)` is this divided by delta."""
    prediction, target = torch.broadcast_tensors(prediction, target)
    return torch.nn.functional.huber_loss(prediction, target, reduction=reduction, delta=delta)


@in_tensorflow(huber, "tf.keras.losses.Huber")
def _(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    """Keras's `huber` averages the last axis and no other; this, all or none."""
    residual = tf.abs(prediction - target)
    near = tf.minimum(residual, tf.convert_to_tensor(delta, residual.dtype))
    return near * (residual - near / 2)


LINEAR = 20  # beyond it log cosh is |r| - log 2 to the last bit, also in float64


@loss(
    formula=r"\log\cosh(\hat{y} - y)",
    derivative_formula=r"\tanh(\hat{y} - y)",
    output_range=(0, inf),
    introduced="",
    smooth=True,
    convex=True,
    used_in="regression with outliers, where a second derivative is wanted",
    goes_wrong="Typed as log(cosh(r)) it overflows from 711 up and is 0 below 1e-8.",
    plot_range=(-3, 3),
    plot_with={"target": 0},
)
def log_cosh(prediction: NDArray, target: NDArray) -> NDArray:
    """Nearly half the square near the target, |residual| - log 2 far from it."""
    residual = np.abs(prediction - target)
    near = np.minimum(residual, LINEAR)
    # cosh r = 1 + (e^r - 1)^2 / (2 e^r), and log1p keeps the digits that the 1 would swallow.
    grown = np.expm1(near)
    return np.log1p(grown * grown / (2 + 2 * grown)) + (residual - near)


@gradient_of(log_cosh)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    return np.tanh(prediction - target)


@in_torch(log_cosh)
def _(prediction: Any, target: Any) -> Any:
    """PyTorch has none. Autograd would take |r| off from itself; tanh(r) is the slope."""

    def value(residual: Any) -> Any:
        residual = torch.abs(residual)
        near = torch.clamp(residual, max=LINEAR)
        grown = torch.expm1(near)
        return torch.log1p(grown * grown / (2 + 2 * grown)) + (residual - near)

    return torch_with_slope(value, torch.tanh, prediction - target)


@in_tensorflow(log_cosh, "tf.keras.losses.LogCosh")
def _(prediction: Any, target: Any) -> Any:
    """Keras's own subtracts log 2, rounded to float32: -1.9e-9 for a residual of 1e-5."""

    def value(residual: Any) -> Any:
        residual = tf.abs(residual)
        near = tf.minimum(residual, tf.constant(LINEAR, residual.dtype))
        grown = tf.math.expm1(near)
        return tf.math.log1p(grown * grown / (2 + 2 * grown)) + (residual - near)

    return tensorflow_with_slope(value, tf.tanh, prediction - target)


@loss(
    domains={"quantile": PROBABILITY},
    formula=r"\max(q\,e, (q - 1)\,e), \quad e = y - \hat{y}",
    derivative_formula=r"-q \text{ if } \hat{y} < y, \; 1 - q \text{ if } \hat{y} > y, "
    r"\text{ 0 at the kink}",
    output_range=(0, inf),
    introduced="Koenker & Bassett (1978)",
    smooth=False,
    convex=True,
    used_in="prediction intervals: a low and a high quantile instead of one best guess",
    goes_wrong="Quantiles that are fitted one by one may cross.",
    references=("Koenker & Bassett (1978), Regression Quantiles",),
    plot_range=(-3, 3),
    plot_with={"target": 0, "quantile": 0.9},
)
def quantile(prediction: NDArray, target: NDArray, quantile: float = 0.5) -> NDArray:
    """The pinball loss: guesses below the target cost `quantile` a unit, above it the rest.

    quantile : the share of targets that the best prediction exceeds, between 0 and 1. At 0.5 this
        is half the absolute error.
    """
    shortfall = target - prediction
    return np.maximum(quantile * shortfall, (quantile - 1) * shortfall)


@gradient_of(quantile)
def _(prediction: NDArray, target: NDArray, quantile: float = 0.5) -> NDArray:
    side = np.sign(prediction - target)
    return np.maximum(side, 0) * (1 - quantile) + np.minimum(side, 0) * quantile


@in_torch(quantile)
def _(prediction: Any, target: Any, quantile: float = 0.5) -> Any:
    """PyTorch has none. relu has slope 0 at its kink, as here; `maximum` would share it out."""
    excess = prediction - target
    return torch.relu(excess) * (1 - quantile) + torch.relu(-excess) * quantile


@in_tensorflow(quantile)
def _(prediction: Any, target: Any, quantile: float = 0.5) -> Any:
    """Keras has none. relu has slope 0 at its kink, as here; `maximum` would share it out."""
    excess = prediction - target
    return tf.nn.relu(excess) * (1 - quantile) + tf.nn.relu(-excess) * quantile
