"""The one validator of TOML tables: a check returns the value to use, or raises ConfigError with the problem."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from credcheck.errors import ConfigError
from credcheck.models import NOTHING, Key
from credcheck.names import could_be_key, did_you_mean

DEFAULT_TIMEOUT = 10.0
LONGEST_TIMEOUT = 3600
MOST_CONCURRENCY = 1000
MOST_DIGITS = 100
_LONGEST_LINE = 300
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}

T = TypeVar("T")
Check = Callable[[object], object]


class DescriptionError(ConfigError):
    """A value of a table cannot be used: the keys that lead to it, and the problem.

    The file is not known yet; `at` adds it.
    """

    def __init__(self, *keys: str, problem: str) -> None:
        super().__init__(": ".join(filter(None, [".".join(keys), problem])))
        self.keys = keys
        self.problem = problem

    @classmethod
    def of(cls, error: ConfigError) -> "DescriptionError":
        """Return the error itself, or one without keys for a check's plain ConfigError."""
        return error if isinstance(error, cls) else cls(problem=error.message)


def validated(
    table: object, checks: Mapping[str, Check], *, needed: Sequence[str] = (), renamed: Mapping[str, str] = NOTHING
) -> dict[str, object]:
    """Return the values of a table, in its order; raises DescriptionError.

    `renamed` maps keys of an earlier notation to the problem that names the new one. Values are never quoted: any of
    them may be a key in the wrong place.
    """
    values = {}
    for name, value in as_table(table).items():
        if name not in checks:
            near = did_you_mean(name, checks)
            problem = renamed.get(name) or f"unknown setting{near}"
            raise DescriptionError(name if near and _is_words(name) else shown(name), problem=problem)
        values[name] = under(name, checks[name], value)
    for name in needed:
        if name not in values:
            raise DescriptionError(name, problem="is missing")
    return values


def under(name: str, check: Callable[[object], T], value: object) -> T:
    """Return the value that a check accepts; its DescriptionError has this key, which is known or `shown`, first."""
    try:
        return check(value)
    except ConfigError as error:
        inner = DescriptionError.of(error)
        raise DescriptionError(name, *inner.keys, problem=inner.problem) from None


def at(place: str, check: Callable[[object], T], value: object) -> T:
    """Return the value that a check accepts; its ConfigError, one line, begins with the place and the keys.

    `place` is what stands before a key: `FILE: `, or `FILE: accounts.NAME.`.
    """
    try:
        return check(value)
    except ConfigError as error:
        inner = DescriptionError.of(error)
        where = f"{place}{'.'.join(inner.keys)}".rstrip(".: ")
        raise ConfigError(f"{where}: {inner.problem}") from None


def as_table(value: object) -> dict[str, object]:
    """Accept a table."""
    if not isinstance(value, dict):
        raise ConfigError("must be a table")
    return value


def shown(name: str) -> str:
    """Return a key of a table as a message shows it: one that no setting could have may be an API key."""
    return "(a name that is not shown)" if could_be_key(name) or not name.isprintable() else name


def _is_words(name: str) -> bool:
    """Tell whether a name is a few words as settings are: near one of them, it is no key though it begins like one."""
    return re.fullmatch(r"[a-z]{1,12}(?:_[a-z]{1,12}){0,3}", name) is not None


def table_of(check: Callable[[object], T]) -> Callable[[object], dict[str, T]]:
    """Return the check of a table with keys of any name."""
    return lambda value: {name: under(shown(name), check, each) for name, each in as_table(value).items()}


def one_or_more(check: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """Return the check of one value or a list of them."""

    def checked(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            return (check(value),)
        if not value:
            raise ConfigError("must not be empty")
        return tuple(under(str(index), check, each) for index, each in enumerate(value))

    return checked


def many(check: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """Return the check of a list."""

    def checked(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise ConfigError("must be a list")
        return one_or_more(check)(value)

    return checked


def one_of(*words: str) -> Callable[[object], str]:
    """Return the check of one of these words."""

    def checked(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            near = did_you_mean(value, words) if isinstance(value, str) else ""
            raise ConfigError(f"must be one of {', '.join(words)}{near}")
        return value

    return checked


def text(value: object) -> str:
    """Accept text that is not empty."""
    if not isinstance(value, str):
        raise ConfigError("must be text in quotes")
    if not value:
        raise ConfigError("must not be empty")
    return value


def line(value: object) -> str:
    """Accept one line of text, short and not blank."""
    if not isinstance(value, str):
        raise ConfigError("must be text in quotes")
    if not value.strip():
        raise ConfigError("must not be empty")
    if len(value) > _LONGEST_LINE or len(value.splitlines()) > 1:
        raise ConfigError(f"must be one line of at most {_LONGEST_LINE} characters")
    if not value.isprintable():
        unseen = next(character for character in value if not character.isprintable())
        raise ConfigError(f"has an invisible character, U+{ord(unseen):04X}; leave it out")
    return value


def tags(value: object) -> tuple[str, ...]:
    """Accept a list of short words; none may look like a key."""
    if value == []:
        return ()
    if not isinstance(value, list):
        raise ConfigError('must be a list, such as ["team-a", "prod"]')
    return tuple(dict.fromkeys(many(_tag)(value)))


def _tag(value: object) -> str:
    word = line(value)
    if could_be_key(word):
        raise ConfigError("must be a short word; this one has the shape of a key")
    if "," in word or len(word.split()) > 1:
        raise ConfigError("must be one word; write several tags as a list")
    return word.strip()


def variable(value: object) -> str:
    """Accept the name of a variable, as a shell does; another text may be a key in the wrong place."""
    name = text(value)
    if not name.isascii() or not name.isidentifier():
        raise ConfigError("must be the name of a variable")
    return name


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
    return Decimal(value).copy_abs() if not value else Decimal(value)  # a zero has no sign


def duration(value: object) -> timedelta:
    """Accept a number with its unit: `90s`, `10m`, `12h`, `3d`, `2w`, `1y`."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?([smhdwy])", value if isinstance(value, str) else "")
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
        raise ConfigError(
            "must be a date such as 2026-11-01, or a time before now with its unit, such as 30d or 12h"
        ) from None
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
    try:
        seconds = duration(value).total_seconds() if isinstance(value, str) else float(number(value))
    except ConfigError:
        raise ConfigError("must be seconds, such as 10 or 10s") from None
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise ConfigError(f"must be seconds, more than 0 and at most {LONGEST_TIMEOUT}")
    return seconds


def age(value: object) -> timedelta:
    """Accept a duration, or seconds without a unit, as other programs have a greatest age."""
    try:
        return duration(value if isinstance(value, str) else f"{number(value):f}s")
    except ConfigError:
        raise ConfigError("must be a time such as 90 (seconds), 10m, 2h or 7d") from None


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
