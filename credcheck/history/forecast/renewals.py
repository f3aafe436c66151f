"""The next renewal of an allowance that no answer tells, from rises back to its total at equal times. Pure."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from credcheck.history.forecast.stretches import TOP_UP, Point

# What points are needed: three renewals of a month.
MEMORY = timedelta(days=95)
_FEWEST = 3
# Of the total: use goes on between a renewal and the reading that sees it.
_NEARLY_ALL = 0.9
_DAY, _WEEK = 86400.0, 604800.0
_MONDAY = 4 * _DAY  # the first one after the epoch


class _Rise(NamedTuple):
    """The moments between which a balance rose to its total."""

    after: float
    by: float


class _Period(NamedTuple):
    """A period of the calendar, in UTC: the begin of the one that a moment is in, and of the next one.

    Between two readings that are farther apart than `longest_gap` a renewal could have been at any time.
    """

    begin: Callable[[float], float]
    next: Callable[[float], float]
    longest_gap: float


def next_renewal(points: Sequence[Point], total: float | None, now: datetime) -> datetime | None:
    """Return the next time of day, week or month at which a balance will rise back to its total.

    It did so the last three times that it could have: a purchase that fills an account up has no such hour.
    """
    if not total or total <= 0:
        return None
    rises = [
        _Rise(start, end)
        for (start, before), (end, after) in pairwise(points)
        if after - before > TOP_UP * abs(before) and after >= _NEARLY_ALL * total
    ]
    for period in _PERIODS if len(rises) >= _FEWEST else ():
        offset = _common_offset(rises[-_FEWEST:], period)
        if offset is not None and not _is_missed(points, rises[-_FEWEST:], total, period=period, offset=offset):
            moments = _moments(period, now.timestamp(), offset)
            return datetime.fromtimestamp(next(moment for moment in moments if moment > now.timestamp()), UTC)
    return None


def _common_offset(rises: Sequence[_Rise], period: _Period) -> float | None:
    """Return the seconds after the begin of a period at which all these rises can have been; a midnight if one can."""
    if any(rise.by - rise.after > period.longest_gap for rise in rises):
        return None
    ends = [rise.by - period.begin(rise.by) for rise in rises]
    earliest = max(end - (rise.by - rise.after) for end, rise in zip(ends, rises, strict=True))
    latest = min(ends)
    if earliest > latest:
        return None
    midnight = latest // _DAY * _DAY
    return midnight if midnight >= earliest else latest


def _is_missed(
    points: Sequence[Point], rises: Sequence[_Rise], total: float, *, period: _Period, offset: float
) -> bool:
    """Tell whether a renewal did not come that was due, for some was used."""
    moments = _moments(period, rises[0].by, offset)
    due = 0.0
    for (start, before), (end, _) in pairwise(points):
        if end <= rises[0].by:
            continue
        while due <= start:
            due = next(moments)
        is_due = due <= end and before * (1 + TOP_UP) < _NEARLY_ALL * total
        if is_due and not any(rise.after == start for rise in rises):
            return True
    return False


def _moments(period: _Period, since: float, offset: float) -> Iterator[float]:
    """Yield the moments at an offset in each period, from the one before that in which `since` is."""
    begin = period.begin(period.begin(since) - 1)
    while True:
        yield begin + offset
        begin = period.next(begin)


def _month(moment: float) -> float:
    first = datetime.fromtimestamp(moment, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.timestamp()


# The shortest first: what is renewed each day rises at the same hour of the week, too.
_PERIODS = (
    _Period(lambda moment: math.floor(moment / _DAY) * _DAY, lambda begin: begin + _DAY, _DAY / 4),
    _Period(
        lambda moment: math.floor((moment - _MONDAY) / _WEEK) * _WEEK + _MONDAY, lambda begin: begin + _WEEK, _WEEK / 4
    ),
    _Period(_month, lambda begin: _month(begin + 32 * _DAY), _WEEK),
)
