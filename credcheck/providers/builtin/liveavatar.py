"""LiveAvatar: https://docs.liveavatar.com."""

from credcheck.errors import BadResponse
from credcheck.models import Reading
from credcheck.providers import Provider, credits_left
from credcheck.providers.answer import amount, find


def _read(answer: object) -> Reading:
    # The page says code 100, the provider's SDK 1000: what tells success is data that is there.
    if find(answer, "data") is None:
        raise BadResponse("the answer has no `data`", said=find(answer, "message"))
    return credits_left(amount(answer, "data.credits_left"))


PROVIDER = Provider(
    title="LiveAvatar",
    unit="credits",
    url="https://api.liveavatar.com/v1/users/credits",
    headers={"X-API-KEY": "{key}"},
    read=_read,
    said=("message", "detail.0.msg"),
    variable="LIVEAVATAR_API_KEY",
    docs_url="https://docs.liveavatar.com",
    key_url="https://app.liveavatar.com/developers",
    top_up_url="https://app.liveavatar.com",
)
