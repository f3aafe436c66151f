"""`credcheck help`: the help of the program or of one command."""

from typing import Annotated

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.parameters import CHECK
from credcheck.errors import no_such
from credcheck.names import ALL, match


@app.command("help")
def show_help(
    ctx: typer.Context,
    command: Annotated[str | None, typer.Argument(metavar="COMMAND", help="Only this one.")] = None,
) -> int:
    """Show this help, or the help of a command."""
    group = ctx.find_root()
    commands = getattr(group.command, "commands", {})
    if command is None:
        output.deliver(f"{group.get_help()}\n")
        return 0
    name = CHECK if command.casefold() == ALL else match(command, commands)
    if name is None:
        raise no_such(command, "there is no such command (see `credcheck --help`)", commands)
    context = commands[name].context_class(commands[name], info_name=name, parent=group)
    output.deliver(f"{commands[name].get_help(context)}\n")
    return 0
