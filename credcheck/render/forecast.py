"""A forecast in words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import date as Date  # noqa: N812  `date` is a text here
from decimal import Context, Decimal
from typing import NamedTuple

from credcheck.models import Balance, Forecast
from credcheck.render import durations

_YEAR = timedelta(days=365)
_LONGEST = 1e6  # days
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_BARS, _ASCII_BARS = "▁▂▃▄▅▆▇█", "_.-=*#"
# Of the days left at the last reading: so much may pass unsaid.
_PASSED_UNSAID = 0.1
_THREE_DIGITS = Context(prec=3)
_SHORT_REASONS = {
    "bursts": "used in bursts",
    "top_ups": "use is hidden by top-ups",
    "few": "few days of use are known",
    "far": "too far ahead to tell",
}
_REASONS = {
    "bursts": "it is used in bursts",
    "few": "only a few days of use are known",
    "far": "that is too far ahead",
    "top_ups": "use between two readings is hidden when a top-up falls there, so check more often",
}
_STATES = {"learning": "learning", "not_used": "not used"}


class TimeLeft(NamedTuple):
    """The low end, the middle and the high end of the time that is left."""

    low: timedelta
    middle: timedelta
    high: timedelta


def column(balance: Balance | None, forecast: Forecast | None, now: datetime, *, unicode: bool = True) -> str:
    """Return how long a balance lasts, for a column: `9-15 d`, `5 h`, `>1 y`, `to reset`, `expired` or the state."""
    if balance and balance.has_expired(now):
        return "expired"
    if forecast is None:
        return ""
    if balance and forecast.lasts_until(balance.resets_at or forecast.resets_at, now):
        return "to reset"
    left = time_left(balance, forecast, now)
    return _short(left, "\N{EN DASH}" if unicode else "-") if left else _STATES[forecast.state]


def _short(left: TimeLeft, dash: str) -> str:
    if left.low > _YEAR:
        return ">1 y"
    if left.high > _YEAR:
        return f">{durations.ahead(left.low).short}"
    if not left.high:
        return "0 d"
    first, last = durations.between(left.low, left.high)
    if first == last:
        return last.short
    return f"{first.number if first.unit == last.unit else first.short}{dash}{last.short}"


def time_left(balance: Balance | None, forecast: Forecast, now: datetime) -> TimeLeft | None:
    """Return the time left; None if that is not known.

    The days of a forecast are rounded. The time until an expiry is exact, as beside the balance; so is the last day.
    """
    if forecast.days_left is None or forecast.days_left_low is None or forecast.days_left_high is None:
        return None
    days = (forecast.days_left_low, forecast.days_left, forecast.days_left_high)
    low, middle, high = (timedelta(days=min(float(each), _LONGEST)) for each in days)
    if forecast.expires_first and balance and balance.expires_at:
        middle = high = max(timedelta(0), balance.expires_at - now)
        low = high if forecast.days_left_low == forecast.days_left else low
    elif middle < timedelta(days=1) and forecast.empty_at:
        middle = max(timedelta(0), forecast.empty_at - now)
    return TimeLeft(min(low, middle), middle, max(middle, high))


def days(balance: Balance, forecast: Forecast, now: datetime) -> str:
    """Return the time left and its range: `about 12 days left (9 to 15)`, or why there is only a range."""
    left = time_left(balance, forecast, now)
    if left is None:
        return _STATES[forecast.state]
    if forecast.unclear_because and (ends := _ends(left, "to")):
        return f"{ends} left, {_SHORT_REASONS[forecast.unclear_because]}"
    between = _range(left)
    return _about(left) + (f" ({between})" if between else "")


def _about(left: TimeLeft) -> str:
    """Return the middle of a forecast: `about 12 days left`."""
    if left.middle > _YEAR:
        return "over a year left"
    return f"about {durations.ahead(left.middle).words} left"


def _ends(left: TimeLeft, joint: str, unit: str | None = None) -> str:
    """Return the range: `2 to 30 days`, `7 hours to 5 days`, `31 days to over a year`; nothing without one."""
    if left.middle > _YEAR:
        return ""
    if left.high > _YEAR:
        return f"{durations.ahead(left.low).words} {joint} over a year"
    first, last = durations.between(left.low, left.high, unit)
    if first == last:
        return ""
    return f"{first.number if first.unit == last.unit else first.words} {joint} {last.words}"


def _range(left: TimeLeft) -> str:
    """Return the range in the unit of the middle, which is not repeated: `9 to 15`."""
    unit = durations.ahead(left.middle).unit
    ends = _ends(left, "to", unit)
    is_short = left.high <= _YEAR and durations.between(left.low, left.high, unit)[0].unit == unit
    return ends.rpartition(" ")[0] if ends and is_short else ends


def sentence(
    forecast: Forecast | None,
    balance: Balance,
    now: datetime,
    zone: tzinfo | None = None,
    *,
    read_at: datetime | None = None,
) -> str:
    """Return `About 12 days left (probably 9 to 15), at 3.5 USD a day; …`, or why there is no forecast.

    `read_at` is the moment of the balance, which is said if much of it is gone since by the forecast.
    """
    if balance.expires_at and balance.has_expired(now):
        return f"Expired {on(balance.expires_at, now, zone)}."
    if forecast is None and balance.spent is not None:
        return "No forecast: only what was spent is known; set `budget` of the account to see how long it lasts."
    if forecast is None:
        return "No limit." if balance.unlimited else "No forecast: this is owed, not left."
    if balance.amount is not None and balance.amount <= 0:
        until = (
            f" until {_reset(balance.resets_at, now, zone)}" if balance.resets_at and balance.resets_at > now else ""
        )
        return f"Nothing is left{until}."
    return _known(forecast, balance, now, zone, passed=now - (read_at or now)) + _ending(forecast, balance, now, zone)


def _known(forecast: Forecast, balance: Balance, now: datetime, zone: tzinfo | None, *, passed: timedelta) -> str:
    """Return what is known of the pace of a balance that was read so long ago."""
    since, left = date(forecast.since or now, zone), time_left(balance, forecast, now)
    if forecast.state == "learning":
        return f"No forecast yet: it needs a day of readings and three drops; readings since {since}."
    if forecast.state == "not_used" or left is None:
        return f"Not used since {since}."
    if forecast.expires_first:
        return f"Used at {_pace(forecast, balance)}; based on data since {since}."
    if forecast.unclear_because and (ends := _ends(left, "and")):
        return f"Cannot tell: between {ends}; {_REASONS[forecast.unclear_because]}."
    between = _range(left)
    probably = f" (probably {between})" if between else ""
    pace = _pace(forecast, balance) + _since_read(left, passed)
    return f"{_about(left).capitalize()}{probably}, at {pace}; based on data since {since}."


def _pace(forecast: Forecast, balance: Balance) -> str:
    return f"{rate(forecast.per_day or Decimal(0)):,f} {balance.unit} a day"


def _since_read(left: TimeLeft, passed: timedelta) -> str:
    """Return ` since it was read 9 h ago`; nothing if that is little of the days that were left."""
    return f" since it was read {span(passed)} ago" if passed > _PASSED_UNSAID * (left.middle + passed) else ""


def _ending(forecast: Forecast, balance: Balance, now: datetime, zone: tzinfo | None) -> str:
    """Return the sentence about an expiry or a reset, if one is known, and advice for a better forecast."""
    return _end(forecast, balance, now, zone) + _advice(forecast)


def _end(forecast: Forecast, balance: Balance, now: datetime, zone: tzinfo | None) -> str:
    empty, low = forecast.empty_at, forecast.days_left_low
    resets_at = balance.resets_at or forecast.resets_at
    if balance.expires_at and forecast.expires_first:
        left = durations.ahead(balance.expires_at - now).short
        return f" It expires {on(balance.expires_at, now, zone)}, in {left}."
    if empty is None or low is None or not resets_at or resets_at <= now:
        return ""
    reset = _reset(resets_at, now, zone)
    if empty >= resets_at:
        return f" It lasts until {reset}."
    return f" It runs out about {durations.ahead(resets_at - empty).words} before {reset}."


def _advice(forecast: Forecast) -> str:
    """Return advice for a better forecast, if readings are too rare for the top-ups."""
    if not forecast.top_ups_hide_use or forecast.unclear_because == "top_ups":
        return ""
    return " Check more often: use between two readings is hidden when a top-up falls there."


def _reset(moment: datetime, now: datetime, zone: tzinfo | None) -> str:
    return f"the reset {on(moment, now, zone)}"


def rate(per_day: Decimal) -> Decimal:
    """Return the use a day with three significant digits at most, and none of them padding."""
    rounded = _THREE_DIGITS.plus(per_day).normalize(_THREE_DIGITS)
    return Decimal(f"{rounded:f}")


def on(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return `on 5 November`, or `today at 10:00`."""
    local = moment.astimezone(zone)
    return f"today at {local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"on {day(local.date())}"


def date(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a date as people say it, with the year if it is not this one."""
    return day(moment.astimezone(zone).date())


def day(local: Date) -> str:
    """Return a day as people say it, with the year if it is not this one."""
    return f"{local.day} {month(local)}"


def month(local: Date) -> str:
    """Return the month of a day, with the year if that is not this one."""
    year = f" {local.year}" if abs(datetime.now(UTC).date() - local) > _YEAR / 2 else ""
    return f"{MONTHS[local.month - 1]}{year}"


def span(passed: timedelta) -> str:
    """Return a time in the largest unit that it has two of: `3 d`, `47 h`, `10 min`."""
    for size, unit in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min")):
        if passed >= 2 * size:
            return f"{passed // size} {unit}"
    return f"{max(0, passed // timedelta(seconds=1))} s"


def bars(amounts: Sequence[float], *, unicode: bool) -> str:
    """Return amounts as a sparkline, a bar for each."""
    signs = _BARS if unicode else _ASCII_BARS
    top = max([0.0, *amounts]) or 1.0
    return "".join(signs[min(len(signs) - 1, max(0, int(amount / top * len(signs))))] for amount in amounts)
