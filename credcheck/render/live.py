"""The table that fills in, on a terminal."""

import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from credcheck.models import Result
from credcheck.render.table import grid
from credcheck.system.terminal import Terminal

_FRAMES, _ASCII_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\"
_FRAMES_A_SECOND = 10


def live(entries: Sequence[Result | str], terminal: Terminal) -> Live:
    """Return a passing display on stderr: the results that are there, and the names of those still to come."""
    console = Console(
        file=sys.__stderr__,
        color_system="standard" if terminal.colour else None,
        force_terminal=True,
        width=terminal.width,
        legacy_windows=False,
    )
    return Live(
        get_renderable=lambda: _view(entries, terminal, console.height),
        console=console,
        refresh_per_second=_FRAMES_A_SECOND,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _view(entries: Sequence[Result | str], terminal: Terminal, height: int) -> Table | Text:
    frames = _FRAMES if terminal.unicode else _ASCII_FRAMES
    frame = frames[int(time.monotonic() * _FRAMES_A_SECOND) % len(frames)]
    if len(entries) + 2 <= height:
        return grid(entries, terminal, pending=frame)
    done = sum(isinstance(entry, Result) for entry in entries)
    return Text(f"{frame} {done} of {len(entries)} accounts")
