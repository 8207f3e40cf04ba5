"""System calls that no notebook needs and that would weaken its sandbox, refused by the kernel.

The filter is a program for Linux's seccomp in classic BPF: it looks at the number of a system
call and either allows it or answers with an error. Numbers are those of the kernel's own tables
(`arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`).
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Container

# What a notebook could do with each: memory that no limit counts, looking into other processes or
# slowing them, names and storage that outlive a process, another world of its own, or the
# kernel's rarer parts.
X86_64 = {
    "memfd_create": 319, "memfd_secret": 447, "ptrace": 101, "process_vm_readv": 310,
    "process_vm_writev": 311, "pidfd_getfd": 438, "add_key": 248, "request_key": 249,
    "keyctl": 250, "shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240, "bpf": 321,
    "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "unshare": 272,
    "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "open_by_handle_at": 304,
    "clone3": 435, "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144,
    "sched_setaffinity": 203, "sched_setattr": 314, "ioprio_set": 251,
}  # fmt: skip
AARCH64 = {
    "memfd_create": 279, "memfd_secret": 447, "ptrace": 117, "process_vm_readv": 270,
    "process_vm_writev": 271, "pidfd_getfd": 438, "add_key": 217, "request_key": 218,
    "keyctl": 219, "shmget": 194, "semget": 190, "msgget": 186, "mq_open": 180, "bpf": 280,
    "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425, "unshare": 97,
    "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41, "open_by_handle_at": 265,
    "clone3": 435, "setpriority": 140, "sched_setparam": 118, "sched_setscheduler": 119,
    "sched_setaffinity": 122, "sched_setattr": 274, "ioprio_set": 30,
}  # fmt: skip
# By machine: its number in seccomp, what is refused, and the call that sets a limit of a process.
STARTS = {"x86_64": (59, 322), "aarch64": (221, 281)}  # execve and execveat
MACHINES = {"x86_64": (0xC000003E, X86_64, 302), "aarch64": (0xC00000B7, AARCH64, 261)}

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE, FIRST_INPUT = 0, 4, 16  # places in the kernel's `struct seccomp_data`
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOSYS = 1, 38
OTHER_ABI = 0x40000000  # numbers from here on belong to another calling convention


def program(machine: str = "", pretended: Container[str] = ()) -> bytes:
    """The filter for this machine (or the one named), as bubblewrap reads it; empty if unknown.

    The calls that are `pretended` are not made either, but are said to have been made.
    """
    machine = machine or platform.machine()
    if machine not in MACHINES:
        return b""
    architecture, calls, set_limit = MACHINES[machine]
    steps = [
        _step(LOAD, ARCHITECTURE),
        _step(EQUAL, architecture, skip_if=1),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER),
        _step(AT_LEAST, OTHER_ABI, skip_if_not=1),
        _step(RETURN, ERROR | EPERM),
    ]
    for name, number in calls.items():
        # The C library tries the older call where the newer one is said not to exist.
        error = ENOSYS if name in ("clone3", "memfd_create") else EPERM
        error = 0 if name in pretended else error
        steps += [_step(EQUAL, number, skip_if_not=1), _step(RETURN, ERROR | error)]
    steps += [  # a process may lower its own limits (its number is then 0), not those of others
        _step(EQUAL, set_limit, skip_if_not=3),
        _step(LOAD, FIRST_INPUT),
        _step(EQUAL, 0, skip_if=1),
        _step(RETURN, ERROR | EPERM),
    ]
    return b"".join([*steps, _step(RETURN, ALLOW)])


def no_other_program(machine: str = "") -> bytes:
    """A filter that lets a process fork, and not become another program; empty if unknown.

    It comes on top of the other one, once the program that is to run has been started.
    """
    machine = machine or platform.machine()
    if machine not in STARTS:
        return b""
    steps = [_step(LOAD, NUMBER)]
    for number in STARTS[machine]:
        steps += [_step(EQUAL, number, skip_if_not=1), _step(RETURN, ERROR | EPERM)]
    return b"".join([*steps, _step(RETURN, ALLOW)])


def _step(code: int, value: int, skip_if: int = 0, skip_if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, skip_if, skip_if_not, value)
