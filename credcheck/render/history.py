"""Histories as text for a terminal, as JSON and as tab-separated values."""

from collections.abc import Iterator, Sequence
from datetime import timedelta, tzinfo
from decimal import Decimal
from itertools import groupby
from textwrap import wrap

from credcheck.history.overview import Past
from credcheck.models import SCHEMA_VERSION
from credcheck.render import chart, foretold, json
from credcheck.render.lists import cells, columns
from credcheck.render.plot import day as short_date
from credcheck.sanitize import one_line
from credcheck.system.terminal import Terminal

_LONGEST_NAME = 40
_MOST_DAYS = 14
_FEWEST_GRADED = 40
_RECENT = timedelta(days=1)
_NUMBERS = ("Balance", "Lasts")
# Columns for which a narrow terminal has no room, the first to go first.
_GIVEN_UP = ("Trend", "Read", "Lasts", "Unit")
_TSV = ("account", "provider", "balance", "unit", "date", "used", "added", "left")


def lines(pasts: Sequence[Past], terminal: Terminal) -> str:
    """Return one line for each balance: its name, its amount, the days left, a sparkline, and its age if it is old.

    A narrow terminal has fewer columns, and two lines for each balance if even its amount has no room.
    """
    rows = [_row(past, terminal) for past in pasts]
    headings = [name for name in rows[0] if any(row[name] for row in rows)]
    for given_up in (None, *_GIVEN_UP):
        headings = [name for name in headings if name != given_up]
        right = {place for place, name in enumerate(headings) if name in _NUMBERS}
        text = columns([headings, *([row[name] for name in headings] for row in rows)], right=right)
        if terminal.width is None or max(map(cells, text.splitlines())) <= terminal.width:
            return text
    return "".join(f"{row['Account']}\n  {row['Balance']} {row['Unit']}\n" for row in rows)


def _row(past: Past, terminal: Terminal) -> dict[str, str]:
    age = past.now - past.read_at
    return {
        "Account": _name(past),
        "Balance": f"{past.balance.amount:,f}",
        "Unit": past.balance.unit,
        "Lasts": foretold.short(past.forecast, unicode=terminal.unicode),
        "Trend": foretold.bars(past.trend, unicode=terminal.unicode),
        "Read": f"{foretold.span(age)} ago" if age > _RECENT else "",
    }


def charts(pasts: Sequence[Past], terminal: Terminal, zone: tzinfo | None = None, *, with_days: bool = True) -> str:
    """Return for each balance its chart, the forecast in a sentence, and its days."""
    return "\n".join(_chart(past, terminal, zone) + f"\n{_days(past, terminal)}" * with_days for past in pasts)


def _chart(past: Past, terminal: Terminal, zone: tzinfo | None) -> str:
    title = f"{_name(past)}: {past.balance.amount:,f} {past.balance.unit}"
    told = foretold.sentence(past.forecast, past.balance, past.now, zone, read_at=past.read_at)
    if past.grade.resolved >= _FEWEST_GRADED:
        told += f" {past.grade.held} of {past.grade.resolved} ranges held."
    told = "\n".join(wrap(told, terminal.width)) if terminal.width else told
    return f"{title}\n\n{chart.chart(past, terminal, zone)}\n{told}\n"


def _days(past: Past, terminal: Terminal) -> str:
    if not past.days:
        return "Not read in this time.\n"
    days = past.days[-_MOST_DAYS:]
    rows = [("Day", "Spent", "Added", "Left")]
    rows += [
        (f"{day.date:%a} {short_date(day.date)}", _sum(day.used), _sum(day.added), f"{day.balance:,f}") for day in days
    ]
    left_out = len(past.days) - len(days)
    said = f"{left_out:,} earlier day{' is' if left_out == 1 else 's are'} left out; --format tsv has all.\n"
    return columns(rows, right={1, 2, 3}) + terminal.wrapped(said) * bool(left_out)


def _sum(amount: Decimal) -> str:
    return f"{amount:,f}" if amount else ""


def _name(past: Past) -> str:
    name = one_line(past.name.account, longest=_LONGEST_NAME)
    return name if past.balance.is_main else f"{name}, {past.name.balance}"


def as_tsv(pasts: Sequence[Past]) -> str:
    """Return a line for each day of each balance, with a header line."""
    rows = [_TSV, *(row for past in pasts for row in _tsv_rows(past))]
    return "".join("\t".join(one_line(cell, longest=len(cell) + 1) for cell in row) + "\n" for row in rows)


def _tsv_rows(past: Past) -> Iterator[tuple[str, ...]]:
    for day in past.days:
        yield (*past.name, day.date.isoformat(), f"{day.used:f}", f"{day.added:f}", f"{day.balance:f}")


def as_json(pasts: Sequence[Past]) -> str:
    """Return the histories, those of an account together."""
    accounts = [
        {"account": owner.account, "provider": owner.provider, "balances": [_balance(past) for past in mine]}
        for owner, mine in groupby(pasts, key=lambda past: past.name.owner)
    ]
    return json.text({"schema_version": SCHEMA_VERSION, "accounts": accounts}) + "\n"


def _balance(past: Past) -> dict[str, object]:
    return {
        "id": past.name.balance,
        "unit": past.name.unit,
        "samples": [{"at": json.moment(sample.at), "balance": sample.amount} for sample in past.samples],
        "days": [
            {"date": day.date.isoformat(), "used": day.used, "added": day.added, "balance": day.balance}
            for day in past.days
        ],
        "forecast": json.forecast(past.forecast),
        "grade": {"held": past.grade.held, "resolved": past.grade.resolved},
    }
