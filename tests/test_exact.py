"""Sums, products and logarithms that lose no digits."""

from fractions import Fraction

import numpy as np
import pytest

from actloss.exact import (
    log,
    shifted_exponentials,
    sums_of_others,
    total,
    two_product,
    two_quotient,
    two_sum,
)

each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def numbers(dtype, n=300):
    """Of sizes that differ by more than the digits of a number."""
    rng = np.random.default_rng(0)
    return (rng.normal(size=n) * 10.0 ** rng.uniform(-9, 9, n)).astype(dtype)


@each_dtype
def test_what_rounding_takes_away_is_known_exactly(dtype):
    a, b = numbers(dtype), numbers(dtype)[::-1]
    for rounded, lost, exact in (
        (
            *two_sum(a, b),
            [Fraction(float(x)) + Fraction(float(y)) for x, y in zip(a, b, strict=True)],
        ),
        (
            *two_product(a, b),
            [Fraction(float(x)) * Fraction(float(y)) for x, y in zip(a, b, strict=True)],
        ),
    ):
        assert rounded.dtype == lost.dtype == dtype
        assert [
            Fraction(float(x)) + Fraction(float(y)) for x, y in zip(rounded, lost, strict=True)
        ] == exact


@each_dtype
def test_quotient_to_twice_the_digits(dtype):
    a = numbers(dtype)
    quotient, lost = two_quotient(a, 0.7)
    for x, q, rest in zip(a, quotient, lost, strict=True):
        exact = Fraction(float(x)) / Fraction(0.7)
        error = abs(Fraction(float(q)) + Fraction(float(rest)) - exact)
        assert error <= abs(exact) * Fraction(float(np.finfo(dtype).eps)) ** 2 * 4


@each_dtype
@pytest.mark.parametrize("n", [1, 2, 7, 10, 33, 1000])
def test_total_rounds_about_once(dtype, n):
    x = np.abs(numbers(dtype, 20 * n)).reshape(n, 20)
    for column, ours in zip(x.T, total(x), strict=True):
        exact = sum(Fraction(float(value)) for value in column)
        assert abs(Fraction(float(ours)) - exact) <= Fraction(float(np.spacing(ours)))


def test_total_of_infinity_and_nan():
    x = np.array([[1.0, np.inf, np.nan, np.inf, 1e308], [2.0, 1.0, 1.0, -np.inf, 5e307]])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(total(x), [3, np.inf, np.nan, np.nan, 1.5e308])


@each_dtype
def test_others_keep_their_digits_beside_a_large_one(dtype):
    x = np.array([[1, 1e-30], [1e-20, 1e-30], [3e-20, 5]], dtype)
    whole, others = sums_of_others(x)
    np.testing.assert_array_equal(whole, np.array([1, 5], dtype))
    np.testing.assert_allclose(others, [[4e-20, 5], [1, 5], [1, 2e-30]], rtol=1e-6)
    alike = sums_of_others(np.ones((3, 1), dtype))
    np.testing.assert_array_equal(alike[1], np.full((3, 1), 2))


@each_dtype
def test_exponentials_far_apart(dtype):
    z = np.array([[80.1, 0.3], [0.3, 80.1], [-3.7, -np.inf]], dtype)
    with np.errstate(all="ignore"):
        _, e = shifted_exponentials(z)
    wide = z.astype(np.longdouble)
    exact = np.exp(wide - wide.max(axis=0))
    assert np.all(np.abs(e - exact) <= 3 * np.spacing(exact.astype(dtype)))


def test_log_of_float32_is_right_to_the_last_bit_or_so():
    x = np.linspace(0.01, 2, 20_001).astype(np.float32)
    exact = np.log(x.astype(float))
    assert log(x).dtype == np.float32
    assert np.max(np.abs(log(x) - exact) / np.spacing(np.abs(exact).astype(np.float32))) <= 0.51
    assert log(np.float32(0.5)).dtype == np.float32
