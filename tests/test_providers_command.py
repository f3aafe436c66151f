"""`credcheck providers`: the list, the search, one provider, its description, and those that are missing."""

import json
import re
import tomllib
from collections.abc import Callable

import pytest

from credcheck import providers
from credcheck.commands.providers import catalogue, search
from credcheck.names import fold
from credcheck.providers import impossible
from credcheck.providers.registry import BUILT_IN
from tests.conftest import Program

MEMBERS = [
    *("name", "title", "unit", "variable", "key_url", "top_up_url", "docs_url", "options", "notice"),
    *("category", "aliases", "needs", "source", "defined_in", "keywords", "variables", "other_variables"),
    *("key_urls", "top_up_urls", "caveat", "last_day", "main", "balances", "request", "program", "file"),
]
NAMES = providers.names()


def test_every_name_stands_once_below_its_category(credcheck: Program) -> None:
    run = credcheck("providers")
    assert (run.status, run.err) == (0, "")
    told: dict[str, list[str]] = {}
    for line in run.out.partition("\n\n")[0].splitlines():
        if not line.startswith(" "):
            told[category := line.split()[0]] = []
        told[category] += line[11:].split()
    assert sorted(name for names in told.values() for name in names) == list(NAMES)
    assert all(providers.load(name).category == category for category, names in told.items() for name in names)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_columns_fit_the_width(width: int) -> None:
    lines = catalogue.by_category(search.entries(BUILT_IN), width).splitlines()
    assert max(map(len, lines)) <= width
    assert sum(len(line[11:].split()) for line in lines) == len(NAMES)
    if width >= 80:
        assert len(lines) < len(NAMES) / 3


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("Open R", ["openrouter", "openrouter-key"]),
        ("leonard", ["leonardo-ai"]),
        ("transcription", ["deepgram", "rev-ai"]),
        ("SVG", ["vectorizer-ai", "recraft"]),
        ("finance", [name for name in NAMES if providers.load(name).category == "data"]),
    ],
)
def test_a_word_finds_names_keywords_titles_and_categories(credcheck: Program, word: str, names: list[str]) -> None:
    heading, *lines = credcheck("providers", word).out.splitlines()
    assert heading.split() == ["PROVIDER", "TITLE", "CATEGORY", "VARIABLE"]
    assert [line.split()[0] for line in lines] == names


@pytest.mark.parametrize(
    ("word", "first", "absent"),
    [
        ("music", {"mureka", "sunoapi-org"}, "remove-bg"),
        ("tts", {"elevenlabs", "fish-audio", "lmnt"}, "rev-ai"),
        ("hailuo", {"pollo-ai", "wavespeed", "fal"}, "linode"),
        ("gpu", {"runpod", "vast-ai"}, "digitalocean"),
        ("sms", {"twilio", "clicksend", "plivo", "vonage"}, "sendgrid"),
        ("voice clone", {"elevenlabs", "fish-audio", "supertone"}, "deepgram"),
    ],
)
def test_a_search_finds_what_is_meant_best_first(word: str, first: set[str], absent: str) -> None:
    found = [each.name for each in search.entries(BUILT_IN, word=word)]
    best = [providers.load(name).keywords.index(word) for name in found if word in providers.load(name).keywords]
    assert first <= set(found)
    assert absent not in found
    assert best == sorted(best)


def test_a_name_comes_before_a_keyword_a_keyword_before_a_title_and_a_title_before_a_category(
    credcheck: Program,
) -> None:
    facts = {
        "zzz-voice": "",
        "d": 'category = "voice"',
        "c": 'title = "The Voice"',
        "b": 'keywords = ["voice call"]',
        "a": 'keywords = ["calls", "voice"]',
        "e": 'keywords = ["invoices"]',
    }
    rest = DESCRIPTION.partition("\n")[2].partition("\n")[2]
    credcheck.configure("\n".join(f"[providers.{name}]\n{fact}\n{rest}" for name, fact in facts.items()))
    listed = json.loads(credcheck("providers", "voice", "--json").out)["providers"]
    assert [each["name"] for each in listed if each["name"] in facts] == ["zzz-voice", "a", "b", "c", "d"]


def test_a_category_is_a_filter(credcheck: Program) -> None:
    listed = json.loads(credcheck("providers", "--category", "search", "--json").out)["providers"]
    assert {each["category"] for each in listed} == {"search"}
    run = credcheck("providers", "--category", "serch")
    assert (run.status, run.out) == (2, "")
    assert "did you mean `search`?" in run.err


def test_a_category_without_providers_is_empty_and_no_error(credcheck: Program) -> None:
    run = credcheck("providers", "--category", "other")
    assert (run.status, run.out, run.err) == (0, "There is no provider in the category other.\n", "")
    assert json.loads(credcheck("providers", "--category", "other", "--json").out)["providers"] == []
    assert credcheck("providers", "nosuch", "--category", "other").status == 2


def test_as_json_every_provider_has_exactly_its_members(credcheck: Program) -> None:
    envelope = json.loads(credcheck("providers", "--json").out)
    assert (list(envelope), envelope["schema_version"]) == (["schema_version", "providers"], 1)
    assert tuple(each["name"] for each in envelope["providers"]) == NAMES
    for facts in envelope["providers"]:
        provider = providers.load(facts["name"])
        assert list(facts) == MEMBERS
        assert {name: each["help"] for name, each in facts["options"].items()} == {
            name: option.help for name, option in provider.options.items()
        }
        assert (facts["key_url"], facts["top_up_url"]) == (provider.key_page(), provider.top_up_page())
        assert tuple(facts["variables"] + facts["other_variables"]) == provider.variables + provider.other_variables
        assert (facts["needs"], facts["notice"], facts["aliases"]) == (
            provider.needs,
            provider.notice,
            list(provider.aliases),
        )


@pytest.mark.parametrize(
    ("word", "name"), [("FishAudio", "fish-audio"), ("kimi", "moonshot"), ("apollo.io", "apollo-io")]
)
def test_one_provider_is_one_object_under_any_spelling_and_alias(credcheck: Program, word: str, name: str) -> None:
    facts = json.loads(credcheck("providers", word, "--json").out)
    assert list(facts) == ["schema_version", *MEMBERS]
    assert facts["name"] == name


def test_one_provider_as_text_tells_its_notice_and_what_it_needs(credcheck: Program) -> None:
    assert "announced the end of this API for 2026-08-31" in credcheck("providers", "supertone").out
    assert "a management key" in credcheck("providers", "openrouter").out


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pixelcut", "documented: read in the company's documentation"),
        ("shodan", "sdk: read in the company's own SDK or command-line tool"),
        ("akool", "clients: known in part only from other people's programs; compare it with the company's site"),
    ],
)
def test_how_sure_a_description_is_is_a_sentence_and_in_json_a_word(name: str, sentence: str) -> None:
    assert f"\nsource          {sentence}" in catalogue.as_text(BUILT_IN, name, None, width=None)
    assert json.loads(catalogue.as_json(BUILT_IN, name, None))["source"] == sentence.partition(":")[0]


def test_a_description_of_ones_own_may_say_nothing_of_how_sure_it_is(credcheck: Program) -> None:
    credcheck.configure(f"[providers.acme]\n{DESCRIPTION}")
    facts = json.loads(credcheck("providers", "acme", "--json").out)
    assert (facts["source"], facts["defined_in"]) == (None, "config.toml")
    assert "\nsource" not in credcheck("providers", "acme").out


def test_one_provider_as_text_says_which_variables_are_not_sent(credcheck: Program) -> None:
    out = credcheck("providers", "fal").out
    assert re.search(r"^variables +FAL_ADMIN_KEY$", out, re.MULTILINE)
    assert re.search(r"^other variables FAL_KEY, .*\(never sent\)$", out, re.MULTILINE)


def test_one_provider_as_text_has_no_address_twice(credcheck: Program) -> None:
    out = credcheck("providers", "a2e").out
    assert "docs url" in out
    assert "key url" not in out


def test_as_json_a_provider_says_all_of_its_options_pages_balances_and_request(credcheck: Program) -> None:
    facts = json.loads(credcheck("providers", "moonshot", "--json").out)
    assert facts["options"]["region"] == {
        "help": "the site that holds the account",
        "required": False,
        "default": "international",
        "choices": ["international", "china"],
        "flag": False,
        "variable": None,
        "secret": False,
    }
    assert facts["key_url"] == facts["key_urls"]["international"] == "https://platform.moonshot.ai/console/api-keys"
    assert facts["key_urls"]["china"] == "https://platform.moonshot.cn/console/api-keys"
    assert facts["balances"][0] == {
        "id": "available",
        "kind": "prepaid",
        "unit": None,
        "has_total": False,
        "resets": False,
        "expires": False,
    }
    assert facts["request"] == {
        "method": "GET",
        "url": "https://{region}/v1/users/me/balance",
        "query": [],
        "headers": ["Authorization"],
        "basic": False,
        "body": None,
    }
    assert "KIMI_API_KEY" in facts["other_variables"]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("twilio", "account_sid: account SID: AC and 32 hexadecimal digits (needed; variable TWILIO_ACCOUNT_SID)"),
        ("deepl", "plan: which plan the key belongs to (one of pro, free)"),
        ("fish-audio", "(one of true, false)"),
    ],
)
def test_one_provider_as_text_tells_how_to_set_its_options(name: str, facts: str) -> None:
    assert facts in catalogue.as_text(BUILT_IN, name, None, width=None)


def test_an_unknown_provider_gets_a_question(credcheck: Program) -> None:
    run = credcheck("providers", "pixelcat")
    assert (run.status, run.out) == (2, "")
    assert "did you mean `pixelcut`?" in run.err


def test_every_description_can_be_pasted_into_the_configuration() -> None:
    for name in NAMES:
        pasted = tomllib.loads(catalogue.as_toml(name, BUILT_IN))
        assert pasted == {"providers": {name: tomllib.loads(providers.source(name))}}


def test_a_pasted_description_works_and_is_told_apart(credcheck: Program) -> None:
    credcheck.configure(credcheck("providers", "runpod", "--format", "toml").out)
    assert (
        json.loads(credcheck("providers", "runpod", "--json").out)["defined_in"]
        == "config.toml, instead of the built-in one"
    )
    assert "Described in your config.toml: runpod (replaces the built-in one)." in credcheck("providers").out


def test_a_wrong_configuration_does_not_hide_the_providers(credcheck: Program) -> None:
    credcheck.configure(f'timeout = "wrong"\n[providers.acme]\n{DESCRIPTION.replace("unit =", "uint =")}')
    run = credcheck("providers")
    assert (run.status, run.err.count("\n")) == (0, 1)
    assert "providers.acme.balance.uint: unknown setting" in run.err
    assert "pixelcut" in run.out
    checked = credcheck("providers", "check", "acme")
    assert (checked.status, checked.out, checked.err) == (2, "", run.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["codex"],
        ["Chat-GPT"],
        ["open", "codex"],
        ["login", "codex"],
        ["login", "x", "--provider", "Codex"],
        ["providers", "codex"],
    ],
)
def test_a_company_without_a_balance_is_known_by_name(credcheck: Program, arguments: list[str]) -> None:
    run = credcheck(*arguments)
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        "credcheck: Codex offers no API for the balance: no key reads the windows of a ChatGPT plan\n"
        "Alternative: its own program shows them: see `credcheck help plans`; openai shows what the API costs.\n"
    )


def test_one_in_the_configuration_is_named_too(credcheck: Program) -> None:
    credcheck.configure('[accounts.groq]\napi_key = "k"\n')
    run = credcheck("all")
    assert (run.status, run.err.count("\n")) == (2, 1)
    assert "Groq offers no API for the balance" in run.err


TOOLS = {
    "a provider": """anthropic bigmodel cloudflare copilot datadog exa fastly fireworks github github-copilot glm
        kimi-code langfuse litellm minimax new-api ollama openai opencode opencode-go portkey together
        z.ai zai zhipu""",
    "a recipe": "aws azure bedrock chatgpt claude claude-code codex dashscope one-api qwen",
    "a reason": """amp antigravity augment cline coderabbit cursor devin factory gemini-cli
        gemini-code-assist grok-build
        jetbrains kilo kiro opencode-zen requesty volcengine warp windsurf""",
}


@pytest.mark.parametrize(("end", "names"), TOOLS.items())
def test_a_name_that_people_type_for_a_plan_leads_somewhere(end: str, names: str) -> None:
    assert {name: led(name) for name in names.split()} == dict.fromkeys(names.split(), end)


def led(name: str) -> str | None:
    """Return what a name leads to."""
    if BUILT_IN.find(name):
        return "a provider"
    company = impossible.find(name)
    if company is None:
        return None
    return "a recipe" if "`credcheck help plans`" in company.instead else "a reason"


def test_the_keys_that_cannot_read_costs_belong_to_no_account() -> None:
    for name, variables in {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "exa": "EXA_API_KEY"}.items():
        assert variables in BUILT_IN.other_variables()[name]
        assert variables not in BUILT_IN.variables().get(name, ())


def test_all_that_are_missing_are_listed(credcheck: Program) -> None:
    lines = credcheck("providers", "--impossible").out.splitlines()
    known = dict(impossible.every())
    assert not [each.title for each in known.values() if " and " in each.title], "`A and B tells` is no sentence"
    assert len(lines) == 2 * len(known)
    assert all(re.match(r"    Alternative: .+\.$", line) for line in lines[1::2])


def test_one_that_is_missing_is_listed_alone(credcheck: Program) -> None:
    run = credcheck("providers", "--impossible", "Chat-GPT")
    assert (run.status, run.out.count("\n"), run.out.startswith("Codex offers no API for the balance")) == (0, 2, True)
    listed = json.loads(credcheck("providers", "--impossible", "codex", "--json").out)["impossible"]
    assert [each["name"] for each in listed] == ["codex"]
    assert "pixelcut offers an API for the balance" in credcheck("providers", "--impossible", "pixelcut").err


def test_a_word_that_is_wrong_gets_the_right_one(credcheck: Program) -> None:
    for typed, told in {
        "providers --category voice pixelcut": "no such provider in the category voice, but pixelcut (media)",
        "providers tts --format toml": "name one, such as elevenlabs, fish-audio",
        "openaii": "did you mean `openai`?",
        "open openaii": "did you mean `openai`?",
        "providers openaii": "did you mean `openai`?",
        "login openaii": "did you mean `openai`?",
        "login mine --provider openaii": "did you mean `openai`?",
    }.items():
        run = credcheck(*typed.split())
        assert (run.status, run.out, told in run.err) == (2, "", True), run.err


def test_all_that_are_missing_are_listed_as_json(credcheck: Program) -> None:
    listed = json.loads(credcheck("providers", "--impossible", "--json").out)["impossible"]
    assert {"claude-code", "codex", "mistral", "groq"} <= {each["name"] for each in listed}
    assert [each["name"] for each in listed] == sorted(name for name, _ in impossible.every())


def test_an_alias_is_found_like_the_name_everywhere(credcheck: Program) -> None:
    path = credcheck.configure('[accounts.heygen-v3]\napi_key = "k"\n[accounts.mine]\nprovider = "Kimi"\n')
    accounts = json.loads(credcheck("accounts", "--json").out)["accounts"]
    assert [(each["account"], each["provider"]) for each in accounts] == [("heygen", "heygen"), ("mine", "moonshot")]
    path.unlink()
    assert "credcheck login moonshot" in credcheck("kimi").err
    login = credcheck("login", "Nexmo", "--no-verify", "--set", "api_id=12345678", given="vonage-secret-0123\n")
    assert login.err.startswith("The key of vonage is stored")
    assert credcheck("logout", "nexmo").err.startswith("The key of vonage is removed")
    assert BUILT_IN.match("Kimi", ["mine", "moonshot"]) == "moonshot"
    assert BUILT_IN.match("Kimi", ["kimi", "moonshot"]) == "kimi"
    assert BUILT_IN.match("Kimi", ["mine"]) is None


def test_what_is_missing_has_no_name_of_a_provider() -> None:
    words = [word for name, each in impossible.every() for word in (name, each.title, *each.aliases)]
    assert not [word for word in words if BUILT_IN.find(word)]
    folded = [word for name, each in impossible.every() for word in {fold(name), *map(fold, each.aliases)}]
    assert len(folded) == len(set(folded))


def test_no_two_providers_share_a_name_or_an_alias() -> None:
    owners: dict[str, set[str]] = {}
    for name in NAMES:
        for word in (name, *providers.load(name).aliases):
            owners.setdefault(fold(word), set()).add(name)
    assert not {word: names for word, names in owners.items() if len(names) > 1}


DESCRIPTION = """
title = "Acme"
request = { url = "https://api.acme.example/v1", headers = { X-Key = "{key}" } }
balance = { amount = "total - used", unit = "credits", total = "total", details = { plan = "plan" } }
"""

# What curl -i saves before the body.
PROXIED = "HTTP/1.1 200 Connection established\r\n\r\n"
REJECTED = "HTTP/2 401 \r\ncontent-type: application/json\r\n\r\n"

Tried = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tried(credcheck: Program) -> Tried:
    """Return what checks a description with an answer."""

    def check(description: str, answer: str | None = None) -> tuple[int, str, str]:
        (credcheck.home / "acme.toml").write_text(description)
        (credcheck.home / "answer.json").write_text(answer or "")
        arguments = ["--answer", "answer.json"] if answer is not None else []
        run = credcheck("providers", "check", "acme.toml", *arguments)
        return run.status, run.out, run.err

    return check


def test_a_valid_description_says_what_it_asks(tried: Tried) -> None:
    asked = "acme: valid, asks with GET https://api.acme.example/v1 and the header X-Key\n"
    lacking = "acme: to send it in, add category, docs_url and source\n"
    assert tried(DESCRIPTION) == (0, asked + lacking, "")
    untitled = DESCRIPTION.replace("title", "needs")
    assert tried(untitled)[1].endswith("acme: to send it in, add title, category, docs_url and source\n")
    facts = 'category = "data"\ndocs_url = "https://acme.example"\nsource = "sdk"\n'
    assert tried(facts + DESCRIPTION) == (0, asked, "")


def test_a_query_is_not_shown_for_it_may_hold_a_key(tried: Tried) -> None:
    _, out, _ = tried(DESCRIPTION.replace("headers =", 'query = { token = "hidden" }, headers ='))
    assert out.startswith("acme: valid, asks with GET https://api.acme.example/v1 and a query, the header X-Key\n")


def test_a_saved_answer_shows_what_a_check_would_say(tried: Tried) -> None:
    status, out, err = tried(DESCRIPTION, '{"total": "10.50", "used": 4, "plan": "pro"}')
    assert (status, err) == (0, "")
    assert out.splitlines()[1:] == ["  credits: 6.50 credits, of 10.50 (the main balance)", "  details: plan = pro"]


BY_CURRENCY = """
request = { url = "https://api.acme.example/v1", headers = { X-Key = "{key}" } }
balance = { each = "data.wallets", id_path = "name", amount = "left", unit = "UNIT" }
"""
WALLETS = (
    '{"data": {"wallets": [{"name": "main", "left": 5, "credits": 5, "points": "-2.5", "pay": {"money": "EUR"}}]}}'
)


@pytest.mark.parametrize(
    ("unit", "answer", "path"),
    [
        ("currency", None, "currency"),
        ("currency", WALLETS, "currency"),
        ("pay.currency_code", None, "pay.currency_code"),
        ("money", WALLETS, "pay.money"),
        ("pay.money", WALLETS, "pay.money"),
        ("credits", WALLETS, None),  # a number has this name, not a unit
        ("points", WALLETS, None),
        ("money", None, None),
    ],
)
def test_a_unit_that_is_the_name_of_a_field_is_asked_about(
    tried: Tried, unit: str, answer: str | None, path: str | None
) -> None:
    status, out, _ = tried(BY_CURRENCY.replace("UNIT", unit), answer)
    line = f'warning: the unit is the text `{unit}`; to read it from the answer, write unit_path = "{path}"\n'
    assert (status, out.endswith(line), "warning" in out) == (0, path is not None, path is not None)
    if path:
        _, out, _ = tried(BY_CURRENCY.replace('unit = "UNIT"', f'unit_path = "{path}"'))
        assert "warning" not in out


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ('{"total": 1, "used": 1}', 1, "credits: 0 credits, of 1 (the main balance, low)"),
        ('{"total": 1}', 3, "bad_response: the answer has no `used`"),
        ('{"total": 1, "used": null}', 3, "bad_response: `used` in the answer is null"),
        (f'{PROXIED}{REJECTED}{{"error": "No such key"}}', 4, "key_rejected: key rejected (HTTP 401: No such key)"),
        ("HTTP/1.1 500 Oops\n\n", 3, "provider_error: server error (HTTP 500)"),
        ("<html>", 3, "blocked: a web page (to sign in?) came in place of the answer"),
    ],
)
def test_a_saved_failure_is_told_like_a_check(tried: Tried, answer: str, status: int, said: str) -> None:
    ended, out, _ = tried(DESCRIPTION, answer)
    assert (ended, said in out) == (status, True)


def test_an_answer_comes_through_a_pipe_too(credcheck: Program) -> None:
    (credcheck.home / "acme.toml").write_text(DESCRIPTION)
    run = credcheck("providers", "check", "acme.toml", "--answer", "-", given='{"total": 2, "used": 1}')
    assert (run.status, "credits: 1 credits, of 2" in run.out) == (0, True)


@pytest.mark.parametrize(
    ("name", "description", "problem"),
    [
        ("acme", "title = 'Acme'", "describes no provider: it has neither [providers.NAME] nor [request]"),
        ("Acme Ltd", DESCRIPTION, "no provider can have this name"),
        ("check", DESCRIPTION, "no provider can have this name, which is that of a command: choose another"),
        ("all", DESCRIPTION, "no provider can have this name, which is that of a command: choose another"),
        ("acme", DESCRIPTION.replace("https", "http"), "request.url: must begin with https://, for a key is not"),
        ("acme", DESCRIPTION.replace("{key}", "key"), "has no place for the key"),
    ],
)
def test_a_file_that_could_not_be_built_in_is_not_valid(
    credcheck: Program, name: str, description: str, problem: str
) -> None:
    (credcheck.home / f"{name}.toml").write_text(description)
    run = credcheck("providers", "check", f"{name}.toml")
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert problem in run.err


def test_a_wrong_description_is_one_line(tried: Tried) -> None:
    status, out, err = tried(DESCRIPTION.replace("unit =", "uint ="))
    assert (status, out) == (2, "")
    assert err == "credcheck: acme.toml: balance.uint: unknown setting; did you mean `unit`?\n"


def test_a_description_is_as_sure_as_one_of_three_words(tried: Tried) -> None:
    status, _, err = tried(f'source = "document"\n{DESCRIPTION}')
    assert (status, err) == (
        2,
        "credcheck: acme.toml: source: must be one of documented, sdk, clients; did you mean `documented`?\n",
    )


def test_tables_of_a_configuration_and_built_in_providers_are_checked_too(credcheck: Program) -> None:
    path = credcheck.configure(credcheck("providers", "runpod", "--format", "toml").out)
    assert credcheck("providers", "check", str(path)).out.startswith("runpod: valid, asks with POST https://")
    assert credcheck("providers", "check", "deepl").out.startswith("deepl: valid, asks with GET https://{plan}/")


@pytest.mark.parametrize("words", [["check"], ["check", "nobody"], ["a", "b"], ["check", "missing.toml"]])
def test_what_cannot_be_checked_is_wrong_usage(credcheck: Program, words: list[str]) -> None:
    run = credcheck("providers", *words)
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)


LEAKED = "sk_live_Zq8WmN4tRb7XcV2yLp6K"
# Of no shape that a key has: only who knows it can hide it.
KNOWN = "correct horse".replace(" ", "-")
OWN = """
[providers.p]
request = { url = "http://127.0.0.1:9/p", headers = { Authorization = "Bearer {key}" } }
balance = { amount = "left", unit_path = "unit", details = { note = "note" } }
answer = { message = "m" }
[accounts.p]
api_key = "%s"
"""
ECHOES = {
    "failure": 'HTTP/1.1 401 no\r\n\r\n{"m":"the key %s is not known"}',
    "failure-in-brackets": 'HTTP/1.1 401 no\r\n\r\n{"m":"no key [%s]"}',
    "detail": '{"left": 5, "unit": "USD", "note": "for %s"}',
    "unit": '{"left": 5, "unit": "%s"}',
}


@pytest.mark.parametrize("answer", ECHOES)
@pytest.mark.parametrize("key", [LEAKED, KNOWN])
def test_a_saved_answer_that_echoes_a_key_of_the_configuration_shows_none(
    credcheck: Program, answer: str, key: str
) -> None:
    credcheck.configure(OWN % key)
    run = credcheck("providers", "check", "p", "--answer", "-", given=ECHOES[answer] % key)
    assert run.out.startswith("p: valid")
    assert not [part for part in (key, key[:12], key[-12:]) if part in run.out + run.err], run.out


@pytest.mark.parametrize("answer", ECHOES)
def test_a_word_of_a_saved_answer_that_could_be_a_key_is_hidden_though_it_is_no_accounts(
    credcheck: Program, answer: str
) -> None:
    credcheck.configure(OWN % "another-key")
    run = credcheck("providers", "check", "p", "--answer", "-", given=ECHOES[answer] % LEAKED)
    assert "***" in run.out
    assert "sk_live" not in run.out + run.err


def test_a_saved_answer_shows_no_key_of_a_variable_or_of_a_built_in_provider(credcheck: Program) -> None:
    answer = f'HTTP/1.1 401 no\r\n\r\n{{"error": {{"message": "no user {LEAKED} and {KNOWN}"}}}}'
    credcheck.environment["OPENROUTER_API_KEY"] = KNOWN
    run = credcheck("providers", "check", "openrouter", "--answer", "-", given=answer)
    assert run.status == 4
    assert not [part for part in (LEAKED[:12], KNOWN) if part in run.out + run.err]


def test_an_answer_can_be_tried_though_the_configuration_is_wrong_elsewhere(credcheck: Program) -> None:
    credcheck.configure(OWN % "another-key" + "unknown = 1\n")
    run = credcheck("providers", "check", "p", "--answer", "-", given='{"left": 5, "unit": "USD"}')
    assert (run.status, "5 USD" in run.out) == (0, True)


@pytest.mark.parametrize("place", ["https://api.x.example/KEY/v1", "https://KEY.example/v1", "header"])
def test_a_key_in_the_place_of_a_path_a_host_or_a_headers_name_is_not_shown(tried: Tried, place: str) -> None:
    key = "sk-live-Zq8WmN4tRb7XcV2yLp6K"
    if place == "header":
        description = DESCRIPTION.replace("X-Key", key)
    else:
        description = DESCRIPTION.replace("https://api.acme.example/v1", place.replace("KEY", key.lower()))
    _, out, err = tried(description)
    assert "***" in out + err
    assert "sk-live" not in out + err


def test_an_answer_without_a_limit_is_shown_as_unlimited(tried: Tried) -> None:
    description = DESCRIPTION.replace("total - used", "left").replace(
        'unit = "credits"', 'unit = "credits", null = "unlimited"'
    )
    assert "unlimited credits" in tried(description, '{"left": null}')[1]


def test_a_second_word_is_no_argument_of_a_search(credcheck: Program) -> None:
    run = credcheck("providers", "voice", "x")
    assert (run.status, run.err) == (2, "credcheck: `credcheck providers` has no argument `x`\n")


@pytest.mark.parametrize("arguments", [("exa", "--answer", "~nobody-here/a.json"), ("~nobody-here/a.toml",)])
def test_the_home_folder_of_nobody_is_a_file_that_is_not_there(credcheck: Program, arguments: tuple[str, ...]) -> None:
    run = credcheck("providers", "check", *arguments)
    assert (run.status, "No such file or directory" in run.err) == (2, True), run.err
