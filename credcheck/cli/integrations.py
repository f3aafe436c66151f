"""The commands that print files for other programs."""

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
    """Print alert rules for Prometheus, or a dashboard for Grafana.

    They go with the metrics of `credcheck all --format prometheus`.
    """
    from credcheck import monitoring

    streams.deliver(monitoring.document(document))
    return 0
