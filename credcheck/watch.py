"""Check accounts repeatedly and show their balances on the whole screen."""

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec

from credcheck.check import Watcher
from credcheck.errors import CredcheckError, Stopped
from credcheck.system import signals
from credcheck.system.screen import Screen, read_keys

if TYPE_CHECKING:
    from credcheck.models import Account, Result
    from credcheck.render import Order

# Seconds between two checks of one account: providers are not to be asked more often.
SHORTEST = 30.0
_FRAME = 0.25  # seconds between two looks at the size of the screen
_ORDERS: tuple["Order | None", ...] = (None, "status", "balance", "days", "name")

P = ParamSpec("P")
Check = Callable[[Sequence["Account"], Watcher], "Sequence[Result]"]


class Row(NamedTuple):
    """An account on the screen: its last result, the one before it, and how long it is not to be asked again."""

    account: str
    latest: "Result | None" = None
    before: "Result | None" = None
    not_before: float = 0.0


class Board(NamedTuple):
    """The state of the screen: a row for each account, and the time of the next check, by `time.monotonic`."""

    rows: tuple[Row, ...]
    next_at: float = 0.0
    began: float = -math.inf
    checking: bool = False
    order: "Order | None" = None

    @property
    def results(self) -> "list[Result]":
        """The last result of each account that has one."""
        return [row.latest for row in self.rows if row.latest]

    def due(self, now: float) -> list[int]:
        """Return the places of the accounts to be asked now, without those whose provider asked to wait."""
        return [] if now < self.next_at else [place for place, row in enumerate(self.rows) if row.not_before <= now]

    def begun(self, now: float, every: float) -> "Board":
        """Return the board at the beginning of a check."""
        return self._replace(began=now, next_at=now + every, checking=True)

    def ended(self) -> "Board":
        """Return the board at the end of a check."""
        return self._replace(checking=False)

    def with_early_check(self, now: float) -> "Board":
        """Return the board with the next check as soon as providers may be asked again."""
        return self._replace(next_at=min(self.next_at, max(now, self.began + SHORTEST)))

    def with_result(self, place: int, result: "Result", now: float) -> "Board":
        """Return the board with an account's new result."""
        wait = result.error.retry_after if result.error else None
        row = self.rows[place]._replace(before=self.rows[place].latest, latest=result, not_before=now + (wait or 0))
        return self._with_row(place, row)

    def with_forecast(self, place: int, result: "Result") -> "Board":
        """Return the board with more of a result that it has already: its forecast."""
        return self._with_row(place, self.rows[place]._replace(latest=result))

    def reordered(self) -> "Board":
        """Return the board in the next order."""
        return self._replace(order=_ORDERS[(_ORDERS.index(self.order) + 1) % len(_ORDERS)])

    def _with_row(self, place: int, row: Row) -> "Board":
        return self._replace(rows=(*self.rows[:place], row, *self.rows[place + 1 :]))


class Session:
    """Checks in the calling thread, and a thread that draws the board and reads the keys."""

    def __init__(
        self,
        accounts: "Sequence[Account]",
        check: Check,
        frame: "Callable[[Board, float], list[str]]",
        *,
        every: float,
    ) -> None:
        self.board = Board(tuple(Row(account.name) for account in accounts))
        self._accounts, self._check, self._frame, self._every = accounts, check, frame, every
        self._lock = threading.Lock()
        self._screen = Screen()
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._stopped: Stopped | None = None
        self._left = False
        self._fault: Exception | None = None

    def run(self) -> None:
        """Check and show until `q` is typed; raises Stopped for a signal, and the exception of a fault in drawing."""
        keys = threading.Thread(target=self._draw_and_read, daemon=True)
        with signals.listening(self._stop), self._screen.full_screen():
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

    def _check_for_ever(self) -> None:
        while True:
            now = time.monotonic()
            if now >= self.board.next_at:
                places = self.board.due(now)
                self._change(Board.begun, now, self._every)
                self._check_these(places)
            self._wait(self.board.next_at - time.monotonic())

    def _check_these(self, places: Sequence[int]) -> None:
        try:
            results = self._check([self._accounts[place] for place in places], _Arrivals(self, places))
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
                self._screen.show(self._frame(self.board, time.monotonic()))
                for key in read_keys(_FRAME):
                    self._handle(key)
        except (OSError, CredcheckError):  # nobody sees the screen any more
            os.kill(os.getpid(), signal.SIGHUP)
        except Exception as fault:  # noqa: BLE001  a traceback on the screen would be all that anybody sees
            self._fault = fault
            os.kill(os.getpid(), signal.SIGINT)

    def _handle(self, key: str) -> None:
        match key:
            case "s":
                self._change(Board.reordered)
            case "r":
                self._change(Board.with_early_check, time.monotonic())
                self._wake.put(None)
            case "q":
                self._left = True
                os.kill(os.getpid(), signal.SIGINT)  # as Ctrl-C does, it ends a check that is under way


class _Arrivals(Watcher):
    """Shows each result as it comes; a signal that came before the check listens to signals ends it."""

    def __init__(self, session: Session, places: Sequence[int]) -> None:
        self._session, self._places = session, places

    def begin(self) -> None:
        self._session.raise_if_stopped()

    def show(self, task: int, result: "Result") -> None:
        self._session.arrived(self._places[task], result)
