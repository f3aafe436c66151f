"""Print to stdout and stderr."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from credcheck.errors import ExitStatus, UsageError
from credcheck.render import View
from credcheck.sanitize import one_line
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.history.report import BalanceHistory
    from credcheck.models import Account, Result, Thresholds
    from credcheck.providers.registry import Registry

_LONGEST_ERROR = 600
_MOST_NAMED = 10

_BEGIN = """\
No account is set up yet. To begin:
  credcheck demo               see what it looks like, without a key
  credcheck login PROVIDER     store a key (`credcheck providers` lists the providers)
  export PIXELCUT_API_KEY=KEY  or have a key in the environment, under the provider's usual name
"""
_BEGIN_FILE = "  credcheck config {}        or write the configuration by hand, from an example\n"

_NAMED = """\
Say what to check:
  credcheck all     every account
  credcheck NAME    {}
  credcheck --help  all there is
"""


def print_results(
    results: Sequence["Result"],
    view: View,
    file: str | None = None,
    *,
    explained: Sequence["Result"] | None = None,
    checked: Sequence["Result"] | None = None,
    histories: Sequence["BalanceHistory"] = (),
) -> None:
    """Print results, or write them to a file; explain each failure on stderr if the format does not.

    `explained` are the results whose failures are explained, if they are not the same; `checked` are all that were
    checked, if some are left out already; `histories` are for a format that shows them.
    """
    from credcheck.render import formats
    from credcheck.system import files, terminal

    shown_on = terminal.of(1, os.environ) if file is None else terminal.Terminal()
    page = formats.page(results, view, shown_on, histories)
    if checked is not None:
        page = page._replace(checked=checked)
    # What `--changes` leaves out is no news, so nothing has to say that there is something.
    text = formats.render(page) or (formats.only_failures(page) if checked is None else "")
    if file is None:
        streams.deliver(text)
    else:
        files.publish(Path(file), text)
    # A scheduler mails or stores all that comes on stderr.
    if not formats.FORMATS[view.format].explains_failures:
        from credcheck.render import failures

        tell(failures.explain(page.results if explained in (None, results) else explained))
        if formats.FORMATS[view.format].needs_balance:
            tell(failures.without_balance(page.checked) + failures.low_elsewhere(page.checked))


def check_file(file: str | None) -> None:
    """Raise OutputError if the results cannot be written to this file, before anything is sent for them."""
    if file is not None:
        from credcheck.system import files

        files.check_publishable(Path(file))


def print_interrupted(results: Sequence["Result"], total: int, view: View) -> None:
    """Print the results that came before the check was interrupted, if a person can see a table."""
    if view.format == "table" and streams.is_terminal(1):
        print_results(results, view)
        tell(f"Interrupted with {len(results)} of {total} accounts read.")


def print_charts(histories: Sequence["BalanceHistory"]) -> None:
    """Print below a table a chart of each of these histories."""
    from credcheck.render import history
    from credcheck.system import terminal

    streams.deliver("\n" + history.charts(histories, terminal.of(1, os.environ), with_days=False))


def warn(loaded: "Config") -> None:
    """Warn about files that are not read and, if stderr is a terminal, about those that others can read or change."""
    for note in loaded.notes:
        complain(note)
    if streams.is_terminal(2):
        from credcheck import config

        for warning in config.warnings(loaded):
            complain(warning)


def warn_of_thresholds(accounts: Sequence["Account"], results: Sequence["Result"]) -> None:
    """Name the thresholds of an account that are for none of its balances.

    If others are, only at a terminal: a balance may come and go.
    """
    from credcheck.names import without_keys

    own = {account.name: account.warn_below for account in accounts}
    for result in results:
        extra = result.reading.without_balance(own[result.account]) if result.reading else []
        if not result.reading or not extra or (len(extra) < len(own[result.account]) and not streams.is_terminal(2)):
            continue
        balances = [each.id if each.id == each.unit else f"{each.id} ({each.unit})" for each in result.reading.balances]
        for name in extra:
            unknown = f"warn_below names no balance `{without_keys(name)}`"
            complain(f"{result.account}: {unknown}; its balances are {', '.join(balances)}")


def warn_of_unmatched(
    found: "Thresholds", results: Sequence["Result"], registry: "Registry", *, all_accounts: bool
) -> None:
    """Name the thresholds that are for nothing in the run and may be misspelt: such a one never warns.

    A unit that some provider has is spelt right; that no balance is in it interests only a person. A usual one that no
    provider has may be of an account that was not checked, unless these are `all_accounts`.
    """
    if not any(found.from_command_line) and not found.defaults:
        return
    from credcheck.config.thresholds import misspelt, unmatched
    from credcheck.names import did_you_mean, without_keys

    given = unmatched(found.from_command_line, results)
    wrong = misspelt(given, registry)
    for name, unit in wrong.items():
        near = did_you_mean(name, [result.account for result in results]) or unit
        complain(f"--warn-below {without_keys(name)}: no account, unit or balance checked has this name{near}")
    for name in set(given) - set(wrong) if streams.is_terminal(2) else ():
        complain(f"--warn-below {name}: no balance checked has this unit")
    for name, near in misspelt(unmatched(found.defaults, results), registry).items():
        if near or all_accounts:
            complain(f"warn_below.{without_keys(name)}: no balance has this unit{near}")


def nothing_to_check(loaded: "Config") -> int:
    """Say how to begin; raises UsageError if there are accounts but all are disabled."""
    if loaded.accounts:
        raise UsageError(f"every account in {loaded.path} is disabled; name one, or remove its `enabled = false`")
    from shlex import quote

    from credcheck.config.toml import NO_FILE

    tell_incomplete(loaded)
    action = "edit" if loaded.path in loaded.found else "init"
    file = f" --config {quote(loaded.file_option)}" if loaded.file_option else ""
    tell(_BEGIN + (_BEGIN_FILE.format(action + file) if loaded.path != NO_FILE else ""))
    return ExitStatus.USAGE


def tell_incomplete(loaded: "Config") -> None:
    """Warn about variables that make no account: one is empty or missing, or the key cannot read the balance."""
    from credcheck import config
    from credcheck.config import other_keys

    empty = config.without_value(loaded, os.environ).values()
    lines = [*empty, *config.incomplete(loaded, os.environ), *other_keys.unusable(loaded, os.environ)]
    tell("".join(f"{line}\n" for line in lines))


def nothing_named(loaded: "Config") -> int:
    """List the accounts that can be named, a few, or say how to begin."""
    from credcheck import config

    names = [account.name for account in config.all_accounts(loaded, os.environ)]
    if not names:
        return nothing_to_check(loaded)
    listed = f"one of {', '.join(names)}" if len(names) <= _MOST_NAMED else f"one of {len(names)}: `credcheck accounts`"
    tell(_NAMED.format(one_line(listed, longest=_LONGEST_ERROR)))
    return ExitStatus.USAGE


def tell(text: str) -> None:
    """Write lines to stderr, wrapped if it is a terminal."""
    from credcheck.system import terminal

    if text:
        streams.tell(terminal.fitted(text if text.endswith("\n") else f"{text}\n", 2, os.environ))


def deliver(text: str) -> None:
    """Write lines to stdout, wrapped if it is a terminal."""
    from credcheck.system import terminal

    streams.deliver(terminal.fitted(text, 1, os.environ))


def confirm(message: str) -> None:
    """Report a finished action on one line; control characters in names are removed."""
    tell(one_line(message, longest=_LONGEST_ERROR))


def complain(message: str) -> None:
    """Write an error to stderr on one line."""
    tell(f"credcheck: {one_line(message, longest=_LONGEST_ERROR)}")
