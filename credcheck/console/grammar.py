"""The grammar of the command line: a word that is not a command is the name of an account."""

from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from credcheck.console.parameters import CHECK, convert_here
from credcheck.errors import UsageError
from credcheck.names import ALL

_HELP_OPTIONS = ["-h", "--help"]
_NARROW = 60
# The last of two of these would win in silence, and a file, samples or keys would be missing. Of other options the
# last wins, as it should after those of a shell's alias.
_ONCE = ("--output", "--svg", "--import", "--forget", "--from")
_EPILOG = """\
Exit status of a check: 0 well, 1 low, 2 wrong usage, 3 not read, 4 key, 5 output; `credcheck all --help` says more.

\b
Examples:
  credcheck login pixelcut                  store a key
  credcheck all                             check every account
  credcheck all --quiet --warn-below USD=5  for cron: silent while all is well
"""


class _Formatter(typer.Context.formatter_class):  # type: ignore[misc,valid-type]
    """Writes the text of an option below it on a narrow terminal."""

    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(rows, 2 if self.width < _NARROW else col_max, col_spacing)


class _Context(typer.Context):
    """One call of a command, whose words are converted by `parameters`."""

    formatter_class = _Formatter

    def __init__(self, command: Any, **settings: Any) -> None:
        super().__init__(command, **settings)
        convert_here(command.get_params(self))


def _refuse_repeated(words: Sequence[str]) -> None:
    for option in _ONCE:
        count = sum(word.partition("=")[0] == option for word in words)
        if count > 1:
            raise UsageError(f"{option} is given {count} times; give it once")


class Group(TyperGroup):
    """Commands, and names of accounts if no command is named; options may stand before either."""

    context_class = _Context

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for command in self.commands.values():
            command.context_class = _Context

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _refuse_repeated(args)
        return super().parse_args(ctx, ["--version"] if args == ["-V"] else self._command_first(args))

    def _command_first(self, args: list[str]) -> list[str]:
        """Return the words with the command first: the hidden command `check` if no word is a command."""
        takes_value = self._options_with_value()
        words = iter(enumerate(args))
        for index, word in words:
            if word in takes_value:
                next(words, None)
            elif word in self.commands:
                return [word, *args[:index], *args[index + 1 :]]
            elif not word.startswith("-") or word == "--":
                return [CHECK, *args]
        return args if set(args) <= {*_HELP_OPTIONS, "--version"} else [CHECK, *args]

    def _options_with_value(self) -> set[str]:
        return {
            name
            for command in self.commands.values()
            for option in command.params
            if not getattr(option, "is_flag", True)
            for name in option.opts
        }

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        with formatter.section("Checks"):
            formatter.write_dl(
                [
                    (ALL, "Check every account."),
                    ("NAME...", "Check these accounts; `credcheck all --help` lists the options."),
                ]
            )
        shown = {name: command for name, command in self.commands.items() if not command.hidden}
        with formatter.section("Commands"):
            formatter.write_dl([(name, (each.help or "").partition("\n")[0]) for name, each in shown.items()])


class CheckCommand(TyperCommand):
    """The check, a command without a word of its own."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.find_root().command_path, "[OPTIONS] all | NAME...")


app = typer.Typer(
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    subcommand_metavar="all | NAME... | COMMAND",
    epilog=_EPILOG,
    context_settings={"help_option_names": _HELP_OPTIONS},
)
