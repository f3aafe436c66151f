"""The format of `credentials.toml`, read and written: an account's provider and key. Only credcheck writes it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from credcheck.config import accounts, toml, validation
from credcheck.errors import ConfigError, KeyTyped, UsageError
from credcheck.models import Account, Key, WrittenKey
from credcheck.names import could_be_key, did_you_mean, match
from credcheck.system import files

_HEADER = "# Written by `credcheck login`; change it with `credcheck login` and `credcheck logout` only.\n\n"
_SETTINGS: Mapping[str, validation.Check] = {"provider": validation.text, "api_key": validation.key}


def read(path: Path) -> tuple[list[Account], os.stat_result | None]:
    """Return the accounts with stored keys and the `stat` of the file, if it exists; raises ConfigError."""
    table, found = toml.read(path, needed=False)
    return [_account(name, entry, path) for name, entry in _entries(table, path).items()], found


def put(path: Path, account: Account, key: Key, *, seconds: float) -> None:
    """Store an account's key, waiting at most `seconds` for another change; raises ConfigError or OutputError."""
    entry = {"provider": account.provider, "api_key": key.reveal()}
    _change(path, lambda entries: {**entries, account.name: entry}, seconds)


def remove(path: Path, name: str, *, seconds: float = validation.USUAL_TIMEOUT) -> None:
    """Remove an account's key; waits and raises as `put` does."""
    _change(path, lambda entries: {each: entry for each, entry in entries.items() if each != name}, seconds)


def stored_name(path: Path, word: str) -> str:
    """Return the name of the account with a stored key that this word means; raises UsageError if there is none."""
    stored = [account.name for account in read(path)[0]]
    name = match(word, stored)
    if name is None:
        if could_be_key(word):
            raise KeyTyped
        raise UsageError(f"no key is stored for `{word}` (see `credcheck accounts`){did_you_mean(word, stored)}")
    return name


def _change(path: Path, change: Callable[[dict[str, object]], dict[str, object]], seconds: float) -> None:
    import tomli_w

    with files.private(path) as real, files.locked(real.parent, seconds=seconds):
        table, _ = toml.read(path, needed=False)
        entries = _entries(table, path)
        for name, entry in entries.items():
            _account(name, entry, path)
        for leftover in files.leftovers(real):
            leftover.unlink(missing_ok=True)
        files.replace(real, _HEADER + tomli_w.dumps({"accounts": change(entries)}))


def _entries(table: Mapping[str, object], path: Path) -> dict[str, object]:
    entries = table.get("accounts", {})
    if set(table) - {"accounts"} or not isinstance(entries, dict):
        raise ConfigError(f"{path}: not written by credcheck; move it away and run `credcheck login`")
    return dict(entries)


def _account(name: str, entry: object, path: Path) -> Account:
    place = accounts.place_of(name, path)
    entry = validation.table(entry, place)
    provider = accounts.provider_of(name, entry, place)
    values: dict[str, Any] = validation.validated(entry, _SETTINGS, place=f"{place}.")
    source = WrittenKey("stored", values["api_key"]) if "api_key" in values else None
    return Account(name=name, provider=provider, key_source=source)
