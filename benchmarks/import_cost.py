"""What importing actloss costs, as ratios to `import numpy`: medians of fresh processes.

Run it with `python -m benchmarks.import_cost`. The goal is at most 1.5, with all its functions.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 21
NUMPY, *OURS = "numpy", "actloss", "actloss.activations, actloss.losses"
TIMED = "from time import perf_counter as now; start = now(); import {}; print(now() - start)"


def seconds(modules: str) -> float:
    """How long a fresh process takes to import these modules."""
    command = [sys.executable, "-c", TIMED.format(modules)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Time all in turn, so that a slow moment hits all alike, and print the ratios."""
    for modules in (NUMPY, *OURS):
        seconds(modules)  # reads the files once, so that no run has to wait for the disk
    turns = [{modules: seconds(modules) for modules in (NUMPY, *OURS)} for _ in range(RUNS)]
    median = {modules: statistics.median(t[modules] for t in turns) for modules in turns[0]}
    for modules, taken in median.items():
        ratio = taken / median[NUMPY]
        print(f"import {modules:36} {1000 * taken:6.1f} ms {ratio:6.2f} of NumPy")


if __name__ == "__main__":
    main()
