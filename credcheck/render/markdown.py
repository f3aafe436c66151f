"""Markdown, drawn for a terminal."""

from credcheck.system.terminal import Terminal

# rich's own have a black background, a box on a light terminal.
_STYLES = {"markdown.code": "cyan", "markdown.code_block": "cyan"}


def drawn(text: str, terminal: Terminal) -> str:
    """Return a Markdown text as this terminal shows it."""
    from rich.markdown import Markdown
    from rich.theme import Theme

    from credcheck.render import drawing

    page = Markdown(text, code_theme="ansi_dark", hyperlinks=terminal.links)
    return terminal.printable("".join(f"{line}\n" for line in drawing.lines(page, terminal, Theme(_STYLES))))
