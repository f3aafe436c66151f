"""Reading an answer: exact numbers, and nothing believed that is not there."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcheck.errors import BadResponse, Blocked
from credcheck.providers.document import MISSING, decode, decode_text, find, find_all, number

DIGITS = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,35})?", fullmatch=True)


@given(DIGITS)
def test_every_digit_of_a_number_is_kept(digits: str) -> None:
    decoded = decode(f'{{"left": {digits}}}'.encode())
    assert format(number(find(decoded, "left"), "left"), "f") == without_negative_zero(digits)


@given(DIGITS)
def test_every_digit_of_a_text_is_kept(digits: str) -> None:
    assert format(number(find({"left": digits}, "left"), "left"), "f") == without_negative_zero(digits)


def without_negative_zero(digits: str) -> str:
    return digits if Decimal(digits) else digits.removeprefix("-")


@pytest.mark.parametrize(
    ("text", "digits"),
    [("+0012.50", "12.50"), ("12.", "12"), (".5", "0.5"), ("-.50", "-0.50"), ("-0.00", "0.00"), ("007", "7")],
)
def test_odd_decimals_are_read(text: str, digits: str) -> None:
    assert format(number(find({"left": text}, "left"), "left"), "f") == digits


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, [], {}, ["1"], {"value": "1"}),
        *("", " ", ".", "-", "+.", "1 ", " 1", "1,000", "1_000", "1e5", "0x10", "٣", "½", "12 credits"),
        *("NaN", "Infinity", "-Infinity", "unlimited", "1" * 101),
    ],
)
def test_what_is_no_number_is_no_balance(value: object) -> None:
    with pytest.raises(BadResponse):
        number(find({"left": value}, "left"), "left")


def test_a_value_is_not_quoted_for_it_may_be_the_key() -> None:
    with pytest.raises(BadResponse) as raised:
        number(find({"left": "sk_secret"}, "left"), "left")
    assert raised.value.message == "`left` in the answer is not a number"


@pytest.mark.parametrize("body", [b"<!doctype html>", b"\xef\xbb\xbf\n <html>"])
@pytest.mark.parametrize("read", [decode, decode_text])
def test_a_web_page_is_no_answer_of_the_provider(read: Callable[[bytes], object], body: bytes) -> None:
    with pytest.raises(Blocked, match="came in place of the answer"):
        read(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Service down", "not JSON"),
        (b'{"left": 1', "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"left": NaN}', "NaN"),
        (b'{"left": -Infinity}', "-Infinity"),
        (b'{"left": 1, "left": 2}', "two values under one name"),
        (b'{"left": 1e101}', "too large or too precise"),
        (b'{"left": 1e-41}', "too large or too precise"),
        (b'{"left": 1e999999999999999999999}', "too large or too precise"),
        (b'{"left": ' + b"9" * 101 + b"}", "too large or too precise"),
    ],
)
def test_what_cannot_be_believed_says_why(body: bytes, why: str) -> None:
    with pytest.raises(BadResponse, match=why):
        number(find(decode(body), "left"), "left")


def test_a_byte_order_mark_does_no_harm() -> None:
    assert decode(b'\xef\xbb\xbf{"left": "1"}') == {"left": "1"}


@pytest.mark.parametrize("where", ["a.2", "a.x", "a.-1", "b", "a.0.b", "c.0", "d.0", "a.²"])
def test_a_path_that_leads_nowhere_finds_nothing(where: str) -> None:
    tree = {"a": ["x", {"b": 1}], "c": "text", "d": None}
    assert find(tree, where) is MISSING
    with pytest.raises(BadResponse, match=f"no `{where}`"):
        number(find(tree, where), where)


def test_a_path_leads_through_lists() -> None:
    assert find({"detail": [{"msg": "Field required"}]}, "detail.0.msg") == "Field required"


def test_a_name_with_spaces_or_dots_stands_in_quotes_in_a_path() -> None:
    tree = {"user stats": [{"v1.5 calls": {"left": 7}}], "plain": 1}
    assert find(tree, "'user stats'.0.'v1.5 calls'.left") == 7
    assert find(tree, "'plain'") == 1
    assert find_all(tree, "'user stats'.*.'v1.5 calls'.left") == [7]
    assert find(tree, "'user stats'.0.'v1'.left") is MISSING
