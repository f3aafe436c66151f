"""The trend of one balance, for a sparkline."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from credcheck.history.forecast.stretches import Point

_TREND, _SHORTEST_TREND, _TREND_STEPS = timedelta(days=30), timedelta(days=1), 15


def trend(points: Sequence[Point], now: datetime, since: datetime | None = None) -> tuple[float, ...]:
    """Return the amounts at equal steps since that moment, usually the last month, or since the first point.

    There are none if the points take less than a day, or less than all of a shorter time.
    """
    end = now.timestamp()
    wanted = since.timestamp() if since else end - _TREND.total_seconds()
    start = max(wanted, points[0][0] if points else end)
    if start >= end or end - start < min(_SHORTEST_TREND.total_seconds(), end - wanted):
        return ()
    steps = (start + (end - start) * (step + 1) / _TREND_STEPS for step in range(_TREND_STEPS))
    return tuple(points[bisect_right(points, moment, key=itemgetter(0)) - 1][1] for moment in steps)
