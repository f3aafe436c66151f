"""A budget, and what was bought: what is left of it in a month that is played with a clock of its own."""

import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from credcheck.config import Config
from credcheck.history import spent
from credcheck.history.days import top_ups
from credcheck.history.report import BalanceHistory, balance_histories
from credcheck.history.samples import Sample
from credcheck.history.store import Store
from credcheck.models import ANY, Account, Balance, Key, Reading, Result, Threshold, WrittenKey
from credcheck.notices import message
from credcheck.providers.registry import from_table
from credcheck.render import forecast, history, notes, summary
from credcheck.session import HistoryOptions, Outcome, Session
from credcheck.system.terminal import Terminal
from tests.conftest import Program
from tests.playback import Answer, Playback, playing
from tests.results import result as result_of
from tests.test_spent import COSTS, page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Month:
    """An account with a budget, what it has spent by the clock of this test, and a history of its own."""

    def __init__(self, folder: Path, server: Playback) -> None:
        self.now = datetime(2026, 11, 1, tzinfo=UTC)
        self.environment = {"CREDCHECK_HISTORY": str(folder / "history.db"), "PATH": "/usr/bin:/bin"}
        providers = tomllib.loads(COSTS.replace("URL", server.url))["providers"]
        self.loaded = Config(
            folder / "config.toml", folder / "credentials.toml", timeout=5, providers=from_table(providers, "p")
        )
        self.account = Account(
            "acme",
            "acme",
            WrittenKey("config", Key("k" * 20)),
            budget={ANY: Decimal(50)},
            warn_below={ANY: Threshold(Decimal(20), is_percent=True)},
        )
        self.pages = 0
        self.asked: list[int] = []
        self.spent: dict[datetime, Decimal] = {}

    def spend(self, amount: str) -> None:
        """Spend an amount now."""
        self.spent[self.now] = self.spent.get(self.now, Decimal(0)) + Decimal(amount)

    def answer(self, target: str) -> Answer:
        """Return what was spent since the moment that is asked for."""
        query = parse_qs(urlsplit(target).query)
        start, number = int(query["start_time"][0]), int(query.get("page", ["1"])[0])
        self.asked.append(start)
        if self.pages:
            self.now += timedelta(seconds=1)
        if number < self.pages:
            return Answer(page("0", cursor=str(number + 1)))
        total = sum((each for at, each in self.spent.items() if at.timestamp() >= start), Decimal(0))
        return Answer(page(str(total)))

    def check(self, **options: object) -> Outcome:
        """Check and keep, as a command does."""
        session = Session(
            self.loaded,
            [self.account],
            environment=self.environment,
            options=HistoryOptions(**options),  # type: ignore[arg-type]
            now=lambda: self.now,
        )
        outcome = session.check()
        session.delivered()
        session.keep(outcome.results)
        assert session.problem is None
        session.close()
        return outcome

    def result(self, **options: object) -> Result:
        """Return the outcome for the account."""
        return self.check(**options).results[0]

    def store(self) -> Store:
        """Open the history."""
        return Store(Path(self.environment["CREDCHECK_HISTORY"]), seconds=1, now=lambda: self.now)

    def history(self) -> BalanceHistory:
        """Return the history as `credcheck history` shows it."""
        accounts = {"acme": self.account}
        (found,) = balance_histories(
            self.store(), None, since=self.now - 60 * DAY, now=self.now, zone=UTC, budgets=accounts
        )
        return found

    def play(self, hours: int, amount: str, *, step: int = 6) -> list[str]:
        """Spend an amount each hour, and check every so many hours; return what `--changes` says."""
        said = []
        for _ in range(0, hours, step):
            self.now += step * HOUR
            self.spend(str(Decimal(amount) * step))
            said += [message.sentence(change) for change in self.check(changes=True).changes or ()]
        return said


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    made: list[Month] = []

    def answer(target: str) -> Answer:
        return made[0].answer(target)

    with playing(answer) as server:
        made.append(Month(tmp_path, server))
        yield made[0]


def lasts_to_the_reset(result: Result) -> bool:
    assert result.forecast
    assert result.main
    return result.forecast.lasts_until(result.main.resets_at, result.checked_at)


def test_a_month_is_spent_reached_and_begins_anew(month: Month) -> None:
    # 0.10 an hour: 2.40 a day. Low below 10 after 40, on the 17th; reached on the 21st.
    assert month.play(16 * 24, "0.10") == []
    result = month.result()
    assert (result.status, result.balance, result.main and result.main.spent) == (
        "ok",
        Decimal("11.60"),
        Decimal("38.40"),
    )
    assert result.forecast
    assert result.forecast.state == "known"
    assert 4 <= result.forecast.days_left <= 6  # type: ignore[operator]
    assert "before the reset on 1 December" in forecast.sentence(result.forecast, result.main, month.now, UTC)  # type: ignore[arg-type]
    assert notes.of_balance(result.main, result) == "spent 38.40 of 50 this month"  # type: ignore[arg-type]
    (low,) = month.play(24, "0.10")
    assert low == "acme is low: 9.80 USD, below 10 (40.20 of 50 USD spent this month)"
    assert month.play(5 * 24, "0.10") == []
    result = month.result()
    assert (result.status, result.balance) == ("low", Decimal("-2.80"))
    assert result.main
    words = forecast.sentence(result.forecast, result.main, month.now, UTC)
    assert words == "Nothing is left until the reset on 1 December."
    month.now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    month.check()
    month.now += timedelta(minutes=2)
    (well,) = month.check(changes=True).changes or ()
    assert message.sentence(well) == "acme is well again: 50 USD"
    found = month.history()
    assert top_ups(found.samples) == []
    assert [(each.month, each.spent) for each in found.months] == [
        (date(2026, 11, 1), Decimal("52.80")),
        (date(2026, 12, 1), Decimal(0)),
    ]
    assert sum(day.used for day in found.days) == Decimal("52.80") - Decimal("0.60")
    assert month.play(3 * 24, "0.10") == []
    result = month.result()
    assert (result.balance, lasts_to_the_reset(result)) == (Decimal("42.80"), False)
    text = history.charts([month.history()], Terminal(80), UTC)
    assert "acme: 42.80 USD, 7.20 of 50 USD spent this month" in text
    assert "November 2026  52.80" in text
    assert "December 2026   7.20" in text
    assert "topped" not in text


def test_it_lasts_to_the_reset_at_a_lower_pace(month: Month) -> None:
    month.play(20 * 24, "0.05")
    result = month.result()
    assert lasts_to_the_reset(result)
    assert "It lasts until the reset on 1 December." in forecast.sentence(result.forecast, result.main, month.now, UTC)  # type: ignore[arg-type]


def test_a_changed_budget_changes_no_sample(month: Month) -> None:
    month.play(48, "0.50")
    (series,) = month.store().series()
    before = month.store().samples(series.id)
    forecasts = month.result().forecast
    month.account = month.account._replace(budget={ANY: Decimal(100)})
    result = month.result()
    assert (result.balance, result.main and result.main.total) == (Decimal("76.00"), Decimal(100))
    assert month.result(max_age=DAY)._replace(cached=False).balance == Decimal("76.00")
    assert month.store().samples(series.id)[: len(before) - 1] == before[:-1]
    assert {sample.total for sample in month.store().samples(series.id)} == {None}
    assert top_ups(month.history().samples) == []
    assert forecasts
    assert result.forecast
    assert all(11 <= (each.per_day or 0) <= 14 for each in (result.forecast, forecasts))
    month.account = month.account._replace(budget={})
    result = month.result()
    assert (result.balance, result.status, result.forecast, result.low_because) == (None, "ok", None, None)
    assert month.history().balance.amount is None
    text = history.charts([month.history()], Terminal(80), UTC)
    assert text.startswith("acme: 24.00 USD spent this month\n")
    assert "set `budget` of the account" in text.replace("\n", " ")
    assert "November 2026  24.00" in text


def test_midnight_of_the_first_between_two_pages_changes_no_period(month: Month) -> None:
    month.now = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    month.pages = 3
    month.spend("30")
    result = month.result()
    assert month.now == datetime(2026, 12, 1, 0, 0, 2, tzinfo=UTC)
    assert len(set(month.asked)) == 1
    assert (result.balance, result.checked_at.month) == (Decimal(20), 12)
    assert notes.of_balance(result.main, result) == "spent 30 of 50 in November"  # type: ignore[arg-type]
    month.now += HOUR
    month.spend("1")
    assert month.result().balance == Decimal(49)
    assert [each.spent for each in month.history().months] == [Decimal(30), Decimal(1)]


def test_a_clock_that_jumps_back_over_the_first_tells_the_month_that_it_shows(month: Month) -> None:
    month.now = datetime(2026, 11, 30, 23, 50, tzinfo=UTC)
    month.spend("30")
    assert month.result().balance == Decimal(20)
    month.now = datetime(2026, 12, 1, 0, 0, 30, tzinfo=UTC)
    assert month.result().balance == Decimal(50)
    month.now = datetime(2026, 11, 30, 23, 59, 50, tzinfo=UTC)
    result = month.result()
    assert (result.balance, result.main and result.main.period and result.main.period.end.day) == (Decimal(20), 1)
    month.now = datetime(2026, 12, 1, 1, tzinfo=UTC)
    month.spend("1")
    assert month.result().balance == Decimal(49)
    assert [each.spent for each in month.history().months] == [Decimal(30), Decimal(1)]
    assert top_ups(month.history().samples) == []


def test_an_answer_of_last_month_is_none_of_this(month: Month) -> None:
    month.now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    month.spend("30")
    month.check()
    assert month.result(max_age=DAY).cached
    assert month.result(max_age=DAY).balance == Decimal(20)
    month.now += timedelta(minutes=2)
    result = month.result(max_age=DAY)
    assert (result.cached, result.balance) == (False, Decimal(50))


def test_what_was_bought_is_spent_from_a_day_on(month: Month) -> None:
    month.account = month.account._replace(budget={ANY: Decimal(150)}, since=date(2026, 11, 3), warn_below={})
    month.now = datetime(2026, 11, 2, tzinfo=UTC)
    month.spend("7")
    month.now = datetime(2026, 11, 3, 1, tzinfo=UTC)
    month.spend("1.25")
    result = month.result()
    main = result.main
    assert main
    assert (main.amount, main.spent, main.kind, main.resets_at) == (Decimal("148.75"), Decimal("1.25"), "prepaid", None)
    assert notes.of_balance(main, result) == "spent 1.25 of 150 since 3 November"
    month.play(48, "0.50")
    month.now = datetime(2026, 12, 5, tzinfo=UTC)
    assert month.result().balance == Decimal("124.75")
    # Another day is no spending: neither the forecast nor the days have a jump.
    month.account = month.account._replace(since=date(2026, 11, 1))
    assert month.result().balance == Decimal("117.75")
    assert sum(day.used for day in month.history().days) == Decimal("24.00")


def test_two_balances_that_were_equal_in_two_months_are_two_samples() -> None:
    november, december = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    samples = [
        Sample(november + 29 * DAY, Decimal(5), None, november),
        Sample(december + 9 * DAY, Decimal(5), None, december),
    ]
    assert [(each.month.month, each.spent) for each in spent.months(samples)] == [(11, Decimal(5)), (12, Decimal(5))]
    assert [day.used for day in spent.days(samples, UTC)] == [Decimal(5)]


def test_sums_of_money_have_what_is_left_of_purchases_and_no_budget_or_spending() -> None:
    spent_ = Balance("USD", None, "USD", "spent", spent=Decimal(12), is_main=True)
    account = Account("a", "a")
    budgets = [account, account._replace(budget={ANY: Decimal(50)})]
    bought = account._replace(budget={"usd": Decimal(150)}, since=date(2026, 11, 3))
    results = [
        result_of("a", "1")._replace(outcome=each.left(Reading((spent_,)))) for each in [*budgets, bought, bought]
    ]
    assert [each.balance for each in results] == [None, Decimal(38), Decimal(138), Decimal(138)]
    assert summary.line(results, shown=4) == "4 ok; 276 USD in 2 accounts\n"


@pytest.fixture
def told(credcheck: Program) -> Iterator[Callable[[str], Program]]:
    """Return what sets up an account with these settings at a provider that tells 12.30 USD."""
    with playing(lambda _: Answer(page("12.30"))) as server:

        def configured(settings: str, old: str = "", new: str = "") -> Program:
            table = COSTS.replace("URL", server.url).replace(old, new) if old else COSTS.replace("URL", server.url)
            credcheck.configure(f'{table}[accounts.acme]\napi_key = "acme-0123456789"\n{settings}')
            return credcheck

        yield configured


def test_a_budget_makes_what_is_left(told: Callable[[str], Program]) -> None:
    program = told('budget = 50\nwarn_below = "80%"\n')
    run = program("acme", "--json")
    result = json.loads(run.out, parse_float=Decimal)
    assert (run.status, result["balance"], result["total"], result["spent"]) == (
        1,
        Decimal("37.70"),
        50,
        Decimal("12.30"),
    )
    assert (result["warn_below"], result["low_because"]) == (40, "balance")
    (line,) = [line for line in program("all").out.splitlines() if "acme" in line]
    assert line.split(maxsplit=4) == ["!", "acme", "37.70", "USD", "low, below 40, spent 12.30 of 50 this month"]
    program("history", "--json")
    words = program("history").out.splitlines()[1].split()
    assert words == ["acme", "37.70", "USD", *["12.30", "of", "50", "USD", "this", "month", "learning"]]
    exported = program("history", "--export").out
    assert exported.splitlines()[1].split("\t")[5:] == ["12.30", "", f"{datetime.now(UTC):%Y-%m-01T00:00:00.000Z}"]
    assert "All" not in program("doctor").out
    assert "does not apply" not in program("doctor").out


def test_an_export_is_spent_on_another_machine_too(told: Callable[[str], Program], tmp_path: Path) -> None:
    program = told("")
    program("acme")
    file = tmp_path / "samples"
    file.write_text(program("history", "--export").out)
    program.environment["CREDCHECK_HISTORY"] = str(tmp_path / "other.db")
    assert program("history", "--import", str(file)).status == 0
    (account,) = json.loads(program("history", "--json").out, parse_float=str)["accounts"]
    (balance,) = account["balances"]
    assert (balance["samples"], balance["spent"][0]["spent"]) == ([], "12.30")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ("budget = 0", "budget: must be more than 0"),
        ('budget = "50"', "budget: must be a number"),
        ("budget = { EUR = 5 }", "budget.EUR: what was spent is in USD"),
        ("budget = 5\nsince = 2026-11-03", "since: there is a budget of each month already"),
        ("budget = 5\nprepaid = 5", "prepaid: there is a budget of each month already"),
        ("prepaid = 5", "prepaid: needs since, the day of the first purchase"),
        ("since = 2026-11-03", "since: needs prepaid, all that was bought since"),
        ("prepaid = 5\nsince = 2099-01-01", "since: 2099-01-01 is in the future"),
        ("prepaid = 5\nsince = 2020-01-01", "since: Acme shows only what was spent in the last 365 days"),
        ('prepaid = 5\nsince = "2026-11-03"', "since: must be a date such as 2026-11-03, without quotes"),
    ],
)
def test_a_budget_that_cannot_be_is_one_line(told: Callable[[str], Program], settings: str, problem: str) -> None:
    run = told(settings)("all")
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert f"accounts.acme.{problem}" in run.err


def test_a_provider_that_tells_a_balance_or_this_month_only_refuses_them(told: Callable[..., Program]) -> None:
    run = told("prepaid = 5\nsince = 2026-11-20\n", 'longest_period = "365d"', "")("all")
    assert "accounts.acme.prepaid: Acme shows only what was spent in this month: set budget" in run.err
    program = told("")
    program.configure('[accounts.pixelcut]\napi_key = "k"\nbudget = 5\n')
    run = program("all")
    assert (run.status, "accounts.pixelcut.budget: Pixelcut reports a balance: leave budget out" in run.err) == (
        2,
        True,
    )
