"""How the course's messages look in a notebook: readable in light and dark, and aloud."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from actloss.course.feedback import RIGHT, UNANSWERED, WRONG, Verdict

VERDICT_TYPE = "application/vnd.actloss.verdict+json"
SYMBOLS = {RIGHT: "✓", UNANSWERED: "○", WRONG: "✗"}
# JupyterLab's own colours follow its theme; the second serves where there is no JupyterLab.
COLOURS = {
    RIGHT: "var(--jp-success-color1, #2e7d32)",
    UNANSWERED: "var(--jp-info-color1, #0277bd)",
    WRONG: "var(--jp-warn-color1, #ef6c00)",
}


def rich(text: str) -> str:
    """Text as HTML, with `code` between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def panel(colour: str, body: str, role: str = "status") -> str:
    """A box with a coloured edge, in the reader's own text colour."""
    return (
        f'<div role="{role}" class="actloss-panel" style="border-left: 4px solid {colour}; '
        f'padding: 0.3em 0.9em; color: inherit; max-width: 50em">{body}</div>'
    )


def paragraphs(texts: Iterable[str]) -> str:
    """Each text as a paragraph."""
    return "".join(f'<p style="margin: 0.3em 0">{rich(text)}</p>' for text in texts)


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Labelled lines of code, as a table that a screen reader reads row by row."""
    made = "".join(
        f'<tr><th scope="row" style="text-align: left; vertical-align: top">{html.escape(label)}'
        f'</th><td style="text-align: left"><pre style="margin: 0; background: none; '
        f'white-space: pre-wrap">'
        f"{html.escape(text)}</pre></td></tr>"
        for label, text in rows
    )
    return f'<table style="margin: 0.3em 0; color: inherit"><tbody>{made}</tbody></table>'


def verdict_text(verdict: Verdict) -> str:
    """A verdict for a terminal, or to be read aloud."""
    return f"{SYMBOLS[verdict.state]} {verdict.exercise}: {verdict.message}"


def verdict_html(verdict: Verdict) -> str:
    """A verdict for a notebook: a symbol, words and a colour all say the same."""
    body = (
        f'<p style="margin: 0.3em 0"><span aria-hidden="true">{SYMBOLS[verdict.state]}</span> '
        f"<strong>{html.escape(verdict.exercise)}</strong>: {rich(verdict.sentence)}</p>"
    )
    if verdict.rows:
        body += table(verdict.rows)
    body += paragraphs([*filter(None, [verdict.lesson]), *verdict.notes])
    return panel(COLOURS[verdict.state], body)


def verdict_data(verdict: Verdict) -> dict[str, object]:
    """A verdict for programs."""
    return {
        "exercise": verdict.exercise,
        "correct": verdict.correct,
        "state": verdict.state,
        "misconception": verdict.misconception,
        "message": verdict.message,
    }
