"""The use of each local calendar day, and the pause that is no sign of the pace. Pure."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from credcheck.history.forecast.stretches import Stretch

SECONDS_A_DAY = 86400.0
_HALF_LIFE = 14.0  # days
_SHORTEST_PAUSE, _SHORTEST_RUN, _PAUSE_RATIO = 5, 2, 2


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


def days_of_use(stretches: Sequence[Stretch], last: datetime, zone: tzinfo | None) -> list[DayOfUse]:
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
        DayOfUse(starts[number], day.weekday(), (today - day).days, used[number], times[number] / SECONDS_A_DAY)
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


def pause(days: Sequence[DayOfUse]) -> list[DayOfUse]:
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
