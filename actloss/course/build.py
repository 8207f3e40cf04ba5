"""Builds the three notebooks of a unit from its text in `source/NN-slug/`.

    lesson.md     ->  notebooks/NN-slug.ipynb   executed
    exercises.md  ->  exercises/NN-slug.ipynb   solutions cut out, no outputs
                      solutions/NN-slug.ipynb   executed; every answer must be right

A page that belongs to no unit, `source/NAME.md`, is built like a lesson. It is a template, filled
in from the catalogue and the map (`actloss.course.pages`), and every notebook of a unit gets a
line with links to all pages.

The text is MyST Markdown as jupytext reads it. In `exercises.md` an answer stands between
`### BEGIN SOLUTION` and `### END SOLUTION`. What takes its place is worked out: `return ...` for
a block that returns, `name = ...` for one that assigns. A line `# stub: ...` in the block says
otherwise. Cells with the tag `solution` are kept out of the exercises, and the outputs of cells
with the tag `fresh` out of all: the reader makes them. `+++ {"jp-MarkdownHeadingCollapsed": true}`
before a heading folds its section away in JupyterLab. Links between notebooks are written as they
are in the repository: `../exercises/02-squashing.ipynb`.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import tempfile
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import actloss
from actloss.course import pages
from actloss.course.map import PLACES
from actloss.course.running import NotebookFailed, run_notebook
from actloss.course.units import find_unit

ROOT = Path(actloss.__file__).parent.parent
SOURCE = "source"
LESSON, EXERCISES, SOLUTIONS = "notebooks", "exercises", "solutions"
TEXTS = {LESSON: "lesson.md", EXERCISES: "exercises.md", SOLUTIONS: "exercises.md"}
BEGIN, END, STUB = "### BEGIN SOLUTION", "### END SOLUTION", "# stub:"
LIKE_A_MARK = re.compile(r"#\s*(begin|end)\s+solution", re.IGNORECASE)
SOLUTION_TAG, FRESH_TAG, IGNORE_TAG = "solution", "fresh", "nbval-ignore-output"
FOLDED = "jp-MarkdownHeadingCollapsed"
WIDGET_TYPE = "application/vnd.jupyter.widget-view+json"
CELL_SECONDS = 300


class BuildError(Exception):
    """A notebook cannot be built from its text; says which, where and why."""


@dataclass(frozen=True)
class Target:
    """One notebook to be built."""

    stem: str
    kind: str
    root: Path = ROOT

    @property
    def is_page(self) -> bool:
        """Whether it is a page, and no unit's."""
        return pages.is_page(self.stem)

    @property
    def text(self) -> Path:
        """The text that it is built from."""
        if self.is_page:
            return self.root / SOURCE / f"{self.stem}.md"
        return self.root / SOURCE / self.stem / TEXTS[self.kind]

    def read(self) -> str:
        """The text, that of a page filled in."""
        text = self.text.read_text(encoding="utf-8")
        if not self.is_page:
            return text
        try:
            return pages.filled_in(text)
        except Exception as problem:  # a template may ask for anything
            kind = type(problem).__name__
            raise BuildError(f"{self.source} cannot be filled in. {kind}: {problem}") from problem

    @property
    def source(self) -> str:
        """What to call its text in a message."""
        return self.text.relative_to(self.root).as_posix()

    @property
    def path(self) -> Path:
        """Where it is written."""
        return self.root / self.kind / f"{self.stem}.ipynb"

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return f"{self.kind}/{self.stem}.ipynb"

    @property
    def slug(self) -> str:
        """The unit's slug, or the page's name."""
        return self.stem if self.is_page else self.stem.partition("-")[2]


def targets(units: Iterable[str] = (), root: Path = ROOT) -> list[Target]:
    """The notebooks of these units (by slug, number or stem) and pages, or of all that have a text.

    Units come before pages.
    """
    stems = sorted(folder.name for folder in (root / SOURCE).glob("[0-9][0-9]-*"))
    stems += pages.names(root / SOURCE)
    chosen = [stem for stem in stems if not units or any(_names(unit, stem) for unit in units)]
    unknown = [unit for unit in units if not any(_names(unit, stem) for stem in stems)]
    if unknown:
        raise BuildError(f"There is no text for {unknown[0]!r} in {SOURCE}/.")
    known = {place.stem for place in PLACES}
    for stem in chosen:
        if not pages.is_page(stem) and stem not in known:
            raise BuildError(f"{SOURCE}/{stem} has no place on the map (actloss/course/map.py).")
    made = [Target(stem, kind, root) for stem in chosen for kind in _kinds(stem)]
    return [target for target in made if target.text.exists()]


def _kinds(stem: str) -> tuple[str, ...]:
    return (LESSON,) if pages.is_page(stem) else tuple(TEXTS)


def _names(unit: str, stem: str) -> bool:
    if pages.is_page(stem):
        return unit == stem
    number, _, slug = stem.partition("-")
    return unit in (stem, slug, number)


def build(target: Target, force: bool = False) -> bool:
    """Build one notebook, if its text or specification changed. True if it was written."""
    if not force and not disagreement(target):
        return False
    notebook = draft(target)
    if target.kind != EXERCISES:
        execute(notebook, target)
    write(notebook, target.path)
    return True


def disagreement(target: Target) -> str:
    """How a built notebook disagrees with its text; "" where it agrees."""
    import nbformat

    if not target.path.exists():
        return f"{target.name} is not built yet."
    built = nbformat.read(target.path, as_version=4)
    wanted = draft(target)
    if _without_outputs(built) != _without_outputs(wanted):
        return f"{target.name} is not what {target.source} says."
    if built.metadata != wanted.metadata:
        return f"{target.name} was built from an older text, specification or version."
    return ""


def _without_outputs(notebook: Any) -> list[tuple]:
    return [(cell.id, cell.cell_type, cell.source, _written_tags(cell)) for cell in notebook.cells]


def _written_tags(cell: Any) -> list[str]:
    return [tag for tag in cell.metadata.get("tags", []) if tag != IGNORE_TAG]


def draft(target: Target) -> Any:
    """The notebook as its text says, not yet executed."""
    import nbformat

    try:
        import jupytext
    except ImportError:
        raise BuildError("Building needs jupytext: pip install jupytext") from None
    read = jupytext.reads(target.read(), fmt="md:myst")
    notebook = nbformat.v4.new_notebook()
    for cell in read.cells:
        tags = list(cell.metadata.get("tags", []))
        if SOLUTION_TAG in tags and target.kind == EXERCISES:
            continue
        make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
        made = make[cell.cell_type](_source(cell.source, target))
        if target.kind == EXERCISES and cell.cell_type == "code":
            tags.append(IGNORE_TAG)
        made.metadata = nbformat.from_dict(_cell_metadata(tags, FOLDED in cell.metadata))
        notebook.cells.append(made)
    if target.kind == EXERCISES:
        _refuse_missing(notebook, target)
    if links := _links(target):
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(links))
    _name_cells(notebook)
    notebook.metadata = nbformat.from_dict(_metadata(notebook, target))
    return notebook


def _refuse_missing(notebook: Any, target: Target) -> None:
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for exercise in find_unit(target.slug).exercises:
        if f'"{exercise.id}"' not in code:
            raise BuildError(f"{target.source} has no {exercise.id}, which its unit declares.")


def _links(target: Target) -> str:
    """The line below a unit's head that leads to the pages."""
    if target.is_page:
        return ""
    folder = "" if target.kind == LESSON else f"../{LESSON}/"
    try:
        found = pages.titles(target.root / SOURCE)
    except ValueError as problem:
        raise BuildError(str(problem)) from None
    links = [f"[{title}]({folder}{name}.ipynb)" for name, title in found.items()]
    return f"**Look it up.** {' · '.join(links)}" if links else ""


def _cell_metadata(tags: Iterable[str], folded: bool) -> dict[str, Any]:
    """What is kept of a cell's metadata."""
    kept: dict[str, Any] = {"tags": sorted(set(tags))} if tags else {}
    return {**kept, FOLDED: True} if folded else kept


def _source(source: str, target: Target) -> str:
    if not LIKE_A_MARK.search(source):
        return source
    try:
        return cut(source) if target.kind == EXERCISES else unmark(source)
    except (BuildError, SyntaxError) as problem:
        raise BuildError(f"{target.source}: {problem}") from None


def _name_cells(notebook: Any) -> None:
    """Name each cell after its source, so that the same cell keeps its name."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        name = _digest(cell.cell_type, cell.source)[:8]
        seen[name] = seen.get(name, 0) + 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"


def _metadata(notebook: Any, target: Target) -> dict[str, Any]:
    unit_module = Path(__file__).parent / "units" / f"{target.slug.replace('-', '_')}.py"
    specification = unit_module.read_text(encoding="utf-8") if unit_module.exists() else ""
    return {
        "actloss": {
            "unit": target.slug,
            "kind": target.kind,
            "version": _digest(*(cell.source for cell in notebook.cells))[:12],
            "built_from": _digest(target.read(), specification, actloss.__version__)[:12],
        },
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


# --- Solutions --------------------------------------------------------------------------------


def unmark(source: str) -> str:
    """The source with its solutions, without the marks around them."""
    lines = source.splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith((BEGIN, END, STUB)))


def cut(source: str) -> str:
    """The source with a stub in place of each solution."""
    kept: list[str] = []
    block: list[str] | None = None
    for line in source.splitlines():
        mark = line.strip()
        if mark == BEGIN and block is None:
            block = []
            indent = line[: len(line) - len(line.lstrip())]
        elif mark == END and block is not None:
            kept += [indent + stub_line for stub_line in stub(block)]
            block = None
        elif LIKE_A_MARK.search(mark):
            raise BuildError(f"{mark!r} has no partner, or should be {BEGIN} or {END}")
        elif block is None:
            kept.append(line)
        else:
            block.append(line)
    if block is not None:
        raise BuildError(f"{BEGIN} has no {END}")
    return "\n".join(kept)


def stub(block: list[str]) -> list[str]:
    """What stands in place of a solution: the author's `# stub:` lines, or what suits the code."""
    lines = [line.strip() for line in block]
    said = [line.removeprefix(STUB).removeprefix(" ") for line in lines if line.startswith(STUB)]
    if said:
        return said
    code = textwrap.indent(textwrap.dedent("\n".join(block)), "    ")
    statements = ast.parse(f"if True:\n{code}\n    pass").body
    assert isinstance(statements[0], ast.If)
    statements = statements[0].body
    if any(_returns(statement) for statement in statements):
        return ["return ..."]
    made: list[str] = []
    for statement in statements:
        if isinstance(statement, ast.FunctionDef):
            made += [f"def {statement.name}({ast.unparse(statement.args)}):", "    return ..."]
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            made += [f"{name} = ..." for name in _assigned(statement)]
    return list(dict.fromkeys(made)) or ["..."]


def _returns(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return False
    children = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
    return isinstance(statement, ast.Return) or any(map(_returns, children))


def _assigned(statement: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    nodes = (node for target in targets for node in ast.walk(target))
    names = (node for node in nodes if isinstance(node, ast.Name))
    return [name.id for name in names if isinstance(name.ctx, ast.Store)]


# --- Execution --------------------------------------------------------------------------------


def execute(notebook: Any, target: Target) -> None:
    """Run a notebook in an empty folder, and keep of its outputs what every machine would show."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    settings = {
        "ACTLOSS_FIGURES": "strict",
        "ACTLOSS_STRICT": "1" if target.kind == SOLUTIONS else "0",
        "PYTHONPATH": path,
        "PYTHONHASHSEED": "0",
    }
    metadata = _metadata(notebook, target)
    with tempfile.TemporaryDirectory() as folder:
        try:
            run_notebook(notebook, folder, CELL_SECONDS, settings)
        except NotebookFailed as problem:
            raise BuildError(f"{target.name} does not run.\n{problem}") from None
        for cell in notebook.cells:
            _normalise(cell)
            _refuse_paths(cell, (folder, str(Path.home()), str(ROOT)), target)
    notebook.metadata.clear()
    notebook.metadata.update(metadata)


def _normalise(cell: Any) -> None:
    """Drop timings and what needs a kernel to be seen."""
    tags = cell.metadata.get("tags", [])
    if cell.cell_type == "code":
        if any(WIDGET_TYPE in output.get("data", {}) for output in cell.outputs):
            tags = sorted({*tags, IGNORE_TAG})
        cell.outputs = [output for output in map(_static, cell.outputs) if output is not None]
        if FRESH_TAG in tags:
            cell.outputs, cell.execution_count = [], None
    kept = _cell_metadata(tags, FOLDED in cell.metadata)
    cell.metadata.clear()
    cell.metadata.update(kept)


def _static(output: Any) -> Any:
    """An output without its widget; None where nothing but the widget was shown."""
    data = output.get("data", {})
    if WIDGET_TYPE in data:
        del data[WIDGET_TYPE]
        if set(data) <= {"text/plain"}:
            return None
    return output


def _refuse_paths(cell: Any, paths: tuple[str, ...], target: Target) -> None:
    shown = str(cell.get("outputs", ""))
    # "/root" is a home, and no part of "regression-losses/root-mean-squared-error"
    alone = [rf"(?<!\w){re.escape(path)}\b" for path in paths if len(path) > 1]
    found = [path for path in alone if re.search(path, shown)]
    if found or "/ipykernel_" in shown:
        raise BuildError(
            f"{target.name} shows a path of this machine, below the cell\n{cell.source}"
        )


def write(notebook: Any, path: Path) -> None:
    """Write a notebook in the form in which it is committed."""
    import nbformat

    path.parent.mkdir(exist_ok=True)
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook, version=4) + "\n", encoding="utf-8")
