"""Write the page of all providers, `credcheck/help/providers.md`, and README's count: `python -m tests.listed`."""

import re
from collections import Counter
from pathlib import Path

from credcheck import providers
from credcheck.commands.providers import search
from credcheck.providers import impossible
from credcheck.providers.registry import BUILT_IN

PAGE = Path(providers.__file__).parent.parent / "help" / "providers.md"
README = Path(__file__).parent.parent / "README.md"
_HEAD = """\
# Providers

{count} providers are built in. `credcheck providers WORD` finds some (`music`, `sms`, `gpu`), `credcheck providers
NAME` shows the options, the kind of key and the pages of one.

How sure a description is: {documented} are *documented* (read in the company's documentation), {sdk} are read in its
own *sdk* or command-line tool, {clients} are known in part only from other people's programs (*clients*).
"""
_MISSING = """
## No balance

These companies offer no API for the balance; `credcheck providers --impossible` says why, and what is possible instead:
{}.
"""


def page() -> str:
    """Return the page: a table for each category, and the companies that offer no API for the balance."""
    entries = search.entries(BUILT_IN)
    sources = Counter(providers.load(each.name).source for each in entries)
    text = _HEAD.format(count=len(entries), **{name or "": count for name, count in sources.items()})
    for category, about in search.CATEGORIES.items():
        if rows := [_row(each) for each in entries if each.category == category]:
            heading = f"\n## {category}: {about}\n\n| provider | company | variable | source |\n|---|---|---|---|\n"
            text += heading + "".join(rows)
    return text + _MISSING.format(", ".join(sorted((each.title for _, each in impossible.every()), key=str.casefold)))


def _row(entry: search.Entry) -> str:
    variable = f"`{entry.variable}`" if entry.variable else ""
    return f"| {entry.name} | {entry.title} | {variable} | {providers.load(entry.name).source} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    counted = re.sub(r"\d+ providers", f"{len(providers.names())} providers", README.read_text(encoding="utf-8"))
    README.write_text(counted, encoding="utf-8")
