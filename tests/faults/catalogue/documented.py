"""Documented answers and errors, and successes that are none."""

from tests.faults.catalogue.row import GOOD, Row
from tests.faults.documents import ERRORS, FIELDS, PROVIDERS
from tests.faults.exchange import Exchange
from tests.faults.server import Behaviour

JSON = ("Content-Type: application/json",)
HTML = ("Content-Type: text/html",)
PAGE = "<!DOCTYPE html><html><head><title>Attention</title></head><body><h1>Attention</h1></body></html>"

REFUSALS = {
    "goenhance": '{"code": 401, "msg": "Token is required"}',
    "liveavatar": '{"code": 4003, "message": "Not authenticated", "data": null}',
    "fish-audio": '{"status": 401, "message": "No permission -- see authorization schemes"}',
    "supertone": "",
    "pixelcut": '{"error": "API Token not found", "error_code": "invalid_auth_token"}',
}

FAILURES = {
    "goenhance": '{"code": 500, "msg": ""}',
    "liveavatar": '{"code": 500, "message": "Internal", "data": null}',
    "fish-audio": '{"status": 500, "message": "Internal"}',
    "supertone": "",
    "pixelcut": "",
}

INVALID = {
    "liveavatar": '{"detail": [{"loc": ["header", "x-api-key"], "msg": "Field required", "type": "missing",'
    ' "input": "%s"}]}',
    "fish-audio": '[{"loc": ["path", "user_id"], "type": "uuid", "msg": "not a user", "ctx": "%s", "in": "path"}]',
}


def fixed(body: str | bytes, status: int = 200, headers: tuple[str, ...] = JSON) -> Behaviour:
    """Always send this."""
    return lambda exchange: exchange.answer(body, status=status, headers=headers)


def by_provider(bodies: dict[str, str], status: int) -> Behaviour:
    """Send what this provider sends."""
    return lambda exchange: exchange.answer(bodies[exchange.provider], status=status)


def good_with(status: int) -> Behaviour:
    """Send the good answer under a status that says otherwise."""
    return lambda exchange: exchange.answer(status=status)


def invalid(exchange: Exchange) -> None:
    """Send the documented 422, which echoes the key."""
    exchange.answer(INVALID[exchange.provider] % exchange.key, status=422)


def odd_errors(exchange: Exchange) -> None:
    """Send a message that is an object."""
    exchange.answer(ERRORS[exchange.provider] % '{"message": ["a", {"b": 1}]}', status=401)


def missing(exchange: Exchange) -> None:
    """Leave the balance out."""
    exchange.answer(exchange.good().replace(f'"{FIELDS[exchange.provider]}"', '"something_else"'))


def extra(exchange: Exchange) -> None:
    """Send more than is documented."""
    body = exchange.good().replace("{", '{"new_1": [1, {"a": null}], "new_2": -1e5, ', 1)
    exchange.answer(body.replace(", ", ",\r\n\t  "))


def with_code(code: str) -> Behaviour:
    """Send a balance under HTTP 200, beside a `code` that may make it stale."""
    return fixed(f'{{"code": {code}, "msg": "no", "data": {{"count": 4207}}}}')


NO_OBJECTS = {
    "null": "null",
    "empty": "{}",
    "list": "[]",
    "nested": "[{}]",
    "number": "42",
    "text": '"42"',
    "true": "true",
    "false": "false",
}
FAILED = ("provider_error", "bad_response")
GOENHANCE, LIVEAVATAR = ("goenhance",), ("liveavatar",)

ROWS = [
    Row("ok", Exchange.answer, GOOD),
    # The number in the account's name, for a balance: every value must come to its own account.
    Row("echo", lambda x: x.answer(x.good(x.account.rpartition(".")[2].partition("@")[0])), GOOD, providers=()),
    Row("ok-1000", fixed('{"code": 1000, "data": {"credits_left": "7.50"}}'), "=7.50", providers=LIVEAVATAR),
    Row("ok-no-code", fixed('{"data": {"credits_left": "7.50"}}'), "=7.50", providers=LIVEAVATAR),
    Row("ok-camel-case", fixed('{"creditsRemaining": 12}'), "=12", providers=("pixelcut",)),
    Row("doc-401", by_provider(REFUSALS, 401), "key_rejected", says="HTTP 401", says_not="None"),
    Row("doc-403", by_provider(REFUSALS, 403), "key_rejected", says="HTTP 403"),
    Row("doc-422", invalid, "provider_error", providers=tuple(INVALID), says="HTTP 422"),
    Row("doc-404", fixed('{"status": "error", "message": "No user found"}', 404), "provider_error", says="not found"),
    Row("doc-429", by_provider(REFUSALS, 429), "rate_limited", requests=(1, 3)),
    Row("doc-500", by_provider(FAILURES, 500), "provider_error", says="HTTP 500", says_not=": )"),
    *(
        Row(f"status-{n}", fixed('{"error": "no"}', n), "provider_error", says=str(n))
        for n in (400, 402, 404, 405, 406, 409, 410, 413, 414, 415, 418, 421, 425, 431, 451, 500, 501, 505, 599)
    ),
    *(
        Row(f"status-empty-{n}", fixed(b"", n, ()), code, says=str(n))
        for n, code in ((400, "provider_error"), (401, "key_rejected"), (403, "key_rejected"), (500, "provider_error"))
    ),
    *(
        Row(f"status-retried-{n}", fixed('{"error": "no"}', n), "provider_error", (1, 3), says=str(n))
        for n in (502, 503, 504)
    ),
    *(
        Row(f"status-html-{n}", fixed(PAGE, n, HTML), "provider_error", (1, 3 if n < 505 else 1), says_not="<")
        for n in (500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526)
    ),
    Row(
        "challenge",
        fixed(PAGE, 403, HTML),
        "blocked",
        says="a web page (to sign in?) came in place of the answer",
        says_not="<",
    ),
    *(
        Row(f"sign-in-{n}", fixed(PAGE, n, HTML), "blocked", says="wants you to sign in", says_not="<")
        for n in (407, 511)
    ),
    Row("unauthorized-page", fixed(PAGE, 401, HTML), "key_rejected", says_not="<"),
    *(Row(f"status-good-body-{n}", good_with(n), "provider_error") for n in (400, 404, 500)),
    Row("status-good-body-401", good_with(401), "key_rejected"),
    Row("status-good-body-301", good_with(301), "redirected"),
    Row("status-good-body-503", good_with(503), "provider_error", requests=(1, 3)),
    Row("error-not-json", fixed('{"message": "cut of', 401), "key_rejected"),
    Row("error-odd-shape", odd_errors, "key_rejected", says_not="{"),
    *(Row(f"error-json-{name}", fixed(text, 400), "provider_error") for name, text in NO_OBJECTS.items()),
    Row(
        "error-message-plain", by_provider({p: ERRORS[p] % '"not available"' for p in PROVIDERS}, 404), "provider_error"
    ),
    Row("error-message-null", by_provider({p: ERRORS[p] % "null" for p in PROVIDERS}, 401), "key_rejected"),
    Row("error-message-number", by_provider({p: ERRORS[p] % "42" for p in PROVIDERS}, 401), "key_rejected"),
    Row("error-message-true", by_provider({p: ERRORS[p] % "true" for p in PROVIDERS}, 401), "key_rejected"),
    Row("error-message-list", by_provider({p: ERRORS[p] % '["a", "b"]' for p in PROVIDERS}, 401), "key_rejected"),
    Row(
        "inband-error",
        by_provider({p: ERRORS[p] % '"Token is required"' for p in PROVIDERS}, 200),
        {"goenhance": "key_rejected", "liveavatar": "key_rejected"},
    ),
    *(
        Row(f"inband-code-{name}", with_code(code), FAILED, providers=GOENHANCE)
        for name, code in {**NO_OBJECTS, "500": "500", "text-500": '"500"', "1": "1", "minus-1": "-1"}.items()
        if name != "null"
    ),
    Row("inband-code-401", with_code("401"), ("key_rejected", "bad_response"), providers=GOENHANCE),
    Row("inband-code-string", with_code('"0"'), ("=4207", "bad_response"), providers=GOENHANCE),
    Row("inband-code-null", with_code("null"), ("=4207", *FAILED), providers=GOENHANCE),
    Row("inband-no-code", fixed('{"data": {"count": 4207}}'), ("=4207", "bad_response"), providers=GOENHANCE),
    *(
        Row(
            f"inband-data-{name}", fixed(f'{{"code": 0, "message": "no", "msg": "no", "data": {data}}}'), "bad_response"
        )
        for name, data in NO_OBJECTS.items()
    ),
    Row("inband-missing", missing, "bad_response"),
    Row("value-null", lambda exchange: exchange.answer(exchange.good("null")), {"supertone": "balance_unknown"}),
    Row("extra-fields", extra, GOOD),
]
