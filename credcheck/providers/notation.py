"""Checks of the values that only a description has: addresses, headers, paths, amounts, moments and rules."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from credcheck import urls
from credcheck.errors import ConfigError
from credcheck.providers import formula, rules
from credcheck.providers.provider import Page, Resets, Time
from credcheck.providers.request import PERIOD_END
from credcheck.providers.rules import Rule, Scalar, Test
from credcheck.validation import (
    Check,
    DescriptionError,
    as_table,
    line,
    number,
    one_of,
    one_or_more,
    shown,
    table_of,
    truth,
    under,
    validated,
)

# The keys of the notation of version 0.1, and what has taken their place.
RENAMED: Mapping[str, str] = {
    "id": "`id` is now the name of the table: [balance.ID]",
    "unit_at": "`unit_at` is now `unit_path`",
    "id_at": "`id_at` is now `id_path`",
    "rejected": "`rejected` is now `key_rejected`",
    "limited": "`limited` is now `rate_limited`",
    "unknown": "`unknown` is now `balance_unknown`",
    "failed": "`failed` is now `provider_error`",
    "failed_at": "`failed_at` is now a rule: provider_error = { PATH = { null = false } }",
    "said": "`said` is now `message`",
}
BUDGET = "{budget}"
_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "cookie"})


def template(value: object) -> str:
    """Accept any text, in which placeholders may stand."""
    if not isinstance(value, str):
        raise ConfigError("must be text in quotes")
    return value


def address(value: object) -> str:
    """Accept a URL in which placeholders may stand."""
    url = line(value)
    if "?" in url:
        raise ConfigError('what follows the question mark belongs in `query`: query = { NAME = "VALUE" }')
    if not _is_plain(url) or " " in url or "#" in url:
        raise ConfigError("must be a URL without spaces or a fragment")
    return url


def _is_plain(text: str) -> bool:
    """Tell whether a text has but the characters from the space to the tilde."""
    return text.isascii() and text.isprintable()


def headers(value: object) -> object:
    """Accept a table of headers that a request can carry; those that belong to the connection are credcheck's own."""
    for name, text in as_table(value).items():
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name) or name.lower() in _OWN_HEADERS:
            raise DescriptionError(shown(name), problem="cannot be set as a header")
        if not isinstance(text, str) or not text or text != text.strip() or not _is_plain(text):
            raise DescriptionError(shown(name), problem="must be plain ASCII text in quotes")
    return value


def page(value: object) -> str:
    """Accept the address of a page, https only."""
    address = line(value)
    if not address.startswith("https://") or not urls.host(address):
        raise ConfigError("must begin with https://HOST")
    return address


def pages(value: object) -> Page:
    """Accept the address of a page, or a table from an option's choice to one."""
    if not isinstance(value, dict):
        return page(value)
    if not value:
        raise ConfigError("must not be empty")
    return table_of(page)(value)


def day(value: object) -> date:
    """Accept a date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ConfigError("must be a date such as 2026-12-31, without quotes")
    return value


def path(value: object) -> str:
    """Accept a dotted path."""
    if not re.fullmatch(formula.PATH, path := line(value)):
        raise ConfigError("must be a path such as `data.0.credits`")
    return _no_number(path)


def _no_number(path: str) -> str:
    if formula.is_bare_number(path):
        raise ConfigError("must be a path, not a number; an index follows its list: `data.0`")
    return path


def starred_path(value: object) -> str:
    """Accept a dotted path in which `*` may stand for each item of a list."""
    if not re.fullmatch(formula.STARRED_PATH, path := line(value)):
        raise ConfigError("must be a path such as `data.credits` or `grants.*.expires`")
    return _no_number(path)


def amount(value: object) -> formula.Formula:
    """Accept an amount formula."""
    found = _formula(value)
    if not found.path:
        raise ConfigError("needs at least one path, not just a number")
    return found


def total(value: object) -> formula.Formula | None:
    """Accept the formula of a total, which may be a number alone; return None for that of the user's budget."""
    if isinstance(value, int | Decimal):
        value = f"{number(value):f}"
    return None if value == BUDGET else _formula(value)


def _formula(value: object) -> formula.Formula:
    try:
        return formula.parse(line(value))
    except ValueError as problem:
        raise ConfigError(str(problem)) from None


def time(value: object) -> Time:
    """Accept the path of a moment, of a number of days or a time from now, or the end of the period."""
    if value == f"{{{PERIOD_END}}}":
        return Time("", ends_period=True)
    if isinstance(value, dict):
        named: dict[str, Any] = validated(value, {"days": starred_path, "time_left": starred_path})
        if len(named) != 1:
            raise ConfigError("must have one of days, time_left")
        (where,) = named.values()
        return Time(where, in_days="days" in named, is_left="time_left" in named)
    return Time(starred_path(value))


def resets(value: object) -> Resets:
    """Accept a word for how often an amount is renewed, or a table with the path of one."""
    if isinstance(value, dict):
        named: dict[str, Any] = validated(value, {"word_at": path}, needed=("word_at",))
        return Resets(path=named["word_at"])
    return Resets(word=one_of("daily", "weekly", "monthly")(value))


def pattern(value: object) -> str:
    """Accept a regular expression with a named group."""
    text = line(value)
    try:
        groups = re.compile(text).groupindex
    except (re.error, OverflowError, RecursionError):
        raise ConfigError("is not a regular expression") from None
    if not groups:
        raise ConfigError("must have a named group, such as (?P<amount>[0-9.]+)")
    if "text" in groups:
        raise ConfigError("no group can be named `text`, which is the whole answer")
    return text


def success_status(value: object) -> int:
    """Accept an HTTP status of a success."""
    if (status := _status(value)) // 100 != 2:
        raise ConfigError("must be an HTTP status from 200 to 299")
    return status


def rule(value: object) -> Rule:
    """Accept a table from paths to the values that count there."""
    if not isinstance(value, dict) or not value:
        raise ConfigError("must be a table from a path to the values that count")
    tests = tuple(
        (under(shown(name), path, name), under(shown(name), _test, expected))
        for name, expected in value.items()
        if name != "http_status"
    )
    statuses = under("http_status", one_or_more(_status), value["http_status"]) if "http_status" in value else ()
    return Rule(tests, frozenset(statuses))


def _status(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 599:
        raise ConfigError("must be an HTTP status")
    return value


def _scalar(value: object) -> Scalar:
    if not isinstance(value, str | bool | int | Decimal):
        raise ConfigError("must be a value or a list of values")
    return value


def _test(value: object) -> Test:
    if not isinstance(value, dict):
        return rules.any_of(one_or_more(_scalar)(value))
    tests: list[Test] = [_MAKERS[word](expected) for word, expected in validated(value, _TESTS).items()]
    if not tests:
        raise ConfigError(f"must have one of {', '.join(_TESTS)}")
    return tests[0] if len(tests) == 1 else rules.all_of(tests)


_TESTS: Mapping[str, Check] = {
    "contains": line,
    "lacks": line,
    "not": one_or_more(_scalar),
    "above": number,
    "null": truth,
    "present": truth,
}
_MAKERS: Mapping[str, Callable[[Any], Test]] = {
    "contains": rules.containing,
    "lacks": lambda part: rules.containing(part, expected=False),
    "not": rules.none_of,
    "above": rules.above,
    "null": lambda expected: rules.null(expected=expected),
    "present": lambda expected: rules.present(expected=expected),
}
