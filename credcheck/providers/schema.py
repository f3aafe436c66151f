"""The one validator of descriptions, built in or a user's: a TOML table in, a Provider out."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, get_args

from credcheck import validation
from credcheck.errors import ConfigError
from credcheck.names import Category, fold
from credcheck.providers import asking, balance_tables, notation
from credcheck.providers.placeholders import check_placeholders
from credcheck.providers.provider import (
    AnswerTemplate,
    Option,
    Provider,
    Source,
)
from credcheck.providers.request import PERIOD
from credcheck.validation import Check, DescriptionError


def provider(name: str, table: object, *, place: str, built_in: bool) -> Provider:
    """Return the provider that a table describes; raises ConfigError, one line: the place, the dotted key, the problem.

    A user's own description may ask this machine over http.
    """
    return validation.at(place, partial(_provider, name, built_in=built_in), table)


def _provider(name: str, table: object, *, built_in: bool) -> Provider:
    values: dict[str, Any] = validation.validated(table, _TOP)
    _check_answers(values, built_in=built_in)
    made = Provider(name=name, **{"title": name, **_renamed(values)}, table="" if built_in else repr(table))
    return _checked(made, built_in=built_in)


def _check_answers(values: dict[str, Any], *, built_in: bool) -> None:
    """Raise DescriptionError unless there is one way to an answer, and a balance in it."""
    given = [name for name in ("request", "command", "file") if name in values]
    if len(given) > 1:
        raise DescriptionError(given[1], problem=f"the answer comes from {given[0]} already")
    for name in (*(given or ["request"]), "balance"):
        if name not in values:
            raise DescriptionError(name, problem="is missing")
    if built_in and "command" in values:
        raise DescriptionError("command", problem="only a provider of your own, in config.toml, can run a program")


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values under the names of a Provider's validation."""
    new = {"variable": "variables", "balance": "balances"}
    if "command" in values:
        values["command"], format_ = values["command"]
        values["answer"] = values.get("answer", AnswerTemplate())._replace(format=format_)
    return {new.get(name, name): value for name, value in values.items()}


def _checked(made: Provider, *, built_in: bool) -> Provider:
    """Return a provider whose parts fit together."""
    ids = [(each.id or "").casefold() for each in made.balances]
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            raise DescriptionError(*_keys(made, index), problem="another balance has this id")
    for index, name in enumerate(made.main):
        if name not in [each.id or each.unit for each in made.balances]:
            raise DescriptionError("main", str(index), problem="no balance has this id")
    for index, balance in enumerate(made.balances):
        if balance.unit_of is not None and balance.unit_of not in made.options:
            raise DescriptionError(*_keys(made, index), "unit_of", problem="there is no such option")
    if made.answer.pattern and made.answer.format != "text":
        raise DescriptionError("answer", "pattern", problem='only format = "text" has this')
    _check_text(made)
    _check_pages(made)
    check_placeholders(made, built_in=built_in)
    return made


def _check_text(made: Provider) -> None:
    """Raise DescriptionError for a path into a plain text that no pattern takes apart."""
    if made.answer.format != "text" or made.answer.pattern:
        return
    for index, balance in enumerate(made.balances):
        if any(term.path not in {"", "text"} for formula in balance.amounts for term in formula.terms):
            problem = "in plain text `text`, the whole answer, is the only path; for a part of it write answer.pattern"
            raise DescriptionError(*_keys(made, index), "amount", problem=problem)


def _check_pages(made: Provider) -> None:
    for key, page in (("key_url", made.key_url), ("top_up_url", made.top_up_url)):
        if isinstance(page, Mapping) and made.option_of(page) is None:
            raise DescriptionError(key, problem="no option has all of these choices")


def _keys(made: Provider, index: int) -> tuple[str, ...]:
    """Return the keys that lead to a balance."""
    return ("balance", *filter(None, [made.balances[index].id]))


def _category(value: object) -> object:
    return validation.one_of(*get_args(Category))(value)


def _choices(value: object) -> dict[str, str]:
    table = (
        dict.fromkeys(validation.many(validation.line)(value))
        if isinstance(value, list)
        else validation.table_of(validation.line)(value)
    )
    if not isinstance(table, dict) or not table:
        raise ConfigError("must not be empty")
    return {word: str(stands_for or word) for word, stands_for in table.items()}


def _option(value: object) -> Option:
    values: dict[str, Any] = validation.validated(value, _OPTION)
    made = Option(**values)
    if made.required and made.default is not None:
        raise DescriptionError("default", problem="a required option has none")
    if made.default is not None and (isinstance(made.default, bool) is not made.flag):
        raise DescriptionError("default", problem="must be of the option's own type")
    if made.choices and made.default is not None and made.default not in made.choices:
        raise DescriptionError("default", problem="must be one of the choices")
    if made.site and not made.choices:
        raise DescriptionError("site", problem="only an option with choices is a site")
    for name, part, table in (("key_begins", "beginning", made.key_begins), ("key_ends", "end", made.key_ends)):
        if not made.choices.keys() >= set(table.values()):
            raise DescriptionError(name, problem=f"must be a table from the {part} of a key to one of the choices")
    return made


def _options(value: object) -> object:
    options = validation.table_of(_option)(value)
    for name in options if isinstance(options, dict) else ():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or fold(name) in _TAKEN:
            raise DescriptionError(validation.shown(name), problem="no option can have this name")
    return options


def _default(value: object) -> object:
    return value if isinstance(value, bool) else validation.line(value)


# The settings of every account, and what stands in templates already.
_TAKEN = frozenset(
    {"provider", "apikey", "apikeyenv", "apikeyfile", "apikeycommand", "warnbelow", "baseurl", "enabled", "balance"}
    | {"apikeymember", "budget", "prepaid", "since", "key", "uuid4", *map(fold, PERIOD)}
)
_OPTION: Mapping[str, Check] = {
    "help": validation.line,
    "required": validation.truth,
    "default": _default,
    "choices": _choices,
    "flag": validation.truth,
    "variable": validation.variable,
    "secret": validation.truth,
    "site": validation.truth,
    "key_begins": validation.table_of(validation.line),
    "key_ends": validation.table_of(validation.line),
}
_ANSWER: Mapping[str, Check] = {
    "format": validation.one_of("json", "text"),
    "pattern": notation.pattern,
    "ok": validation.one_or_more(notation.rule),
    "key_rejected": validation.one_or_more(notation.rule),
    "rate_limited": validation.one_or_more(notation.rule),
    "balance_unknown": validation.one_or_more(notation.rule),
    "provider_error": validation.one_or_more(notation.rule),
    "low": validation.one_or_more(notation.rule),
    "message": validation.one_or_more(notation.path),
}


def _answer(value: object) -> AnswerTemplate:
    values: dict[str, Any] = validation.validated(value, _ANSWER, renamed=notation.RENAMED)
    return AnswerTemplate(**values)


_TOP: Mapping[str, Check] = {
    "title": validation.line,
    "aliases": validation.many(validation.line),
    "category": _category,
    "keywords": validation.many(validation.line),
    "variable": validation.one_or_more(validation.variable),
    "other_variables": validation.many(validation.variable),
    "docs_url": notation.page,
    "key_url": notation.pages,
    "top_up_url": notation.pages,
    "source": validation.one_of(*get_args(Source)),
    "needs": validation.line,
    "notice": validation.line,
    "caveat": validation.line,
    "last_day": notation.day,
    "main": validation.many(validation.line),
    "options": _options,
    "request": asking.request,
    "command": asking.command,
    "file": asking.file,
    "balance": balance_tables.balances,
    "answer": _answer,
}
