"""The bare program, its help and its version."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credcheck import ISSUES_URL, __version__
from credcheck.cli import program
from credcheck.names import COMMANDS as RESERVED
from tests.conftest import Program
from tests.screens import at_terminal

COMMANDS = sorted(getattr(program.group(), "commands", {}))


def test_bare_it_says_what_to_do_first(credcheck: Program) -> None:
    run = credcheck()
    assert (run.status, run.out) == (2, "")
    for way in ("credcheck demo", "credcheck login PROVIDER", "export PIXELCUT_API_KEY=", "credcheck config init"):
        assert way in run.err


@pytest.mark.parametrize("line", ["--config /dev/null all", "all"])
def test_without_a_configuration_file_it_does_not_send_to_one(credcheck: Program, line: str) -> None:
    run = credcheck(*line.split(), CREDCHECK_CONFIG="")
    assert (run.status, "credcheck login PROVIDER" in run.err, "config" in run.err) == (2, True, False)


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


@pytest.mark.parametrize("typed", [("help",), ("--help",)])
def test_the_help_says_where_the_exit_statuses_are(credcheck: Program, typed: tuple[str, ...]) -> None:
    words = " ".join(credcheck(*typed).out.split())
    assert "Exit status of a check: 0 well, 1 low, 2 wrong usage, 3 not read" in words
    assert "`credcheck all --help` says more" in words


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
    assert not re.search(r"<(str|int|bool|list\[)", run.out)  # Python's types tell a person nothing


def test_there_are_commands() -> None:
    assert {"demo", "providers"} <= set(COMMANDS)


def test_no_account_can_have_the_name_of_a_command() -> None:
    assert set(COMMANDS) <= set(RESERVED)


@pytest.mark.parametrize("typed", ["--version", "-V", "version"])
def test_the_version_is_told_however_it_is_asked(credcheck: Program, typed: str) -> None:
    run = credcheck(typed)
    assert (run.status, run.out, run.err) == (0, f"credcheck {__version__}\n", "")


@pytest.mark.parametrize(
    ("typed", "same"), [("help", "--help"), ("help login", "login --help"), ("help ALL", "all --help")]
)
def test_help_is_a_command_too(credcheck: Program, typed: str, same: str) -> None:
    asked, usual = credcheck(*typed.split()), credcheck(*same.split())
    assert (asked.status, asked.out.partition("\nTopics,")[0]) == (0, usual.out)


def test_help_on_what_is_not_there_names_the_nearest(credcheck: Program) -> None:
    run = credcheck("help", "loginn")
    told = "credcheck: there is no such command or topic (see `credcheck help`)"
    assert (run.status, run.err) == (2, f"{told}; did you mean `login`?\n")
    assert credcheck("help", "nosuch").err == f"{told}\n"


def test_all_may_be_typed_in_any_case(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42", "43")("ALL", "--format", "tsv")
    assert (run.status, len(run.out.splitlines())) == (0, 3)


def test_the_help_has_three_examples_that_are_accepted(credcheck: Program, server: str) -> None:
    credcheck.configure(f'[accounts.pixelcut]\napi_key = "demo-key"\nbase_url = "{server}/pixelcut"\n')
    _, _, examples = credcheck("--help").out.partition("Examples:\n")
    commands = [line.split("  ")[2 if line.startswith("    ") else 1].split()[1:] for line in examples.splitlines()]
    assert len(commands) == 3
    assert [credcheck(*words).status for words in commands[1:]] == [0, 0]


def test_the_help_of_config_describes_its_actions(credcheck: Program) -> None:
    help_ = credcheck("config", "--help").out
    for action in ("path", "edit", "init"):
        assert f"`{action}`" in help_
    words = " ".join(help_.split())
    assert "in $VISUAL or $EDITOR (without both, at a terminal, in an editor that is installed)" in words
    assert "If there is none yet, `edit` creates it with the example of `init`." in words


@pytest.mark.parametrize("command", ["all", "login", "config", "completions", ""])
def test_the_help_breaks_no_word_at_40_columns(credcheck: Program, command: str) -> None:
    arguments = [word for word in (command, "--help") if word]
    words = set(credcheck(*arguments).out.split())
    narrow = at_terminal(credcheck, *arguments, columns=40).text
    assert set(narrow.split()) == words
    assert all(len(line) <= 40 or len(line.split()) == 1 for line in narrow.splitlines())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("--bogus", "`credcheck all` has no option --bogus; see `credcheck all --help`"),
        (
            "all --formt json",
            "`credcheck all` has no option --formt; did you mean `--format`? See `credcheck all --help`",
        ),
        (
            "all --format jsn",
            "--format takes one of table, json, tsv, value, prometheus, nagios, html; did you mean `json`?",
        ),
        ("all --timeout soon", "--timeout: must be seconds, such as 10 or 10s"),
        ("all --timeout", "--timeout needs a value; see `credcheck all --help`"),
        ("providers --json --format toml", "--json cannot be combined with --format toml"),
        ("all --quiet=yes", "--quiet takes no value; see `credcheck all --help`"),
        ("login", "`credcheck login` needs PROVIDER|NAME; see `credcheck login --help`"),
        ("config paht", "`credcheck config` takes one of show, path, edit, init, set; did you mean `path`?"),
        ("schema more", "`credcheck schema` has no argument `more`; see `credcheck schema --help`"),
    ],
)
def test_wrong_usage_is_told_in_words_of_our_own(credcheck: Program, typed: str, told: str) -> None:
    run = credcheck(*typed.split())
    assert (run.status, run.out, run.err) == (2, "", f"credcheck: {told}\n")


def test_every_option_is_of_a_kind_that_is_converted_here() -> None:
    group = program.group()
    for command in [group, *getattr(group, "commands", {}).values()]:
        for option in command.params:
            descriptor = getattr(option, "type_descriptor", None)
            if descriptor is not None and descriptor.parameter_info.parser:
                continue
            kind = option.type.name if descriptor is None else descriptor.annotation
            assert kind not in {"integer", "integer range", "float", "path", int, float}, (command.name, option.name)


def test_the_address_for_reports_is_that_of_the_metadata() -> None:
    metadata = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'Issues = "{ISSUES_URL}"' in metadata


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("demo --output a --output=b", "--output is given 2 times; give it once"),
        ("history --import a --import a", "--import is given 2 times; give it once"),
        ("login --from a --from b", "--from is given 2 times; give it once"),
        ("demo --warn-below 5 --warn-below 10%", "--warn-below: there are two for any unit; give one"),
        (
            "demo --warn-below =5",
            "--warn-below: a threshold for any unit has no equals sign",
        ),
        ("demo --warn-below usd=5 --warn-below USD=5", "--warn-below: there are two for USD; give one"),
    ],
)
def test_an_option_of_which_one_would_be_lost_is_not_repeated(credcheck: Program, typed: str, told: str) -> None:
    run = credcheck(*typed.split())
    assert (run.status, run.out, run.err) == (2, "", f"credcheck: {told}\n")
    assert not (credcheck.home / "a").exists()


def test_of_other_options_the_last_wins(credcheck: Program) -> None:
    alias = ("--format", "prometheus", "--timeout", "5", "--warn-below", "USD=5")
    run = credcheck("demo", *alias, "--format", "tsv", "--timeout", "6", "--warn-below", "1")
    assert (run.status, run.out.split("\t")[0]) == (0, "account")


def test_a_name_that_is_no_text_is_not_asked_for_by_a_name_that_looks_alike(credcheck: Program) -> None:
    run = credcheck("pixelcut\udcff", PIXELCUT_API_KEY="k" * 20)
    assert (run.status, run.out) == (2, "")
    assert "not UTF-8 text" in run.err
