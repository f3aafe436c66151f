"""The options of every command that checks accounts. Knows no Typer."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from credcheck.console.parameters import chosen_format
from credcheck.errors import ConfigError, UsageError
from credcheck.render import Format, Order, View

if TYPE_CHECKING:
    from credcheck.models import Threshold, Thresholds


class CheckOptions(NamedTuple):
    """The options of every command that checks accounts, as typed."""

    as_json: bool = False
    format_: Format | None = None
    output: str | None = None
    quiet: bool = False
    warn_below: Sequence[str] | None = None
    timeout: float | None = None
    no_progress: bool = False
    sort: Order | None = None

    def thresholds(self, usual: "Mapping[str, Threshold]") -> "Thresholds":
        """Return the thresholds of a run, with the configuration's usual ones; raises UsageError."""
        from credcheck.config import thresholds
        from credcheck.models import Thresholds

        try:
            return Thresholds(thresholds.asked(list(self.warn_below or [])), usual)
        except ConfigError as problem:
            raise UsageError(f"--warn-below: {problem.message}") from None

    def view(self, *, single: bool, way_out: str = "name one") -> View:
        """Return how the results are to be printed; raises UsageError for options that contradict each other.

        `way_out` ends the message about the format of one account for several.
        """
        format_: Format = chosen_format(self.format_, as_json=self.as_json)
        if format_ == "value" and not single:
            raise UsageError(f"--format value is the bare number of one account; {way_out}")
        quiet = self.quiet and format_ != "nagios"  # a plugin always prints its line
        return View(format=format_, single=single, quiet=quiet, sort=self.sort)
