"""The metrics, the alert rules and the dashboard, held against the real programs where they are installed."""

import importlib
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from credcheck.commands import monitoring
from credcheck.commands.demo import server as demo
from credcheck.render import prometheus
from tests.conftest import Program
from tests.test_prometheus import SEVERAL

SECONDS = 30
NEEDED = ("promtool", "prometheus", "prometheus-node-exporter")
needs_prometheus = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason=f"{', '.join(NEEDED)} are not all installed"
)
DASHBOARD = json.loads(monitoring.text("dashboard"))

# What each rule must say of a series, and of its neighbour that is well.
RULES_TEST = """\
rule_files: [alerts.yml]
tests:
  - interval: 5m
    input_series:
      - series: credcheck_low{account="a", provider="p"}
        values: 1x60
      - series: credcheck_low{account="b", provider="p"}
        values: 0x60
      - series: credcheck_balance{account="a", provider="p", unit="USD", balance="USD"}
        values: 4.5x60
      - series: credcheck_days_left{account="a", provider="p", unit="USD", balance="USD"}
        values: 6.4x60
      - series: credcheck_days_left{account="b", provider="p", unit="USD", balance="USD"}
        values: 7x60
      - series: credcheck_error{account="c", provider="p", code="key_rejected"}
        values: 1x60
      - series: credcheck_error{account="d", provider="p", code="timeout"}
        values: 1x60
      - series: credcheck_last_check_timestamp_seconds{account="a", provider="p"}
        values: 0x60
      - series: credcheck_last_check_timestamp_seconds{account="b", provider="p"}
        values: 0+300x60
    alert_rule_test:
      - alertname: CredcheckLow
        eval_time: 1h
        exp_alerts:
          - exp_labels: {account: a, provider: p, severity: warning}
            exp_annotations:
              summary: The credit of a is low
              description: "4.5 USD left. Top it up: credcheck open a"
      - alertname: CredcheckDaysLeft
        eval_time: 1h
        exp_alerts:
          - exp_labels: {account: a, provider: p, unit: USD, balance: USD, severity: warning}
            exp_annotations:
              summary: The credit of a lasts about 6 more days
              description: "At the pace of its history. Top it up: credcheck open a"
      - alertname: CredcheckKeyRejected
        eval_time: 1h
        exp_alerts:
          - exp_labels: {account: c, provider: p, code: key_rejected, severity: critical}
            exp_annotations:
              summary: p rejects the key of c
              description: "Store a new one: credcheck login c"
      - alertname: CredcheckStale
        eval_time: 2h
        exp_alerts: []
      - alertname: CredcheckStale
        eval_time: 4h
        exp_alerts:
          - exp_labels: {account: a, provider: p, severity: warning}
            exp_annotations:
              summary: credcheck has not checked a for more than two hours
              description: Look at the cron job or timer that runs credcheck, and at the age of the file that it writes.
  - interval: 5m
    alert_rule_test:
      - alertname: CredcheckStale
        eval_time: 4h
        exp_alerts:
          - exp_labels: {severity: warning}
            exp_annotations:
              summary: credcheck has not checked any account for more than two hours
              description: Look at the cron job or timer that runs credcheck, and at the age of the file that it writes.
"""
PROMETHEUS = """\
global: {{scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}}
rule_files: [alerts.yml]
scrape_configs:
  - job_name: node
    static_configs: [{{targets: ["127.0.0.1:{}"]}}]
"""


@dataclass(frozen=True)
class Monitored:
    """A Prometheus that scrapes the node_exporter that serves what credcheck printed."""

    prometheus: str
    node_exporter: str

    def ask(self, path: str, **query: str) -> Any:  # noqa: ANN401  JSON
        """Return what Prometheus' API answers."""
        with urlopen(f"{self.prometheus}/api/v1/{path}?{urlencode(query)}", timeout=SECONDS) as response:  # noqa: S310
            return json.load(response)["data"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def promtool(*arguments: str, given: str = "", folder: Path | None = None) -> tuple[int, str]:
    done = subprocess.run(
        ["promtool", *arguments],  # noqa: S607
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=SECONDS,
    )
    return done.returncode, done.stdout + done.stderr


def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, for a server that cannot tell when it does."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    """Start both servers on what `credcheck demo` printed."""
    home = tmp_path_factory.mktemp("monitored")
    printed = Program(home)("demo", "--format", "prometheus").out
    (home / "textfiles").mkdir()
    (home / "textfiles/credcheck.prom").write_text(printed)
    (home / "alerts.yml").write_text(monitoring.text("alerts"))
    exporter, server = free_port(), free_port()
    (home / "prometheus.yml").write_text(PROMETHEUS.format(exporter))
    commands = [
        [
            "prometheus-node-exporter",
            "--collector.disable-defaults",
            "--collector.textfile",
            f"--collector.textfile.directory={home}/textfiles",
            f"--web.listen-address=127.0.0.1:{exporter}",
        ],
        [
            "prometheus",
            f"--config.file={home}/prometheus.yml",
            f"--storage.tsdb.path={home}/data",
            f"--web.listen-address=127.0.0.1:{server}",
        ],
    ]
    with ExitStack() as stack, (home / "log").open("wb") as log:
        for command in commands:
            process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
            stack.callback(process.kill)
        yield Monitored(f"http://127.0.0.1:{server}", f"http://127.0.0.1:{exporter}")


def alerts(monitored: Monitored) -> Mapping[tuple[str, str], str]:
    """Return the state of each alert, by its name and account."""
    try:
        found = monitored.ask("alerts")["alerts"]
    except OSError:  # it has not begun to listen
        return {}
    return {(each["labels"]["alertname"], each["labels"].get("account", "")): each["state"] for each in found}


@needs_prometheus
def test_promtool_has_nothing_to_say_of_the_metrics_but_that_days_are_no_seconds() -> None:
    status, said = promtool("check", "metrics", given=prometheus.render([SEVERAL]))
    assert said.splitlines() == ['credcheck_days_left use base unit "seconds" instead of "days"']
    assert status == 3, "the status of a remark about style"
    without_days = re.sub("days_left", "left", prometheus.render([SEVERAL]))
    assert promtool("check", "metrics", given=without_days) == (0, "")


@needs_prometheus
def test_each_alert_rule_fires_for_what_it_is_for_and_for_nothing_else(tmp_path: Path, credcheck: Program) -> None:
    (tmp_path / "alerts.yml").write_text(credcheck("monitoring", "alerts").out)
    (tmp_path / "test.yml").write_text(RULES_TEST)
    status, said = promtool("test", "rules", "test.yml", folder=tmp_path)
    assert (status, "SUCCESS" in said) == (0, True), said


@needs_prometheus
def test_prometheus_fires_for_a_low_account_and_a_rejected_key_from_a_scrape_of_the_textfile_collector(
    monitored: Monitored,
) -> None:
    firing = {
        ("CredcheckLow", "pixelcut"): "firing",
        ("CredcheckDaysLeft", "pixelcut"): "firing",
        ("CredcheckKeyRejected", "pixelcut-work"): "firing",
    }
    until(lambda: alerts(monitored) == firing)
    with urlopen(f"{monitored.node_exporter}/metrics", timeout=SECONDS) as response:  # noqa: S310
        served = response.read().decode()
    assert 'credcheck_balance{account="pixelcut",balance="credits",provider="pixelcut",unit="credits"} 42' in served
    assert "node_textfile_scrape_error 0" in served


@needs_prometheus
def test_prometheus_answers_every_query_of_the_dashboard(monitored: Monitored) -> None:
    until(lambda: bool(alerts(monitored)))
    answers = {
        (panel["title"], target["refId"]): monitored.ask(
            "query", query=target["expr"].replace("$account", ".*"), lookback_delta="1h"
        )["result"]
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    }
    accounts = {key: {each["metric"].get("account") for each in found} for key, found in answers.items()}
    assert accounts == {
        ("Balances", "A"): set(demo.ANSWERS),
        ("Balances", "B"): {"pixelcut"},
        ("Balances", "C"): set(demo.ANSWERS),
        ("Days left", "A"): set(demo.ANSWERS) - {"supertone"},
        ("Failures", "A"): {"pixelcut-work"},
        ("Longest since a check", "A"): {None},
        ("Balances over time", "A"): set(demo.ANSWERS),
    }
    states = {each["metric"]["account"]: each["value"][1] for each in answers["Balances", "C"]}
    assert [name for name, state in states.items() if state == "1"] == ["pixelcut"]


def test_grafana_s_own_types_read_the_dashboard_without_losing_any_of_it(credcheck: Program) -> None:
    sdk = "grafana_foundation_sdk"
    importlib.import_module(f"{sdk}.cog.plugins").register_default_plugins()
    read = importlib.import_module(f"{sdk}.models.dashboard").Dashboard.from_json(DASHBOARD)
    written = importlib.import_module(f"{sdk}.cog.encoder").JSONEncoder().encode(read)
    assert holds(json.loads(written), DASHBOARD)
    assert json.loads(credcheck("monitoring", "dashboard").out) == DASHBOARD


def holds(whole: object, part: object) -> bool:
    """Tell whether everything in `part` stands in `whole`, which may have more members."""
    match part:
        case dict():
            return isinstance(whole, dict) and all(
                name in whole and holds(whole[name], each) for name, each in part.items()
            )
        case list():
            return isinstance(whole, list) and len(whole) == len(part) and all(map(holds, whole, part))
        case _:
            return bool(whole == part)


def test_rules_and_dashboard_ask_for_metrics_that_there_are() -> None:
    asked = set(re.findall(r"credcheck_\w+", monitoring.text("alerts") + json.dumps(DASHBOARD)))
    names = {family.name for family in prometheus._FAMILIES}  # noqa: SLF001
    assert asked <= names


def test_the_readme_names_the_rules_and_the_metrics() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    expressions = dict(re.findall(r"- alert: (\w+)\n +expr: (.*)", monitoring.text("alerts")))
    assert len(expressions) == 4
    assert all(name in readme for name in expressions)
    assert expressions["CredcheckDaysLeft"].endswith("< 7")
    assert "CredcheckDaysLeft (fewer than 7)" in readme
    assert "> 2 * 60 * 60 " in expressions["CredcheckStale"]
    assert "CredcheckStale (no check for 2 hours)" in readme
    families = [family.name for family in prometheus._FAMILIES]  # noqa: SLF001
    assert all(f"`{name}`" in readme or f"`{name.removeprefix('credcheck')}`" in readme for name in families)
