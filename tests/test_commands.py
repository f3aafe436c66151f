"""Programs within a deadline: their output, and that none outlives its block or ends another's."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credcheck.check import check_all
from credcheck.models import Account, KeyCommand, Result
from credcheck.system.commands import Commands
from credcheck.system.program_output import OUTPUT_LIMIT, CommandFailed
from tests.faults.test_keys import running
from tests.playback import Answer, playing

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def output(*argv: str, commands: Commands | None = None, seconds: float = 10) -> bytes:
    deadline = time.monotonic() + seconds
    return (commands or Commands()).output(argv, environment=ENVIRONMENT, deadline=deadline)


def python(script: str) -> tuple[str, ...]:
    return sys.executable, "-IS", "-c", script


def test_output_up_to_the_limit_is_returned() -> None:
    assert output("head", "-c", str(OUTPUT_LIMIT), "/dev/zero") == bytes(OUTPUT_LIMIT)


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (("head", "-c", str(OUTPUT_LIMIT + 1), "/dev/zero"), "printed more than 64 KiB"),
        (("sh", "-c", "exit 3"), "ended with status 3"),
        (("sh", "-c", "echo key; kill -TERM $$"), "was ended by signal 15"),
        (("sh", "-c", "echo key; exec >&-; exit 4"), "ended with status 4"),
        (("no-such-program",), "cannot be run: No such file or directory"),
        (("echo", "a\0b"), "cannot be run: not a command"),
    ],
)
def test_a_program_without_usable_output_says_why(argv: tuple[str, ...], problem: str) -> None:
    with pytest.raises(CommandFailed) as raised:
        output(*argv)
    assert str(raised.value) == problem


@pytest.mark.parametrize("script", ["exec sleep {}", "echo key; exec >&-; exec sleep {}"])
def test_a_program_that_goes_on_is_killed_at_the_deadline(script: str) -> None:
    mark = f"86397.{os.getpid()}"
    started = time.monotonic()
    with pytest.raises(CommandFailed, match="did not end in time"):
        output("sh", "-c", script.format(mark), seconds=0.3)
    assert time.monotonic() - started < 5
    until(lambda: not running(mark))


def test_a_child_that_holds_the_pipe_is_not_waited_for_and_is_ended_too() -> None:
    mark = f"86398.{os.getpid()}"
    assert output("sh", "-c", f"sleep {mark} & echo key") == b"key\n"
    until(lambda: not running(mark))


def test_stdin_is_empty_and_the_environment_is_the_one_given() -> None:
    script = "import os, sys; print(sys.stdin.read() == '', sorted(set(os.environ) - {'LC_CTYPE'}))"
    assert output(*python(script)) == b"True ['CREDCHECK_INSIDE', 'PATH']\n"


def test_after_the_block_no_program_is_started() -> None:
    commands = Commands()
    with commands.closing():
        assert output("echo", "key", commands=commands) == b"key\n"
    with pytest.raises(CommandFailed, match="the check had ended"):
        output("echo", "key", commands=commands)


def test_the_end_of_the_block_kills_what_other_threads_run_and_nothing_else() -> None:
    mine, others = Commands(), Commands()
    mark = f"86396.{os.getpid()}"
    with ThreadPoolExecutor(2) as threads:
        survivor = threads.submit(output, "sh", "-c", f"sleep 0.5; echo survived; : {mark}", commands=others)
        with mine.closing():
            victim = threads.submit(output, "sleep", mark, commands=mine)
            until(lambda: len(running(mark)) == 2)
        assert isinstance(victim.exception(5), CommandFailed)
        assert survivor.result(5) == b"survived\n"


def test_a_program_that_another_thread_is_starting_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = f"86395.{os.getpid()}"
    starting, commands, popen = threading.Event(), Commands(), subprocess.Popen

    def slow(*arguments: Any, **named: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401  as Popen takes them
        starting.set()
        time.sleep(0.2)
        return popen(*arguments, **named)

    monkeypatch.setattr(subprocess, "Popen", slow)
    with ThreadPoolExecutor(1) as threads:
        started = time.monotonic()
        with commands.closing():
            task = threads.submit(output, "sleep", mark, commands=commands, seconds=5)
            assert starting.wait(5)
        assert isinstance(task.exception(10), CommandFailed)
        assert time.monotonic() - started < 4


def test_checks_in_several_threads_do_not_end_each_others_key_commands() -> None:
    barrier = threading.Barrier(2)
    with playing(lambda _: Answer('{"credits_remaining": "42"}')) as server:

        def check(seconds: str) -> list[Result]:
            account = Account(
                name="pixelcut",
                provider="pixelcut",
                key_source=KeyCommand(("sh", "-c", f"sleep {seconds}; echo key")),
                base_url=server.url,
            )
            barrier.wait(5)
            return check_all([account], ENVIRONMENT, timeout=10, concurrency=1)

        with ThreadPoolExecutor(2) as executor:
            results = list(executor.map(check, ["0", "0.5"]))
    assert [result.status for (result,) in results] == ["ok", "ok"]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
