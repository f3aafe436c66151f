"""The verdict on an answer by a made-up description: its balances and details, or the failure that it tells."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from credcheck.check import outcome
from credcheck.errors import BadResponse, ConfigError, ProviderError
from credcheck.models import Account, Key, Reading, Response
from credcheck.providers import request, schema
from credcheck.providers.balances import Context
from credcheck.providers.provider import Provider
from tests.results import interpreted

REQUEST = {"url": "https://api.acme.example/credits", "headers": {"X-Key": "{key}"}}
ACME: dict[str, Any] = {"request": REQUEST, "balance": {"amount": "left", "unit": "credits", "details": {"id": "id"}}}


def described(**parts: Any) -> Provider:  # noqa: ANN401  as TOML would have it
    return schema.provider("acme", ACME | parts, place="", built_in=True)


def judged(provider: Provider, document: object, **more: Any) -> Reading:  # noqa: ANN401
    response = Response(200, json.dumps(document).encode())
    return interpreted(provider, response, Context({}, datetime(2026, 11, 21, tzinfo=UTC), **more))


@pytest.mark.parametrize("id_", [84712039581234, "84712039581234"])
def test_a_detail_that_is_the_key_is_left_out_as_a_number_too(id_: object) -> None:
    reading = judged(described(), {"left": 5, "id": id_})
    assert reading.details
    assert outcome.without_keys(reading, described(), [Key("84712039581234")]).details == {}
    assert outcome.without_keys(reading, described(), [Key("another-key-0123")]).details == reading.details


KEY = "sk_live_4f9a8b7c6d5e"


@pytest.mark.parametrize("echoed", ["unit_path", "id_path"])
def test_an_answer_whose_unit_or_id_is_the_key_is_refused(echoed: str) -> None:
    provider = described(balance={"each": "rows", "amount": "left", "unit_path": "unit", echoed: "echo"})
    reading = judged(provider, {"rows": [{"left": 5, "unit": "USD", "echo": KEY}]})
    assert KEY in {name for each in reading.balances for name in (each.id, each.unit)}
    with pytest.raises(BadResponse, match="the answer repeats the key"):
        outcome.without_keys(reading, provider, [Key(KEY)])
    assert outcome.without_keys(reading, provider, [Key("another-key-0123")]) == reading


def test_a_unit_or_an_id_of_the_description_itself_is_no_echo() -> None:
    provider = described(balance={"credits": {"amount": "left", "unit": "credits"}})
    reading = judged(provider, {"left": 5})
    assert outcome.without_keys(reading, provider, [Key("credits")]) == reading


@pytest.mark.parametrize(
    "document", [{"left": 1234567890123456}, {"left": "12345678.90123456"}, {"left": 1, "of": 1234567890123456}]
)
def test_an_amount_that_is_a_key_of_digits_is_refused(document: object) -> None:
    provider = described(balance={"amount": "left", "total": "of", "unit": "credits"})
    reading = judged(provider, document)
    with pytest.raises(BadResponse, match="the answer repeats the key"):
        outcome.without_keys(reading, provider, [Key("1234567890123456")])
    assert outcome.without_keys(reading, provider, [Key("1"), Key("1234567"), Key("9876543210123456")]) == reading


@pytest.mark.parametrize(("error", "fails"), [(0, False), ("", False), (None, False), (1, True), ("no", True)])
def test_an_error_of_zero_is_none(error: object, fails: bool) -> None:  # noqa: FBT001
    provider = described(answer={"provider_error": {"error": {"null": False, "not": ["", 0]}}})
    if fails:
        with pytest.raises(ProviderError):
            judged(provider, {"left": 5, "error": error})
    else:
        assert judged(provider, {"left": 5, "error": error}).main.amount == 5


def test_the_details_are_those_of_the_main_balance_that_is_chosen() -> None:
    each = {"each": "rows", "amount": "left", "unit_path": "unit", "details": {"given": "given"}}
    rows = [{"left": 5, "unit": "USD", "given": 1}, {"left": 7, "unit": "CNY", "given": 2}]
    found = {main: judged(described(balance=each), {"rows": rows}, main=main) for main in (None, "usd", "cny", "eur")}
    assert [(each.main.unit, each.details) for each in found.values()] == [
        ("USD", {"given": 1}),
        ("USD", {"given": 1}),
        ("CNY", {"given": 2}),
        ("USD", {"given": 1}),
    ]
    assert all([each.is_main for each in reading.balances] == [True, False] for reading in found.values())


def test_equal_ids_are_told_apart_and_a_balance_more_than_a_hundred_is_no_answer() -> None:
    provider = described(balance={"each": "rows", "amount": "left", "unit": "credits"})
    ids = [each.id for each in judged(provider, {"rows": [{"left": 1}] * 100}).balances]
    assert (ids[:3], len(set(ids))) == (["credits", "credits-2", "credits-3"], 100)
    for count in (101, 38_000):
        with pytest.raises(BadResponse, match="more than 100 balances"):
            judged(provider, {"rows": [{"left": 1}] * count})


def test_a_sum_has_as_many_parts_as_it_likes() -> None:
    provider = described(balance={"each": "rows", "amount": "left", "unit": "credits", "sum": True})
    assert judged(provider, {"rows": [{"left": 1}] * 1000}).main.amount == 1000


def test_the_request_has_a_uuid_wherever_a_description_puts_one() -> None:
    url = "https://api.acme.example/{uuid4}"
    provider = described(request={"url": url, "query": {"n": "{uuid4}"}, "basic": "me:{key}"})
    sent = request.build(provider, Account(name="acme", provider="acme"), Key("pw12345"))
    first, second = re.fullmatch(r"https://api.acme.example/([0-9a-f-]{36})\?n=([0-9a-f-]{36})", sent.url).groups()  # type: ignore[union-attr]
    assert first != second
    assert [each.reveal() for each in request.credentials(sent)] == ["bWU6cHcxMjM0NQ=="]


@pytest.mark.parametrize(
    "url", ["https://{uuid4}.example/{key}", "https://{key}.example/", "https://{pin}.example/{key}"]
)
def test_no_secret_stands_in_the_host(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^request.url: \{(uuid4|key|pin)\} cannot stand in the host$"):
        described(request=REQUEST | {"url": url, "body": "{pin}"}, options={"pin": {"secret": True, "required": True}})


@pytest.mark.parametrize(
    ("basic", "header"), [("{key}:", "c2stMTp6Og=="), (":{key}", "OnNrLTE6eg=="), ("{key}", "c2stMTp6"), ("me", "me")]
)
def test_basic_authentication_may_have_an_empty_name_or_password(basic: str, header: str) -> None:
    template = {"url": "https://api.acme.example", "basic": basic, "headers": {"X-Key": "{key}"}}
    sent = request.build(described(request=template), Account(name="acme", provider="acme"), Key("sk-1:z"))
    assert sent.headers["Authorization"] == f"Basic {header}"


@pytest.mark.parametrize(
    ("word", "moment"),
    [("daily", "2026-12-01"), ("weekly", "2026-12-07"), ("Monthly", "2026-12-01"), ("never", None), (None, None)],
)
def test_an_amount_that_is_renewed_regularly_says_when(word: str | None, moment: str | None) -> None:
    now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)  # a Monday
    balance = {"amount": "left", "unit": "USD", "resets": {"word_at": "every"}}
    response = Response(200, json.dumps({"left": 5, "every": word}).encode())
    read = interpreted(described(balance=balance), response, Context({}, now))
    expected = moment and datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert read.main.resets_at == expected
    if word in {"daily", "weekly"}:
        fixed = interpreted(described(balance={**balance, "resets": word}), response, Context({}, now))
        assert fixed.main.resets_at == expected
