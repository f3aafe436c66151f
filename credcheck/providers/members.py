"""Checks of a description's values: each returns the value to use, or raises WrongDescription with the problem."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from credcheck import urls
from credcheck.models import NOTHING
from credcheck.names import could_be_key, did_you_mean
from credcheck.providers import formula
from credcheck.providers.provider import Page, Time
from credcheck.providers.wrong import WrongDescription

Check = Callable[[object], object]

_LONGEST_TEXT = 300
_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "cookie"})


def validated(
    table: object, checks: Mapping[str, Check], *, needed: Sequence[str] = (), renamed: Mapping[str, str] = NOTHING
) -> dict[str, object]:
    """Return the values of a table; raises WrongDescription. Values are never quoted, for any may be a key.

    `renamed` maps keys of the earlier notation to the problem that tells the new one.
    """
    if not isinstance(table, dict):
        raise WrongDescription(problem="must be a table")
    values = {}
    for name, value in table.items():
        if name not in checks:
            problem = renamed.get(name) or f"unknown key{did_you_mean(name, checks)}"
            raise WrongDescription(shown(name), problem=problem)
        values[name] = under(name, checks[name], value)
    for name in needed:
        if name not in values:
            raise WrongDescription(name, problem="is missing")
    return values


def under(name: str, check: Check, value: object) -> object:
    """Return the value that a check accepts; its WrongDescription names this key, which is `shown` or known."""
    try:
        return check(value)
    except WrongDescription as wrong:
        raise WrongDescription(name, *wrong.keys, problem=wrong.problem) from None


def shown(name: str) -> str:
    """Return a key of a table as it may be shown: one that no description could have may be an API key."""
    return "(a name that is not shown)" if could_be_key(name) or not name.isprintable() else name


def text(value: object) -> str:
    """Accept one line of text."""
    if not isinstance(value, str) or not value.strip():
        raise WrongDescription(problem="must be text in quotes")
    if len(value) > _LONGEST_TEXT or not value.isprintable():
        raise WrongDescription(problem=f"must be one line of at most {_LONGEST_TEXT} characters")
    return value


def template(value: object) -> str:
    """Accept any text, in which placeholders may stand."""
    if not isinstance(value, str):
        raise WrongDescription(problem="must be text in quotes")
    return value


def one_or_more(check: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    """Return the check of one value or a list of them."""

    def checked(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return (check(value),)
        if not value:
            raise WrongDescription(problem="must not be empty")
        return tuple(under(str(index), check, each) for index, each in enumerate(value))

    return checked


def many(check: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    """Return the check of a list."""

    def checked(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise WrongDescription(problem="must be a list")
        return one_or_more(check)(value)

    return checked


def address(value: object) -> str:
    """Accept a URL in which placeholders may stand."""
    url = text(value)
    if "?" in url:
        raise WrongDescription(problem='what follows the question mark stands in `query`: query = { NAME = "VALUE" }')
    if not _is_plain(url) or " " in url or "#" in url:
        raise WrongDescription(problem="must be a URL without spaces or a fragment")
    return url


def _is_plain(text: str) -> bool:
    """Tell whether a text has but the characters from the space to the tilde."""
    return text.isascii() and text.isprintable()


def headers(value: object) -> object:
    """Accept a table of headers that a request can carry; those that belong to the connection are credcheck's own."""
    if not isinstance(value, dict):
        raise WrongDescription(problem="must be a table")
    for name, each in value.items():
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name) or name.lower() in _OWN_HEADERS:
            raise WrongDescription(shown(name), problem="cannot be set as a header")
        if not isinstance(each, str) or not each or each != each.strip() or not _is_plain(each):
            raise WrongDescription(shown(name), problem="must be plain ASCII text in quotes")
    return value


def table_of(check: Check) -> Check:
    """Return the check of a table with keys of any name."""

    def checked(value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise WrongDescription(problem="must be a table")
        return {name: under(shown(name), check, each) for name, each in value.items()}

    return checked


def truth(value: object) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise WrongDescription(problem="must be true or false")
    return value


def number(value: object) -> Decimal:
    """Accept a number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise WrongDescription(problem="must be a number")
    return Decimal(value)


def one_of(*words: str) -> Check:
    """Return the check of one of these words."""

    def checked(value: object) -> object:
        if value not in words:
            near = did_you_mean(value, words) if isinstance(value, str) else ""
            raise WrongDescription(problem=f"must be one of {', '.join(words)}{near}")
        return value

    return checked


def page(value: object) -> str:
    """Accept the address of a page, https only."""
    address = text(value)
    if not address.startswith("https://") or not urls.host(address):
        raise WrongDescription(problem="must begin with https://HOST")
    return address


def pages(value: object) -> Page:
    """Accept the address of a page, or a table from an option's choice to one."""
    if not isinstance(value, dict):
        return page(value)
    if not value:
        raise WrongDescription(problem="must not be empty")
    return {choice: page(under(choice, page, each)) for choice, each in value.items()}


def day(value: object) -> date:
    """Accept a date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise WrongDescription(problem="must be a date such as 2026-12-31, without quotes")
    return value


def variable(value: object) -> str:
    """Accept the name of an environment variable."""
    name = text(value)
    if not name.isascii() or not name.isidentifier():
        raise WrongDescription(problem="must be the name of a variable")
    return name


def path(value: object) -> str:
    """Accept a dotted path."""
    if not re.fullmatch(formula.PATH, path := text(value)):
        raise WrongDescription(problem="must be a path such as `data.0.credits`")
    return path


def starred_path(value: object) -> str:
    """Accept a dotted path in which `*` may stand for each item of a list."""
    if not re.fullmatch(formula.STARRED_PATH, path := text(value)):
        raise WrongDescription(problem="must be a path such as `data.credits` or `grants.*.expires`")
    return path


def amount(value: object) -> formula.Formula:
    """Accept an amount formula."""
    try:
        return formula.parse(text(value))
    except ValueError as problem:
        raise WrongDescription(problem=str(problem)) from None


def time(value: object) -> Time:
    """Accept the path of a moment, or of a number of days from now."""
    if isinstance(value, dict):
        named: dict[str, Any] = validated(value, {"days": starred_path}, needed=("days",))
        return Time(named["days"], in_days=True)
    return Time(starred_path(value))
