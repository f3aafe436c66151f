"""What each setting of the two files may be.

A check returns the value to use, or raises ConfigError with the problem.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from credcheck.errors import ConfigError
from credcheck.models import Key, Threshold
from credcheck.names import did_you_mean

USUAL_TIMEOUT = 10.0
LONGEST_TIMEOUT = 3600
MOST_CONCURRENCY = 1000
MOST_DIGITS = 100

T = TypeVar("T")
Check = Callable[[object], object]


def validated(table: object, checks: Mapping[str, Check], *, place: str) -> dict[str, object]:
    """Return the settings of a table; raises ConfigError that begins with the place of the one that is wrong.

    `place` is what stands before a setting's name: `FILE: ` or `FILE: accounts.NAME.`.
    Values are never quoted: any of them may be a key in the wrong place.
    """
    if not isinstance(table, dict):
        raise ConfigError(f"{place.removesuffix('.')}: must be a table")
    values = {}
    for name, value in table.items():
        if name not in checks:
            raise ConfigError(f"{place}{_harmless(name)}: unknown setting{did_you_mean(name, checks)}")
        try:
            values[name] = checks[name](value)
        except ConfigError as problem:
            raise ConfigError(f"{place}{name}: {problem.message}") from None
    return values


def _harmless(name: str) -> str:
    """Return a setting's name as it may be shown: one that no setting could have may be a key on the wrong side."""
    return name if re.fullmatch(r"[a-z_-]{1,40}", name) else "(a name that is not shown)"


def text(value: object) -> str:
    """Accept text that is not empty."""
    if not isinstance(value, str):
        raise ConfigError("must be text in quotes")
    if not value:
        raise ConfigError("must not be empty")
    return value


def variable(value: object) -> str:
    """Accept the name of a variable, as a shell would: what is none may be a key in the wrong place."""
    name = text(value)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ConfigError("must be the name of a variable")
    return name


def segment(value: object) -> str:
    """Accept text that can be one segment of a path: a dot segment would climb out of it."""
    if text(value) in {".", ".."}:
        raise ConfigError("must not be a dot segment")
    return str(value)


def truth(value: object) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise ConfigError("must be true or false")
    return value


def number(value: object) -> Decimal:
    """Accept a number that can be written out: an exponent of nine digits parses at once and fills the memory."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise ConfigError("must be a number")
    exponent = Decimal(value).as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DIGITS or Decimal(value).adjusted() > MOST_DIGITS:
        raise ConfigError(f"must be a number of at most {MOST_DIGITS} digits")
    return Decimal(value)


def threshold(value: object) -> Threshold:
    """Accept a number, below which a balance is low."""
    return Threshold(number(value))


def from_text(check: Callable[[object], T], value: str) -> T:
    """Accept on the command line what a check accepts in the file."""
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
    """Accept any text; whether a request can carry it is for the one account to say."""
    if not isinstance(value, str):
        raise ConfigError("must be text in quotes")
    return Key(value)


def command(value: object) -> tuple[str, ...]:
    """Accept a list of words, or a text that is split as a shell would split it; no shell is run."""
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError:
            raise ConfigError("has a quote that is not closed") from None
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value) or not value[0]:
        raise ConfigError("must be a list of words, the first of them a program")
    return tuple(value)


def base_url(value: object) -> str:
    """Accept https, or http on this machine."""
    from credcheck import urls

    return urls.checked_base(text(value))
