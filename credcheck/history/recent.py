"""Answers of a while ago: results made of the last samples."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from credcheck.history.samples import LastReading, Owner
from credcheck.models import Account, Reading, Result, Thresholds


def results(
    accounts: Sequence[Account],
    last: Mapping[Owner, LastReading],
    thresholds: Thresholds,
    *,
    since: datetime,
    now: datetime,
) -> dict[str, Result]:
    """Return by account's name the results of the last samples that are not older than `since`, nor from the future."""
    found = {}
    for account in accounts:
        reading = last.get(Owner(account.name, account.provider))
        if reading and since <= reading.at <= now:
            found[account.name] = _result(account, reading, thresholds)
    return found


def _result(account: Account, last: LastReading, thresholds: Thresholds) -> Result:
    reading = thresholds.applied(Reading(last.balances), account.warn_below)
    return Result(
        account=account.name,
        provider=account.provider,
        usual_unit=reading.main.unit,
        outcome=reading,
        warn_below=reading.main.warn_below,
        key_source=str(account.key_source) if account.key_source else None,
        checked_at=last.at,
        cached=True,
    )
