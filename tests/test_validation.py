"""What each setting may be: a value that can be used, or a ConfigError, and never anything else."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcheck import validation
from credcheck.config import options
from credcheck.errors import ConfigError

CHECKS: list[validation.Check] = [
    validation.text,
    validation.variable,
    options.segment,
    validation.truth,
    validation.number,
    validation.timeout,
    validation.concurrency,
    validation.key,
    validation.command,
    validation.base_url,
]
TIMEOUT = {"timeout": validation.timeout}
# Whatever a TOML document can hold where numbers with a point are read as Decimal.
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.builds(Decimal, st.from_regex(r"-?[0-9]{1,3}e-?[0-9]{1,18}", fullmatch=True))
    | st.text()
    | st.dates()
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


def complaint(check: Callable[[], object]) -> str:
    """Return what a ConfigError says, or nothing; lets any other exception through."""
    try:
        check()
    except ConfigError as problem:
        return problem.message
    return ""


@given(value=VALUES)
def test_a_check_raises_nothing_but_a_config_error(value: object) -> None:
    for check in CHECKS:
        assert "\n" not in complaint(partial(check, value))


@given(text=st.text() | st.from_regex(r"\s?-?[0-9]{1,9}(\.[0-9]*)?(e[0-9]{1,18})?", fullmatch=True))
def test_a_check_of_the_command_line_raises_nothing_but_a_config_error(text: str) -> None:
    for check in (validation.number, validation.timeout):
        assert "\n" not in complaint(partial(validation.from_text, check, text))


@given(table=VALUES | st.dictionaries(st.sampled_from(["timeout", "timeuot", "x"]), VALUES))
def test_a_table_raises_nothing_but_a_config_error_at_its_place(table: object) -> None:
    said = complaint(partial(validation.at, "here.", partial(validation.validated, checks=TIMEOUT), table))
    assert said.startswith("here") or not said


@pytest.mark.parametrize("text", ["0.5", "1e1", "3600", "0.000001"])
def test_a_timeout_is_more_than_zero_and_at_most_an_hour(text: str) -> None:
    assert validation.timeout(Decimal(text)) == float(text)


@pytest.mark.parametrize("value", [0, Decimal(-1), Decimal("3600.1"), Decimal("1e-400"), True, "10", None])
def test_any_other_timeout_is_refused(value: object) -> None:
    with pytest.raises(ConfigError):
        validation.timeout(value)


@pytest.mark.parametrize("digits", ["1e101", "1e999999999999", "-1e200", "1e-101", "0e-999999999", "NaN", "-Infinity"])
def test_a_number_that_cannot_be_written_out_is_refused(digits: str) -> None:
    with pytest.raises(ConfigError, match="must be a number"):
        validation.number(Decimal(digits))


@given(st.integers(-(10**90), 10**90), st.integers(-90, 0))
def test_a_number_keeps_its_digits(digits: int, exponent: int) -> None:
    number = Decimal(f"{digits}e{exponent}")
    assert str(validation.number(number)) == str(number)


@pytest.mark.parametrize("value", [1, 32, 1000])
def test_concurrency_is_a_count(value: int) -> None:
    assert validation.concurrency(value) == value


@pytest.mark.parametrize("value", [0, 1001, -1, True, Decimal("2.0"), "8"])
def test_any_other_concurrency_is_refused(value: object) -> None:
    with pytest.raises(ConfigError):
        validation.concurrency(value)


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ("pass show 'fish audio'", ("pass", "show", "fish audio")),
        (["pass", "show", "a b", ""], ("pass", "show", "a b", "")),
        ("echo $HOME;id", ("echo", "$HOME;id")),
    ],
)
def test_a_command_is_words(given_: object, words: tuple[str, ...]) -> None:
    assert validation.command(given_) == words


@pytest.mark.parametrize("value", ["", "'open", [], [""], ["pass", 1], {"pass": 1}, True])
def test_any_other_command_is_refused(value: object) -> None:
    with pytest.raises(ConfigError):
        validation.command(value)


@pytest.mark.parametrize("value", [".", "..", "", None, 7])
def test_a_dot_segment_would_climb_out_of_the_path(value: object) -> None:
    with pytest.raises(ConfigError):
        options.segment(value)


@pytest.mark.parametrize("value", ["", "É_KEY", "OWN_KEY=", "OWN\nKEY", "\0", None, 7])
def test_a_name_that_no_environment_has_in_every_locale_is_refused(value: object) -> None:
    with pytest.raises(ConfigError):
        validation.variable(value)


def test_what_is_no_name_of_a_variable_may_be_a_key_in_the_wrong_place() -> None:
    assert validation.variable("_own_Key2") == "_own_Key2"
    with pytest.raises(ConfigError, match="must be the name of a variable"):
        validation.variable("sk-live-1234")


@pytest.mark.parametrize("check", [validation.text, options.segment])
def test_text_is_taken_as_it_is(check: Callable[[object], str]) -> None:
    assert check(" ../x ") == " ../x "


def test_an_unknown_setting_names_the_nearest_right_one() -> None:
    with pytest.raises(ConfigError) as raised:
        validation.at("file: ", partial(validation.validated, checks=TIMEOUT), {"timout": 3})
    assert raised.value.message == "file: timout: unknown setting; did you mean `timeout`?"


def test_a_value_is_never_quoted_for_it_may_be_a_key() -> None:
    with pytest.raises(ConfigError) as raised:
        validation.validated({"timeout": "sk_secret"}, TIMEOUT)
    assert "sk_secret" not in raised.value.message


def test_a_key_may_be_any_text() -> None:
    assert validation.key("a\nb").reveal() == "a\nb"
