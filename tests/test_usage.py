"""The bare program, its help and its version."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
import typer

from credcheck import __version__, cli
from tests.conftest import Program

COMMANDS = sorted(getattr(typer.main.get_command(cli.app), "commands", {}))


def test_bare_it_says_what_to_do_first(credcheck: Program) -> None:
    run = credcheck()
    assert (run.status, run.out) == (2, "")
    for way in ("credcheck demo", "credcheck login PROVIDER", "export PIXELCUT_API_KEY=", "credcheck config init"):
        assert way in run.err


def test_bare_with_accounts_it_names_them(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42", "43")()
    assert (run.status, run.out) == (2, "")
    assert "one of pixelcut, pixelcut-2\n" in run.err


def test_the_version_is_one_line(credcheck: Program) -> None:
    run = credcheck("--version")
    assert (run.status, run.out, run.err) == (0, f"credcheck {__version__}\n", "")


def test_as_a_module_it_is_the_same_program(credcheck: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "credcheck", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=credcheck.home,
        env={**os.environ, "HOME": str(credcheck.home)},
    )
    assert done.stdout == f"credcheck {__version__}\n"


def test_the_help_names_what_there_is(credcheck: Program) -> None:
    run = credcheck("--help")
    assert (run.status, run.err) == (0, "")
    for word in ("all", "NAME...", "demo", "providers", "--version"):
        assert f"  {word}" in run.out


@pytest.mark.parametrize("option", ["--json", "--format", "--quiet", "--warn-below", "--timeout", "--config"])
def test_every_option_of_a_check_is_in_its_help(check_help: str, option: str) -> None:
    assert f" {option}" in check_help


@pytest.fixture(scope="module")
def check_help(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `credcheck all --help` prints."""
    run = Program(tmp_path_factory.mktemp("help"))("all", "--help")
    assert (run.status, run.err) == (0, "")
    return run.out


def test_the_help_of_a_check_tells_every_status_of_a_check(check_help: str) -> None:
    told = " ".join(check_help.split())
    for status in ("0 all read", "1 one is low", "2 wrong usage", "3 one could not", "4 a key", "5 the output"):
        assert status in told


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(credcheck: Program, command: str) -> None:
    run = credcheck(command, "--help")
    assert (run.status, run.err) == (0, "")
    usage = "[OPTIONS] all | NAME..." if command == "check" else command
    assert run.out.startswith(f"Usage: credcheck {usage}")


def test_there_are_commands() -> None:
    assert {"demo", "providers"} <= set(COMMANDS)
