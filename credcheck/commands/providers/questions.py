"""The questions that a new provider leaves open: answered by an option, at a terminal, or by a default."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from credcheck.errors import UsageError
from credcheck.system import streams, terminal

T = TypeVar("T")


class Ask(Protocol):
    """Asks one question, and reads the text that answers it; `option` is the one that would have answered it."""

    def __call__(self, question: str, default: str | None, *, option: str, read: Callable[[str], T]) -> T:
        """Return what is read in the answer; raises UsageError if there is none."""


def at_terminal(question: str, default: str | None, *, option: str, read: Callable[[str], T]) -> T:
    """Ask until the answer can be read; raises UsageError at the end of the input, or if no text is needed."""
    while True:
        try:
            typed = terminal.read_line(f"{question}{f' [{default}]' if default else ''}: ", seen=True).strip()
        except EOFError:
            return by_default(question, default, option=option, read=read)
        try:
            return read(typed or by_default(question, default, option=option, read=str))
        except UsageError as problem:
            streams.tell(f"  {problem.message}\n")


def by_default(question: str, default: str | None, *, option: str, read: Callable[[str], T]) -> T:
    """Return the default; raises UsageError if there is none."""
    if default is None:
        raise UsageError(f"{question}: say so with {option}; nothing is written")
    return read(default)
