"""`credcheck open`: the web page that tops up an account, makes its key or documents it, and the browser for it."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from credcheck.console import output
from credcheck.console.grammar import app
from credcheck.console.options import ConfigFile
from credcheck.errors import UsageError
from credcheck.names import match
from credcheck.providers import impossible
from credcheck.system import streams

if TYPE_CHECKING:
    from credcheck.config import Config

_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")


@app.command("open")
def open_page(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An account or a provider.")],
    *,
    only_print: Annotated[bool, typer.Option("--print", help="Print the address instead.")] = False,
    config_file: ConfigFile = None,
) -> int:
    """Open the page to top up an account; if none is known, the page of its keys, else the documentation.

    Over ssh, and where there is no browser, the address is printed.
    """
    from credcheck import config

    page = page_of(config.load(os.environ, file=config_file), name)
    if only_print or not _is_shown(page.address, os.environ):
        output.tell(f"{page.title[0].upper()}{page.title[1:]}:")
        streams.deliver(f"{page.address}\n")
    else:
        output.tell(f"The browser shows {page.title}: {page.address}")
    return 0


class Page(NamedTuple):
    """The address of a page, and its kind in words."""

    address: str
    title: str


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
    raise UsageError(f"no page of {provider.title} is known; `top_up_url` in [providers.{found}] names one")


def _is_shown(address: str, environment: Mapping[str, str]) -> bool:
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
