"""The verdict on an answer by a made-up description: its balances and details, or the failure that it tells."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from credcheck.check import verdict
from credcheck.errors import ProviderError
from credcheck.models import Key, Reading, Response
from credcheck.providers import schema
from credcheck.providers.provider import Provider

REQUEST = {"url": "https://api.acme.example/credits", "headers": {"X-Key": "{key}"}}
ACME: dict[str, Any] = {"request": REQUEST, "balance": {"amount": "left", "unit": "credits", "details": {"id": "id"}}}


def described(**parts: Any) -> Provider:  # noqa: ANN401  as TOML would have it
    return schema.provider("acme", ACME | parts, place="", built_in=True)


def judged(provider: Provider, document: object, **more: Any) -> Reading:  # noqa: ANN401
    response = Response(200, json.dumps(document).encode())
    return verdict.judge(provider, response, options={}, now=datetime(2026, 11, 21, tzinfo=UTC), **more)


@pytest.mark.parametrize("id_", [84712039581234, "84712039581234"])
def test_a_detail_that_is_the_key_is_left_out_as_a_number_too(id_: object) -> None:
    reading = judged(described(), {"left": 5, "id": id_})
    assert reading.details
    assert verdict.without_keys(reading, described(), [Key("84712039581234")]).details == {}
    assert verdict.without_keys(reading, described(), [Key("another-key-0123")]).details == reading.details


@pytest.mark.parametrize(("error", "fails"), [(0, False), ("", False), ([], False), (1, True), ("no", True)])
def test_an_error_of_zero_is_none(error: object, fails: bool) -> None:  # noqa: FBT001
    provider = described(answer={"failed_at": "error"})
    if fails:
        with pytest.raises(ProviderError):
            judged(provider, {"left": 5, "error": error})
    else:
        assert judged(provider, {"left": 5, "error": error}).main.amount == 5
