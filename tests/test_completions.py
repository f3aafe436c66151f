"""The completions in real shells, each at a terminal of its own; a shell that is not installed is left out."""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import pytest

from credcheck import providers
from credcheck.commands import completions as shells
from credcheck.render.formats import FORMATS
from tests.conftest import Program

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "completions"
SHELLS: tuple[Literal["bash", "zsh", "fish"], ...] = ("bash", "zsh", "fish")
FILES = {"bash": "credcheck.bash", "zsh": "_credcheck", "fish": "credcheck.fish"}
SECONDS = 60

CONFIG = """\
timeout = 10

[accounts.pixelcut]
api_key = "sk_never_shown"
[ accounts . "my account" ]   # TOML allows all of this
provider = "pixelcut"
  [accounts.'x-ray']\r
api_key = "[accounts.not_a_table]"
[accounts."escape\\u001b"]
[accounts."bell\a"]
[other.place]
#[accounts.commented_out]
[accounts]
inline = { provider = "pixelcut" }
dotted.provider = "pixelcut"
[accounts."team:work"]
[accounts.last_1]"""
TOP = """\
accounts.uppermost.provider = "pixelcut"
accounts . uppermost.api_key = "k"
timeout = 3
[accounts.pixelcut]
"""


# Each shell lists what is ambiguous at the first TAB, on a screen that is large enough.
START = {
    "bash": """\
        PS1='ready> ' PATH={bin}:$PATH
        bind 'set show-all-if-ambiguous on' 'set enable-bracketed-paste off'
        . {scripts}/credcheck.bash""",
    "zsh": """\
        PS1='ready> ' PATH={bin}:$PATH
        fpath=({scripts} $fpath)
        autoload -Uz compinit
        compinit -D -u""",
    "fish": """\
        set -g fish_greeting
        set -g fish_autosuggestion_enabled 0
        set -p PATH {bin}
        set -p fish_complete_path {scripts}
        function fish_prompt; echo 'ready> '; end""",
}
ARGUMENTS = {"bash": ["--noprofile", "--rcfile", "start", "-i"], "zsh": ["-d", "-i"], "fish": ["-i"]}
START_FILE = {"bash": "start", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}

# They stand before all others in the PATH, tell what they were given, and leave a mark.
STUB = """\
#!/bin/sh
printf '%s\\n' "$0" >>"$HOME/started"
printf 'ran:'
for word; do printf '<%s>' "$word"; done
printf ':end\\n'
"""


@dataclass
class Answer:
    """What a line became at TAB: the words that the program was then given, and all that was shown."""

    words: list[str]
    screen: str


class Shell:
    """A shell at a terminal, in the home folder of a program."""

    def __init__(self, name: str, program: Program, start: str) -> None:
        self.home = program.home
        commands = self.home / "bin"
        commands.mkdir()
        for stub in ("credcheck", "python", "python3"):
            (commands / stub).write_text(STUB)
            (commands / stub).chmod(0o755)
        begin = self.home / START_FILE[name]
        begin.parent.mkdir(parents=True, exist_ok=True)
        scripts = self.home / "scripts"
        scripts.mkdir()
        for shell in SHELLS:
            (scripts / FILES[shell]).write_text(shells.completions(shell), encoding="utf-8")
        begin.write_text(start.format(bin=commands, scripts=scripts))
        # Where it has none, fish makes completions from the pages of the manual at its first start, with Python.
        for place in (".local/share", ".cache"):
            (self.home / place / "fish/generated_completions").mkdir(parents=True)
        self._terminal, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 160, 0, 0))
        # Opened by the first process of a session, a terminal is its own: fish does not run without.
        on_terminal = ["sh", "-c", 'exec "$@" <>"$0" >&0 2>&0', os.ttyname(self._theirs)]
        self._process = subprocess.Popen(
            [*on_terminal, name, *ARGUMENTS[name]],
            cwd=self.home,
            env=program.full_environment(TERM="xterm", HISTFILE=""),
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        self._until(r"ready> ")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)
        os.close(self._theirs)

    def tab(self, line: str) -> Answer:
        """Type a line, TAB and Enter, and wait for the program that it starts."""
        before = self.started()
        os.write(self._terminal, f"{line}\t\r".encode())
        screen = self._until(r"ran:(.*):end.*ready> ")
        assert self.started() == [*before, str(self.home / "bin/credcheck")], "TAB started a program"
        return Answer(re.findall(r"<(.*?)>", screen.partition("ran:")[2]), screen.partition("ran:")[0])

    def started(self) -> list[str]:
        """Return which of the stubs were started."""
        marks = self.home / "started"
        return marks.read_text().splitlines() if marks.exists() else []

    def _until(self, wanted: str) -> str:
        """Read until the text that is wanted has come, and return it all without the terminal's control sequences."""
        seen = b""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if select.select([self._terminal], [], [], 1)[0]:
                seen += os.read(self._terminal, 65536)
                text = _plain(seen.decode(errors="replace"))
                if re.search(wanted, text, re.DOTALL):
                    return text
        pytest.fail(f"{wanted!r} did not come, but {seen!r}")


def _plain(text: str) -> str:
    return re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()].|[=>])", "", text)


def _start(name: str, program: Program, start: str | None = None) -> Shell:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    return Shell(name, program, start or START[name])


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell that many lines are typed into."""
    program = Program(tmp_path_factory.mktemp(request.param))
    program.configure(CONFIG)
    program.configure('[accounts.stored]\napi_key = "sk_never_shown"\n', name="credentials.toml")
    (program.home / "top.toml").write_text(TOP)
    (program.home / "other.toml").write_text("[accounts.elsewhere]\n")
    (program.home / "folder").mkdir()
    (program.home / "folder/mine.toml").write_text("[accounts.inside]\n")
    (program.home / "folder/credentials.toml").write_text("[accounts.beside]\n")
    os.mkfifo(program.home / "fifo.toml")
    with (program.home / "huge.toml").open("wb") as huge:
        huge.write(b"[accounts.early]\n" + b"x" * 200_000)
        huge.truncate(2**32)
    with _start(request.param, program) as opened:
        yield opened


@pytest.mark.parametrize("name", SHELLS)
def test_the_first_tab_of_a_shell_lists_commands_and_accounts(name: str, credcheck: Program) -> None:
    credcheck.configure(CONFIG)
    with _start(name, credcheck) as shell:
        screen = shell.tab("credcheck ").screen
    for word in ("all", "demo", "login", "providers", "pixelcut", "x-ray", "last_1"):
        assert re.search(rf"(?<![\w-]){word}(?![\w-])", screen), f"{word} in {screen!r}"
    for word in ("sk_", "not_a_table", "escape", "bell", "place", "commented_out", "fish-audio"):
        assert word not in screen


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("credcheck dem", ["demo"]),
        ("credcheck --json prov", ["--json", "providers"]),
        ("credcheck --vers", ["--version"]),
        ("credcheck demo --warn", ["demo", "--warn-below"]),
        ("credcheck pixelcut --qu", ["pixelcut", "--quiet"]),
        ("credcheck demo --format j", ["demo", "--format", "json"]),
        ("credcheck demo --format=j", ["demo", "--format=json"]),
        ("credcheck --format tsv demo --ti", ["--format", "tsv", "demo", "--timeout"]),
        ("credcheck al", ["all"]),
        ("credcheck goen", ["goenhance"]),
        ("credcheck providers fish-a", ["providers", "fish-audio"]),
        ("credcheck providers dream-m", ["providers", "dream-machine"]),
        ("credcheck login --provider superto", ["login", "--provider", "supertone"]),
        ("credcheck config ini", ["config", "init"]),
        ("credcheck config set warn_b", ["config", "set", "warn_below"]),
        ("credcheck help hist", ["help", "history"]),
        ("credcheck help own-", ["help", "own-provider"]),
        ("credcheck completions z", ["completions", "zsh"]),
        ("credcheck x-r", ["x-ray"]),
        ("credcheck my\\ a", ["my account"]),
        ("credcheck 'my ac", ["my account"]),
        ("credcheck supertone last_", ["supertone", "last_1"]),
        ("credcheck logout stor", ["logout", "stored"]),
        ("credcheck logout pixelc", ["logout", "pixelc"]),
        ("credcheck all --vers", ["all", "--vers"]),
        ("credcheck inl", ["inline"]),
        ("credcheck dott", ["dotted"]),
        ("credcheck team:w", ["team:work"]),
        ("credcheck pixelcut team:", ["pixelcut", "team:work"]),
        ("credcheck --config top.toml upper", ["--config", "top.toml", "uppermost"]),
        ("credcheck pixelcut pixelc", ["pixelcut", "pixelc"]),
        ("credcheck demo pixelc", ["demo", "pixelc"]),
        ("credcheck --timeout oth", ["--timeout", "oth"]),
        ("credcheck all --config oth", ["all", "--config", "other.toml"]),
        ("credcheck --config other.toml elsew", ["--config", "other.toml", "elsewhere"]),
        ("credcheck --config=other.toml elsew", ["--config=other.toml", "elsewhere"]),
        ("credcheck --config 'folder/mine.toml' ins", ["--config", "folder/mine.toml", "inside"]),
        ("credcheck --config ~/folder/mine.toml insi", ["--config", "{home}/folder/mine.toml", "inside"]),
        ("credcheck --config folder/mine.toml besi", ["--config", "folder/mine.toml", "beside"]),
        ("credcheck --config other.toml myac", ["--config", "other.toml", "myac"]),
        ("credcheck --config fifo.toml superto", ["--config", "fifo.toml", "supertone"]),
        ("credcheck --config folder superto", ["--config", "folder", "supertone"]),
        ("credcheck --config missing superto", ["--config", "missing", "supertone"]),
        ("credcheck --config huge.toml earl", ["--config", "huge.toml", "early"]),
    ],
)
def test_tab_completes_the_line(shell: Shell, line: str, words: list[str]) -> None:
    wanted = [word.format(home=shell.home) for word in words]
    # zsh writes an option and its value as one word.
    given = shell.tab(line).words
    assert given == wanted or " ".join(given) == " ".join(wanted).replace("--format j", "--format=j")


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("variable", ["CREDCHECK_CONFIG", "XDG_CONFIG_HOME"])
def test_accounts_come_from_where_the_environment_says(name: str, variable: str, credcheck: Program) -> None:
    folder = credcheck.home / "elsewhere" / "credcheck"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("[accounts.elsewhere]\n")
    place = folder / "config.toml" if variable == "CREDCHECK_CONFIG" else folder.parent
    export = f"set -gx {variable} {place}\n" if name == "fish" else f"export {variable}={place}\n"
    with _start(name, credcheck, export + START[name]) as shell:
        assert shell.tab("credcheck elsew").words == ["elsewhere"]


def test_bash_loads_the_script_when_it_is_first_needed(credcheck: Program) -> None:
    # As the bash-completion package does it.
    loader = "_load() {{ . {scripts}/credcheck.bash; return 124; }}; complete -D -F _load"
    with _start("bash", credcheck, START["bash"].replace(". {scripts}/credcheck.bash", loader)) as shell:
        assert shell.tab("credcheck dem").words == ["demo"]


def test_bash_completes_values_where_the_equals_sign_breaks_no_word(credcheck: Program) -> None:
    with _start("bash", credcheck, START["bash"] + "\nCOMP_WORDBREAKS=${{COMP_WORDBREAKS//=}}") as shell:
        assert shell.tab("credcheck demo --format=j").words == ["demo", "--format=json"]


def test_zsh_takes_the_script_from_a_pipe_too(credcheck: Program) -> None:
    start = START["zsh"].replace("fpath=({scripts} $fpath)", "") + "\n. <(cat {scripts}/_credcheck)"
    with _start("zsh", credcheck, start) as shell:
        assert shell.tab("credcheck dem").words == ["demo"]


@pytest.mark.parametrize("name", SHELLS)
def test_the_program_prints_the_file(name: str, credcheck: Program) -> None:
    done = credcheck("completions", name)
    assert (done.status, done.err) == (0, "")
    committed = (SCRIPTS / FILES[name]).read_text(encoding="utf-8").splitlines()
    (filled,) = [printed for printed in done.out.splitlines() if printed not in committed]
    assert " ".join(providers.words()) in filled, "the one line that no committed script has"
    assert len(done.out.splitlines()) == len(committed)


def test_the_help_of_completions_says_how_to_install_them(credcheck: Program) -> None:
    help_ = credcheck("completions", "--help").out
    for name in SHELLS:
        assert f"credcheck completions {name} >~/" in help_


def test_what_is_committed_is_what_the_command_tree_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "completions", tmp_path], cwd=ROOT, check=True, timeout=SECONDS)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    committed = {name: (SCRIPTS / name).read_text(encoding="utf-8") for name in made}
    assert made == committed, "run `python -m completions`"


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_the_page_of_the_manual_is_without_fault() -> None:
    command = ["groff", "-ww", "-man", "-Tutf8", str(SCRIPTS / "credcheck.1")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    assert done.stderr == ""


def test_fish_explains_each_order_and_repeats_no_sentence(credcheck: Program) -> None:
    with _start("fish", credcheck) as shell:
        screen = shell.tab("credcheck all --sort ").screen
        assert re.search(r"status +\(failed and low ones first\)", screen)
        assert "Only accounts" not in shell.tab("credcheck all --category ").screen


def test_fish_explains_each_format(credcheck: Program) -> None:
    with _start("fish", credcheck) as shell:
        screen = shell.tab("credcheck all --format ").screen
    for name, meaning in (("json", "a document for programs"), ("value", "the bare number of one account")):
        assert re.search(rf"{name} +\({meaning}\)", screen)
    assert all(f'{name}\\t"' in (SCRIPTS / "credcheck.fish").read_text(encoding="utf-8") for name in FORMATS)
