"""The grammar of the command line: a word that is not a command is the name of an account."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from credcheck.names import ALL

CHECK = "check"
_HELP_OPTIONS = ["-h", "--help"]


class Group(TyperGroup):
    """Commands, and names of accounts if no command is named; options may stand before either."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._command_first(args))

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

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Checks"):
            formatter.write_dl(
                [
                    (ALL, "Check every account."),
                    ("NAME...", "Check these accounts; `credcheck all --help` lists the options."),
                ]
            )
        super().format_commands(ctx, formatter)


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
    context_settings={"help_option_names": _HELP_OPTIONS},
)
