"""Answers that go on: a member says that more follows, and the description reads one page."""

from collections.abc import Iterator
from typing import NamedTuple

from credcheck.commands.providers.places import Steps, joined, members, parts
from credcheck.names import fold
from credcheck.providers.document import Digits
from credcheck.providers.provider import Provider

_MOST_STEPS = 3
# Names of members, folded.
_FLAGS = frozenset(
    {"hasmore", "hasnext", "hasnextpage", "hasmoreresults", "hasmoreitems", "moreresults", "moreavailable", "more"}
)
_NEXT = frozenset(
    {"next", "nextpage", "nextpagetoken", "nextcursor", "nexttoken", "nexturl", "nextlink", "nextpageurl", "nextoffset"}
)
_CURSORS = _NEXT | {"cursor", "continuation", "continuationtoken", "nextmarker", "pagetoken"}
_COUNTS = frozenset({"totalpages", "pagecount", "lastpage", "numpages", "pagestotal"})


class _Signs(NamedTuple):
    """The members of an answer that tell about further pages: truth values, cursors that are set, counts above one."""

    flags: dict[Steps, bool]
    cursors: dict[Steps, object]
    counts: dict[Steps, object]


def warnings(provider: Provider, document: object) -> list[str]:
    """Return a line if an answer says that more follows than the one page in which a list is read."""
    if provider.request.pages is not None or not any(_reads_list(provider, document)):
        return []
    signs = _signs(document)
    more = next((path for path, is_set in signs.flags.items() if is_set), None)
    sign = more or (None if signs.flags else next(iter([*signs.cursors, *signs.counts]), None))
    if sign is None:
        return []
    remedy = _remedy(signs, more, is_local=provider.is_local)
    return [f"warning: the answer says at `{joined(sign)}` that more follows, which is not read; {remedy}"]


def _reads_list(provider: Provider, document: object) -> Iterator[bool]:
    for balance in provider.balances:
        formulas = [*balance.amounts, *filter(None, [balance.total]), *balance.details.values()]
        is_list = balance.each is not None or any(term.is_sum for formula in formulas for term in formula.terms)
        yield is_list and bool(parts(balance, document))


def _signs(document: object) -> _Signs:
    found = _Signs({}, {}, {})
    for path, value in _inner(document, ()):
        name = fold(path[-1])
        if name in _FLAGS and isinstance(value, bool):
            found.flags[path] = value
        elif name in _CURSORS and value and not isinstance(value, bool):
            found.cursors[path] = value
        elif name in _COUNTS and isinstance(value, Digits) and value.isdecimal() and int(value) > 1:
            found.counts[path] = value
    return found


def _inner(value: object, above: Steps) -> Iterator[tuple[Steps, object]]:
    """Yield the members of an answer and of the objects in it; the items of its lists are no part of it."""
    if isinstance(value, dict) and len(above) < _MOST_STEPS:
        for name, inner in members(value).items():
            yield (*above, name), inner
            yield from _inner(inner, (*above, name))


def _remedy(signs: _Signs, more: Steps | None, *, is_local: bool) -> str:
    if is_local:
        return "let the program or the file give all of it"
    cursor, value = next(iter(signs.cursors.items()), (None, None))
    if isinstance(value, dict) or (isinstance(value, str) and value.startswith(("http", "/"))):
        return "an address is not followed: ask for all in one page, by a parameter of `query`"
    if cursor is None and not more:
        return "ask for all in one page, by a parameter of `query`"
    flag = f', more = "{joined(more)}"' if more else ""
    path = joined(cursor) if cursor else "PATH"
    return f'write pages = {{ next = "{path}", query = "PARAMETER"{flag} }} in [request]'
