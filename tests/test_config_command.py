"""`credcheck config`: the settings as they hold, the lines that would change one, and no file at all."""

import tomllib

import pytest

from tests.conftest import Program
from tests.test_history import within_modes

CONFIG = """
timeout = 20
warn_below = { USD = 5, credits = 100 }
[notify]
command = ["ntfy", "publish", "topic", "{message}"]
again = "3d"
[accounts.openai]
api_key = "sk-admin-of-nobody"
budget = 50
tags = ["team-a"]
[accounts.anthropic]
api_key = "sk-ant-admin-of-nobody"
prepaid = 150.50
since = 2026-11-03
[accounts.pixelcut]
api_key = "sk_live_of_nobody"
warn_below = "10%"
[accounts.work]
provider = "pixelcut"
api_key_env = "WORK_KEY"
enabled = false
"""


def test_show_has_every_setting_as_it_holds_and_no_key(credcheck: Program) -> None:
    path = credcheck.configure(CONFIG)
    for arguments in (["config"], ["config", "show"]):
        run = credcheck(*arguments)
        assert (run.status, run.err) == (0, "")
        table = tomllib.loads(run.out)
        assert table["timeout"] == 20
        assert table["concurrency"] == 32
        assert table["warn_below"] == {"USD": 5, "credits": 100}
        assert table["accounts"]["pixelcut"]["warn_below"] == "10%"
        assert table["accounts"]["work"] == {"provider": "pixelcut", "enabled": False}
        assert table["accounts"]["openai"] == {"tags": ["team-a"], "budget": 50}
        assert str(table["accounts"]["anthropic"]["since"]) == "2026-11-03"
        assert table["accounts"]["anthropic"]["prepaid"] == 150.5
        assert table["notify"]["again"] == "259200s"
        assert "# key: env:WORK_KEY" in run.out
        assert str(path) in run.out
        assert "sk_live" not in run.out


def test_what_is_shown_without_a_file_are_the_defaults(credcheck: Program) -> None:
    run = credcheck("config", "show", PIXELCUT_API_KEY="sk_live_of_nobody")
    assert run.status == 0
    assert "(not there: these are the defaults)" in run.out
    assert tomllib.loads(run.out)["accounts"] == {"pixelcut": {}}


@pytest.mark.parametrize(
    ("setting", "value", "lines"),
    [
        ("timeout", "20", "timeout = 20\n"),
        ("warn_below", "USD=5,credits=100", "warn_below = { USD = 5, credits = 100 }\n"),
        ("history", "false", "history = false\n"),
        ("pixelcut.warn_below", "10%", 'warn_below = "10%"\n'),
        ("PixelCut.warn_below", "20", "warn_below = 20\n"),
        ("deepseek.warn_below", "20", "[accounts.deepseek]\nwarn_below = 20\n"),
        ("work.enabled", "true", "enabled = true\n"),
    ],
)
def test_set_prints_the_lines_to_add_and_changes_no_file(
    credcheck: Program, setting: str, value: str, lines: str
) -> None:
    path = credcheck.configure(CONFIG)
    run = credcheck("config", "set", setting, value)
    assert (run.status, run.err, path.read_text()) == (0, "", CONFIG)
    comment, _, printed = run.out.partition("\n")
    assert printed == lines
    assert str(path) in comment


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["set", "timeout"], "needs a setting and a value"),
        (["set", "timeuot", "3"], "did you mean `timeout`?"),
        (["set", "pixelcut.warn_bellow", "3"], "did you mean `warn_below`?"),
        (["set", "pixelkut.warn_below", "3"], "did you mean `pixelcut`?"),
        (["set", "timeout", "soon"], "timeout: must be seconds"),
        (["set", "pixelcut.api_key", "sk_live_0123456789"], "`credcheck login` asks for it"),
        (["show", "timeout"], "has no argument `timeout`"),
    ],
)
def test_a_wrong_setting_is_named_with_the_nearest(credcheck: Program, arguments: list[str], says: str) -> None:
    credcheck.configure(CONFIG)
    run = credcheck("config", *arguments)
    assert (run.status, run.out, says in run.err, "sk_live" in run.err) == (2, "", True, False), run.err


@pytest.mark.parametrize(
    ("word", "command"),
    [("list", "accounts"), ("ls", "accounts"), ("add", "login"), ("rm", "logout"), ("status", "all")],
)
def test_a_verb_of_other_programs_leads_to_the_command_that_is_meant(
    credcheck: Program, word: str, command: str
) -> None:
    run = credcheck(word)
    assert run.status == 2
    assert f"did you mean `credcheck {command}`?" in run.err


def test_logout_names_the_table_that_keeps_the_account(credcheck: Program) -> None:
    credcheck("login", "pixelcut", "--no-verify", given="sk_live_of_nobody")
    path = credcheck.configure("[accounts.pixelcut]\nwarn_below = 5\n")
    run = credcheck("logout", "pixelcut")
    assert f"[accounts.pixelcut] in {path} keeps the account" in run.err


def test_logout_takes_several_names_and_without_one_says_which_there_are(credcheck: Program) -> None:
    for name in ("pixelcut", "deepseek"):
        credcheck("login", name, "--no-verify", given="sk_live_of_nobody")
    assert "to be removed: pixelcut, deepseek\n" in credcheck("logout").err
    assert "no option --all: name each account" in credcheck("logout", "--all").err
    assert credcheck("logout", "pixelcut", "nosuch").status == 2
    assert credcheck("logout", "pixelcut", "deepseek").status == 0
    assert "to be removed: none is stored\n" in credcheck("logout").err


def test_logout_of_an_account_with_its_key_elsewhere_says_how_to_remove_it(credcheck: Program) -> None:
    path = credcheck.configure('[accounts.pixelcut]\napi_key = "sk_live_of_nobody"\n')
    run = credcheck("logout", "PixelCut")
    said = (
        f"no key is stored for pixelcut: to remove it, delete [accounts.pixelcut] in {path}, or add `enabled = false`"
    )
    assert (run.status, run.err) == (2, f"credcheck: {said}\n")
    run = credcheck("logout", "fish-audio", FISH_API_KEY="sk_live_of_nobody")
    assert run.err == "credcheck: no key is stored for fish-audio: unset FISH_API_KEY, which has it\n"


@pytest.mark.parametrize("value", ["", "/dev/null"])
def test_no_file_is_read_and_no_key_stored_if_the_variable_says_so(credcheck: Program, value: str) -> None:
    credcheck.configure("this is no TOML")
    credcheck.environment["CREDCHECK_CONFIG"] = value
    assert credcheck("accounts", "--json", PIXELCUT_API_KEY="sk_live_of_nobody").status == 0
    run = credcheck("login", "pixelcut", "--no-verify", given="sk_live_of_nobody")
    assert (run.status, "there is no configuration file" in run.err) == (2, True)
    assert "no configuration file is read" in credcheck("doctor").out


def test_a_syntax_error_shows_its_line_but_no_key(credcheck: Program) -> None:
    credcheck.configure('timeout = 3\n[accounts.pixelcut]\nwarn_below = { USD = 5\napi_key = "sk_live_of_nobody"\n')
    run = credcheck("all")
    assert run.status == 2
    assert run.err.endswith(": warn_below = { USD = 5 (no account was checked)\n")
    credcheck.configure('[accounts.pixelcut]\napi_key = "sk_live_of_nobody\n')
    run = credcheck("all")
    assert (run.status, "api_key = …" in run.err, "sk_live" in run.err) == (2, True, False)


@pytest.mark.parametrize("arguments", [["--timeout", "10s"], ["--max-age", "600"], ["--max-age", "1y"]])
def test_times_are_taken_as_people_write_them(credcheck: Program, arguments: list[str]) -> None:
    assert credcheck("pixelcut", "--json", *arguments).status == 4, "the key is missing, and nothing is wrong"


@pytest.mark.parametrize("age", ["abc", "10 parsecs", "nan", "0"])
def test_an_age_that_is_none_is_answered_with_those_that_are(credcheck: Program, age: str) -> None:
    run = credcheck("pixelcut", "--max-age", age)
    assert (run.status, "must be a time such as 90 (seconds), 10m, 2h or 7d" in run.err) == (2, True)


def test_a_home_that_may_not_be_looked_into_counts_as_no_file_with_one_line(credcheck: Program) -> None:
    closed = credcheck.home / "closed"
    closed.mkdir(mode=0)
    credcheck.environment |= {"HOME": str(closed), "PIXELCUT_API_KEY": "op://Private/pixelcut/key"}
    run = within_modes(credcheck, "pixelcut", "--format", "tsv")
    assert (run.status, run.err.count("/config.toml cannot be read (permission denied), so it is ignored")) == (4, 1)
    run = within_modes(credcheck, "pixelcut", "--config", str(closed / "config.toml"))
    assert run.status == 2, "a file that is named must be there"


def test_a_home_that_is_not_there_is_not_made(credcheck: Program) -> None:
    credcheck.environment |= {"HOME": str(credcheck.home / "nowhere"), "PIXELCUT_API_KEY": "op://Private/pixelcut/key"}
    assert credcheck("pixelcut").status == 4
    assert not (credcheck.home / "nowhere").exists()
