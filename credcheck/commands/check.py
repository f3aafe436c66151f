"""`credcheck all` and `credcheck NAME`: the check, a command without a word of its own."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from credcheck.commands import run_check
from credcheck.console.check_options import CHECK_OPTIONS, HISTORY_OPTIONS, CheckRequest
from credcheck.console.grammar import CheckCommand, app
from credcheck.console.options import with_options
from credcheck.console.parameters import CHECK


@app.command(CHECK, cls=CheckCommand, hidden=True)
@with_options([*CHECK_OPTIONS, *HISTORY_OPTIONS])
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="all|NAME...", help="`all`, or accounts.")] = None,
    *,
    values: Mapping[str, Any],
) -> int:
    """Check accounts and show how much is left.

    Exit status: 0 all read and none low, 1 one is low, 2 wrong usage or configuration, 3 one could not be read,
    4 a key is missing or was rejected, 5 the output could not be delivered. With --format nagios: 0 ok, 1 warning,
    2 critical, 3 unknown.
    """
    return run_check.check(CheckRequest.of(names or [], values))
