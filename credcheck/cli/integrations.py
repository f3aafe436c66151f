"""The commands that lead to other programs: monitors, validators of JSON, the browser."""

import os
from typing import Annotated, Literal

import typer

from credcheck.cli import output
from credcheck.cli.grammar import app
from credcheck.cli.options import ConfigFile
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


@app.command("open")
def open_page(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An account or a provider.")],
    *,
    only_print: Annotated[bool, typer.Option("--print", help="Print the address instead.")] = False,
    config_file: ConfigFile = None,
) -> int:
    """Open the page to top up an account, or to manage it.

    Over ssh, and where there is no browser, the address is printed.
    """
    from credcheck import config, pages

    address = pages.page(config.load(os.environ, file=config_file), name)
    if not only_print and pages.show(address, os.environ):
        output.tell(f"The browser shows {address}.")
    else:
        streams.deliver(f"{address}\n")
    return 0
