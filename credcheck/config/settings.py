"""The configuration as a value: the settings at the top of `config.toml`, and all accounts."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from credcheck import validation
from credcheck.config import notify_command, thresholds
from credcheck.errors import ConfigError
from credcheck.models import NOTHING, Account, Threshold
from credcheck.providers.registry import BUILT_IN, Registry

Environment = Mapping[str, str]

CHECKS: Mapping[str, validation.Check] = {
    "timeout": validation.timeout,
    "concurrency": validation.concurrency,
    "history": validation.truth,
    "warn_below": thresholds.by_unit,
    "warn_days_left": validation.number,
    "notify": lambda table: table,
    "from_environment": validation.truth,
    "providers": lambda table: table,
    "accounts": lambda table: table,
}
_NOTIFY: Mapping[str, validation.Check] = {"command": notify_command.checked, "again": validation.duration}


class Notify(NamedTuple):
    """The command that sends a notice, and the time after which an account that stays low is told again."""

    command: tuple[str, ...]
    again: timedelta | None = None


class Config(NamedTuple):
    """The configuration.

    `found` are the files that exist; `exposed` those with a key that others can read; `notes` say which are not read.
    `file_option` is the absolute path that --config named; `configured` are the accounts without what `login` stored.
    """

    path: Path
    credentials_path: Path
    file_option: str | None = None
    timeout: float = validation.DEFAULT_TIMEOUT
    concurrency: int = 32
    history: bool = True
    warn_below: Mapping[str, Threshold] = NOTHING
    warn_days_left: Decimal | None = None
    notify: Notify | None = None
    from_environment: bool = True
    providers: Registry = BUILT_IN
    accounts: Mapping[str, Account] = NOTHING
    configured: Mapping[str, Account] = NOTHING
    found: Sequence[Path] = ()
    exposed: Sequence[Path] = ()
    notes: Sequence[str] = ()


def top(table: object, path: Path) -> dict[str, Any]:
    """Return the settings at the top of the file; raises ConfigError."""
    return validation.at(f"{path}: ", partial(validation.validated, checks=CHECKS), table)


def notify(table: object, path: Path) -> Notify:
    """Return the settings of the table `notify`; raises ConfigError."""
    values: dict[str, Any] = validation.at(f"{path}: notify.", partial(validation.validated, checks=_NOTIFY), table)
    if "command" not in values:
        raise ConfigError(f"{path}: notify.command: needed, the command that sends a notice")
    return Notify(**values)
