"""What the grader's tests share."""

import os
import shutil
from pathlib import Path

import pytest

import actloss.grading


@pytest.fixture(scope="session", autouse=True)
def kernel_by_name(tmp_path_factory):
    """The sandbox's kernel where Jupyter looks for kernels, as its installation puts it."""
    place = tmp_path_factory.mktemp("jupyter")
    shipped = Path(actloss.grading.__file__).with_name("kernelspec")
    shutil.copytree(shipped, place / "kernels" / "actloss-sandbox")
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = str(place)
    yield
    if before is None:
        del os.environ["JUPYTER_PATH"]
    else:
        os.environ["JUPYTER_PATH"] = before
