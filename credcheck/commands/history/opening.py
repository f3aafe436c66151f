"""The history that the command opens, and the accounts in it that words name."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from credcheck.errors import UsageError, no_such

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.history.samples import Owner
    from credcheck.history.store import Store

SECONDS = 10.0  # that a command about the history waits for other programs


def opened(*, make: bool = False) -> "Store":
    """Return the history; raises UsageError if there is none yet, HistoryError if it cannot be used."""
    from credcheck import history

    path = history.location(os.environ)
    if path is None:
        raise UsageError(f"there is no history: {history.FILE_VARIABLE} is empty, or there is no home folder")
    if not history.is_begun(path) and not make:
        raise UsageError(f"there is no history yet ({path}): `credcheck all` begins one")
    from credcheck.history.store import Store

    return Store(path, seconds=SECONDS)


def owners_named(store: "Store", loaded: "Config", words: Sequence[str]) -> "list[Owner]":
    """Return the accounts in the history that these words name; raises UsageError for a word that names none."""
    owners = list(dict.fromkeys(series.name.owner for series in store.series()))
    accounts = [owner.account for owner in owners]
    found = []
    for word in words:
        name = loaded.providers.match(word, accounts)
        if name is None:
            raise no_such(word, f"there is no history of `{word}` (see `credcheck history`)", accounts)
        found += [owner for owner in owners if owner.account == name]
    return found
