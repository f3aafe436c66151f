"""Many tasks at once on a pool of threads, each task with its own deadline.

The calling thread keeps the deadlines. The workers are daemon threads: one that hangs beyond the reach of every
timeout (name resolution) is abandoned and replaced, and nothing waits for it. An executor of concurrent.futures can do
neither: it waits for its threads at the end of the program, and a thread that hangs keeps its place.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

from credcheck.errors import Stopped
from credcheck.system import signals

# Seconds that a worker has beyond the deadline to report a result by itself: it knows where the time went.
GRACE = 0.1
# Seconds that a signal may go unnoticed: one that arrives just before a wait does not end it.
_SIGNAL_LATENCY = 0.1


class Client(Protocol):
    """The connection that a worker keeps from task to task."""

    def abandon(self) -> None:
        """End the wait that the client is in, from another thread or a signal handler, for good."""

    def close(self) -> None:
        """Close the client: its worker has no more tasks."""


C = TypeVar("C", bound=Client)
R = TypeVar("R")


class Pool(Generic[C, R]):
    """Worker threads, and a queue of tasks for each origin. A task is a number, its index in `origins`.

    A worker stays with an origin while its queue lasts, because it keeps a connection there.
    `do(task, client, deadline)` returns a task's result; `on_timeout(task)` returns it for a task that missed its
    deadline, and `on_fault(task, fault)` for one that raised. A fault anywhere else ends the run, which raises it.
    """

    def __init__(
        self,
        origins: Sequence[str],
        *,
        open_client: Callable[[], C],
        do: Callable[[int, C, float], R],
        on_timeout: Callable[[int], R],
        on_fault: Callable[[int, Exception], R],
        seconds: float,
    ) -> None:
        self._open_client, self._seconds = open_client, seconds
        self._do, self._on_timeout, self._on_fault = do, on_timeout, on_fault
        # One queue an origin, so that a host which answers slowly holds no more workers than every other.
        self._queues: dict[str, deque[int]] = {}
        for task, origin in enumerate(origins):
            self._queues.setdefault(origin, deque()).append(task)
        self._turns = deque(self._queues)  # the origins in the order in which they get their next worker
        self._lock = threading.Lock()
        self._workers = 0
        self._running: dict[int, tuple[float, C]] = {}  # ordered by deadline, since every task has equal time
        self._finished: SimpleQueue[tuple[int, R] | Exception] = SimpleQueue()
        self._is_stopped = False

    def run(
        self, size: int, *, on_result: Callable[[int, R], None], on_start: Callable[[], None] = lambda: None
    ) -> None:
        """Do all tasks, `size` at a time; call `on_result` with each result, in this thread, as it comes.

        `on_start` is called once the first tasks are under way. Raises Stopped if a signal ends the run.
        """
        with signals.listening(self._on_signal):
            try:
                left = sum(map(len, self._queues.values()))
                for _ in range(min(size, left)):
                    self._start_worker()
                # The first requests are on their way now: what is needed for their answers is loaded meanwhile.
                on_start()
                while left:
                    results = self._next_results()
                    for task, result in results:
                        on_result(task, result)
                    left -= len(results)
            finally:
                self._stop()

    def _on_signal(self, number: int) -> None:
        self._finished.put(Stopped(number))
        self._stop()

    def _stop(self) -> None:
        """Start no more tasks and abandon those that run. Takes no lock, since interrupted code may hold it."""
        self._is_stopped = True
        for _, client in list(self._running.values()):
            client.abandon()

    def _next_results(self) -> list[tuple[int, R]]:
        try:
            finished = self._finished.get(timeout=min(self._until_next_deadline(), _SIGNAL_LATENCY))
        except Empty:
            return self._abandon_late_tasks()
        if isinstance(finished, Exception):
            raise finished
        return [finished]

    def _start_worker(self) -> None:
        with self._lock:
            self._workers += 1
        try:
            threading.Thread(target=self._work, daemon=True).start()
        except RuntimeError:  # the limit of threads: the workers that there are do the tasks, or else this thread
            with self._lock:
                self._workers -= 1
            if not self._workers:
                self._work()

    def _work(self) -> None:
        try:
            client = self._open_client()
            try:
                self._work_with(client)
            finally:
                client.close()
        except Exception as fault:  # noqa: BLE001  raised again in the thread that waits for results
            self._finished.put(fault)

    def _work_with(self, client: C) -> None:
        origin = ""
        while (taken := self._take(client, origin)) is not None:
            task, origin, deadline = taken
            result = self._result(task, client, deadline)
            # Whoever takes the task out of the table reports it, so that none has two results.
            with self._lock:
                if self._running.pop(task, None) is None:
                    return  # abandoned, and replaced
            self._finished.put((task, result))

    def _result(self, task: int, client: C, deadline: float) -> R:
        try:
            return self._do(task, client, deadline)
        except Exception as fault:  # noqa: BLE001  one task's fault must not take the others along
            return self._on_fault(task, fault)

    def _take(self, client: C, origin: str) -> tuple[int, str, float] | None:
        """Take the next task from this origin's queue, or from the next queue that has one; None if none is left."""
        with self._lock:
            # A worker leaves its origin only when that has no more tasks: a new connection costs a TLS handshake.
            while self._turns and not self._queues.get(origin):
                self._turns.rotate(-1)
                origin = self._turns[-1]
                if not self._queues[origin]:
                    self._turns.pop()
            if self._is_stopped or not self._queues.get(origin):
                self._workers -= 1
                return None
            task = self._queues[origin].popleft()
            # Its time begins when it is taken, not when the run began: the last of a thousand has as long as the first.
            deadline = time.monotonic() + self._seconds
            self._running[task] = deadline, client
            return task, origin, deadline

    def _until_next_deadline(self) -> float:
        with self._lock:
            first = next(iter(self._running.values()), None)
        return max(0.0, first[0] + GRACE - time.monotonic()) if first else GRACE

    def _abandon_late_tasks(self) -> list[tuple[int, R]]:
        """Return the results of the tasks that missed their deadlines, and replace their workers."""
        now = time.monotonic() - GRACE
        with self._lock:
            late = {task: client for task, (deadline, client) in self._running.items() if deadline <= now}
            for task in late:
                del self._running[task]
            # A worker that hangs is not counted any more. It may come back, and finds then that its task is gone.
            self._workers -= len(late)
            needed = min(len(late), sum(map(len, self._queues.values())))
        for client in late.values():
            client.abandon()
        for _ in range(needed):
            self._start_worker()
        return [(task, self._on_timeout(task)) for task in late]
