"""Losses that ask for a margin: right is not enough, it must be right by at least 1.

They take scores, any real numbers, and no probabilities come out of them.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actloss.arrays import result_dtype
from actloss.frameworks import tf, torch
from actloss.function import gradient_of, in_tensorflow, in_torch, loss

# --- two classes ---------------------------------------------------------------------------------


def as_signs(labels: NDArray) -> NDArray:
    """Labels 0/1 as -1/+1; labels -1/+1, known by a -1 among them, as they are."""
    labels = labels.astype(result_dtype(labels), copy=False)
    signs = labels if (labels == -1).any() else 2 * labels - 1
    wrong = np.abs(signs) != 1
    wrong &= ~np.isnan(signs)
    if wrong.any():
        raise ValueError(
            "A hinge's labels must be 0 or 1 (or -1 and +1, where a -1 occurs), "
            f"but one is {labels[wrong][0]:g}."
        )
    return signs


@loss(
    prepare={"target": as_signs},
    formula=r"\max(0, 1 - s\,\hat{y}), \quad s = 2y - 1",
    derivative_formula=r"-s \text{ if } s\,\hat{y} < 1 \text{ else } 0",
    output_range=(0, inf),
    introduced="Cortes & Vapnik (1995), in the soft-margin support-vector machine",
    smooth=False,
    convex=True,
    used_in="support-vector machines",
    goes_wrong="If nobody maps 0/1 to -1/+1, every example of class 0 costs 1 whatever its score.",
    references=("Cortes & Vapnik (1995), Support-Vector Networks",),
    plot_range=(-3, 3),
    plot_with={"target": 1},
)
def hinge(prediction: NDArray, target: NDArray) -> NDArray:
    """What a score lacks of a margin of 1 on its label's side.

    target : labels 0/1, mapped to -1/+1 here; or -1/+1, if a -1 occurs.
    """
    return np.maximum(1 - target * prediction, 0)


@gradient_of(hinge)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    """0 at the margin."""
    return -target * np.sign(np.maximum(1 - target * prediction, 0))


@in_torch(hinge)
def _(prediction: Any, target: Any) -> Any:
    """PyTorch's `hinge_embedding_loss` is another loss. relu has slope 0 at its kink, as here."""
    return torch.relu(1 - _torch_signs(target) * prediction)


@in_tensorflow(hinge, "tf.keras.losses.Hinge")
def _(prediction: Any, target: Any) -> Any:
    """Keras's `hinge` averages the last axis, and has another slope at the margin."""
    return tf.nn.relu(1 - _tensorflow_signs(target) * prediction)


@loss(
    prepare={"target": as_signs},
    formula=r"\max(0, 1 - s\,\hat{y})^2, \quad s = 2y - 1",
    derivative_formula=r"-2 s \max(0, 1 - s\,\hat{y})",
    output_range=(0, inf),
    introduced="",
    smooth=False,
    convex=True,
    used_in="support-vector machines that a gradient method trains",
    goes_wrong="One mislabelled example far on the wrong side outweighs many good ones.",
    references=("Tang (2013), Deep Learning using Linear Support Vector Machines",),
    plot_range=(-3, 3),
    plot_with={"target": 1},
)
def squared_hinge(prediction: NDArray, target: NDArray) -> NDArray:
    """The hinge, squared: its first derivative has no jump.

    target : labels 0/1, mapped to -1/+1 here; or -1/+1, if a -1 occurs.
    """
    return np.square(np.maximum(1 - target * prediction, 0))


@gradient_of(squared_hinge)
def _(prediction: NDArray, target: NDArray) -> NDArray:
    return -2 * target * np.maximum(1 - target * prediction, 0)


@in_torch(squared_hinge)
def _(prediction: Any, target: Any) -> Any:
    """PyTorch has none."""
    return torch.square(torch.relu(1 - _torch_signs(target) * prediction))


@in_tensorflow(squared_hinge, "tf.keras.losses.SquaredHinge")
def _(prediction: Any, target: Any) -> Any:
    """Keras's `squared_hinge` averages the last axis and no other; this, all or none."""
    return tf.square(tf.nn.relu(1 - _tensorflow_signs(target) * prediction))


def _torch_signs(labels: Any) -> Any:
    return labels if (labels == -1).any() else 2 * labels - 1


def _tensorflow_signs(labels: Any) -> Any:
    return tf.where(tf.reduce_any(labels == -1), labels, 2 * labels - 1)


# --- several classes -----------------------------------------------------------------------------


@loss(
    over="classes",
    target="either",
    formula=r"\max\left(0, 1 + \max_{j \ne y} z_j - z_y\right)",
    derivative_formula=r"+1 \text{ for the worst } j, \; -1 \text{ for } y, "
    r"\text{ if the loss is above 0}",
    output_range=(0, inf),
    introduced="Crammer & Singer (2001); Weston & Watkins (1999) for the sum",
    smooth=False,
    convex=True,
    used_in="support-vector machines for several classes",
    goes_wrong="It stops at a margin of 1 and never says how probable a class is.",
    references=(
        "Crammer & Singer (2001), On the Algorithmic Implementation of Multiclass Kernel-based "
        "Vector Machines",
        "Weston & Watkins (1999), Support Vector Machines for Multi-Class Pattern Recognition",
    ),
    plot_range=(-3, 3),
    plot_with={"target": 0},
)
def multiclass_hinge(prediction: NDArray, target: NDArray, weston_watkins: bool = False) -> NDArray:
    """What the right class lacks of a margin of 1 over the best wrong one.

    prediction : scores, classes along `axis`.
    target : labels (whole numbers), or one-hot rows.
    weston_watkins : sum over all wrong classes instead. Neither is divided by their number.
    """
    lacks = _lacks(prediction, target)
    return lacks.sum(axis=0) if weston_watkins else lacks.max(axis=0)


@gradient_of(multiclass_hinge)
def _(prediction: NDArray, target: NDArray, weston_watkins: bool = False) -> NDArray:
    """0 at the margin. Where wrong classes tie, the first of them takes the gradient."""
    pulled_down = np.sign(_lacks(prediction, target))
    if not weston_watkins:
        best_wrong = np.where(target == 1, -inf, prediction).argmax(axis=0)
        pulled_down = pulled_down * (np.arange(len(target))[:, np.newaxis] == best_wrong)
    return pulled_down - target * pulled_down.sum(axis=0)


def _lacks(scores: NDArray, one_hot: NDArray) -> NDArray:
    """What the right score lacks of a margin of 1 over each wrong one; 0 for the right class."""
    if not ((one_hot == 0) | (one_hot == 1)).all() or (one_hot.sum(axis=0) != 1).any():
        raise ValueError(
            "multiclass_hinge: a target must be labels or one-hot rows (one 1, else 0). "
            "A distribution over the classes belongs to the categorical cross entropies."
        )
    right = np.where(one_hot == 1, scores, 0).sum(axis=0)
    return np.where(one_hot == 1, 0, np.maximum(1 + (scores - right), 0))


@in_torch(multiclass_hinge, "torch.nn.functional.multi_margin_loss")
def _(prediction: Any, target: Any, weston_watkins: bool = False, axis: int = -1) -> Any:
    """PyTorch's `multi_margin_loss` is Weston and Watkins's sum, divided by the classes.

    Its classes are along axis 1, and it takes labels only.
    """
    scores = torch.movedim(prediction, axis, -1)
    by_labels = target.ndim < prediction.ndim
    labels = target.long() if by_labels else torch.argmax(torch.movedim(target, axis, -1), -1)
    labels = labels[..., None]
    right = torch.gather(scores, -1, labels)
    wrong = torch.scatter(scores, -1, labels, -inf)
    if weston_watkins:
        return torch.relu(1 + (wrong - right)).sum(-1)
    worst = torch.argmax(wrong, -1, keepdim=True)  # the first where several tie, as here
    return torch.relu(1 + (torch.gather(wrong, -1, worst) - right))[..., 0]


@in_tensorflow(multiclass_hinge, "tf.keras.losses.CategoricalHinge")
def _(prediction: Any, target: Any, weston_watkins: bool = False, axis: int = -1) -> Any:
    """Keras's `categorical_hinge` counts a 0 among the wrong scores; it takes one-hot rows only."""
    by_labels = target.ndim < prediction.ndim
    labels = tf.cast(target, tf.int64) if by_labels else tf.argmax(target, axis)
    scores = tf.experimental.numpy.moveaxis(prediction, axis, -1)
    is_right = tf.one_hot(labels, scores.shape[-1], on_value=True, off_value=False)
    right = _picked(scores, labels)
    wrong = tf.where(is_right, tf.constant(-inf, scores.dtype), scores)
    if weston_watkins:
        return tf.reduce_sum(tf.nn.relu(1 + (wrong - right[..., tf.newaxis])), -1)
    worst = tf.argmax(wrong, -1)  # the first where several tie, as here
    return tf.nn.relu(1 + (_picked(wrong, worst) - right))


def _picked(scores: Any, positions: Any) -> Any:
    """Of each row of scores, the one at its position."""
    return tf.gather(scores, positions, axis=-1, batch_dims=len(positions.shape))
