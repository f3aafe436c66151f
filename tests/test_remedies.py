"""The way out of a rejected key: the kind of key that the provider wants."""

import pytest

from credcheck import providers
from credcheck.check import remedies
from credcheck.errors import (
    BadResponse,
    BalanceUnknown,
    CheckError,
    KeyRejected,
    NotADocument,
    ProviderError,
    TimedOut,
    TLSFailed,
)
from credcheck.models import Account, KeyVariable

WANTING = [name for name in providers.names() if providers.load(name).needs]
MANAGEMENT = (
    "OpenRouter wants a management key here: https://openrouter.ai/settings/management-keys;"
    " for a plain key use openrouter-key"
)


def message(name: str, error: CheckError, variable: str = "SOME_KEY") -> str:
    account = Account(name=name, provider=name, key_source=KeyVariable(variable))
    return remedies.failure(error, account, providers.load(name), []).message


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_names_the_kind_of_key_and_its_page(status: int) -> None:
    rejected = KeyRejected("key rejected", http_status=status)
    assert message("openrouter", rejected) == f"key rejected (HTTP {status}): {MANAGEMENT}"


def test_the_page_that_makes_a_key_is_told_before_the_look_of_a_key_if_both_have_no_room() -> None:
    page = "https://platform.openai.com/settings/organization/admin-keys"
    expected = f"key rejected (HTTP 401): OpenAI wants an admin key of the organisation here: {page}"
    assert message("openai", KeyRejected("key rejected", http_status=401)) == expected


def test_the_words_of_the_provider_stand_before_it() -> None:
    rejected = KeyRejected("key rejected", http_status=401)
    rejected.provider_message = "This key may not read the credits"
    assert message("openrouter", rejected).endswith(f"(HTTP 401: This key may not read the credits): {MANAGEMENT}")


def test_where_the_key_is_set_is_told_too_if_there_is_room() -> None:
    rejected = KeyRejected("key rejected", http_status=401)
    page = providers.load("elevenlabs").key_page()
    expected = f"key rejected (HTTP 401): ElevenLabs wants the permission user_read here: {page}; or correct SOME_KEY"
    assert message("elevenlabs", rejected) == expected


def test_the_page_is_left_out_if_it_would_leave_no_room_for_the_words_of_the_provider() -> None:
    rejected = KeyRejected("key rejected", http_status=403)
    rejected.provider_message = "Authorization failed, please supply a valid token"
    assert rejected.provider_message in message("deepl", rejected)
    assert "https" not in message("deepl", rejected)


def test_a_key_that_is_rejected_may_be_of_the_other_site() -> None:
    rejected = KeyRejected("key rejected", http_status=401)
    for name, other in {"moonshot": "china", "stepfun": "china", "a2e": "china", "vidu": "china"}.items():
        assert message(name, rejected).endswith(f'; or set region = "{other}", if the key is of that site')
    account = Account(name="vidu", provider="vidu", options={"region": "china"})
    told = remedies.failure(rejected, account, providers.load("vidu"), []).message
    assert told.endswith('; or set region = "global", if the key is of that site')
    assert "site" not in message("vidu", KeyRejected("key rejected", http_status=403))


def test_a_key_that_is_told_nothing_is_of_another_kind() -> None:
    assert message("openrouter", BalanceUnknown("OpenRouter does not know the balance")).endswith(MANAGEMENT)


def test_an_address_of_ones_own_is_doubted_only_where_another_host_may_answer() -> None:
    account = Account(name="pixelcut", provider="pixelcut", base_url="http://127.0.0.1:1")
    for error, doubted in (
        (NotADocument("the answer is empty"), True),
        (ProviderError("not found", http_status=404), True),
        (ProviderError("server error", http_status=500), False),
        (BadResponse("`credits` in the answer is not a number"), False),
    ):
        said = remedies.failure(error, account, providers.load("pixelcut"), []).message
        assert ("check base_url" in said) is doubted


@pytest.mark.parametrize("name", WANTING)
def test_no_such_message_is_cut(name: str) -> None:
    for status in (401, 403):
        told = message(name, KeyRejected("key rejected", http_status=status))
        assert len(told) <= 190
        assert "…" not in told
        assert providers.load(name).title in told


@pytest.mark.parametrize(
    "error", [TimedOut("no complete answer within 10 s"), TLSFailed("the certificate has expired")]
)
def test_a_notice_of_the_provider_does_not_hide_the_way_out(error: CheckError) -> None:
    told = message("supertone", error)
    assert str(error.remedy) in told
    assert told.endswith(str(providers.load("supertone").notice))
