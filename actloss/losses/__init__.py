"""Losses: how wrong is a prediction?

from actloss.losses import huber
huber(prediction, target, delta=1.0, reduction="mean")
huber.gradient(prediction, target)
"""

from __future__ import annotations

from actloss.losses.classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    categorical_cross_entropy,
    categorical_cross_entropy_with_logits,
    focal,
    focal_with_logits,
    sparse_categorical_cross_entropy,
    sparse_categorical_cross_entropy_with_logits,
)
from actloss.losses.distributions import (
    dice,
    gaussian_nll,
    kl_divergence,
    multinomial_nll,
    negative_binomial_nll,
    poisson_nll,
)
from actloss.losses.margin import hinge, multiclass_hinge, squared_hinge
from actloss.losses.regression import (
    huber,
    l1,
    l2,
    log_cosh,
    mean_absolute_error,
    mean_squared_error,
    quantile,
    root_mean_squared_error,
)

__all__ = [  # noqa: RUF022  in the order of the course, which the catalogue keeps
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_error",
    "l1",
    "l2",
    "huber",
    "log_cosh",
    "quantile",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_with_logits",
    "sparse_categorical_cross_entropy",
    "sparse_categorical_cross_entropy_with_logits",
    "focal",
    "focal_with_logits",
    "hinge",
    "squared_hinge",
    "multiclass_hinge",
    "kl_divergence",
    "gaussian_nll",
    "poisson_nll",
    "negative_binomial_nll",
    "multinomial_nll",
    "dice",
]
