"""How many connections a run opens, as the other side counts them."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.conftest import Program

ACCOUNTS = 30


class Counting(ThreadingHTTPServer):
    """A server that counts connections and requests."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        self.connections = 0
        self.requests: list[str] = []
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def url(self) -> str:
        """The `base_url` of an account here."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def verify_request(self, request: object, client_address: object) -> bool:
        """Count a connection."""
        self.connections += 1
        return super().verify_request(request, client_address)  # type: ignore[arg-type]


class Answering(BaseHTTPRequestHandler):
    """The same balance for every request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes
    server: Counting

    def do_GET(self) -> None:
        """Answer."""
        body = b'{"credits_remaining": 1}'
        self.server.requests.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the server's own signature
        """Say nothing."""


@contextmanager
def counting(hosts: int) -> Iterator[list[Counting]]:
    servers = [Counting() for _ in range(hosts)]
    for server in servers:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield servers
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def check(program: Program, servers: list[Counting], *, concurrency: int) -> None:
    lines = [f"concurrency = {concurrency}\n"]
    for number in range(ACCOUNTS):
        url = servers[number % len(servers)].url
        lines.append(f'[accounts.a{number}]\nprovider = "pixelcut"\napi_key = "k"\nbase_url = "{url}"\n')
    program.configure("".join(lines))
    assert program("all", "--json").status == 0


@pytest.mark.parametrize("concurrency", [1, 4])
def test_accounts_at_one_host_share_a_connection_for_each_worker(credcheck: Program, concurrency: int) -> None:
    with counting(1) as (server,):
        check(credcheck, [server], concurrency=concurrency)
        assert len(server.requests) == ACCOUNTS
        assert server.connections <= concurrency


def test_a_worker_stays_at_a_host_while_there_is_work(credcheck: Program) -> None:
    """However the accounts of the hosts are mixed in the configuration, each host sees one connection."""
    with counting(3) as servers:
        check(credcheck, servers, concurrency=1)
        assert [server.connections for server in servers] == [1, 1, 1]
        assert [len(server.requests) for server in servers] == [ACCOUNTS // 3] * 3


def test_each_account_alone_at_its_host_has_a_connection(credcheck: Program) -> None:
    with counting(ACCOUNTS) as servers:
        check(credcheck, servers, concurrency=4)
        assert [server.connections for server in servers] == [1] * ACCOUNTS
