"""Options as Typer knows them: those that several commands share, and those of a check, from their one table."""

import functools
import inspect
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Annotated, Any, Literal

import typer

from credcheck.console.check_options import CONFIG_FILE, TIMEOUT, Option


def _typer_option(option: Option) -> Any:
    return typer.Option(
        *option.words,
        help=option.help,
        metavar=option.metavar,
        # A list is converted item by item, and a choice by its words.
        parser=None if option.repeated or option.choices or option.read is str else option.read,
    )


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Timeout = Annotated[float | None, _typer_option(TIMEOUT)]
ConfigFile = Annotated[str | None, _typer_option(CONFIG_FILE)]


def with_options(table: Sequence[Option]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return a decorator: the command takes each option of a table, and has them by name in its parameter `values`."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        names = {option.name for option in table}

        @functools.wraps(command)
        def with_values(**given: Any) -> int:
            values = {name: given.pop(name) for name in names}
            return command(**given, values={name: value for name, value in values.items() if value is not None})

        own = [one for one in inspect.signature(command).parameters.values() if one.name != "values"]
        parameters = [
            *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own),
            *map(_parameter, table),
        ]
        # Typer reads a command's options from these two.
        with_values.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
        with_values.__annotations__ = {one.name: one.annotation for one in parameters}
        return with_values

    return decorate


def _parameter(option: Option) -> inspect.Parameter:
    is_flag = option.read is None
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=False if is_flag else None,
        annotation=Annotated[_type(option), _typer_option(option)],
    )


def _type(option: Option) -> Any:
    if option.read is None:
        return bool
    if option.repeated:
        # Typer takes no list of a Literal.
        words: Any = Enum(option.name, [(word, word) for word in option.choices]) if option.choices else str
        return list[words] | None
    return (Literal[option.choices] if option.choices else str) | None
