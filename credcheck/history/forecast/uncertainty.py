"""The range of a forecast: how far the days left may lie from those at an even pace. Pure."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from credcheck.history.forecast.days_of_use import SECONDS_A_DAY, DayOfUse
from credcheck.history.forecast.stretches import Stretch

LONGEST = 36500.0  # days
_LONGEST_DAY = 90000.0  # seconds
_ABOUT_A_DAY = 0.8
# The logarithm of the error of the pace by itself, and of its drift in a month: a third, in real series of use. Without
# the drift a range that should hold four times in five held 71 %, and failed on the dangerous side.
_ERROR_OF_MODEL, _DRIFT, _MONTH = 0.1, 0.3, 30.0
# A drift that grew on and on would bring the low end of a balance that lasts for decades down to a day.
_FEW_DAYS = 4  # of use
_YEAR = 365.0
# The ends of the range in units of that error. Use grows more suddenly than it ends, so the low end lies farther.
_TO_LOW, _TO_HIGH = 1.54, 1.03
# The days are told somewhat shorter than they come out: too long is the worse error.
_SHORTER, _SHORTEST = 0.13, 0.26
_TRENDS = (7, 28)  # days
# A last week at more than twice the pace, or less than half, is a burst or a pause more often than a new pace.
_LARGEST_TREND = math.log(2)
# Of a ratio: a balance that is nearly empty lasts no time or far longer, not for ever.
_LARGEST_LOGARITHM = math.log(1000)
_SOONEST = 1e-9  # days


class Pace(NamedTuple):
    """The use of a mean day, the observed days and stretches that it is taken from, and the days left at it."""

    stretches: Sequence[Stretch]
    observed: Sequence[DayOfUse]
    shares: Sequence[float]
    per_day: float
    left: float


class Range(NamedTuple):
    """The days left, and the two ends of their range."""

    days: float
    low: float
    high: float


def range_of(pace: Pace) -> Range:
    """Return the days left that are reported, with their range."""
    error = _uncertainty(pace)
    trends = [trend(pace, length) for length in _TRENDS]
    low = math.hypot(_TO_LOW * error, *(min(_LARGEST_TREND, ratio) for ratio in trends if ratio > 0))
    high = math.hypot(_TO_HIGH * error, *(max(-_LARGEST_TREND, ratio) for ratio in trends if ratio < 0))
    return Range(
        pace.left * math.exp(-min(_SHORTEST, _SHORTER * error)),
        pace.left * math.exp(-low),
        min(LONGEST, pace.left * math.exp(high)),
    )


def trend(pace: Pace, length: int) -> float:
    """Return the logarithm of the pace of the last days over the pace of all."""
    days = [day for day in pace.observed if day.age < length]
    time_ = sum(day.time * pace.shares[day.weekday] for day in days)
    recent = sum(day.use for day in days) / time_ if time_ > 0 else pace.per_day
    if recent <= 0:
        return -_LARGEST_LOGARITHM
    return max(-_LARGEST_LOGARITHM, min(_LARGEST_LOGARITHM, math.log(recent / pace.per_day)))


def largest_part(pace: Pace) -> Literal["bursts", "few", "far"]:
    """Return the reason for most of the uncertainty: the use by bursts, too few days of it, or a far end."""
    n, noise = noise_of(pace)
    if n < _FEW_DAYS:
        return "few"
    return "bursts" if noise >= _drift(pace) else "far"


def _drift(pace: Pace) -> float:
    return _DRIFT**2 * min(pace.left, _YEAR) / _MONTH


def _uncertainty(pace: Pace) -> float:
    """Return the standard error of the logarithm of the days left: of use to come, of the pace, of its drift."""
    n, noise = noise_of(pace)
    return min(_LARGEST_LOGARITHM, (1 + 1.5 / n) * math.sqrt(noise + _ERROR_OF_MODEL**2 + _drift(pace)))


def noise_of(pace: Pace) -> tuple[float, float]:
    """Return the effective number of stretches of about a day, and the variance that they give the days left."""
    long = _about_days(pace.stretches, pace.observed)
    n = _effective([weight for weight, _, _ in long])
    n_days = _effective([day.weight * day.time for day in pace.observed])
    squares = sum(weight * (use - pace.per_day * days) ** 2 / days for weight, days, use in long)
    variance = squares / sum(weight for weight, _, _ in long) * (n + 2) / n if long else 0.0
    ahead = 1 / max(pace.left, _SOONEST) if pace.left else 0.0
    return n, variance / pace.per_day**2 * (ahead + 1 / n_days)


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
        if seconds >= _ABOUT_A_DAY * SECONDS_A_DAY:
            found.append((observed[place].weight, seconds / SECONDS_A_DAY, used))
            seconds = used = 0.0
    return found


def _effective(weights: Sequence[float]) -> float:
    """Return the number of equal weights that tell as much as these."""
    squares = sum(weight * weight for weight in weights)
    return sum(weights) ** 2 / squares if squares else 1.0
