"""The verdict on an answer: its balances, or the CheckError that it comes to."""

from collections.abc import Sequence
from decimal import Decimal

from credcheck.errors import BadResponse, Blocked, CheckError, KeyRejected, ProviderError, RateLimited, Redirected
from credcheck.models import FOREVER, Account, Detail, Key, Reading, Response
from credcheck.names import could_be_key
from credcheck.providers.balances import Context, read
from credcheck.providers.declared_failures import declared_failure, provider_message
from credcheck.providers.document import A_PAGE_CAME, Pages, decode, decode_failure, decode_text, is_page, unmatched
from credcheck.providers.provider import Provider
from credcheck.sanitize import echoes

_SHORTEST_NUMBER = 8
# Of a proxy, and of a network that is not open yet (RFC 6585): no provider has them.
_WANTS_A_SIGN_IN = frozenset({407, 511})


def document(provider: Provider, response: Response) -> object:
    """Return the document of a success; raises the CheckError that any other answer comes to."""
    if not provider.request.is_success(response.status):
        raise _failure(provider, response)
    is_text = provider.answer.format == "text"
    found = decode_text(response.body, provider.answer.pattern) if is_text else decode(response.body)
    if failure := declared_failure(provider, found, response.status):
        failure.provider_message = provider_message(provider, found)
        failure.retry_after = response.retry_after
        raise failure
    return found


def reading(provider: Provider, pages: Sequence[object], context: Context) -> Reading:
    """Return the balances in the documents of an answer's pages; raises the CheckError that the answer comes to."""
    found = pages[0] if len(pages) == 1 else Pages(pages)
    try:
        return read(provider, found, context)
    except CheckError as problem:
        error = (unmatched(found, provider.answer.pattern) if provider.table else None) or problem
        error.provider_message = provider_message(provider, found) or error.provider_message
        raise error from None


def _failure(provider: Provider, response: Response) -> CheckError:
    """Return the error that a status means, unless the provider's own rules know it better."""
    status = response.status
    if 300 <= status < 400:
        problem = "redirected elsewhere, which is not followed"
        return Redirected(problem, http_status=status, provider_message=response.leads_to)
    document = decode_failure(response.body)
    declared = declared_failure(provider, document, status)
    if declared is None and status == 403 and is_page(response.body):
        return Blocked(A_PAGE_CAME, http_status=status)
    error = declared or _by_status(response)
    error.provider_message = provider_message(provider, document)
    error.retry_after = response.retry_after
    return error


def _by_status(response: Response) -> CheckError:
    status = response.status
    if status in {401, 403}:
        return KeyRejected("key rejected", http_status=status)
    if status in _WANTS_A_SIGN_IN:
        return Blocked("the network on the way wants you to sign in", http_status=status)
    if status == 429:
        return RateLimited(f"too many requests{_patience(response)}", http_status=status)
    return ProviderError(f"{_trouble(status)}{_patience(response)}", http_status=status)


def _trouble(status: int) -> str:
    match status:
        case 402:
            return "payment required"
        case 404:
            return "not found"
        case _ if 400 <= status < 500:
            return "the provider refuses the request"
        case _ if 500 <= status < 600:
            return "server error"
        case _:
            return "the answer has a status that means nothing here"


def _patience(response: Response) -> str:
    if not response.retry_after:
        return ""
    wait = f"{response.retry_after:.0f} s" if response.retry_after < FOREVER else "an unlimited time"
    return f", retry after {wait}"


def without_keys(reading: Reading, provider: Provider, keys: Sequence[Key]) -> Reading:
    """Return the reading without details that echo a key; raises BadResponse if its unit, id or amount does."""
    texts = _texts(reading, provider)
    amounts = [amount for each in reading.balances for amount in (each.amount, each.total, each.spent)]
    if any(echoes(each, *keys) for each in texts) or any(_is_key(each, keys) for each in amounts if each is not None):
        raise BadResponse("the answer repeats the key")
    kept = {name: value for name, value in reading.details.items() if not echoes(_written(value), *keys)}
    return Reading(reading.balances, kept)


def without_possible_keys(reading: Reading, provider: Provider) -> Reading:
    """Return the reading of a program's answer, which may hold unknown keys, without texts that could be one.

    Raises BadResponse for a unit or id that could be one.
    """
    if any(map(could_be_key, _texts(reading, provider))):
        raise BadResponse("the answer has what could be a key in the place of a name")
    kept = {name: value for name, value in reading.details.items() if not could_be_key(_written(value))}
    return reading._replace(details=kept)


def _texts(reading: Reading, provider: Provider) -> set[str]:
    """Return the ids and units that are not the description's own."""
    own = {name for each in provider.balances for name in (each.id, each.unit) if name}
    return {name for each in reading.balances for name in (each.id, each.unit)} - own


def _is_key(amount: Decimal, keys: Sequence[Key]) -> bool:
    """Tell whether the digits of an amount are those of a key; a shorter key may well be an amount, too."""
    digits = f"{abs(amount):f}".replace(".", "")
    return any(len(key.reveal()) >= _SHORTEST_NUMBER and key.reveal() in digits for key in keys)


def _written(detail: Detail) -> str:
    return f"{detail:f}" if isinstance(detail, Decimal) else str(detail)


def check_main(reading: Reading, account: Account) -> None:
    """Raise BadResponse for a reading without the main balance that the account's settings choose."""
    if account.main and reading.main.id.casefold() != account.main.casefold():
        ids = ", ".join(one.id for one in reading.balances)
        raise BadResponse(f"the answer has no balance `{account.main}`", hint=f"`balance` may be one of {ids}")
