"""Rules over an answer: which values count at which paths."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from credcheck.providers.document import MISSING, Digits, find

Scalar = str | bool | int | Decimal


class AnyOf(NamedTuple):
    """The value is one of these. Numbers compare as numbers, and a text never equals a number."""

    values: tuple[Scalar, ...]

    def holds(self, value: object) -> bool:
        """Tell whether the value counts."""
        return any(_equal(value, each) for each in self.values)


class NoneOf(NamedTuple):
    """There is a value, and it is none of these."""

    values: tuple[Scalar, ...]

    def holds(self, value: object) -> bool:
        """Tell whether the value counts."""
        return value is not MISSING and not AnyOf(self.values).holds(value)


class Containing(NamedTuple):
    """The value is a text that contains, or lacks, this part."""

    part: str
    expected: bool = True

    def holds(self, value: object) -> bool:
        """Tell whether the value counts."""
        return isinstance(value, str) and not isinstance(value, Digits) and (self.part in value) is self.expected


class Null(NamedTuple):
    """There is a value, and it is null, or is not."""

    expected: bool = True

    def holds(self, value: object) -> bool:
        """Tell whether the value counts."""
        return value is not MISSING and (value is None) is self.expected


class Present(NamedTuple):
    """There is a value, null included, or there is none."""

    expected: bool = True

    def holds(self, value: object) -> bool:
        """Tell whether the value counts."""
        return (value is not MISSING) is self.expected


Test = AnyOf | NoneOf | Containing | Null | Present


class Rule(NamedTuple):
    """Tests at paths, all of which must hold; `statuses` are the HTTP statuses that it is asked for."""

    tests: tuple[tuple[str, Test], ...]
    statuses: frozenset[int] = frozenset()

    def holds(self, document: object) -> bool:
        """Tell whether all tests hold; MISSING stands for a document that cannot be decoded."""
        return all(test.holds(find(document, path)) for path, test in self.tests)

    def is_for(self, status: int) -> bool:
        """Tell whether the rule is asked of an answer with this status: any success, if it names none."""
        return status in self.statuses if self.statuses else 200 <= status < 300


def any_holds(rules: Sequence[Rule], document: object) -> bool:
    """Tell whether one of the rules holds."""
    return any(rule.holds(document) for rule in rules)


def _equal(value: object, expected: Scalar) -> bool:
    if isinstance(expected, bool):
        return value is expected
    if isinstance(expected, str):
        return value == expected and not isinstance(value, Digits)
    return isinstance(value, Digits) and _number(value) == expected


def _number(digits: str) -> Decimal | None:
    try:
        return Decimal(digits)
    except ArithmeticError:
        return None
