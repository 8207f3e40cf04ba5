"""Submissions that reach for what is not theirs: files, networks, other processes, the grader.

Names between @ signs stand for what an attacker may know or guess: where the course, the
submissions and the grades lie, and where somebody listens who would help.
"""

# ruff: noqa: E501  (an attack is shown as it is handed in)
from __future__ import annotations

from dataclasses import replace

from grading.case import HONEST, NONE, Cases

# --- reading ------------------------------------------------------------------------------------

reading = Cases("reading")
reading.reaches(
    "the references, by import", "import actloss.course.units.squashing as s; return s.UNIT"
)
reading.reaches(
    "the references, by the functions that find them",
    'from actloss.course.units import find_exercise; return find_exercise("squashing/tanh")',
)
reading.reaches(
    "the references, in what is loaded",
    """
    import gc, sys
    if any(name.startswith("actloss.course.units.") for name in sys.modules):
        return True
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Exercise", "Unit", "Probe", "Misconception"):
            return True
    """,
)
reading.reaches(
    "the references, in the package's files",
    """
    import pathlib
    return any(p.read_bytes() for p in pathlib.Path("@PACKAGE@/course/units").rglob("squashing*"))
    """,
)
reading.reaches(
    "the solutions, where the course lies",
    'return open("@REPOSITORY@/solutions/02-squashing.ipynb").read()',
)
reading.reaches(
    "the solutions, anywhere at all",
    """
    import os
    for folder, folders, files in os.walk("/"):
        if folder in ("/proc", "/sys", "/dev"):
            folders.clear()
        for name in files:
            if name.startswith(("squashing.", "sigmoidal.")) or name == "02-squashing.ipynb":
                return os.path.getsize(os.path.join(folder, name))
    """,
)
reading.reaches(
    "another submission",
    'return open("@SUBMISSIONS@/@NEIGHBOUR@/02-squashing.ipynb").read()',
)
reading.reaches("the list of submissions", 'import os; return os.listdir("@SUBMISSIONS@")')
reading.reaches("the gradebook", 'import os; return os.listdir("@GRADES@")')
reading.reaches("the roster", 'return open("@ROSTER@").read()')
reading.reaches("the home of whoever grades", 'import os; return os.listdir("@HOME@")')
reading.reaches("the environment", 'import os; return "GRADER_SECRET" in os.environ')
reading.reaches(
    "the environment of every process",
    """
    import glob
    for name in glob.glob("/proc/[0-9]*/environ"):
        try:
            if b"GRADER_SECRET" in open(name, "rb").read():
                return True
        except OSError:
            pass
    """,
)
reading.reaches(
    "the processes outside",
    """
    import glob
    lines = [open(name, "rb").read() for name in glob.glob("/proc/[0-9]*/cmdline")]
    return any(b"--roster" in line or b"pytest" in line for line in lines) or len(lines) > 50
    """,
)
reading.reaches(
    "the files that other processes hold open",
    """
    import glob, os
    for link in glob.glob("/proc/[0-9]*/fd/*") + glob.glob("/proc/[0-9]*/cwd"):
        try:
            if os.readlink(link).startswith(("@SUBMISSIONS@", "@GRADES@", "@REPOSITORY@")):
                return True
        except OSError:
            pass
    """,
)
reading.reaches(
    "the root of process 1",
    """
    import os
    for number in (1, 2, os.getppid()):
        for place in ("@SUBMISSIONS@", "@GRADES@", "@REPOSITORY@/solutions"):
            if os.path.exists(f"/proc/{number}/root{place}"):
                return True
    """,
)
reading.reaches("what is mounted", 'return "@SUBMISSIONS@" in open("/proc/self/mountinfo").read()')
reading.reaches(
    "folders left open, and what lies above them",
    """
    import os, stat
    for fd in range(256):
        try:
            if stat.S_ISDIR(os.fstat(fd).st_mode):
                above = os.open("../" * 40 + "@SUBMISSIONS@"[1:], os.O_RDONLY, dir_fd=fd)
                return os.listdir(above)
        except OSError:
            pass
    """,
)
reading.reaches(
    "files left open, other than the channel",
    """
    import os
    for fd in range(3, 256):
        try:
            name = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            continue
        if name.startswith(("@SUBMISSIONS@", "@GRADES@", "@REPOSITORY@")):
            return True
    """,
)
reading.reaches(
    "passwords, keys and disks",
    """
    import glob, os
    for pattern in ("/etc/shadow", "/root/*", "/root/.ssh", "/home/*", "/dev/sd*", "/dev/mem",
                    "/dev/nvme*", "/dev/vd*", "/dev/kmsg", "/proc/kcore"):
        for name in glob.glob(pattern):
            try:
                with open(name, "rb") as file:
                    if file.read(1):
                        return True
            except OSError:
                pass
    """,
)
reading.attack(
    "the judge, in the frames of whoever calls",
    """
    def claim(x, *others):
        import sys
        frame = sys._getframe(1)
        while frame:
            for thing in [*frame.f_locals.values(), *frame.f_globals.values()]:
                known = getattr(thing, "reference", None) or getattr(thing, "expected", None)
                if known is not None:
                    return known(x, *others) if callable(known) else known
            frame = frame.f_back
        return np.zeros(np.shape(x))
    sigmoid = sigmoid_derivative = far_derivative = saturated = tanh = tanh_derivative = claim
    slope_through_layers = claim
    """,
)
reading.attack(
    "a function that knows, among all objects",
    """
    def claim(x, *others):
        import gc
        for thing in gc.get_objects():
            if getattr(thing, "__name__", "") == "sigmoid" and hasattr(thing, "derivative"):
                return thing(x)
        return np.zeros(np.shape(x))
    sigmoid = claim
    """,
)

# --- writing ------------------------------------------------------------------------------------

writing = Cases("writing")
writing.reaches(
    "the gradebook and the grades",
    """
    import glob, sqlite3
    for name in glob.glob("@GRADES@/*"):
        with open(name, "ab") as file:
            file.write(b"hostile-left")
    sqlite3.connect("@GRADES@/gradebook.sqlite").execute("select 1 from sqlite_master")
    return open("@GRADES@/grades.csv", "a").write("hostile-left")
    """,
)
writing.reaches(
    "its own notebook, with the solution, before a second try",
    """
    import glob, os
    for name in glob.glob("@SUBMISSIONS@/*/*.ipynb"):
        with open(name, "a") as file:
            return file.write("hostile-left")
    """,
)
writing.reaches(
    "the package",
    """
    with open("@PACKAGE@/__init__.py", "a") as file:
        return file.write("\\n# hostile-left\\n")
    """,
)
writing.reaches(
    "the package, where this process finds it",
    """
    import actloss, os
    places = [actloss.__file__, np.__file__, os.__file__]
    for place in places:
        try:
            with open(place, "a") as file:
                return file.write("\\n# hostile-left\\n")
        except OSError:
            pass
    """,
)
writing.reaches(
    "what every Python reads when it starts",
    """
    import site, sysconfig
    for folder in [*site.getsitepackages(), site.getusersitepackages(), sysconfig.get_path("stdlib")]:
        for name in ("hostile-left.pth", "sitecustomize.py", "usercustomize.py"):
            try:
                with open(f"{folder}/{name}", "a") as file:
                    return file.write("# hostile-left\\n")
            except OSError:
                pass
    """,
)
writing.reaches(
    "folders of the system",
    """
    for folder in ("/etc", "/usr/bin", "/usr/lib", "/bin", "/var/spool/cron", "/root", "/opt"):
        try:
            with open(f"{folder}/hostile-left", "w") as file:
                return file.write("x")
        except OSError:
            pass
    """,
)
writing.attack(
    "every folder that is open to all, for the next one to find",
    """
    import os
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", os.path.expanduser("~"), ".",
                   "@TEMPORARY@"):
        try:
            os.makedirs(folder, exist_ok=True)
            with open(f"{folder}/hostile-left", "w") as file:
                file.write("x")
            os.chmod(f"{folder}/hostile-left", 0o4777)
        except OSError:
            pass
    """,
)
writing.reaches(
    "what an earlier submission left",
    """
    import glob
    return [name for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "@TEMPORARY@", ".")
            for name in glob.glob(folder + "/hostile-left*")]
    """,
)
writing.reaches(
    "a process's memory outside",
    """
    import os
    for number in range(1, 32768):
        if os.path.exists(f"/proc/{number}/mem"):
            command = open(f"/proc/{number}/cmdline", "rb").read()
            if b"--roster" in command:
                return open(f"/proc/{number}/mem", "r+b")
    """,
)

# --- privileges ---------------------------------------------------------------------------------

privileges = Cases("privileges")
privileges.reaches(
    "any capability",
    """
    status = open("/proc/self/status").read()
    return any(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff"))
    """,
)
privileges.reaches(
    "programs that give privileges", 'return "NoNewPrivs:\\t0" in open("/proc/self/status").read()'
)
privileges.reaches("another user", "import os; os.setuid(0 if os.getuid() else 1); return True")
privileges.reaches(
    "a file system of its own, of any size",
    """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(0x10000000 | 0x00020000)
    return libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0
    """,
)
privileges.reaches(
    "limits raised",
    """
    import resource
    hardest = resource.RLIM_INFINITY
    for name in ("AS", "NPROC", "FSIZE", "NOFILE", "CPU"):
        limit = getattr(resource, f"RLIMIT_{name}")
        try:
            if resource.getrlimit(limit)[1] != hardest:
                resource.setrlimit(limit, (hardest, hardest))
                return True
        except (ValueError, OSError):
            pass
    """,
)
privileges.reaches(
    "priority over everybody",
    "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)); return True",
)
privileges.reaches(
    "its control group",
    """
    import glob
    for name in glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True):
        try:
            with open(name, "w") as file:
                file.write("0")
            return True
        except OSError:
            pass
    """,
)
privileges.reaches(
    "the instructor's terminal",
    """
    import fcntl, os, termios
    for fd in (0, 1, 2, os.open("/dev/tty", os.O_RDWR)):
        if os.isatty(fd):
            fcntl.ioctl(fd, termios.TIOCSTI, b"x")
            return True
    """,
)

# --- network ------------------------------------------------------------------------------------

network = Cases("network")
network.reaches(
    "a server on this machine",
    'import socket; return socket.create_connection(("127.0.0.1", @PORT@), 1)',
)
network.reaches(
    "a server on this machine, by other addresses",
    """
    import socket
    for address in ("0.0.0.0", "::1", "10.0.2.2", "172.17.0.1", socket.gethostname()):
        try:
            return socket.create_connection((address, @PORT@), 1)
        except OSError:
            pass
    """,
)
network.reaches(
    "an abstract socket",
    """
    import socket
    s = socket.socket(socket.AF_UNIX)
    return s.connect("\\0@ABSTRACT@") is None
    """,
)
network.reaches(
    "a socket in the file system",
    """
    import socket
    s = socket.socket(socket.AF_UNIX)
    return s.connect("@SOCKET@") is None
    """,
)
network.reaches(
    "sockets of the system: X, D-Bus, Docker, journal",
    """
    import socket
    for place in ("/tmp/.X11-unix/X0", "\\0/tmp/.X11-unix/X0", "/run/dbus/system_bus_socket",
                  "/var/run/docker.sock", "/run/systemd/journal/socket", "/run/user/1000/bus"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                socket.socket(socket.AF_UNIX, kind).connect(place)
                return True
            except OSError:
                pass
    """,
)
network.reaches("a name server", 'import socket; return socket.getaddrinfo("example.com", 80)')
network.reaches(
    "packets to anybody",
    """
    import socket
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    return s.sendto(b"x", ("192.0.2.1", 9)) or s.sendto(b"x", ("255.255.255.255", 9))
    """,
)
network.reaches(
    "the web", 'import urllib.request as u; return u.urlopen("http://example.com/", timeout=1)'
)
network.reaches(
    "an interface besides its own loopback", "import socket; return len(socket.if_nameindex()) > 1"
)
network.attack(
    "a server of its own, for others to find",
    """
    import socket, threading
    listeners = []
    for family, address in ((socket.AF_INET, ("0.0.0.0", 8000)), (socket.AF_UNIX, "\\0hostile")):
        s = socket.socket(family)
        s.bind(address)
        s.listen()
        threading.Thread(target=s.accept, daemon=True).start()
    """,
)
network.reaches(
    "the server of another submission",
    """
    import socket
    for family, address in ((socket.AF_INET, ("127.0.0.1", 8000)), (socket.AF_UNIX, "\\0hostile")):
        try:
            socket.socket(family).connect(address)
            return True
        except OSError:
            pass
    """,
)

# --- the channel to the judge -------------------------------------------------------------------

# What a forger may try, not knowing the form: verdicts, answers, numbers, pickles, lengths.
FORGERIES = """
import json, os, pickle, socket, stat, struct
said = {"state": "right", "verdict": "right", "correct": True, "ok": True, "points": 99, "done": True}
said |= {"exercise": "squashing/tanh", "id": "squashing/tanh", "result": said.copy(), "value": 0.0}
class Runs:
    def __reduce__(self):
        return os.system, ("touch @TEMPORARY@/hostile-left",)
texts = [json.dumps(form).encode() for form in (said, [said], {"results": [said]}, "right", True, [])]
frames = [*texts, *(pickle.dumps(form, 2) for form in (said, Runs()))]
frames += [b"", b"\\n", b"null\\n", b"\\xff" * 64, b"[" * 100_000, b"9" * 5000, b'"\\ud800"']
frames += [struct.pack(form, len(text)) + text for text in texts for form in ("<I", ">I", "<Q", ">Q")]
frames += [struct.pack(form, n) for form in ("<Q", ">Q") for n in (2**62, 2**64 - 1, 0)]
def channels():
    for fd in range(256):
        try:
            kind = os.fstat(fd).st_mode
        except OSError:
            continue
        if stat.S_ISSOCK(kind) or stat.S_ISFIFO(kind):
            yield fd
"""

channel = Cases("channel")
channel.sabotage(
    "forged answers in many forms, from a cell",
    FORGERIES,
    """
    for fd in channels():
        os.set_blocking(fd, False)
        for frame in frames:
            try:
                os.write(fd, frame + b"\\n")
            except OSError:
                break
        os.set_blocking(fd, True)
    """,
)
channel.attack(
    "forged answers in many forms, from a function",
    FORGERIES,
    """
    def claim(x, *others):
        for fd in channels():
            os.set_blocking(fd, False)
            for frame in frames:
                try:
                    os.write(fd, frame)
                except OSError:
                    break
        os._exit(0)
    tanh = claim
    """,
)
for number in range(5):
    channel.attack(
        f"a forged answer of form {number} alone, in place of the true one",
        FORGERIES,
        f"""
        def claim(x, *others):
            for fd in channels():
                for frame in frames[{number} :: 5]:
                    try:
                        os.write(fd, frame)
                    except OSError:
                        break
            os._exit(0)
        tanh = claim
        """,
    )
channel.sabotage(
    "a thread that reads what is meant for the worker",
    FORGERIES,
    """
    import threading
    def read(fd):
        while os.read(fd, 65_536):
            pass
    for fd in channels():
        threading.Thread(target=read, args=(fd,), daemon=True).start()
    """,
)
channel.sabotage(
    "a flood that never ends",
    FORGERIES,
    """
    import threading
    def flood(fd):
        while True:
            os.write(fd, b"\\0" * 65_536)
    for fd in channels():
        threading.Thread(target=flood, args=(fd,), daemon=True).start()
    """,
)
channel.sabotage(
    "a slow drip that never ends",
    FORGERIES,
    """
    import threading, time
    def drip(fd):
        while True:
            os.write(fd, b"{")
            time.sleep(0.1)
    for fd in channels():
        threading.Thread(target=drip, args=(fd,), daemon=True).start()
    """,
)
channel.sabotage(
    "a channel that is shut down for writing",
    FORGERIES,
    """
    for fd in channels():
        try:
            socket.socket(fileno=os.dup(fd)).shutdown(socket.SHUT_WR)
        except OSError:
            pass
    """,
)
channel.sabotage(
    "a channel that leads to itself",
    FORGERIES,
    "near, far = socket.socketpair()\nfor fd in channels(): os.dup2(near.fileno(), fd)",
)
channel.attack(
    "a channel that leads to nothing, in a function",
    FORGERIES,
    """
    def tanh(x):
        for fd in channels():
            os.close(fd)
        import time
        time.sleep(1000)
    """,
)
channel.sabotage(
    "open files sent to the judge",
    FORGERIES,
    """
    for fd in channels():
        try:
            with socket.socket(fileno=os.dup(fd)) as s:
                socket.send_fds(s, [b"x"], [0] * 200)
        except OSError:
            pass
    """,
)
channel.attack(
    "a slow drip in place of an answer",
    FORGERIES,
    """
    import time
    def tanh(x):
        while True:
            for fd in channels():
                try:
                    os.write(fd, b" ")
                except OSError:
                    pass
            time.sleep(0.05)
    """,
)
channel.attack(
    "half an answer, then silence",
    FORGERIES,
    """
    import time
    def tanh(x):
        for fd in channels():
            os.write(fd, b'{"value": ')
        time.sleep(1000)
    """,
)

# Reports in the worker's own language, each with something in it that a judge might stumble over.
SPEAKS = f"""{FORGERIES}
outcome = dict(value=0.0, error="", error_message="", line="", too_slow=False, warned="",
               printed="", mutated=False)
def as_dict(pairs):
    return {{"dict": [list(pair) for pair in pairs.items()]}}
def outcomes(*values):
    return as_dict({{"form": "function", "value": None, "detail": "",
                    "outcomes": [as_dict({{**outcome, "value": value}}) for value in values]}})
def frame(number, report, *blobs, **more):
    header = {{"id": number, "used": [], "report": report, "blobs": list(map(len, blobs)), **more}}
    text, raw = json.dumps(header).encode(), b"".join(blobs)
    return struct.pack("!II", len(text), len(raw)) + text + raw
def forge(report, *blobs, **more):
    for fd in channels():
        with socket.socket(fileno=os.dup(fd)) as s:
            for number in range(1, 400):
                try:
                    s.sendall(frame(number, report, *blobs, **more))
                except OSError:
                    break
    os._exit(0)
"""
for name, call in {
    "no outcomes": "outcomes()",
    "outcomes of nothing": "outcomes(*[None] * 14)",
    "outcomes of nothing but nan": "outcomes(*[float('nan')] * 14)",
    "more outcomes than inputs": "outcomes(*[0.0] * 5000)",
    "a pair of one": '{"dict": [["form"]]}',
    "a pair of none": '{"dict": [[]]}',
    "a complex number of nothing": 'outcomes(*[{"complex": [None, "x"]}] * 14)',
    "a whole number of letters": 'outcomes(*[{"int": "right"}] * 14)',
    "keys that cannot be keys": '{"dict": [[{"dict": []}, 1]]}',
    "an array as its form": '{"dict": [["form", {"array": 0, "dtype": "U8", "shape": [2]}]]}, '
    'np.array(["function", "right"]).tobytes()',
    "a shape that no array can have": 'outcomes({"array": 0, "dtype": "f8", "shape": [2**40, 2**40, 0]}), b""',
    "a negative shape": 'outcomes({"array": 0, "dtype": "f8", "shape": [-1, -8]}), bytes(64)',
    "billions of texts without letters": 'outcomes(*[{"array": 0, "dtype": "U0", "shape": [2**29]}] * 14), b""',
    "a billion texts without letters, as a quiz's answer": '{"dict": [["form", "value"], ["value", '
    '{"array": 0, "dtype": "U0", "shape": [2**30]}]]}, b""',
    "64 megabytes, fourteen times": 'outcomes(*[{"array": 0, "dtype": "i1", "shape": [2**26]}] * 14), bytes(2**26)',
    "values in each other": "outcomes(*[eval('[' * 90 + ']' * 90)] * 14)",
    "only what is too slow": '{"dict": [["form", "function"], ["outcomes", ['
    'as_dict({**outcome, "too_slow": True})]]]}',
    "a text of four million letters": 'outcomes(*["\\ud800<b>" * 700_000])',
    "what a judge would say": '{"dict": [["form", "right"], ["state", "right"], ["correct", True]]}',
    "an end of everything": "{}, ended=True",
    "questions without end": "{}, call=0, inputs=[]",
}.items():
    channel.attack(f"forged: {name}", SPEAKS, f"def tanh(x): forge({call})")
# The same from within: the worker's own function is exchanged, which knows what is asked.
for name, call in {
    "a billion texts without letters": 'as_dict({"form": "value", "detail": "", "outcomes": [], '
    '"value": {"array": 0, "dtype": "U0", "shape": [2**30]}}), b""',
    "letters as an array": 'as_dict({"form": "value", "detail": "", "outcomes": [], '
    '"value": {"array": 0, "dtype": "U1", "shape": [5]}}), np.array(list("abcde")).tobytes()',
    "letters as a set of sets": 'as_dict({"form": "value", "detail": "", "outcomes": [], '
    '"value": {"set": [{"set": ["c"]}, "c", None]}})',
    "no verdict but the form of one": 'as_dict({"form": "unanswered", "state": "right"})',
}.items():
    channel.attack(
        f"forged from within: {name}",
        SPEAKS,
        f"""
        import sys
        def report(channel, notebook, asked, *rest):
            if asked["name"] == "range_":
                channel.sendall(frame(asked["id"], {call}))
            else:
                true_report(channel, notebook, asked, *rest)
        place = sys._getframe()
        while place:
            if "report_on_answer" in place.f_globals:
                true_report = place.f_globals["report_on_answer"]
                place.f_globals["report_on_answer"] = report
                break
            place = place.f_back
        """,
    )
channel.attack(
    "forged: reports before they are asked for",
    SPEAKS,
    """
    for fd in channels():
        with socket.socket(fileno=os.dup(fd)) as s:
            s.setblocking(False)
            for number in range(2, 60):
                try:
                    s.send(frame(number, outcomes(*[0.5] * 14)))
                except OSError:
                    pass
            s.setblocking(True)
    """,
)
channel[-1] = replace(channel[-1], earned=NONE, disputed=HONEST)

# --- harm to others -----------------------------------------------------------------------------

harm = Cases("harm to others")
harm.poison(
    "limits of the process that outlives it",
    """
    import resource
    for name in ("CPU", "NPROC", "NOFILE", "FSIZE", "AS", "STACK", "DATA"):
        for number in (1, os.getppid()):
            try:
                resource.prlimit(number, getattr(resource, f"RLIMIT_{name}"), (1, 1))
            except (OSError, ValueError):
                pass
    """.replace("os.", "__import__('os')."),
)
harm.poison(
    "the priority of the process that outlives it",
    """
    import os
    for change in (lambda: os.setpriority(os.PRIO_PROCESS, 1, 19),
                   lambda: os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0)),
                   lambda: os.sched_setaffinity(1, {0})):
        try:
            change()
        except OSError:
            pass
    """,
)
harm.poison(
    "folders closed to whoever comes next",
    """
    import os
    for folder in ("/tmp", "/dev/shm", os.path.expanduser("~"), "/"):
        try:
            open(f"{folder}/hostile-left", "w").write("x")
        except OSError:
            pass
        try:
            os.chmod(folder, 0)
        except OSError:
            pass
    """,
)
harm.reaches(
    "what an earlier submission closed, or left behind a closed door",
    """
    import os
    for folder in ("/tmp", "/dev/shm", os.path.expanduser("~")):
        if not os.access(folder, os.W_OK) or "hostile-left" in os.listdir(folder):
            return True
    """,
)
harm.poison(
    "as many processes as may be, for a while",
    """
    import os, time
    try:
        while True:
            if os.fork() == 0:
                time.sleep(2.5)
                os._exit(0)
    except OSError:
        time.sleep(1.5)
    """,
)
harm.poison(
    "as many processes as may be, all working",
    """
    import os, time
    end = time.monotonic() + 1.5
    try:
        while True:
            if os.fork() == 0:
                while time.monotonic() < end:
                    pass
                os._exit(0)
    except OSError:
        pass
    while time.monotonic() < end:
        pass
    """,
)
harm.poison(
    "as many open files as may be, and in flight",
    """
    import os, socket, time
    files, pairs = [], []
    try:
        while True:
            pairs.append(socket.socketpair())
            socket.send_fds(pairs[-1][0], [b"x"], [0] * 200)
    except OSError:
        pass
    time.sleep(1)
    """,
)
harm.poison("modules for whoever comes next", "for n in ('nothing_here', 'mine', 'seaborn', 'answer'):\n"
            "    open(f'{n}.py', 'w').write('raise SystemExit')")  # fmt: skip

# --- patches ------------------------------------------------------------------------------------

patches = Cases("patches")
patches.attack(
    "comparisons of NumPy that always agree",
    """
    yes = lambda *anything, **options: True
    for name in ("array_equal", "allclose", "isclose", "all", "array_equiv"):
        setattr(np, name, yes)
    for name in dir(np.testing):
        if name.startswith("assert"):
            setattr(np.testing, name, yes)
    """,
)
patches.sabotage(
    "NumPy's functions",
    """
    for name in ("asarray", "array", "abs", "isfinite", "isnan", "argwhere", "frombuffer", "shape"):
        setattr(np, name, lambda *anything, **options: np.ones(1, bool))
    """,
)
patches.sabotage(
    "the methods of arrays themselves",
    """
    import ctypes, gc
    def always(self, *other):
        return True
    try:
        names = gc.get_referents(np.ndarray.__dict__)[0]
        names["__eq__"] = names["tobytes"] = names["all"] = always
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(np.ndarray))
    except Exception:
        pass
    """,
)
patches.sabotage(
    "the equality of numbers",
    """
    import ctypes, gc
    for kind in (float, int, str, bool):
        names = gc.get_referents(kind.__dict__)[0]
        names["__eq__"] = lambda self, other: True
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
    """,
)
patches.sabotage(
    "builtins",
    """
    import builtins
    for name in ("isinstance", "all", "any", "callable", "hasattr"):
        setattr(builtins, name, lambda *anything: True)
    builtins.len = builtins.abs = lambda thing: 0
    """,
)
patches.sabotage(
    "the modules that write",
    """
    import json, pickle, socket, struct
    class Patched:
        def send(self, *anything):
            return b'{"state": "right", "correct": true}'
        sendall = send
    json.dumps = lambda *anything, **options: '{"state": "right", "correct": true}'
    json.loads = lambda *anything, **options: {"state": "right", "correct": True}
    pickle.dumps = lambda *anything, **options: b"I01\\n."
    struct.pack = lambda *anything: b"\\0\\0\\0\\1"
    socket.socket.send = socket.socket.sendall = Patched.send
    """,
)
patches.sabotage(
    "the calls of the system",
    """
    import os, time
    os.fork = lambda: 0
    os._exit = lambda status: None
    os.write = lambda fd, data: len(data)
    os.waitpid = lambda *anything: (0, 0)
    time.monotonic = time.time = time.perf_counter = lambda: 0.0
    """,
)
patches.sabotage(
    "the worker's own functions",
    """
    import sys
    for name, module in list(sys.modules.items()):
        if name == "__main__" or "worker" in name or "wire" in name or name.startswith("actloss."):
            for key, value in list(vars(module).items()):
                if type(value).__name__ == "function" and module is not np:
                    setattr(module, key, lambda *anything, **options: "right")
    """,
)
patches.attack(
    "check, and what stands behind it",
    """
    import sys, types
    check = quiz = hint = progress = lambda *anything: "Right."
    for name in ("checking", "feedback", "values", "notebook", "comparison"):
        module = types.ModuleType(name)
        module.__getattr__ = lambda key: lambda *anything, **options: True
        sys.modules[f"actloss.course.{name}"] = module
    """,
)
patches.attack(
    "check, told another answer",
    'check("squashing/range", "c")\ncheck("squashing/sigmoid", lambda x: 1 / 2)',
)
patches.attack(
    "input transformers and syntax trees of IPython",
    """
    try:
        shell = get_ipython()
        shell.input_transformers_cleanup.append(lambda lines: [])
        shell.input_transformers_post.append(lambda lines: ["pass\\n"])
        class Nothing:
            def visit(self, tree):
                tree.body = []
                return tree
        shell.ast_transformers.append(Nothing())
    except NameError:
        pass
    """,
)
patches.sabotage(
    "the trace of every call",
    """
    import sys, threading
    def trace(frame, event, argument):
        for key in list(frame.f_locals):
            if key in ("state", "correct", "came", "answer", "value", "result"):
                frame.f_locals[key] = "right"
        return trace
    sys.settrace(trace)
    sys.setprofile(trace)
    threading.settrace(trace)
    """,
)
patches.sabotage(
    "import hooks",
    """
    import importlib.abc, importlib.machinery, sys
    class Hook(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def find_spec(self, name, path=None, target=None):
            return importlib.machinery.ModuleSpec(name, self)
        def exec_module(self, module):
            module.__getattr__ = lambda name: lambda *anything, **options: True
    sys.meta_path.insert(0, Hook())
    """,
)
patches.sabotage(
    "modules beside the notebook that shadow others",
    """
    import sys
    for name in ("numpy", "json", "socket", "struct", "actloss", "warnings", "inspect"):
        with open(f"{name}.py", "w") as file:
            file.write("def __getattr__(name): return lambda *anything, **options: True")
        sys.modules.pop(name, None)
    sys.path.insert(0, "")
    """,
)
patches.sabotage(
    "a last word, when Python ends",
    """
    import atexit, sys, weakref
    def last(*anything):
        for fd in range(3, 64):
            try:
                os.write(fd, b'{"state": "right"}\\n')
            except OSError:
                pass
    import os
    atexit.register(last)
    weakref.finalize(np.random, last)
    sys.excepthook = sys.unraisablehook = last
    os.register_at_fork(after_in_child=last)
    """,
)
patches.sabotage(
    "what happens in every fork",
    "import os\nos.register_at_fork(before=os.abort, after_in_child=os.abort)",
)
patches.attack(
    "what a fork of the grader does for another exercise",
    """
    import os
    def after():
        global sigmoid, tanh
        sigmoid = tanh = lambda x: True
    os.register_at_fork(after_in_child=after)
    """,
)
patches.attack(
    "signals to whoever waits",
    """
    import os, signal
    def tanh(x):
        for number in (signal.SIGCHLD, signal.SIGUSR1, signal.SIGALRM, signal.SIGSTOP):
            os.kill(os.getppid(), number)
        return x
    """,
)
patches.attack(
    "display hooks", "import sys\nsys.displayhook = sys.excepthook = exit\n1 / 0", "2 + 2"
)
patches.sabotage("no rubbish collected", "import gc\ngc.disable()\ngc.freeze()\ngc.set_threshold(1)\n"
                 "gc.callbacks.append(lambda *anything: 1 / 0)")  # fmt: skip

REACHES = [*reading, *writing, *privileges, *network, *channel, *harm, *patches]
