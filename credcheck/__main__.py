"""The way in and the way out, for `python -m credcheck` and for the installed program."""

import gc
import os
import sys

from credcheck import __version__


def main() -> None:
    """Run the program and end the process with its status.

    The collector finds nothing in a run as short as this one, and the interpreter's own way out would take
    longer than many a run: what is written is written, and no thread that still hangs may be waited for.
    """
    gc.disable()
    if sys.argv[1:] == ["--version"]:
        os._exit(_tell_version())
    os._exit(_run())


def _run() -> int:
    import signal

    # Until the program knows how to end, a Ctrl-C ends it as it ends any other: a traceback tells nobody anything.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from credcheck import cli
    from credcheck.errors import Stopped

    try:
        return cli.run(sys.argv[1:])
    except Stopped as stopped:  # while something else was being told
        return stopped.exit_status


def _tell_version() -> int:
    """Answer before anything is imported: this is asked by scripts, and often."""
    try:
        os.write(1, f"credcheck {__version__}\n".encode())
    except OSError:
        return 5
    return 0


if __name__ == "__main__":
    main()
