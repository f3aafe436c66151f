"""Configuration files that are wrong, hostile, or no files at all."""

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.faults.at_a_terminal import at_a_terminal
from tests.faults.conftest import Front
from tests.faults.guarantees import ACTING, Run
from tests.faults.test_streams import shell
from tests.faults.world import World

SECRET = "sk-Zq7Wm2Xv9Tn4Rb6Yc8"
ROOT = os.geteuid() == 0

WRONG: dict[str, tuple[bytes, str]] = {
    "cut-short": (b"timeout = ", "end of document"),
    "key-without-its-quote": (f'[accounts.pixelcut]\napi_key = "{SECRET}\n'.encode(), "line 2"),
    "key-without-quotes": (f"[accounts.pixelcut]\napi_key = {SECRET}\n".encode(), "line 2"),
    "key-alone": (f"{SECRET}\n".encode(), "line 1"),
    "account-twice": (b'[accounts.pixelcut]\napi_key = "a"\n[accounts.pixelcut]\n', "line 3"),
    "setting-twice": (b"timeout = 1\ntimeout = 2\n", "line 2"),
    "latin-1": ('[accounts."caf\xe9"]\n'.encode("latin-1"), "UTF-8"),
    "utf-16": (f'[accounts.pixelcut]\napi_key = "{SECRET}"\n'.encode("utf-16"), "UTF-8"),
    "nul": (b"timeout = 1\0\n", "line 1"),
    "brackets": (b"a = " + b"[" * 50_000, "not valid TOML"),
    "inline-tables": (b"a = " + b"{a=" * 20_000, "not valid TOML"),
    "dotted": (b"a" + b".a" * 100_000 + b" = 1\n", "dots"),
    "digits": (b"timeout = " + b"9" * 5000, "not valid TOML"),
    "exponent-beyond": (b"timeout = 1e99999999999999999999\n", "not valid TOML"),
    "ten-megabytes": (b"# padding\n" * 1_000_000, "more than 1024 KiB"),
    "many-tables": (b"".join(b"[accounts.a%d]\n" % n for n in range(40_000)), "accounts.a0.provider"),
    "json": (b'{"accounts": {}}', "line 1"),
    "misspelt-key": (f'[accounts.pixelcut]\napi_keey = "{SECRET}"\n'.encode(), "did you mean `api_key`?"),
    "misspelt-table": (f'[acounts.pixelcut]\napi_key = "{SECRET}"\n'.encode(), "did you mean `accounts`?"),
    "misspelt-provider": (f'[accounts.pixelcat]\napi_key = "{SECRET}"\n'.encode(), "did you mean `pixelcut`?"),
    "unknown-provider": (b'[accounts.a]\nprovider = "nobody"\n', "credcheck providers"),
    "key-as-setting": (f'api_key = "{SECRET}"\n'.encode(), "api_key: unknown setting"),
    "key-on-the-wrong-side": (f'[accounts.pixelcut]\n"{SECRET}" = ""\n'.encode(), "accounts.pixelcut.(a name"),
    "key-a-number": (b"[accounts.pixelcut]\napi_key = 42\n", "accounts.pixelcut.api_key"),
    "key-a-list": (f'[accounts.pixelcut]\napi_key = ["{SECRET}"]\n'.encode(), "accounts.pixelcut.api_key"),
    "accounts-a-list": (b"accounts = []\n", "accounts: must be a table"),
    "account-a-text": (f'[accounts]\npixelcut = "{SECRET}"\n'.encode(), "accounts.pixelcut: must be a table"),
    "two-sources": (f'[accounts.pixelcut]\napi_key = "{SECRET}"\napi_key_env = "X"\n'.encode(), "one source"),
    "timeout-text": (b'timeout = "5"\n', "timeout"),
    "timeout-true": (b"timeout = true\n", "timeout"),
    "timeout-nan": (b"timeout = nan\n", "timeout"),
    "timeout-inf": (b"timeout = inf\n", "timeout"),
    "timeout-zero": (b"timeout = 0\n", "timeout"),
    "timeout-negative": (b"timeout = -1\n", "timeout"),
    "timeout-huge": (b"timeout = 1e9\n", "timeout"),
    "concurrency-zero": (b"concurrency = 0\n", "concurrency"),
    "concurrency-huge": (b"concurrency = 100000\n", "concurrency"),
    "threshold-bomb": (b"[accounts.pixelcut]\nwarn_below = 1e999999999\n", "warn_below"),
    "threshold-nan": (b"[accounts.pixelcut]\nwarn_below = nan\n", "warn_below"),
    "command-empty": (b"[accounts.pixelcut]\napi_key_command = []\n", "api_key_command"),
    "command-quote": (f'[accounts.pixelcut]\napi_key_command = "echo \'{SECRET}"\n'.encode(), "quote"),
    "name-all": (b"[accounts.all]\n", "accounts.all"),
    **{
        f"base-url-{name}": (f'[accounts.pixelcut]\napi_key = "{SECRET}"\nbase_url = "{url}"\n'.encode(), "base_url")
        for name, url in {
            "ftp": "ftp://127.0.0.1",
            "no-scheme": "127.0.0.1:80",
            "port": "https://127.0.0.1:99999",
            "bracket": "https://[::1",
            "space": "https://exa mple.com",
            "host-percent": "https://%zz",
            "host-backslash": "https://a\\\\b",
            "user": f"https://user:{SECRET}@127.0.0.1",
            "query": f"https://127.0.0.1/?key={SECRET}",
            "line-end": "https://127.0.0.1/\\r\\nX: y",
            "non-ascii": "https://ex\u00e4mple.com",
            "in-clear": "http://192.0.2.1",
        }.items()
    },
}


@pytest.fixture(scope="session")
def refused(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """A run with each wrong configuration, some at a time."""
    folder = tmp_path_factory.mktemp("wrong")

    def run(name: str) -> Run:
        home = folder / name
        home.mkdir()
        front = Front(Program(home), world, {"pixelcut": SECRET})
        front.configure().write_bytes(WRONG[name][0])
        return front("all", "--json")

    with ThreadPoolExecutor(3) as threads:
        return dict(zip(WRONG, threads.map(run, WRONG), strict=True))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_configuration_is_one_line_that_names_the_place_and_never_the_key(
    refused: dict[str, Run], name: str
) -> None:
    run = refused[name]
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("credcheck: ")
    assert run.err.count("\n") == 1
    assert f"{name}/.config/credcheck/config.toml: " in run.err
    assert WRONG[name][1] in run.err
    assert run.seconds < 5


def folder(path: Path) -> None:
    path.mkdir()


def fifo(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(here)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.symlink_to("nowhere.toml")


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 30)


def below_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.touch()


@pytest.mark.parametrize("make", [folder, fifo, listening, endless, loop, dangling, sparse])
def test_what_is_no_readable_file_is_said_at_once(front: Front, make: Callable[[Path], None]) -> None:
    path = front.configure()
    path.unlink()
    make(path)
    run = front.program("all", "--json", seconds=5)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"credcheck: {path}: ")
    assert run.err.count("\n") == 1


@pytest.mark.skipif(ROOT, reason="root may read everything")
@pytest.mark.parametrize("of", ["file", "folder"])
def test_what_may_not_be_read_is_not_called_missing(front: Front, of: str) -> None:
    path = front.configure()
    shut = path if of == "file" else path.parent
    shut.chmod(0)
    run = front.program("all")
    shut.chmod(0o700)
    assert run.status == 2
    assert "ermission denied" in run.err


@pytest.mark.parametrize(
    "file", ["/nowhere/config.toml", "", "a\x01b", "~nobody-at-all/x", "x" * 5000, "/dev/stdin", "/", "..", "."]
)
def test_a_file_that_was_asked_for_and_cannot_be_read_is_named(front: Front, file: str) -> None:
    run = front("all", "--config", file or "nowhere.toml")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("credcheck: ")
    assert run.err.count("\n") == 1


def test_no_configuration_at_all_creates_nothing_and_says_how_to_begin(front: Front) -> None:
    run = front("all", "--json")
    assert (run.status, run.out) == (2, "")
    assert "credcheck login" in run.err


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"# nothing\n", b"[accounts]\n"])
def test_a_configuration_without_accounts_says_how_to_begin(front: Front, content: bytes) -> None:
    front.configure().write_bytes(content)
    assert front("all").status == 2


def test_a_byte_order_mark_and_a_symbolic_link_are_no_trouble(front: Front) -> None:
    path = front.configure(front.account("fine"))
    real = path.rename(front.program.home / "dotfiles.toml")
    real.write_bytes(b"\xef\xbb\xbf" + real.read_bytes())
    path.symlink_to(real)
    assert front("all").status == 0


def test_a_configuration_that_may_not_be_written_is_read_all_the_same(front: Front) -> None:
    path = front.configure(front.account("fine"))
    path.chmod(0o400)
    path.parent.chmod(0o500)
    run = front("all", "--json")
    path.parent.chmod(0o700)
    assert (run.status, run.err) == (0, "")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o666, 0o604])
def test_a_file_with_keys_that_others_can_read_is_warned_of_once(front: Front, mode: int) -> None:
    path = front.configure(front.account("fine"))
    path.chmod(mode)
    status, shown = at_a_terminal(front.program, ["all", "--json"], {"TERM": "dumb"})
    assert status == 0
    assert " ".join(shown.split()).count(f"{path} holds a key that others can read ({mode:04o}): chmod 600") == 1
    assert front("all", "--json").err == ""  # what nobody reads, or cron mails every hour, warns nobody


def test_a_file_without_keys_may_be_read_by_all(front: Front) -> None:
    account = front.account("fine")
    text = account.table().replace(f'api_key = "{account.key}"', 'api_key_env = "FINE_KEY"')
    front.configure(text=text).chmod(0o644)
    run = front("all", "--json", FINE_KEY=account.key)
    assert (run.status, run.err) == (0, "")


def test_a_folder_that_others_can_write_is_warned_of(front: Front) -> None:
    path = front.configure(front.account("fine"))
    path.parent.chmod(0o777)
    status, shown = at_a_terminal(front.program, ["all", "--json"], {"TERM": "dumb"})
    assert status == 0
    assert f"chmod go-w {path.parent}" in " ".join(shown.split())


HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "two\nlines\r\nand more",
    "\x1b]0;owned\x07",
    "[bold]markup[/bold] [/]",
    "\u202egnp.exe",
    "a\x7fb\x9bc",
    ":bomb:",
    "%s {key} $HOME",
    "x" * 3000,
    " ",
    "\u2028",
    "\U000e0041tag",
    "'\"\\",
    "-option",
    "--",
    "..",
    "余额",
]


def test_hostile_names_of_accounts_are_exact_in_json_and_harmless_everywhere(front: Front) -> None:
    account = front.account("fine", "doc-401")
    tables = [
        account.table().replace(f'"{account.name}"', '"' + "".join(f"\\U{ord(c):08X}" for c in name) + '"')
        for name in HOSTILE
    ]
    front.configure(text="".join(tables))
    as_json, as_table, as_tsv = front("all", "--json"), front("all"), front.program("all", "--format", "tsv")
    assert list(as_json.results) == HOSTILE
    assert as_table.out.count("\n") == len(HOSTILE) + 2  # the headings and their rule
    assert as_table.err.count("\n") == len(HOSTILE)
    assert as_tsv.out.count("\n") == len(HOSTILE) + 1
    assert not ACTING.search(as_tsv.out.replace("\t", ""))
    assert [as_json.status, as_table.status, as_tsv.status] == [4, 4, 4]


def test_a_key_may_serve_two_accounts(front: Front) -> None:
    one, two = front.account("one"), front.account("two")
    front.configure(one, text=two.table().replace(two.key, one.key))
    assert front("all").status == 0


def test_a_configuration_or_a_key_may_come_through_a_pipe_that_the_shell_made(front: Front) -> None:
    account = front.account("fine")
    path = front.configure(account)
    (front.program.home / "key").write_text(f"{account.key}\n", encoding="utf-8")
    by_file = account.table().replace(f'api_key = "{account.key}"', 'api_key_file = "/dev/fd/7"')
    (front.program.home / "by-file.toml").write_text(by_file, encoding="utf-8")
    runs = [
        shell(front, f'"$0" all --format tsv --config <(sleep 0.2; cat {path})'),
        shell(front, f'cat {path} | "$0" all --format tsv --config /dev/stdin'),
        shell(front, f'"$0" {account.name} --format value --config by-file.toml 7< <(sleep 0.2; cat key)'),
    ]
    assert [(run.returncode, run.stderr) for run in runs] == [(0, b"")] * 3
    assert all(b"42" in run.stdout for run in runs)


def test_a_fifo_by_any_other_name_is_refused_and_an_endless_pipe_bounded(front: Front) -> None:
    path = front.configure(front.account("fine"))
    fifo(path.with_name("fifo"))
    run = front.program("all", "--config", str(path.with_name("fifo")), seconds=5)
    assert (run.status, "not a regular file" in run.err) == (2, True)
    endless = shell(front, '"$0" all --config <(yes)')
    assert (endless.returncode, b"more than 1024 KiB" in endless.stderr) == (2, True)


@pytest.mark.skipif(not ROOT, reason="only root can give a file away")
def test_commands_in_a_file_of_another_user_are_not_run(front: Front) -> None:
    account = front.account("fine")
    theirs = front.configure(
        text=account.table().replace(f'api_key = "{account.key}"', 'api_key_command = "touch ran"')
    )
    os.chown(theirs, 4321, -1)
    refused = front("all", "--json")
    assert (refused.status, "belongs to another user" in refused.err) == (2, True)
    assert not (front.program.home / "ran").exists()
    front.configure(account)  # no command in it
    assert front("all", "--json").status == 0
