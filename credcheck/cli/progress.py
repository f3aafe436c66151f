"""Progress on stderr while a table is awaited, and imports that use the waiting."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from credcheck.check import Watcher
from credcheck.cli.options import CheckOptions
from credcheck.models import Account, Result
from credcheck.render import View
from credcheck.system import terminal

if TYPE_CHECKING:
    from rich.live import Live

    from credcheck.history.recording import Recording


def watcher(
    accounts: Sequence[Account],
    options: CheckOptions,
    view: View,
    environment: Mapping[str, str],
    recording: "Recording | None" = None,
) -> Watcher:
    """Return a live table if one is wanted and stderr can show it; the history is opened meanwhile."""
    shown = _display(accounts, options, view, environment)
    return _WithHistory(shown, recording) if recording else shown


def _display(accounts: Sequence[Account], options: CheckOptions, view: View, environment: Mapping[str, str]) -> Watcher:
    if view.format != "table":
        return Watcher()
    stderr = terminal.of(2, environment)
    return _LiveTable(accounts, stderr) if stderr.animated and not options.no_progress else _Preparation()


class _WithHistory(Watcher):
    """Opens the history while the requests are under way."""

    def __init__(self, shown: Watcher, recording: "Recording") -> None:
        self._recording = recording
        self._shown = shown

    def begin(self) -> None:
        self._recording.begin()
        self._shown.begin()

    def show(self, task: int, result: Result) -> None:
        self._shown.show(task, result)

    def end(self, *, complete: bool) -> None:
        self._shown.end(complete=complete)


class _Preparation(Watcher):
    """Imports the table's module while the requests are under way."""

    def begin(self) -> None:
        import credcheck.render.table  # noqa: F401  loaded now, it is not loaded when the last answer has come


class _LiveTable(Watcher):
    """Shows every account, with a spinner until its result has come."""

    def __init__(self, accounts: Sequence[Account], stderr: terminal.Terminal) -> None:
        self._entries: list[Result | str] = [account.name for account in accounts]
        self._stderr = stderr
        self._live: Live | None = None

    def begin(self) -> None:
        from credcheck.render.live import live

        self._live = live(self._entries, self._stderr)
        self._live.start()

    def show(self, task: int, result: Result) -> None:
        self._entries[task] = result

    def end(self, *, complete: bool) -> None:
        if self._live is not None:
            self._live.transient = complete  # results read before a Ctrl-C stay on the screen
            self._live.stop()
