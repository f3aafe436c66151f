"""What went wrong with one account, and the way out, on one line."""

from credcheck.errors import CheckError
from credcheck.models import Account, Failure, Key
from credcheck.providers import Provider
from credcheck.text import one_line, remote_line

_LONGEST_SAID = 80
_LONGEST_MESSAGE = 190
# Where the provider itself may be at fault, what it announced explains more than any advice.
_NOTICED = frozenset(
    {"timeout", "unreachable", "tls", "redirected", "provider_error", "bad_response", "balance_unknown"}
)
_ELSEWHERE = frozenset({"unreachable", "redirected", "bad_response"})
_WAYS_OUT = {
    "rate_limited": "try again later",
    "timeout": "try again, or give it longer with --timeout",
    "unreachable": "check the network, then try again",
    "tls": "nothing was sent",
    "provider_error": "try again later",
    "internal_error": "please report it",
}


def failure(error: CheckError, account: Account, provider: Provider, key: Key | None) -> Failure:
    """Return the error as outputs show it. The key is in none of it, whatever the provider said."""
    said = one_line(remote_line(error.said, key), longest=_LONGEST_SAID)
    status = f"HTTP {error.http_status}" if error.http_status else ""
    aside = ": ".join(part for part in (status, said) if part)
    what = f"{error.message} ({aside})" if aside else error.message
    way_out = (
        provider.notice
        if provider.notice and error.code in _NOTICED
        else error.hint or _way_out(error, account, provider)
    )
    message = one_line(f"{what}: {way_out}" if way_out else what, longest=_LONGEST_MESSAGE)
    return Failure(error.code, message, error.http_status)


def _way_out(error: CheckError, account: Account, provider: Provider) -> str:
    if error.code in {"key_missing", "key_rejected"}:
        return _better_key(account, provider)
    if account.base_url and error.code in _ELSEWHERE:
        return "check base_url"
    if error.code == "provider_error" and (error.http_status or 500) < 500:
        return f"see {provider.docs_url}"
    return _WAYS_OUT.get(error.code, f"see {provider.docs_url}")


def _better_key(account: Account, provider: Provider) -> str:
    """Say where a key is to be put: what is set in `config.toml` beats what `login` would store."""
    login = f"run `credcheck login {account.name}`"
    source = account.key_source
    match source.kind if source else None:
        case None:
            usual = f"set {provider.variable} or " if account.name == account.provider else ""
            return usual + login
        case "config":
            return f"correct api_key of {account.name} in config.toml"
        case "env" if source and source.place != provider.variable:
            return f"correct {source.place}"
        case "file" | "command":
            return f"correct the key in {source}"
        case _:
            return login
