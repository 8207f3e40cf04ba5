"""A learner in JupyterLab opens an exercise notebook and types an answer: the check turns right."""

import nbformat
import pytest
from playwright.sync_api import Page, expect

NOTEBOOK = "00-start-here.ipynb"
STUB = "def first_check(dna):"
EXERCISE = "start-here/first-check"
ANSWER = ["def first_check(dna):", 'return dna.count("G") + dna.count("C")']


@pytest.mark.browser
def test_check_turns_right_when_an_answer_is_typed(lab, page: Page, tmp_path):
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_code_cell("from actloss.course import check"),
                nbformat.v4.new_code_cell(STUB + "\n    ..."),
                nbformat.v4.new_code_cell(f'check("{EXERCISE}", first_check)'),
            ],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        ),
        lab.folder / NOTEBOOK,
    )
    page.goto(lab.page_of(NOTEBOOK))
    idle = page.get_by_text("Python 3 (ipykernel) | Idle")
    expect(idle).to_be_visible(timeout=60_000)

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    verdict = page.get_by_role("status").filter(has_text=EXERCISE)
    expect(verdict).to_contain_text("Not answered yet", timeout=60_000)

    page.locator(".jp-CodeCell .cm-content").filter(has_text=STUB).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("\n".join(ANSWER))  # the editor indents what follows a colon by itself
    page.keyboard.press("Shift+Enter")  # runs the answer and goes on to the check
    page.keyboard.press("Shift+Enter")

    page.screenshot(path=tmp_path / "typed.png")
    expect(verdict).to_contain_text("✓", timeout=30_000)
    verdict.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "right.png")
