"""Supertone: https://docs.supertoneapi.com.

The provider announced that the service ends for good on 2026-08-31, so a failure is seldom the user's fault.
"""

from credcheck.errors import BalanceUnknown
from credcheck.models import Reading
from credcheck.providers import Provider, credits_left
from credcheck.providers.answer import amount, member


def _read(answer: object) -> Reading:
    if member(answer, "balance") is None:
        raise BalanceUnknown("Supertone does not know the balance (null, which is not zero)")
    return credits_left(amount(answer, "balance"))


PROVIDER = Provider(
    title="Supertone",
    unit="credits",
    url="https://supertoneapi.com/v1/credits",
    headers={"x-sup-api-key": "{key}"},
    read=_read,
    said=("message.message", "message.message.0", "message"),
    variable="SUPERTONE_API_KEY",
    docs_url="https://docs.supertoneapi.com",
    key_url="https://console.supertoneapi.com",
    notice="Supertone announced the end of this API for 2026-08-31 (docs.supertoneapi.com/en/docs/sunset)",
)
