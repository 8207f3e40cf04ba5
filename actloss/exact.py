"""Sums and products whose rounding error is known exactly, so that it can be put back.

A floating-point sum is rounded, but what the rounding took away is itself a floating-point number
and can be computed. exp(-700.1) needs its argument to 16 digits *and* the next 3, because an error
of one unit in the last place of 700 is an error of hundreds in the result.

Sources: Knuth (1969), The Art of Computer Programming, volume 2, for the sum; Dekker (1971), A
Floating-Point Technique for Extending the Available Precision, for the product.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def two_sum(a: NDArray, b: NDArray) -> tuple[NDArray, NDArray]:
    """a + b, rounded, and what the rounding took away."""
    total = a + b
    b_part = total - a
    return total, (a - (total - b_part)) + (b - b_part)


def two_product(a: NDArray, b: NDArray) -> tuple[NDArray, NDArray]:
    """a * b, rounded, and what the rounding took away."""
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _halves(x: NDArray) -> tuple[NDArray, NDArray]:
    """x as a sum of two numbers of half as many digits, whose products are exact."""
    splitter = 2**12 + 1 if x.dtype == np.float32 else 2**27 + 1
    scaled = splitter * x
    high = scaled - (scaled - x)
    return high, x - high
