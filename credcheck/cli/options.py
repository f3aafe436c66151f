"""The grammar of the command line: how its words are read, and the options that several commands share."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperGroup

from credcheck.errors import ConfigError
from credcheck.names import ALL

CHECK = "check"


class Group(TyperGroup):
    """Commands, and the names of accounts where no command is named; options may stand before either."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._command_first(args))

    def _command_first(self, args: list[str]) -> list[str]:
        takes_value = {
            name
            for command in self.commands.values()
            for option in command.params
            if not getattr(option, "is_flag", True)
            for name in option.opts
        }
        words = iter(enumerate(args))
        for place, word in words:
            if word in takes_value:
                next(words, None)
            elif word in self.commands:
                return [word, *args[:place], *args[place + 1 :]]
            elif not word.startswith("-") or word == "--":
                return [CHECK, *args]
        return args if set(args) <= {"--help", "-h", "--version"} else [CHECK, *args]

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
    """The main job, which no word of the command line need name."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.find_root().command_path, "[OPTIONS] all | NAME...")


app = typer.Typer(
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    subcommand_metavar="all | NAME... | COMMAND",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _read_as(check: str) -> Callable[[str], Any]:
    """Return what reads an option as the setting of that kind in the file."""

    def read(text: str) -> Any:
        from credcheck.config import validation

        try:
            return validation.from_text(getattr(validation, check), text)
        except ConfigError as problem:
            raise typer.BadParameter(problem.message) from None

    return read


AsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
InFormat = Annotated[
    Literal["table", "json", "tsv", "value"] | None,
    typer.Option("--format", help="How to print, if not as a table; `value` is the bare number of one account."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is low or failed.")]
WarnBelow = Annotated[
    Any,
    typer.Option(
        parser=_read_as("threshold"), metavar="N", help="The threshold for accounts that have no `warn_below`."
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        parser=_read_as("timeout"),
        metavar="SECONDS",
        help="For one account, everything included; else as configured, or 10.",
    ),
]
ConfigFile = Annotated[
    str | None, typer.Option("--config", metavar="FILE", help="Read FILE instead of the usual config.toml.")
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Do not show on a terminal how the answers come in.")]
