"""Every refusal of a description, and of an answer that a description cannot read: what is wrong -> the words."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from credcheck.errors import BadResponse, BalanceUnknown, CheckError, ConfigError
from credcheck.models import Response
from credcheck.providers import registry, schema
from credcheck.providers.balances import Context
from tests.results import interpreted

ACME: dict[str, Any] = {
    "options": {"plan": {"choices": ["free", "pro"], "default": "free"}, "team": {}},
    "request": {"url": "https://api.acme.example/{plan}", "headers": {"X-Key": "{key}", "X-Team": "{team}"}},
    "balance": {"amount": "left", "unit": "credits"},
    "answer": {"ok": {"code": 0}},
}
GONE = object()
TWO = {"a": {"amount": "a", "unit": "x"}, "b": {"amount": "b", "unit": "y"}}


def described(changes: dict[str, object]) -> dict[str, Any]:
    """Return the description of Acme with other values at these keys, which are parted by slashes."""
    table = deepcopy(ACME)
    for keys, value in changes.items():
        *before, last = keys.split("/")
        inner = table
        for key in before:
            inner = inner.setdefault(key, {})
        inner[last] = value
        if value is GONE:
            del inner[last]
    return table


SPENT = {"kind": "spent", "used": "used", "total": "{budget}", "unit": "USD"}
REFUSALS: list[tuple[dict[str, object], str]] = [
    # the whole
    ({"titel": "A"}, "titel: unknown setting; did you mean `title`?"),
    ({"sk_live_4f9a8b7c6d5e": "A"}, "(a name that is not shown): unknown setting"),
    ({"request": GONE}, "request: is missing"),
    ({"balance": GONE}, "balance: is missing"),
    ({"request": []}, "request: must be a table"),
    # single values
    ({"title": 7}, "title: must be text in quotes"),
    ({"title": "  "}, "title: must not be empty"),
    ({"title": "a\nb"}, "title: must be one line of at most 300 characters"),
    ({"title": "a" * 301}, "title: must be one line of at most 300 characters"),
    ({"aliases": "A"}, "aliases: must be a list"),
    ({"aliases": []}, "aliases: must not be empty"),
    ({"aliases": ["A", 7]}, "aliases.1: must be text in quotes"),
    ({"category": "llms"}, "category: must be one of llm, media, voice,"),
    ({"source": "documentd"}, "source: must be one of documented, sdk, clients; did you mean `documented`?"),
    ({"source": 7}, "source: must be one of documented, sdk, clients"),
    ({"variable": "ACME KEY"}, "variable: must be the name of a variable"),
    ({"docs_url": "http://acme.example"}, "docs_url: must begin with https://HOST"),
    ({"docs_url": "https://"}, "docs_url: must begin with https://HOST"),
    ({"key_url": {}}, "key_url: must not be empty"),
    ({"key_url": {"free": "http://acme.example"}}, "key_url.free: must begin with https://HOST"),
    ({"key_url": {"basic": "https://acme.example"}}, "key_url: no option has all of these choices"),
    ({"last_day": "2026-12-31"}, "last_day: must be a date such as 2026-12-31, without quotes"),
    ({"last_day": datetime(2026, 12, 31, tzinfo=UTC)}, "last_day: must be a date such as 2026-12-31"),
    ({"main": ["money"]}, "main.0: no balance has this id"),
    # options
    ({"options/Plan": {}}, "options.Plan: no option can have this name"),
    ({"options/api_key": {}}, "options.api_key: no option can have this name"),
    ({"options/plan/required": "yes"}, "options.plan.required: must be true or false"),
    ({"options/plan/required": True}, "options.plan.default: a required option has none"),
    ({"options/plan/flag": True}, "options.plan.default: must be of the option's own type"),
    ({"options/plan/default": True}, "options.plan.default: must be of the option's own type"),
    ({"options/plan/default": "basic"}, "options.plan.default: must be one of the choices"),
    ({"options/plan/default": 7}, "options.plan.default: must be text in quotes"),
    ({"options/plan/choices": {}}, "options.plan.choices: must not be empty"),
    ({"options/plan/choices": "free"}, "options.plan.choices: must be a table"),
    ({"options/plan/key_ends": {":fx": "basic"}}, "options.plan.key_ends: must be a table from the end of a key to"),
    ({"options/plan/key_begins": {"fm2_": "x"}}, "options.plan.key_begins: must be a table from the beginning of a"),
    ({"options/team/site": True}, "options.team.site: only an option with choices is a site"),
    ({"options/region": {}}, "options.region: is used nowhere"),
    # the request
    ({"request/url": GONE}, "request.url: is missing"),
    ({"request/url": "https://api.acme.example/a b"}, "request.url: must be a URL without spaces or a fragment"),
    ({"request/url": "https://api.acme.example/#a"}, "request.url: must be a URL without spaces or a fragment"),
    ({"request/url": "https://api.acme.example/é"}, "request.url: must be a URL without spaces or a fragment"),
    ({"request/url": "https://a.example/{plan}?a=1"}, "request.url: what follows the question mark belongs in `query`"),
    ({"request/url": "http://api.acme.example/{plan}"}, "request.url: must begin with https://, for a key is not sent"),
    (
        {"answer": {"format": "text"}, "balance/amount": "left"},
        "balance.amount: in plain text `text`, the whole answer",
    ),
    ({"request/url": "https://Acme/{plan}"}, "request.url: must begin with https://HOST"),
    ({"request/url": "https://{key}.acme.example/{plan}"}, "request.url: {key} cannot stand in the host"),
    ({"request/url": "https://a.example/{plan}/{team}"}, "options.team: needs a default, or required = true, to stand"),
    ({"request/url": "https://a.example/{plan}/{area}"}, "request.url: {area} is neither key nor an option"),
    ({"request/method": "PUT"}, "request.method: must be one of GET, POST"),
    ({"request/headers": "X-Key"}, "request.headers: must be a table"),
    ({"request/headers/Host": "a"}, "request.headers.Host: cannot be set as a header"),
    ({"request/headers/X Y": "a"}, "request.headers.X Y: cannot be set as a header"),
    ({"request/headers/X": "é"}, "request.headers.X: must be plain ASCII text in quotes"),
    ({"request/headers/X": ""}, "request.headers.X: must be plain ASCII text in quotes"),
    ({"request/headers/X-Key": "{team}"}, "request: has no place for the key: write {key} where it goes"),
    ({"request/query": {"a": 1}}, "request.query.a: must be text in quotes"),
    ({"request/json": "{}"}, "request.json: must be a table or a list"),
    ({"request/json": [["{area}"]]}, "request.json: {area} is neither key nor an option"),
    ({"request/json": {}, "request/form": {}}, "request.form: there is a body already (json)"),
    # the balances
    ({"balance": "left"}, "balance: must be a table"),
    ({"balance": {}}, "balance.amount: is missing"),
    ({"balance": []}, "balance: `[[balance]]` makes a list: write `[balance.ID]`, in single brackets"),
    ({"balance": {"a": {"unit": "x"}}}, "balance.a.amount: is missing"),
    ({"balance": {"a": TWO["a"], "A": TWO["b"]}}, "balance.A: another balance has this id"),
    ({"balance": {" ": TWO["a"]}}, "balance: must not be empty"),
    ({"balance/id": "a"}, "balance.id: `id` is now the name of the table: [balance.ID]"),
    ({"balance/null": "bad"}, "balance.null: `bad` is now `error`, which is usual: leave the line out"),
    ({"balance/null": "zero"}, "balance.null: must be one of error, unknown, unlimited, none"),
    ({"balance/kind": "prepayed"}, "balance.kind: must be one of prepaid, plan, limit, owed, grant, part, spent"),
    ({"balance/unit": GONE}, "balance.unit: one of unit, unit_path and unit_of is needed"),
    ({"balance/unit": GONE, "balance/unit_path": "a.*.unit"}, "balance.unit_path: names one unit: only beside `unit`"),
    ({"balance/unit": GONE, "balance/unit_at": "unit"}, "balance.unit_at: `unit_at` is now `unit_path`"),
    ({"balance/unit": GONE, "balance/unit_of": "money"}, "balance.unit_of: there is no such option"),
    ({"balance/lifetime": True}, "balance.lifetime: only a total has this"),
    ({"balance/units": "x"}, "balance.units: must be a table"),
    ({"balance/amount": "(1 - a / 100) * 100"}, "balance.amount: parentheses are not supported, but in `sum(PATH)`;"),
    ({"balance/amount": "a - (b)"}, "balance.amount: parentheses are not supported, but in `sum(PATH)`; write a sum"),
    ({"balance/amount": "a +b+ c"}, "balance.amount: cannot be read; write paths with spaces around + - * /"),
    ({"balance/amount": "a b"}, "balance.amount: cannot be read; write paths with spaces around + - * /"),
    ({"balance/amount": "a / 0"}, "balance.amount: multiplies or divides by zero"),
    ({"balance/amount": []}, "balance.amount: must not be empty"),
    ({"balance/amount": ["a", "b /"]}, "balance.amount.1: cannot be read"),
    ({"balance/details": {"used": "a b"}}, "balance.details.used: cannot be read"),
    ({"balance/resets_at": "a b"}, "balance.resets_at: must be a path such as `data.credits` or `grants.*.expires`"),
    ({"balance/resets": "yearly"}, "balance.resets: must be one of daily, weekly, monthly"),
    ({"balance/resets": {}}, "balance.resets.word_at: is missing"),
    ({"balance/each": "a..b"}, "balance.each: must be a path such as `data.0.credits`"),
    ({"balance/where": {"a": 1}}, "balance.where: only a list (each) has this"),
    ({"balance/sum": True}, "balance.sum: only a list (each) has this"),
    ({"balance/id_path": "a"}, "balance.id_path: only a list (each) has this"),
    ({"balance/each": "a", "balance/id_path": "a", "balance/sum": True}, "balance.id_path: what is added up has no id"),
    ({"balance": {"a": {**TWO["a"], "each": "a"}}}, "balance.a.each: the items of a list need id_path, or sum = true"),
    ({"balance/when": {}}, "balance.when: must be a table from a path to the values that count"),
    # what was spent, and pages
    ({"balance/used": "used"}, "balance.used: there is `amount` already: balance = total - used"),
    ({"balance": {"used": "used", "unit": "x"}}, "balance.total: is missing: balance = total - used"),
    ({"balance": SPENT | {"kind": "plan"}}, 'balance.kind: "spent" needs used and total = "{budget}"'),
    ({"balance": SPENT | {"total": "cap"}}, 'balance.kind: "spent" needs used and total = "{budget}"'),
    ({"balance/total": "{budget}"}, 'balance.kind: "spent" needs used and total = "{budget}"'),
    ({"balance/kind": "spent"}, 'balance.kind: "spent" needs used and total = "{budget}"'),
    (
        {"balance": SPENT | {"longest_period": "31d"}},
        'balance.longest_period: needs kind = "spent" and resets_at = "{per',
    ),
    ({"balance": SPENT | {"empty": "nothing"}}, "balance.empty: must be one of zero"),
    (
        {"balance": SPENT | {"longest_period": "31d", "resets_at": "{period_end}"}},
        "request: longest_period needs {period_start} in it",
    ),
    ({"balance": SPENT | {"longest_period": "31"}}, "balance.longest_period: must be a time with its unit"),
    ({"balance/amount": "100"}, "balance.amount: needs at least one path, not just a number"),
    ({"balance/amount": "a - sum(0)"}, "balance.amount: `0` is a number, not a path; an index follows its list"),
    ({"balance/amount": "7 / 2"}, "balance.amount: cannot be read"),
    ({"balance/amount": "7?"}, "balance.amount: `7` is a number, not a path"),
    ({"balance/resets_at": "0"}, "balance.resets_at: must be a path, not a number; an index follows its list"),
    ({"balance/unit": GONE, "balance/unit_path": "0.1"}, "balance.unit_path: must be a path, not a number"),
    ({"request/pages": {"query": "page"}}, "request.pages.next: is missing"),
    ({"request/pages": {"next": "next"}}, "request.pages.query: is missing"),
    (
        {"request/pages": {"next": "n", "query": "all"}, "request/query": {"all": "1"}},
        "request.pages.query: this param",
    ),
    ({"request/pages": {"next": "n", "query": "p", "last": "x"}}, "request.pages.last: unknown setting"),
    (
        {"request/url": "https://{period_start}.a.example/{plan}"},
        "request.url: {period_start} cannot stand in the host",
    ),
    ({"options/budget": {}}, "options.budget: no option can have this name"),
    # the answer and its rules
    ({"answer/format": "xml"}, "answer.format: must be one of json, text"),
    ({"answer/format": "text", "answer/pattern": "OK ("}, "answer.pattern: is not a regular expression"),
    (
        {"answer/format": "text", "answer/pattern": "OK ([0-9.]+)"},
        "answer.pattern: must have a named group, such as (?P<am",
    ),
    (
        {"answer/format": "text", "answer/pattern": "(?P<text>.*)"},
        "answer.pattern: no group can be named `text`, which is",
    ),
    ({"answer/pattern": "OK (?P<left>[0-9.]+)"}, 'answer.pattern: only format = "text" has this'),
    ({"request/ok_status": []}, "request.ok_status: must not be empty"),
    ({"request/ok_status": [200, 404]}, "request.ok_status.1: must be an HTTP status from 200 to 299"),
    ({"request/ok_status": "200"}, "request.ok_status: must be an HTTP status"),
    ({"balance/resets_at": {}}, "balance.resets_at: must have one of days, time_left"),
    ({"balance/resets_at": {"days": "a", "time_left": "b"}}, "balance.resets_at: must have one of days, time_left"),
    ({"answer/rejected": {"code": 1}}, "answer.rejected: `rejected` is now `key_rejected`"),
    ({"answer/limited": {"code": 1}}, "answer.limited: `limited` is now `rate_limited`"),
    ({"answer/unknown": {"code": 1}}, "answer.unknown: `unknown` is now `balance_unknown`"),
    ({"answer/failed": {"code": 1}}, "answer.failed: `failed` is now `provider_error`"),
    (
        {"answer/failed_at": "a"},
        "answer.failed_at: `failed_at` is now a rule: provider_error = { PATH = { null = false",
    ),
    ({"answer/said": "a"}, "answer.said: `said` is now `message`"),
    ({"answer/message": "a b"}, "answer.message: must be a path such as `data.0.credits`"),
    ({"answer/ok": []}, "answer.ok: must not be empty"),
    ({"answer/ok": "code"}, "answer.ok: must be a table from a path to the values that count"),
    ({"answer/ok": {"a b": 1}}, "answer.ok.a b: must be a path such as `data.0.credits`"),
    ({"answer/ok": {"http_status": 99}}, "answer.ok.http_status: must be an HTTP status"),
    ({"answer/ok": {"http_status": [200, True]}}, "answer.ok.http_status.1: must be an HTTP status"),
    ({"answer/ok": {"code": datetime(2026, 1, 1, tzinfo=UTC)}}, "answer.ok.code: must be a value or a list of values"),
    ({"answer/ok": {"code": []}}, "answer.ok.code: must not be empty"),
    ({"answer/ok": {"code": {}}}, "answer.ok.code: must have one of contains, lacks, not, above, null, present"),
    ({"answer/ok": {"code": {"nul": True}}}, "answer.ok.code.nul: unknown setting; did you mean `null`?"),
    ({"answer/ok": {"code": {"null": 1}}}, "answer.ok.code.null: must be true or false"),
    ({"answer/ok": {"code": {"above": "1"}}}, "answer.ok.code.above: must be a number"),
    ({"answer/ok": {"code": {"contains": ""}}}, "answer.ok.code.contains: must not be empty"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSALS, ids=[words[:60] for _, words in REFUSALS])
def test_a_wrong_description_is_named_by_its_key_and_the_problem(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        schema.provider("acme", described(changes), place="acme.toml: ", built_in=True)
    assert raised.value.message.startswith(f"acme.toml: {words}")
    assert "\n" not in raised.value.message


def test_the_description_that_the_others_spoil_is_right() -> None:
    assert schema.provider("acme", ACME, place="acme.toml: ", built_in=True).title == "acme"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([], "f: providers: must be a table of descriptions"),
        ({"acme": 1}, "f: providers.acme: must be a table"),
        ({"Pixel_Cut": ACME, "pixelcut": ACME}, "f: providers.pixelcut: is defined twice"),
        ({"sk_live_4f9a8b7c6d5e": ACME}, "f: providers: a name that is not shown, for it could be a key"),
        ({"login": ACME}, "f: providers.login: no provider can have this name, which is that of a command"),
        ({"A b": ACME}, "f: providers.A b: no provider can have this name: use lower-case letters, digits and hyphens"),
        (
            {"a": {**ACME, "variable": "K"}, "b": {**ACME, "variable": "K"}},
            "f: providers.b.variable: K is that of a; choose another",
        ),
    ],
)
def test_a_wrong_table_of_providers_is_named(table: object, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        registry.from_table(table, "f: providers")
    assert raised.value.message.startswith(words)


LIST = {"each": "rows", "amount": "left", "unit_path": "unit", "id_path": "name"}


@pytest.mark.parametrize(
    ("balance", "answer", "error", "words"),
    [
        ({}, {}, BadResponse, "the answer has no `left`"),
        ({}, {"left": None}, BadResponse, "`left` in the answer is null"),
        ({}, {"left": "many"}, BadResponse, "`left` in the answer is not a number"),
        ({}, {"left": True}, BadResponse, "`left` in the answer is not a number"),
        ({"null": "unknown"}, {"left": None}, BalanceUnknown, "acme does not know the balance (null, which is not"),
        ({"null": "none"}, {"left": None}, BadResponse, "the answer holds no balance"),
        ({"optional": True}, {}, BadResponse, "the answer holds no balance"),
        ({"amount": "sum(rows.*.left)"}, {"rows": []}, BadResponse, "the answer has no `rows.*.left`"),
        (LIST, {}, BadResponse, "the answer has no `rows`"),
        (LIST, {"rows": None}, BadResponse, "`rows` in the answer is null"),
        (LIST, {"rows": {}}, BadResponse, "`rows` in the answer is not a list"),
        (LIST, {"rows": []}, BadResponse, "the answer holds no balance"),
        (LIST, {"rows": [{"left": 1, "name": "a"}]}, BadResponse, "the answer has no unit at `unit`"),
        (LIST, {"rows": [{"left": 1, "unit": "USD"}]}, BadResponse, "the answer has no name at `name`"),
        (LIST, {"rows": [{"left": 1, "unit": "USD", "name": ""}]}, BadResponse, "`name` in the answer is not a name"),
        (LIST, {"rows": [{"left": 1, "unit": "U\n", "name": "a"}]}, BadResponse, "`unit` in the answer is not a name"),
    ],
)
def test_an_answer_that_cannot_be_read_is_named_by_its_path(
    balance: dict[str, object], answer: dict[str, object], error: type[CheckError], words: str
) -> None:
    table = {**ACME, "balance": {"amount": "left", "unit": "credits", **balance}, "answer": {}}
    if "unit_path" in balance:
        del table["balance"]["unit"]
    provider = schema.provider("acme", table, place="", built_in=True)
    with pytest.raises(error) as raised:
        interpreted(provider, Response(200, json.dumps(answer).encode()), Context({}, datetime.now(UTC)))
    assert raised.value.message.startswith(words)
