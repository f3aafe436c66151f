"""A terminal that a program has for itself: its second screen, and keys that are read as they are typed."""

import os
import select
import termios
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from credcheck.system import signals, streams

_STDIN, _STDOUT = 0, 1
_LOCAL_MODES = 3
# The second screen without a cursor, and lines cut at its edge: the window may be narrowed before a line is drawn.
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h\x1b[?1049l"
_HOME, _CLEAR_REST, _CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


class Screen:
    """The whole screen of the terminal at stdin and stdout."""

    def __init__(self) -> None:
        self._before: list[Any] = termios.tcgetattr(_STDIN)
        self._lock = threading.Lock()  # held while the screen is given back
        self._shown: tuple[os.terminal_size, Sequence[str]] | None = None

    @contextmanager
    def full_screen(self) -> Iterator[None]:
        """Take the screen until the block has ended; Ctrl-Z gives it back until the program continues."""
        self._enter()
        try:
            with signals.suspending(on_stop=self._pause, on_continue=self._go_on):
                yield
        finally:
            with self._lock:
                self._leave()

    def show(self, lines: Sequence[str]) -> None:
        """Replace the screen's contents without flickering; raises OutputError."""
        with self._lock:
            size = os.get_terminal_size(_STDOUT)
            if (size, lines) != self._shown:
                streams.deliver(_HOME + "\r\n".join(f"{line}{_CLEAR_REST}" for line in lines) + _CLEAR_BELOW)
                self._shown = size, lines

    def _enter(self) -> None:
        modes = list(self._before)
        modes[_LOCAL_MODES] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(_STDIN, termios.TCSADRAIN, modes)
        streams.deliver(_ENTER)
        self._shown = None

    def _leave(self) -> None:
        with suppress(OSError, termios.error):  # the terminal may be gone
            streams.deliver(_LEAVE)
            termios.tcsetattr(_STDIN, termios.TCSAFLUSH, self._before)

    def _pause(self) -> None:
        self._lock.acquire()
        self._leave()

    def _go_on(self) -> None:
        self._enter()
        if self._lock.locked():
            self._lock.release()


def read_keys(seconds: float) -> str:
    """Return the keys that are typed within some seconds, or as soon as there is one; raises OSError at the end."""
    if not select.select([_STDIN], [], [], seconds)[0]:
        return ""
    keys = os.read(_STDIN, 64)
    if not keys:
        raise OSError(0, "the terminal is gone")
    return keys.decode(errors="replace")
