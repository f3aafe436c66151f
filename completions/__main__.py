"""Write the completions and the man page into the folder named, or into this one, in which they are committed."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from completions import bash, fish, man, tree, zsh

HERE = Path(__file__).parent

# Each takes the command tree and returns what stands in the place of the words between @ in its template.
_FILES: Mapping[str, Callable[[tree.Command], Mapping[str, str]]] = {
    "credcheck.bash": bash.parts,
    "_credcheck": zsh.parts,
    "credcheck.fish": fish.parts,
    "credcheck.1": man.parts,
}


def main(folder: Path) -> None:
    """Write all files."""
    root = tree.read()
    for name, parts in _FILES.items():
        text = (HERE / "templates" / name).read_text(encoding="utf-8")
        for mark, part in parts(root).items():
            text = text.replace(f"@{mark}@", part)
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(*sys.argv[1:]) if sys.argv[1:] else HERE)
