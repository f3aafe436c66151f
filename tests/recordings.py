"""The recorded answers of every provider: one file each in `recorded/`, named like the provider."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.playback import Answer

FOLDER = Path(__file__).with_name("recorded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One answer, and what it must come to: a balance with exactly these digits, or the code of an error.

    `options` are those of the account, `target` the path and query that they lead to, and `says` is in the message.
    """

    name: str
    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str | bool] = field(default_factory=dict)
    target: str
    balance: str | None = None
    details: Mapping[str, bool] = field(default_factory=dict)
    error: str | None = None
    says: str = ""

    @property
    def answer(self) -> Answer:
        """Return what the server sends; a cookie always comes along, to be forgotten."""
        return Answer(self.body, self.status, {"Set-Cookie": "la_session=recorded; Path=/", **self.headers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one provider's documents say: the request, and an answer of every kind."""

    provider: str
    page: str
    unit: str
    key: str
    method: str
    url: str
    header: tuple[str, str]
    exchanges: tuple[Exchange, ...]


def _recording(path: Path) -> Recording:
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    usual = {"target": urlsplit(table["url"]).path}
    exchanges = tuple(Exchange(**{**usual, **each}) for each in table.pop("exchanges"))
    (header,) = table.pop("header").items()
    return Recording(provider=path.stem, header=header, exchanges=exchanges, **table)


RECORDINGS = [_recording(path) for path in sorted(FOLDER.glob("*.toml"))]
EXCHANGES = [(recording, exchange) for recording in RECORDINGS for exchange in recording.exchanges]
