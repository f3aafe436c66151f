"""`credcheck schema`: the JSON Schema of all JSON output."""

from credcheck.console.grammar import app
from credcheck.system import streams


@app.command("schema")
def print_schema() -> int:
    """Print the JSON Schema of all JSON output."""
    from credcheck.render import json

    streams.deliver(json.schema())
    return 0
