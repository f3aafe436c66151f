"""The command that shows and manages the history."""

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import AsJson, ConfigFile
from credcheck.console.parameters import chosen_format, read_as
from credcheck.errors import HistoryBroken, HistoryError, UsageError, no_such
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.history.report import BalanceHistory
    from credcheck.history.samples import Owner
    from credcheck.history.store import Store
    from credcheck.models import Balance

_SECONDS = 10.0  # that a command about the history waits for other programs
_DEFAULT_SINCE = "30d"
# Each of these is a command of its own; the words that may stand beside it.
_BESIDE = {
    "--export": {"further names"},
    "--import": set[str](),
    "--forget": {"--yes"},
    "--svg": {"further names", "--since"},
}
_BESIDE_NONE = {"further names", "--since", "--format", "--json"}


_Since = Annotated[
    Any,
    typer.Option(
        parser=read_as("moment"), metavar="TIME", help=f"Begin then: 12h, 7d, 2026-11-01; else {_DEFAULT_SINCE}."
    ),
]
_Format = Annotated[
    Literal["table", "json", "tsv"] | None, typer.Option("--format", help="How to print, if not as a table.")
]
_Svg = Annotated[
    str | None, typer.Option(metavar="FILE", help="Draw the charts in FILE, as an SVG picture, or - for stdout.")
]


@app.command("history")
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
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before deleting.")] = False,
    config_file: ConfigFile = None,
) -> int:
    """Show how balances changed, and for how long they will last.

    An account that is named has a chart and its days; without a name, each has a line.
    """
    from credcheck import config

    loaded = config.load(os.environ, file=config_file)
    shown = chosen_format(format_, as_json=as_json)
    given = {"further names": names, "--since": since, "--format": format_, "--json": as_json, "--yes": yes}
    _check_beside(given, {"--export": export, "--import": import_, "--forget": forget, "--svg": svg})
    try:
        if import_:
            return _import(import_)
        if forget:
            return _forget(forget, loaded, sure=yes)
        return _read(loaded, names or [], since, shown, export=export, svg=svg)
    except HistoryBroken as problem:
        raise _moved_aside(problem) from None


def _read(
    loaded: "Config", names: Sequence[str], since: datetime | None, shown: str, *, export: bool, svg: str | None
) -> int:
    store = _store()
    _tell_problems(store)
    if export:
        return _export(store, loaded, names)
    histories = _histories(store, loaded, names, since or read_as("moment")(_DEFAULT_SINCE))
    if svg:
        return _draw(histories, svg)
    return _show(histories, shown, charted=bool(names))


def _moved_aside(problem: HistoryError) -> HistoryError:
    """Move a broken history aside, as a check does if it cannot use one; return the error to report."""
    from credcheck import history
    from credcheck.history.damage import set_aside

    path = history.location(os.environ)
    aside = set_aside(path, seconds=_SECONDS) if path else None
    if aside is None:
        return problem
    return HistoryError(f"the history was broken and is now {aside}: the next check begins a new one")


def _check_beside(given: Mapping[str, object], commands: Mapping[str, object]) -> None:
    """Raise UsageError for two options of which each is a command of its own, or one that such a command ignores."""
    for name, value in commands.items():
        if value == "":  # of a shell's variable that is not set
            raise UsageError(f"{name} is empty; name {'an account' if name == '--forget' else 'a file'}")
    chosen = [name for name, value in commands.items() if value]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} cannot be combined")
    for word in (name for name, value in given.items() if value):
        if chosen and word not in _BESIDE[chosen[0]]:
            raise UsageError(f"{chosen[0]} and {word} do not go together; leave one out")
        if not chosen and word not in _BESIDE_NONE:
            raise UsageError(f"{word} needs --forget")


def _show(histories: "Sequence[BalanceHistory]", format_: str, *, charted: bool) -> int:
    from credcheck.render import history as render
    from credcheck.system import terminal

    match format_:
        case "json":
            streams.deliver(render.as_json(histories))
        case "tsv":
            streams.deliver(render.as_tsv(histories))
        case _ if not histories:
            output.tell("The history holds no balance of this time; the next check that reads one adds it.")
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


def _export(store: "Store", loaded: "Config", words: Sequence[str]) -> int:
    from credcheck.history import import_export

    streams.deliver("".join(import_export.exported(store, _owners(store, loaded, words) if words else None)))
    return 0


def _import(file: str) -> int:
    from credcheck.history import import_export
    from credcheck.system import files

    try:
        with open(0 if file == "-" else file, encoding="utf-8", errors="strict", newline="\n") as lines:
            store = _store(make=True)
            new, known = import_export.add(store, lines, datetime.now(UTC))
            store.database.close()
    except OSError as problem:
        raise UsageError(f"{files.shown(file)} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text; nothing is imported") from None
    except UsageError as problem:
        raise UsageError(f"{file}: {problem.message}") from None
    said = "1 sample is new" if new == 1 else f"{new:,} samples are new"
    there = f"; {known:,} {'was' if known == 1 else 'were'} there already" if known else ""
    output.tell(f"{said}{there}.")
    return 0


def _forget(word: str, loaded: "Config", *, sure: bool) -> int:
    store = _store()
    owner = _owners(store, loaded, [word])[0]
    if not sure:
        if not streams.is_terminal(0):
            raise UsageError(f"--forget {word} deletes samples for good; confirm it with --yes")
        streams.tell(f"Delete all samples of {owner.account}? [y/N] ")
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            output.tell("Nothing is deleted.")
            return 0
    count = store.forget(owner.account)
    store.database.close()  # which leaves nothing of it in the write-ahead log
    output.tell(f"{count:,} samples of {owner.account} are deleted.")
    return 0


def _store(*, make: bool = False) -> "Store":
    """Return the history; raises UsageError if there is none yet, HistoryError if it cannot be used."""
    from credcheck import history

    path = history.location(os.environ)
    if path is None:
        raise UsageError(f"there is no history: {history.FILE_VARIABLE} is empty, or there is no home folder")
    if not history.is_begun(path) and not make:
        raise UsageError(f"there is no history yet ({path}): `credcheck all` begins one")
    from credcheck.history.store import Store

    return Store(path, seconds=_SECONDS)


def _tell_problems(store: "Store") -> None:
    """Say so if no check can add to the history, or if a broken one was moved aside."""
    try:
        store.database.try_writing()
    except HistoryError as problem:
        output.complain(f"{problem.message}; no check adds to it")
    for aside in store.database.left_aside():
        output.complain(f"{aside} was broken, and a new history is begun: delete it when it is not needed")


def _histories(store: "Store", loaded: "Config", words: Sequence[str], since: datetime) -> "list[BalanceHistory]":
    from credcheck.history import report
    from credcheck.models import Reading, Thresholds

    owners = _owners(store, loaded, words) if words else None
    found = report.balance_histories(store, owners, since=since, now=datetime.now(UTC))
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


def _owners(store: "Store", loaded: "Config", words: Sequence[str]) -> "list[Owner]":
    """Return the accounts in the history that these words name; raises UsageError for a word that names none."""
    owners = list(dict.fromkeys(series.name.owner for series in store.series()))
    accounts = [owner.account for owner in owners]
    found = []
    for word in words:
        name = loaded.providers.match(word, accounts)
        if name is None:
            raise no_such(word, f"there is no history of `{word}` (see `credcheck history`)", accounts)
        found += [owner for owner in owners if owner.account == name]
    return found
