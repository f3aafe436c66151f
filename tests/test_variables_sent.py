"""All usual variables set at once: the installed program sends each key to its own company alone."""

import binascii
import re
from base64 import b64decode
from contextlib import suppress

import pytest
import tomli_w

from credcheck import providers
from tests.conftest import Program
from tests.playback import Answer, playing
from tests.recordings import RECORDINGS

KEYS = {variable: name for name in providers.names() for variable in providers.load(name).variables}
OPTIONS = {
    option.variable: name
    for name in providers.names()
    for option in providers.load(name).options.values()
    if option.variable
}
OTHERS = {variable for name in providers.names() for variable in providers.load(name).other_variables}
VALUES = {variable: f"value-of-{variable.lower().replace('_', '-')}-" for variable in {*KEYS, *OPTIONS, *OTHERS}}


@pytest.mark.parametrize(
    ("variable", "owner"),
    [
        ("OPENROUTER_API_KEY", "openrouter-key"),  # an ordinary key, which the account's balance refuses
        ("OPENROUTER_MANAGEMENT_KEY", "openrouter"),
        ("FAL_KEY", None),  # an ordinary key too, and fal tells the balance to keys of admin scope alone
        ("FAL_ADMIN_KEY", "fal"),
        ("HEYGEN_API_KEY", "heygen"),
        ("AI_GATEWAY_API_KEY", None),  # the word of two companies
    ],
)
def test_a_variable_belongs_to_the_one_whose_key_people_keep_in_it(variable: str, owner: str | None) -> None:
    assert KEYS.get(variable) == owner


def test_a_key_is_sent_to_its_own_provider_alone(credcheck: Program) -> None:
    needed = {each.provider: each.exchanges[0].options for each in RECORDINGS}
    with playing(lambda _target: Answer()) as server:
        accounts = {
            name: {
                "base_url": f"{server.url}/{name}",
                **{option: needed[name][option] for option in missing_options(name)},
            }
            for name in sorted(set(KEYS.values()))
        }
        credcheck.configure(tomli_w.dumps({"history": False, "accounts": accounts}))
        credcheck("all", "--json", "--timeout", "30", **VALUES)  # type: ignore[arg-type]
    assert {each.target.split("/")[1].partition("?")[0] for each in server.sent} == set(accounts)
    for each in server.sent:
        name = each.target.split("/")[1].partition("?")[0]
        own = {variable for variable, owner in {**KEYS, **OPTIONS}.items() if owner == name}
        told = decoded(str(each))
        assert any(VALUES[variable] in told for variable in own)
        assert not [variable for variable, value in VALUES.items() if variable not in own and value in told]


def missing_options(name: str) -> list[str]:
    """Return the options that no variable gives."""
    return [option for option, each in providers.load(name).options.items() if each.required and each.variable is None]


def decoded(sent: str) -> str:
    """Return a request with what stands in it in Base64."""
    for word in re.findall(r"Basic ([A-Za-z0-9+/]+=*)", sent):
        with suppress(binascii.Error):
            sent += b64decode(word).decode("utf-8", "replace")
    return sent
