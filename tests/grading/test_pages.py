"""The pages that learners and instructors read: true, safe, and readable by everybody."""

import itertools
import re
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from statistics import median

import pytest
from grading.made_up_class import HOSTILE, NAMES, RUN, a_class, a_row, verdicts

from actloss.course.units import find_exercise, find_unit
from actloss.grading.names import safe_name
from actloss.grading.pages import SIGNS, TEMPLATES, write_feedback, write_report
from actloss.grading.records import (
    MISSING,
    NOT_GRADED,
    RIGHT,
    STATES,
    UNANSWERED,
    UNREADABLE,
    WRONG,
    Person,
)

UNITS = ("start-here", "squashing")
ROWS = a_class(UNITS)
SQUASHING = find_unit("squashing").exercises
ADA = Person("ada", "Ada Byron")
VOID = {"meta", "br", "link", "img", "input", "hr", "wbr", "base", "embed", "source", "area", "col"}


# --- Reading a page ---


@dataclass
class Node:
    tag: str
    attributes: dict = field(default_factory=dict)
    children: list = field(default_factory=list)  # nodes and texts

    @property
    def text(self):
        parts = (one if isinstance(one, str) else one.text for one in self.children)
        return " ".join("".join(parts).split())

    @property
    def source(self):
        return "".join(one if isinstance(one, str) else one.source for one in self.children)

    def all(self, *tags, **attributes):
        found = []
        for one in self.children:
            if isinstance(one, Node):
                wanted = {key.rstrip("_"): value for key, value in attributes.items()}
                if (not tags or one.tag in tags) and wanted.items() <= one.attributes.items():
                    found.append(one)
                found += one.all(*tags, **attributes)
        return found


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed, and in its turn."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open = [Node("document")]
        self.feed(text)
        self.close()
        assert len(self.open) == 1, f"never closed: {self.open[-1].tag}"

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in {tag}"
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read(path):
    return Reader(path.read_text(encoding="utf-8")).open[0]


@cache
def the_pages(folder):
    """The report and every page of feedback, of a class with names that nobody should have."""
    report = write_report(folder / "report.html", ROWS, RUN)
    return [report, *write_feedback(folder, ROWS, RUN)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return the_pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def report(pages):
    return read(pages[0])


def feedback(folder, rows, brief=False):
    """The page of the only learner in these rows."""
    (path,) = write_feedback(folder, rows, RUN, brief)
    return read(path)


def section(page, name):
    (found,) = page.all("section", **{"aria-labelledby": name})
    return found


def notebook(person, **states):
    """A learner's unit: right, but for what is said; underscores stand for hyphens."""
    rows = []
    for exercise in SQUASHING:
        state = states.get(exercise.slug.replace("-", "_"), RIGHT)
        rows.append(a_row(person, exercise, state))
    return rows


def wrongly(person, said, /, **changes):
    row = a_row(person, find_exercise(said.exercise), WRONG, said)
    return replace(row, **changes)


def with_lesson(exercise="squashing/sigmoid"):
    return next(one for one in verdicts("squashing")[exercise] if one.lesson and one.rows)


# --- Every page ---


def test_a_page_loads_nothing_and_runs_nothing(pages):
    for path in pages:
        page = read(path)
        assert not page.all("script", "link", "iframe", "object", "embed", "img", "form", "base")
        (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
        assert policy.attributes["content"].startswith("default-src 'none'")
        for node in page.all():
            assert not any(name.startswith("on") for name in node.attributes)
            assert not {"src", "srcset", "action", "data", "poster"} & node.attributes.keys()
            assert node.attributes.get("href", "#").startswith("#")
        (style,) = page.all("style")
        assert not re.search(r"url\(|@import|expression|//", style.source)


def test_a_page_is_in_order_for_those_who_hear_it(pages):
    for path in pages:
        page = read(path)
        assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>\n<html lang=")
        (html,) = page.all("html")
        assert html.attributes["lang"] == "en-GB"
        assert page.all("title")[0].text
        assert page.all("meta", name="viewport")
        assert len(page.all("main")) == 1
        levels = [int(node.tag[1]) for node in page.all("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert all(node.text for node in page.all("h1", "h2", "h3", "h4", "a", "summary"))
        ids = [node.attributes["id"] for node in page.all() if "id" in node.attributes]
        assert len(ids) == len(set(ids))
        targets = {node.attributes["href"][1:] for node in page.all("a")}
        labels = {node.attributes.get("aria-labelledby", "") for node in page.all()} - {""}
        assert targets | labels <= set(ids)
        for table in page.all("table"):
            assert table.children[1].tag == "caption"
            assert table.all("caption")[0].text
            assert all(one.attributes["scope"] in ("col", "row") for one in table.all("th"))
        for details in page.all("details"):
            assert next(one for one in details.children if isinstance(one, Node)).tag == "summary"
        for region in page.all(class_="scroll"):  # can be reached and scrolled by keyboard
            assert region.attributes["tabindex"] == "0"
            assert region.attributes["role"] == "region"
            assert region.attributes["aria-label"]


def test_no_name_changes_the_structure_of_a_page(tmp_path):
    def tags(name):
        rows = [replace(row, person=replace(ADA, name=name)) for row in notebook(ADA, tanh=WRONG)]
        (path,) = write_feedback(tmp_path, rows, RUN)
        report = write_report(tmp_path / "report.html", rows, RUN)
        return [(node.tag, node.attributes) for one in (path, report) for node in read(one).all()]

    expected = tags("Ada Byron")
    for name in HOSTILE:
        assert tags(name) == expected, name


def test_what_learners_wrote_is_text_and_never_markup(tmp_path):
    evil = "<img src=x onerror=alert(1)> `</code><script>` {{ 7*7 }} \x00\u202e\udc80"
    verdict = {
        **asdict(with_lesson()),
        "sentence": evil,
        "rows": [["Your result", evil], [evil, "1"]],
        "lesson": evil,
        "notes": [evil],
    }
    rows = [wrongly(ADA, with_lesson(), verdict=verdict, notes=(evil,), correction=evil)]
    rows.append(a_row(ADA, SQUASHING[3], UNREADABLE, reason=evil))
    page = feedback(tmp_path, rows)
    assert not page.all("img", "script")
    assert page.text.count("onerror=alert(1)") == 8
    assert "49" not in page.text
    report = read(
        write_report(tmp_path / "r.html", rows, replace(RUN, notes=(evil,), sandbox=evil))
    )
    assert not report.all("img", "script")


def test_no_text_of_a_learner_makes_a_page_enormous(tmp_path):
    long = "x" * 1_000_000
    verdict = asdict(with_lesson()) | {"sentence": long, "rows": [["Error", long]], "notes": [long]}
    person = Person("ada" * 50_000, "Ada" * 50_000)
    rows = [wrongly(person, with_lesson(), verdict=verdict, notes=(long,))]
    (path,) = write_feedback(tmp_path, rows, RUN)
    assert path.stat().st_size < 40_000
    assert write_report(tmp_path / "report.html", rows, RUN).stat().st_size < 40_000


# --- Colours ---


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
THEMES = [
    dict(re.findall(r"--([\w-]+): (#\w{6})", one))
    for one in re.findall(r":root \{.*?\}", STYLE, re.S)
]


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
def test_text_can_be_told_from_what_is_behind_it(theme):
    assert THEMES[0].keys() == theme.keys()
    for text in ("text", "quiet", "link"):
        for behind in ("page", "panel"):
            assert contrast(theme[text], theme[behind]) >= 4.5, (text, behind)
    for sign in SIGNS.values():
        assert contrast(theme[sign.style], theme[f"{sign.style}-tint"]) >= 4.5, sign
        assert contrast(theme[sign.style], theme["panel"]) >= 3, sign  # edges and bars


def test_every_colour_is_one_of_the_theme_and_every_state_has_a_pair():
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.S)
    assert not re.search(r"#[0-9a-f]{3}|rgb|hsl", rules)
    assert set(re.findall(r"var\(--([\w-]+)\)", rules)) == THEMES[0].keys()
    for sign in SIGNS.values():
        pair = f"{{ color: var(--{sign.style}); background: var(--{sign.style}-tint); }}"
        assert f".{sign.cell} {pair}" in rules
        assert f".state.{sign.style} {pair}" in rules


def test_no_two_states_look_or_read_the_same():
    assert set(SIGNS) == set(STATES)
    for part in ("symbol", "word", "style", "cell"):
        assert len({getattr(sign, part) for sign in SIGNS.values()}) == len(SIGNS)


# --- Feedback ---


def test_everybody_has_a_page_of_her_own_with_nobody_else_on_it(pages):
    people = {row.person.learner: row.person for row in ROWS}
    paths = {safe_name(learner): person for learner, person in people.items()}
    assert sorted(path.stem for path in pages[1:]) == sorted(paths)
    plain = [one for one in NAMES if one.isascii()]
    for path in pages[1:]:
        page = read(path).text
        others = [name for name in plain if name != paths[path.stem].name]
        assert not [name for name in others if name in page]
        assert "@uni.example" not in page


def test_feedback_says_what_is_right_and_adds_up(tmp_path):
    page = feedback(tmp_path, notebook(ADA, sigmoid=WRONG, tanh=UNANSWERED))
    assert page.all("h1")[0].text == "Feedback for Ada Byron"
    assert "15 of 18 points. 8 of 10 exercises right." in page.text
    right = [one.text for one in page.all("ul")[0].all("code")]
    assert right == [one.id for one in SQUASHING if one.slug not in ("sigmoid", "tanh")]
    headings = [one.text for one in page.all("article")]
    assert headings[0].startswith("✗ wrong squashing/sigmoid 0 of 2 points")
    assert headings[1].startswith("○ not answered squashing/tanh 0 of 1 point")


def test_feedback_shows_a_verdict_as_the_notebook_does(tmp_path):
    verdict = with_lesson()
    note = "Your answer is a list. An array would let NumPy compute with it."
    page = feedback(tmp_path, [wrongly(ADA, replace(verdict, notes=(note,)))])
    (article,) = page.all("article")
    assert verdict.sentence.replace("`", "") in article.text
    assert verdict.lesson.replace("`", "") in article.text
    assert note in article.text
    assert [one.text for one in article.all("th")] == [name for name, _ in verdict.rows]
    assert [one.source for one in article.all("pre")] == [text for _, text in verdict.rows]
    assert f"Begin with {verdict.exercise}." in page.text


def test_feedback_tells_what_the_grader_did_and_what_was_corrected(tmp_path):
    note = "Cell 3 was skipped: it never ended."
    rows = [replace(row, notes=(note,)) for row in notebook(ADA, sigmoid=WRONG, tanh=WRONG)]
    rows[0] = replace(rows[0], points=2, correction="Shown to me on paper.")
    rows[5] = replace(rows[5], points=0.5, correction="Half of it.")
    page = feedback(tmp_path, rows)
    assert page.text.count(note) == 1
    assert "17.5 of 18 points. 9 of 10 exercises right." in page.text
    assert "Shown to me on paper." in page.all("ul")[0].text
    assert "0.5 of 1 point Corrected by hand: Half of it." in page.all("article")[0].text


def test_nothing_handed_in_is_said_once_and_is_not_0_points(tmp_path):
    rows = [a_row(ADA, one, MISSING) for one in SQUASHING]
    page = feedback(tmp_path, rows)
    assert "Nothing is graded yet." in page.text
    assert "0 of" not in page.all("p")[0].text
    assert len(page.all("article")) == 1
    assert page.text.count("Nothing was handed in") == 1
    assert "tell your instructor" in page.text
    both = feedback(
        tmp_path, [*rows, *(a_row(ADA, one, RIGHT) for one in find_unit("start-here").exercises)]
    )
    assert "3 of 21 points so far." in both.text
    assert [one.text for one in both.all("table")[0].all("td")] == [
        "3 of 3",
        "3 of 3",
        "nothing handed in",
    ]


def test_a_learner_is_not_told_what_the_instructor_has_to_do(tmp_path):
    page = feedback(tmp_path, notebook(ADA, sigmoid=NOT_GRADED))
    assert "Grade this notebook again" not in page.text
    assert "Your instructor will look at it." in page.all("article")[0].text
    assert "16 of 18 points so far." in page.text


def test_the_last_line_is_calm_and_fits(tmp_path):
    def last(rows):
        return feedback(tmp_path, rows).all("p")[-2].text

    assert last(notebook(ADA)) == "All of it is right. Go on to the next unit when you like."
    assert last(notebook(ADA, tanh=UNANSWERED)).startswith("Go on with squashing/tanh.")
    named = [*notebook(ADA, sigmoid=WRONG)[:5], wrongly(ADA, with_lesson("squashing/tanh"))]
    assert last(named).startswith("Begin with squashing/tanh.")  # there is more to say about it


ALL_VERDICTS = [one for unit in UNITS for of_one in verdicts(unit).values() for one in of_one]


def test_the_made_up_class_meets_every_kind_of_verdict():
    labels = {name for one in ALL_VERDICTS for name, _ in one.rows}
    assert labels >= {"Input", "Your result", "Expected", "Error", "It printed", "Warning", "At"}


def pages_on(folder, found, brief):
    """The text of a page for each of these verdicts."""
    people = [replace(ADA, learner=f"ada{i:03}", name=f"Ada {i:03}") for i in range(len(found))]
    rows = [wrongly(person, verdict) for person, verdict in zip(people, found, strict=True)]
    return [read(path).text for path in write_feedback(folder, rows, RUN, brief)]


def test_brief_feedback_shows_no_inputs_and_no_values(tmp_path):
    marked = [
        replace(verdict, rows=tuple((name, f"secret-{name}") for name, _ in verdict.rows))
        for verdict in ALL_VERDICTS
    ]
    briefly, wholly = (pages_on(tmp_path, marked, brief) for brief in (True, False))
    for verdict, brief, whole in zip(marked, briefly, wholly, strict=True):
        assert "secret" not in brief
        assert "Expected" not in brief
        assert all(secret in whole for _, secret in verdict.rows)
        for said in (verdict.sentence, verdict.lesson):
            assert " ".join(said.replace("`", "").split()) in brief


def test_brief_feedback_hides_the_real_inputs_and_values_too(tmp_path):
    briefly = pages_on(tmp_path, ALL_VERDICTS, brief=True)
    for verdict, brief in zip(ALL_VERDICTS, briefly, strict=True):
        said = f"{verdict.sentence} {verdict.lesson}"
        values = [text for _, text in verdict.rows if len(text) > 5 and text not in said]
        assert not [text for text in values if text in brief]


# --- The report ---


def lines_of(report, name):
    return [one.text for one in section(report, name).all("li")]


def test_the_report_begins_with_how_it_went(report):
    found = report.all("ul")[0].text
    people = {row.person.learner for row in ROWS}
    total = Counter()
    for row in ROWS:
        if row.unit == "squashing" and row.points is not None and row.state != MISSING:
            total[row.person.learner] += row.points
    open_ones = {
        row.person.learner for row in ROWS if row.unit == "squashing" and row.points is None
    }
    middle = median(points for one, points in total.items() if one not in open_ones)
    assert (
        f"02 Squashing functions: {len(people) - 2} of {len(people)} learners handed it in, 2 did "
        "not; 1 notebook cannot be read; 1 notebook not fully graded yet. "
        f"The median is {middle:g} of 18 points."
    ) in found
    first = section(report, "beliefs").all("h3")[0].text
    assert f"Talk about {first.split()[5]} first." in found


def test_the_report_names_who_needs_a_person(report):
    found = section(report, "person").text
    assert "! not graded yet" in found
    assert "02 Squashing functions, squashing/sigmoid-derivative: Jonas Müller" in found
    assert "02 Squashing functions: Farah Haddad The file is not a notebook" in found
    assert "02 Squashing functions: Dmitri Ivanov, Rosa Luz" in found
    assert "Ada Byron" not in found


def test_a_correction_needs_nobody_any_more(tmp_path):
    rows = [
        a_row(ADA, one, UNREADABLE, points=1, correction="Read it myself.") for one in SQUASHING
    ]
    report = read(write_report(tmp_path / "report.html", rows, RUN))
    assert section(report, "person").text.endswith("Nobody: every submission is graded.")


def test_the_median_is_of_those_that_are_graded(tmp_path):
    bea, chen = replace(ADA, learner="bea"), replace(ADA, learner="chen")
    rows = [*notebook(ADA), *notebook(bea, sigmoid=WRONG), *notebook(chen, log_sigmoid=NOT_GRADED)]
    report = read(write_report(tmp_path / "report.html", rows, RUN))
    assert "The median is 17 of 18 points." in report.text


def test_who_was_corrected_to_right_holds_no_misconception(tmp_path):
    wrong = wrongly(ADA, with_lesson())
    corrected = replace(wrong, person=replace(ADA, learner="bea"), points=2, correction="It is.")
    report = read(write_report(tmp_path / "report.html", [wrong, corrected], RUN))
    assert "1 of 2 who answered squashing/sigmoid (50%)" in section(report, "beliefs").text


def test_a_stranger_is_named(tmp_path):
    rows = [*notebook(ADA), *notebook(Person("eve", "Eve Else", on_roster=False))]
    report = read(write_report(tmp_path / "report.html", rows, RUN))
    assert "Not on the roster: Eve Else" in report.text
    assert "Not on the roster: Ada" not in report.text


def test_misconceptions_come_with_how_many_hold_them_and_who(report):
    held, answered = {}, Counter()
    for row in ROWS:
        if row.state in (RIGHT, WRONG) or row.correction:
            answered[row.exercise] += 1
        if row.state == WRONG and row.misconception and not row.correction:
            held.setdefault((row.exercise, row.misconception), []).append(row.person.name)
    items = [one for one in section(report, "beliefs").all("li") if one.all("h3")]
    assert len(items) == len(held)
    counts = []
    for item in items:
        count, _, of, _, _, exercise, share = item.all("h3")[0].text.split()
        names = [one.text for one in item.all("ul")[0].all("li")]
        counts.append(int(count))
        assert len(names) == int(count)
        assert int(of) == answered[exercise]
        assert share == f"({round(100 * int(count) / int(of))}%)"
        said = [
            _what_is_said(exercise, name)
            for (where, name), who in held.items()
            if where == exercise and len(who) == int(count)
        ]
        assert item.all("p")[-1].text in said
    assert counts == sorted(counts, reverse=True)
    assert sorted(counts) == sorted(len(who) for who in held.values())


def _what_is_said(exercise_id, misconception):
    exercise = find_exercise(exercise_id)
    sentences = {one.name: one.sentence for one in exercise.misconceptions}
    sentences |= {f"option_{one.letter}": one.why for one in exercise.options}
    return " ".join(sentences[misconception].replace("`", "").split())


def test_a_misconception_that_the_course_no_longer_has_keeps_its_sentence(tmp_path):
    verdict = replace(with_lesson(), misconception="gone", lesson="What was said then.")
    row = replace(wrongly(ADA, verdict), unit="old", exercise="old/gone")
    report = read(write_report(tmp_path / "report.html", [row], RUN))
    assert "1 of 1 who answered old/gone (100%)" in section(report, "beliefs").text
    assert "What was said then." in section(report, "beliefs").text


def test_exercises_come_with_their_numbers_the_hardest_first(report):
    shares = []
    for line in section(report, "exercises").all("tr")[1:]:
        exercise = line.all("th")[0].text
        states = Counter(
            RIGHT if row.correction else row.state for row in ROWS if row.exercise == exercise
        )
        handed_in = states[RIGHT] + states[WRONG] + states[UNANSWERED]
        text = line.all("td")[0].text
        assert text.startswith(f"{states[RIGHT]} of {handed_in} right, {states[WRONG]} wrong")
        assert text.endswith(f"{states[UNANSWERED]} not answered")
        widths = [one.attributes["style"] for one in line.all("span")]
        wanted = (states[RIGHT], states[WRONG], states[UNANSWERED])
        assert widths == [f"flex-grow: {count}" for count in wanted]
        shares.append(states[RIGHT] / handed_in)
    assert len(shares) == 13
    assert shares == sorted(shares)


def test_the_heat_map_says_every_state_by_symbol_word_and_colour(report):
    (table,) = section(report, "map").all("table")
    exercises = [one.text for one in table.all("th", scope="col")[2:]]
    assert exercises == [one.id for unit in UNITS for one in find_unit(unit).exercises]
    rows = {(row.person.name, row.exercise): row for row in ROWS}
    seen = Counter()
    for line in table.all("tbody")[0].all("tr"):
        name = line.all("th")[0].text
        points, *cells = line.all("td")
        for exercise, cell in zip(exercises, cells, strict=True):
            row = rows.get((name, exercise))
            if row is None:  # a name that is shown in another way
                continue
            sign = SIGNS[RIGHT if row.correction else row.state]
            assert cell.attributes["class"] == sign.cell
            assert cell.attributes["title"].startswith(f"{exercise}: {sign.word}")
            assert cell.all("span", class_="unseen")[0].text.startswith(sign.word)
            assert cell.all("span", **{"aria-hidden": "true"})[0].text.startswith(sign.symbol)
            assert ("corrected by hand" in cell.attributes["title"]) == bool(row.correction)
            seen[row.state] += 1
        if name in ("Dmitri Ivanov", "Farah Haddad"):
            assert points.text == ""
    assert set(seen) == set(STATES)
    legend = section(report, "map").all("p")[0].text
    assert all(f"{sign.symbol} {sign.word}" in legend for sign in SIGNS.values())


def test_people_of_one_name_are_told_apart(tmp_path):
    people = [Person("ada1", "Ada"), Person("ada2", "Ada"), Person("bea", "Bea")]
    rows = [row for person in people for row in notebook(person)]
    report = read(write_report(tmp_path / "report.html", rows, RUN))
    names = [one.text for one in section(report, "map").all("th", scope="row")]
    assert names == ["Ada (ada1)", "Ada (ada2)", "Bea"]


def test_the_report_says_how_it_was_graded(report):
    found = section(report, "how").text
    for said in (RUN.sandbox, str(RUN.seed), RUN.version, *RUN.notes):
        assert said in found


def test_a_large_class_is_folded_and_stays_small(tmp_path):
    people = [Person(f"learner{i:04}", f"Learner {i:04}") for i in range(450)]
    rows = [
        row
        for i, person in enumerate(people)
        for row in notebook(person, tanh=WRONG if i % 3 else RIGHT, sigmoid=MISSING)
    ]
    path = write_report(tmp_path / "report.html", rows, RUN)
    assert path.stat().st_size < 60 * len(rows) + 60_000
    found = section(read(path), "map")
    folded = found.all("details")
    assert len(folded) == 5
    assert folded[0].all("summary")[0].text == "Learner 0000 to Learner 0099"
    lines = [line for one in folded for line in one.all("tbody")[0].all("tr")]
    assert [line.all("th")[0].text for line in lines] == [person.name for person in people]
    for cell in lines[1].all("td")[1:]:
        (sign,) = [one for one in SIGNS.values() if one.cell == cell.attributes["class"]]
        assert (cell.text, cell.attributes["title"]) == (sign.symbol, sign.word)


def test_an_empty_class_has_a_report(tmp_path):
    report = read(write_report(tmp_path / "report.html", [], RUN))
    assert "0 learners" in report.text
    assert write_feedback(tmp_path, [], RUN) == []
