"""The contents of a chart: the balance, its forecast, and round numbers for the axes."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from credcheck.history.days import top_ups
from credcheck.history.report import BalanceHistory
from credcheck.models import Balance
from credcheck.render.forecast import MONTHS, time_left

_DAY = 86400.0
_ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MINUTE_STEPS = (1, 2, 5, 15, 30, 60, 120, 180, 360, 720)
_DAY_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364)
_SHORTEST, _SHORTEST_WANTED = 2 * _DAY, 600.0

Point = tuple[float, float]


class ForecastRange(NamedTuple):
    """The moments at which the balance may be gone, in seconds since the epoch.

    What expires before it is used up goes on at its `pace` (a second) until then, and is gone at once.
    """

    low: float
    middle: float
    high: float
    pace: float | None = None

    def amounts(self, moment: float, now: float, balance: float) -> tuple[float, float, float]:
        """Return the least, the middle and the most that is left at a moment."""
        least, middle, most = (self._amount(end, moment, now, balance) for end in (self.low, self.middle, self.high))
        return least, middle, most

    def line(self, gone: float, now: float, balance: float, *, border: float) -> list[Point]:
        """Return the corners of the line that ends at one of the moments, after now and up to the border."""
        end = min(gone, border)
        corners = [(end, self._amount(gone, end, now, balance))]
        return corners if gone > border else [*corners, (gone, 0.0)]

    def _amount(self, gone: float, moment: float, now: float, balance: float) -> float:
        if gone <= now or moment > gone:
            return 0.0
        if self.pace is not None and gone == self.high:
            return max(0.0, balance - self.pace * (moment - now))
        return balance * (1 - (moment - now) / (gone - now))


class Plot(NamedTuple):
    """The lines and borders of one chart; moments are seconds since the epoch."""

    line: Sequence[Point]
    now: float
    balance: float
    start: float
    end: float
    bottom: float
    top: float
    forecast: ForecastRange | None
    threshold: float | None
    top_ups: Sequence[float]
    is_renewed: bool


def plot(history: BalanceHistory) -> Plot:
    """Return the plot of a balance with its samples."""
    points = [*_left_edge(history), *((sample.at.timestamp(), float(sample.amount)) for sample in history.samples)]
    now, balance = history.now.timestamp(), _amount(history.balance)
    points.append((now, balance))
    shortest = max(_SHORTEST_WANTED, min(_SHORTEST, now - history.since.timestamp()))
    start = min(points[0][0], now - shortest)
    forecast = _forecast_range(history, now)
    ends = now if forecast is None else min(forecast.high, now + max(now - start, shortest))
    threshold = None if history.balance.warn_below is None else float(history.balance.warn_below)
    amounts = [amount for _, amount in points]
    return Plot(
        line=list(_steps(points)),
        now=now,
        balance=balance,
        start=start,
        end=max(ends, now),
        bottom=min(0.0, *amounts),
        top=max(*amounts, threshold or 0.0) or 1.0,
        forecast=forecast,
        threshold=threshold,
        top_ups=list(_top_ups(history)),
        is_renewed=history.is_renewed,
    )


def _top_ups(history: BalanceHistory) -> Iterator[float]:
    """Yield the moments of top-ups; spending rises without one."""
    if history.balance.amount is not None:
        yield from (sample.at.timestamp() for sample in top_ups(history.samples))


def _amount(balance: Balance) -> float:
    """Return the balance, or the spending if only that is known."""
    spent = balance.spent or 0
    return float(spent if balance.amount is None else balance.amount)


def _forecast_range(history: BalanceHistory, now: float) -> ForecastRange | None:
    found = history.forecast
    left = time_left(history.balance, found, history.now) if found else None
    if found is None or not left or not left.middle:
        return None
    low, middle, high = (now + each.total_seconds() for each in left)
    pace = float(found.per_day or 0) / _DAY if found.expires_first else None
    return ForecastRange(low=low, middle=middle, high=high, pace=pace)


def _left_edge(history: BalanceHistory) -> list[Point]:
    """Return the balance at the begin of the time that is shown, on the line from the sample before that."""
    if history.before is None:
        return []
    since, before = history.since.timestamp(), history.before.at.timestamp()
    amount = float(history.before.amount)
    after = history.samples[0] if history.samples else None
    if after is None or float(after.amount) >= amount or after.at.timestamp() <= before:
        return [(since, amount)]
    share = (since - before) / (after.at.timestamp() - before)
    return [(since, amount + share * (float(after.amount) - amount))]


def _steps(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the points, with a corner before each rise: a top-up comes at once."""
    before = points[0][1]
    for moment, amount in points:
        if amount > before:
            yield moment, before
        yield moment, amount
        before = amount


def amount_ticks(bottom: float, top: float, most: int) -> list[float]:
    """Return round amounts from the bottom to the first at or above the top, at most so many."""
    wanted = (top - bottom) / max(1, most - 1)
    size = 10.0 ** math.floor(math.log10(wanted))
    for step in (size * factor for factor in (*_ROUND_STEPS, 20.0)):
        first, last = math.floor(bottom / step), math.ceil(top / step - 1e-9)
        if last - first < most:
            return [number * step for number in range(first, last + 1)]
    return [bottom, top]


def amount_label(amount: float, step: float) -> str:
    """Return a round amount with as many digits as its step needs."""
    if step * 10 >= 1e16:
        return f"{amount:.3g}"
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if step * 10 >= size:
            return f"{amount / size:,.{_places(step / size)}f}{letter}"
    return f"{amount:,.{_places(step)}f}" if abs(amount) < 1e15 else f"{amount:.2g}"


def _places(step: float) -> int:
    return next((places for places in range(12) if math.isclose(step * 10**places, round(step * 10**places))), 12)


def date_ticks(start: float, end: float, most: int, zone: tzinfo | None = None) -> list[tuple[float, str]]:
    """Return moments between two, at most so many, with the labels of an axis."""
    first = datetime.fromtimestamp(start, UTC).astimezone(zone)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    if midnight < first and end - start >= 3 * _DAY:
        midnight += timedelta(days=1)
    if end - start < 3 * _DAY and most > (end - start) / _DAY + 1:
        minutes = next((step for step in _MINUTE_STEPS if (end - start) / 60 / step < most), 1440)
        moments = [midnight + timedelta(minutes=number) for number in range(0, 1440 * 4, minutes)]
        labels = [f"{moment:%H:%M}" if moment.hour or moment.minute else day(moment) for moment in moments]
    else:
        days = next((step for step in _DAY_STEPS if (end - start) / _DAY / step < most), _DAY_STEPS[-1])
        moments = [midnight + timedelta(days=number) for number in range(0, int((end - start) / _DAY) + 2, days)]
        labels = [day(moment) for moment in moments]
    ticks = zip((moment.timestamp() for moment in moments), labels, strict=True)
    return [(moment, label) for moment, label in ticks if start <= moment <= end]


def day(moment: date) -> str:
    """Return a date as an axis has it: `5 Nov`."""
    return f"{moment.day} {MONTHS[moment.month - 1][:3]}"
