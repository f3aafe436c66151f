"""The identity of an account: its key and the description of its provider.

An answer from the history counts only as long as both stay the same. The text holds the key: only a fingerprint of it
is ever kept.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from credcheck import providers
from credcheck.models import Account, KeyCommand, KeyFile, KeySource, KeyVariable, WrittenKey
from credcheck.providers.registry import Registry


def identity(account: Account, registry: Registry, environment: Mapping[str, str]) -> str | None:
    """Return a text that changes with an account's keys, options, address or description; None if a key is missing."""
    sources = [account.key_source, *(account.secrets[name] for name in sorted(account.secrets))]
    if account.key_source is None and not registry.load(account.provider).needs_key:
        del sources[0]
    found = [_identity_of_key(source, environment) for source in sources]
    if None in found:
        return None
    own = registry.own.get(account.provider)
    description = own.table if own else providers.source(account.provider)
    since = str(account.since)  # of another day something else was spent
    return repr([found, sorted(account.options.items()), account.base_url, account.main, since, description])


def _identity_of_key(source: KeySource | None, environment: Mapping[str, str]) -> str | None:
    match source:
        case WrittenKey(_, key):
            return key.reveal()
        case KeyVariable(name):
            return environment.get(name)
        case KeyFile(path, member=member):
            return (state := _state(path)) and f"{state} {member}"
        case KeyCommand():
            return repr((source.argv, source.member))  # it may ask for a passphrase, so it is not run for this
        case None:
            return None


def _state(path: str) -> str | None:
    """Return a text that changes with a file's content, without reading it: a pipe can be read only once."""
    try:
        found = os.stat(Path(path).expanduser())
    except (OSError, RuntimeError, ValueError):
        return None
    return f"{path} {found.st_mtime_ns} {found.st_size} {found.st_ino}"
