"""The command that lists and finds providers, tries their descriptions, and writes new ones."""

import os
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import AsJson, ConfigFile
from credcheck.console.parameters import chosen_format
from credcheck.errors import ConfigError, UsageError
from credcheck.names import Category, without_keys
from credcheck.system import streams, terminal

if TYPE_CHECKING:
    from credcheck.models import Key
    from credcheck.providers.registry import Registry

_CHECK, _NEW = "check", "new"

_Answer = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="For `check` and `new`: an answer as `curl` or `curl -i` saves it; - is stdin."),
]


@app.command("providers")
def list_providers(
    word: Annotated[
        str | None, typer.Argument(metavar="check|new|PROVIDER|WORD", help="One provider, or a word to search for.")
    ] = None,
    described: Annotated[
        str | None,
        typer.Argument(metavar="FILE|PROVIDER|NAME", help="For `check`: the description; for `new`: its name."),
    ] = None,
    *,
    category: Annotated[Category | None, typer.Option(metavar="CATEGORY", help="Only those of a category.")] = None,
    impossible: Annotated[
        bool, typer.Option("--impossible", help="List the companies that offer no API for the balance, and why.")
    ] = False,
    as_json: AsJson = False,
    format_: Annotated[
        Literal["table", "json", "toml"] | None,
        typer.Option("--format", help="How to print; `toml` is one provider's description, to paste and change."),
    ] = None,
    answer: _Answer = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="For `new`: the address that was asked.")] = None,
    key_in: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="For `new`: `Authorization: Bearer {key}`, `?token={key}` or `USER:{key}`."),
    ] = None,
    amount: Annotated[
        str | None, typer.Option(metavar="PATH", help="For `new`: the balance in the answer, such as data.credits.")
    ] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="UNIT", help="For `new`: the balance's unit, else credits.")
    ] = None,
    docs_url: Annotated[
        str | None, typer.Option(metavar="URL", help="For `new`: the page that documents the request.")
    ] = None,
    contribute: Annotated[
        bool,
        typer.Option("--contribute", help="For `new`, in a clone of credcheck: write both files of a contribution."),
    ] = False,
    config_file: ConfigFile = None,
) -> int:
    """List the providers by category, search them, show all of one, check a description, or write a new one.

    `check` validates a provider's description, one in a file or your config.toml, and shows what it makes of a saved
    answer. `new` writes one from a saved answer, and asks at a terminal for what the options leave open: a table for
    your config.toml, or with `--contribute` the two files of a contribution.
    """
    shown = chosen_format(format_, as_json=as_json)
    if word == _NEW and described is not None and answer is not None:
        from credcheck.commands.providers import drafting, new

        choices = drafting.Choices(url, key_in, amount, unit, category, docs_url, contribute)
        written = new.new(
            described, _registry(config_file), answer=answer, choices=choices, keys=lambda: _keys(config_file)
        )
        output.deliver(written.text)
        output.tell(written.notes)
        return 0
    if word == _NEW:
        missing = ["a name"] * (described is None) + ["--answer FILE, which `curl -si` saves"] * (answer is None)
        raise UsageError(f"`credcheck providers new` needs {' and '.join(missing)}; see `credcheck help own-provider`")
    of_new: dict[str, object] = {
        "--url": url,
        "--key-in": key_in,
        "--amount": amount,
        "--unit": unit,
        "--docs-url": docs_url,
    }
    of_new["--contribute"] = contribute or None
    if stray := next((name for name, value in of_new.items() if value is not None), None):
        raise UsageError(f"{stray} is only for `credcheck providers new NAME --answer FILE`; leave it out otherwise")
    if word == _CHECK and described is not None:
        from credcheck import config
        from credcheck.commands.providers import check

        registry = config.own_providers(os.environ, file=config_file)
        report = check.tried(described, registry, answer=answer, keys=lambda: _keys(config_file))
        output.deliver(report.text)
        return report.status
    if described is not None and word != _CHECK:
        raise UsageError(f"`credcheck providers` has no argument `{without_keys(described)}`")
    if word == _CHECK:
        raise UsageError("`credcheck providers check` needs a description: a file, or the name of a provider")
    if answer is not None:
        raise UsageError("--answer is only for `credcheck providers check` and `credcheck providers new`")
    _list(_registry(config_file), word, category, shown, impossible=impossible)
    return 0


def _keys(config_file: str | None) -> "list[Key]":
    """Return the keys of all accounts, or none if config.toml cannot be used: a description can be checked without."""
    from credcheck import config, keys

    try:
        loaded = config.load(os.environ, file=config_file)
        return keys.at_hand(config.all_accounts(loaded, os.environ), os.environ)
    except ConfigError:
        return []


def _list(registry: "Registry", word: str | None, category: str | None, format_: str, *, impossible: bool) -> None:
    from credcheck.commands.providers import catalogue

    if format_ == "toml":
        if word is None:
            raise UsageError("--format toml prints the description of one provider; name it")
        streams.deliver(catalogue.as_toml(word, registry))
    elif format_ == "json":
        missing = catalogue.missing_as_json
        streams.deliver(missing(word, registry) if impossible else catalogue.as_json(registry, word, category))
    elif impossible:
        output.deliver(catalogue.missing(word, registry))
    else:
        output.deliver(catalogue.as_text(registry, word, category, width=terminal.of(1, os.environ).width))


def _registry(config_file: str | None) -> "Registry":
    """Return the providers, without the user's own if config.toml cannot be used: the list helps to correct it."""
    from credcheck import config
    from credcheck.providers.registry import BUILT_IN

    try:
        return config.own_providers(os.environ, file=config_file)
    except ConfigError as problem:
        output.complain(problem.message)
        return BUILT_IN
