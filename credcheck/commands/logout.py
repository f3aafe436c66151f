"""`credcheck logout`: remove stored keys."""

import os
from pathlib import Path
from typing import Annotated

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile
from credcheck.errors import ConfigError, KeyTyped, UsageError
from credcheck.models import KeyVariable


@app.command("logout")
def remove_keys(
    names: Annotated[list[str] | None, typer.Argument(metavar="STORED", help="Accounts with a stored key.")] = None,
    *,
    config_file: ConfigFile = None,
) -> int:
    """Remove stored keys.

    An account of config.toml is removed by hand: delete its table there, or add `enabled = false` to it.
    """
    from credcheck import config
    from credcheck.config import credentials

    config_path, path = config.locate(os.environ, file=config_file)
    if not names:
        stored = ", ".join(credentials.stored_names(path)) or "none is stored"
        raise UsageError(f"name the accounts whose stored keys are to be removed: {stored}")
    for account in dict.fromkeys([_stored(name, path, config_file) for name in names]):
        credentials.remove(path, account)
        output.confirm(f"The key of {account} is removed from {path}.")
        if account in config.load(os.environ, file=config_file).configured:
            keeps = f"[accounts.{account}] in {config_path} keeps the account"
            output.confirm(f"{keeps}: remove it, or add `enabled = false`.")
    return 0


def _stored(name: str, path: Path, config_file: str | None) -> str:
    """Return the account with a stored key that a name means; raises UsageError with the place of another key."""
    from credcheck.config import credentials

    try:
        return credentials.stored_name(path, name)
    except KeyTyped:
        raise
    except UsageError as problem:
        raise UsageError(_other_place(name, config_file) or problem.message) from None


def _other_place(name: str, config_file: str | None) -> str:
    """Say how to remove an account that has its key elsewhere; an empty text if there is no such account."""
    from credcheck import config

    try:
        loaded = config.load(os.environ, file=config_file)
        by_name = {account.name: account for account in config.all_accounts(loaded, os.environ)}
    except ConfigError:
        return ""
    account = by_name.get(loaded.providers.match(name, by_name) or "")
    if account is None:
        return ""
    no_key = f"no key is stored for {account.name}"
    if account.name in loaded.configured:
        return f"{no_key}: to remove it, delete [accounts.{account.name}] in {loaded.path}, or add `enabled = false`"
    source = account.key_source
    return f"{no_key}: unset {source.name}, which has it" if isinstance(source, KeyVariable) else ""
