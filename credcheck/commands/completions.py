"""`credcheck completions`: the completion scripts of the shells."""

import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from credcheck import providers
from credcheck.console.grammar import app
from credcheck.system import streams

_FILES = {"bash": "credcheck.bash", "zsh": "_credcheck", "fish": "credcheck.fish"}
# The line that lists the providers: it is filled in from the folder of the providers, which may have gained some.
_PROVIDERS = re.compile(r"^(\s*(?:local -a |set -l )providers(?:=\(| ))[a-z0-9 -]+", re.MULTILINE)
_PACKAGE = Path(__file__).parent.parent
_INSTALL = """\
\b
To install them:
  bash  credcheck completions bash >~/.credcheck.bash
        echo '. ~/.credcheck.bash' >>~/.bashrc
  zsh   mkdir -p ~/.zsh
        credcheck completions zsh >~/.zsh/_credcheck
        and in ~/.zshrc, before compinit: fpath=(~/.zsh $fpath)
  fish  mkdir -p ~/.config/fish/completions
        credcheck completions fish >~/.config/fish/completions/credcheck.fish
"""


@app.command("completions", epilog=_INSTALL)
def print_completions(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="bash|zsh|fish", help="The shell.")],
) -> int:
    """Print a script that completes commands and accounts at TAB."""
    streams.deliver(completions(shell))
    return 0


def completions(shell: Literal["bash", "zsh", "fish"]) -> str:
    """Return the script of a shell; it is inside the package in a wheel, beside the package in a checkout."""
    carried, beside = (folder / "completions" / _FILES[shell] for folder in (_PACKAGE, _PACKAGE.parent))
    text = (carried if carried.exists() else beside).read_text(encoding="utf-8")
    return _PROVIDERS.sub(rf"\g<1>{' '.join(providers.words())}", text)
