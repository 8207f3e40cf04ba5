"""Progress is kept beside the learner's copies, and survives whatever happens to its file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from actloss.course import check, progress
from actloss.course.progress_file import (
    MARK,
    find_workspace,
    load,
    record,
    states,
    workspace_to_record_in,
)


@pytest.fixture
def work(toy, tmp_path):
    folder = tmp_path / "work"
    (folder / MARK).mkdir(parents=True)
    os.chdir(folder)
    return folder


def saved(work):
    return json.loads((work / MARK / "progress.json").read_text())["exercises"]


def test_a_check_is_remembered(work):
    check("toy/constant", 0.5)
    assert saved(work) == {"toy/constant": "wrong"}
    check("toy/constant", 0.25)
    assert saved(work) == {"toy/constant": "right"}
    assert "only as long as" not in str(progress())


def test_what_is_right_once_stays_right(work):
    check("toy/constant", 0.25)
    check("toy/constant", ...)
    assert saved(work) == {"toy/constant": "right"}


def test_a_strict_check_writes_nothing(work, monkeypatch):
    monkeypatch.setenv("ACTLOSS_STRICT", "1")
    check("toy/constant", 0.25)
    assert list((work / MARK).iterdir()) == []


def test_nothing_is_written_where_no_one_started(toy, tmp_path):
    check("toy/constant", 0.25)
    assert list(tmp_path.iterdir()) == []
    assert "1 of 5" in str(progress())


def test_the_folder_is_found_from_inside_and_from_above(work):
    assert find_workspace(work) == work
    (work / "solutions").mkdir()
    assert find_workspace(work / "solutions") == work
    assert find_workspace(work.parent) == work


DAMAGES = ["", "{", "[]", "null", '{"exercises": 3}', "\x00\x01", "[" * 100_000]


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_a_damaged_file_is_put_aside(work, damage):
    check("toy/constant", 0.25)
    path = work / MARK / "progress.json"
    path.write_text(damage)
    verdict = str(check("toy/range", "b"))
    assert "damaged" in verdict
    assert "`work/.actloss/progress-damaged-1.json`" in verdict
    assert (work / MARK / "progress-damaged-1.json").read_text() == damage
    assert saved(work) == {"toy/constant": "right", "toy/range": "right"}, "this session's is kept"
    assert "damaged" not in str(check("toy/range", "b"))


def test_binary_rubbish_is_put_aside(work):
    (work / MARK / "progress.json").write_bytes(b"\xff\xfe\x00")
    assert "damaged" in str(check("toy/range", "b"))
    assert saved(work) == {"toy/range": "right"}


def test_a_full_disk_loses_nothing(work, monkeypatch):
    check("toy/constant", 0.25)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    verdict = str(check("toy/range", "b"))
    assert verdict.startswith("✓ toy/range: Right.")
    assert "could not be saved (No space left on device)" in verdict
    assert saved(work) == {"toy/constant": "right"}
    assert [path.name for path in (work / MARK).iterdir()] == ["progress.json"]
    assert states(work)["toy/range"] == "right"
    monkeypatch.undo()
    os.chdir(work)
    assert load(work)[0] == {"toy/constant": "right"}


def test_a_file_that_cannot_be_read_is_not_written_over(work, monkeypatch):
    path = work / MARK / "progress.json"
    path.write_text("precious")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    assert "cannot be read (Permission denied)" in str(check("toy/range", "b"))
    monkeypatch.undo()
    assert path.read_text() == "precious"


def test_an_unchanged_file_is_not_written_again(work):
    check("toy/constant", 0.25)
    path = work / MARK / "progress.json"
    before = path.stat().st_ino, path.stat().st_mtime_ns
    check("toy/constant", 0.25)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == before


def test_a_verdict_can_be_recorded_for_a_folder(work, toy):
    from actloss.course.feedback import Verdict

    assert record(Verdict("toy/kin", "right", "Right."), work) == ""
    assert saved(work) == {"toy/kin": "right"}


WRITER = """
import sys
from pathlib import Path
from actloss.course import progress_file
from actloss.course.feedback import RIGHT, Verdict
for i in range(50):
    progress_file.record(Verdict(f"{sys.argv[2]}/{i}", RIGHT, ""), Path(sys.argv[1]))
"""


def test_notebooks_that_write_at_the_same_time_lose_nothing(work):
    command = [sys.executable, "-c", WRITER, str(work)]
    writers = [subprocess.Popen([*command, name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(saved(work)) == 150


def test_worked_solutions_are_not_the_learners_progress(tmp_path, monkeypatch):
    work = tmp_path / "work"
    (work / MARK).mkdir(parents=True)
    (work / "solutions").mkdir()
    monkeypatch.chdir(work / "solutions")
    assert workspace_to_record_in() is None
    monkeypatch.chdir(work)
    assert workspace_to_record_in() == work
