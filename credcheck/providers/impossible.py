"""The companies that offer no API for the balance: the reason, and the alternative."""

import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from credcheck import errors
from credcheck.errors import NotPossible, UsageError
from credcheck.names import fold

_KEY_VARIABLE = r"([A-Z][A-Z0-9_]*?)_(?:API_|ACCESS_)?(?:KEY|TOKEN)"
_FILE = os.path.join(os.path.dirname(__file__), "impossible.toml")


class Impossible(NamedTuple):
    """One such company; `instead` is empty if nothing is possible."""

    name: str
    title: str
    why: str
    instead: str = ""
    aliases: tuple[str, ...] = ()

    def lines(self) -> tuple[str, str]:
        """Return the reason why it is not supported, and the alternative."""
        instead = self.instead or "nothing with a key"
        return f"{self.title} offers no API for the balance: {self.why}", f"Alternative: {instead}."

    def error(self) -> NotPossible:
        """Return the error for a command line that names the company."""
        return NotPossible(*self.lines())


def every() -> Iterator[tuple[str, Impossible]]:
    """Yield all of them by name."""
    import tomllib

    with open(_FILE, "rb") as file:
        for name, table in tomllib.load(file).items():
            yield name, Impossible(name, **{**table, "aliases": tuple(table.get("aliases", ()))})


def of_variables(variables: Iterable[str]) -> dict[str, Impossible]:
    """Return the company of each variable that is named as one for its key: `GROQ_API_KEY`."""
    words = {variable: found[1] for variable in variables if (found := re.fullmatch(_KEY_VARIABLE, variable))}
    if not words:
        return {}
    companies = {fold(word): company for name, company in every() for word in (name, company.title, *company.aliases)}
    return {variable: companies[fold(word)] for variable, word in words.items() if fold(word) in companies}


def names() -> list[str]:
    """Return their names."""
    return [name for name, _ in every()]


def no_such(word: str, message: str, candidates: Iterable[str]) -> UsageError:
    """Return the error for a word that names no account or provider: perhaps a company, a key, or near a candidate."""
    company = find(word)
    return company.error() if company else errors.no_such(word, message, [*candidates, *names()])


def find(word: str) -> Impossible | None:
    """Return the company that a word means, by name, title or alias in any spelling."""
    wanted = fold(word)
    names = ((company, {fold(name), fold(company.title), *map(fold, company.aliases)}) for name, company in every())
    return next((company for company, spellings in names if wanted in spellings), None)
