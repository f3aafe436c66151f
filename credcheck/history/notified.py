"""The statuses that were announced last, by `--changes` and to each command of `--notify`."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from credcheck.history.readings import fingerprint, salt_of
from credcheck.history.samples import EPOCH, Owner, moment, stamp
from credcheck.models import Status

if TYPE_CHECKING:
    from credcheck.history.store import Store
    from credcheck.models import Change

# The readers of `--changes`. Each command has a channel of its own: what one was told is still new to the others.
_CHANGES = "changes"
# With the fingerprint of a command. Without one: statuses from before commands were told apart.
_NOTIFY = "notify:"


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

    def __init__(self, store: "Store", command: Sequence[str] | None, compare: Compare, until: datetime) -> None:
        """Claim all changes that no other run has claimed, in one transaction; raises HistoryError.

        They are announced to a command of [notify], or without one by `--changes`.
        """
        # Reading and claiming are one transaction: of two runs that see the same change, the second finds it claimed.
        with store.database.change():
            self._channel = _channel(store, command)
            before = _announced(store, self._channel)
            if command:
                before = {**_announced(store, _NOTIFY), **before}
            self.changes, after = compare(before)
            changed = {Owner(change.result.account, change.result.provider) for change in self.changes}
            self._before = {owner: before.get(owner) or Announced("ok", None, after[owner].at) for owner in changed}
            self._after = {owner: after[owner] for owner in changed}
            claimed = {owner: status._replace(claimed_until=until) for owner, status in self._before.items()}
            _write(store, self._channel, {**after, **claimed})
            if command:
                _forget(store, _NOTIFY, after)

    def settle(self, store: "Store", *, delivered: bool) -> None:
        """Keep the new statuses, or the former ones if the changes could not be delivered; raises HistoryError."""
        with store.database.change():
            _write(store, self._channel, self._after if delivered else self._before)


def _channel(store: "Store", command: Sequence[str] | None) -> str:
    # The words of a command may hold a secret, such as the address of a webhook.
    return _NOTIFY + fingerprint(salt_of(store.database), json.dumps(command)) if command else _CHANGES


def _announced(store: "Store", channel: str) -> dict[Owner, Announced]:
    """Return the last status of each account."""
    rows = store.database.rows(
        "SELECT account, provider, status, code, told_at, suspected, claimed_until FROM status WHERE channel = ?",
        (channel,),
    )
    return {
        Owner(account, provider): Announced(status, code, moment(at), suspected, moment(claimed))
        for account, provider, status, code, at, suspected, claimed in rows
    }


def _forget(store: "Store", channel: str, owners: Iterable[Owner]) -> None:
    store.database.run_each(
        "DELETE FROM status WHERE channel = ? AND account = ? AND provider = ?", [(channel, *owner) for owner in owners]
    )


def _write(store: "Store", channel: str, statuses: Mapping[Owner, Announced]) -> None:
    store.database.run_each(
        "INSERT OR REPLACE INTO status (channel, account, provider, status, code, told_at, suspected, claimed_until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (channel, *owner, one.status, one.code, stamp(one.at), one.suspected, stamp(one.claimed_until))
            for owner, one in statuses.items()
        ],
    )
