"""Overlapping attempts to connect, on real sockets."""

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from credcheck.network import connect
from credcheck.network.deadline import DeadlineBackend
from tests.faults.listeners import full, refusing

HERE = "127.0.0.1"
NO_FAMILY = 999


def address(port: int) -> connect.Address:
    return connect.Address(socket.AF_INET, (HERE, port))


@contextmanager
def listening() -> Iterator[int]:
    with socket.create_server((HERE, 0)) as server:
        yield server.getsockname()[1]


def connected(*ports: int, seconds: float = 5) -> tuple[int, float]:
    """Return the port that the first connection leads to, and the seconds that it took; nothing else stays open."""
    before, started = len(os.listdir("/proc/self/fd")), time.monotonic()
    with connect.first_connected([address(port) for port in ports], started + seconds) as connection:
        took = time.monotonic() - started
        assert len(os.listdir("/proc/self/fd")) == before + 1
        return connection.getpeername()[1], took


def test_one_address_is_connected_to() -> None:
    with listening() as good:
        port, _ = connected(good)
    assert port == good


def test_a_silent_address_holds_up_the_next_for_a_quarter_of_a_second() -> None:
    with full() as silent, listening() as good:
        port, took = connected(silent, good)
    assert port == good
    assert 0.25 <= took < 0.75


def test_an_address_that_refuses_holds_up_the_next_for_no_time() -> None:
    with refusing() as refused, listening() as good:
        port, took = connected(refused, refused, good)
    assert port == good
    assert took < 0.4


def test_a_refusal_while_another_address_is_silent_leads_on_at_once() -> None:
    with full() as silent, refusing() as refused, listening() as good:
        port, took = connected(silent, refused, good)
    assert port == good
    assert took < 0.45


def test_the_error_is_the_first_ones_if_all_fail() -> None:
    with refusing() as refused, pytest.raises(ConnectionRefusedError):
        connect.first_connected([address(refused), connect.Address(NO_FAMILY, (HERE, 1))], time.monotonic() + 5)


def test_silence_everywhere_ends_at_the_deadline() -> None:
    with full() as silent:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            connected(silent, silent, seconds=0.4)
    assert 0.4 <= time.monotonic() - started < 1


def test_a_family_that_this_machine_does_not_have_is_passed_over() -> None:
    with listening() as good:
        candidates = [connect.Address(NO_FAMILY, (HERE, good)), address(good)]
        with connect.first_connected(candidates, time.monotonic() + 5) as connection:
            assert connection.getpeername()[1] == good


def test_families_take_turns_and_no_address_comes_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        (family, socket.SOCK_STREAM, 6, "", (host, 1))
        for family, host in [
            (socket.AF_INET6, "::1"),
            (socket.AF_INET6, "::2"),
            (socket.AF_INET6, "::1"),
            (socket.AF_INET, "127.0.0.1"),
        ]
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert [each.host for each in connect.addresses("two-families.example", 1)] == ["::1", "127.0.0.1", "::2"]


def test_a_slow_address_has_the_time_that_silent_ones_have_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first SYN to it is dropped, so that it answers after a second: an equal share of the time is too short."""
    with full(until=0.5) as slow, full() as silent:
        found = [address(port) for port in [slow] + [silent] * 7]
        monkeypatch.setattr(connect, "addresses", lambda *_: found)
        backend = DeadlineBackend()
        backend.deadline = time.monotonic() + 2
        with contextlib.closing(backend.connect_tcp("many.example", slow)) as stream:
            assert stream.get_extra_info("server_addr")[1] == slow
