"""Proxies that refuse, break or break into connections, and origins that do so behind one."""

import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.faults import proxies
from tests.faults.certificates import Certificates
from tests.faults.conftest import Front
from tests.faults.guarantees import Run
from tests.faults.listeners import banner, end_handshake, hold, refusing, reset_handshake
from tests.faults.proxies import Tunnel
from tests.faults.server import Listener, Talk
from tests.faults.world import HERE, World, outcome_of

PASSWORD = "Qx7-proxy-pass"


@pytest.fixture
def secure(front: Front) -> Front:
    """The front door, set up with one account over TLS."""
    front.configure(front.account("fine", url=place(front, "tls-good")), timeout=5)
    front.keys["proxy"] = PASSWORD
    return front


def place(front: Front, name: str) -> str:
    """Return the URL of a listener of the catalogue."""
    return next(place.url for place in front.world.places if place.name == name)


def trusting(front: Front) -> dict[str, str]:
    """Return the variable that makes the servers' authority known."""
    return {"SSL_CERT_FILE": str(front.world.certificates.bundle)}


def message(run: Run) -> str:
    """Return the error message of the only account."""
    (result,) = run.results.values()
    return str(result["error"]["message"])


@pytest.fixture(scope="module")
def refusals(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[int, Run]]]:
    """A run through each bad proxy, side by side."""
    good = next(place for place in world.places if place.name == "tls-good")
    with ExitStack() as stack, ThreadPoolExecutor(len(proxies.BAD)) as threads:

        def run(name: str) -> tuple[int, Run]:
            listener = stack.enter_context(Listener(proxies.BAD[name][0]))
            front = Front(Program(tmp_path_factory.mktemp(name)), world, {"proxy": PASSWORD})
            front.configure(front.account("fine", url=good.url), timeout=1)
            address = f"http://user:{PASSWORD}@127.0.0.1:{listener.port}"
            return front.requests("fine"), front("all", "--json", HTTPS_PROXY=address, **trusting(front))

        yield dict(zip(proxies.BAD, threads.map(run, proxies.BAD), strict=True))


@pytest.mark.parametrize("name", proxies.BAD)
def test_a_bad_proxy_is_named_and_is_no_refused_key(refusals: dict[str, tuple[int, Run]], name: str) -> None:
    requests, run = refusals[name]
    (result,) = run.results.values()
    assert outcome_of(result) == proxies.BAD[name][1]
    assert requests == 0
    assert "the proxy 127.0.0.1" in result["error"]["message"]
    assert "HTTPS_PROXY" in result["error"]["message"]
    assert "base_url" not in result["error"]["message"]
    assert ("user name and password" in result["error"]["message"]) == (name == "407")
    assert ("HTTP " in result["error"]["message"]) == (name in {"407", "403", "502", "redirect"})


def test_a_proxy_that_works_sees_no_key(secure: Front) -> None:
    tunnel = proxies.Tunnel()
    with Listener(tunnel.talk) as listener:
        run = secure("all", "--json", https_proxy=f"http://127.0.0.1:{listener.port}", **trusting(secure))
    assert run.status == 0
    assert [seen.split()[0] for seen in tunnel.seen] == ["CONNECT"]
    assert not any(key in seen for seen in tunnel.seen for key in secure.keys.values())


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:99999"),
        ("ALL_PROXY", "socks4://127.0.0.1:1"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_an_error_that_names_the_variable(
    secure: Front, variable: str, address: str
) -> None:
    run = secure("all", "--json", **{variable: address}, **trusting(secure))
    assert (run.status, run.out) == (2, "")
    assert variable in run.err
    assert run.err.count("\n") == 1
    assert secure.requests("fine") == 0


@pytest.mark.parametrize("exempt", ["10.0.0.0/8,127.0.0.0/8", "example.com 127.0.0.1:{port}"])
def test_an_origin_that_is_exempt_from_the_proxy_is_asked_directly(secure: Front, exempt: str) -> None:
    exempt = exempt.format(port=place(secure, "tls-good").rpartition(":")[2])
    run = secure("all", "--json", HTTPS_PROXY="http://127.0.0.1:9", NO_PROXY=exempt, **trusting(secure))
    assert run.status == 0


def test_an_exemption_that_is_no_host_disturbs_nothing(secure: Front) -> None:
    run = secure("all", "--json", NO_PROXY="[::1],fc00::/7,%,:,/", **trusting(secure))
    assert run.status == 0


def test_plain_http_goes_through_no_proxy_not_even_one_on_this_machine(front: Front) -> None:
    front.configure(front.account("fine"))
    with Listener(proxies.answering("502 Bad Gateway")) as listener:
        run = front("all", "--json", **dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), listener.url))
    assert run.status == 0
    assert listener.connections == 0


def test_a_worker_that_goes_from_origin_to_origin_keeps_neither_proxy_nor_permission(front: Front) -> None:
    tunnel = Tunnel()
    front.configure(
        front.account("plain"),
        front.account("secure", url=place(front, "tls-good")),
        front.account("far", url="http://far.localhost:1"),
        timeout=5,
        concurrency=1,
    )
    with Listener(tunnel.talk) as listener:
        injected = {"PYTHONPATH": str(HERE / "injected")}
        run = front("all", "--json", HTTPS_PROXY=listener.url, **injected, **trusting(front))
    plain, secure, far = run.results.values()
    assert [outcome_of(plain), outcome_of(secure)] == ["=42", "=42"]
    assert "not this machine" in far["error"]["message"]
    assert len(tunnel.seen) == 1


@pytest.mark.parametrize("breaks", [end_handshake, reset_handshake])
def test_a_tunnel_that_breaks_in_the_handshake_is_tried_again_and_delays_nobody(front: Front, breaks: Talk) -> None:
    accounts = [front.account(f"account-{n}", url=place(front, "tls-good")) for n in range(4)]
    front.configure(*accounts, timeout=5, concurrency=1)
    with Listener(Tunnel(breaks).talk) as listener:
        run = front("all", "--json", HTTPS_PROXY=listener.url, **trusting(front))
    assert [outcome_of(result) for result in run.results.values()] == ["=42"] * 4


def test_many_accounts_behind_a_proxy_that_breaks_tls_are_all_told_so_at_once(front: Front) -> None:
    """The certificate that cannot be trusted is shown for the origin: the proxy itself needs none."""
    origin = place(front, "tls-good")
    front.configure(*[front.account(f"account-{n}", url=origin) for n in range(40)], timeout=5, concurrency=5)
    with Listener(proxies.breaking_tls(front.world.certificates.unknown_authority())) as listener:
        run = front("all", "--json", HTTPS_PROXY=listener.url, **trusting(front))
    for result in run.results.values():
        assert outcome_of(result) == "tls"
        assert f"the certificate of {origin.removeprefix('https://')} is signed by" in result["error"]["message"]
        assert "nothing was sent" in result["error"]["message"]


def test_behind_a_plain_proxy_an_expired_certificate_is_the_origins(front: Front) -> None:
    origin = place(front, "tls-expired")
    front.configure(front.account("expired", url=origin), timeout=5)
    with Listener(Tunnel().talk) as listener:
        run = front("all", "--json", HTTPS_PROXY=listener.url, **trusting(front))
    assert message(run).startswith(f"the certificate of {origin.removeprefix('https://')} has expired")


def test_a_proxy_that_speaks_tls_works_with_the_same_authorities(front: Front) -> None:
    """Also for an answer whose end only the end of the connection tells."""
    origin, tunnel = place(front, "tls-good"), Tunnel()
    front.configure(front.account("fine", url=origin), front.account("ends", "until-close", url=origin), timeout=5)
    with Listener(tunnel.talk, context=front.world.certificates.good()) as listener:
        run = front("all", "--json", HTTPS_PROXY=listener.url, **trusting(front))
    assert [outcome_of(result) for result in run.results.values()] == ["=42", "=42"]
    assert len(tunnel.seen) == 2


@pytest.mark.parametrize(
    ("make", "problem"),
    [(Certificates.expired, "has expired"), (Certificates.without_alternative_name, "is for another host")],
)
def test_a_certificate_of_a_proxy_is_held_to_the_same_rules_and_is_the_proxys(
    secure: Front, make: Callable[[Certificates], ssl.SSLContext], problem: str
) -> None:
    with Listener(Tunnel().talk, context=make(secure.world.certificates)) as listener:
        address = f"localhost:{listener.port}"
        run = secure("all", "--json", HTTPS_PROXY=f"https://{address}", **trusting(secure))
    assert message(run).startswith(f"the certificate of the proxy {address} (HTTPS_PROXY) {problem}")
    assert message(run).endswith("check HTTPS_PROXY")


def test_kept_connections_that_end_behind_a_proxy_that_speaks_tls_are_made_anew(front: Front) -> None:
    """The origin closes the connection of the account before when it reads the request of the next."""
    accounts = [front.account(f"account-{n}", "flap-close", url=place(front, "tls-good")) for n in range(4)]
    front.configure(*accounts, timeout=5, concurrency=1)
    with Listener(Tunnel().talk, context=front.world.certificates.good()) as listener:
        run = front("all", "--json", HTTPS_PROXY=listener.url, **trusting(front))
    assert [outcome_of(result) for result in run.results.values()] == ["=42"] * 4


def test_a_proxy_that_speaks_tls_and_ends_the_handshake_once_is_tried_again(secure: Front) -> None:
    context, ends = secure.world.certificates.good(), [True]
    tunnel = Tunnel()

    def talk(connection: socket.socket) -> None:
        if ends:
            ends.pop()
            end_handshake(connection)
            return
        with context.wrap_socket(connection, server_side=True) as wrapped:
            tunnel.talk(wrapped)

    with Listener(talk) as listener:
        address = listener.url.replace("http:", "https:")
        run = secure("all", "--json", HTTPS_PROXY=address, **trusting(secure))
    assert (run.status, listener.connections) == (0, 2)


def test_a_proxy_that_is_not_there_is_told_by_its_variable(secure: Front) -> None:
    with refusing() as port:
        run = secure("all", "--json", all_proxy=f"127.0.0.1:{port}", **trusting(secure))
    assert f"the proxy 127.0.0.1:{port} (all_proxy) refuses connections" in message(run)
    assert message(run).endswith("check all_proxy")


needs_socks = pytest.mark.skipif(find_spec("socksio") is None, reason="credcheck[socks] is not installed")


@needs_socks
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
@pytest.mark.parametrize("user", [None, (b"us er", PASSWORD.encode())])
def test_a_socks_proxy_is_gone_through_and_sees_no_key(
    secure: Front, scheme: str, user: tuple[bytes, bytes] | None
) -> None:
    socks = proxies.Socks(user=user)
    with Listener(socks.talk) as listener:
        login = f"us%20er:{PASSWORD}@" if user else ""
        address = f"{scheme}://{login}127.0.0.1:{listener.port}"
        run = secure("all", "--json", ALL_PROXY=address, **trusting(secure))
    assert run.status == 0, run.out
    assert socks.asked == [place(secure, "tls-good").removeprefix("https://")]


def closing(connection: socket.socket) -> None:
    connection.recv(100)


@needs_socks
@pytest.mark.parametrize(
    ("talk", "login", "said", "code"),
    [
        (
            proxies.Socks(reply=4).talk,
            "",
            "cannot connect to {origin} (Host unreachable): check HTTPS_PROXY",
            "unreachable",
        ),
        (proxies.Socks(reply=2).talk, "", "(Connection not allowed by ruleset): check HTTPS_PROXY", "unreachable"),
        (proxies.Socks(user=(b"a", b"b")).talk, "", "wants a user name and password: put", "unreachable"),
        (proxies.Socks(user=(b"a", b"b")).talk, f"a:{PASSWORD}@", "wants a user name and password: put", "unreachable"),
        (banner, "", "is not SOCKS5: check HTTPS_PROXY", "unreachable"),
        (closing, "", "closed the connection without an answer: check HTTPS_PROXY", "unreachable"),
        (hold, "", "no answer from the proxy", "timeout"),
    ],
)
def test_a_bad_socks_proxy_is_named_and_is_no_refused_key(
    secure: Front, talk: Talk, login: str, said: str, code: str
) -> None:
    origin = place(secure, "tls-good").removeprefix("https://")
    with Listener(talk) as listener:
        address = f"socks5://{login}127.0.0.1:{listener.port}"
        run = secure("all", "--json", "--timeout", "1", HTTPS_PROXY=address, **trusting(secure))
    (result,) = run.results.values()
    assert outcome_of(result) == code
    assert said.format(origin=origin) in message(run)
    assert "the proxy 127.0.0.1" in message(run)
    assert secure.requests("fine") == 0


def test_without_the_extra_a_socks_proxy_is_an_error_only_of_a_run_that_sends(secure: Front, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['socksio'] = None\n")
    without = {"ALL_PROXY": "socks5://127.0.0.1:9", "PYTHONPATH": str(tmp_path)} | trusting(secure)
    run = secure("all", "--json", **without)
    extra = "credcheck: ALL_PROXY: a SOCKS proxy needs an extra: install `credcheck[socks]`"
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert run.err.startswith(extra)
    assert secure("accounts", **without).status == 0
    assert secure("all", "--json", NO_PROXY="127.0.0.1", **without).status == 0
    assert secure("all", "--json", "--max-age", "1h", **without).status == 0
    assert secure.requests("fine") == 1


def test_a_blank_proxy_is_none(secure: Front) -> None:
    run = secure("all", "--json", HTTPS_PROXY=" ", ALL_PROXY="\t", **trusting(secure))
    assert run.status == 0
