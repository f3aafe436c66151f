"""`--low` of the commands that check nothing: the accounts that were low when they were last read."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from credcheck.session import Session

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.models import Account

NONE_LOW = "No account was low when it was last read; `credcheck all` reads them again."


def last_low(accounts: "Sequence[Account]", loaded: "Config") -> "list[Account]":
    """Return those of the accounts that were low by the last answer that the history has; raises UsageError."""
    from credcheck.models import Thresholds

    session = Session(loaded, accounts, environment=os.environ, thresholds=Thresholds({}, loaded.warn_below))
    low = {result.account for result in session.last_results() if result.status == "low"}
    return [account for account in accounts if account.name in low]
