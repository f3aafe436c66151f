"""Amounts that are what is used, by their names, in the place of what is left."""

import re
from collections.abc import Iterator

from credcheck.commands.providers.places import split
from credcheck.providers.formula import Term
from credcheck.providers.provider import BalanceTemplate, Provider

_USED = frozenset({"used", "spent", "consumed", "consumption", "usage", "utilization", "utilisation"})
_LEFT = frozenset({"un", "unused", "unspent", "not", "left", "remaining", "remain", "available", "balance", "free"})
_PER_CENT = frozenset({"percent", "percentage", "pct", "ratio", "utilization", "utilisation"})


def warnings(provider: Provider) -> list[str]:
    """Return a line for each amount that may be what is used."""
    found = (term for balance in provider.balances for term in _doubtful(balance))
    return list(dict.fromkeys(f"warning: `{term.path}` may be what is used; {_remedy(term)}" for term in found))


def _doubtful(balance: BalanceTemplate) -> Iterator[Term]:
    """Yield the amounts of one path that has the name of what is used; a debt and a sum are what they are called."""
    for formula in balance.amounts if balance.kind not in {"owed", "spent"} else ():
        (first, *others) = formula.terms
        if not others and first.path and not first.is_negative and _is_used(split(first.path)):
            yield first


def _is_used(steps: tuple[str, ...]) -> bool:
    words = set(_words(steps[-1])) if steps else set()
    return not _USED.isdisjoint(words) and _LEFT.isdisjoint(words)


def _words(name: str) -> list[str]:
    """Return the words of a name: `percentUsed` and `percent_used` have two."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def _remedy(term: Term) -> str:
    if not _PER_CENT.isdisjoint(_words(split(term.path)[-1])):
        return f'what is left is amount = "100 - {term.path}"'
    return f'what is left is amount = "TOTAL - {term.path}", with the path of the total'
