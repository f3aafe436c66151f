"""Answers of a while ago: results made of the last samples."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from credcheck.history.samples import Clock, LastReading, Owner
from credcheck.models import NOTHING, REFUSES_CALLS, Account, Balance, Reading, Result, Thresholds
from credcheck.providers.registry import Registry

# Seconds that a prompt may wait for a history that another program holds.
_PATIENCE = 0.1


def answers(
    path: Path,
    accounts: Sequence[Account],
    thresholds: Thresholds,
    registry: Registry,
    *,
    read_with: Mapping[Owner, str],
    max_age: timedelta | None,
    now: Clock,
) -> dict[str, Result] | None:
    """Return by account's name the answers that are younger than `max_age`, or of any age, complete as a check's.

    An answer counts only if it was read with the same text in `read_with`: another key may be another account's. None
    stands for a history that cannot be read at once; the check that is then made says why.
    """
    usable = [account for account in accounts if registry.usable(account.provider)]
    try:
        last = _last(path, [Owner(account.name, account.provider) for account in usable], read_with, now)
    except Exception:  # noqa: BLE001  the history's own module is asked again by the check
        return None
    ever = datetime.min.replace(tzinfo=UTC)
    since = now() - max_age if max_age and max_age < now() - ever else ever
    current = {owner: each for owner, each in last.items() if not _is_over(each, now())}
    found = results(usable, current, thresholds, since=since)
    return {
        account.name: _described(found[account.name], account, registry) for account in usable if account.name in found
    }


def _is_over(last: LastReading, now: datetime) -> bool:
    """Tell whether the spending is of a month that is over: it says nothing of this one."""
    periods = [each.period for each in last.balances if each.period]
    return any(period.renews and not period.start <= now < period.end for period in periods)


def _described(result: Result, account: Account, registry: Registry) -> Result:
    provider = registry.load(account.provider)
    return result._replace(provider_title=provider.title, top_up_url=provider.top_up_page(account.options))


def results(
    accounts: Sequence[Account], last: Mapping[Owner, LastReading], thresholds: Thresholds, *, since: datetime
) -> dict[str, Result]:
    """Return by account's name the results of the last readings that are not older than `since`."""
    found = {}
    for account in accounts:
        reading = last.get(Owner(account.name, account.provider))
        if reading and since <= reading.at:
            result = _result(account, reading, thresholds)
            if result:
                found[account.name] = result
    return found


def _last(path: Path, owners: Sequence[Owner], read_with: Mapping[Owner, str], now: Clock) -> dict[Owner, LastReading]:
    """Return the last reading of each account that has one; a broken history is not moved aside."""
    from credcheck.history import readings
    from credcheck.history.store import Store

    if not path.exists():
        return {}
    store = Store(path, seconds=_PATIENCE, now=now)
    with closing(store.database):
        return readings.last(store.database, store.series(owners), read_with)


def _result(account: Account, last: LastReading, thresholds: Thresholds) -> Result | None:
    """Return the result; None if the balance that the user chose as main is not in it."""
    balances = last.balances if account.main is None else _with_main(last.balances, account.main)
    if not balances:
        return None
    details = {REFUSES_CALLS: True} if last.refuses_calls else NOTHING
    reading = thresholds.applied(account.left(Reading(balances, details)), account.warn_below)
    return Result(
        account=account.name,
        provider=account.provider,
        default_unit=reading.main.unit,
        outcome=reading,
        warn_below=reading.main.warn_below,
        key_source=str(account.key_source) if account.key_source else None,
        checked_at=last.at,
        cached=True,
        tags=account.tags,
    )


def _with_main(balances: Sequence[Balance], id_: str) -> tuple[Balance, ...]:
    """Return the balances with the one of this id first, as the main one; none if it is not among them."""
    chosen = [each._replace(is_main=True) for each in balances if each.id.casefold() == id_.casefold()]
    others = [each._replace(is_main=False) for each in balances if each.id.casefold() != id_.casefold()]
    return (*chosen, *others) if chosen else ()
