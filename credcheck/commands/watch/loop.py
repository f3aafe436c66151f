"""Check accounts repeatedly and show their balances on the whole screen."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from credcheck.check import Listener
from credcheck.commands.watch.board import Board, Row
from credcheck.console.full_screen import FullScreen
from credcheck.errors import CredcheckError, OutputError, Stopped
from credcheck.system import signals
from credcheck.system.terminal import read_keys, reading_keys

if TYPE_CHECKING:
    from rich.console import RenderableType

    from credcheck.models import Account, Result
    from credcheck.render import Order
    from credcheck.system.terminal import Terminal

_FRAME = 0.25  # seconds between two looks at the size of the screen
# Seconds: a signal that comes just before the main thread begins to wait does not wake it.
_LONGEST_WAIT = 1.0

# A key: an escape sequence or a character.
_KEYS = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|.", re.DOTALL)
# The lines of a screen that hold no account.
_LINES_AROUND = 8
_MOVES = {
    **dict.fromkeys(("j", "\x1b[B", "\x1bOB"), (1, "line")),
    **dict.fromkeys(("k", "\x1b[A", "\x1bOA"), (-1, "line")),
    **dict.fromkeys((" ", "\x1b[6~"), (1, "page")),
    "\x1b[5~": (-1, "page"),
    **dict.fromkeys(("g", "\x1b[H", "\x1bOH", "\x1b[1~"), (-1, "end")),
    **dict.fromkeys(("G", "\x1b[F", "\x1bOF", "\x1b[4~"), (1, "end")),
}

P = ParamSpec("P")
# A check of some accounts; it returns their results and, in a line, the trouble with the history.
Check = Callable[[Sequence["Account"], Listener], "tuple[Sequence[Result], str | None]"]


class Loop:
    """Checks in the calling thread, and a thread that draws the board and reads the keys."""

    def __init__(
        self,
        accounts: "Sequence[Account]",
        check: Check,
        screen: "Callable[[Board, Terminal], RenderableType]",
        *,
        every: float,
        order: "Order | None" = None,
        only_low: bool = False,
        order_shown: "Callable[[Board, Terminal], Order | None]" = lambda board, _: board.order,
        open_page: "Callable[[Board, Terminal], str]" = lambda *_: "",
    ) -> None:
        rows = tuple(Row(account.name, tags=account.tags) for account in accounts)
        self.board = Board(rows, order=order, only_low=only_low)
        self._order_shown, self._open_page = order_shown, open_page
        self._accounts, self._check, self._every = accounts, check, every
        self._lock = threading.Lock()
        self._display = FullScreen(1, lambda terminal: screen(self.board, terminal), os.environ)
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._stopped: Stopped | None = None
        self._left = False
        self._fault: Exception | None = None
        self._drawn: tuple[Board, Terminal, int] | None = None

    def run(self) -> None:
        """Check and show until `q` is typed; raises Stopped for a signal, and the exception of a fault in drawing."""
        keys = threading.Thread(target=self._draw_and_read, daemon=True)
        with signals.listening(self._stop), reading_keys():
            self._display.begin()
            keys.start()
            try:
                self._check_for_ever()
            except Stopped:
                if self._fault:
                    raise self._fault from None
                if not self._left:
                    raise
            finally:
                self._left = True
                keys.join()
                with suppress(OSError, OutputError):  # the terminal may be gone
                    self._display.end()

    def _check_for_ever(self) -> None:
        while True:
            now = time.monotonic()
            if now >= self.board.next_at:
                places = self.board.due(now)
                self._change(Board.begun, now, self._every)
                self._check_these(places)
            self._wait(min(_LONGEST_WAIT, self.board.next_at - time.monotonic()))

    def _check_these(self, places: Sequence[int]) -> None:
        try:
            results, problem = self._check([self._accounts[place] for place in places], _Arrivals(self, places))
            self._change(Board.with_problem, problem)
            for place, result in zip(places, results, strict=True):
                self._change(Board.with_forecast, place, result)
        finally:
            self._change(Board.ended)

    def _wait(self, seconds: float) -> None:
        """Wait for the next check or for a key that hastens it; raises Stopped."""
        with suppress(Empty):
            self._wake.get(timeout=max(0.0, seconds))
        self.raise_if_stopped()

    def _stop(self, number: int) -> None:
        self._stopped = Stopped(number)
        self._wake.put(None)

    def raise_if_stopped(self) -> None:
        """Raise Stopped if a signal came while nobody else listened."""
        if self._stopped:
            raise self._stopped

    def arrived(self, place: int, result: "Result") -> None:
        """Show a result."""
        self._change(Board.with_result, place, result, time.monotonic())

    def _change(self, change: Callable[Concatenate[Board, P], Board], *values: P.args, **named: P.kwargs) -> None:
        with self._lock:
            self.board = change(self.board, *values, **named)

    def _draw_and_read(self) -> None:
        try:
            while not self._left:
                self._draw()
                for key in _KEYS.findall(read_keys(_FRAME)):
                    self._handle(key)
        except (OSError, CredcheckError):  # nobody sees the screen any more
            os.kill(os.getpid(), signal.SIGHUP)
        except Exception as fault:  # noqa: BLE001  a traceback on the screen would be all that anybody sees
            self._fault = fault
            os.kill(os.getpid(), signal.SIGINT)

    def _draw(self) -> None:
        """Draw if something has changed: a table of 200 accounts takes 50 ms."""
        frames = 1 / _FRAME if self.board.checking else 1  # the spinner turns, or the seconds are counted
        state = (self.board, self._display.terminal, int(time.monotonic() * frames))
        if state != self._drawn or not self._display.is_shown:
            self._drawn = state
            self._display.draw()

    def _handle(self, key: str) -> None:
        if self.board.is_typing and key != "\x03":
            self._change(Board.typed, key)
            return
        page = max(1, (self._display.terminal.height or 24) - _LINES_AROUND)
        steps = {"line": 1, "page": page, "end": len(self.board.rows)}
        match key:
            case _ if key in _MOVES:
                sign, size = _MOVES[key]
                self._change(Board.moved, sign * steps[size])
            case "/":
                self._change(Board.typing, begun=True)
            case "\x1b":
                self._change(Board.typed, key)
            case "o":
                self._change(Board.with_page, self._open_page(self.board, self._display.terminal))
            case "s":
                self._change(Board.reordered, self._order_shown(self.board, self._display.terminal))
            case "r":
                self._change(Board.with_early_check, time.monotonic())
                self._wake.put(None)
            case "q":
                self._left = True
                os.kill(os.getpid(), signal.SIGINT)  # as Ctrl-C does, it ends a check that is under way


class _Arrivals(Listener):
    """Shows each result as it comes; a signal that came before the check listens to signals ends it."""

    def __init__(self, loop: Loop, places: Sequence[int]) -> None:
        self._loop, self._places = loop, places

    def begin(self) -> None:
        self._loop.raise_if_stopped()

    def show(self, task: int, result: "Result") -> None:
        self._loop.arrived(self._places[task], result)
