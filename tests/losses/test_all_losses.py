"""What every loss keeps to: frameworks, gradients, reductions, dtypes, blocks, NaN, silence."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from losses import (
    reference_classification,
    reference_distributions,
    reference_margin,
    reference_regression,
)
from losses.cases import CASES, EXTREMES, Case
from silence import warnings_are_errors

import actloss.losses
from actloss import arrays
from actloss.frameworks import tf, torch

each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_extreme = pytest.mark.parametrize("case", EXTREMES, ids=str)


def close(ours, theirs, dtype, ulps):
    """Equal but for so many units in the last place of the largest entry of the same row."""
    theirs = np.asarray(theirs, dtype=float)
    ours = np.asarray(ours, dtype=float)
    finite = np.where(np.isfinite(theirs), np.abs(theirs), 0)
    unit = np.finfo(dtype).eps * (finite.max(axis=-1, keepdims=True) if finite.ndim else finite)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=np.max(ulps * unit, initial=0))


def in_torch(case: Case, given, upstream, options):
    tensors = [torch.tensor(a) for a in given]
    tensors[0].requires_grad_()
    value = case.loss.torch(*tensors, **case.options, **options)
    (value * torch.tensor(upstream)).sum().backward()
    return value.detach().numpy(), tensors[0].grad.numpy()


def in_tensorflow(case: Case, given, upstream, options):
    tensors = [tf.constant(a) for a in given]
    with tf.GradientTape() as tape:
        tape.watch(tensors[0])
        value = case.loss.tensorflow(*tensors, **case.options, **options)
        weighted = tf.reduce_sum(value * upstream)
    return value.numpy(), tape.gradient(weighted, tensors[0]).numpy()


FRAMEWORKS = {"torch": in_torch, "tensorflow": in_tensorflow}
each_framework = pytest.mark.parametrize("framework", FRAMEWORKS)


def compare(case, framework, dtype, ulps, close=close):
    given = case.given(dtype)
    rng = np.random.default_rng(1)
    for options in case.reductions:
        value = case.loss(*given, **case.options, **options)
        upstream = rng.uniform(-3, 3, np.shape(value)).astype(dtype)
        gradient = case.loss.backward(*given, upstream=upstream, **case.options, **options)
        theirs, their_gradient = FRAMEWORKS[framework](case, given, upstream, options)
        assert theirs.dtype == value.dtype == dtype
        assert theirs.shape == np.shape(value)
        assert their_gradient.shape == gradient.shape == given[0].shape
        close(value, theirs, dtype, ulps)
        close(gradient, their_gradient, dtype, ulps)


def has(loss, framework):
    return framework in loss.definition.frameworks


def test_every_loss_has_a_case_and_both_frameworks():
    assert {case.name for case in CASES} == set(actloss.losses.__all__)
    for name in actloss.losses.__all__:
        loss = getattr(actloss.losses, name)
        assert has(loss, "torch")
        assert has(loss, "tensorflow")


def test_every_loss_is_measured():
    modules = reference_classification, reference_distributions, reference_margin
    measured = {r.loss.__name__ for m in (*modules, reference_regression) for r in m.REFERENCES}
    assert measured == set(actloss.losses.__all__)


@each_framework
@each_case
def test_same_value_and_gradient_in_the_frameworks(case, framework):
    for dtype in (np.float64, np.float32):
        compare(case, framework, dtype, ulps=64)


def each_close(ours, theirs, dtype, ulps):
    """Each number for itself, however small beside the others; a result below the normal range may
    be rounded to 0, as frameworks do."""
    info = np.finfo(dtype)
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    np.testing.assert_allclose(ours, theirs, rtol=ulps * info.eps, atol=float(info.tiny))


@each_framework
@each_extreme
def test_same_value_and_gradient_at_the_ends_of_the_domain(case, framework):
    """A framework's exp(-700) is hundreds of ulp off, so they get a thousand."""
    for dtype in (np.float64, np.float32):
        compare(case, framework, dtype, ulps=1000, close=each_close)


@each_case
def test_gradient_is_the_slope(case):
    given = case.given()
    prediction = given[0]
    for options in case.reductions:
        value = case.loss(*given, **case.options, **options)
        upstream = np.random.default_rng(2).uniform(-3, 3, np.shape(value))
        gradient = case.loss.backward(*given, upstream=upstream, **case.options, **options)
        for place in np.ndindex(prediction.shape):
            slope = 0
            for steps, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
                moved = prediction.copy()
                moved[place] += steps * 1e-4
                value = case.loss(moved, *given[1:], **case.options, **options)
                slope += weight * np.sum(value * upstream) / 12e-4
            assert gradient[place] == pytest.approx(slope, rel=1e-7, abs=1e-8)


def counts_all(case):
    return case.loss.over != "axis" and not {"class_weights", "ignore_index"} & case.options.keys()


@pytest.mark.parametrize("case", [c for c in CASES if counts_all(c)], ids=str)
def test_mean_is_sum_over_how_many_none_has(case):
    given = case.given()
    values = case.loss(*given, **case.options, reduction="none")
    total = case.loss(*given, **case.options, reduction="sum")
    assert total == pytest.approx(values.sum(), rel=1e-14)
    assert case.loss(*given, **case.options, reduction="mean") == pytest.approx(total / values.size)
    by_sum = case.loss.gradient(*given, **case.options, reduction="sum")
    by_mean = case.loss.gradient(*given, **case.options, reduction="mean")
    np.testing.assert_allclose(by_mean * values.size, by_sum, rtol=1e-14)


@each_case
def test_the_predictions_dtype_decides(case):
    for dtype in (np.float16, np.float32, np.float64):
        prediction, *others = case.given()
        value = case.loss(prediction.astype(dtype), *others, **case.options)
        gradient = case.loss.gradient(prediction.astype(dtype), *others, **case.options)
        assert type(value) is dtype
        assert gradient.dtype == dtype
        exact = case.loss(prediction.astype(dtype).astype(float), *others, **case.options)
        assert float(value) == pytest.approx(exact, rel=8 * float(np.finfo(dtype).eps))


@each_case
def test_lists_and_whole_numbers_become_float64(case):
    given = case.given()
    listed = [a.tolist() for a in given]
    assert case.loss(*listed, **case.options) == case.loss(*given, **case.options)
    whole = [np.round(np.clip(a, 0, 1)).astype(int) for a in given]
    if case.name in ("gaussian_nll", "negative_binomial_nll"):
        whole[2] = np.ones_like(whole[2])  # a variance is not 0
    assert case.loss(*whole, **case.options).dtype == np.float64
    assert case.loss.gradient(*whole, **case.options).dtype == np.float64


@each_case
def test_large_arrays_are_their_small_pieces(case, monkeypatch):
    given = case.given()
    options = {"axis": 1} if case.loss.over == "axis" else {"reduction": "none"}
    whole = case.loss(*given, **case.options, **options)
    slopes = case.loss.gradient(*given, **case.options, **options)
    total = case.loss(*given, **case.options)
    monkeypatch.setattr(arrays, "BLOCK_BYTES", 64)
    np.testing.assert_array_equal(case.loss(*given, **case.options, **options), whole)
    np.testing.assert_array_equal(case.loss.gradient(*given, **case.options, **options), slopes)
    assert case.loss(*given, **case.options) == pytest.approx(total, rel=1e-14)


@each_case
def test_nan_in_gives_nan_out(case):
    """For the example that holds it, and no other."""
    if case.loss.over == "axis":
        options, axis = {"axis": 1}, 1
    else:
        options, axis = {"reduction": "none"}, 1 if case.loss.over == "examples" else None
    if case.over_classes:
        axis = 1
    given = case.given()
    expected = case.loss(*given, **case.options, **options)
    given[0][1] = np.nan
    value = case.loss(*given, **case.options, **options)
    kept = np.isfinite(expected) if "ignore_index" not in case.options else expected != 0
    if axis is None:
        assert np.isnan(value[1]).all()
    else:
        assert np.isnan(value[1]) == kept[1]
    np.testing.assert_array_equal(np.delete(value, 1, axis=0), np.delete(expected, 1, axis=0))
    if "ignore_index" not in case.options:
        assert np.isnan(case.loss(*given, **case.options)).any()
        assert np.isnan(case.loss.gradient(*given, **case.options, **options)[1]).any()


@pytest.mark.parametrize("case", [*CASES, *EXTREMES], ids=str)
def test_silent_and_changes_nothing(case):
    for dtype in (np.float16, np.float32, np.float64):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            given = case.given(dtype)
        before = [a.copy() for a in given]
        for array in given:
            array.flags.writeable = False
        with warnings_are_errors():
            for options in case.reductions:
                case.loss(*given, **case.options, **options)
                case.loss.gradient(*given, **case.options, **options)
        for array, copy in zip(given, before, strict=True):
            np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("case", [c for c in CASES if c.over_classes], ids=str)
def test_the_class_axis_may_be_anywhere(case):
    given = case.given()
    last = case.loss(*given, **case.options, reduction="none")
    slopes = case.loss.gradient(*given, **case.options, reduction="none")
    turned = [a.T if a.ndim == 2 else a for a in given]
    np.testing.assert_array_equal(
        case.loss(*turned, **case.options, reduction="none", axis=0), last
    )
    np.testing.assert_array_equal(
        case.loss.gradient(*turned, **case.options, reduction="none", axis=0), slopes.T
    )
    deep = [np.stack([a, a[::-1]], axis=0) for a in given]  # (2, examples, classes)
    deep = [np.moveaxis(a, 2, 1) if a.ndim == 3 else a for a in deep]  # classes in the middle
    for options in ({"axis": 1}, {"axis": -2}):
        values = case.loss(*deep, **case.options, reduction="none", **options)
        np.testing.assert_array_equal(values, [last, last[::-1]])
        for call in (case.loss.torch, case.loss.tensorflow):
            theirs = np.asarray(call(*deep, **case.options, reduction="none", **options))
            np.testing.assert_allclose(theirs, values, rtol=1e-12)
