"""The companies that tell no balance to a program with a key: the reason, and the alternative."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from credcheck.errors import NotPossible
from credcheck.names import fold

_FILE = os.path.join(os.path.dirname(__file__), "impossible.toml")


class Impossible(NamedTuple):
    """One such company; `instead` is empty if nothing is possible."""

    title: str
    why: str
    instead: str = ""
    aliases: tuple[str, ...] = ()

    def lines(self) -> tuple[str, str]:
        """Return the reason why it is not supported, and the alternative."""
        instead = self.instead or "nothing with a key"
        return f"{self.title} tells no balance: {self.why}", f"Possible instead: {instead}."

    def error(self) -> NotPossible:
        """Return the error for a command line that names the company."""
        return NotPossible(*self.lines())


def every() -> Iterator[tuple[str, Impossible]]:
    """Yield all of them by name."""
    import tomllib

    with open(_FILE, "rb") as file:
        for name, table in tomllib.load(file).items():
            yield name, Impossible(**{**table, "aliases": tuple(table.get("aliases", ()))})


def names() -> list[str]:
    """Return their names."""
    return [name for name, _ in every()]


def find(word: str) -> Impossible | None:
    """Return the company that a word means, by name, title or alias in any spelling."""
    wanted = fold(word)
    names = ((company, {fold(name), fold(company.title), *map(fold, company.aliases)}) for name, company in every())
    return next((company for company, spellings in names if wanted in spellings), None)
