"""`credcheck all` and `credcheck NAME`: the check, a command without a word of its own."""

from typing import Annotated

import typer

from credcheck.commands import run_check
from credcheck.console.check_options import CheckOptions
from credcheck.console.grammar import CheckCommand, app
from credcheck.console.options import Changes, ConfigFile, MaxAge, Notify, StaleIfError, with_check_options
from credcheck.console.parameters import CHECK
from credcheck.session import HistoryOptions


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
    history = HistoryOptions(max_age=max_age, stale_if_error=stale_if_error, changes=changes, notify=notify)
    return run_check.check(names or [], options, history, config_file)
