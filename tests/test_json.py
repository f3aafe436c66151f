"""JSON with exact numbers, which the standard library cannot write but can read."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcheck.render.json import moment, render, text
from tests.results import result

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40).filter(
    lambda number: abs(number.adjusted()) < 60
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(DOCUMENTS)
def test_what_is_written_is_what_is_read(document: object) -> None:
    assert json.loads(text(document), parse_float=Decimal) == document


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("98.765432109876543210", "98.765432109876543210"),
        ("1E+20", "100000000000000000000"),
        ("1E-7", "0.0000001"),
        ("-0.050", "-0.050"),
        ("0.00", "0.00"),
        ("0E+5", "0"),
    ],
)
def test_a_number_has_exactly_its_digits_in_plain_notation(number: str, digits: str) -> None:
    assert text(Decimal(number)) == digits


@pytest.mark.parametrize("value", ["\x1b[2J", "\x00", "é", "\ud800", "</script>"])
def test_nothing_that_acts_on_a_terminal_is_written(value: str) -> None:
    written = text({"name": value})
    assert written.isascii()
    assert not [character for character in written if ord(character) < 32 and character != "\n"]


def test_the_date_of_an_envelope_is_that_of_its_last_check() -> None:
    early, late = (
        result(name, "1")._replace(checked_at=datetime(2026, 1, day, tzinfo=UTC)) for name, day in (("a", 2), ("b", 3))
    )
    for results in ([early, late], [late, early]):
        assert json.loads(render(results, single=False))["checked_at"] == "2026-01-03T00:00:00Z"


def test_a_year_has_four_digits_and_a_moment_no_parts_of_a_second() -> None:
    assert moment(datetime(987, 1, 2, 3, 4, 5, 678, tzinfo=UTC)) == "0987-01-02T03:04:05Z"
