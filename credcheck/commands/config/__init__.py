"""`credcheck config`: the paths of the files, an example, and the user's editor."""

import os
from typing import Annotated, Literal

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile
from credcheck.system import streams


@app.command("config")
def manage_config(
    action: Annotated[
        Literal["path", "edit", "init"],
        typer.Argument(
            metavar="path|edit|init",
            help="`path` prints where the two files are, `edit` opens config.toml in $VISUAL or $EDITOR and validates"
            " it, `init` writes a commented example of it.",
        ),
    ],
    *,
    config_file: ConfigFile = None,
) -> int:
    """Print the paths of the files, edit config.toml, or begin one."""
    from shlex import join

    from credcheck import config
    from credcheck.commands.config import example

    path, credentials = config.locate(os.environ, file=config_file)
    match action:
        case "path":
            streams.deliver(f"{path}\n{credentials}\n")
        case "init":
            example.write_example(path)
            edit = join(["credcheck", "config", "edit", *(["--config", config_file] if config_file else [])])
            output.tell(f"Wrote an example to {path}; edit it with `{edit}`.")
        case "edit":
            example.edit(path, os.environ)
            config.load(os.environ, file=str(path))
            output.tell(f"{path} is valid.")
    return 0
