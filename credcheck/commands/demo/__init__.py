"""`credcheck demo`: a check without a key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from credcheck.commands.run_check import check_with_progress
from credcheck.console import output
from credcheck.console.check_options import CHECK_OPTIONS, CheckOptions
from credcheck.console.grammar import app
from credcheck.console.options import with_options
from credcheck.errors import exit_status


@app.command("demo")
@with_options(CHECK_OPTIONS)
def run_demo(*, values: Mapping[str, Any]) -> int:
    """Show a check of made-up accounts; it needs no key."""
    from credcheck.commands.demo import server
    from credcheck.config import Config
    from credcheck.session import Session

    options = CheckOptions.of(values)
    view = options.view(single=False, remedy="the demo has several")
    with server.served() as made_up:
        accounts, thresholds = options.thresholds(made_up, {})
        session = Session(
            Config(Path(), Path(), history=False, concurrency=len(accounts)),
            accounts,
            environment={},
            thresholds=thresholds,
            timeout=options.timeout,
        )
        results = check_with_progress(session, options, view).results
    from credcheck.commands.demo import history

    histories = history.histories(results)
    results = history.with_forecasts(results, histories)
    output.print_results(results, view, options.output, histories=histories)
    if view.format == "table" and not view.quiet and not options.output:
        output.print_charts([one for one in histories if one.name.account == server.CHARTED])
    status = exit_status(results)
    output.tell(f"This was a demo with made-up accounts; with them, `credcheck all` would end with status {status}.")
    return 0
