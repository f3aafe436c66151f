"""Find, read and validate the two files and the environment; the result is a list of accounts."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from credcheck.config import accounts, credentials, settings, toml
from credcheck.config.accounts import all_accounts, incomplete, without_value
from credcheck.config.selection import NO_FILTERS, Filters, is_single, listed, select, without_account
from credcheck.config.settings import Config, Environment
from credcheck.config.toml import NO_FILE
from credcheck.errors import ConfigError, KeyTyped
from credcheck.models import Account, KeyCommand, WrittenKey
from credcheck.names import could_be_key
from credcheck.providers import registry
from credcheck.system import files

__all__ = [
    "NO_FILTERS",
    "Config",
    "Environment",
    "Filters",
    "all_accounts",
    "incomplete",
    "is_single",
    "listed",
    "load",
    "locate",
    "select",
    "warnings",
    "without_account",
    "without_value",
]

FILE_VARIABLE = "CREDCHECK_CONFIG"
# By which the user says that there is no file.
NO_FILES = ("", os.devnull)


def load(environment: Environment, *, file: str | None = None) -> Config:
    """Read and validate both files; raises ConfigError. A missing file that was not asked for counts as empty."""
    path, credentials_path, notes = _places(environment, file)
    table, config_stat = toml.read(path, needed=_is_named(environment, file))
    accounts.check_top(table, path)
    top: dict[str, Any] = settings.top(table, path) if table else {}
    providers = registry.BUILT_IN
    if "providers" in top:
        providers = registry.from_table(top.pop("providers"), f"{path}: providers")
    configured = accounts.from_table(top.pop("accounts", {}), path, environment, providers)
    runs_more = "notify" in top or any(each.command for each in providers.own.values())
    _check_owner(path, config_stat, configured.values(), runs_more=runs_more)
    if "notify" in top:
        top["notify"] = settings.notify(top["notify"], path)
    stored, stored_stat = credentials.read(credentials_path, providers)
    stats = {path: config_stat, credentials_path: stored_stat}
    with_key = {path: any(map(_holds_key, configured.values())), credentials_path: bool(stored)}
    return Config(
        path=path,
        credentials_path=credentials_path,
        file_option=file if file is None or path == NO_FILE else str(path),
        providers=providers,
        accounts=_with_stored_keys(configured, stored),
        configured=configured,
        found=[each for each, found in stats.items() if found],
        exposed=[each for each, found in stats.items() if found and with_key[each] and files.open_to_others(found)],
        notes=notes,
        **top,
    )


def own_providers(environment: Environment, *, file: str | None = None) -> registry.Registry:
    """Return the registry with the user's own providers; no other setting of `config.toml` is validated."""
    path, _, _ = _places(environment, file)
    table, _ = toml.read(path, needed=_is_named(environment, file))
    return registry.from_table(table["providers"], f"{path}: providers") if "providers" in table else registry.BUILT_IN


def locate(environment: Environment, *, file: str | None = None) -> tuple[Path, Path]:
    """Return the paths of the two files, whether or not they exist.

    Raises ConfigError without a home folder, and if the user wants no file: with `CREDCHECK_CONFIG=` or `/dev/null`.
    """
    named = environment.get(FILE_VARIABLE) if file is None else file
    if file == "":
        raise ConfigError("--config needs the path of a file")
    if named in NO_FILES:
        raise ConfigError(f"there is no configuration file: {FILE_VARIABLE} is empty or {os.devnull}; unset it")
    if named and "/" not in named and could_be_key(named) and not os.path.lexists(named):
        raise KeyTyped
    path = _expanded(named) if named else _directory() / "config.toml"
    return path, path.parent / "credentials.toml"


def _places(environment: Environment, file: str | None) -> tuple[Path, Path, list[str]]:
    """Return the paths of the two files to be read, and a line for a person if the usual ones cannot be.

    A service may have no home folder, or one that it may not look into (systemd's ProtectHome): its keys are in
    variables then, and it needs no file.
    """
    if (environment.get(FILE_VARIABLE) if file is None else file) in NO_FILES and file != "":
        return NO_FILE, NO_FILE, []
    if _is_named(environment, file):
        return *locate(environment, file=file), []
    try:
        path, credentials_path = locate(environment)
        os.stat(path)
    except PermissionError:
        return NO_FILE, NO_FILE, [f"{path} cannot be read (permission denied), so it is ignored"]
    except OSError:  # there is none, which reading it finds out
        return path, credentials_path, []
    except ConfigError as problem:
        return NO_FILE, NO_FILE, [f"no configuration file is read: {problem.message}"]
    return path, credentials_path, []


def _is_named(environment: Environment, file: str | None) -> bool:
    """Tell whether the user names the file, which must be there then."""
    return file is not None or bool(environment.get(FILE_VARIABLE))


def needed_notify(config: Config) -> settings.Notify:
    """Return the settings of notices; raises ConfigError if there are none."""
    if config.notify is None:
        raise ConfigError(f"{config.path}: notify.command: needed, the command that sends a notice")
    return config.notify


def warnings(config: Config) -> Iterator[str]:
    """Yield a line for each file or folder that other users can read or change, with the command that stops it."""
    for path in config.exposed:
        yield f"{path} holds a key that others can read ({files.mode(path)}): chmod 600 {_quoted(path)}"
    for folder in dict.fromkeys([config.path.parent, config.credentials_path.parent]):
        if folder.is_dir() and files.is_writable_by_others(folder):
            yield f"{folder} can be changed by others, and so can its files: chmod go-w {_quoted(folder)}"


def _quoted(path: Path) -> str:
    from shlex import quote

    return quote(str(path))


def _check_owner(path: Path, found: os.stat_result | None, configured: Iterable[Account], *, runs_more: bool) -> None:
    """Raise ConfigError for commands in a file of another user than root."""
    if found is None or found.st_uid in {0, os.geteuid()}:
        return
    sources = [source for account in configured for source in account.sources]
    if runs_more or any(isinstance(source, KeyCommand) for source in sources):
        problem = "belongs to another user, whose commands would run as you"
        raise ConfigError(f"{path}: {problem}: make it your own with `chown`, or use api_key_file")


def _holds_key(account: Account) -> bool:
    return any(isinstance(source, WrittenKey) for source in account.sources)


def _with_stored_keys(configured: dict[str, Account], stored: list[Account]) -> dict[str, Account]:
    """Return all accounts; stored keys and options complete a configured account of the same provider."""
    merged = dict(configured)
    for account in stored:
        known = merged.setdefault(account.name, account)
        if known.provider == account.provider:
            merged[account.name] = known._replace(
                key_source=known.key_source or account.key_source,
                options={**account.options, **known.options},
                secrets={**account.secrets, **known.secrets},
            )
    return merged


def _directory() -> Path:
    import platformdirs

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
