"""The map names every unit once, and agrees with the units that have been written."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from actloss.course import map as course_map
from actloss.course.units import all_units

ROOT = Path(__file__).parents[2]
PLACES = {place.stem: place for place in course_map.PLACES}


class Cells(HTMLParser):
    """The texts and links of a table."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.links = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.links += [value for key, value in attributes if key == "href"]

    def handle_data(self, data):
        self.texts.append(data)


def test_numbers_run_from_0_without_a_gap_and_slugs_differ():
    assert [place.number for place in course_map.PLACES] == list(range(len(course_map.PLACES)))
    assert len({place.slug for place in course_map.PLACES}) == len(course_map.PLACES)


@pytest.mark.parametrize("unit", all_units(), ids=lambda unit: unit.stem)
def test_a_written_unit_has_the_title_that_the_map_gives_it(unit):
    assert PLACES[unit.stem].title == unit.title


def test_frameworks_are_not_needed_before_unit_12():
    early = [place.needs for place in course_map.PLACES if place.number < 12]
    assert not any("PyTorch" in needs or "TensorFlow" in needs for needs in early)
    assert PLACES["12-frameworks"].needs == course_map.BOTH


def test_every_form_of_the_map_says_the_same():
    text, markdown = course_map.as_text(), course_map.as_markdown()
    shown = Cells(course_map.as_html()).texts
    for _, cells in course_map.rows():
        for cell in cells:
            assert cell in shown
            assert any(cell in line and cells[0] in line for line in text.splitlines())
            assert any(cell in line and cells[0] in line for line in markdown.splitlines())
    for title in course_map.PARTS.values():
        assert title in shown
        assert title in text
        assert title in markdown


def test_a_part_stands_before_its_first_unit():
    lines = course_map.as_text().splitlines()
    for number, title in course_map.PARTS.items():
        assert lines[lines.index(title) + 1].startswith(f"{number:02d} ")


def test_units_that_are_there_are_links_and_have_a_time_and_the_others_not():
    there = [unit.stem for unit in all_units()]
    assert Cells(course_map.as_html()).links == [f"{stem}.ipynb" for stem in there]
    links = re.findall(r"\(notebooks/(.+?)\.ipynb\)", course_map.as_markdown())
    assert links == there
    to_come = [place.stem for place, cells in course_map.rows() if cells[-1] == "to come"]
    assert sorted(to_come + there) == sorted(PLACES)


def test_a_notebook_shows_the_map():
    shown = course_map.course_map()._repr_mimebundle_()
    assert shown["text/plain"] == course_map.as_text()
    assert shown["text/html"] == course_map.as_html()
