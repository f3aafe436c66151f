"""The options that several commands share."""

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from credcheck.errors import ConfigError, UsageError
from credcheck.render import Format, Order, View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credcheck.models import Threshold, Thresholds


def read_as(setting: str) -> Callable[[str], Any]:
    """Return a parser that validates an option like the setting of that name in `config.toml`; raises ConfigError."""

    def read(text: str) -> Any:
        from credcheck.config import validation

        return validation.from_text(getattr(validation, setting), text)

    return read


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Timeout = Annotated[
    float | None,
    typer.Option(
        parser=read_as("timeout"),
        metavar="SECONDS",
        help="For one account, everything included; else as configured, or 10.",
    ),
]
ConfigFile = Annotated[
    str | None, typer.Option("--config", metavar="FILE", help="Read FILE instead of the usual config.toml.")
]


class CheckOptions(NamedTuple):
    """The options of every command that checks accounts, as typed; each field is an option."""

    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False
    format_: Annotated[
        Format | None,
        typer.Option("--format", help="How to print, if not as a table; `value` is the bare number of one account."),
    ] = None
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="FILE", help="Write FILE, whole or not at all, instead of printing."),
    ] = None
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is low or failed.")] = False
    warn_below: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N|UNIT=N|N%",
            help="The threshold for accounts that have no `warn_below`: a number, one for a unit (USD=5), or per cent"
            " of the total; may be repeated.",
        ),
    ] = None
    timeout: Timeout = None
    no_progress: Annotated[
        bool, typer.Option("--no-progress", help="Do not show on a terminal how the answers come in.")
    ] = False
    sort: Annotated[
        Order | None,
        typer.Option(help="Sort the results, the worst or lowest first; else they are in the configuration's order."),
    ] = None

    def thresholds(self, usual: "Mapping[str, Threshold]") -> "Thresholds":
        """Return the thresholds of a run, with the configuration's usual ones; raises UsageError."""
        from credcheck.config import thresholds
        from credcheck.models import Thresholds

        try:
            return Thresholds(thresholds.asked(self.warn_below or []), usual)
        except ConfigError as problem:
            raise UsageError(f"--warn-below: {problem.message}") from None

    def view(self, *, single: bool, way_out: str = "name one") -> View:
        """Return how the results are to be printed; raises UsageError for options that contradict each other.

        `way_out` ends the message about the format of one account for several.
        """
        if self.as_json and self.format_ not in {None, "json"}:
            raise UsageError(f"--json and --format {self.format_} contradict each other; choose one")
        if self.format_ == "value" and not single:
            raise UsageError(f"--format value is the bare number of one account; {way_out}")
        format_: Format = "json" if self.as_json else self.format_ or "table"
        quiet = self.quiet and format_ != "nagios"  # a plugin always prints its line
        return View(format=format_, single=single, quiet=quiet, sort=self.sort)


def with_check_options(command: Callable[..., int]) -> Callable[..., int]:
    """Return a command that takes every option of CheckOptions and passes them on as the one value `options`."""
    shared = inspect.signature(CheckOptions).parameters
    own = {name: each for name, each in inspect.signature(command).parameters.items() if name != "options"}

    @functools.wraps(command)
    def with_options(**values: Any) -> int:
        options = CheckOptions(**{name: values.pop(name) for name in shared})
        return command(**values, options=options)

    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own.values(), *shared.values())]
    # Typer reads a command's options from these two.
    with_options.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    with_options.__annotations__ = {each.name: each.annotation for each in parameters}
    return with_options
