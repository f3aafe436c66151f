"""The table for people, drawn by rich once it is known which columns there is room for."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from rich.box import Box
from rich.table import Table
from rich.text import Text

from credcheck.models import Result
from credcheck.render import drawing
from credcheck.render.amounts import FEW_DECIMALS, MOST_DECIMALS
from credcheck.render.cells import Cells, ExtraColumns, Row, align
from credcheck.system.terminal import Terminal

_HEADINGS = {
    "account": "Account", "balance": "Balance", "unit": "Unit", "window": "Left", "lasts": "Lasts", "trend": "Trend",
    "tags": "Tags", "change": "Change", "age": "Age",
}  # fmt: skip
_ALWAYS = {"account", "balance", "unit"}
_WRAPPED = {"account", "note"}
_ON_THE_RIGHT = {"balance", "lasts"}
_ALL = ("sign", "account", "balance", "unit", "window", "lasts", "trend", "tags", "note", "change", "age")
# From wide terminals to narrow ones. Without a column for them, notes stand below the names; on a terminal that is
# narrower still, each row is a paragraph.
_LAYOUTS = (
    _ALL,
    ("sign", "account", "balance", "unit", "lasts", "tags", "note", "change", "age"),
    ("sign", "account", "balance", "unit", "window", "lasts", "trend", "note", "change", "age"),
    ("sign", "account", "balance", "unit", "lasts", "note", "change", "age"),
    ("sign", "account", "balance", "unit", "lasts", "change", "age"),
    ("sign", "account", "balance", "unit", "lasts", "change"),
    ("sign", "account", "balance", "unit", "change"),
    ("sign", "account", "balance", "unit"),
)
_GAP = 2
# A longer name may be broken, and a longer note wrapped: below the names sooner than in a column of its own.
_NAME_WIDTH, _NOTE_WIDTH, _LONG_NOTE = 24, 12, 32
_RULE = "    \n    \n -- \n    \n    \n    \n    \n    \n"


def render(results: Sequence[Result], terminal: Terminal) -> str:
    """Return a row for each balance and failure, fitted to the terminal; a pipe or a file gets every digit."""
    return "".join(f"{line}\n" for line in drawing.lines(table(results, terminal), terminal))


def table(
    entries: Sequence[Result | str],
    terminal: Terminal,
    *,
    pending: str = "",
    extra: Mapping[str, ExtraColumns] = MappingProxyType({}),
) -> Table:
    """Return the table of results, and of accounts without a result yet by their names, with the sign `pending`."""
    cells = Cells(terminal, pending, extra)
    if terminal.width is None:
        rows = align(cells.rows(entries))
        return _in_columns(rows, _natural_widths(rows, _ALL), terminal)
    # Digits go before columns; what is spare in the layout that has room may hold them after all.
    rounded = align(cells.rows(entries, FEW_DECIMALS))
    for columns in _LAYOUTS:
        if widths := _widths(rounded, columns, terminal.width):
            precise = align(cells.rows(entries, MOST_DECIMALS))
            with_digits = _widths(precise, columns, terminal.width)
            return _in_columns(precise if with_digits else rounded, with_digits or widths, terminal)
    return _in_paragraphs(cells.rows(entries, FEW_DECIMALS), terminal.width)


def _widths(rows: Sequence[Row], columns: Sequence[str], room: int) -> dict[str, int]:
    """Return the width of each column that has something to show, or nothing if there is no room for them.

    A long note is wrapped rather than to take the room of all other rows.
    """
    widths = _natural_widths(rows, columns)
    note = _longest(rows, "note")
    others = sum(width for name, width in widths.items() if name != "note")
    spare = room - others - _GAP * (len(widths) - 1)
    if "note" in widths:
        return {**widths, "note": min(note, spare)} if spare >= min(note, _LONG_NOTE) else {}
    if "note" in columns:
        return widths if spare >= 0 else {}
    account = min(widths["account"] + spare, max(widths["account"], min(note, _LONG_NOTE)))
    is_wide = account >= max(min(widths["account"], _NAME_WIDTH), min(note, _NOTE_WIDTH))
    return {**widths, "account": account} if is_wide else {}


def _natural_widths(rows: Sequence[Row], columns: Sequence[str]) -> dict[str, int]:
    longest = {name: _longest(rows, name) for name in columns}
    return {
        name: max(width, len(_HEADINGS.get(name, ""))) for name, width in longest.items() if width or name in _ALWAYS
    }


def _longest(rows: Sequence[Row], column: str) -> int:
    return max((row[column].cell_len for row in rows if column in row), default=0)


def _in_columns(rows: Sequence[Row], widths: Mapping[str, int], terminal: Terminal) -> Table:
    rule = Box(_RULE.replace("-", "─") if terminal.unicode else _RULE, ascii=not terminal.unicode)
    table = Table(box=rule, show_edge=False, pad_edge=False, padding=0, border_style="dim", header_style="")
    headings = {name: Text.assemble((_HEADINGS.get(name, ""), "bold")) for name in widths}
    *_, last = widths
    for name, width in widths.items():
        header = _placed(headings, name, width)
        # Two blanks between columns: the divider and one of the width; padding would take a quarter of all the time.
        table.add_column(header, width=width + (name != last), no_wrap=name not in _WRAPPED, overflow="fold")
    for row in rows:
        shown = row
        if "note" in row and "note" not in widths:
            shown = {**row, "account": _joined("\n", row, ("account", "note"))}
        table.add_row(*(_placed(shown, name, width) for name, width in widths.items()))
    return table


def _placed(row: Row, name: str, width: int) -> Text | str:
    """Return a cell, with blanks before it if it is aligned right: rich would strip those after it, of `align`."""
    cell = row.get(name)
    if cell is not None and name in _ON_THE_RIGHT:
        cell.pad_left(width - cell.cell_len)
    return cell or ""


def _in_paragraphs(rows: Sequence[Row], width: int) -> Table:
    """Return rows of several lines: the name, the balance with its unit, the note."""
    sign = max(1, _longest(rows, "sign"))
    room = max(1, width - sign - _GAP)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(width=sign)
    table.add_column(width=room, overflow="fold")
    for row in rows:
        table.add_row(row.get("sign", ""), Text("\n").join(_paragraph(row, room)))
    return table


def _paragraph(row: Row, room: int) -> Iterator[Text]:
    yield row["account"]
    if "balance" in row:
        balance = row["balance"]
        if balance.cell_len > room:  # without separators it may fit in one line
            balance = Text(balance.plain.replace(",", ""), spans=balance.spans)
        yield _joined(" ", {**row, "balance": balance}, ("balance", "unit"))
    if "note" in row:
        yield row["note"]


def _joined(separator: str, row: Row, columns: Sequence[str]) -> Text:
    return Text(separator).join(row[name] for name in columns if name in row)
