"""The statuses that were told last, for those that want to hear of changes only."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from credcheck.history.samples import moment, stamp
from credcheck.notices import Known, Owner

if TYPE_CHECKING:
    from credcheck.history.store import Store

# `--changes` and `--notify` tell different readers: what one has told is still news to the other.
Channel = Literal["changes", "notify"]


def known(store: "Store", channel: Channel) -> dict[Owner, Known]:
    """Return the last status of each account."""
    rows = store.database.rows(
        "SELECT account, provider, status, code, told_at, suspected FROM status WHERE channel = ?", (channel,)
    )
    return {
        (account, provider): Known(status, code, moment(told_at), suspected)
        for account, provider, status, code, told_at, suspected in rows
    }


def remember(store: "Store", channel: Channel, after: Mapping[Owner, Known]) -> None:
    """Keep the statuses of these accounts."""
    with store.database.change():
        store.database.run_each(
            "INSERT OR REPLACE INTO status (channel, account, provider, status, code, told_at, suspected)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (channel, *owner, each.status, each.code, stamp(each.told_at), each.suspected)
                for owner, each in after.items()
            ],
        )
