"""Days left, from samples that are made up."""

import math
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from credcheck.history import forecast
from credcheck.history.forecast.estimate import Estimate, estimate, pace_of
from credcheck.history.forecast.stretches import Point
from credcheck.history.forecast.uncertainty import Pace
from tests.benchmark import estimators

MONDAY = datetime(2026, 10, 5, tzinfo=UTC)


def daily(*amounts: float, start: datetime = MONDAY, every: timedelta = timedelta(days=1)) -> list[Point]:
    return [((start + number * every).timestamp(), amount) for number, amount in enumerate(amounts)]


def last(samples: list[Point]) -> datetime:
    return datetime.fromtimestamp(samples[-1][0], UTC)


def known(samples: list[Point]) -> Estimate:
    found = estimate(samples, UTC)
    assert isinstance(found, Estimate)
    return found


def test_an_even_use_lasts_the_balance_over_the_pace() -> None:
    found = known(daily(*range(100, 39, -10)))
    assert found.days == pytest.approx(4.0, rel=0.05)
    assert found.days < 4.0  # too long is the worse error
    assert found.pace == pytest.approx(10.0)
    assert found.low < 4.0 < found.high


@pytest.mark.parametrize(
    ("amounts", "every", "state"),
    [
        ([100], timedelta(days=1), "learning"),
        ([100, 90, 80, 70], timedelta(hours=1), "learning"),
        ([100, 90, 80, 80], timedelta(days=1), "learning"),
        ([100, 100, 100], timedelta(days=1), "not_used"),
        ([0, 0, 0], timedelta(days=1), "not_used"),
        ([100, 100], timedelta(hours=1), "learning"),
    ],
)
def test_too_little_to_go_by_is_said(amounts: list[float], every: timedelta, state: str) -> None:
    assert estimate(daily(*amounts, every=every), UTC) == state


def test_a_top_up_is_left_out_with_its_time() -> None:
    assert known(daily(40, 30, 20, 110, 100, 90)).pace == pytest.approx(10.0)


def test_a_small_rise_lowers_the_use() -> None:
    assert known(daily(100, 90, 91, 81, 71)).pace < 8.0


def test_a_pause_that_is_over_is_left_out() -> None:
    before, after = range(200, 99, -10), range(90, 39, -10)
    assert known(daily(*before, *[100] * 12, *after)).pace == pytest.approx(10.0)


def test_a_pause_that_lasts_counts() -> None:
    assert known(daily(*range(200, 99, -10), *[100] * 12)).pace < 6.0


def test_weekends_are_weekends() -> None:
    amounts, left = [], 1000.0
    for number in range(43):
        amounts.append(left)
        left -= 10 if (MONDAY + timedelta(days=number)).weekday() < 5 else 0
    friday = known(daily(*amounts[:40]))
    assert friday.pace == pytest.approx(50 / 7, rel=0.1)
    assert friday.days > amounts[39] / 10


@pytest.mark.parametrize(("days", "are_told_apart"), [(12, False), (26, True)])
def test_weekdays_are_told_apart_from_two_observed_weeks_on(days: int, *, are_told_apart: bool) -> None:
    # 10 on each of Monday to Friday; on the last day, a Saturday, two weekends without use are still to come.
    used = [10.0 if (MONDAY + timedelta(days=number)).weekday() < 5 else 0.0 for number in range(days)]
    pace = pace_of(daily(*[70 + sum(used[number:]) for number in range(days + 1)]), UTC)
    assert isinstance(pace, Pace)
    assert (pace.left > 1.05 * 70 / pace.per_day) is are_told_apart
    assert are_told_apart or pace.left == pytest.approx(70 / pace.per_day)


@pytest.mark.parametrize(
    ("used", "left", "truth"),
    [
        ([10 * 1.05**-age for age in range(41, -1, -1)], 95.5, 7.8),
        ([2.0] * 35 + [100.0] * 7, 450, 4.5),
        ([50.0] * 35 + [20.0] * 7, 138, 6.9),
    ],
)
def test_a_pace_that_changed_widens_the_range_on_its_side_only(used: list[float], left: float, truth: float) -> None:
    found = known(daily(*[left + sum(used[number:]) for number in range(len(used) + 1)]))
    weights = [2 ** (-age / 14) for age in range(len(used) - 1, -1, -1)]
    mean = sum(weight * use for weight, use in zip(weights, used, strict=True)) / sum(weights)
    assert found.pace == pytest.approx(mean, rel=0.05)
    even = left / found.pace
    to_low, to_high = math.log(even / found.low), math.log(found.high / even)
    if sum(used[-7:]) / 7 > found.pace:
        assert to_low > 1.7 * to_high
    else:
        assert to_high > to_low
    assert found.low < truth * 1.5
    assert truth < found.high


def test_an_even_use_over_a_change_of_the_clock_is_even() -> None:
    zone = ZoneInfo("Europe/Berlin")  # sets its clocks back on 25 October
    samples = daily(*range(1000, 400, -1), start=datetime(2026, 10, 10, tzinfo=UTC), every=timedelta(hours=1))
    found = estimate(samples, zone)
    assert isinstance(found, Estimate)
    assert found.pace == pytest.approx(24.0, rel=0.01)


@pytest.mark.parametrize(
    "amounts", [("1e400", "9e399", "8e399", "7e399"), ("1" + "0" * 99, "9" * 99, "8" * 99, "7" * 99)]
)
def test_amounts_of_any_length_are_survived(amounts: tuple[str, ...]) -> None:
    samples = daily(*map(float, amounts))
    assert forecast.forecast(samples, last(samples), UTC).state in {"known", "not_used", "learning"}


@pytest.mark.parametrize("fall", [2, 10, 30])
@pytest.mark.parametrize("left", [1e-6, 1e-14, 1e-98])
def test_a_nearly_empty_balance_has_no_day_left_and_an_end_to_its_range(fall: int, left: float) -> None:
    samples = daily(*(fall * number + 1 for number in range(28, -1, -1)), left)
    found = forecast.forecast(samples, last(samples), UTC)
    assert found.days_left == 0
    assert found.days_left_high is not None
    assert found.days_left_high < 1


def test_a_balance_that_is_gone_has_no_day_left() -> None:
    found = forecast.forecast(daily(30, 20, 10, 0), MONDAY + timedelta(days=3), UTC)
    assert [found.days_left, found.days_left_low, found.days_left_high] == [Decimal(0)] * 3


def test_time_passes_after_the_last_sample() -> None:
    samples = daily(*range(200, 99, -10))
    found = forecast.forecast(samples, last(samples) + timedelta(days=4), UTC)
    assert found.days_left == Decimal("5.7")  # of 10 days when it was read, told somewhat shorter
    assert found.empty_at
    assert timedelta(days=9.7) < found.empty_at - last(samples) < timedelta(days=10)
    assert found.per_day == Decimal("10.3")
    assert (found.since, found.samples) == (MONDAY, 11)


@pytest.mark.parametrize("weekday", range(7))
def test_the_pace_is_that_of_the_days_to_come(weekday: int) -> None:
    used = [0.0 if (MONDAY + timedelta(days=number)).weekday() < 5 else 30.0 for number in range(28 + weekday)]
    samples = daily(*[70 + sum(used[number:]) for number in range(len(used) + 1)])
    told = forecast.forecast(samples, last(samples), UTC)
    assert told.days_left is not None
    assert told.per_day is not None
    assert float(told.days_left * told.per_day) == pytest.approx(70, rel=0.05)


def test_older_samples_than_eight_weeks_say_nothing() -> None:
    samples = daily(*range(200, 99, -10))
    assert forecast.forecast(samples, last(samples) + timedelta(days=57), UTC).state == "learning"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(31.4, 2, "31"), (4.24, 2, "4.2"), (128.0, 2, "130"), (0.04, 2, "0.0"), (3.4567, 3, "3.46"), (0.0, 2, "0")],
)
def test_a_number_has_no_more_digits_than_it_is_worth(value: float, digits: int, text: str) -> None:
    assert f"{forecast.rounded(value, digits):f}" == text


def test_eight_weeks_of_hours_take_two_milliseconds() -> None:
    samples = daily(*(3000 - 2 * number + number % 7 for number in range(56 * 24)), every=timedelta(hours=1))
    took = []
    for _ in range(7):
        began = time.perf_counter()
        forecast.forecast(samples, last(samples), UTC)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.002


def test_the_simulation_holds_its_floors() -> None:
    found = estimators.scores(seed=7, each=1)
    figures = {name: estimators.Figures.of(estimators.of_estimator(found, name)) for name in estimators.ESTIMATORS}
    mine, others = figures.pop("credcheck"), figures.values()
    assert mine.cases > 600
    assert mine.error < 0.30
    assert mine.twice_too_long < 0.13
    assert mine.held is not None
    assert 0.8 < mine.held < 0.92
    assert all(mine.twice_too_long <= other.twice_too_long for other in others)
    assert all(mine.held > other.held + 0.08 for other in others if other.held is not None)


def test_warnings_come_in_time() -> None:
    warned = estimators.warnings(seed=7, each=1)
    before = warned["its rule before"]
    assert warned["credcheck"].late < 0.8 * before.late
    assert warned["credcheck"].late < 0.13
    assert warned["credcheck"].early < 0.2


def test_a_longer_lasting_balance_has_no_sooner_low_end() -> None:
    lows = [known(daily(*(left + 3 - number for number in range(5)))).low for left in (30, 300, 3000, 30000)]
    assert lows == sorted(lows)
