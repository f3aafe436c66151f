"""The values of the history: samples, the series they make, and whose they are."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from credcheck.models import Balance, Period

# How far the clocks of two machines, or of one before and after it is set, may lie apart.
CLOCKS_DIFFER = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The kind of a series whose samples are amounts that were spent.
SPENT = "spent"

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time of the system's clock."""
    return datetime.now(UTC)


class Owner(NamedTuple):
    """The account that a history belongs to: its name and provider."""

    account: str
    provider: str


class Name(NamedTuple):
    """The account, balance and unit that all samples of a series share."""

    account: str
    provider: str
    balance: str
    unit: str

    @property
    def owner(self) -> Owner:
        """The account."""
        return Owner(self.account, self.provider)


class Sample(NamedTuple):
    """A balance at a moment, or the spending since the beginning of a `period`."""

    at: datetime
    amount: Decimal
    total: Decimal | None = None
    period: datetime | None = None


class Series(NamedTuple):
    """The samples of one balance in one unit. `balance` is the last of them, read at `at`.

    `in_run` tells whether the last two samples are the ends of a run of equal amounts.
    """

    id: int
    name: Name
    at: datetime | None = None
    balance: Balance | None = None
    in_run: bool = False


class ReportedForecast(NamedTuple):
    """A forecast as it was reported: the balance at a moment, and the range of moments at which it would be gone."""

    at: datetime
    amount: Decimal
    empty_low: datetime
    empty_high: datetime


class LastReading(NamedTuple):
    """The balances of an account as they were read last, the main one first, and whether calls were refused."""

    at: datetime
    balances: tuple[Balance, ...]
    refuses_calls: bool = False


def whole(series: Iterable[Series], at: datetime, count: int) -> tuple[Balance, ...]:
    """Return the balances that were read at a moment, the main one first; none unless all of that reading are there.

    A series that has a later sample, of an import or of another machine, is not how it was read then.
    """
    balances = tuple(one.balance for one in series if one.at == at and one.balance)
    return balances if len(balances) == count and balances[0].is_main else ()


def stamp(at: datetime) -> int:
    """Return a moment in milliseconds since the epoch."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def moment(at: int) -> datetime:
    """Return the moment of a number of milliseconds since the epoch."""
    return EPOCH + timedelta(milliseconds=at)


def optional_stamp(at: datetime | None) -> int | None:
    """Return a moment, if there is one, in milliseconds since the epoch."""
    return None if at is None else stamp(at)


def _optional_moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)


def decimal(text: str | None) -> Decimal | None:
    """Return the number, if there is one, with exactly its digits."""
    return None if text is None else Decimal(text)


def sample(row: tuple[Any, ...]) -> Sample | None:
    """Return the sample in a row of the store; None if a number or a moment in it is none."""
    at, amount, total, period = row
    try:
        return Sample(moment(at), Decimal(amount), decimal(total), _optional_moment(period))
    except (ArithmeticError, ValueError, TypeError):
        return None


def series(row: tuple[Any, ...]) -> Series:
    """Return the series in a row of the store."""
    number, account, provider, id_, unit, at, amount, total, in_run, kind, place, *moments, unlimited, period = row
    resets_at, expires_at = map(_optional_moment, moments)
    balance = (amount or unlimited) and Balance(
        id=id_,
        amount=None if unlimited else Decimal(amount),
        unit=unit,
        kind=kind,
        total=decimal(total),
        resets_at=resets_at,
        expires_at=expires_at,
        is_main=place == 0,
    )
    read_at = _optional_moment(at)
    if balance and kind == SPENT and read_at:
        balance = of_sample(balance, Sample(read_at, Decimal(amount), None, _optional_moment(period)))
    return Series(number, Name(account, provider, id_, unit), read_at, balance or None, bool(in_run))


def sample_of(balance: Balance, at: datetime) -> Sample | None:
    """Return the sample of a balance, None without an amount: the history keeps the spending, and no budget."""
    if balance.spent is not None:
        return Sample(at, balance.spent, None, balance.period.start if balance.period else None)
    return None if balance.amount is None else Sample(at, balance.amount, balance.total)


def of_sample(balance: Balance, sample: Sample) -> Balance:
    """Return a balance as a sample of its series has it."""
    if balance.kind != SPENT:
        return balance._replace(amount=sample.amount, total=sample.total)
    start, resets = sample.period, balance.resets_at is not None
    period = None
    if start:
        period = Period.of(start) if resets else Period(start, sample.at, renews=False)
    return balance._replace(
        amount=None,
        total=None,
        spent=sample.amount,
        period=period,
        resets_at=period.end if period and resets else balance.resets_at,
    )
