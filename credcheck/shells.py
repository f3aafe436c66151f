"""The completion scripts of the shells."""

import re
from pathlib import Path
from typing import Literal

from credcheck import providers

_FILES = {"bash": "credcheck.bash", "zsh": "_credcheck", "fish": "credcheck.fish"}
# The line that lists the providers: it is filled in from the folder of the providers, which may have gained some.
_PROVIDERS = re.compile(r"^(\s*(?:local -a |set -l )providers(?:=\(| ))[a-z0-9 -]+", re.MULTILINE)
_PACKAGE = Path(__file__).parent


def completions(shell: Literal["bash", "zsh", "fish"]) -> str:
    """Return the script of a shell; it is inside the package in a wheel, beside the package in a checkout."""
    carried, beside = (folder / "completions" / _FILES[shell] for folder in (_PACKAGE, _PACKAGE.parent))
    text = (carried if carried.exists() else beside).read_text(encoding="utf-8")
    return _PROVIDERS.sub(rf"\g<1>{' '.join(providers.words())}", text)
