"""The four sources of a key, the stored keys and the usual variable: which is taken, and what reaches the server."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from credcheck import keys
from credcheck.errors import KeyMissing
from credcheck.models import Account, KeyCommand, KeyFile, KeySource, KeyVariable
from credcheck.system.commands import Commands
from tests.conftest import Program, Run
from tests.playback import Answer, Playback, playing


def account(source: KeySource) -> Account:
    """Return an account whose key comes from there."""
    return Account(name="pixelcut", provider="pixelcut", key_source=source)


VARIABLES = {"OWN_KEY": "key-of-own-variable", "PIXELCUT_API_KEY": "key-of-usual-variable"}


@pytest.fixture
def asked() -> Iterator[Playback]:
    """A server that is Pixelcut to every key."""
    with playing(lambda _: Answer('{"credits_remaining": "42"}')) as playback:
        yield playback


@pytest.fixture
def check(credcheck: Program, asked: Playback) -> Callable[..., Run]:
    """Return what checks an account with these settings and this stored key, both variables set."""

    def checked(settings: str, *, stored: str = "") -> Run:
        credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{asked.url}"\n{settings}\n')
        if stored:
            credcheck.configure(f'[accounts.pixelcut]\napi_key = "{stored}"\n', name="credentials.toml")
        credcheck.environment.update(VARIABLES)
        return credcheck("pixelcut", "--json")

    return checked


def key_sent(playback: Playback) -> str:
    (sent,) = playback.sent
    return dict(sent.headers)["X-API-KEY"]


@pytest.mark.parametrize(
    ("settings", "key", "source"),
    [
        ('api_key = "key-of-config"', "key-of-config", "config"),
        ('api_key_env = "OWN_KEY"', "key-of-own-variable", "env:OWN_KEY"),
        ('api_key_command = ["echo", "key-of-command"]', "key-of-command", "command:echo"),
        ("", "key-of-store", "stored"),
    ],
)
def test_the_source_of_the_configuration_comes_before_the_stored_key(
    check: Callable[..., Run], asked: Playback, settings: str, key: str, source: str
) -> None:
    run = check(settings, stored="key-of-store")
    assert key_sent(asked) == key
    assert json.loads(run.out)["key_source"] == source
    assert key not in run.out + run.err


def test_the_usual_variable_is_what_is_left(check: Callable[..., Run], asked: Playback) -> None:
    assert json.loads(check("").out)["key_source"] == "env:PIXELCUT_API_KEY"
    assert key_sent(asked) == "key-of-usual-variable"


def test_a_command_is_named_by_its_program_only_and_run_by_no_shell(check: Callable[..., Run], asked: Playback) -> None:
    run = check("api_key_command = \"printf '%s\\n' key;id\"")
    assert json.loads(run.out)["key_source"] == "command:printf"
    assert key_sent(asked) == "key;id"


def test_a_file_is_found_beside_the_configuration(
    credcheck: Program, check: Callable[..., Run], asked: Playback
) -> None:
    file = credcheck.configure("key-of-file\n", name="pixelcut.key")
    run = check('api_key_file = "pixelcut.key"')
    assert json.loads(run.out)["key_source"] == f"file:{file}"
    assert key_sent(asked) == "key-of-file"


def test_a_file_is_found_in_the_home_folder(credcheck: Program, check: Callable[..., Run], asked: Playback) -> None:
    (credcheck.home / "my key").write_text("key-at-home\r\n")
    check('api_key_file = "~/my key"')
    assert key_sent(asked) == "key-at-home"


def test_a_source_that_holds_nothing_is_not_replaced_by_another(check: Callable[..., Run], asked: Playback) -> None:
    run = check('api_key_env = "NOT_SET"', stored="key-of-store")
    error = json.loads(run.out)["error"]
    assert (run.status, error["code"]) == (4, "key_missing")
    assert error["message"] == "NOT_SET is not set: set NOT_SET to a key"
    assert not asked.sent


def test_a_usual_variable_alone_makes_an_account_at_the_documented_host(credcheck: Program) -> None:
    with playing(lambda _: Answer(status=403)) as proxy:
        run = credcheck("all", "--json", PIXELCUT_API_KEY="sk_secret", HTTPS_PROXY=proxy.url)
    (result,) = json.loads(run.out)["results"]
    assert (result["account"], result["key_source"]) == ("pixelcut", "env:PIXELCUT_API_KEY")
    assert {(sent.method, sent.target) for sent in proxy.sent} == {("CONNECT", "api.developer.pixelcut.ai:443")}
    assert "sk_secret" not in str(proxy.sent)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (KeyVariable("EMPTY"), "EMPTY is empty"),
        (KeyVariable("BLANK"), "the key in BLANK is empty"),
        (KeyVariable("BROKEN"), "character 3 of the key in BROKEN is white space, which no key has"),
        (KeyVariable("LINES"), "the key in LINES has 2 lines, but a key is one line"),
        (KeyVariable("ACCENT"), "character 3 of the key in ACCENT is not one that a key can have"),
        (KeyFile("/nowhere/key"), "the key file /nowhere/key cannot be read: No such file or directory"),
        (KeyFile("/"), "the key file / cannot be read"),
        (KeyCommand(("nowhere-to-be-found",)), "the key command `nowhere-to-be-found` cannot be run"),
        (KeyCommand(("false", "sk_secret")), "the key command `false` ended with status 1"),
        (KeyCommand(("true",)), "`true` printed nothing"),
        (KeyCommand(("true",), "access_token"), "`true` printed nothing"),
        (KeyCommand(("printf", "\\nsk_secret")), "the first line that `printf` prints is empty"),
    ],
)
def test_no_key_is_an_error_of_its_own_that_quotes_none(source: KeySource, complaint: str) -> None:
    variables = {"EMPTY": "", "BLANK": " \n", "BROKEN": "sk\tsk_secret", "ACCENT": "skésk_secret"}
    variables |= {"LINES": "sk_secret\nx"}
    with pytest.raises(KeyMissing) as raised:
        keys.of(account(source), variables, commands=Commands(), deadline=time.monotonic() + 20)
    assert raised.value.message.startswith(complaint)
    assert "sk_secret" not in raised.value.message


def test_an_empty_file_and_a_rejected_key_are_named_by_their_place(
    credcheck: Program,
) -> None:
    file = credcheck.home / "key"
    file.write_text(" \n")
    with playing(lambda _: Answer(status=401)) as server:

        def message(setting: str) -> str:
            credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{server.url}"\n{setting}\n')
            return str(json.loads(credcheck("pixelcut", "--json").out)["error"]["message"])

        empty = f"the file {file} is empty: write the key into it, or correct api_key_file"
        assert message(f'api_key_file = "{file}"') == empty
        assert message('api_key_command = ["echo", "key-of-command"]').endswith("correct the key that `echo` prints")
        file.write_text("key-of-file")
        assert message(f'api_key_file = "{file}"').endswith(f"correct the key in {file}")


AROUND = "\ufeff \t{}\r\n\n"


@pytest.mark.parametrize("source", ["api_key", "api_key_env", "api_key_file", "api_key_command", "stored"])
def test_white_space_and_a_byte_order_mark_around_a_key_are_no_part_of_it_at_any_source(
    check: Callable[..., Run], credcheck: Program, asked: Playback, source: str
) -> None:
    text = AROUND.format("key-itself")
    (credcheck.home / "key").write_text(text, newline="")
    settings = {
        "api_key": f"api_key = {json.dumps(text)}",
        "api_key_env": 'api_key_env = "AROUND"',
        "api_key_file": 'api_key_file = "~/key"',
        "api_key_command": 'api_key_command = "cat key"',
        "stored": "",
    }[source]
    credcheck.environment["AROUND"] = text
    run = check(settings, stored=json.dumps(text)[1:-1] if source == "stored" else "")
    assert run.status == 0, run.out
    assert key_sent(asked) == "key-itself"


@pytest.mark.parametrize(
    ("text", "said", "remedy"),
    [
        ("op://Private/deepseek/credential", "is a reference of 1Password", '["op", "read", "op://…"]'),
        ("{{ op://Private/deepseek/credential }}", "is a reference of 1Password", '["op", "read", "op://…"]'),
        ("encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi", "dotenvx", "dotenvx run --"),
        ("ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=]", "as sops does it", "sops exec-env FILE credcheck"),
        ("vault:secret/data/deepseek#api_key", "is a reference of Vault", '["vault", "kv", "get"'),
        ("ref+vault://secret/deepseek#/key", "is a reference of Vault", '["vault", "kv", "get"'),
        ("arn:aws:secretsmanager:eu-west-1:1:secret:x", "is an address or a reference", "api_key_command"),
        ("projects/p/secrets/s/versions/1", "is an address or a reference", "api_key_command"),
        ("keyring:deepseek", "is an address or a reference", "api_key_command"),
        ("pass:api/deepseek", "is an entry of pass", '["pass", "show", "NAME"]'),
        ("pass show api/deepseek", "is an entry of pass", '["pass", "show", "NAME"]'),
        ("$ANSIBLE_VAULT;1.1;AES256", "is encrypted by Ansible Vault", "decrypted"),
        ("awssm://prod/deepseek", "is an address or a reference", "api_key_command"),
        ("${DEEPSEEK_KEY}", "is the name of a variable", "api_key_env"),
        ("sk-${SUFFIX}", "is the name of a variable", "api_key_env"),
        ("$DEEPSEEK_KEY", "is the name of a variable", "api_key_env"),
        ("{{ deepseek_key }}", "is the name of a variable", "api_key_env"),
        ("${{ secrets.DEEPSEEK }}", "is the name of a variable", "api_key_env"),
        ("os.environ/DEEPSEEK_API_KEY", "is the name of a variable", "api_key_env"),
        ("$(pass show api/deepseek)", "is a command", "api_key_command"),
        ("`pass show api/deepseek`", "is a command", "api_key_command"),
        ("op read op://x/y/z", "is a command", "api_key_command"),
        ("<YOUR_KEY>", "is a placeholder", "your own key"),
        ("your-api-key-here", "is a placeholder", "your own key"),
        ("sk-xxxxxxxxxxxxxxxxxxxxxxxx", "is a placeholder", "your own key"),
        ("YOUR_DEEPSEEK_API_KEY", "is a placeholder", "your own key"),
        ("null", "is a placeholder", "your own key"),
        ("xxx", "is a placeholder", "your own key"),
        ("TODO", "is a placeholder", "your own key"),
        ("changeme", "is a placeholder", "your own key"),
        ("CHANGE_THIS", "is a placeholder", "your own key"),
        ("/run/secrets/acme", "is the path of a file", "use api_key_file"),
        ("~/sec/acme", "is the path of a file", "use api_key_file"),
        ("@/run/secrets/acme", "is the path of a file", "use api_key_file"),
        ("@key.txt", "is the path of a file", "use api_key_file"),
        ("../acme.key", "is the path of a file", "use api_key_file"),
        ("C:\\Users\\me\\key.txt", "is the path of a file", "use api_key_file"),
        ("sk-...", "is shortened", "copy the whole key"),
        ("sk-ab********cd12", "is shortened", "copy the whole key"),
        ("'sk-0123456789'", "is in quotes", "remove the quotes"),
        ('"sk-0123456789"', "is in quotes", "remove the quotes"),
        ("\u201csk-0123456789\u201d", "is in quotes", "remove the quotes"),
        ("export DEEPSEEK_API_KEY=sk-0123456789", "is a whole line NAME=VALUE", "equals sign"),
        ("Bearer sk-0123456789", "begins with a word of the header", "keep only"),
        ('{"api_key": "sk-0123456789"}', "is a JSON text", "only the key"),
        ("-----BEGIN PRIVATE KEY-----", "is a file of keys", "the key itself"),
    ],
)
def test_what_can_be_no_key_is_named_for_what_it_is(text: str, said: str, remedy: str) -> None:
    with pytest.raises(KeyMissing) as raised:
        keys.checked(f"\ufeff{text}\n")
    assert said in raised.value.message
    assert remedy in str(raised.value.hint)
    assert "0123456789" not in f"{raised.value.message}{raised.value.hint}"


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-4f9a8b7c6d5e4f3a2b1c",
        "k",
        "!#$%&()*+,-./:;<=>?@[]^_`{|}~",
        "AC0123:dG9rZW4=",
        "p$k",
        "a$1",
        "my-secret-key",
        "dGhlIGtleSBpcyBhIHNlY3JldA==",
        "user@example.com:Pa$$w0rd!",
        "/9j4AAQSkZJRgABAQ/run/x==",
        "/Users0123456789abcdef+/A=",
        "~secret~/x",
        "@secret",
        "todos",
        "xx",
        "eyJhbGciOiJkaXIifQ..iv0.ct1.tag2",
        "none",
        "a_" * 2000 + "b",
        "your-" * 800,
    ],
)
def test_what_can_be_a_key_is_one(text: str) -> None:
    assert keys.checked(text).reveal() == text


SOURCES = {
    "api_key": 'api_key = "op://Private/x/key"',
    "api_key_env": 'api_key_env = "REFERENCE"',
    "api_key_file": 'api_key_file = "~/reference"',
    "api_key_command": "api_key_command = \"printf 'op://Private/x/key\\nuser: me\\n'\"",
    "stored": "",
}


@pytest.mark.parametrize("source", SOURCES)
def test_a_reference_is_sent_from_no_source_and_doctor_says_so_too(
    check: Callable[..., Run], credcheck: Program, asked: Playback, source: str
) -> None:
    credcheck.environment["REFERENCE"] = "op://Private/x/key"
    (credcheck.home / "reference").write_text("op://Private/x/key\n")
    run = check(SOURCES[source], stored="op://Private/x/key" if source == "stored" else "")
    error = json.loads(run.out)["error"]
    assert (run.status, error["code"], asked.sent) == (4, "key_missing", [])
    assert 'is a reference of 1Password, not a key: use api_key_command = ["op", "read"' in error["message"]
    report = credcheck("doctor").out.replace("\n", " ")
    assert "BAD  pixelcut: the key" in report
    assert "is a reference of 1Password" in report


def test_a_secret_option_that_can_be_none_is_named_with_its_own_setting(credcheck: Program) -> None:
    credcheck.configure(
        """
        [providers.duo]
        options.second = { required = true, secret = true }
        request = { url = "http://127.0.0.1:9/", headers = { A = "{key}", B = "{second}" } }
        balance = { amount = "left", unit = "credits" }
        [accounts.duo]
        api_key = "k-0123456789"
        second = "vault:secret/data/x#y"
        """
    )
    error = json.loads(credcheck("duo", "--json").out)["error"]
    assert error["code"] == "key_missing"
    assert error["message"].startswith('second is a reference of Vault, not a key: use second_command = ["vault"')
    path = credcheck.directory / "config.toml"
    path.write_text(path.read_text().replace("vault:secret/data/x#y", "two words"))
    message = json.loads(credcheck("duo", "--json").out)["error"]["message"]
    assert message == "character 4 of second is white space, which no key has: correct second"


def test_the_first_line_that_a_command_prints_is_the_key_as_pass_has_it(
    check: Callable[..., Run], asked: Playback
) -> None:
    check("api_key_command = \"printf 'key-of-line-one\\r\\nuser: me\\nurl: https://x.example\\n'\"")
    assert key_sent(asked) == "key-of-line-one"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo Error: not signed in >&2; exit 1", " (Error: not signed in)"),
        ("echo first >&2; echo; echo '[ERROR] run `op signin`' >&2; echo >&2; exit 1", " ([ERROR] run `op signin`)"),
        ("printf '\\033[31mno agent\\033[0m\\n' >&2; exit 1", " (no agent)"),
        ("echo sk_live_4f9a8b7c is bad >&2; exit 1", " (*** is bad)"),
        ("echo half-a-secret; echo it was half-a-secret >&2; exit 1", ""),
        ("set -x; test hunter2 = hunter3", ""),
        ("echo $OP_SERVICE_ACCOUNT_TOKEN expired >&2; exit 1", ""),
        ("exit 1", ""),
    ],
)
def test_the_last_words_of_a_command_that_failed_are_told_without_a_secret(
    tmp_path: Path, script: str, words: str
) -> None:
    (tmp_path / "script").write_text(script)
    with pytest.raises(KeyMissing) as raised:
        keys.of(
            account(KeyCommand(("sh", str(tmp_path / "script")))),
            {"PATH": os.environ["PATH"], "OP_SERVICE_ACCOUNT_TOKEN": "ops-abc-def-ghi"},
            commands=Commands(),
            deadline=time.monotonic() + 20,
        )
    assert raised.value.message == f"the key command `sh` ended with status 1{words}"


def test_an_argument_of_a_key_command_is_hidden_in_its_last_words(check: Callable[..., Run]) -> None:
    run = check('api_key_command = ["ls", "/hunter/two"]')
    message = json.loads(run.out)["error"]["message"]
    assert message.startswith("the key command `ls` ended with status 2 (ls: cannot access '…': No such file")


def test_a_command_that_hangs_is_a_timeout_and_the_table_says_so(credcheck: Program) -> None:
    credcheck.configure('timeout = 0.3\n[accounts.pixelcut]\napi_key_command = ["sleep", "60"]\n')
    run = credcheck("pixelcut")
    assert run.status == 3
    assert "timeout" in run.out
    assert "key missing" not in run.out
    assert "the key command `sleep` did not end in time: does it wait for a password?" in run.err


def test_a_key_command_gets_what_it_needs_and_no_other_key(check: Callable[..., Run], credcheck: Program) -> None:
    needed = {"SSH_AUTH_SOCK": "/s", "OP_SERVICE_ACCOUNT_TOKEN": "o", "LC_ALL": "C.UTF-8", "PASSWORD_STORE_DIR": "/p"}
    withheld = {"OTHER_API_KEY": "x", "GOOGLE_API_KEY": "y", "MY_SECRET": "z", "AWS_API_KEY": "a"}
    credcheck.environment.update(needed | withheld)
    run = check('api_key_command = ["sh", "-c", "env > seen; echo key-of-command"]')
    assert run.status == 0
    seen = {line.partition("=")[0] for line in (credcheck.home / "seen").read_text().splitlines()}
    assert {*needed, "PATH", "HOME"} <= seen
    assert not seen & {*withheld, *VARIABLES}


def test_a_key_file_below_a_home_that_does_not_exist_is_its_accounts_error(check: Callable[..., Run]) -> None:
    run = check('api_key_file = "~nobody-at-all/key"\n[accounts.goenhance]\napi_key_env = "OWN_KEY"')
    assert run.status == 4
    message = json.loads(run.out)["error"]["message"]
    assert message == "the key file ~nobody-at-all/key has no home folder: correct api_key_file"


def test_a_key_command_does_not_read_what_is_piped_to_the_program(credcheck: Program, asked: Playback) -> None:
    credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{asked.url}"\napi_key_command = "cat"\n')
    assert credcheck("pixelcut", given="key-of-stdin\n").status == 4
    assert not asked.sent


@pytest.mark.parametrize(
    "key", ["sk_live_4f9a8b7c6d5e4f3a2b1c", "x/sk_live_4f9a8b7c6d5e4f3a2b1c", "dGhlIGtl/sk_live_4f9a8b7c/c2VjcmV0"]
)
def test_a_key_in_the_place_of_its_files_path_is_not_shown(credcheck: Program, key: str) -> None:
    path = credcheck.configure(f'[accounts.pixelcut]\napi_key_file = "{key}"\n')
    runs = [
        credcheck("pixelcut", "--json"),
        credcheck("accounts"),
        credcheck("accounts", "--json"),
        credcheck("doctor"),
    ]
    assert not [run for run in runs if "sk_live" in run.out + run.err]
    result = json.loads(runs[0].out)
    assert (result["key_source"], result["error"]["code"]) == ("file:***", "key_missing")
    file = path.parent / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    assert json.loads(credcheck("pixelcut", "--json").out)["key_source"] == f"file:{file}"
