"""Write the providers into the README: `python -m tests.listed`."""

import re
from pathlib import Path

from credcheck.commands.providers import search
from credcheck.providers.registry import BUILT_IN

README = Path(__file__).parent.parent / "README.md"
_TABLE = re.compile(r"^\| [0-9]+ \| providers \|\n(?:\|.*\n)*", re.MULTILINE)


def with_providers(text: str) -> str:
    """Return the README with a line for each category."""
    groups: dict[str, list[str]] = {}
    for each in search.entries(BUILT_IN):
        groups.setdefault(each.category, []).append(each.name)
    table = [f"| {sum(map(len, groups.values()))} | providers |\n", "|---|---|\n"]
    for name, about in search.CATEGORIES.items():
        if name in groups:
            table.append(f"| {name}: {about} | {', '.join(groups[name])} |\n")
    return _TABLE.sub("".join(table), text)


if __name__ == "__main__":
    README.write_text(with_providers(README.read_text(encoding="utf-8")), encoding="utf-8")
