"""What the commands print, and where."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from credcheck.errors import ExitStatus, UsageError, exit_status
from credcheck.sanitize import one_line
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.models import Account, Result, Threshold
    from credcheck.render import Format

_LONGEST_ERROR = 600

_BEGIN = """\
No account is set up yet. To begin:
  credcheck demo               see what it looks like, without a key
  credcheck login PROVIDER     store a key (`credcheck providers` lists the providers)
  export PIXELCUT_API_KEY=KEY  or have a key in the environment, under the provider's usual name
  credcheck config {}        or write the configuration by hand, from an example
"""

_NAMED = """\
Say what to check:
  credcheck all     every account
  credcheck NAME    one of {}
  credcheck --help  all there is
"""


def report(
    accounts: Sequence["Account"],
    *,
    format_: "Format",
    single: bool,
    quiet: bool,
    warn_below: "Threshold | None",
    timeout: float,
    concurrency: int,
    progress: bool,
    environment: Mapping[str, str] = os.environ,
) -> int:
    """Check these accounts, print what is asked for, and return the exit status."""
    from credcheck import check as checking
    from credcheck.models import ANY, Thresholds

    watch = None
    if format_ == "table":
        from credcheck.cli.progress import watcher

        watch = watcher(accounts, os.environ, wanted=progress)
    results = checking.check_all(
        accounts,
        environment,
        timeout=timeout,
        concurrency=concurrency,
        thresholds=Thresholds({ANY: warn_below} if warn_below else {}),
        watch=watch,
    )
    shown = [result for result in results if result.status != "ok"] if quiet else results
    print_results(shown, format_, single=single)
    return exit_status(results)


def print_results(results: Sequence["Result"], format_: "Format", *, single: bool) -> int:
    """Print results as asked, what to do about each failure on stderr, and return the exit status."""
    from credcheck import render
    from credcheck.system import terminal

    out = terminal.of(1, os.environ)
    streams.deliver(render.render(results, format_, single=single, terminal=out))
    if format_ != "json":
        explained = render.explain(results)
        if explained:
            tell(explained)
    return exit_status(results)


def warn(loaded: "Config") -> None:
    """Tell a person at a terminal, and nobody else, what others could do with the files."""
    if streams.is_terminal(2):
        from credcheck import config

        for warning in config.warnings(loaded):
            complain(warning)


def nothing_to_check(loaded: "Config") -> int:
    """Say how to begin; raises UsageError where accounts are there but disabled."""
    if loaded.accounts:
        raise UsageError(f"every account in {loaded.path} is disabled; name one, or remove its `enabled = false`")
    tell(_BEGIN.format("edit" if loaded.path in loaded.found else "init"))
    return ExitStatus.USAGE


def nothing_named(loaded: "Config") -> int:
    """Say what could be checked, or how to begin."""
    from credcheck import config

    names = [account.name for account in config.every_account(loaded, os.environ)]
    if not names:
        return nothing_to_check(loaded)
    tell(_NAMED.format(one_line(", ".join(names), longest=_LONGEST_ERROR)))
    return ExitStatus.USAGE


def tell(text: str) -> None:
    """Write lines for a person to stderr."""
    from credcheck.system import terminal

    streams.tell(terminal.fitted(text if text.endswith("\n") else f"{text}\n", 2, os.environ))


def deliver(text: str) -> None:
    """Write lines that are data to stdout."""
    from credcheck.system import terminal

    streams.deliver(terminal.fitted(text, 1, os.environ))


def complain(message: str) -> None:
    """Tell what went wrong, on one line."""
    tell(f"credcheck: {one_line(message, longest=_LONGEST_ERROR)}")


def chosen_format(*, as_json: bool, asked: "Format | None", single: bool) -> "Format":
    """Return the format that the options ask for; raises UsageError where they contradict each other."""
    if as_json and asked not in {None, "json"}:
        raise UsageError(f"--json and --format {asked} contradict each other; choose one")
    if asked == "value" and not single:
        raise UsageError("--format value is the bare number of one account; name one")
    return "json" if as_json else asked or "table"
