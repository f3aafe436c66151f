"""The Prometheus format, as text."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credcheck.commands import monitoring
from credcheck.models import Balance, Failure, Forecast, Reading, Result
from credcheck.render import prometheus
from tests.conftest import Program
from tests.results import WHEN, result

SECONDS = 1767225600
SEVERAL = result("deepseek", "0", provider="deepseek")._replace(
    outcome=Reading(
        (
            Balance(
                id="CNY",
                unit="CNY",
                amount=Decimal("98.765432109876543210"),
                total=Decimal("1E+3"),
                resets_at=WHEN,
                warn_below=Decimal("99.5"),
                is_main=True,
            ),
            Balance(id="plan", unit="USD", amount=None, expires_at=WHEN),
            Balance(id="month", unit="USD", amount=None, kind="spent", spent=Decimal("12.30")),
        )
    ),
    forecast=Forecast(
        state="known",
        days_left=Decimal(31),
        days_left_low=Decimal(24),
        days_left_high=Decimal(44),
        per_day=Decimal("3.5"),
        empty_at=WHEN,
        since=WHEN,
        samples=40,
    ),
    elapsed_ms=183,
)
ACCOUNT = 'account="deepseek",provider="deepseek"'
MAIN = f'{ACCOUNT},unit="CNY",balance="CNY"'
MONTH = f'{ACCOUNT},unit="USD",balance="month"'
PLAN = f'{ACCOUNT},unit="USD",balance="plan"'


def samples(*results: Result) -> dict[str, str]:
    """Return each sample's value by its metric and labels."""
    lines = [line for line in prometheus.render(results).splitlines() if not line.startswith("#")]
    return dict(line.rsplit(" ", 1) for line in lines)


def test_an_account_has_a_sample_of_every_metric_but_errors() -> None:
    page = SEVERAL._replace(provider_title="DeepSeek", top_up_url="https://deepseek.example/top-up")
    assert samples(page) == {
        f'credcheck_account_info{{{ACCOUNT},title="DeepSeek",top_up_url="https://deepseek.example/top-up"}}': "1",
        f"credcheck_balance{{{MAIN}}}": "98.765432109876543210",
        f"credcheck_total{{{MAIN}}}": "1000",
        f"credcheck_spent{{{MONTH}}}": "12.30",
        f"credcheck_up{{{ACCOUNT}}}": "1",
        f"credcheck_low{{{MAIN}}}": "1",
        f"credcheck_low{{{PLAN}}}": "0",
        f"credcheck_low{{{MONTH}}}": "0",
        f"credcheck_warn_below{{{MAIN}}}": "99.5",
        f"credcheck_time_left_seconds{{{MAIN}}}": str(31 * 86400),
        f"credcheck_resets_timestamp_seconds{{{MAIN}}}": str(SECONDS),
        f"credcheck_expires_timestamp_seconds{{{PLAN}}}": str(SECONDS),
        f"credcheck_check_duration_seconds{{{ACCOUNT}}}": "0.183",
        f"credcheck_last_check_timestamp_seconds{{{ACCOUNT}}}": str(SECONDS),
        f"credcheck_last_success_timestamp_seconds{{{ACCOUNT}}}": str(SECONDS),
    }


def test_a_failed_account_has_no_sample_of_what_is_not_known() -> None:
    account = 'account="pixelcut",provider="pixelcut"'
    failed = result("pixelcut", Failure("timeout", "no answer"), warn_below=5)
    known = {
        f'credcheck_account_info{{{account},title="pixelcut",top_up_url=""}}': "1",
        f"credcheck_up{{{account}}}": "0",
        f'credcheck_error{{{account},code="timeout"}}': "1",
        f"credcheck_check_duration_seconds{{{account}}}": "0",
        f"credcheck_last_check_timestamp_seconds{{{account}}}": str(SECONDS),
    }
    assert samples(failed) == known
    assert samples(failed._replace(last_read_at=WHEN - timedelta(hours=2))) == {
        **known,
        f"credcheck_last_success_timestamp_seconds{{{account}}}": str(SECONDS - 7200),
    }


def test_an_account_with_few_days_left_has_its_main_balance_low() -> None:
    reading = Reading((Balance(id="CNY", unit="CNY", amount=Decimal(9), is_main=True), Balance("plan", None, "USD")))
    few = SEVERAL._replace(outcome=reading, warn_days_left=Decimal(30))
    assert {name: value for name, value in samples(few).items() if "low" in name} == {
        f"credcheck_low{{{MAIN}}}": "1",
        f"credcheck_low{{{PLAN}}}": "0",
    }


@pytest.mark.parametrize("state", ["learning", "not_used"])
def test_days_that_are_not_known_have_no_sample(state: str) -> None:
    forecast = Forecast(state=state, samples=2)  # type: ignore[arg-type]
    assert not [name for name in samples(SEVERAL._replace(forecast=forecast)) if "time_left" in name]


def test_a_metric_is_described_once_and_its_samples_stand_together() -> None:
    lines = prometheus.render([SEVERAL, result("pixelcut", "42"), result("other", "1")]).splitlines()
    metrics = [re.split("[{ ]", line.removeprefix("# HELP ").removeprefix("# TYPE "))[0] for line in lines]
    runs = [name for place, name in enumerate(metrics) if metrics[place - 1 : place] != [name]]
    assert len(runs) == len(set(runs))
    assert all(lines[metrics.index(name)].startswith(f"# HELP {name} ") for name in runs)
    assert all(lines[metrics.index(name) + 1].startswith(f"# TYPE {name} ") for name in runs)


def test_a_check_that_fails_tells_when_the_balance_was_read_last(pixelcut: Callable[..., Program]) -> None:
    def moments(answer: str) -> dict[str, str]:
        out = pixelcut(answer)("pixelcut", "--format", "prometheus").out
        return dict(
            re.findall(r"^credcheck_(last_check|last_success)_timestamp_seconds\{.*\} (\d+)$", out, re.MULTILINE)
        )

    assert "last_success" not in moments("http-500")
    first = moments("42")
    assert first["last_success"] == first["last_check"]
    for answer in ("http-500", "http-401"):
        found = moments(answer)
        assert found["last_success"] == first["last_success"]
        assert found["last_check"] >= first["last_check"]
    without = pixelcut("http-500")("pixelcut", "--format", "prometheus", CREDCHECK_HISTORY="").out
    assert "last_check" in without
    assert "last_success" not in without


def test_all_accounts_are_printed_whatever_is_asked_so_that_no_series_ends(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42")("pixelcut", "--format", "prometheus", "--quiet")
    assert 'credcheck_balance{account="pixelcut",provider="pixelcut",unit="credits",balance="credits"} 42' in run.out


@pytest.mark.parametrize("command", ["all", "demo"])
def test_a_label_of_the_user_is_in_every_sample(pixelcut: Callable[..., Program], command: str) -> None:
    given_labels = ("--label", "owner=b=o b", "--label=env=prod")
    run = pixelcut("42", "http-500")(command, "--format", "prometheus", *given_labels)
    assert run.status == (0 if command == "demo" else 3)
    lines = [line for line in run.out.splitlines() if not line.startswith("#")]
    assert len(lines) > 10
    assert all(',owner="b=o b",env="prod"} ' in line for line in lines)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--label", "owner"], "--label: needs NAME=VALUE"),
        (["--label", "owner="], "--label: needs NAME=VALUE"),
        (["--label", "=bob"], "--label: needs NAME=VALUE"),
        (["--label", "1st=bob"], "--label: needs NAME=VALUE"),
        (["--label", "__name__=bob"], "--label: needs NAME=VALUE"),
        (["--label", "ówner=bob"], "--label: needs NAME=VALUE"),
        (["--label", "account=bob"], "--label: account is a label of credcheck's own; choose another name"),
        (["--label", "warn_below=5"], "--label: warn_below is a label of credcheck's own"),
        (["--label", "owner=a", "--label", "owner=b"], "--label: the same name is given twice"),
        (["--label", "owner=a", "--json"], "--label needs --format prometheus"),
    ],
)
def test_a_label_that_cannot_be_used_is_refused(
    pixelcut: Callable[..., Program], words: list[str], problem: str
) -> None:
    run = pixelcut("42")("all", *words, *([] if "--json" in words else ["--format", "prometheus"]))
    assert (run.status, run.out) == (2, "")
    assert problem in run.err


def test_every_label_of_the_metrics_and_the_rules_is_reserved() -> None:
    metrics = prometheus.render([SEVERAL, result("a", Failure("timeout", "late"))])
    rules = re.findall(r"\$labels\.(\w+)", monitoring.text("alerts"))
    used = {*re.findall(r'(\w+)="', metrics), *rules} - {"instance"}
    assert used <= prometheus.RESERVED


def test_what_could_end_a_label_is_escaped() -> None:
    names = list(samples(result('a"b c', "1")))
    assert names[1] == 'credcheck_balance{account="a\\"b c",provider="pixelcut",unit="credits",balance="credits"}'
    assert r'account="a\\x5cb\\x0ac"' in next(iter(samples(result("a\\b\nc", "1"))))


def test_the_labels_of_the_user_follow_in_every_sample() -> None:
    lines = prometheus.render([SEVERAL], {"owner": 'bob "b"', "env": "prod"}).splitlines()
    assert all(r',owner="bob \"b\"",env="prod"} ' in line for line in lines if not line.startswith("#"))


@given(st.lists(st.text('a \t\\n=\n"\x1b', min_size=1, max_size=4), min_size=2, max_size=4, unique=True))
def test_no_two_balances_share_a_series(names: list[str]) -> None:
    balances = tuple(Balance(id=name, amount=Decimal(number), unit="USD") for number, name in enumerate(names))
    one = SEVERAL._replace(outcome=Reading(balances), forecast=None)
    results = [one._replace(account=name) for name in names]
    lines = [line for line in prometheus.render(results).split("\n") if line.startswith("credcheck_balance{")]
    assert len({line.rsplit(" ", 1)[0] for line in lines}) == len(names) ** 2
