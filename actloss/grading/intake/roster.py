"""Who is in the class: reads a roster, and finds the person whom a submission belongs to.

A roster is a CSV with a header: one's own, nbgrader's, Moodle's list of participants or grading
worksheet, or Canvas's gradebook. Persons are found by what is written, never by what is alike.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from actloss.grading.names import clean, listed, same_id, shown, without_accents, words
from actloss.grading.records import GradingError, Person

# Headers are compared without capitals, spaces and punctuation. The first that is filled in is
# the learner's id.
IDS = (
    *("learner", "learnerid", "username", "user", "login", "loginid", "loginname", "sisloginid"),
    *("studentid", "studentnumber", "userid", "sisuserid", "id", "idnumber", "netid"),
)
EMAILS = ("email", "emailaddress", "mail")
MOODLE_NUMBER = "identifier"  # "Participant 12345"
CANVAS_NUMBER = "id"
NAMES = ("name", "fullname", "student", "studentname", "displayname", "sortablename")
FIRST_NAMES = ("firstname", "givenname", "givennames", "forename")
LAST_NAMES = ("lastname", "surname", "familyname")
KNOWN = {*IDS, *EMAILS, *NAMES, *FIRST_NAMES, *LAST_NAMES, MOODLE_NUMBER}
# Canvas puts these in lines of their own, above the learners.
CANVAS_LINES = ("points possible", "manual posting")
MOODLE, CANVAS = "moodle", "canvas"


@dataclass(frozen=True)
class Owner:
    """Whose a submission is, as the folder or file says it."""

    text: str
    system: str = ""  # where the name comes from, if it is a download: MOODLE or CANVAS
    number: str = ""  # what that system knows the person by


@dataclass(frozen=True)
class Line:
    """One line of a roster: its number, and its cells by plain header."""

    number: int
    cells: Mapping[str, str]
    person: Person


class Roster:
    """The people of a class, and how each may be written."""

    def __init__(self, lines: Sequence[Line] = (), notes: Sequence[str] = ()) -> None:
        self.people = tuple(line.person for line in lines)
        self.notes = tuple(notes)
        self._learners = {same_id(person.learner): person for person in self.people}
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._by_id = {person.learner: person for person in self.people}
        for line in lines:
            self._add(line)

    def _add(self, line: Line) -> None:
        learner = line.person.learner
        email = line.person.email
        moodle = _digits(line.cells.get(MOODLE_NUMBER, ""))
        ids = [line.cells.get(header, "") for header in (*IDS, MOODLE_NUMBER)]
        for known in filter(None, (learner, email, email.partition("@")[0], moodle, *ids)):
            self._ids[without_accents(known)].add(learner)
        for way in _ways_to_write(line.person.name):
            self._names[way].add(learner)
        self._numbers[MOODLE, moodle].add(learner)
        self._numbers[CANVAS, line.cells.get(CANVAS_NUMBER, "")].add(learner)

    def find(self, owner: Owner, by_name: bool = True) -> list[Person]:
        """Whom this may be: one person, nobody, or several where that cannot be told."""
        found = self._numbered(owner) if owner.system else self._identified(owner.text)
        if not found and by_name:
            written = words(owner.text)
            found = self._names.get(" ".join(sorted(written)), set()) | self._names.get(
                "".join(written), set()
            )
        return [self._by_id[learner] for learner in sorted(found)]

    def _numbered(self, owner: Owner) -> set[str]:
        found = self._numbers.get((owner.system, owner.number), set()) if owner.number else set()
        if owner.system == MOODLE or not owner.text:
            return found
        # In Canvas a learner can choose a name that ends like another's number, "x_4321". Then
        # the number alone proves nothing.
        written = "".join(words(owner.text))
        return {
            learner
            for learner in found
            if written in {"", *_ways_to_write(self._by_id[learner].name)}
            or not self._by_id[learner].name
        }

    def _identified(self, text: str) -> set[str]:
        exact = self._learners.get(same_id(text))
        return {exact.learner} if exact else self._ids.get(without_accents(text), set())


def _ways_to_write(name: str) -> set[str]:
    """A name's words in the order of the alphabet, and run together from each word on."""
    parts = words(name)
    together = {"".join(parts[start:] + parts[:start]) for start in range(len(parts))}
    return {" ".join(sorted(parts)), *together} - {""}


def _digits(text: str) -> str:
    found = re.search(r"(\d+)\s*$", text)
    return found[1] if found else ""


def read_roster(path: Path) -> Roster:
    """Read a roster; whatever is wrong with it is the instructor's to put right."""
    rows = _rows(path)
    header = next(rows, (1, []))[1]
    plain = [_plain(title) for title in header]
    if not KNOWN.intersection(plain):
        columns = listed([repr(shown(title)) for title in header if title]) or "nothing"
        raise GradingError(
            f"The roster {path.name!r} has no column that says who a person is: its first line "
            f"has {columns}. Give one column the header learner, email or name."
        )
    lines, notes = [], []
    for number, row in rows:
        line = _line(number, header, plain, row)
        if line:
            lines.append(line)
        elif any(row) and not _is_of_canvas(row):
            notes.append(f"Line {number} of the roster says no name, so it was left out.")
    if not lines:
        raise GradingError(f"There is nobody on the roster {path.name!r} below its first line.")
    _refuse_duplicates(path, lines)
    return Roster(lines, notes)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV, each with its number."""
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    before = 0
    try:
        for row in reader:
            yield before + 1, [cell.strip() for cell in row]
            before = reader.line_num
    except csv.Error as problem:
        raise GradingError(
            f"Line {before + 1} of the roster {path.name!r} is not CSV: {problem}."
        ) from None


def _delimiter(text: str) -> str:
    """What separates the cells: the header tells, since names such as "Byron, Ada" mislead."""
    header = text.partition("\n")[0]

    def known_columns(delimiter: str) -> int:
        return len(KNOWN.intersection(map(_plain, header.split(delimiter))))

    return max(",;\t", key=known_columns)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise GradingError(
            f"The roster {str(path)!r} cannot be read: {problem.strerror}."
        ) from None
    if content.startswith(b"PK\x03\x04"):
        raise GradingError(f"The roster {path.name!r} is a spreadsheet. Save it as CSV.")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for known in (encoding, "cp1252"):
        try:
            return content.decode(known)
        except UnicodeDecodeError:
            continue
    raise GradingError(f"The roster {path.name!r} is not text. Save it as CSV, in UTF-8.")


def _plain(header: str) -> str:
    return "".join(filter(str.isalnum, header.casefold()))


def _line(number: int, header: list[str], plain: list[str], row: list[str]) -> Line | None:
    cells: dict[str, str] = {}
    for title, value in zip(plain, row, strict=False):
        cells.setdefault(title, value)
    email = _first(cells, EMAILS)
    if not _first(cells, IDS) and not email and _is_of_canvas(row):
        return None
    first, last = _first(cells, FIRST_NAMES), _first(cells, LAST_NAMES)
    name = clean(_first(cells, NAMES) or f"{first} {last}")
    learner = clean(_first(cells, IDS) or email or cells.get(MOODLE_NUMBER, "") or name)
    if not learner:
        return None
    other: dict[str, str] = {}
    for title, value in zip(header, row, strict=False):
        other.setdefault(title, value)
    return Line(number, cells, Person(learner, name, clean(email), other=other))


def _first(cells: Mapping[str, str], headers: Sequence[str]) -> str:
    return next((cells[header] for header in headers if cells.get(header)), "")


def _is_of_canvas(row: list[str]) -> bool:
    return any(cell.casefold().startswith(CANVAS_LINES) for cell in row)


def _refuse_duplicates(path: Path, lines: Sequence[Line]) -> None:
    numbers: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        numbers[same_id(line.person.learner)].append(line)
    twice = [same for same in numbers.values() if len(same) > 1]
    if twice:
        where = "; ".join(
            f"{shown(same[0].person.learner)!r} in lines "
            + " and ".join(str(line.number) for line in same)
            for same in twice[:5]
        )
        raise GradingError(
            f"The roster {path.name!r} has somebody more than once: {where}. Leave one line "
            "each, or add a column learner that tells them apart."
        )
