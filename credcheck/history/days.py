"""Sums over samples: the use and the top-ups of each day, and how many forecasts came true. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Context, Decimal, localcontext
from itertools import groupby, pairwise
from typing import NamedTuple

from credcheck.history.forecast.stretches import TOP_UP, false_readings
from credcheck.history.samples import ReportedForecast, Sample

# Enough for the sums and products of all amounts that an answer or an import can have.
EXACT = Context(prec=1000)
# A local day is up to so much shorter than it seems at its beginning.
_CLOCKS_CHANGE = timedelta(hours=3)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Day(NamedTuple):
    """One local calendar day: the falls and the rises that were read on it, and the balance at its end."""

    date: date
    used: Decimal
    added: Decimal
    balance: Decimal


class Grade(NamedTuple):
    """How many of the forecasts that can be judged by now had a range that held."""

    held: int
    resolved: int


def days(samples: Sequence[Sample], zone: tzinfo | None = None, *, since: datetime | None = None) -> list[Day]:
    """Return the days on which the balance changed, from `since` on if that is given, and the last that has a sample.

    Of other days only those at the ends of a run of equal amounts have samples, which is no reason to list them.
    """
    found: dict[date, Day] = {}
    samples = _true(samples)
    until = _LONG_AGO
    with localcontext(EXACT):
        for before, after in pairwise([samples[0], *samples] if samples else []):
            if since and after.at < since:
                continue
            if after.at >= until:
                day, until = _local_day(after.at, zone)
            _, used, added, _ = found.get(day) or Day(day, Decimal(0), Decimal(0), after.amount)
            change = after.amount - before.amount
            found[day] = Day(day, used + max(-change, Decimal(0)), added + max(change, Decimal(0)), after.amount)
    last = max(found, default=None)
    return [day for day in found.values() if day.used or day.added or day.date == last]


def _local_day(at: datetime, zone: tzinfo | None) -> tuple[date, datetime]:
    """Return the local day of a moment, and a moment until which it surely lasts, even if the clocks are changed."""
    local = at.astimezone(zone)
    left = timedelta(days=1) - timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    return local.date(), at + max(timedelta(0), left - _CLOCKS_CHANGE)


class Sum(NamedTuple):
    """The use and the top-ups of several days."""

    used: Decimal
    added: Decimal


def total(days: Iterable[Day]) -> Sum:
    """Return the sum of some days."""
    with localcontext(EXACT):
        used, added = Decimal(0), Decimal(0)
        for day in days:
            used, added = used + day.used, added + day.added
        return Sum(used, added)


def months(days: Sequence[Day]) -> dict[date, Sum]:
    """Return the sum of each month that has a day, by its first day."""
    return {first: total(its) for first, its in groupby(days, key=lambda day: day.date.replace(day=1))}


def top_ups(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples before which the balance rose by more than noise, and not back after a fall that was none.

    What is left in a new period was not added.
    """
    rises = pairwise(_true(samples))
    return [after for before, after in rises if before.period == after.period and _is_top_up(before, after)]


def grade(reported: Sequence[ReportedForecast], samples: Sequence[Sample], now: datetime) -> Grade:
    """Return how the forecasts did, top-ups left out: a balance is gone when as much as it was has been used since."""
    moments, used = _used(samples) if reported else ([], [])
    held = resolved = 0
    for at, amount, low, high in reported:
        first = bisect_right(moments, at) - 1
        if first < 0:
            continue
        gone = bisect_left(used, EXACT.add(used[first], amount), lo=first)
        if gone < len(moments):
            resolved += 1
            held += low <= moments[gone] and moments[max(first, gone - 1)] <= high
        elif now > high:
            resolved += 1
    return Grade(held, resolved)


def _used(samples: Sequence[Sample]) -> tuple[list[datetime], list[Decimal]]:
    """Return the moments, and the use until each of them."""
    total, totals = Decimal(0), []
    samples = _true(samples)
    for before, after in pairwise([samples[0], *samples] if samples else []):
        if before.period == after.period and not _is_top_up(before, after):
            total = max(total, EXACT.add(total, EXACT.subtract(before.amount, after.amount)))
        totals.append(total)
    return [sample.at for sample in samples], totals


def _true(samples: Sequence[Sample]) -> Sequence[Sample]:
    """Return the samples without those that a provider's hiccup or a hold made, which the next ones undid."""
    false = false_readings([float(sample.amount) for sample in samples])
    return [sample for place, sample in enumerate(samples) if place not in false] if false else samples


def _is_top_up(before: Sample, after: Sample) -> bool:
    rise = EXACT.subtract(after.amount, before.amount)
    return rise > EXACT.multiply(Decimal(str(TOP_UP)), before.amount.copy_abs())
