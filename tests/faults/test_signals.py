"""Signals while it waits, and faults of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.faults.conftest import Front
from tests.faults.test_keys import running
from tests.faults.world import HERE, outcome_of

MARK = f"86398.{os.getpid()}"
INJECTED = {"PYTHONPATH": str(HERE / "injected")}
CRASHING = {"PYTHONPATH": str(HERE / "crashing")}
ENDINGS = [
    (signal.SIGINT, 130, 1),
    (signal.SIGINT, 130, 3),
    (signal.SIGTERM, 143, 1),
    (signal.SIGHUP, 129, 1),
    (signal.SIGQUIT, 131, 1),
]


def waiting_for_an_answer(front: Front) -> Callable[[], int]:
    front.configure(front.account("waits", "hang"), timeout=30)
    return lambda: front.requests("waits")


def waiting_for_a_name(front: Front) -> Callable[[], int]:
    front.configure(front.account("waits", url="https://hangs.invalid"), front.account("asked", "hang"), timeout=30)
    return lambda: front.requests("asked")


def waiting_for_keys(front: Front) -> Callable[[], int]:
    accounts = [front.account(f"waits-{n}") for n in range(40)]
    front.configure(
        text="".join(
            account.table().replace(f'api_key = "{account.key}"', f'api_key_command = "sleep {MARK}"')
            for account in accounts
        ),
        timeout=30,
        concurrency=10,
    )
    return lambda: len(running(MARK)) // 10


@pytest.mark.parametrize("wait", [waiting_for_an_answer, waiting_for_a_name, waiting_for_keys])
@pytest.mark.parametrize(("number", "status", "times"), ENDINGS)
def test_a_signal_ends_a_run_at_once_and_quietly(
    front: Front, wait: Callable[[Front], Callable[[], int]], number: signal.Signals, status: int, times: int
) -> None:
    count = wait(front)
    # A busy machine gets another chance to be quick, and none to be loud.
    seconds = [signalled(front, count, number, status, times=times)]
    while min(seconds) >= 0.5 and len(seconds) < 3:
        seconds.append(signalled(front, count, number, status, times=times))
    assert min(seconds) < 0.5


def signalled(front: Front, count: Callable[[], int], number: signal.Signals, status: int, *, times: int) -> float:
    """Send a signal to a run that waits, as `count` tells; return how many seconds it took to end."""
    before = count()
    with front.program.start("all", "--json", **INJECTED) as process:
        try:
            until(lambda: count() > before)
            started = time.monotonic()
            for _ in range(times):
                process.send_signal(number)
            out, err = process.communicate(timeout=5)
            seconds = time.monotonic() - started
        finally:
            process.kill()
    assert (process.returncode, out, err) == (status, "", "")
    until(lambda: not running(MARK))
    return seconds


@pytest.mark.parametrize("line", ["all --json", "accounts"])
def test_ctrl_c_while_the_program_is_loading_shows_no_traceback(front: Front, line: str) -> None:
    front.configure(front.account("fine"))
    with front.program.start(*line.split(), CRASHING="loading", **CRASHING) as process:
        out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert (out, err) == ("", "")


def test_a_fault_in_one_account_is_told_in_its_row_and_leaves_the_others(front: Front) -> None:
    crashing = front.account("broken")
    front.configure(
        front.account("one"),
        front.account("two"),
        text=crashing.table().replace(f'"{crashing.name}"', "crashing"),
    )
    run = front("all", "--json", CRASHING="one", **CRASHING)
    assert [outcome_of(result) for result in run.results.values()] == ["=42", "=42", "internal_error"]
    assert run.status == 70
    assert "LookupError at sitecustomize.py" in run.results["crashing"]["error"]["message"]


def test_a_fault_where_a_key_is_read_is_a_finding_of_doctor_at_once(front: Front) -> None:
    account = front.account("one")
    front.configure(account, timeout=20)
    run = front("doctor", CRASHING="key", SECRET=account.key, **CRASHING)
    assert f"{account.name}: a fault of credcheck itself: LookupError at sitecustomize.py" in run.out
    assert run.err == ""
    assert run.seconds < 10


def test_a_fault_of_the_program_is_one_line_that_asks_for_a_report(front: Front) -> None:
    account = front.account("one")
    front.configure(account)
    run = front("all", "--json", CRASHING="all", SECRET=account.key, **CRASHING)
    assert (run.status, run.out) == (70, "")
    assert run.err.count("\n") == 1
    assert "please report" in run.err


def test_a_signal_that_is_ignored_as_under_nohup_stays_ignored(front: Front) -> None:
    front.configure(front.account("slow", "slow-1"))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = front.program.start("all", "--format", "tsv")
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with process:
        until(lambda: front.requests("slow") > 0)
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(timeout=10)
    assert (process.returncode, "42" in out) == (0, True)


def test_a_signal_ends_the_program_where_an_exception_would_be_swallowed() -> None:
    script = """
import os, signal
from credcheck.system import signals
signals.end_the_run()
try:
    os.kill(os.getpid(), signal.SIGTERM)
except BaseException:
    pass
print("went on")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (143, b"", b"")


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that will be so, soon."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
