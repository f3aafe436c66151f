"""The budget of an account whose provider tells only its spending: `budget`, or `prepaid` with `since`."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from credcheck import validation
from credcheck.config.thresholds import is_unit, unit
from credcheck.errors import ConfigError
from credcheck.models import ANY, NOTHING, Period
from credcheck.names import did_you_mean

if TYPE_CHECKING:
    from credcheck.providers.provider import BalanceTemplate, Provider


class Budget(NamedTuple):
    """Amounts by unit, that of `ANY` for the main balance: of a calendar month, or all bought since a day."""

    amounts: Mapping[str, Decimal] = NOTHING
    since: date | None = None


def amounts(value: object) -> dict[str, Decimal]:
    """Accept an amount, or a table of them by currency."""
    if not isinstance(value, dict):
        return {ANY: _amount(value)}
    if not value:
        raise ConfigError("must not be empty")
    return {unit(name): validation.under(validation.shown(name), _amount, each) for name, each in value.items()}


def _amount(value: object) -> Decimal:
    if (amount := validation.number(value)) <= 0:
        raise ConfigError("must be more than 0")
    return amount


def day(value: object) -> date:
    """Accept a date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ConfigError("must be a date such as 2026-11-03, without quotes")
    return value


SETTINGS: Mapping[str, validation.Check] = {"budget": amounts, "prepaid": amounts, "since": day}


def taken(values: dict[str, Any], provider: "Provider | None", place: str) -> Budget:
    """Take the settings out of an account's values; raises ConfigError if they do not fit together or the provider."""
    given = {name: values.pop(name) for name in SETTINGS if name in values}
    if not given or provider is None:
        return Budget()
    spent = [each for each in provider.balances if each.kind == "spent"]
    if not spent:
        setting = next(iter(given))
        raise ConfigError(f"{place}.{setting}: {provider.title} reports a balance: leave {setting} out")
    if "budget" in given and len(given) > 1:
        other = next(name for name in given if name != "budget")
        raise ConfigError(f"{place}.{other}: there is a budget of each month already: leave one of them out")
    if len(given) == 1 and "budget" not in given:
        other = "since, the day of the first purchase" if "prepaid" in given else "prepaid, all that was bought since"
        raise ConfigError(f"{place}.{next(iter(given))}: needs {other}")
    setting = "budget" if "budget" in given else "prepaid"
    _check_units(given[setting], spent, f"{place}.{setting}")
    if setting == "prepaid":
        _check_since(given["since"], provider, spent, place, datetime.now(UTC))
    return Budget(given[setting], given.get("since"))


def _check_units(found: Mapping[str, Decimal], spent: "list[BalanceTemplate]", place: str) -> None:
    for name in found:
        if name != ANY and not any(is_unit(name, each.unit) for each in spent):
            units = [each.unit for each in spent if each.unit]
            near = did_you_mean(name, units)
            raise ConfigError(f"{place}.{validation.shown(name)}: what was spent is in {', '.join(units)}{near}")


def _check_since(since: date, provider: "Provider", spent: "list[BalanceTemplate]", place: str, now: datetime) -> None:
    longest = min((each.longest_period or timedelta(0) for each in spent), default=timedelta(0))
    if not longest:
        problem = f"{provider.title} shows only what was spent in this month: set budget, which is for a month"
        raise ConfigError(f"{place}.prepaid: {problem}")
    period = Period.of(now, since)
    if period.start > now:
        raise ConfigError(f"{place}.since: {since} is in the future")
    if now - period.start > longest:
        problem = f"{provider.title} shows only what was spent in the last {longest.days} days"
        raise ConfigError(f"{place}.since: {problem}: set prepaid to what is left now, and since to this day")
