"""The cheat sheet prints on one page of A4, without a network."""

import re
from pathlib import Path

import nbconvert
import pytest
from playwright.sync_api import Page

SHEET = Path(__file__).parents[2] / "notebooks" / "cheat-sheet.ipynb"
A4_LANDSCAPE = (842, 595)  # in points


@pytest.mark.browser
def test_the_cheat_sheet_is_one_page(page: Page, tmp_path):
    # As JupyterLab's File, Print does.
    html, _ = nbconvert.HTMLExporter().from_filename(str(SHEET))
    path = tmp_path / "sheet.html"
    path.write_text(html, encoding="utf-8")
    page.context.set_offline(True)
    page.goto(path.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/Type\s*/Page\b[^s].*?/MediaBox\s*\[([^]]+)\]", printed, re.DOTALL)
    assert len(boxes) == 1
    width, height = (float(number) for number in boxes[0].split()[2:])
    assert (round(width), round(height)) == A4_LANDSCAPE
    assert len(page.query_selector_all("tbody tr th")) == 47
