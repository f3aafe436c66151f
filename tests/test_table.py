"""The table on terminals of every kind: what it gives up where there is no room, and what it never does."""

from datetime import timedelta
from decimal import Decimal

import pytest

from credcheck.models import Balance, Failure, Forecast, Reading, Result
from credcheck.render import Order, View, formats, selection, table, waiting
from credcheck.render.amounts import FEW_DECIMALS, MOST_DECIMALS, grouped
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

KNOWN = Forecast(state="known", days_left=Decimal(4), days_left_low=Decimal(2), days_left_high=Decimal(7), samples=9)


@pytest.mark.parametrize(("amount", "usual", "short"), [
    ("98.765432109876", "98.765432…", "98.76…"),
    ("98.765432", "98.765432", "98.76…"),
    ("-1042", "-1,042", "-1,042"),
    ("1234567.5", "1,234,567.5", "1,234,567.5"),
    ("0.0042", "0.0042", "0.0042"),
    ("-0.0000004", "-0.000000…", "-0.000000…"),
    ("1e20", "100,000,000,000,000,000,000", "100,000,000,000,000,000,000"),
])  # fmt: skip
def test_decimals_that_are_cut_are_marked_and_a_pipe_gets_all(amount: str, usual: str, short: str) -> None:
    assert (grouped(Decimal(amount), MOST_DECIMALS), grouped(Decimal(amount), FEW_DECIMALS)) == (usual, short)
    assert grouped(Decimal(amount)) == f"{Decimal(amount):,f}"
    assert table.render([result("a", amount)], Terminal()).splitlines()[2].split()[2] == f"{Decimal(amount):,f}"
    assert table.render([result("a", amount)], Terminal(width=80)).splitlines()[2].split()[2] == usual


def test_one_long_number_costs_its_neighbours_neither_trend_nor_reason() -> None:
    known = Forecast(state="known", days_left=Decimal(2), days_left_low=Decimal(1), days_left_high=Decimal(3))
    low = result("openrouter", "12.5", unit="USD")._replace(
        forecast=known, trend=(20.0, 5.0) * 5, warn_days_left=Decimal(3)
    )
    exact = result("fish-audio", "98.765432109876543210", unit="USD")
    shown = table.render([exact, low], Terminal(width=80)).splitlines()
    assert shown[2].split() == ["✓", "fish-audio", "98.76…", "USD"]
    assert shown[3].endswith("USD   1–3 d  █▃█▃█▃█▃█▃  low, about 2 days left (1 to 3)")  # noqa: RUF001


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_no_row_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, table.render(RESULTS, Terminal(width=width)).splitlines())) <= width


def test_at_40_columns_no_name_is_broken_and_every_reason_stands_below_its_name() -> None:
    short = [RESULTS[0], RESULTS[1]._replace(account="pixelcut-work"), RESULTS[2]]
    assert table.render(short, Terminal(width=40)) == (
        "   Account            Balance  Unit\n"
        "──────────────────────────────────────\n"
        "✓  fish-audio      98.765432…  USD\n"
        "!  pixelcut-work       -1,042  credits\n"
        "   low, below 100\n"
        "✗  goenhance\n"
        "   key rejected\n"
    )


def test_at_40_columns_a_long_reason_is_wrapped_below_its_name_and_the_columns_stay() -> None:
    low = result("pixelcut-work", "42", warn_below=100)
    known = Forecast(state="known", days_left=Decimal(2), days_left_low=Decimal(1), days_left_high=Decimal(3))
    soon = result("moonshot", "1234567.123456789")._replace(forecast=known, warn_days_left=Decimal(3))
    assert table.render([low, soon], Terminal(width=40)) == (
        "   Account              Balance  Unit\n"
        "────────────────────────────────────────\n"
        "!  pixelcut-work         42      credits\n"
        "   low, below 100\n"
        "!  moonshot       1,234,567.12…  credits\n"
        "   low, about 2\n"
        "   days left (1\n"
        "   to 3)\n"
    )


@pytest.mark.parametrize("width", [80, 120, 177])
def test_one_long_reason_is_wrapped_and_costs_its_neighbours_neither_room_nor_columns(width: int) -> None:
    caveat = "below zero, use goes on up to the extension and is billed, " * 2
    low = result("judy", "4000", warn_below=10000)
    low = low._replace(outcome=Reading(low.reading.balances if low.reading else (), {"caveat": caveat}), tags=("a",))
    known = result("grace", "48.47", unit="EUR")._replace(forecast=KNOWN, trend=(20.0, 5.0) * 5, tags=("grace",))
    lines = table.render([known, low], Terminal(width=width)).splitlines()
    assert lines[0].split() == ["Account", "Balance", "Unit", "Lasts", *["Trend"] * (width > 80), "Tags"]
    assert max(map(len, lines)) <= width
    assert " ".join(lines[3].split()).startswith("! judy 4,000 credits a low, below 10,000")
    assert "billed" in " ".join(lines[4:])


def test_where_names_would_break_each_row_is_a_paragraph() -> None:
    assert table.render(RESULTS, Terminal(width=40)) == (
        "✓  fish-audio\n"
        "   98.76… USD\n"
        "!  pixelcut-of-the-whole-company\n"
        "   -1,042 credits\n"
        "   low, below 100\n"
        "✗  goenhance\n"
        "   key rejected\n"
    )


def test_a_wide_terminal_and_a_pipe_differ_only_in_decimals_that_are_cut() -> None:
    assert table.render(RESULTS[1:], Terminal(width=200)) == table.render(RESULTS[1:], Terminal())


def test_decimal_points_of_a_unit_stand_below_each_other() -> None:
    amounts = [("a", "1234.5", "USD"), ("b", "-7", "USD"), ("c", "0.25", "USD"), ("d", "12345", "credits")]
    shown = table.render([result(name, amount, unit=unit) for name, amount, unit in amounts], Terminal(width=80))
    assert [line[:25].rstrip() for line in shown.splitlines()[2:]] == [
        "✓  a        1,234.5   USD",
        "!  b           -7     USD",
        "✓  c            0.25  USD",
        "✓  d          12,345  cre",
    ]


@pytest.mark.parametrize(
    ("amount", "unicode", "bar"),
    [("100", True, "████████"), ("37", True, "██░░░░░░"), ("37", False, "##......"), ("0", True, "░░░░░░░░"),
     ("250", True, "████████"), ("-5", True, "░░░░░░░░")],
)  # fmt: skip
def test_a_window_has_a_bar_of_what_is_left_of_it(amount: str, bar: str, *, unicode: bool) -> None:
    window = Balance(
        id="week", amount=Decimal(amount), unit="percent", kind="plan", total=Decimal(100),
        resets_at=WHEN + timedelta(days=4), is_main=True,
    )  # fmt: skip
    heading, _, row = table.render([_several(window)], Terminal(unicode=unicode)).splitlines()
    assert row[heading.index("Left") :].startswith(bar)
    for other in (window._replace(kind="prepaid"), window._replace(total=None), window._replace(resets_at=None)):
        assert "Left" not in table.render([_several(other)], Terminal())


@pytest.mark.parametrize("width", [80, 40, None])
def test_what_is_escaped_is_measured_as_it_is_shown(width: int | None) -> None:
    ascii_ = Terminal(width=width, unicode=False, encoding="ascii")
    shown = table.render([result("日本語", "1"), result("plain", "1.25", unit="Ünits")], ascii_)
    assert shown.isascii()
    heading, _, first, second = shown.splitlines()
    assert first.split()[:2] == ["+", r"\u65e5\u672c\u8a9e"]
    assert heading.index("Unit") == first.index("credits") == second.index(r"\xdcnits")


@pytest.mark.parametrize(("unicode", "signs"), [(True, " ✓!✗"), (False, " +!x")])
def test_each_status_has_a_sign_of_its_own(*, unicode: bool, signs: str) -> None:
    lines = table.render(RESULTS, Terminal(unicode=unicode)).splitlines()
    assert "".join(line[0] for line in (lines[0], *lines[2:])) == signs


@pytest.mark.parametrize("width", [20, 60, None])
def test_a_plain_terminal_has_words_for_signs_and_no_drawings(width: int | None) -> None:
    known = [one._replace(forecast=KNOWN, trend=(20.0, 5.0) * 5) for one in RESULTS[:2]]
    shown = table.render([*known, RESULTS[2]], Terminal(width=width, plain=True))
    words = {line.split()[0] for line in shown.splitlines() if line[:1].strip(" ─")}
    assert words == {"ok", "low", "failed"}
    assert not set("✓✗!▁▂▃▄▅▆▇█") & set(shown)


def test_the_trend_goes_before_the_tags_and_the_tags_before_the_days_left() -> None:
    known = [RESULTS[0]._replace(forecast=KNOWN, trend=(20.0, 5.0) * 5, tags=("team-a", "production"))]
    wide, narrow, narrower, narrowest = (
        table.render(known, Terminal(width=width)).splitlines()[0].split() for width in (90, 60, 40, 30)
    )
    assert wide == ["Account", "Balance", "Unit", "Lasts", "Trend", "Tags"]
    assert narrow == ["Account", "Balance", "Unit", "Lasts", "Tags"]
    assert narrower == ["Account", "Balance", "Unit", "Lasts"]
    assert narrowest == ["Account", "Balance", "Unit"]


def test_colour_and_links_come_only_where_they_are_wanted() -> None:
    assert "\x1b" not in table.render(RESULTS, Terminal(width=80))
    coloured = table.render(RESULTS, Terminal(width=80, colour=True))
    assert "\x1b[" in coloured
    assert "https://" not in coloured
    assert str(RESULTS[2].top_up_url) in table.render(RESULTS, Terminal(width=80, colour=True, links=True))


def test_a_name_that_acts_is_made_harmless() -> None:
    hostile = result("\x1b[2J\nevil\u202e", "1")
    assert table.render([hostile], Terminal()).splitlines()[2].split() == ["✓", "evil", "1", "credits"]


def test_low_keeps_its_reason_at_40_columns_beside_a_balance_of_20_digits() -> None:
    low = result("pixelcut-work", "12345678901234567890", warn_below="13000000000000000000")
    assert table.render([low], Terminal(width=40)) == (
        "!  pixelcut-work\n"
        "   12,345,678,901,234,567,890 credits\n"
        "   low, below 13,000,000,000,000,000,000\n"
    )  # fmt: skip


def test_a_balance_of_31_digits_is_whole_at_40_columns_with_its_sign_and_reason() -> None:
    digits = "1234567890123456789012345678901"
    rows = table.render([result("pixelcut", f"-{digits}")], Terminal(width=40)).splitlines()
    assert (rows[0], rows[1], rows[-1].split()) == ("!  pixelcut", f"   -{digits}", ["low,", "nothing", "left"])
    assert max(map(len, rows)) <= 40


def test_only_a_number_wider_than_the_terminal_is_broken_and_no_digit_is_lost() -> None:
    digits = "1234567890" * 9
    rows = table.render([result("pixelcut", digits)], Terminal(width=40)).splitlines()
    assert max(map(len, rows)) <= 40
    assert "".join("".join(rows[1:]).split()) == f"{digits}credits"


@pytest.mark.parametrize("width", range(35, 60))
def test_the_heading_is_never_broken(width: int) -> None:
    few_digits = [each._replace(account="pixelcut") for each in RESULTS[1:]]
    heading, *_ = table.render(few_digits, Terminal(width=width)).splitlines()
    assert heading.split()[:2] == ["Account", "Balance"]


def render(results: list[Result], view: View, terminal: Terminal) -> str:
    return formats.render(formats.page(results, view, terminal))


def _several(*balances: Balance, **details: bool | str) -> Result:
    return result("acme", "0")._replace(outcome=Reading(balances, details))


def test_further_balances_stand_in_rows_below() -> None:
    several = _several(
        Balance(id="USD", amount=Decimal("12.50"), unit="USD", is_main=True),
        Balance(id="plan", amount=Decimal(3), unit="credits", warn_below=Decimal(1000)),
        Balance(id="grant", amount=None, unit="credits"),
    )
    assert table.render([several], Terminal()) == (
        "   Account    Balance  Unit\n"
        "────────────────────────────────────────────────\n"
        "!  acme         12.50  USD      low: plan\n"
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
    row = table.render([_several(balance)], Terminal()).splitlines()[2]
    assert row.partition("credits")[2].strip() == told


def test_free_credit_is_told_where_it_was_asked_for_and_is_there() -> None:
    balance = Balance(id="USD", amount=Decimal(7), unit="USD", warn_below=Decimal(10), is_main=True)
    assert "low, below 10, + free credit" in table.render([_several(balance, has_free_credit=True)], Terminal())
    assert "free" not in table.render([_several(balance, has_free_credit=False)], Terminal())


@pytest.mark.parametrize(
    ("days", "told"), [(61, ""), (60, "the service ends on"), (0, "the service ends on"), (-1, "")]
)
def test_the_end_of_a_service_is_told_in_the_weeks_before_it(days: int, told: str) -> None:
    last_day = str((WHEN + timedelta(days=days)).date())
    balance = Balance(id="USD", amount=Decimal(7), unit="USD", is_main=True)
    shown = table.render([_several(balance, last_day=last_day)], Terminal())
    assert f"{told} {last_day}" in shown if told else last_day not in shown


def test_a_low_balance_says_what_its_figure_leaves_out() -> None:
    low = Balance(id="USD", amount=Decimal(0), unit="USD", is_main=True)
    caveat = "money only: plans are not in this figure"
    shown = table.render([_several(low, caveat=caveat)], Terminal())
    assert f"low, nothing left, but {caveat}" in shown
    enough = table.render([_several(low._replace(amount=Decimal(7)), caveat=caveat)], Terminal())
    assert caveat not in enough


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    names = ["x" * 59 + end for end in "ab"]
    rows = table.render([result(name, "1") for name in names], Terminal(width=100)).splitlines()
    assert [row.split()[1] for row in rows[2:]] == names
    longer = [name * 2 for name in names]
    rows = table.render([result(name, "1") for name in longer], Terminal(width=100)).splitlines()
    assert [(row.split()[1][-1], len(row.split()[1])) for row in rows[2:]] == [("a", 59), ("b", 59)]


def test_a_name_of_wide_characters_shifts_no_column() -> None:
    rows = table.render([result("日本語", "1"), result("plain", "1")], Terminal()).splitlines()
    assert rows[2].index("1") + 3 == rows[3].index("1")


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


def test_balances_are_sorted_within_each_unit() -> None:
    mixed = [
        result("a", "7359"), result("b", "13.08", unit="USD"), result("c", Failure("timeout", "late")),
        result("d", "12.83", unit="EUR"), result("e", "9"), result("f", "2", unit="USD"),
    ]  # fmt: skip
    shown = selection.shown(mixed, View(sort="balance"))
    assert "".join(each.account for each in shown) == "eadfbc"


FUNDED = [
    *(result(f"a{n}", "0.1", unit="USD") for n in range(3)),
    result("b", "7", unit="EUR"),
    result("c", "9"),
    *RESULTS,
]


def test_more_than_a_screenful_is_summed_up_with_the_money_of_several_accounts() -> None:
    table_ = render(FUNDED, View(), Terminal(width=100, height=9))
    assert table_.splitlines()[-1] == "6 ok, 1 low, 1 failed; 99.065432… USD in 4 accounts; 7 EUR in 1 account"
    assert "ok, " not in render(FUNDED, View(), Terminal(width=100, height=11))
    assert "ok, " not in render(FUNDED, View(), Terminal())
    piped = render(FUNDED * 3, View(), Terminal()).splitlines()
    assert piped[-1] == "18 ok, 3 low, 3 failed; 297.196296329628 USD in 12 accounts; 21 EUR in 3 accounts"


def test_quiet_says_that_it_sums_up_all_accounts_and_not_those_that_it_shows() -> None:
    last = render(FUNDED, View(quiet=True), Terminal()).splitlines()[-1]
    assert last == "all 8 accounts: 6 ok, 1 low, 1 failed; 99.065432109876 USD in 4 accounts; 7 EUR in 1 account"
    assert render(FUNDED[:7], View(quiet=True), Terminal()).splitlines()[-1].startswith("all 7 accounts: 6 ok, 1 low")
    assert render(FUNDED[6:], View(quiet=True), Terminal()).splitlines()[-1] == "1 low, 1 failed"
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


def test_awaited_names_are_measured_as_ascii_shows_them() -> None:
    ascii_ = Terminal(width=40, height=10, unicode=False, encoding="ascii")
    lines = waiting.names(["日本語", "plain", "another"], 150, ascii_)
    assert lines[1:] == [r"  \u65e5\u672c\u8a9e, plain, another"]
    assert max(map(len, waiting.names(["日本語"] * 9, 150, ascii_))) <= 40


def test_a_forecast_has_columns_and_words() -> None:
    known = result("acme", "12.50")._replace(forecast=KNOWN, trend=(20.0, 5.0), warn_days_left=Decimal(3))
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
        (28, ["✓", "fish-audio"]),
    ],
)
def test_the_trend_goes_first_then_the_days_left_and_the_columns_last(width: int, headings: list[str]) -> None:
    known = [
        result(name, "1234.50", unit=unit)._replace(forecast=KNOWN, trend=(20.0, 5.0) * 5)
        for name, unit in (("fish-audio", "USD"), ("deepl", "EUR"), ("pixelcut-work", "credits"))
    ]
    assert table.render(known, Terminal(width=width)).splitlines()[0].split() == headings


def test_a_balance_that_is_renewed_before_it_may_be_gone_is_not_low() -> None:
    for days, low in ((1, None), (3, "days_left")):
        balance = Balance(id="USD", amount=Decimal(9), unit="USD", is_main=True, resets_at=WHEN + timedelta(days=days))
        known = result("acme", "9")._replace(outcome=Reading((balance,)), forecast=KNOWN, warn_days_left=Decimal(3))
        assert known.low_because == low
        assert ("to reset" in table.render([known], Terminal())) is (low is None)
