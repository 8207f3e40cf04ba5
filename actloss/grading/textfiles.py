"""Text files that are written whole or not at all, and hold nothing that a reader chokes on."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

# What XML 1.0 does not allow: control characters, halves of surrogate pairs, non-characters.
# HTML and CSV are better without them too.
FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")


def write_whole(path: Path, text: str) -> Path:
    """Write a file beside its place, then put it there: a reader sees the old one or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(FORBIDDEN.sub("\ufffd", text))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def one_line(text: str) -> str:
    """Text without line breaks and tabs; everything else stays."""
    return BREAKS.sub(" ", text)


def shortened(text: str, limit: int) -> str:
    """At most so many characters, with three dots where some are left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
