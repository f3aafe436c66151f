"""The completions, as the files that the shells read."""

from pathlib import Path
from typing import Literal

_FILES = {"bash": "credcheck.bash", "zsh": "_credcheck", "fish": "credcheck.fish"}
_PACKAGE = Path(__file__).parent


def completions(shell: Literal["bash", "zsh", "fish"]) -> str:
    """Return the completions of a shell: the wheel carries them in the package, a checkout beside it."""
    carried, beside = (folder / "completions" / _FILES[shell] for folder in (_PACKAGE, _PACKAGE.parent))
    return (carried if carried.exists() else beside).read_text(encoding="utf-8")
