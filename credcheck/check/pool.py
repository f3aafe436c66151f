"""Do many things at once, each within its own deadline, whatever any of them does.

The supervisor keeps the deadlines, and the threads are daemons: one that hangs in a place that no timeout
reaches (name resolution, a byte a second, endless interim answers) is left behind, and nothing waits for it.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

from credcheck.errors import Stopped
from credcheck.system import signals

# How long a thread may take beyond the deadline to tell by itself what it met.
GRACE = 0.1
# How long a signal may go unnoticed: one that comes just before a wait does not end it.
_PATIENCE = 0.1


class Tool(Protocol):
    """What a worker keeps from task to task."""

    def abandon(self) -> None:
        """End whatever this tool waits for, from another thread."""

    def close(self) -> None:
        """Give back what this tool holds: its worker is done."""


T = TypeVar("T", bound=Tool)
R = TypeVar("R")


class Crew(Generic[T, R]):
    """Workers that do tasks, known by their numbers.

    `places` has each task's place, and a worker stays at one place as long as there is work, for it keeps a
    connection there. `do(task, tool, deadline)` never raises; `late(task)` stands in for a result that did not come.
    """

    def __init__(
        self,
        places: Sequence[str],
        *,
        tool: Callable[[], T],
        do: Callable[[int, T, float], R],
        late: Callable[[int], R],
        seconds: float,
    ) -> None:
        self._tool, self._do, self._late, self._seconds = tool, do, late, seconds
        self._waiting: dict[str, deque[int]] = {}
        for task, place in enumerate(places):
            self._waiting.setdefault(place, deque()).append(task)
        self._rota = deque(self._waiting)
        self._lock = threading.Lock()
        self._running: dict[int, tuple[float, T]] = {}  # in the order of the deadlines, for all have equal time
        self._done: SimpleQueue[tuple[int, R] | Stopped] = SimpleQueue()

    def run(
        self, size: int, *, on_result: Callable[[int, R], None], meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """Do all tasks, `size` at a time; tell each result, in this thread, as it comes.

        `meanwhile` is called once the first tasks are under way. Raises Stopped where a signal ends the run.
        """
        with signals.told_to(lambda number: self._done.put(Stopped(number))):
            left = sum(map(len, self._waiting.values()))
            for _ in range(min(size, left)):
                self._hire()
            meanwhile()
            while left:
                results = self._next_results()
                for task, result in results:
                    on_result(task, result)
                left -= len(results)

    def _next_results(self) -> list[tuple[int, R]]:
        try:
            done = self._done.get(timeout=min(self._until_next_deadline(), _PATIENCE))
        except Empty:
            return self._give_up()
        if isinstance(done, Stopped):
            raise done
        return [done]

    def _hire(self) -> None:
        try:
            threading.Thread(target=self._work, daemon=True).start()
        except RuntimeError:  # no more threads are to be had: those that there are do the work, or else this one
            if not self._running:
                self._work()

    def _work(self) -> None:
        tool = self._tool()
        try:
            self._work_with(tool)
        finally:
            tool.close()

    def _work_with(self, tool: T) -> None:
        place = ""
        while (taken := self._take(tool, place)) is not None:
            task, place, deadline = taken
            result = self._do(task, tool, deadline)
            with self._lock:
                if self._running.pop(task, None) is None:
                    return  # given up, and replaced
            self._done.put((task, result))

    def _take(self, tool: T, place: str) -> tuple[int, str, float] | None:
        with self._lock:
            while self._rota and not self._waiting.get(place):
                self._rota.rotate(-1)
                place = self._rota[-1]
                if not self._waiting[place]:
                    self._rota.pop()
            if not self._waiting.get(place):
                return None
            task = self._waiting[place].popleft()
            deadline = time.monotonic() + self._seconds
            self._running[task] = deadline, tool
            return task, place, deadline

    def _until_next_deadline(self) -> float:
        with self._lock:
            first = next(iter(self._running.values()), None)
        return max(0.0, first[0] + GRACE - time.monotonic()) if first else GRACE

    def _give_up(self) -> list[tuple[int, R]]:
        """Take the tasks that are late from their workers, and put new workers in their places."""
        now = time.monotonic() - GRACE
        with self._lock:
            late = {task: tool for task, (deadline, tool) in self._running.items() if deadline <= now}
            for task in late:
                del self._running[task]
            hired = min(len(late), sum(map(len, self._waiting.values())))
        for tool in late.values():
            tool.abandon()
        for _ in range(hired):
            self._hire()
        return [(task, self._late(task)) for task in late]
