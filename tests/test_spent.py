"""What was spent in a period: the description, the pages of an answer, and what a user is shown of it."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credcheck.check import outcome
from credcheck.errors import BadResponse
from credcheck.models import Account, Key, Period, Reading
from credcheck.providers import request, schema
from credcheck.providers.balances import Context
from credcheck.providers.document import decode
from tests.conftest import Program
from tests.playback import Answer, Playback, playing

# The shape of OpenAI's costs, read by a provider of the user's own.
COSTS = """
[providers.acme]
title = "Acme"
variable = "ACME_ADMIN_KEY"
[providers.acme.request]
url = "URL/v1/costs"
headers = { Authorization = "Bearer {key}" }
query = { start_time = "{period_start_unix}", limit = "180" }
pages = { next = "next_page", query = "page", more = "has_more" }
[providers.acme.balance]
kind = "spent"
used = "sum(data.*.results.*.amount.value)"
empty = "zero"
total = "{budget}"
unit = "USD"
unit_path = "data.*.results.*.amount.currency"
longest_period = "365d"
resets_at = "{period_end}"
"""
# Amounts as JSON: a number, a text, a number with an exponent.
AMOUNTS = st.builds(
    lambda digits, places, form: f'{{"amount": {{"value": {written(digits, places, form)}}}}}',
    st.integers(0, 10**12),
    st.integers(0, 12),
    st.sampled_from(["number", "text", "exponent"]),
)


def written(digits: int, places: int, form: str) -> str:
    """Return an amount of so many decimals as an answer writes it."""
    if form == "exponent":
        return f"{digits}e-{places:02}"
    number = f"{Decimal(digits).scaleb(-places):f}"
    return f'"{number}"' if form == "text" else number


def fraction(result: str) -> Fraction:
    """Return the amount of a result without credcheck's reader."""
    return Fraction(re.sub(r'.*"value": "?([^"}]*)"?.*', r"\1", result))


NOVEMBER = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TABLE: dict[str, Any] = {
    "request": {"url": "https://a.example/costs", "headers": {"X-Key": "{key}"}},
    "balance": {"kind": "spent", "used": "sum(data.*.cost)", "empty": "zero", "total": "{budget}", "unit": "USD"},
}


def page(*amounts: object, cursor: str | None = None, currency: str = "usd", more: object = None) -> str:
    """Return an answer with a bucket for each amount."""
    results = [{"results": [{"amount": {"value": each, "currency": currency}}]} for each in amounts]
    is_more = cursor is not None if more is None else more
    return json.dumps({"object": "page", "data": [*results, {"results": []}], "has_more": is_more, "next_page": cursor})


def read(balance: dict[str, object], *pages: str, period: Period = NOVEMBER) -> Reading:
    """Return what a description reads in the pages of an answer."""
    provider = schema.provider("acme", {**TABLE, "balance": balance}, place="", built_in=True)
    documents = [decode(each.encode()) for each in pages]
    return outcome.reading(provider, documents, Context({}, NOW, period=period))


@pytest.fixture
def costs(credcheck: Program) -> Iterator[Callable[..., tuple[Program, Playback]]]:
    """Return what sets up the program with a provider that answers these pages, by cursor."""
    pages: dict[str | None, Answer] = {}

    def answer(target: str) -> Answer:
        return pages[parse_qs(urlsplit(target).query).get("page", [None])[0]]

    with playing(answer) as playback:

        def configured(*answers: str | Answer, more: str = "") -> tuple[Program, Playback]:
            for place, each in enumerate(answers):
                pages[f"page {place}/+&" if place else None] = each if isinstance(each, Answer) else Answer(each)
            credcheck.configure(COSTS.replace("URL", playback.url) + more)
            credcheck.environment["ACME_ADMIN_KEY"] = "acme-key-0123"
            return credcheck, playback

        yield configured


def cursor(place: int) -> str:
    """Return the cursor of the page at this place, with characters that a URL must not hold as they are."""
    return f"page {place}/+&"


def test_what_was_spent_is_told_and_no_balance(costs: Callable[..., tuple[Program, Playback]]) -> None:
    program, server = costs(page(0.06, "1.10", 2.5e-05))
    result = json.loads(program("acme", "--json").out, parse_float=Decimal)
    assert (result["balance"], result["spent"], result["unit"]) == (None, Decimal("1.160025"), "USD")
    assert (result["error"], result["unlimited"], result["status"], result["total"]) == (None, False, "ok", None)
    (balance,) = result["balances"]
    assert (balance["kind"], balance["balance"], balance["spent"]) == ("spent", None, Decimal("1.160025"))
    start = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    assert result["period"]["start"] == f"{start:%Y-%m-%dT%H:%M:%SZ}"
    assert result["resets_at"] == result["period"]["end"]
    assert parse_qs(urlsplit(server.sent[-1].target).query)["start_time"] == [f"{start.timestamp():.0f}"]


def test_pages_are_added_and_the_cursor_is_sent_as_it_came(costs: Callable[..., tuple[Program, Playback]]) -> None:
    program, server = costs(page(1.5, cursor=cursor(1)), page("2.25", cursor=cursor(2)), page(3e-7))
    run = program("acme", "--json")
    assert json.loads(run.out, parse_float=Decimal)["spent"] == Decimal("3.7500003")
    queries = [parse_qs(urlsplit(each.target).query) for each in server.sent]
    assert [each.get("page") for each in queries] == [None, [cursor(1)], [cursor(2)]]
    assert len({query["start_time"][0] for query in queries}) == 1


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([page(1, more=True)], "the answer has another page, but no cursor at `next_page`"),
        ([page(1, cursor=cursor(1)), page(1, cursor=cursor(1))], "a cursor comes again"),
        ([page(1, cursor=cursor(each + 1)) for each in range(12)], "the answer has more than 12 pages"),
        ([page(1, cursor=cursor(1)), page(1, currency="eur")], "the answer is in EUR, not in USD"),
        (
            [page(*["0." + "1" * 90] * 6000, cursor=cursor(each + 1)) for each in range(4)],
            "the pages of the answer are larger than 2048 KiB",
        ),
        ([page(1, more="yes")], "the answer has no true or false at `has_more`"),
        ([page(1, cursor=cursor(1)), '{"has_more": false}'], "the answer has no `data.*.results.*.amount.value`"),
        ([page(1, cursor=cursor(1)), page("NaN")], "is not a number"),
        ([page(1, cursor=cursor(1)), "{"], "the answer is not JSON"),
    ],
)
def test_an_answer_that_is_read_in_part_only_is_no_amount(
    costs: Callable[..., tuple[Program, Playback]], answers: list[str], words: str
) -> None:
    program, _ = costs(*answers)
    run = program("acme", "--json")
    result = json.loads(run.out)
    assert (run.status, result["spent"], result["error"]["code"]) == (3, None, "bad_response")
    assert words in result["error"]["message"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(AMOUNTS, max_size=31), min_size=1, max_size=5),
)
def test_sums_over_pages_are_exact(amounts: list[list[str]]) -> None:
    pages = [f'{{"data": [{",".join(f"""{{"results": [{each}]}}""" for each in page)}]}}' for page in amounts]
    used = {**TABLE["balance"], "used": "sum(data.*.results.*.amount.value) / 100"}
    found = read(used, *pages).main.spent
    exact = sum((fraction(each) for page in amounts for each in page), Fraction(0)) / 100
    assert found is not None
    assert Fraction(found) == exact


def test_a_refusal_of_the_second_page_is_the_outcome(costs: Callable[..., tuple[Program, Playback]]) -> None:
    program, _ = costs(page(1, cursor=cursor(1)), Answer('{"error": {"message": "no"}}', status=403))
    run = program("acme", "--json")
    assert (run.status, json.loads(run.out)["error"]["code"]) == (4, "key_rejected")


def test_outputs_never_take_it_for_a_balance(costs: Callable[..., tuple[Program, Playback]]) -> None:
    program, _ = costs(page("12.30"))
    bare = program("acme", "--format", "value", "--warn-below", "50")
    assert (bare.status, bare.out) == (3, "")
    assert bare.err == (
        "acme: there is no balance, but 12.30 USD spent this month: set its `budget` in config.toml to have what is"
        " left, or take `spent` from --json\n"
    )
    header, row = program("all", "--format", "tsv").out.splitlines()
    assert dict(zip(header.split("\t"), row.split("\t"), strict=True))["balance"] == ""
    assert dict(zip(header.split("\t"), row.split("\t"), strict=True))["spent"] == "12.30"
    metrics = program("acme", "--format", "prometheus").out
    assert 'credcheck_spent{account="acme",provider="acme",unit="USD",balance="USD"} 12.30' in metrics
    assert "credcheck_balance{" not in metrics
    plugin = program("acme", "--format", "nagios", "--warn-below", "50")
    assert (plugin.status, plugin.out) == (0, "CREDCHECK OK - acme 12.30 USD spent this month\n")
    (row,) = [line for line in program("acme").out.splitlines() if "acme" in line]
    assert row.split(maxsplit=2)[1:] == ["acme", "spent 12.30 USD this month"]


def test_a_script_that_asks_for_the_bare_number_never_gets_nothing_and_success(
    costs: Callable[..., tuple[Program, Playback]],
) -> None:
    program, _ = costs(page("12.30"))
    run = program("acme", "--format", "value")
    assert (run.status, run.out, "there is no balance" in run.err) == (3, "", True)
    assert (program("acme", "--json").status, program("acme", "--format", "tsv").status) == (0, 0)
    program, _ = costs(page("12.30"), more="[accounts.acme]\nbudget = 50\n")
    run = program("acme", "--format", "value")
    assert (run.status, run.out, run.err) == (0, "37.70\n", "")


def test_a_month_without_spending_is_zero_and_a_missing_list_is_not() -> None:
    balance: dict[str, object] = TABLE["balance"]
    assert read(balance, '{"data": []}').main.spent == 0
    assert read(balance, '{"data": []}', '{"data": [{"cost": "1"}]}').main.spent == 1
    for pages in (["{}"], ['{"data": null}'], ['{"data": [{}]}'], ['{"data": [{"cost": "1"}]}', "{}"]):
        with pytest.raises(BadResponse):
            read(balance, *pages)
    with pytest.raises(BadResponse):
        read({name: value for name, value in balance.items() if name != "empty"}, '{"data": []}')


@pytest.mark.parametrize(
    ("balance", "answer", "left"),
    [
        ({"used": "percent", "total": "100"}, '{"percent": 103.5}', "-3.5"),
        ({"used": "percent", "total": "100"}, '{"percent": "12"}', "88"),
        ({"amount": "100 - percent"}, '{"percent": 12.25}', "87.75"),
        ({"used": "used", "total": "cap - held"}, '{"used": "1.5", "cap": 10, "held": 2}', "6.5"),
        # Rounded so that never more is left than it is.
        ({"used": "used / 3", "total": "1"}, '{"used": 1}', "0.666666"),
    ],
)
def test_a_balance_is_what_is_left_of_a_total(balance: dict[str, object], answer: str, left: str) -> None:
    main = read({"kind": "plan", "unit": "percent", **balance}, answer).main
    assert (main.amount, main.spent) == (Decimal(left), None)


def test_what_was_spent_is_rounded_up() -> None:
    assert read({**TABLE["balance"], "used": "cost / 3"}, '{"cost": 1}').main.spent == Decimal("0.333334")


@pytest.mark.parametrize(
    ("period", "values"),
    [
        (
            NOVEMBER,
            ["2026-11-01T00:00:00Z", "2026-11-01", "1793491200", "2026-12-01T00:00:00Z", "2026-12-01", "1796083200"],
        ),
        # From a day until now: the day of its end is the first that is not in it.
        (
            Period.of(NOW, NOW.date().replace(day=3)),
            ["2026-11-03T00:00:00Z", "2026-11-03", "1793664000", "2026-11-29T12:00:00Z", "2026-11-30", "1795953600"],
        ),
    ],
)
def test_the_placeholders_of_the_period(period: Period, values: list[str]) -> None:
    names = [f"period_{end}{form}" for end in ("start", "end") for form in ("", "_date", "_unix")]
    table = {**TABLE, "request": {**TABLE["request"], "query": {name: f"{{{name}}}" for name in names}}}
    provider = schema.provider("acme", table, place="", built_in=True)
    sent = request.build(provider, Account(name="acme", provider="acme"), Key("k"), period=period)
    assert [parse_qs(urlsplit(sent.url).query)[name] for name in names] == [[value] for value in values]


@pytest.mark.parametrize(
    ("moment", "start", "end"),
    [
        ("2026-12-31T23:59:59+00:00", "2026-12-01", "2027-01-01"),
        ("2027-01-01T00:00:00+00:00", "2027-01-01", "2027-02-01"),
        ("2028-02-29T12:00:00+00:00", "2028-02-01", "2028-03-01"),
        ("2026-12-01T01:00:00+02:00", "2026-11-01", "2026-12-01"),
    ],
)
def test_the_month_is_that_of_utc(moment: str, start: str, end: str) -> None:
    period = Period.of(datetime.fromisoformat(moment))
    assert (f"{period.start:%Y-%m-%d}", f"{period.end:%Y-%m-%d}") == (start, end)
