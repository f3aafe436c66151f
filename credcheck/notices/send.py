"""Send a notice of changes with the user's command."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from credcheck.config.notify_command import MESSAGE, VARIABLE
from credcheck.errors import NoticeFailed
from credcheck.keys.printed import last_words
from credcheck.models import Account, Change, KeyVariable
from credcheck.notices import message as render
from credcheck.providers.registry import Registry
from credcheck.system.commands import Commands, without_keys
from credcheck.system.program_output import CommandFailed

_TEST = "This is a test by `credcheck doctor --notify`."


def send(
    changes: Sequence[Change],
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    seconds: float,
    on_sent: Callable[[], None],
) -> None:
    """Run the command once for these changes: in words in `{message}`, as JSON on its stdin; raises NoticeFailed.

    `on_sent` is called as soon as it has ended with 0, before a signal that came meanwhile takes effect.
    """
    try:
        # A word may hold the message more than once.
        message = render.message(changes, room=render.ROOM // max(1, *(word.count(MESSAGE) for word in command)))
        _run(command, message, render.document(changes), environment, seconds, on_sent)
    except NoticeFailed as problem:
        raise NoticeFailed(f"{problem.message}; the next run tries again") from None


def send_test(command: Sequence[str], environment: Mapping[str, str], *, seconds: float) -> None:
    """Run the command as for a change, but with a message that says that it is a test; raises NoticeFailed."""
    _run(command, _TEST, render.document([]), environment, seconds, lambda: None)


def environment_for(environment: Mapping[str, str], accounts: Iterable[Account], registry: Registry) -> dict[str, str]:
    """Return the environment without the variables in which providers and accounts have their secrets."""
    secret = registry.secret_variables()
    sources = [source for account in accounts for source in account.sources]
    secret |= {source.name for source in sources if isinstance(source, KeyVariable)}
    return without_keys(environment, secret)


def _run(
    command: Sequence[str],
    message: str,
    document: str,
    environment: Mapping[str, str],
    seconds: float,
    on_sent: Callable[[], None],
) -> None:
    commands = Commands()
    argv = [word.replace(MESSAGE, message) for word in command]
    try:
        with commands.closing():
            commands.run(
                argv,
                environment={**environment, VARIABLE: message},
                deadline=time.monotonic() + seconds,
                given=document.encode(),
            )
            on_sent()
    except CommandFailed as problem:
        words = last_words(problem, command, environment)
        why = f"{problem} ({words})" if words else str(problem)
        raise NoticeFailed(f"no notice was sent: the command of [notify] {why}") from None
