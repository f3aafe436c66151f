"""The metrics, the alert rules and the dashboard, held against the real programs where they are installed."""

import importlib
import itertools
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
from credcheck.models import Failure
from credcheck.render import prometheus
from tests.conftest import Program
from tests.results import WHEN, result
from tests.test_prometheus import SEVERAL

SECONDS = 30
NEEDED = ("promtool", "prometheus", "prometheus-node-exporter")
needs_prometheus = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason=f"{', '.join(NEEDED)} are not all installed"
)
DASHBOARD = json.loads(monitoring.text("dashboard"))

PROMETHEUS = """\
global: {{scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}}
rule_files: [alerts.yml]
scrape_configs:
  - job_name: node
    static_configs: [{{targets: {}}}]
"""


@dataclass(frozen=True)
class Monitored:
    """A Prometheus that scrapes the node_exporters of two machines, which serve what two users' credcheck printed."""

    prometheus: str
    instances: tuple[str, ...]

    def ask(self, path: str, **query: str) -> Any:  # noqa: ANN401  JSON
        """Return what Prometheus' API answers."""
        with urlopen(f"{self.prometheus}/api/v1/{path}?{urlencode(query)}", timeout=SECONDS) as response:  # noqa: S310
            return json.load(response)["data"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def promtool(*arguments: str, given: str = "") -> tuple[int, str]:
    done = subprocess.run(
        ["promtool", *arguments],  # noqa: S607
        input=given,
        capture_output=True,
        text=True,
        check=False,
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
    """Start the servers on what `credcheck demo` printed."""
    home = tmp_path_factory.mktemp("monitored")
    # An account that failed has a moment of its last success from its history, which the demo does not make up.
    type_ = "# TYPE credcheck_last_success_timestamp_seconds gauge\n"
    success = 'credcheck_last_success_timestamp_seconds{account="pixelcut-work",provider="pixelcut"} 1700000000\n'
    program = Program(home)
    printed = program("demo", "--format", "prometheus").out.replace(type_, type_ + success)
    # Nor has it an account that tells only what was spent.
    printed += "# TYPE credcheck_spent gauge\n"
    printed += 'credcheck_spent{account="openai",provider="openai",unit="EUR",balance="month"} 12.5\n'
    instances = tuple(f"127.0.0.1:{free_port()}" for _ in range(2))
    server = f"127.0.0.1:{free_port()}"
    (home / "textfiles").mkdir()
    (home / "textfiles/credcheck.prom").write_text(printed)
    program("demo", "--format", "prometheus", "--label", "owner=bob", "--output", "textfiles/bob.prom")
    (home / "alerts.yml").write_text(monitoring.text("alerts"))
    (home / "prometheus.yml").write_text(PROMETHEUS.format(json.dumps(instances)))
    exporter = ["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile"]
    exporter.append(f"--collector.textfile.directory={home}/textfiles")
    commands = [
        *([*exporter, f"--web.listen-address={instance}"] for instance in instances),
        [
            "prometheus",
            f"--config.file={home}/prometheus.yml",
            f"--storage.tsdb.path={home}/data",
            f"--web.listen-address={server}",
        ],
    ]
    with ExitStack() as stack, (home / "log").open("wb") as log:
        for command in commands:
            process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
            stack.callback(process.kill)
        yield Monitored(f"http://{server}", instances)


def alerts(monitored: Monitored) -> Mapping[tuple[str, str, str, str], str]:
    """Return the summary of each firing alert, by its name, account, machine and owner."""
    try:
        found = monitored.ask("alerts")["alerts"]
    except OSError:  # it has not begun to listen
        return {}
    return {
        (labels["alertname"], *(labels.get(name, "") for name in ("account", "instance", "owner"))): alert[
            "annotations"
        ]["summary"]
        for alert in found
        if alert["state"] == "firing"
        for labels in [alert["labels"]]
    }


@needs_prometheus
def test_promtool_has_nothing_to_say_of_the_metrics_and_the_rules(tmp_path: Path, credcheck: Program) -> None:
    failed = result("a", Failure("timeout", "late"))._replace(last_read_at=WHEN, tags=("team-a", "prod"))
    metrics = prometheus.render([SEVERAL, failed], {"owner": "bob"})
    names = {family.name for family in prometheus.FAMILIES}
    assert names <= set(re.split(r"[\s{]", metrics))
    assert promtool("check", "metrics", given=metrics) == (0, "")
    rules = tmp_path / "alerts.yml"
    rules.write_text(credcheck("monitoring", "alerts").out)
    status, said = promtool("check", "rules", "--lint=all", "--lint-fatal", str(rules))
    assert (status, said.split()) == (0, ["Checking", str(rules), "SUCCESS:", "8", "rules", "found"])


@needs_prometheus
def test_prometheus_fires_for_the_low_account_of_each_machine_and_user_from_a_scrape_of_textfiles(
    monitored: Monitored,
) -> None:
    until(lambda: len(alerts(monitored)) == 8)
    firing = alerts(monitored)
    for instance, owner in itertools.product(monitored.instances, ("", "bob")):
        low = firing["CredcheckLow", "pixelcut", instance, owner]
        assert low == f"pixelcut (Pixelcut) on {instance} is low: 42 credits, below 100"
        lasts = firing["CredcheckDaysLeft", "pixelcut", instance, owner]
        assert re.fullmatch(rf"pixelcut \(Pixelcut\) on {instance} lasts about \d\.\d more days, .*: 42 credits", lasts)
        with urlopen(f"http://{instance}/metrics", timeout=SECONDS) as response:
            served = response.read().decode()
        is_bob = f'owner="{owner}",' if owner else ""
        sample = f'{{account="pixelcut",balance="credits",{is_bob}provider="pixelcut",unit="credits"}} 42'
        assert f"credcheck_balance{sample}" in served
        assert "node_textfile_scrape_error 0" in served


@needs_prometheus
def test_prometheus_answers_every_query_of_the_dashboard_for_two_machines(monitored: Monitored) -> None:
    until(lambda: len(alerts(monitored)) == 8)

    def result_of(query: str) -> list[Any]:
        for name in ("instance", "account", "unit", "spent_unit"):
            query = query.replace(f"${name}", ".*")
        found: list[Any] = monitored.ask("query", query=query, lookback_delta="1h")["result"]
        return found

    answers = {
        (panel["title"], target["refId"]): result_of(target["expr"])
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    }
    accounts = {key: {each["metric"].get("account") for each in found} for key, found in answers.items()}
    assert accounts == {
        ("Balances", "A"): set(demo.ANSWERS),
        ("Balances", "B"): {"pixelcut"},
        ("Balances", "C"): set(demo.ANSWERS),
        ("Time left", "A"): set(demo.ANSWERS) - {"supertone"},
        ("Failures", "A"): {"pixelcut-work"},
        ("Failures", "B"): {"pixelcut-work"},
        ("Longest since a check", "A"): {None},
        ("Balances in $unit", "A"): set(demo.ANSWERS),
        ("Spent in $spent_unit", "A"): {"openai"},
    }
    for key, found in answers.items():
        on_each = [sorted(repr(each["metric"]).count(instance) for each in found) for instance in monitored.instances]
        assert on_each[0] == on_each[1] == [0] * (len(found) // 2) + [1] * (len(found) // 2), key
    states = {each["metric"]["account"]: each["value"][1] for each in answers["Balances", "C"]}
    assert [name for name, state in states.items() if state == "1"] == ["pixelcut"]
    assert [
        (each["metric"]["instance"] in monitored.instances, each["value"][1]) for each in answers["Balances", "B"]
    ] == [(True, "100")] * 4


def test_the_dashboard_has_a_panel_for_each_unit_and_asks_for_the_machines_that_are_chosen() -> None:
    variables = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
    assert list(variables) == ["datasource", "instance", "account", "unit", "spent_unit"]
    repeated = {panel["title"]: panel["repeat"] for panel in DASHBOARD["panels"] if "repeat" in panel}
    assert repeated == {"Balances in $unit": "unit", "Spent in $spent_unit": "spent_unit"}
    units = [variables[name]["query"]["query"].partition("{")[0] for name in repeated.values()]
    assert units == ["label_values(credcheck_balance", "label_values(credcheck_spent"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            selectors = re.findall(r"credcheck_\w+(\S*)", target["expr"])
            assert selectors
            assert all('instance=~"$instance"' in each and 'account=~"$account"' in each for each in selectors)


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
    names = {family.name for family in prometheus.FAMILIES}
    assert asked <= names


def test_the_page_and_the_manual_name_the_rules() -> None:
    root = Path(__file__).parent.parent
    page = (root / "credcheck/help/monitoring.md").read_text(encoding="utf-8")
    manual = (root / "completions/templates/credcheck.1").read_text(encoding="utf-8")
    rules = re.findall(r"- alert: (\w+)", monitoring.text("alerts"))
    assert len(rules) == 5
    assert all(name in page for name in rules)
    assert all(name in manual for name in rules)
