"""The program at a terminal: a pseudo-terminal of a given size, what is typed there, and what it shows."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from tests import documents
from tests.conftest import PROGRAM, Program

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_SECONDS = 20.0


@dataclass(frozen=True)
class Screen:
    """How a run at a terminal ended, and every byte that it wrote there; stdout apart, where it was a pipe."""

    status: int
    raw: str
    piped: str = ""

    @property
    def text(self) -> str:
        """The bytes as a person reads them."""
        return _ESCAPES.sub("", self.raw).replace("\r", "")


def at_terminal(
    program: Program,
    *arguments: str,
    columns: int = 100,
    typed: Sequence[tuple[str, str]] = (),
    pipe_stdout: bool = False,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Screen:
    """Run the program at a terminal; `typed` has what is typed once the text before it has appeared."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [PROGRAM, *arguments],
        stdin=theirs,
        stdout=subprocess.PIPE if pipe_stdout else theirs,
        stderr=theirs,
        start_new_session=True,
        cwd=program.home,
        env=program.full_environment(**{"TERM": "xterm-256color", **variables}),
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  nothing else makes it the terminal
    )
    os.close(theirs)
    raw = _follow(ours, list(typed))
    piped = ""
    if process.stdout:
        with process.stdout as stdout:
            piped = stdout.read().decode()
    os.close(ours)
    documents.validate_output(arguments, piped)
    return Screen(process.wait(_SECONDS), raw, piped)


def _follow(terminal: int, typed: list[tuple[str, str]]) -> str:
    """Return all that appears until the terminal is closed, and type what is to be typed."""
    raw, seen, deadline = b"", 0, time.monotonic() + _SECONDS
    while select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody holds the other side any more
            break
        if not chunk:
            break
        raw += chunk
        if typed and typed[0][0].encode() in raw[seen:]:
            seen = len(raw)
            os.write(terminal, typed.pop(0)[1].encode())
    return raw.decode(errors="replace")
