"""The failures that an answer declares by a provider's rules, and the provider's message in it."""

from collections.abc import Sequence

from credcheck.errors import BalanceUnknown, CheckError, KeyRejected, ProviderError, RateLimited
from credcheck.providers.document import Digits, find
from credcheck.providers.provider import Provider
from credcheck.providers.rules import Rule, any_holds

_SAYS_NOTHING = frozenset({"", "ok", "success", "successful", "error", "failed", "failure"})


def declared_failure(provider: Provider, document: object, status: int) -> CheckError | None:
    """Return the failure that an answer declares by the provider's rules, or None."""
    rules = provider.answer
    is_success = provider.request.is_success(status)
    http_status = None if is_success else status

    def holds(rules: Sequence[Rule]) -> bool:
        return any_holds([rule for rule in rules if rule.is_for(status)], document)

    if holds(rules.key_rejected):
        return KeyRejected("key rejected", http_status=http_status)
    if holds(rules.rate_limited):
        return RateLimited("too many requests", http_status=http_status)
    if holds(rules.balance_unknown):
        return BalanceUnknown(f"{provider.title} does not know the balance", http_status=http_status)
    if holds(rules.provider_error) or (is_success and rules.ok and not any_holds(rules.ok, document)):
        return ProviderError("the provider answered with an error", http_status=http_status)
    return None


def provider_message(provider: Provider, document: object) -> str | None:
    """Return the provider's own words in an answer, as they came; they may hold anything."""
    for path in provider.answer.message:
        value = find(document, "text" if path == "." else path)
        if isinstance(value, str) and not isinstance(value, Digits) and value.lower() not in _SAYS_NOTHING:
            return value
    return None
