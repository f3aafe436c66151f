"""`credcheck doctor`."""

import os
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from credcheck.console import output
from credcheck.console.check_options import FILTER_OPTIONS, LAST_LOW, filters_of
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile, Timeout, with_options
from credcheck.errors import ExitStatus, UsageError
from credcheck.system import streams, terminal


@app.command("doctor")
@with_options([LAST_LOW, *FILTER_OPTIONS])
def run_doctor(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAMES", help="Accounts; without any, all.")] = None,
    *,
    notify: Annotated[bool, typer.Option("--notify", help="Only send a test with the command of [notify].")] = False,
    timeout: Timeout = None,
    config_file: ConfigFile = None,
    values: Mapping[str, Any],
) -> int:
    """Examine files, keys and the network; of accounts that are named only those."""
    from credcheck.commands.doctor import examination

    filters, only_low = filters_of(values), bool(values.get("low"))
    if notify and (names or filters or only_low):
        raise UsageError("--notify sends a test and examines no account; leave out the names")
    if notify:
        examination.send_test(os.environ, file=config_file, timeout=timeout)
        output.tell("The [notify] command ran successfully.")
        return 0
    report, healthy = examination.examine(
        os.environ, names or [], filters, only_low=only_low, file=config_file, timeout=timeout
    )
    out = terminal.of(1, os.environ)
    streams.deliver(examination.coloured(out.wrapped(report)) if out.colour else out.wrapped(report))
    return ExitStatus.OK if healthy else ExitStatus.FAILED
