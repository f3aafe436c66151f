"""Find, read and validate the two files and the environment: what comes out is accounts."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import platformdirs

from credcheck import providers
from credcheck.config import toml, validation
from credcheck.errors import ConfigError, UsageError
from credcheck.models import ANY, Account, KeyCommand, KeyFile, KeySource, KeyVariable, Threshold, WrittenKey
from credcheck.names import ALL, COMMANDS, can_be_account, did_you_mean, match
from credcheck.system import files

FILE_VARIABLE = "CREDCHECK_CONFIG"
Environment = Mapping[str, str]

_TOP: Mapping[str, validation.Check] = {
    "timeout": validation.timeout,
    "concurrency": validation.concurrency,
    "accounts": lambda table: table,
}
_KEY_SOURCES: Mapping[str, validation.Check] = {
    "api_key": validation.key,
    "api_key_env": validation.variable,
    "api_key_file": validation.text,
    "api_key_command": validation.command,
}
_ACCOUNT: Mapping[str, validation.Check] = {
    "provider": validation.text,
    "warn_below": validation.number,
    "base_url": validation.base_url,
    "enabled": validation.truth,
    **_KEY_SOURCES,
}
_STORED: Mapping[str, validation.Check] = {"provider": validation.text, "api_key": validation.key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the two files say. `exposed` are those that hold a key and that others can read or change."""

    path: Path
    credentials_path: Path
    timeout: float = validation.USUAL_TIMEOUT
    concurrency: int = 32
    accounts: Mapping[str, Account] = field(default_factory=dict)
    found: Sequence[Path] = ()
    exposed: Sequence[Path] = ()


def load(environment: Environment, *, file: str | None = None) -> Config:
    """Read and validate both files; raises ConfigError. A file that is not there and was not asked for is empty."""
    path, credentials = locate(environment, file=file)
    table, config_stat = toml.read(path, needed=file is not None or bool(environment.get(FILE_VARIABLE)))
    stored, stored_stat = toml.read(credentials, needed=False)
    top = validation.validated(table, _TOP, place=f"{path}: ") if table else {}
    accounts = _configured(top.pop("accounts", {}), path)
    holds_key = any(isinstance(account.key_source, WrittenKey) for account in accounts.values())
    for account in _stored(stored, credentials):
        known = accounts.setdefault(account.name, account)
        if known.key_source is None and known.provider == account.provider:
            accounts[account.name] = replace(known, key_source=account.key_source)
    exposed = [
        place
        for place, found, secret in ((path, config_stat, holds_key), (credentials, stored_stat, bool(stored)))
        if found and secret and files.open_to_others(found)
    ]
    found = [place for place, stat in ((path, config_stat), (credentials, stored_stat)) if stat]
    values: dict[str, Any] = top
    return Config(path=path, credentials_path=credentials, accounts=accounts, found=found, exposed=exposed, **values)


def locate(environment: Environment, *, file: str | None = None) -> tuple[Path, Path]:
    """Return where the two files are, whether or not they are there; raises ConfigError without a home folder."""
    asked = environment.get(FILE_VARIABLE) if file is None else file
    if file == "":
        raise ConfigError("--config: the path of a file, please")
    path = _expanded(asked) if asked else _directory() / "config.toml"
    return path, path.with_name("credentials.toml")


def warnings(config: Config) -> Iterator[str]:
    """Yield what others could do with the files that were found, and the way to stop it."""
    for path in config.exposed:
        yield f"{path} holds a key that others can read ({files.mode(path)}): chmod 600 {shlex.quote(str(path))}"
    for folder in dict.fromkeys(path.parent for path in config.found):
        if files.is_writable_by_others(folder):
            yield f"{folder} can be changed by others, and so what is in it: chmod go-w {shlex.quote(str(folder))}"


def select(config: Config, environment: Environment, words: Sequence[str]) -> list[Account]:
    """Return the accounts that these words name, in the order of the configuration.

    `all` names every account that is enabled. Raises UsageError for a word that names none.
    """
    chosen = dict.fromkeys(_account_name(word, config) for word in words if word != ALL)
    if ALL in words:
        chosen |= dict.fromkeys(name for name, account in config.accounts.items() if account.enabled)
        chosen |= dict.fromkeys(_in_the_environment(config, environment))
    rank = {name: place for place, name in enumerate(dict.fromkeys([*config.accounts, *providers.names()]))}
    return [_complete(name, config, environment) for name in sorted(chosen, key=rank.__getitem__)]


def every_account(config: Config, environment: Environment) -> list[Account]:
    """Return all accounts there are, those left out of `all` too."""
    names = [*config.accounts, *_in_the_environment(config, environment)]
    return [_complete(name, config, environment) for name in names]


def stored_name(path: Path, word: str) -> str:
    """Return the name of the account with a stored key that this word names; raises UsageError where there is none."""
    stored = stored_entries(path)
    name = match(word, stored)
    if name is None:
        raise UsageError(f"no key is stored for `{word}` (see `credcheck accounts`){did_you_mean(word, stored)}")
    return name


def stored_entries(path: Path) -> dict[str, object]:
    """Return what `credentials.toml` holds for each account; raises ConfigError for a file that is not ours."""
    table, _ = toml.read(path, needed=False)
    _stored(table, path)
    accounts = table.get("accounts", {})
    return dict(accounts) if isinstance(accounts, dict) else {}


def _directory() -> Path:
    try:
        return platformdirs.user_config_path("credcheck", appauthor=False)
    except RuntimeError:
        raise ConfigError("no home folder: set HOME to an absolute path, or name a file with --config FILE") from None


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise ConfigError(f"{path}: there is no such home folder; set HOME, or give an absolute path") from None
    except OSError as problem:
        raise ConfigError(f"{path}: {problem.strerror}; give an absolute path") from None


def _configured(table: object, path: Path) -> dict[str, Account]:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: accounts: must be a table")
    return {name: _account(name, settings_, path) for name, settings_ in table.items()}


def _account(name: str, table: object, path: Path) -> Account:
    place = f"{path}: accounts.{name}"
    _check_name(name, place)
    provider = _provider_of(name, table, place)
    uncommon = set(table) - set(_ACCOUNT) if isinstance(table, dict) else ()
    options = _option_checks(provider) if uncommon else {}
    values: dict[str, Any] = validation.validated(table, {**_ACCOUNT, **options}, place=f"{place}.")
    sources = [source for source in _KEY_SOURCES if source in values]
    if len(sources) > 1:
        raise ConfigError(f"{place}: one source of the key, please, not {' and '.join(sources)}")
    source = _key_source(sources[0], values.pop(sources[0]), path) if sources else None
    values |= {"provider": provider, "options": {option: values.pop(option) for option in options if option in values}}
    if "warn_below" in values:
        values["warn_below"] = {ANY: Threshold(values["warn_below"])}
    return Account(name=name, key_source=source, **values)


def _check_name(name: str, place: str) -> None:
    if not can_be_account(name):
        raise ConfigError(f"{place}: no account can have this name")


def _provider_of(name: str, table: object, place: str) -> str:
    """Return the provider of an account; raises ConfigError where there is no such provider."""
    given = table.get("provider", name) if isinstance(table, dict) else name
    known = providers.names()
    if not isinstance(given, str) or given in known:
        return str(given)
    problem = f"needed, for `{name}` is no provider" if given == name else "there is no such provider"
    raise ConfigError(f"{place}.provider: {problem} (see `credcheck providers`){did_you_mean(given, known)}")


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
            return KeyFile(str(path.parent / _expanded_home(value)))
        case _:
            return KeyCommand(value)


def _expanded_home(path: str) -> Path:
    return _expanded(path) if path.startswith("~") else Path(path)


def _stored(table: dict[str, object], path: Path) -> list[Account]:
    accounts = table.get("accounts", {})
    if set(table) - {"accounts"} or not isinstance(accounts, dict):
        raise ConfigError(f"{path}: not written by credcheck; move it away and run `credcheck login`")
    return [_stored_account(name, settings_, path) for name, settings_ in accounts.items()]


def _stored_account(name: str, table: object, path: Path) -> Account:
    place = f"{path}: accounts.{name}"
    _check_name(name, place)
    provider = _provider_of(name, table, place)
    values: dict[str, Any] = validation.validated(table, _STORED, place=f"{place}.")
    source = WrittenKey("stored", values["api_key"]) if "api_key" in values else None
    return Account(name=name, provider=provider, key_source=source)


def _account_name(word: str, config: Config) -> str:
    known = [*config.accounts, *providers.names()]
    name = match(word, known)
    if name is None:
        near = did_you_mean(word, [*known, ALL, *COMMANDS])
        raise UsageError(f"there is no account `{word}` (see `credcheck accounts`){near}")
    return name


def _in_the_environment(config: Config, environment: Environment) -> list[str]:
    """Return the providers whose usual variable makes an account exist that no file names."""
    unnamed = [name for name in providers.names() if name not in config.accounts]
    return [name for name in unnamed if environment.get(providers.load(name).variable)]


def _complete(name: str, config: Config, environment: Environment) -> Account:
    """Return the account of this name, its key in the provider's usual variable where no file has one."""
    account = config.accounts.get(name) or Account(name=name, provider=name)
    if account.key_source is not None:
        return account
    variable = providers.load(account.provider).variable
    return replace(account, key_source=KeyVariable(variable)) if environment.get(variable) else account
