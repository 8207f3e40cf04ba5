"""One run of `actloss grade`: from what was handed in to the files that the instructor reads."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import click

from actloss.course.units import all_units, find_unit
from actloss.grading import grader, sandbox
from actloss.grading.batch import Grade, Progress, grade_all
from actloss.grading.files import FULL, Written, write_files
from actloss.grading.gradebook import Gradebook
from actloss.grading.intake import collect
from actloss.grading.names import shown
from actloss.grading.records import NOT_GRADED, STATES, GradingError, Intake, Run
from actloss.grading.room import beliefs
from actloss.grading.sandbox import Settings
from actloss.grading.tally import labels, standing
from actloss.grading.versions import specification_version

UNPACKED = ".unpacked"  # in GRADES: what was in zips, for as long as the run lasts
SHOWN_NOTES = 10
SHOWN_MISCONCEPTIONS = 3


@dataclass(frozen=True)
class Order:
    """What the instructor asks for: the options of the command."""

    roster: Path | None
    units: tuple[str, ...]
    workers: int | None
    cold: bool
    no_sandbox: bool
    regrade: bool
    feedback: str | None
    exports: tuple[str, ...]
    database: str | None
    dask: str | None
    cell_seconds: float | None
    memory: int | None
    seed: int | None


def grade_submissions(source: Path, folder: Path, order: Order) -> bool:
    """Grade what was handed in, write the files, print a summary.

    Returns whether every submission could be graded.
    """
    settings = settings_of(order)
    sandbox.require(settings)
    _prepare(folder, source)
    with Gradebook(folder, order.database) as gradebook, _unpacking(folder) as into:
        asked = {find_unit(name).slug for name in order.units}
        intake = collect(source, order.roster, into, sorted(asked))
        _check_somebody_is_known(intake)
        units = _in_order(asked or _handed_in(intake, source))
        seed, files = gradebook.last_order()  # what is not said anew is as it was
        order = replace(
            order,
            seed=seed if order.seed is None else order.seed,
            feedback=order.feedback or files.get("feedback", FULL),
            exports=order.exports or tuple(files.get("exports", ())),
        )
        run = _new_run(gradebook, intake, units, order, settings)
        files = {"feedback": order.feedback, "exports": order.exports}
        number = gradebook.start_run(run, intake, units, files)
        try:
            progress = _grade(intake, gradebook, number, run.seed, order, settings)
        except KeyboardInterrupt:
            write_files(folder, gradebook)
            raise
        written = write_files(folder, gradebook)
    _print_summary(progress, written)
    return not any(standing(row) == NOT_GRADED for row in written.rows)


def settings_of(order: Order) -> Settings:
    """How learners' code is to be held."""
    settings = Settings(sandboxed=not order.no_sandbox, warm=not order.cold)
    if order.memory:
        settings = replace(settings, memory=order.memory)
    if order.cell_seconds:
        whole = settings.seconds / settings.cell_seconds * order.cell_seconds
        settings = replace(settings, cell_seconds=order.cell_seconds, seconds=whole)
    return settings


def _prepare(folder: Path, source: Path) -> None:
    if folder.resolve() == source.resolve():
        raise GradingError("The grades need a folder of their own: name another one with --out.")
    folder.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def _unpacking(folder: Path) -> Iterator[Path]:
    """A folder for what is in zips; what a killed run left there is removed first."""
    into = folder / UNPACKED
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    try:
        yield into
    finally:
        shutil.rmtree(into, ignore_errors=True)


def _check_somebody_is_known(intake: Intake) -> None:
    """Stop where nobody on the roster is among those who handed something in."""
    on_roster = [person.learner for person in intake.people if person.on_roster]
    handed_in = [submission.learner for submission in intake.submissions]
    if on_roster and handed_in and not set(on_roster).intersection(handed_in):
        raise GradingError(
            f"Nothing that was handed in is of anybody on the roster ({len(on_roster):,} people). "
            f"The roster names {shown(on_roster[0])!r}, a notebook {shown(handed_in[0])!r}. Is it "
            "the roster of another class, or are its columns not understood? It needs one with "
            "the header learner, email or name."
        )


def _handed_in(intake: Intake, source: Path) -> set[str]:
    units = {submission.unit for submission in intake.submissions}
    if not units:
        raise GradingError(
            f"No notebook of the course was found in {source}. It should look like "
            "SUBMISSIONS/<learner>/02-squashing.ipynb, or be what Moodle, Canvas or nbgrader gave. "
            "If really nobody handed in anything, name the unit with --unit."
        )
    return units


def _in_order(units: Set[str]) -> list[str]:
    return [unit.slug for unit in all_units() if unit.slug in units]


def _new_run(
    gradebook: Gradebook, intake: Intake, units: Sequence[str], order: Order, settings: Settings
) -> Run:
    return Run(
        when=datetime.now().strftime("%Y-%m-%d %H:%M"),
        sandbox=sandbox.describe(settings),
        seed=secrets.randbelow(2**32) if order.seed is None else order.seed,
        version=specification_version(*units),
        notes=(*intake.notes, *gradebook.left_out(intake.people, units)),
    )


def _grade(
    intake: Intake,
    gradebook: Gradebook,
    run: int,
    seed: int,
    order: Order,
    settings: Settings,
) -> Progress:
    """Grade on this machine or on a Dask cluster."""
    grade: Grade = functools.partial(grader.grade, seed=seed, settings=settings)
    with contextlib.ExitStack() as stack:
        workers = order.workers or os.cpu_count() or 1
        if order.dask:
            from actloss.grading import cluster

            client = stack.enter_context(cluster.connected(order.dask))
            grade = cluster.over(client, grade)
            workers = order.workers or cluster.places(client)
        stack.callback(grader.close_all)
        return grade_all(
            intake.submissions, gradebook, run, grade, workers=workers, regrade=order.regrade
        )


# --- The summary ------------------------------------------------------------------------------


def _print_summary(progress: Progress, written: Written) -> None:
    rows = written.rows
    people = {row.person.learner: row.person for row in rows}
    states = Counter(standing(row) for row in rows)
    click.echo(f"Notebooks: {progress}.")
    click.echo(f"Exercises of {len(people)} people: {_counted(states)}.")
    held = beliefs(rows, labels(people.values()))[:SHOWN_MISCONCEPTIONS]
    if held:
        click.echo("The commonest misconceptions:")
    for belief in held:
        held_by = f"{len(belief.holders)} of {belief.answered}"
        click.echo(f"  {belief.exercise}, {held_by}: {belief.sentence}")
    notes = written.run.notes
    for note in notes[:SHOWN_NOTES]:
        click.echo(f"Note: {_printable(note)}")
    if len(notes) > SHOWN_NOTES:
        click.echo(f"Note: {len(notes) - SHOWN_NOTES} more notes are in the report.")
    click.echo(written.run.sandbox)
    click.echo(f"Written: {', '.join(map(str, written.paths))}")


def _counted(states: Counter[str]) -> str:
    return ", ".join(f"{states[state]} {state}" for state in STATES if states[state])


def _printable(text: str) -> str:
    """Text that cannot make a terminal do anything."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
