"""Moments as answers write them: seconds or milliseconds since 1970, ISO 8601, a date, or the time from now."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from credcheck.providers.document import Digits

# Seconds since 1970 pass this in the year 5138; milliseconds passed it in 1973.
_LEAST_MILLISECONDS = 100_000_000_000
# A smaller number is no moment of our time, but a date written without signs (20261201), or a count.
_LEAST_SECONDS = 100_000_000
_LONGEST = 64
_MOST_DAYS = 36500
# `08:42:34`, and with whole days before it `12.08:42:34`.
_TIME_LEFT = r"(?:([0-9]{1,5})\.)?([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])(?:\.[0-9]{1,9})?"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(value: object) -> datetime | None:
    """Return the moment in UTC, whole seconds; one without a zone is UTC. None for anything that is no moment.

    The beginning of 1970 and all before it is none: programs write `0001-01-01` for a moment that is not set.
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    try:
        if isinstance(value, Digits) or re.fullmatch(r"[0-9]{9,14}", value):
            return _since_1970(Decimal(value))
        found = datetime.fromisoformat(value.upper())  # RFC 3339 allows t and z
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found = found.astimezone(UTC).replace(microsecond=0)
    except (ArithmeticError, ValueError):
        return None
    return found if found > _EPOCH else None


def days_from(now: datetime, value: object) -> datetime | None:
    """Return the moment that is this number of days after now, whole seconds; None for any other value."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,9})?", value):
        return None
    days = float(value)
    return (now + timedelta(days=days)).replace(microsecond=0) if days <= _MOST_DAYS else None


def time_from(now: datetime, value: object) -> datetime | None:
    """Return the moment that is these hours, minutes and seconds after now; None for any other value."""
    matched = re.fullmatch(_TIME_LEFT, value) if isinstance(value, str) and len(value) <= _LONGEST else None
    if matched is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in matched.groups())
    left = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return (now + left).replace(microsecond=0) if left.days <= _MOST_DAYS else None


def next_reset(word: object, now: datetime) -> datetime | None:
    """Return the next beginning of a day, a week or a month in UTC; None for any other word than those for them."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match word.lower() if isinstance(word, str) else None:
        case "daily":
            return today + timedelta(days=1)
        case "weekly":
            return today + timedelta(days=7 - today.weekday())
        case "monthly":
            return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        case _:
            return None


def _since_1970(number: Decimal) -> datetime | None:
    if not _LEAST_SECONDS <= number < _LEAST_MILLISECONDS * 1000:
        return None
    seconds = number / 1000 if number >= _LEAST_MILLISECONDS else number
    return datetime.fromtimestamp(int(seconds), UTC)
