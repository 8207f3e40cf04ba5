"""Functions that keep positives and damp negatives: ReLU and what mended it."""

from __future__ import annotations

from math import inf

import numpy as np

from actloss.arrays import POSITIVE
from actloss.exact import two_quotient
from actloss.frameworks import tf, torch
from actloss.function import activation, derivative_of, in_tensorflow, in_torch

# --- relu ---------------------------------------------------------------------------------------


@activation(
    formula=r"\max(0, x)",
    derivative_formula=r"1 \text{ if } x > 0 \text{ else } 0",
    output_range=(0, inf),
    zero_centred=False,
    monotonic=True,
    smooth=False,
    saturates=False,
    used_in="Hidden layers almost everywhere; convolutional networks over sequence and image.",
    goes_wrong="A unit that is negative for every input has slope 0 and never learns again.",
    introduced="Fukushima (1969)",
    popularised="Nair & Hinton (2010); Glorot, Bordes & Bengio (2011)",
    references=(
        "Fukushima (1969), Visual Feature Extraction by a Multilayered Network of Analog "
        "Threshold Elements",
        "Nair & Hinton (2010), Rectified Linear Units Improve Restricted Boltzmann Machines",
        "Glorot, Bordes & Bengio (2011), Deep Sparse Rectifier Neural Networks",
    ),
)
def relu(x):
    """Rectified linear unit: keeps positives, zeroes the rest."""
    return np.maximum(x, 0)


@derivative_of(relu)
def _(x):
    """0 at the kink, as in PyTorch and TensorFlow."""
    return x > 0


@in_torch(relu, "torch.nn.functional.relu")
def _(x):
    return torch.nn.functional.relu(x)


@in_tensorflow(relu, "tf.nn.relu")
def _(x):
    return tf.nn.relu(x)


# --- leaky relu ---------------------------------------------------------------------------------


@activation(
    formula=r"x \text{ if } x > 0 \text{ else } a x",
    derivative_formula=r"1 \text{ if } x > 0 \text{ else } a",
    output_range=(-inf, inf),
    zero_centred=False,
    monotonic=True,
    smooth=False,
    saturates=False,
    used_in="Where ReLU units die; generative adversarial networks.",
    goes_wrong="The slope a differs: 0.01 here and in PyTorch, 0.2 in tf.nn, 0.3 in Keras's layer.",
    introduced="Maas, Hannun & Ng (2013)",
    references=(
        "Maas, Hannun & Ng (2013), Rectifier Nonlinearities Improve Neural Network Acoustic Models",
    ),
)
def leaky_relu(x, slope=0.01):
    """ReLU that lets a little of the negatives through.

    slope : the factor a for negative x.
    """
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


@derivative_of(leaky_relu)
def _(x, slope=0.01):
    """The slope on the left at the kink, as in PyTorch and TensorFlow."""
    return np.where(x > 0, 1, x.dtype.type(slope))


@in_torch(leaky_relu, "torch.nn.functional.leaky_relu")
def _(x, slope=0.01):
    return torch.nn.functional.leaky_relu(x, slope)


@in_tensorflow(leaky_relu, "tf.nn.leaky_relu")
def _(x, slope=0.01):
    """tf.nn.leaky_relu, written out: its own has 0.2 by default and rounds slopes to float32."""
    return tf.where(x > 0, x, slope * x)


# --- prelu --------------------------------------------------------------------------------------


@activation(
    formula=r"x \text{ if } x > 0 \text{ else } a x",
    derivative_formula=r"1 \text{ if } x > 0 \text{ else } a; \quad "
    r"\frac{\partial}{\partial a} = \min(x, 0)",
    output_range=(-inf, inf),
    zero_centred=False,
    monotonic=True,
    smooth=False,
    saturates=False,
    used_in="As leaky ReLU, where the data should choose the slope, often one for each channel.",
    goes_wrong="Weight decay pulls the slopes to 0, and so back to ReLU: leave them out of it. "
    "A slope learned below 0 makes it fall and rise.",
    introduced="He, Zhang, Ren & Sun (2015)",
    references=(
        "He, Zhang, Ren & Sun (2015), Delving Deep into Rectifiers: Surpassing Human-Level "
        "Performance on ImageNet Classification",
    ),
    plot_with={"slope": 0.25},
)
def prelu(x, slope):
    """Leaky ReLU whose slope is learned: `slope` is an array that broadcasts against x.

    prelu.backward(x, slope, upstream, wrt="slope") is the gradient for the slope, in its shape.
    """
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


@derivative_of(prelu)
def _(x, slope):
    """The slope on the left at the kink."""
    return np.where(x > 0, 1, slope)


@derivative_of(prelu, wrt="slope")
def _(x, slope):
    return np.minimum(x, 0) + 0 * slope


@in_torch(prelu, "torch.nn.functional.prelu")
def _(x, slope):
    """torch.nn.functional.prelu takes one slope, or one for each channel on axis 1.

    Written out, so that the slope broadcasts as in NumPy.
    """
    return torch.relu(x) + slope * torch.where(x > 0, 0, x)


@in_tensorflow(prelu, "tf.keras.layers.PReLU")
def _(x, slope):
    """tf.keras.layers.PReLU's formula; there it is a layer that owns its slope, 0 to begin with."""
    return tf.nn.relu(x) + slope * tf.where(x > 0, tf.zeros_like(x), x)


# --- relu6 --------------------------------------------------------------------------------------


@activation(
    formula=r"\min(\max(0, x), 6)",
    derivative_formula=r"1 \text{ if } 0 < x \le 6 \text{ else } 0",
    output_range=(0, 6),
    zero_centred=False,
    monotonic=True,
    smooth=False,
    saturates=True,
    used_in="Networks for phones, whose numbers have few bits and should stay in a known range.",
    goes_wrong="Units can die on both sides: below 0 and above 6.",
    introduced="Krizhevsky (2010)",
    popularised="Sandler et al. (2018), MobileNetV2",
    references=(
        "Krizhevsky (2010), Convolutional Deep Belief Networks on CIFAR-10",
        "Sandler et al. (2018), MobileNetV2: Inverted Residuals and Linear Bottlenecks",
    ),
    plot_range=(-3, 9),
)
def relu6(x):
    """ReLU that stops growing at 6, so that its range is known beforehand."""
    return np.minimum(np.maximum(x, 0), 6)


@derivative_of(relu6)
def _(x):
    """At the kinks the slope on the left: 0 at 0 and 1 at 6."""
    return (x > 0) & (x <= 6)


@in_torch(relu6, "torch.nn.functional.relu6")
def _(x):
    """torch.nn.functional.relu6. Its derivative at 6 is 0; ours is 1."""
    return torch.nn.functional.relu6(x)


@in_tensorflow(relu6, "tf.nn.relu6")
def _(x):
    """tf.nn.relu6. Its derivative at 6 is 0; ours is 1."""
    return tf.nn.relu6(x)


# --- elu ----------------------------------------------------------------------------------------


@activation(
    formula=r"x \text{ if } x > 0 \text{ else } \alpha (e^x - 1)",
    derivative_formula=r"1 \text{ if } x > 0 \text{ else } \alpha e^x",
    output_range=(-1, inf),
    domains={"alpha": POSITIVE},
    zero_centred=False,
    monotonic=True,
    smooth=False,
    used_in="Hidden layers in place of ReLU: its mean output is nearer to 0.",
    goes_wrong="Unless alpha is 1 the slope jumps at 0; even then the second derivative does.",
    introduced="Clevert, Unterthiner & Hochreiter (2015)",
    references=(
        "Clevert, Unterthiner & Hochreiter (2015), Fast and Accurate Deep Network Learning by "
        "Exponential Linear Units (ELUs)",
    ),
)
def elu(x, alpha=1.0):
    """Exponential linear unit: negatives approach -alpha smoothly.

    alpha : how far below 0 the negative side reaches. The range given is that of alpha = 1.
    """
    # expm1(x) is e^x - 1 that keeps its digits near 0. The minimum keeps the exponential from
    # overflowing on the positive side, where its value is not used.
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


@derivative_of(elu)
def _(x, alpha=1.0):
    """The slope on the left at the kink, alpha, as in PyTorch."""
    return np.exp(np.minimum(x, 0)) * np.where(x > 0, 1, x.dtype.type(alpha))


@in_torch(elu, "torch.nn.functional.elu")
def _(x, alpha=1.0):
    return torch.nn.functional.elu(x, alpha)


@in_tensorflow(elu, "tf.nn.elu")
def _(x, alpha=1.0):
    """tf.nn.elu loses small negatives (elu(-1e-8) is 0 in float32): written with tf.math.expm1."""
    return tf.nn.relu(x) + alpha * tf.math.expm1(tf.minimum(x, 0))


# --- celu ---------------------------------------------------------------------------------------


@activation(
    formula=r"x \text{ if } x > 0 \text{ else } \alpha (e^{x / \alpha} - 1)",
    derivative_formula=r"1 \text{ if } x > 0 \text{ else } e^{x / \alpha}",
    output_range=(-1, inf),
    domains={"alpha": POSITIVE},
    zero_centred=False,
    monotonic=True,
    smooth=False,
    used_in="ELU with another alpha than 1: the slope is 1 on both sides of 0.",
    goes_wrong="Its second derivative still jumps at 0.",
    introduced="Barron (2017)",
    references=("Barron (2017), Continuously Differentiable Exponential Linear Units",),
)
def celu(x, alpha=1.0):
    """ELU whose slope does not jump at 0, whatever alpha is.

    alpha : how far below 0 the negative side reaches. The range given is that of alpha = 1.
    """
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha)


@derivative_of(celu)
def _(x, alpha=1.0):
    """e^(x / alpha), with what the division rounds away put back.

    A quotient of -700.1 is rounded in its 16th digit, and the exponential would be wrong from the
    14th on.
    """
    # Below -1000 alpha the exponential is 0 in any case.
    quotient, rest = two_quotient(np.maximum(np.minimum(x, 0), -1000 * alpha), alpha)
    return np.exp(quotient) * (1 + rest)


@in_torch(celu, "torch.nn.functional.celu")
def _(x, alpha=1.0):
    """torch.nn.functional.celu rounds 1 / alpha to float32, in float64 too: written with elu."""
    return alpha * torch.nn.functional.elu(x / alpha)


@in_tensorflow(celu, "tf.keras.activations.celu")
def _(x, alpha=1.0):
    """tf.keras.activations.celu, written with tf.math.expm1 to keep small negatives."""
    return tf.nn.relu(x) + alpha * tf.math.expm1(tf.minimum(x, 0) / alpha)


# --- selu ---------------------------------------------------------------------------------------

# Solutions of the two equations that a unit whose inputs have mean 0 and variance 1 keep them so.
SELU_ALPHA = 1.6732632423543772848
SELU_SCALE = 1.0507009873554804934
SELU_FLOOR = 1.7580993408473768599
"""scale * alpha: rounded once, not twice."""


@activation(
    formula=r"\lambda x \text{ if } x > 0 \text{ else } \lambda \alpha (e^x - 1); \quad "
    r"\lambda \approx 1.0507, \; \alpha \approx 1.6733",
    derivative_formula=r"\lambda \text{ if } x > 0 \text{ else } \lambda \alpha e^x",
    output_range=(-SELU_FLOOR, inf),
    zero_centred=False,
    monotonic=True,
    smooth=False,
    used_in="Deep feed-forward networks without normalisation layers.",
    goes_wrong="It normalises only with LeCun-normal weights, plain dense layers and AlphaDropout.",
    introduced="Klambauer, Unterthiner, Mayr & Hochreiter (2017)",
    references=(
        "Klambauer, Unterthiner, Mayr & Hochreiter (2017), Self-Normalizing Neural Networks",
    ),
)
def selu(x):
    """Scaled ELU: keeps mean 0 and variance 1 from layer to layer."""
    return SELU_SCALE * np.maximum(x, 0) + SELU_FLOOR * np.expm1(np.minimum(x, 0))


@derivative_of(selu)
def _(x):
    """The slope on the left at the kink, 1.758, as in PyTorch."""
    scale = np.where(x > 0, x.dtype.type(SELU_SCALE), x.dtype.type(SELU_FLOOR))
    return scale * np.exp(np.minimum(x, 0))


@in_torch(selu, "torch.nn.functional.selu")
def _(x):
    return torch.nn.functional.selu(x)


@in_tensorflow(selu, "tf.nn.selu")
def _(x):
    """tf.nn.selu loses small negatives, and its slope at 0 is 1.051: written with tf.math.expm1."""
    return SELU_SCALE * tf.nn.relu(x) + SELU_FLOOR * tf.math.expm1(tf.minimum(x, 0))


# --- hard swish ---------------------------------------------------------------------------------


@activation(
    formula=r"x \, \min(\max(x + 3, 0), 6) / 6",
    derivative_formula=r"0 \text{ if } x \le -3, \quad (2x + 3) / 6 \text{ if } -3 < x \le 3, "
    r"\quad 1 \text{ if } x > 3",
    output_range=(-0.375, inf),
    zero_centred=False,
    monotonic=False,
    smooth=False,
    saturates=False,
    used_in="Small networks for phones, in place of SiLU: no exponential is needed.",
    goes_wrong="Below -3 the slope is exactly 0, so a unit can die as a ReLU does.",
    introduced="Howard et al. (2019)",
    references=("Howard et al. (2019), Searching for MobileNetV3",),
)
def hard_swish(x):
    """x times its hard sigmoid: SiLU made of a straight line, a parabola and another line."""
    x = np.maximum(x, -3)  # from there down it is 0; minus infinity times 0 would not be a number
    return x * (np.minimum(x + 3, 6) / 6)


@derivative_of(hard_swish)
def _(x):
    """At the kinks the slope on the left: 0 at -3 and 1.5 at 3."""
    parabola = (2 * np.minimum(np.maximum(x, -3), 3) + 3) / 6
    return np.where(x > 3, 1, parabola * (x > -3))


@in_torch(hard_swish, "torch.nn.functional.hardswish")
def _(x):
    """torch.nn.functional.hardswish, which overflows early and is not a number at -infinity.

    Written as its parabola between -3 and 3 and a line from there. Slope at -3: -0.5; ours is 0.
    """
    middle = torch.clamp(x, -3, 3)
    return middle * (middle + 3) / 6 + torch.relu(x - 3)


@in_tensorflow(hard_swish, "tf.keras.activations.hard_swish")
def _(x):
    """tf.keras.activations.hard_swish is not a number at -infinity, nor its slope at infinity.

    Written as its parabola between -3 and 3 and a line from there. Slope at -3: -0.5; ours is 0.
    """
    middle = tf.clip_by_value(x, -3, 3)
    return middle * (middle + 3) / 6 + tf.nn.relu(x - 3)
