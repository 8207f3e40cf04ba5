"""What was handed in: by whom, for which unit, and what is odd about it.

    collect(source, roster, into) -> Intake

`source` is a folder or a zip, arranged in any of the ways that `layouts` knows. What is unpacked
goes to `into`, an empty folder that has to stay until the grading is done. Whatever learners did
becomes a submission with a problem, or a note. What only the instructor can put right is a
`GradingError`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from actloss.course.units import Unknown, all_units, find_unit
from actloss.grading.intake.choosing import Candidate, choose
from actloss.grading.intake.contents import content_of, nbgrader_time
from actloss.grading.intake.finding import TIMESTAMP, find_files
from actloss.grading.intake.layouts import Layout, Placed
from actloss.grading.intake.register import Register
from actloss.grading.intake.roster import Roster, read_roster
from actloss.grading.intake.unit_names import UnitNames
from actloss.grading.names import listed, shown
from actloss.grading.records import GradingError, Intake, Person, Submission

EXPECTED = (
    "Expected is a folder for each learner, as in ada/02-squashing.ipynb, or what nbgrader, "
    "Moodle or Canvas gives."
)


def collect(source: Path, roster: Path | None, into: Path, units: Sequence[str] = ()) -> Intake:
    """Find out what was handed in for these units, or for all."""
    wanted = _wanted(units)
    people = read_roster(roster) if roster else None
    known = people or Roster()
    files, left_out = find_files(source, into)
    names = UnitNames(all_units())
    layout = Layout(names, known=lambda owner: bool(known.find(owner)))
    placed = list(layout.place(files))
    if not any(one.file.is_notebook for one in placed):
        raise GradingError(f"There is no notebook in {str(source)!r}. {EXPECTED}")
    candidates, unclear = _candidates(placed, names, guess=wanted[0] if len(units) == 1 else "")
    register = Register(people, ((one.owner, one.unit) for one in candidates))
    empty_handed = _enrol(register, placed, candidates)
    if not register.people:
        raise GradingError(
            f"Of no notebook in {str(source)!r} is it clear whose it is and for which unit. "
            f"{EXPECTED} {' '.join(unclear)}"
        )
    submissions, remarks = choose(register, candidates, wanted)
    notes = [*known.notes, *layout.notes, *left_out, *unclear, *register.notes(), *empty_handed]
    notes += [*remarks, *_missing(register.people, submissions)]
    return Intake(register.people, tuple(submissions), tuple(notes))


def _wanted(units: Sequence[str]) -> list[str]:
    try:
        return [find_unit(unit).slug for unit in units] or [unit.slug for unit in all_units()]
    except Unknown as problem:
        raise GradingError(str(problem)) from None


def _candidates(
    placed: Sequence[Placed], names: UnitNames, guess: str
) -> tuple[list[Candidate], list[str]]:
    """The notebooks of which it is clear whose they are, and sentences about the others."""
    slugs = {unit.slug for unit in all_units()}
    times = {
        one.file.parts[:-1]: seconds
        for one in placed
        if one.file.name == TIMESTAMP and (seconds := nbgrader_time(one)) is not None
    }
    candidates, nobodys, of_no_unit = [], [], []
    for one in placed:
        if not one.file.is_notebook:
            continue
        content = content_of(one, names, slugs)
        unit, owner = content.unit or guess, one.label.owner
        described = f"{one.file.origin} ({content.problem})" if content.problem else one.file.origin
        if owner is None:
            nobodys.append(described)
        elif not unit:
            of_no_unit.append(described)
        else:
            received = times.get(one.file.parts[:-1], one.file.received)
            candidates.append(Candidate(one, owner, unit, content, received))
    unclear = []
    if nobodys:
        unclear.append(f"Nothing says whose these are, so they are left out: {listed(nobodys)}.")
    if of_no_unit:
        unclear.append(f"Of no unit, so left out: {listed(of_no_unit)}.")
    return candidates, unclear


def _enrol(
    register: Register, placed: Iterable[Placed], candidates: Iterable[Candidate]
) -> list[str]:
    """Enter all who handed something in. Sentences about those without a notebook of the course."""
    with_notebook = {register.person(one.owner).learner for one in candidates}
    others: dict[str, list[str]] = defaultdict(list)
    of_nobody = []
    for one in placed:
        owner, file = one.label.owner, one.file
        if owner is None or file.name == TIMESTAMP:
            continue
        if owner.system or (one.in_folder and file.is_notebook) or register.knows(owner):
            others[register.person(owner).learner].append(file.origin)
        elif one.in_folder:
            of_nobody.append(file.origin)
    notes = [
        f"{shown(learner)} handed in no notebook of the course, but {listed(origins)}."
        for learner, origins in others.items()
        if learner not in with_notebook
    ]
    if of_nobody:
        notes.append(f"Folders without a notebook are left out: {listed(of_nobody)}.")
    return notes


def _missing(people: Iterable[Person], submissions: Iterable[Submission]) -> list[str]:
    handed_in = {one.learner for one in submissions}
    without = [shown(one.learner) for one in people if one.learner not in handed_in]
    if not without:
        return []
    return [f"Without a notebook ({len(without):,} in all): {listed(without)}."]
