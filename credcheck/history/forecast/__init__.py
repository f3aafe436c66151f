"""How long a balance lasts, from its points: rounded for people, and up to the moment of the forecast."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from credcheck.history.forecast.days_of_use import SECONDS_A_DAY
from credcheck.history.forecast.estimate import Estimate, estimate
from credcheck.history.forecast.renewals import next_renewal
from credcheck.history.forecast.stretches import Point
from credcheck.history.forecast.uncertainty import LONGEST
from credcheck.models import Balance, Forecast

WINDOW = timedelta(days=56)
_SOONEST = 1e-9  # days


def forecast_for(
    balance: Balance, points: Sequence[Point], now: datetime, zone: tzinfo | None = None
) -> Forecast | None:
    """Return the forecast of a balance; None for one that is not used up: without a limit, or owed.

    The pace is taken from the points of WINDOW; older ones, of `renewals.MEMORY`, tell when the balance is renewed.
    """
    if balance.amount is None or balance.kind == "owed":
        return None
    total = None if balance.total is None else float(balance.total)
    found = forecast(points, now, zone)._replace(resets_at=next_renewal(points, total, now))
    return _until(balance.expires_at, found, now) if balance.expires_at else found


def _until(expires_at: datetime, found: Forecast, now: datetime) -> Forecast:
    """Return a forecast that ends with an expiry, if that comes before the balance is used up."""
    left = rounded(max(0.0, (expires_at - now).total_seconds() / SECONDS_A_DAY), 2)
    return found._replace(
        days_left=_sooner(found.days_left, left),
        days_left_low=_sooner(found.days_left_low, left),
        days_left_high=_sooner(found.days_left_high, left),
        empty_at=min(expires_at, found.empty_at or expires_at),
        expires_first=found.empty_at is None or expires_at < found.empty_at,
    )


def _sooner(days: Decimal | None, left: Decimal) -> Decimal:
    return left if days is None else min(days, left)


def forecast(points: Sequence[Point], now: datetime, zone: tzinfo | None = None) -> Forecast:
    """Return the forecast from points in the order of time; `zone` has the calendar days, usually the system's."""
    moment = now.timestamp()
    first = moment - WINDOW.total_seconds()
    recent = _recent(points, first, moment)
    since = datetime.fromtimestamp(recent[0][0], UTC) if recent else None
    found = estimate(recent, zone)
    if not isinstance(found, Estimate):
        return Forecast(state=found, since=since, samples=len(recent))
    passed = (moment - recent[-1][0]) / SECONDS_A_DAY
    days, low, high = (max(0.0, each - passed) for each in (found.days, found.low, found.high))
    return Forecast(
        state="known",
        days_left=rounded(days, 2),
        days_left_low=rounded(low, 2),
        days_left_high=rounded(high, 2),
        empty_at=(now + timedelta(days=days)).astimezone(UTC).replace(microsecond=0),
        per_day=rounded(_ahead(recent[-1][1], found), 3),
        since=since,
        samples=len(recent),
        unclear_because=found.unclear_because,
        top_ups_hide_use=found.top_ups_hide_use,
    )


def _recent(points: Sequence[Point], first: float, last: float) -> list[Point]:
    """Return the points between two moments; a run of equal amounts that began before begins at the first."""
    recent = [point for point in points if first <= point[0] <= last]
    before = [amount for at, amount in points[: len(points) - len(recent)] if at < first][-1:]
    return [(first, before[0]), *recent] if recent and before == [recent[0][1]] else recent


def _ahead(balance: float, found: Estimate) -> float:
    """Return the use a day on the days to come, which the weekdays among them make another than that of a mean day."""
    lasts = 0 < balance < LONGEST * found.pace and found.days > _SOONEST
    return balance / found.days if lasts else found.pace


def rounded(value: float, digits: int) -> Decimal:
    """Return a number with so many significant digits; days never finer than tenths."""
    places = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    if digits == 2:
        places = min(places, 1)
    return Decimal(f"{round(value, places):.{max(0, places)}f}")
