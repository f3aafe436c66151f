"""An account's failure and the way out, on one line."""

from collections.abc import Sequence

from credcheck.errors import CheckError, NotADocument
from credcheck.models import Account, Failure, Key, KeyCommand, KeyFile, KeyVariable, WrittenKey
from credcheck.providers.provider import Provider
from credcheck.sanitize import one_line, remote_line

_LONGEST_SAID, _SHORTEST_SAID = 80, 10
_LONGEST_MESSAGE = 190
# The words of the provider have room beside it.
_LONGEST_REMEDY = 120
_LONGEST_WITH_PAGE = 130
_LOOK = "it begins with"  # of a key, in what a provider needs
# Where the provider itself may be at fault, what it announced explains more than any advice.
_NOTICED = frozenset(
    {"timeout", "unreachable", "tls", "redirected", "blocked", "provider_error", "bad_response", "balance_unknown"}
)
# What the user can do comes before it, for these may have another cause.
_STILL_TO_TRY = frozenset({"timeout", "tls"})
_ELSEWHERE = frozenset({"unreachable", "redirected", "blocked"})
_NOT_FOUND = 404


def failure(error: CheckError, account: Account, provider: Provider, secrets: Sequence[Key]) -> Failure:
    """Return the error as outputs show it; none of the `secrets` is in it, even if the provider echoes one."""
    end = f": {_remedy(error, account, provider)}"
    if provider.notice and not error.hint and error.code in _NOTICED:
        with_notice = f"{end}; {provider.notice}"
        fits = error.code in _STILL_TO_TRY and len(error.message) + len(with_notice) <= _LONGEST_MESSAGE
        end = with_notice if fits else end if error.code in _STILL_TO_TRY else f": {provider.notice}"
    status = f"HTTP {error.http_status}" if error.http_status else ""
    room = _LONGEST_MESSAGE - len(error.message) - len(status) - len(end) - len(" (: )")
    quoted = remote_line(error.provider_message, *secrets) if room > _SHORTEST_SAID else ""
    in_brackets = ": ".join(filter(None, (status, one_line(quoted, longest=min(_LONGEST_SAID, room)))))
    what = f"{error.message} ({in_brackets})" if in_brackets else error.message
    return Failure(error.code, one_line(what + end, longest=_LONGEST_MESSAGE), error.http_status, error.retry_after)


def _remedy(error: CheckError, account: Account, provider: Provider) -> str:
    remedy = _default_remedy(error, account, provider)
    is_of_site = error.code == "key_rejected" and error.http_status != 403 and not error.hint
    other = _other_site(account, provider) if is_of_site else ""
    return f"{remedy}; or {other}" if other and len(remedy) + len(other) <= _LONGEST_WITH_PAGE else remedy


def _other_site(account: Account, provider: Provider) -> str:
    """Return the setting for a key of another site of the company than the one that was asked, or an empty text."""
    options = provider.effective(account.options)
    for name, option in provider.options.items():
        if option.site:
            others = " or ".join(f'"{choice}"' for choice in option.choices if choice != options.get(name))
            return f"set {name} = {others}, if the key is of that site"
    return ""


def _default_remedy(error: CheckError, account: Account, provider: Provider) -> str:
    if error.hint:
        return error.hint
    if error.code in {"key_rejected", "balance_unknown"} and provider.needs:
        return _right_kind(error, account, provider, provider.needs)
    if error.code in {"key_missing", "key_rejected"}:
        return _with_kind(better_key(account, provider), account, provider)
    if account.base_url and _is_from_elsewhere(error):
        return f"check base_url; {error.remedy}" if error.code == "blocked" else "check base_url"
    is_request_at_fault = error.code == "provider_error" and (error.http_status or 500) < 500
    remedy = None if is_request_at_fault else error.remedy
    return remedy or _see_description(error, provider)


def _see_description(error: CheckError, provider: Provider) -> str:
    """Say where the request and the answer are described: in the user's own table, or on the provider's page."""
    if provider.table and error.advice:
        return f"correct [providers.{provider.name}]: {error.advice}"
    if provider.table and error.code == "bad_response" and not isinstance(error, NotADocument):
        tried = f"`credcheck providers check {provider.name} --answer FILE` tries it on a saved answer"
        return f"correct [providers.{provider.name}]; {tried}"
    return f"see {provider.docs_url}" if provider.docs_url else "see the documentation of its API"


def _is_from_elsewhere(error: CheckError) -> bool:
    """Tell whether an error is one that another host or path than the provider's makes likely."""
    return error.code in _ELSEWHERE or isinstance(error, NotADocument) or error.http_status == _NOT_FOUND


def _right_kind(error: CheckError, account: Account, provider: Provider, needs: str) -> str:
    """Name the kind of key that the provider wants and, if there is room, the page that makes one or the key's place.

    A key of another kind may also be accepted and told nothing.
    """
    kind, _, in_brackets = needs.removesuffix(")").partition(" (")
    page = provider.key_page(account.options)
    wants, here = f"{provider.title} wants {kind}", f" here: {page}" if page else ""
    more = f"; {in_brackets}" if in_brackets else ""
    # Who makes a key on the page sees how it begins.
    shorter = f"{wants}{here}" if page and in_brackets.startswith(_LOOK) else wants + more
    wanted = next((words for words in (wants + here + more, shorter) if len(words) <= _LONGEST_WITH_PAGE), wants + more)
    if error.code != "key_rejected" or error.http_status == 403:
        return wanted
    both = f"{wanted}; or {better_key(account, provider)}"
    return both if len(both) <= _LONGEST_REMEDY else wanted


def _with_kind(remedy: str, account: Account, provider: Provider) -> str:
    """Name the kind of key that an account without a source of one needs: people have another kind at hand."""
    if provider.needs is None or account.key_source is not None:
        return remedy
    with_kind = f"{provider.title} wants {provider.needs.partition(' (')[0]}: {remedy}"
    return with_kind if len(with_kind) <= _LONGEST_REMEDY else remedy


def better_key(account: Account, provider: Provider) -> str:
    """Say how to replace a key: a source in `config.toml` takes precedence over a key that `login` stores."""
    from shlex import join

    words = ["credcheck", "login", account.name]
    words += ["--provider", account.provider] if account.name != account.provider else []
    words += ["--config", account.config_file] if account.config_file else []
    login = f"run `{join(words)}`"
    match account.key_source:
        case None:
            has_variable = account.name == account.provider and provider.variables
            return (f"set {provider.variables[0]} or " if has_variable else "") + login
        case WrittenKey(kind="config"):
            return f"correct api_key of {account.name} in {account.config_file or 'config.toml'}"
        case WrittenKey(kind="typed"):
            return "copy the key again"
        case WrittenKey():
            return login
        case KeyVariable(name):
            return f"correct {name}"
        case source:
            return _at_source(source)


def _at_source(source: KeyFile | KeyCommand) -> str:
    """Say how to replace the key that a file holds or a command prints."""
    if source.member is not None:
        return f"the sign-in in {source} may have expired: start the program that keeps it once"
    if isinstance(source, KeyFile):
        return f"correct the key in {source.shown}"
    return f"correct the key that `{source.argv[0]}` prints"
