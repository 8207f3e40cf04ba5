"""Whose a file is: as nbgrader, Moodle, Canvas and people arrange a class's files.

The outermost name decides: the instructor gave it, or the system. What a learner calls the files
in her own folder or zip never makes them another's.

    <learner>/...                                           plain, and nbgrader's submitted/
    <learner>_<NN-slug>.ipynb, <NN-slug>_<learner>.ipynb    flat; <learner>.ipynb too
    <NN-slug>/...                                           any of these, for one unit
    Full Name_123_assignsubmission_file_/...                Moodle; ..._file_name.ipynb too
    namefull_LATE_123_456_name.ipynb                        Canvas: user 123, attachment 456
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from actloss.grading.intake.finding import TIMESTAMP, ZIP, Found
from actloss.grading.intake.roster import CANVAS, MOODLE, Owner
from actloss.grading.intake.unit_names import UnitNames, without_copies
from actloss.grading.names import listed, shown

# Moodle, mod/assign/classes/downloader.php: there is no "_" in the name.
MOODLE_NAME = re.compile(
    r"(?P<name>[^_]+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)", re.DOTALL
)
# Canvas, lib/content_zipper.rb. Three digits, since "ada_2026_11_..." is a date.
CANVAS_NAME = re.compile(
    r"(?P<name>.*?)_(?:LATE_)?(?P<number>\d+)_(?P<attachment>\d{3,18})_(?P<file>.+)", re.DOTALL
)
CANVAS_ANONYMOUS = re.compile(
    r"(?:LATE_)?(?P<name>anon_[A-Za-z0-9]+)_(?P<attachment>\d{3,18})_(?P<file>.+)", re.DOTALL
)

SUBMITTED = "submitted"
OF_NBGRADER = {"source", "release", "autograded", "feedback", "downloaded"}
OF_A_CLASS = {SUBMITTED, "submissions"}


@dataclass(frozen=True)
class Label:
    """What the name of a file or folder says."""

    owner: Owner | None
    name: str  # the file's own name, without what a system put before it
    attachment: int = 0  # Canvas counts these up


@dataclass(frozen=True)
class Placed:
    """A file, and what its place says about it."""

    file: Found
    label: Label
    folders: tuple[str, ...]  # what else may name its unit, the innermost first
    in_folder: bool = False  # of the owner, not of the class


class Layout:
    """Tells whose files are. `known` says whether an owner is on the roster."""

    def __init__(self, units: UnitNames, known: Callable[[Owner], bool]) -> None:
        self._units = units
        self._known = known
        self.notes: list[str] = []

    def place(
        self, files: Sequence[Found], depth: int = 0, above: tuple[str, ...] = ()
    ) -> Iterator[Placed]:
        """Tell whose the files in a class's folder are, which is so many folders deep."""
        folders: dict[str, list[Found]] = {}
        singles = []
        for file in files:
            if len(file.parts) == depth + 1:
                singles.append(file)
            else:
                folders.setdefault(file.parts[depth], []).append(file)
        if SUBMITTED in folders:
            folders = {name: found for name, found in folders.items() if name not in OF_NBGRADER}
        alone = len(folders) == 1 and not any(file.is_notebook for file in singles)
        of_classes = self._of_classes(folders, depth + 1, alone)
        for file in singles:
            yield Placed(file, self._file_label(file.name), above)
        for name, found in folders.items():
            if name in of_classes:
                yield from self.place(found, depth + 1, (name, *above))
            else:
                yield from self._of_learner(name, found, depth + 1, above)

    def _of_learner(
        self, name: str, files: Sequence[Found], depth: int, above: tuple[str, ...]
    ) -> Iterator[Placed]:
        is_zip = _without_zip(name) != name
        label = self._file_label(name) if is_zip else self._folder_label(name)
        for file in files:
            between = tuple(reversed(file.parts[depth:-1]))
            own = Label(label.owner, file.name, label.attachment)
            yield Placed(file, own, (*between, label.name, *above), in_folder=True)

    def _folder_label(self, name: str) -> Label:
        if label := of_system(name):
            return label
        owner, named = Owner(name), self._units.find(name)
        if named and named.numbered and named.besides and not self._known(owner):
            owner = Owner(named.besides)  # as GitHub Classroom has it: 02-squashing-ada
        return Label(owner, name)

    def _file_label(self, name: str) -> Label:
        if label := of_system(name):
            return label
        stem = name.rpartition(".")[0]
        named = self._units.find(stem)
        text = named.besides if named else without_copies(stem)
        without_number = re.sub(r"-\d{1,2}$", "", text)  # a copy's, or a part of the name?
        for written in filter(None, (text, stem, without_number)):
            if self._known(Owner(written)):
                return Label(Owner(written), name)
        known = [part for part in named.parts if self._known(Owner(part))] if named else []
        if len(known) == 1:  # as in ada_02-squashing_final, and not in ada_02-squashing_bob
            return Label(Owner(known[0]), name)
        return Label(Owner(text) if text else None, name)

    def _of_classes(self, folders: dict[str, list[Found]], depth: int, alone: bool) -> set[str]:
        """Which of the folders hold a class's files, and not a learner's."""
        plain = {name for name in folders if not of_system(name)}
        unclear = {name for name in plain if not self._known(Owner(_without_zip(name)))}
        certain = {name for name in unclear if name == SUBMITTED or self._is_unit(name)}
        unclear -= certain
        zips = {name for name in plain - certain if _without_zip(name) != name}
        for alike in (zips, plain - certain - zips):
            downloads = {name for name in alike & unclear if _is_download(folders[name], depth)}
            # All or none: one that a learner made to look like a download is hers.
            if downloads == alike:
                certain |= downloads
            elif downloads:
                self.notes.append(
                    f"Like downloads from Moodle or Canvas look {listed(_shown(downloads))}, but "
                    "others beside them do not, so they were taken for learners'. If they are "
                    "downloads, grade them apart."
                )
        if alone and all(self._holds_learners(name, folders[name], depth) for name in unclear):
            return certain | unclear
        return certain

    def _holds_learners(self, name: str, files: Sequence[Found], depth: int) -> bool:
        """Whether the only folder there is holds learners' files or folders."""
        if _without_zip(name).casefold() in OF_A_CLASS:
            return True
        singles = [file for file in files if len(file.parts) == depth + 1 and file.is_notebook]
        folders = {file.parts[depth] for file in files if len(file.parts) > depth + 1}
        owners = {owner for file in singles if (owner := self._file_label(file.name).owner)}
        named = owners | {Owner(_without_zip(folder)) for folder in folders}
        if SUBMITTED in folders or any(map(self._known, named)):
            return True
        if singles:
            return len(owners) > 1 and all(self._units.find(file.name) for file in singles)
        by_nbgrader = any(file.parts[depth + 1 :] == (TIMESTAMP,) for file in files)
        if len(folders) < 2 or by_nbgrader or all(map(self._is_unit, folders)):
            return False
        self.notes.append(
            f"Everything lies in {shown(name)!r}, which was taken for the folder of the class. "
            "If it is a learner's, put it into another folder."
        )
        return True

    def _is_unit(self, name: str) -> bool:
        named = self._units.find(_without_zip(name))
        return named is not None and not named.besides


def of_system(name: str) -> Label | None:
    """What the name of a file or folder says that Moodle or Canvas gave."""
    if match := MOODLE_NAME.fullmatch(name):
        return Label(Owner(match["name"], MOODLE, match["number"]), match["file"])
    if match := CANVAS_ANONYMOUS.fullmatch(name):
        return Label(Owner(match["name"], CANVAS), match["file"], int(match["attachment"]))
    if match := CANVAS_NAME.fullmatch(name):
        owner = Owner(match["name"], CANVAS, match["number"])
        return Label(owner, match["file"], int(match["attachment"]))
    return None


def _is_download(files: Sequence[Found], depth: int) -> bool:
    """Whether everything in a folder was named by Moodle or Canvas."""
    return all(of_system(file.parts[depth]) for file in files)


def _shown(names: set[str]) -> list[str]:
    return [repr(shown(name)) for name in sorted(names)]


def _without_zip(name: str) -> str:
    return name[: -len(ZIP)] if name.casefold().endswith(ZIP) else name
