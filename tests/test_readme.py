import json
import re
from pathlib import Path

from credcheck import providers
from tests import listed
from tests.conftest import Program
from tests.picture import pictures

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLANS = (ROOT / "credcheck" / "help" / "plans.md").read_text(encoding="utf-8")
JSON = (ROOT / "credcheck" / "help" / "json.md").read_text(encoding="utf-8")


def test_the_pictures_show_what_the_program_draws() -> None:
    for file, drawn in pictures().items():
        words = (re.findall(r">([^<]*\S[^<]*)</text>", svg) for svg in (drawn, file.read_text("utf-8")))
        assert next(words) == next(words), "run `python -m tests.picture`"
        assert f"({file.parent.name}/{file.name})" in README


def test_there_are_two_commands_to_set_up_each_on_one_line() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 ")]
    assert len(commands) == 2
    assert commands[0].endswith("credcheck demo")
    assert commands[1].endswith("pytest --quiet")


def test_the_json_of_the_readme_is_a_part_of_what_the_program_prints() -> None:
    part, whole = (json.loads(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0]) for text in (README, JSON))
    forecast = part.pop("forecast")
    assert part.items() <= {name: value for name, value in whole.items() if name in part}.items()
    assert forecast.items() <= whole["forecast"].items()


def test_the_configuration_of_the_readme_is_valid(credcheck: Program) -> None:
    credcheck.configure(re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[0])
    assert credcheck("accounts").status == 0


def test_the_page_of_the_providers_lists_every_one() -> None:
    page = listed.PAGE.read_text(encoding="utf-8")
    assert page == listed.page(), "run `python -m tests.listed`"
    assert {*re.findall(r"^\| ([a-z0-9-]+) \| ", page, re.MULTILINE)} == {"provider", *providers.names()}
    assert "providers](credcheck/help/providers.md)" in README
    assert set(re.findall(r"(\d+) providers", README)) == {f"{len(providers.names())}"}


def test_as_many_providers_of_what_was_spent_are_named_as_there_are() -> None:
    names = providers.names()
    spent = [name for name in names if any(each.kind == "spent" for each in providers.load(name).balances)]
    assert {"openai", "anthropic"} <= set(spent)
    assert f"and {('seven', 'eight', 'nine', 'ten', 'eleven')[len(spent) - 2 - 7]} others: what you spent" in README
    assert not [name for name in spent if f"`{name}`" not in PLANS]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120
