"""Validation: a check returns the value of a setting, or raises ConfigError with the problem."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from credcheck.errors import ConfigError
from credcheck.models import Key
from credcheck.names import could_be_key, did_you_mean

USUAL_TIMEOUT = 10.0
LONGEST_TIMEOUT = 3600
MOST_CONCURRENCY = 1000
MOST_DIGITS = 100
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

T = TypeVar("T")
Check = Callable[[object], object]


def validated(settings: object, checks: Mapping[str, Check], *, place: str) -> dict[str, object]:
    """Return the settings of a table; raises ConfigError that begins with the place of a wrong one.

    `place` stands before a setting's name: `FILE: ` or `FILE: accounts.NAME.`. Values are never quoted, for any of
    them may be a key in the wrong place.
    """
    values = {}
    for name, value in table(settings, place.rstrip(".: ")).items():
        if name not in checks:
            raise ConfigError(f"{place}{shown(name)}: unknown setting{did_you_mean(name, checks)}")
        values[name] = at(f"{place}{name}", checks[name], value)
    return values


def at(place: str, check: Callable[[object], T], value: object) -> T:
    """Return a checked value; the ConfigError of the check begins with the place."""
    try:
        return check(value)
    except ConfigError as problem:
        raise ConfigError(f"{place}: {problem.message}") from None


def table(value: object, place: str) -> dict[str, object]:
    """Return a table; raises ConfigError, beginning with the place, for anything else."""
    if not isinstance(value, dict):
        raise ConfigError(f"{place}: must be a table")
    return value


def shown(name: str) -> str:
    """Return a name as a message shows it: one that could be a key in the place of a name is hidden."""
    return "(a name that is not shown)" if could_be_key(name) else name


def text(value: object) -> str:
    """Accept text that is not empty."""
    if not isinstance(value, str):
        raise ConfigError("must be text in quotes")
    if not value:
        raise ConfigError("must not be empty")
    return value


def variable(value: object) -> str:
    """Accept the name of a variable, as a shell does; another text may be a key in the wrong place."""
    name = text(value)
    if not name.isascii() or not name.isidentifier():
        raise ConfigError("must be the name of a variable")
    return name


def provider(value: object) -> str:
    """Accept a name that a provider could have, known or not."""
    name = text(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name):
        raise ConfigError("must be the name of a provider")
    return name


def segment(value: object) -> str:
    """Accept text for one segment of a path, which a dot segment would leave."""
    if text(value) in {".", ".."}:
        raise ConfigError("must not be a dot segment")
    return str(value)


def truth(value: object) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise ConfigError("must be true or false")
    return value


def number(value: object) -> Decimal:
    """Accept a number of at most MOST_DIGITS; written out, one with a large exponent would fill the memory."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise ConfigError("must be a number")
    exponent = Decimal(value).as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DIGITS or Decimal(value).adjusted() > MOST_DIGITS:
        raise ConfigError(f"must be a number of at most {MOST_DIGITS} digits")
    return Decimal(value)


def duration(value: object) -> timedelta:
    """Accept a number with its unit: `90s`, `10m`, `12h`, `3d`, `2w`."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?([smhdw])", value if isinstance(value, str) else "")
    if not found or not float(found[1]):
        raise ConfigError("must be a time with its unit, such as 90s, 10m, 12h, 3d or 2w")
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])


def moment(value: object) -> datetime:
    """Accept a duration before now, or a local date or time."""
    with suppress(ConfigError):
        return datetime.now(UTC) - duration(value)
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "").astimezone(UTC)
    except (ValueError, OverflowError):
        raise ConfigError("must be a date such as 2026-11-01, or a time until now such as 30d or 12h") from None
    if found >= datetime.now(UTC):
        raise ConfigError("must be before now")
    return found


def from_text(check: Callable[[object], T], value: str) -> T:
    """Return the checked value of a text of the command line, which may be a number."""
    try:
        return check(Decimal(value) if value.isascii() else value)
    except ArithmeticError:
        return check(value)


def timeout(value: object) -> float:
    """Accept seconds: more than zero, at most an hour."""
    if not 0 < number(value) <= LONGEST_TIMEOUT:
        raise ConfigError(f"must be seconds, more than 0 and at most {LONGEST_TIMEOUT}")
    return float(number(value))


def concurrency(value: object) -> int:
    """Accept a count of accounts."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_CONCURRENCY:
        raise ConfigError(f"must be a whole number from 1 to {MOST_CONCURRENCY}")
    return value


def key(value: object) -> Key:
    """Accept any text; if no request can carry it, the check of that account fails."""
    if not isinstance(value, str):
        raise ConfigError("must be text in quotes")
    return Key(value)


def command(value: object) -> tuple[str, ...]:
    """Accept a list of words, or a text that is split into words like a shell does; no shell is run."""
    if isinstance(value, str):
        from shlex import split

        try:
            value = split(value)
        except ValueError:
            raise ConfigError("has a quote that is not closed") from None
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value) or not value[0]:
        raise ConfigError("must be a list of words, the first of them a program")
    return tuple(value)


def base_url(value: object) -> str:
    """Accept https, or http on this machine."""
    from credcheck import urls

    return urls.checked_base(text(value))
