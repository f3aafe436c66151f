"""The command line: parse, call, print, exit. The only package that knows Typer, and not for a plain check."""

import os
from collections.abc import Sequence
from itertools import pairwise

from credcheck import INSIDE_VARIABLE, ISSUES_URL, __version__
from credcheck.cli import fast_path
from credcheck.commands import run_check
from credcheck.console.output import complain, tell
from credcheck.errors import (
    CredcheckError,
    ExitStatus,
    NotPossible,
    OutputError,
    ReaderGone,
    Stopped,
    UsageError,
    fault_line,
)
from credcheck.render.formats import FORMATS, Format
from credcheck.system import signals, streams


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
    except (Exception, SystemExit) as fault:  # noqa: BLE001  neither a traceback nor a value may be shown
        return _end(arguments, _fault_message(fault), ExitStatus.INTERNAL)


def _run(arguments: Sequence[str]) -> int:
    if os.environ.get(INSIDE_VARIABLE):
        raise UsageError(
            "credcheck cannot run inside a command that credcheck has started, of a key or of [notify]: it could start"
            f" itself without end; take it out of that command, or unset {INSIDE_VARIABLE}"
        )
    request = fast_path.read(arguments)
    if request is not None:
        return run_check.check(request)
    from credcheck.cli import program

    return program.run(arguments)


def _fault_message(fault: BaseException) -> str:
    if isinstance(fault, ImportError | SystemExit):  # nothing else raises these than a module that is loaded late
        return f"the installation is broken: {fault_line(fault)}; install credcheck again, or report it at {ISSUES_URL}"
    return f"{fault_line(fault)} in version {__version__}; please report this line at {ISSUES_URL}"


def _end(arguments: Sequence[str], message: str, status: int, *, instead: str = "") -> int:
    """Print the error that ended the run, in the format's own way if it has one, and return the exit status.

    `instead` is a second line, with the alternative.
    """
    error = _named_format(arguments).error
    if error is None:
        complain(message)
        if instead:
            tell(instead)
        return status
    text, status = error(message)
    try:
        streams.deliver(text)
    except ReaderGone:
        pass  # nobody reads a second line either
    except OutputError:
        complain(message)
    return status


def _named_format(arguments: Sequence[str]) -> Format:
    """Return the format that a command line names, which may be one that could not be read."""
    words = (
        word.removeprefix("--format=")
        for before, word in pairwise(["", *arguments])
        if before == "--format" or word.startswith("--format=")
    )
    return next((FORMATS[word] for word in words if word in FORMATS), FORMATS["table"])
