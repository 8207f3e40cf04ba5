"""A pytest plugin: `pytest --nbval` over a learner's notebook is red exactly at what is unsolved.

Checks in kernels that nbval starts raise where an answer is not right. What else a learner's
notebook shows is her own, so stored outputs of exercise notebooks are not compared.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

# The bytes of a drawing depend on the machine's fonts, rounding and compression.
DRAWINGS = {r'src="data:image/[^"]+"': "an image", r"(?s)<svg .*?</svg>": "a drawing"}


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Do not compare drawings, nor what an exercise notebook shows."""
    for item in items:
        if _notebook(item) is not None:
            item.parent.sanitize_patterns.update(DRAWINGS)
        if _course_metadata(item).get("kind") == "exercises":
            item.options["check"] = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Have the kernel that nbval starts for a notebook raise from its checks."""
    if _notebook(item) is None:
        return (yield)
    before = os.environ.get("ACTLOSS_STRICT")
    os.environ["ACTLOSS_STRICT"] = "1"
    try:
        return (yield)
    finally:
        if before is None:
            del os.environ["ACTLOSS_STRICT"]
        else:
            os.environ["ACTLOSS_STRICT"] = before


def _notebook(item: pytest.Item) -> Any:
    """The notebook that a cell collected by nbval belongs to; None for other tests."""
    return getattr(item.parent, "nb", None) if type(item).__name__ == "IPyNbCell" else None


def _course_metadata(item: pytest.Item) -> dict[str, Any]:
    notebook = _notebook(item)
    return notebook.metadata.get("actloss", {}) if notebook is not None else {}
