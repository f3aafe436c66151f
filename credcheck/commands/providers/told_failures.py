"""Answers under the HTTP status of a success that look like a failure, which no rule of the description tells."""

from credcheck.names import fold
from credcheck.providers.document import MISSING, Digits, find
from credcheck.providers.provider import Provider

_TRUTHS = frozenset({"success", "succeeded", "ok", "issuccess", "successful"})
_ERRORS = frozenset({"error", "errors", "errormessage", "errorcode"})
_STATES = frozenset({"status", "state", "result"})
_FAILED = frozenset({"error", "fail", "failed", "failure"})


def warnings(provider: Provider, document: object) -> list[str]:
    """Return a line if an answer looks like a failure and the description has no rule for one."""
    rules = provider.answer
    if not isinstance(document, dict) or rules.ok or rules.provider_error:
        return []
    found = next(((name, rule) for name in document if (rule := _rule(name, find(document, name)))), None)
    if found is None:
        return []
    return [f"warning: this answer looks like a failure at `{found[0]}`; write {found[1]} in [answer]"]


def _rule(name: str, value: object) -> str | None:
    """Return the rule that tells such a failure, or None for a member that tells none."""
    folded = fold(name)
    if folded in _TRUTHS and value is False:
        return f"ok = {{ {name} = true }}"
    if folded in _STATES and isinstance(value, str) and value.casefold() in _FAILED:
        return f'provider_error = {{ {name} = "{value}" }}'
    is_error = folded in _ERRORS and value not in (MISSING, None, False, "", "0", [], {})
    if not is_error or (isinstance(value, str) and value.casefold() in {"none", "null", "ok", "success"}):
        return None
    return f"provider_error = {{ {name} = {'true' if value is True else _not_empty(value)} }}"


def _not_empty(value: object) -> str:
    return "{ not = 0 }" if isinstance(value, Digits) else "{ null = false }"
