"""A learner in JupyterLab opens an exercise notebook and types an answer: the check turns right."""

import pytest
from playwright.sync_api import Page, expect

NOTEBOOK = "15-promoters-exercises.ipynb"
EXERCISE = "promoters/encode"
STUB = "def encode(sequences):"
ANSWER = """\
def encode(sequences):
code = {base: np.array([float(base == other) for other in "ACGT"]) for base in "ACGTN"}
return np.array([np.concatenate([code[base] for base in dna.upper()]) for dna in sequences])"""


@pytest.mark.browser
def test_check_turns_right_when_an_answer_is_typed(lab, page: Page, tmp_path):
    page.goto(lab.page_of(NOTEBOOK))
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    verdict = page.get_by_role("status").filter(has_text=f"{EXERCISE}:")
    expect(verdict).to_contain_text("Not answered yet", timeout=60_000)
    page.screenshot(path=tmp_path / "before.png")

    page.locator(".jp-CodeCell .cm-content").filter(has_text=STUB).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(ANSWER)  # the editor indents what follows a colon by itself
    page.keyboard.press("Shift+Enter")  # runs the answer and goes on to the check
    page.keyboard.press("Shift+Enter")

    expect(verdict).to_contain_text("✓", timeout=30_000)
    expect(verdict).to_contain_text("Right")
    verdict.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "right.png")
