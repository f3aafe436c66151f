"""A resolver for names in `.invalid`, put into the program under test: one is unknown, one comes later, one hangs."""

import socket
import threading
from typing import Any

_asked = socket.getaddrinfo


def _getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  a stand-in
    name = host.decode() if isinstance(host, bytes) else host
    if name == "hangs.invalid":
        threading.Event().wait(15)
    if name == "later.invalid":
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    if name in {"unknown.invalid", "hangs.invalid"}:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _asked(host, *arguments, **named)


socket.getaddrinfo = _getaddrinfo
