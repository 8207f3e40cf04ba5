"""How fast notebooks are graded: submissions per second, and ratios to nbgrader's in the same run.

    python -m benchmarks.grading --peers peers/bin/python   all graders
    python -m benchmarks.grading                            ours, and nbclient executing
    python -m benchmarks.grading --linear                   ours, for 100 to 3,000 submissions

nbgrader and Otter are not dependencies of the project. Make them an environment of their own:

    python3 -m venv peers
    peers/bin/pip install nbgrader otter-grader numpy
    peers/bin/pip uninstall rfc3987-syntax   # slow to import, which Otter does in every kernel

All are given the same notebooks: three exercises of unit 02, right and wrong answers. Checks and
quizzes are left out, since running them would cost the peers time. The peers try five inputs an
exercise; ours tries all of its own. Everybody has to arrive at the same points.

Peers are started and warmed up before the clock starts. Of ours, the whole command is timed, once
for these notebooks and once for more of them: the difference gives the rate, and what is left is
the start-up. Every figure is the median over rounds in which all take their turn.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.grading_notebooks import ANSWERS, expected_points, hand_in

N_SUBMISSIONS = 20
SIZES = (100, 300, 1_000, 3_000)
MORE = 6  # as many times these notebooks, for the rate of ours


# --- who grades ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Peer:
    """Another grader, each of whose processes grades its share of the learners."""

    name: str
    python: str
    processes: int

    def __str__(self) -> str:
        return f"{self.name}, {plural(self.processes, 'process')}"

    def seconds(self, folder: Path) -> float:
        """How long it takes for these submissions, once it is warm."""
        everybody = sorted(path.name for path in (folder / "submissions").iterdir())
        shares = [everybody[first :: self.processes] for first in range(self.processes)]
        with ExitStack() as stack:
            log = stack.enter_context((folder / f"{self.name}.log").open("w+"))
            started = [stack.enter_context(self._start(folder, share, log)) for share in shares]
            ready = [process.stdout.readline() for process in started]
            start = time.perf_counter()
            if all(ready):  # else one of them has failed, and answers nothing
                for process in started:
                    process.stdin.write("go\n")
                    process.stdin.flush()
            answers = [process.stdout.readline() for process in started]
            taken = time.perf_counter() - start
        if not all(answers):
            said = (folder / f"{self.name}.log").read_text()
            raise SystemExit(f"{self.name} failed. Its last words:\n{said[-2000:]}")
        if self.name != "nbclient":  # which grades nothing
            points = {who: got for line in answers for who, got in json.loads(line).items()}
            agree(str(self), points, len(everybody))
        return taken

    def _start(self, folder: Path, share: list[str], log: Any) -> Any:
        script = str(Path(__file__).with_name("grading_peers.py"))
        command = [self.python, script, self.name, str(folder), *share]
        # nbgrader calls a program of its environment by its bare name.
        path = f"{Path(self.python).parent}{os.pathsep}{os.environ['PATH']}"
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=log, text=True, env=os.environ | {"PATH": path}
        )


@dataclass(frozen=True)
class Ours:
    """`actloss grade`."""

    workers: int
    warm: bool

    def __str__(self) -> str:
        return f"ours {'warm' if self.warm else 'cold'}, {plural(self.workers, 'worker')}"

    def seconds(self, folder: Path) -> float:
        """How long the whole command takes for these submissions."""
        with tempfile.TemporaryDirectory(dir=folder) as grades:
            start = time.perf_counter()
            done = subprocess.run(self.command(folder, grades), capture_output=True, text=True)
            taken = time.perf_counter() - start
            if done.returncode:
                raise SystemExit(f"`actloss grade` failed. Its last words:\n{done.stderr[-2000:]}")
            count = len(list((folder / "submissions").iterdir()))
            agree(str(self), points_of_ours(Path(grades)), count)
        return taken

    def command(self, folder: Path, grades: str) -> list[str]:
        command = [sys.executable, "-m", "actloss.cli", "grade", str(folder / "submissions")]
        command += ["--out", grades, "--workers", str(self.workers)]
        return command if self.warm else [*command, "--cold"]


def points_of_ours(grades: Path) -> dict[str, dict[str, float]]:
    points: dict[str, dict[str, float]] = {}
    with (grades / "grades.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            name = row["exercise"].removeprefix("squashing/")
            if name in ANSWERS:
                points.setdefault(row["learner"], {})[name] = float(row["points"])
    return points


def agree(grader: str, points: dict[str, dict[str, float]], count: int) -> None:
    """Stop where somebody's points are wrong: the speed of wrong grades says nothing."""
    for who, wanted in expected_points(count).items():
        if points.get(who) != wanted:
            raise SystemExit(f"{grader}: {who} got {points.get(who)}, and should get {wanted}.")


def plural(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "es" if what.endswith("s") else "s")


# --- speed --------------------------------------------------------------------------------------


def compare(peers: str | None, rounds: int) -> None:
    """All graders on the same notebooks."""
    few, many = N_SUBMISSIONS, N_SUBMISSIONS * MORE
    contestants: list[Ours | Peer] = [
        Ours(workers, warm) for warm in (False, True) for workers in (1, 2)
    ]
    contestants += [Peer("nbclient", sys.executable, processes) for processes in (1, 2)]
    if peers:
        contestants += [
            Peer(name, peers, processes) for name in ("nbgrader", "otter") for processes in (1, 2)
        ]
    else:
        print("nbgrader and Otter are not measured: that takes --peers.")
    short: dict[str, list[float]] = {str(each): [] for each in contestants}
    long: dict[str, list[float]] = {str(each): [] for each in contestants if isinstance(each, Ours)}
    for turn in range(rounds):
        for each in contestants[:: 1 if turn % 2 == 0 else -1]:
            short[str(each)].append(timed(each, few))
            if isinstance(each, Ours):
                long[str(each)].append(timed(each, many))
    report(short, long)


def timed(grader: Ours | Peer, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        hand_in(Path(folder), count)
        return grader.seconds(Path(folder))


def report(short: dict[str, list[float]], long: dict[str, list[float]]) -> None:
    """Print rates, ratios, and what a class of 20 costs all told."""
    few, more = N_SUBMISSIONS, N_SUBMISSIONS * (MORE - 1)
    taken = {who: statistics.median(times) for who, times in short.items()}
    rates = {
        who: more / (statistics.median(long[who]) - taken[who]) if who in long else few / seconds
        for who, seconds in taken.items()
    }
    nbgrader = rates.get("nbgrader, 1 process", math.nan)
    print(f"{'':22}{'submissions/s':>14}{'of nbgrader':>12}{'start-up':>10}{f'{few} in all':>11}")
    for who, rate in rates.items():
        row = f"{who:22}{rate:14.2f}{rate / nbgrader:12.1f}"
        if who in long:
            row += f"{max(0, taken[who] - few / rate):8.1f} s"
        else:
            row += f"{'-':>10}"
        print(row + f"{taken[who]:9.1f} s")


# --- size ---------------------------------------------------------------------------------------


LINEAR = """\
Whole notebooks of ten exercises with their checks, warm, 2 workers. Memory is the largest sum over
all our processes; what they share is counted for each. "Again" grades nothing anew: it reads what
was handed in, and writes grades, feedback and report.
"""


def grow(sizes: list[int]) -> None:
    """Time and memory of ours for classes of these sizes."""
    print(LINEAR)
    print(f"{'submissions':>11}{'time':>10}{'each':>11}{'memory':>12}{'again':>10}{'memory':>12}")
    for count in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            hand_in(folder, count, whole=True)
            command = Ours(workers=2, warm=True).command(folder, str(folder / "grades"))
            first, memory = watched(command)
            agree("ours", points_of_ours(folder / "grades"), count)
            again, memory_again = watched(command)
        print(
            f"{count:11,}{first:8.1f} s{1000 * first / count:8.1f} ms{memory / 1e6:9.0f} MB"
            f"{again:8.1f} s{memory_again / 1e6:9.0f} MB",
            flush=True,
        )


def watched(command: list[str]) -> tuple[float, float]:
    """Seconds, and the largest resident memory of the process with all its descendants."""
    start, peak = time.perf_counter(), 0
    with psutil.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, memory_of(process))
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"`actloss grade` ended with status {process.returncode}.")
    return time.perf_counter() - start, peak


def memory_of(process: psutil.Process) -> int:
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for each in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += each.memory_info().rss
    return total


def machine() -> str:
    """How many cores of what kind, and when."""
    cpus = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.*)", cpus.read_text()) if cpus.exists() else None
    cores = f"{os.cpu_count()} cores ({named[1] if named else platform.processor()})"
    return f"{cores}, {platform.system()} {platform.release()}, {time.strftime('%d %B %Y')}"


def versions(python: str, *packages: str) -> str:
    """What is installed beside this Python."""
    listed = "".join(f", '{package}', version('{package}')" for package in packages)
    code = (
        "from importlib.metadata import version; from platform import python_version; "
        f"print('Python', python_version(){listed})"
    )
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", help="the Python of an environment with nbgrader and Otter")
    parser.add_argument("--rounds", type=int, default=3, help="how often all take their turn")
    parser.add_argument(
        "--linear", type=int, nargs="*", help="time and memory of ours for classes of these sizes"
    )
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"  # a worker, a process and a kernel are one thread each
    print(machine())
    print("ours:", versions(sys.executable, "numpy", "nbclient", "ipykernel"), end="")
    if arguments.peers:
        installed = versions(arguments.peers, "numpy", "nbgrader", "otter-grader", "ipykernel")
        print("peers:", installed, end="")
    print()
    if arguments.linear is not None:
        grow(arguments.linear or list(SIZES))
    else:
        compare(arguments.peers, arguments.rounds)


if __name__ == "__main__":
    main()
