"""Samples as lines of text, out of the history and into it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from credcheck.commands.history.opening import opened, owners_named
from credcheck.console import output
from credcheck.errors import UsageError
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config, Filters
    from credcheck.history.store import Store


def export(store: "Store", loaded: "Config", words: Sequence[str], filters: "Filters | None" = None) -> int:
    """Print the samples of these accounts, or of all."""
    from credcheck.history import import_export

    streams.deliver("".join(import_export.exported(store, owners_named(store, loaded, words, filters))))
    return 0


def import_(file: str) -> int:
    """Add the samples in a file, or of stdin for `-`; raises UsageError for one that cannot be read."""
    from credcheck.history import import_export
    from credcheck.system import files

    try:
        with open(0 if file == "-" else file, encoding="utf-8", errors="strict", newline="\n") as lines:
            store = opened(make=True)
            new, kept = import_export.add(store, lines, datetime.now(UTC))
            store.database.close()
    except OSError as problem:
        raise UsageError(f"{files.shown(file)} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text; nothing is imported") from None
    except UsageError as problem:
        raise UsageError(f"{file}: {problem.message}") from None
    said = "1 sample is new" if new == 1 else f"{new:,} samples are new"
    there = f"; {kept:,} {'was' if kept == 1 else 'were'} there already" if kept else ""
    output.tell(f"{said}{there}.")
    return 0
