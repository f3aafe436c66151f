"""Many tasks at once, each within its deadline, with made-up clients."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from credcheck import check
from credcheck.check import account_check
from credcheck.check.pool import Pool
from credcheck.errors import Stopped
from credcheck.models import Account, Key, WrittenKey
from credcheck.system import signals
from tests.playback import Answer, playing


class Client:
    """A client that hangs until it is abandoned."""

    def __init__(self) -> None:
        self.abandoned = threading.Event()
        self.closed = threading.Event()

    def hang(self) -> None:
        """Wait until `abandon` is called."""
        assert self.abandoned.wait(20)

    def abandon(self) -> None:
        """End the waiting."""
        self.abandoned.set()

    def close(self) -> None:
        """Note that it was called."""
        self.closed.set()


@pytest.fixture(autouse=True)
def no_thread_outlives_its_test() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()


def pool(
    origins: list[str],
    do: Callable[[int, Client, float], str],
    *,
    seconds: float = 20,
    open_client: Callable[[], Client] = Client,
) -> Pool[Client, str]:
    return Pool(
        origins,
        open_client=open_client,
        do=do,
        on_timeout=lambda task: f"{task} is late",
        on_fault=lambda task, fault: f"{task} raised {fault}",
        seconds=seconds,
    )


def results_of(made: Pool[Client, str], size: int) -> dict[int, str]:
    results: dict[int, str] = {}

    def keep(task: int, result: str) -> None:
        assert task not in results
        results[task] = result

    made.run(size, on_result=keep)
    return results


@pytest.mark.parametrize("size", [1, 3, 50])
def test_every_task_is_done_once(size: int) -> None:
    origins = [f"origin {task % 4}" for task in range(30)]
    done = results_of(pool(origins, lambda task, _client, _deadline: f"{task} done"), size)
    assert done == {task: f"{task} done" for task in range(30)}


def test_no_task_is_no_work() -> None:
    assert results_of(pool([], lambda task, _client, _deadline: f"{task} done"), 4) == {}


def test_what_hangs_is_late_and_holds_up_nothing_else() -> None:
    def do(task: int, client: Client, _deadline: float) -> str:
        if task in {0, 3}:
            client.hang()
        return f"{task} done"

    started = time.monotonic()
    done = results_of(pool(["a", "a", "b", "b", "b"], do, seconds=0.05), 2)
    assert time.monotonic() - started < 1
    assert done == {0: "0 is late", 1: "1 done", 2: "2 done", 3: "3 is late", 4: "4 done"}


def test_with_every_worker_hanging_others_are_started_and_no_more_than_needed() -> None:
    made: list[Client] = []

    def open_client() -> Client:
        made.append(Client())
        return made[-1]

    def do(_task: int, client: Client, _deadline: float) -> str:
        client.hang()
        return "never told"

    late = results_of(pool(["a"] * 3, do, seconds=0.05, open_client=open_client), 2)
    assert late == {task: f"{task} is late" for task in range(3)}
    assert len(made) == 3
    assert all(client.abandoned.is_set() for client in made)


def test_workers_are_daemons_which_the_end_of_the_program_does_not_wait_for() -> None:
    done = results_of(pool(["a"], lambda *_: f"daemon: {threading.current_thread().daemon}"), 1)
    assert done == {0: "daemon: True"}


def test_no_more_than_the_size_are_done_at_a_time() -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    both = threading.Barrier(2)

    def do(_task: int, _client: Client, _deadline: float) -> str:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        both.wait(20)  # passes only two by two
        with lock:
            at_once -= 1
        return "done"

    assert len(results_of(pool(["a"] * 10, do), 2)) == 10
    assert most == 2


def test_a_worker_stays_with_an_origin_while_its_queue_lasts() -> None:
    seen: list[int] = []

    def do(task: int, _client: Client, _deadline: float) -> str:
        seen.append(task)
        return "done"

    results_of(pool(["a", "b", "a", "b", "a"], do), 1)
    assert seen in ([0, 2, 4, 1, 3], [1, 3, 0, 2, 4])


def test_each_worker_has_a_client_of_its_own_and_closes_it() -> None:
    clients: set[int] = set()
    made: list[Client] = []
    both = threading.Barrier(2)

    def open_client() -> Client:
        made.append(Client())
        return made[-1]

    def do(_task: int, client: Client, _deadline: float) -> str:
        clients.add(id(client))
        both.wait(20)
        return "done"

    results_of(pool(["a"] * 4, do, open_client=open_client), 2)
    assert len(clients) == len(made) == 2
    assert all(client.closed.wait(5) for client in made)


def test_a_task_that_raises_has_a_result_and_its_worker_goes_on() -> None:
    def do(task: int, _client: Client, _deadline: float) -> str:
        if task == 1:
            raise LookupError("of task 1")
        return f"{task} done"

    assert results_of(pool(["a"] * 3, do), 1) == {0: "0 done", 1: "1 raised of task 1", 2: "2 done"}


@pytest.mark.parametrize("fails", ["open", "close"])
def test_a_fault_of_a_client_ends_the_run_at_once(fails: str) -> None:
    def raising(*_: object) -> Client:
        raise LookupError("of the client")

    class Unclosable(Client):
        close = raising  # type: ignore[assignment]

    def do(task: int, client: Client, _deadline: float) -> str:
        if task == 1:
            client.hang()
        return "done"

    open_client = raising if fails == "open" else Unclosable
    with pytest.raises(LookupError):
        results_of(pool(["a", "b"], do, open_client=open_client), 3)


@pytest.fixture
def threads_allowed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list whose one number says how many more threads may start."""
    allowed = [0]
    start = threading.Thread.start

    def limited(thread: threading.Thread) -> None:
        if not allowed[0]:
            raise RuntimeError("can't start new thread")
        allowed[0] -= 1
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    return allowed


def test_if_no_thread_can_start_the_calling_thread_does_the_tasks(threads_allowed: list[int]) -> None:
    assert threads_allowed == [0]
    results = results_of(pool(["a", "b", "a"], lambda task, _client, _deadline: str(task)), 2)
    assert results == {0: "0", 1: "1", 2: "2"}


def test_if_one_thread_can_start_it_does_all_tasks(threads_allowed: list[int]) -> None:
    threads_allowed[0] = 1
    by: list[threading.Thread] = []

    def do(task: int, _client: Client, _deadline: float) -> str:
        by.append(threading.current_thread())
        return str(task)

    assert results_of(pool(["a", "b", "a"], do), 3) == {0: "0", 1: "1", 2: "2"}
    assert len(set(by)) == 1
    assert by[0] is not threading.main_thread()


def test_a_pool_in_another_thread_than_the_main_one_listens_for_no_signal() -> None:
    results: dict[int, str] = {}

    def do(_task: int, _client: Client, _deadline: float) -> str:
        return f"{len(signals._listeners)} listeners"  # noqa: SLF001

    thread = threading.Thread(target=lambda: results.update(results_of(pool(["a"], do), 1)))
    thread.start()
    thread.join(5)
    assert results == {0: "0 listeners"}


@pytest.mark.parametrize("threads", [0, 5])
def test_a_signal_ends_the_run_between_two_results(threads: int, threads_allowed: list[int]) -> None:
    threads_allowed[0] = threads
    assert_stopped(lambda: os.kill(os.getpid(), signal.SIGUSR1))


def test_a_signal_that_does_not_end_the_wait_is_noticed_soon() -> None:
    """A signal to another thread leaves the main one waiting, as one that comes just before the wait does."""

    def send_signal() -> None:
        threading.Event().wait(0.3)  # the main thread waits by then
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    assert_stopped(send_signal)


def assert_stopped(send_signal: Callable[[], None]) -> None:
    """Assert that a signal that a task sends ends the run soon."""
    tasks: list[int] = []

    def do(task: int, client: Client, _deadline: float) -> str:
        tasks.append(task)
        send_signal()
        client.hang()
        return "never"

    signal.signal(signal.SIGUSR1, signals._end)  # noqa: SLF001  as end_the_run does for the signals that end
    try:
        started = time.monotonic()
        with pytest.raises(Stopped, match=str(int(signal.SIGUSR1))):
            results_of(pool(["a"] * 3, do), 1)
        assert time.monotonic() - started < 2
        assert tasks == [0]
    finally:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)


def test_no_account_waits_for_the_answer_of_another_beyond_its_own_time() -> None:
    source = WrittenKey("config", Key("key-0123456789"))
    with playing(lambda _: Answer("{}")) as server, account_check.READING:  # as a check that reads its answer
        account = Account(name="pixelcut", provider="pixelcut", key_source=source, base_url=server.url)
        (result,) = check.check_all([account], {}, timeout=0.5, concurrency=1)
        for worker in [each for each in threading.enumerate() if each.name.endswith("(_work)")]:
            worker.join(5)
            assert not worker.is_alive()
    assert result.error
    assert result.error.code == "timeout"
    assert len(server.sent) == 1
