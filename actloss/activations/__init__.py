"""Activation functions, one room each: formula, NumPy, derivative, both frameworks, facts."""

from actloss.activations.rectifiers import (
    celu,
    elu,
    hard_swish,
    leaky_relu,
    prelu,
    relu,
    relu6,
    selu,
)
from actloss.activations.sigmoidal import (
    hard_sigmoid,
    log_sigmoid,
    sigmoid,
    softsign,
    step,
    tanh,
)
from actloss.activations.smooth import exponential, gelu, linear, mish, silu, softplus
from actloss.activations.softmax import argmax, log_softmax, logsumexp, softmax

__all__ = [  # noqa: RUF022  like beside like, which the catalogue keeps
    "linear",
    "step",
    "exponential",
    "relu",
    "leaky_relu",
    "prelu",
    "relu6",
    "elu",
    "celu",
    "selu",
    "softplus",
    "gelu",
    "silu",
    "mish",
    "sigmoid",
    "hard_sigmoid",
    "log_sigmoid",
    "tanh",
    "softsign",
    "hard_swish",
    "softmax",
    "log_softmax",
    "argmax",
    "logsumexp",
]
