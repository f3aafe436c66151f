"""The command tree as a page of the manual."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from completions.tree import Argument, Command, Option
from credcheck.render import json as documents
from credcheck.render import prometheus

_DOCUMENTS = {
    "result": "An account",
    "balance": "Each of its balances",
    "error": "Its error",
    "forecast": "Its forecast",
}


def parts(root: Command) -> Mapping[str, str]:
    """Return the parts that fill the template."""
    every = list(root.walk())
    schemas = json.loads(documents.schema())["$defs"]
    return {
        "PURPOSE": _text(root.summary[0].lower() + root.summary[1:]),
        "COMMANDS": "\n".join(_commands([each for each in every if each.arguments or not each.commands])),
        "METRICS": "\n".join(line for family in prometheus.FAMILIES for line in _metric(family)),
        "MEMBERS": "\n".join(line for name, title in _DOCUMENTS.items() for line in _members(title, schemas[name])),
    }


def _metric(family: prometheus.Family) -> list[str]:
    return [".TP", f"\\fB{_text(family.name)}\\fR", _text(family.help)]


def _members(title: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the members of one kind of JSON object, from the schema that the program prints."""
    yield f".SS {_text(title)}"
    for member, facts in schema["properties"].items():
        words = facts.get("description") or ", ".join(map(str, facts.get("enum", [])))
        yield ".TP"
        yield f"\\fB{_text(member)}\\fR"
        yield _text(words or "1.")


def _commands(commands: Sequence[Command]) -> Iterator[str]:
    """Yield the commands, each option below the first command that has it."""
    explained: set[Option] = set()
    for command in commands:
        yield from _command(command)
        new = [option for option in command.options if option not in explained]
        yield from _options(new, [option for option in command.options if option in explained])
        explained.update(new)


def _command(command: Command) -> Iterator[str]:
    words = [*(f"\\fB{_text(word)}\\fR" for word in command.path), *map(_argument, command.arguments)]
    yield ".TP"
    yield " ".join(words)
    yield _text(command.does.split("\n\n")[0])


def _options(new: Sequence[Option], above: Sequence[Option]) -> Iterator[str]:
    yield ".RS"
    for option in sorted(new, key=_last_name):
        yield from _option(option)
    if names := [f"\\fB{_text(option.names[-1])}\\fR" for option in above]:
        yield ".PP"
        yield f"As above: {', '.join(names)}."
    yield ".RE"


def _argument(argument: Argument) -> str:
    label = re.sub(r"[A-Z]+", r"\\fI\g<0>\\fR", _text(argument.value.label))
    return label if argument.required else f"[{label}]"


def _option(option: Option) -> Iterator[str]:
    value = f" \\fI{_text(option.value.label)}\\fR" if option.value else ""
    yield ".TP"
    yield ", ".join(f"\\fB{_text(name)}\\fR{value}" for name in option.names)
    yield _text(option.help) + (f" Default: {_text(option.default)}." if option.default else "")


def _last_name(option: Option) -> str:
    return option.names[-1]


def _text(text: str) -> str:
    """Return prose as roff: escaped, on one line, with text between backticks in bold."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", text)
    return re.sub(r"^[.']", r"\\&\g<0>", text)
