"""The installed program, started by a fork of an interpreter that has its libraries in memory.

Importing libraries is most of what a short run does. `Interpreter` starts Python once, imports them, and forks for each
run. The fork is a process with streams, environment, folder and exit status of its own; it runs the installed script,
which imports every module of credcheck anew. Only what Python does before a script begins is not repeated: `can_run`
tells which runs depend on that. With FRESH_STARTS in the environment every run is an ordinary one.
"""

import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple, NoReturn

LIBRARIES = """
certifi concurrent.futures.thread csv difflib email.utils encodings.ascii encodings.idna encodings.utf_8_sig getpass h11
html http.server httpcore httpx importlib.metadata importlib.resources ipaddress pkgutil platformdirs.unix random
resource rich.console rich.live rich.table secrets shlex sqlite3 ssl statistics tempfile termios tomli_w tomllib typer
unicodedata uuid zoneinfo
"""
_PIPE = 1 << 16  # bytes that a pipe holds before its writer waits
_MESSAGE = 1 << 20


def can_run(environment: Mapping[str, str], given: str = "") -> bool:
    """Tell whether a fork does what an ordinary start would: Python itself reads none of these variables."""
    is_plain = not any(name.startswith(("PYTHON", "LC_")) for name in environment) and environment["LANG"] == "C.UTF-8"
    return sys.platform == "linux" and "FRESH_STARTS" not in os.environ and is_plain and len(given.encode()) < _PIPE


class Ended(NamedTuple):
    """The exit status of a run, its output, and the most memory that it had."""

    status: int
    out: str
    err: str
    kibibytes: int = 0


class Interpreter:
    """A Python process that forks for each run of a script."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MESSAGE)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            )

    def close(self) -> None:
        """End the process."""
        self._control.close()
        self._process.wait()

    def run(
        self, command: Sequence[str], *, given: str | None, seconds: float, folder: Path, environment: Mapping[str, str]
    ) -> Ended:
        """Run a script to its end, on /dev/null if nothing is given; raises TimeoutExpired like `subprocess.run`."""
        order = {
            "command": command,
            "seconds": seconds,
            "folder": str(folder),
            "environment": environment,
            "umask": _umask(),
        }
        reading, writing = zip(*(os.pipe() for _ in ("stdout", "stderr", "status")), strict=True)
        theirs = [_stdin(given), *writing]
        socket.send_fds(self._control, [json.dumps(order).encode()], theirs)
        for descriptor in theirs:
            os.close(descriptor)
        with ThreadPoolExecutor(1) as threads:
            err = threads.submit(_all_of, reading[1])
            out = _all_of(reading[0])
        status, kibibytes = map(int, _all_of(reading[2]).split())
        if status == -signal.SIGALRM:
            raise subprocess.TimeoutExpired(command, seconds, out, err.result())
        return Ended(status, out, err.result(), kibibytes)


_starting = threading.Lock()


@cache
def _interpreter() -> Interpreter:
    return Interpreter()


def interpreter() -> Interpreter:
    """Return the interpreter of this process, which the first call starts."""
    with _starting:
        return _interpreter()


def end() -> None:
    """End the interpreter of this process, if it was started."""
    if _interpreter.cache_info().currsize:
        _interpreter().close()


def _umask() -> int:
    """Return this process's mask for new files; `os.umask` tells it by a change of it."""
    (line,) = (line for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if "Umask" in line)
    return int(line.split()[1], 8)


def _stdin(given: str | None) -> int:
    if given is None:
        return os.open(os.devnull, os.O_RDONLY)
    reading, writing = os.pipe()
    os.write(writing, given.encode())
    os.close(writing)
    return reading


def _all_of(descriptor: int) -> str:
    with open(descriptor, encoding="utf-8") as stream:
        return stream.read()


def _serve(control: socket.socket) -> None:
    """Fork for each order and report how each run ended, until nobody is left to give an order."""
    events = selectors.DefaultSelector()
    events.register(control, selectors.EVENT_READ)
    while True:
        for event, _ in events.select():
            if event.fileobj is control:
                order, descriptors, *_ = socket.recv_fds(control, _MESSAGE, 4)
                if not order:
                    return
                *streams, report = descriptors
                run = os.fork() or _become(streams, **json.loads(order))
                for descriptor in streams:
                    os.close(descriptor)
                events.register(os.pidfd_open(run), selectors.EVENT_READ, (run, report))
            else:
                events.unregister(event.fileobj)
                os.close(event.fd)
                run, report = event.data
                _, status, usage = os.wait4(run, 0)
                os.write(report, f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}".encode())
                os.close(report)


def _become(
    streams: Sequence[int],
    *,
    command: Sequence[str],
    seconds: float,
    folder: str,
    environment: Mapping[str, str],
    umask: int,
) -> NoReturn:
    """Run the script in this process, which SIGALRM ends if it takes too long."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    os.closerange(3, 1 << 16)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.umask(umask)
    sys.argv = list(command)
    sys.path[0] = str(Path(command[0]).parent)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    runpy.run_path(command[0], run_name="__main__")
    sys.exit()


if __name__ == "__main__":
    for name in LIBRARIES.split():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
