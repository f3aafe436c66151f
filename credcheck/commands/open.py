"""`credcheck open`: the web page that tops up an account, makes its key or documents it, and the browser for it."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from credcheck.console import output
from credcheck.console.check_options import FILTER_OPTIONS, LAST_LOW, filters_of
from credcheck.console.grammar import app
from credcheck.console.last_low import NONE_LOW, last_low
from credcheck.console.options import ConfigFile, with_options
from credcheck.errors import UsageError
from credcheck.names import is_pattern, match
from credcheck.providers import impossible
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config, Filters

_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")


@app.command("open")
@with_options([LAST_LOW, *FILTER_OPTIONS])
def open_page(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="An account, a provider or a pattern.")] = None,
    *,
    only_print: Annotated[bool, typer.Option("--print", help="Print the address instead.")] = False,
    config_file: ConfigFile = None,
    values: Mapping[str, Any],
) -> int:
    """Open the page to top up an account; if none is known, the page of its keys, else the documentation.

    Over ssh, and where there is no browser, the address is printed; so are those of several pages.
    """
    from credcheck import config

    loaded, filters = config.load(os.environ, file=config_file), filters_of(values)
    pages = _pages(loaded, name, filters, only_low=bool(values.get("low")))
    if not pages:
        output.tell(NONE_LOW)
    elif only_print or len(pages) > 1 or not show(pages[0].address, os.environ):
        for page in pages:
            output.tell(f"{page.title[0].upper()}{page.title[1:]}:")
            streams.deliver(f"{page.address}\n")
    else:
        output.tell(f"The browser shows {pages[0].title}: {pages[0].address}")
    return 0


class Page(NamedTuple):
    """The address of a page, and its kind in words."""

    address: str
    title: str


def _pages(loaded: "Config", word: str | None, filters: "Filters | None", *, only_low: bool) -> Sequence[Page]:
    """Return the different pages of the accounts that a word and filters select; raises UsageError."""
    if word is None and filters is None and not only_low:
        raise UsageError("`credcheck open` needs NAME; see `credcheck open --help`")
    if word and not is_pattern(word) and filters is None and not only_low:
        return [page_of(loaded, word)]
    from credcheck import config

    accounts = config.listed(loaded, os.environ, [word] if word else [], filters or config.NO_FILTERS)
    if only_low:
        accounts = last_low([account for account in accounts if account.enabled], loaded)
    return list(dict.fromkeys(page_of(loaded, account.name) for account in accounts))


def page_of(config: "Config", word: str) -> Page:
    """Return the page that tops up an account or provider, else the page of its keys, else its documentation."""
    name = match(word, config.accounts)
    found = config.accounts[name].provider if name else config.providers.find(word)
    if found is None or found not in config.providers.names():
        candidates = [*config.accounts, *config.providers.names()]
        raise impossible.no_such(
            word, f"there is no account or provider `{word}` (see `credcheck accounts`)", candidates
        )
    provider = config.providers.load(found)
    options = config.accounts[name].options if name else {}
    pages = {
        "the page to top up": provider.top_up_page(options),
        "the page of the API keys (none to top up is known)": provider.key_page(options),
        "the documentation (no page to top up is known)": provider.docs_url,
    }
    for title, address in pages.items():
        if address is not None:
            return Page(address, title)
    raise UsageError(f"no page of {provider.title} is known; add top_up_url to [providers.{found}]")


def show(address: str, environment: Mapping[str, str]) -> bool:
    """Show a page in the browser of this screen; return False if there is none."""
    if not _has_screen(environment):
        return False
    import webbrowser

    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False


def _has_screen(environment: Mapping[str, str]) -> bool:
    """Tell whether a browser would be seen: on the other end of ssh it is not, nor without a display."""
    if environment.get("BROWSER"):
        return True
    if any(environment.get(name) for name in _REMOTE):
        return False
    return sys.platform == "darwin" or any(environment.get(name) for name in _DISPLAYS)
