"""What the exit status says, of the pure rule and of the installed program."""

import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credcheck import commands
from credcheck.cli import program
from credcheck.errors import exit_status
from credcheck.models import Failure, Result
from credcheck.names import COMMANDS
from tests.conftest import PROGRAM, Program
from tests.playback import Answer, playing
from tests.results import result

CODES = [
    "rate_limited",
    "timeout",
    "unreachable",
    "tls",
    "redirected",
    "provider_error",
    "blocked",
    "bad_response",
    "balance_unknown",
]


def outcome(said: str) -> Result:
    """Return a result that is `ok`, `low`, or has this error."""
    amounts = {"ok": "1", "low": "0"}
    return result(said, amounts.get(said) or Failure(said, "a line"), warn_below=1)


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ("", 0),
        ("ok ok", 0),
        ("ok low", 1),
        ("low key_missing key_rejected timeout", 1),
        ("ok key_missing", 4),
        ("key_rejected key_missing", 4),
        ("key_rejected timeout", 3),
        ("ok low internal_error", 70),
        *((f"ok {code}", 3) for code in CODES),
    ],
)
def test_the_most_certain_and_most_pressing_counts(results: str, status: int) -> None:
    assert exit_status([outcome(said) for said in results.split()]) == status


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (("42", "50"), 0),
        (("42", "10", "http-401", "http-500"), 1),
        (("42", "http-500"), 3),
        (("http-401", "http-500"), 3),
        (("42", "http-401", "http-403"), 4),
    ],
)
def test_the_program_ends_with_the_status_of_its_results(
    pixelcut: Callable[..., Program], answers: tuple[str, ...], status: int
) -> None:
    assert pixelcut(*answers)("all", "--json", "--warn-below", "20").status == status


@pytest.mark.parametrize(
    "arguments",
    [
        ("--no-such-option",),
        ("all", "--format", "xml"),
        ("pixelcut", "supertone", "--format", "value"),
        ("pixelcut", "--json", "--format", "tsv"),
        ("pixelcut", "--timeout", "0"),
        ("pixelcut", "--warn-below", "much"),
        ("demo", "--format", "value"),
        ("providers", "no-such-provider"),
    ],
)
def test_wrong_usage_is_2_and_one_line(credcheck: Program, arguments: tuple[str, ...]) -> None:
    run = credcheck(*arguments)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("credcheck: ")
    assert run.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("pixelcut",), ("pixelcut", "--json"), ("--help",), ("--version",)])
def test_a_full_disk_is_5_whatever_the_results(pixelcut: Callable[..., Program], arguments: tuple[str, ...]) -> None:
    program = pixelcut("http-401")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, check=False, env=program.full_environment()
        )
    assert done.returncode == 5


@pytest.mark.parametrize("balance", ["42", "http-401"])
def test_a_full_disk_is_told_by_the_format_of_a_monitor_too(pixelcut: Callable[..., Program], balance: str) -> None:
    program = pixelcut(balance)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [PROGRAM, "pixelcut", "--format", "nagios"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=program.full_environment(),
        )
    assert (done.returncode, done.stderr) == (3, b"credcheck: stdout cannot be written: No space left on device\n")


def test_a_reader_that_went_away_is_141_and_no_word(pixelcut: Callable[..., Program]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    program = pixelcut("42")
    done = subprocess.run(
        [PROGRAM, "pixelcut", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        env=program.full_environment(),
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


FAULT = """
import sys
from credcheck import cli, config
def broken(*_, **__):
    secret = "sk_secret"
    raise ZeroDivisionError(secret)
config.load = broken
sys.exit(cli.run(["all"]))
"""


def test_a_fault_of_credcheck_itself_is_70_and_one_line_without_a_value(credcheck: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAULT], capture_output=True, text=True, check=False, env=credcheck.full_environment()
    )
    assert (done.returncode, done.stdout) == (70, "")
    assert done.stderr.startswith("credcheck: a fault of credcheck itself: ZeroDivisionError at <string>:6 in version")
    assert done.stderr.count("\n") == 1
    assert "sk_secret" not in done.stderr


def test_a_refusal_is_one_whatever_else_its_body_holds(credcheck: Program) -> None:
    with playing(lambda _: Answer('{"error": 1e99999}', status=401)) as provider:
        credcheck.configure(f'[accounts.pixelcut]\napi_key = "k"\nbase_url = "{provider.url}"\n')
        assert credcheck("pixelcut").status == 4


def test_who_mistypes_a_command_is_told_the_nearest(credcheck: Program) -> None:
    assert "did you mean `accounts`?" in credcheck("acounts").err


def test_each_command_has_its_module_and_each_module_its_command() -> None:
    modules = {module.name for module in pkgutil.iter_modules(commands.__path__)} - {"run_check"}
    assert set(getattr(program.group(), "commands", {})) == set(COMMANDS) == modules


@pytest.mark.parametrize(("left", "status"), [("0", 1), ("-3", 1), ("0.01", 0)])
def test_an_account_with_nothing_left_is_low_without_any_threshold(left: str, status: int) -> None:
    assert exit_status([result("a", left)]) == status


def test_a_threshold_of_its_own_decides_alone() -> None:
    assert exit_status([result("a", "0", warn_below=0)]) == 0


@pytest.mark.parametrize("content", ["raise ImportError", "def broken(:", "import sys; sys.exit(1)", "Typer = None"])
@pytest.mark.parametrize("library", ["typer", "httpx"])
def test_a_library_that_does_not_fit_is_70_and_one_line(credcheck: Program, library: str, content: str) -> None:
    (credcheck.home / f"{library}.py").write_text(content)
    run = credcheck("demo", PYTHONPATH=str(credcheck.home))
    assert (run.status, run.out) == (70, "")
    assert re.fullmatch(r"credcheck: .*(install|report).*\n", run.err)
    assert "Traceback" not in run.err


@pytest.mark.parametrize(("module", "line"), [("render.nagios", "all --format nagios"), ("system.terminal", "all")])
def test_without_the_module_that_would_say_so_it_is_70_and_one_line_too(five: Program, module: str, line: str) -> None:
    (five.home / "sitecustomize.py").write_text(f"import sys\nsys.modules['credcheck.{module}'] = None\n")
    run = five(*line.split(), PYTHONPATH=str(five.home))
    assert (run.status, run.out) == (70, "")
    assert re.fullmatch(r"credcheck: the installation is broken .*: install credcheck again.*\n", run.err)


def test_a_broken_provider_takes_down_its_own_account_only(five: Program) -> None:
    broken = """
from credcheck import providers
source = providers.source
providers.source = lambda name: "not TOML" if name == "liveavatar" else source(name)
"""
    (five.home / "sitecustomize.py").write_text(broken)
    run = five("all", "--format", "tsv", PYTHONPATH=str(five.home))
    assert run.status == 70
    rows = [line.split("\t") for line in run.out.splitlines()[1:]]
    assert [(row[0], row[10]) for row in rows if row[3] != "ok"] == [("liveavatar", "internal_error")]
    assert len(rows) == 5
    assert "the provider liveavatar cannot be used" in run.err
