"""Paths of a description that lead nowhere in an answer, and those that are there."""

from collections.abc import Iterator

from credcheck.commands.providers import amounts
from credcheck.commands.providers.contribution import is_secret
from credcheck.commands.providers.places import joined, members, parts
from credcheck.providers.document import MISSING, find, find_all
from credcheck.providers.provider import Provider

_MOST_STEPS = 4


def lines(provider: Provider, document: object) -> list[str]:
    """Return a line that leads from the first wrong path of a description to a right one, if there is one."""
    for balance in provider.balances:
        if balance.each is not None and not isinstance(find(document, balance.each), list):
            found = list(_lists(document, ()))
            return [f"the answer has lists at {amounts.listed(found)}"] if found else ["the answer has no list"]
        for part in parts(balance, document):
            for term in (term for formula in balance.amounts for term in formula.terms if term.path):
                if not term.is_optional and MISSING in find_all(part.value, term.path):
                    return _nearest(part.value, term.path, is_item=balance.each is not None)
    return []


def _nearest(document: object, path: str, *, is_item: bool) -> list[str]:
    near = amounts.nearest(document, path)
    if not near.startswith("it has"):
        return [near] if near else []
    return [near.replace("it has", "an item of `each` has" if is_item else "the answer has", 1)]


def _lists(value: object, above: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths of the lists of an answer, none of them in another one."""
    if isinstance(value, list):
        yield joined(above)
    for name, inner in members(value).items() if isinstance(value, dict) and len(above) < _MOST_STEPS else ():
        if not is_secret(name):
            yield from _lists(inner, (*above, name))
