"""The pages of `credcheck help`: how they are shown, and that nothing in them is out of date."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credcheck.cli import program
from credcheck.commands.demo import server as demo
from credcheck.commands.help import TOPICS_OF_WORDS
from credcheck.errors import CheckError
from credcheck.names import COMMANDS
from credcheck.render import markdown
from credcheck.system.terminal import Terminal
from tests.conftest import PROGRAM, Program
from tests.documents import validator
from tests.faults.at_a_terminal import at_a_terminal

ROOT = Path(__file__).parent.parent
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted((ROOT / "credcheck" / "help").glob("*.md"))}
OTHERS = ("README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md", "tests/faults/README.md")
TEXTS = PAGES | {name: (ROOT / name).read_text(encoding="utf-8") for name in OTHERS}
# Stand for programs that the pages name and a machine may lack.
FAKES = {
    "pass": f"echo {demo.KEY.reveal()}",
    "curl": "exit 0",
}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)


def command_lines(text: str) -> Iterator[Sequence[str]]:
    """Yield the words of every use of credcheck in a page: in its blocks, and between backticks."""
    code = re.findall(r"^ *```(?:sh|crontab)\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = "\n".join(code).replace("\\\n", " ").splitlines()
    for each in [*lines, *(" ".join(part.split()) for part in re.findall(r"`([^`]+)`", prose))]:
        plain = re.sub(r"<\(.*\)", "FILE", each)
        if found := re.search(r"(?:^ *|[|&;] |/bin/)credcheck (.*?)(?:\d?>.*| \| .*|; .*| # .*)?$", plain):
            yield shlex.split(found[1], comments=True)


@pytest.mark.parametrize("page", TEXTS)
def test_every_command_line_is_one_that_the_program_accepts(page: str) -> None:
    group = program.group()
    for command in group.commands.values():
        command.callback = lambda **_: 0
    for words in command_lines(TEXTS[page]):
        if words[-1:] != ["…"]:
            group.main(list(words), prog_name="credcheck", standalone_mode=False)


@pytest.mark.parametrize("page", TEXTS)
def test_every_json_is_valid(page: str) -> None:
    for example in blocks(TEXTS[page], "json"):
        document = json.loads(example)
        if "schema_version" in document:  # other programs' files have none
            validator().validate(document)


@pytest.mark.parametrize("page", PAGES)
def test_every_configuration_is_valid(page: str, credcheck: Program) -> None:
    month = datetime.now(UTC).replace(day=1)  # a provider tells costs of a year at the most
    for example in blocks(PAGES[page], "toml"):
        credcheck.configure(re.sub("since = [0-9-]+", f"since = {month:%Y-%m-%d}", example))
        run = credcheck("accounts", PIXELCUT_API_KEY="k")
        assert (run.status, run.err) == (0, "")


@pytest.mark.parametrize("page", TEXTS)
def test_every_link_leads_to_a_page_that_is_there(page: str) -> None:
    folder = ROOT / "credcheck" / "help" if page in PAGES else (ROOT / page).parent
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", TEXTS[page]):
        assert (folder / link).exists(), link


@pytest.fixture
def furnished(credcheck: Program, server: str) -> Program:
    """The program with accounts at the demo's server, a key for each in the environment, and stand-ins for programs."""
    credcheck.configure("".join(f'[accounts.{name}]\nbase_url = "{server}/{name}"\n' for name in demo.ANSWERS))
    variables = [f"{name.upper().replace('-', '_')}_API_KEY" for name in demo.ANSWERS]
    credcheck.environment |= dict.fromkeys([*variables, "FISH_API_KEY"], demo.KEY.reveal())
    (credcheck.home / "answer.txt").write_text('{"data": {"granted": "100.00", "used": 57.5}}')
    (credcheck.home / ".env").write_text(f"PIXELCUT_API_KEY={demo.KEY.reveal()}\n")
    folder = credcheck.home / ".local" / "bin"
    folder.mkdir(parents=True)
    (folder / "credcheck").symlink_to(PROGRAM)
    for name, script in FAKES.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    credcheck.environment["PATH"] = f"{folder}:{os.environ['PATH']}"
    return credcheck


def shell(program: Program, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", line],
        input=f"{demo.KEY.reveal()}\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=program.home,
        env=program.full_environment(),
    )


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(PAGES[page], "sh")])
def test_the_commands_of_a_page_work_in_their_order(page: str, furnished: Program) -> None:
    assert shell(furnished, "credcheck all").returncode == 0
    # The scripts of recipes, which begin with `#!`, have tests of their own.
    lines = "".join(block for block in blocks(PAGES[page], "sh") if not block.startswith("#!")).splitlines()
    for line in lines:
        if "| jq" in line and not shutil.which("jq"):
            continue
        run = shell(furnished, line)
        assert run.returncode in {0, 1}, (line, run.stderr)
        assert "credcheck: " not in run.stderr


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
def test_the_script_for_notices_by_owner_sends_each_change_to_each_tag_of_its_account(
    credcheck: Program, server: str
) -> None:
    (script,) = [block for block in blocks(PAGES["monitoring"], "sh") if block.startswith("#!")]
    owner = {"a": '["alice", "bob"]', "b": '["bob"]', "c": "[]"}
    account = f'provider = "pixelcut"\nbase_url = "{server}/pixelcut"\napi_key = "{demo.KEY.reveal()}"\n'
    accounts = "".join(f"[accounts.{name}]\n{account}tags = {tags}\n" for name, tags in owner.items())
    file = credcheck.configure(
        f'{accounts}[notify]\ncommand = ["{credcheck.home}/by-tag"]\n[warn_below]\ncredits = 100'
    )
    for name, text in {
        "by-tag": script,
        "ntfy": f'#!/bin/sh\ncat\n[ ! -e {file}.broken ] && echo "$@" >>{credcheck.home}/sent\n',
    }.items():
        (credcheck.home / name).write_text(text)
        (credcheck.home / name).chmod(0o755)
    credcheck.environment["PATH"] = f"{credcheck.home}:{os.environ['PATH']}"
    (broken := Path(f"{file}.broken")).touch()
    assert "no notice was sent: the command of [notify]" in credcheck("all", "--notify").err
    broken.unlink()
    for _ in range(2):
        assert credcheck("all", "--notify", "--quiet").err == ""
    low = "is low: 42 credits, below 100"
    assert (credcheck.home / "sent").read_text().splitlines() == [
        f"publish credcheck-alice a (alice, bob) {low}",
        f"publish credcheck-bob a (alice, bob) {low}",
        f"publish credcheck-bob b (bob) {low}",
        f"publish credcheck-untagged c {low}",
    ]
    assert credcheck("doctor", "--notify").status == 0


def test_the_lines_for_cron_work_as_cron_runs_them(furnished: Program) -> None:
    pages = [*PAGES.values(), TEXTS["README.md"]]
    lines = "".join(block for page in pages for block in blocks(page, "crontab")).splitlines()
    jobs = [line for line in lines if not line.startswith("#") and line]
    assert len(jobs) >= 6
    for job in jobs:
        assert re.match(r"([\d*/]+ ){5}\$HOME/", job)
        assert "%" not in job  # which cron takes for the end of a line
        command = job.split(" ", 5)[5].replace("/var/lib/prometheus/node-exporter/", "$HOME/")
        run = shell(furnished, command)
        assert run.returncode in {0, 1}, (command, run.stderr)
    assert "credcheck_balance" in (furnished.home / "credcheck.prom").read_text()


def units() -> Sequence[str]:
    return blocks(PAGES["cron"], "systemd")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for name, text in zip(("credcheck.service", "credcheck.timer"), units(), strict=True):
        (tmp_path / name).write_text(text.replace("/usr/local/bin/credcheck", "/bin/true"))
    files = [str(tmp_path / "credcheck.service"), str(tmp_path / "credcheck.timer")]
    verify = ["systemd-analyze", "verify", "--man=no", *files]
    run = subprocess.run(verify, capture_output=True, text=True, check=False, timeout=30)
    assert (run.returncode, [line for line in run.stderr.splitlines() if "credcheck" in line]) == (0, [])


def test_the_service_works_without_a_home(credcheck: Program, server: str) -> None:
    """What systemd would do is done by hand: the credential's file, the folder of the state, the environment."""
    service = units()[0]
    places = {
        "/etc/credcheck": credcheck.home / "etc",
        "/run/credentials/credcheck.service": credcheck.home / "run",
        "/var/lib/credcheck": credcheck.home / "state",
    }
    for path in places.values():
        path.mkdir()
    config = blocks(PAGES["cron"], "toml")[0] + f'base_url = "{server}/pixelcut"\n'
    for place, path in places.items():
        config, service = config.replace(place, str(path)), service.replace(place, str(path))
    (credcheck.home / "etc" / "config.toml").write_text(config)
    (credcheck.home / "run" / "pixelcut").write_text(demo.KEY.reveal())
    variables = dict(re.findall(r"^Environment=(\w+)=(.*)$", service, re.MULTILINE))
    words = re.findall(r"^ExecStart=\S+ (.*)$", service, re.MULTILINE)[0].split()
    run = credcheck(*words, HOME="/nonexistent", **variables)
    assert (run.status, "pixelcut" in run.out, run.err) == (1, True, "")  # 42 credits are fewer than 100
    assert (credcheck.home / "state" / "history.db").exists()


def test_the_program_that_docker_runs_is_this_one() -> None:
    (file,) = blocks(PAGES["cron"], "dockerfile")
    assert {line.split()[0] for line in file.splitlines()} <= {"FROM", "COPY", "RUN", "USER", "ENTRYPOINT", "CMD"}
    assert file.endswith('ENTRYPOINT ["credcheck"]\nCMD ["all"]\n')
    assert file.index("USER credcheck") > file.index("useradd --create-home credcheck")


def test_help_lists_every_topic_with_its_heading(credcheck: Program) -> None:
    listed = credcheck("help").out.partition("Topics, ")[2]
    for name, text in PAGES.items():
        heading = re.escape(text.splitlines()[0].removeprefix("# "))
        assert re.search(rf"^  {name} +{heading}$", listed, re.MULTILINE)


@pytest.mark.parametrize("topic", PAGES)
def test_a_topic_is_markdown_in_a_pipe_and_the_command_of_its_name_follows(credcheck: Program, topic: str) -> None:
    usage = credcheck(topic, "--help").out if topic in COMMANDS else ""
    more = f"\n## The command\n\n```text\n{usage}```\n" if usage else ""
    run = credcheck("help", topic)
    assert (run.status, run.out, run.err) == (0, PAGES[topic] + more, "")


def test_a_topic_is_drawn_in_a_terminal(credcheck: Program) -> None:
    status, shown = at_a_terminal(credcheck, ["help", "Getting_Started"], {"TERM": "xterm", "COLUMNS": "72"})
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert status == 0
    assert "Look at it first" in plain
    assert "credcheck help keys" in plain
    assert not re.search(r"^#|```|\]\(|`", plain, re.MULTILINE)
    assert max(map(len, plain.splitlines())) <= 72


@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_is_to_be_copied_stays_whole_at_any_width(width: int) -> None:
    for page in PAGES.values():
        shown = markdown.drawn(page, Terminal(width=width)).splitlines()
        code = [line for block in blocks(page, r"\w+") for line in block.splitlines()]
        assert [line for line in code if f" {line}".rstrip() not in shown] == []


def test_a_table_of_a_page_cuts_no_name() -> None:
    names = re.findall(r"`([A-Z_0-9]{8,})`", PAGES["providers"])
    assert len(names) > 100
    wide, narrow = (markdown.drawn(PAGES["providers"], Terminal(width=width)) for width in (90, 50))
    assert [name for name in names if name not in wide] == []
    assert "…" not in narrow


def test_a_comment_in_a_block_of_code_has_room_on_a_line() -> None:
    lines = [line for page in PAGES.values() for block in blocks(page, "toml") for line in block.splitlines()]
    assert [line for line in lines if re.search(r"(^|\s)# ", line) and len(line) > 79] == []


def test_a_topic_that_is_not_there_names_the_nearest(credcheck: Program) -> None:
    run = credcheck("help", "troubleshoting")
    told = "there is no such command or topic (see `credcheck help`); did you mean `troubleshooting`?"
    assert (run.status, run.err) == (2, f"credcheck: {told}\n")


def test_every_error_code_and_exit_status_is_explained() -> None:
    assert all(f"| `{error.code}` |" in PAGES["json"] for error in CheckError.__subclasses__())
    assert all(f"| {status} |" in PAGES["cron"] for status in (0, 1, 2, 3, 4, 5, 70))


def test_the_json_page_has_the_members_of_the_program(credcheck: Program, server: str) -> None:
    credcheck.configure(f'[accounts.pixelcut]\nbase_url = "{server}/pixelcut"\n')
    printed = json.loads(credcheck("pixelcut", "--json", PIXELCUT_API_KEY="demo-key").out)
    assert list(json.loads(blocks(PAGES["json"], "json")[0])) == list(printed)


def test_a_provider_of_ones_own_works(credcheck: Program) -> None:
    path = credcheck.configure(blocks(PAGES["own-provider"], "toml")[0])
    answer = credcheck.home / "answer.json"
    answer.write_text('{"data": {"granted": "100.00", "used": 57.5}}')
    run = credcheck("providers", "check", str(path), "--answer", str(answer))
    assert (run.status, "credits: 42.50 credits, of 100.00" in run.out) == (0, True)
    answer.write_text('{"error": "bad_token", "message": "No such token"}')
    run = credcheck("providers", "check", str(path), "--answer", str(answer))
    assert (run.status, "key_rejected: key rejected (No such token)" in run.out) == (4, True)


def test_a_provider_that_answers_in_words_works(credcheck: Program) -> None:
    (described,) = [block for block in blocks(PAGES["own-provider"], "toml") if "pattern" in block]
    path = credcheck.configure(described)
    answer = credcheck.home / "answer.txt"
    answer.write_text("Credit: KES 1785.50")
    run = credcheck("providers", "check", str(path), "--answer", str(answer))
    assert (run.status, "KES: 1785.50 KES" in run.out) == (0, True)


@pytest.mark.parametrize("word", TOPICS_OF_WORDS)
def test_a_word_that_people_look_for_opens_the_page_that_has_it(word: str) -> None:
    assert not {word} & {*PAGES, *COMMANDS}
    assert re.search(word.removesuffix("s").replace("-", "."), PAGES[TOPICS_OF_WORDS[word]], re.IGNORECASE)


def test_a_budget_is_found_in_the_help_and_at_its_providers(credcheck: Program) -> None:
    assert credcheck("help", "Budgets").out == PAGES["plans"]
    assert "did you mean `threshold`?" in credcheck("help", "treshold").err
    assert "`budget = 50` in [accounts.openai] " in credcheck("providers", "openai").out
    assert "budget" not in credcheck("providers", "pixelcut").out
