"""The command tree as a page of the manual."""

import re
from collections.abc import Iterator, Mapping

from completions.tree import Argument, Command, Option


def parts(root: Command) -> Mapping[str, str]:
    """Return what the template leaves open."""
    every = list(root.walk())
    options = dict.fromkeys(option for each in every for option in each.options)
    return {
        "PURPOSE": _text(root.summary[0].lower() + root.summary[1:]),
        "COMMANDS": "\n".join(line for each in every if each.arguments or not each.commands for line in _command(each)),
        "OPTIONS": "\n".join(line for option in sorted(options, key=_last_name) for line in _option(option)),
    }


def _command(command: Command) -> Iterator[str]:
    words = [*(f"\\fB{_text(word)}\\fR" for word in command.path), *map(_argument, command.arguments)]
    yield ".TP"
    yield " ".join(words)
    yield _text(command.does.split("\n\n")[0])
    if command.options:
        yield ".br"
        yield "Options: " + ", ".join(f"\\fB{_text(option.names[-1])}\\fR" for option in command.options) + "."


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
    """Return prose as roff: escaped, on one line, with what stands between backticks in bold."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", text)
    return re.sub(r"^[.']", r"\\&\g<0>", text)
