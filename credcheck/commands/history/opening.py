"""The history that the command opens, and the accounts in it that words name."""

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from credcheck.errors import UsageError, no_such
from credcheck.names import could_be_key, is_pattern

if TYPE_CHECKING:
    from credcheck.config import Config, Filters
    from credcheck.history.samples import Owner
    from credcheck.history.store import Store

SECONDS = 10.0  # that a command about the history waits for other programs


def opened(*, make: bool = False) -> "Store":
    """Return the history; raises UsageError if there is none yet, HistoryError if it cannot be used."""
    from credcheck import history

    path = history.location(os.environ)
    if path is None:
        raise UsageError(f"there is no history: {history.absence(os.environ, is_wanted=True)}")
    if not history.is_begun(path) and not make:
        raise UsageError(f"there is no history yet ({path}): `credcheck all` begins one")
    from credcheck.history.store import Store

    return Store(path, seconds=SECONDS)


def owners_named(
    store: "Store", loaded: "Config", words: Sequence[str], filters: "Filters | None" = None
) -> "list[Owner] | None":
    """Return the accounts in the history that these words and filters select, None for all.

    A word names the accounts that a check of it would have; only if the history has none of them, those that had the
    name, or the provider, and are no longer configured. Raises UsageError for a word that names none.
    """
    owners = list(dict.fromkeys(series.name.owner for series in store.series()))
    found = [owner for word in words for owner in _named(word, owners, loaded)] if words else owners
    if not filters:
        return list(dict.fromkeys(found)) if words else None
    from credcheck import config

    selected = {account.name for account in config.listed(loaded, os.environ, [], filters)}
    return [owner for owner in dict.fromkeys(found) if owner.account in selected]


def _named(word: str, owners: "Sequence[Owner]", loaded: "Config") -> "list[Owner]":
    if is_pattern(word):
        found = [owner for owner in owners if fnmatchcase(owner.account.casefold(), word.casefold())]
    elif found := _configured(word, owners, loaded):
        return found
    elif loaded.providers.match(word, [owner.account for owner in owners]):
        return _of_name(word, owners, loaded)
    else:
        found = [owner for owner in owners if owner.provider == loaded.providers.find(word)]
    return found or _of_name(word, owners, loaded)


def _configured(word: str, owners: "Sequence[Owner]", loaded: "Config") -> "list[Owner]":
    """Return the accounts in the history that a check of this word would have."""
    from credcheck import config

    try:
        selected = {one.name: one.provider for one in config.select(loaded, os.environ, [word], alone=False)}
    except UsageError:
        return []
    return [owner for owner in owners if selected.get(owner.account) == owner.provider]


def account_named(store: "Store", loaded: "Config", word: str) -> str:
    """Return the one account in the history that has this name; raises UsageError."""
    return _of_name(word, [series.name.owner for series in store.series()], loaded)[0].account


def _of_name(word: str, owners: "Sequence[Owner]", loaded: "Config") -> "list[Owner]":
    accounts = [owner.account for owner in owners]
    name = loaded.providers.match(word, accounts)
    if name is None:
        from credcheck.config import suggestions

        several = "" if could_be_key(word) else suggestions.several_meant(word, accounts, loaded, "credcheck history")
        if several:
            raise UsageError(f"there is no history of `{word}`; {several}")
        raise no_such(word, f"there is no history of `{word}` (see `credcheck history`)", accounts)
    return [owner for owner in owners if owner.account == name]
