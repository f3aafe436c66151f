"""The table for people: the only module that knows the drawing library."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from credcheck.models import Result
from credcheck.terminal import Terminal
from credcheck.text import one_line

_SIGNS = {"ok": ("✓", "+"), "low": ("!", "!"), "error": ("✗", "x")}
_STYLES = {"ok": "green", "low": "bold yellow", "error": "bold red"}
_GAP = 2
_NARROWEST_ACCOUNT = 7
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns there is room for; sign, account and balance always stay."""

    unit: bool = True
    long_note: bool = True
    short_note: bool = True


# Columns leave in the order of their worth.
_LAYOUTS = (
    _Layout(),
    _Layout(long_note=False),
    _Layout(long_note=False, unit=False),
    _Layout(long_note=False, unit=False, short_note=False),
)


def render(results: Sequence[Result], terminal: Terminal) -> str:
    """Return a row for each result, fitted to the terminal; digits are never cut, wrapped or left out."""
    for layout in _LAYOUTS:
        rows = [_heading(layout), *(list(_cells(result, layout, terminal)) for result in results)]
        widths = [max(map(cell_len, map(str, column))) for column in zip(*rows, strict=True)]
        excess = sum(widths) + _GAP * (len(widths) - 1) - (terminal.width or 1 << 16)
        if excess <= 0:
            break
    else:
        widths[1] = max(_NARROWEST_ACCOUNT, widths[1] - excess)
    return _drawn(rows, widths, terminal)


def _heading(layout: _Layout) -> list[Text]:
    names = ["", "Account", "Balance"] + ["Unit"] * layout.unit + [""] * layout.short_note
    return [Text(name, "bold") for name in names]


def _cells(result: Result, layout: _Layout, terminal: Terminal) -> Iterator[Text]:
    style = _STYLES[result.status]
    yield Text(_SIGNS[result.status][not terminal.unicode], style)
    yield Text(
        one_line(result.account, longest=_LONGEST_NAME), Style(link=result.top_up_url if terminal.links else None)
    )
    yield Text("" if result.balance is None else format(result.balance, ",f"), style if result.status == "low" else "")
    if layout.unit:
        yield Text(result.unit if result.balance is not None else "")
    if layout.short_note:
        yield Text(_note(result, long=layout.long_note), style)


def _note(result: Result, *, long: bool) -> str:
    if result.error:
        return result.error.code.replace("_", " ") if long else "error"
    if result.status == "low":
        return f"low, below {result.warn_below:f}" if long else "low"
    return ""


def _drawn(rows: Sequence[Sequence[Text]], widths: Sequence[int], terminal: Terminal) -> str:
    table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    for place, width in enumerate(widths):
        table.add_column(width=width, justify="right" if place == 2 else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    out = StringIO()
    Console(
        file=out,
        width=sum(widths) + _GAP * (len(widths) - 1),
        color_system="standard" if terminal.colour else None,
        force_terminal=terminal.colour,
        legacy_windows=False,
    ).print(table)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())
