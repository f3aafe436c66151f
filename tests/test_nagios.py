"""The Nagios format: its line, its statuses, and what real schedulers and their tools make of it."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from credcheck.models import Balance, Failure, Forecast, Reading, Result
from credcheck.render import nagios
from tests.conftest import PROGRAM, Program
from tests.results import result

SECONDS = 10
NEGATE = Path("/usr/lib/nagios/plugins/negate")
# As the guidelines have it: quoted labels, a value, then ranges and numbers.
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
RANGE = rf"@?(?:~|{NUMBER})?:?{NUMBER}?:?"
DATUM = rf"'(?:[^'=]|'')+'={NUMBER};(?:{RANGE})?;(?:{RANGE})?;(?:{NUMBER})?;?(?:{NUMBER})?"
LINE = re.compile(rf"CREDCHECK (OK|WARNING|CRITICAL|UNKNOWN) - ([^|\n]+?)(?: \|((?: {DATUM})+))?\n")

OWED = result("owes", "0")._replace(
    outcome=Reading((Balance(id="USD", amount=Decimal(0), unit="USD", kind="owed", is_main=True),))
)
SEVERAL = result("deepseek", "1")._replace(
    outcome=Reading(
        (
            Balance(id="CNY", unit="CNY", amount=Decimal("110.00"), total=Decimal(200), is_main=True),
            Balance(id="USD", unit="USD", amount=Decimal(2), warn_below=Decimal(5)),
            Balance(id="plan", unit="calls", amount=None),
        )
    ),
    forecast=Forecast(state="known", days_left=Decimal(31), days_left_low=Decimal(24), days_left_high=Decimal(44)),
)


@pytest.mark.parametrize(
    ("checked", "state", "text", "data"),
    [
        (result("a", "42"), "OK", "a 42 credits", " 'a'=42;;@~:0;;"),
        (result("a", "42", warn_below="50"), "WARNING", "a 42 credits, below 50", " 'a'=42;50:;@~:0;;"),
        (result("a", "-1.50", warn_below="50"), "CRITICAL", "a -1.50 credits, below 50", " 'a'=-1.50;50:;@~:0;;"),
        (result("a", "0"), "CRITICAL", "a 0 credits, nothing left", " 'a'=0;;@~:0;;"),
        (result("a", "-5", warn_below="-10"), "OK", "a -5 credits", " 'a'=-5;-10:;-10:;;"),
        (result("a", "-15", warn_below="-10"), "CRITICAL", "a -15 credits, below -10", " 'a'=-15;-10:;-10:;;"),
        (result("a", Failure("key_rejected", "key rejected: do this")), "CRITICAL", "a: key rejected: do this", None),
        (result("a", Failure("key_missing", "no key")), "UNKNOWN", "a: no key", None),
        (result("a", Failure("timeout", "no | answer")), "UNKNOWN", "a: no / answer", None),
        (result("it's=a|b", "1"), "OK", "it's=a/b 1 credits", r" 'it''s\x3da\x7cb'=1;;@~:0;;"),
        (OWED, "OK", "owes 0 USD", " 'owes'=0;;;;"),
        (
            SEVERAL,
            "WARNING",
            "deepseek 2 USD, below 5",
            " 'deepseek CNY'=110.00;;@~:0;;200 'deepseek USD'=2;5:;@~:0;; 'deepseek days left'=31;;;0",
        ),
        (
            SEVERAL._replace(outcome=Reading(SEVERAL.reading.balances[:1]), warn_days_left=Decimal(30))
            if SEVERAL.reading
            else SEVERAL,
            "WARNING",
            "deepseek 110.00 CNY, about 31 days left (24 to 44)",
            " 'deepseek'=110.00;;@~:0;;200 'deepseek days left'=31;;;0",
        ),
    ],
)
def test_one_account_is_one_line_by_the_guidelines(checked: Result, state: str, text: str, data: str | None) -> None:
    line = nagios.render([checked], single=True)
    found = LINE.fullmatch(line)
    assert found, line
    assert found.groups() == (state, text, data)
    assert nagios.worst([checked]).name == state


def test_an_account_without_a_limit_is_ok_and_has_no_performance_data() -> None:
    unlimited = result("a", "1")._replace(
        outcome=Reading((Balance(id="credits", amount=None, unit="credits", is_main=True),))
    )
    assert nagios.render([unlimited], single=True) == "CREDCHECK OK - a unlimited credits\n"
    assert nagios.render([unlimited, result("b", "2")], single=False) == "CREDCHECK OK - 2 ok | 'b'=2;;@~:0;;\n"


def test_each_low_balance_is_named_with_its_threshold() -> None:
    balances = (
        Balance(id="EUR", amount=Decimal("12.50"), unit="EUR", is_main=True),
        Balance(id="USD", amount=Decimal("3.07"), unit="USD", warn_below=Decimal(5)),
        Balance(id="plan", amount=Decimal(0), unit="credits", warn_below=Decimal(1000)),
    )
    wallet = result("wallet", "1")._replace(outcome=Reading(balances))
    assert nagios.render([wallet], single=True).startswith(
        "CREDCHECK CRITICAL - wallet 3.07 USD, below 5; plan: 0 credits, below 1,000 | "
    )


def test_of_two_hundred_accounts_the_first_line_is_short_and_the_rest_follows() -> None:
    low = [result(f"low-{number}", "1", warn_below=2) for number in range(100)]
    well = [result(f"well-{number}", "1") for number in range(100)]
    first, *details, last = nagios.render([*well, *low], single=False).splitlines()
    assert re.fullmatch(
        r"CREDCHECK WARNING - 100 warning, 100 ok(; low-\d+ 1 credits, below 2)+; and \d+ more", first
    ), first
    assert len(first) <= 520
    assert first.count("below") + int(first.split()[-2]) == 100
    text, data = last.split(" | ")
    assert [*details, text] == [f"{each.account} 1 credits, below 2" for each in low]
    assert len(re.findall(DATUM, data)) == 200


def test_performance_data_that_are_long_follow_a_line_of_text() -> None:
    lines = nagios.render([result(f"well-{number}", "1") for number in range(100)], single=False).splitlines()
    assert lines[0] == "CREDCHECK OK - 100 ok"
    assert re.fullmatch(rf"Performance data follow. \|(?: {DATUM}){{100}}", lines[1])
    assert len(lines) == 2


def test_a_text_that_is_too_long_is_cut_with_a_mark_and_follows_whole() -> None:
    failed = result("a", Failure("timeout", "é" * 600))
    assert nagios.render([failed], single=True) == (f"CREDCHECK UNKNOWN - a: {'é' * 237}...\na: {'é' * 600}\n")
    first, second = nagios.render([failed, result("b", "1")], single=False).splitlines()
    assert first == "CREDCHECK UNKNOWN - 1 unknown, 1 ok; and 1 more | 'b'=1;;@~:0;;"
    assert second == f"a: {'é' * 600}"


def test_no_two_balances_share_a_label() -> None:
    def two(account: str, *ids: str) -> Result:
        balances = tuple(Balance(id=id_, amount=Decimal(1), unit="USD") for id_ in ids)
        return result(account, "1")._replace(outcome=Reading(balances))

    names = ["a", "a b", "a  b", "a=b", "a-b", "a|b", "a/b", "a'b", "a\\b", "a\tb", "a\nb", r"a\tb"]
    results = [*(two(name, "c") for name in names), two("d", "e f", "e", "e  f"), two("d e", "f", "g")]
    data = nagios.render(results, single=False).split(" | ")[1]
    labels = re.findall(rf"('(?:[^'=]|'')+')={NUMBER}", data)
    assert len(labels) == len(set(labels)) == len(names) + 5


def test_of_several_the_worst_counts_and_is_told_first() -> None:
    results = [
        result("well", "1"),
        result("dead", Failure("timeout", "no answer")),
        result("low", "1", warn_below=2),
        result("refused", Failure("key_rejected", "key rejected")),
    ]
    assert nagios.render(results, single=False).startswith(
        "CREDCHECK CRITICAL - 1 critical, 1 warning, 1 unknown, 1 ok; refused: key rejected; low 1 credits, below 2; "
        "dead: no answer | 'well'=1;"
    )
    assert [nagios.worst(results[:count]).name for count in (1, 2, 3, 4)] == ["OK", "UNKNOWN", "WARNING", "CRITICAL"]


def test_the_program_ends_with_the_statuses_of_a_plugin(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42", "0", "http-401", "http-500")
    lines = {
        ("pixelcut",): (0, "CREDCHECK OK - pixelcut 42 credits | 'pixelcut'=42;;@~:0;;\n"),
        ("pixelcut", "--warn-below", "50"): (
            1,
            "CREDCHECK WARNING - pixelcut 42 credits, below 50 | 'pixelcut'=42;50:;@~:0;;\n",
        ),
        ("pixelcut-2",): (2, "CREDCHECK CRITICAL - pixelcut-2 0 credits, nothing left | 'pixelcut-2'=0;;@~:0;;\n"),
        ("pixelcut-3",): (
            2,
            "CREDCHECK CRITICAL - pixelcut-3: key rejected (HTTP 401): correct api_key of pixelcut-3 in config.toml\n",
        ),
        ("pixelcut-4",): (
            3,
            "CREDCHECK UNKNOWN - pixelcut-4: server error (HTTP 500): try again later\n",
        ),
        ("zyxwv",): (
            3,
            "CREDCHECK UNKNOWN - there is no account `zyxwv` (see `credcheck accounts`)\n",
        ),
        ("all", "--no-such"): (
            3,
            "CREDCHECK UNKNOWN - `credcheck all` has no option --no-such; see `credcheck all --help`\n",
        ),
    }
    for arguments, expected in lines.items():
        run = program(*arguments, "--format", "nagios")
        assert (run.status, run.out, run.err) == (*expected, "")


def test_a_plugin_prints_one_line_whatever_is_asked(pixelcut: Callable[..., Program]) -> None:
    quiet = pixelcut("42")("pixelcut", "--format", "nagios", "--quiet")
    assert (quiet.status, quiet.out) == (0, "CREDCHECK OK - pixelcut 42 credits | 'pixelcut'=42;;@~:0;;\n")
    changes = pixelcut("42")("pixelcut", "--format", "nagios", "--changes")
    assert (changes.status, changes.out.count("\n")) == (3, 1)
    assert changes.out.startswith("CREDCHECK UNKNOWN - --changes cannot be combined with --format nagios")
    empty = pixelcut("0", more='[notify]\ncommand = ["false"]')
    assert empty("pixelcut", "--notify").status == 1  # a fall that sudden is a change once the next check confirms it
    failed = empty("pixelcut", "--format", "nagios", "--notify")
    assert (failed.status, failed.out) == (
        2,
        "CREDCHECK CRITICAL - pixelcut 0 credits, nothing left | 'pixelcut'=0;;@~:0;;\n",
    )
    assert "no notice was sent" in failed.err


def test_without_any_account_the_state_is_unknown(credcheck: Program) -> None:
    run = credcheck("all", "--format", "nagios")
    assert (run.status, run.out) == (
        3,
        "CREDCHECK UNKNOWN - no account is set up: run `credcheck login PROVIDER`\n",
    )


@pytest.mark.skipif(not NEGATE.exists(), reason="monitoring-plugins-basic is not installed")
def test_a_wrapper_of_the_monitoring_plugins_understands_it(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42")
    command = [str(NEGATE), "--warning=CRITICAL", "--substitute", str(PROGRAM), "pixelcut", "--format=nagios"]
    done = subprocess.run(
        [*command, "--warn-below", "50"],
        capture_output=True,
        text=True,
        check=False,
        env=program.full_environment(),
        timeout=SECONDS,
    )
    assert done.returncode == 2
    assert done.stdout == "CREDCHECK CRITICAL - pixelcut 42 credits, below 50 | 'pixelcut'=42;50:;@~:0;;\n"


NAGIOS = """\
cfg_file={home}/objects.cfg
log_file={home}/nagios.log
status_file={home}/status.dat
object_cache_file={home}/objects.cache
command_file={home}/nagios.cmd
check_result_path={home}
temp_file={home}/nagios.tmp
lock_file={home}/nagios.lock
query_socket={home}/nagios.qh
check_workers=1
execute_service_checks=1
service_inter_check_delay_method=n
max_service_check_spread=1
nagios_user={user}
nagios_group={user}
interval_length=1
status_update_interval=1
retain_state_information=0
check_for_updates=0
"""
OBJECTS = """\
define command {{
    command_name credcheck
    command_line HOME={home} {program} $ARG1$ --format nagios --warn-below 50
}}
define timeperiod {{
    timeperiod_name always
    alias always
    sunday 00:00-24:00
    monday 00:00-24:00
    tuesday 00:00-24:00
    wednesday 00:00-24:00
    thursday 00:00-24:00
    friday 00:00-24:00
    saturday 00:00-24:00
}}
define contact {{
    contact_name nobody
    host_notification_period always
    service_notification_period always
    host_notification_commands credcheck
    service_notification_commands credcheck
}}
define host {{
    host_name here
    address 127.0.0.1
    max_check_attempts 1
    check_period always
    contacts nobody
    notification_period always
    active_checks_enabled 0
}}
"""
SERVICE = """\
define service {{
    host_name here
    service_description {name}
    check_command credcheck!{name}
    max_check_attempts 1
    check_interval 1
    retry_interval 1
    check_period always
    contacts nobody
    notification_period always
    notifications_enabled 0
}}
"""


@pytest.mark.skipif(not shutil.which("nagios4"), reason="nagios4-core is not installed")
def test_nagios_itself_reads_states_text_and_performance_data(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42", "100", "http-401", "http-500", *["7"] * 30)
    home = program.home
    names = ["pixelcut", "pixelcut-2", "pixelcut-3", "pixelcut-4", "all"]
    (home / "nagios.cfg").write_text(NAGIOS.format(home=home, user=home.owner()))
    (home / "objects.cfg").write_text(
        OBJECTS.format(home=home, program=PROGRAM) + "".join(SERVICE.format(name=name) for name in names)
    )
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(
            ["nagios4", home / "nagios.cfg"],  # noqa: S607
            stdout=log,
            stderr=log,
        ) as scheduler,
    ):
        try:
            services = _services(home / "status.dat", len(names))
        finally:
            scheduler.terminate()
    assert {name: each["current_state"] for name, each in services.items()} == {
        "pixelcut": "1",
        "pixelcut-2": "0",
        "pixelcut-3": "2",
        "pixelcut-4": "3",
        "all": "2",
    }
    assert services["pixelcut"]["plugin_output"] == "CREDCHECK WARNING - pixelcut 42 credits, below 50"
    every = services["all"]
    assert every["plugin_output"].endswith(" more")
    told = every["long_plugin_output"].rstrip().split(r"\n")
    assert told[-1] == "pixelcut-4: server error (HTTP 500): try again later"
    assert len(told) == 33
    assert every["performance_data"].startswith("'pixelcut'=42;50:;@~:0;; 'pixelcut-2'=100;50:;@~:0;; 'pixelcut-5'=7;")
    assert every["performance_data"].count("=") == 32


def _services(status: Path, count: int) -> dict[str, dict[str, str]]:
    """Return what Nagios knows of each service, once it has checked them all."""
    one = re.compile(r"^servicestatus \{$(.*?)^\t\}$", re.MULTILINE | re.DOTALL)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        text = status.read_text() if status.exists() else ""
        blocks = [dict(re.findall(r"^\t(\w+)=(.*)$", block, re.MULTILINE)) for block in one.findall(text)]
        checked = [block for block in blocks if block.get("has_been_checked") == "1"]
        if len(checked) == count:
            return {block["service_description"]: block for block in checked}
        time.sleep(0.1)
    pytest.fail(f"Nagios has not checked all: {(status.parent / 'log').read_text()[-2000:]}")
