"""Histories as text for a terminal, as JSON and as tab-separated values."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from itertools import groupby
from textwrap import wrap

from credcheck.history.days import Day, Grade, months
from credcheck.history.report import BalanceHistory
from credcheck.history.samples import Sample
from credcheck.models import SCHEMA_VERSION
from credcheck.render import chart, forecast, json, spent, sums, tsv
from credcheck.render.lists import cells, columns
from credcheck.render.names import balance_name
from credcheck.render.plot import day as short_date
from credcheck.system.terminal import Terminal

_MOST_DAYS = 14
_FEWEST_GRADED, _MOST_HELD = 40, 2 / 3
_RECENT = timedelta(days=1)
_NUMBERS = ("Balance", "Lasts")
# Columns for which a narrow terminal has no room, the first to go first.
_GIVEN_UP = ("Trend", "Read", "Lasts", "Unit")
_TSV = ("account", "provider", "balance", "unit", "date", "used", "added", "left")


def lines(histories: Sequence[BalanceHistory], terminal: Terminal) -> str:
    """Return one line for each balance: its name, its amount, the days left, a sparkline, and its age if it is old.

    The sums of the units follow. A narrow terminal has fewer columns, and two lines for each balance if even its amount
    has no room.
    """
    sums_ = "".join(terminal.wrapped(f"{line}\n") for line in sums.by_unit(histories))
    return _table(histories, terminal) + (f"\n{sums_}" if sums_ else "")


def _table(histories: Sequence[BalanceHistory], terminal: Terminal) -> str:
    rows = [_row(history, terminal) for history in histories]
    headings = [name for name in rows[0] if any(row[name] for row in rows)]
    for given_up in (None, *_GIVEN_UP):
        headings = [name for name in headings if name != given_up]
        right = {place for place, name in enumerate(headings) if name in _NUMBERS}
        text = columns([headings, *([row[name] for name in headings] for row in rows)], right=right)
        if terminal.width is None or max(map(cells, text.splitlines())) <= terminal.width:
            return text
    return "".join(f"{row['Account']}\n  {row['Balance']} {row['Unit']}\n" for row in rows)


def _row(history: BalanceHistory, terminal: Terminal) -> dict[str, str]:
    age = history.now - history.read_at
    return {
        "Account": balance_name(history),
        "Balance": "" if history.balance.amount is None else f"{history.balance.amount:,f}",
        "Unit": "" if history.balance.amount is None else history.balance.unit,
        "Spent": spent.sentence(history.balance, history.now).replace(" spent", ""),
        "Lasts": forecast.column(history.balance, history.forecast, history.now, unicode=terminal.unicode),
        "Trend": "" if terminal.plain else forecast.bars(history.trend, unicode=terminal.unicode),
        "Read": f"{forecast.span(age)} ago" if age > _RECENT else "",
    }


def charts(
    histories: Sequence[BalanceHistory], terminal: Terminal, zone: tzinfo | None = None, *, with_days: bool = True
) -> str:
    """Return for each balance its chart, the forecast in a sentence, its days and its months."""
    return "\n".join(
        _chart(history, terminal, zone) + f"\n{_days(history, terminal, zone)}" * with_days for history in histories
    )


def _chart(history: BalanceHistory, terminal: Terminal, zone: tzinfo | None) -> str:
    title = f"{balance_name(history)}: {_amount(history)}"
    words = forecast.sentence(history.forecast, history.balance, history.now, zone, read_at=history.read_at)
    if history.grade.resolved >= _FEWEST_GRADED:
        words += f" {_graded(history.grade)}"
    words = "\n".join(wrap(words, terminal.width)) if terminal.width else words
    drawn = "" if terminal.plain else f"{chart.chart(history, terminal, zone)}\n"
    return f"{title}\n\n{drawn}{words}\n"


def _amount(history: BalanceHistory) -> str:
    balance = history.balance
    sentence = [f"{balance.amount:,f} {balance.unit}"] if balance.amount is not None else []
    return ", ".join(sentence + [spent.sentence(balance, history.now)] * (balance.spent is not None))


def _graded(grade: Grade) -> str:
    """Return how many ranges held, with advice if they are too few."""
    if grade.held >= _MOST_HELD * grade.resolved:
        return f"{grade.held} of {grade.resolved} ranges held."
    return f"This account's forecasts held {grade.held} of {grade.resolved}: reckon with half."


def _days(history: BalanceHistory, terminal: Terminal, zone: tzinfo | None) -> str:
    if not history.days:
        return "Not read in this time.\n"
    days = history.days[-_MOST_DAYS:]
    headings = ("Spent", "In all") if history.spent else ("Spent", sums.added_heading(history), "Left")
    rows = [("Day", *headings)]
    rows += [(f"{day.date:%a} {short_date(day.date)}", *_amounts_of(day, history)) for day in days]
    left_out = len(history.days) - len(days)
    said = f"{left_out:,} earlier day{' is' if left_out == 1 else 's are'} left out; --format tsv has all.\n"
    by_month = _months(history) if history.spent else sums.by_month(history, zone)
    return f"{columns(rows, right={1, 2, 3})}{terminal.wrapped(said) * bool(left_out)}\n{by_month}"


def _amounts_of(day: Day, history: BalanceHistory) -> tuple[str, ...]:
    """Return the spending of a day, with the top-ups and the rest, or with the spending of its period by then."""
    if history.spent:
        return f"{day.used:,f}", f"{day.balance:,f}"
    return sums.amount(day.used), sums.amount(day.added), f"{day.balance:,f}"


def _months(history: BalanceHistory) -> str:
    rows = [("Month", "Spent"), *((f"{each.month:%B %Y}", f"{each.spent:,f}") for each in history.months)]
    return columns(rows, right={1})


def as_tsv(histories: Sequence[BalanceHistory]) -> str:
    """Return a line for each day of each balance, with a header line."""
    rows = [_TSV, *(row for history in histories for row in _tsv_rows(history))]
    return "".join("\t".join(map(tsv.cell, row)) + "\n" for row in rows)


def _tsv_rows(history: BalanceHistory) -> Iterator[tuple[str, ...]]:
    for day in history.days:
        left = "" if history.spent else f"{day.balance:f}"
        yield (*history.name, day.date.isoformat(), f"{day.used:f}", f"{day.added:f}", left)


def as_json(histories: Sequence[BalanceHistory]) -> str:
    """Return the histories, those of an account together."""
    accounts = [
        {"account": owner.account, "provider": owner.provider, "balances": [_balance(history) for history in mine]}
        for owner, mine in groupby(histories, key=lambda history: history.name.owner)
    ]
    return json.text({"schema_version": SCHEMA_VERSION, "accounts": accounts}) + "\n"


def _left(sample: Sample) -> dict[str, object]:
    return {"at": json.moment(sample.at), "balance": sample.amount}


def _spent(sample: Sample) -> dict[str, object]:
    return {
        "at": json.moment(sample.at),
        "spent": sample.amount,
        "since": None if sample.period is None else json.moment(sample.period),
    }


def _before(history: BalanceHistory) -> dict[str, object] | None:
    """Return the last sample before the time that is shown: the chart begins with it."""
    if history.balance.spent is not None:
        return _spent(history.spent_before) if history.spent_before else None
    return _left(history.before) if history.before else None


def _spent_by_month(history: BalanceHistory) -> list[tuple[date, Decimal]]:
    """Return what the provider says to be spent in each month, or what the balance fell by."""
    if history.spent:
        return [(each.month, each.spent) for each in history.months]
    return [(month, total.used) for month, total in months(history.days).items()]


def _balance(history: BalanceHistory) -> dict[str, object]:
    return {
        "id": history.name.balance,
        "unit": history.name.unit,
        "before": _before(history),
        "samples": [_left(sample) for sample in history.samples if not history.spent],
        "spent": [_spent(sample) for sample in history.spent],
        "days": [
            {
                "date": day.date.isoformat(),
                "used": day.used,
                "added": day.added,
                "balance": None if history.spent else day.balance,
            }
            for day in history.days
        ],
        "months": [{"month": f"{month:%Y-%m}", "spent": spent} for month, spent in _spent_by_month(history)],
        "forecast": json.forecast(history.forecast),
        "grade": {"held": history.grade.held, "resolved": history.grade.resolved},
    }
