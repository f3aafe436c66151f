"""Many tasks at once, each within its deadline, with tools that are made up."""

import os
import signal
import threading
from collections.abc import Callable

import pytest

from credcheck.check.pool import Crew
from credcheck.errors import Stopped
from credcheck.system import signals


class Tool:
    """A tool that hangs until it is abandoned."""

    def __init__(self) -> None:
        self.abandoned = threading.Event()

    def hang(self) -> None:
        """Wait for what only `abandon` brings."""
        assert self.abandoned.wait(20)

    def abandon(self) -> None:
        """End the waiting."""
        self.abandoned.set()

    def close(self) -> None:
        """Have nothing to close."""


def crew(
    places: list[str], do: Callable[[int, Tool, float], str], *, seconds: float = 20, tool: Callable[[], Tool] = Tool
) -> Crew[Tool, str]:
    return Crew(places, tool=tool, do=do, late=lambda task: f"{task} is late", seconds=seconds)


def results_of(made: Crew[Tool, str], size: int) -> dict[int, str]:
    results: dict[int, str] = {}

    def keep(task: int, result: str) -> None:
        assert task not in results
        results[task] = result

    made.run(size, on_result=keep)
    return results


@pytest.mark.parametrize("size", [1, 3, 50])
def test_every_task_is_done_once(size: int) -> None:
    places = [f"place {task % 4}" for task in range(30)]
    done = results_of(crew(places, lambda task, _tool, _deadline: f"{task} done"), size)
    assert done == {task: f"{task} done" for task in range(30)}


def test_no_task_is_no_work() -> None:
    assert results_of(crew([], lambda task, _tool, _deadline: f"{task} done"), 4) == {}


def test_what_hangs_is_late_and_holds_up_nothing_else() -> None:
    def do(task: int, tool: Tool, _deadline: float) -> str:
        if task in {0, 3}:
            tool.hang()
        return f"{task} done"

    done = results_of(crew(["a", "a", "b", "b", "b"], do, seconds=0.05), 2)
    assert done == {0: "0 is late", 1: "1 done", 2: "2 done", 3: "3 is late", 4: "4 done"}


def test_with_every_worker_hanging_others_are_hired() -> None:
    def do(_task: int, tool: Tool, _deadline: float) -> str:
        tool.hang()
        return "never told"

    assert results_of(crew(["a"] * 3, do, seconds=0.05), 2) == {task: f"{task} is late" for task in range(3)}


def test_no_more_than_the_size_are_done_at_a_time() -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    both = threading.Barrier(2)

    def do(_task: int, _tool: Tool, _deadline: float) -> str:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        both.wait(20)  # passes only two by two
        with lock:
            at_once -= 1
        return "done"

    assert len(results_of(crew(["a"] * 10, do), 2)) == 10
    assert most == 2


def test_a_worker_stays_at_a_place_while_there_is_work() -> None:
    seen: list[int] = []

    def do(task: int, _tool: Tool, _deadline: float) -> str:
        seen.append(task)
        return "done"

    results_of(crew(["a", "b", "a", "b", "a"], do), 1)
    assert seen in ([0, 2, 4, 1, 3], [1, 3, 0, 2, 4])


def test_each_worker_has_a_tool_of_its_own() -> None:
    tools: set[int] = set()
    made: list[Tool] = []
    both = threading.Barrier(2)

    def tool() -> Tool:
        made.append(Tool())
        return made[-1]

    def do(_task: int, tool: Tool, _deadline: float) -> str:
        tools.add(id(tool))
        both.wait(20)
        return "done"

    results_of(crew(["a"] * 4, do, tool=tool), 2)
    assert len(tools) == len(made) == 2


def test_where_no_thread_is_to_be_had_the_work_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    results = results_of(crew(["a", "b", "a"], lambda task, _tool, _deadline: str(task)), 2)
    assert results == {0: "0", 1: "1", 2: "2"}


def test_a_signal_ends_the_run_between_two_results() -> None:
    def do(_task: int, tool: Tool, _deadline: float) -> str:
        os.kill(os.getpid(), signal.SIGUSR1)
        tool.hang()
        return "never"

    signal.signal(signal.SIGUSR1, signals._end)  # noqa: SLF001  as end_the_run does for the signals that end
    try:
        with pytest.raises(Stopped, match=str(int(signal.SIGUSR1))):
            results_of(crew(["a"], do), 1)
    finally:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
