"""The table that fills in, in tmux: what resizing and Ctrl-Z leave on the screen and in its history."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.conftest import PROGRAM, Program
from tests.playback import Answer, Playback, playing

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

ACCOUNTS = 30
SECONDS = 20.0


class Tmux:
    """A terminal of 100 columns and 45 rows with a shell in it."""

    def __init__(self, program: Program) -> None:
        self._socket = program.home / "tmux"
        environment = program.full_environment(TERM="xterm-256color")
        self(
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "100",
            "-y",
            "45",
            "PS1='ready> ' bash --norc",
            environment=environment,
        )

    def __call__(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        """Run a command of tmux and return what it prints."""
        command = ["tmux", "-S", str(self._socket), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    def type(self, *keys: str) -> None:
        """Press these keys."""
        self("send-keys", *keys)

    def everything(self) -> str:
        """Return the screen with all that has left it at the top."""
        return self("capture-pane", "-p", "-J", "-S", "-")

    def shows(self, wanted: Callable[[str], bool]) -> str:
        """Wait until the screen is as wanted, and return it."""
        deadline = time.monotonic() + SECONDS
        while not wanted(screen := self("capture-pane", "-p")):
            assert time.monotonic() < deadline, screen
            time.sleep(0.02)
        return screen


@pytest.fixture
def held() -> Iterator[Playback]:
    """A server whose odd accounts answer at once, and whose even ones when `release` is asked for."""
    released: list[bool] = []

    def answer(target: str) -> Answer:
        number = target.split("/")[1]
        if number == "release":
            released.append(True)
        while not released and int(number) % 2 == 0:
            time.sleep(0.02)
        return Answer(f'{{"credits_remaining": "{number}"}}')

    with playing(answer) as playback:
        yield playback


@pytest.fixture
def terminal(credcheck: Program, held: Playback) -> Iterator[Tmux]:
    """A terminal in which a check of thirty accounts waits for half of them."""
    credcheck.configure(
        "history = false\ntimeout = 60\n"
        + "".join(
            f'[accounts.team-{n:02}-of-the-whole-company]\nprovider = "pixelcut"\napi_key = "k"\n'
            f'warn_below = 1\nbase_url = "{held.url}/{n}"\n'
            for n in range(1, ACCOUNTS + 1)
        )
    )
    tmux = Tmux(credcheck)
    tmux.shows(lambda screen: "ready>" in screen)
    tmux.type(f"echo BEFORE; {PROGRAM} all; echo STATUS $?", "Enter")
    tmux.shows(lambda screen: "⠋" in screen or "of-the-whole-company" in screen)
    yield tmux
    tmux("kill-server")


def _release(held: Playback) -> None:
    httpx.get(f"{held.url}/release")


def test_no_resize_leaves_anything_behind(terminal: Tmux, held: Playback) -> None:
    for columns, rows in ((30, 45), (100, 45), (100, 20), (40, 12), (100, 45)):
        terminal("resize-window", "-x", str(columns), "-y", str(rows))
        is_tall = rows > ACCOUNTS and columns > 40
        screen = terminal.shows(lambda screen, is_tall=is_tall: ("Balance" in screen) is is_tall)  # type: ignore[misc]
        assert max(map(len, screen.splitlines())) <= columns
    _release(held)
    terminal.shows(lambda screen: "STATUS 0" in screen)
    lines = [line for line in terminal.everything().splitlines() if line]
    assert [line.split()[0] for line in lines[1:3]] == ["BEFORE", "Account"]
    assert [line.split()[1][:7] for line in lines[4:-2]] == [f"team-{n:02}" for n in range(1, ACCOUNTS + 1)]
    assert [line.strip() for line in lines[-2:]] == ["STATUS 0", "ready>"]


def test_ctrl_z_gives_screen_and_cursor_back_and_fg_goes_on(terminal: Tmux, held: Playback) -> None:
    terminal.type("C-z")
    stopped = terminal.shows(lambda screen: "Stopped" in screen)
    assert "of-the-whole-company" not in stopped
    assert terminal("display", "-p", "#{cursor_flag}#{alternate_on}").strip() == "10"
    terminal.type("fg", "Enter")
    terminal.shows(lambda screen: "of-the-whole-company" in screen)
    _release(held)
    terminal.shows(lambda screen: "of-the-whole-company" in screen and "ready>" in screen)
    assert terminal.everything().count("of-the-whole-company") == ACCOUNTS
