"""A row of the catalogue: what the other side does, and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.faults.documents import BALANCES, PROVIDERS
from tests.faults.server import Behaviour

# The balance that the provider's usual answer holds.
GOOD = "good"

Outcome = str | tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One condition.

    An outcome is an error's code, or a balance as `=42`, or GOOD; of several, any will do. `requests` is how many
    may be sent, at least and at most. `says` is what the message must hold.
    """

    name: str
    behaviour: Behaviour
    outcome: Outcome | Mapping[str, Outcome]
    requests: tuple[int, int] = (1, 1)
    providers: tuple[str, ...] = PROVIDERS
    says: str = ""
    says_not: str = "\0"

    def accepts(self, provider: str, outcome: str) -> bool:
        """Tell whether this outcome is right for this provider."""
        wanted = self.outcome if isinstance(self.outcome, str | tuple) else self.outcome.get(provider, "bad_response")
        choices = (wanted,) if isinstance(wanted, str) else wanted
        return outcome in {f"={BALANCES[provider]}" if choice == GOOD else choice for choice in choices}
