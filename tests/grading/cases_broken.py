"""Files that are hardly notebooks, and names that are hardly names."""

# ruff: noqa: E501  (an attack is shown as it is handed in)
from __future__ import annotations

import io
import json
import os
import socket
import zipfile
from pathlib import Path

from grading.case import (
    ALL,
    HONEST,
    IMPORT,
    NONE,
    SOLUTION,
    STEM,
    Cases,
    as_bytes,
    code_cell,
    notebook,
    solved,
)

FULL = notebook(IMPORT, *solved(*ALL))
TEXT = as_bytes(FULL)


def changed(**fields: object) -> dict:
    """A whole solution, with these fields of the notebook in place of its own."""
    return {name: value for name, value in {**FULL, **fields}.items() if value != "absent"}


def each_cell(**fields: object) -> dict:
    """A whole solution, with these fields in each of its cells."""
    cells = [{**cell, **fields} for cell in FULL["cells"]]
    return changed(cells=[{k: v for k, v in cell.items() if v != "absent"} for cell in cells])


def older(version: int) -> dict:
    """A whole solution in the format of 2013 or before."""
    cells = [
        {"cell_type": "code", "collapsed": False, "input": "".join(cell["source"]), "language": "python",
         "metadata": {}, "outputs": [], "prompt_number": 1}
        for cell in FULL["cells"]
    ]  # fmt: skip
    return {"metadata": {"name": ""}, "nbformat": version, "nbformat_minor": 0,
            "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip


# --- no notebook at all -------------------------------------------------------------------------

nothing = Cases("no notebook")
UNREADABLE = {"earned": NONE, "says": r"(?i)notebook|file|JSON|read|large|empty"}
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(range(256)) * 40
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    archive.writestr(f"{STEM}.ipynb", TEXT)
for name, content in {
    "an empty file": b"",
    "spaces": b"  \n\n\t ",
    "a picture": PNG,
    "random bytes": bytes((i * i + i // 7) % 256 for i in range(100_000)),
    "zeros": bytes(100_000),
    "a zip under another name": packed.getvalue(),
    "text": b"Dear Professor, my notebook did not open. \n",
    "a page that asks to log in": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "Python": "\n\n".join(SOLUTION.values()).encode(),
    "the first half of a notebook": TEXT[: len(TEXT) // 2],
    "a notebook and more": TEXT + b'{"cells": []}',
    "marks of a merge": b"<<<<<<< HEAD\n" + TEXT + b"=======\n" + TEXT + b">>>>>>> theirs\n",
    "null": b"null",
    "a number": b"5",
    "a number of 100,000 digits": b"9" * 100_000,
    "a list": b"[]",
    "a text in JSON": b'"notebook"',
    "an object with nothing in it": b"{}",
    "a million brackets": b"[" * 1_000_000,
    "a million brackets and their ends": b"[" * 1_000_000 + b"]" * 1_000_000,
    "100,000 objects in each other": b'{"cells":' * 100_000 + b"1" + b"}" * 100_000,
    "another program's JSON": b'{"name": "x", "version": "1.0.0", "dependencies": {}}',
}.items():
    nothing.raw(name, content, **UNREADABLE)
nothing.raw("a gigabyte of zeros", lambda path: os.truncate(made(path), 2**30), **UNREADABLE)
nothing.raw("thirty megabytes of numbers", b"[" + b"0," * 15_000_000 + b"0]", **UNREADABLE)


def made(path: Path) -> Path:
    path.touch()
    return path


# --- notebooks with something odd in them -------------------------------------------------------

odd = Cases("odd notebook")


def kept(name: str, content: object) -> None:
    """A notebook of which the whole solution can be read."""
    odd.raw(name, content, earned=ALL)


def either(name: str, content: object) -> None:
    """A notebook that may be read or refused."""
    odd.raw(name, content, earned=NONE, disputed=ALL)


kept("a byte order mark", b"\xef\xbb\xbf" + TEXT)
kept("lines that end as in Windows", TEXT.replace(b"\n", b"\r\n"))
kept("on one line", json.dumps(FULL).encode())
kept(
    "letters written out",
    json.dumps(changed(metadata={"title": "naïve 🧬"}), ensure_ascii=False).encode(),
)
either("Latin-1", TEXT.replace(b'"python3"', b'"na\xefve"'))
kept("half a letter in a comment", changed(cells=[*FULL["cells"], code_cell("# \ud800")]))
kept("half a letter in Markdown", changed(cells=[{"cell_type": "markdown", "metadata": {}, "source": "\ud800"},
     *FULL["cells"]]))  # fmt: skip
kept("a null byte in a cell", changed(cells=[code_cell("x = 1\x00"), *FULL["cells"]]))
kept(
    "a form feed and other spaces",
    changed(cells=[code_cell("\x0cx = 1\u00a0+ 1\u2028"), *FULL["cells"]]),
)
kept(
    "numbers that JSON has not",
    TEXT.replace(b'"version": "1"', b'"version": [NaN, Infinity, 1e999]'),
)
kept("version 4.0, without ids", {**each_cell(id="absent"), "nbformat_minor": 0})
kept("version 4.5, without ids", each_cell(id="absent"))
kept("version 4.5, with one id for all", each_cell(id="same"))
kept("version 4.5, with ids of a wrong kind", each_cell(id=5))
kept("version 4.99", changed(nbformat_minor=99))
kept("no minor version", changed(nbformat_minor="absent"))
kept("cells without metadata", each_cell(metadata="absent"))
kept("cells whose metadata are a list", each_cell(metadata=[]))
kept("cells whose metadata are nothing", each_cell(metadata=None))
kept("cells without outputs", each_cell(outputs="absent", execution_count="absent"))
kept(
    "cells whose outputs are nonsense",
    each_cell(outputs=[None, 5, {"output_type": "x"}], execution_count="x"),
)
kept(
    "cells with more than they should have",
    each_cell(attachments={"a": 1}, transient={}, deletable=False),
)
kept("cells that are locked or skipped", each_cell(metadata={"tags": ["skip-execution", "raises-exception"],
     "nbgrader": {"locked": True, "solution": 5}, "editable": False}))  # fmt: skip
kept("no metadata", changed(metadata="absent"))
kept("metadata that are nothing", changed(metadata=None))
kept("metadata that are a list", changed(metadata=[1, 2]))
kept(
    "the course's metadata of a wrong kind",
    changed(metadata={"actloss": [5], "kernelspec": "python"}),
)
kept(
    "the course's metadata of another unit",
    changed(metadata={"actloss": {"unit": "promoters", "version": 5}}),
)
either("a kernel for R", changed(metadata={"kernelspec": {"name": "ir", "language": "R", "display_name": "R"},
     "language_info": {"name": "R"}}))  # fmt: skip
kept("sources as one text", changed(cells=[{**cell, "source": "".join(cell["source"])}
     for cell in FULL["cells"]]))  # fmt: skip
kept("other kinds of cell", changed(cells=[{"cell_type": kind, "metadata": {}, "source": "x", "level": 1}
     for kind in ("raw", "markdown", "heading", "sql", "")] + FULL["cells"]))  # fmt: skip
either("thirty megabytes of pictures", each_cell(outputs=[{"output_type": "display_data", "metadata": {},
     "data": {"image/png": "A" * 1_400_000}}]))  # fmt: skip
kept("nested metadata", TEXT.replace(b'"version": "1"', b'"version": ' + b"[" * 500 + b"]" * 500))
for name, cell in {
    "a cell that is nothing": None,
    "a cell that is text": "x = 1",
    "a cell of no kind": {"source": "x = 1"},
    "a cell without a source": {"cell_type": "code", "metadata": {}, "outputs": []},
    "a cell whose source is a number": {**code_cell(""), "source": 5},
    "a cell whose source is nothing": {**code_cell(""), "source": None},
    "a cell whose source is lists in a list": {**code_cell(""), "source": [["x = 1"], [2]]},
    "a cell whose kind is a list": {**code_cell("x = 1"), "cell_type": ["code"]},
}.items():
    kept(name, changed(cells=[*FULL["cells"][:5], cell, *FULL["cells"][5:]]))
either("version 3", older(3))
either("version 2", older(2))
either("version 1", {"nbformat": 1, "cells": older(2)["worksheets"][0]["cells"]})
either("version 5", changed(nbformat=5))
either("version 99", changed(nbformat=99))
either("version 4, in words", changed(nbformat="4"))
either("version -1", changed(nbformat=-1))
either("version true", changed(nbformat=True))
either("no version", changed(nbformat="absent", nbformat_minor="absent"))
either("UTF-16", TEXT.decode().encode("utf-16"))
either("cells twice", TEXT[:-1].rstrip() + b', "cells": []}')
odd.raw("no cells", changed(cells=[]), earned=NONE)
odd.raw("only Markdown", each_cell(cell_type="markdown"), earned=NONE)
odd.raw("cells absent", changed(cells="absent"), earned=NONE)
odd.raw("cells that are a number", changed(cells=5), earned=NONE)
odd.raw("cells that are an object", changed(cells={"0": FULL["cells"][0]}), earned=NONE)
odd.raw("cells that are nothing", changed(cells=None), earned=NONE)
odd.raw("no answer touched", notebook(IMPORT, "def sigmoid(x):\n    ...", "range_ = ..."), earned=NONE,
        says="(?i)not answered|no `")  # fmt: skip

# --- files that are no files --------------------------------------------------------------------

files = Cases("no file")


def listens(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made_here:
        folder = os.open(path.parent, os.O_RDONLY)
        made_here.bind(f"/proc/self/fd/{folder}/{path.name}")  # the whole path may be too long
        os.close(folder)


for name, make in {
    "a folder with a notebook's name": Path.mkdir,
    "a pipe with a notebook's name": os.mkfifo,
    "a socket with a notebook's name": listens,
    "a link to a neighbour's notebook": lambda path: path.symlink_to(
        f"../@NEIGHBOUR@/{STEM}.ipynb"
    ),
    "a link to the solution": lambda path: path.symlink_to(
        "@REPOSITORY@/solutions/02-squashing.ipynb"
    ),
    "a link to an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a link to nothing": lambda path: path.symlink_to("/nowhere/hostile"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to passwords": lambda path: path.symlink_to("/etc/passwd"),
}.items():
    files.raw(name, make, earned=NONE)

# --- names --------------------------------------------------------------------------------------

names = Cases("name")
for name, learner in {
    "a formula": "=cmd|' ^C calc'!A1 {}",
    "a formula with a plus": "+{}",
    "a formula with an at sign": "@{}",
    "lines": "Ada\nByron\r{}",
    "emoji and accents": "🧬 Zoë 李 {}",
    "letters that are put together": "Zoe\u0308 {}",
    "from right to left": "\u202e{}",
    "HTML": "<script>alert(1)</script> {}".replace("/", "\\"),
    "quotes and separators": "\"a\",;'b' {}",
    "an option": "--help {}",
    "dots": "..{}",
    "spaces": "  {}  ",
    "control characters": "\x1b[31m\x07{}",
    "bytes that are no text": os.fsdecode(b"\xff\xfe{}"),
    "150 letters": "x" * 150 + "{}",
    "percent signs and braces": "%s%n{{0}}${{HOME}} {}",
}.items():
    names.raw(name, notebook(IMPORT, *solved(*HONEST)), learner=learner)

BROKEN = [*nothing, *odd, *files, *names]
