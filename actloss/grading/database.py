"""The gradebook's database: opened by one grader at a time, written in whole transactions.

SQLite keeps its own way of writing (a rollback journal, synced to the disk at every commit). It
is not the fastest, but it works on network folders too, and survives `kill -9` and a power cut.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, select

from actloss.grading.records import GradingError
from actloss.grading.tables import TABLES, about

SCHEMA = 1
NAME = "gradebook.sqlite"
READER_SECONDS = 60  # how long to wait while somebody reads an SQLite file with another program


class Database:
    """An open database. Nobody else can open it until it is closed, or its process ends."""

    def __init__(self, folder: Path, address: str | None = None) -> None:
        """Open the one in a folder, or the one at a URL; make the tables that are missing."""
        url = _url(folder, address)
        self.place = url.render_as_string(hide_password=True).removeprefix("sqlite:///")
        is_sqlite = url.get_backend_name() == "sqlite"
        with contextlib.ExitStack() as opened:
            if is_sqlite:
                lock = Path(f"{url.database}.lock")
                opened.enter_context(contextlib.closing(_locked_file(lock, self.place)))
            self._engine = _engine(url, {"timeout": READER_SECONDS} if is_sqlite else {})
            opened.callback(self._engine.dispose)
            self._prepare()
            if not is_sqlite:
                self._lock_row(opened)
            self.close = opened.pop_all().close

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything that is done with this connection, or nothing of it."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sqlalchemy.exc.DBAPIError as problem:
            said = " ".join(str(problem.orig).split())
            raise GradingError(
                f"The gradebook {self.place} cannot be used: {said}. What it holds is kept. "
                "Put that right, then type the same command again: it goes on from there."
            ) from None

    def _prepare(self) -> None:
        with self.transaction() as connection:
            TABLES.create_all(connection)
            found = connection.scalar(select(about.c.schema_version))
            if found is None:
                connection.execute(about.insert().values(schema_version=SCHEMA))
            elif found != SCHEMA:
                raise GradingError(
                    f"The gradebook {self.place} has layout {found}, and this actloss knows layout "
                    f"{SCHEMA}. Use the actloss that made it, or begin another with --out."
                )

    def _lock_row(self, opened: contextlib.ExitStack) -> None:
        """Keep a row for ourselves. The database gives it up when our connection ends."""
        connection = opened.enter_context(self._engine.connect())
        try:
            connection.execute(select(about).with_for_update(nowait=True))
        except sqlalchemy.exc.DBAPIError:
            raise taken(self.place) from None


def taken(place: str) -> GradingError:
    """What is said to the second of two graders."""
    return GradingError(
        f"Somebody else is grading into the gradebook {place} at this moment. Wait until they are "
        "done, then type the same command again."
    )


def _url(folder: Path, address: str | None) -> sqlalchemy.URL:
    if address is None:
        return sqlalchemy.URL.create("sqlite", database=str(folder / NAME))
    try:
        url = sqlalchemy.make_url(address)
    except sqlalchemy.exc.ArgumentError:
        raise GradingError(
            f"{address!r} is not the URL of a database. It looks like "
            "postgresql://user:password@host/name; SQLAlchemy's documentation lists them all."
        ) from None
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise GradingError(f"{address!r} keeps nothing. Name a file: sqlite:///gradebook.sqlite")
    return url


def _engine(url: sqlalchemy.URL, options: dict[str, int]) -> sqlalchemy.Engine:
    try:
        return sqlalchemy.create_engine(url, connect_args=options)
    except (sqlalchemy.exc.ArgumentError, ModuleNotFoundError) as problem:
        raise GradingError(f"This database cannot be reached from here: {problem}.") from None


def _locked_file(path: Path, place: str) -> sqlite3.Connection:
    """Take the lock of an SQLite file.

    An SQLite file that nothing is written to serves as the lock, on all systems and on network
    folders. The operating system gives it up when the process dies, however it dies.
    """
    try:
        lock = sqlite3.connect(path, timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise taken(place) from None
        raise GradingError(f"The gradebook {place} cannot be locked: {problem}.") from None
    return lock
