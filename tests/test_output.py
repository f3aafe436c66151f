"""What comes out: the formats, every digit in each, and what a stream that is no terminal gets."""

import json
import os
import subprocess
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests import documents
from tests.conftest import PROGRAM, Program
from tests.playback import Answer, Playback, playing

REJECTED = "key rejected (HTTP 401): correct api_key of pixelcut-3 in config.toml"
REFUSED = "server error (HTTP 500): try again later"
EXACT = "98.765432109876543210"


@pytest.fixture
def fish(credcheck: Program, echo: Playback) -> Program:
    """The program with an account at Fish Audio that has every digit."""
    credcheck.configure(f'[accounts.fish-audio]\napi_key = "k"\nbase_url = "{echo.url}/{EXACT}"\n')
    return credcheck


def test_every_digit_comes_out_of_json(fish: Program) -> None:
    out = fish("fish-audio", "--json").out
    assert f'"balance": {EXACT},\n' in out
    assert json.loads(out, parse_float=Decimal)["balance"] == Decimal(EXACT)


def test_every_digit_comes_out_as_the_bare_value(fish: Program) -> None:
    assert fish("fish-audio", "--format", "value").out == f"{EXACT}\n"


def test_every_digit_stands_in_the_table(fish: Program) -> None:
    assert fish("fish-audio").out.splitlines()[2].split() == ["✓", "fish-audio", EXACT, "USD"]


def test_tsv_has_a_header_and_exactly_its_columns(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("1234567.50", "-3", "http-401", "http-500")
    run = program("all", "--format", "tsv", "--warn-below", "0")
    assert [line.split("\t") for line in run.out.splitlines()] == [
        [
            *("account", "provider", "id", "status", "balance", "unit", "total", "spent", "warn_below", "days_left"),
            *("error", "message", "tags"),
        ],
        ["pixelcut", "pixelcut", "credits", "ok", "1234567.50", "credits", "", "", "0", "", "", "", ""],
        ["pixelcut-2", "pixelcut", "credits", "low", "-3", "credits", "", "", "0", "", "", "below 0", ""],
        [*("pixelcut-3", "pixelcut", "", "error", "", "credits", "", "", "0", "", "key_rejected"), REJECTED, ""],
        [*("pixelcut-4", "pixelcut", "", "error", "", "credits", "", "", "0", "", "provider_error"), REFUSED, ""],
    ]
    assert run.status == 1


def test_the_table_shows_what_is_low_and_what_failed_and_stderr_says_why(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("1234567.50", "-1000", "http-401")("all", "--warn-below", "0")
    assert run.out == (
        "   Account          Balance  Unit\n"
        "──────────────────────────────────────────────────\n"
        "✓  pixelcut    1,234,567.50  credits\n"
        "!  pixelcut-2     -1,000     credits  low, below 0\n"
        "✗  pixelcut-3                         key rejected\n"
    )
    assert run.err == "pixelcut-3 (pixelcut): key rejected (HTTP 401): correct api_key of pixelcut-3 in config.toml\n"


def test_a_value_that_cannot_be_read_is_no_output(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("http-500")("pixelcut", "--format", "value")
    assert (run.status, run.out) == (3, "")
    assert run.err.startswith("pixelcut: server error (HTTP 500)")


@pytest.mark.parametrize("format_", ["table", "tsv"])
def test_quiet_is_silent_while_all_is_well(pixelcut: Callable[..., Program], format_: str) -> None:
    run = pixelcut("42")("pixelcut", "--quiet", "--format", format_, "--warn-below", "42")
    assert (run.status, run.out, run.err) == (0, "", "")


def test_json_is_a_document_whatever_is_left_out(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42", "http-500")
    for option in ("--quiet", "--low", "--changes"):
        assert json.loads(program("pixelcut", option, "--json", "--warn-below", "42").out) is None
    for option in ("--low", "--changes"):
        document = json.loads(program("all", option, "--json").out)
        assert (document["results"], document["summary"]) == ([], {"ok": 1, "low": 0, "error": 1})


def test_json_sums_up_all_that_was_checked_and_every_currency(credcheck: Program, echo: Playback) -> None:
    tables = {"fish-audio": "12.50", "other": "0.05", "broken": "http-500"}
    credcheck.configure(
        "".join(
            f'[accounts.{name}]\nprovider = "fish-audio"\napi_key = "k"\nbase_url = "{echo.url}/{said}"\n'
            for name, said in tables.items()
        )
    )
    document = json.loads(credcheck("all", "--low", "--warn-below", "1", "--json").out, parse_float=Decimal)
    assert [result["account"] for result in document["results"]] == ["other"]
    assert document["summary"] == {"ok": 1, "low": 1, "error": 1}
    assert document["totals"] == [{"unit": "USD", "balance": Decimal("12.55"), "accounts": 2}]


def test_a_change_says_which_it_is_in_the_table_and_in_json(pixelcut: Callable[..., Program]) -> None:
    def changed(said: str, *options: str) -> str:
        return pixelcut(said, more="warn_below = 100")("pixelcut", "--changes", *options).out

    changed("500")
    assert "became low, below 100" in changed("99")
    assert "well again" in changed("500")
    assert json.loads(changed("99", "--json"))["change"] == "became_low"
    assert "failed: key rejected" in changed("http-401")
    assert json.loads(changed("500", "--json"))["change"] == "well_again"


def test_a_threshold_that_names_an_account_wins_over_its_own(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42", "42", more="warn_below = 100")
    assert program("all", "--quiet", "--warn-below", "0").status == 1
    run = program("all", "--quiet", "--json", "--warn-below", "PixelCut=0")
    assert [result["account"] for result in json.loads(run.out)["results"]] == ["pixelcut-2"]
    assert run.err == ""


def test_a_threshold_that_is_for_nothing_is_told(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42")("all", "--quiet", "--warn-below", "credit=1000", "--warn-below", "CREDITS=1")
    assert (run.status, run.out) == (0, "")
    told = "no account, unit or balance checked has this name; did you mean `credits`?"
    assert run.err == f"credcheck: --warn-below credit: {told}\n"


def test_the_bare_number_of_an_account_that_is_low_by_another_balance_is_explained(
    credcheck: Program,
) -> None:
    infos = [{"currency": unit, "total_balance": amount} for unit, amount in (("CNY", "110.00"), ("USD", "3.07"))]
    with playing(lambda _: Answer(json.dumps({"is_available": True, "balance_infos": infos}))) as provider:
        account = f'[accounts.wallet]\nprovider = "deepseek"\napi_key = "k"\nbase_url = "{provider.url}"\n'
        credcheck.configure(f"{account}warn_below = {{ USD = 5 }}\n")
        run = credcheck("wallet", "--format", "value")
    assert (run.status, run.out, run.err) == (1, "110.00\n", "wallet (deepseek) is low: 3.07 USD, below 5\n")


def test_a_threshold_for_a_unit_that_no_account_has_now_is_no_mistake(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42")
    path = program.directory / "config.toml"
    path.write_text("warn_below = { USDD = 5, EUR = 5, bananas = 1 }\n" + path.read_text())
    assert "BAD  warn_below.USDD: no balance has this unit; did you mean `USD`?" in program("doctor").out
    given = ("USD=5", "characters=10", "pixlcut=1")
    run = program("all", "--quiet", *(word for one in given for word in ("--warn-below", one)))
    assert run.err.splitlines() == [
        "credcheck: --warn-below pixlcut: no account, unit or balance checked has this name; did you mean `pixelcut`?",
        "credcheck: warn_below.USDD: no balance has this unit; did you mean `USD`?",
        "credcheck: warn_below.bananas: no balance has this unit",
    ]
    assert "bananas" not in program("pixelcut").err, "it may be the unit of another account"
    assert "BAD  warn_below.bananas: no balance has this unit" in program("doctor").out


def test_no_cell_of_tsv_is_a_formula_and_each_balance_has_a_line(credcheck: Program, echo: Playback) -> None:
    credcheck.configure(
        f'[accounts."=1+1"]\nprovider = "pixelcut"\napi_key = "k"\nbase_url = "{echo.url}/-3"\ntags = ["@a", "b"]\n'
    )
    row = credcheck("all", "--format", "tsv").out.splitlines()[1].split("\t")
    assert (row[0], row[4], row[12]) == ("'=1+1", "-3", "'@a,b")


def test_quiet_prints_only_what_is_low_or_failed(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("100", "42", "http-500")("all", "-q", "--json", "--warn-below", "50")
    assert run.status == 1
    assert [each["account"] for each in json.loads(run.out)["results"]] == ["pixelcut-2", "pixelcut-3"]


def test_a_threshold_of_the_account_comes_before_that_of_the_command_line(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42", more="warn_below = 10")("pixelcut", "--json", "--warn-below", "50.5")
    assert (run.status, json.loads(run.out)["warn_below"]) == (0, 10)


def test_nothing_is_cut_off_in_a_pipe(credcheck: Program, echo: Playback) -> None:
    name = "a-name-that-is-much-longer-than-any-terminal-is-wide-and-goes-on-and-on-until-it-ends-here"
    digits = "123456789012345678901234567890.123456789012345678901234567890"
    url = echo.url
    credcheck.configure(f'[accounts.{name}]\nprovider = "pixelcut"\napi_key = "k"\nbase_url = "{url}/{digits}"\n')
    for out in (credcheck("all", COLUMNS="20").out, credcheck("all", FORCE_COLOR="1", TERM="dumb").out):
        assert name in out
        assert f"{int(digits[:30]):,}.{digits[31:]}" in out
        assert len(out.splitlines()) == 3


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_and_for_who_insists(
    pixelcut: Callable[..., Program], variables: dict[str, str], *, coloured: bool
) -> None:
    program = pixelcut("42", "http-401")
    program.environment.update(variables)
    run = program("all")
    assert ("\x1b[" in run.out) is coloured
    assert "✓" in run.out
    assert "\x1b" not in run.err


def test_a_stream_of_ascii_gets_ascii(credcheck: Program, echo: Playback) -> None:
    url = echo.url
    credcheck.configure(f'[accounts."é"]\nprovider = "pixelcut"\napi_key = "k"\nbase_url = "{url}/1"\nwarn_below = 2\n')
    run = credcheck("all", PYTHONIOENCODING="ascii")
    assert run.out.splitlines()[2].split() == ["!", "\\xe9", "1", "credits", "low,", "below", "2"]
    assert json.loads(credcheck("all", "--json", PYTHONIOENCODING="ascii").out)["results"][0]["account"] == "é"


def test_lists_measure_their_columns_as_ascii_shows_them(credcheck: Program) -> None:
    rows = "".join(f'[accounts."{name}"]\nprovider = "pixelcut"\napi_key = "k"\n' for name in ("日本語", "plain"))
    credcheck.configure(rows)
    lines = credcheck("accounts", PYTHONIOENCODING="ascii").out.splitlines()
    assert r"\u65e5\u672c\u8a9e" in "".join(lines)
    assert len({line.index("pixelcut") for line in lines[1:]}) == 1


def test_a_sign_stands_beside_every_row_in_ascii_too(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42", "1", "http-401")("all", "--warn-below", "2", PYTHONIOENCODING="ascii")
    assert [line[0] for line in run.out.splitlines()] == [" ", "-", "+", "!", "x"]
    assert run.err.isascii()


def test_a_stdout_that_does_not_wait_gets_everything_all_the_same(five: Program) -> None:
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    accounts = "".join(
        f'[accounts.more-{n}]\nprovider = "pixelcut"\nbase_url = "http://127.0.0.1:9"\n' for n in range(300)
    )
    path = five.configure(accounts)
    run = subprocess.Popen([PROGRAM, "all", "--json"], stdout=theirs, env=five.full_environment())
    os.close(theirs)
    with open(ours, encoding="utf-8") as stream:
        document = json.load(stream)
    documents.validate(document)
    assert (run.wait(20), len(document["results"]), path.exists()) == (4, 300, True)


def test_the_version_into_a_pipe_that_nobody_reads_is_141(credcheck: Program) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    run = subprocess.run(
        [PROGRAM, "--version"], stdout=theirs, stderr=subprocess.PIPE, check=False, env=credcheck.full_environment()
    )
    os.close(theirs)
    assert (run.returncode, run.stderr) == (141, b"")


def test_the_demo_needs_nothing_of_the_environment(credcheck: Program) -> None:
    run = credcheck(
        "demo", "--format", "tsv", SSL_CERT_FILE="/nowhere", HTTP_PROXY="http://127.0.0.1:9", ALL_PROXY="ftp://x"
    )
    assert (run.status, run.out.count("\tok\t")) == (0, 4)


def test_low_alone_says_so_where_it_leaves_out_nothing_but_failures(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("http-500", "http-401")
    run = program("all", "--low")
    assert (run.status, run.out, run.err) == (3, "all 2 accounts: 2 failed\n", "")
    run = program("pixelcut", "--low")
    assert (run.status, run.out, run.err) == (3, "1 failed\n", "")
    assert program("all", "--low", "--changes").out == ""
    assert program("all", "--low", "--format", "tsv").out == ""
    well = pixelcut("42", "7")("all", "--low")
    assert (well.status, well.out, well.err) == (0, "", "")
