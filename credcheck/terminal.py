"""What the output goes to, and what it can show."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from credcheck import streams


@dataclass(frozen=True, slots=True)
class Terminal:
    """The abilities of stdout. Without a width nothing is cut or wrapped: it is a pipe or a file."""

    width: int | None = None
    colour: bool = False
    unicode: bool = True
    links: bool = False


def of_stdout(environment: Mapping[str, str]) -> Terminal:
    """Return what stdout can show; NO_COLOR, FORCE_COLOR and TERM=dumb are respected."""
    present = streams.is_terminal(1)
    able = present and environment.get("TERM") not in {None, "", "dumb"}
    colour = (able or bool(environment.get("FORCE_COLOR"))) and not environment.get("NO_COLOR")
    width = shutil.get_terminal_size().columns if present else None
    return Terminal(width=width, colour=colour, unicode=streams.can_show("✓✗…"), links=able and colour)


def can_animate(environment: Mapping[str, str]) -> bool:
    """Tell whether stderr is a terminal on which lines can be written over."""
    return streams.is_terminal(2) and environment.get("TERM") not in {None, "", "dumb"}
