"""The command that lists, finds and tries descriptions of providers."""

import os
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import AsJson, ConfigFile
from credcheck.console.parameters import chosen_format
from credcheck.errors import ConfigError, UsageError
from credcheck.names import Category
from credcheck.system import streams, terminal

if TYPE_CHECKING:
    from credcheck.models import Key
    from credcheck.providers.registry import Registry

_CHECK = "check"

_Answer = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="With `check`: an answer to read, as `curl` or `curl -i` saves it; - is stdin."),
]


@app.command("providers")
def list_providers(
    word: Annotated[
        str | None, typer.Argument(metavar="check|PROVIDER|WORD", help="One provider, or a word to search for.")
    ] = None,
    described: Annotated[
        str | None, typer.Argument(metavar="FILE|PROVIDER", help="With `check`: the description.")
    ] = None,
    *,
    category: Annotated[Category | None, typer.Option(help="Only those of a category.")] = None,
    impossible: Annotated[
        bool, typer.Option("--impossible", help="List the companies that tell no balance, and why.")
    ] = False,
    as_json: AsJson = False,
    format_: Annotated[
        Literal["table", "json", "toml"] | None,
        typer.Option("--format", help="How to print; `toml` is one provider's description, to paste and change."),
    ] = None,
    answer: _Answer = None,
    config_file: ConfigFile = None,
) -> int:
    """List the providers by category, search them, tell all of one, or check a description.

    `check` validates a provider's description, one in a file or your config.toml, and shows what it makes of a saved
    answer.
    """
    shown = chosen_format(format_, as_json=as_json)
    if word == _CHECK and described is not None:
        from credcheck import config
        from credcheck.commands.providers import check

        known = config.own_providers(os.environ, file=config_file)
        told = check.tried(described, known, answer=answer, keys=lambda: _keys(config_file))
        output.deliver(told.text)
        return told.status
    if word == _CHECK or described is not None or answer is not None:
        raise UsageError("`credcheck providers check` takes a file or a provider: see `credcheck providers --help`")
    _list(_registry(config_file), word, category, shown, impossible=impossible)
    return 0


def _keys(config_file: str | None) -> "list[Key]":
    """Return the keys of all accounts, or none if config.toml cannot be used: a description can be checked without."""
    from credcheck import config, keys

    try:
        loaded = config.load(os.environ, file=config_file)
        return keys.at_hand(config.every_account(loaded, os.environ), os.environ)
    except ConfigError:
        return []


def _list(known: "Registry", word: str | None, category: str | None, format_: str, *, impossible: bool) -> None:
    from credcheck.commands.providers import catalogue

    if format_ == "toml":
        if word is None:
            raise UsageError("--format toml prints the description of one provider; name it")
        streams.deliver(catalogue.as_toml(word, known))
    elif format_ == "json":
        missing = catalogue.missing_as_json
        streams.deliver(missing(word, known) if impossible else catalogue.as_json(known, word, category))
    elif impossible:
        output.deliver(catalogue.missing(word, known))
    else:
        output.deliver(catalogue.as_text(known, word, category, width=terminal.of(1, os.environ).width))


def _registry(config_file: str | None) -> "Registry":
    """Return the providers, without the user's own if config.toml cannot be used: the list helps to correct it."""
    from credcheck import config
    from credcheck.providers.registry import BUILT_IN

    try:
        return config.own_providers(os.environ, file=config_file)
    except ConfigError as problem:
        output.complain(problem.message)
        return BUILT_IN
