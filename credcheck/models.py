"""The values that travel through a run: frozen, without I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

SCHEMA_VERSION = 1
# Seconds that stand for all that are more.
FOREVER = 1e9


class Key:
    """A secret that shows itself only to who asks for it by `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "Key(…)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where an account's key comes from.

    `place` is the variable's name or the file's path, `argv` the command, `key` the key itself
    where it stands in one of credcheck's own two files.
    """

    kind: Literal["config", "stored", "env", "file", "command"]
    place: str = ""
    argv: tuple[str, ...] = ()
    key: Key | None = None

    def __str__(self) -> str:
        """Return the source's name as outputs show it; of a command no argument, for those may be secret."""
        place = self.argv[0] if self.argv else self.place
        return f"{self.kind}:{place}" if place else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One key at one provider, as it is configured. A balance below `warn_below` is low."""

    name: str
    provider: str
    key_source: KeySource | None = None
    warn_below: Decimal | None = None
    enabled: bool = True
    base_url: str | None = None
    options: Mapping[str, str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One GET. The headers hold the key, so they show in no repr."""

    url: str
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as it came: its status, the bytes of its body, and the seconds that it asks to wait."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left: an exact amount, in the provider's unit, and what else the answer tells of it."""

    amount: Decimal
    details: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no balance: an error's code and one line fit to be shown."""

    code: str
    message: str
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one check of one account came to: a balance or an error, never both."""

    account: str
    provider: str
    unit: str
    balance: Decimal | None = None
    warn_below: Decimal | None = None
    details: Mapping[str, bool | None] = field(default_factory=dict)
    error: Failure | None = None
    key_source: str | None = None
    checked_at: datetime
    elapsed_ms: int = 0
    top_up_url: str | None = None

    @property
    def status(self) -> Literal["ok", "low", "error"]:
        """Return `low` for a balance below the threshold."""
        if self.balance is None:
            return "error"
        if self.warn_below is not None and self.balance < self.warn_below:
            return "low"
        return "ok"
