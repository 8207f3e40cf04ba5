"""Rosters as people and systems write them, and whom a submission belongs to."""

import codecs

import pytest

from actloss.grading.intake.roster import CANVAS, MOODLE, Owner, read_roster
from actloss.grading.records import GradingError


@pytest.fixture
def roster_of(tmp_path):
    def read(content):
        path = tmp_path / "roster.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_roster(path)

    return read


def the_one(roster, *owner):
    found = roster.find(Owner(*owner))
    return found[0].learner if len(found) == 1 else [person.learner for person in found]


# --- what rosters look like ---------------------------------------------------------------------

NBGRADER = "id,first_name,last_name,email,lms_user_id\nab1,Ada,Byron,ada@x.example,\n"
MOODLE_WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade\n"
    "Participant 401,Ada Byron,ada@x.example,Submitted for grading,,10.00\n"
)
MOODLE_PARTICIPANTS = (
    '\ufeff"First name","Last name","Email address",Roles,Groups\n'
    "Ada,Byron,ada@x.example,Student,A\n"
)
MOODLE_BLIND = "Identifier,Status,Grade\nParticipant 401,Submitted for grading,\n"
CANVAS_GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,02-squashing (77)\n"
    ",,,,,Manual Posting\n"
    "    Points Possible,,,,,10\n"
    '"Byron, Ada",4321,s99,ab1,Biology,\n'
)
CANVAS_TWO_NAMES = "LastName,FirstName,ID,SIS Login ID,Section\nByron,Ada,4321,ab1,Biology\n"


@pytest.mark.parametrize(
    ("content", "learner", "name", "email"),
    [
        ("learner\nada\n", "ada", "", ""),
        ("Learner;Name\nada;Byron, Ada\n", "ada", "Byron, Ada", ""),
        ("LOGIN\tE-Mail\nada\tada@x.example\n", "ada", "", "ada@x.example"),
        ("user_name,full_name\r\nada,Ada Byron\r\n", "ada", "Ada Byron", ""),
        ("Email address\nada@x.example\n", "ada@x.example", "", "ada@x.example"),
        ("Surname,First name\nByron,Ada\n", "Ada Byron", "Ada Byron", ""),
        ("name\nAda Byron\n", "Ada Byron", "Ada Byron", ""),
        (NBGRADER, "ab1", "Ada Byron", "ada@x.example"),
        (MOODLE_WORKSHEET, "ada@x.example", "Ada Byron", "ada@x.example"),
        (MOODLE_PARTICIPANTS, "ada@x.example", "Ada Byron", "ada@x.example"),
        (MOODLE_BLIND, "Participant 401", "", ""),
        (CANVAS_GRADEBOOK, "ab1", "Byron, Ada", ""),
        (CANVAS_TWO_NAMES, "ab1", "Ada Byron", ""),
    ],
)
def test_the_usual_rosters(roster_of, content, learner, name, email):
    [person] = roster_of(content).people
    assert (person.learner, person.name, person.email) == (learner, name, email)
    assert person.on_roster


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_usual_encodings(roster_of, encoding):
    [person] = roster_of("learner,name\nzoë,Zoë Brontë\n".encode(encoding)).people
    assert (person.learner, person.name) == ("zoë", "Zoë Brontë")


def test_all_columns_are_kept_for_exports(roster_of):
    [person] = roster_of(CANVAS_GRADEBOOK).people
    assert person.other == {
        "Student": "Byron, Ada",
        "ID": "4321",
        "SIS User ID": "s99",
        "SIS Login ID": "ab1",
        "Section": "Biology",
        "02-squashing (77)": "",
    }


def test_the_order_stays_and_blank_lines_do_not_matter(roster_of):
    assert [one.learner for one in roster_of("learner\nzoe\n\nada\n,\n").people] == ["zoe", "ada"]


def test_an_id_that_is_missing_is_made_up_for(roster_of):
    roster = roster_of("username,email,name\nada,,\n,bob@x.example,\n,,Cy Young\n")
    assert [one.learner for one in roster.people] == ["ada", "bob@x.example", "Cy Young"]


def test_a_line_that_names_nobody_is_noted(roster_of):
    roster = roster_of("learner,section\nada,1\n,2\n")
    assert [one.learner for one in roster.people] == ["ada"]
    assert roster.notes == ("Line 3 of the roster says no name, so it was left out.",)


def test_nobody_is_lost_by_a_name_that_canvas_uses(roster_of):
    roster = roster_of("learner,name\nada,Points Possible\nbob,Manual Posting\n")
    assert [one.learner for one in roster.people] == ["ada", "bob"]


def test_cells_with_anything_in_them(roster_of):
    [person] = roster_of('learner,name\n"a\nda\u202e","=cmd|"" /C calc""!A1"\n').people
    assert (person.learner, person.name) == ("a da", '=cmd|" /C calc"!A1')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "nothing"),
        ("grade,section\n5,1\n", "'grade', 'section'"),
        ("ada\nbob\n", "'ada'"),
        ("learner\n", "nobody"),
        ("learner\n\n,\n", "nobody"),
        (b"PK\x03\x04 a spreadsheet", "Save it as CSV"),
        (b"learner\n\x81\x8d\x8f\n", "not text"),
        ("learner\nada\nbob\nADA \n", "'ada' in lines 2 and 4"),
        ("name,section\nAda Byron,1\nAda Byron,2\n", "in lines 2 and 3"),
        ('learner\n"' + "x" * 200_000, "Line 2"),
    ],
)
def test_what_the_instructor_has_to_put_right(roster_of, content, said):
    with pytest.raises(GradingError) as caught:
        roster_of(content)
    assert said in str(caught.value)


def test_a_duplicate_is_told_by_lines_even_after_a_cell_of_two(roster_of):
    with pytest.raises(GradingError, match="lines 2 and 4"):
        roster_of('learner,name\nada,"one\ntwo"\nada,three\n')


def test_no_roster_there(tmp_path):
    with pytest.raises(GradingError, match=r"none\.csv.*No such file"):
        read_roster(tmp_path / "none.csv")


# --- whom a submission belongs to ---------------------------------------------------------------

CLASS = (
    "username,ID number,Email address,Full name\n"
    "ab1,1001,ada@x.example,Ada Byron\n"
    "zb2,1002,zoe.b@x.example,Zoë Brontë-Smith\n"
    "jo,1003,ada@y.example,Jo Ann Van Dyk\n"
)


@pytest.mark.parametrize(
    ("written", "learner"),
    [
        ("ab1", "ab1"),
        ("AB1 ", "ab1"),
        ("1002", "zb2"),
        ("zoe.b@x.example", "zb2"),
        ("ZOE.B", "zb2"),
        ("Ada Byron", "ab1"),
        ("byron, ada", "ab1"),
        ("byronada", "ab1"),
        ("Byron_Ada", "ab1"),
        ("zoe bronte smith", "zb2"),
        ("zoe brontesmith", "zb2"),
        ("ZOE\u0308 BRONTË-SMITH", "zb2"),
        ("Van Dyk Jo Ann", "jo"),
        ("vandykjoann", "jo"),
        ("ada", ["ab1", "jo"]),  # before the @ of two
        ("Ada", ["ab1", "jo"]),
        ("Ada Byro", []),
        ("Ada Byron II", []),
        ("", []),
        ("\u202e", []),
    ],
)
def test_people_are_found_as_they_are_written_and_never_guessed(roster_of, written, learner):
    assert the_one(roster_of(CLASS), written) == learner


def test_an_id_goes_before_all_else(roster_of):
    roster = roster_of("learner,email,name\nada,x@y.example,Bob\nbob,ada@y.example,Ada\n")
    assert the_one(roster, "ada") == "ada"
    assert the_one(roster, "bob") == "bob"


def test_accents_matter_where_two_differ_in_them_alone(roster_of):
    roster = roster_of("learner\nmüller\nmuller\n")
    assert the_one(roster, "MÜLLER") == "müller"
    assert the_one(roster, "Muller") == "muller"


def test_moodle_knows_people_by_its_number(roster_of):
    roster = roster_of(
        "Identifier,Full name\nParticipant 401,Ada Byron\nParticipant 402,Ada Byron \n"
        "Participant 403,Bob Ray\n"
    )
    assert the_one(roster, "Ada Byron", MOODLE, "402") == "Participant 402"
    assert the_one(roster, "Participant", MOODLE, "403") == "Participant 403"
    assert the_one(roster, "Bob Ray", MOODLE, "999") == "Participant 403"  # of another assignment
    assert the_one(roster, "Ada Byron", MOODLE, "999") == ["Participant 401", "Participant 402"]
    assert roster.find(Owner("Bob Ray", MOODLE, "999"), by_name=False) == []


def test_canvas_knows_people_by_its_number_where_the_name_agrees(roster_of):
    roster = roster_of(
        'Student,ID,SIS Login ID\n"Byron, Ada",4321,ab1\n"Ray, Bob",99,br\n"a_4321",7,mallory\n'
    )
    assert the_one(roster, "byronada", CANVAS, "4321") == "ab1"
    assert the_one(roster, "rabobyron", CANVAS, "4321") == []
    assert the_one(roster, "a", CANVAS, "4321") == []  # mallory's name and number, misread
    assert the_one(roster, "anon_x1Y2z", CANVAS) == []


def test_a_number_does_without_a_name(roster_of):
    assert the_one(roster_of("ID,login\n4321,ab1\n"), "byronada", CANVAS, "4321") == "ab1"


def test_bytes_that_are_no_text_are_no_roster_of_ours(roster_of):
    with pytest.raises(GradingError):
        roster_of(codecs.BOM_UTF16_LE + b"\x00")
