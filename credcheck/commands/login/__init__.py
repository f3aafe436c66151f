"""`credcheck login`: store a key."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile, Timeout
from credcheck.errors import UsageError, exit_status
from credcheck.render import View
from credcheck.session import Session
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.models import Account


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
    """Store a key, typed without echo or read from a pipe.

    From a pipe, other secrets that the provider needs come before the key, each on a line of its own.
    """
    from credcheck import config

    config.locate(os.environ, file=config_file)  # a key needs a place
    if file is not None:
        if name or provider or settings:
            raise UsageError("--from stores keys under the providers' names; give no other name or option with it")
        from credcheck.commands.login import from_file

        return from_file.store(file, sure=yes, verify=not no_verify, timeout=timeout, config_file=config_file)
    from credcheck.commands.login import entry

    loaded = config.load(os.environ, file=config_file)
    if name is None:
        name = entry.chosen(loaded)
    elif provider is None:
        name = entry.offered(loaded, name)
    account = entry.account_for(loaded, name, provider)
    return _store_key(loaded, account, settings or [], verify=not no_verify, timeout=timeout or loaded.timeout)


def _store_key(loaded: "Config", account: "Account", settings: list[str], *, verify: bool, timeout: float) -> int:
    """Ask for a key, try it, store it, and return the exit status."""
    from credcheck import config
    from credcheck.commands.login import entry
    from credcheck.config import credentials

    for warning in config.warnings(loaded):
        output.complain(warning)
    described = loaded.providers.load(account.provider)
    environment = os.environ if loaded.from_environment else {}
    given = entry.options_given(described, settings)
    entered = entry.ask(account, described, given, environment)
    if verify:
        from credcheck.console.progress import Progress

        session = Session(loaded, [entry.with_entered(account, entered)], environment=os.environ, timeout=timeout)
        (result,) = session.check(lambda accounts: Progress(accounts, View(format="value"), os.environ)).results
        output.print_results([result], View(single=True))
        if result.error and result.error.code == "key_rejected" and streams.is_terminal(0):
            output.tell("Type the key again, or press Enter to leave.")
            return _store_key(loaded, account, settings, verify=verify, timeout=timeout)
        if not entry.accepted(result):
            tried = result.error is not None and result.error.code == "key_rejected"
            output.complain(f"the key was not stored{'' if tried else '; --no-verify stores one that cannot be tried'}")
            return exit_status([result])
    credentials.put(loaded.credentials_path, account, entered, seconds=timeout)
    output.confirm(f"The key of {account.name} is stored in {loaded.credentials_path}.")
    if verify:
        session.keep([result])
    return 0
