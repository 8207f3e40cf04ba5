"""The glossary and the cheat sheet: made from the catalogue, and reachable from everywhere."""

import html
import re
from pathlib import Path

import jinja2
import nbformat
import pytest

import actloss
from actloss.course import cheat_sheet, pages
from actloss.course.build import EXERCISES, LESSON, SOLUTIONS, Target, draft, targets
from actloss.course.map import PLACES
from actloss.course.units import all_units
from actloss.formulas import in_html
from actloss.losses import binary_cross_entropy_with_logits, hinge, multinomial_nll, poisson_nll

ROOT = Path(__file__).parents[2]
NAMES = ["cheat-sheet", "glossary"]
FUNCTIONS = list(actloss.catalog())
UNITS = [target for target in targets() if not target.is_page]


def text_of(name):
    """A page's prose, as it is built."""
    cells = nbformat.read(ROOT / LESSON / f"{name}.ipynb", as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


GLOSSARY, SHEET = text_of("glossary"), text_of("cheat-sheet")


def section(title):
    return GLOSSARY.partition(f"## {title}\n")[2].partition("\n## ")[0]


# --- Reachable ----------------------------------------------------------------------------------


def test_there_are_two_pages_and_they_are_built_after_the_units():
    assert pages.names(ROOT / "source") == NAMES
    assert [target.name for target in targets()][-2:] == [f"notebooks/{n}.ipynb" for n in NAMES]
    assert pages.titles(ROOT / "source") == {
        "cheat-sheet": "Cheat sheet",
        "glossary": "Glossary and notation",
    }


@pytest.mark.parametrize("target", UNITS, ids=lambda target: target.name)
def test_every_notebook_of_a_unit_leads_to_the_pages_from_below_its_head(target):
    first, second = draft(target).cells[:2]
    assert first.source.startswith(f"# {target.stem[:2]} ")
    links = re.findall(r"\[.+?\]\((.+?)\)", second.source)
    folder = {LESSON: "", EXERCISES: "../notebooks/", SOLUTIONS: "../notebooks/"}[target.kind]
    assert links == [f"{folder}{name}.ipynb" for name in NAMES]
    for link in links:
        assert (target.path.parent / link).exists()


@pytest.mark.parametrize("name", NAMES)
def test_links_on_a_page_lead_to_notebooks_that_are_there(name):
    links = re.findall(r"\]\((.+?)\)", text_of(name))
    assert links
    for link in links:
        assert (ROOT / LESSON / link).exists(), link
    assert next(other for other in NAMES if other != name) + ".ipynb" in links


def test_every_unit_is_on_the_glossary_and_linked_where_it_is_written():
    for place in PLACES:
        assert f" {place.title}\n" in section("Units") + "\n"
    for unit in all_units():
        assert f"[{unit.number:02d}]({unit.stem}.ipynb) {unit.title}" in section("Units")


# --- The glossary -------------------------------------------------------------------------------


def test_each_word_is_explained_once_in_order_in_a_sentence_or_three_with_its_unit():
    entries = re.findall(r"^- \*\*(.+?)\.\*\* (.+) \(\[?(\d\d)\b.*\)$", section("Words"), re.M)
    assert len(entries) == len(re.findall("^- ", section("Words"), re.M)) > 100
    words = [word.lower() for word, _, _ in entries]
    assert words == sorted(set(words))
    for word, meaning, number in entries:
        assert meaning.endswith(".") or "$" in meaning, word
        assert len(meaning.split()) <= 45, word
        assert int(number) < len(PLACES)


def test_the_words_that_a_reader_looks_for_are_there():
    words = re.findall(r"^- \*\*(.+?)[.,]", section("Words"), re.M)
    wanted = {
        *("Activation", "Argmax", "Batch", "Bias", "Entropy", "Gradient", "Likelihood", "Logit"),
        *("Loss", "One-hot", "Overdispersion", "Saturation", "Softmax", "Subgradient"),
    }
    assert wanted <= set(words)


def test_symbols_have_a_meaning_a_name_in_code_and_a_unit():
    rows = [line for line in section("Symbols").splitlines() if line.startswith("| $")]
    for row in rows:
        assert re.fullmatch(r"\| \$.+\$ \| .+ \| (`.+`|none) \| (\d\d|\[\d\d\]\(.+\)) \|", row), row
    symbols = [row.split(" | ")[0] for row in rows]
    assert len(symbols) == len(set(symbols)) > 30


def symbols_of(latex):
    """The letters and commands that stand for something."""
    latex = re.sub(r"\\(text|operatorname|mathrm)\{.*?\}", " ", latex)
    commands = set(re.findall(r"\\[A-Za-z]+", latex))
    letters = set(re.findall(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", latex)))
    known = r"\max \min \frac \tfrac \left \right \quad \text \le \ne \approx \sqrt \cdot \hat"
    return letters | (commands - set(known.split()))


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_every_symbol_of_a_formula_is_explained(function):
    explained = set()
    for cell in re.findall(r"^\| (\$.+?\$) \| ", section("Symbols"), re.M):
        explained |= symbols_of(cell)
    used = symbols_of(function.facts.formula) | symbols_of(function.facts.derivative_formula)
    assert used <= explained


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_every_function_is_in_the_glossary_with_its_formula_and_a_unit_that_exists(function):
    (line,) = re.findall(rf"^- \*\*`{function.__name__}`\.\*\* (.+)$", GLOSSARY, re.M)
    assert f"${function.facts.formula}$" in line
    assert re.search(rf"\(\[?{pages.unit_of(function):02d}\b", line)


def test_a_unit_is_no_link_before_it_is_written(monkeypatch):
    assert pages.unit_link(2) == "[02](02-squashing.ipynb)"
    monkeypatch.setattr("actloss.course.units.all_units", list)
    assert pages.unit_link(2) == "02"


# --- The cheat sheet ----------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_every_function_is_on_the_sheet_with_its_facts(function):
    sheet = SHEET.replace("<wbr>", "")
    (row,) = re.findall(rf"<tr>.*<code>{function.__name__}</code></th>.*</tr>", sheet)
    facts, definition = function.facts, function.definition
    assert f"<td>{in_html(facts.formula)}</td>" in row
    assert f"<td>{in_html(facts.derivative_formula)}</td>" in row
    for name in definition.framework_names.values():
        assert f".{name.rpartition('.')[2]}</code>" in row or not name
    for text in (facts.used_in, facts.goes_wrong):
        assert html.escape(text[1:25].partition(".")[0].partition(";")[0]) in row
    for fact, label in (("monotonic", "monotonic"), ("smooth", "smooth"), ("convex", "convex")):
        listed = re.search(rf", {label}\b", row.partition("<td>")[2].split("</td>")[2])
        assert bool(listed) == bool(getattr(facts, fact))


def test_the_sheet_says_what_a_loss_takes():
    takes = cheat_sheet.takes
    assert takes(binary_cross_entropy_with_logits) == "a logit; labels from 0 to 1"
    assert takes(hinge) == "any number; labels 0 or 1 (or −1 and +1)"
    assert takes(multinomial_nll) == "a row of logits; rows of counts"
    assert takes(poisson_nll) == "a rate, or its logarithm (log_input); target zero or positive"
    for loss in actloss.catalog(kind="loss"):
        assert f"Takes {takes(loss)}." in SHEET


def test_the_sheet_s_letters_are_those_of_its_formulas():
    legend = SHEET.partition("**Symbols.**")[2].partition("**Names.**")[0]
    explained = set(re.findall(r"\w", " ".join(re.findall(r"\*(.+?)\*", legend)))) | set("ijken")
    rows = SHEET.partition("<tbody>")[2]
    used = set(re.findall(r"<i>(.)</i>", rows)) - {"λ", "π", "K"}  # said in the formula itself
    assert used <= explained, used - explained


def test_no_empty_line_ends_the_table_before_its_end():
    """Markdown takes what follows an empty line for text."""
    sheet = SHEET.partition('<div class="cheat-sheet">')[2].partition("</div>")[0]
    assert sheet.count("<tr>") == len(FUNCTIONS) + 2
    assert "\n\n" not in sheet


# --- Templates ----------------------------------------------------------------------------------


def test_a_page_that_asks_for_what_is_not_there_is_refused():
    with pytest.raises(jinja2.UndefinedError):
        pages.filled_in("{{ no_such_thing }}")
    with pytest.raises(KeyError):
        pages.filled_in('{{ formula("no_such_function") }}')


def test_a_changed_fact_is_noticed_by_the_build(monkeypatch):
    target = Target("glossary", LESSON)
    before = draft(target).metadata.actloss
    monkeypatch.setattr(actloss.card, "summary", lambda function: "Something else.")
    after = draft(target).metadata.actloss
    assert before.version != after.version
    assert before.built_from != after.built_from
