"""One account's key, from its source."""

from collections.abc import Mapping
from pathlib import Path

from credcheck.errors import KeyMissing
from credcheck.models import Account, Key, KeyCommand, KeyFile, KeySource, KeyVariable, WrittenKey
from credcheck.system import files
from credcheck.system.commands import CommandFailed, Commands, for_key_command

FILE_LIMIT = 64 * 1024
_LONGEST_KEY = 4096


def of(account: Account, environment: Mapping[str, str], *, commands: Commands, deadline: float) -> Key:
    """Return an account's key from its source, read or printed by a command before `deadline` (`time.monotonic`).

    One line end at the end of a file or of a command's output belongs to the file, not to the key.
    Raises KeyMissing if there is no key, or none that an HTTP header can carry.
    """
    return _of(account.key_source, environment, commands, deadline)


def secrets(account: Account, environment: Mapping[str, str], *, commands: Commands, deadline: float) -> dict[str, Key]:
    """Return an account's secret options, each from its source; raises KeyMissing as `of` does."""
    return {name: _of(source, environment, commands, deadline) for name, source in account.secrets.items()}


def _of(source: KeySource | None, environment: Mapping[str, str], commands: Commands, deadline: float) -> Key:
    match source:
        case None:
            raise KeyMissing("no key")
        case KeyVariable(name):
            return _in_variable(name, environment)
        case KeyFile():
            text = without_line_end(_file(source, deadline))
        case KeyCommand(argv):
            text = without_line_end(_printed(argv, environment, commands, deadline))
        case WrittenKey(_, key):
            text = key.reveal()
    return checked(text)


def checked(text: str, *, what: str = "the key") -> Key:
    """Return the text as a key; raises KeyMissing, naming the position, for a character that no HTTP header carries.

    `what` is the subject of the message.
    """
    if not text.strip():
        raise KeyMissing(f"{what} is empty")
    if len(text) > _LONGEST_KEY:
        raise KeyMissing(f"{what} has more than {_LONGEST_KEY} characters")
    if text != text.strip():
        raise KeyMissing(f"{what} {'ends in' if text == text.lstrip() else 'begins with'} white space")
    for place, character in enumerate(text, start=1):
        if not "!" <= character <= "~":
            kind = "white space" if character.isspace() else "a character"
            raise KeyMissing(f"character {place} of {what} is {kind} that no request can carry")
    return Key(text)


def _in_variable(name: str, environment: Mapping[str, str]) -> Key:
    if text := environment.get(name, ""):
        return checked(text, what=f"the key in {name}")
    problem = "is empty" if name in environment else "is not set"
    raise KeyMissing(f"{name} {problem}", hint=f"set {name} to a key")


def without_line_end(data: bytes) -> str:
    """Return the text of a file or of a program's output without the one line end that closes it."""
    text = data.decode("utf-8", "replace")
    return text[:-1].removesuffix("\r") if text.endswith("\n") else text


def _file(source: KeyFile, deadline: float) -> bytes:
    if source.path.startswith("~"):
        raise KeyMissing(f"the key file {source.shown} has no home folder", hint="correct api_key_file in config.toml")
    try:
        return files.read(Path(source.path), limit=FILE_LIMIT, deadline=deadline)[0]
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "not a path"
        raise KeyMissing(f"the key file {source.shown} cannot be read: {reason}", hint="correct api_key_file") from None


def _printed(argv: tuple[str, ...], environment: Mapping[str, str], commands: Commands, deadline: float) -> bytes:
    try:
        return commands.output(argv, environment=for_key_command(environment), deadline=deadline)
    except CommandFailed as problem:
        hint = "correct api_key_command" if problem.never_ran else "run it by hand"
        raise KeyMissing(f"the key command `{argv[0]}` {problem}", hint=hint) from None
