"""Smooth functions: the line and the exponential, softplus, and inputs that gate themselves.

SiLU, GELU and Mish are x times a gate between 0 and 1. In SiLU and both forms of GELU the gates for
x and for -x add up to 1, so that what the function lacks to ReLU is the same on both sides of 0:

    x gate(x) = max(x, 0) - a gate(-a),   where a = |x|

That is how they are computed here: for large a the gate is tiny, and nothing cancels.
"""

from __future__ import annotations

from math import inf, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actloss.exact import two_product, two_sum
from actloss.frameworks import tensorflow_with_slope, tf, torch, torch_with_slope
from actloss.function import activation, derivative_of, in_tensorflow, in_torch

# --- linear -------------------------------------------------------------------------------------


@activation(
    formula=r"x",
    derivative_formula=r"1",
    output_range=(-inf, inf),
    zero_centred=True,
    monotonic=True,
    smooth=True,
    saturates=False,
    used_in="The output unit of a regression; logits, before a softmax or a sigmoid in the loss.",
    goes_wrong="In hidden layers it adds nothing: layers of it are together one linear layer.",
    introduced="",
    popularised="Widrow & Hoff (1960), ADALINE, which learns from its linear output",
    references=("Widrow & Hoff (1960), Adaptive Switching Circuits",),
)
def linear(x):
    """The identity: what goes in comes out."""
    return x


@derivative_of(linear)
def _(x):
    return np.ones_like(x)


@in_torch(linear, "torch.nn.Identity")
def _(x):
    return torch.nn.Identity()(x)


@in_tensorflow(linear, "tf.identity")
def _(x):
    return tf.identity(x)


# --- exponential --------------------------------------------------------------------------------


@activation(
    formula=r"e^x",
    derivative_formula=r"e^x",
    output_range=(0, inf),
    zero_centred=False,
    monotonic=True,
    smooth=True,
    saturates=False,
    used_in="The output of count models (the inverse of the log link); the first layer of "
    "convolutional networks over DNA, whose filters it makes easier to read.",
    goes_wrong="It grows so fast that one large input outweighs a batch; it overflows above 709 "
    "(88 in float32).",
    introduced="",
    popularised="Nelder & Wedderburn (1972), as the inverse of a link function; "
    "Koo & Ploenzke (2021), for filters over DNA",
    references=(
        "Nelder & Wedderburn (1972), Generalized Linear Models",
        "Koo & Ploenzke (2021), Improving Representations of Genomic Sequence Motifs in "
        "Convolutional Networks with Exponential Activations",
    ),
    plot_range=(-4, 2),
)
def exponential(x):
    """e to the power of x: any number becomes a positive rate."""
    return np.exp(x)


@derivative_of(exponential)
def _(x):
    return np.exp(x)


@in_torch(exponential, "torch.exp")
def _(x):
    return torch.exp(x)


@in_tensorflow(exponential, "tf.exp")
def _(x):
    return tf.exp(x)


# --- softplus -----------------------------------------------------------------------------------


@activation(
    formula=r"\log(1 + e^x)",
    derivative_formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
    output_range=(0, inf),
    zero_centred=False,
    monotonic=True,
    smooth=True,
    saturates=False,
    used_in="Outputs that must be positive: a rate, a variance, a dispersion.",
    goes_wrong="As a hidden layer it is slower than ReLU and never exactly 0.",
    introduced="Dugas, Bengio, Bélisle, Nadeau & Garcia (2000)",
    popularised="Glorot, Bordes & Bengio (2011), beside ReLU",
    references=(
        "Dugas, Bengio, Bélisle, Nadeau & Garcia (2000), Incorporating Second-Order Functional "
        "Knowledge for Better Option Pricing",
        "Glorot, Bordes & Bengio (2011), Deep Sparse Rectifier Neural Networks",
    ),
)
def softplus(x):
    """A smooth ReLU: x for large x, e^x for very negative x."""
    # For positive x take e^x out of the logarithm: log(1 + e^x) = x + log(1 + e^-x).
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@derivative_of(softplus)
def _(x):
    """The sigmoid, in its stable form."""
    e = np.exp(-np.abs(x))
    return np.maximum(e, x >= 0) / (1 + e)


@in_torch(softplus, "torch.nn.functional.softplus")
def _(x):
    """torch.nn.functional.softplus; its threshold of 20, from where it returns x, is raised."""
    return torch.nn.functional.softplus(x, threshold=40)


@in_tensorflow(softplus, "tf.nn.softplus")
def _(x):
    return tf.nn.softplus(x)


# --- exponentials that vanish ---------------------------------------------------------------------


def decay(a: NDArray) -> tuple[NDArray, NDArray]:
    """e^-a, for a >= 0, as a product of two; the second is 1 up to a = 80.

    Where e^-a is nearly 0 it has few digits left, and a factor of 700 would enlarge what is
    missing. Neither of the two is so small: multiply by the second at the end.
    """
    near = np.minimum(a, 80)
    return np.exp(-near), np.exp(near - a)


# --- silu ---------------------------------------------------------------------------------------

ENOUGH = 1000
"""The gates of SiLU and Mish are exactly 0 below -1000; -infinity times 0 would not be a number."""


@activation(
    formula=r"x \, \sigma(x) = \frac{x}{1 + e^{-x}}",
    derivative_formula=r"\sigma(x) + x \, \sigma(x) \, (1 - \sigma(x))",
    output_range=(-0.2784645427610738, inf),
    zero_centred=False,
    monotonic=False,
    smooth=True,
    saturates=False,
    used_in="Deep convolutional networks and transformers (also under the name Swish).",
    goes_wrong="It dips below 0 and rises again, so one output may stand for two inputs.",
    introduced="Hendrycks & Gimpel (2016), beside GELU; Elfwing, Uchibe & Doya (2017)",
    popularised="Ramachandran, Zoph & Le (2017), who named it Swish",
    references=(
        "Hendrycks & Gimpel (2016), Gaussian Error Linear Units (GELUs)",
        "Elfwing, Uchibe & Doya (2017), Sigmoid-Weighted Linear Units for Neural Network Function "
        "Approximation in Reinforcement Learning",
        "Ramachandran, Zoph & Le (2017), Searching for Activation Functions",
    ),
)
def silu(x):
    """Sigmoid linear unit (Swish): x times its own sigmoid."""
    a = np.minimum(np.abs(x), ENOUGH)
    e, far = decay(a)
    return np.maximum(x, 0) - a * e / (1 + e) * far


@derivative_of(silu)
def _(x):
    """sigma(x) + x sigma(x) sigma(-x); for x and -x the slopes add up to 1."""
    a = np.minimum(np.abs(x), ENOUGH)
    e, far = decay(a)
    left = e / (1 + e) * (1 - a / (1 + e)) * far  # the slope at -a
    return np.where(x > 0, 1 - left, left)


@in_torch(silu, "torch.nn.functional.silu")
def _(x):
    """torch.nn.functional.silu, which is not a number at -infinity, nor its slope at infinity."""

    def value(x):
        return torch.nn.functional.silu(torch.clamp(x, min=-ENOUGH))

    def slope(x):
        x = torch.clamp(x, -ENOUGH, ENOUGH)
        return torch.sigmoid(x) + x * torch.sigmoid(x) * torch.sigmoid(-x)

    return torch_with_slope(value, slope, x)


@in_tensorflow(silu, "tf.nn.silu")
def _(x):
    """tf.nn.silu, which is not a number at -infinity, nor its slope at infinity."""

    def value(x):
        return tf.nn.silu(tf.maximum(x, -ENOUGH))

    def slope(x):
        x = tf.clip_by_value(x, -ENOUGH, ENOUGH)
        return tf.sigmoid(x) + x * tf.sigmoid(x) * tf.sigmoid(-x)

    return tensorflow_with_slope(value, slope, x)


# --- gelu ---------------------------------------------------------------------------------------

FARTHEST = 40
"""Beyond 40 a standard normal variable does not fall, to 300 decimals: GELU's gate is 0 or 1."""


@activation(
    formula=r"x \, \Phi(x) = \frac{x}{2} \, \mathrm{erfc}(-x / \sqrt{2})",
    derivative_formula=r"\Phi(x) + x \, \varphi(x), \quad \varphi(x) = e^{-x^2 / 2} / \sqrt{2 \pi}",
    output_range=(-0.16997120747990369, inf),
    zero_centred=False,
    monotonic=False,
    smooth=True,
    saturates=False,
    used_in="Transformers: BERT and many language models of proteins and DNA.",
    goes_wrong="Two functions share the name: exact (default in PyTorch and Keras) and tanh (JAX).",
    introduced="Hendrycks & Gimpel (2016)",
    popularised="Devlin, Chang, Lee & Toutanova (2019), BERT",
    references=(
        "Hendrycks & Gimpel (2016), Gaussian Error Linear Units (GELUs)",
        "Devlin, Chang, Lee & Toutanova (2019), BERT: Pre-training of Deep Bidirectional "
        "Transformers for Language Understanding",
    ),
    plot_range=(-4, 4),
)
def gelu(x, approximate="none"):
    """Gaussian error linear unit: x times the chance that a standard normal variable is below x.

    approximate : "none", or "tanh" for x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
    """
    a = np.minimum(np.abs(x), FARTHEST)
    if _is_tanh(approximate):
        gate, far = _tanh_gate(a)
    else:
        gate, _, far = _normal_gate(a)
    return np.maximum(x, 0) - a * gate * far


@derivative_of(gelu)
def _(x, approximate="none"):
    """gate(x) + x gate'(x); for x and -x the slopes add up to 1."""
    a = np.minimum(np.abs(x), FARTHEST)
    # left: the slope at -a
    if _is_tanh(approximate):
        gate, far = _tanh_gate(a)
        growth = SQRT_8_OVER_PI * (1 + 3 * CUBIC * a * a)
        left = gate * (1 - a * growth * (1 - gate)) * far
    else:
        gate, density, far = _normal_gate(a)
        left = (gate - a * density) * far
    return np.where(x > 0, 1 - left, left)


def _is_tanh(approximate: str) -> bool:
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate must be 'none' or 'tanh', but is {approximate!r}.")
    return approximate == "tanh"


def _normal_gate(a: NDArray) -> tuple[NDArray, NDArray, NDArray | int]:
    """Phi(-a) and phi(a), for a >= 0, both still to be multiplied by the last of the three.

    Phi(-a) = e^(-a^2 / 2) erfcx(a / sqrt(2)) / 2, where erfcx changes slowly. All the steepness is
    in the exponential, where an error in the last digit of a^2 would cost three digits of the
    result: what squaring rounds away is put back. For float32, float64 has digits to spare.
    """
    from scipy.special import erfcx, ndtr

    if a.dtype == np.float32:
        wide = a.astype(np.float64)
        return ndtr(-wide), np.exp(-wide * wide / 2) / sqrt(2 * pi), 1
    square, rest = two_product(a, a)
    e, far = decay(square / 2)
    e = e - e * rest / 2
    return e * (erfcx(a * sqrt(0.5)) / 2), e / sqrt(2 * pi), far


SQRT_8_OVER_PI = 1.5957691216057308
CUBIC = 0.044715


def _tanh_gate(a: NDArray) -> tuple[NDArray, NDArray]:
    """1 / (1 + e^(2u)) for a >= 0, as a product of two, with 2u = sqrt(8 / pi) (a + 0.044715 a^3).

    The exponent is needed to twice the digits: where it is 700, an error in its last digit is one
    of hundreds in the exponential.
    """
    one, three = (_in_two_parts(digits, a.dtype) for digits in TANH_COEFFICIENTS)
    square, square_rest = two_product(a, a)
    cubic, cubic_rest = two_product(three[0], square)
    factor, factor_rest = two_sum(one[0], cubic)
    rest = factor_rest + one[1] + cubic_rest + three[0] * square_rest + three[1] * square
    exponent, exponent_rest = two_product(a, factor)
    e, far = decay(exponent)
    e = e - e * (exponent_rest + a * rest)
    return e / (1 + e), far


TANH_COEFFICIENTS = (
    (1.5957691216057308, -9.9693088091109e-17),
    (0.07135481627260025, -6.1751499181553e-19),
)
"""sqrt(8 / pi) and 0.044715 sqrt(8 / pi), each as a number and what is missing from it."""


def _in_two_parts(digits: tuple[float, float], dtype: np.dtype) -> tuple[Any, Any]:
    number, missing = digits
    rounded = dtype.type(number)
    return rounded, dtype.type(number - float(rounded) + missing)


@in_torch(gelu, "torch.nn.functional.gelu")
def _(x, approximate="none"):
    """torch.nn.functional.gelu has no digit right below -6 in float32: written anew.

    With erfc in float64, which is accurate on both sides, and limits at infinity.
    """

    def value(x):
        wide = torch.clamp(x.double(), min=-FARTHEST)
        return (wide * torch_gate(wide, approximate)[0]).to(x.dtype)

    def slope(x):
        wide = torch.clamp(x.double(), -FARTHEST, FARTHEST)
        gate, density = torch_gate(wide, approximate)
        return (gate + wide * density).to(x.dtype)

    return torch_with_slope(value, slope, x)


def torch_gate(x, approximate):
    """The gate and its derivative."""
    if _is_tanh(approximate):
        logit = SQRT_8_OVER_PI * (x + CUBIC * x * x * x)
        growth = SQRT_8_OVER_PI * (1 + 3 * CUBIC * x * x)
        return torch.sigmoid(logit), growth * torch.sigmoid(logit) * torch.sigmoid(-logit)
    density = torch.exp(-x * x / 2) / sqrt(2 * pi)
    return torch.special.erfc(-x * sqrt(0.5)) / 2, density


@in_tensorflow(gelu, "tf.nn.gelu")
def _(x, approximate="none"):
    """tf.nn.gelu has no digit right below -6 in float32: written anew.

    With erfc in float64, which is accurate on both sides, and limits at infinity.
    """

    def value(x):
        wide = tf.maximum(tf.cast(x, tf.float64), -FARTHEST)
        return tf.cast(wide * tensorflow_gate(wide, approximate)[0], x.dtype)

    def slope(x):
        wide = tf.clip_by_value(tf.cast(x, tf.float64), -FARTHEST, FARTHEST)
        gate, density = tensorflow_gate(wide, approximate)
        return tf.cast(gate + wide * density, x.dtype)

    return tensorflow_with_slope(value, slope, x)


def tensorflow_gate(x, approximate):
    """The gate and its derivative."""
    if _is_tanh(approximate):
        logit = SQRT_8_OVER_PI * (x + CUBIC * x * x * x)
        growth = SQRT_8_OVER_PI * (1 + 3 * CUBIC * x * x)
        return tf.sigmoid(logit), growth * tf.sigmoid(logit) * tf.sigmoid(-logit)
    density = tf.exp(-x * x / 2) / sqrt(2 * pi)
    return tf.math.erfc(-x * sqrt(0.5)) / 2, density


# --- mish ---------------------------------------------------------------------------------------


@activation(
    formula=r"x \tanh(\log(1 + e^x))",
    derivative_formula=r"\tanh(p) + x \, \sigma(x) \, (1 - \tanh^2(p)), \quad p = \log(1 + e^x)",
    output_range=(-0.3088434130172505, inf),
    zero_centred=False,
    monotonic=False,
    smooth=True,
    saturates=False,
    used_in="Object detection networks, in place of SiLU, which it resembles.",
    goes_wrong="Three transcendental functions for a curve close to SiLU's.",
    introduced="Misra (2019)",
    popularised="Bochkovskiy, Wang & Liao (2020), YOLOv4",
    references=(
        "Misra (2019), Mish: A Self Regularized Non-Monotonic Activation Function",
        "Bochkovskiy, Wang & Liao (2020), YOLOv4: Optimal Speed and Accuracy of Object Detection",
    ),
)
def mish(x):
    """x times the hyperbolic tangent of its softplus."""
    x = np.maximum(x, -ENOUGH)
    e, far = decay(np.abs(x))
    top, bottom = _mish_gate(x, e)
    return x * (top / bottom) * np.maximum(far, x >= 0)


@derivative_of(mish)
def _(x):
    """tanh(p) + x tanh'(p) sigma(x), with p = softplus(x), in the same variables as the value."""
    x = np.minimum(np.maximum(x, -ENOUGH), ENOUGH)
    e, far = decay(np.abs(x))
    top, bottom = _mish_gate(x, e)
    growth = 4 * e * (1 + e) * np.maximum(e, x < 0) / (bottom * bottom)
    return (top / bottom + x * growth) * np.maximum(far, x >= 0)


def _mish_gate(x: NDArray, e: NDArray) -> tuple[NDArray, NDArray]:
    """tanh(softplus(x)) as a quotient, with e = e^-|x|.

    With E = e^x, tanh(log(1 + E)) = ((1 + E)^2 - 1) / ((1 + E)^2 + 1) = n / (n + 2), where
    n = E^2 + 2E. On the left of 0, E is e. On the right E may overflow: above and below are
    divided by E^2, which makes them 1 + 2e and 1 + 2e + 2e^2.
    """
    top = np.maximum(e, x >= 0) ** 2 + 2 * e
    return top, top + 2 * np.maximum(e, x < 0) ** 2


@in_torch(mish, "torch.nn.functional.mish")
def _(x):
    """torch.nn.functional.mish, which is not a number at -infinity, nor its slope at infinity."""

    def value(x):
        return torch.nn.functional.mish(torch.clamp(x, min=-ENOUGH))

    def slope(x):
        x = torch.clamp(x, -ENOUGH, ENOUGH)
        softplus = torch.nn.functional.softplus(x, threshold=40)
        return torch.tanh(softplus) + x * torch.sigmoid(x) / torch.cosh(softplus) ** 2

    return torch_with_slope(value, slope, x)


@in_tensorflow(mish, "tf.keras.activations.mish")
def _(x):
    """tf.keras.activations.mish is not a number at -infinity, nor its slope at infinity."""

    def value(x):
        x = tf.maximum(x, -ENOUGH)
        return x * tf.tanh(tf.nn.softplus(x))

    def slope(x):
        x = tf.clip_by_value(x, -ENOUGH, ENOUGH)
        softplus = tf.nn.softplus(x)
        return tf.tanh(softplus) + x * tf.sigmoid(x) / tf.cosh(softplus) ** 2

    return tensorflow_with_slope(value, slope, x)
