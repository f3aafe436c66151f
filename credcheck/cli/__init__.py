"""The command line: parse, call, print, exit. The only package that knows Typer."""

import os
import re
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from io import StringIO
from itertools import pairwise
from typing import Any

import typer

from credcheck import ISSUES_URL, __version__
from credcheck.cli.grammar import app
from credcheck.cli.output import complain, deliver, tell
from credcheck.cli.parameters import command_path
from credcheck.errors import (
    CredcheckError,
    ExitStatus,
    KeyTyped,
    NotPossible,
    OutputError,
    ReaderGone,
    Stopped,
    fault_line,
)
from credcheck.names import ALL, COMMANDS, did_you_mean, without_keys
from credcheck.system import signals, streams, terminal

_HELP_WIDTH = 80
_ABOUT_THE_PROGRAM = {"--help", "-h", "--version", "-V"}


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return the exit status; an error is one line on stderr."""
    try:
        streams.fill()
        signals.end_the_run()
        return _run(arguments)
    except Stopped as stopped:
        return stopped.exit_status
    except ReaderGone as gone:
        return gone.exit_status
    except CredcheckError as problem:
        instead = problem.instead if isinstance(problem, NotPossible) else ""
        return _end(arguments, problem.message, problem.exit_status, instead=instead)
    except typer.TyperException as problem:
        return _end(arguments, _usage_message(problem, arguments), ExitStatus.USAGE)
    except (Exception, SystemExit) as fault:  # noqa: BLE001  neither a traceback nor a value may be shown
        return _end(arguments, _fault_message(fault), ExitStatus.INTERNAL)


def program(words: Sequence[str] | None = None) -> Any:
    """Return the program with all commands, or with those that these words can mean.

    The modules of the others are not imported: a check has no use for them.
    """
    from credcheck.cli import checks  # noqa: F401  a module gives the app its commands

    if words is None or not {*COMMANDS, *_ABOUT_THE_PROGRAM}.isdisjoint(words):
        from credcheck.cli import demo, commands, history, integrations, providers, watch  # noqa: F401, I001  as in --help
    return typer.main.get_command(app)


def _fault_message(fault: BaseException) -> str:
    if isinstance(fault, ImportError | SystemExit):  # nothing else raises these than a module that is loaded late
        return f"the installation is broken: {fault_line(fault)}; install credcheck again, or report it at {ISSUES_URL}"
    return f"{fault_line(fault)} in version {__version__}; please report this line at {ISSUES_URL}"


def _end(arguments: Sequence[str], message: str, status: int, *, instead: str = "") -> int:
    """Print the error that ended the run and return the exit status; a monitoring plugin prints it as one, on stdout.

    `instead` is a second line, with the alternative.
    """
    if "--format=nagios" not in arguments and ("--format", "nagios") not in pairwise(arguments):
        complain(message)
        if instead:
            tell(instead)
        return status
    from credcheck.render import nagios

    with suppress(OutputError):
        streams.deliver(nagios.unknown(message))
    return nagios.State.UNKNOWN


def _usage_message(problem: typer.TyperException, arguments: Sequence[str]) -> str:
    context = getattr(problem, "ctx", None)
    named = next((word for word in arguments if word in COMMANDS), ALL)
    command = command_path(context) if context else f"credcheck {named}"
    said = _in_own_words(problem, command)
    harmless = without_keys(said)
    way_out = f"see `{command} --help`" if harmless == said else KeyTyped().message
    return f"{harmless}; {way_out}"


def _in_own_words(problem: typer.TyperException, command: str) -> str:
    """Return a message about a wrong command line; Typer does not export the classes of its errors."""
    option = getattr(problem, "option_name", "")
    match type(problem).__name__:
        case "NoSuchOption":
            near = did_you_mean(option, getattr(problem, "possibilities", None) or ())
            return f"`{command}` has no option {option}{near}"
        case "BadOptionUsage" if "requires" in problem.message:
            return f"{option} needs a value"
        case "BadOptionUsage":
            return f"{option} takes no value"
        case _ if extra := re.search(r"unexpected extra argument.*\((.*)\)", problem.message):
            return f"`{command}` does not take `{extra[1]}`"
        case _:
            return problem.format_message().rstrip(".")


def _run(arguments: Sequence[str]) -> int:
    os.environ.pop("_CREDCHECK_COMPLETE", None)  # it would start Typer's own completion
    # Typer prints help with print(), which reports no full disk.
    with redirect_stdout(StringIO()) as printed:
        width = min(terminal.of(1, os.environ).width or _HELP_WIDTH, _HELP_WIDTH)
        status = program(arguments).main(
            list(arguments), prog_name="credcheck", standalone_mode=False, terminal_width=width
        )
    deliver(printed.getvalue())
    return status or 0
