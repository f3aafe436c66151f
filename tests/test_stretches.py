"""What of a history is use: falls that were undone and automatic recharges are none, and renewals have their hour."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from credcheck.history.forecast.estimate import Estimate, estimate
from credcheck.history.forecast.renewals import next_renewal
from credcheck.history.forecast.stretches import Point, fell_suddenly, stretches, undone_falls

MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def points(*amounts: float, every: timedelta = DAY) -> list[Point]:
    return [((MONDAY + number * every).timestamp(), amount) for number, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("amounts", "undone"),
    [
        ([30, 29, 0, 28, 27], {2, 3}),
        ([30, 29, 0, 0, 27, 26], {2, 3, 4}),
        ([30, 29, 0, 0, 0, 26, 25], set()),  # the third reading after it: that was use, and a top-up
        ([30, 29, 0, 60, 59], set()),
        ([30, 29, 20, 29, 28, 27], {2, 3}),  # a hold that is released
        ([30, 29, 20, 24, 23, 22], set()),
        ([30, 29, 28, 27], set()),
        ([100, 40, 100, 35, 100, 50, 100], set()),  # an allowance that is renewed
        ([100, 100, 100, 100, 95] * 9 + [100], {place for at in range(4, 45, 5) for place in (at, at + 1)}),  # holds
        ([100, 100, 100, 100, 30] * 9 + [100], set()),  # topped up to a level whenever little is left
        ([100, 95, 100, 95, 100, 95, 100], set()),
        ([], set()),
    ],
)
def test_a_fall_that_the_next_readings_undo_is_left_out(amounts: list[float], undone: set[int]) -> None:
    assert undone_falls(amounts) == undone


@pytest.mark.parametrize("at", range(3, 18))
@pytest.mark.parametrize("wrong", [[0], [0, 0], [4.5]])
def test_a_wrong_reading_does_not_move_a_forecast(wrong: list[float], at: int) -> None:
    amounts = [50.0 - number for number in range(21)]
    even = estimate(points(*amounts), UTC)
    amounts[at : at + len(wrong)] = wrong
    found = estimate(points(*amounts), UTC)
    assert isinstance(even, Estimate)
    assert isinstance(found, Estimate)
    assert found[:4] == pytest.approx(even[:4], rel=0.1)


def test_an_automatic_recharge_in_small_steps_is_no_end_of_use() -> None:
    amounts, left = [], 1000.0
    for hour in range(14 * 24):
        left -= 1
        left += 15 if hour % 15 == 14 else 0
        amounts.append(left)
    found = estimate(points(*amounts, every=HOUR), UTC)
    assert isinstance(found, Estimate)
    assert found.pace == pytest.approx(24, rel=0.05)


def test_a_few_refunds_stay_what_they_are() -> None:
    amounts = [100, 95, 90, 90.5, 85, 80, 80.5, 75, 70, 70.5, 65]
    assert len(stretches(points(*amounts))) == len(amounts) - 1


@pytest.mark.parametrize(
    ("amounts", "is_sudden"),
    [
        ([10, 0], True),
        ([10, 9, 8, 0], True),
        ([10, 9, 8, 0, 0], False),
        ([10, 9, 8, 7.9], False),
        ([500, 99], False),
        ([10, 7, 4, 0.3], False),  # as large as the others
        ([10], False),
        ([0, 0], False),
        ([], False),
    ],
)
def test_a_fall_to_nearly_nothing_is_sudden_if_none_was_like_it(amounts: list[float], *, is_sudden: bool) -> None:
    assert fell_suddenly(points(*amounts)) is is_sudden


@pytest.mark.parametrize(
    ("amounts", "is_sudden"),
    [([10, 9, 8, 0, 0], True), ([10, 9, 8, 0.1, 0], True), ([10, 9, 8, 0, 7, 7], False), ([9, 0, *[0] * 31], False)],
)
def test_a_fall_is_sudden_for_half_an_hour(amounts: list[float], *, is_sudden: bool) -> None:
    assert fell_suddenly(points(*amounts, every=timedelta(minutes=1))) is is_sudden


def renewed(when: Callable[[datetime], bool], *, days: int, every: timedelta, use: float = 10.0) -> list[Point]:
    """Return the points of an allowance of 100 that is renewed in the hours for which `when` holds."""
    found, left = [], 100.0
    for hour in range(days * 24):
        at = MONDAY + hour * HOUR
        left = 100.0 if when(at) else max(0.0, left - use / 24)
        if (at - MONDAY) % every == timedelta(0):
            found.append((at.timestamp() + 300, left))
    return found


@pytest.mark.parametrize("every", [HOUR, 3 * HOUR])
@pytest.mark.parametrize(
    ("when", "days", "expected"),
    [
        (lambda at: at.hour == 0, 5, timedelta(days=5)),
        (lambda at: at.hour == 6, 5, timedelta(days=5, hours=6)),
        (lambda at: at.weekday() == 2 and at.hour == 0, 24, timedelta(days=30)),
        (lambda at: at.day == 1 and at.hour == 0, 90, datetime(2027, 2, 1, tzinfo=UTC) - MONDAY),
    ],
)
def test_what_rises_back_at_the_same_time_three_times_will_again(
    when: Callable[[datetime], bool], days: int, expected: timedelta, every: timedelta
) -> None:
    use = 80.0 / (1 if days == 5 else 8 if days == 24 else 32)
    found = renewed(when, days=days, every=every, use=use)
    now = datetime.fromtimestamp(found[-1][0], UTC)
    renewal = next_renewal(found, 100.0, now)
    assert renewal is not None
    assert timedelta(0) <= renewal - (MONDAY + expected) <= timedelta(minutes=5)
    assert next_renewal(found, None, now) is None
    assert next_renewal(found, 1000.0, now) is None


@pytest.mark.parametrize(
    "hours",
    [
        {14, 40, 61},  # bought when it was empty, at any hour
        {24, 48},  # twice
        {24, 48, 72, 103},  # the last at another hour
        {24, 48, 96},  # once it did not come
    ],
)
def test_what_rises_at_any_time_has_no_time(hours: set[int]) -> None:
    found = renewed(lambda at: (at - MONDAY) // HOUR in hours, days=5, every=HOUR, use=70)
    assert next_renewal(found, 100.0, datetime.fromtimestamp(found[-1][0], UTC)) is None


def test_a_purchase_that_a_daily_reading_sees_has_no_hour() -> None:
    found = renewed(lambda at: at.day % 2 == 0 and at.hour == 3, days=30, every=DAY, use=30)
    assert next_renewal(found, 100.0, datetime.fromtimestamp(found[-1][0], UTC)) is None


def test_holds_that_are_released_again_and_again_are_no_use() -> None:
    amounts = [95.0 if hour % 6 == 5 else 100.0 for hour in range(30 * 24 + 1)]
    assert estimate(points(*amounts, every=HOUR), UTC) == "not_used"


def test_the_time_in_which_nothing_is_left_says_nothing_of_the_pace() -> None:
    """A week's window of 100 of which 20 a day are used is empty for two days before each reset."""
    amounts = [max(0.0, 100 - 20 * (hour % 168) / 24) for hour in range(5 * 168 + 43)]
    found = estimate(points(*amounts, every=HOUR), UTC)
    assert isinstance(found, Estimate)
    assert found.days == pytest.approx(amounts[-1] / 20, rel=0.1)


def test_a_balance_that_only_rises_is_not_used() -> None:
    assert estimate(points(*range(10, 50), every=HOUR), UTC) == "not_used"


def test_an_even_use_is_never_said_to_come_in_bursts() -> None:
    far = estimate(points(*(345 - hour / 24 for hour in range(45 * 24)), every=HOUR), UTC)
    assert isinstance(far, Estimate)
    assert far.unclear_because == "far"
    near = estimate(points(*(75 - hour / 24 for hour in range(45 * 24)), every=HOUR), UTC)
    assert isinstance(near, Estimate)
    assert near.unclear_because is None
