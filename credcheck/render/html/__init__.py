"""A page of its own: no script, no request, nothing from elsewhere; light or dark as its reader prefers."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from credcheck.history.report import BalanceHistory
from credcheck.history.samples import Owner
from credcheck.models import Result, Status
from credcheck.render import forecast
from credcheck.render.html import cards, months, overview, totals
from credcheck.render.html.markup import Markup, element, joined

_HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; \
form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
"""
_STATUSES: Mapping[Status, str] = {"error": "failed", "low": "low", "ok": "ok"}  # the worst first


def since(results: Sequence[Result]) -> datetime:
    """Return the moment from which a page of these results shows histories."""
    return months.since(_checked_at(results))


def render(results: Sequence[Result], histories: Sequence[BalanceHistory]) -> str:
    """Return the page: what failed or is low first, the totals, then all others; each in the order of the results.

    A long page has a table of all accounts before the others.
    """
    now = _checked_at(results)
    by_owner = {owner: list(its) for owner, its in groupby(sorted(histories, key=_owner), key=_owner)}
    alarming = [result for status in ("error", "low") for result in results if result.status == status]
    well = [result for result in results if result.status == "ok"]
    page = _Page(by_owner, {_owner_of(result): f"a{place}" for place, result in enumerate(results)}, now)
    shown = [
        _header(results, now),
        _accounts("Failed or low", alarming, page),
        totals.section(results, by_owner, now),
        overview.section(results, page.anchors),
        _accounts("All others" if alarming else "All is well", well, page),
    ]
    return f"{_head(results)}{element('body', element('main', *shown))}\n</html>\n"


class _Page(NamedTuple):
    """The context of a card: the histories and the anchors of all accounts, and the moment of the page."""

    histories: totals.Histories
    anchors: Mapping[Owner, str]
    now: datetime


def _owner(history: BalanceHistory) -> Owner:
    return history.name.owner


def _owner_of(result: Result) -> Owner:
    return Owner(result.account, result.provider)


def _checked_at(results: Iterable[Result]) -> datetime:
    return max(result.checked_at for result in results)


def _head(results: Sequence[Result]) -> str:
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return _HEAD.format(digest=digest, style=style, title=f"{_summary(results)} - credcheck")


def _summary(results: Sequence[Result]) -> str:
    return ", ".join(f"{count:,} {_STATUSES[status]}" for status, count in _counts(results).items())


def _counts(results: Sequence[Result]) -> dict[Status, int]:
    """Return how many accounts have each status, the worst first; none of those that no account has."""
    counts = {status: sum(result.status == status for result in results) for status in _STATUSES}
    return {status: count for status, count in counts.items() if count}


def _header(results: Sequence[Result], now: datetime) -> Markup:
    local = now.astimezone()
    moment = f"{forecast.date(now)} {local.year} at {local:%H:%M %Z}"
    tiles = [
        element("li", element("b", f"{count:,}"), f" {_STATUSES[status]}", kind=status)
        for status, count in _counts(results).items()
    ]
    checked = element("p", "Checked on ", element("time", moment, datetime=now.isoformat(timespec="seconds")))
    return element("header", element("div", element("h1", "API credit"), checked), element("ul", *tiles, kind="tiles"))


def _accounts(title: str, results: Sequence[Result], page: _Page) -> str:
    if not results:
        return ""
    owners = ((result, _owner_of(result)) for result in results)
    shown = (
        cards.card(result, page.histories.get(owner, ()), page.now, anchor=page.anchors[owner])
        for result, owner in owners
    )
    return element("section", element("h2", title), element("div", joined(shown), kind="cards"))
