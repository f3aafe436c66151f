"""Made-up accounts: eighteen kinds of use, five ways of reading a balance, and the truth about the days left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

Point = tuple[float, float]  # seconds since 1970, balance
Use = list[float]  # in each hour

FUTURE = 120  # days that are simulated beyond the forecast
BEFORE = 56  # days before it
_HOURS = (BEFORE + FUTURE) * 24


@dataclass(frozen=True, slots=True)
class Life:
    """One made-up account: its balance at the end of each hour, the hour `now`, and the hour when it is empty."""

    start: datetime
    balances: Sequence[float]
    now: int
    empty: float

    def at(self, hour: int) -> datetime:
        """Return the moment at the end of an hour."""
        return self.start + timedelta(hours=hour)

    def days_left(self, moment: datetime | None = None) -> float:
        """Return the truth, usually of the hour `now`."""
        return (self.empty - (self.now if moment is None else (moment - self.start) / timedelta(hours=1))) / 24


def life(kind: str, random: Random, *, days_left: float) -> Life:
    """Return a made-up account of a kind whose balance lasts about so many days."""
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=random.randrange(7))
    scale = 10 ** random.uniform(-1, 3)
    use = [each * scale for each in KINDS[kind](random, start)]
    now = BEFORE * 24 + random.randrange(24)
    left = list(accumulate(use[now + 1 : now + 1 + int(days_left * 24)]))
    if not left or left[-1] <= 0:
        return life(kind, random, days_left=days_left + 2)
    balance = left[-1] * random.uniform(0.97, 1)
    after = [max(0.0, balance - used) for used in [0.0, *left]]
    last = after.index(0.0) if 0.0 in after else len(after) - 1
    empty = now + last - 1 + min(1.0, after[last - 1] / use[now + last])
    return Life(start, [*_before(use, balance, now, random, kind), *after], now, empty)


def _before(use: Use, balance: float, now: int, random: Random, kind: str) -> list[float]:
    """Return the balances before hour `now`, with the top-ups that keep them below a pack's size."""
    mean = sum(use[:now]) / BEFORE
    pack = max(balance, mean * random.uniform(*_PACKS.get(kind, (8, 45))))
    balances = [0.0] * now
    for hour in range(now, 0, -1):
        balance += use[hour]
        is_reset = kind == "monthly grant" and (now - hour) % 720 == 500
        if balance > pack or is_reset:
            balance *= random.uniform(0.02, 0.4)
        balances[hour - 1] = balance
    return balances


def read(account: Life, way: str, random: Random, *, first: int, last: int) -> list[Point]:
    """Return the samples of a reader from hour `first` to hour `last`."""
    hours = [hour for hour in range(first, last) if WAYS[way](account.at(hour), random)]
    return [(account.at(hour).timestamp(), round(account.balances[hour], 4)) for hour in [*hours, last]]


def _daily(amount: Callable[[int, int], float], start: datetime, hours: range = range(24)) -> Use:
    """Return a use spread over some hours of each day; `amount` has the day's number and weekday."""
    days = [amount(day, (start + timedelta(days=day)).weekday()) / len(hours) for day in range(_HOURS // 24)]
    return [days[hour // 24] if hour % 24 in hours else 0.0 for hour in range(_HOURS)]


def _steady(random: Random, _start: datetime) -> Use:
    return [random.gauss(1, 0.05) / 24 for _ in range(_HOURS)]


def _nightly(random: Random, start: datetime) -> Use:
    return _daily(lambda _day, _weekday: random.uniform(0.9, 1.1), start, range(3, 4))


def _office(random: Random, start: datetime) -> Use:
    return _daily(lambda _day, weekday: random.lognormvariate(0, 0.5) if weekday < 5 else 0.0, start, range(9, 18))


def _hobby(random: Random, start: datetime) -> Use:
    def amount(_day: int, weekday: int) -> float:
        return random.lognormvariate(0, 0.6) if weekday >= 5 or random.random() < 0.15 else 0.0

    return _daily(amount, start, range(14, 22))


def _noisy(random: Random, start: datetime) -> Use:
    return _daily(lambda _day, _weekday: random.lognormvariate(0, 0.8), start)


def _jobs(random: Random, per_day: float, size: Callable[[], float]) -> Use:
    return [size() if random.random() < per_day / 24 else 0.0 for _ in range(_HOURS)]


def _bursts(random: Random, _start: datetime) -> Use:
    return _jobs(random, 0.6, lambda: random.expovariate(1))


def _heavy(random: Random, _start: datetime) -> Use:
    return _jobs(random, 2.0, lambda: random.paretovariate(1.8))


def _weekly(random: Random, start: datetime) -> Use:
    """Return a big batch each week beside a small steady use."""
    day = random.randrange(7)
    return _daily(lambda _day, weekday: 5.0 * random.uniform(0.8, 1.2) if weekday == day else 0.3, start, range(8, 12))


def _growth(random: Random, start: datetime) -> Use:
    """Return a use that begins to double every two to four weeks, weeks before the forecast or soon after it."""
    since, doubling = BEFORE + random.uniform(-35, 7), random.uniform(12, 30)
    return _daily(
        lambda day, _weekday: random.lognormvariate(0, 0.25) * 2 ** min(6.0, max(0.0, day - since) / doubling), start
    )


def _decline(random: Random, start: datetime) -> Use:
    half = random.uniform(25, 60)
    return _daily(lambda day, _weekday: random.lognormvariate(0, 0.25) * 0.5 ** min(6.0, (day - BEFORE) / half), start)


def _step(random: Random, start: datetime) -> Use:
    """Return a use that doubles to quadruples, or shrinks so, weeks before the forecast or soon after it."""
    when, factor = BEFORE + random.uniform(-35, 7), random.uniform(2, 4) ** random.choice((-1, 1))
    return _daily(lambda day, _weekday: random.lognormvariate(0, 0.25) * (factor if day >= when else 1.0), start)


def _holiday(random: Random, start: datetime) -> Use:
    begin, length = random.uniform(8, BEFORE - 20), random.uniform(7, 16)
    use = _office(random, start)
    return [0.0 if begin <= hour / 24 < begin + length else each for hour, each in enumerate(use)]


def _expiring(random: Random, start: datetime) -> Use:
    """Return an even use, and a grant that expires at once in the weeks before the forecast or soon after it."""
    use = _daily(lambda _day, _weekday: random.lognormvariate(0, 0.3), start)
    use[BEFORE * 24 + int(random.uniform(-20, 20) * 24)] += random.uniform(2, 8)
    return use


def _drift(random: Random, start: datetime) -> Use:
    """Return a use whose pace wanders, by about a third in a month."""
    steps = [random.gauss(0, 0.06) for _ in range(_HOURS // 24)]
    paces = list(accumulate(steps))
    return _daily(lambda day, _weekday: random.lognormvariate(paces[day], 0.4), start)


# The days that a pack lasts, for kinds that buy small ones.
_PACKS: Mapping[str, tuple[float, float]] = {
    "auto-recharge": (2, 4),
    "packs of 1 to 5 days": (1, 5),
    "packs, used in bursts": (1, 5),
}
KINDS: Mapping[str, Callable[[Random, datetime], Use]] = {
    "steady": _steady,
    "nightly job": _nightly,
    "office hours": _office,
    "weekend hobby": _hobby,
    "noisy days": _noisy,
    "rare bursts": _bursts,
    "heavy-tailed jobs": _heavy,
    "weekly batch": _weekly,
    "sudden growth": _growth,
    "decline": _decline,
    "a step": _step,
    "holidays": _holiday,
    "auto-recharge": _noisy,
    "packs of 1 to 5 days": _noisy,
    "packs, used in bursts": _bursts,
    "a drifting pace": _drift,
    "monthly grant": _office,
    "expiring credit": _expiring,
}

# Whether somebody reads the balance at the end of an hour.
WAYS: Mapping[str, Callable[[datetime, Random], bool]] = {
    "cron, hourly": lambda _moment, _random: True,
    "cron, daily": lambda moment, _random: moment.hour == 7,
    "by hand, on workdays": lambda moment, random: moment.weekday() < 5 and random.random() < 2 / 24,
    "now and then": lambda _moment, random: random.random() < 1 / 72,
    "a laptop": lambda moment, random: 9 <= moment.hour < 18 and moment.toordinal() % 5 != 0 and random.random() < 0.7,
}
