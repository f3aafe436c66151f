"""Read the output of a program, within a deadline and a limit."""

import os
import selectors
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # few keys are printed by a program
    import subprocess

OUTPUT_LIMIT = 64 * 1024
_CHUNK = 64 * 1024
STDERR_KEPT = 4096
# Seconds between two looks at whether a program has ended: a child may keep its streams open; it has closed one.
_BETWEEN_LOOKS, _UNTIL_IT_ENDS = 0.05, 0.002

Enough = Callable[[bytearray], bool]


class CommandFailed(Exception):
    """A program gave no output that can be used; the text says why, without its name or an argument.

    `is_late` tells that it did not end in time, `has_ended` that it ended with a failure. `stdout` and the end of
    `stderr` are as it printed them: either may hold a secret.
    """

    def __init__(
        self,
        problem: str,
        *,
        never_ran: bool = False,
        is_late: bool = False,
        has_ended: bool = False,
        stdout: bytes = b"",
        stderr: bytes = b"",
    ) -> None:
        super().__init__(problem)
        self.never_ran = never_ran
        self.is_late = is_late
        self.has_ended = has_ended
        self.stdout = stdout
        self.stderr = stderr


def read(process: "subprocess.Popen[bytes]", deadline: float, limit: int, is_enough: Enough | None) -> bytes:
    """Return a program's stdout when it ends, or when it has printed enough; raises CommandFailed."""
    read = _Streams(process, deadline, limit, is_enough)
    read.to_the_end()
    if read.has_enough:
        return bytes(read.stdout)
    if read.is_too_much:
        raise CommandFailed(f"printed more than {limit // 1024} KiB")
    check_ended(process.returncode, bytes(read.stdout), bytes(read.stderr))
    return bytes(read.stdout)


def check_ended(status: int | None, stdout: bytes = b"", stderr: bytes = b"") -> None:
    """Raise CommandFailed unless a program has ended, with status 0."""
    if status is None:
        raise CommandFailed("did not end in time", is_late=True)
    if status:
        why = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        raise CommandFailed(why, has_ended=True, stdout=stdout, stderr=stderr)


class _Streams:
    """The output of a program: all of stdout, up to the limit, and the end of stderr."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", deadline: float, limit: int, is_enough: Enough | None
    ) -> None:
        self._process = process
        self._deadline = deadline
        self._limit = limit
        self._is_enough = is_enough
        self.has_enough = False
        self.stdout = bytearray()
        self.stderr = bytearray()

    @property
    def is_too_much(self) -> bool:
        """Tell whether stdout has more than the limit."""
        return len(self.stdout) > self._limit

    def to_the_end(self) -> None:
        """Read until the program has ended, until the deadline, or until stdout is too much.

        A child may keep the streams open after that: nobody waits for it.
        """
        with selectors.DefaultSelector() as selector:
            for stream, kept in ((self._process.stdout, self.stdout), (self._process.stderr, self.stderr)):
                if stream:
                    selector.register(stream, selectors.EVENT_READ, kept)
            while not self.has_enough and not self.is_too_much and (left := self._deadline - time.monotonic()) > 0:
                is_ended = self._process.poll() is not None
                pause = _BETWEEN_LOOKS if len(selector.get_map()) > 1 else _UNTIL_IT_ENDS
                if not self._read(selector, 0 if is_ended else min(left, pause)) and is_ended:
                    break

    def _read(self, selector: selectors.BaseSelector, seconds: float) -> bool:
        """Read all that comes within these seconds; tell whether there was any."""
        ready = selector.select(seconds)
        for key, _ in ready:
            chunk = os.read(key.fd, _CHUNK)
            key.data.extend(chunk)
            if key.data is self.stdout and self._is_enough and not self.is_too_much:
                self.has_enough = self.has_enough or self._is_enough(self.stdout)
            if not chunk:
                selector.unregister(key.fileobj)
        del self.stderr[:-STDERR_KEPT]
        return bool(ready)
