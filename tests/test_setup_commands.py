import json
import os
import re
import socket
import stat
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.conftest import PROGRAM, Program
from tests.playback import Playback
from tests.screens import at_terminal


def test_accounts_tells_every_source_and_sends_nothing(credcheck: Program) -> None:
    credcheck.configure(
        """
        [accounts.goenhance]
        api_key = "secret-key-1"
        base_url = "http://127.0.0.1:9"
        warn_below = 12.50
        [accounts.liveavatar]
        api_key_command = ["pass", "show", "secret-name"]
        enabled = false
        [accounts.fish-audio]
        api_key_file = "/run/secrets/fish"
        [accounts.work]
        provider = "pixelcut"
        """
    )
    credcheck.configure(
        '[accounts.supertone]\nprovider = "supertone"\napi_key = "secret-key-2"\n', name="credentials.toml"
    )
    credcheck.environment["PIXELCUT_API_KEY"] = "secret-key-3"
    listed = json.loads(credcheck("accounts", "--json").out)["accounts"]
    assert {each["account"]: each["key_source"] for each in listed} == {
        "goenhance": "config",
        "liveavatar": "command:pass",
        "fish-audio": "file:/run/secrets/fish",
        "work": "env:PIXELCUT_API_KEY",
        "supertone": "stored",
        "pixelcut": "env:PIXELCUT_API_KEY",
    }
    assert [each["account"] for each in listed if not each["enabled"]] == ["liveavatar"]
    assert listed[0]["warn_below"] == 12.50
    text = credcheck("accounts").out
    assert "secret" not in text.replace("/run/secrets", "")
    assert "12.50" in text


def test_accounts_tells_the_thresholds_that_are_for_all(credcheck: Program) -> None:
    credcheck.configure(
        """
        warn_below = { usd = 5, credits = "10%", characters = "20%" }
        [accounts.pixelcut]
        [accounts.fish-audio]
        [accounts.fish-audio-2]
        provider = "fish-audio"
        warn_below = 7
        [accounts.deepl]
        [accounts.deepseek]
        warn_below = { CNY = 30 }
        [accounts.deepseek-2]
        provider = "deepseek"
        warn_below = 30
        """
    )
    text = credcheck("accounts").out
    told = {line.split()[0]: line.partition("none")[2].strip() for line in text.splitlines()[1:]}
    assert told == {
        "pixelcut": "",
        "fish-audio": "USD=5 (for all)",
        "fish-audio-2": "7",
        "deepl": "characters=20% (for all)",
        "deepseek": "CNY=30, USD=5 (for all)",
        "deepseek-2": "30, USD=5 (for all)",
    }
    listed = {each["account"]: each for each in json.loads(credcheck("accounts", "--json").out)["accounts"]}
    assert listed["deepl"]["usual_thresholds"] == [{"unit": "characters", "below": "20%"}]
    assert (listed["deepl"]["warn_below"], listed["deepl"]["thresholds"]) == (None, [])


def test_accounts_with_nothing_set_up_says_how_to_begin(credcheck: Program) -> None:
    run = credcheck("accounts")
    assert (run.status, run.out) == (0, "")
    assert "credcheck demo" in run.err
    assert credcheck("accounts", "--json").status == 0
    assert credcheck("all").status == credcheck("all", "--json").status == 2


def test_doctor_finds_all_well(credcheck: Program, server: str) -> None:
    credcheck.configure(f'[accounts.pixelcut]\napi_key = "secret-key-1"\nbase_url = "{server}/pixelcut"\n')
    run = credcheck("doctor")
    assert (run.status, "BAD" in run.out, "secret-key-1" in run.out) == (0, False, False)
    assert run.out.endswith("\nNo problem found.\n")
    assert "pixelcut: key found (config)" in run.out
    assert f"{server} answers" in run.out


def test_doctor_names_each_thing_that_is_wrong_and_its_way_out(credcheck: Program) -> None:
    path = credcheck.configure(
        """
        [accounts.pixelcut]
        api_key = "secret-key-1"
        base_url = "http://127.0.0.1:9"
        [accounts.goenhance]
        base_url = "http://127.0.0.1:9"
        """
    )
    path.chmod(0o644)
    run = credcheck("doctor", "--timeout", "2")
    assert run.status == 3
    assert re.search(r"\n[3-9] problems: see the lines marked BAD\.\n$", run.out)
    assert f"chmod 600 {path}" in run.out
    assert "run `credcheck login goenhance`" in run.out
    assert "127.0.0.1:9 refuses connections" in run.out


def test_doctor_reports_a_configuration_that_is_wrong(credcheck: Program) -> None:
    credcheck.configure("timeout = 0\n")
    run = credcheck("doctor")
    assert (run.status, "timeout: must be seconds" in run.out) == (3, True)


def test_doctor_shows_a_proxy_without_its_password(credcheck: Program, server: str) -> None:
    credcheck.configure(f'[accounts.pixelcut]\napi_key = "k"\nbase_url = "{server}/pixelcut"\n')
    run = credcheck("doctor", HTTPS_PROXY="http://me:secret-word@127.0.0.1:3128")
    assert "127.0.0.1:3128" in run.out
    assert "secret-word" not in run.out + run.err


def test_config_path_prints_both_places(credcheck: Program) -> None:
    assert credcheck("config", "path").out.splitlines() == [
        str(credcheck.directory / "config.toml"),
        str(credcheck.directory / "credentials.toml"),
    ]


def test_config_init_writes_an_example_that_is_valid_and_never_overwrites(credcheck: Program) -> None:
    path = credcheck.directory / "config.toml"
    assert credcheck("config", "init").status == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(re.sub(r"(?m)^# (?=\[|\w+ = )", "", path.read_text()))
    assert credcheck("accounts").status == 0
    assert json.loads(credcheck("accounts", "--json", "--tag", "prod").out)["accounts"][0]["account"] == "pixelcut"
    before = path.read_text()
    assert credcheck("config", "init").status == 2
    assert path.read_text() == before


@pytest.mark.parametrize(("written", "status"), [("timeout = 5", 0), ("timeout = soon", 2)])
def test_config_edit_opens_the_editor_and_validates_on_return(credcheck: Program, written: str, status: int) -> None:
    editor = credcheck.home / "editor"
    editor.write_text(f'#!/bin/sh\necho "$1" "$2" > {credcheck.home}/asked\necho "{written}" > "$2"\n')
    editor.chmod(0o700)
    path = credcheck.configure("")
    assert credcheck("config", "edit", EDITOR="false", VISUAL=f"{editor} --wait").status == status
    assert (credcheck.home / "asked").read_text() == f"--wait {path}\n"


def test_advice_about_the_configuration_keeps_the_file_that_is_asked_for(credcheck: Program) -> None:
    run = credcheck("config", "init", "--config", "new folder/foo.toml")
    assert run.err.endswith("edit it with `credcheck config edit --config 'new folder/foo.toml'`.\n")
    said = credcheck("all", "--config", "new folder/foo.toml").err
    assert f"credcheck config edit --config '{credcheck.home}/new folder/foo.toml'  " in said


def test_a_failure_names_the_file_by_its_whole_path_for_a_mail_has_no_folder(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("http-401")
    (program.home / "cfg").mkdir()
    (program.directory / "config.toml").rename(program.home / "cfg/x.toml")
    assert f"correct api_key of pixelcut in {program.home}/cfg/x.toml" in program("all", "--config", "cfg/x.toml").err
    (program.home / "cfg/x.toml").write_text('[accounts.twilio]\napi_key = "t-0123456789"\n')
    for words in (("all",), ("twilio",)):
        run = program(*words, "--config", "cfg/x.toml")
        assert f" in {program.home}/cfg/x.toml\n" in run.err, run.err


def test_config_edit_without_a_terminal_starts_no_editor_that_nobody_chose(credcheck: Program) -> None:
    run = credcheck("config", "edit")
    assert (run.status, "set EDITOR" in run.err, list(credcheck.home.rglob("config.toml"))) == (2, True, []), run.err


@pytest.mark.parametrize(
    ("installed", "says"),
    [
        (("vi",), "EDITOR is not set: opening vi (`:q` leaves it)."),
        (("vi", "nano"), "EDITOR is not set: opening nano (Ctrl-X leaves it)."),
        (("vi", "nano", "editor"), "EDITOR is not set: opening editor (if it is vi, `:q` leaves it)."),
        (("vi", "editor", "sensible-editor"), "EDITOR is not set: opening sensible-editor (if it is vi, `:q` leaves"),
        ((), "vi cannot be run: No such file or directory; set VISUAL or EDITOR to your editor"),
    ],
)
def test_config_edit_at_a_terminal_names_the_editor_that_it_opens_unasked(
    credcheck: Program, installed: tuple[str, ...], says: str
) -> None:
    (credcheck.home / "bin").mkdir()
    for name in installed:
        editor = credcheck.home / "bin" / name
        editor.write_text(f"#!/bin/sh\necho this is {name}\n")
        editor.chmod(0o700)
    screen = at_terminal(credcheck, "config", "edit", variables={"PATH": str(credcheck.home / "bin")})
    assert (screen.status, says in screen.text) == (0 if installed else 2, True)
    assert not installed or screen.text.index(says) < screen.text.index(f"this is {installed[-1]}")


def test_config_edit_without_an_editor_says_what_to_set(credcheck: Program) -> None:
    run = credcheck("config", "edit", EDITOR="no-such-editor")
    assert (run.status, "EDITOR" in run.err) == (2, True)


@pytest.mark.parametrize("arguments", [(), ("all",), ("all", "--json")])
def test_with_nothing_set_up_it_says_in_five_lines_how_to_begin(credcheck: Program, arguments: tuple[str, ...]) -> None:
    run = credcheck(*arguments)
    assert (run.status, run.out) == (2, "")
    assert len(run.err.splitlines()) == 5
    for way in ("credcheck demo", "credcheck login", "PIXELCUT_API_KEY", "credcheck config init"):
        assert way in run.err
    assert not credcheck.directory.exists()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://user:pa/ssw0rd@127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://[bad", "[bad"),
        ("127.0.0.1:3128", "127.0.0.1:3128"),
    ],
)
def test_doctor_shows_any_proxy_and_no_password(credcheck: Program, address: str, shown: str) -> None:
    run = credcheck("doctor", HTTPS_PROXY=address)
    assert f"proxy for https: {shown} (HTTPS_PROXY)" in run.out
    assert "ssw0rd" not in run.out + run.err


def test_doctor_gives_the_chmod_for_a_key_file_that_others_can_read(credcheck: Program, server: str) -> None:
    key = credcheck.home / "key"
    key.write_text("demo-key\n")
    key.chmod(0o644)
    credcheck.configure(f'[accounts.pixelcut]\napi_key_file = "{key}"\nbase_url = "{server}/pixelcut"\n')
    run = credcheck("doctor")
    assert (run.status, f"chmod 600 {key}" in run.out) == (0, True)


@pytest.mark.parametrize("editor", ["emacs '", "   "])
def test_an_editor_that_is_none_is_an_error_of_the_user(credcheck: Program, editor: str) -> None:
    credcheck.configure("")
    run = credcheck("config", "edit", EDITOR=editor, PATH="/nowhere")
    assert (run.status, "EDITOR" in run.err) == (2, True)


def test_a_full_disk_leaves_no_example_behind(credcheck: Program) -> None:
    run = subprocess.run(
        ["/bin/bash", "-c", 'ulimit -f 0; exec "$0" config init', PROGRAM],
        check=False,
        capture_output=True,
        env=credcheck.full_environment(),
    )
    assert run.returncode == 5
    assert os.listdir(credcheck.directory) == []
    assert credcheck("config", "init").status == 0


def test_an_empty_path_of_the_configuration_is_refused(credcheck: Program) -> None:
    run = credcheck("accounts", "--config", "")
    assert (run.status, "--config" in run.err) == (2, True)


def test_once_there_is_a_configuration_the_first_step_is_to_edit_it(credcheck: Program) -> None:
    credcheck("config", "init")
    assert "credcheck config edit" in credcheck("all").err


def test_the_editor_gets_no_variable_that_holds_a_key(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key_env = "MY_OWN_SECRET"\n')
    editor = credcheck.home / "editor"
    editor.write_text(f"#!/bin/sh\nenv > {credcheck.home}/seen\n")
    editor.chmod(0o700)
    secrets = {"MY_OWN_SECRET": "a", "PIXELCUT_API_KEY": "b", "UNKNOWN_API_KEY": "c", "SUPERTONE_API_KEY": "d"}
    credcheck.environment.update(secrets)
    assert credcheck("config", "edit", EDITOR=str(editor), KEPT="e").status == 0
    seen = {line.partition("=")[0] for line in (credcheck.home / "seen").read_text().splitlines()}
    assert not seen & set(secrets)
    assert {"KEPT", "PATH", "HOME"} <= seen


def test_an_editor_that_fails_is_noticed(credcheck: Program) -> None:
    credcheck.configure("")
    run = credcheck("config", "edit", EDITOR="false")
    assert (run.status, "false ended with status 1" in run.err) == (2, True)


@pytest.mark.parametrize(("ctrl_c", "status"), [("kill -INT $PPID", 0), ("kill -INT $$", 2)])
def test_ctrl_c_is_for_the_editor_alone(credcheck: Program, ctrl_c: str, status: int) -> None:
    credcheck.configure("")
    editor = credcheck.home / "editor"
    editor.write_text(f"#!/bin/sh\n{ctrl_c}\n")
    editor.chmod(0o700)
    assert credcheck("config", "edit", EDITOR=str(editor)).status == status


def test_config_path_is_that_of_the_file_that_is_asked_for(credcheck: Program) -> None:
    assert credcheck("config", "path", "--config", "other/file.toml").out.splitlines() == [
        f"{credcheck.home}/other/file.toml",
        f"{credcheck.home}/other/credentials.toml",
    ]


def test_doctor_sends_no_key_and_reports_a_file_that_others_can_read_once(credcheck: Program, echo: Playback) -> None:
    path = credcheck.configure(f'[accounts.pixelcut]\napi_key = "sk_secret"\nbase_url = "{echo.url}/42"\n')
    path.chmod(0o644)
    before = len(echo.sent)
    run = credcheck("doctor")
    assert len(echo.sent) == before + 1
    assert "sk_secret" not in str(echo.sent[before:])
    assert [f"{path} holds a key" in line for line in run.out.splitlines() if f" {path} " in line] == [True]


def test_doctor_waits_for_a_host_as_long_as_it_is_told(credcheck: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        credcheck.configure(f'[accounts.pixelcut]\napi_key = "k"\nbase_url = "{url}"\n')
        started = time.monotonic()
        run = credcheck("doctor", "--timeout", "0.4")
    assert time.monotonic() - started < 5
    assert (run.status, url in run.out) == (3, True)


def test_doctor_has_colour_at_a_terminal_only(credcheck: Program) -> None:
    credcheck.configure("timeout = 0\n")
    raw = at_terminal(credcheck, "doctor").raw
    assert "\x1b[1;31mBAD\x1b[0m" in raw
    assert "\x1b[1mVersions\x1b[0m" in raw
    assert "\x1b" not in credcheck("doctor").out


def test_doctor_sends_to_nobody_but_the_user(credcheck: Program, server: str) -> None:
    url = server.replace("http:", "https:")  # the server speaks no TLS
    credcheck.configure(f'[accounts.pixelcut]\napi_key = "k"\nbase_url = "{url}"\n')
    assert "credcheck doctor" not in credcheck("doctor").out


def test_wide_characters_shift_no_column_of_the_accounts(credcheck: Program) -> None:
    credcheck.configure('[accounts."日本語"]\nprovider = "pixelcut"\n[accounts.plain]\nprovider = "pixelcut"\n')
    wide, plain = credcheck("accounts").out.splitlines()[1:]
    assert wide.index("pixelcut") + 3 == plain.index("pixelcut")


def test_advice_names_the_configuration_that_was_asked_for(credcheck: Program, server: str) -> None:
    other = credcheck.home / "other.toml"
    other.write_text(f'[accounts.work]\nprovider = "pixelcut"\nbase_url = "{server}/pixelcut"\n')
    advice = f"run `credcheck login work --provider pixelcut --config {other}`"
    for command in ("all", "doctor"):
        run = credcheck(command, "--config", str(other))
        assert advice in run.out + run.err
    other.write_text(f'[accounts.pixelcut]\napi_key = "old"\nbase_url = "{server}/pixelcut"\n')
    other.chmod(0o600)
    assert f"correct api_key of pixelcut in {other}" in credcheck("all", "--config", str(other)).err
