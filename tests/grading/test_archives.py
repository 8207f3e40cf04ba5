"""Zips that are damaged, or made to do damage, cost nobody but their makers."""

import os
import shutil
import stat
import struct
import time
import zipfile
import zlib

import pytest
from grading.handed_in import NOTEBOOK, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actloss.grading.intake import archives, finding
from actloss.grading.intake.archives import Budget
from actloss.grading.intake.finding import Limits, find_files
from actloss.grading.intake.reading import UnreadableSubmission
from actloss.grading.records import GradingError

STEM = "02-squashing"
LIST, HEADER, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


@pytest.fixture
def found_in(tmp_path):
    """What is found in a zip that ada handed in beside bob, by file."""

    def find(packed, name="ada/work.zip"):
        source, into = tmp_path / "class", tmp_path / "into"
        for folder in (source, into):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in (source / "ada", source / "bob", into):
            folder.mkdir(parents=True)
        (source / name).write_bytes(packed)
        (source / "bob" / f"{STEM}.ipynb").write_bytes(NOTEBOOK)
        files, notes = find_files(source, into)
        found = {one.parts: one for one in files}
        assert found.pop(("bob", f"{STEM}.ipynb")).problem == ""
        unpacked = {one.path for one in files if not one.problem and one.path.parent == into}
        assert set(into.iterdir()) == unpacked  # nothing is left of what could not be unpacked
        return found, notes

    return find


def the_problem(found_in, packed):
    found, _ = found_in(packed)
    [one] = found.values()
    return one.problem


def member(name, content=NOTEBOOK, **attributes):
    """A zip of one file with something odd in its headers."""
    info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    path = os.memfd_create("zip")
    with os.fdopen(path, "w+b") as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(info, content)
        file.seek(0)
        return file.read()


def changed(packed, mark, offset, form, value):
    """A zip with another number in the last of its headers of a kind."""
    made = bytearray(packed)
    struct.pack_into(form, made, made.rindex(mark) + offset, value)
    return bytes(made)


# --- paths --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../x.ipynb", "a/../../x.ipynb", "/x.ipynb", "/etc/x.ipynb", "C:/x.ipynb", "c:x.ipynb",
     "..\\x.ipynb", "\\\\server\\x.ipynb", "a\\..\\..\\x.ipynb", "./../x.ipynb"],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused(found_in, tmp_path, name):
    before = sorted(path for path in tmp_path.rglob("*"))
    found, _ = found_in(zipped({name: NOTEBOOK}))
    [(parts, one)] = found.items()
    assert parts[:2] == ("ada", "work.zip")
    assert len(parts) == 3
    assert one.problem == "Its path in the zip leads out of the zip."
    outside = {path.name for path in tmp_path.rglob("*")} - {path.name for path in before}
    assert outside == {"class", "into", "ada", "bob", "work.zip", f"{STEM}.ipynb"}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a/x.ipynb", ("a", "x.ipynb")),
        ("./a//x.ipynb", ("a", "x.ipynb")),
        ("a\\x.ipynb", ("a", "x.ipynb")),
        ("..a/x..ipynb", ("..a", "x..ipynb")),
        ("a/x\n\u202e🧬\x1b.ipynb", ("a", "x\n\u202e🧬\x1b.ipynb")),
        ("X.IPYNB", ("X.IPYNB",)),
    ],
)
def test_other_paths_are_labels(found_in, name, parts):
    found, _ = found_in(zipped({name: NOTEBOOK}))
    [(where, one)] = found.items()
    assert where == ("ada", "work.zip", *parts)
    assert one.path.read_bytes() == NOTEBOOK
    assert one.origin.isprintable()


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".ipynb", "é" * 200 + ".ipynb", "a/" * 60 + "x.ipynb"]
)
def test_a_path_that_is_too_long_is_refused(found_in, name):
    start = time.process_time()
    assert the_problem(found_in, zipped({name: NOTEBOOK})) == "Its path in the zip is too long."
    assert time.process_time() - start < 1


def test_a_name_of_60000_characters_takes_no_time(found_in):
    for name in (" - copy" * 8000, "(1)" * 20_000, " " * 60_000, "a_1_" * 15_000):
        start = time.process_time()
        the_problem(found_in, zipped({name + ".ipynb": NOTEBOOK}))
        assert time.process_time() - start < 1


def test_the_same_name_twice_is_two_files(tmp_path):
    (tmp_path / "into").mkdir()
    packed = zipped({"ada/x.ipynb": b"1", "ada/y.ipynb": b"2", "ADA/X.ipynb": b"3"})
    (tmp_path / "class.zip").write_bytes(packed.replace(b"y.ipynb", b"x.ipynb"))
    files, _ = find_files(tmp_path / "class.zip", tmp_path / "into")
    assert sorted(one.path.read_bytes() for one in files) == [b"1", b"2", b"3"]


# --- kinds of files -----------------------------------------------------------------------------


def test_a_link_is_not_followed(found_in):
    packed = member("x.ipynb", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert "link" in the_problem(found_in, packed)
    packed = member("data.csv", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16)
    _, notes = found_in(packed)
    assert notes == ["It is a link, and links are not followed. Left out: ada/work.zip: data.csv."]


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_nothing_but_a_file_is_unpacked(found_in, kind):
    assert "pipe" in the_problem(found_in, member("x.ipynb", external_attr=(kind | 0o666) << 16))


def test_an_encrypted_file(found_in):
    packed = changed(member("x.ipynb"), LIST, 8, "<H", 1)
    assert the_problem(found_in, packed) == "It is encrypted in the zip."


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing(found_in, method):
    assert "usual way" in the_problem(found_in, member("x.ipynb", compress_type=method))


def test_an_unknown_packing(found_in):
    assert "usual way" in the_problem(found_in, changed(member("x.ipynb"), LIST, 10, "<H", 9))


def test_stored_files_are_read_too(found_in):
    found, _ = found_in(member("x.ipynb", compress_type=zipfile.ZIP_STORED))
    assert [one.path.read_bytes() for one in found.values()] == [NOTEBOOK]


@pytest.mark.parametrize("date", [0, 0xFFFFFFFF, 0x00210000])
def test_a_date_that_there_is_not(found_in, date):
    found, _ = found_in(changed(member("x.ipynb"), LIST, 12, "<I", date))
    assert [one.problem for one in found.values()] == [""]


# --- zips in zips -------------------------------------------------------------------------------


def nested(depth):
    packed = {"x.ipynb": NOTEBOOK}
    for _ in range(depth):
        packed = {"x.zip": zipped(packed)}
    return zipped(packed)


def test_a_zip_in_a_zip_is_opened_and_no_deeper(found_in):
    assert the_problem(found_in, nested(1)) == ""
    assert the_problem(found_in, nested(2)) == "It is a zip in a zip in a zip."
    assert the_problem(found_in, nested(20)) == "It is a zip in a zip in a zip."


def test_what_cannot_be_opened_in_a_zip(found_in):
    found, _ = found_in(zipped({"a.zip": b"no zip", "b.zip": zipped({"c.csv": b""}), "d.csv": b""}))
    problems = {parts[-1]: one.problem for parts, one in found.items()}
    assert problems["a.zip"] == "It is not a zip, or a damaged one."
    assert problems["b.zip"] == "There is no notebook in it."


# --- bombs --------------------------------------------------------------------------------------

MEGABYTE = 2**20


def test_a_notebook_larger_than_the_limit(found_in):
    for size, problem in ((20 * MEGABYTE, ""), (20 * MEGABYTE + 1, "It is larger than 20 MB.")):
        packed = member("x.ipynb", bytes(size), compress_type=zipfile.ZIP_STORED)
        assert the_problem(found_in, packed) == problem


def test_sizes_in_headers_are_not_believed(found_in):
    packed = zipped({"x.ipynb": NOTEBOOK})
    small = changed(changed(packed, LIST, 24, "<I", 10), HEADER, 22, "<I", 10)
    assert "damaged" in the_problem(found_in, small)
    large = changed(packed, LIST, 24, "<I", 2**31)
    assert the_problem(found_in, large) == ""


def test_a_bomb_goes_off_at_a_hundred_times_its_size(found_in):
    packed = zipped({f"{number}.ipynb": bytes(2 * MEGABYTE) for number in range(20)})
    found, _ = found_in(packed)
    problems = [one.problem for one in found.values()]
    assert problems.count("The zip unpacks to more than is allowed.") >= 10
    unpacked = sum(one.path.stat().st_size for one in found.values() if not one.problem)
    assert unpacked <= 100 * len(packed)


def test_the_small_files_of_a_bomb_are_kept(found_in):
    bomb = {f"{number}.ipynb": bytes(2 * MEGABYTE) for number in range(20)}
    found, _ = found_in(zipped({**bomb, "last.ipynb": NOTEBOOK}))
    assert found["ada", "work.zip", "last.ipynb"].problem == ""


def test_overlapping_files(found_in):
    """Many names for the same packed bytes: a bomb without a bomb's ratio."""
    packed = zipped({f"{number}.ipynb": bytes(MEGABYTE) for number in range(50)})
    made = bytearray(packed)
    at = made.find(LIST)
    while at >= 0:
        struct.pack_into("<I", made, at + 42, 0)
        at = made.find(LIST, at + 4)
    found, _ = found_in(bytes(made))
    unpacked = sum(one.path.stat().st_size for one in found.values() if not one.problem)
    assert unpacked <= max(MEGABYTE, 100 * len(packed))


def test_what_one_zip_takes_is_left_for_no_other():
    whole = Budget(1000)
    first, second = whole.of_zip(10**9, 700), whole.of_zip(10**9, 700)
    first.take(700)
    with pytest.raises(UnreadableSubmission):
        first.take(1)
    second.take(200)
    with pytest.raises(UnreadableSubmission):
        second.take(400)


def test_a_learners_zip_has_limits_of_its_own(found_in, monkeypatch):
    monkeypatch.setattr(finding, "LEARNER", Limits(packed=1500, unpacked=3000, files=5))
    noise = {f"{number}.ipynb": os.urandom(400) for number in range(5)}
    assert "larger" in the_problem(found_in, zipped(noise))
    text = {f"{number}.ipynb": b"a" * 1000 for number in range(5)}
    found, _ = found_in(zipped(text))
    assert sum(not one.problem for one in found.values()) == 3
    many = {f"{number}.csv": b"" for number in range(6)}
    found, _ = found_in(zipped(many))
    [one] = found.values()
    assert one.problem
    # A class's download may have more, and lies at the top.
    found, _ = found_in(zipped({f"{number}.ipynb": NOTEBOOK for number in range(6)}), "class.zip")
    assert sum(not one.problem for one in found.values()) == 6


def test_a_list_of_a_million_files_is_not_read(found_in):
    entry = bytearray(LIST + bytes(42) + b"x")
    struct.pack_into("<H", entry, 28, 1)
    contents = bytes(entry) * 1_000_000
    end = END + struct.pack("<4H2IH", 0, 0, 0xFFFF, 0xFFFF, len(contents), 0, 0)
    start = time.process_time()
    assert the_problem(found_in, contents + end) == "It is a zip of too many files."
    assert time.process_time() - start < 1


def test_the_count_of_files_is_limited(found_in, monkeypatch):
    monkeypatch.setattr(finding, "LEARNER", Limits(packed=10**6, unpacked=10**6, files=100))
    problem = the_problem(found_in, zipped({f"{number}": b"" for number in range(101)}))
    assert problem == "It is a zip of too many files."


# --- damage -------------------------------------------------------------------------------------


def test_a_file_that_is_damaged(found_in):
    packed = bytearray(member("x.ipynb", compress_type=zipfile.ZIP_STORED))
    packed[len(packed) // 3] ^= 1
    assert the_problem(found_in, bytes(packed)) == "It is damaged in the zip."
    wrong_sum = changed(member("x.ipynb"), LIST, 16, "<I", zlib.crc32(b"other"))
    assert the_problem(found_in, wrong_sum) == "It is damaged in the zip."


def test_another_name_in_the_list_than_before_the_file(found_in):
    packed = member("x.ipynb").replace(b"x.ipynb", b"y.ipynb", 1)
    assert the_problem(found_in, packed) == "It is damaged in the zip."


WHOLE = zipped({"a/x.ipynb": NOTEBOOK, "y.ipynb": NOTEBOOK * 3, "z.csv": b"1", "w.zip": nested(1)})


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(WHOLE)),
    st.integers(0, len(WHOLE)),
)
def test_no_damage_ends_the_search(found_in, changes, start, end):
    packed = bytearray(WHOLE)
    for place, value in changes:
        packed[place] = value
    cut = packed if start >= end else packed[:start] + packed[end:]
    found_in(bytes(cut))


HEADERS = [
    place
    for place in range(len(WHOLE))
    if any(WHOLE.startswith(mark, place) for mark in (LIST, HEADER, END))
]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(HEADERS),
            st.integers(4, 45),
            st.sampled_from(
                [b"\0", b"\xff", b"\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x01"]
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_lie_in_a_header_ends_the_search(found_in, lies):
    packed = bytearray(WHOLE)
    for header, offset, value in lies:
        at = min(header + offset, len(packed) - len(value))
        packed[at : at + len(value)] = value
    found_in(bytes(packed))


# --- the instructor's ---------------------------------------------------------------------------


def test_a_full_disk_is_said_to_be_full(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    (tmp_path / "class.zip").write_bytes(zipped({"ada/x.ipynb": NOTEBOOK}))
    monkeypatch.setattr(archives, "_copy", full)
    with pytest.raises(GradingError, match="No space left on device"):
        find_files(tmp_path / "class.zip", tmp_path)


def test_nothing_stays_open(tmp_path):
    (tmp_path / "into").mkdir()
    files = {f"l{number}.zip": zipped({"x.ipynb": NOTEBOOK}) for number in range(50)}
    files |= {f"m{number}.zip": b"no zip" for number in range(50)}
    (tmp_path / "class.zip").write_bytes(zipped(files))
    before = len(os.listdir("/proc/self/fd"))
    find_files(tmp_path / "class.zip", tmp_path / "into")
    assert len(os.listdir("/proc/self/fd")) == before
