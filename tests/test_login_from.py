"""`login --from FILE`: keys out of a .env file, shown by name, confirmed, tried and stored."""

import tomllib
from pathlib import Path

import pytest

from credcheck import demo, env_file
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
    for word in (GOOD, "not-the-key", "secret", "DATABASE_URL", "LIVEAVATAR", "abc123"):
        assert word not in run.out + run.err
    again = project("login", "--from", ".env", "--yes", "--no-verify")
    assert again.status == 0
    assert "replaces the stored key" in again.err
    assert stored(project)["supertone"] == "not-the-key"


def test_without_a_yes_nothing_is_stored_and_nothing_sent(project: Program) -> None:
    run = project("login", "--from", ".env")
    assert (run.status, run.out) == (2, "")
    assert "PIXELCUT_API_KEY" in run.err
    assert "confirm with --yes" in run.err
    assert stored(project) == {}


def test_at_a_terminal_each_key_is_asked_about(project: Program) -> None:
    typed = [("fish-audio? [y/N] ", "\n"), ("pixelcut? [y/N] ", "y\n"), ("supertone? [y/N] ", "n\n")]
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


def test_a_key_that_config_toml_sets_is_left_alone(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key = "own"\n')
    (credcheck.home / ".env").write_text("PIXELCUT_API_KEY=other\n")
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert (run.status, stored(credcheck)) == (2, {})
    assert "gives pixelcut its key (config)" in run.err
    assert run.err.endswith("credcheck: nothing is stored: beside each account above stands why\n")
    (credcheck.home / ".env").write_text("PIXELCUT_API_KEY=other\nFISH_API_KEY=another\n")
    for _ in range(2):
        run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
        assert (run.status, stored(credcheck)) == (0, {"fish-audio": "another"})


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("  export A = 1 # one", "1"),
        ("A='x # y'", "x # y"),
        (r'A="x \"y\" \\"', r'x "y" \\'.replace("\\\\", "\\")),
        ("A=x#y", "x#y"),
        ("A=$B", "$B"),
        ("A=", ""),
        ("A=''", ""),
        ("A=two words", None),
        ("A", None),
        ("#A=1", None),
        ("A='open", None),
        ("1A=1", None),
    ],
)
def test_lines_are_read_as_other_tools_read_them(tmp_path: Path, line: str, value: str | None) -> None:
    file = tmp_path / ".env"
    file.write_bytes(f"\ufeff{line}\r\n".encode())
    assert env_file.read(str(file)) == ({} if value is None else {"A": value})


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
