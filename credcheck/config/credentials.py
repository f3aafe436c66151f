"""The file of stored keys, which only credcheck writes: whole, atomically, for its owner's eyes only."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import tomli_w

from credcheck import config
from credcheck.errors import OutputError
from credcheck.models import Account, Key
from credcheck.system import signals

_HEADER = "# Written by `credcheck login`; change it with `credcheck login` and `credcheck logout` only.\n\n"


def put(path: Path, account: Account, key: Key) -> None:
    """Store an account's key; raises ConfigError where the file is not ours, OutputError where it cannot be written."""
    entry = {"provider": account.provider, "api_key": key.reveal()}
    _change(path, lambda accounts: {**accounts, account.name: entry})


def remove(path: Path, name: str) -> None:
    """Remove an account's key; raises as `put` does."""
    _change(path, lambda accounts: {each: entry for each, entry in accounts.items() if each != name})


def write_new(path: Path, text: str) -> None:
    """Write a file that must not be there yet, in a directory of its owner's; raises OutputError."""
    with _private(path) as real:
        _write(real, text, put=os.link)


def _change(path: Path, change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    with _private(path) as real, _locked(real.parent) as directory:
        accounts = config.stored_entries(path)
        _write(real, _HEADER + tomli_w.dumps({"accounts": change(accounts)}), put=os.replace)
        os.fsync(directory)


@contextmanager
def _private(path: Path) -> Iterator[Path]:
    """Give the file that a chain of symbolic links ends at, its directory made; what is made is for its owner only."""
    umask = os.umask(0o077)
    try:
        with signals.held():
            real = Path(os.path.realpath(path))
            real.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            yield real
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror}") from None
    finally:
        os.umask(umask)


@contextmanager
def _locked(directory: Path) -> Iterator[int]:
    """Hold a directory's lock, so that of two changes at once none is lost; give its descriptor."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _write(path: Path, text: str, *, put: Callable[[str, Path], None]) -> None:
    """Write a file beside the place and put it there when it is whole; nothing is left of one that is not."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        put(name, path)
    finally:
        with suppress(OSError):
            os.unlink(name)
