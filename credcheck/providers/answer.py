"""The document of an answer, the failure that it tells, and the provider's own words in it."""

from collections.abc import Sequence

from credcheck.errors import BadResponse, BalanceUnknown, CheckError, KeyRejected, ProviderError, RateLimited
from credcheck.providers.document import MISSING, Digits, decode, decode_text, find, is_page
from credcheck.providers.provider import AnswerTemplate, Provider
from credcheck.providers.rules import Rule, any_holds

_SAYS_NOTHING = frozenset({"", "ok", "success", "successful", "error", "failed", "failure"})


def decoded(provider: Provider, body: bytes) -> object:
    """Return the document of a success; raises BadResponse for another format."""
    return decode_text(body) if provider.answer.format == "text" else decode(body)


def decoded_failure(body: bytes) -> object:
    """Return the document of a failure: JSON, or a bare text as the one member `text`; MISSING for anything else."""
    try:
        return decode(body)
    except BadResponse:
        text = body.decode("utf-8", "replace").strip()
        return {"text": text} if text and not is_page(body) else MISSING


def told_failure(provider: Provider, document: object, status: int) -> CheckError | None:
    """Return the failure that an answer tells by the provider's rules, or None."""
    told = provider.answer
    http_status = None if 200 <= status < 300 else status

    def holds(rules: Sequence[Rule]) -> bool:
        return any_holds([rule for rule in rules if rule.is_for(status)], document)

    if holds(told.rejected):
        return KeyRejected("key rejected", http_status=http_status)
    if holds(told.limited):
        return RateLimited("too many requests", http_status=http_status)
    if holds(told.unknown):
        return BalanceUnknown(f"{provider.title} does not know the balance", http_status=http_status)
    if holds(told.failed) or (http_status is None and _is_broken(told, document)):
        return ProviderError("the provider answered with an error", http_status=http_status)
    return None


def _is_broken(told: AnswerTemplate, document: object) -> bool:
    """Tell whether a success breaks a rule that successes keep."""
    if told.failed_at and find(document, told.failed_at) not in (MISSING, None, False, "", "0", [], {}):
        return True
    return bool(told.ok) and not any_holds(told.ok, document)


def said(provider: Provider, document: object) -> str | None:
    """Return the provider's own words in an answer, as they came; they may hold anything."""
    for path in provider.answer.said:
        value = find(document, "text" if path == "." else path)
        if isinstance(value, str) and not isinstance(value, Digits) and value.lower() not in _SAYS_NOTHING:
            return value
    return None
