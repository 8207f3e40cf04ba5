"""How accurate each function is: its largest error in units in the last place (ulp).

    python -m benchmarks.accuracy

Against exact arithmetic (mpmath, 60 digits), over the whole range of float64 and float32. The
definitions, the points and the goals are those of the tests. Where a result crosses zero, in ulp of
the sum of its absolute terms.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # as pytest does

REFERENCES = (
    "activations.reference",
    "losses.reference_regression",
    "losses.reference_classification",
    "losses.reference_margin",
    "losses.reference_distributions",
)


def main() -> None:
    print(f"{'':60}{'dtype':>8}{'value':>8}{'slope':>8}{'goals':>12}")
    for module in REFERENCES:
        for row in importlib.import_module(module).rows():
            name, dtype, value, slope, value_goal, slope_goal = row
            missed = "" if value <= value_goal and slope <= slope_goal else "  missed"
            goals = f"{value_goal:g} | {slope_goal:g}"
            print(f"{name:60}{dtype:>8}{value:8.2f}{slope:8.2f}{goals:>12}{missed}", flush=True)


if __name__ == "__main__":
    main()
