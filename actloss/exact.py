"""Sums and products whose rounding error is known exactly, so that it can be put back.

A floating-point sum is rounded, but what the rounding took away is itself a floating-point number
and can be computed. exp(-700.1) needs its argument to 16 digits *and* the next 3, because an error
of one unit in the last place of 700 is an error of hundreds in the result.

Sources: Knuth (1969), The Art of Computer Programming, volume 2, for the sum; Dekker (1971), A
Floating-Point Technique for Extending the Available Precision, for the product.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def two_sum(a: NDArray, b: NDArray) -> tuple[NDArray, NDArray]:
    """a + b, rounded, and what the rounding took away."""
    total = a + b
    b_part = total - a
    return total, (a - (total - b_part)) + (b - b_part)


def two_product(a: NDArray, b: NDArray | np.float64) -> tuple[NDArray, NDArray]:
    """a * b, rounded, and what the rounding took away."""
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def two_quotient(a: NDArray, b: float) -> tuple[NDArray, NDArray]:
    """a / b, rounded, and what the rounding took away, to about as many digits again."""
    if a.dtype == np.float32:  # float64 has the digits, those that b itself has beyond float32 too
        exact = np.divide(a, b, dtype=np.float64)
        quotient = exact.astype(np.float32)
        return quotient, (exact - quotient).astype(np.float32)
    quotient = a / b
    product, error = two_product(quotient, np.float64(b))
    return quotient, ((a - product) - error) / b


def _halves(x: Any) -> tuple[Any, Any]:
    """x as a sum of two numbers of half as many digits, whose products are exact."""
    splitter = 2**12 + 1 if x.dtype == np.float32 else 2**27 + 1
    scaled = splitter * x
    high = scaled - (scaled - x)
    return high, x - high


def total(x: NDArray) -> NDArray:
    """The sum over the first axis, rounded about once however many terms there are.

    A large number added and taken away again cuts all terms at one digit. What stands before the
    cut adds up without rounding; what stands after it is so small that its rounding does not matter
    (Rump, Ogita & Oishi 2008, Accurate Floating-Point Summation).
    """
    if x.dtype == np.float32:
        return x.sum(axis=0, dtype=np.float64).astype(np.float32)
    large = 2 * len(x) * np.abs(x).max(axis=0)
    before = (large + x) - large
    parts = before.sum(axis=0) + (x - before).sum(axis=0)
    return np.where(np.isfinite(large), parts, x.sum(axis=0))


def log(x: NDArray) -> NDArray:
    """The logarithm, right to the last bit or so: NumPy's own in float32 can be 4 units off."""
    return np.log(x, dtype=np.float64).astype(x.dtype)


def shifted_exponentials(z: NDArray, temperature: float = 1) -> tuple[NDArray, NDArray]:
    """(z - max z) / temperature over the first axis, and its exponential: the parts of a softmax.

    Nothing overflows, and what rounding took from the difference is put back, so that the
    exponentials keep all their digits however far apart the logits are.
    """
    largest = z.max(axis=0)
    if np.isposinf(largest).any():
        z = np.where(largest == np.inf, _one_infinite(z), z)
        largest = z.max(axis=0)
    shifted, lost = two_sum(z, -largest)
    if temperature != 1:
        shifted, more = two_quotient(shifted, temperature)
        lost = np.maximum(lost / temperature + more, -1)
    exponentials = np.exp(shifted)
    # Beside a logit of -inf, lost is NaN: any number will do, for the exponential there is 0.
    exponentials += exponentials * np.fmin(lost, 1)
    return shifted, exponentials


def _one_infinite(z: NDArray) -> NDArray:
    """What a logit that grows to infinity does: it leaves the others nothing. NaN for two."""
    infinite = z == np.inf
    return np.where(np.count_nonzero(infinite, axis=0) == 1, np.where(infinite, 0, -np.inf), np.nan)


def without_largest(x: NDArray) -> tuple[NDArray, NDArray]:
    """Where the largest entry along the first axis stands (one of them), and the others' sum."""
    top = x.argmax(axis=0)[np.newaxis]
    others = x.copy()
    np.put_along_axis(others, top, 0, axis=0)
    return top, total(others)


def sums_of_others(x: NDArray) -> tuple[NDArray, NDArray]:
    """The sum along the first axis and, for each entry, the sum of all the others; none negative.

    The sum minus the entry loses its digits where the entry is nearly the sum: there the others are
    added up by themselves.
    """
    top, rest = without_largest(x)
    whole = rest + np.take_along_axis(x, top, axis=0)[0]
    others = whole - x
    np.put_along_axis(others, top, rest, axis=0)
    return whole, others
