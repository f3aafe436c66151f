"""`login` at a terminal: no key is ever shown, and the terminal is given back as it was."""

import os
import signal
from pathlib import Path

import pytest

from tests.conftest import PROGRAM, Program
from tests.faults.at_a_terminal import session
from tests.faults.test_signals import until

KEY = "sk-Zq7Wm2Xv9Tn4Rb6Yc8"
BASH = "bash --norc --noediting"
LOGIN = ("login", "pixelcut", "--no-verify")


# dash leaves the modes of the terminal as they are, bash restores its own.
@pytest.mark.parametrize(("shell_", "stop"), [(BASH, "Ctrl-Z"), (BASH, "SIGSTOP"), ("sh", "Ctrl-Z")])
def test_a_key_typed_after_the_program_was_stopped_and_continued_is_unseen(
    credcheck: Program, shell_: str, stop: str
) -> None:
    with session(credcheck, *shell_.split(), "-i", PS1="$ ") as shell:
        shell.type(f"{PROGRAM} {' '.join(LOGIN)}\n")
        shell.wait_for("not shown")
        until(lambda: not shell.echoes)
        if stop == "Ctrl-Z":
            shell.type("\x1a")
        else:
            os.kill(login_of(shell.process.pid), signal.SIGSTOP)
        shell.wait_for("Stopped")
        until(lambda: shell.echoes)
        shell.type("fg\n")
        shell.wait_for("not shown")
        until(lambda: not shell.echoes)
        shell.type(f"{KEY}\n")
        shell.wait_for("is stored")
        until(lambda: shell.echoes)
    assert KEY not in shell.shown
    assert KEY in (credcheck.directory / "credentials.toml").read_text()


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGQUIT, 131), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_a_signal_at_the_question_gives_the_terminal_back(
    credcheck: Program, number: signal.Signals, status: int
) -> None:
    with session(credcheck, PROGRAM, *LOGIN) as login:
        login.wait_for("not shown")
        login.process.send_signal(number)
        assert login.process.wait(10) == status
        assert login.echoes
    assert not credcheck.directory.exists()


def test_after_the_question_the_terminal_is_as_it_was(credcheck: Program) -> None:
    with session(credcheck, PROGRAM, *LOGIN) as login:
        login.wait_for("not shown")
        login.type(f"{KEY}\n")
        assert login.process.wait(10) == 0
        assert login.echoes


def login_of(shell: int) -> int:
    """Return the only child of a shell."""
    (child,) = Path(f"/proc/{shell}/task/{shell}/children").read_text(encoding="ascii").split()
    return int(child)
