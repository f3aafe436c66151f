"""The tables of a description that say which balances an answer has."""

from collections.abc import Mapping
from functools import partial
from typing import Any, get_args

from credcheck import validation
from credcheck.errors import ConfigError
from credcheck.providers import notation
from credcheck.providers.provider import BalanceTemplate, Kind, NullMeans, Time
from credcheck.providers.request import PERIOD_END
from credcheck.validation import Check, DescriptionError


def _balance(value: object, id_: str | None = None) -> BalanceTemplate:
    values: dict[str, Any] = validation.validated(value, _BALANCE, renamed=notation.RENAMED)
    values |= _used(values)
    units = [name for name in ("unit", "unit_path", "unit_of") if name in values]
    if len(units) != 1 and units != ["unit", "unit_path"]:
        raise DescriptionError("unit", problem="one of unit, unit_path and unit_of is needed")
    if "unit" not in values and "*" in values.get("unit_path", ""):
        raise DescriptionError("unit_path", problem="names one unit: only beside `unit` it may have a star")
    if "each" not in values and (stray := next((name for name in ("where", "id_path", "sum") if name in values), None)):
        raise DescriptionError(stray, problem="only a list (each) has this")
    if "sum" in values and "id_path" in values:
        raise DescriptionError("id_path", problem="what is added up has no id of its own")
    if "each" in values and id_ is not None and not ({"id_path", "sum"} & set(values)):
        raise DescriptionError("each", problem="the items of a list need id_path, or sum = true")
    return BalanceTemplate(id=id_, **_lifetime(values))


def _lifetime(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values; a sum of all purchases ever is a detail, and no total to take per cent of."""
    if not values.get("lifetime"):
        return values
    if values.get("total") is None:
        raise DescriptionError("lifetime", problem="only a total has this")
    return {**values, "total": None, "details": {**values.get("details", {}), "purchased": values["total"]}}


def _used(values: dict[str, Any]) -> dict[str, Any]:
    """Take the amount out of the values, or `used` and `total`; return the formulas."""
    found, used = values.pop("amount", None), values.pop("used", None)
    is_spent, has_budget = values.get("kind") == "spent", "total" in values and values["total"] is None
    if (found is None) == (used is None):
        problem = "there is `amount` already: balance = total - used" if used else "is missing (or `used` with `total`)"
        raise DescriptionError("used" if used else "amount", problem=problem)
    if is_spent is not has_budget or (is_spent and not used):
        raise DescriptionError("kind", problem=f'"spent" needs used and total = "{notation.BUDGET}", and these need it')
    if used and not is_spent and "total" not in values:
        raise DescriptionError("total", problem="is missing: balance = total - used")
    if "longest_period" in values and not (is_spent and _ends_period(values.get("resets_at"))):
        problem = f'needs kind = "spent" and resets_at = "{{{PERIOD_END}}}"'
        raise DescriptionError("longest_period", problem=problem)
    if used:
        # The negative, rounded down: never less was used than it is.
        minus = used.negated()
        found = (minus if is_spent else minus._replace(terms=(*values["total"].terms, *minus.terms)),)
    total = values.get("total")
    if values.pop("empty", None):
        found = tuple(each.zero_if_empty() for each in found)
        total = total and total.zero_if_empty()
    return {"amounts": found, "total": total}


def _ends_period(time: Time | None) -> bool:
    return time is not None and time.ends_period


def balances(value: object) -> tuple[BalanceTemplate, ...]:
    """Return the one balance of a table, or those of a table that has nothing but a table for each id."""
    if isinstance(value, list):
        raise ConfigError("`[[balance]]` makes a list: write `[balance.ID]`, in single brackets, for each balance")
    if isinstance(value, dict) and value and all(isinstance(each, dict) for each in value.values()):
        return tuple(_named_balance(id_, each) for id_, each in value.items())
    return (_balance(value),)


def _named_balance(id_: str, value: object) -> BalanceTemplate:
    return validation.under(validation.shown(id_), partial(_balance, id_=validation.line(id_)), value)


def _null(value: object) -> object:
    if value == "bad":
        raise ConfigError("`bad` is now `error`, which is usual: leave the line out")
    return validation.one_of(*get_args(NullMeans))(value)


_BALANCE: Mapping[str, Check] = {
    "amount": validation.one_or_more(notation.amount),
    "used": notation.amount,
    "empty": validation.one_of("zero"),
    "unit": validation.line,
    "unit_path": notation.starred_path,
    "unit_of": validation.line,
    "units": validation.table_of(validation.line),
    "kind": validation.one_of(*get_args(Kind)),
    "total": notation.total,
    "longest_period": validation.duration,
    "lifetime": validation.truth,
    "resets": notation.resets,
    "resets_at": notation.time,
    "expires_at": notation.time,
    "each": notation.path,
    "id_path": notation.path,
    "sum": validation.truth,
    "where": validation.one_or_more(notation.rule),
    "when": validation.one_or_more(notation.rule),
    "unlimited": validation.one_or_more(notation.rule),
    "optional": validation.truth,
    "null": _null,
    "grouped": validation.truth,
    "details": validation.table_of(notation.amount),
}
