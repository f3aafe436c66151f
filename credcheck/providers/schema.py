"""The one validator of descriptions, built in or a user's: a TOML table in, a Provider out."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, get_args

from credcheck import urls
from credcheck.errors import ConfigError
from credcheck.names import did_you_mean, fold
from credcheck.providers import formula
from credcheck.providers.placeholders import check_placeholders
from credcheck.providers.provider import (
    AnswerTemplate,
    BalanceTemplate,
    Kind,
    NullMeans,
    Option,
    Provider,
    RequestTemplate,
    Time,
)
from credcheck.providers.rules import AnyOf, Containing, NoneOf, Null, Present, Rule, Scalar, Test
from credcheck.providers.wrong import WrongDescription

Check = Callable[[object], object]

CATEGORIES = (
    *("llm", "media", "voice", "search", "scraping", "messaging", "cloud", "data", "captcha", "documents", "other"),
)
_LONGEST_TEXT = 300


def provider(name: str, table: object, *, place: str, built_in: bool) -> Provider:
    """Return the provider that a table describes; raises ConfigError, one line: the place, the dotted key, the problem.

    A user's own description may ask this machine over http.
    """
    try:
        values: dict[str, Any] = validated(table, _TOP, needed=("request", "balance"))
        return _checked(Provider(name=name, **{"title": name, **_renamed(values)}), built_in=built_in)
    except WrongDescription as wrong:
        raise ConfigError(f"{place}{'.'.join(wrong.keys)}: {wrong.problem}") from None


def validated(table: object, checks: Mapping[str, Check], *, needed: Sequence[str] = ()) -> dict[str, object]:
    """Return the values of a table; raises WrongDescription. Values are never quoted, for any may be a key."""
    if not isinstance(table, dict):
        raise WrongDescription(problem="must be a table")
    values = {}
    for name, value in table.items():
        if name not in checks:
            raise WrongDescription(_shown(name), problem=f"unknown key{did_you_mean(name, checks)}")
        values[name] = _under(name, checks[name], value)
    for name in needed:
        if name not in values:
            raise WrongDescription(name, problem="is missing")
    return values


def _under(name: str, check: Check, value: object) -> object:
    try:
        return check(value)
    except WrongDescription as wrong:
        raise WrongDescription(_shown(name), *wrong.keys, problem=wrong.problem) from None


def _shown(name: str) -> str:
    """Return a key of a table as it may be shown: one that no description could have may be an API key."""
    return name if re.fullmatch(r"[A-Za-z_.-]{1,40}|[0-9]{1,2}", name) else "(a name that is not shown)"


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values under the names of a Provider's members."""
    new = {"variable": "variables", "balance": "balances"}
    return {new.get(name, name): value for name, value in values.items()}


def _checked(made: Provider, *, built_in: bool) -> Provider:
    """Return a provider whose parts fit together."""
    ids = [each.id or each.unit or each.unit_at or each.unit_of for each in made.balances]
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            raise WrongDescription("balance", str(index), "id", problem="another balance has this id")
    for index, name in enumerate(made.main):
        if name not in [each.id or each.unit for each in made.balances]:
            raise WrongDescription("main", str(index), problem="no balance has this id")
    for index, each in enumerate(made.balances):
        if each.unit_of is not None and each.unit_of not in made.options:
            raise WrongDescription("balance", str(index), "unit_of", problem="there is no such option")
    check_placeholders(made, built_in=built_in)
    return made


def text(value: object) -> str:
    """Accept one line of text."""
    if not isinstance(value, str) or not value.strip():
        raise WrongDescription(problem="must be text in quotes")
    if len(value) > _LONGEST_TEXT or not value.isprintable():
        raise WrongDescription(problem=f"must be one line of at most {_LONGEST_TEXT} characters")
    return value


def _template(value: object) -> str:
    if not isinstance(value, str):
        raise WrongDescription(problem="must be text in quotes")
    return value


def _one_or_more(check: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    """Return the check of one value or a list of them."""

    def checked(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return (check(value),)
        if not value:
            raise WrongDescription(problem="must not be empty")
        return tuple(_under(str(index), check, each) for index, each in enumerate(value))

    return checked


def _many(check: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    """Return the check of a list."""

    def checked(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise WrongDescription(problem="must be a list")
        return _one_or_more(check)(value)

    return checked


def _table_of(check: Check) -> Check:
    """Return the check of a table with keys of any name."""

    def checked(value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise WrongDescription(problem="must be a table")
        return {name: _under(name, check, each) for name, each in value.items()}

    return checked


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongDescription(problem="must be true or false")
    return value


def _one_of(*words: str) -> Check:
    def checked(value: object) -> object:
        if value not in words:
            near = did_you_mean(value, words) if isinstance(value, str) else ""
            raise WrongDescription(problem=f"must be one of {', '.join(words)}{near}")
        return value

    return checked


def _page(value: object) -> str:
    address = text(value)
    if not address.startswith("https://") or not urls.host(address):
        raise WrongDescription(problem="must begin with https://HOST")
    return address


def _variable(value: object) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name := text(value)):
        raise WrongDescription(problem="must be the name of a variable")
    return name


def _category(value: object) -> object:
    return _one_of(*CATEGORIES)(value)


def _path(value: object) -> str:
    if not formula.PATH.fullmatch(path := text(value)):
        raise WrongDescription(problem="must be a path such as `data.0.credits`")
    return path


def _starred_path(value: object) -> str:
    if not formula.STARRED_PATH.fullmatch(path := text(value)):
        raise WrongDescription(problem="must be a path such as `data.credits` or `grants.*.expires`")
    return path


def _formula(value: object) -> formula.Formula:
    try:
        return formula.parse(text(value))
    except ValueError as problem:
        raise WrongDescription(problem=str(problem)) from None


def _time(value: object) -> Time:
    if isinstance(value, dict):
        named: dict[str, Any] = validated(value, {"days": _starred_path}, needed=("days",))
        return Time(named["days"], in_days=True)
    return Time(_starred_path(value))


def _rule(value: object) -> Rule:
    if not isinstance(value, dict) or not value:
        raise WrongDescription(problem="must be a table from a path to the values that count")
    tests = tuple((path, _under(path, _test, each)) for path, each in value.items() if path != "http_status")
    for path, _ in tests:
        _under(path, _path, path)
    statuses: Any = _under("http_status", _one_or_more(_status), value.get("http_status", [200]))
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
        return AnyOf(_one_or_more(_scalar)(value))
    told: dict[str, Any] = validated(value, _TESTS)
    if len(told) != 1:
        raise WrongDescription(problem=f"must have one of {', '.join(_TESTS)}")
    match told.popitem():
        case "contains", part:
            return Containing(part)
        case "lacks", part:
            return Containing(part, expected=False)
        case "not", values:
            return NoneOf(values)
        case "null", expected:
            return Null(expected=expected)
        case _, expected:
            return Present(expected=expected)


def _choices(value: object) -> dict[str, str]:
    table = dict.fromkeys(_many(text)(value)) if isinstance(value, list) else _table_of(text)(value)
    if not isinstance(table, dict) or not table:
        raise WrongDescription(problem="must not be empty")
    return {word: str(stands_for or word) for word, stands_for in table.items()}


def _option(value: object) -> Option:
    values: dict[str, Any] = validated(value, _OPTION)
    made = Option(**values)
    if made.required and made.default is not None:
        raise WrongDescription("default", problem="a required option has none")
    if made.default is not None and (isinstance(made.default, bool) is not made.flag):
        raise WrongDescription("default", problem="must be of the option's own type")
    if made.choices and made.default is not None and made.default not in made.choices:
        raise WrongDescription("default", problem="must be one of the choices")
    return made


def _options(value: object) -> object:
    options = _table_of(_option)(value)
    for name in options if isinstance(options, dict) else ():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or fold(name) in _TAKEN:
            raise WrongDescription(_shown(name), problem="no option can have this name")
    return options


def _default(value: object) -> object:
    return value if isinstance(value, bool) else text(value)


def _request(value: object) -> RequestTemplate:
    values: dict[str, Any] = validated(value, _REQUEST, needed=("url",))
    bodies = [name for name in ("json", "form", "body") if name in values]
    if len(bodies) > 1:
        raise WrongDescription(bodies[1], problem=f"there is a body already ({bodies[0]})")
    return RequestTemplate(**{"method": "POST" if bodies else "GET", **values})


def _json(value: object) -> object:
    if not isinstance(value, dict | list):
        raise WrongDescription(problem="must be a table or a list")
    return value


def _balance(value: object) -> BalanceTemplate:
    values: dict[str, Any] = validated(value, _BALANCE, needed=("amount",))
    units = [name for name in ("unit", "unit_at", "unit_of") if name in values]
    if len(units) != 1:
        raise WrongDescription("unit", problem="one of unit, unit_at and unit_of is needed")
    if "each" not in values and (stray := next((name for name in ("where", "id_at", "sum") if name in values), None)):
        raise WrongDescription(stray, problem="only a list (each) has this")
    if "each" in values and "id" in values and not ({"id_at", "sum"} & set(values)):
        raise WrongDescription("id", problem="the items of a list need id_at, or sum = true")
    return BalanceTemplate(amounts=values.pop("amount"), **values)


def _balances(value: object) -> tuple[BalanceTemplate, ...]:
    return (_balance(value),) if isinstance(value, dict) else tuple(_many(_balance)(value))


_TESTS: Mapping[str, Check] = {
    "contains": text,
    "lacks": text,
    "not": _one_or_more(_scalar),
    "null": _truth,
    "present": _truth,
}
# The settings of every account, and what stands in templates already.
_TAKEN = frozenset(
    {"provider", "apikey", "apikeyenv", "apikeyfile", "apikeycommand", "warnbelow", "baseurl", "enabled", "balance"}
    | {"key", "uuid4"}
)
_OPTION: Mapping[str, Check] = {
    "help": text,
    "required": _truth,
    "default": _default,
    "choices": _choices,
    "flag": _truth,
    "variable": _variable,
    "secret": _truth,
}
_REQUEST: Mapping[str, Check] = {
    "url": text,
    "method": _one_of("GET", "POST"),
    "headers": _table_of(_template),
    "query": _table_of(_template),
    "basic": text,
    "json": _json,
    "form": _table_of(_template),
    "body": _template,
}
_BALANCE: Mapping[str, Check] = {
    "id": text,
    "amount": _one_or_more(_formula),
    "unit": text,
    "unit_at": _path,
    "unit_of": text,
    "units": _table_of(text),
    "kind": _one_of(*get_args(Kind)),
    "total": _formula,
    "resets_at": _time,
    "expires_at": _time,
    "each": _path,
    "id_at": _path,
    "sum": _truth,
    "where": _one_or_more(_rule),
    "when": _one_or_more(_rule),
    "unlimited": _one_or_more(_rule),
    "optional": _truth,
    "null": _one_of(*get_args(NullMeans)),
    "grouped": _truth,
    "details": _table_of(_formula),
}
_ANSWER: Mapping[str, Check] = {
    "format": _one_of("json", "text"),
    "ok": _one_or_more(_rule),
    "failed_at": _path,
    "rejected": _one_or_more(_rule),
    "limited": _one_or_more(_rule),
    "unknown": _one_or_more(_rule),
    "failed": _one_or_more(_rule),
    "said": _one_or_more(_path),
}


def _answer(value: object) -> AnswerTemplate:
    values: dict[str, Any] = validated(value, _ANSWER)
    return AnswerTemplate(**values)


_TOP: Mapping[str, Check] = {
    "title": text,
    "aliases": _many(text),
    "category": _category,
    "variable": _one_or_more(_variable),
    "docs_url": _page,
    "key_url": _page,
    "top_up_url": _page,
    "needs": text,
    "notice": text,
    "main": _many(text),
    "options": _options,
    "request": _request,
    "balance": _balances,
    "answer": _answer,
}
