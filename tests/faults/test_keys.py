"""Keys that no request can carry, and the commands that give them: each is its account's trouble and no other's."""

import os
import re
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.faults.conftest import Front
from tests.faults.guarantees import Run
from tests.faults.world import World, account_name, outcome_of

GOOD = "=42"
MISSING, LATE = "key_missing", "timeout"
START, END = "sk-Zq7Wm2Xv", "9Tn4Rb6Yc8Lp"

# The key's characters, as TOML has them, and what must come of it.
KEYS: dict[str, tuple[str, str]] = {
    "line-end": (f"{START}{END}\\n", GOOD),
    "inner-line-end": (f"{START}\\n{END}", MISSING),
    "carriage-return": (f"{START}\\r{END}", MISSING),
    "header-forged": (f"{START}\\r\\nX-Forged: {END}", MISSING),
    "nul": (f"{START}\\u0000{END}", MISSING),
    "delete": (f"{START}\\u007f{END}", MISSING),
    "tab": (f"{START}\\t{END}", MISSING),
    "escape": (f"{START}\\u001b{END}", MISSING),
    "space-inside": (f"{START} {END}", MISSING),
    "space-before": (f" {START}{END}", GOOD),
    "space-after": (f"{START}{END} ", GOOD),
    "bearer-pasted": (f"Bearer {START}{END}", MISSING),
    "cyrillic": (f"{START}\u0430{END}", MISSING),
    "zero-width": (f"{START}\\u200b{END}", MISSING),
    "smart-quotes": (f"\\u201c{START}{END}\\u201d", MISSING),
    "no-break-space": (f"{START}\\u00a0{END}", MISSING),
    "empty": ("", MISSING),
    "blank": (" \\t ", MISSING),
    "too-long": ("k" * 100_000, MISSING),
    "one-character": ("k", GOOD),
    "quotes-pasted": (f"'{START}{END}'", MISSING),
    "punctuation": ("!#$%&()*+,-./:;<=>?@[]^_`{|}~", GOOD),
    "long": ("k" * 4096, GOOD),
}

FILES: dict[str, tuple[bytes, str]] = {
    "file": (b"key", GOOD),
    "file-lf": (b"key\n", GOOD),
    "file-crlf": (b"key\r\n", GOOD),
    "file-two-lf": (b"key\n\n", GOOD),
    "file-cr": (b"key\r", GOOD),
    "file-bom": (b"\xef\xbb\xbfkey", GOOD),
    "file-two-lines": (b"key\nuser: me\n", MISSING),
    "file-empty": (b"", MISSING),
    "file-utf-16": ("key".encode("utf-16"), MISSING),
    "file-binary": (bytes(range(256)), MISSING),
    "file-large": (b"k" * 1_000_000, MISSING),
}

MARK = f"86399.{os.getpid()}"
COMMANDS: dict[str, tuple[str, str]] = {
    "command": ('["echo", "key"]', GOOD),
    "command-as-text": ('"echo key"', GOOD),
    "command-without-line-end": ('["printf", "key"]', GOOD),
    "command-fails": ('["false"]', MISSING),
    "command-fails-with-words": (f'["sh", "-c", "echo {START}{END}; echo {START}{END} >&2; exit 3"]', MISSING),
    "command-killed": ('["sh", "-c", "kill -9 $$"]', MISSING),
    "command-not-found": (f'["no-such-program", "{START}{END}"]', MISSING),
    "command-not-executable": ('["/etc/passwd"]', MISSING),
    "command-folder": ('["/tmp"]', MISSING),
    "command-nul": ('["echo", "a\\u0000b"]', MISSING),
    "command-hangs": (f'["sleep", "{MARK}"]', LATE),
    "command-ignores-signals": (f'"sh -c \'trap \\"\\" TERM INT HUP; sleep {MARK}; sleep {MARK}\'"', LATE),
    "command-leaves-a-child": (f'["sh", "-c", "sleep {MARK} & echo key"]', GOOD),
    "command-endless": ('["yes"]', MISSING),
    "command-endless-line": ('["cat", "/dev/zero"]', MISSING),
    "command-binary": ('["head", "-c", "300", "/dev/urandom"]', MISSING),
    "command-two-lines": ('["printf", "key\\\\nkey\\\\n"]', GOOD),
    "command-first-line-empty": ('["printf", "\\\\nkey\\\\n"]', MISSING),
    "command-prints-to-stderr": ('["sh", "-c", "echo words >&2; echo key"]', GOOD),
    "command-floods-stderr": ('["sh", "-c", "echo key; exec >&-; head -c 300000 /dev/zero >&2"]', GOOD),
    "command-empty": ('["true"]', MISSING),
    "command-reads": ('["cat"]', MISSING),
    "command-prompts": ("\"sh -c 'read -r key; echo $key'\"", MISSING),
    "command-is-no-shell": ('"echo key; touch forged"', MISSING),
    "command-expands-nothing": ('["printf", "$HOME~"]', GOOD),
    "command-slow": ("\"sh -c 'sleep 0.3; echo key'\"", GOOD),
}


ALL = KEYS | FILES | COMMANDS


@pytest.fixture(scope="module")
def front(world: World, tmp_path_factory: pytest.TempPathFactory) -> Front:
    """The front door, set up with every key there is here."""
    front = Front(Program(tmp_path_factory.mktemp("keys")), world)
    front.configure(text="".join(table(front, name) for name in ALL), timeout=2, concurrency=len(ALL))
    front.keys = {"start": START, "end": END}
    return front


@pytest.fixture(scope="module")
def run(front: Front) -> Run:
    """A run that asks for all of them."""
    return front("all", "--json")


def table(front: Front, name: str) -> str:
    """Return an account whose key comes as `name` says."""
    account = front.account(name)
    if name in KEYS:
        source = f'api_key = "{KEYS[name][0]}"'
    elif name in FILES:
        path = front.program.home / name
        path.write_bytes(FILES[name][0])
        source = f'api_key_file = "{path}"'
    else:
        source = f"api_key_command = {COMMANDS[name][0]}"
    return account.table().replace(f'api_key = "{account.key}"', source)


@pytest.mark.parametrize("name", ALL)
def test_a_key_is_sent_as_it_is_or_not_at_all(front: Front, run: Run, name: str) -> None:
    result = run.results[account_name(name, "pixelcut")]
    assert outcome_of(result) == ALL[name][1], result
    assert front.requests(name) == (ALL[name][1] == GOOD)
    assert int(result["elapsed_ms"]) < 3000


def test_the_message_tells_where_the_stray_character_stands(run: Run) -> None:
    message = run.results[account_name("tab", "pixelcut")]["error"]["message"]
    assert f"character {len(START) + 1} of the key" in message


def test_no_command_outlives_the_run_and_no_shell_is_run(front: Front, run: Run) -> None:
    assert run.out
    assert not running(MARK)
    assert not (front.program.home / "forged").exists()


def test_a_command_is_named_without_its_arguments(run: Run) -> None:
    result = run.results[account_name("command-not-found", "pixelcut")]
    assert "`no-such-program`" in result["error"]["message"]
    assert result["key_source"] == "command:no-such-program"


def test_a_variable_that_is_missing_or_empty_is_its_accounts_trouble(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    front = Front(Program(home), world)
    fine = front.account("fine")
    others = [
        account.table().replace(f'api_key = "{account.key}"', f'api_key_env = "{name.upper()}"')
        for name, account in ((name, front.account(name)) for name in ("unset", "void"))
    ]
    front.configure(fine, text="".join(others))
    run = front("all", "--json", VOID="")
    assert [outcome_of(result) for result in run.results.values()] == [GOOD, MISSING, MISSING]
    assert "UNSET" in run.results[account_name("unset", "pixelcut")]["error"]["message"]
    assert run.status == 4


def test_a_key_of_two_letters_silences_no_ordinary_word(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    front = Front(Program(home), world)
    account = front.account("short", "error-message-plain")
    front.keys = {}
    front.configure(text=account.table().replace(account.key, "ab"))
    assert "not available" in front("all", "--json").results[account.name]["error"]["message"]


def test_no_option_takes_a_key(front: Front) -> None:
    for command in ("all", "login"):
        assert not re.search(r"--[a-z-]*key", front.program(command, "--help").out)


def running(mark: str) -> list[str]:
    """Return the processes whose command line holds this."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if mark.encode() in path.read_bytes():
                found.append(path.read_text(encoding="utf-8", errors="replace"))
    return found
