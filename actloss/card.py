"""The card of a function: what JupyterLab shows for `relu` on the last line of a cell.

Everything on it comes from the function's own module. The plot is an SVG in the colour of the text
around it, so that it reads in light and in dark themes, and lines differ in their dashes, not in
colour alone.
"""

from __future__ import annotations

import html
import inspect
import math
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actloss.arrays import PROBABILITY

YES_NO = {True: "yes", False: "no"}
QUESTIONS = {
    "zero_centred": "zero-centred",
    "monotonic": "monotonic",
    "smooth": "smooth",
    "saturates": "flat on both sides",
    "convex": "convex in the prediction",
}
TEXTS = {
    "introduced": "introduced",
    "popularised": "made popular",
    "used_in": "used in",
    "goes_wrong": "what goes wrong",
}
WIDTH, HEIGHT, MARGIN = 360, 220, 34


def card(function: Any) -> dict[str, str]:
    """The card as HTML and, for terminals and screen readers, as text."""
    return {"text/plain": as_text(function), "text/html": as_html(function)}


def as_text(function: Any) -> str:
    facts = function.facts
    lines = [
        f"{function.__name__} ({function.kind}): {summary(function)}",
        f"  formula          {facts.formula}",
        f"  {slope_name(function):<16} {facts.derivative_formula}",
        *(f"  {name:<16} {text}" for name, text in fact_list(function)),
    ]
    lines += [f"  see              {reference}" for reference in facts.references]
    return "\n".join(lines)


def as_html(function: Any) -> str:
    facts = function.facts
    name = html.escape(function.__name__)
    formula, slope = html.escape(facts.formula), html.escape(facts.derivative_formula)
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left">{html.escape(label)}</th>'
        f'<td style="text-align:left">{html.escape(text)}</td></tr>'
        for label, text in fact_list(function)
    )
    references = "".join(f"<li>{html.escape(r)}</li>" for r in facts.references)
    sources = "".join(
        f"<details><summary>In {title}</summary>"
        f"<pre><code>{html.escape(code)}</code></pre></details>"
        for title, code in equivalents(function)
    )
    return (
        f'<section aria-label="{name}" style="max-width:46em">'
        f"<p><strong><code>{name}</code></strong> ({function.kind}). "
        f"{html.escape(summary(function))}</p>"
        f"<p>$$\\mathrm{{value}}: \\quad {formula}$$"
        f"$$\\mathrm{{{slope_name(function)}}}: \\quad {slope}$$</p>"
        f"{plot(function)}<table>{rows}</table>{sources}"
        + (f"<p>References</p><ul>{references}</ul>" if references else "")
        + "</section>"
    )


def summary(function: Any) -> str:
    return (function.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")


def slope_name(function: Any) -> str:
    return "derivative" if function.kind == "activation" else "gradient"


def range_text(output_range: tuple[float, float]) -> str:
    low, high = output_range
    left = "from minus infinity" if low == -math.inf else f"from {low:.6g}"
    right = "to infinity" if high == math.inf else f"to {high:.6g}"
    return f"{left} {right}"


def fact_list(function: Any) -> list[tuple[str, str]]:
    """(label, text) of the facts that are known."""
    facts = function.facts
    listed = [("range", range_text(facts.output_range))]
    for field, label in QUESTIONS.items():
        if getattr(facts, field) is not None:
            listed.append((label, YES_NO[getattr(facts, field)]))
    listed += [(label, getattr(facts, f)) for f, label in TEXTS.items() if getattr(facts, f)]
    return listed


def equivalents(function: Any) -> list[tuple[str, str]]:
    """(title, source) in NumPy and in each framework, without decorators."""
    definition = function.definition
    bodies = {"NumPy": definition.body}
    if None in definition.derivatives:
        bodies[f"NumPy: {slope_name(function)}"] = definition.derivatives[None]
    for key, title in (("torch", "PyTorch"), ("tensorflow", "TensorFlow")):
        if key in definition.frameworks:
            bodies[title] = definition.frameworks[key]
    return [(title, _source(body)) for title, body in bodies.items()]


def _source(body: Callable) -> str:
    lines = textwrap.dedent(inspect.getsource(body)).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("def "))
    return "\n".join(lines[start:])


# --- the plot -----------------------------------------------------------------------------------


def curve(function: Any) -> tuple[NDArray, NDArray, NDArray]:
    """x, the value and the slope along the card's plot.

    Over classes x is the first of three logits, the others 0 (or the first of three probabilities);
    the value is the first output's, or the loss's.
    """
    low, high = function.facts.plot_range
    x = np.linspace(low, high, 241)
    given = dict(function.facts.plot_with)
    if function.over == "elements" and function.kind == "activation":
        return x, function(x, **given), function.derivative(x, **given)
    if function.over == "elements":
        slope = function.gradient(x, **given, reduction="sum")
        return x, function(x, **given, reduction="none"), slope
    if function.over == "axis":
        rows, upstream = x[:, np.newaxis], np.ones(len(x))
        slope = function.backward(rows, upstream=upstream, **given, axis=1)
        return x, function(rows, **given, axis=1), slope[:, 0]
    return x, *_over_three_classes(function, x, given)


def _over_three_classes(
    function: Any, x: NDArray, given: dict[str, Any]
) -> tuple[NDArray, NDArray]:
    definition = function.definition
    is_probability = definition.domains.get(definition.array_names[0]) is PROBABILITY
    rest = (1 - x) / 2 if is_probability else np.zeros_like(x)
    rows = np.stack([x, rest, rest], axis=-1)
    if function.kind == "activation":
        first_only = np.broadcast_to([1.0, 0.0, 0.0], rows.shape)
        return function(rows)[:, 0], function.backward(rows, first_only)[:, 0]
    if definition.target != "distribution" and np.ndim(given["target"]) == 0:
        given["target"] = np.full(len(x), given["target"])
    slope = function.gradient(rows, **given, reduction="sum")
    return function(rows, **given, reduction="none"), slope[:, 0]


def plot(function: Any) -> str:
    """The curve (solid) and its slope (dashed) as an SVG with a description in words."""
    x, value, slope = curve(function)
    finite = np.concatenate([value[np.isfinite(value)], slope[np.isfinite(slope)], [0.0]])
    lowest, highest = np.clip([finite.min(), finite.max()], -8, 8)
    room = 0.05 * (highest - lowest)
    low, high = lowest - room, highest + room

    def across(v: Any) -> Any:
        return MARGIN + (v - x[0]) / (x[-1] - x[0]) * (WIDTH - 2 * MARGIN)

    def down(v: Any) -> Any:
        return HEIGHT - MARGIN - (v - low) / (high - low) * (HEIGHT - 2 * MARGIN)

    def path(y: NDArray) -> str:
        inside = np.isfinite(y) & (y >= low) & (y <= high)
        steps = []
        for i in range(len(x)):
            if inside[i]:
                pen = "L" if i and inside[i - 1] else "M"
                steps.append(f"{pen}{across(x[i]):.1f} {down(y[i]):.1f}")
        return " ".join(steps)

    ticks = "".join(
        f'<text x="{across(v):.0f}" y="{HEIGHT - MARGIN + 16}" text-anchor="middle">{v:g}</text>'
        for v in sorted({float(x[0]), 0.0, float(x[-1])})
        if x[0] <= v <= x[-1]
    ) + "".join(
        f'<text x="{MARGIN - 5}" y="{down(v) + 4:.0f}" text-anchor="end">{v + 0.0:.3g}</text>'
        for v in sorted({round(float(lowest), 1), 0.0, round(float(highest), 1)})
        if v == 0 or abs(down(v) - down(0)) > 12  # else the two would overprint
    )
    zero = "".join(
        f'<path d="{line}" stroke="currentColor" opacity="0.4"/>'
        for line in (
            f"M{MARGIN} {down(0):.1f} H{WIDTH - MARGIN}",
            *([f"M{across(0):.1f} {MARGIN} V{HEIGHT - MARGIN}"] if x[0] < 0 < x[-1] else []),
        )
    )
    return (
        f'<svg role="img" aria-label="{html.escape(_in_words(function, x, value, slope))}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-size="11" fill="currentColor" style="max-width:100%">'
        f"{zero}{ticks}"
        f'<path d="{path(value)}" fill="none" stroke="currentColor" stroke-width="2.2"/>'
        f'<path d="{path(slope)}" fill="none" stroke="currentColor" stroke-width="1.6" '
        'stroke-dasharray="5 4"/>'
        f'<text x="{MARGIN}" y="16">solid: {html.escape(function.__name__)}; '
        f"dashed: {slope_name(function)}</text></svg>"
    )


def _in_words(function: Any, x: NDArray, value: NDArray, slope: NDArray) -> str:
    def at(values: NDArray, i: int) -> str:
        return f"{values[i] + 0.0:.3g}"

    middle = len(x) // 2
    return (
        f"Curve of {function.__name__} for inputs from {x[0]:g} to {x[-1]:g}: "
        f"it goes from {at(value, 0)} over {at(value, middle)} in the middle to {at(value, -1)}. "
        f"Its {slope_name(function)}, dashed, goes from {at(slope, 0)} over {at(slope, middle)} "
        f"to {at(slope, -1)}."
    )
