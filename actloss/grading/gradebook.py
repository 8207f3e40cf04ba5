"""The gradebook: every attempt, every result and every correction, in SQLite or another database.

What belongs to one submission is written in one transaction: its attempt, its results, and which
attempt counts. So a crash, a full disk or Ctrl-C loses no more than what was being graded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, tuple_

from actloss.course.exercise import Exercise, Unit
from actloss.grading.database import Database
from actloss.grading.records import (
    MISSING,
    NOT_GRADED,
    Graded,
    GradingError,
    Intake,
    Person,
    Result,
    Row,
    Run,
    Submission,
)
from actloss.grading.tables import (
    attempts,
    corrections,
    handed_in,
    people,
    results,
    runs,
    storable,
)


@dataclass(frozen=True)
class LastRun:
    """What is needed to write the files of the last run again."""

    run: Run
    people: tuple[Person, ...]
    units: tuple[str, ...]
    files: dict[str, Any]


class Gradebook:
    """An open gradebook. Nobody else can open it until it is closed, or its process ends."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        """Open the gradebook of a folder, or the one at a database's URL; make what is missing."""
        self._database = Database(folder, database)
        self._transaction = self._database.transaction
        self.close = self._database.close

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- Writing ---

    def start_run(
        self, run: Run, intake: Intake, units: Sequence[str], files: dict[str, Any]
    ) -> int:
        """Note a run and what it is about; returns its number."""
        with self._transaction() as connection:
            connection.execute(people.delete())
            connection.execute(handed_in.delete())
            if intake.submissions:
                connection.execute(
                    handed_in.insert(),
                    [{"learner": one.learner, "unit": one.unit} for one in intake.submissions],
                )
            if intake.people:
                connection.execute(
                    people.insert(),
                    [
                        {
                            "position": position,
                            "learner": person.learner,
                            "name": person.name,
                            "email": person.email,
                            "on_roster": person.on_roster,
                            "other": person.other,
                        }
                        for position, person in enumerate(intake.people)
                    ],
                )
            return _insert(
                connection,
                runs,
                started=run.when,
                seed=run.seed,
                version=run.version,
                sandbox=run.sandbox,
                notes=run.notes,
                units=units,
                files=files,
            )

    def record(
        self, run: int, submission: Submission, sha256: str, version: str, graded: Graded
    ) -> None:
        """Keep what became of a submission; from now on it is the one that counts."""
        with self._transaction() as connection:
            _none_counts(connection, submission.learner, submission.unit)
            attempt = _insert(
                connection,
                attempts,
                run=run,
                learner=submission.learner,
                unit=submission.unit,
                sha256=sha256,
                origin=submission.origin,
                received=submission.received,
                graded_at=now(),
                seconds=graded.seconds,
                version=version,
                notes=graded.notes,
                counts=True,
            )
            if graded.results:
                connection.execute(
                    results.insert(),
                    [{"attempt": attempt, **vars(result)} for result in graded.results],
                )

    def let_count(self, attempt: int) -> None:
        """Let an attempt that was made before be the one that counts."""
        with self._transaction() as connection:
            chosen = connection.execute(select(attempts).where(attempts.c.id == attempt)).one()
            if not chosen.counts:
                _none_counts(connection, chosen.learner, chosen.unit)
                connection.execute(
                    attempts.update().where(attempts.c.id == attempt).values(counts=True)
                )

    def correct(
        self, learner: str, exercise: str, points: float, comment: str, who: str = ""
    ) -> None:
        """Give points by hand. Grading never changes them; a newer correction does."""
        with self._transaction() as connection:
            _insert(
                connection,
                corrections,
                learner=learner,
                exercise=exercise,
                points=points,
                comment=comment,
                who=who,
                made_at=now(),
            )

    # --- Reading ---

    def finished(self, versions: dict[str, str]) -> dict[tuple[str, str, str], int]:
        """The attempts that need not be made again, by learner, unit and content.

        `versions` holds the version of each unit's specification: with another one, the same
        notebook may get other points.
        """
        failed = select(results.c.attempt).where(results.c.state == NOT_GRADED)
        query = (
            select(attempts.c.id, attempts.c.learner, attempts.c.unit, attempts.c.sha256)
            .where(tuple_(attempts.c.unit, attempts.c.version).in_(list(versions.items())))
            .where(attempts.c.id.not_in(failed))
            .order_by(attempts.c.id)
        )
        with self._transaction() as connection:
            return {
                (row.learner, row.unit, row.sha256): row.id for row in connection.execute(query)
            }

    def left_out(self, everybody: Sequence[Person], units: Sequence[str]) -> tuple[str, ...]:
        """Sentences about what it holds of other people and units."""
        known = {storable(person.learner) for person in everybody}
        query = select(attempts.c.learner, attempts.c.unit).where(attempts.c.counts.is_(True))
        with self._transaction() as connection:
            held = connection.execute(query).all()
        others = sorted({row.learner for row in held} - known)
        other_units = sorted({row.unit for row in held} - set(units))
        notes = []
        if others:
            who = "1 other person" if len(others) == 1 else f"{len(others)} other people"
            notes.append(
                f"The gradebook also holds what {who} handed in earlier (the first is "
                f"{others[0]!r}). They are neither on the roster nor among the submissions now, so "
                "the files leave them out."
            )
        if other_units:
            wanted = " ".join(f"--unit {unit}" for unit in other_units)
            notes.append(f"Of earlier runs it also holds other units. To add them: {wanted}")
        return tuple(notes)

    def last_order(self) -> tuple[int | None, dict[str, Any]]:
        """The seed of the last run and the files that it wrote, if there was one."""
        with self._transaction() as connection:
            last = connection.execute(select(runs).order_by(runs.c.id.desc()).limit(1)).first()
        return (last.seed, last.files) if last else (None, {})

    def last_run(self) -> LastRun:
        """The last run, and what its files were about."""
        with self._transaction() as connection:
            last = connection.execute(select(runs).order_by(runs.c.id.desc()).limit(1)).first()
            everybody = connection.execute(select(people).order_by(people.c.position)).all()
        if last is None:
            raise GradingError(f"Nothing was graded into the gradebook {self._database.place} yet.")
        return LastRun(
            run=Run(last.started, last.sandbox, last.seed, last.version, tuple(last.notes)),
            people=tuple(
                Person(row.learner, row.name, row.email, row.on_roster, row.other)
                for row in everybody
            ),
            units=tuple(last.units),
            files=last.files,
        )

    def rows(self, everybody: Sequence[Person], units: Sequence[Unit]) -> list[Row]:
        """A row for every person and every exercise, with corrections."""
        asked = attempts.c.counts.is_(True) & attempts.c.unit.in_([unit.slug for unit in units])
        with self._transaction() as connection:
            came = {(row.learner, row.unit) for row in connection.execute(select(handed_in))}
            graded = {
                (row.learner, row.unit): tuple(row.notes)
                for row in connection.execute(select(attempts).where(asked))
            }
            found = {
                (row.learner, row.exercise): row
                for row in connection.execute(
                    select(attempts.c.learner, results).join(attempts).where(asked)
                )
            }
            corrected = {  # the newest comes last
                (row.learner, row.exercise): row
                for row in connection.execute(select(corrections).order_by(corrections.c.id))
            }
        table = []
        for person in everybody:
            learner = storable(person.learner)
            for unit in units:
                notes = graded.get((learner, unit.slug))
                otherwise = _no_result(unit, (learner, unit.slug) in came, notes is not None)
                for exercise in unit.exercises:
                    key = (learner, exercise.id)
                    result = found.get(key) or otherwise(exercise)
                    table.append(_row(person, unit, result, notes or (), corrected.get(key)))
        return table


def _row(
    person: Person, unit: Unit, result: Any, notes: tuple[str, ...], correction: Any | None
) -> Row:
    """One row; `result` and `correction` are rows of the database."""
    return Row(
        person=person,
        unit=unit.slug,
        exercise=result.exercise,
        points=result.points if correction is None else correction.points,
        out_of=result.out_of,
        state=result.state,
        reason=result.reason,
        misconception=result.misconception,
        verdict=result.verdict,
        notes=notes,
        correction="" if correction is None else correction.comment,
    )


def _no_result(unit: Unit, came: bool, graded: bool) -> Callable[[Exercise], Result]:
    """What stands in the rows of exercises without a result, by what is known of the notebook."""
    if not came and not graded:
        state, points = MISSING, 0
        reason = f"Nothing was handed in for {unit.number:02d} {unit.title}."
    elif graded:
        state, points = NOT_GRADED, None
        reason = "The exercise is newer than the notebook's grading. Grade it again."
    else:
        state, points = NOT_GRADED, None
        reason = "Grading was stopped before this notebook's turn. Grade again to go on."
    return lambda exercise: Result(exercise.id, points, exercise.points, state, reason)


def now() -> str:
    """The local time, with its distance from UTC."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


NONE_COUNTS = (
    attempts.update()
    .where(attempts.c.learner == bindparam("of"), attempts.c.unit == bindparam("for"))
    .where(attempts.c.counts.is_(True))
    .values(counts=None)
)


def _none_counts(connection: Connection, learner: str, unit: str) -> None:
    connection.execute(NONE_COUNTS, {"of": learner, "for": unit})


def _insert(connection: Connection, table: Table, **values: Any) -> int:
    """Add one line to a table that numbers its lines; returns the number."""
    key = connection.execute(table.insert(), values).inserted_primary_key
    assert key is not None
    return key[0]
