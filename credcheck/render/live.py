"""Lines on stderr that are redrawn while a person waits, and leave no trace."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from credcheck.system import signals, streams, terminal
from credcheck.system.terminal import Terminal

_SECONDS_A_FRAME = 0.1
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
# The alternate screen, and lines cut at its edge: a frame may be drawn before the program hears of a new size.
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?7l", "\x1b[?7h\x1b[?1049l"
_HOME, _CLEAR_LINE, _CLEAR_BELOW = "\x1b[H", "\x1b[2K", "\x1b[J"

Frame = Callable[[Terminal], Sequence[str]]


class Live:
    """Draws the lines that `frame` returns ten times a second, from `delay` seconds on until it is stopped.

    On the normal screen it draws one short line. More lines would be wrapped anew by a window that is narrowed, which
    moves some of them beyond reach: they need the alternate screen.
    """

    def __init__(self, frame: Frame, environment: Mapping[str, str], *, delay: float, alternate: bool) -> None:
        self._frame = frame
        # An exported COLUMNS does not follow the window.
        self._environment = {name: value for name, value in environment.items() if name != "COLUMNS"}
        self._delay = delay
        self._begin = _HIDE_CURSOR + _ENTER * alternate
        self._top = _HOME if alternate else "\r"
        self._end = (_LEAVE if alternate else f"\r{_CLEAR_LINE}") + _SHOW_CURSOR
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._suspending = ExitStack()
        self._is_drawn = False
        self._is_paused = False

    def start(self) -> None:
        """Begin to draw, in a thread of its own; Ctrl-Z erases the lines until the program continues."""
        self._suspending.enter_context(signals.suspending(on_stop=self._pause, on_continue=self._go_on))
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Erase the lines and show the cursor again."""
        with self._lock:
            self._stopped.set()
            self._erase()
        self._suspending.close()

    def _pause(self) -> None:
        self._lock.acquire()
        self._erase()
        self._is_paused = True

    def _go_on(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._lock.release()
        else:  # stopped by SIGSTOP, while the lines were drawn
            with self._lock:
                self._erase()

    def _run(self) -> None:
        wait = self._delay
        while not self._stopped.wait(wait):
            with self._lock:
                if not self._stopped.is_set() and streams.is_foreground(2) and not self._drew():
                    return
            wait = _SECONDS_A_FRAME

    def _drew(self) -> bool:
        """Draw a frame; returns False if that cannot be done, which must not end the check or print a traceback."""
        try:
            self._draw()
        except Exception:  # noqa: BLE001
            return False
        return True

    def _draw(self) -> None:
        lines = self._frame(terminal.of(2, self._environment))
        drawn = self._top + "\r\n".join(_CLEAR_LINE + line for line in lines) + _CLEAR_BELOW
        streams.tell(drawn if self._is_drawn else self._begin + drawn)
        self._is_drawn = True

    def _erase(self) -> None:
        if self._is_drawn:
            streams.tell(self._end)
            self._is_drawn = False
