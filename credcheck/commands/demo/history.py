"""The history that `credcheck demo` shows: made up anew each time, kept nowhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from random import Random
from typing import NamedTuple

from credcheck.history.report import BalanceHistory, balance_history
from credcheck.history.samples import Name, Sample
from credcheck.models import Result

_DAYS, _READ_EVERY, _SHOWN = 42, timedelta(hours=6), timedelta(days=30)
_WEEKEND = (5, 6)


class Use(NamedTuple):
    """How an account is used: a mean day, the share of that on a weekend's day, and its last top-up."""

    per_day: float
    weekend: float = 1.0
    top_up: int = 0
    days_ago: int = 0


_USES: Mapping[str, Use] = {
    "goenhance": Use(95, weekend=0.3),
    "liveavatar": Use(90, weekend=0.8),
    "fish-audio": Use(5.2, weekend=0.2, top_up=150, days_ago=17),
    "supertone": Use(0),
    "pixelcut": Use(8, weekend=0.6, top_up=150, days_ago=12),
}


def with_forecasts(results: Sequence[Result], made_up: Sequence[BalanceHistory]) -> list[Result]:
    """Return the results with the forecasts of their made-up histories."""
    by_account = {history.name.account: history for history in made_up}
    return [
        result._replace(forecast=by_account[result.account].forecast, trend=by_account[result.account].trend)
        if result.account in by_account
        else result
        for result in results
    ]


def histories(results: Sequence[Result], zone: tzinfo | None = None) -> list[BalanceHistory]:
    """Return a made-up history for each account whose balance was read; each ends with that balance."""
    return [
        balance_history(
            Name(result.account, result.provider, main.id, main.unit),
            main,
            _samples(_USES[result.provider], main.amount, result.checked_at, Random(result.account)),  # noqa: S311
            since=result.checked_at - _SHOWN,
            now=result.checked_at,
            zone=zone,
        )
        for result in results
        if (main := result.main) and main.amount is not None and result.provider in _USES
    ]


def _samples(use: Use, amount: Decimal, now: datetime, random: Random) -> list[Sample]:
    """Return samples in the order of time, each with as many digits as the last one."""
    places = Decimal(1).scaleb(int(amount.as_tuple().exponent))
    found, at = [Sample(now, amount)], now
    for number in range(1, _DAYS * 4):
        share = use.weekend if at.weekday() in _WEEKEND else 1.0
        amount += Decimal(use.per_day / 4 * share * random.uniform(0.2, 1.8)).quantize(places)
        if number == use.days_ago * 4:
            amount = max(amount - use.top_up, places)
        at -= _READ_EVERY
        found.append(Sample(at, amount))
    return found[::-1]
