"""The history of some balances as it is shown: samples, days, the forecast and its grade."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from credcheck.history import forecast
from credcheck.history.days import Day, Grade, Told, days, grade
from credcheck.history.samples import Name, Owner, Sample
from credcheck.models import Balance, Forecast

if TYPE_CHECKING:
    from credcheck.history.store import Store

_TREND, _SHORTEST_TREND, _TREND_STEPS = timedelta(days=30), timedelta(days=1), 15


class Past(NamedTuple):
    """The history of one balance up to `now`; `samples`, `days` and `trend` begin at `since`, the rest tells of all.

    The balance was read at `read_at`.
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


def pasts(
    store: "Store", owners: Iterable[Owner] | None, *, since: datetime, now: datetime, zone: tzinfo | None = None
) -> list[Past]:
    """Return the histories of these accounts, or of all."""
    found = []
    for each in store.series(owners):
        if each.balance:
            told = store.told(each.id)
            needed = min(since, now - forecast.WINDOW, *(one.at for one in told[:1]))
            samples = store.samples(each.id, needed)
            found.append(past(each.name, each.balance, samples, told, since=since, now=now, zone=zone))
    return found


def past(
    name: Name,
    balance: Balance,
    samples: Sequence[Sample],
    told: Sequence[Told] = (),
    *,
    since: datetime,
    now: datetime,
    zone: tzinfo | None = None,
) -> Past:
    """Return the history of a balance; days are those of `zone`, usually the system's."""
    points = [(sample.at.timestamp(), float(sample.amount)) for sample in samples]
    return Past(
        name=name,
        balance=balance,
        since=since,
        now=now,
        read_at=samples[-1].at if samples else now,
        samples=[sample for sample in samples if since <= sample.at <= now],
        days=days(samples, zone, since=since),
        forecast=foretold(balance, points, now, zone),
        grade=grade(told, samples, now),
        trend=trend(points, now, since),
    )


def foretold(
    balance: Balance, points: Sequence[forecast.Point], now: datetime, zone: tzinfo | None = None
) -> Forecast | None:
    """Return the forecast of a balance; None for one that is not used up: without a limit, or owed."""
    if balance.amount is None or balance.kind == "owed":
        return None
    return forecast.forecast(points, now, zone)


def trend(points: Sequence[forecast.Point], now: datetime, since: datetime | None = None) -> tuple[float, ...]:
    """Return the amounts at equal steps since that moment, usually the last month, or since the first point.

    There are none if the points take less than a day, or less than all of a shorter time.
    """
    end = now.timestamp()
    asked = since.timestamp() if since else end - _TREND.total_seconds()
    start = max(asked, points[0][0] if points else end)
    if start >= end or end - start < min(_SHORTEST_TREND.total_seconds(), end - asked):
        return ()
    steps = (start + (end - start) * (step + 1) / _TREND_STEPS for step in range(_TREND_STEPS))
    return tuple(points[bisect_right(points, moment, key=itemgetter(0)) - 1][1] for moment in steps)
