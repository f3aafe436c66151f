"""A balance over time as characters: with braille dots, or in plain ASCII."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import groupby, pairwise
from operator import itemgetter
from textwrap import wrap
from typing import NamedTuple

from credcheck.history.report import BalanceHistory
from credcheck.render.plot import Plot, amount_label, amount_ticks, date_ticks, plot
from credcheck.system.terminal import Terminal

_DEFAULT_WIDTH, _WIDEST = 80, 110
_MOST_TICKS = 5
_ROWS_A_TICK = {1: 8, 2: 4, 3: 3}  # by the number of steps, so that each takes the same number of rows
_DOTS_X, _DOTS_Y = 2, 4
_BRAILLE = 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_COLUMNS_A_DATE = 10
_COLOURS = {"line": "36", "forecast": "2;36", "threshold": "33", "top-up": "32", "renewal": "2"}


class Signs(NamedTuple):
    """The characters of a chart, with which its legend explains it."""

    line: str
    forecast: str
    threshold: str
    top_up: str
    wall: str
    tick: str
    corner: str
    floor: str
    floor_tick: str


UNICODE = Signs("⣀", "░", "┄", "▲", "│", "┤", "└", "─", "┬")
ASCII = Signs("*", ":", "-", "^", "|", "+", "+", "-", "+")


def chart(history: BalanceHistory, terminal: Terminal, zone: tzinfo | None = None) -> str:
    """Return the lines of a chart that is as wide as the terminal."""
    shown = plot(history)
    signs = UNICODE if terminal.unicode else ASCII
    ticks = amount_ticks(shown.bottom, shown.top, _MOST_TICKS)
    step = ticks[1] - ticks[0]
    labels = [amount_label(tick, step) for tick in ticks]
    margin = max(map(len, labels))
    width = max(8, min(terminal.width or _DEFAULT_WIDTH, _WIDEST) - margin - 2)
    canvas = _Canvas(shown, width, ticks, signs)
    by_row = {canvas.row(tick): label for tick, label in zip(ticks, labels, strict=True)}
    lines = []
    for row in range(canvas.height):
        wall = signs.tick if row in by_row else signs.wall
        lines.append(f"{by_row.get(row, ''):>{margin}} {wall}{canvas.text(row, colour=terminal.colour)}")
    floor, dates = _time_axis(shown, canvas, signs, zone, colour=terminal.colour)
    lines += [f"{'':{margin}} {signs.corner}{floor}", f"{'':{margin}}  {dates}"]
    lines += wrap("  ".join(_legend(shown, history, signs)), max(20, width + margin), break_long_words=False)
    return "".join(f"{line.rstrip()}\n" for line in lines).replace("\N{NO-BREAK SPACE}", " ")


def _legend(shown: Plot, history: BalanceHistory, signs: Signs) -> Iterator[str]:
    space = "\N{NO-BREAK SPACE}"
    yield f"{signs.line}{space}{'balance' if history.balance.amount is not None else 'spent'}"
    if shown.forecast:
        yield f"{signs.forecast}{space}forecast"
    if history.balance.warn_below is not None:
        yield f"{signs.threshold}{space}warn{space}below{space}{history.balance.warn_below:,f}"
    if shown.top_ups:
        yield f"{signs.top_up}{space}{'renewed' if shown.is_renewed else f'topped{space}up'}"


def _time_axis(shown: Plot, canvas: "_Canvas", signs: Signs, zone: tzinfo | None, *, colour: bool) -> tuple[str, str]:
    """Return the line below the chart, with its top-ups, and the dates below that."""
    floor, dates = [signs.floor] * canvas.width, ""
    for moment, label in date_ticks(shown.start, shown.end, max(2, canvas.width // _COLUMNS_A_DATE), zone):
        column = canvas.column(moment)
        if len(dates) <= max(0, column - 1) and column + len(label) <= canvas.width:
            floor[column] = signs.floor_tick
            dates = f"{dates:{column}}{label} "
    kind = "renewal" if shown.is_renewed else "top-up"
    for moment in shown.top_ups:
        floor[canvas.column(moment)] = _coloured(signs.top_up, kind, colour=colour)
    return "".join(floor), dates


class _Canvas:
    """A grid of cells, each of two by four dots; the line of the balance is dots, all else fills cells."""

    def __init__(self, shown: Plot, width: int, ticks: Sequence[float], signs: Signs) -> None:
        steps = len(ticks) - 1
        self.width, self.height = width, steps * _ROWS_A_TICK.get(steps, 2) + 1
        self._shown, self._bottom, self._top, self._signs = shown, ticks[0], ticks[-1], signs
        self._dots: dict[tuple[int, int], int] = {}
        self._cells: dict[tuple[int, int], str] = {}
        self._fill()
        self._draw()

    def column(self, moment: float) -> int:
        """Return the column of a moment."""
        return self._dot_x(moment) // _DOTS_X

    def row(self, amount: float) -> int:
        """Return the row of an amount, 0 the uppermost."""
        return self._dot_y(amount) // _DOTS_Y

    def text(self, row: int, *, colour: bool) -> str:
        """Return the characters of a row."""
        cells = [self._cell(column, row) for column in range(self.width)]
        runs = [(kind, "".join(text for _, text in run)) for kind, run in groupby(cells, key=itemgetter(0))]
        return "".join(_coloured(text, kind, colour=colour and bool(kind)) for kind, text in runs)

    def _cell(self, column: int, row: int) -> tuple[str, str]:
        """Return the kind of a cell, and its character."""
        bits = self._dots.get((column, row))
        if bits:
            return "line", chr(_BRAILLE + bits) if self._signs is UNICODE else self._signs.line
        match self._cells.get((column, row)):
            case "forecast":
                return "forecast", self._signs.forecast
            case "threshold":
                return "threshold", self._signs.threshold
            case _:
                return "", " "

    def _dot_x(self, moment: float) -> int:
        share = (moment - self._shown.start) / (self._shown.end - self._shown.start)
        return max(0, min(self.width * _DOTS_X - 1, round(share * (self.width * _DOTS_X - 1))))

    def _dot_y(self, amount: float) -> int:
        share = (self._top - amount) / (self._top - self._bottom)
        return max(0, min(self.height * _DOTS_Y - 1, round(share * (self.height - 1) * _DOTS_Y) + 1))

    def _fill(self) -> None:
        if self._shown.threshold is not None:
            row = self.row(self._shown.threshold)
            self._cells.update({(column, row): "threshold" for column in range(self.width)})
        ends = self._shown.forecast
        if ends is None:
            return
        for column in range(self.column(self._shown.now) + 1, self.width):
            share = (column + 0.5) / self.width
            moment = self._shown.start + share * (self._shown.end - self._shown.start)
            least, _, most = ends.amounts(moment, self._shown.now, self._shown.balance)
            if moment <= ends.high:
                # What expires drops to nothing in its last column.
                last = self.row(0) if ends.pace is not None and column == self.column(ends.high) else self.row(least)
                for row in range(self.row(most), last + 1):
                    self._cells.setdefault((column, row), "forecast")

    def _draw(self) -> None:
        line = [(self._dot_x(moment), self._dot_y(amount)) for moment, amount in self._shown.line]
        for x, y in _joined(line):
            cell = (x // _DOTS_X, y // _DOTS_Y)
            self._dots[cell] = self._dots.get(cell, 0) | _BITS[y % _DOTS_Y][x % _DOTS_X]


def _joined(points: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the dots of the lines from each point to the next."""
    yield points[0]
    for (x, y), (to_x, to_y) in pairwise(points):
        steps = max(abs(to_x - x), abs(to_y - y))
        for step in range(1, steps + 1):
            yield round(x + (to_x - x) * step / steps), round(y + (to_y - y) * step / steps)


def _coloured(text: str, kind: str, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if colour else text
