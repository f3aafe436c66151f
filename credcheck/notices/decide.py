"""The changes between two checks that are worth a notice: pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from credcheck.history.notified import Announced
from credcheck.history.samples import Owner
from credcheck.models import Change, Result, Status

# Troubles that often pass by themselves: one check that meets them is no change until the next one confirms it.
PASSING = frozenset({"unreachable", "timeout", "provider_error", "rate_limited", "blocked", "redirected", "tls"})

# A balance that is nearly gone at once: a provider's hiccup, or a hold, that the next check finds undone. The next one
# that announces to the same readers, for those of others may run at the same minute.
_SUDDEN_FALL = "sudden_fall"
# A low account that is barely well: one that goes up and down about its threshold is not to be told each time.
_BARELY_WELL, _CLEARLY = "barely_well", Decimal("1.05")


def changes(
    results: Sequence[Result], announced: Mapping[Owner, Announced], *, again: timedelta | None = None
) -> tuple[list[Change], dict[Owner, Announced]]:
    """Return the changes to be announced, and the statuses to be kept once that is done.

    An account that nothing is known of counts as one that was well. `again` is the time between reminders.
    An answer of a while ago changes nothing, nor does an account whose change another run has claimed.
    """
    found, after = [], {}
    for result in results:
        if result.cached:
            continue
        owner = Owner(result.account, result.provider)
        before = announced.get(owner) or Announced("ok", None, result.checked_at)
        if before.claimed_until > result.checked_at:  # another run announces it just now
            continue
        change, after[owner] = _compared(result, before, again)
        if change:
            found.append(change)
    return found, after


def _compared(result: Result, before: Announced, again: timedelta | None) -> tuple[Change | None, Announced]:
    now, code = result.checked_at, result.error.code if result.error else None
    if _is_same(result.status, code, before):
        # A reminder that the clock places in the future was sent while that was ahead: long ago, as far as is known.
        if result.status == "low" and again and not now - again < before.at <= now:
            return Change(result, before.status, is_reminder=True), Announced("low", None, now)
        return None, before._replace(suspected=None)
    doubt = _doubt(result, before.status)
    if doubt in PASSING and before.suspected is None:
        return None, before._replace(suspected=doubt)
    if doubt in {_SUDDEN_FALL, _BARELY_WELL} and before.suspected != doubt:
        return None, before._replace(suspected=doubt)
    return Change(result, before.status), Announced(result.status, code, now)


def _doubt(result: Result, before: Status) -> str | None:
    """Return a change that may pass by itself: an error's code, a fall like none before it, a rise by little."""
    if result.error:
        return result.error.code
    if result.status == "low":
        return _SUDDEN_FALL if result.fell_suddenly else None
    return _BARELY_WELL if before == "low" and _is_barely_well(result) else None


def _is_barely_well(result: Result) -> bool:
    """Tell whether a balance, or its days left, are hardly above their thresholds."""
    balances = result.reading.balances if result.reading else ()
    pairs = [(each.amount, each.warn_below) for each in balances]
    forecasts = (result.forecast, *result.forecasts.values())
    pairs += [(each.days_left_low, result.warn_days_left) for each in forecasts if each]
    return any(
        value is not None and threshold is not None and threshold <= value < threshold * _CLEARLY
        for value, threshold in pairs
    )


def _is_same(status: Status, code: str | None, before: Announced) -> bool:
    """Tell whether nothing is new; a rejected key is news after a trouble that passes."""
    return status == before.status and (code in PASSING or code is None or before.code not in PASSING)
