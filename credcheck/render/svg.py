"""A chart as an SVG picture, light or dark as its reader prefers."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from html import escape

from credcheck.history.report import BalanceHistory
from credcheck.render import forecast
from credcheck.render.plot import Plot, Point, amount_label, amount_ticks, date_ticks, plot
from credcheck.sanitize import one_line

_WIDTH, _HEIGHT = 760, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 20, 64, 46
_ROWS, _DATES = 6, 8
_LONGEST_NAME = 60

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
    height = _HEIGHT * len(histories)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">'
    )
    charts = (
        f'<g transform="translate(0 {number * _HEIGHT})">\n' + "\n".join(_Chart(history, zone).elements()) + "\n</g>"
        for number, history in enumerate(histories)
    )
    return "\n".join(
        [head, f"<style>{_STYLE}</style>", '<rect class="back" width="100%" height="100%"/>', *charts, "</svg>\n"]
    )


class _Chart:
    """The elements of one chart, in pixels."""

    def __init__(self, history: BalanceHistory, zone: tzinfo | None) -> None:
        self._history, self._zone = history, zone
        self._plot: Plot = plot(history)
        self._ticks = amount_ticks(self._plot.bottom, self._plot.top, _ROWS)

    def elements(self) -> Iterator[str]:
        """Yield the elements, those behind first."""
        yield from self._words()
        yield from self._amounts()
        yield from self._dates()
        yield from self._forecast()
        points = " ".join(f"{self._x(moment):.1f},{self._y(amount):.1f}" for moment, amount in self._plot.line)
        yield f'<polyline class="line" points="{points}"/>'

    def _x(self, moment: float) -> float:
        share = (moment - self._plot.start) / (self._plot.end - self._plot.start)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, amount: float) -> float:
        share = (self._ticks[-1] - amount) / (self._ticks[-1] - self._ticks[0])
        return _TOP + share * (_HEIGHT - _TOP - _BOTTOM)

    def _words(self) -> Iterator[str]:
        history = self._history
        name = one_line(history.name.account, longest=_LONGEST_NAME)
        words = forecast.sentence(history.forecast, history.balance, history.now, self._zone, read_at=history.read_at)
        yield _text(_LEFT, 26, f"{name}: {history.balance.amount:,f} {history.balance.unit}", "title")
        yield _text(_LEFT, 46, words)

    def _amounts(self) -> Iterator[str]:
        for tick in self._ticks:
            y = self._y(tick)
            yield _line((_LEFT, y), (_WIDTH - _RIGHT, y), "grid")
            yield _text(_LEFT - 8, y + 4, amount_label(tick, self._ticks[1] - self._ticks[0]), anchor="end")
        if self._plot.threshold is not None:
            y = self._y(self._plot.threshold)
            yield _line((_LEFT, y), (_WIDTH - _RIGHT, y), "threshold")
            yield _text(_LEFT + 6, y - 5, f"warn below {self._history.balance.warn_below:,f}", "warn")

    def _dates(self) -> Iterator[str]:
        floor = _HEIGHT - _BOTTOM
        for moment, label in date_ticks(self._plot.start, self._plot.end, _DATES, self._zone):
            yield _line((self._x(moment), floor), (self._x(moment), floor + 5), "grid")
            yield _text(self._x(moment), floor + 20, label, anchor="middle")
        for moment in self._plot.top_ups:
            x = self._x(moment)
            yield f'<path class="up" d="M{x:.1f} {floor - 9} l5 9 h-10 z"><title>topped up</title></path>'

    def _forecast(self) -> Iterator[str]:
        shown, ends = self._plot, self._plot.forecast
        if ends is None:
            return
        yield _line((self._x(shown.now), _TOP), (self._x(shown.now), _HEIGHT - _BOTTOM), "now")
        corners = [(shown.now, shown.balance), *self._until(ends.low, 0), *reversed(self._until(ends.high, 2))]
        points = " ".join(f"{self._x(moment):.1f},{self._y(amount):.1f}" for moment, amount in corners)
        yield f'<polygon class="forecast" points="{points}"/>'
        end = self._until(ends.middle, 1)[0]
        yield _line((self._x(shown.now), self._y(shown.balance)), (self._x(end[0]), self._y(end[1])), "middle")

    def _until(self, gone: float, which: int) -> list[Point]:
        """Return the end of one line of the forecast: at nothing left and on along that, or at the border."""
        shown, ends = self._plot, self._plot.forecast
        if ends is None or gone <= shown.end:
            return [(gone, 0.0), (shown.end, 0.0)]
        return [(shown.end, ends.amounts(shown.end, shown.now, shown.balance)[which])]


def _line(start: Point, end: Point, kind: str) -> str:
    return f'<line class="{kind}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str = "", *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'
