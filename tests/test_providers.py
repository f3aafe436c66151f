"""The contract of the providers: what holds for each of them, shown by its recorded answers.

The installed program is run once over every recorded answer, each an account of its own, and asks a real server.
"""

import importlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer

from credcheck import cli, providers
from credcheck.models import Account, Key, WrittenKey
from credcheck.names import ALL, fold
from credcheck.providers import Provider
from tests.conftest import Program, Run
from tests.playback import Answer, Playback, Sent, playing
from tests.recordings import EXCHANGES, RECORDINGS, Exchange, Recording

# What every request carries besides the key.
PLAIN_HEADERS = {"host", "user-agent", "accept", "accept-encoding"}

every_provider = pytest.mark.parametrize("recording", RECORDINGS, ids=[each.provider for each in RECORDINGS])
every_exchange = pytest.mark.parametrize(
    ("recording", "exchange"), EXCHANGES, ids=[f"{recording.provider}-{each.name}" for recording, each in EXCHANGES]
)


def named(recording: Recording, exchange: Exchange) -> str:
    """Return the name of the account that stands for one exchange; it is its path on the server too."""
    return f"{recording.provider}/{recording.exchanges.index(exchange)}"


@dataclass(frozen=True, slots=True)
class Check:
    """The one run over all recorded answers."""

    run: Run
    results: Mapping[str, dict[str, Any]]
    server: Playback

    def sent(self, recording: Recording, exchange: Exchange) -> list[Sent]:
        """Return what was asked for the account of one exchange, retries included."""
        return self.server.sent_below(f"/{named(recording, exchange)}")


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    answers = {named(recording, each): each.answer for recording, each in EXCHANGES}

    def answer(target: str) -> Answer:
        return answers["/".join(target.split("/")[1:3])]

    program = Program(tmp_path_factory.mktemp("providers"))
    with playing(answer) as server:
        program.configure(configuration(server.url))
        run = program("all", "--json", "--timeout", "20")
    assert run.status == 1, run.err  # some have nothing left
    results = json.loads(run.out, parse_float=str, parse_int=str)["results"]
    return Check(run, {each["account"]: each for each in results}, server)


def configuration(url: str) -> str:
    import tomli_w

    accounts = {
        named(recording, each): {
            "provider": recording.provider,
            "api_key": recording.key,
            "base_url": f"{url}/{named(recording, each)}",
            **each.options,
        }
        for recording, each in EXCHANGES
    }
    return tomli_w.dumps({"concurrency": 64, "accounts": accounts})


def test_every_provider_has_its_recording_and_every_recording_its_provider() -> None:
    assert providers.names() == tuple(each.provider for each in RECORDINGS)


@every_provider
def test_its_recording_shows_a_balance_a_rejected_key_and_trouble(recording: Recording) -> None:
    codes = {each.error for each in recording.exchanges}
    assert {None, "key_rejected", "provider_error", "bad_response"} <= codes


@every_exchange
def test_an_answer_comes_to_its_balance_or_its_error(check: Check, recording: Recording, exchange: Exchange) -> None:
    result = check.results[named(recording, exchange)]
    assert (result["balance"], result["error"] and result["error"]["code"]) == (exchange.balance, exchange.error)
    assert (result["unit"], result["details"]) == (recording.unit, exchange.details)


@every_exchange
def test_an_error_names_its_status_and_what_was_said(check: Check, recording: Recording, exchange: Exchange) -> None:
    error = check.results[named(recording, exchange)]["error"]
    if error is None:
        assert exchange.status == 200
        assert not exchange.says
    else:
        assert error["http_status"] == (None if exchange.status == 200 else str(exchange.status))
        assert exchange.says in error["message"]


@every_exchange
def test_the_documented_request_is_sent(check: Check, recording: Recording, exchange: Exchange) -> None:
    sent = check.sent(recording, exchange)
    assert {(each.method, each.target) for each in sent} == {(recording.method, exchange.target)}
    assert len(sent) == (3 if exchange.status in {429, 502, 503, 504} and "Retry-After" not in exchange.headers else 1)


@every_exchange
def test_the_documented_header_is_the_only_one_of_its_kind(
    check: Check, recording: Recording, exchange: Exchange
) -> None:
    for sent in check.sent(recording, exchange):
        assert [value for name, value in sent.headers if name.lower() == recording.header[0].lower()] == [
            recording.header[1]
        ]
        assert {name.lower() for name, _ in sent.headers} <= PLAIN_HEADERS | {recording.header[0].lower()}
        assert str(sent).count(recording.key) == 1


def test_no_cookie_is_sent_although_every_answer_sets_one(check: Check) -> None:
    assert "cookie" not in {name.lower() for sent in check.server.sent for name, _ in sent.headers}


@every_provider
def test_no_key_is_in_any_output(check: Check, recording: Recording) -> None:
    assert recording.key not in check.run.out + check.run.err


@every_provider
def test_the_documented_address_is_asked(recording: Recording) -> None:
    provider = providers.load(recording.provider)
    account = Account(name=recording.provider, provider=recording.provider)
    request = providers.request(provider, account, Key(recording.key))
    assert (request.url, request.headers) == (recording.url, dict([recording.header]))


@every_provider
def test_the_key_is_in_no_repr(recording: Recording) -> None:
    key = Key(recording.key)
    source = WrittenKey("config", key)
    account = Account(name="one", provider=recording.provider, key_source=source)
    request = providers.request(providers.load(recording.provider), account, key)
    for value in (key, source, account, request):
        assert recording.key not in f"{value} {value!r} {value!s}"


@every_provider
def test_its_facts_are_complete(recording: Recording) -> None:
    provider = providers.load(recording.provider)
    assert provider.title
    assert provider.unit == recording.unit
    assert fold(provider.title) == fold(recording.provider)
    assert provider.docs_url == recording.page
    assert provider.variable.isidentifier()
    assert provider.variable.isupper()
    assert all(option.help for option in provider.options.values())


@every_provider
def test_its_pages_and_its_address_are_https(recording: Recording) -> None:
    for page in pages(providers.load(recording.provider)):
        parts = urlsplit(page)
        assert parts.scheme == "https"
        assert "." in parts.netloc


def pages(provider: Provider) -> list[str]:
    every = (provider.url, provider.docs_url, provider.key_url, provider.top_up_url)
    return [page for page in every if page is not None]


@every_provider
def test_its_module_names_its_page(recording: Recording) -> None:
    module = importlib.import_module(f"credcheck.providers.builtin.{recording.provider.replace('-', '_')}")
    assert recording.page in (module.__doc__ or "")


def test_no_two_providers_share_a_usual_variable() -> None:
    variables = Counter(providers.load(name).variable for name in providers.names())
    assert not [variable for variable, count in variables.items() if count > 1]


def test_no_provider_is_named_like_another_or_like_a_command() -> None:
    group = typer.main.get_command(cli.app)
    taken = Counter(map(fold, [ALL, *getattr(group, "commands", {}), *providers.names()]))
    assert "demo" in taken
    assert not [name for name, count in taken.items() if count > 1]
