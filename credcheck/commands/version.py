"""`credcheck version`, as `--version`."""

from credcheck import __version__
from credcheck.console.grammar import app
from credcheck.system import streams


@app.command("version")
def show_version() -> int:
    """Show the version."""
    streams.deliver(f"credcheck {__version__}\n")
    return 0
