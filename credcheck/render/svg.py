"""A chart as an SVG picture, light or dark as its reader prefers."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from html import escape
from itertools import groupby
from typing import NamedTuple

from credcheck.history.report import BalanceHistory
from credcheck.render import forecast, spent
from credcheck.render.plot import Plot, Point, amount_label, amount_ticks, date_ticks, plot
from credcheck.sanitize import one_line

_LONGEST_NAME = 60


class Size(NamedTuple):
    """The size of a chart and of its margins, in pixels, with the most steps of its axes.

    The line has one stroke, up and down, for each `stroke` pixels.
    """

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    rows: int
    dates: int
    stroke: float


_PICTURE = Size(760, 340, left=72, right=20, top=64, bottom=46, rows=6, dates=8, stroke=0.5)
# In a column of a page, as wide as a telephone.
CARD = Size(320, 150, left=50, right=8, top=8, bottom=26, rows=4, dates=5, stroke=6)

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #57606a }
.title { font-size: 17px; font-weight: 600; fill: #1f2328 }
.back { fill: #ffffff } .grid { stroke: #d8dee4 } .now { stroke: #8c959f; stroke-dasharray: 2 4 }
.line { fill: none; stroke: #0969da; stroke-width: 2; stroke-linejoin: round }
.middle { stroke: #0969da; stroke-width: 1.5; stroke-dasharray: 5 5 } .forecast { fill: #0969da; opacity: .16 }
.threshold { stroke: #bc4c00; stroke-dasharray: 7 4 } .warn { fill: #bc4c00 } .up { fill: #1a7f37 }
@media (prefers-color-scheme: dark) {
text { fill: #9198a1 } .title { fill: #f0f6fc } .back { fill: #0d1117 } .grid { stroke: #2a313c }
.line, .middle { stroke: #4493f8 } .forecast { fill: #4493f8; opacity: .22 } .threshold { stroke: #db6d28 }
.warn { fill: #db6d28 } .up { fill: #3fb950 } .now { stroke: #656c76 }
}
"""


def svg(histories: Sequence[BalanceHistory], zone: tzinfo | None = None) -> str:
    """Return a picture with a chart for each balance, one below the other."""
    width, height = _PICTURE.width, _PICTURE.height * len(histories)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    charts = (
        f'<g transform="translate(0 {number * _PICTURE.height})">\n'
        + "\n".join([*_words(history, zone), *_Chart(history, _PICTURE, zone).elements()])
        + "\n</g>"
        for number, history in enumerate(histories)
    )
    return "\n".join(
        [head, f"<style>{_STYLE}</style>", '<rect class="back" width="100%" height="100%"/>', *charts, "</svg>\n"]
    )


def chart(history: BalanceHistory, size: Size, zone: tzinfo | None = None) -> str:
    """Return a chart without words for a page, which has the styles, with a label that is read out."""
    label = escape(f"Balance of {one_line(history.name.account, longest=_LONGEST_NAME)} over time")
    head = f'<svg class="chart" viewBox="0 0 {size.width} {size.height}" role="img" aria-label="{label}">'
    return "".join([head, *_Chart(history, size, zone).elements(), "</svg>"])


def _words(history: BalanceHistory, zone: tzinfo | None) -> Iterator[str]:
    name = one_line(history.name.account, longest=_LONGEST_NAME)
    words = forecast.sentence(history.forecast, history.balance, history.now, zone, read_at=history.read_at)
    balance = history.balance
    left = "" if balance.amount is None else f"{balance.amount:,f} {balance.unit}"
    yield _text(_PICTURE.left, 26, f"{name}: {left or spent.sentence(balance, history.now)}", "title")
    yield _text(_PICTURE.left, 46, words)


class _Chart:
    """The elements of one chart, in pixels."""

    def __init__(self, history: BalanceHistory, size: Size, zone: tzinfo | None) -> None:
        self._history, self._size, self._zone = history, size, zone
        self._plot: Plot = plot(history)
        self._ticks = amount_ticks(self._plot.bottom, self._plot.top, size.rows)
        self._right, self._floor = size.width - size.right, size.height - size.bottom

    def elements(self) -> Iterator[str]:
        """Yield the elements, those behind first."""
        yield from self._amounts()
        yield from self._dates()
        yield from self._forecast()
        line = [(self._x(moment), self._y(amount)) for moment, amount in self._plot.line]
        yield f'<polyline class="line" points="{_points(_strokes(line, self._size.stroke))}"/>'

    def _x(self, moment: float) -> float:
        share = (moment - self._plot.start) / (self._plot.end - self._plot.start)
        return self._size.left + share * (self._right - self._size.left)

    def _y(self, amount: float) -> float:
        share = (self._ticks[-1] - amount) / (self._ticks[-1] - self._ticks[0])
        return self._size.top + share * (self._floor - self._size.top)

    def _amounts(self) -> Iterator[str]:
        for tick in self._ticks:
            y = self._y(tick)
            yield _line((self._size.left, y), (self._right, y), "grid")
            yield _text(self._size.left - 8, y + 4, amount_label(tick, self._ticks[1] - self._ticks[0]), anchor="end")
        if self._plot.threshold is not None:
            y = self._y(self._plot.threshold)
            yield _line((self._size.left, y), (self._right, y), "threshold")
            yield _text(
                self._right - 6, y - 5, f"warn below {self._history.balance.warn_below:,f}", "warn", anchor="end"
            )

    def _dates(self) -> Iterator[str]:
        floor = self._floor
        for moment, label in date_ticks(self._plot.start, self._plot.end, self._size.dates, self._zone):
            yield _line((self._x(moment), floor), (self._x(moment), floor + 5), "grid")
            yield _text(self._x(moment), floor + 20, label, anchor="middle")
        for x in _apart(map(self._x, self._plot.top_ups), 2 * self._size.stroke):
            yield f'<path class="up" d="M{x:.1f} {floor - 9} l5 9 h-10 z"><title>topped up</title></path>'

    def _forecast(self) -> Iterator[str]:
        shown, ends = self._plot, self._plot.forecast
        if ends is None:
            return
        yield _line((self._x(shown.now), self._size.top), (self._x(shown.now), self._floor), "now")
        corners = [(shown.now, shown.balance), *self._until(ends.low, 0), *reversed(self._until(ends.high, 2))]
        points = _points((self._x(moment), self._y(amount)) for moment, amount in corners)
        yield f'<polygon class="forecast" points="{points}"/>'
        end = self._until(ends.middle, 1)[0]
        yield _line((self._x(shown.now), self._y(shown.balance)), (self._x(end[0]), self._y(end[1])), "middle")

    def _until(self, gone: float, which: int) -> list[Point]:
        """Return the end of one line of the forecast: at nothing left and on along that, or at the border."""
        shown, ends = self._plot, self._plot.forecast
        if ends is None or gone <= shown.end:
            return [(gone, 0.0), (shown.end, 0.0)]
        return [(shown.end, ends.amounts(shown.end, shown.now, shown.balance)[which])]


def _strokes(line: Sequence[Point], width: float) -> Iterator[Point]:
    """Yield of the points in each column the first, the lowest, the highest and the last: its line looks the same."""
    for _, column in groupby(enumerate(line), key=lambda point: point[1][0] // width):
        points = list(column)
        ends = (points[0], min(points, key=_height), max(points, key=_height), points[-1])
        yield from (point for _, point in sorted(set(ends)))


def _apart(places: Iterable[float], least: float) -> Iterator[float]:
    """Yield the places that are so far from the one before."""
    before = -least
    for x in places:
        if x - before >= least:
            yield x
            before = x


def _height(point: tuple[int, Point]) -> float:
    return point[1][1]


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _line(start: Point, end: Point, kind: str) -> str:
    return f'<line class="{kind}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str = "", *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'
