"""The tables of `config.toml` as accounts, and those that the environment makes."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from credcheck import validation
from credcheck.config import budget, options, thresholds
from credcheck.config.settings import CHECKS, Config, Environment
from credcheck.errors import ConfigError
from credcheck.models import ANY, Account, KeyCommand, KeySource, KeyVariable
from credcheck.names import can_be_account, could_be_key, did_you_mean, taken_by
from credcheck.providers.registry import BUILT_IN, Registry

if TYPE_CHECKING:
    from credcheck.providers.provider import Provider

SETTINGS: Mapping[str, validation.Check] = {
    "provider": validation.text,
    "balance": validation.text,
    "warn_below": thresholds.of_account,
    "base_url": validation.base_url,
    "enabled": validation.truth,
    "tags": validation.tags,
    **{f"api_key{ending}": check for ending, check in options.SOURCES.items()},
    f"api_key{options.MEMBER}": options.member,
    **budget.SETTINGS,
}
# The settings that need no look at the provider.
_PLAIN = frozenset(SETTINGS) - {"balance", *budget.SETTINGS}


def all_accounts(config: Config, environment: Environment) -> list[Account]:
    """Return all accounts, those that are not enabled too."""
    names = [*config.accounts, *in_environment(config, environment)]
    return [complete(name, config, environment) for name in names]


def from_table(table: object, path: Path, environment: Environment, providers: Registry) -> dict[str, Account]:
    """Return the accounts of the table `accounts` of the file `path`; raises ConfigError."""
    accounts: dict[str, Account] = {}
    for name, settings in validation.at(f"{path}: accounts", validation.as_table, table).items():
        account = _account(name, settings, path, providers)
        if account.name in accounts:
            raise ConfigError(f"{place_of(name, path)}: the account {account.name} is defined twice")
        _check_key_sources(account, path, environment)
        accounts[account.name] = account
    return accounts


def check_top(table: Mapping[str, object], path: Path) -> None:
    """Raise ConfigError, with the right place, for an account or one of its settings at the top of the file."""
    for name, value in table.items():
        if name in CHECKS:
            continue
        if isinstance(value, dict) and (BUILT_IN.find(name) or not SETTINGS.keys().isdisjoint(value)):
            shown = validation.shown(name)
            raise ConfigError(f"{path}: {shown}: unknown setting; did you mean `[accounts.{shown}]`?")
        if name in SETTINGS and not isinstance(value, dict):  # a table is `[provider.acme]`, near one of the top
            raise ConfigError(f"{path}: {name}: unknown setting at the top; it belongs below `[accounts.NAME]`")


def place_of(name: str, path: Path) -> str:
    """Return the beginning of a message about an account."""
    return f"{path}: accounts.{validation.shown(name)}"


def provider_of(name: str, table: Mapping[str, object], place: str, providers: Registry) -> str:
    """Return the provider of an account, which may be written in any spelling; raises ConfigError if there is none."""
    given = validation.at(f"{place}.provider", validation.text, table.get("provider", name))
    provider = providers.find(given)
    if provider is None:
        from credcheck.providers import impossible

        problem = "there is no such provider" if "provider" in table else "needed, for the account's name is not one"
        company = impossible.find(given)
        near = f"; {company.lines()[0]}" if company else did_you_mean(given, providers.names())
        raise ConfigError(f"{place}.provider: {problem} (see `credcheck providers`){near}")
    return provider


def _check_key_sources(account: Account, path: Path, environment: Environment) -> None:
    """Raise ConfigError if the name of a variable or a program could be a key in the wrong place."""
    for setting, source in {"api_key": account.key_source, **account.secrets}.items():
        match source:
            case KeyVariable(name) if name not in environment and (could_be_key(name) or name != name.upper()):
                problem = "_env: must be the name of a variable, in upper case; no variable of this name is set"
            case KeyCommand(argv=(program, *_)) if could_be_key(program) and not _is_program(program, environment):
                problem = "_command: must begin with a program; this one does not exist"
            case _:
                continue
        raise ConfigError(f"{place_of(account.name, path)}.{setting}{problem}")


def _is_program(name: str, environment: Environment) -> bool:
    import shutil

    return shutil.which(name, path=environment.get("PATH")) is not None


def _account(name: str, table: object, path: Path, providers: Registry) -> Account:
    place = place_of(name, path)
    if not can_be_account(name):
        raise ConfigError(f"{place}: no account can have this name, for it is {taken_by(name)}; choose another")
    settings = validation.at(place, validation.as_table, table)
    provider = provider_of(name, settings, place, providers)
    by_id = isinstance(settings.get("warn_below"), dict)
    described = providers.load(provider) if by_id or set(settings) - _PLAIN else None
    checks = options.checks(described) if described else {}
    values: dict[str, Any] = validation.at(
        f"{place}.", partial(validation.validated, checks={**SETTINGS, **checks}), settings
    )
    secrets: dict[str, KeySource | None] = {}
    for option, one in described.options.items() if described else ():
        if one.secret:
            secrets[option] = options.source(option, values, path, place=place)
    source = options.source("api_key", values, path, place=place)
    own = {option: values.pop(option) for option in checks if option in values}
    allowed, since = budget.taken(values, described, place)
    if described:
        _check_ids(values, described, own, place)
    if "balance" in values:
        values["main"] = values.pop("balance")
    given = {option: one for option, one in secrets.items() if one}
    values["provider"] = provider
    name = name if "provider" in settings else provider
    return Account(name=name, key_source=source, secrets=given, options=own, budget=allowed, since=since, **values)


def _check_ids(values: Mapping[str, Any], provider: "Provider", own: Mapping[str, Any], place: str) -> None:
    """Raise ConfigError for a balance's id, or a threshold's unit, that no answer can have, if the ids are known."""
    ids = provider.balance_ids()
    units = [one.named_unit(provider.effective(own)) for one in provider.balances]
    only = units[0] if len(units) == 1 else None
    named = [("balance", values.get("balance", ANY)), *(("warn_below", id_) for id_ in values.get("warn_below", {}))]
    for setting, id_ in named:
        if setting == "warn_below" and any(thresholds.is_unit(id_, unit) for unit in units):
            continue
        if ids and id_ != ANY and id_.casefold() not in map(str.casefold, ids):
            there = f"its unit is {only}" if only and only in ids else f"its balances are {', '.join(ids)}"
            problem = f"{provider.name} has no balance {validation.shown(id_)}; {there}{did_you_mean(id_, ids)}"
            raise ConfigError(f"{place}.{setting}: {problem}")


def in_environment(config: Config, environment: Environment) -> list[str]:
    """Return the providers with a usual variable that is set, but without an account in a file."""
    unnamed = [*_unnamed(config, environment)] if config.from_environment else []
    unnamed += _without_key(config)
    return [name for name in unnamed if not missing_options(complete(name, config, environment), config)]


def _without_key(config: Config) -> list[str]:
    """Return the user's own providers that need no key: each is an account, unless the file has one of its own."""
    used = {account.provider for account in config.accounts.values()}
    return [name for name, one in config.providers.own.items() if not one.needs_key and name not in used]


def incomplete(config: Config, environment: Environment) -> list[str]:
    """Return a line for each variable that makes no account because the variable of a required option is not set."""
    if not config.from_environment:
        return []
    lines = []
    for name, variable in _unnamed(config, environment).items():
        for option in missing_options(complete(name, config, environment), config):
            missing = config.providers.load(name).options[option].variable
            if missing in environment:
                continue  # without_value tells it
            problem = (
                f"{missing} is not, and {name} needs both"
                if missing
                else f"{name} needs {option}, too: run `credcheck login {name}`"
            )
            lines.append(f"{variable} is set, but {problem}")
    return lines


def without_value(config: Config, environment: Environment) -> dict[str, str]:
    """Return a line for each provider without an account because a variable that makes one is set, but empty.

    A misspelt secret of a CI job, or `NAME=` in a list of variables, is that: nobody would miss the account.
    """
    empty = {name for name, value in environment.items() if not value}
    if not empty or not config.from_environment:
        return {}
    sources = [source for account in config.accounts.values() for source in account.sources]
    empty -= {source.name for source in sources if isinstance(source, KeyVariable)}
    found = {
        name: next(filter(empty.__contains__, _needed(name, variables, config, environment)), None)
        for name, variables in config.providers.variables().items()
        if name not in config.accounts
    }
    return {
        name: f"{variable} is set but empty, so there is no account {name}"
        for name, variable in found.items()
        if variable
    }


def _needed(provider: str, variables: Sequence[str], config: Config, environment: Environment) -> Sequence[str | None]:
    """Return the usual variables of a provider's key if none is set, else those of the options that it still needs."""
    if not any(map(environment.get, variables)):
        return variables
    needed = missing_options(complete(provider, config, environment), config)
    return [config.providers.load(provider).options[name].variable for name in needed]


def _unnamed(config: Config, environment: Environment) -> dict[str, str]:
    """Return the providers without an account in a file of which a usual variable is set, and that variable."""
    found = {
        name: next(filter(environment.get, variables), None)
        for name, variables in config.providers.variables().items()
        if name not in config.accounts
    }
    return {name: variable for name, variable in found.items() if variable}


def complete(name: str, config: Config, environment: Environment) -> Account:
    """Return the account of this name, completed from its provider's usual variables.

    Raises ConfigError if a variable of an option holds a value that the option cannot have.
    """
    account = (config.accounts.get(name) or Account(name=name, provider=name))._replace(config_file=config.file_option)
    # A stored key may be one of another version of credcheck, which has a provider for it.
    if not config.from_environment or not config.providers.usable(account.provider):
        return account
    provider = config.providers.load(account.provider)
    account = options.completed(account, provider, environment)
    variable = next(filter(environment.get, provider.variables), None)
    if account.key_source is None and variable is not None:
        return account._replace(key_source=KeyVariable(variable))
    return account


def missing_options(account: Account, config: Config) -> list[str]:
    """Return the options that an account lacks and its provider needs."""
    if not config.providers.usable(account.provider):
        return []
    return options.missing(account, config.providers.load(account.provider))
