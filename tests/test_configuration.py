"""The two files: where they are found, what may stand in them, and what is said of what may not."""

import os
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest

from credcheck import config
from credcheck.errors import ConfigError, UsageError
from credcheck.models import ANY
from tests.conftest import Program
from tests.playback import Playback


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test's `config.toml` is to be."""
    return tmp_path / "config.toml"


def loaded(file: Path, text: str, *, stored: str = "") -> config.Config:
    file.write_text(text, encoding="utf-8")
    if stored:
        file.with_name("credentials.toml").write_text(stored, encoding="utf-8")
    return config.load({}, file=str(file))


def account(url: str, answer: str) -> str:
    return f'[accounts.pixelcut]\napi_key = "k"\nbase_url = "{url}/{answer}"\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("timout = 3", "timout: unknown setting; did you mean `timeout`?"),
        ("timeout = 0", "timeout: must be seconds, more than 0 and at most 3600"),
        ('timeout = "10"', "timeout: must be seconds, such as 10 or 10s"),
        ("concurrency = 0", "concurrency: must be a whole number from 1 to 1000"),
        ("accounts = 3", "accounts: must be a table"),
        ("accounts.pixelcut = 3", "accounts.pixelcut: must be a table"),
        (
            "[accounts.pixelcutt]",
            "accounts.pixelcutt.provider: needed, for the account's name is not one (",
        ),
        ('[accounts.x]\nprovider = "pixelcutt"', "accounts.x.provider: there is no such provider"),
        ("[accounts.pixelcut]\nprovider = 3", "accounts.pixelcut.provider: must be text in quotes"),
        (
            '[accounts.all]\nprovider = "pixelcut"',
            "accounts.all: no account can have this name, for it is a command; choose another",
        ),
        ('[accounts.demo]\nprovider = "pixelcut"', "accounts.demo: no account can have this name, for it is a command"),
        (
            "[accounts.fish_audio]\n[accounts.Fish-Audio]",
            "accounts.Fish-Audio: the account fish-audio is defined twice",
        ),
        ('[accounts.""]\nprovider = "pixelcut"', "accounts.: no account can have this name"),
        ('[accounts.pixelcut]\napi_kee = "k"', "accounts.pixelcut.api_kee: unknown setting; did you mean `api_key`?"),
        ("[pixelcut]", "pixelcut: unknown setting; did you mean `[accounts.pixelcut]`?"),
        ("[Fish_Audio]", "Fish_Audio: unknown setting; did you mean `[accounts.Fish_Audio]`?"),
        ('[work]\nprovider = "pixelcut"', "work: unknown setting; did you mean `[accounts.work]`?"),
        ('[provider.acme]\ntitle = "x"', "provider: unknown setting; did you mean `providers`?"),
        ("[accounts.pixelcut]\napi_key_cmd = 'x'", "accounts.pixelcut.api_key_cmd: unknown setting; did you mean"),
        ('api_key = "k"', "api_key: unknown setting at the top; it belongs below `[accounts.NAME]`"),
        ("[accounts.pixelcut]\napi_key = 3", "accounts.pixelcut.api_key: must be text in quotes"),
        ('[accounts.pixelcut]\napi_key_env = ""', "accounts.pixelcut.api_key_env: must not be empty"),
        ("[accounts.pixelcut]\napi_key_command = []", "accounts.pixelcut.api_key_command: must be a list of words"),
        ('[accounts.pixelcut]\napi_key = "k"\napi_key_env = "K"', "accounts.pixelcut: must have one source of the key"),
        ("[accounts.pixelcut]\nwarn_below = nan", "accounts.pixelcut.warn_below: must be a number"),
        ('[accounts.pixelcut]\nwarn_below = "5"', "accounts.pixelcut.warn_below: must be a number"),
        ('[accounts.pixelcut]\nenabled = "no"', "accounts.pixelcut.enabled: must be true or false"),
        (
            '[accounts.pixelcut]\nbase_url = "http://example.com"',
            "accounts.pixelcut.base_url: must begin with https://",
        ),
        ("[accounts.pixelcut]\ncheck_free_credit = true", "accounts.pixelcut.check_free_credit: unknown setting"),
        (
            "[accounts.fish-audio]\ncheck_free_credit = 1",
            "accounts.fish-audio.check_free_credit: must be true or false",
        ),
        ('[accounts.fish-audio]\nuser_id = ".."', "accounts.fish-audio.user_id: must not be a dot segment"),
        ("[accounts.fish-audio]\nuser = 'x'", "accounts.fish-audio.user: unknown setting; did you mean `user_id`?"),
        # The reasons are read from the library's messages: these fail once it rewords them.
        ("[accounts.pixelcut", "not valid TOML at end of document: the closing ] is missing: [accounts.pixelcut"),
        ("[[a]", "not valid TOML at line 1, column 4: the closing ]] is missing"),
        (
            'base_url = "https://a.example\nx = 1',
            "not valid TOML at line 1, column 30: the closing quote is missing: bas",
        ),
        ("base_url = 'https://a.example\nx = 1", "not valid TOML at end of document: the closing quote is missing"),
        ('notify = """a', "not valid TOML at end of document: the closing quote is missing"),
        (
            'path = "C:\\Users"',
            "not valid TOML at line 1, column 13: a backslash between double quotes must be doubled",
        ),
        ('path = "C:\\program"', "not valid TOML at line 1, column 13: a backslash between double quotes must be dou"),
        ('tags = ["a" "b"]', "not valid TOML at line 1, column 13: a comma or the closing ] is missing"),
        ("notify = { a = 1 b", "not valid TOML at line 1, column 18: a comma or the closing } is missing"),
        ("a = 1 b = 2", "not valid TOML at line 1, column 7: more text follows the value; one line holds one setting"),
        ("= 3", "not valid TOML at line 1, column 1: the name of a setting is missing here"),
        ("a = { b = 1, }", "not valid TOML at line 1, column 14: the name of a setting is missing here"),
        ("timeout = 3\nx = = 4", "not valid TOML at line 2, column 5: text needs quotes"),
        ("[accounts.a]\n[accounts.a]", "not valid TOML at line 2, column 12: this table is defined twice"),
        ("timeout = 1\ntimeout = 2", "not valid TOML at end of document: this setting is defined twice"),
        ("timeout", "not valid TOML at end of document: a setting needs a = and a value"),
    ],
)
def test_what_is_wrong_is_one_line_that_names_file_and_setting(file: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(file, text)
    assert raised.value.message.startswith(f"{file}: {complaint}")
    assert "\n" not in raised.value.message


@pytest.mark.parametrize(
    "text",
    [
        'timeout = "sk_secret"',
        "[accounts.pixelcut]\napi_key = sk_secret",
        '[accounts.pixelcut]\napi_key = "sk_secret',
        '[accounts.pixelcut]\nprovider = "sk_secret"',
        '[accounts.pixelcut]\nbase_url = "sk_secret"',
        '[accounts.pixelcut]\nenabled = "sk_secret"',
        '[accounts.pixelcut]\napi_key_env = "sk_secret"',
        '[accounts.pixelcut]\napi_key_env = "AKIAIOSFODNN7EXAMPLE_sk_secret"',
        '[accounts.pixelcut]\napi_key_command = "sk_secret"',
        '[accounts.pixelcut]\nsk_secret = "x"',
        '[accounts.sk_secret]\napi_key = "x"',
        'sk_secret = "x"',
    ],
)
def test_a_complaint_never_quotes_a_value(file: Path, text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(file, text)
    assert "sk_secret" not in raised.value.message


def test_a_file_that_is_not_utf_8_is_named(file: Path) -> None:
    file.write_bytes(b"timeout = 3 # \xff")
    with pytest.raises(ConfigError, match=r"config\.toml: not UTF-8"):
        config.load({}, file=str(file))


def test_an_empty_file_leaves_everything_as_it_is_without_one(file: Path) -> None:
    empty = loaded(file, "")
    assert (empty.timeout, empty.concurrency, empty.accounts) == (10.0, 32, {})


def test_settings_at_the_top_are_read(file: Path) -> None:
    made = loaded(file, "\ufefftimeout = 2.5\nconcurrency = 8\n")
    assert (made.timeout, made.concurrency) == (2.5, 8)


def test_a_threshold_keeps_its_digits(file: Path) -> None:
    made = loaded(file, "[accounts.pixelcut]\nwarn_below = 0.12345678901234567890\n")
    assert str(made.accounts["pixelcut"].warn_below[ANY]) == "0.12345678901234567890"


def test_stored_keys_make_accounts_after_those_of_the_configuration(file: Path) -> None:
    made = loaded(
        file,
        "[accounts.supertone]\nwarn_below = 5\n",
        stored='[accounts.work]\nprovider = "pixelcut"\napi_key = "w"\n[accounts.supertone]\napi_key = "s"\n',
    )
    assert {name: str(each.key_source) for name, each in made.accounts.items()} == {
        "supertone": "stored",
        "work": "stored",
    }
    assert made.accounts["supertone"].warn_below[ANY].amount == 5


def test_a_stored_key_never_goes_to_another_provider_of_the_same_account_name(file: Path) -> None:
    made = loaded(
        file,
        '[accounts.work]\nprovider = "pixelcut"\n',
        stored='[accounts.work]\nprovider = "supertone"\napi_key = "s"\n',
    )
    assert (made.accounts["work"].provider, made.accounts["work"].key_source) == ("pixelcut", None)


def test_what_credcheck_did_not_write_is_no_file_of_stored_keys(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"credentials\.toml: not written by credcheck"):
        loaded(file, "", stored="timeout = 3\n")


@pytest.mark.parametrize(("mode", "exposed"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_file_with_a_key_that_others_can_read_is_noted(file: Path, mode: int, *, exposed: bool) -> None:
    file.write_text('[accounts.pixelcut]\napi_key = "k"\n')
    file.chmod(mode)
    assert list(config.load({}, file=str(file)).exposed) == [file] * exposed


def test_a_file_without_a_key_may_be_read_by_all(file: Path) -> None:
    file.write_text('[accounts.pixelcut]\napi_key_env = "K"\n')
    file.chmod(0o644)
    assert not config.load({}, file=str(file)).exposed


def test_accounts_of_the_environment_come_after_those_of_the_files(file: Path) -> None:
    made = loaded(file, '[accounts.zebra]\nprovider = "supertone"\n[accounts.pixelcut]\n')
    variables = {"PIXELCUT_API_KEY": "p", "GOENHANCE_API_KEY": "g", "FISH_API_KEY": "f", "LIVEAVATAR_API_KEY": ""}
    chosen = config.select(made, variables, ["all"])
    assert [(each.name, str(each.key_source)) for each in chosen] == [
        ("zebra", "None"),
        ("pixelcut", "env:PIXELCUT_API_KEY"),
        ("fish-audio", "env:FISH_API_KEY"),
        ("goenhance", "env:GOENHANCE_API_KEY"),
    ]


@pytest.mark.parametrize("word", ["", "ALL", "pixel", "pixelcut/../x"])
def test_a_word_that_names_no_account_is_wrong_usage(file: Path, word: str) -> None:
    with pytest.raises(UsageError, match="there is no account"):
        config.select(loaded(file, ""), {}, [word])


def test_the_file_of_the_command_line_comes_before_that_of_the_environment(credcheck: Program, echo: Playback) -> None:
    credcheck.configure(account(echo.url, "1"))
    named = credcheck.configure(account(echo.url, "2"), name="named.toml")
    asked = credcheck.configure(account(echo.url, "3"), name="asked.toml")
    value = ("pixelcut", "--format", "value")
    assert credcheck(*value).out == "1\n"
    assert credcheck(*value, CREDCHECK_CONFIG=str(named)).out == "2\n"
    assert credcheck(*value, "--config", str(asked), CREDCHECK_CONFIG=str(named)).out == "3\n"


def test_the_folder_of_the_environment_is_honoured(credcheck: Program, echo: Playback) -> None:
    elsewhere = credcheck.home / "elsewhere" / "credcheck"
    elsewhere.mkdir(parents=True)
    (elsewhere / "config.toml").write_text(account(echo.url, "5"))
    run = credcheck("pixelcut", "--format", "value", XDG_CONFIG_HOME=str(elsewhere.parent))
    assert (run.status, run.out) == (0, "5\n")


def test_a_file_that_was_asked_for_and_is_not_there_is_named(credcheck: Program) -> None:
    run = credcheck("all", "--config", "nowhere.toml")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"credcheck: {credcheck.home}/nowhere.toml: No such file or directory")


def test_a_wrong_setting_stops_the_run_before_anything_is_sent(credcheck: Program, echo: Playback) -> None:
    credcheck.configure(account(echo.url, "1") + "warn_bellow = 5\n")
    before = len(echo.sent)
    run = credcheck("all", "--json")
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        f"credcheck: {credcheck.directory}/config.toml: accounts.pixelcut.warn_bellow: unknown setting;"
        " did you mean `warn_below`? (no account was checked)\n"
    )
    assert len(echo.sent) == before
    assert "checked" not in credcheck("accounts").err + credcheck("config").err


def test_checking_changes_no_file_but_the_history(five: Program) -> None:
    def state() -> list[tuple[str, int, bytes]]:
        files = [Path(folder, name) for folder, _, names in os.walk(five.directory) for name in names]
        return [(str(each), stat.S_IMODE(each.stat().st_mode), each.read_bytes()) for each in sorted(files)]

    before = state()
    assert five("all").status == 0
    assert state() == before
    assert {each.name for each in five.home.iterdir()} == {".config", ".local"}


def test_names_are_written_in_the_file_as_they_come(file: Path) -> None:
    made = loaded(file, '[accounts.Fish_Audio]\n[accounts.Work]\nprovider = "PixelCut"\n')
    assert {name: each.provider for name, each in made.accounts.items()} == {
        "fish-audio": "fish-audio",
        "Work": "pixelcut",
    }


@pytest.mark.parametrize(("name", "is_accepted"), [("OWN_KEY2", True), ("own_key", True), ("other_key", False)])
def test_a_variable_is_named_in_upper_case_unless_it_is_set(file: Path, name: str, *, is_accepted: bool) -> None:
    file.write_text(f'[accounts.pixelcut]\napi_key_env = "{name}"\n')
    with nullcontext() if is_accepted else pytest.raises(ConfigError, match="must be the name of a variable"):
        assert config.load({"own_key": "k"}, file=str(file)).accounts


def test_a_program_may_be_named_as_keys_are_if_it_exists(file: Path, tmp_path: Path) -> None:
    program = tmp_path / "sk-secret-reader"
    program.touch(mode=0o700)
    file.write_text(f'[accounts.pixelcut]\napi_key_command = "{program.name}"\n')
    assert config.load({"PATH": str(tmp_path)}, file=str(file)).accounts
    with pytest.raises(ConfigError, match="this one does not exist"):
        config.load({"PATH": "/nowhere"}, file=str(file))
