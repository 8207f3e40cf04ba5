"""Losses for classes: cross entropies of probabilities and of logits, and focal losses.

A logit is a score before the sigmoid or the softmax. Where a model gives logits, use the loss "with
logits": it knows how far from 0 or 1 a probability is that is rounded to 0 or 1.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actloss.arrays import NON_NEGATIVE, PROBABILITY, Domain
from actloss.exact import log, shifted_exponentials, sums_of_others, total, without_largest
from actloss.frameworks import tf, torch
from actloss.function import gradient_of, in_tensorflow, in_torch, loss, weights_of

CLIP = Domain("a small probability", 0, 0.5)

COX = "Cox (1958), The Regression Analysis of Binary Sequences"
BAUM_WILCZEK = (
    "Baum & Wilczek (1988), Supervised Learning of Probability Distributions by Neural Networks"
)
SOLLA = "Solla, Levin & Fleisher (1988), Accelerated Learning in Layered Neural Networks"
BRIDLE = (
    "Bridle (1989), Training Stochastic Model Recognition Algorithms as Networks can Lead to "
    "Maximum Mutual Information Estimation of Parameters"
)
SZEGEDY = (
    "Szegedy et al. (2016), Rethinking the Inception Architecture for Computer Vision "
    "(for label smoothing)"
)
LIN = "Lin, Goyal, Girshick, He & Dollár (2017), Focal Loss for Dense Object Detection"


def _times(weight: NDArray, surprise: NDArray, at_least: NDArray) -> NDArray:
    """weight * surprise, where a weight of 0 takes away even an infinite surprise.

    0 * inf is NaN, which fmax passes over for its other argument. `at_least` is finite, and never
    above the surprise, so that it changes nothing else; and NaN where the surprise is NaN.
    """
    return np.fmax(weight * surprise, weight * at_least)


def _share(target: NDArray, probability: NDArray) -> NDArray:
    """target / probability, and 0 where both are 0; NaN where the probability is NaN."""
    return np.fmax(target / probability, target * probability)


# --- two classes, or several labels that do not exclude one another ------------------------------


@loss(
    domains={"prediction": PROBABILITY, "target": PROBABILITY, "clip": CLIP},
    formula=r"-\left[ y \log p + (1 - y) \log (1 - p) \right]",
    derivative_formula=r"\frac{1 - y}{1 - p} - \frac{y}{p}",
    output_range=(0, inf),
    introduced="Baum & Wilczek (1988), for networks; before, in logistic regression",
    popularised="Solla, Levin & Fleisher (1988): networks learn faster with it than with squares",
    smooth=True,
    convex=True,
    used_in="two classes; several labels that do not exclude one another, each with its own "
    "sigmoid: the 919 chromatin features of DeepSEA",
    goes_wrong="A probability that was rounded to 0 or 1 costs infinity where it is wrong: use "
    "logits. Swapped arguments are no error, and another number.",
    references=(COX, BAUM_WILCZEK, SOLLA),
    plot_range=(0, 1),
    plot_with={"target": 1},
)
def binary_cross_entropy(prediction: NDArray, target: NDArray, clip: float = 0.0) -> NDArray:
    """How surprising a yes or no is to a predicted probability of yes, in nats.

    prediction : probabilities p. Exactly 0 and 1 are allowed; if wrong, they cost infinity.
    target : labels 0/1, or probabilities.
    clip : bring p to at least this and at most one minus this first (Keras: 1e-7).
    """
    p, y = _clipped(prediction, clip), target
    return _times(y, -log(p), 1 - p) + _times(1 - y, -np.log1p(-p), p)


@gradient_of(binary_cross_entropy)
def _(prediction: NDArray, target: NDArray, clip: float = 0.0) -> NDArray:
    """0 where p was clipped."""
    p, y = _clipped(prediction, clip), target
    q = 1 - p
    return (p == prediction) * (_share(1 - y, q) - _share(y, p))


def _clipped(probability: NDArray, clip: float) -> NDArray:
    return np.clip(probability, clip, 1 - clip) if clip else probability


@loss(
    domains={"target": PROBABILITY, "pos_weight": NON_NEGATIVE},
    formula=r"w\,y \log(1 + e^{-z}) + (1 - y) \log(1 + e^{z})",
    derivative_formula=r"(1 - y)\,\sigma(z) - w\,y\,\sigma(-z), \text{ which is } \sigma(z) - y "
    r"\text{ for } w = 1",
    output_range=(0, inf),
    introduced="Baum & Wilczek (1988), for networks; before, in logistic regression",
    popularised="Solla, Levin & Fleisher (1988): networks learn faster with it than with squares",
    smooth=True,
    convex=True,
    used_in="two classes; several labels that do not exclude one another",
    goes_wrong="Given probabilities for logits, it applies the sigmoid a second time, without a "
    "word: with balanced classes it then never falls below .5032.",
    references=(COX, BAUM_WILCZEK, SOLLA),
    plot_with={"target": 1},
)
def binary_cross_entropy_with_logits(
    prediction: NDArray, target: NDArray, pos_weight: ArrayLike = 1.0
) -> NDArray:
    """Binary cross entropy of sigmoid(z), computed from the logit z.

    prediction : logits, any real numbers.
    target : labels 0/1, or probabilities.
    pos_weight : w, how much more a yes counts than a no; a number, or one for each label.
    """
    z, y = prediction, target
    both = np.log1p(np.exp(-np.abs(z)))  # log(1 + e^z) = max(z, 0) + both, without overflow
    if_no = _times(1 - y, np.maximum(z, 0) + both, both)
    if_yes = _times(y, np.maximum(-z, 0) + both, both)
    return pos_weight * if_yes + if_no


@gradient_of(binary_cross_entropy_with_logits)
def _(prediction: NDArray, target: NDArray, pos_weight: ArrayLike = 1.0) -> NDArray:
    z, y = prediction, target
    up, down = np.exp(np.minimum(z, 0)), np.exp(-np.maximum(z, 0))  # e^z = up / down
    return ((1 - y) * up - pos_weight * y * down) / (1 + up * down)


@in_torch(binary_cross_entropy, "torch.nn.functional.binary_cross_entropy")
def _(prediction: Any, target: Any, clip: float = 0.0) -> Any:
    """PyTorch's own stops each logarithm at -100 and the gradient's denominator at 1e-12.

    Here neither is limited. Where the target is 0 the logarithm of p is not taken at all, for
    autograd makes NaN of 0 times its infinite slope.
    """
    p = prediction.clamp(clip, 1 - clip) if clip else prediction
    if_yes = -torch.log(torch.where(target == 0, 1, p))
    if_no = -torch.log1p(-torch.where(target == 1, 0, p))
    return target * if_yes + (1 - target) * if_no


@in_tensorflow(binary_cross_entropy, "tf.keras.losses.BinaryCrossentropy")
def _(prediction: Any, target: Any, clip: float = 0.0) -> Any:
    """Keras's takes (y_true, y_pred), clips p at 1e-7 and averages the last axis only."""
    p = tf.clip_by_value(prediction, clip, 1 - clip) if clip else prediction
    return -tf.math.xlogy(target, p) - tf.math.xlog1py(1 - target, -p)


@in_torch(binary_cross_entropy_with_logits, "torch.nn.functional.binary_cross_entropy_with_logits")
def _(prediction: Any, target: Any, pos_weight: Any = 1.0) -> Any:
    """PyTorch's own loses the digits of a confident logit: 5.72e-6 for 6.14e-6 at -12, target 0.

    Its logsigmoid keeps them, in the value and in the gradient.
    """
    w = torch.as_tensor(pos_weight, dtype=prediction.dtype)
    if_yes = torch.where(target == 0, 0, -torch.nn.functional.logsigmoid(prediction))
    if_no = torch.where(target == 1, 0, -torch.nn.functional.logsigmoid(-prediction))
    return w * target * if_yes + (1 - target) * if_no


@in_tensorflow(binary_cross_entropy_with_logits, "tf.nn.sigmoid_cross_entropy_with_logits")
def _(prediction: Any, target: Any, pos_weight: Any = 1.0) -> Any:
    """TensorFlow's takes the labels first, and its sum of three terms loses digits.

    softplus keeps them.
    """
    w, nothing = tf.cast(pos_weight, prediction.dtype), tf.zeros_like(prediction)
    if_yes = tf.where(target == 0, nothing, tf.math.softplus(-prediction))
    if_no = tf.where(target == 1, nothing, tf.math.softplus(prediction))
    return w * target * if_yes + (1 - target) * if_no


# --- one class of several, as a row of probabilities ---------------------------------------------


def _class_weights(class_weights: ArrayLike, n_classes: int, dtype: np.dtype) -> NDArray:
    weights = np.asarray(class_weights, dtype)
    if weights.shape != (n_classes,):
        raise ValueError(
            f"There must be one weight for each of the {n_classes} classes, "
            f"but the weights have shape {weights.shape}."
        )
    return weights


def _weighted(target: NDArray, class_weights: ArrayLike | None) -> NDArray:
    """The target's rows, each class times its weight."""
    if class_weights is None:
        return target
    return target * _class_weights(class_weights, len(target), target.dtype)[:, np.newaxis]


def _smoothed(target: NDArray, label_smoothing: float) -> NDArray:
    """That share of each row taken away and given to all the classes alike."""
    if not label_smoothing:
        return target
    return (1 - label_smoothing) * target + label_smoothing / len(target)


def _sum_of_weights(target: NDArray, class_weights: ArrayLike | None) -> NDArray | None:
    """How much each example counts in the mean."""
    return None if class_weights is None else _weighted(target, class_weights).sum(axis=0)


@loss(
    over="classes",
    domains={
        "prediction": PROBABILITY,
        "target": PROBABILITY,
        "class_weights": NON_NEGATIVE,
        "clip": CLIP,
    },
    formula=r"-\sum_k w_k\, y_k \log p_k",
    derivative_formula=r"-\frac{w_k\, y_k}{p_k}",
    output_range=(0, inf),
    introduced="Baum & Wilczek (1988), for networks",
    popularised="Bridle (1989), with the softmax",
    smooth=True,
    convex=True,
    used_in="classes that exclude one another: acceptor, donor or neither in SpliceAI; soft labels",
    goes_wrong="Not for examples that may have several labels at once. Given logits, it is "
    "meaningless.",
    references=(BAUM_WILCZEK, BRIDLE),
    plot_range=(0, 1),
    plot_with={"target": [1, 0, 0]},
)
def categorical_cross_entropy(
    prediction: NDArray,
    target: NDArray,
    class_weights: ArrayLike | None = None,
    clip: float = 0.0,
) -> NDArray:
    """How surprising the true class is to predicted probabilities of the classes, in nats.

    prediction : probabilities p of the classes along `axis`, taken as they are: not rescaled to sum
        to one. Exactly 0 is allowed; where the target is not 0 too, it costs infinity.
    target : one-hot rows, or rows of probabilities.
    class_weights : w, one for each class. The mean then divides by the sum of the weights used (as
        PyTorch does for labels; for rows of probabilities it divides by the number of examples).
    clip : bring p to at least this and at most one minus this first (Keras: 1e-7).
    """
    p, y = _clipped(prediction, clip), _weighted(target, class_weights)
    return total(_times(y, -log(p), 1 - p))


@gradient_of(categorical_cross_entropy)
def _(
    prediction: NDArray,
    target: NDArray,
    class_weights: ArrayLike | None = None,
    clip: float = 0.0,
) -> NDArray:
    """0 where p was clipped, and where p and the target both are 0."""
    p, y = _clipped(prediction, clip), _weighted(target, class_weights)
    return (p == prediction) * -_share(y, p)


@in_torch(categorical_cross_entropy)
def _(
    prediction: Any,
    target: Any,
    class_weights: Any = None,
    clip: float = 0.0,
    axis: int = -1,
    reduction: str = "mean",
) -> Any:
    """PyTorch has none that takes probabilities; this sums the logarithms that the target picks."""
    prediction, target = torch.broadcast_tensors(prediction, target)
    p = prediction.clamp(clip, 1 - clip) if clip else prediction
    y = target * _torch_per_class(class_weights, prediction, axis)
    values = -(y * torch.log(torch.where(y == 0, 1, p))).sum(axis)
    return _torch_reduced(values, y.sum(axis), class_weights, reduction)


@in_tensorflow(categorical_cross_entropy, "tf.keras.losses.CategoricalCrossentropy")
def _(
    prediction: Any,
    target: Any,
    class_weights: Any = None,
    clip: float = 0.0,
    axis: int = -1,
    reduction: str = "mean",
) -> Any:
    """Keras's takes (y_true, y_pred), rescales each row to sum to one and clips it at 1e-7."""
    p = tf.clip_by_value(prediction, clip, 1 - clip) if clip else prediction
    y = (target + tf.zeros_like(p)) * _tensorflow_per_class(class_weights, p, axis)
    values = -tf.reduce_sum(tf.math.xlogy(y, p), axis)
    return _tensorflow_reduced(values, tf.reduce_sum(y, axis), class_weights, reduction)


def _soft_cross_entropy(z: NDArray, y: NDArray) -> NDArray:
    """-sum y log softmax(z), where -log softmax(z) is max z - z + log(1 + the smaller e^z / e^max).

    All terms are positive and none is a difference of nearly equal numbers.
    """
    below, e = shifted_exponentials(z)
    _, others = without_largest(e)
    return total(_times(y, -below, np.zeros_like(z))) + total(y) * np.log1p(others)


def _through_softmax(e: NDArray, y: NDArray) -> NDArray:
    """softmax(z) times the sum of y, minus y, from e^z.

    Each entry is what the others' targets pull it up minus what its own target pulls it down, by
    the others' part in the softmax. Neither is a difference that rounds to 0.
    """
    whole, others = sums_of_others(e)
    return (e * (total(y) - y) - y * others) / whole


@loss(
    over="classes",
    domains={
        "target": PROBABILITY,
        "class_weights": NON_NEGATIVE,
        "label_smoothing": PROBABILITY,
    },
    formula=r"-\sum_k w_k\, y_k \log \operatorname{softmax}(z)_k",
    derivative_formula=r"\operatorname{softmax}(z)_k \sum_j w_j\, y_j - w_k\, y_k, "
    r"\text{ that is, } \operatorname{softmax}(z)_k - y_k \text{ for } w = 1",
    output_range=(0, inf),
    introduced="Baum & Wilczek (1988), for networks",
    popularised="Bridle (1989), with the softmax",
    smooth=True,
    convex=True,
    used_in="classes that exclude one another; soft or smoothed labels",
    goes_wrong="Given probabilities for logits, it applies the softmax a second time: with K "
    "classes it then never falls below log(1 + (K - 1) / e).",
    references=(BAUM_WILCZEK, BRIDLE, SZEGEDY),
    plot_with={"target": [1, 0, 0]},
)
def categorical_cross_entropy_with_logits(
    prediction: NDArray,
    target: NDArray,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
) -> NDArray:
    """Categorical cross entropy of softmax(z), computed from the logits z.

    prediction : logits of the classes along `axis`, any real numbers.
    target : one-hot rows, or rows of probabilities.
    class_weights : w, one for each class. The mean then divides by the sum of the weights used (as
        PyTorch does for labels; for rows of probabilities it divides by the number of examples).
    label_smoothing : the share of each target that is taken away and given to all classes alike.
    """
    y = _weighted(_smoothed(target, label_smoothing), class_weights)
    return _soft_cross_entropy(prediction, y)


@gradient_of(categorical_cross_entropy_with_logits)
def _(
    prediction: NDArray,
    target: NDArray,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
) -> NDArray:
    y = _weighted(_smoothed(target, label_smoothing), class_weights)
    _, e = shifted_exponentials(prediction)
    return _through_softmax(e, y)


@weights_of(categorical_cross_entropy)
@weights_of(categorical_cross_entropy_with_logits)
def _(
    prediction: NDArray, target: NDArray, class_weights: ArrayLike | None = None, **others: Any
) -> NDArray | None:
    """The other options (clip, label_smoothing) do not change how much an example counts."""
    return _sum_of_weights(target, class_weights)


@in_torch(categorical_cross_entropy_with_logits, "torch.nn.functional.cross_entropy")
def _(
    prediction: Any,
    target: Any,
    class_weights: Any = None,
    label_smoothing: float = 0.0,
    axis: int = -1,
    reduction: str = "mean",
) -> Any:
    """PyTorch's `cross_entropy` has the classes on axis 1, and gives 0 for confident predictions.

    Of rows of probabilities, it divides the mean by their number whatever the weights.
    """
    prediction, target = torch.broadcast_tensors(prediction, target)
    values, used = _torch_cross_entropy(prediction, target, class_weights, label_smoothing, axis)
    return _torch_reduced(values, used, class_weights, reduction)


@in_tensorflow(categorical_cross_entropy_with_logits, "tf.nn.softmax_cross_entropy_with_logits")
def _(
    prediction: Any,
    target: Any,
    class_weights: Any = None,
    label_smoothing: float = 0.0,
    axis: int = -1,
    reduction: str = "mean",
) -> Any:
    """TensorFlow's takes the labels first, has no weights, and gives 0 where confident."""
    target = target + tf.zeros_like(prediction)
    values, used = _tensorflow_cross_entropy(
        prediction, target, class_weights, label_smoothing, axis
    )
    return _tensorflow_reduced(values, used, class_weights, reduction)


# --- one class of several, as its number ---------------------------------------------------------


def _positions(labels: NDArray) -> NDArray:
    """Where the labels' entries stand in a flattened block (classes, examples)."""
    return labels * len(labels) + np.arange(len(labels))


def _weights_of_labels(labels: NDArray, class_weights: ArrayLike, like: NDArray) -> NDArray:
    return _class_weights(class_weights, len(like), like.dtype)[labels]


def _one_hot(labels: NDArray, like: NDArray) -> NDArray:
    return (np.arange(len(like))[:, np.newaxis] == labels).astype(like.dtype)


@loss(
    over="classes",
    target="labels",
    domains={"prediction": PROBABILITY, "class_weights": NON_NEGATIVE, "clip": CLIP},
    formula=r"-w_y \log p_y",
    derivative_formula=r"-\frac{w_y}{p_y} \text{ for } k = y, \text{ else } 0",
    output_range=(0, inf),
    introduced="Baum & Wilczek (1988), for networks",
    popularised="Bridle (1989), with the softmax",
    smooth=True,
    convex=True,
    used_in="classes that exclude one another, with numbers for labels: no one-hot rows are kept",
    goes_wrong="Labels that count from 1 silently name the next class; only the last is an error.",
    references=(BAUM_WILCZEK, BRIDLE),
    plot_range=(0, 1),
    plot_with={"target": 0},
)
def sparse_categorical_cross_entropy(
    prediction: NDArray,
    target: NDArray,
    class_weights: ArrayLike | None = None,
    clip: float = 0.0,
) -> NDArray:
    """Categorical cross entropy whose targets are the numbers of the classes, not one-hot rows.

    prediction : probabilities p of the classes along `axis`.
    target : labels y, whole numbers from 0; the prediction's shape without its class axis.
    class_weights : w, one for each class. The mean then divides by the sum of the weights used.
    clip : bring p to at least this and at most one minus this first (Keras: 1e-7).
    """
    p = _clipped(prediction.take(_positions(target)), clip)
    surprise = 0 - log(p)
    if class_weights is None:
        return surprise
    return _times(_weights_of_labels(target, class_weights, prediction), surprise, 1 - p)


@gradient_of(sparse_categorical_cross_entropy)
def _(
    prediction: NDArray,
    target: NDArray,
    class_weights: ArrayLike | None = None,
    clip: float = 0.0,
) -> NDArray:
    """0 where p was clipped."""
    given = prediction.take(_positions(target))
    p = _clipped(given, clip)
    weight = np.ones_like(p)
    if class_weights is not None:
        weight = _weights_of_labels(target, class_weights, prediction)
    gradient = np.zeros_like(prediction)
    gradient.put(_positions(target), (p == given) * -_share(weight, p))
    return gradient


@in_torch(sparse_categorical_cross_entropy, "torch.nn.functional.nll_loss")
def _(
    prediction: Any,
    target: Any,
    class_weights: Any = None,
    clip: float = 0.0,
    axis: int = -1,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Any:
    """PyTorch's `nll_loss` of the logarithm: classes on axis 1; it ignores the label -100."""
    labels, kept = _torch_labels(target, ignore_index)
    p = prediction.gather(axis, labels.unsqueeze(axis)).squeeze(axis)
    p = p.clamp(clip, 1 - clip) if clip else p
    weights = _torch_per_class(class_weights, prediction, axis).expand_as(prediction)
    used = weights.gather(axis, labels.unsqueeze(axis)).squeeze(axis) * kept
    return _torch_reduced(used * -torch.log(torch.where(kept, p, 1)), used, kept, reduction)


@in_tensorflow(sparse_categorical_cross_entropy, "tf.keras.losses.SparseCategoricalCrossentropy")
def _(
    prediction: Any,
    target: Any,
    class_weights: Any = None,
    clip: float = 0.0,
    axis: int = -1,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Any:
    """Keras's takes (y_true, y_pred), rescales each row to sum to one and clips it at 1e-7."""
    picked, kept = _tensorflow_one_hot(target, prediction, axis, ignore_index)
    p = tf.reduce_sum(tf.where(picked, prediction, tf.zeros_like(prediction)), axis)
    p = tf.clip_by_value(p, clip, 1 - clip) if clip else p
    weights = tf.cast(picked, p.dtype) * _tensorflow_per_class(class_weights, prediction, axis)
    used = tf.reduce_sum(weights, axis)
    values = used * -tf.math.log(tf.where(kept, p, tf.ones_like(p)))
    return _tensorflow_reduced(values, used, kept, reduction)


@loss(
    over="classes",
    target="labels",
    domains={"class_weights": NON_NEGATIVE, "label_smoothing": PROBABILITY},
    formula=r"-w_y \log \operatorname{softmax}(z)_y",
    derivative_formula=r"w_y\,(\operatorname{softmax}(z)_k - [k = y])",
    output_range=(0, inf),
    introduced="Baum & Wilczek (1988), for networks",
    popularised="Bridle (1989), with the softmax",
    smooth=True,
    convex=True,
    used_in="classes that exclude one another, with numbers for labels: no one-hot rows are kept",
    goes_wrong="Given probabilities for logits, it applies the softmax a second time: with K "
    "classes it then never falls below log(1 + (K - 1) / e).",
    references=(BAUM_WILCZEK, BRIDLE, SZEGEDY),
    plot_with={"target": 0},
)
def sparse_categorical_cross_entropy_with_logits(
    prediction: NDArray,
    target: NDArray,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
) -> NDArray:
    """Categorical cross entropy of softmax(z) and the true class's number, from the logits z.

    prediction : logits of the classes along `axis`, any real numbers.
    target : labels y, whole numbers from 0; the prediction's shape without its class axis.
    class_weights : w, one for each class. The mean then divides by the sum of the weights used.
    label_smoothing : the share of each target that is taken away and given to all classes alike.
    """
    if label_smoothing:
        y = _weighted(_smoothed(_one_hot(target, prediction), label_smoothing), class_weights)
        return _soft_cross_entropy(prediction, y)
    below, e = shifted_exponentials(prediction)
    true = _positions(target)
    behind, of_true = 0 - below.take(true), e.take(true)
    e.put(true, 0)
    # log(sum of e^z / e^max). Where the true class has the maximum, its part is 1, beside which the
    # others' would be lost; 1 is taken off here and put back by log1p.
    rest = np.log1p(total(e) + (of_true - 1))
    if class_weights is None:
        return behind + rest
    return _times(_weights_of_labels(target, class_weights, prediction), behind + rest, rest)


@gradient_of(sparse_categorical_cross_entropy_with_logits)
def _(
    prediction: NDArray,
    target: NDArray,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
) -> NDArray:
    """The probabilities, but for the true class: minus the sum of the others, which is p - 1."""
    _, e = shifted_exponentials(prediction)
    if label_smoothing:
        y = _smoothed(_one_hot(target, prediction), label_smoothing)
        return _through_softmax(e, _weighted(y, class_weights))
    true = _positions(target)
    of_true = e.take(true)
    e.put(true, 0)
    others = total(e)
    e.put(true, -others)
    gradient = e / (others + of_true)
    if class_weights is None:
        return gradient
    return _weights_of_labels(target, class_weights, prediction) * gradient


@weights_of(sparse_categorical_cross_entropy)
@weights_of(sparse_categorical_cross_entropy_with_logits)
def _(
    prediction: NDArray, target: NDArray, class_weights: ArrayLike | None = None, **others: Any
) -> NDArray | None:
    """The other options (clip, label_smoothing) do not change how much an example counts."""
    if class_weights is None:
        return None
    return _weights_of_labels(target, class_weights, prediction)


@in_torch(sparse_categorical_cross_entropy_with_logits, "torch.nn.functional.cross_entropy")
def _(
    prediction: Any,
    target: Any,
    class_weights: Any = None,
    label_smoothing: float = 0.0,
    axis: int = -1,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Any:
    """PyTorch's `cross_entropy` has the classes on axis 1, and gives 0 for confident predictions.

    It ignores the label -100 unless told otherwise.
    """
    labels, kept = _torch_labels(target, ignore_index)
    y = torch.nn.functional.one_hot(labels, prediction.shape[axis]).movedim(-1, axis)
    y = y.to(prediction.dtype) * kept.unsqueeze(axis)
    values, used = _torch_cross_entropy(prediction, y, class_weights, label_smoothing, axis)
    return _torch_reduced(torch.where(kept, values, 0), used, kept, reduction)


@in_tensorflow(
    sparse_categorical_cross_entropy_with_logits, "tf.nn.sparse_softmax_cross_entropy_with_logits"
)
def _(
    prediction: Any,
    target: Any,
    class_weights: Any = None,
    label_smoothing: float = 0.0,
    axis: int = -1,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Any:
    """TensorFlow's takes the labels first, and gives 0 for confident predictions.

    Keras's `ignore_class` is this `ignore_index`.
    """
    picked, kept = _tensorflow_one_hot(target, prediction, axis, ignore_index)
    y = tf.cast(picked, prediction.dtype)
    values, used = _tensorflow_cross_entropy(prediction, y, class_weights, label_smoothing, axis)
    values = tf.where(kept, values, tf.zeros_like(values))
    return _tensorflow_reduced(values, used, kept, reduction)


# --- focal: easy examples count less -------------------------------------------------------------


def _over(options: dict[str, Any]) -> str:
    mode = options.get("mode", "binary")
    if mode not in ("binary", "categorical"):
        raise ValueError(f"mode must be 'binary' or 'categorical', but is {mode!r}.")
    return "elements" if mode == "binary" else "classes"


def _weights_of_yes_and_no(y: NDArray, alpha: Any) -> tuple[NDArray, NDArray]:
    if alpha is None:
        return y, 1 - y
    PROBABILITY.check(np.asarray(alpha), "alpha")
    return alpha * y, (1 - alpha) * (1 - y)


def _weights_of_classes(y: NDArray, alpha: Any) -> NDArray:
    if alpha is None:
        return y
    NON_NEGATIVE.check(np.asarray(alpha), "alpha")
    return alpha * y if np.ndim(alpha) == 0 else _weighted(y, alpha)


def _focal_slope(
    weight: NDArray, p: NDArray, q: NDArray, surprise: NDArray, gamma: float
) -> NDArray:
    """Minus the derivative of weight * q^gamma * -log p with respect to p, where q = 1 - p.

    -log p is at least q, which gives the limits where 0 meets infinity (see `_times`).
    """
    faded = weight * q**gamma
    by_factor = np.fmax(gamma * weight * q ** (gamma - 1) * surprise, gamma * faded)
    return by_factor + _share(faded, p)


@loss(
    over=_over,
    target="either",
    domains={"prediction": PROBABILITY, "target": PROBABILITY, "gamma": NON_NEGATIVE},
    formula=r"-\alpha\, y\, (1 - p)^\gamma \log p - (1 - \alpha)(1 - y)\, p^\gamma \log (1 - p)",
    derivative_formula=r"(1 - \alpha)(1 - y) \left[\frac{p^\gamma}{1 - p} - \gamma p^{\gamma - 1} "
    r"\log(1 - p)\right] - \alpha\, y \left[\frac{(1 - p)^\gamma}{p} "
    r"- \gamma (1 - p)^{\gamma - 1} \log p\right]",
    output_range=(0, inf),
    introduced="Lin, Goyal, Girshick, He & Dollár (2017)",
    smooth=True,
    convex=True,
    used_in="classes of very unequal size: objects before a background, in RetinaNet",
    goes_wrong="It is no likelihood: the p that minimises it is not how often the answer is yes, "
    "so its probabilities need calibration.",
    references=(LIN,),
    plot_range=(0, 1),
    plot_with={"target": 1},
)
def focal(
    prediction: NDArray,
    target: NDArray,
    mode: str = "binary",
    gamma: float = 2.0,
    alpha: ArrayLike | None = None,
) -> NDArray:
    """Cross entropy in which examples count less the better they are predicted already.

    prediction : probabilities p.
    target : "binary": labels 0/1; one between mixes the losses of both. "categorical": one-hot
        rows, or labels, the classes' numbers.
    mode : "binary", each element by itself, or "categorical", the classes along `axis`.
    gamma : how fast the weight (1 - p)^gamma of an example falls. 0 is plain cross entropy.
    alpha : "binary": the weight of yes, and one minus it that of no; None weighs both by 1.
        "categorical": a weight for each class, or one for all.
    """
    p, q = prediction, 1 - prediction
    if mode == "categorical":
        y = _weights_of_classes(target, alpha)
        return total(_times(y * q**gamma, -log(p), q))
    yes, no = _weights_of_yes_and_no(target, alpha)
    return _times(yes * q**gamma, -log(p), q) + _times(no * p**gamma, -np.log1p(-p), p)


@gradient_of(focal)
def _(
    prediction: NDArray,
    target: NDArray,
    mode: str = "binary",
    gamma: float = 2.0,
    alpha: ArrayLike | None = None,
) -> NDArray:
    p, q = prediction, 1 - prediction
    if mode == "categorical":
        return 0 - _focal_slope(_weights_of_classes(target, alpha), p, q, -log(p), gamma)
    yes, no = _weights_of_yes_and_no(target, alpha)
    falls = _focal_slope(yes, p, q, -log(p), gamma)
    rises = _focal_slope(no, q, p, -np.log1p(-p), gamma)
    return rises - falls


@in_torch(focal)
def _(
    prediction: Any,
    target: Any,
    mode: str = "binary",
    gamma: float = 2.0,
    alpha: Any = None,
    axis: int = -1,
) -> Any:
    """PyTorch has none; torchvision's takes logits only."""
    p = prediction
    if mode == "categorical":
        y = _torch_focal_targets(target, alpha, p, axis)
        return -(y * (1 - p) ** gamma * torch.log(torch.where(y == 0, 1, p))).sum(axis)
    a, b = _alpha_in_framework(alpha, torch.as_tensor, p)
    if_yes = -torch.log(torch.where(target == 0, 1, p))
    if_no = -torch.log1p(-torch.where(target == 1, 0, p))
    return a * target * (1 - p) ** gamma * if_yes + b * (1 - target) * p**gamma * if_no


@in_tensorflow(focal, "tf.keras.losses.BinaryFocalCrossentropy")
def _(
    prediction: Any,
    target: Any,
    mode: str = "binary",
    gamma: float = 2.0,
    alpha: Any = None,
    axis: int = -1,
) -> Any:
    """Keras's clips p at 1e-7, averages the last axis only, and ignores alpha unless told not to.

    Keras has (1 - p y - (1 - p)(1 - y))^gamma for a target between 0 and 1, here the two are mixed.
    """
    p = prediction
    if mode == "categorical":
        y = _tensorflow_focal_targets(target, alpha, p, axis)
        return -tf.reduce_sum(tf.math.xlogy(y * (1 - p) ** gamma, p), axis)
    a, b = _alpha_in_framework(alpha, tf.convert_to_tensor, p)
    if_yes = -tf.math.xlogy(a * target * (1 - p) ** gamma, p)
    return if_yes - tf.math.xlog1py(b * (1 - target) * p**gamma, -p)


@loss(
    over=_over,
    target="either",
    domains={"target": PROBABILITY, "gamma": NON_NEGATIVE},
    formula=r"-\alpha\, y\, \sigma(-z)^\gamma \log \sigma(z) "
    r"- (1 - \alpha)(1 - y)\, \sigma(z)^\gamma \log \sigma(-z)",
    derivative_formula=r"(1 - \alpha)(1 - y)\, p^\gamma \left[p - \gamma (1 - p) \log(1 - p)\right]"
    r" - \alpha\, y\, (1 - p)^\gamma \left[1 - p - \gamma\, p \log p\right], \quad p = \sigma(z)",
    output_range=(0, inf),
    introduced="Lin, Goyal, Girshick, He & Dollár (2017)",
    smooth=True,
    convex=False,
    used_in="classes of very unequal size: objects before a background, in RetinaNet",
    goes_wrong="It is no likelihood: the p that minimises it is not how often the answer is yes, "
    "so its probabilities need calibration.",
    references=(LIN,),
    plot_with={"target": 1},
)
def focal_with_logits(
    prediction: NDArray,
    target: NDArray,
    mode: str = "binary",
    gamma: float = 2.0,
    alpha: ArrayLike | None = None,
) -> NDArray:
    """Focal loss of sigmoid(z) or, with mode="categorical", of softmax(z), from the logits z.

    prediction : logits, any real numbers.
    target, mode, gamma, alpha : as for `focal`.
    """
    if mode == "categorical":
        y = _weights_of_classes(target, alpha)
        _, _, q, surprise, rest = _of_classes(prediction)
        return total(_times(y * q**gamma, surprise, rest))
    yes, no = _weights_of_yes_and_no(target, alpha)
    p, q, if_yes, if_no, both = _of_yes_and_no(prediction)
    return _times(yes * q**gamma, if_yes, both) + _times(no * p**gamma, if_no, both)


@gradient_of(focal_with_logits)
def _(
    prediction: NDArray,
    target: NDArray,
    mode: str = "binary",
    gamma: float = 2.0,
    alpha: ArrayLike | None = None,
) -> NDArray:
    if mode == "categorical":
        y = _weights_of_classes(target, alpha)
        e, p, q, surprise, _ = _of_classes(prediction)
        by_factor = gamma * np.fmax(p * q ** (gamma - 1) * surprise, p * q**gamma)
        return _through_softmax(e, y * (by_factor + q**gamma))
    yes, no = _weights_of_yes_and_no(target, alpha)
    p, q, if_yes, if_no, both = _of_yes_and_no(prediction)
    rises = no * p**gamma * (gamma * _times(q, if_no, both) + p)
    falls = yes * q**gamma * (gamma * _times(p, if_yes, both) + q)
    return rises - falls


@in_torch(focal_with_logits)
def _(
    prediction: Any,
    target: Any,
    mode: str = "binary",
    gamma: float = 2.0,
    alpha: Any = None,
    axis: int = -1,
) -> Any:
    """torchvision's `sigmoid_focal_loss` has alpha .25 by default and no stable weight.

    1 - p is 0 for a confident prediction, so its powers are taken of exp(log(1 - p)).
    """
    z = prediction
    if mode == "categorical":
        y = _torch_focal_targets(target, alpha, z, axis)
        surprise = torch.where(y == 0, 0, _torch_surprise(z, axis))
        return (y * (-torch.expm1(-surprise)) ** gamma * surprise).sum(axis)
    a, b = _alpha_in_framework(alpha, torch.as_tensor, z)
    if_yes = -torch.nn.functional.logsigmoid(z)
    if_no = -torch.nn.functional.logsigmoid(-z)
    yes = a * target * torch.exp(-gamma * if_no) * torch.where(target == 0, 0, if_yes)
    return yes + b * (1 - target) * torch.exp(-gamma * if_yes) * torch.where(target == 1, 0, if_no)


@in_tensorflow(focal_with_logits, "tf.keras.losses.BinaryFocalCrossentropy")
def _(
    prediction: Any,
    target: Any,
    mode: str = "binary",
    gamma: float = 2.0,
    alpha: Any = None,
    axis: int = -1,
) -> Any:
    """Keras's (from_logits=True) averages the last axis, and 1 - p is 0 where it is confident."""
    z, nothing = prediction, tf.zeros_like(prediction)
    if mode == "categorical":
        y = _tensorflow_focal_targets(target, alpha, z, axis)
        surprise = tf.where(y == 0, nothing, _tensorflow_surprise(z, axis))
        return tf.reduce_sum(y * (-tf.math.expm1(-surprise)) ** gamma * surprise, axis)
    a, b = _alpha_in_framework(alpha, tf.convert_to_tensor, z)
    if_yes, if_no = tf.math.softplus(-z), tf.math.softplus(z)
    yes = a * target * tf.exp(-gamma * if_no) * tf.where(target == 0, nothing, if_yes)
    no = b * (1 - target) * tf.exp(-gamma * if_yes) * tf.where(target == 1, nothing, if_no)
    return yes + no


def _of_yes_and_no(z: NDArray) -> tuple[NDArray, ...]:
    """sigmoid(z), sigmoid(-z), minus their logarithms, and the part that these share."""
    up, down = np.exp(np.minimum(z, 0)), np.exp(-np.maximum(z, 0))  # e^z = up / down
    whole, both = 1 + up * down, np.log1p(up * down)
    return up / whole, down / whole, np.maximum(-z, 0) + both, np.maximum(z, 0) + both, both


def _of_classes(z: NDArray) -> tuple[NDArray, ...]:
    """e^z, p = softmax(z), 1 - p, -log p, and the part that the classes' -log p share."""
    below, e = shifted_exponentials(z)
    whole, others = sums_of_others(e)
    rest = np.log1p(others.min(axis=0))
    return e, e / whole, others / whole, rest - below, rest


# --- what the equivalents share ------------------------------------------------------------------


def _torch_surprise(z: Any, axis: int) -> Any:
    """-log softmax(z): how far each class is behind the first, and log1p of the others' e^z.

    log_softmax gives 0 for a confident prediction, in which the others are lost beside the first.
    """
    first = z.argmax(axis, keepdim=True)
    largest = z.gather(axis, first)
    behind = (largest - z).scatter(axis, first, 0)
    others = torch.exp(z - largest).scatter(axis, first, 0).sum(axis, keepdim=True)
    return behind + torch.log1p(others)


def _tensorflow_surprise(z: Any, axis: int) -> Any:
    """As `_torch_surprise`."""
    axis = axis % len(z.shape)
    first = tf.one_hot(tf.argmax(z, axis), z.shape[axis], on_value=True, off_value=False, axis=axis)
    nothing = tf.zeros_like(z)
    largest = tf.reduce_sum(tf.where(first, z, nothing), axis, keepdims=True)
    behind = tf.where(first, nothing, largest - z)
    others = tf.reduce_sum(tf.where(first, nothing, tf.exp(z - largest)), axis, keepdims=True)
    return behind + tf.math.log1p(others)


def _torch_per_class(weights: Any, like: Any, axis: int) -> Any:
    """The classes' weights in a shape that goes with `like`; None weighs all by 1."""
    shape = [1] * like.ndim
    shape[axis] = -1
    return torch.as_tensor(1.0 if weights is None else weights, dtype=like.dtype).reshape(shape)


def _tensorflow_per_class(weights: Any, like: Any, axis: int) -> Any:
    shape = [1] * len(like.shape)
    shape[axis] = -1
    return tf.reshape(tf.cast(1.0 if weights is None else weights, like.dtype), shape)


def _torch_cross_entropy(
    z: Any, target: Any, class_weights: Any, label_smoothing: float, axis: int
) -> tuple[Any, Any]:
    """The value of each example, and the weights that it used."""
    weights = _torch_per_class(class_weights, z, axis)
    y = weights * ((1 - label_smoothing) * target + label_smoothing / z.shape[axis])
    values = (y * torch.where(y == 0, 0, _torch_surprise(z, axis))).sum(axis)
    return values, (weights * target).sum(axis)


def _tensorflow_cross_entropy(
    z: Any, target: Any, class_weights: Any, label_smoothing: float, axis: int
) -> tuple[Any, Any]:
    weights = _tensorflow_per_class(class_weights, z, axis)
    y = weights * ((1 - label_smoothing) * target + label_smoothing / z.shape[axis])
    surprise = tf.where(y == 0, tf.zeros_like(z), _tensorflow_surprise(z, axis))
    return tf.reduce_sum(y * surprise, axis), tf.reduce_sum(weights * target, axis)


def _torch_reduced(values: Any, used: Any, weighted: Any, reduction: str) -> Any:
    """The mean divides by the weights used or, where nothing is weighted, by the examples."""
    if reduction == "mean":
        return values.mean() if weighted is None else values.sum() / used.sum()
    return values.sum() if reduction == "sum" else values


def _tensorflow_reduced(values: Any, used: Any, weighted: Any, reduction: str) -> Any:
    if reduction == "mean" and weighted is None:
        return tf.reduce_mean(values)
    if reduction == "mean":
        return tf.reduce_sum(values) / tf.reduce_sum(used)
    return tf.reduce_sum(values) if reduction == "sum" else values


def _torch_labels(target: Any, ignore_index: int | None) -> tuple[Any, Any]:
    """The labels, 0 for the ignored ones, and which are kept."""
    kept = torch.ones_like(target, dtype=torch.bool)
    if ignore_index is not None:
        kept = target != ignore_index
    return torch.where(kept, target, 0), kept


def _tensorflow_one_hot(
    target: Any, like: Any, axis: int, ignore_index: int | None
) -> tuple[Any, Any]:
    """One-hot booleans, none true for an ignored label, and which labels are kept."""
    kept = tf.ones_like(target, tf.bool) if ignore_index is None else target != ignore_index
    axis = axis % len(like.shape)
    labels = tf.where(kept, target, -tf.ones_like(target))
    return tf.one_hot(labels, like.shape[axis], True, False, axis=axis), kept


def _alpha_in_framework(alpha: Any, as_tensor: Any, like: Any) -> tuple[Any, Any]:
    """The weights of yes and of no."""
    if alpha is None:
        return 1, 1
    a = as_tensor(alpha, dtype=like.dtype)
    return a, 1 - a


def _torch_focal_targets(target: Any, alpha: Any, like: Any, axis: int) -> Any:
    """One-hot rows, also of labels, times the classes' weights."""
    if target.ndim < like.ndim:
        target = torch.nn.functional.one_hot(target.long(), like.shape[axis]).movedim(-1, axis)
    return target * _torch_per_class(alpha, like, axis)


def _tensorflow_focal_targets(target: Any, alpha: Any, like: Any, axis: int) -> Any:
    if len(target.shape) < len(like.shape):
        labels, position = tf.cast(target, tf.int64), axis % len(like.shape)
        target = tf.one_hot(labels, like.shape[axis], axis=position, dtype=like.dtype)
    return target * _tensorflow_per_class(alpha, like, axis)
