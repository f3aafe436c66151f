"""The table for people. Only this module and `live` use rich."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from credcheck.models import Result
from credcheck.sanitize import one_line
from credcheck.system.terminal import Terminal

_SIGNS = {"ok": ("✓", "+"), "low": ("!", "!"), "error": ("✗", "x")}
_STYLES = {"ok": "green", "low": "bold yellow", "error": "bold red"}
_GAP = 2
_NARROWEST_ACCOUNT = 8
_LONGEST_NAME = 60
_WIDEST = 1 << 16


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns there is room for; sign, account and balance always stay."""

    unit: bool = True
    long_note: bool = True
    short_note: bool = True
    folds: bool = False  # may the names of accounts take several lines


# Columns leave in the order of their worth.
_LAYOUTS = (
    _Layout(),
    _Layout(long_note=False),
    _Layout(long_note=False, unit=False, folds=True),
    _Layout(long_note=False, unit=False, short_note=False, folds=True),
)


def render(results: Sequence[Result], terminal: Terminal) -> str:
    """Return a row for each result, fitted to the terminal; digits are never cut, wrapped or left out."""
    out = StringIO()
    console = Console(
        file=out,
        width=_WIDEST,
        height=_WIDEST,  # without it, TERM=dumb and FORCE_COLOR make the library take 80 for the width
        color_system="standard" if terminal.colour else None,
        force_terminal=terminal.colour,
        legacy_windows=False,
    )
    console.print(grid(results, terminal))
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def grid(entries: Sequence[Result | str], terminal: Terminal, *, pending: str = "") -> Table:
    """Return the table of these results, and of the accounts whose results are still to come, by their names.

    `pending` is the sign in front of those.
    """
    for layout in _LAYOUTS:
        rows = [_heading(layout), *(_cells(entry, layout, terminal, pending) for entry in entries)]
        widths = [max(map(cell_len, map(str, column))) for column in zip(*rows, strict=True)]
        spare = (terminal.width or _WIDEST) - sum(widths) - _GAP * (len(widths) - 1)
        if spare < 0 and layout.folds and widths[1] + spare >= _NARROWEST_ACCOUNT:
            widths[1] += spare
            break
        if spare >= 0:
            break
    table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    for place, width in enumerate(widths):
        table.add_column(width=width, justify="right" if place == 2 else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _heading(layout: _Layout) -> list[Text]:
    names = ["", "Account", "Balance"] + ["Unit"] * layout.unit + [""] * layout.short_note
    return [Text(name, "bold") for name in names]


def _cells(entry: Result | str, layout: _Layout, terminal: Terminal, pending: str) -> list[Text]:
    if isinstance(entry, str):
        cells = [Text(pending, "cyan"), _name(entry, terminal), Text(), Text(), Text()]
    else:
        style = _STYLES[entry.status]
        known = entry.balance is not None
        cells = [
            Text(_SIGNS[entry.status][not terminal.unicode], style),
            _name(entry.account, terminal, entry.top_up_url),
            Text(f"{entry.balance:,f}" if known else "", style if entry.status == "low" else ""),
            Text((entry.unit or "") if known else ""),
            Text(_note(entry, long=layout.long_note), style),
        ]
    return cells[:3] + cells[3:4] * layout.unit + cells[4:] * layout.short_note


def _name(account: str, terminal: Terminal, page: str | None = None) -> Text:
    longest = _LONGEST_NAME if terminal.width else len(account) + 1
    return Text(one_line(account, longest=longest), Style(link=page if terminal.links else None))


def _note(result: Result, *, long: bool) -> str:
    if result.error:
        return result.error.code.replace("_", " ") if long else "error"
    if result.status == "low":
        if not long:
            return "low"
        return "low, nothing left" if result.warn_below is None else f"low, below {result.warn_below:,f}"
    return ""
