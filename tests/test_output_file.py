"""What `--output` writes: the whole output in the place of a file, or nothing."""

import json
import os
import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PROGRAM, Program
from tests.playback import Playback

BEGINNINGS = {
    "table": "   Account   Balance  Unit\n─────────────────────────────\n✓  pixelcut       42  credits\n",
    "json": '{\n  "schema_version": 1,\n  "account": "pixelcut",',
    "tsv": "account\tprovider\tid\tstatus\tbalance\t",
    "value": "42\n",
    "prometheus": "# HELP credcheck_account_info ",
    "nagios": "CREDCHECK OK - pixelcut 42 credits | ",
    "html": "<!doctype html>\n",
}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_holds_what_would_be_printed_in_every_format(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42")
    for format_, beginning in BEGINNINGS.items():
        run = program("pixelcut", "--format", format_, "--output", "out", FORCE_COLOR="1")
        assert (run.status, run.out, run.err) == (0, "", "")
        assert (program.home / "out").read_text(encoding="utf-8").startswith(beginning)


@pytest.mark.parametrize("file", ["/dev/stdout", "//dev/stdout", "/dev/../proc/self/fd/1", "/dev/stderr", "link", "."])
def test_a_stream_is_not_replaced_by_a_file(pixelcut: Callable[..., Program], echo: Playback, file: str) -> None:
    program = pixelcut("42")
    (program.home / "link").symlink_to("/dev/stdout")
    log = program.home / "log"
    log.write_text("kept\n")
    asked = len(echo.sent)
    with log.open("a", encoding="utf-8") as redirected:
        status = subprocess.run(
            [PROGRAM, "pixelcut", "--output", file],
            stdout=redirected,
            stderr=redirected,
            env=program.full_environment(),
            cwd=program.home,
            check=False,
        ).returncode
    said = "a regular file" if file == "." else "a file; use - to print"
    assert (status, log.read_text()) == (
        5,
        f"kept\ncredcheck: {file} cannot be written: not {said}\n",
    )
    assert len(echo.sent) == asked


def test_the_memory_disk_is_a_folder(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42")
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        assert program("pixelcut", "--format", "value", "--output", file.name).status == 0
        assert Path(file.name).read_text(encoding="utf-8") == "42\n"


def test_an_empty_name_of_a_file_is_wrong_usage(pixelcut: Callable[..., Program], echo: Playback) -> None:
    program = pixelcut("42")
    asked = len(echo.sent)
    for words in (("--output", ""), ("--output=",)):
        run = program("pixelcut", *words)
        assert (run.status, run.err) == (2, "credcheck: --output is empty; name a file, or leave it out to print\n")
    assert len(echo.sent) == asked


def test_a_hyphen_is_stdout(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42")
    for arguments in (["pixelcut", "--format", "value", "--output", "-"], ["--output=-", "pixelcut", "--format=value"]):
        run = program(*arguments)
        assert (run.status, run.out, run.err) == (0, "42\n", "")
    assert "fish-audio" in program("demo", "--output", "-").out
    assert not (program.home / "-").exists()


def test_the_mode_of_a_new_file_follows_the_umask_and_an_old_one_keeps_its_mode(
    pixelcut: Callable[..., Program],
) -> None:
    program = pixelcut("42")
    new, old = program.home / "new", program.home / "old"
    old.write_text("before")
    old.chmod(0o604)
    os.symlink(old, program.home / "link")
    before = old.stat().st_ino
    umask = os.umask(0o027)
    try:
        for name in ("new", "link"):
            assert program("pixelcut", "--format", "value", "--output", name).status == 0
    finally:
        os.umask(umask)
    assert (new.read_text(), mode(new)) == ("42\n", 0o640)
    assert (old.read_text(), mode(old)) == ("42\n", 0o604)
    assert old.stat().st_ino != before, "it is another file, put in its place at once"
    assert (program.home / "link").is_symlink()
    assert sorted(each.name for each in program.home.iterdir() if each.is_file()) == ["link", "new", "old"]


def test_errors_are_told_and_the_status_is_that_of_the_check(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42", "http-401")
    run = program("all", "--output", "table", "--warn-below", "50")
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("pixelcut-2 (pixelcut): key rejected")
    run = program("all", "--json", "--output", "json")
    assert (run.status, run.out, run.err) == (4, "", "")
    assert len(json.loads((program.home / "json").read_text())["results"]) == 2


def test_a_quiet_run_with_nothing_to_say_leaves_an_empty_file(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42")
    (program.home / "out").write_text("low yesterday")
    assert program("all", "--quiet", "--output", "out").status == 0
    assert (program.home / "out").read_text() == ""


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("missing/out", "No such file"),
        (".", "not a regular file"),
        ("/dev/null", "use - to print"),
        ("/proc/out", "use - to print"),
    ],
)
def test_a_file_that_cannot_be_written_is_5_before_anything_is_sent(
    pixelcut: Callable[..., Program], echo: Playback, file: str, reason: str
) -> None:
    program, asked = pixelcut("42"), len(echo.sent)
    run = program("all", "--output", file)
    assert (run.status, run.out, len(echo.sent)) == (5, "", asked)
    assert f"{file} cannot be written: " in run.err
    assert reason in run.err
