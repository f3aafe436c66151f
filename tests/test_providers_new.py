"""`credcheck providers new`: a description, and in a checkout its recording too, from a saved answer."""

import json
import re
import tomllib
from decimal import Decimal

import pytest

from credcheck.commands.providers import contribution
from credcheck.models import Account, Key
from credcheck.providers import request, schema
from credcheck.providers.document import decode
from tests import recordings
from tests.conftest import Program
from tests.playback import Answer, playing
from tests.screens import at_terminal

KEY = "sk_live_4f9a8b7c6d5e"
BODY = json.dumps(
    {
        "data": {
            "granted": 100.5,
            "used": "58.50",
            "currency": "usd",
            "user": 84712039581234,
            "mail": "me@acme.example",
        },
        "it's": f"key {KEY}",
        KEY: 1,
        "rows": [{"request id": 7}] * 9,
    }
)
SAVED = f"HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n{BODY}"
URL = "https://api.acme.example/v1/credits"
LEFT = ("--amount", "data.granted - data.used")


@pytest.fixture
def saved(credcheck: Program) -> Program:
    """The program beside a saved answer."""
    (credcheck.home / "answer").write_text(SAVED)
    return credcheck


@pytest.fixture
def checkout(saved: Program) -> Program:
    """The program in a checkout of credcheck."""
    for folder in ("credcheck/providers/builtin", "tests/recorded"):
        (saved.home / folder).mkdir(parents=True)
    return saved


def test_the_printed_table_is_a_provider_that_can_be_checked(saved: Program) -> None:
    run = saved("providers", "new", "acme", "--answer", "answer", "--url", f"{URL}?all=1", *LEFT)
    assert (run.status, "It reads 42.00 USD in this answer" in run.err) == (0, True)
    with playing(lambda _: Answer(BODY)) as server:
        saved.configure(f'{run.out}[accounts.acme]\napi_key = "k-1"\nbase_url = "{server.url}"\n')
        assert saved("acme", "--format", "value").out == "42.00\n"
    (sent,) = server.sent
    assert (sent.target, dict(sent.headers)["Authorization"]) == ("/v1/credits?all=1", "Bearer k-1")


def test_basic_authentication_is_told_if_it_may_have_been_meant_as_a_header(saved: Program) -> None:
    new = ("providers", "new", "acme", "--answer", "answer", "--url", URL, *LEFT, "--key-in")
    run = saved(*new, "apikey:{key}")
    assert 'basic = "apikey:{key}"' in run.out
    assert "by Basic authentication, for the user apikey; for a header write --key-in 'apikey: {key}'.\n" in run.err
    for other in ("apikey: {key}", "X-API-Key:{key}", "{account}:{key}", "{key}:"):
        assert "Basic" not in saved(*new, other).err


def test_questions_are_asked_at_a_terminal(saved: Program) -> None:
    typed = [
        ("The address", f"{URL}?token={KEY}\n"),
        ("Which is the balance?", "2\n"),
    ]
    screen = at_terminal(saved, "providers", "new", "acme", "--answer", "answer", typed=typed, pipe_stdout=True)
    assert screen.status == 0, screen.text
    assert re.search(r"1  data\.granted  100\.5\n *2  data\.used  58\.50\n *3  data\.user  …\n", screen.text)
    assert "rows.2.'request id'" in screen.text
    assert "rows.3" not in screen.text
    described = tomllib.loads(screen.piped)["providers"]["acme"]
    assert described["request"] == {"url": URL, "query": {"token": "{key}"}}
    assert described["balance"] == {"amount": "data.used", "unit_path": "data.currency"}


@pytest.mark.parametrize(
    ("more", "sent"),
    [
        ((), {"Authorization": "Bearer KEY"}),
        (("--key-in", f"X-API-Key: {KEY}"), {"X-API-Key": "KEY"}),
        (("--key-in", "X-API-Key:{key}"), {"X-API-Key": "KEY"}),
        (("--key-in", "authorization:Token {key}"), {"authorization": "Token KEY"}),
        (("--key-in", "{account}:{key}"), {"Authorization": "Basic "}),
        (("--key-in", "?token={key}"), {}),
    ],
)
def test_both_files_of_a_contribution_fit_together(
    checkout: Program, more: tuple[str, ...], sent: dict[str, str]
) -> None:
    facts = ("--category", "data", "--docs-url", "https://acme.example/docs", "--unit", "credits")
    run = checkout("providers", "new", "acme", "--answer", "answer", "--url", URL, *LEFT, *facts, *more)
    assert (run.status, run.out.count("Wrote ")) == (0, 2), run.err
    description = (checkout.home / "credcheck/providers/builtin/acme.toml").read_text()
    file = checkout.home / "tests/recorded/acme.toml"
    assert not [
        text for text in (description, file.read_text()) if KEY in text or "me@acme" in text or "8471203" in text
    ]
    provider = schema.provider("acme", tomllib.loads(description, parse_float=Decimal), place="", built_in=True)
    recorded = recordings._recording(file)  # noqa: SLF001
    first = recorded.exchanges[0]
    built = request.build(provider, Account(name="acme", provider="acme", options=first.options), Key(first.key))
    assert (built.url, built.method, dict(built.headers)) == (first.url, recorded.method, first.header)
    assert {name: value.replace(first.key, "KEY")[: len(sent[name])] for name, value in first.header.items()} == sent
    assert (provider.docs_url, first.balance) == (recorded.page, "42.00")
    assert [each.error for each in recorded.exchanges] == [None, "key_rejected", "bad_response", "provider_error"]
    checked = checkout("providers", "check", "credcheck/providers/builtin/acme.toml", "--answer", "-", given=first.body)
    assert "credits: 42.00 credits (the main balance)" in checked.out


def test_neither_file_is_written_over(checkout: Program) -> None:
    path = checkout.home / "tests/recorded/acme.toml"
    path.write_text("mine")
    run = checkout("providers", "new", "acme", "--answer", "answer", "--url", URL, *LEFT)
    assert (run.status, "exists already; nothing is written" in run.err) == (2, True)
    assert (path.read_text(), list(checkout.home.glob("credcheck/providers/builtin/*"))) == ("mine", [])


def test_a_bare_number_is_a_balance_too(checkout: Program) -> None:
    run = checkout("providers", "new", "acme", "--answer", "-", "--url", URL, given="12.50\n")
    assert (run.status, "It reads 12.50 credits" in run.err) == (0, True)
    assert "Add category and docs_url to the description." in run.err
    (first, *_) = recordings._recording(checkout.home / "tests/recorded/acme.toml").exchanges  # noqa: SLF001
    assert (first.body, first.balance) == ("12.50", "12.50")


@pytest.mark.parametrize("odd", ["\\u007f", "\\ud800", "\\u0000", "\\u2028", "it's \\ud83d\\ude00"])
def test_the_recording_holds_every_text_that_json_can(checkout: Program, odd: str) -> None:
    answer = f'{{"left": 42.00, "{odd}": "{odd}"}}'
    run = checkout("providers", "new", "acme", "--answer", "-", "--url", URL, "--amount", "left", given=answer)
    assert run.status == 0, run.err
    (first, *_) = recordings._recording(checkout.home / "tests/recorded/acme.toml").exchanges  # noqa: SLF001
    assert json.loads(first.body) == json.loads(answer)


def test_a_key_that_is_at_hand_is_never_written(checkout: Program) -> None:
    checkout.configure('[accounts.pixelcut]\napi_key = "correct-horse"\n')
    answer = '{"left": 5, "note": "correct-horse", "correct-horse": {"a": "b"}}'
    run = checkout("providers", "new", "acme", "--answer", "-", "--url", URL, "--amount", "left", given=answer)
    assert run.status == 0, run.err
    assert "correct-horse" not in (checkout.home / "tests/recorded/acme.toml").read_text()


@pytest.mark.parametrize(
    ("name", "answer", "more", "problem"),
    [
        ("acme", BODY, (), "The address that was asked, as `curl` had it: say so with --url; nothing is written"),
        (
            "acme",
            BODY,
            ("--url", URL),
            "which number is the balance, of `data.granted`, `data.used`, `data.user`, `rows",
        ),
        ("acme", '{"a": "b"}', ("--url", URL), "the answer holds no number that could be a balance"),
        ("acme", "<html>", ("--url", URL), "--answer: "),
        ("acme", f"HTTP/1.1 401 No\r\n\r\n{BODY}", ("--url", URL), "the saved answer is HTTP 401: save one with a key"),
        (
            "acme",
            BODY,
            ("--url", f"https://api.acme.example/{KEY}"),
            "a part of the address could be a key: write {key}",
        ),
        ("acme", BODY, ("--url", "http://acme.example", *LEFT), "acme: request.url: must begin with https://HOST"),
        (
            "acme",
            BODY,
            ("--url", URL, *LEFT, "--key-in", "X-Key: mine"),
            "--key-in has no {key}: write `X-API-Key: {key}`",
        ),
        ("acme", BODY, ("--url", URL, "--amount", "data.gone"), "--amount data.gone: the answer has no `data.gone`"),
        ("acme", BODY, ("--url", URL, "--amount", "a b"), "acme: balance.amount: cannot be read"),
        (
            "Pixel_Cut",
            BODY,
            ("--url", URL),
            "pixelcut is there already: `credcheck providers pixelcut` shows it",
        ),
        ("login", BODY, ("--url", URL), "new.login: no provider can have this name"),
    ],
)
def test_what_cannot_be_described_is_one_line(
    credcheck: Program, name: str, answer: str, more: tuple[str, ...], problem: str
) -> None:
    run = credcheck("providers", "new", name, "--answer", "-", *more, given=answer)
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert run.err.startswith(f"credcheck: {problem}")
    assert KEY not in run.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["new"], "`credcheck providers new` needs a name and --answer FILE, which `curl -si` saves"),
        (["new", "--answer", "answer"], "`credcheck providers new` needs a name; see `credcheck help own-provider`"),
        (["new", "acme", "--url", URL], "`credcheck providers new` needs --answer FILE"),
        (["check", "pixelcut", "--url", URL], "--url is only for `credcheck providers new NAME --answer FILE`"),
        (["--key-in", "{key}:"], "--key-in is only for `credcheck providers new NAME --answer FILE`"),
        (["pixelcut", "--docs-url", URL], "--docs-url is only for `credcheck providers new NAME --answer FILE`"),
        (["--answer", "answer"], "--answer is only for `credcheck providers check` and `credcheck providers new`"),
        (["check"], "`credcheck providers check` needs a description: a file, or the name of a provider"),
    ],
)
def test_its_options_are_for_it_alone(credcheck: Program, words: list[str], told: str) -> None:
    run = credcheck("providers", *words)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"credcheck: {told}")


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ('{"a": 1.50, "b": null, "c": [true, "usd"]}', '{"a": 1.50, "b": null, "c": [true, "usd"]}'),
        ('{"nextCharacterCountResetUnix": 1}', '{"nextCharacterCountResetUnix": 1}'),
        ('{"api_usage": 1, "key": "k"}', '{"api_usage": 1, "key": "k"}'),
        ('{"left": 12345678, "other": 12345678}', '{"left": 12345678, "other": 0}'),
        (f'{{"a": "{KEY}", "{KEY}": 1}}', '{"a": "hidden", "hidden": 1}'),
    ],
)
def test_what_could_be_a_secret_is_replaced_and_digits_stay(body: str, kept: str) -> None:
    assert contribution.written(contribution.harmless(decode(body.encode()), [["left"]], [])) == kept
