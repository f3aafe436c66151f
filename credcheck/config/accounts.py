"""The tables of `config.toml` as accounts, and the accounts that a command line selects."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from credcheck import providers
from credcheck.config import options, thresholds, validation
from credcheck.config.settings import CHECKS, Config, Environment
from credcheck.errors import ConfigError, KeyTyped, UsageError
from credcheck.models import ANY, Account, KeyCommand, KeySource, KeyVariable
from credcheck.names import ALL, COMMANDS, can_be_account, could_be_key, did_you_mean, match, taken_by

_SETTINGS: Mapping[str, validation.Check] = {
    "provider": validation.text,
    "balance": validation.text,
    "warn_below": thresholds.of_account,
    "base_url": validation.base_url,
    "enabled": validation.truth,
    **{f"api_key{ending}": check for ending, check in options.SOURCES.items()},
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
    found = [_complete(name, config, environment) for name in sorted(chosen, key=rank.__getitem__)]
    for account in found:
        _check_options(account)
    return found


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
        _check_key_sources(account, path, environment)
        accounts[account.name] = account
    return accounts


def check_top(table: Mapping[str, object], path: Path) -> None:
    """Raise ConfigError, saying what was meant, for an account or its setting at the top of the file."""
    for name, value in table.items():
        if name in CHECKS:
            continue
        if isinstance(value, dict) and (match(name, providers.names()) or not _SETTINGS.keys().isdisjoint(value)):
            shown = validation.shown(name)
            raise ConfigError(f"{path}: {shown}: unknown setting; did you mean `[accounts.{shown}]`?")
        if name in _SETTINGS:
            raise ConfigError(f"{path}: {name}: unknown setting at the top; it belongs below `[accounts.NAME]`")


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


def _check_key_sources(account: Account, path: Path, environment: Environment) -> None:
    """Raise ConfigError where a variable's or a program's name could be a key in the wrong place."""
    place = place_of(account.name, path)
    for setting, source in {"api_key": account.key_source, **account.secrets}.items():
        match source:
            case KeyVariable(name) if name not in environment and (could_be_key(name) or name != name.upper()):
                problem = "must be the name of a variable, in upper case; no variable of this name is set"
                raise ConfigError(f"{place}.{setting}_env: {problem}")
            case KeyCommand((program, *_)) if could_be_key(program) and not _is_program(program, environment):
                raise ConfigError(f"{place}.{setting}_command: must begin with a program; this one does not exist")


def _is_program(name: str, environment: Environment) -> bool:
    import shutil

    return shutil.which(name, path=environment.get("PATH")) is not None


def _account(name: str, table: object, path: Path) -> Account:
    place = place_of(name, path)
    if not can_be_account(name):
        raise ConfigError(f"{place}: no account can have this name, for it is {taken_by(name)}; choose another")
    table = validation.table(table, place)
    provider = provider_of(name, table, place)
    described = providers.load(provider) if set(table) - set(_SETTINGS) else None
    checks = options.checks(described) if described else {}
    values: dict[str, Any] = validation.validated(table, {**_SETTINGS, **checks}, place=f"{place}.")
    secrets: dict[str, KeySource | None] = {}
    for option, each in described.options.items() if described else ():
        if each.secret:
            secrets[option] = options.source(option, values, path, place=place)
    source = options.source("api_key", values, path, place=place)
    own = {option: values.pop(option) for option in checks if option in values}
    _check_ids(values, provider, place)
    if "balance" in values:
        values["main"] = values.pop("balance")
    given = {option: each for option, each in secrets.items() if each}
    values["provider"] = provider
    name = name if "provider" in table else provider
    return Account(name=name, key_source=source, secrets=given, options=own, **values)


def _check_ids(values: Mapping[str, Any], provider: str, place: str) -> None:
    """Raise ConfigError for a balance's id that no answer can have, if the ids are known without one."""
    named = [("balance", values.get("balance")), *(("warn_below", name) for name in values.get("warn_below", {}))]
    for setting, name in named:
        known = None if name in {None, ANY} else providers.load(provider).known_ids()
        if name and known and name.casefold() not in map(str.casefold, known):
            near = did_you_mean(name, known)
            raise ConfigError(f"{place}.{setting}: {provider} has no balance of this id, but {', '.join(known)}{near}")


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
    """Return the providers whose usual variables make an account exist that no file names."""
    unnamed = [
        name
        for name, variables in providers.variables().items()
        if name not in config.accounts and any(map(environment.get, variables))
    ]
    return [name for name in unnamed if not _missing_options(_complete(name, config, environment))]


def _complete(name: str, config: Config, environment: Environment) -> Account:
    """Return the account of this name; what no file says of it is in its provider's usual variables, if they are set.

    Raises ConfigError if a variable of an option holds what the option cannot be.
    """
    account = config.accounts.get(name) or Account(name=name, provider=name)
    provider = providers.load(account.provider)
    account = options.completed(account, provider, environment)
    variable = next(filter(environment.get, provider.variables), None)
    if account.key_source is None and variable is not None:
        return replace(account, key_source=KeyVariable(variable))
    return account


def _missing_options(account: Account) -> list[str]:
    return options.missing(account, providers.load(account.provider))


def _check_options(account: Account) -> None:
    """Raise UsageError if an account lacks an option that its provider needs."""
    for name in _missing_options(account):
        option = providers.load(account.provider).options[name]
        variable = f"set {option.variable}, or " if option.variable else ""
        raise UsageError(f"{account.name} needs {name} ({option.help}): {variable}set it in config.toml")
