"""What a person sees while the answers come, and what is made ready meanwhile."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from credcheck.check import Watcher
from credcheck.models import Account, Result
from credcheck.system import terminal

if TYPE_CHECKING:
    from rich.live import Live


def watcher(accounts: Sequence[Account], environment: Mapping[str, str], *, wanted: bool) -> Watcher:
    """Return who looks on while a table is awaited: one that fills in, where it is wanted and stderr can show it."""
    stderr = terminal.of(2, environment)
    return _Filling(accounts, stderr) if wanted and stderr.animated else _Preparing()


class _Preparing(Watcher):
    """Imports what draws the table while the requests are under way."""

    def begin(self) -> None:
        import credcheck.render.table  # noqa: F401  what counts is that it is loaded


class _Filling(Watcher):
    """Shows every account with a spinner until its result has come."""

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
            self._live.transient = complete  # what was read before a Ctrl-C stays to be read
            self._live.stop()
