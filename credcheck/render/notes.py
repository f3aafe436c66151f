"""The note beside a balance or a failure: why it is low, when it resets, the further details."""

from datetime import UTC, date, datetime, timedelta

from credcheck.models import Balance, Result
from credcheck.render import durations, forecast, spent

_NOTED_BEFORE = timedelta(days=60)


def shown_at(result: Result) -> datetime:
    """Return the moment that times to come are counted from: an answer of a while ago is shown as it is now."""
    return datetime.now(UTC) if result.cached else result.checked_at


def of_failure(result: Result) -> str:
    """Return the kind of a failure in words."""
    kind = result.error.code.replace("_", " ") if result.error else ""
    return f"failed: {kind}" if result.change else kind


def of_balance(balance: Balance, result: Result) -> str:
    """Return all there is to say about a balance, or an empty text."""
    reason = why_low(balance, result)
    parts = [
        f"{'became ' * (result.change == 'became_low')}low, {reason}" if reason else "",
        _others_low(result) if balance.is_main and not reason else "",
        "well again" if balance.is_main and result.change == "well_again" else "",
        f"read {forecast.span(datetime.now(UTC) - result.checked_at)} ago" if balance.is_main and result.cached else "",
        "+ free credit" if balance.is_main and result.details.get("has_free_credit") is True else "",
        _service_end(result) if balance.is_main else "",
        spent.note(balance, result.checked_at) or _in_future("resets", balance.resets_at, shown_at(result)),
        _expiry(balance, result) if not reason.startswith("expire") else "",
        _caveat(result) if reason and balance.is_main else "",
    ]
    return ", ".join(part for part in parts if part)


def _others_low(result: Result) -> str:
    """Return which balances make the account low, for a main one that does not."""
    ids = ", ".join(each.id for each in result.reading.balances if is_low(each, result)) if result.reading else ""
    return f"{'became ' * (result.change == 'became_low')}low: {ids}" if ids else ""


def _service_end(result: Result) -> str:
    """Return the last day of a provider's service in the weeks before it, or an empty text."""
    last_day = result.details.get("last_day")
    if not isinstance(last_day, str):
        return ""
    left = date.fromisoformat(last_day) - result.checked_at.date()
    return f"the service ends on {last_day}" if timedelta(0) <= left <= _NOTED_BEFORE else ""


def _caveat(result: Result) -> str:
    """Return the caveat of a provider's figure, which may be why it is low, or an empty text."""
    caveat = result.details.get("caveat")
    return f"but {caveat}" if isinstance(caveat, str) else ""


def low_balances(result: Result) -> list[str]:
    """Return the balances that make an account low, each with the reason: `3.07 USD, below 5`."""
    balances = result.reading.balances if result.reading else ()
    return [
        f"{amount(one, result)}, {why_low(one, result)}{_spent_suffix(one, result)}"
        for one in balances
        if is_low(one, result)
    ]


def _spent_suffix(balance: Balance, result: Result) -> str:
    return f" ({spent.sentence(balance, result.checked_at)})" if balance.spent is not None else ""


def amount(balance: Balance, result: Result) -> str:
    """Return an amount and its unit, after the id if the unit does not say which of several balances it is."""
    is_named = result.reading and len(result.reading.balances) > 1 and balance.id.casefold() != balance.unit.casefold()
    left = without_amount(balance) if balance.amount is None else f"{balance.amount:,f}"
    noted = f"{left} {balance.unit}"
    if balance.amount is None and balance.spent is not None:
        noted = spent.sentence(balance, result.checked_at)
    return f"{balance.id}: {noted}" if is_named else noted


def without_amount(balance: Balance) -> str:
    """Return the words for a balance without an amount: a limit that is not set is no promise of the provider's."""
    return "no cap" if balance.kind == "limit" else "unlimited"


def is_low(balance: Balance, result: Result) -> bool:
    """Tell whether a balance makes its account low: by its amount, its days left, or the main one by other reasons."""
    if balance.status == "low" or result.low_because in {None, "balance"}:
        return balance.status == "low"
    return result.runs_out_soon(balance) if result.low_because == "days_left" else balance.is_main


def why_low(balance: Balance, result: Result) -> str:
    """Return the reason why a balance is low, or an empty text if it is not."""
    if not is_low(balance, result):
        return ""
    if balance.status != "low":
        return _why_soon(balance, result)
    return "nothing left" if balance.warn_below is None else f"below {balance.warn_below:,f}"


def _why_soon(balance: Balance, result: Result) -> str:
    """Return the reason why a balance makes its account low, if that is not its amount."""
    match result.low_because:
        case "provider":
            return "the provider refuses calls"
        case "expiry":
            return _expiry(balance, result)
        case _:
            found = result.forecast_of(balance)
            return forecast.days(balance, found, shown_at(result)) if found else ""


def _expiry(balance: Balance, result: Result) -> str:
    """Return `expires in 3 d`, `expired on 1 November`, or an empty text without an expiry."""
    now = shown_at(result)
    if balance.expires_at and balance.expires_at <= now:
        return f"expired {forecast.on(balance.expires_at, now)}"
    return _in_future("expires", balance.expires_at, now)


def _in_future(event: str, moment: datetime | None, now: datetime) -> str:
    """Return `resets in 3 d`, or an empty text for no moment and for one in the past."""
    return f"{event} in {durations.ahead(moment - now).short}" if moment and moment > now else ""
