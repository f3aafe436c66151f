"""The lines of a TOML file, statement by statement, with the names that each of them sets; tomllib is the lexer."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_CLOSERS = ("]", "}", '"""', "'''")

# The names that lead to a setting from the top of the file.
Path = tuple[str, ...]


class Statement(NamedTuple):
    """A header, or a setting with its value; its lines count from 0. `table` has the names of the header above."""

    first: int
    last: int
    table: Path
    keys: Path
    text: str
    is_header: bool = False
    value: object = None

    @property
    def begin(self) -> str:
        """A setting up to its equals sign, as it is written."""
        return self.text[: _equals(self.text)].strip()

    @property
    def bare(self) -> str:
        """The text without the comment that may follow."""
        whole = str(_parsed(self.text))
        ends = (self.text[:end] for end in range(1, len(self.text) + 1))
        return next(text for text in ends if str(_parsed(text)) == whole).strip()


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a text that is valid TOML, without comments and blank lines."""
    table: Path = ()
    lines = text.replace("\r\n", "\n").split("\n")
    first = 0
    while first < len(lines):
        last = _last(lines, first)
        written = "\n".join(lines[first : last + 1])
        if written.lstrip().startswith("["):
            table = _names(_parsed(written))
            yield Statement(first, last, table, table, written, is_header=True)
        elif _parsed(written):
            yield _setting(first, last, table, written)
        first = last + 1


def _setting(first: int, last: int, table: Path, text: str) -> Statement:
    value: object = _parsed(text)
    names = _names(_parsed(f"{text[: _equals(text)]}= 0"))
    for name in names:
        value = value[name] if isinstance(value, dict) else None
    return Statement(first, last, table, (*table, *names), text, value=value)


def _last(lines: list[str], first: int) -> int:
    """Return the line that ends the statement: the first with which it can be read."""
    ends = (end for end in range(first, len(lines)) if end == first or any(mark in lines[end] for mark in _CLOSERS))
    return next(end for end in ends if _parsed("\n".join(lines[first : end + 1])) is not None)


def _equals(text: str) -> int:
    """Return the place of the equals sign after a setting's name, which may hold others in quotes."""
    places = (place for place, character in enumerate(text) if character == "=")
    return next(place for place in places if _parsed(f"{text[:place]}= 0"))


def _parsed(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except ValueError:
        return None


def _names(value: object) -> Path:
    """Return the names of tables in one another, each of which holds one thing."""
    if isinstance(value, list):
        return _names(value[0])
    if not isinstance(value, dict) or not value:
        return ()
    name, inner = next(iter(value.items()))
    return (name, *_names(inner))
