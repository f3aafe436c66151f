"""Read a file that may be anything: bounded, and without ever waiting for it."""

import os
import stat
from pathlib import Path


class NotUsable(OSError):
    """There is something at that path, but nothing that can be read."""


def read(path: Path, *, limit: int) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a regular file and what the system says of the very file that was read.

    Raises OSError; NotUsable where it is no regular file or holds more than `limit` bytes.
    """
    # Opening a FIFO would wait for a writer; the mode is judged on the descriptor, which nobody can swap.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotUsable(0, "not a regular file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise NotUsable(0, f"more than {limit // 1024} KiB")
    return data, found


def mode(path: Path) -> str:
    """Return the mode of a file as `chmod` has it."""
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"


def is_writable_by_others(folder: Path) -> bool:
    """Tell whether other users of this machine can replace the files of a folder."""
    found = folder.stat().st_mode
    return bool(found & (stat.S_IWGRP | stat.S_IWOTH)) and not found & stat.S_ISVTX


def open_to_others(found: os.stat_result) -> bool:
    """Tell whether other users of this machine can read or change a file."""
    return bool(found.st_mode & (stat.S_IRWXG | stat.S_IRWXO))
