"""The options that several commands share."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from credcheck.console.check_options import CheckOptions
from credcheck.console.parameters import read_as
from credcheck.render import Format, Order

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
MaxAge = Annotated[
    Any,
    typer.Option(
        parser=read_as("duration"),
        metavar="TIME",
        help="Take an answer of the history that is younger than this, such as 10m; ask for the others only.",
    ),
]
StaleIfError = Annotated[
    bool, typer.Option("--stale-if-error", help="With --max-age: show the last answer, of any age, if a check fails.")
]
Changes = Annotated[
    bool, typer.Option("--changes", help="Print only what has changed its status since the last check with --changes.")
]
Notify = Annotated[
    bool, typer.Option("--notify", help="Run the command of [notify] in config.toml if a status has changed.")
]

# The options of every command that checks accounts, by the names of CheckOptions.
_CHECK_OPTIONS: dict[str, Any] = {
    "as_json": Annotated[bool, typer.Option("--json", help="The same as --format json.")],
    "format_": Annotated[
        Format | None,
        typer.Option("--format", help="How to print, if not as a table; `value` is the bare number of one account."),
    ],
    "output": Annotated[
        str | None,
        typer.Option(
            "--output", metavar="FILE", help="Write FILE, whole or not at all, instead of printing; - prints."
        ),
    ],
    "quiet": Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is low or failed.")],
    "warn_below": Annotated[
        list[str] | None,
        typer.Option(
            metavar="N|UNIT=N|N%",
            help="The threshold for accounts that have no `warn_below`: a number, one for a unit (USD=5), or per cent"
            " of the total; may be repeated.",
        ),
    ],
    "timeout": Timeout,
    "no_progress": Annotated[
        bool, typer.Option("--no-progress", help="Do not show on a terminal how the answers come in.")
    ],
    "sort": Annotated[
        Order | None,
        typer.Option(help="Sort the results, the worst or lowest first; else they are in the configuration's order."),
    ],
}


def with_check_options(command: Callable[..., int]) -> Callable[..., int]:
    """Return a command that takes every option of CheckOptions and passes them on as the one value `options`."""
    own = [each for name, each in inspect.signature(command).parameters.items() if name != "options"]
    usual = CheckOptions()._asdict()
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=usual[name], annotation=annotation)
        for name, annotation in _CHECK_OPTIONS.items()
    ]

    @functools.wraps(command)
    def with_options(**values: Any) -> int:
        options = CheckOptions(**{name: values.pop(name) for name in usual})
        if options.output == "-":
            options = options._replace(output=None)
        return command(**values, options=options)

    parameters = [*(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own), *shared]
    # Typer reads a command's options from these two.
    with_options.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    with_options.__annotations__ = {each.name: each.annotation for each in parameters}
    return with_options
