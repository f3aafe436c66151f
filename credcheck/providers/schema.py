"""The one validator of descriptions, built in or a user's: a TOML table in, a Provider out."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, get_args

from credcheck.errors import ConfigError
from credcheck.names import Category, fold
from credcheck.providers import members, rules
from credcheck.providers.members import Check
from credcheck.providers.placeholders import check_placeholders
from credcheck.providers.provider import (
    AnswerTemplate,
    BalanceTemplate,
    Kind,
    NullMeans,
    Option,
    Provider,
    RequestTemplate,
    Source,
)
from credcheck.providers.rules import Rule, Scalar, Test
from credcheck.providers.wrong import WrongDescription


def provider(name: str, table: object, *, place: str, built_in: bool) -> Provider:
    """Return the provider that a table describes; raises ConfigError, one line: the place, the dotted key, the problem.

    A user's own description may ask this machine over http.
    """
    try:
        values: dict[str, Any] = members.validated(table, _TOP, needed=("request", "balance"))
        return _checked(Provider(name=name, **{"title": name, **_renamed(values)}), built_in=built_in)
    except WrongDescription as wrong:
        where = f"{place}{'.'.join(wrong.keys)}".rstrip(".: ")
        raise ConfigError(f"{where}: {wrong.problem}") from None


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values under the names of a Provider's members."""
    new = {"variable": "variables", "balance": "balances"}
    return {new.get(name, name): value for name, value in values.items()}


def _checked(made: Provider, *, built_in: bool) -> Provider:
    """Return a provider whose parts fit together."""
    ids = [(each.id or "").casefold() for each in made.balances]
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            raise WrongDescription(*_keys(made, index), problem="another balance has this id")
    for index, name in enumerate(made.main):
        if name not in [each.id or each.unit for each in made.balances]:
            raise WrongDescription("main", str(index), problem="no balance has this id")
    for index, each in enumerate(made.balances):
        if each.unit_of is not None and each.unit_of not in made.options:
            raise WrongDescription(*_keys(made, index), "unit_of", problem="there is no such option")
    _check_pages(made)
    check_placeholders(made, built_in=built_in)
    return made


def _check_pages(made: Provider) -> None:
    for key, page in (("key_url", made.key_url), ("top_up_url", made.top_up_url)):
        if isinstance(page, Mapping) and made.option_of(page) is None:
            raise WrongDescription(key, problem="no option has all of these choices")


def _keys(made: Provider, index: int) -> tuple[str, ...]:
    """Return the keys that lead to a balance."""
    return ("balance", *filter(None, [made.balances[index].id]))


def _category(value: object) -> object:
    return members.one_of(*get_args(Category))(value)


def _rule(value: object) -> Rule:
    if not isinstance(value, dict) or not value:
        raise WrongDescription(problem="must be a table from a path to the values that count")
    tests = tuple(
        (path, members.under(members.shown(path), _test, each)) for path, each in value.items() if path != "http_status"
    )
    for path, _ in tests:
        members.under(members.shown(path), members.path, path)
    statuses: Any = members.under("http_status", members.one_or_more(_status), value.get("http_status", [200]))
    return Rule(tests, frozenset(statuses) if "http_status" in value else frozenset())  # type: ignore[arg-type]


def _status(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 599:
        raise WrongDescription(problem="must be an HTTP status")
    return value


def _scalar(value: object) -> Scalar:
    if not isinstance(value, str | bool | int | Decimal):
        raise WrongDescription(problem="must be a value or a list of values")
    return value


def _test(value: object) -> Test:
    if not isinstance(value, dict):
        return rules.any_of(members.one_or_more(_scalar)(value))
    tests: list[Test] = [_MAKERS[word](expected) for word, expected in members.validated(value, _TESTS).items()]
    if not tests:
        raise WrongDescription(problem=f"must have one of {', '.join(_TESTS)}")
    return tests[0] if len(tests) == 1 else rules.all_of(tests)


def _choices(value: object) -> dict[str, str]:
    table = (
        dict.fromkeys(members.many(members.text)(value))
        if isinstance(value, list)
        else members.table_of(members.text)(value)
    )
    if not isinstance(table, dict) or not table:
        raise WrongDescription(problem="must not be empty")
    return {word: str(stands_for or word) for word, stands_for in table.items()}


def _option(value: object) -> Option:
    values: dict[str, Any] = members.validated(value, _OPTION)
    made = Option(**values)
    if made.required and made.default is not None:
        raise WrongDescription("default", problem="a required option has none")
    if made.default is not None and (isinstance(made.default, bool) is not made.flag):
        raise WrongDescription("default", problem="must be of the option's own type")
    if made.choices and made.default is not None and made.default not in made.choices:
        raise WrongDescription("default", problem="must be one of the choices")
    for name, part, table in (("key_begins", "beginning", made.key_begins), ("key_ends", "end", made.key_ends)):
        if not made.choices.keys() >= set(table.values()):
            raise WrongDescription(name, problem=f"must be a table from the {part} of a key to one of the choices")
    return made


def _options(value: object) -> object:
    options = members.table_of(_option)(value)
    for name in options if isinstance(options, dict) else ():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or fold(name) in _TAKEN:
            raise WrongDescription(members.shown(name), problem="no option can have this name")
    return options


def _default(value: object) -> object:
    return value if isinstance(value, bool) else members.text(value)


def _request(value: object) -> RequestTemplate:
    values: dict[str, Any] = members.validated(value, _REQUEST, needed=("url",))
    bodies = [name for name in ("json", "form", "body") if name in values]
    if len(bodies) > 1:
        raise WrongDescription(bodies[1], problem=f"there is a body already ({bodies[0]})")
    return RequestTemplate(**{"method": "POST" if bodies else "GET", **values})


def _json(value: object) -> object:
    if not isinstance(value, dict | list):
        raise WrongDescription(problem="must be a table or a list")
    return value


def _balance(value: object, id_: str | None = None) -> BalanceTemplate:
    values: dict[str, Any] = members.validated(value, _BALANCE, needed=("amount",), renamed=_RENAMED)
    units = [name for name in ("unit", "unit_path", "unit_of") if name in values]
    if len(units) != 1:
        raise WrongDescription("unit", problem="one of unit, unit_path and unit_of is needed")
    if "each" not in values and (stray := next((name for name in ("where", "id_path", "sum") if name in values), None)):
        raise WrongDescription(stray, problem="only a list (each) has this")
    if "sum" in values and "id_path" in values:
        raise WrongDescription("id_path", problem="what is added up has no id of its own")
    if "each" in values and id_ is not None and not ({"id_path", "sum"} & set(values)):
        raise WrongDescription("each", problem="the items of a list need id_path, or sum = true")
    return BalanceTemplate(amounts=values.pop("amount"), id=id_, **values)


def _balances(value: object) -> tuple[BalanceTemplate, ...]:
    """Return the one balance of a table, or those of a table that has nothing but a table for each id."""
    if isinstance(value, list):
        raise WrongDescription(problem="`[[balance]]` with `id` is now `[balance.ID]`")
    if isinstance(value, dict) and value and all(isinstance(each, dict) for each in value.values()):
        return tuple(_named_balance(id_, each) for id_, each in value.items())
    return (_balance(value),)


def _named_balance(id_: str, value: object) -> BalanceTemplate:
    made: Any = members.under(members.shown(id_), partial(_balance, id_=members.text(id_)), value)
    return made  # type: ignore[no-any-return]


def _null(value: object) -> object:
    if value == "bad":
        raise WrongDescription(problem="`bad` is now `error`, which is usual: leave the line out")
    return members.one_of(*get_args(NullMeans))(value)


# The keys of the notation of version 0.1, and what has taken their place.
_RENAMED: Mapping[str, str] = {
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
_TESTS: Mapping[str, Check] = {
    "contains": members.text,
    "lacks": members.text,
    "not": members.one_or_more(_scalar),
    "above": members.number,
    "null": members.truth,
    "present": members.truth,
}
_MAKERS: Mapping[str, Callable[[Any], Test]] = {
    "contains": rules.containing,
    "lacks": lambda part: rules.containing(part, expected=False),
    "not": rules.none_of,
    "above": rules.above,
    "null": lambda expected: rules.null(expected=expected),
    "present": lambda expected: rules.present(expected=expected),
}
# The settings of every account, and what stands in templates already.
_TAKEN = frozenset(
    {"provider", "apikey", "apikeyenv", "apikeyfile", "apikeycommand", "warnbelow", "baseurl", "enabled", "balance"}
    | {"key", "uuid4"}
)
_OPTION: Mapping[str, Check] = {
    "help": members.text,
    "required": members.truth,
    "default": _default,
    "choices": _choices,
    "flag": members.truth,
    "variable": members.variable,
    "secret": members.truth,
    "key_begins": members.table_of(members.text),
    "key_ends": members.table_of(members.text),
}
_REQUEST: Mapping[str, Check] = {
    "url": members.address,
    "method": members.one_of("GET", "POST"),
    "headers": members.headers,
    "query": members.table_of(members.template),
    "basic": members.text,
    "json": _json,
    "form": members.table_of(members.template),
    "body": members.template,
}
_BALANCE: Mapping[str, Check] = {
    "amount": members.one_or_more(members.amount),
    "unit": members.text,
    "unit_path": members.path,
    "unit_of": members.text,
    "units": members.table_of(members.text),
    "kind": members.one_of(*get_args(Kind)),
    "total": members.amount,
    "resets_at": members.time,
    "expires_at": members.time,
    "each": members.path,
    "id_path": members.path,
    "sum": members.truth,
    "where": members.one_or_more(_rule),
    "when": members.one_or_more(_rule),
    "unlimited": members.one_or_more(_rule),
    "optional": members.truth,
    "null": _null,
    "grouped": members.truth,
    "details": members.table_of(members.amount),
}
_ANSWER: Mapping[str, Check] = {
    "format": members.one_of("json", "text"),
    "ok": members.one_or_more(_rule),
    "key_rejected": members.one_or_more(_rule),
    "rate_limited": members.one_or_more(_rule),
    "balance_unknown": members.one_or_more(_rule),
    "provider_error": members.one_or_more(_rule),
    "message": members.one_or_more(members.path),
}


def _answer(value: object) -> AnswerTemplate:
    values: dict[str, Any] = members.validated(value, _ANSWER, renamed=_RENAMED)
    return AnswerTemplate(**values)


_TOP: Mapping[str, Check] = {
    "title": members.text,
    "aliases": members.many(members.text),
    "category": _category,
    "keywords": members.many(members.text),
    "variable": members.one_or_more(members.variable),
    "other_variables": members.many(members.variable),
    "docs_url": members.page,
    "key_url": members.pages,
    "top_up_url": members.pages,
    "source": members.one_of(*get_args(Source)),
    "needs": members.text,
    "notice": members.text,
    "caveat": members.text,
    "last_day": members.day,
    "main": members.many(members.text),
    "options": _options,
    "request": _request,
    "balance": _balances,
    "answer": _answer,
}
