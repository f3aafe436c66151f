import fcntl
import json
import os
import re
import signal
import stat
import subprocess
import time
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from credcheck.commands.demo.server import KEY
from tests.conftest import PROGRAM, Program
from tests.faults.test_signals import until
from tests.playback import Answer, playing
from tests.screens import at_terminal

GOOD = KEY.reveal()


@pytest.fixture
def pixelcut(credcheck: Program, server: str) -> Program:
    """The program, its account pixelcut asked at the demo's server."""
    credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{server}/pixelcut"\n')
    return credcheck


def stored(program: Program) -> dict[str, dict[str, str]]:
    text = (program.directory / "credentials.toml").read_text()
    accounts: dict[str, dict[str, str]] = tomllib.loads(text)["accounts"]
    return accounts


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_login_shows_the_balance_stores_the_key_and_all_then_uses_it(pixelcut: Program) -> None:
    run = pixelcut("login", "pixelcut", given=f"{GOOD}\n")
    assert (run.status, "42" in run.out, GOOD in run.out + run.err) == (0, True, False)
    assert stored(pixelcut) == {"pixelcut": {"provider": "pixelcut", "api_key": GOOD}}
    assert pixelcut("all", "--format", "tsv").out.splitlines()[1].split("\t")[:5] == [
        "pixelcut",
        "pixelcut",
        "credits",
        "ok",
        "42",
    ]


def test_a_key_that_is_rejected_is_not_stored(pixelcut: Program) -> None:
    run = pixelcut("login", "pixelcut", given="wrong-key\n")
    assert run.status == 4
    assert "not stored" in run.err
    assert "wrong-key" not in run.out + run.err
    assert not (pixelcut.directory / "credentials.toml").exists()


def test_a_provider_that_cannot_be_asked_leaves_the_key_unstored_and_no_verify_stores_it(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\nbase_url = "http://127.0.0.1:9"\n')
    assert credcheck("login", "pixelcut", "--timeout", "2", given=f"{GOOD}\n").status == 3
    assert credcheck("login", "pixelcut", "--no-verify", given=f"{GOOD}\n").status == 0
    assert stored(credcheck)["pixelcut"]["api_key"] == GOOD


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "empty"),
        ("\n", "empty"),
        ("two words\n", "character 4"),
        ("k\u00e9y\n", "character 2"),
        ("k" * 5000, "4096"),
        ("two\nlines\n", "more lines follow the key"),
    ],
)
def test_a_key_that_no_request_can_carry_is_refused(credcheck: Program, given: str, reason: str) -> None:
    run = credcheck("login", "pixelcut", "--no-verify", given=given)
    assert (run.status, reason in run.err) == (4, True)
    assert not credcheck.directory.exists()


def test_login_asks_at_a_terminal_without_showing_what_is_typed(pixelcut: Program) -> None:
    screen = at_terminal(pixelcut, "login", "pixelcut", typed=[("not shown", f"{GOOD}\n")])
    assert screen.status == 0
    assert GOOD not in screen.raw
    assert "https://" in screen.text
    assert "42" in screen.text


def test_ctrl_c_at_the_question_ends_with_130_and_gives_the_line_back(pixelcut: Program) -> None:
    screen = at_terminal(pixelcut, "login", "pixelcut", typed=[("not shown", "\x03")])
    assert screen.status == 130
    assert screen.text.endswith("\n")
    assert "Traceback" not in screen.text


def test_login_refuses_where_the_configuration_gives_the_key(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key_env = "OTHER"\n')
    run = credcheck("login", "pixelcut", given=f"{GOOD}\n")
    assert (run.status, "env:OTHER" in run.err) == (2, True)


def test_a_name_of_ones_own_needs_the_provider_once(credcheck: Program) -> None:
    assert credcheck("login", "work", "--no-verify", given="k1\n").status == 2
    assert credcheck("login", "work", "--provider", "pixelcut", "--no-verify", given="k1\n").status == 0
    assert credcheck("login", "work", "--no-verify", given="k2\n").status == 0
    assert stored(credcheck) == {"work": {"provider": "pixelcut", "api_key": "k2"}}


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("deepgram", "Get a key: https://console.deepgram.com\n"),
        ("a2e region=global", "Documentation: https://"),
        ("moonshot region=international", "Get a key: https://platform.moonshot.ai/console/api-keys\n"),
        ("moonshot region=china", "Get a key: https://platform.moonshot.cn/console/api-keys\n"),
        ("brightdata", "Pending charges, which the next bill takes, are not taken off.\n"),
    ],
)
def test_login_says_get_a_key_only_for_a_page_that_makes_one(credcheck: Program, name: str, page: str) -> None:
    name, _, option = name.partition(" ")
    question = "project_id" if name == "deepgram" else "not shown"
    options = ["--set", option] if option else []
    screen = at_terminal(credcheck, "login", name, *options, typed=[(question, "\x03")])
    assert page in screen.text.replace("\r\n", "\n")


def test_a_mistyped_provider_is_answered_with_the_nearest(credcheck: Program) -> None:
    assert "did you mean `pixelcut`?" in credcheck("login", "pixelcutt", given="k\n").err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fish", "`fish-audio`"), ("pix", "`pixelcut` or `pixellab` or `pixverse`"), ("pixelc", "`pixelcut`")],
)
def test_a_script_stores_no_key_under_the_beginning_of_a_name_and_is_told_the_names(
    credcheck: Program, typed: str, meant: str
) -> None:
    run = credcheck("login", typed, "--no-verify", given="sk_0123456789")
    assert (run.status, run.err.endswith(f"; did you mean {meant}?\n")) == (2, True)
    assert not (credcheck.directory / "credentials.toml").exists()


def test_logout_removes_one_key_and_leaves_the_others(credcheck: Program) -> None:
    for name in ("pixelcut", "goenhance"):
        credcheck("login", name, "--no-verify", given=f"key-of-{name}\n")
    assert credcheck("logout", "PixelCut").status == 0
    assert list(stored(credcheck)) == ["goenhance"]
    assert credcheck("logout", "pixelcut").status == 2


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_what_is_stored_is_for_its_owner_only_under_any_umask(credcheck: Program, umask: int) -> None:
    subprocess.run(
        [PROGRAM, "login", "pixelcut", "--no-verify"],
        input=b"key-number-one\n",
        check=True,
        capture_output=True,
        env=credcheck.full_environment(),
        umask=umask,
    )
    assert (mode(credcheck.directory), mode(credcheck.directory / "credentials.toml")) == (0o700, 0o600)


def test_a_full_disk_leaves_the_stored_keys_as_they_were(credcheck: Program) -> None:
    credcheck("login", "pixelcut", "--no-verify", given="key-number-one\n")
    before = (credcheck.directory / "credentials.toml").read_bytes()
    run = subprocess.run(
        ["/bin/bash", "-c", 'ulimit -f 0; exec "$0" login goenhance --no-verify', PROGRAM],
        input=b"key-number-two\n",
        check=False,
        capture_output=True,
        env=credcheck.full_environment(),
    )
    assert run.returncode == 5
    assert os.listdir(credcheck.directory) == ["credentials.toml"]
    assert (credcheck.directory / "credentials.toml").read_bytes() == before


def test_many_logins_at_once_lose_nothing(credcheck: Program) -> None:
    runs = []
    for number in range(12):
        process = subprocess.Popen(
            [PROGRAM, "login", f"work-{number}", "--provider", "pixelcut", "--no-verify"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=credcheck.full_environment(),
        )
        assert process.stdin
        process.stdin.write(b"a-key\n")
        process.stdin.close()
        runs.append(process)
    assert [process.wait(30) for process in runs] == [0] * 12
    assert set(stored(credcheck)) == {f"work-{number}" for number in range(12)}


def test_a_symbolic_link_stays_one(credcheck: Program, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "keys.toml"
    target.parent.mkdir()
    target.write_text("")
    credcheck.directory.mkdir(parents=True)
    (credcheck.directory / "credentials.toml").symlink_to(target)
    assert credcheck("login", "pixelcut", "--no-verify", given="a-key\n").status == 0
    assert (credcheck.directory / "credentials.toml").is_symlink()
    assert "a-key" in target.read_text()


@pytest.mark.parametrize("content", ["not = [toml", 'mine = "own"\n', "[accounts.pixelcut]\napi_keey = 1\n"])
def test_a_file_that_credcheck_did_not_write_is_never_overwritten(credcheck: Program, content: str) -> None:
    path = credcheck.configure(content, name="credentials.toml")
    assert credcheck("login", "pixelcut", "--no-verify", given="a-key\n").status == 2
    assert path.read_text() == content


def test_no_option_takes_a_key(credcheck: Program) -> None:
    options = re.findall(r"--[a-z-]+", credcheck("login", "--help").out)
    known = {"--config", "--from", "--help", "--no-verify", "--provider", "--set", "--timeout", "--yes"}
    assert set(options) <= known


def test_the_very_name_wins_over_one_that_differs_in_its_writing(credcheck: Program) -> None:
    credcheck("login", "my-work", "--provider", "pixelcut", "--no-verify", given="key-one\n")
    credcheck("login", "other", "--provider", "pixelcut", "--no-verify", given="key-two\n")
    path = credcheck.directory / "credentials.toml"
    path.write_text(path.read_text().replace("other", "mywork"))
    assert credcheck("login", "mywork", "--no-verify", given="key-three\n").status == 0
    assert {name: entry["api_key"] for name, entry in stored(credcheck).items()} == {
        "my-work": "key-one",
        "mywork": "key-three",
    }


@pytest.mark.parametrize("name", ["all", "login", "", "\udcff"])
def test_a_name_that_no_account_can_have_is_refused(credcheck: Program, name: str) -> None:
    run = credcheck("login", "--provider", "pixelcut", "--no-verify", "--", name, given="a-key\n")
    assert (run.status, "no account can have" in run.err) == (2, True)
    assert not credcheck.directory.exists()


def test_where_the_provider_cannot_be_asked_the_way_out_is_told(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\nbase_url = "http://127.0.0.1:9"\n')
    assert "--no-verify" in credcheck("login", "pixelcut", "--timeout", "1", given=f"{GOOD}\n").err


KEY_IN_THE_WRONG_PLACE = [
    ("login", "pixelcut", "sk_live_51HxT"),
    ("login", "sk_live_51HxT"),
    ("login", "pixelcut=sk_live_51HxT"),
    ("login", "sk_live_51HxT", "--provider", "pixelcut"),
    ("login", "work", "--provider=sk_live_51HxT"),
    ("logout", "sk_live_51HxT"),
    ("login", "--key", "sk_live_51HxT", "pixelcut"),
    ("login", "pixelcut", "--api-key=sk_live_51HxT"),
    ("pixelcut", "--token", "sk_live_51HxT"),
    ("providers", "sk_live_51HxT"),
    ("sk_live_51HxT",),
    ("all", "sk_live_51HxT"),
    ("--sk_live_51HxT",),
    ("all", "--sk_live_51HxT=x"),
    ("all", "--format", "sk_live_51HxT"),
    ("completions", "sk_live_51HxT"),
    ("all", "--config", "sk_live_51HxT"),
    ("open", "sk_live_51HxT"),
]


@pytest.mark.parametrize("arguments", KEY_IN_THE_WRONG_PLACE, ids=" ".join)
def test_a_key_in_the_place_of_a_name_is_not_repeated(credcheck: Program, arguments: tuple[str, ...]) -> None:
    run = credcheck(*arguments, given="a-key\n")
    assert (run.status, run.out) == (2, "")
    assert "sk_live" not in run.err
    assert "shell history" in run.err
    assert run.err.count("\n") == 1
    assert not credcheck.directory.exists()


def test_white_space_around_a_pasted_key_is_dropped(credcheck: Program) -> None:
    assert credcheck("login", "pixelcut", "--no-verify", given=" \t a-key\u00a0 \r\n").status == 0
    assert stored(credcheck)["pixelcut"]["api_key"] == "a-key"


def test_a_provider_may_be_typed_in_any_spelling(credcheck: Program) -> None:
    assert credcheck("login", "work", "--provider", "FishAudio", "--no-verify", given="a-key\n").status == 0
    assert stored(credcheck)["work"]["provider"] == "fish-audio"


@pytest.mark.parametrize("name", ["\x1b]0;owned\x07x\x1b[31m", "two\nlines\r", "\u202egnp.exe", "a\x9bc"])
def test_a_hostile_name_acts_on_no_terminal(credcheck: Program, name: str) -> None:
    stored_ = credcheck("login", name, "--provider", "pixelcut", "--no-verify", given="a-key\n")
    removed = credcheck("logout", name)
    assert (stored_.status, removed.status) == (0, 0)
    for said in (stored_.err, removed.err):
        assert said.count("\n") == 1
        assert not [each for each in said.rstrip("\n") if unicodedata.category(each) in {"Cc", "Cf"}]


def test_what_a_killed_login_left_is_told_of_and_removed_by_the_next(credcheck: Program) -> None:
    credcheck.configure("")
    old, fresh, other = (
        credcheck.configure("api_key = 'left'", name=name)
        for name in (".credentials.toml.0123456789ab", ".credentials.toml.abcdef012345", ".credentials.toml.swp")
    )
    minutes_ago = time.time() - 90
    os.utime(old, (minutes_ago, minutes_ago))
    os.utime(other, (minutes_ago, minutes_ago))
    assert [each for each in (old, fresh, other) if f"rm {each}\n" in credcheck("doctor").out] == [old]
    assert credcheck("login", "pixelcut", "--no-verify", given="a-key\n").status == 0
    assert [each.exists() for each in (old, fresh, other)] == [False, True, True]
    os.utime(fresh, (minutes_ago, minutes_ago))
    assert credcheck("logout", "pixelcut").status == 0
    assert [each.exists() for each in (old, fresh, other)] == [False, False, True]


def test_a_folder_that_others_can_write_is_warned_of_before_the_key_is_asked_for(credcheck: Program) -> None:
    credcheck.directory.mkdir(parents=True)
    credcheck.directory.chmod(0o777)
    run = credcheck("login", "pixelcut", "--no-verify", given="a-key\n")
    assert run.status == 0
    assert f"chmod go-w {credcheck.directory}" in run.err.splitlines()[0]


@pytest.fixture
def locked(credcheck: Program) -> Iterator[Program]:
    """The program, its folder locked by another program."""
    credcheck.directory.mkdir(parents=True, mode=0o700)
    descriptor = os.open(credcheck.directory, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield credcheck
    os.close(descriptor)


def test_a_folder_that_stays_locked_is_an_error_within_the_time_out(locked: Program) -> None:
    started = time.monotonic()
    run = locked("login", "pixelcut", "--no-verify", "--timeout", "0.3", given="a-key\n")
    assert time.monotonic() - started < 5
    assert (run.status, run.err.count("\n")) == (5, 1)
    assert "another program holds the lock" in run.err
    assert os.listdir(locked.directory) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_ends_the_wait_for_a_lock_before_anything_is_stored(locked: Program, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [PROGRAM, "login", "pixelcut", "--no-verify"], stdin=subprocess.PIPE, env=locked.full_environment()
    )
    assert process.stdin
    process.stdin.write(b"a-key\n")
    process.stdin.close()
    until(lambda: has_open(process.pid, locked.directory))
    process.send_signal(number)
    assert process.wait(20) == 128 + number
    assert os.listdir(locked.directory) == []


def has_open(process: int, path: Path) -> bool:
    with suppress(OSError):  # a descriptor that is closed meanwhile
        return any(each.readlink() == path for each in Path(f"/proc/{process}/fd").iterdir())
    return False


def test_a_stored_key_of_a_provider_that_there_is_no_more_is_its_accounts_error_and_can_be_removed(
    pixelcut: Program,
) -> None:
    pixelcut("login", "pixelcut", given=f"{GOOD}\n")
    path = pixelcut.directory / "credentials.toml"
    path.write_text(path.read_text() + '[accounts."my work"]\nprovider = "gone-since"\napi_key = "sk-old-key"\n')
    both, alone = pixelcut("all", "--json"), pixelcut("my work", "--json")
    results = {each["account"]: each for each in json.loads(both.out)["results"]}
    assert (both.status, results["pixelcut"]["balance"], alone.status) == (4, 42, 4)
    assert results["my work"]["provider"] == "gone-since"
    assert results["my work"]["error"]["message"].endswith("run `credcheck logout 'my work'`")
    assert "credcheck logout 'my work'" in pixelcut("doctor").out
    assert "gone-since" in pixelcut("accounts").out
    again = pixelcut("login", "my work", "--no-verify", given="a-key\n")
    assert (again.status, "credcheck logout" in again.err) == (2, True)
    assert pixelcut("logout", "my work").status == 0
    assert list(stored(pixelcut)) == ["pixelcut"]


def test_a_key_is_not_stored_for_an_account_of_another_provider(credcheck: Program) -> None:
    credcheck("login", "work", "--provider", "pixelcut", "--no-verify", given="key-one\n")
    run = credcheck("login", "work", "--provider", "supertone", "--no-verify", given="key-two\n")
    assert (run.status, "is one at pixelcut" in run.err) == (2, True)
    assert stored(credcheck) == {"work": {"provider": "pixelcut", "api_key": "key-one"}}


def test_a_key_is_stored_though_the_provider_does_not_know_the_balance(credcheck: Program) -> None:
    with playing(lambda _: Answer('{"balance": null}')) as server:
        credcheck.configure(f'[accounts.supertone]\nbase_url = "{server.url}"\n')
        assert credcheck("login", "supertone", given="a-key\n").status == 0
    assert stored(credcheck)["supertone"]["api_key"] == "a-key"


def test_what_is_stored_is_utf_8_in_any_locale(credcheck: Program) -> None:
    credcheck("login", "caf\u00e9", "--provider", "pixelcut", "--no-verify", given="key-one\n")
    credcheck.environment.update({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert credcheck("login", "pixelcut", "--no-verify", given="key-two\n").status == 0
    assert list(stored(credcheck)) == ["caf\u00e9", "pixelcut"]


def test_a_key_that_was_tried_is_to_be_copied_anew_and_not_stored_untried(credcheck: Program, server: str) -> None:
    credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{server}/pixelcut"\n')
    run = credcheck("login", "pixelcut", given="wrong\n")
    assert run.status == 4
    assert "copy the key again" in run.err
    assert "credcheck login" not in run.err
    assert "--no-verify" not in run.err


REFERENCE = "op://Private/pixelcut/credential"


def test_a_reference_is_stored_neither_from_a_pipe_nor_typed_nor_from_a_file(pixelcut: Program) -> None:
    (pixelcut.home / ".env").write_text(f"PIXELCUT_API_KEY='{REFERENCE}'\n")
    piped = pixelcut("login", "pixelcut", "--no-verify", given=f"{REFERENCE}\n")
    found = pixelcut("login", "--from", ".env", "--yes", "--no-verify")
    typed = at_terminal(pixelcut, "login", "pixelcut", "--no-verify", typed=[("not shown): ", f"{REFERENCE}\n")])
    for status, said in ((piped.status, piped.err), (found.status, found.err), (typed.status, typed.text)):
        words = " ".join(said.split())
        assert status in {2, 4}, said
        assert "is a reference of 1Password, not a key" in words
        assert 'use api_key_command = ["op", "read", "op://…"]' in words
    assert "nothing is stored" in piped.err
    assert not (pixelcut.directory / "credentials.toml").exists()


def test_a_key_that_no_request_can_carry_is_told_whole_with_the_way_out(pixelcut: Program) -> None:
    run = pixelcut("login", "pixelcut", given="two words\n")
    problem = "character 4 of the key is white space, which no key has"
    assert (run.status, run.err) == (4, f"credcheck: {problem}; nothing is stored: copy the key again\n")


@pytest.mark.parametrize("arguments", [("login",), ("login", "pix")])
def test_a_word_that_several_providers_may_mean_is_answered_with_them_and_asked_again(
    pixelcut: Program, arguments: tuple[str, ...]
) -> None:
    asked = [("such as `speech`): ", "pix\n")] if len(arguments) == 1 else []
    typed = [*asked, ("such as `speech`): ", "pixelcut\n"), ("not shown", f"{GOOD}\n")]
    screen = at_terminal(pixelcut, *arguments, typed=typed)
    assert (screen.status, "pixelcut, pixellab, pixverse" in screen.text) == (0, True), screen.text
    assert stored(pixelcut)["pixelcut"]["api_key"] == GOOD


def test_a_company_without_a_balance_api_has_its_reason_at_the_question_too(credcheck: Program) -> None:
    typed = [("such as `speech`): ", "gemini\n"), ("Alternative", "\x03")]
    screen = at_terminal(credcheck, "login", typed=typed)
    assert screen.status == 130
    assert "use is billed by Google Cloud" in screen.text.replace("\n", " ")
    reason = credcheck("login", "gemini", given="k").err
    assert "use is billed by Google Cloud" in reason


def test_a_key_that_is_typed_in_the_place_of_the_provider_is_not_shown_again(credcheck: Program) -> None:
    screen = at_terminal(credcheck, "login", typed=[("such as `speech`): ", "sk_live_0123456789abcdef\n")])
    assert (screen.status, "looks like an API key" in screen.text) == (2, True)


def test_an_empty_or_wrong_answer_for_an_option_is_asked_for_again(credcheck: Program) -> None:
    questions = [("project_id", "\n"), ("must not be empty", "p-1\n"), ("not shown", f"{GOOD}\n")]
    screen = at_terminal(credcheck, "login", "deepgram", "--no-verify", typed=questions)
    assert screen.status == 0, screen.text
    questions = [("api_id", "\n"), ("must not be empty\r\napi_id (", "i-1\n"), ("it is not shown", f"{GOOD}\n")]
    screen = at_terminal(credcheck, "login", "creatify", "--no-verify", typed=questions)
    assert screen.status == 0, screen.text
    questions = [("region", "mars\n"), ("must be one of", "\n"), ("it is not shown", f"{GOOD}\n")]
    assert at_terminal(credcheck, "login", "moonshot", "--no-verify", typed=questions).status == 0
    assert {"deepgram", "creatify", "moonshot"} <= set(stored(credcheck))
