"""A plain check, read without importing Typer.

Typer takes 85 ms to import, longer than all the rest of a start and half of an answer from the history (`--max-age`),
which prompts and status bars ask for every few seconds. The options are those of the one table that Typer's are made
of; Typer has the grammar, and reads every other command line and each that is wrong: it knows what to say.
"""

from collections.abc import Sequence
from typing import Any

from credcheck.console.check_options import CHECK_OPTIONS, HISTORY_OPTIONS, CheckRequest, Option
from credcheck.errors import ConfigError
from credcheck.names import COMMANDS

_OPTIONS = {word: option for option in (*CHECK_OPTIONS, *HISTORY_OPTIONS) for word in option.words}


class _NotPlain(Exception):
    """The command line is for Typer."""


def read(arguments: Sequence[str]) -> CheckRequest | None:
    """Return the check that a command line asks for; None for a command, and for anything that is not plain."""
    names: list[str] = []
    values: dict[str, Any] = {}
    words = iter(arguments)
    try:
        for word in words:
            before, equals, text = word.partition("=")
            option = _OPTIONS.get(before)
            if option is None:
                names.append(_name(word))
            elif option.read is None:
                values[_flag(option, equals)] = True
            else:
                _add(values, option, text if equals else next(words, ""))
    except (_NotPlain, ConfigError):
        return None
    return CheckRequest.of(names, values)


def _name(word: str) -> str:
    if not word or word.startswith("-") or word in COMMANDS:
        raise _NotPlain
    return word


def _flag(option: Option, equals: str) -> str:
    if equals:
        raise _NotPlain
    return option.name


def _add(values: dict[str, Any], option: Option, text: str) -> None:
    """Add the value of an option; raises ConfigError for one that is wrong."""
    is_second = option.name in values and not option.repeated
    if option.read is None or is_second or not text or text.startswith("-"):
        raise _NotPlain
    value = option.read(text)
    values[option.name] = [*values.get(option.name, ()), value] if option.repeated else value
