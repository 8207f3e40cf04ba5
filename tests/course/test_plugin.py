"""`pytest --nbval` over a learner's notebook is red exactly at what is not solved."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from actloss.course.running import run_notebook

ROOT = Path(__file__).parents[2]
PATH = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


@pytest.fixture(scope="module")
def notebook():
    """The first unit's exercises, with one right answer, a wrong one and an untouched one."""
    notebook = nbformat.read(ROOT / "exercises" / "00-start-here.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    answer(code, "def first_check", 'def first_check(dna):\n    return sum(b in "GC" for b in dna)')
    answer(code, "slopes = ...", 'slopes = "a"')
    own = nbformat.v4.new_code_cell("import time\ntime.time()")  # never shows the same again
    notebook.cells.append(own)
    return notebook


def answer(cells, stub, text):
    next(cell for cell in cells if cell.source.startswith(stub)).source = text


@pytest.mark.parametrize("state", ["untouched", "saved", "cleared"])
def test_red_exactly_at_what_is_not_solved(notebook, state, tmp_path):
    mine = nbformat.from_dict(notebook)
    if state == "untouched":
        mine = nbformat.read(ROOT / "exercises" / "00-start-here.ipynb", as_version=4)
    if state == "saved":
        settings = {"ACTLOSS_STRICT": "0", "PYTHONPATH": str(ROOT)}
        run_notebook(mine, tmp_path, 60, settings, allow_errors=True)
        assert "✗ start-here/slopes" in str(mine)
    nbformat.write(mine, tmp_path / "mine.ipynb")

    done = subprocess.run(
        [
            *[sys.executable, "-m", "pytest", "--nbval", "-v", "--nbval-cell-timeout=60"],
            *["-p", "no:cacheprovider", "--rootdir", str(tmp_path), "mine.ipynb"],
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": PATH, "ACTLOSS_STRICT": ""},
    )
    results = re.findall(r"::Cell (\d+) (PASSED|FAILED)", done.stdout)
    code = [cell.source for cell in mine.cells if cell.cell_type == "code"]
    red = [code[int(number)] for number, result in results if result == "FAILED"]
    unsolved = ["start-here/slopes", "start-here/skip-ahead"]
    if state == "untouched":
        unsolved.insert(0, "start-here/first-check")
    assert len(results) == len(code), done.stdout + done.stderr
    assert [re.match(r'check\("(.*?)"', source)[1] for source in red] == unsolved
    assert "not answered yet" in done.stdout.lower()
    assert not (tmp_path / ".actloss").exists()


def test_other_tests_do_not_become_strict(tmp_path):
    (tmp_path / "test_plain.py").write_text(
        "import os\ndef test_plain():\n    assert 'ACTLOSS_STRICT' not in os.environ\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "ACTLOSS_STRICT"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**environment, "PYTHONPATH": PATH},
    )
    assert done.returncode == 0, done.stdout
