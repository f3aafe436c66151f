"""The history of some balances as it is shown: samples, days, the forecast and its grade."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from credcheck.history import forecast as forecasts
from credcheck.history.days import Day, Grade, days, grade
from credcheck.history.forecast import renewals
from credcheck.history.samples import Name, Owner, ReportedForecast, Sample
from credcheck.history.trend import trend
from credcheck.models import Balance, Forecast

if TYPE_CHECKING:
    from credcheck.history.store import Store


class BalanceHistory(NamedTuple):
    """The history of one balance up to `now`; `samples`, `days` and `trend` begin at `since`, the rest tells of all.

    The balance was read at `read_at`. `before` is the last sample up to `since`.
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


def balance_histories(
    store: "Store", owners: Iterable[Owner] | None, *, since: datetime, now: datetime, zone: tzinfo | None = None
) -> list[BalanceHistory]:
    """Return the histories of these accounts, or of all."""
    found = []
    for series in store.series(owners):
        if series.balance and series.balance.amount is not None:
            reported = store.reported(series.id)
            needed = min(since, now - renewals.MEMORY, *(one.at for one in reported[:1]))
            samples = store.samples(series.id, needed)
            history = balance_history(series.name, series.balance, samples, reported, since=since, now=now, zone=zone)
            # Its samples may be too old to be among these.
            found.append(history._replace(read_at=series.at or history.read_at))
    return found


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
    return BalanceHistory(
        name=name,
        balance=balance,
        since=since,
        now=now,
        read_at=samples[-1].at if samples else now,
        samples=[sample for sample in samples if since <= sample.at <= now],
        days=days(samples, zone, since=since),
        forecast=forecasts.forecast_for(balance, points, now, zone),
        grade=grade(reported, samples, now),
        trend=trend(points, now, since),
        before=next((sample for sample in reversed(samples) if sample.at <= since), None),
    )
