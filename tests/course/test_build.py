"""Notebooks are what their text says, with solutions where they belong and nothing of a machine."""

import ast
import json
import re
import textwrap
from pathlib import Path

import nbformat
import pytest

from actloss.course import build as builder
from actloss.course.build import (
    EXERCISES,
    IGNORE_TAG,
    LESSON,
    SOLUTIONS,
    BuildError,
    Target,
    build,
    cut,
    disagreement,
    draft,
    targets,
    unmark,
)
from actloss.course.units import all_units

BUILT = targets()
HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
TEXT = (
    HEAD
    + """# Exercises

```{code-cell}
from actloss.course import check, quiz
```

```{code-cell}
def first_check(dna):
    ### BEGIN SOLUTION
    return sum(letter in "GC" for letter in dna)
    ### END SOLUTION
```

```{code-cell}
check("start-here/first-check", first_check)
```

+++ {"tags": ["solution"]}

Each letter that is G or C counts 1.

+++

```{code-cell}
quiz("start-here/slopes")
```

```{code-cell}
quiz("start-here/skip-ahead")
```

```{code-cell}
:tags: [remove-input]

print("the end")
```
"""
)


@pytest.fixture
def root(tmp_path):
    """A course of one unit, in an empty folder."""
    folder = tmp_path / "source" / "00-start-here"
    folder.mkdir(parents=True)
    (folder / "exercises.md").write_text(TEXT)
    (folder / "lesson.md").write_text(HEAD + "# Lesson\n\n```{code-cell}\n1 + 1\n```\n")
    return tmp_path


# --- What is committed ------------------------------------------------------------------------


@pytest.mark.parametrize("target", BUILT, ids=lambda target: target.name)
def test_built_notebook_and_text_agree(target):
    assert disagreement(target) == ""


def test_every_unit_has_its_three_notebooks_and_every_page_its_one():
    pages = {target.stem for target in BUILT if target.is_page}
    for kind in (LESSON, EXERCISES, SOLUTIONS):
        wanted = {unit.stem for unit in all_units()} | (pages if kind == LESSON else set())
        assert {target.stem for target in BUILT if target.kind == kind} == wanted
        assert {path.stem for path in (builder.ROOT / kind).glob("*.ipynb")} == wanted


@pytest.mark.parametrize("target", BUILT, ids=lambda target: target.name)
def test_a_built_notebook_holds_nothing_of_a_machine(target):
    notebook = nbformat.read(target.path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"actloss", "kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jp-MarkdownHeadingCollapsed"}
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", f"a warning below\n{cell.source}"
    text = target.path.read_text(encoding="utf-8")
    assert not re.search(r"/home/|/Users/|/root/|/tmp/|ipykernel_\d|0x[0-9a-f]{6,}", text)


@pytest.mark.parametrize(
    "target", [t for t in BUILT if t.kind == EXERCISES], ids=lambda target: target.name
)
def test_exercises_are_shipped_without_solutions_and_outputs(target):
    notebook = nbformat.read(target.path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert all(IGNORE_TAG in cell.metadata.tags for cell in code)
    assert "SOLUTION" not in target.path.read_text(encoding="utf-8")
    assert any("..." in cell.source for cell in code)


@pytest.mark.parametrize(
    "target", [t for t in BUILT if t.kind != EXERCISES], ids=lambda target: target.name
)
def test_lessons_and_solutions_have_been_run(target):
    notebook = nbformat.read(target.path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        left_to_the_reader = "fresh" in cell.metadata.get("tags", [])
        assert cell.execution_count == (None if left_to_the_reader else number)
        assert not (left_to_the_reader and cell.outputs)


# --- Cutting solutions ------------------------------------------------------------------------


def between(*lines, indent=""):
    return "\n".join(indent + line for line in ("### BEGIN SOLUTION", *lines, "### END SOLUTION"))


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        (between("answer = 3"), "answer = ..."),
        (between("a, b = 3, 4", "c: int = 5"), "a = ...\nb = ...\nc = ..."),
        (between("answer = {", '    "b": 3,', "}"), "answer = ..."),
        (
            "def f(x):\n" + between("y = 2 * x", "return y", indent="    "),
            "def f(x):\n    return ...",
        ),
        (
            "def f(x):\n" + between("if x:", "    return 1", "return 2", indent="    "),
            "def f(x):\n    return ...",
        ),
        (
            "def f(x):\n" + between("y = 2 * x", indent="    ") + "\n    return y",
            "def f(x):\n    y = ...\n    return y",
        ),
        (
            between("def f(x, *, axis=-1):", "    return x", "g = f"),
            "def f(x, *, axis=-1):\n    return ...\ng = ...",
        ),
        (
            "def f(x):\n" + between("# stub: return ..., ...", "return 1, 2", indent="    "),
            "def f(x):\n    return ..., ...",
        ),
        (
            between(
                "# stub: if x:", "# stub:     return ...", "if x:", "    return 1", indent="  "
            ),
            "  if x:\n      return ...",
        ),
        (between("w[i] = 3", "self.x = i"), "..."),
        (between("print(3)"), "..."),
        (between("a = 1") + "\nprint(a)\n" + between("b = 2"), "a = ...\nprint(a)\nb = ..."),
        ("nothing = 'to cut'", "nothing = 'to cut'"),
    ],
)
def test_a_stub_takes_the_place_of_a_solution(source, stub):
    assert cut(source) == stub
    ast.parse(textwrap.dedent(stub))


def test_the_solution_is_shown_without_its_marks():
    source = "def f(x):\n" + between("# stub: return None", "return x", indent="    ")
    assert unmark(source) == "def f(x):\n    return x"


@pytest.mark.parametrize(
    "source",
    [
        *("### BEGIN SOLUTION\na = 1", "a = 1\n### END SOLUTION", between(between("a = 1"))),
        between("a = 1").replace("### ", "###"),
        between("a = 1").replace("BEGIN SOLUTION", "Begin solution"),
        "a = 1  ### BEGIN SOLUTION\n### END SOLUTION",
    ],
)
def test_a_mark_that_is_alone_or_misspelt_is_refused(root, source):
    exercises = targets(root=root)[1]
    exercises.text.write_text(f"{TEXT}\n```{{code-cell}}\n{source}\n```\n")
    with pytest.raises(BuildError, match=r"^source/00-start-here/exercises\.md: .*SOLUTION"):
        draft(exercises)


# --- Building ---------------------------------------------------------------------------------


def test_three_notebooks_are_built_and_then_left_alone(root):
    made = targets(root=root)
    assert [target.name for target in made] == [
        "notebooks/00-start-here.ipynb",
        "exercises/00-start-here.ipynb",
        "solutions/00-start-here.ipynb",
    ]
    assert [build(target) for target in made] == [True, True, True]
    assert [disagreement(target) for target in made] == ["", "", ""]
    before = [target.path.read_bytes() for target in made]
    assert [build(target) for target in made] == [False, False, False]
    assert [build(target, force=True) for target in made] == [True, True, True]
    assert [target.path.read_bytes() for target in made] == before, "a build can be repeated"

    exercises, solutions = (json.loads(target.path.read_text()) for target in made[1:])
    assert "counts 1" not in str(exercises)
    assert "counts 1" in str(solutions)
    assert "✓ start-here/first-check: Right." in str(solutions)
    assert "widget-view" not in str(solutions)
    assert "What is the slope" in str(solutions)
    quiz_cell = next(c for c in solutions["cells"] if "quiz(" in "".join(c["source"])[:5])
    assert IGNORE_TAG in quiz_cell["metadata"]["tags"], "a widget is never the same again"


def test_only_what_changed_is_built_again(root):
    lesson, exercises, _ = targets(root=root)
    build(lesson)
    build(exercises)
    exercises.text.write_text(TEXT.replace("# Exercises", "# More exercises"))
    assert disagreement(lesson) == ""
    assert "is not what source/00-start-here/exercises.md says" in disagreement(exercises)
    assert not build(lesson)
    assert build(exercises)


def test_a_changed_solution_is_noticed_though_the_exercises_look_the_same(root):
    exercises = targets(root=root)[1]
    build(exercises)
    exercises.text.write_text(TEXT.replace('"GC"', '"CG"'))
    assert "older text" in disagreement(exercises)


def test_an_edited_notebook_is_noticed(root):
    exercises = targets(root=root)[1]
    build(exercises)
    exercises.path.write_text(exercises.path.read_text().replace("first_check(dna)", "f(dna)"))
    assert disagreement(exercises)


def test_an_exercise_that_is_declared_but_not_in_the_text_is_refused(root):
    exercises = targets(root=root)[1]
    exercises.text.write_text(TEXT.replace('quiz("start-here/slopes")', "pass"))
    with pytest.raises(BuildError, match=r"exercises\.md has no start-here/slopes, which its unit"):
        build(exercises)


def test_a_unit_without_a_place_on_the_map_is_refused(root):
    (root / "source" / "99-nowhere").mkdir()
    with pytest.raises(BuildError, match="source/99-nowhere has no place on the map"):
        targets(root=root)
    assert len(targets(["00"], root)) == 3


def test_a_wrong_solution_is_not_built(root):
    solutions = targets(root=root)[2]
    solutions.text.write_text(TEXT.replace('"GC"', '"G"'))
    with pytest.raises(BuildError, match="left out the Cs"):
        build(solutions)
    assert not solutions.path.exists()


def test_a_path_of_this_machine_is_refused(root):
    lesson = targets(root=root)[0]
    lesson.text.write_text(HEAD + "```{code-cell}\nimport os\nos.getcwd()\n```\n")
    with pytest.raises(BuildError, match=r"path of this machine, below the cell\nimport os"):
        build(lesson)


def test_an_exercise_named_like_a_home_is_no_path(root, monkeypatch):
    monkeypatch.setenv("HOME", "/root")
    lesson = targets(root=root)[0]
    lesson.text.write_text(HEAD + '```{code-cell}\nprint("losses/root-mean")\n```\n')
    build(lesson)
    lesson.text.write_text(HEAD + '```{code-cell}\nprint("in /root/file")\n```\n')
    with pytest.raises(BuildError, match="path of this machine"):
        build(lesson)


def test_units_can_be_chosen(root):
    for name in ("00", "start-here", "00-start-here"):
        assert len(targets([name], root)) == 3
    with pytest.raises(BuildError, match="no text for 'nowhere'"):
        targets(["nowhere"], root)


PAGE = HEAD + "# All words\n\n{{ unit(2) }}\n\n```{code-cell}\n1 + 1\n```\n"


def test_a_page_is_built_once_and_every_notebook_of_a_unit_leads_to_it(root):
    assert "Look it up" not in str(draft(targets(root=root)[0]))
    (root / "source" / "words.md").write_text(PAGE)
    lesson, exercises, solutions, page = targets(root=root)
    assert page.name == "notebooks/words.ipynb"
    assert draft(lesson).cells[1].source == "**Look it up.** [All words](words.ipynb)"
    for target in (exercises, solutions):
        link = "**Look it up.** [All words](../notebooks/words.ipynb)"
        assert draft(target).cells[1].source == link
    assert build(page)
    assert not build(page)
    assert disagreement(page) == ""
    made = nbformat.read(page.path, as_version=4)
    assert [cell.source for cell in made.cells] == [
        "# All words\n\n[02](02-squashing.ipynb)",
        "1 + 1",
    ]
    assert made.metadata.actloss.unit == "words"


def test_a_page_is_chosen_by_its_whole_name(root):
    (root / "source" / "all-words.md").write_text(PAGE)
    assert [target.stem for target in targets(["all-words"], root)] == ["all-words"]
    with pytest.raises(BuildError, match="no text for 'words'"):
        targets(["words"], root)


def test_a_page_may_be_named_by_a_number_that_is_no_unit_s(root):
    (root / "source" / "3d-figures.md").write_text(PAGE)
    assert targets(root=root)[-1].name == "notebooks/3d-figures.ipynb"


def test_a_page_s_title_is_its_first_heading_and_no_comment_in_code(root):
    page, code = root / "source" / "words.md", "```{code-cell}\n# a comment\n```\n"
    page.write_text(HEAD + code + "# All words\n\n" + code)
    assert "[All words](words.ipynb)" in str(draft(targets(root=root)[0]))
    page.write_text(HEAD + code)
    with pytest.raises(BuildError, match=r"source/words\.md has no title"):
        draft(targets(root=root)[0])


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('{{ formula("nothing") }}', "There is no function 'nothing'"),
        ("{{ unit(77) }}", "There is no unit 77 on the map"),
        (r"$\sqrt{{ a }}$", "'a' is undefined"),
        ("{{ foo", "unexpected end"),
        ("{{ 1 | unit_of }}", "AttributeError"),
    ],
)
def test_a_page_that_cannot_be_filled_in_is_named(root, written, problem):
    (root / "source" / "words.md").write_text(f"{PAGE}\n{written}\n")
    with pytest.raises(BuildError, match=rf"^source/words\.md cannot be filled in.*{problem}"):
        draft(Target("words", LESSON, root))


def test_a_page_that_disagrees_is_named_as_it_lies(root):
    page = root / "source" / "words.md"
    page.write_text(PAGE)
    build(Target("words", LESSON, root))
    page.write_text(PAGE.replace("All", "Some"))
    assert disagreement(Target("words", LESSON, root)) == (
        "notebooks/words.ipynb is not what source/words.md says."
    )


def test_a_cell_keeps_its_name_when_others_come_and_go(root):
    target = Target("00-start-here", EXERCISES, root)
    before = {cell.source: cell.id for cell in draft(target).cells}
    target.text.write_text(TEXT.replace("# Exercises", "# Exercises\n\n+++\n\nA new cell."))
    after = {cell.source: cell.id for cell in draft(target).cells}
    assert set(before.items()) < set(after.items())
    assert len(set(after.values())) == len(after)


def test_the_sources_keep_to_what_jupyterlab_renders():
    for path in Path(builder.ROOT / "source").glob("**/*.md"):
        directives = re.findall(r"^```\{(?!code-cell\})[^}]*\}|^:::", path.read_text(), flags=re.M)
        assert not directives, f"{path}: {directives}"
