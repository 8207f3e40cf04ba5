"""Names that others chose become names of files, and never two the same one."""

import string
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from actloss.grading.names import clean, listed, safe_name, shown, words

# Names as people have them, and as an enemy would write them: each is drawn from anything.
ANYTHING = st.text(st.characters(), max_size=300)
PLAIN = st.text(string.ascii_lowercase + string.digits + "-_.@", min_size=1, max_size=20)
NASTY = st.text("aA~.- /\\\x00\n\u202e\u0301éß1İı\ud800:", max_size=30)
NAMES = ANYTHING | PLAIN | NASTY


def as_a_file_system_compares(name):
    """The most forgetful of them: no capitals, no difference between ways to write a letter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", name).casefold()).upper()


@given(NAMES, NAMES)
@example("Ada", "ada")
@example("ada", "ada.")
@example("é", "e\u0301")
@example("straße", "strasse")
@example("a/b", "a b")
@example("ı", "i")
@example("x" * 300, "x" * 301)
def test_two_learners_never_share_a_file(one, other):
    assume(one != other)
    assert as_a_file_system_compares(safe_name(one)) != as_a_file_system_compares(safe_name(other))


@given(NAMES)
def test_nobody_can_be_named_as_anothers_file(name):
    made = safe_name(name)
    assert made == name or safe_name(made) != made


@given(NAMES)
@example("con")
@example("CON.txt")
@example("nul.ipynb")
@example("com1")
@example("..")
@example("ada.")
@example("a" * 101)
@example("℀")
@example("\ud800")
def test_every_system_takes_it_for_a_plain_name(name):
    made = safe_name(name)
    assert 0 < len(made.encode()) <= 100
    assert not set(made) & set("/\\:*?\"<>| \0\r\n\t$'`;&%#")
    assert all(unicodedata.category(one)[0] in "LMN" or one in "._-@~" for one in made)
    assert made not in (".", "..")
    assert not made.startswith((".", "-", "~"))
    assert not made.endswith(".")
    stem = made.split(".")[0].casefold()
    assert stem not in {"con", "prn", "aux", "nul"}
    assert not (stem[:3] in {"com", "lpt"} and stem[3:].isdigit() and len(stem) == 4)


@pytest.mark.parametrize(
    "name", ["ada", "ada.byron@uni.example", "s1234567", "李", "मीरा", "zoë-b"]
)
def test_a_plain_name_stays(name):
    assert safe_name(name) == name


def test_a_changed_name_can_be_read():
    assert safe_name("Ada Byron").startswith("Ada-Byron~")
    assert safe_name("\u202e").startswith("learner~")


def test_cleaning_takes_away_what_cannot_be_seen():
    assert clean("  Ada\n\u202eBy\u200bron\x07 ") == "Ada Byron"
    assert clean("e\u0301") == "é"
    assert clean("🧬 Zoë") == "🧬 Zoë"


@given(NAMES)
def test_what_is_shown_is_short_and_on_one_line(name):
    assert shown(name).isprintable()
    assert len(shown(name)) <= 201
    shown(name).encode()


def test_what_is_shown_tells_names_apart():
    assert shown("ada\u202e") == r"ada\u202e"


def test_a_long_list_is_cut():
    assert listed(["a", "b"]) == "a, b"
    assert listed(list("abcdefg"), most=5) == "a, b, c, d, e and 2 more"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Byron, Ada", ("byron", "ada")),
        ("Ana-María  O'Neill", ("anamaria", "oneill")),
        ("ada_byron", ("ada", "byron")),
        ("李 雷", ("李", "雷")),
        ("\u202e", ()),
    ],
)
def test_words_of_a_name(name, expected):
    assert words(name) == expected
