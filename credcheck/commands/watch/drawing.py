"""The screen of `credcheck watch`: the table, its changes, its age, and the keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING

from rich.segment import Segment, SegmentLines

from credcheck.models import Balance, Result
from credcheck.render import View, drawing, summary, table
from credcheck.render.amounts import MOST_DECIMALS, grouped
from credcheck.render.cells import ExtraColumns
from credcheck.render.forecast import span
from credcheck.render.selection import shown
from credcheck.system.terminal import Terminal

if TYPE_CHECKING:
    from credcheck.commands.watch.board import Board, Row
    from credcheck.render import Order

_STATUSES = {"ok": "ok", "low": "low", "error": "failed"}
_FRAMES, _ASCII_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\"
_EXACT = Context(prec=250)
_NO_HISTORY = "no history is kept: `credcheck doctor` says why"
_KEYS = "q quit  r renew  s sort"
# On fewer lines than this there are no blank ones and no headings, if accounts would be left out for them.
_LOW_SCREEN = 10
_HEADING_LINES = 2


def screen(board: "Board", terminal: Terminal, *, now: float, today: datetime) -> SegmentLines:
    """Return the lines of the screen, no more and none wider than it is; `now` is of `time.monotonic`."""
    height = terminal.height or 24
    # The accounts that are low or failed have room before all others.
    order = board.order or ("status" if len(board.rows) > height - 2 else None)
    rows, headings = _table(board, order, terminal, now=now, today=today)
    blank = [""] if height >= min(_LOW_SCREEN, len(rows) + 4) else []
    below = [_NO_HISTORY] if board.problem else blank  # the reason is longer than a screen is wide
    room = max(1, height - 2 - len(blank) - len(below))
    if len(rows) > room and order is None:
        order = "status"
        rows, headings = _table(board, order, terminal, now=now, today=today)
    if len(rows) > room and height < _LOW_SCREEN:
        rows = rows[headings:]
    more = [f"   and {len(rows) - room + 1} more lines"] if len(rows) > room else []
    above, under = [_state(board, terminal, now), *blank], [*more, *below, f"{_KEYS} ({order or 'configured'})"]
    lines = [*_texts(above, terminal), *rows[: room - len(more)], *_texts(under, terminal)]
    return SegmentLines(lines[:height], new_lines=True)


def _table(
    board: "Board", order: "Order | None", terminal: Terminal, *, now: float, today: datetime
) -> tuple[list[list[Segment]], int]:
    """Return the lines of the table, and how many of them are the headings."""
    extra = {row.account: _extra_columns(row, now, today) for row in board.rows}
    shown = table.table(_ordered(board, order), terminal, pending=_frame(terminal, now), extra=extra)
    return drawing.segments(shown, terminal), _HEADING_LINES * shown.show_header


def _texts(lines: Sequence[str], terminal: Terminal) -> list[list[Segment]]:
    return [[Segment(line[: terminal.width])] for line in lines]


def _ordered(board: "Board", order: "Order | None") -> Sequence[Result | str]:
    waiting = [row.account for row in board.rows if row.latest is None]
    if not order:
        return [row.latest or row.account for row in board.rows]
    return [*shown(board.results, View(sort=order)), *waiting]


def _state(board: "Board", terminal: Terminal, now: float) -> str:
    if board.checking or not board.results:
        return f"{_frame(terminal, now)} checking"
    counts = summary.counts(board.results)
    return f"{counts}, next in {span(timedelta(seconds=board.next_at - now))}"


def _frame(terminal: Terminal, now: float) -> str:
    frames = _FRAMES if terminal.unicode else _ASCII_FRAMES
    return frames[int(now * 4) % len(frames)]


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
    with localcontext(_EXACT):
        difference = latest - before
    return f"{'+' * (difference > 0)}{grouped(difference, MOST_DECIMALS)}"
