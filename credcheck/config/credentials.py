"""The format of `credentials.toml`, read and written: an account's provider and key. Only credcheck writes it."""

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from credcheck import validation
from credcheck.config import accounts, options, toml
from credcheck.errors import ConfigError, no_such
from credcheck.models import NOTHING, Account, Key, WrittenKey
from credcheck.providers.registry import BUILT_IN, Registry
from credcheck.system import files

Entries = dict[str, dict[str, object]]

_HEADER = "# Written by `credcheck login`; change it with `credcheck login` and `credcheck logout` only.\n\n"


def _provider(value: object) -> str:
    """Accept a name that a provider could have, known or not."""
    name = validation.text(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name):
        raise ConfigError("must be the name of a provider")
    return name


_SETTINGS: Mapping[str, validation.Check] = {"provider": _provider, "api_key": validation.key}


class Login(NamedTuple):
    """The key, the options and the secret options of an account, as given at `login`."""

    key: Key
    options: Mapping[str, str | bool] = NOTHING
    secrets: Mapping[str, Key] = NOTHING


def read(path: Path, providers: Registry) -> tuple[list[Account], os.stat_result | None]:
    """Return the accounts with stored keys and the `stat` of the file, if it exists; raises ConfigError."""
    table, found = toml.read(path, needed=False)
    return [_account(name, entry, path, providers) for name, entry in _entries(table, path).items()], found


def put(path: Path, account: Account, entered: Login, *, seconds: float) -> None:
    """Store an account's key and options; others that are stored for the same provider are kept.

    Waits at most `seconds` for another change; raises ConfigError or OutputError.
    """
    secrets = {name: key.reveal() for name, key in entered.secrets.items()}
    new = {"provider": account.provider, "api_key": entered.key.reveal(), **entered.options, **secrets}

    def change(entries: Entries) -> Entries:
        old = entries.get(account.name, {})
        kept = old if old.get("provider") == account.provider else {}
        return {**entries, account.name: {**kept, **new}}

    _change(path, change, seconds)


def remove(path: Path, name: str) -> None:
    """Remove an account's key; waits as long as a check may take, and raises as `put` does."""
    seconds = validation.DEFAULT_TIMEOUT
    _change(path, lambda entries: {each: entry for each, entry in entries.items() if each != name}, seconds)


def stored_names(path: Path) -> list[str]:
    """Return the names of all accounts with a stored key; raises ConfigError."""
    return [*_entries(toml.read(path, needed=False)[0], path)]


def stored_name(path: Path, word: str) -> str:
    """Return the name of the account with a stored key that this word means; raises UsageError if there is none."""
    stored = stored_names(path)
    name = BUILT_IN.match(word, stored)
    if name is None:
        raise no_such(word, f"no key is stored for `{word}` (see `credcheck accounts`)", stored)
    return name


def _change(path: Path, change: Callable[[Entries], Mapping[str, object]], seconds: float) -> None:
    import tomli_w

    with files.private(path) as real, files.locked(real.parent, seconds=seconds) as check:
        table, _ = toml.read(path, needed=False)
        for leftover in files.leftovers(real):
            leftover.unlink(missing_ok=True)
        files.replace(real, _HEADER + tomli_w.dumps({"accounts": change(_entries(table, path))}), check=check)


def _entries(table: Mapping[str, object], path: Path) -> Entries:
    entries = table.get("accounts", {})
    if set(table) - {"accounts"} or not isinstance(entries, dict) or not all(map(_is_entry, entries.values())):
        raise ConfigError(f"{path}: not written by credcheck; move it away and run `credcheck login`")
    return dict(entries)


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and all(isinstance(value, str | bool) for value in entry.values())


def _account(name: str, entry: Mapping[str, object], path: Path, providers: Registry) -> Account:
    """Return the account of an entry; its provider may be one that another version of credcheck knew."""
    place = accounts.place_of(name, path)
    given = entry.get("provider", name)
    provider = providers.find(given) if isinstance(given, str) else None
    if provider is None:
        provider = validation.at(f"{place}.provider", _provider, given)
        return Account(name=name, provider=provider, key_source=WrittenKey("stored", Key("")))
    described = providers.load(provider).options if set(entry) - set(_SETTINGS) else {}
    secret = {option: validation.key for option, each in described.items() if each.secret}
    checks = {**options.checks(providers.load(provider)), **secret} if described else {}
    values: dict[str, Any] = validation.at(
        f"{place}.", partial(validation.validated, checks={**_SETTINGS, **checks}), entry
    )
    return Account(
        name=name,
        provider=provider,
        key_source=WrittenKey("stored", values["api_key"]) if "api_key" in values else None,
        options={option: values[option] for option in described if option in values and option not in secret},
        secrets={option: WrittenKey("stored", values[option]) for option in secret if option in values},
    )
