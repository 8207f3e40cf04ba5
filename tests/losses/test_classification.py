"""The classification losses: right to the last bits, at the ends of their domains, and weighted."""

import numpy as np
import pytest
from losses.reference_classification import REFERENCES
from measure import exact, ulps
from mpmath import exp, log1p
from silence import warnings_are_errors

from actloss.activations import sigmoid, softmax
from actloss.frameworks import tf, torch
from actloss.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    categorical_cross_entropy,
    categorical_cross_entropy_with_logits,
    focal,
    focal_with_logits,
    sparse_categorical_cross_entropy,
    sparse_categorical_cross_entropy_with_logits,
)

inf, nan = np.inf, np.nan
F = np.float32


@pytest.fixture(autouse=True)
def _silent():
    with warnings_are_errors():
        yield


# --- accuracy ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_right_to_the_last_bits(reference, dtype):
    with np.errstate(all="ignore"):
        value, gradient = reference.errors(dtype)
    assert value <= reference.goal[0]
    assert gradient <= reference.goal[1]


@pytest.mark.parametrize("n_classes", [2, 10, 32, 33, 1000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_many_examples_and_classes(dtype, n_classes):
    """Against long double: coincidences of rounding that a few hundred points do not meet."""
    rng = np.random.default_rng(0)
    z = rng.normal(0, 4, (40_000 // n_classes, n_classes)).astype(dtype)
    y = rng.integers(0, n_classes, len(z))
    true = np.arange(len(z)), y
    wide = z.astype(np.longdouble)
    e = np.exp(wide - wide.max(axis=1, keepdims=True))
    total = e.sum(axis=1)
    of_true = e[true]
    e[true] = 0
    others = e.sum(axis=1)
    confident = others < of_true
    surprise = np.where(confident, np.log1p(others / of_true), -np.log(of_true / total))
    e[true] = -others
    p = e / total[:, np.newaxis]

    value = sparse_categorical_cross_entropy_with_logits(z, y, reduction="none")
    assert np.max(np.abs(value - surprise) / np.spacing(surprise.astype(dtype))) <= 4
    gradient = sparse_categorical_cross_entropy_with_logits.gradient(z, y, reduction="sum")
    # NumPy's float32 exp is up to 2.6 ulp off; with the three roundings after it, that makes 4.5.
    allowed = 4 if dtype == np.float64 or n_classes < 33 else 4.5
    assert np.max(np.abs(gradient - p) / np.spacing(np.abs(p).astype(dtype))) <= allowed


# --- where others fail ---------------------------------------------------------------------------


def test_pytorch_and_tensorflow_give_0_for_a_confident_cross_entropy():
    """Three classes, margin 17, float32: 8.3e-8, and so is the gradient of the true class."""
    z = F([[17, 0, 0]])
    for loss, target in (
        (sparse_categorical_cross_entropy_with_logits, [0]),
        (categorical_cross_entropy_with_logits, F([[1, 0, 0]])),
    ):
        truth = 2 * exp(-17)
        assert ulps(loss(z, target), log1p(truth)) <= 2
        gradient = loss.gradient(z, target)
        assert ulps(gradient[0, 0], -truth / (1 + truth)) <= 3
        assert ulps(gradient[0, 1], exp(-17) / (1 + truth)) <= 3
    assert torch.nn.functional.cross_entropy(torch.tensor(z), torch.tensor([0])) == 0
    assert tf.nn.sparse_softmax_cross_entropy_with_logits([0], z)[0] == 0


def test_every_peer_loses_hundreds_of_ulp_of_logits_700_apart():
    z = np.array([[700.1, 0.3, -3.0]])
    value = sparse_categorical_cross_entropy_with_logits(z, [0])
    truth = log1p(exp(exact(0.3) - exact(700.1)) + exp(-3 - exact(700.1)))
    assert ulps(value, truth) <= 4


def test_pytorch_binary_cross_entropy_with_logits_at_minus_12():
    value = binary_cross_entropy_with_logits(F(-12), 0)
    assert ulps(value, log1p(exp(-12))) <= 3
    assert float(value) == pytest.approx(6.14e-6, rel=1e-3)
    theirs = torch.nn.functional.binary_cross_entropy_with_logits
    assert float(theirs(torch.tensor(-12.0), torch.tensor(0.0))) == pytest.approx(5.72e-6, rel=1e-3)


def test_pytorch_stops_a_logarithm_at_100_and_keras_at_16():
    assert binary_cross_entropy(0.0, 1) == inf
    assert binary_cross_entropy(F(1e-45), 1) == pytest.approx(103.28, abs=0.01)
    zero, one = torch.tensor(0.0), torch.tensor(1.0)
    assert torch.nn.functional.binary_cross_entropy(zero, one) == 100
    assert float(tf.keras.losses.binary_crossentropy([1.0], [0.0])) == pytest.approx(
        16.118, abs=0.01
    )
    assert binary_cross_entropy.torch(zero, one) == inf
    assert binary_cross_entropy.tensorflow(0.0, 1.0) == inf
    assert binary_cross_entropy.gradient(1e-20, 1) == pytest.approx(-1e20)  # Keras: 0


def test_keras_rescales_rows_that_do_not_sum_to_one():
    p, y = [[0.2, 0.2]], [[1.0, 0.0]]
    assert categorical_cross_entropy(p, y) == pytest.approx(-np.log(0.2))
    assert categorical_cross_entropy.tensorflow(p, y).numpy() == pytest.approx(-np.log(0.2))
    keras = tf.keras.losses.categorical_crossentropy(y, p)
    assert float(keras[0]) == pytest.approx(np.log(2), rel=1e-6)


def test_ignored_labels_as_in_pytorch_and_keras():
    z, y = np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), [0, -1, 1]
    ours = sparse_categorical_cross_entropy_with_logits(z, y, ignore_index=-1)
    keras = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    pytorch = torch.nn.functional.cross_entropy(torch.tensor(z), torch.tensor(y), ignore_index=-1)
    assert ours == pytest.approx(float(pytorch))
    theirs = sparse_categorical_cross_entropy_with_logits.tensorflow(z, y, ignore_index=-1)
    assert ours == pytest.approx(float(theirs))
    assert float(keras(np.array(y), z)) == pytest.approx(ours, rel=1e-6)


# --- the ends of the domain ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "y", "value", "gradient"),
    [
        (0.0, 0, 0, 1),
        (1.0, 1, 0, -1),
        (0.0, 1, inf, -inf),
        (1.0, 0, inf, inf),
        (0.0, 0.5, inf, -inf),
        (1.0, 0.5, inf, inf),
        (0.0, 1e-300, inf, -inf),
    ],
)
def test_probabilities_0_and_1_give_the_limit(p, y, value, gradient):
    assert binary_cross_entropy(p, y) == value
    assert binary_cross_entropy.gradient(p, y) == gradient
    for dtype in (np.float16, np.float32):
        assert binary_cross_entropy(dtype(p), 1 if y == 1e-300 else y) == value


@pytest.mark.parametrize("loss", [binary_cross_entropy_with_logits, focal_with_logits])
def test_infinite_logits_give_the_limit(loss):
    z = np.array([inf, -inf])
    np.testing.assert_array_equal(loss(z, 1, reduction="none"), [0, inf])
    np.testing.assert_array_equal(loss(z, 0, reduction="none"), [inf, 0])
    np.testing.assert_array_equal(loss(z, 0.5, reduction="none"), [inf, inf])
    np.testing.assert_array_equal(loss.gradient(z, 0, reduction="none")[1], 0)
    np.testing.assert_array_equal(loss.gradient(z, 1, reduction="none")[0], 0)
    assert loss.gradient(-inf, 0.0) == loss.gradient(inf, 1.0) == 0


def test_focal_of_certainty():
    assert focal(1.0, 1) == focal(0.0, 0) == 0
    assert focal(0.0, 1) == focal(1.0, 0) == inf
    assert focal.gradient(1.0, 1) == focal.gradient(0.0, 0) == 0
    for gamma in (0.5, 1.0, 2.0, 5.0):
        assert focal.gradient(1.0, 1, gamma=gamma) == 0
        assert focal.gradient(0.0, 1, gamma=gamma) == -inf
    assert focal.gradient(1.0, 1, gamma=0.0) == -1  # that of plain cross entropy
    assert focal.gradient(0.0, 1, gamma=0.0) == -inf


@pytest.mark.parametrize(
    "loss",
    [
        categorical_cross_entropy_with_logits,
        sparse_categorical_cross_entropy_with_logits,
        lambda z, y, **options: focal_with_logits(z, y, mode="categorical", **options),
    ],
    ids=["categorical", "sparse", "focal"],
)
def test_infinite_logits_of_classes(loss):
    def of(z, label):
        if loss is categorical_cross_entropy_with_logits:
            return float(loss([z], [np.eye(len(z))[label]]))
        return float(loss([z], [label]))

    assert of([inf, 0, 3], 0) == 0
    assert of([inf, 0, 3], 1) == inf
    assert of([-inf, 0.0], 0) == inf
    assert of([-inf, 0.0], 1) == 0
    assert of([-inf, 0.0, 0.0], 1) > 0
    assert of([-inf, -inf, 0.0], 0) == inf
    assert np.isnan(of([inf, inf], 0))
    assert np.isnan(of([-inf, -inf], 0))
    assert np.isnan(of([nan, 0.0], 1))


def test_a_class_masked_by_minus_infinity_has_no_gradient():
    z = np.array([[-inf, 1.0, 2.0]])
    for loss, y in (
        (categorical_cross_entropy_with_logits, [[0.0, 1, 0]]),
        (sparse_categorical_cross_entropy_with_logits, [1]),
    ):
        p = softmax([1.0, 2.0])
        np.testing.assert_allclose(loss.gradient(z, y), [[0, -p[1], p[1]]], rtol=1e-15)


@pytest.mark.parametrize(
    "loss",
    [
        lambda p, y: categorical_cross_entropy([p], [y]),
        lambda p, y: focal([p], [y], mode="categorical"),
    ],
    ids=["cross entropy", "focal"],
)
def test_rows_of_certain_probabilities(loss):
    assert loss([1.0, 0.0], [1.0, 0.0]) == 0
    assert loss([1.0, 0.0], [0.0, 1.0]) == inf
    assert loss([1.0, 0.0], [0.5, 0.5]) == inf
    assert np.isnan(loss([nan, 0.5], [0.0, 1.0]))
    assert np.isnan(loss([0.5, 0.5], [nan, 1.0]))


def test_no_loss_is_minus_zero():
    for value in (
        binary_cross_entropy(1.0, 1),
        binary_cross_entropy(0.0, 0),
        categorical_cross_entropy([1.0, 0], [1.0, 0]),
        sparse_categorical_cross_entropy([1.0, 0], 0),
        sparse_categorical_cross_entropy_with_logits([inf, 0], 0),
        categorical_cross_entropy_with_logits([inf, 0], [1.0, 0]),
        focal(1.0, 1),
    ):
        assert value == 0
        assert not np.signbit(value)


# --- options -------------------------------------------------------------------------------------


def test_clipping_is_an_argument_and_its_gradient_is_0_outside():
    p = np.array([0.0, 0.05, 0.1, 0.5, 1.0])
    value = binary_cross_entropy(p, 1, clip=0.1, reduction="none")
    np.testing.assert_allclose(value, -np.log([0.1, 0.1, 0.1, 0.5, 0.9]), rtol=1e-15)
    slope = binary_cross_entropy.gradient(p, 1, clip=0.1, reduction="none")
    np.testing.assert_allclose(slope, [0, 0, -10, -2, 0])
    assert categorical_cross_entropy([0.0, 1], [1.0, 0], clip=1e-7) == pytest.approx(
        16.118, abs=1e-3
    )
    assert sparse_categorical_cross_entropy([0.0, 1], 0, clip=1e-7) == pytest.approx(
        16.118, abs=1e-3
    )


def test_pos_weight_multiplies_the_yes():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(300, 200)), rng.integers(0, 2, (300, 200))
    plain = binary_cross_entropy_with_logits(z, y, reduction="none")
    for weight in (3, rng.uniform(0, 5, 200), rng.uniform(0, 5, (300, 1))):
        weighted = binary_cross_entropy_with_logits(z, y, pos_weight=weight, reduction="none")
        np.testing.assert_allclose(weighted, np.where(y, weight * plain, plain), rtol=1e-14)
    pytorch = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(z), torch.tensor(y * 1.0), pos_weight=torch.tensor(weight)
    )
    ours = binary_cross_entropy_with_logits(z, y, pos_weight=weight)
    assert float(pytorch) == pytest.approx(ours)


@pytest.mark.parametrize("options", [{}, {"ignore_index": 1}, {"label_smoothing": 0.3}])
def test_class_weights_as_in_pytorch(options):
    rng = np.random.default_rng(0)
    z, y, w = rng.normal(size=(9, 3)), rng.integers(0, 3, 9), [0.5, 1.0, 8.0]
    for reduction in ("mean", "sum", "none"):
        theirs = torch.nn.functional.cross_entropy(
            torch.tensor(z),
            torch.tensor(y),
            torch.tensor(w).double(),
            reduction=reduction,
            **options,
        )
        ours = sparse_categorical_cross_entropy_with_logits(
            z, y, class_weights=w, reduction=reduction, **options
        )
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)


def test_a_label_and_its_one_hot_row_are_the_same():
    rng = np.random.default_rng(0)
    z, y, w = rng.normal(size=(9, 3)), rng.integers(0, 3, 9), [0.5, 1.0, 8.0]
    p, rows = softmax(z), np.eye(3)[y]
    for options in ({}, {"class_weights": w}):
        for sparse, full, x in (
            (sparse_categorical_cross_entropy, categorical_cross_entropy, p),
            (
                sparse_categorical_cross_entropy_with_logits,
                categorical_cross_entropy_with_logits,
                z,
            ),
        ):
            assert sparse(x, y, **options) == pytest.approx(full(x, rows, **options), rel=1e-15)
            np.testing.assert_allclose(
                sparse.gradient(x, y, **options), full.gradient(x, rows, **options), rtol=1e-13
            )
    for alpha in (None, 0.25, w):
        options = {"mode": "categorical", "alpha": alpha}
        assert focal(p, y, **options) == focal(p, rows, **options)
        assert focal_with_logits(z, y, **options) == focal_with_logits(z, rows, **options)


def test_logits_and_their_probabilities_agree():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(9, 3)), rng.integers(0, 2, (9, 3))
    rows = rng.dirichlet(np.ones(3), 9)
    assert binary_cross_entropy(sigmoid(z), y) == pytest.approx(
        binary_cross_entropy_with_logits(z, y)
    )
    assert categorical_cross_entropy(softmax(z), rows) == pytest.approx(
        categorical_cross_entropy_with_logits(z, rows)
    )
    assert focal(sigmoid(z), y, alpha=0.3) == pytest.approx(focal_with_logits(z, y, alpha=0.3))
    for options in ({}, {"alpha": [1.0, 2.0, 3.0]}):
        assert focal(softmax(z), rows, "categorical", **options) == pytest.approx(
            focal_with_logits(z, rows, "categorical", **options)
        )


def test_focal_without_focus_is_cross_entropy():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(9, 3)), rng.integers(0, 2, (9, 3))
    assert focal_with_logits(z, y, gamma=0.0) == pytest.approx(
        binary_cross_entropy_with_logits(z, y), rel=1e-15
    )
    assert focal_with_logits(z, [0, 1, 2] * 3, "categorical", 0.0) == pytest.approx(
        sparse_categorical_cross_entropy_with_logits(z, [0, 1, 2] * 3), rel=1e-15
    )


def test_focal_as_keras_once_it_balances_the_classes():
    rng = np.random.default_rng(0)
    p, y = rng.uniform(0.1, 0.9, (1, 6)), rng.integers(0, 2, (1, 6))
    keras = tf.keras.losses.binary_focal_crossentropy(
        y, p, apply_class_balancing=True, alpha=0.25, gamma=3.0
    )
    assert focal(p, y, gamma=3.0, alpha=0.25) == pytest.approx(float(keras[0]), rel=1e-6)


def test_everything_ignored_is_nan_without_a_gradient():
    z, p, y = np.zeros((2, 3)), np.full((2, 3), 1 / 3), [7, 7]
    for loss, x in (
        (sparse_categorical_cross_entropy_with_logits, z),
        (sparse_categorical_cross_entropy, p),
    ):
        assert np.isnan(loss(x, y, ignore_index=7))
        assert loss(x, y, ignore_index=7, reduction="sum") == 0
        assert np.isnan(loss(x, y, ignore_index=7, class_weights=[1.0, 2, 3]))
        np.testing.assert_array_equal(loss.gradient(x, y, ignore_index=7), 0)
        assert torch.isnan(loss.torch(x, y, ignore_index=7))
        assert np.isnan(loss.tensorflow(x, y, ignore_index=7).numpy())


@pytest.mark.parametrize("kind", ["i1", "u1", "i4", "i8", "u8", "f4", "f8", "?"])
def test_labels_of_any_whole_kind(kind):
    z, y = np.arange(6.0).reshape(3, 2) % 5, np.array([0, 1, 1])
    assert sparse_categorical_cross_entropy_with_logits(
        z, y.astype(kind)
    ) == sparse_categorical_cross_entropy_with_logits(z, y)
    assert focal_with_logits(z, y.astype(kind), "categorical") == focal_with_logits(
        z, y, "categorical"
    )


def test_one_target_for_all_rows_and_one_row_for_all_targets():
    rng = np.random.default_rng(0)
    z, rows = rng.normal(size=(4, 3)), rng.dirichlet(np.ones(3), 4)
    loss = categorical_cross_entropy_with_logits
    alike = np.broadcast_to(rows[0], (4, 3))
    assert loss(z, rows[0]) == loss(z, alike)
    assert loss(z[:1], rows) == pytest.approx(loss(np.broadcast_to(z[0], (4, 3)), rows), rel=1e-15)
    gradient = loss.gradient(z[:1], rows, reduction="sum")
    np.testing.assert_allclose(
        gradient, loss.gradient(np.broadcast_to(z[0], (4, 3)), rows, reduction="sum").sum(0)[None]
    )


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: binary_cross_entropy(1.5, 1), "probability"),
        (lambda: binary_cross_entropy([0.5, -0.1], [0, 1]), "index 1"),
        (lambda: binary_cross_entropy(0.5, 2), "target"),
        (lambda: binary_cross_entropy(0.5, 1, clip=0.7), "clip"),
        (lambda: binary_cross_entropy_with_logits(0.5, -1), "target"),
        (lambda: binary_cross_entropy_with_logits(0.5, 1, pos_weight=-2), "pos_weight"),
        (lambda: binary_cross_entropy(0.5, 1, reduction="average"), "reduction"),
        (lambda: categorical_cross_entropy([0.5, 0.5], [0.5, 0.5, 0]), "shapes"),
        (lambda: categorical_cross_entropy([0.5, 0.4], [1, 0], validate=True), "sum to 1"),
        (lambda: categorical_cross_entropy([0.5, 0.5], [0.7, 0.7], validate=True), "target"),
        (lambda: categorical_cross_entropy([0.5, 0.5], [1, 0], class_weights=[1, 2, 3]), "weight"),
        (lambda: categorical_cross_entropy([0.5, 0.5], [1, 0], class_weights=[1, -2]), "weights"),
        (lambda: categorical_cross_entropy_with_logits([1.0], [1.0], label_smoothing=2), "label_s"),
        (lambda: sparse_categorical_cross_entropy_with_logits([[1.0, 2]], [2]), "between 0 and 1"),
        (lambda: sparse_categorical_cross_entropy_with_logits([[1.0, 2]], [-1]), "between 0 and 1"),
        (lambda: sparse_categorical_cross_entropy_with_logits([[1.0, 2]], [0.5]), "whole"),
        (lambda: sparse_categorical_cross_entropy_with_logits([[1.0, 2]], [nan]), "whole"),
        (lambda: sparse_categorical_cross_entropy_with_logits([[1.0, 2]], [[0, 1]]), "one-hot"),
        (lambda: sparse_categorical_cross_entropy_with_logits([[1.0, 2]], [0], axis=5), "axis 5"),
        (lambda: focal(0.5, 1, mode="both"), "mode"),
        (lambda: focal(0.5, 1, gamma=-1), "gamma"),
        (lambda: focal(0.5, 1, alpha=1.5), "alpha"),
        (lambda: focal(0.5, 2), "target"),
        (lambda: focal([[0.5, 0.5]], [2], mode="categorical"), "between 0 and 1"),
        (lambda: focal([[0.5, 0.5]], [[0, 2]], mode="categorical"), "target"),
    ],
)
def test_errors_say_what_is_wrong(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_text_is_no_label():
    with pytest.raises(TypeError, match="target"):
        sparse_categorical_cross_entropy_with_logits([[1.0, 2.0]], ["a"])


def test_nan_is_not_outside():
    assert np.isnan(binary_cross_entropy(nan, 1))
    assert np.isnan(binary_cross_entropy(0.5, nan))
    assert np.isnan(sparse_categorical_cross_entropy([nan, 0.5], 0))
