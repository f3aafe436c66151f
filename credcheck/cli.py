"""The command line: parse, call, print, exit. The only module that knows Typer."""

import os
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer
from typer.core import TyperGroup

from credcheck import __version__, signals, streams
from credcheck.errors import ConfigError, CredcheckError, ReaderGone, Stopped, UsageError, fault_line
from credcheck.naming import ALL
from credcheck.text import one_line

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.models import Account, Result
    from credcheck.render import Format

T = TypeVar("T")

_USAGE, _INTERNAL = 2, 70
_LONGEST_ERROR = 600
_CHECK = "check"

_BEGIN = """\
No account is set up yet. To begin:
  credcheck demo              see what it looks like, without a key
  credcheck login PROVIDER    store a key (`credcheck providers` lists the providers)
  export PIXELCUT_API_KEY=…   or have a key in the environment, under the provider's usual name
  credcheck config init       or write the configuration by hand, from an example
"""

_NAMED = """\
Say what to check:
  credcheck all     every account
  credcheck NAME    one of {}
  credcheck --help  all there is
"""


class _Group(TyperGroup):
    """Commands, and the names of accounts where no command is named; options may stand before either."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._command_first(args))

    def _command_first(self, args: list[str]) -> list[str]:
        takes_value = {
            name
            for command in self.commands.values()
            for option in command.params
            if not getattr(option, "is_flag", True)
            for name in option.opts
        }
        words = iter(enumerate(args))
        for place, word in words:
            if word in takes_value:
                next(words, None)
            elif word in self.commands:
                return [word, *args[:place], *args[place + 1 :]]
            elif not word.startswith("-") or word == "--":
                return [_CHECK, *args]
        return args if not args or {"--help", "-h", "--version"} & set(args) else [_CHECK, *args]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Checks"):
            formatter.write_dl(
                [
                    (ALL, "Check every account."),
                    ("NAME...", "Check the accounts of these names (options: `credcheck all --help`)."),
                ]
            )
        super().format_commands(ctx, formatter)


app = typer.Typer(
    cls=_Group,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    subcommand_metavar="all | NAME... | COMMAND",
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
InFormat = Annotated[
    Literal["table", "json", "tsv", "value"] | None,
    typer.Option("--format", help="How to print; `value` is the bare number of one account.", show_default="table"),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is low or failed.")]
WarnBelow = Annotated[
    str | None, typer.Option(metavar="N", help="The threshold for accounts that have no `warn_below`.")
]
Progress = Annotated[bool, typer.Option("--progress/--no-progress", help="Show on a terminal how the answers come in.")]
Timeout = Annotated[
    str | None,
    typer.Option(metavar="SECONDS", help="For one account, everything included.", show_default="10"),
]
ConfigFile = Annotated[
    str | None, typer.Option("--config", metavar="FILE", help="Read FILE instead of the usual config.toml.")
]


@app.callback(invoke_without_command=True)
def credcheck(
    ctx: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> int:
    """Tell how much credit is left at every provider whose API you pay for."""
    if version:
        streams.deliver(f"credcheck {__version__}\n")
    elif ctx.invoked_subcommand is None:
        return _nothing_named()
    return 0


@app.command(_CHECK, hidden=True)
def check(
    names: Annotated[list[str], typer.Argument(metavar="all|NAME...", show_default=False, help="`all`, or accounts.")],
    *,
    as_json: AsJson = False,
    format_: InFormat = None,
    quiet: Quiet = False,
    warn_below: WarnBelow = None,
    timeout: Timeout = None,
    config_file: ConfigFile = None,
    progress: Progress = True,
) -> int:
    """Check accounts and tell what is left.

    Exit status: 0 all read and none low, 1 one is low, 2 wrong usage or configuration, 3 one could not be read,
    4 a key is missing or was rejected, 5 the output could not be delivered.
    """
    from credcheck import config, settings

    loaded = config.load(os.environ, file=config_file)
    accounts = config.select(loaded, os.environ, names)
    if not accounts:
        return _nothing_to_check(loaded)
    single = len(names) == 1 and names[0] != ALL
    return _report(
        accounts,
        format_=_format(as_json=as_json, asked=format_, single=single),
        single=single,
        quiet=quiet,
        warn_below=_option("--warn-below", settings.number, warn_below),
        timeout=_option("--timeout", settings.timeout, timeout) or loaded.timeout,
        concurrency=loaded.concurrency,
        progress=progress,
    )


@app.command()
def demo(
    *,
    as_json: AsJson = False,
    format_: InFormat = None,
    quiet: Quiet = False,
    warn_below: WarnBelow = None,
    timeout: Timeout = None,
    progress: Progress = True,
) -> int:
    """Show a check of made-up accounts: no key, no network, no file."""
    from credcheck import demo as show
    from credcheck import settings

    format_ = _format(as_json=as_json, asked=format_, single=False)
    with show.served() as accounts:
        status = _report(
            accounts,
            format_=format_,
            single=False,
            quiet=quiet,
            warn_below=_option("--warn-below", settings.number, warn_below),
            timeout=_option("--timeout", settings.timeout, timeout) or 10.0,
            concurrency=len(accounts),
            progress=progress,
        )
    _tell(f"This was a demo with made-up accounts; with them, `credcheck all` would end with status {status}.")
    return 0


@app.command()
def login(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="A provider, or a name of your own.")],
    *,
    provider: Annotated[str | None, typer.Option(metavar="PROVIDER", help="Whose key it is.")] = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Ask the provider whether it takes the key.")
    ] = True,
    timeout: Timeout = None,
    config_file: ConfigFile = None,
) -> int:
    """Store a key: typed unseen, or read from a pipe."""
    from credcheck import config, settings, store
    from credcheck import login as entry

    loaded = config.load(os.environ, file=config_file)
    account = entry.account_for(loaded, name, provider)
    seconds = _option("--timeout", settings.timeout, timeout) or loaded.timeout
    key = entry.ask(account)
    if verify:
        result = entry.verify(account, key, os.environ, timeout=seconds)
        status = _print([result], "table", single=True)
        if not entry.accepted(result):
            _complain("the key was not stored")
            return status
    store.put(loaded.credentials_path, account, key)
    _tell(f"The key of {account.name} is stored in {loaded.credentials_path}.")
    return 0


@app.command()
def logout(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="An account with a stored key.")],
    *,
    config_file: ConfigFile = None,
) -> int:
    """Remove a stored key."""
    from credcheck import config, store

    _, path = config.locate(os.environ, file=config_file)
    account = config.stored_name(path, name)
    store.remove(path, account)
    _tell(f"The key of {account} is removed from {path}.")
    return 0


@app.command()
def accounts(*, as_json: AsJson = False, config_file: ConfigFile = None) -> int:
    """List the accounts and where their keys come from; nothing is sent."""
    from credcheck import config, inventory

    loaded = config.load(os.environ, file=config_file)
    every = config.every_account(loaded, os.environ)
    if not every and not as_json:
        return _nothing_to_check(loaded)
    streams.deliver(inventory.as_json(every) if as_json else inventory.as_text(every))
    return 0


@app.command()
def doctor(*, timeout: Timeout = None, config_file: ConfigFile = None) -> int:
    """Look at files, keys, proxies, certificates and hosts, and say what is wrong."""
    from credcheck import doctor as examination
    from credcheck import settings

    seconds = _option("--timeout", settings.timeout, timeout)
    report, healthy = examination.examine(os.environ, file=config_file, timeout=seconds)
    streams.deliver(report)
    return 0 if healthy else 3


@app.command("config")
def config_(
    action: Annotated[Literal["path", "edit", "init"], typer.Argument(show_default=False)],
    *,
    config_file: ConfigFile = None,
) -> int:
    """Show where the files are (path), edit config.toml (edit), or write an example of it (init)."""
    from credcheck import config, editing

    path, credentials = config.locate(os.environ, file=config_file)
    match action:
        case "path":
            streams.deliver(f"{path}\n{credentials}\n")
        case "init":
            editing.write_example(path)
            _tell(f"An example is written to {path}; `credcheck config edit` opens it.")
        case "edit":
            editing.edit(path, os.environ)
            config.load(os.environ, file=str(path))
            _tell(f"{path} is valid.")
    return 0


@app.command()
def providers(
    name: Annotated[str | None, typer.Argument(show_default=False, help="Only this one.")] = None,
    *,
    as_json: AsJson = False,
) -> int:
    """List the supported providers: their variables, units and pages."""
    from credcheck import catalogue

    streams.deliver(catalogue.as_json(name) if as_json else catalogue.as_text(name))
    return 0


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return the exit status; whatever goes wrong is told on one line of stderr."""
    try:
        streams.fill()
        signals.raise_stopped()
        return _run(arguments)
    except Stopped as stopped:
        return stopped.exit_status
    except ReaderGone as gone:
        return gone.exit_status
    except CredcheckError as problem:
        _complain(problem.message)
        return problem.exit_status
    except typer.TyperException as problem:
        _complain(f"{problem.format_message()} See `credcheck --help`.")
        return _USAGE
    except Exception as fault:  # noqa: BLE001  the last resort: neither a traceback nor a value may be shown
        _complain(f"{fault_line(fault)} in version {__version__}; please report this line")
        return _INTERNAL


def _run(arguments: Sequence[str]) -> int:
    # Typer prints its help with print(), which would take a full disk for success.
    with redirect_stdout(StringIO()) as printed:
        status = typer.main.get_command(app).main(list(arguments), prog_name="credcheck", standalone_mode=False)
    streams.deliver(printed.getvalue())
    return status or 0


def _report(
    accounts: Sequence["Account"],
    *,
    format_: "Format",
    single: bool,
    quiet: bool,
    warn_below: Decimal | None,
    timeout: float,
    concurrency: int,
    progress: bool,
) -> int:
    """Check these accounts, print what is asked for, and return the exit status."""
    from credcheck import check as checking
    from credcheck import models

    watch = None
    if format_ == "table":
        from credcheck.progress import watcher

        watch = watcher(accounts, os.environ, wanted=progress)
    results = checking.check_all(
        accounts,
        os.environ,
        timeout=timeout,
        concurrency=concurrency,
        warn_below=warn_below,
        watch=watch,
    )
    shown = [result for result in results if result.status != "ok"] if quiet else results
    _print(shown, format_, single=single)
    return models.exit_status(results)


def _print(results: Sequence["Result"], format_: "Format", *, single: bool) -> int:
    from credcheck import models, render, terminal

    out = terminal.of(1, os.environ)
    streams.deliver(render.render(results, format_, single=single, terminal=out))
    if format_ != "json":
        _tell(render.explain(results))
    return models.exit_status(results)


def _format(*, as_json: bool, asked: "Format | None", single: bool) -> "Format":
    if as_json and asked not in {None, "json"}:
        raise UsageError(f"--json and --format {asked} contradict each other; choose one")
    if asked == "value" and not single:
        raise UsageError("--format value is the bare number of one account; name one")
    return "json" if as_json else asked or "table"


def _option(name: str, check: Callable[[object], T], text: str | None) -> T | None:
    from credcheck import settings

    try:
        return None if text is None else settings.from_text(check, text)
    except ConfigError as problem:
        raise UsageError(f"{name}: {problem.message}") from None


def _nothing_to_check(loaded: "Config") -> int:
    if loaded.accounts:
        raise UsageError(f"every account in {loaded.path} is disabled; name one, or remove its `enabled = false`")
    _tell(_BEGIN)
    return _USAGE


def _nothing_named() -> int:
    from credcheck import config

    loaded = config.load(os.environ)
    names = [account.name for account in config.every_account(loaded, os.environ)]
    if not names:
        return _nothing_to_check(loaded)
    _tell(_NAMED.format(one_line(", ".join(names), longest=_LONGEST_ERROR)))
    return _USAGE


def _tell(text: str) -> None:
    from credcheck import terminal

    terminal.tell(text, os.environ)


def _complain(message: str) -> None:
    _tell(f"credcheck: {one_line(message, longest=_LONGEST_ERROR)}")
