"""The samples that are kept: recorded, thinned out, read and forgotten."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from credcheck.errors import HistoryBroken, HistoryError
from credcheck.history.database import Database, set_aside
from credcheck.history.samples import (
    Name,
    Owner,
    Sample,
    Series,
    ToldForecast,
    decimal,
    moment,
    optional_stamp,
    series,
    stamp,
)
from credcheck.models import Balance, Result

KEPT_WHOLE = timedelta(days=90)
DAY = 86_400_000  # milliseconds
_ALWAYS = -(1 << 62)

_FEW = 100  # accounts that are looked up one by one
_SERIES = (
    "SELECT id, account, provider, balance, unit, last_at, last_amount, last_total, in_run,"
    " kind, place, resets_at, expires_at FROM series"
)
_ORDER = "ORDER BY account, provider, place, id"
_BEFORE = "SELECT at, amount, total FROM sample WHERE series = ? AND at <= ? ORDER BY at DESC LIMIT 3"
_AFTER = "SELECT at, amount, total FROM sample WHERE series = ? AND at > ? ORDER BY at LIMIT 2"
# A main balance without a limit has no sample, but its last one is not how much is left any more.
_NO_MAIN = "UPDATE series SET place = 1 WHERE account = ? AND provider = ? AND place = 0 AND last_at <= ?"
_RENEW = (
    "UPDATE series SET last_at = ?, last_amount = ?, last_total = ?, in_run = ?,"
    " kind = ?, place = ?, resets_at = ?, expires_at = ? WHERE id = ?"
)
_THIN = """
DELETE FROM sample WHERE series = ? AND at >= ? AND at < ? AND EXISTS (
    SELECT 1 FROM sample AS later WHERE later.series = sample.series AND later.at > sample.at
    AND later.at < (sample.at / 86400000 + 1) * 86400000
)
"""


def using(
    path: Path, do: Callable[["Store"], object], store: "Store | None" = None, *, seconds: float
) -> tuple["Store", Path | None]:
    """Do something with the store and return it, with the new name of a broken file in whose place one is begun.

    Raises HistoryError.
    """
    try:
        store = store or Store(path, seconds=seconds)
        do(store)
    except HistoryBroken:
        aside = set_aside(path, seconds=seconds)
        store = Store(path, seconds=seconds)
        do(store)
        return store, aside
    return store, None


class Store:
    """The history; every method raises HistoryError."""

    def __init__(self, path: Path, *, seconds: float) -> None:
        """Open it, and make it if it is missing; wait at most so many seconds for other programs."""
        self.database = Database(path, seconds=seconds)
        self._path = path

    def series(self, owners: Iterable[Owner] | None = None) -> list[Series]:
        """Return the series of these accounts, in their order, or of all; the balances stand as in the last reading."""
        wanted = None if owners is None else dict.fromkeys(owners)
        if wanted is not None and len(wanted) <= _FEW:
            each = [self.database.rows(f"{_SERIES} WHERE account = ? AND provider = ? {_ORDER}", one) for one in wanted]
            rows = [row for rows in each for row in rows]
        else:
            rows = self.database.rows(f"{_SERIES} {_ORDER}")
        with self._readable():
            return [series(row) for row in rows if wanted is None or row[1:3] in wanted]

    def points(self, series: int, since: datetime) -> list[tuple[float, float]]:
        """Return the moments, in seconds since the epoch, and the amounts, as a forecast needs them."""
        return self.database.rows(
            "SELECT at / 1000.0, CAST(amount AS REAL) FROM sample WHERE series = ? AND at >= ? ORDER BY at",
            (series, stamp(since)),
        )

    def samples(self, series: int, since: datetime | None = None) -> list[Sample]:
        """Return the samples in the order of time, exactly."""
        rows = self.database.rows(
            "SELECT at, amount, total FROM sample WHERE series = ? AND at >= ? ORDER BY at",
            (series, stamp(since) if since else _ALWAYS),
        )
        with self._readable():
            return [Sample(moment(at), Decimal(amount), decimal(total)) for at, amount, total in rows]

    def record(self, results: Iterable[Result]) -> None:
        """Keep a sample of each balance that was read, all or none, and thin out old ones once a day."""
        read = [(result, result.reading) for result in results if result.reading]
        if not read:
            return
        unlimited = [result for result, reading in read if reading.main.unlimited]
        rows: list[tuple[object, ...]] = []
        with self.database.change():
            known = {each.name: each for each in self.series({Owner(one.account, one.provider) for one, _ in read})}
            for result, reading in read:
                for place, balance in enumerate(reading.balances):
                    if balance.amount is not None:
                        name = Name(result.account, result.provider, balance.id, balance.unit)
                        series = known.get(name) or Series(self.number(name), name)
                        rows += self._keep(series, balance, place, result.checked_at)
                        self._tell(series.id, result, balance)
            self.database.run_each(_RENEW, rows)
            self.database.run_each(_NO_MAIN, [(one.account, one.provider, stamp(one.checked_at)) for one in unlimited])
            self._thin(max(result.checked_at for result, _ in read))

    def counts(self) -> tuple[int, int]:
        """Return the number of accounts and of samples."""
        return (
            self.database.rows("SELECT count(*) FROM (SELECT DISTINCT account, provider FROM series)")[0][0],
            self.database.rows("SELECT count(*) FROM sample")[0][0],
        )

    def told(self, series: int) -> list[ToldForecast]:
        """Return the forecasts that were told, one a day."""
        rows = self.database.rows(
            "SELECT at, amount, empty_low, empty_high FROM told WHERE series = ? ORDER BY day", (series,)
        )
        with self._readable():
            return [ToldForecast(moment(at), Decimal(amount), *map(moment, ends)) for at, amount, *ends in rows]

    def number(self, name: Name) -> int:
        """Return the number of a series; it begins one if there is none."""
        for (number,) in self.database.rows(
            "SELECT id FROM series WHERE account = ? AND provider = ? AND balance = ? AND unit = ?", name
        ):
            return int(number)
        return self.database.insert("INSERT INTO series (account, provider, balance, unit) VALUES (?, ?, ?, ?)", name)

    @staticmethod
    def row(series: int, sample: Sample) -> tuple[int, int, str, str | None]:
        """Return the row of a sample."""
        total = None if sample.total is None else f"{sample.total:f}"
        return series, stamp(sample.at), f"{sample.amount:f}", total

    @staticmethod
    def thinned_until(now: datetime) -> datetime:
        """Return the midnight, of UTC, before which one sample a day is kept."""
        return moment(stamp(now - KEPT_WHOLE) // DAY * DAY)

    def forget(self, account: str) -> int:
        """Delete all that is kept of an account, and return the number of samples."""
        self.database.run("PRAGMA secure_delete = ON")
        with self.database.change():
            deleted = self.database.run(
                "DELETE FROM sample WHERE series IN (SELECT id FROM series WHERE account = ?)", (account,)
            )
            self.database.run("DELETE FROM series WHERE account = ?", (account,))
            self.database.run("DELETE FROM status WHERE account = ?", (account,))
        return deleted

    def tidy(self, series: int, now: datetime) -> None:
        """Leave two rows of each run of equal amounts, thin out old samples, and renew the last one's columns."""
        rows = self.database.rows("SELECT at, amount, total FROM sample WHERE series = ? ORDER BY at", (series,))
        self.database.run_each("DELETE FROM sample WHERE series = ? AND at = ?", [(series, at) for at in _inner(rows)])
        self._thin_one(series, _ALWAYS, stamp(self.thinned_until(now)))
        self._renew(series)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Turn the errors of values that another program wrote into one of ours."""
        try:
            yield
        except (ArithmeticError, ValueError) as problem:
            way_out = "move it away, and the next check begins a new one"
            raise HistoryError(f"the history {self._path} has a number or a time that is none: {way_out}") from problem

    def _tell(self, series: int, result: Result, balance: Balance) -> None:
        """Keep the forecast that is told, the first of each day."""
        foretold = result.forecast
        if foretold and foretold.days_left_low is not None and foretold.days_left_high is not None and balance.is_main:
            at = stamp(result.checked_at)
            ends = (at + int(days * DAY) for days in (foretold.days_left_low, foretold.days_left_high))
            self.database.run(
                "INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, ?, ?)",
                (series, at // DAY, at, f"{balance.amount:f}", *ends),
            )

    def _keep(self, series: Series, balance: Balance, place: int, at: datetime) -> list[tuple[object, ...]]:
        """Keep a sample, and return what is to be renewed in the series: nothing if a later sample is there."""
        number, last, time = series.id, series.balance, stamp(at)
        amount, total = f"{balance.amount:f}", None if balance.total is None else f"{balance.total:f}"
        if last and series.at and time <= stamp(series.at):
            self._keep_among(number, time, amount, total)
            return []
        is_same = last is not None and (f"{last.amount:f}", last.total) == (amount, balance.total)
        if is_same and series.in_run and series.at:
            self.database.run("UPDATE sample SET at = ? WHERE series = ? AND at = ?", (time, number, stamp(series.at)))
        else:
            self.database.run("INSERT INTO sample VALUES (?, ?, ?, ?)", (number, time, amount, total))
        moments = map(optional_stamp, (balance.resets_at, balance.expires_at))
        return [(time, amount, total, is_same, balance.kind, place, *moments, number)]

    def _keep_among(self, series: int, time: int, amount: str, total: str | None) -> None:
        """Insert a sample that is not the last: the clock was set back, or another process was quicker."""
        taken = {
            at for (at,) in self.database.rows("SELECT at FROM sample WHERE series = ? AND at >= ?", (series, time))
        }
        while time in taken:
            time += 1
        self.database.run("INSERT INTO sample VALUES (?, ?, ?, ?)", (series, time, amount, total))
        around = self.database.rows(_BEFORE, (series, time))[::-1] + self.database.rows(_AFTER, (series, time))
        self.database.run_each(
            "DELETE FROM sample WHERE series = ? AND at = ?", [(series, at) for at in _inner(around)]
        )
        self._renew(series)

    def _renew(self, series: int) -> None:
        rows = self.database.rows(
            "SELECT at, amount, total FROM sample WHERE series = ? ORDER BY at DESC LIMIT 2", (series,)
        )
        in_run = len(rows) == 2 and rows[0][1:] == rows[1][1:]
        self.database.run(
            "UPDATE series SET last_at = ?, last_amount = ?, last_total = ?, in_run = ? WHERE id = ?",
            (*rows[0], in_run, series),
        )

    def _thin(self, now: datetime) -> None:
        ((until,),) = self.database.rows("SELECT thinned_until FROM upkeep")
        cutoff = stamp(self.thinned_until(now))
        if until < cutoff:
            for (series,) in self.database.rows("SELECT id FROM series"):
                self._thin_one(series, until, cutoff)
            self.database.run("UPDATE upkeep SET thinned_until = ?", (cutoff,))

    def _thin_one(self, series: int, since: int, until: int) -> None:
        """Leave one sample a day, the last of it."""
        self.database.run(_THIN, (series, since, until))


def _inner(rows: list[tuple[int, str, str | None]]) -> list[int]:
    """Return the moments of samples that stand between two of equal amounts and totals."""
    return [
        here[0]
        for before, here, after in zip(rows, rows[1:], rows[2:], strict=False)
        if before[1:] == here[1:] == after[1:]
    ]
