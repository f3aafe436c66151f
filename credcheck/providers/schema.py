"""The one validator of descriptions, built in or a user's: a TOML table in, a Provider out."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, get_args

from credcheck import validation
from credcheck.errors import ConfigError
from credcheck.names import Category, fold
from credcheck.providers import notation
from credcheck.providers.placeholders import check_placeholders
from credcheck.providers.provider import (
    AnswerTemplate,
    BalanceTemplate,
    CommandTemplate,
    FileTemplate,
    Kind,
    NullMeans,
    Option,
    PagesTemplate,
    Provider,
    RequestTemplate,
    Source,
    Time,
)
from credcheck.providers.request import PERIOD, PERIOD_END
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
    _check_pages(made)
    check_placeholders(made, built_in=built_in)
    return made


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


def _request(value: object) -> RequestTemplate:
    values: dict[str, Any] = validation.validated(value, _REQUEST, needed=("url",))
    bodies = [name for name in ("json", "form", "body") if name in values]
    if len(bodies) > 1:
        raise DescriptionError(bodies[1], problem=f"there is a body already ({bodies[0]})")
    if "pages" in values and values["pages"].query in values.get("query", ()):
        raise DescriptionError("pages", "query", problem="this parameter stands in the query already")
    return RequestTemplate(**{"method": "POST" if bodies else "GET", **values})


def _pages(value: object) -> PagesTemplate:
    values: dict[str, Any] = validation.validated(value, _PAGES, needed=("next", "query"))
    return PagesTemplate(**values)


def _command(value: object) -> tuple[CommandTemplate, str]:
    """Return the program, and the format of the answer that it prints."""
    values: dict[str, Any] = validation.validated(value, _COMMAND, needed=("run",))
    format_ = values.pop("format", "json")
    is_lines = format_ == "lines"
    if is_lines is not ("pick" in values):
        raise DescriptionError(
            "pick", problem='a rule that chooses one line: format = "lines" needs it, no other has it'
        )
    return CommandTemplate(**values, lines=is_lines), "text" if format_ == "text" else "json"


def _input(value: object) -> str:
    text = notation.template(value)
    if len(text.encode()) > _MOST_INPUT:
        raise ConfigError(f"must be at most {_MOST_INPUT} bytes")
    return text


def _file(value: object) -> FileTemplate:
    values: dict[str, Any] = validation.validated(value, _FILE, needed=("path",))
    if not values["path"].startswith(("/", "~/")):
        raise DescriptionError("path", problem="must begin with / or ~/")
    return FileTemplate(**values)


def _json(value: object) -> object:
    if not isinstance(value, dict | list):
        raise ConfigError("must be a table or a list")
    return value


def _balance(value: object, id_: str | None = None) -> BalanceTemplate:
    values: dict[str, Any] = validation.validated(value, _BALANCE, renamed=notation.RENAMED)
    values |= _used(values)
    units = [name for name in ("unit", "unit_path", "unit_of") if name in values]
    if len(units) != 1 and units != ["unit", "unit_path"]:
        raise DescriptionError("unit", problem="one of unit, unit_path and unit_of is needed")
    if "unit" not in values and "*" in values.get("unit_path", ""):
        raise DescriptionError("unit_path", problem="names one unit: only beside `unit` it may have a star")
    if "each" not in values and (stray := next((name for name in ("where", "id_path", "sum") if name in values), None)):
        raise DescriptionError(stray, problem="only a list (each) has this")
    if "sum" in values and "id_path" in values:
        raise DescriptionError("id_path", problem="what is added up has no id of its own")
    if "each" in values and id_ is not None and not ({"id_path", "sum"} & set(values)):
        raise DescriptionError("each", problem="the items of a list need id_path, or sum = true")
    return BalanceTemplate(id=id_, **_lifetime(values))


def _lifetime(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values; a sum of all purchases ever is a detail, and no total to take per cent of."""
    if not values.get("lifetime"):
        return values
    if values.get("total") is None:
        raise DescriptionError("lifetime", problem="only a total has this")
    return {**values, "total": None, "details": {**values.get("details", {}), "purchased": values["total"]}}


def _used(values: dict[str, Any]) -> dict[str, Any]:
    """Take the amount out of the values, or `used` and `total`; return the formulas."""
    found, used = values.pop("amount", None), values.pop("used", None)
    is_spent, has_budget = values.get("kind") == "spent", "total" in values and values["total"] is None
    if (found is None) == (used is None):
        problem = "there is `amount` already: balance = total - used" if used else "is missing (or `used` with `total`)"
        raise DescriptionError("used" if used else "amount", problem=problem)
    if is_spent is not has_budget or (is_spent and not used):
        raise DescriptionError("kind", problem=f'"spent" needs used and total = "{notation.BUDGET}", and these need it')
    if used and not is_spent and "total" not in values:
        raise DescriptionError("total", problem="is missing: balance = total - used")
    if "longest_period" in values and not (is_spent and _ends_period(values.get("resets_at"))):
        problem = f'needs kind = "spent" and resets_at = "{{{PERIOD_END}}}"'
        raise DescriptionError("longest_period", problem=problem)
    if used:
        # The negative, rounded down: never less was used than it is.
        minus = used.negated()
        found = (minus if is_spent else minus._replace(terms=(*values["total"].terms, *minus.terms)),)
    if values.pop("empty", None):
        found = tuple(each.zero_if_empty() for each in found)
    return {"amounts": found}


def _ends_period(time: Time | None) -> bool:
    return time is not None and time.ends_period


def _balances(value: object) -> tuple[BalanceTemplate, ...]:
    """Return the one balance of a table, or those of a table that has nothing but a table for each id."""
    if isinstance(value, list):
        raise ConfigError("`[[balance]]` with `id` is now `[balance.ID]`")
    if isinstance(value, dict) and value and all(isinstance(each, dict) for each in value.values()):
        return tuple(_named_balance(id_, each) for id_, each in value.items())
    return (_balance(value),)


def _named_balance(id_: str, value: object) -> BalanceTemplate:
    return validation.under(validation.shown(id_), partial(_balance, id_=validation.line(id_)), value)


def _null(value: object) -> object:
    if value == "bad":
        raise ConfigError("`bad` is now `error`, which is usual: leave the line out")
    return validation.one_of(*get_args(NullMeans))(value)


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
_REQUEST: Mapping[str, Check] = {
    "url": notation.address,
    "method": validation.one_of("GET", "POST"),
    "headers": notation.headers,
    "query": validation.table_of(notation.template),
    "basic": validation.line,
    "json": _json,
    "form": validation.table_of(notation.template),
    "body": notation.template,
    "pages": _pages,
}
# A pipe holds it and a key in it, so that a program need not read it.
_MOST_INPUT = 3000
_COMMAND: Mapping[str, Check] = {
    "run": validation.command,
    "input": _input,
    "format": validation.one_of("json", "text", "lines"),
    "pick": validation.one_or_more(notation.rule),
}
_FILE: Mapping[str, Check] = {"path": validation.line, "max_age": validation.duration}
_PAGES: Mapping[str, Check] = {"next": notation.path, "query": validation.line, "more": notation.path}
_BALANCE: Mapping[str, Check] = {
    "amount": validation.one_or_more(notation.amount),
    "used": notation.amount,
    "empty": validation.one_of("zero"),
    "unit": validation.line,
    "unit_path": notation.starred_path,
    "unit_of": validation.line,
    "units": validation.table_of(validation.line),
    "kind": validation.one_of(*get_args(Kind)),
    "total": notation.total,
    "longest_period": validation.duration,
    "lifetime": validation.truth,
    "resets": notation.resets,
    "resets_at": notation.time,
    "expires_at": notation.time,
    "each": notation.path,
    "id_path": notation.path,
    "sum": validation.truth,
    "where": validation.one_or_more(notation.rule),
    "when": validation.one_or_more(notation.rule),
    "unlimited": validation.one_or_more(notation.rule),
    "optional": validation.truth,
    "null": _null,
    "grouped": validation.truth,
    "details": validation.table_of(notation.amount),
}
_ANSWER: Mapping[str, Check] = {
    "format": validation.one_of("json", "text"),
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
    "request": _request,
    "command": _command,
    "file": _file,
    "balance": _balances,
    "answer": _answer,
}
