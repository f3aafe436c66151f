"""The cells of the table: the texts of a row, before its room is known."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rich.style import Style
from rich.text import Text

from credcheck.models import Balance, Result
from credcheck.render import forecast, notes
from credcheck.render.amounts import grouped
from credcheck.render.names import shown_name, shown_tags
from credcheck.system.terminal import Terminal

# In Unicode, in ASCII, and as words.
_SIGNS = {"ok": ("✓", "+", "ok"), "low": ("!", "!", "low"), "error": ("✗", "x", "failed")}
# Legible on a white and on a black background: yellow is not, unless it is the background.
_STYLES = {"ok": "green", "low": "black on yellow", "error": "bold red"}
_WITHOUT_AMOUNT = ("unlimited", "no cap")
_WINDOW_WIDTH = 8
_FORECAST_COLUMNS = {"lasts", "trend"}

Row = dict[str, Text]
_Cell = tuple[str, str | Style]


class ExtraColumns(NamedTuple):
    """Further columns of a table that is renewed: how an account changed, and the age of its reading."""

    change: str = ""
    age: str = ""


class Cells(NamedTuple):
    """Makes the rows of a table for a terminal; `pending` is the sign of an account without a result."""

    terminal: Terminal
    pending: str = ""
    extra: Mapping[str, ExtraColumns] = MappingProxyType({})

    def rows(self, entries: Sequence[Result | str], places: int | None = None) -> list[Row]:
        """Return a row for each balance and failure, and for each name; empty cells are left out.

        Balances have at most `places` decimals. Forecasts are shown only if one is known.
        """
        results = [entry for entry in entries if isinstance(entry, Result)]
        forecasts = [one for result in results for one in (result.forecast, *result.forecasts.values())]
        left_out = set() if any(one and one.days_left is not None for one in forecasts) else _FORECAST_COLUMNS
        return [
            {name: self._text(*cell) for name, cell in row.items() if cell[0] and name not in left_out}
            for entry in entries
            for row in self._of(entry, places)
        ]

    def _of(self, entry: Result | str, places: int | None) -> Iterator[Mapping[str, _Cell]]:
        if isinstance(entry, str):
            yield {"sign": (self.pending, "cyan"), "account": self._name(entry)}
            return
        style = _STYLES[entry.status]
        row = {
            "sign": (_SIGNS[entry.status][2 if self.terminal.plain else not self.terminal.unicode], style),
            "account": self._name(entry.account, entry.top_up_url),
            "tags": (shown_tags(entry), "dim"),
            **self._extra(entry.account),
        }
        if entry.reading is None:
            yield {**row, "note": (notes.of_failure(entry), style)}
            return
        main, *others = entry.reading.balances
        yield {**row, **self._balance(main, entry, places), **self._forecast(entry)}
        for balance in others:
            name = (f"  {shown_name(balance.id)}", "")
            yield {"account": name, **self._balance(balance, entry, places), "lasts": self._lasts(balance, entry)}

    def _balance(self, balance: Balance, result: Result, places: int | None) -> Mapping[str, _Cell]:
        style = _STYLES["low"] if notes.is_low(balance, result) else ""
        # The account's line is low if another balance is.
        note_style = _STYLES["low"] if balance.is_main and result.status == "low" else style
        amount = notes.without_amount(balance) if balance.unlimited else ""
        amount = amount if balance.amount is None else grouped(balance.amount, places)
        return {
            "balance": (amount, style),
            "unit": (balance.unit if amount else "", ""),
            "window": (self._window(balance), "cyan"),
            "note": (notes.of_balance(balance, result), note_style),
        }

    def _window(self, balance: Balance) -> str:
        """Return a bar of the rest of an allowance that starts anew.

        rich.progress_bar draws the used part by its colour alone; without colour nobody could tell full from half.
        """
        if balance.kind != "plan" or balance.amount is None or not balance.total or not balance.resets_at:
            return ""
        if self.terminal.plain:
            return f"{max(0, int(balance.amount * 100 / balance.total))}%"
        left = min(_WINDOW_WIDTH, max(0, int(balance.amount * _WINDOW_WIDTH / balance.total)))
        full, empty = "█░" if self.terminal.unicode else "#."
        return full * left + empty * (_WINDOW_WIDTH - left)

    def _forecast(self, result: Result) -> Mapping[str, _Cell]:
        bars = "" if self.terminal.plain else forecast.bars(result.trend, unicode=self.terminal.unicode)
        lasts = {"lasts": self._lasts(result.main, result)} if result.main else {}
        return {**lasts, "trend": (bars, "cyan")}

    def _lasts(self, balance: Balance, result: Result) -> _Cell:
        found = result.forecast_of(balance)
        lasts = forecast.column(balance, found, notes.shown_at(result), unicode=self.terminal.unicode)
        is_soon = result.low_because in {"days_left", "expiry"} and notes.is_low(balance, result)
        return lasts, _STYLES["low"] if is_soon else ""

    def _extra(self, account: str) -> Mapping[str, _Cell]:
        extra = self.extra.get(account, ExtraColumns())
        return {"change": (extra.change, "bold cyan"), "age": (extra.age, "dim")}

    def _name(self, account: str, url: str | None = None) -> _Cell:
        name = shown_name(account) if self.terminal.width else shown_name(account, longest=None)
        return name, Style(link=url) if url and self.terminal.links else ""

    def _text(self, text: str, style: str | Style) -> Text:
        """Return a text as the terminal will show it, so that its width is measured after escaping."""
        return Text.assemble((self.terminal.printable(text), style))


def align(rows: Sequence[Row]) -> Sequence[Row]:
    """Give the balances of a unit the same width from the decimal point on, for columns that are aligned right."""
    cells = [(row["balance"], row["unit"].plain if "unit" in row else "") for row in rows if "balance" in row]
    longest: dict[str, int] = {}
    for cell, unit in cells:
        longest[unit] = max(longest.get(unit, 0), _decimals(cell))
    for cell, unit in cells:
        if cell.plain not in _WITHOUT_AMOUNT:
            cell.pad_right(longest[unit] - _decimals(cell))
    return rows


def _decimals(cell: Text) -> int:
    """Return the cells that a balance takes from its decimal point on."""
    return cell.cell_len - len(cell.plain.partition(".")[0])
