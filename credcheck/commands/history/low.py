"""`credcheck history --low`: the accounts that are low, by the same judgement as that of a check."""

import os
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from credcheck.console.last_low import last_results

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.history.report import BalanceHistory
    from credcheck.history.samples import Owner
    from credcheck.models import Result


def low_histories(histories: "Sequence[BalanceHistory]", loaded: "Config") -> "list[BalanceHistory]":
    """Return those whose account is low: by its last answer, or by its balances if the history has no answer of it."""
    from credcheck import config
    from credcheck.history.samples import Owner

    accounts = config.listed(loaded, os.environ, [], config.NO_FILTERS)
    answers = {Owner(result.account, result.provider): result for result in last_results(accounts, loaded)}
    found = []
    for owner, its in groupby(histories, key=lambda history: history.name.owner):
        balances = list(its)
        result = answers.get(owner) or _result(owner, balances)._replace(warn_days_left=loaded.warn_days_left)
        found += balances if result.status == "low" else []
    return found


def _result(owner: "Owner", histories: "Sequence[BalanceHistory]") -> "Result":
    """Return the balances of an account as a check of this moment has them."""
    from credcheck.models import Reading, Result

    watched = [history for history in histories if history.balance.is_watched]
    return Result(
        owner.account,
        owner.provider,
        Reading(tuple(history.balance for history in histories)),
        checked_at=histories[0].now,
        forecast=histories[0].forecast if histories[0].balance.is_main else None,
        forecasts={history.balance.id: history.forecast for history in watched if history.forecast},
    )
