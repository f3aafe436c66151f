"""`credcheck history`: what is shown of past checks, and what can be done with it."""

import json
import os
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from credcheck.history import import_export
from credcheck.history.days import Day, Grade, days, grade
from credcheck.history.report import BalanceHistory, balance_history
from credcheck.history.samples import Name, ReportedForecast, Sample
from credcheck.history.store import Store
from credcheck.models import Balance, Forecast, Reading, Result
from credcheck.render import chart, forecast, notes, sums, svg
from credcheck.render import history as render
from credcheck.render import json as json_document
from credcheck.render.plot import amount_label, amount_ticks, date_ticks, plot
from credcheck.system.terminal import Terminal
from tests.conftest import Program
from tests.playback import Answer, playing

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def samples(*amounts: float, every: timedelta = DAY, last: datetime = NOW) -> list[Sample]:
    first = last - (len(amounts) - 1) * every
    return [Sample(first + number * every, Decimal(str(amount))) for number, amount in enumerate(amounts)]


def made_up(*amounts: float, unit: str = "USD", **more: object) -> BalanceHistory:
    kept = samples(*amounts)
    balance = Balance(id=unit, amount=kept[-1].amount, unit=unit, is_main=True, warn_below=Decimal(20), **more)  # type: ignore[arg-type]
    return balance_history(Name("acme", "acme", unit, unit), balance, kept, since=NOW - 30 * DAY, now=NOW, zone=UTC)


ACME = made_up(50, 43, 38, 30, 100, 91, 80, 74, 62)


@pytest.fixture
def kept(credcheck: Program) -> Program:
    """The program with a history of two accounts that ends now."""
    path = credcheck.home / ".local" / "state" / "credcheck" / "history.db"
    now = datetime.now(UTC)
    lines = []
    for account, first in (("pixelcut", 900), ("pixelcut-work", 500)):
        for number, sample in enumerate(samples(*range(first, first - 200, -10), last=now)):
            amount = sample.amount + (1000 if number > 15 else 0)
            lines.append(f"{account}\tpixelcut\tcredits\tcredits\t{sample.at.isoformat()}\t{amount}\t")
    import_export.add(Store(path, seconds=1), lines, now)
    return credcheck


def test_a_day_has_its_falls_and_rises_exactly() -> None:
    kept = samples(10, 9.5, 9.25, 20, 19.9, every=timedelta(hours=8), last=NOW)
    found = days(kept, UTC)
    assert [str(day.date) for day in found] == ["2026-11-19", "2026-11-20"]
    assert found[0] == Day(found[0].date, Decimal("0.75"), Decimal(0), Decimal("9.25"))
    assert found[1] == Day(found[1].date, Decimal("0.1"), Decimal("10.75"), Decimal("19.9"))
    assert days([]) == []


def test_days_are_those_on_which_the_balance_changed_and_the_last_in_every_format() -> None:
    saturday = datetime(2026, 10, 31, 12, tzinfo=UTC)
    uses = {0: 3, 1: 4}  # of a weekend, after a first sample on Friday
    every_day = [Sample(saturday - DAY, Decimal(100))]
    for day in range(20):
        amount = every_day[-1].amount - uses.get(day % 7, 0)
        every_day.append(Sample(saturday + day * DAY, amount))
    # As the history keeps them: two rows of each run of equal amounts.
    triples = zip(every_day, every_day[1:], every_day[2:], strict=False)
    kept = [here for before, here, after in triples if not before.amount == here.amount == after.amount]
    kept = [every_day[0], *kept, every_day[-1]]
    assert len(kept) < len(every_day)
    wanted = ["10-31", "11-01", "11-07", "11-08", "11-14", "11-15", "11-19"]
    for each in (kept, every_day):
        assert [f"{day.date:%m-%d}" for day in days(each, UTC)] == wanted
        assert [day.used for day in days(each, UTC)] == [3, 4, 3, 4, 3, 4, 0]
    weekends = balance_history(ACME.name, ACME.balance, kept, since=NOW - 30 * DAY, now=NOW, zone=UTC)
    assert [
        day["date"][5:] for day in json.loads(render.as_json([weekends]))["accounts"][0]["balances"][0]["days"]
    ] == (wanted)
    assert [line.split("\t")[4][5:] for line in render.as_tsv([weekends]).splitlines()[1:]] == wanted
    table, _, months = render.charts([weekends], Terminal(), UTC).partition("Day ")[2].partition("\n\nMonth")
    assert [line.split() for line in months.splitlines()[1:]] == [["from", "21", "October", "3"], ["November", "18"]]
    assert len(table.splitlines()) == 1 + len(wanted)
    assert "left out" not in table


@pytest.mark.parametrize(("count", "said"), [(15, "1 earlier day is left out"), (19, "5 earlier days are left out")])
def test_days_for_which_there_is_no_room_are_counted(count: int, said: str) -> None:
    daily = made_up(*range(100, 99 - count, -1))
    lines = render.charts([daily], Terminal(width=40), UTC).partition("Day ")[2].partition("\n\nMonth")[0].splitlines()
    assert len(lines) == 1 + 14 + 2
    assert max(map(len, lines)) <= 40
    assert " ".join(map(str.strip, lines[-2:])) == f"{said}; --format tsv has all."


def test_sums_are_exact_beside_amounts_of_any_length() -> None:
    minute, cent = timedelta(minutes=1), Decimal("0.01")
    kept = [
        Sample(NOW + number * minute, amount)
        for number, amount in enumerate((Decimal(f"1{'0' * 100}.02"), 2 * cent, cent))
    ]
    assert f"{days(kept, UTC)[0].used:f}" == f"1{'0' * 100}.01"
    words = ReportedForecast(NOW + minute, cent, NOW + 1.5 * minute, NOW + 3 * minute)
    assert grade([words], kept, NOW + DAY) == Grade(1, 1)


def test_a_forecast_is_judged_once_the_balance_or_the_time_is_gone() -> None:
    kept = samples(40, 30, 120, 110, 100, 90)
    first = kept[0].at
    right = ReportedForecast(first, Decimal(40), first + 4 * DAY, first + 6 * DAY)
    too_short = ReportedForecast(first, Decimal(40), first + 1 * DAY, first + 2 * DAY)
    missed = ReportedForecast(first, Decimal(900), first + 1 * DAY, first + 2 * DAY)
    pending = ReportedForecast(first, Decimal(900), first + 1 * DAY, first + 90 * DAY)
    assert grade([right, too_short, missed, pending], kept, NOW) == Grade(1, 3)


def test_the_axis_has_round_amounts() -> None:
    assert amount_ticks(0, 593, 5) == [0, 200, 400, 600]
    assert amount_ticks(-3, 8, 5) == [-5, 0, 5, 10]
    assert amount_ticks(0, 0.07, 5) == pytest.approx([0, 0.02, 0.04, 0.06, 0.08])
    labels = [amount_label(amount, 500_000) for amount in (0, 500_000, 1_500_000)]
    assert labels == ["0.0M", "0.5M", "1.5M"]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_a_chart_keeps_to_the_width(width: int, *, unicode: bool) -> None:
    lines = chart.chart(ACME, Terminal(width=width, unicode=unicode), UTC).splitlines()
    assert max(map(len, lines)) <= width
    assert "".join(lines).isascii() is not unicode
    signs = chart.UNICODE if unicode else chart.ASCII
    assert all(sign in "\n".join(lines) for sign in (signs.forecast, signs.threshold, signs.top_up))
    assert "warn below 20" in " ".join(lines)


def test_colour_is_added_to_the_same_characters() -> None:
    plain = chart.chart(ACME, Terminal(width=60), UTC)
    coloured = chart.chart(ACME, Terminal(width=60, colour=True), UTC)
    for code in ("36", "2;36", "33", "32"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured.replace("\x1b[0m", "") == plain


@pytest.mark.parametrize("amounts", [(5,), (0, 0, 0), (-5, -6, -9), (0.0001, 0.00005), (1e30, 9e29), (10, 5, 0)])
def test_odd_histories_are_drawn_too(amounts: tuple[float, ...]) -> None:
    drawn = made_up(*amounts)
    assert len(render.charts([drawn], Terminal(width=60), UTC).splitlines()) > 12
    ET.fromstring(svg.svg([drawn], UTC))  # noqa: S314  our own


def test_the_picture_is_valid_and_says_what_it_shows() -> None:
    drawn = svg.svg([ACME, made_up(9, 8, 7, 6)], UTC)
    root = ET.fromstring(drawn)  # noqa: S314  our own
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "acme: 62 USD" in words
    assert "warn below 20" in words
    assert drawn.count('class="line"') == drawn.count('class="forecast"') == drawn.count('class="middle"') == 2


def _texts(drawn: str) -> list[tuple[float, str, str]]:
    """Return the left edge, the anchor and the words of each text of a picture."""
    texts = ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314  our own
    return [(float(each.attrib["x"]), each.attrib["text-anchor"], each.text or "") for each in texts]


def test_no_words_of_a_picture_go_beyond_its_edges() -> None:
    long = made_up(10, 6, 35, 29, 49, 41, 38, 67, 63, 57)
    long = long._replace(name=Name("an-account-with-a-name-that-is-long", "acme", "USD", "USD"))
    huge, tiny = made_up(24.5e24, 20e24, 11e24), made_up(3e-9, 2e-9, 1e-9)
    drawn = svg.svg([long, huge, tiny, made_up(3e9, 2e9, 1e9)], UTC)
    texts = _texts(drawn)
    assert max(len(words) for _, anchor, words in texts if anchor == "start") <= 92
    assert [words for x, anchor, words in texts if anchor == "end" and x - 7 * len(words) < 0] == []
    sentence = forecast.sentence(long.forecast, long.balance, NOW, UTC)
    assert sentence in " ".join(words for _, _, words in texts)
    assert amount_label(25e17, 25e17) == "2.5e+18"


def test_each_window_of_a_plan_has_its_name_in_a_picture() -> None:
    main = made_up(89, unit="percent")
    week = main._replace(
        name=Name("acme", "acme", "week", "percent"), balance=main.balance._replace(id="week", is_main=False)
    )
    words = [each for _, _, each in _texts(svg.svg([main, week], UTC))]
    assert {"acme: 89 percent", "acme, week: 89 percent"} <= {*words}


def test_what_rises_when_a_window_begins_anew_is_renewed_and_not_topped_up() -> None:
    amounts = (100, 80, 60, 40, 20, 100, 80, 60, 40, 20, 100, 80)
    window = made_up(*amounts, unit="percent", kind="plan", resets_at=NOW + DAY)
    shown = render.charts([window], Terminal(width=80), UTC)
    assert "▲ renewed" in shown
    assert re.search(r"^Day +Spent +Renewed +Left$", shown, re.MULTILINE)
    assert re.search(r"^Month +Spent +Renewed$", shown, re.MULTILINE)
    assert "topped up" not in shown + svg.svg([window], UTC)
    assert svg.svg([window], UTC).count("<title>renewed</title>") == 2
    bought = made_up(*amounts, unit="credits")
    assert "topped up" in render.charts([bought], Terminal(width=80), UTC)
    other = window._replace(name=Name("b", "acme", "USD", "USD"))
    assert list(sums.by_unit([window, other._replace(name=Name("b", "acme", "percent", "percent"))])) == []
    (told,) = sums.by_unit([other, bought._replace(name=Name("c", "acme", "USD", "USD"))])
    assert told == "USD in 2 accounts: 160 left; 360 spent, 160 added since 21 October"


def test_credit_that_expires_goes_on_at_its_pace_and_is_gone_at_once() -> None:
    expires = made_up(*range(108, 99, -1), expires_at=NOW + 5 * DAY)
    ends = plot(expires).forecast
    assert ends is not None
    now = NOW.timestamp()
    assert ends.high == ends.middle == (NOW + 5 * DAY).timestamp()
    assert [round(ends.amounts(now + days * 86400, now, 100)[1]) for days in (0, 2, 4.99, 5.01)] == [100, 98, 95, 0]
    line = ends.line(ends.middle, now, 100, border=now + 9 * 86400)
    assert [(round((at - now) / 86400), round(amount)) for at, amount in line] == [(5, 95), (5, 0)]
    unused = plot(made_up(100, 100, 100, expires_at=NOW + 5 * DAY)).forecast
    assert unused is not None
    assert unused.amounts(now + 4 * 86400, now, 100) == (100, 100, 100)
    rows = chart.chart(expires, Terminal(width=60), UTC).splitlines()
    assert any("░" in row for row in rows[-5:])
    assert "░" not in rows[len(rows) // 2][:-3]


def test_a_forecast_in_words() -> None:
    assert ACME.forecast is not None
    words = forecast.sentence(ACME.forecast, ACME.balance, NOW, UTC)
    assert words == "About 7 days left (probably 4 to 10), at 8.79 USD a day; based on data since 12 November."
    assert forecast.column(ACME.balance, ACME.forecast, NOW) == "4\N{EN DASH}10 d"
    assert forecast.column(ACME.balance, ACME.forecast, NOW, unicode=False) == "4-10 d"
    later = NOW + 3 * DAY
    aged = balance_history(ACME.name, ACME.balance, ACME.samples, since=NOW - 30 * DAY, now=later, zone=UTC)
    words = forecast.sentence(aged.forecast, aged.balance, later, UTC, read_at=aged.read_at)
    assert words.startswith(
        "About 4 days left (probably 1 to 7), at 8.79 USD a day since it was read 3 d ago; based on "
    )
    resets = made_up(50, 43, 38, 30, 22, resets_at=NOW + 10 * DAY)
    assert forecast.sentence(resets.forecast, resets.balance, NOW, UTC).endswith(
        " It runs out about 6 days before the reset on 30 November."
    )
    lasts = made_up(50, 43, 38, 30, 22, resets_at=NOW + DAY)
    assert forecast.sentence(lasts.forecast, lasts.balance, NOW, UTC).endswith(
        " It lasts until the reset on 21 November."
    )
    expires = made_up(50, 43, 38, 30, 22, expires_at=NOW + DAY)
    words = forecast.sentence(expires.forecast, expires.balance, NOW, UTC)
    assert words == "Used at 7.31 USD a day; based on data since 16 November. It expires on 21 November, in 24 h."
    assert forecast.sentence(made_up(5, 5, 5).forecast, ACME.balance, NOW, UTC) == "Not used since 18 November."
    assert forecast.sentence(made_up(5).forecast, ACME.balance, NOW, UTC).startswith("No forecast yet: ")
    long = made_up(50.003, 50.002, 50.001, 50)
    assert forecast.column(long.balance, long.forecast, NOW) == ">1 y"
    assert forecast.sentence(long.forecast, long.balance, NOW, UTC).startswith("Over a year left, at 0.001 USD a day")


def _forecast(low: str, middle: str, high: str, **more: object) -> Forecast:
    return Forecast("known", Decimal(middle), Decimal(low), Decimal(high), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "column", "words"),
    [
        (("4", "4.99", "4.99"), "4 d", "about 4 days left"),
        (("9", "12", "15"), "9-15 d", "about 12 days left (9 to 15)"),
        (("1.5", "1.5", "1.5"), "36 h", "about 36 hours left"),
        (("1.2", "1.9", "3.1"), "1-3 d", "about 45 hours left (28 to 74)"),
        (("0.2", "2.9", "5"), "4 h-5 d", "about 2 days left (4 hours to 5 days)"),
        (("0.1", "0.25", "0.5"), "2-12 h", "about 6 hours left (2 to 12)"),
        (("31", "300", "999"), ">31 d", "about 300 days left (31 days to over a year)"),
        (("400", "500", "600"), ">1 y", "over a year left"),
    ],
)
def test_time_left_is_cut_and_below_two_days_it_is_in_hours(
    days: tuple[str, str, str], column: str, words: str
) -> None:
    found = _forecast(*days)
    assert forecast.column(ACME.balance, found, NOW, unicode=False) == column
    assert forecast.days(ACME.balance, found, NOW) == words


@pytest.mark.parametrize(
    ("until", "days", "said"),
    [
        (timedelta(days=4, hours=23, minutes=50), "5.0", "4 d"),
        (timedelta(hours=35, minutes=50), "1.5", "35 h"),
        (timedelta(minutes=59), "0.0", "59 min"),
        (timedelta(seconds=20), "0.0", "1 min"),
    ],
)
def test_the_column_and_the_note_say_the_same_of_an_expiry(until: timedelta, days: str, said: str) -> None:
    balance = ACME.balance._replace(expires_at=NOW + until, amount=Decimal(900))
    found = _forecast(days, days, days, empty_at=NOW + until, expires_first=True, per_day=Decimal(1))
    result = Result("acme", "acme", Reading((balance,)), NOW, forecast=found, warn_days_left=Decimal(7))
    assert forecast.column(balance, found, NOW) == said
    assert notes.of_balance(balance, result) == f"low, expires in {said}"
    assert forecast.sentence(found, balance, NOW, UTC).endswith(f", in {said}.")


def test_an_end_of_today_has_its_time() -> None:
    found = _forecast("0.1", "0.2", "0.3", empty_at=NOW + timedelta(hours=5), per_day=Decimal(300))
    balance = ACME.balance._replace(resets_at=NOW + timedelta(hours=2))
    assert forecast.sentence(found, balance, NOW, UTC).endswith("It lasts until the reset today at 14:00.")
    later = balance._replace(resets_at=NOW + timedelta(hours=10))
    words = forecast.sentence(found, later, NOW, UTC)
    assert words.startswith("About 5 hours left (probably 2 to 7), at 300 USD a day;")
    assert words.endswith("It runs out about 5 hours before the reset today at 22:00.")
    used_up = later._replace(amount=Decimal(0))
    assert forecast.sentence(found, used_up, NOW, UTC) == "Nothing is left until the reset today at 22:00."
    expired = balance._replace(expires_at=NOW - timedelta(hours=2), resets_at=None)
    assert forecast.sentence(found, expired, NOW, UTC) == "Expired today at 10:00."


@pytest.mark.parametrize(
    ("per_day", "said"),
    [
        ("24499999999999998951424", "24,500,000,000,000,000,000,000"),
        ("309.00", "309"),
        ("24.30", "24.3"),
        ("1234", "1,230"),
        ("0.00100", "0.001"),
        ("3.5", "3.5"),
        ("0", "0"),
    ],
)
def test_a_pace_has_three_digits_and_no_padding(per_day: str, said: str) -> None:
    found = _forecast("9", "12", "15", per_day=Decimal(per_day))
    assert f", at {said} USD a day;" in forecast.sentence(found, ACME.balance, NOW, UTC)
    members = json_document.forecast(found)
    assert members is not None
    assert json_document.text(members["per_day"]) == said.replace(",", "")


@pytest.mark.parametrize("unit", ["USD", "credits"])
@pytest.mark.parametrize("amounts", [(30, 20, 10, 0), (20, 10, 0, -10), (0, 0), (0,)])
def test_of_a_balance_that_is_used_up_nothing_is_left(amounts: tuple[float, ...], unit: str) -> None:
    used_up = made_up(*amounts, unit=unit)
    assert forecast.sentence(used_up.forecast, used_up.balance, NOW, UTC, read_at=NOW - DAY) == "Nothing is left."
    assert forecast.column(used_up.balance, used_up.forecast, NOW) in {"0 d", "not used", "learning"}
    resets = made_up(*amounts, unit=unit, resets_at=NOW + 10 * DAY)
    words = forecast.sentence(resets.forecast, resets.balance, NOW, UTC)
    assert words == "Nothing is left until the reset on 30 November."
    owed = made_up(*amounts, unit=unit, kind="owed")
    assert forecast.sentence(owed.forecast, owed.balance, NOW, UTC) == "No forecast: this is owed, not left."


def test_one_line_each_without_a_name(kept: Program) -> None:
    run = kept("history")
    heading, first, second, _, sums = run.out.splitlines()
    assert heading.split() == ["Account", "Balance", "Unit", "Lasts", "Trend"]
    assert first.split()[:3] == ["pixelcut", "1,710", "credits"]
    assert second.split()[0] == "pixelcut-work"
    assert first[-1] in "▁▂▃▄▅▆▇█"
    assert sums.startswith("credits of pixelcut in 2 accounts: 3,020 left; 360 spent, 1,980 added since ")
    assert (run.status, run.err) == (0, "")


def test_a_narrow_terminal_has_fewer_columns_and_the_unit_stays_longest() -> None:
    long = made_up(*(123456789012345 - 10**12 * number for number in range(8)), 123456789012345, unit="credits")
    histories = [long, ACME._replace(read_at=NOW - 8 * DAY)]
    headings = ["Account", "Balance", "Unit", "Lasts", "Read"]
    for width, wanted in (
        (None, [*headings[:4], "Trend", "Read"]),
        (60, headings),
        (50, headings[:4]),
        (40, headings[:3]),
        (28, headings[:2]),
    ):
        lines = render.lines(histories, Terminal(width=width)).splitlines()
        assert lines[0].split() == wanted
        assert len(lines) == 3
        assert max(map(len, lines)) <= (width or 100)
    stacked = render.lines(histories, Terminal(width=27))
    assert stacked == "acme\n  123,456,789,012,345 credits\nacme\n  62 USD\n"


def test_a_reading_of_more_than_a_day_ago_has_its_age() -> None:
    ages = {DAY: "", 30 * timedelta(hours=1): "30 h ago", 8 * DAY: "8 d ago"}
    for age, said in ages.items():
        heading, line = render.lines([ACME._replace(read_at=NOW - age)], Terminal(width=80)).splitlines()
        assert heading.endswith("Read") is bool(said)
        assert line.endswith(f"  {said}") is bool(said)


def test_the_age_of_a_reading_is_known_though_it_is_older_than_all_samples_that_are_shown(credcheck: Program) -> None:
    at = datetime.now(UTC) - 70 * DAY
    credcheck("history", "--import", "-", given=f"acme\tacme\tUSD\tUSD\t{at.isoformat()}\t5\t\n")
    assert credcheck("history").out.splitlines()[1].endswith("70 d ago")


def test_a_chart_and_days_for_a_name(kept: Program) -> None:
    run = kept("history", "PixelCut", "--since", "10d", NO_COLOR="1")
    assert run.out.startswith("pixelcut: 1,710 credits\n")
    assert "About " in run.out
    assert "▲ topped up" in run.out
    assert len(run.out.partition("Day ")[2].partition("\n\nMonth")[0].splitlines()) == 11


def test_each_account_that_is_named_has_a_chart(kept: Program) -> None:
    run = kept("history", "pixelcut-work", "pixelcut")
    assert [line for line in run.out.splitlines() if ": " in line] == [
        "pixelcut-work: 1,310 credits",
        "pixelcut: 1,710 credits",
    ]
    assert run.out.count("Day ") == 2
    assert "An account that is named has a chart" in kept("history", "--help").out


def test_the_name_of_a_provider_with_several_accounts_has_a_line_for_each_and_of_one_a_chart(
    credcheck: Program,
) -> None:
    hours = [datetime.now(UTC) - timedelta(hours=number) for number in (3, 2, 1)]
    for account in ("a", "b"):
        lines = [f"{account}\topenai\tmonth\tUSD\t{at.isoformat()}\t{at.hour}\t\n" for at in hours]
        credcheck("history", "--import", "-", given="".join(lines))
    assert credcheck("history", "openai").out == credcheck("history", "a*", "b*").out
    assert "Day " in credcheck("history", "a", "b").out
    credcheck("history", "--forget", "b", "--yes")
    assert "Day " in credcheck("history", "openai").out


def test_a_word_means_the_accounts_that_a_check_of_it_has_before_those_that_once_had_the_name(kept: Program) -> None:
    def shown(*words: str) -> set[str]:
        return {one["account"] for one in json.loads(kept("history", *words, "--json").out)["accounts"]}

    assert shown("pixelcut") == {"pixelcut"}
    kept.configure('[accounts.pixelcut-work]\nprovider = "pixelcut"\napi_key = "op://not/a-key"\ntags = ["mine"]\n')
    assert shown("pixelcut") == {"pixelcut-work"}
    assert shown("pixelcut*") == {"pixelcut", "pixelcut-work"}
    kept.configure('[accounts.other]\nprovider = "pixelcut"\napi_key = "op://not/a-key"\n')
    assert shown("pixelcut") == {"pixelcut"}, "the history has nothing of the one that is configured"


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("mine", "there is no history of `mine`; it is a tag: `credcheck history --tag mine`\n"),
        ("pixelc", "there is no history of `pixelc`; 2 accounts begin with it: `credcheck history 'pixelc*'`\n"),
        ("pixelcut-w", "did you mean `pixelcut-work`?\n"),
    ],
)
def test_a_tag_and_the_beginning_of_names_lead_to_their_histories(kept: Program, word: str, says: str) -> None:
    kept.configure('[accounts.pixelcut-work]\nprovider = "pixelcut"\napi_key = "op://not/a-key"\ntags = ["mine"]\n')
    run = kept("history", word)
    assert (run.status, run.err.endswith(says)) == (2, True), run.err


def test_sums_have_all_money_and_what_is_spent_where_nothing_else_is_told() -> None:
    def named(account: str, *amounts: float, id_: str = "USD", kind: str = "prepaid") -> BalanceHistory:
        one = made_up(*amounts)
        return one._replace(
            name=Name(account, "acme", id_, "USD"),
            balance=one.balance._replace(id=id_, kind=kind),  # type: ignore[arg-type]
        )

    costs = made_up(1, 4, 9)
    costs = costs._replace(name=Name("api", "openai", "USD", "USD"), balance=costs.balance._replace(kind="spent"))
    costs = costs._replace(days=days(samples(9, 4, 1), UTC))
    several = [named("a", 50, 40), named("a", 9, 7, id_="b"), named("a", 9, 7, id_="c", kind="part"), costs]
    euros = made_up(5, 4, unit="EUR")
    told = list(sums.by_unit([*several, euros]))
    assert told == [
        "USD in 2 accounts: 47 left in 1 of them; 20 spent, 0 added since 21 October",
        "EUR in 1 account: 4 left; 1 spent, 0 added since 21 October",
    ]
    assert list(sums.by_unit([euros])) == []


def test_credit_that_has_expired_is_not_left_in_a_sum() -> None:
    def named(account: str, *amounts: float, id_: str = "USD", expires_at: datetime | None = None) -> BalanceHistory:
        one = made_up(*amounts, expires_at=expires_at)
        return one._replace(name=Name(account, "acme", id_, "USD"))

    gone = named("b", 110, 100, expires_at=NOW - DAY)
    (told,) = sums.by_unit([named("a", 50, 40), gone, named("c", 8, 7, expires_at=NOW + DAY)])
    assert told == "USD in 3 accounts: 47 left; 21 spent, 0 added since 21 October"
    purses = [made_up(amount, unit="credits", expires_at=end) for amount, end in ((9, NOW - DAY), (5, None))]
    other = made_up(2, unit="credits")._replace(name=Name("b", "acme", "credits", "credits"))
    (told,) = sums.by_unit([*purses, other])
    assert told.startswith("credits of acme in 2 accounts: 7 left;")


def test_a_month_in_which_nothing_was_spent_has_a_zero() -> None:
    shown = render.charts([made_up(50, 50, 50)], Terminal(), UTC)
    assert [line.split() for line in shown.splitlines()[-2:]] == [["Month", "Spent", "Added"], ["November", "0"]]


def test_a_short_time_is_all_that_is_shown(credcheck: Program) -> None:
    now = datetime.now(UTC) - timedelta(minutes=1)
    lines = [
        f"acme\tacme\tUSD\tUSD\t{sample.at.isoformat()}\t{sample.amount}\t\n"
        for sample in samples(*range(100, 50, -1), every=timedelta(hours=1), last=now)
    ]
    credcheck("history", "--import", "-", given="".join(lines))
    (balance,) = json.loads(credcheck("history", "acme", "--since", "12h", "--json").out)["accounts"][0]["balances"]
    assert [sample["balance"] for sample in balance["samples"]] == [*range(62, 50, -1)]
    assert sum(day["used"] for day in balance["days"]) == 12
    assert credcheck("history", "--since", "12h").out.splitlines()[1].endswith("▇" * 3)
    run = credcheck("history", "acme", "--since", "1m")
    assert run.out.endswith("Not read in this time.\n")
    assert run.err == "Nothing was read in so short a time; in --since, m is minutes.\n"
    assert credcheck("history", "acme", "--since", "2m").err == ""


def test_json_has_the_sample_with_which_the_chart_begins(credcheck: Program) -> None:
    hours = samples(*range(60, 50, -1), every=timedelta(hours=1), last=datetime.now(UTC) - timedelta(minutes=1))
    lines = [f"acme\tacme\tUSD\tUSD\t{each.at.isoformat()}\t{each.amount}\t\n" for each in hours]
    credcheck("history", "--import", "-", given="".join(lines))

    def shown(since: str) -> tuple[object, list[object]]:
        document = json.loads(credcheck("history", "acme", "--since", since, "--json").out)
        (balance,) = document["accounts"][0]["balances"]
        before = balance["before"]
        assert before is None or before["at"] < f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return before and before["balance"], [each["balance"] for each in balance["samples"]]

    assert shown("30s") == (51, [])
    assert shown("90m") == (53, [52, 51])
    assert shown("7d") == (None, [*range(60, 50, -1)])


def test_json_has_the_spending_with_which_the_chart_begins(credcheck: Program) -> None:
    hours = samples(1, 2, 3, every=timedelta(hours=1), last=datetime.now(UTC) - timedelta(minutes=1))
    ends = [f"{each.at.isoformat()}\t{each.amount}\t\t{hours[0].at.isoformat()}\n" for each in hours]
    credcheck("history", "--import", "-", given="".join(f"acme\tacme\tUSD\tUSD\t{end}" for end in ends))
    for since, before, later in (("30s", 3, []), ("90m", 1, [2, 3]), ("7d", None, [1, 2, 3])):
        document = json.loads(credcheck("history", "acme", "--since", since, "--json").out)
        (balance,) = document["accounts"][0]["balances"]
        assert (balance["before"] and balance["before"]["spent"]) == before
        assert ([each["spent"] for each in balance["spent"]], balance["samples"]) == (later, [])


@pytest.mark.parametrize("hours", [1, 12, 36])
def test_a_chart_begins_with_the_time_that_is_asked(hours: int) -> None:
    since = NOW - timedelta(hours=hours)
    kept = samples(*range(100, 50, -1), every=timedelta(hours=1))
    shown = plot(balance_history(ACME.name, ACME.balance, kept, since=since, now=NOW, zone=UTC))
    assert shown.start == since.timestamp()
    assert shown.end <= (NOW + (NOW - since)).timestamp()
    assert len(date_ticks(shown.start, shown.end, 8, UTC)) > 2


def test_formats_for_programs(kept: Program) -> None:
    document = json.loads(kept("history", "--json").out)
    assert [each["account"] for each in document["accounts"]] == ["pixelcut", "pixelcut-work"]
    balance = document["accounts"][0]["balances"][0]
    assert sorted(balance) == ["before", "days", "forecast", "grade", "id", "months", "samples", "spent", "unit"]
    assert balance["forecast"]["state"] == "known"
    assert balance["samples"][-1]["balance"] == 1710
    assert sorted(balance["days"][-1]) == ["added", "balance", "date", "used"]
    assert sum(month["spent"] for month in balance["months"]) == sum(day["used"] for day in balance["days"]) > 0
    lines = kept("history", "pixelcut", "--format", "tsv").out.splitlines()
    assert lines[0].split("\t") == ["account", "provider", "balance", "unit", "date", "used", "added", "left"]
    assert len(lines) == 20


def test_an_export_goes_back_in_elsewhere(kept: Program, tmp_path: Path) -> None:
    exported = kept("history", "--export").out
    other = str(tmp_path / "other.db")
    said = [kept("history", "--import", "-", given=exported, CREDCHECK_HISTORY=other).err for _ in range(2)]
    assert said == ["40 samples are new.\n", "0 samples are new; 40 were there already.\n"]
    assert kept("history", "--export", CREDCHECK_HISTORY=other).out == exported
    broken = kept("history", "--import", "-", given=exported + "a\tb\n", CREDCHECK_HISTORY=other)
    assert broken.status == 2
    assert "-: line 42: 2 fields where 8 are needed: account, " in broken.err
    single = kept("history", "--import", "-", given="a\n")
    assert "-: line 1: 1 field where 8 are needed: " in single.err


def test_a_sample_to_come_is_not_imported(kept: Program) -> None:
    now = datetime.now(UTC)
    line = "acme\tacme\tUSD\tUSD\t{}\t5\t\n"
    good = line.format(now.isoformat())
    run = kept("history", "--import", "-", given=good + line.format((now + DAY).isoformat()))
    assert (run.status, "-: line 2: this time is in the future; nothing is imported" in run.err) == (2, True)
    assert kept("history", "--import", "-", given=good).err == "1 sample is new.\n"


def test_an_export_may_be_of_some_accounts(kept: Program) -> None:
    lines = kept("history", "pixelcut-work", "--export").out.splitlines()
    assert len(lines) == 21
    assert {line.split("\t")[0] for line in lines[1:]} == {"pixelcut-work"}


def test_forgetting_asks_for_a_confirmation(kept: Program) -> None:
    assert kept("history", "--forget", "pixelcut").status == 2
    assert kept("history", "--forget", "pixelcut", "--yes").err == "20 samples of pixelcut are deleted.\n"
    assert kept("history").out.splitlines()[1].startswith("pixelcut-work")


def test_the_picture_is_put_in_a_file(kept: Program, tmp_path: Path) -> None:
    assert kept("history", "pixelcut", "--svg", str(tmp_path / "out.svg")).status == 0
    assert (tmp_path / "out.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert kept("history", "--svg", "/no/such/folder/out.svg").status == 5


def test_the_picture_may_be_printed(kept: Program) -> None:
    run = kept("history", "pixelcut", "--svg", "-", "--since", "3d")
    assert (run.status, run.err, run.out[:5]) == (0, "", "<svg ")
    assert not (kept.home / "-").exists()


def test_a_picture_is_published_like_any_output(kept: Program, tmp_path: Path) -> None:
    old, pipe = tmp_path / "old.svg", tmp_path / "pipe"
    old.write_text("before")
    old.chmod(0o640)
    os.mkfifo(pipe)
    assert kept("history", "pixelcut", "--svg", str(old)).status == 0
    assert (old.read_text(encoding="utf-8")[:5], old.stat().st_mode & 0o777) == ("<svg ", 0o640)
    run = kept("history", "pixelcut", "--svg", str(pipe))
    assert (run.status, "not a regular file" in run.err, pipe.is_fifo()) == (5, True, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nobody",), "there is no history of `nobody`"),
        (("--since", "30"), "30d or 12h"),
        (("--since", "yesterday"), "2026-11-01"),
        (("--export", "--forget", "pixelcut"), "cannot be combined"),
        (("--export", "--since", "3d"), "--export and --since do not go together; leave one out"),
        (("--export", "--json"), "--export and --json do"),
        (("--svg", "f", "--json"), "--svg and --json do"),
        (("--svg", "f", "--format", "tsv"), "--svg and --format do"),
        (("--forget", "pixelcut", "--since", "3d"), "--forget and --since do"),
        (("--forget", "pixelcut", "pixelcut-work"), "--forget and further names do not"),
        (("--import", "-", "--yes"), "--import and --yes do"),
        (("--svg", ""), "--svg is empty; name a file"),
        (("--forget", "", "--yes"), "--forget is empty; name an account"),
        (("--yes",), "--yes needs --forget"),
        (("--since", "2999-01-01"), "--since: must be before now"),
        (("--json", "--format", "tsv"), "cannot be combined"),
        (("--import", "/no/such/file"), "cannot be read"),
    ],
)
def test_wrong_usage_is_told(kept: Program, arguments: tuple[str, ...], says: str) -> None:
    run = kept("history", *arguments)
    assert (run.status, run.out) == (2, "")
    assert says in run.err
    assert run.err.count("\n") == 1


def test_no_history_is_told(credcheck: Program) -> None:
    assert "`credcheck all` begins one" in credcheck("history").err
    assert not (credcheck.home / ".local").exists()
    assert "CREDCHECK_HISTORY is empty" in credcheck("history", CREDCHECK_HISTORY="").err


def test_nothing_of_what_is_forgotten_stays_in_the_files(kept: Program) -> None:
    folder = kept.home / ".local" / "state" / "credcheck"
    assert any(b"pixelcut-work" in file.read_bytes() for file in folder.iterdir())
    assert kept("history", "--forget", "pixelcut-work", "--yes").status == 0
    assert not any(b"pixelcut-work" in file.read_bytes() for file in folder.iterdir())


def test_a_word_that_could_be_a_key_is_not_repeated(credcheck: Program) -> None:
    key = "sk_live_4f9a8b7c6d5e4f3a2b1c"
    assert credcheck("history", "--import", "-", given="a\ta\tUSD\tUSD\t2026-11-20T12:00:00Z\t5\t\n").status == 0
    commands = [
        ["history", key],
        ["history", "--forget", key],
        ["history", "--export", key],
        ["history", "--import", key],
        ["history", "--config", key],
        ["providers", "check", "pixelcut", "--answer", key],
        ["providers", "check", key],
    ]
    runs = [credcheck(*words) for words in commands]
    assert [run.status for run in runs] == [2] * len(runs)
    assert not [run.err for run in runs if "sk_live" in run.out + run.err]


def test_a_history_without_a_balance_says_so_and_prints_no_heading(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key = "k"\nbase_url = "http://127.0.0.1:9"\n')
    assert credcheck("all").status == 3
    run = credcheck("history")
    assert (run.status, run.out) == (0, "")
    assert "holds no balance" in run.err


WALLETS = """
[providers.wallets]
request = { url = "URL", headers = { Authorization = "Bearer {key}" } }
balance = { each = "l", amount = "a", unit = "USD", id_path = "n" }
[accounts.wallets]
api_key = "key-of-the-wallets"
"""


def test_an_import_tells_no_main_balance_and_is_never_an_answer(tmp_path: Path) -> None:
    body = '{"l": [{"a": 0, "n": "a"}, {"a": 50, "n": "zz"}, {"a": 0, "n": "b"}]}'
    with playing(lambda _: Answer(body)) as server:
        one, other = (Program(tmp_path / name) for name in ("one", "other"))
        for machine in (one, other):
            machine.home.mkdir()
            machine.configure(WALLETS.replace("URL", f"{server.url}/v1"))
        assert one("wallets", "--format", "value").out == "50\n"
        lines = one("history", "--export").out
        assert other("history", "--import", "-", given=lines).status == 0
        assert {line.split()[1] for line in other("history", "--format", "tsv").out.splitlines()[1:]} == {"wallets"}
        assert other("wallets", "--format", "value", "--max-age", "1h").out == "50\n"
        assert len(server.sent) == 2


@pytest.mark.parametrize("field", [3, 4])
def test_an_import_of_what_a_terminal_would_obey_is_refused(credcheck: Program, field: int) -> None:
    fields = ["a", "pixelcut", "credits", "credits", "2026-11-20T13:00:00Z", "5", ""]
    fields[field - 1] = "\x1b[2J"
    run = credcheck("history", "--import", "-", given="\t".join(fields) + "\n")
    assert (run.status, "cannot be printed; nothing is imported" in run.err, "\x1b" in run.err) == (2, True, False)


@pytest.mark.parametrize(
    ("amounts", "words", "reason"),
    [
        (
            [*[900] * 9, 880, *[880] * 9, 800, *[800] * 9, 790],
            "Cannot tell: between 31 days and over a year; it is used in bursts.",
            "31 days to over a year left, used in bursts",
        ),
        (
            [*[100] * 9, 80, *[80] * 9, 60, *[60] * 9, 10],
            "Cannot tell: between 2 hours and 24 days; it is used in bursts.",
            "2 hours to 24 days left, used in bursts",
        ),
        (
            [10, 6, 35, 29, 49, 41, 38, 67, 63, 57],
            (
                "Cannot tell: between 6 and 16 days; "
                "use between two readings is hidden when a top-up falls there, so check more often."
            ),
            "6 to 16 days left, use is hidden by top-ups",
        ),
    ],
)
def test_where_only_the_range_is_to_be_believed_it_stands_without_a_middle(
    amounts: list[float], words: str, reason: str
) -> None:
    history = made_up(*amounts)
    assert history.forecast is not None
    assert history.forecast.days_left is not None  # JSON keeps all three
    assert forecast.sentence(history.forecast, history.balance, NOW, UTC) == words
    assert forecast.days(history.balance, history.forecast, NOW) == reason


def test_a_few_top_ups_between_readings_are_a_reason_to_read_more_often() -> None:
    history = made_up(10, 6, 3, 12, 9, 6, 3, 1, 11, 8)
    words = forecast.sentence(history.forecast, history.balance, NOW, UTC)
    assert words.startswith("About 2 days left")
    assert words.endswith(" Check more often: use between two readings is hidden when a top-up falls there.")


@pytest.mark.parametrize(
    ("held", "resolved", "words"),
    [
        (33, 40, " 33 of 40 ranges held."),
        (22, 40, " This account's forecasts held 22 of 40: reckon with half."),
        (3, 39, ""),
    ],
)
def test_forecasts_grade_themselves(held: int, resolved: int, words: str) -> None:
    graded = ACME._replace(grade=Grade(held, resolved))
    plain, shown = (render.charts([one], Terminal(), UTC, with_days=False) for one in (ACME, graded))
    assert shown.replace(words, "") == plain
    assert words in shown


def test_of_an_empty_history_there_is_no_picture(kept: Program) -> None:
    for account in ("pixelcut", "pixelcut-work"):
        assert kept("history", "--forget", account, "--yes").status == 0
    run = kept("history", "--svg", str(kept.home / "picture.svg"))
    assert (run.status, run.out, "no balance of this time" in run.err) == (0, "", True), run.err
    assert not list(kept.home.rglob("*.svg"))
