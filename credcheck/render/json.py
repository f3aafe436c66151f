"""JSON. Its members are a contract: within a schema version they are only added."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from json import dumps
from pathlib import Path

from credcheck.models import SCHEMA_VERSION, Balance, Failure, Forecast, Period, Result
from credcheck.render import forecast as words
from credcheck.render import summary


def render(results: Sequence[Result], checked: Sequence[Result] | None = None, *, single: bool) -> str:
    """Return one result as a flat object, null if it is left out, or all in an envelope.

    The summary and the totals are those of all that were `checked`, usually the same.
    """
    shown = [{"schema_version": SCHEMA_VERSION, **members(result)} for result in results]
    if single:
        return text(shown[0] if shown else None) + "\n"
    every = results if checked is None else checked
    counts = Counter(result.status for result in every)
    envelope = {
        "schema_version": SCHEMA_VERSION,
        "checked_at": moment(max(result.checked_at for result in every)),
        "results": shown,
        "summary": {status: counts[status] for status in ("ok", "low", "error")},
        "totals": [
            {"unit": unit, "balance": summary.exact_sum(amounts), "accounts": len(amounts)}
            for unit, amounts in summary.by_currency(every).items()
        ],
    }
    return text(envelope) + "\n"


def schema() -> str:
    """Return the JSON Schema of every document that credcheck prints."""
    return Path(__file__).with_name("schema.json").read_text(encoding="utf-8")


_name = lru_cache(maxsize=256)(dumps)


def text(value: object, indent: str = "") -> str:
    """Return a value as JSON, a Decimal with exactly its digits, which `json.dumps` cannot do."""
    inner = indent + "  "
    match value:
        case None:
            return "null"
        case str():
            return dumps(value).replace("\x7f", "\\u007f")
        case Decimal():
            return format(value, "f")
        case bool() | int() | float():
            return dumps(value)
        case Mapping() if value:
            rows = [f"{_name(name)}: {'null' if each is None else text(each, inner)}" for name, each in value.items()]
            brackets = "{}"
        case list() if value:
            rows = [text(each, inner) for each in value]
            brackets = "[]"
        case _:
            return dumps(value)
    return f"{brackets[0]}\n{inner}" + f",\n{inner}".join(rows) + f"\n{indent}{brackets[1]}"


def members(result: Result) -> dict[str, object]:
    """Return the members of one result."""
    main = result.main
    return {
        "account": result.account,
        "provider": result.provider,
        "tags": list(result.tags),
        "status": result.status,
        "balance": result.balance,
        "unit": result.unit,
        "warn_below": result.warn_below,
        "details": dict(result.details),
        "error": _failure(result.error),
        "key_source": result.key_source,
        "checked_at": moment(result.checked_at),
        "elapsed_ms": result.elapsed_ms,
        "balances": [_balance(each, result) for each in result.reading.balances] if result.reading else [],
        "total": main and main.total,
        "spent": main and main.spent,
        "period": main and _period(main.period),
        "resets_at": main and _moment_or_none(main.resets_at),
        "expires_at": main and _moment_or_none(main.expires_at),
        "unlimited": main is not None and main.unlimited,
        "low_because": result.low_because,
        "forecast": forecast(result.forecast),
        "cached": result.cached,
        "stale_because": _failure(result.stale_because),
        "top_up_url": result.top_up_url,
        "change": result.change,
    }


def _failure(error: Failure | None) -> dict[str, object] | None:
    return error and {"code": error.code, "message": error.message, "http_status": error.http_status}


def _balance(balance: Balance, result: Result) -> dict[str, object]:
    return {
        "id": balance.id,
        "kind": balance.kind,
        "balance": balance.amount,
        "unit": balance.unit,
        "total": balance.total,
        "spent": balance.spent,
        "resets_at": _moment_or_none(balance.resets_at),
        "expires_at": _moment_or_none(balance.expires_at),
        "unlimited": balance.unlimited,
        "status": balance.status,
        "warn_below": balance.warn_below,
        "forecast": forecast(result.forecast_of(balance)),
    }


def _period(period: Period | None) -> dict[str, object] | None:
    return period and {"start": moment(period.start), "end": moment(period.end)}


def forecast(found: Forecast | None) -> dict[str, object] | None:
    """Return the members of a forecast."""
    if found is None:
        return None
    return {
        "state": found.state,
        "days_left": found.days_left,
        "days_left_low": found.days_left_low,
        "days_left_high": found.days_left_high,
        "empty_at": found.empty_at and moment(found.empty_at),
        "per_day": None if found.per_day is None else words.rate(found.per_day),
        "since": found.since and moment(found.since),
        "samples": found.samples,
    }


def moment(time: datetime) -> str:
    """Return a moment in UTC, to the second."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def _moment_or_none(time: datetime | None) -> str | None:
    return None if time is None else moment(time)
