"""The history during one run: opened while answers are awaited, asked for forecasts, then given the new samples."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from credcheck.errors import HistoryError, fault_line
from credcheck.history.samples import Clock, Name, Owner, Sample, sample_of, utc_now
from credcheck.models import Balance, Result

if TYPE_CHECKING:  # what is only needed once answers are awaited is imported then
    from credcheck.history.forecast.stretches import Point
    from credcheck.history.notified import Claim, Compare
    from credcheck.history.report import BalanceHistory
    from credcheck.history.store import Store
    from credcheck.models import Account

# Seconds that a run may wait for a history that another program holds: what is optional waits less than what is not.
_PATIENCE = 1.0
_MOMENT = 0.25


class Recording:
    """The history of these accounts. No method raises an exception: a check never fails because of its history.

    `problem` says what is wrong with it, in a line for a person.
    """

    def __init__(self, path: Path, owners: Iterable[tuple[str, str]], *, now: Clock = utc_now) -> None:
        """Name the file and the accounts."""
        self._path = path
        self._owners = list(map(Owner._make, owners))
        self._now = now
        self._store: Store | None = None
        self._points: dict[Name, list[Point]] = {}
        self._spent: dict[Name, list[Sample]] = {}
        self._last_read: dict[tuple[str, str], datetime] = {}
        self._mains: dict[tuple[str, str], str] = {}
        self._mains_read = threading.Event()
        self._moment_until: float | None = None
        self._patience = _PATIENCE
        self._begun = False
        self._loaded = threading.Event()
        self.problem: str | None = None

    def begin(self) -> None:
        """Open the history and read the samples of the forecasts, in a thread of its own."""
        self._begun = True
        try:
            threading.Thread(target=self._load, daemon=True).start()
        except RuntimeError:  # the limit of threads
            self._load()

    def wait_no_more(self) -> None:
        """Do not wait for a history that another program holds: the run has waited for it in vain."""
        self._patience = 0.0

    def main_before(self, account: str, provider: str) -> str | None:
        """Return the id of the balance that was the main one in an account's last reading.

        It is asked while an answer is read, so all accounts together wait for the file only a moment.
        """
        self._moment_until = self._moment_until or time.monotonic() + _MOMENT
        self._mains_read.wait(max(0.0, self._moment_until - time.monotonic()))
        return self._mains.get((account, provider))

    def with_forecasts(self, results: Sequence[Result]) -> list[Result]:
        """Return the results with their forecasts, from the samples and the new balances.

        A failure has the moment of the last reading.
        """
        self._need_samples()
        if not self._has_loaded() or self._store is None:
            return list(results)
        try:
            return [self._with_forecast(result) for result in results]
        except Exception as fault:  # noqa: BLE001  samples that nobody thought of
            self.problem = f"the history {self._path} allows no forecast: {fault_line(fault)}"
            return list(results)

    def histories(
        self, results: Sequence[Result], *, since: datetime, budgets: "Mapping[str, Account]"
    ) -> "list[BalanceHistory]":
        """Return the histories of the accounts, which end with these results; none if the history cannot be used.

        `budgets` are the accounts that may have one, by name.
        """
        from credcheck.history.report import balance_histories

        found: list[BalanceHistory] = []
        now = self._now()
        self._need_samples()
        if self._has_loaded() and self._store is not None:
            self._attempt(
                lambda store: found.extend(
                    balance_histories(store, self._owners, since=since, now=now, budgets=budgets, results=results)
                )
            )
        return found

    def keep(self, results: Sequence[Result], read_with: Mapping[Owner, str] | None = None) -> None:
        """Keep the samples of these results, read with these texts; an answer of a while ago is kept already."""
        fresh = [result for result in results if not result.cached]
        self._need_samples()
        if self._has_loaded() and fresh and (self._store is not None or self.problem is None):
            self._attempt_in_time(lambda store: store.record(fresh, read_with))

    def close(self) -> None:
        """Give the file back: a run that goes on opens it again for each of its checks."""
        if self._store is not None:
            self._attempt(lambda store: store.database.close())
            self._store = None

    def claim(self, command: Sequence[str] | None, compare: "Compare", *, seconds: float) -> "Claim | None":
        """Claim the changes for this number of seconds, for a command of [notify] or for `--changes`.

        Return None if the history cannot be used.
        """
        from credcheck.history.notified import Claim

        claims: list[Claim] = []
        self._need_samples()
        until = self._now() + timedelta(seconds=seconds)
        if self._has_loaded() and self._store is not None:
            self._attempt_in_time(lambda store: claims.append(Claim(store, command, compare, until)))
        return claims[0] if claims else None

    def settle(self, claim: "Claim", *, delivered: bool) -> None:
        """Note that a claim's changes were delivered, or leave them to the next run."""
        self._attempt_in_time(lambda store: claim.settle(store, delivered=delivered))

    def _need_samples(self) -> None:
        """Read the samples now, unless that began while answers were awaited."""
        if not self._begun:
            self._begun = True
            with self._waiting():
                self._load()

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Take the time of the block from that which all waits of the run together may take.

        A file system without locks looks like a file that another program holds, for ever.
        """
        began = time.monotonic()
        try:
            yield
        finally:
            self._patience = max(0.0, self._patience - (time.monotonic() - began))

    def _has_loaded(self) -> bool:
        """Wait until the samples are read, and tell whether they are."""
        with self._waiting():  # an answer may come before the reading has begun
            has_loaded = self._loaded.wait(max(self._patience, _MOMENT))
        if has_loaded:
            return True
        self.problem = f"the history {self._path} is locked by another program"
        return False

    def _with_forecast(self, result: Result) -> Result:
        from credcheck.history.forecast import forecast_for
        from credcheck.history.forecast.stretches import fell_suddenly
        from credcheck.history.trend import trend

        if result.error:
            return result._replace(last_read_at=self._last_read.get((result.account, result.provider)))
        main = result.main
        if main is None or main.amount is None:
            return result
        now = self._now() if result.cached else result.checked_at
        points = self._points_of(main, result)
        others = [each for each in result.reading.balances if each.is_watched] if result.reading else []
        forecasts = {
            each.id: forecast_for(each, self._points_of(each, result), now)
            for each in others
            if not each.is_main and each.amount is not None
        }
        return result._replace(
            forecast=forecast_for(main, points, now),
            forecasts={id_: forecast for id_, forecast in forecasts.items() if forecast},
            trend=trend(points, now),
            fell_suddenly=fell_suddenly(points),
        )

    def _points_of(self, balance: Balance, result: Result) -> "list[Point]":
        """Return the points of a balance, up to a new one; those of the rest of a budget come from the spending."""
        name, at = Name(result.account, result.provider, balance.id, balance.unit), result.checked_at
        points, new = self._points.get(name, []), sample_of(balance, at)
        if balance.spent is not None and balance.total is not None and new is not None:
            from credcheck.history import spent

            samples = spent.left([*self._spent.get(name, []), new], balance.total)
            points = [(sample.at.timestamp(), float(sample.amount)) for sample in samples[:-1]]
        is_new = not result.cached and balance.amount is not None
        return [*points, (at.timestamp(), float(balance.amount or 0))] if is_new else points

    def _load(self) -> None:
        try:
            self._attempt(self._read)
        finally:
            self._mains_read.set()
            self._loaded.set()

    def _read(self, store: "Store") -> None:
        # Loaded now, while answers are awaited, the forecasts are not loaded when the last has come.
        from credcheck.history import trend  # noqa: F401
        from credcheck.history.forecast import renewals

        since = self._now() - renewals.MEMORY
        found = store.series(self._owners)
        self._mains = {one.name.owner: one.name.balance for one in found if one.balance and one.balance.is_main}
        self._mains_read.set()
        of_spent = {series.name for series in found if series.balance and series.balance.spent is not None}
        self._spent = {series.name: store.samples(series.id, since) for series in found if series.name in of_spent}
        self._points = {series.name: store.points(series.id, since) for series in found if series.name not in of_spent}
        read = sorted((series.at, series.name.owner) for series in found if series.at)
        self._last_read = {owner: at for at, owner in read}

    def _attempt_in_time(self, do: Callable[["Store"], None]) -> None:
        with self._waiting():
            self._attempt(do)

    def _attempt(self, do: Callable[["Store"], None]) -> None:
        """Do something with the history; a file that turns out to be broken is moved aside, and a new one begun."""
        try:
            from credcheck.history import store as stores

            if self._store is not None:
                self._store.database.wait_at_most(self._patience)
            self._store, moved_to = stores.using(self._path, do, self._store, seconds=self._patience, now=self._now)
        except HistoryError as problem:
            self._store, self.problem = None, f"{problem.message}; this check is not kept"
        except ImportError:
            self._store, self.problem = None, "this Python has no sqlite3, which the history needs"
        except Exception as fault:  # noqa: BLE001  a row that another program wrote, for one
            said = f"the history {self._path} cannot be used: {fault_line(fault)}"
            self._store, self.problem = None, f"{said}; this check is not kept"
        else:
            if moved_to:
                self.problem = f"the history was broken and is now {moved_to}; a new one is begun"
