"""Submissions whose answers lie, were made elsewhere, or are somebody else's."""

# ruff: noqa: E501  (an attack is shown as it is handed in)
from __future__ import annotations

from dataclasses import replace

import numpy as np
from grading.case import Cases

from actloss.course.checking import probes_for
from actloss.course.units import find_exercise

# --- answers that lie ---------------------------------------------------------------------------

lies = Cases("lying answer")


def lie(name: str, body: str, returned: str = "Lie()") -> None:
    """The same lie as the answer of every function, and as that of the quiz."""
    lies.attack(
        name,
        body,
        f"""
        def claim(x, *others):
            return {returned}
        sigmoid = sigmoid_derivative = far_derivative = saturated = tanh = tanh_derivative = claim
        slope_through_layers = claim
        try:
            range_ = claim(np.zeros(1))
        except Exception:
            pass
        """,
    )


def heavy_lie(name: str, body: str, returned: str = "Lie") -> None:
    """A lie that takes seconds to look at, as one answer alone."""
    lies.attack(name, body, f"def tanh(x):\n    return {returned}")


EQUAL = """
class Lie{base}:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = __eq__
    def __hash__(self): return 0
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = __add__ = __sub__
"""
lie("an object that equals everything", EQUAL.format(base=""))
for base in ("float", "str", "list", "dict"):
    lie(f"a {base} that equals everything", EQUAL.format(base=f"({base})"))
lie(
    "an array that equals everything",
    """
    class Lie(np.ndarray):
        def __eq__(self, other): return np.True_
        def __array_ufunc__(self, ufunc, method, *inputs, **options): return np.True_
        def __array_function__(self, function, kinds, args, kwargs): return np.True_
        def __array_wrap__(self, *anything): return self
        all = any = __bool__ = lambda self, *anything: True
        shape = property(lambda self: Lie.told)
        dtype = property(lambda self: np.dtype(float))
        tobytes = tolist = item = __float__ = lambda self, *anything: 0.5
    """,
    "np.zeros(np.shape(x)).view(Lie)",
)
lie(
    "an object that says that it is an array",
    """
    class Lie:
        __class__ = np.ndarray
        shape, dtype, ndim = (1,), np.dtype(float), 1
        def __array__(self, *anything, **options): return Lie()
        __array_interface__ = {"shape": (10**9,), "typestr": "<f8", "data": (8, False), "version": 3}
        __array_priority__ = 1e9
    """,
)
lie(
    "an object with an address for its data",
    """
    class Lie:
        __array_interface__ = {"shape": (64,), "typestr": "<f8", "data": (8, False), "version": 3}
    """,
    "np.asarray(Lie())",
)
lie("an object array of such objects", EQUAL.format(base=""), "np.full(np.shape(x), Lie())")
lie("nothing but nan", "", "np.full(np.shape(x), np.nan)")
lie("nan in single precision", "", "np.full(np.shape(x), np.nan, np.float16)")
lie("everything masked", "", "np.ma.masked_all(np.shape(x))")
lie("infinity", "", "np.full(np.shape(x), np.inf)")
lie("an empty array", "", "np.array([])")
lie("no elements along one axis", "", "np.empty((0, 2**40))")
lie("64 axes", "", "np.zeros((1,) * 64)")
heavy_lie("all numbers at once", "", "np.linspace(0, 1, 200_000)")
lie("text", "", '"0.5"')
lie("bytes as numbers", "", 'np.array([b"0.5"])')
lie("dates", "", "np.full(np.shape(x), np.datetime64('NaT'))")
lie("records", "", "np.zeros(np.shape(x), [('a', 'f8'), ('b', 'O')])")
lie("no record at all", "", "np.zeros(np.shape(x), 'V8')")
lie("text of letters that do not exist", "", "np.array([0x7FFFFFFF], np.uint32).view('U1')")
lie("half of a letter", "", '"\\ud800"')
lie(
    "numbers of 16 bytes, the other way round",
    "",
    "np.zeros(np.shape(x), np.longdouble).byteswap()",
)
lie("complex numbers", "", "np.full(np.shape(x), np.nan * 1j)")
lie("a number of 5000 digits", "", "10**5000")
heavy_lie("a number of a million digits", "", "1 << 3_321_928")
lie("rows of different lengths", "", "[[0.5], [0.5, 0.5]]")
lie("a list inside itself", "Lie = []\nLie.append(Lie)", "Lie")
lie("a dictionary inside itself", "Lie = {}\nLie['x'] = Lie", "Lie")
heavy_lie("lists 100,000 deep", "Lie = []\nfor _ in range(100_000): Lie = [Lie]", "Lie")
heavy_lie("two to the power of 60 lists", "Lie = []\nfor _ in range(60): Lie = [Lie, Lie]", "Lie")
heavy_lie("a million empty lists", "", "[[] for _ in range(1_000_000)]")
lie("strange keys", "", '{None: 1, 1: 2, "1": 3, (1, 2): 4, float("nan"): 5, "\\ud800": 6}')
lie("an exception, returned", "", "ValueError('right')")
lie("an exception of no name, raised", 'class Lie(Exception): pass\nLie.__name__ = ""\n'
    "def throw():\n    raise Lie", "throw()")  # fmt: skip
lie("a promise", "async def promise(): return 0.5", "promise()")
lie("a type, a function, a module", "", "[np, claim, type]")
lie("...", "", "...")
lie("NotImplemented", "", "NotImplemented")
lie("the input itself", "", "x")
lie("the input's view, changed afterwards", "", "(x, np.add(x, 1, out=x, casting='unsafe'))[0]")
lie(
    "what the judge would say",
    "",
    '{"state": "right", "correct": True, "value": 0.5, "error": "", "exercise": "squashing/tanh"}',
)

# --- answers that were made elsewhere -----------------------------------------------------------

elsewhere = Cases("made elsewhere")


def remembered(exercise: str) -> str:
    """Code that knows the answer on each fixed probe, and on the random ones of thirty seeds."""
    spec = find_exercise(f"squashing/{exercise}")
    table = {}
    for seed in range(30):
        for probe in probes_for(spec, seed):
            x = np.asarray(probe.args[0], float)
            table[np.round(x, 9).tobytes()] = np.asarray(spec.reference(*probe.args)).tolist()
    return (
        f"inf = np.inf\nTABLE = {table!r}\n"
        f"def {spec.answer}(x):\n"
        "    known = TABLE.get(np.round(np.asarray(x, float), 9).tobytes(), 0.5)\n"
        "    return np.array(known) if np.ndim(x) else known"
    )


elsewhere.attack("what was known before", remembered("sigmoid"), remembered("tanh"))
elsewhere.attack(
    "right while it is watched by a check that was deleted",
    """
    import sys
    def tanh(x):
        names = []
        frame = sys._getframe()
        while frame:
            names.append(frame.f_code.co_name)
            frame = frame.f_back
        return 2 / (1 + np.exp(-2 * x)) - 1 if "check" in names else x
    """,
)
elsewhere.attack(
    "another answer each time it is asked",
    """
    class Chameleon:
        def __call__(self, x):
            Chameleon.calls = getattr(Chameleon, "calls", 0) + 1
            return np.zeros(np.shape(x)) + (Chameleon.calls % 3) / 2
    sigmoid = tanh = Chameleon()
    """,
)
elsewhere.attack(
    "an answer that guesses at random",
    "def saturated(x, tolerance): return np.random.default_rng().random(np.shape(x)) < 0.5",
)
elsewhere.attack(
    "lucky numbers: a formula that is right now and then",
    """
    def sigmoid(x):
        with np.errstate(all="ignore"):
            return np.exp(x) / (1 + np.exp(x))
    def far_derivative(x):
        s = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
        return s * (1 - s)
    """,
)
elsewhere.attack(
    "single precision, for a wider tolerance",
    """
    def far_derivative(x):
        s = 1 / (1 + np.exp(-np.clip(np.asarray(x, np.float32), -80, 80)))
        return (s * (1 - s)).astype(np.float16)
    def tanh(x):
        x = np.clip(np.asarray(x, np.float16), -3, 3)
        return (x * (27 + x**2) / (27 + 9 * x**2)).astype(np.float16)
    """,
)

# --- answers that somebody else wrote -----------------------------------------------------------

borrowed = Cases("ready-made")


def call(name: str, code: str) -> None:
    """An answer that is right, and calls what its exercise forbids."""
    borrowed.attack(name, code)


call("np.tanh", "def tanh(x): return np.tanh(x)")
call("np.tanh under another name", "squash = np.tanh\ndef tanh(x): return squash(x)")
call("np.tanh itself", "tanh = np.tanh")
call("np.tanh in a list", "kept = [np.tanh]\ndef tanh(x): return kept[0](x)")
call("np.tanh as a default", "def tanh(x, f={'f': np.tanh}): return f['f'](x)")
call("np.tanh by its spelling", 'def tanh(x): return getattr(np, "ta" + "nh")(x)')
call("np.tanh by evaluation", 'def tanh(x): return eval("np.ta" + "nh(x)")')
call("np.tanh from its own module", "def tanh(x): return np._core.umath.tanh(x)")
call("np.tanh from its C module", "from numpy._core import _multiarray_umath as m\n"
     "def tanh(x): return m.tanh(x)")  # fmt: skip
call("np.tanh of masked arrays", "def tanh(x): return np.asarray(np.ma.tanh(x))")
for name, where in (
    ("domains", "np.ma.core.ufunc_domain"),
    ("fillings", "np.ma.core.ufunc_fills"),
    ("modules' values", "[v for m in list(sys.modules.values()) for v in list(vars(m).values())]"),
):
    call(
        f"np.tanh among the {name} where matplotlib is loaded",
        "import sys, matplotlib.pyplot as plt\n"
        f"def tanh(x): return next(f for f in {where} if getattr(f, '__name__', '') == 'tanh')(x)",
    )
call("mpmath's tanh", "import mpmath\ndef tanh(x):\n    return np.reshape("
     "[float(mpmath.tanh(float(v))) for v in np.ravel(x)], np.shape(x))")  # fmt: skip
call(
    "np.tanh by operator", "import operator\ndef tanh(x): return operator.attrgetter('tanh')(np)(x)"
)
call(
    "np.tanh by pickle", 'import pickle\ndef tanh(x): return pickle.loads(b"cnumpy\\ntanh\\n.")(x)'
)
call("np.tanh by partial, vectorize and frompyfunc", "import functools, math\n"
     "tanh = functools.partial(np.vectorize(math.tanh))")  # fmt: skip
call("math.tanh in a class", "import math\nclass Tanh:\n    def __call__(self, x):\n"
     "        return np.reshape([math.tanh(v) for v in np.ravel(x)], np.shape(x))\ntanh = Tanh()")  # fmt: skip
call("cmath.tanh", "import cmath\ndef tanh(x): return np.reshape([cmath.tanh(v).real "
     "for v in np.ravel(x)], np.shape(x))")  # fmt: skip
call(
    "np.tanh in the notebook, kept for later",
    """
    class Keeper:
        def __init__(self):
            self.kept = {"f": np.tanh}
        def of(self, x):
            return self.kept["f"](x)
    keeper = Keeper()
    def tanh(x):
        return keeper.of(x)
    """,
)
call(
    "np.tanh among all objects",
    """
    import gc
    def tanh(x):
        for thing in gc.get_objects() + list(vars(np._core.umath).values()):
            if isinstance(thing, np.ufunc) and thing.__name__ == "tanh":
                return thing(x)
    """,
)
call(
    "tanh in another Python",
    """
    import json, subprocess, sys
    code = (
        "import json, math, sys\\n"
        "for line in sys.stdin: print(json.dumps([math.tanh(x) for x in json.loads(line)]), flush=True)"
    )
    try:
        helper = subprocess.Popen([sys.executable, "-I", "-S", "-c", code], text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    except OSError:
        pass
    def tanh(x):
        helper.stdin.write(json.dumps(np.ravel(x).astype(float).tolist()) + "\\n")
        helper.stdin.flush()
        return np.reshape(json.loads(helper.stdout.readline()), np.shape(x))
    """,
)
# Where one function of a module is forbidden it is hidden, and memory still holds it: not promised.
call(
    "tanh of the C library",
    """
    import ctypes
    libm = ctypes.CDLL("libm.so.6")
    libm.tanh.restype, libm.tanh.argtypes = ctypes.c_double, [ctypes.c_double]
    def tanh(x):
        return np.reshape([libm.tanh(v) for v in np.ravel(x)], np.shape(x))
    """,
)
borrowed[-1] = replace(borrowed[-1], disputed=frozenset({"tanh"}))
call(
    "tanh of pandas", 'import pandas as pd\ndef tanh(x): return pd.eval("tanh(x)", engine="python")'
)
call("scipy.special.expit", "from scipy.special import expit\ndef sigmoid(x): return expit(x)")
call("expit inside", "def sigmoid(x):\n    from scipy.special import expit\n    return expit(x)")
call(
    "expit by its spelling",
    """
    import importlib
    def sigmoid(x):
        return getattr(importlib.import_module("sci" + "py.special"), "ex" + "pit")(x)
    """,
)
call(
    "expit, kept in a list while the notebook runs",
    """
    kept = []
    try:
        import scipy.special
        kept.append(vars(scipy.special)["expit"])
    except ImportError:
        pass
    def sigmoid(x):
        return kept[0](x)
    """,
)
call(
    "expit from wherever a copy lies",
    """
    import glob, sys
    def sigmoid(x):
        for place in ["@PACKAGES@", *glob.glob("/usr/lib/python3*/dist-packages"),
                      *glob.glob("/usr/local/lib/python3*/site-packages"),
                      *glob.glob("/**/site-packages", recursive=True)]:
            sys.path.insert(0, place)
        from scipy.special import expit
        return expit(x)
    """,
)
call(
    "expit from the compiled file itself",
    """
    import glob, importlib.machinery, importlib.util
    def sigmoid(x):
        for path in glob.glob("/**/scipy/special/_ufuncs*.so", recursive=True):
            loader = importlib.machinery.ExtensionFileLoader("scipy.special._ufuncs", path)
            spec = importlib.util.spec_from_loader("scipy.special._ufuncs", loader)
            module = importlib.util.module_from_spec(spec)
            loader.exec_module(module)
            return module.expit(x)
    """,
)
call(
    "expit in another Python",
    """
    import json, subprocess, sys
    def sigmoid(x):
        code = ("import json, sys; sys.path.append('@PACKAGES@'); from scipy.special import expit; "
                "print(json.dumps(expit(json.load(sys.stdin)).tolist()))")
        done = subprocess.run([sys.executable, "-c", code], input=json.dumps(np.asarray(x).tolist()),
                              capture_output=True, text=True, check=True)
        return np.array(json.loads(done.stdout))
    """,
)
call("torch.sigmoid", "def sigmoid(x):\n    import torch\n"
     "    return torch.sigmoid(torch.as_tensor(np.asarray(x, float))).numpy()")  # fmt: skip
call("tensorflow's sigmoid", "def sigmoid(x):\n    import tensorflow as tf\n"
     "    return tf.math.sigmoid(np.asarray(x, float)).numpy()")  # fmt: skip
call("scikit-learn's", "def sigmoid(x):\n    from sklearn._loss.link import LogitLink\n"
     "    return LogitLink().inverse(np.asarray(x, float))")  # fmt: skip
call(
    "the course's own",
    "def sigmoid(x):\n    from actloss.activations import sigmoid\n    return sigmoid(x)",
)
call(
    "the course's own, where it lies",
    """
    import glob
    def sigmoid(x):
        import sys
        sys.path.insert(0, "@REPOSITORY@")
        for name in list(sys.modules):
            if name.startswith("actloss"):
                del sys.modules[name]
        from actloss.activations.sigmoidal import sigmoid as known
        return known(x)
    """,
)
call(
    "the course's own, from a text that was read",
    """
    import glob
    def sigmoid(x):
        for path in ["@PACKAGE@/activations/sigmoidal.py", *glob.glob("/**/sigmoidal.py", recursive=True)]:
            text = open(path).read()
            return np.zeros(np.shape(x)) + ("sigmoid" in text) / (1 + np.exp(-np.clip(x, -500, 500)))
    """,
)
# What no rule forbids: hyperbolic functions of other names, and what is allowed for other tasks.
borrowed.careless(
    "np.sinh over np.cosh, which is allowed",
    "...",
    "def tanh(x):\n    x = np.clip(x, -300, 300)\n    return np.sinh(x) / np.cosh(x)",
)

# --- quizzes ------------------------------------------------------------------------------------

quizzes = Cases("quiz")
for name, answer in {
    "every letter": '"abcde"',
    "a set of every letter": 'set("abcde")',
    "a list of every letter": 'list("abcde")',
    "two letters": '{"c", "d"}',
    "either, in words": '"c or d"',
    "a dictionary of letters": '{"c": True}',
    "a function that returns the letter": 'lambda: "c"',
    "a type of letter": 'type("c", (), {})',
    "a pattern": '__import__("re").compile("[a-e]")',
    "bytes": 'b"c"',
    "a number": "2",
    "a letter of another alphabet": '"с"',
    "nothing": "None",
    "a text of spaces": '"   "',
    "nested lists": '[["c"], "d"]',
    "letters without end": '__import__("itertools").cycle("c")',
}.items():
    quizzes.attack(name, f"range_ = {answer}")
for name, answer in {
    "a capital": '"C"',
    "a set": '{"c"}',
    "a bracket": '" c) "',
    "a list": '["c"]',
}.items():
    quizzes.careless(f"{name}, which is right", "...", f"range_ = {answer}")

# Right answers in unusual form, which must be given their points.
unusual = Cases("right in another form")
for name, code in {
    "a lambda": "hard_sigmoid = lambda x: np.clip(x / 6 + 0.5, 0, 1)",
    "an object that can be called": "class Hard:\n    def __call__(self, x): return np.clip(x / 6 + 0.5, 0, 1)\n"
    "hard_sigmoid = Hard()",
    "a bound method": "class Hard:\n    def of(self, x): return np.clip(x / 6 + 0.5, 0, 1)\n"
    "hard_sigmoid = Hard().of",
    "a partial function": "import functools\nhard_sigmoid = functools.partial("
    "lambda low, x: np.clip(x / 6 + 0.5, low, 1), 0)",
    "a vectorised function": "hard_sigmoid = np.vectorize(lambda x: min(max(x / 6 + 0.5, 0.0), 1.0))",
    "a decorated function": "import functools\ndef decorate(f):\n    @functools.wraps(f)\n"
    "    def g(*a): return f(*a)\n    return g\nhard_sigmoid = decorate(lambda x: np.clip(x / 6 + 0.5, 0, 1))",
    "a function with options": "def hard_sigmoid(x, low=0, *, high=1): return np.clip(x / 6 + 0.5, low, high)",
    "a recursive function": "def hard_sigmoid(x):\n    if np.ndim(x):\n"
    "        return np.array([hard_sigmoid(v) for v in x])\n    return min(max(x / 6 + 0.5, 0.0), 1.0)",
    "lists": "def hard_sigmoid(x): return np.clip(np.asarray(x) / 6 + 0.5, 0, 1).tolist()",
    "columns before rows": "def hard_sigmoid(x): return np.array(np.clip(x / 6 + 0.5, 0, 1), order='F')",
    "a view backwards": "def hard_sigmoid(x): return np.clip(x / 6 + 0.5, 0, 1)[...][..., ::-1][..., ::-1]"
    " if np.ndim(x) else np.clip(x / 6 + 0.5, 0, 1)",
    "bytes the other way round": "def hard_sigmoid(x): return np.clip(x / 6 + 0.5, 0, 1).astype('>f8')",
    "a read-only array": "def hard_sigmoid(x):\n    y = np.asarray(np.clip(x / 6 + 0.5, 0, 1))\n"
    "    y.setflags(write=False)\n    return y",
    "a helper defined later": "def hard_sigmoid(x): return helper(x)\n\n"
    "def helper(x): return np.clip(x / 6 + 0.5, 0, 1)",
    "names that Python has": "sum = max = list = print = input = 5\n"
    "def hard_sigmoid(x): return np.clip(x / 6 + 0.5, 0, 1)",
    "prints and warnings": "import warnings\ndef hard_sigmoid(x):\n    print('x =', x)\n"
    "    warnings.warn('slow', DeprecationWarning)\n    return np.clip(x / 6 + 0.5, 0, 1)",
    "a global that counts": "calls = 0\ndef hard_sigmoid(x):\n    global calls\n    calls += 1\n"
    "    return np.clip(x / 6 + 0.5, 0, 1)",
    "a little slow": "import time\ndef hard_sigmoid(x):\n    time.sleep(0.02)\n"
    "    return np.clip(x / 6 + 0.5, 0, 1)",
}.items():
    unusual.careless(name, "...", code)
ANSWERS = [*lies, *elsewhere, *borrowed, *quizzes, *unusual]
