"""Makes what learners hand in: notebooks, folders and zips, the usual ones and the hostile."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

Content = str | bytes


def notebook(unit: str = "squashing", kind: str = "exercises", check: str = "") -> bytes:
    """A notebook of the course; without `unit` it has none of the course's metadata."""
    cell = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": [f'check("{check}", x)\n'] if check else ["x = 1"],
    }
    ours = {"actloss": {"unit": unit, "kind": kind}} if unit else {}
    return json.dumps(
        {"cells": [cell], "metadata": ours, "nbformat": 4, "nbformat_minor": 5}
    ).encode()


NOTEBOOK = notebook()


def folder(root: Path, files: Mapping[str, Content]) -> Path:
    """Write files by their paths."""
    root.mkdir(exist_ok=True)
    for number, (name, content) in enumerate(files.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (1_700_000_000 + 100 * number,) * 2)
    return root


def zipped(files: Mapping[str, Content], step: int = 1) -> bytes:
    """A zip of files by their names, each so many minutes younger than the one before."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files.items()):
            hour, minute = divmod(number * step % 1440, 60)
            member = zipfile.ZipInfo(name, (2024, 1, 1, hour, minute, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return packed.getvalue()
