"""The abilities of a terminal, and its input: a line, or keys one by one."""

import errno
import os
import select
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from credcheck.system import signals, streams

_DEFAULT_SIZE = os.terminal_size((80, 24))
_STDIN = 0
_LONGEST_LINE = 64 * 1024


class Terminal(NamedTuple):
    """The abilities of a stream. A pipe or file has no width and no height: nothing is cut or wrapped.

    `alternate` tells whether there is a second screen, which a program leaves without a trace. `plain` asks for words
    in place of signs and drawings, as TERM=dumb does, which screen readers and editors set.
    """

    width: int | None = None
    height: int | None = None
    colour: bool = False
    unicode: bool = True
    links: bool = False
    animated: bool = False
    alternate: bool = False
    plain: bool = False
    encoding: str = "utf-8"

    def printable(self, text: str) -> str:
        """Return a text as the stream shows it; a character that its encoding lacks is escaped."""
        return streams.printable(text, self.encoding)

    def wrapped(self, text: str) -> str:
        """Return lines broken between words if they are wider than the terminal."""
        width = self.width
        if width is None:
            return text
        return "".join(f"{line}\n" for long in text.splitlines() for line in _broken(long, width))


def of(descriptor: int, environment: Mapping[str, str]) -> Terminal:
    """Return the abilities of stdout (1) or stderr (2); NO_COLOR, FORCE_COLOR and TERM=dumb are respected."""
    present = streams.is_terminal(descriptor)
    able = present and environment.get("TERM") not in {None, "", "dumb"}
    size = _size(descriptor)
    colour = (able or bool(environment.get("FORCE_COLOR"))) and not environment.get("NO_COLOR")
    return Terminal(
        width=(_exported_width(environment) or size.columns) if present else None,
        height=size.lines if present else None,
        colour=colour,
        unicode=streams.can_show("✓✗…⠋", descriptor),
        links=able and colour,
        animated=able,
        # The console of Linux has one screen; so has GNU screen (STY) unless it is configured otherwise.
        alternate=able and environment.get("TERM") != "linux" and "STY" not in environment,
        plain=environment.get("TERM") == "dumb",
        encoding=streams.encoding(descriptor),
    )


def fitted(text: str, descriptor: int, environment: Mapping[str, str]) -> str:
    """Return lines broken between words if the stream is a terminal that is narrower."""
    return of(descriptor, environment).wrapped(text) if streams.is_terminal(descriptor) else text


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


def _exported_width(environment: Mapping[str, str]) -> int:
    columns = environment.get("COLUMNS", "")
    return int(columns) if columns.isascii() and columns.isdecimal() else 0


def _size(descriptor: int) -> os.terminal_size:
    try:
        found = os.get_terminal_size(descriptor)
    except OSError:
        return _DEFAULT_SIZE
    return os.terminal_size((found.columns or _DEFAULT_SIZE.columns, found.lines or _DEFAULT_SIZE.lines))


def read_line(prompt: str, *, seen: bool) -> str:
    """Return the line that is typed at stdin; raises EOFError and Stopped. Its terminal shows it only if it is `seen`.

    Ctrl-Z gives the terminal back as it was; when the program goes on, an unseen line is asked for again.
    """
    with signals.listening(signals.interrupt) if seen else _without_echo(prompt):
        streams.tell(prompt)
        line = os.read(_STDIN, _LONGEST_LINE)
    if not line:
        raise EOFError
    return line.decode("utf-8", "replace")


@contextmanager
def _without_echo(prompt: str) -> Iterator[None]:
    import termios

    before = termios.tcgetattr(_STDIN)
    unseen = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]

    def ask_again() -> None:
        _set_modes(unseen)
        streams.tell(f"\n{prompt}")

    def interrupt(number: int) -> None:
        _set_modes(before)  # here too, for the exception may strike between two steps of the `finally` below
        signals.interrupt(number)

    suspending = signals.suspending(on_stop=lambda: _set_modes(before), on_continue=ask_again)
    with signals.listening(interrupt), suspending:
        try:
            _set_modes(unseen)
            yield
        finally:
            _set_modes(before)
            streams.tell("\n")  # the line end that was typed unseen


@contextmanager
def reading_keys() -> Iterator[None]:
    """Let stdin's terminal give each key as it is typed, and not show it; Ctrl-Z gives the terminal back as it was."""
    import termios

    before = termios.tcgetattr(_STDIN)
    modes = [*before[:3], before[3] & ~(termios.ICANON | termios.ECHO), *before[4:]]
    with signals.suspending(on_stop=lambda: _set_modes(before), on_continue=lambda: _set_modes(modes)):
        try:
            _set_modes(modes)
            yield
        finally:
            _set_modes(before)


def read_keys(seconds: float) -> str:
    """Return the keys that are typed within some seconds, or as soon as there is one; raises OSError at the end."""
    if not select.select([_STDIN], [], [], seconds)[0]:
        return ""
    keys = os.read(_STDIN, 64)
    if not keys:
        raise OSError(0, "the terminal is gone")
    return keys.decode(errors="replace")


def _set_modes(modes: list[Any]) -> None:
    """Set the modes of stdin's terminal and discard pending input; do nothing if the terminal is gone."""
    import termios

    with suppress(termios.error):
        while True:
            try:
                return termios.tcsetattr(_STDIN, termios.TCSAFLUSH, modes)
            except termios.error as problem:
                if problem.args[0] != errno.EINTR:  # as when a shell continues it in the background
                    raise
