"""What all tests share: the installed program, run as a user runs it, and the server that it asks."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from credcheck.commands.demo import server as demo
from tests import documents
from tests.playback import Answer, Playback, playing

# How long an example takes on a busy machine is no fault of the example's.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

# Under `nohup`, or in the background of a script, some signals come ignored, and what tests start would inherit it.
for ignored in (signal.SIGHUP, signal.SIGQUIT):
    signal.signal(ignored, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)

PROGRAM = Path(sys.executable).with_name("credcheck")


@dataclass(frozen=True)
class Run:
    """What came of one run of the program."""

    status: int
    out: str
    err: str


@dataclass
class Program:
    """The installed program in a home folder of its own, with an environment that holds nothing else."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def directory(self) -> Path:
        """The folder of the two files."""
        return self.home / ".config" / "credcheck"

    def configure(self, text: str, *, name: str = "config.toml") -> Path:
        """Write one of the two files, readable by its owner only."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    def full_environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a run."""
        usual = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"}
        return {**usual, **self.environment, **more}

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start the program with pipes for its streams."""
        return subprocess.Popen(
            [PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self.home,
            env=self.full_environment(**variables),
        )

    def __call__(self, *arguments: str, given: str = "", seconds: float = 30, **variables: str) -> Run:
        """Run the program to its end, `given` on its stdin."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
            cwd=self.home,
            env=self.full_environment(**variables),
        )
        documents.validate_output(arguments, done.stdout)
        return Run(done.returncode, done.stdout, done.stderr)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are processors, for tests often wait for a deadline."""
    return (os.cpu_count() or 1) + 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the count of a worker on to the process that tells it."""
    worker: dict[str, int] | None = getattr(session.config, "workeroutput", None)
    if worker is not None:
        worker["documents"] = documents.validated


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401  pytest-xdist has no types
    """Add the count of a worker that is done."""
    documents.validated += getattr(node, "workeroutput", {}).get("documents", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how many documents were validated."""
    if documents.validated:
        terminalreporter.write_line(f"{documents.validated} JSON documents are valid against `credcheck schema`")


@pytest.fixture
def credcheck(tmp_path: Path) -> Program:
    """The program, with nothing set up."""
    return Program(tmp_path)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of the demo's server, under which each provider has its name as a prefix."""
    with demo.serving() as url:
        yield url


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may reach beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and not (host.startswith("127.") or host in {"::1", "localhost"}):
            pytest.fail(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def five(credcheck: Program, server: str) -> Program:
    """The program with an account at each of the demo's providers, in an order that is not the alphabet's."""
    credcheck.configure(
        "".join(
            f'[accounts.{name}]\napi_key = "{demo.KEY.reveal()}"\nbase_url = "{server}/{name}"\n'
            for name in demo.ANSWERS
        )
    )
    return credcheck


# By the path of an account, what its provider answers now: the account stays the same.
_present_answers: dict[str, str] = {}


@pytest.fixture(scope="session")
def echo() -> Iterator[Playback]:
    """A server that takes its answer from the path: `/12.50` is a balance everywhere, `/http-500` a status.

    A path that an account of `pixelcut` has stands for its present answer.
    """

    def answer(target: str) -> Answer:
        _, said, *_ = target.split("/")
        said = _present_answers.get(said, said)
        if said.startswith("http-"):
            return Answer(status=int(said.removeprefix("http-")))
        return Answer(f'{{"credits_remaining": {said}, "credit": "{said}", "balance": {said}}}')

    with playing(answer) as playback:
        yield playback


@pytest.fixture
def pixelcut(credcheck: Program, echo: Playback) -> Callable[..., Program]:
    """Return what sets up an account at Pixelcut for each of these answers of `echo`, `pixelcut` the first."""

    def configured(*answers: str, more: str = "") -> Program:
        names = ["pixelcut", *(f"pixelcut-{number}" for number in range(2, len(answers) + 1))]
        lines: list[str] = []
        for name, said in zip(names, answers, strict=True):
            path = f"{credcheck.home.name}-{name}"
            _present_answers[path] = said
            base_url = f"{echo.url}/{path}"
            lines += [
                f"[accounts.{name}]",
                'provider = "pixelcut"',
                'api_key = "sk_secret"',
                f'base_url = "{base_url}"',
            ]
            lines.append(more)
        credcheck.configure("\n".join(lines))
        return credcheck

    return configured
