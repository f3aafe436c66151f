"""Check accounts, print the results, keep them: the body of every plain check. Knows no Typer."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from credcheck.console import output
from credcheck.console.check_options import CheckOptions, CheckRequest
from credcheck.errors import ConfigError, NoticeFailed, Stopped, UsageError
from credcheck.names import ALL
from credcheck.render import View
from credcheck.render.formats import FORMATS, exit_status
from credcheck.session import Outcome, Session
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config, Filters
    from credcheck.console.progress import Progress
    from credcheck.history.report import BalanceHistory
    from credcheck.models import Account, Result, Thresholds
    from credcheck.providers.registry import Registry


def check(request: CheckRequest) -> int:
    """Check the accounts that are named, all if one of the names is `all`, and return the exit status."""
    from credcheck import config

    options, history = request.options, request.history
    filters = request.filters or config.NO_FILTERS
    if not request.names and not any(filters) and not options.low:
        return output.nothing_named(config.load(os.environ, file=request.config_file))
    names = [ALL if name.casefold() == ALL else name for name in request.names] or [ALL]
    loaded, accounts = _selected(names, filters, request.config_file)
    view = options.view(single=config.is_single(names, accounts, filters))
    format_ = FORMATS[view.format]
    if history.changes and (format_.always_prints or format_.for_one):
        raise UsageError(f"--changes cannot be combined with --format {view.format}, which always prints")
    output.check_file(options.output)
    output.warn(loaded)
    if not accounts and format_.always_prints:
        raise UsageError("no account is set up: run `credcheck login PROVIDER`")
    if not accounts:
        return output.nothing_to_check(loaded)
    at_terminal = ALL in names and streams.is_terminal(2)
    if at_terminal:
        output.tell_incomplete(loaded)
    accounts, thresholds = options.thresholds(accounts, loaded.warn_below)
    session = Session(
        loaded,
        accounts,
        environment=os.environ,
        options=history._replace(stale_if_error=history.stale_if_error and not format_.for_monitor),
        thresholds=thresholds,
        timeout=options.timeout,
    )
    asked = _Asked(accounts, thresholds, loaded.providers, are_all=ALL in names and not any(filters))
    status = _run(session, asked, options=options, view=view)
    for line in config.without_account(loaded, os.environ, names, filters) if not at_terminal else ():
        output.complain(line)
    return status


class _Asked(NamedTuple):
    """The accounts of a run, the thresholds for them, and whether these are all accounts."""

    accounts: Sequence["Account"]
    thresholds: "Thresholds"
    registry: "Registry"
    are_all: bool


def _selected(names: Sequence[str], filters: "Filters", file: str | None) -> "tuple[Config, list[Account]]":
    """Return the configuration and the accounts to check.

    Raises UsageError; if it is about one of several accounts, it says that the others were not checked either.
    """
    from credcheck import config

    try:
        loaded = config.load(os.environ, file=file)
        return loaded, config.select(loaded, os.environ, names, filters=filters)
    except UsageError as problem:
        if isinstance(problem, ConfigError) or len(names) > 1:
            problem.message += " (no account was checked)"
        raise


def _run(session: Session, asked: _Asked, *, options: CheckOptions, view: View) -> int:
    outcome = check_with_progress(session, options, view)
    if outcome.cannot_compare:
        output.complain(f"cannot compare with earlier checks: {outcome.cannot_compare}")
    try:
        histories = _histories(session, view, outcome.results)
        output.print_results(
            outcome.shown,
            view,
            options.output,
            explained=outcome.explained,
            checked=outcome.results if outcome.changes is not None else None,
            histories=histories,
        )
        session.delivered()
        output.warn_of_thresholds(asked.accounts, outcome.results)
        output.warn_of_unmatched(asked.thresholds, outcome.results, asked.registry, all_accounts=asked.are_all)
    finally:
        session.keep(outcome.results)
        # A check that only prints balances does not need the history: its trouble is for a person who looks on.
        is_wanted = session.must_tell_problem or streams.is_terminal(2)
        if session.problem and not outcome.cannot_compare and is_wanted:
            output.complain(session.problem)
    return _notified(session, outcome, view)


def _histories(session: Session, view: View, results: Sequence["Result"]) -> "Sequence[BalanceHistory]":
    """Return the histories for a format that shows them."""
    if not FORMATS[view.format].shows_history:
        return ()
    from credcheck.render import html

    return session.histories(results, since=html.since(results))


def _notified(session: Session, outcome: Outcome, view: View) -> int:
    """Send the notice that is asked for, and return the exit status of the check."""
    format_ = FORMATS[view.format]
    try:
        session.notify(outcome.results)
    except NoticeFailed as problem:
        if format_.exit_status is None:
            raise
        output.complain(problem.message)  # the format's statuses are of the balances alone
    return exit_status(outcome.judged, format_)


def check_with_progress(session: Session, options: CheckOptions, view: View) -> Outcome:
    """Return the outcome of a check, with progress on a terminal; an interrupted one prints the results so far."""
    shown: list[Progress] = []

    def listen(accounts: Sequence["Account"]) -> "Progress":
        # Imported only for a check that asks a provider: an answer from the history needs none of it.
        from credcheck.console.progress import Progress

        shown.append(Progress(accounts, view, os.environ, wanted=not options.no_progress))
        return shown[0]

    try:
        return session.check(listen)
    except Stopped:
        if shown and options.output is None:
            output.print_interrupted(shown[0].results, shown[0].total, view)
        raise
