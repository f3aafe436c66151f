"""The commands that print what other programs need to read the output."""

from typing import Annotated, Literal

import typer

from credcheck.cli.grammar import app
from credcheck.system import streams

_USE = """\
\b
To use them:
  alerts     credcheck monitoring alerts >/etc/prometheus/rules/credcheck.yml
             and in prometheus.yml: rule_files: [rules/credcheck.yml]
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
    from credcheck import monitoring

    streams.deliver(monitoring.document(document))
    return 0


@app.command("schema")
def print_schema() -> int:
    """Print the JSON Schema of all JSON output."""
    from credcheck.render import json

    streams.deliver(json.schema())
    return 0
