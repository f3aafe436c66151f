"""How an answer is obtained, as a description says it: by a request, from a program or from a file."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, NamedTuple

from credcheck.models import NOTHING
from credcheck.providers.rules import Rule


class PagesTemplate(NamedTuple):
    """How an answer goes on: the path of the cursor, the parameter of the query that it goes into.

    `more` is the path of a truth value that tells whether there is another page; without one the cursor tells.
    """

    next: str
    query: str
    more: str | None = None


class RequestTemplate(NamedTuple):
    """The request, with the placeholders `{key}`, `{uuid4}`, `{OPTION}` and those of the period.

    `ok_status` are the HTTP statuses of a success; all from 200 to 299 are, if there are none.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = NOTHING
    query: Mapping[str, str] = NOTHING
    basic: str | None = None
    json: object = None
    form: Mapping[str, str] | None = None
    body: str | None = None
    pages: PagesTemplate | None = None
    ok_status: tuple[int, ...] = ()

    def is_success(self, status: int) -> bool:
        """Tell whether an answer with this HTTP status is a success."""
        return status in self.ok_status if self.ok_status else 200 <= status < 300


# The request of a provider whose answer a program or a file holds.
NO_REQUEST = RequestTemplate(url="")


class CommandTemplate(NamedTuple):
    """A program of the user's that prints the answer; `input` is for its stdin.

    With `lines` it prints a JSON document a line, and the first for which a rule of `pick` holds is the answer.
    """

    run: tuple[str, ...]
    input: str = ""
    lines: bool = False
    pick: tuple[Rule, ...] = ()


class FileTemplate(NamedTuple):
    """A file in which another program leaves the answer; an answer older than `max_age` tells nothing of now."""

    path: str
    max_age: timedelta | None = None
