"""The statuses that were announced last, for `--changes` and `--notify`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from credcheck.history.samples import EPOCH, Owner, moment, stamp
from credcheck.models import Status

if TYPE_CHECKING:
    from credcheck.history.store import Store
    from credcheck.models import Change

# `--changes` and `--notify` have different readers: what one has announced is still new to the other.
Channel = Literal["changes", "notify"]


class Announced(NamedTuple):
    """The status of an account that was announced last, with the code of its error, and when that was.

    `suspected` is what waits for its confirmation: the code of a passing trouble, or a sudden fall. Until
    `claimed_until` another run is about to announce the next one.
    """

    status: Status
    code: str | None
    at: datetime
    suspected: str | None = None
    claimed_until: datetime = EPOCH


# What changed, given the statuses announced last; and the statuses once that is announced.
Compare = Callable[[Mapping[Owner, Announced]], "tuple[list[Change], dict[Owner, Announced]]"]


class Claim:
    """Changes that this run alone announces."""

    def __init__(self, store: "Store", channel: Channel, compare: Compare, until: datetime) -> None:
        """Claim all changes that no other run has claimed, in one transaction; raises HistoryError."""
        self._channel = channel
        # Reading and claiming are one transaction: of two runs that see the same change, the second finds it claimed.
        with store.database.change():
            before = announced(store, channel)
            self.changes, after = compare(before)
            changed = {Owner(change.result.account, change.result.provider) for change in self.changes}
            self._before = {owner: before.get(owner) or Announced("ok", None, after[owner].at) for owner in changed}
            self._after = {owner: after[owner] for owner in changed}
            claimed = {owner: status._replace(claimed_until=until) for owner, status in self._before.items()}
            _write(store, channel, {**after, **claimed})

    def settle(self, store: "Store", *, delivered: bool) -> None:
        """Keep the new statuses, or the former ones if the changes could not be delivered; raises HistoryError."""
        with store.database.change():
            _write(store, self._channel, self._after if delivered else self._before)


def announced(store: "Store", channel: Channel) -> dict[Owner, Announced]:
    """Return the last status of each account."""
    rows = store.database.rows(
        "SELECT account, provider, status, code, told_at, suspected, claimed_until FROM status WHERE channel = ?",
        (channel,),
    )
    return {
        Owner(account, provider): Announced(status, code, moment(at), suspected, moment(claimed))
        for account, provider, status, code, at, suspected, claimed in rows
    }


def _write(store: "Store", channel: Channel, statuses: Mapping[Owner, Announced]) -> None:
    store.database.run_each(
        "INSERT OR REPLACE INTO status (channel, account, provider, status, code, told_at, suspected, claimed_until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (channel, *owner, one.status, one.code, stamp(one.at), one.suspected, stamp(one.claimed_until))
            for owner, one in statuses.items()
        ],
    )
