"""The tables of `config.toml` as accounts, and the accounts that a command line selects."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from credcheck import providers
from credcheck.config import validation
from credcheck.config.settings import Config, Environment
from credcheck.errors import ConfigError, KeyTyped, UsageError
from credcheck.models import ANY, Account, KeyCommand, KeyFile, KeySource, KeyVariable, Threshold, WrittenKey
from credcheck.names import ALL, COMMANDS, can_be_account, could_be_key, did_you_mean, match, taken_by

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


def from_table(table: object, path: Path, environment: Environment) -> dict[str, Account]:
    """Return the accounts of the table `accounts` of the file `path`; raises ConfigError."""
    accounts: dict[str, Account] = {}
    for name, settings in validation.table(table, f"{path}: accounts").items():
        account = _account(name, settings, path)
        if account.name in accounts:
            raise ConfigError(f"{place_of(name, path)}: the account {account.name} stands there twice")
        _check_key_source(account, path, environment)
        accounts[account.name] = account
    return accounts


def place_of(name: str, path: Path) -> str:
    """Return the beginning of a message about an account."""
    return f"{path}: accounts.{validation.shown(name)}"


def provider_of(name: str, table: Mapping[str, object], place: str) -> str:
    """Return the provider of an account, which may be written in any spelling; raises ConfigError if there is none."""
    known = providers.names()
    given = validation.at(f"{place}.provider", validation.text, table.get("provider", name))
    provider = match(given, known)
    if provider is None:
        problem = "there is no such provider" if "provider" in table else "needed, for the account's name is not one"
        raise ConfigError(f"{place}.provider: {problem} (see `credcheck providers`){did_you_mean(given, known)}")
    return provider


def _check_key_source(account: Account, path: Path, environment: Environment) -> None:
    """Raise ConfigError where a variable's or a program's name could be a key in the wrong place."""
    place = place_of(account.name, path)
    match account.key_source:
        case KeyVariable(name) if name not in environment and (could_be_key(name) or name != name.upper()):
            problem = "must be the name of a variable, in upper case; no other variable of this name is set"
            raise ConfigError(f"{place}.api_key_env: {problem}")
        case KeyCommand((program, *_)) if could_be_key(program) and not _is_program(program, environment):
            raise ConfigError(f"{place}.api_key_command: must begin with a program; this one does not exist")


def _is_program(name: str, environment: Environment) -> bool:
    import shutil

    return shutil.which(name, path=environment.get("PATH")) is not None


def _account(name: str, table: object, path: Path) -> Account:
    place = place_of(name, path)
    if not can_be_account(name):
        raise ConfigError(f"{place}: no account can have this name, for it is {taken_by(name)}; choose another")
    table = validation.table(table, place)
    provider = provider_of(name, table, place)
    options = _option_checks(provider) if set(table) - set(_SETTINGS) else {}
    values: dict[str, Any] = validation.validated(table, {**_SETTINGS, **options}, place=f"{place}.")
    sources = [source for source in _KEY_SOURCES if source in values]
    if len(sources) > 1:
        raise ConfigError(f"{place}: must have one source of the key, not {' and '.join(sources)}")
    source = _key_source(sources[0], values.pop(sources[0]), path) if sources else None
    values |= {"provider": provider, "options": {option: values.pop(option) for option in options if option in values}}
    if "warn_below" in values:
        values["warn_below"] = {ANY: Threshold(values["warn_below"])}
    return Account(name=name if "provider" in table else provider, key_source=source, **values)


def _option_checks(provider: str) -> dict[str, validation.Check]:
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
        if could_be_key(word):
            raise KeyTyped
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
