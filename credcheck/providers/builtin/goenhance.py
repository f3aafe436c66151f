"""GoEnhance: https://docs.goenhance.ai/api-reference/credits/tokens.

What its path calls tokens its page calls credits.
"""

from credcheck.errors import KeyRejected, ProviderError
from credcheck.models import Reading
from credcheck.providers import Provider, credits_left
from credcheck.providers.answer import amount, find


def _read(answer: object) -> Reading:
    # Failures come under HTTP 200 too, with another `code`, and even beside a balance, which is then stale.
    code = find(answer, "code")
    if code not in (None, 0, "0") or code is False:
        refused = code in (401, 403, "401", "403")
        raise (KeyRejected if refused else ProviderError)(
            "key rejected" if refused else "the provider answered with an error",
            said=find(answer, "msg"),
        )
    return credits_left(amount(answer, "data.count"))


PROVIDER = Provider(
    title="GoEnhance",
    unit="credits",
    url="https://api.goenhance.ai/api/v1/user/tokens",
    headers={"Authorization": "Bearer {key}"},
    read=_read,
    said=("msg",),
    variable="GOENHANCE_API_KEY",
    docs_url="https://docs.goenhance.ai/api-reference/credits/tokens",
    key_url="https://app.goenhance.ai/open-api",
    top_up_url="https://app.goenhance.ai/open-api/billing",
)
