"""Markdown, drawn for a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markdown import CodeBlock, Markdown, TableElement
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Column, Table
from rich.text import Text
from rich.theme import Theme

from credcheck.render import drawing
from credcheck.system.terminal import Terminal

# rich's own have a black background, a box on a light terminal.
_STYLES = {"markdown.code": "cyan", "markdown.code_block": "cyan"}
_GAP = 2  # cells beside a column


class _Code(CodeBlock):
    """A block of code whose lines are as long as they are: the terminal wraps them, and what is copied stays whole."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        code = Syntax("", self.lexer_name, theme=self.theme).highlight(str(self.text).rstrip())
        code.rstrip()
        yield ""
        for line in code.split("\n", allow_blank=True):
            yield Text.assemble(" ", line, no_wrap=True, overflow="ignore")
        yield ""


class _Table(TableElement):
    """A table in which nothing is cut: single words stay whole if there is room, else they go on in the next line."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType | Segment]:
        for drawn in super().__rich_console__(console, options):
            if isinstance(drawn, Table):
                _keep_words(drawn.columns, options.max_width - len(drawn.columns) * _GAP)
            yield drawn


def _keep_words(columns: Sequence[Column], width: int) -> None:
    """Let columns of single words be as wide as these, if the longest words of all columns have room."""
    words = [[str(cell).split() for cell in column.cells] for column in columns]
    needed = sum(max((len(word) for cell in cells for word in cell), default=0) for cells in words)
    for column, cells in zip(columns, words, strict=True):
        column.overflow = "fold"
        column.no_wrap = needed <= width and all(len(cell) <= 1 for cell in cells)


class _Page(Markdown):
    elements = {**Markdown.elements, "fence": _Code, "code_block": _Code, "table_open": _Table}  # noqa: RUF012


def drawn(text: str, terminal: Terminal) -> str:
    """Return a Markdown text as this terminal shows it."""
    page = _Page(text, code_theme="ansi_dark", hyperlinks=terminal.links)
    return terminal.printable("".join(f"{line}\n" for line in drawing.lines(page, terminal, Theme(_STYLES))))
