"""Progress on stderr while answers are awaited, and imports that use the waiting."""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from credcheck.check import Listener
from credcheck.console.display import Display, Line
from credcheck.models import Account, Result
from credcheck.render import View
from credcheck.system import terminal
from credcheck.system.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import RenderableType

# Seconds: a shorter wait is not worth a change of the screen, nor is one for JSON worth a word.
_TABLE_DELAY, _LINE_DELAY = 0.4, 1.0
_SECONDS_A_FRAME = 0.1


class Progress(Listener):
    """Shows a table that fills in, or a line for other formats, if it is wanted and stderr can show it."""

    def __init__(
        self,
        accounts: Sequence[Account],
        view: View,
        environment: Mapping[str, str],
        *,
        wanted: bool = True,
    ) -> None:
        self._entries: list[Result | str] = [account.name for account in accounts]
        self._is_table = view.format == "table"
        self._environment = environment
        self._wanted = wanted and terminal.of(2, environment).animated
        self._display: Display | None = None
        self._ended = threading.Event()

    @property
    def total(self) -> int:
        """The number of accounts."""
        return len(self._entries)

    @property
    def results(self) -> list[Result]:
        """The results that have come."""
        return [entry for entry in self._entries if isinstance(entry, Result)]

    def begin(self) -> None:
        if self._wanted:
            self._display, delay = self._new_display()
            self._display.begin()
            threading.Thread(target=self._draw, args=[delay], daemon=True).start()
        if self._is_table:
            import credcheck.render.table  # noqa: F401  loaded now, it is not loaded when the last answer has come

    def show(self, task: int, result: Result) -> None:
        self._entries[task] = result

    def end(self) -> None:
        self._ended.set()
        if self._display is not None:
            self._display.end()

    def _new_display(self) -> tuple[Display, float]:
        """Return a display and the seconds after which it appears."""
        if not self._is_table or not terminal.of(2, self._environment).alternate:
            return Line(self._line, self._environment), _LINE_DELAY
        from credcheck.console.full_screen import FullScreen

        return FullScreen(2, self._table, self._environment), _TABLE_DELAY

    def _draw(self, seconds: float) -> None:
        while self._display and not self._ended.wait(seconds):
            seconds = _SECONDS_A_FRAME
            try:
                self._display.draw()
            except Exception:  # noqa: BLE001  a fault in drawing must not end the check or print a traceback
                return

    def _table(self, stderr: Terminal) -> "RenderableType":
        """Return the table, or the names that are awaited if it is taller than the terminal."""
        from rich.segment import SegmentLines
        from rich.text import Text

        from credcheck.render import drawing, table, waiting

        if len(self._entries) < (stderr.height or 0):
            shown = table.table(self._entries, stderr, pending=waiting.spinner(stderr))
            lines = drawing.segments(shown, stderr)
            if len(lines) <= (stderr.height or 0):
                return SegmentLines(lines, new_lines=True)
        awaited = [entry for entry in self._entries if isinstance(entry, str)]
        return Text("\n".join(waiting.names(awaited, len(self._entries), stderr)))

    def _line(self, stderr: Terminal) -> str:
        from credcheck.render import waiting

        return waiting.count(len(self.results), len(self._entries), stderr)
