"""The answer of a provider that is no request's: a program prints it, or another program has left it in a file."""

import os
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from credcheck.errors import BadResponse, BalanceUnknown, CheckError, ProviderError, TimedOut, Unreachable
from credcheck.keys import printed
from credcheck.models import Key, Response
from credcheck.names import could_be_key
from credcheck.providers.document import MISSING, decode
from credcheck.providers.rules import Rule, any_holds
from credcheck.providers.templates import CommandTemplate, FileTemplate
from credcheck.sanitize import echoes
from credcheck.system import files
from credcheck.system.commands import Commands, for_key_command
from credcheck.system.program_output import CommandFailed

_LIMIT = 1024 * 1024
# A shorter value of a variable, such as `true`, may well be a word of the answer.
_SHORTEST_SECRET = 8
# A program that is about to write a file has emptied it first.
_TRIES, _PAUSE = 3, 0.05


class NoClient:
    """The connection of a check that asks nobody."""

    def abandon(self) -> None:
        """Do nothing: a program ends with the run that started it."""

    def close(self) -> None:
        """Do nothing."""


class _Picking:
    """Chooses one of the JSON documents that a program prints a line each."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._read = 0
        self.found: bytes | None = None

    def __call__(self, output: bytearray) -> bool:
        """Tell whether the answer is among the lines that are complete."""
        *lines, rest = bytes(output[self._read :]).split(b"\n")
        self._read = len(output) - len(rest)
        return self.among(lines)

    def among(self, lines: Sequence[bytes]) -> bool:
        """Look for the answer among lines; others may be words of a log."""
        for line in lines:
            if self.found is None and any_holds(self._rules, _document(line)):
                self.found = line
        return self.found is not None


def _document(line: bytes) -> object:
    try:
        return decode(line)
    except CheckError:
        return MISSING


def printed_by(
    template: CommandTemplate,
    argv: Sequence[str],
    given: bytes,
    *,
    hidden: Sequence[Key],
    environment: Mapping[str, str],
    commands: Commands,
    deadline: float,
) -> Response:
    """Return the answer that a program prints before `deadline` (`time.monotonic`); `given` is its stdin.

    It gets the environment of a key command. Raises CheckError, in which none of the `hidden` secrets is.
    """
    allowed = for_key_command(environment)
    picking = _Picking(template.pick) if template.lines else None
    try:
        output = commands.output(
            argv, environment=allowed, deadline=deadline, given=given, limit=_LIMIT, is_enough=picking
        )
    except CommandFailed as failure:
        raise _problem(failure, argv, allowed, hidden) from None
    return Response(200, (picking.found if picking else None) or picked(template, output))


def picked(template: CommandTemplate, output: bytes) -> bytes:
    """Return the answer in all that a program has printed; raises BadResponse if no line is it."""
    if not template.lines:
        return output
    picking = _Picking(template.pick)
    if not picking.among(output.split(b"\n")) or picking.found is None:
        raise BadResponse("no line of the answer is the one to pick", hint="correct `pick`, or run the program by hand")
    return picking.found


def secrets_of(environment: Mapping[str, str]) -> list[Key]:
    """Return the secrets in the environment of a program, which it may print."""
    found = printed.secrets(for_key_command(environment))
    return [Key(value) for value in found if len(value) >= _SHORTEST_SECRET]


def _problem(
    failure: CommandFailed, argv: Sequence[str], environment: Mapping[str, str], hidden: Sequence[Key]
) -> CheckError:
    words = printed.last_words(failure, argv, environment)
    words = "" if echoes(words, *hidden) else words
    message = f"{_shown(argv)} {failure}" + (f" ({words})" if words else "")
    if failure.is_late:
        return TimedOut(message, hint="run it by hand, or raise --timeout")
    if failure.never_ran:
        return Unreachable(message, hint="install the program, or correct `run` of the command")
    return (ProviderError if failure.has_ended else BadResponse)(message, hint="run it by hand")


def _shown(argv: Sequence[str]) -> str:
    program = argv[0]
    return "the command" if could_be_key(program) and not os.path.lexists(program) else f"`{program}`"


def left_in(template: FileTemplate, *, is_json: bool, now: datetime, deadline: float) -> Response:
    """Return the answer in a file; one that is no JSON yet is being written, and read again. Raises CheckError."""
    path = os.path.expanduser(template.path)
    shown = "the file" if any(map(could_be_key, path.split("/"))) and not os.path.lexists(path) else path
    for attempt in range(_TRIES):
        body, written = _read(path, shown, deadline)
        is_whole = not is_json or _document(body) is not MISSING
        if is_whole or attempt == _TRIES - 1 or time.monotonic() + _PAUSE >= deadline:
            break
        time.sleep(_PAUSE)
    age = now - written
    if template.max_age is not None and age > template.max_age:
        problem = f"{shown} was last written {_span(age)} ago"
        raise BalanceUnknown(problem, hint="start the program that writes it, or raise `max_age`")
    return Response(200, body)


def _read(path: str, shown: str, deadline: float) -> tuple[bytes, datetime]:
    try:
        body, found = files.read(Path(path), limit=_LIMIT, deadline=deadline)
    except OSError as problem:
        said = f"{shown} cannot be read: {problem.strerror}"
        raise BalanceUnknown(said, hint="start the program that writes it") from None
    return body, datetime.fromtimestamp(found.st_mtime, UTC)


def _span(age: timedelta) -> str:
    """Return an age in the largest unit that it has two of: `3 d`, `47 h`, `10 min`."""
    for size, unit in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min")):
        if age >= 2 * size:
            return f"{age // size} {unit}"
    return f"{age // timedelta(seconds=1)} s"
