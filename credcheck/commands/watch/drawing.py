"""The screen of `credcheck watch`: the table, its changes, its age, and the keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING

from credcheck.models import Result
from credcheck.render import View, summary, table
from credcheck.render.foretold import span
from credcheck.render.selection import shown
from credcheck.render.table import Beside
from credcheck.system.terminal import Terminal

if TYPE_CHECKING:
    from credcheck.commands.watch.board import Board, Row

_STATUSES = {"ok": "ok", "low": "low", "error": "failed"}
_FRAMES, _ASCII_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\"
_EXACT = Context(prec=250)
_NO_HISTORY = "no history is kept: `credcheck doctor` says why"
_KEYS = "q quit  r renew  s sort"


def lines(board: "Board", terminal: Terminal, *, now: float, today: datetime) -> list[str]:
    """Return the lines of the screen, no more and none wider than it is; `now` is of `time.monotonic`."""
    width, height = terminal.width or 80, terminal.height or 24
    beside = {row.account: _beside(row, now, today) for row in board.rows}
    rows = table.lines(_ordered(board), terminal, pending=_frame(terminal, now), beside=beside)
    room = max(1, height - 4)
    if len(rows) > room:
        left_out = len(rows) - room + 1
        rows = [*rows[: room - 1], f"   and {left_out} more lines"]
    order = board.order or "configured"
    below = _NO_HISTORY if board.problem else ""  # the reason is longer than a screen is wide
    return [_state(board, terminal, now)[:width], "", *rows, below[:width], f"{_KEYS} ({order})"[:width]]


def _ordered(board: "Board") -> Sequence[Result | str]:
    waiting = [row.account for row in board.rows if row.latest is None]
    if not board.order:
        return [row.latest or row.account for row in board.rows]
    return [*shown(board.results, View(sort=board.order)), *waiting]


def _state(board: "Board", terminal: Terminal, now: float) -> str:
    if board.checking or not board.results:
        return f"{_frame(terminal, now)} checking"
    counts = summary.counts(board.results)
    return f"{counts}, next in {span(timedelta(seconds=board.next_at - now))}"


def _frame(terminal: Terminal, now: float) -> str:
    frames = _FRAMES if terminal.unicode else _ASCII_FRAMES
    return frames[int(now * 4) % len(frames)]


def _beside(row: "Row", now: float, today: datetime) -> Beside:
    if row.latest is None:
        return Beside()
    if row.not_before > now:
        return Beside(
            change=_change(row.before, row.latest), age=f"waits {span(timedelta(seconds=row.not_before - now))}"
        )
    return Beside(change=_change(row.before, row.latest), age=span(today - row.latest.checked_at))


def _change(before: Result | None, latest: Result) -> str:
    """Return how a result differs from the one before it."""
    if before is None:
        return ""
    if before.main and latest.main and before.unit == latest.unit and before.balance != latest.balance:
        return _difference(before.balance, latest.balance)
    return f"was {_STATUSES[before.status]}" if before.status != latest.status else ""


def _difference(before: Decimal | None, latest: Decimal | None) -> str:
    if before is None or latest is None:
        return "was unlimited" if before is None else "was limited"
    with localcontext(_EXACT):
        return f"{latest - before:+,f}"
