"""Makes promoters.csv from `promotergene.rda`, which the R package kernlab carries.

    apt-get install r-cran-kernlab
    python actloss/genomics/data/make_promoters.py

The same input gives the same bytes: rows keep kernlab's order, letters become capitals, and the
label "+" becomes 1. Needs the PyPI package rdata.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import rdata

DEBIAN = Path("/usr/lib/R/site-library/kernlab/data/promotergene.rda")
OUTPUT = Path(__file__).with_name("promoters.csv")


def promoters_csv(rda: Path) -> str:
    """The text of promoters.csv: a header, then a label and a sequence in each row."""
    frame = rdata.read_rda(rda)["promotergene"]
    labels = [{"+": 1, "-": 0}[str(label)] for label in frame["Class"]]
    bases = frame.drop(columns="Class").to_numpy()
    sequences = ["".join(row).upper() for row in bases]
    rows = [f"{label},{sequence}" for label, sequence in zip(labels, sequences, strict=True)]
    return "\n".join(["promoter,sequence", *rows]) + "\n"


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN
    text = promoters_csv(source)
    OUTPUT.write_text(text, encoding="ascii", newline="\n")
    print(OUTPUT.name, hashlib.sha256(text.encode()).hexdigest())
