"""The table on terminals of every kind: what it gives up where there is no room, and what it never does."""

import pytest

from credcheck.models import Failure
from credcheck.render import table
from credcheck.system.terminal import Terminal
from tests.results import result

RESULTS = [
    result("fish-audio", "98.765432109876", provider="fish-audio", unit="USD"),
    result("pixelcut-of-the-whole-company", "-1042", warn_below=100),
    result(
        "goenhance",
        Failure("key_rejected", "key rejected"),
        provider="goenhance",
        top_up_url="https://app.goenhance.ai/open-api/billing",
    ),
]


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 200, None])
def test_no_digit_is_ever_cut_or_wrapped(width: int | None) -> None:
    rows = table.render(RESULTS, Terminal(width=width)).splitlines()
    assert [number for row in rows for number in row.split() if number in {"98.765432109876", "-1,042"}] == [
        "98.765432109876",
        "-1,042",
    ]


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_no_row_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, table.render(RESULTS, Terminal(width=width)).splitlines())) <= width


def test_at_40_columns_signs_names_balances_and_a_word_are_left() -> None:
    assert table.render(RESULTS, Terminal(width=40)) == (
        "   Account                Balance\n"
        "✓  fish-audio     98.765432109876\n"
        "!  pixelcut-of-t           -1,042  low\n"
        "   he-whole-comp\n"
        "   any\n"
        "✗  goenhance                       error\n"
    )


def test_a_wide_terminal_and_a_pipe_get_the_same_text() -> None:
    assert table.render(RESULTS, Terminal(width=200)) == table.render(RESULTS, Terminal())


@pytest.mark.parametrize(("unicode", "signs"), [(True, " ✓!✗"), (False, " +!x")])
def test_each_status_has_a_sign_of_its_own(*, unicode: bool, signs: str) -> None:
    lines = table.render(RESULTS, Terminal(unicode=unicode)).splitlines()
    assert "".join(line[0] for line in lines) == signs


def test_colour_and_links_come_only_where_they_are_wanted() -> None:
    assert "\x1b" not in table.render(RESULTS, Terminal(width=80))
    coloured = table.render(RESULTS, Terminal(width=80, colour=True))
    assert "\x1b[" in coloured
    assert "https://" not in coloured
    assert str(RESULTS[2].top_up_url) in table.render(RESULTS, Terminal(width=80, colour=True, links=True))


def test_a_name_that_acts_is_made_harmless() -> None:
    hostile = result("\x1b[2J\nevil\u202e", "1")
    assert table.render([hostile], Terminal()).splitlines()[1].split() == ["✓", "evil", "1", "credits"]
