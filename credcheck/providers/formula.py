"""Amount formulas: a signed sum of paths, each divided or multiplied by one number, on exact decimals.

`data.a - data.b`, `-total.val / 100`, `a + b?` (`b` counts nothing if it is missing or null), `sum(items.*.left)`,
`100 - percent_used`.
"""

import re
from decimal import ROUND_FLOOR, Context, Decimal
from typing import NamedTuple

from credcheck.errors import BadResponse
from credcheck.providers.document import LONGEST_NUMBER, MISSING, find, find_all, number, unsigned_zero

PLACES = 6
# Enough for any sum of numbers of 100 digits, and for a factor.
_EXACT = Context(prec=6 * LONGEST_NUMBER)
_SIXTH = Decimal(1).scaleb(-PLACES)
_STEP = r"(?:[A-Za-z0-9_$@][A-Za-z0-9_$@:-]*|'[^'*]{1,80}')"
PATH = rf"\.|{_STEP}(?:\.{_STEP})*"
STARRED_PATH = rf"(?:{_STEP}|\*)(?:\.(?:{_STEP}|\*))*"
_NUMBER = r"[0-9]{1,30}(?:\.[0-9]{1,30})?"
_TERM = (
    rf"(?P<sign>[+-]?)\s*(?:(?P<constant>{_NUMBER})(?!\S)"
    rf"|(?:sum\((?P<sum>{STARRED_PATH})\)|(?P<path>{PATH})(?P<optional>\??))"
    rf"(?:\s+(?P<operator>[*/])\s+(?P<number>{_NUMBER}))?)"
)
_UNREADABLE = "cannot be read; write paths with spaces around + - * /, such as `data.total - data.used`"


_PARENTHESES = (
    "parentheses are not supported, but in `sum(PATH)`; "
    "write a sum of paths, each multiplied or divided by one number, such as `100 - data.part * 100`"
)


class MissingAmount(BadResponse):
    """A path that an amount needs leads nowhere."""


class Term(NamedTuple):
    """One path of a formula, with its sign and the number that it is multiplied or divided by; or a constant.

    `is_zero_if_empty` tells that the sum over lists which are there and hold nothing is 0.
    """

    path: str
    is_negative: bool = False
    is_sum: bool = False
    is_optional: bool = False
    factor: Decimal | None = None
    divisor: Decimal | None = None
    constant: Decimal | None = None
    is_zero_if_empty: bool = False

    def value(self, document: object, *, grouped: bool) -> Decimal | None:
        """Return the term's value, or None if the path leads to null; raises MissingAmount and BadResponse."""
        if self.constant is not None:
            return unsigned_zero(self.constant.copy_negate() if self.is_negative else self.constant)
        values = self._found(document)
        if not values and self.is_zero_if_empty:
            return Decimal(0)
        if MISSING in values or not values:
            raise MissingAmount(f"the answer has no `{self.path}`")
        if None in values:
            return None
        total = added([number(each, self.path, grouped=grouped) for each in values])
        if self.factor is not None:
            total = _EXACT.multiply(total, self.factor)
        # Before it is rounded down: a balance is never shown larger than it is.
        total = total.copy_negate() if self.is_negative else total
        return unsigned_zero(total if self.divisor is None else divided(total, self.divisor))

    def is_null(self, document: object) -> bool:
        """Tell whether the path leads to null."""
        return self.constant is None and None in self._found(document)

    def _found(self, document: object) -> list[object]:
        return find_all(document, self.path) if self.is_sum else [find(document, self.path)]


class Formula(NamedTuple):
    """The terms that are added."""

    terms: tuple[Term, ...]

    @property
    def path(self) -> str:
        """The first path, which messages name."""
        return next((term.path for term in self.terms if term.path), "")

    def value(self, document: object, *, grouped: bool = False) -> Decimal | None:
        """Return the exact amount, or None if a path that is needed, or each of those that are not, leads to null.

        Raises MissingAmount if a path that is needed, or each of those that are not, leads nowhere, and BadResponse if
        one leads to what is not a number.
        """
        values = [(term, self._value(term, document, grouped=grouped)) for term in self.terms]
        needed = [value for term, value in values if not term.is_optional]
        numbers = [value for _, value in values if isinstance(value, Decimal)]
        if not numbers and not needed and all(value is MISSING for _, value in values):
            raise MissingAmount(f"the answer has no `{self.path}`")
        return added(numbers) if numbers and None not in needed else None

    @staticmethod
    def _value(term: Term, document: object, *, grouped: bool) -> object:
        """Return a term's value: a number, None for null, MISSING if it need not be there; raises as `value` does."""
        try:
            return term.value(document, grouped=grouped)
        except MissingAmount:
            if not term.is_optional:
                raise
            return MISSING

    def null_path(self, document: object) -> str:
        """Return the path that makes the amount null."""
        needed = [term for term in self.terms if not term.is_optional] or list(self.terms)
        return next((term.path for term in needed if term.is_null(document)), self.path)

    def negated(self) -> "Formula":
        """Return the formula of the negative amount: rounded down, it is the amount rounded up."""
        return Formula(tuple(term._replace(is_negative=not term.is_negative) for term in self.terms))

    def zero_if_empty(self) -> "Formula":
        """Return the formula for which the sum over lists that hold nothing is 0."""
        return Formula(tuple(term._replace(is_zero_if_empty=True) if term.is_sum else term for term in self.terms))

    def plain_path(self) -> str | None:
        """Return the path if the formula is nothing but one, else None."""
        (first, *others) = self.terms
        return first.path or None if not others and first == Term(first.path) else None


def parse(text: str) -> Formula:
    """Return the formula that a text means; raises ValueError with the reason."""
    if text.isascii() and text.isidentifier():
        return Formula((Term(text),))  # most formulas: one member, without a regular expression
    terms: list[Term] = []
    rest = text.strip()
    while rest:
        matched = re.match(_TERM, rest)
        if matched is None or (terms and not matched["sign"]):
            raise ValueError(_unreadable(text))
        terms.append(_term(matched))
        after = rest[matched.end() :]
        rest = after.lstrip()
        if rest and rest == after:
            raise ValueError(_unreadable(text))
    if not terms:
        raise ValueError("must not be empty")
    return Formula(tuple(terms))


def _unreadable(text: str) -> str:
    """Return the reason why a text is no formula."""
    rest = re.sub(r"'[^']*'|sum\([^()]*\)", "", text)
    return _PARENTHESES if "(" in rest or ")" in rest else _UNREADABLE


def _term(matched: re.Match[str]) -> Term:
    if matched["constant"]:
        return Term("", is_negative=matched["sign"] == "-", constant=Decimal(matched["constant"]))
    value = Decimal(matched["number"]) if matched["number"] else None
    if value is not None and not value:
        raise ValueError("multiplies or divides by zero")
    return Term(
        path=_named(matched["sum"] or matched["path"]),
        is_negative=matched["sign"] == "-",
        is_sum=bool(matched["sum"]),
        is_optional=bool(matched["optional"]),
        factor=value if matched["operator"] == "*" else None,
        divisor=value if matched["operator"] == "/" else None,
    )


def _named(path: str) -> str:
    """Return a path; raises ValueError for a bare number, which reads as an amount."""
    if is_bare_number(path):
        raise ValueError(f"`{path}` is a number, not a path; an index follows its list: `data.{path}`")
    return path


def is_bare_number(path: str) -> bool:
    """Tell whether a path has nothing but indices: it leads into a list without a name, or is meant as a number."""
    return re.fullmatch(r"[0-9]+(\.[0-9]+)*", path) is not None


def divided(amount: Decimal, divisor: Decimal) -> Decimal:
    """Return a quotient: by a power of ten the digits shifted, else rounded down to six places at the most."""
    shortest = divisor.normalize(_EXACT)
    if shortest.as_tuple().digits == (1,):
        return amount.scaleb(-shortest.adjusted(), _EXACT)
    quotient = _EXACT.divide(amount, divisor).quantize(_SIXTH, ROUND_FLOOR, _EXACT)
    return Decimal(format(quotient, "f").rstrip("0").rstrip("."))


def added(amounts: list[Decimal]) -> Decimal:
    """Return the exact sum."""
    total = amounts[0]
    for amount in amounts[1:]:
        total = _EXACT.add(total, amount)
    return unsigned_zero(total)
