"""Every lesson has the same form, so that a reader finds her way in all of them.

A lesson (`source/NN-slug/lesson.md`) begins with

    # NN Title                     the unit's number and title
    **Question.** ...              the unit's one question, word for word
    **After this you can**         a list of two or more things
    **Time.** 60 minutes ...       the unit's minutes
    **Builds on.** ...             the units that it needs, or "Nothing."

then teaches, with at least

    **Why care?** ...              the genomic reason
    **Predict first.** ...         a question before a result that would surprise
    show(figure, alt="...")        figures whose alternative text says what the prose needs
    explore(...)                   one explorer, with a figure by `show` beside it

and ends with the sections

    ## Summary                     a list
    ## Claims                      two or more claims that circulate, each in <details> with a
                                   verdict in bold: True, False, True with a condition, or
                                   Not shown
    ## Further reading             a list: Authors (year), "Title", ...

Its exercises (`exercises.md`) begin with `# NN Title: exercises` (of the title what stands before
a colon) and check each exercise of the unit's specification once, in the specification's order.
Under each exercise's heading stand its id, points and difficulty:
`squashing/sigmoid`, 2 points, medium.
"""

import ast
import re

import jupytext
import numpy as np
import pytest

from actloss.course.build import EXERCISES, LESSON, ROOT, SOLUTIONS
from actloss.course.checking import AnswerKey
from actloss.course.units import all_units
from actloss.viz.figure import check_alt

SOURCE = ROOT / "source"
UNITS = {unit.stem: unit for unit in all_units()}
DIFFICULTIES = {1: "easy", 2: "medium", 3: "hard"}
SECTIONS = ("Summary", "Claims", "Further reading")


class Text:
    """A source file: its prose and its code."""

    def __init__(self, path):
        cells = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst").cells
        self.prose = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        self.code = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]

    def calls(self, name):
        """The calls of a function, in their order."""
        nodes = (node for tree in self.code for node in ast.walk(tree))
        calls = (node for node in nodes if isinstance(node, ast.Call))
        return [call for call in calls if name_of(call.func) == name]

    def section(self, title):
        """What stands under a heading of the second level."""
        return re.split(r"^## ", self.prose.partition(f"\n## {title}\n")[2], flags=re.M)[0]


def name_of(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


OWN_SCOPES = (
    ast.FunctionDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def stored_by(node):
    """The notebook-wide names that a statement gives a value."""
    if isinstance(node, OWN_SCOPES):
        return set()
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    return set().union(*map(stored_by, ast.iter_child_nodes(node)))


def read_by(function):
    """The names from outside that a function reads."""
    nodes = list(ast.walk(function))
    named = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in named if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return {node.id for node in named} - own


def literal_text(node):
    """The text of a string, with the changing parts of an f-string left out."""
    if isinstance(node, ast.JoinedStr):
        return "".join(literal_text(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "..."


def items(text):
    return re.findall(r"^- ", text, flags=re.M)


@pytest.fixture(params=UNITS)
def unit(request):
    return UNITS[request.param]


@pytest.fixture
def lesson(unit):
    return Text(SOURCE / unit.stem / "lesson.md")


@pytest.fixture
def exercises(unit):
    return Text(SOURCE / unit.stem / "exercises.md")


def test_every_source_belongs_to_a_unit():
    assert {path.name for path in SOURCE.iterdir() if path.is_dir()} == set(UNITS)


def test_the_head_says_what_a_reader_wants_to_know_first(unit, lesson):
    prose = lesson.prose
    assert prose.startswith(f"# {unit.number:02d} {unit.title}\n")
    head = prose.partition("\n## ")[0]
    assert f"**Question.** {unit.question}\n" in head
    assert len(items(head.partition("**After this you can**")[2])) >= 2
    assert re.search(rf"^\*\*Time\.\*\* .*\b{unit.minutes} minutes", head, flags=re.M)
    assert re.search(r"^\*\*Builds on\.\*\* .+", head, flags=re.M)


def test_there_is_one_title(lesson, exercises):
    for text in (lesson, exercises):
        assert len(re.findall(r"^# ", text.prose, flags=re.M)) == 1


def test_a_reader_predicts_before_she_reads_on(lesson):
    assert re.search(r"^\*\*Predict first\.\*\* .*\?", lesson.prose, flags=re.M)


def test_a_biologist_is_told_why_she_should_care(lesson):
    assert re.search(r"^\*\*Why care\?\*\* .+", lesson.prose, flags=re.M)


def test_the_last_sections_are_there_in_their_order(lesson):
    headings = re.findall(r"^## (.+)$", lesson.prose, flags=re.M)
    assert tuple(headings[-len(SECTIONS) :]) == SECTIONS
    assert len(items(lesson.section("Summary"))) >= 2


def test_each_claim_is_folded_away_with_its_verdict(lesson):
    claims = re.findall(
        r"<details>\s*<summary>(.+?)</summary>(.+?)</details>", lesson.section("Claims"), flags=re.S
    )
    assert len(claims) >= 2
    for claim, verdict in claims:
        assert re.match(r"\s*\*\*(True|False|True with a condition|Not shown)\b", verdict), claim


def test_further_reading_names_authors_year_and_title(lesson):
    entries = re.findall(r"^- (.+)$", lesson.section("Further reading"), flags=re.M)
    assert entries
    for entry in entries:
        assert re.match(r'[A-Z].+ \((1[89]|20)\d\d\), ".+"', entry), entry


def test_every_figure_has_an_alternative_text_that_says_something(lesson, exercises):
    alts = [
        literal_text(keyword.value)
        for text in (lesson, exercises)
        for call in text.calls("show")
        for keyword in call.keywords
        if keyword.arg == "alt"
    ]
    for text in (lesson, exercises):
        alts += re.findall(r"!\[(.*?)\]\(", text.prose)
        assert "<img" not in text.prose
    assert alts
    for alt in alts:
        check_alt(alt)
    assert len(set(alts)) == len(alts)


def test_every_figure_is_shown_with_an_alternative_text(lesson, exercises):
    for text in (lesson, exercises):
        assert all("alt" in [k.arg for k in call.keywords] for call in text.calls("show"))
        assert len(text.calls("subplots")) <= len(text.calls("show")) + len(text.calls("explore"))


def test_there_is_an_explorer_with_a_figure_beside_it(lesson):
    assert lesson.calls("explore")
    assert lesson.calls("show")


def test_an_explorer_reads_no_name_that_a_later_cell_changes(lesson):
    """After Run All, a slider that is moved sees every name as the last cell left it."""
    stored = [set().union(*map(stored_by, cell.body)) for cell in lesson.code]
    for place, cell in enumerate(lesson.code):
        for made in (node for node in cell.body if isinstance(node, ast.FunctionDef)):
            calls = (node for node in ast.walk(made) if isinstance(node, ast.Call))
            if any(name_of(call.func) == "explore" for call in calls):
                assert read_by(made) & set().union(*stored[place + 1 :]) == set(), made.name


def test_each_exercise_is_checked_once_in_the_order_of_the_specification(unit, exercises):
    checked = [literal_text(call.args[0]) for call in exercises.calls("check")]
    assert checked == [exercise.id for exercise in unit.exercises]


def test_exercises_say_what_they_are_worth(unit, exercises):
    title = unit.title.partition(":")[0]
    assert exercises.prose.startswith(f"# {unit.number:02d} {title}: exercises\n")
    for exercise in unit.exercises:
        points = f"{exercise.points} point{'s' if exercise.points > 1 else ''}"
        line = f"`{exercise.id}`, {points}, {DIFFICULTIES[exercise.difficulty]}\n"
        assert exercises.prose.count(line) == 1, line


def numbers_in(value):
    """All numbers in what an answer returns."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        return [number for item in value for number in numbers_in(item)]
    array = np.asarray(value)
    return array.ravel().tolist() if array.dtype.kind in "iuf" else []


def test_the_example_that_a_text_shows_is_right(unit, exercises):
    """Every number of its result stands in the text, to as many digits as are given there."""
    for exercise in unit.exercises:
        if exercise.kind != "function" or exercise.agrees:  # else many results are right
            continue
        text = exercises.prose.partition(f"`{exercise.id}`,")[2].partition("\n**Why")[0]
        said = re.findall(r"-?\d+\.?\d*", re.sub(r"(?<=\d),(?=\d{3})", "", text))
        key = AnswerKey(exercise, seed=1)
        for probe, expected in zip(key.probes, key.expected, strict=True):
            for number in numbers_in(expected.value) if probe.shown else []:
                assert any(float(one) == rounded_like(one, number) for one in said), (
                    f"{exercise.id}: the text has no {number}"
                )


def rounded_like(text, number):
    """A number with as many decimals as this text has; a whole number stands for itself alone."""
    decimals = len(text.partition(".")[2])
    return round(number, decimals) if decimals else number


def test_every_link_leads_somewhere(lesson, exercises):
    for text, folder in ((lesson, LESSON), (exercises, EXERCISES), (exercises, SOLUTIONS)):
        for target in re.findall(r"\]\(([^)#]+)\)", text.prose):
            assert target.startswith("https://") or (ROOT / folder / target).is_file(), target


def test_folded_parts_are_closed_and_readable(lesson, exercises):
    """Markdown inside <details> is only read as such after an empty line."""
    for text in (lesson, exercises):
        opened = text.prose.count("<details>")
        assert opened == text.prose.count("</details>") == text.prose.count("<summary>")
        assert opened == len(re.findall(r"</summary>\n\n", text.prose))


def test_the_prose_keeps_to_british_spelling(lesson, exercises):
    american = r"\b\w*(?:normaliz|initializ|optimiz|recogniz|organiz|regulariz|color|behavior)\w*"
    for text in (lesson, exercises):
        words = re.sub(r"`[^`]*`|\(https?[^)]*\)|\".*?\"", "", text.prose)
        assert re.findall(american, words) == []
