"""Simulate accounts and print how well each way of estimating the days left does."""

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise, product
from random import Random
from statistics import NormalDist, median

from credcheck.history.forecast.estimate import Estimate, estimate, pace_of
from credcheck.history.forecast.uncertainty import Pace, noise_of, trend
from tests.benchmark import simulation
from tests.benchmark.simulation import Point

HISTORIES = (2, 3, 5, 7, 10, 14, 21, 28, 42, 56)  # days
SHORTEST, LONGEST = 1.5, 45.0  # days left
WARN_DAYS = 3.0
_SECONDS_A_DAY = 86400.0
_NORMAL_80 = NormalDist().inv_cdf(0.9)
_HEADINGS = ("", "median error", "over twice too long", "range held", "late", "in time", "early")


@dataclass(frozen=True)
class Told:
    """Days left as an estimator tells them; infinite if it sees no use."""

    days: float
    low: float | None = None
    high: float | None = None

    @property
    def warns(self) -> bool:
        """Tell whether it is time to warn."""
        return (self.days if self.low is None else self.low) < WARN_DAYS


Estimator = Callable[[Sequence[Point]], Told | None]


def ours(points: Sequence[Point]) -> Told | None:
    """Return the estimate of credcheck."""
    found = estimate(points, UTC)
    return Told(found.days, found.low, found.high) if isinstance(found, Estimate) else None


def rule_before(points: Sequence[Point]) -> Told | None:
    """Return the estimate of credcheck with the range that it had before: for a pace that does not drift."""
    pace = pace_of(points, UTC)
    if not isinstance(pace, Pace):
        return None
    n, noise = noise_of(pace)
    error = min(math.log(1000), _NORMAL_80 * (1 + 1.5 / n) * math.sqrt(noise + 0.05**2))
    trends = [trend(pace, length) for length in (7, 28)]
    low = math.hypot(error, *(ratio for ratio in trends if ratio > 0))
    high = math.hypot(error, *(ratio for ratio in trends if ratio < 0))
    return Told(pace.left, pace.left * math.exp(-low), min(36500.0, pace.left * math.exp(high)))


def plain_mean(points: Sequence[Point]) -> Told | None:
    """Return the balance over the mean use, with the standard error of that."""
    falls = [
        (before - after, (end - start) / _SECONDS_A_DAY)
        for (start, before), (end, after) in pairwise(points)
        if after <= before
    ]
    time = sum(days for _, days in falls)
    pace = sum(use for use, _ in falls) / time if time else 0.0
    if pace <= 0:
        return Told(math.inf)
    variance = sum((use - pace * days) ** 2 / days for use, days in falls) / len(falls)
    return _with_error(points, pace, math.sqrt(variance / time))


def line_through_a_week(points: Sequence[Point]) -> Told | None:
    """Return the time at which a least-squares line through the last seven days meets zero (`predict_linear`)."""
    last = points[-1][0]
    week = [((at - last) / _SECONDS_A_DAY, amount) for at, amount in points if last - at <= 7 * _SECONDS_A_DAY]
    n = len(week)
    x_mean, y_mean = sum(x for x, _ in week) / n, sum(y for _, y in week) / n
    squares = sum((x - x_mean) ** 2 for x, _ in week)
    slope = sum((x - x_mean) * (y - y_mean) for x, y in week) / squares if squares else 0.0
    rest = sum((y - y_mean - slope * (x - x_mean)) ** 2 for x, y in week)
    error = math.sqrt(rest / (n - 2) / squares) if n > 2 and squares else 0.0
    return _with_error(points, -slope, error)


def two_points(points: Sequence[Point]) -> Told | None:
    """Return the time at which the line through the last two points meets zero."""
    (start, before), (end, after) = points[-2:]
    return _with_error(points, (before - after) / ((end - start) / _SECONDS_A_DAY), None)


def _with_error(points: Sequence[Point], pace: float, error: float | None) -> Told:
    balance = points[-1][1]
    if pace <= 0:
        return Told(math.inf)
    if error is None:
        return Told(balance / pace)
    slow = pace - _NORMAL_80 * error
    return Told(balance / pace, balance / (pace + _NORMAL_80 * error), balance / slow if slow > 0 else math.inf)


ESTIMATORS: Mapping[str, Estimator] = {
    "credcheck": ours,
    "its rule before": rule_before,
    "plain mean": plain_mean,
    "line through a week": line_through_a_week,
    "two points": two_points,
}


@dataclass(frozen=True)
class Score:
    """One estimate against the truth."""

    error: float
    is_twice_too_long: bool
    held: bool | None

    @classmethod
    def of(cls, told: Told, truth: float) -> "Score":
        """Return the score of an estimate."""
        held = None if told.low is None or told.high is None else told.low <= truth <= told.high
        return cls(abs(told.days / truth - 1), told.days > 2 * truth, held)


@dataclass(frozen=True)
class Figures:
    """The scores of one estimator on one set of accounts, as shares of one."""

    cases: int
    error: float
    twice_too_long: float
    held: float | None

    @classmethod
    def of(cls, scores: Sequence[Score]) -> "Figures":
        """Return the figures of these scores."""
        held = [score.held for score in scores if score.held is not None]
        return cls(
            len(scores),
            median(score.error for score in scores),
            sum(score.is_twice_too_long for score in scores) / len(scores),
            sum(held) / len(held) if held else None,
        )


@dataclass(frozen=True)
class Warnings:
    """When the warnings at three days came: late with less than half of that left, early with more than thrice."""

    late: float
    in_time: float
    early: float


# The scores by kind of account and way of reading, then by estimator.
Scores = dict[tuple[str, str], dict[str, list[Score]]]


def scores(seed: int, each: int) -> Scores:
    """Return the scores over the cases that credcheck tells anything of."""
    random = Random(seed)  # noqa: S311  a simulation, no secret
    found: Scores = {}
    for kind, way in product(simulation.KINDS, simulation.WAYS):
        mine = found[kind, way] = {name: [] for name in ESTIMATORS}
        for points, truth in _cases(kind, way, random, each):
            told = {name: estimator(points) for name, estimator in ESTIMATORS.items() if len(points) > 1}
            if told.get("credcheck"):
                for name, one in told.items():
                    mine[name].append(Score.of(one, truth) if one else Score(math.inf, True, None))
    return found


def of_estimator(scored: Scores, name: str, group: str | None = None) -> list[Score]:
    """Return the scores of an estimator, of all or of one kind or way."""
    return [score for groups, mine in scored.items() if group is None or group in groups for score in mine[name]]


def _cases(kind: str, way: str, random: Random, each: int) -> Iterator[tuple[list[Point], float]]:
    for history in HISTORIES:
        for _ in range(each):
            days = math.exp(random.uniform(math.log(SHORTEST), math.log(LONGEST)))
            account = simulation.life(kind, random, days_left=days)
            first = account.now - history * 24
            yield simulation.read(account, way, random, first=first, last=account.now), account.days_left()


def warnings(seed: int, each: int) -> dict[str, Warnings]:
    """Return for each estimator when it first warned, in lives that are watched for their last month."""
    random = Random(seed)  # noqa: S311  a simulation, no secret
    left: dict[str, list[float]] = {name: [] for name in ESTIMATORS}
    for kind in simulation.KINDS:
        for way in simulation.WAYS:
            for _ in range(each):
                account = simulation.life(kind, random, days_left=30.0)
                points = simulation.read(account, way, random, first=account.now - 28 * 24, last=int(account.empty))
                for name, estimator in ESTIMATORS.items():
                    left[name].append(_first_warning(account, points, estimator))
    return {name: _judged(each_left) for name, each_left in left.items()}


def _first_warning(account: simulation.Life, points: Sequence[Point], estimator: Estimator) -> float:
    """Return the days that were left at the first warning, of one forecast a day; 0 without any."""
    due = account.at(account.now).timestamp()
    for number, (at, _) in enumerate(points, start=1):
        if at >= due and number > 1:
            due = at + _SECONDS_A_DAY
            told = estimator(points[:number])
            if told and told.warns:
                return account.days_left(datetime.fromtimestamp(at, UTC))
    return 0.0


def _judged(left: Sequence[float]) -> Warnings:
    late = sum(days < WARN_DAYS / 2 for days in left) / len(left)
    early = sum(days > WARN_DAYS * 3 for days in left) / len(left)
    return Warnings(late, 1 - late - early, early)


def main(arguments: Sequence[str]) -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark estimators", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the simulation (1)")
    parser.add_argument("--each", type=int, default=20, help="accounts for each kind, way and length of history (20)")
    options = parser.parse_args(arguments)
    found = scores(options.seed, options.each)
    warned = warnings(options.seed, max(1, options.each // 2))
    cases = len(of_estimator(found, "credcheck"))
    rows: list[tuple[str, ...]] = [_HEADINGS]
    rows += [(name, *_cells(of_estimator(found, name)), *_warning_cells(warned[name])) for name in ESTIMATORS]
    for title, groups in (("by kind of account", simulation.KINDS), ("by reading", simulation.WAYS)):
        rows += [("", *[""] * 6), (f"credcheck, {title}; held by its rule before", *[""] * 6)]
        rows += [_group(found, group) for group in groups]
    sys.stdout.write(f"seed {options.seed}, {cases} forecasts\n\n")
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        texts = map(str.rjust, cells, widths[1:])
        sys.stdout.write("  ".join([name.ljust(widths[0]), *texts]).rstrip() + "\n")


def _group(scored: Scores, group: str) -> tuple[str, ...]:
    before = _cells(of_estimator(scored, "its rule before", group))
    return f"  {group}", *_cells(of_estimator(scored, "credcheck", group)), before[-1], "", ""


def _cells(scored: Sequence[Score]) -> tuple[str, str, str]:
    figures = Figures.of(scored)
    held = "" if figures.held is None else f"{figures.held:.0%}"
    return f"{figures.error:.0%}", f"{figures.twice_too_long:.0%}", held


def _warning_cells(warned: Warnings) -> tuple[str, str, str]:
    return f"{warned.late:.0%}", f"{warned.in_time:.0%}", f"{warned.early:.0%}"
