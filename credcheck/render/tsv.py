"""Tab-separated values, with a header line: a line for each balance or failure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from credcheck.models import Balance, Result
from credcheck.render import notes
from credcheck.sanitize import one_line

_HEADER = (
    *("account", "provider", "id", "status", "balance", "unit", "total", "spent", "warn_below", "days_left"),
    *("error", "message", "tags"),
)
# A spreadsheet takes a cell that begins so for a formula; a number may begin with a minus.
_FORMULA = ("=", "+", "@")


def render(results: Sequence[Result]) -> str:
    """Return the lines of the results, the main balance of each first."""
    rows = [_HEADER, *(row for result in results for row in _rows(result))]
    return "".join("\t".join(map(cell, row)) + "\n" for row in rows)


def cell(text: str) -> str:
    """Return a cell on one line, which no spreadsheet takes for a formula."""
    line = one_line(text, longest=len(text) + 1)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _rows(result: Result) -> Iterator[Sequence[str]]:
    tags = ",".join(result.tags)
    if result.error:
        below, message = _digits(result.warn_below), _message(result.error.message, result, "failed")
        start = (result.account, result.provider, "", "error", "", result.unit or "", "", "", below, "")
        yield (*start, result.error.code, message, tags)
    for balance in result.reading.balances if result.reading else ():
        yield (*_balance(balance, result), tags)


def _balance(balance: Balance, result: Result) -> Sequence[str]:
    is_low = notes.is_low(balance, result)
    forecast = result.forecast_of(balance)
    days_left = forecast.days_left if forecast else None
    well_again = balance.is_main and result.change == "well_again"
    return (
        *(result.account, result.provider, balance.id, "low" if is_low else "ok"),
        "unlimited" if balance.unlimited else _digits(balance.amount),
        balance.unit,
        *map(_digits, (balance.total, balance.spent, balance.warn_below, days_left)),
        "",
        _message(notes.why_low(balance, result), result, "became low") if is_low else "well again" * well_again,
    )


def _message(reason: str, result: Result, change: str) -> str:
    return f"{change}: {reason}" if result.change else reason


def _digits(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"
