"""`config set`: the change of `config.toml` that makes a setting, validated with the file, which is only read."""

import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Any

from credcheck import validation
from credcheck.commands.config import place
from credcheck.commands.config.place import Setting, named
from credcheck.config import accounts as account_settings
from credcheck.config import settings as top_settings
from credcheck.config import toml
from credcheck.errors import ConfigError, UsageError
from credcheck.names import match
from credcheck.system import files

if TYPE_CHECKING:
    from credcheck.config import Config, Environment

_ACCOUNTS = "accounts"


def described(loaded: "Config", setting: str, value: str, environment: "Environment") -> str:
    """Return the lines that make a setting, below a comment with the place for them; raises UsageError."""
    before, _, name = setting.rpartition(".")
    account = _account_name(loaded, before) if before else ""
    provider = _provider_of(loaded, account) if account else ""
    _refuse_key(loaded, provider, name)
    text = _text_of(loaded.path)
    present = tomllib.loads(text, parse_float=Decimal)
    table = (_ACCOUNTS, _spelt(loaded, account, present)) if account else ()
    is_new = account != provider and account not in loaded.configured
    first = [f"provider = {as_toml(provider)}"] if is_new else []
    wanted = Setting(table, name, as_toml(value, is_list=_is_list(name)), first)
    _validate(loaded, wanted, present, environment)
    change = place.change(text, wanted)
    where = change.place if text.strip() else "which is empty or not there yet, write"
    edit = join(["credcheck", "config", "edit", *(["--config", loaded.file_option] if loaded.file_option else [])])
    return "\n".join([f"# in {loaded.path}, {where} (`{edit}` opens it):", *change.lines, ""])


def as_toml(value: str, *, is_list: bool = False) -> str:
    """Return a value as typed: a number, true or false, `USD=5` as a table, `a,b` as a list, else a text."""
    parts = value.split(",")
    if is_list and not value.startswith(("[", '"')):
        return f"[{', '.join(_text(part.strip()) for part in parts if part.strip())}]"
    if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?|true|false", value) or value.startswith(("[", "{", '"')):
        return f"[{value}]" if is_list and value.startswith('"') else value
    pairs = [part.partition("=") for part in parts]
    if all(equals and re.fullmatch(r"[0-9]+(\.[0-9]+)?", amount) for _, equals, amount in pairs):
        return "{ " + ", ".join(f"{named(name.strip())} = {amount}" for name, _, amount in pairs) + " }"
    return _text(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_list(name: str) -> bool:
    return account_settings.SETTINGS.get(name) is validation.tags


def _account_name(loaded: "Config", word: str) -> str:
    from credcheck.providers import impossible

    name = match(word, loaded.accounts) or loaded.providers.find(word)
    if name is None:
        candidates = [*loaded.accounts, *loaded.providers.names()]
        raise impossible.no_such(word, f"there is no account `{word}` (see `credcheck accounts`)", candidates)
    return name


def _provider_of(loaded: "Config", account: str) -> str:
    return loaded.accounts[account].provider if account in loaded.accounts else account


def _refuse_key(loaded: "Config", provider: str, name: str) -> None:
    """Raise UsageError for a key or another secret: it would stand in the history of the shell."""
    options = loaded.providers.load(provider).options if loaded.providers.usable(provider) else {}
    if name == "api_key" or (name in options and options[name].secret):
        raise UsageError("a key is not typed on the command line: `credcheck login` asks for it")


def _text_of(path: Path) -> str:
    if path == toml.NO_FILE:
        return ""
    try:
        return files.read(path, limit=toml.FILE_LIMIT)[0].decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {problem.strerror}") from None


def _spelt(loaded: "Config", account: str, present: Mapping[str, Any]) -> str:
    """Return an account's name as the file spells it."""
    names = present.get(_ACCOUNTS, {})
    return next((name for name, its in names.items() if account in _names_of(name, its, loaded)), account)


def _names_of(name: str, settings: Mapping[str, Any], loaded: "Config") -> tuple[str, str | None]:
    return name, None if "provider" in settings else loaded.providers.find(name)


def _validate(loaded: "Config", wanted: Setting, present: Mapping[str, Any], environment: "Environment") -> None:
    """Raise ConfigError if the file would not be valid with the setting."""
    try:
        added = tomllib.loads("\n".join([*wanted.first, f"{named(wanted.name)} = {wanted.value}"]), parse_float=Decimal)
    except tomllib.TOMLDecodeError:
        raise UsageError("the value cannot be written in TOML: put it in quotes") from None
    if not wanted.table:
        top_settings.top(added, loaded.path)
        return
    _, name = wanted.table
    table = {**present.get(_ACCOUNTS, {}).get(name, {}), **added}
    account_settings.from_table({name: table}, loaded.path, environment, loaded.providers)
