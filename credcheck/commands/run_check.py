"""Check accounts, print and record: what all the commands that check share. Knows no Typer."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from credcheck.console import output
from credcheck.console.check_history import CheckHistory, HistoryOptions
from credcheck.console.check_options import CheckOptions
from credcheck.errors import NoticeFailed, Stopped, UsageError, exit_status
from credcheck.names import ALL
from credcheck.render import View
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.history.recording import Recording
    from credcheck.models import Account, Result, Thresholds
    from credcheck.providers.registry import Registry


def check(names: Sequence[str], options: CheckOptions, asked: HistoryOptions, config_file: str | None = None) -> int:
    """Check these accounts, all if one of the names is `all`, and return the exit status."""
    from credcheck import config

    loaded = config.load(os.environ, file=config_file)
    if not names:
        return output.nothing_named(loaded)
    names = [ALL if name.casefold() == ALL else name for name in names]
    view = options.view(single=len(names) == 1 and names[0] != ALL)
    if asked.changes and view.format == "nagios":
        raise UsageError("--changes may have nothing to print, but a plugin always prints its line; leave one out")
    accounts = config.select(loaded, os.environ, names)
    output.warn(loaded)
    if not accounts and view.format == "nagios":
        raise UsageError("no account is set up: run `credcheck login PROVIDER`")
    if not accounts:
        return output.nothing_to_check(loaded)
    if ALL in names and streams.is_terminal(2):
        output.tell_incomplete(loaded)
    return _check_and_print(loaded, accounts, options, view, asked)


def _check_and_print(
    loaded: "Config", accounts: Sequence["Account"], options: CheckOptions, view: View, asked: HistoryOptions
) -> int:
    """Check the accounts without a recent answer, print and record the results; return the exit status."""
    timeout, thresholds = options.timeout or loaded.timeout, options.thresholds(loaded.warn_below)
    past = CheckHistory(loaded, accounts, asked, seconds=timeout)
    recent = past.recent(thresholds)
    checked = check_with_progress(
        [account for account in accounts if account.name not in recent],
        options,
        view,
        os.environ,
        past.recording,
        registry=loaded.providers,
        thresholds=thresholds,
        timeout=timeout,
        concurrency=loaded.concurrency,
    )
    results = past.foretold(_in_order(accounts, recent, checked))
    news = past.changes(results)
    try:
        if news:
            output.print_results([change.result for change in news.changes], view, options.output)
            news.remember(told=True)
        else:
            shown = past.in_place_of_failures(results, thresholds, view.format)
            output.print_results(shown, view, options.output, failed=results)
        output.warn_of_thresholds(accounts, results)
    finally:
        past.keep(results)
    if view.format == "nagios":
        from credcheck.render import nagios

        try:
            past.notify(results)
        except NoticeFailed as problem:  # the plugin's one line is printed, and its state is that of the balances
            output.complain(problem.message)
        return nagios.worst(results)
    past.notify(results)
    return exit_status(results)


def _in_order(
    accounts: Sequence["Account"], recent: Mapping[str, "Result"], checked: Sequence["Result"]
) -> list["Result"]:
    """Return a result for each account, in their order."""
    by_name = {**recent, **{result.account: result for result in checked}}
    return [by_name[account.name] for account in accounts]


def check_with_progress(
    accounts: Sequence["Account"],
    options: CheckOptions,
    view: View,
    environment: Mapping[str, str],
    recording: "Recording | None",
    *,
    registry: "Registry | None" = None,
    thresholds: "Thresholds",
    timeout: float,
    concurrency: int,
) -> list["Result"]:
    """Return the results of checking these accounts, with progress on a terminal."""
    if not accounts:
        return []
    from credcheck.check import check_all
    from credcheck.console.progress import Progress

    watch = Progress(accounts, view, os.environ, wanted=not options.no_progress, recording=recording)
    try:
        return check_all(
            accounts,
            environment,
            timeout=timeout,
            concurrency=concurrency,
            thresholds=thresholds,
            registry=registry,
            watch=watch,
        )
    except Stopped:
        if options.output is None:
            output.print_interrupted(watch.results, len(accounts), view)
        raise
