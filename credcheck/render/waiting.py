"""Progress without a table: a spinner, a count, and the names that are awaited."""

import time
from collections.abc import Iterator, Sequence

from credcheck.render.names import shown_name
from credcheck.system.terminal import Terminal

_FRAMES, _ASCII_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\"
_FRAMES_A_SECOND = 10
_INDENT = "  "


def spinner(terminal: Terminal) -> str:
    """Return the sign of this tenth of a second."""
    return frame(terminal, int(time.monotonic() * _FRAMES_A_SECOND))


def frame(terminal: Terminal, number: int) -> str:
    """Return one of the signs that follow each other in a circle."""
    frames = _FRAMES if terminal.unicode else _ASCII_FRAMES
    return frames[number % len(frames)]


def count(done: int, total: int, terminal: Terminal) -> str:
    """Return one line, so short that hardly a window wraps it."""
    return f"{spinner(terminal)} {f'{done} of {total} read' if total > 1 else 'waiting'}"


def names(awaited: Sequence[str], total: int, terminal: Terminal) -> list[str]:
    """Return lines that fill the terminal with the names of the accounts that are awaited, as many as fit."""
    heading = f"{spinner(terminal)} {total - len(awaited)} of {total} read, awaiting"
    rows = max(1, (terminal.height or 1) - 1)
    lines = list(_wrapped([terminal.printable(shown_name(name)) for name in awaited], terminal.width or 1))
    rest = [name for line in lines[rows - 1 :] for name in line] if len(lines) > rows else []
    shown = [_INDENT + ", ".join(line) for line in (lines[: rows - 1] if rest else lines)]
    return [heading, *shown, *([f"{_INDENT}and {len(rest)} more"] if rest else [])]


def _wrapped(words: Sequence[str], width: int) -> Iterator[list[str]]:
    """Yield the words of each line."""
    from rich.cells import cell_len  # JSON is awaited without it

    line: list[str] = []
    for word in words:
        if line and len(_INDENT) + cell_len(", ".join([*line, word])) > width:
            yield line
            line = []
        line.append(word)
    yield line
