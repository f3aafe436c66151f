"""Amount formulas, rules and moments: exact decimals, and never a number that the answer does not hold."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcheck.errors import BadResponse
from credcheck.providers import formula
from credcheck.providers.document import MISSING, Digits, decode
from credcheck.providers.moments import days_from, moment, time_from
from credcheck.providers.rules import Test, above, any_of, containing, none_of, null, present

ANSWER = decode(
    b'{"a": 10.50, "b": "4.25", "zero": 0, "minus": -3, "null": null, "word": "plenty", "yes": true,'
    b' "items": [{"left": 1.5}, {"left": "2.50"}], "holes": [{"left": 1}, {}], "none": [], "cents": 12340,'
    b' "list": [[1, 2], [3]], "with-hyphen": 7, "0": {"1": 5}, "two words": {"x.y": 8}}'
)


def value(text: str) -> str | None:
    found = formula.parse(text).value(ANSWER)
    return None if found is None else format(found, "f")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        *[("a", "10.50"), ("a - b", "6.25"), ("a + b", "14.75"), ("-a", "-10.50"), ("- a + b", "-6.25")],
        *[("cents / 100", "123.40"), ("-cents / 100", "-123.40"), ("cents / 1000000000", "0.000012340")],
        *[("cents * 100", "1234000"), ("a * 0.5", "5.250"), ("cents / 0.01", "1234000")],
        *[
            ("a / 60", "0.175"),
            ("cents / 7", "1762.857142"),
            ("minus / 7", "-0.428572"),
            ("cents / 60 - b", "201.416666"),
            ("-b / 3", "-1.416667"),
            ("a - b / 3", "9.083333"),
            ("'two words'.'x.y' / 2 - a", "-6.50"),
        ],
        *[("a + null?", "10.50"), ("null? + nowhere? - a", "-10.50"), ("null? + zero", "0")],
        *[("a + nowhere?", "10.50"), ("nowhere? + a", "10.50"), ("zero", "0"), ("-zero", "0"), ("b - b", "0.00")],
        *[
            ("sum(items.*.left)", "4.00"),
            ("a - sum(items.*.left)", "6.50"),
            ("sum(list.*.0)", "4"),
            ("sum(list.*.*)", "6"),
        ],
        *[
            ("items.1.left", "2.50"),
            ("with-hyphen - a", "-3.50"),
            ("'0'.1", "5"),
            ("0.1", "0.1"),
            ("items.0.left + minus / 10", "1.2"),
        ],
    ],
)
def test_a_formula_is_exact(text: str, digits: str) -> None:
    assert value(text) == digits


@pytest.mark.parametrize("text", ["null", "a - null", "null + a", "-null / 100", "null?", "null? + no?", "a? + null"])
def test_null_in_a_sum_is_null(text: str) -> None:
    assert value(text) is None


def test_the_path_that_is_null_is_named_and_not_one_that_may_be() -> None:
    assert formula.parse("a + null?  - items.0.left - null").null_path(ANSWER) == "null"
    assert formula.parse("none? + null?").null_path(ANSWER) == "null"


@pytest.mark.parametrize(
    "text",
    [
        "nowhere",
        "nowhere?",
        "nowhere? + neither?",
        "a - nowhere",
        "sum(holes.*.left)",
        "sum(none.*.left)",
        "sum(a.*)",
        "null.left",
        "items.2.left",
    ],
)
def test_what_is_not_there_is_missing(text: str) -> None:
    with pytest.raises(formula.MissingAmount, match="the answer has no"):
        value(text)


@pytest.mark.parametrize("text", ["word", "yes", "items", "items.0", "a - word", "sum(items.*)", "word?"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadResponse, match="not a number"):
        value(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "a b", "a+b", "(a)", "a - (b)", "a /", "a / b", "a / 0", "a / 0.0", "a * -1", "a ?", "sum(a"),
        *(
            "max(a)",
            "a..b",
            "- - a",
            "a + + b",
            ".a",
            "a.",
            "a / 1e3",
            "a; b",
            "é",
            "a[0]",
            "'a",
            "''",
            "'a'b",
            "'a * b'",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|parentheses|zero|empty"):
        formula.parse(text)


@given(st.lists(st.integers(-(10**90), 10**90), min_size=1))
def test_no_digit_of_a_sum_is_lost(units: list[int]) -> None:
    # Each stands for a number with thirty decimals.
    digits = [f"{'-' * (each < 0)}{abs(each) // 10**30}.{abs(each) % 10**30:030}" for each in units]
    answer = {f"m{place}": text for place, text in enumerate(digits)} | {"first": Digits(digits[0])}
    names = ["first", *(f"m{place}" for place in range(1, len(digits)))]
    found = formula.parse(" + ".join(names)).value(answer)
    assert found is not None
    assert int(format(found, "f").replace(".", "")) == sum(units)


@pytest.mark.parametrize(
    ("test", "values", "others"),
    [
        (any_of((0, "0")), [Digits("0"), Digits("0.0"), "0"], [MISSING, None, False, "", Digits("1"), "00"]),
        (any_of((True,)), [True], [Digits("1"), "true", 1]),
        (none_of((0,)), [Digits("1"), "0", None], [Digits("0"), MISSING]),
        (containing("bad"), ["a bad key"], [MISSING, None, ["bad"], "good"]),
        (containing("7"), ["a 7"], [Digits("7")]),
        (containing("bad", expected=False), ["good"], ["bad", MISSING, None]),
        (
            above(Decimal(0)),
            [Digits("0.1"), "125", Digits("1e3")],
            [MISSING, None, True, Digits("0"), "-1", "NaN", "x"],
        ),
        (null(), [None], [MISSING, False, "null"]),
        (null(expected=False), [False, "", Digits("0")], [None, MISSING]),
        (present(), [None, False], [MISSING]),
        (present(expected=False), [MISSING], [None]),
    ],
)
def test_a_rule_holds_for_its_values_only(test: Test, values: list[object], others: list[object]) -> None:
    assert [test(each) for each in values] == [True] * len(values)
    assert [test(each) for each in others] == [False] * len(others)


@pytest.mark.parametrize(
    "text",
    [
        *["2026-12-01T10:20:30Z", "2026-12-01T10:20:30.999Z", "2026-12-01T12:20:30+02:00", "2026-12-01T10:20:30"],
        *[
            "2026-12-01t10:20:30z",
            "2026-12-01 10:20:30",
            "1796120430",
            Digits("1796120430"),
            Digits("1796120430.9"),
            Digits("1796120430123"),
        ],
    ],
)
def test_moments_are_read_in_every_form(text: str) -> None:
    assert moment(text) == datetime(2026, 12, 1, 10, 20, 30, tzinfo=UTC)


def test_a_date_is_its_midnight() -> None:
    assert moment("2026-12-01") == datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01",
        None,
        True,
        MISSING,
        "",
        "soon",
        "2026-13-01",
        "0",
        Digits("0"),
        Digits("-5"),
        Digits("1e30"),
        Digits("20261201"),
        Digits("0.5"),
        "9" * 99,
        [],
    ],
)
def test_what_is_no_moment_is_none(text: object) -> None:
    assert moment(text) is None


@pytest.mark.parametrize(
    ("days", "expected"),
    [(Digits("10"), (2026, 12, 1, 6)), ("0.5", (2026, 11, 21, 18)), (Digits("-1"), None), ("x", None)],
)
def test_days_are_counted_from_now(days: object, expected: tuple[int, int, int, int] | None) -> None:
    now = datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert days_from(now, days) == (datetime(*expected, tzinfo=UTC) if expected else None)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("08:42:34", datetime(2026, 10, 30, 20, 42, 34, tzinfo=UTC)),
        ("0:00:00", datetime(2026, 10, 30, 12, tzinfo=UTC)),
        ("30:00:00.9999999", datetime(2026, 10, 31, 18, tzinfo=UTC)),
        ("12.08:42:34", datetime(2026, 11, 11, 20, 42, 34, tzinfo=UTC)),
        ("36500.00:00:01", datetime(2126, 10, 6, 12, 0, 1, tzinfo=UTC)),
        ("36501.00:00:00", None),
        ("99999.9999:00:00", None),
        ("08:42", None),
        ("08:60:00", None),
        ("-08:42:34", None),
        (" 08:42:34", None),
        ("1" * 80 + ":00:00", None),
        (Digits("8"), None),
        (None, None),
    ],
)
def test_a_time_that_is_left_ends_at_a_moment(left: object, expected: datetime | None) -> None:
    now = datetime(2026, 10, 30, 12, 0, 0, 500, tzinfo=UTC)
    assert time_from(now, left) == expected
