"""`credcheck providers [NAME] [--json]`: what is supported."""

import json

from credcheck import providers
from tests.conftest import Program

MEMBERS = [
    "name",
    "title",
    "unit",
    "variable",
    "key_url",
    "top_up_url",
    "docs_url",
    "options",
    "notice",
]


def test_every_provider_has_a_line_with_its_variable_and_its_page(credcheck: Program) -> None:
    run = credcheck("providers")
    heading, *lines = run.out.splitlines()
    assert (run.status, run.err) == (0, "")
    assert heading.split() == ["PROVIDER", "UNIT", "VARIABLE", "GET", "A", "KEY"]
    loaded = {name: providers.load(name) for name in providers.names()}
    assert [line.split() for line in lines[: len(loaded)]] == [
        list(filter(None, [name, each.usual_unit({}), *each.variables[:1], each.key_url or each.docs_url]))
        for name, each in loaded.items()
    ]
    assert lines[len(loaded) :] == [each.notice for each in loaded.values() if each.notice]


def test_as_json_every_provider_has_exactly_its_members(credcheck: Program) -> None:
    envelope = json.loads(credcheck("providers", "--json").out)
    assert (list(envelope), envelope["schema_version"]) == (["schema_version", "providers"], 1)
    assert tuple(each["name"] for each in envelope["providers"]) == providers.names()
    for facts in envelope["providers"]:
        provider = providers.load(facts["name"])
        assert list(facts) == MEMBERS
        assert facts.pop("options") == {name: option.help for name, option in provider.options.items()}
        assert facts.pop("unit") == provider.usual_unit({})
        assert facts.pop("variable") == (provider.variables[0] if provider.variables else None)
        assert facts.pop("key_url") == (provider.key_url or provider.docs_url)
        assert all(getattr(provider, fact) == told for fact, told in facts.items())


def test_one_provider_is_one_object_under_any_spelling(credcheck: Program) -> None:
    facts = json.loads(credcheck("providers", "FishAudio", "--json").out)
    assert list(facts) == ["schema_version", *MEMBERS]
    assert (facts["name"], facts["variable"], facts["unit"]) == ("fish-audio", "FISH_API_KEY", "USD")
    assert sorted(facts["options"]) == ["check_free_credit", "team_id", "user_id"]


def test_one_provider_as_text_tells_its_notice(credcheck: Program) -> None:
    out = credcheck("providers", "supertone").out
    assert "https://console.supertoneapi.com" in out
    assert "announced the end of this API for 2026-08-31" in out


def test_an_unknown_provider_gets_a_question(credcheck: Program) -> None:
    run = credcheck("providers", "pixelcat")
    assert (run.status, run.out) == (2, "")
    assert "did you mean `pixelcut`?" in run.err
