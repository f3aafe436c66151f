"""The usual variables of all providers: a key never reaches a company that it was not made for."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote_plus, urlsplit

import pytest

from credcheck import config, keys, providers
from credcheck.config.options import missing
from credcheck.models import Account, KeyVariable, Request
from credcheck.names import fold
from credcheck.providers import request
from credcheck.providers.provider import Option, Provider
from credcheck.providers.registry import BUILT_IN
from credcheck.system.commands import Commands

# Abbreviations, each read in a text or tool of the provider or of several others.
ABBREVIATED = {
    "CMC_API_KEY": "coinmarketcap",
    "DO_AUTH_TOKEN": "digitalocean",
    "DO_TOKEN": "digitalocean",
    "ELEVEN_API_KEY": "elevenlabs",
    "ELKS_PASSWORD": "46elks",
    "FIVESIM_API_KEY": "5sim",
    "SCRAPEGRAPH_API_KEY": "scrapegraphai",
    "SGAI_APIKEY": "scrapegraphai",
    "TWOCAPTCHA_API_KEY": "2captcha",
    "TWC_TOKEN": "timeweb",
    "XI_API_KEY": "elevenlabs",
    "ELKS_API_PASSWORD": "46elks",
    "ELKS_API_USERNAME": "46elks",
    "SGAI_API_KEY": "scrapegraphai",
    "STEP_API_KEY": "stepfun",
    "VTCLI_APIKEY": "virustotal",
    "VT_API_KEY": "virustotal",
    "WLT_API_KEY": "world-labs",
    "XE_API_KEY": "xe",
    "XE_ACCOUNT_ID": "xe",
    "YDC_API_KEY": "you-com",
}
# Set for other companies, for several at once, or holding keys that cannot read a balance.
NOBODYS = [
    *("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "MISTRAL_API_KEY", "GROQ_API_KEY"),
    *(
        "COHERE_API_KEY",
        "HF_TOKEN",
        "REPLICATE_API_TOKEN",
        "PERPLEXITY_API_KEY",
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
    ),
    *("AI_GATEWAY_API_KEY", "FAL_KEY", "XAI_API_KEY", "API_KEY", "TOKEN", "API_TOKEN", "SECRET_KEY"),
]
PROVIDERS = [providers.load(name) for name in providers.names()]
WITH_VARIABLE = [each for each in PROVIDERS if each.variables]


def others(provider: Provider) -> dict[str, str]:
    """Return the variables of its options, each with a value that the option can have."""
    wanted = {name: each for name, each in provider.options.items() if each.variable}
    return {str(each.variable): sample(name, each) for name, each in wanted.items()}


def sample(name: str, option: Option) -> str:
    return next(iter(option.choices), f"{name}-of-nobody")


def accounts(environment: Mapping[str, str], home: Path) -> list[Account]:
    environment = {"HOME": str(home), **environment}
    loaded = config.load(environment, file=None)
    return config.all_accounts(loaded, environment)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without files."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def test_each_variable_makes_at_most_one_account_its_own_providers(home: Path) -> None:
    for provider in WITH_VARIABLE:
        for variable in provider.variables:
            made = accounts({variable: "key-0123456789", **others(provider)}, home)
            can_be_made = not [
                name for name, each in provider.options.items() if each.required and each.variable is None
            ]
            expected = [(provider.name, KeyVariable(variable))] if can_be_made else []
            assert [(each.provider, each.key_source) for each in made] == expected


def test_no_variable_is_that_of_two_companies() -> None:
    every = [name for each in PROVIDERS for name in (*each.variables, *others(each))]
    assert len(every) == len(set(every)) > 200
    # Of one that holds another key, the message names all of its companies.
    other = [name for each in PROVIDERS for name in each.other_variables]
    assert not set(every) & set(other)
    assert {name for name in other if other.count(name) > 1} == {"AI_GATEWAY_API_KEY"}


def test_variables_of_other_keys_make_no_account_and_are_hidden_from_commands(home: Path) -> None:
    other = {name for each in PROVIDERS for name in each.other_variables}
    assert {"FAL_KEY", "XAI_API_KEY", "CLOUDFLARE_API_TOKEN", "AI_GATEWAY_API_KEY", "TWILIO_API_SECRET"} <= other
    assert not accounts(dict.fromkeys(other, "key-0123456789"), home)
    assert other <= BUILT_IN.secret_variables()


def test_a_scan_finds_the_other_variables_that_parsing_finds() -> None:
    assert providers.other_variables() == {
        each.name: each.other_variables for each in PROVIDERS if each.other_variables
    }


def test_variables_of_others_make_no_account(home: Path) -> None:
    assert not accounts(dict.fromkeys(NOBODYS, "key-0123456789"), home)


def test_an_ordinary_key_of_openrouter_is_asked_for_its_own_limit(home: Path) -> None:
    (account,) = accounts({"OPENROUTER_API_KEY": "sk-or-v1-0123456789"}, home)
    assert account.provider == "openrouter-key"


def test_a_variable_names_its_company() -> None:
    for provider in PROVIDERS:
        for variable in (*provider.variables, *others(provider)):
            assert ABBREVIATED.get(variable) == provider.name or any(
                word in fold(variable) for word in words(provider)
            ), f"{variable} of {provider.name}"


def words(provider: Provider) -> set[str]:
    """Return the words of a provider's names."""
    names = (provider.name, provider.title, *provider.aliases)
    parts = {fold(part) for name in names for part in (name, *re.split(r"[^a-zA-Z0-9]+", name))}
    return {part for part in parts if len(part) >= 3}


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda each: each.name)
def test_the_host_that_gets_the_key_is_its_companys(provider: Provider) -> None:
    _, host, _ = request.parts(provider.request.url)
    pages = set(map(domain, pages_of(provider)))
    for asked in hosts(provider, host):
        named = any(word in fold(asked) for word in words(provider) - {"api"})
        assert named or domain(f"https://{asked}") in pages, asked


def hosts(provider: Provider, template: str) -> list[str]:
    """Return the hosts that a template stands for; one that the user names is its own user's matter."""
    for name, option in provider.options.items():
        if f"{{{name}}}" in template:
            return [template.replace(f"{{{name}}}", each) for each in option.choices.values()]
    return [template]


def pages_of(provider: Provider) -> Iterator[str]:
    """Yield the addresses of a provider's pages, one for each site."""
    for page in (provider.docs_url, provider.key_url, provider.top_up_url):
        yield from [] if page is None else [page] if isinstance(page, str) else page.values()


def domain(url: str) -> str:
    """Return the last two parts of a host."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def test_with_all_variables_set_each_request_holds_its_own_key_only(home: Path) -> None:
    environment = {name: f"key-of-{name}" for each in PROVIDERS for name in each.variables}
    for each in PROVIDERS:
        environment |= others(each)
    made = accounts(environment, home)
    assert len(made) == len({each.provider for each in made}) > 100
    for account in made:
        told = texts(built(account, environment))
        own = {f"key-of-{name}" for name in providers.load(account.provider).variables}
        assert set(re.findall(r"key-of-[A-Z0-9_]+", told)) <= own
        assert account.key_source
        assert f"key-of-{str(account.key_source).removeprefix('env:')}" in told


def built(account: Account, environment: Mapping[str, str]) -> Request:
    provider = providers.load(account.provider)
    assert not missing(account, provider)
    commands, never = Commands(), 1e12
    key = keys.of(account, environment, commands=commands, deadline=never)
    secrets = keys.secrets(account, environment, commands=commands, deadline=never)
    return request.build(provider, account, key, secrets)


def texts(asked: Request) -> str:
    """Return all of a request as text, Basic authentication decoded."""
    return "\n".join(
        map(unquote_plus, [asked.url, *map(decoded, asked.headers.values()), (asked.body or b"").decode()])
    )


def decoded(value: str) -> str:
    found = re.fullmatch("Basic ([A-Za-z0-9+/=]+)", value)
    return b64decode(found[1]).decode() if found else value
