"""The note beside a balance or a failure: why it is low, when it resets, the further details."""

from datetime import UTC, datetime, timedelta

from credcheck.models import Balance, Result
from credcheck.render import foretold

_TWO_DAYS = timedelta(days=2)
_TWO_HOURS = timedelta(hours=2)


def of_failure(result: Result) -> str:
    """Return the kind of a failure in words."""
    return result.error.code.replace("_", " ") if result.error else ""


def of_balance(balance: Balance, result: Result) -> str:
    """Return all there is to say about a balance, or an empty text."""
    parts = [
        _why_low(balance, result),
        f"read {foretold.span(datetime.now(UTC) - result.checked_at)} ago" if balance.is_main and result.cached else "",
        "+ free credit" if balance.is_main and result.details.get("has_free_credit") is True else "",
        _in_future("resets", balance.resets_at, result.checked_at),
        _in_future("expires", balance.expires_at, result.checked_at),
    ]
    return ", ".join(part for part in parts if part)


def is_low(balance: Balance, result: Result) -> bool:
    """Tell whether a balance makes its account low: by its amount, or the main one by its days left."""
    return balance.status == "low" or (balance.is_main and result.low_because == "days_left")


def _why_low(balance: Balance, result: Result) -> str:
    if not is_low(balance, result):
        return ""
    if balance.status != "low" and result.forecast and result.forecast.days_left_low is not None:
        return f"low, {foretold.days(result.forecast)}"
    return "low, nothing left" if balance.warn_below is None else f"low, below {balance.warn_below:,f}"


def _in_future(what: str, moment: datetime | None, now: datetime) -> str:
    """Return `resets in 3 d`, or an empty text for no moment and for one in the past."""
    if moment is None or moment <= now:
        return ""
    left = moment - now
    if left >= _TWO_DAYS:
        return f"{what} in {left.days} d"
    if left >= _TWO_HOURS:
        return f"{what} in {left // timedelta(hours=1)} h"
    return f"{what} in {max(1, left // timedelta(minutes=1))} min"
