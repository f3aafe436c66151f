"""Options of a check that compare with its history: `--max-age`, `--changes`, `--notify`."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from credcheck.notices import send as notify
from credcheck.providers import registry
from tests import documents
from tests.conftest import PROGRAM, Program, Run
from tests.playback import Answer, Playback, playing

Setup = Callable[..., Program]

# Appends its first argument and its input to the file that is its second one, and ends with the status in the third.
RECORDER = """
import os, sys
with open(sys.argv[2], "a") as file:
    print(sys.argv[1], "SECRET" in str(os.environ), os.environ["CREDCHECK_MESSAGE"] == sys.argv[1], file=file)
    print(sys.stdin.read().replace(chr(10), ""), file=file)
sys.exit(int(open(sys.argv[3]).read()))
"""


def test_an_answer_of_a_while_ago_is_taken(pixelcut: Setup, echo: Playback) -> None:
    first = json.loads(pixelcut("12.50", more="warn_below = 20")("pixelcut", "--json").out, parse_float=str)
    asked = len(echo.sent)
    run = pixelcut("99", more="warn_below = 20")("pixelcut", "--json", "--max-age", "10m")
    again = json.loads(run.out, parse_float=str)
    assert len(echo.sent) == asked
    assert (run.status, again["cached"], again["elapsed_ms"]) == (1, True, 0)
    assert again["forecast"].pop("samples") == 1
    assert first["forecast"].pop("samples") == 1
    assert {**again, "cached": False, "elapsed_ms": first["elapsed_ms"]} == first


def test_only_those_without_a_young_answer_are_asked(pixelcut: Setup, echo: Playback) -> None:
    pixelcut("1", "2")("pixelcut-2")
    asked = len(echo.sent)
    run = pixelcut("10", "20", "30")("all", "--format", "tsv", "--max-age", "1h")
    assert [line.split("\t")[4] for line in run.out.splitlines()[1:]] == ["10", "2", "30"]
    assert len(echo.sent) == asked + 2
    run = pixelcut("11", "21", "31")("all", "--format", "tsv", "--max-age", "0.001s")
    assert [line.split("\t")[4] for line in run.out.splitlines()[1:]] == ["11", "21", "31"]


def test_the_last_answer_stands_in_for_a_failure(pixelcut: Setup) -> None:
    pixelcut("12.50")("pixelcut")
    options = ("pixelcut", "--max-age", "0.001s", "--stale-if-error")
    run = pixelcut("http-500")(*options, "--format", "value")
    assert (run.status, run.out) == (3, "12.50\n")
    assert "HTTP 500" in run.err
    answer = json.loads(pixelcut("http-500")(*options, "--json").out, parse_float=str)
    assert (answer["balance"], answer["cached"], answer["error"]) == ("12.50", True, None)
    assert (answer["stale_because"]["code"], answer["stale_because"]["http_status"]) == ("provider_error", 500)
    low = pixelcut("http-500", more="warn_below = 20")
    assert low(*options).status == 1, "what is low by the last reading is so whatever failed since"
    assert pixelcut("http-500")("pixelcut", "--max-age", "0.001s", "--format", "value").out == ""


def test_changes_are_printed_once(pixelcut: Setup) -> None:
    def changes(answer: str) -> tuple[int, list[str]]:
        run = pixelcut(answer, "500", more="warn_below = 100")("all", "--changes", "--format", "tsv")
        return run.status, [line.split("\t")[11] for line in run.out.splitlines()[1:]]

    found = [changes(each) for each in ("500", "99", "98", "http-500", "http-500", "99", "500", "500")]
    low, failed = "became low: below 100", "failed: server error (HTTP 500): try again later"
    assert found == [(0, []), (1, [low]), (1, []), (3, []), (3, [failed]), (1, [low]), (0, ["well again"]), (0, [])]


def test_a_check_without_the_option_swallows_no_change(pixelcut: Setup) -> None:
    assert pixelcut("500", more="warn_below = 100")("pixelcut", "--changes").out == ""
    assert pixelcut("99", more="warn_below = 100")("pixelcut").status == 1
    assert "99" in pixelcut("99", more="warn_below = 100")("pixelcut", "--changes").out


PAGE = "<!DOCTYPE html><html><body>Sign in to Hotel Wi-Fi</body></html>"
BETWEEN = {
    "page": (Answer(PAGE), "blocked"),
    "page-403": (Answer(PAGE, status=403), "blocked"),
    "sign-in-511": (Answer(PAGE, status=511), "blocked"),
    "proxy-407": (Answer(PAGE, status=407), "blocked"),
    "redirect": (Answer(status=302, headers={"Location": "https://portal.example/"}), "redirected"),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_what_lies_between_is_no_rejected_key_and_waits_for_a_second_check(credcheck: Program, name: str) -> None:
    answer, code = BETWEEN[name]
    low = Answer('{"credits_remaining": 4}')
    answers = [low, answer, low, answer, answer, low]
    with playing(lambda _: answers.pop(0)) as server:
        credcheck.configure(f'[accounts.pixelcut]\napi_key = "sk_secret"\nbase_url = "{server.url}"\nwarn_below = 10\n')
        runs = [credcheck("pixelcut", "--changes", "--json") for _ in range(6)]
    documents = [json.loads(run.out) if run.out.strip() else None for run in runs]
    told = [
        document and (document["status"], document["error"] and document["error"]["code"]) for document in documents
    ]
    assert told == [("low", None), None, None, None, ("error", code), ("low", None)]
    assert [run.status for run in runs] == [1, 3, 1, 3, 3, 1]


def notifying(pixelcut: Setup, answer: str, *, status: int, folder: Path) -> Program:
    """Return the program with a command that records its notices."""
    (folder / "status").write_text(str(status))
    (folder / "recorder.py").write_text(RECORDER)
    words = [sys.executable, str(folder / "recorder.py"), "{message}", str(folder / "sent"), str(folder / "status")]
    return pixelcut(answer, more=f"warn_below = 100\n[notify]\ncommand = {json.dumps(words)}")


def test_a_notice_is_sent_once_and_again_after_it_failed(pixelcut: Setup, tmp_path: Path) -> None:
    def run(answer: str, status: int = 0) -> int:
        program = notifying(pixelcut, answer, status=status, folder=tmp_path)
        return program("pixelcut", "--notify", "--format", "value", PIXELCUT_API_KEY="SECRET").status

    assert [run("500"), run("99", 7), run("98", 7), run("97"), run("96"), run("500")] == [0, 5, 5, 1, 1, 0]
    lines = (tmp_path / "sent").read_text().splitlines()
    assert lines[::2] == [
        "pixelcut is low: 99 credits, below 100 False True",
        "pixelcut is low: 98 credits, below 100 False True",
        "pixelcut is low: 97 credits, below 100 False True",
        "pixelcut is well again: 500 credits False True",
    ]
    for line in lines[1::2]:
        documents.validate(json.loads(line))
    document = json.loads(lines[-1])
    change = document["changes"][0]
    assert (change["account"], change["before"], change["after"], change["reminder"]) == (
        "pixelcut",
        "low",
        "ok",
        False,
    )
    assert change["result"]["balance"] == 500


Told = Callable[[str, str], list[str]]


@pytest.fixture
def told(pixelcut: Setup) -> Told:
    """Return what lets an account with two tags answer something to the run of one owner, and returns all notices.

    The owners `x` and `y` have a tag and a configuration each, with the same account and a command of their own.
    """

    def run(owner: str, answer: str) -> list[str]:
        program = pixelcut(answer, more='warn_below = 100\ntags = ["x", "y"]')
        sent, usual = program.home / "sent", (program.directory / "config.toml").read_text()
        command = ["sh", "-c", f'echo "{owner}: $CREDCHECK_MESSAGE" >>{sent}']
        file = program.configure(f"{usual}\n[notify]\ncommand = {json.dumps(command)}", name=f"{owner}.toml")
        assert program("--tag", owner, "--notify", "--config", str(file)).status in {0, 1, 3}
        return sent.read_text().splitlines() if sent.exists() else []

    return run


@pytest.mark.parametrize(("first", "second"), ["xy", "yx"])
def test_each_command_is_told_of_an_account_that_two_runs_check(told: Told, first: str, second: str) -> None:
    assert [told(owner, "500") for owner in (first, second)] == [[], []]
    low, well = "pixelcut (x, y) is low: 99 credits, below 100", "pixelcut (x, y) is well again: 500 credits"
    all_ = [f"{first}: {low}", f"{second}: {low}", f"{second}: {well}", f"{first}: {well}"]
    assert [told(owner, "99") for owner in (first, second, first, second)] == [all_[:1], *[all_[:2]] * 3]
    assert [told(owner, "500") for owner in (second, first, second, first)] == [all_[:3], *[all_] * 3]


@pytest.mark.parametrize(("first", "second"), ["xy", "yx"])
def test_a_trouble_that_passes_is_confirmed_by_a_run_with_the_same_command(told: Told, first: str, second: str) -> None:
    sent = [told(owner, "http-500") for owner in (first, second, second, first, first, second)]
    assert [[line[0] for line in lines] for lines in sent] == [[], [], [second], *[[second, first]] * 3]


@pytest.mark.parametrize(("first", "second"), ["xy", "yx"])
def test_a_notice_of_before_an_update_counts_for_the_first_command_only(
    told: Told, credcheck: Program, first: str, second: str
) -> None:
    assert len(told(first, "99")) == 1
    (history,) = credcheck.home.glob("**/history.db")
    with sqlite3.connect(history) as database:  # as the version before had it
        database.executescript("UPDATE status SET channel = 'notify'; PRAGMA user_version = 4;")
    database.close()
    sent = [told(owner, "99") for owner in (second, second, first, first)]
    assert [[line[0] for line in lines] for lines in sent] == [[first], [first], [first] * 2, [first] * 2]


def test_a_command_that_was_changed_is_told_once_of_what_is_low(pixelcut: Setup, tmp_path: Path) -> None:
    def run(word: str) -> list[str]:
        command = json.dumps(["sh", "-c", f"echo {word} >>{tmp_path / 'sent'}"])
        assert pixelcut("99", more=f"warn_below = 100\n[notify]\ncommand = {command}")("all", "--notify").status == 1
        return (tmp_path / "sent").read_text().split()

    assert [run(word) for word in ("old", "old", "new", "new")] == [["old"], ["old"], *[["old", "new"]] * 2]


def test_a_command_that_hangs_is_ended_with_the_deadline(pixelcut: Setup) -> None:
    program = pixelcut("99", more='warn_below = 100\n[notify]\ncommand = ["sleep", "60"]')
    run = program("pixelcut", "--notify", "--timeout", "1", seconds=10)
    assert run.status == 5
    assert "no notice was sent: the command of [notify] did not end in time; the next run tries again" in run.err


def test_the_reason_of_a_command_that_failed_is_told_without_a_key(pixelcut: Setup) -> None:
    script = "echo first >&2; echo refused by example.org: sk_live_4f9a8b7c6d5e >&2; exit 3"
    program = pixelcut("99", more=f'warn_below = 100\n[notify]\ncommand = ["sh", "-c", "{script}"]')
    said = "no notice was sent: the command of [notify] ended with status 3 (refused by …: …)"
    for words in (("all", "--notify"), ("doctor", "--notify")):
        run = program(*words)
        assert (run.status, said in run.err) == (5, True), run.err


def test_a_program_that_the_command_starts_goes_on_and_may_write_to_stderr(pixelcut: Setup, tmp_path: Path) -> None:
    script = f"(sleep 1; echo late >&2 && touch {tmp_path}/done) & exit 0"
    program = pixelcut("99", more=f'warn_below = 100\n[notify]\ncommand = ["sh", "-c", "{script}"]')
    assert program("all", "--notify").status == 1
    deadline = time.monotonic() + 10
    while not (tmp_path / "done").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


WITH_A_SHELL = [
    ["sh", "-c", 'notify-send "{message}"'],
    ["/bin/bash", "-lc", "echo '{message}'"],
    ["dash", "-c", "echo {message}"],
    ["zsh", "-ic", "echo {message}"],
    ["fish", "--command=echo {message}"],
    ["env", "sh", "-c", "echo {message}"],
    ["env", "-S", "sh -c 'echo {message}'"],
    ["/usr/bin/env", "A=b", "bash5.2", "-c", "echo {message}"],
    ["busybox", "sh", "-c", "echo {message}"],
    ["timeout", "5", "sh", "-c", "echo {message}"],
    ["docker", "exec", "x", "sh", "-c", "echo {message}"],
    ["su", "-c", "echo {message}", "me"],
    ["sh", "-c", "{message}"],
    ["sh", "notify-{message}.sh"],
    ["ssh", "host", "notify-send", "{message}"],
    ["python3", "-c", "print('{message}')"],
    ["watch", "echo", "{message}"],
    ["sudo", "watch", "echo", "{message}"],
    ["chronic", "sh", "-c", "echo {message}"],
    ["tmux", "display-message", "{message}"],
    ["pwsh", "-Command", "Write-Output", "{message}"],
    ["awk", 'BEGIN { print "{message}" }'],
    ["nice", "-n", "5", "/usr/local/bin/ksh93", "-c", "echo {message}"],
    ["osascript", "-e", 'display notification "{message}"'],
    ["flock", "lock", "-c", "echo {message}"],
    ["emacsclient", "--eval", '(message "{message}")'],
    ["psql", "-c", "INSERT INTO notices VALUES ('{message}')"],
    ["perl", "-e", "print '{message}'"],
]


@pytest.mark.parametrize("command", WITH_A_SHELL, ids=" ".join)
def test_a_message_inside_a_script_is_refused_when_the_configuration_is_read(
    credcheck: Program, command: list[str]
) -> None:
    credcheck.configure(f"[notify]\ncommand = {json.dumps(command)}\n")
    run = credcheck("pixelcut", PIXELCUT_API_KEY="sk_secret")
    assert run.status == 2, run.err
    assert (
        'notify.command: {message} inside a script would run what a provider writes: use "$CREDCHECK_MESSAGE"'
        in run.err
    )


@pytest.mark.parametrize(
    "command",
    [
        ["notify-send", "credcheck", "{message}"],
        ["curl", "-d", "text={message}", "https://hooks.example"],
        ["sh", "-c", 'notify-send "$CREDCHECK_MESSAGE"'],
        ["sh", "-c", 'notify-send "$1"', "_", "{message}"],
        ["python3", "notify.py", "text: {message}"],
        ["ntfy", "publish", "-t", "{message}"],
        ["notify-send", "watch", "{message}"],
        ["notify-send", "watch out: {message}"],
        ["nice", "notify-send", "{message}"],
        "ntfy publish my-topic {message}",
    ],
    ids=str,
)
def test_a_message_that_no_program_runs_is_taken(credcheck: Program, command: object) -> None:
    credcheck.configure(f"[accounts.pixelcut]\n[notify]\ncommand = {json.dumps(command)}\n")
    run = credcheck("accounts")
    assert run.status == 0, run.err


def test_of_seven_hundred_changes_a_hundred_are_told_in_words_and_all_on_stdin(
    credcheck: Program, tmp_path: Path
) -> None:
    (tmp_path / "record.py").write_text(
        "import json, os, sys\n"
        "json.dump([sys.argv[1], os.environ['CREDCHECK_MESSAGE'], len(json.load(sys.stdin)['changes'])],"
        f" open({str(tmp_path / 'sent')!r}, 'w'))\n"
    )
    command = [sys.executable, str(tmp_path / "record.py"), "new: {message} ({message})"]
    accounts = "".join(
        f'[accounts."\u8d26\u6237-{number}"]\nprovider = "pixelcut"\napi_key = "op://x/y/z"\n' for number in range(700)
    )
    credcheck.configure(f"[notify]\ncommand = {json.dumps(command)}\n{accounts}")
    run = credcheck("all", "--notify", "--quiet", "--format", "tsv")
    assert (run.status, "no notice" in run.err) == (4, False), run.err
    argument, variable, count = json.loads((tmp_path / "sent").read_text())
    assert count == 700
    assert argument == f"new: {variable} ({variable})"
    assert len(variable.splitlines()) == 101
    assert variable.splitlines()[-1] == "and 600 more"


@pytest.mark.parametrize("way", ["{}", "sh -c '{}'", "{python} -m credcheck pixelcut", "env A=b nice {}"])
def test_credcheck_inside_a_command_of_its_own_is_refused_and_nothing_runs_away(pixelcut: Setup, way: str) -> None:
    inner = way.format(f"{PROGRAM} pixelcut --format value", python=sys.executable)
    program = pixelcut("99", more=f"warn_below = 100\n[notify]\ncommand = {json.dumps(inner)}")
    run = program("pixelcut", "--notify")
    assert (run.status, "the command of [notify] ended with status 2" in run.err) == (5, True), run.err
    program.configure(f"[accounts.pixelcut]\napi_key_command = {json.dumps(inner)}\n")
    error = json.loads(program("pixelcut", "--json", "--timeout", "5").out)["error"]
    assert error["code"] == "key_missing"
    assert "ended with status 2 (" in error["message"]
    assert "cannot run inside a command that" in error["message"]
    for arguments in (["all"], ["accounts"], ["--help"], ["all", "--format", "nagios"]):
        inside = program(*arguments, CREDCHECK_INSIDE="1")
        assert "cannot run inside a command" in inside.out + inside.err
        assert inside.status == (3 if "nagios" in arguments else 2)


def test_a_notice_that_was_sent_while_the_run_was_ended_is_not_sent_again(pixelcut: Setup, tmp_path: Path) -> None:
    slow = f"sleep 0.5; echo >>{tmp_path / 'sent'}"
    program = pixelcut("99", more=f"warn_below = 100\n[notify]\ncommand = {json.dumps(['sh', '-c', slow])}")
    with program.start("pixelcut", "--notify", "--format", "value") as run:
        assert run.stdout
        run.stdout.readline()  # the balance is printed before the notice is sent
        time.sleep(0.2)
        run.terminate()
        assert run.wait() == 143
    assert program("pixelcut", "--notify").status == 1
    assert (tmp_path / "sent").read_text() == "\n"


def test_the_doctor_sends_a_test(pixelcut: Setup, tmp_path: Path) -> None:
    program = notifying(pixelcut, "99", status=0, folder=tmp_path)
    assert program("doctor", "--notify").status == 0
    assert (tmp_path / "sent").read_text().startswith("This is a test by `credcheck doctor --notify`.")
    run = notifying(pixelcut, "99", status=3, folder=tmp_path)("doctor", "--notify")
    assert (run.status, "no notice was sent" in run.err, "next run" in run.err) == (5, True, False)


@pytest.mark.parametrize(
    ("arguments", "more", "says"),
    [
        (("--notify",), "", "notify.command: needed"),
        (("--stale-if-error",), "", "--max-age"),
        (("--max-age", "soon"), "", "10m"),
        (("--changes",), "history = false", "turned off"),
        (("--max-age", "10m"), "history = false", "turned off"),
        (("--notify",), 'notify = { again = "3d" }', "notify.command: needed"),
        (("--notify",), 'notify = { command = ["a"], again = 3 }', "notify.again: must be a time"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_sent(
    credcheck: Program, echo: Playback, arguments: tuple[str, ...], more: str, says: str
) -> None:
    credcheck.configure(f'{more}\n[accounts.pixelcut]\napi_key = "k"\nbase_url = "{echo.url}/1"\n')
    asked = len(echo.sent)
    run = credcheck("pixelcut", *arguments)
    assert (run.status, run.out) == (2, "")
    assert says in run.err
    assert len(echo.sent) == asked


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"HOME": "/nowhere"}, "there is no home folder; set CREDCHECK_HISTORY=FILE"),
        ({"CREDCHECK_HISTORY": ""}, "it is turned off (CREDCHECK_HISTORY is empty)"),
        ({"CREDCHECK_HISTORY": "~nobody-of-this-name/h.db"}, "CREDCHECK_HISTORY names no path that exists"),
    ],
)
def test_that_there_is_no_history_is_told_with_its_reason(
    credcheck: Program, variables: dict[str, str], reason: str
) -> None:
    credcheck.environment |= {"PIXELCUT_API_KEY": "op://not/a-key", **variables}
    for arguments in (["all", "--changes"], ["all", "--max-age", "10m"], ["history"], ["accounts", "--low"]):
        run = credcheck(*arguments)
        assert (run.status, reason in run.err) == (2, True), run.err
    assert f"       {reason}" in credcheck("doctor", "--timeout", "1").out


def test_the_bare_number_of_a_while_ago(pixelcut: Setup, echo: Playback) -> None:
    pixelcut("12.50")("pixelcut")
    asked = len(echo.sent)
    program = pixelcut("99", more="warn_below = 100")
    assert program("PixelCut", "--format=value", "--max-age", "10m") == Run(1, "12.50\n", "")
    assert program("--max-age=10m", "--stale-if-error", "pixelcut", "--format", "value").out == "12.50\n"
    assert program("pixelcut", "--format", "value", "--max-age", "10m", "--warn-below", "5").status == 1
    assert program("nobody", "--format", "value", "--max-age", "10m").status == 2
    assert program("all", "--format", "value", "--max-age", "10m").status == 2
    assert program("pixelcut", "--format", "value", "--max-age", "ten").status == 2
    assert len(echo.sent) == asked
    assert program("pixelcut", "--format", "value", "--max-age", "0.001s").out == "99\n"
    assert pixelcut("7", more="warn_days_left = 3")  # a setting at a wrong place is told by the command line
    assert program("pixelcut", "--format", "value", "--max-age", "10m").status == 2


VALUE = ("pixelcut", "--format", "value", "--max-age", "10m")


def test_the_bare_number_needs_all_that_a_check_needs(pixelcut: Setup) -> None:
    program = pixelcut("12.50")
    assert program("pixelcut").status == 0
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [PROGRAM, *VALUE], stdout=write, stderr=subprocess.PIPE, check=False, env=program.full_environment()
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")
    program.configure("[accounts.creatify]\napi_key = 'k'\n")
    assert program("creatify", *VALUE[1:]).status == 2
    path = program.home / ".local" / "state" / "credcheck" / "history.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE series SET account = 'gone', provider = 'gone'")
    connection.close()
    program.configure("")
    program.configure('[accounts.gone]\napi_key = "k"\n', name="credentials.toml")
    for words in (("gone", *VALUE[1:]), ("all", "--json", "--max-age", "10m")):
        run = program(*words)
        assert run.status == 4
        assert "there is no provider gone in this version" in run.out + run.err


def test_a_history_that_cannot_be_read_at_once_is_left_to_the_check(pixelcut: Setup) -> None:
    program = pixelcut("12.50")
    locked, broken = program.home / "locked.db", program.home / "broken.db"
    assert program("pixelcut", CREDCHECK_HISTORY=str(locked)).status == 0
    holder = sqlite3.connect(locked, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    run = pixelcut("99")(*VALUE, CREDCHECK_HISTORY=str(locked))
    assert run.out == "99\n"
    holder.close()
    broken.write_bytes(b"SQLite format 3\0" + b"garbage " * 1000)
    assert program(*VALUE, CREDCHECK_HISTORY=str(broken)).out == "99\n"
    assert len([each for each in program.home.iterdir() if "broken-" in each.name]) == 1


def test_without_a_readable_history_all_that_is_low_or_failed_is_printed(pixelcut: Setup, tmp_path: Path) -> None:
    program = pixelcut("0", "50", "http-401")
    folder = tmp_path / "folder"
    folder.mkdir()
    run = program("all", "--changes", CREDCHECK_HISTORY=str(folder))
    assert run.status == 1
    assert [line.split()[:2] for line in run.out.splitlines()[2:]] == [["!", "pixelcut"], ["✗", "pixelcut-3"]]
    assert "cannot compare with earlier checks" in run.err
    assert "not a file" in run.err


def test_a_notice_gets_no_secret_of_any_provider() -> None:
    own = {
        "acme": {
            "title": "Acme",
            "variable": "ACME_KEY",
            "options": {"part": {"help": "a part", "variable": "ACME_PART", "secret": True, "required": True}},
            "request": {"url": "https://acme.example/{part}", "headers": {"X-Key": "{key}"}},
            "balance": {"amount": "left", "unit": "USD"},
        }
    }
    known = registry.from_table(own, "providers")
    secret = dict.fromkeys(["ACME_KEY", "ACME_PART", "CREATIFY_API_KEY", "CREATIFY_API_ID", "PIXELCUT_API_KEY"], "k")
    assert notify.environment_for({**secret, "HOME": "/", "TOPIC": "t"}, [], known) == {"HOME": "/", "TOPIC": "t"}
