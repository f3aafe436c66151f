import json
import re
import time
from collections.abc import Iterator

import pytest

from tests.conftest import Program
from tests.playback import Answer, playing
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


@pytest.fixture
def slow() -> Iterator[str]:
    """The URL of a server that answers after a second and a half."""

    def answer(_target: str) -> Answer:
        time.sleep(1.5)
        return Answer('{"credits_remaining": "42"}')

    with playing(answer) as playback:
        yield playback.url


@pytest.mark.parametrize("columns", [100, 40])
def test_each_row_has_its_balance_at_any_width(accounts: Program, columns: int) -> None:
    screen = at_terminal(accounts, "all", "--no-progress", columns=columns)
    table = [line for line in screen.text.splitlines() if re.match("[✓!✗]", line)]
    assert all(len(line) <= columns for line in table)
    assert [line.split()[2] for line in table[:5]] == DIGITS
    assert table[5].split()[:2] == ["✗", "pixelcut-work"]


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


def test_ctrl_c_prints_what_was_read(credcheck: Program) -> None:
    screen = at_terminal(credcheck, "demo", typed=[("4,207", "\x03")])
    left = screen.raw.rpartition("\x1b[?1049l")[2]
    assert screen.status == 130
    assert re.search(r"goenhance.*4,207", left)
    assert re.search(r"Interrupted with [1-4] of 6 accounts read", left)
    assert "supertone" not in left


def test_the_table_that_fills_in_stands_on_the_alternate_screen_only(credcheck: Program) -> None:
    raw = at_terminal(credcheck, "demo").raw
    before, _, rest = raw.partition("\x1b[?1049h")
    drawn, _, printed = rest.partition("\x1b[?1049l")
    table, _, _ = printed.partition("fish-audio: 98.765432 USD")  # the chart's dots are the spinner's too
    assert "goenhance" in table
    assert not any(frame in before + table for frame in SPINNER)
    assert any(frame in drawn for frame in SPINNER)
    assert raw.count("\x1b[?1049h") == 1


@pytest.mark.parametrize("variables", [{"TERM": "linux"}, {"STY": "1.pts"}])
def test_without_an_alternate_screen_one_short_line_is_drawn(credcheck: Program, variables: dict[str, str]) -> None:
    raw = at_terminal(credcheck, "demo", variables=variables).raw
    assert "\x1b[?1049" not in raw
    assert re.search(r"[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] [0-5] of 6 read", raw)


def test_json_and_login_show_that_they_wait(credcheck: Program, slow: str) -> None:
    credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{slow}"\n')
    login = at_terminal(credcheck, "login", "pixelcut", typed=[("it is not shown", "sk_1234\n")])
    assert "⠋" in login.raw or re.search(r"[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] waiting", login.raw)
    assert login.status == 0
    json_ = at_terminal(credcheck, "pixelcut", "--json", pipe_stdout=True)
    assert re.search(r"[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] waiting", json_.raw)
    assert json.loads(json_.piped)["balance"] == 42
    assert json_.raw.endswith("\r\x1b[2K\x1b[?25h")


def test_a_file_with_a_key_that_others_can_read_is_told_at_a_terminal_only(credcheck: Program, server: str) -> None:
    path = credcheck.configure(f'[accounts.pixelcut]\napi_key = "demo-key"\nbase_url = "{server}/pixelcut"\n')
    path.chmod(0o644)
    assert f"chmod 600 {path}" in at_terminal(credcheck, "pixelcut", columns=400).text
    assert credcheck("pixelcut").err == ""


def test_json_at_a_terminal_is_json(accounts: Program) -> None:
    text = at_terminal(accounts, "all", "--json").text
    assert json.loads(text[: text.rindex("}") + 1])["schema_version"] == 1
