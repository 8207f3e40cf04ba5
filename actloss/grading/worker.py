"""Runs a learner's notebook inside a sandbox, and returns data.

This program is started by `sandbox`, in a place without network, references or other people's
files. It imports what notebooks need, once, and then forks for each notebook:

    nursery   waits for a socket, forks a session for it, and clears up after it
    session   runs cells and tells about answers, as its judge asks on that socket
    apart     a fork of the session that calls answers, so that the session outlives them

Learner's code shares a process with the session. Whatever it does to it, it can only change the
data that come out, which are judged elsewhere.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import ctypes
import dis
import gc
import importlib
import json
import linecache
import os
import resource
import signal
import socket
import sys
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

DUMPABLE, SECCOMP, CHILD_SUBREAPER = 4, 22, 36  # of Linux's prctl
the_one = 0  # the process that answers the judge at present


# --- The nursery -------------------------------------------------------------------------------


def nursery(options: dict[str, Any]) -> None:
    """Prepare, and then fork one session after another until the control socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the only signal that Python would let in
    if options["alone"]:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # what ends is gone, and not still counted
    _prctl(DUMPABLE, 0)  # nobody may look into or write to this process through /proc
    _prctl(CHILD_SUBREAPER, 1)  # what a session leaves behind becomes this process's child
    control = socket.socket(fileno=options["control"])
    quiet_course()
    sys.path.append(os.getcwd())
    from actloss.grading import hidden

    hidden.hide_packages(options["hidden"], kept=("actloss.course", "actloss.grading"))
    for name in options["preload"]:
        with contextlib.suppress(Exception):  # it may itself need something that is hidden
            importlib.import_module(name)
    import actloss.course.report
    import actloss.grading.wire  # noqa: F401

    places = hidden.places_of(options["functions"])
    gc.freeze()
    empty = leftovers(options["writable"])
    control.sendall(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 64, 1)
        if not message:
            os._exit(0)
        if descriptors:
            if os.fork() == 0:
                control.close()
                session(socket.socket(fileno=descriptors[0]), options, places)
            os.close(descriptors[0])
        else:
            end_all_others(options["alone"])
            clean = leftovers(options["writable"]) == empty
            control.sendall(b"clean" if clean else b"dirty")


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def end_all_others(alone: bool) -> None:
    """End every other process: all there are, where this one is alone with them in its world."""
    with contextlib.suppress(OSError):
        while True:
            if alone:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(-1, signal.SIGKILL)
            else:
                for pid in children():
                    os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0)


def children() -> list[int]:
    """The processes that descend from this one and have not been given away."""
    found = []
    with contextlib.suppress(OSError):
        for task in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{task}/children") as listed:
                found += [int(pid) for pid in listed.read().split()]
    return found


def leftovers(folders: list[str]) -> list[str]:
    """What lies in the folders that a learner may write to."""
    found = []
    for folder in folders:
        device = os.stat(folder).st_dev
        for place, inside, files in os.walk(folder):
            # Where Python itself lies below such a folder, it is mounted there read-only.
            inside[:] = [one for one in inside if _device(f"{place}/{one}") == device]
            found += [f"{place}/{name}" for name in [*inside, *files]]
    return sorted(found)


def _device(path: str) -> int:
    try:
        return os.lstat(path).st_dev
    except OSError:
        return 0


def quiet_course() -> None:
    """Give notebooks a course whose checks, hints and quizzes do nothing."""
    for module, names in {
        "notebook": ("NotSolved", "check", "hint", "progress"),
        "quizzes": ("quiz",),
        "installation": ("doctor",),
    }.items():
        stand_in = types.ModuleType(f"actloss.course.{module}")
        for name in names:
            setattr(stand_in, name, AssertionError if name == "NotSolved" else _nothing)
        sys.modules[stand_in.__name__] = stand_in


def _nothing(*inputs: Any, **named: Any) -> None:
    return None


# --- A session: one notebook -------------------------------------------------------------------


def session(channel: socket.socket, options: dict[str, Any], places: dict) -> None:
    """Do what the judge asks until the socket closes."""
    uid = options["uid"]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        os.setsid()
    if uid:  # the nursery is root, so that nothing that a session does can reach it
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    _prctl(DUMPABLE, 1)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # when memory runs out, this process goes and not the nursery
    for name, most in options["limits"].items():
        number = getattr(resource, f"RLIMIT_{name}")
        if name == "AS":
            most += _size_now()
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(number, (most, most))
    refuse(bytes.fromhex(options["filter"]))
    gc.disable()  # it would copy the pages that are shared with the nursery
    try:
        serve(channel, Notebook(), options["alone"], places)
    finally:
        os._exit(0)


def serve(channel: socket.socket, notebook: Notebook, alone: bool, places: dict) -> None:
    """Answer one request after another."""
    from actloss.grading import hidden, wire

    global the_one
    the_one = os.getpid()
    while True:
        asked, blobs = wire.receive(channel, time.monotonic() + 3600)
        if asked["do"] == "run":
            notebook.stopped, notebook.problem = False, ""
            notebook.run(asked["number"], asked["source"], asked["seconds"], asked["answers"])
            told = {"stopped": notebook.stopped, "problem": notebook.problem}
            answer(channel, asked["id"], told)
        elif asked["do"] == "hide":
            hidden.hide_functions(asked["functions"], places)
            answer(channel, asked["id"], {})
        elif asked["do"] == "again":
            notebook.run_again(asked["seconds"], asked["answers"])
            answer(channel, asked["id"], {})
        elif asked["do"] == "report":
            report_on_answer(channel, notebook, asked, blobs)
        elif asked["do"] == "apart":
            child = fork(alone)
            if child:
                os.waitpid(child, 0)  # it answers what is asked until it is done, or dies
                answer(channel, asked["id"], {"ended": True})
            else:
                the_one = os.getpid()
        else:
            os._exit(0)


class FilterProgram(ctypes.Structure):
    """The kernel's `struct sock_fprog`: how many steps a filter has, and where they are."""

    _fields_ = [("steps", ctypes.c_ushort), ("first", ctypes.c_char_p)]


def refuse(filter_steps: bytes) -> None:
    """Have the kernel refuse the system calls that a filter names, from here on and for ever."""
    if filter_steps:
        program = FilterProgram(len(filter_steps) // 8, filter_steps)
        ctypes.CDLL(None).prctl(SECCOMP, 2, ctypes.byref(program), 0, 0)


def fork(alone: bool) -> int:
    """Fork. Where a notebook has used up the processes that it may have, they are ended first.

    If even that does not help, as with threads, this process does what its child would have done.
    """
    with contextlib.suppress(OSError):
        return os.fork()
    end_all_others(alone)
    with contextlib.suppress(OSError):
        return os.fork()
    return 0


def _size_now() -> int:
    with open("/proc/self/statm") as sizes:
        return int(sizes.read().split()[0]) * resource.getpagesize()


def answer(
    channel: socket.socket, number: int, what: dict[str, Any], blobs: list[bytes] | None = None
) -> None:
    """Answer the request with this number, and say what was used meanwhile that is hidden."""
    from actloss.grading import hidden, wire

    if os.getpid() != the_one:  # a cell or an answer has forked, and this is not the one we asked
        os._exit(0)
    channel.settimeout(None)
    wire.send(channel, {"id": number, "used": hidden.used(), **what}, blobs or [])


class Held:
    """What an answer's name stood for, and all names as they were when that cell had run."""

    def __init__(self, value: Any, names: dict[str, Any]) -> None:
        self.value = value
        self.names = names


class Notebook:
    """The names that a notebook defines, and what each answer's name ever stood for."""

    def __init__(self) -> None:
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.names = module.__dict__
        self.answers: dict[str, list[Held]] = {}
        self.failed: list[ast.stmt] = []
        self.stopped = False  # whether a statement was, since its time was up
        self.problem = ""  # the first error of a cell
        shell = Shell(self)
        self.names["get_ipython"] = lambda: shell
        vars(builtins).update(display=_nothing, get_ipython=self.names["get_ipython"])
        sys.stdin = open(os.devnull)  # noqa: SIM115
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115

    def run(self, number: int, source: str, seconds: float, answers: list[str]) -> None:
        """Run a cell. A statement that fails does not keep the next from running."""
        filename = f"<cell {number}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        for tree in self.run_source(source, filename, seconds):
            self.failed.append(tree)
        self.note_answers(answers)

    def run_source(self, source: str, filename: str, seconds: float = 3600.0) -> Iterator[ast.stmt]:
        """Run source code; what failed for want of a name is yielded."""
        from actloss.course.timelimit import own_time

        end = own_time() + seconds
        try:
            found = statements(source, filename)
        except (Exception, RecursionError, MemoryError) as unreadable:
            self.note_problem(unreadable)
            return
        for statement in found:
            problem = self.run_statement(statement, filename, max(0.2, end - own_time()))
            self.note_problem(problem)
            if isinstance(problem, NameError):
                yield statement

    def run_statement(self, statement: ast.stmt, filename: str, seconds: float) -> Any:
        """Run one statement, and return what it raised."""
        from actloss.course.timelimit import TimeLimit

        problem: BaseException | None = None
        with TimeLimit(seconds) as limit:
            try:
                tree = ast.Module([statement], type_ignores=[])
                flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
                code = compile(tree, filename, "exec", flags=flags, dont_inherit=True)
                waiting = eval(code, self.names)  # as `exec`, and gives what is to be awaited
                if waiting is not None and hasattr(waiting, "send"):
                    import asyncio

                    asyncio.run(waiting)
            except BaseException as raised:
                problem = raised
                if limit.expired:
                    raise
        self.stopped |= limit.expired
        return problem

    def run_again(self, seconds: float, answers: list[str]) -> None:
        """Run what failed for want of a name that a later cell may have defined.

        What has been defined since stays as it is, and what this defines counts as the oldest.
        """
        before, self.answers = self.answers, {}
        for statement in self.failed:
            if not defines(statement) & self.names.keys():
                self.run_statement(statement, "<cell>", seconds)
        self.note_answers(answers)
        for name, held in before.items():
            known = [one.value for one in held]
            new = [one for one in self.answers.get(name, []) if not _is_one_of(one.value, known)]
            self.answers[name] = new + held

    def note_problem(self, problem: BaseException | None) -> None:
        """Keep what went wrong first in a cell, in words."""
        if problem is not None and not self.problem:
            with contextlib.suppress(Exception):  # an error may not even have a text
                line = f", line {problem.lineno}" if isinstance(problem, SyntaxError) else ""
                said = str(getattr(problem, "msg", problem))[:200]
                self.problem = f"{type(problem).__name__}{line}: {said}"

    def note_answers(self, answers: list[str]) -> None:
        """Keep every object that an answer's name has stood for: a later cell may spoil it."""
        names = dict(self.names)
        for name in answers:
            if name in names:
                known = self.answers.setdefault(name, [])
                if not _is_one_of(names[name], [one.value for one in known]):
                    known.append(Held(names[name], names))

    def versions(self, name: str) -> list[Held]:
        """What an answer was: each object with all names as they are in the end, the last first.

        Then each once more with the names as they were when its cell had run, where they differ.
        """
        now = dict(self.names)
        held = self.answers.get(name, [])[::-1]
        before = [
            one for one in held if any(now.get(key) is not it for key, it in one.names.items())
        ]
        return [*(Held(one.value, now) for one in held), *before]

    @contextlib.contextmanager
    def as_of(self, names: dict[str, Any]) -> Iterator[None]:
        """Have the names stand for what they stood for then."""
        now = dict(self.names)
        self.names.clear()
        self.names.update(names)
        try:
            yield
        finally:
            self.names.clear()
            self.names.update(now)


def _is_one_of(thing: Any, things: list[Any]) -> bool:
    return any(thing is one for one in things)


def statements(source: str, filename: str) -> list[ast.stmt]:
    """The statements of a cell; those of IPython (`%time`, `!ls`) as the calls they stand for."""
    try:
        return ast.parse(source, filename).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        from IPython.core.inputtransformer2 import TransformerManager

        return ast.parse(TransformerManager().transform_cell(source), filename).body


def defines(statement: ast.stmt) -> set[str]:
    """The names that a statement gives a value."""
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    stored = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return stored | ({statement.name} if isinstance(statement, named) else set())


class Shell:
    """Stands for IPython: a timed or captured cell is run, all other magic does nothing."""

    RUNS = ("time", "timeit", "capture", "prun", "memit", "mprun")

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Run the cell under a magic that would have run it, or write it to a file."""
        if name in self.RUNS:
            self.run_cell(cell)
        elif name == "writefile":
            with open(line.split()[-1], "a" if "-a" in line.split() else "w") as file:
                file.write(cell)

    def run_line_magic(self, name: str, line: str, *rest: Any) -> None:
        """Run the line after a magic that would have run it, or the file that it names."""
        if name in self.RUNS:
            self.run_cell(line)
        elif name == "run":
            with open(line.split()[0]) as file:
                self.run_cell(file.read())

    def run_cell(self, source: str, *rest: Any, **named: Any) -> None:
        """Run source code as a cell."""
        list(self.notebook.run_source(source, "<cell>"))

    magic = run_line_magic

    def getoutput(self, *inputs: Any, **named: Any) -> list[str]:
        """No command is run, so nothing is its output."""
        return []

    def __getattr__(self, name: str) -> Callable:
        return _nothing


# --- Answers -----------------------------------------------------------------------------------


def report_on_answer(
    channel: socket.socket, notebook: Notebook, asked: dict[str, Any], blobs: list[bytes]
) -> None:
    """Send what an answer is and does."""
    from actloss.course.report import MISSING, UNANSWERED, Report
    from actloss.grading import wire

    def function_of_judge(number: int) -> Callable:
        return lambda *inputs, **named: ask_judge(channel, asked["id"], number, inputs, named)

    report, calls = Report(MISSING), []
    versions = notebook.versions(asked["name"])
    probes = wire.decode(asked["probes"], blobs, function_of_judge) if versions else []
    at = asked["since"]
    while at < len(versions) and report.form in (MISSING, UNANSWERED):
        with notebook.as_of(versions[at].names):
            report = report_on(versions[at].value, asked, probes)
        calls = sorted(globals_of(versions[at].value))
        at += 1
    sent: list[bytes] = []
    outcomes = [unusual(outcome) for outcome in report.outcomes]
    fields = wire.encode({**vars(report), "outcomes": outcomes}, sent)
    told = {"calls": calls, "older": at if at < len(versions) else 0}
    try:
        answer(channel, asked["id"], {**told, "report": fields}, sent)
    except ValueError:
        answer(channel, asked["id"], {**told, "too_large": True})


def globals_of(thing: Any) -> set[str]:
    """The global names that a function's code mentions."""
    code = getattr(thing, "__code__", thing)
    if not isinstance(code, types.CodeType):
        return set()
    found = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    return found.union(*map(globals_of, code.co_consts))


def unusual(outcome: Any) -> dict[str, Any]:
    """The value of an outcome, and whatever else is not empty: mostly nothing."""
    return {name: part for name, part in vars(outcome).items() if name == "value" or part}


def report_on(candidate: Any, asked: dict[str, Any], probes: list[Any]) -> Any:
    """Report on one object that has borne the answer's name."""
    from actloss.course.exercise import Probe
    from actloss.course.report import report_on_function, report_on_value

    if asked["kind"] != "function":
        return report_on_value(candidate)
    tried = [Probe(args, named) for args, named in probes]
    return report_on_function(candidate, asked["forbidden"], tried, asked["seconds"])


def ask_judge(
    channel: socket.socket, request: int, number: int, inputs: tuple, named: dict[str, Any]
) -> Any:
    """Call a function that the judge has given as an input."""
    from actloss.course.values import plain
    from actloss.grading import wire

    sent: list[bytes] = []
    values = wire.encode((plain(inputs), plain(named)), sent)
    answer(channel, request, {"call": number, "inputs": values}, sent)
    came, blobs = wire.receive(channel, time.monotonic() + 60)
    if "raised" in came:
        raise getattr(builtins, came["raised"], Exception)(came["message"])
    return wire.decode(came["value"], blobs)


if __name__ == "__main__":
    nursery(json.loads(sys.argv[1]))
