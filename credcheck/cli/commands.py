"""The commands that check nothing: each calls one module and prints its answer."""

import os
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from credcheck import __version__
from credcheck.cli import output
from credcheck.cli.grammar import app
from credcheck.cli.options import AsJson, ConfigFile, Timeout
from credcheck.cli.parameters import CHECK
from credcheck.cli.past import CheckHistory, HistoryOptions
from credcheck.errors import ExitStatus, UsageError, exit_status
from credcheck.names import ALL, did_you_mean, match
from credcheck.render import View
from credcheck.system import streams, terminal

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.models import Account

_INSTALL = """\
\b
To install them:
  bash  credcheck completions bash >~/.credcheck.bash
        echo '. ~/.credcheck.bash' >>~/.bashrc
  zsh   mkdir -p ~/.zsh
        credcheck completions zsh >~/.zsh/_credcheck
        and in ~/.zshrc, before compinit: fpath=(~/.zsh $fpath)
  fish  mkdir -p ~/.config/fish/completions
        credcheck completions fish >~/.config/fish/completions/credcheck.fish
"""


@app.command("help")
def show_help(
    ctx: typer.Context,
    command: Annotated[str | None, typer.Argument(metavar="COMMAND", help="Only this one.")] = None,
) -> int:
    """Show this help, or the help of a command."""
    group = ctx.find_root()
    known = getattr(group.command, "commands", {})
    if command is None:
        output.deliver(f"{group.get_help()}\n")
        return 0
    name = CHECK if command.casefold() == ALL else match(command, known)
    if name is None:
        raise UsageError(f"there is no such command (see `credcheck --help`){did_you_mean(command, known)}")
    context = known[name].context_class(known[name], info_name=name, parent=group)
    output.deliver(f"{known[name].get_help(context)}\n")
    return 0


@app.command("version")
def show_version() -> int:
    """Show the version."""
    streams.deliver(f"credcheck {__version__}\n")
    return 0


@app.command("login")
def store_key(
    name: Annotated[
        str | None, typer.Argument(metavar="PROVIDER|NAME", help="A provider, or a name of your own.")
    ] = None,
    *,
    provider: Annotated[str | None, typer.Option(metavar="PROVIDER", help="The provider that the key is for.")] = None,
    file: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="Find keys in a .env file, by the providers' usual variables."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --from: store every key that is found, without asking.")
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="An option of the provider, such as account_sid=AC0123"),
    ] = None,
    no_verify: Annotated[
        bool, typer.Option("--no-verify", help="Do not ask the provider whether it takes the key.")
    ] = False,
    timeout: Timeout = None,
    config_file: ConfigFile = None,
) -> int:
    """Store a key: typed unseen, or read from a pipe.

    From a pipe, other secrets that the provider needs come before the key, each on a line of its own.
    """
    if file is not None:
        if name or provider or settings:
            raise UsageError("--from stores keys under the providers' names; give no other name or option with it")
        from credcheck.cli import env_file

        return env_file.store(file, sure=yes, verify=not no_verify, timeout=timeout, config_file=config_file)
    if name is None:
        raise UsageError("`credcheck login` needs PROVIDER|NAME; see `credcheck login --help`")
    from credcheck import config, login

    loaded = config.load(os.environ, file=config_file)
    account = login.account_for(loaded, name, provider)
    return _store_key(loaded, account, settings or [], verify=not no_verify, timeout=timeout or loaded.timeout)


def _store_key(loaded: "Config", account: "Account", settings: list[str], *, verify: bool, timeout: float) -> int:
    """Ask for a key, try it, store it, and return the exit status."""
    from credcheck import config, login
    from credcheck.config import credentials

    for warning in config.warnings(loaded):
        output.complain(warning)
    described = loaded.providers.load(account.provider)
    environment = os.environ if loaded.from_environment else {}
    told = login.ask(account, described, login.options_given(described, settings), environment)
    if verify:
        from credcheck.cli.progress import Progress

        watch = Progress([account], View(format="value"), os.environ)
        result = login.verify(account, told, loaded.providers, os.environ, timeout=timeout, watch=watch)
        output.print_results([result], View(single=True))
        if not login.accepted(result):
            tried = result.error is not None and result.error.code == "key_rejected"
            output.complain(f"the key was not stored{'' if tried else '; --no-verify stores one that cannot be tried'}")
            return exit_status([result])
    credentials.put(loaded.credentials_path, account, told, seconds=timeout)
    output.confirm(f"The key of {account.name} is stored in {loaded.credentials_path}.")
    if verify:
        CheckHistory(loaded, [account], HistoryOptions(), seconds=timeout).keep([result])
    return 0


@app.command("logout")
def remove_key(
    name: Annotated[str, typer.Argument(metavar="STORED", help="An account with a stored key.")],
    *,
    config_file: ConfigFile = None,
) -> int:
    """Remove a stored key."""
    from credcheck import config
    from credcheck.config import credentials

    _, path = config.locate(os.environ, file=config_file)
    account = credentials.stored_name(path, name)
    credentials.remove(path, account)
    output.confirm(f"The key of {account} is removed from {path}.")
    return 0


@app.command("accounts")
def list_accounts(*, as_json: AsJson = False, config_file: ConfigFile = None) -> int:
    """List the accounts and the sources of their keys."""
    from credcheck import config, listings

    loaded = config.load(os.environ, file=config_file)
    every = config.every_account(loaded, os.environ)
    if not every and not as_json:
        return output.nothing_to_check(loaded)
    output.tell_incomplete(loaded)
    usual = listings.usual_thresholds(every, loaded)
    if as_json:
        streams.deliver(listings.accounts_as_json(every, usual))
    else:
        output.deliver(listings.accounts_as_text(every, usual))
    return 0


@app.command("doctor")
def run_doctor(
    *,
    notify: Annotated[bool, typer.Option("--notify", help="Only send a test with the command of [notify].")] = False,
    timeout: Timeout = None,
    config_file: ConfigFile = None,
) -> int:
    """Examine files, keys and the network."""
    from credcheck import doctor

    if notify:
        doctor.send_test(os.environ, file=config_file, timeout=timeout)
        output.tell("The command of [notify] took the test.")
        return 0
    report, healthy = doctor.examine(os.environ, file=config_file, timeout=timeout)
    out = terminal.of(1, os.environ)
    streams.deliver(doctor.coloured(out.wrapped(report)) if out.colour else out.wrapped(report))
    return ExitStatus.OK if healthy else ExitStatus.FAILED


@app.command("config")
def manage_config(
    action: Annotated[
        Literal["path", "edit", "init"],
        typer.Argument(
            metavar="path|edit|init",
            help="`path` prints where the two files are, `edit` opens config.toml in $VISUAL or $EDITOR and validates"
            " it, `init` writes a commented example of it.",
        ),
    ],
    *,
    config_file: ConfigFile = None,
) -> int:
    """Print the paths of the files, edit config.toml, or begin one."""
    from shlex import join

    from credcheck import config
    from credcheck.config import example

    path, credentials = config.locate(os.environ, file=config_file)
    match action:
        case "path":
            streams.deliver(f"{path}\n{credentials}\n")
        case "init":
            example.write_example(path)
            edit = join(["credcheck", "config", "edit", *(["--config", config_file] if config_file else [])])
            output.tell(f"An example is written to {path}; run `{edit}`.")
        case "edit":
            example.edit(path, os.environ)
            config.load(os.environ, file=str(path))
            output.tell(f"{path} is valid.")
    return 0


@app.command("completions", epilog=_INSTALL)
def print_completions(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="bash|zsh|fish", help="The shell.")],
) -> int:
    """Print a script that completes commands and accounts at TAB."""
    from credcheck import shells

    streams.deliver(shells.completions(shell))
    return 0
