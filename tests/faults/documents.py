"""A good answer and a refusal of five providers, taken from their recordings, each with a hole to fill."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.recordings import RECORDINGS, Exchange, Recording

PROVIDERS = ("goenhance", "liveavatar", "fish-audio", "supertone", "pixelcut")


class Documents(NamedTuple):
    """The recorded facts of one provider.

    `good` and `refusal` have a hole for the balance and for the message, both as JSON. `field` is the member that holds
    the balance, `value` the recorded balance as JSON, `balance` its digits. `key_header` is a name and a prefix.
    """

    good: str
    refusal: str
    field: str
    value: str
    balance: str
    key_header: tuple[str, str]
    path: str


def _documents(recording: Recording) -> Documents:
    good = next(each for each in recording.exchanges if each.balance)
    found = re.search(rf'"(\w+)":\s*("?{re.escape(str(good.balance))}"?)', good.body)
    refusals = [each for each in recording.exchanges if each.error == "key_rejected" and each.says]
    said = [(each.body, re.search(rf'"[^"]*{re.escape(each.says)}[^"]*"', each.body)) for each in refusals]
    refusal, message = next((body, message) for body, message in said if message)
    assert found
    field, value = found.groups()
    return Documents(
        good=_with_hole(good.body, value),
        refusal=_with_hole(refusal, message[0]),
        field=field,
        value=value,
        balance=str(good.balance),
        key_header=_key_header(good),
        path=urlsplit(good.url).path,
    )


def _with_hole(body: str, value: str) -> str:
    before, _, after = body.partition(value)
    return f"{before.replace('%', '%%')}%s{after.replace('%', '%%')}"


def _key_header(exchange: Exchange) -> tuple[str, str]:
    ((name, value),) = exchange.header.items()
    return name.lower(), value.removesuffix(exchange.key)


_FOUND = {recording.provider: _documents(recording) for recording in RECORDINGS if recording.provider in PROVIDERS}

DOCUMENTS = {provider: _FOUND[provider].good for provider in PROVIDERS}
ERRORS = {provider: _FOUND[provider].refusal for provider in PROVIDERS}
FIELDS = {provider: _FOUND[provider].field for provider in PROVIDERS}
BALANCES = {provider: _FOUND[provider].balance for provider in PROVIDERS}
KEY_HEADERS = {provider: _FOUND[provider].key_header for provider in PROVIDERS}
PATHS = {provider: _FOUND[provider].path for provider in PROVIDERS}


def document(provider: str, value: str | None = None) -> str:
    """Return a provider's good answer, with this value (as it stands in JSON) for the balance."""
    return DOCUMENTS[provider] % (_FOUND[provider].value if value is None else value)
