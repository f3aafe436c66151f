"""What a word may mean that names no account: a tag, the beginning of names, another program's verb, or a near name."""

from collections.abc import Iterable, Mapping
from shlex import quote

from credcheck.config.settings import Config
from credcheck.errors import UsageError
from credcheck.names import ALL, COMMANDS, could_be_key
from credcheck.providers import impossible

_PAGE = "all --format html --output page.html"
# Verbs of other programs, and the commands that they may mean here.
OTHER_VERBS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("list", "ls", "keys", "tokens", "tags"), ("accounts",)),
    **dict.fromkeys(("add", "key", "token", "auth"), ("login",)),
    **dict.fromkeys(("rm", "remove", "delete"), ("logout",)),
    **dict.fromkeys(("status", "balance", "balances", "credit", "credits", "check-all", "update"), (ALL,)),
    **dict.fromkeys(("usage", "graph", "chart", "plot", "forecast", "trend"), ("history",)),
    **dict.fromkeys(("refresh", "monitor", "top", "live"), ("watch",)),
    **dict.fromkeys(("web", "html", "page", "report"), (_PAGE,)),
    **dict.fromkeys(("topup", "top-up", "buy", "billing"), ("open PROVIDER",)),
    **dict.fromkeys(("notify", "notification"), ("all --notify",)),
    **dict.fromkeys(("alert", "alerts"), ("all --notify", "monitoring alerts")),
    "dashboard": ("watch", "monitoring dashboard"),
    "export": ("history --export",),
    "import": ("login --from FILE", "history --import FILE"),
    "set": ("config set",),
    "init": ("config init",),
    "edit": ("config edit",),
    "show": ("config show",),
    "test": ("doctor",),
}
_INSTALLER = {
    "upgrade": "the program that installed credcheck upgrades it (see its README)",
    "uninstall": "the program that installed credcheck removes it: `pipx uninstall credcheck` or"
    " `uv tool uninstall credcheck`",
}


def no_account(word: str, config: Config, command: str) -> UsageError:
    """Return the error for a word that names no account, with what it may mean; `command` is the one that had it."""
    message = f"there is no account `{word}`"
    if could_be_key(word) or not word.isprintable():
        return impossible.no_such(word, message, ())
    enabled = [name for name, account in config.accounts.items() if account.enabled]
    if several := several_meant(word, enabled, config, command):
        return UsageError(f"{message}; {several}")
    if verbs := OTHER_VERBS.get(word):
        return UsageError(f"{message}; did you mean {' or '.join(f'`credcheck {each}`' for each in verbs)}?")
    if word in _INSTALLER:
        return UsageError(f"{message}; {_INSTALLER[word]}")
    candidates = [*config.accounts, *config.providers.names(), ALL, *COMMANDS]
    return impossible.no_such(word, f"{message} (see `credcheck accounts`)", candidates)


def several_meant(word: str, names: Iterable[str], config: Config, command: str) -> str:
    """Return the commands for the accounts that have a word as their tag, and for those of these names that begin so.

    An empty text for a word that is no tag, and begins not more than one name.
    """
    return "; ".join([*_tag(word, config, command), *_beginning(word, names, command)])


def _tag(word: str, config: Config, command: str) -> list[str]:
    """Return the command for a tag, if the word is one."""
    tags = (tag for account in config.accounts.values() for tag in account.tags)
    found = next((tag for tag in tags if tag.casefold() == word.casefold()), None)
    return [f"it is a tag: `{command} --tag {quote(found)}`"] if found else []


def _beginning(word: str, names: Iterable[str], command: str) -> list[str]:
    """Return the command for the names that begin with the word, if there are several."""
    begun = [name for name in set(names) if name.casefold().startswith(word.casefold())]
    is_several = word and len(begun) > 1
    return [f"{len(begun)} accounts begin with it: `{command} {quote(f'{word}*')}`"] if is_several else []
