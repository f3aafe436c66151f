"""The three standard streams: a terminal, a pipe that breaks, a full disk, or closed."""

import errno
import os
import select
import sys

from credcheck.errors import OutputError, ReaderGone

_STDOUT, _STDERR = 1, 2
_TYPOGRAPHY = {ord("…"): "...", ord("–"): "-"}  # noqa: RUF001  a dash between two numbers
_closed: set[int] = set()


def fill() -> None:
    """Fill the standard streams that are closed, so that no connection can take the number of one."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            _closed.add(descriptor)
            os.open(os.devnull, os.O_RDWR)


def deliver(text: str) -> None:
    """Write to stdout, all of it; raises OutputError if that is not possible.

    `sys.stdout.write` takes a short write for a whole one when Python is unbuffered (cpython#85393).
    """
    if not text:
        return
    if _STDOUT in _closed:
        raise OutputError("stdout is closed")
    try:
        _write(_STDOUT, text, _encoding(sys.__stdout__))
    except OSError as problem:
        if problem.errno == errno.EPIPE:
            raise ReaderGone("the reader of the pipe went away") from None
        raise OutputError(f"stdout cannot be written: {problem.strerror}") from None


def tell(text: str) -> None:
    """Write to stderr; if that fails there is no place left to report it."""
    if text and _STDERR not in _closed:
        try:
            _write(_STDERR, text, _encoding(sys.__stderr__))
        except OSError:
            return


def is_terminal(descriptor: int) -> bool:
    """Tell whether a stream is a terminal, and was not closed at the start."""
    return descriptor not in _closed and os.isatty(descriptor)


def is_foreground(descriptor: int) -> bool:
    """Tell whether this program may write to its terminal: one that `bg` continues would write into another's lines."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:  # not the terminal that controls this program
        return True


def can_show(text: str, descriptor: int) -> bool:
    """Tell whether the encoding of stdout or stderr has these characters."""
    try:
        text.encode(encoding(descriptor))
    except UnicodeEncodeError:
        return False
    return True


def encoding(descriptor: int) -> str:
    """Return the encoding of stdout or stderr."""
    return _encoding(sys.__stdout__ if descriptor == _STDOUT else sys.__stderr__)


def printable(text: str, encoding: str) -> str:
    """Return a text as a stream of this encoding shows it: dashes and ellipses in ASCII, other characters escaped."""
    if text.isascii():
        return text
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_TYPOGRAPHY).encode(encoding, "backslashreplace").decode(encoding)
    return text


def _write(descriptor: int, text: str, encoding: str) -> None:
    data = memoryview(text.encode(encoding, "backslashreplace"))
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:  # whoever shares the stream made it so; its reader is there all the same
            select.select([], [descriptor], [])


def _encoding(stream: object) -> str:
    return getattr(stream, "encoding", None) or "utf-8"
