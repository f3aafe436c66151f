"""The Prometheus format, as text."""

import re
from decimal import Decimal

import pytest

from credcheck.models import Balance, Failure, Forecast, Reading, Result
from credcheck.render import prometheus
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
            Balance(id="plan", unit="USD", amount=None),
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
MAIN = 'account="deepseek",provider="deepseek",unit="CNY",balance="CNY"'


def samples(*results: Result) -> dict[str, str]:
    """Return each sample's value by its metric and labels."""
    lines = [line for line in prometheus.render(results).splitlines() if not line.startswith("#")]
    return dict(line.rsplit(" ", 1) for line in lines)


def test_an_account_has_a_sample_of_every_metric_but_errors() -> None:
    account = 'account="deepseek",provider="deepseek"'
    assert samples(SEVERAL) == {
        f"credcheck_balance{{{MAIN}}}": "98.765432109876543210",
        f"credcheck_total{{{MAIN}}}": "1000",
        f"credcheck_up{{{account}}}": "1",
        f"credcheck_low{{{account}}}": "1",
        f"credcheck_warn_below{{{MAIN}}}": "99.5",
        f"credcheck_days_left{{{MAIN}}}": "31",
        f"credcheck_resets_timestamp_seconds{{{MAIN}}}": str(SECONDS),
        f"credcheck_check_duration_seconds{{{account}}}": "0.183",
        f"credcheck_last_check_timestamp_seconds{{{account}}}": str(SECONDS),
    }


def test_a_failed_account_has_no_sample_of_what_is_not_known() -> None:
    account = 'account="pixelcut",provider="pixelcut"'
    assert samples(result("pixelcut", Failure("timeout", "no answer"), warn_below=5)) == {
        f"credcheck_up{{{account}}}": "0",
        f'credcheck_error{{{account},code="timeout"}}': "1",
        f"credcheck_check_duration_seconds{{{account}}}": "0",
        f"credcheck_last_check_timestamp_seconds{{{account}}}": str(SECONDS),
    }


@pytest.mark.parametrize("state", ["learning", "not_used"])
def test_days_that_are_not_known_have_no_sample(state: str) -> None:
    forecast = Forecast(state=state, samples=2)  # type: ignore[arg-type]
    assert not [name for name in samples(SEVERAL._replace(forecast=forecast)) if "days_left" in name]


def test_a_metric_is_described_once_and_its_samples_stand_together() -> None:
    lines = prometheus.render([SEVERAL, result("pixelcut", "42"), result("other", "1")]).splitlines()
    metrics = [re.split("[{ ]", line.removeprefix("# HELP ").removeprefix("# TYPE "))[0] for line in lines]
    runs = [name for place, name in enumerate(metrics) if metrics[place - 1 : place] != [name]]
    assert len(runs) == len(set(runs))
    assert all(lines[metrics.index(name)].startswith(f"# HELP {name} ") for name in runs)
    assert all(lines[metrics.index(name) + 1].startswith(f"# TYPE {name} ") for name in runs)


def test_what_could_end_a_label_is_escaped() -> None:
    names = list(samples(result('a"b\\c\nd', "1")))
    assert names[0] == 'credcheck_balance{account="a\\"b\\\\c d",provider="pixelcut",unit="credits",balance="credits"}'
