"""One description's balances in an answer's document: their amounts, units, ids and moments."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from credcheck.errors import BadResponse, BalanceUnknown
from credcheck.models import Balance, Period
from credcheck.providers.document import MISSING, Pages, find, find_all, unsigned_zero
from credcheck.providers.formula import MissingAmount, added
from credcheck.providers.moments import days_from, moment, next_reset, time_from
from credcheck.providers.provider import BalanceTemplate, Resets, Time
from credcheck.providers.rules import any_holds

_LONGEST_NAME = 64
_MOST_BALANCES = 100


class Found(NamedTuple):
    """A balance, the part of the answer that it stands in, and its description."""

    balance: Balance
    item: object
    template: BalanceTemplate


class Reader(NamedTuple):
    """Reads balances from one document."""

    document: object
    options: Mapping[str, str | bool]
    now: datetime
    period: Period

    def balances(self, template: BalanceTemplate) -> Iterator[Found]:
        """Yield the balances that a description finds, in the order of the answer; raises as `read` does."""
        if template.when and not any_holds(template.when, self.document):
            return
        maybe = (self._found(template, item) for item in self._items(template))
        there = (balance for balance in maybe if balance is not None)
        if template.sum:
            found = [_sum(group) for group in _by_unit(list(there))]
        else:  # the rest of a list that is too long is not read
            found = bounded(list(islice(there, _MOST_BALANCES + 1)))
            if template.each and not template.id_path:
                found = _largest_first(found)
        yield from map(self._spent, found) if template.kind == "spent" else found

    def _spent(self, found: Found) -> Found:
        """Return a balance of which only that is known which was spent in the period."""
        balance = found.balance
        time = found.template.resets_at
        return found._replace(
            balance=balance._replace(
                amount=None,
                spent=None if balance.amount is None else unsigned_zero(balance.amount.copy_negate()),
                period=self.period if time and time.ends_period else None,
            )
        )

    def _items(self, template: BalanceTemplate) -> list[object]:
        if template.each is None:
            return [self.document]
        pages = self.document if isinstance(self.document, Pages) else (self.document,)
        return [item for page in pages for item in self._items_of(page, template, template.each)]

    def _items_of(self, page: object, template: BalanceTemplate, path: str) -> list[object]:
        items = find(page, path)
        if items is MISSING and not template.optional:
            raise BadResponse(f"the answer has no `{path}`")
        if items is MISSING or items is None:
            return self._of_null(template, path)
        if not isinstance(items, list):
            raise BadResponse(f"`{path}` in the answer is not a list")
        return [item for item in items if not template.where or any_holds(template.where, item)]

    @staticmethod
    def _of_null(template: BalanceTemplate, path: str) -> list[object]:
        """Return no items for a null that may be; raises BadResponse or BalanceUnknown otherwise."""
        if template.optional or template.null == "none":
            return []
        if template.null == "unknown":
            raise BalanceUnknown("null")
        raise BadResponse(f"`{path}` in the answer is null")

    def _found(self, template: BalanceTemplate, item: object) -> Found | None:
        """Return the balance in an item, or None if there need not be one."""
        is_unlimited = any_holds(template.unlimited, item)
        try:
            amount = None if is_unlimited else _amount(template, item)
        except MissingAmount:
            if template.optional:
                return None
            raise
        if amount is None and not is_unlimited and template.null != "unlimited":
            self._of_null(template, template.amounts[0].null_path(item))
            return None
        unit = self._unit(template, item)
        balance = Balance(
            id=self._id(template, item, unit),
            amount=amount,
            unit=unit,
            kind=template.kind,
            total=None if template.total is None or amount is None else _total(template, item),
            resets_at=self._moment(template.resets_at, item) or self._next_reset(template.resets, item),
            expires_at=self._moment(template.expires_at, item),
        )
        return Found(balance, item, template)

    def _unit(self, template: BalanceTemplate, item: object) -> str:
        if template.unit_path is None:
            return template.named_unit(self.options) or ""
        if template.unit is not None:
            return self._only_unit(template.unit, template.unit_path, item)
        value = find(item, template.unit_path)
        value = find(self.document, template.unit_path) if value is MISSING else value
        if not isinstance(value, str):
            raise BadResponse(f"the answer has no unit at `{template.unit_path}`")
        if value in template.units:
            return template.units[value]
        return _name(value.upper() if re.fullmatch(r"[A-Za-z]{3}", value) else value, template.unit_path)

    def _only_unit(self, unit: str, path: str, item: object) -> str:
        """Return the unit of a description; raises BadResponse for an answer that names another one."""
        for value in find_all(item, path):
            if (
                value is not MISSING
                and value is not None
                and not (isinstance(value, str) and value.casefold() == unit.casefold())
            ):
                other = (
                    value.upper() if isinstance(value, str) and re.fullmatch(r"[A-Za-z]{3}", value) else "another unit"
                )
                raise BadResponse(f"the answer is in {other}, not in {unit}")
        return unit

    def _id(self, template: BalanceTemplate, item: object, unit: str) -> str:
        if template.id_path is None:
            return template.id or unit
        value = find(item, template.id_path)
        if not isinstance(value, str):
            raise BadResponse(f"the answer has no name at `{template.id_path}`")
        name = _name(value.lower(), template.id_path)
        return f"{template.id}.{name}" if template.id else name

    def _next_reset(self, resets: Resets | None, item: object) -> datetime | None:
        """Return the next moment at which an amount is renewed at a regular time; None if no word for one is there."""
        if resets is None:
            return None
        return next_reset(resets.word if resets.path is None else find(item, resets.path), self.now)

    def _moment(self, time: Time | None, item: object) -> datetime | None:
        """Return the earliest of the moments at a path."""
        if time is None:
            return None
        if time.ends_period:
            return self.period.end if self.period.renews else None
        found = [self._one_moment(time, value) for value in find_all(item, time.path)]
        return min((each for each in found if each), default=None)

    def _one_moment(self, time: Time, value: object) -> datetime | None:
        if time.in_days:
            return days_from(self.now, value)
        return time_from(self.now, value) if time.is_left else moment(value)


def bounded(found: list[Found]) -> list[Found]:
    """Return the balances; raises BadResponse for more than an account can have."""
    if len(found) > _MOST_BALANCES:
        raise BadResponse(f"the answer holds more than {_MOST_BALANCES} balances")
    return found


def _largest_first(found: list[Found]) -> list[Found]:
    """Return the items of a list, those of one unit by amount: without ids of their own their order tells them apart.

    An answer that lists two amounts the other way round would otherwise look like use and a top-up.
    """
    order = list(dict.fromkeys(one.balance.unit for one in found))
    return sorted(
        found, key=lambda one: (order.index(one.balance.unit), not one.balance.unlimited, -(one.balance.amount or 0))
    )


def _amount(template: BalanceTemplate, item: object) -> Decimal | None:
    """Return the first amount that leads to a number; if none does, the first decides: null, or an error."""
    for formula in template.amounts if len(template.amounts) > 1 else ():
        with suppress(BadResponse):
            amount = formula.value(item, grouped=template.grouped)
            if amount is not None:
                return amount
    return template.amounts[0].value(item, grouped=template.grouped)


def _total(template: BalanceTemplate, item: object) -> Decimal | None:
    with suppress(BadResponse):
        return template.total.value(item, grouped=template.grouped) if template.total else None
    return None


def _name(value: str, path: str) -> str:
    """Return a unit or an id from an answer; raises BadResponse for a text that cannot be one."""
    if not value or len(value) > _LONGEST_NAME or not value.isprintable():
        raise BadResponse(f"`{path}` in the answer is not a name")
    return value


def _by_unit(found: list[Found]) -> list[list[Found]]:
    groups: dict[str, list[Found]] = {}
    for one in found:
        groups.setdefault(one.balance.unit, []).append(one)
    return list(groups.values())


def _sum(group: list[Found]) -> Found:
    """Return one balance for several of one unit: unlimited if one of them is."""
    balances = [each.balance for each in group]
    amounts = [each.amount for each in balances if each.amount is not None]
    totals = [each.total for each in balances if each.total is not None]
    is_limited = len(amounts) == len(balances)
    balance = balances[0]._replace(
        amount=added(amounts) if is_limited else None,
        total=added(totals) if len(totals) == len(balances) else None,
        resets_at=min((each.resets_at for each in balances if each.resets_at), default=None),
        expires_at=min((each.expires_at for each in balances if each.expires_at), default=None),
    )
    return group[0]._replace(balance=balance)
