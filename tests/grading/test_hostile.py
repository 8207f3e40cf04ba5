"""No submission gets a point that it has not earned, costs anybody a point, or leaves a trace."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from grading.case import ALL, IMPORT, as_bytes, notebook, solved, tidy
from grading.hostile import CASES, MARK, NEIGHBOUR, SECRET, Batch, complaints, grade_all

from actloss.grading.grader import close_all, grade
from actloss.grading.records import RIGHT
from actloss.grading.sandbox import Settings

pytestmark = pytest.mark.timeout(1000)  # the first test waits for the whole batch

# One keeps all processors busy, with as many processes as it may have; one needs them for itself.
GREEDY = as_bytes(
    notebook(
        tidy(
            """
            import os, time
            end = time.monotonic() + 14
            try:
                while True:
                    if os.fork() == 0:
                        break
            except OSError:
                pass
            while time.monotonic() < end:
                pass
            os._exit(0)
            """
        )
    )
)
HARD_WORK = """
import time
def hard_sigmoid(x):
    end = time.process_time() + 0.15
    while time.process_time() < end:
        pass
    return np.clip(x / 6 + 0.5, 0, 1)
"""
HARD_WORKING = as_bytes(notebook(IMPORT, *solved(*ALL), HARD_WORK))


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return grade_all(tmp_path_factory.mktemp("h"))


@pytest.mark.parametrize("tag", CASES, ids=lambda tag: f"{CASES[tag].kind}: {CASES[tag].name}")
def test_every_submission_gets_what_it_has_earned(batch: Batch, tag: str) -> None:
    assert complaints(CASES[tag], batch.rows[tag]) == []


def test_the_command_ends_well(batch: Batch) -> None:
    assert batch.status == 0, batch.output


def test_there_are_neighbours_on_all_sides() -> None:
    order = list(CASES.values())
    third = len(order) // 3
    assert order[0] is order[-1] is NEIGHBOUR
    assert NEIGHBOUR in order[third:-third]


def test_no_process_is_left(batch: Batch) -> None:
    assert batch.processes == []


def test_no_process_took_more_memory_than_a_notebook_may(batch: Batch) -> None:
    assert batch.memory < 1600


def test_no_file_is_left(batch: Batch) -> None:
    assert batch.files == []


def test_no_file_is_changed(batch: Batch) -> None:
    assert batch.spoilt == []


def test_nobody_outside_is_reached(batch: Batch) -> None:
    assert batch.contacted == []


def test_the_gradebook_is_whole(batch: Batch) -> None:
    books = [path for path in batch.grades.rglob("*") if starts_with(path, b"SQLite format 3")]
    assert books
    for book in books:
        assert sqlite3.connect(book).execute("pragma integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("text", [SECRET, MARK.encode() * 2, "<script>alert(1)"])
def test_the_grades_hold_nothing_that_they_should_not(batch: Batch, text: str | bytes) -> None:
    searched = text.encode() if isinstance(text, str) else text
    holding = [path for path in batch.grades.rglob("*.html") if searched in path.read_bytes()]
    assert holding == []


def test_whoever_works_hard_beside_it_is_not_cut_short() -> None:
    """The time that an answer takes is its own, whatever another notebook does meanwhile."""
    settings = Settings(cell_seconds=15)
    with ThreadPoolExecutor(2) as threads:
        threads.submit(grade, GREEDY, "squashing", 1, settings)
        time.sleep(1)
        graded = threads.submit(grade, HARD_WORKING, "squashing", 1, settings).result()
    close_all()
    assert {result.state for result in graded.results} == {RIGHT}


def starts_with(path: Path, beginning: bytes) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(beginning)) == beginning
