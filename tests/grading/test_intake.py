"""What was handed in is found in every usual arrangement, and is nobody else's."""

import json
import os
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from grading.handed_in import NOTEBOOK, folder, notebook, zipped
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from actloss.grading.intake import collect, read_submission
from actloss.grading.intake.reading import UnreadableSubmission
from actloss.grading.names import clean
from actloss.grading.records import GradingError, Submission

STEM = "02-squashing"


@pytest.fixture
def intake(tmp_path):
    """Collects from files given by their paths, or from the bytes of a zip."""

    def take(files, roster=None, units=(), name="class.zip"):
        into = tmp_path / "into"
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        source = tmp_path / name
        if isinstance(files, bytes):
            source.write_bytes(files)
        else:
            source = folder(tmp_path / "class", files)
        if roster is not None:
            (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
        return collect(source, tmp_path / "roster.csv" if roster else None, into, units)

    return take


def handed_in(intake):
    """Who handed in which units."""
    return [(one.learner, one.unit) for one in intake.submissions if not one.problem]


def names(intake):
    return [person.learner for person in intake.people]


def said(intake):
    return "\n".join(intake.notes)


# --- arrangements -------------------------------------------------------------------------------

TWO = [("ada", "squashing"), ("bob", "promoters")]
PROMOTERS = notebook("promoters")
UNNAMED = notebook("", check="promoters/encode")

ARRANGEMENTS = {
    "plain": {f"ada/{STEM}.ipynb": NOTEBOOK, "bob/15-promoters-exercises.ipynb": PROMOTERS},
    "deep": {f"ada/work/x/{STEM}.ipynb": NOTEBOOK, "bob/a/15-promoters.ipynb": PROMOTERS},
    "by unit": {f"{STEM}/ada.ipynb": NOTEBOOK, "15-promoters/bob/hand in.ipynb": PROMOTERS},
    "by unit, without a word in them": {f"{STEM}/ada.ipynb": b"{}", "promoters/bob/x.ipynb": b"{}"},
    "nbgrader": {
        f"submitted/ada/{STEM}/{STEM}.ipynb": NOTEBOOK,
        f"submitted/ada/{STEM}/timestamp.txt": "2026-01-30 15:30:10.12 UTC\n",
        "submitted/bob/15-promoters/exercises.ipynb": PROMOTERS,
        f"source/{STEM}/{STEM}.ipynb": NOTEBOOK,
        f"release/{STEM}/{STEM}.ipynb": NOTEBOOK,
        f"autograded/ada/{STEM}/{STEM}.ipynb": NOTEBOOK,
        "nbgrader_config.py": "c = get_config()",
        "gradebook.db": "",
    },
    "nbgrader's submitted alone": {
        f"ada/{STEM}/{STEM}.ipynb": NOTEBOOK,
        "bob/hw2/exercises.ipynb": PROMOTERS,
        "bob/hw2/timestamp.txt": "2026-01-30 15:30:10 UTC",
    },
    "flat": {f"ada_{STEM}.ipynb": NOTEBOOK, "15-promoters_bob.ipynb": PROMOTERS},
    "flat, other signs": {f"ada - {STEM} (2).ipynb": NOTEBOOK, "promoters-bob.ipynb": PROMOTERS},
    "flat, exercises": {
        f"ada_{STEM}-exercises.ipynb": NOTEBOOK,
        "15-promoters-exercises_bob.ipynb": PROMOTERS,
    },
    "flat, by metadata and checks": {"ada.ipynb": NOTEBOOK, "bob (1).ipynb": UNNAMED},
    "flat zips": {
        "ada.zip": zipped({f"{STEM}.ipynb": NOTEBOOK}),
        "bob_15-promoters.zip": zipped({"x/Untitled.ipynb": b"{}"}),
    },
    "GitHub Classroom": {
        f"{STEM}-ada/README.md": "",
        f"{STEM}-ada/exercises.ipynb": NOTEBOOK,
        "15-promoters-bob/work.ipynb": PROMOTERS,
    },
    "in one more folder": {
        f"submissions/ada/{STEM}.ipynb": NOTEBOOK,
        "submissions/bob/15-promoters.ipynb": PROMOTERS,
    },
    "in one more folder, of some name": {
        f"hand in 2026/ada/{STEM}.ipynb": NOTEBOOK,
        "hand in 2026/bob/15-promoters.ipynb": PROMOTERS,
    },
    "nbgrader's, in one more folder": {
        f"BIO101/submitted/ada/{STEM}/{STEM}.ipynb": NOTEBOOK,
        "BIO101/submitted/bob/hw2/15-promoters.ipynb": PROMOTERS,
    },
    "flat, in one more folder": {
        f"x/ada_{STEM}.ipynb": NOTEBOOK,
        "x/bob_15-promoters.ipynb": PROMOTERS,
    },
    "a mixture": {
        f"ada/{STEM}.ipynb": NOTEBOOK,
        "bob_15-promoters.ipynb": PROMOTERS,
        "notes.txt": "",
    },
}


@pytest.mark.parametrize("roster", [None, "learner\nada\nbob\n"], ids=["no roster", "roster"])
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_every_arrangement(intake, arrangement, packed, roster):
    files = ARRANGEMENTS[arrangement]
    given_in = intake(zipped(files) if packed else files, roster)
    submissions = [one for one in given_in.submissions if one.unit]
    assert [(one.learner, one.unit) for one in submissions] == TWO
    assert names(given_in) == ["ada", "bob"]
    assert all(person.on_roster for person in given_in.people)


MOODLE = {
    f"Ada Byron_401_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK,
    "Bob Ray_402_assignsubmission_file_/work/15-promoters.ipynb": PROMOTERS,
    "Bob Ray_402_assignsubmission_onlinetext_/onlinetext.html": "<p>Hello</p>",
}
MOODLE_NEW = {name.replace("_file_/", "_file/"): content for name, content in MOODLE.items()}
MOODLE_FLAT = {
    f"Ada Byron_401_assignsubmission_file_{STEM}.ipynb": NOTEBOOK,
    "Bob Ray_402_assignsubmission_file_15-promoters (1).ipynb": PROMOTERS,
    "Bob Ray_402_assignsubmission_onlinetext.html": "<p>Hello</p>",
}
MOODLE_ZIPS = {
    "Ada Byron_401_assignsubmission_file_/hand in.zip": zipped({f"{STEM}.ipynb": NOTEBOOK}),
    "Bob Ray_402_assignsubmission_file_15-promoters.zip": zipped({"x.ipynb": PROMOTERS}),
}
WORKSHEET = (
    "Identifier,Full name,Email address,Grade\n"
    "Participant 402,Bob Ray,bob@x.example,\nParticipant 401,Ada Byron,ada@x.example,\n"
    "Participant 403,Cy Young,cy@x.example,\n"
)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("files", [MOODLE, MOODLE_NEW, MOODLE_FLAT, MOODLE_ZIPS])
def test_moodle(intake, files, packed):
    files = zipped(files) if packed else files
    given_in = intake(files)
    assert handed_in(given_in) == [("Ada Byron", "squashing"), ("Bob Ray", "promoters")]
    assert given_in.people[0].other == {"Identifier": "Participant 401"}
    assert given_in.people[0].name == "Ada Byron"
    with_roster = intake(files, WORKSHEET)
    assert names(with_roster) == ["bob@x.example", "ada@x.example", "cy@x.example"]
    assert handed_in(with_roster) == [
        ("bob@x.example", "promoters"),
        ("ada@x.example", "squashing"),
    ]
    assert "Without a notebook (1 in all): cy@x.example." in with_roster.notes


def test_moodle_without_names(intake):
    files = {
        f"Participant_401_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK,
        f"Participant_402_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK,
    }
    assert names(intake(files)) == ["Participant_401", "Participant_402"]
    assert names(intake(files, "Identifier,Status\nParticipant 401,\nParticipant 402,\n")) == [
        "Participant 401",
        "Participant 402",
    ]


ASSIGNMENTS = {
    "BIO-Squashing-77": {f"Ada Byron_401_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK},
    "BIO-78": {"Ada Byron_555_assignsubmission_file_/Untitled.ipynb": UNNAMED},
}


@pytest.mark.parametrize("packed", [False, True])
def test_moodle_downloads_of_two_assignments(intake, packed):
    files = {
        f"{name}/{path}": content
        for name, download in ASSIGNMENTS.items()
        for path, content in download.items()
    }
    zips = {f"{name}.zip": zipped(download) for name, download in ASSIGNMENTS.items()}
    given_in = intake(zips if packed else files)
    assert handed_in(given_in) == [("Ada Byron", "squashing"), ("Ada Byron", "promoters")]


def test_a_download_among_learners_is_noted(intake):
    files = {f"bob/{STEM}.ipynb": NOTEBOOK}
    files |= {f"x/{path}": content for path, content in ASSIGNMENTS["BIO-78"].items()}
    given_in = intake(files)
    assert names(given_in) == ["bob", "x"]
    assert "Like downloads from Moodle or Canvas look 'x'" in said(given_in)


def test_two_people_of_one_name_stay_two(intake):
    files = {
        f"Ada Byron_401_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK,
        f"Byron Ada_402_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK,
    }
    assert names(intake(files)) == ["Ada Byron_401", "Byron Ada_402"]
    given_in = intake(files, "learner,name\nab1,Ada Byron\n")
    assert names(given_in) == ["ab1", "Ada Byron_401", "Byron Ada_402"]
    assert [person.on_roster for person in given_in.people] == [True, False, False]


CANVAS = {
    f"byronada_4321_98765_{STEM}-exercises-1.ipynb": NOTEBOOK,
    "raybob_LATE_99_98766_15-promoters.ipynb": PROMOTERS,
    "youngcy_77_98767_report.pdf": "%PDF",
}
GRADEBOOK = (
    "Student,ID,SIS Login ID,Section\n    Points Possible,,,\n"
    '"Ray, Bob",99,br,\n"Byron, Ada",4321,ab1,\n"Young, Cy",77,cy,\n'
)


@pytest.mark.parametrize("packed", [False, True])
def test_canvas(intake, packed):
    files = zipped(CANVAS) if packed else CANVAS
    given_in = intake(files)
    assert handed_in(given_in) == [("byronada_4321", "squashing"), ("raybob_99", "promoters")]
    assert names(given_in) == ["byronada_4321", "raybob_99", "youngcy_77"]
    assert given_in.people[0].other == {"ID": "4321"}
    with_roster = intake(files, GRADEBOOK)
    assert names(with_roster) == ["br", "ab1", "cy"]
    assert handed_in(with_roster) == [("br", "promoters"), ("ab1", "squashing")]
    assert "cy handed in no notebook of the course, but " in said(with_roster)
    assert "report.pdf" in said(with_roster)


def test_canvas_by_name_and_without_names(intake):
    assert handed_in(intake(CANVAS, "login,name\nab1,Ada Byron\nbr,Bob Ray\ncy,Cy Young\n")) == [
        ("ab1", "squashing"),
        ("br", "promoters"),
    ]
    anonymous = {f"LATE_anon_x1Y2z_987_{STEM}.ipynb": NOTEBOOK}
    assert ("anon_x1Y2z", "squashing") in handed_in(intake(anonymous))


def test_a_date_is_no_number_of_canvas(intake):
    assert names(intake({f"ada_2026_11_{STEM}.ipynb": NOTEBOOK})) == ["ada_2026_11"]


def test_one_learner_and_several_folders(intake):
    files = {f"ada/hw1/{STEM}/x.ipynb": NOTEBOOK, f"ada/{STEM}.ipynb": NOTEBOOK}
    assert names(intake(files)) == ["ada"]


def test_what_the_one_folder_was_taken_for_is_said(intake):
    given_in = intake({"x/ada/a.ipynb": NOTEBOOK, "x/bob/a.ipynb": NOTEBOOK})
    assert names(given_in) == ["ada", "bob"]
    assert "Everything lies in 'x'" in said(given_in)


# --- units --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "02-squashing", "squashing", "Squashing", "02_squashing", "02 Squashing", "02-SQUASHING",
        "unit02-squashing", "02-squashing (1)", "02-squashing-2", "02-squashing-Copy1",
        "Copy of 02-squashing", "copy of 02-squashing-exercises (3)", "exercises-squashing",
        "02-squashing-exercises - Copy (2)", "02-squashing-exercises-update-1",
        "02-squashing-exercises-1", "my squashing final",
    ],
)  # fmt: skip
def test_a_unit_by_the_name_of_the_file(intake, name):
    assert handed_in(intake({f"ada/{name}.ipynb": notebook("promoters")})) == [("ada", "squashing")]


@pytest.mark.parametrize(
    ("name", "content", "unit"),
    [
        ("Untitled", notebook("squashing", check="promoters/encode"), "squashing"),
        ("Untitled", notebook("", check="squashing/sigmoid"), "squashing"),
        ("squashing and promoters", notebook("start-here"), "start-here"),
        ("squashingly", PROMOTERS, "promoters"),
        ("start-here", b"{}", "start-here"),
        ("00 start here", b"{}", "start-here"),
        ("Untitled", notebook("no-such-unit", check="promoters/encode"), "promoters"),
        ("Untitled", notebook("../../etc"), None),
        ("Untitled", notebook("promoters").decode().encode("utf-8-sig"), "promoters"),
        ("Untitled", notebook("promoters")[:-1] + b', "by": "Zo\xeb"}', "promoters"),
        ("Untitled", notebook("", check='"actloss": {"unit": "squashing"}'), None),
        ("Untitled", b'{"cells": [{"source": 5}, 7, null], "metadata": {"actloss": []}}', None),
        ("Untitled", b'{"cells": 5, "metadata": []}', None),
    ],
)
def test_a_unit_by_the_next_best(intake, name, content, unit):
    given_in = intake({f"ada/{name}.ipynb": content, f"bob/{STEM}.ipynb": NOTEBOOK})
    found = [one.unit for one in given_in.submissions if one.learner == "ada"]
    assert found == ([unit] if unit else [])
    if not unit:
        assert f"Of no unit, so left out: ada/{name}.ipynb" in said(given_in)


def test_a_folder_says_the_unit_last_of_all(intake):
    assert handed_in(intake({f"ada/{STEM}/x.ipynb": PROMOTERS})) == [("ada", "promoters")]
    broken = intake({f"bob/{STEM}/hw/x.ipynb": b"no"}).submissions
    assert [(one.learner, one.unit) for one in broken if one.problem] == [("bob", "squashing")]
    nested = intake({f"cy/15-promoters/{STEM}/x.ipynb": b"no"}).submissions
    assert [one.unit for one in nested if one.learner == "cy"] == ["squashing"]


def test_the_metadata_that_count_are_the_last_of_that_name(intake):
    made = json.loads(PROMOTERS)
    made["cells"][0]["metadata"] = {"actloss": {"unit": "squashing"}}
    assert handed_in(intake({"ada/x.ipynb": json.dumps(made)})) == [("ada", "promoters")]


def test_a_name_and_metadata_that_disagree_are_noted(intake):
    assert (
        f"ada/{STEM}.ipynb counts for {STEM}, as its name says, but was made for 15-promoters."
        in intake({f"ada/{STEM}.ipynb": PROMOTERS}).notes
    )


def test_only_the_units_that_are_asked_for(intake):
    files = {f"ada/{STEM}.ipynb": NOTEBOOK, "bob/15-promoters.ipynb": PROMOTERS}
    given_in = intake(files, units=["promoters"])
    assert handed_in(given_in) == [("bob", "promoters")]
    assert names(given_in) == ["ada", "bob"]
    with pytest.raises(GradingError, match="squashin"):
        intake(files, units=["squashin"])


def test_what_says_no_unit_is_for_the_only_one_asked_for(intake):
    files = {
        "ada/Untitled.ipynb": notebook(""),
        "bob/x.ipynb": b"no",
        f"bob/{STEM}.ipynb": NOTEBOOK,
    }
    given_in = intake(files, units=["squashing"])
    assert handed_in(given_in) == [("ada", "squashing"), ("bob", "squashing")]
    assert given_in.submissions[1].origin == f"bob/{STEM}.ipynb"
    assert "Nothing says the unit" in said(given_in)
    assert handed_in(intake(files)) == [("bob", "squashing")]


# --- which one counts ---------------------------------------------------------------------------


def test_the_latest_counts_and_the_rest_is_listed(intake):
    files = {f"ada/{STEM}.ipynb": NOTEBOOK, f"ada/old/{STEM}.ipynb": NOTEBOOK}
    given_in = intake(files)
    assert given_in.submissions[0].origin == f"ada/old/{STEM}.ipynb"
    assert given_in.notes == (
        f"ada handed in {STEM} 2 times. ada/old/{STEM}.ipynb counts, the latest; "
        f"not ada/{STEM}.ipynb.",
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{STEM}.ipynb", f"{STEM} (1).ipynb"),
        (f"{STEM} (2).ipynb", f"{STEM} (10).ipynb"),
        (f"{STEM}-9.ipynb", f"{STEM}-10.ipynb"),
        (f"{STEM}.ipynb", f"{STEM}-Copy1.ipynb"),
        (f"work/a/{STEM}.ipynb", f"work/b/{STEM}.ipynb"),
    ],
)
def test_of_the_same_time_the_number_counts_then_the_name(intake, first, second):
    files = dict.fromkeys((f"ada/{second}", f"ada/{first}"), NOTEBOOK)
    [submission] = intake(zipped(files, step=0)).submissions
    assert submission.origin == f"class.zip: ada/{second}"


def test_nbgraders_time_counts(intake):
    def hand_in(written):
        files = {
            f"submitted/ada/{STEM}/x.ipynb": NOTEBOOK,
            f"submitted/ada/{STEM}/timestamp.txt": written,
            f"submitted/ada/again/{STEM}.ipynb": NOTEBOOK,
            "submitted/ada/again/timestamp.txt": "2026-01-30 12:00:00.5 UTC",
        }
        [submission] = intake(files).submissions
        return submission.origin.split("/")[2], submission.received

    noon = datetime(2026, 1, 30, 12, tzinfo=UTC).timestamp()
    assert hand_in("2026-01-30 13:00:00 UTC\n") == (STEM, noon + 3600)
    assert hand_in("2026-01-30 11:00:00 America/New_York") == (STEM, noon + 4 * 3600)
    assert hand_in("2026-01-30 13:00:00 Europe/Paris") == ("again", noon + 0.5)
    assert hand_in("2026-01-30 13:00:00 Nowhere/Atlantis") == (STEM, noon + 3600)
    assert hand_in("2026-01-30 13:00:00 ../../etc/passwd") == (STEM, noon + 3600)
    for nonsense in ("yesterday", "", "9999-99-99 99:99:99", "0000-01-01 00:00:00", "x" * 5000):
        assert hand_in(nonsense) == ("again", noon + 0.5)


def test_a_zips_date_counts(intake):
    files = {f"ada/w/b/{STEM}.ipynb": NOTEBOOK, f"ada/w/a/{STEM}.ipynb": NOTEBOOK}
    [submission] = intake(zipped(files)).submissions
    assert submission.origin == f"class.zip: ada/w/a/{STEM}.ipynb"
    assert submission.received == time.mktime((2024, 1, 1, 0, 1, 0, 0, 0, -1))


def test_canvas_numbers_count_since_its_dates_are_those_of_the_download(intake):
    files = {
        f"byronada_4321_1001_{STEM}-1.ipynb": NOTEBOOK,
        f"byronada_4321_999_{STEM}-2.ipynb": NOTEBOOK,
    }
    [submission] = intake(files).submissions
    assert submission.origin == f"byronada_4321_1001_{STEM}-1.ipynb"


def test_one_that_can_be_read_counts_before_a_later_one_that_cannot(intake):
    given_in = intake({f"ada/{STEM}.ipynb": NOTEBOOK, f"ada/{STEM} (1).ipynb": b""})
    assert given_in.submissions[0].origin == f"ada/{STEM}.ipynb"
    assert "the latest that can be read; not ada/02-squashing (1).ipynb." in said(given_in)


def test_a_learners_whole_folder(intake):
    files = {
        f"ada/{STEM}-exercises.ipynb": NOTEBOOK,
        f"ada/{STEM}.ipynb": notebook(kind="notebooks"),
        f"ada/solutions/{STEM}.ipynb": notebook(kind="solutions"),
        f"ada/.ipynb_checkpoints/{STEM}-checkpoint.ipynb": NOTEBOOK,
        f"ada/__MACOSX/{STEM}.ipynb": NOTEBOOK,
        f"ada/._{STEM}.ipynb": b"\x00\x05\x16\x07",
        "ada/.actloss/progress.json": "{}",
    }
    given_in = intake(files)
    assert [one.origin for one in given_in.submissions] == [f"ada/{STEM}-exercises.ipynb"]
    assert given_in.notes == ("Lessons and worked solutions handed in besides: 2, not graded.",)


@pytest.mark.parametrize(
    ("kind", "called"), [("notebooks", "the lesson"), ("solutions", "the worked solutions")]
)
def test_a_lesson_handed_in_by_mistake_is_graded_and_noted(intake, kind, called):
    given_in = intake({f"ada/{STEM}.ipynb": notebook(kind=kind)})
    assert handed_in(given_in) == [("ada", "squashing")]
    assert f"Graded, though not the exercises but {called}: ada/{STEM}.ipynb." in said(given_in)


# --- people -------------------------------------------------------------------------------------


def test_everybody_on_the_roster_is_there_and_strangers_after_them(intake):
    files = {
        f"mallory/{STEM}.ipynb": NOTEBOOK,
        f"Ada Byron/{STEM}.ipynb": NOTEBOOK,
        f"eve_{STEM}.ipynb": NOTEBOOK,
    }
    given_in = intake(files, "learner,name\nzoe,Zoë\nab1,Ada Byron\n")
    assert [(one.learner, one.on_roster) for one in given_in.people] == [
        ("zoe", True),
        ("ab1", True),
        ("eve", False),
        ("mallory", False),
    ]
    assert [one.learner for one in given_in.submissions] == ["ab1", "eve", "mallory"]
    assert "Not on the roster, but in the grades: eve, mallory." in given_in.notes
    assert "Without a notebook (1 in all): zoe." in given_in.notes


def test_a_name_that_may_be_two_peoples_is_a_strangers(intake):
    given_in = intake(
        {f"Ada/{STEM}.ipynb": NOTEBOOK}, "learner,email\na1,ada@x.example\na2,ada@y.example\n"
    )
    assert names(given_in) == ["a1", "a2", "Ada"]
    assert "'Ada' may be any of a1, a2 on the roster" in said(given_in)


def test_no_stranger_takes_the_id_of_somebody_on_the_roster(intake):
    files = {
        f"Ada Byron_1_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK,
        f"Ada Byron_2_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK,
        f"raybob_7_999_{STEM}.ipynb": NOTEBOOK,
    }
    on_roster = ["Ada Byron_1", "Ada Byron_2", "Ada Byron", "raybob_7"]
    given_in = intake(files, "\n".join(["learner", *on_roster]))
    assert names(given_in)[:4] == on_roster
    assert len(set(names(given_in))) == 7
    assert not {one.learner for one in given_in.submissions} & set(on_roster)


def test_folders_that_differ_in_capitals_alone_are_different_people_and_noted(intake):
    given_in = intake({f"Ada/{STEM}.ipynb": NOTEBOOK, f"ada/{STEM}.ipynb": NOTEBOOK})
    assert len(given_in.submissions) == 2
    assert "Taken for different learners: Ada, ada." in said(given_in)
    on_roster = intake({}, "learner\nada\n")
    assert names(on_roster) == ["ada"]
    assert len(on_roster.submissions) == 1


def test_two_ways_to_write_a_letter_are_one_person(intake):
    given_in = intake({f"Zo\u00eb/{STEM}.ipynb": NOTEBOOK, "Zoe\u0308/promoters.ipynb": PROMOTERS})
    assert handed_in(given_in) == [("Zoë", "squashing"), ("Zoë", "promoters")]


def test_other_folders_are_no_people(intake):
    given_in = intake({f"ada/{STEM}.ipynb": NOTEBOOK, "grades/feedback/ada.html": "<html>"})
    assert names(given_in) == ["ada"]
    assert "Folders without a notebook are left out: grades/feedback/ada.html." in given_in.notes


@pytest.mark.parametrize("roster", [None, "learner\nada\nmallory\n"])
def test_nobody_hands_in_for_another(intake, roster):
    """A learner's own folder or zip may hold anything: it stays hers."""
    claims = {
        f"ada/{STEM}.ipynb": NOTEBOOK,
        f"ada_{STEM}.ipynb": NOTEBOOK,
        f"submitted/ada/{STEM}/{STEM}.ipynb": NOTEBOOK,
        f"ada_1_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK,
        f"ada_1_999_{STEM}.ipynb": NOTEBOOK,
        f"../ada/{STEM}.ipynb": NOTEBOOK,
        f"{STEM}/ada.ipynb": NOTEBOOK,
    }
    for claim, content in claims.items():
        hostile = {f"mallory/{claim}": content, "mallory.zip": zipped({claim: content})}
        for name, made in hostile.items():
            files = {"ada.zip": zipped({f"{STEM}.ipynb": NOTEBOOK}), f"bob/{STEM}.ipynb": NOTEBOOK}
            if ".." not in name:
                given_in = intake(zipped({**files, name: made}), roster)
                [hers] = [one for one in given_in.submissions if one.learner == "ada"]
                assert hers.origin == f"class.zip: ada.zip: {STEM}.ipynb"


def test_a_stranger_does_not_hand_in_for_somebody_on_the_roster(intake):
    hostile = {f"Ada Byron_401_assignsubmission_file_/{STEM}.ipynb": NOTEBOOK}
    files = {f"bob@x.example/{STEM}.ipynb": NOTEBOOK, "bob.zip": zipped({"x.ipynb": NOTEBOOK})}
    files |= {f"mallory/{name}": content for name, content in hostile.items()}
    files["mallory.zip"] = zipped(hostile)
    assert set(handed_in(intake(files, WORKSHEET))) == {
        ("bob@x.example", "squashing"),
        ("mallory", "squashing"),
    }


@pytest.mark.parametrize(
    ("name", "learner"),
    [
        (f"ada_{STEM}_final", "ada"),
        (f"BIO101_{STEM}_ada", "ada"),
        (f"ada-{STEM}-2", "ada"),
        (f"{STEM}_ada-2", "ada"),
        (f"{STEM}_group-1", "group-1"),
        (f"ada_{STEM}_bob", "ada_bob"),
        (f"adam_{STEM}", "adam"),
        ("ada (1)", "ada"),
        ("Copy of ada - Copy (2)", "ada"),
    ],
)
def test_a_flat_file_is_of_whom_it_names(intake, name, learner):
    files = {f"{name}.ipynb": NOTEBOOK}
    assert handed_in(intake(files, "learner\nada\nbob\ngroup-1\n")) == [(learner, "squashing")]


def test_a_number_in_a_flat_name_is_a_part_of_it_without_a_roster(intake):
    files = {f"{STEM}_student-1.ipynb": NOTEBOOK, f"{STEM}_student-2.ipynb": NOTEBOOK}
    assert names(intake(files)) == ["student-1", "student-2"]


def test_a_moodle_file_is_of_the_first_name_in_it(intake):
    name = f"Mallory_1_assignsubmission_file_Ada Byron_401_assignsubmission_file_{STEM}.ipynb"
    assert handed_in(intake({name: NOTEBOOK}, WORKSHEET)) == [("Mallory", "squashing")]


# --- what is no use -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x89PNG", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "not an object"),
        (b"9" * 10_000, "JSON"),
        (b"{" + b" " * 21 * 2**20, "MB"),
    ],
)
def test_a_notebook_that_is_of_no_use_is_somebodys_all_the_same(intake, content, why):
    [submission] = intake({f"ada/{STEM}.ipynb": content}).submissions
    assert (submission.learner, submission.unit) == ("ada", "squashing")
    assert why in submission.problem
    with pytest.raises(UnreadableSubmission, match=why):
        read_submission(submission)


def test_a_zip_without_a_notebook_or_damaged(intake):
    files = {
        f"ada_{STEM}.zip": zipped({"report.pdf": b"%PDF"}),
        f"bob_{STEM}.zip": b"PK\x03\x04 and no more",
        f"cy/{STEM}.zip": zipped({f"{STEM}.ipynb": NOTEBOOK})[:-30],
        "dot/homework.zip": b"no zip",
        f"eve/{STEM}.ipynb": NOTEBOOK,
    }
    given_in = intake(files)
    problems = {one.learner: one.problem for one in given_in.submissions}
    assert problems == {
        "ada": "There is no notebook in it.",
        "bob": "It is not a zip, or a damaged one.",
        "cy": "It is not a zip, or a damaged one.",
        "eve": "",
    }
    assert "Of no unit, so left out: dot/homework.zip (It is not a zip, or a damaged one.)." in (
        given_in.notes
    )
    assert "dot" in names(given_in)


def test_odd_things_in_folders(intake, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(NOTEBOOK)
    root = folder(tmp_path / "class", {f"eve/{STEM}.ipynb": NOTEBOOK})
    for learner in ("link", "pipe", "folder", "gone", "device"):
        (root / learner).mkdir()
    (root / "link" / f"{STEM}.ipynb").symlink_to(secret)
    (root / "gone" / f"{STEM}.ipynb").symlink_to("/nowhere")
    (root / "device" / f"{STEM}.ipynb").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe" / f"{STEM}.ipynb")
    (root / "folder" / f"{STEM}.ipynb").mkdir()
    (root / "eve" / "data").symlink_to(tmp_path)
    (root / "linked").symlink_to(tmp_path)
    given_in = intake({})
    assert {one.learner: one.problem for one in given_in.submissions} == {
        "eve": "",
        "link": "It is a link, and links are not followed.",
        "gone": "It is a link, and links are not followed.",
        "device": "It is a link, and links are not followed.",
        "pipe": "It is not a file but a pipe, a device or the like.",
        "folder": "It is a folder, not a file.",
    }
    assert "It is a link, and links are not followed. Left out: linked, eve/data." in given_in.notes


def test_what_may_not_be_read(intake, monkeypatch):
    opened = os.open

    def forbids(path, *arguments, **named):
        if "ada" in str(path):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **named)

    monkeypatch.setattr(os, "open", forbids)
    given_in = intake({f"ada/{STEM}.ipynb": NOTEBOOK, f"bob/{STEM}.ipynb": NOTEBOOK})
    assert [one.problem for one in given_in.submissions] == [
        "It cannot be read: Permission denied.",
        "",
    ]


def test_a_file_that_is_changed_into_a_link_is_not_followed(intake, tmp_path):
    [submission] = intake({f"ada/{STEM}.ipynb": NOTEBOOK}).submissions
    assert read_submission(submission) == NOTEBOOK
    with pytest.raises(UnreadableSubmission, match="larger"):
        read_submission(submission, limit=10)
    submission.path.unlink()
    submission.path.symlink_to(tmp_path / "roster.csv")
    with pytest.raises(UnreadableSubmission, match="link"):
        read_submission(submission)
    submission.path.unlink()
    with pytest.raises(UnreadableSubmission, match="No such file"):
        read_submission(submission)
    os.mkfifo(submission.path)
    with pytest.raises(UnreadableSubmission, match="pipe"):
        read_submission(submission)
    device = replace(submission, path=Path("/dev/zero"))
    with pytest.raises(UnreadableSubmission, match="device"):
        read_submission(device)


def test_nor_is_one_that_is_changed_while_it_is_looked_at(tmp_path, monkeypatch):
    plain, link, pipe = tmp_path / "plain", tmp_path / "link", tmp_path / "pipe"
    plain.write_bytes(b"{}")
    link.symlink_to(plain)
    os.mkfifo(pipe)
    before = os.lstat(plain)
    monkeypatch.setattr(os, "lstat", lambda path: before)
    for path, why in ((link, "link"), (pipe, "pipe")):
        with pytest.raises(UnreadableSubmission, match=why):
            read_submission(Submission("ada", "squashing", path, "", 0.0))


def test_of_a_terabyte_no_more_is_read_than_the_limit(tmp_path):
    path = tmp_path / f"{STEM}.ipynb"
    path.touch()
    os.truncate(path, 2**40)
    with pytest.raises(UnreadableSubmission, match="larger than 20 MB"):
        read_submission(Submission("ada", "squashing", path, "", 0.0))


@pytest.mark.parametrize(
    "learner",
    ["a\nb", "🧬", "\u202eada", "=cmd|' calc'!A1", "..ada", "--help", "a" * 240, "<b>", "a\\b",
     "%s{0}$HOME", "con", "\x1b[31mx", os.fsdecode(b"\xff\xfe"), "~", "a  b ", "\u200b", "'\"`"],
)  # fmt: skip
def test_names_with_anything_in_them(intake, learner):
    given_in = intake({f"{learner}/{STEM}.ipynb": NOTEBOOK, f"bob/{STEM}.ipynb": NOTEBOOK})
    [other] = set(names(given_in)) - {"bob"}
    assert other.isprintable()
    assert clean(learner) in ("", other)
    assert ("bob", "squashing") in handed_in(given_in)
    assert (other, "squashing") in handed_in(given_in)
    for text in (*given_in.notes, *(one.origin for one in given_in.submissions)):
        assert text.isprintable()
        text.encode()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.text("ab\n/\\.-_0123:é\u202e ", min_size=1, max_size=30).map(lambda x: x + ".ipynb")
        | st.text(min_size=1, max_size=40)
        | st.from_regex(r"[ab]{1,3}_[0-9]{1,4}_(assignsubmission_file_|[0-9]{3}_)[ab/.]{1,5}"),
        st.sampled_from([NOTEBOOK, b"", b"{}", b"PK", zipped({"a.ipynb": NOTEBOOK})]),
        min_size=1,
        max_size=6,
    )
)
@example({"\x00": b""})
@example({"/": b"", "a.ipynb/b": b""})
def test_no_name_in_a_zip_ends_the_intake(tmp_path_factory, files):
    place = tmp_path_factory.mktemp("any")
    (place / "into").mkdir()
    (place / "class.zip").write_bytes(zipped({**files, f"eve/{STEM}.ipynb": NOTEBOOK}))
    given_in = collect(place / "class.zip", None, place / "into")
    assert given_in.submissions
    assert {one.learner for one in given_in.submissions} <= set(names(given_in))
    keys = [(one.learner, one.unit) for one in given_in.submissions]
    assert len(keys) == len(set(keys))
    outside = [path for path in place.rglob("*") if path.parent not in (place, place / "into")]
    assert not outside


# --- what the instructor has to put right -------------------------------------------------------


def test_no_such_folder(tmp_path):
    with pytest.raises(GradingError, match="no folder or zip"):
        collect(tmp_path / "none", None, tmp_path)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "no notebook in"),
        ({"ada/report.pdf": b"%PDF"}, "no notebook in"),
        ({f"{STEM}.ipynb": NOTEBOOK}, "whose it is"),
        ({"ada_notes.ipynb": notebook("")}, "for which unit"),
        (b"no zip", "no zip of notebooks"),
        (zipped({}), "There is no notebook in it"),
        (zipped({"a.txt": b""}), "There is no notebook in it"),
    ],
)
def test_nothing_to_grade(intake, files, why):
    with pytest.raises(GradingError, match=why):
        intake(files)


def test_no_room_to_unpack(tmp_path):
    source = tmp_path / "class.zip"
    source.write_bytes(zipped({f"ada/{STEM}.ipynb": NOTEBOOK}))
    with pytest.raises(GradingError, match="cannot be unpacked"):
        collect(source, None, tmp_path / "no such folder")


# --- size ---------------------------------------------------------------------------------------


def test_a_thousand_learners_take_a_second_or_two(intake):
    files = {f"learner{number}/{STEM}.ipynb": NOTEBOOK for number in range(1000)}
    packed = zipped(files)
    start = time.process_time()
    assert len(intake(packed).submissions) == 1000
    assert time.process_time() - start < 10
