"""Real data, shipped small: each set with its source, its licence and a checksum."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable

import numpy as np

from actloss.genomics.sequences import DNA, one_hot

DATA = resources.files("actloss.genomics") / "data"


@dataclass(frozen=True)
class Dataset:
    """A data set with everything one has to know about it.

    Attributes
    ----------
    sequences : n texts of one length.
    target : integer array of shape (n,), the class of each sequence.
    target_names : what 0, 1 ... mean.
    positions : integer array of shape (length,), the biologist's number of each base.
    data : float64 array of shape (n, length * 4), the sequences one-hot, position by position.
    feature_names : name of each column of `data`, such as "-35 T".
    license, source : under which terms the data may be used, and where they come from.
    DESCR : what they are, with references.
    """

    sequences: list[str] = field(repr=False)
    target: np.ndarray = field(repr=False)
    target_names: list[str]
    positions: np.ndarray = field(repr=False)
    license: str
    source: str
    DESCR: str = field(repr=False)

    @property
    def data(self) -> np.ndarray:
        return one_hot(self.sequences).reshape(len(self.sequences), -1)

    @property
    def feature_names(self) -> list[str]:
        return [f"{position:+d} {letter}" for position in self.positions for letter in DNA]


def load_promoters(*, return_X_y: bool = False) -> Dataset | tuple[np.ndarray, np.ndarray]:
    """Load 53 promoters of E. coli and 53 pieces of DNA that are none, of 57 bases each.

    Positions run from -50 to +7, without 0. Target 1 is a promoter. `print(promoters.DESCR)` says
    more; read there why the pieces should be split by group.

    Parameters
    ----------
    return_X_y : return `(data, target)` alone, data one-hot of shape (106, 228).

    >>> promoters = load_promoters()
    >>> len(promoters.sequences), int(promoters.target.sum())
    (106, 53)
    """
    about = tomllib.loads((DATA / "promoters.toml").read_text(encoding="utf-8"))
    text = _verified(DATA / about["file"], about["sha256"])
    rows = list(csv.DictReader(io.StringIO(text)))
    promoters = Dataset(
        sequences=[row["sequence"] for row in rows],
        target=np.array([int(row["promoter"]) for row in rows]),
        target_names=["not a promoter", "promoter"],
        positions=np.concatenate([np.arange(-50, 0), np.arange(1, 8)]),
        license=about["license"],
        source=about["source"],
        DESCR=_description(about),
    )
    return (promoters.data, promoters.target) if return_X_y else promoters


def _verified(file: Traversable, sha256: str) -> str:
    """The text of a file, if it is the file that the checksum was taken of."""
    content = file.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(
            f"{file.name} is damaged: its SHA-256 is {found[:12]}..., but {sha256[:12]}... is "
            "expected. Install actloss again, or restore the file with `git checkout`."
        )
    return content.decode("ascii")


def _description(about: dict) -> str:
    return "\n".join(
        [
            about["title"],
            about["description"],
            f"Source: {about['source']}",
            f"Licence: {about['license']}",
            f"Copied from: {about['made_from']}",
            f"Changes: {about['changes']}",
            "References:",
            *[f"- {reference}" for reference in about["references"]],
        ]
    )
