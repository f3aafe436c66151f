"""Which changes are told, and what comes of those that could not be."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from credcheck.models import Balance, Change, Failure, Forecast, Reading, Result
from credcheck.notices import message as render
from credcheck.notices.decide import PASSING, changes

if TYPE_CHECKING:
    from credcheck.history.notified import Announced
    from credcheck.history.samples import Owner

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def result(amount: str, hours: float = 0) -> Result:
    """Return a result of an account with a threshold of 100; a word in place of an amount is an error's code."""
    outcome: Reading | Failure
    if amount.isdecimal():
        balance = Balance(id="USD", amount=Decimal(amount), unit="USD", warn_below=Decimal(100), is_main=True)
        outcome = Reading((balance,))
    else:
        outcome = Failure(amount, f"{amount}: try again later")
    return Result(account="acme", provider="acme", outcome=outcome, checked_at=NOON + hours * HOUR)


def told(*amounts: str, again: timedelta | None = None) -> list[str | None]:
    """Return what is told at each of these hours."""
    known: dict[Owner, Announced] = {}
    found = []
    for hour, amount in enumerate(amounts):
        news, known = changes([result(amount, hour)], known, again=again)
        found.append(render.message(news) or None)
    return found


def test_low_and_well_again_are_each_told_once() -> None:
    assert told("500", "99", "98", "500", "500") == [
        None,
        "acme is low: 99 USD, below 100",
        None,
        "acme is well again: 500 USD",
        None,
    ]


def test_a_balance_that_goes_up_and_down_about_its_threshold_is_told_once() -> None:
    assert told("500", *["99", "101"] * 80) == [None, "acme is low: 99 USD, below 100", *[None] * 159]
    assert told("99", "104", "103") == ["acme is low: 99 USD, below 100", None, "acme is well again: 103 USD"]
    assert told("99", "105")[-1] == "acme is well again: 105 USD"


def test_days_that_go_up_and_down_about_their_threshold_are_told_once() -> None:
    known: dict[Owner, Announced] = {}
    sent = []
    for hour, days in enumerate(["9", "2.9", "3.1", "2.9", "3.1", "2.9", "3.2"]):
        forecast = Forecast("known", Decimal(9), Decimal(days), Decimal(20))
        one = result("500", hour)._replace(forecast=forecast, warn_days_left=Decimal(3))
        news, known = changes([one], known)
        sent += [(hour, change.result.status) for change in news]
    assert sent == [(1, "low"), (6, "ok")]


def test_what_is_low_at_first_sight_is_told() -> None:
    assert told("99", "98") == ["acme is low: 99 USD, below 100", None]


def test_what_lies_between_this_machine_and_the_provider_passes() -> None:
    assert {"blocked", "redirected", "tls"} <= PASSING


@pytest.mark.parametrize("code", sorted(PASSING))
def test_a_trouble_that_passes_is_told_when_it_is_confirmed(code: str) -> None:
    assert told("500", code, "500", code, code, code, "500") == [
        None,
        None,
        None,
        None,
        f"acme failed: {code}: try again later",
        None,
        "acme is well again: 500 USD",
    ]


def test_one_passing_trouble_confirms_another() -> None:
    assert told("500", "timeout", "unreachable")[-1] == "acme failed: unreachable: try again later"


def test_a_rejected_key_is_at_once_and_after_a_passing_trouble() -> None:
    assert told("500", "key_rejected")[-1] == "acme failed: key_rejected: try again later"
    assert told("timeout", "timeout", "key_rejected", "timeout", "key_rejected")[1:] == [
        "acme failed: timeout: try again later",
        "acme failed: key_rejected: try again later",
        None,
        None,
    ]


def test_a_trouble_while_it_is_low_does_not_make_it_low_again() -> None:
    assert told("99", "timeout", "98") == ["acme is low: 99 USD, below 100", None, None]


def test_a_reminder_comes_while_it_stays_low() -> None:
    assert told("99", "98", "97", "96", "95", again=2 * HOUR) == [
        "acme is low: 99 USD, below 100",
        None,
        "acme is still low: 97 USD, below 100",
        None,
        "acme is still low: 95 USD, below 100",
    ]


def test_few_days_left_are_told_in_words() -> None:
    forecast = Forecast(
        state="known", days_left=Decimal(4), days_left_low=Decimal(2), days_left_high=Decimal(7), samples=40
    )
    low = Result(
        account="acme",
        provider="acme",
        outcome=Reading((Balance(id="USD", amount=Decimal("12.50"), unit="USD", is_main=True),)),
        checked_at=NOON,
        forecast=forecast,
        warn_days_left=Decimal(3),
    )
    assert render.sentence(Change(low, "ok")) == "acme is low: 12.50 USD, about 4 days left (2 to 7)"


def test_the_balance_that_is_low_is_named_with_its_threshold() -> None:
    def wallet(dollars: str, credits_: str) -> Result:
        balances = (
            Balance(id="EUR", amount=Decimal("12.50"), unit="EUR", is_main=True),
            Balance(id="GBP", amount=Decimal(100), unit="GBP"),
            Balance(id="USD", amount=Decimal(dollars), unit="USD", warn_below=Decimal(5)),
            Balance(id="plan", amount=Decimal(credits_), unit="credits", warn_below=Decimal(1000)),
        )
        return Result(account="wallet", provider="acme", outcome=Reading(balances), checked_at=NOON)

    assert [
        render.sentence(Change(wallet("3.07", "2000"), "ok")),
        render.sentence(Change(wallet("3.07", "20"), "low", is_reminder=True)),
        render.sentence(Change(wallet("50", "2000"), "low")),
    ] == [
        "wallet is low: 3.07 USD, below 5",
        "wallet is still low: 3.07 USD, below 5; plan: 20 credits, below 1,000",
        "wallet is well again: 12.50 EUR, 50 USD, plan: 2,000 credits",
    ]


def test_an_account_without_a_limit_is_well_again() -> None:
    unlimited = Reading((Balance(id="USD", amount=None, unit="USD", is_main=True),))
    free = Result(account="acme", provider="acme", outcome=unlimited, checked_at=NOON)
    assert render.sentence(Change(free, "low")) == "acme is well again: unlimited USD"


def test_an_answer_of_a_while_ago_changes_nothing() -> None:
    old = result("99")
    cached = Result(account="acme", provider="acme", outcome=old.outcome, checked_at=NOON, cached=True)
    assert changes([cached], {}) == ([], {})


def test_a_week_hour_by_hour() -> None:
    """A balance falls below its threshold on the third day, the provider fails for one hour, the key is replaced."""
    known: dict[Owner, Announced] = {}
    failures_of_command = {58, 59}
    sent = []
    for hour in range(7 * 24):
        amount = "timeout" if hour == 30 else str(max(0, 500 - 7 * hour)) if hour < 100 else str(900 - hour)
        news, after = changes([result(amount, hour)], known)
        if news and hour in failures_of_command:
            continue  # nothing is recorded, so that it is told again
        known = after
        if news:
            sent.append((hour, render.message(news)))
    assert sent == [(60, "acme is low: 80 USD, below 100"), (100, "acme is well again: 800 USD")]


def test_a_message_fits_into_a_variable_whatever_its_characters() -> None:
    wide = [Change(result("unreachable")._replace(outcome=Failure("unreachable", "\U0001f600" * 400)), "ok")] * 700
    text = render.message(wide)
    assert 100_000 < len(text.encode()) < 128 * 1024 - len("CREDCHECK_MESSAGE=")
    assert text.splitlines()[-1] == f"and {700 - len(text.splitlines()) + 1} more"
    assert len(render.message(wide, room=60_000).encode()) < 60_000
    assert render.message(wide[:1]).count("\n") == 0
