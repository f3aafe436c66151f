"""The built-in providers. The folder is the registry: `builtin/NAME.toml` describes the provider NAME.

A description is data. `schema` reads one, `request` asks with it; `balances` and `declared_failures` read the answer.
"""

import os
import re
from functools import cache
from typing import TYPE_CHECKING

from credcheck.names import fold

if TYPE_CHECKING:
    from credcheck.providers.provider import Provider

_FOLDER = os.path.join(os.path.dirname(__file__), "builtin")
_ENDING = ".toml"
_LARGEST = 64 * 1024  # bytes of a description


@cache
def names() -> tuple[str, ...]:
    """Return the names of all built-in providers, without reading one."""
    files = os.listdir(_FOLDER)
    return tuple(sorted(file.removesuffix(_ENDING) for file in files if file.endswith(_ENDING)))


@cache
def load(name: str) -> "Provider":
    """Return the built-in provider of this name; raises FileNotFoundError for a name that `names` does not list."""
    import tomllib
    from decimal import Decimal

    from credcheck.providers import schema

    table = tomllib.loads(source(name), parse_float=Decimal)
    return schema.provider(name, table, place=f"{name}{_ENDING}: ", built_in=True)


@cache
def variables() -> dict[str, tuple[str, ...]]:
    """Return the usual variables of each built-in provider that has one, by a scan that parses nothing."""
    return _scanned("variable")


@cache
def other_variables() -> dict[str, tuple[str, ...]]:
    """Return the variables that hold other keys of a built-in provider's company, by a scan that parses nothing."""
    return _scanned("other_variables")


@cache
def aliases() -> dict[str, tuple[str, ...]]:
    """Return the aliases of each built-in provider that has some, by a scan that parses nothing."""
    return _scanned("aliases")


def _scanned(setting: str) -> dict[str, tuple[str, ...]]:
    """Return the texts on the line of a setting at the top of each description that has one."""
    found = {}
    beginning = f"\n{setting} = "
    for name in names():
        top = "\n" + source(name).partition("\n[")[0]
        if beginning in top:
            found[name] = tuple(re.findall(r'"([^"]*)"', top.partition(beginning)[2].partition("\n")[0]))
    return found


def top(name: str) -> dict[str, object]:
    """Return the keys before the first table of a built-in provider's description: the facts for people."""
    import tomllib

    return tomllib.loads(source(name).partition("\n[")[0])


def source(name: str) -> str:
    """Return the text of a built-in provider's description."""
    # Without a file object: a scan opens more than a hundred.
    descriptor = os.open(f"{_FOLDER}/{name}{_ENDING}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, _LARGEST).decode()
    finally:
        os.close(descriptor)


def words() -> list[str]:
    """Return all names and aliases as they can be typed without quotes."""
    written = {re.sub(r"[^a-z0-9]+", "-", one.lower()).strip("-"): one for found in aliases().values() for one in found}
    return sorted({*names(), *(word for word, one in written.items() if fold(word) == fold(one))})
