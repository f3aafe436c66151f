"""Days left, from the samples of one balance: pure.

The pace is that of the last weeks, recent days counting more, weekends as weekends; top-ups and pauses are left out.
FORESIGHT's constants were chosen by simulation, which `python -m tests.benchmark estimators` repeats.
"""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Literal, NamedTuple

from credcheck.models import Balance, Forecast

_SECONDS_A_DAY, _LONGEST_DAY = 86400.0, 90000.0
WINDOW = timedelta(days=56)
_HALF_LIFE = 14.0  # days
TOP_UP = 0.02  # of the balance before
_FEWEST_FALLS = 3
_WEEKDAYS_FROM = 14.0  # observed days
_SHORTEST_PAUSE, _SHORTEST_RUN, _PAUSE_RATIO = 5, 2, 2
_ABOUT_A_DAY = 0.8
_NORMAL_80 = 1.2816
_ERROR_OF_MODEL = 0.05
_TRENDS = (7, 28)  # days
# Of a ratio: a balance that is nearly empty, or not used of late, lasts no time or far longer, not for ever.
_LARGEST_LOGARITHM = math.log(1000)
_SOONEST = 1e-9  # days
_LONGEST = 36500.0

# Seconds since the epoch, and the amount: an estimate is not exact to the last digit.
Point = tuple[float, float]
# The start and the end of the time between two points, and the use in it. A tuple, for there are many.
Stretch = tuple[float, float, float]


class DayOfUse(NamedTuple):
    """One local calendar day: its age in days, its observed time in days, and the use in that."""

    start: float
    weekday: int
    age: int
    use: float
    time: float

    @property
    def weight(self) -> float:
        """Return how much the day counts."""
        return math.exp2(-self.age / _HALF_LIFE)


class Estimate(NamedTuple):
    """Days left from the last sample on, with the range that holds in four of five cases, and the use of a mean day."""

    days: float
    low: float
    high: float
    pace: float


def forecast_for(
    balance: Balance, points: Sequence[Point], now: datetime, zone: tzinfo | None = None
) -> Forecast | None:
    """Return the forecast of a balance; None for one that is not used up: without a limit, or owed."""
    if balance.amount is None or balance.kind == "owed":
        return None
    return forecast(points, now, zone)


def forecast(points: Sequence[Point], now: datetime, zone: tzinfo | None = None) -> Forecast:
    """Return the forecast from points in the order of time; `zone` has the calendar days, usually the system's."""
    moment = now.timestamp()
    first = moment - WINDOW.total_seconds()
    recent = [point for point in points if first <= point[0] <= moment]
    since = datetime.fromtimestamp(recent[0][0], UTC) if recent else None
    found = estimate(recent, zone)
    if not isinstance(found, Estimate):
        return Forecast(state=found, since=since, samples=len(recent))
    passed = (moment - recent[-1][0]) / _SECONDS_A_DAY
    days, low, high = (max(0.0, each - passed) for each in (found.days, found.low, found.high))
    return Forecast(
        state="known",
        days_left=rounded(days, 2),
        days_left_low=rounded(low, 2),
        days_left_high=rounded(high, 2),
        empty_at=(now + timedelta(days=days)).astimezone(UTC).replace(microsecond=0),
        per_day=rounded(_ahead(recent[-1][1], found), 3),
        since=since,
        samples=len(recent),
    )


def _ahead(balance: float, found: Estimate) -> float:
    """Return the use a day on the days to come, which the weekdays among them make another than that of a mean day."""
    return balance / found.days if _SOONEST < found.days < _LONGEST and balance > 0 else found.pace


def estimate(points: Sequence[Point], zone: tzinfo | None = None) -> Estimate | Literal["learning", "not_used"]:
    """Return the unrounded estimate at the last point's moment, or the reason for there being none."""
    stretches = _stretches(points)
    falls = sum([use > 0 for _, _, use in stretches])
    if sum([end - start for start, end, _ in stretches]) < _SECONDS_A_DAY:
        return "learning"
    if falls < _FEWEST_FALLS:
        return "learning" if falls else "not_used"
    last = datetime.fromtimestamp(points[-1][0], UTC).astimezone(zone)
    days = _days(stretches, last, zone)
    paused = _pause(days)
    observed = [day for day in days if day.time and day not in paused]
    shares = _shares(observed)
    pace = _pace(observed, shares)
    if pace <= 0:
        return "not_used"
    left = _days_until_empty(points[-1][1], pace, shares, last)
    low, high = _spread(stretches, observed, shares, pace, left)
    return Estimate(left, left * math.exp(-low), min(_LONGEST, left * math.exp(high)), pace)


def rounded(value: float, digits: int) -> Decimal:
    """Return a number with so many significant digits; days never finer than tenths."""
    places = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    if digits == 2:
        places = min(places, 1)
    return Decimal(f"{round(value, places):.{max(0, places)}f}")


def _stretches(points: Sequence[Point]) -> list[Stretch]:
    """Return the time between each two points, without that of top-ups, grants and resets."""
    stretches = []
    start, before = 0.0, math.nan
    for end, after in points:
        use = before - after
        if end > start and -use <= TOP_UP * abs(before):
            stretches.append((start, end, use))
        start, before = end, after
    return stretches


def _days(stretches: Sequence[Stretch], last: datetime, zone: tzinfo | None) -> list[DayOfUse]:
    """Return every local calendar day, each stretch's use spread evenly over its time."""
    today = last.date()
    first = datetime.fromtimestamp(stretches[0][0], zone).date()
    dates = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    starts = [*(_midnight(day, zone) for day in dates), math.inf]
    times, used = [0.0] * len(dates), [0.0] * len(dates)
    place = 0
    for start, end, use in stretches:
        while start >= starts[place + 1]:
            place += 1
        if end <= starts[place + 1]:
            times[place] += end - start
            used[place] += use
        else:
            _spread_over(times, used, starts, place, (start, end, use))
    return [
        DayOfUse(starts[number], day.weekday(), (today - day).days, used[number], times[number] / _SECONDS_A_DAY)
        for number, day in enumerate(dates)
    ]


def _spread_over(times: list[float], used: list[float], starts: Sequence[float], place: int, stretch: Stretch) -> None:
    """Add a stretch to the days that it touches, from the one at `place` on."""
    start, end, use = stretch
    moment = start
    while moment < end:
        until = min(end, starts[place + 1])
        times[place] += until - moment
        used[place] += use * ((until - moment) / (end - start))
        moment = until
        place += 1


def _midnight(day: date, zone: tzinfo | None) -> float:
    return datetime.combine(day, time(), zone).timestamp()


def _pause(days: Sequence[DayOfUse]) -> list[DayOfUse]:
    """Return the days of the one pause that is over and far longer than any other."""
    runs: list[list[DayOfUse]] = [[]]
    for day in days:
        if day.use > 0:
            runs.append([])
        elif day.time:
            runs[-1].append(day)
    longest = max(runs[:-1], key=len, default=[])
    rival = max((len(run) for run in runs if run is not longest and len(run) >= _SHORTEST_RUN), default=0)
    return longest if len(longest) >= _SHORTEST_PAUSE and len(longest) > _PAUSE_RATIO * rival else []


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


def _pace(days: Sequence[DayOfUse], shares: Sequence[float]) -> float:
    """Return the use of a mean day, recent days counting more."""
    time_ = sum(day.weight * day.time * shares[day.weekday] for day in days)
    return sum(day.weight * day.use for day in days) / time_ if time_ > 0 else 0.0


def _days_until_empty(balance: float, pace: float, shares: Sequence[float], now: datetime) -> float:
    """Return the days until a balance is gone; whole weeks are alike."""
    passed = (now.hour * 3600 + now.minute * 60 + now.second) / _SECONDS_A_DAY
    if not balance / pace < _LONGEST:
        return _LONGEST
    weeks = max(0, int(balance / (7 * pace)) - 1)
    left, days, weekday = balance - weeks * 7 * pace, 7.0 * weeks, now.weekday()
    length = 1.0 - passed
    while left > 0:
        used = pace * shares[weekday] * length
        if used >= left:
            return days + length * left / used
        left, days, weekday, length = left - used, days + length, (weekday + 1) % 7, 1.0
    return days


def _spread(
    stretches: Sequence[Stretch], observed: Sequence[DayOfUse], shares: Sequence[float], pace: float, left: float
) -> tuple[float, float]:
    """Return the logarithms of the range's two ends over the estimate, both as positive numbers."""
    trends = [_trend([day for day in observed if day.age < length], shares, pace) for length in _TRENDS]
    noise = _uncertainty(stretches, observed, pace, left)
    return (
        math.hypot(noise, *(trend for trend in trends if trend > 0)),
        math.hypot(noise, *(trend for trend in trends if trend < 0)),
    )


def _trend(days: Sequence[DayOfUse], shares: Sequence[float], pace: float) -> float:
    """Return the logarithm of the pace of these days over the pace of all."""
    time_ = sum(day.time * shares[day.weekday] for day in days)
    recent = sum(day.use for day in days) / time_ if time_ > 0 else pace
    if recent <= 0:
        return -_LARGEST_LOGARITHM
    return max(-_LARGEST_LOGARITHM, min(_LARGEST_LOGARITHM, math.log(recent / pace)))


def _uncertainty(stretches: Sequence[Stretch], observed: Sequence[DayOfUse], pace: float, left: float) -> float:
    """Return the logarithm of the range without trends, from the variance of use between stretches of about a day."""
    long = _about_days(stretches, observed)
    n = _effective([weight for weight, _, _ in long])
    n_days = _effective([day.weight * day.time for day in observed])
    squares = sum(weight * (use - pace * days) ** 2 / days for weight, days, use in long)
    variance = squares / sum(weight for weight, _, _ in long) * (n + 2) / n if long else 0.0
    ahead = 1 / max(left, _SOONEST) if left else 0.0
    noise = _NORMAL_80 * (1 + 1.5 / n) * math.sqrt(variance / pace**2 * (ahead + 1 / n_days) + _ERROR_OF_MODEL**2)
    return min(_LARGEST_LOGARITHM, noise)


def _about_days(stretches: Sequence[Stretch], observed: Sequence[DayOfUse]) -> list[tuple[float, float, float]]:
    """Return stretches of about a day or longer on the observed days: the weight, the days and the use of each."""
    starts = [*(day.start for day in observed[1:]), math.inf]
    found = []
    place, seconds, used = 0, 0.0, 0.0
    for start, end, use in stretches:
        while start >= starts[place]:
            place += 1
        if start - observed[place].start > _LONGEST_DAY:
            continue  # in the pause
        seconds += end - start
        used += use
        if seconds >= _ABOUT_A_DAY * _SECONDS_A_DAY:
            found.append((observed[place].weight, seconds / _SECONDS_A_DAY, used))
            seconds = used = 0.0
    return found


def _effective(weights: Sequence[float]) -> float:
    """Return the number of equal weights that tell as much as these."""
    squares = sum(weight * weight for weight in weights)
    return sum(weights) ** 2 / squares if squares else 1.0
