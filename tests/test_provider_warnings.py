"""What `credcheck providers check` and `new` doubt: a number would be wrong, or a part of the answer is left out."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import Program

Warned = Callable[..., str]
WALLETS = '{"wallets": [{"left": 3, "currency": "usd"}, {"left": 4, "currency": "EUR"}], "owner": {"currency": "GBP"}}'


@pytest.fixture
def warned(credcheck: Program) -> Warned:
    """Return the lines below the balances of an answer, as `providers check` prints them for a balance."""

    def check(balance: str, answer: str, *, more: str = "") -> str:
        request = f'request = {{ url = "https://api.acme.example/v1", headers = {{ X-Key = "{{key}}" }}{more} }}'
        (credcheck.home / "acme.toml").write_text(f"{request}\nbalance = {{ {balance} }}\n")
        run = credcheck("providers", "check", "acme.toml", "--answer", "-", given=answer)
        assert (run.err, run.status in {0, 1}) == ("", True), run.out
        lines = [line.strip() for line in run.out.splitlines() if "balance)" not in line]
        return "\n".join(line for line in lines if not line.startswith(("acme:", "EUR:", "USD:", "details:")))

    return check


BY_UNIT = 'each = "wallets", amount = "left", unit_path = "currency" and sum = true'
SUM = 'used = "sum(items.*.cost)", total = "{budget}", kind = "spent", unit = "USD"'
EACH = 'each = "items", id_path = "name", amount = "cost", unit = "USD"'
ITEMS = '"items": [{"name": "a", "cost": 2}, {"name": "b", "cost": 3}]'


@pytest.mark.parametrize("balance", [SUM, EACH])
@pytest.mark.parametrize(
    ("members", "warning"),
    [
        (
            '"next": "1", "has_more": true',
            '`has_more` that more follows, which is not read; write pages = { next = "next"',
        ),
        ('"next": "1", "has_more": true', 'query = "PARAMETER", more = "has_more" } in [request]'),
        ('"meta": {"nextPageToken": "t"}', 'write pages = { next = "meta.nextPageToken", query = "PARAMETER" }'),
        ('"links": {"next": "https://acme.example/2"}', "an address is not followed: ask for all in one page"),
        ('"paging": {"total_pages": 3}', "`paging.total_pages` that more follows"),
        ('"next": "1", "hasMore": false', None),
        ('"next": null, "cursor": ""', None),
        ('"total_pages": 1', None),
    ],
)
def test_an_answer_that_goes_on_is_told_if_its_list_is_read_in_part(
    warned: Warned, balance: str, members: str, warning: str | None
) -> None:
    lines = warned(balance, f"{{{ITEMS}, {members}}}")
    assert (warning or "") in lines
    assert ("warning: the answer says at" in lines) is (warning is not None)


def test_pages_that_are_described_are_no_doubt_and_a_single_amount_has_none(warned: Warned) -> None:
    answer = f'{{{ITEMS}, "left": 5, "next": "1", "has_more": true}}'
    pages = ', pages = { next = "next", query = "after", more = "has_more" }'
    assert warned(SUM, answer, more=pages) == "more pages follow: a check adds them"
    assert warned('amount = "left", unit = "credits"', answer) == ""


@pytest.mark.parametrize(
    ("balance", "warning"),
    [
        (
            'amount = "wallets.0.left", unit = "EUR"',
            'the answer says usd at `wallets.0.currency`; write unit_path = "wallets.0.currency" in place of unit =',
        ),
        (
            'amount = "sum(wallets.*.left)", unit = "EUR"',
            f"what is added up is in USD and EUR; write {BY_UNIT}",
        ),
        (
            'amount = "sum(wallets.*.left)", unit_path = "wallets.0.currency"',
            f"what is added up is in USD and EUR; write {BY_UNIT}",
        ),
        (
            'each = "wallets", amount = "left", unit = "EUR"',
            'the items of `wallets` are in USD and EUR; write unit_path = "currency" for the unit',
        ),
        (
            'each = "wallets", amount = "left", unit_path = "owner.currency"',
            'the items of `wallets` are in USD and EUR; write unit_path = "currency" for the unit',
        ),
        ('amount = "wallets.0.left", unit = "credits"', 'write unit_path = "wallets.0.currency"'),
        ('amount = "wallets.0.left", unit = "USD"', None),
        ('each = "wallets", amount = "left", unit_path = "currency"', None),
        ('each = "wallets", amount = "left", unit_path = "currency", sum = true', None),
        ('each = "wallets", where = { currency = "EUR" }, amount = "left", unit = "EUR"', None),
    ],
)
def test_a_unit_that_the_answer_contradicts_is_told(warned: Warned, balance: str, warning: str | None) -> None:
    lines = warned(balance, WALLETS)
    assert (warning or "") in lines
    assert bool(lines) is (warning is not None)


@pytest.mark.parametrize(
    ("unit", "answer"),
    [
        ("USD", '{"left": 5, "unit": "cents"}'),
        ("characters", '{"left": 5, "unit": "character"}'),
        ("USD", '{"left": 5, "symbol": "EUR", "currency": "$"}'),
        ("credits", '{"left": 5, "plan": {"currency": "USD"}}'),
        ("USD", '{"data": {"left": 5}, "plan": {"currency": "EUR"}}'),
    ],
)
def test_what_may_be_the_same_unit_is_no_doubt(warned: Warned, unit: str, answer: str) -> None:
    amount = "data.left" if "data" in answer else "left"
    assert warned(f'amount = "{amount}", unit = "{unit}"', answer) == ""


@pytest.mark.parametrize(
    ("amount", "warning"),
    [
        (
            "quota.percent_used",
            'warning: `quota.percent_used` may be what is used; what is left is amount = "100 - quota.percent_used"',
        ),
        ("quota.tokensUsed", 'what is left is amount = "TOTAL - quota.tokensUsed", with the path of the total'),
        ("quota.spent", "`quota.spent` may be what is used"),
        ("100 - quota.percent_used", None),
        ("quota.unused", None),
        ("quota.usage_left", None),
    ],
)
def test_an_amount_with_the_name_of_what_is_used_is_asked_about(
    warned: Warned, amount: str, warning: str | None
) -> None:
    quota = {"percent_used": 30, "tokensUsed": 7, "spent": 8, "unused": 9, "usage_left": 10}
    lines = warned(f'amount = "{amount}", unit = "credits"', json.dumps({"quota": quota}))
    assert (warning or "") in lines
    assert bool(lines) is (warning is not None)


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ('"success": false', "ok = { success = true }"),
        ('"status": "failed"', 'provider_error = { status = "failed" }'),
        ('"error": {"message": "no"}', "provider_error = { error = { null = false } }"),
        ('"error_code": 7', "provider_error = { error_code = { not = 0 } }"),
        ('"success": true, "error": null, "errors": [], "error_code": 0, "status": "active"', None),
    ],
)
def test_an_answer_that_looks_like_a_failure_is_told_with_the_rule_for_it(
    warned: Warned, members: str, rule: str | None
) -> None:
    lines = warned('amount = "left", unit = "credits"', f'{{"left": 5, {members}}}')
    assert (f"write {rule} in [answer]" if rule else "") in lines
    assert bool(lines) is (rule is not None)


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ('resets_at = "reset_at"', "resets_at: the answer has no `reset_at`"),
        (
            'expires_at = "ends"',
            "warning: expires_at: `31/12/2026` at `ends` is not a moment; write the path of seconds",
        ),
        ('resets_at = "none"', "resets_at: `none` is null in this answer"),
        ('resets_at = "zero"', "resets_at: `zero` is not set in this answer"),
        ('resets_at = { days = "ends" }', "warning: resets_at: `31/12/2026` at `ends` is not a number of days"),
        ('resets_at = "secret"', "warning: resets_at: the value at `secret` is not a moment"),
        ('total = "granted"', "total: the answer has no `granted`"),
        ('details = { plan = "plan" }', "details.plan: the answer has no `plan`"),
    ],
)
def test_a_part_of_the_answer_that_is_left_out_is_told(warned: Warned, setting: str, line: str) -> None:
    answer = '{"left": 5, "ends": "31/12/2026", "none": null, "zero": 0, "secret": "sk_live_4f9a8b7c6d5e"}'
    assert warned(f'amount = "left", unit = "credits", {setting}', answer).startswith(line)


def test_a_moment_that_is_read_is_shown(credcheck: Program) -> None:
    description = 'balance = { amount = "left", unit = "credits", resets_at = "ends" }'
    request = 'request = { url = "https://api.acme.example/v1", headers = { X-Key = "{key}" } }'
    (credcheck.home / "acme.toml").write_text(f"{request}\n{description}\n")
    run = credcheck("providers", "check", "acme.toml", "--answer", "-", given='{"left": 5, "ends": "2026-12-31"}')
    assert "credits: 5 credits, resets at 2026-12-31 00:00 UTC (the main balance)" in run.out


@pytest.mark.parametrize(
    ("amount", "further"),
    [
        ("data.left", "the answer has numbers at `data.Left`, `data.credits`, `data.used`, `more.rest`"),
        ("$.data.credits", "write `data.credits`, without the dollar sign"),
        ("data.credits-data.used", "write `data.credits - data.used`, with spaces around the sign"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_with_those_that_are_there_the_nearest_first(
    credcheck: Program, amount: str, further: str
) -> None:
    answer = '{"more": {"rest": "1"}, "data": {"credits": 9, "used": 4, "Left": 5, "sk_live_4f9a8b7c6d5e": 1}}'
    code, line = failed(credcheck, f'amount = "{amount}", unit = "credits"', answer)
    assert code == f"  bad_response: the answer has no `{amount}`: correct the description"
    assert line == f"  {further}"


def test_a_list_that_is_not_there_is_told_with_those_that_are(credcheck: Program) -> None:
    balance = 'each = "wallet", amount = "left", unit = "credits"'
    _, line = failed(credcheck, balance, '{"data": {"wallets": [{"left": 1}]}, "tags": []}')
    assert line == "  the answer has lists at `data.wallets`, `tags`"
    _, line = failed(credcheck, balance.replace("wallet", "tags").replace("left", "Left"), '{"tags": [{"left": 1}]}')
    assert line == "  an item of `each` has numbers at `left`"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('"1,234.50"', "is not a number (1,234.50): write grouped = true, for commas between thousands"),
        ('"1234,50"', 'is not a number (1234,50): read the answer as text, by format = "text" and a pattern'),
        ('"$12.30"', "is not a number ($12.30): read the answer as text"),
        ('"unlimited"', "is not a number (unlimited): correct the description"),
        ('"sk_live_4f9a8b7c6d5e"', "is not a number: read the answer as text"),
        ('{"value": 5}', "is an object, not a number: correct the description"),
        ("[5]", "is a list, not a number: correct the description"),
        ("null", "is null: correct the description"),
    ],
)
def test_a_value_that_is_no_number_is_shown_if_it_can_be_no_key(credcheck: Program, value: str, said: str) -> None:
    code, *_ = failed(credcheck, 'amount = "left", unit = "credits"', f'{{"left": {value}}}')
    assert code.startswith(f"  bad_response: `left` in the answer {said}")


def failed(program: Program, balance: str, answer: str, *, more: str = "") -> list[str]:
    """Return the lines of a check that reads no balance."""
    request = 'request = { url = "https://api.acme.example/v1", headers = { X-Key = "{key}" } }'
    (program.home / "acme.toml").write_text(f"{request}\nbalance = {{ {balance} }}\n{more}")
    run = program("providers", "check", "acme.toml", "--answer", "-", given=answer)
    assert (run.err, run.status) == ("", 3)
    return run.out.splitlines()[1:]


def test_a_pattern_that_does_not_match_the_whole_answer_is_told(credcheck: Program) -> None:
    more = "answer = { format = \"text\", pattern = 'Credit: (?P<left>[0-9.]+)' }"
    (line,) = failed(credcheck, 'amount = "left", unit = "credits"', "Credit: 5.00\nThank you", more=more)
    assert line == (
        "  bad_response: the pattern does not match the whole answer: in a pattern `.*` stands for the rest, "
        "and `(?s)` at its beginning lets it run over lines"
    )


@pytest.mark.parametrize(
    ("unit", "code"), [("$", "USD"), ("Dollars", "USD"), ("€", "EUR"), ("usd", "USD"), ("USD", None), ("credits", None)]
)
def test_a_currency_that_is_not_written_as_its_code_is_told(credcheck: Program, unit: str, code: str | None) -> None:
    request = 'request = { url = "https://api.acme.example/v1", headers = { X-Key = "{key}" } }'
    (credcheck.home / "acme.toml").write_text(f'{request}\nbalance = {{ amount = "left", unit = "{unit}" }}\n')
    for answer in ((), ("--answer", "-")):
        run = credcheck("providers", "check", "acme.toml", *answer, given='{"left": 5}')
        assert ("warning" in run.out, f'by its ISO 4217 code: unit = "{code}"' in run.out) == (code is not None,) * 2
