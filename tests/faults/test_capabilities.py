"""What goes wrong, at providers that ask in every other way: POST, GraphQL, Basic, keys in queries and bodies, text.

The catalogue's rows are asked of five providers that send a GET with the key in a header. Here every way to ask and to
read has one provider, and each condition that could treat it differently a row. All accounts are checked in one run.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from credcheck import providers
from tests.conftest import Program
from tests.faults.exchange import Exchange, Request
from tests.faults.guarantees import Run, assert_kept
from tests.faults.server import Behaviour, FaultServer, Listener
from tests.faults.world import measured
from tests.recordings import RECORDINGS
from tests.recordings import Exchange as Recorded

# Each stands for what it does that the others do not.
CHOSEN = {
    "capsolver": "POST of JSON, the key in the body, several balances, failures under HTTP 200",
    "runware": "a list as the body, a fresh UUID in each request",
    "runpod": "GraphQL",
    "apollo-io": "POST without a body, six balances",
    "serpapi": "the key in the query",
    "2captcha": "the key in the query, an answer in plain text",
    "semrush": "an answer in plain text, commas between thousands",
    "twilio": "Basic authentication, an option in the path, the unit from the answer",
    "creatify": "a second secret",
    "deepseek": "a balance for each item of a list",
}
TIMEOUT = 3


def first_good(provider: str) -> Recorded:
    """Return a recorded answer with a balance, whose digits stand in it."""
    (recording,) = (each for each in RECORDINGS if each.provider == provider)
    return next(each for each in recording.exchanges if each.balance)


GOOD = {provider: first_good(provider) for provider in CHOSEN}


def good(exchange: Exchange) -> None:
    exchange.answer(GOOD[exchange.provider].body)


def with_balance(value: str) -> Behaviour:
    """Answer with this in the place of every number of the recorded answer."""

    def behaviour(exchange: Exchange) -> None:
        body = GOOD[exchange.provider].body
        is_json = body.startswith(("{", "["))
        exchange.answer(re.sub(r'"?-?[0-9][0-9,.]*"?(?=\s*[,}\]])', value, body) if is_json else value)

    return behaviour


def echo(status: int) -> Behaviour:
    """Repeat the whole request where the provider's own words stand."""

    def behaviour(exchange: Exchange) -> None:
        asked = f"{exchange.request.path} {dict(exchange.request.headers)} {exchange.request.body.decode()}"
        words = ("error", "message", "msg", "detail", "errorDescription", "errors", "errorCode")
        exchange.answer(json.dumps(dict.fromkeys(words, asked)), status=status)

    return behaviour


def redirected(status: int) -> Behaviour:
    return lambda x: x.answer(status=status, body="", headers=[f"Location: http://127.0.0.1:{x.other}{x.request.path}"])


def after_one(trouble: Behaviour) -> Behaviour:
    return lambda exchange: trouble(exchange) if exchange.attempt == 1 else good(exchange)


@dataclass(frozen=True)
class Row:
    """A condition, the outcomes that are right, and how many requests it takes."""

    behaviour: Behaviour
    outcomes: tuple[str, ...]
    requests: int = 1


BAD = ("bad_response", "balance_unknown", "provider_error", "key_rejected")
ROWS: Mapping[str, Row] = {
    "good": Row(good, ("good",)),
    **{f"redirect-{status}": Row(redirected(status), ("redirected",)) for status in (301, 302, 303, 307, 308)},
    "flap-503": Row(after_one(lambda exchange: exchange.answer("", status=503)), ("good",), 2),
    "flap-reset": Row(after_one(Exchange.reset), ("good",), 2),
    "reset": Row(Exchange.reset, ("unreachable",), 3),
    "hang": Row(Exchange.hold, ("timeout",)),
    "echo-200": Row(echo(200), BAD),
    "echo-401": Row(echo(401), ("key_rejected",)),
    "echo-500": Row(echo(500), ("provider_error",)),
    "page": Row(lambda exchange: exchange.answer("<html><p>1000</p></html>"), ("blocked",)),
    "empty": Row(lambda exchange: exchange.answer(""), ("bad_response",)),
    "huge": Row(lambda exchange: exchange.answer("1" * (2 << 20)), ("bad_response",)),
    **{
        f"value-{name}": Row(with_balance(value), BAD)
        for name, value in {
            "null": "null",
            "true": "true",
            "word": '"plenty"',
            "empty": '""',
            "nan": "NaN",
            "infinity": '"Infinity"',
            "exponent": "1e999999999",
            "list": "[1]",
        }.items()
    },
    **{
        f"body-{name}": Row(lambda exchange, body=body: exchange.answer(body), BAD)  # type: ignore[misc]
        for name, body in {
            "object": "{}",
            "list": "[]",
            "null": "null",
            "true": "true",
            "text": '"1 000 credits"',
        }.items()
    },
}


@dataclass(frozen=True)
class Check:
    """The runs over all rows and providers, as JSON and as a table, and what was sent."""

    as_json: Run
    as_table: Run
    server: FaultServer
    other: Listener
    secrets: Mapping[str, str]

    def sent(self, row: str, provider: str) -> list[Request]:
        """Return what was sent for an account in the run as JSON."""
        return self.server.log[f"json.{row}@{provider}"]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Check]:
    with ExitStack() as stack:
        other = stack.enter_context(Listener(lambda _: None))
        server = FaultServer({name: row.behaviour for name, row in ROWS.items()}, other=str(other.port))
        stack.callback(server.ending.set)
        url = stack.enter_context(Listener(server.talk)).url
        secrets: dict[str, str] = {}

        def run(home: Path, kind: str, *arguments: str) -> Run:
            program = Program(home)
            accounts = {f"{row}@{name}": account(row, name, url, kind, secrets) for row in ROWS for name in CHOSEN}
            program.configure(tomli_w.dumps({"timeout": TIMEOUT, "concurrency": 100, "accounts": accounts}))
            return measured(program, "all", *arguments, variables={})

        homes = [tmp_path_factory.mktemp(kind) for kind in ("json", "table")]
        with ThreadPoolExecutor(2) as threads:
            as_json, as_table = threads.submit(run, homes[0], "json", "--json"), threads.submit(run, homes[1], "table")
        yield Check(as_json.result(), as_table.result(), server, other, secrets)


def account(row: str, name: str, url: str, kind: str, secrets: dict[str, str]) -> dict[str, Any]:
    """Return an account's settings; its secrets, which no other account has, are added to `secrets`."""
    made = {"provider": name, "base_url": f"{url}/{row}/{kind}.{row}@{name}/{name}"}
    made["api_key"] = secrets[f"{kind} {row}@{name}"] = fresh(f"{kind}{row}{name}")
    for option, value in GOOD[name].options.items():
        if providers.load(name).options[option].secret:
            made[option] = secrets[f"{kind} {row}@{name} {option}"] = fresh(f"{kind}{row}{name}{option}")
        else:
            made[option] = str(value)
    return made


def fresh(seed: str) -> str:
    return "q" + hashlib.sha256(seed.encode()).hexdigest()[:31]


def outcome(result: dict[str, Any]) -> str:
    if result["error"]:
        return str(result["error"]["code"])
    return "good" if result["balance"] == GOOD[result["provider"]].balance else f"={result['balance']}"


@pytest.mark.parametrize("row", ROWS)
def test_each_condition_comes_to_the_same_however_a_provider_is_asked(check: Check, row: str) -> None:
    results = check.as_json.results
    for provider in CHOSEN:
        result = results[f"{row}@{provider}"]
        assert outcome(result) in ROWS[row].outcomes, result
        assert len(check.sent(row, provider)) == ROWS[row].requests, provider


@pytest.mark.parametrize("provider", CHOSEN)
def test_every_try_asks_alike(check: Check, provider: str) -> None:
    for row in ("flap-503", "flap-reset", "reset"):
        tries = check.sent(row, provider)
        assert len({(each.method, each.path, each.body) for each in tries}) == 1
        assert len({each.headers.get("authorization") for each in tries}) == 1


def test_nothing_is_sent_where_a_redirect_points(check: Check) -> None:
    assert not check.other.connections


def test_no_secret_is_in_any_output(check: Check) -> None:
    for run in (check.as_json, check.as_table):
        assert_kept(run, check.secrets)


def test_a_key_in_a_url_is_not_named_where_nobody_listens(credcheck: Program) -> None:
    keys = {name: fresh(name) for name in CHOSEN}
    accounts = {
        name: {"base_url": "http://127.0.0.1:9", **GOOD[name].options, "api_key": key} for name, key in keys.items()
    }
    credcheck.configure(tomli_w.dumps({"timeout": 2, "accounts": accounts}))
    commands = (["all"], ["all", "--json"], ["doctor"], ["accounts"])
    with ThreadPoolExecutor(len(commands)) as threads:
        runs = list(threads.map(lambda arguments: credcheck(*arguments), commands))
    for run in runs:
        assert not [name for name, key in keys.items() if key in run.out + run.err]
        assert "/res.php" not in run.out + run.err
