"""Several balances of one account: which is the main one, and which thresholds hold for which."""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from credcheck.config import thresholds
from credcheck.errors import ConfigError
from credcheck.models import ANY, Balance, Reading, Threshold, Thresholds
from tests.conftest import Program
from tests.playback import Answer, Playback, playing
from tests.screens import at_terminal

DEEPSEEK = """{"is_available": true, "balance_infos": [
  {"currency": "USD", "total_balance": "0.00", "granted_balance": "0.00", "topped_up_balance": "0.00"},
  {"currency": "CNY", "total_balance": "110.00", "granted_balance": "10.00", "topped_up_balance": "100.00"}]}"""
SCRAPINGBEE = '{"max_api_credit": 1000, "used_api_credit": 950, "renewal_subscription_date": "2026-12-01T00:00:00"}'
OPENROUTER = '{"data": {"limit": null, "limit_remaining": null, "usage": 1.5, "limit_reset": null}}'
WALLETS = """{"wallets": [{"name": "main", "left": 15, "unit": "USD", "of": 100},
  {"name": "b", "left": 9, "unit": "EUR", "of": 100}, {"name": "eur", "left": 9, "unit": "CHF", "of": 100}]}"""
ANSWERS = {
    "deepseek": DEEPSEEK,
    "scrapingbee": SCRAPINGBEE,
    "openrouter-key": OPENROUTER,
    "wallets": WALLETS,
    "clicksend": """{"response_code": "SUCCESS", "data": {"balance": "4.998000", "balance_commission": 0.299954,
      "_currency": {"currency_name_short": "AUD"}}}""",
    "free": '{"left": null, "credit": 12.5}',
    "caps": '{"keys": [{"name": "a", "left": null}, {"name": "b", "left": 5}]}',
    "grants": '{"grants": [], "base": 100, "left": "1,000", "gifts": "2,500"}',
    "pots": '{"pots": [{"left": -100}, {"left": 0}]}',
    "ended": '{"left": 0, "of": 0}',
    "bill": '{"left": -12.30, "of": 100}',
    "overdrawn": '{"left": -5, "of": -100}',
}
# Only an answer tells the ids, which are not the units.
OWN = """
[providers.wallets]
request = { url = "https://wallets.example", headers = { A = "{key}" } }
balance = { each = "wallets", id_path = "name", amount = "left", unit_path = "unit", total = "of" }
"""

OF_A_TOTAL = """
[providers.NAME]
request = { url = "https://total.example", headers = { A = "{key}" } }
balance = { amount = "left", total = "of", unit = "USD" }
"""

CAPS = """
[providers.caps]
request = { url = "https://caps.example", headers = { A = "{key}" } }
balance = { each = "keys", id_path = "name", amount = "left", unit = "USD", kind = "limit", null = "unlimited" }
"""
GRANTS = """
[providers.grants]
request = { url = "https://grants.example", headers = { A = "{key}" } }
[providers.grants.balance]
amount = "left"
total = "base + sum(grants.*.amount)"
unit = "USD"
empty = "zero"
grouped = true
details = { gifts = "gifts" }
"""
POTS = """
[providers.pots]
request = { url = "https://pots.example", headers = { A = "{key}" } }
balance = { each = "pots", amount = "left", unit = "USD" }
"""

FREE = """
[providers.free]
request = { url = "https://free.example", headers = { A = "{key}" } }
[providers.free.balance]
kind = "plan"
amount = "left"
unit = "USD"
null = "unlimited"
"""

Configured = Callable[..., Program]


@pytest.fixture(scope="module")
def recorded() -> Iterator[Playback]:
    with playing(lambda target: Answer(ANSWERS.get(target.split("/")[1], "{}"))) as playback:
        yield playback


@pytest.fixture
def account(credcheck: Program, recorded: Playback) -> Configured:
    """Return what configures an account at a provider, with more settings and some at the top."""

    def configured(provider: str, more: str = "", top: str = "") -> Program:
        base = f'api_key = "k-0123456789"\nbase_url = "{recorded.url}/{provider}"\n'
        credcheck.configure(f"{top}\n[accounts.{provider}]\n{base}{more}\n")
        return credcheck

    return configured


def test_the_balances_stand_in_json_the_main_one_first_and_flat(account: Configured) -> None:
    run = account("deepseek")("deepseek", "--json")
    result = json.loads(run.out, parse_float=str)
    assert run.status == 0
    assert (result["balance"], result["unit"], result["details"]) == (
        "110.00",
        "CNY",
        {"granted": "10.00", "topped_up": "100.00"},
    )
    assert [(each["id"], each["balance"], each["status"]) for each in result["balances"]] == [
        ("CNY", "110.00", "ok"),
        ("USD", "0.00", "ok"),
    ]


@pytest.mark.parametrize(("format_", "balance"), [("value", "0.00"), ("tsv", "0.00\tUSD")])
def test_the_settings_choose_another_main_balance(account: Configured, format_: str, balance: str) -> None:
    run = account("deepseek", 'balance = "usd"')("deepseek", "--format", format_)
    assert run.status == 1  # nothing left of the main one
    assert balance in run.out


def test_a_main_balance_that_the_answer_lacks_is_named_with_those_that_it_has(account: Configured) -> None:
    run = account("deepseek", 'balance = "EUR"')("deepseek", "--json")
    error = json.loads(run.out)["error"]
    assert (run.status, error["code"]) == (3, "bad_response")
    assert "no balance `EUR`: `balance` may be one of CNY, USD" in error["message"]


@pytest.mark.parametrize(
    ("more", "top", "asked", "low"),
    [
        ("warn_below = 111", "", (), ["CNY"]),
        ("warn_below = { CNY = 30, USD = 5 }", "", (), ["USD"]),
        ("", "warn_below = { CNY = 200, credits = 5 }", (), ["CNY"]),
        ("", "warn_below = { CNY = 200 }", ("CNY=1",), []),
        ("warn_below = 1", "warn_below = { CNY = 200, USD = 1 }", ("500",), ["USD"]),
        ("", "", ("usd=1", "111"), ["CNY", "USD"]),
    ],
)
def test_thresholds_hold_by_id_then_by_unit(
    account: Configured, more: str, top: str, asked: tuple[str, ...], low: list[str]
) -> None:
    options = [word for each in asked for word in ("--warn-below", each)]
    run = account("deepseek", more, top)("deepseek", "--json", *options)
    result = json.loads(run.out)
    assert [each["id"] for each in result["balances"] if each["status"] == "low"] == low
    assert (run.status, result["low_because"]) == ((1, "balance") if low else (0, None))


@pytest.mark.parametrize(
    ("thresholds_", "low"),
    [
        ("{ USD = 20, CHF = 8 }", ["main"]),
        ("{ chf = 10 }", ["eur"]),
        ("{ USD = 20, main = 10 }", []),
        ("{ EUR = 10 }", ["eur"]),
    ],
)
def test_a_name_that_is_no_id_is_a_unit(account: Configured, thresholds_: str, low: list[str]) -> None:
    program = account("wallets", f"warn_below = {thresholds_}", OWN)
    run = program("wallets", "--json")
    told = json.loads(run.out)["balances"]
    assert [each["id"] for each in told if each["status"] == "low"] == low
    assert (run.status, run.err) == (int(bool(low)), "")
    charts = program("history", "wallets").out
    assert charts.count("warn below") == sum(each["warn_below"] is not None for each in told), charts


def test_thresholds_of_which_none_is_for_a_balance_are_always_named(account: Configured) -> None:
    run = account("deepseek", "warn_below = { RMB = 30, EUR = 5 }")("deepseek", "--json")
    assert (run.status, run.err.splitlines()) == (
        0,
        [
            f"credcheck: deepseek: warn_below names no balance `{name}`; its balances are CNY, USD"
            for name in ("RMB", "EUR")
        ],
    )
    assert "sk_live" not in account("deepseek", "warn_below = { sk_live_0123456789 = 3 }")("deepseek").err
    run = account("wallets", "warn_below = { GBP = 30 }", OWN)("all", "--quiet")
    assert (
        run.err
        == "credcheck: wallets: warn_below names no balance `GBP`; its balances are main (USD), b (EUR), eur (CHF)\n"
    )


@pytest.mark.parametrize(("setting", "status"), [("{ USD = 5 }", 0), ("{ balance = 5 }", 0), ("{ credit = 5 }", 2)])
def test_a_unit_is_no_wrong_id(account: Configured, setting: str, status: int) -> None:
    program = account("clicksend", f'username = "me"\nwarn_below = {setting}')
    assert program("accounts").status == status


def test_a_commission_that_was_earned_is_no_alarm_by_the_usual_threshold(account: Configured) -> None:
    program = account("clicksend", 'username = "me"')
    text = (program.directory / "config.toml").read_text()
    for usual, status in (("4.9", 0), ("5", 1)):
        program.configure(f"warn_below = {{ AUD = {usual} }}\n{text}")
        run = program("all", "--json")
        assert run.status == status
        found = {each["id"]: each["status"] for each in json.loads(run.out)["results"][0]["balances"]}
        assert found == {"balance": "low" if status else "ok", "commission": "ok"}


def test_a_threshold_for_no_balance_is_named_at_a_terminal(account: Configured) -> None:
    program = account("deepseek", "warn_below = { EUR = 5, cny = 1 }")
    text = at_terminal(program, "deepseek").text
    assert "credcheck: deepseek: warn_below names no balance `EUR`; its balances are CNY, USD" in text
    assert text.count("warn_below") == 1
    assert program("deepseek").err == ""


def test_per_cent_are_of_the_total(account: Configured) -> None:
    program = account("scrapingbee", 'warn_below = "10%"')
    run = program("scrapingbee", "--json")
    result = json.loads(run.out, parse_float=str, parse_int=str)
    assert (run.status, result["balance"], result["total"], result["warn_below"]) == (1, "50", "1000", "100")
    assert result["resets_at"] == "2026-12-01T00:00:00Z"
    assert account("scrapingbee")("scrapingbee", "--json", "--warn-below", "5%").status == 0


def test_per_cent_of_no_total_do_not_apply_and_doctor_says_so(account: Configured) -> None:
    program = account("deepseek", 'warn_below = "10%"')
    assert json.loads(program("deepseek", "--json").out)["warn_below"] is None
    assert "deepseek: warn_below = 10% does not apply: the balance has no total" in program("doctor").out
    told = account("scrapingbee", 'warn_below = { Credits = "10%" }', 'warn_below = { CREDITS = "10%" }')
    assert "does not apply" not in told("doctor").out


@pytest.mark.parametrize("name", ["ended", "overdrawn"])
def test_nothing_left_of_a_total_of_nothing_is_low_whatever_per_cent_are_asked_for(
    account: Configured, name: str
) -> None:
    program = account(name, 'warn_below = "10%"', OF_A_TOTAL.replace("NAME", name))
    run = program(name, "--json")
    assert (run.status, json.loads(run.out)["status"], json.loads(run.out)["warn_below"]) == (1, "low", None)
    assert program(name, "--warn-below", "10%", "--quiet").status == 1
    assert program(name, "--format", "nagios").out.startswith("CREDCHECK CRITICAL")


def test_a_limit_without_a_cap_is_not_the_main_balance_of_a_list(account: Configured) -> None:
    assert account("caps", top=CAPS)("caps", "--format", "value").out == "5\n"
    chosen = account("caps", 'balance = "a"', CAPS)("caps", "--json")
    assert (chosen.status, json.loads(chosen.out)["error"]["code"]) == (3, "balance_unknown")


def test_what_is_said_of_empty_lists_and_commas_holds_for_total_and_details_too(account: Configured) -> None:
    run = account("grants", top=GRANTS)("grants", "--json")
    result = json.loads(run.out)
    assert (result["balance"], result["total"], result["details"]) == (1000, 100, {"gifts": 2500})


def test_the_largest_of_one_unit_has_the_id_of_the_unit_with_a_history_and_without(account: Configured) -> None:
    program = account("pots", top=POTS)
    for _ in range(2):
        found = json.loads(program("pots", "--json").out)["balances"]
        assert [(each["id"], each["balance"]) for each in found] == [("USD", 0), ("USD-2", -100)]


MIXED = """
[providers.mixed]
request = { url = "https://mixed.example", headers = { A = "{key}" } }
balance.a = { amount = "a", unit = "x", total = "of" }
balance.b = { amount = "b", unit = "y" }
"""


@pytest.mark.parametrize(
    ("provider", "setting", "top", "settings"),
    [
        ("wallets", '{ main = "50%", b = "20%", GBP = "5%" }', OWN, []),
        ("wallets", '"50%"', OWN, []),
        ("deepseek", '"10%"', "", ["warn_below = 10%"]),
        ("deepseek", '{ CNY = "10%", USD = 5 }', "", ["warn_below.CNY = 10%"]),
        ("mixed", '{ a = "10%", b = "20%" }', MIXED, ["warn_below.b = 20%"]),
        ("mixed", '{ x = "10%", Y = "20%" }', MIXED, ["warn_below.Y = 20%"]),
        ("mixed", '"5%"\nbalance = "b"', MIXED, ["warn_below = 5%"]),
        ("mixed", '"5%"\nbalance = "a"', MIXED, []),
        ("openrouter-key", "3", 'warn_below = { USD = "10%" }', []),
    ],
)
def test_doctor_judges_per_cent_by_the_balance_that_they_are_for(
    account: Configured, provider: str, setting: str, top: str, settings: list[str]
) -> None:
    report = account(provider, f"warn_below = {setting}", top)("doctor").out
    lines = [line.split(f"{provider}: ")[1] for line in report.splitlines() if "does not apply" in line]
    assert lines == [f"{each} does not apply: the balance has no total" for each in settings]


@pytest.mark.parametrize(
    ("format_", "printed"), [("value", "unlimited\n"), ("tsv", "\tok\tunlimited\tUSD\t\t\t5\t\t\t\t\n")]
)
def test_what_has_no_limit_is_never_low(account: Configured, format_: str, printed: str) -> None:
    run = account("free", "warn_below = 5", FREE)("free", "--format", format_)
    assert (run.status, run.err) == (0, "")
    assert run.out.endswith(printed)
    result = json.loads(account("free", "", FREE)("free", "--json").out)
    assert (result["balance"], result["unlimited"], result["error"]) == (None, True, None)


def test_a_limit_without_a_cap_says_nothing_of_what_is_left(account: Configured) -> None:
    run = account("openrouter-key")("openrouter-key", "--json")
    error = json.loads(run.out)["error"]
    assert (run.status, error["code"]) == (3, "balance_unknown")
    assert error["message"].startswith("this key has no limit; the provider does not tell what the account has left: ")
    capped = FREE.replace('kind = "plan"', 'kind = "limit"').replace("free.balance", "free.balance.key")
    with_credit = f'{capped}[providers.free.balance.credit]\namount = "credit"\nunit = "USD"\n'
    run = account("free", "", with_credit)("free")
    assert run.status == 0, run.err
    assert re.search(r"free +12\.5 +USD", run.out)
    assert "no cap" in run.out


@pytest.mark.parametrize(
    "setting",
    [
        'balance = "credits"',
        'balance = ""',
        "warn_below = { credits = 5 }",
        'warn_below = "10"',
        'warn_below = "101%"',
        'warn_below = { USD = "five" }',
        "warn_below = { USD = nan }",
    ],
)
def test_a_wrong_setting_is_one_line_and_nothing_is_sent(account: Configured, recorded: Playback, setting: str) -> None:
    before = len(recorded.sent)
    run = account("openrouter-key", setting)("all")
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert "accounts.openrouter-key" in run.err
    assert len(recorded.sent) == before


@pytest.mark.parametrize("asked", ["", "USD", "=5x", "USD=", "nan", "-5%", "5%%", "USD=5=6x"])
def test_a_threshold_that_cannot_be_read_is_wrong_usage(credcheck: Program, asked: str) -> None:
    run = credcheck("demo", f"--warn-below={asked}")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("credcheck: --warn-below: ")


@pytest.mark.parametrize("asked", ["USD5", "USD=five", "usd", ""])
def test_a_threshold_that_is_no_number_is_told_the_forms_that_there_are(credcheck: Program, asked: str) -> None:
    forms = "must be a number such as 5, one for a unit such as USD=5, or per cent of the total such as 10%"
    assert credcheck("demo", f"--warn-below={asked}").err == f"credcheck: --warn-below: {forms}\n"


def test_top_thresholds_are_a_table() -> None:
    with pytest.raises(ConfigError, match="a table by unit"):
        thresholds.by_unit(5)
    assert thresholds.by_unit({"usd": 5, "credits": "10%"}) == {
        "USD": Threshold(Decimal(5)),
        "credits": Threshold(Decimal(10), is_percent=True),
    }


@pytest.mark.parametrize(
    ("kind", "amount", "status"), [("prepaid", "0", "low"), ("owed", "-5", "ok"), ("plan", "1", "ok")]
)
def test_nothing_left_is_low_but_for_what_is_owed(kind: str, amount: str, status: str) -> None:
    balance = Balance(id="USD", amount=Decimal(amount), unit="USD", kind=kind, is_main=True)  # type: ignore[arg-type]
    assert Thresholds().applied(Reading((balance,)), {}).main.status == status


def test_the_usual_thresholds_leave_out_what_is_owed_but_not_the_accounts_own(account: Configured) -> None:
    bill = OF_A_TOTAL.replace("NAME", "bill").replace('unit = "USD"', 'unit = "USD", kind = "owed"')
    program = account("bill", "", f"warn_below = {{ USD = 5 }}\n{bill}")
    for arguments in (["--warn-below", "50"], ["--warn-below", "USD=50"], ["--warn-below", "10%"], []):
        run = program("bill", "--json", *arguments)
        assert (run.status, json.loads(run.out)["warn_below"]) == (0, None)
    assert account("bill", "warn_below = -10", bill)("bill").status == 1


@pytest.mark.parametrize("kind", ["grant", "part"])
def test_the_usual_thresholds_leave_out_a_part_of_the_main_balance_but_not_the_accounts_own(kind: str) -> None:
    main = Balance(id="credits", amount=Decimal(500), unit="credits", is_main=True)
    frozen = Balance(id="frozen", amount=Decimal(0), unit="credits", kind=kind)  # type: ignore[arg-type]
    hundred = {"credits": Threshold(Decimal(100))}
    for usual in (Thresholds(hundred), Thresholds(defaults=hundred)):
        assert [each.warn_below for each in usual.applied(Reading((main, frozen)), {}).balances] == [100, None]
        alone = usual.applied(Reading((frozen._replace(is_main=True),)), {})
        assert alone.main.status == "low", "of an account that has nothing else it is what is left"
    own = Thresholds().applied(Reading((main, frozen)), {"frozen": Threshold(Decimal(1))})
    assert [each.status for each in own.balances] == ["ok", "low"]


def windows(*amounts: str, kind: str = "plan", total: str | None = "100") -> Reading:
    """Return the windows of a plan, as a list without ids has them, the main one first."""
    return Reading(
        tuple(
            Balance(
                id="percent" if not place else f"percent-{place + 1}",
                amount=Decimal(amount),
                unit="percent",
                kind=kind,  # type: ignore[arg-type]
                total=Decimal(total) if total else None,
                is_main=not place,
            )
            for place, amount in enumerate(amounts)
        )
    )


TEN_PERCENT = Threshold(Decimal(10), is_percent=True)


@pytest.mark.parametrize(
    ("given", "own"),
    [
        (Thresholds(defaults={"percent": Threshold(Decimal(10))}), {}),
        (Thresholds({"percent": Threshold(Decimal(10))}), {}),
        (Thresholds({ANY: TEN_PERCENT}), {}),
        (Thresholds(), {"percent": Threshold(Decimal(10))}),
        (Thresholds(), {ANY: TEN_PERCENT}),
    ],
)
def test_a_threshold_watches_every_window_wherever_it_stands(given: Thresholds, own: dict[str, Threshold]) -> None:
    applied = given.applied(windows("90", "3", "50"), own)
    assert [each.status for each in applied.balances] == ["ok", "low", "ok"]


def test_a_number_for_any_unit_is_of_the_main_balance_alone() -> None:
    applied = Thresholds({ANY: Threshold(Decimal(10))}).applied(windows("90", "3"), {})
    assert [each.warn_below for each in applied.balances] == [10, None]


@pytest.mark.parametrize(
    ("kind", "total", "status"),
    [("plan", "100", "low"), ("limit", "100", "low"), ("plan", None, "ok"), ("plan", "0", "ok"), ("grant", "100", "ok"),
     ("part", "100", "ok"), ("prepaid", None, "ok"), ("owed", "100", "ok")],
)  # fmt: skip
def test_a_window_or_a_limit_of_which_nothing_is_left_is_low_beside_any_other(
    kind: str, total: str | None, status: str
) -> None:
    reading = Thresholds().applied(windows("90", "0", kind=kind, total=total), {})
    assert reading.balances[1].status == status


def test_per_cent_without_a_total_leave_the_next_threshold_in_force() -> None:
    balance = Balance(id="USD", amount=Decimal(4), unit="USD", is_main=True)
    usual = {"USD": Threshold(Decimal(5))}
    applied = Thresholds(defaults=usual).applied(Reading((balance,)), {ANY: Threshold(Decimal(10), is_percent=True)})
    assert applied.main.warn_below == 5


def test_thresholds_hold_for_ids_and_units_in_any_case() -> None:
    reading = Reading((Balance(id="USD", amount=Decimal(4), unit="EUR"),))
    five = {"usd": Threshold(Decimal(5))}
    assert Thresholds().applied(reading, five).main.warn_below == 5
    assert Thresholds(defaults={"Eur": Threshold(Decimal(6))}).applied(reading, {}).main.warn_below == 6


def test_a_threshold_of_zero_has_no_sign() -> None:
    assert str(thresholds.from_command_line(["-0"])[ANY]) == "0"


def test_per_cent_of_a_long_total_are_exact() -> None:
    ten = Threshold(Decimal(10), is_percent=True)
    total, left = Decimal(12345678901234567890123456789019), Decimal(1234567890123456789012345678950)
    balance = Balance(id="USD", amount=left, unit="USD", total=total, is_main=True)
    main = Thresholds().applied(Reading((balance,)), {ANY: ten}).main
    assert (main.status, str(main.warn_below)) == ("ok", "1234567890123456789012345678901.9")


def test_the_accounts_tell_their_thresholds(account: Configured) -> None:
    listed = account("deepseek", 'warn_below = { CNY = 30, USD = "10%" }')("accounts", "--json").out
    (told,) = json.loads(listed)["accounts"]
    assert (told["warn_below"], told["thresholds"]) == (
        None,
        [{"id": "CNY", "below": 30}, {"id": "USD", "below": "10%"}],
    )
    (told,) = json.loads(account("deepseek", 'warn_below = "5%"')("accounts", "--json").out)["accounts"]
    assert (told["warn_below"], told["thresholds"]) == (None, [{"id": None, "below": "5%"}])
    assert "5%" in account("deepseek", 'warn_below = "5%"')("accounts").out


def test_calls_that_the_provider_refuses_make_an_account_low_in_every_output_and_from_the_history(
    credcheck: Program,
) -> None:
    refusing = '{"is_available": false, "balance_infos": [{"currency": "CNY", "total_balance": "0.02"}]}'
    with playing(lambda _: Answer(refusing)) as server:
        credcheck.configure(f'[accounts.deepseek]\napi_key = "k-0123456789"\nbase_url = "{server.url}"\n')
        for options in ([], ["--max-age", "1h"]):
            run = credcheck("deepseek", "--json", *options)
            result = json.loads(run.out)
            assert (run.status, result["status"], result["low_because"]) == (1, "low", "provider")
            assert result["details"] == {"refuses_calls": True}
        reason = "low, the provider refuses calls"
        assert reason in credcheck("deepseek", "--max-age", "1h").out
        nagios = credcheck("deepseek", "--format", "nagios", "--max-age", "1h")
        assert (nagios.status, "the provider refuses calls" in nagios.out) == (1, True)
        prometheus = credcheck("deepseek", "--format", "prometheus", "--max-age", "1h").out
        assert any(line.startswith("credcheck_low{") and line.endswith(" 1") for line in prometheus.splitlines())
    assert len(server.sent) == 1


GROUPED = """
[providers.grouped]
request = { url = "URL", headers = { A = "{key}" } }
balance = { amount = "left", total = "limit", unit = "credits", grouped = true }
[accounts.grouped]
api_key = "a-key-of-nobody"
warn_below = "50%"
"""


@pytest.mark.parametrize(
    ("left", "total", "status"), [("1,000", "10,000", "low"), ("6,000", "10,000", "ok"), ("0,001", "10,000", "error")]
)
def test_commas_between_thousands_are_read_in_the_total_too(
    credcheck: Program, left: str, total: str, status: str
) -> None:
    with playing(lambda _: Answer(json.dumps({"left": left, "limit": total}))) as server:
        credcheck.configure(GROUPED.replace("URL", server.url))
        result = json.loads(credcheck("grouped", "--json").out)
    assert (result["status"], result["total"]) == (status, None if status == "error" else 10000)
