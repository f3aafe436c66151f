"""Which proxy leads to an origin."""

import pytest

from credcheck.errors import ConfigError
from credcheck.network.proxies import Proxies, is_exempt


@pytest.mark.parametrize(
    ("origin", "exemptions"),
    [
        ("https://api.example.com", "*"),
        ("https://api.example.com", "other, *"),
        ("https://api.example.com", "api.example.com"),
        ("https://API.example.com", "Api.Example.COM"),
        ("https://api.example.com", "example.com"),
        ("https://api.example.com", ".example.com"),
        ("https://example.com", ".example.com"),
        ("https://api.example.com.", "example.com"),
        ("https://api.example.com", "example.com."),
        ("https://api.example.com", "a,b , example.com"),
        ("https://api.example.com", "a b example.com"),
        ("https://api.example.com", "example.com:443"),
        ("https://api.example.com:8443", ".example.com:8443"),
        ("https://10.1.2.3", "10.1.2.3"),
        ("https://10.1.2.3", "10.0.0.0/8"),
        ("https://10.1.2.3", "10.9.9.9/8"),
        ("https://10.1.2.3:8443", "10.1.2.3:8443"),
        ("https://[fd00::1]", "fd00::1"),
        ("https://[fd00::1]", "[fd00::1]"),
        ("https://[fd00::1]", "FD00:0:0::1"),
        ("https://[fd00::1]", "fd00::/8"),
        ("https://[fd00::1]:8443", "[fd00::1]:8443"),
    ],
)
def test_an_origin_is_exempt_as_curl_has_it(origin: str, exemptions: str) -> None:
    assert is_exempt(origin, exemptions)


@pytest.mark.parametrize(
    ("origin", "exemptions"),
    [
        ("https://api.example.com", ""),
        ("https://api.example.com", ", ,"),
        ("https://api.example.com", "ample.com"),
        ("https://api.example.com", "example.com.evil"),
        ("https://api.example.com", "example.com:8443"),
        ("https://api.example.com:8443", "example.com:443"),
        ("https://example.com", "api.example.com"),
        ("https://api.example.com", "."),
        ("https://10.1.2.3", "10.1.2"),
        ("https://10.1.2.3", "11.0.0.0/8"),
        ("https://10.1.2.3", "10.0.0.0/99"),
        ("https://10.1.2.3", "fd00::/8"),
        ("https://210.1.2.3", "10.1.2.3"),
        ("https://[fd00::1]", "fd00::2"),
        ("https://[fd00::1]", "[fd00::1]:8443"),
        ("https://api.example.com", "10.0.0.0/8,%,:,/,[,"),
    ],
)
def test_every_other_origin_is_not(origin: str, exemptions: str) -> None:
    assert not is_exempt(origin, exemptions)


ORIGIN = "https://api.example.com"


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": " ", "ALL_PROXY": "\t"}, None),
        ({"HTTPS_PROXY": " http://a:1 "}, "the proxy a:1 (HTTPS_PROXY)"),
        ({"HTTP_PROXY": "http://a:1", "http_proxy": "http://a:1"}, None),
        ({"HTTPS_PROXY": "http://a:1"}, "the proxy a:1 (HTTPS_PROXY)"),
        ({"https_proxy": "a:1", "HTTPS_PROXY": "b:1"}, "the proxy a:1 (https_proxy)"),
        ({"https_proxy": "", "HTTPS_PROXY": "b:1"}, None),
        ({"ALL_PROXY": "http://a:1"}, "the proxy a:1 (ALL_PROXY)"),
        ({"ALL_PROXY": "http://a:1", "https_proxy": "http://b:1"}, "the proxy b:1 (https_proxy)"),
        ({"HTTPS_PROXY": "http://user:pass@[::1]:3128/"}, "the proxy [::1]:3128 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "example.com"}, None),
    ],
)
def test_the_proxy_to_an_origin_is_the_one_that_the_variables_name(
    environment: dict[str, str], found: str | None
) -> None:
    proxy = Proxies(environment).to(ORIGIN)
    assert (str(proxy) if proxy else None) == found


def test_socks_without_a_version_is_the_fifth() -> None:
    pytest.importorskip("socksio")
    proxy = Proxies({"ALL_PROXY": "socks://a"}).to(ORIGIN)
    assert proxy is not None
    assert (str(proxy), proxy.scheme, proxy.is_socks) == ("the proxy a (ALL_PROXY)", "socks5", True)


def test_user_name_and_password_are_decoded_and_shown_nowhere() -> None:
    proxy = Proxies({"HTTPS_PROXY": "https://us%40er:p%3Ass@proxy.example:1"}).to(ORIGIN)
    assert proxy is not None
    assert proxy.auth == ("us@er", "p:ss")
    assert proxy.is_secure
    assert "ss" not in f"{proxy} {proxy!r}".replace("is_secure", "")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a:1",
        "socks4://a:1",
        f"socks5://{'u' * 256}@a:1",
        "http://",
        "http://[::1",
        "a:0",
        "a:99999",
        "a:b",
        "http://a b:1",
    ],
)
def test_a_value_that_is_no_proxy_is_an_error_only_for_an_origin_that_needs_it(address: str) -> None:
    proxies = Proxies({"https_proxy": address, "no_proxy": "other.example"})
    with pytest.raises(ConfigError, match=r"^https_proxy: not a proxy"):
        proxies.to(ORIGIN)
    assert proxies.to("https://other.example") is None
    assert proxies.to("http://127.0.0.1:1") is None
