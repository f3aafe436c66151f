"""The program at a terminal."""

import os
import pty
import select
import subprocess
from collections.abc import Mapping, Sequence

from tests.conftest import PROGRAM, Program


def at_a_terminal(program: Program, arguments: Sequence[str], variables: Mapping[str, str]) -> tuple[int, str]:
    """Run the program at a terminal; return its status and all that it showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [PROGRAM, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=program.full_environment(**variables),
    ) as process:
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], 10)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
        status = process.wait(10)
    os.close(ours)
    return status, shown.decode()
