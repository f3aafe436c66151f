"""The command that checks accounts, and the program without a command."""

from typing import Annotated

import typer

from credcheck.cli import checking
from credcheck.cli.checking import CheckOptions
from credcheck.cli.grammar import CheckCommand, app
from credcheck.cli.options import Changes, ConfigFile, MaxAge, Notify, StaleIfError, with_check_options
from credcheck.cli.parameters import CHECK
from credcheck.cli.past import HistoryOptions


@app.callback(invoke_without_command=True)
def credcheck(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version; so do `version` and -V.")] = False,
) -> int:
    """Tell how much credit is left at every provider whose API you pay for."""
    if version:
        from credcheck.cli.commands import show_version

        return show_version()
    return 0


@app.command(CHECK, cls=CheckCommand, hidden=True)
@with_check_options
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="all|NAME...", help="`all`, or accounts.")] = None,
    *,
    options: CheckOptions,
    max_age: MaxAge = None,
    stale_if_error: StaleIfError = False,
    changes: Changes = False,
    notify: Notify = False,
    config_file: ConfigFile = None,
) -> int:
    """Check accounts and tell how much is left.

    Exit status: 0 all read and none low, 1 one is low, 2 wrong usage or configuration, 3 one could not be read,
    4 a key is missing or was rejected, 5 the output could not be delivered. With --format nagios: 0 ok, 1 warning,
    2 critical, 3 unknown.
    """
    asked = HistoryOptions(max_age=max_age, stale_if_error=stale_if_error, changes=changes, notify=notify)
    return checking.check(names or [], options, asked, config_file)
