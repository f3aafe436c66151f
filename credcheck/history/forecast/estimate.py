"""Days left at the pace of the last weeks, and the range of them, from the points of one balance: pure.

Recent days count more, weekends are weekends, top-ups and pauses are left out. The constants, here and in
`uncertainty`, were chosen by simulation, which `python -m tests.benchmark estimators` repeats, and on real series of
use.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Literal, NamedTuple

from credcheck.history.forecast.days_of_use import SECONDS_A_DAY, DayOfUse, days_of_use, pause
from credcheck.history.forecast.stretches import Point, stretches, top_up_share
from credcheck.history.forecast.uncertainty import LONGEST, Pace, Range, largest_part, range_of
from credcheck.models import Unclear

_FEWEST_FALLS = 3
_WEEKDAYS_FROM = 14.0  # observed days
# A range whose ends lie so far apart says nothing of its middle.
_WIDEST = 10.0
# Between two readings with a top-up, use is hidden. From the larger share on, a middle would be half as much again as
# there is, unless readings are more often than daily.
_HIDES_USE, _HIDES_MIDDLE = 1 / 5, 3 / 10
_ABOUT_DAILY = 0.8  # days between two readings


class Estimate(NamedTuple):
    """Days left from the last sample on, with their probable range, and the use of a mean day.

    `unclear_because` says why the range alone is to be believed, `top_ups_hide_use` that readings are too rare.
    """

    days: float
    low: float
    high: float
    pace: float
    unclear_because: Unclear | None = None
    top_ups_hide_use: bool = False


def estimate(points: Sequence[Point], zone: tzinfo | None = None) -> Estimate | Literal["learning", "not_used"]:
    """Return the unrounded estimate at the last point's moment, or the reason for there being none."""
    pace = pace_of(points, zone)
    if not isinstance(pace, Pace):
        return pace
    found, hidden = range_of(pace), top_up_share(points)
    return Estimate(
        *found,
        pace.per_day,
        unclear_because=_unclear_because(pace, found, points, hidden),
        top_ups_hide_use=hidden > _HIDES_USE,
    )


def pace_of(points: Sequence[Point], zone: tzinfo | None = None) -> Pace | Literal["learning", "not_used"]:
    """Return the pace at the last point's moment with its parts, or the reason for there being none."""
    used = stretches(points)
    falls = sum([use > 0 for _, _, use in used])
    if not falls and points and points[-1][0] - points[0][0] >= SECONDS_A_DAY:
        return "not_used"
    if sum([end - start for start, end, _ in used]) < SECONDS_A_DAY:
        return "learning"
    if falls < _FEWEST_FALLS:
        return "learning" if falls else "not_used"
    last = datetime.fromtimestamp(points[-1][0], UTC).astimezone(zone)
    days = days_of_use(used, last, zone)
    paused = pause(days)
    observed = [day for day in days if day.time and day not in paused]
    shares = _shares(observed)
    per_day = _per_day(observed, shares)
    if per_day <= 0:
        return "not_used"
    return Pace(used, observed, shares, per_day, _days_until_empty(points[-1][1], per_day, shares, last))


def _unclear_because(pace: Pace, found: Range, points: Sequence[Point], hidden: float) -> Unclear | None:
    between = (points[-1][0] - points[0][0]) / SECONDS_A_DAY / (len(points) - 1)
    if hidden >= _HIDES_MIDDLE and between >= _ABOUT_DAILY:
        return "top_ups"
    return largest_part(pace) if found.high >= _WIDEST * found.low > 0 else None


def _shares(days: Sequence[DayOfUse]) -> list[float]:
    """Return the use of each weekday over that of a mean day; all alike before there are two weeks."""
    use, time_ = sum(day.use for day in days), sum(day.time for day in days)
    if time_ < _WEEKDAYS_FROM or use <= 0:
        return [1.0] * 7
    totals = [[2 * use / time_, 2.0] for _ in range(7)]
    for day in days:
        totals[day.weekday][0] += day.use
        totals[day.weekday][1] += day.time
    paces = [max(0.0, used) / observed for used, observed in totals]
    mean = sum(paces) / 7
    return [pace / mean for pace in paces]


def _per_day(days: Sequence[DayOfUse], shares: Sequence[float]) -> float:
    """Return the use of a mean day, recent days counting more."""
    time_ = sum(day.weight * day.time * shares[day.weekday] for day in days)
    return sum(day.weight * day.use for day in days) / time_ if time_ > 0 else 0.0


def _days_until_empty(balance: float, pace: float, shares: Sequence[float], now: datetime) -> float:
    """Return the days until a balance is gone; whole weeks are alike."""
    passed = (now.hour * 3600 + now.minute * 60 + now.second) / SECONDS_A_DAY
    if not balance / pace < LONGEST:
        return LONGEST
    weeks = max(0, int(balance / (7 * pace)) - 1)
    left, days, weekday = balance - weeks * 7 * pace, 7.0 * weeks, now.weekday()
    length = 1.0 - passed
    while left > 0:
        used = pace * shares[weekday] * length
        if used >= left:
            return days + length * left / used
        left, days, weekday, length = left - used, days + length, (weekday + 1) % 7, 1.0
    return days
