"""Spending, from its samples: each has the amount since the beginning of its period. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal, localcontext
from typing import NamedTuple

from credcheck.history.days import EXACT, Day
from credcheck.history.samples import CLOCKS_DIFFER, Sample
from credcheck.models import Period


class Month(NamedTuple):
    """The spending of a calendar month, in UTC; `month` is its first day."""

    month: date
    spent: Decimal


class _Step(NamedTuple):
    """The spending between a sample and the one before it; None if that cannot be known."""

    sample: Sample
    spent: Decimal | None


def left(samples: Sequence[Sample], total: Decimal) -> list[Sample]:
    """Return the rest of a budget at each sample, as far as it can be compared with the last one.

    The budget is that of today for all of them. Where the beginning of the period was set to another day, the amount
    changed and nothing was spent or bought: earlier samples are moved by the difference.
    """
    found: list[Sample] = []
    moved = Decimal(0)
    with localcontext(EXACT):
        for sample in reversed(samples):
            after = found[-1] if found else None
            amount = total - sample.amount
            if after and sample.period != after.period and not _begins_anew(sample, after):
                moved = after.amount - amount
            found.append(sample._replace(amount=amount + moved, total=total))
    return found[::-1]


def days(samples: Sequence[Sample], zone: tzinfo | None = None, *, since: datetime | None = None) -> list[Day]:
    """Return the days, from `since` on, on which something was spent, and the last that has a sample.

    The balance of a day is the amount of its period at its end.
    """
    found: dict[date, Day] = {}
    with localcontext(EXACT):
        for number, (sample, spent) in enumerate(_steps(samples)):
            if since and sample.at < since:
                continue
            day = sample.at.astimezone(zone).date()
            used = found[day].used if day in found else Decimal(0)
            # The first sample does not tell on which days its amount was spent.
            found[day] = Day(day, used + ((spent or 0) if number else 0), Decimal(0), sample.amount)
    last = max(found, default=None)
    return [day for day in found.values() if day.used or day.date == last]


def months(samples: Sequence[Sample]) -> list[Month]:
    """Return the spending of each month of which there is a sample, as far as samples tell."""
    found: dict[date, Decimal] = {}
    with localcontext(EXACT):
        for sample, spent in _steps(samples):
            month = _month(sample)
            found[month] = found.get(month, Decimal(0)) + (spent or 0)
    return [Month(*each) for each in sorted(found.items())]


def _steps(samples: Sequence[Sample]) -> Iterator[_Step]:
    before: Sample | None = None
    for sample in samples:
        if before is None:
            yield _Step(sample, sample.amount if _is_of_month(sample) else None)
        elif sample.period == before.period:
            yield _Step(sample, sample.amount - before.amount)
        else:
            yield _Step(sample, sample.amount if _begins_anew(before, sample) else None)
        before = sample


def _begins_anew(before: Sample, after: Sample) -> bool:
    """Tell whether a period began after a sample; otherwise the user set its beginning to another day."""
    return after.period is not None and before.at <= after.period + CLOCKS_DIFFER


def _is_of_month(sample: Sample) -> bool:
    """Tell whether the period of a sample is a calendar month; one that is longer may begin on a first, too."""
    if sample.period is None:
        return False
    month = Period.of(sample.period)
    return sample.period == month.start and sample.at <= month.end + CLOCKS_DIFFER


def _month(sample: Sample) -> date:
    moment = sample.period if sample.period and _is_of_month(sample) else sample.at
    return Period.of(moment).start.date()
