"""The command that keeps a table on the screen."""

import gc
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from credcheck.commands.watch import board as boards
from credcheck.console import output
from credcheck.console.check_options import FILTER_OPTIONS, LOW, SORT, filters_of
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile, Timeout, with_options
from credcheck.console.parameters import read_as
from credcheck.errors import Stopped, UsageError, exit_status
from credcheck.render import View
from credcheck.session import Session
from credcheck.system import streams

if TYPE_CHECKING:
    from rich.console import RenderableType

    from credcheck.check import Listener
    from credcheck.commands.watch.board import Board
    from credcheck.commands.watch.loop import Check
    from credcheck.config import Config
    from credcheck.models import Account, Result
    from credcheck.render import Order
    from credcheck.system.terminal import Terminal


@app.command("watch")
@with_options([SORT, LOW, *FILTER_OPTIONS])
def watch_accounts(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAMES", help="Accounts; without any, all.")] = None,
    *,
    every: Annotated[
        Any,
        typer.Option(parser=read_as("age"), metavar="TIME", help="Check again after this time: 90s, 10m, 1h."),
    ] = "5m",
    timeout: Timeout = None,
    config_file: ConfigFile = None,
    values: Mapping[str, Any],
) -> int:
    """Keep the table on the screen, and renew it.

    `s` sorts, `r` checks again now, `q` or Ctrl-C leaves the last table behind. j, k, arrows, Page Up and Down, Home
    and End choose an account and show its reason, `o` opens its page, `/` filters by name or tag. An account is asked
    every 30 seconds at most, and later if its provider asks to wait. Unless they are sorted, those that are low or
    failed come first where not all have room.
    """
    from credcheck import config
    from credcheck.commands.watch import loop

    if every < timedelta(seconds=boards.SHORTEST):
        raise UsageError(f"--every must be at least {boards.SHORTEST:g}s, to spare the providers")
    if not _is_at_terminal():
        raise UsageError("watch needs a terminal; for cron there is `credcheck all --quiet`, see `credcheck help cron`")
    loaded = config.load(os.environ, file=config_file)
    filters = filters_of(values) or config.NO_FILTERS
    accounts = config.select(loaded, os.environ, names or ["all"], filters=filters, command="credcheck watch")
    output.warn(loaded)
    if not accounts:
        return output.nothing_to_check(loaded)
    gc.enable()  # this run is not short
    shown = loop.Loop(
        accounts,
        _check(loaded, timeout or loaded.timeout),
        _screen,
        every=every.total_seconds(),
        order=values.get("sort"),
        only_low=bool(values.get("low")),
        order_shown=_order_shown,
        open_page=_opener(loaded),
    )
    try:
        shown.run()
    except Stopped as stopped:
        if stopped.exit_status == Stopped(signal.SIGINT).exit_status:
            _print_last(shown.board)
        raise
    _print_last(shown.board)
    return exit_status(shown.board.results)


def _print_last(board: "Board") -> None:
    output.print_results(board.results, View(sort=board.order, low=board.only_low))


def _is_at_terminal() -> bool:
    from credcheck.system import terminal

    return streams.is_terminal(0) and terminal.of(1, os.environ).animated


def _check(loaded: "Config", timeout: float) -> "Check":
    """Return a function that checks some of the accounts and keeps their samples."""
    from credcheck.models import Thresholds

    def check(accounts: Sequence["Account"], arrivals: "Listener") -> "tuple[list[Result], str | None]":
        session = Session(
            loaded,
            accounts,
            environment=os.environ,
            thresholds=Thresholds({}, loaded.warn_below),
            timeout=timeout,
        )
        results = session.check(lambda _: arrivals).results
        session.keep(results)
        session.close()
        return results, session.problem

    return check


def _opener(loaded: "Config") -> "Callable[[Board, Terminal], str]":
    """Return a function that opens the page of the account under the cursor, and says so."""

    def open_page(board: "Board", terminal: "Terminal") -> str:
        from credcheck.commands.open import page_of, show
        from credcheck.commands.watch import drawing

        account = drawing.chosen(board, terminal, now=time.monotonic(), today=datetime.now(UTC))
        if account is None:
            return "choose an account with j or k first"
        try:
            page = page_of(loaded, account)
        except UsageError as problem:
            return problem.message
        return f"the browser shows {page.address}" if show(page.address, os.environ) else page.address

    return open_page


def _order_shown(board: "Board", terminal: "Terminal") -> "Order | None":
    from credcheck.commands.watch import drawing

    return drawing.order_shown(board, terminal, now=time.monotonic(), today=datetime.now(UTC))


def _screen(board: "Board", terminal: "Terminal") -> "RenderableType":
    from credcheck.commands.watch import drawing

    return drawing.screen(board, terminal, now=time.monotonic(), today=datetime.now(UTC))
