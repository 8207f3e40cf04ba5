"""The gradebook's database: opened by one grader at a time, written in whole transactions.

SQLite writes to a log (WAL), which takes one sync to the disk for each transaction and survives
`kill -9` and a power cut. Its exclusive mode works on network folders too, and lets nobody else in
until we close the file or die. What is left at the end is a single ordinary file.
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
PATIENCE = 3  # seconds for others to finish reading an SQLite file


class Database:
    """An open database. Nobody else can open it until it is closed, or its process ends."""

    def __init__(self, folder: Path, address: str | None = None) -> None:
        """Open the one in a folder, or the one at a URL; make the tables that are missing."""
        url = _url(folder, address)
        self.place = url.render_as_string(hide_password=True).removeprefix("sqlite:///")
        with contextlib.ExitStack() as opened:
            self._engine = _engine(url)
            opened.callback(self._engine.dispose)
            if self._engine.name == "sqlite":
                self._pragmas("locking_mode = exclusive", "journal_mode = wal")
                opened.callback(self._leave_one_file)
                self._prepare()
            else:
                self._prepare()
                self._lock_row(opened)
            self.close = opened.pop_all().close

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything that is done with this connection, or nothing of it."""
        with self._in_words(), self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlalchemy.exc.DBAPIError as problem:
            if getattr(problem.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise self._taken() from None
            said = " ".join(str(problem.orig).split())
            raise GradingError(
                f"The gradebook {self.place} cannot be used: {said}. What it holds is kept. "
                "Put that right, then type the same command again: it goes on from there."
            ) from None

    def _taken(self) -> GradingError:
        return GradingError(
            f"Somebody else has the gradebook {self.place} open at this moment. Wait until they "
            "are done, then type the same command again."
        )

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

    def _pragmas(self, *pragmas: str) -> None:
        with self._in_words(), self._engine.connect() as connection:
            for pragma in pragmas:
                connection.exec_driver_sql(f"pragma {pragma}")

    def _leave_one_file(self) -> None:
        # On a full disk the log stays beside the file, and is as good.
        with contextlib.suppress(GradingError):
            self._pragmas("journal_mode = delete")

    def _lock_row(self, opened: contextlib.ExitStack) -> None:
        """Keep a row for ourselves. The database gives it up when our connection ends."""
        connection = opened.enter_context(self._engine.connect())
        try:
            connection.execute(select(about).with_for_update(nowait=True))
        except sqlalchemy.exc.DBAPIError:
            raise self._taken() from None


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


def _engine(url: sqlalchemy.URL) -> sqlalchemy.Engine:
    options = {}
    if url.get_backend_name() == "sqlite":  # one connection: an exclusive one shuts out a second
        options = {"connect_args": {"timeout": PATIENCE}, "poolclass": sqlalchemy.StaticPool}
    try:
        return sqlalchemy.create_engine(url, **options)
    except (sqlalchemy.exc.ArgumentError, ModuleNotFoundError) as problem:
        raise GradingError(f"This database cannot be reached from here: {problem}.") from None
