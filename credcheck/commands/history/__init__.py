"""The command that shows and manages the history."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from credcheck.commands.history import corrections, low, transfer
from credcheck.commands.history.corrections import Correction
from credcheck.commands.history.opening import SECONDS, opened, owners_named
from credcheck.console import output
from credcheck.console.check_options import FILTER_OPTIONS, LOW, filters_of
from credcheck.console.grammar import app
from credcheck.console.options import AsJson, ConfigFile, with_options
from credcheck.console.parameters import chosen_format, read_as
from credcheck.errors import HistoryBroken, HistoryError, UsageError
from credcheck.names import is_pattern
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config, Filters
    from credcheck.history.report import BalanceHistory
    from credcheck.history.samples import Owner
    from credcheck.history.store import Store
    from credcheck.models import Balance

_DEFAULT_SINCE = "30d"
# Each of these is a command of its own; the words that may stand beside it.
_COMBINABLE = {
    "--export": {"further names", "--tag and --category"},
    "--import": set[str](),
    "--forget": {"--yes", "--before"},
    "--scale": {"--yes", "--before"},
    "--svg": {"further names", "--since", "--tag and --category", "--low"},
}
_WITH_NO_ACTION = {"further names", "--since", "--format", "--json", "--tag and --category", "--low"}


_Since = Annotated[
    Any,
    typer.Option(
        parser=read_as("moment"),
        metavar="TIME",
        help=f"Show from this time on: 12h, 7d, 2026-11-01; default {_DEFAULT_SINCE}.",
    ),
]
_Before = Annotated[
    Any,
    typer.Option(
        parser=read_as("moment"),
        metavar="TIME",
        help="With --forget or --scale: earlier samples only.",
    ),
]
_Format = Annotated[
    Literal["table", "json", "tsv"] | None, typer.Option("--format", help="How to print, if not as a table.")
]
_Svg = Annotated[
    str | None, typer.Option(metavar="FILE", help="Draw the charts in FILE, as an SVG picture, or - for stdout.")
]


@app.command("history")
@with_options([LOW, *FILTER_OPTIONS])
def show_history(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAMES", help="Accounts; without any, all.")] = None,
    *,
    since: _Since = None,
    format_: _Format = None,
    as_json: AsJson = False,
    svg: _Svg = None,
    export: Annotated[bool, typer.Option("--export", help="Print every sample, for --import elsewhere.")] = False,
    import_: Annotated[
        str | None, typer.Option("--import", metavar="FILE", help="Add the samples in FILE, or - for stdin.")
    ] = None,
    forget: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Delete all that is kept of this account.")
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT=FACTOR", help="Multiply its samples, after a description was corrected."),
    ] = None,
    before: _Before = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before deleting or multiplying.")] = False,
    config_file: ConfigFile = None,
    values: Mapping[str, Any],
) -> int:
    """Show how balances changed, and for how long they will last.

    An account that is named has a chart and its days; without a name, and of a pattern, a tag or a provider with
    several accounts, each has a line.
    """
    from credcheck import config

    loaded = config.load(os.environ, file=config_file)
    shown = chosen_format(format_, as_json=as_json)
    given = {"further names": names, "--since": since, "--format": format_, "--json": as_json}
    filters = filters_of(values)
    given |= {"--before": before, "--yes": yes, "--tag and --category": filters, "--low": values.get("low")}
    commands = {"--export": export, "--import": import_, "--forget": forget, "--scale": scale, "--svg": svg}
    _check_combination(given, commands)
    try:
        if import_:
            return transfer.import_(import_)
        if forget or scale:
            correction = corrections.scaling(scale, before) if scale else Correction(forget or "", before=before)
            return corrections.correct(correction, loaded, sure=yes)
        chosen = _Chosen(names or [], filters, only_low=bool(values.get("low")))
        return _read(loaded, chosen, since, shown, export=export, svg=svg)
    except HistoryBroken as problem:
        raise _moved_away(problem) from None


class _Chosen(NamedTuple):
    """The accounts that are to be shown."""

    names: Sequence[str]
    filters: "Filters | None"
    only_low: bool

    def is_charted(self, histories: "Sequence[BalanceHistory]") -> bool:
        """Tell whether each account is named, and so has a chart: a provider's name may mean any number of them."""
        accounts = {history.name.owner.account for history in histories}
        is_each_named = not any(map(is_pattern, self.names)) and len(accounts) <= len(self.names)
        return bool(self.names) and is_each_named and not self.filters


def _read(
    loaded: "Config", chosen: _Chosen, since: datetime | None, shown: str, *, export: bool, svg: str | None
) -> int:
    store = opened()
    _tell_problems(store)
    if export:
        return transfer.export(store, loaded, chosen.names, chosen.filters)
    histories = _histories(store, loaded, chosen, since or read_as("moment")(_DEFAULT_SINCE))
    is_short = since is not None and datetime.now(UTC) - since < timedelta(hours=1)
    if is_short and not any(each.samples or each.spent for each in histories):
        output.tell("Nothing was read in so short a time; in --since, m is minutes.")
    if not histories and (svg or shown == "table"):
        output.tell("The history holds no balance of this time; the next check that reads one adds it.")
        return 0
    charted = chosen.is_charted(histories)
    if chosen.only_low:
        histories = low.low_histories(histories, loaded)
    if not histories and (svg or shown == "table"):
        output.tell("Nothing is low.")
        return 0
    if svg:
        return _draw(histories, svg)
    return _show(histories, shown, charted=charted)


def _moved_away(problem: HistoryError) -> HistoryError:
    """Move a broken history aside, as a check does if it cannot use one; return the error to report."""
    from credcheck import history
    from credcheck.history.damage import set_aside

    path = history.location(os.environ)
    moved_to = set_aside(path, seconds=SECONDS) if path else None
    if moved_to is None:
        return problem
    return HistoryError(f"the history was broken and is now {moved_to}: the next check begins a new one")


def _check_combination(given: Mapping[str, object], commands: Mapping[str, object]) -> None:
    """Raise UsageError for two options of which each is a command of its own, or one that such a command ignores."""
    for name, value in commands.items():
        if value == "":  # of a shell's variable that is not set
            raise UsageError(f"{name} is empty; name {'an account' if name in {'--forget', '--scale'} else 'a file'}")
    chosen = [name for name, value in commands.items() if value]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} cannot be combined")
    for word in (name for name, value in given.items() if value):
        if chosen and word not in _COMBINABLE[chosen[0]]:
            raise UsageError(f"{chosen[0]} and {word} do not go together; leave one out")
        if not chosen and word not in _WITH_NO_ACTION:
            raise UsageError(f"{word} needs --forget or --scale")


def _show(histories: "Sequence[BalanceHistory]", format_: str, *, charted: bool) -> int:
    from credcheck.render import history as render
    from credcheck.system import terminal

    match format_:
        case "json":
            streams.deliver(render.as_json(histories))
        case "tsv":
            streams.deliver(render.as_tsv(histories))
        case _:
            show = render.charts if charted else render.lines
            streams.deliver(show(histories, terminal.of(1, os.environ)))
    return 0


def _draw(histories: "Sequence[BalanceHistory]", file: str) -> int:
    from credcheck.render import svg
    from credcheck.system import files

    if file == "-":
        streams.deliver(svg.svg(histories))
    else:
        files.publish(Path(file), svg.svg(histories))
    return 0


def _tell_problems(store: "Store") -> None:
    """Say so if no check can add to the history, or if a broken one was moved aside."""
    try:
        store.database.try_writing()
    except HistoryError as problem:
        output.complain(f"{problem.message}; no check adds to it")
    for moved_to in store.database.left_aside():
        output.complain(f"{moved_to} was broken, and a new history is begun: delete it when it is not needed")


def _histories(store: "Store", loaded: "Config", chosen: _Chosen, since: datetime) -> "list[BalanceHistory]":
    from credcheck.history import report
    from credcheck.models import Reading, Thresholds

    owners = owners_named(store, loaded, chosen.names, chosen.filters)
    found = report.balance_histories(store, owners, since=since, now=datetime.now(UTC), budgets=loaded.accounts)
    thresholds = Thresholds(defaults=loaded.warn_below)
    own = {account.name: account.warn_below for account in loaded.accounts.values()}
    balances: dict[Owner, list[Balance]] = {}
    for history in found:
        balances.setdefault(history.name.owner, []).append(history.balance)
    applied = {
        owner: iter(thresholds.applied(Reading(tuple(its)), own.get(owner.account, {})).balances)
        for owner, its in balances.items()
    }
    return [history._replace(balance=next(applied[history.name.owner])) for history in found]
