"""The network backend without the HTTP library above it."""

import socket
import time

import httpcore
import pytest

from credcheck.network.deadline import DeadlineBackend


@pytest.fixture
def backend() -> DeadlineBackend:
    """A backend with a second left."""
    made = DeadlineBackend()
    made.deadline = time.monotonic() + 1
    return made


def test_a_name_without_an_address_is_an_error_of_the_connection(
    backend: DeadlineBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    with pytest.raises(httpcore.ConnectError):
        backend.connect_tcp("nowhere.example", 1)
