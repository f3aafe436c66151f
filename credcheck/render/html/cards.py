"""The card of an account: its balances, its chart, the forecast and the age of its reading."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from credcheck.history.report import BalanceHistory
from credcheck.models import Balance, Result
from credcheck.render import forecast, notes, svg
from credcheck.render.amounts import FEW_DECIMALS, MOST_DECIMALS, grouped
from credcheck.render.html import months
from credcheck.render.html.markup import Markup, bar, element, joined
from credcheck.render.names import shown_name, shown_tags
from credcheck.sanitize import one_line

_BADGES = {"ok": "✓ ok", "low": "! low", "error": "✗ failed"}
_CHARTED = timedelta(days=30)
_SHORTEST_CHART = timedelta(hours=1)
_FRESH = timedelta(minutes=5)


def card(result: Result, histories: Sequence[BalanceHistory], now: datetime, *, anchor: str) -> Markup:
    """Return the card of an account with the histories of its balances, the main one first; `anchor` is its id."""
    return element(
        "article",
        _header(result),
        *(_reading(result) if result.reading else _failure(result, histories)),
        *_history(histories, result, now),
        _footer(result, now),
        kind=f"card {result.status}",
        id=anchor,
    )


def _header(result: Result) -> Markup:
    title = result.provider_title or result.provider
    is_named_so = _letters(title) == _letters(result.account)
    provider = [] if is_named_so else [element("bdi", one_line(title), kind="of")]
    tags = [element("bdi", shown_tags(result), kind="of")] if result.tags else []
    name = element("h3", element("bdi", shown_name(result.account)), *provider, *tags)
    return element("header", name, element("span", _BADGES[result.status], kind="badge"))


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def _reading(result: Result) -> Iterator[Markup]:
    main, *others = result.reading.balances if result.reading else ()
    if main.amount is not None or main.unlimited:
        yield element("p", *_amount(main), kind="amount")
    # The age has a place of its own.
    note = notes.of_balance(main, result._replace(cached=False))
    if note:
        yield element("p", note, kind="note")
    if main.total and main.amount is not None:
        yield bar(float(main.amount / main.total))
    if others:
        yield element("ul", *(_other(balance, result) for balance in others), kind="others")


def _amount(balance: Balance) -> Iterator[Markup]:
    if balance.amount is None:
        yield element("span", "" if balance.spent is not None else notes.without_amount(balance))
        return
    yield element("b", grouped(balance.amount, MOST_DECIMALS), title=f"{balance.amount:,f}")
    yield joined([" ", element("bdi", one_line(balance.unit))])
    if balance.total is not None and balance.spent is None:
        yield element("small", f" of {grouped(balance.total, FEW_DECIMALS)}")


def _other(balance: Balance, result: Result) -> Markup:
    note = notes.of_balance(balance, result)
    name = element("bdi", one_line(balance.id), kind="id")
    amount = element("span", *_amount(balance), *([element("small", f" {note}")] if note else []))
    return element("li", name, amount, kind="low" if notes.is_low(balance, result) else "")


def _failure(result: Result, histories: Sequence[BalanceHistory]) -> Iterator[Markup]:
    yield element("p", *_with_commands(result.error.message if result.error else ""), kind="note")
    if histories:
        yield element("p", "It was ", joined(_amount(histories[0].balance)), " when last read.", kind="words")


def _with_commands(message: str) -> Iterator[str]:
    """Yield the parts of a message; a command in it stands between backticks."""
    for place, part in enumerate(message.split("`")):
        yield element("code", part) if place % 2 else part


def _history(histories: Sequence[BalanceHistory], result: Result, now: datetime) -> Iterator[Markup]:
    main = next((history for history in histories if history.balance.is_main), None)
    charted = main and _recent(main, now)
    if main and charted and _is_worth_a_chart(charted):
        yield Markup(svg.chart(charted, svg.CARD))
    found = main.forecast if main and main.forecast else result.forecast
    balance = main.balance if main else result.main
    if balance and found:
        words = forecast.sentence(found, balance, now, read_at=main.read_at if main else None)
        yield element("p", words, kind="words")
    if spent := _spent(histories, now):
        yield element("p", f"Spent: {spent}.", kind="words")


def _is_worth_a_chart(history: BalanceHistory) -> bool:
    """Tell whether a line would be more than a point."""
    read = [sample.at for sample in (*([history.before] if history.before else []), *history.samples)]
    return bool(read) and read[-1] - read[0] >= _SHORTEST_CHART


def _recent(history: BalanceHistory, now: datetime) -> BalanceHistory:
    """Return the history of the days that a chart shows."""
    since = now - _CHARTED
    samples = [sample for sample in history.samples if sample.at >= since]
    before = history.samples[-len(samples) - 1] if len(samples) < len(history.samples) else history.before
    return history._replace(samples=samples, before=before, since=since)


def _spent(histories: Sequence[BalanceHistory], now: datetime) -> str:
    """Return the spending of each unit in this month and the one before, unless its readings began within that."""
    return "; ".join(
        f"{grouped(amount, FEW_DECIMALS)} {one_line(history.name.unit)} in {months.name(month, now)}"
        for history in months.summable(histories)
        for month, amount in list(months.spent(history).items())[:-3:-1]
        if amount and (months.is_now(month, now) or _is_whole(month, history))
    )


def _is_whole(month: date, history: BalanceHistory) -> bool:
    begin = months.begin(history)
    return begin is not None and begin.astimezone().date() <= month


def _footer(result: Result, now: datetime) -> Markup:
    needs_key = result.error is not None and result.error.code in {"key_missing", "key_rejected"}
    pages = {"get a key": result.key_url if needs_key else None, "top up": result.top_up_url}
    links = [
        element("a", words, href=url, rel="noreferrer")
        for words, url in pages.items()
        if url is not None and _is_page(url)
    ]
    return element("footer", element("span", _age(result, now), kind="age"), *links)


def _is_page(url: str) -> bool:
    return urlsplit(url).scheme in {"https", "http"}


def _age(result: Result, now: datetime) -> str:
    """Return how old the reading was when the page was made, and its moment."""
    read_at = result.last_read_at if result.error else result.checked_at
    if read_at is None:
        return "Never read"
    passed = now - read_at
    if passed < _FRESH:
        return f"Read at {moment(read_at, now)}"
    return f"{'Last read' if result.error else 'Read'} {forecast.span(passed)} earlier, {moment(read_at, now)}"


def moment(at: datetime, now: datetime) -> str:
    """Return the time of a moment, with its date if that is another than today's."""
    local = at.astimezone()
    is_today = local.date() == now.astimezone().date()
    return f"{local:%H:%M}" if is_today else f"{forecast.date(at)} {local:%H:%M}"
