"""Run one command and tell what it cost: `python -I -S measure.py OUT ERR COMMAND...`, which prints JSON.

A process of its own, for the peak memory that the system tells of a process is never below that of its parent.
"""

import json
import os
import sys
import time


def main() -> None:
    """Print exit status, seconds of wall and of CPU, and peak memory in KiB."""
    out, err, *command = sys.argv[1:]
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
    ]
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=files)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - started
    figures = os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
