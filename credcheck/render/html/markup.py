"""Elements of HTML, in which every text is escaped unless it is markup already."""

from collections.abc import Iterable
from html import escape


class Markup(str):
    """A text that is HTML: made by this module, or by one that escapes what it is given."""

    __slots__ = ()


def element(name: str, *contents: str, kind: str = "", **attributes: str) -> Markup:
    """Return an element; its `kind` is its class."""
    given = {**({"class": kind} if kind else {}), **attributes}
    words = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
    return Markup(f"<{name}{words}>{joined(contents)}</{name}>")


def joined(contents: Iterable[str]) -> Markup:
    """Return several texts and elements as one."""
    return Markup("".join(text if isinstance(text, Markup) else escape(text) for text in contents))


def bar(share: float) -> Markup:
    """Return a bar that is filled to a share between 0 and 1."""
    width = f"{100 * min(1.0, max(0.0, share)):.1f}"
    return Markup(
        '<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="rest" width="100" height="1"/><rect class="full" width="{width}" height="1"/></svg>'
    )
