"""All that a description says of a provider, as JSON."""

from collections.abc import Mapping

from credcheck.names import hidden_if_key
from credcheck.providers.provider import BalanceTemplate, Option, Page, Provider
from credcheck.providers.registry import Registry
from credcheck.providers.templates import RequestTemplate


def facts(name: str, registry: Registry) -> dict[str, object]:
    """Return the members of a provider's JSON object."""
    provider = registry.load(name)
    return {
        "name": name,
        "title": provider.title,
        "unit": provider.default_unit({}),
        "variable": provider.variables[0] if provider.variables else None,
        "key_url": provider.key_page(),
        "top_up_url": provider.top_up_page(),
        "docs_url": provider.docs_url,
        "options": {option: _option(each) for option, each in provider.options.items()},
        "notice": provider.notice,
        "category": provider.category,
        "aliases": list(provider.aliases),
        "needs": provider.needs,
        "source": provider.source,
        "defined_in": _defined_in(provider, registry),
        "keywords": list(provider.keywords),
        "variables": list(provider.variables),
        "other_variables": list(provider.other_variables),
        "key_urls": _by_choice(provider.key_url),
        "top_up_urls": _by_choice(provider.top_up_url),
        "caveat": provider.caveat,
        "last_day": str(provider.last_day) if provider.last_day else None,
        "main": list(provider.main),
        "balances": [_balance(each) for each in provider.balances],
        "request": None if provider.is_local else _request(provider.request),
        "program": provider.command and hidden_if_key(provider.command.run[0]),
        "file": provider.file and provider.file.path,
    }


def _option(option: Option) -> dict[str, object]:
    return {
        "help": option.help,
        "required": option.required,
        "default": option.default,
        "choices": list(option.choices),
        "flag": option.flag,
        "variable": option.variable,
        "secret": option.secret,
    }


def _defined_in(provider: Provider, registry: Registry) -> str:
    if provider.name not in registry.own:
        return "built in"
    return "config.toml, instead of the built-in one" if provider.name in registry.replaced() else "config.toml"


def _by_choice(page: Page | None) -> dict[str, str]:
    return dict(page) if isinstance(page, Mapping) else {}


def _balance(balance: BalanceTemplate) -> dict[str, object]:
    """Return the facts of a balance before an answer; `id` and `unit` are null if only the answer names them."""
    return {
        "id": balance.id or balance.unit,
        "kind": balance.kind,
        "unit": balance.unit,
        "has_total": balance.total is not None,
        "resets": balance.resets_at is not None,
        "expires": balance.expires_at is not None,
    }


def _request(request: RequestTemplate) -> dict[str, object]:
    """Return the request without the values of its query, headers and body, which may hold a key."""
    bodies = {"json": request.json, "form": request.form, "text": request.body}
    return {
        "method": request.method,
        "url": request.url.partition("?")[0],
        "query": list(request.query),
        "headers": list(request.headers),
        "basic": request.basic is not None,
        "body": next((kind for kind, body in bodies.items() if body is not None), None),
    }
