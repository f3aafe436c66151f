"""Moments, totals and details of a description that an answer does not have, or that cannot be read in it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from credcheck.commands.providers.places import Part, parts
from credcheck.errors import BadResponse
from credcheck.names import could_be_key
from credcheck.providers.document import MISSING, find_all
from credcheck.providers.formula import Formula
from credcheck.providers.moments import days_from, moment, time_from
from credcheck.providers.provider import BalanceTemplate, Provider, Time

_LONGEST = 40
# What programs write for a moment that is not set.
_NOT_SET = (None, "", "0", "-1")
_MOMENT = 'write the path of seconds or milliseconds since 1970, of ISO 8601 or a date, or { days = "PATH" }'
_DAYS = "days is the path of a number such as 30"
_TIME_LEFT = "time_left is the path of a time such as 08:42:34"


def warnings(provider: Provider, document: object) -> list[str]:
    """Return a line for each moment, total and detail that a check leaves out; what is missing may well be so."""
    return list(dict.fromkeys(line for balance in provider.balances for line in _of(balance, parts(balance, document))))


def _of(balance: BalanceTemplate, found: list[Part]) -> Iterator[str]:
    if not found:
        return
    for setting, time in (("resets_at", balance.resets_at), ("expires_at", balance.expires_at)):
        values = [] if time is None else [value for part in found for value in find_all(part.value, time.path)]
        if time is not None and not time.ends_period and not any(_read(time, value) for value in values):
            yield _no_moment(setting, time, values)
    formulas = {"total": balance.total, **{f"details.{name}": each for name, each in balance.details.items()}}
    for setting, formula in formulas.items():
        if formula is not None and (path := _missing(formula, found)):
            yield f"{setting}: the answer has no `{path}`"
    if (
        balance.total
        and not _missing(balance.total, found)
        and not any(_is_read(balance.total, each) for each in found)
    ):
        yield f"total: `{balance.total.path}` is not a number in this answer"


def _no_moment(setting: str, time: Time, values: list[object]) -> str:
    """Say why no moment is read in these values."""
    there = [value for value in values if value is not MISSING]
    if not there:
        return f"{setting}: the answer has no `{time.path}`"
    value = next((value for value in there if value not in _NOT_SET), None)
    if value is None:
        return f"{setting}: `{time.path}` is {'null' if there[0] is None else 'not set'} in this answer"
    shown = f"`{_shown(value)}` at `{time.path}`" if _shown(value) else f"the value at `{time.path}`"
    kind = "a number of days" if time.in_days else "a time from now" if time.is_left else "a moment"
    remedy = _DAYS if time.in_days else _TIME_LEFT if time.is_left else _MOMENT
    return f"warning: {setting}: {shown} is not {kind}; {remedy}"


def _read(time: Time, value: object) -> datetime | None:
    now = datetime.now(UTC)
    if time.in_days:
        return days_from(now, value)
    return time_from(now, value) if time.is_left else moment(value)


def _shown(value: object) -> str:
    """Return a text that is short and can be no key, else an empty one."""
    is_short = isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()
    return str(value) if is_short and not could_be_key(str(value)) else ""


def _missing(formula: Formula, found: list[Part]) -> str | None:
    """Return a path of a formula that is needed and in none of the parts."""
    needed = [term.path for term in formula.terms if term.path and not term.is_optional]
    return next((path for path in needed if all(MISSING in find_all(part.value, path) for part in found)), None)


def _is_read(formula: Formula, part: Part) -> bool:
    try:
        formula.value(part.value, grouped=True)
    except BadResponse:
        return False
    return True
