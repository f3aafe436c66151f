"""The command tree as zsh reads it: one function for each command."""

import re
from collections.abc import Iterator, Mapping, Sequence

from completions.tree import Command, Option, Value


def parts(root: Command) -> Mapping[str, str]:
    """Return the parts that fill the template."""
    return {
        "FUNCTIONS": "\n\n".join(_function(command) for command in root.walk()),
    }


def _function(command: Command) -> str:
    body = _with_commands(command) if command.commands else _call("", [*_options(command), *_arguments(command)])
    return f"{_name(command)}() {{\n{body}\n}}"


def _name(command: Command) -> str:
    return "_".join(["_credcheck_at", *command.path[1:]])


def _with_commands(command: Command) -> str:
    """Return the body for a command with commands of its own: the first word decides which function goes on."""
    described = [_quoted(f"{each.name}:{each.summary}") for each in command.commands]
    first = " ".join([*(_words(command.arguments[0].value) if command.arguments else []), "@command"])
    rest = [
        "  case $line[1] in",
        *(f"    ({each.name}) {_name(each)} ;;" for each in command.commands),
        "    (*)",
        _call("    ", [*_options(command, first=False), *_arguments(command)]),
        "      ;;",
        "  esac",
    ]
    return "\n".join(
        [
            "  local state",
            "  local -a line",
            "  local -A opt_args",
            "  local -a subcommands=(",
            *(f"    {each}" for each in described),
            "  )",
            _call("", [*_options(command), f"'1: :{{_credcheck_words {first}}}'", "'*:: :->rest'"], "-C -A '-*'")
            + " && return",
            "  [[ $state == rest ]] || return",
            *rest,
        ]
    )


def _call(indent: str, specs: Sequence[str], flags: str = "") -> str:
    begin = f"_arguments -s -S {flags}".rstrip()
    return f" \\\n{indent}    ".join([f"{indent}  {begin}", *specs])


def _options(command: Command, *, first: bool = True) -> Iterator[str]:
    for option in command.options:
        if first or not option.first:
            yield from _option(option)


def _option(option: Option) -> Iterator[str]:
    """Yield a spec for each of its names; a name shuts out all others."""
    value = f":{_plain(option.value.label)}:{_action(option.value)}" if option.value else ""
    for name in option.names:
        others = f"({' '.join(option.names)})" if len(option.names) > 1 else ""
        yield _quoted(f"{others}{name}{'=' if value else ''}[{_plain(option.help)}]{value}")


def _arguments(command: Command) -> Iterator[str]:
    for argument in command.arguments:
        place = "*" if argument.value.many else ""
        yield _quoted(f"{place}:{_plain(argument.value.label)}:{_action(argument.value)}")


def _action(value: Value) -> str:
    return f"{{_credcheck_words {' '.join(_words(value))}}}" if value.words or value.kinds else ""


def _words(value: Value) -> list[str]:
    return [*(["..."] if value.many else []), *value.tokens]


def _plain(text: str) -> str:
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
