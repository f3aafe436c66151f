"""Places in an answer: the parts that a balance is read from, and the paths that its formulas lead to."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from credcheck.providers.document import MISSING, find, steps
from credcheck.providers.formula import PATH
from credcheck.providers.provider import BalanceTemplate
from credcheck.providers.rules import any_holds

Steps = tuple[str, ...]


class Part(NamedTuple):
    """A part of an answer, with the steps that lead to it."""

    steps: Steps
    value: object


def parts(balance: BalanceTemplate, document: object) -> list[Part]:
    """Return the parts that a balance is read from: the whole answer, or each item of its list that counts."""
    if document is MISSING or (balance.when and not any_holds(balance.when, document)):
        return []
    if balance.each is None:
        return [Part((), document)]
    items = find(document, balance.each)
    found = enumerate(items) if isinstance(items, list) else ()
    above = split(balance.each)
    return [
        Part((*above, str(index)), item) for index, item in found if not balance.where or any_holds(balance.where, item)
    ]


def split(path: str) -> Steps:
    """Return the steps of a path; the whole answer has none."""
    return () if path == "." else tuple(steps(path))


def joined(path: Sequence[str]) -> str:
    """Return steps as a path is written."""
    is_plain = re.compile(rf"\*|{PATH}").fullmatch
    return ".".join(step if is_plain(step) and "." not in step else f"'{step}'" for step in path) or "."


def reached(value: object, path: Sequence[str]) -> Iterator[Steps]:
    """Yield the steps to each value that is there at a path, in which `*` stands for each item of a list."""
    if not path:
        yield ()
        return
    step, *rest = path
    for name, child in members(value).items():
        if name == step or (step == "*" and isinstance(value, list)):
            yield from ((name, *below) for below in reached(child, rest))


def members(value: object) -> dict[str, object]:
    """Return the members of an object, or the items of a list by their index."""
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return value if isinstance(value, dict) else {}


def at(value: object, path: Sequence[str]) -> object:
    """Return the value at the steps of a path; nothing may be missing."""
    for step in path:
        value = members(value)[step]
    return value
