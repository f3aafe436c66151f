"""How results are shown: a format is a function from results to a string, and prints nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from credcheck.models import NOTHING

if TYPE_CHECKING:  # the command line imports this module to parse an option
    from credcheck.models import Result

Order = Literal["name", "balance", "status", "days"]


class View(NamedTuple):
    """How results are printed, in one of FORMATS.

    `single` asks for one bare object if the format has it; `labels` are for every sample of metrics.
    """

    format: str = "table"
    single: bool = False
    quiet: bool = False
    low: bool = False
    sort: Order | None = None
    labels: Mapping[str, str] = NOTHING


def balance_text(result: "Result") -> str:
    """Return a balance with exactly its digits, in plain notation, or `unlimited`.

    The text is empty after a failure, and if only what was spent is known: it is never taken for a balance.
    """
    if result.balance is None:
        return "unlimited" if result.main and result.main.unlimited else ""
    return format(result.balance, "f")
