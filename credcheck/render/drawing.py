"""rich's console with credcheck's knowledge of the terminal, so that rich looks for nothing itself."""

from io import StringIO
from typing import TextIO

from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.theme import Theme

from credcheck.system.terminal import Terminal

# For a pipe or a file, in which nothing is cut or wrapped.
_UNLIMITED_WIDTH = 1 << 16


def console(terminal: Terminal, file: TextIO) -> Console:
    """Return a console that writes to `file` as this terminal can show it."""
    return Console(
        file=file,
        width=terminal.width or _UNLIMITED_WIDTH,
        height=terminal.height or 1,
        color_system="standard" if terminal.colour else None,
        no_color=not terminal.colour,
        force_terminal=True,
        force_jupyter=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def segments(shown: RenderableType, terminal: Terminal) -> list[list[Segment]]:
    """Return the lines of something that rich can draw, as pieces of text with their styles."""
    return console(terminal, StringIO()).render_lines(shown, pad=False)


def lines(shown: RenderableType, terminal: Terminal, theme: Theme | None = None) -> list[str]:
    """Return the lines of something that rich can draw, without blanks at their ends."""
    file = StringIO()
    drawn = console(terminal, file)
    if theme:
        drawn.push_theme(theme)
    drawn.print(shown, crop=False)  # cells fit their columns; what is to be copied may be longer than a line
    return [line.rstrip() for line in file.getvalue().splitlines()]
