"""The learner's copies are hers: nothing writes over them, and links in them lead somewhere."""

import io
import json
import re
from pathlib import Path

import pytest

from actloss.course import workspace
from actloss.course.workspace import copies, start, update


def notebook(version, *sources):
    return json.dumps(
        {
            "cells": [
                {"id": f"id-{source}", "cell_type": "markdown", "metadata": {}, "source": [source]}
                for source in sources
            ],
            "metadata": {"actloss": {"unit": "toy", "version": version}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course to copy from."""
    monkeypatch.setattr(workspace, "ROOT", tmp_path / "course")
    for kind in ("notebooks", "exercises", "solutions"):
        folder = tmp_path / "course" / kind
        folder.mkdir(parents=True)
        for stem in ("00-start-here", "02-toy"):
            (folder / f"{stem}.ipynb").write_text(notebook("1", f"{kind} of {stem}"))
    return tmp_path / "course"


@pytest.fixture
def page(course):
    """A page that belongs to no unit."""
    path = course / "notebooks" / "all-words.ipynb"
    path.write_text(notebook("1", "the words"))
    return path


def test_copies_lie_where_a_learner_finds_them(course, tmp_path):
    work = tmp_path / "work"
    made = start(work)
    assert {str(path.relative_to(work)) for path in made} == {
        "00-start-here.ipynb",
        "00-start-here-exercises.ipynb",
        "solutions/00-start-here.ipynb",
        "02-toy.ipynb",
        "02-toy-exercises.ipynb",
        "solutions/02-toy.ipynb",
    }
    assert "exercises of 02-toy" in (work / "02-toy-exercises.ipynb").read_text()


def test_nothing_is_overwritten(course, tmp_path):
    work = tmp_path / "work"
    start(work)
    mine = work / "02-toy-exercises.ipynb"
    mine.write_text("my answers")
    (work / "02-toy.ipynb").unlink()
    assert start(work) == [work / "02-toy.ipynb"]
    assert mine.read_text() == "my answers"


def test_one_unit_can_be_copied_alone(course, tmp_path):
    assert len(start(tmp_path / "work", "02-toy")) == 3


def test_pages_come_with_every_unit(course, page, tmp_path):
    work = tmp_path / "work"
    assert work / "all-words.ipynb" in start(work, "02-toy")
    assert "the words" in (work / "all-words.ipynb").read_text()
    assert work / "all-words.ipynb" not in start(work)


@pytest.mark.parametrize(
    ("kind", "link", "expected"),
    [
        ("notebooks", "../exercises/02-toy.ipynb", "02-toy-exercises.ipynb"),
        ("notebooks", "../solutions/02-toy.ipynb", "solutions/02-toy.ipynb"),
        ("notebooks", "02-toy.ipynb#part", "02-toy.ipynb#part"),
        ("exercises", "../notebooks/02-toy.ipynb", "02-toy.ipynb"),
        ("exercises", "02-toy.ipynb", "02-toy-exercises.ipynb"),
        ("solutions", "../notebooks/02-toy.ipynb", "../02-toy.ipynb"),
        ("solutions", "../exercises/02-toy.ipynb", "../02-toy-exercises.ipynb"),
        ("solutions", "02-toy.ipynb", "../solutions/02-toy.ipynb"),
        ("notebooks", "all-words.ipynb", "all-words.ipynb"),
        ("exercises", "../notebooks/all-words.ipynb", "all-words.ipynb"),
        ("solutions", "../notebooks/all-words.ipynb", "../all-words.ipynb"),
        ("notebooks", "https://example.org/02-toy.html", "https://example.org/02-toy.html"),
        ("notebooks", "https://example.org/02-toy.ipynb", "https://example.org/02-toy.ipynb"),
    ],
)
def test_links_lead_to_the_learners_copies(course, page, tmp_path, kind, link, expected):
    path = course / kind / "00-start-here.ipynb"
    path.write_text(notebook("1", f"See [it]({link})."))
    work = tmp_path / "work"
    start(work)
    copy = next(c for c in copies(work) if c.original == path)
    found = re.search(r"\[it\]\((.*?)\)", copy.path.read_text())[1]
    assert found == expected
    if not expected.startswith("https"):
        assert (copy.path.parent / expected.partition("#")[0]).exists()


def test_an_update_lies_beside_the_old_one(course, tmp_path):
    work = tmp_path / "work"
    start(work)
    mine = work / "02-toy-exercises.ipynb"
    before = mine.read_text()
    assert update(work) == []
    (course / "exercises" / "02-toy.ipynb").write_text(
        notebook("2", "exercises of 02-toy", "## A new task\nDo it.")
    )
    (change,) = update(work)
    assert (change.path, change.new) == (mine, work / "02-toy-exercises-update-1.ipynb")
    assert change.cells == ["## A new task"]
    assert mine.read_text() == before
    assert "A new task" in change.new.read_text()


def test_an_update_is_offered_once_and_never_written_over(course, tmp_path):
    work = tmp_path / "work"
    start(work)
    original = course / "exercises" / "02-toy.ipynb"
    original.write_text(notebook("2", "two"))
    new = update(work)[0].new
    new.write_text(new.read_text().replace('"two"', '"my answer to two"'))
    assert update(work)[0].new == new
    assert "my answer to two" in new.read_text()
    original.write_text(notebook("3", "three"))
    assert update(work)[0].new.name == "02-toy-exercises-update-2.ipynb"
    assert "my answer to two" in new.read_text()


def test_a_damaged_copy_is_kept_and_a_new_one_offered(course, tmp_path):
    work = tmp_path / "work"
    start(work)
    (work / "02-toy.ipynb").write_text("{ damaged")
    (change,) = update(work)
    assert (work / "02-toy.ipynb").read_text() == "{ damaged"
    assert "notebooks of 02-toy" in change.new.read_text()


def test_an_installed_package_brings_its_own_notebooks(course, tmp_path, monkeypatch):
    installed = tmp_path / "site-packages" / "_course"
    for kind in ("notebooks", "exercises", "solutions"):
        (installed / kind).mkdir(parents=True)
        (installed / kind / "00-start-here.ipynb").write_text(notebook("1", "installed"))
    monkeypatch.setattr(workspace, "INSTALLED", installed)
    made = start(tmp_path / "work")
    assert len(made) == 3
    assert all("installed" in path.read_text() for path in made)


def test_a_full_disk_leaves_no_half_notebook(course, tmp_path, monkeypatch):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    really_open = Path.open

    def full(path, mode="r", *rest, **named):
        really_open(path, mode, *rest, **named).close()
        return Full() if mode == "x" else really_open(path, mode, *rest, **named)

    copy = copies(tmp_path / "work")[0]
    with monkeypatch.context() as changed:
        changed.setattr(Path, "open", full)
        with pytest.raises(OSError, match="No space"):
            workspace.write_copy(copy, copy.path)
    assert not copy.path.exists()


@pytest.mark.parametrize("damage", ["mine", "[]", "{}", '{"metadata": null, "cells": []}', "3"])
def test_a_copy_that_is_no_notebook_is_kept(course, tmp_path, damage):
    work = tmp_path / "work"
    start(work)
    mine = copies(work)[0].path
    mine.write_text(damage)
    (change,) = update(work)
    assert change.path == mine
    assert mine.read_text() == damage
    assert "cells" in json.loads(change.new.read_text())
