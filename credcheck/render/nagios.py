"""The one line of a Nagios plugin, by the Monitoring Plugins' guidelines, and its exit status.

https://www.monitoring-plugins.org/doc/guidelines.html
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import IntEnum

from credcheck.models import Balance, Result
from credcheck.sanitize import one_line


class State(IntEnum):
    """The exit statuses of a plugin."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


_WORST_FIRST = (State.CRITICAL, State.WARNING, State.UNKNOWN, State.OK)


def render(results: Sequence[Result], *, single: bool) -> str:
    """Return one line: the worst state, the accounts that are not well, and every balance as performance data."""
    text = _told(results[0]) if single else "; ".join([_counts(results), *_troubles(results)])
    data = " ".join(each for result in results for each in _performance(result))
    return _line(worst(results), text) + (f" | {data}\n" if data else "\n")


def unknown(message: str) -> str:
    """Return the line of a plugin that could not check anything."""
    return _line(State.UNKNOWN, message) + "\n"


def worst(results: Sequence[Result]) -> State:
    """Return the most pressing state; a certain warning comes before a balance that could not be read."""
    states = {_state(result) for result in results}
    return next((state for state in _WORST_FIRST if state in states), State.OK)


def _line(state: State, text: str) -> str:
    # A bar ends the text and begins the performance data.
    return f"CREDCHECK {state.name} - {one_line(text, longest=len(text) + 1).replace('|', '/')}"


def _state(result: Result) -> State:
    if result.error:
        return State.CRITICAL if result.error.code == "key_rejected" else State.UNKNOWN
    if any(map(_is_used_up, result.reading.balances if result.reading else ())):
        return State.CRITICAL
    return State.WARNING if result.status == "low" else State.OK


def _is_used_up(balance: Balance) -> bool:
    return balance.status == "low" and balance.kind != "owed" and balance.amount is not None and balance.amount <= 0


def _counts(results: Sequence[Result]) -> str:
    counts = Counter(map(_state, results))
    return ", ".join(f"{counts[state]} {state.name.lower()}" for state in _WORST_FIRST if counts[state])


def _troubles(results: Sequence[Result]) -> list[str]:
    troubled = [result for result in results if _state(result) != State.OK]
    return [_told(result) for result in sorted(troubled, key=lambda each: _WORST_FIRST.index(_state(each)))]


def _told(result: Result) -> str:
    if result.reading is None:
        return f"{result.account}: {result.error.message if result.error else ''}"
    low = [balance for balance in result.reading.balances if balance.status == "low"]
    amounts = ", ".join(_amount(balance) for balance in low or result.reading.balances[:1])
    days = result.forecast.days_left if result.forecast and result.low_because == "days_left" else None
    return f"{result.account} {amounts}" + ("" if days is None else f", about {days:f} days left")


def _amount(balance: Balance) -> str:
    if balance.amount is None:
        return "unlimited"
    below = "" if balance.status != "low" or balance.warn_below is None else f", below {balance.warn_below:f}"
    return f"{balance.amount:f} {balance.unit}{below}"


def _performance(result: Result) -> Iterator[str]:
    """Yield `'label'=value;warn;crit;min;max` for each balance and for the days left."""
    balances = result.reading.balances if result.reading else ()
    for balance in balances:
        if balance.amount is not None:
            name = result.account if len(balances) == 1 else f"{result.account} {balance.id}"
            total = "" if balance.total is None else f"{balance.total:f}"
            yield f"{_label(name)}={balance.amount:f};{_warn(balance)};{_critical(balance)};;{total}"
    if result.forecast and result.forecast.days_left is not None:
        yield f"{_label(f'{result.account} days left')}={result.forecast.days_left:f};;;0"


def _label(name: str) -> str:
    text = one_line(name, longest=len(name) + 1).replace("=", "-").replace("|", "/").replace("'", "''")
    return f"'{text}'"


def _warn(balance: Balance) -> str:
    return "" if balance.warn_below is None else f"{balance.warn_below:f}:"


def _critical(balance: Balance) -> str:
    """Return the range that is critical: up to zero, or below a threshold that is zero or less."""
    if balance.kind == "owed" or not (balance.is_main or balance.warn_below is not None):
        return ""
    return _warn(balance) if balance.warn_below is not None and balance.warn_below <= 0 else "@~:0"
