"""The server that is asked, as a process of its own: `python -m tests.benchmark.server FOLDER HOSTS`.

Answers `GET /MILLISECONDS/...` after that time, to a key that ends in `-N` with the balance N, in one document that
every provider can read. Hosts are ports: HOSTS of them speak TLS, one plain HTTP, and one is dead, with its queue
full. Writes its authority into FOLDER, alone and with those of certifi, and prints one line of JSON when it is ready;
ends when stdin does.
"""

import asyncio
import json
import re
import resource
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import certifi
import trustme

HOST = "127.0.0.1"


class _Answering(asyncio.Protocol):
    def __init__(self) -> None:
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            head, self._head = self._head, b""
            seconds = int(head.split(b"/", 2)[1]) / 1000
            found = re.search(rb"-([0-9]+)\r\n", head)
            asyncio.get_running_loop().call_later(seconds, self._answer, found[1].decode() if found else "null")

    def _answer(self, balance: str) -> None:
        body = (
            f'{{"code": 0, "credit": {balance}, "balance": {balance}, "credits_remaining": {balance}, '
            f'"data": {{"count": {balance}, "credits_left": {balance}}}}}'
        )
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if isinstance(self._transport, asyncio.WriteTransport) and not self._transport.is_closing():
            self._transport.write((head + body).encode())


def main() -> None:
    """Serve until stdin ends."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))


async def _serve(folder: Path, hosts: int) -> None:
    loop = asyncio.get_running_loop()
    context = _context(folder)
    plain = await loop.create_server(_Answering, HOST, 0, backlog=1024)
    over_tls = [await loop.create_server(_Answering, HOST, 0, ssl=context, backlog=1024) for _ in range(hosts)]
    dead = _dead()
    ports = {
        "http": [plain.sockets[0].getsockname()[1]],
        "https": [server.sockets[0].getsockname()[1] for server in over_tls],
        "dead": [dead[0].getsockname()[1]],
    }
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


def _context(folder: Path) -> ssl.SSLContext:
    """Make an authority and a certificate, and put the authority where clients can find it: a file and a folder."""
    authority = trustme.CA()
    file = folder / "ca.pem"
    authority.cert_pem.write_to_path(file)
    (folder / "bundle.pem").write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
    if openssl := shutil.which("openssl"):
        told = subprocess.run(
            [openssl, "x509", "-noout", "-hash", "-in", file], check=True, capture_output=True, text=True
        )
        (folder / "certs").mkdir()
        shutil.copy(file, folder / "certs" / f"{told.stdout.strip()}.0")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return context


def _dead() -> list[socket.socket]:
    """Return a socket that takes no connection, and those that fill its queue."""
    listening = socket.create_server((HOST, 0), backlog=0)
    waiting = [socket.socket() for _ in range(4)]
    for each in waiting:
        each.setblocking(False)
        each.connect_ex(listening.getsockname())
    return [listening, *waiting]


if __name__ == "__main__":
    main()
