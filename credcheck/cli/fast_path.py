"""Checks that are asked for plainly, read before Typer is imported, which takes longer than all the rest of a start.

Typer has the grammar. It reads every other command line, and each that is wrong: it knows what to say.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from credcheck.console.check_options import CheckOptions
from credcheck.console.parameters import read_as
from credcheck.errors import ConfigError
from credcheck.names import COMMANDS
from credcheck.render import Format, Order
from credcheck.session import HistoryOptions


class CheckRequest(NamedTuple):
    """The names of the accounts and the options of a check."""

    names: Sequence[str]
    options: CheckOptions
    history: HistoryOptions
    config_file: str | None


def read(arguments: Sequence[str]) -> CheckRequest | None:
    """Return the check that a command line asks for; None for a command, and for anything that is not plain."""
    names: list[str] = []
    values: dict[str, Any] = {}
    words = iter(arguments)
    for word in words:
        option, equals, value = word.partition("=")
        if word in FLAGS:
            values[FLAGS[word]] = True
        elif option in VALUES:
            text = value if equals else next(words, "")
            name, check = VALUES[option]
            if name in values or not text or text.startswith("-"):
                return None
            try:
                values[name] = check(text)
            except ConfigError:
                return None
        elif not word or word.startswith("-") or word in COMMANDS:
            return None
        else:
            names.append(word)
    history = HistoryOptions(**{name: values.pop(name) for name in HistoryOptions._fields if name in values})
    config_file = values.pop("config_file", None)
    return CheckRequest(names, CheckOptions(**values), history, config_file)


def _one_of(words: object) -> Callable[[str], str]:
    def check(word: str) -> str:
        if word not in get_args(words):
            raise ConfigError("is none of the words")
        return word

    return check


# Options without a value, and the names of what they set.
FLAGS = {
    "--json": "as_json",
    "--quiet": "quiet",
    "-q": "quiet",
    "--no-progress": "no_progress",
    "--stale-if-error": "stale_if_error",
    "--changes": "changes",
    "--notify": "notify",
}
# Options with a value: the name of what each sets, and the check of its text, which raises ConfigError.
VALUES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "--format": ("format_", _one_of(Format)),
    "--sort": ("sort", _one_of(Order)),
    "--output": ("output", str),
    "--warn-below": ("warn_below", lambda text: [text]),
    "--timeout": ("timeout", read_as("timeout")),
    "--max-age": ("max_age", read_as("duration")),
    "--config": ("config_file", str),
}
