"""Submissions that never end, that end Python, and that use up what there is."""

# ruff: noqa: E501  (an attack is shown as it is handed in)
from __future__ import annotations

from grading.case import Cases

LATE = r"(?i)time|second|ended|slow|finish|stopped|left out"
DIED = r"(?i)ended|killed|crash|stopped|left out|memory"

# --- endless loops ------------------------------------------------------------------------------

loops = Cases("endless loop")
loops.stops("in a cell", "while True: pass", says=LATE)
loops.stops(
    "catching every exception, KeyboardInterrupt too",
    """
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
    """,
    says=LATE,
)
loops.stops(
    "ignoring every signal that can be ignored",
    """
    import signal
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass
    """,
    says=LATE,
)
loops.stops("in C: a sum of infinitely many", "import itertools\nsum(itertools.count())", says=LATE)
loops.stops("in a regular expression", 'import re\nre.match(r"(a+)+$", "a" * 64 + "b")', says=LATE)
loops.stops(
    "at a lock that nobody opens",
    "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    says=LATE,
)
loops.stops("asleep", "import time\ntime.sleep(1e6)", says=LATE)
loops.stops(
    "stopped by a signal to itself",
    "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    says=LATE,
)
loops.stops(
    "in the display of a cell's last line",
    """
    class Endless:
        def __repr__(self):
            while True:
                pass
        _repr_html_ = _repr_mimebundle_ = lambda self, **options: repr(self)
    Endless()
    """,
)
loops.stops(
    "when an object is deleted",
    """
    class Endless:
        def __del__(self):
            while True:
                pass
    x = Endless()
    del x
    """,
    says=LATE,
)
loops.attack(
    "in forty threads that are no daemons",
    """
    import threading
    def loop():
        while True:
            pass
    for _ in range(40):
        threading.Thread(target=loop).start()
    """,
)
loops.attack(
    "when Python ends",
    """
    import atexit, threading, time
    def loop():
        while True:
            time.sleep(1)
    atexit.register(loop)
    threading._register_atexit(loop)
    """,
)
loops.attack(
    "of shell, Perl and sleep",
    """
    import subprocess
    subprocess.Popen("while :; do sleep 1; done", shell=True)
    subprocess.Popen(["perl", "-e", "$SIG{TERM}='IGNORE'; 1 while 1"])
    """,
)
loops.attack("in a function", "def tanh(x):\n    while True: pass", says=LATE)
loops.attack(
    "in C, in a function",
    "def tanh(x):\n    import itertools\n    return sum(itertools.count())",
    says=LATE,
)
loops.attack(
    "in a generator as an answer", "import itertools\ndef tanh(x): return itertools.count()"
)
loops.attack(
    "in every method of what a function returns",
    """
    class Endless:
        def __getattribute__(self, name):
            while True:
                pass
        __len__ = __iter__ = __array__ = __float__ = __eq__ = lambda *a: Endless.loop
    def tanh(x):
        return Endless()
    """,
)
loops.attack(
    "in the answer's own attributes, asked before it is called",
    """
    class Endless:
        def loop(self, *anything):
            while True:
                pass
        __class__ = __signature__ = __name__ = __module__ = property(loop)
        __call__ = __getattr__ = loop
    tanh = Endless()
    """,
)
loops.attack(
    "in the methods of a text as a quiz's answer",
    """
    class Text(str):
        def loop(self, *anything):
            while True:
                pass
        __eq__ = __hash__ = __iter__ = __str__ = __len__ = lower = encode = loop
    range_ = Text("abcde")
    """,
)
loops.attack(
    "of calls that are each a little too slow",
    """
    import time
    def tanh(x):
        time.sleep(1)
        return 2 / (1 + np.exp(-2 * np.clip(x, -300, 300))) - 1
    """,
)
loops.attack(
    "of an exception that takes for ever to be shown",
    """
    class Slow(Exception):
        def __str__(self):
            while True:
                pass
        __repr__ = __str__
    def tanh(x):
        raise Slow()
    """,
)
loops.attack(
    "of exceptions that cause each other",
    """
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    def tanh(x):
        raise first
    raise first
    """,
)

# --- exits and kills ----------------------------------------------------------------------------

ends = Cases("exit or kill")
ends.stops("sys.exit()", "import sys\nsys.exit()")
ends.stops("exit() and quit()", "exit()", "quit()")
ends.stops("os._exit(0)", "import os\nos._exit(0)", says=DIED)
ends.stops("kill -9 of itself", "import os\nos.kill(os.getpid(), 9)", says=DIED)
ends.stops("kill -9 of all that it may kill", "import os\nos.kill(-1, 9)", says=DIED)
ends.stops("kill -9 of its parent", "import os\nos.kill(os.getppid(), 9)\nos._exit(1)")
ends.stops("kill of process 1", "import os\nfor s in (15, 2, 9): os.kill(1, s)\nos.abort()")
ends.stops("kill of its process group", "import os, signal\nos.killpg(0, signal.SIGKILL)")
ends.stops(
    "kill of every number up to 5000",
    """
    import os
    for number in range(5000, 0, -1):
        try:
            if number != os.getpid():
                os.kill(number, 9)
        except OSError:
            pass
    """,
)
ends.stops("abort", "import os\nos.abort()", says=DIED)
ends.stops("a segmentation fault", "import ctypes\nctypes.string_at(0)", says=DIED)
ends.stops(
    "a recursion that overflows the stack",
    """
    import sys
    sys.setrecursionlimit(10**9)
    def deeper(n):
        return [*map(deeper, [n + 1])]
    deeper(0)
    """,
    says=DIED,
)
ends.stops("a fault by faulthandler", "import faulthandler\nfaulthandler._sigsegv()", says=DIED)
ends.attack("KeyboardInterrupt", "raise KeyboardInterrupt")
ends.attack("GeneratorExit", "raise GeneratorExit")
ends.attack("MemoryError and RecursionError", "raise MemoryError", "def f(): f()\nf()")
ends.attack(
    "an exception of its own that cannot be shown",
    """
    class Broken(BaseException):
        def __str__(self):
            raise self
        __repr__ = __getattribute__ = __str__
    raise Broken
    """,
)
ends.attack("an exception with no name", 'raise type("", (BaseException,), {})("")')
ends.attack(
    "an exception with 50 million letters",
    'def tanh(x):\n    raise ValueError("x" * 50_000_000)\nraise ValueError("y" * 50_000_000)',
)
ends.attack(
    "an exception of HTML, formulas and control characters",
    """
    text = "=cmd|' /C calc'!A1\\n\\r\\x00\\x1b]0;hi\\x07\\x1b[2J<script>alert(1)</script>\\ud800\\u202e"
    def tanh(x):
        raise ValueError(text)
    hard_tanh = type(text[:30], (ValueError,), {})
    def sigmoid(x):
        raise hard_tanh(text)
    raise ValueError(text)
    """,
)
ends.stops("another program in its place", 'import os\nos.execv("/bin/true", ["true"])')
ends.stops(
    "another Python in its place",
    'import os, sys\nos.execv(sys.executable, [sys.executable, "-c", "while True: pass"])',
)
ends.attack("os._exit in a function", "import os\ndef tanh(x): os._exit(0)", says=DIED)
ends.attack("sys.exit in a function", "import sys\ndef tanh(x): sys.exit()")
ends.attack("KeyboardInterrupt in a function", "def tanh(x): raise KeyboardInterrupt")
ends.attack("kill -9 of all, in a function", "import os\ndef tanh(x): os.kill(-1, 9)")
ends.attack(
    "kill -9 of its parent, in a function", "import os\ndef tanh(x): os.kill(os.getppid(), 9)"
)
ends.attack("a segmentation fault in a function", "import ctypes\ndef tanh(x): ctypes.string_at(0)")
ends.attack("another program in a function", 'import os\ndef tanh(x): os.execv("/bin/true", ["x"])')
ends.attack(
    "a fork in a function, from which both return", "import os\ndef tanh(x): os.fork(); return x"
)
ends.attack("a fork in a cell, after which both go on", "import os\nos.fork()")
ends.attack(
    "a parent that ends and leaves its child in its place",
    "import os\nif os.fork():\n    os._exit(0)",
)
ends.sabotage(
    "a bomb that goes off later",
    """
    import os, threading
    threading.Timer(0.3, os._exit, [0]).start()
    """,
)
ends.sabotage(
    "an alarm that raises again and again",
    """
    import signal
    def ring(*anything):
        raise RuntimeError("ring")
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    """,
)
ends.sabotage("a time limit of its own", "import signal\nsignal.alarm(1)")
ends.sabotage("everything closed", "import os\nos.closerange(0, 4096)")
ends.sabotage("standard streams closed", "import sys\nsys.stdout.close()\nsys.stderr = None")
ends.sabotage("no recursion", "import sys\nsys.setrecursionlimit(40)")
ends.sabotage(
    "limits lowered to nothing",
    """
    import resource
    for name in ("NPROC", "NOFILE", "FSIZE", "AS", "CORE", "STACK"):
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (0, 0))
        except Exception:
            pass
    """,
)
ends.sabotage("builtins emptied", "import builtins\nbuiltins.__dict__.clear()")
ends.sabotage("modules emptied", "import sys\nsys.modules.clear()\nsys.meta_path.clear()")
ends.sabotage("names emptied", "globals().clear()")
ends.sabotage(
    "an audit hook that forbids everything",
    """
    import sys
    def forbid(event, arguments):
        raise RuntimeError(event)
    sys.addaudithook(forbid)
    """,
)
ends.sabotage(
    "warnings as errors", 'import warnings\nwarnings.simplefilter("error")\nnp.seterr(all="raise")'
)

# --- memory -------------------------------------------------------------------------------------

memory = Cases("memory")
memory.stops("a list of 100 billion", "x = [0] * 10**11")
memory.stops("an array of 80 GB", "x = np.ones(10**10)")
memory.stops(
    "bytes, page after page",
    "x = []\nwhile True:\n    x.append(bytearray(b'x') * 2**26)",
)
memory.stops("many small things", "x = []\nwhile True:\n    x.append({len(x): [x]})")
memory.stops("a text that doubles", 'x = "x"\nwhile True:\n    x += x')
memory.stops(
    "maps without a file",
    """
    import mmap
    x = []
    while True:
        x.append(mmap.mmap(-1, 2**26))
        x[-1].write(b"x" * 2**26)
    """,
)
memory.stops(
    "files in memory, two gigabytes of them",
    """
    import os
    for _ in range(32):
        os.write(os.memfd_create("x"), b"x" * 2**26)
    """,
)
memory.stops(
    "shared memory, until it is full",
    """
    with open("/dev/shm/hostile-left", "wb") as file:
        while True:
            file.write(b"x" * 2**24)
    """,
)
memory.attack(
    "System V shared memory",
    """
    import ctypes
    libc = ctypes.CDLL(None)
    for _ in range(20):
        libc.shmget(0, ctypes.c_size_t(2**28), 0o1666)
    """,
)
memory.stops(
    "forks that each take what one may",
    """
    import os, time
    for _ in range(8):
        if not os.fork():
            x = []
            for _ in range(8):
                x.append(bytearray(b"x") * 2**25)
            time.sleep(1)
            os._exit(0)
    """,
)
memory.attack("in a function", "def tanh(x):\n    return [bytearray(2**28) for _ in range(10**6)]")
memory.attack("an answer of a gigabyte", "def tanh(x):\n    return np.ones(2**27)")
memory.attack("a text of 300 MB as a quiz's answer", 'range_ = "c" * 300_000_000')
memory.attack(
    "an answer that is 8 terabytes to whom believes it",
    "def tanh(x):\n    return np.broadcast_to(0.5, (10**12,))",
)

# --- floods -------------------------------------------------------------------------------------

floods = Cases("flood")
floods.stops("a million lines", "for i in range(300_000): print(i, 'x' * 100)")
floods.stops("one line of 200 MB", "print('x' * 200_000_000)")
floods.stops("errors without end", "import sys\nwhile True: print('x' * 10_000, file=sys.stderr)")
floods.stops(
    "bytes to the outputs themselves",
    """
    import os
    for _ in range(500):
        os.write(1, b"\\x00\\xff\\x1b[2J" * 10_000)
        os.write(2, b"\\x00\\xff\\x1b]0;x\\x07" * 10_000)
    """,
)
floods.sabotage(
    "bytes to everything that is open",
    """
    import os
    for fd in range(3, 256):
        try:
            os.set_blocking(fd, False)
            while os.write(fd, b"\\xff" * 65_536):
                pass
        except OSError:
            pass
    """,
)
floods.stops("pictures", "from IPython.display import display, HTML\n"
             "for _ in range(3000): display(HTML('x' * 10_000))")  # fmt: skip
floods.stops("warnings", "import warnings\nfor i in range(20_000): warnings.warn(f'{i}' * 100)")
floods.attack(
    "a last line that is shown as 100 MB",
    'class Long:\n    def __repr__(self): return "x" * 10**8\nLong()',
)
floods.stops(
    "a file of a terabyte, with nothing in it",
    'with open("hostile-left", "wb") as file: file.truncate(2**40)',
)
floods.stops(
    "a file without end",
    'with open("hostile-left", "wb") as f:\n    while f.write(b"x" * 2**24): pass',
)
floods.stops(
    "fifty thousand files",
    """
    import os
    os.mkdir("hostile-left")
    for i in range(50_000):
        open(f"hostile-left/{i}", "w").close()
    """,
)
floods.attack(
    "folders that are hard to delete",
    """
    import os
    for place in (".", "/tmp", os.path.expanduser("~"), "/dev/shm", "/var/tmp"):
        try:
            os.chdir(place)
            os.makedirs("hostile-left/locked")
            open("hostile-left/locked/file", "w").write("x")
            os.mkfifo("hostile-left/pipe")
            os.symlink("/", "hostile-left/root")
            os.chmod("hostile-left/locked", 0)
            for _ in range(1500):
                os.mkdir("hostile-left-deep")
                os.chdir("hostile-left-deep")
        except OSError:
            pass
    """,
)

# --- processes ----------------------------------------------------------------------------------

processes = Cases("processes")
processes.attack(
    "three hundred that detach",
    """
    import subprocess
    for _ in range(300):
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
    """,
)
processes.attack(
    "a daemon that keeps every channel open",
    """
    import os, signal, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(1000)
        os._exit(0)
    """,
)
processes.attack(
    "daemons, made by a function",
    """
    import os, time
    def tanh(x):
        for _ in range(20):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(1000)
                os._exit(0)
        return x
    """,
)
processes.attack(
    "a daemon that kills everybody in a while",
    """
    import subprocess
    subprocess.Popen("sleep 3; kill -9 -1", shell=True, start_new_session=True)
    """,
)
processes.attack(
    "two thousand threads",
    """
    import threading, time
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    """,
)
processes.stops("fifteen cells that each end Python", *["import os\nos._exit(0)"] * 15)
processes.stops("a fork bomb", "import os\nwhile True:\n    os.fork()")
processes.stops("a fork bomb of the shell", "import os\nos.system('b() { b | b & }; b; sleep 30')")
processes.attack(
    "a thousand zombies", "import os\nfor _ in range(1000):\n    os.fork() or os._exit(0)"
)
processes.attack(
    "a program that outlives its cell, in Bash",
    """
    %%bash --bg
    trap '' TERM HUP INT
    while :; do sleep 1; done
    """,
)
processes.attack(
    "a worker pool that is never closed",
    "import multiprocessing\npool = multiprocessing.Pool(20)\nq = multiprocessing.Queue()",
)

STOPS = [*loops, *ends, *memory, *floods, *processes]
