"""`credcheck logout`: remove a stored key."""

import os
from typing import Annotated

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile


@app.command("logout")
def remove_key(
    name: Annotated[str, typer.Argument(metavar="STORED", help="An account with a stored key.")],
    *,
    config_file: ConfigFile = None,
) -> int:
    """Remove a stored key."""
    from credcheck import config
    from credcheck.config import credentials

    config_path, path = config.locate(os.environ, file=config_file)
    account = credentials.stored_name(path, name)
    credentials.remove(path, account)
    output.confirm(f"The key of {account} is removed from {path}.")
    if account in config.load(os.environ, file=config_file).configured:
        output.confirm(f"[accounts.{account}] in {config_path} keeps the account: remove it, or add `enabled = false`.")
    return 0
