"""The amounts that an answer offers for a balance, and the one that is chosen."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from credcheck.commands.providers.contribution import numbers
from credcheck.commands.providers.places import at, joined, members, split
from credcheck.errors import UsageError
from credcheck.names import could_be_key
from credcheck.providers import formula
from credcheck.providers.document import MISSING, find_all

_MOST_LISTED = 12


class Amount(NamedTuple):
    """An amount as a description has it; with `each`, it stands in each item of that list."""

    text: str
    each: str | None = None


class Offer(NamedTuple):
    """A path of a number, or with a star that of one in each item of a list, and the numbers there."""

    path: str
    shown: str


def offers(document: object) -> list[Offer]:
    """Return the paths of an answer's numbers; that of each item of a list stands before those of single ones."""
    found: dict[str, Offer] = {}
    for path, digits in numbers(document):
        if (starred := _starred(document, path)) is not None and starred not in found:
            values = [value for value in find_all(document, starred) if isinstance(value, str)]
            found[starred] = Offer(starred, ", ".join(map(_harmless, values[:3])) + "  (a balance for each item)")
        found[path] = Offer(path, _harmless(digits))
    return list(found.values())


def _harmless(digits: str) -> str:
    return "…" if could_be_key(digits) else digits


def _starred(document: object, path: str) -> str | None:
    """Return a path with a star for the first index of a list of objects; None if it has none."""
    steps = split(path)
    for place in range(len(steps) - 1):
        above = at(document, steps[:place])
        if isinstance(above, list) and isinstance(members(above)[steps[place]], dict):
            return joined([*steps[:place], "*", *steps[place + 1 :]])
    return None


def chosen(typed: str, found: Sequence[Offer], document: object) -> Amount:
    """Return the amount that a number of the list, a path or a formula means; raises UsageError."""
    if typed.isdecimal():
        if not 1 <= int(typed) <= len(found):
            raise UsageError(f"there is no {typed} in the list: type a number from 1 to {len(found)}, or a path")
        typed = found[int(typed) - 1].path
    if re.fullmatch(formula.STARRED_PATH, typed) and "*" in typed:
        before, _, after = f".{typed}".partition(".*.")
        if not after or "*" in after:
            raise UsageError("--amount: one star stands for the items of one list, such as `wallets.*.left`")
        return Amount(after, before.removeprefix(".") or ".")
    try:
        read = formula.parse(typed)
    except ValueError as problem:
        raise UsageError(f"--amount: {problem}") from None
    if missing := next((term.path for term in read.terms if term.path and _is_missing(document, term)), None):
        raise UsageError(f"--amount: the answer has no `{missing}`; {nearest(document, missing)}".rstrip("; "))
    return Amount(typed)


def _is_missing(document: object, term: formula.Term) -> bool:
    return not term.is_optional and MISSING in find_all(document, term.path)


def nearest(document: object, wanted: str) -> str:
    """Return the way to write a path that leads nowhere, or the paths of an answer's numbers, the nearest first."""
    paths = [path for path, _ in numbers(document)]
    plain = wanted.removeprefix("$.").removeprefix("$")
    if plain != wanted and plain in paths:
        return f"write `{plain}`, without the dollar sign"
    spaced = re.sub(r"(?<=[^\s-])([-+*/])(?=[^\s-])", r" \1 ", wanted)
    if spaced != wanted and all(part in paths or part.isdecimal() for part in re.split(r" [-+*/] ", spaced)):
        return f"write `{spaced}`, with spaces around the sign"
    return f"it has numbers at {listed(sorted(paths, key=lambda path: -_likeness(wanted, path)))}" if paths else ""


def _likeness(wanted: str, path: str) -> float:
    """Return how like two paths are, their last steps first."""
    one, other = wanted.casefold(), path.casefold()
    ends = SequenceMatcher(None, one.rpartition(".")[2], other.rpartition(".")[2]).ratio()
    return ends + SequenceMatcher(None, one, other).ratio() / 2


def listed(paths: Sequence[str]) -> str:
    """Return paths as a message lists them."""
    return ", ".join(f"`{path}`" for path in paths[:_MOST_LISTED]) + (" …" if len(paths) > _MOST_LISTED else "")
