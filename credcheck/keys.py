"""One account's key, from its source."""

import os
import re
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from credcheck.errors import KeyMissing
from credcheck.models import Account, Key, KeyCommand, KeyFile, KeyVariable, WrittenKey
from credcheck.system import files, signals

FILE_LIMIT = 64 * 1024
_LONGEST_KEY = 4096


class _Commands:
    """The key commands of this process: those that run, and whether one may start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._allowed = False

    def allow(self) -> None:
        """Let commands start."""
        with self._lock:
            self._allowed = True

    def end(self) -> None:
        """Kill those that run, and let none start: a thread that nobody waits for may be about to."""
        with self._lock:
            self._allowed = False
            for process in self._running:
                _kill(process)

    def start(self, argv: tuple[str, ...]) -> subprocess.Popen[bytes]:
        """Start a command without a shell, without input, in a process group of its own."""
        with self._lock:
            if not self._allowed:
                raise KeyMissing("the check ended before the key command began")
            process = subprocess.Popen(  # noqa: S603  the user's own command, from the user's own file
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a command with all that it started, and forget it."""
        with self._lock:
            _kill(process)
            self._running.discard(process)
        if process.stdout:
            process.stdout.close()
        process.wait()


_commands = _Commands()


@contextmanager
def commands() -> Iterator[None]:
    """Let key commands run within this block; none outlives it, however it ends."""
    _commands.allow()
    with signals.held():
        try:
            yield
        finally:
            _commands.end()


def of(account: Account, environment: Mapping[str, str], *, deadline: float) -> Key:
    """Return an account's key from its source; a command is stopped at `deadline` (of `time.monotonic`).

    One line end at the end of a file or of a command's output belongs to the file, not to the key.
    Raises KeyMissing where there is none or none that an HTTP header can carry.
    """
    match account.key_source:
        case None:
            raise KeyMissing("no key")
        case KeyVariable(name):
            text = environment.get(name, "")
            if not text:
                problem = "is empty" if name in environment else "is not set"
                raise KeyMissing(f"{name} {problem}", hint=f"set {name} to a key")
        case KeyFile(path):
            text = without_line_end(_file(Path(path)))
        case KeyCommand(argv):
            text = without_line_end(_output(argv, deadline))
        case WrittenKey(_, key):
            text = key.reveal()
    return checked(text)


def checked(text: str) -> Key:
    """Return the text as a key; raises KeyMissing, naming the place, where no HTTP header can carry it."""
    if not text.strip():
        raise KeyMissing("the key is empty")
    if len(text) > _LONGEST_KEY:
        raise KeyMissing(f"the key has more than {_LONGEST_KEY} characters")
    if stray := re.search(r"[^!-~]", text):
        what = "white space" if stray[0].isspace() else "a character"
        place = stray.start() + 1
        raise KeyMissing(f"character {place} of the key is {what} that no request can carry")
    return Key(text)


def without_line_end(data: bytes) -> str:
    """Return the text that a file or a program gave, without the line end that closes it."""
    return re.sub(r"\r?\n\Z", "", data.decode("utf-8", "replace"))


def _file(path: Path) -> bytes:
    try:
        return files.read(path, limit=FILE_LIMIT)[0]
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "not a path"
        raise KeyMissing(f"the key file {path} cannot be read: {reason}", hint="correct api_key_file") from None


def _output(argv: tuple[str, ...], deadline: float) -> bytes:
    """Run a command, which never outlives this call."""
    name = argv[0]
    try:
        process = _commands.start(argv)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "not a command"
        raise KeyMissing(f"the key command `{name}` cannot be run: {reason}", hint="correct api_key_command") from None
    try:
        return _read_output(process, name, deadline)
    finally:
        _commands.stop(process)


def _read_output(process: subprocess.Popen[bytes], name: str, deadline: float) -> bytes:
    hint = "run it by hand"
    output = bytearray()
    stream = process.stdout
    if stream is None:
        raise KeyMissing(f"the key command `{name}` has no output", hint=hint)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            chunk = os.read(stream.fileno(), FILE_LIMIT)
            output += chunk
            if not chunk or len(output) > FILE_LIMIT:
                break
        else:
            raise KeyMissing(f"the key command `{name}` did not end in time", hint=hint)
    if len(output) > FILE_LIMIT:
        raise KeyMissing(f"the key command `{name}` printed more than {FILE_LIMIT // 1024} KiB", hint=hint)
    try:
        status = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise KeyMissing(f"the key command `{name}` did not end in time", hint=hint) from None
    if status:
        raise KeyMissing(f"the key command `{name}` ended with status {status}", hint=hint)
    return bytes(output)


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The whole group, for a grandchild may hold the pipe; its number is given to no other while one of it lives.
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
