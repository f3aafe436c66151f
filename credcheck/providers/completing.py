"""The names of the providers in a completion script.

The scripts that are committed have an empty list, so that a new provider changes none of them: the names are filled in
when a wheel is built and when `credcheck completions` prints one.
"""

import re

from credcheck import providers

_LIST = re.compile(r"^(\s*(?:local -a providers=\(|set -l providers(?= *$)))", re.MULTILINE)


def filled(script: str) -> str:
    """Return a script with the names of all built-in providers and their aliases in its empty list."""
    names = " ".join(providers.words())
    return _LIST.sub(lambda found: found[1] + ("" if found[1].endswith("(") else " ") + names, script)
