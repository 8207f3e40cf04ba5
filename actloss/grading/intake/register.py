"""The people of a class: those on the roster, and those who handed something in besides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from actloss.grading.intake.roster import CANVAS, MOODLE, Owner, Roster
from actloss.grading.names import clean, listed, same_id, shown, words
from actloss.grading.records import Person

# Under these headers the systems themselves write down what they know a person by.
HEADERS = {MOODLE: "Identifier", CANVAS: "ID"}
NUMBERS = {MOODLE: "Participant {}", CANVAS: "{}"}


class Register:
    """Finds the person to an owner. Without a roster, everybody who handed something in is one."""

    def __init__(self, roster: Roster | None, handed_in: Iterable[tuple[Owner, str]]) -> None:
        self._has_roster = roster is not None
        self._roster = roster or Roster()
        self._namesakes = _namesakes(handed_in)
        self._found: dict[Owner, Person] = {}
        self._others: dict[str, Person] = {}
        self._unsure: list[str] = []

    def person(self, owner: Owner) -> Person:
        """Whose it is: somebody on the roster, or else a stranger."""
        if owner not in self._found:
            self._found[owner] = self._find(owner)
        return self._found[owner]

    def knows(self, owner: Owner) -> bool:
        """Whether it is or may be somebody on the roster."""
        return bool(self._roster.find(owner))

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody: the roster in its order, then the others by name."""
        others = sorted(self._others.values(), key=lambda one: (same_id(one.learner), one.learner))
        return (*self._roster.people, *others)

    def notes(self) -> list[str]:
        """Sentences about those who are not on the roster."""
        others = [shown(one.learner) for one in self.people if one.learner in self._others]
        notes = list(self._unsure)
        if self._has_roster and others:
            notes.append(f"Not on the roster, but in the grades: {listed(others)}.")
        alike = defaultdict(list)
        for name in others:
            alike[same_id(name)].append(name)
        notes += [
            f"Taken for different learners: {listed(names)}."
            for names in alike.values()
            if len(names) > 1
        ]
        return notes

    def _find(self, owner: Owner) -> Person:
        found = self._roster.find(owner, by_name=owner not in self._namesakes)
        if len(found) == 1:
            return found[0]
        stranger = self._stranger(owner)
        if found:
            several = listed([shown(one.learner) for one in found])
            self._unsure.append(
                f"{shown(owner.text)!r} may be any of {several} on the roster, so it was taken "
                "for a stranger's name. Rename the folder or file to the learner's id."
            )
        return self._others.setdefault(stranger.learner, stranger)

    def _stranger(self, owner: Owner) -> Person:
        learner = clean(owner.text) or shown(owner.text)
        # Canvas has one number for a person, Moodle one for each assignment.
        if owner.number and (owner.system == CANVAS or owner in self._namesakes):
            learner = f"{learner}_{owner.number}"
        if any(same_id(person.learner) == same_id(learner) for person in self._roster.people):
            learner = f"{learner} (not on the roster)"
        header = HEADERS.get(owner.system)
        number = NUMBERS.get(owner.system, "").format(owner.number) if owner.number else ""
        return Person(
            learner,
            name=clean(owner.text) if owner.system else "",
            on_roster=not self._has_roster,
            other={header: number} if header and number else {},
        )


def _namesakes(handed_in: Iterable[tuple[Owner, str]]) -> set[Owner]:
    """Those whose name comes with two numbers for one unit: then it names two people."""
    owners: dict[tuple[str, ...], set[Owner]] = defaultdict(set)
    numbers: dict[tuple[tuple[str, ...], str], set[str]] = defaultdict(set)
    for owner, unit in handed_in:
        if owner.number:
            name = (owner.system, *sorted(words(owner.text)))
            owners[name].add(owner)
            numbers[name, unit].add(owner.number)
    return {
        owner
        for (name, _), different in numbers.items()
        if len(different) > 1
        for owner in owners[name]
    }
