"""Every activation in exact arithmetic, where it is measured, and how far ours may be from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import mpmath as mp
import numpy as np
from measure import exact, whole_range, worst
from mpmath import mpf

from actloss import activations
from actloss.function import Activation

Terms = list[mpf]
"""What a result is the sum of: where it crosses zero, the goal counts in ulp of their sizes."""


@dataclass(frozen=True)
class Reference:
    """An activation of single numbers, its definition, and how far from it ours may be.

    value, slope : the exact terms of f(x) and of its derivative, as functions of x and the options.
    goal : the largest error allowed, of value and of derivative, in units in the last place...
    of_terms : ... of the result or, for a derivative that crosses zero, of its terms' sizes.
    """

    function: Activation
    value: Callable[..., mpf]
    slope: Callable[..., Terms]
    goal: tuple[float, float]
    of_terms: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        shown = ", ".join(f"{k}={v}" for k, v in self.options.items())
        return self.function.__name__ + (f"({shown})" if shown else "")

    def errors(self, dtype: type, points: np.ndarray | None = None) -> tuple[float, float]:
        """The largest error of the value and of the derivative, in ulp."""
        x = whole_range(dtype) if points is None else points
        values = self.function(x, **self.options)
        slopes = self.function.derivative(x, **self.options)
        assert values.dtype == slopes.dtype == dtype
        options = {k: exact(v) if isinstance(v, float) else v for k, v in self.options.items()}
        at = [exact(v) for v in x]
        terms = [self.slope(v, **options) for v in at]
        scales = [mp.fsum(t, absolute=True) for t in terms] if self.of_terms else None
        return (
            worst(values, [self.value(v, **options) for v in at])[0],
            worst(slopes, [mp.fsum(t) for t in terms], scales)[0],
        )


# --- definitions, as in the textbook --------------------------------------------------------------


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log1p(mp.exp(x))


def sech(x):
    return 1 / mp.cosh(x)


def normal_cdf(x):
    if abs(x) > 1e4:  # too far for mpmath's erfc, and 0 or 1 to millions of digits
        return mpf(x > 0)
    return mp.erfc(-x / mp.sqrt(2)) / 2


def normal_density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


CUBIC = mpf("0.044715")


def tanh_logit(x):
    """2u, where (1 + tanh u) / 2 = sigmoid(2u) is the gate of the approximate GELU."""
    return 2 * mp.sqrt(2 / mp.pi) * (x + CUBIC * x**3)


def gelu(x, approximate="none"):
    gate = normal_cdf(x) if approximate == "none" else sigmoid(tanh_logit(x))
    return x * gate


def gelu_slope(x, approximate="none"):
    if approximate == "none":
        return [normal_cdf(x), x * normal_density(x)]
    gate, growth = sigmoid(tanh_logit(x)), 2 * mp.sqrt(2 / mp.pi) * (1 + 3 * CUBIC * x**2)
    return [gate, x * growth * gate * sigmoid(-tanh_logit(x))]


# Klambauer et al. (2017), equation 14
_C = mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e)
SELU_ALPHA = -mp.sqrt(2 / mp.pi) / (_C - 1)
SELU_SCALE = (
    (1 - _C)
    * mp.sqrt(2 * mp.pi)
    / mp.sqrt(2 * mp.erfc(mp.sqrt(2)) * mp.e**2 + mp.pi * _C**2 - 2 * (2 + mp.pi) * _C + mp.pi + 2)
)

REFERENCES = [
    Reference(activations.linear, lambda x: x, lambda x: [mpf(1)], (0, 0)),
    Reference(activations.step, lambda x: mpf(x > 0), lambda x: [mpf(0)], (0, 0)),
    Reference(activations.exponential, mp.exp, lambda x: [mp.exp(x)], (3, 3)),
    Reference(activations.relu, lambda x: max(x, mpf(0)), lambda x: [mpf(x > 0)], (0, 0)),
    Reference(
        activations.leaky_relu,
        lambda x: x if x > 0 else x / 100,
        lambda x: [mpf(1) if x > 0 else mpf(1) / 100],
        (2, 2),
    ),
    Reference(
        activations.relu6,
        lambda x: min(max(x, mpf(0)), mpf(6)),
        lambda x: [mpf(0 < x <= 6)],
        (0, 0),
    ),
    *(
        Reference(
            activations.elu,
            lambda x, alpha=1: x if x > 0 else alpha * mp.expm1(x),
            lambda x, alpha=1: [mpf(1) if x > 0 else alpha * mp.exp(x)],
            (3, 4),
            options=options,
        )
        for options in ({}, {"alpha": 0.3})
    ),
    *(
        Reference(
            activations.celu,
            lambda x, alpha=1: x if x > 0 else alpha * mp.expm1(x / alpha),
            lambda x, alpha=1: [mpf(1) if x > 0 else mp.exp(x / alpha)],
            (3, 4),
            options=options,
        )
        for options in ({}, {"alpha": 0.3})
    ),
    Reference(
        activations.selu,
        lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * mp.expm1(x)),
        lambda x: [SELU_SCALE * (1 if x > 0 else SELU_ALPHA * mp.exp(x))],
        (3, 4),
    ),
    Reference(activations.softplus, softplus, lambda x: [sigmoid(x)], (3, 4)),
    # 4 for the value would need another erfcx than SciPy's, whose own error reaches 6.
    Reference(activations.gelu, gelu, gelu_slope, (8, 8), of_terms=True),
    Reference(
        activations.gelu, gelu, gelu_slope, (8, 8), of_terms=True, options={"approximate": "tanh"}
    ),
    Reference(
        activations.silu,
        lambda x: x * sigmoid(x),
        lambda x: [sigmoid(x), x * sigmoid(x) * sigmoid(-x)],
        (4, 8),
        of_terms=True,
    ),
    Reference(
        activations.mish,
        lambda x: x * mp.tanh(softplus(x)),
        lambda x: [mp.tanh(softplus(x)), x * sigmoid(x) * sech(softplus(x)) ** 2],
        (4, 8),
        of_terms=True,
    ),
    Reference(activations.sigmoid, sigmoid, lambda x: [sigmoid(x) * sigmoid(-x)], (3, 4)),
    Reference(
        activations.hard_sigmoid,
        lambda x: min(max(x + 3, mpf(0)), mpf(6)) / 6,
        lambda x: [mpf(-3 < x <= 3) / 6],
        (2, 2),
    ),
    Reference(activations.log_sigmoid, lambda x: -softplus(-x), lambda x: [sigmoid(-x)], (3, 4)),
    Reference(activations.tanh, mp.tanh, lambda x: [sech(x) ** 2], (3, 4)),
    Reference(
        activations.softsign, lambda x: x / (1 + abs(x)), lambda x: [(1 + abs(x)) ** -2], (3, 4)
    ),
    Reference(
        activations.hard_swish,
        lambda x: x * min(max(x + 3, mpf(0)), mpf(6)) / 6,
        lambda x: [mpf(1)] if x > 3 else [x / 3, mpf(1) / 2] if x > -3 else [mpf(0)],
        (8, 8),
        of_terms=True,
    ),
]


# --- over classes ---------------------------------------------------------------------------------


def softmax(z: list[mpf], temperature: mpf = 1) -> list[mpf]:
    e = [mp.exp(v / temperature) for v in z]
    return [v / mp.fsum(e) for v in e]


def log_softmax(z: list[mpf]) -> list[mpf]:
    largest = max(z)
    place = z.index(largest)
    others = mp.fsum(mp.exp(v - largest) for i, v in enumerate(z) if i != place)
    return [v - largest - mp.log1p(others) for v in z]


def softmax_product(z: list[mpf], u: list[mpf], temperature: mpf = 1) -> list[Terms]:
    s = softmax(z, temperature)
    return [
        [
            si * ui / temperature,
            *(-si * sj * uj / temperature for sj, uj in zip(s, u, strict=True)),
        ]
        for si, ui in zip(s, u, strict=True)
    ]


def log_softmax_product(z: list[mpf], u: list[mpf]) -> list[Terms]:
    return [[ui, *(-si * uj for uj in u)] for si, ui in zip(softmax(z), u, strict=True)]


@dataclass(frozen=True)
class RowsReference:
    """An activation over classes; `product` gives the terms of upstream times its Jacobian."""

    function: Activation
    value: Callable[..., list[mpf]]
    product: Callable[..., list[Terms]]
    goal: tuple[float, float]
    options: dict[str, Any] = field(default_factory=dict)

    name = Reference.name

    def errors(self, dtype: type, n_examples: int = 40) -> tuple[float, float]:
        """The largest error of the value and of the vector-Jacobian product, in ulp."""
        values, products = [], []
        options = {k: exact(v) for k, v in self.options.items()}
        for z, u in logits(dtype, n_examples):
            ours = self.function(z, **self.options)
            back = self.function.backward(z, u, **self.options)
            assert ours.dtype == back.dtype == dtype
            for row in range(len(z)):
                at, upstream = [exact(v) for v in z[row]], [exact(v) for v in u[row]]
                values.append(worst(ours[row], self.value(at, **options))[0])
                terms = self.product(at, upstream, **options)
                scales = [mp.fsum(t, absolute=True) for t in terms]
                products.append(worst(back[row], [mp.fsum(t) for t in terms], scales)[0])
        return max(values), max(products)


def logits(dtype: type, n_examples: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Logits near and far apart, of 2 to 40 classes, with upstream gradients."""
    rng = np.random.default_rng(1)
    for n_classes, spread in ((2, 1), (3, 30), (3, 700), (10, 3), (10, 1e4), (40, 5)):
        z = rng.normal(0, spread, (n_examples, n_classes)).astype(dtype)
        yield z, rng.normal(size=z.shape).astype(dtype)


ROWS_REFERENCES = [
    RowsReference(activations.softmax, softmax, softmax_product, (4, 5)),
    RowsReference(
        activations.softmax, softmax, softmax_product, (4, 5), options={"temperature": 0.7}
    ),
    RowsReference(activations.log_softmax, log_softmax, log_softmax_product, (4, 4)),
]


def rows(references: list[Any] | None = None) -> Iterator[tuple]:
    """(name, dtype, error of the value, of the derivative, their goals), in ulp."""
    for reference in references or [*REFERENCES, *ROWS_REFERENCES]:
        for dtype in (np.float64, np.float32):
            yield (reference.name, dtype.__name__, *reference.errors(dtype), *reference.goal)
