"""The answer to `NAME --format value --max-age TIME` from the history, given before Typer is imported.

Shell prompts and status bars ask this all the time. All other questions, and one without a recent answer, are left to
the command line.
"""

from collections.abc import Mapping, Sequence

from credcheck.errors import CredcheckError, ReaderGone, exit_status
from credcheck.models import Result, Thresholds
from credcheck.names import ALL
from credcheck.system import streams

_OPTIONS = ("--format", "--max-age")
_FLAG = "--stale-if-error"


def answer(arguments: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """Print the number and return the exit status; return None, with nothing printed, if there is more to be done."""
    asked = _parsed(arguments)
    if asked is None:
        return None
    streams.fill()
    try:
        result = _recent(*asked, environment)
    except Exception:  # noqa: BLE001  the command line meets the same, and says it
        return None
    if result is None or result.balance is None:
        return None
    try:
        streams.deliver(f"{result.balance:f}\n")
    except ReaderGone as gone:
        return gone.exit_status
    except CredcheckError as problem:
        streams.tell(f"credcheck: {problem.message}\n")
        return problem.exit_status
    return exit_status([result])


def _parsed(arguments: Sequence[str]) -> tuple[str, str] | None:
    """Return the account and the age; None for any other question."""
    words = [word for argument in arguments if argument != _FLAG for word in _split(argument)]
    values: dict[str, str] = {}
    names = []
    rest = iter(words)
    for word in rest:
        if word in _OPTIONS and word not in values:
            values[word] = next(rest, "")
        else:
            names.append(word)
    is_asked = values.get("--format") == "value" and "--max-age" in values and len(names) == 1
    return (
        (names[0], values["--max-age"])
        if is_asked and names[0].casefold() != ALL and not names[0].startswith("-")
        else None
    )


def _split(argument: str) -> list[str]:
    name, equals, value = argument.partition("=")
    return [name, value] if equals and name in _OPTIONS else [argument]


def _recent(word: str, age: str, environment: Mapping[str, str]) -> Result | None:
    """Return the account's last answer if it is young enough; raises CredcheckError."""
    from credcheck import config, history
    from credcheck.config import validation
    from credcheck.history import recent

    max_age = validation.duration(age)
    loaded = config.load(environment)
    accounts = config.select(loaded, environment, [word])
    path = history.location(environment) if loaded.history else None
    if path is None or loaded.warn_days_left is not None:
        return None
    if streams.is_terminal(2) and any(config.warnings(loaded)):
        return None
    thresholds = Thresholds(usual=loaded.warn_below)
    found = recent.answers(path, accounts, thresholds, loaded.providers, max_age=max_age)
    return next(iter(found.values()), None)
