import json
import re

import pytest

from tests.conftest import Program
from tests.screens import at_terminal

DIGITS = ["4,207", "1,234.50", "98.765432", "1,500.25", "42"]
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
NAMES = ("goenhance", "liveavatar", "fish-audio", "supertone", "pixelcut")


@pytest.fixture
def accounts(credcheck: Program, server: str) -> Program:
    """The program with the accounts of the demo, whose server answers at once."""
    rows = [f'[accounts.{name}]\napi_key = "demo-key"\nbase_url = "{server}/{name}"\n' for name in NAMES]
    rows += ["warn_below = 100\n"]
    rows += [f'[accounts.pixelcut-work]\nprovider = "pixelcut"\napi_key = "old"\nbase_url = "{server}/pixelcut"\n']
    credcheck.configure("".join(rows))
    return credcheck


def test_the_table_fills_in_on_stderr_and_is_printed_once_on_stdout(credcheck: Program) -> None:
    screen = at_terminal(credcheck, "demo", pipe_stdout=True)
    assert screen.status == 0
    assert any(frame in screen.raw for frame in SPINNER)
    assert screen.piped.count("pixelcut-work") == 1
    assert "\x1b" not in screen.piped
    assert screen.raw.rindex("\x1b[?25h") > screen.raw.rindex("\x1b[?25l")


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [(("all", "--no-progress"), {}), (("all",), {"TERM": "dumb"}), (("all", "--json"), {})],
)
def test_nothing_moves_where_it_is_not_wanted(
    accounts: Program, arguments: tuple[str, ...], variables: dict[str, str]
) -> None:
    screen = at_terminal(accounts, *arguments, variables=variables)
    assert not any(frame in screen.raw for frame in SPINNER)
    assert "\x1b[?25l" not in screen.raw


def test_force_color_never_animates_into_a_file(accounts: Program) -> None:
    run = accounts("all", FORCE_COLOR="1")
    assert "\x1b[" in run.out
    assert "\x1b" not in run.err


@pytest.mark.parametrize("columns", [100, 60, 40, 30])
def test_no_digit_is_lost_and_no_row_broken_at_any_width(accounts: Program, columns: int) -> None:
    screen = at_terminal(accounts, "all", "--no-progress", columns=columns)
    table = [line for line in screen.text.splitlines() if re.match("[✓!✗]", line)]
    assert len(table) == 6
    assert all(len(line) <= columns for line in table)
    assert [digits for digits, line in zip(DIGITS, table, strict=False) if digits in line] == DIGITS


def test_low_and_failed_stand_out_by_sign_and_word_without_colour(accounts: Program) -> None:
    screen = at_terminal(accounts, "all", "--no-progress", variables={"NO_COLOR": "1"})
    assert "\x1b" not in screen.raw
    assert re.search(r"!\s+pixelcut\s+42\s+credits\s+low", screen.text)
    assert re.search(r"✗\s+pixelcut-work\s+key rejected", screen.text)


def test_an_account_links_to_where_it_is_topped_up(accounts: Program) -> None:
    screen = at_terminal(accounts, "all", "--no-progress")
    assert re.search(r"\x1b\]8;[^;]*;https://fish\.audio/app/billing", screen.raw)


def test_ctrl_c_gives_the_cursor_back_and_ends_with_130(credcheck: Program) -> None:
    screen = at_terminal(credcheck, "demo", typed=[("goenhance", "\x03")])
    assert screen.status == 130
    assert "Traceback" not in screen.text
    assert screen.raw.rindex("\x1b[?25h") > screen.raw.rindex("\x1b[?25l")


def test_a_file_with_a_key_that_others_can_read_is_told_at_a_terminal_only(credcheck: Program, server: str) -> None:
    path = credcheck.configure(f'[accounts.pixelcut]\napi_key = "demo-key"\nbase_url = "{server}/pixelcut"\n')
    path.chmod(0o644)
    assert f"chmod 600 {path}" in at_terminal(credcheck, "pixelcut", columns=400).text
    assert credcheck("pixelcut").err == ""


def test_json_at_a_terminal_is_json(accounts: Program) -> None:
    text = at_terminal(accounts, "all", "--json").text
    assert json.loads(text[: text.rindex("}") + 1])["schema_version"] == 1
