"""A spent amount in words."""

from datetime import datetime

from credcheck.models import Balance, Period
from credcheck.render.amounts import MOST_DECIMALS, grouped


def note(balance: Balance, now: datetime) -> str:
    """Return `spent 1.16 of 50 this month`, `spent 12.30 USD this month`; an empty text if a balance is told."""
    return f"spent {_amount(balance)}{_when(balance.period, now)}" if balance.spent is not None else ""


def sentence(balance: Balance, now: datetime) -> str:
    """Return `41.20 of 50 USD spent this month`; an empty text if a balance is told."""
    if balance.spent is None:
        return ""
    unit = "" if balance.total is None else f" {balance.unit}"
    return f"{_amount(balance)}{unit} spent{_when(balance.period, now)}"


def _amount(balance: Balance) -> str:
    """Return the spent amount and its budget; the unit stands beside the balance, if there is one."""
    spent = "" if balance.spent is None else grouped(balance.spent, MOST_DECIMALS)
    return f"{spent} {balance.unit}" if balance.total is None else f"{spent} of {grouped(balance.total)}"


def _when(period: Period | None, now: datetime) -> str:
    if period is None:
        return ""
    start = period.start
    if not period.renews:
        return f" since {start.day} {start:%B}" + (f" {start.year}" * (start.year != now.year))
    return " this month" if start <= now < period.end else f" in {start:%B}"
