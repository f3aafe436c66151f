"""The command line as completions and man page see it: commands, their options, and the values of each word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup

import credcheck
from credcheck.cli import program
from credcheck.config import settings
from credcheck.console.parameters import choices

# The kinds of names that a metavar, or else the parameter's name in capitals, stands for. `begun` is the name of a
# provider that has been begun to type: there are too many of them to list them all.
_KINDS = {
    "NAME": ("account", "begun"),
    "NAMES": ("account", "begun"),
    "ACCOUNT": ("account",),
    "STORED": ("stored",),
    "PROVIDER": ("provider",),
    "FILE": ("file",),
}
# The words that a part of a metavar stands for.
_TOPICS = tuple(sorted(page.stem for page in (Path(credcheck.__file__).parent / "help").glob("*.md")))
_SETTINGS = tuple(name for name in settings.CHECKS if name not in {"notify", "providers", "accounts"})
_FORMATS = {
    "table": "for people",
    "json": "a document for programs",
    "tsv": "a line with tabs for each account",
    "value": "the bare number of one account",
    "prometheus": "metrics",
    "nagios": "one line of a monitoring plugin",
    "html": "a page with charts",
    "toml": "a description to change",
}
_ORDERS = {
    "name": "by name",
    "balance": "the lowest of each unit first",
    "status": "failed and low ones first",
    "days": "those that are used up soonest first",
}
_EXPLAINED = {"format_": _FORMATS, "sort": _ORDERS}


@dataclass(frozen=True, slots=True)
class Value:
    """The values of one argument or option: some words, and names of some kinds."""

    label: str
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    many: bool = False
    explained: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def tokens(self) -> list[str]:
        """The words, and each kind behind an @."""
        return [*self.words, *(f"@{kind}" for kind in self.kinds)]


@dataclass(frozen=True, slots=True)
class Option:
    """An option, with its value if it takes one; `first` if no word may stand before it."""

    names: tuple[str, ...]
    help: str
    default: str | None
    value: Value | None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """A word that is no option."""

    value: Value
    help: str
    required: bool


@dataclass(frozen=True, slots=True)
class Command:
    """A command, by the words that lead to it. `does` is the help of its hidden command, if it has one."""

    path: Sequence[str]
    help: str
    does: str
    arguments: Sequence[Argument]
    options: Sequence[Option]
    commands: Sequence["Command"] = ()

    @property
    def name(self) -> str:
        """The last of its words."""
        return self.path[-1]

    @property
    def summary(self) -> str:
        """The first line of its help."""
        return self.help.partition("\n")[0].rstrip(".")

    def walk(self) -> Iterator["Command"]:
        """Yield this command and all below it."""
        yield self
        for command in self.commands:
            yield from command.walk()


def read() -> Command:
    """Return the command tree of the program."""
    group = program.group()
    return _command(group, ("credcheck",), typer.Context(group, **group.context_settings))


def _command(command: Any, path: Sequence[str], context: typer.Context) -> Command:
    below = command.commands if isinstance(command, TyperGroup) else {}
    commands = [_command(each, (*path, name), typer.Context(each, parent=context)) for name, each in below.items()]
    unnamed = [each for each in commands if below[each.name].hidden]
    own = command.get_params(context)
    options = [_option(each) for each in own if not isinstance(each, TyperArgument) and not each.hidden]
    arguments = [_argument(each) for each in own if isinstance(each, TyperArgument) and not each.hidden]
    # Words that name no command call the hidden command: its arguments and options are completed at its parent.
    for each in unnamed:
        arguments += each.arguments
        first = [replace(option, first=True) for option in options if option not in each.options]
        options = [*each.options, *first]
    return Command(
        path=path,
        help=command.help or "",
        does=(unnamed[0] if unnamed else command).help or "",
        arguments=arguments,
        options=options,
        commands=[each for each in commands if each not in unnamed],
    )


def _option(option: Any) -> Option:
    shown = option.show_default
    return Option(
        names=tuple(sorted(option.opts, key=len)),
        help=option.help or "",
        default=shown if isinstance(shown, str) else None,
        value=None if option.is_flag else _value(option),
    )


def _argument(argument: Any) -> Argument:
    return Argument(value=_value(argument), help=argument.help or "", required=argument.required)


def _value(parameter: Any) -> Value:
    label = parameter.metavar or "|".join(choices(parameter)) or parameter.name.upper()
    parts = re.findall(r"[^|.\[\]{}]+", label)
    known = [part for part in parts if part in _KINDS] or [parameter.name.upper()]
    return Value(
        label=label,
        words=tuple(choices(parameter) or dict.fromkeys(word for part in parts for word in _words(part))),
        kinds=tuple(kind for part in known for kind in _KINDS.get(part, ())),
        many=parameter.nargs == -1,
        explained=_EXPLAINED.get(parameter.name, {}),
    )


def _words(part: str) -> Sequence[str]:
    """Return the words that a part of a metavar means: itself, the names of commands, pages or settings, or none."""
    match part:
        case "COMMAND":
            return [name for name, command in program.group().commands.items() if not command.hidden]
        case "TOPIC":
            return _TOPICS
        case "SETTING":
            return _SETTINGS
        case _:
            return [part] if part.islower() else []
