"""The margin losses: labels of both kinds, values to the last bits, slopes at the margin."""

from __future__ import annotations

import numpy as np
import pytest
from losses.reference_margin import REFERENCES

from actloss.losses import hinge, multiclass_hinge, squared_hinge

inf, nan = np.inf, np.nan


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_accuracy(reference, dtype):
    value, gradient = reference.errors(dtype)
    assert value <= reference.goal[0]
    assert gradient <= reference.goal[1]


# --- labels --------------------------------------------------------------------------------------

SCORES = [0.5, -2, 3]


@pytest.mark.parametrize("loss", [hinge, squared_hinge])
@pytest.mark.parametrize("kind", [int, float, np.uint8, np.int8, bool, np.float16])
def test_labels_0_and_1_are_mapped(loss, kind):
    labels = np.array([0, 1, 1]).astype(kind)
    signs = [-1, 1, 1]
    for call in (loss, loss.gradient):
        np.testing.assert_array_equal(call(SCORES, labels), call(SCORES, signs))
    for call in (loss.torch, loss.tensorflow):
        assert float(call(SCORES, labels)) == float(call(SCORES, signs)) == loss(SCORES, signs)


def test_hinge_values():
    np.testing.assert_array_equal(hinge(SCORES, [0, 1, 1], reduction="none"), [1.5, 3, 0])
    np.testing.assert_array_equal(hinge.gradient(SCORES, [0, 1, 1], reduction="none"), [1, -1, 0])
    np.testing.assert_array_equal(squared_hinge(SCORES, [0, 1, 1], reduction="none"), [2.25, 9, 0])


@pytest.mark.parametrize("loss", [hinge, squared_hinge])
@pytest.mark.parametrize("wrong", [[0, 1, 2], [-1, 0, 1], [0.5, 1, 0], [-1, 1, 3]])
def test_other_labels_are_refused(loss, wrong):
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        loss(SCORES, wrong)


# --- at the margin and at the ends ---------------------------------------------------------------


@pytest.mark.parametrize("loss", [hinge, squared_hinge])
def test_no_pull_at_the_margin_where_keras_pulls(loss):
    np.testing.assert_array_equal(loss.gradient([1.0, -1.0], [1, 0]), [0, 0])
    compared = loss.compare([1.0, -1.0], [1, 0])
    for gradient in compared.gradients.values():
        np.testing.assert_array_equal(gradient, [0, 0])


@pytest.mark.parametrize("loss", [hinge, squared_hinge])
def test_infinite_scores_and_nan(loss):
    scores, labels = [inf, -inf, inf, nan, 0], [1, 1, 0, 1, nan]
    np.testing.assert_array_equal(loss(scores, labels, reduction="none"), [0, inf, inf, nan, nan])
    gradient = loss.gradient(scores, labels, reduction="none")
    assert gradient[0] == 0
    assert gradient[1] < 0 < gradient[2]
    assert np.isnan(gradient[3:]).all()


# --- several classes -----------------------------------------------------------------------------


def test_crammer_and_singer_take_the_worst_weston_and_watkins_all():
    scores, labels = [[1.0, 2, 3], [5, 1, 1]], [0, 0]
    np.testing.assert_array_equal(multiclass_hinge(scores, labels, reduction="none"), [3, 0])
    by_sum = multiclass_hinge(scores, labels, weston_watkins=True, reduction="none")
    np.testing.assert_array_equal(by_sum, [5, 0])
    np.testing.assert_array_equal(
        multiclass_hinge.gradient(scores, labels, reduction="none"), [[-1, 0, 1], [0, 0, 0]]
    )
    np.testing.assert_array_equal(
        multiclass_hinge.gradient(scores, labels, weston_watkins=True, reduction="none"),
        [[-2, 1, 1], [0, 0, 0]],
    )


def test_labels_and_one_hot_rows_are_the_same():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
    one_hot = np.eye(4)[labels]
    for call in (multiclass_hinge, multiclass_hinge.gradient):
        np.testing.assert_array_equal(call(scores, labels), call(scores, one_hot))
        np.testing.assert_array_equal(
            np.transpose(call(scores.T, one_hot.T, axis=0)), call(scores, labels)
        )
    for call in (multiclass_hinge.torch, multiclass_hinge.tensorflow):
        assert float(call(scores, one_hot)) == pytest.approx(multiclass_hinge(scores, labels))
        moved = call(scores.T, one_hot.T, axis=0, weston_watkins=True)
        expected = multiclass_hinge(scores, labels, weston_watkins=True)
        assert float(moved) == pytest.approx(expected)


@pytest.mark.parametrize("wrong", [[[0.5, 0.5, 0]], [[1, 1, 0]], [[0, 0, 0]], [[nan, 0, 1]]])
def test_a_distribution_is_refused(wrong):
    with pytest.raises(ValueError, match="labels or one-hot rows"):
        multiclass_hinge([[1.0, 2, 3]], wrong)


def test_no_pull_at_the_margin_and_the_first_of_equals():
    np.testing.assert_array_equal(multiclass_hinge.gradient([[2.0, 1, 1]], [0]), [[0, 0, 0]])
    np.testing.assert_array_equal(multiclass_hinge.gradient([[1.0, 1, 1]], [0]), [[-1, 1, 0]])


def test_infinite_class_scores_and_nan():
    scores = [[inf, 0, 1], [0, inf, 1], [0, -inf, 1], [-inf, 0, 1], [inf, inf, 1], [0, nan, 1]]
    for weston_watkins, third in ((False, 2), (True, 2)):
        value = multiclass_hinge(scores, [0] * 6, weston_watkins=weston_watkins, reduction="none")
        np.testing.assert_array_equal(value, [0, inf, third, inf, nan, nan])


def test_not_divided_by_the_classes_as_pytorchs_multi_margin_loss_is():
    from actloss.frameworks import torch

    scores, labels = [[1.0, 2, 3]], [0]
    theirs = torch.nn.functional.multi_margin_loss(torch.tensor(scores), torch.tensor(labels))
    ours = multiclass_hinge(scores, labels, weston_watkins=True)
    assert ours == pytest.approx(3 * theirs.item())


def test_wrong_scores_below_zero_which_kerass_categorical_hinge_takes_for_zero():
    assert multiclass_hinge([[-5.0, -9, -9]], [[1, 0, 0]]) == 0
    assert multiclass_hinge.tensorflow([[-5.0, -9, -9]], [[1, 0, 0]]).numpy() == 0
