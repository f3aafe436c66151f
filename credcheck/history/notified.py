"""The statuses that were announced last, for those that want to hear of changes only."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from credcheck.history.samples import Owner, moment, stamp
from credcheck.models import Status

if TYPE_CHECKING:
    from credcheck.history.store import Store

# `--changes` and `--notify` have different readers: what one has announced is still new to the other.
Channel = Literal["changes", "notify"]


class Announced(NamedTuple):
    """The status of an account that was announced last, with the code of its error, and when that was.

    `suspected` is the code of a passing trouble that waits for its confirmation.
    """

    status: Status
    code: str | None
    at: datetime
    suspected: str | None = None


def announced(store: "Store", channel: Channel) -> dict[Owner, Announced]:
    """Return the last status of each account."""
    rows = store.database.rows(
        "SELECT account, provider, status, code, told_at, suspected FROM status WHERE channel = ?", (channel,)
    )
    return {
        Owner(account, provider): Announced(status, code, moment(at), suspected)
        for account, provider, status, code, at, suspected in rows
    }


def announce(store: "Store", channel: Channel, after: Mapping[Owner, Announced]) -> None:
    """Keep the statuses of these accounts."""
    with store.database.change():
        store.database.run_each(
            "INSERT OR REPLACE INTO status (channel, account, provider, status, code, told_at, suspected)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (channel, *owner, status.status, status.code, stamp(status.at), status.suspected)
                for owner, status in after.items()
            ],
        )
