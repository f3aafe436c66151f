"""What the two files come to: the settings at the top of `config.toml`, and all accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from credcheck.config import thresholds, validation
from credcheck.models import Account, Threshold

Environment = Mapping[str, str]

CHECKS: Mapping[str, validation.Check] = {
    "timeout": validation.timeout,
    "concurrency": validation.concurrency,
    "history": validation.truth,
    "warn_below": thresholds.by_unit,
    "warn_days_left": validation.number,
    "accounts": lambda table: table,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The configuration. `found` are the files that exist; `exposed` those with a key that others can read."""

    path: Path
    credentials_path: Path
    timeout: float = validation.USUAL_TIMEOUT
    concurrency: int = 32
    history: bool = True
    warn_below: Mapping[str, Threshold] = field(default_factory=dict)
    warn_days_left: Decimal | None = None
    accounts: Mapping[str, Account] = field(default_factory=dict)
    found: Sequence[Path] = ()
    exposed: Sequence[Path] = ()
