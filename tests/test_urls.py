"""The base URLs that a key may go to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcheck import urls
from credcheck.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com:8443/v2/", "https://api.example.com:8443/v2"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.10/", "http://127.8.9.10"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://mock.localhost", "http://mock.localhost"),
    ],
)
def test_https_and_this_machine_are_accepted(text: str, base: str) -> None:
    assert urls.checked_base(text) == base


@pytest.mark.parametrize(
    "text",
    [
        "http://api.example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "api.example.com",
        "//api.example.com",
        "https://",
        "https:///path",
        "https://user@api.example.com",
        "https://user:secret@api.example.com",
        "https://api.example.com?x=1",
        "https://api.example.com/#x",
        "https://api.example.com/?",
        "https://api.example.com:0",
        "https://api.example.com:99999",
        "https://api.example.com:port",
        "https://[::1",
        "https://api.example.com/a b",
        "https://api.example.com\n",
        "https://äpi.example.com",
        "",
    ],
)
def test_any_other_base_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        urls.checked_base(text)


@given(st.text(st.sampled_from("https:/@?#[]%.0123456789abx\\ \t\né")))
def test_whatever_text_is_a_base_or_a_config_error(text: str) -> None:
    for start in ("", "http://", "https://", "http://localhost"):
        try:
            base = urls.checked_base(start + text)
        except ConfigError:
            continue
        assert base.startswith("https://") or urls.is_loopback(urls.host(base))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://api.example.com/a", "https://API.example.com/b?c", True),
        ("https://api.example.com", "http://api.example.com", False),
        ("https://api.example.com", "https://api.example.com:8443", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, *, same: bool) -> None:
    assert (urls.origin(one) == urls.origin(other)) is same


def test_a_host_has_no_brackets_and_an_authority_has_its_port() -> None:
    assert urls.host("https://[::1]:8080/x") == "::1"
    assert urls.authority("https://[::1]:8080/x") == "[::1]:8080"


def test_origin_and_authority_leave_out_all_that_may_hold_a_key() -> None:
    url = "https://user:secret@API.example.com:443/secret?key=secret#secret"
    assert urls.origin(url) == "https://api.example.com"
    assert urls.authority(url) == "API.example.com:443"


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://sso.acme.example/login?return=https://api.acme.example", "to https://sso.acme.example"),
        ("https://user:pw@sso.acme.example:8443/", "to https://sso.acme.example:8443"),
        ("http://api.acme.example/v1/credits", "to http://api.acme.example"),
        ("/v2/credits?key=sk_live_4f9a8b7c6d5e", "to /v2/credits of the same host"),
        ("https://API.acme.example:443/v1/credits/", "to /v1/credits/ of the same host"),
        ("/keys/sk_live_4f9a8b7c6d5e/credits", "to /keys/***/credits of the same host"),
        ("//sso.acme.example/", "to https://sso.acme.example"),
        ("", None),
        ("https://[", None),
        ("mailto:me@acme.example", None),
    ],
)
def test_a_redirect_is_told_by_its_host_or_its_path_and_never_by_its_query(location: str, told: str | None) -> None:
    assert urls.leads_to("https://api.acme.example/v1/credits?all=1", location) == told
