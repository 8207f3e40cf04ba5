"""A kernel in the sandbox does what any kernel does, reaches nothing, and leaves nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import nbformat
import psutil
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from actloss.grading.records import GradingError
from actloss.grading.sandbox import HOME

pytest_plugins = ["pytester"]

NAME = "actloss-sandbox"
ROOT = Path(__file__).parents[2]
SECONDS = 60


class Kernel:
    """A kernel, and a client that talks to it."""

    def __init__(self, **named):
        self.manager = KernelManager(kernel_name=NAME)
        self.manager.start_kernel(**named)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def run(self, code, then=None):
        """Run a cell, and return what it prints or raises, and what it shows."""
        texts, shown = [], {}

        def hear(message):
            content = message["content"]
            if message["msg_type"] == "status" and content["execution_state"] == "busy" and then:
                time.sleep(0.3)
                then()
            texts.append(content.get("text", "") or content.get("ename", ""))
            shown.update(content.get("data", {}))

        self.client.execute_interactive(dedent(code), timeout=SECONDS, output_hook=hear)
        return "".join(texts).strip(), shown

    def processes(self):
        guard = psutil.Process(self.manager.provisioner.pid)
        return [self.manager.provisioner.process.pid, guard.pid, *map(_pid, guard.children(True))]

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def _pid(process):
    return process.pid


def gone(processes, seconds=5.0):
    end = time.monotonic() + seconds
    while any(map(psutil.pid_exists, processes)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(psutil.pid_exists, processes))


@pytest.fixture(scope="module")
def kernel():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACTLOSS_STRICT", "1")
        patch.setenv("SECRET", "of the instructor")
        kernel = Kernel()
    yield kernel
    kernel.close()


def test_it_reaches_nothing(kernel, tmp_path):
    text, _ = kernel.run(
        f"""
        import os, socket
        print(os.getuid() > 0, os.environ.get("SECRET"), os.environ["ACTLOSS_STRICT"])
        print(*map(os.path.exists, [{str(tmp_path)!r}, {str(ROOT / "tests")!r}]))
        print(sum(name.isdecimal() for name in os.listdir("/proc")))
        for attempt in (
            lambda: os.kill(1, 9),
            lambda: open("/proc/1/mem", "r+b"),
            lambda: socket.create_connection(("192.0.2.1", 80), 1),
            lambda: open("/usr/lib/mine", "w"),
            lambda: len(bytearray(6 * 2**30)),
        ):
            try:
                print(attempt())
            except (OSError, MemoryError) as problem:
                print(type(problem).__name__)
        """
    )
    *first, kill, memory, network, write, allocate = text.splitlines()
    assert first == ["True None 1", "False False", "2"]
    assert kill in ("None", "PermissionError")  # as Linux's first process it would not notice
    assert (memory, network, write, allocate) == (
        "PermissionError",
        "OSError",
        "OSError",
        "MemoryError",
    )
    assert kernel.run("print('still here')")[0] == "still here"


def test_checks_answer_and_figures_are_shown(kernel):
    answer, _ = kernel.run("from actloss.course import check\ncheck('start-here/slopes', 'a')")
    assert answer == "NotSolved"  # strictly, since the environment says so
    _, shown = kernel.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert shown["image/png"]


def test_it_is_interrupted_and_restarted(kernel):
    text, _ = kernel.run("x = 1\nwhile True: pass", then=kernel.manager.interrupt_kernel)
    assert text == "KeyboardInterrupt"
    assert kernel.run("print(x)")[0] == "1"
    before = kernel.processes()
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=SECONDS)  # the client that it was
    assert gone(before)
    assert kernel.run("print('x' in globals())")[0] == "False"


def test_nothing_of_it_is_left(monkeypatch):
    kernel = Kernel()
    kernel.run(
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            time.sleep(1000)
        """
    )
    processes = kernel.processes()
    folder = Path(kernel.manager.ip).parent
    assert len(processes) == 4
    assert folder.stat().st_mode & 0o777 == 0o700
    kernel.close()
    assert gone(processes)
    assert not folder.exists()


STARTER = """
import os, psutil, sys
from jupyter_client.manager import KernelManager

manager = KernelManager(kernel_name="actloss-sandbox")
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
client.execute_interactive('''
import ctypes, os, signal, time
ctypes.CDLL(None).prctl(1, 0)  # no signal when its parent is gone
for number in (1, 2, 15):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    time.sleep(1000)
''', timeout=60)
print(*[one.pid for one in psutil.Process().children(recursive=True)], flush=True)
os.kill(os.getpid(), 9)
"""


def test_it_ends_with_whoever_started_it_even_if_that_is_killed(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", STARTER], env=environment, capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGKILL
    processes = [int(number) for number in done.stdout.split()]
    assert len(processes) == 4
    assert gone(processes)


def test_without_bubblewrap_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    manager = KernelManager(kernel_name=NAME)
    with pytest.raises(
        GradingError, match=r"apt install bubblewrap.* every notebook: the kernel python3"
    ):
        manager.start_kernel()


def test_nbclient_runs_notebooks_in_it():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import os\nos.getcwd()")])
    NotebookClient(notebook, kernel_name=NAME, timeout=SECONDS).execute()
    assert notebook.cells[0].outputs[0]["data"]["text/plain"] == repr(HOME)


def test_nbval_is_red_at_the_same_cells_in_it(pytester):
    shutil.copy(ROOT / "exercises" / "00-start-here.ipynb", pytester.path)
    options = ["--nbval", f"--nbval-kernel-name={NAME}", "--nbval-cell-timeout=60"]
    run = pytester.inline_run(*options, "-p", "no:hypothesispytest", "-p", "no:cacheprovider")
    passed, _, failed = run.listoutcomes()
    assert [report.nodeid.partition("Cell ")[2] for report in failed] == ["2", "5", "8"]
    assert len(passed) == 7
