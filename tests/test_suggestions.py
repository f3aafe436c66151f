"""A word that names no account is answered with what it may mean: a tag, many accounts, another program's verb."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from credcheck.config.settings import Config
from credcheck.config.suggestions import OTHER_VERBS, no_account
from credcheck.names import ALL, COMMANDS
from tests.conftest import Program

MANY = "".join(
    f"[accounts.alice-svc{number}]\nprovider = 'pixelcut'\napi_key = 'op://not/a-key'\ntags = ['Alice', \"it's\"]\n"
    for number in range(12)
)


@pytest.fixture
def many(credcheck: Program) -> Program:
    """The program with twelve accounts of one tag, and one beside them."""
    credcheck.configure(f'{MANY}[accounts.pixelcut-mine]\nprovider = "pixelcut"\napi_key = "op://not/a-key"\n')
    return credcheck


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("alice", "`credcheck --tag Alice`; 12 accounts begin with it: `credcheck 'alice*'`"),
        (
            "accounts ALICE",
            "`credcheck accounts --tag Alice`; 12 accounts begin with it: `credcheck accounts 'ALICE*'`",
        ),
        ("doctor alice-", "there is no account `alice-`; 12 accounts begin with it: `credcheck doctor 'alice-*'`"),
        ("pixelcut-m", "did you mean `pixelcut-mine`?"),
        ("alice_svc11x", "did you mean `alice-svc11`?"),
        ("sk_live_0123456789", "looks like an API key"),
    ],
)
def test_a_tag_and_the_beginning_of_names_lead_to_their_accounts(many: Program, line: str, says: str) -> None:
    run = many(*line.split())
    assert (run.status, says in run.err) == (2, True), run.err


def test_the_commands_that_are_suggested_choose_these_accounts(many: Program) -> None:
    for command in re.findall("`credcheck (.+?)`", many("accounts", "alice").err):
        assert many(*shlex.split(command), "--json").out.count('"account"') == 12
    (command,) = re.findall("`(.+?)`", many("it's").err.partition("a tag")[2])
    assert shlex.split(command) == ["credcheck", "--tag", "it's"]


def test_a_verb_of_another_program_leads_to_commands_that_exist() -> None:
    for word, commands in OTHER_VERBS.items():
        said = no_account(word, Config(Path("config.toml"), Path("credentials.toml")), "credcheck").message
        assert re.findall("`credcheck (.+?)`", said) == list(commands)
        assert {command.split()[0] for command in commands} <= {ALL, *COMMANDS}
    assert OTHER_VERBS.keys().isdisjoint({ALL, *COMMANDS})


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("balances", "did you mean `credcheck all`?"),
        ("keys", "did you mean `credcheck accounts`?"),
        ("key", "did you mean `credcheck login`?"),
        ("refresh", "did you mean `credcheck watch`?"),
        ("dashboard", "did you mean `credcheck watch` or `credcheck monitoring dashboard`?"),
        ("uninstall", "`pipx uninstall credcheck` or `uv tool uninstall credcheck`"),
    ],
)
def test_a_verb_is_taken_for_no_provider_of_a_similar_name(credcheck: Program, word: str, says: str) -> None:
    run = credcheck(word)
    assert (run.status, says in run.err) == (2, True), run.err


def test_low_alone_is_of_all_accounts(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42", "900", "7", more="warn_below = 100")
    run = program("--low", "--json")
    assert (run.status, [one["account"] for one in json.loads(run.out)["results"]]) == (1, ["pixelcut", "pixelcut-3"])
    for option in ("--quiet", "--changes", "--json", "--notify"):
        run = program(option)
        assert (run.status, run.out, "Say what to check" in run.err) == (2, "", True)


def test_without_a_name_a_few_accounts_are_named_and_many_counted(many: Program) -> None:
    assert "  credcheck NAME    one of 13: `credcheck accounts`\n" in many().err
    many.configure(MANY.partition("[accounts.alice-svc2]")[0])
    assert "  credcheck NAME    one of alice-svc0, alice-svc1\n" in many().err
