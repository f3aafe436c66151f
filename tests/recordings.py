"""The recorded answers of every provider, one file each in `recorded/`, and the outage that they share."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

from credcheck.models import Period
from tests.playback import Answer

FOLDER = Path(__file__).with_name("recorded")
MONTH = Period.of(datetime.now(UTC))
# What `{month_start}` and the others stand for in a recorded URL: the month of the run, in UTC.
MONTH_VALUES = {
    f"month_{end}{form}": text
    for end, moment in (("start", MONTH.start), ("end", MONTH.end))
    for form, text in (
        ("", f"{moment:%Y-%m-%dT%H:%M:%SZ}"),
        ("_date", f"{moment:%Y-%m-%d}"),
        ("_unix", f"{moment.timestamp():.0f}"),
    )
}
# What holds for every provider: a status alone is enough.
OUTAGE = {"name": "an outage", "status": 500, "error": "provider_error", "says": "HTTP 500"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request as it must go out, one answer, and the balances with exactly these digits, or the error's code.

    `options` are those of the account; `header` has every header but the usual ones, and `{uuid4}` stands for a fresh
    UUID in it and in `body_sent`. `says` is in the error's message. `further` has the bodies of further pages, each by
    the parameter that asks for it (`page=CURSOR`); `{month_start}` in a URL stands for the beginning of this month.
    """

    name: str
    key: str
    url: str
    header: Mapping[str, str]
    body_sent: str = ""
    options: Mapping[str, str | bool] = field(default_factory=dict)
    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[str, str] = field(default_factory=dict)
    balance: str | None = None
    spent: str | None = None
    unlimited: bool = False
    balances: Sequence[Mapping[str, Any]] = ()
    details: Mapping[str, str | bool] = field(default_factory=dict)
    error: str | None = None
    says: str = ""

    @property
    def target(self) -> str:
        """The path and query of the request."""
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def answer(self) -> Answer:
        """What the server sends; a cookie always comes along, to be forgotten."""
        return self._answering(self.body)

    def answer_to(self, target: str) -> Answer:
        """Return what the server sends for a path with its query: a further page where the query asks for one."""
        asked = urlsplit(target).query.split("&")
        return self._answering(next((body for page, body in self.further.items() if page in asked), self.body))

    def _answering(self, body: str) -> Answer:
        return Answer(body, self.status, {"Set-Cookie": "la_session=recorded; Path=/", **self.headers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one provider's documents say: the request, and an answer of every kind."""

    provider: str
    page: str
    method: str
    exchanges: tuple[Exchange, ...]
    unit: str | None = None


def _recording(path: Path) -> Recording:
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    usual = {"key": table.pop("key"), "url": table.pop("url"), "header": table.pop("header")}
    usual |= {"body_sent": table.pop("body", "")}
    options = table.pop("options", {})
    exchanges = [_exchange(each, usual, options) for each in [*table.pop("exchanges"), OUTAGE]]
    return Recording(provider=path.stem, exchanges=tuple(exchanges), **table)


def _exchange(given: Mapping[str, Any], usual: Mapping[str, Any], options: Mapping[str, str | bool]) -> Exchange:
    table = dict(given)
    target = table.pop("target", None)
    if target is not None:
        parts = urlsplit(usual["url"])
        table["url"] = f"{parts.scheme}://{parts.netloc}{target}"
    table["options"] = {**options, **table.get("options", {})}
    values = {**usual, **table}
    return Exchange(**{**values, "url": _of_this_month(values["url"])})


def _of_this_month(url: str) -> str:
    for name, value in MONTH_VALUES.items():
        url = url.replace(f"{{{name}}}", quote_plus(value))
    return url


RECORDINGS = [_recording(path) for path in sorted(FOLDER.glob("*.toml"), key=lambda path: path.stem)]
EXCHANGES = [(recording, exchange) for recording in RECORDINGS for exchange in recording.exchanges]
