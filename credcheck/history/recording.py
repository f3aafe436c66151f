"""The history during one run: opened while answers are awaited, asked for forecasts, then given the new samples."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from credcheck.errors import HistoryError
from credcheck.history import forecast
from credcheck.history.overview import foretold
from credcheck.history.samples import Name, Owner
from credcheck.models import Result

if TYPE_CHECKING:
    from credcheck.history.store import Store

# Seconds that output may wait for a history that another program holds.
_PATIENCE = 1.0

T = TypeVar("T")


class Recording:
    """The history of these accounts; no method raises HistoryError, for a check never fails by its history.

    `problem` says what is wrong with it, in a line for a person.
    """

    def __init__(self, path: Path, owners: Iterable[tuple[str, str]], *, seconds: float) -> None:
        """Name the file and the accounts; waiting for other programs ends after so many seconds."""
        self._path = path
        self._owners = [Owner(*owner) for owner in owners]
        self._seconds = seconds
        self._store: Store | None = None
        self._points: dict[Name, list[forecast.Point]] = {}
        self._thread = threading.Thread(target=self._load, daemon=True)
        self.problem: str | None = None

    def begin(self) -> None:
        """Open the history and read what a forecast needs, in a thread of its own."""
        try:
            self._thread.start()
        except RuntimeError:  # the limit of threads
            self._load()

    def foretold(self, results: Sequence[Result]) -> list[Result]:
        """Return the results with their forecasts, from the samples and the new balances."""
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)
        if self._store is None:
            self.problem = self.problem or f"the history {self._path} is locked by another program"
            return list(results)
        return [self._with_forecast(result) for result in results]

    def keep(self, results: Sequence[Result]) -> None:
        """Keep the samples of these results."""
        if self._store is not None:
            self._attempt(lambda store: store.record(results))

    def _with_forecast(self, result: Result) -> Result:
        main = result.main
        if main is None or main.amount is None:
            return result
        name = Name(result.account, result.provider, main.id, main.unit)
        points = [*self._points.get(name, ()), (result.checked_at.timestamp(), float(main.amount))]
        return replace(result, forecast=foretold(main, points, result.checked_at))

    def _load(self) -> None:
        self._attempt(self._read)

    def _read(self, store: "Store") -> None:
        since = datetime.now(UTC) - forecast.WINDOW
        self._points = {series.name: store.points(series.id, since) for series in store.series(self._owners)}

    def _attempt(self, do: Callable[["Store"], None]) -> None:
        """Do something with the history; a file that turns out to be broken is moved aside, and a new one begun."""
        try:
            from credcheck.history import store as stores

            self._store, aside = stores.using(self._path, do, self._store, seconds=self._seconds)
        except HistoryError as problem:
            self._store, self.problem = None, problem.message
        except ImportError:
            self._store, self.problem = None, "this Python has no sqlite3, which the history needs"
        else:
            if aside:
                self.problem = f"the history was broken and is now {aside}; a new one is begun"
