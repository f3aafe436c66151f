"""`credcheck config`: the paths of the files, the settings as they hold, an example, and the user's editor."""

import os
from typing import Annotated, Literal

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile
from credcheck.errors import UsageError
from credcheck.names import without_keys
from credcheck.system import streams

_HELP = (
    "`show` prints all settings as they hold, `path` where the two files are, `edit` opens config.toml in $VISUAL or"
    " $EDITOR (without both, at a terminal, in an editor that is installed) and validates it, `init` writes a commented"
    " example of it, `set` prints the line that makes a setting, and its place in the file."
)


_Setting = Annotated[
    str | None, typer.Argument(metavar="[ACCOUNT.]SETTING", help="With `set`: such as timeout or pixelcut.warn_below.")
]
_Value = Annotated[str | None, typer.Argument(metavar="VALUE", help="With `set`: the value, such as 20 or USD=5.")]
_USE_OF_SET = "`credcheck config set` needs a setting and a value: `credcheck config set pixelcut.warn_below 20`"


@app.command("config")
def manage_config(
    action: Annotated[
        Literal["show", "path", "edit", "init", "set"], typer.Argument(metavar="show|path|edit|init|set", help=_HELP)
    ] = "show",
    setting: _Setting = None,
    value: _Value = None,
    *,
    config_file: ConfigFile = None,
) -> int:
    """Show the settings in force, the paths of the files, an example, or how to change a setting.

    credcheck never changes config.toml: `set` prints the line to write and where, and `edit` opens the file. If there
    is none yet, `edit` creates it with the example of `init`.
    """
    if action == "set":
        if setting is None or value is None:
            raise UsageError(_USE_OF_SET)
        _set(config_file, setting, value)
    elif setting is not None:
        raise UsageError(f"`credcheck config {action}` has no argument `{without_keys(setting)}`")
    else:
        {"show": _show, "path": _path, "init": _init, "edit": _edit}[action](config_file)
    return 0


def _show(file: str | None) -> None:
    from credcheck import config
    from credcheck.commands.config import settings

    loaded = config.load(os.environ, file=file)
    output.warn(loaded)
    streams.deliver(settings.shown(loaded, config.all_accounts(loaded, os.environ)))


def _set(file: str | None, setting: str, value: str) -> None:
    from credcheck import config
    from credcheck.commands.config import change

    config.locate(os.environ, file=file)  # a setting needs a place
    streams.deliver(change.described(config.load(os.environ, file=file), setting, value, os.environ))


def _path(file: str | None) -> None:
    from credcheck import config

    path, credentials = config.locate(os.environ, file=file)
    streams.deliver(f"{path}\n{credentials}\n")


def _init(file: str | None) -> None:
    from shlex import join

    from credcheck import config
    from credcheck.commands.config import example

    path, _credentials = config.locate(os.environ, file=file)
    example.write_example(path)
    edit = join(["credcheck", "config", "edit", *(["--config", file] if file else [])])
    output.tell(f"Wrote an example to {path}; edit it with `{edit}`.")


def _edit(file: str | None) -> None:
    from credcheck import config
    from credcheck.commands.config import example

    path, _credentials = config.locate(os.environ, file=file)
    example.edit(path, os.environ)
    config.load(os.environ, file=str(path))
    output.tell(f"{path} is valid.")
