"""The key that a command prints, and the error if it prints none."""

import os
import re
from collections.abc import Mapping, Sequence

from credcheck.errors import CheckError, KeyMissing, TimedOut
from credcheck.models import Key
from credcheck.names import HIDDEN, could_be_key
from credcheck.sanitize import echoes, one_line
from credcheck.system.commands import Commands, for_key_command
from credcheck.system.program_output import STDERR_KEPT, CommandFailed

_LONGEST_WORDS = 100
_SHORTEST_HIDDEN = 3
# The programs that a shell's script begins its commands with.
_PROGRAMS = r"(?:^|[|;&(]\s*)[\w./-]+"
_PRIVATE = r"(?!(?:XDG|DBUS|DESKTOP)_).*(?:TOKEN|SESSION|PASSWORD|SECRET|KEY)(?:_.*)?|OP_.*"
# The value of an option, a variable, a header or a user that has a secret by its name: it may be a plain word.
_SECRET_VALUE = re.compile(
    r"""(?ix)(?: (?<!\S)--?[\w-]*(?:pass|pwd|token|secret|key|auth)[\w-]*[\s=]+
    | [\w-]*(?:pass|pwd|token|secret|key|auth)[\w-]*\s*[=:]\s*(?:(?:basic|bearer|token)\s+)?
    | [\w.-]+:(?=[^\s/@]+@) | (?<!\S)-[up][\s=]*(?:[\w.-]+:)? )["']?([^\s"'@]+)"""
)
# Of a language, an abbreviation, or a small number; several words as one, as errors are named: `AccessDenied`.
_WORD = r"[A-Za-z]?[a-z]{0,14}|[A-Z]{1,12}s?|[0-9]{1,7}"
_NAME_OF_ERROR = r"(?:[A-Z][a-z]{1,12}){2,5}[.,:;]*"
_OPTION = r"--?[a-z]{1,14}(?:-[a-z]{1,14})*"
# The part of an address that is no secret.
_HOST = r"https?://(?![^/\s]*@)[\w.:-]+/?"
_LONGEST_MIXED = 7


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

    Its arguments are hidden in it, but for plain words, and so is all that has the shape of a key. A line of `sh -x`,
    and one that repeats what the command printed or a secret of its environment, is not shown.
    """
    lines = failure.stderr.decode("utf-8", "replace").split("\n")
    line = one_line(next((line for line in reversed(lines) if line.strip()), ""), longest=STDERR_KEPT)
    arguments = _hidden_words(argv)
    for word in arguments:
        line = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "…", line)
    hidden = [*failure.stdout.decode("utf-8", "replace").split(), *arguments, *secrets(environment)]
    is_secret = line.startswith("+") or echoes(line, *(Key(secret) for secret in hidden if secret))
    shown = re.sub(r"[^\s'\"`()]+", lambda word: _shown(word[0]), line)
    return "" if is_secret else one_line(shown, longest=_LONGEST_WORDS)


def _shown(word: str) -> str:
    """Return a word of a message, or `***` for one that has a key's shape.

    In a message more has it than in a name: letters mixed with digits in a part of some length, or in two parts.
    """
    mixed = [part for part in re.findall(r"[^\W_]+", word) if not re.fullmatch(_WORD, part)]
    is_plain = not any(map(could_be_key, word.split("/"))) and len(mixed) <= 1 and len("".join(mixed)) <= _LONGEST_MIXED
    return word if is_plain or re.fullmatch(_NAME_OF_ERROR, word) else HIDDEN


def secrets(environment: Mapping[str, str]) -> list[str]:
    """Return the values of the variables of an environment that have a secret by their names."""
    return [value for name, value in environment.items() if value and re.fullmatch(_PRIVATE, name)]


def _hidden_words(argv: Sequence[str]) -> list[str]:
    """Return the words of a command's arguments that may be secret, a shell's script taken apart; the longest first."""
    found = set(_SECRET_VALUE.findall(" ".join(argv[1:])))
    for argument in (re.sub(_HOST, "", one) for one in argv[1:]):
        is_script = re.search(r"\s", argument)
        words = re.split(r"[\s=:'\"|;&()]+", re.sub(_PROGRAMS, " ", argument) if is_script else argument)
        if not is_script and not argument.startswith("-"):
            words.append(argument)
        found |= {word for word in words if not re.fullmatch(f"{_WORD}|{_OPTION}", word) and not _is_there(word)}
    return sorted((word for word in found if len(word) >= _SHORTEST_HIDDEN), key=len, reverse=True)


def _is_there(word: str) -> bool:
    """Tell whether a word is the path of a file or the name of a program, and so no secret."""
    from shutil import which

    return which(word) is not None or ("/" in word and os.path.lexists(word))
