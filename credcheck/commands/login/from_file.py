"""`login --from FILE`: store the keys of a `.env` file, each confirmed and tried."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from credcheck.console import output
from credcheck.errors import UsageError, exit_status
from credcheck.render import View
from credcheck.session import Session
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.commands.login.env_file import Found
    from credcheck.config import Config


def store(file: str, *, sure: bool, verify: bool, timeout: float | None, config_file: str | None) -> int:
    """List the keys in a file, ask about each, try those that are wanted, and store those that providers accept."""
    from credcheck import config
    from credcheck.commands.login import entry, env_file, not_taken, unrecognised
    from credcheck.config import credentials

    loaded = config.load(os.environ, file=config_file)
    variables = env_file.read(file)
    candidates = env_file.found(loaded, variables)
    left_out = not_taken.lines(loaded, variables, candidates)
    recognised = not_taken.known_names(loaded, variables) | {one.variable for one in left_out}
    unknown = unrecognised.lines(loaded, variables, recognised)
    if not candidates and not left_out:
        output.tell("\n".join(unknown))
        raise UsageError("no line of the file sets the usual variable of a provider (see `credcheck providers`)")
    output.tell((env_file.listed(candidates) if candidates else "") + "\n".join([*map(str, left_out), *unknown]))
    possible = [one for one in candidates if one.target]
    if not possible:
        raise UsageError("nothing is stored: the lines above say why")
    wanted = _confirmed(possible, sure=sure)
    seconds = timeout or loaded.timeout
    session = _session(loaded, wanted, seconds) if verify else None
    results = session.check().results if session else []
    if results:
        output.print_results(results, View())
    refused = [result for result in results if not entry.accepted(result)]
    for one in wanted:
        if one.target and one.entered and one.account not in {result.account for result in refused}:
            credentials.put(loaded.credentials_path, one.target, one.entered, seconds=seconds)
            output.confirm(f"The key of {one.account} is stored in {loaded.credentials_path}.")
    if session:
        session.keep([result for result in results if result not in refused])
    if refused:
        names = ", ".join(result.account for result in refused)
        output.complain(f"not stored: {names}; --no-verify stores keys that cannot be tried")
    return exit_status(refused)


def _confirmed(possible: "Sequence[Found]", *, sure: bool) -> "list[Found]":
    """Return those that the user wants to be stored; raises UsageError if there is nobody to ask."""
    if sure:
        return list(possible)
    if possible and not streams.is_terminal(0):
        raise UsageError("nothing is stored: confirm with --yes, or run it at a terminal to be asked")
    wanted: list[Found] = []
    for place, one in enumerate(possible):
        streams.tell(f"Store the key of {one.account}? [y/N/all] ")
        answer = sys.stdin.readline().strip().lower()
        if answer in {"a", "all"}:
            return [*wanted, *possible[place:]]
        if answer in {"y", "yes"}:
            wanted.append(one)
    return wanted


def _session(loaded: "Config", wanted: "Sequence[Found]", seconds: float) -> Session | None:
    """Return the session that tries the keys; None without any."""
    from credcheck.commands.login.entry import with_entered

    accounts = [with_entered(one.target, one.entered) for one in wanted if one.target and one.entered]
    return Session(loaded, accounts, environment=os.environ, timeout=seconds) if accounts else None
