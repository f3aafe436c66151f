"""`[providers.NAME]` in config.toml: a provider of one's own, through the same validator as those built in."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.conftest import Program
from tests.playback import Answer, Playback, playing

ACME = """
[providers.acme]
title = "Acme"
aliases = ["ACME Corporation"]
variable = "ACME_KEY"
request = { url = "URL/v1/credits", query = { all = "1" }, json = { key = "{key}", id = "{uuid4}" } }
balance = { amount = "total - used", unit = "credits", total = "total" }
answer = { key_rejected = { error = { contains = "key" } }, message = "error" }
"""


@pytest.fixture(scope="module")
def acme() -> Iterator[Playback]:
    def answer(target: str) -> Answer:
        return Answer('{"error": "bad key"}' if "rejected" in target else '{"total": 100.50, "used": "58.5"}')

    with playing(answer) as playback:
        yield playback


@pytest.fixture
def described(credcheck: Program, acme: Playback) -> Program:
    """The program with the provider acme, its key in the usual variable."""
    credcheck.configure(ACME.replace("URL", acme.url))
    credcheck.environment["ACME_KEY"] = "acme-key-0123"
    return credcheck


def test_its_variable_makes_its_account_exist(described: Program, acme: Playback) -> None:
    run = described("all", "--json")
    (result,) = json.loads(run.out, parse_float=str, parse_int=str)["results"]
    assert (run.status, run.err) == (0, "")
    assert (result["provider"], result["balance"], result["total"]) == ("acme", "42.00", "100.50")
    sent = acme.sent[-1]
    assert (sent.method, sent.target) == ("POST", "/v1/credits?all=1")
    assert json.loads(sent.body)["key"] == "acme-key-0123"


def test_its_alias_is_found_like_its_name(described: Program) -> None:
    assert described("acme_corporation", "--format", "value").out == "42.00\n"


def test_a_failure_under_http_200_is_told_in_its_words(described: Program, acme: Playback) -> None:
    described.configure(ACME.replace("URL", f"{acme.url}/rejected"))
    run = described("acme", "--json")
    error = json.loads(run.out)["error"]
    assert (run.status, error["code"], error["http_status"]) == (4, "key_rejected", None)
    assert error["message"] == "key rejected (bad key): correct ACME_KEY"


def test_a_path_that_leads_nowhere_is_corrected_in_the_description(described: Program, acme: Playback) -> None:
    described.configure(ACME.replace("URL", acme.url).replace("total - used", "percent_left"))
    assert json.loads(described("acme", "--json").out)["error"]["message"] == (
        "the answer has no `percent_left`: correct [providers.acme]; "
        "`credcheck providers check acme --answer FILE` tries it on a saved answer"
    )


def test_a_header_replaces_a_default_one_in_any_case(described: Program, acme: Playback) -> None:
    headers = 'headers = { accept = "text/x-acme", content-type = "text/json" }'
    described.configure(ACME.replace("json = {", f"{headers}, json = {{").replace("URL", acme.url))
    assert described("acme").status == 0
    names = [name.lower() for name, _ in acme.sent[-1].headers]
    assert len(names) == len(set(names))
    sent = {name.lower(): value for name, value in acme.sent[-1].headers}
    assert (sent["accept"], sent["content-type"]) == ("text/x-acme", "text/json")


def test_a_base_url_keeps_its_query(described: Program, acme: Playback) -> None:
    described.configure(
        ACME.replace("URL", "https://api.acme.example") + f'[accounts.acme]\nbase_url = "{acme.url}/below"\n'
    )
    assert described("acme").status == 0
    assert acme.sent[-1].target == "/below/v1/credits?all=1"


def test_one_that_is_built_in_is_replaced_and_doctor_says_so(credcheck: Program, acme: Playback) -> None:
    credcheck.configure(ACME.replace("URL", acme.url).replace("providers.acme", "providers.PixelCut"))
    run = credcheck("pixelcut", "--format", "value", ACME_KEY="acme-key-0123")
    assert (run.status, run.out) == (0, "42.00\n")
    assert "pixelcut is described in" in (out := credcheck("doctor").out)
    assert "it replaces the built-in one" in out
    # The key of the built-in provider's variable was not made for the user's own.
    assert credcheck("all", PIXELCUT_API_KEY="pixelcut-key").status == 2


def test_a_built_in_provider_has_no_account_by_a_variable_that_an_own_one_claims(credcheck: Program) -> None:
    own = ACME.replace("URL", "https://api.acme.example").replace("ACME_KEY", "PIXELCUT_API_KEY")
    credcheck.configure(own)
    credcheck.environment["PIXELCUT_API_KEY"] = "acme-key-0123"
    listed = json.loads(credcheck("accounts", "--json").out)["accounts"]
    assert [each["account"] for each in listed] == ["acme"]
    assert "no key: run `credcheck login pixelcut`" in credcheck("pixelcut").err
    line = (
        "acme: PIXELCUT_API_KEY is the variable of pixelcut, which has no account by it then: choose another variable, "
    )
    assert f"BAD  {line}or name the table [providers.pixelcut] to replace pixelcut\n" in credcheck("doctor").out
    assert line.replace("acme: ", "acme: warning: ") in credcheck("providers", "check", "acme").out
    credcheck.configure(own.replace("providers.acme", "providers.pixelcut"))
    assert "is the variable of" not in credcheck("doctor").out + credcheck("providers", "check", "pixelcut").out
    credcheck.configure(own + own.replace("acme", "other").replace("ACME Corporation", "Other"))
    run = credcheck("accounts")
    assert (run.status, run.out) == (2, "")
    assert "providers.other.variable: PIXELCUT_API_KEY is that of acme; choose another" in run.err


def test_the_authorization_that_was_sent_is_not_shown(credcheck: Program) -> None:
    basic = 'request = { url = "URL", basic = "user:{key}" }'
    with playing(lambda _: Answer('{"error": "Basic dXNlcjpwdzEyMzQ1 is wrong"}', status=401)) as refusing:
        own = re.sub("request = .*", basic, ACME).replace("URL", refusing.url)
        credcheck.configure(own)
        run = credcheck("acme", "--json", ACME_KEY="pw12345")
    assert json.loads(run.out)["error"]["message"] == "key rejected (HTTP 401): correct ACME_KEY"


def test_its_key_can_be_stored(described: Program) -> None:
    del described.environment["ACME_KEY"]
    run = described("login", "acme", given="acme-key-4567\n")
    assert (run.status, "42" in run.out) == (0, True)
    assert described("all", "--format", "tsv").out.splitlines()[1].startswith("acme\tacme\tcredits\tok\t42.00")
    assert described("logout", "acme").status == 0


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('unit = "credits"', 'units = "credits"', "balance.units: must be a table"),
        ("amount", "amuont", "balance.amuont: unknown setting; did you mean `amount`?"),
        ("total - used", "total - (used)", "balance.amount: parentheses are not supported"),
        ("total - used", "total-used / x", "balance.amount: cannot be read"),
        ("total - used", "total - used / 0", "balance.amount: multiplies or divides by zero"),
        (
            "{key}",
            "sk-key",
            "request: has no place for the key: write {key} where it goes; an API without a key is asked by a program",
        ),
        ("{uuid4}", "{user}", "request.json: {user} is neither key nor an option"),
        ("URL", "http://api.acme.example", "request.url: must begin with https://, for a key is not sent in clear"),
        ("URL", "https://api.acme.example/a b", "request.url: must be a URL without spaces"),
        ("json = {", 'headers = { Host = "x" }, json = {', "request.headers.Host: cannot be set as a header"),
        ("json = {", 'headers = { X = "é" }, json = {', "request.headers.X: must be plain ASCII text"),
        ("URL", "https://user:pw@api.acme.example", "request.url: must begin with https://HOST"),
        (
            '{ contains = "key" }',
            "{}",
            "answer.key_rejected.error: must have one of contains, lacks, not, above, null, present",
        ),
        ('{ contains = "key" }', "[]", "answer.key_rejected.error: must not be empty"),
        ('message = "error"', 'message = "a b"', "answer.message: must be a path"),
        ("key_rejected", "key_reject", "answer.key_reject: unknown setting; did you mean `key_rejected`?"),
        ("key_rejected", "sk_live_4f9a8b7c6d5e", "answer.(a name that is not shown): unknown setting"),
        ("key_rejected", "sk_qwertzuiopas", "answer.(a name that is not shown): unknown setting"),
        ("message =", "said =", "answer.said: `said` is now `message`"),
        ("key_rejected", "rejected", "answer.rejected: `rejected` is now `key_rejected`"),
        ("message =", "failed_at =", "answer.failed_at: `failed_at` is now a rule"),
        ("balance = {", 'balance = { null = "bad", ', "balance.null: `bad` is now `error`, which is usual"),
        ("balance = {", 'balance = { id = "mine", ', "balance.id: `id` is now the name of the table: [balance.ID]"),
        (
            "balance =",
            "balance = []\nmain =",
            "balance: `[[balance]]` makes a list: write `[balance.ID]`, in single brackets",
        ),
        ("/v1/credits", "/v1/credits?all=1", "request.url: what follows the question mark belongs in `query`"),
        ('variable = "ACME_KEY"', 'variable = "acme key"', "variable: must be the name of a variable"),
        ('title = "Acme"', "options = { region = {} }", "options.region: is used nowhere"),
        (
            'title = "Acme"',
            'options = { plan = { choices = ["pro"], key_ends = { ":fx" = "free" } } }',
            "options.plan.key_ends: must be a table from the end of a key to one of the choices",
        ),
        (
            'title = "Acme"',
            'options = { word = { choices = ["Bearer"], key_begins = { fm1 = "Macaroon" } } }',
            "options.word.key_begins: must be a table from the beginning of a key to one of the choices",
        ),
        ('title = "Acme"', "options = { api_key = {} }", "options.api_key: no option can have this name"),
        (
            "balance = {",
            'balance = { each = "a", id_path = "b", sum = true,',
            "balance.id_path: what is added up has no id of its own",
        ),
        ("balance = {", 'balanse = "x"\nbalance = {', "balanse: unknown setting; did you mean `balance`?"),
        ("request = {", "requests = {", "requests: unknown setting; did you mean `request`?"),
    ],
)
def test_a_wrong_description_is_one_line_and_nothing_is_sent(
    described: Program, acme: Playback, old: str, new: str, problem: str
) -> None:
    before = len(acme.sent)
    path = described.configure(ACME.replace(old, new).replace("URL", acme.url))
    run = described("all")
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert run.err.startswith(f"credcheck: {path}: providers.acme.{problem}")
    assert len(acme.sent) == before


@pytest.mark.parametrize("name", ["Acme", "all", "login", '"a b"', '"sk-0123456789abcdef"'])
def test_a_name_that_no_provider_can_have_is_refused(credcheck: Program, name: str) -> None:
    credcheck.configure(ACME.replace("acme]", f"{name.strip()}]").replace("URL", "https://acme.example"))
    run = credcheck("all")
    assert (run.status, run.err.count("\n")) == (2, 1)
    assert "sk-0123456789abcdef" not in run.err


def test_the_history_knows_its_alias_and_a_stale_answer_its_page(described: Program) -> None:
    page = '\ntop_up_url = "https://acme.example/billing"\nvariable'
    answers = iter([Answer('{"total": 10, "used": 4}'), Answer(status=404)])
    with playing(lambda _: next(answers)) as server:
        described.configure(ACME.replace("\nvariable", page).replace("URL", server.url))
        assert described("acme").status == 0
        assert described("history", "ACME Corporation").status == 0
        run = described("acme", "--json", "--max-age", "0.001s", "--stale-if-error")
    stale = json.loads(run.out)
    assert (stale["cached"], stale["top_up_url"]) == (True, "https://acme.example/billing")


WORDS = """
[providers.words]
variable = "WORDS_KEY"
[providers.words.request]
url = "URL/balance"
headers = { X-Key = "{key}" }
ok_status = [200, 201]
[providers.words.balance]
amount = "left"
unit_path = "unit"
resets_at = { time_left = "ends_in" }
[providers.words.answer]
format = "text"
pattern = 'Credit: (?P<unit>[A-Z]{3}) (?P<left>-?[0-9.]+)(?: for (?P<ends_in>[0-9:]+))?'
provider_error = { text = { contains = "later" } }
"""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer("Credit: KES 1785.50"), ("1785.50", "KES", None, None)),
        (Answer("Credit: KES -0.5 for 08:42:34\n", 201), ("-0.5", "KES", None, True)),
        (Answer("Credit: KES 1,785.50"), (None, None, "bad_response", None)),
        (Answer("Credit: KES 1785.50. Credit: EUR 9"), (None, None, "bad_response", None)),
        (Answer("Credit: KES 1785.50" + " " * 2000 + "."), (None, None, "bad_response", None)),
        (Answer("<p>Credit: KES 1785.50"), (None, None, "blocked", None)),
        (Answer("Credit: KES 1785.50", 202), (None, None, "provider_error", None)),
        (Answer("ask later"), (None, None, "provider_error", None)),
    ],
    ids=lambda value: repr(value.body[:30]) if isinstance(value, Answer) else "",
)
def test_a_pattern_reads_number_and_unit_out_of_words(
    credcheck: Program, answer: Answer, expected: tuple[str | None, ...]
) -> None:
    credcheck.environment["WORDS_KEY"] = "words-key-0123"
    with playing(lambda _: answer) as server:
        credcheck.configure(WORDS.replace("URL", server.url))
        result = json.loads(credcheck("words", "--json").out, parse_float=str, parse_int=str)
    code = result["error"] and result["error"]["code"]
    told = (result["balance"], result["unit"], code, True if result["resets_at"] else None)
    assert told == expected


def test_a_number_with_commas_is_told_with_the_setting_that_reads_it(credcheck: Program) -> None:
    credcheck.environment["ACME_KEY"] = "acme-key-0123"
    with playing(lambda _: Answer('{"total": "1,234.50", "used": 0}')) as server:
        credcheck.configure(ACME.replace("URL", server.url))
        assert json.loads(credcheck("acme", "--json").out)["error"]["message"] == (
            "`total` in the answer is not a number (1,234.50): "
            "correct [providers.acme]: write grouped = true, for commas between thousands"
        )


def test_a_value_that_is_the_key_is_not_shown_as_no_number(credcheck: Program) -> None:
    with playing(lambda _: Answer('{"total": "hunter-two", "used": 0}')) as server:
        credcheck.configure(ACME.replace("URL", server.url))
        run = credcheck("acme", "--json", ACME_KEY="hunter-two")
    assert "`total` in the answer is not a number: correct" in json.loads(run.out)["error"]["message"]
    assert "hunter-two" not in run.out + run.err


XML = """
[providers.xml]
variable = "XML_KEY"
request = { url = "URL", headers = { X-Key = "{key}" } }
balance = { amount = "left", unit = "EUR" }
answer = { format = "text", pattern = '(?s).*<left>(?P<left>[0-9.]+)</left>.*' }
"""


@pytest.mark.parametrize(
    ("answer", "balance", "message"),
    [
        ('<?xml version="1.0"?>\n<account>\n<left>7.25</left>\n</account>', "7.25", ""),
        (
            "<account><none/></account>",
            None,
            "the pattern does not match the whole answer: correct [providers.xml]: in",
        ),
        ("<!doctype html><left>7</left>", None, "a web page (to sign in?) came in place of the answer"),
        ("<html><left>7</left>", None, "a web page (to sign in?) came in place of the answer"),
    ],
)
def test_xml_is_read_by_a_pattern_and_a_web_page_is_not(
    credcheck: Program, answer: str, balance: str | None, message: str
) -> None:
    with playing(lambda _: Answer(answer)) as server:
        credcheck.configure(XML.replace("URL", server.url))
        result = json.loads(credcheck("xml", "--json", XML_KEY="xml-key-0123").out, parse_float=str)
    assert result["balance"] == balance
    assert (result["error"] or {"message": ""})["message"].startswith(message)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://sso.acme.example/login?key=acme-key-0123", " (HTTP 302: to https://sso.acme.example): "),
        ("/v2/credits?key=acme-key-0123", " (HTTP 302: to /v2/credits of the same host): "),
        ("/acme-key-0123/credits", " (HTTP 302): "),
        ("https://acme-key-0123.acme.example/", " (HTTP 302): "),
    ],
)
def test_a_redirect_says_how_it_goes_on_without_the_key(credcheck: Program, location: str, told: str) -> None:
    with playing(lambda _: Answer(status=302, headers={"Location": location})) as server:
        credcheck.configure(ACME.replace("URL", server.url))
        run = credcheck("acme", "--json", ACME_KEY="acme-key-0123")
    assert f"redirected elsewhere, which is not followed{told}" in json.loads(run.out)["error"]["message"]
    assert "acme-key-0123" not in run.out + run.err


def test_a_total_may_be_a_number_without_quotes(described: Program, acme: Playback) -> None:
    own = ACME.replace("URL", acme.url)
    for total, told in (("1000", "1000"), ("99.50", "99.50"), ('"1000"', "1000")):
        described.configure(own.replace('total = "total"', f"total = {total}"))
        assert json.loads(described("acme", "--json").out, parse_float=str, parse_int=str)["total"] == told
    described.configure(own.replace('total = "total"', "total = true"))
    assert "providers.acme.balance.total: must be a number" in described("acme").err
