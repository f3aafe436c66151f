import socket
import time

import httpcore
import pytest

from credcheck.network.deadline import Wire


@pytest.fixture
def wire() -> Wire:
    """A wire with a second left."""
    made = Wire()
    made.deadline = time.monotonic() + 1
    return made


def test_a_silent_address_leaves_time_for_the_next(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_addresses", lambda _host, _port: ["127.0.0.2", "127.0.0.1"])
    with socket.create_server(("127.0.0.1", 0)) as good:
        port = good.getsockname()[1]
        # A queue that is full and that nobody empties.
        with socket.create_server(("127.0.0.2", port), backlog=0), socket.socket() as first, socket.socket() as second:
            for waiting in (first, second):
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.2", port))
            stream = wire.connect_tcp("two-addresses.example", port)
            assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
            stream.close()


def test_a_name_without_an_address_is_an_error_of_the_connection(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_addresses", lambda _host, _port: [])
    with pytest.raises(httpcore.ConnectError):
        wire.connect_tcp("nowhere.example", 1)
