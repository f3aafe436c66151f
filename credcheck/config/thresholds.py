"""The amounts below which a balance is low: a number, the same in per cent of the total, or a table of them."""

import re
from collections.abc import Mapping
from decimal import Decimal

from credcheck.config import validation
from credcheck.errors import ConfigError
from credcheck.models import ANY, Threshold


def threshold(value: object) -> Threshold:
    """Accept a number, or a text such as `10%`."""
    if not isinstance(value, str):
        return Threshold(validation.number(value))
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,20})?%", value) or Decimal(value[:-1]) > 100:
        raise ConfigError('must be a number, or per cent of the total such as "10%"')
    return Threshold(Decimal(value[:-1]), is_percent=True)


def of_account(value: object) -> dict[str, Threshold]:
    """Accept one threshold, for the main balance, or a table of them by the balances' ids."""
    return _table(value) if isinstance(value, dict) else {ANY: threshold(value)}


def by_unit(value: object) -> dict[str, Threshold]:
    """Accept a table of thresholds by unit."""
    if not isinstance(value, dict):
        raise ConfigError("must be a table by unit, such as { USD = 5, credits = 100 }")
    return {unit(name): each for name, each in _table(value).items()}


def unit(name: str) -> str:
    """Return a unit as outputs spell it: a currency in upper case."""
    return name.upper() if re.fullmatch(r"[A-Za-z]{3}", name) else name


def asked(texts: list[str]) -> dict[str, Threshold]:
    """Return the thresholds that the command line asks for: `50`, `10%`, `USD=5`; raises ConfigError."""
    found: dict[str, Threshold] = {}
    for text in texts:
        before, _, amount = text.rpartition("=")
        name = unit(before.strip())
        if name.casefold() in map(str.casefold, found):
            raise ConfigError(f"there are two for {validation.shown(name) if name else 'any unit'}; give one")
        found[name] = _from_text(amount.strip())
    return found


def _from_text(text: str) -> Threshold:
    if text.endswith("%"):
        return threshold(text)
    return validation.from_text(threshold, text)


def _table(value: Mapping[str, object]) -> dict[str, Threshold]:
    found = {}
    for name, each in value.items():
        if not name or not name.isprintable():
            raise ConfigError("an id or a unit must be a printable word")
        found[name] = validation.at(validation.shown(name), threshold, each)
    return found
