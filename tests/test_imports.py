"""What each command loads, seen in a fresh interpreter: start-up is a feature."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from credcheck.commands.demo import server as demo
from tests.conftest import Program

# Goes in by the program's own way, and reports at its way out, which no exit handler sees.
DRIVER = """
import os, sys
report, sys.argv = sys.argv[1], ["credcheck", *sys.argv[2:]]
leave = os._exit

def tell(status):
    trusting = getattr(sys.modules.get("ssl"), "trusting", ())
    loaded = sorted(sys.modules)
    providers = sys.modules.get("credcheck.providers")
    parsed = providers.load.cache_info().currsize if providers else 0
    import json
    with open(report, "w") as file:
        json.dump({"status": status, "loaded": loaded, "contexts": len(trusting), "parsed": parsed}, file)
    leave(status)

os._exit = tell
from credcheck.__main__ import main
main()
"""
# Counts the contexts that are given certificates to trust.
COUNTING = """
import ssl
ssl.trusting = []

def counted(method):
    def load(self, *arguments, **named):
        if self not in ssl.trusting:
            ssl.trusting.append(self)
        return method(self, *arguments, **named)
    return load

for name in ("load_verify_locations", "load_default_certs", "set_default_verify_paths"):
    setattr(ssl.SSLContext, name, counted(getattr(ssl.SSLContext, name)))
"""
# Notes which modules of rich are there when the first answer comes.
AWAITING = """
import sys
from credcheck.console.progress import Progress
show = Progress.show

def noted(self, task, result):
    for name in [name for name in sys.modules if name.startswith("rich.")]:
        sys.modules.setdefault(f"awaited {name}", sys)
    show(self, task, result)

Progress.show = noted
"""
HEAVY = {"pydantic", "httpx", "httpcore", "rich", "ssl", "socket", "tomli_w", "sqlite3"}


@dataclass(frozen=True, slots=True)
class Report:
    """What a run had loaded when it ended."""

    status: int
    loaded: set[str]
    contexts: int
    parsed: int


def run(program: Program, *arguments: str, driver: str = DRIVER, **variables: str) -> Report:
    report = program.home / "report.json"
    subprocess.run(
        [sys.executable, "-c", driver, report, *arguments],
        capture_output=True,
        check=False,
        cwd=program.home,
        env=program.full_environment(**variables),
    )
    told = json.loads(Path(report).read_text(encoding="utf-8"))
    return Report(told["status"], set(told["loaded"]), told["contexts"], told["parsed"])


def test_the_version_loads_next_to_nothing(credcheck: Program) -> None:
    report = run(credcheck, "--version")
    assert report.status == 0
    assert not report.loaded & (HEAVY | {"typer", "json", "re"})


@pytest.mark.parametrize("arguments", [("--help",), ("all", "--help")])
def test_help_loads_nothing_that_reads_a_file_of_settings(credcheck: Program, arguments: tuple[str, ...]) -> None:
    assert not run(credcheck, *arguments).loaded & {"tomllib", "credcheck.config", "credcheck.render.json"}


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--help",), 0),
        (("all", "--help"), 0),
        (("help", "keys"), 0),
        (("--no-such-option",), 2),
        (("no-such-account",), 2),
    ],
)
def test_help_and_wrong_usage_load_neither_network_nor_drawing(
    credcheck: Program, arguments: tuple[str, ...], status: int
) -> None:
    report = run(credcheck, *arguments)
    assert report.status == status
    assert not report.loaded & HEAVY
    assert not report.parsed


def test_bare_it_loads_neither_network_nor_drawing(credcheck: Program) -> None:
    report = run(credcheck)
    assert report.status == 2
    assert not report.loaded & HEAVY


def test_a_wrong_configuration_loads_neither_network_nor_drawing(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key = "k"\nwarn_bellow = 3\n')
    report = run(credcheck, "all")
    assert report.status == 2
    assert not report.loaded & HEAVY


def test_one_account_as_json_loads_no_drawing_and_only_its_provider(five: Program) -> None:
    report = run(five, "pixelcut", "--json")
    assert report.status == 0
    assert "httpx" in report.loaded
    assert "rich" not in report.loaded
    assert report.parsed == 1


@pytest.mark.parametrize("line", ["all", "pixelcut --json", "all --quiet --warn-below USD=5 --format=tsv", ""])
def test_a_check_that_is_asked_for_plainly_loads_no_typer(five: Program, line: str) -> None:
    report = run(five, *line.split())
    assert report.status == (0 if line else 2)
    assert "typer" not in report.loaded


def test_a_table_is_what_loads_the_drawing(five: Program) -> None:
    assert "rich" in run(five, "pixelcut").loaded


def test_the_drawing_is_loaded_while_answers_are_awaited(five: Program) -> None:
    loaded = run(five, "pixelcut", driver=AWAITING + DRIVER).loaded
    awaited = {name.removeprefix("awaited ") for name in loaded if name.startswith("awaited ")}
    assert "rich.table" in awaited
    assert {name for name in loaded if name.startswith("rich.") and "unicode" not in name} <= awaited


@pytest.mark.parametrize("format_", ["json", "tsv"])
def test_no_other_format_loads_the_drawing(five: Program, format_: str) -> None:
    report = run(five, "all", "--format", format_)
    assert report.status == 0
    assert "rich" not in report.loaded


def test_a_provider_that_is_not_asked_is_not_parsed(pixelcut: Callable[..., Program]) -> None:
    report = run(pixelcut("42", "http-401"), "pixelcut", "pixelcut-2", "--json")
    assert report.status == 4
    assert report.parsed == 1


def test_five_accounts_over_tls_share_one_context(credcheck: Program, server: str) -> None:
    # The server speaks no TLS, which ends each of these at once.
    url = server.replace("http:", "https:")
    credcheck.configure(
        "".join(f'[accounts.{name}]\napi_key = "k"\nbase_url = "{url}/{name}"\n' for name in demo.ANSWERS)
    )
    report = run(credcheck, "all", "--json", driver=COUNTING + DRIVER)
    assert (report.status, report.contexts) == (3, 1)


def test_without_tls_no_certificate_is_read(five: Program) -> None:
    report = run(five, "all", "--json", driver=COUNTING + DRIVER)
    assert (report.status, report.contexts) == (0, 0)


def test_an_answer_of_a_while_ago_loads_neither_network_nor_drawing(five: Program) -> None:
    assert run(five, "pixelcut", "--json").status == 0
    report = run(five, "pixelcut", "--format", "value", "--max-age", "10m")
    assert report.status == 0
    assert "sqlite3" in report.loaded
    assert not report.loaded & (HEAVY - {"sqlite3"} | {"typer"})
    report = run(five, "pixelcut", "--json", "--max-age", "10m")
    assert not report.loaded & (HEAVY - {"sqlite3"})
