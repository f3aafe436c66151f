"""The screen of `credcheck watch`: the table, its changes, its age, and the keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment, SegmentLines
from rich.style import Style
from rich.text import Text

from credcheck.models import Balance, Result
from credcheck.render import View, drawing, notes, summary, table, waiting
from credcheck.render.amounts import MOST_DECIMALS, grouped
from credcheck.render.cells import ExtraColumns
from credcheck.render.forecast import span
from credcheck.render.selection import shown
from credcheck.sanitize import one_line
from credcheck.system.terminal import Terminal

if TYPE_CHECKING:
    from credcheck.commands.watch.board import Board, Row
    from credcheck.render import Order

_STATUSES = {"ok": "ok", "low": "low", "error": "failed"}
_NO_HISTORY = "no history is kept: `credcheck doctor` says why"
# The line of the keys, of which the longest that fits is shown.
_KEYS = (
    "q quit  r renew  s sort ({order})  j k move  / filter  o page",
    "q quit  r renew  s sort  j k move  / filter  o page",
    "q quit  s sort  / filter  j k  o page",
    "q quit  s sort  / filter  j k",
    "q quit  / filter",
    "q quit",
)
_LONGEST_LINE = 300
_MOST_REASON_LINES = 3
# On fewer lines than this there are no blank ones and no headings, if accounts would be left out for them.
_LOW_SCREEN = 10
_HEADING_LINES = 2


class _Layout(NamedTuple):
    """The lines of the table, how many of them are headings, how many have room, and the order of the accounts."""

    rows: list[list[Segment]]
    headings: int
    room: int
    order: "Order | None"
    blank: list[str]


def screen(board: "Board", terminal: Terminal, *, now: float, today: datetime) -> SegmentLines:
    """Return the lines of the screen, no more and none wider than it is; `now` is of `time.monotonic`."""
    height = terminal.height or 24
    rows, headings, room, order, blank = _layout(board, terminal, now=now, today=today)
    below = [_NO_HISTORY] if board.problem else blank  # the reason is longer than a screen is wide
    if board.is_typing or board.query or board.cursor is not None:
        below = _wrapped(_about(board, order), terminal, most=_MOST_REASON_LINES if height >= _LOW_SCREEN else 1)
        room = max(1, height - 2 - len(blank) - len(below))
    if len(rows) > room and height < _LOW_SCREEN:
        rows, headings = rows[headings:], 0
    above, under = [_state(board, terminal, now), *blank], [*below, _keys(order, terminal)]
    lines = [*_texts(above, terminal), *_window(board, rows, headings, room), *_texts(under, terminal)]
    return SegmentLines(lines[:height], new_lines=True)


def _keys(order: "Order | None", terminal: Terminal) -> str:
    forms = [form.format(order=order or "configured") for form in _KEYS]
    return next((form for form in forms if len(form) <= (terminal.width or 0)), forms[-1])


def order_shown(board: "Board", terminal: Terminal, *, now: float, today: datetime) -> "Order | None":
    """Return the order of the accounts on the screen."""
    return _layout(board, terminal, now=now, today=today).order


def chosen(board: "Board", terminal: Terminal, *, now: float, today: datetime) -> str | None:
    """Return the account under the cursor."""
    entry = _entry(board, order_shown(board, terminal, now=now, today=today))
    return entry.account if isinstance(entry, Result) else entry


def _layout(board: "Board", terminal: Terminal, *, now: float, today: datetime) -> _Layout:
    height = terminal.height or 24
    # The accounts that are low or failed have room before all others.
    order = board.order or ("status" if len(board.matching) > height - 2 else None)
    rows, headings = _table(board, order, terminal, now=now, today=today)
    blank = [""] if height >= min(_LOW_SCREEN, len(rows) + 4) else []
    room = max(1, height - 2 - len(blank) - (1 if board.problem else len(blank)))
    if len(rows) > room and order is None:
        order = "status"
        rows, headings = _table(board, order, terminal, now=now, today=today)
    return _Layout(rows, headings, room, order, blank)


def _window(board: "Board", rows: list[list[Segment]], headings: int, room: int) -> list[list[Segment]]:
    """Return the lines that have room, the account under the cursor among them, and a line that counts the others."""
    place = None
    # The first line of an account has its sign, and no other line begins with anything.
    starts = [number for number, line in enumerate(rows) if number >= headings and _text(line)[:1].strip()]
    if board.cursor is not None and starts:
        place = starts[min(board.cursor, len(starts) - 1)]
        rows = [*rows[:place], _marked(rows[place]), *rows[place + 1 :]]
    if len(rows) <= room:
        return rows
    space = max(1, room - headings - 1)
    first = headings if place is None else max(headings, place - space + 1)
    end = first + space
    more = _more(sum(start < first for start in starts), sum(start >= end for start in starts))
    return [*rows[:headings], *rows[first:end], [Segment(f"   {more}")]]


def _more(above: int, below: int) -> str:
    """Return how many accounts have no room; an account with several balances may be cut."""
    if above and below:
        return f"and {above:,} more above, {below:,} below"
    return f"and {above or below:,} more {'above' if above else 'below'}" if above or below else "and more lines below"


def _marked(line: list[Segment]) -> list[Segment]:
    return list(Segment.apply_style(line, post_style=Style(reverse=True)))


def _text(line: list[Segment]) -> str:
    return "".join(segment.text for segment in line)


def _entry(board: "Board", order: "Order | None") -> Result | str | None:
    entries = _ordered(board, order)
    return entries[min(board.cursor, len(entries) - 1)] if entries and board.cursor is not None else None


def _about(board: "Board", order: "Order | None") -> str:
    """Return the query while it is typed, else the page or the state of the account under the cursor."""
    entry = _entry(board, order)
    if board.is_typing:
        return f"/{board.query}_ (Enter keeps it, Esc ends it)"
    if board.page:
        return one_line(board.page, longest=_LONGEST_LINE)
    if entry is None:
        return f"/{board.query} (Esc shows all)" if board.query else ""
    if isinstance(entry, str):
        return f"{one_line(entry)}: no answer yet"
    reasons = [entry.error.message] if entry.error else notes.low_balances(entry)
    return one_line(f"{entry.account}: {'; '.join(reasons) or 'ok'}", longest=_LONGEST_LINE)


def _table(
    board: "Board", order: "Order | None", terminal: Terminal, *, now: float, today: datetime
) -> tuple[list[list[Segment]], int]:
    """Return the lines of the table, and how many of them are the headings."""
    extra = {row.account: _extra_columns(row, now, today) for row in board.rows}
    shown = table.table(_ordered(board, order), terminal, pending=_frame(terminal, now), extra=extra)
    return drawing.segments(shown, terminal), _HEADING_LINES * shown.show_header


def _wrapped(text: str, terminal: Terminal, *, most: int) -> list[str]:
    """Return a text in lines as wide as the terminal, at most so many; an address is whole up to there."""
    width = terminal.width or 80
    lines = Text(text).wrap(drawing.console(terminal, StringIO()), width)
    for line in lines:
        line.rstrip()
    last = Text(" ").join(lines[most - 1 :])
    last.truncate(width, overflow="ellipsis")
    return [line.plain for line in [*lines[: most - 1], last][: len(lines)]]


def _texts(lines: Sequence[str], terminal: Terminal) -> list[list[Segment]]:
    return [[Segment(line[: terminal.width])] for line in lines]


def _ordered(board: "Board", order: "Order | None") -> Sequence[Result | str]:
    rows = board.matching
    waiting = [row.account for row in rows if row.latest is None]
    if not order:
        return [row.latest or row.account for row in rows]
    return [*shown([row.latest for row in rows if row.latest], View(sort=order)), *waiting]


def _state(board: "Board", terminal: Terminal, now: float) -> str:
    if board.checking or not board.results:
        return f"{_frame(terminal, now)} checking"
    counts = summary.counts([row.latest for row in board.matching if row.latest])
    counts = counts or ("0 low" if board.only_low else "no account")
    if board.query or board.only_low:
        counts += f" of {len(board.rows)}" + f" with `{board.query}`" * bool(board.query)
    return f"{counts}, next in {span(timedelta(seconds=board.next_at - now))}"


def _frame(terminal: Terminal, now: float) -> str:
    return waiting.frame(terminal, int(now * 4))


def _extra_columns(row: "Row", now: float, today: datetime) -> ExtraColumns:
    if row.latest is None:
        return ExtraColumns()
    if row.not_before > now:
        return ExtraColumns(_change(row.before, row.latest), f"waits {span(timedelta(seconds=row.not_before - now))}")
    return ExtraColumns(_change(row.before, row.latest), span(today - row.latest.checked_at))


def _change(before: Result | None, latest: Result) -> str:
    """Return how a result differs from the one before it."""
    if before is None:
        return ""
    if before.main and latest.main and before.unit == latest.unit:
        if latest.main.spent is not None and latest.balance is None:
            return _spent_since(before.main, latest.main)
        if before.balance != latest.balance:
            return _difference(before.balance, latest.balance)
    return f"was {_STATUSES[before.status]}" if before.status != latest.status else ""


def _spent_since(before: Balance, latest: Balance) -> str:
    if before.period and latest.period and before.period.start != latest.period.start:
        return "starts anew"
    return f"{_difference(before.spent, latest.spent)} spent" if before.spent != latest.spent else ""


def _difference(before: Decimal | None, latest: Decimal | None) -> str:
    if before is None or latest is None:
        return "was unlimited" if before is None else "was limited"
    # The unary minus would round.
    difference = summary.exact_sum([latest, before.copy_negate()])
    return f"{'+' * (difference > 0)}{grouped(difference, MOST_DECIMALS)}"
