"""Run programs that print an answer, each within a deadline; none outlives the block that it belongs to."""

import os
import re
import signal
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from credcheck import INSIDE_VARIABLE
from credcheck.system import program_output, signals
from credcheck.system.program_output import OUTPUT_LIMIT, STDERR_KEPT, CommandFailed, Enough

if TYPE_CHECKING:  # few keys are printed by a program
    import subprocess

# The variables that a password manager may need: paths, user, locale, terminal, agents, network, its own.
_NEEDED = (
    r"PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LANGUAGE|LC_\w+|TERM|TERM_\w+|COLORTERM|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY"
    r"|XDG_\w+|SSH_\w+|DBUS_SESSION_BUS_ADDRESS|GNOME_KEYRING_CONTROL|WSL\w*|LD_LIBRARY_PATH|LOCALE_ARCHIVE|NIX_\w+"
    r"|(?:HTTPS?|ALL|NO|https?|all|no)_(?:PROXY|proxy)|SSL_CERT_(?:FILE|DIR)|CREDENTIALS_DIRECTORY|KUBECONFIG"
    r"|GPG_\w+|GNUPGHOME|PINENTRY_\w+|(?:PASSWORD_STORE|GOPASS|PASSAGE|OP|BWS?|RBW|LPASS|SOPS|VAULT|AWS|CLOUDSDK|DOPPLER"
    r"|INFISICAL|KEEPASS\w*|SECRETS?)_\w+|GOOGLE_APPLICATION_CREDENTIALS|AZURE_CONFIG_DIR"
)


class Commands:
    """The programs of one task. Any thread may run one; closing kills those that still run and refuses new ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Close at the end of the block; a signal takes effect after that."""
        with signals.deferred():
            try:
                yield
            finally:
                self._close()

    def output(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        deadline: float,
        given: bytes = b"",
        limit: int = OUTPUT_LIMIT,
        is_enough: Enough | None = None,
    ) -> bytes:
        """Return the stdout of a program; it is killed, with its children, at `deadline` (`time.monotonic`).

        No shell is run, and stdin has what is `given`. INSIDE_VARIABLE keeps it from running credcheck again. With
        `is_enough`, which is asked of all that was printed so far, stdin stays open and the program is killed as soon
        as that tells so: a server ends when its stdin does, before it has answered. Raises CommandFailed, for more
        than `limit` bytes too.
        """
        keeps_stdin = is_enough is not None
        process = self._started(argv, environment, b"" if keeps_stdin else given, keeps_stdin=keeps_stdin)
        try:
            if process.stdin:
                _write(process.stdin, given)
            return program_output.read(process, deadline, limit, is_enough)
        finally:
            self._stop(process)

    def run(self, argv: Sequence[str], *, environment: Mapping[str, str], deadline: float, given: bytes = b"") -> None:
        """Run a program for its effect; raises CommandFailed, as `output` does, unless it ends with status 0 in time.

        What it has started then, such as a player, may go on: only the program itself is waited for, and what goes on
        can still write to its stderr, which is a file.
        """
        from tempfile import TemporaryFile  # only a notice is sent by a program

        with TemporaryFile() as errors:
            process = self._started(argv, environment, given, errors=errors)
            try:
                _wait(process, deadline, errors)
            except BaseException:
                self._stop(process)
                raise
        with self._lock:
            self._running.discard(process)

    def _started(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        given: bytes,
        *,
        errors: IO[bytes] | None = None,
        keeps_stdin: bool = False,
    ) -> "subprocess.Popen[bytes]":
        """Start a program, its output to be read, or only its errors in a file; raises CommandFailed if that fails."""
        try:
            return self._start(argv, environment, given, errors=errors, keeps_stdin=keeps_stdin)
        except (OSError, ValueError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else "not a command"
            raise CommandFailed(f"cannot be run: {reason}", never_ran=True) from None

    def _start(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        given: bytes,
        *,
        errors: IO[bytes] | None,
        keeps_stdin: bool,
    ) -> "subprocess.Popen[bytes]":
        import subprocess

        with self._lock, _as_stdin(given) as stdin:
            if self._closed:
                raise CommandFailed("was not started: the check had ended")
            process = subprocess.Popen(  # noqa: S603  the user's own command, from the user's own file
                argv,
                env={**environment, INSIDE_VARIABLE: "1"},
                bufsize=0,
                stdin=subprocess.PIPE if keeps_stdin else stdin,
                stdout=subprocess.DEVNULL if errors else subprocess.PIPE,
                stderr=errors or subprocess.PIPE,
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def _stop(self, process: "subprocess.Popen[bytes]") -> None:
        with self._lock:
            _kill(process)
            self._running.discard(process)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
        process.wait()

    def _close(self) -> None:
        # Under the lock: a thread that nobody waits for may be about to start one.
        with self._lock:
            self._closed = True
            for process in self._running:
                _kill(process)


def for_key_command(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of an environment that a command which prints one key may need; other keys are not in it."""
    return {
        name: value
        for name, value in environment.items()
        if re.fullmatch(_NEEDED, name) and not name.endswith("API_KEY")
    }


def without_keys(environment: Mapping[str, str], variables: Collection[str]) -> dict[str, str]:
    """Return an environment without these variables and those that end in `API_KEY`."""
    return {
        name: value for name, value in environment.items() if name not in variables and not name.endswith("API_KEY")
    }


@contextmanager
def _as_stdin(given: bytes) -> Iterator[int | IO[bytes]]:
    """Yield a file that a program can read without anybody writing meanwhile."""
    if not given:
        from subprocess import DEVNULL

        yield DEVNULL
        return
    import tempfile  # only a notice is given to a program

    with tempfile.TemporaryFile() as file:
        file.write(given)
        file.seek(0)
        yield file


def _write(stdin: IO[bytes], given: bytes) -> None:
    """Write a few lines, which a pipe holds before anybody reads; a program that has ended says so by its status."""
    os.set_blocking(stdin.fileno(), False)
    with suppress(BrokenPipeError):
        if stdin.write(given) != len(given):
            raise CommandFailed("takes no input of this size")


def _wait(process: "subprocess.Popen[bytes]", deadline: float, errors: IO[bytes]) -> None:
    from subprocess import TimeoutExpired

    with suppress(TimeoutExpired):
        process.wait(max(0.0, deadline - time.monotonic()))
    # Without moving: the place in the file is shared with what the program has started.
    end = os.pread(errors.fileno(), STDERR_KEPT, max(0, os.fstat(errors.fileno()).st_size - STDERR_KEPT))
    program_output.check_ended(process.returncode, stderr=end)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    # The whole group, for a grandchild may hold the pipe; its number is given to no other while one of it lives.
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
