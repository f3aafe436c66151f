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
        _tell_version()
    os._exit(_run())


def _run() -> int:
    import signal

    # Until the program is loaded and knows better: a Ctrl-C tells nobody anything by a traceback.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(130))
    from credcheck import cli

    return cli.run(sys.argv[1:])


def _tell_version() -> None:
    """Answer before anything is imported, for scripts ask this often; where it cannot be told, the program says why."""
    try:
        os.write(1, f"credcheck {__version__}\n".encode())
    except OSError:
        return
    os._exit(0)


if __name__ == "__main__":
    main()
