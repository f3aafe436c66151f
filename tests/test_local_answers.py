"""A provider whose answer a program prints, or another program has left in a file; a key in a JSON text."""

import json
import os
import re
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credcheck.check import local_answers
from credcheck.providers.templates import FileTemplate
from tests.conftest import Program
from tests.playback import Answer, Sent, playing
from tests.test_imports import run as run_and_report

KEY = "acme-key-0123456789"
WORDS = """
[providers.acme]
title = "Acme"
[providers.acme.command]
run = [{program}]
{more}
[providers.acme.balance]
amount = "left"
unit = "USD"
details = {{ note = "note" }}
"""
FILE = """
[providers.acme]
title = "Acme"
file = {{ path = "{path}", max_age = "2h" }}
balance = {{ used = "five_hour.used", total = "100", unit = "percent", kind = "plan", resets_at = "five_hour.resets" }}
"""


@pytest.fixture
def running(credcheck: Program) -> Callable[..., Program]:
    """Return what sets up a provider that runs these lines of Python."""

    def configured(lines: str, more: str = "", after: str = "") -> Program:
        script = credcheck.home / "program.py"
        script.write_text(textwrap.dedent(lines))
        program = f'"{sys.executable}", "{script}"'
        credcheck.configure(WORDS.format(program=program, more=more) + after)
        return credcheck

    return configured


def outcome(program: Program, *more: str) -> tuple[int, dict[str, object]]:
    run = program("acme", "--json", *more)
    return run.status, json.loads(run.out, parse_float=str)


def test_a_program_prints_the_answer_and_needs_no_account(running: Callable[..., Program]) -> None:
    program = running('print(\'{"left": 12.50, "note": "fine"}\')')
    status, result = outcome(program)
    assert (status, result["balance"], result["key_source"], result["details"]) == (0, "12.50", None, {"note": "fine"})
    (each,) = json.loads(program("all", "--json").out)["results"]
    assert each["account"] == "acme"
    assert json.loads(program("acme", "--json", "--max-age", "1h").out)["cached"] is True
    assert "acme needs no key: run `credcheck acme`" in program("login", "acme").err
    assert "acme: needs no key" in program("doctor").out
    assert program("accounts").out.split()[-3:] == ["acme", "acme", "none"]


def test_it_gets_what_is_for_its_stdin_and_no_key_of_the_environment(running: Callable[..., Program]) -> None:
    lines = """
        import json, os, sys
        given = json.load(sys.stdin)
        told = [name for name in os.environ if name.endswith("_API_KEY")]
        print(json.dumps({"left": given["plus"], "note": f"{told} {given['day'][-3:]}"}))
    """
    more = 'input = \'{"plus": 7, "day": "{period_start_date}"}\''
    _, result = outcome(running(lines, more))
    assert (result["balance"], result["details"]) == (7, {"note": "[] -01"})


def test_a_key_goes_in_by_stdin_and_its_echo_is_withheld(running: Callable[..., Program]) -> None:
    lines = 'import sys; key = sys.stdin.read(); print(\'{"left": 1, "note": "\' + key + \'"}\')'
    program = running(lines, 'input = "{key}"')
    assert outcome(program)[1]["error"]["code"] == "key_missing"  # type: ignore[index]
    account = f'[accounts.acme]\napi_key = "{KEY}"\n'
    program = running(lines, 'input = "{key}"', account)
    run = program("acme", "--json")
    assert (run.status, json.loads(run.out)["details"]) == (0, {})
    assert KEY not in run.out + run.err
    words = account.replace(KEY, "quietriversong")  # which nobody would take for a key
    program = running("import sys; sys.exit(f'no: {sys.stdin.read()}')", 'input = "{key}"', words)
    run = program("acme", "--json")
    assert json.loads(run.out)["error"]["message"].startswith(f"`{sys.executable}` ended with status 1: ")
    assert "river" not in run.out + run.err


@pytest.mark.parametrize(
    ("lines", "more", "code", "words"),
    [
        ("import time; time.sleep(60)", "", "timeout", "did not end in time"),
        (
            "import os, time\nif os.fork(): raise SystemExit\ntime.sleep(60)",
            "",
            "bad_response",
            "the answer is empty",
        ),
        ("while True: print('x' * 9999)", "", "bad_response", "printed more than 1024 KiB"),
        ("print('twelve')", "", "bad_response", "the answer is not JSON"),
        ('print(\'{"left": "twelve"}\')', "", "bad_response", "`left` in the answer is not a number"),
        ("print('{\"left\": 1')", "", "bad_response", "the answer is not JSON"),
        ("import sys; sys.exit('sign in first')", "", "provider_error", "ended with status 1 (sign in first)"),
        ("import sys; sys.exit('bad sk-abcdefghijklmnop0123456789')", "", "provider_error", "ended with status 1"),
        ("import os; os.kill(os.getpid(), 9)", "", "provider_error", "was ended by signal 9"),
        (
            "print('{\"id\": 1}')",
            'format = "lines"\npick = { id = 2 }',
            "bad_response",
            "no line of the answer is the one to pick",
        ),
    ],
)
def test_a_program_that_fails_says_so_in_a_line(
    running: Callable[..., Program], lines: str, more: str, code: str, words: str
) -> None:
    started = time.monotonic()
    run = running(lines, more)("acme", "--json", "--timeout", "1.5")
    error = json.loads(run.out)["error"]
    assert (error["code"], run.status) == (code, 3)
    assert words in error["message"]
    assert "sk-abc" not in run.out + run.err
    assert time.monotonic() - started < 10


def test_a_program_that_is_not_there_is_named(credcheck: Program) -> None:
    credcheck.configure(WORDS.format(program='"no-such-program", "--json"', more=""))
    run = credcheck("acme", "--json")
    assert json.loads(run.out)["error"]["message"].startswith("`no-such-program` cannot be run: No such file")
    assert "BAD  acme: `no-such-program` is not installed" in credcheck("doctor").out
    assert credcheck("providers", "acme").status == 0
    assert json.loads(credcheck("providers", "acme", "--json").out)["program"] == "no-such-program"


def test_of_a_server_that_goes_on_one_line_is_the_answer(running: Callable[..., Program]) -> None:
    # It answers later, and not at all once its stdin is closed.
    lines = """
        import json, select, sys, time
        for line in sys.stdin:
            request = json.loads(line)
            print("log: a line", flush=True)
            time.sleep(0.1)
            closed = select.select([0], [], [], 0)[0] and request["id"] == 2
            if not closed:
                print(json.dumps({"id": request["id"], "left": request["id"] * 10}), flush=True)
        time.sleep(60)
    """
    more = """format = "lines"
pick = { id = 2 }
input = '''
{"id": 1}
{"id": 2}
'''"""
    started = time.monotonic()
    program = running(lines, more)
    status, result = outcome(program)
    assert (status, result["balance"]) == (0, 20)
    assert time.monotonic() - started < 8
    saved = program.home / "saved"
    saved.write_text('log\n{"id": 1}\n{"id": 2, "left": 7}\n')
    assert "USD: 7 USD" in program("providers", "check", "acme", "--answer", str(saved)).out


def test_a_possible_key_that_a_program_prints_is_withheld(running: Callable[..., Program]) -> None:
    run = running('print(\'{"left": 1, "note": "sk-abcdefghijklmnop0123456789"}\')')("acme", "--json")
    assert (json.loads(run.out)["balance"], json.loads(run.out)["details"]) == (1, {})


def test_programs_load_no_http_library(running: Callable[..., Program]) -> None:
    report = run_and_report(running("print('{\"left\": 1}')"), "acme", "--json")
    assert report.status == 0
    assert not {"httpx", "ssl", "rich"} & report.loaded


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("input = 7", "command.input: must be text in quotes"),
        ('format = "xml"', "command.format: must be one of json, text, lines"),
        ('format = "lines"', "command.pick: a rule that chooses one line"),
        ("pick = { id = 2 }", "command.pick: a rule that chooses one line"),
        ('input = "{area}"', "command.input: {area} is neither key nor an option"),
    ],
)
def test_a_wrong_command_is_one_line(credcheck: Program, more: str, problem: str) -> None:
    credcheck.configure(WORDS.format(program='"true"', more=more))
    run = credcheck("all")
    assert (run.status, run.err.count("\n")) == (2, 1)
    assert f"providers.acme.{problem}" in run.err


def test_a_key_is_no_argument_and_a_built_in_provider_runs_nothing(credcheck: Program) -> None:
    credcheck.configure(WORDS.format(program='"true", "{key}"', more=""))
    assert "others could see {key} in the list of processes" in credcheck("all").err
    credcheck.configure("")
    file = credcheck.home / "acme.toml"
    file.write_text('[command]\nrun = ["true"]\n[balance]\namount = "a"\nunit = "USD"\n')
    assert (
        "only a provider of your own, in config.toml, can run a program"
        in credcheck("providers", "check", str(file)).err
    )


def test_a_file_that_another_program_leaves_is_read(credcheck: Program) -> None:
    path = credcheck.home / "limits.json"
    path.write_text('{"five_hour": {"used": 92.5, "resets": 4102444800}}')
    credcheck.configure(FILE.format(path="~/limits.json"))
    _, result = outcome(credcheck)
    assert (result["balance"], result["total"], result["resets_at"]) == ("7.5", 100, "2100-01-01T00:00:00Z")
    os.utime(path, (time.time() - 3 * 3600 - 9, time.time() - 3 * 3600 - 9))
    error = outcome(credcheck)[1]["error"]
    assert (error["code"], "was last written 3 h ago" in error["message"]) == ("balance_unknown", True)  # type: ignore[index]
    path.write_text('{"five_hour": {"used": 9')
    assert outcome(credcheck)[1]["error"]["code"] == "bad_response"  # type: ignore[index]
    path.unlink()
    assert outcome(credcheck)[1]["error"]["code"] == "balance_unknown"  # type: ignore[index]
    assert (
        f"acme is described in {credcheck.directory / 'config.toml'} and reads ~/limits.json" in credcheck("doctor").out
    )


@pytest.fixture
def asked(credcheck: Program) -> Callable[[str, str], tuple[int, dict[str, object], list[Sent]]]:
    """Return what checks an account with these settings, and what its provider was sent."""

    def check(settings: str, text: str) -> tuple[int, dict[str, object], list[Sent]]:
        (credcheck.home / "auth.json").write_text(text)
        with playing(lambda _: Answer('{"left": 1}')) as server:
            request = f'request = {{ url = "{server.url}/", headers = {{ X-Key = "{{key}}" }} }}'
            balance = 'balance = { amount = "left", unit = "USD" }'
            credcheck.configure(f"[providers.acme]\n{request}\n{balance}\n[accounts.acme]\n{settings}")
            status, result = outcome(credcheck)
            return status, result, server.sent

    return check


@pytest.mark.parametrize("source", ['file = "~/auth.json"', 'command = ["cat", "auth.json"]'])
def test_a_key_is_the_member_of_a_json_text(
    asked: Callable[[str, str], tuple[int, dict[str, object], list[Sent]]], source: str
) -> None:
    settings = f'api_key_{source}\napi_key_member = "tokens.access"\n'
    status, _, sent = asked(settings, json.dumps({"tokens": {"access": KEY}, "more": ["a"]}, indent=2))
    assert (status, dict(sent[0].headers)["X-Key"]) == (0, KEY)
    for text, words in [
        ("{}", "has no text `tokens.access`"),
        ('{"tokens": {"access": 7}}', "has no text `tokens.access`"),
        (f'{{"tokens": {{"access": "{KEY}', "is not JSON"),
        (KEY, "is not JSON"),
    ]:
        status, result, sent = asked(settings, text)
        assert (status, sent) == (4, [])
        assert words in str(result["error"])
        assert KEY not in str(result)


def test_a_member_stands_beside_a_file_or_a_command(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key = "sk_a"\napi_key_member = "a"\n')
    run = credcheck("all")
    assert run.status == 2
    assert (
        "accounts.pixelcut.api_key_member: is a member of the JSON text of api_key_file or api_key_command" in run.err
    )


@pytest.mark.parametrize(
    ("host", "is_right"),
    [
        ("litellm.example.com", True),
        ("litellm.example.com:4000/v1", True),
        ("litellm.example.com/a/b-c.d/", True),
        ("litellm.example.com:0", False),
        ("litellm.example.com:99999", False),
        ("litellm.example.com/../v1", False),
        ("litellm.example.com/a?b", False),
        ("litellm.example.com//a", False),
        ("user@litellm.example.com", False),
    ],
)
def test_a_host_may_have_a_port_and_a_path(credcheck: Program, host: str, is_right: bool) -> None:  # noqa: FBT001
    request = 'request = { url = "https://{host}/credits", headers = { X = "{key}" } }'
    options = "[providers.acme.options.host]\nrequired = true\n"
    credcheck.configure(
        f'[providers.acme]\n{request}\nbalance = {{ amount = "a", unit = "b" }}\n{options}'
        f'[accounts.acme]\nhost = "{host}"\napi_key = "sk_a"\n'
    )
    run = credcheck("accounts")
    assert run.status == (0 if is_right else 2), run.err
    assert is_right or re.search(r"accounts\.acme\.host: (must be a host|has a p)", run.err)


def test_a_file_that_is_being_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text('{"left": 1')
    writer = threading.Timer(0.03, path.write_text, ['{"left": 12}'])
    writer.start()
    template = FileTemplate(str(path))

    def read(*, is_json: bool) -> bytes:
        deadline = time.monotonic() + 5
        return local_answers.left_in(template, is_json=is_json, now=datetime.now(UTC), deadline=deadline).body

    assert read(is_json=True) == b'{"left": 12}'
    writer.join()
    path.write_text("7 credits")
    started = time.monotonic()
    assert read(is_json=False) == b"7 credits"
    assert time.monotonic() - started < 0.05


def test_the_path_of_a_file_is_absolute(credcheck: Program) -> None:
    credcheck.configure(FILE.format(path="limits.json"))
    assert "providers.acme.file.path: must begin with / or ~/" in credcheck("all").err
