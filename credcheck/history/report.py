"""The history of some balances as it is shown: samples, days, the forecast and its grade."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from credcheck.history import forecast as forecasts
from credcheck.history import spent
from credcheck.history.days import Day, Grade, days, grade
from credcheck.history.forecast import renewals
from credcheck.history.samples import Name, Owner, ReportedForecast, Sample, Series, sample_of
from credcheck.history.spent import Month
from credcheck.history.trend import trend
from credcheck.models import NOTHING, Account, Balance, Forecast, Reading, Result

if TYPE_CHECKING:
    from credcheck.history.store import Store


# How long before the first day a sample is looked for, from which a line comes in at the edge and a first fall counts.
_EDGE = timedelta(days=31)


class BalanceHistory(NamedTuple):
    """The history of one balance up to `now`; `samples`, `days` and `trend` begin at `since`, the rest tells of all.

    The balance was read at `read_at`. `before` is the last sample up to `since`. Of an account that tells what was
    spent, `spent` are the samples of that, `spent_before` the last one up to `since`, and `months` all that there is;
    `samples` are what was left of its budget, or the same amounts without one.
    """

    name: Name
    balance: Balance
    since: datetime
    now: datetime
    read_at: datetime
    samples: Sequence[Sample]
    days: Sequence[Day]
    forecast: Forecast | None
    grade: Grade
    trend: tuple[float, ...]
    before: Sample | None = None
    spent: Sequence[Sample] = ()
    spent_before: Sample | None = None
    months: Sequence[Month] = ()

    @property
    def is_renewed(self) -> bool:
        """Tell whether what is left rises because an allowance begins anew, not because somebody buys more."""
        resets_at = self.balance.resets_at or (self.forecast.resets_at if self.forecast else None)
        return self.balance.kind in {"plan", "limit"} and resets_at is not None


def balance_histories(
    store: "Store",
    owners: Iterable[Owner] | None,
    *,
    since: datetime,
    now: datetime,
    zone: tzinfo | None = None,
    budgets: Mapping[str, Account] = NOTHING,
    results: Iterable[Result] = (),
) -> list[BalanceHistory]:
    """Return the histories of these accounts, or of all; `budgets` are the accounts that may have one, by name.

    Those of `results` end with them, which need not be kept yet, and have their forecasts but no grade.
    """
    found = []
    latest = {name: one for result in results for name, one in _latest(result)}
    for series in store.series(owners):
        if series.name in latest:
            found.append(_until(latest[series.name], series, store, since=since, now=now, zone=zone))
        elif series.balance and series.balance.spent is not None:
            balance = _left(series.balance, budgets.get(series.name.account))
            history = _of_spent(series.name, balance, store.samples(series.id), since=since, now=now, zone=zone)
            found.append(history._replace(read_at=series.at or history.read_at))
        elif series.balance and series.balance.amount is not None:
            reported = store.reported(series.id)
            needed = min(since, now - renewals.MEMORY, *(one.at for one in reported[:1]))
            samples = store.samples(series.id, needed)
            history = balance_history(series.name, series.balance, samples, reported, since=since, now=now, zone=zone)
            # Its samples may be too old to be among these.
            found.append(history._replace(read_at=series.at or history.read_at))
    return found


class _Latest(NamedTuple):
    """A balance of a result, its sample if the history does not have it yet, and its forecast if it is the main one."""

    balance: Balance
    read_at: datetime
    new: Sequence[Sample]
    forecast: Forecast | None


def _latest(result: Result) -> Iterator[tuple[Name, _Latest]]:
    for balance in result.reading.balances if result.reading else ():
        sample = sample_of(balance, result.checked_at)
        if sample:
            new = [] if result.cached else [sample]
            forecast = result.forecast if balance.is_main else None
            name = Name(result.account, result.provider, balance.id, balance.unit)
            yield name, _Latest(balance, result.checked_at, new, forecast)


def _until(
    latest: _Latest, series: Series, store: "Store", *, since: datetime, now: datetime, zone: tzinfo | None
) -> BalanceHistory:
    """Return the history of a balance that ends with its latest reading."""
    is_spent = latest.balance.spent is not None
    samples = [*store.samples(series.id, None if is_spent else since - _EDGE), *latest.new]
    history_of = _of_spent if is_spent else _of_amounts
    history = history_of(series.name, latest.balance, samples, since=since, now=now, zone=zone)
    return history._replace(read_at=latest.read_at, forecast=latest.forecast)


def _left(balance: Balance, account: Account | None) -> Balance:
    """Return a spent amount as the rest of the account's budget, if it has one for it."""
    return account.left(Reading((balance,))).main if account else balance


def _of_spent(
    name: Name, balance: Balance, samples: Sequence[Sample], *, since: datetime, now: datetime, zone: tzinfo | None
) -> BalanceHistory:
    """Return the history of a balance that is the spending of a period, and the rest of a budget."""
    shown = samples if balance.total is None else spent.left(samples, balance.total)
    found = balance_history(name, balance, shown, since=since, now=now, zone=zone)
    return found._replace(
        days=spent.days(samples, zone, since=since),
        spent=[sample for sample in samples if since <= sample.at <= now],
        spent_before=_last(samples, since),
        months=spent.months(samples),
        trend=found.trend if balance.amount is not None else (),
    )


def balance_history(
    name: Name,
    balance: Balance,
    samples: Sequence[Sample],
    reported: Sequence[ReportedForecast] = (),
    *,
    since: datetime,
    now: datetime,
    zone: tzinfo | None = None,
) -> BalanceHistory:
    """Return the history of a balance; days are those of `zone`, usually the system's."""
    points = [(sample.at.timestamp(), float(sample.amount)) for sample in samples]
    return _of_amounts(name, balance, samples, since=since, now=now, zone=zone)._replace(
        forecast=forecasts.forecast_for(balance, points, now, zone),
        grade=grade(reported, samples, now),
        trend=trend(points, now, since),
    )


def _of_amounts(
    name: Name, balance: Balance, samples: Sequence[Sample], *, since: datetime, now: datetime, zone: tzinfo | None
) -> BalanceHistory:
    """Return the history of a balance without its forecast."""
    return BalanceHistory(
        name=name,
        balance=balance,
        since=since,
        now=now,
        read_at=samples[-1].at if samples else now,
        samples=[sample for sample in samples if since <= sample.at <= now],
        days=days(samples, zone, since=since),
        forecast=None,
        grade=Grade(0, 0),
        trend=(),
        before=_last(samples, since),
    )


def _last(samples: Sequence[Sample], until: datetime) -> Sample | None:
    """Return the last sample up to a moment."""
    return next((sample for sample in reversed(samples) if sample.at <= until), None)
