"""Sums over a history: the spending and top-ups of each month of a balance, and of all balances in a unit."""

from collections.abc import Collection, Iterator, Sequence
from datetime import tzinfo
from decimal import Decimal, localcontext

from credcheck.history import days
from credcheck.history.report import BalanceHistory
from credcheck.render import forecast, summary
from credcheck.render.lists import columns


def by_month(history: BalanceHistory, zone: tzinfo | None = None) -> str:
    """Return a line for each month, under a heading; the first month may have begun before."""
    since = history.since.astimezone(zone).date()
    rows = [("Month", "Spent", "Added")]
    for first, total in days.months(history.days).items():
        begin = max(since, first)
        month = forecast.month(begin) if begin == first else f"from {forecast.day(begin)}"
        rows.append((month, f"{total.used:,f}", amount(total.added)))
    return columns(rows, right={1, 2})


def by_unit(histories: Sequence[BalanceHistory]) -> Iterator[str]:
    """Yield a line for each currency that several accounts have, and other units that several of one provider have."""
    groups: dict[tuple[str, str], list[BalanceHistory]] = {}
    for history in first_of_each(histories):
        unit, provider = history.name.unit, history.name.provider
        groups.setdefault((unit, "" if summary.is_currency(unit) else provider), []).append(history)
    for (unit, provider), its in groups.items():
        if len(its) > 1:
            yield _unit(unit, provider, its)


def amount(number: Decimal) -> str:
    """Return a sum, or an empty text for none."""
    return f"{number:,f}" if number else ""


def first_of_each(
    histories: Sequence[BalanceHistory], kinds: Collection[str] = summary.MONEY_KINDS
) -> list[BalanceHistory]:
    """Return for each account and unit its first balance, which has the others; a debt or a limit is no money."""
    found: dict[tuple[object, str], BalanceHistory] = {}
    for history in histories:
        if history.balance.kind in kinds:
            found.setdefault((history.name.owner, history.name.unit), history)
    return list(found.values())


def _unit(unit: str, provider: str, histories: Sequence[BalanceHistory]) -> str:
    total = days.total(day for history in histories for day in history.days)
    with localcontext(days.EXACT):
        left = sum((history.balance.amount or Decimal(0) for history in histories), Decimal(0))
    subject = f"{unit} of {provider}" if provider else unit
    changes = f"{total.used or 0:,f} spent, {total.added or 0:,f} added since {forecast.date(histories[0].since)}"
    return f"{subject} in {len(histories):,} accounts: {left:,f} left; {changes}"
