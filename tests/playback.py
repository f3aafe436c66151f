"""A server on loopback that answers what it is told to, and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    body: str = "{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came over the socket; `target` is its path with the query."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Playback:
    """The server: where it is, and what it was sent."""

    url: str
    sent: list[Sent]

    def sent_below(self, prefix: str) -> list[Sent]:
        """Return the requests to paths below a prefix, their targets without it."""
        return [
            replace(each, target=each.target.removeprefix(prefix))
            for each in self.sent
            if each.target.startswith(f"{prefix}/")
        ]


@contextmanager
def playing(answer: Callable[[str], Answer]) -> Iterator[Playback]:
    """Serve until the block ends; `answer` is given the target of a request, whatever its method."""
    sent: list[Sent] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two writes

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sent.append(Sent(self.command, self.path, self.headers.items(), body.decode()))
            self._answer(answer(self.path))

        def _answer(self, given: Answer) -> None:
            body = given.body.encode()
            self.send_response(given.status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the server's own signature
            """Say nothing."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield Playback(f"http://127.0.0.1:{server.server_address[1]}", sent)
        finally:
            server.shutdown()


class _Server(ThreadingHTTPServer):
    block_on_close = False
    request_queue_size = 128
