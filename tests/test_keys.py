"""The four sources of a key, the stored keys and the usual variable: which is taken, and what reaches the server."""

import json
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
        (KeyVariable("BROKEN"), "character 3 of the key in BROKEN is white space that no request can carry"),
        (KeyVariable("ACCENT"), "character 3 of the key in ACCENT is a character that no request can carry"),
        (KeyVariable("ENDS"), "the key in ENDS ends in white space"),
        (KeyVariable("BEGINS"), "the key in BEGINS begins with white space"),
        (KeyFile("/nowhere/key"), "the key file /nowhere/key cannot be read: No such file or directory"),
        (KeyFile("/"), "the key file / cannot be read"),
        (KeyCommand(("nowhere-to-be-found",)), "the key command `nowhere-to-be-found` cannot be run"),
        (KeyCommand(("false", "sk_secret")), "the key command `false` ended with status 1"),
        (KeyCommand(("true",)), "the key is empty"),
    ],
)
def test_no_key_is_an_error_of_its_own_that_quotes_none(source: KeySource, complaint: str) -> None:
    variables = {"EMPTY": "", "BLANK": " \n", "BROKEN": "sk\nsk_secret", "ACCENT": "skésk_secret"}
    variables |= {"ENDS": "sk_secret ", "BEGINS": "\tsk_secret"}
    with pytest.raises(KeyMissing) as raised:
        keys.of(account(source), variables, commands=Commands(), deadline=time.monotonic() + 20)
    assert raised.value.message.startswith(complaint)
    assert "sk_secret" not in raised.value.message


def test_one_line_end_belongs_to_the_file_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"sk_secret\n\n")
    with pytest.raises(KeyMissing, match="the key ends in white space"):
        keys.of(
            Account(name="a", provider="pixelcut", key_source=KeyFile(str(path))),
            {},
            commands=Commands(),
            deadline=time.monotonic() + 20,
        )


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
    assert message == "the key file ~nobody-at-all/key has no home folder: correct api_key_file in config.toml"


def test_a_key_command_does_not_read_what_is_piped_to_the_program(credcheck: Program, asked: Playback) -> None:
    credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{asked.url}"\napi_key_command = "cat"\n')
    assert credcheck("pixelcut", given="key-of-stdin\n").status == 4
    assert not asked.sent


def test_a_key_in_the_place_of_its_files_path_is_not_shown(credcheck: Program) -> None:
    key = "sk_live_4f9a8b7c6d5e4f3a2b1c"
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
    path.with_name(key).touch(mode=0o600)
    assert json.loads(credcheck("pixelcut", "--json").out)["key_source"] == f"file:{path.with_name(key)}"
