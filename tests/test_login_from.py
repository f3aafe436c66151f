"""`login --from FILE`: keys out of a .env file, shown by name, confirmed, tried and stored."""

import tomllib
from pathlib import Path

import pytest

from credcheck.commands.demo import server as demo
from credcheck.commands.login import env_file
from tests.conftest import Program
from tests.screens import at_terminal

GOOD = demo.KEY.reveal()
FILE = f"""\
# keys of the project
export PIXELCUT_API_KEY="{GOOD}"   # for images
FISH_API_KEY = '{GOOD}'
SUPERTONE_API_KEY=not-the-key
LIVEAVATAR_API_KEY=
DATABASE_URL=postgres://me:secret@host/db
a line that is nothing
TWILIO_AUTH_TOKEN=abc123
"""


@pytest.fixture
def project(credcheck: Program, server: str) -> Program:
    """The program in a folder with a .env file, three of its providers asked at the demo's server."""
    credcheck.configure(
        "".join(
            f'[accounts.{name}]\nbase_url = "{server}/{name}"\n' for name in ("pixelcut", "fish-audio", "supertone")
        )
    )
    (credcheck.home / ".env").write_text(FILE)
    return credcheck


def stored(program: Program) -> dict[str, str]:
    path = program.directory / "credentials.toml"
    accounts = tomllib.loads(path.read_text())["accounts"] if path.exists() else {}
    return {name: entry["api_key"] for name, entry in accounts.items()}


def test_the_keys_that_the_providers_accept_are_stored(project: Program) -> None:
    run = project("login", "--from", ".env", "--yes")
    assert run.status == 4, "that of the key that was rejected"
    assert stored(project) == {"pixelcut": GOOD, "fish-audio": GOOD}
    assert "not stored: supertone" in run.err
    assert "TWILIO_AUTH_TOKEN  needs account_sid: run `credcheck login twilio`" in run.err
    for variable in ("PIXELCUT_API_KEY", "FISH_API_KEY", "SUPERTONE_API_KEY"):
        assert variable in run.err
    assert "line 5: LIVEAVATAR_API_KEY is empty" in run.err
    for word in (GOOD, "not-the-key", "secret", "DATABASE_URL", "abc123"):
        assert word not in run.out + run.err
    again = project("login", "--from", ".env", "--yes", "--no-verify")
    assert again.status == 0
    assert "replaces the stored key" in again.err
    assert stored(project)["supertone"] == "not-the-key"


def test_what_the_accepted_keys_read_is_kept_as_samples(project: Program) -> None:
    project("login", "--from", ".env", "--yes")
    history = project("history", "--format", "tsv").out
    assert [name for name in ("pixelcut", "fish-audio", "supertone") if name in history] == ["pixelcut", "fish-audio"]


def test_without_a_yes_nothing_is_stored_and_nothing_sent(project: Program) -> None:
    run = project("login", "--from", ".env")
    assert (run.status, run.out) == (2, "")
    assert "PIXELCUT_API_KEY" in run.err
    assert "confirm with --yes" in run.err
    assert stored(project) == {}


def test_at_a_terminal_each_key_is_asked_about(project: Program) -> None:
    typed = [("fish-audio? [y/N/all] ", "\n"), ("pixelcut? [y/N/all] ", "y\n"), ("supertone? [y/N/all] ", "n\n")]
    screen = at_terminal(project, "login", "--from", ".env", typed=typed)
    assert screen.status == 0, screen.text
    assert stored(project) == {"pixelcut": GOOD}
    assert GOOD not in screen.raw


def test_an_option_in_the_file_goes_with_its_key(credcheck: Program) -> None:
    sid = "AC" + "0" * 32
    (credcheck.home / "keys").write_text(f"TWILIO_ACCOUNT_SID={sid}\nTWILIO_AUTH_TOKEN=abc123\n")
    assert credcheck("login", "--from", "keys", "--yes", "--no-verify").status == 0
    entry = tomllib.loads((credcheck.directory / "credentials.toml").read_text())["accounts"]["twilio"]
    assert entry == {"provider": "twilio", "api_key": "abc123", "account_sid": sid}


DUO = """
[providers.duo]
variable = "DUO_KEY"
options.user = { required = true, variable = "DUO_USER" }
options.second = { required = true, secret = true, variable = "DUO_SECOND" }
request = { url = "https://duo.example/{user}", headers = { A = "{key}", B = "{second}" } }
balance = { amount = "left", unit = "credits" }
[accounts.duo]
"""


def test_options_and_secrets_in_the_file_replace_those_stored_with_the_old_key(credcheck: Program) -> None:
    credcheck.configure(DUO)
    for number in "12":
        text = f"DUO_KEY=key-{number}\nDUO_USER=user-{number}\nDUO_SECOND=second-{number}\n"
        (credcheck.home / ".env").write_text(text)
        assert credcheck("login", "--from", ".env", "--yes", "--no-verify").status == 0
    entry = tomllib.loads((credcheck.directory / "credentials.toml").read_text())["accounts"]["duo"]
    assert entry == {"provider": "duo", "api_key": "key-2", "user": "user-2", "second": "second-2"}
    (credcheck.home / ".env").write_text("DUO_KEY=key-3\n")
    assert credcheck("login", "--from", ".env", "--yes", "--no-verify").status == 0
    entry = tomllib.loads((credcheck.directory / "credentials.toml").read_text())["accounts"]["duo"]
    assert entry == {"provider": "duo", "api_key": "key-3", "user": "user-2", "second": "second-2"}


@pytest.mark.parametrize(
    ("setting", "obstacle"),
    [
        ('user = "bob"', None),
        ('user = "eve"', "has its own user for duo; change it to that of DUO_USER, or remove it"),
        ('second = "two"', None),
        ('second = "three"', "has its own second for duo; change it to that of DUO_SECOND, or remove it"),
        ('second_command = "pass duo"', "has its own second for duo"),
    ],
)
def test_an_option_that_config_toml_sets_otherwise_is_an_obstacle(
    credcheck: Program, setting: str, obstacle: str | None
) -> None:
    credcheck.configure(DUO + setting)
    (credcheck.home / ".env").write_text("DUO_KEY=key-1\nDUO_USER=bob\nDUO_SECOND=two\n")
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert (run.status, stored(credcheck)) == ((2, {}) if obstacle else (0, {"duo": "key-1"})), run.err
    assert (obstacle or "DUO_KEY") in run.err


def test_a_key_that_config_toml_sets_is_left_alone(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key = "own"\n')
    (credcheck.home / ".env").write_text("PIXELCUT_API_KEY=other\n")
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert (run.status, stored(credcheck)) == (2, {})
    assert "gives pixelcut its key (config)" in run.err
    assert run.err.endswith("credcheck: nothing is stored: the lines above say why\n")
    (credcheck.home / ".env").write_text("PIXELCUT_API_KEY=other\nFISH_API_KEY=another\n")
    for _ in range(2):
        run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
        assert (run.status, stored(credcheck)) == (0, {"fish-audio": "another"})


# What python-dotenv's own tests of its parser hold, but for their layout.
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("a=b", {"a": "b"}),
        ("'a'=b", {"a": "b"}),
        ("[=b", {"[": "b"}),
        (" a = b ", {"a": "b"}),
        ("export a=b", {"a": "b"}),
        (" export 'a'=b", {"a": "b"}),
        ("# a=b", {}),
        ("a=b#c", {"a": "b#c"}),
        ("a=b #c", {"a": "b"}),
        ("a= #c", {"a": ""}),
        ("a=  # comment", {"a": ""}),
        ("a=#b", {"a": "#b"}),
        ("a=b\t#c", {"a": "b"}),
        ("a='b c '", {"a": "b c "}),
        ('a="b c "', {"a": "b c "}),
        ("export export_a=1", {"export_a": "1"}),
        ("export port=8000", {"port": "8000"}),
        ("a='b\\nc'", {"a": "b\\nc"}),
        ('a="b\\"c"', {"a": 'b"c'}),
        ("a='b\\'c'", {"a": "b'c"}),
        (r"a='b\\c'", {"a": r"b\c"}),
        ("a=\u00e0", {"a": "\u00e0"}),
        ('a="\u00e0"', {"a": "\u00e0"}),
        ("no_value_var", {}),
        ("a: b", {}),
        ("a=b\nc=d", {"a": "b", "c": "d"}),
        ("a=b\rc=d", {"a": "b", "c": "d"}),
        ("a=b\r\nc=d", {"a": "b", "c": "d"}),
        ("a=\nb=c", {"a": "", "b": "c"}),
        ("\n\n", {}),
        ("a=b\n\n", {"a": "b"}),
        ("a=b\n\nc=d", {"a": "b", "c": "d"}),
        ('a="\nb=c', {"b": "c"}),
        ('# comment\na="b\nc"\nd=e\n', {"d": "e"}),
        ("a=b\n# comment 1", {"a": "b"}),
        ("# comment 1\n# comment 2", {}),
        ('uglyKey[%$="S3cr3t_P4ssw#rD" #\na=b', {"uglyKey[%$": "S3cr3t_P4ssw#rD", "a": "b"}),
        ("\ufeffa=b\nc=d", {"a": "b", "c": "d"}),
        (r'a="x \"y\" \\"', {"a": 'x "y" \\'}),
        (r'a="\$b\d"', {"a": r"$b\d"}),
        ("a='it\x0b\u2028is'", {"a": "it\x0b\u2028is"}),
        ("a=1\na=2", {"a": "2"}),
    ],
)
def test_a_file_is_read_as_python_dotenv_reads_it(tmp_path: Path, text: str, values: dict[str, str]) -> None:
    file = tmp_path / ".env"
    file.write_bytes(text.encode())
    assert env_file.read(str(file)).values == values


COMMAND = "is set by a command, which is not run here"
REFERENCE = "refers to another variable, which is not expanded"
MORE = "has more on its line than the value: put A='KEY' alone on the line"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("A=two words", MORE),
        ("A=b\u00a0 c", MORE),
        ("A=x; export A", MORE),
        ("A=x&&y", MORE),
        ("A=it's", MORE),
        ("A='x' y", MORE),
        ("A='x'; export A", MORE),
        ('A="x"y', MORE),
        ('A="b\nc"', "has 2 lines, but a key is one line"),
        ("A='b\r\nc\r\nd'", "has 3 lines, but a key is one line"),
        (r'A="line\nbreak"', r"has the escape \n, which stands for a character that no key has"),
        (r'A="\\\r"', r"has the escape \r"),
        (r'A="\\n"', ""),
        ("A=$(pass show x)", COMMAND),
        ('A="$(pass show x)"', COMMAND),
        ("A=`pass show x`", COMMAND),
        ("A=$B", REFERENCE),
        ("A=x${B}y", REFERENCE),
        ('A="x $B"', REFERENCE),
        ("A='$B $(c)'", ""),
        (r'A="\$B"', ""),
        ("A=a$1", ""),
        ("A=a$", ""),
    ],
)
def test_a_value_that_could_be_read_in_two_ways_is_not_taken_and_says_why(
    tmp_path: Path, text: str, problem: str
) -> None:
    file = tmp_path / ".env"
    file.write_bytes(text.encode())
    variables = env_file.read(str(file))
    assert variables.last["A"].problem.startswith(problem)
    assert ("A" in variables.values) is (not problem)


def test_lines_inside_open_quotes_belong_to_the_value_and_set_nothing(credcheck: Program) -> None:
    (credcheck.home / ".env").write_text('PRIV="-----BEGIN X-----\nDEEPSEEK_API_KEY=not-a-key\n-----END X-----"\n')
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert (run.status, stored(credcheck)) == (2, {})
    assert "line 2: DEEPSEEK_API_KEY is inside the quotes that line 1 opens\n" in run.err
    assert "not-a-key" not in run.err


LINES = """\
DEEPSEEK_API_KEY=sk-x; export DEEPSEEK_API_KEY
FISH_API_KEY="$(pass show x)"
# PIXELCUT_API_KEY=commented
export OPENROUTER_API_KEY
set -gx PIXELCUT_API_KEY sk-fish
SUPERTONE_API_KEY: sk-yaml
Environment=MOONSHOT_API_KEY=sk-systemd
ELEVENLABS_API_KEY=sk-first
ELEVENLABS_API_KEY=sk-second
export ELEVENLABS_API_KEY
VIDU_API_KEY='<YOUR_KEY>'
"""


def test_each_line_about_a_known_variable_that_is_not_taken_is_named_with_the_reason(credcheck: Program) -> None:
    (credcheck.home / ".env").write_text(LINES)
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert (run.status, stored(credcheck)) == (0, {"elevenlabs": "sk-second"})
    placeholder = "line 11: the key is a placeholder from an example: put your own key in its place"
    assert run.err.splitlines()[:9] == [
        "ACCOUNT     VARIABLE",
        "elevenlabs  ELEVENLABS_API_KEY",
        f"vidu        VIDU_API_KEY        {placeholder}",
        "line 1: DEEPSEEK_API_KEY has more on its line than the value: put DEEPSEEK_API_KEY='KEY' alone on the line",
        f"line 2: FISH_API_KEY {COMMAND}: put the key itself there, or use api_key_command",
        "line 4: OPENROUTER_API_KEY is not set as OPENROUTER_API_KEY=KEY, alone on the line",
        "line 5: PIXELCUT_API_KEY is not set as PIXELCUT_API_KEY=KEY, alone on the line",
        "line 6: SUPERTONE_API_KEY is not set as SUPERTONE_API_KEY=KEY, alone on the line",
        "line 7: MOONSHOT_API_KEY is not set as MOONSHOT_API_KEY=KEY, alone on the line",
    ]
    assert run.err.splitlines()[9] == "line 8: ELEVENLABS_API_KEY is set again in line 9, which counts"
    assert "sk-" not in run.err


def test_a_value_that_is_not_expanded_is_never_stored(credcheck: Program) -> None:
    lines = ["FISH_API_KEY=${OTHER}", "PIXELCUT_API_KEY='p$k'", "TWILIO_AUTH_TOKEN=token-1", "TWILIO_ACCOUNT_SID=$SID"]
    (credcheck.home / ".env").write_text("\n".join(lines))
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert (run.status, stored(credcheck)) == (0, {"pixelcut": "p$k"})
    assert f"line 1: FISH_API_KEY {REFERENCE}" in run.err
    assert f"TWILIO_AUTH_TOKEN  line 3: TWILIO_ACCOUNT_SID in line 4 {REFERENCE}" in run.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "missing"), "missing cannot be read: No such file"),
        (("--from", "."), ". cannot be read: Is a directory"),
        (("--from", "binary"), "binary is not UTF-8 text"),
        (("--from", "empty"), "no line of the file sets the usual variable of a provider"),
        (("--from", "empty", "pixelcut"), "give no other name"),
        (("--from", "sk_live_0123456789abcdefghij"), "*** cannot be read"),
        ((), "`credcheck login` needs PROVIDER|NAME"),
    ],
)
def test_what_cannot_be_done_is_wrong_usage(credcheck: Program, arguments: tuple[str, ...], said: str) -> None:
    (credcheck.home / "binary").write_bytes(b"A=\xff\n")
    (credcheck.home / "empty").touch()
    run = credcheck("login", *arguments)
    assert (run.status, run.out, said in run.err) == (2, "", True), run.err


def test_all_takes_the_keys_that_are_still_to_be_asked_about(project: Program) -> None:
    typed = [("fish-audio? [y/N/all] ", "n\n"), ("pixelcut? [y/N/all] ", "all\n")]
    at_terminal(project, "login", "--from", ".env", "--no-verify", typed=typed)
    assert sorted(stored(project)) == ["pixelcut", "supertone"]


def test_variables_that_look_like_keys_and_are_not_recognised_are_named_after_the_others(credcheck: Program) -> None:
    secret = "x0123456789abcdef"
    names = (
        *("VITE_SERPAPI_KEY", "NEXT_PUBLIC_DEEPL_API_KEY", "ELEVENLABS_KEY", "PIXELCUT_KEY", "STRIPE_SECRET_KEY"),
        *("FISH_API_KEY", "OPENAI_API_KEY", "MY_COMPANY_API_KEY", "sk_live_0123456789_KEY", "DEBUG", "MY_RUNWAY_TOKEN"),
        *("DEEPL_KEY", "STRIPE_WEBHOOK_SECRET"),
    )
    (credcheck.home / ".env").write_text("".join(f"{name}={secret}\n" for name in names) + "EMPTY_API_KEY=\n")
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert run.status == 0
    lines = run.err.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("line 7: OPENAI_API_KEY cannot")) + 1
    assert lines[start : start + 6] == [
        "line 1: VITE_SERPAPI_KEY is not recognised; did you mean `SERPAPI_KEY`?",
        "line 2: NEXT_PUBLIC_DEEPL_API_KEY is not recognised; did you mean `DEEPL_API_KEY`?",
        "line 3: ELEVENLABS_KEY is not recognised; did you mean `ELEVENLABS_API_KEY`?",
        "line 4: PIXELCUT_KEY is not recognised; did you mean `PIXELCUT_API_KEY`?",
        "line 11: MY_RUNWAY_TOKEN is not recognised; did you mean `RUNWAY_API_KEY`?",
        "not recognised: STRIPE_SECRET_KEY, MY_COMPANY_API_KEY, ***, DEEPL_KEY",
    ]
    assert secret not in run.out + run.err
    assert "sk_live" not in run.err


def test_a_file_of_unrelated_variables_has_one_line(credcheck: Program) -> None:
    text = "".join(f"COMPANY{number}_API_KEY=x0123456789\n" for number in range(200))
    (credcheck.home / ".env").write_text(text)
    run = credcheck("login", "--from", ".env", "--yes")
    first, *others = run.err.splitlines()
    assert first.startswith("not recognised: COMPANY0_API_KEY, COMPANY1_API_KEY, ")
    assert first.endswith(", COMPANY9_API_KEY and 190 more")
    assert (run.status, len(others), "no line of the file sets the usual variable" in others[0]) == (2, 1, True)


def test_a_variable_whose_key_the_file_has_under_the_usual_name_too_is_not_asked_about(credcheck: Program) -> None:
    (credcheck.home / ".env").write_text(
        "PIXELCUT_API_KEY=x0123456789\nVITE_PIXELCUT_API_KEY=x0123456789\nSERP_API_KEY=y\n"
    )
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert "line 3: SERP_API_KEY is not recognised; did you mean `SERPAPI_KEY`?\n" in run.err
    assert "not recognised: VITE_PIXELCUT_API_KEY\n" in run.err
