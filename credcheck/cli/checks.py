"""The commands that check accounts."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from credcheck.cli import output
from credcheck.cli.grammar import CHECK, CheckCommand, app
from credcheck.cli.options import CheckOptions, ConfigFile, with_check_options
from credcheck.errors import Stopped, exit_status
from credcheck.names import ALL
from credcheck.render import View

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.history.recording import Recording
    from credcheck.models import Account, Result, Thresholds


@app.command(CHECK, cls=CheckCommand, hidden=True)
@with_check_options
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="all|NAME...", help="`all`, or accounts.")] = None,
    *,
    options: CheckOptions,
    config_file: ConfigFile = None,
) -> int:
    """Check accounts and tell what is left.

    Exit status: 0 all read and none low, 1 one is low, 2 wrong usage or configuration, 3 one could not be read,
    4 a key is missing or was rejected, 5 the output could not be delivered. With --format nagios: 0 ok, 1 warning,
    2 critical, 3 unknown.
    """
    from credcheck import config

    loaded = config.load(os.environ, file=config_file)
    if not names:
        return output.nothing_named(loaded)
    accounts = config.select(loaded, os.environ, names)
    output.warn(loaded)
    if not accounts:
        return output.nothing_to_check(loaded)
    view = options.view(single=len(names) == 1 and names[0] != ALL)
    timeout = options.timeout or loaded.timeout
    thresholds = options.thresholds(loaded.warn_below)
    recording = _recording(loaded, accounts, timeout)
    results = _check(
        accounts,
        options,
        view,
        os.environ,
        recording,
        thresholds=thresholds,
        timeout=timeout,
        concurrency=loaded.concurrency,
    )
    results = [replace(result, warn_days_left=loaded.warn_days_left) for result in results]
    try:
        output.print_results(results, view, options.output)
    finally:
        if recording:
            output.record(recording, results)
    if view.format == "nagios":
        from credcheck.render import nagios

        return nagios.worst(results)
    return exit_status(results)


@app.command("demo")
@with_check_options
def run_demo(*, options: CheckOptions) -> int:
    """Show a check of made-up accounts; it needs no key."""
    from credcheck import demo
    from credcheck.config import validation

    view = options.view(single=False)
    thresholds = options.thresholds({})
    with demo.served() as accounts:
        timeout = options.timeout or validation.USUAL_TIMEOUT
        count = len(accounts)
        results = _check(accounts, options, view, {}, None, thresholds=thresholds, timeout=timeout, concurrency=count)
    output.print_results(results, view, options.output)
    status = exit_status(results)
    output.tell(f"This was a demo with made-up accounts; with them, `credcheck all` would end with status {status}.")
    return 0


def _check(
    accounts: Sequence["Account"],
    options: CheckOptions,
    view: View,
    environment: Mapping[str, str],
    recording: "Recording | None",
    *,
    thresholds: "Thresholds",
    timeout: float,
    concurrency: int,
) -> list["Result"]:
    """Return the results of checking these accounts, with their forecasts, and with progress on a terminal."""
    from credcheck.check import check_all
    from credcheck.cli.progress import Progress

    watch = Progress(accounts, view, os.environ, wanted=not options.no_progress, recording=recording)
    try:
        results = check_all(
            accounts,
            environment,
            timeout=timeout,
            concurrency=concurrency,
            thresholds=thresholds,
            watch=watch,
        )
    except Stopped:
        if options.output is None:
            output.print_interrupted(watch.results, len(accounts), view)
        raise
    return recording.foretold(results) if recording else results


def _recording(loaded: "Config", accounts: Sequence["Account"], seconds: float) -> "Recording | None":
    """Return the history of these accounts, or None if the user wants none."""
    from credcheck import history

    path = history.location(os.environ) if loaded.history else None
    if path is None:
        return None
    from credcheck.history.recording import Recording

    return Recording(path, [(account.name, account.provider) for account in accounts], seconds=seconds)
