"""A forecast in words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import date as Date  # noqa: N812  `date` is a text here
from decimal import Decimal

from credcheck.models import Balance, Forecast

_YEAR = 365
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_BARS, _ASCII_BARS = "▁▂▃▄▅▆▇█", "_.-=*#"
# Of the days left at the last reading: so much may pass unsaid.
_PASSED_UNSAID = 0.1
_SHORT_REASONS = {"bursts": "used in bursts", "top_ups": "use is hidden by top-ups"}
_REASONS = {
    "bursts": "it is used in bursts",
    "top_ups": "top-ups between two looks hide use, so read it more often",
}
_STATES = {"learning": "learning", "not_used": "not used"}


def column(balance: Balance | None, forecast: Forecast | None, now: datetime, *, unicode: bool = True) -> str:
    """Return how long a balance lasts, for a column: `9-15 d`, `to reset` or `expired`."""
    if balance and balance.has_expired(now):
        return "expired"
    if balance and forecast and forecast.lasts_until(balance.resets_at or forecast.resets_at, now):
        return "to reset"
    return short(forecast, unicode=unicode)


def short(forecast: Forecast | None, *, unicode: bool = True) -> str:
    """Return the days left for a column: `12 d`, `9-15 d`, `>1 y`, or the state."""
    if forecast is None:
        return ""
    low, high = forecast.days_left_low, forecast.days_left_high
    if low is None or high is None:
        return _STATES[forecast.state]
    if low > _YEAR:
        return ">1 y"
    if high > _YEAR:
        return f">{whole(low)} d"
    dash = "\N{EN DASH}" if unicode else "-"
    return f"{whole(low)}{dash}{whole(high)} d" if whole(low) != whole(high) else f"{whole(low)} d"


def days(forecast: Forecast) -> str:
    """Return the days left and their range: `about 12 days left (9 to 15)`, or why there is only a range."""
    if forecast.unclear_because and (ends := _ends(forecast, "to")):
        return f"{ends} left, {_SHORT_REASONS[forecast.unclear_because]}"
    between = _range(forecast)
    return _about(forecast) + (f" ({between})" if between else "")


def _about(forecast: Forecast) -> str:
    """Return the middle of a forecast: `about 12 days left`."""
    left = forecast.days_left
    if left is None:
        return _STATES[forecast.state]
    if left > _YEAR:
        return "over a year left"
    return f"about {whole(left)} day{'s' * (whole(left) != '1')} left"


def _ends(forecast: Forecast, joint: str) -> str:
    """Return the range with its unit: `2 to 30 days`, `31 days to over a year`; nothing without a range."""
    between, over_a_year, _ = _range(forecast).partition(" to over a year")
    if over_a_year:
        return f"{between} days {joint} over a year"
    return between and f"{between.replace(' to ', f' {joint} ')} days"


def _range(forecast: Forecast) -> str:
    """Return the range of the days left: `9 to 15`; nothing if both its ends are the same."""
    left, low, high = forecast.days_left, forecast.days_left_low, forecast.days_left_high
    if left is None or low is None or high is None or left > _YEAR or whole(low) == whole(high):
        return ""
    return f"{whole(low)} to {whole(high)}" if high <= _YEAR else f"{whole(low)} to over a year"


def sentence(
    forecast: Forecast | None,
    balance: Balance,
    now: datetime,
    zone: tzinfo | None = None,
    *,
    read_at: datetime | None = None,
) -> str:
    """Return `About 12 days left (probably 9 to 15), at 3.50 USD a day; …`, or why there is no forecast.

    `read_at` is the moment of the balance, which is said if much of it is gone since by the forecast.
    """
    if balance.expires_at and balance.has_expired(now):
        return f"Expired on {date(balance.expires_at, zone)}."
    if forecast is None and balance.spent is not None:
        return "No forecast: only what was spent is known; set `budget` of the account to see how long it lasts."
    if forecast is None:
        return "No limit." if balance.unlimited else "No forecast: this is owed, not left."
    if balance.amount is not None and balance.amount <= 0:
        until = f" until {_reset(balance.resets_at, zone)}" if balance.resets_at and balance.resets_at > now else ""
        return f"Nothing is left{until}."
    since = date(forecast.since or now, zone)
    match forecast.state:
        case "learning":
            words = "No forecast yet: it takes a day of checks in which the balance falls three times;"
            words += f" based on data since {since}."
        case "not_used":
            words = f"Not used since {since}."
        case "known" if forecast.expires_first:
            words = f"Used at {_pace(forecast, balance)}; based on data since {since}."
        case "known" if forecast.unclear_because and (ends := _ends(forecast, "and")):
            words = f"Cannot tell: between {ends}; {_REASONS[forecast.unclear_because]}."
        case "known":
            between = _range(forecast)
            probably = f" (probably {between})" if between else ""
            pace = _pace(forecast, balance) + _since_read(forecast, now - (read_at or now))
            words = f"{_about(forecast).capitalize()}{probably}, at {pace}; based on data since {since}."
    return words + _ending(forecast, balance, now, zone) + _advice(forecast)


def _pace(forecast: Forecast, balance: Balance) -> str:
    return f"{amount(forecast.per_day or Decimal(0), balance.unit)} {balance.unit} a day"


def _advice(forecast: Forecast) -> str:
    """Return advice for a better forecast, if readings are too rare for the top-ups."""
    if not forecast.top_ups_hide_use or forecast.unclear_because == "top_ups":
        return ""
    return " Read more often: top-ups between two looks hide use."


def _since_read(forecast: Forecast, passed: timedelta) -> str:
    """Return ` since it was read 9 h ago`; nothing if that is little of the days that were left."""
    left = timedelta(days=float(forecast.days_left or 0))
    return f" since it was read {span(passed)} ago" if passed > _PASSED_UNSAID * (left + passed) else ""


def _ending(forecast: Forecast, balance: Balance, now: datetime, zone: tzinfo | None) -> str:
    """Return the sentence about an expiry or a reset, if one is known."""
    empty, low = forecast.empty_at, forecast.days_left_low
    resets_at = balance.resets_at or forecast.resets_at
    if balance.expires_at and forecast.expires_first:
        return f" It expires on {date(balance.expires_at, zone)}, in {span(balance.expires_at - now)}."
    if empty is None or low is None or not resets_at or resets_at <= now:
        return ""
    reset = _reset(resets_at, zone)
    before = (resets_at - empty).total_seconds() / 86400
    if before <= 0:
        return f" It lasts until {reset}."
    return f" It runs out about {whole(Decimal(before))} day{'s' * (whole(Decimal(before)) != '1')} before {reset}."


def _reset(moment: datetime, zone: tzinfo | None) -> str:
    return f"the reset on {date(moment, zone)}"


def whole(number: Decimal) -> str:
    """Return days without a fraction, but half a day and less as tenths."""
    return f"{number:.1f}" if Decimal(0) < number < 1 else f"{number:.0f}"


def amount(number: Decimal, unit: str) -> str:
    """Return an amount a day; money with two places at least."""
    places = max(0, -int(number.as_tuple().exponent))
    is_money = len(unit) == 3 and unit.isupper()
    return f"{number:,.{max(2, places)}f}" if is_money else f"{number:,.{places}f}"


def date(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a date as people say it, with the year if it is not this one."""
    return day(moment.astimezone(zone).date())


def day(local: Date) -> str:
    """Return a day as people say it, with the year if it is not this one."""
    return f"{local.day} {month(local)}"


def month(local: Date) -> str:
    """Return the month of a day, with the year if that is not this one."""
    year = f" {local.year}" if abs((datetime.now(UTC).date() - local).days) > _YEAR // 2 else ""
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
