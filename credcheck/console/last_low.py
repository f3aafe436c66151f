"""`--low` of the commands that check nothing: the accounts that were low when they were last read."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from credcheck.session import Session

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.models import Account, Result

NONE_LOW = "No account was low when it was last read; `credcheck all` reads them again."


def last_low(accounts: "Sequence[Account]", loaded: "Config") -> "list[Account]":
    """Return those of the accounts that were low by the last answer that the history has; raises UsageError."""
    low = {result.account for result in last_results(accounts, loaded) if result.status == "low"}
    return [account for account in accounts if account.name in low]


def last_results(accounts: "Sequence[Account]", loaded: "Config") -> "list[Result]":
    """Return the last answers that the history has, as they are now: credit may have expired since.

    Raises UsageError without a history.
    """
    from credcheck.models import Thresholds

    now = datetime.now(UTC)
    session = Session(loaded, accounts, environment=os.environ, thresholds=Thresholds({}, loaded.warn_below))
    return [result._replace(checked_at=now) for result in session.last_results()]
