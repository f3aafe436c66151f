"""Samples that are deleted or multiplied, once the user is sure."""

import sys
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from credcheck.commands.history.opening import account_named, opened
from credcheck.console import output
from credcheck.errors import UsageError
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config


_SMALLEST = Decimal("1e-9")


class Correction(NamedTuple):
    """Correct the samples of an account: delete them, or multiply them by a factor.

    `before` limits it to earlier samples.
    """

    word: str
    factor: Decimal | None = None
    before: datetime | None = None

    @property
    def option(self) -> str:
        """The option and its word, as they were typed."""
        return f"--forget {self.word}" if self.factor is None else f"--scale {self.word}={self.factor:f}"


def scaling(text: str, before: datetime | None) -> Correction:
    """Return the correction that `NAME=FACTOR` asks for; raises UsageError."""
    from credcheck import validation
    from credcheck.errors import ConfigError

    word, _, number = text.rpartition("=")
    try:
        factor = validation.number(Decimal(number)) if word else Decimal(0)
    except (ArithmeticError, ConfigError):
        factor = Decimal(0)
    if not _SMALLEST <= factor <= 1 / _SMALLEST:
        raise UsageError("--scale needs NAME=FACTOR with a number above 0, such as pixelcut=0.01")
    return Correction(word, factor, before)


def correct(correction: Correction, loaded: "Config", *, sure: bool) -> int:
    """Do it, after a question at a terminal; raises UsageError without one unless the user is sure."""
    from credcheck.history import corrections

    store = opened()
    account = account_named(store, loaded, correction.word)
    if not sure and not _confirmed(correction, account):
        output.tell("Nothing is changed.")
        return 0
    if correction.factor is None:
        count = corrections.forget(store, account, before=correction.before)
    else:
        count = corrections.scale(store, account, correction.factor, before=correction.before)
    store.database.close()  # which leaves nothing of it in the write-ahead log
    done = "deleted" if correction.factor is None else f"multiplied by {correction.factor:f}"
    subject = "1 sample" if count == 1 else f"{count:,} samples"
    output.tell(f"{subject} of {account} {'is' if count == 1 else 'are'} {done}.")
    return 0


def _confirmed(correction: Correction, account: str) -> bool:
    if not streams.is_terminal(0):
        does = "deletes samples" if correction.factor is None else "changes samples"
        raise UsageError(f"{correction.option} {does} for good; confirm it with --yes")
    samples = f"all samples of {account}"
    if correction.before:
        samples = f"the samples of {account} before {correction.before.astimezone():%Y-%m-%d %H:%M}"
    question = f"Delete {samples}?"
    if correction.factor is not None:
        question = f"Multiply {samples} by {correction.factor:f}?"
    streams.tell(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
