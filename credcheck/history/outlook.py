"""The forecast of one balance and its trend, from its points."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from operator import itemgetter

from credcheck.history import forecast
from credcheck.models import Balance, Forecast

_TREND, _SHORTEST_TREND, _TREND_STEPS = timedelta(days=30), timedelta(days=1), 15


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
