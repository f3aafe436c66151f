"""The command that lists, finds and tries descriptions of providers."""

import os
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from credcheck.cli import output
from credcheck.cli.grammar import app
from credcheck.cli.options import AsJson, ConfigFile
from credcheck.errors import ConfigError, UsageError
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.providers.registry import Registry


@app.command("providers")
def list_providers(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROVIDER|WORD | check FILE|PROVIDER]", help="One provider, or a word to search for."),
    ] = None,
    *,
    category: Annotated[str | None, typer.Option(metavar="NAME", help="Only those of a category.")] = None,
    impossible: Annotated[
        bool, typer.Option("--impossible", help="List the companies that tell no balance, and why.")
    ] = False,
    as_json: AsJson = False,
    format_: Annotated[
        Literal["toml"] | None, typer.Option("--format", help="Print a provider's description, to paste and change.")
    ] = None,
    answer: Annotated[
        str | None, typer.Option(metavar="FILE", help="With `check`: an answer to read, as the provider sent it.")
    ] = None,
    status: Annotated[
        int, typer.Option(metavar="N", min=100, max=599, help="With `check`: the HTTP status of the answer.")
    ] = 200,
    config_file: ConfigFile = None,
) -> int:
    """List the providers by category, search them, tell all of one, or check a description.

    `check` validates a file with a description, and shows what it makes of a saved answer.
    """
    from credcheck import catalogue
    from credcheck.system import terminal

    known = _registry(config_file)
    match words or []:
        case ["check", word]:
            from credcheck import tryout

            told = tryout.tried(word, known, answer=answer, status=status)
            output.deliver(told.text)
            return told.status
        case [] if impossible:
            output.deliver(catalogue.all_missing())
        case [word] if format_ == "toml":
            streams.deliver(catalogue.as_toml(word, known))
        case [] | [_] if format_ is None and not impossible:
            wanted = words[0] if words else None
            if as_json:
                streams.deliver(catalogue.as_json(known, wanted, category))
            else:
                width = terminal.of(1, os.environ).width
                output.deliver(catalogue.as_text(known, wanted, category, width=width))
        case _:
            raise UsageError("name one provider, or `check` and one description (see `credcheck providers --help`)")
    return 0


def _registry(config_file: str | None) -> "Registry":
    """Return the providers, without the user's own if the configuration cannot be used: they help to correct it."""
    from credcheck import config
    from credcheck.providers.registry import BUILT_IN

    try:
        return config.load(os.environ, file=config_file).providers
    except ConfigError as problem:
        output.complain(problem.message)
        return BUILT_IN
