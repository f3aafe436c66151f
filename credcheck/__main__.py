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
    from credcheck import cli

    os._exit(cli.run(sys.argv[1:]))


def _tell_version() -> int:
    """Answer before anything is imported: this is asked by scripts, and often."""
    try:
        os.write(1, f"credcheck {__version__}\n".encode())
    except OSError:
        return 5
    return 0


if __name__ == "__main__":
    main()
