"""Functions that squash the real line into an interval: the step, the sigmoid and their kin."""

from __future__ import annotations

from math import inf

import numpy as np

from actloss.frameworks import tensorflow_with_slope, tf, torch, torch_with_slope
from actloss.function import activation, derivative_of, in_tensorflow, in_torch

# --- step ---------------------------------------------------------------------------------------


@activation(
    formula=r"1 \text{ if } x > 0 \text{ else } 0",
    derivative_formula=r"0",
    output_range=(0, 1),
    zero_centred=False,
    monotonic=True,
    smooth=False,
    saturates=True,
    used_in="The perceptron's output; a threshold that turns a score into a decision.",
    goes_wrong="Its slope is 0 everywhere, so a gradient has nothing to follow.",
    introduced="McCulloch & Pitts (1943)",
    popularised="Rosenblatt (1958), the perceptron",
    references=(
        "McCulloch & Pitts (1943), A Logical Calculus of the Ideas Immanent in Nervous Activity",
        "Rosenblatt (1958), The Perceptron: A Probabilistic Model for Information Storage and "
        "Organization in the Brain",
    ),
)
def step(x):
    """The perceptron's step: 1 where x is positive, else 0.

    At 0 itself some authors take 1; then a neuron whose bias is 0 fires without any input.
    """
    return np.heaviside(x, 0)


@derivative_of(step)
def _(x):
    """0, at the jump too, where there is no slope: as the frameworks, it passes nothing on."""
    return np.zeros_like(x)


@in_torch(step, "torch.heaviside")
def _(x):
    """torch.heaviside, which has no derivative (it is given 0) and makes NaN a 0."""

    def value(x):
        return torch.where(torch.isnan(x), x, torch.heaviside(x, torch.zeros_like(x)))

    return torch_with_slope(value, torch.zeros_like, x)


@in_tensorflow(step)
def _(x):
    """TensorFlow has no step: the sign (1, 0 or -1) of relu(x)."""
    return tf.sign(tf.nn.relu(x))


# --- sigmoid ------------------------------------------------------------------------------------


@activation(
    formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
    derivative_formula=r"\sigma(x) \, (1 - \sigma(x))",
    output_range=(0, 1),
    zero_centred=False,
    monotonic=True,
    smooth=True,
    saturates=True,
    used_in="Output units that give one probability; the gates of LSTM and GRU cells.",
    goes_wrong="Its slope is at most 1/4 and vanishes on both sides, so deep stacks learn slowly.",
    introduced="Verhulst (1838), for the growth of populations",
    popularised="Rumelhart, Hinton & Williams (1986), for back-propagation",
    references=(
        "Bacaër (2008), Verhulst et l'équation logistique en dynamique des populations",
        "Rumelhart, Hinton & Williams (1986), Learning Representations by Back-Propagating Errors",
    ),
)
def sigmoid(x):
    """Logistic sigmoid: squashes any number into (0, 1), a probability."""
    # e^-x overflows for very negative x. Multiply 1 / (1 + e^-x) by e^x above and below there, and
    # it is e^x / (1 + e^x). Either way the exponent is -|x|, and exp can only become small.
    e = np.exp(-np.abs(x))
    return np.maximum(e, x >= 0) / (1 + e)


@derivative_of(sigmoid)
def _(x):
    """sigma(x) (1 - sigma(x)), where 1 - sigma(x) is written as sigma(-x).

    The two are equal, but once sigma(x) is near 1 the subtraction has no digits left.
    """
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


@in_torch(sigmoid, "torch.sigmoid")
def _(x):
    """torch.sigmoid. Its own derivative, s (1 - s), is 0 from 17 on in float32: replaced."""

    def slope(x):
        e = torch.exp(-torch.abs(x))
        return e / (1 + e) ** 2

    return torch_with_slope(torch.sigmoid, slope, x)


@in_tensorflow(sigmoid, "tf.sigmoid")
def _(x):
    """tf.sigmoid. Its own derivative, s (1 - s), is 0 from 17 on in float32: replaced."""

    def slope(x):
        e = tf.exp(-tf.abs(x))
        return e / (1 + e) ** 2

    return tensorflow_with_slope(tf.sigmoid, slope, x)


# --- hard sigmoid -------------------------------------------------------------------------------


@activation(
    formula=r"\min(\max(x + 3, 0), 6) / 6",
    derivative_formula=r"1/6 \text{ if } -3 < x \le 3 \text{ else } 0",
    output_range=(0, 1),
    zero_centred=False,
    monotonic=True,
    smooth=False,
    saturates=True,
    used_in="Small networks for phones, in place of the sigmoid: no exponential is needed.",
    goes_wrong="Outside -3 to 3 the slope is exactly 0. Old Keras had 0.2 x + 0.5 instead.",
    introduced="Courbariaux, Bengio & David (2015), as (x + 1) / 2 clipped to 0 and 1",
    popularised="Howard et al. (2019), MobileNetV3, with slope 1/6",
    references=(
        "Courbariaux, Bengio & David (2015), BinaryConnect: Training Deep Neural Networks with "
        "Binary Weights during Propagations",
        "Howard et al. (2019), Searching for MobileNetV3",
    ),
)
def hard_sigmoid(x):
    """A sigmoid of three straight pieces: 0 up to -3, 1 from 3 on, a line between."""
    return np.minimum(np.maximum(x + 3, 0), 6) / 6


@derivative_of(hard_sigmoid)
def _(x):
    """At the kinks the slope on the left: 0 at -3 and 1/6 at 3."""
    return ((x > -3) & (x <= 3)) / x.dtype.type(6)


@in_torch(hard_sigmoid, "torch.nn.functional.hardsigmoid")
def _(x):
    """torch.nn.functional.hardsigmoid rounds 1/6 to float32, in float64 too: written with relu6.

    Its derivative at 3 is 0; ours is 1/6.
    """
    return torch.nn.functional.relu6(x + 3) / 6


@in_tensorflow(hard_sigmoid, "tf.keras.activations.hard_sigmoid")
def _(x):
    """tf.keras.activations.hard_sigmoid, written out. Its derivative at 3 is 0; ours is 1/6."""
    return tf.nn.relu6(x + 3) / 6


# --- log sigmoid --------------------------------------------------------------------------------


@activation(
    formula=r"\log \sigma(x) = -\log(1 + e^{-x})",
    derivative_formula=r"\sigma(-x) = 1 - \sigma(x)",
    output_range=(-inf, 0),
    zero_centred=False,
    monotonic=True,
    smooth=True,
    saturates=False,
    used_in="Inside losses: the logarithm of a probability, straight from its logit.",
    goes_wrong="Computed as log(sigmoid(x)) it is minus infinity once sigmoid(x) rounds to 0.",
    introduced="",
    plot_range=(-6, 6),
)
def log_sigmoid(x):
    """Logarithm of the sigmoid, exact where the sigmoid itself is rounded to 0 or 1."""
    # -log(1 + e^-x). For negative x take e^-x out of the logarithm: x - log(1 + e^x).
    # log1p(e) is log(1 + e) that does not lose a small e beside the 1.
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


@derivative_of(log_sigmoid)
def _(x):
    """sigma(-x), in the stable form of sigmoid."""
    e = np.exp(-np.abs(x))
    return np.maximum(e, x <= 0) / (1 + e)


@in_torch(log_sigmoid, "torch.nn.functional.logsigmoid")
def _(x):
    return torch.nn.functional.logsigmoid(x)


@in_tensorflow(log_sigmoid, "tf.math.log_sigmoid")
def _(x):
    return tf.math.log_sigmoid(x)


# --- tanh ---------------------------------------------------------------------------------------


@activation(
    formula=r"\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2 \sigma(2x) - 1",
    derivative_formula=r"1 - \tanh^2(x)",
    output_range=(-1, 1),
    zero_centred=True,
    monotonic=True,
    smooth=True,
    saturates=True,
    used_in="Recurrent networks' states; hidden layers of small networks.",
    goes_wrong="It saturates on both sides: beyond 5 its slope is below 0.0002.",
    introduced="",
    popularised="LeCun, Bottou, Orr & Müller (1998), for hidden units, since it is zero-centred",
    references=("LeCun, Bottou, Orr & Müller (1998), Efficient BackProp",),
    plot_range=(-4, 4),
)
def tanh(x):
    """Hyperbolic tangent: a sigmoid stretched to (-1, 1), with slope 1 at the origin."""
    return np.tanh(x)


@derivative_of(tanh)
def _(x):
    """1 - tanh(x)^2 is 4 sigma'(2x), which does not subtract numbers that are nearly equal."""
    e = np.exp(-2 * np.abs(x))
    return 4 * e / (1 + e) ** 2


@in_torch(tanh, "torch.tanh")
def _(x):
    """torch.tanh. Its own derivative, 1 - t^2, is 0 from 9.1 on in float32: replaced."""

    def slope(x):
        e = torch.exp(-2 * torch.abs(x))
        return 4 * e / (1 + e) ** 2

    return torch_with_slope(torch.tanh, slope, x)


@in_tensorflow(tanh, "tf.tanh")
def _(x):
    """tf.tanh. Its own derivative, 1 - t^2, is 0 from 9.1 on in float32: replaced."""

    def slope(x):
        e = tf.exp(-2 * tf.abs(x))
        return 4 * e / (1 + e) ** 2

    return tensorflow_with_slope(tf.tanh, slope, x)


# --- softsign -----------------------------------------------------------------------------------

FAR = 1e30
"""From here on softsign is 1 to the last digit; infinity / infinity would not be a number."""


@activation(
    formula=r"\frac{x}{1 + |x|}",
    derivative_formula=r"\frac{1}{(1 + |x|)^2}",
    output_range=(-1, 1),
    zero_centred=True,
    monotonic=True,
    smooth=False,
    saturates=True,
    used_in="A gentler tanh: it approaches its limits like 1/x, not exponentially.",
    goes_wrong="It still saturates, and its second derivative jumps at 0.",
    introduced="Elliott (1993)",
    popularised="Glorot & Bengio (2010)",
    references=(
        "Elliott (1993), A Better Activation Function for Artificial Neural Networks",
        "Glorot & Bengio (2010), Understanding the Difficulty of Training Deep Feedforward Neural "
        "Networks",
    ),
    plot_range=(-8, 8),
)
def softsign(x):
    """x shrunk by 1 + |x|: like tanh, but slow to reach its limits -1 and 1."""
    x = np.minimum(np.maximum(x, -FAR), FAR)
    return x / (1 + np.abs(x))


@derivative_of(softsign)
def _(x):
    """The square comes last: (1 + |x|)^2 would overflow where 1 / (1 + |x|) is still a number."""
    return (1 / (1 + np.abs(x))) ** 2


@in_torch(softsign, "torch.nn.functional.softsign")
def _(x):
    """torch.nn.functional.softsign, with its limits at infinity and a derivative that lasts."""

    def value(x):
        return torch.nn.functional.softsign(torch.clamp(x, -FAR, FAR))

    return torch_with_slope(value, lambda x: (1 / (1 + torch.abs(x))) ** 2, x)


@in_tensorflow(softsign, "tf.nn.softsign")
def _(x):
    """tf.nn.softsign, with its limits at infinity and a derivative that lasts."""

    def value(x):
        return tf.nn.softsign(tf.clip_by_value(x, -FAR, FAR))

    return tensorflow_with_slope(value, lambda x: (1 / (1 + tf.abs(x))) ** 2, x)
