"""What is drawn while a person waits, without a terminal."""

import os
import signal
import threading

import pytest

from credcheck.console.display import Display, Line
from credcheck.console.full_screen import FullScreen
from credcheck.console.progress import Progress
from credcheck.models import Account
from credcheck.render import View, table
from credcheck.system import streams, terminal
from credcheck.system.terminal import Terminal

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?25h\x1b[?1049l"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is written to stderr."""
    written: list[str] = []
    monkeypatch.setattr(streams, "tell", written.append)
    monkeypatch.setattr(streams, "is_foreground", lambda _descriptor: True)
    return written


def test_after_a_stop_that_cannot_be_caught_the_screen_is_left_and_entered_anew(drawn: list[str]) -> None:
    display = FullScreen(2, lambda _terminal: "x", {})
    display.begin()
    display.draw()
    os.kill(os.getpid(), signal.SIGCONT)
    display.draw()
    display.end()
    text = "".join(drawn)
    assert text.count(ENTER) == text.count(LEAVE) == text.count("x") == 2
    assert text.endswith(LEAVE)


def test_a_screen_like_the_one_before_is_not_written_again(drawn: list[str]) -> None:
    display = FullScreen(2, lambda _terminal: "x", {})
    for _ in range(3):
        display.draw()
    display.end()
    assert "".join(drawn).count("x") == 1


@pytest.mark.parametrize("display", [Line(lambda _: "text", {}), FullScreen(2, lambda _: "text", {})])
def test_nothing_is_drawn_after_the_end_nor_in_the_background(
    drawn: list[str], monkeypatch: pytest.MonkeyPatch, display: Display
) -> None:
    monkeypatch.setattr(streams, "is_foreground", lambda _descriptor: False)
    display.draw()
    monkeypatch.setattr(streams, "is_foreground", lambda _descriptor: True)
    display.end()
    display.draw()
    assert drawn == []


def test_a_fault_in_drawing_is_silent_and_leaves_nothing(drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    reached = threading.Event()

    def fail(*_arguments: object, **_named: object) -> None:
        reached.set()
        raise LookupError

    monkeypatch.setattr(table, "table", fail)
    monkeypatch.setattr(terminal, "of", lambda *_: Terminal(80, 24, animated=True, alternate=True))
    progress = Progress([Account("pixelcut", "pixelcut")], View(), {})
    progress.begin()
    assert reached.wait(10)
    progress.end()
    assert drawn == []
