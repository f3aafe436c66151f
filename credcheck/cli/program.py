"""The program as Typer knows it: all of its commands, and messages about wrong command lines."""

import os
import re
from collections.abc import Sequence
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Annotated, Any

import typer

from credcheck import __version__
from credcheck.console.grammar import app
from credcheck.console.output import deliver
from credcheck.console.parameters import CHECK, command_path
from credcheck.errors import KeyTyped, UsageError
from credcheck.names import ALL, COMMANDS, did_you_mean, without_keys
from credcheck.system import terminal

_HELP_WIDTH = 80
_NO_KEYS_HERE = (
    "a key on the command line stays in the shell history, so remove this line from it;"
    " `credcheck login NAME` asks for the key"
)
_ABOUT_THE_PROGRAM = {"--help", "-h", "--version", "-V"}


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return the exit status; raises UsageError for one that is wrong."""
    os.environ.pop("_CREDCHECK_COMPLETE", None)  # it would start Typer's own completion
    # Typer prints help with print(), which reports no full disk.
    with redirect_stdout(StringIO()) as printed:
        width = min(terminal.of(1, os.environ).width or _HELP_WIDTH, _HELP_WIDTH)
        try:
            status = group(arguments).main(
                list(arguments), prog_name="credcheck", standalone_mode=False, terminal_width=width
            )
        except typer.TyperException as problem:
            raise UsageError(_usage_message(problem, arguments)) from None
    deliver(printed.getvalue())
    return status or 0


def group(words: Sequence[str] | None = None) -> Any:
    """Return the group of all commands, or with those that these words can mean.

    The modules of the others are not imported: a check has no use for them.
    """
    is_check = words is not None and {*COMMANDS, *_ABOUT_THE_PROGRAM}.isdisjoint(words)
    for name in (CHECK,) if is_check else COMMANDS:
        import_module(f"credcheck.commands.{name}")  # which gives the app its command
    return typer.main.get_command(app)


@app.callback(invoke_without_command=True)
def credcheck(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version (also -V).")] = False,
) -> int:
    """Show how much credit is left at every provider whose API you pay for."""
    if version:
        deliver(f"credcheck {__version__}\n")
    return 0


def _usage_message(problem: typer.TyperException, arguments: Sequence[str]) -> str:
    context = getattr(problem, "ctx", None)
    named = next((word for word in arguments if word in COMMANDS), ALL)
    command = command_path(context) if context else f"credcheck {named}"
    said = _in_own_words(problem, command)
    harmless = without_keys(said)
    remedy = f"see `{command} --help`" if harmless == said else KeyTyped().message
    return f"{harmless} {remedy[0].upper()}{remedy[1:]}" if harmless.endswith("?") else f"{harmless}; {remedy}"


def _in_own_words(problem: typer.TyperException, command: str) -> str:
    """Return a message about a wrong command line; Typer does not export the classes of its errors."""
    option = getattr(problem, "option_name", "")
    match type(problem).__name__:
        case "NoSuchOption":
            near = did_you_mean(option, getattr(problem, "possibilities", None) or ())
            if re.search(r"key|token|secret|passw", option):
                return f"`{command}` has no option {option}: {_NO_KEYS_HERE}"
            if option == "--all" and command == "credcheck logout":
                near = ": name each account whose key is to be removed"
            return f"`{command}` has no option {option}{near}"
        case "BadOptionUsage" if "requires" in problem.message:
            return f"{option} needs a value"
        case "BadOptionUsage":
            return f"{option} takes no value"
        case _ if extra := re.search(r"unexpected extra argument.*\((.*)\)", problem.message):
            return f"`{command}` has no argument `{extra[1]}`"
        case _:
            return problem.format_message().rstrip(".")
