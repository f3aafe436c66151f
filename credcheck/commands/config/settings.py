"""The settings as they hold, and the lines that would change one. No key is shown."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from credcheck.config import accounts as account_settings
from credcheck.config import settings as top_settings
from credcheck.errors import UsageError
from credcheck.models import ANY
from credcheck.names import match
from credcheck.sanitize import one_line

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.models import Account, Threshold

# `config set` writes no key: it would stand in the history of the shell.
_KEYS = ("api_key",)


def shown(loaded: "Config", accounts: "Sequence[Account]") -> str:
    """Return all settings as they hold, as lines of TOML: those of the file, the defaults, and every account."""
    top = {
        "timeout": loaded.timeout,
        "concurrency": loaded.concurrency,
        "warn_below": _thresholds(loaded.warn_below),
        "warn_days_left": loaded.warn_days_left,
        "history": loaded.history,
        "from_environment": loaded.from_environment,
    }
    heading = f"# {loaded.path}{'' if loaded.path in loaded.found else ' (not there: these are the defaults)'}\n"
    notify = {"command": list(loaded.notify.command), "again": loaded.notify.again} if loaded.notify else {}
    parts = [heading + _lines(top), f"[notify]\n{_lines(notify)}" if notify else ""]
    parts += [_account(account) for account in accounts]
    return "\n".join(filter(None, parts))


def lines_to_add(loaded: "Config", setting: str, value: str) -> str:
    """Return the lines that set a setting, and the place for them; raises UsageError for one that is wrong."""
    before, _, name = setting.rpartition(".")
    account = _account_name(loaded, before) if before else ""
    if name in _KEYS:
        raise UsageError("a key is not typed on the command line: `credcheck login` asks for it")
    line = f"{name} = {_as_toml(value)}"
    place = f"[accounts.{_name(account)}]" if account else "the top of the file, before the first ["
    _validate(loaded, account, line)
    lines = f"{place}\n{line}\n" if account else f"{line}\n"
    where = f"below {place}, which is added if it is not there yet" if account else f"at {place}"
    return f"# in {loaded.path}, {where} (`credcheck config edit` opens it):\n{lines}"


def _account_name(loaded: "Config", word: str) -> str:
    from credcheck.providers import impossible

    name = match(word, loaded.accounts) or loaded.providers.find(word)
    if name is None:
        candidates = [*loaded.accounts, *loaded.providers.names()]
        raise impossible.no_such(word, f"there is no account `{word}` (see `credcheck accounts`)", candidates)
    return name


def _validate(loaded: "Config", account: str, line: str) -> None:
    """Raise ConfigError, as reading the file would, if the line is wrong."""
    try:
        table = tomllib.loads(line, parse_float=Decimal)
    except tomllib.TOMLDecodeError:
        raise UsageError("the value cannot be written in TOML: put it in quotes") from None
    if account:
        own = loaded.configured.get(account)
        source = {} if own is None or own.provider == account else {"provider": own.provider}
        account_settings.from_table({account: {**source, **table}}, loaded.path, {}, loaded.providers)
    else:
        top_settings.top(table, loaded.path)


def _as_toml(value: str) -> str:
    """Return a value as typed: a number, true or false, `USD=5` as a table, and anything else as text."""
    if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?|true|false", value) or value.startswith(("[", "{", '"')):
        return value
    pairs = [part.partition("=") for part in value.split(",")]
    if all(equals and re.fullmatch(r"[0-9]+(\.[0-9]+)?", amount) for _, equals, amount in pairs):
        return "{ " + ", ".join(f"{_name(name.strip())} = {amount}" for name, _, amount in pairs) + " }"
    return json.dumps(value, ensure_ascii=False)


def _account(account: "Account") -> str:
    members: dict[str, Any] = {
        "provider": account.provider if account.provider != account.name else None,
        "warn_below": _thresholds(account.warn_below),
        "balance": account.main,
        "tags": list(account.tags) or None,
        "prepaid" if account.since else "budget": _amounts(account.budget),
        "since": account.since,
        "base_url": account.base_url,
        "enabled": None if account.enabled else False,
        **account.options,
    }
    source = f"# key: {one_line(str(account.key_source or 'none'))}\n"
    return f"[accounts.{_name(account.name)}]\n{source}{_lines(members)}"


def _thresholds(found: "Mapping[str, Threshold]") -> object:
    if set(found) == {ANY}:
        return str(found[ANY])
    return {name: str(threshold) for name, threshold in found.items()} or None


def _amounts(found: "Mapping[str, Decimal]") -> object:
    return found[ANY] if set(found) == {ANY} else found or None


def _lines(values: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {_text(value)}\n" for name, value in values.items() if value is not None)


def _text(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Mapping():
            return "{ " + ", ".join(f"{_name(name)} = {_text(one)}" for name, one in value.items()) + " }"
        case str():
            return value if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", value) else json.dumps(value, ensure_ascii=False)
        case Iterable():
            return "[" + ", ".join(map(_text, value)) + "]"
        case float():
            return f"{value:g}"
    return f'"{value.total_seconds():g}s"' if isinstance(value, timedelta) else str(value)


def _name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)
