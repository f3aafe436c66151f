"""The state of the screen of `credcheck watch`: pure."""

import math
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from credcheck.models import Result
    from credcheck.render import Order

# Seconds between two checks of one account: providers are not to be asked more often.
SHORTEST = 30.0
_ORDERS: tuple["Order | None", ...] = (None, "status", "balance", "days", "name")


class Row(NamedTuple):
    """An account on the screen: its last result, the one before it, and how long it is not to be asked again."""

    account: str
    latest: "Result | None" = None
    before: "Result | None" = None
    not_before: float = 0.0
    tags: tuple[str, ...] = ()

    def matches(self, query: str) -> bool:
        """Tell whether the account's name or one of its tags contains a text."""
        return any(query.casefold() in word.casefold() for word in (self.account, *self.tags))


class Board(NamedTuple):
    """The state of the screen: a row for each account, and the time of the next check, by `time.monotonic`.

    `problem` is the trouble with the history, in a line. `cursor` is the place of the chosen account among those shown,
    `query` the text that their names or tags contain, `page` what was said of the page of the chosen one. `only_low`
    leaves out the accounts that are not low.
    """

    rows: tuple[Row, ...]
    next_at: float = 0.0
    began: float = -math.inf
    checking: bool = False
    order: "Order | None" = None
    only_low: bool = False
    problem: str | None = None
    cursor: int | None = None
    query: str = ""
    is_typing: bool = False
    page: str = ""

    @property
    def results(self) -> "list[Result]":
        """The last result of each account that has one."""
        return [row.latest for row in self.rows if row.latest]

    @property
    def matching(self) -> tuple[Row, ...]:
        """The rows that match the query, and are low if only those are wanted."""
        found = tuple(row for row in self.rows if row.matches(self.query))
        return tuple(row for row in found if row.latest and row.latest.status == "low") if self.only_low else found

    def moved(self, steps: int) -> "Board":
        """Return the board with the cursor so many places on; its first move begins at the top."""
        last = len(self.matching) - 1
        start = (-1 if steps > 0 else 0) if self.cursor is None else self.cursor
        return self._replace(cursor=max(0, min(last, start + steps)), page="") if last >= 0 else self

    def typing(self, *, begun: bool) -> "Board":
        """Return the board at the beginning of typing a new query, or at the end."""
        return self._replace(is_typing=begun, cursor=None, page="", query="" if begun else self.query)

    def typed(self, key: str) -> "Board":
        """Return the board after a key of a query."""
        match key:
            case "\r" | "\n":
                return self.typing(begun=False)
            case "\x1b":
                return self.typing(begun=False)._replace(query="")
            case "\x7f" | "\b":
                return self._replace(query=self.query[:-1])
            case "\x15":  # Ctrl-U
                return self._replace(query="")
            case "\x17":  # Ctrl-W deletes a word
                return self._replace(query=re.sub(r"\S*\s*$", "", self.query))
            case _:
                return self._replace(query=self.query + key) if key.isprintable() else self

    def with_page(self, page: str) -> "Board":
        """Return the board with a message about the page of the chosen account."""
        return self._replace(page=page)

    def due(self, now: float) -> list[int]:
        """Return the places of the accounts to be asked now, without those whose provider asked to wait."""
        return [] if now < self.next_at else [place for place, row in enumerate(self.rows) if row.not_before <= now]

    def begun(self, now: float, every: float) -> "Board":
        """Return the board at the beginning of a check."""
        return self._replace(began=now, next_at=now + every, checking=True)

    def ended(self) -> "Board":
        """Return the board at the end of a check."""
        return self._replace(checking=False)

    def with_early_check(self, now: float) -> "Board":
        """Return the board with the next check as soon as providers may be asked again."""
        return self._replace(next_at=min(self.next_at, max(now, self.began + SHORTEST)))

    def with_result(self, place: int, result: "Result", now: float) -> "Board":
        """Return the board with an account's new result."""
        wait = result.error.retry_after if result.error else None
        row = self.rows[place]._replace(before=self.rows[place].latest, latest=result, not_before=now + (wait or 0))
        return self._with_row(place, row)

    def with_problem(self, problem: str | None) -> "Board":
        """Return the board with the trouble that the last check had with the history."""
        return self._replace(problem=problem)

    def with_forecast(self, place: int, result: "Result") -> "Board":
        """Return the board with more of a result that it has already: its forecast."""
        return self._with_row(place, self.rows[place]._replace(latest=result))

    def reordered(self, shown: "Order | None") -> "Board":
        """Return the board in the order after the one that is shown: a long table is sorted without being asked."""
        return self._replace(order=_ORDERS[(_ORDERS.index(shown) + 1) % len(_ORDERS)])

    def _with_row(self, place: int, row: Row) -> "Board":
        return self._replace(rows=(*self.rows[:place], row, *self.rows[place + 1 :]))
