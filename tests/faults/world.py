"""All that can go wrong at once: every server, every account that points to one, and the runs that ask them."""

import hashlib
import re
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import documents
from tests.conftest import Program
from tests.faults import guarantees
from tests.faults.catalogue import bodies, documented, numbers, protocol, redirects, retries, texts, timing
from tests.faults.catalogue.row import Row
from tests.faults.certificates import Certificates
from tests.faults.documents import PROVIDERS
from tests.faults.exchange import Request
from tests.faults.listeners import Place, places
from tests.faults.server import FaultServer, Listener

HERE = Path(__file__).parent
ROWS: list[Row] = [
    *documented.ROWS,
    *numbers.ROWS,
    *bodies.ROWS,
    *timing.ROWS,
    *protocol.ROWS,
    *redirects.ROWS,
    *retries.ROWS,
    *texts.ROWS,
]
TIMEOUT = 4


@dataclass(frozen=True)
class Account:
    """An account of the configuration that asks for one condition."""

    name: str
    provider: str
    base_url: str

    @property
    def key(self) -> str:
        """A key that is no other account's, with characters that encodings change."""
        text = b64encode(hashlib.sha256(self.name.encode()).digest()).decode()[:24]
        return f"sk-{text[:7]}_{text[7:13]}.{text[13:]}"

    def table(self) -> str:
        """Return the account as it stands in the configuration."""
        return (
            f'[accounts."{self.name}"]\nprovider = "{self.provider}"\n'
            f'api_key = "{self.key}"\nbase_url = "{self.base_url}"\n'
        )


@dataclass(frozen=True)
class World:
    """Everything that listens."""

    server: FaultServer
    url: str
    places: Sequence[Place]
    other: Listener
    certificates: Certificates

    def accounts(self, run: str) -> list[Account]:
        """Return an account for each row and provider; each run has its own, for the server counts requests."""
        found = [
            self.account(row.name, provider, self.url, run=run, scenario=row.name)
            for row in ROWS
            for provider in row.providers
        ]
        return found + [
            self.account(place.name, provider, place.url, run=run, scenario=place.scenario, after=place.after)
            for place in self.places
            for provider in PROVIDERS
        ]

    def account(self, name: str, provider: str, url: str, *, run: str, scenario: str = "", after: str = "") -> Account:
        """Return an account that asks for a scenario at a URL, or for the URL itself."""
        account = account_name(name, provider)
        prefix = f"/{scenario}/{run}.{account}/{provider}" if scenario else ""
        return Account(account, provider, url + prefix + after)

    def requests(self, run: str, name: str, provider: str) -> list[Request]:
        """Return the requests for an account in a run."""
        return self.server.log[f"{run}.{account_name(name, provider)}"]


def account_name(name: str, provider: str) -> str:
    """Return the name of the account for a condition at a provider."""
    return f"{name}@{provider}"


@contextmanager
def everything(folder: Path) -> Iterator[World]:
    """Start it all, for as long as the block lasts."""
    with ExitStack() as stack:
        certificates = Certificates(folder)
        other = stack.enter_context(Listener(lambda _: None))
        server = FaultServer({row.name: row.behaviour for row in ROWS}, other=str(other.port))
        stack.callback(server.ending.set)
        url = stack.enter_context(Listener(server.talk)).url
        found = places(certificates, server.talk, stack)
        yield World(server, url, found, other, certificates)


def configuration(accounts: Sequence[Account], **settings: float) -> str:
    """Return a configuration of these accounts."""
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    return "".join(lines) + "".join(account.table() for account in accounts)


def measured(program: Program, *arguments: str, variables: Mapping[str, str], seconds: float = 60) -> guarantees.Run:
    """Run the installed program, and measure its memory, its time and its traces."""
    before, began, kibibytes = guarantees.snapshot(program.home), time.monotonic(), 0
    with program.start(*arguments, **variables) as process:
        while True:
            try:
                out, err = process.communicate(timeout=0.03)
                break
            except subprocess.TimeoutExpired:  # a moment to look at its memory
                kibibytes = max(kibibytes, peak_kibibytes(process.pid))
                if time.monotonic() > began + seconds:
                    process.kill()
    documents.validate_output(arguments, out)
    return guarantees.Run(
        process.returncode,
        out,
        err,
        kibibytes,
        seconds=time.monotonic() - began,
        before=before,
        after=guarantees.snapshot(program.home),
    )


def peak_kibibytes(process: int) -> int:
    """Return the most memory that a process has had so far; a parent's account of it would begin with its own."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    peak = re.search(r"VmHWM:\s*([0-9]+)", status)
    return int(peak[1]) if peak else 0


def outcome_of(result: Mapping[str, object]) -> str:
    """Return a result as rows name outcomes."""
    error = result["error"]
    return str(error["code"]) if isinstance(error, dict) else f"={result['balance']}"
