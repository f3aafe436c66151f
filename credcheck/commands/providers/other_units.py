"""Units that an answer contradicts: it names another one beside the amount, or the items of a list have several."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from credcheck.commands.providers.places import Part, Steps, at, joined, members, parts, reached, split
from credcheck.names import fold
from credcheck.providers.document import MISSING, Digits, find
from credcheck.providers.formula import Term
from credcheck.providers.provider import BalanceTemplate, Provider

# Names of members that hold a unit, folded.
_UNITS = frozenset({"unit", "units"})
_CURRENCIES = frozenset({"currency", "currencycode", "currencyiso", "isocurrency", "cur", "curr", "ccy"})
_OF_MONEY = ("balance", "amount", "left", "remaining", "available", "value", "money", "funds")
# The hundredth part of a currency is in its unit once it is divided.
_PARTS = frozenset({"cent", "cents", "pence", "minor"})


class Named(NamedTuple):
    """A unit that an answer names beside an amount, and the steps that lead to it."""

    unit: str
    steps: Steps


def beside(document: object, amount: Steps) -> Named | None:
    """Return the unit that stands beside a value, else beside the object that holds it, and so on."""
    for depth in range(len(amount) - 1, -1, -1):
        around = at(document, amount[:depth])
        for name, value in members(around).items() if isinstance(around, dict) else ():
            if _holds_unit(name) and is_unit(value):
                return Named(str(value), (*amount[:depth], name))
    return None


def _holds_unit(name: str) -> bool:
    folded = fold(name)
    return folded in _UNITS | _CURRENCIES or folded.endswith(("currency", "currencycode"))


def is_unit(value: object) -> bool:
    """Tell whether a value is a text that may be a unit."""
    return (
        isinstance(value, str)
        and not isinstance(value, Digits)
        and re.fullmatch(r"[A-Za-z][A-Za-z ]{0,19}", value) is not None
    )


def warnings(provider: Provider, document: object) -> list[str]:
    """Return a line for each balance whose unit is not the one that this answer names beside its amount."""
    lines = (_warning(balance, document) for balance in provider.balances if balance.unit_of is None)
    return list(dict.fromkeys(f"warning: {line}" for line in lines if line))


def _warning(balance: BalanceTemplate, document: object) -> str | None:
    found = list(_named(balance, document))
    wrong = [named for unit, named in found if unit is not None and not _is_same(balance, unit, named)]
    if not wrong:
        return None
    others = list(dict.fromkeys(named.unit.upper() for _, named in found if _is_currency(named.unit)))
    starred = next((term.path for term in _terms(balance) if "*" in term.path), None)
    if len(others) > 1 and starred:
        return f"what is added up is in {_listed(others)}; write {_by_unit(starred, wrong[0])}"
    if len(others) > 1 and balance.each:
        path = joined(wrong[0].steps[len(split(balance.each)) + 1 :])
        return f'the items of `{balance.each}` are in {_listed(others)}; write unit_path = "{path}" for the unit'
    return f"the answer says {wrong[0].unit} at `{joined(wrong[0].steps)}`; {_remedy(balance, wrong[0])}"


def _named(balance: BalanceTemplate, document: object) -> Iterator[tuple[str | None, Named]]:
    """Yield the unit of a balance and the one that the answer names beside it, for each amount in the answer."""
    for part in parts(balance, document):
        for term in _terms(balance):
            for below in reached(part.value, split(term.path)):
                if (named := beside(document, (*part.steps, *below))) is not None:
                    yield _unit(balance, part, document), named


def _terms(balance: BalanceTemplate) -> list[Term]:
    return [term for formula in balance.amounts for term in formula.terms if term.path]


def _unit(balance: BalanceTemplate, part: Part, document: object) -> str | None:
    if balance.unit_path is None or balance.unit is not None:
        return balance.unit
    value = find(part.value, balance.unit_path)
    value = find(document, balance.unit_path) if value is MISSING else value
    return value if isinstance(value, str) else None


def _is_same(balance: BalanceTemplate, unit: str, named: Named) -> bool:
    """Tell whether a unit may be the one that the answer names; a word is no currency only if that stands close by."""
    one, other = unit.casefold(), named.unit.casefold()
    if one == other or balance.units.get(named.unit, "").casefold() == one or other in _PARTS:
        return True
    if _is_currency(unit):
        return not _is_currency(named.unit)
    return one.rstrip("s") == other.rstrip("s") or not _is_close(balance, named)


def _is_close(balance: BalanceTemplate, named: Named) -> bool:
    """Tell whether a unit stands under a usual name in the object of an amount that may be money."""
    above = len(split(balance.each)) + 1 if balance.each else 0
    depths = {above + len(path) for path in map(split, (term.path for term in _terms(balance))) if _may_be_money(path)}
    return fold(named.steps[-1]) in _UNITS | _CURRENCIES and len(named.steps) in depths


def _may_be_money(path: Steps) -> bool:
    """Tell whether the name of an amount fits money; a count of characters stands beside the currency of its price."""
    return any(word in fold(path[-1]) for word in _OF_MONEY)


def _is_currency(unit: str) -> bool:
    return re.fullmatch(r"[A-Za-z]{3}", unit) is not None


def _listed(units: list[str]) -> str:
    return f"{', '.join(units[:-1])} and {units[-1]}"


def _by_unit(starred: str, named: Named) -> str:
    """Return the settings that add a list up by unit."""
    steps = split(starred)
    place = steps.index("*")
    unit = joined(named.steps[place + 1 :])
    left = joined(steps[place + 1 :])
    return f'each = "{joined(steps[:place])}", amount = "{left}", unit_path = "{unit}" and sum = true'


def _remedy(balance: BalanceTemplate, named: Named) -> str:
    path = named.steps[len(split(balance.each)) + 1 :] if balance.each else named.steps
    if balance.unit is None:
        return f'write unit_path = "{joined(path)}", for another unit is read'
    return f'write unit_path = "{joined(path)}" in place of unit = "{balance.unit}"'
