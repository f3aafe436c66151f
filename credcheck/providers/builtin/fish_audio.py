"""Fish Audio: https://docs.fish.audio. The balance trails spending by some seconds."""

from credcheck.models import Balance, Reading
from credcheck.providers import Option, Provider
from credcheck.providers.answer import amount, find


def _read(answer: object) -> Reading:
    # Which members are required differs between the documents; only the credit matters.
    free = find(answer, "has_free_credit")
    return Reading(
        (Balance(id="USD", amount=amount(answer, "credit"), unit="USD", is_main=True),),
        {"has_free_credit": free} if isinstance(free, bool) else {},
    )


PROVIDER = Provider(
    title="Fish Audio",
    unit="USD",
    url="https://api.fish.audio/wallet/{user_id}/api-credit",
    headers={"Authorization": "Bearer {key}"},
    options={
        "user_id": Option(str, "the user whose wallet is read", default="self"),
        "team_id": Option(str, "the team whose wallet is read"),
        "check_free_credit": Option(bool, "also tell, in `details`, whether free credit is left"),
    },
    read=_read,
    said=("message", "0.msg"),
    variable="FISH_API_KEY",
    docs_url="https://docs.fish.audio",
    key_url="https://fish.audio/app/api-keys",
    top_up_url="https://fish.audio/app/billing",
)
