"""Answers, headers and files that nobody would think of.

A few seconds by default; as long as one likes by hand: `FUZZ_SECONDS=600 pytest tests/faults/test_fuzzing.py`.
"""

import json
import os
import random
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credcheck import config, network, providers
from credcheck.check import remedies
from credcheck.errors import CheckError, ConfigError, UsageError
from credcheck.models import Account, Key, Request, Response
from credcheck.providers.balances import Context
from credcheck.providers.provider import Provider
from credcheck.sanitize import remote_line
from tests.faults.documents import DOCUMENTS, FIELDS, PROVIDERS
from tests.faults.guarantees import ACTING, leaked
from tests.faults.server import Listener, read_request
from tests.results import interpreted

TESTS = 6
SECONDS = float(os.environ.get("FUZZ_SECONDS", "0")) / TESTS
NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEY = "sk-Zq7Wm2Xv9.Tn4Rb6_Yc8"
QUICK = settings(
    max_examples=1000 if SECONDS else 100, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
FEW = settings(QUICK, max_examples=300 if SECONDS else 60)

shapes_of_the_key = st.sampled_from(
    [KEY, KEY[3:14], quote(KEY), b64encode(KEY.encode()).decode(), "\u200b".join(KEY), KEY[:6] + "\x1b[0m" + KEY[6:]]
)
texts = st.text(max_size=100) | st.tuples(st.text(max_size=9), shapes_of_the_key, st.text(max_size=9)).map("".join)
numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,12})?", fullmatch=True)
leaves = st.one_of(
    st.sampled_from(["null", "true", "false", "NaN", "Infinity", "042", "1" * 5000, f'"{"0" * 5000}x"', '"\\ud800"']),
    numbers,
    numbers.map(lambda number: f'"{number}"'),
    texts.map(json.dumps),
)
names = [*FIELDS.values(), "code", "msg", "message", "data", "error", "detail", "status"]
documents = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda each: f"[{','.join(each)}]")
        | st.lists(st.tuples(st.sampled_from(names), inner), max_size=5).map(
            lambda pairs: "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"
        )
    ),
    max_leaves=12,
)
statuses = st.sampled_from([200, 200, 200, 201, 301, 401, 403, 404, 422, 429, 500, 503]) | st.integers(100, 999)

HEADERS = """Content-Length Transfer-Encoding Content-Encoding Retry-After Date Location Set-Cookie Connection"""
header_lines = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(HEADERS.split()),
            st.sampled_from(["0", "5", "-1", "chunked", "gzip", "close", "Fri, 31 Dec 9999 23:59:59 GMT", "klingon"])
            | st.text(max_size=20),
        ).map(lambda pair: f"{pair[0]}: {pair[1]}".encode("utf-8", "replace")),
        st.binary(max_size=40),
    ),
    max_size=5,
)

WORDS = """
timeout concurrency accounts provider api_key api_key_env api_key_file api_key_command base_url warn_below enabled
check_free_credit user_id pixelcut fish-audio all = . [ ] [[ ]] { } , # " ' \'\'\' 1 -1 1e9 nan inf true 0x_ 1979-05-27
http://127.0.0.1:1 https://[ \\u0000 \\U0010ffff
"""
words_of_toml = st.sampled_from([*WORDS.split(), '"""', "\n", "\r", "\0", "\x1b", "\u202e", f'"{KEY}"'])
files = st.one_of(
    st.binary(max_size=200),
    st.lists(words_of_toml, max_size=40).map(lambda words: " ".join(words).encode()),
    st.dictionaries(
        st.sampled_from(["timeout", "concurrency", "accounts"]) | st.text(max_size=9),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | texts,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=3),
        ),
        max_size=4,
    ).map(lambda table: "\n".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in table.items()).encode()),
)


def for_a_while(fuzz: Callable[[], None], *, share: float = 1) -> None:
    """Fuzz once, and on until the time is up."""
    end = time.monotonic() + SECONDS * share
    fuzz()
    while time.monotonic() < end:
        fuzz()


def judged(provider: Provider, response: Response) -> Decimal | None:
    """Return the balance, or None after a look at the error as it would be shown."""
    try:
        return interpreted(provider, response, Context({}, NOW)).main.amount
    except CheckError as problem:
        shown = remedies.failure(problem, Account(name="fuzzed", provider="pixelcut"), provider, [Key(KEY)]).message
        assert_fit(shown, 200)
        return None


def assert_fit(shown: str, longest: int) -> None:
    """Assert that a text may be shown."""
    assert len(shown) <= longest
    assert not ACTING.search(shown)
    assert not leaked(shown, {"fuzzed": KEY})


def assert_quotes_no_key(problem: UsageError) -> None:
    """Assert that an error of the configuration does not show what it is about."""
    assert KEY not in problem.message


def stands_in(amount: Decimal, body: str) -> bool:
    """Tell whether a number stands in an answer, as a number or as text."""
    for mark in '"[]{}:,':
        body = body.replace(mark, " ")
    return any(_number(token) == amount for token in body.split())


def _number(token: str) -> Decimal | None:
    try:
        return Decimal(token)
    except ArithmeticError:
        return None


@pytest.mark.parametrize("provider", [providers.load(name) for name in PROVIDERS], ids=PROVIDERS)
def test_any_answer_is_a_balance_that_stands_in_it_or_an_error_fit_to_show(provider: Provider) -> None:
    name = provider.title.lower().replace(" ", "-")

    @QUICK
    @given(body=documents, status=statuses, wrapped=st.booleans())
    def fuzz(*, body: str, status: int, wrapped: bool) -> None:
        text = DOCUMENTS[name] % body if wrapped else body
        balance = judged(provider, Response(status, text.encode("utf-8", "surrogatepass")))
        if balance is not None:
            assert 200 <= status < 300
            assert stands_in(balance, text)
            assert len(f"{balance:f}") < 250

    for_a_while(fuzz, share=1 / len(PROVIDERS))


def test_any_bytes_for_an_answer_are_an_error_fit_to_show() -> None:
    loaded = [providers.load(name) for name in PROVIDERS]

    @QUICK
    @given(body=st.binary(max_size=300), status=statuses)
    def fuzz(body: bytes, status: int) -> None:
        for provider in loaded:
            assert judged(provider, Response(status, body)) is None

    for_a_while(fuzz)


def test_whatever_a_provider_says_is_fit_to_show() -> None:
    @QUICK
    @given(said=texts, noise=st.text(max_size=3))
    def fuzz(said: str, noise: str) -> None:
        assert_fit(remote_line(said + noise + said, Key(KEY)), 160)

    for_a_while(fuzz)


def test_whatever_comes_over_the_wire_is_an_answer_or_one_of_our_errors() -> None:
    sent = [b""]

    with Listener(lambda connection: connection.sendall(sent[0]) if read_request(connection) else None) as listener:
        client = network.prepare([listener.url], {}).client()

        @FEW
        @given(
            start=st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.1 503 No", b"HTTP/1.0 200", b"HTTP/1.1 101 X"])
            | st.binary(max_size=30),
            headers=header_lines,
            body=st.binary(max_size=100) | documents.map(lambda text: text.encode("utf-8", "surrogatepass")),
        )
        def fuzz(start: bytes, headers: list[bytes], body: bytes) -> None:
            sent[0] = b"\r\n".join([start, *headers, b"", body])
            try:
                answer = client.send(
                    Request(listener.url, {"Authorization": f"Bearer {KEY}"}), deadline=time.monotonic() + 0.1
                )
            except CheckError as problem:
                assert_fit(problem.message, 200)
            else:
                assert 100 <= answer.status <= 999
                assert answer.retry_after is None or answer.retry_after >= 0

        for_a_while(fuzz)


@pytest.mark.parametrize("name", ["config.toml", "credentials.toml"])
def test_any_file_is_a_configuration_or_a_configuration_error_fit_to_show(tmp_path: Path, name: str) -> None:
    written, asked = tmp_path / name, str(tmp_path / "config.toml")
    (tmp_path / "config.toml").touch()

    @QUICK
    @given(content=files)
    def fuzz(content: bytes) -> None:
        written.write_bytes(content)
        try:
            loaded = config.load({}, file=asked)
            config.select(loaded, {}, ["all"])
        except (ConfigError, UsageError) as problem:
            assert_quotes_no_key(problem)
        else:
            assert 0 < loaded.timeout <= 3600

    for_a_while(fuzz)


def test_a_good_configuration_with_a_few_bytes_changed_never_crashes(tmp_path: Path) -> None:
    asked = tmp_path / "config.toml"
    good = (
        f'timeout = 5\n[accounts.pixelcut]\napi_key = "{KEY}"\nwarn_below = 1.5\n'
        '[accounts."b c"]\nprovider = "fish-audio"\napi_key_command = ["a", "b"]\nuser_id = "u"\nenabled = false\n'
    ).encode()

    @QUICK
    @given(seed=st.integers(0, 1 << 60), count=st.integers(1, 8))
    def fuzz(seed: int, count: int) -> None:
        dice, content = random.Random(seed), bytearray(good)  # noqa: S311  dice, not secrets
        for _ in range(count):
            content[dice.randrange(len(content))] = dice.randrange(256)
        asked.write_bytes(content)
        try:
            config.load({}, file=str(asked))
        except ConfigError as problem:
            assert_quotes_no_key(problem)

    for_a_while(fuzz)
