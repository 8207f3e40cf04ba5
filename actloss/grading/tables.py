"""The tables of the gradebook: runs, people, attempts, results and corrections."""

from __future__ import annotations

import functools
import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Words(TypeDecorator):
    """Text of any length. What learners write may hold what databases refuse: it is replaced."""

    impl: Any = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Write text."""
        return None if value is None else storable(value)


class Name(Words):
    """The same, short enough for an index."""

    impl = String(255)
    cache_ok = True


class Data(TypeDecorator):
    """Lists and dictionaries as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        """Write JSON."""
        return None if value is None else storable(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        """Read JSON."""
        return None if value is None else _from_json(value)


@functools.lru_cache(maxsize=4096)  # most right answers have one and the same verdict
def _from_json(text: str) -> Any:
    return json.loads(text)


def storable(text: str) -> str:
    """A text without lone surrogates and zero bytes, which databases refuse."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")


TABLES = MetaData()

about = Table("about", TABLES, Column("schema_version", Integer, nullable=False))

runs = Table(
    "runs",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("started", String(32), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("version", String(64), nullable=False),
    Column("sandbox", Words, nullable=False),
    Column("notes", Data, nullable=False),
    Column("units", Data, nullable=False),
    Column("files", Data, nullable=False),  # which files the instructor asked for
)

people = Table(  # those of the last run, in their order
    "people",
    TABLES,
    Column("position", Integer, primary_key=True),
    Column("learner", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("email", Words, nullable=False),
    Column("on_roster", Boolean, nullable=False),
    Column("other", Data, nullable=False),
)

handed_in = Table(  # for the last run, so that what was not graded yet is not taken for missing
    "handed_in",
    TABLES,
    Column("learner", Name, primary_key=True),
    Column("unit", String(100), primary_key=True),
)

attempts = Table(
    "attempts",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey(runs.c.id), nullable=False),
    Column("learner", Name, nullable=False),
    Column("unit", String(100), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("origin", Words, nullable=False),
    Column("received", Float, nullable=False),
    Column("graded_at", String(32), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("version", String(64), nullable=False),
    Column("notes", Data, nullable=False),
    # True for the attempt that counts, empty for the others: so the database itself sees to it
    # that no more than one counts for a learner and a unit.
    Column("counts", Boolean),
    UniqueConstraint("learner", "unit", "counts"),
)

results = Table(
    "results",
    TABLES,
    Column("attempt", ForeignKey(attempts.c.id), primary_key=True),
    Column("exercise", String(200), primary_key=True),
    Column("points", Float),
    Column("out_of", Float, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Words, nullable=False),
    Column("misconception", Words),
    Column("verdict", Data),
)

corrections = Table(  # the newest counts; none is ever changed or removed
    "corrections",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("learner", Name, nullable=False),
    Column("exercise", String(200), nullable=False),
    Column("points", Float, nullable=False),
    Column("comment", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("made_at", String(32), nullable=False),
)
