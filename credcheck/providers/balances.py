"""The balances in an answer's document, as a provider's description finds them: which one is main, and the details."""

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import chain, count
from typing import NamedTuple

from credcheck.errors import BadResponse, BalanceUnknown
from credcheck.models import REFUSES_CALLS, Detail, Period, Reading
from credcheck.providers.document import MISSING, Digits, find
from credcheck.providers.formula import Formula
from credcheck.providers.provider import Provider
from credcheck.providers.reader import Found, Reader, bounded
from credcheck.providers.rules import any_holds

_NO_CAP = "this key has no limit; the provider does not tell what the account has left"
# A number in text as JSON would write it; `007` is a name.
_CANONICAL = r"-?(?:0|[1-9][0-9]{0,40})(?:\.[0-9]{1,40})?"


class Context(NamedTuple):
    """The context of a reading: the account's options, the time, and of several balances the main one.

    The main balance is the one with the id `main`, if there is one. Else, of several currencies, the one that was main
    in the last reading, `main_before`, stays main, also at zero. `period` is the one of which the request asked what
    was spent; without it, the month of `now`.
    """

    options: Mapping[str, str | bool]
    now: datetime
    main: str | None = None
    main_before: str | None = None
    period: Period | None = None


def read(provider: Provider, document: object, context: Context) -> Reading:
    """Return the balances of a success, the main one first.

    Raises BadResponse for an answer without a balance that can be believed, and BalanceUnknown if it says that the
    balance is not known.
    """
    reader = Reader(
        document, provider.effective(context.options), context.now, context.period or Period.of(context.now)
    )
    found: list[list[Found]] = []
    unknown: set[int] = set()
    for index, template in enumerate(provider.balances):
        try:
            found.append(list(reader.balances(template)))
        except BalanceUnknown:
            found.append([])
            unknown.add(index)
    for index in provider.main_order():
        if found[index] and not all(map(_is_uncapped, found[index])):
            first = _main(found.pop(index), context.main_before)
            reading = _reading(bounded([*first, *chain.from_iterable(found)]), context.main)
            return reading._replace(details={**reading.details, **_own_details(provider, document)})
        if index in unknown and not provider.main:
            break
    if any(map(_is_uncapped, chain.from_iterable(found))):
        raise BalanceUnknown(_NO_CAP)
    if unknown:
        raise BalanceUnknown(f"{provider.title} does not know the balance (null, which is not zero)")
    raise BadResponse("the answer holds no balance")


def _is_uncapped(found: Found) -> bool:
    """Tell whether a balance is a limit without a cap: it tells no amount, so it is never the main balance."""
    return found.balance.kind == "limit" and found.balance.amount is None


def _own_details(provider: Provider, document: object) -> dict[str, Detail]:
    """Return the details that the description tells, and whether its rules say that calls are refused."""
    facts = {"caveat": provider.caveat, "last_day": provider.last_day}
    named: dict[str, Detail] = {name: str(fact) for name, fact in facts.items() if fact is not None}
    return named | {REFUSES_CALLS: True} if any_holds(provider.answer.low, document) else named


def _main(found: list[Found], main_before: str | None) -> list[Found]:
    """Return the balances of a list with the main one first: the main one of before, else the first that is not zero.

    An account that never had the first currency is not at zero; one that has used it up is. Of several with one id it
    is the first, the one that keeps this id.
    """
    capped = [one for one in found if not _is_uncapped(one)]
    before = [one for one in capped if main_before and one.balance.id.casefold() == main_before.casefold()]
    id_ = next(chain(before, (one for one in capped if one.balance.amount != 0)), capped[0]).balance.id
    chosen = next(one for one in capped if one.balance.id == id_)
    return [chosen, *(one for one in found if one is not chosen)]


def _reading(found: list[Found], wanted: str | None) -> Reading:
    """Return the balances, each with an id of its own, and the details of the main one: the wanted, else the first.

    Raises BalanceUnknown for a wanted one that is a limit without a cap.
    """
    named = _with_own_ids(found)
    folded = [each.balance.id.casefold() for each in named]
    main = named.pop(folded.index(wanted.casefold()) if wanted and wanted.casefold() in folded else 0)
    if _is_uncapped(main):
        raise BalanceUnknown(_NO_CAP)
    is_grouped = main.template.grouped
    details = {name: _detail(each, main.item, grouped=is_grouped) for name, each in main.template.details.items()}
    return Reading(
        (main.balance._replace(is_main=True), *(each.balance for each in named)),
        {name: value for name, value in details.items() if value is not None},
    )


def _with_own_ids(found: list[Found]) -> list[Found]:
    """Return the balances; one whose id is taken has a number at the end of its own."""
    taken: set[str] = set()
    named = []
    for one in found:
        numbered = (f"{one.balance.id}-{number}" for number in count(2))
        id_ = next(id_ for id_ in chain([one.balance.id], numbered) if id_ not in taken)
        taken.add(id_)
        named.append(one._replace(balance=one.balance._replace(id=id_)))
    return named


def _detail(formula: Formula, item: object, *, grouped: bool) -> Detail:
    """Return the number, text or truth value that a formula leads to; None for anything else."""
    path = formula.plain_path()
    value = find(item, path) if path else MISSING
    if isinstance(value, bool):
        return value
    text = value if isinstance(value, str) and not isinstance(value, Digits) else None
    if text is not None and not re.fullmatch(_CANONICAL, text.replace(",", "") if grouped else text):
        return text
    try:
        return formula.value(item, grouped=grouped)
    except BadResponse:
        return text
