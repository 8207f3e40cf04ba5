"""The command `actloss`: what learners, instructors and authors type."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from actloss import __version__
from actloss.grading import commands


class Sorry(click.ClickException):
    """Something that the user can put right: one sentence, and exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the sentence alone."""
        click.echo(f"actloss: {self.message}", err=True)


class Commands(click.Group):
    """Turns the errors that a user can cause into one sentence each."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as problem:
            if _is_expected(problem):
                raise Sorry(_in_words(problem)) from None
            raise


def _in_words(problem: Exception) -> str:
    """What went wrong, without Python's number for it."""
    if isinstance(problem, OSError) and problem.strerror:
        place = f": {problem.filename}" if problem.filename else ""
        return f"{problem.strerror}{place}."
    return str(problem)


def _is_expected(problem: Exception) -> bool:
    from actloss.course.build import BuildError
    from actloss.course.file_check import CannotGrade
    from actloss.course.running import NotebookFailed
    from actloss.course.units import Unknown
    from actloss.grading.records import GradingError

    expected = (BuildError, CannotGrade, GradingError, NotebookFailed, Unknown, OSError)
    return isinstance(problem, expected)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="actloss %(version)s")
def main() -> None:
    """A course on activation and loss functions, for biologists."""


# --- What there is ----------------------------------------------------------------------------


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def list_(as_json: bool) -> None:
    """Show the units and their exercises."""
    from actloss.course.units import all_units

    units = all_units()
    if as_json:
        click.echo(json.dumps(catalogue(units), indent=1, ensure_ascii=False))
        return
    for unit in units:
        click.echo(f"{unit.number:02d} {unit.title} ({unit.minutes} minutes)")
        for exercise in unit.exercises:
            click.echo(f"   {exercise.id:40} {exercise.signature}")


def catalogue(units: Iterable[Any]) -> dict[str, list[dict[str, Any]]]:
    """The units and exercises as data."""
    units = list(units)
    return {
        "units": [
            {
                "number": unit.number,
                "slug": unit.slug,
                "title": unit.title,
                "question": unit.question,
                "minutes": unit.minutes,
            }
            for unit in units
        ],
        "exercises": [
            {
                "id": exercise.id,
                "unit": exercise.unit,
                "kind": exercise.kind,
                "answer": exercise.answer,
                "points": exercise.points,
                "difficulty": exercise.difficulty,
                "signature": exercise.signature,
            }
            for unit in units
            for exercise in unit.exercises
        ],
    }


@main.command()
def doctor() -> None:
    """Say what is installed, what is missing and what to type."""
    from actloss.course import doctor as examine
    from actloss.course.installation import is_healthy

    click.echo(str(examine()))
    sys.exit(0 if is_healthy() else 1)


# --- The learner's copies ---------------------------------------------------------------------


def workspace() -> Path:
    """The folder of the learner's copies: the one around here, or `work` to be."""
    from actloss.course.progress_file import find_workspace

    return find_workspace() or Path("work")


@main.command()
@click.argument("unit", required=False)
def start(unit: str | None) -> None:
    """Copy the notebooks of a UNIT, or of all, to `work/`. Nothing is overwritten."""
    _start(workspace(), unit)


def _start(folder: Path, unit: str | None) -> None:
    from actloss.course import workspace as copies
    from actloss.course.units import find_unit

    stem = find_unit(unit).stem if unit else None
    made = copies.start(folder, stem)
    for path in made:
        click.echo(f"  new: {_shown(path)}")
    if not made:
        click.echo(f"Everything is in {_shown(folder)} already. Nothing was overwritten.")


@main.command()
def update() -> None:
    """Show what changed in the course, and put new notebooks beside your own."""
    from actloss.course.workspace import update as update_copies

    folder = workspace()
    changes = update_copies(folder)
    for change in changes:
        click.echo(f"{_shown(change.path)} has changed. The new one is {_shown(change.new)}")
        for line in change.cells:
            click.echo(f"   {line}")
    if not changes:
        click.echo("Your copies are up to date.")


@main.command()
@click.argument("unit", required=False)
def progress(unit: str | None) -> None:
    """Show what is solved: of all units, or of one UNIT exercise by exercise."""
    from actloss.course import progress as show_progress
    from actloss.course.units import find_unit

    if unit:
        find_unit(unit)
    click.echo(str(show_progress(unit)))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, metavar="[JUPYTERLAB'S OPTIONS]", type=click.UNPROCESSED)
def lab(options: tuple[str, ...]) -> None:
    """Open JupyterLab at work/00-start-here.ipynb. Options such as --port=8889 are handed on."""
    import os
    import subprocess
    import webbrowser

    folder = workspace()
    _start(folder, None)
    command = [sys.executable, "-m", "jupyterlab", "00-start-here.ipynb", *options]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there is often nobody else
    try:
        webbrowser.get()
    except webbrowser.Error:
        command.append("--no-browser")
        click.echo("There is no browser here. Open the address that JupyterLab prints below.")
    try:
        sys.exit(subprocess.run(command, cwd=folder, check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(0)


def _shown(path: Path) -> str:
    """A path as the user would type it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


# --- Checks -----------------------------------------------------------------------------------


@main.command()
@click.argument("files", nargs=-1, metavar="[NOTEBOOK ...]", type=click.Path(path_type=Path))
@click.option("--exercise", metavar="ID", help="Check one answer, in a Python file.")
@click.option("--json", "as_json", is_flag=True, help="With --exercise: the verdict as JSON.")
def check(files: tuple[Path, ...], exercise: str | None, as_json: bool) -> None:
    """Check notebooks (all of yours, if none is named), or one answer in a Python file.

    Exit status: 0 where everything is right, 1 where something is not, 2 where it could not be
    checked.
    """
    if exercise is not None:
        if len(files) != 1:
            raise Sorry("With --exercise, name one Python file: actloss check --exercise ID FILE")
        _check_file(exercise, files[0], as_json)
    elif as_json:
        raise Sorry("--json needs --exercise ID and a Python file.")
    else:
        _check_notebooks(files or _own_notebooks())


def _check_file(exercise_id: str, path: Path, as_json: bool) -> None:
    from actloss.course.file_check import CannotGrade, check_file
    from actloss.course.units import Unknown, find_exercise

    try:
        verdict = check_file(find_exercise(exercise_id), path)
    except (CannotGrade, Unknown) as problem:
        if as_json:
            _print_json(exercise_id, None, None, str(problem))
        raise
    if as_json:
        _print_json(exercise_id, verdict["correct"], verdict["misconception"], verdict["message"])
    else:
        _print_verdict(verdict)
    sys.exit(0 if verdict["correct"] else 1)


def _print_json(
    exercise: str, correct: bool | None, misconception: str | None, message: str
) -> None:
    verdict = {
        "exercise": exercise,
        "correct": correct,
        "misconception": misconception,
        "message": message,
    }
    click.echo(json.dumps(verdict, ensure_ascii=False))


def _print_verdict(verdict: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.text import Text

    from actloss.course.display import SYMBOLS

    styles = {"right": "green", "not answered yet": "blue", "wrong": "yellow"}
    line = Text(f"{SYMBOLS[verdict['state']]} ", style=styles[verdict["state"]])
    line.append(verdict["exercise"], style="bold")
    line.append(f": {verdict['message']}", style="default")
    Console(highlight=False, soft_wrap=True).print(line)


def _own_notebooks() -> tuple[Path, ...]:
    from actloss.course.progress_file import find_workspace

    folder = find_workspace()
    found = tuple(sorted(folder.glob("*-exercises.ipynb"))) if folder else ()
    if not found:
        raise Sorry("There are no notebooks of yours here. Make them with: actloss start")
    return found


def _check_notebooks(paths: tuple[Path, ...]) -> None:
    from tqdm import tqdm

    notebooks = [_read(path) for path in paths]
    all_right = True
    bar = tqdm(
        list(zip(paths, notebooks, strict=True)),
        unit="notebook",
        leave=False,
        disable=len(paths) < 2 or not sys.stderr.isatty(),
    )
    for path, (notebook, unit) in bar:
        all_right &= _check_notebook(path, notebook, unit)
    sys.exit(0 if all_right else 1)


def _check_notebook(path: Path, notebook: Any, unit: str) -> bool:
    from actloss.course.running import NotebookFailed, verdicts_of

    try:
        verdicts = verdicts_of(notebook, unit, path.resolve().parent)
    except NotebookFailed as problem:
        raise Sorry(f"{path}: {problem}") from None
    click.echo(f"{path}: {sum(v['correct'] for v in verdicts)} of {len(verdicts)} right")
    for verdict in verdicts:
        _print_verdict(verdict)
    return all(verdict["correct"] for verdict in verdicts)


def _read(path: Path) -> tuple[Any, str]:
    """A notebook of the course, and the slug of its unit."""
    import nbformat

    from actloss.course.units import find_unit

    try:
        notebook = nbformat.read(path, as_version=4)
        unit = notebook.metadata.get("actloss", {}).get("unit")
    except OSError as problem:
        raise Sorry(f"{path} cannot be read: {problem.strerror}.") from None
    except Exception:  # whatever nbformat says about a file that is none
        raise Sorry(f"{path} is not a notebook.") from None
    if unit is None:
        raise Sorry(f"{path} is not a notebook of this course.")
    return notebook, find_unit(unit).slug


# --- Other people's notebooks -----------------------------------------------------------------

main.add_command(commands.grade)
main.add_command(commands.correct)


# --- For authors ------------------------------------------------------------------------------


@main.command()
@click.argument("units", nargs=-1)
@click.option("--check", "only_check", is_flag=True, help="Say what disagrees; write nothing.")
@click.option("--all", "everything", is_flag=True, help="Build also what has not changed.")
def build(units: tuple[str, ...], only_check: bool, everything: bool) -> None:
    """Build the notebooks of UNITS, or of all, from their text in source/."""
    from actloss.course import build as builder

    wanted = builder.targets(units)
    if only_check:
        problems = list(filter(None, map(builder.disagreement, wanted)))
        for problem in problems:
            click.echo(problem)
        if problems:
            click.echo("To build them, type: actloss build")
        sys.exit(1 if problems else 0)
    for target in wanted:
        written = builder.build(target, everything)
        click.echo(f"{target.name}: {'built' if written else 'up to date'}")


if __name__ == "__main__":
    main()
