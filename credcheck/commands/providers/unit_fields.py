"""Units that are the name of a field, for which `unit_path` is meant, or of a currency, which has a code."""

from collections.abc import Iterator

from credcheck.names import fold, without_keys
from credcheck.providers.document import MISSING, find, steps
from credcheck.providers.provider import BalanceTemplate, Provider
from credcheck.sanitize import one_line

# Names of such fields, folded; none of them is a unit.
_USUAL = frozenset({"currency", "currencycode", "unit", "type", "symbol"})

# Names of currencies, folded, and the codes that are meant.
_CODES = {
    **dict.fromkeys(("$", "us$", "dollar", "dollars", "us dollar", "us dollars", "usd"), "USD"),
    **dict.fromkeys(("€", "euro", "euros", "eur"), "EUR"),
    **dict.fromkeys(("£", "pound", "pounds", "gbp"), "GBP"),
    **dict.fromkeys(("yuan", "rmb", "renminbi", "cny"), "CNY"),
    **dict.fromkeys(("yen", "jpy"), "JPY"),
    **dict.fromkeys(("₹", "rupee", "rupees", "inr"), "INR"),
}


def warnings(provider: Provider, document: object = MISSING) -> list[str]:
    """Return a line for each unit that is the usual name of a field, that of one with a text here, or of a currency."""
    found = ((each.unit, _path(each, document)) for each in provider.balances if each.unit and not each.unit_path)
    lines = (
        f'warning: the unit is the text `{unit}`; to read it from the answer, write unit_path = "{path}"'
        for unit, path in found
        if path
    )
    words = (
        f'warning: the unit is `{each.unit}`; money is shown and added up by its ISO 4217 code: unit = "{code}"'
        for each in provider.balances
        if (code := _CODES.get((each.unit or "").casefold())) is not None and code != each.unit
    )
    return list(dict.fromkeys(without_keys(one_line(line)) for line in (*lines, *words)))


def _path(balance: BalanceTemplate, document: object) -> str | None:
    """Return the path of the field that the unit of a balance names, of a list that in each item; None for a unit."""
    unit = balance.unit or ""
    items = find(document, balance.each) if balance.each else None
    part = items[0] if isinstance(items, list) and items else document
    usual = unit if fold(steps(unit)[-1]) in _USUAL else None
    return unit if _is_word(find(part, unit)) else next(_paths(part, unit), usual)


def _paths(document: object, name: str) -> Iterator[str]:
    """Yield the paths of the members of this name that have a text, the outer ones first."""
    parts = [("", document)]
    for path, part in parts:
        members = part if isinstance(part, dict) else dict(enumerate(part[:1])) if isinstance(part, list) else {}
        for key, value in members.items():
            if key == name and _is_word(value):
                yield f"{path}{key}"
            parts.append((f"{path}{key}.", value))


def _is_word(value: object) -> bool:
    """Tell whether a value is a text that could be a unit, and no number."""
    return isinstance(value, str) and bool(value) and not any(map(str.isdigit, value))
