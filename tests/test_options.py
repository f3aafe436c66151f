"""Options of an account: needed ones, choices, second secrets, and the variables and commands that give them."""

import json
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import Program
from tests.playback import Answer, Playback, playing
from tests.screens import at_terminal

SID = "ACrecorded0123456789"
ANSWERS = {
    "twilio": '{"account_sid": "AC", "balance": "12.50", "currency": "USD"}',
    "creatify": '{"remaining_credits": 7}',
    "deepl": '{"character_count": 1, "character_limit": 10}',
}


@pytest.fixture(scope="module")
def server_of_three() -> Iterator[Playback]:
    with playing(lambda target: Answer(ANSWERS[target.split("/")[1]])) as playback:
        yield playback


@pytest.fixture
def program(credcheck: Program, server_of_three: Playback) -> Program:
    """The program, whose accounts at three providers ask a server on this machine."""
    credcheck.configure("".join(f'[accounts.{name}]\nbase_url = "{server_of_three.url}/{name}"\n' for name in ANSWERS))
    return credcheck


def stored(program: Program) -> dict[str, object]:
    accounts = tomllib.loads((program.directory / "credentials.toml").read_text())["accounts"]
    return dict(accounts)


def test_naming_an_account_without_its_option_says_what_is_missing(program: Program) -> None:
    run = program("twilio", TWILIO_AUTH_TOKEN="t-0123456789")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("credcheck: twilio needs account_sid (account SID: AC and 32 hexadecimal digits): set ")
    assert "TWILIO_ACCOUNT_SID" in run.err
    assert "credcheck login twilio" in run.err


def test_a_variable_makes_an_account_only_with_that_of_its_option(credcheck: Program) -> None:
    credcheck.environment["TWILIO_AUTH_TOKEN"] = "t-0123456789"
    assert "No account is set up" in credcheck("all").err
    listed = credcheck("accounts", "--json", TWILIO_ACCOUNT_SID=SID)
    assert [each["account"] for each in json.loads(listed.out)["accounts"]] == ["twilio"]


def test_an_account_that_is_left_out_of_all_is_told_at_a_terminal_and_in_the_list(credcheck: Program) -> None:
    told = "TWILIO_AUTH_TOKEN is set, but TWILIO_ACCOUNT_SID is not, and twilio needs both\n"
    credcheck.configure('[accounts.pixelcut]\napi_key_env = "UNSET"\n')
    credcheck.environment["TWILIO_AUTH_TOKEN"] = "t-0123456789"
    assert told in at_terminal(credcheck, "all").text
    assert told not in at_terminal(credcheck, "pixelcut").text
    assert credcheck("all", "--json").err == ""
    assert [credcheck("accounts", *words).err for words in ((), ("--json",))] == [told, told]


def test_a_variable_without_that_of_its_option_is_told(credcheck: Program) -> None:
    told = "TWILIO_AUTH_TOKEN is set, but TWILIO_ACCOUNT_SID is not, and twilio needs both\n"
    credcheck.environment["TWILIO_AUTH_TOKEN"] = "t-0123456789"
    run = credcheck("all")
    assert (run.status, run.err.startswith(told)) == (2, True)
    assert told in credcheck("doctor").out


def test_an_account_that_an_empty_variable_removes_is_always_told(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("500")
    program.environment["FISH_API_KEY"] = ""
    told = "FISH_API_KEY is set but empty, so there is no account fish-audio\n"
    for words in ("all --quiet", "all --json", "*"):
        assert program(*words.split()).err == f"credcheck: {told}", words
    assert told in at_terminal(program, "all").text
    assert program("accounts").err == told
    assert told in program("doctor").out
    for unconcerned in ("pixelcut", "all --category media", "p*"):
        assert program(*unconcerned.split()).err == "", unconcerned


def test_an_account_that_lacks_an_option_whose_variable_is_empty_is_always_told(
    pixelcut: Callable[..., Program],
) -> None:
    run = pixelcut("500")("all", "--quiet", TWILIO_AUTH_TOKEN="t-0123456789", TWILIO_ACCOUNT_SID="")
    assert run.err == "credcheck: TWILIO_ACCOUNT_SID is set but empty, so there is no account twilio\n"


def test_the_only_account_of_an_empty_variable_is_told(credcheck: Program) -> None:
    run = credcheck("all", "--quiet", FISH_API_KEY="")
    assert (run.status, run.err.splitlines()[0]) == (
        2,
        "FISH_API_KEY is set but empty, so there is no account fish-audio",
    )


def test_an_empty_variable_of_an_account_in_a_file_is_its_failure_alone(credcheck: Program) -> None:
    credcheck.configure('[accounts.fish-work]\nprovider = "fish-audio"\napi_key_env = "FISH_API_KEY"\n')
    run = credcheck("all", "--quiet", FISH_API_KEY="")
    assert (run.status, "there is no account" in run.err) == (4, False)


def test_an_account_without_its_option_hides_no_other(program: Program) -> None:
    program.environment |= {"TWILIO_AUTH_TOKEN": "t-0123456789", "DEEPL_AUTH_KEY": "k-0123456789"}
    run = program("twilio", "deepl", "creatify", "--json")
    first, third, second = json.loads(run.out)["results"]
    assert (run.status, first["error"]["code"], second["balance"]) == (4, "key_missing", 9)
    assert (first["balance"], first["key_source"]) == (None, "env:TWILIO_AUTH_TOKEN")
    assert (third["error"]["code"], third["unit"]) == ("key_missing", "credits")
    assert first["error"]["message"] == (
        "needs account_sid (account SID: AC and 32 hexadecimal digits): set account_sid of twilio in config.toml"
    )
    program.configure('[accounts.twilio]\nprovider = "twilio"\napi_key = "t-0123456789"\n', name="credentials.toml")
    run = program("all")
    assert (run.status, "twilio: needs account_sid" in run.err, "run `credcheck login twilio`" in run.err) == (
        4,
        True,
        True,
    )


def test_login_stores_the_needed_options_that_the_configuration_has(program: Program) -> None:
    program.configure(
        (program.directory / "config.toml")
        .read_text()
        .replace("[accounts.twilio]", f'[accounts.twilio]\naccount_sid = "{SID}"')
    )
    assert program("login", "twilio", given="t-0123456789\n").status == 0
    assert stored(program)["twilio"] == {"provider": "twilio", "api_key": "t-0123456789", "account_sid": SID}


def test_variables_may_be_left_aside(credcheck: Program) -> None:
    credcheck.configure("from_environment = false\n")
    assert "No account is set up" in credcheck("all", PIXELCUT_API_KEY="k-0123456789").err
    run = credcheck("pixelcut", "--json", PIXELCUT_API_KEY="k-0123456789")
    assert json.loads(run.out)["error"]["code"] == "key_missing"


def test_login_takes_options_on_the_command_line_and_all_then_works(
    program: Program, server_of_three: Playback
) -> None:
    run = program("login", "twilio", "--set", f"account_sid={SID}", given="t-0123456789\n")
    assert run.status == 0, run.err
    assert server_of_three.sent[-1].target == f"/twilio/2010-04-01/Accounts/{SID}/Balance.json"
    assert stored(program) == {
        "twilio": {"provider": "twilio", "api_key": "t-0123456789", "account_sid": SID},
    }
    assert program("twilio", "--format", "value").out == "12.50\n"
    # A new key leaves the rest as it was.
    assert program("login", "twilio", given="t-9876543210\n").status == 0
    assert stored(program)["twilio"] == {"provider": "twilio", "api_key": "t-9876543210", "account_sid": SID}


def test_login_from_a_pipe_asks_for_no_option_that_is_not_secret(program: Program) -> None:
    run = program("login", "twilio", given="t-0123456789\n")
    assert (run.status, run.out) == (2, "")
    assert "add --set account_sid=…" in run.err
    assert not (program.directory / "credentials.toml").exists()


def test_login_keeps_what_a_variable_says_of_an_option(program: Program) -> None:
    assert program("login", "twilio", given="t-0123456789\n", TWILIO_ACCOUNT_SID=SID).status == 0
    assert program("twilio", "--format", "value").out == "12.50\n"


def test_a_second_login_stores_the_option_that_it_is_given_and_copies_none_of_config_toml(credcheck: Program) -> None:
    def login(*settings: str) -> dict[str, Any]:
        run = credcheck("login", "a2e", "--no-verify", *settings, given="k-0123456789\n")
        assert run.status == 0, run.err
        entry: Any = stored(credcheck)["a2e"]
        return dict(entry)

    assert login("--set", "region=global")["region"] == "global"
    assert login("--set", "region=china")["region"] == "china"
    credcheck("logout", "a2e")
    credcheck.configure('[accounts.a2e]\nregion = "china"\n')
    assert "region" not in login()


def test_a_second_secret_is_refused_on_the_command_line_and_read_from_the_pipe(
    program: Program, server_of_three: Playback
) -> None:
    run = program("login", "creatify", "--set", "api_id=hidden-0123456789", given="k-0123456789\n")
    assert (run.status, run.out) == (2, "")
    assert "hidden-0123456789" not in run.err
    assert program("login", "creatify", given="second-0123456789\nk-0123456789\n").status == 0
    headers = dict(server_of_three.sent[-1].headers)
    assert (headers["X-API-ID"], headers["X-API-KEY"]) == ("second-0123456789", "k-0123456789")
    assert program("creatify", "--format", "value").out == "7\n"
    assert "second-0123456789" not in program("accounts").out + program("doctor").out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("k-0123456789\n", "stdin has a line for api_id but none for the key"),
        ("", "stdin has no line for api_id"),
        ("\nk-0123456789\n", "stdin has no line for api_id"),
    ],
)
def test_a_line_that_the_pipe_lacks_is_named_with_their_order(credcheck: Program, given: str, said: str) -> None:
    run = credcheck("login", "creatify", "--no-verify", given=given)
    remedy = "nothing is stored: pipe in one line each, in this order: api_id, the key"
    assert (run.status, run.err.count("\n")) == (4, 1)
    assert f"{said}; {remedy}" in run.err


@pytest.mark.parametrize(
    "setting",
    ['api_id = "second-0123456789"', 'api_id_env = "SECOND"', 'api_id_command = ["printf", "second-0123456789"]'],
)
def test_a_second_secret_has_sources_like_a_key(credcheck: Program, server_of_three: Playback, setting: str) -> None:
    base = f'base_url = "{server_of_three.url}/creatify"'
    credcheck.configure(f'[accounts.creatify]\napi_key = "k-0123456789"\n{setting}\n{base}\n')
    assert credcheck("creatify", "--format", "value", SECOND="second-0123456789").out == "7\n"
    assert dict(server_of_three.sent[-1].headers)["X-API-ID"] == "second-0123456789"


def test_login_asks_at_a_terminal_in_order_and_hides_what_is_secret(program: Program) -> None:
    screen = at_terminal(
        program, "login", "twilio", typed=[("account_sid", f"{SID}\n"), ("not shown", "t-0123456789\n")]
    )
    assert screen.status == 0
    assert "Twilio wants the main account's auth token" in screen.raw
    assert screen.raw.index("Twilio wants") < screen.raw.index("account_sid")
    assert SID in screen.raw
    assert "t-0123456789" not in screen.raw


def test_login_asks_for_the_site_that_the_key_is_of_before_it_names_the_page(program: Program) -> None:
    sites = [("international, china [international]: ", "china\n"), ("not shown", "m-0123456789\n")]
    screen = at_terminal(program, "login", "moonshot", "--no-verify", typed=sites)
    assert screen.status == 0
    assert screen.raw.index("region, the site") < screen.raw.index("Get a key: ") < screen.raw.index("Key for moonshot")
    stored = (program.directory / "credentials.toml").read_text()
    assert 'region = "china"' in stored
    usual = at_terminal(program, "login", "vidu", "--no-verify", typed=[("[global]: ", "\n"), sites[1]])
    assert (usual.status, "global" in (program.directory / "credentials.toml").read_text()) == (0, False)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ('plan = "gold"', "accounts.deepl.plan: must be one of pro, free"),
        ("plan = true", "accounts.deepl.plan: must be one of pro, free"),
        ('plam = "free"', "accounts.deepl.plam: unknown setting; did you mean `plan`?"),
        ('api_id = "x"', "accounts.deepl.api_id: unknown setting"),
    ],
)
def test_a_wrong_option_is_one_line(credcheck: Program, settings: str, problem: str) -> None:
    credcheck.configure(f'[accounts.deepl]\napi_key = "k"\n{settings}\n')
    run = credcheck("all")
    assert (run.status, run.err.count("\n")) == (2, 1)
    assert problem in run.err


def test_a_host_of_ones_own_must_look_like_one_and_doctor_names_it(credcheck: Program) -> None:
    setting = '[accounts.infobip]\napi_key = "k"\nhost = "%s"\n'
    for host in ("user@host.example", "host.example?x", "localhost", "http://host.example"):
        credcheck.configure(setting % host)
        assert "accounts.infobip.host: must be a host" in credcheck("all").err
    credcheck.configure(setting % "xyz.api.infobip.invalid")
    assert "xyz.api.infobip.invalid" in credcheck("doctor", "--timeout", "1").out


@pytest.mark.parametrize("words", [["region=eu"], ["account_sid"], ["account_sid=.."], ["account_sid="]])
def test_an_option_that_cannot_be_is_refused_at_login(program: Program, words: list[str]) -> None:
    run = program("login", "twilio", *(f"--set={word}" for word in words), given="t-0123456789\n")
    assert (run.status, run.out) == (2, "")
    assert "--set" in run.err
