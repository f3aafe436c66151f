"""The conversion of options and arguments, instead of Typer's own.

From 0.29 on, Typer converts with pydantic, which takes 75 ms to import; before, its errors have other words.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, TypeVar

from credcheck.errors import ConfigError, UsageError, no_such
from credcheck.names import ALL

CHECK = "check"

F = TypeVar("F", bound=str)


def read_as(setting: str) -> Callable[[str], Any]:
    """Return a parser that validates an option like the setting of that name in `config.toml`; raises ConfigError."""

    def read(text: str) -> Any:
        from credcheck import validation

        return validation.from_text(getattr(validation, setting), text)

    return read


def chosen_format(format_: F | None, *, as_json: bool) -> F | Literal["json", "table"]:
    """Return the format that --format and --json ask for, usually a table; raises UsageError if they differ."""
    if as_json and format_ not in {None, "json"}:
        raise UsageError(f"--json cannot be combined with --format {format_}")
    return "json" if as_json else format_ or "table"


def convert_here(parameters: Sequence[Any]) -> None:
    """Make these parameters of a command convert their values with this module."""
    for parameter in parameters:
        parameter.process_value = partial(_processed, parameter)
        if parameter.param_type_name == "argument":
            # Since Typer 0.29 its type in Python follows in the help; what it may be is in its name and its text.
            parameter.display_type_rich = lambda **_: None


def choices(parameter: Any) -> Sequence[str]:
    """Return the words that a parameter accepts; none if it accepts any."""
    descriptor = getattr(parameter, "type_descriptor", None)  # since Typer 0.29
    found = getattr(parameter.type, "choices", None) if descriptor is None else descriptor.choices
    return tuple(getattr(word, "value", word) for word in found or ())


def command_path(context: Any) -> str:
    """Return the words that lead to a command, for a message; the hidden command `check` is shown as `all`."""
    return str(context.command_path).replace(f" {CHECK}", f" {ALL}")


def _processed(parameter: Any, context: Any, value: Any) -> Any:
    value = _value(parameter, context, value)
    return parameter.callback(context, parameter, value) if parameter.callback else value


def _value(parameter: Any, context: Any, value: Any) -> Any:
    if value is None or value == ():
        if parameter.required:
            name = parameter.metavar or parameter.name.upper()
            raise UsageError(f"`{command_path(context)}` needs {name}; see `{command_path(context)} --help`")
        return value
    if isinstance(value, list | tuple):
        return [_converted(parameter, context, each) for each in value]
    return _converted(parameter, context, value) if isinstance(value, str) else value


def _converted(parameter: Any, context: Any, word: str) -> Any:
    """Return the value of a word, which is never quoted: it may be a key in the wrong place."""
    is_option = parameter.param_type_name == "option"
    subject = max(parameter.opts, key=len) if is_option else f"`{command_path(context)}`"
    words = choices(parameter)
    if words and parameter.multiple and set(parts := word.split(",")) <= {*words} and len(parts) > 1:
        twice = " ".join(f"{subject} {part}" for part in parts)
        raise UsageError(f"{subject} takes one word; give the option twice for two: {twice}")
    if words and word not in words:
        raise no_such(word, f"{subject} takes one of {', '.join(words)}", words)
    read = _reader(parameter)
    try:
        return read(word) if read else word
    except ConfigError as problem:
        raise UsageError(f"{subject}: {problem.message}") from None


def _reader(parameter: Any) -> Callable[[str], Any] | None:
    descriptor = getattr(parameter, "type_descriptor", None)
    found: Callable[[str], Any] | None
    found = getattr(parameter.type, "func", None) if descriptor is None else descriptor.parameter_info.parser
    return found
