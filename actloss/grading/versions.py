"""The version of a unit's specifications: a short digest of all that decides a grade."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import actloss

REFERENCES = ("activations", "losses", "nn", "genomics")
DECIDING = (
    "course/exercise.py",
    "course/checking.py",
    "course/report.py",
    "course/values.py",
    "course/outcome.py",
    "course/shortcuts.py",
    "course/timelimit.py",
    "course/feedback.py",
    "grading/cells.py",
    "grading/hidden.py",
    "grading/judge.py",
    "grading/sandbox.py",
    "grading/session.py",
    "grading/wire.py",
    "grading/worker.py",
)


@functools.cache
def specification_version(*units: str) -> str:
    """A short digest of all that decides a grade in these units: their exercises and the judge."""
    package = Path(actloss.__file__).parent
    digest = hashlib.sha256(actloss.__version__.encode())
    modules = [f"course/units/{unit.replace('-', '_')}.py" for unit in units]
    references = [
        path.relative_to(package).as_posix()
        for folder in REFERENCES
        for path in sorted((package / folder).glob("*.py"))
    ]
    for name in (*modules, *DECIDING, *references):
        # Read as text: a checkout on Windows has other line ends, and the same exercises.
        digest.update(f"\0{name}\0{(package / name).read_text(encoding='utf-8')}".encode())
    return digest.hexdigest()[:12]
