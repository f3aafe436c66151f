import json
import re
from pathlib import Path

from credcheck.errors import CheckError
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
