"""Draw README.md's pictures with the program itself: `python -m tests.picture`."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

from credcheck import check
from credcheck.commands.demo import history
from credcheck.commands.demo import server as demo
from credcheck.models import Result
from credcheck.render import svg, table
from credcheck.system.terminal import Terminal

_FOLDER = Path(__file__).parent.parent / ".github"
_WIDTH = 82
_MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)  # that the made-up history ends, in every picture alike
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
        checked = check.check_all(accounts, os.environ, timeout=10, concurrency=len(accounts))
    return history.with_forecasts([result._replace(checked_at=_MOMENT) for result in checked], UTC)


def pictures() -> dict[Path, str]:
    """Return the pictures by their files."""
    shown = results()
    charted = [one for one in history.histories(shown, UTC) if one.name.account == demo.CHARTED]
    return {_FOLDER / "demo.svg": draw(shown), _FOLDER / "history.svg": svg.svg(charted, UTC)}


def draw(shown: Sequence[Result]) -> str:
    """Return a picture of the table."""
    console = Console(record=True, file=StringIO(), width=_WIDTH, legacy_windows=False)
    console.print(Text.from_ansi(table.render(shown, Terminal(width=_WIDTH, colour=True))), end="")
    return console.export_svg(
        title="credcheck demo", theme=DEFAULT_TERMINAL_THEME, code_format=_FORMAT, unique_id="credcheck"
    )


if __name__ == "__main__":
    for file, picture in pictures().items():
        file.write_text(picture, encoding="utf-8")
