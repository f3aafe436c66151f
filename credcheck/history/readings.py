"""The last reading of each account: the balances that belong together, and a fingerprint of key and description."""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from credcheck.history.samples import CLOCKS_DIFFER, LastReading, Owner, Series, moment, stamp, whole
from credcheck.models import Reading, Result

if TYPE_CHECKING:
    from credcheck.history.database import Database

# A later reading stays, of another process that was quicker; but not one of a clock that was ahead.
_KEEP = """
INSERT INTO reading (account, provider, at, balances, read_with, refuses_calls) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (account, provider) DO UPDATE
SET at = excluded.at, balances = excluded.balances, read_with = excluded.read_with,
    refuses_calls = excluded.refuses_calls
WHERE at <= excluded.at OR at > excluded.at + ?
"""


def keep(database: "Database", read: Iterable[tuple[Result, Reading]], read_with: Mapping[Owner, str]) -> None:
    """Keep the moments of these readings, and fingerprints of the texts in `read_with`."""
    salt = salt_of(database)
    rows = [
        (
            *owner,
            stamp(result.checked_at),
            len(reading.balances),
            fingerprint(salt, read_with.get(owner)),
            reading.refuses_calls,
        )
        for result, reading in read
        for owner in [Owner(result.account, result.provider)]
    ]
    database.run_each(_KEEP, [(*row, CLOCKS_DIFFER.total_seconds() * 1000) for row in rows])


def last(database: "Database", series: Iterable[Series], read_with: Mapping[Owner, str]) -> dict[Owner, LastReading]:
    """Return of these series, in their order, the last reading of each account that was read with the same text."""
    salt = salt_of(database)
    kept = {
        Owner(account, provider): (moment(at), count, fingerprint_, bool(refuses_calls))
        for account, provider, at, count, fingerprint_, refuses_calls in database.rows(
            "SELECT account, provider, at, balances, read_with, refuses_calls FROM reading"
        )
    }
    found = {}
    for owner, its in groupby(series, key=lambda one: one.name.owner):
        at, count, kept_fingerprint, refuses_calls = kept.get(owner, (None, 0, "", False))
        balances = whole(its, at, count) if at else ()
        if at and balances and kept_fingerprint and kept_fingerprint == fingerprint(salt, read_with.get(owner)):
            found[owner] = LastReading(at, balances, refuses_calls)
    return found


def fingerprint(salt: str, text: str | None) -> str:
    """Return a text from which the given one, which holds a key, cannot be found; an empty one for none."""
    # Salted, so that the same key in two histories, or a list of leaked keys, gives nothing to compare.
    return "" if text is None else hashlib.blake2b(text.encode(), key=salt.encode(), digest_size=16).hexdigest()


def salt_of(database: "Database") -> str:
    """Return the random text that the fingerprints of this history are made with."""
    ((salt,),) = database.rows("SELECT salt FROM upkeep")
    return str(salt)
