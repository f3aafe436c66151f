"""Entry point of `python -m credcheck` and of the installed program."""

import gc
import os
import sys

from credcheck import ISSUES_URL, __version__


def main() -> None:
    """Run the program and end the process with its exit status.

    The garbage collector finds nothing in so short a run. `os._exit` skips the interpreter's shutdown, which takes
    longer than many runs and would wait for threads that hang; all output is written unbuffered before.
    """
    gc.disable()
    if os.name == "nt":  # before anything is imported that only Unix has
        os.write(2, b"credcheck runs on Linux, on macOS, and on Windows in WSL: install it there.\n")
        os._exit(2)
    if sys.argv[1:] in (["--version"], ["-V"], ["version"]):
        _tell_version()
    os._exit(_run())


def _run() -> int:
    # The built-in part of `signal`; a Ctrl-C while the rest is imported would print a traceback.
    import _signal  # type: ignore[import-not-found]

    # Until the program has installed its own handlers, Ctrl-C must not print one.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, lambda _number, _frame: os._exit(130))
    try:
        from credcheck import cli

        return cli.run(sys.argv[1:])
    except (Exception, SystemExit) as fault:  # noqa: BLE001  status 1 would say that a balance is low
        return _tell_broken(fault)


def _tell_broken(fault: BaseException) -> int:
    """Tell that the installation is broken; returns the exit status for an internal error."""
    import contextlib

    what = f"{type(fault).__name__}{f' of {fault.name}' if isinstance(fault, ImportError) and fault.name else ''}"
    line = f"credcheck: the installation is broken ({what}): install credcheck again, or report it at {ISSUES_URL}\n"
    with contextlib.suppress(OSError):
        os.write(2, line.encode("ascii", "backslashreplace"))
    return 70


def _tell_version() -> None:
    """Print the version before anything is imported; if stdout fails, return and let the program report it."""
    try:
        os.write(1, f"credcheck {__version__}\n".encode())
    except OSError:
        return
    os._exit(0)


if __name__ == "__main__":
    main()
