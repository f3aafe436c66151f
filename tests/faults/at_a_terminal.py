"""The program at a terminal."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import PROGRAM, Program

_SECONDS = 15.0


def at_a_terminal(program: Program, arguments: Sequence[str], variables: Mapping[str, str]) -> tuple[int, str]:
    """Run the program at a terminal; return its status and all that it showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [PROGRAM, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=program.full_environment(**variables),
    ) as process:
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], 10)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
        status = process.wait(10)
    os.close(ours)
    return status, shown.decode()


@dataclass
class Session:
    """A program that has a terminal of its own, what is typed there, and all that it has shown."""

    process: subprocess.Popen[bytes]
    terminal: int
    shown: str = ""

    def wait_for(self, text: str) -> None:
        """Read on until a text is shown that was not yet waited for."""
        self._read(lambda new: text in new)

    def end(self) -> int:
        """Read on until the terminal is closed, and return the exit status of the program."""
        self._read(lambda _: False)
        return self.process.wait(_SECONDS)

    def type(self, text: str) -> None:
        """Type a text; a control character is the key that sends it."""
        os.write(self.terminal, text.encode())

    @property
    def echoes(self) -> bool:
        """Tell whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def _read(self, is_enough: Callable[[str], bool]) -> None:
        new, deadline = "", time.monotonic() + _SECONDS
        while not is_enough(new):
            assert select.select([self.terminal], [], [], max(0.0, deadline - time.monotonic()))[0], self.shown
            try:
                chunk = os.read(self.terminal, 65536).decode(errors="replace")
            except OSError:  # nobody holds the other side any more
                return
            if not chunk:
                return
            new += chunk
            self.shown += chunk


@contextmanager
def session(program: Program, *argv: str | Path, **variables: str) -> Iterator[Session]:
    """Start a program of any kind at a terminal of its own, kill it at the end."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        argv,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        cwd=program.home,
        env=program.full_environment(**{"TERM": "xterm-256color", **variables}),
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  nothing else makes it the terminal
    )
    try:
        yield Session(process, ours)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(_SECONDS)
        os.close(theirs)
        os.close(ours)
