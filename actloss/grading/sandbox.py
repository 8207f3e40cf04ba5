"""A place where learners' code may do what it likes, and nothing comes of it.

bubblewrap gives it a world of its own: no network, no processes but its own, no files but Python
and its packages (read-only) and three small folders in memory. An ordinary user runs it, even
where the grader is root. The kernel bounds its memory, time, files and processes, and refuses the
system calls listed in `seccomp`.

A `Sandbox` holds one nursery (see `worker`), which has imported what notebooks need, and forks a
session for each notebook. After each notebook everything in the sandbox is ended. Where something
was left lying about, or anything else looks odd, the sandbox is thrown away with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import site
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from actloss.grading import cgroup, seccomp
from actloss.grading.records import GradingError

PACKAGE = Path(__file__).parent.parent
HOME = "/learner"
WRITABLE = (HOME, "/tmp", "/dev/shm")
START_SECONDS = 180.0  # TensorFlow, on a machine with much else to do
CLEAR_SECONDS = 10.0
MEGABYTE = 2**20
FIRST_UID, UIDS = 64_000, 1_000  # as whom learners' code runs where the grader is root
INSTALL = (
    "Learners' notebooks are run in a sandbox, and bubblewrap is not installed. "
    "On Debian and Ubuntu: apt install bubblewrap. On Fedora: dnf install bubblewrap. On other "
    "systems, use the Containerfile. If you trust every line of every notebook: --no-sandbox."
)
NOT_PERMITTED = (
    "bubblewrap is installed, but this system does not let it make a sandbox: {said} "
    "Inside a container, allow user namespaces or start it as the README says. "
    "If you trust every line of every notebook: --no-sandbox."
)


@dataclass(frozen=True)
class Settings:
    """How learners' code is held. Times in seconds, memory in megabytes."""

    sandboxed: bool = True
    warm: bool = True  # fork notebooks from one process that has done the imports
    cell_seconds: float = 20.0
    seconds: float = 120.0  # for a whole notebook, with all its calls
    memory: int = 1024


@dataclass(frozen=True)
class Profile:
    """What a sandbox offers: packages that are hidden in it, what is imported beforehand."""

    hidden: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()  # that a session may be told to hide, too
    preload: tuple[str, ...] = ()
    references: bool = False  # whether what is right is there too: never where it is graded


class Unusable(Exception):
    """A sandbox could not be started, or is no longer to be used."""


# --- What the instructor is told -----------------------------------------------------------------


def require(settings: Settings) -> None:
    """Raise `GradingError` where learners' code could not be held as asked."""
    if not settings.sandboxed:
        return
    if shutil.which("bwrap") is None:
        raise GradingError(INSTALL)
    tried = subprocess.run(
        ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--", "/bin/true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        raise GradingError(NOT_PERMITTED.format(said=tried.stderr.strip()[:200]))


def describe(settings: Settings) -> str:
    """One paragraph for the report: what held the learners' code, and what did not."""
    if not settings.sandboxed:
        return (
            "There was no sandbox (--no-sandbox): learners' code could read, change and send "
            "whatever the instructor can."
        )
    group = cgroup.bounded(settings.memory * MEGABYTE)
    if group:
        group.remove()
    memory = (
        f"all its processes together had {settings.memory} MB of memory"
        if group
        else f"each of its processes had {settings.memory} MB of memory. This machine offers no "
        "control group in which to bound them together"
    )
    return (
        "Each notebook ran in a sandbox (bubblewrap) as an ordinary user, without network, "
        f"without other people's files and without the references; {memory}."
    )


# --- A sandbox -----------------------------------------------------------------------------------


class Sandbox:
    """One sandbox, in which one notebook runs at a time."""

    def __init__(self, profile: Profile, settings: Settings) -> None:
        self.profile = profile
        self.settings = settings
        self.folder = None if settings.sandboxed else tempfile.TemporaryDirectory()
        # What goes wrong before the nursery can answer.
        self.said = tempfile.TemporaryFile()  # noqa: SIM115
        self.group = cgroup.bounded(self._memory()) if settings.sandboxed else None
        self.process: subprocess.Popen | None = None
        self.control, inside = socket.socketpair()
        try:
            with inside:
                self.process = self._start(inside)
            self._hear(b"ready", START_SECONDS)
        except (OSError, subprocess.SubprocessError, Unusable) as problem:
            self.close()
            if isinstance(problem, Unusable):
                raise
            raise Unusable(f"It cannot be started: {problem}") from None

    def session(self) -> socket.socket:
        """Begin a notebook: the socket on which its session listens."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.control, [b"begin"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise Unusable("its nursery is gone") from None
        return ours

    def clear(self) -> bool:
        """End all that the notebook began. True if the sandbox is as good as new."""
        try:
            self.control.sendall(b"clear")
            return self._hear(b"clean", CLEAR_SECONDS)
        except (Unusable, OSError):
            return False

    def close(self) -> None:
        """End the sandbox and everything in it."""
        self.control.close()
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)  # with it, the kernel ends all the rest
            self.process.wait()
        if self.group:
            self.group.remove()
        self.said.close()
        if self.folder:
            self.folder.cleanup()

    def _hear(self, wanted: bytes, seconds: float) -> bool:
        self.control.settimeout(seconds)
        try:
            heard = self.control.recv(64)
        except OSError:  # too late, or gone
            heard = b""
        if not heard:
            self.said.seek(0)
            said = self.said.read().decode(errors="replace").strip()[-500:]
            raise Unusable(f"The sandbox does not answer. {said}".strip())
        return heard == wanted

    def _start(self, inside: socket.socket) -> subprocess.Popen:
        held = self.settings.sandboxed
        as_root = held and os.geteuid() == 0
        home = self.folder.name if self.folder else HOME
        options = {
            "control": inside.fileno(),
            "uid": FIRST_UID + os.getpid() % UIDS if as_root else None,
            "alone": held,
            "hidden": sorted(self.profile.hidden),
            "functions": sorted(self.profile.functions),
            "preload": self.profile.preload,
            "writable": WRITABLE if held else [home],
            "limits": self._limits(),
            "filter": seccomp.no_other_program().hex() if held else "",
        }
        # -P: no file that a learner writes into the working directory stands in for a module.
        worker = [sys.executable, "-P", "-s", "-B", str(PACKAGE / "grading" / "worker.py")]
        with tempfile.TemporaryFile() as calls:
            calls.write(seccomp.program())
            calls.seek(0)
            world = list(bubblewrap(self.profile, as_root, calls.fileno())) if held else []
            return subprocess.Popen(
                [*world, *worker, json.dumps(options)],
                cwd="/" if held else home,
                env={} if held else environment(home),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.said,
                pass_fds=(inside.fileno(), calls.fileno()),
                preexec_fn=self.group.enter if self.group else None,
                start_new_session=True,
            )

    def _frameworks(self) -> bool:
        return not {"torch", "tensorflow"} <= self.profile.hidden

    def _memory(self) -> int:
        """For the whole sandbox: what is imported once, and what a notebook may use."""
        imported = 3072 if self._frameworks() else 256
        return (self.settings.memory + imported) * MEGABYTE

    def _limits(self) -> dict[str, int]:
        return {
            "AS": self.settings.memory * MEGABYTE,  # beyond what is there when a notebook begins
            "CPU": int(self.settings.seconds) + 5,
            "FSIZE": 64 * MEGABYTE,
            "NOFILE": 256,
            "NPROC": 256 if self._frameworks() else 16,
            "CORE": 0,
        }


# --- Its world -----------------------------------------------------------------------------------


def environment(home: str) -> dict[str, str]:
    """The variables that a notebook finds, and no others."""
    return {
        "HOME": home,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",  # a process with threads cannot be forked
        "OPENBLAS_NUM_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(PACKAGE.parent),
    }


def bubblewrap(profile: Profile, as_root: bool, filter_file: int) -> Iterator[str]:
    """The command that makes the world and starts a program in it."""
    yield from (
        shutil.which("bwrap") or "bwrap",
        "--die-with-parent",
        "--new-session",
        "--as-pid-1",
        "--clearenv",
    )
    yield from ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts")
    yield "--unshare-cgroup-try"
    yield from ("--cap-drop", "ALL")
    if as_root:  # what the nursery needs to begin each session as an ordinary user, and to end it
        yield from ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_KILL")
    else:
        yield "--unshare-user"
    if seccomp.program():
        yield from ("--seccomp", str(filter_file))
    yield from ("--proc", "/proc", "--dev", "/dev")
    for folder in WRITABLE:
        yield from ("--perms", "0777", "--size", str(64 * MEGABYTE), "--tmpfs", folder)
    yield from _open_folders("/usr/lib", "/etc/any", sys.base_prefix, sys.prefix, str(PACKAGE))
    yield from _system()
    yield from _python()
    for package in profile.hidden:
        yield from _without(package)
    yield from _whole_course() if profile.references else _course("actloss" in profile.hidden)
    yield from _font_list()
    yield from ("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME)
    for name, value in environment(HOME).items():
        yield from ("--setenv", name, value)
    yield "--"


def _open_folders(*paths: str) -> Iterator[str]:
    """The folders above what will be shown, for everyone to pass through."""
    for path in paths:
        for folder in reversed(Path(path).parents[:-1]):
            yield from ("--perms", "0755", "--dir", str(folder))


def _system() -> Iterator[str]:
    """The system's libraries and fonts, and none of its programs."""
    for folder in ("/usr/lib", "/usr/lib64", "/usr/share/fonts", "/usr/share/zoneinfo"):
        yield from ("--ro-bind-try", folder, folder)
    for name in ("lib", "lib64"):
        if Path("/", name).is_symlink():
            yield from ("--symlink", os.readlink(f"/{name}"), f"/{name}")
        else:
            yield from ("--ro-bind-try", f"/{name}", f"/{name}")
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")
    for packages in Path("/usr/lib").glob("python3*/dist-packages"):
        yield from ("--tmpfs", str(packages))  # those of another Python


def _python() -> Iterator[str]:
    """This Python: its program, its library and the packages of its environment."""
    program = os.path.realpath(sys.executable)
    paths = sysconfig.get_paths()
    library = {paths["stdlib"], paths["platstdlib"], str(Path(os.__file__).parent)}
    packages = {paths["purelib"], paths["platlib"], *site.getsitepackages()}
    shared = sysconfig.get_config_var("LIBDIR")
    if sys.base_prefix not in ("/usr", "/usr/local"):
        yield from ("--ro-bind", sys.base_prefix, sys.base_prefix)
    elif sys.base_prefix == "/usr/local":
        yield from ("--ro-bind-try", shared, shared)
    yield from ("--ro-bind", program, program)
    for folder in sorted(library):
        yield from ("--ro-bind-try", folder, folder)
        if f"{folder}/site-packages" not in packages and Path(folder, "site-packages").is_dir():
            yield from ("--tmpfs", f"{folder}/site-packages")
    if sys.prefix != sys.base_prefix:
        yield from ("--ro-bind", sys.prefix, sys.prefix)
    for folder in sorted(packages):
        yield from ("--ro-bind-try", folder, folder)


def _without(package: str) -> Iterator[str]:
    """An empty folder over a package that is hidden."""
    for folder in site.getsitepackages():
        if Path(folder, package).is_dir():
            yield from ("--tmpfs", str(Path(folder, package)))


def _course(hidden: bool) -> Iterator[str]:
    """Our own package without its references: no specifications, no solutions, no judge."""
    inside = ["__init__.py", "course"] if hidden else visible()
    yield from ("--tmpfs", str(PACKAGE), "--perms", "0755", "--dir", str(PACKAGE / "grading"))
    for name in inside:
        yield from ("--ro-bind", str(PACKAGE / name), str(PACKAGE / name))
    yield from ("--tmpfs", str(PACKAGE / "course" / "units"))
    for name in ("__init__.py", "worker.py", "wire.py", "hidden.py"):
        place = str(PACKAGE / "grading" / name)
        yield from ("--ro-bind", place, place)


def _whole_course() -> Iterator[str]:
    """Our own package with all that is in it, for its checks to answer."""
    yield from ("--ro-bind", str(PACKAGE), str(PACKAGE))


def visible() -> Iterable[str]:
    """What notebooks may use of our package, where nothing of it is hidden."""
    kept_out = ("grading", "_course", "__pycache__")
    return sorted(path.name for path in PACKAGE.iterdir() if path.name not in kept_out)


def _font_list() -> Iterator[str]:
    """matplotlib's list of fonts, which takes seconds to make anew."""
    import matplotlib

    # matplotlib reads the list only where it could write another.
    for folder in (f"{HOME}/.cache", f"{HOME}/.cache/matplotlib"):
        yield from ("--perms", "0777", "--dir", folder)
    for path in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
        yield from ("--ro-bind", str(path), f"{HOME}/.cache/matplotlib/{path.name}")
