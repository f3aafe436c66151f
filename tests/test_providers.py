"""The contract of the providers: what holds for each of them, shown by its recorded answers.

The installed program is run once over every recorded answer, each an account of its own, and asks a real server.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from credcheck import providers, urls
from credcheck.cli import program
from credcheck.models import Account, Key, Request, WrittenKey
from credcheck.names import ALL, fold
from credcheck.providers import request
from credcheck.providers.provider import Provider, Time
from tests.conftest import Program, Run
from tests.playback import Answer, Playback, Sent, playing
from tests.recordings import EXCHANGES, MONTH, RECORDINGS, Exchange, Recording

# What every request carries besides its own headers.
PLAIN_HEADERS = {"host", "user-agent", "accept", "accept-encoding", "content-length"}
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
PLAIN_BALANCE = {
    "balance": None,
    "spent": None,
    "total": None,
    "resets_at": None,
    "expires_at": None,
    "unlimited": False,
}

every_provider = pytest.mark.parametrize("recording", RECORDINGS, ids=[each.provider for each in RECORDINGS])


def named(recording: Recording, exchange: Exchange) -> str:
    """Return the name of the account that stands for one exchange; it is its path on the server too."""
    return f"{recording.provider}/{recording.exchanges.index(exchange)}"


@dataclass(frozen=True, slots=True)
class Check:
    """The one run over all recorded answers."""

    run: Run
    results: Mapping[str, dict[str, Any]]
    sent: Mapping[str, list[Sent]]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    exchanges = {named(recording, each): each for recording, each in EXCHANGES}

    def answer(target: str) -> Answer:
        return exchanges["/".join(urlsplit(target).path.split("/")[1:3])].answer_to(target)

    program = Program(tmp_path_factory.mktemp("providers"))
    with playing(answer) as server:
        program.configure(configuration(server.url))
        run = program("all", "--json", "--timeout", "30", seconds=60)
    assert run.status == 1, run.err  # some have nothing left
    results = json.loads(run.out, parse_float=str, parse_int=str)["results"]
    return Check(run, {each["account"]: each for each in results}, by_account(server))


def by_account(server: Playback) -> dict[str, list[Sent]]:
    """Return what was sent for each account, the targets without its name."""
    sent: dict[str, list[Sent]] = {}
    for each in server.sent:
        _, provider, number, rest = each.target.split("/", 3)
        sent.setdefault(f"{provider}/{number}", []).append(Sent(each.method, f"/{rest}", each.headers, each.body))
    return sent


def configuration(url: str) -> str:
    import tomli_w

    accounts = {
        named(recording, each): {
            "provider": recording.provider,
            "api_key": each.key,
            "base_url": f"{url}/{named(recording, each)}",
            **each.options,
        }
        for recording, each in EXCHANGES
    }
    return tomli_w.dumps({"concurrency": 64, "history": False, "accounts": accounts})


def test_every_provider_has_its_recording_and_every_recording_its_provider() -> None:
    assert providers.names() == tuple(each.provider for each in RECORDINGS)


@every_provider
def test_its_recording_shows_a_balance_a_rejected_key_and_no_balance(recording: Recording) -> None:
    codes = {each.error for each in recording.exchanges}
    assert {None, "key_rejected"} <= codes
    assert codes & {"bad_response", "balance_unknown"}


@every_provider
def test_its_answers_come_to_their_balances_and_errors(check: Check, recording: Recording) -> None:
    differing = {
        each.name: (told, expected)
        for each in recording.exchanges
        if (told := outcome(check.results[named(recording, each)], recording)) != (expected := meant(recording, each))
    }
    assert not differing


def outcome(result: dict[str, Any], recording: Recording) -> dict[str, Any]:
    """Return what a result says of the balances, with the members that a recording knows."""
    balances = [{name: each[name] for name in ("id", "unit", *PLAIN_BALANCE)} for each in result["balances"]]
    templates = providers.load(recording.provider).balances
    # By the day of the run; None is the id of a balance that its unit names.
    relative = {each.id for each in templates if each.resets or (each.resets_at and is_relative(each.resets_at))}
    balances = [{**each, "resets_at": None} if relative & {None, each["id"]} else each for each in balances]
    return {
        "balance": result["balance"],
        "spent": result["spent"],
        "unlimited": result["unlimited"],
        "unit": result["unit"] if recording.unit or not result["error"] else None,
        "balances": balances,
        "details": result["details"],
        "error": result["error"] and (result["error"]["code"], result["error"]["http_status"]),
    }


def is_relative(time: Time) -> bool:
    """Tell whether a moment follows from the day of the run."""
    return time.in_days or time.is_left or time.ends_period


def own_details(name: str) -> dict[str, str]:
    """Return the details that the description tells and no answer."""
    provider = providers.load(name)
    facts = {"caveat": provider.caveat, "last_day": provider.last_day}
    return {fact: str(value) for fact, value in facts.items() if value}


def meant(recording: Recording, exchange: Exchange) -> dict[str, Any]:
    """Return what a result must say."""
    balances = exchange.balances
    if not balances and exchange.error is None:
        provider = providers.load(recording.provider)
        id_ = provider.balances[provider.main_order()[0]].id or recording.unit
        plain = {"balance": exchange.balance, "spent": exchange.spent, "unlimited": exchange.unlimited}
        balances = [{"id": id_, "unit": recording.unit, **plain}]
    main = balances[0] if balances else {"unit": recording.unit}
    status = None if 200 <= exchange.status < 300 else str(exchange.status)
    return {
        "balance": exchange.balance,
        "spent": exchange.spent,
        "unlimited": exchange.unlimited,
        "unit": main["unit"],
        "balances": [{**PLAIN_BALANCE, **each} for each in balances],
        "details": {**exchange.details, **({} if exchange.error else own_details(recording.provider))},
        "error": (exchange.error, status) if exchange.error else None,
    }


@every_provider
def test_its_errors_name_what_was_said(check: Check, recording: Recording) -> None:
    silent = {
        each.name: error["message"]
        for each in recording.exchanges
        if (error := check.results[named(recording, each)]["error"]) and each.says not in error["message"]
    }
    assert not silent
    assert not [each.name for each in recording.exchanges if each.says and not each.error]


@every_provider
def test_the_documented_requests_are_sent_whole(check: Check, recording: Recording) -> None:
    for each in recording.exchanges:
        sent = check.sent[named(recording, each)]
        retried = each.status in {429, 502, 503, 504} and "Retry-After" not in each.headers
        assert len(sent) == (3 if retried else 1 + len(each.further))
        pages = [each.target, *(f"{each.target}&{page}" for page in each.further)]
        for one, target in zip(sent, [each.target] * len(sent) if retried else pages, strict=True):
            assert_sent(one, recording.method, each, target)


def assert_sent(sent: Sent, method: str, exchange: Exchange, target: str) -> None:
    """Assert that a request is the documented one: method, target, every header and the body."""
    assert (sent.method, sent.target) == (method, target)
    expected = {name.lower(): value for name, value in exchange.header.items()}
    names = [name.lower() for name, _ in sent.headers]
    assert len(names) == len(set(names))
    own = {name.lower(): value for name, value in sent.headers if name.lower() not in PLAIN_HEADERS - expected.keys()}
    assert own.keys() == expected.keys()
    for name, value in expected.items():
        assert_same(own[name], value)
    assert_same(canonical(sent.body), canonical(exchange.body_sent))


def canonical(body: str) -> str:
    """Return a JSON body in one spelling, and any other as it is."""
    return json.dumps(json.loads(body), sort_keys=True) if body.startswith(("{", "[")) else body


def assert_same(sent: str, expected: str) -> None:
    """Assert that a text was sent, `{uuid4}` standing for any fresh UUID."""
    assert re.fullmatch(UUID.join(map(re.escape, expected.split("{uuid4}"))), sent), (sent, expected)


def test_no_cookie_is_sent_although_every_answer_sets_one(check: Check) -> None:
    assert "cookie" not in {name.lower() for sent in check.sent.values() for one in sent for name, _ in one.headers}


@every_provider
def test_no_key_is_in_any_output(check: Check, recording: Recording) -> None:
    for each in recording.exchanges:
        assert each.key not in check.run.out + check.run.err


def built(recording: Recording, exchange: Exchange) -> tuple[Account, Request]:
    """Return the account of an exchange as it would be without a `base_url`, and its request."""
    provider = providers.load(recording.provider)
    hidden = {name: str(text) for name, text in exchange.options.items() if provider.options[name].secret}
    account = Account(
        name=recording.provider,
        provider=recording.provider,
        key_source=WrittenKey("config", Key(exchange.key)),
        options={name: value for name, value in exchange.options.items() if name not in hidden},
        secrets={name: WrittenKey("config", Key(text)) for name, text in hidden.items()},
    )
    secrets = {name: Key(text) for name, text in hidden.items()}
    return account, request.build(provider, account, Key(exchange.key), secrets, period=MONTH)


@every_provider
def test_the_documented_address_is_asked_and_the_key_is_in_no_repr(recording: Recording) -> None:
    for each in recording.exchanges:
        account, asked = built(recording, each)
        assert asked.url == each.url
        assert urls.origin(asked.url) in map(
            urls.origin, request.addresses(providers.load(recording.provider), account)
        )
        for value in (account, asked):
            assert each.key not in f"{value} {value!r}"


@every_provider
def test_its_facts_are_complete(recording: Recording) -> None:
    provider = providers.load(recording.provider)
    assert re.search("^title = ", providers.source(provider.name), re.MULTILINE)
    assert provider.category != "other", f"{provider.name}.toml: replace `other` by the category that fits best"
    assert provider.default_unit({}) == recording.unit
    assert beginning(provider.title) in map(beginning, [recording.provider, *provider.aliases])
    assert provider.docs_url == recording.page
    assert provider.source is not None
    assert all(variable.isupper() for variable in provider.variables)
    assert all(option.help for option in provider.options.values())


def beginning(name: str) -> str:
    """Return the first three letters or digits of a name or title."""
    return re.sub("[^a-z0-9]", "", name.lower())[:3]


@every_provider
def test_its_pages_and_its_address_are_https(recording: Recording) -> None:
    for page in pages(providers.load(recording.provider)):
        parts = urlsplit(page)
        assert parts.scheme == "https"
        assert "." in parts.netloc or "{" in parts.netloc


def pages(provider: Provider) -> Iterator[str]:
    yield provider.request.url
    for page in (provider.docs_url, provider.key_url, provider.top_up_url):
        yield from [] if page is None else [page] if isinstance(page, str) else page.values()


def test_a_scan_finds_the_variables_that_parsing_finds() -> None:
    parsed = {name: providers.load(name).variables for name in providers.names()}
    assert providers.variables() == {name: variables for name, variables in parsed.items() if variables}


def test_no_two_providers_share_a_usual_variable() -> None:
    variables = Counter(variable for name in providers.names() for variable in providers.load(name).variables)
    assert not [variable for variable, count in variables.items() if count > 1]


def test_no_provider_is_named_like_another_or_like_a_command() -> None:
    group = program.group()
    taken = Counter(map(fold, [ALL, *getattr(group, "commands", {}), *providers.names()]))
    assert "demo" in taken
    assert not [name for name, count in taken.items() if count > 1]
