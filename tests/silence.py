"""Code that must warn of nothing."""

import contextlib
import warnings
from collections.abc import Iterator

import numpy as np


@contextlib.contextmanager
def warnings_are_errors() -> Iterator[None]:
    """NumPy's warnings, Python's, and the frameworks' are errors within."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        # A file that an earlier test left open (nbval leaves one for every kernel) is closed
        # whenever its garbage is collected, which may be here.
        warnings.simplefilter("ignore", ResourceWarning)
        yield
