"""The table for people. Only this module uses rich: for styles, links, and the cells that a character takes."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rich.cells import cell_len, chop_cells
from rich.color import ColorSystem
from rich.style import Style

from credcheck.models import Balance, Result
from credcheck.render import foretold, notes
from credcheck.render.names import shown_name
from credcheck.system.terminal import Terminal

_SIGNS = {"ok": ("✓", "+"), "low": ("!", "!"), "error": ("✗", "x")}
# Legible on a white and on a black background: yellow is not, unless it is the background.
_STYLES = {"ok": "green", "low": "black on yellow", "error": "bold red"}
_GAP = 2
_INDENT = 3
_NARROWEST_ACCOUNT = 8
_WIDEST = 1 << 16
_HEADINGS = {"account": "Account", "balance": "Balance", "unit": "Unit"}
_NUMBERS = ("balance", "lasts")
_FORETOLD = {"lasts": "Lasts", "trend": "Trend"}
_RENEWED = {"change": "Change", "age": "Age"}
# From wide terminals to narrow ones; sign, account, balance and a word always stay.
_LAYOUTS = (
    ("sign", "account", "balance", "unit", "lasts", "trend", "note", "change", "age"),
    ("sign", "account", "balance", "unit", "lasts", "note", "change", "age"),
    ("sign", "account", "balance", "unit", "lasts", "word", "change", "age"),
    ("sign", "account", "balance", "unit", "word", "change", "age"),
    ("sign", "account", "balance", "unit", "word", "change"),
    ("sign", "account", "balance", "unit", "word"),
    ("sign", "account", "balance", "word"),
)
_BEFORE_NAMES_FOLD = {"lasts", "change", "age"}


class _Cell(NamedTuple):
    text: str = ""
    style: str = ""
    link: str | None = None


class Beside(NamedTuple):
    """Further columns of a table that is renewed: how an account changed, and the age of its reading."""

    change: str = ""
    age: str = ""


_NOTHING = _Cell()
_Row = Mapping[str, _Cell]


def render(results: Sequence[Result], terminal: Terminal) -> str:
    """Return a row for each balance and failure, fitted to the terminal; no digit is cut or left out."""
    return "".join(f"{line}\n" for line in lines(results, terminal))


def lines(
    entries: Sequence[Result | str],
    terminal: Terminal,
    *,
    pending: str = "",
    beside: Mapping[str, Beside] = MappingProxyType({}),
) -> list[str]:
    """Return the table of results, and of accounts without a result yet by their names, with the sign `pending`."""
    rows = [row for entry in entries for row in _with_beside(_rows(entry, terminal, pending), entry, beside)]
    headings = _HEADINGS
    if any(isinstance(entry, Result) and entry.forecast and entry.forecast.state == "known" for entry in entries):
        headings = {**_HEADINGS, **_FORETOLD}
    else:
        rows = [{name: cell for name, cell in row.items() if name not in _FORETOLD} for row in rows]
    headings = {**headings, **{name: text for name, text in _RENEWED.items() if any(name in row for row in rows)}}
    table = [{name: _Cell(text, "bold") for name, text in headings.items()}, *rows]
    width = terminal.width or _WIDEST
    for layout in _LAYOUTS:
        widths = _widths(table, layout)
        spare = width - sum(widths.values()) - _GAP * (len(widths) - 1)
        if spare < 0 and not _BEFORE_NAMES_FOLD & set(layout) and widths["account"] + spare >= _NARROWEST_ACCOUNT:
            widths["account"] += spare
            spare = 0
        if spare >= 0:
            return [line for row in table for line in _side_by_side(row, widths, terminal)]
    return [line for row in rows for line in _stacked(row, width, terminal)]


def _rows(entry: Result | str, terminal: Terminal, pending: str) -> Iterator[_Row]:
    if isinstance(entry, str):
        yield {"sign": _Cell(pending, "cyan"), "account": _Cell(_name(entry, terminal))}
        return
    style = _STYLES[entry.status]
    row = {
        "sign": _Cell(_SIGNS[entry.status][not terminal.unicode], style),
        "account": _Cell(_name(entry.account, terminal), link=entry.top_up_url if terminal.links else None),
    }
    if entry.reading is None:
        yield {**row, "note": _Cell(notes.of_failure(entry), style), "word": _Cell("error", style)}
        return
    main, *others = entry.reading.balances
    yield {**row, **_balance(main, entry), **_foretold(entry, terminal)}
    for balance in others:
        yield {"account": _Cell(f"  {shown_name(balance.id)}"), **_balance(balance, entry)}


def _with_beside(rows: Iterator[_Row], entry: Result | str, beside: Mapping[str, Beside]) -> Iterator[_Row]:
    found = beside.get(entry if isinstance(entry, str) else entry.account, Beside())
    cells = {"change": _Cell(found.change, "bold cyan"), "age": _Cell(found.age, "dim")}
    yield {**next(rows), **{name: cell for name, cell in cells.items() if cell.text}}
    yield from rows


def _balance(balance: Balance, result: Result) -> _Row:
    style = _STYLES["low"] if notes.is_low(balance, result) else ""
    return {
        "balance": _Cell("unlimited" if balance.amount is None else f"{balance.amount:,f}", style),
        "unit": _Cell(balance.unit),
        "note": _Cell(notes.of_balance(balance, result), style),
        "word": _Cell("low" if style else "", style),
    }


def _foretold(result: Result, terminal: Terminal) -> _Row:
    style = _STYLES["low"] if result.low_because == "days_left" else ""
    lasts = "to reset" if result.lasts_until_reset else foretold.short(result.forecast, unicode=terminal.unicode)
    return {
        "lasts": _Cell(lasts, style),
        "trend": _Cell(foretold.bars(result.trend, unicode=terminal.unicode), "cyan"),
    }


def _name(account: str, terminal: Terminal) -> str:
    return shown_name(account) if terminal.width else shown_name(account, longest=None)


def _widths(rows: Sequence[_Row], layout: Sequence[str]) -> dict[str, int]:
    """Return the width of each column that is not empty."""
    widths = {name: max(cell_len(row.get(name, _NOTHING).text) for row in rows) for name in layout}
    return {name: width for name, width in widths.items() if width}


def _side_by_side(row: _Row, widths: Mapping[str, int], terminal: Terminal) -> Iterator[str]:
    """Yield the lines of a row in columns; the name of an account may take several."""
    name = row.get("account", _NOTHING)
    first, *rest = _chopped(name, widths["account"])
    line: list[tuple[int, _Cell]] = []
    start = 0
    for column, width in widths.items():
        cell = first if column == "account" else row.get(column, _NOTHING)
        line.append((start + width - cell_len(cell.text) if column in _NUMBERS else start, cell))
        start += width + _GAP
    yield _line(line, terminal)
    for part in rest:
        yield _line([(_INDENT, part)], terminal)


def _stacked(row: _Row, width: int, terminal: Terminal) -> Iterator[str]:
    """Yield the lines of a row on a terminal that is narrower than the balances need: one below the other."""
    room = max(width - _INDENT, 1)
    first, *names = _chopped(row["account"], room)
    yield _line([(0, row.get("sign", _NOTHING)), (_INDENT, first)], terminal)
    for name in names:
        yield _line([(_INDENT, name)], terminal)
    line: list[tuple[int, _Cell]] = []
    start = _INDENT
    for cell in (row.get(column, _NOTHING) for column in ("balance", "unit", "word")):
        text = cell.text if cell_len(cell.text) <= room else cell.text.replace(",", "")
        for part in _chopped(_Cell(text, cell.style), room):
            if line and start + cell_len(part.text) > width:
                yield _line(line, terminal)
                line, start = [], _INDENT
            line.append((start, part))
            start += cell_len(part.text) + 1
    yield _line(line, terminal)


def _chopped(cell: _Cell, width: int) -> list[_Cell]:
    if cell_len(cell.text) <= width:
        return [cell]
    return [_Cell(part, cell.style, cell.link) for part in chop_cells(cell.text, width)]


def _line(cells: Sequence[tuple[int, _Cell]], terminal: Terminal) -> str:
    """Return the line that has each cell at its column."""
    text, end = "", 0
    for start, cell in cells:
        if cell.text:
            text += " " * (start - end) + _styled(cell, terminal)
            end = start + cell_len(cell.text)
    return text


def _styled(cell: _Cell, terminal: Terminal) -> str:
    if not terminal.colour:
        return cell.text
    style = Style.parse(cell.style) + Style(link=cell.link)
    return style.render(cell.text, color_system=ColorSystem.STANDARD)
