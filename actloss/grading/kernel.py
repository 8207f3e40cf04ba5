"""The program that `provisioner` starts in a sandbox: an ordinary IPython kernel, and its guard.

The guard is the sandbox's first process: when it ends, so do all others. It ends with the kernel,
and bubblewrap ends it with whoever started it. Nothing that runs in the kernel can keep it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

DUMPABLE = 4  # of Linux's prctl


def main(descriptor: int) -> None:
    """Fork the kernel as an ordinary user, and wait for its end."""
    with os.fdopen(descriptor) as told:
        options = json.load(told)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the kernel
    set_dumpable(0)  # nobody may look into or write to this process through /proc
    child = os.fork()
    if child == 0:
        become(options["uid"])
        limit(options["limits"])
        be_silent()
        run_kernel(options)
        os._exit(0)
    for held in options["sockets"].values():
        os.close(held)
    while os.wait()[0] != child:  # the others are what the kernel left behind
        pass
    os._exit(0)


def set_dumpable(yes: int) -> None:
    """Say whether other processes of the same user may look into this one."""
    ctypes.CDLL(None).prctl(DUMPABLE, yes, 0, 0, 0)


def become(uid: int | None) -> None:
    """Give root up, where this is root."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    set_dumpable(1)


def limit(limits: dict[str, int]) -> None:
    """Have Linux bound what the kernel may use."""
    for name, most in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def be_silent() -> None:
    """Let go of the terminal of whoever started this."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)


def run_kernel(options: dict[str, Any]) -> None:
    """Run IPython's kernel on the sockets that were made outside."""
    del os.environ["MPLBACKEND"]  # figures go into the notebook
    os.environ.update(options["environment"])
    connection = Path.home() / "connection.json"
    connection.write_text(json.dumps(options["connection"]))
    use_sockets(options["sockets"])

    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(["-f", str(connection)])


def use_sockets(sockets: dict[str, int]) -> None:
    """Have ZeroMQ listen on sockets that are open already, where it is to bind their addresses."""
    import zmq

    bind = zmq.Socket.bind

    def bind_open(self: Any, address: str) -> Any:
        if address in sockets:
            self.setsockopt(zmq.USE_FD, sockets[address])
        return bind(self, address)

    zmq.Socket.bind = bind_open  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    main(int(sys.argv[1]))
