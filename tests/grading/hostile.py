"""Grades all hostile and broken submissions at once, and looks at what came of each.

    PYTHONPATH=tests python -m grading.hostile

prints what became of each as a table in Markdown.
"""

from __future__ import annotations

import csv
import ctypes
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from grading.case import ALL, IMPORT, NONE, Case, as_bytes, notebook, solved
from grading.cases_answers import ANSWERS
from grading.cases_broken import BROKEN
from grading.cases_careless import CARELESS
from grading.cases_reach import REACHES
from grading.cases_stop import STOPS

import actloss
from actloss.course.units import find_unit
from actloss.grading.records import RIGHT, STATES

NEIGHBOUR = Case("a whole solution", "neighbour", as_bytes(notebook(IMPORT, *solved(*ALL))), ALL)
MISSING = Case("nothing handed in", "neighbour", lambda path: path.parent.rmdir(), NONE)
POINTS = {exercise.slug: exercise.points for exercise in find_unit("squashing").exercises}
SECRET = "the-graders-own-secret"
MARK = "hostile-left"  # in the name or the text of every file that an attack leaves
SECONDS = 900
OPTIONS = ("--workers", "2", "--cell-seconds", "2")


def all_cases() -> list[Case]:
    """Every case, with honest neighbours first, in the middle and last."""
    cases = []
    for case in [*STOPS, *REACHES, *CARELESS, *ANSWERS, *BROKEN]:
        cases += [case, *[NEIGHBOUR] * (3 if case.followed else 0)]
    middle = len(cases) // 2
    return [NEIGHBOUR, *cases[:middle], NEIGHBOUR, *cases[middle:], MISSING, NEIGHBOUR]


CASES = {f"h{number:03d}": case for number, case in enumerate(all_cases())}


@dataclass(frozen=True)
class Batch:
    """What came of grading all cases together."""

    status: int
    output: str
    seconds: float
    rows: dict[str, list[dict[str, str]]]  # by the case's tag
    processes: list[str]
    files: list[str]
    spoilt: list[str]  # files that were changed
    contacted: list[str]
    grades: Path
    memory: float  # the most that one process took, in megabytes


def learner(tag: str) -> str:
    """The folder of a case: its tag, which is how its rows are found again, in its own name."""
    return (CASES[tag].learner or "{}").format(tag)


# --- handing in ---------------------------------------------------------------------------------


def hand_in(folder: Path, places: dict[str, str]) -> None:
    """Write every case's submission as `folder/<learner>/<NN-slug>.ipynb`."""
    for tag, case in CASES.items():
        path = folder / learner(tag) / case.filename
        path.parent.mkdir(parents=True)
        if isinstance(case.content, bytes):
            path.write_bytes(filled(case.content.decode("latin-1"), places).encode("latin-1"))
        else:
            case.content(path)
            if path.is_symlink():
                target = filled(os.readlink(path), places)
                path.unlink()
                path.symlink_to(target)


def filled(text: str, places: dict[str, str]) -> str:
    for name, place in places.items():
        text = text.replace(f"@{name}@", place)
    return text


def write_roster(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.writer(file)
        writer.writerow(["learner", "name", "email"])
        writer.writerows(
            [learner(tag), case.name, f"{tag}@example.org"]
            for tag, case in CASES.items()
            if learner(tag).isprintable() or "\n" in learner(tag)
        )


# --- what could be reached from a sandbox that leaks --------------------------------------------


@contextmanager
def listeners(folder: Path) -> Iterator[dict[str, socket.socket]]:
    """Sockets that somebody outside listens on, whom no submission may reach."""
    with ExitStack() as stack:
        made = {}
        for name, family, address in (
            ("PORT", socket.AF_INET, ("0.0.0.0", 0)),
            ("ABSTRACT", socket.AF_UNIX, f"\0hostile-{os.getpid()}"),
            ("SOCKET", socket.AF_UNIX, str(folder / "socket")),
        ):
            made[name] = stack.enter_context(socket.socket(family))
            made[name].bind(address)
            made[name].listen()
            made[name].setblocking(False)
        yield made


def contacted(sockets: dict[str, socket.socket]) -> list[str]:
    found = []
    for name, listener in sockets.items():
        try:
            listener.accept()[0].close()
            found.append(name)
        except BlockingIOError:
            pass
    return found


@contextmanager
def adopted_orphans() -> Iterator[list[str]]:
    """Become the parent of processes whose own has ended. Lists those that are left; ends them."""
    set_child_subreaper = 36
    before = set(psutil.Process().children(recursive=True))
    left: list[str] = []
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)
    try:
        yield left
        time.sleep(0.3)  # the kernel ends a namespace's processes one after the other
        for process in set(psutil.Process().children(recursive=True)) - before:
            if process.status() != psutil.STATUS_ZOMBIE:
                left.append(" ".join(process.cmdline())[:100])
                process.kill()
            process.wait(5)
    finally:
        ctypes.CDLL(None).prctl(set_child_subreaper, 0, 0, 0, 0)


def contents(*folders: Path) -> dict[str, tuple]:
    """Every file below some folders, with what would show that it was changed."""
    found = {}
    for folder in folders:
        for path in filter(Path.is_file, folder.rglob("*")):
            facts = path.lstat()
            found[os.fspath(path)] = (facts.st_mode, facts.st_size, facts.st_mtime_ns)
    return found


def marked_files(folders: list[Path]) -> list[str]:
    return [os.fspath(path) for folder in folders for path in folder.glob(f"*{MARK}*")]


# --- grading ------------------------------------------------------------------------------------


def grade_all(folder: Path) -> Batch:
    """Hand in every case, grade them with the command, and look around."""
    submissions, grades, roster = folder / "submissions", folder / "grades", folder / "roster.csv"
    home, temporary = folder / "home", folder / "temporary"
    for made in (submissions, home, temporary):
        made.mkdir()
    (home / "keys").write_text(SECRET)
    package = Path(actloss.__file__).parent
    places = {
        "SUBMISSIONS": submissions, "GRADES": grades, "ROSTER": roster, "HOME": home,
        "TEMPORARY": temporary, "PACKAGE": package, "REPOSITORY": package.parent,
        "PACKAGES": Path(np.__file__).parent.parent, "NEIGHBOUR": "h000",
    }  # fmt: skip
    with listeners(folder) as sockets, adopted_orphans() as processes:
        places |= dict(zip(sockets, addresses(sockets), strict=True))
        hand_in(submissions, {name: str(place) for name, place in places.items()})
        write_roster(roster)
        before = contents(submissions, home)
        start = time.monotonic()
        done = run_the_command(submissions, grades, roster, home, temporary)
        seconds = time.monotonic() - start
        reached = contacted(sockets)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    after = contents(submissions, home)
    spoilt = [name for name in before if before[name] != after.get(name)]
    spoilt += [name for name in set(after) - set(before) if name.startswith(str(submissions))]
    spoilt += [str(path) for path in package.rglob("*.py") if MARK in path.read_text("utf-8")]
    everywhere = [Path(at) for at in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/etc", "/opt")]
    left = marked_files([*everywhere, Path.home(), Path.cwd()])
    left += [os.fspath(path) for path in temporary.rglob("*")]
    return Batch(done.returncode, done.stdout, seconds, read_rows(grades / "grades.csv"), processes,
                 left, spoilt, reached, grades, peak / 1024)  # fmt: skip


def addresses(sockets: dict[str, socket.socket]) -> list[str]:
    """The port, the abstract name and the path that an attacker has heard of."""
    port, abstract, path = (listener.getsockname() for listener in sockets.values())
    return [str(port[1]), abstract[1:].decode(), path]


def run_the_command(
    submissions: Path, grades: Path, roster: Path, home: Path, temporary: Path
) -> subprocess.CompletedProcess[str]:
    actloss_command = shutil.which("actloss", path=Path(sys.executable).parent) or "actloss"
    return subprocess.run(
        [actloss_command, "grade", submissions, "--out", grades, "--roster", roster, *OPTIONS],
        env={**os.environ, "HOME": str(home), "TMPDIR": str(temporary), "GRADER_SECRET": SECRET},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
    )


def read_rows(path: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each case."""
    rows: dict[str, list[dict[str, str]]] = {tag: [] for tag in CASES}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = re.search(r"h\d{3}", row["learner"])
            if found and row["unit"] == "squashing":
                rows[found[0]].append(row)
    return rows


# --- looking ------------------------------------------------------------------------------------


def given(rows: list[dict[str, str]]) -> set[str]:
    """The exercises that were found right."""
    return {slug_of(row) for row in rows if row["state"] == RIGHT}


def slug_of(row: dict[str, str]) -> str:
    return row["exercise"].rpartition("/")[2]


def complaints(case: Case, rows: list[dict[str, str]]) -> list[str]:
    """What is wrong with what a case was given; nothing, if all is well."""
    found = []
    if sorted(map(slug_of, rows)) != sorted(ALL):
        found.append(f"has {len(rows)} rows")
    unearned = given(rows) - case.earned - case.disputed
    if unearned:
        found.append(f"was given {sorted(unearned)}")
    if case.earned - given(rows):
        found.append(f"was not given {sorted(case.earned - given(rows))}")
    explained = any(re.search(case.says, row["reason"]) for row in rows)
    if not explained and not case.disputed & given(rows):
        found.append(f"no reason says {case.says!r}")
    return found + [f"{slug_of(row)}: {odd}" for row in rows for odd in oddities(row)]


def oddities(row: dict[str, str]) -> Iterator[str]:
    """What no row of grades may be, whoever it is about."""
    right = row["state"] == RIGHT
    if row["state"] not in STATES:
        yield f"is {row['state']!r}"
    if right != (row["points"] not in ("", "0", "0.0")):
        yield f"is {row['state']} and has {row['points']!r} points"
    if right and float(row["points"]) != float(row["out_of"]):
        yield f"is right and has {row['points']} of {row['out_of']} points"
    if not row["reason"].strip() or not row["reason"].isprintable() or len(row["reason"]) > 1000:
        yield f"has for its reason {row['reason'][:200]!r}"
    if any(field.startswith(("=", "+", "-", "@", "\t", "\r")) for field in row.values()):
        yield "has a field that a spreadsheet would run"


def as_table(batch: Batch) -> str:
    """What became of every case, in Markdown."""
    lines = [
        "| case | kind | honest | given | neighbours | leftovers |",
        "|---|---|--:|--:|---|---|",
    ]
    fine = all(
        not complaints(case, batch.rows[tag]) for tag, case in CASES.items() if case is NEIGHBOUR
    )
    neighbours = "intact" if fine else "CHANGED"
    left = len(batch.processes) + len(batch.files) + len(batch.spoilt)
    for tag, case in CASES.items():
        honest = sum(POINTS[exercise] for exercise in case.earned)
        most = honest + sum(POINTS[exercise] for exercise in case.disputed - case.earned)
        got = sum(POINTS[exercise] for exercise in given(batch.rows[tag]))
        lines.append(
            f"| {case.name} | {case.kind} | {honest}{f' to {most}' if most > honest else ''} "
            f"| {got}{' **wrong**' if complaints(case, batch.rows[tag]) else ''} "
            f"| {neighbours} | {left or 'none'} |"
        )
    return "\n".join([*lines, "", f"{len(CASES)} submissions in {batch.seconds:.0f} seconds."])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        graded = grade_all(Path(place))
        print(as_table(graded))
        for tag, case in CASES.items():
            for complaint in complaints(case, graded.rows[tag]):
                print(f"{tag} {case.kind}: {case.name}: {complaint}", file=sys.stderr)
