"""Rules over an answer: which values count at which paths."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from credcheck.providers.document import LONGEST_NUMBER, MISSING, Digits, find

Scalar = str | bool | int | Decimal


# Tells whether a value, or MISSING, counts.
Test = Callable[[object], bool]


def any_of(values: Sequence[Scalar]) -> Test:
    """Test for one of these values. Numbers compare as numbers, and a text never equals a number."""
    return lambda value: any(_equal(value, each) for each in values)


def none_of(values: Sequence[Scalar]) -> Test:
    """Test for a value that is none of these."""
    return lambda value: value is not MISSING and not any_of(values)(value)


def containing(part: str, *, expected: bool = True) -> Test:
    """Test for a text that contains, or lacks, this part."""
    return lambda value: isinstance(value, str) and not isinstance(value, Digits) and (part in value) is expected


def above(limit: Decimal) -> Test:
    """Test for a number, or the same number in text, that is larger than this one."""

    def test(value: object) -> bool:
        found = _number(value) if isinstance(value, str) and len(value) <= LONGEST_NUMBER else None
        return found is not None and found.is_finite() and found > limit

    return test


def null(*, expected: bool = True) -> Test:
    """Test for a value that is null, or is not."""
    return lambda value: value is not MISSING and (value is None) is expected


def present(*, expected: bool = True) -> Test:
    """Test for any value, null included, or for none."""
    return lambda value: (value is not MISSING) is expected


def all_of(tests: Sequence[Test]) -> Test:
    """Test for a value that all tests hold for."""
    return lambda value: all(test(value) for test in tests)


class Rule(NamedTuple):
    """Tests at paths, all of which must hold; `statuses` are the HTTP statuses that it is asked for."""

    tests: tuple[tuple[str, Test], ...]
    statuses: frozenset[int] = frozenset()

    def holds(self, document: object) -> bool:
        """Tell whether all tests hold; MISSING stands for a document that cannot be decoded."""
        return all(test(find(document, path)) for path, test in self.tests)

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
