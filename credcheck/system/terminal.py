"""What the output goes to, and what it can show."""

import os
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from credcheck.system import streams

_USUAL_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Terminal:
    """The abilities of a stream. Without a width nothing is cut or wrapped: it is a pipe or a file."""

    width: int | None = None
    colour: bool = False
    unicode: bool = True
    links: bool = False
    animated: bool = False


def of(descriptor: int, environment: Mapping[str, str]) -> Terminal:
    """Return what stdout (1) or stderr (2) can show; NO_COLOR, FORCE_COLOR and TERM=dumb are respected."""
    present = streams.is_terminal(descriptor)
    able = present and environment.get("TERM") not in {None, "", "dumb"}
    colour = (able or bool(environment.get("FORCE_COLOR"))) and not environment.get("NO_COLOR")
    return Terminal(
        width=_width(descriptor, environment) if present else None,
        colour=colour,
        unicode=streams.can_show("✓✗…⠋", descriptor),
        links=able and colour,
        animated=able,
    )


def fitted(text: str, descriptor: int, environment: Mapping[str, str]) -> str:
    """Return lines as they are for a pipe or file, and broken between words for a terminal."""
    if not streams.is_terminal(descriptor):
        return text
    width = _width(descriptor, environment)
    return "".join(f"{line}\n" for long in text.splitlines() for line in _broken(long, width))


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line.lstrip(),
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width(descriptor: int, environment: Mapping[str, str]) -> int:
    """Return the columns that COLUMNS says, else the terminal itself."""
    told = environment.get("COLUMNS", "")
    if told.isascii() and told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(descriptor).columns or _USUAL_WIDTH
    except OSError:
        return _USUAL_WIDTH
