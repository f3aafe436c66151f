"""Pixelcut: https://www.pixelcut.ai/docs."""

from credcheck.models import Reading
from credcheck.providers import Provider, credits_left
from credcheck.providers.answer import amount


def _read(answer: object) -> Reading:
    # Documented as text and exampled as a number; newer answers spell the name in camel case.
    return credits_left(amount(answer, "credits_remaining", "creditsRemaining"))


PROVIDER = Provider(
    title="Pixelcut",
    unit="credits",
    url="https://api.developer.pixelcut.ai/v1/credits",
    headers={"X-API-KEY": "{key}"},
    read=_read,
    said=("error",),
    variable="PIXELCUT_API_KEY",
    docs_url="https://www.pixelcut.ai/docs",
    key_url="https://www.pixelcut.ai/docs",
)
