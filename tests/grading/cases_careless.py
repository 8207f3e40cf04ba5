"""Honest notebooks with what people leave in them: none of it may change a grade."""

# ruff: noqa: E501  (an attack is shown as it is handed in)
from __future__ import annotations

from grading.case import ALL, IMPORT, SOLUTION, Case, Cases, as_bytes, notebook, solved

# --- what is left in cells ----------------------------------------------------------------------

careless = Cases("careless")
careless.careless("prints, warnings and errors", "print('here')", "1 / 0", "undefined", "import nothing_here",
                  "import warnings; warnings.warn('careful')", "...", "assert False, 'todo'")  # fmt: skip
careless.careless("a syntax error in a cell of its own", "def broken(:", "...", "for x in range(3)")
careless.careless(
    "wrong indents and tabs", "  x = 1\n    y = 2", "...", "if True:\n\tx = 1\n        y = 2"
)
careless.careless("an unused import of what is forbidden", "import scipy", "...", "import torch")
careless.careless("two imports on one line", "import scipy.special, numpy as np", "...",
                  "from actloss import activations; activations.sigmoid(np.zeros(3))")  # fmt: skip
careless.careless("its own checks against SciPy", "...", "from scipy.special import expit\n"
                  "assert np.allclose(sigmoid(np.ones(3)), expit(np.ones(3)))")  # fmt: skip
careless.careless("plots", "import matplotlib.pyplot as plt\n%matplotlib inline\nplt.plot([1, 2])", "...",
                  "x = np.linspace(-5, 5)\nplt.plot(x, sigmoid(x))\nplt.show()")  # fmt: skip
careless.careless("a plot in another window", "%matplotlib qt", "%matplotlib widget", "import matplotlib\n"
                  "matplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\nplt.show()")  # fmt: skip
careless.careless("displays", "from IPython.display import display, Markdown, clear_output\n"
                  "display(Markdown('# hi'), 5)\nclear_output(wait=True)\nfor i in range(3): display(i)")  # fmt: skip
careless.careless("magics", "%load_ext autoreload\n%autoreload 2", "%config InlineBackend.figure_format = 'retina'",
                  "%who", "%xmode Verbose", "%pwd", "%cd ..", "%precision 3", "%nothing", "%%nothing\nx",
                  "...", "%history -n", "%time sigmoid(np.zeros(3))", "%timeit -n 2 -r 1 sigmoid(0.5)")  # fmt: skip
careless.careless("magics of whole cells", "%%html\n<b>hi</b>", "%%javascript\nalert(1)", "%%bash\necho hi",
                  "%%latex\n$x$", "%%script false --no-raise-error\nx", "%%sh\nexit 3")  # fmt: skip
careless.careless(
    "the shell", "!ls", "files = !ls\nprint(files)", "!exit 3", "!cd /tmp && echo $HOME > x.txt"
)
careless.careless("an installation", "!pip install --quiet numpy", "%pip install scipy")
careless.careless(
    "questions to Python", "?np.exp", "np.exp??", "...", "sigmoid?", "sigmoid??", "help(sigmoid)"
)
careless.careless("reset at the beginning", "%reset -f", IMPORT)
careless.careless("timing around an answer", "...", "%%time\n" + SOLUTION["tanh"], without="tanh")
careless.careless(
    "capture around an answer", "...", "%%capture output\n" + SOLUTION["tanh"], without="tanh"
)
careless.careless(
    "a magic before an answer", "...", "%matplotlib inline\n" + SOLUTION["tanh"] + "\n!echo done"
)
careless.careless("a file that is written and run", "%%writefile mine.py\n" + "import numpy as np\n" +
                  SOLUTION["tanh"], "...", "%run mine.py", without="tanh")  # fmt: skip
careless.careless("a module that is written and imported", "%%writefile mine.py\nimport numpy as np\n" +
                  SOLUTION["tanh"], "...", "from mine import tanh", without="tanh")  # fmt: skip
careless.careless("a module that Python writes", "text = " + repr("import numpy as np\n" + SOLUTION["tanh"]) +
                  "\nwith open('mine.py', 'w') as file: file.write(text)", "...", "from mine import tanh",
                  without="tanh")  # fmt: skip
careless.careless("scikit-learn and pandas", "import pandas as pd\nfrom sklearn.linear_model import "
                  "LogisticRegression", "...", "import sklearn, seaborn", "pd.DataFrame({'x': [1]})")  # fmt: skip
careless.careless(
    "the names of other packages", "# torch, tensorflow, sklearn and jax are not needed here"
)
careless.careless("await outside a function", "import asyncio\nawait asyncio.sleep(0)", "...",
                  "async def f(): return 5\nx = await f()\n" + SOLUTION["tanh"], without="tanh")  # fmt: skip
careless.careless(
    "input", "name = input('Your name? ')", "...", "import getpass; getpass.getpass()"
)
careless.careless("input in the cell of an answer", "...", "input()\n" + SOLUTION["tanh"],
                  without="tanh", earned=ALL - {"tanh"}, disputed={"tanh"})  # fmt: skip
careless.careless("widgets", "from ipywidgets import interact, IntSlider\ndisplay(IntSlider())", "...",
                  "@interact(x=(-5.0, 5.0))\ndef show(x): return sigmoid(x)")  # fmt: skip
careless.careless("from __future__", "from __future__ import annotations", "...",
                  "from __future__ import annotations\n" + SOLUTION["tanh"], without="tanh")  # fmt: skip
careless.careless("an answer for programs", "...", 'if __name__ == "__main__":\n    '
                  + SOLUTION["tanh"].replace("\n", "\n    "), without="tanh")  # fmt: skip
careless.careless("what the notebook knows of itself", "1 + 1", "_ + 1", "Out, In, _i, __, ___",
                  "get_ipython().run_line_magic('pwd', '')", "get_ipython().user_ns['x'] = 1", "x",
                  "get_ipython().run_cell('y = 2')", "get_ipython().system('ls')", "display(y)")  # fmt: skip
careless.careless("an answer run by hand", "...",
                  f"get_ipython().run_cell({SOLUTION['tanh']!r})", without="tanh")  # fmt: skip
careless.careless("exit at the end", "...", "exit()", "import sys\nsys.exit(0)", "quit")
careless.careless("a kernel shut down at the end", "...", "get_ipython().kernel.do_shutdown(True)",
                  "import os\nos._exit(0)")  # fmt: skip
careless.careless(
    "other imports", "from numpy import *", "import math, random, itertools, pandas as pd", "e = 5"
)
careless.careless("seeds and settings", "np.random.seed(0)\nnp.set_printoptions(precision=2)", "import sys\n"
                  "sys.setrecursionlimit(10_000)\nimport os\nos.chdir('/')\nos.environ['X'] = '1'")  # fmt: skip
careless.careless(
    "warnings switched off",
    "import warnings\nwarnings.filterwarnings('ignore')\nnp.seterr(all='ignore')",
)
careless.careless(
    "a logger",
    "import logging\nlogging.basicConfig(level=0)\nlogging.debug('x')\nlogging.shutdown()",
)
careless.careless("a progress bar", "from tqdm.auto import tqdm\nfor i in tqdm(range(100)): pass")
careless.careless("processes and threads", "from concurrent.futures import ThreadPoolExecutor\n"
                  "with ThreadPoolExecutor() as pool: list(pool.map(abs, range(10)))", "import multiprocessing as m\n"
                  "with m.Pool(2) as pool: pool.map(abs, range(10))")  # fmt: skip
careless.careless("type hints and dataclasses", "...", "from dataclasses import dataclass\n@dataclass\nclass P:\n"
                  "    x: int = 0\nimport typing; typing.get_type_hints(P)", "def tanh(x: 'np.ndarray') -> "
                  "'np.ndarray':\n    return 2 * sigmoid(2 * x) - 1")  # fmt: skip
careless.careless("pickles of what it defined", "...", "import pickle, copy\npickle.loads(pickle.dumps(sigmoid))\n"
                  "copy.deepcopy(tanh)\nimport inspect\ninspect.getsource(sigmoid)")  # fmt: skip
careless.careless("a very long line", "x = '" + "y" * 5_000_000 + "'")
careless.careless("a page of signs and emoji", "# 🧬 α → β, naïve\nα = 'Ω'  # \u202e\u200b")

# --- what became of cells -----------------------------------------------------------------------

cells = Cases("edited cells")
FULL = [IMPORT, *solved(*ALL)]


def edited(name: str, content: object, **expected: object) -> None:
    cells.append(Case(name, cells.kind, as_bytes(content), **{"earned": ALL, **expected}))  # type: ignore[arg-type]


edited("as it should be", notebook(*FULL))
edited("checks deleted", notebook(IMPORT, *SOLUTION.values()))
edited(
    "checks edited", notebook(*(cell.replace("check(", "assert 5 == check(1, ") for cell in FULL))
)
edited(
    "checks without an answer",
    notebook(*(c.split(",")[0] + ")" if c.startswith("check") else c for c in FULL)),
)
edited("what a check says, used", notebook(*FULL, 'said = check("squashing/tanh", tanh)\n'
       'print(said, said.text, said.html)\nsaid.data["state"]\nassert "Right" in repr(said)'))  # fmt: skip
edited("hints, progress and a quiz", notebook(*FULL, 'hint("squashing/tanh")', "progress()", 'hint("squashing/tanh", 2)',
       'progress("squashing")', 'quiz("squashing/range")', 'w = quiz("squashing/range")\nw.chosen = ["a"]'))  # fmt: skip
edited("the course's imports deleted", notebook("import numpy as np", *SOLUTION.values()))
edited("the import at the end", notebook(*FULL[1:], IMPORT))
edited("backwards", notebook(*FULL[::-1]))
edited("every cell twice", notebook(*FULL, *FULL))
edited("everything in one cell", notebook("\n".join(FULL)))
edited(
    "everything in one cell, after a mistake",
    notebook("1 / 0\n" + "\n".join(FULL)),
    earned=frozenset(),
    disputed=ALL,
)
edited("the stub pasted after an answer", notebook(*FULL, "def tanh(x):\n    ..."),
       earned=ALL - {"tanh"}, disputed=frozenset({"tanh"}))  # fmt: skip
edited("a wrong answer, then a right one", notebook(IMPORT, "def tanh(x): return x", *FULL[1:]))
edited(
    "a right answer, then a wrong one",
    notebook(*FULL, "def tanh(x): return x"),
)
edited("an answer deleted again", notebook(*FULL, "del tanh"), earned=ALL - {"tanh"},
       disputed=frozenset({"tanh"}))  # fmt: skip
edited(
    "marks of a merge in one cell",
    notebook(*FULL, "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs"),
)
edited("1,000 cells", notebook(*FULL, *(["x = 1"] * 1000)))
edited("20,000 cells", notebook(*FULL, *(["x = 1"] * 20_000)), earned=frozenset(), disputed=ALL,
       says="(?i)cells|right")  # fmt: skip
edited("empty cells", notebook("", *FULL, "", " \n\t", "# only a comment"))
edited("a number in place of NumPy at the end", notebook(*FULL, "check = 5"))

with_outputs = notebook(*FULL)
for number, one in enumerate(with_outputs["cells"]):
    one["execution_count"] = 99 - number
    one["outputs"] = [
        {"output_type": "display_data", "data": {"image/png": "A" * 100_000}, "metadata": {}}
    ]
edited("with outputs", with_outputs)

CARELESS = [*careless, *cells]
