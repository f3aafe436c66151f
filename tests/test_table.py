"""The table on terminals of every kind: what it gives up where there is no room, and what it never does."""

from datetime import timedelta
from decimal import Decimal

import pytest

from credcheck.models import Balance, Failure, Forecast, Reading, Result
from credcheck.render import Order, View, selection, table, waiting
from credcheck.render.formats import render
from credcheck.system.terminal import Terminal
from tests.results import WHEN, result

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


def test_low_keeps_its_word_at_40_columns_beside_a_balance_of_20_digits() -> None:
    low = result("pixelcut-work", "12345678901234567890", warn_below="1e30")
    assert table.render([low], Terminal(width=40)) == (
        "!  pixelcut-work\n"
        "   12,345,678,901,234,567,890 credits\n"
        "   low\n"
    )  # fmt: skip


def test_a_balance_of_31_digits_is_whole_at_40_columns_with_its_sign_and_word() -> None:
    digits = "1234567890123456789012345678901"
    rows = table.render([result("pixelcut", digits, warn_below="1e40")], Terminal(width=40)).splitlines()
    assert (rows[0], digits in "".join(rows), rows[-1].split()) == ("!  pixelcut", True, ["credits", "low"])
    assert max(map(len, rows)) <= 40


def test_only_a_number_wider_than_the_terminal_is_broken_and_no_digit_is_lost() -> None:
    digits = "1234567890" * 9
    rows = table.render([result("pixelcut", digits)], Terminal(width=40)).splitlines()
    assert max(map(len, rows)) <= 40
    assert "".join("".join(rows[1:]).split()) == f"{digits}credits"


@pytest.mark.parametrize("width", range(27, 60))
def test_the_heading_is_never_broken(width: int) -> None:
    few_digits = [each._replace(account="pixelcut") for each in RESULTS[1:]]
    heading, *_ = table.render(few_digits, Terminal(width=width)).splitlines()
    assert heading.split()[:2] == ["Account", "Balance"]


def _several(*balances: Balance, **details: bool) -> Result:
    return result("acme", "0")._replace(outcome=Reading(balances, details))


def test_further_balances_stand_in_rows_below() -> None:
    several = _several(
        Balance(id="USD", amount=Decimal("12.50"), unit="USD", is_main=True),
        Balance(id="plan", amount=Decimal(3), unit="credits", warn_below=Decimal(1000)),
        Balance(id="grant", amount=None, unit="credits"),
    )
    assert table.render([several], Terminal()) == (
        "   Account    Balance  Unit\n"
        "!  acme         12.50  USD\n"
        "     plan           3  credits  low, below 1,000\n"
        "     grant  unlimited  credits\n"
    )


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(days=3, hours=5), "resets in 3 d"),
        (timedelta(hours=47), "resets in 47 h"),
        (timedelta(minutes=90), "resets in 90 min"),
        (timedelta(seconds=3), "resets in 1 min"),
        (timedelta(0), ""),
    ],
)
def test_a_reset_is_told_in_the_time_that_is_left(ahead: timedelta, told: str) -> None:
    balance = Balance(id="plan", amount=Decimal(7), unit="credits", resets_at=WHEN + ahead, is_main=True)
    row = table.render([_several(balance)], Terminal()).splitlines()[1]
    assert row.partition("credits")[2].strip() == told


def test_free_credit_is_told_where_it_was_asked_for_and_is_there() -> None:
    balance = Balance(id="USD", amount=Decimal(7), unit="USD", warn_below=Decimal(10), is_main=True)
    assert "low, below 10, + free credit" in table.render([_several(balance, has_free_credit=True)], Terminal())
    assert "free" not in table.render([_several(balance, has_free_credit=False)], Terminal())


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    names = ["x" * 59 + end for end in "ab"]
    rows = table.render([result(name, "1") for name in names], Terminal(width=100)).splitlines()
    assert [row.split()[1] for row in rows[1:]] == names
    longer = [name * 2 for name in names]
    rows = table.render([result(name, "1") for name in longer], Terminal(width=100)).splitlines()
    assert [(row.split()[1][-1], len(row.split()[1])) for row in rows[1:]] == [("a", 59), ("b", 59)]


def test_a_name_of_wide_characters_shifts_no_column() -> None:
    rows = table.render([result("日本語", "1"), result("plain", "1")], Terminal()).splitlines()
    assert rows[1].index("1") + 3 == rows[2].index("1")


SORTED = [
    result("c", "5")._replace(forecast=Forecast(state="known", days_left=Decimal(9))),
    result("B", Failure("timeout", "late")),
    result("a", "-2", warn_below=0)._replace(forecast=Forecast(state="known", days_left=Decimal(2))),
    result("d", "4"),
]


@pytest.mark.parametrize(
    ("sort", "order"), [(None, "cBad"), ("name", "aBcd"), ("balance", "adcB"), ("status", "Bacd"), ("days", "acBd")]
)
def test_results_are_sorted_as_asked(sort: Order | None, order: str) -> None:
    assert "".join(each.account for each in selection.shown(SORTED, View(sort=sort))) == order


FUNDED = [
    *(result(f"a{n}", "0.1", unit="USD") for n in range(3)),
    result("b", "7", unit="EUR"),
    result("c", "9"),
    *RESULTS,
]


def test_more_than_a_screenful_is_summed_up_with_the_money_of_several_accounts() -> None:
    table_ = render(FUNDED, View(), Terminal(width=100, height=9))
    assert table_.splitlines()[-1] == "6 ok, 1 low, 1 failed; 99.065432109876 USD in 4 accounts"
    assert "ok, " not in render(FUNDED, View(), Terminal(width=100, height=10))
    assert "ok, " not in render(FUNDED, View(), Terminal())


def test_quiet_sums_up_where_something_failed_and_not_where_all_is_read() -> None:
    assert render(FUNDED, View(quiet=True), Terminal()).splitlines()[-1].startswith("6 ok, 1 low, 1 failed")
    assert "ok" not in render(FUNDED[:7], View(quiet=True), Terminal())
    assert render(FUNDED[:6], View(quiet=True), Terminal()) == ""


def test_sums_of_money_are_exact_and_leave_out_what_is_owed() -> None:
    many = [result(f"a{n}", "0.1" + "0" * 40 + "1", unit="USD") for n in range(3)]
    owed = _several(Balance(id="USD", amount=Decimal(9), unit="USD", kind="owed", is_main=True))
    summed = render([*many, owed], View(), Terminal(height=1)).splitlines()[-1]
    assert summed == f"4 ok; 0.3{'0' * 40}3 USD in 3 accounts"


def test_as_many_names_as_fit_are_awaited_and_the_others_counted() -> None:
    names = [f"account-{n:03}" for n in range(100)]
    lines = waiting.names(names, 150, Terminal(width=40, height=10))
    assert lines[0].endswith("50 of 150 read, awaiting")
    assert (len(lines), lines[1], lines[-1]) == (10, "  account-000, account-001, account-002", "  and 76 more")
    assert waiting.names(names[:2], 150, Terminal(width=40, height=10))[1:] == ["  account-000, account-001"]


def test_a_forecast_has_columns_and_words() -> None:
    forecast = Forecast(
        state="known", days_left=Decimal(4), days_left_low=Decimal(2), days_left_high=Decimal(7), samples=9
    )
    known = result("acme", "12.50")._replace(forecast=forecast, trend=(20.0, 5.0), warn_days_left=Decimal(3))
    learning = result("other", "8")._replace(forecast=Forecast(state="learning", samples=1))
    shown = table.render([known, learning], Terminal())
    assert "Lasts" in shown
    assert "2\N{EN DASH}7 d  █▃" in shown
    assert "low, about 4 days left (2 to 7)" in shown
    assert "learning" in shown
    assert "Lasts" not in table.render([learning], Terminal())
    assert "2-7 d" in table.render([known], Terminal(unicode=False))


@pytest.mark.parametrize(
    ("width", "headings"),
    [
        (80, ["Account", "Balance", "Unit", "Lasts", "Trend"]),
        (50, ["Account", "Balance", "Unit", "Lasts"]),
        (40, ["Account", "Balance", "Unit"]),
        (36, ["Account", "Balance", "Unit"]),
        (28, ["Account", "Balance"]),
    ],
)
def test_the_trend_goes_first_then_the_days_left_and_the_unit_last(width: int, headings: list[str]) -> None:
    forecast = Forecast(
        state="known", days_left=Decimal(4), days_left_low=Decimal(2), days_left_high=Decimal(7), samples=9
    )
    known = [
        result(name, "1234.50", unit=unit)._replace(forecast=forecast, trend=(20.0, 5.0) * 5)
        for name, unit in (("fish-audio", "USD"), ("deepl", "EUR"), ("pixelcut-work", "credits"))
    ]
    assert table.render(known, Terminal(width=width)).splitlines()[0].split() == headings


def test_a_balance_that_is_renewed_before_it_may_be_gone_is_not_low() -> None:
    forecast = Forecast(
        state="known", days_left=Decimal(4), days_left_low=Decimal(2), days_left_high=Decimal(7), samples=9
    )
    for days, low in ((1, None), (3, "days_left")):
        balance = Balance(id="USD", amount=Decimal(9), unit="USD", is_main=True, resets_at=WHEN + timedelta(days=days))
        known = result("acme", "9")._replace(outcome=Reading((balance,)), forecast=forecast, warn_days_left=Decimal(3))
        assert known.low_because == low
        assert ("to reset" in table.render([known], Terminal())) is (low is None)
