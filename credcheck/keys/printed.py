"""The key that a command prints, and the error if it prints none."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from credcheck.errors import CheckError, KeyMissing, TimedOut
from credcheck.models import Key
from credcheck.names import without_keys
from credcheck.sanitize import echoes, one_line
from credcheck.system.commands import Commands, for_key_command
from credcheck.system.program_output import CommandFailed

_LONGEST_WORDS = 100
_SHORTEST_HIDDEN = 3
# The programs that a shell's script begins its commands with.
_PROGRAMS = r"(?:^|[|;&(]\s*)[\w./-]+"
_PRIVATE = r".*(?:TOKEN|SESSION|PASSWORD|SECRET|KEY)(?:_.*)?|OP_.*"


def first_line(argv: tuple[str, ...], environment: Mapping[str, str], commands: Commands, deadline: float) -> str:
    """Return the first line that a command prints, as password managers keep a key: notes may follow it.

    Raises KeyMissing, and TimedOut for a command that does not end before `deadline` (`time.monotonic`).
    """
    first, *further = whole(argv, environment, commands, deadline).split("\n")
    if not first.strip() and any(map(str.strip, further)):
        raise KeyMissing(f"the first line that `{argv[0]}` prints is empty", hint="print the key on the first line")
    return first


def whole(argv: tuple[str, ...], environment: Mapping[str, str], commands: Commands, deadline: float) -> str:
    """Return all that a command prints; raises as `first_line` does."""
    allowed = for_key_command(environment)
    try:
        return commands.output(argv, environment=allowed, deadline=deadline).decode("utf-8", "replace")
    except CommandFailed as failure:
        raise _problem(failure, argv, allowed) from None


def _problem(failure: CommandFailed, argv: Sequence[str], environment: Mapping[str, str]) -> CheckError:
    words = last_words(failure, argv, environment)
    message = f"the key command `{argv[0]}` {failure}" + (f" ({words})" if words else "")
    if failure.is_late:
        return TimedOut(message, hint="does it wait for a password? run it by hand, or raise --timeout")
    return KeyMissing(message, hint="correct api_key_command" if failure.never_ran else "run it by hand")


def last_words(failure: CommandFailed, argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the last line on a command's stderr, or nothing of one that may hold a secret.

    Its arguments are hidden in it, and words that could be a key. A line of `sh -x`, and one that repeats what
    the command printed or a secret of its environment, is not shown.
    """
    lines = failure.stderr.decode("utf-8", "replace").split("\n")
    line = one_line(next((line for line in reversed(lines) if line.strip()), ""), longest=_LONGEST_WORDS)
    for word in _words(argv):
        line = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "…", line)
    hidden = [*failure.stdout.decode("utf-8", "replace").split(), *_words(argv), *secrets(environment)]
    is_secret = line.startswith("+") or echoes(line, *(Key(secret) for secret in hidden if secret))
    return "" if is_secret else without_keys(line)


def secrets(environment: Mapping[str, str]) -> list[str]:
    """Return the values of the variables of an environment that have a secret by their names."""
    return [value for name, value in environment.items() if value and re.fullmatch(_PRIVATE, name)]


def _words(argv: Sequence[str]) -> Iterator[str]:
    """Yield the words of a command's arguments that may be secret, a shell's script taken apart; the longest first."""
    found = {argument for argument in argv[1:] if not re.search(r"\s", argument)}
    for argument in argv[1:]:
        is_script = re.search(r"\s", argument)
        found |= set(re.split(r"[\s=:'\"|;&()]+", re.sub(_PROGRAMS, " ", argument) if is_script else argument))
    return (
        word for word in sorted(found, key=len, reverse=True) if len(word) >= _SHORTEST_HIDDEN and not _is_there(word)
    )


def _is_there(word: str) -> bool:
    """Tell whether a word is the path of a file or the name of a program, and so no secret."""
    from shutil import which

    return which(word) is not None or ("/" in word and os.path.lexists(word))
