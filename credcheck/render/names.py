"""An account's name and tags, as text for people shows them."""

from credcheck.history.report import BalanceHistory
from credcheck.models import Result
from credcheck.sanitize import one_line

_LONGEST = 60
_LONGEST_IN_HISTORY = 40


def shown_name(name: str, *, longest: int | None = _LONGEST) -> str:
    """Return a name on one harmless line; a longer one keeps its beginning and its end, which tell names apart."""
    line = one_line(name, longest=len(name) + 1)
    if longest is None or len(line) <= longest:
        return line
    half = (longest - 1) // 2
    return f"{line[:half]}…{line[-half:]}"


def balance_name(history: BalanceHistory) -> str:
    """Return the account of a balance, and the balance if it is not the main one: `zai, week`."""
    name = one_line(history.name.account, longest=_LONGEST_IN_HISTORY)
    if history.balance.is_main:
        return name
    return f"{name}, {one_line(history.name.balance, longest=_LONGEST_IN_HISTORY)}"


def shown_tags(result: Result) -> str:
    """Return the tags of an account on one harmless line."""
    return shown_name(", ".join(result.tags))


def tagged(result: Result, name: str) -> str:
    """Return a name for the account, with its tags if it has some: `alice-pixelcut (alice, production)`."""
    return f"{name} ({shown_tags(result)})" if result.tags else name
