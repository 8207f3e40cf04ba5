"""Which of a learner's notebooks counts, where she handed in several for one unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from actloss.course.build import LESSON, SOLUTIONS
from actloss.course.units import all_units
from actloss.grading.intake.contents import Content
from actloss.grading.intake.layouts import Placed
from actloss.grading.intake.register import Register
from actloss.grading.intake.roster import Owner
from actloss.grading.intake.unit_names import version
from actloss.grading.names import listed, shown
from actloss.grading.records import Person, Submission

# What counts before what. One that can be read counts even if a damaged one is later.
GOOD, GUESSED, DAMAGED, NOT_EXERCISES = range(4)
KINDS = {LESSON: "the lesson", SOLUTIONS: "the worked solutions"}


@dataclass(frozen=True)
class Candidate:
    """A notebook that may count for a learner and unit."""

    placed: Placed
    owner: Owner
    unit: str
    content: Content
    received: float

    @property
    def origin(self) -> str:
        """Where the instructor finds it."""
        return self.placed.file.origin

    @property
    def standing(self) -> int:
        """GOOD, GUESSED, DAMAGED or NOT_EXERCISES."""
        if self.content.problem:
            return DAMAGED
        if self.content.kind in KINDS:
            return NOT_EXERCISES
        return GOOD if self.content.unit else GUESSED


def choose(
    register: Register, candidates: Iterable[Candidate], wanted: Sequence[str]
) -> tuple[list[Submission], list[str]]:
    """One submission for each learner and unit, and sentences about what does not count."""
    handed_in: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for one in candidates:
        handed_in[register.person(one.owner).learner, one.unit].append(one)
    submissions, remarks = [], _Remarks()
    for person in register.people:
        for unit in wanted:
            if several := handed_in.get((person.learner, unit)):
                best = _best(several)
                submissions.append(_submission(person, best))
                remarks.add(person, best, several)
    return submissions, remarks.sentences()


def _best(candidates: Sequence[Candidate]) -> Candidate:
    """The latest of those that stand best."""
    standing = min(one.standing for one in candidates)
    return max((one for one in candidates if one.standing == standing), key=_order(candidates))


def _order(candidates: Sequence[Candidate]) -> Callable[[Candidate], tuple[float, int, str]]:
    """What tells which came later: a time, or Canvas's numbers where all have them.

    The dates in Canvas's zip are those of the download.
    """
    by_canvas = all(one.placed.label.attachment for one in candidates)

    def order(one: Candidate) -> tuple[float, int, str]:
        label = one.placed.label
        first = label.attachment if by_canvas else one.received
        return (first, version(label.name.rpartition(".")[0]), one.origin)

    return order


def _submission(person: Person, best: Candidate) -> Submission:
    return Submission(
        learner=person.learner,
        unit=best.unit,
        path=best.placed.file.path,
        origin=best.origin,
        received=best.received,
        problem=best.content.problem,
    )


class _Remarks:
    """What is odd about the notebooks that count, in sentences."""

    def __init__(self) -> None:
        self._stems = {unit.slug: unit.stem for unit in all_units()}
        self._single: list[str] = []
        self._not_exercises: dict[str, list[str]] = defaultdict(list)
        self._guessed: list[str] = []
        self._beside = 0

    def add(self, person: Person, best: Candidate, all_of_them: Sequence[Candidate]) -> None:
        """Say what is odd about the choice of the best of them."""
        stem = self._stems[best.unit]
        made_for = best.content.made_for
        if best.standing == NOT_EXERCISES:
            self._not_exercises[KINDS[best.content.kind]].append(best.origin)
        elif best.standing == GUESSED:
            self._guessed.append(best.origin)
        if made_for not in ("", best.unit):
            other = self._stems[made_for]
            self._single.append(
                f"{best.origin} counts for {stem}, as its name says, but was made for {other}."
            )
        rest = [one for one in all_of_them if one is not best]
        same = [one for one in rest if one.standing != NOT_EXERCISES]
        self._beside += len(rest) - len(same)
        if same:
            latest = max([best, *same], key=_order(all_of_them)) is best
            which = "the latest" if latest else "the latest that can be read"
            self._single.append(
                f"{shown(person.learner)} handed in {stem} {len(same) + 1} times. "
                f"{best.origin} counts, {which}; not {listed([one.origin for one in same])}."
            )

    def sentences(self) -> list[str]:
        """All of them."""
        said = list(self._single)
        for what, origins in self._not_exercises.items():
            said.append(f"Graded, though not the exercises but {what}: {listed(origins)}.")
        if self._guessed:
            said.append(
                "Nothing says the unit, so they were taken for the only one that was asked for: "
                f"{listed(self._guessed)}."
            )
        if self._beside:
            said.append(
                f"Lessons and worked solutions handed in besides: {self._beside}, not graded."
            )
        return said
