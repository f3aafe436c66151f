"""Sums over a history: the spending and top-ups of each month of a balance, and of all balances in a unit."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import tzinfo
from decimal import Decimal, localcontext

from credcheck.history import days
from credcheck.history.report import BalanceHistory
from credcheck.history.samples import Owner
from credcheck.render import forecast, summary
from credcheck.render.lists import columns


def by_month(history: BalanceHistory, zone: tzinfo | None = None) -> str:
    """Return a line for each month, under a heading; the first month may have begun before."""
    since = history.since.astimezone(zone).date()
    rows = [("Month", "Spent", added_heading(history))]
    for first, total in days.months(history.days).items():
        begin = max(since, first)
        month = forecast.month(begin) if begin == first else f"from {forecast.day(begin)}"
        rows.append((month, f"{total.used:,f}", amount(total.added)))
    return columns(rows, right={1, 2})


def by_unit(histories: Sequence[BalanceHistory]) -> Iterator[str]:
    """Yield a line for each unit that several accounts have, credits by provider; then all money is told.

    Per cent of different allowances have no sum, and what was renewed nobody added.
    """
    groups: dict[tuple[str, str], list[BalanceHistory]] = {}
    for history in summed(histories, summary.MONEY_KINDS | {"spent"}):
        unit, provider = history.name.unit, history.name.provider
        if unit == "percent":
            continue
        groups.setdefault((unit, "" if summary.is_currency(unit) else provider), []).append(history)
    are_several = {group: len(_owners(its)) > 1 for group, its in groups.items()}
    for (unit, provider), its in groups.items():
        if are_several[unit, provider] or (not provider and any(are_several.values())):
            yield _unit(unit, provider, its)


def added_heading(history: BalanceHistory) -> str:
    """Return the heading of the rises of a balance."""
    return "Renewed" if history.is_renewed else "Added"


def amount(number: Decimal) -> str:
    """Return a sum, or an empty text for none."""
    return f"{number:,f}" if number else ""


def summed(histories: Sequence[BalanceHistory], kinds: Collection[str] = summary.MONEY_KINDS) -> list[BalanceHistory]:
    """Return the balances of each account that are summed: all money, and the first valid one of any other unit."""
    found: dict[tuple[object, ...], BalanceHistory] = {}
    for history in sorted(histories, key=_has_expired):
        if history.balance.kind in kinds:
            which = (history.name.balance,) if summary.is_currency(history.name.unit) else ()
            found.setdefault((history.name.owner, history.name.unit, *which), history)
    return list(found.values())


def _unit(unit: str, provider: str, histories: Sequence[BalanceHistory]) -> str:
    """Return what is left, spent and added; of some accounts only the spending may be known."""
    used = days.total(day for history in histories for day in history.days).used
    added = days.total(day for history in histories for day in history.days if not history.is_renewed).added
    with_rest = [history for history in histories if history.balance.kind in summary.MONEY_KINDS]
    accounts, some = len(_owners(histories)), len(_owners(with_rest))
    with localcontext(days.EXACT):
        left = sum(map(_left, with_rest), Decimal(0))
    parts = [f"{left:,f} left{f' in {some:,} of them' * (some < accounts)}; "] if with_rest else []
    parts += [f"{used or Decimal():,f} spent", f", {added or Decimal():,f} added" if with_rest else ""]
    subject = f"{unit} of {provider}" if provider else unit
    return f"{subject} in {summary.accounts(accounts)}: {''.join(parts)} since {forecast.date(histories[0].since)}"


def _left(history: BalanceHistory) -> Decimal:
    """Return what is left of a balance; what has expired is gone."""
    amount = history.balance.amount
    return Decimal(0) if amount is None or _has_expired(history) else amount


def _has_expired(history: BalanceHistory) -> bool:
    return history.balance.has_expired(history.now)


def _owners(histories: Iterable[BalanceHistory]) -> set[Owner]:
    return {history.name.owner for history in histories}
