import json
import re
from pathlib import Path

from credcheck import providers
from credcheck.errors import CheckError
from tests import listed
from tests.conftest import Program
from tests.picture import pictures

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


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


def test_the_json_of_the_readme_has_the_members_of_the_program(credcheck: Program, server: str) -> None:
    credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{server}/pixelcut"\n')
    told = json.loads(re.findall(r"```json\n(.*?)```", README, re.DOTALL)[0])
    assert list(told) == list(json.loads(credcheck("pixelcut", "--json", PIXELCUT_API_KEY="demo-key").out))


def test_every_error_code_is_told() -> None:
    assert all(f"`{error.code}`" in README for error in CheckError.__subclasses__())


def test_the_configuration_of_the_readme_is_valid(credcheck: Program) -> None:
    credcheck.configure(re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[0])
    assert credcheck("accounts").status == 0


def test_the_page_of_the_providers_lists_every_one() -> None:
    page = listed.PAGE.read_text(encoding="utf-8")
    assert page == listed.page(), "run `python -m tests.listed`"
    assert {*re.findall(r"^\| ([a-z0-9-]+) \| ", page, re.MULTILINE)} == {"provider", *providers.names()}
    assert f"[{len(providers.names())} providers](credcheck/help/providers.md)" in README


def test_the_provider_of_the_readme_works(credcheck: Program) -> None:
    (description,) = re.findall(r"```toml\n(\[providers\.acme\].*?)```", README, re.DOTALL)
    path = credcheck.configure(description)
    answer = credcheck.home / "answer.json"
    answer.write_text('{"data": {"granted": "100.00", "used": 57.5}}')
    run = credcheck("providers", "check", str(path), "--answer", str(answer))
    assert (run.status, "credits: 42.50 credits, of 100.00" in run.out) == (0, True)
    answer.write_text('{"error": "bad_token", "message": "No such token"}')
    run = credcheck("providers", "check", str(path), "--answer", str(answer))
    assert (run.status, "key_rejected: key rejected (No such token)" in run.out) == (4, True)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 250
