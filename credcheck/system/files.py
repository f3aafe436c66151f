"""Read any path, bounded and without waiting for it; write a file as a whole or not at all."""

import fcntl
import os
import re
import select
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from credcheck.errors import OutputError
from credcheck.names import could_be_key
from credcheck.system import signals

# Seconds for a pipe to be written and closed, or for another program to release its lock.
DEFAULT_PATIENCE = 10.0
_BETWEEN_TRIES = 0.05
_OLDEST_WRITE = 60.0
_RANDOM = r"[0-9a-f]{12}|[a-z0-9_]{8}"  # the latter as tempfile names them
# What a shell puts in the place of `<(sops -d file)`. A FIFO elsewhere may never have a writer.
_DESCRIPTOR = r"/dev/(?:fd/[0-9]+|stdin)|/proc/self/fd/[0-9]+"
# Below these a path is a device or a stream, even if it leads to a regular file: /dev/stdout of `>>log` does.
_DEVICES = r"//?(?:dev(?!/shm/)|proc)/.*"
_MOST_LINKS = 40


class NotUsable(OSError):
    """The path exists, but it cannot be read as a file."""


def read(path: Path, *, limit: int, deadline: float | None = None) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a regular file, or of a pipe among our own descriptors, and its `fstat`.

    `deadline` (of `time.monotonic`) is for a pipe. Raises OSError; NotUsable for any other kind of file, for more
    than `limit` bytes, and for a pipe that is not closed in time.
    """
    # Opening a FIFO would wait for a writer; the mode is judged on the descriptor, which nobody can swap.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except ValueError:  # a character that no path can have
        raise NotUsable(0, "not a path") from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode):
            data = file.read(limit + 1)
        elif stat.S_ISFIFO(found.st_mode) and re.fullmatch(_DESCRIPTOR, str(path)):
            data = _read_pipe(descriptor, limit, time.monotonic() + DEFAULT_PATIENCE if deadline is None else deadline)
        else:
            raise NotUsable(0, "not a regular file")
    if len(data) > limit:
        raise NotUsable(0, f"more than {limit // 1024} KiB")
    return data, found


def _read_pipe(descriptor: int, limit: int, deadline: float) -> bytes:
    data = b""
    while len(data) <= limit:
        if not select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise NotUsable(0, "not written to its end in time")
        chunk = os.read(descriptor, limit + 1)
        if not chunk:
            break
        data += chunk
    return data


def replace(path: Path, text: str, *, check: Callable[[], None] = lambda: None) -> None:
    """Put a file in the place of `path`, whole or not at all; raises OSError. `check` is called just before."""

    def put(source: str, target: Path) -> None:
        check()
        os.replace(source, target)

    _put(path, text, put)


def shown(path: str) -> str:
    """Return a path as a message shows it: a word that could be a key, and is no file's name, is hidden."""
    return "***" if "/" not in path and could_be_key(path) and not os.path.lexists(path) else path


def publish(path: Path, text: str) -> None:
    """Put a file that other programs read in the place of `path`, whole or not at all; raises OutputError.

    The file keeps the mode of the one before it; that of a new one follows the umask.
    """
    with _reported(path):
        real, mode = _place_of(path)
        with signals.deferred():
            _put(real, text, os.replace, mode=mode)


def check_publishable(path: Path) -> None:
    """Raise OutputError if `publish` could not put a file there, as far as that is known before it does."""
    with _reported(path):
        real, _ = _place_of(path)
        _put(real, "", lambda _source, _target: None)


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise OutputError(f"{shown(str(path))} cannot be written: {problem.strerror}") from None


def _place_of(path: Path) -> tuple[Path, int]:
    """Return the path of a file to replace, or of a new one, without links, and its mode; raises OSError."""
    real = Path(os.path.realpath(path))  # a relative path has no meaning in a folder that was removed
    if _is_device(os.path.abspath(path)):
        raise NotUsable(0, "not a file; use - to print")
    mode = real.stat().st_mode if real.exists() else stat.S_IFREG | 0o666 & ~_umask()
    if not stat.S_ISREG(mode):
        raise NotUsable(0, "not a regular file")
    return real, stat.S_IMODE(mode)


def _is_device(path: str) -> bool:
    """Tell whether an absolute path, or one of the links that it leads through, is below /dev or /proc."""
    for _ in range(_MOST_LINKS):
        folder, name = os.path.split(path)
        path = os.path.join(os.path.realpath(folder), name)
        if re.fullmatch(_DEVICES, path) or not os.path.islink(path):
            break
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    return re.fullmatch(_DEVICES, path) is not None


def _umask() -> int:
    """Return the umask, which can only be read by setting another."""
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet, for its owner only; raises OutputError."""
    with private(path) as real, signals.deferred():
        _put(real, text, os.link)


@contextmanager
def private(path: Path) -> Iterator[Path]:
    """Resolve the symbolic links of `path` and make its folder; all that the block creates is for its owner only.

    Raises OutputError for an OSError of the block.
    """
    umask = os.umask(0o077)
    try:
        real = Path(os.path.realpath(path))
        real.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield real
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror}") from None
    finally:
        os.umask(umask)


@contextmanager
def locked(folder: Path, *, seconds: float = DEFAULT_PATIENCE) -> Iterator[Callable[[], None]]:
    """Hold the lock of a folder, so that of two changes at once none is lost; then flush the folder to the disk.

    A signal ends the wait for the lock, and is deferred while the lock is held; the block gets the function that
    raises Stopped if one has come. Raises OSError.
    """
    with exclusive(folder, seconds=seconds) as descriptor, signals.deferred() as check:
        yield check
        os.fsync(descriptor)


@contextmanager
def exclusive(folder: Path, *, seconds: float) -> Iterator[int]:
    """Hold the lock of a folder, in any thread; yield the folder's descriptor. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _lock(descriptor, time.monotonic() + seconds)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise NotUsable(0, "another program holds the lock of its folder; end that program") from None
            time.sleep(_BETWEEN_TRIES)
        else:
            return


def _put(path: Path, text: str, put: Callable[[str, Path], None], *, mode: int = 0o600) -> None:
    """Write a file beside `path` and give it that name once it is whole; no other file is left behind."""
    name = f"{path.parent}/.{path.name}.{os.urandom(6).hex()}"
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        put(name, path)
    finally:
        with suppress(OSError):
            os.unlink(name)


def leftovers(path: Path) -> list[Path]:
    """Return the files that killed writers of `path` left beside it: older than a minute, and our own."""
    real = Path(os.path.realpath(path))
    name = rf"\.{re.escape(real.name)}\.(?:{_RANDOM})"
    with suppress(OSError), os.scandir(real.parent) as entries:
        return [real.parent / entry.name for entry in entries if re.fullmatch(name, entry.name) and _is_left(entry)]
    return []


def _is_left(entry: "os.DirEntry[str]") -> bool:
    found = entry.stat(follow_symlinks=False)
    is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
    return is_ours and found.st_mtime < time.time() - _OLDEST_WRITE


def mode(path: Path) -> str:
    """Return the mode of a file as `chmod` writes it."""
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"


def is_writable_by_others(folder: Path) -> bool:
    """Tell whether other users of this machine can replace the files of a folder."""
    found = folder.stat().st_mode
    return bool(found & (stat.S_IWGRP | stat.S_IWOTH)) and not found & stat.S_ISVTX


def open_to_others(found: os.stat_result) -> bool:
    """Tell whether other users of this machine can read or change a file."""
    return bool(found.st_mode & (stat.S_IRWXG | stat.S_IRWXO))
