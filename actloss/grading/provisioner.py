"""A Jupyter kernel in the sandbox, by its name: actloss-sandbox.

JupyterLab, nbclient and nbval start it as they start any other kernel. It is in the world of a
graded notebook, but for the course's references: those are there, so that checks can answer.

That world has no network and shares no folder with ours. The sockets over which a kernel is
spoken to are therefore made here, in a private folder, and handed to it open.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from typing import IO, Any

from jupyter_client.provisioning import LocalProvisioner

from actloss.grading import cgroup, seccomp
from actloss.grading.records import GradingError
from actloss.grading.sandbox import (
    FIRST_UID,
    MEGABYTE,
    PACKAGE,
    UIDS,
    Profile,
    Settings,
    bubblewrap,
    require,
)

MEMORY = (Settings().memory + 3072) * MEGABYTE  # PyTorch and TensorFlow need most of it
LIMITS = {"AS": MEMORY, "FSIZE": 64 * MEGABYTE, "NOFILE": 256, "NPROC": 256, "CORE": 0}
PASSED_ON = ("ACTLOSS_STRICT",)  # of the variables that the kernel is to be started with
INSISTED_ON = ("sched_setscheduler",)  # ZeroMQ ends the process where this is refused
CHANNELS = ("shell_port", "stdin_port", "iopub_port", "hb_port", "control_port")
NOT_STARTED = "bubblewrap could not start the kernel. What it says is in the terminal."


class SandboxProvisioner(LocalProvisioner):
    """One kernel in one sandbox. To restart it is to throw the sandbox away and make another."""

    folder: tempfile.TemporaryDirectory[str] | None = None  # of the sockets
    group: cgroup.Cgroup | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose where the kernel is spoken to. A restart changes nothing: clients know the way."""
        try:
            require(Settings())
        except GradingError as problem:
            raise GradingError(str(problem).replace("--no-sandbox", "the kernel python3")) from None
        if self.folder is None:
            self.folder = tempfile.TemporaryDirectory(prefix="actloss-kernel-")
            manager: Any = self.parent
            manager.transport, manager.ip = "ipc", f"{self.folder.name}/kernel"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Make the sandbox, and start the kernel in it."""
        connection: dict[str, Any] = {**self.connection_info}
        connection["key"] = connection["key"].decode()
        paths = [f"{connection['ip']}-{connection[name]}" for name in CHANNELS]
        listening = [listen(path) for path in paths]
        numbers = [one.fileno() for one in listening]
        options = {
            "uid": FIRST_UID + os.getpid() % UIDS if os.geteuid() == 0 else None,
            "limits": LIMITS,
            "sockets": {f"ipc://{path}": one for path, one in zip(paths, numbers, strict=True)},
            "connection": connection,
            "environment": {name: kwargs["env"].get(name, "") for name in PASSED_ON},
        }
        self.group = cgroup.bounded(MEMORY)
        self.process, guard = start(options, numbers, self.group, kwargs.get("stderr"))
        self.pid = self.pgid = guard  # to interrupt the kernel is to interrupt the guard's group
        for one in listening:
            one.close()
        return self.connection_info

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel at once. There is nothing in the sandbox that could be lost."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove what the sandbox needed outside."""
        if self.group:
            self.group.remove()
        if self.folder and not restart:
            self.folder.cleanup()
            self.folder = None
        await super().cleanup(restart)


def listen(path: str) -> socket.socket:
    """A socket at this path that waits for clients."""
    made = socket.socket(socket.AF_UNIX)
    made.bind(path)
    made.listen(64)
    made.setblocking(False)
    return made


def start(
    options: dict[str, Any], sockets: list[int], group: cgroup.Cgroup | None, stderr: Any
) -> tuple[subprocess.Popen, int]:
    """Start bubblewrap: its process, and the number of the guard that it starts (see `kernel`)."""
    guard = [sys.executable, "-P", "-s", "-B", str(PACKAGE / "grading" / "kernel.py")]
    calls = open_with(seccomp.program(pretended=INSISTED_ON))
    asked = open_with(json.dumps(options).encode())  # its key is for no list of processes
    told, tell = os.pipe()
    with calls, asked, os.fdopen(told) as information:
        world = bubblewrap(Profile(references=True), os.geteuid() == 0, calls.fileno())
        process = subprocess.Popen(
            [next(world), "--info-fd", str(tell), *world, *guard, str(asked.fileno())],
            cwd="/",
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            pass_fds=(asked.fileno(), *sockets, calls.fileno(), tell),
            preexec_fn=group.enter if group else None,
            start_new_session=True,
        )
        os.close(tell)
        try:
            return process, json.load(information)["child-pid"]
        except ValueError:
            process.wait()
            raise GradingError(NOT_STARTED) from None


def open_with(content: bytes) -> IO[bytes]:
    """A file without a name that holds this, open at its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    file.write(content)
    file.seek(0)
    return file
