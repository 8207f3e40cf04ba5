"""The losses of distributions and counts: to the last bits, at their ends, and where peers fail."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from losses.reference_distributions import REFERENCES

from actloss.losses import (
    categorical_cross_entropy_with_logits,
    dice,
    gaussian_nll,
    kl_divergence,
    multinomial_nll,
    negative_binomial_nll,
    poisson_nll,
)

inf, nan = np.inf, np.nan


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_accuracy(reference, dtype):
    value, gradient = reference.errors(dtype)
    assert value <= reference.goal[0]
    assert gradient <= reference.goal[1]


# --- Kullback and Leibler's divergence -----------------------------------------------------------


def test_kl_of_a_row_with_itself_is_exactly_0():
    rows = np.random.default_rng(0).dirichlet(np.ones(30), 50)
    np.testing.assert_array_equal(kl_divergence(rows, rows, reduction="none"), 0)


def test_kl_where_a_probability_is_0():
    prediction, target = [[0.5, 0.5], [0, 1], [0, 1]], [[0, 1], [0, 1], [1, 0]]
    np.testing.assert_allclose(
        kl_divergence(prediction, target, reduction="none"), [np.log(2), 0, inf]
    )
    np.testing.assert_array_equal(
        kl_divergence.gradient(prediction, target, reduction="none"), [[0, -2], [0, -1], [-inf, 0]]
    )


def test_kl_is_of_the_target_from_the_prediction():
    p, y = [0.9, 0.1], [0.5, 0.5]
    assert kl_divergence(p, y) == pytest.approx(0.5 * np.log(25 / 9))
    assert kl_divergence(y, p) == pytest.approx(0.9 * np.log(1.8) + 0.1 * np.log(0.2))


def test_kl_checks_probabilities_and_if_asked_their_sum():
    with pytest.raises(ValueError, match="prediction must be a probability"):
        kl_divergence([[1.5, 0.5]], [[0.5, 0.5]])
    with pytest.raises(ValueError, match="target must be a probability"):
        kl_divergence([[0.5, 0.5]], [[-0.5, 0.5]])
    with pytest.raises(ValueError, match="must sum to 1"):
        kl_divergence([[0.5, 0.2]], [[0.5, 0.5]], validate=True)
    assert np.isfinite(kl_divergence([[0.5, 0.2]], [[0.5, 0.5]]))


def test_kl_keeps_the_digits_that_pytorchs_kl_div_loses():
    p = np.array([[0.3, 0.7]])
    near = p * [[1 + 1e-9, 1 - 1e-9]]
    with mpmath.workdps(50):
        pairs = zip(p[0].tolist(), near[0].tolist(), strict=True)
        truth = float(sum(mpmath.mpf(a) * mpmath.log(mpmath.mpf(a) / b) for a, b in pairs))
    assert kl_divergence(near, p) == pytest.approx(truth, rel=1e-15)
    assert kl_divergence.torch(near, p).item() == pytest.approx(truth, rel=1e-15)


def test_kl_is_infinite_where_keras_says_16():
    assert kl_divergence([[0, 1]], [[1, 0]]) == inf
    assert kl_divergence.tensorflow([[0.0, 1]], [[1, 0]]).numpy() == inf


def test_kl_takes_probabilities_where_pytorchs_takes_their_logarithms():
    assert kl_divergence.torch([[0.5, 0.5]], [[0.9, 0.1]]).item() == pytest.approx(
        kl_divergence([[0.5, 0.5]], [[0.9, 0.1]])
    )


# --- the normal distribution ---------------------------------------------------------------------


def test_gaussian_constant_only_if_full():
    assert gaussian_nll(1, 1, 1) == 0
    assert gaussian_nll(1, 1, 1, full=True) == pytest.approx(np.log(2 * np.pi) / 2)


@pytest.mark.parametrize("variance", [0, -1, [1, 0, 1]])
def test_gaussian_needs_a_positive_variance(variance):
    with pytest.raises(ValueError, match="variance must be positive"):
        gaussian_nll([1.0, 2, 3], 0, variance)


def test_gaussian_keeps_a_small_variance_that_pytorch_raises_to_its_eps():
    assert gaussian_nll(1, 1, 1e-10) == pytest.approx(np.log(1e-10) / 2)
    assert gaussian_nll.torch(1.0, 1.0, 1e-10).item() == pytest.approx(np.log(1e-10) / 2)


@pytest.mark.parametrize("shape", [(), (3,), (4, 1), (4, 3), (1, 3)])
def test_gaussian_variance_gradient_has_the_variances_shape(shape):
    rng = np.random.default_rng(0)
    p, y, v = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.uniform(1, 2, shape)
    gradient = gaussian_nll.gradient(p, y, v, wrt="variance")
    assert gradient.shape == shape
    each = gaussian_nll.gradient(p, y, np.broadcast_to(v, (4, 3)), wrt="variance")
    assert gradient.sum() == pytest.approx(each.sum())
    step = (gaussian_nll(p, y, v + 1e-6) - gaussian_nll(p, y, v - 1e-6)) / 2e-6
    assert gradient.sum() == pytest.approx(step, rel=1e-6)


def test_gaussian_squares_nothing_too_large():
    assert gaussian_nll(1e200, 0, 1e300) == pytest.approx(5e99)
    assert gaussian_nll(1e-10, 0, 1e-320) == pytest.approx(5.00001e299, rel=1e-4)
    assert gaussian_nll(inf, 0, 1) == inf


# --- counts --------------------------------------------------------------------------------------


def test_poisson_at_its_ends():
    rates, y = [0, 0, inf, inf, nan, 2], [0, 3, 0, 5, 1, nan]
    np.testing.assert_array_equal(
        poisson_nll(rates, y, reduction="none"), [0, inf, inf, inf] + [nan] * 2
    )
    np.testing.assert_array_equal(
        poisson_nll.gradient(rates, y, reduction="none"), [1, -inf, 1, 1, nan, nan]
    )
    rates = [-inf, -inf, inf, inf, nan, 2]
    np.testing.assert_array_equal(
        poisson_nll(rates, y, log_input=True, reduction="none"), [0, inf, inf, inf, nan, nan]
    )
    np.testing.assert_array_equal(
        poisson_nll.gradient(rates, y, log_input=True, reduction="none"),
        [0, -3, inf, inf, nan, nan],
    )


def test_poisson_refuses_what_is_no_rate_and_no_count():
    with pytest.raises(ValueError, match="say log_input=True"):
        poisson_nll([1.0, -0.5], [1, 2])
    with pytest.raises(ValueError, match="say log_input=True"):
        poisson_nll.gradient([1.0, -0.5], [1, 2])
    with pytest.raises(ValueError, match="target must be zero or positive"):
        poisson_nll([1.0, 0.5], [1, -2])
    assert np.isfinite(poisson_nll([1.0, -0.5], [1, 2], log_input=True))


def test_poisson_full_is_minus_the_log_probability():
    from scipy.stats import poisson

    y = np.arange(20)
    expected = -poisson.logpmf(y, 3.5)
    np.testing.assert_allclose(poisson_nll(3.5, y, full=True, reduction="none"), expected)


def test_poisson_of_a_rate_of_0_where_pytorch_and_keras_add_a_little():
    """They say 55.3 and 48.4."""
    assert poisson_nll(0, 3) == inf
    assert poisson_nll.torch(0.0, 3.0).item() == inf
    assert poisson_nll.tensorflow(0.0, 3.0).numpy() == inf


def test_poisson_full_is_exact_where_pytorch_takes_stirlings_formula():
    assert poisson_nll(2, 3, full=True) == pytest.approx(2 - 3 * np.log(2) + np.log(6), rel=1e-15)
    assert poisson_nll.torch(2.0, 3.0, full=True).item() == pytest.approx(
        poisson_nll(2, 3, full=True)
    )


def test_poisson_takes_rates_where_pytorch_takes_their_logarithms():
    assert poisson_nll(2, 3) == 2 - 3 * np.log(2)
    assert poisson_nll.torch(2.0, 3.0).item() == pytest.approx(2 - 3 * np.log(2))


MEANS, COUNTS = np.array([0.1, 1, 4, 30, 1e4]), np.array([0, 1, 3, 60, 9e3])


def test_negative_binomial_without_dispersion_is_poisson():
    np.testing.assert_allclose(
        negative_binomial_nll(MEANS, COUNTS, 0, reduction="none"),
        poisson_nll(MEANS, COUNTS, full=True, reduction="none"),
        rtol=1e-15,
    )
    np.testing.assert_allclose(
        negative_binomial_nll.gradient(MEANS, COUNTS, 0), poisson_nll.gradient(MEANS, COUNTS)
    )


@pytest.mark.parametrize("dispersion", [1e-12, 1e-17, 1e-100, 1e-320])
def test_negative_binomial_tends_to_poisson_where_pytorchs_and_scipys_lose_their_digits(dispersion):
    """At 1e-17 PyTorch says 117 for 1.63, and SciPy infinity."""
    ours = negative_binomial_nll(4, 3, dispersion)
    assert ours == pytest.approx(poisson_nll(4, 3, full=True), rel=1e-11)
    assert negative_binomial_nll.torch(4.0, 3.0, dispersion).item() == pytest.approx(ours)
    assert negative_binomial_nll.tensorflow(4.0, 3.0, dispersion).numpy() == pytest.approx(ours)


@pytest.mark.parametrize("dispersion", [1e-3, 0.1, 0.5, 1, 7, 100])
def test_negative_binomial_is_minus_the_log_probability(dispersion):
    from scipy.stats import nbinom

    expected = -nbinom.logpmf(COUNTS, 1 / dispersion, 1 / (1 + dispersion * MEANS))
    ours = negative_binomial_nll(MEANS, COUNTS, dispersion, reduction="none")
    np.testing.assert_allclose(ours, expected, rtol=1e-9)


def test_negative_binomial_at_its_ends():
    means, y = [0, 0, inf, nan, 2], [0, 3, 5, 1, nan]
    np.testing.assert_array_equal(
        negative_binomial_nll(means, y, 0.5, reduction="none"), [0, inf, inf, nan, nan]
    )
    np.testing.assert_array_equal(
        negative_binomial_nll.gradient(means, y, 0.5, reduction="none"), [1, -inf, 0, nan, nan]
    )


def test_negative_binomial_refuses_what_is_below_zero():
    for arrays in ([-1, 2, 0.1], [1, -2, 0.1], [1, 2, -0.1]):
        with pytest.raises(ValueError, match="must be zero or positive"):
            negative_binomial_nll(*arrays)


@pytest.mark.parametrize("dispersion", [0.0, 1e-6, 0.1, 0.125, 1.0, 30.0])
def test_negative_binomial_gradient_by_the_dispersion(dispersion):
    """One for each gene, shared by the cells; for no dispersion, (y - (y - m)^2) / 2."""
    m, y = np.tile(MEANS[:4], (3, 1)), np.tile(COUNTS[:4], (3, 1))
    a = np.full(4, dispersion)
    gradient = negative_binomial_nll.gradient(m, y, a, wrt="dispersion", reduction="sum")
    assert gradient.shape == (4,)
    step = 1e-7 * max(1, dispersion)
    below, above = a - min(step, dispersion), a + step
    low, high = (negative_binomial_nll(m, y, x, reduction="none").sum(0) for x in (below, above))
    np.testing.assert_allclose(gradient, (high - low) / (above - below), rtol=1e-4, atol=1e-5)
    if not dispersion:
        expected = 3 * (COUNTS - (COUNTS - MEANS) ** 2)[:4] / 2
        np.testing.assert_allclose(gradient, expected, rtol=1e-13)


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_negative_binomial_dispersion_gradient_in_the_frameworks(framework):
    from actloss.frameworks import tf, torch

    a = np.array([0.05, 0.2, 1, 3, 10])
    ours = negative_binomial_nll.gradient(MEANS, COUNTS, a, wrt="dispersion", reduction="sum")
    if framework == "torch":
        tensor = torch.tensor(a, requires_grad=True)
        mean, count = torch.tensor(MEANS), torch.tensor(COUNTS)
        negative_binomial_nll.torch(mean, count, tensor, reduction="sum").backward()
        theirs = tensor.grad.numpy()
    else:
        tensor = tf.Variable(a)
        with tf.GradientTape() as tape:
            value = negative_binomial_nll.tensorflow(MEANS, COUNTS, tensor, reduction="sum")
        theirs = tape.gradient(value, tensor).numpy()
    np.testing.assert_allclose(theirs, ours, rtol=1e-9)


# --- counts that share a total -------------------------------------------------------------------


def test_multinomial_is_the_cross_entropy_of_the_counts():
    rng = np.random.default_rng(0)
    logits, counts = rng.normal(size=(5, 8)), rng.poisson(3, (5, 8))
    shares = counts / counts.sum(axis=1, keepdims=True)
    entropies = categorical_cross_entropy_with_logits(logits, shares, reduction="none")
    np.testing.assert_allclose(
        multinomial_nll(logits, counts, reduction="none"), counts.sum(axis=1) * entropies
    )


def test_multinomial_full_is_minus_the_log_probability():
    from scipy.special import softmax
    from scipy.stats import multinomial

    logits, counts = np.array([0.3, -1, 2]), np.array([4, 0, 7])
    expected = -multinomial.logpmf(counts, 11, softmax(logits))
    assert multinomial_nll(logits, counts, full=True) == pytest.approx(expected)


def test_multinomial_at_its_ends():
    logits = [[-inf, 0, 0], [-inf, 0, 0], [inf, 0, 0], [nan, 0, 0], [0, 0, 0]]
    counts = [[0, 1, 1], [1, 1, 1], [2, 0, 0], [1, 1, 1], [0, 0, 0]]
    np.testing.assert_allclose(
        multinomial_nll(logits, counts, reduction="none"), [2 * np.log(2), inf, 0, nan, 0]
    )


def test_multinomial_refuses_negative_counts():
    with pytest.raises(ValueError, match="counts must be zero or positive"):
        multinomial_nll([[1.0, 2]], [[1, -1]])


# --- overlap -------------------------------------------------------------------------------------


def test_dice_of_the_same_the_opposite_and_the_empty():
    same, empty = [[1, 0, 1]], [[0, 0, 0]]
    assert dice(same, same) == dice(empty, empty) == 0
    assert dice([[0, 1, 0]], same, smoothing=0) == 1
    assert dice([[0, 1, 0]], same) == 0.75
    assert np.isnan(dice(empty, empty, smoothing=0))


def test_dice_is_over_all_axes_but_the_first_where_keras_takes_all():
    """Keras's value for the whole batch is 0.5 here."""
    y, p = [[1.0, 0], [1, 0]], [[1.0, 0], [0, 1]]
    np.testing.assert_array_equal(dice(p, y, smoothing=0, reduction="none"), [0, 1])
    images = np.reshape(p, (2, 2, 1)), np.reshape(y, (2, 2, 1))
    np.testing.assert_array_equal(dice(*images, smoothing=0, reduction="none"), [0, 1])
    for call in (dice.torch, dice.tensorflow):
        np.testing.assert_array_equal(
            np.asarray(call(*images, smoothing=0, reduction="none")), [0, 1]
        )


def test_dice_of_a_vector_takes_each_number_for_an_example():
    p, y = np.array([0.25, 0.5]), np.array([0.0, 1])
    expected = dice(p[:, np.newaxis], y[:, np.newaxis], reduction="none")
    np.testing.assert_array_equal(dice(p, y, reduction="none"), expected)
    for call in (dice.torch, dice.tensorflow):
        np.testing.assert_allclose(np.asarray(call(p, y, reduction="none")), expected)


def test_dice_keeps_its_digits_near_0():
    p = np.array([[1 - 2.0**-53, 0, 1]])
    assert dice(p, [[1, 0, 1]]) == pytest.approx(2.0**-53 / 5, rel=1e-15)


def test_dice_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match="probability must be"):
        dice([[1.5]], [[1]])
    with pytest.raises(ValueError, match="smoothing must be zero or positive"):
        dice([[0.5]], [[1]], smoothing=-1)
