"""The tables of `config.toml` as accounts, and the accounts that a command line selects."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from credcheck import providers
from credcheck.config import validation
from credcheck.config.settings import Config, Environment
from credcheck.errors import ConfigError, UsageError
from credcheck.models import ANY, Account, KeyCommand, KeyFile, KeySource, KeyVariable, Threshold, WrittenKey
from credcheck.names import ALL, COMMANDS, can_be_account, did_you_mean, match

_KEY_SOURCES: Mapping[str, validation.Check] = {
    "api_key": validation.key,
    "api_key_env": validation.variable,
    "api_key_file": validation.text,
    "api_key_command": validation.command,
}
_SETTINGS: Mapping[str, validation.Check] = {
    "provider": validation.text,
    "warn_below": validation.number,
    "base_url": validation.base_url,
    "enabled": validation.truth,
    **_KEY_SOURCES,
}


def select(config: Config, environment: Environment, words: Sequence[str]) -> list[Account]:
    """Return the accounts that these words name, in the order of the configuration.

    `all` names every account that is enabled. Raises UsageError for a word that names none.
    """
    chosen = dict.fromkeys(_account_name(word, config) for word in words if word != ALL)
    if ALL in words:
        chosen |= dict.fromkeys(name for name, account in config.accounts.items() if account.enabled)
        chosen |= dict.fromkeys(_in_environment(config, environment))
    rank = {name: place for place, name in enumerate(dict.fromkeys([*config.accounts, *providers.names()]))}
    return [_complete(name, config, environment) for name in sorted(chosen, key=rank.__getitem__)]


def every_account(config: Config, environment: Environment) -> list[Account]:
    """Return all accounts, those that are not enabled too."""
    names = [*config.accounts, *_in_environment(config, environment)]
    return [_complete(name, config, environment) for name in names]


def from_table(table: object, path: Path) -> dict[str, Account]:
    """Return the accounts of the table `accounts` of the file `path`; raises ConfigError."""
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: accounts: must be a table")
    return {name: _account(name, settings, path) for name, settings in table.items()}


def check_name(name: str, place: str) -> None:
    """Raise ConfigError, beginning with `place`, for a name that no account can have."""
    if not can_be_account(name):
        raise ConfigError(f"{place}: no account can have this name")


def provider_of(name: str, table: object, place: str) -> str:
    """Return the provider of an account; raises ConfigError if there is no such provider."""
    given = table.get("provider", name) if isinstance(table, dict) else name
    known = providers.names()
    if not isinstance(given, str) or given in known:
        return str(given)
    problem = f"needed, for `{name}` is not a provider" if given == name else "there is no such provider"
    raise ConfigError(f"{place}.provider: {problem} (see `credcheck providers`){did_you_mean(given, known)}")


def _account(name: str, table: object, path: Path) -> Account:
    place = f"{path}: accounts.{name}"
    check_name(name, place)
    provider = provider_of(name, table, place)
    uncommon = set(table) - set(_SETTINGS) if isinstance(table, dict) else ()
    options = _option_checks(provider) if uncommon else {}
    values: dict[str, Any] = validation.validated(table, {**_SETTINGS, **options}, place=f"{place}.")
    sources = [source for source in _KEY_SOURCES if source in values]
    if len(sources) > 1:
        raise ConfigError(f"{place}: must have one source of the key, not {' and '.join(sources)}")
    source = _key_source(sources[0], values.pop(sources[0]), path) if sources else None
    values |= {"provider": provider, "options": {option: values.pop(option) for option in options if option in values}}
    if "warn_below" in values:
        values["warn_below"] = {ANY: Threshold(values["warn_below"])}
    return Account(name=name, key_source=source, **values)


def _option_checks(provider: str) -> dict[str, validation.Check]:
    if provider not in providers.names():
        return {}
    options = providers.load(provider).options
    return {name: validation.truth if option.type is bool else validation.segment for name, option in options.items()}


def _key_source(setting: str, value: Any, path: Path) -> KeySource:  # noqa: ANN401  as the setting's check returned it
    match setting:
        case "api_key":
            return WrittenKey("config", value)
        case "api_key_env":
            return KeyVariable(value)
        case "api_key_file":
            return KeyFile(_beside(path, value))
        case _:
            return KeyCommand(value)


def _beside(path: Path, file: str) -> str:
    """Return a file's absolute path; a `~name` without a home stays as it is, for its account's check to report."""
    expanded = os.path.expanduser(file)
    return expanded if expanded.startswith("~") else os.path.join(path.parent, expanded)


def _account_name(word: str, config: Config) -> str:
    known = [*config.accounts, *providers.names()]
    name = match(word, known)
    if name is None:
        near = did_you_mean(word, [*known, ALL, *COMMANDS])
        raise UsageError(f"there is no account `{word}` (see `credcheck accounts`){near}")
    return name


def _in_environment(config: Config, environment: Environment) -> list[str]:
    """Return the providers whose usual variable makes an account exist that no file names."""
    unnamed = [name for name in providers.names() if name not in config.accounts]
    return [name for name in unnamed if environment.get(providers.load(name).variable)]


def _complete(name: str, config: Config, environment: Environment) -> Account:
    """Return the account of this name, with its provider's usual variable as the source if no file has one."""
    account = config.accounts.get(name) or Account(name=name, provider=name)
    if account.key_source is not None:
        return account
    variable = providers.load(account.provider).variable
    return replace(account, key_source=KeyVariable(variable)) if environment.get(variable) else account
