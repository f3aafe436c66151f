"""Some of many accounts: by provider, pattern, tag, category and status."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import Program
from tests.playback import Answer, Playback, playing


@pytest.fixture
def team(credcheck: Program, echo: Playback) -> Program:
    """Five accounts of two people: none at Pixelcut bears the provider's name."""
    tables = {
        "alice-cut": ("pixelcut", "42", 'tags = ["team-a", "prod"]\nwarn_below = 50'),
        "bob-cut": ("pixelcut", "900", 'tags = ["team-b", "prod"]'),
        "bob-old": ("pixelcut", "1", "enabled = false"),
        "alice-llm": ("openrouter", "http-500", 'tags = ["Team-A"]'),
        "deepgram": ("pixelcut", "7", ""),
    }
    credcheck.configure(
        "".join(
            f'[accounts.{name}]\nprovider = "{provider}"\napi_key = "k-1"\nbase_url = "{echo.url}/{said}"\n{more}\n'
            for name, (provider, said, more) in tables.items()
        )
    )
    return credcheck


def named(out: str) -> list[str]:
    return [result["account"] for result in json.loads(out)["results"]]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pixelcut", ["alice-cut", "bob-cut", "deepgram"]),
        ("alice-*", ["alice-cut", "alice-llm"]),
        ("ALICE-* bob-old", ["alice-cut", "bob-old", "alice-llm"]),
        ("*", ["alice-cut", "bob-cut", "alice-llm", "deepgram"]),
        ("--tag team-a", ["alice-cut", "alice-llm"]),
        ("all --tag team-a --tag team-b", ["alice-cut", "bob-cut", "alice-llm"]),
        ("alice-* --tag prod", ["alice-cut"]),
        ("all --category llm", ["alice-llm"]),
        ("all --category llm --category voice", ["alice-llm"]),
        ("--category=llm --category media --tag prod --tag team-a", ["alice-cut", "bob-cut", "alice-llm"]),
        ("all --category media --tag prod", ["alice-cut", "bob-cut"]),
        ("all --low", ["alice-cut"]),
        ("all --quiet", ["alice-cut", "alice-llm"]),
    ],
)
def test_accounts_are_chosen_by_provider_pattern_tag_category_and_status(
    team: Program, line: str, expected: list[str]
) -> None:
    assert named(team(*line.split(), "--json").out) == expected


def test_an_account_with_the_name_of_a_provider_is_that_account_alone(pixelcut: Callable[..., Program]) -> None:
    assert json.loads(pixelcut("42", "7")("pixelcut", "--json").out)["account"] == "pixelcut"


def test_one_account_that_is_chosen_by_a_pattern_or_a_tag_is_in_an_envelope_and_by_its_provider_bare(
    pixelcut: Callable[..., Program],
) -> None:
    program = pixelcut("42", more='tags = ["mine"]')
    assert named(program("pixel*", "--json").out) == named(program("--tag", "mine", "--json").out) == ["pixelcut"]
    path = program.directory / "config.toml"
    path.write_text(path.read_text().replace("[accounts.pixelcut]", "[accounts.mine]"))
    answer = json.loads(program("pixelcut", "--json").out)
    assert (answer["account"], answer["tags"]) == ("mine", ["mine"])
    assert program("pixelcut", "--format", "value").out == "42\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("carol-*", "no account matches `carol-*` (see `credcheck accounts`)"),
        ("all --tag team-c", "no account has the tag `team-c`; the tags in use: Team-A, prod, team-a, team-b"),
        ("deepgram --tag prod", "no account has the tag `prod`; no account has a tag"),
        ("--tag prod,team-a", "--tag takes one tag; give the option twice for two: --tag a --tag b"),
        (
            "--category llm,voice",
            "--category takes one word; give the option twice for two: --category llm --category voice",
        ),
        (
            "--category voice --category data",
            "no account has the category `voice` or `data`; the categories in use: llm, media",
        ),
        ("all --category voice", "no account has the category `voice`; the categories in use: llm, media"),
        (
            "all --tag sk-0123456789abcdef",
            "no account has the tag (not shown); the tags in use: Team-A, prod, team-a, team-b",
        ),
        ("pixelcut --format value", "--format value is the bare number of one account; name one"),
        ("all deepgram", "`all` and names do not go together: leave out one (no account was checked)"),
        ("alice-* ALL", "`all` and names do not go together: leave out one (no account was checked)"),
        ("deepgram --format value --quiet", "--format value always prints its number; leave out --quiet"),
        ("deepgram --format value --low", "--format value always prints its number; leave out --low"),
        (
            "deepgram --format value --changes",
            "--changes cannot be combined with --format value, which always prints",
        ),
    ],
)
def test_what_chooses_nothing_is_wrong_usage_and_names_what_there_is(team: Program, line: str, expected: str) -> None:
    run = team(*line.split())
    assert (run.status, run.out, run.err) == (2, "", f"credcheck: {expected}\n")


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        ('"prod"', "must be a list"),
        ("[1]", "must be text in quotes"),
        ('["a,b"]', "must be one word; write several tags as a list"),
        ('["a; rm -rf /"]', "must be one word; write several tags as a list"),
        ('[""]', "must not be empty"),
        ('[" "]', "must not be empty"),
        ('["\U0001f468\u200d\U0001f469"]', "has an invisible character, U+200D; leave it out"),
        ('["\u200fa"]', "has an invisible character, U+200F; leave it out"),
        (r'["\u001b[31m"]', "has an invisible character, U+001B; leave it out"),
        (r'["a\nb"]', "must be one line of at most 300 characters"),
        ('["sk-0123456789abcdef"]', "must be a short word; this one has the shape of a key"),
    ],
)
def test_tags_are_validated_and_a_key_among_them_is_not_shown(credcheck: Program, tags: str, problem: str) -> None:
    path = credcheck.configure(f'[accounts.pixelcut]\napi_key = "k-1"\ntags = {tags}\n')
    run = credcheck("all")
    assert run.status == 2
    assert run.err.startswith(f"credcheck: {path}: accounts.pixelcut.tags")
    assert problem in run.err
    assert "sk-0123" not in run.err


def test_the_accounts_and_their_tags_are_listed_for_the_same_words(team: Program) -> None:
    lines = team("accounts", "bob-*", "pixelcut").out.splitlines()
    assert [line.split()[0] for line in lines] == ["ACCOUNT", "alice-cut", "bob-cut", "deepgram"]
    assert "team-b, prod" in lines[2]
    listed = json.loads(team("accounts", "--tag", "team-a", "--json").out)["accounts"]
    assert [(one["account"], one["tags"]) for one in listed] == [
        ("alice-cut", ["team-a", "prod"]),
        ("alice-llm", ["Team-A"]),
    ]
    assert listed[0]["thresholds"] == [{"id": None, "below": 50}]


def test_tags_are_in_every_output_so_that_each_sees_whose_it_is(team: Program) -> None:
    """JSON's are asserted with its members; without a tag no output has a word of them."""
    shown = "team-a, prod"
    table = team("alice-*").out.splitlines()
    assert table[0].split() == ["Account", "Balance", "Unit", "Tags"]
    assert shown in table[2]
    assert table[3].index("Team-A") == table[2].index(shown), "a failed account has its tags too"
    assert f"alice-cut ({shown}) 42 credits, below 50" in team("alice-*", "--format", "nagios").out
    assert team("alice-cut", "--format", "tsv").out.splitlines()[1].endswith("\tteam-a,prod")
    samples = team("alice-*", "--format", "prometheus").out
    assert 'credcheck_account_tag{account="alice-cut",provider="pixelcut",tag="prod"} 1\n' in samples
    assert f'<bdi class="of">{shown}</bdi>' in team("alice-*", "--format", "html").out
    for format_ in ("table", "prometheus"):
        assert not {"Tags", "tag=", "()"} & set(team("deepgram", "--format", format_).out.split())


def test_a_notice_names_the_tags_of_an_account(team: Program) -> None:
    path = team.directory / "config.toml"
    script = "cat > said.json; echo $CREDCHECK_MESSAGE > said"
    path.write_text(f'{path.read_text()}\n[notify]\ncommand = ["sh", "-c", "{script}"]\n')
    team("alice-cut", "--notify")
    assert (team.home / "said").read_text() == "alice-cut (team-a, prod) is low: 42 credits, below 50\n"
    changes = json.loads((team.home / "said.json").read_text())["changes"]
    assert changes[0]["result"]["tags"] == ["team-a", "prod"]


def test_doctor_examines_the_accounts_that_are_named(team: Program) -> None:
    out = team("doctor", "alice-*").out
    assert "alice-cut: key found" in out
    assert "alice-llm: key found" in out
    assert "bob-cut" not in out
    assert team("doctor", "--tag", "prod", "--notify").status == 2


def test_open_shows_the_page_of_each_account_that_matches(team: Program) -> None:
    pages = team("open", "alice-*", "--print").out.splitlines()
    assert pages == [team("open", name, "--print").out.strip() for name in ("alice-cut", "alice-llm")]
    assert len(team("open", "--tag", "prod", "--print").out.splitlines()) == 1


def test_low_chooses_by_the_last_reading_in_commands_that_check_nothing(team: Program) -> None:
    assert team("accounts", "--low").err == team("open", "--low").err
    assert "No account was low when it was last read" in team("doctor", "--low").out
    team("all")
    assert [line.split()[0] for line in team("accounts", "--low").out.splitlines()] == ["ACCOUNT", "alice-cut"]
    assert team("open", "--low", "--print").out == team("open", "alice-cut", "--print").out
    out = team("doctor", "--low").out
    assert "alice-cut: key found" in out
    assert "bob-cut" not in out
    assert json.loads(team("accounts", "bob-*", "--low", "--json").out)["accounts"] == []


@pytest.mark.parametrize("command", ["accounts", "doctor", "open"])
def test_low_is_not_nothing_if_the_history_is_off_or_cannot_be_read(team: Program, command: str) -> None:
    off = team(command, "--low", CREDCHECK_HISTORY="")
    assert off.status == 2
    assert off.err.endswith("takes balances from the history, but it is turned off (CREDCHECK_HISTORY is empty)\n")
    damaged = team.home / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    broken = team(command, "--low", CREDCHECK_HISTORY=str(damaged))
    assert broken.status
    assert "the history cannot be read: `credcheck doctor` says why" in broken.err


def test_doctor_needs_one_line_for_hundreds_of_accounts_that_are_well(credcheck: Program) -> None:
    accounts = [f'[accounts.a{place}]\nprovider = "pixelcut"\napi_key = "k-1"\n' for place in range(30)]
    accounts += ['[accounts.bad]\nprovider = "pixelcut"\napi_key_env = "NOT_SET"\n']
    credcheck.configure("".join(f'{each}base_url = "http://127.0.0.1:9"\n' for each in accounts))
    lines = credcheck("doctor").out.splitlines()
    assert "  ok   30 accounts: key found, or none needed" in lines
    assert [line for line in lines if line.startswith("  BAD  bad: ")]
    assert not [line for line in lines if "a1:" in line]


def test_the_history_is_shown_of_a_provider_a_pattern_a_tag_and_of_what_is_low(team: Program) -> None:
    team("all")

    def shown(*arguments: str) -> list[str]:
        document = json.loads(team("history", *arguments, "--json").out)
        return [history["account"] for history in document["accounts"]]

    assert shown("pixelcut") == ["alice-cut", "bob-cut", "deepgram"]
    assert shown("*-CUT") == ["alice-cut", "bob-cut"]
    assert shown("--tag", "team-a") == ["alice-cut"]
    assert shown("--low") == ["alice-cut"]
    assert shown("bob-*", "--low") == []
    assert (team("history", "bob-*", "--low").out, team("history", "bob-*", "--low").err) == ("", "Nothing is low.\n")


CREDIT = """
[providers.credit]
request = {{ url = "{url}/v1", headers = {{ Authorization = "Bearer {{key}}" }} }}
balance = {{ amount = "left", unit = "USD", expires_at = "until" }}
[accounts.credit]
api_key = "k-1"
"""


@pytest.mark.parametrize(("days", "is_low"), [(-1, True), (3, True), (30, False)])
def test_the_history_has_the_same_accounts_low_as_a_check(credcheck: Program, days: int, *, is_low: bool) -> None:
    until = datetime.now(UTC) + timedelta(days=days)
    with playing(lambda _: Answer(json.dumps({"left": 100, "until": until.isoformat()}))) as server:
        credcheck.configure("warn_days_left = 7\n" + CREDIT.format(url=server.url))
        assert (named(credcheck("all", "--low", "--json").out) == ["credit"]) is is_low
    listed = json.loads(credcheck("accounts", "--low", "--json").out)["accounts"]
    shown = json.loads(credcheck("history", "--low", "--json").out)["accounts"]
    assert [bool(listed), bool(shown), "Nothing is low." in credcheck("history", "--low").err] == [
        is_low,
        is_low,
        not is_low,
    ]


def test_credit_that_expired_after_the_last_reading_is_low(credcheck: Program) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    with playing(lambda _: Answer(json.dumps({"left": 100, "until": until.isoformat()}))) as server:
        credcheck.configure(CREDIT.format(url=server.url))
        credcheck("all")
    with closing(sqlite3.connect(credcheck.home / ".local/state/credcheck/history.db")) as kept, kept:
        kept.execute("UPDATE series SET last_at = last_at - 172800000, expires_at = expires_at - 172800000")
        for table in ("sample", "reading"):
            kept.execute(f"UPDATE {table} SET at = at - 172800000")  # noqa: S608  no one else's words
    for command in ("accounts", "history"):
        shown = json.loads(credcheck(command, "--low", "--json").out)["accounts"]
        assert [each["account"] for each in shown] == ["credit"]


def test_imported_samples_of_an_account_without_an_answer_are_judged_by_their_amount(credcheck: Program) -> None:
    now = datetime.now(UTC).isoformat()
    lines = "".join(f"{name}\tacme\tUSD\tUSD\t{now}\t{amount}\t\n" for name, amount in (("a", 5), ("b", 500)))
    credcheck.configure("warn_below = { USD = 20 }")
    credcheck("history", "--import", "-", given=lines)
    shown = json.loads(credcheck("history", "--low", "--json").out)["accounts"]
    assert [each["account"] for each in shown] == ["a"]


def test_only_the_samples_of_an_account_that_is_named_in_full_are_deleted(team: Program) -> None:
    team("all")
    for word in ("pixelcut", "alice-*"):
        run = team("history", "--forget", word, "--yes")
        assert run.status == 2
        assert "there is no history of" in run.err
