"""Draw README.md's picture with the program itself: `python -m tests.picture`."""

import os
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

from credcheck import check, demo
from credcheck.models import Result
from credcheck.render import table
from credcheck.system.terminal import Terminal

PICTURE = Path(__file__).parent.parent / ".github" / "demo.svg"
_WIDTH = 56
_FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 0 {width} {height}" width="{width}" xml:space="preserve">
<style>
text {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px; }}
{styles}
</style>
<defs>{lines}</defs>
<rect x="-8" width="{width}" height="{height}" rx="8" fill="#fff"/>
<text x="{terminal_x}" y="28" fill="#666">$ credcheck demo</text>
<g transform="translate({terminal_x}, {terminal_y})">
{matrix}
</g>
</svg>
"""


def results() -> list[Result]:
    """Return what the demo shows."""
    with demo.served(paced=False) as accounts:
        return check.check_all(accounts, os.environ, timeout=10, concurrency=len(accounts))


def draw() -> str:
    """Return the picture."""
    console = Console(record=True, file=StringIO(), width=_WIDTH, legacy_windows=False)
    console.print(Text.from_ansi(table.render(results(), Terminal(width=_WIDTH, colour=True))), end="")
    return console.export_svg(
        title="credcheck demo", theme=DEFAULT_TERMINAL_THEME, code_format=_FORMAT, unique_id="credcheck"
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
