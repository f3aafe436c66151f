"""One account's key, from its source."""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from credcheck.errors import KeyMissing
from credcheck.keys import not_a_key
from credcheck.models import Account, Key, KeyCommand, KeyFile, KeySource, KeyVariable, WrittenKey
from credcheck.system import files
from credcheck.system.commands import Commands

FILE_LIMIT = 64 * 1024
_LONGEST_KEY = 4096
_KEY = "the key"
_SECONDS_AT_HAND = 1.0
# A byte order mark and a space of no width, which editors and pages leave around a text.
_INVISIBLE = "\ufeff\u200b"


def of(account: Account, environment: Mapping[str, str], *, commands: Commands, deadline: float) -> Key:
    """Return an account's key from its source, read or printed by a command before `deadline` (`time.monotonic`).

    Raises KeyMissing if there is no key, or a text that can be none; TimedOut for a command that does not end.
    """
    return _of(account.key_source, environment, commands, deadline)


def secrets(account: Account, environment: Mapping[str, str], *, commands: Commands, deadline: float) -> dict[str, Key]:
    """Return an account's secret options, each from its source; raises as `of` does."""
    found = {}
    for name, source in account.secrets.items():
        try:
            found[name] = _of(source, environment, commands, deadline, option=name)
        except KeyMissing as problem:
            problem.hint = problem.hint or f"correct {source.name if isinstance(source, KeyVariable) else name}"
            raise
    return found


def at_hand(accounts: Iterable[Account], environment: Mapping[str, str]) -> list[Key]:
    """Return the keys and secret options of accounts that can be read without running a command."""
    commands, deadline = Commands(), time.monotonic() + _SECONDS_AT_HAND
    found = []
    for account in accounts:
        for source in account.sources:
            if not isinstance(source, KeyCommand):
                with suppress(KeyMissing):
                    found.append(_of(source, environment, commands, deadline))
    return found


def _of(
    source: KeySource | None, environment: Mapping[str, str], commands: Commands, deadline: float, *, option: str = ""
) -> Key:
    what, setting = option or _KEY, option or "api_key"
    match source:
        case None:
            raise KeyMissing("no key")
        case KeyVariable(name):
            text, what = _in_variable(name, environment), f"{what} in {name}"
        case KeyFile():
            text = _file(source, deadline).decode("utf-8", "replace")
        case KeyCommand(argv, member):
            from credcheck.keys import printed  # few keys are

            read = printed.first_line if member is None else printed.whole
            text = read(argv, environment, commands, deadline)
        case WrittenKey(_, key):
            text = key.reveal()
    if not _stripped(text):
        raise _nothing(source, what, setting=setting)
    if isinstance(source, KeyFile | KeyCommand) and source.member is not None:
        from credcheck.keys import members

        text = members.text(text, source, setting=setting)
    return checked(text, what=what, setting=setting)


def checked(text: str, *, what: str = _KEY, setting: str = "api_key") -> Key:
    """Return the text as a key, without the white space and a byte order mark around it.

    Raises KeyMissing for a text that can be no key, or that no HTTP header carries, and names the position of the
    first such character. `what` is the subject of the message, `setting` the one that the remedy names.
    """
    text = _stripped(text)
    if not text:
        raise KeyMissing(f"{what} is empty")
    if len(text) > _LONGEST_KEY:
        raise KeyMissing(f"{what} has more than {_LONGEST_KEY} characters")
    if problem := not_a_key.problem(text, setting=setting):
        raise KeyMissing(f"{what} {problem.what}", hint=problem.remedy)
    if further := text.count("\n"):
        raise KeyMissing(f"{what} has {further + 1} lines, but a key is one line")
    for place, character in enumerate(text, start=1):
        if not "!" <= character <= "~":
            kind = "is white space, which no key has" if character.isspace() else "is not one that a key can have"
            raise KeyMissing(f"character {place} of {what} {kind}")
    return Key(text)


def _nothing(source: KeySource, what: str, *, setting: str) -> KeyMissing:
    """Return the error of a source that is there and holds nothing."""
    match source:
        case KeyFile():
            return KeyMissing(
                f"the file {source.shown} is empty", hint=f"write the key into it, or correct {setting}_file"
            )
        case KeyCommand(argv):
            return KeyMissing(f"`{argv[0]}` printed nothing", hint=f"run it by hand, or correct {setting}_command")
        case _:
            return KeyMissing(f"{what} is empty")


def _stripped(text: str) -> str:
    return text.strip().strip(_INVISIBLE).strip()


def _in_variable(name: str, environment: Mapping[str, str]) -> str:
    if text := environment.get(name, ""):
        return text
    problem = "is empty" if name in environment else "is not set"
    raise KeyMissing(f"{name} {problem}", hint=f"set {name} to a key")


def _file(source: KeyFile, deadline: float) -> bytes:
    if source.path.startswith("~"):
        raise KeyMissing(f"the key file {source.shown} has no home folder", hint="correct api_key_file")
    try:
        return files.read(Path(source.path), limit=FILE_LIMIT, deadline=deadline)[0]
    except OSError as problem:
        said = f"the key file {source.shown} cannot be read: {problem.strerror}"
        raise KeyMissing(said, hint="correct api_key_file") from None
