"""Streams that break, fill, close or cannot show what they are given."""

import os
import re
import subprocess

import pytest

from tests.conftest import PROGRAM
from tests.faults.at_a_terminal import at_a_terminal
from tests.faults.conftest import Front
from tests.faults.guarantees import ACTING, parsed
from tests.faults.test_signals import until
from tests.faults.world import outcome_of

MANY = 220


@pytest.fixture
def many(front: Front) -> Front:
    """The front door, with more accounts than a pipe's buffer holds the results of."""
    front.configure(*[front.account(f"account-{n}") for n in range(MANY)], concurrency=16)
    return front


@pytest.fixture
def few(front: Front) -> Front:
    """The front door, with an account that is well and one that is not."""
    front.configure(front.account("fine"), front.account("refused", "text-wide-401"))
    return front


def shell(front: Front, script: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which `$0` is the program."""
    return subprocess.run(
        ["/bin/bash", "-c", script, PROGRAM],
        capture_output=True,
        timeout=20,
        check=False,
        cwd=front.program.home,
        env=front.program.full_environment(**variables),
    )


@pytest.mark.parametrize("options", ["--json", "", "--format tsv"])
def test_a_reader_that_goes_away_is_no_trouble(many: Front, options: str) -> None:
    done = shell(many, f'"$0" all {options} | head -1 > /dev/null; exit ${{PIPESTATUS[0]}}')
    assert done.stderr == b""
    # Unless all of it went into the pipe before its reader left.
    assert done.returncode == 141 or options != "--json"


@pytest.mark.parametrize("command", ["all --json", "all", "all --format tsv", "--help", "providers", "--version"])
def test_a_full_disk_is_never_taken_for_success(few: Front, command: str) -> None:
    done = shell(few, f'"$0" {command} > /dev/full')
    assert done.returncode == 5
    assert done.stderr.count(b"\n") <= 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_that_fills_half_way_is_never_taken_for_success(many: Front, unbuffered: str) -> None:
    done = shell(many, 'ulimit -f 64; "$0" all --json > out', PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 5
    assert done.stderr.startswith(b"credcheck: stdout cannot be written")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("closed", "status"), [(">&-", 5), ("2>&-", 4), ("<&-", 4), (">&- 2>&- <&-", 5), ("<&- 2>&-", 4)]
)
def test_a_closed_stream_is_never_taken_for_a_connection(few: Front, closed: str, status: int) -> None:
    done = shell(few, f'"$0" all --json {closed}')
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    if done.stdout:
        assert [outcome_of(each) for each in parsed(done.stdout.decode())["results"]] == ["=42", "key_rejected"]
    assert few.requests("fine") == 1


def test_the_streams_that_are_closed_are_filled_before_anything_is_opened(front: Front) -> None:
    front.configure(front.account("slow", "slow-1"))
    script = 'exec "$0" all --json <&- >&- 2>&-'
    with subprocess.Popen(
        ["/bin/bash", "-c", script, PROGRAM], env=front.program.full_environment(), cwd=front.program.home
    ) as process:
        until(lambda: front.requests("slow") > 0)
        streams = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in range(3)]
        assert process.wait(10) == 5
    assert streams == ["/dev/null"] * 3


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "utf-16"},
        {"LC_ALL": "nowhere.KLINGON"},
    ],
    ids=str,
)
def test_what_an_encoding_cannot_show_is_shown_otherwise(few: Front, variables: dict[str, str]) -> None:
    done = shell(few, '"$0" all', **variables)
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr
    encoding = "utf-16" if variables.get("PYTHONIOENCODING") == "utf-16" else "latin-1"
    text = done.stdout.decode(encoding)
    assert "42" in text


def test_a_pipe_gets_whole_names_and_no_escapes(front: Front) -> None:
    name = "a-name-that-is-quite-long-" * 2
    front.configure(front.account(name, "text-markup-401"), front.account("fine"))
    run = front("all", COLUMNS="20", FORCE_COLOR="")
    assert f"{name}@pixelcut" in run.out
    assert "…" not in run.out


@pytest.mark.parametrize(
    "variables",
    [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "xterm"}, {"TERM": "xterm", "COLUMNS": "10"}, {"NO_COLOR": ""}],
    ids=str,
)
def test_a_terminal_shows_every_digit_and_only_the_programs_own_escapes(few: Front, variables: dict[str, str]) -> None:
    status, shown = at_a_terminal(few.program, ["all"], variables)
    assert status == 4
    assert "42" in shown
    if variables.get("NO_COLOR") or variables.get("TERM") == "dumb":
        assert not ACTING.search(shown.replace("\r\n", "\n"))


def test_an_empty_no_color_counts_as_unset(few: Front) -> None:
    shown = {value: at_a_terminal(few.program, ["all"], {"TERM": "xterm", "NO_COLOR": value})[1] for value in ("", "1")}
    coloured = {value: bool(re.search(r"\x1b\[[0-9;]*3[0-9]m", text)) for value, text in shown.items()}
    assert coloured == {"": True, "1": False}
