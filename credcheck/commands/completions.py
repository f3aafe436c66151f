"""`credcheck completions`: the completion scripts of the shells."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from credcheck.console.grammar import app
from credcheck.providers.completing import filled
from credcheck.system import streams

_FILES = {"bash": "credcheck.bash", "zsh": "_credcheck", "fish": "credcheck.fish"}
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
    in_wheel, in_checkout = (folder / "completions" / _FILES[shell] for folder in (_PACKAGE, _PACKAGE.parent))
    return filled((in_wheel if in_wheel.exists() else in_checkout).read_text(encoding="utf-8"))
