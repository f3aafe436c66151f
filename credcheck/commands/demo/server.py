"""A server on loopback that answers like five documented providers, for `credcheck demo` and for the tests.

The bodies are those of the providers' own pages. A request without the documented header or with a wrong key gets the
refusal from the same page.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import NamedTuple
from urllib.parse import urlsplit

from credcheck import providers
from credcheck.models import ANY, Account, Key, Request, Threshold, WrittenKey
from credcheck.providers import request

KEY = Key("demo-key")
CHARTED = "fish-audio"


class Answers(NamedTuple):
    """One provider's answers to the right key and to any other; `seconds` is how long they take."""

    balance: str
    refusal: str
    refusal_status: int = 401
    seconds: float = 0.0


ANSWERS = {
    "goenhance": Answers(
        '{"code": 0, "msg": "success", "data": {"count": 4207}}',
        '{"code": 401, "msg": "Token is required"}',
        seconds=0.3,
    ),
    "liveavatar": Answers(
        '{"code": 1000, "data": {"credits_left": "1234.50"}, "message": "Success"}',
        '{"code": 4003, "message": "Not authenticated", "data": null}',
        refusal_status=403,
        seconds=0.8,
    ),
    "fish-audio": Answers(
        '{"_id": "1", "user_id": "1", "credit": "98.765432", "created_at": "2026-01-01T00:00:00Z",'
        ' "updated_at": "2026-01-01T00:00:00Z", "has_phone_sha256": false, "has_free_credit": null}',
        '{"status": 401, "message": "No permission -- see authorization schemes"}',
        seconds=0.5,
    ),
    "supertone": Answers(
        '{"balance": 1500.25}',
        '{"status": "error", "message": {"message": "Invalid API key", "error": "Unauthorized", "statusCode": 401}}',
        seconds=1.1,
    ),
    "pixelcut": Answers(
        '{"credits_remaining": "42"}',
        '{"error": "API Token not found", "error_code": "invalid_auth_token"}',
        seconds=0.6,
    ),
}


@contextmanager
def served(*, paced: bool = True) -> Iterator[list[Account]]:
    """Serve until the block ends; yield the demo's accounts, whose `base_url` is the server."""
    with serving(paced=paced) as url:
        well = [_account(name, url) for name in ANSWERS if name != "pixelcut"]
        low = _account("pixelcut", url)._replace(warn_below={ANY: Threshold(Decimal(100))})
        rejected = _account("pixelcut", url, key=Key("revoked"))._replace(name="pixelcut-work")
        yield [*well, low, rejected]


def _account(provider: str, url: str, *, key: Key = KEY) -> Account:
    source = WrittenKey("stored", key)
    return Account(name=provider, provider=provider, key_source=source, base_url=f"{url}/{provider}")


@contextmanager
def serving(*, paced: bool = False) -> Iterator[str]:
    """Serve until the block ends; yield the server's URL. Each provider's name is a prefix of its path."""
    with _Server(paced=paced) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *, paced: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paced = paced


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        name, _, path = urlsplit(self.path).path.removeprefix("/").partition("/")
        if name not in ANSWERS or f"/{path}" != urlsplit(_documented(name).url).path:
            self._answer(404, '{"error": "no such page"}')
            return
        answers = ANSWERS[name]
        if self.server.paced:
            time.sleep(answers.seconds)
        documented = _documented(name).headers
        allowed = all(self.headers.get(each) == value for each, value in documented.items())
        self._answer(200 if allowed else answers.refusal_status, answers.balance if allowed else answers.refusal)

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the server's own signature
        """Log nothing: stderr is for the program's own messages."""


def _documented(name: str) -> Request:
    return request.build(providers.load(name), Account(name=name, provider=name), KEY)
