"""A learner answers a quiz by keyboard alone: JupyterLab keeps out, and the kernel hears of it."""

import pytest
from playwright.sync_api import Page, expect

NOTEBOOK = "00-start-here-exercises.ipynb"
QUESTION = "What is the slope of (3x + 1)² at x = 1?"


@pytest.mark.browser
def test_a_quiz_is_answered_by_keyboard(lab, page: Page):
    page.goto(lab.page_of(NOTEBOOK))
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    question = page.get_by_role("group", name=QUESTION)
    expect(question.get_by_role("radio")).to_have_count(5, timeout=60_000)
    cells = page.locator(".jp-Cell").count()

    question.get_by_role("radio", name="a").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("ddxb")  # commands of JupyterLab: delete, cut, insert a cell
    expect(question.get_by_role("radio", name="c")).to_be_checked()
    page.keyboard.press("Tab")
    expect(question.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")

    reply = question.get_by_role("status")
    expect(reply).to_contain_text("✓ Right.", timeout=30_000)
    expect(reply).to_contain_text('slopes = "c"')
    assert reply.get_attribute("aria-live") == "polite"
    assert page.locator(".jp-Cell").count() == cells

    page.locator(".jp-CodeCell .cm-content").filter(has_text='check("start-here/slopes"').click()
    page.keyboard.press("Shift+Enter")
    verdict = page.get_by_role("status").filter(has_text="start-here/slopes:")
    expect(verdict).to_contain_text("Right", timeout=30_000)
