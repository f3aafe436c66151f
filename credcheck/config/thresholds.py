"""The amounts below which a balance is low: a number, the same in per cent of the total, or a table of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from credcheck import validation
from credcheck.errors import ConfigError
from credcheck.models import ANY, Account, Result, Threshold
from credcheck.names import did_you_mean, fold, match

if TYPE_CHECKING:
    from credcheck.providers.provider import BalanceTemplate, Provider
    from credcheck.providers.registry import Registry

_MONEY = r"[A-Za-z]{3}"
# Units that need no look at the descriptions: common currencies, which answers may name, and the usual others.
_COMMON_UNITS = frozenset(
    "aed ars aud brl cad chf clp cny cop czk dkk egp eur gbp hkd huf idr ils inr jpy krw kzt mxn myr ngn nok nzd pen"  # noqa: SIM905
    " php pkr pln qar ron rub sar sek sgd thb try twd uah usd uyu vnd zar"
    " characters credits minutes percent points requests seconds tokens".split()
)


def threshold(value: object) -> Threshold:
    """Accept a number, or a text such as `10%`."""
    if not isinstance(value, str):
        return Threshold(validation.number(value))
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,20})?%", value) or Decimal(value[:-1]) > 100:
        raise ConfigError('must be a number, or per cent of the total such as "10%"')
    return Threshold(Decimal(value[:-1]), is_percent=True)


def of_account(value: object) -> dict[str, Threshold]:
    """Accept one threshold, for the main balance, or a table of them by the balances' ids or units."""
    return _table(value) if isinstance(value, dict) else {ANY: threshold(value)}


def by_unit(value: object) -> dict[str, Threshold]:
    """Accept a table of thresholds by unit."""
    if not isinstance(value, dict):
        raise ConfigError("must be a table by unit, such as { USD = 5, credits = 100 }")
    return {unit(name): one for name, one in _table(value).items()}


def unit(name: str) -> str:
    """Return a unit as outputs spell it: a currency in upper case."""
    return name.upper() if re.fullmatch(_MONEY, name) else name


def defaults_for(defaults: Mapping[str, Threshold], account: Account, provider: "Provider") -> dict[str, Threshold]:
    """Return those of the usual thresholds, by unit, that are for a balance without one of the account's own.

    A unit that only an answer tells may be that of any money.
    """
    own = {name.casefold() for name in account.warn_below}
    options = provider.effective(account.options)
    own_units = own - {(one.id or one.named_unit(options) or "").casefold() for one in provider.balances}
    first = provider.balances[provider.main_order()[0]]
    found = {}
    for balance in provider.balances:
        unit_in_answer = balance.named_unit(options)
        id_ = (balance.id or unit_in_answer or "").casefold()
        is_main = id_ == account.main.casefold() if account.main else balance is first
        is_one = balance.each is None or balance.sum
        is_watched = balance.kind != "owed" and (is_main or balance.kind not in {"grant", "part"})
        if not is_watched or id_ in own - {ANY} or (is_main and is_one and ANY in own):
            continue
        for name, one in defaults.items():
            is_its = is_unit(name, unit_in_answer) and name.casefold() not in own_units
            if is_its and (_has_total(balance, account) or not one.is_percent):
                found[name] = one
    return found


def is_unit(name: str, unit_in_answer: str | None) -> bool:
    """Tell whether a name may be the unit of a balance; if `unit_in_answer` is None, only an answer tells it."""
    return name.casefold() == unit_in_answer.casefold() if unit_in_answer else bool(re.fullmatch(_MONEY, name))


def without_total(defaults: Mapping[str, Threshold], account: Account, provider: "Provider") -> list[str]:
    """Return the settings of an account's thresholds in per cent that are for balances of which no total is told."""
    options = provider.effective(account.options)
    main_unit = (provider.default_unit(account.options) or "").casefold()
    found = dict(account.warn_below)
    balances = {name: _matching(name or account.main or ANY, account, provider) for name in found}
    if not found:  # those of all accounts are only for one without its own
        found = {name: one for name, one in defaults.items() if name.casefold() == main_unit}
        balances = {
            name: [one for one in provider.balances if is_unit(name, one.named_unit(options))] for name in found
        }
    return [
        f"warn_below{'.' * bool(name)}{validation.shown(name)} = {threshold}"
        for name, threshold in found.items()
        if threshold.is_percent and not any(_has_total(one, account) for one in balances[name])
    ]


def _matching(name: str, account: Account, provider: "Provider") -> "list[BalanceTemplate]":
    """Return the balances that an account's threshold may be for: those of the id, else of the unit or of any id."""
    options = provider.effective(account.options)
    by_id, others = [], []
    for balance in provider.balances:
        unit_in_answer = balance.named_unit(options)
        id_ = None if balance.id_path else balance.id or unit_in_answer
        if id_ and id_.casefold() == name.casefold():
            by_id.append(balance)
        elif name == ANY or id_ is None or is_unit(name, unit_in_answer):
            others.append(balance)
    return by_id or others


def from_command_line(texts: list[str]) -> dict[str, Threshold]:
    """Return the thresholds that the command line asks for: `50`, `10%`, `USD=5`; raises ConfigError."""
    found: dict[str, Threshold] = {}
    for text in texts:
        before, equals, amount = text.rpartition("=")
        name = unit(before.strip())
        if equals and not name:
            raise ConfigError("a threshold for any unit has no equals sign")
        if name.casefold() in map(str.casefold, found):
            raise ConfigError(f"there are two for {validation.shown(name) if name else 'any unit'}; give one")
        found[name] = _from_text(amount.strip())
    return found


def naming_accounts(
    found: Mapping[str, Threshold], accounts: Sequence[Account]
) -> tuple[list[Account], dict[str, Threshold]]:
    """Return the accounts, those that are named with that threshold alone, and the thresholds that name none."""
    own = {match(name, (account.name for account in accounts)): one for name, one in found.items() if name}
    named = {name: one for name, one in own.items() if name is not None}
    chosen = [
        account._replace(warn_below={ANY: named[account.name]}) if account.name in named else account
        for account in accounts
    ]
    return chosen, {name: one for name, one in found.items() if not name or fold(name) not in map(fold, named)}


def unmatched(found: Mapping[str, Threshold], results: Sequence[Result]) -> list[str]:
    """Return the names among these thresholds that are neither unit nor id of a balance; none if that is not known."""
    if any(result.error and not result.unit for result in results):
        return []
    names = {(result.unit or "").casefold() for result in results} | {
        name.casefold()
        for result in results
        if result.reading
        for balance in result.reading.balances
        for name in (balance.id, balance.unit)
    }
    return [name for name in found if name and name.casefold() not in names]


def misspelt(names: Iterable[str], registry: "Registry") -> dict[str, str]:
    """Return those of these units that no provider has, each with a question about the nearest, or an empty text.

    One that is near to none may be a unit that only an answer names.
    """
    rare = [name for name in names if name.casefold() not in _COMMON_UNITS]
    units = registry.units() if rare else set[str]()
    spelt_right = {unit.casefold() for unit in units}
    return {name: did_you_mean(name, units) for name in rare if name.casefold() not in spelt_right}


def _from_text(text: str) -> Threshold:
    if text.endswith("%"):
        return threshold(text)
    if not re.match(r"[-+.]?[0-9]", text):
        raise ConfigError(
            "must be a number such as 5, one for a unit such as USD=5, or per cent of the total such as 10%"
        )
    return validation.from_text(threshold, text)


def _table(value: Mapping[str, object]) -> dict[str, Threshold]:
    found = {}
    for name, one in value.items():
        if not name or not name.isprintable():
            raise ConfigError("an id or a unit must be a printable word")
        found[name] = validation.under(validation.shown(name), threshold, one)
    return found


def _has_total(balance: "BalanceTemplate", account: Account) -> bool:
    """Tell whether per cent can be taken: the answer tells a total, or the account has a budget for its spending."""
    return balance.total is not None or (balance.kind == "spent" and bool(account.budget))
