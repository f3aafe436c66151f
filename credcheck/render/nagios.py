"""The output of a Nagios plugin, by the Monitoring Plugins' guidelines, and its exit status.

https://www.monitoring-plugins.org/doc/guidelines.html
https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/pluginapi.html
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import IntEnum

from credcheck.models import Balance, Result
from credcheck.render import notes
from credcheck.render.names import tagged
from credcheck.sanitize import escaped, one_line


class State(IntEnum):
    """The exit statuses of a plugin."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


_WORST_FIRST = (State.CRITICAL, State.WARNING, State.UNKNOWN, State.OK)
# In bytes: NRPE 2 cuts an output after 1,023, a notification shows the text of the first line.
_LONGEST_LINE = 1000
_LONGEST_TEXT = 500


def render(results: Sequence[Result], *, single: bool) -> str:
    """Return the worst state, the accounts that are not well, and every balance as performance data.

    What the first line has no room for follows on further lines.
    """
    details = _parts(results[0]) if single else list(map(_line_of, _troubles(results)))
    head, is_whole = _head(worst(results), details if single else [_counts(results), *details])
    data = " ".join(datum for result in results for datum in _performance(result))
    return "".join(f"{line}\n" for line in _lines(head, [] if is_whole else list(map(_plain, details)), data))


def _head(state: State, texts: Sequence[str]) -> tuple[str, bool]:
    """Return the first line with as many of the texts as fit, and whether that is all of them whole."""
    line = _line(state, texts[0])
    for count, text in enumerate(texts[1:], start=1):
        longer = f"{line}; {_plain(text)}"
        if len(longer.encode()) > _LONGEST_TEXT:
            return f"{_cut(line)}; and {len(texts) - count} more", False
        line = longer
    return _cut(line), line == _cut(line)


def _cut(line: str) -> str:
    """Return a line, cut to the longest text if it has more bytes; a cut one ends with `...`."""
    data = line.encode()
    return line if len(data) <= _LONGEST_TEXT else data[: _LONGEST_TEXT - 3].decode(errors="ignore") + "..."


def _lines(head: str, details: Sequence[str], data: str) -> list[str]:
    """Return all lines; a bar begins the performance data: on the first line, or on the last if they are long."""
    if not data:
        return [head, *details]
    if len(f"{head} | {data}".encode()) <= _LONGEST_LINE:
        return [f"{head} | {data}", *details]
    *first, last = details or ["Performance data follow."]
    return [head, *first, f"{last} | {data}"]


def unknown(message: str) -> str:
    """Return the line of a plugin that could not check anything."""
    return _line(State.UNKNOWN, message) + "\n"


def worst(results: Sequence[Result]) -> State:
    """Return the most pressing state; a certain warning comes before a balance that could not be read."""
    states = {_state(result) for result in results}
    return next((state for state in _WORST_FIRST if state in states), State.OK)


def _line(state: State, text: str) -> str:
    return f"CREDCHECK {state.name} - {_plain(text)}"


def _plain(text: str) -> str:
    """Return a text on one line without a bar, which would begin the performance data."""
    return one_line(text, longest=len(text) + 1).replace("|", "/")


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


def _troubles(results: Sequence[Result]) -> list[Result]:
    """Return the results that are not well, the worst first."""
    troubled = [result for result in results if _state(result) != State.OK]
    return sorted(troubled, key=lambda result: _WORST_FIRST.index(_state(result)))


def _line_of(result: Result) -> str:
    return "; ".join(_parts(result))


def _parts(result: Result) -> list[str]:
    """Return the account with its error, or each of its low balances; if none is low, the main one."""
    name = tagged(result, result.account)
    if result.reading is None:
        return [f"{name}: {result.error.message if result.error else ''}"]
    first, *further = notes.low_balances(result) or [notes.amount(result.reading.main, result)]
    return [f"{name} {first}", *further]


def _performance(result: Result) -> Iterator[str]:
    """Yield `'label'=value;warn;crit;min;max` for each balance and for its days left."""
    balances = result.reading.balances if result.reading else ()
    for balance in balances:
        if balance.amount is not None:
            label = _label(result) if len(balances) == 1 else _label(result, balance.id)
            total = "" if balance.total is None else f"{balance.total:f}"
            yield f"{label}={balance.amount:f};{_warn(balance)};{_critical(balance)};;{total}"
    for balance in balances:
        forecast = result.forecast_of(balance)
        if forecast and forecast.days_left is not None:
            label = _label(result, *([] if balance.is_main else [balance.id]), "days left")
            yield f"{label}={forecast.days_left:f};;;0"


def _label(result: Result, *further: str) -> str:
    """Return a quoted label that no other balance has: only the account's own spaces are escaped."""
    name = " ".join([escaped(result.account, " =|"), *(escaped(text, "=|") for text in further)])
    return "'{}'".format(name.replace("'", "''"))


def _warn(balance: Balance) -> str:
    return "" if balance.warn_below is None else f"{balance.warn_below:f}:"


def _critical(balance: Balance) -> str:
    """Return the range that is critical: up to zero, or below a threshold that is zero or less."""
    if balance.kind == "owed" or not (balance.is_needed or balance.warn_below is not None):
        return ""
    return _warn(balance) if balance.warn_below is not None and balance.warn_below <= 0 else "@~:0"
