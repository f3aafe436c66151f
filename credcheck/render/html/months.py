"""The spending of calendar months, for a page."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from credcheck.history import days
from credcheck.history.report import BalanceHistory
from credcheck.render import forecast, summary, sums

SHOWN = 6
_KINDS = summary.MONEY_KINDS | {"spent"}

Months = dict[date, Decimal]


def since(now: datetime) -> datetime:
    """Return the beginning of the first month that is shown."""
    first = now.astimezone().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(SHOWN - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def spent(history: BalanceHistory) -> Months:
    """Return the spending of each month in which a balance was read, by the month's first day."""
    if history.months:
        return {month: amount for month, amount in history.months if month >= history.since.date()}
    return {month: total.used for month, total in days.months(history.days).items()}


def begin(history: BalanceHistory) -> datetime | None:
    """Return the moment from which the spending is known."""
    first = history.samples[0].at if history.samples else None
    return history.since if history.before else first


def summable(histories: Sequence[BalanceHistory]) -> list[BalanceHistory]:
    """Return the histories that add to sums: of several in one unit of an account the first, and no per cent."""
    return [history for history in sums.summed(histories, _KINDS) if history.name.unit != "percent"]


def total(several: Sequence[Months]) -> Months:
    """Return the sums of each month."""
    return {
        month: summary.exact_sum(_of(month, several)) for month in sorted({month for one in several for month in one})
    }


def _of(month: date, several: Iterable[Months]) -> Iterable[Decimal]:
    return (one[month] for one in several if month in one)


def name(month: date, now: datetime) -> str:
    """Return the name of a month for a heading."""
    return f"{forecast.MONTHS[month.month - 1][:3]}{' so far' * is_now(month, now)}"


def is_now(month: date, now: datetime) -> bool:
    """Tell whether a month, named by its first day, is that of a moment."""
    return month == now.astimezone().date().replace(day=1)
