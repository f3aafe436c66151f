"""The samples that are kept: recorded, thinned out, read and forgotten."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from credcheck.errors import HistoryBroken
from credcheck.history import readings, thinning
from credcheck.history.damage import set_aside
from credcheck.history.database import Database
from credcheck.history.samples import (
    CLOCKS_DIFFER,
    SPENT,
    Clock,
    Name,
    Owner,
    ReportedForecast,
    Sample,
    Series,
    decimal,
    moment,
    of_sample,
    optional_stamp,
    sample,
    sample_of,
    series,
    stamp,
    utc_now,
)
from credcheck.models import Balance, Reading, Result

DAY = 86_400_000  # milliseconds
_ALWAYS = -(1 << 62)
# What another program, or damage, may have left in a row.
_NOT_READABLE = (ArithmeticError, ValueError, TypeError)
_LAST_AT = 5  # its place in a row of _SERIES

_FEW = 100  # accounts that are looked up one by one
_SERIES = (
    "SELECT id, account, provider, balance, unit, last_at, last_amount, last_total, in_run,"
    " kind, place, resets_at, expires_at, unlimited, period FROM series"
)
_ORDER = "ORDER BY account, provider, place, id"
_BEFORE = "SELECT at, amount, total, period FROM sample WHERE series = ? AND at <= ? ORDER BY at DESC LIMIT 3"
_AFTER = "SELECT at, amount, total, period FROM sample WHERE series = ? AND at > ? ORDER BY at LIMIT 2"
_SAMPLES = "SELECT at, amount, total, period FROM sample WHERE series = ? AND at BETWEEN ? AND ?"
# A balance that does not change has samples at the two ends of its run only: the first may be long ago.
_SINCE = (
    "SELECT at, amount, total, period FROM sample WHERE series = ?1 AND at BETWEEN"
    " coalesce((SELECT max(at) FROM sample WHERE series = ?1 AND at <= ?2), ?2) AND ?3 ORDER BY at"
)
_POINTS = (
    "SELECT at / 1000.0, CAST(amount AS REAL) FROM sample WHERE series = ?1 AND at BETWEEN"
    " coalesce((SELECT max(at) FROM sample WHERE series = ?1 AND at <= ?2), ?2) AND ?3"
    # A damaged amount would be cast to 0.
    " AND amount NOT GLOB '*[^-0-9.]*' ORDER BY at"
)
_INSERT = "INSERT INTO sample (series, at, amount, total, period) VALUES (?, ?, ?, ?, ?)"
# A balance that is in the last reading no more is not its main one.
_NO_MAIN = "UPDATE series SET place = 1 WHERE account = ? AND provider = ? AND place = 0 AND last_at < ?"
_RENEW = (
    "UPDATE series SET last_at = ?, last_amount = ?, last_total = ?, in_run = ?,"
    " kind = ?, place = ?, resets_at = ?, expires_at = ?, unlimited = ?, period = ? WHERE id = ?"
)


def using(
    path: Path, do: Callable[["Store"], object], store: "Store | None" = None, *, seconds: float, now: Clock = utc_now
) -> tuple["Store", Path | None]:
    """Do something with the store and return it, with the new name of a broken file in whose place one is begun.

    Raises HistoryError.
    """
    try:
        store = store or Store(path, seconds=seconds, now=now)
        do(store)
    except HistoryBroken:
        aside = set_aside(path, seconds=seconds)
        store = Store(path, seconds=seconds, now=now)
        do(store)
        return store, aside
    return store, None


class Store:
    """The history; every method raises HistoryError.

    Samples that are later than `now` were read by a clock that was ahead: they are kept, but none is returned.
    """

    def __init__(self, path: Path, *, seconds: float, now: Clock = utc_now) -> None:
        """Open it, and make it if it is missing; wait at most `seconds` for other programs."""
        self.database = Database(path, seconds=seconds)
        self._path = path
        self._latest = stamp(now() + CLOCKS_DIFFER)

    def series(self, owners: Iterable[Owner] | None = None) -> list[Series]:
        """Return the series of these accounts, in their order, or of all; the balances stand as in the last reading."""
        wanted = None if owners is None else dict.fromkeys(owners)
        if wanted is not None and len(wanted) <= _FEW:
            query = f"{_SERIES} WHERE account = ? AND provider = ? {_ORDER}"
            rows = [row for owner in wanted for row in self.database.rows(query, owner)]
        else:
            rows = self.database.rows(f"{_SERIES} {_ORDER}")
        return [self._series(row) for row in rows if wanted is None or row[1:3] in wanted]

    def points(self, series: int, since: datetime) -> list[tuple[float, float]]:
        """Return the moments, in seconds since the epoch, and the amounts, from the last one up to `since` on."""
        return self.database.rows(_POINTS, (series, stamp(since), self._latest))

    def samples(self, series: int, since: datetime | None = None) -> list[Sample]:
        """Return the samples in the order of time, exactly, from the last one up to `since` on.

        A row that is no sample is passed over.
        """
        first = stamp(since) if since else _ALWAYS
        rows = self.database.rows(_SINCE, (series, first, self._latest))
        try:
            return [
                Sample(moment(at), Decimal(amount), decimal(total), None if period is None else moment(period))
                for at, amount, total, period in rows
            ]
        except _NOT_READABLE:
            return [found for row in rows if (found := sample(row))]

    def record(self, results: Iterable[Result], read_with: Mapping[Owner, str] | None = None) -> None:
        """Keep a sample of each balance that was read, all or none, and thin out old ones once a day.

        `read_with` has by account a text that changes with its key and description.
        """
        read = [(result, result.reading) for result in results if result.reading]
        if not read:
            return
        with self.database.change():
            by_name = {one.name: one for one in self.series({Owner(one.account, one.provider) for one, _ in read})}
            for result, reading in read:
                self.database.run_each(_RENEW, list(self._record_one(result, reading, by_name)))
            self.database.run_each(_NO_MAIN, [(one.account, one.provider, stamp(one.checked_at)) for one, _ in read])
            readings.keep(self.database, read, read_with or {})
            thinning.thin(self.database, max(result.checked_at for result, _ in read))

    def later(self) -> int:
        """Return the number of samples of a clock that was ahead."""
        return int(self.database.rows("SELECT count(*) FROM sample WHERE at > ?", (self._latest,))[0][0])

    def counts(self) -> tuple[int, int]:
        """Return the number of accounts and of samples."""
        return (
            self.database.rows("SELECT count(*) FROM (SELECT DISTINCT account, provider FROM series)")[0][0],
            self.database.rows("SELECT count(*) FROM sample")[0][0],
        )

    def reported(self, series: int) -> list[ReportedForecast]:
        """Return the forecasts that were reported, one a day."""
        rows = self.database.rows(
            "SELECT at, amount, empty_low, empty_high FROM told WHERE series = ? ORDER BY day", (series,)
        )
        try:
            return [ReportedForecast(moment(at), Decimal(amount), *map(moment, ends)) for at, amount, *ends in rows]
        except _NOT_READABLE:
            return []

    def number(self, name: Name, *, place: int = 0) -> int:
        """Return the number of a series; it begins one, at this place among those of the account, if there is none."""
        for (number,) in self.database.rows(
            "SELECT id FROM series WHERE account = ? AND provider = ? AND balance = ? AND unit = ?", name
        ):
            return int(number)
        return self.database.insert(
            "INSERT INTO series (account, provider, balance, unit, place) VALUES (?, ?, ?, ?, ?)", (*name, place)
        )

    @staticmethod
    def row(series: int, sample: Sample) -> tuple[int, int, str, str | None, int | None]:
        """Return the row of a sample."""
        total = None if sample.total is None else f"{sample.total:f}"
        return series, stamp(sample.at), f"{sample.amount:f}", total, optional_stamp(sample.period)

    def tidy(self, series: int, now: datetime) -> None:
        """Leave two rows of each run of equal amounts, thin out old samples, and renew the last one's columns."""
        rows = self.database.rows(
            "SELECT at, amount, total, period FROM sample WHERE series = ? ORDER BY at", (series,)
        )
        self._delete(series, thinning.inner(rows))
        thinning.thin_one(self.database, series, since=_ALWAYS, until=stamp(thinning.kept_whole_from(now)))
        self.renew(series)

    def renew(self, series: int) -> None:
        """Bring the columns of the last sample up to date."""
        rows = self.database.rows(f"{_SAMPLES} ORDER BY at DESC LIMIT 2", (series, _ALWAYS, self._latest))
        if not rows:
            return
        in_run = len(rows) == 2 and rows[0][1:] == rows[1][1:]
        self.database.run(
            "UPDATE series SET last_at = ?, last_amount = ?, last_total = ?, period = ?, in_run = ?, unlimited = 0"
            " WHERE id = ? AND NOT (unlimited AND last_at > ?)",
            (*rows[0], in_run, series, rows[0][0]),
        )

    def _series(self, row: tuple[Any, ...]) -> Series:
        """Return a series; its balance is the last that was read before now.

        One with a value that cannot be read has none until the next sample renews it.
        """
        try:
            found = series(row)
        except _NOT_READABLE:
            return Series(row[0], Name(*row[1:_LAST_AT]))
        if row[_LAST_AT] is None or row[_LAST_AT] <= self._latest:
            return found
        rows = self.database.rows(f"{_SAMPLES} ORDER BY at DESC LIMIT 1", (found.id, _ALWAYS, self._latest))
        last = next(filter(None, map(sample, rows)), None)
        if last is None or found.balance is None:
            return found._replace(at=None, balance=None, in_run=False)
        balance = of_sample(found.balance, last)
        return found._replace(at=last.at, balance=balance, in_run=False)

    def _record_one(
        self, result: Result, reading: Reading, by_name: Mapping[Name, Series]
    ) -> Iterator[tuple[object, ...]]:
        """Keep the samples of a result, and yield the columns to update in each series."""
        for place, balance in enumerate(reading.balances):
            name = Name(result.account, result.provider, balance.id, balance.unit)
            series = by_name.get(name) or Series(self.number(name), name)
            yield from self._keep(series, balance, place, result.checked_at)
            self._keep_reported(series.id, result, balance)

    def _keep_reported(self, series: int, result: Result, balance: Balance) -> None:
        """Keep the forecast that is reported, the first of each day."""
        forecast = result.forecast
        if forecast is None or forecast.expires_first or not balance.is_main:  # an expiry says nothing of the pace
            return
        if forecast.days_left_low is not None and forecast.days_left_high is not None:
            at = stamp(result.checked_at)
            ends = (at + int(days * DAY) for days in (forecast.days_left_low, forecast.days_left_high))
            self.database.run(
                "INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, ?, ?)",
                (series, at // DAY, at, f"{balance.amount:f}", *ends),
            )

    def _keep(self, series: Series, balance: Balance, place: int, at: datetime) -> Iterator[tuple[object, ...]]:
        """Insert a sample; yield the columns to update in its series, nothing if a newer sample exists."""
        number, last, time = series.id, series.balance, stamp(at)
        moments = map(optional_stamp, (balance.resets_at, balance.expires_at))
        sample = sample_of(balance, at)
        if sample is None:
            if series.at is None or time >= stamp(series.at):
                yield time, None, None, False, balance.kind, place, *moments, True, None, number
            return
        row = self.row(number, sample)
        _, _, amount, total, period = row
        if last and series.at and time <= stamp(series.at):
            self._keep_among(row)
            return
        is_same = last is not None and series.at is not None and _is_same(sample_of(last, series.at), sample)
        if is_same and series.in_run and series.at:
            self.database.run("UPDATE sample SET at = ? WHERE series = ? AND at = ?", (time, number, stamp(series.at)))
        else:
            self.database.run(_INSERT, row)
        kind = balance.kind if balance.spent is None else SPENT
        yield time, amount, total, is_same, kind, place, *moments, False, period, number

    def _keep_among(self, row: tuple[int, int, str, str | None, int | None]) -> None:
        """Insert a sample that is not the last: the clock was set back, or another process was quicker."""
        series, time, *values = row
        taken = {
            at for (at,) in self.database.rows("SELECT at FROM sample WHERE series = ? AND at >= ?", (series, time))
        }
        while time in taken:
            time += 1
        self.database.run(_INSERT, (series, time, *values))
        around = self.database.rows(_BEFORE, (series, time))[::-1] + self.database.rows(_AFTER, (series, time))
        self._delete(series, thinning.inner(around))
        self.renew(series)

    def _delete(self, series: int, moments: Iterable[int]) -> None:
        self.database.run_each("DELETE FROM sample WHERE series = ? AND at = ?", [(series, at) for at in moments])


def _is_same(before: Sample | None, after: Sample) -> bool:
    """Tell whether a sample has the digits, the total and the period of the one before."""
    return before is not None and f"{before.amount:f}" == f"{after.amount:f}" and before[2:] == after[2:]
