"""What `import actloss` costs, as a ratio to `import numpy`: medians of fresh processes.

    python -m benchmarks.import_cost            the ratio's goal is at most 1.5
"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 21
TIMED = "from time import perf_counter as now; start = now(); import {}; print(now() - start)"


def seconds(module: str) -> float:
    """How long a fresh process takes to import a module."""
    command = [sys.executable, "-c", TIMED.format(module)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Time both in turn, so that a slow moment hits both alike, and print the ratio."""
    times: dict[str, list[float]] = {"numpy": [], "actloss": []}
    for _ in range(RUNS):
        for module, taken in times.items():
            taken.append(seconds(module))
    numpy, actloss = (statistics.median(taken[1:]) for taken in times.values())
    print(f"import numpy    {numpy * 1000:6.1f} ms")
    print(f"import actloss  {actloss * 1000:6.1f} ms")
    print(f"ratio           {actloss / numpy:6.2f}")


if __name__ == "__main__":
    main()
