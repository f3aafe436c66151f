"""A chart as an SVG picture, light or dark as its reader prefers."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from html import escape
from itertools import accumulate, groupby
from textwrap import wrap
from typing import NamedTuple

from credcheck.history.report import BalanceHistory
from credcheck.render import forecast, spent
from credcheck.render.names import balance_name
from credcheck.render.plot import Plot, Point, amount_label, amount_ticks, date_ticks, plot
from credcheck.sanitize import one_line

_LONGEST_NAME = 60
# Characters that surely have room in a line of the title and of the sentence, and the widest one of a label, in pixels.
_TITLE, _SENTENCE, _CHARACTER = 64, 92, 7.5
_LINE, _TITLE_LINE = 18, 22


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
.middle { fill: none; stroke: #0969da; stroke-width: 1.5; stroke-dasharray: 5 5 }
.forecast { fill: #0969da; opacity: .16 }
.threshold { stroke: #bc4c00; stroke-dasharray: 7 4 } .warn { fill: #bc4c00 } .up { fill: #1a7f37 }
.renewed { fill: #8c959f }
@media (prefers-color-scheme: dark) {
text { fill: #9198a1 } .title { fill: #f0f6fc } .back { fill: #0d1117 } .grid { stroke: #2a313c }
.line, .middle { stroke: #4493f8 } .forecast { fill: #4493f8; opacity: .22 } .threshold { stroke: #db6d28 }
.warn { fill: #db6d28 } .up { fill: #3fb950 }
.now { stroke: #656c76 } .renewed { fill: #656c76 }
}
"""


def svg(histories: Sequence[BalanceHistory], zone: tzinfo | None = None) -> str:
    """Return a picture with a chart for each balance, one below the other."""
    drawn = [_picture(history, zone) for history in histories]
    width, height = _PICTURE.width, sum(each.height for each in drawn)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    tops = accumulate((each.height for each in drawn), initial=0)
    charts = (
        f'<g transform="translate(0 {top})">\n{each.elements}\n</g>' for top, each in zip(tops, drawn, strict=False)
    )
    return "\n".join(
        [head, f"<style>{_STYLE}</style>", '<rect class="back" width="100%" height="100%"/>', *charts, "</svg>\n"]
    )


class _Picture(NamedTuple):
    """One chart with its words, and its height in pixels."""

    elements: str
    height: int


def _picture(history: BalanceHistory, zone: tzinfo | None) -> _Picture:
    title, words = _words(history, zone)
    more = _TITLE_LINE * (len(title) - 1) + _LINE * (len(words) - 1)
    size = _PICTURE._replace(top=_PICTURE.top + more, height=_PICTURE.height + more)
    below = 46 + _TITLE_LINE * (len(title) - 1)
    lines = [_text(_PICTURE.left, 26 + _TITLE_LINE * place, line, "title") for place, line in enumerate(title)]
    lines += [_text(_PICTURE.left, below + _LINE * place, line) for place, line in enumerate(words)]
    return _Picture("\n".join([*lines, *_Chart(history, size, zone).elements()]), size.height)


def chart(history: BalanceHistory, size: Size, zone: tzinfo | None = None) -> str:
    """Return a chart without words for a page, which has the styles, with a label that is read out."""
    label = escape(f"Balance of {one_line(history.name.account, longest=_LONGEST_NAME)} over time")
    head = f'<svg class="chart" viewBox="0 0 {size.width} {size.height}" role="img" aria-label="{label}">'
    return "".join([head, *_Chart(history, size, zone).elements(), "</svg>"])


def _words(history: BalanceHistory, zone: tzinfo | None) -> tuple[list[str], list[str]]:
    """Return the lines of the title and of the sentence below it."""
    words = forecast.sentence(history.forecast, history.balance, history.now, zone, read_at=history.read_at)
    balance = history.balance
    left = "" if balance.amount is None else f"{balance.amount:,f} {balance.unit}"
    title = f"{balance_name(history)}: {left or spent.sentence(balance, history.now)}"
    return wrap(title, _TITLE), wrap(words, _SENTENCE)


class _Chart:
    """The elements of one chart, in pixels."""

    def __init__(self, history: BalanceHistory, size: Size, zone: tzinfo | None) -> None:
        self._history, self._zone = history, zone
        self._plot: Plot = plot(history)
        self._ticks = amount_ticks(self._plot.bottom, self._plot.top, size.rows)
        self._labels = [amount_label(tick, self._ticks[1] - self._ticks[0]) for tick in self._ticks]
        left = max(size.left, round(8 + _CHARACTER * max(map(len, self._labels))))
        self._size = size = size._replace(left=left)
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
        for tick, label in zip(self._ticks, self._labels, strict=True):
            y = self._y(tick)
            yield _line((self._size.left, y), (self._right, y), "grid")
            yield _text(self._size.left - 8, y + 4, label, anchor="end")
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
        kind, words = ("renewed", "renewed") if self._plot.is_renewed else ("up", "topped up")
        for x in _apart(map(self._x, self._plot.top_ups), 2 * self._size.stroke):
            yield f'<path class="{kind}" d="M{x:.1f} {floor - 9} l5 9 h-10 z"><title>{words}</title></path>'

    def _forecast(self) -> Iterator[str]:
        shown, ends = self._plot, self._plot.forecast
        if ends is None:
            return
        yield _line((self._x(shown.now), self._size.top), (self._x(shown.now), self._floor), "now")
        now = (shown.now, shown.balance)
        low, middle, high = (ends.line(gone, *now, border=shown.end) for gone in (ends.low, ends.middle, ends.high))
        floor = [(shown.end, 0.0)] if ends.low < shown.end else []  # what is gone stays so
        points = [now, *low, *floor, *reversed(high)]
        yield f'<polygon class="forecast" points="{self._pixels(points)}"/>'
        yield f'<polyline class="middle" points="{self._pixels([now, *middle])}"/>'

    def _pixels(self, points: Iterable[Point]) -> str:
        return _points((self._x(moment), self._y(amount)) for moment, amount in points)


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
