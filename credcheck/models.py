"""The values that travel through a run: frozen, without I/O."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

SCHEMA_VERSION = 1
# Seconds that stand for all that are more.
FOREVER = 1e9
# Days, of which a date can be made.
_LONGEST = Decimal(100_000)
# The thresholds that hold for a balance of any unit.
ANY = ""

# Enough for per cent of any total that an answer may hold.
_EXACT = Context(prec=400)

# The default of a mapping: values are shared, so it must not be written to.
NOTHING: Mapping[str, Any] = MappingProxyType({})

T = TypeVar("T")
Detail = str | Decimal | bool | None
Status = Literal["ok", "low", "error"]
ChangeName = Literal["became_low", "failed", "well_again"]


class Key:
    """A secret that shows itself only to `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "Key(…)"

    __str__ = __repr__


class WrittenKey(NamedTuple):
    """A key that stands in one of credcheck's own two files: `config` in the user's, `stored` in its own."""

    kind: Literal["config", "stored", "typed"]
    key: Key

    def __str__(self) -> str:
        return self.kind


class KeyVariable(NamedTuple):
    """A key in an environment variable."""

    name: str

    def __str__(self) -> str:
        return f"env:{self.name}"


class KeyFile(NamedTuple):
    """A key in a file of its own; its path is hidden if it could be a key itself.

    `member` is the path of the key in the JSON text that the file holds.
    """

    path: str
    is_shown: bool = True
    member: str | None = None

    @property
    def shown(self) -> str:
        """The path as outputs show it."""
        return self.path if self.is_shown else "***"

    def __str__(self) -> str:
        return f"file:{self.shown}"


class KeyCommand(NamedTuple):
    """A key that a command prints, as the `member` of a JSON text if that has a path.

    The command's arguments may be secret, so only the program is shown.
    """

    argv: tuple[str, ...]
    member: str | None = None

    def __str__(self) -> str:
        return f"command:{self.argv[0]}"


KeySource = WrittenKey | KeyVariable | KeyFile | KeyCommand


class Threshold(NamedTuple):
    """The amount below which a balance is low, or the per cent of its total."""

    amount: Decimal
    is_percent: bool = False

    def of(self, total: Decimal | None) -> Decimal | None:
        """Return the amount for a balance with this total; None for per cent of no total, or of one of 0 or less."""
        if not self.is_percent:
            return self.amount
        return None if total is None or total <= 0 else _EXACT.divide(_EXACT.multiply(total, self.amount), Decimal(100))

    def __str__(self) -> str:
        return f"{self.amount:f}{'%' * self.is_percent}"


class Period(NamedTuple):
    """The time in which an amount was spent, in UTC; `renews` tells whether another begins at its end."""

    start: datetime
    end: datetime
    renews: bool = True

    @classmethod
    def of(cls, now: datetime, since: date | None = None) -> "Period":
        """Return the calendar month of a moment, or the time from the beginning of a day until then."""
        now = now.astimezone(UTC).replace(microsecond=0)
        if since is not None:
            return cls(datetime(since.year, since.month, since.day, tzinfo=UTC), now, renews=False)
        start = now.replace(day=1, hour=0, minute=0, second=0)
        return cls(start, (start + timedelta(days=31)).replace(day=1))


class Account(NamedTuple):
    """One key at one provider, as it is configured.

    `warn_below` has thresholds by balance's id or unit; that of `ANY` is for the main balance.
    `secrets` are the sources of the secret options; `main` is the id of the balance that the user chose as main,
    `config_file` the absolute path that --config named. `budget` has by unit what may be spent in a calendar month, or
    what was bought since the day `since`; that of `ANY` is for the main balance.
    """

    name: str
    provider: str
    key_source: KeySource | None = None
    warn_below: Mapping[str, Threshold] = NOTHING
    enabled: bool = True
    base_url: str | None = None
    options: Mapping[str, str | bool] = NOTHING
    secrets: Mapping[str, KeySource] = NOTHING
    main: str | None = None
    config_file: str | None = None
    budget: Mapping[str, Decimal] = NOTHING
    since: date | None = None
    tags: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[KeySource | None, ...]:
        """The sources of the key and of the secret options."""
        return (self.key_source, *self.secrets.values())

    def left(self, reading: "Reading") -> "Reading":
        """Return the reading; a spent amount becomes the rest of its budget, if it has one."""
        if not self.budget:
            return reading
        return reading._replace(balances=tuple(map(self._left, reading.balances)))

    def _left(self, balance: "Balance") -> "Balance":
        named = _of_name(balance.unit, self.budget)
        budget = self.budget.get(ANY) if named is None and balance.is_main else named
        if balance.spent is None or budget is None:
            return balance
        amount = _EXACT.subtract(budget, balance.spent)
        # What was bought is money of the user's; a budget is none.
        return balance._replace(amount=amount, total=budget, kind="prepaid" if self.since else balance.kind)


class Request(NamedTuple):
    """One request. Any part but the method may hold the key, so nothing else shows in its repr."""

    url: str
    headers: Mapping[str, str]
    method: Literal["GET", "POST"] = "GET"
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"Request(method={self.method!r})"


class Response(NamedTuple):
    """An answer as it came: its status, the bytes of its body, and the seconds that it asks to wait.

    `leads_to` is the host or the path that a redirect names, without a query.
    """

    status: int
    body: bytes
    retry_after: float | None = None
    leads_to: str | None = None

    def __repr__(self) -> str:
        return f"Response(status={self.status}, retry_after={self.retry_after})"


# The detail of a reading by whose provider calls are refused.
REFUSES_CALLS = "refuses_calls"


class Balance(NamedTuple):
    """One amount that is left, exact, in its unit (ISO 4217 for money).

    `amount` is None only if the provider says that there is no limit, or tells no more than what was `spent` in a
    `period`. Of the kind `part` it is a share of another balance, or a purse beside it that may well be empty.
    `total` is what the amount is left of. `warn_below` is the amount below which it is low, from the user's thresholds.
    """

    id: str
    amount: Decimal | None
    unit: str
    kind: Literal["prepaid", "plan", "limit", "owed", "grant", "part", "spent"] = "prepaid"
    total: Decimal | None = None
    resets_at: datetime | None = None
    expires_at: datetime | None = None
    warn_below: Decimal | None = None
    is_main: bool = False
    spent: Decimal | None = None
    period: Period | None = None

    @property
    def unlimited(self) -> bool:
        """Tell whether there is no limit."""
        return self.amount is None and self.spent is None

    def has_expired(self, now: datetime) -> bool:
        """Tell whether the balance has expired; a debt does not expire."""
        return self.expires_at is not None and self.expires_at <= now and self.kind != "owed"

    @property
    def is_watched(self) -> bool:
        """Tell whether it matters that little is left: a debt is none, and beside the main balance no gift or part."""
        return self.kind != "owed" and (self.is_main or self.kind not in {"grant", "part"})

    @property
    def status(self) -> Status:
        """Return `low` below the threshold; without one, if nothing is left of what is needed for calls.

        That is the main balance, and an allowance beside it: a used-up window of a plan, or limit of a key, refuses
        calls whatever the others have. A debt is neither.
        """
        if self.amount is None:
            return "ok"
        if self.warn_below is not None:
            return "low" if self.amount < self.warn_below else "ok"
        return "low" if self.amount <= 0 and self.is_needed else "ok"

    @property
    def is_needed(self) -> bool:
        """Tell whether calls are refused if nothing is left."""
        is_allowance = self.kind in {"plan", "limit"} and self.total is not None and self.total > 0
        return is_allowance or (self.is_main and self.kind != "owed")


class Reading(NamedTuple):
    """The balances of an answer, the main one first, and the further details of the main one."""

    balances: tuple[Balance, ...]
    details: Mapping[str, Detail] = NOTHING

    @property
    def main(self) -> Balance:
        """The balance that "how much is left" means."""
        return self.balances[0]

    @property
    def refuses_calls(self) -> bool:
        """Tell whether the provider says that calls are refused, at any amount; kept in a detail."""
        return self.details.get(REFUSES_CALLS) is True

    def without_balance(self, names: Iterable[str]) -> list[str]:
        """Return those of the names of thresholds, in any case, that are neither id nor unit of a balance."""
        own_names = {ANY, *(name.casefold() for each in self.balances for name in (each.id, each.unit))}
        return [each for each in names if each.casefold() not in own_names]


class Failure(NamedTuple):
    """Why there is no balance: an error's code and one line fit to be shown.

    `retry_after` is the seconds that the provider asks to wait.
    """

    code: str
    message: str
    http_status: int | None = None
    retry_after: float | None = None


# Why only the range of a forecast is to be believed: use in bursts, top-ups that hide use, few days of use, a far end.
Unclear = Literal["bursts", "top_ups", "few", "far"]


class Forecast(NamedTuple):
    """How long a balance lasts at the pace of its samples, with a probable range, but no longer than until it expires.

    The state tells what is known of the pace. `per_day`, in the balance's unit, is None but in the state `known`, and
    so are the days and `empty_at` unless `expires_first`: then they end with the expiry. `unclear_because` says why
    the range alone is to be believed, `top_ups_hide_use` that readings are too rare. `resets_at` is the next renewal
    that the history lets expect.
    """

    state: Literal["known", "learning", "not_used"]
    days_left: Decimal | None = None
    days_left_low: Decimal | None = None
    days_left_high: Decimal | None = None
    empty_at: datetime | None = None
    per_day: Decimal | None = None
    since: datetime | None = None
    samples: int = 0
    unclear_because: Unclear | None = None
    top_ups_hide_use: bool = False
    expires_first: bool = False
    resets_at: datetime | None = None

    def lasts_until(self, moment: datetime | None, now: datetime) -> bool:
        """Tell whether the balance lasts until a moment to come even at the low end of its range."""
        if moment is None or self.days_left_low is None:
            return False
        return now < moment <= now + timedelta(days=float(self.days_left_low))


class Result(NamedTuple):
    """The outcome of one check of one account: its balances or a failure.

    `default_unit` is the provider's, for a failure too; None if only an answer tells it.
    `forecast` is that of the main balance, `forecasts` are those of others, by id.
    `trend` are amounts of the main balance at equal steps of the last weeks.
    `warn_days_left` makes the account low where the low end of a forecast is below. `fell_suddenly` tells that the
    main balance was nearly used up at once, as it never was: the next check may find it whole.
    `last_read_at` is the moment of the last reading that the history has, known after a failure only.
    `stale_because` is the failure of the check in whose place this last answer stands. `change` is set by `--changes`.
    """

    account: str
    provider: str
    outcome: Reading | Failure
    checked_at: datetime
    default_unit: str | None = None
    warn_below: Decimal | None = None
    key_source: str | None = None
    elapsed_ms: int = 0
    provider_title: str | None = None
    top_up_url: str | None = None
    key_url: str | None = None
    last_read_at: datetime | None = None
    forecast: Forecast | None = None
    forecasts: Mapping[str, Forecast] = NOTHING
    trend: tuple[float, ...] = ()
    warn_days_left: Decimal | None = None
    fell_suddenly: bool = False
    cached: bool = False
    stale_because: Failure | None = None
    tags: tuple[str, ...] = ()
    change: ChangeName | None = None

    @property
    def reading(self) -> Reading | None:
        """The balances, or None after a failure."""
        return self.outcome if isinstance(self.outcome, Reading) else None

    @property
    def error(self) -> Failure | None:
        """The failure, or None after a success."""
        return self.outcome if isinstance(self.outcome, Failure) else None

    @property
    def main(self) -> Balance | None:
        """The main balance, or None after a failure."""
        return self.outcome.main if isinstance(self.outcome, Reading) else None

    @property
    def balance(self) -> Decimal | None:
        """The main balance's amount; None after a failure or if there is no limit."""
        return self.main.amount if self.main else None

    @property
    def unit(self) -> str | None:
        """The main balance's unit, or the provider's usual one after a failure."""
        return self.main.unit if self.main else self.default_unit

    @property
    def details(self) -> Mapping[str, Detail]:
        """The further details of the answer; none after a failure."""
        return self.outcome.details if isinstance(self.outcome, Reading) else {}

    @property
    def low_because(self) -> Literal["balance", "provider", "days_left", "expiry"] | None:
        """Return the reason why the account is low, or None."""
        if self.reading is None:
            return None
        if any(balance.status == "low" for balance in self.reading.balances):
            return "balance"
        if self.reading.refuses_calls:
            return "provider"
        if self.has_expired or self._expires_soon:
            return "expiry"
        return "days_left" if any(map(self.runs_out_soon, self.reading.balances)) else None

    def forecast_of(self, balance: Balance) -> Forecast | None:
        """Return the forecast of one of the balances."""
        return self.forecast if balance.is_main else self.forecasts.get(balance.id)

    def runs_out_soon(self, balance: Balance) -> bool:
        """Tell whether a balance may be gone within `warn_days_left`, and before it is renewed.

        Beside the main balance an allowance that is renewed within that time is no alarm.
        """
        forecast = self.forecast_of(balance)
        soonest = forecast.days_left_low if forecast else None
        if forecast is None or soonest is None or self.warn_days_left is None or soonest >= self.warn_days_left:
            return False
        reset = balance.resets_at or forecast.resets_at
        if not balance.is_main and reset and reset <= self.checked_at + _days(self.warn_days_left):
            return False
        return not forecast.lasts_until(reset, self.checked_at)

    @property
    def has_expired(self) -> bool:
        """Tell whether the main balance can be spent no more because its time is over."""
        return self.main is not None and self.main.has_expired(self.checked_at)

    @property
    def _expires_soon(self) -> bool:
        """Tell whether the main balance expires within `warn_days_left`, and before it is used up."""
        if not self.main or self.warn_days_left is None or (self.forecast and not self.forecast.expires_first):
            return False
        return self.main.has_expired(self.checked_at + _days(self.warn_days_left))

    @property
    def status(self) -> Status:
        """Return `low` if a balance is low or the days left are too few."""
        if self.reading is None:
            return "error"
        return "low" if self.low_because else "ok"


class Change(NamedTuple):
    """One thing to announce of an account: a status that is another now, or a reminder that an account is still low."""

    result: Result
    before: Status
    is_reminder: bool = False

    @property
    def named(self) -> Result:
        """The result, with the name of the change."""
        names: Mapping[Status, ChangeName] = {"ok": "well_again", "low": "became_low", "error": "failed"}
        return self.result._replace(change=names[self.result.status])


class Thresholds(NamedTuple):
    """The thresholds of a run, by unit: those of the command line (or by id), then the configuration's usual ones.

    That of `ANY` is for an account's main balance, or if it is per cent, for each that has a total. They are not for
    what is owed, a gift or a part, and per cent of a total that is not told, or is 0 or less, do not apply.
    """

    from_command_line: Mapping[str, Threshold] = NOTHING
    defaults: Mapping[str, Threshold] = NOTHING

    def applied(self, reading: Reading, own: Mapping[str, Threshold]) -> Reading:
        """Return the reading, each balance with its threshold; an account's own go before all others.

        A name is a unit unless it is the id of a balance in another unit.
        """
        ids = {each.id.casefold() for each in reading.balances if each.id.casefold() != each.unit.casefold()}
        by_unit = {name: each for name, each in own.items() if name.casefold() not in ids}
        return reading._replace(balances=tuple(self._applied(each, own, by_unit) for each in reading.balances))

    def _applied(self, balance: Balance, own: Mapping[str, Threshold], by_unit: Mapping[str, Threshold]) -> Balance:
        candidates = [(own, balance.id)]
        if balance.is_watched or balance.kind == "owed":  # else only the threshold of its id is for it
            candidates += [(by_unit, balance.unit), (own, ANY)]
        if balance.is_watched:
            given = self.from_command_line
            candidates += [(given, balance.id), (given, balance.unit), (given, ANY), (self.defaults, balance.unit)]
        for thresholds, name in candidates:
            threshold = _of_name(name, thresholds)
            # A number for any unit is of the main balance; per cent are for every balance that has a total.
            is_for_it = name != ANY or balance.is_main or (balance.is_watched and threshold and threshold.is_percent)
            if threshold is not None and is_for_it:
                amount = threshold.of(balance.total)
                if amount is not None:
                    return balance._replace(warn_below=amount)
        return balance


def _days(number: Decimal) -> timedelta:
    return timedelta(days=float(min(number, _LONGEST)))


def _of_name(name: str, found: Mapping[str, T]) -> T | None:
    """Return the value of this id or unit; if there is none, the value of one in another case."""
    folded = {each.casefold(): value for each, value in found.items()}
    return found[name] if name in found else folded.get(name.casefold())
