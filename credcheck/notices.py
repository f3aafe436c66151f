"""The changes between two checks that are worth a notice: pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from credcheck.models import Result, Status

# Troubles that often pass by themselves: one check that meets them is no change until the next one confirms it.
PASSING = frozenset({"unreachable", "timeout", "provider_error", "rate_limited"})

Owner = tuple[str, str]  # an account's name and provider


class Known(NamedTuple):
    """The status of an account that was told last, with the code of its error, and when that was.

    `suspected` is the code of a passing trouble that waits for its confirmation.
    """

    status: Status
    code: str | None
    told_at: datetime
    suspected: str | None = None


class Change(NamedTuple):
    """One thing to tell: a status that is another now, or a reminder that an account is still low."""

    result: Result
    before: Status
    is_reminder: bool = False


def changes(
    results: Sequence[Result], known: Mapping[Owner, Known], *, again: timedelta | None = None
) -> tuple[list[Change], dict[Owner, Known]]:
    """Return the changes to be told, and the statuses to be kept once that is done.

    An account that nothing is known of counts as one that was well. `again` is the time between reminders.
    An answer of a while ago changes nothing.
    """
    found, after = [], {}
    for result in results:
        if result.cached:
            continue
        owner = (result.account, result.provider)
        change, after[owner] = _judged(result, known.get(owner) or Known("ok", None, result.checked_at), again)
        if change:
            found.append(change)
    return found, after


def _judged(result: Result, before: Known, again: timedelta | None) -> tuple[Change | None, Known]:
    now, code = result.checked_at, result.error.code if result.error else None
    if _is_same(result.status, code, before):
        if result.status == "low" and again and now - before.told_at >= again:
            return Change(result, before.status, is_reminder=True), Known("low", None, now)
        return None, before._replace(suspected=None)
    if code in PASSING and before.suspected is None:
        return None, before._replace(suspected=code)
    return Change(result, before.status), Known(result.status, code, now)


def _is_same(status: Status, code: str | None, before: Known) -> bool:
    """Tell whether nothing is new; a rejected key is news after a trouble that passes."""
    return status == before.status and (code in PASSING or code is None or before.code not in PASSING)
