"""The recipes of `credcheck help plans`: pasted from the page, against stand-ins for the programs that they run."""

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import credcheck as package
from credcheck import providers
from tests.conftest import Program
from tests.playback import Answer, playing

PAGE = (Path(package.__file__).parent / "help" / "plans.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))


def blocks(section: str, language: str) -> list[str]:
    """Return the blocks of a language in a section of the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", SECTIONS[section], re.MULTILINE | re.DOTALL)


@pytest.fixture
def recipe(credcheck: Program) -> Callable[[str], Program]:
    """Return what sets up the program with the configuration of a section; `bin` of its home is first in PATH."""

    def configured(section: str) -> Program:
        (credcheck.home / "bin").mkdir()
        credcheck.environment["PATH"] = f"{credcheck.home / 'bin'}:{credcheck.full_environment()['PATH']}"
        credcheck.configure("\n".join(blocks(section, "toml")))
        return credcheck

    return configured


def stand_in(program: Program, name: str, lines: str) -> None:
    """Put a program of Python in the place of another one."""
    path = program.home / "bin" / name
    path.write_text(f"#!{sys.executable}\nimport json, os, sys\n{textwrap.dedent(lines)}")
    path.chmod(0o700)


def told(program: Program, account: str) -> dict[str, Any]:
    run = program(account, "--json")
    result: dict[str, Any] = json.loads(run.out, parse_float=str, parse_int=str)
    assert result["error"] is None, run.out
    return result


def balances(result: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (each["id"], each["balance"], each["unit"], each["total"], each["resets_at"]) for each in result["balances"]
    ]


def error(program: Program, account: str) -> str:
    result = json.loads(program(account, "--json").out)
    return f"{result['error']['code']}: {result['error']['message']}"


def test_claude_code_tells_its_windows_by_its_status_line(recipe: Callable[[str], Program]) -> None:
    program = recipe("Claude Code")
    assert error(program, "claude-code").startswith("balance_unknown: ")
    script = program.home / ".claude" / "statusline.sh"
    script.parent.mkdir()
    script.write_text(blocks("Claude Code", "sh")[0])
    script.chmod(0o700)
    (settings,) = blocks("Claude Code", "json")
    assert json.loads(settings)["statusLine"]["command"] == f"~/{script.relative_to(program.home)}"
    windows = {"five_hour": {"used_percentage": 42.7, "resets_at": 1795928400}, "seven_day": {"used_percentage": 3}}
    sessions: list[dict[str, object]] = [{"rate_limits": windows, "model": {"id": "a 'quoted' \\ name"}}, {"model": {}}]
    for each in sessions:
        line = subprocess.run(
            [script], input=json.dumps(each), env=program.full_environment(), capture_output=True, text=True, check=True
        )
        assert line.stdout == "Claude Code\n"
    assert balances(told(program, "claude-code")) == [
        ("five-hour", "57.3", "percent", "100", "2026-11-29T05:00:00Z"),
        ("week", "97", "percent", "100", None),
    ]
    assert (program.home / ".cache" / "claude-code" / "limits.json").stat().st_mode & 0o077 == 0


CODEX = """
    assert sys.argv[1:] == ["app-server"]
    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == "initialize":
            print(json.dumps({"id": request["id"], "result": {"userAgent": "codex"}}), flush=True)
        if request["method"] == "account/rateLimits/read":
            print(json.dumps({"method": "account/updated", "params": {}}), flush=True)
            print(json.dumps({"id": request["id"], **ANSWER}), flush=True)
"""


@pytest.mark.parametrize(
    ("primary", "secondary", "expected"),
    [
        (300, 10080, [("five-hour", "92", "2026-11-29T05:00:00Z"), ("week", "60", "2026-12-04T00:00:00Z")]),
        (10080, None, [("week-only", "92", "2026-11-29T05:00:00Z")]),
    ],
)
def test_codex_tells_its_windows_by_its_server(
    recipe: Callable[[str], Program], primary: int, secondary: int | None, expected: list[tuple[str, ...]]
) -> None:
    program = recipe("Codex")
    limits = {
        "primary": {"usedPercent": 8, "windowDurationMins": primary, "resetsAt": 1795928400},
        "secondary": {"usedPercent": 40, "windowDurationMins": secondary, "resetsAt": 1796342400}
        if secondary
        else None,
    }
    stand_in(program, "codex", f"ANSWER = { ({'result': {'rateLimits': limits}})!r}\n{textwrap.dedent(CODEX)}")
    found = balances(told(program, "codex"))
    assert [(id_, balance, resets) for id_, balance, _, _, resets in found] == expected


def test_codex_without_a_sign_in_says_so(recipe: Callable[[str], Program]) -> None:
    program = recipe("Codex")
    answer = {"error": {"code": -32600, "message": "codex account authentication required"}}
    stand_in(program, "codex", f"ANSWER = {answer!r}\n{textwrap.dedent(CODEX)}")
    assert "codex account authentication required" in error(program, "codex")


def test_aws_tells_what_is_left_of_credits(recipe: Callable[[str], Program]) -> None:
    program = recipe("AWS credits")
    month = f"{datetime.now(UTC):%Y-%m-01}"
    stand_in(
        program,
        "aws",
        f"""
        words = "billing get-credits --account-id 123456789012 --start-date {month} --output json"
        assert sys.argv[1:] == words.split(), sys.argv
        def credit(left, first, **more):
            return {{"remainingAmount": {{"currencyCode": "USD", "currencyAmount": left}},
                     "initialAmount": {{"currencyCode": "USD", "currencyAmount": first}}, **more}}
        print(json.dumps({{"credits": [
            credit("743.21", "1000.00", creditStatus="ENABLED", endDate="2027-01-31T00:00:00+00:00",
                   estimatedAmount={{"currencyCode": "USD", "currencyAmount": "700.01"}}),
            credit("25.5", "50.00", endDate="2027-03-31T00:00:00+00:00"),
            credit("9999", "9999", creditStatus="DISABLED"),
        ]}}))
        """,
    )
    (balance,) = told(program, "aws-credits")["balances"]
    # 700.01 + 25.5 of 1000.00 + 50.00; the first of them ends at the end of January.
    assert (balance["balance"], balance["unit"], balance["total"]) == ("725.51", "USD", "1050.00")
    assert balance["expires_at"] == "2027-01-31T00:00:00Z"
    stand_in(program, "aws", "print('{\"credits\": []}')")
    assert error(program, "aws-credits").startswith("bad_response: ")
    stand_in(
        program, "aws", 'sys.exit("Unable to locate credentials. You can configure credentials by running aws login")'
    )
    assert "Unable to locate credentials" in error(program, "aws-credits")


def azure(*rows: tuple[float, str], link: str | None = None) -> str:
    columns = [{"name": "Cost", "type": "Number"}, {"name": "Currency", "type": "String"}]
    return json.dumps({"id": "q", "properties": {"nextLink": link, "columns": columns, "rows": rows}})


def test_azure_tells_what_was_spent_this_month(recipe: Callable[[str], Program]) -> None:
    program = recipe("Azure")

    def answer(text: str) -> None:
        stand_in(
            program,
            "az",
            f"""
            assert sys.argv[1:4] == ["rest", "--method", "post"]
            assert json.loads(sys.argv[sys.argv.index("--body") + 1])["timeframe"] == "MonthToDate"
            assert "/subscriptions/00000000-0000-0000-0000-000000000000/" in sys.argv[sys.argv.index("--url") + 1]
            print({text!r})
            """,
        )

    answer(azure((12.345678901, "EUR")))
    result = told(program, "azure-costs")
    # 100 - 12.345678901
    assert (result["spent"], result["balance"], result["unit"]) == ("12.345678901", "87.654321099", "EUR")
    answer(azure())
    assert told(program, "azure-costs")["balance"] == "100"
    answer(azure((1, "USD")))
    assert "the answer is in USD, not in EUR" in error(program, "azure-costs")
    answer(azure((1, "EUR"), link="https://management.azure.com/next"))
    assert error(program, "azure-costs").startswith("provider_error: ")


def test_alibaba_tells_the_windows_of_its_plans(recipe: Callable[[str], Program]) -> None:
    program = recipe("Alibaba's plans")
    stand_in(
        program,
        "bl",
        """
        plan = sys.argv[2]
        assert sys.argv[1:] == ["usage", plan, "--output", "json"]
        print(json.dumps({
            "token-plan": {"per1WeekPercentage": 0.375, "per1WeekResetTime": 1796342400000},
            "coding-plan": {
                "per5Hour": {"usedQuota": 0, "totalQuota": 6000, "resetTime": 1795928400000, "percentage": 0},
                "perWeek": {"usedQuota": 900, "totalQuota": 45000, "resetTime": 1796342400000, "percentage": 0.02},
                "perBillMonth": {"usedQuota": 77, "totalQuota": 90000, "percentage": 0.00085},
            },
        }[plan]))
        """,
    )
    assert balances(told(program, "alibaba-token-plan")) == [
        ("week", "62.500", "percent", "100", "2026-12-04T00:00:00Z")
    ]
    assert balances(told(program, "alibaba-coding-plan")) == [
        ("five-hour", "6000", "requests", "6000", "2026-11-29T05:00:00Z"),
        ("week", "44100", "requests", "45000", "2026-12-04T00:00:00Z"),
        ("month", "89923", "requests", "90000", None),
    ]


# Like curl -fsS -w ',' -H @- URL URL: a header from stdin, and a comma after each answer.
CURL = """
    header = sys.stdin.read()
    assert header == "Authorization: Bearer sk-oneapi-0123456789\\n"
    assert "sk-oneapi" not in " ".join(sys.argv)
    assert sys.argv[1:6] == ["-fsS", "-w", ",", "-H", "@-"]
    answers = {"subscription": SUBSCRIPTION, "usage": {"object": "list", "total_usage": 1234.5}}
    for url in sys.argv[6:]:
        assert url.startswith("https://one-api.example.com/v1/dashboard/billing/")
        sys.stdout.write(json.dumps(answers[url.rpartition("/")[2]]) + ",")
"""


def test_one_api_tells_what_is_left_by_two_requests(recipe: Callable[[str], Program]) -> None:
    program = recipe("One API")
    script = program.home / "bin" / "one-api-left"
    (text,) = blocks("One API", "sh")
    assert text.count("\n") == 4
    script.write_text(text)
    script.chmod(0o700)
    program.environment["ONE_API_TOKEN"] = "sk-oneapi-0123456789"
    stand_in(program, "curl", f"SUBSCRIPTION = {{'hard_limit_usd': 20.5}}\n{textwrap.dedent(CURL)}")
    result = told(program, "my-one-api")
    # 20.5 - 12.345
    assert (result["balance"], result["total"], result["unit"]) == ("8.155", "20.5", "USD")
    stand_in(program, "curl", f"SUBSCRIPTION = {{'hard_limit_usd': 100000000}}\n{textwrap.dedent(CURL)}")
    assert error(program, "my-one-api").startswith("balance_unknown: this key has no limit")
    refusal = {"error": {"message": "the token has expired", "type": "one_api_error"}}
    stand_in(program, "curl", f"SUBSCRIPTION = {refusal}\n{textwrap.dedent(CURL)}")
    assert "the token has expired" in error(program, "my-one-api")
    stand_in(program, "curl", 'sys.stdin.read(); sys.stderr.write("curl: (22) error: 401"); sys.exit(22)')
    assert "ended with status 22 (curl: (22) error: 401)" in error(program, "my-one-api")


def test_a_key_of_another_program_is_read_from_its_file(recipe: Callable[[str], Program]) -> None:
    program = recipe("Plans that a key can read")
    file = program.home / ".local" / "share" / "opencode" / "auth.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"opencode-go": {"type": "api", "key": "sk-opencode-0123456789"}}')
    window = {"status": "ok", "percent": 12, "resetsAt": "2026-11-29T05:00:00Z"}
    usage = {"usage": {"rolling": window, "weekly": window, "monthly": {**window, "percent": 100}}}
    with playing(lambda _target: Answer(json.dumps(usage))) as server:
        program.configure(f'{blocks("Plans that a key can read", "toml")[0]}base_url = "{server.url}"\n')
        result = told(program, "opencode-go")
    assert [(id_, balance) for id_, balance, *_ in balances(result)] == [
        ("five-hour", "88"),
        ("week", "88"),
        ("month", "0"),
    ]
    assert dict(server.sent[0].headers)["Authorization"] == "Bearer sk-opencode-0123456789"


def test_a_budget_and_what_was_bought_are_settings_of_the_providers_that_the_page_names(
    recipe: Callable[[str], Program],
) -> None:
    program = recipe("A budget for what was spent")
    (text,) = blocks("A budget for what was spent", "toml")
    since = datetime.now(UTC) - timedelta(days=3)
    answers = {
        "openai": '{"data": [{"results": [{"amount": {"value": 1.16, "currency": "usd"}}]}], "has_more": false}',
        "anthropic": '{"data": [{"results": [{"amount": "2550", "currency": "USD"}]}], "has_more": false}',
    }
    with playing(lambda target: Answer(answers[target.split("/")[1]])) as server:
        for name in answers:
            text = text.replace(f"[accounts.{name}]", f'[accounts.{name}]\nbase_url = "{server.url}/{name}"')
        program.configure(text.replace("2026-11-03", f"{since:%Y-%m-%d}"))
        program.environment |= {"OPENAI_ADMIN_KEY": "sk-admin-0123456789", "ANTHROPIC_ADMIN_KEY": "sk-ant-admin-0123"}
        left = {name: told(program, name) for name in answers}
    # 50 - 1.16, and 150 - 25.50
    assert {name: each["balance"] for name, each in left.items()} == {"openai": "48.84", "anthropic": "124.50"}
    assert left["anthropic"]["resets_at"] is None
    assert [parse_qs(urlsplit(each.target).query)["starting_at"] for each in server.sent_below("/anthropic")] == [
        [f"{since:%Y-%m-%dT00:00:00Z}"]
    ]
    spent = {name for name in providers.names() if providers.load(name).balances[0].kind == "spent"}
    long = {name for name in spent if providers.load(name).balances[0].longest_period}
    with_prepaid, with_budget = (
        set(re.findall(r"`([a-z-]+)`", part))
        for part in SECTIONS["A budget for what was spent"].split("Both work for")[1].split(";")
    )
    assert with_prepaid == long
    assert with_budget - {"budget"} == spent - long


def test_every_plan_that_the_page_names_is_a_provider() -> None:
    (listed,) = re.findall(r"and done: (.+?)\. ", SECTIONS["Plans that a key can read"].replace("\n", " "))
    assert set(re.findall(r"`([a-z-]+)`", listed)) <= set(providers.names())
