"""Learners' notebooks as tests of pytest, one for each exercise. `pytest --actloss` loads this.

A notebook is graded once, in the sandbox, when the first of its tests begins. A test passes where
the answer is right; where it is wrong or missing, it fails with what the learner is to read. That
a notebook could not be graded is no fault of the learner, so it is an error and not a failure.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest

from actloss.course.feedback import Verdict
from actloss.course.units import all_units, find_unit
from actloss.grading import sandbox
from actloss.grading.cells import MOST_BYTES
from actloss.grading.grader import close_all, grade
from actloss.grading.intake.choosing import KINDS
from actloss.grading.intake.contents import Content, content_of
from actloss.grading.intake.finding import NOTEBOOK, Found
from actloss.grading.intake.layouts import Label, Placed
from actloss.grading.intake.reading import UnreadableSubmission, read_file
from actloss.grading.intake.unit_names import UnitNames
from actloss.grading.judge import no_result
from actloss.grading.names import shown
from actloss.grading.records import NOT_GRADED, RIGHT, UNREADABLE, Graded, GradingError, Result
from actloss.grading.sandbox import Settings

SETTINGS = pytest.StashKey[Settings]()
SEED = pytest.StashKey[int]()
OF_NO_UNIT = (
    "Nothing says for which unit {name!r} is. Expected is a name such as '02-squashing.ipynb'."
)
NOT_EXERCISES = "{name!r} is left out: it holds {what}, not the exercises."


def pytest_configure(config: pytest.Config) -> None:
    """Stop at once where learners' code could not be held."""
    settings = Settings(sandboxed=not config.option.actloss_no_sandbox)
    try:
        sandbox.require(settings)
    except GradingError as problem:
        raise pytest.UsageError(_with_our_option(str(problem))) from None
    config.stash[SETTINGS] = settings
    config.stash[SEED] = secrets.randbelow(2**32)
    config.add_cleanup(close_all)


def pytest_report_header(config: pytest.Config) -> str:
    """What holds the learners' code, or that nothing does."""
    return _with_our_option(sandbox.describe(config.stash[SETTINGS]))


def _with_our_option(sentence: str) -> str:
    return sentence.replace("--no-sandbox", "--actloss-no-sandbox")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Look at notebooks only; a link to a folder may lead round in circles."""
    if collection_path.is_dir():
        return True if collection_path.is_symlink() else None
    return None if _is_notebook(collection_path) else True


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NotebookFile | None:
    """A notebook, whatever is in it."""
    if not _is_notebook(file_path):
        return None
    file = NotebookFile.from_parent(parent, path=file_path)
    if not file.nodeid.isprintable():  # what a learner called it must not reach the terminal
        nodeid = shown(file.nodeid)
        file = NotebookFile.from_parent(parent, path=file_path, nodeid=nodeid)  # type: ignore[arg-type]
    return file


def _is_notebook(path: Path) -> bool:
    return path.suffix.casefold() == NOTEBOOK


class NotebookFile(pytest.File):
    """A learner's notebook: an item for each exercise of its unit."""

    def collect(self) -> Iterator[ExerciseItem]:
        """The exercises that the course has, whatever the notebook has."""
        content = self._content()
        name = shown(self.path.name)
        asked_for = self.session.isinitpath(self.path)
        if not content.unit:
            if asked_for:
                raise self.CollectError(OF_NO_UNIT.format(name=name))
            self._left_out(OF_NO_UNIT.format(name=name))
        elif content.kind in KINDS and not asked_for:
            self._left_out(NOT_EXERCISES.format(name=name, what=KINDS[content.kind]))
        else:
            self.unit = content.unit
            for exercise in find_unit(content.unit).exercises:
                yield ExerciseItem.from_parent(self, name=exercise.id)

    def _content(self) -> Content:
        """What the notebook is, as far as its name and its text tell without running it."""
        units = all_units()
        folders = tuple(reversed(Path(self.nodeid).parent.parts))
        file = Found(self.path.parts, self.nodeid, 0.0, self.path)
        placed = Placed(file, Label(None, self.path.name), folders)
        return content_of(placed, UnitNames(units), {unit.slug for unit in units})

    def _left_out(self, sentence: str) -> None:
        self.warn(pytest.PytestCollectionWarning(sentence))

    @cached_property
    def graded(self) -> Graded:
        """What came of it. The judge runs it when this is first asked for, and never again."""
        stash = self.config.stash
        try:
            content = read_file(self.path, MOST_BYTES)
        except UnreadableSubmission as problem:
            reason = f"The file cannot be read. {problem}"
            exercises = find_unit(self.unit).exercises
            results = (no_result(one, UNREADABLE, reason) for one in exercises)
            return Graded(self.unit, tuple(results))
        return grade(content, self.unit, stash[SEED], stash[SETTINGS])


class ExerciseItem(pytest.Item):
    """One exercise in one notebook."""

    parent: NotebookFile

    def setup(self) -> None:
        """Have the notebook graded. What goes wrong with that is an error, not a failure."""
        result = self._result()
        if result.points is not None:
            self.user_properties.append(("points", result.points))
        self.user_properties.append(("out_of", result.out_of))
        if result.misconception:
            self.user_properties.append(("misconception", result.misconception))
        if result.state == NOT_GRADED:
            pytest.fail(result.reason, pytrace=False)

    def runtest(self) -> None:
        """Fail where the answer is not right, with what the learner is to read."""
        result = self._result()
        if result.state != RIGHT:
            said = Verdict(**result.verdict).message if result.verdict else result.reason
            pytest.fail("\n".join([said, *self.parent.graded.notes]), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The file as the node's id names it, and the exercise."""
        file = self.parent.nodeid
        return self.config.rootpath / file, None, f"{self.name} in {file}"

    def _result(self) -> Result:
        return next(one for one in self.parent.graded.results if one.exercise == self.name)
