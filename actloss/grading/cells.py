"""The code cells of a notebook, whatever state its file is in.

nbformat is strict, as it should be: it refuses or repairs a notebook with a wrong id, version or
metadata. None of these matter here. A grader wants the code, and nothing else.
"""

from __future__ import annotations

import json
import re
from typing import Any

MOST_BYTES = 20 * 2**20
MOST_CELLS = 5_000
MOST_PARTS = 500_000  # objects and lists; each takes far more memory than its two brackets


class Unreadable(Exception):
    """The file is not a notebook with code; the message says what it is instead."""


def code_cells(content: bytes) -> list[str]:
    """The source of each code cell, in order. Raises `Unreadable`."""
    notebook = _parse(content)
    language = _language(notebook)
    if language not in ("", "python"):
        raise Unreadable(f"It is a notebook for {language[:40]}, not for Python.")
    cells = [source for cell in _all_cells(notebook) for source in _code_of(cell)]
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"It has {len(cells):,} code cells; at most {MOST_CELLS:,} are read.")
    return cells


def _parse(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        size = len(content) / 2**20
        raise Unreadable(f"It has {size:.0f} MB; at most {MOST_BYTES // 2**20} are read.")
    if not content.strip():
        raise Unreadable("It is empty.")
    if content.count(b"{") + content.count(b"[") > MOST_PARTS:
        raise Unreadable("It has more parts than any notebook.")
    try:
        notebook = json.loads(_text(content))
    except (ValueError, RecursionError):
        raise Unreadable("It is not a notebook: its text is not JSON.") from None
    if not isinstance(notebook, dict):
        raise Unreadable("It is not a notebook: its JSON is not an object with cells.")
    return notebook


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # saved by an old editor on Windows


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        described = metadata.get(key) if isinstance(metadata, dict) else None
        language = described.get(name) if isinstance(described, dict) else None
        if isinstance(language, str) and language.strip():
            plain = re.sub(r"[^\w+#. -]", "", language).strip().lower()
            return "python" if plain in ("ipython", "python3", "python") else plain
    return ""


def _all_cells(notebook: dict[str, Any]) -> list[Any]:
    """The cells of format 4 and later, or those in the worksheets of earlier formats."""
    worksheets = _list(notebook.get("worksheets"))
    sheets = [sheet for sheet in (notebook, *worksheets) if isinstance(sheet, dict)]
    if not any(isinstance(sheet.get("cells"), list) for sheet in sheets):
        raise Unreadable("It is not a notebook: it has no cells.")
    return [cell for sheet in sheets for cell in _list(sheet.get("cells"))]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _code_of(cell: Any) -> list[str]:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return []
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    # A byte order mark or a null byte within a cell is an accident of some editor.
    return [source.replace("\0", "").replace("\ufeff", "")] if isinstance(source, str) else []
