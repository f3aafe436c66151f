"""Displays that are drawn again and again at a terminal, and leave no trace."""

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from credcheck.system import signals, streams, terminal
from credcheck.system.terminal import Terminal

_HIDE_CURSOR, _SHOW_CURSOR, _CLEAR_LINE = "\x1b[?25l", "\x1b[?25h", "\r\x1b[2K"


class Display:
    """A display on stdout (1) or stderr (2); its parts that do not depend on how it is drawn.

    Ctrl-Z gives the terminal back until the program goes on, and nothing is drawn into the lines of a shell whose `bg`
    lets the program go on. rich.live sees to neither: Ctrl-Z leaves the shell on the alternate screen without a cursor
    (rich 15 in tmux: `#{cursor_flag}#{alternate_on}` is 01), and after `bg` it draws there ten times a second.
    """

    def __init__(self, descriptor: int, environment: Mapping[str, str]) -> None:
        self._descriptor = descriptor
        # An exported COLUMNS does not follow the window.
        self._environment = {name: value for name, value in environment.items() if name != "COLUMNS"}
        self._suspending = ExitStack()
        self._lock = threading.RLock()
        self._is_paused = self._has_ended = False
        self.is_shown = False

    @property
    def terminal(self) -> Terminal:
        """The terminal as it is now, which may have been resized."""
        return terminal.of(self._descriptor, self._environment)

    def begin(self) -> None:
        """Heed Ctrl-Z from now on; in the main thread."""
        self._suspending.enter_context(signals.suspending(on_stop=self._pause, on_continue=self._go_on))

    def draw(self) -> None:
        """Draw the display, in any thread; nothing after the end and while the program is in the background."""
        with self._lock:
            if not self._has_ended and streams.is_foreground(self._descriptor):
                self._show(self.terminal)

    def end(self) -> None:
        """Remove the display."""
        with self._suspending, self._lock:
            self._has_ended = True
            self._remove()

    def _remove(self) -> None:
        if self.is_shown:
            self.is_shown = False
            self._erase()

    def _show(self, terminal: Terminal) -> None:
        """Make the text, which may fail, and only then set `is_shown` and write."""
        raise NotImplementedError

    def _erase(self) -> None:
        raise NotImplementedError

    def _pause(self) -> None:
        self._lock.acquire()  # nothing is drawn until `_go_on`
        self._remove()
        self._is_paused = True

    def _go_on(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._lock.release()
        else:  # stopped by SIGSTOP, while the display was there
            with self._lock:
                self._remove()


class Line(Display):
    """One line on the normal screen of stderr, drawn without rich, which `--json` has no other use for.

    One only: a window that is narrowed wraps lines anew, which moves the first of several beyond reach.
    """

    def __init__(self, text: Callable[[Terminal], str], environment: Mapping[str, str]) -> None:
        super().__init__(2, environment)
        self._text = text

    def _show(self, terminal: Terminal) -> None:
        text = self._text(terminal)
        self.is_shown = True
        streams.tell(f"{_HIDE_CURSOR}{_CLEAR_LINE}{text}")

    def _erase(self) -> None:
        streams.tell(f"{_CLEAR_LINE}{_SHOW_CURSOR}")
