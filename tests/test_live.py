"""What is drawn while a person waits, without a terminal."""

import os
import signal
import threading

import pytest

from credcheck.render.live import Live
from credcheck.system import streams
from credcheck.system.terminal import Terminal

LEAVE = "\x1b[?1049l\x1b[?25h"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is written to stderr."""
    written: list[str] = []
    monkeypatch.setattr(streams, "tell", written.append)
    monkeypatch.setattr(streams, "is_foreground", lambda _descriptor: True)
    return written


def test_after_a_stop_that_cannot_be_caught_the_screen_is_left_and_entered_anew(drawn: list[str]) -> None:
    frames = threading.Semaphore(0)

    def frame(_terminal: Terminal) -> list[str]:
        frames.release()
        return ["a line"]

    live = Live(frame, {}, delay=0, alternate=True)
    live.start()
    assert frames.acquire(timeout=10)
    assert frames.acquire(timeout=10)
    os.kill(os.getpid(), signal.SIGCONT)
    assert frames.acquire(timeout=10)
    assert frames.acquire(timeout=10)
    live.stop()
    text = "".join(drawn)
    assert text.count("\x1b[?1049h") == text.count(LEAVE) == 2
    assert text.endswith(LEAVE)


def test_a_fault_in_drawing_is_silent_and_leaves_nothing(drawn: list[str]) -> None:
    reached = threading.Event()

    def frame(_terminal: Terminal) -> list[str]:
        reached.set()
        raise LookupError

    live = Live(frame, {}, delay=0, alternate=True)
    live.start()
    assert reached.wait(10)
    live.stop()
    assert drawn == []
