"""Formulas in plain HTML mean what their LaTeX means."""

import re

import pytest

import actloss
from actloss.formulas import in_html

FORMULAS = [
    formula
    for function in actloss.catalog()
    for formula in (function.facts.formula, function.facts.derivative_formula)
]


def plain(latex):
    """The HTML as text, with ^ and _ for what is raised and lowered."""
    text = re.sub(r"</?i>|\u2009", "", in_html(latex))
    text = text.replace("<sup>", "^{").replace("<sub>", "_{")
    return re.sub(r"</su[pb]>", "}", text)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{x}{1 + |x|}", "x/(1 + |x|)"),
        (r"\frac{1 - y}{1 - p} - \frac{y}{p}", "(1 − y)/(1 − p) − y/p"),
        (r"\frac{1}{(1 + |x|)^2}", "1/(1 + |x|)^{2}"),
        (r"\frac{(\hat{y} - y)^2}{2 v}", "(ŷ − y)^{2}/(2v)"),
        (r"\frac{x}{2} \, \mathrm{erfc}(-x / \sqrt{2})", "(x/2) erfc(−x/√2)"),
        (r"\frac{1}{T} s_i (\delta_{ij} - s_j)", "(1/T)s_{i}(δ_{ij} − s_{j})"),
        (r"y_k \log \frac{y_k}{\hat{y}_k}", "y_{k}log(y_{k}/ŷ_{k})"),
        (r"1 - \frac{2 \sum_i p_i + s}{3}", "1 − (2Σ_{i}p_{i} + s)/3"),
        (r"\left(\frac{1}{1 + a}\right)^{1/a}", "(1/(1 + a))^{1/a}"),
        (r"\frac{a}{\frac{b}{c}}", "a/(b/c)"),
        (r"\frac{\partial s_i}{\partial z_j} = 1", "∂s_{i}/∂z_{j} = 1"),
        (r"-\alpha e^{-x}", "−αe^{−x}"),
        (r"1 \text{ if } x > 0 \text{ else } 0", "1 if x &gt; 0 else 0"),
        (r"\tfrac{1}{2} r^2", "½r^{2}"),
        (r"\frac{a}{b}^2 c", "(a/b)^{2}c"),
        (r"\sqrt{x}^2", "(√x)^{2}"),
        (r"\frac{a = b}{c}", "(a = b)/c"),
    ],
)
def test_brackets_keep_a_fraction_s_meaning(latex, expected):
    assert plain(latex) == expected


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_formula_of_the_catalogue_is_known(formula):
    shown = in_html(formula)
    assert not re.search(r"[\\{}$]", shown)
    for left, right in ("()", "[]"):
        assert shown.count(left) == shown.count(right)
    for tag in ("i", "sub", "sup"):
        assert shown.count(f"<{tag}>") == shown.count(f"</{tag}>")


def test_letters_are_set_off_by_spaces_where_a_reader_wants_them():
    assert in_html(r"y \log p") == "<i>y</i>\u2009log\u2009<i>p</i>"
    assert in_html("a - b, -c") == "<i>a</i> − <i>b</i>, −<i>c</i>"


@pytest.mark.parametrize(
    "latex",
    [
        *(r"\oint x", r"\hat{x}", r"\hat{ab}", r"\sqrt[3]{x}", r"\frac{1}", r"\frac12", "x^12"),
        *("a}b", "{a", "{a + b} c", "x_", "x_}", "^2", r"\text", r"\text{if", r"\left", "a & b"),
    ],
)
def test_what_is_not_known_is_refused(latex):
    with pytest.raises(ValueError, match=re.escape(f"{latex} is no LaTeX")):
        in_html(latex)
