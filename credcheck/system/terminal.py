"""What a terminal can show, and a line that is typed there unseen."""

import errno
import os
import termios
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from credcheck.system import signals, streams

_USUAL_WIDTH = 80
_STDIN = 0
_LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Terminal:
    """The abilities of a stream. Without a width nothing is cut or wrapped: it is a pipe or a file."""

    width: int | None = None
    colour: bool = False
    unicode: bool = True
    links: bool = False
    animated: bool = False


def of(descriptor: int, environment: Mapping[str, str]) -> Terminal:
    """Return what stdout (1) or stderr (2) can show; NO_COLOR, FORCE_COLOR and TERM=dumb are respected."""
    present = streams.is_terminal(descriptor)
    able = present and environment.get("TERM") not in {None, "", "dumb"}
    colour = (able or bool(environment.get("FORCE_COLOR"))) and not environment.get("NO_COLOR")
    return Terminal(
        width=_width(descriptor, environment) if present else None,
        colour=colour,
        unicode=streams.can_show("✓✗…⠋", descriptor),
        links=able and colour,
        animated=able,
    )


def fitted(text: str, descriptor: int, environment: Mapping[str, str]) -> str:
    """Return lines as they are for a pipe or file, and broken between words for a terminal."""
    if not streams.is_terminal(descriptor):
        return text
    width = _width(descriptor, environment)
    return "".join(f"{line}\n" for long in text.splitlines() for line in _broken(long, width))


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line.lstrip(),
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width(descriptor: int, environment: Mapping[str, str]) -> int:
    """Return the columns that COLUMNS says, else the terminal itself."""
    told = environment.get("COLUMNS", "")
    if told.isascii() and told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(descriptor).columns or _USUAL_WIDTH
    except OSError:
        return _USUAL_WIDTH


def read_unseen(prompt: str) -> str:
    """Return the line that is typed at stdin while its terminal does not show it; raises EOFError and Stopped.

    Ctrl-Z gives the terminal back as it was; when the program goes on, the line is unseen and asked for again.
    """
    with _without_echo(prompt), signals.listening(signals.interrupt):
        streams.tell(prompt)
        line = os.read(_STDIN, _LONGEST_LINE)
    if not line:
        raise EOFError
    return line.decode("utf-8", "replace")


@contextmanager
def _without_echo(prompt: str) -> Iterator[None]:
    before = termios.tcgetattr(_STDIN)
    unseen = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]

    def ask_again() -> None:
        _set_modes(unseen)
        streams.tell(f"\n{prompt}")

    try:
        with signals.suspending(on_stop=lambda: _set_modes(before), on_continue=ask_again):
            _set_modes(unseen)
            yield
    finally:
        _set_modes(before)
        streams.tell("\n")  # the line end that was typed unseen


def _set_modes(modes: list[Any]) -> None:
    """Set the modes of stdin's terminal and discard what was typed before; a terminal that is gone has none."""
    with suppress(termios.error):
        while True:
            try:
                return termios.tcsetattr(_STDIN, termios.TCSAFLUSH, modes)
            except termios.error as problem:
                if problem.args[0] != errno.EINTR:  # as when a shell continues it in the background
                    raise
