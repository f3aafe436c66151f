"""Results as values, for the tests of what is made of them."""

from datetime import UTC, datetime
from decimal import Decimal

from credcheck.check import outcome as outcomes
from credcheck.models import Balance, Failure, Reading, Response, Result
from credcheck.providers.balances import Context
from credcheck.providers.provider import Provider

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def result(
    account: str,
    outcome: str | Decimal | Failure,
    *,
    provider: str = "pixelcut",
    unit: str = "credits",
    warn_below: str | int | None = None,
    top_up_url: str | None = None,
) -> Result:
    """Return the result of a check that came to one balance or to a failure."""
    threshold = None if warn_below is None else Decimal(warn_below)
    if isinstance(outcome, Failure):
        came: Reading | Failure = outcome
    else:
        came = Reading((Balance(id=unit, amount=Decimal(outcome), unit=unit, warn_below=threshold, is_main=True),))
    return Result(
        account=account,
        provider=provider,
        default_unit=unit,
        outcome=came,
        warn_below=threshold,
        checked_at=WHEN,
        top_up_url=top_up_url,
    )


def interpreted(provider: Provider, response: Response, context: Context) -> Reading:
    """Return the reading of an answer of one page; raises the CheckError that it comes to."""
    return outcomes.reading(provider, [outcomes.document(provider, response)], context)
