"""What `--output` writes: the whole output in the place of a file, or nothing."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Program

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


def test_a_pipe_is_left_as_it_is_and_our_own_is_explained(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42")("pixelcut", "--output", "/dev/stdout")
    assert (run.status, run.out) == (5, "")
    assert run.err == ("credcheck: /dev/stdout cannot be written: not a regular file; leave the option out to print\n")


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
        ("/dev/null", "not a regular file"),
        ("", "regular"),
    ],
)
def test_a_file_that_cannot_be_written_is_5(pixelcut: Callable[..., Program], file: str, reason: str) -> None:
    run = pixelcut("42")("all", "--output", file)
    assert (run.status, run.out) == (5, "")
    assert f"{file} cannot be written: " in run.err
    assert reason in run.err
