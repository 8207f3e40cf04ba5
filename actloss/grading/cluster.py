"""Grades over a Dask cluster: a notebook travels there as bytes, its results come back.

joblib's own Dask backend waits for ever on a task that Dask has given up (joblib 1.6), as happens
where a notebook brings down one worker after another. So joblib's threads wait here, one for each
notebook that is under way, and Dask tells each of them what became of its notebook.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

from distributed import Client, KilledWorker

from actloss.grading.batch import Grade
from actloss.grading.records import Graded, GradingError
from actloss.grading.versions import specification_version

SECONDS_TO_CONNECT = 20
AHEAD = 2  # notebooks for each core there, so that no core waits for the next one


@contextlib.contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the cluster whose scheduler is at this address, with at least one worker."""
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise GradingError(f"There is no Dask scheduler at {address}: {problem}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
        except TimeoutError:
            raise GradingError(
                f"The Dask cluster at {address} has no workers. Start some, with "
                f"`dask worker {address}` on each machine, and try again."
            ) from None
        yield client


def places(client: Client) -> int:
    """How many notebooks to have under way at once."""
    return AHEAD * sum(client.ncores().values())


def over(client: Client, grade: Grade) -> Grade:
    """The same grading, done on the cluster. A notebook whose worker is lost goes to another."""
    one_by_one = threading.Lock()

    def there(content: bytes, unit: str) -> Graded:
        try:
            return _submit(client, grade, content, unit)
        except KilledWorker:
            # Whatever a lost worker had to do is suspected of it. Alone, the innocent are graded.
            with one_by_one:
                return _submit(client, grade, content, unit)

    return there


def _submit(client: Client, grade: Grade, content: bytes, unit: str) -> Graded:
    # Without pure=False, Dask would grade two equal notebooks once.
    future = client.submit(_on_worker, grade, content, unit, pure=False)
    try:
        version, graded = future.result()
    except CancelledError:
        raise GradingError(
            "The Dask cluster no longer answers. What was graded is kept. Start the cluster "
            "again, then type the same command: it goes on from there."
        ) from None
    if version != specification_version(unit):
        raise GradingError(
            "A worker of the Dask cluster has other exercises than this machine. Install the "
            "same actloss on all of them."
        )
    return graded


def _on_worker(grade: Grade, content: bytes, unit: str) -> tuple[str, Graded]:
    return specification_version(unit), grade(content, unit)
