"""Files for Prometheus and Grafana that go with `--format prometheus`."""

from pathlib import Path
from typing import Literal

Document = Literal["alerts", "dashboard"]

_FILES = {"alerts": "alerts.yml", "dashboard": "dashboard.json"}


def document(name: Document) -> str:
    """Return Prometheus' alert rules, or the dashboard for Grafana."""
    return (Path(__file__).parent / _FILES[name]).read_text(encoding="utf-8")
