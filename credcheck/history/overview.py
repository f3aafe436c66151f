"""The history of some balances as it is shown: samples, days, the forecast and its grade."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from credcheck.history import forecast
from credcheck.history.days import Day, Grade, days, grade
from credcheck.history.outlook import foretold, trend
from credcheck.history.samples import Name, Owner, Sample, ToldForecast
from credcheck.models import Balance, Forecast

if TYPE_CHECKING:
    from credcheck.history.store import Store


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
        if each.balance and each.balance.amount is not None:
            told = store.told(each.id)
            needed = min(since, now - forecast.WINDOW, *(one.at for one in told[:1]))
            samples = store.samples(each.id, needed)
            seen = past(each.name, each.balance, samples, told, since=since, now=now, zone=zone)
            # Its samples may be too old to be among these.
            found.append(seen._replace(read_at=each.at or seen.read_at))
    return found


def past(
    name: Name,
    balance: Balance,
    samples: Sequence[Sample],
    told: Sequence[ToldForecast] = (),
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
