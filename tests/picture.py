"""Draw README.md's pictures with the program itself: `python -m tests.picture`."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
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
# Black, which stands on yellow only, and yellow are the same in both; no other text has them, so each has its class.
_YELLOW, _BLACK = (250, 204, 60), (0, 0, 0)
_LIGHT = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [_BLACK, (207, 34, 46), (26, 127, 55), _YELLOW, (9, 105, 218), (130, 80, 223), (118, 176, 184), (110, 119, 129)],
)
_DARK = TerminalTheme(
    (13, 17, 23),
    (230, 237, 243),
    [_BLACK, (255, 123, 114), (63, 185, 80), _YELLOW, (88, 166, 255), (188, 140, 255), (44, 116, 126), (177, 186, 196)],
)
_FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 0 {width} {height}" width="{width}" xml:space="preserve">
<style>
text {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px; }}
.back {{ fill: #ffffff }} .prompt {{ fill: #59636e }}
{styles}
@media (prefers-color-scheme: dark) {{
.back {{ fill: #0d1117 }} .prompt {{ fill: #9198a1 }}
DARK
}}
</style>
<defs>{lines}</defs>
<rect class="back" x="-8" width="{width}" height="{height}" rx="8"/>
<text x="{terminal_x}" y="28" class="prompt">$ credcheck demo</text>
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
{matrix}
</g>
</svg>
"""


def results() -> list[Result]:
    """Return what the demo shows."""
    with demo.served(paced=False) as accounts:
        checked = check.check_all(accounts, os.environ, timeout=10, concurrency=len(accounts))
    read = [result._replace(checked_at=_MOMENT) for result in checked]
    return history.with_forecasts(read, history.histories(read, UTC))


def pictures() -> dict[Path, str]:
    """Return the pictures by their files."""
    shown = results()
    charted = [one for one in history.histories(shown, UTC) if one.name.account == demo.CHARTED]
    return {_FOLDER / "demo.svg": draw(shown), _FOLDER / "history.svg": svg.svg(charted, UTC)}


def draw(shown: Sequence[Result]) -> str:
    """Return a picture of the table, light or dark as its reader prefers."""
    console = Console(record=True, file=StringIO(), width=_WIDTH, legacy_windows=False)
    console.print(Text.from_ansi(table.render(shown, Terminal(width=_WIDTH, colour=True))), end="")
    dark = _exported(console, _DARK, "{styles}").replace("{", "{{").replace("}", "}}")
    return _exported(console, _LIGHT, _FORMAT.replace("DARK", dark))


def _exported(console: Console, theme: TerminalTheme, code_format: str) -> str:
    return console.export_svg(
        title="credcheck demo", theme=theme, code_format=code_format, unique_id="credcheck", clear=False
    )


if __name__ == "__main__":
    for file, picture in pictures().items():
        file.write_text(picture, encoding="utf-8")
