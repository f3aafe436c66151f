"""`credcheck monitoring`: alert rules for Prometheus and a dashboard for Grafana, for `--format prometheus`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from credcheck.console.grammar import app
from credcheck.system import streams

_FILES = {"alerts": "alerts.yml", "dashboard": "dashboard.json"}
_USE = """\
\b
To use them:
  alerts     credcheck monitoring alerts >/etc/prometheus/credcheck.yml
             and in prometheus.yml: rule_files: [credcheck.yml]
  dashboard  credcheck monitoring dashboard >credcheck.json
             and in Grafana: Dashboards, New, Import
"""


@app.command("monitoring", epilog=_USE)
def print_monitoring(
    document: Annotated[Literal["alerts", "dashboard"], typer.Argument(metavar="alerts|dashboard")],
) -> int:
    """Print alert rules for Prometheus, a dashboard for Grafana.

    They go with the metrics of `credcheck all --format prometheus`.
    """
    streams.deliver(text(document))
    return 0


def text(document: str) -> str:
    """Return the alert rules or the dashboard."""
    return (Path(__file__).parent / _FILES[document]).read_text(encoding="utf-8")
