"""The commands `actloss grade` and `actloss correct`."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from actloss.grading.records import GradingError

PACKAGES = ("sqlalchemy", "joblib", "jinja2", "markupsafe", "distributed")  # those of the extras
STOPPED = (
    "Stopped. What was graded is kept in the gradebook. To go on, type the same command again."
)
STOPPED_STATUS = 130

FOLDER = click.Path(path_type=Path, file_okay=False)
database = click.option(
    "--database", metavar="URL", help="Keep the gradebook in another database (SQLAlchemy's URL)."
)


@click.command()
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--out", "folder", metavar="GRADES", type=FOLDER, required=True, help="Where to.")
@click.option("--roster", metavar="CSV", type=click.Path(path_type=Path), help="Who there is.")
@click.option("--unit", "units", metavar="UNIT", multiple=True, help="Only this unit (repeat).")
@click.option("--workers", type=click.IntRange(1), help="How many at once. Default: all cores.")
@click.option("--cold", is_flag=True, help="Begin each notebook in a new process.")
@click.option("--no-sandbox", is_flag=True, help="Trust every line of every notebook.")
@click.option("--regrade", is_flag=True, help="Grade also what has not changed.")
@click.option(
    "--feedback",
    type=click.Choice(["full", "brief", "none"]),
    help="A page for each learner; a brief one shows no inputs. Default: as last time, or full.",
)
@click.option(
    "--export",
    "exports",
    type=click.Choice(["moodle", "canvas", "junit", "gradescope"]),
    multiple=True,
    help="Write this format too (repeat). Default: as last time.",
)
@database
@click.option("--dask", metavar="ADDRESS", help="Grade on the Dask cluster with this scheduler.")
@click.option("--cell-seconds", type=click.FloatRange(0.1), help="The time of one cell.")
@click.option("--memory", type=click.IntRange(64), metavar="MB", help="For one notebook.")
@click.option("--seed", type=click.IntRange(0, 2**53), help="Of the random inputs.")
def grade(submissions: Path, folder: Path, **options: Any) -> None:
    """Grade the notebooks in SUBMISSIONS, a folder or a zip. Nothing in them is trusted.

    What was graded before and has not changed is not graded again.

    Exit status: 0 where every submission was dealt with, whatever its grade; 1 where some could
    not be graded; 2 where there is something to put right first; 130 where it was stopped.
    """
    with _needs("grading"):
        from actloss.grading import run
    if options["dask"]:
        with _needs("dask"):
            import distributed  # noqa: F401
    with _stoppable():
        all_graded = run.grade_submissions(submissions, folder, run.Order(**options))
    sys.exit(0 if all_graded else 1)


@click.command()
@click.argument("folder", metavar="GRADES", type=FOLDER)
@click.argument("learner")
@click.argument("exercise")
@click.argument("points", type=float)
@click.option("--comment", required=True, help="Why. The learner reads it.")
@click.option("--by", "who", metavar="NAME", envvar="USER", default="", help="Who you are.")
@database
def correct(
    folder: Path,
    learner: str,
    exercise: str,
    points: float,
    comment: str,
    who: str,
    database: str | None,
) -> None:
    """Give a LEARNER points for an EXERCISE by hand, and write the files in GRADES again.

    Grading never changes what was given by hand. Only the next correction does.
    """
    with _needs("grading"):
        from actloss.grading import correction
    click.echo(correction.correct(folder, learner, exercise, points, comment, who, database))


@contextlib.contextmanager
def _needs(extra: str) -> Iterator[None]:
    """Say what to install where a package of this extra is missing."""
    try:
        yield
    except ModuleNotFoundError as problem:
        if problem.name not in PACKAGES:
            raise
        raise GradingError(
            f'''{problem.name} is not installed. Type: pip install "actloss[{extra}]"'''
        ) from None


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Let Ctrl-C, and what ends a process politely, end it in good order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"actloss: {STOPPED}", err=True)
        sys.exit(STOPPED_STATUS)
    finally:
        signal.signal(signal.SIGTERM, before)
