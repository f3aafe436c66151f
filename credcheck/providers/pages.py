"""An answer in several pages: whether another one follows, and the cursor that asks for it."""

from collections.abc import Sequence

from credcheck.errors import BadResponse
from credcheck.providers.document import MISSING, find
from credcheck.providers.templates import PagesTemplate

MOST_PAGES = 12
_LONGEST_CURSOR = 4096
_MOST_BYTES = 2 * 1024 * 1024


def check_size(size: int) -> None:
    """Raise BadResponse for pages that have more bytes together than an answer may have."""
    if size > _MOST_BYTES:
        raise BadResponse(f"the pages of the answer are larger than {_MOST_BYTES // 1024} KiB")


def next_cursor(template: PagesTemplate, page: object, cursors: Sequence[str]) -> str | None:
    """Return the cursor of the page after this one, or None if it is the last.

    `cursors` are those that were followed until it. Raises BadResponse for an answer that could only be read in part:
    sums of some of its pages would be too small.
    """
    if not has_more(template, page):
        return None
    cursor = find(page, template.next)
    if not isinstance(cursor, str) or not 0 < len(cursor) <= _LONGEST_CURSOR or not cursor.isprintable():
        raise BadResponse(f"the answer has another page, but no cursor at `{template.next}`")
    if cursor in cursors:
        raise BadResponse("the pages of the answer have no end: a cursor comes again")
    if len(cursors) + 1 >= MOST_PAGES:
        raise BadResponse(f"the answer has more than {MOST_PAGES} pages")
    return str(cursor)


def has_more(template: PagesTemplate, page: object) -> bool:
    """Tell whether a page says that another one follows; raises BadResponse if it must say so and does not."""
    if template.more is None:
        return find(page, template.next) not in (MISSING, None, "")
    more = find(page, template.more)
    if not isinstance(more, bool):
        raise BadResponse(f"the answer has no true or false at `{template.more}`: it may go on")
    return more
