"""The request for one account: a provider's templates, filled in."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from credcheck.models import Account, Key, Period, Request
from credcheck.providers.provider import Provider
from credcheck.providers.templates import CommandTemplate, RequestTemplate

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
KEY, UUID = "key", "uuid4"
# The placeholders of the period: a moment, the day, and the seconds since 1970; the end is not in the period.
PERIOD_END = "period_end"
PERIOD = frozenset(f"{end}{form}" for end in ("period_start", PERIOD_END) for form in ("", "_date", "_unix"))
Values = Mapping[str, str | bool]


def build(
    provider: Provider,
    account: Account,
    key: Key,
    secrets: Mapping[str, Key] | None = None,
    *,
    period: Period | None = None,
    cursor: str | None = None,
) -> Request:
    """Return the request that asks for an account's balance; `secrets` are the values of its secret options.

    `period` is the time of which it asks what was spent, `cursor` that of a further page.
    """
    template = provider.request
    values = _values(provider, account, key, secrets, period)
    kind, body = _body(template, values)
    headers = {**kind, **_filled_members(template.headers, values)}
    if template.basic is not None:
        headers["Authorization"] = f"Basic {_basic(template.basic, values)}"
    further = {template.pages.query: cursor} if template.pages and cursor is not None else {}
    return Request(_url(template, values, account.base_url, further), headers, template.method, body)


def command(
    template: CommandTemplate,
    provider: Provider,
    account: Account,
    key: Key | None,
    secrets: Mapping[str, Key],
    *,
    period: Period,
) -> tuple[list[str], bytes]:
    """Return the words of the program that prints an account's answer, and its stdin."""
    values = _values(provider, account, key, secrets, period)
    return [_filled(word, values) for word in template.run], _filled(template.input, values).encode()


def _values(
    provider: Provider, account: Account, key: Key | None, secrets: Mapping[str, Key] | None, period: Period | None
) -> dict[str, str | bool]:
    """Return the values of all placeholders of a description."""
    values: dict[str, str | bool] = dict(provider.effective(account.options))
    for name, option in provider.options.items():
        if key and name not in account.options and (choice := option.choice_for(key.reveal())) is not None:
            values[name] = choice
        if option.choices and name in values:
            values[name] = option.choices[str(values[name])]
    values |= {name: secret.reveal() for name, secret in (secrets or {}).items()}
    values |= {KEY: key.reveal()} if key else {}
    values |= _period(period) if period else {}
    return values


def credentials(request: Request) -> list[Key]:
    """Return the words of the Authorization header after its scheme: an echo of them tells a key in another form."""
    return [Key(word) for word in request.headers.get("Authorization", "").split()[1:]]


def address(provider: Provider, account: Account) -> str:
    """Return the address that an account asks, without path or query; an empty text if it asks none."""
    if provider.is_local:
        return ""
    if account.base_url is not None:
        return account.base_url
    values = provider.effective(account.options)
    shown = {name: provider.options[name].choices.get(str(value), str(value)) for name, value in values.items()}
    scheme, host, _ = parts(provider.request.url)
    return f"{scheme}://{_filled(host, shown)}"


def addresses(provider: Provider, account: Account) -> list[str]:
    """Return the address that an account asks, and the others that its key may choose."""
    others = [
        account._replace(options={**account.options, name: choice})
        for name, option in provider.options.items()
        for choice in (*option.key_begins.values(), *option.key_ends.values())
        if name not in account.options
    ]
    return [address(provider, each) for each in [account, *others]] if not provider.is_local else []


def parts(url: str) -> tuple[str, str, str]:
    """Return scheme, host with port, and path of a template, any of which may hold placeholders."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return scheme, host, slash + path


def _period(period: Period) -> dict[str, str]:
    """Return the values of the placeholders; the end's day is the first that is not in the period."""
    end_day = period.end + timedelta(days=1, microseconds=-1)
    return {
        "period_start": _moment(period.start),
        "period_start_date": f"{period.start:%Y-%m-%d}",
        "period_start_unix": f"{period.start.timestamp():.0f}",
        PERIOD_END: _moment(period.end),
        "period_end_date": f"{end_day:%Y-%m-%d}",
        "period_end_unix": f"{period.end.timestamp():.0f}",
    }


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _url(template: RequestTemplate, values: Values, base_url: str | None, further: Mapping[str, str]) -> str:
    scheme, host, path = parts(template.url)
    path = PLACEHOLDER.sub(lambda found: quote(_value(found[1], values), safe=""), path)
    query = urlencode({**_filled_members(template.query, values), **further})
    start = base_url if base_url is not None else f"{scheme}://{_filled(host, values)}"
    return f"{start}{path}" + (f"?{query}" if query else "")


def _body(template: RequestTemplate, values: Values) -> tuple[dict[str, str], bytes | None]:
    """Return the header that names the body's type, and the body."""
    if template.json is not None:
        from json import dumps

        return {"Content-Type": "application/json"}, dumps(_filled_document(template.json, values)).encode()
    if template.form is not None:
        form = urlencode(_filled_members(template.form, values))
        return {"Content-Type": "application/x-www-form-urlencoded"}, form.encode()
    return {}, None if template.body is None else _filled(template.body, values).encode()


def _basic(template: str, values: Values) -> str:
    from base64 import b64encode

    text = _filled(template, values)
    # A key that holds a colon is a user name with its password; one without is encoded already.
    return b64encode(text.encode()).decode() if ":" in text else text


def _filled_members(members: Mapping[str, str], values: Values) -> dict[str, str]:
    return {name: _filled(text, values) for name, text in members.items() if _is_set(text, values)}


def _filled_document(document: object, values: Values) -> object:
    match document:
        case dict():
            return {
                name: _filled_document(value, values)
                for name, value in document.items()
                if not isinstance(value, str) or _is_set(value, values)
            }
        case list():
            return [_filled_document(each, values) for each in document]
        case str():
            whole = PLACEHOLDER.fullmatch(document)
            flag = values.get(whole[1]) if whole else None
            return flag if isinstance(flag, bool) else _filled(document, values)
        case _:
            return document


def _is_set(text: str, values: Values) -> bool:
    """Tell whether every option that a text names is set."""
    return all(name == UUID or name in values for name in PLACEHOLDER.findall(text))


def _filled(text: str, values: Values) -> str:
    return PLACEHOLDER.sub(lambda found: _value(found[1], values), text)


def _value(name: str, values: Values) -> str:
    value = _fresh_uuid() if name == UUID else values[name]
    return value if isinstance(value, str) else str(value).lower()


def _fresh_uuid() -> str:
    from uuid import uuid4

    return str(uuid4())
