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

__all__ = [
    "argmax",
    "celu",
    "elu",
    "exponential",
    "gelu",
    "hard_sigmoid",
    "hard_swish",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "step",
    "tanh",
]
