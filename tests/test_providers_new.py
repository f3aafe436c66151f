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
CONTRIBUTE = ("--contribute", "--category", "data")
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
    facts = (*CONTRIBUTE, "--docs-url", "https://acme.example/docs", "--unit", "credits")
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
    run = checkout("providers", "new", "acme", "--answer", "answer", "--url", URL, *LEFT, *CONTRIBUTE)
    assert (run.status, "exists already; nothing is written" in run.err) == (2, True)
    assert (path.read_text(), list(checkout.home.glob("credcheck/providers/builtin/*"))) == ("mine", [])


def test_a_bare_number_is_a_balance_too(checkout: Program) -> None:
    run = checkout("providers", "new", "acme", "--answer", "-", "--url", URL, *CONTRIBUTE, given="12.50\n")
    assert (run.status, "It reads 12.50 credits" in run.err) == (0, True)
    assert "Add variable, key_url, docs_url, source to the description" in run.err
    assert "  python -m pytest tests/test_providers.py tests/test_readme.py -k 'acme or readme or page'" in run.err
    (first, *_) = recordings._recording(checkout.home / "tests/recorded/acme.toml").exchanges  # noqa: SLF001
    assert (first.body, first.balance) == ("12.50", "12.50")


def test_a_clone_is_written_into_only_if_it_is_asked_for(checkout: Program) -> None:
    run = checkout("providers", "new", "acme", "--answer", "answer", "--url", URL, *LEFT)
    assert (run.status, run.out.startswith("[providers.acme]\n")) == (0, True)
    assert not list(checkout.home.glob("*/**/acme.toml"))
    run = checkout("providers", "new", "acme", "--answer", "-", "--url", URL, "--contribute", given='{"left": 1}')
    assert (run.status, run.out) == (2, "")
    assert "Its category, of llm, media" in run.err
    assert "say so with --category; nothing is written" in run.err


WALLETS = '{"wallets": [{"left": 3, "cur": "usd"}, {"left": 4, "cur": "EUR"}]}'


def test_a_list_of_wallets_is_offered_as_a_balance_for_each_item(saved: Program) -> None:
    (saved.home / "answer").write_text(WALLETS)
    typed = [("Which is the balance?", "1\n")]
    arguments = ("providers", "new", "acme", "--answer", "answer", "--url", URL, "--key-in", "X-Key: {key}")
    screen = at_terminal(saved, *arguments, typed=typed, pipe_stdout=True)
    assert re.search(
        r"1  wallets\.\*\.left  3, 4  \(a balance for each item\)\n *2  wallets\.0\.left  3\n", screen.text
    )
    described = tomllib.loads(screen.piped)["providers"]["acme"]
    assert described["balance"] == {"each": "wallets", "amount": "left", "unit_path": "cur"}
    assert "It reads 3 USD, 4 EUR in this answer" in screen.text


def test_the_recording_of_a_list_has_each_of_its_balances(checkout: Program) -> None:
    run = checkout(
        *("providers", "new", "acme", "--answer", "-", "--url", URL, *CONTRIBUTE, "--amount", "wallets.*.left"),
        given=WALLETS,
    )
    assert run.status == 0, run.err
    (first, *_) = recordings._recording(checkout.home / "tests/recorded/acme.toml").exchanges  # noqa: SLF001
    assert [(each["balance"], each["unit"]) for each in first.balances] == [("3", "USD"), ("4", "EUR")]


@pytest.mark.parametrize(
    ("more", "balance"),
    [
        (("--unit", ""), {"amount": "left", "unit_path": "data.currency"}),
        (("--unit", "data.currency"), {"amount": "left", "unit_path": "data.currency"}),
        (("--unit", "points"), {"amount": "left", "unit": "points"}),
    ],
)
def test_a_unit_that_is_empty_is_not_given_and_the_path_of_a_text_is_a_path(
    saved: Program, more: tuple[str, ...], balance: dict[str, str]
) -> None:
    answer = '{"data": {"left": 3, "currency": "usd"}}'
    path = ("--amount", "data.left")
    run = saved("providers", "new", "acme", "--answer", "-", "--url", URL, *path, *more, given=answer)
    described = tomllib.loads(run.out)["providers"]["acme"]["balance"]
    assert described == {**balance, "amount": "data.left"}


@pytest.mark.parametrize(
    ("answer", "amount", "doubt"),
    [
        (
            '{"quota": {"percent_used": 30}}',
            "quota.percent_used",
            'what is left is amount = "100 - quota.percent_used"',
        ),
        ('{"success": false, "left": 0}', "left", "this answer looks like a failure at `success`"),
        (
            '{"items": [{"cost": 1}], "has_more": true}',
            "sum(items.*.cost)",
            "the answer says at `has_more` that more follows",
        ),
    ],
)
def test_what_is_doubtful_is_told_beside_the_table(saved: Program, answer: str, amount: str, doubt: str) -> None:
    run = saved("providers", "new", "acme", "--answer", "-", "--url", URL, "--amount", amount, given=answer)
    assert (run.status, f"warning: {doubt}" in run.err or doubt in run.err) == (0, True)
    assert "warning" not in run.out


def test_a_slip_at_a_question_is_told_and_the_question_comes_again(saved: Program) -> None:
    typed = [
        ("The address", "http://api.corp.lan\n"),
        ("not sent in clear", f"{URL}\n"),
        ("The header", "x-api-key {key}\n"),
        ("needs a colon", "x-api-key: {key}\n"),
        ("Which is the balance?", "77\n"),
        ("type a number from 1 to", "data.use\n"),
        ("the answer has no `data.use`; it has numbers at `data.used`", "2\n"),
    ]
    screen = at_terminal(saved, "providers", "new", "acme", "--answer", "answer", typed=typed, pipe_stdout=True)
    assert screen.status == 0, screen.text
    described = tomllib.loads(screen.piped)["providers"]["acme"]
    assert described["request"] == {"url": URL, "headers": {"x-api-key": "{key}"}}
    assert described["balance"]["amount"] == "data.used"


@pytest.mark.parametrize(
    ("key_in", "problem"),
    [
        ("x-api-key {key}", "--key-in needs a colon after the name of the header: `x-api-key: {key}`"),
        ("Bearer {key}", "--key-in needs a colon after the name of the header: `Authorization: Bearer {key}`"),
        (f"x-api-key {KEY}", "--key-in needs a colon after the name of the header: `x-api-key: {key}`"),
        ("none", "--key-in is no place for the key: write `X-API-Key: {key}`"),
        (
            "X-Key: mine",
            "--key-in has no {key}: write `X-API-Key: {key}`, `?token={key}` or `USER:{key}`; an API without",
        ),
    ],
)
def test_a_place_of_the_key_that_would_be_something_else_is_refused(saved: Program, key_in: str, problem: str) -> None:
    run = saved("providers", "new", "acme", "--answer", "answer", "--url", URL, *LEFT, "--key-in", key_in)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"credcheck: {problem}")


def test_this_machine_may_be_asked_over_http(saved: Program) -> None:
    run = saved("providers", "new", "acme", "--answer", "answer", "--url", "http://127.0.0.1:8080/v1", *LEFT)
    assert (run.status, 'url = "http://127.0.0.1:8080/v1"' in run.out) == (0, True), run.err


def test_an_e_mail_address_in_the_query_is_an_option_of_the_account(saved: Program) -> None:
    url = f"{URL}?user=me%40acme.example&token={KEY}"
    run = saved("providers", "new", "acme", "--answer", "answer", "--url", url, *LEFT)
    described = tomllib.loads(run.out)["providers"]["acme"]
    assert described["request"]["query"] == {"user": "{email}", "token": "{key}"}
    assert described["options"] == {"email": {"help": "email", "required": True}}


def test_a_text_with_words_around_its_number_needs_a_pattern(saved: Program) -> None:
    run = saved("providers", "new", "acme", "--answer", "-", "--url", URL, given="Credit: KES 1785.50")
    assert (run.status, run.out) == (2, "")
    assert "a description reads it by a pattern; `credcheck help own-provider` has an example" in run.err


@pytest.mark.parametrize("odd", ["\\u007f", "\\ud800", "\\u0000", "\\u2028", "it's \\ud83d\\ude00"])
def test_the_recording_holds_every_text_that_json_can(checkout: Program, odd: str) -> None:
    answer = f'{{"left": 42.00, "{odd}": "{odd}"}}'
    run = checkout(
        "providers", "new", "acme", "--answer", "-", "--url", URL, "--amount", "left", *CONTRIBUTE, given=answer
    )
    assert run.status == 0, run.err
    (first, *_) = recordings._recording(checkout.home / "tests/recorded/acme.toml").exchanges  # noqa: SLF001
    assert json.loads(first.body) == json.loads(answer)


def test_a_key_that_is_at_hand_is_never_written(checkout: Program) -> None:
    checkout.configure('[accounts.pixelcut]\napi_key = "correct-horse"\n')
    answer = '{"left": 5, "note": "correct-horse", "correct-horse": {"a": "b"}}'
    run = checkout(
        "providers", "new", "acme", "--answer", "-", "--url", URL, "--amount", "left", *CONTRIBUTE, given=answer
    )
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
        (
            "acme",
            BODY,
            ("--url", "http://api.corp.lan", *LEFT),
            "--url: must begin with https://, for a key is not sent",
        ),
        ("acme", BODY, ("--url", "acme.example", *LEFT), "--url: must begin with https://HOST"),
        ("acme", BODY, ("--url", URL, "--contribute"), "--contribute writes into a clone of credcheck's repository"),
        (
            "acme",
            BODY,
            ("--url", URL, *LEFT, "--key-in", "X-Key: mine"),
            "--key-in has no {key}: write `X-API-Key: {key}`",
        ),
        (
            "acme",
            BODY,
            ("--url", URL, "--amount", "data.gone"),
            "--amount: the answer has no `data.gone`; it has numbers at `data.granted`",
        ),
        ("acme", BODY, ("--url", URL, "--amount", "a b"), "--amount: cannot be read"),
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
