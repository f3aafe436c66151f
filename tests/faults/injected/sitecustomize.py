"""A resolver for made-up names, put into the program under test, and a limit of threads where NO_THREADS is set."""

import os
import socket
import threading
from typing import Any, NoReturn

# Of the block that is for documentation: no host has these.
ELSEWHERE = "198.51.100.1"
ADDRESSES = {
    "far.localhost": [ELSEWHERE],
    "mixed.localhost": [ELSEWHERE, "127.0.0.1"],
}

_asked = socket.getaddrinfo


def _getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  a stand-in
    name = host.decode() if isinstance(host, bytes) else host
    if name == "hangs.invalid":
        threading.Event().wait(15)
    if name == "later.invalid":
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    if name in {"unknown.invalid", "hangs.invalid"}:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if name in ADDRESSES:
        return [found for address in ADDRESSES[name] for found in _asked(address, *arguments, **named)]
    return _asked(host, *arguments, **named)


def _no_thread(_thread: threading.Thread) -> NoReturn:
    raise RuntimeError("can't start new thread")


socket.getaddrinfo = _getaddrinfo
if "NO_THREADS" in os.environ:
    threading.Thread.start = _no_thread  # type: ignore[assignment]
