"""`credcheck doctor`."""

import os
from typing import Annotated

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile, Timeout
from credcheck.errors import ExitStatus
from credcheck.system import streams, terminal


@app.command("doctor")
def run_doctor(
    *,
    notify: Annotated[bool, typer.Option("--notify", help="Only send a test with the command of [notify].")] = False,
    timeout: Timeout = None,
    config_file: ConfigFile = None,
) -> int:
    """Examine files, keys and the network."""
    from credcheck.commands.doctor import examination

    if notify:
        examination.send_test(os.environ, file=config_file, timeout=timeout)
        output.tell("The [notify] command ran successfully.")
        return 0
    report, healthy = examination.examine(os.environ, file=config_file, timeout=timeout)
    out = terminal.of(1, os.environ)
    streams.deliver(examination.coloured(out.wrapped(report)) if out.colour else out.wrapped(report))
    return ExitStatus.OK if healthy else ExitStatus.FAILED
