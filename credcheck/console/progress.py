"""Progress on stderr while answers are awaited, and imports that use the waiting."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from credcheck.check import Listener
from credcheck.models import Account, Result
from credcheck.render import View
from credcheck.system import terminal
from credcheck.system.terminal import Terminal

if TYPE_CHECKING:
    from credcheck.render.live import Live

# Seconds: a shorter wait is not worth a change of the screen, nor is one for JSON worth a word.
_TABLE_DELAY, _SPINNER_DELAY = 0.4, 1.0


class Progress(Listener):
    """Shows a table that fills in, or a spinner for other formats, if it is wanted and stderr can show it."""

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
        self._live: Live | None = None

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
            from credcheck.render.live import Live

            if self._is_table and terminal.of(2, self._environment).alternate:
                self._live = Live(self._table, self._environment, delay=_TABLE_DELAY, alternate=True)
            else:
                self._live = Live(self._spinner, self._environment, delay=_SPINNER_DELAY, alternate=False)
            self._live.start()
        if self._is_table:
            import credcheck.render.table  # noqa: F401  loaded now, it is not loaded when the last answer has come

    def show(self, task: int, result: Result) -> None:
        self._entries[task] = result

    def end(self) -> None:
        if self._live is not None:
            self._live.stop()

    def _table(self, stderr: Terminal) -> Sequence[str]:
        """Return the table, or the names that are awaited if it is taller than the terminal."""
        from credcheck.render import drawing, table, waiting

        if len(self._entries) < (stderr.height or 0):
            lines = drawing.lines(table.table(self._entries, stderr, pending=waiting.spinner(stderr)), stderr)
            if len(lines) <= (stderr.height or 0):
                return lines
        awaited = [entry for entry in self._entries if isinstance(entry, str)]
        return waiting.names(awaited, len(self._entries), stderr)

    def _spinner(self, stderr: Terminal) -> Sequence[str]:
        from credcheck.render import waiting

        return [waiting.count(len(self.results), len(self._entries), stderr)]
